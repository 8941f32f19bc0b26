/*
 * Places that programs are attached to which are no function: what hook.c (links, and who is there)
 * and hook_bare.c (PROG_ATTACH, without a link) have in common.
 */
#ifndef CORE_SYS_HOOK_H
#define CORE_SYS_HOOK_H

#include "core/sys/local.h"

enum place { PLACE_DEVICE, PLACE_CGROUP, PLACE_NETNS, PLACE_MAP, PLACE_NETFILTER };

struct hook {
	uint32_t prog_type, attach_type, link_type;
	enum place place;
	uint32_t most;
	int full; /* -errno when there are that many */
};

/* NULL: programs of the type (0: of any) are not attached so. */
const struct hook *hook_find(uint32_t prog_type, uint32_t attach_type);
/* bpf_prog_attach_check_attach_type(): must it have been loaded for that? */
bool hook_takes(const struct blob_head *prog, uint32_t attach_type);
/* Which place of its kind a descriptor or number stands for; -errno. */
int hook_place(struct call *c, const struct hook *hook, uint32_t target, uint64_t place[2]);
/* The network namespace that this process is in. */
int hook_own_netns(uint64_t place[2]);

/* The links that are there, in their order; they are used. */
struct hook_list {
	VEC(struct object *) v;
};

void hook_list(struct sys *sys, const struct hook *hook, const uint64_t place[2],
	       struct hook_list *out);
void hook_list_end(struct hook_list *l);
/* -EBUSY: programs of two kinds exclude each other there, and one of the other kind is. */
int hook_excluded(struct sys *sys, const struct hook *hook, const uint64_t place[2]);
/* Alone, of all processes, until it is closed. */
int hooks_lock(struct sys *sys);
/* How often something was attached or detached, under the lock: from 1 on. */
uint64_t hooks_revision(int lock);
void hooks_revise(int lock);

/* hook_order.c */
struct hook_order {
	uint32_t flags, relative;
	uint64_t revision; /* that it must have; 0: any */
};

/*
 * The index of a place, from -1 (before all others) to how many there are; exact: that it has to
 * be, or -1 when nothing was said. 0 or -errno.
 */
int hook_seek(struct call *c, const struct hook *hook, const struct hook_list *l,
	      const struct hook_order *o, int exact, int *where);
/* Gives a new one the place that was found for it. */
void hook_put(const struct hook_list *l, const struct hook_order *o, struct object *added,
	      int where);

#endif
