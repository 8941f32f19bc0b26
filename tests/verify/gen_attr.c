/*
 * How a program is loaded: what it says of its functions and lines, its type, where it is to be
 * attached and its flags, a little or far from what they should be.
 */
#include "tests/verify/trial.h"

#include "core/isa/build.h"

static uint32_t near(struct fuzz *f, uint32_t v)
{
	static const uint32_t far[] = {0, 1, 2, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};

	if (one_in(f, 4))
		return far[below(f, ARRAY_SIZE(far))];
	return one_in(f, 2) ? v + 1 + below(f, 3) : v - 1 - below(f, 3);
}

/* ---- functions ---- */

static void func_place(struct fuzz *f, struct trial *t)
{
	struct func_info *i = &t->funcs[below(f, max(t->nfuncs, 1u))];

	i->insn_off = near(f, i->insn_off);
}

static void func_type(struct fuzz *f, struct trial *t)
{
	struct func_info *i = &t->funcs[below(f, max(t->nfuncs, 1u))];

	i->type_id = one_in(f, 3) || !t->world->btf ? near(f, i->type_id)
						    : below(f, t->world->btf->nids + 1);
}

static void fewer_funcs(struct fuzz *f, struct trial *t)
{
	if (t->nfuncs)
		t->nfuncs -= 1 + below(f, t->nfuncs);
}

static void more_funcs(struct fuzz *f, struct trial *t)
{
	if (t->nfuncs == TRIAL_FUNCS)
		return;
	t->funcs[t->nfuncs] = t->funcs[below(f, max(t->nfuncs, 1u))];
	t->funcs[t->nfuncs++].insn_off = one_in(f, 2) ? t->n : below(f, t->n);
}

static void swap_funcs(struct fuzz *f, struct trial *t)
{
	uint32_t a = below(f, max(t->nfuncs, 1u)), b = below(f, max(t->nfuncs, 1u));
	struct func_info i = t->funcs[a];

	t->funcs[a] = t->funcs[b];
	t->funcs[b] = i;
	if (one_in(f, 2)) {
		t->funcs[b].insn_off = t->funcs[a].insn_off;
		t->funcs[a].insn_off = i.insn_off;
	}
}

/* ---- lines ---- */

/* One for each function, to begin with. */
static void lines(struct fuzz *f, struct trial *t)
{
	t->nlines = 0;
	for (uint32_t i = 0; i < t->nfuncs; i++)
		t->lines[t->nlines++] = (struct line_info){.insn_off = t->funcs[i].insn_off,
							   .line_col = below(f, 99) << 10};
	if (one_in(f, 2) && t->n)
		t->lines[t->nlines++].insn_off = t->n - 1;
}

static void line_place(struct fuzz *f, struct trial *t)
{
	struct line_info *l = &t->lines[below(f, max(t->nlines, 1u))];

	l->insn_off = one_in(f, 2) ? near(f, l->insn_off) : below(f, t->n + 1);
}

static void line_text(struct fuzz *f, struct trial *t)
{
	struct line_info *l = &t->lines[below(f, max(t->nlines, 1u))];
	uint32_t n = t->world->btf ? t->world->btf->nstr : 1;

	if (one_in(f, 2))
		l->line_off = one_in(f, 2) ? below(f, n + 1) : near(f, n);
	else
		l->file_name_off = one_in(f, 2) ? below(f, n + 1) : near(f, n);
}

static void fewer_lines(struct fuzz *f, struct trial *t)
{
	uint32_t at = below(f, max(t->nlines, 1u));

	if (!t->nlines)
		return;
	t->nlines--;
	for (uint32_t i = at; i < t->nlines; i++)
		t->lines[i] = t->lines[i + 1];
}

/* ---- what it is loaded for ---- */

static void type(struct fuzz *f, struct trial *t)
{
	do
		t->type = below(f, PROG_TYPE_COUNT + 2);
	while (t->type == PROG_TYPE_LIRC_MODE2); /* few kernels have it */
}

static void attach_type(struct fuzz *f, struct trial *t)
{
	t->attach_type = one_in(f, 8) ? near(f, t->attach_type) : below(f, 64);
}

/* Something of the kernel's, whatever the program's type. */
static void attach_to(struct fuzz *f, struct trial *t)
{
	uint32_t attach = t->attach_type;

	switch (below(f, 4)) {
	case 0:
		t->attach_btf_id = below(f, f->judges->btf->nids + 2);
		break;
	case 1:
		t->attach_btf_id = near(f, t->attach_btf_id);
		break;
	default:
		t->attach_btf_id = judges_place(f->judges, &f->rng, &attach);
	}
	if (one_in(f, 2)) {
		t->type = PROG_TYPE_TRACING;
		t->attach_type = attach;
	}
}

static void flags(struct fuzz *f, struct trial *t)
{
	t->flags ^= 1u << below(f, 8);
}

static void length(struct fuzz *f, struct trial *t)
{
	t->n = one_in(f, 2) ? t->n - 1 : below(f, t->n) + 1;
}

static void (*const changes[])(struct fuzz *f, struct trial *t) = {
	func_place, func_type,	 func_type, fewer_funcs, more_funcs,  swap_funcs, lines,
	lines,	    line_place,	 line_text, fewer_lines, type,	      type,	  attach_type,
	attach_type, attach_to, attach_to, flags,	 flags,	      length,
};

static void make(struct fuzz *f, struct trial *t)
{
	if (f->seeds.n && one_in(f, 3) ? !real_trial(f, t, false) : true)
		gen_valid.make(f, t);
	if (!t->n)
		return;
	if (one_in(f, 3))
		lines(f, t);
	do
		changes[below(f, ARRAY_SIZE(changes))](f, t);
	while (t->n && one_in(f, 3));
}

const struct generator gen_attr = {"attr", make};
