/* Maps of maps and program arrays with initial values. */
#include "bpf.h"

struct inner {
	__uint(type, 2);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u64);
} inner_a SEC(".maps"), inner_b SEC(".maps");

struct {
	__uint(type, 12);
	__uint(max_entries, 3);
	__type(key, u32);
	__array(values, struct inner);
} outer SEC(".maps") = {
	.values = {[0] = &inner_b, [2] = &inner_a},
};

int one(struct xdp_md *ctx);
int two(struct xdp_md *ctx);

struct {
	__uint(type, 3);
	__uint(max_entries, 5);
	__uint(key_size, 4);
	__array(values, int(struct xdp_md *));
} progs SEC(".maps") = {
	.values = {[1] = one, [4] = two},
};

SEC("xdp") int one(struct xdp_md *ctx)
{
	tail_call(ctx, &progs, 4);
	return 1;
}

SEC("xdp") int two(struct xdp_md *ctx)
{
	u32 k = 0;
	void *m = map_lookup(&outer, &k);

	(void)ctx;
	return m ? map_lookup(m, &k) != 0 : 2;
}

LICENSE;
