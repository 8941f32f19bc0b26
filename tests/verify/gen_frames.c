/*
 * Functions that hand the addresses of their stack to others: loads, stores, spills and calls
 * through pointers into the frames above, in branches and loops. What the verifier must know is
 * which slots of which frame still matter, and how what comes back came to be.
 */
#include "tests/verify/trial.h"

#include "core/helper/proto.h"
#include "core/isa/build.h"

enum {
	/* In every function: */
	REG_A = 6,	/* addresses of stack, of whatever frame */
	REG_B = 7,
	REG_NUMBER = 8, /* a number that is not known */
	REG_TEMP = 9,
	SLOTS = 12, /* of each frame */
	FUNCS = 8,
	CALLS = 24,
	PENDING = 8,
};

struct frames {
	struct fuzz *f;
	struct trial *t;
	uint32_t calls[CALLS], callee[CALLS], ncalls;
	uint32_t nfuncs, at; /* the function that is written */
	bool is_callback[FUNCS];
	struct {
		uint32_t at, left; /* statements until its target */
	} pending[PENDING];
	uint32_t npending;
};

static uint8_t address(struct frames *g)
{
	return one_in(g->f, 3) ? REG_FP : one_in(g->f, 2) ? REG_A : REG_B;
}

/* Near what a pointer leads to: below the frame pointer, around any other. */
static int16_t offset(struct frames *g, uint8_t reg, uint32_t size)
{
	int slot = 1 + (int)below(g->f, SLOTS), part = 0;

	if (size < 8)
		part = (int)(below(g->f, 8 / size) * size);
	return (int16_t)(part + (reg == REG_FP ? -8 * slot : 8 * (slot - 4) / 2 & ~7));
}

/* ---- statements ---- */

static void store(struct frames *g)
{
	uint32_t size = fuzz_size(g->f);
	uint8_t to = address(g), from = REG_NUMBER;

	if (one_in(g->f, 4) && to == REG_FP) {
		from = one_in(g->f, 2) ? REG_A : REG_B;
		size = 8;
	}
	emit(g->t, fuzz_store(g->f, size, to, from, offset(g, to, size)));
}

static void load(struct frames *g)
{
	uint32_t size = one_in(g->f, 3) ? 8 : fuzz_size(g->f);
	uint8_t from = address(g);

	emit(g->t, fuzz_load(g->f, size, REG_NUMBER, from, offset(g, from, size)));
}

static void refill(struct frames *g)
{
	int16_t off = offset(g, REG_FP, 8);
	uint8_t reg = one_in(g->f, 2) ? REG_A : REG_B;

	emit(g->t, INSN_STX_DW(REG_FP, reg, off));
	if (one_in(g->f, 3))
		emit(g->t, fuzz_store(g->f, fuzz_size(g->f), REG_FP, REG_NUMBER,
				      offset(g, REG_FP, 8)));
	emit(g->t, INSN_LDX_DW(one_in(g->f, 2) ? REG_A : REG_B, REG_FP, off));
}

static void move_address(struct frames *g)
{
	uint8_t to = one_in(g->f, 2) ? REG_A : REG_B, from = address(g);

	emit(g->t, INSN_MOV64_X(to, from));
	if (from == REG_FP)
		emit(g->t, INSN_ADD64_K(to, -8 * (4 + (int)below(g->f, SLOTS))));
	else if (one_in(g->f, 2))
		emit(g->t, INSN_ADD64_K(to, 8 * ((int)below(g->f, 3) - 1)));
}

static void unknown_place(struct frames *g)
{
	uint8_t base = address(g);
	uint32_t size = fuzz_size(g->f);

	emit(g->t, INSN_MOV64_X(REG_TEMP, REG_NUMBER));
	emit(g->t, INSN_AND64_K(REG_TEMP, size > 1 || one_in(g->f, 2) ? 8 : 15));
	emit(g->t, INSN_ADD64_X(REG_TEMP, base));
	if (one_in(g->f, 2))
		emit(g->t, fuzz_store(g->f, size, REG_TEMP, REG_NUMBER, offset(g, base, 8)));
	else
		emit(g->t, fuzz_load(g->f, size, REG_NUMBER, REG_TEMP, offset(g, base, 8)));
}

static void compute(struct frames *g)
{
	emit(g->t, fuzz_alu(g->f, REG_NUMBER, REG_NUMBER));
}

static void branch(struct frames *g)
{
	if (g->npending == PENDING)
		return;
	g->pending[g->npending].at = g->t->n;
	g->pending[g->npending++].left = 1 + below(g->f, 4);
	emit(g->t, one_in(g->f, 64) ? INSN_JA(0) : fuzz_cond(g->f, REG_NUMBER, REG_NUMBER));
}

static void land(struct frames *g, bool all)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < g->npending; i++) {
		if (!all && g->pending[i].left--)
			g->pending[n++] = g->pending[i];
		else
			trial_set_target(g->t, g->pending[i].at, g->t->n);
	}
	g->npending = n;
}

static void pass(struct frames *g, uint8_t arg)
{
	uint8_t from = address(g);

	emit(g->t, INSN_MOV64_X(arg, from));
	if (from == REG_FP)
		emit(g->t, INSN_ADD64_K(arg, -8 * (5 + (int)below(g->f, SLOTS))));
}

/* Functions call those behind them, so that there is an end to it. */
static void lead_to(struct frames *g, uint32_t callee)
{
	g->calls[g->ncalls] = g->t->n;
	g->callee[g->ncalls++] = callee;
}

static void call(struct frames *g, uint32_t callee)
{
	pass(g, 1);
	pass(g, 2);
	emit(g->t, INSN_MOV64_X(3, REG_NUMBER));
	lead_to(g, callee);
	emit(g->t, INSN_CALL_LOCAL(0));
	if (one_in(g->f, 2))
		emit(g->t, INSN_MOV64_X(REG_NUMBER, 0));
}

static void call_back(struct frames *g, uint32_t callee)
{
	emit(g->t, one_in(g->f, 2) ? INSN_MOV64_K(1, (int)below(g->f, 4))
				   : INSN_MOV64_X(1, REG_NUMBER));
	pass(g, 3);
	emit(g->t, INSN_MOV64_K(4, 0));
	lead_to(g, callee);
	emit_wide(g->t, 2, PSEUDO_FUNC, 0);
	emit(g->t, INSN_CALL(HELPER_loop));
}

static void call_one(struct frames *g, uint32_t callee)
{
	if (callee >= g->nfuncs || g->ncalls == CALLS)
		return;
	if (g->is_callback[callee])
		call_back(g, callee);
	else
		call(g, callee);
}

static void call_some(struct frames *g)
{
	call_one(g, g->at + 1 + below(g->f, 3));
}

/* Helpers that read what an argument points to, and that write to it. */
static void help(struct frames *g)
{
	if (one_in(g->f, 2)) {
		emit_map(g->t, 1, one_in(g->f, 2) ? "array" : "wide");
		pass(g, 2);
		emit(g->t, INSN_CALL(HELPER_map_lookup_elem));
		emit(g->t, INSN_JEQ64_K(0, 0, 1));
		emit(g->t, fuzz_load(g->f, fuzz_size(g->f), REG_NUMBER, 0, 8));
		return;
	}
	pass(g, 1);
	emit(g->t, INSN_MOV64_K(2, 4 * (1 + (int)below(g->f, 6))));
	if (one_in(g->f, 2)) {
		emit(g->t, INSN_MOV64_X(2, REG_NUMBER));
		emit(g->t, INSN_AND64_K(2, 15));
		emit(g->t, INSN_ADD64_K(2, 1));
	}
	emit(g->t, INSN_CALL(HELPER_get_current_comm));
}

/* What precision is for: an index of a map's value. */
static void use(struct frames *g)
{
	emit_value(g->t, REG_TEMP, "direct", 0);
	if (one_in(g->f, 2))
		emit(g->t, INSN_AND64_K(REG_NUMBER, 31));
	else
		emit(g->t, INSN_JGT64_K(REG_NUMBER, 40, 2));
	emit(g->t, INSN_ADD64_X(REG_TEMP, REG_NUMBER));
	emit(g->t, INSN_LDX_B(REG_NUMBER, REG_TEMP, 0));
}

static void statement(struct frames *g);

static void loop(struct frames *g)
{
	uint32_t head, body = 1 + below(g->f, 4);
	bool is_counted = one_in(g->f, 2);
	int16_t count = offset(g, REG_FP, 8);

	if (g->npending)
		return;
	if (is_counted)
		emit(g->t, INSN_ST_DW(REG_FP, count, 0));
	head = g->t->n;
	if (!is_counted)
		emit(g->t, INSN_MAY_GOTO(0));
	while (body--)
		statement(g);
	land(g, true);
	if (is_counted) {
		emit(g->t, INSN_LDX_DW(REG_TEMP, REG_FP, count));
		emit(g->t, INSN_ADD64_K(REG_TEMP, 1));
		emit(g->t, INSN_STX_DW(REG_FP, REG_TEMP, count));
		emit(g->t, INSN_JLT64_K(REG_TEMP, 2 + (int)below(g->f, 3), 0));
	} else {
		emit(g->t, INSN_JA(0));
		trial_set_target(g->t, head, g->t->n);
	}
	trial_set_target(g->t, g->t->n - 1, head);
}

static void (*const statements[])(struct frames *g) = {
	store,	 store,	 store,	 load, load,  load, refill, move_address, unknown_place,
	compute, branch, branch, call_some, call_some, call_some, help, use, loop,
};

static void statement(struct frames *g)
{
	statements[below(g->f, ARRAY_SIZE(statements))](g);
	land(g, false);
}

/* ---- functions ---- */

static void begin(struct frames *g)
{
	if (!g->at || g->is_callback[g->at]) {
		emit(g->t, INSN_MOV64_X(REG_A, g->at ? 2 : REG_FP));
		emit(g->t, INSN_MOV64_X(REG_B, REG_A));
		if (!g->at)
			emit(g->t, INSN_ADD64_K(REG_A, -80));
		emit(g->t, INSN_ADD64_K(REG_B, g->at ? 8 : -48));
		emit(g->t, g->at ? INSN_MOV64_X(REG_NUMBER, 1)
				 : INSN_LDX_DW(REG_NUMBER, REG_FP, -120));
		return;
	}
	emit(g->t, INSN_MOV64_X(REG_A, 1));
	emit(g->t, INSN_MOV64_X(REG_B, 2));
	emit(g->t, INSN_MOV64_X(REG_NUMBER, 3));
}

static void end(struct frames *g)
{
	if (g->at && !g->is_callback[g->at] && !one_in(g->f, 3))
		emit(g->t, INSN_MOV64_X(0, REG_NUMBER));
	else
		emit(g->t, INSN_MOV64_K(0, (int)below(g->f, 2)));
	emit(g->t, INSN_EXIT());
}

static void add_types(struct frames *g, const uint32_t *start)
{
	const struct btf *btf = g->t->world->btf;

	if (!btf || one_in(g->f, 8))
		return;
	for (uint32_t i = 0; i < g->nfuncs; i++)
		g->t->funcs[g->t->nfuncs++] = (struct func_info){
			start[i], btf_find(btf, i ? "local" : "entry", BTF_KIND_FUNC)};
}

static void make(struct fuzz *f, struct trial *t)
{
	struct frames g = {.f = f, .t = t, .nfuncs = 1 + below(f, FUNCS)};
	uint32_t start[FUNCS];

	*t = (struct trial){.world = &f->world};
	fuzz_type(f, t);
	for (uint32_t i = 1; i < g.nfuncs; i++)
		g.is_callback[i] = one_in(f, 4);
	for (g.at = 0; g.at < g.nfuncs; g.at++) {
		uint32_t left = 3 + below(f, 12);

		start[g.at] = t->n;
		begin(&g);
		while (left--)
			statement(&g);
		land(&g, true);
		call_one(&g, g.at + 1); /* so that there is a way to each */
		end(&g);
	}
	add_types(&g, start);
	for (uint32_t i = 0; i < g.ncalls; i++)
		trial_set_target(t, g.calls[i], start[g.callee[i]]);
}

const struct generator gen_frames = {"frames", make};
