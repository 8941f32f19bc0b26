#ifndef MAPS_LOCAL_H
#define MAPS_LOCAL_H

#include <errno.h>
#include <string.h>

#include "maps/maps.h"

#define INLINE __attribute__((always_inline)) static inline
#define NOINLINE __attribute__((noinline)) static

/* Of one map; more is -ENOMEM, whatever the file system would give. */
#define MAP_BYTES_MAX ((uint64_t)1 << 34)

#define MAP_OPS(name) extern const struct map_ops name##_map_ops;
#include "maps/types.def"

/* Special fields, by what a map needs to have them; struct map_ops.fields. */
enum {
	FIELDS_LOCK = BTF_FIELD_SPIN_LOCK | BTF_FIELD_RES_SPIN_LOCK,
	FIELDS_LATER = BTF_FIELD_TIMER | BTF_FIELD_WORKQUEUE | BTF_FIELD_TASK_WORK,
	FIELDS_KPTR = BTF_FIELD_KPTR | BTF_FIELD_REFCOUNT,
	FIELDS_GRAPH = BTF_FIELD_LIST_HEAD | BTF_FIELD_RB_ROOT,
};

/* maps.c: NULL when there is no such type here */
const struct map_ops *map_ops_of(uint32_t type);

/* typed.c */
/*
 * Gives the map BTF and the special fields of its values that are among mask: def->btf, which is
 * to outlive it, or a private copy of what def->btf_blob says. -EUCLEAN: that is no BTF; others as
 * map_check_types().
 */
int types_begin(struct map *map, const struct map_def *def, uint32_t mask);
void types_end(struct map *map);
/* Whether values of both have the same special fields. */
bool types_same_fields(const struct map *a, const struct map *b);

/* value.c */
void value_copy_around(const struct btf_record *rec, uint8_t *to, const uint8_t *from,
		       uint32_t size);
/* Makes the special fields of a value new. */
void value_clear(const struct btf_record *rec, uint8_t *value);
/* Makes those of a whole value that was copied what others than programs see of them. */
void value_hide(const struct map *map, uint8_t *value);

/* Bytes that mostly are a few words */
INLINE void copy_few(void *to, const void *from, uint32_t size)
{
	switch (size) {
	case 32:
		memcpy((uint8_t *)to + 24, (const uint8_t *)from + 24, 8);
		/* fallthrough */
	case 24:
		memcpy((uint8_t *)to + 16, (const uint8_t *)from + 16, 8);
		/* fallthrough */
	case 16:
		memcpy((uint8_t *)to + 8, (const uint8_t *)from + 8, 8);
		/* fallthrough */
	case 8:
		memcpy(to, from, 8);
		break;
	case 4:
		memcpy(to, from, 4);
		break;
	default:
		memcpy(to, from, size);
	}
}

/* Copies one value, of size bytes with its padding or without; special fields of *to stay. */
static inline void value_copy(const struct map *map, void *to, const void *from, uint32_t size)
{
	if (likely(!map->record))
		memmove(to, from, size);
	else
		value_copy_around(map->record, to, from, size);
}

/* The lock in a value of a map that has one (map_has_lock()). */
static inline _Atomic uint32_t *value_lock(const struct map *map, void *value)
{
	return (_Atomic uint32_t *)((uint8_t *)value + map->record->spin_lock_off);
}

/* UPDATE_ANY, _NOEXIST or _EXIST, and UPDATE_LOCK where there is a lock */
static inline bool update_flags_are_known(const struct map *map, uint64_t flags)
{
	return flags <= UPDATE_EXIST ||
	       ((flags & ~(uint64_t)UPDATE_LOCK) <= UPDATE_EXIST && map_has_lock(map));
}

/* struct map_ops.lock and .unlock */
int map_lock_value(struct map *map, void *word, uint32_t cpu);
void map_unlock_value(struct map *map, void *word, uint32_t cpu);

/* The key after key of a table of n: from beyond it begins again. */
int next_index(uint32_t n, const void *key, void *next);

/* Values of which there is one for each cpu have a limit of their own (PCPU_MIN_UNIT_SIZE). */
static inline int check_percpu_value(const struct map_def *def, struct diag *d)
{
	enum { PERCPU_VALUE_MAX = 32 << 10 };

	if (def->value_size > PERCPU_VALUE_MAX)
		return fail(d, NULL, -E2BIG, "map %s: per-cpu values of %u bytes are too large",
			    def->name, def->value_size);
	return 0;
}

#endif
