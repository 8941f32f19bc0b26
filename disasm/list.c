/*
 * The listing: functions as rows, for everything that is no assembly. A code section is cut where
 * functions begin; code that belongs to no function is named by its section.
 */
#include "disasm/local.h"

#include <string.h>

struct lister {
	struct dis *dis;
	struct dis_list *list;
	VEC(struct dis_func) funcs;
};

/* Text of an instruction that has none in a notation that cannot be assembled. */
static const char *row_text(struct lister *l, uint32_t sec, uint32_t slot, bool kernel, bool *bad)
{
	struct dis *dis = l->dis;
	struct strbuf b = {0};
	const char *res;

	if (kernel)
		insn_line_kernel(dis, sec, slot, &b);
	else
		*bad = !insn_line(dis, sec, slot, &b);
	if (!kernel && *bad)
		strbuf_addf(&b, ".8byte 0x%016llx",
			    (unsigned long long)dis_number(
				    dis, dis->secs[sec].sec->data + slot * 8ull, 8));
	res = arena_strndup(&l->list->arena, strbuf_str(&b), b.len);
	strbuf_free(&b);
	return res;
}

static const char *row_note(struct lister *l, uint32_t sec, uint32_t slot, bool bad)
{
	const struct dis_sec *s = &l->dis->secs[sec];
	const char *why = bad ? insn_check(s->insns, slot, s->ninsns) : NULL;
	const char *res = why;
	struct strbuf b = {0};

	if (!why && note_insn(l->dis, sec, slot, &b))
		res = arena_strndup(&l->list->arena, strbuf_str(&b), b.len);
	strbuf_free(&b);
	return res;
}

static const struct dis_source *row_source(struct lister *l, uint32_t sec, uint32_t slot,
					   bool *new_line)
{
	struct arena *a = &l->list->arena;
	struct dis_source src, *res;

	if (!source_at(l->dis, sec, slot * 8ull, &src, new_line))
		return NULL;
	res = arena_new(a, struct dis_source);
	*res = src;
	res->file = arena_strdup(a, src.file);
	res->text = arena_strdup(a, src.text + strspn(src.text, " \t"));
	return res;
}

static void fill_row(struct lister *l, uint32_t sec, uint32_t slot, struct dis_row *row)
{
	const struct dis_sec *s = &l->dis->secs[sec];
	struct arena *a = &l->list->arena;
	const char *label = label_at(l->dis, sec, slot * 8ull);

	row->slot = slot;
	row->slots = s->slots[slot];
	row->insn = arena_memdup(a, &s->insns[slot], sizeof(struct bpf_insn) * 2);
	row->bytes = arena_memdup(a, s->sec->data + slot * 8ull, row->slots * 8u);
	row->label = label ? arena_strdup(a, label) : NULL;
	row->text = row_text(l, sec, slot, false, &row->is_bad);
	row->kernel = row_text(l, sec, slot, true, NULL);
	row->note = row_note(l, sec, slot, row->is_bad);
	row->source = row_source(l, sec, slot, &row->new_line);
	row->target = -1;
}

static int compare_slot(const void *key, const void *elem)
{
	const uint32_t slot = *(const uint32_t *)key;
	const struct dis_row *row = elem;

	return slot < row->slot ? -1 : slot > row->slot;
}

/* Calls leave the function, so they are no jumps here. */
static void fill_targets(struct dis_func *f)
{
	for (uint32_t i = 0; i < f->nrows; i++) {
		struct dis_row *row = &f->rows[i], *to;
		enum insn_op op = insn_decode(row->insn);
		int64_t slot = insn_target(row->insn, row->slot);
		uint32_t key = (uint32_t)slot;

		if (row->is_bad || !(insn_descs[op].flags & INSN_JUMP) || !insn_has_target(op) ||
		    slot < 0 || slot > UINT32_MAX)
			continue;
		to = bsearch(&key, f->rows, f->nrows, sizeof(*to), compare_slot);
		if (to)
			row->target = to - f->rows;
	}
}

static void add_function(struct lister *l, uint32_t sec, uint32_t sym, uint32_t from, uint32_t to)
{
	const struct dis_sec *s = &l->dis->secs[sec];
	struct arena *a = &l->list->arena;
	struct dis_func f = {.section = arena_strdup(a, s->sec->name)};
	struct strbuf proto = {0};

	f.name = sym ? arena_strdup(a, l->dis->obj->syms[sym].name) : f.section;
	if (sym && note_proto(l->dis, sym, &proto))
		f.proto = arena_strdup(a, strbuf_str(&proto));
	strbuf_free(&proto);
	f.rows = arena_array(a, struct dis_row, to - from);
	for (uint32_t slot = from; slot < to; slot++)
		if (s->slots[slot])
			fill_row(l, sec, slot, &f.rows[f.nrows++]);
	fill_targets(&f);
	if (f.nrows)
		vec_push(&l->funcs, f);
}

/* Where the function that covers slot from ends, or, when none does, the next one begins. */
static uint32_t function_end(const struct dis *dis, uint32_t sec, uint32_t func, uint32_t from,
			     uint64_t to)
{
	const struct symbol *sym = &dis->obj->syms[func];
	uint64_t next = function_after(dis, sec, from * 8ull);

	if (func)
		to = min(to, (sym->value + sym->size + 7) / 8);
	/* one that begins inside a slot has only what follows */
	return (uint32_t)max(min(to, next / 8), from + 1ull);
}

static void list_section(struct lister *l, uint32_t sec)
{
	const struct dis *dis = l->dis;
	uint64_t from, to;

	if (!dis->secs[sec].is_code || !dis_range(dis, sec, &from, &to))
		return;
	to = min(to / 8, (uint64_t)dis->secs[sec].ninsns);
	for (uint32_t slot = (uint32_t)(from / 8), end; slot < to; slot = end) {
		uint32_t func = function_at(dis, sec, slot * 8ull);

		end = function_end(dis, sec, func, slot, to);
		add_function(l, sec, func, slot, end);
	}
}

int disasm_list(const struct object *obj, const struct dis_options *opt, struct diag *d,
		struct dis_list *out)
{
	struct lister l = {.list = out};
	struct dis dis;
	int err = dis_open(&dis, obj, opt, d);

	l.dis = &dis;
	for (uint32_t i = 1; !err && i < obj->nsecs; i++)
		list_section(&l, i);
	out->funcs = arena_memdup(&out->arena, l.funcs.v, l.funcs.n * sizeof(*l.funcs.v));
	out->nfuncs = (uint32_t)l.funcs.n;
	vec_free(&l.funcs);
	dis_close(&dis);
	return err;
}

void dis_list_free(struct dis_list *list)
{
	arena_free(&list->arena);
}

static void kernel_row(const struct dis_row *row, const struct dis_options *opt, struct strbuf *out)
{
	if (opt->source && row->new_line)
		strbuf_addf(out, "; %s @ %s:%u\n", row->source->text, row->source->file,
			    row->source->line);
	strbuf_addf(out, "%4u: (%02x) %s", row->slot, row->insn->code, row->kernel);
	if (row->note) {
		strbuf_pad(out, 48, true);
		strbuf_addf(out, "; %s", row->note);
	}
	if (opt->opcodes) {
		strbuf_add(out, "\n      ");
		for (unsigned int i = 0; i < row->slots * 8u; i++)
			strbuf_addf(out, " %02x", row->bytes[i]);
	}
	strbuf_addch(out, '\n');
}

void disasm_kernel(const struct dis_list *list, const struct dis_options *opt, struct strbuf *out)
{
	for (uint32_t i = 0; i < list->nfuncs; i++) {
		const struct dis_func *f = &list->funcs[i];

		strbuf_addf(out, "%s%s:\n", i ? "\n" : "", f->proto ? f->proto : f->name);
		for (uint32_t r = 0; r < f->nrows; r++)
			kernel_row(&f->rows[r], opt, out);
	}
}
