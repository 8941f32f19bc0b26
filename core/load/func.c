/*
 * Functions of code sections, and programs made of them: a program is its own function followed by
 * every function that it calls or takes the address of, each once, in the order in which a walk
 * along the instructions, depth first, meets them. That is libbpf's order too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/load/local.h"

#define SLOT sizeof(struct bpf_insn)

/* Counts n more instructions against the limit. */
static int charge_insns(struct linker *l, uint64_t n)
{
	if (n > IMAGE_MAX_INSNS - l->insns)
		return fail_obj(l, "more than %u instructions in all programs together",
				IMAGE_MAX_INSNS);
	l->insns += (uint32_t)n;
	return 0;
}

/* Where functions lie that are only called. */
static bool is_text(const char *section)
{
	return strncmp(section, ".text", 5) == 0 && (!section[5] || section[5] == '.');
}

static int add_func(struct linker *l, const struct symbol *sym, const char *name, uint32_t sec)
{
	const struct section *s = &l->obj->secs[sec];
	uint64_t start = sym ? sym->value : 0, size = sym ? sym->size : s->size;

	if (start % SLOT || size % SLOT || s->size % SLOT)
		return fail_obj(l, "'%s' in section '%s' does not begin and end at an instruction",
				name, s->name);
	*vec_add(&l->funcs) = (struct func){
		.name = name,
		.sec = sec,
		.start = (uint32_t)(start / SLOT),
		.n = (uint32_t)(size / SLOT),
		.is_global = !sym || (sym->bind != STB_LOCAL && (sym->other & 3) == STV_DEFAULT),
		.is_prog = !is_text(s->name) && !(sym && sym->bind == STB_LOCAL),
	};
	return 0;
}

static int compare_funcs(const void *a, const void *b)
{
	const struct func *x = a, *y = b;

	if (x->sec != y->sec)
		return x->sec < y->sec ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* A symbol of hand-written text may have no size: it reaches to the next one. */
static void close_gaps(struct linker *l)
{
	for (size_t i = 0; i < l->funcs.n; i++) {
		struct func *f = &l->funcs.v[i], *next = f + 1;
		uint32_t end = (uint32_t)(l->obj->secs[f->sec].size / SLOT);

		while (next < l->funcs.v + l->funcs.n && next->sec == f->sec &&
		       next->start == f->start)
			next++;
		if (next < l->funcs.v + l->funcs.n && next->sec == f->sec)
			end = next->start;
		if (!f->n)
			f->n = end - f->start;
	}
}

static int copy_insns(struct linker *l, struct func *f)
{
	const struct bpf_insn *code = (const struct bpf_insn *)l->obj->secs[f->sec].data;
	int err = charge_insns(l, f->n);

	if (err)
		return err;
	if (!f->n)
		return fail_obj(l, "function '%s' has no instructions", f->name);
	f->insns = arena_memdup(l->a, code + f->start, f->n * SLOT);
	for (uint32_t at = 0; at < f->n; at += insn_slots(&f->insns[at]))
		if (at + insn_slots(&f->insns[at]) > f->n)
			return fail_obj(l, "the last instruction of '%s' lacks its second half",
					f->name);
	return 0;
}

/*
 * Where all functions of a program section are static they are its programs: libbpf refuses these,
 * cilium/ebpf's loader takes them. Without a program section, what others can call in .text is a
 * program: bare compiler output.
 */
static void choose_progs(struct linker *l)
{
	bool *has_prog = xcalloc(l->obj->nsecs, sizeof(*has_prog));
	bool any = false;

	vec_each(&l->funcs, f)
		has_prog[f->sec] |= f->is_prog;
	vec_each(&l->funcs, f)
	{
		f->is_prog |= !has_prog[f->sec] && !is_text(l->obj->secs[f->sec].name);
		any |= f->is_prog;
	}
	vec_each(&l->funcs, f)
		f->is_prog |= !any && f->is_global;
	free(has_prog);
}

static int collect_section(struct linker *l, uint32_t sec, const bool *has_funcs)
{
	const struct section *s = &l->obj->secs[sec];

	if (!section_is_code(s) || !s->size || has_funcs[sec])
		return 0;
	for (uint32_t i = 1; i < l->obj->nsyms; i++) {
		const struct symbol *sym = &l->obj->syms[i];

		if (sym->sec == sec && sym->value == 0 && sym->bind != STB_LOCAL && *sym->name)
			return add_func(l, NULL, sym->name, sec);
	}
	return add_func(l, NULL, s->name, sec);
}

static int name_funcs(struct linker *l);
static int place_lines(struct linker *l);

int collect_funcs(struct linker *l)
{
	const struct object *obj = l->obj;
	bool *has_funcs = xcalloc(obj->nsecs, sizeof(*has_funcs));
	int err = 0;

	for (uint32_t i = 1; i < obj->nsyms && !err; i++) {
		const struct symbol *sym = &obj->syms[i];

		if (sym->type != STT_FUNC || !sym->sec || sym->sec >= obj->nsecs ||
		    !section_is_code(&obj->secs[sym->sec]))
			continue;
		has_funcs[sym->sec] = true;
		err = add_func(l, sym, sym->name, sym->sec);
	}
	for (uint32_t i = 1; i < obj->nsecs && !err; i++)
		err = collect_section(l, i, has_funcs);
	free(has_funcs);
	if (err)
		return err;
	if (l->funcs.n)
		qsort(l->funcs.v, l->funcs.n, sizeof(*l->funcs.v), compare_funcs);
	close_gaps(l);
	vec_each(&l->funcs, f) {
		err = copy_insns(l, f);
		if (err)
			return err;
	}
	choose_progs(l);
	err = name_funcs(l);
	return err ? err : place_lines(l);
}

/* Number of functions that start at or before a slot. */
static size_t funcs_upto(const struct linker *l, uint32_t sec, uint64_t slot)
{
	size_t lo = 0, hi = l->funcs.n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const struct func *f = &l->funcs.v[mid];

		if (f->sec < sec || (f->sec == sec && f->start <= slot))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct func *func_starting(struct linker *l, uint32_t sec, uint64_t slot)
{
	size_t i = funcs_upto(l, sec, slot);
	struct func *f = i ? &l->funcs.v[i - 1] : NULL;

	return f && f->sec == sec && f->start == slot ? f : NULL;
}

/* A record of a function that begins inside of another one. */
static void add_inner(struct linker *l, struct func *f, uint32_t slot, uint32_t btf_id)
{
	vec_push(&f->inner, ((struct subprog_def){
				    .name = btf_name(l->img->btf, btf_id),
				    .start = slot - f->start,
				    .btf_id = btf_id,
				    .is_global = btf_vlen(btf_type(l->img->btf, btf_id)) ==
						 BTF_FUNC_GLOBAL,
			    }));
}

static int name_funcs(struct linker *l)
{
	for (uint32_t i = 0; i < l->ext.nfuncs; i++) {
		const struct btf_ext_func *info = &l->ext.funcs[i];
		uint32_t sec = section_named(l, btf_str(l->img->btf, info->sec));
		size_t f = sec ? funcs_upto(l, sec, info->insn_off / SLOT) : 0;

		if (info->insn_off % SLOT)
			return fail_obj(l, ".BTF.ext: function record %u is not at an instruction",
					i);
		if (f && l->funcs.v[f - 1].sec == sec &&
		    l->funcs.v[f - 1].start < info->insn_off / SLOT &&
		    info->insn_off / SLOT < l->funcs.v[f - 1].start + l->funcs.v[f - 1].n)
			add_inner(l, &l->funcs.v[f - 1], info->insn_off / SLOT, info->type_id);
		for (; f && l->funcs.v[f - 1].sec == sec &&
		       l->funcs.v[f - 1].start == info->insn_off / SLOT;
		     f--)
			l->funcs.v[f - 1].btf_id = info->type_id;
	}
	if (!l->img->btf)
		return 0;
	vec_each(&l->funcs, f)
		if (!f->btf_id)
			f->btf_id = btf_find(l->img->btf, f->name, BTF_KIND_FUNC);
	return 0;
}

static int compare_lines(const void *a, const void *b)
{
	const struct line_ref *x = a, *y = b;

	if (x->sec != y->sec)
		return x->sec < y->sec ? -1 : 1;
	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static size_t lines_before(const struct linker *l, uint32_t sec, uint32_t slot)
{
	size_t lo = 0, hi = l->lines.n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const struct line_ref *r = &l->lines.v[mid];

		if (r->sec < sec || (r->sec == sec && r->slot < slot))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int place_lines(struct linker *l)
{
	for (uint32_t i = 0; i < l->ext.nlines; i++) {
		const struct btf_ext_line *line = &l->ext.lines[i];
		uint32_t sec = section_named(l, btf_str(l->img->btf, line->sec));

		if (line->insn_off % SLOT)
			return fail_obj(l, ".BTF.ext: line record %u is not at an instruction", i);
		if (sec)
			*vec_add(&l->lines) = (struct line_ref){sec, line->insn_off / SLOT, line};
	}
	if (l->lines.n)
		qsort(l->lines.v, l->lines.n, sizeof(*l->lines.v), compare_lines);
	vec_each(&l->funcs, f) {
		f->line = (uint32_t)lines_before(l, f->sec, f->start);
		f->nlines = (uint32_t)lines_before(l, f->sec, f->start + f->n) - f->line;
	}
	return 0;
}

/* A program under construction. */
struct builder {
	uint32_t number; /* from 1 */
	VEC(struct bpf_insn) insns;
	VEC(struct subprog_def) subs;
	VEC(uint32_t) funcs; /* of each of subs, in linker.funcs */
	VEC(struct line_def) lines;
	VEC(struct extern_def) externs;
	VEC(struct poison_def) poisons;
	VEC(struct walk) walks;
	uint32_t exception_cb; /* where its exception callback begins; 0: it has none */
};

struct walk {
	uint32_t func;
	size_t ref; /* the next one to look at */
};

static int place(struct linker *l, struct builder *b, uint32_t number)
{
	struct func *f = &l->funcs.v[number];
	const struct btf *btf = l->img->btf;
	uint32_t at = (uint32_t)b->insns.n;
	int err = charge_insns(l, (uint64_t)f->n + f->nlines);

	if (err)
		return err;
	f->placed_in = b->number;
	f->placed_at = at;
	vec_grow((void **)&b->insns.v, &b->insns.cap, at + f->n, SLOT);
	memcpy(b->insns.v + at, f->insns, f->n * SLOT);
	b->insns.n += f->n;
	vec_push(&b->funcs, number);
	vec_push(&b->subs, ((struct subprog_def){f->name, at, f->btf_id, f->is_global}));
	vec_each(&f->inner, sub) {
		vec_push(&b->subs, *sub);
		vec_last(&b->subs)->start += at;
	}
	for (uint32_t i = f->line; i < f->line + f->nlines; i++) {
		const struct line_ref *r = &l->lines.v[i];

		*vec_add(&b->lines) = (struct line_def){
			.insn = at + r->slot - f->start,
			.file = btf_str(btf, r->line->file),
			.text = btf_str(btf, r->line->text),
			.line = r->line->line,
			.col = r->line->col,
		};
	}
	vec_each(&f->externs, e) {
		vec_push(&b->externs, *e);
		vec_last(&b->externs)->insn += at;
	}
	vec_each(&f->poisons, p) {
		vec_push(&b->poisons, *p);
		vec_last(&b->poisons)->insn += at;
	}
	vec_push(&b->walks, ((struct walk){number, 0}));
	return 0;
}

static void set_distances(struct linker *l, struct builder *b)
{
	vec_each(&b->funcs, number) {
		const struct func *f = &l->funcs.v[*number];

		vec_each(&f->refs, r) {
			uint32_t at = f->placed_at + r->slot;

			b->insns.v[at].imm = (int32_t)(l->funcs.v[r->func].placed_at - at - 1);
		}
	}
}

/* Places a function and what it leads to, unless it is there. */
static int place_all(struct linker *l, struct builder *b, uint32_t number)
{
	int err = l->funcs.v[number].placed_in == b->number ? 0 : place(l, b, number);

	while (!err && b->walks.n) {
		struct walk *w = vec_last(&b->walks);
		const struct func *f = &l->funcs.v[w->func];

		if (w->ref == f->refs.n) {
			b->walks.n--;
			continue;
		}
		number = f->refs.v[w->ref++].func;
		if (l->funcs.v[number].placed_in != b->number)
			err = place(l, b, number);
	}
	return err;
}

/* What a tag of the program names to be entered when it throws; "" for none or for several. */
static const char *exception_callback(const struct linker *l, const struct func *f)
{
	static const char prefix[] = "exception_callback:";
	const struct btf *btf = l->img->btf;
	const char *found = "";

	for (uint32_t id = 1; btf && f->btf_id && id < btf->nids; id++) {
		const struct btf_type *t = btf_type(btf, id);
		const char *tag = btf_str(btf, t->name_off);

		if (btf_kind(t) != BTF_KIND_DECL_TAG || t->type != f->btf_id ||
		    btf_component(t) != -1 || strncmp(tag, prefix, strlen(prefix)) != 0)
			continue;
		if (*found)
			return ""; /* the verifier refuses that */
		found = tag + strlen(prefix);
	}
	return found;
}

static int place_exception_callback(struct linker *l, struct builder *b, uint32_t number)
{
	const char *name = exception_callback(l, &l->funcs.v[number]);

	b->exception_cb = 0;
	if (!*name)
		return 0;
	for (uint32_t i = 0; i < l->funcs.n; i++) {
		const struct func *f = &l->funcs.v[i];
		int err;

		if (f->is_prog || !f->is_global || strcmp(f->name, name) != 0)
			continue;
		err = place_all(l, b, i);
		b->exception_cb = f->placed_at;
		return err;
	}
	return fail_obj(l, "program '%s': no global function is its exception callback '%s'",
			l->funcs.v[number].name, name);
}

static int assemble_prog(struct linker *l, struct builder *b, uint32_t number)
{
	int err = place_all(l, b, number);

	if (!err)
		err = place_exception_callback(l, b, number);
	if (!err)
		set_distances(l, b);
	return err;
}

static void set_kind(struct linker *l, struct prog_def *p)
{
	const struct sec_def *def = sec_def_find(p->section, &p->attach_to);

	p->autoload = *p->section != '?';
	p->type = def ? def->type : l->opts->prog_type;
	if (!def)
		return;
	p->attach_type = def->attach;
	if (def->flags & SEC_SLEEPABLE)
		p->flags |= PROG_F_SLEEPABLE;
	if (def->flags & SEC_FRAGS)
		p->flags |= PROG_F_XDP_HAS_FRAGS;
}

#define keep(l, vec) arena_memdup((l)->a, (vec)->v, (vec)->n * sizeof(*(vec)->v))

static int build_prog(struct linker *l, struct builder *b, uint32_t number, struct prog_def *p)
{
	const struct func *f = &l->funcs.v[number];
	int err;

	b->insns.n = b->subs.n = b->funcs.n = b->lines.n = b->externs.n = b->poisons.n = 0;
	b->walks.n = 0;
	b->number++;
	err = assemble_prog(l, b, number);
	if (err)
		return err;
	*p = (struct prog_def){
		.name = f->name,
		.section = l->obj->secs[f->sec].name,
		.insns = keep(l, &b->insns),
		.ninsns = (uint32_t)b->insns.n,
		.subs = keep(l, &b->subs),
		.nsubs = (uint32_t)b->subs.n,
		.exception_cb = b->exception_cb,
		.lines = keep(l, &b->lines),
		.nlines = (uint32_t)b->lines.n,
		.externs = keep(l, &b->externs),
		.nexterns = (uint32_t)b->externs.n,
		.poisons = keep(l, &b->poisons),
		.npoisons = (uint32_t)b->poisons.n,
		.ops = f->ops,
		.ops_member = f->ops_member,
	};
	set_kind(l, p);
	return 0;
}

int build_progs(struct linker *l)
{
	struct image *img = l->img;
	struct builder b = {0};
	int err = 0;

	vec_each(&l->funcs, f)
		img->nprogs += f->is_prog;
	img->progs = arena_array(l->a, struct prog_def, img->nprogs);
	img->nprogs = 0;
	for (uint32_t i = 0; i < l->funcs.n && !err; i++)
		if (l->funcs.v[i].is_prog)
			err = build_prog(l, &b, i, &img->progs[img->nprogs++]);
	vec_free(&b.insns);
	vec_free(&b.subs);
	vec_free(&b.funcs);
	vec_free(&b.lines);
	vec_free(&b.externs);
	vec_free(&b.poisons);
	vec_free(&b.walks);
	return err;
}
