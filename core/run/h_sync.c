/* Locks in values of maps. A program has one at a time, and gives it back before it ends. */
#include <errno.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/run.h"

HELPER_FN(spin_lock, lock)
{
	struct map *map = rc->locked ? NULL : arg_value_map(rc, lock, 4);
	uint8_t *value = map && map_has_lock(map) ? map->ops->value_at(map, lock) : NULL;
	int err;

	if (rc->locked) {
		run_fault(rc, FAULT_CALL, "another lock is taken before one was given back");
		return 0;
	}
	if (!value || lock - (uintptr_t)value != (uint32_t)map->record->spin_lock_off) {
		run_fault(rc, FAULT_CALL, "0x%llx is no lock in a value of a map",
			  (unsigned long long)lock);
		return 0;
	}
	err = map->ops->lock(map, (void *)(uintptr_t)lock, rc->cpu);
	if (err) {
		run_fault(rc, FAULT_CALL, "the lock in a value of map %s cannot be had: %s",
			  map->name, strerror(-err));
		return 0;
	}
	rc->locked = map;
	rc->lock = (void *)(uintptr_t)lock;
	return 0;
}

HELPER_FN(spin_unlock, lock)
{
	if (!rc->locked || (uintptr_t)rc->lock != lock)
		run_fault(rc, FAULT_CALL, "a lock is given back that was not taken");
	else
		run_unlock(rc);
	return 0;
}
