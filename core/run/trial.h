/*
 * Test runs as BPF_PROG_TEST_RUN has them (net/bpf/test_run.c): what of a context may be given, how
 * the packet lies, and what comes back. The door uses it, and `ebpf run --strict-kernel`.
 */
#ifndef CORE_RUN_TRIAL_H
#define CORE_RUN_TRIAL_H

#include "core/run/ctx_packet.h"

struct trial {
	const struct packet_type *type;
	uint32_t attach_type;
	struct bytes data, ctx; /* given; ctx.data NULL: none is */
	/* and back, in memory of the caller's packet and context */
	struct bytes data_out, ctx_out;
	const char *why;  /* it is refused, in words */
	uint64_t keys[7]; /* struct bpf_flow_keys */
};

/* May programs of the type run so? */
bool trial_has(uint32_t prog_type);
/* The struct that is given as context: not always the one that programs see. */
const struct ctx_type *trial_ctx(const struct packet_type *type);
/* Fills packet and context; 0, or -errno and why. */
int trial_begin(struct trial *t, struct packet *pkt, union packet_ctx *ctx);
/* After a run: what comes back. -errno for an answer that Linux does not give back. */
int trial_end(struct trial *t, struct packet *pkt, union packet_ctx *ctx);

#endif
