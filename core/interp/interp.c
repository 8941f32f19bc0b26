/*
 * Every wire slot becomes one slot that holds the address of its body instead of an opcode: slots
 * keep their numbers, so jumps, calls and faults need no translation, and the second half of a
 * 64-bit immediate holds the resolved value. Bodies are the rows of isa.def; each ends by jumping
 * to the body of the next instruction.
 */
#include "core/interp/interp.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/helper/helper.h"
#include "core/isa/insn.h"
#include "core/obj/map.h"
#include "core/run/run.h"

struct slot {
	union {
		const void *body;
		uint64_t imm64; /* of the slot before */
	};
	uint8_t dst, src;
	int16_t off;
	int32_t imm;
#ifdef COUNTING
	struct insn_count *count;
	const void *then; /* the body behind the count of a block */
#endif
};

/* What a function's return brings back. */
struct frame {
	const struct slot *ret;
	const struct prog *prog;
	uint64_t saved[4], fp, loops;
};

/* Bodies that no row names: calls and loads that decode to something of their own. */
enum { BODY_TAIL_CALL = OP_COUNT, BODY_MISSING, BODY_PROBE, BODY_ARENA, BODY_BLOCK, BODY_COUNT };

/* Behind the program's registers: where an access to the arena leads. */
enum { REG_ARENA = REG_COUNT };

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)

/* Rows of the table of pairs, and the row of each operation that comes first in one. */
enum {
	ROW_NONE,
#define PAIR_ROWS
#include "core/interp/pairs.def"
#undef PAIR_ROWS
	ROW_COUNT
};

static const uint8_t rows[OP_COUNT] = {
#define PAIR_FIRSTS
#include "core/interp/pairs.def"
#undef PAIR_FIRSTS
};

/* Where the bodies are, from op_BAD; 0 is a pair that has none. */
struct bodies {
	const char *base;
	const int32_t *one;
	const int32_t (*pair)[OP_COUNT];
};

#define DST r[ip->dst]
#define SRC r[ip->src]
#define IMM ((uint64_t)(int64_t)ip->imm)
/* count.c has this file once more, and there the first body of a block is preceded by a count. */
#ifdef COUNTING
#define ENGINE interp_count_engine
#define JUMPS(yes)                                                                                 \
	({                                                                                         \
		bool yes_ = (yes);                                                                 \
		ip->count->taken += yes_;                                                          \
		yes_;                                                                              \
	})
#else
#define ENGINE interp_engine
#define JUMPS(yes) (yes)
#endif
#define DO goto *ip->body
#define NEXT                                                                                       \
	do {                                                                                       \
		ip++;                                                                              \
		DO;                                                                                \
	} while (0)
#define FAULT(...)                                                                                 \
	do {                                                                                       \
		run_fault(rc, __VA_ARGS__);                                                        \
		goto fault;                                                                        \
	} while (0)
/* r0 of a function of C, after which the run may have failed. */
#define ANSWER(call)                                                                               \
	do {                                                                                       \
		r[0] = (call);                                                                     \
		if (unlikely(rc->fault.kind))                                                      \
			goto fault;                                                                \
	} while (0)
/* Memory of any alignment and type. */
#define AT(type, addr)                                                                             \
	(((struct __attribute__((packed, may_alias)) { type v; } *)(uintptr_t)(addr))->v)

#define TYPED(type, stype, width, rhs)                                                             \
	typedef type U;                                                                            \
	typedef stype S __unused;                                                                  \
	enum { N = width };                                                                        \
	U a __unused = (U)DST, b __unused = (U)(rhs)
#define ALU_DO(type, stype, width, rhs, expr)                                                      \
	{                                                                                          \
		TYPED(type, stype, width, rhs);                                                    \
		DST = (U)(expr);                                                                   \
		NEXT;                                                                              \
	}
#define JMP_DO(type, stype, width, rhs, expr)                                                      \
	{                                                                                          \
		TYPED(type, stype, width, rhs);                                                    \
		ip += JUMPS(expr) ? ip->off : 0;                                                   \
		NEXT;                                                                              \
	}
#define LDX_DO(type)                                                                               \
	{                                                                                          \
		DST = (uint64_t)AT(type, SRC + ip->off);                                           \
		NEXT;                                                                              \
	}
#define ALU_BODY(name, ...) op_##name : ALU_DO(__VA_ARGS__)
#define JMP_BODY(name, ...) op_##name : JMP_DO(__VA_ARGS__)
#define BOTH_WIDTHS(body, name, expr)                                                              \
	body(name##64_X, uint64_t, int64_t, 64, SRC, expr)                                         \
	body(name##64_K, uint64_t, int64_t, 64, IMM, expr)                                         \
	body(name##32_X, uint32_t, int32_t, 32, SRC, expr)                                         \
	body(name##32_K, uint32_t, int32_t, 32, IMM, expr)
/* Bit 0 of an atomic's imm asks for the old value; cmpxchg alone leaves it in r0. */
#define ATOMIC_BODY(name, imm_, type, expr)                                                        \
	op_##name : {                                                                              \
		_Atomic type *mem = (_Atomic type *)(uintptr_t)(DST + ip->off);                    \
		type a = *mem, b = (type)SRC, r0 __unused = (type)r[0];                            \
		while (!atomic_compare_exchange_weak(mem, &a, expr))                               \
			;                                                                          \
		if ((imm_) & 1)                                                                    \
			r[(imm_) == 0xf1 ? 0 : ip->src] = a;                                       \
		NEXT;                                                                              \
	}


/*
 * Runs from a slot of prog until the function there returns. rc == NULL: hands out where the bodies
 * are instead, which only this function knows.
 */
static uint64_t loop(struct run_ctx *rc, const struct prog *prog, uint32_t start,
		     const uint64_t arg[5], struct bodies *out)
{
	static const int32_t one[BODY_COUNT] = {
#define BODY_AT(label) (const char *)&&label - (const char *)&&op_BAD,
#define LABEL(name) [OP_##name] = BODY_AT(op_##name)
#define BOTH_LABELS(name) LABEL(name##64_X) LABEL(name##64_K) LABEL(name##32_X) LABEL(name##32_K)
#define ALU(name, ...) BOTH_LABELS(name)
#define MOVSX64(bits, type) LABEL(MOVSX##bits##_64)
#define MOVSX(bits, type) LABEL(MOVSX##bits##_64) LABEL(MOVSX##bits##_32)
#define END(name, ...) LABEL(name)
#define JMP(name, ...) BOTH_LABELS(name)
#define MEM(name, ...) LABEL(LDX_##name) LABEL(STX_##name) LABEL(ST_##name)
#define MEMSX(name, ...) LABEL(LDXSX_##name)
#define LEGACY(name, ...) LABEL(LD_ABS_##name) LABEL(LD_IND_##name)
#define ATOMIC(name, ...) LABEL(ATOMIC64_##name) LABEL(ATOMIC32_##name)
#define ACQREL(name, ...) LABEL(LOAD_ACQ_##name) LABEL(STORE_REL_##name)
#define LD64(name, ...) [OP_LD_IMM64_##name] = BODY_AT(op_LD_IMM64)
#define INSN(name, ...) LABEL(name)
#define VARIANT(name, ...) LABEL(name)
#include "core/isa/isa.def"
		[BODY_TAIL_CALL] = BODY_AT(tail_call)
		[BODY_MISSING] = BODY_AT(missing)
		[BODY_PROBE] = BODY_AT(probe)
		[BODY_ARENA] = BODY_AT(arena)
#ifdef COUNTING
		[BODY_BLOCK] = BODY_AT(block)
#endif
	};
	static const int32_t pair[ROW_COUNT][OP_COUNT] = {
#define PAIR_LABELS
#define PAIR_AT(name) PASTE(FIRST, _then_##name)
#define PAIR_ALU(name, ...) [OP_##name] = BODY_AT(PAIR_AT(name))
#define PAIR_JMP PAIR_ALU
#define PAIR_LDX PAIR_ALU
#include "core/interp/pairs.def"
#undef PAIR_LABELS
#undef PAIR_ALU
#undef PAIR_JMP
#undef PAIR_LDX
	};
	struct frame frames[RUN_FRAMES];
	uint64_t r[REG_COUNT + 1], loops = MAX_LOOPS;
	uint32_t outer, nframes = 0;
	const struct subprog *sub;
	const struct detour *to;
	const struct slot *ip;

	if (!rc) {
		*out = (struct bodies){(const char *)&&op_BAD, one, pair};
		return 0;
	}
	outer = rc->depth;
	ip = (const struct slot *)prog->code + start;
	if (run_is_deep(rc))
		FAULT(FAULT_CALL, "more than %d frames", MAX_CALL_FRAMES);
	memcpy(&r[1], arg, 5 * sizeof(*arg));
	r[0] = r[6] = r[7] = r[8] = r[9] = 0;
	r[REG_FP] = (uintptr_t)rc->stack + ++rc->depth * STACK_SIZE;
	DO;

#define ALU(name, bits, off, op, gnu, since, expr) BOTH_WIDTHS(ALU_BODY, name, expr)
#define JMP(name, bits, op, gnu, since, expr) BOTH_WIDTHS(JMP_BODY, name, expr)
#define MOVSX64(bits, type)                                                                        \
	ALU_BODY(MOVSX##bits##_64, uint64_t, int64_t, 64, SRC, (U)(S)(type)b)
#define MOVSX(bits, type)                                                                          \
	MOVSX64(bits, type)                                                                        \
	ALU_BODY(MOVSX##bits##_32, uint32_t, int32_t, 32, SRC, (U)(S)(type)b)
#define END(name, code, bits, text, gnu, since, expr)                                              \
	ALU_BODY(name, uint64_t, int64_t, 64, 0, expr)
#define MEM(name, bits, type, text, gnu)                                                           \
	op_LDX_##name : LDX_DO(type)                                                               \
	op_STX_##name : AT(type, DST + ip->off) = (type)SRC;                                       \
	NEXT;                                                                                      \
	op_ST_##name : AT(type, DST + ip->off) = (type)IMM;                                        \
	NEXT;
#define MEMSX(name, bits, type, text, gnu)                                                         \
	op_LDXSX_##name : LDX_DO(type)
#define ATOMIC(name, imm, text, gnu, since, expr)                                                  \
	ATOMIC_BODY(ATOMIC64_##name, imm, uint64_t, expr)                                          \
	ATOMIC_BODY(ATOMIC32_##name, imm, uint32_t, expr)
#define ACQREL(name, bits, type, text)                                                             \
	op_LOAD_ACQ_##name : DST = atomic_load_explicit(                                           \
		(_Atomic type *)(uintptr_t)(SRC + ip->off), memory_order_acquire);                 \
	NEXT;                                                                                      \
	op_STORE_REL_##name : atomic_store_explicit((_Atomic type *)(uintptr_t)(DST + ip->off),    \
						    (type)SRC, memory_order_release);              \
	NEXT;
/* A load out of the packet's bounds ends the function with 0. */
#define LEGACY(name, bits, text, gnu)                                                              \
	op_LD_ABS_##name : if (!packet_load(rc->pkt, ip->imm, insn_descs[OP_LD_ABS_##name].size,   \
					    &r[0])) goto op_EXIT;                                  \
	NEXT;                                                                                      \
	op_LD_IND_##name : if (!packet_load(rc->pkt, (int32_t)SRC + ip->imm,                       \
					    insn_descs[OP_LD_IND_##name].size, &r[0]))             \
		goto op_EXIT;                                                                      \
	NEXT;
#include "core/isa/isa.def"

/* In a pair the second has its own slot, which ip points at while it runs. */
#define PAIR_ALU(name, ...) PAIR_AT(name) : FIRST_DO; ip++; ALU_DO(__VA_ARGS__)
#define PAIR_JMP(name, ...) PAIR_AT(name) : FIRST_DO; ip++; JMP_DO(__VA_ARGS__)
#define PAIR_LDX(name, type) PAIR_AT(name) : FIRST_DO; ip++; LDX_DO(type)
#include "core/interp/pairs.def"

op_NEG64:
	DST = -DST;
	NEXT;
op_NEG32:
	DST = -(uint32_t)DST;
	NEXT;
op_LD_IMM64:
	DST = ip[1].imm64;
	ip++;
	NEXT;
op_JA:
	ip += ip->off;
	NEXT;
op_JA32:
	ip += ip->imm;
	NEXT;
op_MAY_GOTO:
	if (JUMPS(loops == 0))
		ip += ip->off;
	else
		loops--;
	NEXT;
op_CALL:
	ANSWER(prog->helpers[ip->imm](r[1], r[2], r[3], r[4], r[5], rc));
	NEXT;
tail_call:
	r[0] = prog->helpers[HELPER_tail_call](r[1], r[2], r[3], 0, 0, rc);
	if (!rc->tail)
		NEXT;
	rc->prog = prog = rc->tail;
	rc->tail = NULL;
	r[1] = (uintptr_t)rc->ctx;
	ip = prog->code;
	to = subprog_detour(prog->subs);
	if (likely(!to))
		DO;
	ANSWER(run_detour(rc, to, &r[1]));
	goto op_EXIT;
op_CALLX:
	if (DST < HELPER_ID_LIMIT && prog->helpers[DST]) {
		ANSWER(prog->helpers[DST](r[1], r[2], r[3], r[4], r[5], rc));
		NEXT;
	}
	sub = (const struct subprog *)(uintptr_t)DST;
	goto call;
op_CALL_LOCAL:
	sub = &prog->subs[ip->imm];
call:
	to = subprog_detour(sub);
	if (unlikely(to)) {
		ANSWER(run_detour(rc, to, &r[1]));
		NEXT;
	}
	if (run_is_deep(rc))
		FAULT(FAULT_CALL, "more than %d frames", MAX_CALL_FRAMES);
	frames[nframes++] = (struct frame){ip, prog, {r[6], r[7], r[8], r[9]}, r[REG_FP], loops};
	r[REG_FP] = (uintptr_t)rc->stack + ++rc->depth * STACK_SIZE;
	loops = MAX_LOOPS;
	ip = (const struct slot *)prog->code + sub->start;
	DO;
op_EXIT:
	rc->depth--;
	if (!nframes)
		return r[0];
	ip = frames[--nframes].ret;
	rc->prog = prog = frames[nframes].prog;
	memcpy(&r[6], frames[nframes].saved, sizeof(frames->saved));
	r[REG_FP] = frames[nframes].fp;
	loops = frames[nframes].loops;
	NEXT;
#ifdef COUNTING
block:
	ip->count->runs++;
	goto *ip->then;
#endif
missing:
	run_fault_helper(rc, prog, (uint32_t)(ip - (const struct slot *)prog->code));
	goto fault;
probe:
	DST = run_probe(rc, &insn_descs[ip->imm], SRC + ip->off);
	NEXT;
arena: {
	uint32_t at = (uint32_t)(ip - (const struct slot *)prog->code);
	const struct insn_desc *desc = &insn_descs[prog->ops[at]];
	const struct bpf_insn *insn = &prog->insns[at];
	uint64_t base = r[insn_base_is_src(desc) ? insn->src_reg : insn->dst_reg];

	r[REG_ARENA] = run_arena_base(prog, base);
	if (desc->flags & INSN_STORES && !run_arena_has(rc, r[REG_ARENA] + ip->off, desc->size))
		NEXT;
	goto *((const char *)&&op_BAD + one[prog->ops[at]]);
}
op_CALL_KFUNC:
	if (unlikely(!prog->kfuncs[ip->imm].func)) {
		run_fault_kfunc(rc, &prog->kfuncs[ip->imm]);
		goto fault;
	}
	ANSWER(prog->kfuncs[ip->imm].func(r[1], r[2], r[3], r[4], r[5], rc));
	NEXT;
op_BAD:
	FAULT(FAULT_INSN, "no instruction here: fell off the end of a function");
op_ADDR_SPACE_CAST:
	DST = run_cast(prog, ip->imm, SRC);
	NEXT;
op_GOTOX:
op_MOV_PERCPU:
op_NOSPEC:
	FAULT(FAULT_INSN, "%s cannot be interpreted",
	      insn_descs[prog->ops[ip - (const struct slot *)prog->code]].name);
fault:
	if (!rc->fault.placed) {
		rc->fault.prog = prog;
		rc->fault.insn = (uint32_t)(ip - (const struct slot *)prog->code);
		rc->fault.placed = true;
	}
	rc->depth = outer;
	return 0;
}

/* Is the slot counted? */
static bool begins_block(const struct prog *prog, uint32_t at)
{
	return prog->blocks && prog->blocks[at];
}

/* A pair's second slot keeps its own body for those who jump there. */
static const void *body_of(const struct prog *prog, uint32_t at, const struct bodies *bodies)
{
	const struct bpf_insn *insn = &prog->insns[at];
	uint16_t op = prog->ops[at], next = at + 1 < prog->ninsns ? prog->ops[at + 1] : OP_BAD;

	if (run_is_arena(prog, at))
		return bodies->base + bodies->one[BODY_ARENA];
	if (run_is_probe(prog, at))
		return bodies->base + bodies->one[BODY_PROBE];
	if (bodies->pair[rows[op]][next] && !begins_block(prog, at + 1) &&
	    !run_is_probe(prog, at + 1) && !run_is_arena(prog, at + 1))
		return bodies->base + bodies->pair[rows[op]][next];
	if (op == OP_CALL && !run_has_helper(prog, insn->imm))
		return bodies->base + bodies->one[BODY_MISSING];
	if (op == OP_CALL && insn->imm == HELPER_tail_call)
		return bodies->base + bodies->one[BODY_TAIL_CALL];
	return bodies->base + bodies->one[op];
}

/* The number of the function that a call names. */
static int32_t sub_at(const struct prog *prog, uint32_t at)
{
	int64_t to = insn_target(&prog->insns[at], at);

	return (int32_t)(prog_subprog_at(prog, (uint32_t)to) - prog->subs);
}

static void free_code(struct prog *prog)
{
	free(prog->code);
}

static int interp_prepare(struct prog *prog, struct diag *d)
{
	struct bodies bodies;
	struct slot *code;
	int err;

	err = run_prepare_blind(prog, d);
	if (err)
		return err;
	code = xcalloc(prog->ninsns + 1, sizeof(*code));
#ifdef COUNTING
	prog_count_blocks(prog);
	for (uint32_t i = 0; i <= prog->ninsns; i++)
		code[i].count = &prog->insn_counts[i];
#endif
	loop(NULL, NULL, 0, NULL, &bodies);
	for (uint32_t i = 0; i < prog->ninsns; i++) {
		const struct bpf_insn *insn = &prog->insns[i];

		code[i].dst = insn->dst_reg;
		code[i].src = insn->src_reg;
		code[i].off = insn->off;
		code[i].imm = insn->imm;
		code[i].body = body_of(prog, i, &bodies);
#ifdef COUNTING
		code[i].then = code[i].body;
		if (begins_block(prog, i))
			code[i].body = bodies.base + bodies.one[BODY_BLOCK];
#endif
		if (prog->ops[i] == OP_CALL_LOCAL)
			code[i].imm = sub_at(prog, i);
		else if (run_is_probe(prog, i))
			code[i].imm = prog->ops[i];
		else if (run_is_arena(prog, i) && insn_base_is_src(&insn_descs[prog->ops[i]]))
			code[i].src = REG_ARENA;
		else if (run_is_arena(prog, i))
			code[i].dst = REG_ARENA;
		if (!(insn_descs[prog->ops[i]].flags & INSN_WIDE))
			continue;
		run_imm64(prog, i, &code[i + 1].imm64);
		i++;
	}
	for (uint32_t i = 0; i < prog->nkfuncs; i++)
		code[prog->kfuncs[i].insn].imm = (int32_t)i;
	code[prog->ninsns].body = bodies.base;
	prog->code = code;
	prog->free_code = free_code;
	prog->engine = &ENGINE;
	return 0;
}

static uint64_t interp_run(struct run_ctx *rc, const struct prog *prog)
{
	uint64_t arg[5] = {(uintptr_t)rc->ctx, rc->ctx_size};
	const struct detour *to = subprog_detour(prog->subs);

	return to ? run_detour(rc, to, arg) : loop(rc, prog, 0, arg, NULL);
}

static uint64_t interp_call(struct run_ctx *rc, const struct prog *prog,
			    const struct subprog *sub, const uint64_t arg[5])
{
	return loop(rc, prog, sub->start, arg, NULL);
}

const struct engine ENGINE = {
	.name = "interpreter",
	.prepare = interp_prepare,
	.run = interp_run,
	.call = interp_call,
};
