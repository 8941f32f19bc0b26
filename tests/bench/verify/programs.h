/*
 * Programs that make a verifier work, from one number each: what the benchmark loads into the
 * kernel as well, and what the tests of its limits are about.
 *
 * Maps are named by their index (PSEUDO_MAP_IDX): 0 is a hash of 8-byte keys and 64-byte values.
 */
#ifndef TESTS_BENCH_VERIFY_PROGRAMS_H
#define TESTS_BENCH_VERIFY_PROGRAMS_H

#include "core/base/vec.h"
#include "core/helper/helper.h"
#include "core/isa/build.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"

enum { VALUE_SIZE = 64, KEY_SIZE = 8 };

struct program {
	VEC(struct bpf_insn) insns;
	uint64_t random;
};

static inline void emit(struct program *p, struct bpf_insn insn)
{
	vec_push(&p->insns, insn);
}

static inline uint32_t here(const struct program *p)
{
	return (uint32_t)p->insns.n;
}

/* The jump or call at from goes to the next instruction. */
static inline void land(struct program *p, uint32_t from)
{
	int32_t distance = (int32_t)(here(p) - from - 1);

	if (insn_decode(&p->insns.v[from]) == OP_CALL_LOCAL)
		p->insns.v[from].imm = distance;
	else
		p->insns.v[from].off = (int16_t)distance;
}

/* How far it is back from a jump that is emitted next. */
static inline int16_t back_to(const struct program *p, uint32_t to)
{
	return (int16_t)((int32_t)to - (int32_t)here(p) - 1);
}

static inline void emit_leave(struct program *p)
{
	emit(p, INSN_MOV64_K(0, 0));
	emit(p, INSN_EXIT());
}

static inline void emit_random(struct program *p)
{
	emit(p, INSN_CALL(HELPER_get_prandom_u32));
}

static inline uint32_t some_number(struct program *p)
{
	p->random = p->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(p->random >> 33);
}

/* r0 = the value of the key at fp - 8, or the program goes on at the jump that is returned. */
static inline uint32_t emit_lookup(struct program *p)
{
	struct bpf_insn ld[2];

	insn_make_ld64(ld, OP_LD_IMM64_MAP_IDX, 1, 0);
	emit(p, ld[0]);
	emit(p, ld[1]);
	emit(p, INSN_MOV64_X(2, 10));
	emit(p, INSN_ADD64_K(2, -KEY_SIZE));
	emit(p, INSN_CALL(HELPER_map_lookup_elem));
	emit(p, INSN_JEQ64_K(0, 0, 0));
	return here(p) - 1;
}

/* A loop that counts to n. */
static inline void make_counter(struct program *p, uint32_t n)
{
	uint32_t loop;

	emit(p, INSN_MOV64_K(0, 0));
	loop = here(p);
	emit(p, INSN_ADD64_K(0, 1));
	emit(p, INSN_JLT64_K(0, (int32_t)n, back_to(p, loop)));
	emit_leave(p);
}

/* A loop of n rounds that works on registers and on the stack. */
static inline void make_working_loop(struct program *p, uint32_t n)
{
	uint32_t loop;

	emit_random(p);
	emit(p, INSN_MOV64_X(6, 0));
	emit(p, INSN_MOV64_K(7, 0));
	loop = here(p);
	emit(p, INSN_MOV64_X(1, 6));
	emit(p, INSN_AND64_K(1, 255));
	emit(p, INSN_STX_DW(10, 1, -8));
	emit(p, INSN_LSH64_K(1, 2));
	emit(p, INSN_ADD64_X(6, 1));
	emit(p, INSN_XOR64_K(6, 0x5a5a));
	emit(p, INSN_RSH64_K(6, 3));
	emit(p, INSN_LDX_DW(2, 10, -8));
	emit(p, INSN_SUB64_X(6, 2));
	emit(p, INSN_MUL32_K(6, 31));
	emit(p, INSN_ADD64_K(7, 1));
	emit(p, INSN_JLT64_K(7, (int32_t)n, back_to(p, loop)));
	emit_leave(p);
}

/* In each of n rounds of a loop two jumps that nobody can decide. */
static inline void make_undecided(struct program *p, uint32_t n)
{
	uint32_t loop, skip;

	emit(p, INSN_MOV64_K(6, 0));
	emit(p, INSN_MOV64_K(7, 0));
	loop = here(p);
	for (int i = 0; i < 2; i++) {
		emit_random(p);
		skip = here(p);
		emit(p, INSN_JGT64_K(0, 1000 + i, 0));
		emit(p, INSN_ADD64_K(6, 1));
		land(p, skip);
	}
	emit(p, INSN_ADD64_K(7, 1));
	emit(p, INSN_JLT64_K(7, (int32_t)n, back_to(p, loop)));
	emit_leave(p);
}

/* n jumps that make 2^n paths, of which none is like another: the sum decides in the end. */
static inline void make_exponential(struct program *p, uint32_t n)
{
	uint32_t skip;

	emit_random(p);
	emit(p, INSN_MOV64_X(6, 0));
	emit(p, INSN_MOV64_K(7, 0));
	for (uint32_t i = 0; i < n; i++) {
		skip = here(p);
		emit(p, INSN_JSET64_K(6, 1 << i % 31, 0));
		emit(p, INSN_ADD64_K(7, 1 << i % 31));
		land(p, skip);
	}
	emit(p, INSN_MOV64_X(1, 10));
	emit(p, INSN_ADD64_K(1, -8));
	emit(p, INSN_JGT64_K(7, 5000, 0));
	emit_leave(p);
}

/* n times a jump that is not decided and a pointer that goes to the next of 63 stack slots. */
static inline void make_stack(struct program *p, uint32_t n)
{
	uint32_t skip;

	emit(p, INSN_MOV64_X(6, 1));
	for (uint32_t i = 0; i < n; i++) {
		emit_random(p);
		skip = here(p);
		emit(p, INSN_JEQ64_K(0, (int32_t)some_number(p), 0));
		emit(p, INSN_MOV64_X(1, 10));
		emit(p, INSN_STX_DW(1, 6, (int16_t)(-8 * (int)(i % 63 + 2))));
		land(p, skip);
	}
	emit_leave(p);
}

/* The same from behind seven calls. */
static inline void make_deep_stack(struct program *p, uint32_t n)
{
	for (int i = 0; i < MAX_CALL_FRAMES - 1; i++) {
		emit(p, INSN_CALL_LOCAL(1));
		emit(p, INSN_EXIT());
	}
	emit(p, INSN_MOV64_X(6, 1));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t skip;

		emit_random(p);
		skip = here(p);
		emit(p, INSN_JEQ64_K(0, (int32_t)some_number(p), 0));
		emit(p, INSN_MOV64_X(1, 10));
		emit(p, INSN_STX_DW(1, 6, (int16_t)(-8 * (int)(i % 30 + 2))));
		land(p, skip);
	}
	emit_leave(p);
}

/* n look-ups of a map; what is found is read at an offset that was checked, and written. */
static inline void make_maps(struct program *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t none, out;

		emit(p, INSN_ST_DW(10, -KEY_SIZE, (int32_t)i));
		none = emit_lookup(p);
		emit(p, INSN_LDX_DW(1, 0, 0));
		out = here(p);
		emit(p, INSN_JGT64_K(1, VALUE_SIZE - 8, 0));
		emit(p, INSN_ADD64_X(0, 1));
		emit(p, INSN_LDX_DW(3, 0, 0));
		emit(p, INSN_ADD64_K(3, 1));
		emit(p, INSN_STX_DW(0, 3, 0));
		land(p, out);
		land(p, none);
	}
	emit_leave(p);
}

/* A loop of n rounds that calls a function, which looks something up for it. */
static inline void make_calls(struct program *p, uint32_t n)
{
	uint32_t loop, call, none;

	emit(p, INSN_MOV64_K(6, 0));
	emit(p, INSN_MOV64_K(7, 0));
	loop = here(p);
	emit(p, INSN_MOV64_X(1, 6));
	emit(p, INSN_STX_DW(10, 7, -16));
	emit(p, INSN_MOV64_X(2, 10));
	emit(p, INSN_ADD64_K(2, -16));
	call = here(p);
	emit(p, INSN_CALL_LOCAL(0));
	emit(p, INSN_ADD64_X(7, 0));
	emit(p, INSN_ADD64_K(6, 1));
	emit(p, INSN_JLT64_K(6, (int32_t)n, back_to(p, loop)));
	emit_leave(p);
	land(p, call);
	emit(p, INSN_LDX_DW(3, 2, 0));
	emit(p, INSN_ADD64_X(3, 1));
	emit(p, INSN_STX_DW(10, 3, -KEY_SIZE));
	none = emit_lookup(p);
	emit(p, INSN_LDX_DW(0, 0, 8));
	land(p, none);
	emit(p, INSN_EXIT());
}

/* n times a piece of packet is checked to be there, read, and summed up. */
static inline void make_packets(struct program *p, uint32_t n)
{
	enum { DATA = 0, DATA_END = 4, LENGTH = 14 };

	emit(p, INSN_MOV64_K(8, 0));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t out;

		emit(p, INSN_LDX_W(2, 1, DATA));
		emit(p, INSN_LDX_W(3, 1, DATA_END));
		emit(p, INSN_MOV64_X(4, 2));
		emit(p, INSN_ADD64_K(4, LENGTH));
		out = here(p);
		emit(p, INSN_JGT64_X(4, 3, 0));
		emit(p, INSN_LDX_H(5, 2, 12));
		emit(p, INSN_BE16(5));
		emit(p, INSN_AND64_K(5, 0xf));
		emit(p, INSN_ADD64_X(2, 5));
		emit(p, INSN_ADD64_X(8, 5));
		land(p, out);
	}
	emit_leave(p);
}

/* n instructions of arithmetic on numbers that nothing is known of. */
static inline void make_straight(struct program *p, uint32_t n)
{
	static const enum insn_op ops[] = {
		OP_ADD64_X, OP_SUB64_X, OP_AND64_X, OP_OR64_X,	OP_XOR64_X,  OP_MUL64_X,
		OP_ADD32_X, OP_AND32_X, OP_ADD64_K, OP_AND64_K, OP_OR64_K,   OP_XOR32_K,
		OP_MOV64_X, OP_MOV32_X, OP_LSH64_K, OP_RSH64_K, OP_ARSH64_K, OP_MOV64_K,
	};

	for (uint8_t i = 6; i < 10; i++) {
		emit_random(p);
		emit(p, INSN_MOV64_X(i, 0));
	}
	while (here(p) < n) {
		enum insn_op op = ops[some_number(p) % ARRAY_SIZE(ops)];
		uint8_t fields = insn_fields[insn_descs[op].shape];
		uint8_t dst = 6 + (uint8_t)(some_number(p) % 4), src = 6 + some_number(p) % 4;
		int32_t imm = (int32_t)(some_number(p) % 32);

		emit(p, insn_make(op, dst, fields & FIELD_SRC ? src : 0, 0,
				  fields & FIELD_IMM ? imm : 0));
	}
	emit_leave(p);
}

/* A switch of n cases, each of which stores another number, and a loop around it. */
static inline void make_switch(struct program *p, uint32_t n)
{
	VEC(uint32_t) breaks = {0};
	uint32_t loop;

	emit(p, INSN_MOV64_K(7, 0));
	loop = here(p);
	emit_random(p);
	for (uint32_t i = 0; i < n; i++) {
		emit(p, INSN_JNE64_K(0, (int32_t)i, 2));
		emit(p, INSN_MOV64_K(6, (int32_t)i));
		vec_push(&breaks, here(p));
		emit(p, INSN_JA(0));
	}
	emit(p, INSN_MOV64_K(6, -1));
	vec_each(&breaks, b)
		land(p, *b);
	vec_free(&breaks);
	emit(p, INSN_STX_DW(10, 6, -8));
	emit(p, INSN_ADD64_K(7, 1));
	emit(p, INSN_JLT64_K(7, 1000, back_to(p, loop)));
	emit_leave(p);
}

/* n functions, each of which calls the next one twice, as deep as it goes, in groups of eight. */
static inline void make_call_tree(struct program *p, uint32_t n)
{
	VEC(uint32_t) calls = {0};
	uint32_t done = 0;

	for (uint32_t i = 0; i < n; i += MAX_CALL_FRAMES - 1) {
		vec_push(&calls, here(p));
		emit(p, INSN_CALL_LOCAL((int32_t)i));
	}
	emit_leave(p);
	for (uint32_t i = 0; i < n; i++) {
		bool last = i % (MAX_CALL_FRAMES - 1) == MAX_CALL_FRAMES - 2 || i == n - 1;

		if (i % (MAX_CALL_FRAMES - 1) == 0)
			land(p, calls.v[done++]);
		emit_random(p);
		emit(p, INSN_STX_DW(10, 0, -8));
		emit(p, INSN_JEQ64_K(0, (int32_t)i, 1));
		if (last) {
			emit(p, INSN_MOV64_K(6, 1));
		} else {
			emit(p, INSN_CALL_LOCAL(3));
			emit(p, INSN_CALL_LOCAL(2));
		}
		emit_leave(p);
	}
	vec_free(&calls);
}

/* The programs one after the other that people write: small, and different for each n. */
static inline void make_small(struct program *p, uint32_t n)
{
	enum { DATA = 0, DATA_END = 4, ETHERNET = 14, IP = 20 };
	uint32_t out[3], none;

	emit(p, INSN_MOV64_X(6, 1));
	emit(p, INSN_LDX_W(2, 1, DATA));
	emit(p, INSN_LDX_W(3, 1, DATA_END));
	emit(p, INSN_MOV64_X(4, 2));
	emit(p, INSN_ADD64_K(4, ETHERNET + IP));
	out[0] = here(p);
	emit(p, INSN_JGT64_X(4, 3, 0));
	emit(p, INSN_LDX_H(5, 2, 12));
	out[1] = here(p);
	emit(p, INSN_JNE64_K(5, 8, 0));
	emit(p, INSN_LDX_W(7, 2, ETHERNET + 12));
	emit(p, INSN_STX_DW(10, 7, -KEY_SIZE));
	for (uint32_t i = 0; i < n % 8; i++) {
		emit(p, INSN_AND64_K(7, 0xff));
		emit(p, INSN_JEQ64_K(7, (int32_t)i, 1));
		emit(p, INSN_ADD64_K(7, (int32_t)n));
	}
	none = emit_lookup(p);
	emit(p, INSN_LDX_DW(1, 0, 0));
	emit(p, INSN_ADD64_K(1, 1));
	emit(p, INSN_STX_DW(0, 1, 0));
	land(p, none);
	land(p, out[0]);
	land(p, out[1]);
	emit(p, INSN_MOV64_K(0, 2));
	emit(p, INSN_EXIT());
}

#endif
