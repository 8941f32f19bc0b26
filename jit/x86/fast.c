/*
 * The pass, and its table; frames, jumps and memory.
 *
 *	a frame, from above:	return address, saved registers, rbp of the caller  <- rbp is r10
 *				r10 - 8 and so on, passes left to may_goto
 */
#include "core/run/run.h"
#include "jit/x86/fast.h"

const uint8_t x86_fast_regs[REG_COUNT] = {RAX, RDI, RSI, RDX, RCX, R8, RBX, R13, R14, R15, RBP};

enum {
	FIRST_SAVED = 6, /* of the program's registers: r6 to r9 */
	RED_ZONE = 128,	 /* below the stack that signals leave alone */
};

/* ---- frames ---- */

static bool has_frame(const struct fast_func *fn)
{
	return fn->loops || fn->regs >> REG_FP & 1;
}

static struct x86_mem passes_left(const struct fast_func *fn)
{
	return X86_AT(RBP, -fn->stack - 8);
}

/* What rsp moves by, so that it is aligned where something is called. */
static uint32_t frame_size(const struct fast_func *fn)
{
	uint32_t size = has_frame(fn) ? fn->stack + (fn->loops ? 8u : 0) : 0;
	uint32_t pushed = 8 + (has_frame(fn) ? 8 : 0);

	if (!fn->calls)
		return size <= RED_ZONE ? 0 : size;
	for (uint32_t i = FIRST_SAVED; i < REG_FP; i++)
		pushed += fn->regs >> i & 1 ? 8 : 0;
	return (uint32_t)round_up(pushed + size, 16) - pushed;
}

static void make_prologue(struct fast *f)
{
	const struct fast_func *fn = f->fn;
	struct code_buf *b = &f->buf;
	uint32_t size = frame_size(fn);

	for (uint32_t i = FIRST_SAVED; i < REG_FP; i++)
		if (fn->regs >> i & 1)
			x86_push(b, x86_fast_regs[i]);
	if (has_frame(fn)) {
		x86_push(b, RBP);
		x86_rr(b, X86_MOV, 8, RBP, RSP);
	}
	if (size)
		x86_ri(b, X86_SUB, 8, RSP, (int32_t)size);
	if (fn->loops)
		x86_mi(b, X86_MOV, 8, passes_left(fn), MAX_LOOPS);
}

void x86_fast_epilogue(struct fast *f)
{
	const struct fast_func *fn = f->fn;
	struct code_buf *b = &f->buf;
	uint32_t size = frame_size(fn);

	if (has_frame(fn) && size)
		x86_leave(b);
	else if (has_frame(fn))
		x86_pop(b, RBP);
	else if (size)
		x86_ri(b, X86_ADD, 8, RSP, (int32_t)size);
	for (uint32_t i = REG_FP; i-- > FIRST_SAVED;)
		if (fn->regs >> i & 1)
			x86_pop(b, x86_fast_regs[i]);
}

void x86_fast_exit(struct fast *f, const struct bpf_insn *insn __unused,
		  const struct rule *r __unused)
{
	x86_fast_epilogue(f);
	x86_ret(&f->buf);
}

/* ---- jumps ---- */

static void jump_to(struct fast *f, uint32_t slot)
{
	if (!fast_is_next(f, slot))
		x86_jmp(&f->buf, f->first_slot + slot);
}

/* True when it is known where the jump goes. */
static bool make_decided(struct fast *f, const struct bpf_insn *insn, uint32_t target)
{
	uint16_t facts = fact_of(f, insn);

	if (facts & FACT_TAKEN)
		jump_to(f, target);
	return facts & (FACT_TAKEN | FACT_NOT_TAKEN);
}

static void jump_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	uint32_t target = (uint32_t)insn_target(insn, slot_of(f, insn));
	bool is_set = (insn->code & INSN_OP_MASK) == 0x40;

	if (make_decided(f, insn, target))
		return;
	x86_rr(&f->buf, is_set ? X86_TEST : X86_CMP, r->size, DST, SRC);
	x86_jcc(&f->buf, r->op, f->first_slot + target);
}

static void jump_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	uint32_t target = (uint32_t)insn_target(insn, slot_of(f, insn));
	bool is_set = (insn->code & INSN_OP_MASK) == 0x40;

	if (make_decided(f, insn, target))
		return;
	if (!is_set && !insn->imm)
		x86_rr(&f->buf, X86_TEST, r->size, DST, DST);
	else
		x86_ri(&f->buf, is_set ? X86_TEST : X86_CMP, r->size, DST, insn->imm);
	x86_jcc(&f->buf, r->op, f->first_slot + target);
}

static void jump(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	jump_to(f, (uint32_t)insn_target(insn, slot_of(f, insn)));
}

static void may_goto(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	struct x86_mem left = passes_left(f->fn);

	x86_mi(&f->buf, X86_CMP, 8, left, 0);
	x86_jcc(&f->buf, X86_E,
		f->first_slot + (uint32_t)insn_target(insn, slot_of(f, insn)));
	x86_m(&f->buf, X86_DEC, 8, left);
}

/* ---- memory ---- */

/* What an access is of; arenas are where the process has them. */
static struct x86_mem mem_of(struct fast *f, const struct bpf_insn *insn, uint32_t reg)
{
	if (!(fact_of(f, insn) & FACT_ARENA))
		return X86_AT(reg, insn->off);
	x86_rr(&f->buf, X86_MOV, 4, WORK1, reg);
	x86_mov_imm(&f->buf, WORK2, f->prog->pages_high);
	x86_rr(&f->buf, X86_OR, 8, WORK1, WORK2);
	return X86_AT(WORK1, insn->off);
}

static void load(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	x86_rm(&f->buf, r->op, r->size, DST, mem_of(f, insn, SRC));
}

static void store_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	x86_mr(&f->buf, X86_MOV, r->size, mem_of(f, insn, DST), SRC);
}

static void store_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	x86_mi(&f->buf, X86_MOV, r->size, mem_of(f, insn, DST), insn->imm);
}

static void atomic(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	struct x86_mem m = mem_of(f, insn, DST);

	x86_lock(&f->buf);
	x86_mr(&f->buf, r->op, r->size, m, SRC);
}

/* That compares with r0, whose upper half it does not touch when it is equal. */
static void cmpxchg(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	atomic(f, insn, r);
	clear_upper(f, RAX, r->size);
}

static void xchg(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	x86_mr(&f->buf, X86_XCHG, r->size, mem_of(f, insn, DST), SRC);
}

/* And, or, xor that want the old value: until nobody came between. */
static void atomic_fetch(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	struct code_buf *b = &f->buf;
	struct x86_mem m = X86_AT(DST == RAX ? WORK2 : DST, insn->off);
	uint32_t again = code_labels(b, 1);

	x86_rr(b, X86_MOV, 8, WORK2, RAX);
	x86_rr(b, X86_MOV, 8, WORK3, SRC);
	x86_rm(b, X86_MOV, r->size, RAX, m);
	code_bind(b, again);
	x86_rr(b, X86_MOV, 8, WORK1, RAX);
	x86_rr(b, r->op, r->size, WORK1, WORK3);
	x86_lock(b);
	x86_mr(b, X86_CMPXCHG, r->size, m, WORK1);
	x86_jcc(b, X86_NE, again);
	if (SRC == RAX)
		return;
	x86_rr(b, X86_MOV, r->size, SRC, RAX);
	x86_rr(b, X86_MOV, 8, RAX, WORK2);
}

/* ---- the rest ---- */

/* run_cast() */
static void cast(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	struct code_buf *b = &f->buf;
	uint32_t is_null = code_labels(b, 1);

	x86_rr(b, X86_TEST, insn->imm == CAST_TO_PROGRAM ? 8 : 4, SRC, SRC);
	x86_rr(b, X86_MOV, 4, DST, SRC);
	x86_jcc(b, X86_E, is_null);
	x86_mov_imm(b, WORK1, run_cast_high(f->prog, insn->imm));
	x86_rr(b, X86_OR, 8, DST, WORK1);
	code_bind(b, is_null);
}

static void load_imm64(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	uint64_t value;

	run_imm64(f->prog, slot_of(f, insn), &value);
	x86_mov_imm(&f->buf, DST, value);
	f->at++;
}

#define ALU_ROW(name, x, k, op)                                                                    \
	[OP_##name##64_X] = {x, op, 8}, [OP_##name##64_K] = {k, op, 8},                            \
	[OP_##name##32_X] = {x, op, 4}, [OP_##name##32_K] = {k, op, 4},
#define JUMP_ROW(name, cc) ALU_ROW(name, jump_x, jump_k, cc)
#define BOTH_SIZES(name, make, op)                                                                 \
	[OP_ATOMIC64_##name] = {make, op, 8}, [OP_ATOMIC32_##name] = {make, op, 4},
#define REFUSED(name) [OP_##name] = {x86_fast_refuse, 0, 0},

static const struct rule rules[OP_COUNT] = {
	ALU_ROW(ADD, x86_fast_alu_x, x86_fast_alu_k, X86_ADD)
	ALU_ROW(SUB, x86_fast_alu_x, x86_fast_alu_k, X86_SUB)
	ALU_ROW(MUL, x86_fast_alu_x, x86_fast_mul_k, X86_IMUL)
	ALU_ROW(DIV, x86_fast_div_x, x86_fast_div_k, 0)
	ALU_ROW(SDIV, x86_fast_div_x, x86_fast_div_k, 0)
	ALU_ROW(OR, x86_fast_alu_x, x86_fast_alu_k, X86_OR)
	ALU_ROW(AND, x86_fast_alu_x, x86_fast_alu_k, X86_AND)
	ALU_ROW(LSH, x86_fast_shift_x, x86_fast_shift_k, X86_SHL)
	ALU_ROW(RSH, x86_fast_shift_x, x86_fast_shift_k, X86_SHR)
	ALU_ROW(MOD, x86_fast_div_x, x86_fast_div_k, 0)
	ALU_ROW(SMOD, x86_fast_div_x, x86_fast_div_k, 0)
	ALU_ROW(XOR, x86_fast_alu_x, x86_fast_alu_k, X86_XOR)
	ALU_ROW(MOV, x86_fast_mov_x, x86_fast_mov_k, 0)
	ALU_ROW(ARSH, x86_fast_shift_x, x86_fast_shift_k, X86_SAR)
	[OP_MOVSX8_64] = {x86_fast_movsx, X86_MOVSX8, 8},
	[OP_MOVSX8_32] = {x86_fast_movsx, X86_MOVSX8, 4},
	[OP_MOVSX16_64] = {x86_fast_movsx, X86_MOVSX16, 8},
	[OP_MOVSX16_32] = {x86_fast_movsx, X86_MOVSX16, 4},
	[OP_MOVSX32_64] = {x86_fast_movsx, X86_MOVSXD, 8},
	[OP_NEG64] = {x86_fast_neg, 0, 8},
	[OP_NEG32] = {x86_fast_neg, 0, 4},
	[OP_LE16] = {x86_fast_truncate, 0, 2},
	[OP_LE32] = {x86_fast_truncate, 0, 4},
	[OP_LE64] = {x86_fast_truncate, 0, 8},
	[OP_BE16] = {x86_fast_swap, 0, 2},
	[OP_BE32] = {x86_fast_swap, 0, 4},
	[OP_BE64] = {x86_fast_swap, 0, 8},
	[OP_BSWAP16] = {x86_fast_swap, 0, 2},
	[OP_BSWAP32] = {x86_fast_swap, 0, 4},
	[OP_BSWAP64] = {x86_fast_swap, 0, 8},
	JUMP_ROW(JEQ, X86_E)
	JUMP_ROW(JGT, X86_A)
	JUMP_ROW(JGE, X86_AE)
	JUMP_ROW(JSET, X86_NE)
	JUMP_ROW(JNE, X86_NE)
	JUMP_ROW(JSGT, X86_G)
	JUMP_ROW(JSGE, X86_GE)
	JUMP_ROW(JLT, X86_B)
	JUMP_ROW(JLE, X86_BE)
	JUMP_ROW(JSLT, X86_L)
	JUMP_ROW(JSLE, X86_LE)
	[OP_LDX_B] = {load, X86_MOVZX8, 4},
	[OP_LDX_H] = {load, X86_MOVZX16, 4},
	[OP_LDX_W] = {load, X86_MOV, 4},
	[OP_LDX_DW] = {load, X86_MOV, 8},
	[OP_LDXSX_B] = {load, X86_MOVSX8, 8},
	[OP_LDXSX_H] = {load, X86_MOVSX16, 8},
	[OP_LDXSX_W] = {load, X86_MOVSXD, 8},
	/* Loads acquire and stores release on this machine, whatever they are for. */
	[OP_LOAD_ACQ_B] = {load, X86_MOVZX8, 4},
	[OP_LOAD_ACQ_H] = {load, X86_MOVZX16, 4},
	[OP_LOAD_ACQ_W] = {load, X86_MOV, 4},
	[OP_LOAD_ACQ_DW] = {load, X86_MOV, 8},
#define MEM(name, bits, type, text, gnu)                                                           \
	[OP_STX_##name] = {store_x, 0, sizeof(type)}, [OP_ST_##name] = {store_k, 0, sizeof(type)},
#define ACQREL(name, bits, type, text) [OP_STORE_REL_##name] = {store_x, 0, sizeof(type)},
#define LEGACY(name, ...)                                                                          \
	[OP_LD_ABS_##name] = {x86_fast_packet, 0, LEGACY_SIZE_##name},                             \
	[OP_LD_IND_##name] = {x86_fast_packet, 0, LEGACY_SIZE_##name},
#define LD64(name, ...) [OP_LD_IMM64_##name] = {load_imm64, 0, 8},
#define LEGACY_SIZE_W 4
#define LEGACY_SIZE_H 2
#define LEGACY_SIZE_B 1
#include "core/isa/isa.def"
	BOTH_SIZES(ADD, atomic, X86_ADD)
	BOTH_SIZES(OR, atomic, X86_OR)
	BOTH_SIZES(AND, atomic, X86_AND)
	BOTH_SIZES(XOR, atomic, X86_XOR)
	BOTH_SIZES(FETCH_ADD, atomic, X86_XADD)
	BOTH_SIZES(FETCH_OR, atomic_fetch, X86_OR)
	BOTH_SIZES(FETCH_AND, atomic_fetch, X86_AND)
	BOTH_SIZES(FETCH_XOR, atomic_fetch, X86_XOR)
	BOTH_SIZES(XCHG, xchg, 0)
	BOTH_SIZES(CMPXCHG, cmpxchg, X86_CMPXCHG)
	[OP_JA] = {jump, 0, 0},
	[OP_JA32] = {jump, 0, 0},
	[OP_MAY_GOTO] = {may_goto, 0, 0},
	[OP_CALL] = {x86_fast_call, 0, 0},
	[OP_CALL_LOCAL] = {x86_fast_call_local, 0, 0},
	[OP_CALL_KFUNC] = {x86_fast_call_kfunc, 0, 0},
	[OP_CALLX] = {x86_fast_callx, 0, 0},
	[OP_EXIT] = {x86_fast_exit, 0, 0},
	REFUSED(BAD)
	REFUSED(GOTOX)
	[OP_ADDR_SPACE_CAST] = {cast, 0, 0},
	REFUSED(MOV_PERCPU)
	REFUSED(NOSPEC)
};

void x86_fast(struct fast *f)
{
	static const struct fast_code code = {
		.rules = rules,
		.prologue = make_prologue,
		.refuse = x86_fast_refuse_at,
		.tails = x86_fast_tails,
	};

	f->has_bmi2 = x86_has_bmi2();
	fast_make(f, &code);
}
