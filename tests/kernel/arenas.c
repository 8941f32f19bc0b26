/* Pages of an arena; what is returned says step by step what went well. */
#include "kfuncs.h"

#define __arena __attribute__((address_space(1)))
#define PAGE 4096

struct {
	__uint(type, 33); /* BPF_MAP_TYPE_ARENA */
	__uint(map_flags, 1 << 10);
	__uint(max_entries, 8);
} arena SEC(".maps");

extern void __arena *bpf_arena_alloc_pages(void *map, void __arena *at, __u32 n, int node,
					   __u64 flags) weak_ksym;
extern void bpf_arena_free_pages(void *map, void __arena *at, __u32 n) weak_ksym;

typedef __u64 __arena *word_ptr;

static __u32 page_of(word_ptr p)
{
	return p ? ((__u64)p & 0xffffffff) / PAGE + 1 : 0;
}

static word_ptr take(__u32 n, __u64 flags)
{
	return (word_ptr)bpf_arena_alloc_pages(&arena, 0, n, -1, flags);
}

/* 8 pages, of which 1 and 3 are taken: a digit for each answer. */
SEC("syscall") int pages(void *ctx)
{
	word_ptr a = take(1, 0), b = take(3, 0), c;
	__u32 seen = page_of(a) * 10 + page_of(b);

	if (!a || !b)
		return seen;
	seen = seen * 10 + page_of(take(5, 0));
	seen = seen * 10 + page_of(take(0, 0));
	seen = seen * 10 + page_of(take(1, 1));
	a[1] = 7;
	b[PAGE / 8] = a[1] + 1;
	seen = seen * 10 + b[PAGE / 8];
	seen = seen * 10 + b[0];
	bpf_arena_free_pages(&arena, (void __arena *)(b + PAGE / 8), 1);
	c = take(1, 0);
	seen = seen * 10 + page_of(c);
	if (c)
		seen = seen * 10 + c[0];
	return seen;
}

char _license[] SEC("license") = "GPL";
