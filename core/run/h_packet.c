/* Reading, writing and moving packets: the skb and xdp helpers, as net/core/filter.c has them. */
#include <errno.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum { XDP_ABORTED = 0, XDP_REDIRECT = 4, TC_SHOT = 2, TC_REDIRECT = 7 };

/* The packet when ctx is the context of one, or NULL with the fault recorded. */
static struct packet *packet_of(struct run_ctx *rc, uint64_t ctx)
{
	if (!arg_ctx(rc, ctx))
		return NULL;
	if (!rc->pkt)
		run_fault(rc, FAULT_CALL, "the program runs on no packet");
	return rc->pkt;
}

/* Packet bytes at off from the data's begin, or NULL when they are not all there. */
static uint8_t *bytes_at(struct packet *pkt, int64_t off, uint64_t len)
{
	if (off < -(int64_t)pkt->pulled || off > INT32_MAX || len > INT32_MAX ||
	    off + (int64_t)len > packet_len(pkt))
		return NULL;
	return pkt->buf + pkt->data + off;
}

/* Copies len bytes out; those that are not there are zeroes and -EFAULT. */
static uint64_t load_bytes(struct run_ctx *rc, struct packet *pkt, int64_t off, uint64_t to,
			   uint64_t len)
{
	void *out = pkt ? arg_mem_out(rc, to, len) : NULL;
	const uint8_t *from;

	if (!out)
		return 0;
	from = bytes_at(pkt, off, len);
	if (!from) {
		memset(out, 0, len);
		return -EFAULT;
	}
	memmove(out, from, len);
	return 0;
}

HELPER_FN(skb_load_bytes, ctx, off, to, len)
{
	return load_bytes(rc, packet_of(rc, ctx), (uint32_t)off, to, (uint32_t)len);
}

HELPER_FN(skb_load_bytes_relative, ctx, off, to, len, start)
{
	struct packet *pkt = packet_of(rc, ctx);
	int64_t from = (int64_t)(start == 1 ? ETH_LEN : 0) - (pkt ? pkt->pulled : 0);

	from = (uint32_t)off > 0xffff || start > 1 ? INT64_MAX : from + (uint32_t)off;
	return load_bytes(rc, pkt, from, to, (uint32_t)len);
}

HELPER_FN(skb_store_bytes, ctx, off, from, len, flags)
{
	enum { RECOMPUTE_CSUM = 1, INVALIDATE_HASH = 2 };
	struct packet *pkt = packet_of(rc, ctx);
	const void *in = pkt ? arg_mem(rc, from, (uint32_t)len) : NULL;
	uint8_t *to;

	if (!in)
		return 0;
	if (flags & ~(uint64_t)(RECOMPUTE_CSUM | INVALIDATE_HASH))
		return -EINVAL;
	to = bytes_at(pkt, (uint32_t)off, (uint32_t)len);
	if (!to)
		return -EFAULT;
	memmove(to, in, (uint32_t)len);
	return 0;
}

/* Packets are linear here: there is nothing to pull. */
HELPER_FN(skb_pull_data, ctx, len)
{
	struct packet *pkt = packet_of(rc, ctx);

	return pkt && (uint32_t)len > packet_len(pkt) ? (uint64_t)-ENOMEM : 0;
}

HELPER_FN(skb_change_tail, ctx, len, flags)
{
	struct packet *pkt = packet_of(rc, ctx);
	uint32_t n = (uint32_t)len;

	if (!pkt)
		return 0;
	if (flags || n < ETH_LEN || n > UINT16_MAX || pkt->data + n > pkt->cap - PACKET_TAIL)
		return -EINVAL;
	if (n > packet_len(pkt))
		memset(pkt->buf + pkt->end, 0, pkt->data + n - pkt->end);
	pkt->end = pkt->data + n;
	packet_moved(rc);
	return 0;
}

HELPER_FN(xdp_adjust_head, ctx, delta)
{
	struct packet *pkt = packet_of(rc, ctx);
	int64_t to;
	uint32_t meta;

	if (!pkt)
		return 0;
	to = (int64_t)pkt->data + (int32_t)delta;
	meta = pkt->data - pkt->meta;
	if (to < XDP_FRAME_RESERVED + (int64_t)meta || to > (int64_t)pkt->end - ETH_LEN)
		return -EINVAL;
	memmove(pkt->buf + to - meta, pkt->buf + pkt->meta, meta);
	pkt->data = (uint32_t)to;
	pkt->meta = pkt->data - meta;
	packet_moved(rc);
	return 0;
}

HELPER_FN(xdp_adjust_tail, ctx, delta)
{
	struct packet *pkt = packet_of(rc, ctx);
	int64_t to;

	if (!pkt)
		return 0;
	to = (int64_t)pkt->end + (int32_t)delta;
	if (to > pkt->tail || to < (int64_t)pkt->data + ETH_LEN)
		return -EINVAL;
	if (to > pkt->end)
		memset(pkt->buf + pkt->end, 0, (size_t)to - pkt->end);
	pkt->end = (uint32_t)to;
	packet_moved(rc);
	return 0;
}

HELPER_FN(xdp_adjust_meta, ctx, delta)
{
	struct packet *pkt = packet_of(rc, ctx);
	int64_t to;

	if (!pkt)
		return 0;
	to = (int64_t)pkt->meta + (int32_t)delta;
	if (to < XDP_FRAME_RESERVED || to > pkt->data)
		return -EINVAL;
	if ((pkt->data - to) % 4 || pkt->data - to > XDP_META_MAX)
		return -EACCES;
	pkt->meta = (uint32_t)to;
	packet_moved(rc);
	return 0;
}

HELPER_FN(xdp_get_buff_len, ctx)
{
	struct packet *pkt = packet_of(rc, ctx);

	return pkt ? packet_len(pkt) : 0;
}

HELPER_FN(xdp_load_bytes, ctx, off, buf, len)
{
	struct packet *pkt = packet_of(rc, ctx);
	void *out = pkt ? arg_mem_out(rc, buf, (uint32_t)len) : NULL;
	const uint8_t *from;

	if (!out)
		return 0;
	if ((uint32_t)off > 0xffff || (uint32_t)len > 0xffff)
		return -EFAULT;
	from = bytes_at(pkt, (uint32_t)off, (uint32_t)len);
	if (!from)
		return -EINVAL;
	memmove(out, from, (uint32_t)len);
	return 0;
}

HELPER_FN(xdp_store_bytes, ctx, off, buf, len)
{
	struct packet *pkt = packet_of(rc, ctx);
	const void *in = pkt ? arg_mem(rc, buf, (uint32_t)len) : NULL;
	uint8_t *to;

	if (!in)
		return 0;
	if ((uint32_t)off > 0xffff || (uint32_t)len > 0xffff)
		return -EFAULT;
	to = bytes_at(pkt, (uint32_t)off, (uint32_t)len);
	if (!to)
		return -EINVAL;
	memmove(to, in, (uint32_t)len);
	return 0;
}

HELPER_FN(redirect, ifindex, flags)
{
	bool xdp = rc->prog->type == PROG_TYPE_XDP;

	/* tc alone has a flag, BPF_F_INGRESS */
	if (flags > (xdp ? 0 : 1))
		return xdp ? XDP_ABORTED : TC_SHOT;
	rc->rt->redirect_ifindex = (uint32_t)ifindex;
	rc->rt->redirect_flags = flags;
	return xdp ? XDP_REDIRECT : TC_REDIRECT;
}

/* Where nothing is there to send it to, the lowest bits of flags are the answer. */
HELPER_FN(redirect_map, map_arg, key, flags)
{
	enum { ACTION_MASK = 3, BROADCAST = 8, EXCLUDE_INGRESS = 16 };
	struct map *map = arg_map(rc, map_arg);
	uint32_t index = (uint32_t)key;
	const uint32_t *target;
	bool is_devmap;

	if (!map)
		return 0;
	is_devmap = map->ops->type == MAP_TYPE_DEVMAP || map->ops->type == MAP_TYPE_DEVMAP_HASH;
	if (!is_devmap && map->ops->type != MAP_TYPE_CPUMAP && map->ops->type != MAP_TYPE_XSKMAP) {
		run_fault(rc, FAULT_CALL, "map %s holds nothing to redirect to", map->name);
		return 0;
	}
	if (flags & ~(uint64_t)(ACTION_MASK | (is_devmap ? BROADCAST | EXCLUDE_INGRESS : 0)))
		return XDP_ABORTED;
	target = map->ops->lookup(map, &index, rc->cpu);
	if (!target && !(flags & BROADCAST))
		return flags & ACTION_MASK;
	rc->rt->redirect_ifindex = is_devmap && target ? *target : 0;
	rc->rt->redirect_flags = flags;
	return XDP_REDIRECT;
}
