/* An arena and pointers into it, sign extension, and what else only newer compilers make. */
#include "common.h"

#if __clang_major__ >= 19 && defined(__BPF_FEATURE_ADDR_SPACE_CAST)
#define __arena __attribute__((address_space(1)))

enum { MAP_TYPE_ARENA = 33 };

struct {
	__uint(type, MAP_TYPE_ARENA);
	__uint(map_flags, 1 << 10);
	__uint(max_entries, 100);
} arena SEC(".maps");

struct node {
	struct node __arena *next;
	__u64 value;
};

struct node __arena *head;
__u64 __arena in_arena SEC(".addr_space.1") = 5;

SEC("syscall") int walk(void *ctx)
{
	struct node __arena *n = head;
	__u64 sum = 0;

	for (int i = 0; i < 100 && n; i++, n = n->next)
		sum += n->value;
	in_arena += sum;
	return sum + (bpf_map_lookup_elem(&arena, &sum) != 0);
}
#endif

SEC("syscall") int extend(struct xdp_md *ctx)
{
	signed char *c = (void *)(long)ctx->data;
	short *s = (void *)c;
	int *i = (void *)c;

#if defined(__BPF_CPU_VERSION__) && __BPF_CPU_VERSION__ >= 4
	return *c + *s + (long)*i / -3 + (int)ctx->data % 5;
#else
	return *c + *s + *i;
#endif
}

LICENSE("GPL");
