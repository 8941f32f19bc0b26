/*
 * Arithmetic and branches: numbers of which little is known go through operations, comparisons,
 * the stack and loops, and what became of them is added to a pointer into a map's value, a packet
 * or the stack. What the verifier must know is where that can point.
 */
#include "tests/verify/trial.h"

#include "core/isa/build.h"

#include <string.h>

enum {
	VALUE_SIZE = 48, /* of the map "array" */
	SCRATCH = 64,	 /* bytes of stack that numbers are kept in */
	OUTS = 64,	 /* jumps to the end */
	PENDING = 16,	 /* jumps whose target is to come */
	REG_BASE = 9,	 /* what is pointed into */
	REG_COUNTER = 8, /* of a loop */
	REG_END = 8,	 /* of a packet */
	NUMBERS = 8,	 /* r0 to r7 are numbers */
};

enum base { BASE_VALUE, BASE_DIRECT, BASE_STACK, BASE_PACKET, BASE_COUNT };

struct range {
	struct fuzz *f;
	struct trial *t;
	enum base base;
	uint32_t outs[OUTS], nouts;
	struct {
		uint32_t at, left; /* statements until its target */
	} pending[PENDING];
	uint32_t npending;
	bool in_loop;
};

static uint8_t number(struct range *g)
{
	return (uint8_t)below(g->f, NUMBERS);
}

static void jump_out(struct range *g, struct bpf_insn insn)
{
	if (g->nouts < OUTS)
		g->outs[g->nouts++] = g->t->n;
	emit(g->t, insn);
}

/* A jump over the next few statements. */
static void jump_over(struct range *g, struct bpf_insn insn, uint32_t statements)
{
	if (g->npending == PENDING)
		return;
	g->pending[g->npending].at = g->t->n;
	g->pending[g->npending++].left = statements;
	emit(g->t, insn);
}

static void land(struct range *g, bool all)
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

/* ---- the beginning ---- */

static void look_up(struct range *g)
{
	struct trial *t = g->t;

	emit(t, INSN_ST_W(REG_FP, -4, (int32_t)below(g->f, 6)));
	emit(t, INSN_MOV64_X(2, REG_FP));
	emit(t, INSN_ADD64_K(2, -4));
	emit_map(t, 1, one_in(g->f, 2) ? "array" : "hash");
	emit(t, INSN_CALL(1));
	jump_out(g, INSN_JEQ64_K(0, 0, 0));
	emit(t, INSN_MOV64_X(REG_BASE, 0));
}

static void find_packet(struct range *g)
{
	bool is_xdp = g->t->type == PROG_TYPE_XDP;

	emit(g->t, INSN_LDX_W(REG_BASE, 1, is_xdp ? 0 : 76));
	emit(g->t, INSN_LDX_W(REG_END, 1, is_xdp ? 4 : 80));
}

static void find_base(struct range *g)
{
	struct trial *t = g->t;

	switch (g->base) {
	case BASE_VALUE:
		look_up(g);
		break;
	case BASE_DIRECT:
		emit_value(t, REG_BASE, "direct", below(g->f, VALUE_SIZE));
		break;
	case BASE_STACK:
		emit(t, INSN_MOV64_X(REG_BASE, REG_FP));
		if (one_in(g->f, 2))
			emit(t, INSN_ADD64_K(REG_BASE, -(int)below(g->f, 128)));
		break;
	default:
		find_packet(g);
	}
}

/* A number that is as unknown as its size allows. */
static void unknown(struct range *g, uint8_t dst)
{
	struct fuzz *f = g->f;

	switch (below(f, 6)) {
	case 0:
		emit(g->t, INSN_MOV64_K(dst, fuzz_imm(f)));
		break;
	case 1:
		emit_wide(g->t, dst, 0, fuzz_imm64(f));
		break;
	case 2:
		emit(g->t, INSN_MOV32_K(dst, fuzz_imm(f)));
		break;
	default:
		emit_value(g->t, dst, "direct", 0);
		emit(g->t, fuzz_load(f, fuzz_size(f), dst, dst, (int)below(f, 5) * 8));
	}
}

static void begin(struct range *g)
{
	find_base(g);
	if (one_in(g->f, 4)) {
		emit(g->t, INSN_CALL(7));
		emit(g->t, INSN_MOV64_X(6, 0));
	}
	for (uint8_t r = 0; r < NUMBERS; r++)
		if (r != 6 || one_in(g->f, 2))
			unknown(g, r);
	unknown(g, 6);
	for (int off = 8; off <= SCRATCH; off += 8)
		emit(g->t, one_in(g->f, 2) ? INSN_ST_DW(REG_FP, (int16_t)-off, fuzz_imm(g->f))
					   : INSN_STX_DW(REG_FP, number(g), (int16_t)-off));
}

/* ---- the middle ---- */

static void calculate(struct range *g)
{
	emit(g->t, fuzz_alu(g->f, number(g), number(g)));
}

/* Copies that are known to be equal, or to be so far apart. */
static void link_some(struct range *g)
{
	uint8_t from = number(g), to = number(g);

	emit(g->t, one_in(g->f, 4) ? INSN_MOV32_X(to, from) : INSN_MOV64_X(to, from));
	if (one_in(g->f, 2))
		emit(g->t, one_in(g->f, 4) ? INSN_ADD32_K(to, fuzz_imm(g->f))
					   : INSN_ADD64_K(to, (int)below(g->f, 64) - 32));
}

static void compare_some(struct range *g)
{
	struct bpf_insn insn = fuzz_cond(g->f, number(g), number(g));

	if (one_in(g->f, 2))
		jump_out(g, insn);
	else
		jump_over(g, insn, 1 + below(g->f, 4));
}

static void bound(struct range *g)
{
	uint8_t r = number(g);

	switch (below(g->f, 5)) {
	case 0:
		emit(g->t, INSN_AND64_K(r, (1 << below(g->f, 12)) - 1));
		break;
	case 1:
		emit(g->t, INSN_AND32_K(r, fuzz_imm(g->f)));
		break;
	case 2:
		emit(g->t, INSN_RSH64_K(r, (int)(32 + below(g->f, 32))));
		break;
	case 3:
		jump_out(g, INSN_JGT64_K(r, (int)below(g->f, 64), 0));
		break;
	default:
		jump_out(g, INSN_JSGT32_K(r, (int)below(g->f, 64), 0));
		jump_out(g, INSN_JSLT64_K(r, -(int)below(g->f, 8), 0));
	}
}

static void through_stack(struct range *g)
{
	uint32_t size = fuzz_size(g->f);
	int off = -(int)((1 + below(g->f, SCRATCH / size)) * size);

	if (one_in(g->f, 2))
		emit(g->t, fuzz_store(g->f, size, REG_FP, number(g), off));
	else
		emit(g->t, fuzz_load(g->f, size, number(g), REG_FP, off));
}

static void atomically(struct range *g)
{
	static const enum insn_op ops[] = {
#define ATOMIC(name, ...) OP_ATOMIC64_##name, OP_ATOMIC32_##name,
#define ACQREL(name, ...) OP_LOAD_ACQ_##name, OP_STORE_REL_##name,
#include "core/isa/isa.def"
	};
	enum insn_op op = ops[below(g->f, ARRAY_SIZE(ops))];
	int16_t off = (int16_t)(-(int)(1 + below(g->f, SCRATCH / 8)) * 8);

	if (insn_descs[op].shape == SHAPE_LOAD_ACQ)
		emit(g->t, insn_make(op, number(g), REG_FP, off, 0));
	else
		emit(g->t, insn_make(op, REG_FP, number(g), off, 0));
}

static void statement(struct range *g);

/* Back to where it began, a few times. */
static void loop(struct range *g)
{
	bool is_counted = g->base != BASE_PACKET && one_in(g->f, 2);
	uint32_t head, body = 1 + below(g->f, 4), out = 0;

	if (g->in_loop)
		return;
	g->in_loop = true;
	land(g, true);
	if (is_counted)
		emit(g->t, INSN_MOV64_K(REG_COUNTER, 0));
	head = g->t->n;
	if (!is_counted) {
		out = head;
		emit(g->t, INSN_MAY_GOTO(0));
	}
	while (body--)
		statement(g);
	land(g, true);
	if (is_counted) {
		emit(g->t, INSN_ADD64_K(REG_COUNTER, 1 + (int)below(g->f, 2)));
		emit(g->t, INSN_JLT64_K(REG_COUNTER, 2 + (int)below(g->f, 8), 0));
	} else {
		emit(g->t, INSN_JA(0));
	}
	trial_set_target(g->t, g->t->n - 1, head);
	if (!is_counted)
		trial_set_target(g->t, out, g->t->n);
	g->in_loop = false;
}

/* ---- what it is all about ---- */

static void use(struct range *g)
{
	struct trial *t = g->t;
	uint8_t r = number(g), p = number(g);
	uint32_t size = fuzz_size(g->f);
	int off = (int)below(g->f, 17) - (g->base == BASE_STACK ? 64 : 0);

	if (p == r)
		p = (r + 1) % NUMBERS;
	if (!one_in(g->f, 4)) {
		if (one_in(g->f, 2))
			emit(t, INSN_AND64_K(r, (1 << below(g->f, 6)) - 1));
		else
			jump_out(g, INSN_JGT64_K(r, (int)below(g->f, 40), 0));
	}
	if (g->base == BASE_STACK && one_in(g->f, 2))
		emit(t, INSN_SUB64_K(r, (int)below(g->f, 64)));
	emit(t, INSN_MOV64_X(p, REG_BASE));
	emit(t, one_in(g->f, 8) ? INSN_SUB64_X(p, r) : INSN_ADD64_X(p, r));
	if (g->base == BASE_PACKET) {
		uint8_t end = (p + 1) % NUMBERS;

		emit(t, INSN_MOV64_X(end, p));
		emit(t, INSN_ADD64_K(end, (int)below(g->f, 32)));
		jump_out(g, INSN_JGT64_X(end, REG_END, 0));
	}
	emit(t, one_in(g->f, 2) ? fuzz_load(g->f, size, r, p, off)
				: fuzz_store(g->f, size, p, number(g), off));
	/* A pointer is no number: what it was in is one again. */
	unknown(g, p);
	if (g->base == BASE_PACKET)
		unknown(g, (p + 1) % NUMBERS);
}

static void (*const statements[])(struct range *g) = {
	calculate,     calculate,     calculate,    calculate,	  calculate, link_some,
	link_some,     compare_some,  compare_some, compare_some, bound,     bound,
	through_stack, through_stack, atomically,   use,	  loop,
};

static void statement(struct range *g)
{
	statements[below(g->f, ARRAY_SIZE(statements))](g);
	land(g, false);
}

static void make(struct fuzz *f, struct trial *t)
{
	static const uint32_t packet_types[] = {PROG_TYPE_XDP, PROG_TYPE_SCHED_CLS};
	struct range g = {.f = f, .t = t, .base = (enum base)below(f, BASE_COUNT)};
	uint32_t statements_left = 3 + below(f, one_in(f, 4) ? 60 : 20);

	*t = (struct trial){.world = &f->world};
	if (g.base == BASE_PACKET)
		t->type = packet_types[below(f, ARRAY_SIZE(packet_types))];
	else
		fuzz_type(f, t);
	begin(&g);
	while (statements_left--)
		statement(&g);
	use(&g);
	land(&g, true);
	for (uint32_t i = 0; i < g.nouts; i++)
		trial_set_target(t, g.outs[i], t->n);
	emit(t, INSN_MOV64_K(0, (int)below(f, 2)));
	emit(t, INSN_EXIT());
	if (t->n == TRIAL_INSNS)
		t->n = 0;
}

const struct generator gen_range = {"range", make};
