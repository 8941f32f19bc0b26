/* The elements of a map at one time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/map.h"
#include "core/base/vec.h"

uint64_t most_keys(const struct target *t)
{
	return 2 * (uint64_t)t->info.max_entries + 1024;
}

static void add(struct snapshot *s, const struct target *t, const uint8_t *key)
{
	uint8_t *row;

	vec_grow((void **)&s->data, &s->cap, s->n + 1, s->stride);
	row = snapshot_row(s, s->n);
	memcpy(row, key, t->info.key_size);
	/* One that went away meanwhile is none. */
	s->n += map_lookup(t->map, row, row + t->info.key_size) == 0;
}

/* Bucket by bucket: what others insert and delete meanwhile does not lead back to the first. */
static int walk_buckets(const struct target *t, struct snapshot *s)
{
	uint32_t room = 64, at = 0;
	uint8_t *keys = NULL;
	int n;

	do {
		keys = xrealloc(keys, (size_t)room * t->info.key_size);
		n = t->map->ops->bucket(t->map, at, keys, room);
		if (n > 0 && (uint32_t)n > room) {
			room = (uint32_t)n;
			continue;
		}
		for (int i = 0; i < n; i++)
			add(s, t, keys + (size_t)i * t->info.key_size);
		at++;
	} while (n >= 0);
	free(keys);
	return n;
}

static int walk_keys(const struct target *t, struct snapshot *s)
{
	uint8_t *next = xmalloc(t->info.key_size);
	uint64_t n = 0;
	int err;

	for (err = map_next_key(t->map, NULL, t->key); !err; n++) {
		if (n == most_keys(t)) {
			err = -EUCLEAN;
			break;
		}
		add(s, t, t->key);
		err = map_next_key(t->map, t->key, next);
		memcpy(t->key, next, err ? 0 : t->info.key_size);
	}
	free(next);
	return err;
}

static int by_key(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(uint32_t *)size);
}

/* A key that was met again, because the one before it went away, counts once. */
static void drop_repeated(const struct target *t, struct snapshot *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (n && memcmp(snapshot_row(s, n - 1), snapshot_row(s, i), t->info.key_size) == 0)
			continue;
		if (n != i)
			memcpy(snapshot_row(s, n), snapshot_row(s, i), s->stride);
		n++;
	}
	s->n = n;
}

int map_snapshot(struct objects *o, const struct target *t, struct snapshot *s)
{
	uint32_t key_size = t->info.key_size;
	int err;

	if (!key_size || !t->map->ops->next_key)
		return fail(o->d, NULL, -ENOTSUPP, "%s: this type of map has no keys to walk",
			    t->name);
	s->stride = key_size + t->value_size;
	s->n = 0;
	err = t->map->ops->bucket ? walk_buckets(t, s) : walk_keys(t, s);
	if (err != -ENOENT)
		return fail(o->d, NULL, err, "%s: %s", t->name,
			    err == -EUCLEAN ? "damaged: its keys have no end" : strerror(-err));
	qsort_r(s->data, s->n, s->stride, by_key, &key_size);
	drop_repeated(t, s);
	return 0;
}
