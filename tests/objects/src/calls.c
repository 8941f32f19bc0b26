/* Subprograms of every linkage, in .text and beside their callers; callbacks; tail calls. */
#include "common.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, int(void *));
} jumps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} map SEC(".maps");

struct state {
	long sum;
	int n;
};

static __noinline long leaf(long a, long b)
{
	return a * 3 + b;
}

static __noinline long middle(struct state *s, int i)
{
	s->n += i;
	return leaf(s->sum, i) ^ leaf(i, s->n);
}

__noinline int global_sum(int a, int b)
{
	volatile int c = a;

	return c + b;
}

__noinline __weak int weak_one(int a)
{
	return global_sum(a, 1) * 2;
}

__hidden __noinline int hidden_one(int a)
{
	volatile int c = a;

	return c ^ 5;
}

static int on_loop(__u32 i, void *ctx)
{
	struct state *s = ctx;

	s->sum += middle(s, i);
	return s->sum > 1000;
}

static long on_element(struct bpf_map *m, __u32 *key, __u64 *value, void *ctx)
{
	struct state *s = ctx;

	s->sum += *key + *value;
	return 0;
}

static __noinline int in_place(int a) SEC("tc");
static __noinline int in_place(int a)
{
	volatile int c = a;

	return c + 2;
}

SEC("tc") int loops(struct __sk_buff *skb)
{
	struct state s = {};

	bpf_loop(skb->len & 15, on_loop, &s, 0);
	bpf_for_each_map_elem(&map, on_element, &s, 0);
	return s.sum + in_place(s.n);
}

SEC("tc") int tails(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jumps, skb->mark & 3);
	return weak_one(skb->len) + hidden_one(2) + global_sum(1, 2);
}

SEC("classifier/other") int other(struct __sk_buff *skb)
{
	struct state s = {.sum = skb->len};

	return middle(&s, 1) > 5 ? 2 : 0;
}

LICENSE("GPL");
