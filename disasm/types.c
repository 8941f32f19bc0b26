/*
 * .BTF and .BTF.ext. Both are written as text when that text says everything: when the same bytes come
 * back from it. Else their sections are data like any other; the records are then still good for names
 * and source lines.
 */
#include "disasm/local.h"

#include <stdlib.h>
#include <string.h>

#include "core/btf/text.h"

/* What is wrong with types is no reason to refuse the object. */
static void take_as_warning(struct diag *d, enum severity sev, const struct loc *loc,
			    const char *msg)
{
	if (sev == SEV_ERROR)
		warn(d->sink_arg, loc, "%s; it is written as bytes", msg);
}

static uint32_t find_section(const struct dis *dis, const char *name)
{
	for (uint32_t i = 1; i < dis->obj->nsecs; i++)
		if (strcmp(dis->obj->secs[i].name, name) == 0 && !dis->secs[i].is_left_out)
			return i;
	return 0;
}

static void add_place(const struct dis *dis, struct places *(*list)(struct dis_sec *),
		      uint32_t sec_name, uint64_t off, uint32_t index)
{
	uint32_t sec = find_section(dis, btf_str(dis->btf, sec_name));
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

	dis->btf_sec = find_section(dis, ".BTF");
	dis->ext_sec = find_section(dis, ".BTF.ext");
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

/* ---- is the text enough? ---- */

static void ignore(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d;
	(void)sev;
	(void)loc;
	(void)msg;
}

static bool equals(struct bytes b, const struct section *sec)
{
	return b.size == sec->size && memcmp(b.data, sec->data, b.size) == 0;
}

static bool judge_btf(struct dis *dis)
{
	struct diag quiet = {.sink = ignore};
	struct btf_build build = {0};
	struct strbuf text = {0};
	bool same = false;

	btf_text(&text, dis->btf, "");
	if (!btf_text_parse(strbuf_str(&text), text.len, &dis->loc, &quiet, &build))
		same = equals(btf_build_finish(&build, dis->obj->big_endian, &dis->arena),
			      &dis->obj->secs[dis->btf_sec]);
	btf_build_free(&build);
	strbuf_free(&text);
	return same && !dis->secs[dis->btf_sec].nsyms && !dis->secs[dis->btf_sec].marks.n;
}

/* Sections in the order of their names in the string table: LLVM's order, and our assembler's. */
static int by_name(const void *a, const void *b, void *arg)
{
	const uint32_t *names = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return names[x] < names[y] ? -1 : names[x] > names[y];
}

/* The string that records of a section have as its name; 0: it has no records. */
static uint32_t record_name(const struct dis *dis, uint32_t sec)
{
	const struct dis_sec *s = &dis->secs[sec];

	if (s->funcs.n)
		return dis->ext.funcs[s->funcs.v[0].index].sec;
	if (s->lines.n)
		return dis->ext.lines[s->lines.v[0].index].sec;
	return s->cores.n ? dis->ext.cores[s->cores.v[0].index].sec : 0;
}

/* The records as they stand in the text: only what stands in front of an instruction. */
static struct btf_ext records_in_text(struct dis *dis, const uint32_t *order)
{
	const struct btf_ext *e = &dis->ext;
	struct btf_ext t = {.hdr_len = e->hdr_len};

	t.funcs = arena_array(&dis->arena, struct btf_ext_func, e->nfuncs);
	t.lines = arena_array(&dis->arena, struct btf_ext_line, e->nlines);
	t.cores = arena_array(&dis->arena, struct btf_ext_core, e->ncores);
	for (uint32_t i = 0; i < dis->obj->nsecs; i++) {
		const struct dis_sec *s = &dis->secs[order[i]];

		if (!s->is_code)
			continue;
		vec_each(&s->funcs, p)
			if (p->off < s->sec->size && is_place(dis, order[i], p->off))
				t.funcs[t.nfuncs++] = e->funcs[p->index];
		vec_each(&s->lines, p)
			if (p->off < s->sec->size && is_place(dis, order[i], p->off))
				t.lines[t.nlines++] = e->lines[p->index];
		vec_each(&s->cores, p)
			if (p->off < s->sec->size && is_place(dis, order[i], p->off))
				t.cores[t.ncores++] = e->cores[p->index];
	}
	return t;
}

/* Is every string the one that a look-up of its text finds? */
static bool strings_are_unique(const struct btf *btf)
{
	struct strmap seen = {0};
	bool unique = true;

	for (uint32_t off = 0; off < btf->nstr && unique; off += (uint32_t)strlen(btf_str(btf, off)) + 1)
		unique = strmap_put(&seen, btf_str(btf, off), off);
	strmap_free(&seen);
	return unique;
}

static bool judge_ext(struct dis *dis)
{
	const struct section *sec = &dis->obj->secs[dis->ext_sec];
	uint32_t n = dis->obj->nsecs;
	uint32_t *order = arena_array(&dis->arena, uint32_t, n);
	uint32_t *names = arena_array(&dis->arena, uint32_t, n);
	struct btf_ext t;

	if (!dis->ext.hdr_len || !strings_are_unique(dis->btf))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		order[i] = i;
		names[i] = record_name(dis, i);
	}
	qsort_r(order, n, sizeof(*order), by_name, names);
	t = records_in_text(dis, order);
	return equals(btf_ext_build(&t, dis->obj->big_endian, &dis->arena), sec) &&
	       !dis->secs[dis->ext_sec].nsyms && !dis->secs[dis->ext_sec].marks.n;
}

void types_judge(struct dis *dis)
{
	dis->btf_is_text = dis->btf && judge_btf(dis);
	dis->ext_is_text = dis->btf_is_text && dis->ext_sec && judge_ext(dis);
}

/* ---- writing ---- */

void types_lines(struct dis *dis, uint32_t sec)
{
	uint64_t size = dis->obj->secs[sec].size;

	if (sec == dis->btf_sec) {
		strbuf_add(dis->b, "\t.btf\n");
		btf_text(dis->b, dis->btf, "\t");
		strbuf_add(dis->b, "\t.endbtf\n");
	}
	reloc_lines(dis, sec, 0, size, NULL);
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

#define each_at(places, at, p)                                                                     \
	for (const struct place *p = (places)->v + place_find(places, at);                         \
	     p < (places)->v + (places)->n && p->off == (at); p++)

static void add_string(struct dis *dis, uint32_t off)
{
	const char *s = btf_str(dis->btf, off);

	quoted(dis->b, s, strlen(s));
}

static void core_line(struct dis *dis, const struct btf_ext_core *c)
{
	const char *kind = btf_core_kind_name(c->kind);

	strbuf_add(dis->b, "\t.core_relo ");
	if (kind)
		strbuf_add(dis->b, kind);
	else
		strbuf_addf(dis->b, "%u", c->kind);
	strbuf_addf(dis->b, ", [%u], ", c->type_id);
	add_string(dis, c->access);
	strbuf_addch(dis->b, '\n');
}

void ext_lines(struct dis *dis, uint32_t sec, uint64_t off)
{
	const struct dis_sec *s = &dis->secs[sec];

	if (!dis->ext_is_text || dis->opt->brief)
		return;
	each_at(&s->funcs, off, p)
		strbuf_addf(dis->b, "\t.func_info [%u]\n", dis->ext.funcs[p->index].type_id);
	each_at(&s->lines, off, p) {
		const struct btf_ext_line *l = &dis->ext.lines[p->index];

		strbuf_add(dis->b, "\t.line_info ");
		add_string(dis, l->file);
		strbuf_addf(dis->b, ", %u, %u, ", l->line, l->col);
		add_string(dis, l->text);
		strbuf_addch(dis->b, '\n');
	}
	each_at(&s->cores, off, p)
		core_line(dis, &dis->ext.cores[p->index]);
}

bool source_at(const struct dis *dis, uint32_t sec, uint64_t off, struct dis_source *out)
{
	const struct places *lines = &dis->secs[sec].lines;
	size_t at = place_find(lines, off);
	const struct btf_ext_line *l;

	if (at == lines->n || lines->v[at].off != off)
		return false;
	l = &dis->ext.lines[lines->v[at].index];
	*out = (struct dis_source){btf_str(dis->btf, l->file), btf_str(dis->btf, l->text), l->line,
				   l->col};
	return true;
}
