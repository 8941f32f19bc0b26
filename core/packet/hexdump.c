#include "core/packet/hexdump.h"

#include <ctype.h>
#include <errno.h>

#include "core/base/strbuf.h"

enum { LINE_BYTES = 64, OFFSET_DIGITS = 12, PACKET_LIMIT = 1 << 20 };

struct dump_line {
	char offset[OFFSET_DIGITS + 1];
	uint8_t bytes[LINE_BYTES];
	uint32_t n;
	bool colon; /* behind the offset */
	bool words; /* groups of four digits */
};

struct reader {
	const char *p, *end;
	const char *path;
	uint32_t line_number;
	struct arena *a;
	struct diag *d;
	struct hexdump *out;
	struct strbuf packet;
	uint32_t last_n;	 /* bytes of the line before */
	bool in_packet, repeats; /* after a line with a star */
	unsigned int radix;	 /* of offsets; 0: not known yet */
};

static uint32_t hex_digits(const char *p, const char *end)
{
	uint32_t n = 0;

	while (p + n < end && isxdigit((unsigned char)p[n]))
		n++;
	return n;
}

static uint32_t blanks(const char *p, const char *end)
{
	uint32_t n = 0;

	while (p + n < end && (p[n] == ' ' || p[n] == '\t'))
		n++;
	return n;
}

static uint8_t hex_byte(const char *p)
{
	const char text[3] = {p[0], p[1], '\0'};

	return (uint8_t)strtoul(text, NULL, 16);
}

/*
 * Groups of digits up to the column of characters: that is behind a bar or more blanks. Some tools
 * have two blanks after eight bytes too, where two digits and a blank must follow.
 */
static void read_groups(struct dump_line *l, const char *p, const char *end)
{
	for (;;) {
		uint32_t gap = blanks(p, end), digits = hex_digits(p + gap, end);
		bool is_tab = gap && *p == '\t';

		if (l->n && !is_tab &&
		    (!gap || gap > 2 || (gap == 2 && (l->n != 8 || digits != 2))))
			return;
		p += gap;
		if (!digits || digits % 2 || l->n + digits / 2 > LINE_BYTES)
			return;
		if (p + digits < end && p[digits] != ' ' && p[digits] != '\t')
			return;
		l->words |= digits == 4;
		for (uint32_t i = 0; i < digits; i += 2)
			l->bytes[l->n++] = hex_byte(p + i);
		p += digits;
	}
}

/* False: the line is a remark. */
static bool read_line(struct dump_line *l, const char *p, const char *end)
{
	uint32_t n;

	*l = (struct dump_line){.n = 0};
	p += blanks(p, end);
	if (end - p > 2 && p[0] == '0' && p[1] == 'x')
		p += 2;
	n = hex_digits(p, end);
	if (n < 3 || n > OFFSET_DIGITS)
		return false;
	memcpy(l->offset, p, n);
	p += n;
	l->colon = p < end && *p == ':';
	p += l->colon;
	if (p < end && *p != ' ' && *p != '\t')
		return false;
	read_groups(l, p, end);
	return true;
}

/* The next line without its end; false at the end of the text. */
static bool next_line(struct reader *r, const char **from, const char **to)
{
	const char *nl;

	if (r->p == r->end)
		return false;
	nl = memchr(r->p, '\n', (size_t)(r->end - r->p));
	*from = r->p;
	*to = nl ? nl : r->end;
	r->p = nl ? nl + 1 : r->end;
	r->line_number++;
	while (*to > *from && (*to)[-1] == '\r')
		--*to;
	return true;
}

bool hexdump_is(struct bytes text)
{
	struct reader r = {.p = (const char *)text.data,
			   .end = (const char *)text.data + text.size};
	const char *from, *to;
	struct dump_line l;

	for (int tries = 0; tries < 20 && next_line(&r, &from, &to); tries++)
		if (read_line(&l, from, to))
			return l.n && strspn(l.offset, "0") == strlen(l.offset);
	return false;
}

static int bad(struct reader *r, const char *what)
{
	struct loc loc = {.file = r->path, .line = r->line_number};

	return fail(r->d, &loc, -EINVAL, "%s", what);
}

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* An IPv4 header whose checksum is right, or an IPv6 header whose length is. */
static bool begins_with_ip(const uint8_t *p, size_t size)
{
	uint32_t header = (p[0] & 15u) * 4, sum = 0;

	if (size >= 40 && p[0] >> 4 == 6)
		return get16(p + 4) + 40u == size;
	if (size < 20 || p[0] >> 4 != 4 || header < 20 || header > size || get16(p + 2) > size)
		return false;
	for (uint32_t i = 0; i < header; i += 2)
		sum += get16(p + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static void end_packet(struct reader *r)
{
	struct hexdump_packet *p;

	if (!r->in_packet)
		return;
	p = vec_add(&r->out->packets);
	p->bytes = (struct bytes){arena_memdup(r->a, strbuf_str(&r->packet), r->packet.len),
				  r->packet.len};
	p->bare = r->packet.len && begins_with_ip(p->bytes.data, p->bytes.size);
	strbuf_reset(&r->packet);
	r->in_packet = r->repeats = false;
	r->last_n = 0;
}

/* The line before stands for as many lines as are missing. */
static int repeat(struct reader *r, uint64_t upto)
{
	if (!r->last_n || upto > PACKET_LIMIT)
		return bad(r, "a star that repeats nothing");
	while (r->packet.len + r->last_n <= upto) {
		uint8_t last[LINE_BYTES];

		memcpy(last, r->packet.s + r->packet.len - r->last_n, r->last_n);
		strbuf_addmem(&r->packet, last, r->last_n);
	}
	r->repeats = false;
	return 0;
}

/* Offsets are hexadecimal, or as od has them; what fits tells. */
static int check_offset(struct reader *r, const struct dump_line *l)
{
	static const unsigned int radixes[] = {16, 8, 10};
	bool cut = false;

	for (size_t i = 0; i < ARRAY_SIZE(radixes); i++) {
		uint64_t at = strtoull(l->offset, NULL, (int)radixes[i]);

		if ((r->radix && r->radix != radixes[i]) || (l->colon && i))
			continue;
		if (r->repeats && (at < r->packet.len || at % r->last_n))
			continue;
		/* words come in pairs: the last line says that the last byte was none */
		cut = !l->n && at + 1 == r->packet.len;
		if (!r->repeats && at != r->packet.len && !cut)
			continue;
		if (at > 10)
			r->radix = radixes[i];
		r->packet.len -= cut;
		return r->repeats ? repeat(r, at) : 0;
	}
	return bad(r, "the offset does not go on where the line before ended");
}

/* od and hexdump print words of the machine, without a colon: little-endian ones here. */
static void add_bytes(struct reader *r, struct dump_line *l)
{
	if (l->words && !l->colon)
		for (uint32_t i = 0; i + 1 < l->n; i += 2) {
			uint8_t first = l->bytes[i];

			l->bytes[i] = l->bytes[i + 1];
			l->bytes[i + 1] = first;
		}
	strbuf_addmem(&r->packet, l->bytes, l->n);
	r->last_n = l->n;
}

static int take_line(struct reader *r, struct dump_line *l)
{
	int err = 0;

	if (strspn(l->offset, "0") == strlen(l->offset)) {
		if (!l->n)
			return 0;
		end_packet(r);
		r->in_packet = true;
	} else if (!r->in_packet) {
		return bad(r, "a packet's first line has the offset 0");
	} else {
		err = check_offset(r, l);
	}
	if (!err && r->packet.len + l->n > PACKET_LIMIT)
		err = bad(r, "the packet has more than a MiB");
	if (!err)
		add_bytes(r, l);
	return err;
}

int hexdump_read(struct bytes text, const char *path, struct arena *a, struct diag *d,
		 struct hexdump *out)
{
	struct reader r = {.p = (const char *)text.data,
			   .end = (const char *)text.data + text.size,
			   .path = path,
			   .a = a,
			   .d = d,
			   .out = out};
	const char *from, *to;
	struct dump_line l;
	int err = 0;

	while (!err && next_line(&r, &from, &to)) {
		if (to == from + 1 && *from == '*')
			r.repeats = r.in_packet && r.last_n;
		else if (read_line(&l, from, to))
			err = take_line(&r, &l);
	}
	if (!err)
		end_packet(&r);
	strbuf_free(&r.packet);
	if (!err && !out->packets.n)
		err = fail(d, &(struct loc){.file = path}, -EINVAL, "no packet in this hexdump");
	return err;
}

void hexdump_free(struct hexdump *h)
{
	vec_free(&h->packets);
}
