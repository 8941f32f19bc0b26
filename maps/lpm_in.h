/*
 * What a trie is made of, for maps/lpm.c and maps/lpm_check.c.
 */
#ifndef MAPS_LPM_IN_H
#define MAPS_LPM_IN_H

#include "maps/local.h"
#include "maps/region.h"

enum {
	LPM_HEADER = 4, /* bytes of a key before its bits */
	LPM_DATA_MAX = 256,
	LPM_RETRIES = 1 << 16,
};

#define LPM_VALUE_MAX (((uint32_t)4 << 20) - LPM_DATA_MAX - 64) /* KMALLOC_MAX_SIZE and a node */

/*
 * Numbers of nodes and values are from 1; 0 is none. A free node's child[0] is the next free one.
 */
struct lpm_node {
	_Atomic uint32_t plen;
	_Atomic uint32_t child[2];
	_Atomic uint32_t value;
	uint8_t data[];
};

struct lpm_head {
	_Alignas(64) _Atomic uint32_t lock;
	_Atomic uint32_t root, count;
	uint32_t free_nodes, free_values;   /* first of each list */
	uint32_t fresh_nodes, fresh_values; /* never used yet: from this number on */
};

struct lpm {
	struct map map;
	struct lpm_head *head;
	uint8_t *nodes, *values;
	uint32_t *next_value; /* of the list of free values */
	uint32_t nnodes, nvalues;
	uint32_t node_stride, value_stride, data_size, max_plen;
};

struct lpm_key {
	uint32_t plen;
	uint8_t data[LPM_DATA_MAX];
};

static inline struct lpm *lpm_of(struct map *map)
{
	return container_of(map, struct lpm, map);
}

/* ---- numbers to places; what the region says is compared with what the map may have ---- */

static inline struct lpm_node *node_at(const struct lpm *t, uint32_t n)
{
	return n && n <= t->nnodes
		       ? (struct lpm_node *)(t->nodes + (size_t)(n - 1) * t->node_stride)
		       : NULL;
}

static inline uint8_t *value_of(const struct lpm *t, uint32_t n)
{
	return n && n <= t->nvalues ? t->values + (size_t)(n - 1) * t->value_stride : NULL;
}

static inline uint32_t link_get(const _Atomic uint32_t *link)
{
	return atomic_load_explicit(link, memory_order_acquire);
}

static inline void link_set(_Atomic uint32_t *link, uint32_t n)
{
	atomic_store_explicit(link, n, memory_order_release);
}

static inline uint32_t plen_of(const struct lpm_node *node)
{
	return atomic_load_explicit(&node->plen, memory_order_relaxed);
}

/*
 * A node below depth, whose own that becomes then; NULL: a number that does not lead to longer
 * prefixes is garbled. A length is read once, as the file may be changing: a walk goes down.
 */
static inline struct lpm_node *go_down(const struct lpm *t, uint32_t n, int32_t *depth)
{
	struct lpm_node *node = node_at(t, n);
	uint32_t plen = node ? plen_of(node) : 0;

	if (!node || plen > t->max_plen || (int32_t)plen <= *depth)
		return NULL;
	*depth = (int32_t)plen;
	return node;
}

static inline void free_node(struct lpm *t, uint32_t n)
{
	struct lpm_node *node = node_at(t, n);

	link_set(&node->child[0], t->head->free_nodes);
	t->head->free_nodes = n;
}

static inline void free_value(struct lpm *t, uint32_t n)
{
	if (!value_of(t, n))
		return;
	t->next_value[n - 1] = t->head->free_values;
	t->head->free_values = n;
}

static inline int lpm_enter(struct lpm *t, uint32_t cpu)
{
	uint32_t slot = region_enter(t->map.region, cpu);
	int err;

	if (!slot)
		return -EBUSY;
	err = region_lock(t->map.region, &t->head->lock, slot);
	if (err)
		region_leave(t->map.region, cpu);
	return err;
}

static inline void lpm_leave(struct lpm *t, uint32_t cpu)
{
	region_unlock(&t->head->lock);
	region_leave(t->map.region, cpu);
}

/* lpm_check.c */
void lpm_repair(struct map *map, uint32_t slot);
int lpm_check_whole(struct map *map, bool fix, struct diag *d);

#endif
