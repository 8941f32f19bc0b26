/*
 * What hangs on a packet of netfilter: struct sk_buff and struct nf_hook_state of the kernel's own,
 * made anew for each packet out of what is known of it and what somebody says.
 */
#ifndef CORE_RUN_CTX_NF_H
#define CORE_RUN_CTX_NF_H

#include "core/run/packet.h"
#include "core/run/scene.h"

struct nf {
	const struct btf *kernel;
	const char *skb, *state; /* members as "mark=7, priority=1", "": what is usual */
	struct diag *d;
	struct scene scene;
};

/* struct bpf_nf_ctx */
struct nf_ctx {
	uint64_t state, skb;
};

/* 0 or -errno, said. */
int nf_enter(struct nf *nf, struct nf_ctx *ctx, const struct packet *pkt);
/* Can they be made as somebody says, of any packet? 0 or -errno, said. */
int nf_check(struct nf *nf, const struct packet *pkt);
void nf_close(struct nf *nf);

#endif
