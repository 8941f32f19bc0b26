/*
 * The packet under a program: headroom, metadata, data, tailroom in one buffer as Linux lays out an
 * XDP frame. The buffer lies below 4 GiB, so that the 32-bit data fields of xdp_md and __sk_buff
 * are the addresses themselves; where Linux rewrites a program's context loads, nothing is needed
 * here.
 */
#ifndef CORE_RUN_PACKET_H
#define CORE_RUN_PACKET_H

#include "core/base/base.h"
#include "core/base/diag.h"

enum {
	PACKET_HEADROOM = 256, /* XDP_PACKET_HEADROOM */
	PACKET_TAIL = 320,     /* struct skb_shared_info, at the end of a frame's last page */
	PACKET_PAGE = 4096,
	PACKET_MAX = 1 << 20, /* bytes of data */
	ETH_LEN = 14,	       /* bytes of an Ethernet header */
	XDP_META_MAX = 255,
	XDP_FRAME_RESERVED = 40, /* struct xdp_frame, at the beginning of the headroom */
};

/* Offsets are into buf; head <= meta <= data <= end <= tail. */
struct packet {
	uint8_t *buf;
	uint32_t cap;
	uint32_t meta, data, end;
	uint32_t tail;	   /* how far the end may move */
	uint32_t pulled;   /* bytes of the link header that are before data */
	uint32_t wire_len; /* on the wire, when the capture cut it */
	uint32_t ifindex, rx_queue;
	uint64_t tstamp; /* ns */
};

/*
 * Memory whose addresses fit 32 bits: fresh (fd -1), or a file's from off on, to be read. NULL:
 * there is none left.
 */
void *map_low(size_t size, int fd, uint64_t off);
int packet_alloc(struct packet *pkt, struct diag *d);
void packet_free(struct packet *pkt);
/* Puts size <= PACKET_MAX bytes into the frame, metadata empty. */
void packet_set(struct packet *pkt, const void *data, uint32_t size);

static inline uint32_t packet_len(const struct packet *pkt)
{
	return pkt->end - pkt->data;
}

/*
 * LD_ABS and LD_IND: size bytes in network order at an offset from the data's begin, or from the
 * link or network header (negative, SKF_LL_OFF and SKF_NET_OFF). False when they are not all in the
 * packet, and *out is 0 then.
 */
bool packet_load(const struct packet *pkt, int32_t off, uint32_t size, uint64_t *out);

#endif
