/*
 * What hangs on a packet of netfilter: struct sk_buff and struct nf_hook_state of the kernel's own.
 * They are made once, of what is usual and what somebody says; what is known of each packet is then
 * put into them.
 */
#ifndef CORE_RUN_CTX_NF_H
#define CORE_RUN_CTX_NF_H

#include "core/run/packet.h"
#include "core/run/scene.h"

enum nf_field {
#define NF_FIELD(type, member, c_type, value) NF_##member,
#include "core/run/ctx_nf.def"
	NF_FIELDS
};

/* struct bpf_nf_ctx */
struct nf_ctx {
	uint64_t state, skb;
};

struct nf {
	const struct btf *kernel;
	const char *skb, *state; /* members as "mark=7, priority=1", "": what is usual */
	struct diag *d;
	struct scene scene;
	struct nf_ctx ctx;
	uint8_t *at[NF_FIELDS]; /* where they are; NULL: somebody said what it is */
};

/* 0 or -errno, said. */
int nf_open(struct nf *nf);
void nf_close(struct nf *nf);
void nf_enter(struct nf *nf, struct nf_ctx *ctx, const struct packet *pkt);

#endif
