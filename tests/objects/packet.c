/* A packet filter as people write them. */
#include "bpf.h"

struct ctx {
	u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex;
};

struct {
	__uint(type, 6);
	__uint(max_entries, 256);
	__type(key, u32);
	__type(value, u64);
} by_protocol SEC(".maps");

static __attribute__((always_inline)) u16 be16(u16 v)
{
	return __builtin_bswap16(v);
}

SEC("xdp") int filter(struct ctx *ctx)
{
	u8 *p = (void *)(unsigned long)ctx->data, *end = (void *)(unsigned long)ctx->data_end;
	u32 proto;
	u64 *count;

	if (p + 34 > end)
		return 2;
	if (*(u16 *)(p + 12) != be16(0x0800))
		return 2;
	proto = p[23];
	count = map_lookup(&by_protocol, &proto);
	if (count)
		(*count)++;
	return proto == 17 ? 1 : 2;
}

LICENSE;
