/*
 * Programs of the store as machine code: the one that runs, and what may come to run in its course,
 * in whichever process that was decided. What the verifier accepts only by one of its holes, or
 * what reads the kernel's memory, is not run so.
 */
#include "core/sys/local.h"

/* Is it safe, and has it code of the engine that this process runs programs by? Found out once. */
bool program_trust(struct object *o)
{
	struct program *p = o->prog;

	if (!o->sys->engine)
		return true;
	if (p->trust == TRUST_UNKNOWN)
		p->trust = program_is_safe(o) ? TRUST_SAFE : TRUST_NOT;
	if (p->trust == TRUST_SAFE && !p->prog->engine &&
	    o->sys->engine->prepare(p->prog, &o->sys->diag) != 0)
		p->trust = TRUST_NOT;
	o->sys->is_untrusted |= p->trust == TRUST_NOT;
	return p->trust == TRUST_SAFE;
}

/* All that is in a table is found now, not when it is first called. */
static void trust_table(struct object *map)
{
	for (uint32_t i = 0; i < map->map->max_entries && map->map->ops->prog; i++)
		map->map->ops->prog(map->map, i);
	vec_each(&map->held, o)
		if ((*o)->kind == STORE_PROG)
			program_trust(*o);
}

static void trust_run(struct object *prog)
{
	const struct program *p = prog->prog;

	program_trust(prog);
	vec_each(&p->links, o)
		trust_run((*o)->link->prog);
	for (uint32_t i = 0; i < p->head.prog.nmaps; i++)
		trust_table(p->maps[i]);
}

int sys_trust(struct sys_watch *w, const struct engine *engine)
{
	struct sys *sys = w->prog->sys;

	sys->engine = engine;
	sys->is_untrusted = false;
	links_sync_run(w->prog);
	trust_run(w->prog);
	if (!sys->is_untrusted)
		return 0;
	sys->engine = NULL;
	return -EPERM;
}

bool sys_is_trusted(const struct sys_watch *w)
{
	return w->prog->sys->engine && !w->prog->sys->is_untrusted;
}
