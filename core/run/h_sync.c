/*
 * Locks in values of maps and in objects. A program has one at a time, and gives it back before it
 * ends; of the resilient ones (bpf_res_spin_lock()) it may have several.
 */
#include <errno.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/owned.h"
#include "core/run/run.h"

HELPER_FN(spin_lock, lock)
{
	struct field_place place;
	int err = 0;

	if (rc->lock.word) {
		run_fault(rc, FAULT_CALL, "another lock is taken before one was given back");
		return 0;
	}
	if (!arg_field(rc, lock, BTF_FIELD_SPIN_LOCK, &place))
		return 0;
	if (place.map)
		err = place.map->ops->lock(place.map, (void *)(uintptr_t)lock, rc->cpu);
	if (err) {
		run_fault(rc, FAULT_CALL, "the lock in a value of map %s cannot be had: %s",
			  place.map->name, strerror(-err));
		return 0;
	}
	rc->lock = (struct held_lock){place.map, (void *)(uintptr_t)lock};
	return 0;
}

HELPER_FN(spin_unlock, lock)
{
	if (!lock || (uintptr_t)rc->lock.word != lock)
		run_fault(rc, FAULT_CALL, "a lock is given back that was not taken");
	else
		run_unlock(rc, &rc->lock);
	return 0;
}

/* The place of a resilient lock among those that the run has, or their number. */
static uint32_t held_at(const struct run_ctx *rc, uint64_t lock)
{
	uint32_t i = 0;

	while (i < rc->nres_locks && (uintptr_t)rc->res_locks[i].word != lock)
		i++;
	return i;
}

/* A lock that the run has already is not waited for: -EDEADLK. */
static uint64_t take(struct run_ctx *rc, uint64_t lock)
{
	struct field_place place;
	int err = 0;

	if (!arg_field(rc, lock, BTF_FIELD_RES_SPIN_LOCK, &place))
		return 0;
	if (held_at(rc, lock) < rc->nres_locks)
		return (uint32_t)-EDEADLK;
	if (rc->nres_locks == ARRAY_SIZE(rc->res_locks)) {
		run_fault(rc, FAULT_CALL, "more than %zu locks are held",
			  ARRAY_SIZE(rc->res_locks));
		return 0;
	}
	if (place.map)
		err = place.map->ops->lock(place.map, (void *)(uintptr_t)lock, rc->cpu);
	if (err)
		return (uint32_t)-ETIMEDOUT;
	rc->res_locks[rc->nres_locks++] =
		(struct held_lock){place.map, (void *)(uintptr_t)lock};
	return 0;
}

static uint64_t give_back(struct run_ctx *rc, uint64_t lock)
{
	uint32_t i = held_at(rc, lock);

	if (i == rc->nres_locks) {
		run_fault(rc, FAULT_CALL, "a lock is given back that was not taken");
		return 0;
	}
	run_unlock(rc, &rc->res_locks[i]);
	rc->res_locks[i] = rc->res_locks[--rc->nres_locks];
	return 0;
}

KFUNC_FN(bpf_res_spin_lock, lock)
{
	return take(rc, lock);
}

KFUNC_FN(bpf_res_spin_unlock, lock)
{
	return give_back(rc, lock);
}

KFUNC_FN(bpf_res_spin_lock_irqsave, lock, flags)
{
	uint64_t *out = arg_mem_out(rc, flags, sizeof(*out));

	if (!out)
		return 0;
	*out = 0;
	return take(rc, lock);
}

KFUNC_FN(bpf_res_spin_unlock_irqrestore, lock, flags)
{
	return give_back(rc, lock);
}
