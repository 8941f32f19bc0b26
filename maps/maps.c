#include "maps/maps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/obj/prog_type.h"
#include "maps/local.h"
#include "maps/region.h"

static const struct map_ops *const types[] = {
#define MAP_OPS(name) &name##_map_ops,
#include "maps/types.def"
};

const struct map_ops *map_ops_of(uint32_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i]->type == type)
			return types[i];
	return NULL;
}

/* Flags of the descriptor that the maker gets, and not of the map. */
#define OF_DESCRIPTOR (MAP_RDONLY | MAP_WRONLY)

static int check_def(const struct map_def *def, const struct map_ops *ops, struct diag *d)
{
	enum { ACCESS = MAP_RDONLY_PROG | MAP_WRONLY_PROG };

	if (def->flags & ~ops->flags)
		return fail(d, NULL, -EINVAL, "map %s: flags 0x%x are not for its type", def->name,
			    def->flags & ~ops->flags);
	if ((def->flags & ACCESS) == ACCESS)
		return fail(d, NULL, -EINVAL, "map %s: programs may neither read nor write it",
			    def->name);
	if (def->extra & ~ops->extra)
		return fail(d, NULL, -EINVAL, "map %s: map_extra is not for its type", def->name);
	return ops->check(def, d);
}

static void fill_dimensions(struct map *map, const struct map_ops *ops,
			    const struct map_def *def, uint32_t ncpus)
{
	map->ops = ops;
	snprintf(map->name, sizeof(map->name), "%s", def->name ? def->name : "");
	map->key_size = def->key_size;
	map->value_size = def->value_size;
	map->max_entries = def->max_entries;
	map->flags = def->flags & ~OF_DESCRIPTOR;
	map->extra = def->extra;
	map->ncpus = ncpus;
	map->btf_key_id = def->btf_key_id;
	map->btf_value_id = def->btf_value_id;
	map->kernel_value_id = def->kernel_value_id;
}

static void fill_head(struct region_head *head, const struct map *map)
{
	const struct map *inner = map->inner, *typed = inner ? inner : map;

	if (inner) {
		head->aux[AUX_TYPE] = inner->ops->type;
		head->aux[AUX_KEY_SIZE] = inner->key_size;
		head->aux[AUX_VALUE_SIZE] = inner->value_size;
		head->aux[AUX_MAX_ENTRIES] = inner->max_entries;
		head->aux[AUX_FLAGS] = inner->flags;
		head->aux[AUX_KEY_TYPE] = inner->btf_key_id;
		head->aux[AUX_VALUE_TYPE] = inner->btf_value_id;
	}
	if (map->kernel_value_id)
		head->aux[AUX_VALUE_TYPE] = map->kernel_value_id;
	head->aux[AUX_FIELDS] = typed->record ? typed->record->mask : 0;
	memcpy(head->name, map->name, sizeof(head->name));
	head->type = map->ops->type;
	head->key_size = map->key_size;
	head->value_size = map->value_size;
	head->max_entries = map->max_entries;
	head->flags = map->flags;
	head->extra = map->extra;
	head->ncpus = map->ncpus;
	head->id = map->id;
	head->btf_key_id = map->btf_key_id;
	head->btf_value_id = map->btf_value_id;
}

static void repair(void *map, uint32_t slot)
{
	const struct map_ops *ops = ((struct map *)map)->ops;

	if (ops->repair)
		ops->repair(map, slot);
}

/* What the maps in a map of maps look like: dimensions and types, no name and no contents. */
static int make_template(struct map *map, const struct map_def *inner, uint32_t fields)
{
	static const _Atomic uint32_t not_frozen;
	const struct map_ops *ops = map_ops_of(inner->type);

	map->inner = ops ? calloc(1, sizeof(*map->inner)) : NULL;
	if (!map->inner)
		return -ENOMEM;
	fill_dimensions(map->inner, ops, inner, map->ncpus);
	map->inner->name[0] = 0;
	map->inner->frozen = &not_frozen;
	return types_begin(map->inner, inner, fields);
}

/* A map without a region; fields are the special ones that count in values, its or inner maps'. */
static int new_map(const struct map_def *def, uint32_t ncpus, uint32_t id, uint32_t fields,
		   struct map **out)
{
	const struct map_ops *ops = map_ops_of(def->type);
	struct map *map = calloc(1, ops->size);
	int err;

	*out = map;
	if (!map)
		return -ENOMEM;
	fill_dimensions(map, ops, def, ncpus);
	map->id = id;
	err = ops->inner ? make_template(map, def->inner, fields) : types_begin(map, def, fields);
	if (!err)
		return 0;
	map_free(map);
	*out = NULL;
	return err;
}

static int begin(struct map *map, struct region *region)
{
	map->region = region;
	map->frozen = &region->live->frozen;
	region->repair = repair;
	region->repair_arg = map;
	return map->ops->begin(map);
}

/* fd -1: memory of this process */
static int make(const struct map_def *def, uint32_t ncpus, int fd, uint32_t id, struct diag *d,
		struct map **out)
{
	const struct map_ops *ops = map_ops_of(def->type);
	struct region_head head = {0};
	struct region *region;
	struct bytes blob;
	char word[32];
	struct map *map;
	int err;

	if (!ops)
		return fail(d, NULL, -ENOTSUPP, "map %s: maps of type %s are not available here",
			    def->name, map_type_str(def->type, word));
	err = check_def(def, ops, d);
	if (err)
		return err;
	err = new_map(def, ncpus, id, BTF_VALUE_FIELDS, &map);
	if (err)
		return fail(d, NULL, err, "map %s: %s", def->name, strerror(-err));
	fill_head(&head, map);
	head.seed = def->seed;
	if (!def->seed && !(def->flags & MAP_ZERO_SEED) &&
	    getrandom(&head.seed, sizeof(head.seed), GRND_NONBLOCK) != sizeof(head.seed))
		head.seed = (uintptr_t)map;
	blob = ops->inner ? def->inner->btf_blob : def->btf_blob;
	head.btf_size = blob.size;
	err = ops->layout(map, &head);
	if (!err)
		err = region_create(fd, &head, blob.data, &region);
	if (!err)
		err = begin(map, region);
	if (err) {
		map_free(map);
		return fail(d, NULL, err, "map %s: no room for %u elements: %s", def->name,
			    def->max_entries, strerror(-err));
	}
	*out = map;
	return 0;
}

/* The pages with variables are taken before any program asks for some. */
static int fill_arena(const struct map_def *def, struct map *map)
{
	uint64_t size;

	if (def->data)
		memcpy(map->ops->pages(map, &size), def->data, def->data_size);
	if (def->data_size)
		map->ops->take_pages(map, 0, (def->data_size + REGION_PAGE - 1) / REGION_PAGE);
	return 0;
}

static int set_initial(const struct map_def *def, struct map *map)
{
	uint32_t zero = 0;
	int err = map->ops->pages ? fill_arena(def, map)
		  : def->data	  ? map_update(map, &zero, def->data, UPDATE_ANY)
				  : 0;

	return !err && def->read_only ? map_freeze(map) : err;
}

int map_create(const struct map_def *def, uint32_t ncpus, int fd, uint32_t id, struct diag *d,
	       struct map **out)
{
	struct map *map = NULL;
	int err = make(def, ncpus, fd, id, d, &map);

	if (err)
		return err;
	err = set_initial(def, map);
	if (err) {
		map_free(map);
		return fail(d, NULL, err, "map %s: its initial data: %s", def->name,
			    strerror(-err));
	}
	*out = map;
	return 0;
}

int map_new(const struct map_def *def, uint32_t ncpus, struct diag *d, struct map **out)
{
	return map_create(def, ncpus, -1, 0, d, out);
}

static void drop_message(struct diag *d __unused, enum severity sev __unused,
			 const struct loc *loc __unused, const char *msg __unused)
{
}

/* What a head says was asked for. */
static void def_of(const struct region *region, struct map_def *def, struct map_def *inner)
{
	const struct region_head *head = &region->head;
	struct bytes blob = {region->btf, head->btf_size};

	*inner = (struct map_def){
		.name = "",
		.type = head->aux[AUX_TYPE],
		.key_size = head->aux[AUX_KEY_SIZE],
		.value_size = head->aux[AUX_VALUE_SIZE],
		.max_entries = head->aux[AUX_MAX_ENTRIES],
		.flags = head->aux[AUX_FLAGS],
		.btf_key_id = head->aux[AUX_KEY_TYPE],
		.btf_value_id = head->aux[AUX_VALUE_TYPE],
		.btf_blob = blob,
	};
	*def = (struct map_def){
		.name = head->name,
		.type = head->type,
		.key_size = head->key_size,
		.value_size = head->value_size,
		.max_entries = head->max_entries,
		.flags = head->flags,
		.extra = head->extra,
		.btf_key_id = head->btf_key_id,
		.btf_value_id = head->btf_value_id,
		.btf_blob = blob,
		.inner = inner->type ? inner : NULL,
		.kernel_value_id = inner->type ? 0 : head->aux[AUX_VALUE_TYPE],
	};
}

/* Types may be garbled where nothing depends on them: the map has none then. */
static bool has_its_fields(const struct map *map, uint32_t fields)
{
	const struct map *typed = map->inner ? map->inner : map;

	return (typed->record ? typed->record->mask : 0) == fields;
}

/*
 * Judges what a head says as if it were asked for now, and that the file is as large as that takes.
 */
static int accept_head(const struct region *region, struct map **out)
{
	struct diag quiet = {.sink = drop_message};
	const struct region_head *head = &region->head;
	uint32_t fields = head->aux[AUX_FIELDS];
	struct region_head want = {0};
	struct map_def def, inner;
	const struct map_ops *ops;
	struct map *map;
	int err;

	def_of(region, &def, &inner);
	ops = map_ops_of(def.type);
	if (!ops || check_def(&def, ops, &quiet) != 0 ||
	    (ops->inner && !map_ops_of(inner.type)))
		return -EUCLEAN;
	err = new_map(&def, head->ncpus, head->id, fields, &map);
	if (err && err != -ENOMEM && !fields) {
		def.btf_blob = inner.btf_blob = (struct bytes){0};
		err = new_map(&def, head->ncpus, head->id, fields, &map);
	}
	if (err)
		return err == -ENOMEM ? err : -EUCLEAN;
	if (!has_its_fields(map, fields) || ops->layout(map, &want) != 0 ||
	    want.client_size != head->client_size || want.body_size != head->body_size ||
	    want.nslots != head->nslots) {
		map_free(map);
		return -EUCLEAN;
	}
	*out = map;
	return 0;
}

/* After a boot: whoever comes first checks, and mends what the machine's end left. */
static int check_stale(struct map *map, struct diag *d)
{
	int err;

	if (!map->region->writable || !region_is_stale(map->region))
		return 0;
	err = region_begin_check(map->region);
	if (err <= 0)
		return err;
	err = map_check(map, true, d);
	region_checked(map->region);
	return min(err, 0);
}

static int open_error(int err, struct diag *d)
{
	switch (err) {
	case -EINVAL:
		return fail(d, NULL, err, "this is no map");
	case -ENOEXEC:
		return fail(d, NULL, err, "this map is of another version of ebpf");
	case -EUCLEAN:
		return fail(d, NULL, err, "this map's file is damaged");
	default:
		return fail(d, NULL, err, "this map cannot be opened: %s", strerror(-err));
	}
}

int map_open(int fd, bool writable, struct diag *d, struct map **out)
{
	struct region *region;
	struct map *map;
	int err = region_open(fd, writable, &region);

	if (err)
		return open_error(err, d);
	err = accept_head(region, &map);
	if (err) {
		region_close(region);
		return open_error(err, d);
	}
	err = begin(map, region);
	if (!err)
		err = check_stale(map, d);
	if (err) {
		map_free(map);
		return open_error(err, d);
	}
	*out = map;
	return 0;
}

void map_free(struct map *map)
{
	if (!map)
		return;
	if (map->region && map->ops->end)
		map->ops->end(map);
	region_close(map->region);
	if (map->inner)
		types_end(map->inner);
	free(map->inner);
	types_end(map);
	free(map);
}

static int check_dead(const struct map *map)
{
	return region_is_dead(map->region) ? -EIO : 0;
}

static int check_writable(const struct map *map)
{
	return map_is_frozen(map) ? -EPERM : check_dead(map);
}

/* What a file cut short while it was looked into seemed to say counts for nothing. */
static int unless_dead(const struct map *map, int result)
{
	return region_is_dead(map->region) ? -EIO : result;
}

static int copy_each_cpu(struct map *map, const void *key, uint8_t *value)
{
	uint32_t stride = map_value_stride(map), cpu;

	for (cpu = 0; cpu < map->ncpus; cpu++) {
		const void *at = map->ops->lookup(map, key, cpu);

		if (!at)
			return -ENOENT;
		memcpy(value + (size_t)cpu * stride, at, stride);
	}
	return 0;
}

/* What was copied leaves the map, when it was: special fields stay inside. */
static int give(const struct map *map, void *value, int err)
{
	if (!err)
		value_hide(map, value);
	return unless_dead(map, err);
}

int map_lookup(struct map *map, const void *key, void *value)
{
	void *at;

	if (map->ops->peek)
		return unless_dead(map, map->ops->peek(map, value, MAP_ALL_CPUS));
	if (map->ops->copy)
		return give(map, value, map->ops->copy(map, key, value));
	if (!map->ops->lookup)
		return -ENOTSUPP;
	if (map->ops->percpu)
		return give(map, value, copy_each_cpu(map, key, value));
	at = map->ops->lookup(map, key, 0);
	if (at)
		memcpy(value, at, map->value_size);
	return give(map, value, at ? 0 : -ENOENT);
}

int map_lookup_locked(struct map *map, const void *key, void *value)
{
	if (!map_has_lock(map))
		return -EINVAL;
	return give(map, value, map->ops->copy_locked(map, key, value));
}

int map_update(struct map *map, const void *key, const void *value, uint64_t flags)
{
	int err = check_writable(map);

	if (err)
		return err;
	if (map->ops->push)
		return unless_dead(map, map->ops->push(map, value, flags, MAP_ALL_CPUS));
	if (!map->ops->update)
		return -ENOTSUPP;
	return unless_dead(map, map->ops->update(map, key, value, flags, MAP_ALL_CPUS));
}

int map_delete(struct map *map, const void *key)
{
	int err = check_writable(map);

	if (err)
		return err;
	if (!map->ops->delete)
		return -ENOTSUPP;
	return unless_dead(map, map->ops->delete(map, key, MAP_ALL_CPUS));
}

int map_take(struct map *map, const void *key, void *value, uint64_t flags)
{
	int err = check_writable(map);

	if (err)
		return err;
	if (map->ops->pop)
		return unless_dead(map, map->ops->pop(map, value, MAP_ALL_CPUS));
	if (!map->ops->take)
		return -ENOTSUPP;
	if (flags && (flags != UPDATE_LOCK || !map_has_lock(map)))
		return -EINVAL;
	return give(map, value, map->ops->take(map, key, value, flags));
}

int map_next_key(struct map *map, const void *key, void *next)
{
	if (!map->ops->next_key)
		return -ENOTSUPP;
	return unless_dead(map, map->ops->next_key(map, key, next));
}

int map_begin_running(struct map *map)
{
	int err;

	if (!btf_record_has(map->record, ~(uint32_t)(FIELDS_LOCK | BTF_FIELD_REFCOUNT)))
		return 0;
	err = region_become_runner(map->region);
	if (!err)
		map->ops->each_value(map, value_clear);
	return min(err, 0);
}

int map_freeze(struct map *map)
{
	uint32_t no = 0;

	if (!map->region->writable)
		return -EPERM;
	if (!atomic_compare_exchange_strong(&map->region->live->frozen, &no, 1))
		return -EBUSY;
	return unless_dead(map, 0);
}

void map_share_types(struct map *map, const struct btf *btf, struct bytes blob,
		     struct btf_source *kernel)
{
	struct bytes own = map_btf(map);
	struct map_def def, inner;
	struct map *typed = map->inner ? map->inner : map;
	struct map_def *of = map->inner ? &inner : &def;
	uint32_t fields = map->region->head.aux[AUX_FIELDS];

	if (own.size != blob.size || memcmp(own.data, blob.data, own.size) != 0)
		return;
	def_of(map->region, &def, &inner);
	of->btf = btf;
	of->kernel = kernel;
	types_end(typed);
	if (types_begin(typed, of, fields) == 0 && has_its_fields(map, fields))
		return;
	types_end(typed);
	of->btf = NULL;
	of->kernel = NULL;
	types_begin(typed, of, fields);
}

int map_lock_value(struct map *map, void *word, uint32_t cpu)
{
	uint32_t slot = region_begin(map->region, cpu);
	int err = slot ? region_lock_value(map->region, slot, word) : -EBUSY;

	if (err && slot)
		region_end(map->region, cpu);
	return err;
}

void map_unlock_value(struct map *map, void *word, uint32_t cpu)
{
	uint32_t number = min(cpu, (uint32_t)REGION_CPUS);

	region_unlock_value(map->region, map->region->mine->slot[number], word);
	region_end(map->region, cpu);
}

struct bytes map_btf(const struct map *map)
{
	return (struct bytes){map->region->btf, map->region->head.btf_size};
}

int map_check(struct map *map, bool fix, struct diag *d)
{
	if (check_dead(map))
		return fail(d, NULL, -EIO, "map %s: its file was cut short", map->name);
	return map->ops->check_whole ? map->ops->check_whole(map, fix, d) : 0;
}
