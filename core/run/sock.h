/* Sockets: maps of them, as the helpers of packets and of messages ask them, and their options. */
#ifndef CORE_RUN_SOCK_H
#define CORE_RUN_SOCK_H

#include "core/obj/runctx.h"
#include "core/run/packet.h"
#include "core/run/runtime.h"

/* The key that a helper is given for a map, or NULL with the fault recorded. */
const void *sock_key(struct run_ctx *rc, uint64_t map, uint64_t key);
/* SK_PASS, and says where what runs goes to; SK_DROP when it cannot go there. */
uint64_t sock_redirect(struct run_ctx *rc, uint64_t ctx, uint64_t map, const void *key,
		       uint64_t flags);
/* What a map without values that programs reach has under a key: a socket that was described. */
uint64_t sock_in(struct run_ctx *rc, const struct map *map, const void *key);

/* A packet has a socket when a test run gives it one, or somebody described one. */
static inline bool has_socket(const struct run_ctx *rc)
{
	return rc->rt->sock || (rc->pkt && rc->pkt->trial);
}

/* An option, as a program names it, and its value in the program's memory. */
struct sock_option {
	int32_t level, number;
	uint64_t value;
	uint32_t len;
};

/* h_tcp.c: of a socket of rt->tcp. 0 or -errno */
int tcp_set_option(struct run_ctx *rc, uint64_t sock, const struct sock_option *o);
int tcp_get_option(struct run_ctx *rc, uint64_t sock, const struct sock_option *o);

#endif
