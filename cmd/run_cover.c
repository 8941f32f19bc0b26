/* --coverage: an engine that counts, and what becomes of the counts. */
#include <errno.h>

#include "cmd/cover.h"
#include "cmd/engine.h"
#include "cmd/run.h"

int run_count_insns(struct run *r)
{
	const struct run_options *o = r->o;

	if (!o->coverage && !o->profile)
		return 0;
	if (o->coverage && o->engine && !o->engine->counts)
		return fail(r->d, NULL, -ESRCH,
			    "--coverage counts in an interpreter: not with --engine %s",
			    o->engine->name);
	if (o->packet.jobs > 1)
		return fail(r->d, NULL, -ESRCH,
			    "--coverage and --profile are of one CPU: not with -j");
	if (!r->vm.progs)
		return fail(r->d, NULL, -ESRCH,
			    "--coverage and --profile: not of a program of the store");
	if (o->coverage || !engine_makes_code(r->vm.engine))
		vm_use(&r->vm, engine_that_counts(r->vm.engine));
	return o->profile ? run_check_profile(r) : 0;
}

int run_open_cover(struct run *r)
{
	return r->o->coverage ? cover_open(&r->cover, r->o->coverage, r->file.image, r->d) : 0;
}

int run_close_counts(struct run *r, bool is_run)
{
	const char *path = r->o->coverage;
	int err = run_close_profile(r, is_run);

	if (!path || !is_run || err)
		return err;
	err = cover_add_proved(&r->cover, r->file.image, r->vm.progs, &r->prover, r->d);
	return err ? err : cover_close(&r->cover, path, &r->out, r->d);
}
