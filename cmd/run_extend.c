/* --extend: programs of the object that run in the place of functions of the one that is run. */
#include <errno.h>
#include <string.h>

#include "cmd/run.h"
#include "core/link/extension.h"

static int find_extension(struct run *r, const char *name, const struct prog_def **out)
{
	const struct image *image = r->file.image;

	for (uint32_t i = 0; i < image->nprogs; i++) {
		const struct prog_def *def = &image->progs[i];

		if (strcmp(def->name, name) != 0)
			continue;
		*out = def;
		if (def->type == PROG_TYPE_EXT && def->attach_to && r->vm.progs[i])
			return 0;
	}
	return fail(r->d, NULL, -ESRCH,
		    "--extend %s: %s has no such program in a section freplace/FUNCTION", name,
		    image->path);
}

int run_prove_extensions(struct run *r)
{
	const struct prove_options whole = {.caps = VERIFY_CAP_ALL};
	const struct prog_def *chosen = run_find_chosen(r), *def = NULL;
	struct verify_target target;
	int err = 0;

	if (!r->o->extend.n)
		return 0;
	if (!chosen)
		return fail(r->d, NULL, -ESRCH, "--extend: which program? say --prog");
	err = prove_target(&r->prover, chosen, &whole, &target);
	if (err)
		return fail(r->d, NULL, err, "--extend: Linux would not load program %s itself",
			    chosen->name);
	for (size_t i = 0; i < r->o->extend.n && !err; i++) {
		err = find_extension(r, r->o->extend.v[i], &def);
		if (!err)
			err = run_verify_extension(r, def, &target, &r->is_proved);
	}
	return err;
}

/* The number of the function of that name. */
static int find_function(struct run *r, const char *name, uint32_t *func)
{
	const struct prog *prog = r->vm.main;

	for (uint32_t i = 0; i < prog->nsubs; i++) {
		*func = i;
		if (prog->subs[i].name && strcmp(prog->subs[i].name, name) == 0)
			return 0;
	}
	return fail(r->d, NULL, -ESRCH, "--extend: program %s has no function %s", prog->name,
		    name);
}

static int attach(struct run *r, const char *name, struct detour *to)
{
	const struct image *image = r->file.image;
	const struct prog_def *def = NULL;
	struct prog *prog;
	uint32_t func = 0;
	int err = find_extension(r, name, &def);

	if (!err)
		err = find_function(r, def->attach_to, &func);
	if (err)
		return err;
	if (subprog_detour(&r->vm.main->subs[func]))
		return fail(r->d, NULL, -ESRCH, "--extend: two programs in the place of %s",
			    def->attach_to);
	prog = r->vm.progs[def - image->progs];
	prog->type = r->vm.main->type;
	prog->attach_type = r->vm.main->attach_type;
	err = prog->engine ? 0 : r->vm.engine->prepare(prog, r->d);
	*to = extension_of(r->vm.main, func, prog);
	return err ? err : prog_detour(r->vm.main, func, to, r->d);
}

int run_attach_extensions(struct run *r)
{
	size_t n = r->o->extend.n;
	int err = 0;

	r->detours = arena_array(&r->arena, struct detour, n + 1);
	for (size_t i = 0; i < n && !err; i++)
		err = attach(r, r->o->extend.v[i], &r->detours[r->ndetours++]);
	return err;
}

void run_close_extensions(struct run *r)
{
	for (size_t i = 0; i < r->ndetours; i++)
		detour_end(&r->detours[i]);
}
