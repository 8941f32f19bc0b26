#include "core/btf/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "core/btf/local.h"

/*
 * What stands behind a name, by kind: bits of a word of the record (or of the member), under a key.
 * Writing and reading both follow these tables.
 */
struct attr {
	const char *key;
	uint8_t word, shift, bits;
	uint8_t flags, nnames;
	const char *const *names; /* of values 0, 1, ...; others are numbers */
};

enum {
	ATTR_SIGNED = 1,   /* always */
	ATTR_BY_KFLAG = 2, /* signed when kind_flag is set */
	ATTR_QUIET = 4,	   /* zero is not written */
	ATTR_COUNT = 8,	   /* the reader counts members itself */
	ATTR_COMMA = 16,   /* bpftool writes one behind it */
	ATTR_NARROW = 32,  /* 24 bits when kind_flag is set */
	ATTR_FLAGGED = 64, /* there only when kind_flag is set; sets it unless zero */
};

#define THIRD(key_) {.key = key_, .word = 2, .bits = 32}
#define NAMES(list) .names = list, .nnames = ARRAY_SIZE(list)
#define VLEN {.key = "vlen", .word = 1, .bits = 16, .flags = ATTR_COUNT}
#define TYPE_ID THIRD("type_id")
#define SIZE THIRD("size")

static const char *const encodings[] = {"(none)", "SIGNED", "CHAR", NULL, "BOOL"};
static const char *const signs[] = {"UNSIGNED", "SIGNED"};
static const char *const fwd_kinds[] = {"struct", "union"};
static const char *const linkages[] = {"static", "global", "extern"};

#define ENUM_ATTRS                                                                                 \
	{                                                                                          \
		{.key = "encoding", .word = 1, .shift = 31, .bits = 1, NAMES(signs)}, SIZE, VLEN \
	}
#define MAX_ATTRS 5

static const struct attr kind_attrs[NR_BTF_KINDS][MAX_ATTRS] = {
	[BTF_KIND_INT] = {SIZE,
			  {.key = "bits_offset", .word = 3, .shift = 16, .bits = 8},
			  {.key = "nr_bits", .word = 3, .bits = 8},
			  {.key = "encoding", .word = 3, .shift = 24, .bits = 4, NAMES(encodings)}},
	[BTF_KIND_PTR] = {TYPE_ID},
	[BTF_KIND_ARRAY] = {{.key = "type_id", .word = 3, .bits = 32},
			    {.key = "index_type_id", .word = 4, .bits = 32},
			    {.key = "nr_elems", .word = 5, .bits = 32}},
	[BTF_KIND_STRUCT] = {SIZE, VLEN},
	[BTF_KIND_UNION] = {SIZE, VLEN},
	[BTF_KIND_ENUM] = ENUM_ATTRS,
	[BTF_KIND_ENUM64] = ENUM_ATTRS,
	/* GCC 12 leaves something in the third word, which has no meaning. */
	[BTF_KIND_FWD] = {{.key = "fwd_kind", .word = 1, .shift = 31, .bits = 1, NAMES(fwd_kinds)},
			  {.key = "type_id", .word = 2, .bits = 32, .flags = ATTR_QUIET}},
	[BTF_KIND_TYPEDEF] = {TYPE_ID},
	[BTF_KIND_VOLATILE] = {TYPE_ID},
	[BTF_KIND_CONST] = {TYPE_ID},
	[BTF_KIND_RESTRICT] = {TYPE_ID},
	[BTF_KIND_FUNC] = {TYPE_ID, {.key = "linkage", .word = 1, .bits = 16, NAMES(linkages)}},
	[BTF_KIND_FUNC_PROTO] = {THIRD("ret_type_id"), VLEN},
	[BTF_KIND_VAR] = {{.key = "type_id", .word = 2, .bits = 32, .flags = ATTR_COMMA},
			  {.key = "linkage", .word = 3, .bits = 32, NAMES(linkages)}},
	[BTF_KIND_DATASEC] = {SIZE, VLEN},
	[BTF_KIND_FLOAT] = {SIZE},
	[BTF_KIND_DECL_TAG] =
		{TYPE_ID, {.key = "component_idx", .word = 3, .bits = 32, .flags = ATTR_SIGNED}},
	[BTF_KIND_TYPE_TAG] = {TYPE_ID},
};

#define MEMBER_ATTRS                                                                               \
	{                                                                                          \
		{.key = "type_id", .word = 1, .bits = 32},                                         \
			{.key = "bits_offset", .word = 2, .bits = 32, .flags = ATTR_NARROW},       \
		{                                                                                  \
			.key = "bitfield_size", .word = 2, .shift = 24, .bits = 8,                 \
			.flags = ATTR_FLAGGED | ATTR_QUIET                                         \
		}                                                                                  \
	}

/* Word 0 is the member's name, but a DATASEC's entry begins with its type. */
static const struct attr member_attrs[NR_BTF_KINDS][MAX_ATTRS] = {
	[BTF_KIND_STRUCT] = MEMBER_ATTRS,
	[BTF_KIND_UNION] = MEMBER_ATTRS,
	[BTF_KIND_ENUM] = {{.key = "val", .word = 1, .bits = 32, .flags = ATTR_BY_KFLAG}},
	[BTF_KIND_ENUM64] = {{.key = "val", .word = 1, .bits = 64, .flags = ATTR_BY_KFLAG}},
	[BTF_KIND_FUNC_PROTO] = {{.key = "type_id", .word = 1, .bits = 32}},
	[BTF_KIND_DATASEC] = {{.key = "type_id", .word = 0, .bits = 32},
			      {.key = "offset", .word = 1, .bits = 32},
			      {.key = "size", .word = 2, .bits = 32}},
};

static bool member_has_name(uint32_t kind)
{
	return *btf_kinds[kind].each == 'S';
}

/* kind_flag has a meaning of its own here, or follows from a member. */
static bool implies_kflag(const struct btf_type *t)
{
	if (btf_is_composite(t))
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			if (btf_member_bits(t, &btf_members(t)[i]))
				return true;
	return btf_is_enum(t) || btf_kind(t) == BTF_KIND_FWD;
}

static uint32_t width(const struct attr *a, bool kflag)
{
	return a->flags & ATTR_NARROW && kflag ? 24 : a->bits;
}

/* ---- writing ---- */

/* s between quotes, escaped so that the reader of that quote gets it back. */
static void add_quoted(struct strbuf *b, const char *s, char quote)
{
	strbuf_addch(b, quote);
	if (*s == '(' && quote == '\'')
		strbuf_addch(b, '\\');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == (unsigned char)quote || c == '\\')
			strbuf_addf(b, "\\%c", c);
		else if (c == '\n')
			strbuf_add(b, "\\n");
		else if (c == '\t')
			strbuf_add(b, "\\t");
		else if (c < 0x20 || c == 0x7f)
			strbuf_addf(b, "\\x%02x", c);
		else
			strbuf_addch(b, (char)c);
	}
	strbuf_addch(b, quote);
}

static void add_name(struct strbuf *b, const char *name)
{
	if (*name)
		add_quoted(b, name, '\'');
	else
		strbuf_add(b, "'(anon)'");
}

static void add_attr(struct strbuf *b, const struct attr *a, const uint32_t *words, bool kflag,
		     const char *sep)
{
	bool is_signed = a->flags & ATTR_SIGNED || (a->flags & ATTR_BY_KFLAG && kflag);
	uint32_t bits = width(a, kflag);
	uint64_t v = words[a->word];

	if (bits == 64)
		v |= (uint64_t)words[a->word + 1] << 32;
	else
		v = v >> a->shift & ((1ull << bits) - 1);
	if ((a->flags & ATTR_FLAGGED && !kflag) || (a->flags & ATTR_QUIET && !v))
		return;
	strbuf_addf(b, "%s%s=", sep, a->key);
	if (v < a->nnames && a->names[v])
		strbuf_add(b, a->names[v]);
	else if (is_signed)
		strbuf_addf(b, "%lld", bits == 64 ? (long long)v : (long long)(int32_t)v);
	else
		strbuf_addf(b, "%llu", (unsigned long long)v);
	if (bits == 64)
		strbuf_add(b, is_signed ? "LL" : "ULL");
	if (a->flags & ATTR_COMMA)
		strbuf_addch(b, ',');
}

static void add_member(struct strbuf *b, const struct btf *btf, const struct btf_type *t,
		       const uint32_t *words)
{
	bool has_name = member_has_name(btf_kind(t));

	if (has_name)
		add_name(b, btf_str(btf, words[0]));
	for (const struct attr *a = member_attrs[btf_kind(t)]; a->key; a++)
		add_attr(b, a, words, btf_kflag(t),
			 has_name || a > member_attrs[btf_kind(t)] ? " " : "");
}

/* One record, its last line ended. */
static void add_record(struct strbuf *b, const struct btf *btf, uint32_t id, const char *indent)
{
	const struct btf_type *t = btf_type(btf, id);
	const struct btf_kind_desc *k = &btf_kinds[btf_kind(t)];
	const uint32_t *words = (const uint32_t *)(t + 1) + strlen(k->fixed);

	strbuf_addf(b, "%s[%u] %s ", indent, id, k->name);
	add_name(b, btf_str(btf, t->name_off));
	for (const struct attr *a = kind_attrs[btf_kind(t)]; a->key; a++)
		add_attr(b, a, (const uint32_t *)t, btf_kflag(t), " ");
	strbuf_add(b, btf_kflag(t) && !implies_kflag(t) ? " kind_flag=1\n" : "\n");
	for (uint32_t i = 0; *k->each && i < btf_vlen(t); i++, words += strlen(k->each)) {
		strbuf_addf(b, "%s\t", indent);
		add_member(b, btf, t, words);
		strbuf_addch(b, '\n');
	}
}

void btf_text(struct strbuf *b, const struct btf *btf, const char *indent)
{
	for (uint32_t id = btf->first_id; id < btf->nids; id++)
		add_record(b, btf, id, indent);
}

void btf_text_strings(struct strbuf *b, const struct btf *btf, const char *indent)
{
	const char *s = btf->strs, *end = s + (btf->nstr - btf->first_str);

	for (s += btf->base ? 0 : 1; s < end; s += strlen(s) + 1) {
		strbuf_add(b, indent);
		add_quoted(b, s, '"');
		strbuf_addch(b, '\n');
	}
}

/* ---- reading ---- */

struct reader {
	const char *p, *end; /* what is left of the line */
	const char *line;
	const char *next, *text_end;
	struct loc loc;
	struct diag *d;
	struct btf_build *out;
	uint32_t kind;	/* of the record being read; 0: none yet */
	uint32_t wide;	/* a bit offset so far that only fits without kind_flag */
	uint32_t count; /* vlen as written; UINT32_MAX: not written */
	struct strbuf name;
};

static bool next_line(struct reader *r)
{
	const char *nl;

	if (r->next >= r->text_end)
		return false;
	nl = memchr(r->next, '\n', (size_t)(r->text_end - r->next));
	r->line = r->p = r->next;
	r->end = nl ? nl : r->text_end;
	r->next = nl ? nl + 1 : r->text_end;
	r->loc.line++;
	return true;
}

/* The place of p in the current line. */
static const struct loc *at(struct reader *r, const char *p)
{
	r->loc.col = (uint32_t)(p - r->line) + 1;
	r->loc.text = r->line;
	return &r->loc;
}

static void skip_space(struct reader *r)
{
	while (r->p < r->end && (isspace((unsigned char)*r->p) || *r->p == ','))
		r->p++;
	if (r->p < r->end && (*r->p == '#' || (r->end - r->p > 1 && !memcmp(r->p, "//", 2))))
		r->p = r->end;
}

static int read_escape(struct reader *r, struct strbuf *b)
{
	char c = *r->p;

	if (c == 'n' || c == 't') {
		strbuf_addch(b, c == 'n' ? '\n' : '\t');
		r->p++;
		return 0;
	}
	if (c != 'x') {
		strbuf_addch(b, c);
		r->p++;
		return 0;
	}
	if (r->end - r->p < 3 || !isxdigit((unsigned char)r->p[1]) ||
	    !isxdigit((unsigned char)r->p[2]) || !memcmp(r->p + 1, "00", 2))
		return fail(r->d, at(r, r->p - 1), -EINVAL,
			    "\\x takes two hexadecimal digits, not 00");
	strbuf_addch(b, (char)strtoul((char[]){r->p[1], r->p[2], 0}, NULL, 16));
	r->p += 3;
	return 0;
}

/* A quoted string into r->name. */
static int read_quoted(struct reader *r, char quote)
{
	const char *start = r->p;

	strbuf_reset(&r->name);
	if (r->p >= r->end || *r->p != quote)
		return fail(r->d, at(r, r->p), -EINVAL, "expected a name in %c%c", quote, quote);
	for (r->p++; r->p < r->end && *r->p != quote;) {
		int err;

		if (*r->p == '\\' && r->end - r->p > 1) {
			r->p++;
			err = read_escape(r, &r->name);
			if (err)
				return err;
		} else if (*r->p == '\0') {
			return fail(r->d, at(r, r->p), -EINVAL, "NUL in a name");
		} else {
			strbuf_addch(&r->name, *r->p++);
		}
	}
	if (r->p >= r->end)
		return fail(r->d, at(r, start), -EINVAL, "no closing %c", quote);
	r->p++;
	return 0;
}

static int read_name(struct reader *r)
{
	static const char anon[] = "'(anon)'";

	skip_space(r);
	if ((size_t)(r->end - r->p) >= sizeof(anon) - 1 && !memcmp(r->p, anon, sizeof(anon) - 1)) {
		strbuf_reset(&r->name);
		r->p += sizeof(anon) - 1;
		return 0;
	}
	return read_quoted(r, '\'');
}

/* A word up to a space, a comma or =. */
static size_t word_len(const struct reader *r)
{
	size_t n = 0;

	while (r->p + n < r->end && !strchr(" \t\r,=", r->p[n]))
		n++;
	return n;
}

static int read_value(struct reader *r, const struct attr *a, uint64_t *out)
{
	size_t len = word_len(r);
	char buf[32], *end;

	for (uint32_t i = 0; i < a->nnames; i++)
		if (a->names[i] && strlen(a->names[i]) == len && !memcmp(a->names[i], r->p, len)) {
			r->p += len;
			*out = i;
			return 0;
		}
	if (!len || len >= sizeof(buf))
		return fail(r->d, at(r, r->p), -EINVAL, "expected a value of %s", a->key);
	memcpy(buf, r->p, len);
	buf[len] = '\0';
	errno = 0;
	*out = *buf == '-' ? (uint64_t)strtoll(buf, &end, 0) : strtoull(buf, &end, 0);
	if (errno || end == buf || strspn(end, "uUlL") != strlen(end))
		return fail(r->d, at(r, r->p), -EINVAL, "'%s' is no value of %s", buf, a->key);
	if (a->bits < 64 && *out >> a->bits &&
	    (*buf != '-' || a->bits < 32 || (int64_t)*out < INT32_MIN))
		return fail(r->d, at(r, r->p), -ERANGE, "%s does not fit %u bits", buf, a->bits);
	r->p += len;
	return 0;
}

static const struct attr kind_flag = {.key = "kind_flag", .word = 1, .shift = 31, .bits = 1};

static const struct attr *find_attr(const struct attr *attrs, const char *key, size_t len)
{
	for (const struct attr *a = attrs; a->key; a++)
		if (strlen(a->key) == len && !memcmp(a->key, key, len))
			return a;
	if (len == strlen(kind_flag.key) && !memcmp(kind_flag.key, key, len))
		return &kind_flag;
	return NULL;
}

/* key=value to the end of the line, into words. */
static int read_attrs(struct reader *r, const struct attr *attrs, uint32_t *words, bool *kflag)
{
	for (skip_space(r); r->p < r->end && *r->p != '('; skip_space(r)) {
		const char *key = r->p;
		size_t len = word_len(r);
		const struct attr *a = find_attr(attrs, key, len);
		uint64_t v = 0;
		int err;

		if (!a)
			return fail(r->d, at(r, key), -EINVAL, "%s has no '%.*s'",
				    btf_kinds[r->kind].name, (int)len, key);
		r->p += len;
		if (r->p >= r->end || *r->p++ != '=')
			return fail(r->d, at(r, r->p), -EINVAL, "expected = behind %s", a->key);
		err = read_value(r, a, &v);
		if (err)
			return err;
		if (a->flags & ATTR_COUNT) {
			r->count = (uint32_t)v;
			continue;
		}
		words[a->word] |= (uint32_t)v << a->shift;
		if (a->bits == 64)
			words[a->word + 1] = (uint32_t)(v >> 32);
		if (a->flags & ATTR_NARROW && v >> 24)
			r->wide = 1;
		if (a->flags & ATTR_FLAGGED && v)
			*kflag = true;
	}
	return 0;
}

static uint32_t read_count(const struct reader *r)
{
	return btf_vlen(btf_build_type(r->out, btf_next_id(r->out) - 1));
}

/* Before the next record begins, or at the end. */
static int end_record(struct reader *r)
{
	const struct btf_type *t;

	if (!r->kind)
		return 0;
	t = btf_build_type(r->out, btf_next_id(r->out) - 1);
	if (r->wide && btf_kflag(t))
		return fail(r->d, at(r, r->line), -ERANGE,
			    "bits_offset of a struct with bitfields does not fit 24 bits");
	if (r->count != UINT32_MAX && *btf_kinds[r->kind].each && r->count != btf_vlen(t))
		return fail(r->d, at(r, r->line), -EINVAL,
			    "%s has vlen=%u, but %u lines before this", btf_kinds[r->kind].name,
			    r->count, btf_vlen(t));
	return 0;
}

static int read_id(struct reader *r)
{
	const char *start = r->p;
	uint32_t want = btf_next_id(r->out);
	uint64_t id = 0;

	if (*r->p != '[')
		return 0;
	for (r->p++; r->p < r->end && isdigit((unsigned char)*r->p) && id <= UINT32_MAX; r->p++)
		id = id * 10 + (uint64_t)(*r->p - '0');
	if (r->p >= r->end || *r->p != ']')
		return fail(r->d, at(r, start), -EINVAL, "expected a type id in []");
	if (id != want)
		return fail(r->d, at(r, start), -EINVAL, "expected type [%u] here", want);
	r->p++;
	skip_space(r);
	return 0;
}

static int read_kind(struct reader *r)
{
	size_t len = word_len(r);

	for (uint32_t k = 1; k < NR_BTF_KINDS; k++)
		if (strlen(btf_kinds[k].name) == len && !memcmp(btf_kinds[k].name, r->p, len)) {
			r->kind = k;
			r->p += len;
			return 0;
		}
	return fail(r->d, at(r, r->p), -EINVAL, "expected a kind of type, got '%.*s'", (int)len,
		    r->p);
}

static int read_record(struct reader *r)
{
	const struct btf_kind_desc *k;
	uint32_t words[6] = {0};
	bool kflag = false;
	int err = end_record(r);

	if (!err)
		err = read_id(r);
	if (!err)
		err = read_kind(r);
	if (!err)
		err = read_name(r);
	if (err)
		return err;
	k = &btf_kinds[r->kind];
	r->count = UINT32_MAX;
	r->wide = 0;
	err = read_attrs(r, kind_attrs[r->kind], words, &kflag);
	if (err)
		return err;
	btf_add_record(r->out, strbuf_str(&r->name), words[1] | btf_info(r->kind, 0, 0), words[2]);
	for (size_t i = 0; i < strlen(k->fixed); i++)
		btf_add_word(r->out, words[3 + i]);
	return 0;
}

static int read_member(struct reader *r)
{
	const struct btf_kind_desc *k = &btf_kinds[r->kind];
	uint32_t words[4] = {0};
	bool kflag = false;
	int err = 0;

	if (!r->kind || !*k->each)
		return fail(r->d, at(r, r->p), -EINVAL, "expected a record, [%u] KIND 'name' ...",
			    btf_next_id(r->out));
	if (member_has_name(r->kind)) {
		err = read_name(r);
		words[0] = err ? 0 : btf_add_str(r->out, strbuf_str(&r->name));
	}
	if (!err)
		err = read_attrs(r, member_attrs[r->kind], words, &kflag);
	if (err)
		return err;
	if (read_count(r) == BTF_MAX_VLEN)
		return fail(r->d, at(r, r->line), -E2BIG, "more than %u members", BTF_MAX_VLEN);
	for (size_t i = 0; i < strlen(k->each); i++)
		btf_add_word(r->out, words[i]);
	btf_build_type(r->out, btf_next_id(r->out) - 1)->info += 1;
	if (kflag)
		btf_build_type(r->out, btf_next_id(r->out) - 1)->info |= btf_info(0, true, 0);
	return 0;
}

int btf_text_parse(const char *text, size_t len, const struct loc *loc, struct diag *d,
		   struct btf_build *out)
{
	struct reader r = {.next = text, .text_end = text + len, .loc = *loc, .d = d, .out = out};
	int err = 0;

	r.loc.line--;
	while (!err && next_line(&r)) {
		skip_space(&r);
		if (r.p >= r.end)
			continue;
		err = *r.p == '[' || isupper((unsigned char)*r.p) ? read_record(&r)
								  : read_member(&r);
	}
	if (!err)
		err = end_record(&r);
	strbuf_free(&r.name);
	return err;
}

int btf_text_parse_strings(const char *text, size_t len, const struct loc *loc, struct arena *a,
			   struct diag *d, struct btf_strings *out)
{
	struct reader r = {.next = text, .text_end = text + len, .loc = *loc, .d = d};
	int err = 0;

	r.loc.line--;
	while (!err && next_line(&r))
		for (skip_space(&r); r.p < r.end && !err; skip_space(&r)) {
			err = read_quoted(&r, '"');
			if (!err)
				*vec_add(out) = arena_strdup(a, strbuf_str(&r.name));
		}
	strbuf_free(&r.name);
	return err;
}
