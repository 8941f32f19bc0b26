/* As kfuncs.c: objects, and what they are put into. */
#include "kfuncs.h"

struct elem {
	__u64 key;
	struct bpf_list_node list;
	struct bpf_rb_node tree;
	struct bpf_refcount refs;
};

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(elem, list);
private(A) struct bpf_rb_root root __contains(elem, tree);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct elem, tree)->key < container_of(b, struct elem, tree)->key;
}

static int push(__u64 key, bool front)
{
	struct elem *e = obj_new(struct elem);

	if (!e)
		return 1;
	e->key = key;
	bpf_spin_lock(&lock);
	if (front)
		list_push_front(&head, &e->list);
	else
		list_push_back(&head, &e->list);
	bpf_spin_unlock(&lock);
	return 0;
}

static __u64 pop(bool front)
{
	struct bpf_list_node *node;
	struct elem *e;
	__u64 key;

	bpf_spin_lock(&lock);
	node = front ? bpf_list_pop_front(&head) : bpf_list_pop_back(&head);
	bpf_spin_unlock(&lock);
	if (!node)
		return 1000;
	e = container_of(node, struct elem, list);
	key = e->key;
	obj_drop(e);
	return key;
}

SEC("tc") int lists(struct __sk_buff *skb)
{
	struct bpf_list_node *node;
	__u32 sum = 0;

	add(&sum, pop(true));
	add(&sum, pop(false));
	for (int i = 0; i < 5; i++)
		add(&sum, push(i, i & 1));
	bpf_spin_lock(&lock);
	node = bpf_list_front(&head);
	if (node)
		add(&sum, container_of(node, struct elem, list)->key);
	node = bpf_list_back(&head);
	if (node)
		add(&sum, container_of(node, struct elem, list)->key);
	bpf_spin_unlock(&lock);
	for (int i = 0; i < 6; i++)
		add(&sum, pop(i & 2));
	return sum;
}

static int insert(__u64 key)
{
	struct elem *e = obj_new(struct elem);

	if (!e)
		return 1;
	e->key = key;
	bpf_spin_lock(&lock);
	rbtree_add(&root, &e->tree, less);
	bpf_spin_unlock(&lock);
	return 0;
}

/* The key of what is below the top, by steps to the left (1) or right (0). */
static __noinline __u64 below(__u32 path, __u32 steps)
{
	struct bpf_rb_node *node;
	__u64 key = 999;

	bpf_spin_lock(&lock);
	node = bpf_rbtree_root(&root);
	for (int i = 0; i < 3 && node; i++) {
		if (i == steps)
			break;
		node = path >> i & 1 ? bpf_rbtree_left(&root, node) : bpf_rbtree_right(&root, node);
	}
	if (node)
		key = container_of(node, struct elem, tree)->key;
	bpf_spin_unlock(&lock);
	return key;
}

static void shape(__u32 *sum)
{
	for (int steps = 0; steps < 4; steps++)
		for (int path = 0; path < 1 << steps; path++)
			add(sum, below(path, steps));
}

static __u64 take_first(void)
{
	struct bpf_rb_node *node;
	__u64 key = 2000;
	struct elem *e;

	bpf_spin_lock(&lock);
	node = bpf_rbtree_first(&root);
	if (node)
		node = bpf_rbtree_remove(&root, node);
	bpf_spin_unlock(&lock);
	if (!node)
		return key;
	e = container_of(node, struct elem, tree);
	key = e->key;
	obj_drop(e);
	return key;
}

static __u64 take_top(void)
{
	struct bpf_rb_node *node;
	__u64 key = 3000;
	struct elem *e;

	bpf_spin_lock(&lock);
	node = bpf_rbtree_root(&root);
	if (node)
		node = bpf_rbtree_remove(&root, node);
	bpf_spin_unlock(&lock);
	if (!node)
		return key;
	e = container_of(node, struct elem, tree);
	key = e->key;
	obj_drop(e);
	return key;
}

SEC("tc") int trees(struct __sk_buff *skb)
{
	__u32 sum = 0, x = 7;

	add(&sum, take_first());
	for (int i = 0; i < 40; i++) {
		x = x * 75 % 65537;
		add(&sum, insert(x % 50));
	}
	shape(&sum);
	for (int i = 0; i < 12; i++)
		add(&sum, take_top());
	shape(&sum);
	for (int i = 0; i < 30; i++)
		add(&sum, take_first());
	return sum;
}

SEC("tc") int shared(struct __sk_buff *skb)
{
	struct elem *e = obj_new(struct elem), *f;
	__u32 sum = 0;

	if (!e)
		return 1;
	e->key = 77;
	f = acquire(e);
	bpf_spin_lock(&lock);
	add(&sum, list_push_back(&head, &e->list));
	if (f)
		add(&sum, rbtree_add(&root, &f->tree, less));
	bpf_spin_unlock(&lock);
	add(&sum, pop(true));
	add(&sum, take_first());
	add(&sum, take_first());
	return sum;
}

struct leaf {
	__u64 value;
};
struct stash {
	struct leaf __kptr *leaf;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct stash);
} stashes SEC(".maps");

static __u64 swap(struct stash *s, struct leaf *in)
{
	struct leaf *old = bpf_kptr_xchg(&s->leaf, in);
	__u64 value = 5;

	if (old) {
		value = old->value;
		obj_drop(old);
	}
	return value;
}

SEC("tc") int pointers(struct __sk_buff *skb)
{
	struct stash empty = {}, *s;
	struct leaf *leaf;
	__u32 sum = 0;
	int key = 1;

	add(&sum, bpf_map_update_elem(&stashes, &key, &empty, 0));
	s = bpf_map_lookup_elem(&stashes, &key);
	if (!s)
		return 0;
	for (int i = 0; i < 3; i++) {
		leaf = obj_new(struct leaf);
		if (!leaf)
			return 1;
		leaf->value = 40 + i;
		add(&sum, swap(s, leaf));
	}
	add(&sum, s->leaf != 0);
	add(&sum, bpf_map_update_elem(&stashes, &key, &empty, 0));
	s = bpf_map_lookup_elem(&stashes, &key);
	if (!s)
		return 2;
	add(&sum, swap(s, 0));
	add(&sum, bpf_map_delete_elem(&stashes, &key));
	return sum;
}

char _license[] SEC("license") = "GPL";
