/*
 * Lists and red-black trees of objects. A tree's shape shows (bpf_rbtree_root(), _left(),
 * _right()), so its balancing is that of Linux's lib/rbtree.c: Cormen et al., Introduction to
 * Algorithms, chapter 13, with the successor in the place of a node that has both children.
 */
#include "core/run/owned.h"

/* Is it a node of a live object? */
static bool is_node(struct heap *heap, const void *node, enum btf_field_type type)
{
	struct heap_object *o = heap_find(heap, (uintptr_t)node);

	return o && o->kind == HEAP_LOCAL &&
	       btf_record_find(o->type->record, (uint32_t)((const uint8_t *)node - o->bytes), type);
}

/* ---- lists ---- */

static bool is_listed(struct heap *heap, const struct list_head *head,
		      const struct list_node *node)
{
	return is_node(heap, node, BTF_FIELD_LIST_NODE) && node->owner == head;
}

static struct list_node *node_of(struct list_head *head)
{
	return (struct list_node *)head;
}

/* A head of zeroes is empty, and so is one that points to what is no node of its. */
static bool is_empty(struct heap *heap, struct list_head *head)
{
	if (is_listed(heap, head, head->next) && is_listed(heap, head, head->prev))
		return false;
	head->next = head->prev = node_of(head);
	return true;
}

void list_push(struct heap *heap, struct list_head *head, struct list_node *node, bool front)
{
	struct list_node *before, *after;

	is_empty(heap, head);
	before = front ? node_of(head) : head->prev;
	after = front ? head->next : node_of(head);
	node->prev = before;
	node->next = after;
	node->owner = head;
	before->next = node;
	after->prev = node;
}

struct list_node *list_end(struct heap *heap, struct list_head *head, bool front)
{
	if (is_empty(heap, head))
		return NULL;
	return front ? head->next : head->prev;
}

void list_remove(struct list_node *node)
{
	if (!node->owner)
		return;
	/* Not through neighbours that are no more: a head may have been written into. */
	if (node->prev->next == node)
		node->prev->next = node->next;
	if (node->next->prev == node)
		node->next->prev = node->prev;
	*node = (struct list_node){0};
}

/* ---- trees ---- */

enum { RIGHT, LEFT };
enum { RED, BLACK };

static struct rb_node *parent_of(const struct rb_node *n)
{
	return (struct rb_node *)(n->parent_color & ~(uintptr_t)3);
}

static bool is_red(const struct rb_node *n)
{
	return n && (n->parent_color & 1) == RED;
}

static void set_color(struct rb_node *n, unsigned int color)
{
	n->parent_color = (n->parent_color & ~(uintptr_t)1) | color;
}

static void set_parent(struct rb_node *n, struct rb_node *parent)
{
	n->parent_color = (uintptr_t)parent | (n->parent_color & 1);
}

static unsigned int side_of(const struct rb_node *n, const struct rb_node *parent)
{
	return parent->child[LEFT] == n ? LEFT : RIGHT;
}

/* Puts n where old is in its parent, or at the top. */
static void replace(struct rb_root *root, struct rb_node *old, struct rb_node *n)
{
	struct rb_node *parent = parent_of(old);

	if (parent)
		parent->child[side_of(old, parent)] = n;
	else
		root->top = n;
	if (n)
		set_parent(n, parent);
}

/* n goes down to the given side, its child of the other side takes its place. */
static void rotate(struct rb_root *root, struct rb_node *n, unsigned int side)
{
	struct rb_node *up = n->child[!side], *inner = up->child[side];

	replace(root, n, up);
	n->child[!side] = inner;
	if (inner)
		set_parent(inner, n);
	up->child[side] = n;
	set_parent(n, up);
}

void tree_insert(struct rb_root *root, struct rb_node *node, struct rb_node *parent, bool left)
{
	struct rb_node *grand, *uncle;
	unsigned int side;

	*node = (struct rb_node){.parent_color = (uintptr_t)parent | RED, .owner = root};
	if (parent)
		parent->child[left ? LEFT : RIGHT] = node;
	else
		root->top = node;
	if (!parent || (left && parent == root->leftmost))
		root->leftmost = node;
	while ((parent = parent_of(node)) && is_red(parent)) {
		grand = parent_of(parent);
		side = side_of(parent, grand);
		uncle = grand->child[!side];
		if (is_red(uncle)) {
			set_color(parent, BLACK);
			set_color(uncle, BLACK);
			set_color(grand, RED);
			node = grand;
			continue;
		}
		if (node == parent->child[!side]) {
			rotate(root, parent, side);
			parent = node;
		}
		set_color(parent, BLACK);
		set_color(grand, RED);
		rotate(root, grand, !side);
		break;
	}
	set_color(root->top, BLACK);
}

/* One black node is missing on the side of parent where node, or nothing, is. */
static void mend(struct rb_root *root, struct rb_node *node, struct rb_node *parent)
{
	while (parent && !is_red(node)) {
		unsigned int side = node ? side_of(node, parent) : !parent->child[LEFT];
		struct rb_node *sibling = parent->child[!side];

		if (is_red(sibling)) {
			set_color(sibling, BLACK);
			set_color(parent, RED);
			rotate(root, parent, side);
			sibling = parent->child[!side];
		}
		if (!is_red(sibling->child[LEFT]) && !is_red(sibling->child[RIGHT])) {
			set_color(sibling, RED);
			node = parent;
			parent = parent_of(node);
			continue;
		}
		if (!is_red(sibling->child[!side])) {
			set_color(sibling->child[side], BLACK);
			set_color(sibling, RED);
			rotate(root, sibling, !side);
			sibling = parent->child[!side];
		}
		set_color(sibling, parent->parent_color & 1);
		set_color(parent, BLACK);
		set_color(sibling->child[!side], BLACK);
		rotate(root, parent, side);
		return;
	}
	if (node)
		set_color(node, BLACK);
}

static struct rb_node *first_below(struct rb_node *n)
{
	while (n && n->child[LEFT])
		n = n->child[LEFT];
	return n;
}

static struct rb_node *next_of(struct rb_node *n)
{
	struct rb_node *parent;

	if (n->child[RIGHT])
		return first_below(n->child[RIGHT]);
	while ((parent = parent_of(n)) && n == parent->child[RIGHT])
		n = parent;
	return parent;
}

void tree_remove(struct rb_root *root, struct rb_node *node)
{
	struct rb_node *heir = node, *child, *parent;
	bool was_red;

	if (!node->owner)
		return;
	if (root->leftmost == node)
		root->leftmost = next_of(node);
	if (node->child[LEFT] && node->child[RIGHT])
		heir = first_below(node->child[RIGHT]);
	child = heir->child[LEFT] ? heir->child[LEFT] : heir->child[RIGHT];
	parent = parent_of(heir);
	was_red = is_red(heir);
	replace(root, heir, child);
	if (heir != node) {
		if (parent == node)
			parent = heir;
		heir->parent_color = node->parent_color;
		replace(root, node, heir);
		for (unsigned int side = 0; side < 2; side++) {
			heir->child[side] = node->child[side];
			if (heir->child[side])
				set_parent(heir->child[side], heir);
		}
	}
	if (!was_red)
		mend(root, child, parent);
	*node = (struct rb_node){0};
}

static bool is_own(struct heap *heap, const struct rb_root *root, const struct rb_node *n)
{
	return is_node(heap, n, BTF_FIELD_RB_NODE) && n->owner == root;
}

/* The topmost of a tree is black and below nobody, the leftmost has nothing to its left. */
void tree_check(struct heap *heap, struct rb_root *root)
{
	if (!is_own(heap, root, root->top) || root->top->parent_color != BLACK ||
	    !is_own(heap, root, root->leftmost) || root->leftmost->child[LEFT])
		*root = (struct rb_root){0};
}
