/* What programs print. */
#include <errno.h>
#include <string.h>

#include "core/run/bprintf.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum { LINE_MAX_LEN = 1024, VPRINTK_ARGS = 12 };

/* Formats and hands the line to the sink; what trace_printk answers: its length or -errno. */
static uint64_t print(struct run_ctx *rc, uint64_t fmt_arg, uint32_t fmt_size, const uint64_t *args,
		      uint32_t nargs)
{
	const char *fmt = arg_mem(rc, fmt_arg, fmt_size);
	struct strbuf b = {0};
	size_t len;
	int err;

	if (!fmt)
		return 0;
	if (!fmt_size)
		return -EINVAL;
	err = bprintf(rc, &b, fmt, fmt_size, args, nargs);
	len = min(b.len, (size_t)LINE_MAX_LEN - 1);
	if (!err && rc->rt->printk)
		rc->rt->printk(rc->rt->printk_arg, strbuf_str(&b),
			       len && b.s[len - 1] == '\n' ? len - 1 : len);
	strbuf_free(&b);
	return err ? (uint64_t)err : len;
}

HELPER_FN(trace_printk, fmt, fmt_size, a1, a2, a3)
{
	uint64_t args[3] = {a1, a2, a3};

	return print(rc, fmt, (uint32_t)fmt_size, args, ARRAY_SIZE(args));
}

/* The arguments of the array forms, copied; -1 when there is something wrong with them. */
static int get_args(struct run_ctx *rc, uint64_t data, uint32_t len, uint64_t args[VPRINTK_ARGS])
{
	const void *p;

	if (len % 8 || len > VPRINTK_ARGS * 8 || (len && !data))
		return -EINVAL;
	p = arg_mem(rc, data, len);
	if (!p)
		return -EFAULT;
	memcpy(args, p, len);
	return (int)(len / 8);
}

HELPER_FN(trace_vprintk, fmt, fmt_size, data, data_len)
{
	uint64_t args[VPRINTK_ARGS];
	int n = get_args(rc, data, (uint32_t)data_len, args);

	return n < 0 ? (uint64_t)n : print(rc, fmt, (uint32_t)fmt_size, args, (uint32_t)n);
}

/* Answers the length with the NUL, also of what did not fit. */
HELPER_FN(snprintf, str, str_size, fmt_arg, data, data_len)
{
	uint64_t args[VPRINTK_ARGS];
	int n = get_args(rc, data, (uint32_t)data_len, args);
	uint32_t size = (uint32_t)str_size;
	char *out = arg_mem_out(rc, str, size);
	int64_t fmt_len = out ? arg_str(rc, fmt_arg, LINE_MAX_LEN) : -1;
	struct strbuf b = {0};
	int64_t ret;

	if (fmt_len < 0)
		return 0;
	if (n < 0 || fmt_len == LINE_MAX_LEN)
		return -EINVAL;
	ret = bprintf(rc, &b, (const char *)(uintptr_t)fmt_arg, (uint64_t)fmt_len + 1, args,
		      (uint32_t)n);
	if (!ret) {
		ret = (int64_t)b.len + 1;
		if (size) {
			size_t keep = min(b.len, (size_t)size - 1);

			memcpy(out, strbuf_str(&b), keep);
			out[keep] = '\0';
		}
	}
	strbuf_free(&b);
	return ret;
}
