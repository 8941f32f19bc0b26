#include "bpf.h"

struct node {
	struct node *next;
	u64 __attribute__((aligned(16))) value;
	int (*fn)(struct node *, const char *, ...);
	float f;
	enum { A = -1, B = 1 } e;
};
typedef const volatile struct node *node_p;
union both {
	struct node n;
	u8 bytes[64];
};
union both storage[2];
static __attribute__((always_inline)) int inlined(node_p n)
{
	return n->value + n->e;
}
SEC("xdp")
int types(struct xdp_md *ctx)
{
	return inlined(&storage[ctx->data & 1].n);
}
