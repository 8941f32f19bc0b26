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
};

/* What a function's return brings back. */
struct frame {
	const struct slot *ret;
	const struct prog *prog;
	uint64_t saved[4], fp, loops;
};

/* Bodies that no row names: calls that decode to something of their own, and the trap. */
enum { BODY_TAIL_CALL = OP_COUNT, BODY_MISSING, BODY_COUNT };

#define DST r[ip->dst]
#define SRC r[ip->src]
#define IMM ((uint64_t)(int64_t)ip->imm)
#define NEXT                                                                                       \
	do {                                                                                       \
		ip++;                                                                              \
		goto *ip->body;                                                                    \
	} while (0)
#define FAULT(...)                                                                                 \
	do {                                                                                       \
		run_fault(rc, __VA_ARGS__);                                                        \
		goto fault;                                                                        \
	} while (0)
/* Memory of any alignment and type. */
#define AT(type, addr)                                                                             \
	(((struct __attribute__((packed, may_alias)) { type v; } *)(uintptr_t)(addr))->v)

#define TYPED(type, stype, width, rhs)                                                             \
	typedef type U;                                                                            \
	typedef stype S __unused;                                                                  \
	enum { N = width };                                                                        \
	U a __unused = (U)DST, b __unused = (U)(rhs)
#define ALU_BODY(name, type, stype, width, rhs, expr)                                              \
	op_##name : {                                                                              \
		TYPED(type, stype, width, rhs);                                                    \
		DST = (U)(expr);                                                                   \
		NEXT;                                                                              \
	}
#define JMP_BODY(name, type, stype, width, rhs, expr)                                              \
	op_##name : {                                                                              \
		TYPED(type, stype, width, rhs);                                                    \
		ip += (expr) ? ip->off : 0;                                                        \
		NEXT;                                                                              \
	}
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
 * Runs from a slot of prog until the function there returns. rc == NULL: hands out the bodies'
 * addresses instead, which only this function knows.
 */
static uint64_t loop(struct run_ctx *rc, const struct prog *prog, uint32_t start,
		     const uint64_t arg[5], const void *const **bodies_out)
{
	static const void *const bodies[BODY_COUNT] = {
		[OP_BAD] = &&op_BAD,
#define LABEL(name) [OP_##name] = &&op_##name,
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
#define LD64(name, ...) [OP_LD_IMM64_##name] = &&op_LD_IMM64,
#define INSN(name, ...) LABEL(name)
#define VARIANT(name, ...) LABEL(name)
#include "core/isa/isa.def"
		[BODY_TAIL_CALL] = &&tail_call,
		[BODY_MISSING] = &&missing,
	};
	struct frame frames[MAX_CALL_FRAMES];
	uint64_t r[REG_COUNT], loops = MAX_LOOPS;
	uint32_t outer, nframes = 0;
	const struct slot *ip;

	if (!rc) {
		*bodies_out = bodies;
		return 0;
	}
	outer = rc->depth;
	ip = (const struct slot *)prog->code + start;
	if (rc->depth == MAX_CALL_FRAMES)
		FAULT(FAULT_CALL, "more than %d frames", MAX_CALL_FRAMES);
	memcpy(&r[1], arg, 5 * sizeof(*arg));
	r[0] = r[6] = r[7] = r[8] = r[9] = 0;
	r[REG_FP] = (uintptr_t)rc->stack + ++rc->depth * STACK_SIZE;
	goto *ip->body;

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
	op_LDX_##name : DST = AT(type, SRC + ip->off);                                             \
	NEXT;                                                                                      \
	op_STX_##name : AT(type, DST + ip->off) = (type)SRC;                                       \
	NEXT;                                                                                      \
	op_ST_##name : AT(type, DST + ip->off) = (type)IMM;                                        \
	NEXT;
#define MEMSX(name, bits, type, text, gnu)                                                         \
	op_LDXSX_##name : DST = (uint64_t)(int64_t)AT(type, SRC + ip->off);                        \
	NEXT;
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
	if (loops == 0)
		ip += ip->off;
	else
		loops--;
	NEXT;
op_CALL:
	r[0] = run_helpers[ip->imm](r[1], r[2], r[3], r[4], r[5], rc);
	if (unlikely(rc->fault.kind))
		goto fault;
	NEXT;
tail_call:
	r[0] = run_helpers[HELPER_tail_call](r[1], r[2], r[3], 0, 0, rc);
	if (!rc->tail)
		NEXT;
	rc->prog = prog = rc->tail;
	rc->tail = NULL;
	r[1] = (uintptr_t)rc->ctx;
	ip = prog->code;
	goto *ip->body;
op_CALLX:
	if (DST < HELPER_ID_LIMIT && run_helpers[DST]) {
		r[0] = run_helpers[DST](r[1], r[2], r[3], r[4], r[5], rc);
		if (unlikely(rc->fault.kind))
			goto fault;
		NEXT;
	}
	start = ((const struct subprog *)(uintptr_t)DST)->start;
	goto call;
op_CALL_LOCAL:
	start = (uint32_t)(ip - (const struct slot *)prog->code + 1 + ip->imm);
call:
	if (rc->depth == MAX_CALL_FRAMES)
		FAULT(FAULT_CALL, "more than %d frames", MAX_CALL_FRAMES);
	frames[nframes++] = (struct frame){ip, prog, {r[6], r[7], r[8], r[9]}, r[REG_FP], loops};
	r[REG_FP] = (uintptr_t)rc->stack + ++rc->depth * STACK_SIZE;
	loops = MAX_LOOPS;
	ip = (const struct slot *)prog->code + start;
	goto *ip->body;
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
missing:
	FAULT(FAULT_CALL, "helper bpf_%s is not available here", helper_name(ip->imm));
op_CALL_KFUNC:
	FAULT(FAULT_CALL, "kernel functions are not available here");
op_BAD:
	FAULT(FAULT_INSN, "no instruction here: fell off the end of a function");
op_GOTOX:
op_ADDR_SPACE_CAST:
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

static const void *body_of(const struct prog *prog, uint32_t at, const void *const *bodies)
{
	const struct bpf_insn *insn = &prog->insns[at];

	if (prog->ops[at] != OP_CALL)
		return bodies[prog->ops[at]];
	if (!run_has_helper(insn->imm))
		return bodies[BODY_MISSING];
	return bodies[insn->imm == HELPER_tail_call ? BODY_TAIL_CALL : OP_CALL];
}

static void free_code(struct prog *prog)
{
	free(prog->code);
}

static int interp_prepare(struct prog *prog, struct diag *d)
{
	const void *const *bodies;
	struct slot *code;
	int err;

	err = run_check_imm64s(prog, d);
	if (err)
		return err;
	code = xcalloc(prog->ninsns + 1, sizeof(*code));
	loop(NULL, NULL, 0, NULL, &bodies);
	for (uint32_t i = 0; i < prog->ninsns; i++) {
		const struct bpf_insn *insn = &prog->insns[i];

		code[i].dst = insn->dst_reg;
		code[i].src = insn->src_reg;
		code[i].off = insn->off;
		code[i].imm = insn->imm;
		code[i].body = body_of(prog, i, bodies);
		if (!(insn_descs[prog->ops[i]].flags & INSN_WIDE))
			continue;
		run_imm64(prog, i, &code[i + 1].imm64);
		i++;
	}
	code[prog->ninsns].body = bodies[OP_BAD];
	prog->code = code;
	prog->free_code = free_code;
	return 0;
}

static uint64_t interp_run(struct run_ctx *rc, const struct prog *prog)
{
	uint64_t arg[5] = {(uintptr_t)rc->ctx, rc->ctx_size};

	return loop(rc, prog, 0, arg, NULL);
}

static uint64_t interp_call(struct run_ctx *rc, const struct prog *prog,
			    const struct subprog *sub, const uint64_t arg[5])
{
	return loop(rc, prog, sub->start, arg, NULL);
}

const struct engine interp_engine = {
	.name = "interpreter",
	.prepare = interp_prepare,
	.run = interp_run,
	.call = interp_call,
};
