/*
 * Random programs that the verifier may well accept: numbers out of maps, packets and the kernel,
 * computed with, compared, spilled, passed to functions and at last used as offsets. What a
 * register holds is followed roughly, so that most instructions make sense; whether offsets stay in
 * bounds is for the verifier to find out.
 */
#ifndef TESTS_SOUND_GEN_H
#define TESTS_SOUND_GEN_H

#include "core/base/rng.h"
#include "core/isa/insn.h"

enum {
	GEN_INSNS_MAX = 1024,
	GEN_FUNCS_MAX = 4,
	GEN_PARAMS_MAX = 3,
	GEN_VALUE_SIZE = 48, /* of all maps */
	GEN_TABLE_ENTRIES = 4,
};

/* The maps of every program, by PSEUDO_MAP_IDX. */
enum gen_map {
	GEN_MAP_ONE,   /* an array of one value */
	GEN_MAP_TABLE, /* an array of GEN_TABLE_ENTRIES */
	GEN_MAP_HASH,  /* keys of four bytes */
	GEN_MAP_COUNT
};

struct gen_func {
	uint32_t start;
	bool is_global;
	uint8_t nparams, pointers; /* parameters that point to GEN_VALUE_SIZE bytes: a bit each */
};

struct gen_prog {
	uint32_t type; /* PROG_TYPE_* */
	bool has_types; /* it must be loaded with the types of its functions */
	struct gen_func funcs[GEN_FUNCS_MAX];
	uint32_t nfuncs;
	struct bpf_insn insns[GEN_INSNS_MAX + 2];
	uint32_t n;
};

void gen_program(struct rng *rng, struct gen_prog *out);
/* A number that is worth trying: near a power of two, near nothing, or any. */
uint64_t gen_number(struct rng *rng);

#endif
