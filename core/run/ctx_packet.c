#include "core/run/ctx_packet.h"

#include <ctype.h>
#include <string.h>

#include "core/obj/prog_type.h"

/* The 32 bits that are an address: packets lie below 4 GiB. */
static uint32_t at(const struct packet *pkt, uint32_t off)
{
	return (uint32_t)((uintptr_t)pkt->buf + off);
}

static void xdp_moved(const struct packet_type *type __unused, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	ctx->xdp.data = at(pkt, pkt->data);
	ctx->xdp.data_end = at(pkt, pkt->end);
	ctx->xdp.data_meta = at(pkt, pkt->meta);
}

static void xdp_enter(const struct packet_type *type, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	ctx->xdp =
		(struct xdp_md){.ingress_ifindex = pkt->ifindex, .rx_queue_index = pkt->rx_queue};
	xdp_moved(type, ctx, pkt);
}

static void skb_moved(const struct packet_type *type __unused, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	ctx->skb.len = packet_len(pkt);
	ctx->skb.data = at(pkt, pkt->data);
	ctx->skb.data_end = at(pkt, pkt->end);
	ctx->skb.data_meta = at(pkt, pkt->meta);
}

/* PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST by the destination address. */
static uint32_t pkt_type_of(const uint8_t *dest)
{
	static const uint8_t all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	return memcmp(dest, all, sizeof(all)) == 0 ? 1 : dest[0] & 1 ? 2 : 0;
}

/* The packet's socket: addresses as a test run of Linux makes it, its source being here. */
static void set_addresses(struct sk_buff *skb, const struct packet *pkt)
{
	enum { ETH_IP = 0x0008, ETH_IPV6 = 0xdd86, INET = 2, INET6 = 10 }; /* little-endian */
	int64_t net = (int64_t)pkt->net - pkt->data;

	if (skb->protocol == ETH_IP && packet_has(pkt, net, 20)) {
		skb->family = INET;
		packet_get(pkt, net + 12, &skb->local_ip4, 4);
		packet_get(pkt, net + 16, &skb->remote_ip4, 4);
	} else if (skb->protocol == ETH_IPV6 && packet_has(pkt, net, 40)) {
		skb->family = INET6;
		packet_get(pkt, net + 8, skb->local_ip6, 16);
		packet_get(pkt, net + 24, skb->remote_ip6, 16);
	}
}

static void skb_enter(const struct packet_type *type, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	const uint8_t *link = pkt->buf + pkt->mac;

	ctx->skb = (struct sk_buff){
		.ifindex = pkt->ifindex,
		.ingress_ifindex = pkt->ifindex,
		.queue_mapping = pkt->rx_queue,
		.wire_len = pkt->wire_len,
		.tstamp = pkt->tstamp,
	};
	if (pkt->end >= pkt->mac + ETH_LEN) {
		ctx->skb.protocol = (uint32_t)(link[12] | link[13] << 8); /* in network order */
		ctx->skb.pkt_type = pkt_type_of(link);
	}
	if (type->user & (CTX_CGROUP | CTX_SK_SKB))
		set_addresses(&ctx->skb, pkt);
	skb_moved(type, ctx, pkt);
}

/* Structs of any kind: only the fields that point into the packet are known here. */
static void any_moved(const struct packet_type *type, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	for (uint32_t i = 0; type->has_packet && i < type->ctx->nfields; i++) {
		const struct ctx_field *f = &type->ctx->fields[i];
		uint64_t v = (uintptr_t)pkt->buf;

		if (f->gives == CTX_GIVES_PACKET)
			v += pkt->data;
		else if (f->gives == CTX_GIVES_PACKET_END)
			v += pkt->end;
		else if (f->gives == CTX_GIVES_PACKET_META)
			v += pkt->meta;
		else
			continue;
		memcpy(ctx->bytes + f->off, &v, f->size);
	}
}

static void any_enter(const struct packet_type *type, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	memset(ctx->bytes, 0, type->ctx->size);
	any_moved(type, ctx, pkt);
}

/* A message. */
static void msg_moved(const struct packet_type *type, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	any_moved(type, ctx, pkt);
	ctx->msg.size = packet_len(pkt);
}

static void msg_enter(const struct packet_type *type, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	any_enter(type, ctx, pkt);
	ctx->msg.size = packet_len(pkt);
}

/* The value of an option. */
#define opt_moved any_moved
static void opt_enter(const struct packet_type *type, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	any_enter(type, ctx, pkt);
	ctx->sockopt.optlen = (int32_t)packet_len(pkt);
}

/* A segment, of which programs see the TCP header (bpf_skops_init_skb()). */
static void ops_moved(const struct packet_type *type __unused, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	enum { DATA_OFFSET = 12, FLAGS = 13, TCP_HEADER = 20 };
	const uint8_t *tcp = pkt->buf + pkt->data;
	uint32_t len = packet_linear(pkt);

	ctx->ops.skb_data = ctx->ops.skb_data_end = (uintptr_t)tcp;
	ctx->ops.skb_len = packet_len(pkt);
	if (len < TCP_HEADER)
		return;
	ctx->ops.skb_data_end += min(len, (uint32_t)(tcp[DATA_OFFSET] >> 4) * 4);
	ctx->ops.skb_tcp_flags = tcp[FLAGS];
}

static void ops_enter(const struct packet_type *type, union packet_ctx *ctx,
		      const struct packet *pkt)
{
	memset(ctx->bytes, 0, type->ctx->size);
	ctx->ops.is_fullsock = 1;
	ops_moved(type, ctx, pkt);
}

static const char *const xdp_verdicts[] = {"XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX",
					   "XDP_REDIRECT"};
static const char *const tc_verdicts[] = {
	"TC_ACT_OK",	 "TC_ACT_RECLASSIFY", "TC_ACT_SHOT",	 "TC_ACT_PIPE", "TC_ACT_STOLEN",
	"TC_ACT_QUEUED", "TC_ACT_REPEAT",     "TC_ACT_REDIRECT", "TC_ACT_TRAP",
};
/* The answer is how many bytes to keep. */
static const char *const filter_verdicts[] = {"drop"};
static const char *const cgroup_verdicts[] = {"deny"};
static const char *const sk_verdicts[] = {"SK_DROP", "SK_PASS"};
static const char *const lwt_verdicts[] = {
	[0] = "BPF_OK", [2] = "BPF_DROP", [7] = "BPF_REDIRECT", [128] = "BPF_LWT_REROUTE"};
static const char *const flow_verdicts[] = {
	[0] = "BPF_OK", [2] = "BPF_DROP", [129] = "BPF_FLOW_DISSECTOR_CONTINUE"};
static const char *const nf_verdicts[] = {"NF_DROP", "NF_ACCEPT"};

#define TYPE(type, ctx, user, write, packet, start, how, names, other)                            \
	{                                                                                          \
		PROG_TYPE_##type, &ctx_##ctx, user, write, packet, AT_##start, how##_enter,        \
			how##_moved, names##_verdicts, ARRAY_SIZE(names##_verdicts), other         \
	}

static const struct packet_type types[] = {
	TYPE(XDP, xdp_md, CTX_XDP, true, true, LINK, xdp, xdp, NULL),
	TYPE(SCHED_CLS, sk_buff, CTX_SCHED, true, true, LINK, skb, tc, NULL),
	TYPE(SCHED_ACT, sk_buff, CTX_SCHED, true, true, LINK, skb, tc, NULL),
	TYPE(SOCKET_FILTER, sk_buff, CTX_FILTER, false, true, LINK, skb, filter, "keep"),
	TYPE(CGROUP_SKB, sk_buff, CTX_CGROUP | CTX_CGROUP_CAP, false, true, NETWORK, skb, cgroup,
	     "allow"),
	TYPE(LWT_IN, sk_buff, CTX_LWT, false, true, NETWORK, skb, lwt, NULL),
	TYPE(LWT_OUT, sk_buff, CTX_LWT, false, true, NETWORK, skb, lwt, NULL),
	TYPE(LWT_XMIT, sk_buff, CTX_LWT, true, true, NETWORK, skb, lwt, NULL),
	TYPE(LWT_SEG6LOCAL, sk_buff, CTX_LWT, false, true, NETWORK, skb, lwt, NULL),
	TYPE(SK_SKB, sk_buff, CTX_SK_SKB, true, true, NETWORK, skb, sk, NULL),
	TYPE(FLOW_DISSECTOR, sk_buff, CTX_FLOW, false, true, LINK, any, flow, NULL),
	TYPE(SK_MSG, sk_msg_md, CTX_SOLE, true, true, LINK, msg, sk, NULL),
	TYPE(SK_REUSEPORT, sk_reuseport_md, CTX_SOLE, false, true, NETWORK, any, sk, NULL),
	TYPE(NETFILTER, bpf_nf_ctx, CTX_SOLE, false, true, NETWORK, any, nf, NULL),
	TYPE(SK_LOOKUP, bpf_sk_lookup, CTX_SOLE, false, false, LINK, any, sk, NULL),
	TYPE(CGROUP_SOCK, bpf_sock, CTX_SOCK_CREATE, false, false, LINK, any, cgroup, "allow"),
	TYPE(CGROUP_SOCK_ADDR, bpf_sock_addr, CTX_ADDR_OTHER, false, false, LINK, any, cgroup,
	     "allow"),
	TYPE(CGROUP_SOCKOPT, bpf_sockopt, CTX_SOCKOPT, true, true, LINK, opt, cgroup, "allow"),
	TYPE(CGROUP_SYSCTL, bpf_sysctl, CTX_SOLE, false, false, LINK, any, cgroup, "allow"),
	TYPE(CGROUP_DEVICE, bpf_cgroup_dev_ctx, CTX_SOLE, false, false, LINK, any, cgroup,
	     "allow"),
	TYPE(SOCK_OPS, bpf_sock_ops, CTX_SOLE, false, true, TCP, ops, cgroup, "allow"),
};

const struct packet_type *packet_type(uint32_t prog_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].prog_type == prog_type)
			return &types[i];
	return NULL;
}

void packet_moved(struct run_ctx *rc)
{
	const struct packet_type *type = packet_type(rc->prog->type);

	if (type)
		type->moved(type, rc->ctx, rc->pkt);
}

const char *packet_verdict(const struct packet_type *type, uint64_t retval)
{
	if (type->verdicts == tc_verdicts && (uint32_t)retval == UINT32_MAX)
		return "TC_ACT_UNSPEC";
	return (uint32_t)retval < type->nverdicts ? type->verdicts[(uint32_t)retval] : type->other;
}

bool packet_verdict_number(const char *name, uint32_t *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		for (uint32_t k = 0; k < types[i].nverdicts && isupper((unsigned char)*name); k++)
			if (types[i].verdicts[k] && strcmp(types[i].verdicts[k], name) == 0) {
				*out = k;
				return true;
			}
	return false;
}

bool packet_is_dropped(const struct packet_type *type, uint64_t retval)
{
	static const char *const dropped[] = {"XDP_ABORTED",   "XDP_DROP", "TC_ACT_SHOT",
					      "TC_ACT_STOLEN", "drop",	   "deny",
					      "SK_DROP",       "BPF_DROP", "NF_DROP"};
	const char *verdict = packet_verdict(type, retval);

	for (size_t i = 0; verdict && i < ARRAY_SIZE(dropped); i++)
		if (strcmp(verdict, dropped[i]) == 0)
			return true;
	return false;
}
