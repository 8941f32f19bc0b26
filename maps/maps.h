/*
 * Making and opening maps, and using them from outside of programs: keys and values are whole
 * (map_user_size()), types without keys (queues, stacks, bloom filters) ignore them, a capability
 * that the type lacks is -ENOTSUPP, a frozen map is not written, and one whose file was cut short
 * is -EIO. Everything a map holds is in its region (maps/region.h).
 */
#ifndef MAPS_MAPS_H
#define MAPS_MAPS_H

#include <pthread.h>

#include "core/obj/image.h"
#include "core/obj/map.h"

/*
 * A map with its initial data in this process's memory; ncpus is how many values a per-cpu map has
 * of each.
 */
int map_new(const struct map_def *def, uint32_t ncpus, struct diag *d, struct map **out);
/*
 * The same in a new, empty file (store_create()), with the BTF that describes it. fd stays the
 * caller's: the map has its own way to the file.
 */
int map_create(const struct map_def *def, uint32_t ncpus, int fd, uint32_t id, struct diag *d,
	       struct map **out);
/*
 * map_check_btf() of Linux: are the types of btf that def names (a value's at least) those of such
 * a map? -EINVAL, -EACCES, -EOPNOTSUPP, -ENOTSUPP, said.
 */
int map_check_types(const struct map_def *def, const struct btf *btf, struct diag *d);
/*
 * Gives a map that is to be made, and the maps in it, types of an object's BTF where they fit;
 * where not it has none, as libbpf has it.
 */
void map_use_types(struct map_def *def, const struct btf *btf, struct btf_source *kernel,
		   struct arena *a);
/*
 * From now on the types of a map that was opened, or of the maps in it, are those of btf, which
 * outlives it, if that has the same bytes. Maps and programs that are to have one and the same
 * type need that.
 */
void map_share_types(struct map *map, const struct btf *btf, struct bytes blob,
		     struct btf_source *kernel);
/*
 * The map in a file, which may hold anything at all; writable false for a file that may only be
 * read, whose map then cannot be changed (-EBUSY). After a boot everything in it is checked first.
 */
int map_open(int fd, bool writable, struct diag *d, struct map **out);
void map_free(struct map *map);

int map_lookup(struct map *map, const void *key, void *value);
/* The same under the lock in the value, which no writer who takes that shows half; -EINVAL: there
 * is none. */
int map_lookup_locked(struct map *map, const void *key, void *value);
int map_update(struct map *map, const void *key, const void *value, uint64_t flags);
int map_delete(struct map *map, const void *key);
int map_next_key(struct map *map, const void *key, void *next);
/* LOOKUP_AND_DELETE; flags may be UPDATE_LOCK. */
int map_take(struct map *map, const void *key, void *value, uint64_t flags);
/*
 * Before programs of this process run on a map: one whose values may hold pointers (timers, kernel
 * pointers, lists, trees) is for one process at a time, -EBUSY, until that closes it. What an
 * earlier one left is cleared.
 */
int map_begin_running(struct map *map);
/* -EBUSY: it is already. */
int map_freeze(struct map *map);
/* The bytes of the BTF that its keys and values, or those of the maps in it, are described in,
 * valid while the map lives; may be none, may be garbled. */
struct bytes map_btf(const struct map *map);
/* Checks the whole structure, says what is wrong with it and mends it when asked; how much that
 * was. */
int map_check(struct map *map, bool fix, struct diag *d);

/*
 * table.c: the maps that a process has open, one for each file, however many descriptors stand for
 * it and wherever they came from. A zeroed table is empty.
 */
struct map_table {
	pthread_mutex_t lock;
	struct map_entry *entries;
	size_t n, cap;
};

/* The map that a descriptor stands for, opened when it is not; each get wants its put. */
int map_get(struct map_table *table, int fd, struct diag *d, struct map **out);
/* Enters a map that map_create() made for fd; it is the table's then. */
void map_table_add(struct map_table *table, int fd, struct map *map);
struct map *map_ref(struct map_table *table, struct map *map);
/* The last put closes the map. */
void map_put(struct map_table *table, struct map *map);

/* ringbuf.c */
typedef void map_ring_fn(void *arg, const void *record, uint32_t size);
/* Takes what is there, in order, up to the first that is not committed; how many records, or
 * -errno. */
int map_ring_read(struct map *map, map_ring_fn *fn, void *arg);

/* stack_trace.c */
/* BPF_F_FAST_STACK_CMP, BPF_F_REUSE_STACKID */
enum { MAP_STACK_FAST_CMP = 1 << 9, MAP_STACK_REUSE = 1 << 10 };
/*
 * Puts a trace of depth addresses in: its number, or -EEXIST when another one has that.
 */
int map_stack_put(struct map *map, const uint64_t *trace, uint32_t depth, uint64_t flags,
		  uint32_t cpu);

/* prog_array.c */
/* Puts a program of this process into a slot of a map of its own; NULL takes it out. */
int prog_array_set(struct map *map, uint32_t slot, const struct prog *prog);
/* How this process finds the program behind an id; NULL: it cannot, and the slot is empty to it. */
typedef const struct prog *prog_resolver(void *arg, uint32_t id);
void prog_array_resolve(struct map *map, prog_resolver *resolve, void *arg);
/* The id in a slot; 0: empty, or there is no such slot. */
uint32_t prog_array_id(struct map *map, uint32_t slot);
/* Puts an id (0: nothing) into a slot, *old is what was there. -E2BIG: no such slot. */
int prog_array_swap(struct map *map, uint32_t slot, uint32_t id, uint32_t *old);
/*
 * Makes the table one for programs of the kind that the word owner (not 0) stands for; -EINVAL when
 * it is one for others.
 */
int prog_array_own(struct map *map, uint32_t owner);

/* struct_ops.c: what Linux calls the state, in the value's head of as many bytes as come before its
 * struct; INUSE and TOBEFREE are for what is registered without a link. */
enum { STRUCT_OPS_INIT, STRUCT_OPS_INUSE, STRUCT_OPS_TOBEFREE, STRUCT_OPS_READY };
enum { STRUCT_OPS_DATA = 64 };
uint32_t struct_ops_state(struct map *map);
/* Gives it its whole value, and after that its state. */
int struct_ops_set(struct map *map, const void *value, uint32_t state);
/* The value as it was given, whatever the state. */
void struct_ops_value(struct map *map, void *value);

/* map_in_map.c: outside of programs a value is the inner map's id. */
static inline bool map_is_of_maps(const struct map *map)
{
	return map->ops->inner != NULL;
}
/* May the map be put into outer? Dimensions and flags must be those of its template. */
bool map_of_maps_takes(const struct map *outer, const struct map *map);
/* How this process finds the map behind an id; when it cannot, the element is empty to it. */
typedef int inner_resolver(void *arg, uint32_t id, struct map **out);
void map_of_maps_resolve(struct map *outer, inner_resolver *resolve, void *arg);
/* The map of an id may go. */
void map_of_maps_forget(struct map *outer, uint32_t id);
/* Puts a map of this process into a map of its own; -EINVAL: it does not fit. */
int map_of_maps_set(struct map *outer, const void *key, struct map *inner);

#endif
