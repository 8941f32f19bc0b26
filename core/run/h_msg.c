/* Messages of sockets (struct sk_msg): the packet is the message. */
#include <errno.h>
#include <string.h>

#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/run/sock.h"

static struct packet *msg_of(struct run_ctx *rc, uint64_t ctx)
{
	return arg_ctx(rc, ctx) ? rc->pkt : NULL;
}

HELPER_FN(msg_apply_bytes, ctx, bytes)
{
	if (msg_of(rc, ctx))
		run_say(rc, "the verdict is for %u bytes", (uint32_t)bytes);
	return 0;
}

HELPER_FN(msg_cork_bytes, ctx, bytes)
{
	if (msg_of(rc, ctx))
		run_say(rc, "the verdict waits for %u bytes", (uint32_t)bytes);
	return 0;
}

/* The pointers are to these bytes then. */
HELPER_FN(msg_pull_data, ctx, start, end, flags)
{
	struct packet *pkt = msg_of(rc, ctx);
	union packet_ctx *c = rc->ctx;
	uint32_t from = (uint32_t)start, to = (uint32_t)end;

	if (!pkt)
		return 0;
	if (flags || to <= from || to > packet_len(pkt))
		return -EINVAL;
	packet_pull(pkt, packet_len(pkt));
	packet_moved(rc);
	c->msg.data += from;
	c->msg.data_end = c->msg.data + (to - from);
	return 0;
}

/* Zeroes come in. */
HELPER_FN(msg_push_data, ctx, start, len, flags)
{
	struct packet *pkt = msg_of(rc, ctx);
	uint32_t at = (uint32_t)start, n = (uint32_t)len;
	uint8_t *to;

	if (!pkt)
		return 0;
	if (flags)
		return -EINVAL;
	if (!n)
		return 0;
	if (at > packet_len(pkt))
		return -EINVAL;
	packet_pull(pkt, packet_len(pkt));
	if (n > pkt->cap - pkt->end)
		return -ENOMEM;
	to = pkt->buf + pkt->data + at;
	memmove(to + n, to, packet_linear(pkt) - at);
	memset(to, 0, n);
	pkt->end += n;
	packet_moved(rc);
	return 0;
}

HELPER_FN(msg_pop_data, ctx, start, len, flags)
{
	struct packet *pkt = msg_of(rc, ctx);
	uint32_t at = (uint32_t)start, n = (uint32_t)len;
	uint8_t *to;

	if (!pkt)
		return 0;
	if (flags)
		return -EINVAL;
	if (!n)
		return 0;
	if (at >= packet_len(pkt) || n > packet_len(pkt) - at)
		return -EINVAL;
	packet_pull(pkt, packet_len(pkt));
	to = pkt->buf + pkt->data + at;
	memmove(to, to + n, packet_linear(pkt) - at - n);
	pkt->end -= n;
	packet_moved(rc);
	return 0;
}

HELPER_FN(msg_redirect_map, ctx, map, index, flags)
{
	uint32_t key = (uint32_t)index;

	return sock_redirect(rc, ctx, map, &key, flags);
}

HELPER_FN(msg_redirect_hash, ctx, map, key, flags)
{
	return sock_redirect(rc, ctx, map, sock_key(rc, map, key), flags);
}
