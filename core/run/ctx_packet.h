/*
 * Program types whose context is a struct that we fill: on packets, or on the fields that somebody
 * says. What they may do, and what their answers mean.
 */
#ifndef CORE_RUN_CTX_PACKET_H
#define CORE_RUN_CTX_PACKET_H

#include "core/obj/ctx.h"
#include "core/obj/runctx.h"
#include "core/run/packet.h"

enum { PACKET_CTX_MAX = 256 }; /* bytes of the largest of these structs */

union packet_ctx {
	struct xdp_md xdp;
	struct sk_buff skb;
	struct sk_msg_md msg;
	struct bpf_sockopt sockopt;
	struct bpf_sock_ops ops;
	uint8_t bytes[PACKET_CTX_MAX];
	uint64_t align;
};

/* What a context's field is set to before a run. */
struct ctx_set {
	uint32_t off, size;
	uint8_t bytes[16];
};

struct packet_type {
	uint32_t prog_type;
	const struct ctx_type *ctx;
	enum ctx_user user;
	bool write_packet; /* through pointers */
	bool has_packet;
	enum packet_start { AT_LINK, AT_NETWORK, AT_TCP } start; /* what its data begins with */
	/* Fills the context of a packet; and again where its data moved. */
	void (*enter)(const struct packet_type *type, union packet_ctx *ctx,
		      const struct packet *pkt);
	void (*moved)(const struct packet_type *type, union packet_ctx *ctx,
		      const struct packet *pkt);
	const char *const *verdicts; /* the names of answers from 0 on; NULL where there is none */
	uint32_t nverdicts;
	const char *other; /* the name of all other answers, or NULL */
};

/* NULL: programs of this type do not run on packets or such structs here. */
const struct packet_type *packet_type(uint32_t prog_type);
/* After a helper changed where the packet's data is. */
void packet_moved(struct run_ctx *rc);
/* The name of a returned value, NULL when it has none. */
const char *packet_verdict(const struct packet_type *type, uint64_t retval);
/* The answer that a name of Linux means, for any type of program: XDP_PASS, TC_ACT_OK. */
bool packet_verdict_number(const char *name, uint32_t *out);
/* Is it one that says that the packet goes no further? */
bool packet_is_dropped(const struct packet_type *type, uint64_t retval);

#endif
