/*
 * .BTF and .BTF.ext. Both are written as text when that text says everything: when the same bytes
 * come back from it. Else their sections are data like any other; the records are then still good
 * for names and source lines.
 */
#include "disasm/local.h"

#include <stdlib.h>
#include <string.h>

/* What is wrong with types is no reason to refuse the object. */
static void take_as_warning(struct diag *d, enum severity sev, const struct loc *loc,
			    const char *msg)
{
	if (sev == SEV_ERROR)
		warn(d->sink_arg, loc, "%s; it is written as bytes", msg);
}

static void add_place(const struct dis *dis, struct places *(*list)(struct dis_sec *),
		      uint32_t sec_name, uint64_t off, uint32_t index)
{
	uint32_t sec = dis_section(dis, btf_str(dis->btf, sec_name));
	struct places *p;

	if (!sec)
		return;
	p = list(&dis->secs[sec]);
	*vec_add(p) = (struct place){off, index};
}

static struct places *funcs_of(struct dis_sec *s)
{
	return &s->funcs;
}

static struct places *lines_of(struct dis_sec *s)
{
	return &s->lines;
}

static struct places *cores_of(struct dis_sec *s)
{
	return &s->cores;
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->off != y->off)
		return x->off < y->off ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void sort_places(struct places *p)
{
	if (p->n)
		qsort(p->v, p->n, sizeof(*p->v), compare_places);
}

static void place_records(struct dis *dis)
{
	const struct btf_ext *e = &dis->ext;

	for (uint32_t i = 0; i < e->nfuncs; i++)
		add_place(dis, funcs_of, e->funcs[i].sec, e->funcs[i].insn_off, i);
	for (uint32_t i = 0; i < e->nlines; i++)
		add_place(dis, lines_of, e->lines[i].sec, e->lines[i].insn_off, i);
	for (uint32_t i = 0; i < e->ncores; i++)
		add_place(dis, cores_of, e->cores[i].sec, e->cores[i].insn_off, i);
	for (uint32_t i = 1; i < dis->obj->nsecs; i++) {
		sort_places(&dis->secs[i].funcs);
		sort_places(&dis->secs[i].lines);
		sort_places(&dis->secs[i].cores);
	}
}

void types_open(struct dis *dis)
{
	struct diag quiet = {.sink = take_as_warning, .sink_arg = dis->d};
	const struct section *sec;

	dis->btf_sec = dis_section(dis, ".BTF");
	dis->ext_sec = dis_section(dis, ".BTF.ext");
	sec = &dis->obj->secs[dis->btf_sec];
	if (!dis->btf_sec || !sec->data ||
	    btf_parse(sec->data, sec->size, NULL, ".BTF", &quiet, &dis->btf))
		dis->btf = NULL;
	else
		btf_index(dis->btf);
	sec = &dis->obj->secs[dis->ext_sec];
	if (!dis->btf || !dis->ext_sec || !sec->data ||
	    btf_ext_parse(sec->data, sec->size, dis->btf, ".BTF.ext", &dis->arena, &quiet,
			  &dis->ext))
		dis->ext = (struct btf_ext){0};
	place_records(dis);
}

void types_close(struct dis *dis)
{
	btf_free(dis->btf);
}

size_t place_find(const struct places *p, uint64_t off)
{
	size_t lo = 0, hi = p->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->v[mid].off < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t places_at(const struct places *p, uint64_t off)
{
	return place_find(p, off + 1) - place_find(p, off);
}

/* ---- is the text enough? ---- */

/* A symbol or a relocation elsewhere needs the bytes to be data, where a label can stand. */
static bool is_pointed_into(const struct dis *dis, uint32_t sec)
{
	if (dis->secs[sec].nsyms)
		return true;
	for (uint32_t i = 1; i < dis->obj->nsecs; i++) {
		const struct section *s = &dis->obj->secs[i];

		for (uint32_t r = 0; r < s->nrelocs && !dis->secs[i].is_left_out; r++)
			if (dis->obj->syms[s->relocs[r].sym].sec == sec)
				return true;
	}
	return false;
}

/* The relocations that the assembler makes, compared one by one with those of the object. */
struct expected {
	const struct dis *dis;
	const struct section *sec;
	uint32_t n;
	bool differ;
};

static void expect(struct expected *e, uint64_t off, uint32_t type, uint32_t sym)
{
	const struct reloc *r = e->n < e->sec->nrelocs ? &e->sec->relocs[e->n] : NULL;

	e->differ |= !r || r->off != off || r->type != type || r->sym != sym;
	e->n++;
}

/* A variable's place in its section: local ones give way to their section. */
static void expect_secinfo(struct expected *e, uint64_t off, const char *name, uint32_t value)
{
	const struct object *obj = e->dis->obj;
	const uint64_t *found = strmap_get(&e->dis->names, name);
	const struct symbol *sym = found ? &obj->syms[*found] : NULL;
	bool is_known = sym && sym->sec && sym->sec < obj->nsecs;
	bool is_writable = is_known && obj->secs[sym->sec].flags & SHF_WRITE;
	uint32_t index;

	if (!sym)
		return;
	index = (uint32_t)*found;
	if (sym->bind == STB_LOCAL) {
		index = is_known ? e->dis->secs[sym->sec].symbol : 0;
		e->differ |= value != sym->value;
	}
	expect(e, off, is_writable ? RELOC_64_NODYLD32 : RELOC_64_ABS32, index);
}

static void expect_datasecs(struct expected *e)
{
	const struct btf *btf = e->dis->btf;

	for (uint32_t id = btf->first_id; id < btf->nids; id++) {
		const struct btf_type *t = btf_type(btf, id);
		uint64_t off = sizeof(struct btf_header) + btf->offs[id - btf->first_id] +
			       sizeof(*t) + offsetof(struct btf_var_secinfo, offset);

		if (btf_kind(t) != BTF_KIND_DATASEC)
			continue;
		for (uint32_t i = 0; i < btf_vlen(t); i++) {
			const struct btf_var_secinfo *si = &btf_secinfos(t)[i];

			expect_secinfo(e, off + i * sizeof(*si), btf_name(btf, si->type),
				       si->offset);
		}
	}
}

static void expect_insn_off(void *arg, uint32_t place, uint32_t sec_name)
{
	struct expected *e = arg;
	uint32_t sec = dis_section(e->dis, btf_str(e->dis->btf, sec_name));

	expect(e, place, RELOC_64_NODYLD32, e->dis->secs[sec].symbol);
}

static bool relocs_follow(const struct dis *dis)
{
	struct expected b = {dis, &dis->obj->secs[dis->btf_sec], 0, false};
	struct expected x = {dis, &dis->obj->secs[dis->ext_sec], 0, false};
	struct bytes ext = {x.sec->data, x.sec->size};

	expect_datasecs(&b);
	if (dis->ext_sec)
		btf_ext_each_insn_off(&ext, expect_insn_off, &x);
	return !b.differ && !x.differ && b.n == b.sec->nrelocs && x.n == x.sec->nrelocs;
}

/* Does every record stand in front of an instruction? */
static bool records_are_placed(const struct dis *dis)
{
	size_t n = 0;

	for (uint32_t i = 1; i < dis->obj->nsecs; i++) {
		const struct dis_sec *s = &dis->secs[i];

		if (!s->is_code)
			continue;
		for (uint32_t slot = 0; slot < s->ninsns; slot++) {
			if (!s->slots[slot])
				continue;
			n += places_at(&s->funcs, slot * 8ull);
			n += places_at(&s->lines, slot * 8ull);
			n += places_at(&s->cores, slot * 8ull);
		}
	}
	return n == (size_t)dis->ext.nfuncs + dis->ext.nlines + dis->ext.ncores;
}

#define EXT_HEADER 32 /* bytes that the assembler gives .BTF.ext's header */

void types_judge(struct dis *dis)
{
	const struct section *btf = &dis->obj->secs[dis->btf_sec];
	const struct section *ext = &dis->obj->secs[dis->ext_sec];
	struct bytes b = {btf->data, btf->size}, x = {ext->data, ext->size};

	if (!dis->btf || is_pointed_into(dis, dis->btf_sec))
		return;
	dis->no_btf_relocs = !btf->nrelocs && !ext->nrelocs;
	if (!dis->no_btf_relocs && !relocs_follow(dis))
		return;
	if (dis->ext_sec && dis->ext.hdr_len == EXT_HEADER && !is_pointed_into(dis, dis->ext_sec) &&
	    records_are_placed(dis) && (dis->ext.nfuncs || dis->ext.nlines || dis->ext.ncores)) {
		dis->btf_form = btf_form(b, x);
		dis->ext_is_text = dis->btf_form != BTF_FORM_BYTES;
	}
	if (!dis->ext_is_text && !ext->nrelocs)
		dis->btf_form = btf_form(b, (struct bytes){0});
}

/* ---- writing ---- */

bool types_are_text(const struct dis *dis, uint32_t sec)
{
	return (sec == dis->btf_sec && dis->btf_form != BTF_FORM_BYTES) ||
	       (sec == dis->ext_sec && dis->ext_is_text);
}

void types_lines(struct dis *dis, uint32_t sec)
{
	if (sec != dis->btf_sec)
		return;
	strbuf_add(dis->b, dis->no_btf_relocs ? "\t.btf norelocs\n" : "\t.btf\n");
	btf_text(dis->b, dis->btf, "\t");
	strbuf_add(dis->b, "\t.endbtf\n");
}

void strings_lines(struct dis *dis)
{
	if (dis->btf_form != BTF_FORM_STRINGS)
		return;
	strbuf_add(dis->b, "\n# The order of strings in .BTF\n\t.btf_strings\n");
	btf_text_strings(dis->b, dis->btf, "\t");
	strbuf_add(dis->b, "\t.endbtf\n");
}

#define each_at(places, at, i)                                                                     \
	for (size_t i = place_find(places, at); i < (places)->n && (places)->v[i].off == (at); i++)

static void add_string(struct dis *dis, uint32_t off)
{
	const char *s = btf_str(dis->btf, off);

	quoted(dis->b, s, strlen(s));
}

static void core_line(struct dis *dis, const struct btf_ext_core *c)
{
	const char *kind = btf_core_kind_name(c->kind);
	struct strbuf note = {0};

	strbuf_add(dis->b, "\t.core_relo ");
	if (kind)
		strbuf_add(dis->b, kind);
	else
		strbuf_addf(dis->b, "%u", c->kind);
	strbuf_addf(dis->b, ", %u, ", c->type_id);
	add_string(dis, c->access);
	strbuf_pad(dis->b, 40, true);
	note_core(dis, c, &note);
	add_comment(dis->b, strbuf_str(&note));
	strbuf_addch(dis->b, '\n');
	strbuf_free(&note);
}

void ext_lines(struct dis *dis, uint32_t sec, uint64_t off)
{
	const struct dis_sec *s = &dis->secs[sec];

	/* without the types there is nothing that they could refer to */
	if (!dis->ext_is_text || dis->opt->brief || dis->opt->section || dis->opt->prog)
		return;
	each_at(&s->funcs, off, i) strbuf_addf(dis->b, "\t.func_info %u\n",
					       dis->ext.funcs[s->funcs.v[i].index].type_id);
	each_at(&s->lines, off, i)
	{
		const struct btf_ext_line *l = &dis->ext.lines[s->lines.v[i].index];

		strbuf_add(dis->b, "\t.line_info ");
		add_string(dis, l->file);
		strbuf_addf(dis->b, ", %u, %u, ", l->line, l->col);
		add_string(dis, l->text);
		strbuf_addch(dis->b, '\n');
	}
	each_at(&s->cores, off, i) core_line(dis, &dis->ext.cores[s->cores.v[i].index]);
}

bool source_at(const struct dis *dis, uint32_t sec, uint64_t off, struct dis_source *out,
	       bool *new_line)
{
	const struct places *lines = &dis->secs[sec].lines;
	size_t at = place_find(lines, off);
	const struct btf_ext_line *l, *before;

	if (at == lines->n || lines->v[at].off != off)
		return false;
	l = &dis->ext.lines[lines->v[at].index];
	before = at ? &dis->ext.lines[lines->v[at - 1].index] : NULL;
	*new_line = !before || before->line != l->line || before->file != l->file ||
		    function_at(dis, sec, off) != function_at(dis, sec, lines->v[at - 1].off);
	*out = (struct dis_source){btf_str(dis->btf, l->file), btf_str(dis->btf, l->text), l->line,
				   l->col};
	return true;
}
