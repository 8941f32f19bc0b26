/*
 * C declarators grow from the name outwards: pointers to its left, arrays and parameters to its
 * right, parentheses where a pointer meets one of those; the base type goes in front at last. Types
 * from hostile input may be cyclic or fan out without end, so one text has a budget of steps.
 */
#include "core/btf/print.h"

#define STEPS 20000
#define MAX_NESTING 24 /* of parameters and anonymous structs */

struct printer {
	const struct btf *btf;
	struct btf_names *names; /* NULL: names as they are */
	bool defines;		 /* what has no name is written out where it is used */
	uint32_t steps;
	uint32_t nesting;
	uint32_t indent; /* of the definition at hand */
};

/* A declarator while it grows. */
struct decl {
	struct printer *p;
	struct strbuf text;
	bool ends_in_ptr;	/* a pointer was added last, so () and [] need parentheses */
	const char *mods[4];	/* of the type that comes next */
	uint32_t nmods;
};

static void print_decl(struct printer *p, struct strbuf *b, uint32_t id, const char *name);
static void print_def(struct printer *p, struct strbuf *b, uint32_t id);

static void prepend(struct strbuf *b, const char *s)
{
	struct strbuf old = *b;

	*b = (struct strbuf){0};
	strbuf_add(b, s);
	strbuf_addmem(b, old.s, old.len);
	strbuf_free(&old);
}

/* A word in front of what there is: a space between, unless an array or nothing follows. */
static void prepend_word(struct strbuf *b, const char *s)
{
	if (b->len && b->s[0] != '[')
		prepend(b, " ");
	prepend(b, s);
}

static void wrap(struct decl *d)
{
	if (d->ends_in_ptr) {
		prepend(&d->text, "(");
		strbuf_addch(&d->text, ')');
	}
	d->ends_in_ptr = false;
}

static void add_pointer(struct decl *d)
{
	for (uint32_t i = d->nmods; i-- > 0;)
		prepend_word(&d->text, d->mods[i]);
	d->nmods = 0;
	prepend(&d->text, "*");
	d->ends_in_ptr = true;
}

static void add_mod(struct decl *d, uint32_t kind)
{
	static const char *const words[NR_BTF_KINDS] = {
		[BTF_KIND_CONST] = "const",
		[BTF_KIND_VOLATILE] = "volatile",
		[BTF_KIND_RESTRICT] = "restrict",
		/* a type tag speaks to the verifier, not to C */
	};

	for (uint32_t i = 0; i < d->nmods; i++)
		if (d->mods[i] == words[kind])
			return; /* const of a typedef that is const */
	if (words[kind] && d->nmods < ARRAY_SIZE(d->mods))
		d->mods[d->nmods++] = words[kind];
}

static void add_params(struct decl *d, const struct btf_type *t)
{
	uint32_t n = btf_vlen(t);

	wrap(d);
	d->nmods = 0;
	strbuf_addch(&d->text, '(');
	for (uint32_t i = 0; i < n; i++) {
		const struct btf_param *param = &btf_params(t)[i];
		const char *name = btf_str(d->p->btf, param->name_off);

		strbuf_add(&d->text, i ? ", " : "");
		if (!d->p->steps || d->p->nesting >= MAX_NESTING) {
			strbuf_add(&d->text, "...");
			break;
		}
		if (i == n - 1 && !param->type && !*name)
			strbuf_add(&d->text, "...");
		else
			print_decl(d->p, &d->text, param->type, name);
	}
	strbuf_add(&d->text, n ? ")" : "void)");
}

static const char *keyword(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT:
		return "struct ";
	case BTF_KIND_UNION:
		return "union ";
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return "enum ";
	case BTF_KIND_FWD:
		return btf_kflag(t) ? "union " : "struct ";
	default:
		return "";
	}
}

/* Is this an anonymous struct, union or enum, whose definition can only stand where it is used? */
static bool is_nameless(const struct btf_type *t)
{
	return (btf_is_composite(t) || btf_is_enum(t)) && !t->name_off;
}

static void add_name(const struct printer *p, struct strbuf *b, uint32_t id)
{
	strbuf_add(b, btf_name(p->btf, id));
	if (p->names && p->names->nth[id] > 1)
		strbuf_addf(b, "___%u", p->names->nth[id]);
}

static void add_base(struct decl *d, uint32_t id)
{
	const struct btf_type *t = btf_type(d->p->btf, id);
	struct strbuf base = {0};

	for (uint32_t i = 0; i < d->nmods; i++)
		strbuf_addf(&base, "%s ", d->mods[i]);
	if (d->p->defines && is_nameless(t) && d->p->nesting < MAX_NESTING) {
		print_def(d->p, &base, id);
	} else {
		strbuf_add(&base, keyword(t));
		if (btf_kind(t) == BTF_KIND_UNKN)
			strbuf_add(&base, "void");
		else if (t->name_off)
			add_name(d->p, &base, id);
		else
			strbuf_add(&base, "{...}");
	}
	prepend_word(&d->text, strbuf_str(&base));
	strbuf_free(&base);
}

/* One step from the name towards the base type: the id of the next one, or 0 at the end. */
static uint32_t add_step(struct decl *d, uint32_t id, bool *more)
{
	const struct btf_type *t = btf_type(d->p->btf, id);

	switch (btf_kind(t)) {
	case BTF_KIND_PTR:
		add_pointer(d);
		return t->type;
	case BTF_KIND_ARRAY:
		wrap(d);
		strbuf_addf(&d->text, "[%u]", btf_array(t)->nelems);
		return btf_array(t)->type;
	case BTF_KIND_FUNC_PROTO:
		add_params(d, t);
		return t->type;
	case BTF_KIND_FUNC:
	case BTF_KIND_VAR:
		return t->type;
	default:
		if (btf_is_mod(t)) {
			add_mod(d, btf_kind(t));
			return t->type;
		}
		add_base(d, id);
		*more = false;
		return 0;
	}
}

static void print_decl(struct printer *p, struct strbuf *b, uint32_t id, const char *name)
{
	struct decl d = {.p = p};
	bool more = true;

	p->nesting++;
	strbuf_add(&d.text, name ? name : "");
	for (int depth = 0; more; depth++) {
		if (!p->steps || depth > 2 * BTF_DEPTH_LIMIT) {
			prepend_word(&d.text, "...");
			break;
		}
		p->steps--;
		id = add_step(&d, id, &more);
	}
	strbuf_addmem(b, d.text.s, d.text.len);
	strbuf_free(&d.text);
	p->nesting--;
}

void btf_print_decl(struct strbuf *b, const struct btf *btf, uint32_t id, const char *name)
{
	struct printer p = {.btf = btf, .steps = STEPS};

	print_decl(&p, b, id, name);
}

void btf_print_named_decl(struct strbuf *b, const struct btf *btf, uint32_t id,
			  struct btf_names *names)
{
	struct printer p = {.btf = btf, .names = names, .steps = STEPS};
	bool is_func = btf_kind_of(btf, id) == BTF_KIND_FUNC;

	print_decl(&p, b, id, is_func ? btf_name(btf, id) : NULL);
}

static void add_indent(struct strbuf *b, uint32_t n)
{
	while (n--)
		strbuf_addch(b, '\t');
}

/* ---- members ---- */

/* Where members go: those of a struct one behind the other, as C lays them out. */
struct place {
	bool packed;
	uint32_t align; /* bytes, of the strictest member */
	uint64_t end;	/* bits, of the members so far */
};

static uint32_t align_of(const struct btf *btf, uint32_t id)
{
	int align = btf_align(btf, id);

	return align > 0 ? (uint32_t)align : 1;
}

static struct place place_of(const struct btf *btf, const struct btf_type *t)
{
	struct place at = {.align = 1};

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		uint32_t align = align_of(btf, m->type);

		at.align = max(at.align, align);
		at.packed |= !btf_member_bits(t, m) && btf_member_bit(t, m) % (align * 8);
	}
	at.packed |= t->size % at.align != 0;
	return at;
}

/* Where C would put the next member. */
static uint64_t natural_bit(const struct printer *p, const struct place *at,
			    const struct btf_type *t, const struct btf_member *m)
{
	uint64_t bits = btf_member_bits(t, m), unit = 8;
	int64_t size;

	if (!at->packed && !bits)
		unit = 8 * (uint64_t)align_of(p->btf, m->type);
	if (!bits)
		return (at->end + unit - 1) / unit * unit;
	size = btf_size(p->btf, m->type);
	unit = size > 0 ? 8 * (uint64_t)size : 8;
	if (at->packed || at->end / unit == (at->end + bits - 1) / unit)
		return at->end;
	return (at->end + unit - 1) / unit * unit;
}

/* Bits that no member has, up to a byte's end, and the bytes behind. */
static void print_gap(struct printer *p, struct strbuf *b, uint64_t from, uint64_t to)
{
	uint64_t bits = min(to, (from + 7) / 8 * 8) - from, rest = to - from - bits;

	if (bits) {
		add_indent(b, p->indent);
		strbuf_addf(b, "unsigned char : %u;\n", (unsigned int)bits);
	}
	if (rest / 8) {
		add_indent(b, p->indent);
		strbuf_addf(b, "char __pad%llu[%llu];\n", (unsigned long long)(from + bits) / 8,
			    (unsigned long long)rest / 8);
	}
	if (rest % 8) {
		add_indent(b, p->indent);
		strbuf_addf(b, "unsigned char : %u;\n", (unsigned int)(rest % 8));
	}
}

static void print_member(struct printer *p, struct strbuf *b, const struct btf_type *t,
			 const struct btf_member *m, struct place *at)
{
	uint64_t bit = btf_member_bit(t, m), bits = btf_member_bits(t, m);
	uint64_t whole = 8 * (uint64_t)max(btf_size(p->btf, m->type), 0L);

	if (btf_kind(t) == BTF_KIND_STRUCT && bit > natural_bit(p, at, t, m))
		print_gap(p, b, at->end, bit);
	at->end = max(at->end, bit + (bits ? bits : whole));
	add_indent(b, p->indent);
	print_decl(p, b, m->type, btf_str(p->btf, m->name_off));
	if (bits)
		strbuf_addf(b, " : %u", (unsigned int)bits);
	strbuf_add(b, ";\n");
}

static void print_members(struct printer *p, struct strbuf *b, const struct btf_type *t,
			  struct place *at)
{
	uint64_t unit = at->packed ? 8 : at->align * 8, size = (uint64_t)t->size * 8;

	for (uint32_t i = 0; i < btf_vlen(t) && p->steps; i++) {
		p->steps--;
		print_member(p, b, t, &btf_members(t)[i], at);
	}
	if (btf_kind(t) == BTF_KIND_UNION)
		at->end = at->end < size ? 0 : size;
	if (btf_vlen(t) && (at->end + unit - 1) / unit * unit < size)
		print_gap(p, b, at->end, size);
}

static void print_enum_value(struct printer *p, struct strbuf *b, const struct btf_type *t,
			     uint32_t i)
{
	bool wide = btf_kind(t) == BTF_KIND_ENUM64;
	const char *name = btf_str(p->btf, wide ? btf_enums64(t)[i].name_off
						: btf_enums(t)[i].name_off);
	int64_t v = wide ? (int64_t)btf_enum64_value(&btf_enums64(t)[i]) : btf_enums(t)[i].val;
	uint64_t *seen = p->names ? strmap_get(&p->names->words, name) : NULL;

	add_indent(b, p->indent);
	strbuf_add(b, name);
	if (seen)
		strbuf_addf(b, "___%u", (unsigned int)++*seen);
	else if (p->names)
		strmap_put(&p->names->words, name, 1);
	if (btf_kflag(t) || !wide)
		strbuf_addf(b, " = %lld,\n",
			    btf_kflag(t) ? (long long)v : (long long)(uint32_t)v);
	else
		strbuf_addf(b, " = %lluULL,\n", (unsigned long long)v);
}

/* An enum is an int, unless its declaration says otherwise. */
static void print_enum_size(struct strbuf *b, uint32_t size)
{
	static const char *const modes[] = {[1] = "byte", [2] = "HI", [8] = "DI"};

	if (size < ARRAY_SIZE(modes) && modes[size])
		strbuf_addf(b, " __attribute__((mode(%s)))", modes[size]);
}

static void print_tag(struct printer *p, struct strbuf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(p->btf, id);
	struct place at = {0};

	p->nesting++;
	strbuf_add(b, keyword(t));
	add_name(p, b, id);
	strbuf_add(b, t->name_off ? " {\n" : "{\n");
	p->indent++;
	if (btf_is_enum(t)) {
		for (uint32_t i = 0; i < btf_vlen(t) && p->steps; i++, p->steps--)
			print_enum_value(p, b, t, i);
	} else {
		at = place_of(p->btf, t);
		print_members(p, b, t, &at);
	}
	p->indent--;
	add_indent(b, p->indent);
	strbuf_add(b, at.packed ? "} __attribute__((packed))" : "}");
	if (btf_is_enum(t))
		print_enum_size(b, t->size);
	p->nesting--;
}

static void print_def(struct printer *p, struct strbuf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(p->btf, id);
	struct strbuf name = {0};

	if (btf_is_composite(t) || btf_is_enum(t)) {
		print_tag(p, b, id);
	} else if (btf_kind(t) == BTF_KIND_TYPEDEF) {
		strbuf_add(b, "typedef ");
		add_name(p, &name, id);
		print_decl(p, b, t->type, strbuf_str(&name));
		strbuf_free(&name);
	} else {
		print_decl(p, b, id, NULL);
	}
}

void btf_print_def(struct strbuf *b, const struct btf *btf, uint32_t id, struct btf_names *names)
{
	struct printer p = {.btf = btf, .names = names, .defines = true, .steps = STEPS};

	print_def(&p, b, id);
}
