/*
 * How a C function is called, by its prototype in BTF: which registers and which words of the stack
 * hold what. Programs that trace it see its arguments as words ("slots"), one for each register
 * that an argument would take, in the order of arguments (struct btf_func_model of Linux).
 */
#ifndef CORE_BTF_MODEL_H
#define CORE_BTF_MODEL_H

#include "core/btf/btf.h"

enum {
	FUNC_SLOTS_MAX = 12,
	FUNC_REGS_MAX = 8, /* of any machine */
};

/* What is a machine's about it. */
struct func_abi {
	uint8_t nregs;	  /* that hold arguments */
	bool keeps_order; /* once one did not fit into them, none does */
	bool pairs;	  /* two words that are aligned so begin at a register of even number */
	bool packs;	  /* fields that are not aligned are in registers, too */
};

extern const struct func_abi func_abi_amd64, func_abi_arm64;
/* This machine's. */
extern const struct func_abi *const func_abi_here;

struct func_arg {
	uint8_t size;
	bool is_signed;
	uint8_t slot, nslots;
	bool on_stack;
	uint8_t where; /* the first register, or the first word of the stack */
};

struct func_model {
	struct func_arg arg[FUNC_SLOTS_MAX];
	uint8_t nargs, nslots;
	uint8_t nstack; /* words of the stack that hold arguments */
	uint8_t ret_size; /* 0: void */
	bool ret_signed;
};

/*
 * Of a FUNC_PROTO that the verifier would not refuse. -ENOTSUPP, not said, for what no program can
 * be shown: more than FUNC_SLOTS_MAX words, floating point inside of structs, results of more than
 * a word.
 */
int func_model(const struct func_abi *abi, const struct btf *btf, uint32_t proto,
	       struct func_model *out);

#endif
