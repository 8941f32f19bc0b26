/*
 * Where among the programs of a device one is put, or which one is meant (kernel/bpf/mprog.c of
 * Linux): before or behind another one, which a descriptor or an id of it or of its link names, or
 * at an end.
 */
#include "core/sys/hook.h"

#include <limits.h>

enum { NOWHERE = INT_MIN }; /* no index, no errno, and not before the first, which is -1 */

/* Another one, which may be there: a program, or the program of a link. */
struct relative {
	struct object *prog, *link;
};

/* bpf_mprog_tuple_relative(); what it has is used when it came by its id. */
static int find_relative(struct call *c, const struct hook *hook, const struct hook_order *o,
			 struct relative *r)
{
	bool by_id = o->flags & SYS_F_BY_ID, by_link = o->flags & SYS_F_BY_LINK;
	enum store_kind kind = by_link ? STORE_LINK : STORE_PROG;
	struct object *found;
	int err;

	*r = (struct relative){0};
	if (!by_id && !by_link && !o->relative)
		return 0;
	if (by_link && !by_id && !o->relative)
		return -EINVAL;
	err = by_id ? object_by_id(c->sys, kind, o->relative, &found)
		    : object_of(c->sys, (int)o->relative, kind, &found);
	if (err)
		return err;
	if (by_id)
		object_put(found); /* a program or a link that is there has more uses than this */
	*r = by_link ? (struct relative){found->link->prog, found} : (struct relative){found, NULL};
	return r->prog && r->prog->prog->head.prog.type == hook->prog_type ? 0 : -EINVAL;
}

/* Its index, -ENOENT; without one NOWHERE. */
static int index_of(const struct hook_list *l, const struct relative *r)
{
	for (size_t i = 0; i < l->v.n; i++)
		if (l->v.v[i]->link->prog == r->prog && (!r->link || r->link == l->v.v[i]))
			return (int)i;
	return r->prog ? -ENOENT : NOWHERE;
}

/* Two ways to say where must agree. */
static int agree(int place, int *where)
{
	if (*where != NOWHERE && *where != place)
		return -ERANGE;
	*where = place;
	return 0;
}

int hook_seek(struct call *c, const struct hook *hook, const struct hook_list *l,
	      const struct hook_order *o, int exact, int *where)
{
	int total = (int)l->v.n, at, err;
	struct relative r;

	*where = exact < 0 ? NOWHERE : exact;
	err = find_relative(c, hook, o, &r);
	at = err ? err : index_of(l, &r);
	if (err || (at == -ENOENT && o->flags & (SYS_F_BEFORE | SYS_F_AFTER)))
		return err ? err : at;
	if (o->flags & SYS_F_BEFORE)
		err = agree(at == NOWHERE ? -1 : at - 1, where);
	if (!err && o->flags & SYS_F_AFTER)
		err = agree(at == NOWHERE ? total : at + 1, where);
	if (err || *where != NOWHERE)
		return err;
	if (r.prog || o->flags)
		return -EINVAL;
	*where = total;
	return 0;
}

/* The records of all say it: any process may ask next. */
void hook_put(const struct hook_list *l, const struct hook_order *o, struct object *added,
	      int where)
{
	uint32_t at = (uint32_t)(where + (o->flags & SYS_F_BEFORE ? 1 : 0)), n = 1;

	for (uint32_t i = 0; i <= l->v.n; i++) {
		if (i == at && added->link->live.at)
			added->link->live.at->order = n++;
		if (i < l->v.n && l->v.v[i]->link->live.at)
			l->v.v[i]->link->live.at->order = n++;
	}
}
