/*
 * Inside of the pass that finds facts: the program in blocks, what calls do, and what is known at
 * the begin of each block. Only the files of facts look in here.
 */
#ifndef CORE_VERIFY_FLOW_H
#define CORE_VERIFY_FLOW_H

#include "core/verify/facts.h"
#include "core/verify/state.h"

/* What a call writes behind an address it is given. */
enum flow_write {
	FLOW_NOTHING,
	FLOW_SIZE,  /* size bytes */
	FLOW_NEXT,  /* as many as the next argument says */
	FLOW_KEY,   /* a key of the call's map */
	FLOW_VALUE, /* a value of it */
	FLOW_MORE,  /* from there on whatever it likes */
};

/* What a call of a helper or kernel function does. */
struct flow_call {
	uint8_t writes[ARGS_MAX]; /* enum flow_write */
	uint8_t reads[ARGS_MAX];  /* enum flow_write, of what is only read */
	uint16_t size[ARGS_MAX];
	uint8_t map_arg, key_arg; /* registers; 0: none */
	uint8_t alloc_arg;	  /* the size of what it returns */
	uint8_t ret;		  /* enum fact_kind */
	bool ret_may_be_null, moves_packet, releases, calls_back;
	bool is_local;
	uint32_t callee; /* of a local one: the function */
	struct fact_call known;
};

struct flow_block {
	uint32_t start, end; /* slots */
	uint32_t succ[2];    /* blocks: where it falls through, then where it jumps */
	uint8_t nsucc;
	bool is_head; /* of a loop */
	bool dirty;
	uint16_t visits;
	struct fact_state *in; /* NULL: not come to */
};

struct flow_func {
	uint32_t start, end;
	uint32_t first, nblocks; /* in flow.blocks */
	uint32_t nslots;
	bool is_open; /* may be called from elsewhere, with anything */
	bool is_main, returns_other, called;
	struct fact_reg args[ARGS_MAX]; /* that all calls seen have in common */
	struct fact_reg ret;
	bool ret_known; /* and then it is not come back from when not returns */
	bool returns;
	struct fact_state *spare;
};

struct flow {
	struct arena *arena;
	/* the program */
	const struct bpf_insn *insns;
	const uint16_t *ops;
	uint32_t ninsns;
	const struct insn_aux *aux;
	const struct used_map *maps;
	struct ctx_view ctx;
	bool has_ctx; /* what r1 is at the beginning is what ctx says */
	/* made of it */
	struct flow_call **calls; /* by slot */
	struct flow_block *blocks;
	uint32_t *order; /* of the blocks of each function, in its place: from its begin to its ends
			  */
	struct flow_func *funcs;
	uint32_t nfuncs;
	uint16_t *flags;
};

/* ---- facts.c ---- */
/* A pass of the verifier, when its job wants facts. */
int fill_facts(struct env *env);

/* ---- fact_value.c: one value ---- */
struct fact_reg fact_any(void);
struct fact_reg fact_const(uint64_t value);
/* A number of size bytes. */
struct fact_reg fact_sized(uint32_t size, bool is_signed);
/* An address with offset 0 */
struct fact_reg fact_address(enum fact_kind kind);
/* The same bits, whatever they mean */
struct fact_reg fact_as_number(const struct fact_reg *v);
/* a OP b of numbers, as the instruction has it */
struct fact_reg fact_result(const struct bpf_insn *insn, const struct fact_reg *a,
			    const struct fact_reg *b);
struct fact_reg fact_plus(const struct fact_reg *v, int64_t delta);
/* What is in both; false: nothing is. */
bool fact_meet(struct fact_reg *v, const struct fact_reg *other);
/* size bytes from the byte at of a slot's eight */
struct fact_reg fact_part(const struct fact_reg *slot, uint32_t at, uint32_t size, bool is_signed);
void fact_set_part(struct fact_reg *slot, uint32_t at, uint32_t size, const struct fact_reg *v);
/* How fast joins go up: bound by bound, in leaps, at once */
enum fact_pace { FACT_JOIN, FACT_WIDEN, FACT_TOP };
/* Into what may be either; has it become more? exposed: when an address of the stack got lost. */
bool fact_join(struct fact_reg *into, const struct fact_reg *v, enum fact_pace pace, bool *exposed);

/* ---- fact_insn.c: one instruction ---- */
/* What it does, when it is not the end of its block that jumps */
void flow_step(const struct flow *f, uint32_t insn, struct fact_state *st);
/*
 * A conditional jump: which ways there are. *st is what is known where it falls through, *taken,
 * a copy of it, where it jumps.
 */
enum { FLOW_THROUGH = 1, FLOW_TAKEN = 2 };
uint32_t flow_branch(const struct flow *f, uint32_t insn, struct fact_state *st,
		     struct fact_state *taken);
/* Where a load or store goes: the first byte that it may touch, and the last that it may begin at.
 */
struct flow_place {
	const struct fact_reg *base;
	int64_t lo, hi;
	uint32_t size;
};
bool flow_place(const struct flow *f, uint32_t insn, const struct fact_state *st,
		struct flow_place *out);
/* The slot of the own frame that it is in, and which byte of it; -1: it is not known to be in one.
 */
int flow_slot(const struct fact_state *st, const struct flow_place *p, uint32_t *at);
/* Slots that [lo, end) touches */
uint64_t flow_slots(int64_t lo, int64_t end);
/* Bytes that a call may touch from an address on; INT32_MAX: no end is known. */
uint32_t flow_reach(const struct flow *f, uint32_t insn, const struct fact_state *st, uint32_t arg,
		    enum flow_write what);

/* ---- flow.c: blocks, and what is known of a whole function ---- */
void flow_blocks(struct flow *f, const struct env *env);
void flow_solve(struct flow *f, struct flow_func *func);
/* As facts_walk_func() */
void flow_walk_slots(const struct flow *f, const struct flow_func *func, uint32_t start,
		     uint32_t end,
		     void (*visit)(void *arg, uint32_t insn, const struct fact_state *st),
		     void *arg);
/* The same of all its slots */
void flow_walk(const struct flow *f, const struct flow_func *func,
	       void (*visit)(void *arg, uint32_t insn, const struct fact_state *st), void *arg);
size_t flow_state_size(uint32_t nslots);

#endif
