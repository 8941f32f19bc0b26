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

/* Copies len bytes out; those that are not there are zeroes and -EFAULT. */
static uint64_t load_bytes(struct run_ctx *rc, struct packet *pkt, int64_t off, uint64_t to,
			   uint64_t len)
{
	void *out = pkt ? arg_mem_out(rc, to, len) : NULL;

	if (!out)
		return 0;
	if (!packet_has(pkt, off, len)) {
		memset(out, 0, len);
		return -EFAULT;
	}
	packet_get(pkt, off, out, (uint32_t)len);
	return 0;
}

/* A flow dissector's test run has no socket buffer. */
HELPER_FN(skb_load_bytes, ctx, off, to, len)
{
	struct packet *pkt = packet_of(rc, ctx);
	bool none = pkt && pkt->trial && rc->prog->type == PROG_TYPE_FLOW_DISSECTOR;

	return load_bytes(rc, pkt, none ? INT64_MAX : (uint32_t)off, to, (uint32_t)len);
}

/* Only of the linear part. */
HELPER_FN(skb_load_bytes_relative, ctx, off, to, len, start)
{
	enum { START_MAC, START_NET };
	struct packet *pkt = packet_of(rc, ctx);
	int64_t from;

	if (!pkt)
		return 0;
	from = (int64_t)((uint32_t)start == START_NET ? pkt->net : pkt->mac) - pkt->data;
	from += (uint32_t)off;
	if ((uint32_t)off > 0xffff || (uint32_t)start > START_NET ||
	    from + (uint32_t)len > packet_linear(pkt))
		from = INT64_MAX;
	return load_bytes(rc, pkt, from, to, (uint32_t)len);
}

int skb_store(struct run_ctx *rc, struct packet *pkt, uint32_t off, const void *from, uint32_t len,
	      uint64_t flags)
{
	enum { RECOMPUTE_CSUM = 1, INVALIDATE_HASH = 2 };

	if (flags & ~(uint64_t)(RECOMPUTE_CSUM | INVALIDATE_HASH))
		return -EINVAL;
	if (off > INT32_MAX || !packet_has(pkt, off, len))
		return -EFAULT;
	packet_pull(pkt, off + len);
	packet_put(pkt, off, from, len);
	if (flags & INVALIDATE_HASH)
		((union packet_ctx *)rc->ctx)->skb.hash = 0;
	packet_moved(rc);
	return 0;
}

HELPER_FN(skb_store_bytes, ctx, off, from, len, flags)
{
	struct packet *pkt = packet_of(rc, ctx);
	const void *in = pkt ? arg_mem(rc, from, (uint32_t)len) : NULL;

	return in ? skb_store(rc, pkt, (uint32_t)off, in, (uint32_t)len, flags) : 0;
}

HELPER_FN(skb_pull_data, ctx, len)
{
	struct packet *pkt = packet_of(rc, ctx);

	if (!pkt)
		return 0;
	if ((uint32_t)len > packet_len(pkt))
		return -ENOMEM;
	packet_pull(pkt, (uint32_t)len);
	packet_moved(rc);
	return 0;
}

HELPER_FN(skb_change_tail, ctx, len, flags)
{
	struct packet *pkt = packet_of(rc, ctx);
	uint32_t n = (uint32_t)len;

	if (!pkt)
		return 0;
	if (flags || (pkt->net > pkt->data && n < pkt->net - pkt->data) || n > SKB_LEN_MAX)
		return -EINVAL;
	packet_pull(pkt, packet_len(pkt));
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
	if (to < (int64_t)pkt->head + XDP_FRAME_RESERVED + meta || to > (int64_t)pkt->end - ETH_LEN)
		return -EINVAL;
	memmove(pkt->buf + to - meta, pkt->buf + pkt->meta, meta);
	pkt->mac = pkt->data = (uint32_t)to;
	pkt->meta = pkt->data - meta;
	packet_moved(rc);
	return 0;
}

/* Fragments are pages; the last one's rest is all the room there is behind them. */
static int grow_frags(struct packet *pkt, uint32_t n)
{
	uint32_t used = pkt->paged_len % PACKET_PAGE;

	if (n > (used ? PACKET_PAGE - used : 0))
		return -EINVAL;
	memset(pkt->paged + pkt->paged_len, 0, n);
	pkt->paged_len += n;
	return 0;
}

static int shrink_frags(struct packet *pkt, uint32_t n)
{
	uint32_t of_frags = min(n, pkt->paged_len);

	if ((int64_t)n > (int64_t)packet_len(pkt) - ETH_LEN)
		return -EINVAL;
	pkt->paged_len -= of_frags;
	pkt->end -= n - of_frags;
	return 0;
}

static int move_end(struct packet *pkt, int32_t delta)
{
	int64_t to = (int64_t)pkt->end + delta;

	if (pkt->paged_len)
		return delta < 0 ? shrink_frags(pkt, 0 - (uint32_t)delta)
				 : grow_frags(pkt, (uint32_t)delta);
	if (to > pkt->tail || to < (int64_t)pkt->data + ETH_LEN)
		return -EINVAL;
	if (to > pkt->end)
		memset(pkt->buf + pkt->end, 0, (size_t)to - pkt->end);
	pkt->end = (uint32_t)to;
	return 0;
}

HELPER_FN(xdp_adjust_tail, ctx, delta)
{
	struct packet *pkt = packet_of(rc, ctx);
	int err = pkt ? move_end(pkt, (int32_t)delta) : 0;

	if (pkt && !err)
		packet_moved(rc);
	return err;
}

HELPER_FN(xdp_adjust_meta, ctx, delta)
{
	struct packet *pkt = packet_of(rc, ctx);
	int64_t to;

	if (!pkt)
		return 0;
	to = (int64_t)pkt->meta + (int32_t)delta;
	if (to < (int64_t)pkt->head + XDP_FRAME_RESERVED || to > pkt->data)
		return -EINVAL;
	if ((pkt->data - to) % 4 || pkt->data - to > XDP_META_MAX)
		return -EACCES;
	pkt->meta = (uint32_t)to;
	packet_moved(rc);
	return 0;
}

/* xdp_get_buff_len() of the kernel's own struct, one without fragments */
static uint64_t kernel_buff_len(struct run_ctx *rc, uint64_t xdp)
{
	static const char xdp_buff[] = "xdp_buff";
	uint64_t data, end;

	return mem_peek_member(rc, xdp, xdp_buff, "data", 8, &data) &&
			       mem_peek_member(rc, xdp, xdp_buff, "data_end", 8, &end)
		       ? end - data
		       : 0;
}

HELPER_FN(xdp_get_buff_len, ctx)
{
	struct packet *pkt;

	if (sees_kernel_types(rc))
		return kernel_buff_len(rc, ctx);
	pkt = packet_of(rc, ctx);
	return pkt ? packet_len(pkt) : 0;
}

/* What both of the next say of their numbers. */
static int xdp_bytes(const struct packet *pkt, uint32_t off, uint32_t len)
{
	if (off > 0xffff || len > 0xffff)
		return -EFAULT;
	return packet_has(pkt, off, len) ? 0 : -EINVAL;
}

HELPER_FN(xdp_load_bytes, ctx, off, buf, len)
{
	struct packet *pkt = packet_of(rc, ctx);
	void *out = pkt ? arg_mem_out(rc, buf, (uint32_t)len) : NULL;
	int err = out ? xdp_bytes(pkt, (uint32_t)off, (uint32_t)len) : 0;

	if (out && !err)
		packet_get(pkt, (uint32_t)off, out, (uint32_t)len);
	return err;
}

HELPER_FN(xdp_store_bytes, ctx, off, buf, len)
{
	struct packet *pkt = packet_of(rc, ctx);
	const void *in = pkt ? arg_mem(rc, buf, (uint32_t)len) : NULL;
	int err = in ? xdp_bytes(pkt, (uint32_t)off, (uint32_t)len) : 0;

	if (in && !err)
		packet_put(pkt, (uint32_t)off, in, (uint32_t)len);
	return err;
}

/* Where it goes is recorded; who runs the program says what became of that. */
static uint64_t record(struct run_ctx *rc, uint64_t ifindex, uint64_t flags, const char *how)
{
	rc->rt->redirect_ifindex = (uint32_t)ifindex;
	rc->rt->redirect_flags = flags;
	rc->rt->redirect_how = how;
	return rc->prog->type == PROG_TYPE_XDP ? XDP_REDIRECT : TC_REDIRECT;
}

HELPER_FN(redirect, ifindex, flags)
{
	bool xdp = rc->prog->type == PROG_TYPE_XDP;

	/* tc alone has a flag, BPF_F_INGRESS */
	if (flags > (xdp ? 0 : 1))
		return xdp ? XDP_ABORTED : TC_SHOT;
	return record(rc, ifindex, flags, flags ? "ingress of interface" : "interface");
}

HELPER_FN(redirect_peer, ifindex, flags)
{
	return flags ? TC_SHOT : record(rc, ifindex, flags, "peer of interface");
}

HELPER_FN(redirect_neigh, ifindex, params, len, flags)
{
	enum { NEIGH_SIZE = 20 }; /* struct bpf_redir_neigh */

	if (!arg_mem(rc, params, (uint32_t)len))
		return 0;
	if (flags || ((uint32_t)len && (int32_t)len < NEIGH_SIZE))
		return TC_SHOT;
	return record(rc, ifindex, flags, "neighbour on interface");
}

HELPER_FN(clone_redirect, ctx, ifindex, flags)
{
	struct packet *pkt = packet_of(rc, ctx);

	if (!pkt)
		return 0;
	if (flags & ~1ull || (pkt->trial && (uint32_t)ifindex != 1))
		return -EINVAL;
	rc->rt->clones++;
	record(rc, ifindex, flags, "clone to interface");
	return 0;
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
	return record(rc, target ? *target : 0, flags,
		      is_devmap ? "device of a map" : "entry of a map");
}
