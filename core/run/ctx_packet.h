/* Program types that run on packets: their context, what they may do, and what their answers
 * mean. */
#ifndef CORE_RUN_CTX_PACKET_H
#define CORE_RUN_CTX_PACKET_H

#include "core/obj/ctx.h"
#include "core/obj/runctx.h"
#include "core/run/packet.h"

union packet_ctx {
	struct xdp_md xdp;
	struct sk_buff skb;
};

struct packet_type {
	uint32_t prog_type;
	const struct ctx_type *ctx;
	enum ctx_user user;
	bool write_packet;
	/* Fills the context of a packet; and again where its data moved. */
	void (*enter)(union packet_ctx *ctx, const struct packet *pkt);
	void (*moved)(union packet_ctx *ctx, const struct packet *pkt);
	/* The name of a returned value, NULL when it has none. */
	const char *(*verdict)(uint64_t retval);
};

/* NULL: programs of this type do not run on packets here. */
const struct packet_type *packet_type(uint32_t prog_type);
/* After a helper changed where the packet's data is. */
void packet_moved(struct run_ctx *rc);

#endif
