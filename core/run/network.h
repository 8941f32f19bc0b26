/*
 * The network around a program, as far as somebody described it: routes with the neighbours they
 * lead to, sockets, and connections that are tracked. One line each:
 *
 *	route 10.0.0.0/8 dev 3 via 192.0.2.1 smac 02:00:00:00:00:01 dmac 02:00:00:00:00:02 mtu 1500
 *	device 3 mtu 1400
 *	socket tcp 10.0.0.1:80
 *	socket udp [2001:db8::1]:53 [2001:db8::2]:4000
 *	socket tcp 10.0.0.1:8080 in socks[0]
 *	connection tcp 10.0.0.1:4000 10.0.0.2:80 mark 7 status seen_reply|assured timeout 60
 *	connection udp 10.0.0.1:53 10.0.0.2:53 zone 1 reply 10.0.0.2:53 192.0.2.1:1024
 */
#ifndef CORE_RUN_NETWORK_H
#define CORE_RUN_NETWORK_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/vec.h"
#include "core/obj/ctx.h"

struct network_route {
	uint8_t family; /* AF_INET, AF_INET6 */
	uint8_t prefix[16], via[16], smac[6], dmac[6];
	uint32_t len, ifindex, mtu;
	bool has_via, has_dmac;
};

struct network_device {
	uint32_t ifindex, mtu;
};

enum sockopt {
#define SOCKOPT(level, name, number, kind) SOCKOPT_##name,
#include "core/run/sockopts.def"
	SOCKOPT_COUNT
};
enum { SOCKOPT_SIZE = 16 }; /* bytes of the longest value */

/* struct bpf_sock of the uapi, struct bpf_tcp_sock, and the options that were set */
struct network_sock {
	uint32_t bound_dev_if, family, type, protocol, mark, priority, src_ip4, src_ip6[4];
	uint32_t src_port;
	uint16_t dst_port, zero;
	uint32_t dst_ip4, dst_ip6[4], state;
	int32_t rx_queue_mapping;
	struct bpf_tcp_sock tcp;
	uint8_t options[SOCKOPT_COUNT][SOCKOPT_SIZE];
	char map[16]; /* that has it under the key, "": none has */
	uint32_t key;
};
enum { NETWORK_SOCK_UAPI = 80 };

/* A connection as who looks for it has it: ports in network order. */
struct network_tuple {
	uint8_t family, src[16], dst[16];
	uint16_t sport, dport;
};

/* Bits of ct->status */
enum network_status {
#define CT_STATUS(bit, NAME, ...) CT_##NAME = 1 << bit,
#include "core/run/ct_status.def"
};

struct network_conn {
	uint8_t protocol;
	uint16_t zone;
	uint32_t mark, status, timeout; /* seconds */
	struct network_tuple dir[2];	/* as its first packet has it, and those that answer */
};

struct network {
	VEC(struct network_route) routes;
	VEC(struct network_sock) socks;
	VEC(struct network_device) devices;
	VEC(struct network_conn) conns;
};

/* 0 or -EINVAL, said with its line. */
int network_read(struct network *w, const char *text, const char *path, struct diag *d);
void network_free(struct network *w);
/* The longest prefix that has the address; NULL: none. */
const struct network_route *network_route(const struct network *w, uint8_t family,
					  const uint8_t *addr);

/* How much a device sends at once; 0: there is no such device. The loopback's is always there. */
uint32_t network_mtu(const struct network *w, uint32_t ifindex);

/* "tcp 10.0.0.1:80", as it is written above, for people */
struct strbuf;
void network_sock_text(struct strbuf *b, const struct network_sock *s);
void network_tuple_text(struct strbuf *b, uint8_t protocol, const struct network_tuple *t);
/* struct bpf_sock_tuple, of either family by its size; false: it is of none */
bool network_read_tuple(const uint8_t *p, uint32_t size, struct network_tuple *t);
/* A connected socket before a listening one; NULL: none. */
struct network_sock *network_sock(const struct network *w, uint32_t protocol,
				  const struct network_tuple *t);

/* The socket that a map of sockets has; NULL: none that was described. */
struct network_sock *network_sock_in(const struct network *w, const char *map, uint32_t key);

/* ctx_sock.c: the socket that a context is about */
struct run_ctx;
struct packet_type;
union packet_ctx;
/*
 * Makes it as the context's fields have it, and lets the context point to it. is_said: somebody
 * described it; where the kernel may have none, there is one only then. False: there is none.
 */
bool sock_enter(struct network_sock *s, const struct packet_type *type, union packet_ctx *ctx,
		bool is_said);
/* One that programs point to: the context's, or one of the network; NULL: it is neither. */
struct network_sock *sock_at(const struct run_ctx *rc, uint64_t addr);

#endif
