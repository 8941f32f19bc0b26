/* The socket that a context is about, which its field sk points to. */
#include <netinet/in.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "core/run/ctx_packet.h"
#include "core/run/network.h"
#include "core/run/runtime.h"

static const struct ctx_field *field_of(const struct ctx_type *type, const char *name)
{
	for (uint32_t i = 0; i < type->nfields; i++)
		if (strcmp(type->fields[i].name, name) == 0)
			return &type->fields[i];
	return NULL;
}

/* What a context calls a field of a socket, where it is another word. */
static const char *ctx_name(const char *name)
{
	static const char *const words[][2] = {
		{"src_ip4", "local_ip4"},  {"src_ip6", "local_ip6"},   {"src_port", "local_port"},
		{"dst_ip4", "remote_ip4"}, {"dst_ip6", "remote_ip6"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i][0], name) == 0)
			return words[i][1];
	return name;
}

static bool is_zero(const uint8_t *at, uint32_t size)
{
	return !*at && memcmp(at, at + 1, size - 1) == 0;
}

/* Fields that nobody described are the context's. */
static void take_fields(void *to, const struct ctx_type *type, const struct ctx_type *ctx_type,
			const union packet_ctx *ctx)
{
	for (uint32_t i = 0; i < type->nfields; i++) {
		const struct ctx_field *f = &type->fields[i];
		const struct ctx_field *from = field_of(ctx_type, ctx_name(f->name));
		uint8_t *at = (uint8_t *)to + f->off;

		if (from && from->size == f->size && is_zero(at, f->size))
			memcpy(at, ctx->bytes + from->off, f->size);
	}
}

bool sock_enter(struct network_sock *s, const struct packet_type *type, union packet_ctx *ctx,
		bool is_said)
{
	const struct ctx_field *f = field_of(type->ctx, "sk");
	uint64_t addr = (uintptr_t)s;
	bool is_ops = type->prog_type == PROG_TYPE_SOCK_OPS;

	if (!f || !(f->gives == CTX_GIVES_SOCK || is_said || is_ops) ||
	    (is_ops && !ctx->ops.is_fullsock))
		return false;
	take_fields(s, &ctx_bpf_sock, type->ctx, ctx);
	take_fields(&s->tcp, &ctx_bpf_tcp_sock, type->ctx, ctx);
	if (is_ops && !s->protocol)
		s->protocol = IPPROTO_TCP;
	/* 32 bits in network order: the port is the upper half here. */
	if (is_ops && !s->dst_port)
		s->dst_port = (uint16_t)(ctx->ops.remote_port >> 16);
	memcpy(ctx->bytes + f->off, &addr, sizeof(addr));
	return true;
}

struct network_sock *sock_at(const struct run_ctx *rc, uint64_t addr)
{
	struct network_sock *own = rc->rt->sock;
	const struct network *w = rc->rt->network;
	uint64_t off = addr - (uintptr_t)own;

	if (own && off < sizeof(*own))
		return own;
	off = w ? addr - (uintptr_t)w->socks.v : 0;
	return w && off < w->socks.n * sizeof(*own) ? &w->socks.v[off / sizeof(*own)] : NULL;
}
