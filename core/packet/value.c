/* The values of fields, as text. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "core/packet/local.h"

static int bad(struct builder *b, struct word w, const char *what)
{
	return build_fail(b, w.s, "expected %s, got '%.*s'", what, (int)w.len, w.s);
}

int value_number(struct builder *b, struct word w, uint64_t max, uint64_t *out)
{
	char text[32], *end;

	if (!w.len || w.len >= sizeof(text) || !isdigit((unsigned char)*w.s))
		return bad(b, w, "a number");
	memcpy(text, w.s, w.len);
	text[w.len] = '\0';
	errno = 0;
	*out = strtoull(text, &end, 0);
	if (*end || errno)
		return bad(b, w, "a number");
	if (*out > max)
		return build_fail(b, w.s, "%s is more than fits (%llu)", text,
				  (unsigned long long)max);
	return 0;
}

static int nibble(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

static bool is_hex_pair(struct word w, size_t at)
{
	return at + 1 < w.len && isxdigit((unsigned char)w.s[at]) &&
	       isxdigit((unsigned char)w.s[at + 1]);
}

static int set_mac(struct builder *b, struct word w, uint8_t *to)
{
	for (size_t i = 0; i < 6; i++) {
		if (w.len != 17 || !is_hex_pair(w, i * 3) || (i && w.s[i * 3 - 1] != ':'))
			return bad(b, w, "an address as 02:00:00:00:00:01");
		to[i] = (uint8_t)(nibble(w.s[i * 3]) << 4 | nibble(w.s[i * 3 + 1]));
	}
	return 0;
}

static int set_ip(struct builder *b, struct word w, int family, uint8_t *to)
{
	char text[INET6_ADDRSTRLEN];

	if (w.len < sizeof(text)) {
		memcpy(text, w.s, w.len);
		text[w.len] = '\0';
		if (inet_pton(family, text, to) == 1)
			return 0;
	}
	return bad(b, w, family == AF_INET ? "an IPv4 address" : "an IPv6 address");
}

/* Letters as tcpdump has them, or a number. */
static int tcp_flags(struct builder *b, struct word w, uint64_t *out)
{
	static const char letters[] = "FSRPAUEC";

	if (w.len && isdigit((unsigned char)*w.s))
		return value_number(b, w, UINT8_MAX, out);
	*out = 0;
	for (size_t i = 0; i < w.len; i++) {
		const char *at = strchr(letters, w.s[i]);

		if (!w.s[i] || !at)
			return bad(b, w, "flags of FSRPAUEC");
		*out |= 1u << (at - letters);
	}
	return 0;
}

/* The number of a next layer may be its name. */
static int number_or_layer(struct builder *b, const struct layer_desc *desc,
			   const struct layer_field *f, struct word w, uint64_t *out)
{
	const struct layer_desc *next = layer_by_name(w.s, w.len);
	int32_t number = -1;

	if (f->fill == FILL_NEXT && next)
		number = layer_number(desc->numbering, (enum layer_id)(next - layer_descs));
	if (number < 0)
		return value_number(b, w, UINT64_MAX >> (64 - f->bits), out);
	*out = (uint64_t)number;
	return 0;
}

int value_set(struct builder *b, const struct layer_desc *desc, const struct layer_field *f,
	      struct word w, uint8_t *header)
{
	uint64_t v;
	int err;

	switch (f->format) {
	case FORMAT_MAC:
		return set_mac(b, w, header + f->bit / 8);
	case FORMAT_IP4:
		return set_ip(b, w, AF_INET, header + f->bit / 8);
	case FORMAT_IP6:
		return set_ip(b, w, AF_INET6, header + f->bit / 8);
	case FORMAT_TCP_FLAGS:
		err = tcp_flags(b, w, &v);
		break;
	default:
		err = number_or_layer(b, desc, f, w, &v);
	}
	if (!err)
		layer_set_bits(header, f->bit, f->bits, v);
	return err;
}

static int add_bytes(struct builder *b, struct word w)
{
	if (w.len > 1 && w.s[0] == '0' && w.s[1] == 'x')
		w = (struct word){w.s + 2, w.len - 2};
	for (size_t i = 0; i < w.len; i += 2) {
		if (!is_hex_pair(w, i))
			return build_fail(b, w.s + i, "expected two hex digits for each byte");
		strbuf_addch(&b->b, (char)(nibble(w.s[i]) << 4 | nibble(w.s[i + 1])));
	}
	return 0;
}

static void add_number(struct builder *b, uint64_t v, uint32_t size)
{
	while (size--)
		strbuf_addch(&b->b, (char)(v >> 8 * size));
}

/* Up to the next separator or the end; w moves behind it. */
static struct word cut(struct word *w, char separator)
{
	struct word first = *w;
	const char *at = memchr(w->s, separator, w->len);

	first.len = at ? (size_t)(at - w->s) : w->len;
	w->s += first.len + (at ? 1 : 0);
	w->len -= first.len + (at ? 1 : 0);
	return first;
}

static int add_name(struct builder *b, struct word w)
{
	struct word all = w;

	while (w.len) {
		struct word label = cut(&w, '.');

		if (!label.len || label.len > 63)
			return bad(b, all, "a name of labels of 1 to 63 characters");
		strbuf_addch(&b->b, (char)label.len);
		strbuf_addmem(&b->b, label.s, label.len);
	}
	strbuf_addch(&b->b, '\0');
	return 0;
}

static const struct tcp_option {
	const char *name;
	uint8_t kind, numbers, width; /* numbers of so many bytes; 0: a single byte is all */
} tcp_options[] = {
	{"eol", 0, 0, 0},    {"nop", 1, 0, 0},	{"mss", 2, 1, 2}, {"ws", 3, 1, 1},
	{"sackok", 4, 0, 1}, {"sack", 5, 2, 4}, {"ts", 8, 2, 4},
};

static int add_tcp_option(struct builder *b, struct word w)
{
	struct word name = cut(&w, ':');
	const struct tcp_option *o = tcp_options;

	while (o < tcp_options + ARRAY_SIZE(tcp_options) && !word_is(name, o->name))
		o++;
	if (o == tcp_options + ARRAY_SIZE(tcp_options))
		return bad(b, name, "an option: mss:N, ws:N, sackok, sack:N:N, ts:N:N, nop, eol");
	add_number(b, o->kind, 1);
	if (o->width)
		add_number(b, 2u + o->numbers * o->width, 1);
	for (uint32_t i = 0; i < o->numbers; i++) {
		uint64_t v;
		int err = value_number(b, cut(&w, ':'), UINT64_MAX >> (64 - o->width * 8), &v);

		if (err)
			return err;
		add_number(b, v, o->width);
	}
	return w.len ? bad(b, w, "'+' and another option") : 0;
}

static int add_tcp_options(struct builder *b, struct word w)
{
	int err = 0;

	while (w.len && !err)
		err = add_tcp_option(b, cut(&w, '+'));
	return err;
}

int value_add(struct builder *b, const struct layer_field *f, struct word w)
{
	uint64_t v;
	int err;

	switch (f->format) {
	case FORMAT_BYTES:
		return add_bytes(b, w);
	case FORMAT_NAME:
		return add_name(b, w);
	case FORMAT_TCP_OPTIONS:
		return add_tcp_options(b, w);
	default:
		err = value_number(b, w, f->bits ? UINT64_MAX >> (64 - f->bits) : UINT16_MAX, &v);
		if (!err)
			add_number(b, v, f->bits ? f->bits / 8u : 2);
		return err;
	}
}
