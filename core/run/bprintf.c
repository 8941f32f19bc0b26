#include "core/run/bprintf.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/run/mem.h"

/* A conversion being read: "%-08ll" up to, not with, its letter. */
struct spec {
	char flags[24];
	unsigned int longs;
};

enum { STR_MAX = 512, BPRINTF_MAX = 1024 };

static bool is_text(char c)
{
	return isascii((unsigned char)c) &&
	       (isprint((unsigned char)c) || isspace((unsigned char)c));
}

/* Reads flags, width and length after a '%'; the letter is at the answer. NULL: too long. */
static const char *read_spec(const char *p, struct spec *spec)
{
	size_t n = 0;

	while (*p == '0' || *p == '+' || *p == '-' || *p == ' ' || isdigit((unsigned char)*p)) {
		if (n + 1 == sizeof(spec->flags))
			return NULL;
		spec->flags[n++] = *p++;
	}
	spec->flags[n] = '\0';
	for (spec->longs = 0; *p == 'l' && spec->longs < 2; p++)
		spec->longs++;
	return p;
}

static int width(const struct spec *spec)
{
	int w = 0;

	for (const char *p = spec->flags; *p; p++)
		if (isdigit((unsigned char)*p))
			w = w * 10 + (*p - '0') > BPRINTF_MAX ? BPRINTF_MAX : w * 10 + (*p - '0');
	return strchr(spec->flags, '-') ? -w : w;
}

/* What cannot be read is zeroes, and an empty string. */
static bool peek(struct run_ctx *rc, void *out, uint64_t addr, uint32_t size)
{
	if (mem_peek(rc, out, addr, size))
		return true;
	memset(out, 0, size);
	rc->missed++;
	return false;
}

static void add_string(struct run_ctx *rc, struct strbuf *b, const struct spec *spec, uint64_t addr)
{
	char text[STR_MAX];
	int n = 0;

	for (; n < STR_MAX; n++) {
		if (!peek(rc, text + n, addr + (uint64_t)n, 1))
			*text = '\0', n = 0;
		if (!text[n])
			break;
	}
	strbuf_addf(b, "%*.*s", width(spec), n, text);
}

/* %pi4, %pI4, %pi6, %pI6: i has leading zeros (v4) or no colons (v6). */
static void add_address(struct run_ctx *rc, struct strbuf *b, const char *kind, uint64_t addr)
{
	uint8_t a[16];

	peek(rc, a, addr, kind[1] == '4' ? 4 : 16);
	if (kind[1] == '4') {
		const char *fmt = kind[0] == 'i' ? "%03u.%03u.%03u.%03u" : "%u.%u.%u.%u";

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		strbuf_addf(b, fmt, a[0], a[1], a[2], a[3]);
#pragma GCC diagnostic pop
		return;
	}
	for (int i = 0; i < 16; i += 2)
		strbuf_addf(b, "%s%02x%02x", i && kind[0] == 'I' ? ":" : "", a[i], a[i + 1]);
}

/* After %p; *p is moved past what belongs to it. */
static int add_pointer(struct run_ctx *rc, struct strbuf *b, const struct spec *spec,
		       const char **p, uint64_t arg)
{
	const char *k = *p;

	if ((k[0] == 'k' || k[0] == 'u') && k[1] == 's') {
		*p += 2;
		add_string(rc, b, spec, arg);
		return 0;
	}
	if ((k[0] == 'i' || k[0] == 'I') && (k[1] == '4' || k[1] == '6')) {
		*p += 2;
		add_address(rc, b, k, arg);
		return 0;
	}
	if (k[0] && strchr("xKsSB", k[0])) {
		++*p;
		strbuf_addf(b, k[0] == 'x' ? "%016llx" : "0x%llx", (unsigned long long)arg);
		return 0;
	}
	if (*k && !isspace((unsigned char)*k) && !ispunct((unsigned char)*k))
		return -EINVAL;
	/* The kernel prints a hash, so that logs tell pointers apart and no more. */
	strbuf_addf(b, "%016llx", (unsigned long long)hash_mem(&arg, sizeof(arg)));
	return 0;
}

static void add_number(struct strbuf *b, const struct spec *spec, char letter, uint64_t arg)
{
	char fmt[40];
	bool is_signed = letter == 'd' || letter == 'i';

	if (!spec->longs)
		arg = is_signed ? (uint64_t)(int64_t)(int32_t)arg : (uint32_t)arg;
	snprintf(fmt, sizeof(fmt), "%%%sll%c", spec->flags, letter);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	strbuf_addf(b, fmt, (unsigned long long)arg);
#pragma GCC diagnostic pop
}

static int add_conversion(struct run_ctx *rc, struct strbuf *b, const char **p, uint64_t arg)
{
	struct spec spec;
	const char *letter = read_spec(*p, &spec);

	if (!letter || !*letter)
		return -EINVAL;
	if (width(&spec) >= BPRINTF_MAX || width(&spec) <= -BPRINTF_MAX)
		return -EINVAL;
	*p = letter + 1;
	if (strchr("diuxX", *letter)) {
		add_number(b, &spec, *letter, arg);
		return 0;
	}
	if (spec.longs)
		return -EINVAL;
	switch (*letter) {
	case 'p':
		return add_pointer(rc, b, &spec, p, arg);
	case 's':
		add_string(rc, b, &spec, arg);
		return 0;
	case 'c':
		strbuf_addf(b, "%*c", width(&spec), (char)arg);
		return 0;
	default:
		return -EINVAL;
	}
}

int bprintf(struct run_ctx *rc, struct strbuf *b, const char *fmt, uint64_t len,
	    const uint64_t *args, uint32_t nargs)
{
	uint32_t used = 0;
	int err;

	if (!memchr(fmt, '\0', len))
		return -EINVAL;
	while (*fmt) {
		if (!is_text(*fmt))
			return -EINVAL;
		if (*fmt != '%') {
			strbuf_addch(b, *fmt++);
			continue;
		}
		if (*++fmt == '%') {
			strbuf_addch(b, *fmt++);
			continue;
		}
		if (used == nargs)
			return -EINVAL;
		err = add_conversion(rc, b, &fmt, args[used++]);
		if (err)
			return err;
	}
	return 0;
}
