/* Statements that lead somewhere else: conditions, loops, functions of the program. */
#include "tests/verify/valid.h"

#include <string.h>

static struct bpf_insn condition(struct valid *g)
{
	uint8_t a = valid_number(g), b = valid_number(g);

	return fuzz_cond(g->f, a, b);
}

void valid_if(struct valid *g)
{
	struct bpf_insn cond = condition(g);
	uint32_t jump = g->t->n, over;
	struct shadow before, then;

	emit(g->t, cond);
	before = g->s;
	valid_block(g, 1 + below(g->f, 4));
	if (one_in(g->f, 2)) {
		trial_set_target(g->t, jump, g->t->n);
		shadow_meet(&g->s, &before);
		return;
	}
	over = g->t->n;
	emit(g->t, INSN_JA(0));
	trial_set_target(g->t, jump, g->t->n);
	then = g->s;
	g->s = before;
	valid_block(g, 1 + below(g->f, 3));
	trial_set_target(g->t, over, g->t->n);
	shadow_meet(&g->s, &then);
}

/* if (...) return; */
void valid_return(struct valid *g)
{
	struct bpf_insn cond = condition(g);
	uint32_t jump = g->t->n;
	struct shadow before = g->s;

	if (g->held)
		return;
	emit(g->t, cond);
	valid_const(g, 0, 0);
	emit(g->t, INSN_EXIT());
	trial_set_target(g->t, jump, g->t->n);
	g->s = before;
}

/* ---- loops ---- */

struct valid_round valid_begin_round(struct valid *g)
{
	struct valid_round r = {g->s, g->kept_regs, g->kept_slots};

	for (int i = 0; i < REG_COUNT; i++)
		if (g->s.r[i].kind > K_NUMBER)
			g->kept_regs |= 1u << i;
	for (int i = 0; i < SHADOW_SLOTS; i++)
		if (g->s.slot[i].kind > K_NUMBER)
			g->kept_slots |= 1ull << i;
	return r;
}

void valid_end_round(struct valid *g, const struct valid_round *r)
{
	for (uint8_t i = 0; i < REG_FP; i++)
		if (r->head.r[i].kind == K_NUMBER && g->s.r[i].kind != K_NUMBER)
			valid_const(g, i, fuzz_imm(g->f));
	for (int i = 0; i < SHADOW_SLOTS; i++)
		if (r->head.slot[i].kind == K_NUMBER && g->s.slot[i].kind != K_NUMBER)
			emit(g->t, INSN_ST_DW(REG_FP, (int16_t)(-8 * (i + 1)), 0));
	g->s = r->head;
	g->kept_regs = r->kept_regs;
	g->kept_slots = r->kept_slots;
}

/* for (i = 0; i < n; i += by): i is a number that its body may spoil, as it may be in a slot */
static void counted(struct valid *g)
{
	uint32_t head;
	struct valid_round round;
	uint8_t i = (uint8_t)(6 + below(g->f, 4));

	if (g->s.r[i].kind > K_NUMBER)
		return;
	valid_const(g, i, 0);
	g->kept_regs |= 1u << i;
	head = g->t->n;
	round = valid_begin_round(g);
	g->s.r[i] = shadow_of(K_OTHER, 0, 0);
	g->kept_regs |= 1u << i;
	valid_block(g, 1 + below(g->f, 4));
	valid_set(g, i, shadow_number());
	valid_end_round(g, &round);
	emit(g->t, INSN_ADD64_K(i, 1 + (int32_t)below(g->f, 2)));
	emit(g->t, one_in(g->f, 2) ? INSN_JLT64_K(i, (int32_t)below(g->f, 12), 0)
				   : INSN_JNE32_K(i, 2 * (int32_t)below(g->f, 6), 0));
	trial_set_target(g->t, g->t->n - 1, head);
	g->kept_regs &= ~(1u << i);
}

static void may_goto(struct valid *g)
{
	uint32_t head = g->t->n;
	struct valid_round round = valid_begin_round(g);

	emit(g->t, INSN_MAY_GOTO(0));
	valid_block(g, 1 + below(g->f, 5));
	valid_end_round(g, &round);
	emit(g->t, INSN_JA(0));
	trial_set_target(g->t, g->t->n - 1, head);
	trial_set_target(g->t, head, g->t->n);
}

void valid_loop(struct valid *g)
{
	if (one_in(g->f, 2))
		counted(g);
	else
		may_goto(g);
}

/* ---- functions ---- */

static uint8_t nargs(struct valid *g)
{
	uint8_t n = (uint8_t)below(g->f, 4);

	for (uint8_t i = 1; i <= n; i++)
		if (g->kept_regs & 1u << i)
			return i - 1;
	return n;
}

/* As the callee sees it: a frame above its own is memory. */
static struct shadow_reg handed_on(struct shadow_reg is)
{
	if (is.kind != K_STACK)
		return is;
	return shadow_of(K_MEM, -16, 16);
}

void valid_call_static(struct valid *g)
{
	struct shadow_reg args[5];
	uint8_t n = nargs(g);
	struct sub *sub;

	if (!valid_may_call(g))
		return;
	memset(args, 0, sizeof(args));
	for (uint8_t i = 1; i <= n; i++) {
		uint8_t from = (uint8_t)below(g->f, REG_COUNT);

		if (g->s.r[from].kind == K_NONE)
			valid_const(g, i, fuzz_imm(g->f));
		else
			emit(g->t, INSN_MOV64_X(i, from));
		g->s.r[i] = g->s.r[from].kind == K_NONE ? shadow_number() : g->s.r[from];
		args[i - 1] = handed_on(g->s.r[i]);
	}
	sub = valid_sub(g, SUB_STATIC, args, "local");
	if (!sub)
		return;
	emit(g->t, INSN_CALL_LOCAL(0));
	valid_called(g, shadow_number());
}

void valid_call_global(struct valid *g)
{
	struct shadow_reg args[5];
	const char *type = "takes_number";
	int p = valid_find(g, one_in(g->f, 2) ? K_MEM : K_CTX);

	if (!valid_may_call(g) || !g->typed)
		return;
	memset(args, 0, sizeof(args));
	args[0] = shadow_number();
	if (p >= 0 && g->s.r[p].kind == K_MEM && !g->s.r[p].readonly && g->s.r[p].size >= 16) {
		type = "takes_memory";
		emit(g->t, INSN_MOV64_X(1, (uint8_t)p));
		if (g->s.r[p].off)
			emit(g->t, INSN_ADD64_K(1, g->s.r[p].off));
		args[0] = shadow_of(K_OTHER, 0, 0);
	} else {
		emit(g->t, INSN_MOV64_X(1, valid_number(g)));
	}
	if (!valid_sub(g, SUB_GLOBAL, args, type))
		return;
	emit(g->t, INSN_CALL_LOCAL(0));
	valid_called(g, shadow_number());
}
