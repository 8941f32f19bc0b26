/* Lightweight tunnels (net/core/lwt_bpf.c). */
#include <errno.h>
#include <string.h>

#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/run.h"

enum { V4_LEN = 20, V6_LEN = 40, V4_CHECK = 10, HEADER_MAX = 256 /* LWT_BPF_MAX_HEADROOM */ };

/* A header of IP and what else is in front of the packet; 0: it is none. */
static uint32_t header_version(const uint8_t *h, uint32_t len)
{
	uint32_t version = h[0] >> 4, own = version == 4 ? (h[0] & 0xfu) * 4 : V6_LEN;

	return len < V4_LEN || len > HEADER_MAX || (version != 4 && version != 6) || len < own
		       ? 0
		       : version;
}

static void fill_check(uint8_t *h)
{
	uint32_t sum = 0;
	uint16_t word;

	if (h[V4_CHECK] || h[V4_CHECK + 1])
		return;
	for (uint32_t i = 0; i < (h[0] & 0xfu) * 4; i += 2) {
		memcpy(&word, h + i, sizeof(word));
		sum += word;
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	word = (uint16_t)~sum;
	memcpy(h + V4_CHECK, &word, sizeof(word));
}

/* bpf_lwt_push_ip_encap() */
static int push_ip(struct run_ctx *rc, const uint8_t *header, uint32_t len)
{
	uint32_t version = header_version(header, len);
	struct packet *pkt = rc->pkt;

	if (!version)
		return -EINVAL;
	if (pkt->data < pkt->head + len && !packet_make_headroom(pkt, len))
		return -ENOMEM;
	pkt->data -= len;
	pkt->meta = pkt->net = pkt->mac = pkt->data;
	memcpy(pkt->buf + pkt->data, header, len);
	if (version == 4)
		fill_check(pkt->buf + pkt->data);
	((union packet_ctx *)rc->ctx)->skb.protocol = version == 4 ? 0x0008 : 0xdd86;
	((union packet_ctx *)rc->ctx)->skb.hash = 0;
	packet_moved(rc);
	return 0;
}

HELPER_FN(lwt_push_encap, ctx, type, header, len)
{
	enum { SEG6, SEG6_INLINE, IP };
	const uint8_t *in = arg_ctx(rc, ctx) && rc->pkt ? arg_mem(rc, header, (uint32_t)len) : NULL;

	if (!in)
		return 0;
	if ((uint32_t)type == IP)
		return push_ip(rc, in, (uint32_t)len);
	if ((uint32_t)type <= SEG6_INLINE)
		run_fault(rc, FAULT_CALL, "segment routing is not available here");
	return -EINVAL;
}
