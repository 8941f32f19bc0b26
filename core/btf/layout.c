/*
 * The order of strings that compilers leave, so that text need not carry it: types in order, each
 * its name and its members' names; behind a FUNC that has code (and its tags) its section's name,
 * then instruction by instruction the CO-RE access string and the line's file and text. A CO-RE
 * relocation against a type that was not reached yet brings it, with what it is made of, before its
 * string. Lists of .BTF.ext are ordered by the place of their section's name, then by instruction.
 * That is how LLVM's BTFDebug works through a module. With a list, the n-th use of a string takes
 * its n-th copy.
 */
#include "core/btf/layout.h"

#include <stdlib.h>

#include "core/btf/local.h"

struct layout {
	struct btf_build *b;
	struct btf_ext *ext;
	const char *old; /* the string table as it was */
	uint32_t first_str;
	uint32_t *func_of; /* by id - first_id: index in ext->funcs + 1 */
	uint32_t first_id;
	uint32_t done;	   /* records whose strings have their place */
	/* By id - first_id: twice the number of the walk that came there, one more if by no
	 * pointer. */
	uint32_t *reached;
	uint32_t *list;	   /* of the types of one walk */
	uint32_t walks;
	uint64_t budget; /* of steps of those walks; hostile types must not make them long */
	/* GCC gives each use of a string its own copy: strings of a list to their next copy. */
	struct strmap copies;
	struct copy {
		uint32_t off, next; /* index in copy[]; itself in the last one */
	} *copy;
};

static uint32_t renamed(struct layout *l, uint32_t off)
{
	const char *s = l->old + (off - l->first_str);
	uint64_t *copy;

	if (off < l->first_str)
		return off;
	copy = strmap_get(&l->copies, s);
	if (!copy || !*s)
		return btf_add_str(l->b, s);
	off = l->copy[*copy].off;
	*copy = l->copy[*copy].next;
	return off;
}

static void rename_str(void *arg, uint32_t *off)
{
	*off = renamed(arg, *off);
}

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/*
 * Records of the three lists begin alike: section, instruction. qsort() is no stable sort, so equal
 * keys are told apart by their old places, kept aside.
 */
struct keyed {
	uint32_t sec, insn_off, place;
};

static int by_insn(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int c = compare(x->sec, y->sec);

	if (!c)
		c = compare(x->insn_off, y->insn_off);
	return c ? c : compare(x->place, y->place);
}

static void sort_list(void *list, uint32_t n, size_t size)
{
	struct keyed *keys = xcalloc(n, sizeof(*keys));
	char *copy = xmalloc(n * size);

	if (n)
		memcpy(copy, list, n * size);
	for (uint32_t i = 0; i < n; i++) {
		memcpy(&keys[i], copy + i * size, 2 * sizeof(uint32_t));
		keys[i].place = i;
	}
	qsort(keys, n, sizeof(*keys), by_insn);
	for (uint32_t i = 0; i < n; i++)
		memcpy((char *)list + i * size, copy + keys[i].place * size, size);
	free(copy);
	free(keys);
}

static void sort_ext(struct btf_ext *ext)
{
	sort_list(ext->funcs, ext->nfuncs, sizeof(*ext->funcs));
	sort_list(ext->lines, ext->nlines, sizeof(*ext->lines));
	sort_list(ext->cores, ext->ncores, sizeof(*ext->cores));
}

/* Index of the first record of a sorted list at or behind an instruction. */
static uint32_t lower_bound(const void *list, uint32_t n, size_t size, uint32_t sec, uint32_t insn)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		struct keyed k = {0};

		memcpy(&k, (const char *)list + mid * size, 2 * sizeof(uint32_t));
		if (k.sec < sec || (k.sec == sec && k.insn_off < insn))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void place_record(struct layout *l)
{
	btf_visit_strs(btf_build_type(l->b, l->first_id + l->done++), rename_str, l);
}

/* Modifiers and typedefs between a pointer and what it points to. */
static bool passes_pointer(const struct btf_type *t, bool behind_ptr)
{
	return btf_kind(t) == BTF_KIND_PTR ||
	       (behind_ptr && (btf_is_mod(t) || btf_kind(t) == BTF_KIND_TYPEDEF));
}

/*
 * Adds the types that t is made of to the list, as ids doubled, odd ones behind a pointer. LLVM
 * does not follow a pointer to a struct with a name.
 */
static uint32_t reach_parts(struct layout *l, uint32_t entry, uint32_t n)
{
	const struct btf_type *t = btf_build_type(l->b, entry / 2);
	const struct btf_kind_desc *k = &btf_kinds[btf_kind(t)];
	const uint32_t *words = (const uint32_t *)t;
	uint32_t nfixed = 3 + (uint32_t)strlen(k->fixed), nwords = btf_record_size(t) / 4;
	bool behind_ptr = passes_pointer(t, entry & 1);

	for (uint32_t i = 2; i < nwords && l->budget; i++, l->budget--) {
		char what = i == 2 ? k->third
			    : i < nfixed ? k->fixed[i - 3]
					 : k->each[(i - nfixed) % strlen(k->each)];
		uint32_t at = words[i] - l->first_id, mark = 2 * l->walks + !behind_ptr;
		const struct btf_type *part;

		if (what != 'T' || words[i] < l->first_id || at >= l->b->offs.n ||
		    l->reached[at] >= mark)
			continue;
		part = btf_build_type(l->b, words[i]);
		if (behind_ptr && btf_is_composite(part) && part->name_off)
			continue;
		l->reached[at] = mark;
		l->list[n++] = 2 * words[i] + behind_ptr;
	}
	return n;
}

/* A relocation's type: everything up to it, and on while it is a part of it. */
static void place_core_type(struct layout *l, uint32_t id)
{
	uint32_t n = 1, at = id - l->first_id;

	if (id < l->first_id || at < l->done || at >= l->b->offs.n)
		return;
	l->walks++;
	l->reached[at] = 2 * l->walks + 1;
	l->list[0] = 2 * id;
	for (uint32_t i = 0; i < n && l->budget; i++)
		n = reach_parts(l, l->list[i], n);
	while (l->done < l->b->offs.n && (l->done <= at || l->reached[l->done] >= 2 * l->walks))
		place_record(l);
}

/* The strings that a function's code brings. The lists are sorted by old names still. */
static void place_body(struct layout *l, uint32_t f)
{
	const struct btf_ext *e = l->ext;
	const struct btf_ext_func *fn = &e->funcs[f];
	uint32_t sec = fn->sec, end = UINT32_MAX;
	uint32_t c = lower_bound(e->cores, e->ncores, sizeof(*e->cores), sec, fn->insn_off);
	uint32_t n = lower_bound(e->lines, e->nlines, sizeof(*e->lines), sec, fn->insn_off);

	renamed(l, sec);
	if (f + 1 < e->nfuncs && e->funcs[f + 1].sec == sec)
		end = e->funcs[f + 1].insn_off;
	for (;;) {
		const struct btf_ext_core *core = c < e->ncores ? &e->cores[c] : NULL;
		const struct btf_ext_line *line = n < e->nlines ? &e->lines[n] : NULL;

		if (core && (core->sec != sec || core->insn_off >= end))
			core = NULL;
		if (line && (line->sec != sec || line->insn_off >= end))
			line = NULL;
		if (core && (!line || core->insn_off <= line->insn_off)) {
			place_core_type(l, core->type_id);
			renamed(l, core->access);
			c++;
		} else if (line) {
			renamed(l, line->file);
			renamed(l, line->text);
			n++;
		} else {
			return;
		}
	}
}

static void place_types(struct layout *l)
{
	uint32_t pending = 0;

	while (l->done < l->b->offs.n) {
		uint32_t i = l->done, kind = btf_kind(btf_build_type(l->b, l->first_id + i));

		if (pending && kind != BTF_KIND_DECL_TAG) {
			place_body(l, pending - 1);
			pending = 0;
			continue;
		}
		place_record(l);
		if (kind == BTF_KIND_FUNC && !l->copy)
			pending = l->func_of[i];
	}
	if (pending)
		place_body(l, pending - 1);
}

static void rename_ext(struct layout *l)
{
	struct btf_ext *e = l->ext;

	for (uint32_t i = 0; i < e->nfuncs; i++)
		e->funcs[i].sec = renamed(l, e->funcs[i].sec);
	for (uint32_t i = 0; i < e->nlines; i++) {
		e->lines[i].sec = renamed(l, e->lines[i].sec);
		e->lines[i].file = renamed(l, e->lines[i].file);
		e->lines[i].text = renamed(l, e->lines[i].text);
	}
	for (uint32_t i = 0; i < e->ncores; i++) {
		e->cores[i].sec = renamed(l, e->cores[i].sec);
		e->cores[i].access = renamed(l, e->cores[i].access);
	}
}

static void index_funcs(struct layout *l)
{
	uint32_t first = l->first_id;

	l->func_of = xcalloc(l->b->offs.n, sizeof(*l->func_of));
	l->reached = xcalloc(l->b->offs.n, sizeof(*l->reached));
	l->list = xcalloc(2 * l->b->offs.n + 1, sizeof(*l->list));
	l->budget = (1 << 20) + 16 * (uint64_t)l->b->type_data.len;
	for (uint32_t f = l->ext->nfuncs; f-- > 0;) {
		uint32_t id = l->ext->funcs[f].type_id;

		if (id >= first && id - first < l->b->offs.n)
			l->func_of[id - first] = f + 1;
	}
}

/* The strings of a list, in order, and their copies chained from the first one. */
static void place_list(struct layout *l, const struct btf_strings *list)
{
	l->copy = xcalloc(list->n, sizeof(*l->copy));
	for (size_t i = 0; i < list->n; i++) {
		l->copy[i].off = btf_append_str(l->b, list->v[i]);
		l->copy[i].next = (uint32_t)i;
	}
	for (size_t i = list->n; i-- > 0;) {
		uint64_t *later = strmap_get(&l->copies, list->v[i]);

		if (later)
			l->copy[i].next = (uint32_t)*later;
		strmap_put(&l->copies, list->v[i], i);
	}
}

void btf_lay_out(struct btf_build *b, struct btf_ext *ext, const struct btf_strings *list)
{
	struct btf_ext none = {0};
	struct layout l = {.b = b, .ext = ext ? ext : &none};
	struct strbuf old = b->str_data;

	l.old = strbuf_str(&old);
	l.first_str = b->base ? b->base->nstr : 0;
	l.first_id = btf_next_id(b) - (uint32_t)b->offs.n;
	b->str_data = (struct strbuf){0};
	strmap_free(&b->strs);
	if (list)
		place_list(&l, list);
	sort_ext(l.ext);
	index_funcs(&l);
	place_types(&l);
	rename_ext(&l);
	sort_ext(l.ext);
	free(l.func_of);
	free(l.reached);
	free(l.list);
	free(l.copy);
	strmap_free(&l.copies);
	strbuf_free(&old);
}
