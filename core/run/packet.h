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
	ETH_LEN = 14,	      /* bytes of an Ethernet header */
	XDP_META_MAX = 255,
	XDP_FRAME_RESERVED = 40,	   /* struct xdp_frame, at the beginning of the headroom */
	SKB_LEN_MAX = 16384 - PACKET_TAIL, /* SKB_MAX_ALLOC: how far helpers make packets grow */
};

/* Offsets are into buf; head <= meta <= data <= end <= tail. */
struct packet {
	uint8_t *buf;
	uint32_t cap;
	uint32_t head; /* where the headroom begins */
	uint32_t meta, data, end;
	uint32_t tail;	   /* how far the end may move */
	uint32_t mac, net; /* the link and network header */
	uint8_t *paged;	   /* what lies behind end where no pointer reaches; fragments of XDP */
	uint32_t paged_len;
	uint32_t wire_len; /* on the wire, when the capture cut it */
	uint32_t ifindex, rx_queue;
	uint64_t tstamp;    /* ns */
	bool trial;	    /* the world is a test run's: one device, no real socket */
	uint8_t csum_known; /* 0, or one more than the layers whose checksums are known good */
	bool encapsulated;  /* room for a tunnel's headers was made */
	uint8_t reserved;   /* bytes for options of TCP that a program asked for */
	struct tunnel_key {
		uint32_t id, remote[4];
		uint8_t tos, ttl;
		uint16_t ext;
		uint32_t label, local[4];
	} tunnel; /* of the uapi, as a program set it */
	bool has_tunnel, tunnel_ipv6;
	uint8_t tunnel_opt[252], tunnel_opt_len; /* IP_TUNNEL_OPTS_MAX, in words */
};

/* How packets are laid out; zeroes are the usual. */
struct packet_layout {
	uint32_t headroom, tailroom; /* exactly so many bytes ... */
	uint32_t linear;	     /* at most so many bytes are where pointers reach ... */
	bool has_headroom, has_tailroom, has_linear; /* ... when these are set */
	uint32_t place;	 /* of the first byte in the buffer; 0: behind 256 bytes */
	uint32_t meta; /* first bytes of what is given that are metadata */
};

/*
 * Memory whose addresses fit 32 bits: fresh (fd -1), or a file's from off on, which is not told
 * what is written there. NULL: there is none left.
 */
void *map_low(size_t size, int fd, uint64_t off);
int packet_alloc(struct packet *pkt, struct diag *d);
void packet_free(struct packet *pkt);
/* Puts size <= PACKET_MAX bytes into the frame; layout NULL: all of them data where pointers reach.
 */
void packet_set(struct packet *pkt, const void *data, uint32_t size,
		const struct packet_layout *layout);

/*
 * A packet where it lies, below 4 GiB, for programs that only read it: without room around it, and
 * good as long as the bytes are. It is not to be freed.
 */
void packet_view(struct packet *pkt, const uint8_t *data, uint32_t size);
/* Lets the data begin with the network header, where there is an Ethernet header before it. */
void packet_to_network(struct packet *pkt);
/* ... with the TCP header, where there are headers of Ethernet and IP before it. */
void packet_to_tcp(struct packet *pkt);

/* Where pointers reach, and all of it. */
static inline uint32_t packet_linear(const struct packet *pkt)
{
	return pkt->end - pkt->data;
}

static inline uint32_t packet_len(const struct packet *pkt)
{
	return pkt->end - pkt->data + pkt->paged_len;
}

/* Are bytes [off, off + len) from the data's begin on all there? From the link header on they are.
 */
static inline bool packet_has(const struct packet *pkt, int64_t off, uint64_t len)
{
	return off >= (int64_t)pkt->mac - pkt->data && off <= INT32_MAX && len <= INT32_MAX &&
	       off + (int64_t)len <= packet_len(pkt);
}

/* Copies bytes that are there. */
void packet_get(const struct packet *pkt, int64_t off, void *to, uint32_t len);
void packet_put(struct packet *pkt, int64_t off, const void *from, uint32_t len);
/* Moves everything n bytes towards the end of the buffer; false without room there. */
bool packet_make_headroom(struct packet *pkt, uint32_t n);
/* Writes len bytes as bpf_skb_store_bytes does; h_packet.c */
struct run_ctx;
int skb_store(struct run_ctx *rc, struct packet *pkt, uint32_t off, const void *from, uint32_t len,
	      uint64_t flags);
/* Makes the first len bytes reachable by pointers; they are there. */
void packet_pull(struct packet *pkt, uint32_t len);

/*
 * LD_ABS and LD_IND: size bytes in network order at an offset from the data's begin, or from the
 * link or network header (negative, SKF_LL_OFF and SKF_NET_OFF). False when they are not all in the
 * packet, and *out is 0 then.
 */
bool packet_load(const struct packet *pkt, int32_t off, uint32_t size, uint64_t *out);

#endif
