#include "core/btf/scan.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/strbuf.h"

enum { MAX_NESTING = 16, MAX_WORD = 256 };

struct scan {
	const struct btf *btf;
	struct diag *d;
	const char *text, *at;
	uint8_t *out;
	size_t size;
	int depth;
};

static int value(struct scan *s, uint32_t id, uint64_t bit, uint32_t bits);

static int bad(const struct scan *s, const char *why)
{
	struct loc loc = {
		.line = 1,
		.col = (uint32_t)(s->at - s->text) + 1,
		.file = "value",
		.text = s->text,
	};

	return fail(s->d, &loc, -EINVAL, "%s", why);
}

static char peek(struct scan *s)
{
	while (isspace((unsigned char)*s->at))
		s->at++;
	return *s->at;
}

static bool take(struct scan *s, char c)
{
	if (peek(s) != c)
		return false;
	s->at++;
	return true;
}

static void write_bits(const struct scan *s, uint64_t bit, uint32_t bits, uint64_t v)
{
	for (uint32_t i = 0; i < bits; i++) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		uint64_t at = bit + i, on = v >> i & 1;
		uint32_t shift = at % 8;
#else
		uint64_t at = bit + i, on = v >> (bits - 1 - i) & 1;
		uint32_t shift = 7 - at % 8;
#endif
		if (at / 8 < s->size)
			s->out[at / 8] = (uint8_t)((s->out[at / 8] & ~(1u << shift)) | on << shift);
	}
}

/* A word or a string, without its quotes and escapes. */
static int word(struct scan *s, char out[MAX_WORD], bool *quoted)
{
	size_t n = 0;

	*quoted = take(s, '"');
	while (*s->at && (*quoted ? *s->at != '"'
				  : isalnum((unsigned char)*s->at) || strchr("_.+-:", *s->at))) {
		if (*quoted && *s->at == '\\' && s->at[1])
			s->at++;
		if (n == MAX_WORD - 1)
			return bad(s, "too long");
		out[n++] = *s->at++;
	}
	out[n] = 0;
	if (*quoted && !take(s, '"'))
		return bad(s, "a string without its end");
	return !*quoted && !n ? bad(s, *s->at ? "expected a value" : "the value ends too early")
			      : 0;
}

int scan_hex(const char *text, size_t len, void *out, size_t size)
{
	uint8_t *bytes = out;

	if (len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		text += 2;
		len -= 2;
	}
	if (len != size * 2)
		return -EINVAL;
	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)text[i]))
			return -EINVAL;
	for (size_t i = 0; i < size; i++) {
		char pair[3] = {text[2 * i], text[2 * i + 1]};

		bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return 0;
}

/* An address or plain bytes, for whatever has that many. */
static bool as_bytes(const char *text, uint8_t *out, size_t size)
{
	unsigned int mac[6], n = 0;

	if (size == 4 && inet_pton(AF_INET, text, out) == 1)
		return true;
	if (size == 16 && inet_pton(AF_INET6, text, out) == 1)
		return true;
	if (size == 6 &&
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4],
		   &mac[5], &n) == 6 &&
	    n == strlen(text)) {
		for (int i = 0; i < 6; i++)
			out[i] = (uint8_t)mac[i];
		return true;
	}
	return scan_hex(text, strlen(text), out, size) == 0;
}

/* A number that fits bits; false, with the place unchanged, when it is none. */
static int number(const struct scan *s, const char *text, uint32_t bits, bool is_signed,
		  uint64_t *out)
{
	bool minus = *text == '-';
	unsigned long long v;
	uint64_t most;
	char *end;

	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
		*out = *text == 't';
		return 0;
	}
	if (!isdigit((unsigned char)text[minus]))
		return bad(s, "expected a number");
	errno = 0;
	v = strtoull(text + minus, &end, 0);
	if (*end)
		return bad(s, "expected a number");
	most = bits < 64 ? (1ull << bits) - 1 : UINT64_MAX;
	if (is_signed)
		most = (most >> 1) + minus;
	if (errno || v > most || (minus && !is_signed && v))
		return bad(s, "the number does not fit");
	*out = minus ? -v : v;
	return 0;
}

static int integer(struct scan *s, const struct btf_type *t, uint64_t bit, uint32_t bits)
{
	char text[MAX_WORD];
	bool quoted;
	uint64_t v;
	int err = word(s, text, &quoted);

	if (err)
		return err;
	if (!bits) {
		bits = BTF_INT_BITS(btf_int(t));
		bit += BTF_INT_OFFSET(btf_int(t));
	}
	if (quoted && bit % 8 == 0 && bits % 8 == 0 && (bit + bits) / 8 <= s->size &&
	    as_bytes(text, s->out + bit / 8, bits / 8))
		return 0;
	if (bits > 128)
		return bad(s, "no such integer can be written");
	err = number(s, text, min(bits, 64u), BTF_INT_ENCODING(btf_int(t)) & BTF_INT_SIGNED, &v);
	if (!err)
		write_bits(s, bit, min(bits, 64u), v);
	return err;
}

static int enumerator(struct scan *s, const struct btf_type *t, uint64_t bit, uint32_t bits)
{
	char text[MAX_WORD];
	bool quoted, is64 = btf_kind(t) == BTF_KIND_ENUM64;
	uint64_t v;
	int err = word(s, text, &quoted);

	if (err)
		return err;
	bits = bits ? bits : min(t->size, 8u) * 8;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		uint32_t name = is64 ? btf_enums64(t)[i].name_off : btf_enums(t)[i].name_off;

		if (strcmp(btf_str(s->btf, name), text) != 0)
			continue;
		v = is64 ? btf_enum64_value(&btf_enums64(t)[i])
			 : (uint64_t)(int64_t)btf_enums(t)[i].val;
		write_bits(s, bit, bits, v);
		return 0;
	}
	err = number(s, text, bits, btf_kflag(t), &v);
	if (!err)
		write_bits(s, bit, bits, v);
	return err;
}

/* The member with a name, also of an anonymous struct or union inside; bit is counted up to it. */
static const struct btf_member *find_member(const struct scan *s, const struct btf_type *t,
					    const char *name, uint64_t *bit, uint32_t *bits,
					    int depth)
{
	for (uint32_t i = 0; i < btf_vlen(t) && depth < MAX_NESTING; i++) {
		const struct btf_member *m = &btf_members(t)[i], *in;
		const struct btf_type *inner = btf_type(s->btf, btf_resolve(s->btf, m->type));
		uint64_t at = *bit + btf_member_bit(t, m);

		if (strcmp(btf_str(s->btf, m->name_off), name) == 0 && *name) {
			*bit = at;
			*bits = btf_member_bits(t, m);
			return m;
		}
		if (m->name_off && *btf_str(s->btf, m->name_off))
			continue;
		in = btf_is_composite(inner) ? find_member(s, inner, name, &at, bits, depth + 1)
					     : NULL;
		if (in) {
			*bit = at;
			return in;
		}
	}
	return NULL;
}

/* "name": value, .name = value, name = value, or just a value; *next is the member after. */
static int member(struct scan *s, const struct btf_type *t, uint64_t bit, uint32_t *next)
{
	const char *from = (peek(s), s->at);
	const struct btf_member *m;
	char name[MAX_WORD];
	uint32_t bits = 0;
	bool quoted;

	take(s, '.');
	if (*s->at == '"' || isalpha((unsigned char)*s->at) || *s->at == '_') {
		const char *end;

		if (*s->at == '"') {
			if (word(s, name, &quoted) != 0)
				return -EINVAL;
		} else {
			for (end = s->at; isalnum((unsigned char)*end) || *end == '_'; end++)
				;
			snprintf(name, sizeof(name), "%.*s", (int)(end - s->at), s->at);
			s->at = end;
		}
		if (take(s, ':') || take(s, '=')) {
			m = find_member(s, t, name, &bit, &bits, 0);
			if (!m)
				return bad(s, "there is no such member");
			return value(s, m->type, bit, bits);
		}
	}
	s->at = from;
	if (*next >= btf_vlen(t))
		return bad(s, "more values than there are members");
	m = &btf_members(t)[(*next)++];
	return value(s, m->type, bit + btf_member_bit(t, m), btf_member_bits(t, m));
}

/* Bytes for a struct or an array that a string gives as a whole. */
static int whole(struct scan *s, uint32_t id, uint64_t bit)
{
	int64_t size = btf_size(s->btf, id);
	char text[MAX_WORD];
	bool quoted;
	int err = word(s, text, &quoted);

	if (err)
		return err;
	if (size <= 0 || bit / 8 + (uint64_t)size > s->size ||
	    !as_bytes(text, s->out + bit / 8, (size_t)size))
		return bad(s, "neither an address nor the hex digits of all bytes");
	return 0;
}

static int composite(struct scan *s, uint32_t id, const struct btf_type *t, uint64_t bit)
{
	uint32_t next = 0;
	int err = 0;

	if (!take(s, '{'))
		return whole(s, id, bit);
	if (take(s, '}'))
		return 0;
	do
		err = member(s, t, bit, &next);
	while (!err && take(s, ',') && peek(s) != '}');
	if (err)
		return err;
	return take(s, '}') ? 0 : bad(s, "expected , or }");
}

static int text_of(struct scan *s, const struct btf_array *a, uint64_t bit)
{
	size_t at = bit / 8, n = 0;

	for (take(s, '"'); *s->at && *s->at != '"'; s->at++, n++) {
		if (*s->at == '\\' && s->at[1])
			s->at++;
		if (n >= a->nelems || at + n >= s->size)
			return bad(s, "the text is longer than its array");
		s->out[at + n] = (uint8_t)*s->at;
	}
	return take(s, '"') ? 0 : bad(s, "a string without its end");
}

static int array(struct scan *s, uint32_t id, const struct btf_type *t, uint64_t bit)
{
	const struct btf_array *a = btf_array(t);
	const struct btf_type *elem = btf_type(s->btf, btf_resolve(s->btf, a->type));
	int64_t size = btf_size(s->btf, a->type);
	uint32_t i = 0;
	char close;
	int err = 0;

	if (peek(s) == '"' && btf_kind(elem) == BTF_KIND_INT && elem->size == 1 &&
	    strcmp(btf_str(s->btf, elem->name_off), "char") == 0)
		return text_of(s, a, bit);
	close = take(s, '[') ? ']' : take(s, '{') ? '}' : 0;
	if (!close)
		return whole(s, id, bit);
	if (take(s, close))
		return 0;
	do {
		if (i >= a->nelems || size <= 0)
			return bad(s, "more values than the array has");
		err = value(s, a->type, bit + (uint64_t)size * 8 * i++, 0);
	} while (!err && take(s, ',') && peek(s) != close);
	if (err)
		return err;
	return take(s, close) ? 0 : bad(s, "expected , or the end of the array");
}

static int pointer(struct scan *s, uint64_t bit)
{
	char text[MAX_WORD];
	bool quoted;
	uint64_t v;
	int err = word(s, text, &quoted);

	if (!err)
		err = number(s, text, 64, false, &v);
	if (!err)
		write_bits(s, bit, 64, v);
	return err;
}

static int value(struct scan *s, uint32_t id, uint64_t bit, uint32_t bits)
{
	const struct btf_type *t = btf_type(s->btf, btf_resolve(s->btf, id));
	int err;

	if (s->depth == MAX_NESTING)
		return bad(s, "nested too deep");
	peek(s);
	s->depth++;
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		err = integer(s, t, bit, bits);
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		err = enumerator(s, t, bit, bits);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		err = composite(s, btf_resolve(s->btf, id), t, bit);
		break;
	case BTF_KIND_ARRAY:
		err = array(s, btf_resolve(s->btf, id), t, bit);
		break;
	case BTF_KIND_PTR:
		err = pointer(s, bit);
		break;
	default:
		err = bad(s, "a value of this type cannot be written");
	}
	s->depth--;
	return err;
}

int btf_scan_value(const struct btf *btf, uint32_t id, const char *text, struct diag *d, void *out,
		   size_t size)
{
	struct scan s = {.btf = btf, .d = d, .text = text, .at = text, .out = out, .size = size};
	int err;

	memset(out, 0, size);
	err = value(&s, id, 0, 0);
	if (!err && peek(&s))
		err = bad(&s, "more than one value");
	return err;
}
