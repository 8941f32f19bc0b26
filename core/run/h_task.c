/*
 * The task that a program runs in, what belongs to it, and what programs do to it. There is one:
 * other tasks are not there, and control groups are the task's own below the root's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/owned.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum { ROOT_CGROUP = 1 };

/* ---- who it is ---- */

HELPER_FN(get_ns_current_pid_tgid, dev, ino, out_arg, size)
{
	struct {
		uint32_t pid, tgid;
	} *out = arg_mem_out(rc, out_arg, (uint32_t)size);

	if (!out)
		return 0;
	memset(out, 0, (uint32_t)size);
	if ((uint32_t)size != sizeof(*out) || dev > UINT32_MAX)
		return -EINVAL;
	out->pid = rc->rt->task.pid;
	out->tgid = rc->rt->task.tgid;
	return 0;
}

/* The root is at level 0, the task's own at level 1. */
HELPER_FN(get_current_ancestor_cgroup_id, level)
{
	uint64_t own = rc->rt->task.cgroup_id;
	int32_t at = (int32_t)level;

	if (at == 0)
		return own ? ROOT_CGROUP : 0;
	return at == 1 && own != ROOT_CGROUP ? own : 0;
}

HELPER_FN(current_task_under_cgroup, map_arg, slot)
{
	struct map *map = arg_map(rc, map_arg);
	uint32_t i = (uint32_t)slot;
	const uint64_t *id;

	if (!map)
		return 0;
	if (i >= map->max_entries)
		return -E2BIG;
	id = map->ops->lookup ? map->ops->lookup(map, &i, rc->cpu) : NULL;
	if (!id || !*id)
		return -EAGAIN;
	return *id == ROOT_CGROUP || *id == rc->rt->task.cgroup_id;
}

KFUNC_FN(bpf_task_from_pid, pid)
{
	return rc->rt->task.pid == (uint32_t)pid ? run_task_object(rc) : 0;
}

KFUNC_FN(bpf_task_from_vpid, pid)
{
	return kfunc_bpf_task_from_pid(pid, 0, 0, 0, 0, rc);
}

/* Tasks stay as long as the run does. */
KFUNC_FN(bpf_task_acquire, task)
{
	return task;
}

KFUNC_FN(bpf_task_release, task)
{
	return 0;
}

/* ---- iterators over tasks: the one that there is ---- */

struct task_iter {
	uint64_t task, shown, flags;
};

KFUNC_FN(bpf_iter_task_new, it, task, flags)
{
	enum { ALL_PROCS, ALL_THREADS, PROC_THREADS };
	struct task_iter *s = arg_mem_out(rc, it, sizeof(*s));

	if (!s)
		return 0;
	*s = (struct task_iter){0};
	if ((uint32_t)flags > PROC_THREADS || ((uint32_t)flags == PROC_THREADS && !task))
		return (uint32_t)-EINVAL;
	s->task = (uint32_t)flags == PROC_THREADS ? task : run_task_object(rc);
	return 0;
}

KFUNC_FN(bpf_iter_task_next, it)
{
	struct task_iter *s = arg_mem_out(rc, it, sizeof(*s));
	uint64_t task = s ? s->task : 0;

	if (s)
		s->task = 0;
	return task;
}

KFUNC_FN(bpf_iter_task_destroy, it)
{
	struct task_iter *s = arg_mem_out(rc, it, sizeof(*s));

	if (s)
		*s = (struct task_iter){0};
	return 0;
}

/* ---- what is done to it ---- */

static uint64_t signal(struct run_ctx *rc, uint32_t sig, const char *to)
{
	enum { SIGNALS = 64 };

	if (rc->rt->task.pid == 1)
		return (uint32_t)-EPERM;
	if (sig > SIGNALS)
		return (uint32_t)-EINVAL;
	run_say(rc, "signal %u to the %s %u", sig, to, rc->rt->task.pid);
	return 0;
}

HELPER_FN(send_signal, sig)
{
	return (uint64_t)(int32_t)signal(rc, (uint32_t)sig, "process");
}

HELPER_FN(send_signal_thread, sig)
{
	return (uint64_t)(int32_t)signal(rc, (uint32_t)sig, "thread");
}

KFUNC_FN(bpf_send_signal_task, task, sig, type, value)
{
	enum { PID, TGID };

	if ((uint32_t)type != PID && (uint32_t)type != TGID)
		return (uint32_t)-EINVAL;
	return signal(rc, (uint32_t)sig, (uint32_t)type == PID ? "thread" : "process");
}

HELPER_FN(override_return, ctx, value)
{
	if (arg_ctx(rc, ctx))
		run_say(rc, "the probed function returns %lld", (long long)value);
	return 0;
}

HELPER_FN(bprm_opts_set, bprm, flags)
{
	enum { SECUREEXEC = 1 };

	if (flags & ~(uint64_t)SECUREEXEC)
		return -EINVAL;
	run_say(rc, "secureexec is %u", (uint32_t)flags);
	return 0;
}

/* Memory that user space has, as the context says. */
HELPER_FN(probe_write_user, dst, src, size)
{
	uint32_t n = (uint32_t)size;
	const void *in = arg_mem(rc, src, n);
	void *out = rc->rt->space ? space_at(rc->rt->space, dst, n, SPACE_USER) : NULL;

	if (!in)
		return 0;
	if (!out)
		return -EPERM;
	memcpy(out, in, n);
	run_say(rc, "%u bytes written at 0x%llx of user space", n, (unsigned long long)dst);
	return 0;
}

/* ---- values that belong to an object ---- */

/* By what maps know the owner: a task by its pid, others by where they are. */
static uint64_t owner_of(const struct run_ctx *rc, uint64_t object)
{
	return object == rc->rt->task.addr ? rc->rt->task.pid : object;
}

static uint64_t create(struct run_ctx *rc, struct map *map, uint64_t owner, uint64_t value)
{
	enum { NOEXIST = 1 };
	void *zeroes = value ? NULL : calloc(1, map->value_size);
	const void *first = value ? arg_mem(rc, value, map->value_size) : zeroes;
	int err = first ? map->ops->update(map, &owner, first, NOEXIST, rc->cpu) : -ENOMEM;

	free(zeroes);
	return err ? 0 : (uintptr_t)map->ops->lookup(map, &owner, rc->cpu);
}

static uint64_t storage_get(struct run_ctx *rc, uint64_t map_arg, uint64_t object, uint64_t value,
			    uint64_t flags)
{
	enum { CREATE = 1 };
	struct map *map = arg_map(rc, map_arg);
	uint64_t owner = owner_of(rc, object), at;

	if (!map || !object || flags & ~(uint64_t)CREATE || !map->ops->lookup || !map->ops->update)
		return 0;
	at = (uintptr_t)map->ops->lookup(map, &owner, rc->cpu);
	return at || !(flags & CREATE) ? at : create(rc, map, owner, value);
}

static uint64_t storage_delete(struct run_ctx *rc, uint64_t map_arg, uint64_t object)
{
	struct map *map = arg_map(rc, map_arg);
	uint64_t owner = owner_of(rc, object);

	if (!map)
		return 0;
	return object && map->ops->delete ? map->ops->delete(map, &owner, rc->cpu) : -EINVAL;
}

#define STORAGE(kind)                                                                              \
	HELPER_FN(kind##_storage_get, map, object, value, flags)                                   \
	{                                                                                          \
		return storage_get(rc, map, object, value, flags);                                 \
	}                                                                                          \
	HELPER_FN(kind##_storage_delete, map, object)                                              \
	{                                                                                          \
		return storage_delete(rc, map, object);                                            \
	}

STORAGE(task)
STORAGE(inode)
STORAGE(cgrp)
STORAGE(sk)

/* The value of the control group that the program runs for, which is there. */
HELPER_FN(get_local_storage, map_arg)
{
	enum { KEY_MAX = 16 };
	struct map *map = arg_map(rc, map_arg);
	uint8_t key[KEY_MAX] = {0};
	void *zeroes, *value;

	if (!map || map->key_size > KEY_MAX || !map->ops->lookup || !map->ops->update)
		return 0;
	memcpy(key, &rc->rt->task.cgroup_id, sizeof(uint64_t));
	value = map->ops->lookup(map, key, rc->cpu);
	if (value)
		return (uintptr_t)value;
	zeroes = calloc(1, map_value_stride(map));
	if (zeroes)
		map->ops->update(map, key, zeroes, 0, rc->cpu);
	free(zeroes);
	return (uintptr_t)map->ops->lookup(map, key, rc->cpu);
}

/* ---- control groups: objects are known by their addresses, and there is no tree of them ---- */

KFUNC_FN(bpf_cgroup_acquire, cgroup)
{
	return cgroup;
}

KFUNC_FN(bpf_cgroup_release, cgroup)
{
	return 0;
}

KFUNC_FN(bpf_cgroup_from_id, id)
{
	return 0;
}

KFUNC_FN(bpf_cgroup_ancestor, cgroup, level)
{
	return 0;
}

KFUNC_FN(bpf_task_get_cgroup1, task, hierarchy)
{
	return 0;
}

KFUNC_FN(bpf_task_under_cgroup, task, ancestor)
{
	return 0;
}

KFUNC_FN(css_rstat_updated, css, cpu)
{
	return 0;
}

KFUNC_FN(css_rstat_flush, css)
{
	return 0;
}
