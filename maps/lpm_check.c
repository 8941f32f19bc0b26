/* Tries that a writer died in, or that somebody garbled. */
#include <stdlib.h>
#include <string.h>

#include "maps/lpm_in.h"

/* Marks what the trie reaches. A node or value reached twice, or a link to nowhere, is wrong. */
struct lpm_walk {
	struct lpm *t;
	uint64_t *nodes, *values; /* bit sets */
	uint32_t count, bad;
	bool fix; /* cut what is wrong */
};

static bool mark(uint64_t *set, uint32_t n)
{
	uint64_t bit = (uint64_t)1 << n % 64, had = set[n / 64] & bit;

	set[n / 64] |= bit;
	return !had;
}

static void wrong(struct lpm_walk *w, _Atomic uint32_t *link)
{
	w->bad++;
	if (w->fix)
		link_set(link, 0);
}

static bool is_marked(const uint64_t *set, uint32_t n)
{
	return set[n / 64] >> n % 64 & 1;
}

/* A prefix gets longer with each step down, which bounds the depth. */
static void walk_link(struct lpm_walk *w, _Atomic uint32_t *link, int32_t depth)
{
	uint32_t n = link_get(link), value;
	struct lpm_node *node = go_down(w->t, n, &depth);

	if (!n)
		return;
	if (!node || !mark(w->nodes, n)) {
		wrong(w, link);
		return;
	}
	value = link_get(&node->value);
	if (value && (!value_of(w->t, value) || !mark(w->values, value)))
		wrong(w, &node->value);
	else if (value)
		w->count++;
	walk_link(w, &node->child[0], depth);
	walk_link(w, &node->child[1], depth);
}

static void remake_lists(struct lpm_walk *w)
{
	struct lpm *t = w->t;

	t->head->free_nodes = t->head->free_values = 0;
	t->head->fresh_nodes = min(t->head->fresh_nodes, t->nnodes);
	t->head->fresh_values = min(t->head->fresh_values, t->nvalues);
	for (uint32_t n = t->nnodes; n > t->head->fresh_nodes; n--)
		if (is_marked(w->nodes, n))
			t->head->fresh_nodes = n;
	for (uint32_t n = t->nvalues; n > t->head->fresh_values; n--)
		if (is_marked(w->values, n))
			t->head->fresh_values = n;
	for (uint32_t n = t->head->fresh_nodes; n; n--)
		if (!is_marked(w->nodes, n))
			free_node(t, n);
	for (uint32_t n = t->head->fresh_values; n; n--)
		if (!is_marked(w->values, n))
			free_value(t, n);
	atomic_store(&t->head->count, w->count);
}

/* With the lock held: how much is wrong, or -ENOMEM. */
static int check_locked(struct lpm *t, bool fix)
{
	struct lpm_walk w = {.t = t, .fix = fix};
	int err = -ENOMEM;

	w.nodes = calloc(t->nnodes / 64 + 1, sizeof(*w.nodes));
	w.values = calloc(t->nvalues / 64 + 1, sizeof(*w.values));
	if (w.nodes && w.values) {
		walk_link(&w, &t->head->root, -1);
		w.bad += w.count != atomic_load(&t->head->count);
		if (fix)
			remake_lists(&w);
		err = (int)min(w.bad, (uint32_t)INT32_MAX);
	}
	free(w.nodes);
	free(w.values);
	return err;
}

/* Called under the number of the dead one: the lock, when it had it, is still held. */
void lpm_repair(struct map *map, uint32_t slot)
{
	struct lpm *t = lpm_of(map);

	if ((atomic_load(&t->head->lock) & REGION_SLOT_MASK) != slot)
		return;
	check_locked(t, true);
	region_publish(&t->head->lock);
	region_unlock(&t->head->lock);
}

int lpm_check_whole(struct map *map, bool fix, struct diag *d)
{
	struct lpm *t = lpm_of(map);
	int err, bad;

	region_repair_all(map->region);
	err = lpm_enter(t, UINT32_MAX);
	if (err)
		return err;
	bad = check_locked(t, fix);
	region_publish(&t->head->lock);
	lpm_leave(t, UINT32_MAX);
	if (bad > 0)
		warn(d, NULL, "map %s: %d links or counts of the trie were wrong", map->name, bad);
	return bad;
}
