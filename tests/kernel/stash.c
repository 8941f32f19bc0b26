/* A pointer in a map's value to what the program allocates: program and map name one type. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct stashed_node {
	long key, data;
};

struct stash {
	struct stashed_node __attribute__((btf_type_tag("kptr"))) * node;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct stash);
} stash SEC(".maps");

extern void *bpf_obj_new_impl(__u64 local_type_id, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *kptr, void *meta) __ksym;

SEC("tc") int put(void *ctx)
{
	struct stashed_node *node;
	struct stash *v;
	int index = 0;

	v = bpf_map_lookup_elem(&stash, &index);
	if (!v)
		return 1;
	node = bpf_obj_new_impl(bpf_core_type_id_local(struct stashed_node), 0);
	if (!node)
		return 1;
	node->key = 42;
	node = bpf_kptr_xchg(&v->node, node);
	if (node)
		bpf_obj_drop_impl(node, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
