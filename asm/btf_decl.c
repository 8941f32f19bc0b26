/* Functions, variables and names that come with their types. */
#include "asm/btf.h"

#include "core/obj/prog_type.h"

int btf_declare(struct assembler *a, const struct loc *loc)
{
	struct asm_btf *btf = asm_btf(a);

	if (btf->has_types)
		return btf_fail_twice(a, loc, &btf->types_at);
	if (!btf->declares)
		btf->decl_at = *loc;
	btf->declares = true;
	return 0;
}

int btf_define_object(struct assembler *a, const char *name, const struct loc *loc, uint64_t size,
		      bool local)
{
	struct asm_symbol *s = symbol(a, name, loc);
	int err = define_label(a, name, loc);

	s->type = STT_OBJECT;
	s->bind = local ? STB_LOCAL : STB_GLOBAL;
	s->size = expr_num(a, (int64_t)size, loc);
	return err;
}

/* ---- functions ---- */

/* Is there a function at this place? */
static bool is_func(struct assembler *a, const struct asm_section *sec, uint64_t off)
{
	uint64_t key[2] = {(uintptr_t)sec, off};

	return strmap_getn(&asm_btf(a)->func_index, (const char *)key, sizeof(key));
}

static void add_func(struct assembler *a, struct asm_section *sec, uint64_t off,
		     struct asm_symbol *sym, uint32_t id)
{
	struct asm_btf *btf = asm_btf(a);
	uint64_t key[2] = {(uintptr_t)sec, off};

	strmap_putn(&btf->func_index, arena_memdup(a->arena, key, sizeof(key)), sizeof(key), id);
	*vec_add(&btf->funcs) = (struct btf_func_at){sec, sym, off, id};
	if (sym->type == STT_NOTYPE)
		sym->type = STT_FUNC;
}

static int begin_func(struct assembler *a, const char *section, const char *name, uint32_t proto,
		      bool is_static, const struct loc *loc)
{
	struct asm_section *sec = section_get(a, section);
	struct asm_symbol *s = symbol(a, name, loc);
	int err;

	section_switch(a, sec);
	sec->is_named = true;
	if (!sec->attrs_given && !sec->flags)
		sec->flags = SHF_ALLOC | SHF_EXECINSTR;
	err = define_label(a, name, loc);
	if (err)
		return err;
	s->type = STT_FUNC;
	s->bind = is_static ? STB_LOCAL : STB_GLOBAL;
	add_func(a, sec, section_here(sec), s,
		 btf_add_func(&asm_btf(a)->b, name, proto,
			      is_static ? BTF_FUNC_STATIC : BTF_FUNC_GLOBAL));
	return 0;
}

/* int NAME(struct xdp_md *ctx), by the program type that the section stands for. */
static uint32_t prog_proto(struct assembler *a, const char *section)
{
	struct btf_build *b = &asm_btf(a)->b;
	const struct sec_def *def = sec_def_find(section, &(const char *){NULL});
	const char *ctx = def ? prog_type_ctx(def->type) : "";
	uint32_t ret = btf_named(a, "int"), param = 0, proto;

	if (*ctx)
		param = btf_struct_named(a, "struct", ctx);
	else if (def)
		param = btf_named(a, "u64"); /* an array of arguments */
	param = btf_pointer_to(a, param);
	proto = btf_add_func_proto(b, ret);
	btf_add_param(b, "ctx", param);
	return proto;
}

static void warn_section(struct assembler *a, const char *section, const struct loc *loc)
{
	const char *near;

	if (sec_def_find(section, &(const char *){NULL}))
		return;
	near = sec_def_near(section);
	warn(a->d, loc, "section '%s' names no program type%s%s%s", section,
	     near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
}

int dir_prog(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct loc at = here(a), sec_at;
	struct bytes sec;
	const char *name;
	uint32_t proto = 0;
	int err = btf_declare(a, loc);

	(void)arg;
	if (!err)
		err = parse_name(a, "a program's name", &name);
	skip_spaces(a);
	if (!err && a->p < a->end && *a->p == '(')
		err = parse_proto(a, &proto);
	if (!err)
		err = expect(a, ",");
	sec_at = here(a);
	if (!err)
		err = parse_string(a, &sec);
	if (err)
		return err;
	warn_section(a, (const char *)sec.data, &sec_at);
	if (!proto)
		proto = prog_proto(a, (const char *)sec.data);
	return begin_func(a, (const char *)sec.data, name, proto, false, &at);
}

/* name(int a, ...) and where it stands. */
struct func_head {
	const char *name;
	uint32_t proto;
	struct loc at;
};

static int parse_func_head(struct assembler *a, const struct loc *loc, const char *what,
			   struct func_head *f)
{
	int err = btf_declare(a, loc);

	f->at = here(a);
	if (!err)
		err = parse_name(a, what, &f->name);
	return err ? err : parse_proto(a, &f->proto);
}

int dir_func(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	bool is_static = accept_word(a, "static");
	struct func_head f;
	int err = parse_func_head(a, loc, "a function's name", &f);

	(void)arg;
	return err ? err : begin_func(a, ".text", f.name, f.proto, is_static, &f.at);
}

/* ---- what the kernel has ---- */

static int declare_extern(struct assembler *a, const char *name, const struct loc *loc, bool weak,
			  const struct btf_var_at *var)
{
	struct asm_symbol *s = symbol(a, name, loc);

	if (s->is_defined)
		return fail(a->d, loc, -EEXIST, "'%s' is defined here", name);
	s->is_declared = s->bind_given = true;
	s->bind = weak ? STB_WEAK : STB_GLOBAL;
	vec_push(&asm_btf(a)->vars, *var);
	return 0;
}

int dir_kfunc(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	bool weak = accept_word(a, "weak");
	struct btf_var_at var = {.sec = ".ksyms"};
	struct func_head f;
	int err = parse_func_head(a, loc, "a kfunc's name", &f);

	(void)arg;
	if (err)
		return err;
	var.id = btf_add_func(&asm_btf(a)->b, f.name, f.proto, BTF_FUNC_EXTERN);
	return declare_extern(a, f.name, &f.at, weak, &var);
}

int dir_kvar(struct assembler *a, const struct loc *loc, unsigned int kconfig)
{
	bool weak = accept_word(a, "weak");
	struct btf_var_at var = {.sec = kconfig ? ".kconfig" : ".ksyms"};
	struct btf view;
	struct ctype type;
	int err = btf_declare(a, loc);

	if (!err)
		err = parse_ctype(a, &type);
	if (!err && !*type.name)
		err = fail(a->d, &type.loc, -EINVAL, "expected a name behind the type");
	if (err)
		return err;
	view = btf_build_view(&asm_btf(a)->b);
	var.size = (uint32_t)max(btf_size(&view, type.id), (int64_t)0);
	var.id = btf_add_var(&asm_btf(a)->b, type.name, type.id, BTF_VAR_GLOBAL_EXTERN);
	return declare_extern(a, type.name, &type.loc, weak, &var);
}

/* ---- types ---- */

int dir_ctype(struct assembler *a, const struct loc *loc, unsigned int what)
{
	int err = btf_declare(a, loc);

	if (err)
		return err;
	return what == TYPE_ENUM ? parse_enum(a) : parse_struct(a, what == TYPE_UNION);
}

int dir_typedef(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct ctype type;
	int err = btf_declare(a, loc);

	(void)arg;
	if (!err)
		err = parse_ctype(a, &type);
	if (err)
		return err;
	if (!*type.name)
		return fail(a->d, &type.loc, -EINVAL, "expected a name behind the type");
	return btf_set_name(a, type.name,
			    btf_add_ref(&asm_btf(a)->b, BTF_KIND_TYPEDEF, type.name, type.id),
			    &type.loc);
}

/* ---- variables ---- */

static void add_var(struct assembler *a, const char *sec, const char *name, uint32_t type,
		    uint32_t size, bool is_static)
{
	struct asm_btf *btf = asm_btf(a);
	uint32_t linkage = is_static ? BTF_VAR_STATIC : BTF_VAR_GLOBAL_ALLOCATED;

	*vec_add(&btf->vars) =
		(struct btf_var_at){sec, btf_add_var(&btf->b, name, type, linkage), size};
}

int dir_license(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_section *sec = a->sec;
	struct bytes text;
	int err = parse_string(a, &text);

	(void)arg;
	if (err)
		return err;
	a->sec = section_get(a, "license");
	if (section_here(a->sec))
		err = fail(a->d, loc, -EEXIST, "a second license");
	if (!err)
		err = btf_define_object(a, "LICENSE", loc, text.size + 1, false);
	if (!err)
		err = emit_bytes(a, text.data, text.size + 1, loc);
	a->sec = sec;
	if (!err)
		add_var(a, "license", "LICENSE",
			btf_array_of(a, btf_named(a, "char"), (uint32_t)text.size + 1),
			(uint32_t)text.size + 1, false);
	return err;
}

/* What a variable's bytes are made of: its type, or its array's. */
static int64_t unit_size(struct assembler *a, uint32_t id)
{
	struct btf view = btf_build_view(&asm_btf(a)->b);
	const struct btf_type *t = btf_type(&view, btf_resolve(&view, id));

	for (int i = 0; btf_kind(t) == BTF_KIND_ARRAY && i < BTF_DEPTH_LIMIT; i++) {
		id = btf_array(t)->type;
		t = btf_type(&view, btf_resolve(&view, id));
	}
	return btf_is_composite(t) ? -EINVAL : btf_size(&view, id);
}

/* Numbers or addresses up to the size; strings fill bytes. What is not given is zero. */
static int emit_values(struct assembler *a, const struct ctype *type, uint64_t size)
{
	int64_t unit = unit_size(a, type->id);
	uint64_t start = section_here(a->sec), end = start + size;
	int err = 0;

	if (unit != 1 && unit != 2 && unit != 4 && unit != 8)
		return fail(a->d, &type->loc, -EINVAL, "'%s' has a type that takes no value",
			    type->name);
	do {
		struct loc loc = here(a);
		const struct expr *e;
		struct bytes s;

		skip_spaces(a);
		if (unit == 1 && a->p < a->end && *a->p == '"') {
			err = parse_string(a, &s);
			if (!err)
				err = emit_bytes(a, s.data, s.size, &loc);
		} else {
			err = parse_expr(a, &e);
			if (!err)
				err = emit_expr(a, e, (unsigned int)unit, &loc);
		}
		if (!err && section_here(a->sec) > end)
			err = fail(a->d, &loc, -E2BIG, "'%s' has %llu bytes, no more", type->name,
				   (unsigned long long)size);
	} while (!err && accept(a, ","));
	return err ? err : emit_fill(a, end - section_here(a->sec), 0, &type->loc);
}

static int define_var(struct assembler *a, const char *sec, const struct ctype *type,
		      bool is_static)
{
	struct btf view = btf_build_view(&asm_btf(a)->b);
	int64_t size = btf_size(&view, type->id);
	int align = btf_align(&view, type->id), err;
	bool has_value = accept(a, "=");

	if (size <= 0 || align <= 0)
		return fail(a->d, &type->loc, -EINVAL, "'%s' has a type without a size",
			    type->name);
	if (!sec)
		sec = type->is_const ? ".rodata" : has_value ? ".data" : ".bss";
	a->sec = section_get(a, sec);
	err = emit_align(a, (uint64_t)align, 0, &type->loc);
	if (!err)
		err = btf_define_object(a, type->name, &type->loc, (uint64_t)size, is_static);
	if (!err)
		err = has_value ? emit_values(a, type, (uint64_t)size)
				: emit_fill(a, (uint64_t)size, 0, &type->loc);
	if (!err)
		add_var(a, sec, type->name, type->id, (uint32_t)size, is_static);
	return err;
}

int dir_var(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_section *back = a->sec;
	struct bytes sec = {0};
	struct ctype type;
	bool is_static;
	int err = btf_declare(a, loc);

	(void)arg;
	skip_spaces(a);
	if (!err && a->p < a->end && *a->p == '"') {
		err = parse_string(a, &sec);
		if (!err)
			err = expect(a, ",");
	}
	is_static = accept_word(a, "static");
	if (!err)
		err = parse_ctype(a, &type);
	if (!err && !*type.name)
		err = fail(a->d, &type.loc, -EINVAL, "expected a name behind the type");
	if (!err)
		err = define_var(a, (const char *)sec.data, &type, is_static);
	a->sec = back;
	return err;
}

/* ---- the end ---- */

/*
 * The kernel wants all functions of a program or none, so plain labels that are called count too.
 */
static void add_implicit(struct assembler *a, struct asm_symbol *s)
{
	struct asm_btf *btf = asm_btf(a);
	bool is_prog;
	uint32_t proto;

	if (!s->sec || s->is_section || s->is_set || !is_code(s->sec) || is_func(a, s->sec, s->off))
		return;
	is_prog = s->bind != STB_LOCAL && strcmp(s->sec->name, ".text") != 0;
	proto = is_prog ? prog_proto(a, s->sec->name)
			: btf_add_func_proto(&btf->b, btf_named(a, "int"));
	add_func(
		a, s->sec, s->off, s,
		btf_add_func(&btf->b, s->name, proto, is_prog ? BTF_FUNC_GLOBAL : BTF_FUNC_STATIC));
}

static void add_implicit_funcs(struct assembler *a)
{
	for (size_t i = 0; i < a->syms.n; i++)
		if (a->syms.v[i]->type == STT_FUNC)
			add_implicit(a, a->syms.v[i]);
	for (size_t i = 0; i < a->fixups.n; i++) {
		const struct fixup *f = &a->fixups.v[i];

		if ((f->kind == FIX_CALL || f->kind == FIX_LD64) && f->expr->kind == EXPR_SYM)
			add_implicit(a, f->expr->sym);
	}
}

static int by_place(const void *l, const void *r)
{
	const struct btf_func_at *a = l, *b = r;

	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	return a->off < b->off ? -1 : a->off > b->off;
}

/* A function ends where the next one begins, or with its section. */
static void add_func_infos(struct assembler *a)
{
	struct asm_btf *btf = asm_btf(a);

	if (btf->funcs.n)
		qsort(btf->funcs.v, btf->funcs.n, sizeof(*btf->funcs.v), by_place);
	vec_each(&btf->funcs, f) {
		const struct btf_func_at *next = f + 1;
		uint64_t end = section_here(f->sec);

		if (next < btf->funcs.v + btf->funcs.n && next->sec == f->sec)
			end = next->off;
		if (!f->sym->size)
			f->sym->size = expr_num(a, (int64_t)(end - f->off), &f->sym->def);
		vec_push(&btf->func_infos,
			 ((struct btf_ext_func){btf_add_str(&btf->b, f->sec->name),
						(uint32_t)f->off, f->id}));
	}
}

static uint32_t line_text(struct assembler *a, const struct loc *loc)
{
	const char *text = loc->text ? loc->text : "";
	size_t len = strcspn(text, "\r\n");

	return btf_add_str(&asm_btf(a)->b, arena_strndup(a->arena, text, len));
}

/* One record where the line changes; several instructions of a line share it. */
static void add_line_infos(struct assembler *a)
{
	struct asm_btf *btf = asm_btf(a);
	const struct insn_site *last = NULL;

	vec_each(&a->sites, site) {
		bool same = last && last->sec == site->sec && last->loc.line == site->loc.line &&
			    last->loc.file == site->loc.file && last->loc.text == site->loc.text;

		last = site;
		if (!is_code(site->sec) || (same && !is_func(a, site->sec, site->off)))
			continue;
		vec_push(
			&btf->line_infos,
			((struct btf_ext_line){
				.sec = btf_add_str(&btf->b, site->sec->name),
				.insn_off = (uint32_t)site->off,
				.file = btf_add_str(&btf->b, site->loc.file ? site->loc.file : "-"),
				.text = line_text(a, &site->loc),
				.line = min(site->loc.line, (1u << 22) - 1),
				.col = site->loc.col < 1024 ? site->loc.col : 0,
			}));
	}
}

/* One DATASEC a section, in the order of first use. Sizes and offsets are the loader's to know. */
static void add_datasecs(struct assembler *a)
{
	struct asm_btf *btf = asm_btf(a);
	size_t n = btf->vars.n, *next = arena_array(a->arena, size_t, n);
	struct strmap first = {0}; /* variable of each section */

	/* Chains of one section's variables; n ends them. */
	for (size_t i = n; i-- > 0;) {
		uint64_t *later = strmap_get(&first, btf->vars.v[i].sec);

		next[i] = later ? *later : n;
		strmap_put(&first, btf->vars.v[i].sec, i);
	}
	for (size_t i = 0; i < n; i++) {
		if (*strmap_get(&first, btf->vars.v[i].sec) != i)
			continue;
		btf_add_datasec(&btf->b, btf->vars.v[i].sec, 0);
		for (size_t v = i; v < n; v = next[v])
			btf_add_secinfo(&btf->b, btf->vars.v[v].id, 0, btf->vars.v[v].size);
	}
	strmap_free(&first);
}

void btf_finish_decls(struct assembler *a)
{
	add_implicit_funcs(a);
	add_func_infos(a);
	if (!asm_btf(a)->line_infos.n)
		add_line_infos(a);
	btf_settle(a);
	add_datasecs(a);
}
