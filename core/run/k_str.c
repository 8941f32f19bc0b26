/*
 * Strings of the kernel's: bpf_strcmp() and its kin, as kernel/bpf/helpers.c has them. They read
 * any address; what is not there is -EFAULT, a string without end -E2BIG.
 */
#include <errno.h>

#include "core/run/mem.h"
#include "core/run/run.h"

enum { LIMIT = 65536 /* XATTR_SIZE_MAX */ };

/* A stretch of a string, so that not every byte is asked for alone. */
struct reader {
	uint64_t at;
	uint32_t n;
	char bytes[64];
};

/* The byte at an address; false: it is not there. */
static bool get(struct run_ctx *rc, struct reader *r, uint64_t addr, char *c)
{
	if (addr - r->at >= r->n) {
		r->at = addr;
		r->n = sizeof(r->bytes) - addr % sizeof(r->bytes);
		if (!mem_peek(rc, r->bytes, addr, r->n)) {
			r->n = 1;
			if (!mem_peek(rc, r->bytes, addr, 1)) {
				r->n = 0;
				return false;
			}
		}
	}
	*c = r->bytes[addr - r->at];
	return true;
}

/* Is it an address of the kernel's? Null and its neighbours are the user's. */
static bool is_kernel(struct run_ctx *rc, uint64_t addr)
{
	char c;

	return addr >= 4096 && (!rc->mem || (int64_t)addr < 0 || mem_peek(rc, &c, addr, 1));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static uint32_t compare(struct run_ctx *rc, uint64_t a, uint64_t b, bool ignore_case)
{
	struct reader ra = {0}, rb = {0};
	char c, d;

	if (!is_kernel(rc, a) || !is_kernel(rc, b))
		return -ERANGE;
	for (uint32_t i = 0; i < LIMIT; i++) {
		if (!get(rc, &ra, a + i, &c) || !get(rc, &rb, b + i, &d))
			return -EFAULT;
		if (ignore_case) {
			c = lower(c);
			d = lower(d);
		}
		if (c != d)
			return (uint8_t)c < (uint8_t)d ? UINT32_MAX : 1;
		if (!c)
			return 0;
	}
	return -E2BIG;
}

KFUNC_FN(bpf_strcmp, a, b)
{
	return compare(rc, a, b, false);
}

KFUNC_FN(bpf_strcasecmp, a, b)
{
	return compare(rc, a, b, true);
}

/* Where c is among the first count bytes; end is the answer when the string ends before. */
static uint32_t find(struct run_ctx *rc, uint64_t s, uint64_t count, char want, int64_t end)
{
	struct reader r = {0};
	uint32_t i;
	char c;

	if (!is_kernel(rc, s))
		return -ERANGE;
	for (i = 0; i < count && i < LIMIT; i++) {
		if (!get(rc, &r, s + i, &c))
			return -EFAULT;
		if (c == want)
			return i;
		if (!c)
			return end < 0 ? (uint32_t)end : i;
	}
	return i == LIMIT ? -E2BIG : -ENOENT;
}

KFUNC_FN(bpf_strnchr, s, count, c)
{
	return find(rc, s, count, (char)c, -ENOENT);
}

KFUNC_FN(bpf_strchr, s, c)
{
	return find(rc, s, LIMIT, (char)c, -ENOENT);
}

KFUNC_FN(bpf_strchrnul, s, c)
{
	return find(rc, s, LIMIT, (char)c, 0);
}

KFUNC_FN(bpf_strrchr, s, want)
{
	uint32_t last = -ENOENT;
	struct reader r = {0};
	char c;

	if (!is_kernel(rc, s))
		return (uint32_t)-ERANGE;
	for (uint32_t i = 0; i < LIMIT; i++) {
		if (!get(rc, &r, s + i, &c))
			return (uint32_t)-EFAULT;
		if (c == (char)want)
			last = i;
		if (!c)
			return last;
	}
	return (uint32_t)-E2BIG;
}

static uint32_t length(struct run_ctx *rc, uint64_t s, uint64_t count)
{
	struct reader r = {0};
	uint32_t i;
	char c;

	if (!is_kernel(rc, s))
		return -ERANGE;
	for (i = 0; i < count && i < LIMIT; i++) {
		if (!get(rc, &r, s + i, &c))
			return -EFAULT;
		if (!c)
			return i;
	}
	return i == LIMIT ? (uint32_t)-E2BIG : i;
}

KFUNC_FN(bpf_strnlen, s, count)
{
	return length(rc, s, count);
}

KFUNC_FN(bpf_strlen, s)
{
	return length(rc, s, LIMIT);
}

/* How many bytes of s are (or are not) among those of set. */
static uint32_t span(struct run_ctx *rc, uint64_t s, uint64_t set, bool among)
{
	struct reader r = {0};
	char c;

	if (!is_kernel(rc, s) || !is_kernel(rc, set))
		return -ERANGE;
	for (uint32_t i = 0; i < LIMIT; i++) {
		int32_t at;

		if (!get(rc, &r, s + i, &c))
			return -EFAULT;
		if (!c)
			return i;
		at = (int32_t)find(rc, set, LIMIT, c, -ENOENT);
		if (at < 0 && at != -ENOENT)
			return at;
		if ((at >= 0) != among)
			return i;
	}
	return -E2BIG;
}

KFUNC_FN(bpf_strspn, s, accept)
{
	return span(rc, s, accept, true);
}

KFUNC_FN(bpf_strcspn, s, reject)
{
	return span(rc, s, reject, false);
}

enum { DIFFERS = 1 };

/* Does sub stand at s, where left bytes count? 0, DIFFERS, or the answer of the whole search. */
static int match(struct run_ctx *rc, struct reader *rs, uint64_t s, uint64_t sub, uint64_t left)
{
	struct reader r = {0};
	char c, d;

	for (uint64_t j = 0; j <= left && j < LIMIT; j++) {
		if (!get(rc, &r, sub + j, &d))
			return -EFAULT;
		if (!d)
			return 0;
		if (j == left)
			return -ENOENT;
		if (!get(rc, rs, s + j, &c))
			return -EFAULT;
		if (!c)
			return -ENOENT;
		if (c != d)
			return DIFFERS;
	}
	return -E2BIG;
}

static uint32_t search(struct run_ctx *rc, uint64_t s, uint64_t sub, uint64_t len)
{
	struct reader r = {0};

	if (!is_kernel(rc, s) || !is_kernel(rc, sub))
		return -ERANGE;
	for (uint32_t i = 0; i < LIMIT && i <= len; i++) {
		int found = match(rc, &r, s + i, sub, len - i);

		if (found != DIFFERS)
			return found ? (uint32_t)found : i;
	}
	return -E2BIG;
}

KFUNC_FN(bpf_strnstr, s, sub, len)
{
	return search(rc, s, sub, len);
}

KFUNC_FN(bpf_strstr, s, sub)
{
	return search(rc, s, sub, LIMIT);
}
