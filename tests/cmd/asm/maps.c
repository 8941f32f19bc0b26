#include "bpf.h"

struct {
	__uint(type, 1);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 64);
} counts SEC(".maps");
struct inner {
	__uint(type, 2);
	__type(key, u32);
	__type(value, u32);
	__uint(max_entries, 4);
} first SEC(".maps"), second SEC(".maps");
struct {
	__uint(type, 12);
	__uint(key_size, 4);
	__uint(max_entries, 2);
	__array(values, struct inner);
} outer SEC(".maps") = {.values = {&first, &second}};

SEC("xdp")
int count(struct xdp_md *ctx)
{
	u32 key = ctx->ingress_ifindex;
	u64 *n = lookup(&counts, &key), one = 1;
	void *in = lookup(&outer, &key);

	if (in)
		update(in, &key, &key, 0);
	if (!n)
		return update(&counts, &key, &one, 0) ? 0 : 2;
	__sync_fetch_and_add(n, 1);
	return 2;
}
