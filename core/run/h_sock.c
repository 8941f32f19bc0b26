/* Sockets: their options, where they are bound, and packets that are given to them. */
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/network.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/run/sock.h"

/* The socket that an argument is, or whose context it is; NULL: there is none. */
static struct network_sock *sock_of(struct run_ctx *rc, uint64_t arg)
{
	struct network_sock *s = arg == (uintptr_t)rc->ctx ? rc->rt->sock : sock_at(rc, arg);

	if (s && (arg == (uintptr_t)rc->ctx || arg == (uintptr_t)s))
		return s;
	if (arg != (uintptr_t)rc->ctx)
		run_fault(rc, FAULT_CALL, "a helper's argument is no socket that is described");
	return NULL;
}

HELPER_FN(tcp_sock, sk)
{
	struct network_sock *s = sock_of(rc, sk);

	return s && s->protocol == IPPROTO_TCP ? (uintptr_t)&s->tcp : 0;
}

/* ---- options ---- */

enum level { LEVEL_IP = 0, LEVEL_SOCKET = 1, LEVEL_TCP = 6, LEVEL_IPV6 = 41 };
enum opt_kind { OPT_INT, OPT_BUFFER, OPT_POSITIVE, OPT_ONE_BIT, OPT_CB_FLAGS, OPT_TEXT,
		OPT_TEXT_TO_SET };
enum { CB_FLAGS_ALL = 0x7f }; /* BPF_SOCK_OPS_ALL_CB_FLAGS */

static const struct sockopt_row {
	const char *name;
	int level, number;
	uint8_t kind; /* enum opt_kind */
	uint32_t at;  /* of struct network_sock: where it is kept */
} rows[] = {
#define SOCKOPT(level, name, number, kind)                                                         \
	{#name, LEVEL_##level, number, OPT_##kind,                                                 \
	 offsetof(struct network_sock, options[SOCKOPT_##name])},
#define SOCKOPT_FIELD(level, name, number, kind, field)                                            \
	{#name, LEVEL_##level, number, OPT_##kind, offsetof(struct network_sock, field)},
#include "core/run/sockopts.def"
};

static bool has_level(const struct network_sock *s, int level)
{
	switch (level) {
	case LEVEL_IP:
		return s->family == AF_INET || s->family == AF_INET6;
	case LEVEL_IPV6:
		return s->family == AF_INET6;
	case LEVEL_TCP:
		return s->protocol == IPPROTO_TCP;
	default:
		return true;
	}
}

/* NULL: the socket has no such option for programs. */
static const struct sockopt_row *find_row(const struct network_sock *s, int32_t level,
					  int32_t number)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].level == level && rows[i].number == number)
			return has_level(s, rows[i].level) ? &rows[i] : NULL;
	return NULL;
}

static bool is_text(const struct sockopt_row *row)
{
	return row->kind == OPT_TEXT || row->kind == OPT_TEXT_TO_SET;
}

static int set_text(struct run_ctx *rc, const struct sockopt_row *row, uint8_t *at,
		    const char *value, uint32_t len)
{
	uint32_t n = (uint32_t)strnlen(value, len);

	if (row->kind == OPT_TEXT && len < 2)
		return -EINVAL;
	n = min(n, (uint32_t)SOCKOPT_SIZE - 1);
	memcpy(at, value, n);
	at[n] = '\0';
	run_say(rc, "socket option %s is set to %s", row->name, (char *)at);
	return 0;
}

static bool is_allowed(const struct sockopt_row *row, int32_t value)
{
	switch (row->kind) {
	case OPT_POSITIVE:
		return value > 0;
	case OPT_ONE_BIT:
		return !(value & ~1);
	case OPT_CB_FLAGS:
		return !(value & ~CB_FLAGS_ALL);
	default:
		return true;
	}
}

static int set_option(struct run_ctx *rc, struct network_sock *s, const struct sockopt_row *row,
		      const void *value, uint32_t len)
{
	uint8_t *at = (uint8_t *)s + row->at;
	int32_t v;

	if (is_text(row))
		return set_text(rc, row, at, value, len);
	if (len != sizeof(v))
		return -EINVAL;
	memcpy(&v, value, sizeof(v));
	if (!is_allowed(row, v))
		return -EINVAL;
	run_say(rc, "socket option %s is set to %d", row->name, v);
	/* The kernel's own overhead is added (sk_setsockopt()). */
	if (row->kind == OPT_BUFFER)
		v = (int32_t)((uint32_t)v * 2);
	memcpy(at, &v, sizeof(v));
	return 0;
}

static int set_described(struct run_ctx *rc, uint64_t sk, const struct sock_option *o)
{
	const void *in = arg_mem(rc, o->value, o->len);
	struct network_sock *s = in ? sock_of(rc, sk) : NULL;
	const struct sockopt_row *row = s ? find_row(s, o->level, o->number) : NULL;

	return row ? set_option(rc, s, row, in, o->len) : -EINVAL;
}

HELPER_FN(setsockopt, sk, level, name, value, len)
{
	struct sock_option o = {(int32_t)level, (int32_t)name, value, (uint32_t)len};

	return rc->rt->tcp ? tcp_set_option(rc, sk, &o) : set_described(rc, sk, &o);
}

static int get_option(const struct network_sock *s, const struct sockopt_row *row, uint8_t *out,
		      uint32_t len)
{
	const uint8_t *at = (const uint8_t *)s + row->at;

	if (row->kind == OPT_POSITIVE || row->kind == OPT_TEXT_TO_SET)
		return -EINVAL;
	if (is_text(row) ? len < 2 : len != sizeof(int32_t))
		return -EINVAL;
	memset(out, 0, len);
	memcpy(out, at, is_text(row) ? min(len - 1, (uint32_t)SOCKOPT_SIZE) : len);
	return 0;
}

static int get_described(struct run_ctx *rc, uint64_t sk, const struct sock_option *o)
{
	uint8_t *out = arg_mem_out(rc, o->value, o->len);
	struct network_sock *s = out ? sock_of(rc, sk) : NULL;
	const struct sockopt_row *row = s ? find_row(s, o->level, o->number) : NULL;
	int err = row ? get_option(s, row, out, o->len) : -EINVAL;

	if (out && err)
		memset(out, 0, o->len);
	return err;
}

HELPER_FN(getsockopt, sk, level, name, value, len)
{
	struct sock_option o = {(int32_t)level, (int32_t)name, value, (uint32_t)len};

	return rc->rt->tcp ? tcp_get_option(rc, sk, &o) : get_described(rc, sk, &o);
}

/* struct sockaddr_in and sockaddr_in6, as far as they are looked at */
HELPER_FN(bind, ctx, addr, len)
{
	enum { SIN6_LEN_MIN = 24 }; /* SIN6_LEN_RFC2133 */
	struct network_sock *s = arg_ctx(rc, ctx) ? rc->rt->sock : NULL;
	const uint8_t *in = s ? arg_mem(rc, addr, (uint32_t)len) : NULL;
	struct strbuf text = {0};
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (!in || (uint32_t)len < sizeof(sa_family_t))
		return -EINVAL;
	memcpy(&v4, in, min((uint32_t)len, (uint32_t)sizeof(v4)));
	memcpy(&v6, in, min((uint32_t)len, (uint32_t)sizeof(v6)));
	if (v4.sin_family == AF_INET && (uint32_t)len >= sizeof(v4)) {
		s->src_ip4 = v4.sin_addr.s_addr;
		s->src_port = ntohs(v4.sin_port);
	} else if (v4.sin_family == AF_INET6 && (uint32_t)len >= SIN6_LEN_MIN) {
		memcpy(s->src_ip6, &v6.sin6_addr, sizeof(s->src_ip6));
		s->src_port = ntohs(v6.sin6_port);
	} else {
		return v4.sin_family == AF_INET || v4.sin_family == AF_INET6 ? -EINVAL
									      : -EAFNOSUPPORT;
	}
	s->family = v4.sin_family;
	network_sock_text(&text, s);
	run_say(rc, "the socket is bound: %s", strbuf_str(&text));
	strbuf_free(&text);
	return 0;
}

/* ---- packets for sockets ---- */

static void say_assigned(struct run_ctx *rc, const struct network_sock *s)
{
	struct strbuf text = {0};

	network_sock_text(&text, s);
	run_say(rc, "assigned to the socket %s", strbuf_str(&text));
	strbuf_free(&text);
}

/* bpf_sk_lookup_assign() */
static int assign_lookup(struct run_ctx *rc, struct network_sock *s, uint64_t flags)
{
	enum { REPLACE = 1, NO_REUSEPORT = 2, ESTABLISHED = 1 };
	struct bpf_sk_lookup *ctx = rc->ctx;

	/* Connected sockets of TCP are counted, which nobody would do here. */
	if (s && s->protocol == IPPROTO_TCP && s->state == ESTABLISHED)
		return -ESOCKTNOSUPPORT;
	if (flags & ~(uint64_t)(REPLACE | NO_REUSEPORT))
		return -EINVAL;
	if (s && ctx->protocol && s->protocol != ctx->protocol)
		return -EPROTOTYPE;
	if (s && s->family == AF_INET && ctx->family && ctx->family != AF_INET)
		return -EAFNOSUPPORT;
	if (ctx->sk && !(flags & REPLACE))
		return -EEXIST;
	ctx->sk = (uintptr_t)s;
	if (s)
		say_assigned(rc, s);
	return 0;
}

HELPER_FN(sk_assign, ctx, sk, flags)
{
	struct network_sock *s;

	if (!arg_ctx(rc, ctx))
		return 0;
	if (rc->prog->type == PROG_TYPE_SK_LOOKUP) {
		s = sk ? sock_of(rc, sk) : NULL;
		return rc->fault.kind ? 0 : assign_lookup(rc, s, flags);
	}
	if (!sk || flags)
		return -EINVAL;
	s = sock_of(rc, sk);
	if (!s)
		return 0;
	((union packet_ctx *)rc->ctx)->skb.sk = sk;
	say_assigned(rc, s);
	return 0;
}

/* Maps of sockets hold cookies of real ones: here, one stands wherever it is asked for. */
static bool has_entry(const struct map *map, const void *key)
{
	uint32_t index;

	if (map->ops->type == MAP_TYPE_SOCKHASH)
		return true;
	memcpy(&index, key, sizeof(index));
	return index < map->max_entries;
}

uint64_t sock_in(struct run_ctx *rc, const struct map *map, const void *key)
{
	const struct network *w = rc->rt->network;
	uint32_t index;
	bool has_socks = map->ops->type == MAP_TYPE_SOCKMAP || map->ops->type == MAP_TYPE_SOCKHASH;

	if (!w || !has_socks || map->key_size != sizeof(index))
		return 0;
	memcpy(&index, key, sizeof(index));
	return (uintptr_t)network_sock_in(w, map->name, index);
}

static void say_entry(struct run_ctx *rc, const char *what, const struct map *map, const void *key)
{
	char text[2 * 32 + 1];
	const uint8_t *p = key;

	for (uint32_t i = 0; i < min(map->key_size, 32u); i++)
		snprintf(text + 2 * i, 3, "%02x", p[i]);
	run_say(rc, "%s %s[%s]", what, map->name, text);
}

uint64_t sock_redirect(struct run_ctx *rc, uint64_t ctx, uint64_t map_arg, const void *key,
		       uint64_t flags)
{
	enum { SK_DROP, SK_PASS, INGRESS = 1 };
	struct map *map = arg_ctx(rc, ctx) && key ? arg_map(rc, map_arg) : NULL;

	if (!map || flags & ~(uint64_t)INGRESS || !has_entry(map, key))
		return SK_DROP;
	say_entry(rc, flags ? "redirected to the ingress of" : "redirected to", map, key);
	return SK_PASS;
}

/* The key of a map that a helper is given, which only its map knows the size of. */
const void *sock_key(struct run_ctx *rc, uint64_t map_arg, uint64_t key)
{
	struct map *map = arg_map(rc, map_arg);

	return map ? arg_mem(rc, key, map->key_size) : NULL;
}

HELPER_FN(sk_redirect_map, ctx, map, index, flags)
{
	uint32_t key = (uint32_t)index;

	return sock_redirect(rc, ctx, map, &key, flags);
}

HELPER_FN(sk_redirect_hash, ctx, map, key, flags)
{
	return sock_redirect(rc, ctx, map, sock_key(rc, map, key), flags);
}

HELPER_FN(sk_select_reuseport, ctx, map_arg, key, flags)
{
	const void *at = arg_ctx(rc, ctx) ? sock_key(rc, map_arg, key) : NULL;

	if (!at)
		return 0;
	if (flags)
		return -EINVAL;
	if (!has_entry(arg_map(rc, map_arg), at))
		return -ENOENT;
	say_entry(rc, "the packet is for the socket of", arg_map(rc, map_arg), at);
	return 0;
}

/* sock_map_update_common(): the socket of the operation goes into the map. */
static uint64_t map_add(struct run_ctx *rc, uint64_t ctx, uint64_t map_arg, uint64_t key,
			uint64_t flags)
{
	enum { EXIST = 2 };
	const void *at = arg_ctx(rc, ctx) ? sock_key(rc, map_arg, key) : NULL;

	if (!at)
		return 0;
	if (flags > EXIST)
		return -EINVAL;
	if (!has_entry(arg_map(rc, map_arg), at))
		return -E2BIG;
	if (!rc->rt->sock)
		return -EOPNOTSUPP;
	say_entry(rc, "the socket is in", arg_map(rc, map_arg), at);
	return 0;
}

HELPER_FN(sock_map_update, ctx, map, key, flags)
{
	return map_add(rc, ctx, map, key, flags);
}

HELPER_FN(sock_hash_update, ctx, map, key, flags)
{
	return map_add(rc, ctx, map, key, flags);
}

/* ---- where sockets belong: the first network namespace, the root of control groups ---- */

enum { INIT_NET = 1, ROOT_CGROUP = 1 };

HELPER_FN(get_netns_cookie, ctx)
{
	return !ctx || arg_ctx(rc, ctx) ? INIT_NET : 0;
}

HELPER_FN(sk_cgroup_id, sk)
{
	return sock_of(rc, sk) ? ROOT_CGROUP : 0;
}

HELPER_FN(sk_ancestor_cgroup_id, sk, level)
{
	return sock_of(rc, sk) && !(uint32_t)level ? ROOT_CGROUP : 0;
}

HELPER_FN(skb_ancestor_cgroup_id, ctx, level)
{
	return arg_ctx(rc, ctx) && has_socket(rc) && !(uint32_t)level ? ROOT_CGROUP : 0;
}

HELPER_FN(skb_cgroup_classid, ctx)
{
	arg_ctx(rc, ctx);
	return 0;
}

/* Nobody has put a control group into the map. */
HELPER_FN(skb_under_cgroup, ctx, map_arg, index)
{
	struct map *map = arg_map(rc, map_arg);

	if (!map)
		return 0;
	if (!arg_ctx(rc, ctx) || !has_socket(rc))
		return -ENOENT;
	return (uint32_t)index >= map->max_entries ? -E2BIG : -EAGAIN;
}
