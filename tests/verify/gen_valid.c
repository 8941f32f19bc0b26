/* The generator "valid": functions, blocks, and what is where. */
#include "tests/verify/valid.h"

#include <string.h>

/* ---- the shadow ---- */

static bool is_same(struct shadow_reg a, struct shadow_reg b)
{
	return a.kind == b.kind && a.off == b.off && a.size == b.size && a.readonly == b.readonly;
}

void shadow_meet(struct shadow *a, const struct shadow *b)
{
	for (int i = 0; i < REG_COUNT; i++)
		if (!is_same(a->r[i], b->r[i]))
			a->r[i] = shadow_of(K_NONE, 0, 0);
	for (int i = 0; i < SHADOW_SLOTS; i++)
		if (!is_same(a->slot[i], b->slot[i]))
			a->slot[i] = shadow_of(K_NONE, 0, 0);
}

int valid_find(struct valid *g, enum kind kind)
{
	uint32_t from = below(g->f, REG_FP);

	for (uint32_t i = 0; i < REG_FP; i++)
		if (g->s.r[(from + i) % REG_FP].kind == kind)
			return (int)((from + i) % REG_FP);
	return -1;
}

/* The context is hard to get again. */
static bool is_dear(const struct valid *g, uint8_t reg)
{
	if (g->kept_regs & 1u << reg)
		return true;
	if (g->s.r[reg].kind != K_CTX)
		return false;
	for (uint8_t i = 0; i < REG_FP; i++)
		if (i != reg && g->s.r[i].kind == K_CTX)
			return false;
	return true;
}

uint8_t valid_free_reg(struct valid *g)
{
	uint32_t from = below(g->f, REG_FP);

	for (uint32_t i = 0; i < REG_FP; i++) {
		uint8_t reg = (uint8_t)((from + i) % REG_FP);

		if (!is_dear(g, reg) && (g->s.r[reg].kind <= K_NUMBER || one_in(g->f, 3)))
			return reg;
	}
	return 0;
}

void valid_set(struct valid *g, uint8_t reg, struct shadow_reg is)
{
	g->s.r[reg] = is;
}

void valid_const(struct valid *g, uint8_t dst, int32_t imm)
{
	emit(g->t, INSN_MOV64_K(dst, imm));
	valid_set(g, dst, shadow_number());
}

uint8_t valid_number(struct valid *g)
{
	int reg = one_in(g->f, 8) ? -1 : valid_find(g, K_NUMBER);

	if (reg >= 0)
		return (uint8_t)reg;
	reg = valid_free_reg(g);
	if (one_in(g->f, 3)) {
		emit_wide(g->t, (uint8_t)reg, 0, fuzz_imm64(g->f));
		valid_set(g, (uint8_t)reg, shadow_number());
	} else {
		valid_const(g, (uint8_t)reg, fuzz_imm(g->f));
	}
	return (uint8_t)reg;
}

void valid_called(struct valid *g, struct shadow_reg result)
{
	for (uint8_t i = 1; i <= 5; i++)
		g->s.r[i] = shadow_of(K_NONE, 0, 0);
	g->s.r[0] = result;
}

int valid_buffer(struct valid *g, uint32_t size, bool init)
{
	uint32_t n = (size + 7) / 8, first = below(g->f, SHADOW_SLOTS - n);

	for (uint32_t i = first; i < first + n; i++) {
		if (g->kept_slots & 1ull << i)
			return valid_buffer(g, size, init);
		if (init && (g->s.slot[i].kind != K_NUMBER || one_in(g->f, 2)))
			emit(g->t, INSN_ST_DW(REG_FP, (int16_t)(-8 * (int)(i + 1)),
					      one_in(g->f, 2) ? 0 : fuzz_imm(g->f)));
		if (init || g->s.slot[i].kind != K_NONE)
			g->s.slot[i] = shadow_number();
	}
	return -8 * (int)(first + n);
}

/* ---- functions ---- */

struct sub *valid_sub(struct valid *g, enum sub_kind kind, const struct shadow_reg *args,
		      const char *type)
{
	struct sub *sub;

	for (uint32_t i = 0; i < g->nsubs; i++) {
		sub = &g->subs[i];
		if (sub->kind == kind && sub->level == g->level + 1 && sub->ncalls < SHADOW_CALLS &&
		    memcmp(sub->args, args, sizeof(sub->args)) == 0 &&
		    strcmp(sub->type, type) == 0 && one_in(g->f, 2))
			break;
		sub = NULL;
	}
	if ((!g->nsubs || !sub) && (g->nsubs == SHADOW_SUBS || g->level >= 3))
		return NULL;
	if (!g->nsubs || !sub) {
		sub = &g->subs[g->nsubs++];
		*sub = (struct sub){.kind = kind, .level = g->level + 1, .type = type};
		memcpy(sub->args, args, sizeof(sub->args));
	}
	sub->calls[sub->ncalls++] = g->t->n;
	return sub;
}

static void finish(struct valid *g)
{
	if (g->s.r[0].kind != K_NUMBER || !one_in(g->f, 8))
		valid_const(g, 0, (int32_t)below(g->f, one_in(g->f, 4) ? 3 : 1));
	emit(g->t, INSN_EXIT());
}

static void write_sub(struct valid *g, struct sub *sub)
{
	sub->start = g->t->n;
	memset(&g->s, 0, sizeof(g->s));
	g->s.r[REG_FP] = shadow_of(K_STACK, 0, 0);
	for (int i = 0; i < 5; i++)
		g->s.r[i + 1] = sub->args[i];
	g->kept_regs = 0;
	g->kept_slots = 0;
	g->held = 0;
	g->atomic = false;
	g->dynptr = 0;
	g->level = sub->level;
	g->room += 8; /* a few statements for each */
	valid_block(g, 1 + below(g->f, 6));
	finish(g);
	for (uint32_t i = 0; i < sub->ncalls; i++)
		trial_set_target(g->t, sub->calls[i], sub->start);
}

/* ---- blocks ---- */

static const struct {
	valid_statement *write;
	uint32_t weight;
	bool may_call; /* nothing for places where hardly anything may be called */
} statements[] = {
	{valid_alu, 14, false},	      {valid_copy, 6, false},	    {valid_spill, 7, false},
	{valid_fill, 6, false},	      {valid_var_stack, 2, false},  {valid_ctx, 5, false},
	{valid_access, 10, false},    {valid_packet, 3, false},	    {valid_legacy, 1, true},
	{valid_if, 10, false},	      {valid_loop, 3, false},	    {valid_return, 2, true},
	{valid_call_static, 3, true}, {valid_call_global, 2, true}, {valid_lookup, 6, true},
	{valid_helper, 6, true},      {valid_callback, 2, true},    {valid_ring, 2, true},
	{valid_lock, 2, true},	      {valid_region, 2, true},	    {valid_iter, 2, true},
	{valid_tail_call, 1, true},   {valid_object, 1, true},	    {valid_timer, 1, true},
	{valid_kfunc, 2, true},	      {valid_acquire, 1, true},	    {valid_dynptr, 1, true},
	{valid_field, 3, false},
};

static void statement(struct valid *g)
{
	uint32_t sum = 0, at;

	for (size_t i = 0; i < ARRAY_SIZE(statements); i++)
		sum += statements[i].weight;
	at = below(g->f, sum);
	for (size_t i = 0; i < ARRAY_SIZE(statements); i++) {
		if (at < statements[i].weight) {
			if (!g->atomic || !statements[i].may_call)
				statements[i].write(g);
			return;
		}
		at -= statements[i].weight;
	}
}

void valid_block(struct valid *g, uint32_t n)
{
	g->depth++;
	while (n-- && g->t->n < g->room && g->depth < 6) {
		statement(g);
		if (g->wild && one_in(g->f, 12))
			valid_wild(g);
	}
	g->depth--;
}

void valid_unless_null(struct valid *g, struct shadow_reg is, uint32_t n)
{
	uint32_t jump = g->t->n;
	struct shadow otherwise;

	emit(g->t, INSN_JEQ64_K(0, 0, 0));
	valid_set(g, 0, shadow_number());
	otherwise = g->s;
	valid_set(g, 0, is);
	valid_block(g, n);
	trial_set_target(g->t, jump, g->t->n);
	shadow_meet(&g->s, &otherwise);
}

/* ---- programs ---- */

/* Types for every function, in the order in which they begin. */
static void add_types(struct valid *g)
{
	struct trial *t = g->t;
	const struct btf *btf = t->world->btf;

	if (!g->typed || !btf || t->n >= TRIAL_INSNS)
		return;
	t->funcs[t->nfuncs++] = (struct func_info){0, btf_find(btf, "entry", BTF_KIND_FUNC)};
	for (uint32_t i = 0; i < g->nsubs; i++)
		t->funcs[t->nfuncs++] = (struct func_info){
			g->subs[i].start, btf_find(btf, g->subs[i].type, BTF_KIND_FUNC)};
}

static void make(struct fuzz *f, struct trial *t)
{
	struct valid g = {.f = f, .t = t, .wild = one_in(f, 4), .typed = !one_in(f, 3)};

	*t = (struct trial){.world = &f->world};
	fuzz_type(f, t);
	g.room = 20 + below(f, one_in(f, 4) ? 300 : 80);
	g.s.r[1] = shadow_of(K_CTX, 0, 0);
	g.s.r[REG_FP] = shadow_of(K_STACK, 0, 0);
	if (!one_in(f, 4)) {
		uint8_t keep = (uint8_t)(6 + below(f, 4));

		emit(t, INSN_MOV64_X(keep, 1));
		valid_set(&g, keep, g.s.r[1]);
	}
	valid_block(&g, 2 + below(f, one_in(f, 4) ? 40 : 14));
	finish(&g);
	for (uint32_t i = 0; i < g.nsubs; i++)
		write_sub(&g, &g.subs[i]);
	add_types(&g);
	if (t->n == TRIAL_INSNS)
		t->n = 0;
}

const struct generator gen_valid = {"valid", make};
