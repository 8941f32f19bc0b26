#include "core/btf/scan.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/btf/local.h"

enum { MAX_NESTING = 16 };

int lit_bad(const struct scan *s, const char *why)
{
	struct loc loc = {.line = 1, .col = 1, .file = "value"};
	const char *line = s->text;

	if (s->loc)
		loc = *s->loc;
	loc.col = max(loc.col, 1u);
	for (const char *c = s->text; c < s->at; c++, loc.col++) {
		if (*c != '\n')
			continue;
		loc.line++;
		loc.col = 0;
		line = c + 1;
	}
	loc.text = line == s->text && s->loc && s->loc->text ? s->loc->text : line;
	return fail(s->d, &loc, -EINVAL, "%s", why);
}

char lit_peek(struct scan *s)
{
	while (isspace((unsigned char)*s->at))
		s->at++;
	return *s->at;
}

bool lit_take(struct scan *s, char c)
{
	if (lit_peek(s) != c)
		return false;
	s->at++;
	return true;
}

void lit_write_bits(const struct scan *s, uint64_t bit, uint32_t bits, uint64_t v)
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

uint8_t btf_scan_char(const char **at)
{
	static const char letters[] = "n\nt\tr\rb\bf\f0\0";
	const char *s = *at;
	unsigned int hex;

	*at = s + 1;
	if (*s != '\\' || !s[1])
		return (uint8_t)*s;
	s++;
	*at = s + 1;
	if (*s == 'x' && isxdigit((unsigned char)s[1]) && isxdigit((unsigned char)s[2]) &&
	    sscanf(s + 1, "%2x", &hex) == 1) {
		*at = s + 3;
		return (uint8_t)hex;
	}
	for (size_t i = 0; i + 1 < sizeof(letters); i += 2)
		if (*s == letters[i])
			return (uint8_t)letters[i + 1];
	return (uint8_t)*s;
}

int lit_word(struct scan *s, char out[SCAN_WORD_MAX], bool *quoted)
{
	size_t n = 0;

	*quoted = lit_take(s, '"');
	while (*s->at && (*quoted ? *s->at != '"'
				  : isalnum((unsigned char)*s->at) || strchr("_.+-:", *s->at))) {
		if (n == SCAN_WORD_MAX - 1)
			return lit_bad(s, "too long");
		out[n++] = (char)btf_scan_char(&s->at);
	}
	out[n] = 0;
	if (*quoted && !lit_take(s, '"'))
		return lit_bad(s, "a string without its end");
	return !*quoted && !n ? lit_bad(s, *s->at ? "expected a value" : "the value ends too early")
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

bool btf_scan_errno(const char *text, uint64_t *out)
{
	enum { LAST_NAMED = 133 }; /* EHWPOISON */
	bool minus = *text == '-';

	if (text[minus] != 'E')
		return false;
	for (int i = 1; i <= LAST_NAMED; i++) {
		const char *name = strerrorname_np(i);

		if (!name || strcmp(name, text + minus) != 0)
			continue;
		*out = (uint64_t)(int64_t)(minus ? -i : i);
		return true;
	}
	return false;
}

int lit_number(const struct scan *s, const char *text, uint32_t bits, bool is_signed, uint64_t *out)
{
	bool minus = *text == '-';
	unsigned long long v;
	uint64_t most;
	char *end;

	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
		*out = *text == 't';
		return 0;
	}
	if (btf_scan_errno(text, out))
		return 0;
	if (!isdigit((unsigned char)text[minus]))
		return lit_bad(s, "expected a number");
	errno = 0;
	v = strtoull(text + minus, &end, 0);
	if (*end)
		return lit_bad(s, "expected a number");
	most = bits < 64 ? (1ull << bits) - 1 : UINT64_MAX;
	if (is_signed)
		most = (most >> 1) + minus;
	if (errno || v > most || (minus && !is_signed && v))
		return lit_bad(s, "the number does not fit");
	*out = minus ? -v : v;
	return 0;
}

/* htons(80) and its like: what is in network order. */
static int network_number(struct scan *s, const char *name, uint32_t bits, uint64_t *out)
{
	char text[SCAN_WORD_MAX];
	bool quoted;
	int err = lit_take(s, '(') ? lit_word(s, text, &quoted) : lit_bad(s, "expected (");

	if (!err)
		err = lit_number(s, text, bits, false, out);
	if (!err && !lit_take(s, ')'))
		err = lit_bad(s, "expected )");
	if (!err)
		*out = strcmp(name, "htons") == 0 ? htons((uint16_t)*out) : htonl((uint32_t)*out);
	return err;
}

static int integer(struct scan *s, const struct btf_type *t, uint64_t bit, uint32_t bits)
{
	char text[SCAN_WORD_MAX];
	bool quoted;
	uint64_t v;
	int err = lit_word(s, text, &quoted);

	if (err)
		return err;
	if (!bits) {
		bits = BTF_INT_BITS(btf_int(t));
		bit += BTF_INT_OFFSET(btf_int(t));
	}
	if ((quoted || strchr(text, '.') || strchr(text, ':')) && bit % 8 == 0 && bits % 8 == 0 &&
	    (bit + bits) / 8 <= s->size && as_bytes(text, s->out + bit / 8, bits / 8))
		return 0;
	if (bits > 128)
		return lit_bad(s, "no such integer can be written");
	if (strcmp(text, "htons") == 0 || strcmp(text, "htonl") == 0)
		err = network_number(s, text, min(bits, 64u), &v);
	else
		err = lit_number(s, text, min(bits, 64u),
				 BTF_INT_ENCODING(btf_int(t)) & BTF_INT_SIGNED, &v);
	if (!err)
		lit_write_bits(s, bit, min(bits, 64u), v);
	return err;
}

static int enumerator(struct scan *s, const struct btf_type *t, uint64_t bit, uint32_t bits)
{
	char text[SCAN_WORD_MAX];
	bool quoted, is64 = btf_kind(t) == BTF_KIND_ENUM64;
	uint64_t v;
	int err = lit_word(s, text, &quoted);

	if (err)
		return err;
	bits = bits ? bits : min(t->size, 8u) * 8;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		uint32_t name = is64 ? btf_enums64(t)[i].name_off : btf_enums(t)[i].name_off;

		if (strcmp(btf_str(s->btf, name), text) != 0)
			continue;
		v = is64 ? btf_enum64_value(&btf_enums64(t)[i])
			 : (uint64_t)(int64_t)btf_enums(t)[i].val;
		lit_write_bits(s, bit, bits, v);
		return 0;
	}
	err = lit_number(s, text, bits, btf_kflag(t), &v);
	if (!err)
		lit_write_bits(s, bit, bits, v);
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

bool lit_member(const struct scan *s, struct scan_place *p, const char *name)
{
	const struct btf_type *t = btf_type(s->btf, btf_resolve(s->btf, p->id));
	const struct btf_member *m;

	p->bits = 0;
	m = btf_is_composite(t) ? find_member(s, t, name, &p->bit, &p->bits, 0) : NULL;
	if (m)
		p->id = m->type;
	return m;
}

/* A name in quotes or not; false: none is here. */
static bool take_name(struct scan *s, char name[SCAN_WORD_MAX])
{
	bool quoted = *s->at == '"';
	const char *from = s->at + quoted, *end = from;

	if (!isalpha((unsigned char)*end) && *end != '_')
		return false;
	while (isalnum((unsigned char)*end) || *end == '_')
		end++;
	if (end - from >= SCAN_WORD_MAX)
		return false;
	memcpy(name, from, (size_t)(end - from));
	name[end - from] = '\0';
	s->at = end;
	return true;
}

/* "name": value, .name = value, name = value; 0: none of these is here. */
static int named_member(struct scan *s, const struct scan_place *object)
{
	struct scan in = *s;
	struct scan_place p = *object;
	char name[SCAN_WORD_MAX];
	bool quoted, known;
	int err;

	lit_take(&in, '.');
	quoted = *in.at == '"';
	if (!take_name(&in, name))
		return 0;
	s->at = in.at;
	known = lit_member(s, &p, name);
	err = known ? lit_path(&in, &p) : 0;
	if (err || (quoted && !lit_take(&in, '"')))
		return err;
	if (!lit_take(&in, ':') && !lit_take(&in, '='))
		return 0;
	if (!known)
		return lit_bad(s, "there is no such member");
	err = lit_value(&in, &p);
	s->at = in.at;
	return err ? err : 1;
}

/* Or just a value; *next is the member after. */
static int member(struct scan *s, const struct scan_place *object, uint32_t *next)
{
	const struct btf_type *t = btf_type(s->btf, btf_resolve(s->btf, object->id));
	const char *from = (lit_peek(s), s->at);
	const struct btf_member *m;
	int err = named_member(s, object);

	if (err)
		return min(err, 0);
	s->at = from;
	if (*next >= btf_vlen(t))
		return lit_bad(s, "more values than there are members");
	m = &btf_members(t)[(*next)++];
	return lit_value(s, &(struct scan_place){.id = m->type,
						 .bit = object->bit + btf_member_bit(t, m),
						 .bits = btf_member_bits(t, m)});
}

/* Bytes for a struct or an array that a string gives as a whole. */
static int whole(struct scan *s, uint32_t id, uint64_t bit)
{
	int64_t size = btf_size(s->btf, id);
	char text[SCAN_WORD_MAX];
	bool quoted;
	int err = lit_word(s, text, &quoted);

	if (err)
		return err;
	if (size <= 0 || bit / 8 + (uint64_t)size > s->size ||
	    !as_bytes(text, s->out + bit / 8, (size_t)size))
		return lit_bad(s, "neither an address nor the hex digits of all bytes");
	return 0;
}

static int composite(struct scan *s, const struct scan_place *p)
{
	uint32_t next = 0;
	int err = 0;

	if (!lit_take(s, '{'))
		return whole(s, p->id, p->bit);
	if (lit_take(s, '}'))
		return 0;
	do
		err = member(s, p, &next);
	while (!err && lit_take(s, ',') && lit_peek(s) != '}');
	if (err)
		return err;
	return lit_take(s, '}') ? 0 : lit_bad(s, "expected , or }");
}

static int text_of(struct scan *s, const struct btf_array *a, uint64_t bit)
{
	size_t at = bit / 8, n = 0;

	for (lit_take(s, '"'); *s->at && *s->at != '"'; n++) {
		if (n >= a->nelems || at + n >= s->size)
			return lit_bad(s, "the text is longer than its array");
		s->out[at + n] = btf_scan_char(&s->at);
	}
	if (n < a->nelems && at + n < s->size)
		s->out[at + n] = 0;
	return lit_take(s, '"') ? 0 : lit_bad(s, "a string without its end");
}

static int array(struct scan *s, const struct scan_place *p, const struct btf_type *t)
{
	const struct btf_array *a = btf_array(t);
	const struct btf_type *elem = btf_type(s->btf, btf_resolve(s->btf, a->type));
	int64_t size = btf_size(s->btf, a->type);
	uint32_t i = 0;
	char close;
	int err = 0;

	if (lit_peek(s) == '"' && btf_kind(elem) == BTF_KIND_INT && elem->size == 1 &&
	    strcmp(btf_str(s->btf, elem->name_off), "char") == 0)
		return text_of(s, a, p->bit);
	close = lit_take(s, '[') ? ']' : lit_take(s, '{') ? '}' : 0;
	if (!close)
		return whole(s, p->id, p->bit);
	if (lit_take(s, close))
		return 0;
	do {
		struct scan_place at = {.id = a->type, .bit = p->bit + (uint64_t)size * 8 * i};

		if (i++ >= a->nelems || size <= 0)
			return lit_bad(s, "more values than the array has");
		err = lit_value(s, &at);
	} while (!err && lit_take(s, ',') && lit_peek(s) != close);
	if (err)
		return err;
	return lit_take(s, close) ? 0 : lit_bad(s, "expected , or the end of the array");
}

int lit_value(struct scan *s, const struct scan_place *p)
{
	const struct btf_type *t = btf_type(s->btf, btf_resolve(s->btf, p->id));
	int err;

	if (s->depth == MAX_NESTING)
		return lit_bad(s, "nested too deep");
	lit_peek(s);
	s->depth++;
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		err = integer(s, t, p->bit, p->bits);
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		err = enumerator(s, t, p->bit, p->bits);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		err = composite(s, p);
		break;
	case BTF_KIND_ARRAY:
		err = array(s, p, t);
		break;
	case BTF_KIND_PTR:
		err = lit_pointer(s, p);
		break;
	default:
		err = lit_bad(s, "a value of this type cannot be written");
	}
	s->depth--;
	return err;
}

int btf_scan_init(const struct btf *btf, uint32_t id, const char **text, const struct loc *loc,
		  const struct scan_memory *memory, struct diag *d, void *out, size_t size)
{
	struct scan s = {
		.btf = btf,
		.d = d,
		.loc = loc,
		.memory = memory,
		.text = *text,
		.at = *text,
		.out = out,
		.size = size,
	};
	int err = lit_value(&s, &(struct scan_place){.id = id});

	*text = s.at;
	return err;
}

int btf_scan_value(const struct btf *btf, uint32_t id, const char *text, const char *what,
		   struct diag *d, void *out, size_t size)
{
	const struct loc loc = {.file = what, .line = 1, .col = 1};
	struct scan s = {.btf = btf,
			 .d = d,
			 .loc = &loc,
			 .text = text,
			 .at = text,
			 .out = out,
			 .size = size};
	int err;

	memset(out, 0, size);
	err = lit_value(&s, &(struct scan_place){.id = id});
	if (!err && lit_peek(&s))
		err = lit_bad(&s, "more than one value");
	return err;
}
