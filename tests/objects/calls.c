/* Subprograms: static, global, weak, hidden, shared by programs, calling each other. */
#include "bpf.h"

u64 total;

static NOINLINE int leaf(int a)
{
	total += (u64)a;
	return a * 3;
}

static NOINLINE int middle(int a, int b)
{
	return leaf(a) + leaf(b);
}

NOINLINE int global_fn(int a)
{
	return middle(a, 4) ^ 5;
}

WEAK NOINLINE int weak_fn(int a)
{
	return leaf(a) - 1;
}

HIDDEN NOINLINE int hidden_fn(int a)
{
	return weak_fn(a) + global_fn(a);
}

static NOINLINE int unused_by_first(int a)
{
	return global_fn(a) + hidden_fn(a);
}

SEC("xdp") int first(struct xdp_md *ctx)
{
	(void)ctx;
	return middle(1, 2) + weak_fn(3) + (int)total;
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	(void)ctx;
	return hidden_fn((int)total) + leaf(2);
}

SEC("tc") int third(void *ctx)
{
	(void)ctx;
	return unused_by_first((int)total) + middle(3, 4);
}

LICENSE;
