/* What programs of sock_ops do to a connection: callbacks they want, options of TCP's header. */
#include <errno.h>
#include <string.h>

#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/network.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

/* enum of the uapi: BPF_SOCK_OPS_HDR_OPT_LEN_CB and so on */
enum { OP_HDR_OPT_LEN = 14, OP_WRITE_HDR_OPT = 15, OP_TSTAMP_SCHED = 16 };
enum { CB_FLAGS_ALL = 0x7f, TCP_HEADER = 20, OPTIONS_MAX = 40 };
enum { OPT_EOL = 0, OPT_NOP = 1, OPT_EXP = 254, OPT_EXP2 = 253 };

static struct bpf_sock_ops *ops_of(struct run_ctx *rc, uint64_t ctx)
{
	return arg_ctx(rc, ctx) ? rc->ctx : NULL;
}

HELPER_FN(sock_ops_cb_flags_set, ctx, flags)
{
	struct bpf_sock_ops *ops = ops_of(rc, ctx);
	struct network_sock *s = rc->rt->sock;
	uint32_t known = (uint32_t)flags & CB_FLAGS_ALL;

	if (!ops)
		return 0;
	if (ops->op >= OP_TSTAMP_SCHED)
		return -EOPNOTSUPP;
	if (!s)
		return -EINVAL;
	memcpy(s->options[SOCKOPT_TCP_BPF_SOCK_OPS_CB_FLAGS], &known, sizeof(known));
	ops->bpf_sock_ops_cb_flags = known;
	return (uint32_t)flags & ~(uint32_t)CB_FLAGS_ALL;
}

KFUNC_FN(bpf_sock_ops_enable_tx_tstamp, ctx, flags)
{
	struct bpf_sock_ops *ops = ops_of(rc, ctx);

	if (!ops)
		return 0;
	if (ops->op < OP_TSTAMP_SCHED)
		return (uint32_t)-EOPNOTSUPP;
	if (flags)
		return (uint32_t)-EINVAL;
	run_say(rc, "the packet's way is stamped with times");
	return 0;
}

/* ---- options ---- */

/* Kind, length and, of experimental ones, the first bytes behind them (RFC 6994). */
struct wanted {
	uint8_t kind, magic_len;
	const uint8_t *magic;
};

/* bpf_search_tcp_opt(): the option, or NULL and *err: -ENOMSG when there is none. */
static const uint8_t *search(const uint8_t *at, const uint8_t *end, const struct wanted *w,
			     bool *has_end, int *err)
{
	*has_end = false;
	*err = -ENOMSG;
	while (at < end && at[0] != OPT_EOL) {
		if (at[0] == OPT_NOP) {
			at++;
			continue;
		}
		if (end - at < 2 || end - at < at[1] || at[1] < 2) {
			*err = -EFAULT;
			return NULL;
		}
		if (at[0] == w->kind) {
			if (w->magic_len > at[1] - 2)
				return NULL;
			if (!memcmp(at + 2, w->magic, w->magic_len))
				return at;
		}
		at += at[1];
	}
	*has_end = at < end;
	return NULL;
}

static bool is_experiment(uint8_t kind)
{
	return kind == OPT_EXP || kind == OPT_EXP2;
}

/* What a program looks for; false: nothing that can be looked for. */
static bool read_wanted(const uint8_t *p, uint32_t len, struct wanted *w)
{
	*w = (struct wanted){.kind = p[0], .magic = p + 2};
	if (p[1] > len || p[0] == OPT_NOP || p[0] == OPT_EOL)
		return false;
	if (!is_experiment(p[0]))
		return !p[1];
	w->magic_len = (uint8_t)(p[1] - 2);
	return p[1] == 4 || p[1] == 6;
}

/* The options of the header that the program sees; false: it sees none. */
static bool options_of(const struct bpf_sock_ops *ops, const uint8_t **at, const uint8_t **end)
{
	*at = (const uint8_t *)(uintptr_t)ops->skb_data + TCP_HEADER;
	*end = (const uint8_t *)(uintptr_t)ops->skb_data_end;
	return *at <= *end;
}

/* The SYN is the packet itself, there is no other. */
HELPER_FN(load_hdr_opt, ctx, result, len, flags)
{
	enum { TCP_SYN = 1 };
	struct bpf_sock_ops *ops = ops_of(rc, ctx);
	uint32_t room = (uint32_t)len;
	uint8_t *out = ops ? arg_mem_out(rc, result, room) : NULL;
	const uint8_t *at, *end;
	struct wanted w;
	bool has_end;
	int err;

	if (!out)
		return 0;
	if (room < 2 || flags & ~(uint64_t)TCP_SYN || !read_wanted(out, room, &w))
		return -EINVAL;
	if (!options_of(ops, &at, &end))
		return flags ? -ENOENT : -EPERM;
	if (!flags && ops->op == OP_HDR_OPT_LEN)
		return -EPERM;
	at = search(at, end, &w, &has_end, &err);
	if (!at)
		return err;
	memcpy(out, at, min((uint32_t)at[1], room));
	return at[1] > room ? -ENOSPC : at[1];
}

/* Puts len bytes behind the options; what follows them moves. */
static int append(struct run_ctx *rc, struct bpf_sock_ops *ops, const void *from, uint32_t len)
{
	struct packet *pkt = rc->pkt;
	uint32_t header = (uint32_t)(ops->skb_data_end - ops->skb_data);
	uint8_t *at = pkt->buf + pkt->data + header;

	if (pkt->end + len > pkt->cap)
		return -ENOSPC;
	memmove(at + len, at, pkt->buf + pkt->end - at);
	memcpy(at, from, len);
	pkt->end += len;
	ops->skb_data_end += len;
	ops->skb_len = packet_len(pkt);
	return 0;
}

HELPER_FN(store_hdr_opt, ctx, from, len, flags)
{
	struct bpf_sock_ops *ops = ops_of(rc, ctx);
	const uint8_t *in = ops ? arg_mem(rc, from, (uint32_t)len) : NULL, *at, *end;
	struct wanted w;
	bool has_end;
	int err;

	if (!in)
		return 0;
	if (ops->op != OP_WRITE_HDR_OPT || !options_of(ops, &at, &end))
		return -EPERM;
	if ((uint32_t)len < 2 || flags || in[1] > (uint32_t)len || in[0] == OPT_NOP ||
	    in[0] == OPT_EOL)
		return -EINVAL;
	if (in[1] > OPTIONS_MAX - (end - at))
		return -ENOSPC;
	w = (struct wanted){.kind = in[0], .magic = in + 2};
	if (is_experiment(in[0]) && in[1] < 4)
		return -EINVAL;
	w.magic_len = is_experiment(in[0]) ? 2 : 0;
	if (search(at, end, &w, &has_end, &err))
		return -EEXIST;
	if (err != -ENOMSG || has_end)
		return err == -ENOMSG ? -ENOSPC : err;
	return append(rc, ops, in, in[1]);
}

HELPER_FN(reserve_hdr_opt, ctx, len, flags)
{
	struct bpf_sock_ops *ops = ops_of(rc, ctx);

	if (!ops)
		return 0;
	if (ops->op != OP_HDR_OPT_LEN)
		return -EPERM;
	if (flags || (uint32_t)len < 2)
		return -EINVAL;
	if ((uint32_t)len > OPTIONS_MAX - (uint32_t)rc->pkt->reserved)
		return -ENOSPC;
	rc->pkt->reserved += (uint8_t)len;
	run_say(rc, "%u bytes of the header are reserved for options", (uint32_t)len);
	return 0;
}
