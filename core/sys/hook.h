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

struct hook_visit {
	struct sys *sys;
	const struct hook *hook;
	const uint64_t *place;
	/* Of each link that is there, as they were made; what it returns other than 0 ends it. */
	int (*fn)(void *arg, struct object *link);
	void *arg;
};

int hook_each(const struct hook_visit *v);
/* -EBUSY: programs of two kinds exclude each other there, and one of the other kind is. */
int hook_excluded(struct sys *sys, const struct hook *hook, const uint64_t place[2]);
/* Alone, of all processes, until it is closed. */
int hooks_lock(struct sys *sys);

#endif
