/*
 * Hash maps, their per-cpu kind, and those that forget what was not used lately instead of being
 * full: a table (maps/htab.h) and its rules. As in Linux, what counts as use is a program's lookup
 * and anybody's replacing of a value.
 */
#include <errno.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/hash.h"
#include "maps/htab_near.h"

static struct hash *hash_of(const struct map *map)
{
	return container_of(map, struct hash, map);
}

static bool is_lru(const struct map *map)
{
	return map->ops->type == MAP_TYPE_LRU_HASH || map->ops->type == MAP_TYPE_LRU_PERCPU_HASH;
}

int hash_check(const struct map_def *def, struct diag *d)
{
	enum { SIZE_LIMIT = 1 << 22, HEAD = 48 }; /* KMALLOC_MAX_SIZE, struct htab_elem */
	const char *missing = !def->key_size	 ? "a key"
			      : !def->value_size ? "a value"
						 : "max_entries";

	if (!def->key_size || !def->value_size || !def->max_entries)
		return fail(d, NULL, -EINVAL, "map %s: a hash needs %s", def->name, missing);
	if ((uint64_t)def->key_size + def->value_size >= SIZE_LIMIT - HEAD)
		return fail(d, NULL, -E2BIG, "map %s: elements of %u and %u bytes are too large",
			    def->name, def->key_size, def->value_size);
	if (def->max_entries > 1u << 31)
		return fail(d, NULL, -E2BIG, "map %s: %u elements are too many", def->name,
			    def->max_entries);
	return 0;
}

static int percpu_hash_check(const struct map_def *def, struct diag *d)
{
	int err = hash_check(def, d);

	return err ? err : check_percpu_value(def, d);
}

static int check_prealloc(const struct map_def *def, struct diag *d)
{
	if (def->flags & MAP_NO_PREALLOC)
		return fail(d, NULL, -ENOTSUPP,
			    "map %s: an lru map has its elements from the beginning", def->name);
	return 0;
}

static int lru_hash_check(const struct map_def *def, struct diag *d)
{
	int err = check_prealloc(def, d);

	if (!err && def->flags & MAP_NO_COMMON_LRU && def->flags & MAP_NUMA_NODE &&
	    def->numa_node != UINT32_MAX)
		return fail(d, NULL, -EINVAL, "map %s: lists of each cpu are not for one node",
			    def->name);
	return err ? err : hash_check(def, d);
}

static int lru_percpu_hash_check(const struct map_def *def, struct diag *d)
{
	int err = check_prealloc(def, d);

	return err ? err : percpu_hash_check(def, d);
}

int hash_layout(struct map *map, struct region_head *head)
{
	return htab_layout(&hash_of(map)->table, map, map_user_size(map), head);
}

int hash_begin(struct map *map)
{
	struct hash *h = hash_of(map);

	h->is_plain = !map->record && !map->ops->percpu;
	h->is_lru = is_lru(map);
	h->is_private = region_is_private(map->region);
	htab_begin(&h->table, map);
	return 0;
}

void hash_repair(struct map *map, uint32_t slot)
{
	htab_repair(&hash_of(map)->table, slot);
}

int hash_check_whole(struct map *map, bool fix, struct diag *d)
{
	return htab_check(&hash_of(map)->table, fix, map->name, d);
}

uint32_t hash_count(struct map *map)
{
	return htab_count(&hash_of(map)->table);
}

/* One body for each of the sizes that most keys have: fn(map, key, size, ...) */
#define BY_KEY_SIZE(fn, map, key, ...)                                                             \
	switch (hash_of(map)->table.key_size) {                                                    \
	case 4:                                                                                    \
		return fn(map, key, 4, __VA_ARGS__);                                               \
	case 8:                                                                                    \
		return fn(map, key, 8, __VA_ARGS__);                                               \
	case 16:                                                                                   \
		return fn(map, key, 16, __VA_ARGS__);                                              \
	default:                                                                                   \
		return fn(map, key, hash_of(map)->table.key_size, __VA_ARGS__);                    \
	}

/* A program's lookup; what is constant of it, the compiler knows. */
INLINE void *find(struct map *map, const void *key, uint32_t size, bool lru, bool percpu,
		  uint32_t cpu)
{
	uint8_t *values;

	if (percpu && cpu >= map->ncpus)
		return NULL;
	values = htab_find(&hash_of(map)->table, key, size, lru);
	return values && percpu ? values + (size_t)cpu * map_value_stride(map) : values;
}

#define LOOKUPS(name, lru, percpu)                                                                 \
	void *name##_lookup(struct map *map, const void *key, uint32_t cpu)                        \
	{                                                                                          \
		BY_KEY_SIZE(find, map, key, lru, percpu, cpu)                                      \
	}
LOOKUPS(hash, false, false)
LOOKUPS(percpu_hash, false, true)
LOOKUPS(lru_hash, true, false)
LOOKUPS(lru_percpu_hash, true, true)

int hash_copy(struct map *map, const void *key, void *value)
{
	return htab_copy(&hash_of(map)->table, key, value);
}

/* By the bucket's owner, who has the value's lock besides when locked says so. */
static int copy_value(struct map *map, uint32_t slot, const struct htab_place *place, bool locked,
		      void *value)
{
	struct htab *t = &hash_of(map)->table;
	uint8_t *from = htab_value(t, place->elem);
	int err = locked ? region_lock_value(t->region, slot, value_lock(map, from)) : 0;

	if (err)
		return err;
	memcpy(value, from, t->value_size);
	if (locked)
		region_unlock_value(t->region, slot, value_lock(map, from));
	return 0;
}

static int copy_as_owner(struct map *map, const void *key, bool locked, void *value)
{
	struct htab *t = &hash_of(map)->table;
	uint32_t slot = region_enter(t->region, MAP_ALL_CPUS);
	struct htab_place place;
	int err;

	if (!slot)
		return -EBUSY;
	err = htab_lock(t, slot, key, &place);
	if (!err) {
		err = place.elem ? copy_value(map, slot, &place, locked, value) : -ENOENT;
		htab_unlock(t, slot, &place);
	}
	region_leave(t->region, MAP_ALL_CPUS);
	return err;
}

/*
 * Per-cpu values change where they are, so that only the bucket's owner sees none of them half; who
 * may not write cannot be that.
 */
static int percpu_hash_copy(struct map *map, const void *key, void *value)
{
	int err = copy_as_owner(map, key, false, value);

	return err == -EBUSY ? hash_copy(map, key, value) : err;
}

int hash_copy_locked(struct map *map, const void *key, void *value)
{
	return copy_as_owner(map, key, true, value);
}

/* A new element's value: the caller's, and in a per-cpu map zeroes for the other cpus. */
static void fill_value(struct map *map, uint32_t elem, const void *value, uint32_t cpu)
{
	const struct htab *t = &hash_of(map)->table;
	uint64_t stride = map_value_stride(map), size = map_user_size(map), at;
	uint8_t *to = htab_value(t, elem);

	if (likely(!map->record && !map->ops->percpu)) {
		htab_copy_bytes(to, value, t->value_size);
		return;
	}
	if (map->ops->percpu && cpu != MAP_ALL_CPUS) {
		memset(to, 0, size);
		htab_copy_part(t, elem, value, cpu * (uint32_t)stride, map->value_size);
		return;
	}
	htab_copy_part(t, elem, value, 0, (uint32_t)size);
	for (at = 0; map->record && at < size; at += stride)
		value_clear(map->record, to + at);
}

/* A per-cpu value is changed where it is: programs on other cpus are counting beside it. */
static void write_percpu(struct map *map, uint32_t slot, const struct htab_place *place,
			 const void *value, uint32_t cpu)
{
	struct htab *t = &hash_of(map)->table;

	if (cpu == MAP_ALL_CPUS)
		htab_write(t, slot, place, 0, value, t->value_size);
	else
		htab_write(t, slot, place, cpu * map_value_stride(map), value, map->value_size);
}

/* With BPF_F_LOCK a value is changed where it is, under its lock. */
static int write_locked(struct map *map, uint32_t slot, const struct htab_place *place,
			const void *value)
{
	struct htab *t = &hash_of(map)->table;
	_Atomic uint32_t *lock = value_lock(map, htab_value(t, place->elem));
	int err = region_lock_value(t->region, slot, lock);

	if (err)
		return err;
	htab_write(t, slot, place, 0, value, t->value_size);
	region_unlock_value(t->region, slot, lock);
	return 0;
}

static int update_locked(struct map *map, uint32_t slot, struct htab_place *place, const void *key,
			 const void *value, uint64_t flags, uint32_t cpu)
{
	struct htab *t = &hash_of(map)->table;
	uint32_t elem;
	int err;

	if (place->elem && flags & UPDATE_NOEXIST)
		return -EEXIST;
	if (!place->elem && flags & UPDATE_EXIST)
		return -ENOENT;
	if (place->elem && flags & UPDATE_LOCK)
		return write_locked(map, slot, place, value);
	if (place->elem && map->ops->percpu) {
		write_percpu(map, slot, place, value, cpu);
		return 0;
	}
	err = htab_take(t, slot, place, key, &elem);
	if (err == -E2BIG && hash_of(map)->is_lru) {
		err = htab_evict(t, slot, place);
		if (!err)
			err = htab_take(t, slot, place, key, &elem);
	}
	if (err)
		return err;
	fill_value(map, elem, value, cpu);
	htab_put(t, slot, place, elem);
	return 0;
}

/* After -EAGAIN, or when only another block has a key to be evicted; *err then tells how waiting
 * went. */
static bool may_try_again(struct map *map, uint32_t slot, const struct htab_place *place, int *err)
{
	struct htab *t = &hash_of(map)->table;

	if (*err == -EAGAIN)
		*err = htab_wait(t, slot, place);
	else if (*err == -ENOBUFS)
		*err = htab_evict_elsewhere(t, slot, place);
	else
		return false;
	return *err == 0;
}

static int update_any(struct map *map, const void *key, const void *value, uint64_t flags,
		      uint32_t cpu)
{
	struct htab *t = &hash_of(map)->table;
	struct htab_place place;
	uint32_t slot;
	int err;

	if (!update_flags_are_known(map, flags) ||
	    (map->ops->percpu && cpu != MAP_ALL_CPUS && cpu >= map->ncpus))
		return -EINVAL;
	slot = region_enter(t->region, cpu);
	if (!slot)
		return -EBUSY;
	do {
		err = htab_lock(t, slot, key, &place);
		if (err)
			break;
		err = update_locked(map, slot, &place, key, value, flags, cpu);
		if (!err && place.elem && place.at >= 0 && hash_of(map)->is_lru)
			htab_touch(place.bucket, (uint32_t)place.at);
		htab_unlock(t, slot, &place);
	} while (may_try_again(map, slot, &place, &err));
	region_leave(t->region, cpu);
	return err;
}

/* The same where mostly little is to be done for it. */
INLINE int update_beside(struct map *map, const void *key, uint32_t size, const void *value,
			 uint64_t flags, uint32_t cpu)
{
	struct hash *h = hash_of(map);
	uint32_t slot;
	bool done;

	if (flags || !h->is_plain)
		return update_any(map, key, value, flags, cpu);
	slot = region_enter(map->region, cpu);
	if (unlikely(!slot))
		return -EBUSY;
	done = htab_update_near(&h->table, slot, key, size, value, false, h->is_lru);
	region_leave(map->region, cpu);
	return done ? 0 : update_any(map, key, value, flags, cpu);
}

static int hash_update_beside(struct map *map, const void *key, const void *value, uint64_t flags,
			      uint32_t cpu)
{
	BY_KEY_SIZE(update_beside, map, key, value, flags, cpu)
}

/* As region_enter_alone(), of which the process's only thread need not tell anybody. */
INLINE bool enter_alone(const struct hash *h, uint32_t cpu)
{
	return (h->is_private && region_is_single()) ||
	       region_enter_alone(h->map.region->mine, cpu);
}

INLINE void leave_alone(const struct hash *h, uint32_t cpu)
{
	if (!h->is_private || !region_is_single())
		region_leave_alone(h->map.region->mine, cpu);
}

/* The same of who is alone */
INLINE int update(struct map *map, const void *key, uint32_t size, const void *value,
		  uint64_t flags, uint32_t cpu)
{
	struct hash *h = hash_of(map);
	bool done;

	if (unlikely(flags) || unlikely(!h->is_plain) || !enter_alone(h, cpu))
		return hash_update_beside(map, key, value, flags, cpu);
	done = htab_update_near(&h->table, 0, key, size, value, false, h->is_lru);
	leave_alone(h, cpu);
	return likely(done) ? 0 : update_any(map, key, value, flags, cpu);
}

int hash_update(struct map *map, const void *key, const void *value, uint64_t flags, uint32_t cpu)
{
	BY_KEY_SIZE(update, map, key, value, flags, cpu)
}

/* Deletes a key whose value goes to *value first, when there is one to take it. */
static int remove_key(struct map *map, const void *key, void *value, uint64_t flags, uint32_t cpu)
{
	struct htab *t = &hash_of(map)->table;
	uint32_t slot = region_enter(t->region, cpu);
	struct htab_place place;
	int err;

	if (!slot)
		return -EBUSY;
	do {
		err = htab_lock(t, slot, key, &place);
		if (err)
			break;
		err = place.elem ? 0 : -ENOENT;
		if (!err && value)
			err = copy_value(map, slot, &place, flags & UPDATE_LOCK, value);
		if (!err)
			err = htab_delete(t, slot, &place);
		htab_unlock(t, slot, &place);
	} while (err == -EAGAIN && (err = htab_wait(t, slot, &place)) == 0);
	region_leave(t->region, cpu);
	return err;
}

INLINE int delete_beside(struct map *map, const void *key, uint32_t size, uint32_t cpu)
{
	uint32_t slot = region_enter(map->region, cpu);
	int err;

	if (unlikely(!slot))
		return -EBUSY;
	err = htab_delete_near(&hash_of(map)->table, slot, key, size);
	region_leave(map->region, cpu);
	return err != -EAGAIN ? err : remove_key(map, key, NULL, 0, cpu);
}

static int hash_delete_beside(struct map *map, const void *key, uint32_t cpu)
{
	BY_KEY_SIZE(delete_beside, map, key, cpu)
}

INLINE int delete(struct map *map, const void *key, uint32_t size, uint32_t cpu)
{
	struct hash *h = hash_of(map);
	int err;

	if (!enter_alone(h, cpu))
		return hash_delete_beside(map, key, cpu);
	err = htab_delete_near(&h->table, 0, key, size);
	leave_alone(h, cpu);
	return likely(err != -EAGAIN) ? err : remove_key(map, key, NULL, 0, cpu);
}

int hash_delete(struct map *map, const void *key, uint32_t cpu)
{
	BY_KEY_SIZE(delete, map, key, cpu)
}

static int hash_take(struct map *map, const void *key, void *value, uint64_t flags)
{
	return remove_key(map, key, value, flags, MAP_ALL_CPUS);
}

/* ---- with the key in registers ---- */

#define WORDS(key, more) ((const uint64_t[]){key, more})

/* What becomes of a value that is there: another one takes its place, or its bytes, or its word. */
enum manner { PUT, OVERWRITE, WRITE };

enum done { DONE, ABSENT, NOTHING };

/*
 * For the process's only thread, a key that is there. Until it is found, all that is done is what
 * that takes: there are no registers to be saved for the rest.
 */
INLINE enum done set(struct htab *t, const uint64_t key[2], uint32_t size, const void *value,
		     enum manner manner, bool lru, uint64_t *hash)
{
	struct htab_near n;

	if (unlikely(!region_is_single()))
		return NOTHING;
	n = near_of(t, htab_hash(key, size, t->seed));
	htab_prefetch_half(t, n.bucket, n.hash);
	*hash = n.hash;
	if (!near_look(t, 0, key, size, &n))
		return ABSENT;
	if (manner == WRITE)
		near_copy_word(t, n.value, value);
	else if (manner == OVERWRITE)
		copy_few(n.value, value, t->value_size);
	else if (unlikely(!near_replace(t, &n, key, size, value)))
		return NOTHING;
	if (lru)
		htab_touch(n.bucket, n.at);
	return DONE;
}

/* With the key where it has an address, which who calls this need not give it. */
NOINLINE int set_any(struct map *map, uint64_t key, uint64_t more, const void *value, uint32_t cpu)
{
	return update_any(map, WORDS(key, more), value, UPDATE_ANY, cpu);
}

/* The same of a key that is not there, which has that hash. */
INLINE int insert(struct map *map, uint64_t key, uint64_t more, uint32_t size, const void *value,
		  bool lru, uint64_t hash, uint32_t cpu)
{
	struct htab *t = &hash_of(map)->table;
	struct htab_near n = near_of(t, hash);

	if (likely(near_insert(t, 0, &n, WORDS(key, more), size, value, false, lru)))
		return 0;
	return set_any(map, key, more, value, cpu);
}

/* The same where others may be at the map */
INLINE int set_beside(struct map *map, const uint64_t key[2], uint32_t size, const void *value,
		      bool is_word, bool lru, uint32_t cpu)
{
	struct region_mine *mine = map->region->mine;
	bool done;

	if (likely(region_enter_alone(mine, cpu))) {
		done = htab_update_near(&hash_of(map)->table, 0, key, size, value, is_word, lru);
		region_leave_alone(mine, cpu);
		if (likely(done))
			return 0;
	}
	return hash_update_beside(map, WORDS(key[0], size > 8 ? key[1] : 0), value, UPDATE_ANY,
				  cpu);
}

/* name_verb_size(), of a value that comes as from and lies at value; others do what it does not. */
#define SETTER(name, size, lru, verb, manner, beside, type, value)                                 \
	static int name##_##verb##_##size(struct map *map, uint64_t key, uint64_t more, type from, \
					  uint32_t cpu)                                            \
	{                                                                                          \
		uint64_t hash;                                                                     \
		switch (set(&hash_of(map)->table, WORDS(key, more), size, value, manner, lru,      \
			    &hash)) {                                                              \
		case DONE:                                                                         \
			return 0;                                                                  \
		case ABSENT:                                                                       \
			return name##_insert_##size(map, key, more, value, hash, cpu);             \
		default:                                                                           \
			return name##_##beside##_##size(map, key, more, from, cpu);                \
		}                                                                                  \
	}
#define BY_REGISTER(name, size, lru, percpu)                                                       \
	static void *name##_find_##size(struct map *map, uint64_t key, uint64_t more,              \
					uint32_t cpu)                                              \
	{                                                                                          \
		return find(map, WORDS(key, more), size, lru, percpu, cpu);                        \
	}                                                                                          \
	NOINLINE int name##_put_beside_##size(struct map *map, uint64_t key, uint64_t more,        \
					      const void *value, uint32_t cpu)                     \
	{                                                                                          \
		return set_beside(map, WORDS(key, more), size, value, false, lru, cpu);            \
	}                                                                                          \
	NOINLINE int name##_write_beside_##size(struct map *map, uint64_t key, uint64_t more,      \
						uint64_t value, uint32_t cpu)                      \
	{                                                                                          \
		return set_beside(map, WORDS(key, more), size, &value, true, lru, cpu);            \
	}                                                                                          \
	NOINLINE int name##_insert_##size(struct map *map, uint64_t key, uint64_t more,            \
					  const void *value, uint64_t hash, uint32_t cpu)          \
	{                                                                                          \
		return insert(map, key, more, size, value, lru, hash, cpu);                        \
	}                                                                                          \
	SETTER(name, size, lru, put, PUT, put_beside, const void *, from)                          \
	SETTER(name, size, lru, overwrite, OVERWRITE, put_beside, const void *, from)              \
	SETTER(name, size, lru, write, WRITE, write_beside, uint64_t, &(uint64_t){from})
#define OF_SIZE(size, fn)                                                                          \
	((size) == 4 ? fn##_4 : (size) == 8 ? fn##_8 : (size) == 16 ? fn##_16 : NULL)
#define SHAPE(name, lru, percpu)                                                                   \
	BY_REGISTER(name, 4, lru, percpu)                                                          \
	BY_REGISTER(name, 8, lru, percpu)                                                          \
	BY_REGISTER(name, 16, lru, percpu)                                                         \
	static void name##_shape(struct map *map, struct map_shape *out)                           \
	{                                                                                          \
		const struct hash *h = hash_of(map);                                               \
		uint32_t size = map->key_size;                                                     \
		bool has_word = map->value_size == 4 || map->value_size == 8;                      \
		*out = (struct map_shape){.find = OF_SIZE(size, name##_find)};                     \
		if (h->is_plain && h->is_private) {                                                \
			out->update = OF_SIZE(size, name##_put);                                   \
			out->overwrite = OF_SIZE(size, name##_overwrite);                          \
			out->write = has_word ? OF_SIZE(size, name##_write) : NULL;                \
		} else if (h->is_plain) {                                                          \
			out->update = out->overwrite = OF_SIZE(size, name##_put_beside);           \
			out->write = has_word ? OF_SIZE(size, name##_write_beside) : NULL;         \
		}                                                                                  \
	}
SHAPE(hash, false, false)
SHAPE(percpu_hash, false, true)
SHAPE(lru_hash, true, false)
SHAPE(lru_percpu_hash, true, true)

int hash_next_key(struct map *map, const void *key, void *next)
{
	return htab_next_key(&hash_of(map)->table, key, next);
}

int hash_bucket(struct map *map, uint32_t at, void *keys, uint32_t room)
{
	return htab_bucket_keys(&hash_of(map)->table, at, keys, room);
}

uint8_t *hash_value_at(struct map *map, uintptr_t addr)
{
	const struct htab *t = &hash_of(map)->table;
	uint64_t off = addr - (uintptr_t)t->buckets, in = off % t->stride;
	uint32_t stride = map_value_stride(map);

	if (off >= t->nbuckets * t->stride || in < sizeof(struct htab_bucket))
		return NULL;
	in = (in - sizeof(struct htab_bucket)) % t->elem_size;
	return in < t->value_size && in % stride < map->value_size ? (uint8_t *)addr - in % stride
								   : NULL;
}

const void *hash_key_of(struct map *map, const uint8_t *value, uint32_t *index __unused)
{
	return value + hash_of(map)->table.value_size;
}

void hash_each_value(struct map *map, void (*fn)(const struct btf_record *record, uint8_t *value))
{
	const struct htab *t = &hash_of(map)->table;

	for (uint32_t elem = HTAB_HOME; htab_is_elem(t, elem); elem++)
		for (uint32_t at = 0; at < t->value_size; at += map_value_stride(map))
			fn(map->record, htab_value(t, elem) + at);
}

const struct map_ops hash_map_ops = {
	.type = MAP_TYPE_HASH,
	.fields = FIELDS_LOCK | FIELDS_LATER | FIELDS_KPTR | FIELDS_GRAPH,
	.flags = MAP_NO_PREALLOC | MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY | MAP_ZERO_SEED |
		 MAP_RDONLY_PROG | MAP_WRONLY_PROG,
	.size = sizeof(struct hash),
	.check = hash_check,
	.layout = hash_layout,
	.begin = hash_begin,
	.repair = hash_repair,
	.check_whole = hash_check_whole,
	.count = hash_count,
	.lookup = hash_lookup,
	.shape = hash_shape,
	.copy = hash_copy,
	.copy_locked = hash_copy_locked,
	.lock = map_lock_value,
	.unlock = map_unlock_value,
	.update = hash_update,
	.delete = hash_delete,
	.take = hash_take,
	.next_key = hash_next_key,
	.bucket = hash_bucket,
	.each_value = hash_each_value,
	.value_at = hash_value_at,
	.key_of = hash_key_of,
};

const struct map_ops percpu_hash_map_ops = {
	.type = MAP_TYPE_PERCPU_HASH,
	.fields = FIELDS_KPTR,
	.flags = MAP_NO_PREALLOC | MAP_RDONLY | MAP_WRONLY | MAP_ZERO_SEED | MAP_RDONLY_PROG |
		 MAP_WRONLY_PROG,
	.percpu = true,
	.size = sizeof(struct hash),
	.check = percpu_hash_check,
	.layout = hash_layout,
	.begin = hash_begin,
	.repair = hash_repair,
	.check_whole = hash_check_whole,
	.count = hash_count,
	.lookup = percpu_hash_lookup,
	.shape = percpu_hash_shape,
	.copy = percpu_hash_copy,
	.update = hash_update,
	.delete = hash_delete,
	.take = hash_take,
	.next_key = hash_next_key,
	.bucket = hash_bucket,
	.each_value = hash_each_value,
	.value_at = hash_value_at,
};

const struct map_ops lru_hash_map_ops = {
	.type = MAP_TYPE_LRU_HASH,
	.fields = FIELDS_LATER | FIELDS_KPTR | FIELDS_GRAPH,
	.flags = MAP_NO_PREALLOC | MAP_NO_COMMON_LRU | MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY |
		 MAP_ZERO_SEED | MAP_RDONLY_PROG | MAP_WRONLY_PROG,
	.size = sizeof(struct hash),
	.check = lru_hash_check,
	.layout = hash_layout,
	.begin = hash_begin,
	.repair = hash_repair,
	.check_whole = hash_check_whole,
	.count = hash_count,
	.lookup = lru_hash_lookup,
	.shape = lru_hash_shape,
	.copy = hash_copy,
	.update = hash_update,
	.delete = hash_delete,
	.take = hash_take,
	.next_key = hash_next_key,
	.bucket = hash_bucket,
	.each_value = hash_each_value,
	.value_at = hash_value_at,
	.key_of = hash_key_of,
};

const struct map_ops lru_percpu_hash_map_ops = {
	.type = MAP_TYPE_LRU_PERCPU_HASH,
	.fields = FIELDS_KPTR,
	.flags = MAP_NO_PREALLOC | MAP_NO_COMMON_LRU | MAP_RDONLY | MAP_WRONLY | MAP_ZERO_SEED |
		 MAP_RDONLY_PROG | MAP_WRONLY_PROG,
	.percpu = true,
	.size = sizeof(struct hash),
	.check = lru_percpu_hash_check,
	.layout = hash_layout,
	.begin = hash_begin,
	.repair = hash_repair,
	.check_whole = hash_check_whole,
	.count = hash_count,
	.lookup = lru_percpu_hash_lookup,
	.shape = lru_percpu_hash_shape,
	.copy = percpu_hash_copy,
	.update = hash_update,
	.delete = hash_delete,
	.take = hash_take,
	.next_key = hash_next_key,
	.bucket = hash_bucket,
	.each_value = hash_each_value,
	.value_at = hash_value_at,
};
