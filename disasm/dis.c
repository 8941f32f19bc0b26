#include "disasm/local.h"

#include <errno.h>
#include <string.h>

/* Sections that only debuggers read; libbpf leaves them out as well. */
static bool is_dwarf(const struct section *sec)
{
	return !(sec->flags & SHF_ALLOC) && strncmp(sec->name, ".debug_", 7) == 0;
}

/* Group sections hold indices of sections, which have no text; neither has what comes with them. */
static bool has_no_text(const struct section *sec)
{
	return sec->type == SHT_GROUP || sec->type == SHT_NULL;
}

/* What a section that stays refers to stays as well, whatever it is. */
static void keep_referenced(struct dis *dis)
{
	const struct object *obj = dis->obj;
	bool again = true;

	while (again) {
		again = false;
		for (uint32_t i = 1; i < obj->nsecs; i++) {
			const struct section *sec = &obj->secs[i];

			for (uint32_t r = 0; r < sec->nrelocs && !dis->secs[i].is_left_out; r++) {
				uint32_t to = obj->syms[sec->relocs[r].sym].sec;

				if (to >= obj->nsecs || !dis->secs[to].is_left_out)
					continue;
				dis->secs[to].is_left_out = false;
				again = true;
			}
		}
	}
}

static void select_sections(struct dis *dis)
{
	const struct object *obj = dis->obj;

	for (uint32_t i = 0; i < obj->nsecs; i++) {
		const struct section *sec = &obj->secs[i];

		dis->secs[i].sec = sec;
		dis->secs[i].is_left_out = has_no_text(sec) || (is_dwarf(sec) && !dis->opt->dwarf);
		dis->secs[i].is_code = section_is_code(sec);
	}
	keep_referenced(dis);
	dis->secs[0].is_left_out = true;
}

static void index_sections(struct dis *dis)
{
	struct strmap counts = {0};

	for (uint32_t i = 1; i < dis->obj->nsecs; i++) {
		const char *name = dis->obj->secs[i].name;
		const uint64_t *n = strmap_get(&counts, name);

		dis->secs[i].serial = n ? (uint32_t)*n : 0;
		strmap_put(&counts, name, dis->secs[i].serial + 1ull);
		if (!dis->secs[i].is_left_out && !strmap_get(&dis->sections, name))
			strmap_put(&dis->sections, name, i);
	}
	strmap_free(&counts);
}

uint32_t dis_section(const struct dis *dis, const char *name)
{
	const uint64_t *sec = strmap_get(&dis->sections, name);

	return sec ? (uint32_t)*sec : 0;
}

/* A wide instruction whose second half something points to is two slots of data instead. */
static bool is_split(const struct dis *dis, uint32_t sec, uint64_t second)
{
	const struct dis_sec *s = &dis->secs[sec];
	uint32_t at = first_symbol(dis, s, second);

	return at < s->nsyms && dis->obj->syms[s->syms[at]].value < second + 8;
}

/* A slot with a symbol inside it cannot be an instruction either. */
static bool is_cut(const struct dis *dis, uint32_t sec, uint64_t off)
{
	const struct dis_sec *s = &dis->secs[sec];
	uint32_t at = first_symbol(dis, s, off + 1);

	return at < s->nsyms && dis->obj->syms[s->syms[at]].value < off + 8;
}

static void decode_section(struct dis *dis, uint32_t sec)
{
	struct dis_sec *s = &dis->secs[sec];

	s->ninsns = (uint32_t)min(s->sec->size / sizeof(struct bpf_insn), (uint64_t)UINT32_MAX - 1);
	s->insns = arena_array(&dis->arena, struct bpf_insn, s->ninsns + 1);
	s->slots = arena_array(&dis->arena, uint8_t, s->ninsns + 1);
	if (!s->ninsns)
		return;
	memcpy(s->insns, s->sec->data, s->ninsns * sizeof(struct bpf_insn));
	if (dis->obj->big_endian)
		insn_swap_order(s->insns, s->ninsns);
	for (uint32_t i = 0; i < s->ninsns;) {
		unsigned int slots = insn_slots(&s->insns[i]);

		if (slots == 2 &&
		    (insn_check(s->insns, i, s->ninsns) || is_split(dis, sec, (i + 1) * 8ull)))
			slots = 1;
		if (is_cut(dis, sec, i * 8ull))
			slots = 1;
		s->slots[i] = (uint8_t)slots;
		i += slots;
	}
}

int dis_open(struct dis *dis, const struct object *obj, const struct dis_options *opt,
	     struct diag *d)
{
	*dis = (struct dis){.obj = obj, .opt = opt, .d = d, .loc = {.file = obj->path}};
	dis->secs = arena_array(&dis->arena, struct dis_sec, obj->nsecs);
	select_sections(dis);
	index_sections(dis);
	label_symbols(dis);
	for (uint32_t i = 1; i < obj->nsecs; i++)
		if (dis->secs[i].is_code && !dis->secs[i].is_left_out)
			decode_section(dis, i);
	types_open(dis);
	types_judge(dis);
	label_places(dis);
	if (opt->section && !object_section(obj, opt->section))
		return fail(d, &dis->loc, -ESRCH, "no section '%s'", opt->section);
	if (opt->prog && !object_symbol(obj, opt->prog))
		return fail(d, &dis->loc, -ESRCH, "no function '%s'", opt->prog);
	return 0;
}

void dis_close(struct dis *dis)
{
	for (uint32_t i = 0; i < dis->obj->nsecs; i++) {
		struct dis_sec *s = &dis->secs[i];

		vec_free(&s->marks);
		vec_free(&s->funcs);
		vec_free(&s->lines);
		vec_free(&s->cores);
	}
	types_close(dis);
	strmap_free(&dis->names);
	strmap_free(&dis->sections);
	strmap_free(&dis->aliases);
	arena_free(&dis->arena);
}

bool dis_range(const struct dis *dis, uint32_t sec, uint64_t *from, uint64_t *to)
{
	const struct dis_options *opt = dis->opt;
	const struct dis_sec *s = &dis->secs[sec];
	const struct symbol *sym;

	*from = 0;
	*to = s->sec->size;
	if (s->is_left_out)
		return false;
	if (opt->section && strcmp(opt->section, s->sec->name) != 0)
		return false;
	if (!opt->prog)
		return true;
	sym = object_symbol(dis->obj, opt->prog);
	*from = sym->value;
	*to = sym->value + sym->size;
	return sym->sec == sec;
}

uint64_t dis_number(const struct dis *dis, const uint8_t *p, unsigned int n)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < n; i++)
		v = v << 8 | p[dis->obj->big_endian ? i : n - 1 - i];
	return v;
}

uint32_t dis_reloc_at(const struct section *sec, uint64_t off)
{
	uint32_t lo = 0, hi = sec->nrelocs;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (sec->relocs[mid].off < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
