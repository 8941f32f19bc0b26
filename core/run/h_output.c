/* What programs hand out: records, sequences of text; and what they ask of events. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/run/bprintf.h"
#include "core/run/btfshow.h"
#include "core/run/mem.h"
#include "core/run/packet.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

/* ---- perf events: each slot of an array is as good as any, and somebody reads it ---- */

#define INDEX_MASK 0xffffffffull
#define CTXLEN_MASK (0xfffffull << 32)

/* The slot that flags name: the cpu's own, unless they say which. */
static int64_t slot_of(const struct run_ctx *rc, const struct map *map, uint64_t flags)
{
	uint64_t slot = (flags & INDEX_MASK) == INDEX_MASK ? rc->cpu : flags & INDEX_MASK;

	return slot < map->max_entries ? (int64_t)slot : -E2BIG;
}

static uint64_t output(struct run_ctx *rc, uint64_t map_arg, uint64_t flags, uint64_t data,
		       uint32_t size)
{
	struct map *map = arg_map(rc, map_arg);
	uint32_t from_packet = (uint32_t)((flags & CTXLEN_MASK) >> 32);
	const void *in = map ? arg_mem(rc, data, size) : NULL;
	int64_t slot;

	if (!in)
		return 0;
	if (flags & ~(INDEX_MASK | (rc->pkt ? CTXLEN_MASK : 0)))
		return -EINVAL;
	if (from_packet && from_packet > packet_len(rc->pkt))
		return -EFAULT;
	slot = slot_of(rc, map, flags);
	if (slot < 0)
		return (uint64_t)slot;
	if (rc->rt->output)
		rc->rt->output(rc->rt->sink_arg, map, (struct bytes){in, size},
			       (struct bytes){from_packet ? rc->pkt->buf + rc->pkt->data : NULL,
					      from_packet});
	return 0;
}

HELPER_FN(perf_event_output, ctx, map, flags, data, size)
{
	return arg_ctx(rc, ctx) ? output(rc, map, flags, data, (uint32_t)size) : 0;
}

HELPER_FN(skb_output, skb, map, flags, data, size)
{
	return output(rc, map, flags, data, (uint32_t)size);
}

HELPER_FN(xdp_output, xdp, map, flags, data, size)
{
	return output(rc, map, flags, data, (uint32_t)size);
}

/* No event counts anything here. */
static uint64_t no_event(struct run_ctx *rc, uint64_t map_arg, uint64_t flags)
{
	struct map *map = arg_map(rc, map_arg);
	int64_t slot = map ? slot_of(rc, map, flags) : 0;

	if (flags & ~INDEX_MASK)
		return -EINVAL;
	return slot < 0 ? (uint64_t)slot : (uint64_t)-ENOENT;
}

HELPER_FN(perf_event_read, map, flags)
{
	return no_event(rc, map, flags);
}

HELPER_FN(perf_event_read_value, map, flags, buf, size)
{
	enum { VALUE_SIZE = 24 }; /* struct bpf_perf_event_value */
	void *out = arg_mem_out(rc, buf, (uint32_t)size);

	if (!out)
		return 0;
	memset(out, 0, (uint32_t)size);
	return (uint32_t)size == VALUE_SIZE ? no_event(rc, map, flags) : (uint64_t)-EINVAL;
}

HELPER_FN(read_branch_records, ctx, buf, size, flags)
{
	enum { GET_SIZE = 1 };

	return flags & ~(uint64_t)GET_SIZE ? -EINVAL : -ENOENT;
}

HELPER_FN(get_branch_snapshot, buf, size, flags)
{
	return flags ? -EINVAL : -ENOENT;
}

/* ---- text of iterators, and of a program's own streams ---- */

HELPER_FN(seq_write, seq, data, size)
{
	const void *in = arg_mem(rc, data, (uint32_t)size);

	if (in)
		strbuf_addmem(&rc->rt->seq, in, (uint32_t)size);
	return 0;
}

/* Formats into b what an array of arguments says; 0 or -errno. */
static int format(struct run_ctx *rc, struct strbuf *b, uint64_t fmt_arg, uint64_t fmt_size,
		  uint64_t data, uint32_t len)
{
	enum { ARGS_MAX = 12 };
	const char *fmt = arg_mem(rc, fmt_arg, fmt_size);
	const uint64_t *args = fmt ? arg_mem(rc, data, len) : NULL;
	uint64_t copy[ARGS_MAX];

	if (len % 8 || len > sizeof(copy) || (len && !data))
		return -EINVAL;
	if (!args)
		return -EFAULT;
	memcpy(copy, args, len);
	return bprintf(rc, b, fmt, fmt_size, copy, len / 8);
}

HELPER_FN(seq_printf, seq, fmt, fmt_size, data, len)
{
	return (uint64_t)(int64_t)format(rc, &rc->rt->seq, fmt, (uint32_t)fmt_size, data,
					 (uint32_t)len);
}

/* struct btf_ptr: what is at ptr, of a type of the kernel's, as text; 0 or -errno. */
static int show(struct run_ctx *rc, struct strbuf *b, uint64_t arg, uint32_t size, uint64_t flags)
{
	struct {
		uint64_t ptr;
		uint32_t type, flags;
	} p;
	const void *in = arg_mem(rc, arg, size);
	const struct btf *btf;
	int64_t bytes;
	uint8_t *copy;
	int err = 0;

	if (flags & ~(uint64_t)SHOW_FLAGS || size != sizeof(p) || !in)
		return -EINVAL;
	memcpy(&p, in, sizeof(p));
	btf = btf_read(rc->rt->kernel);
	if (!p.type || !btf || !btf_has(btf, p.type))
		return p.type ? -ENOENT : -EINVAL;
	bytes = btf_size(btf, p.type);
	copy = bytes > 0 ? malloc((size_t)bytes) : NULL;
	if (!copy || !mem_peek(rc, copy, p.ptr, (uint32_t)bytes))
		err = (int64_t)p.ptr < 0 ? -EFAULT : -ERANGE;
	else
		btf_show(b, btf, p.type, copy, (uint32_t)flags);
	free(copy);
	return err;
}

/* The length of all of it, whatever there was room for. */
HELPER_FN(snprintf_btf, str, str_size, ptr, ptr_size, flags)
{
	uint32_t room = (uint32_t)str_size;
	char *out = arg_mem_out(rc, str, room);
	struct strbuf b = {0};
	int64_t ret;

	if (!out)
		return 0;
	ret = show(rc, &b, ptr, (uint32_t)ptr_size, flags);
	if (!ret) {
		ret = (int64_t)b.len;
		if (room) {
			memcpy(out, strbuf_str(&b), min(b.len, (size_t)room - 1));
			out[min(b.len, (size_t)room - 1)] = '\0';
		}
	}
	strbuf_free(&b);
	return (uint64_t)ret;
}

HELPER_FN(seq_printf_btf, seq, ptr, ptr_size, flags)
{
	return (uint64_t)(int64_t)show(rc, &rc->rt->seq, ptr, (uint32_t)ptr_size, flags);
}

/* Streams 1 and 2, as standard output and error. */
KFUNC_FN(bpf_stream_vprintk_impl, stream, fmt, data, len)
{
	enum { STDOUT = 1, STDERR = 2 };
	int64_t n = arg_str(rc, fmt, 1024);
	struct strbuf b = {0};
	int err;

	if ((uint32_t)stream != STDOUT && (uint32_t)stream != STDERR)
		return (uint32_t)-ENOENT;
	if (n < 0)
		return 0;
	err = format(rc, &b, fmt, (uint64_t)n + 1, data, (uint32_t)len);
	if (!err)
		run_print(rc, strbuf_str(&b), b.len);
	strbuf_free(&b);
	return (uint32_t)err;
}
