/*
 * The pass, and its table; frames, jumps and memory.
 *
 *	a frame, from above:	saved registers and the link register  <- x23 is r10
 *				r10 - 8 and so on, passes left to may_goto, filling  <- sp
 */
#include "core/run/run.h"
#include "jit/arm64/fast.h"

const uint8_t a64_fast_regs[REG_COUNT] = {R0,  X0,	X1,	 X2,	  X3,	     X4,
					  X19, X19 + 1, X19 + 2, X19 + 3, FRAME_END};

enum {
	FIRST_SAVED = 6,	   /* of the program's registers: r6 to r10 */
	REACH_SLOTS = 1 << 13,	   /* that conditional jumps reach over, whatever they become */
};

/* ---- frames ---- */

/* Bytes of the program's stack and of what may_goto has. */
static uint32_t stack_size(const struct fast_func *fn)
{
	return (uint32_t)round_up(fn->stack + (fn->loops ? 8u : 0), 16);
}

static uint32_t passes_left(const struct fast_func *fn)
{
	return stack_size(fn) - fn->stack - 8;
}

/* The machine's registers that are saved, a bit each. */
static uint32_t saved_regs(const struct fast_func *fn)
{
	uint32_t saved = fn->calls ? UINT32_C(1) << LR : 0;

	for (uint32_t i = FIRST_SAVED; i < REG_COUNT; i++)
		if (fn->regs >> i & 1)
			saved |= UINT32_C(1) << a64_fast_regs[i];
	return saved;
}

static uint32_t saved_size(uint32_t saved)
{
	return (uint32_t)round_up(8 * (uint32_t)__builtin_popcount(saved), 16);
}

static void move_saved(struct fast *f, enum a64_op op, uint32_t saved)
{
	int64_t at = 0;

	for (; saved; saved &= saved - 1, at += 8)
		a64_mem(&f->buf, op, 8, (uint32_t)__builtin_ctz(saved), SP, at);
}

static void make_prologue(struct fast *f)
{
	const struct fast_func *fn = f->fn;
	uint32_t saved = saved_regs(fn);

	if (saved) {
		a64_add(&f->buf, SP, SP, -(int64_t)saved_size(saved));
		move_saved(f, A64_STR, saved);
	}
	if (fn->regs >> REG_FP & 1)
		a64_add(&f->buf, FRAME_END, SP, 0);
	if (stack_size(fn))
		a64_add(&f->buf, SP, SP, -(int64_t)stack_size(fn));
	if (fn->loops) {
		a64_mov_imm(&f->buf, WORK1, MAX_LOOPS);
		a64_mem(&f->buf, A64_STR, 8, WORK1, SP, passes_left(fn));
	}
}

void a64_fast_epilogue(struct fast *f)
{
	uint32_t saved = saved_regs(f->fn);

	if (stack_size(f->fn))
		a64_add(&f->buf, SP, SP, stack_size(f->fn));
	if (saved) {
		move_saved(f, A64_LDR, saved);
		a64_add(&f->buf, SP, SP, saved_size(saved));
	}
}

void a64_fast_exit(struct fast *f, const struct bpf_insn *insn __unused,
		   const struct rule *r __unused)
{
	a64_fast_move(f, 8, X0, R0);
	a64_fast_epilogue(f);
	a64_plain(&f->buf, A64_RET);
}

/* ---- jumps ---- */

static bool is_far(const struct fast *f)
{
	return f->fn->end - f->fn->start > REACH_SLOTS;
}

void a64_fast_jump_zero(struct fast *f, enum a64_op op, uint32_t size, uint32_t rt,
			uint32_t label)
{
	uint32_t over;

	if (!is_far(f)) {
		a64_jump_zero(&f->buf, op, size, rt, label);
		return;
	}
	over = code_labels(&f->buf, 1);
	a64_jump_zero(&f->buf, op == A64_CBZ ? A64_CBNZ : A64_CBZ, size, rt, over);
	a64_jump(&f->buf, A64_B, label);
	code_bind(&f->buf, over);
}

static void jump_to(struct fast *f, uint32_t slot)
{
	if (!fast_is_next(f, slot))
		a64_jump(&f->buf, A64_B, f->first_slot + slot);
}

static void jump_if(struct fast *f, const struct bpf_insn *insn, const struct rule *r,
		    fast_maker *compare)
{
	uint32_t target = (uint32_t)insn_target(insn, slot_of(f, insn)), over;
	uint16_t facts = fact_of(f, insn);

	if (facts & FACT_TAKEN)
		jump_to(f, target);
	if (facts & (FACT_TAKEN | FACT_NOT_TAKEN))
		return;
	compare(f, insn, r);
	if (!is_far(f)) {
		a64_jump_cc(&f->buf, r->op, f->first_slot + target);
		return;
	}
	over = code_labels(&f->buf, 1);
	a64_jump_cc(&f->buf, r->op ^ 1, over);
	a64_jump(&f->buf, A64_B, f->first_slot + target);
	code_bind(&f->buf, over);
}

static void jump_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	jump_if(f, insn, r, a64_fast_compare_x);
}

static void jump_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	jump_if(f, insn, r, a64_fast_compare_k);
}

static void jump(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	jump_to(f, (uint32_t)insn_target(insn, slot_of(f, insn)));
}

static void may_goto(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	uint32_t left = passes_left(f->fn);

	a64_mem(&f->buf, A64_LDR, 8, WORK1, SP, left);
	a64_fast_jump_zero(f, A64_CBZ, 8, WORK1,
			   f->first_slot + (uint32_t)insn_target(insn, slot_of(f, insn)));
	a64_arith(&f->buf, A64_SUB_K, 8, WORK1, WORK1, 1);
	a64_mem(&f->buf, A64_STR, 8, WORK1, SP, left);
}

/* ---- memory ---- */

/* What an access is of, without its offset; arenas are where the process has them. */
static uint32_t base_of(struct fast *f, const struct bpf_insn *insn, uint32_t reg)
{
	if (!(fact_of(f, insn) & FACT_ARENA))
		return reg;
	a64_fast_move(f, 4, WORK1, reg);
	a64_mov_imm(&f->buf, X16, f->prog->pages_high);
	a64_rrr(&f->buf, A64_ORR, 8, WORK1, WORK1, X16, 0);
	return WORK1;
}

/* For what has no offset. */
static uint32_t address_of(struct fast *f, const struct bpf_insn *insn, uint32_t reg)
{
	uint32_t base = base_of(f, insn, reg);

	if (!insn->off)
		return base;
	a64_add(&f->buf, WORK1, base, insn->off);
	return WORK1;
}

static void access(struct fast *f, const struct bpf_insn *insn, enum a64_op op, uint32_t width,
		   uint32_t rt, uint32_t reg)
{
	uint32_t base = base_of(f, insn, reg);

	if (a64_mem(&f->buf, op, width, rt, base, insn->off))
		return;
	a64_add(&f->buf, X16, base, insn->off);
	a64_mem(&f->buf, op, width, rt, X16, 0);
}

static void load(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	access(f, insn, r->op, r->size, DST, SRC);
}

static void store_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	access(f, insn, A64_STR, r->size, SRC, DST);
}

static void store_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	if (insn->imm)
		a64_mov_imm(&f->buf, WORK2, (uint64_t)(int64_t)insn->imm);
	access(f, insn, A64_STR, r->size, insn->imm ? WORK2 : ZR, DST);
}

static void load_acquire(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	a64_exclusive(&f->buf, A64_LDAR, r->size, ZR, DST, address_of(f, insn, SRC));
}

static void store_release(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	a64_exclusive(&f->buf, A64_STLR, r->size, ZR, SRC, address_of(f, insn, DST));
}

/* The old value, in x10, and what is made of it, until nobody came between. */
static void atomic(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	struct code_buf *b = &f->buf;
	uint32_t base = address_of(f, insn, DST), again = code_labels(b, 1), value = SRC;

	code_bind(b, again);
	a64_exclusive(b, A64_LDAXR, r->size, ZR, WORK2, base);
	if (r->op != A64_STR) {
		a64_rrr(b, r->op, r->size, WORK3, WORK2, SRC, 0);
		value = WORK3;
	}
	a64_exclusive(b, A64_STLXR, r->size, WORK4, value, base);
	a64_jump_zero(b, A64_CBNZ, 4, WORK4, again);
}

static void atomic_fetch(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	atomic(f, insn, r);
	a64_fast_move(f, 8, SRC, WORK2);
}

static void cmpxchg(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	struct code_buf *b = &f->buf;
	uint32_t base = address_of(f, insn, DST), again = code_labels(b, 2), done = again + 1;

	code_bind(b, again);
	a64_exclusive(b, A64_LDAXR, r->size, ZR, WORK2, base);
	a64_rrr(b, A64_SUBS, r->size, ZR, WORK2, R0, 0);
	a64_jump_cc(b, A64_NE, done);
	a64_exclusive(b, A64_STLXR, r->size, WORK4, SRC, base);
	a64_jump_zero(b, A64_CBNZ, 4, WORK4, again);
	code_bind(b, done);
	a64_fast_move(f, 8, R0, WORK2);
}

/* ---- the rest ---- */

/* run_cast() */
static void cast(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	struct code_buf *b = &f->buf;
	uint32_t is_null = code_labels(b, 1);

	a64_fast_move(f, insn->imm == CAST_TO_PROGRAM ? 8 : 4, WORK1, SRC);
	a64_fast_move(f, 4, DST, SRC);
	a64_jump_zero(b, A64_CBZ, 8, WORK1, is_null);
	a64_mov_imm(b, X16, run_cast_high(f->prog, insn->imm));
	a64_rrr(b, A64_ORR, 8, DST, DST, X16, 0);
	code_bind(b, is_null);
}

static void load_imm64(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	uint64_t value;

	run_imm64(f->prog, slot_of(f, insn), &value);
	a64_mov_imm(&f->buf, DST, value);
	f->at++;
}

#define ALU_ROW(name, x, k, op)                                                                    \
	[OP_##name##64_X] = {x, op, 8}, [OP_##name##64_K] = {k, op, 8},                            \
	[OP_##name##32_X] = {x, op, 4}, [OP_##name##32_K] = {k, op, 4},
#define JUMP_ROW(name, cc) ALU_ROW(name, jump_x, jump_k, A64_##cc)
#define BOTH_SIZES(name, make, op)                                                                 \
	[OP_ATOMIC64_##name] = {make, op, 8}, [OP_ATOMIC32_##name] = {make, op, 4},
#define REFUSED(name) [OP_##name] = {a64_fast_refuse, 0, 0},

static const struct rule rules[OP_COUNT] = {
	ALU_ROW(ADD, a64_fast_sum_x, a64_fast_sum_k, A64_ADD)
	ALU_ROW(SUB, a64_fast_sum_x, a64_fast_sum_k, A64_SUB)
	ALU_ROW(MUL, a64_fast_mul_x, a64_fast_mul_k, 0)
	ALU_ROW(DIV, a64_fast_div_x, a64_fast_div_k, 0)
	ALU_ROW(SDIV, a64_fast_div_x, a64_fast_div_k, 0)
	ALU_ROW(OR, a64_fast_sum_x, a64_fast_logical_k, A64_ORR)
	ALU_ROW(AND, a64_fast_sum_x, a64_fast_logical_k, A64_AND)
	ALU_ROW(LSH, a64_fast_sum_x, a64_fast_shift_k, A64_LSLV)
	ALU_ROW(RSH, a64_fast_sum_x, a64_fast_shift_k, A64_LSRV)
	ALU_ROW(MOD, a64_fast_mod_x, a64_fast_mod_k, 0)
	ALU_ROW(SMOD, a64_fast_mod_x, a64_fast_mod_k, 0)
	ALU_ROW(XOR, a64_fast_sum_x, a64_fast_logical_k, A64_EOR)
	ALU_ROW(MOV, a64_fast_mov_x, a64_fast_mov_k, 0)
	ALU_ROW(ARSH, a64_fast_sum_x, a64_fast_shift_k, A64_ASRV)
	[OP_MOVSX8_64] = {a64_fast_movsx, 8, 8},
	[OP_MOVSX8_32] = {a64_fast_movsx, 8, 4},
	[OP_MOVSX16_64] = {a64_fast_movsx, 16, 8},
	[OP_MOVSX16_32] = {a64_fast_movsx, 16, 4},
	[OP_MOVSX32_64] = {a64_fast_movsx, 32, 8},
	[OP_NEG64] = {a64_fast_neg, 0, 8},
	[OP_NEG32] = {a64_fast_neg, 0, 4},
	[OP_LE16] = {a64_fast_truncate, 0, 2},
	[OP_LE32] = {a64_fast_truncate, 0, 4},
	[OP_LE64] = {a64_fast_truncate, 0, 8},
	[OP_BE16] = {a64_fast_swap, A64_REV16, 2},
	[OP_BE32] = {a64_fast_swap, A64_REV32, 4},
	[OP_BE64] = {a64_fast_swap, A64_REV64, 8},
	[OP_BSWAP16] = {a64_fast_swap, A64_REV16, 2},
	[OP_BSWAP32] = {a64_fast_swap, A64_REV32, 4},
	[OP_BSWAP64] = {a64_fast_swap, A64_REV64, 8},
	JUMP_ROW(JEQ, EQ)
	JUMP_ROW(JGT, HI)
	JUMP_ROW(JGE, HS)
	JUMP_ROW(JSET, NE)
	JUMP_ROW(JNE, NE)
	JUMP_ROW(JSGT, GT)
	JUMP_ROW(JSGE, GE)
	JUMP_ROW(JLT, LO)
	JUMP_ROW(JLE, LS)
	JUMP_ROW(JSLT, LT)
	JUMP_ROW(JSLE, LE)
#define MEM(name, bits, type, text, gnu)                                                           \
	[OP_LDX_##name] = {load, A64_LDR, sizeof(type)},                                           \
	[OP_STX_##name] = {store_x, 0, sizeof(type)}, [OP_ST_##name] = {store_k, 0, sizeof(type)},
#define MEMSX(name, bits, type, text, gnu) [OP_LDXSX_##name] = {load, A64_LDRS, sizeof(type)},
#define ACQREL(name, bits, type, text)                                                             \
	[OP_LOAD_ACQ_##name] = {load_acquire, 0, sizeof(type)},                                    \
	[OP_STORE_REL_##name] = {store_release, 0, sizeof(type)},
#define LEGACY(name, ...)                                                                          \
	[OP_LD_ABS_##name] = {a64_fast_packet, 0, LEGACY_SIZE_##name},                             \
	[OP_LD_IND_##name] = {a64_fast_packet, 0, LEGACY_SIZE_##name},
#define LD64(name, ...) [OP_LD_IMM64_##name] = {load_imm64, 0, 8},
#define LEGACY_SIZE_W 4
#define LEGACY_SIZE_H 2
#define LEGACY_SIZE_B 1
#include "core/isa/isa.def"
	BOTH_SIZES(ADD, atomic, A64_ADD)
	BOTH_SIZES(OR, atomic, A64_ORR)
	BOTH_SIZES(AND, atomic, A64_AND)
	BOTH_SIZES(XOR, atomic, A64_EOR)
	BOTH_SIZES(FETCH_ADD, atomic_fetch, A64_ADD)
	BOTH_SIZES(FETCH_OR, atomic_fetch, A64_ORR)
	BOTH_SIZES(FETCH_AND, atomic_fetch, A64_AND)
	BOTH_SIZES(FETCH_XOR, atomic_fetch, A64_EOR)
	BOTH_SIZES(XCHG, atomic_fetch, A64_STR)
	BOTH_SIZES(CMPXCHG, cmpxchg, 0)
	[OP_JA] = {jump, 0, 0},
	[OP_JA32] = {jump, 0, 0},
	[OP_MAY_GOTO] = {may_goto, 0, 0},
	[OP_CALL] = {a64_fast_call, 0, 0},
	[OP_CALL_LOCAL] = {a64_fast_call_local, 0, 0},
	[OP_CALL_KFUNC] = {a64_fast_call_kfunc, 0, 0},
	[OP_CALLX] = {a64_fast_callx, 0, 0},
	[OP_EXIT] = {a64_fast_exit, 0, 0},
	REFUSED(BAD)
	REFUSED(GOTOX)
	[OP_ADDR_SPACE_CAST] = {cast, 0, 0},
	REFUSED(MOV_PERCPU)
	REFUSED(NOSPEC)
};

void a64_fast(struct fast *f)
{
	static const struct fast_code code = {
		.rules = rules,
		.prologue = make_prologue,
		.refuse = a64_fast_refuse_at,
		.tails = a64_fast_tails,
	};

	fast_make(f, &code);
}
