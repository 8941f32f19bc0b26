/* Maps of sockets, as the helpers of packets and of messages ask them: h_sock.c */
#ifndef CORE_RUN_SOCK_H
#define CORE_RUN_SOCK_H

#include "core/obj/runctx.h"

/* The key that a helper is given for a map, or NULL with the fault recorded. */
const void *sock_key(struct run_ctx *rc, uint64_t map, uint64_t key);
/* SK_PASS, and says where what runs goes to; SK_DROP when it cannot go there. */
uint64_t sock_redirect(struct run_ctx *rc, uint64_t ctx, uint64_t map, const void *key,
		       uint64_t flags);

#endif
