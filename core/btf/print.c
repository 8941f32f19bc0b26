/*
 * C declarators grow from the name outwards: pointers to its left, arrays and parameters to its
 * right, parentheses where a pointer meets one of those; the base type goes in front at last. Types
 * from hostile input may be cyclic or fan out without end, so one text has a budget of steps.
 */
#include "core/btf/print.h"

#define STEPS 20000
#define MAX_NESTING 8 /* of parameters and anonymous structs */

struct printer {
	const struct btf *btf;
	uint32_t steps;
	uint32_t nesting;
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
static void print_def(struct printer *p, struct strbuf *b, uint32_t id, uint32_t indent);

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

static void add_base(struct decl *d, const struct btf_type *t)
{
	const char *name = btf_str(d->p->btf, t->name_off);
	struct strbuf base = {0};

	for (uint32_t i = 0; i < d->nmods; i++)
		strbuf_addf(&base, "%s ", d->mods[i]);
	strbuf_add(&base, keyword(t));
	if (btf_kind(t) == BTF_KIND_UNKN)
		strbuf_add(&base, "void");
	else
		strbuf_add(&base, *name ? name : "{...}");
	prepend_word(&d->text, strbuf_str(&base));
	strbuf_free(&base);
}

/* One step from the name towards the base type: the id of the next one, or 0 at the end. */
static uint32_t add_step(struct decl *d, const struct btf_type *t, bool *more)
{
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
		add_base(d, t);
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
		id = add_step(&d, btf_type(p->btf, id), &more);
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

static void add_indent(struct strbuf *b, uint32_t n)
{
	while (n--)
		strbuf_addch(b, '\t');
}

/* Is this an anonymous struct, union or enum, whose definition can only stand where it is used? */
static bool is_nameless(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, id);

	return (btf_is_composite(t) || btf_is_enum(t)) && !t->name_off;
}

static void print_member(struct printer *p, struct strbuf *b, const struct btf_type *t,
			 const struct btf_member *m, uint32_t indent)
{
	const char *name = btf_str(p->btf, m->name_off);

	if (is_nameless(p->btf, m->type) && p->nesting < MAX_NESTING) {
		print_def(p, b, m->type, indent);
		strbuf_addf(b, "%s%s", *name ? " " : "", name);
	} else {
		print_decl(p, b, m->type, name);
	}
	if (btf_member_bits(t, m))
		strbuf_addf(b, " : %u", btf_member_bits(t, m));
}

static void print_enum_value(const struct btf *btf, struct strbuf *b, const struct btf_type *t,
			     uint32_t i)
{
	bool wide = btf_kind(t) == BTF_KIND_ENUM64;
	uint32_t name = wide ? btf_enums64(t)[i].name_off : btf_enums(t)[i].name_off;
	int64_t v = wide ? (int64_t)btf_enum64_value(&btf_enums64(t)[i]) : btf_enums(t)[i].val;

	if (btf_kflag(t) || !wide)
		strbuf_addf(b, "%s = %lld", btf_str(btf, name),
			    btf_kflag(t) ? (long long)v : (long long)(uint32_t)v);
	else
		strbuf_addf(b, "%s = %lluULL", btf_str(btf, name), (unsigned long long)v);
}

static void print_def(struct printer *p, struct strbuf *b, uint32_t id, uint32_t indent)
{
	const struct btf_type *t = btf_type(p->btf, id);
	const char *name = btf_str(p->btf, t->name_off);

	if (btf_kind(t) == BTF_KIND_TYPEDEF) {
		strbuf_add(b, "typedef ");
		if (is_nameless(p->btf, t->type)) {
			print_def(p, b, t->type, indent);
			strbuf_addf(b, " %s", name);
		} else {
			print_decl(p, b, t->type, name);
		}
		return;
	}
	if (!btf_is_composite(t) && !btf_is_enum(t)) {
		print_decl(p, b, id, NULL);
		return;
	}
	p->nesting++;
	strbuf_addf(b, "%s%s%s{\n", keyword(t), name, *name ? " " : "");
	for (uint32_t i = 0; i < btf_vlen(t) && p->steps; i++) {
		p->steps--;
		add_indent(b, indent + 1);
		if (btf_is_enum(t))
			print_enum_value(p->btf, b, t, i);
		else
			print_member(p, b, t, &btf_members(t)[i], indent + 1);
		strbuf_add(b, btf_is_enum(t) ? ",\n" : ";\n");
	}
	add_indent(b, indent);
	strbuf_addch(b, '}');
	p->nesting--;
}

void btf_print_def(struct strbuf *b, const struct btf *btf, uint32_t id)
{
	struct printer p = {.btf = btf, .steps = STEPS};

	print_def(&p, b, id, 0);
}
