/*
 * A map as everybody sees it: its dimensions, and a table of operations. Only maps/ knows how one
 * is stored and only maps/ makes one; programs, helpers, loaders and checks go through the
 * operations.
 *
 * Keys are key_size bytes. A value is value_size bytes to a program; per-cpu maps keep one for each
 * cpu, rounded up to 8 bytes, and outside of programs a value is all of them in a row
 * (map_user_size()). Functions return 0 or -errno as bpf(2) has it on Linux 6.18.
 */
#ifndef CORE_OBJ_MAP_H
#define CORE_OBJ_MAP_H

#include "core/base/base.h"
#include "core/base/diag.h"
#include "core/btf/fields.h"
#include "core/obj/map_view.h"

struct map_def;
struct run_ctx;

/* Flags of an update */
enum {
	UPDATE_ANY = 0,
	UPDATE_NOEXIST = 1,
	UPDATE_EXIST = 2,
	UPDATE_LOCK = 4,
};

/* map_def.flags: BPF_F_* of MAP_CREATE */
enum {
#define MAP_FLAG(bit, name, ...) MAP_##name = 1 << bit,
#include "core/obj/map_flags.def"
};

enum { MAP_KEY_MAX = 512 }; /* bytes, of the maps that programs walk: a stack's size */

/* In place of a cpu number: the value is that of every cpu, map_user_size() bytes. */
#define MAP_ALL_CPUS UINT32_MAX

/* What BTF may say of a map's keys (map_check_btf of each type's operations in Linux). */
enum map_key_kind {
	MAP_KEY_TYPED,	 /* any type of their size */
	MAP_KEY_INT,	 /* a plain integer of 32 bits */
	MAP_KEY_STRUCT,
	MAP_KEY_CGROUP,	 /* struct bpf_cgroup_storage_key, or a plain integer of 64 bits */
	MAP_KEY_NONE,	 /* nothing: there are none */
	MAP_KEY_UNTYPED, /* nothing, and nothing of the values */
};

struct region;
struct region_head;
struct map_types;

/*
 * A prog array as machine code sees it: a slot's id, which any process may change, and what this
 * one found for it; where both have the same id, prog is the program or NULL.
 */
struct map_tails {
	const _Atomic uint32_t *ids;
	const struct map_tail {
		uint32_t id;
		const struct prog *prog;
	} *found;
};

struct map {
	struct map_view view; /* first: where programs find it */
	const struct map_ops *ops;
	char name[16];
	uint32_t key_size, value_size, max_entries, flags;
	uint32_t ncpus; /* values per key in a per-cpu map */
	uint32_t id;	/* in its store; 0: in none */
	uint64_t extra;
	const struct btf *btf; /* borrowed, or of types; NULL: untyped */
	uint32_t btf_key_id, btf_value_id;
	uint32_t kernel_value_id; /* of a struct_ops map, in the kernel's BTF */
	const struct btf_record *record; /* special fields of its values; NULL: none */
	struct map_types *types;	 /* what the map has of its own for the two above */
	struct map *inner;		 /* what the maps in it look like; of maps of maps */
	struct region *region;		 /* where all else is, maps/region.h */
	const _Atomic uint32_t *frozen; /* in the region */
};

/* What lookup comes to, for those who compile calls of it. */
struct map_shape {
	uint8_t *values; /* of an array: where it begins; NULL: only lookup knows */
	uint32_t stride; /* from a value to the next */
	uint64_t run;	 /* from a cpu's values to those of the next; 0: all cpus have the same */
	/* As lookup of map_ops, of keys of 4, 8 or 16 bytes that come in registers; or NULL. */
	void *(*find)(struct map *map, uint64_t key, uint64_t more, uint32_t cpu);
	/* As update of map_ops with UPDATE_ANY, of the same keys; or NULL. */
	int (*update)(struct map *map, uint64_t key, uint64_t more, const void *value,
		      uint32_t cpu);
	/*
	 * The same for who has the address of none of the map's values: one that is there may
	 * change where it is. Or NULL.
	 */
	int (*overwrite)(struct map *map, uint64_t key, uint64_t more, const void *value,
			 uint32_t cpu);
	/* The same of values of 4 or 8 bytes in a register. */
	int (*write)(struct map *map, uint64_t key, uint64_t more, uint64_t value, uint32_t cpu);
};

/*
 * A capability that a type lacks is NULL, and its caller answers -ENOTSUPP. cpu is the number of
 * the program that calls, or MAP_ALL_CPUS for anybody else.
 */
struct map_ops {
	uint32_t type; /* BPF_MAP_TYPE_* */
	uint32_t flags; /* the creation flags it knows */
	uint64_t extra; /* the bits of map_extra that it knows */
	enum map_key_kind key;
	uint32_t fields; /* special fields that its values may have, enum btf_field_type */
	bool percpu;
	size_t size; /* of the struct that begins with struct map */
	/* Judges dimensions and flags before there is a map. */
	int (*check)(const struct map_def *def, struct diag *d);
	/* Sizes of the region's parts for the map's dimensions, the same whenever it is asked. */
	int (*layout)(struct map *map, struct region_head *head);
	/*
	 * The region is there, new and zeroed or in use by others: finds the parts. end undoes it.
	 */
	int (*begin)(struct map *map);
	void (*end)(struct map *map);
	/* Ends what a participant died in. */
	void (*repair)(struct map *map, uint32_t slot);
	/* Looks at everything, says what is wrong, mends it when asked; how much there was. */
	int (*check_whole)(struct map *map, bool fix, struct diag *d);
	/* Keys in the map. */
	uint32_t (*count)(struct map *map);
	/* The value in place, valid while the map lives, or NULL. */
	void *(*lookup)(struct map *map, const void *key, uint32_t cpu);
	/* NULL: it has none */
	void (*shape)(struct map *map, struct map_shape *out);
	/*
	 * The whole value (map_user_size()) as it was at one time; NULL: what lookup shows will do.
	 */
	int (*copy)(struct map *map, const void *key, void *value);
	/* The same under the lock in the value, of maps that have one (map_has_lock()). */
	int (*copy_locked)(struct map *map, const void *key, void *value);
	/*
	 * Takes the lock in a value, whose word is given, for the program on cpu, and gives it
	 * back; a program has one at a time. -ETIMEDOUT, -EIO.
	 */
	int (*lock)(struct map *map, void *word, uint32_t cpu);
	void (*unlock)(struct map *map, void *word, uint32_t cpu);
	int (*update)(struct map *map, const void *key, const void *value, uint64_t flags,
		      uint32_t cpu);
	int (*delete)(struct map *map, const void *key, uint32_t cpu);
	/* Copies the whole value and deletes the key, in one; flags may be UPDATE_LOCK. */
	int (*take)(struct map *map, const void *key, void *value, uint64_t flags);
	/* What types without keys have in place of lookup, update and take. */
	int (*push)(struct map *map, const void *value, uint64_t flags, uint32_t cpu);
	int (*pop)(struct map *map, void *value, uint32_t cpu);
	int (*peek)(struct map *map, void *value, uint32_t cpu);
	/* key NULL: the first. -ENOENT after the last. */
	int (*next_key)(struct map *map, const void *key, void *next);
	/*
	 * Puts a trace of depth addresses in: its number, or -errno. The flags are
	 * bpf_get_stackid()'s.
	 */
	int (*put_trace)(struct map *map, const uint64_t *trace, uint32_t depth, uint64_t flags,
			 uint32_t cpu);
	/*
	 * Keys by bucket, for walks that go on where they were whatever changed: copies up to room
	 * keys of bucket at and returns how many it has, -ENOENT behind the last bucket.
	 */
	int (*bucket)(struct map *map, uint32_t at, void *keys, uint32_t room);
	/* Address of the values of a map that ld_imm64 may point into, or NULL. */
	void *(*direct)(struct map *map);
	/*
	 * An arena's pages as programs of this process have them, in a window whose addresses have
	 * the low halves of the arena's own; beside the pages are zeroes. *size is in bytes. NULL
	 * of other types.
	 */
	uint8_t *(*pages)(struct map *map, uint64_t *size);
	/* Takes n pages from at on, or anywhere (-1): the first, or -EBUSY, -ENOMEM. */
	int64_t (*take_pages)(struct map *map, int64_t at, uint32_t n);
	void (*give_pages)(struct map *map, uint32_t at, uint32_t n);
	/* A record of a ring buffer, to be filled and committed (map_ring_commit()), or NULL. */
	void *(*reserve)(struct map *map, uint64_t size, uint32_t cpu);
	uint64_t (*query)(struct map *map, uint64_t what);
	/*
	 * Samples that a user ring buffer has, in order, until fn answers other than 0: how many
	 * were shown, or -EBUSY: somebody else is at it; -EINVAL, -E2BIG: it is garbled.
	 */
	int (*drain)(struct map *map, int (*fn)(void *arg, void *sample, uint32_t size),
		     void *arg, uint32_t cpu);
	/* The record, reserved and not yet committed, that addr is inside of, or NULL. */
	void *(*record_at)(struct map *map, uintptr_t addr, uint32_t *size);
	/* Every place for a value there is, in use or not, of maps that may have special fields. */
	void (*each_value)(struct map *map,
			   void (*fn)(const struct btf_record *record, uint8_t *value));
	/* The beginning of the value that addr is inside of, or NULL; for checked execution. */
	uint8_t *(*value_at)(struct map *map, uintptr_t addr);
	/*
	 * The key of a value, which value_at() found; of arrays it is put into *index. Of types
	 * whose values may have timers.
	 */
	const void *(*key_of)(struct map *map, const uint8_t *value, uint32_t *index);
	/* The program in a slot of a prog array, or NULL. */
	const struct prog *(*prog)(struct map *map, uint32_t slot);
	struct map_tails (*tails)(struct map *map);
	/*
	 * A map of maps, whose lookup shows the inner map itself: those that were found here so
	 * far, by index; NULL behind the last.
	 */
	struct map *(*inner)(struct map *map, uint32_t at);
};

/* Before a record of a ring buffer: its length and these flags, as consumers read it. */
#define MAP_RING_BUSY (1u << 31)
#define MAP_RING_DISCARD (1u << 30)
enum { MAP_RING_HEADER = 8 };
/* What can be asked of a ring buffer. */
enum { MAP_RING_AVAIL, MAP_RING_SIZE, MAP_RING_CONS_POS, MAP_RING_PROD_POS };

/* Hands a reserved record to the consumer, or lets it be passed over. */
static inline void map_ring_commit(void *record, bool discard)
{
	uint32_t *len = (uint32_t *)((uint8_t *)record - MAP_RING_HEADER);
	uint32_t done = (__atomic_load_n(len, __ATOMIC_RELAXED) & ~MAP_RING_BUSY) |
			(discard ? MAP_RING_DISCARD : 0);

	__atomic_store_n(len, done, __ATOMIC_RELEASE);
}

/* No more changes from outside of programs. */
static inline bool map_is_frozen(const struct map *map)
{
	return __atomic_load_n((const uint32_t *)map->frozen, __ATOMIC_ACQUIRE) != 0;
}

/* Whether values have a lock that outside of programs BPF_F_LOCK asks for. */
static inline bool map_has_lock(const struct map *map)
{
	return btf_record_has(map->record, BTF_FIELD_SPIN_LOCK);
}

static inline uint32_t map_value_stride(const struct map *map)
{
	return round_up(map->value_size, 8);
}

/* Bytes of a value as seen from outside of programs. */
static inline uint64_t map_user_size(const struct map *map)
{
	return map->ops->percpu ? (uint64_t)map_value_stride(map) * map->ncpus : map->value_size;
}

#endif
