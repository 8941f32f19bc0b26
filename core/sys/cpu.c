/*
 * The number of the cpu that a program runs on. Two processes that run on the same maps must not
 * have the same one, or their per-cpu values would be lost: it is leased on every map that is open
 * here, those of programs that may be tail called too.
 */
#include <time.h>

#include "core/sys/local.h"

/* Opens what prog arrays lead to, and what those programs' prog arrays lead to, and so on. */
static void open_tail_calls(struct sys *sys)
{
	struct object *seen = NULL;

	while (seen != sys->objects) {
		struct object *from = sys->objects;

		/* New objects come first in the list. */
		for (struct object *o = from; o != seen; o = o->next)
			if (o->kind == STORE_MAP && o->map->ops->prog)
				for (uint32_t i = 0; i < o->map->max_entries; i++)
					o->map->ops->prog(o->map, i);
		seen = from;
	}
}

/* Makes this process the one that may run on the maps that are open. */
static int begin_running(struct sys *sys)
{
	int err;

	for (struct object *o = sys->objects; o; o = o->next) {
		err = o->kind == STORE_MAP ? map_begin_running(o->map) : 0;
		if (err)
			return fail(&sys->diag, NULL, err,
				    "map %s: its values belong to programs of another process",
				    o->map->name);
	}
	return 0;
}

int sys_take_cpu(struct sys *sys, uint32_t *cpu)
{
	const struct timespec moment = {.tv_nsec = 100000};
	VEC(struct region *) set = {0};
	int err;

	open_tail_calls(sys);
	err = begin_running(sys);
	if (err)
		return err;
	for (struct object *o = sys->objects; o; o = o->next)
		if (o->kind == STORE_MAP)
			vec_push(&set, o->map->region);
	while ((err = region_take_cpu(set.v, set.n, cpu)) == -EBUSY)
		nanosleep(&moment, NULL);
	sys->cpu_set = set.v;
	sys->ncpu_set = set.n;
	return err;
}

void sys_give_cpu(struct sys *sys, uint32_t cpu)
{
	region_give_cpu(sys->cpu_set, sys->ncpu_set, cpu);
	free(sys->cpu_set);
	sys->cpu_set = NULL;
	sys->ncpu_set = 0;
}
