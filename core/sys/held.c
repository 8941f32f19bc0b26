/*
 * Elements that stand for other objects: prog arrays and maps of maps. Outside a value is a
 * descriptor when it is written and an id when it is read; inside it is an id, and a name of the object in
 * the store that goes away with the element.
 */
#include "core/sys/local.h"

int elem_store(struct sys *sys __unused, struct object *o, const void *key, const void *value,
	       uint64_t flags)
{
	if (flags & SYS_F_LOCK)
		flags &= ~(uint64_t)SYS_F_LOCK;
	return map_update(o->map, key, value, flags);
}

int elem_delete(struct sys *sys __unused, struct object *o, const void *key)
{
	return map_delete(o->map, key);
}
