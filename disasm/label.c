/*
 * Names. Every symbol gets a name that the assembler reads as that symbol: its own, or an alias
 * when its own is no plain identifier, is taken, or would be read as something else (.rename then
 * gives the symbol its name back). Places that jumps and relocations against sections lead to are
 * named by a local symbol that stands there, else by a mark ".LN", which leaves no trace in the
 * object.
 */
#include "disasm/local.h"

#include <ctype.h>
#include <string.h>

/* Words that an operand or statement may begin with. */
static bool is_reserved(const char *name)
{
	static const char *const words[] = {
		"if",	"goto", "gotol",  "gotox",	   "may_goto",	"call", "callx",
		"exit", "lock", "nospec", "store_release", "ld_pseudo", "skb"};
	char *end;
	unsigned long n;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(name, words[i]) == 0)
			return true;
	if (!strchr("rRwW", name[0]) || !isdigit((unsigned char)name[1]))
		return false;
	n = strtoul(name + 1, &end, 10);
	return !*end && n < 16;
}

bool name_is_plain(const char *name)
{
	if (!isalpha((unsigned char)name[0]) && name[0] != '_' && name[0] != '.')
		return false;
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_' && *p != '.' && *p != '$')
			return false;
	return name[strspn(name, ".")] != '\0';
}

/* .reloc names sections as well; is there one of this name that it has to name? */
static bool is_section(const struct dis *dis, const char *name)
{
	uint32_t sec = dis_section(dis, name);

	return sec && dis->secs[sec].is_named;
}

static bool is_usable(const struct dis *dis, const char *name)
{
	return name_is_plain(name) && !is_reserved(name) && strncmp(name, ".L", 2) != 0 &&
	       !strmap_get(&dis->names, name) && !is_section(dis, name);
}

static const char *alias(struct dis *dis, const char *name)
{
	char *base = arena_strdup(&dis->arena, name);
	const char *res, *prefix = isdigit((unsigned char)*name) ? "sym_" : "";
	const uint64_t *last;
	uint64_t n;

	for (char *p = base; *p; p++)
		*p = isalnum((unsigned char)*p) ? *p : '_';
	last = strmap_get(&dis->aliases, base);
	n = last ? *last : 0;
	do
		res = arena_printf(&dis->arena, "%s%s_%llu", prefix, base, (unsigned long long)++n);
	while (!is_usable(dis, res));
	strmap_put(&dis->aliases, base, n);
	return res;
}

static bool is_named(const struct dis *dis, const struct symbol *sym)
{
	if (sym->type == STT_SECTION || sym->type == STT_FILE)
		return false;
	if (sym->sec < dis->obj->nsecs && sym->sec && dis->secs[sym->sec].is_left_out)
		return false;
	return sym->name[0] || sym->sec;
}

static int compare_symbols(const void *a, const void *b, void *arg)
{
	const struct symbol *syms = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (syms[x].value != syms[y].value)
		return syms[x].value < syms[y].value ? -1 : 1;
	return x < y ? -1 : x > y;
}

static int compare_ends(const void *a, const void *b, void *arg)
{
	const struct symbol *syms = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint64_t ex = syms[x].value + syms[x].size, ey = syms[y].value + syms[y].size;

	if (ex != ey)
		return ex < ey ? -1 : 1;
	return x < y ? 1 : x > y ? -1 : 0;
}

/* Local symbols can stand for a place: an assembler reduces them to their section. */
static void fill_lookups(struct dis *dis, struct dis_sec *s)
{
	s->locals = arena_array(&dis->arena, uint32_t, s->nsyms);
	s->functions = arena_array(&dis->arena, uint32_t, s->nsyms);
	for (uint32_t i = 0; i < s->nsyms; i++) {
		const struct symbol *sym = &dis->obj->syms[s->syms[i]];

		if (sym->bind == STB_LOCAL && sym->type <= STT_FUNC)
			s->locals[s->nlocals++] = s->syms[i];
		if (sym->type == STT_FUNC)
			s->functions[s->nfunctions++] = s->syms[i];
	}
}

static void sort_symbols(struct dis *dis)
{
	const struct object *obj = dis->obj;

	for (uint32_t i = 1; i < obj->nsyms; i++)
		if (dis->sym_names[i] && obj->syms[i].sec && obj->syms[i].sec < obj->nsecs)
			dis->secs[obj->syms[i].sec].nsyms++;
	for (uint32_t i = 1; i < obj->nsecs; i++) {
		dis->secs[i].syms = arena_array(&dis->arena, uint32_t, dis->secs[i].nsyms);
		dis->secs[i].nsyms = 0;
	}
	for (uint32_t i = 1; i < obj->nsyms; i++) {
		struct dis_sec *s =
			&dis->secs[obj->syms[i].sec < obj->nsecs ? obj->syms[i].sec : 0];

		if (dis->sym_names[i] && s != dis->secs)
			s->syms[s->nsyms++] = i;
	}
	for (uint32_t i = 1; i < obj->nsecs; i++) {
		struct dis_sec *s = &dis->secs[i];

		qsort_r(s->syms, s->nsyms, sizeof(uint32_t), compare_symbols, obj->syms);
		fill_lookups(dis, s);
		s->ends = arena_memdup(&dis->arena, s->syms, s->nsyms * sizeof(uint32_t));
		qsort_r(s->ends, s->nsyms, sizeof(uint32_t), compare_ends, obj->syms);
	}
}

/* Relocations that no operand can be are lines of their own, by type alone. */
static void mark_named_sections(struct dis *dis)
{
	const struct object *obj = dis->obj;

	for (uint32_t i = 1; i < obj->nsecs; i++) {
		const struct section *sec = &obj->secs[i];

		for (uint32_t r = 0; r < sec->nrelocs && !dis->secs[i].is_left_out; r++) {
			const struct symbol *sym = &obj->syms[sec->relocs[r].sym];
			uint32_t type = sec->relocs[r].type;

			if (sym->type == STT_SECTION && sym->sec < obj->nsecs &&
			    type != RELOC_64_64 && type != RELOC_64_32 && type != RELOC_64_ABS64)
				dis->secs[sym->sec].is_named = true;
		}
	}
}

/* Symbols that can keep their names come first, so that no alias takes one away. */
void label_symbols(struct dis *dis)
{
	const struct object *obj = dis->obj;

	mark_named_sections(dis);
	dis->sym_names = arena_array(&dis->arena, const char *, obj->nsyms);
	for (uint32_t i = obj->nsyms; i-- > 1;)
		if (obj->syms[i].type == STT_SECTION && obj->syms[i].sec < obj->nsecs)
			dis->secs[obj->syms[i].sec].symbol = i;
	for (uint32_t i = 1; i < obj->nsyms; i++) {
		if (!is_named(dis, &obj->syms[i]) || !is_usable(dis, obj->syms[i].name))
			continue;
		dis->sym_names[i] = obj->syms[i].name;
		strmap_put(&dis->names, obj->syms[i].name, i);
	}
	for (uint32_t i = 1; i < obj->nsyms; i++) {
		if (!is_named(dis, &obj->syms[i]) || dis->sym_names[i])
			continue;
		dis->sym_names[i] = alias(dis, obj->syms[i].name);
		strmap_put(&dis->names, dis->sym_names[i], i);
	}
	sort_symbols(dis);
}

static uint32_t first_of(const struct dis *dis, const uint32_t *syms, uint32_t n, uint64_t off)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (dis->obj->syms[syms[mid]].value < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t first_symbol(const struct dis *dis, const struct dis_sec *s, uint64_t off)
{
	return first_of(dis, s->syms, s->nsyms, off);
}

uint32_t symbol_end_after(const struct dis *dis, const struct dis_sec *s, uint64_t off)
{
	uint32_t lo = 0, hi = s->nsyms;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		const struct symbol *sym = &dis->obj->syms[s->ends[mid]];

		if (sym->value + sym->size <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t function_at(const struct dis *dis, uint32_t sec, uint64_t off)
{
	const struct dis_sec *s = &dis->secs[sec];
	uint32_t at = first_of(dis, s->functions, s->nfunctions, off + 1), sym;

	if (!at)
		return 0;
	sym = s->functions[at - 1];
	return dis->obj->syms[sym].value + dis->obj->syms[sym].size > off ? sym : 0;
}

uint64_t function_after(const struct dis *dis, uint32_t sec, uint64_t off)
{
	const struct dis_sec *s = &dis->secs[sec];
	uint32_t at = first_of(dis, s->functions, s->nfunctions, off + 1);

	return at < s->nfunctions ? dis->obj->syms[s->functions[at]].value : UINT64_MAX;
}

static const char *local_symbol_at(const struct dis *dis, uint32_t sec, uint64_t off)
{
	const struct dis_sec *s = &dis->secs[sec];
	uint32_t at = first_of(dis, s->locals, s->nlocals, off);

	if (at == s->nlocals || dis->obj->syms[s->locals[at]].value != off)
		return NULL;
	return dis->sym_names[s->locals[at]];
}

bool is_place(const struct dis *dis, uint32_t sec, uint64_t off)
{
	const struct dis_sec *s = &dis->secs[sec];

	if (off >= s->sec->size || !s->is_code || s->is_left_out)
		return off <= s->sec->size;
	return off % 8 == 0 && off / 8 < s->ninsns && s->slots[off / 8];
}

static void want_place(struct dis *dis, uint32_t sec, uint64_t off)
{
	if (!local_symbol_at(dis, sec, off))
		vec_add(&dis->secs[sec].marks)->off = off;
}

static void want_targets(struct dis *dis, uint32_t sec)
{
	struct dis_sec *s = &dis->secs[sec];

	for (uint32_t i = 0; i < s->ninsns; i++) {
		const struct reloc *rel;
		struct operand ref;
		uint64_t to;

		if (!s->slots[i] || !insn_has_target(insn_decode(&s->insns[i])) ||
		    insn_operand(dis, sec, i, &rel, &ref))
			continue;
		to = (uint64_t)insn_target(&s->insns[i], i) * 8;
		if (is_place(dis, sec, to))
			want_place(dis, sec, to);
	}
}

/* Operands that are relocated against a section lead to a place in it. */
static void want_operands(struct dis *dis, uint32_t sec)
{
	const struct section *from = dis->secs[sec].sec;

	for (uint32_t i = 0; i < from->nrelocs; i++) {
		const struct symbol *sym = &dis->obj->syms[from->relocs[i].sym];
		const struct reloc *rel = &from->relocs[i];
		struct operand ref = {0};

		if (sym->type != STT_SECTION || !sym->sec || sym->sec >= dis->obj->nsecs)
			continue;
		if (dis->secs[sec].is_code
			    ? insn_operand(dis, sec, (uint32_t)(rel->off / 8), &rel, &ref)
			    : data_operand(dis, sec, rel, &ref))
			want_place(dis, ref.sec, is_place(dis, ref.sec, ref.off) ? ref.off : 0);
	}
}

static int compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return x->off < y->off ? -1 : x->off > y->off;
}

void label_places(struct dis *dis)
{
	unsigned int serial = 0;

	for (uint32_t i = 1; i < dis->obj->nsecs; i++) {
		if (dis->secs[i].is_left_out || types_are_text(dis, i))
			continue;
		if (dis->secs[i].is_code)
			want_targets(dis, i);
		want_operands(dis, i);
	}
	for (uint32_t i = 1; i < dis->obj->nsecs; i++) {
		struct dis_sec *s = &dis->secs[i];
		size_t n = 0;

		if (s->marks.n)
			qsort(s->marks.v, s->marks.n, sizeof(*s->marks.v), compare_marks);
		for (size_t m = 0; m < s->marks.n; m++)
			if (!n || s->marks.v[n - 1].off != s->marks.v[m].off)
				s->marks.v[n++] =
					(struct mark){s->marks.v[m].off,
						      arena_printf(&dis->arena, ".L%u", ++serial)};
		s->marks.n = n;
	}
}

size_t mark_after(const struct dis_sec *s, uint64_t off)
{
	size_t lo = 0, hi = s->marks.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->marks.v[mid].off <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const char *mark_at(const struct dis_sec *s, uint64_t off)
{
	struct mark key = {.off = off}, *m = NULL;

	if (s->marks.n)
		m = bsearch(&key, s->marks.v, s->marks.n, sizeof(key), compare_marks);
	return m ? m->name : NULL;
}

void place_name(const struct dis *dis, struct operand *ref)
{
	bool exact = is_place(dis, ref->sec, ref->off);

	ref->name = label_at(dis, ref->sec, exact ? ref->off : 0);
	ref->addend = exact ? 0 : ref->off;
}

const char *label_at(const struct dis *dis, uint32_t sec, uint64_t off)
{
	const char *name = local_symbol_at(dis, sec, off);

	return name ? name : mark_at(&dis->secs[sec], off);
}
