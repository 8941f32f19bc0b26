/* Values with fields that the kernel knows: timers, locks, kptrs, lists, trees. */
#include "common.h"

#if HAS_CLANG
#define __kptr_tag TYPE_TAG("kptr")
#define __contains_tag(name, node) DECL_TAG("contains:" #name ":" #node)

struct task_struct;

struct list_head {
	__u64 opaque[2];
};

struct list_node {
	__u64 opaque[3];
};

struct item {
	struct list_node node;
	__u64 value;
};

struct element {
	struct bpf_timer timer;
	struct task_struct __kptr_tag *task;
	int n;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct element);
	__uint(max_entries, 2);
} elements SEC(".maps");

static struct bpf_spin_lock lock SEC(".data.lists");
static struct list_head list SEC(".data.lists") __contains_tag(item, node);

static int on_timer(void *map, int *key, struct element *e)
{
	e->n++;
	return 0;
}

SEC("tc") int timers(struct __sk_buff *skb)
{
	int key = 0;
	struct element *e = bpf_map_lookup_elem(&elements, &key);

	if (!e)
		return 0;
	bpf_timer_init(&e->timer, &elements, 1);
	bpf_timer_set_callback(&e->timer, on_timer);
	bpf_timer_start(&e->timer, 1000, 0);
	bpf_spin_lock(&lock);
	key = *(volatile int *)&list;
	bpf_spin_unlock(&lock);
	return key;
}
#endif

SEC("tc") int nothing(struct __sk_buff *skb)
{
	return 0;
}

LICENSE("GPL");
