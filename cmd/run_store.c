/* Maps of the store under a run: those that --map names, and those that are pinned by name. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/run.h"
#include "maps/store.h"

static bool wants_store(const struct run *r)
{
	const struct image *image = r->file.image;
	bool given = r->o->bpffs || getenv("EBPF_BPFFS");

	for (uint32_t i = 0; given && i < image->nmaps; i++)
		if (image->maps[i].pinning == PIN_BY_NAME)
			return true;
	return r->o->stored.n > 0;
}

/* NAME=PATH */
static int open_stored(struct run *r, const char *text, struct replacement *out)
{
	const char *eq = strchr(text, '=');

	if (!eq || eq == text || !eq[1])
		return fail(r->d, NULL, -ESRCH, "--map %s: expected NAME=PATH", text);
	out->name = arena_strndup(&r->arena, text, (size_t)(eq - text));
	for (uint32_t i = 0; i < r->file.image->nmaps; i++) {
		if (strcmp(r->file.image->maps[i].name, out->name) != 0)
			continue;
		out->fd = open_path(&r->store, eq + 1, 0);
		return min(out->fd, 0);
	}
	return fail(r->d, NULL, -ESRCH, "--map %s: %s has no such map", text, r->o->path);
}

static int open_maps(struct run *r, const struct replacement *maps, size_t n)
{
	const struct image *image = r->file.image;
	int err = 0;

	r->given = arena_array(&r->arena, struct map *, image->nmaps + 1);
	for (uint32_t i = 0; i < image->nmaps && !err; i++) {
		bool wanted = image->maps[i].pinning == PIN_BY_NAME;

		for (size_t k = 0; k < n; k++)
			wanted |= strcmp(maps[k].name, image->maps[i].name) == 0;
		if (!wanted)
			continue;
		err = loader_open_map(&r->store, &r->loaded, i, maps, n);
		if (!err)
			err = sys_map(r->store.sys, r->loaded.maps[i], &r->given[i]);
	}
	return err;
}

int run_open_store(struct run *r)
{
	struct sys_options opts = {.store = r->o->bpffs};
	VEC(struct replacement) maps = {0};
	int err;

	if (!wants_store(r))
		return 0;
	r->store.d = r->d;
	err = r->store.sys ? 0 : sys_open(&opts, r->d, &r->store.sys);
	for (size_t i = 0; i < r->o->stored.n && !err; i++)
		err = open_stored(r, r->o->stored.v[i], vec_add(&maps));
	if (!err)
		err = loader_begin(&r->store, r->file.image, &r->loaded);
	if (!err)
		err = open_maps(r, maps.v, maps.n);
	vec_each(&maps, m)
		if (m->fd > 0)
			close(m->fd);
	vec_free(&maps);
	return err;
}

/* An image as much as the report needs one. */
static struct image *describe(struct run *r, const struct prog *prog)
{
	struct image *image = xcalloc(1, sizeof(*image));

	image->path = r->o->path;
	image->nmaps = prog->nmaps;
	image->maps = arena_array(&image->arena, struct map_def, prog->nmaps + 1);
	for (uint32_t i = 0; i < prog->nmaps; i++)
		image->maps[i] = (struct map_def){
			.name = arena_strdup(&image->arena, prog->maps[i]->name),
			.type = prog->maps[i]->ops->type,
		};
	return image;
}

/* Numbers of cpus are leased on the maps that are open: with another program others are. */
static void sync_pinned(void *arg)
{
	struct run *r = arg;

	if (!sys_sync(&r->watch))
		return;
	if (!r->vm.rc.mem && !sys_is_trusted(&r->watch)) {
		warn(r->d, NULL, "from now on the program runs checked: what came meanwhile is not "
				 "safe without");
		vm_distrust(&r->vm);
	}
	sys_give_cpu(r->store.sys, r->vm.rc.cpu);
	sys_take_cpu(r->store.sys, &r->vm.rc.cpu);
}

int run_open_pinned(struct run *r)
{
	struct prog *prog;
	int err;

	r->store.d = r->d;
	r->pinned = open_pinned_program(&r->store, r->o->path, r->o->bpffs);
	if (r->pinned <= 0)
		return r->pinned;
	if (sys_prog(r->store.sys, r->pinned, &prog) != 0 ||
	    sys_watch(r->store.sys, r->pinned, &r->watch) != 0)
		return fail(r->d, NULL, -EINVAL, "%s is no program", r->o->path);
	if (r->o->stored.n || r->o->unchecked || r->o->prog)
		return fail(r->d, NULL, -ESRCH,
			    "a program of the store runs checked, on its own maps");
	r->file.image = describe(r, prog);
	vm_open_prog(&r->vm, r->file.image, prog);
	r->vm.sync = sync_pinned;
	r->vm.sync_arg = r;
	err = run_open_mock(r);
	if (err)
		return err;
	r->vm.rt.mock = r->mock;
	if (r->mock)
		mock_bind(r->mock, prog);
	return 1;
}

void run_close_store(struct run *r)
{
	if (!r->store.sys)
		return;
	if (r->pinned > 0)
		close(r->pinned);
	if (r->loaded.image)
		loader_close(&r->loaded);
	sys_close(r->store.sys);
	arena_free(&r->store.arena);
}
