/*
 * What an instruction says goes into variables as it is written; ssa() and the passes behind it
 * make it good. What the proof knows goes in with it: dead instructions are left out, decided jumps
 * go where they go, and what is known of a result is noted with it.
 */
#include "jit/lower.h"

#include <string.h>

#include "core/helper/proto.h"
#include "core/run/run.h"

/* ---- building ---- */

struct ir_ins *lower_add(struct lower *l, uint8_t op, uint8_t width, struct ref to, struct ref a,
			 struct ref b)
{
	l->last_blk = l->blk;
	l->last = l->blk->ins.n;
	return ir_add(l->fn, l->blk,
		      (struct ir_ins){
			      .op = op, .width = width, .to = to, .arg = {a, b}, .slot = l->slot});
}

struct ref lower_reg(struct lower *l, uint8_t reg)
{
	struct ref frame;

	if (reg != REG_FP)
		return lower_var(l, reg);
	frame = ir_new_tmp(l->fn);
	lower_add(l, IR_FRAME, 8, frame, NO_REF, NO_REF)->disp = -(int32_t)l->above;
	return frame;
}

static struct ref dst(struct lower *l)
{
	return lower_var(l, l->insn->dst_reg);
}

/* The second operand; numbers are sign-extended, those of 32 bits too. */
static struct ref src(struct lower *l)
{
	return l->row->is_k ? ir_con(l->fn, l->insn->imm) : lower_reg(l, l->insn->src_reg);
}

void lower_goto(struct lower *l, struct ir_blk *to)
{
	l->blk->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = l->slot, .odds = 4};
	l->blk->to[0] = to;
	l->blk = NULL;
}

void lower_if(struct lower *l, uint8_t cc, uint8_t width, struct ref a, struct ref b,
	      struct ir_blk *yes, struct ir_blk *no)
{
	l->blk->jmp = (struct ir_jmp){.kind = JUMP_IF,
				      .cc = cc,
				      .width = width,
				      .arg = {a, b},
				      .slot = l->slot,
				      .odds = 4};
	l->blk->to[0] = yes;
	l->blk->to[1] = no;
	l->blk = NULL;
}

void lower_ret(struct lower *l, struct ref value)
{
	if (l->outer) {
		lower_add(l, IR_COPY, 8, lower_var(l->outer, 0), value, NO_REF);
		lower_goto(l, l->ret);
		return;
	}
	l->blk->jmp = (struct ir_jmp){.kind = JUMP_RET, .arg = {value}, .slot = l->slot, .odds = 4};
	l->blk = NULL;
}

/* Has another part of the function the slot? */
static bool is_outside(const struct lower *l, int64_t slot)
{
	return l->parts && (slot < l->start || slot >= l->end) &&
	       slot < l->prog->subs[l->func].end;
}

struct ir_blk *lower_blk_at(struct lower *l, int64_t slot)
{
	struct ir_blk **at = is_outside(l, slot)
				     ? &l->exits[parts_entry(l->parts, (uint32_t)slot)]
				     : &l->at[slot - l->start];

	if (!*at) {
		*at = ir_new_blk(l->fn);
		(*at)->slot = (uint32_t)slot;
	}
	return *at;
}

/* ---- arithmetic ---- */

static void lower_binary(struct lower *l)
{
	struct ref b = src(l);

	lower_add(l, l->row->op, l->row->width, dst(l), dst(l), b);
}

static void lower_unary(struct lower *l)
{
	lower_add(l, l->row->op, l->row->width, dst(l), dst(l), NO_REF);
}

static bool has_fact(const struct lower *l, uint16_t fact)
{
	return l->facts && l->facts->flags[l->slot] & fact;
}

/* What is left of a when it is divided by 0, or its remainder. */
static void lower_by_zero(struct lower *l)
{
	bool is_mod = l->row->op == IR_UMOD || l->row->op == IR_SMOD;

	if (!is_mod)
		lower_add(l, IR_COPY, 8, dst(l), ir_con(l->fn, 0), NO_REF);
	else
		lower_add(l, l->row->width == 4 ? IR_ZEXT32 : IR_COPY, 8, dst(l), dst(l), NO_REF);
}

static void lower_divide(struct lower *l)
{
	struct ir_blk *zero, *divide, *end;
	struct ref b = src(l);

	if (l->row->is_k && !l->insn->imm) {
		lower_by_zero(l);
		return;
	}
	if (l->row->is_k || has_fact(l, FACT_DIVISOR)) {
		lower_binary(l);
		return;
	}
	zero = ir_new_blk(l->fn);
	divide = ir_new_blk(l->fn);
	end = ir_new_blk(l->fn);
	lower_if(l, CC_EQ, l->row->width, b, ir_con(l->fn, 0), zero, divide);
	l->blk = zero;
	lower_by_zero(l);
	lower_goto(l, end);
	l->blk = divide;
	lower_binary(l);
	lower_goto(l, end);
	l->blk = end;
}

static void lower_mov(struct lower *l)
{
	struct ref b = src(l);

	if (l->row->width == 8 || has_fact(l, FACT_EXTENDED))
		lower_add(l, IR_COPY, 8, dst(l), b, NO_REF);
	else if (l->row->is_k)
		lower_add(l, IR_COPY, 8, dst(l), ir_con(l->fn, (uint32_t)l->insn->imm), NO_REF);
	else
		lower_add(l, IR_ZEXT32, 8, dst(l), b, NO_REF);
}

static void lower_movsx(struct lower *l)
{
	struct ref b = lower_reg(l, l->insn->src_reg);

	lower_add(l, l->row->op, l->row->width, dst(l), b, NO_REF);
}

/* run_cast() */
static void lower_cast(struct lower *l)
{
	struct ref from = lower_reg(l, l->insn->src_reg), t[5];
	bool keeps_null = l->insn->imm == CAST_TO_PROGRAM;
	struct ref high = ir_con(l->fn, (int64_t)run_cast_high(l->prog, l->insn->imm));

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		t[i] = ir_new_tmp(l->fn);
	lower_add(l, IR_ZEXT32, 8, t[0], from, NO_REF);
	/* all ones but for 0 */
	lower_add(l, IR_NEG, 8, t[1], keeps_null ? from : t[0], NO_REF);
	lower_add(l, IR_OR, 8, t[2], t[1], keeps_null ? from : t[0]);
	lower_add(l, IR_SAR, 8, t[3], t[2], ir_con(l->fn, 63));
	lower_add(l, IR_AND, 8, t[4], t[3], high);
	lower_add(l, IR_OR, 8, dst(l), t[4], t[0]);
}

static void lower_imm64(struct lower *l)
{
	uint64_t value = 0;

	/* That all of them can be was asked before. */
	run_imm64(l->prog, l->slot, &value);
	lower_add(l, IR_COPY, 8, dst(l), ir_con(l->fn, (int64_t)value), NO_REF);
}

/* ---- memory ---- */

static bool has_states(const struct lower *l)
{
	return l->facts && l->facts->flow;
}

/*
 * The variable that an access of the register reg and off is, in full: the slot of the frame is
 * one, and the proof or the frame pointer itself says which it is.
 */
static bool find_slot(const struct lower *l, uint8_t reg, struct ref *var)
{
	int64_t off = l->insn->off;
	uint32_t slot;

	if (l->st && has_fact(l, FACT_SLOT))
		off += l->st->regs[reg].r.smin;
	else if (has_states(l) || reg != REG_FP)
		return false;
	slot = (uint32_t)(-off - 1) / SLOT_BYTES;
	*var = lower_var(l, VAR_SLOTS + slot);
	return slot < 64 && l->whole >> slot & 1;
}

/* Of an access of a register's memory; arenas are where the process has them. */
static struct ref lower_base(struct lower *l, uint8_t reg)
{
	struct ref base = lower_reg(l, reg), low, at;

	if (!has_fact(l, FACT_ARENA))
		return base;
	low = ir_new_tmp(l->fn);
	at = ir_new_tmp(l->fn);
	lower_add(l, IR_ZEXT32, 8, low, base, NO_REF);
	lower_add(l, IR_ADD, 8, at, low, ir_con(l->fn, (int64_t)l->prog->pages_high));
	return at;
}

static void lower_load(struct lower *l)
{
	struct ref var, base;
	struct ir_ins *load;

	if (find_slot(l, l->insn->src_reg, &var)) {
		lower_add(l, IR_COPY, 8, dst(l), var, NO_REF);
		return;
	}
	base = lower_base(l, l->insn->src_reg);
	load = lower_add(l, l->row->op, l->row->width, dst(l), base, NO_REF);
	load->disp = l->insn->off;
	/* What is stored to an arena may be lost. */
	if (!has_fact(l, FACT_PROBE | FACT_TRUSTED | FACT_ARENA) || load->op == IR_LOAD_ACQ)
		return;
	load->sx = load->op == IR_LOADSX;
	load->op = IR_PROBE;
}

static void lower_store(struct lower *l)
{
	struct ref var, base, b = src(l);

	if (find_slot(l, l->insn->dst_reg, &var)) {
		lower_add(l, IR_COPY, 8, var, b, NO_REF);
		return;
	}
	base = lower_base(l, l->insn->dst_reg);
	lower_add(l, l->row->op, l->row->width, NO_REF, base, b)->disp = l->insn->off;
}

static void lower_atomic(struct lower *l)
{
	struct ref base = lower_base(l, l->insn->dst_reg), b = lower_reg(l, l->insn->src_reg);
	struct ref to = l->row->op == IR_FETCH ? lower_var(l, l->insn->src_reg) : NO_REF;
	struct ir_ins *ins = lower_add(l, l->row->op, l->row->width, to, base, b);

	ins->disp = l->insn->off;
	ins->cc = l->row->cc;
}

static void lower_cmpxchg(struct lower *l)
{
	struct ref base = lower_base(l, l->insn->dst_reg), b = lower_reg(l, l->insn->src_reg);
	struct ref r0 = lower_var(l, 0);
	struct ir_ins *ins = lower_add(l, IR_CMPXCHG, l->row->width, r0, base, r0);

	ins->disp = l->insn->off;
	ins->call = ir_new_call(l->fn, (struct ir_call){.nargs = 1, .arg = {b}});
}

/* ---- jumps ---- */

static void lower_jump(struct lower *l)
{
	struct ir_blk *yes = lower_blk_at(l, insn_target(l->insn, l->slot));
	struct ir_blk *no = lower_blk_at(l, l->next);
	struct ref a, b;

	if (has_fact(l, FACT_TAKEN)) {
		lower_goto(l, yes);
	} else if (has_fact(l, FACT_NOT_TAKEN)) {
		lower_goto(l, no);
	} else {
		a = lower_reg(l, l->insn->dst_reg);
		b = src(l);
		lower_if(l, l->row->cc, l->row->width, a, b, yes, no);
	}
}

static void lower_ja(struct lower *l)
{
	lower_goto(l, lower_blk_at(l, insn_target(l->insn, l->slot)));
}

/* A question about a result is asked of the flags that it leaves. */
static void lower_may_goto(struct lower *l)
{
	struct ir_blk *more = ir_new_blk(l->fn), *none = ir_new_blk(l->fn), *ask = l->blk;
	struct ref loops = lower_var(l, VAR_LOOPS);

	lower_add(l, IR_SUB, 8, loops, loops, ir_con(l->fn, 1));
	lower_if(l, CC_SLT, 8, loops, ir_con(l->fn, 0), none, more);
	ask->jmp.may_goto = l->fn->may_goto = true;
	l->blk = none;
	lower_add(l, IR_COPY, 8, loops, ir_con(l->fn, 0), NO_REF);
	lower_goto(l, lower_blk_at(l, insn_target(l->insn, l->slot)));
	l->blk = more;
}

static void lower_exit(struct lower *l)
{
	lower_ret(l, lower_var(l, 0));
}

/* ---- the table ---- */

/* How each row of isa.def is made: function, operation, comparison. What is missing here does not
 * compile. */
#define ALU_ADD	 lower_binary, IR_ADD
#define ALU_SUB	 lower_binary, IR_SUB
#define ALU_MUL	 lower_binary, IR_MUL
#define ALU_DIV	 lower_divide, IR_UDIV
#define ALU_SDIV lower_divide, IR_SDIV
#define ALU_OR	 lower_binary, IR_OR
#define ALU_AND	 lower_binary, IR_AND
#define ALU_LSH	 lower_binary, IR_SHL
#define ALU_RSH	 lower_binary, IR_SHR
#define ALU_MOD	 lower_divide, IR_UMOD
#define ALU_SMOD lower_divide, IR_SMOD
#define ALU_XOR	 lower_binary, IR_XOR
#define ALU_MOV	 lower_mov, IR_COPY
#define ALU_ARSH lower_binary, IR_SAR

#define END_LE16    lower_unary, IR_ZEXT16, 0, 8
#define END_LE32    lower_unary, IR_ZEXT32, 0, 8
#define END_LE64    lower_unary, IR_COPY, 0, 8
#define END_BE16    lower_unary, IR_BSWAP, 0, 2
#define END_BE32    lower_unary, IR_BSWAP, 0, 4
#define END_BE64    lower_unary, IR_BSWAP, 0, 8
#define END_BSWAP16 END_BE16
#define END_BSWAP32 END_BE32
#define END_BSWAP64 END_BE64

#define JMP_JEQ	 CC_EQ
#define JMP_JGT	 CC_UGT
#define JMP_JGE	 CC_UGE
#define JMP_JSET CC_SET
#define JMP_JNE	 CC_NE
#define JMP_JSGT CC_SGT
#define JMP_JSGE CC_SGE
#define JMP_JLT	 CC_ULT
#define JMP_JLE	 CC_ULE
#define JMP_JSLT CC_SLT
#define JMP_JSLE CC_SLE

#define ATOMIC_OF_ADD	    lower_atomic, IR_ATOMIC, ATOMIC_ADD
#define ATOMIC_OF_OR	    lower_atomic, IR_ATOMIC, ATOMIC_OR
#define ATOMIC_OF_AND	    lower_atomic, IR_ATOMIC, ATOMIC_AND
#define ATOMIC_OF_XOR	    lower_atomic, IR_ATOMIC, ATOMIC_XOR
#define ATOMIC_OF_FETCH_ADD lower_atomic, IR_FETCH, ATOMIC_ADD
#define ATOMIC_OF_FETCH_OR  lower_atomic, IR_FETCH, ATOMIC_OR
#define ATOMIC_OF_FETCH_AND lower_atomic, IR_FETCH, ATOMIC_AND
#define ATOMIC_OF_FETCH_XOR lower_atomic, IR_FETCH, ATOMIC_XOR
#define ATOMIC_OF_XCHG	    lower_atomic, IR_FETCH, ATOMIC_XCHG
#define ATOMIC_OF_CMPXCHG   lower_cmpxchg, IR_CMPXCHG, 0

#define INSN_OF_NEG64		lower_unary, IR_NEG, 0, 8
#define INSN_OF_NEG32		lower_unary, IR_NEG, 0, 4
#define INSN_OF_JA		lower_ja
#define INSN_OF_JA32		lower_ja
#define INSN_OF_MAY_GOTO	lower_may_goto
#define INSN_OF_CALL		lower_call
#define INSN_OF_CALL_LOCAL	lower_call_local
#define INSN_OF_CALL_KFUNC	lower_call_kfunc
#define INSN_OF_CALLX		lower_callx
#define INSN_OF_EXIT		lower_exit
#define INSN_OF_GOTOX		lower_cannot
#define INSN_OF_ADDR_SPACE_CAST lower_cast
#define INSN_OF_MOV_PERCPU	lower_cannot
#define INSN_OF_NOSPEC		lower_cannot

/* A row's macro has commas, so it is expanded before its parts are told apart. */
#define ROW(op, ...) [OP_##op] = {__VA_ARGS__},
#define FOUR_ROWS(name, ...)                                                                       \
	ROW(name##64_X, __VA_ARGS__, 8)                                                            \
	ROW(name##64_K, __VA_ARGS__, 8, true)                                                      \
	ROW(name##32_X, __VA_ARGS__, 4)                                                            \
	ROW(name##32_K, __VA_ARGS__, 4, true)

static const struct lower_row rows[OP_COUNT] = {
	[OP_BAD] = {lower_cannot},
#define ALU(name, ...)	    FOUR_ROWS(name, ALU_##name, 0)
#define JMP(name, ...)	    FOUR_ROWS(name, lower_jump, 0, JMP_##name)
#define MOVSX64(bits, type) ROW(MOVSX##bits##_64, lower_movsx, IR_SEXT##bits, 0, 8)
#define MOVSX(bits, type)                                                                          \
	MOVSX64(bits, type) ROW(MOVSX##bits##_32, lower_movsx, IR_SEXT##bits, 0, 4)
#define END(name, ...) ROW(name, END_##name)
#define MEM(name, bits, type, text, gnu)                                                           \
	ROW(LDX_##name, lower_load, IR_LOAD, 0, sizeof(type))                                      \
	ROW(STX_##name, lower_store, IR_STORE, 0, sizeof(type))                                    \
	ROW(ST_##name, lower_store, IR_STORE, 0, sizeof(type), true)
#define MEMSX(name, bits, type, text, gnu) ROW(LDXSX_##name, lower_load, IR_LOADSX, 0, sizeof(type))
#define LEGACY(name, ...) ROW(LD_ABS_##name, lower_legacy) ROW(LD_IND_##name, lower_legacy)
#define ATOMIC(name, ...)                                                                          \
	ROW(ATOMIC64_##name, ATOMIC_OF_##name, 8) ROW(ATOMIC32_##name, ATOMIC_OF_##name, 4)
#define ACQREL(name, bits, type, text)                                                             \
	ROW(LOAD_ACQ_##name, lower_load, IR_LOAD_ACQ, 0, sizeof(type))                             \
	ROW(STORE_REL_##name, lower_store, IR_STORE_REL, 0, sizeof(type))
#define LD64(name, ...)	   ROW(LD_IMM64_##name, lower_imm64)
#define INSN(name, ...)	   ROW(name, INSN_OF_##name)
#define VARIANT(name, ...) ROW(name, INSN_OF_##name)
#include "core/isa/isa.def"
};

/* ---- what is known ---- */

/* NULL: nothing that anybody would ask for */
static const struct ir_value *value_of(struct lower *l, const struct fact_reg *reg)
{
	bool is_known = fact_is_address(reg) ? !reg->may_be_null
					     : reg->bits.mask != UINT64_MAX || reg->r.umin ||
						       reg->r.umax != UINT64_MAX;
	struct ir_value *v;

	if (!is_known)
		return NULL;
	v = arena_new(&l->fn->arena, struct ir_value);
	*v = (struct ir_value){reg->bits, reg->r.umin, reg->r.umax, reg->kind};
	return v;
}

/* The state before an instruction says what the one before left in its register. */
static void note_result(struct lower *l)
{
	struct ir_ins *ins;

	if (!l->last_blk)
		return;
	ins = &l->last_blk->ins.v[l->last];
	if (ins->to.kind == REF_VAR && ins->to.val - l->base < REG_FP && ins->op != IR_COPY)
		ins->value = value_of(l, &l->st->regs[ins->to.val - l->base]);
}

static void note_entry(struct lower *l, struct ir_blk *blk)
{
	blk->known = arena_array(&l->fn->arena, const struct ir_value *, REG_FP);
	blk->known_from = l->base;
	for (uint32_t i = 0; i < REG_FP; i++)
		blk->known[i] = value_of(l, &l->st->regs[i]);
}

/* ---- a function ---- */

/*
 * Without a proof: slots are variables where the frame pointer is nothing but the base of loads and
 * stores, of eight bytes each.
 */
static void find_plain_slots(struct lower *l)
{
	const struct subprog *sub = &l->prog->subs[l->func];
	uint64_t touched = 0, parts = 0;

	l->frame = STACK_SIZE;
	for (uint32_t i = sub->start; i < sub->end; i += insn_slots(&l->prog->insns[i])) {
		const struct bpf_insn *insn = &l->prog->insns[i];
		const struct insn_desc *desc = &insn_descs[l->prog->ops[i]];
		bool loads = desc->shape == SHAPE_LDX;
		bool stores = desc->shape == SHAPE_STX || desc->shape == SHAPE_ST;
		uint8_t base = loads ? insn->src_reg : insn->dst_reg;
		int first = -insn->off - 1, last = -insn->off - desc->size;

		if (desc->flags & INSN_RD_SRC && insn->src_reg == REG_FP && !loads)
			return;
		if (desc->flags & INSN_RD_DST && insn->dst_reg == REG_FP && !stores)
			return;
		if (!(loads || stores) || base != REG_FP)
			continue;
		if (last < 0 || first >= STACK_SIZE)
			return;
		touched |= UINT64_C(1) << first / SLOT_BYTES | UINT64_C(1) << last / SLOT_BYTES;
		if (desc->size != SLOT_BYTES || last % SLOT_BYTES)
			parts |= UINT64_C(1) << first / SLOT_BYTES | UINT64_C(1)
									     << last / SLOT_BYTES;
	}
	l->whole = touched & ~parts;
	l->frame = parts ? SLOT_BYTES * (64 - (uint32_t)__builtin_clzll(parts)) : 0;
}

/* What stays memory: down to the last slot that is no variable */
static void fill_frame(struct lower *l, uint32_t nslots)
{
	uint64_t used = nslots < 64 ? (UINT64_C(1) << nslots) - 1 : UINT64_MAX;

	used &= ~l->whole;
	l->frame = used ? SLOT_BYTES * (64 - (uint32_t)__builtin_clzll(used)) : 0;
}

void lower_find_slots(struct lower *l)
{
	if (has_states(l)) {
		l->whole = l->facts->funcs[l->func].whole;
		fill_frame(l, l->facts->funcs[l->func].nslots);
	} else {
		find_plain_slots(l);
	}
}

/* Blocks begin where jumps go, and behind them. */
static void find_leaders(struct lower *l)
{
	lower_blk_at(l, l->start);
	for (uint32_t i = l->start; i < l->end; i += insn_slots(&l->prog->insns[i])) {
		const struct bpf_insn *insn = &l->prog->insns[i];
		enum insn_op op = l->prog->ops[i];

		if (op == OP_MAY_GOTO)
			l->loops = true;
		if (op != OP_CALL_LOCAL && insn_has_target(op))
			lower_blk_at(l, insn_target(insn, i));
	}
}

/* Makes an instruction; those that never run are not shown, and what is before them ends there. */
static void visit(void *arg, uint32_t slot, const struct fact_state *st)
{
	struct lower *l = arg;
	struct ir_blk *begins = l->at[slot - l->start];

	l->st = st;
	if (st && !begins && l->blk && slot == l->next)
		note_result(l);
	if (st && begins)
		note_entry(l, begins);
	if (l->blk && slot != l->next)
		l->blk = NULL;
	if (l->blk && begins)
		lower_goto(l, begins);
	if (begins)
		l->blk = begins;
	l->slot = slot;
	l->insn = &l->prog->insns[slot];
	l->next = slot + insn_slots(l->insn);
	l->row = &rows[l->prog->ops[slot]];
	l->last_blk = NULL;
	if (l->blk)
		l->row->fn(l);
	if (l->last_blk != l->blk)
		l->last_blk = NULL;
}

/* Before the first instruction, where nobody jumps to: arguments become variables. */
static void enter(struct lower *l)
{
	l->slot = l->start;
	for (uint32_t i = 0; !l->outer && i < ARRAY_SIZE(l->fn->args); i++) {
		l->fn->args[i] = ir_new_tmp(l->fn);
		lower_add(l, IR_COPY, 8, lower_var(l, i + 1), l->fn->args[i], NO_REF);
	}
	for (uint32_t i = 1; l->outer && i <= HELPER_ARGS_MAX; i++)
		lower_add(l, IR_COPY, 8, lower_var(l, i), lower_var(l->outer, i), NO_REF);
	if (l->loops)
		lower_add(l, IR_COPY, 8, lower_var(l, VAR_LOOPS), ir_con(l->fn, MAX_LOOPS), NO_REF);
	lower_goto(l, lower_blk_at(l, l->start));
	l->next = l->start;
}

/* Where the instructions end; what comes there falls off them, if it is the end of them all. */
static void leave(struct lower *l)
{
	struct ir_blk *end;

	if (is_outside(l, l->end)) {
		if (l->blk)
			lower_goto(l, lower_blk_at(l, l->end));
		return;
	}
	end = l->at[l->end - l->start];

	if (l->blk && end)
		lower_goto(l, end);
	if (end)
		l->blk = end;
	l->slot = l->end - 1;
	l->insn = &l->prog->insns[l->slot];
	if (l->blk)
		lower_cannot(l);
}

static void lower_insns(struct lower *l)
{
	if (has_states(l))
		facts_walk_func(l->facts, l->func, l->start, l->end, visit, l);
	else
		for (uint32_t i = l->start; i < l->end; i += insn_slots(&l->prog->insns[i]))
			visit(l, i, NULL);
	leave(l);
}

/* Of the slots from l->start to l->end */
static void begin(struct lower *l)
{
	l->at = arena_array(&l->fn->arena, struct ir_blk *, l->end - l->start + 1);
	l->fn->nvars = max(l->fn->nvars, l->base + VAR_COUNT);
	l->fn->frame = max(l->fn->frame, l->above + l->frame);
}

void lower_body(struct lower *l)
{
	l->start = l->prog->subs[l->func].start;
	l->end = l->prog->subs[l->func].end;
	lower_find_slots(l);
	begin(l);
	find_leaders(l);
	enter(l);
	lower_insns(l);
}

static struct ir_fn *new_fn(const struct prog *prog, uint32_t func, const struct facts *facts,
			    uint32_t start)
{
	struct ir_fn *fn = ir_new(prog, func);

	fn->facts = facts;
	ir_new_blk(fn)->slot = start;
	return fn;
}

struct ir_fn *lower(const struct prog *prog, uint32_t func, const struct facts *facts)
{
	uint32_t room = INLINE_ROOM;
	struct ir_fn *fn = new_fn(prog, func, facts, prog->subs[func].start);
	struct lower l = {.fn = fn,
			  .prog = prog,
			  .facts = facts,
			  .func = func,
			  .room = &room,
			  .blk = fn->blks.v[0]};

	lower_body(&l);
	return fn;
}

struct ir_fn *lower_unit(const struct parts *p, uint32_t unit)
{
	const uint32_t *begins = &p->begins.v[unit ? parts_of_unit(p, unit) : 0];
	uint32_t room = INLINE_ROOM;
	struct ir_fn *fn = new_fn(p->prog, p->func, p->facts, begins[0]);
	struct lower l = {.fn = fn,
			  .prog = p->prog,
			  .facts = p->facts,
			  .func = p->func,
			  .room = &room,
			  .blk = fn->blks.v[0],
			  .parts = p,
			  .whole = p->whole,
			  .frame = parts_frame(p),
			  .loops = p->loops,
			  .start = begins[0],
			  .end = begins[unit ? 1 : 0]};

	fn->is_part = true;
	l.exits = arena_array(&fn->arena, struct ir_blk *, p->entries.n);
	begin(&l);
	if (unit) {
		find_leaders(&l);
		parts_enter(&l);
		lower_insns(&l);
	} else {
		enter(&l);
	}
	parts_leave(&l);
	return fn;
}
