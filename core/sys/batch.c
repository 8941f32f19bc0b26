/*
 * Many elements in one call: generic_map_*_batch() and, for hashes,
 * __htab_map_lookup_and_delete_batch() of Linux. Where a walk goes on is a key in an array and a
 * number in a hash.
 */
#include "core/sys/local.h"

enum batch_op { OP_LOOKUP = 1, OP_TAKE = 2, OP_UPDATE = 4, OP_DELETE = 8 };

/* Which types have which: the batch operations of each type's map_ops. */
static uint32_t ops_of(uint32_t type)
{
	switch (type) {
	case MAP_TYPE_HASH:
	case MAP_TYPE_PERCPU_HASH:
	case MAP_TYPE_LRU_HASH:
	case MAP_TYPE_LRU_PERCPU_HASH:
	case MAP_TYPE_HASH_OF_MAPS:
		return OP_LOOKUP | OP_TAKE | OP_UPDATE | OP_DELETE;
	case MAP_TYPE_ARRAY:
	case MAP_TYPE_PERCPU_ARRAY:
	case MAP_TYPE_ARRAY_OF_MAPS:
		return OP_LOOKUP | OP_UPDATE;
	case MAP_TYPE_LPM_TRIE:
		return OP_LOOKUP | OP_UPDATE | OP_DELETE;
	default:
		return 0;
	}
}

struct batch {
	struct object *object;
	struct map *map;
	uint8_t *key, *last, *value; /* last: where the walk stands */
	uint64_t value_size;
	uint32_t count, done;
	uint64_t flags; /* SYS_F_LOCK, or 0 */
};

static int begin(struct call *c, struct batch *b, enum batch_op op)
{
	int fd = (int)c->attr.batch.map_fd;
	int err = object_of(c->sys, fd, STORE_MAP, &b->object);

	if (err)
		return err;
	b->map = b->object->map;
	b->value_size = map_user_size(b->map);
	b->count = c->attr.batch.count;
	b->flags = c->attr.batch.elem_flags;
	err = check_access(fd, op == OP_LOOKUP || op == OP_TAKE, op != OP_LOOKUP);
	if (!err && op != OP_LOOKUP && map_is_frozen(b->map))
		err = -EPERM;
	if (!err && !(ops_of(b->map->ops->type) & op))
		err = -ENOTSUPP;
	if (!err && (b->flags & ~(uint64_t)SYS_F_LOCK || (b->flags && !map_has_lock(b->map))))
		err = -EINVAL;
	if (err)
		return err;
	b->key = calloc(2, b->map->key_size);
	b->last = b->key ? b->key + b->map->key_size : NULL;
	b->value = malloc(b->value_size);
	return b->key && b->value ? 0 : -ENOMEM;
}

static void end(struct batch *b)
{
	free(b->key);
	free(b->value);
}

static int set_count(struct call *c, uint32_t n)
{
	c->attr.batch.count = n;
	return put_attr(c, batch.count);
}

/* Copies the element behind b->key to the caller's lists. */
static int put_elem(struct call *c, const struct batch *b)
{
	uint32_t key_size = b->map->key_size;

	if (copy_out(c->attr.batch.keys + (uint64_t)b->done * key_size, b->key, key_size) != 0 ||
	    copy_out(c->attr.batch.values + b->done * b->value_size, b->value, b->value_size) != 0)
		return -EFAULT;
	return 0;
}

/* -ENOENT at the end of the map, where *done says how many there were. */
static int walk(struct call *c, struct batch *b, bool from_first)
{
	uint32_t key_size = b->map->key_size;
	int err = 0;

	while (b->done < b->count) {
		err = map_next_key(b->map, from_first ? NULL : b->last, b->key);
		if (err)
			return err;
		err = elem_load(b->object, b->key, b->value, b->flags);
		if (!err) {
			err = put_elem(c, b);
			b->done++;
		}
		if (err && err != -ENOENT)
			return err;
		memcpy(b->last, b->key, key_size);
		from_first = false;
		err = 0;
	}
	return err;
}

static int lookup(struct call *c, struct batch *b)
{
	uint32_t key_size = b->map->key_size;
	int err = set_count(c, 0), set;

	if (!err && c->attr.batch.in_batch)
		err = copy_in(b->last, c->attr.batch.in_batch, key_size);
	if (err)
		return err;
	err = walk(c, b, !c->attr.batch.in_batch);
	if (err && err != -ENOENT)
		return err;
	set = set_count(c, b->done);
	if (!set && b->done)
		set = copy_out(c->attr.batch.out_batch, b->last, key_size);
	return set ? set : err;
}

/* The elements behind n keys; one that went away meanwhile does not count. */
static int put_keys(struct call *c, struct batch *b, const uint8_t *keys, uint32_t n, bool take)
{
	uint32_t key_size = b->map->key_size;
	int err = 0;

	for (uint32_t i = 0; i < n && !err; i++) {
		memcpy(b->key, keys + (size_t)i * key_size, key_size);
		err = take ? elem_take(b->object, b->key, b->value, b->flags)
			   : elem_load(b->object, b->key, b->value, b->flags);
		if (!err) {
			err = put_elem(c, b);
			b->done += !err;
		} else if (err == -ENOENT) {
			err = 0;
		}
	}
	return err;
}

/*
 * A hash is walked bucket by bucket, and the number to go on with is the bucket's, so that what is
 * inserted or deleted between two calls neither ends the walk nor shows an element twice. A bucket
 * that has more than there is room for waits for the next call, or is ENOSPC when it is the first.
 */
static int walk_hash(struct call *c, struct batch *b, uint32_t *at, bool take)
{
	size_t key_size = b->map->key_size;
	uint32_t room = min(b->count, b->map->max_entries);
	uint8_t *keys = malloc(room * key_size);
	int err = 0, n;

	if (!keys)
		return -ENOMEM;
	for (; !err; ++*at) {
		n = b->map->ops->bucket(b->map, *at, keys, room);
		if (n > 0 && (uint32_t)n > b->count - b->done) {
			err = b->done ? 0 : -ENOSPC;
			break;
		}
		err = n < 0 ? n : put_keys(c, b, keys, (uint32_t)n, take);
		if (err)
			break;
	}
	free(keys);
	return err;
}

static int lookup_hash(struct call *c, struct batch *b, bool take)
{
	uint32_t at = 0;
	int err = c->attr.batch.flags ? -EINVAL : b->count ? set_count(c, 0) : 0, set;

	if (!err && b->count && c->attr.batch.in_batch)
		err = copy_in(&at, c->attr.batch.in_batch, sizeof(at));
	if (err || !b->count)
		return err;
	err = walk_hash(c, b, &at, take);
	if (err && err != -ENOENT)
		return err;
	set = copy_out(c->attr.batch.out_batch, &at, sizeof(at));
	if (!set)
		set = set_count(c, b->done);
	return set ? set : err;
}

static long read_elems(struct call *c, enum batch_op op)
{
	struct batch b = {0};
	int err = begin(c, &b, op);

	if (!err && b.map->ops->bucket)
		err = lookup_hash(c, &b, op == OP_TAKE);
	else if (!err && b.count)
		err = lookup(c, &b);
	end(&b);
	return err;
}

long sys_map_lookup_batch(struct call *c)
{
	return read_elems(c, OP_LOOKUP);
}

long sys_map_lookup_and_delete_batch(struct call *c)
{
	return read_elems(c, OP_TAKE);
}

static int write_elem(struct call *c, struct batch *b, enum batch_op op)
{
	uint32_t key_size = b->map->key_size;
	int err = copy_in(b->key, c->attr.batch.keys + (uint64_t)b->done * key_size, key_size);

	if (!err && op == OP_UPDATE)
		err = copy_in(b->value, c->attr.batch.values + b->done * b->value_size,
			      b->value_size);
	if (err)
		return err;
	if (op == OP_DELETE)
		return elem_delete(b->object, b->key);
	return elem_store(b->object, b->key, b->value, b->flags);
}

static long write_elems(struct call *c, enum batch_op op)
{
	struct batch b = {0};
	int err = begin(c, &b, op), set;

	if (!err && b.count) {
		for (; !err && b.done < b.count; b.done += !err)
			err = write_elem(c, &b, op);
		set = set_count(c, b.done);
		err = set ? set : err;
	}
	end(&b);
	return err;
}

long sys_map_update_batch(struct call *c)
{
	return write_elems(c, OP_UPDATE);
}

long sys_map_delete_batch(struct call *c)
{
	return write_elems(c, OP_DELETE);
}
