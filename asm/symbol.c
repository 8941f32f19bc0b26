#include "asm/local.h"

/* ---- symbols ---- */

struct asm_symbol *find_symbol(const struct assembler *a, const char *name)
{
	const uint64_t *i = strmap_get(&a->sym_index, name);

	return i ? a->syms.v[*i] : NULL;
}

struct asm_symbol *new_symbol(struct assembler *a, const char *name, const struct loc *loc)
{
	struct asm_symbol *s = arena_new(a->arena, struct asm_symbol);

	s->name = name;
	s->number = (uint32_t)a->syms.n;
	s->is_temp = strncmp(name, ".L", 2) == 0;
	if (loc)
		s->ref = *loc;
	vec_push(&a->syms, s);
	return s;
}

struct asm_symbol *symbol(struct assembler *a, const char *name, const struct loc *loc)
{
	struct asm_symbol *s = find_symbol(a, name);

	if (s)
		return s;
	s = new_symbol(a, name, loc);
	strmap_put(&a->sym_index, name, a->syms.n - 1);
	return s;
}

static int fail_redefined(struct assembler *a, const struct asm_symbol *s, const struct loc *loc)
{
	int err = fail(a->d, loc, -EEXIST, "'%s' is already defined", s->name);

	if (s->def.line)
		note(a->d, &s->def, "first definition of '%s'", s->name);
	return err;
}

int define_symbol(struct assembler *a, struct asm_symbol *s, struct asm_section *sec, uint64_t off,
		  const struct loc *loc)
{
	if (s->is_defined)
		return fail_redefined(a, s, loc);
	s->is_defined = true;
	s->sec = sec;
	s->off = off;
	if (loc)
		s->def = *loc;
	return 0;
}

int define_label(struct assembler *a, const char *name, const struct loc *loc)
{
	return define_symbol(a, symbol(a, name, loc), a->sec, section_here(a->sec), loc);
}

/*
 * An expression is kept as the number it is by now, so that .set counters do not grow into trees.
 */
int define_equate(struct assembler *a, const char *name, const struct expr *e, bool again,
		  const struct loc *loc)
{
	struct asm_symbol *s = symbol(a, name, loc);
	int64_t num;

	if (s->is_defined && !(s->is_set && again))
		return fail_redefined(a, s, loc);
	if (expr_is_abs(e, &num))
		e = expr_num(a, num, &e->loc);
	s->is_defined = s->is_set = true;
	s->value = e;
	s->def = *loc;
	return 0;
}

struct asm_symbol *temp_label(struct assembler *a)
{
	struct asm_symbol *s = new_symbol(a, ".", NULL);

	s->is_temp = s->is_defined = true;
	s->sec = a->sec;
	s->off = section_here(a->sec);
	return s;
}

/*
 * Numeric labels: "N:" may be defined many times; Nb is the latest, Nf the next to come. Each gets
 * a temporary symbol; the next one is made when it is first referred to.
 */
static struct numeric_label *numeric_slot(struct assembler *a, uint64_t n)
{
	const char *key = arena_printf(a->arena, "%llu", (unsigned long long)n);
	uint64_t *i = strmap_get(&a->numeric_index, key);

	if (i)
		return &a->numerics.v[*i];
	strmap_put(&a->numeric_index, key, a->numerics.n);
	*vec_add(&a->numerics) = (struct numeric_label){.n = n};
	return vec_last(&a->numerics);
}

int define_numeric(struct assembler *a, uint64_t n, const struct loc *loc)
{
	struct numeric_label *l = numeric_slot(a, n);
	struct asm_symbol *s = l->forward;

	if (!s) {
		s = new_symbol(a, arena_printf(a->arena, "%llu", (unsigned long long)n), loc);
		s->is_temp = true;
	}
	l->back = s;
	l->forward = NULL;
	return define_symbol(a, s, a->sec, section_here(a->sec), loc);
}

struct asm_symbol *numeric_label(struct assembler *a, uint64_t n, bool forward,
				 const struct loc *loc)
{
	struct numeric_label *l = numeric_slot(a, n);

	if (!forward)
		return l->back;
	if (!l->forward) {
		l->forward =
			new_symbol(a, arena_printf(a->arena, "%lluf", (unsigned long long)n), loc);
		l->forward->is_temp = true;
	}
	return l->forward;
}

/* ---- sections ---- */

/*
 * What a section is when only its name is given, as LLVM has it; a name followed by ".more" counts
 * as the name. What is not listed here is plain data, or a program's code if its first content is
 * an instruction.
 */
static const struct {
	const char *name;
	uint32_t type;
	uint64_t flags, align, entsize;
} known_sections[] = {
	{".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 4, 0},
	{".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1, 0},
	{".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 1, 0},
	{".rodata", SHT_PROGBITS, SHF_ALLOC, 1, 0},
	{".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1, 0},
	{"maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1, 0},
	{"license", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1, 0},
	{"version", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1, 0},
	{".note", SHT_NOTE, 0, 1, 0},
	{".BTF", SHT_PROGBITS, 0, 4, 0},
};

static void imply_attributes(struct asm_section *sec)
{
	sec->type = SHT_PROGBITS;
	sec->align = 1;
	for (size_t i = 0; i < ARRAY_SIZE(known_sections); i++) {
		size_t len = strlen(known_sections[i].name);

		if (strncmp(sec->name, known_sections[i].name, len) != 0 ||
		    (sec->name[len] && sec->name[len] != '.'))
			continue;
		sec->type = known_sections[i].type;
		sec->flags = known_sections[i].flags;
		sec->align = known_sections[i].align;
		sec->entsize = known_sections[i].entsize;
		return;
	}
}

struct asm_section *find_section(const struct assembler *a, const char *name)
{
	const uint64_t *i = strmap_get(&a->sec_index, name);

	return i ? a->secs.v[*i] : NULL;
}

struct asm_section *section_get(struct assembler *a, const char *name)
{
	struct asm_section *sec = find_section(a, name);

	if (sec)
		return sec;
	sec = arena_new(a->arena, struct asm_section);
	sec->name = name;
	imply_attributes(sec);
	strmap_put(&a->sec_index, name, a->secs.n);
	vec_push(&a->secs, sec);
	return sec;
}

void section_switch(struct assembler *a, struct asm_section *sec)
{
	a->prev = a->sec;
	a->sec = sec;
}

struct asm_symbol *section_symbol(struct assembler *a, struct asm_section *sec)
{
	if (!sec->sym) {
		sec->sym = new_symbol(a, sec->name, NULL);
		sec->sym->is_section = sec->sym->is_defined = true;
		sec->sym->is_temp = false;
		sec->sym->type = STT_SECTION;
		sec->sym->sec = sec;
	}
	return sec->sym;
}

uint64_t section_here(const struct asm_section *sec)
{
	return sec->type == SHT_NOBITS ? sec->size : sec->data.len;
}

bool is_code(const struct asm_section *sec)
{
	return sec->type == SHT_PROGBITS && (sec->flags & SHF_EXECINSTR);
}
