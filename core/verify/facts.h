/*
 * What is true of an accepted program at each instruction, whatever way led there: for those who
 * compile it. The ranges that the verifier's walk has seen are not: it lets paths meet whose
 * numbers differ as long as nothing depends on them. So this is a dataflow pass of its own over the
 * program as it was given, which joins what is known wherever ways meet, and leaves nothing out.
 *
 * Each function is looked at alone. A static one gets what all calls of it have in common; a global
 * one, and what may be called from elsewhere, may be given anything and may return anything. What
 * memory holds is known of the stack alone.
 */
#ifndef CORE_VERIFY_FACTS_H
#define CORE_VERIFY_FACTS_H

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/isa/insn.h"
#include "core/obj/prog.h"
#include "core/verify/range.h"
#include "core/verify/tnum.h"

struct map;

enum fact_kind {
	FACT_ANY, /* a number, or an address of anything; or never written */
	FACT_NUMBER,
	/* Addresses, and where their offset begins */
	FACT_CTX,
	FACT_STACK,	/* of the function that runs: where its frame ends, which r10 has */
	FACT_FAR_STACK, /* of a function that called it */
	FACT_MAP,
	FACT_MAP_VALUE,
	FACT_PACKET,
	FACT_PACKET_META,
	FACT_PACKET_END,
	FACT_FUNC,
	FACT_MEM,   /* size bytes, a record of a ring buffer */
	FACT_OTHER, /* none of this function's stack */
	FACT_KIND_COUNT
};

struct fact_reg {
	uint8_t kind;	  /* enum fact_kind */
	bool may_be_null; /* an address of its kind, or 0 */
	uint16_t room;	  /* FACT_PACKET: bytes from here that are before the packet's end */
	uint32_t id;	  /* not 0: all of this id are one value, each with its delta added */
	int64_t delta;
	union {
		struct map *map; /* FACT_MAP, FACT_MAP_VALUE */
		uint32_t func;	 /* FACT_FUNC: the slot where it begins */
		uint32_t size;	 /* FACT_MEM */
	};
	struct tnum bits; /* of a number, or of anything: it; of an address: its offset */
	struct range r;
};

/* Before an instruction. */
struct fact_state {
	struct fact_reg regs[REG_COUNT];
	bool exposed; /* the address of this frame may be anywhere */
	uint32_t nslots;
	struct fact_state *next_spare;
	struct fact_reg slots[]; /* the eight bytes at fp - 8, those at fp - 16, ... */
};

/* What is true of an instruction itself. */
enum insn_fact {
	FACT_DEAD = 1 << 0,	 /* it never runs */
	FACT_TAKEN = 1 << 1,	 /* a jump that always jumps, */
	FACT_NOT_TAKEN = 1 << 2, /* or never does */
	FACT_IN_BOUNDS = 1 << 3, /* a load or store in what its address is of, which is there */
	FACT_SLOT = 1 << 4,	 /* a load or store in one slot of the own frame, which is known */
	FACT_DIVISOR = 1 << 5,	 /* it divides by what is not 0 */
	FACT_EXTENDED = 1 << 6,	 /* wA = wB where the upper half of rB is zero: rA = rB */
	FACT_CALL_MAP = 1 << 7,	 /* it calls a helper for one map */
	FACT_CALL_KEY = 1 << 8,	 /* ... whose key is constant */
	FACT_PROBE = 1 << 9,	 /* a load that may find nothing there, and then gives 0 */
	FACT_TRUSTED = 1 << 10,	 /* a load through a pointer into the kernel that Linux trusts */
	FACT_ARENA = 1 << 11,	 /* an access to the arena: the lower half of its address counts */
};

struct fact_call {
	struct map *map;
	uint64_t key; /* its bytes, at most eight; more than they are 0 */
};

struct fact_func {
	uint32_t start, end; /* slots */
	uint32_t nslots;     /* of the stack that it may touch */
	/*
	 * Stack slots, a bit each from fp - 8 down, that only loads and stores with FACT_SLOT
	 * touch, and those of which these all have eight bytes: they can be registers.
	 */
	uint64_t direct, whole;
};

struct facts {
	uint32_t ninsns, nfuncs;
	const uint16_t *flags; /* enum insn_fact; of each slot */
	const uint16_t *ops;   /* enum insn_op of what each slot has become (facts_use()) */
	const struct fact_func *funcs;
	const struct flow *flow; /* what states are made of; NULL: nothing is known of them */
};

/*
 * The program runs by what was proved of it, or by its instructions alone (f NULL). Arithmetic on
 * pointers into an arena, which are 32 bits wide, then is of 32 bits, as Linux rewrites it.
 */
void facts_use(struct prog *prog, const struct facts *f);

/* Of a call with FACT_CALL_MAP. */
struct fact_call facts_call(const struct facts *f, uint32_t insn);
/*
 * Shows the state before each instruction that may run, by function and slot, none that is
 * FACT_DEAD.
 */
void facts_walk(const struct facts *f,
		void (*visit)(void *arg, uint32_t insn, const struct fact_state *st), void *arg);
/* The same of facts->funcs[func] alone, from a slot on, up to end. */
void facts_walk_func(const struct facts *f, uint32_t func, uint32_t start, uint32_t end,
		     void (*visit)(void *arg, uint32_t insn, const struct fact_state *st),
		     void *arg);
/* All states, by slot, in a's memory: for who wants them in any order. NULL: the slot is dead. */
const struct fact_state *const *facts_states(const struct facts *f, struct arena *a);
/* The function that a slot is in. */
const struct fact_func *facts_func(const struct facts *f, uint32_t insn);
/* All of it, in lines: for tests and for people. */
void facts_text(const struct facts *f, struct strbuf *b);

/* Can the register be anything that the program is allowed to dereference? */
static inline bool fact_is_number(const struct fact_reg *reg)
{
	return reg->kind == FACT_NUMBER;
}
static inline bool fact_is_address(const struct fact_reg *reg)
{
	return reg->kind > FACT_NUMBER;
}
static inline bool fact_is_const(const struct fact_reg *reg)
{
	return !reg->bits.mask;
}
/* Its upper half is zero: what extends it is not needed. */
static inline bool fact_fits_32(const struct fact_reg *reg)
{
	return !fact_is_address(reg) && reg->r.umax <= UINT32_MAX;
}

#endif
