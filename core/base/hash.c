#include "core/base/hash.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

uint64_t hash_mem(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3;
	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15;
	return h ^ h >> 29;
}

/* The slot that holds key, or the empty one where it belongs. Needs an empty slot somewhere. */
static struct strmap_slot *find_slot(const struct strmap *m, const char *key, size_t len)
{
	size_t i = hash_mem(key, len) & (m->cap - 1);

	while (m->slots[i].key &&
	       (m->slots[i].len != len || memcmp(m->slots[i].key, key, len) != 0))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

uint64_t *strmap_getn(const struct strmap *m, const char *key, size_t len)
{
	struct strmap_slot *s;

	if (!m->n)
		return NULL;
	s = find_slot(m, key, len);
	return s->key ? &s->value : NULL;
}

uint64_t *strmap_get(const struct strmap *m, const char *key)
{
	return strmap_getn(m, key, strlen(key));
}

/* Keeps the table at most half full. */
static void strmap_grow(struct strmap *m)
{
	struct strmap old = *m;

	if (m->n * 2 < m->cap)
		return;
	m->cap = old.cap ? old.cap * 2 : 16;
	m->slots = xcalloc(m->cap, sizeof(*m->slots));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].key)
			*find_slot(m, old.slots[i].key, old.slots[i].len) = old.slots[i];
	free(old.slots);
}

bool strmap_putn(struct strmap *m, const char *key, size_t len, uint64_t value)
{
	struct strmap_slot *s;
	bool is_new;

	strmap_grow(m);
	s = find_slot(m, key, len);
	is_new = !s->key;
	m->n += is_new;
	*s = (struct strmap_slot){is_new ? key : s->key, len, value};
	return is_new;
}

bool strmap_put(struct strmap *m, const char *key, uint64_t value)
{
	return strmap_putn(m, key, strlen(key), value);
}

void strmap_free(struct strmap *m)
{
	free(m->slots);
	*m = (struct strmap){0};
}
