/*
 * C declarations become BTF. Types are found again by keys in one table: "pair_t" for words,
 * "struct pair" for what has a tag, "*7" for a pointer to [7], "7[4]" for an array of it, "const
 * 7".
 */
#include "asm/btf.h"

#include <ctype.h>

#include "core/obj/prog_type.h"

#define MAX_DEPTH 16

static const struct {
	const char *name;
	uint8_t size, encoding;
} ints[] = {
	{"char", 1, BTF_INT_SIGNED},   {"signed char", 1, BTF_INT_SIGNED},
	{"unsigned char", 1, 0},       {"short", 2, BTF_INT_SIGNED},
	{"unsigned short", 2, 0},      {"int", 4, BTF_INT_SIGNED},
	{"unsigned int", 4, 0},	       {"long", 8, BTF_INT_SIGNED},
	{"unsigned long", 8, 0},       {"long long", 8, BTF_INT_SIGNED},
	{"unsigned long long", 8, 0},  {"__int128", 16, BTF_INT_SIGNED},
	{"unsigned __int128", 16, 0},  {"_Bool", 1, BTF_INT_BOOL},
	{"__ARRAY_SIZE_TYPE__", 4, 0},
};

/* Words that everybody who writes BPF knows. */
static const struct {
	const char *name, *type;
} typedefs[] = {
	{"u8", "unsigned char"},
	{"s8", "signed char"},
	{"u16", "unsigned short"},
	{"s16", "short"},
	{"u32", "unsigned int"},
	{"s32", "int"},
	{"u64", "unsigned long long"},
	{"s64", "long long"},
	{"__u8", "unsigned char"},
	{"__s8", "signed char"},
	{"__u16", "unsigned short"},
	{"__s16", "short"},
	{"__u32", "unsigned int"},
	{"__s32", "int"},
	{"__u64", "unsigned long long"},
	{"__s64", "long long"},
	{"__be16", "__u16"},
	{"__le16", "__u16"},
	{"__be32", "__u32"},
	{"__le32", "__u32"},
	{"__be64", "__u64"},
	{"__le64", "__u64"},
	{"__wsum", "__u32"},
	{"__sum16", "__u16"},
	{"uint8_t", "unsigned char"},
	{"int8_t", "signed char"},
	{"uint16_t", "unsigned short"},
	{"int16_t", "short"},
	{"uint32_t", "unsigned int"},
	{"int32_t", "int"},
	{"uint64_t", "unsigned long"},
	{"int64_t", "long"},
	{"size_t", "unsigned long"},
	{"pid_t", "int"},
	{"bool", "_Bool"},
};

/* ---- the table ---- */

int btf_set_name(struct assembler *a, const char *key, uint32_t id, const struct loc *loc)
{
	if (!strmap_put(&asm_btf(a)->types, key, id))
		return fail(a->d, loc, -EEXIST, "'%s' is already declared", key);
	return 0;
}

/* The type with this key; when it is new, its id is to be put where the result points. */
static uint64_t *slot(struct assembler *a, const char *key)
{
	struct strmap *types = &asm_btf(a)->types;

	if (!strmap_get(types, key))
		strmap_put(types, key, 0);
	return strmap_get(types, key);
}

uint32_t btf_pointer_to(struct assembler *a, uint32_t id)
{
	uint64_t *known = slot(a, arena_printf(a->arena, "*%u", id));

	if (!*known)
		*known = btf_add_ref(&asm_btf(a)->b, BTF_KIND_PTR, "", id);
	return (uint32_t)*known;
}

static uint32_t qualified(struct assembler *a, uint32_t kind, const char *word, uint32_t id)
{
	uint64_t *known = slot(a, arena_printf(a->arena, "%s %u", word, id));

	if (!*known)
		*known = btf_add_ref(&asm_btf(a)->b, kind, "", id);
	return (uint32_t)*known;
}

uint32_t btf_array_of(struct assembler *a, uint32_t id, uint32_t n)
{
	uint32_t index = btf_named(a, "__ARRAY_SIZE_TYPE__");
	uint64_t *known = slot(a, arena_printf(a->arena, "%u[%u]", id, n));

	if (!*known)
		*known = btf_add_array(&asm_btf(a)->b, id, index, n);
	return (uint32_t)*known;
}

uint32_t btf_named(struct assembler *a, const char *name)
{
	struct btf_build *b = &asm_btf(a)->b;
	uint64_t *known = strmap_get(&asm_btf(a)->types, name);
	uint32_t id = 0;

	if (known)
		return (uint32_t)*known;
	for (size_t i = 0; i < ARRAY_SIZE(ints) && !id; i++)
		if (strcmp(ints[i].name, name) == 0)
			id = btf_add_int(b, ints[i].name, ints[i].size, ints[i].encoding);
	for (size_t i = 0; i < ARRAY_SIZE(typedefs) && !id; i++)
		if (strcmp(typedefs[i].name, name) == 0)
			id = btf_add_ref(b, BTF_KIND_TYPEDEF, name, btf_named(a, typedefs[i].type));
	if (!id && (strcmp(name, "float") == 0 || strcmp(name, "double") == 0))
		id = btf_add_float(b, name, *name == 'f' ? 4 : 8);
	if (id)
		strmap_put(&asm_btf(a)->types, arena_strdup(a->arena, name), id);
	return id;
}

uint32_t btf_struct_named(struct assembler *a, const char *keyword, const char *name)
{
	struct asm_btf *btf = asm_btf(a);
	const char *key = arena_printf(a->arena, "%s %s", keyword, name);
	uint64_t *known = strmap_get(&btf->types, key);

	if (known)
		return (uint32_t)*known;
	known = slot(a, arena_printf(a->arena, "?%s", key));
	if (!*known) {
		*known = BTF_WANTED + btf->wanted.n;
		*vec_add(&btf->wanted) = (struct btf_wanted){keyword, name};
	}
	return (uint32_t)*known;
}

/* The kernel knows a context by its struct's name, but not behind a forward declaration. */
static bool is_context(const char *name)
{
	for (uint32_t type = 0; type < PROG_TYPE_COUNT; type++)
		if (*name && strcmp(prog_type_ctx(type), name) == 0)
			return true;
	return false;
}

static uint32_t settled(void *arg, uint32_t id)
{
	const uint32_t *ids = arg;

	return id < BTF_WANTED ? id : ids[id - BTF_WANTED];
}

void btf_settle(struct assembler *a)
{
	struct asm_btf *btf = asm_btf(a);
	uint32_t *ids = arena_array(a->arena, uint32_t, btf->wanted.n + 1);

	for (size_t i = 0; i < btf->wanted.n; i++) {
		const struct btf_wanted *w = &btf->wanted.v[i];
		uint64_t *known = strmap_get(&btf->types,
					     arena_printf(a->arena, "%s %s", w->keyword, w->name));

		if (known)
			ids[i] = (uint32_t)*known;
		else if (*w->keyword == 'e')
			ids[i] = btf_add_enum(&btf->b, w->name, 4, false);
		else if (is_context(w->name))
			ids[i] = btf_add_struct(&btf->b, w->name, *w->keyword == 'u', 0);
		else
			ids[i] = btf_add_fwd(&btf->b, w->name, *w->keyword == 'u');
	}
	btf_map_ids(&btf->b, settled, ids);
	vec_each(&btf->core_relos, c)
		c->type_id = settled(ids, c->type_id);
	vec_free(&btf->wanted);
}

/* ---- base types ---- */

static int parse_body(struct assembler *a, const char *name, bool is_union, bool packed, int depth,
		      uint32_t *id);
static int parse_decl(struct assembler *a, struct ctype *out, int depth);

/* The word at the cursor; empty when there is none. */
static const char *peek_word(struct assembler *a)
{
	size_t n = 0;

	skip_spaces(a);
	if (a->p < a->end && is_word_start(*a->p))
		while (a->p + n < a->end && is_word_char(a->p[n]))
			n++;
	return arena_strndup(a->arena, a->p, n);
}

/* unsigned, long and their like in any order, as C has it: to the name of an int. */
struct int_words {
	unsigned int is_unsigned, is_signed, is_char, is_short, is_int, longs, is_128;
};

static bool take_int_word(struct int_words *w, const char *word)
{
	struct {
		const char *word;
		unsigned int *count;
	} words[] = {
		{"unsigned", &w->is_unsigned}, {"signed", &w->is_signed}, {"char", &w->is_char},
		{"short", &w->is_short},       {"int", &w->is_int},	  {"long", &w->longs},
		{"__int128", &w->is_128},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i].word, word) == 0) {
			++*words[i].count;
			return true;
		}
	return false;
}

static const char *int_name(struct assembler *a, const struct int_words *w)
{
	const char *size = w->is_char	  ? "char"
			   : w->is_short  ? "short"
			   : w->longs > 1 ? "long long"
			   : w->longs	  ? "long"
			   : w->is_128	  ? "__int128"
					  : "int";

	if (w->is_unsigned || (w->is_char && w->is_signed))
		return arena_printf(a->arena, "%s %s", w->is_unsigned ? "unsigned" : "signed",
				    size);
	return size;
}

static int parse_tagged(struct assembler *a, const char *keyword, int depth, uint32_t *id)
{
	const char *name;
	int err;

	if (*keyword != 'e' && accept(a, "{"))
		return parse_body(a, "", *keyword == 'u', false, depth + 1, id);
	err = parse_name(a, "a tag", &name);
	if (!err)
		*id = btf_struct_named(a, keyword, name);
	return err;
}

static int fail_unknown_type(struct assembler *a, const struct loc *loc, const char *word)
{
	const char *names[ARRAY_SIZE(ints) + ARRAY_SIZE(typedefs)], *near;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ints); i++)
		names[n++] = ints[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(typedefs); i++)
		names[n++] = typedefs[i].name;
	if (!*word)
		return fail(a->d, loc, -EINVAL, "expected a type");
	near = nearest_name(word, names, n);
	return fail(a->d, loc, -EINVAL, "unknown type '%s'%s%s%s", word,
		    near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Qualifiers and the base type they belong to. */
static int parse_base_type(struct assembler *a, int depth, struct ctype *out)
{
	struct int_words w = {0};
	bool is_int = false, is_volatile = false, done = false;
	const char *word = "";
	struct loc loc = here(a);
	int err = 0;

	while (!err) {
		word = peek_word(a);
		if (strcmp(word, "const") == 0) {
			out->is_const = true;
		} else if (strcmp(word, "volatile") == 0) {
			is_volatile = true;
		} else if (!done && take_int_word(&w, word)) {
			is_int = true;
		} else if (!done && !is_int && *word) {
			loc = here(a);
			done = true;
			if (strcmp(word, "struct") == 0 || strcmp(word, "union") == 0 ||
			    strcmp(word, "enum") == 0) {
				a->p += strlen(word);
				err = parse_tagged(a, word, depth, &out->id);
				continue;
			}
			out->id = btf_named(a, word);
			if (!out->id && strcmp(word, "void") != 0)
				return fail_unknown_type(a, &loc, word);
		} else {
			break;
		}
		a->p += strlen(word);
	}
	if (err)
		return err;
	if (!is_int && !done)
		return fail_unknown_type(a, &loc, word);
	if (is_int)
		out->id = btf_named(a, int_name(a, &w));
	if (is_volatile)
		out->id = qualified(a, BTF_KIND_VOLATILE, "volatile", out->id);
	if (out->is_const)
		out->id = qualified(a, BTF_KIND_CONST, "const", out->id);
	return 0;
}

/* ---- declarators ---- */

static void parse_pointers(struct assembler *a, uint32_t *id)
{
	while (accept(a, "*")) {
		*id = btf_pointer_to(a, *id);
		for (;;) {
			if (accept_word(a, "const"))
				*id = qualified(a, BTF_KIND_CONST, "const", *id);
			else if (accept_word(a, "volatile"))
				*id = qualified(a, BTF_KIND_VOLATILE, "volatile", *id);
			else if (accept_word(a, "restrict"))
				*id = qualified(a, BTF_KIND_RESTRICT, "restrict", *id);
			else
				break;
		}
	}
}

/* [2][3] is an array of two arrays of three. */
static int parse_dimensions(struct assembler *a, uint32_t *id, int depth)
{
	struct loc loc = here(a);
	int64_t n = 0;
	int err = 0;

	if (!accept(a, "["))
		return 0;
	if (depth > MAX_DEPTH)
		return fail(a->d, &loc, -EINVAL, "more than %d dimensions", MAX_DEPTH);
	if (!accept(a, "]")) {
		err = parse_abs(a, &n);
		if (!err && (n < 0 || n > UINT32_MAX))
			err = fail(a->d, &loc, -ERANGE, "an array of %lld", (long long)n);
		if (!err)
			err = expect(a, "]");
	}
	if (!err)
		err = parse_dimensions(a, id, depth + 1);
	if (!err)
		*id = btf_array_of(a, *id, (uint32_t)n);
	return err;
}

static int parse_params(struct assembler *a, uint32_t ret, bool named, int depth, uint32_t *proto);

/* (*name)(params) */
static int parse_func_pointer(struct assembler *a, struct ctype *out, int depth)
{
	uint32_t proto;
	int err = expect(a, "*");

	if (err)
		return err;
	out->loc = here(a);
	out->name = peek_word(a);
	a->p += strlen(out->name);
	err = expect(a, ")");
	if (!err)
		err = expect(a, "(");
	if (!err)
		err = parse_params(a, out->id, false, depth + 1, &proto);
	if (!err)
		out->id = btf_pointer_to(a, proto);
	return err;
}

static int parse_decl(struct assembler *a, struct ctype *out, int depth)
{
	int64_t bits;
	int err;

	*out = (struct ctype){.name = "", .loc = here(a)};
	if (depth > MAX_DEPTH)
		return fail(a->d, &out->loc, -EINVAL, "more than %d types inside each other",
			    MAX_DEPTH);
	err = parse_base_type(a, depth, out);
	if (err)
		return err;
	parse_pointers(a, &out->id);
	if (accept(a, "("))
		return parse_func_pointer(a, out, depth);
	if (*peek_word(a)) {
		out->loc = here(a);
		out->name = peek_word(a);
		a->p += strlen(out->name);
	}
	err = parse_dimensions(a, &out->id, 0);
	if (err || !accept(a, ":"))
		return err;
	err = parse_abs(a, &bits);
	if (!err && (bits < 1 || bits > 64))
		err = fail(a->d, &out->loc, -ERANGE, "a bitfield of %lld bits", (long long)bits);
	out->bits = err ? 0 : (uint32_t)bits;
	return err;
}

int parse_ctype(struct assembler *a, struct ctype *out)
{
	return parse_decl(a, out, 0);
}

/* Behind the opening parenthesis. named: the kernel wants names for a function's own parameters. */
static int parse_params(struct assembler *a, uint32_t ret, bool named, int depth, uint32_t *proto)
{
	struct btf_build *b = &asm_btf(a)->b;
	VEC(struct ctype) params = {0};
	int err = 0;

	while (!err && !accept(a, ")")) {
		struct ctype p = {.name = ""};

		if (params.n)
			err = expect(a, ",");
		if (!err && !accept(a, "..."))
			err = parse_decl(a, &p, depth + 1);
		if (!err && !params.n && !p.id && !*p.name && accept(a, ")"))
			break; /* (void) */
		if (named && p.id && !*p.name)
			p.name = arena_printf(a->arena, "arg%zu", params.n + 1);
		vec_push(&params, p);
	}
	if (!err) {
		*proto = btf_add_func_proto(b, ret);
		vec_each(&params, p)
			btf_add_param(b, p->name, p->id);
	}
	vec_free(&params);
	return err;
}

int parse_proto(struct assembler *a, uint32_t *proto)
{
	struct ctype ret = {0};
	int err = expect(a, "(");

	if (!err)
		err = parse_params(a, 0, true, 0, proto);
	if (err || !accept(a, "->"))
		return err;
	err = parse_ctype(a, &ret);
	if (!err && *ret.name)
		err = fail(a->d, &ret.loc, -EINVAL, "expected a type, got the name '%s'", ret.name);
	btf_build_type(&asm_btf(a)->b, *proto)->type = ret.id;
	return err;
}

/* ---- structs ---- */

struct member {
	struct ctype type;
	uint64_t bit;
};

/* A struct while its members come. */
struct body {
	VEC(struct member) members;
	uint64_t end;	/* bits so far; of a union, its longest member */
	uint32_t align; /* bytes */
	bool is_union, packed, has_bitfields;
};

/*
 * Lines go on until the brace closes: moves to the next one where this one ends. -ENOENT when that
 * is a directive, or there is none; the directive is left to be read.
 */
static int next_in_braces(struct assembler *a, const struct loc *open)
{
	struct source *src = a->src;

	a->end = a->eol;
	while (at_end(a)) {
		if (!next_line_here(a))
			return fail(a->d, open, -ENOENT, "no closing '}'");
		a->end = a->eol;
		if (!at_end(a) && *a->p == '.' && is_word_start(a->p[1])) {
			src->next = (size_t)(a->line - src->clean);
			src->line--;
			a->p = a->end;
			return fail(a->d, open, -ENOENT, "no closing '}'");
		}
	}
	return 0;
}

/* C's layout, as clang does it for BPF. */
static int place_member(struct assembler *a, struct body *s, const struct ctype *type)
{
	struct btf view = btf_build_view(&asm_btf(a)->b);
	int64_t size = btf_size(&view, type->id);
	int align = s->packed ? 1 : btf_align(&view, type->id);
	uint64_t at = s->is_union ? 0 : s->end, bits;

	if (size < 0 || align < 0)
		return fail(a->d, &type->loc, -EINVAL, "'%s' has a type without a size",
			    type->name);
	if (type->bits > (uint64_t)size * 8)
		return fail(a->d, &type->loc, -ERANGE, "%u bits in a type of %lld bytes",
			    type->bits, (long long)size);
	bits = type->bits ? type->bits : (uint64_t)size * 8;
	if (!type->bits)
		at = round_up(at, 8 * (uint64_t)align);
	else if (!s->packed && at / (8 * (uint64_t)size) != (at + bits - 1) / (8 * (uint64_t)size))
		at = (at / (8 * (uint64_t)size) + 1) * 8 * (uint64_t)size;
	s->has_bitfields |= type->bits != 0;
	if (at + bits > 8ull * UINT32_MAX || (s->has_bitfields && (at + bits) >> 24) ||
	    s->members.n == BTF_MAX_VLEN)
		return fail(a->d, &type->loc, -E2BIG, "the struct is too large");
	vec_push(&s->members, ((struct member){*type, at}));
	s->end = max(s->end, at + bits);
	s->align = max(s->align, (uint32_t)align);
	return 0;
}

static int parse_members(struct assembler *a, struct body *s, const struct loc *open, int depth)
{
	int err = next_in_braces(a, open);

	while (!err && !accept(a, "}")) {
		struct ctype type;

		err = parse_decl(a, &type, depth);
		if (!err)
			err = place_member(a, s, &type);
		if (!err && !at_end(a) && !accept(a, ";") && !accept(a, ",") && *a->p != '}')
			err = expect(a, ";");
		while (!err && accept(a, ";"))
			;
		if (!err)
			err = next_in_braces(a, open);
	}
	return err;
}

/* Behind the opening brace. */
static int parse_body(struct assembler *a, const char *name, bool is_union, bool packed, int depth,
		      uint32_t *id)
{
	struct btf_build *b = &asm_btf(a)->b;
	struct body s = {.align = 1, .is_union = is_union, .packed = packed};
	struct loc open = loc_at(a, a->p - 1, 1);
	int err = parse_members(a, &s, &open, depth);

	if (!err) {
		uint64_t size = round_up((s.end + 7) / 8, s.align);

		*id = btf_add_struct(b, name, is_union, (uint32_t)size);
		vec_each(&s.members, m)
			btf_add_member(b, m->type.name, m->type.id, (uint32_t)m->bit, m->type.bits);
	}
	vec_free(&s.members);
	return err;
}

/* Where the statement goes on behind a brace that another line opened. */
static void end_braces(struct assembler *a, const char *first_eol)
{
	if (a->eol != first_eol) {
		accept(a, ";");
		return;
	}
	skip_spaces(a);
	if (a->p < a->eol && *a->p == ';')
		a->end = a->p;
}

/* After an error: behind the brace, so that one mistake is one message. */
static void skip_braces(struct assembler *a, int err)
{
	int depth = err == -ENOENT ? 0 : 1;

	while (depth) {
		for (a->end = a->eol; a->p < a->eol && depth; a->p++)
			depth += *a->p == '{' ? 1 : *a->p == '}' ? -1 : 0;
		if (depth && !next_line_here(a))
			break;
	}
	a->p = a->end = a->eol;
}

int parse_struct(struct assembler *a, bool is_union)
{
	const char *keyword = is_union ? "union" : "struct", *name, *eol = a->eol;
	bool packed = accept_word(a, "packed");
	struct loc loc = here(a);
	uint32_t id = 0;
	int err = parse_name(a, "a tag", &name);

	if (!err)
		err = expect(a, "{");
	if (err)
		return err;
	err = parse_body(a, name, is_union, packed, 0, &id);
	if (err) {
		skip_braces(a, err);
		return err;
	}
	end_braces(a, eol);
	return btf_set_name(a, arena_printf(a->arena, "%s %s", keyword, name), id, &loc);
}

struct enum_value {
	const char *name;
	int64_t value;
};

static int parse_enum_value(struct assembler *a, struct enum_value *v)
{
	struct loc loc = here(a);
	int err = parse_name(a, "a name", &v->name);

	if (!err && accept(a, "="))
		err = parse_abs(a, &v->value);
	if (!err)
		err = define_equate(a, v->name, expr_num(a, v->value, &loc), false, &loc);
	if (!err && !at_end(a) && !accept(a, ",") && !accept(a, ";") && *a->p != '}')
		err = expect(a, ",");
	return err;
}

int parse_enum(struct assembler *a)
{
	struct btf_build *b = &asm_btf(a)->b;
	VEC(struct enum_value) values = {0};
	struct enum_value v = {.value = 0};
	struct loc loc = here(a), open;
	bool negative = false, wide = false;
	const char *name, *eol = a->eol;
	uint32_t id;
	int err = parse_name(a, "a tag", &name);

	open = here(a);
	if (!err)
		err = expect(a, "{");
	if (err)
		return err;
	err = next_in_braces(a, &open);
	while (!err && !accept(a, "}")) {
		err = parse_enum_value(a, &v);
		negative |= v.value < 0;
		wide |= v.value < INT32_MIN || v.value > UINT32_MAX;
		vec_push(&values, v);
		v.value = (int64_t)((uint64_t)v.value + 1);
		if (!err && values.n > BTF_MAX_VLEN)
			err = fail(a->d, &loc, -E2BIG, "more than %d values", BTF_MAX_VLEN);
		if (!err)
			err = next_in_braces(a, &open);
	}
	if (!err) {
		id = wide ? btf_add_enum64(b, name, 8, negative)
			  : btf_add_enum(b, name, 4, negative);
		vec_each(&values, e)
			btf_add_value(b, e->name, (uint64_t)e->value);
		end_braces(a, eol);
		err = btf_set_name(a, arena_printf(a->arena, "enum %s", name), id, &loc);
	} else {
		skip_braces(a, err);
	}
	vec_free(&values);
	return err;
}
