#include "core/packet/build.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>

#include "core/packet/local.h"

int build_fail(struct builder *b, const char *at, const char *fmt, ...)
{
	struct loc loc = {.file = "packet", .line = 1, .text = b->text};
	struct strbuf msg = {0};
	va_list ap;

	/* Defaults are not part of the text. */
	if (at >= b->text && at <= b->text + strlen(b->text))
		loc.col = (uint32_t)(at - b->text) + 1;
	va_start(ap, fmt);
	strbuf_vaddf(&msg, fmt, ap);
	va_end(ap);
	fail(b->d, &loc, -EINVAL, "%s", strbuf_str(&msg));
	strbuf_free(&msg);
	return -EINVAL;
}

static void skip_space(struct builder *b)
{
	while (isspace((unsigned char)*b->p))
		b->p++;
}

static bool accept(struct builder *b, char c)
{
	skip_space(b);
	if (*b->p != c)
		return false;
	b->p++;
	return true;
}

static struct word read_name(struct builder *b)
{
	struct word w = {b->p, 0};

	while (isalnum((unsigned char)w.s[w.len]) || w.s[w.len] == '_')
		w.len++;
	b->p += w.len;
	return w;
}

/* Up to the comma or bracket that ends it. */
static struct word read_value(struct builder *b)
{
	struct word w = {b->p, strcspn(b->p, ",)")};

	b->p += w.len;
	while (w.len && isspace((unsigned char)w.s[w.len - 1]))
		w.len--;
	return w;
}

static int unknown_field(struct builder *b, const struct layer_desc *desc, struct word name)
{
	struct strbuf all = {0};
	int err;

	for (uint32_t i = 0; i < desc->nfields; i++)
		strbuf_addf(&all, "%s%s", i ? ", " : "", desc->fields[i].name);
	err = build_fail(b, name.s, "%s has no field '%.*s'; it has: %s", desc->name, (int)name.len,
			 name.s, strbuf_str(&all));
	strbuf_free(&all);
	return err;
}

/* field=value; a name alone is 1 */
static int read_field(struct builder *b, const struct layer_desc *desc, struct word *given)
{
	static const struct word one = {"1", 1};
	struct word name;
	uint32_t i = 0;

	skip_space(b);
	name = read_name(b);
	while (i < desc->nfields && !word_is(name, desc->fields[i].name))
		i++;
	if (i == desc->nfields)
		return unknown_field(b, desc, name);
	if (given[i].s)
		return build_fail(b, name.s, "%s is said twice", desc->fields[i].name);
	given[i] = one;
	if (accept(b, '=')) {
		skip_space(b);
		given[i] = read_value(b);
	}
	return 0;
}

static int read_fields(struct builder *b, const struct layer_desc *desc, struct word *given)
{
	if (!accept(b, '('))
		return 0;
	while (!accept(b, ')')) {
		int err = read_field(b, desc, given);

		if (err)
			return err;
		if (!accept(b, ',') && *b->p != ')')
			return build_fail(b, b->p, "expected ',' or ')'");
	}
	return 0;
}

static struct word default_of(const struct layer_field *f)
{
	return (struct word){f->init, f->init ? strlen(f->init) : 0};
}

static int add_tail(struct builder *b, const struct built *l, const struct layer_field *f,
		    struct word w)
{
	int err;

	if (!w.s)
		return 0;
	if (f->flag)
		layer_set_bits(built_header(b, l), 0, 16,
			       layer_bits(built_header(b, l), 0, 16) | f->flag);
	err = value_add(b, f, w);
	while (!err && f->pad > 1 && (b->b.len - l->off) % f->pad)
		strbuf_addch(&b->b, '\0');
	return err;
}

static int add_layer(struct builder *b, const struct layer_desc *desc, const struct word *given)
{
	static const uint8_t zeroes[64];
	struct built *l = &b->v[b->n];
	int err = 0;

	if (b->n == LAYERS_MAX)
		return build_fail(b, b->p, "more than %d layers", LAYERS_MAX);
	*l = (struct built){.desc = desc, .off = (uint32_t)b->b.len};
	strbuf_addmem(&b->b, zeroes, desc->size);
	for (uint32_t i = 0; i < desc->nfields && !err; i++) {
		const struct layer_field *f = &desc->fields[i];
		struct word w = given[i].s ? given[i] : default_of(f);

		l->given |= (uint32_t)(given[i].s != NULL) << i;
		if (f->flag || !f->bits)
			err = add_tail(b, l, f, w);
		else
			err = value_set(b, desc, f, w, built_header(b, l));
	}
	l->len = (uint32_t)b->b.len - l->off;
	b->n++;
	return err;
}

/* What is written without its link layer gets the default one. */
static int add_first(struct builder *b, const struct layer_desc *desc, const char *at)
{
	static const struct word none[FIELDS_MAX];
	enum layer_id id = (enum layer_id)(desc - layer_descs);

	if (id == LAYER_ETH)
		return 0;
	if (layer_number(NUMBERING_ETHERTYPE, id) < 0)
		return build_fail(b, at, "a packet begins with eth or what eth carries, not %s",
				  desc->name);
	return add_layer(b, &layer_descs[LAYER_ETH], none);
}

/* zero(N) and pad(N) */
static int add_sized(struct builder *b, struct word name)
{
	bool is_pad = word_is(name, "pad");
	uint64_t n;
	int err;

	if (!accept(b, '('))
		return build_fail(b, b->p, "expected '(' and how many bytes");
	err = value_number(b, read_value(b), BUILT_MAX, &n);
	if (err)
		return err;
	if (!accept(b, ')'))
		return build_fail(b, b->p, "expected ')'");
	for (b->padded = is_pad ? n : 0; !is_pad && n--;)
		strbuf_addch(&b->b, '\0');
	return 0;
}

static int add_named(struct builder *b)
{
	struct word given[FIELDS_MAX] = {{NULL}}, name = read_name(b);
	const struct layer_desc *desc = layer_by_name(name.s, name.len);
	const char *names[LAYER_COUNT], *near;
	char word[16] = "";
	int err;

	if (word_is(name, "zero") || word_is(name, "pad"))
		return add_sized(b, name);
	if (!desc) {
		for (size_t i = 0; i < LAYER_COUNT; i++)
			names[i] = layer_descs[i].name;
		memcpy(word, name.s, min(name.len, sizeof(word) - 1));
		near = nearest_name(word, names, LAYER_COUNT);
		return build_fail(b, name.s, "no layer '%.*s'%s%s%s", (int)name.len, name.s,
				  near ? "; did you mean '" : "", near ? near : "",
				  near ? "'?" : "");
	}
	err = read_fields(b, desc, given);
	if (!err && !b->n)
		err = add_first(b, desc, name.s);
	return err ? err : add_layer(b, desc, given);
}

static int add_text(struct builder *b)
{
	static const char escapes[] = "n\nr\rt\t0\0\\\\\"\"";
	const char *first = b->p++;

	for (; *b->p != '"'; b->p++) {
		const char *e = NULL;

		if (!*b->p)
			return build_fail(b, first, "the text has no end");
		if (*b->p != '\\') {
			strbuf_addch(&b->b, *b->p);
			continue;
		}
		b->p++;
		if (*b->p == 'x' && isxdigit((unsigned char)b->p[1]) &&
		    isxdigit((unsigned char)b->p[2])) {
			const struct layer_field bytes = {.format = FORMAT_BYTES};

			value_add(b, &bytes, (struct word){b->p + 1, 2});
			b->p += 2;
			continue;
		}
		for (size_t i = 0; i < sizeof(escapes) - 1 && !e; i += 2)
			e = *b->p && escapes[i] == *b->p ? &escapes[i + 1] : NULL;
		if (!e)
			return build_fail(b, b->p, "no such escape");
		strbuf_addch(&b->b, *e);
	}
	b->p++;
	return 0;
}

static int add_hex(struct builder *b)
{
	const struct layer_field bytes = {.format = FORMAT_BYTES};
	struct word w = read_name(b);

	return value_add(b, &bytes, w);
}

static int add_part(struct builder *b)
{
	skip_space(b);
	if (b->padded)
		return build_fail(b, b->p, "nothing follows pad()");
	if (*b->p == '"')
		return add_text(b);
	if (b->p[0] == '0' && b->p[1] == 'x')
		return add_hex(b);
	return add_named(b);
}

static int build(struct builder *b)
{
	int err;

	do
		err = add_part(b);
	while (!err && b->b.len <= BUILT_MAX && accept(b, '/'));
	if (err)
		return err;
	if (b->b.len > BUILT_MAX)
		return build_fail(b, b->p, "a packet has at most %d bytes", BUILT_MAX);
	skip_space(b);
	if (*b->p)
		return build_fail(b, b->p, "expected '/' and another layer");
	fill_layers(b);
	while (b->b.len < b->padded)
		strbuf_addch(&b->b, '\0');
	return 0;
}

int packet_build(const char *text, struct arena *a, struct diag *d, struct bytes *out)
{
	struct builder b = {.text = text, .p = text, .d = d};
	int err = build(&b);

	if (!err)
		*out = (struct bytes){arena_memdup(a, strbuf_str(&b.b), b.b.len), b.b.len};
	strbuf_free(&b.b);
	return err;
}
