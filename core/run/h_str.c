/* Numbers out of strings, comparison. */
#include <errno.h>
#include <string.h>

#include "core/run/mem.h"
#include "core/run/run.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'z')
		return (c | 32) - 'a' + 10;
	return 99;
}

/*
 * As __bpf_strtoull(): white space, a minus where it is allowed, a prefix that tells the base,
 * digits. Answers the characters used or -errno; flags is the base: 0, 8, 10 or 16.
 */
static int64_t parse(const char *s, size_t len, uint64_t flags, uint64_t *out, bool *minus)
{
	unsigned int base = flags;
	size_t i = 0, first;

	if (!len || (flags != 0 && flags != 8 && flags != 10 && flags != 16))
		return -EINVAL;
	while (i < len && (s[i] == ' ' || (s[i] >= '\t' && s[i] <= '\r')))
		i++;
	*minus = i < len && s[i] == '-';
	i += *minus;
	if (base == 0)
		base = i + 1 < len && s[i] == '0' ? ((s[i + 1] | 32) == 'x' ? 16 : 8) : 10;
	if (base == 16 && i + 2 < len && s[i] == '0' && (s[i + 1] | 32) == 'x' &&
	    digit(s[i + 2]) < 16)
		i += 2;
	*out = 0;
	for (first = i; i < len && digit(s[i]) < (int)base; i++)
		if (__builtin_mul_overflow(*out, base, out) ||
		    __builtin_add_overflow(*out, (uint64_t)digit(s[i]), out))
			return -ERANGE;
	return i == first ? -EINVAL : (int64_t)i;
}

/* Writes the number to the 8 bytes at res; what cannot be read leaves 0 there, as since 6.12. */
static int64_t number_helper(struct run_ctx *rc, uint64_t buf, uint64_t len, uint64_t flags,
			     uint64_t res, bool is_signed)
{
	const char *s = arg_mem(rc, buf, len);
	void *out = s ? arg_mem_out(rc, res, sizeof(uint64_t)) : NULL;
	uint64_t value = 0;
	bool minus = false;
	int64_t used;

	if (!out)
		return 0;
	used = parse(s, len, flags, &value, &minus);
	if (used >= 0 && minus && !is_signed)
		used = -EINVAL;
	if (used >= 0 && is_signed && value > (uint64_t)INT64_MAX + minus)
		used = -ERANGE;
	value = used < 0 ? 0 : minus ? -value : value;
	memcpy(out, &value, sizeof(value));
	return used;
}

HELPER_FN(strtoul, buf, len, flags, res)
{
	return number_helper(rc, buf, len, flags, res, false);
}

HELPER_FN(strtol, buf, len, flags, res)
{
	return number_helper(rc, buf, len, flags, res, true);
}

HELPER_FN(strncmp, s1, size, s2)
{
	const char *a = arg_mem(rc, s1, (uint32_t)size), *b;

	for (uint64_t i = 0; a && i < (uint32_t)size; i++) {
		b = arg_mem(rc, s2 + i, 1);
		if (!b)
			return 0;
		if (a[i] != *b || !a[i])
			return (uint8_t)a[i] < (uint8_t)*b ? (uint64_t)-1 : a[i] != *b;
	}
	return 0;
}
