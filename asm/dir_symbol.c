/* Directives about symbols. */
#include "asm/local.h"

/* Runs over "a, b, c". */
static struct asm_symbol *next_symbol(struct assembler *a, int *err)
{
	struct loc loc = here(a);
	const char *name;

	*err = parse_name(a, "a symbol", &name);
	return *err ? NULL : symbol(a, name, &loc);
}

int dir_bind(struct assembler *a, const struct loc *loc, unsigned int bind)
{
	int err;

	do {
		struct asm_symbol *s = next_symbol(a, &err);

		if (err)
			return err;
		if (s->bind_given && s->bind != bind &&
		    !(s->bind == STB_GLOBAL && bind == STB_WEAK))
			return fail(a->d, loc, -EINVAL, "'%s' has another binding already",
				    s->name);
		s->bind = (uint8_t)bind;
		s->bind_given = s->is_declared = true;
		s->is_temp = false;
	} while (accept(a, ","));
	return 0;
}

/* Says only that the symbol may live elsewhere. */
int dir_extern(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	int err;

	(void)loc;
	(void)arg;
	do {
		struct asm_symbol *s = next_symbol(a, &err);

		if (err)
			return err;
		s->is_declared = true;
	} while (accept(a, ","));
	return 0;
}

int dir_visibility(struct assembler *a, const struct loc *loc, unsigned int visibility)
{
	int err;

	(void)loc;
	do {
		struct asm_symbol *s = next_symbol(a, &err);

		if (err)
			return err;
		s->other = (uint8_t)visibility;
		s->is_declared = true;
	} while (accept(a, ","));
	return 0;
}

static const struct {
	const char *name, *stt;
	uint8_t type;
} symbol_types[] = {
	{"notype", "STT_NOTYPE", STT_NOTYPE},
	{"object", "STT_OBJECT", STT_OBJECT},
	{"function", "STT_FUNC", STT_FUNC},
	{"section", "STT_SECTION", STT_SECTION},
	{"file", "STT_FILE", STT_FILE},
	{"common", "STT_COMMON", STT_COMMON},
	{"tls_object", "STT_TLS", STT_TLS},
	{"gnu_indirect_function", "STT_GNU_IFUNC", STT_GNU_IFUNC},
};

/* A section's symbol comes with the first relocation that needs it, or where .type asks for it. */
static int type_section(struct assembler *a, const char *name, const struct loc *loc)
{
	struct asm_section *sec = find_section(a, name);

	if (!sec)
		return fail(a->d, loc, -EINVAL, "no section '%s' yet", name);
	section_symbol(a, sec)->is_declared = true;
	return 0;
}

/* .type name, @function, also with % or quotes or as STT_FUNC */
int dir_type(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	const char *name, *type;
	struct loc at = here(a);
	struct asm_symbol *s;
	size_t i = 0;
	int err = parse_name(a, "a symbol", &name);

	(void)arg;
	if (err)
		return err;
	accept(a, ",");
	if (!accept(a, "@") && !accept(a, "%"))
		accept(a, "#");
	type = parse_raw(a);
	while (type && i < ARRAY_SIZE(symbol_types) && strcmp(type, symbol_types[i].name) != 0 &&
	       strcmp(type, symbol_types[i].stt) != 0)
		i++;
	if (!type || i == ARRAY_SIZE(symbol_types))
		return fail(a->d, loc, -EINVAL,
			    "expected @function, @object or another symbol type");
	if (symbol_types[i].type == STT_SECTION)
		return type_section(a, name, &at);
	s = symbol(a, name, &at);
	s->type = symbol_types[i].type;
	s->is_declared = true;
	return 0;
}

int dir_size(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_symbol *s;
	int err;

	(void)arg;
	(void)loc;
	s = next_symbol(a, &err);
	if (!err)
		err = expect(a, ",");
	return err ? err : parse_expr(a, &s->size);
}

/*
 * .rename alias, "name": any name for a symbol, also one that is taken, or no identifier. (LLVM has
 * it for XCOFF, to the same end.)
 */
int dir_rename(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_symbol *s;
	struct bytes name;
	int err;

	(void)arg;
	s = next_symbol(a, &err);
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_string(a, &name);
	if (err)
		return err;
	if (memchr(name.data, 0, name.size))
		return fail(a->d, loc, -EINVAL, "a name with a NUL inside");
	s->rename = (const char *)name.data;
	return 0;
}

/* The next .file of that name that is not in the order yet. */
static struct asm_symbol *find_file_symbol(struct assembler *a, const char *name)
{
	vec_each(&a->syms, s)
		if ((*s)->type == STT_FILE && !(*s)->is_ordered && strcmp((*s)->name, name) == 0)
			return *s;
	return NULL;
}

/* name, [section] for the section's symbol, "file" for that of a .file */
static int parse_ordered(struct assembler *a, struct asm_symbol **s)
{
	struct loc loc = here(a);
	struct asm_section *sec;
	struct bytes file;
	const char *name;
	int err;

	if (!at_end(a) && *a->p == '"') {
		err = parse_string(a, &file);
		*s = err ? NULL : find_file_symbol(a, (const char *)file.data);
		return err || *s ? err : fail(a->d, &loc, -EINVAL, "no .file of that name");
	}
	if (!accept(a, "[")) {
		*s = next_symbol(a, &err);
		return err;
	}
	err = parse_name(a, "a section", &name);
	if (!err)
		err = expect(a, "]");
	if (err)
		return err;
	sec = find_section(a, name);
	if (!sec)
		return fail(a->d, &loc, -EINVAL, "no section '%s' yet", name);
	*s = section_symbol(a, sec);
	(*s)->is_declared = true;
	return 0;
}

/*
 * .symbol_order item, ...: the first symbols of the table; further ones of these directives follow,
 * all others come behind. What an object's text needs to have the symbols' numbers back.
 */
int dir_symbol_order(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_symbol *s = NULL;
	int err;

	(void)loc;
	(void)arg;
	do {
		err = parse_ordered(a, &s);
		if (err || !s)
			return err;
		if (!s->is_ordered)
			vec_push(&a->order, s);
		s->is_ordered = true;
	} while (accept(a, ","));
	return 0;
}

/* A local one is zeroes in .bss at once, others are the linker's to place. */
static int place_common(struct assembler *a, struct asm_symbol *s, uint64_t size, uint64_t align,
			const struct loc *loc)
{
	struct asm_section *sec = a->sec;
	int err;

	s->type = STT_OBJECT;
	s->size = expr_num(a, (int64_t)size, loc);
	if (s->bind_given && s->bind == STB_LOCAL) {
		a->sec = section_get(a, ".bss");
		a->sec->is_named = true;
		err = emit_align(a, align, 0, loc);
		if (!err)
			err = define_symbol(a, s, a->sec, section_here(a->sec), loc);
		if (!err)
			err = emit_fill(a, size, 0, loc);
		a->sec = sec;
		return err;
	}
	err = define_symbol(a, s, NULL, align, loc);
	s->is_common = true;
	if (!s->bind_given)
		s->bind = STB_GLOBAL;
	return err;
}

/* .comm name, size[, align] */
int dir_comm(struct assembler *a, const struct loc *loc, unsigned int local)
{
	struct asm_symbol *s;
	int64_t size = 0;
	uint64_t align = 1;
	int err;

	s = next_symbol(a, &err);
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_abs(a, &size);
	if (!err && accept(a, ","))
		err = parse_alignment(a, &align);
	if (err)
		return err;
	if (size < 0)
		return fail(a->d, loc, -EINVAL, "size %lld is negative", (long long)size);
	if (local) {
		s->bind = STB_LOCAL;
		s->bind_given = true;
	}
	s->is_declared = true;
	return place_common(a, s, (uint64_t)size, align, loc);
}

/* .set name, expression: again and again; .equiv: once */
int dir_set(struct assembler *a, const struct loc *loc, unsigned int again)
{
	struct loc at = here(a);
	const struct expr *e;
	const char *name;
	int err = parse_name(a, "a symbol", &name);

	(void)loc;
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_expr(a, &e);
	return err ? err : define_equate(a, name, e, again, &at);
}

/* .file "a.c" names the source; .file 1 "a.c" is for line tables. */
int dir_file(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_symbol *s;
	struct bytes name;
	int err;

	(void)arg;
	skip_spaces(a);
	if (is_number(a))
		return dir_ignored(a, loc, 0);
	err = parse_string(a, &name);
	if (err)
		return err;
	s = new_symbol(a, (const char *)name.data, loc);
	a->is_compiled = true;
	s->type = STT_FILE;
	s->is_defined = s->is_absolute = s->is_declared = true;
	return dir_ignored(a, loc, 0);
}

int dir_ignored(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	(void)loc;
	(void)arg;
	a->p = a->end;
	return 0;
}

static const struct {
	const char *name;
	uint32_t type;
} reloc_names[] = {
	{"R_BPF_NONE", RELOC_NONE},
	{"R_BPF_64_64", RELOC_64_64},
	{"R_BPF_64_ABS64", RELOC_64_ABS64},
	{"R_BPF_64_ABS32", RELOC_64_ABS32},
	{"R_BPF_64_NODYLD32", RELOC_64_NODYLD32},
	{"R_BPF_64_32", RELOC_64_32},
};

/* A relocation's name, or its number. */
static int parse_reloc_type(struct assembler *a, uint32_t *type)
{
	struct loc loc = here(a);
	const char *names[ARRAY_SIZE(reloc_names)], *name, *near;
	uint64_t num = 0;
	int err;

	skip_spaces(a);
	if (is_number(a)) {
		err = parse_number(a, &num);
		if (!err && num > UINT32_MAX)
			err = fail(a->d, &loc, -ERANGE, "a relocation's type has 32 bits");
		*type = (uint32_t)num;
		return err;
	}
	err = parse_name(a, "a relocation's name", &name);
	if (err)
		return err;
	for (size_t i = 0; i < ARRAY_SIZE(reloc_names); i++) {
		names[i] = reloc_names[i].name;
		if (strcmp(names[i], name) == 0) {
			*type = reloc_names[i].type;
			return 0;
		}
	}
	near = nearest_name(name, names, ARRAY_SIZE(names));
	return fail(a->d, &loc, -EINVAL, "unknown relocation '%s'%s%s%s", name,
		    near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/*
 * .reloc offset, R_BPF_64_64, symbol: says it and leaves the bytes alone. The offset is a number or
 * an address in the current section; a section's name stands for its symbol.
 */
int dir_reloc(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_symbol *sym;
	struct asm_section *sec;
	struct fixup *f;
	struct value v = {0};
	const struct expr *off;
	const char *name;
	struct loc at;
	uint32_t type = RELOC_NONE;
	int err = parse_expr(a, &off);

	(void)arg;
	if (!err)
		err = eval_expr(a, off, &v);
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_reloc_type(a, &type);
	if (!err)
		err = expect(a, ",");
	at = here(a);
	if (err)
		return err;
	name = parse_raw(a); /* a section's may have any characters */
	if (!name || !*name)
		return fail(a->d, &at, -EINVAL, "expected a symbol or a section");
	if (v.sym && v.sym->sec != a->sec)
		return fail(a->d, loc, -EINVAL, "'%s' is not in this section", v.sym->name);
	sec = find_section(a, name);
	sym = !find_symbol(a, name) && sec ? section_symbol(a, sec) : symbol(a, name, &at);
	sym->is_declared = true;
	f = add_fixup(a, FIX_RELOC, expr_sym(a, sym, &at), loc);
	f->off = (uint64_t)v.num + (v.sym ? v.sym->off : 0);
	f->reloc = type;
	return 0;
}
