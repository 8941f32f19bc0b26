/* What is no ELF file: bytes written as hex digits, initialisers of C arrays. */
#include <ctype.h>
#include <errno.h>

#include "core/load/load.h"
#include "disasm/local.h"

/* ---- what is it? ---- */

static bool is_text(struct bytes in)
{
	for (size_t i = 0; i < in.size; i++)
		if (in.data[i] < ' ' && !isspace(in.data[i]))
			return false;
	return in.size > 0;
}

/* Digits, blanks, commas, 0x and \x, quotes. */
static bool is_hex(struct bytes in)
{
	for (size_t i = 0; i < in.size; i++)
		if (!isxdigit(in.data[i]) && !isspace(in.data[i]) &&
		    !strchr("xX\\,\"';", in.data[i]))
			return false;
	return true;
}

/* tcpdump -ddd and the comma form begin with a count that stands alone. */
static bool is_counted(struct bytes in)
{
	size_t i = 0, digits;

	for (size_t k = 0; k < in.size; k++)
		if (!isdigit(in.data[k]) && !isspace(in.data[k]) && in.data[k] != ',')
			return false;
	while (i < in.size && isspace(in.data[i]))
		i++;
	for (digits = 0; i < in.size && isdigit(in.data[i]); i++)
		digits++;
	while (i < in.size && (in.data[i] == ' ' || in.data[i] == '\r'))
		i++;
	return digits && digits < 6 && i + 1 < in.size && (in.data[i] == '\n' || in.data[i] == ',');
}

/* Numbers in the first brackets that have no brackets inside: {0x28, 0, 0, 12} has four. */
static unsigned int count_fields(struct bytes in)
{
	struct scan s = scan_open(in, NULL, NULL);
	unsigned int n = 0;

	for (; s.p < s.end; s.p++) {
		scan_space(&s);
		if (s.p == s.end || *s.p == '}' || *s.p == ')')
			break;
		if (*s.p == '{' || *s.p == '(')
			n = 1;
		else if (n && *s.p == ',')
			n++;
	}
	return n;
}

/*
 * An initialiser in C: its brace comes first, or behind a declaration, `prog[] = {`. Assembly has
 * braces elsewhere: `.struct key {`, `inner={`.
 */
static bool is_c_array(struct bytes in)
{
	struct scan s = scan_open(in, NULL, NULL);
	char last = 0, before = 0;

	for (scan_space(&s); s.p < s.end && *s.p != '{'; scan_space(&s)) {
		before = last;
		last = *s.p++;
	}
	return s.p < s.end && (!last || (last == '=' && before == ']'));
}

enum dis_input disasm_detect(struct bytes in)
{
	if (load_is_elf(in))
		return INPUT_ELF;
	if (!is_text(in))
		return INPUT_RAW;
	if (is_counted(in))
		return INPUT_CBPF;
	if (is_hex(in))
		return INPUT_HEX;
	if (insn_text_is_dump((const char *)in.data, in.size))
		return INPUT_LOG;
	/* four numbers are a sock_filter, unless they are named */
	if (is_c_array(in))
		return count_fields(in) == 4 && !memmem(in.data, in.size, "_reg", 4) ? INPUT_CBPF
										     : INPUT_C;
	return INPUT_ASM;
}

/* ---- hex ---- */

static int nibble(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* Digits up to the next character that is none; a single one is a byte as well. */
static int read_digits(struct scan *s, uint8_t *out, size_t *n)
{
	const char *first = s->p;
	size_t len;

	while (s->p < s->end && isxdigit((unsigned char)*s->p))
		s->p++;
	len = (size_t)(s->p - first);
	s->p = first;
	if (!len)
		return scan_fail(s, "expected hex digits, got '%c'", *s->p);
	if (len > 1 && len % 2)
		return scan_fail(s, "an odd number of hex digits");
	if (len == 1)
		out[(*n)++] = (uint8_t)nibble(*s->p);
	for (size_t i = 0; i + 1 < len; i += 2)
		out[(*n)++] = (uint8_t)(nibble(s->p[i]) << 4 | nibble(s->p[i + 1]));
	s->p += len;
	return 0;
}

static void skip_separators(struct scan *s)
{
	do
		scan_space(s);
	while (scan_accept(s, ',') || scan_accept(s, '"') || scan_accept(s, '\'') ||
	       scan_accept(s, ';'));
	if (s->end - s->p > 1 && (s->p[0] == '0' || s->p[0] == '\\') &&
	    (s->p[1] == 'x' || s->p[1] == 'X'))
		s->p += 2;
}

int disasm_read_hex(struct bytes in, const char *path, struct arena *a, struct diag *d,
		    struct bytes *out)
{
	struct scan s = scan_open(in, path, d);
	uint8_t *buf = arena_alloc(a, in.size + 1);
	size_t n = 0;

	for (;;) {
		int err;

		skip_separators(&s);
		if (s.p == s.end)
			break;
		err = read_digits(&s, buf, &n);
		if (err)
			return err;
	}
	*out = (struct bytes){buf, n};
	return 0;
}

/* ---- C initialisers ---- */

/* ".code = " in front of a field: names count, order does not. */
struct field {
	const char *name;
	uint64_t max; /* as an unsigned number; negative ones reach half of it */
};

static const struct field fields[] = {
	{"code", UINT8_MAX}, {"dst_reg", 15},	  {"src_reg", 15},
	{"off", UINT16_MAX}, {"imm", UINT32_MAX},
};

static int field_by_name(struct scan *s, unsigned int *index)
{
	const char *first = s->p;
	size_t len;

	while (s->p < s->end && (isalnum((unsigned char)*s->p) || *s->p == '_'))
		s->p++;
	len = (size_t)(s->p - first);
	for (*index = 0; *index < ARRAY_SIZE(fields); ++*index)
		if (strlen(fields[*index].name) == len &&
		    memcmp(fields[*index].name, first, len) == 0)
			return scan_accept(s, '=') ? 0 : scan_fail(s, "expected '='");
	s->p = first;
	return scan_fail(s, "struct bpf_insn has no field '%.*s'", (int)min(len, (size_t)40),
			 first);
}

static int read_field(struct scan *s, unsigned int *index, uint64_t v[ARRAY_SIZE(fields)])
{
	uint64_t max, value;
	int err;

	if (scan_accept(s, '.')) {
		err = field_by_name(s, index);
		if (err)
			return err;
	}
	if (*index >= ARRAY_SIZE(fields))
		return scan_fail(s, "more than %zu fields", ARRAY_SIZE(fields));
	max = fields[*index].max;
	err = scan_number(s, &value);
	if (err)
		return err;
	if (value > max && -value > max / 2 + 1)
		return scan_fail(s, "%s does not fit its field", fields[*index].name);
	v[(*index)++] = value & max;
	return 0;
}

/* The rest of an initialiser after its bracket. */
static int read_insn(struct scan *s, struct bpf_insn *out)
{
	uint64_t v[ARRAY_SIZE(fields)] = {0};
	unsigned int index = 0;

	while (!scan_accept(s, '}') && !scan_accept(s, ')')) {
		int err = read_field(s, &index, v);

		if (err)
			return err;
		scan_accept(s, ',');
	}
	*out = (struct bpf_insn){
		.code = (uint8_t)v[0],
		.dst_reg = (uint8_t)v[1] & 15,
		.src_reg = (uint8_t)v[2] & 15,
		.off = (int16_t)v[3],
		.imm = (int32_t)v[4],
	};
	return 0;
}

/* Numbers in a row behind one bracket are bytes. */
static int read_byte_array(struct scan *s, struct arena *a, struct bytes *out)
{
	uint8_t *buf = arena_alloc(a, (size_t)(s->end - s->p) + 1);
	size_t n = 0;

	while (!scan_accept(s, '}') && s->p < s->end) {
		uint64_t v;
		int err = scan_number(s, &v);

		if (!err && v > UINT8_MAX)
			err = scan_fail(s, "%llu is no byte", (unsigned long long)v);
		if (err)
			return err;
		buf[n++] = (uint8_t)v;
		scan_accept(s, ',');
	}
	*out = (struct bytes){buf, n};
	return 0;
}

int disasm_read_c(struct bytes in, const char *path, struct arena *a, struct diag *d,
		  struct bytes *out)
{
	struct scan s = scan_open(in, path, d);
	VEC(struct bpf_insn) insns = {0};
	int err = 0;

	if (count_fields(in) > ARRAY_SIZE(fields))
		return scan_bracket(&s) ? read_byte_array(&s, a, out)
					: scan_fail(&s, "expected numbers in brackets");
	while (!err && scan_bracket(&s))
		err = read_insn(&s, vec_add(&insns));
	*out = (struct bytes){arena_memdup(a, insns.v, insns.n * sizeof(*insns.v)),
			      insns.n * sizeof(*insns.v)};
	vec_free(&insns);
	return err;
}
