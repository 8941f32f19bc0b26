/* --coverage: an engine that counts, and what becomes of the counts. */
#include <errno.h>

#include "cmd/cover.h"
#include "cmd/engine.h"
#include "cmd/run.h"

/* Why what runs cannot be counted; NULL: it can. */
static const char *cannot_count(const struct run *r)
{
	const struct run_options *o = r->o;

	if (o->engine && !o->engine->counts && !o->profile)
		return "machine code does not count: not with --engine fast or opt";
	if (o->packet.jobs > 1)
		return "not with -j";
	return r->vm.progs ? NULL : "not of a program of the store";
}

int run_count_insns(struct run *r)
{
	const struct run_options *o = r->o;
	const char *why = cannot_count(r);

	if (why && (o->coverage || o->profile))
		return fail(r->d, NULL, -ESRCH, "--%s: %s", o->coverage ? "coverage" : "profile",
			    why);
	r->counts = o->coverage || (o->counts && !why);
	if (r->counts || (o->profile && !engine_makes_code(r->vm.engine)))
		vm_use(&r->vm, engine_that_counts(r->vm.engine));
	return o->profile ? run_check_profile(r) : 0;
}

int run_open_cover(struct run *r)
{
	return r->o->coverage ? cover_open(&r->cover, r->o->coverage, r->file.image, r->d) : 0;
}

int run_close_counts(struct run *r, bool is_run)
{
	const struct run_options *o = r->o;
	int err;

	r->out.color = wants_color(&o->common);
	err = run_close_profile(r, is_run);
	if (!r->counts || !is_run || err)
		return err;
	err = cover_add_proved(&r->cover, r->file.image, r->vm.progs, &r->prover, r->d);
	if (!err && o->counts)
		cover_record(&r->cover, o->counts);
	return err || !o->coverage ? err : cover_close(&r->cover, o->coverage, &r->out, r->d);
}
