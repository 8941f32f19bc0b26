/* bpf_asm's language (tools/bpf of Linux): instructions by name, labels, remarks. */
#include <ctype.h>

#include "core/base/hash.h"
#include "disasm/local.h"

/* A jump whose target is a name. */
struct patch {
	struct scan where;
	uint32_t insn;
	const char *name;
	size_t len;
	uint8_t field; /* 0: k, 1: jt, 2: jf */
};

struct assembly {
	struct scan s;
	struct classic_insn *insns;
	uint32_t n;
	struct strmap labels;
	VEC(struct patch) patches;
};

static void skip_remarks(struct scan *s)
{
	scan_space(s);
	while (s->p < s->end && *s->p == ';') {
		while (s->p < s->end && *s->p != '\n')
			s->p++;
		scan_space(s);
	}
}

static size_t read_word(struct scan *s, const char **word)
{
	scan_space(s);
	*word = s->p;
	while (s->p < s->end && (isalnum((unsigned char)*s->p) || *s->p == '_'))
		s->p++;
	return (size_t)(s->p - *word);
}

static bool word_is(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && strncasecmp(word, name, len) == 0;
}

static int read_constant(struct scan *s, uint32_t *out)
{
	uint64_t v;
	int err = scan_number(s, &v);

	if (!err && v > UINT32_MAX && -v > 1ull << 31)
		err = scan_fail(s, "a constant has 32 bits");
	*out = (uint32_t)v;
	return err;
}

/* What stands behind a mnemonic, as the rows have operands. */
static int expect(struct scan *s, char c)
{
	return scan_accept(s, c) ? 0 : scan_fail(s, "expected '%c'", c);
}

/* [12], [x + 14] */
static int read_place(struct scan *s, uint8_t *operand, uint32_t *k)
{
	const char *word;
	size_t len;
	int err;

	scan_space(s);
	if (s->p < s->end && (*s->p == 'x' || *s->p == 'X')) {
		len = read_word(s, &word);
		*operand = CLASSIC_IND;
		if (len != 1)
			return scan_fail(s, "expected x");
		if (scan_accept(s, ']'))
			return 0;
		err = expect(s, '+');
	} else {
		*operand = CLASSIC_ABS;
		err = 0;
	}
	if (!err)
		err = read_constant(s, k);
	return err ? err : expect(s, ']');
}

/* 4*([14]&0xf) */
static int read_msh(struct scan *s, uint32_t *k)
{
	static const char tail[] = "&0xf)";
	uint32_t four;
	int err = read_constant(s, &four);

	if (!err)
		err = expect(s, '*');
	if (!err)
		err = expect(s, '(');
	if (!err)
		err = expect(s, '[');
	if (!err)
		err = read_constant(s, k);
	if (!err)
		err = expect(s, ']');
	for (const char *t = tail; !err && *t; t++)
		err = expect(s, *t);
	return err;
}

/* #12, #len, a name of ancillary data with or without its # */
static int read_named(struct scan *s, bool hash, uint8_t *operand, uint32_t *k)
{
	const char *word, *first;
	size_t len;

	scan_space(s);
	first = s->p;
	if (hash && first < s->end && (isdigit((unsigned char)*first) || *first == '-')) {
		*operand = CLASSIC_HEX;
		return read_constant(s, k);
	}
	len = read_word(s, &word);
	if (word_is(word, len, "len") || word_is(word, len, "pktlen")) {
		*operand = CLASSIC_LEN;
		return 0;
	}
	*operand = CLASSIC_ABS;
	if (classic_ancillary(word, len, k))
		return 0;
	if (len == 1 && (*word == 'x' || *word == 'X' || *word == 'a' || *word == 'A')) {
		*operand = *word == 'x' || *word == 'X' ? CLASSIC_X : CLASSIC_NONE;
		return 0;
	}
	s->p = first;
	return scan_fail(s, "expected an operand");
}

static int read_operand(struct scan *s, uint8_t *operand, uint32_t *k)
{
	const char *word;

	*k = 0;
	scan_space(s);
	if (scan_accept(s, '['))
		return read_place(s, operand, k);
	if (scan_accept(s, '#'))
		return read_named(s, true, operand, k);
	if (s->end - s->p > 1 && *s->p == '4' && s->p[1] == '*') {
		*operand = CLASSIC_MSH;
		return read_msh(s, k);
	}
	if (s->end - s->p > 1 && (*s->p == 'M' || *s->p == 'm') && s->p[1] == '[') {
		int err;

		*operand = CLASSIC_MEM;
		read_word(s, &word);
		err = expect(s, '[');
		if (!err)
			err = read_constant(s, k);
		return err ? err : expect(s, ']');
	}
	return read_named(s, false, operand, k);
}

/* A label; or, as tcpdump -d has it, nothing that this reads. */
static int read_label(struct assembly *as, uint8_t field)
{
	struct patch *p = vec_add(&as->patches);

	scan_space(&as->s);
	*p = (struct patch){.where = as->s, .insn = as->n, .field = field};
	p->len = read_word(&as->s, &p->name);
	return p->len ? 0 : scan_fail(&as->s, "expected a label");
}

/* bpf_asm's jumps that ask the opposite, in the words of the others. */
static const struct {
	const char *name, *stands_for;
	bool inverted;
} aliases[] = {
	{"jmp", "ja", false}, {"jne", "jeq", true}, {"jneq", "jeq", true},  {"jlt", "jge", true},
	{"jle", "jgt", true}, {"ldi", "ld", false}, {"ldxi", "ldx", false},
};

/* The row of a name with an operand; operands that are numbers are written alike. */
static const struct classic_desc *find_row(const char *name, size_t len, uint8_t operand)
{
	for (size_t i = 0; i < CLASSIC_DESCS; i++) {
		const struct classic_desc *d = &classic_descs[i];
		uint8_t as = d->operand == CLASSIC_DEC ? CLASSIC_HEX : d->operand;

		if (word_is(name, len, d->name) && as == operand)
			return d;
	}
	/* ldx of a byte is written without its width too */
	if (word_is(name, len, "ldx") && operand == CLASSIC_MSH)
		return classic_desc(0xb1);
	return NULL;
}

static int read_targets(struct assembly *as, bool inverted)
{
	int err = scan_accept(&as->s, ',') ? read_label(as, inverted ? 2 : 1)
					   : scan_fail(&as->s, "expected ',' and a label");

	if (!err && scan_accept(&as->s, ','))
		err = read_label(as, inverted ? 1 : 2);
	return err;
}

static int read_insn(struct assembly *as, const char *name, size_t len)
{
	struct classic_insn *insn = &as->insns[as->n];
	const struct classic_desc *d;
	uint8_t operand = CLASSIC_NONE;
	bool inverted = false;
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (word_is(name, len, aliases[i].name)) {
			inverted = aliases[i].inverted;
			name = aliases[i].stands_for;
			len = strlen(name);
		}
	if (word_is(name, len, "ja")) {
		insn->code = 0x05;
		return read_label(as, 0);
	}
	if (!word_is(name, len, "tax") && !word_is(name, len, "txa") && !word_is(name, len, "neg"))
		err = read_operand(&as->s, &operand, &insn->k);
	d = err ? NULL : find_row(name, len, operand);
	if (!d)
		return err ? err
			   : scan_fail(&as->s, "no instruction '%.*s' with such an operand",
				       (int)min(len, (size_t)20), name);
	insn->code = d->code;
	return d->flags & CLASSIC_BRANCH ? read_targets(as, inverted) : 0;
}

static int resolve(struct assembly *as, struct patch *p)
{
	struct classic_insn *insn = &as->insns[p->insn];
	uint64_t *at = strmap_getn(&as->labels, p->name, p->len);
	uint64_t rel;

	if (!at)
		return scan_fail(&p->where, "no label '%.*s'", (int)p->len, p->name);
	rel = *at - p->insn - 1;
	if (*at <= p->insn || (p->field && rel > UINT8_MAX))
		return scan_fail(&p->where, "jumps go forward, at most 255 instructions far");
	if (p->field == 0)
		insn->k = (uint32_t)rel;
	else if (p->field == 1)
		insn->jt = (uint8_t)rel;
	else
		insn->jf = (uint8_t)rel;
	return 0;
}

static int read_line(struct assembly *as)
{
	const char *word;
	size_t len = read_word(&as->s, &word);
	int err;

	if (!len)
		return scan_fail(&as->s, "expected an instruction or a label");
	if (as->s.p < as->s.end && *as->s.p == ':') {
		as->s.p++;
		if (!strmap_putn(&as->labels, word, len, as->n))
			return scan_fail(&as->s, "label '%.*s' is there twice", (int)len, word);
		return 0;
	}
	if (as->n == CLASSIC_MAX)
		return scan_fail(&as->s, "more than %d instructions", CLASSIC_MAX);
	err = read_insn(as, word, len);
	as->n++;
	return err;
}

int classic_read_asm(struct bytes in, const char *path, struct arena *a, struct diag *d,
		     struct classic_insn **out, uint32_t *n)
{
	struct assembly as = {.s = scan_open(in, path, d),
			      .insns = arena_array(a, struct classic_insn, CLASSIC_MAX)};
	int err = 0;

	for (skip_remarks(&as.s); !err && as.s.p < as.s.end; skip_remarks(&as.s))
		err = read_line(&as);
	for (size_t i = 0; i < as.patches.n && !err; i++)
		err = resolve(&as, &as.patches.v[i]);
	if (!err && !as.n)
		err = scan_fail(&as.s, "no instructions");
	*out = as.insns;
	*n = as.n;
	vec_free(&as.patches);
	strmap_free(&as.labels);
	return err;
}
