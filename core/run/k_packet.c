/* Kernel functions of packets: dynptrs to them (net/core/filter.c), what a device knows of them. */
#include <errno.h>

#include "core/run/ctx_packet.h"
#include "core/run/dynptr.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

/* One of len bytes over the packet that runs. */
static uint64_t make(struct run_ctx *rc, uint64_t ctx, uint64_t flags, uint64_t ptr,
		     enum dynptr_kind kind, uint32_t len)
{
	bool is_ctx = (rc->rt->skb && ctx == rc->rt->skb) || arg_ctx(rc, ctx);
	struct dynptr *p = is_ctx ? arg_new_dynptr(rc, ptr) : NULL;

	if (!p)
		return 0;
	if (!rc->pkt)
		run_fault(rc, FAULT_CALL, "the program runs on no packet");
	*p = (struct dynptr){0};
	if (flags)
		return (uint32_t)-EINVAL;
	*p = dynptr_to(rc->pkt, kind, len);
	return 0;
}

KFUNC_FN(bpf_dynptr_from_xdp, ctx, flags, ptr)
{
	return make(rc, ctx, flags, ptr, DYNPTR_XDP, rc->pkt ? packet_len(rc->pkt) : 0);
}

/* Programs that may not write into packets get one to be read (specialize_kfunc()). */
KFUNC_FN(bpf_dynptr_from_skb, ctx, flags, ptr)
{
	const struct packet_type *type = packet_type(rc->prog->type);
	uint64_t err = make(rc, ctx, flags, ptr, DYNPTR_SKB, rc->pkt ? packet_len(rc->pkt) : 0);

	if (!err && !rc->fault.kind && type && !type->write_packet)
		((struct dynptr *)(uintptr_t)ptr)->size |= DYNPTR_RDONLY;
	return err;
}

KFUNC_FN(bpf_dynptr_from_skb_meta, ctx, flags, ptr)
{
	uint32_t len = rc->pkt ? rc->pkt->data - rc->pkt->meta : 0;

	return make(rc, ctx, flags, ptr, DYNPTR_SKB_META, len);
}

/* Bytes of fragments become ones that pointers reach. */
KFUNC_FN(bpf_xdp_pull_data, ctx, len)
{
	if (!arg_ctx(rc, ctx) || !rc->pkt)
		return 0;
	if ((uint32_t)len > packet_len(rc->pkt))
		return (uint32_t)-EINVAL;
	packet_pull(rc->pkt, (uint32_t)len);
	packet_moved(rc);
	return 0;
}

KFUNC_FN(bpf_xdp_metadata_rx_timestamp, ctx, out_arg)
{
	uint64_t *out = arg_ctx(rc, ctx) ? arg_mem_out(rc, out_arg, sizeof(*out)) : NULL;

	if (!out || !rc->pkt)
		return 0;
	if (!rc->pkt->tstamp)
		return (uint32_t)-ENODATA;
	*out = rc->pkt->tstamp;
	return 0;
}

KFUNC_FN(bpf_xdp_metadata_rx_hash, ctx)
{
	arg_ctx(rc, ctx);
	return (uint32_t)-ENODATA;
}

KFUNC_FN(bpf_xdp_metadata_rx_vlan_tag, ctx)
{
	arg_ctx(rc, ctx);
	return (uint32_t)-ENODATA;
}
