/*
 * Longest-prefix-match trie: a binary trie whose paths are compressed, as kernel/bpf/lpm_trie.c has
 * it. A key is a prefix length and that many bits, in network order. A node without a value only
 * branches; it has two children, so that there are fewer of those than of the others.
 *
 * One lock word orders writers. Whatever an operation changes becomes true with one store of a link
 * or of a node's value number, after everything it leads to was written; so readers walk without a
 * lock, and a writer who dies leaves the trie as it was before or after. Only the free lists and
 * the count may be off then: whoever repairs makes them again from what the trie reaches. Readers
 * start over when the lock word's version moved, which it does when something was taken out and may
 * be used again.
 */
#include <stdlib.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/lpm_in.h"

static int lpm_check(const struct map_def *def, struct diag *d)
{
	if (!def->max_entries || !def->value_size)
		return fail(d, NULL, -EINVAL, "map %s: a trie needs %s", def->name,
			    def->value_size ? "max_entries" : "a value");
	if (!(def->flags & MAP_NO_PREALLOC))
		return fail(d, NULL, -EINVAL, "map %s: a trie needs the flag no_prealloc",
			    def->name);
	if (def->key_size <= LPM_HEADER || def->key_size > LPM_HEADER + LPM_DATA_MAX)
		return fail(d, NULL, -EINVAL, "map %s: a trie's key has 5 to %d bytes, not %u",
			    def->name, LPM_HEADER + LPM_DATA_MAX, def->key_size);
	if (def->value_size > LPM_VALUE_MAX)
		return fail(d, NULL, -EINVAL, "map %s: values of %u bytes are too large", def->name,
			    def->value_size);
	return 0;
}

/*
 * One value more than entries: the new one of a full trie's key is there before the old one goes.
 */
static int lpm_layout(struct map *map, struct region_head *head)
{
	struct lpm *t = lpm_of(map);
	uint64_t values = (uint64_t)map->max_entries + 1, nodes = values * 2;

	t->data_size = map->key_size - LPM_HEADER;
	t->max_plen = t->data_size * 8;
	t->node_stride = (uint32_t)round_up(sizeof(struct lpm_node) + t->data_size, 8);
	t->value_stride = map_value_stride(map);
	if (nodes >= UINT32_MAX)
		return -E2BIG;
	t->nnodes = (uint32_t)nodes;
	t->nvalues = (uint32_t)values;
	head->nslots = REGION_SLOTS;
	head->body_size = sizeof(struct lpm_head) + nodes * t->node_stride +
			  values * t->value_stride + round_up(values * sizeof(uint32_t), 64);
	return head->body_size > MAP_BYTES_MAX ? -ENOMEM : 0;
}

static int lpm_begin(struct map *map)
{
	struct lpm *t = lpm_of(map);

	t->head = (struct lpm_head *)map->region->body;
	t->nodes = map->region->body + sizeof(struct lpm_head);
	t->values = t->nodes + (size_t)t->nnodes * t->node_stride;
	t->next_value = (uint32_t *)(t->values + (size_t)t->nvalues * t->value_stride);
	return 0;
}

static uint32_t lpm_count(struct map *map)
{
	return min(atomic_load(&lpm_of(map)->head->count), map->max_entries);
}

/* ---- bits ---- */

static unsigned int bit_at(const uint8_t *data, uint32_t i)
{
	return data[i / 8] >> (7 - i % 8) & 1;
}

/* How many of the first bits are the same, at most limit. */
static uint32_t match(const uint8_t *a, const uint8_t *b, uint32_t limit)
{
	uint32_t i = 0, n = 0, bytes = (limit + 7) / 8;

	for (; i + 8 <= bytes; i += 8) {
		uint64_t x, y;

		memcpy(&x, a + i, 8);
		memcpy(&y, b + i, 8);
		if (x != y) {
			n = i * 8 + (uint32_t)__builtin_clzll(__builtin_bswap64(x ^ y));
			return min(n, limit);
		}
	}
	for (; i < bytes; i++)
		if (a[i] != b[i]) {
			n = i * 8 + (uint32_t)__builtin_clz(a[i] ^ b[i]) - 24;
			return min(n, limit);
		}
	return limit;
}

/* Of a node at a depth. */
static int32_t match_node(const struct lpm_node *node, int32_t depth, const struct lpm_key *key)
{
	return (int32_t)match(node->data, key->data, min((uint32_t)depth, key->plen));
}

static bool get_key(const struct lpm *t, const void *bytes, struct lpm_key *key)
{
	memcpy(&key->plen, bytes, sizeof(key->plen));
	memcpy(key->data, (const uint8_t *)bytes + LPM_HEADER, t->data_size);
	return key->plen <= t->max_plen;
}

/* ---- reading ---- */

/* The number of the value of the longest prefix of key, or 0. */
static uint32_t find_value(const struct lpm *t, const struct lpm_key *key)
{
	int32_t depth = -1;
	const struct lpm_node *node = go_down(t, link_get(&t->head->root), &depth);
	uint32_t found = 0;

	while (node) {
		uint32_t value = link_get(&node->value);

		if (match_node(node, depth, key) < depth)
			break;
		found = value ? value : found;
		if ((uint32_t)depth == t->max_plen)
			break;
		node = go_down(t, link_get(&node->child[bit_at(key->data, (uint32_t)depth)]),
			       &depth);
	}
	return found;
}

/* Bits of a key or node that has 64 at most, the first on top. */
static inline uint64_t bits_of(const uint8_t *data, uint32_t size)
{
	uint64_t bits = 0;

	if (likely(size == 4)) {
		uint32_t half;

		memcpy(&half, data, sizeof(half));
		return (uint64_t)__builtin_bswap32(half) << 32;
	}
	memcpy(&bits, data, size);
	return __builtin_bswap64(bits);
}

/*
 * The same for such keys, with all of the bits in one register. Both children are on their way
 * before it is known which one counts: a jump that tells them apart would be taken wrongly half of
 * the time.
 */
static inline uint32_t find_short(const struct lpm *t, uint64_t bits, uint32_t plen, uint32_t size)
{
	int32_t depth = -1;
	const struct lpm_node *node = go_down(t, link_get(&t->head->root), &depth);
	uint32_t found = 0, value, left, right;

	while (node) {
		value = link_get(&node->value);
		left = link_get(&node->child[0]);
		right = link_get(&node->child[1]);
		if ((uint32_t)depth > plen ||
		    (depth && (bits_of(node->data, size) ^ bits) >> (64 - depth)))
			break;
		found = value ? value : found;
		if ((uint32_t)depth == t->max_plen)
			break;
		node = go_down(t, (int64_t)(bits << depth) < 0 ? right : left, &depth);
	}
	return found;
}

/* The number of the value for a key as programs give it; -1: it is no key of this trie. */
static int64_t find_bytes(const struct lpm *t, const uint8_t *bytes)
{
	struct lpm_key key;
	uint32_t plen;

	if (t->data_size > sizeof(uint64_t))
		return get_key(t, bytes, &key) ? (int64_t)find_value(t, &key) : -1;
	memcpy(&plen, bytes, sizeof(plen));
	if (plen > t->max_plen)
		return -1;
	bytes += LPM_HEADER;
	return t->data_size == 4 ? find_short(t, bits_of(bytes, 4), plen, 4)
				 : find_short(t, bits_of(bytes, t->data_size), plen, t->data_size);
}

/* Waits out a writer for a moment; readers of a trie whose writer died read what there is. */
static uint32_t begin_read(const struct lpm *t)
{
	return atomic_load_explicit(&t->head->lock, memory_order_acquire) & ~REGION_SLOT_MASK;
}

static bool end_read(const struct lpm *t, uint32_t began)
{
	atomic_thread_fence(memory_order_acquire);
	return (atomic_load_explicit(&t->head->lock, memory_order_relaxed) & ~REGION_SLOT_MASK) ==
	       began;
}

static void *lpm_lookup(struct map *map, const void *bytes, uint32_t cpu __unused)
{
	struct lpm *t = lpm_of(map);
	int64_t value = 0;
	uint32_t began;

	for (int i = 0; i < LPM_RETRIES; i++) {
		began = begin_read(t);
		value = find_bytes(t, bytes);
		if (likely(end_read(t, began)))
			break;
	}
	return value > 0 ? value_of(t, (uint32_t)value) : NULL;
}

/* Addresses of four bytes, behind their length. */
static void *lpm_find_4(struct map *map, uint64_t key, uint64_t more __unused,
			uint32_t cpu __unused)
{
	struct lpm *t = lpm_of(map);
	uint32_t plen = (uint32_t)key, value = 0, began;
	uint64_t bits = (uint64_t)__builtin_bswap32((uint32_t)(key >> 32)) << 32;

	for (int i = 0; i < LPM_RETRIES && plen <= t->max_plen; i++) {
		began = begin_read(t);
		value = find_short(t, bits, plen, 4);
		if (likely(end_read(t, began)))
			break;
	}
	return value ? value_of(t, value) : NULL;
}

static void lpm_shape(struct map *map, struct map_shape *out)
{
	*out = (struct map_shape){.find = lpm_of(map)->data_size == 4 ? lpm_find_4 : NULL};
}

static int lpm_copy(struct map *map, const void *bytes, void *out)
{
	struct lpm *t = lpm_of(map);
	const uint8_t *value = NULL;
	int64_t n;
	uint32_t began;

	for (int i = 0; i < LPM_RETRIES; i++) {
		began = begin_read(t);
		n = find_bytes(t, bytes);
		value = n > 0 ? value_of(t, (uint32_t)n) : NULL;
		if (value)
			memcpy(out, value, map->value_size);
		if (end_read(t, began))
			break;
	}
	return value ? 0 : -ENOENT;
}

/* ---- room for nodes and values, with the lock held ---- */

static uint32_t new_node(struct lpm *t, uint32_t plen, const uint8_t *data)
{
	uint32_t n = t->head->free_nodes;
	struct lpm_node *node = node_at(t, n);

	if (node)
		t->head->free_nodes = link_get(&node->child[0]);
	else if (t->head->fresh_nodes < t->nnodes)
		node = node_at(t, n = ++t->head->fresh_nodes);
	if (!node)
		return 0;
	atomic_store_explicit(&node->plen, plen, memory_order_relaxed);
	link_set(&node->child[0], 0);
	link_set(&node->child[1], 0);
	link_set(&node->value, 0);
	memcpy(node->data, data, t->data_size);
	return n;
}

static uint32_t new_value(struct lpm *t, const void *from)
{
	uint32_t n = t->head->free_values;
	uint8_t *value = value_of(t, n);

	if (value)
		t->head->free_values = t->next_value[n - 1];
	else if (t->head->fresh_values < t->nvalues)
		value = value_of(t, n = ++t->head->fresh_values);
	if (!value)
		return 0;
	memcpy(value, from, t->map.value_size);
	return n;
}

/* ---- writing, with the lock held ---- */

/*
 * Where a key is, or would be: the link that leads there, and the one that leads to the node above.
 */
struct lpm_place {
	_Atomic uint32_t *link, *above;
	struct lpm_node *node, *parent;
	int32_t depth; /* of node */
	uint32_t matched;
};

static struct lpm_place find_place(const struct lpm *t, const struct lpm_key *key)
{
	struct lpm_place p = {.link = &t->head->root, .depth = -1};

	for (;;) {
		p.node = go_down(t, link_get(p.link), &p.depth);
		if (!p.node)
			return p;
		p.matched = (uint32_t)match_node(p.node, p.depth, key);
		if (p.matched != (uint32_t)p.depth || p.matched == key->plen)
			return p;
		p.parent = p.node;
		p.above = p.link;
		p.link = &p.node->child[bit_at(key->data, p.matched)];
	}
}

static bool is_at(const struct lpm_place *p, const struct lpm_key *key)
{
	return p->node && (uint32_t)p->depth == key->plen && p->matched == key->plen;
}

static int check_add(const struct lpm *t, uint64_t flags)
{
	if (flags == UPDATE_EXIST)
		return -ENOENT;
	return atomic_load(&t->head->count) >= t->map.max_entries ? -ENOSPC : 0;
}

/* The key's node is there: gives it a new value. */
static int set_value(struct lpm *t, struct lpm_node *node, const void *from, uint64_t flags)
{
	uint32_t old = link_get(&node->value), value;
	int err = 0;

	if (!old)
		err = check_add(t, flags);
	else if (flags == UPDATE_NOEXIST)
		err = -EEXIST;
	if (err)
		return err;
	value = new_value(t, from);
	if (!value)
		return -ENOSPC;
	link_set(&node->value, value);
	if (!old)
		atomic_fetch_add(&t->head->count, 1);
	region_publish(&t->head->lock);
	free_value(t, old);
	return 0;
}

/* What the link at a place is to lead to when the new node is there; 0: no room for a branch. */
static uint32_t graft(struct lpm *t, const struct lpm_place *p, uint32_t n,
		      const struct lpm_key *key)
{
	struct lpm_node *node = node_at(t, n), *branch;
	uint32_t old = link_get(p->link), b;

	if (!p->node)
		return n;
	if (p->matched == key->plen) {
		link_set(&node->child[bit_at(p->node->data, p->matched)], old);
		return n;
	}
	b = new_node(t, p->matched, key->data);
	branch = node_at(t, b);
	if (!branch)
		return 0;
	link_set(&branch->child[bit_at(key->data, p->matched)], n);
	link_set(&branch->child[bit_at(p->node->data, p->matched)], old);
	return b;
}

static int add(struct lpm *t, const struct lpm_place *p, const struct lpm_key *key,
	       const void *from, uint64_t flags)
{
	uint32_t n, top, value;
	int err = check_add(t, flags);

	if (err)
		return err;
	n = new_node(t, key->plen, key->data);
	value = new_value(t, from);
	top = n && value ? graft(t, p, n, key) : 0;
	if (!top) {
		free_value(t, value);
		if (n)
			free_node(t, n);
		return -ENOSPC;
	}
	link_set(&node_at(t, n)->value, value);
	link_set(p->link, top);
	atomic_fetch_add(&t->head->count, 1);
	return 0;
}

static int lpm_update(struct map *map, const void *bytes, const void *value, uint64_t flags,
		      uint32_t cpu)
{
	struct lpm *t = lpm_of(map);
	struct lpm_place p;
	struct lpm_key key;
	int err;

	if (flags > UPDATE_EXIST || !get_key(t, bytes, &key))
		return -EINVAL;
	err = lpm_enter(t, cpu);
	if (err)
		return err;
	p = find_place(t, &key);
	if (is_at(&p, &key))
		err = set_value(t, p.node, value, flags);
	else
		err = add(t, &p, &key, value, flags);
	lpm_leave(t, cpu);
	return err;
}

/* A node with two children goes on as a branch; a branch that is left with one child goes too. */
static void take_out(struct lpm *t, const struct lpm_place *p)
{
	uint32_t n = link_get(p->link), value = link_get(&p->node->value);
	uint32_t left = link_get(&p->node->child[0]), right = link_get(&p->node->child[1]);
	uint32_t parent = p->parent ? link_get(p->above) : 0;

	atomic_fetch_sub(&t->head->count, 1);
	if (left && right) {
		link_set(&p->node->value, 0);
		region_publish(&t->head->lock);
	} else if (parent && !link_get(&p->parent->value) && !left && !right) {
		link_set(p->above, link_get(&p->parent->child[p->link == &p->parent->child[0]]));
		region_publish(&t->head->lock);
		free_node(t, parent);
		free_node(t, n);
	} else {
		link_set(p->link, left ? left : right);
		region_publish(&t->head->lock);
		free_node(t, n);
	}
	free_value(t, value);
}

static int lpm_delete(struct map *map, const void *bytes, uint32_t cpu)
{
	struct lpm *t = lpm_of(map);
	struct lpm_place p;
	struct lpm_key key;
	int err;

	if (!get_key(t, bytes, &key))
		return -EINVAL;
	err = lpm_enter(t, cpu);
	if (err)
		return err;
	p = find_place(t, &key);
	if (is_at(&p, &key) && link_get(&p.node->value))
		take_out(t, &p);
	else
		err = -ENOENT;
	lpm_leave(t, cpu);
	return err;
}

/* ---- order: children before their parent, left before right ---- */

/* The first node with a value at or below one. */
static const struct lpm_node *first_below(const struct lpm *t, const struct lpm_node *node)
{
	const struct lpm_node *found = NULL;
	int32_t depth = node ? (int32_t)plen_of(node) : 0;

	while (node) {
		const struct lpm_node *left = go_down(t, link_get(&node->child[0]), &depth);

		if (link_get(&node->value))
			found = node;
		node = left || !found ? left : go_down(t, link_get(&node->child[1]), &depth);
	}
	return found;
}

static const struct lpm_node *next_node(const struct lpm *t, const struct lpm_key *key)
{
	const struct lpm_node *path[LPM_DATA_MAX * 8 + 1], *node, *root;
	int32_t depth = -1;
	uint32_t n = 0, at;

	root = node = go_down(t, link_get(&t->head->root), &depth);
	while (node) {
		path[n++] = node;
		if (match_node(node, depth, key) != depth)
			return first_below(t, root);
		at = (uint32_t)depth;
		if (at == key->plen)
			break;
		node = go_down(t, link_get(&node->child[bit_at(key->data, at)]), &depth);
	}
	if (!node || !link_get(&node->value))
		return first_below(t, root);
	while (--n) {
		const struct lpm_node *parent = path[n - 1], *right;

		depth = (int32_t)plen_of(parent);
		right = go_down(t, link_get(&parent->child[1]), &depth);
		if (right && right != path[n])
			return first_below(t, right);
		if (link_get(&parent->value))
			return parent;
	}
	return NULL;
}

static int lpm_next_key(struct map *map, const void *bytes, void *next)
{
	struct lpm *t = lpm_of(map);
	const struct lpm_node *node = NULL;
	struct lpm_key key;
	uint32_t began, plen;
	bool known = bytes && get_key(t, bytes, &key);

	for (int i = 0; i < LPM_RETRIES; i++) {
		began = begin_read(t);
		node = known ? next_node(t, &key)
			     : first_below(t, go_down(t, link_get(&t->head->root), &(int32_t){-1}));
		if (node) {
			plen = plen_of(node);
			memcpy(next, &plen, sizeof(plen));
			memcpy((uint8_t *)next + LPM_HEADER, node->data, t->data_size);
		}
		if (end_read(t, began))
			break;
	}
	return node ? 0 : -ENOENT;
}

static uint8_t *lpm_value_at(struct map *map, uintptr_t addr)
{
	struct lpm *t = lpm_of(map);
	size_t off = addr - (uintptr_t)t->values;

	if (off >= (size_t)t->nvalues * t->value_stride || off % t->value_stride >= map->value_size)
		return NULL;
	return t->values + off / t->value_stride * t->value_stride;
}

const struct map_ops lpm_trie_map_ops = {
	.type = MAP_TYPE_LPM_TRIE,
	.key = MAP_KEY_STRUCT,
	.flags = MAP_NO_PREALLOC | MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY | MAP_RDONLY_PROG |
		 MAP_WRONLY_PROG,
	.size = sizeof(struct lpm),
	.check = lpm_check,
	.layout = lpm_layout,
	.begin = lpm_begin,
	.repair = lpm_repair,
	.check_whole = lpm_check_whole,
	.count = lpm_count,
	.lookup = lpm_lookup,
	.shape = lpm_shape,
	.copy = lpm_copy,
	.update = lpm_update,
	.delete = lpm_delete,
	.next_key = lpm_next_key,
	.value_at = lpm_value_at,
};
