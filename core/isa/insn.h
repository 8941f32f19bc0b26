/*
 * The instruction set as data: every operation has one enum insn_op and one row of insn_descs[],
 * both expanded from isa.def. Decoding turns a wire instruction into its operation; the shape says
 * which fields are operands (all others must be zero), so that nobody else needs to know an opcode.
 */
#ifndef CORE_ISA_INSN_H
#define CORE_ISA_INSN_H

#include "core/base/strbuf.h"
#include "core/isa/uapi.h"

enum insn_op {
	OP_BAD, /* no operation of ours */
#define ALU(name, ...) OP_##name##64_X, OP_##name##64_K, OP_##name##32_X, OP_##name##32_K,
#define MOVSX(bits, ...) OP_MOVSX##bits##_64, OP_MOVSX##bits##_32,
#define MOVSX64(bits, ...) OP_MOVSX##bits##_64,
#define END(name, ...) OP_##name,
#define JMP(name, ...) OP_##name##64_X, OP_##name##64_K, OP_##name##32_X, OP_##name##32_K,
#define MEM(name, ...) OP_LDX_##name, OP_STX_##name, OP_ST_##name,
#define MEMSX(name, ...) OP_LDXSX_##name,
#define LEGACY(name, ...) OP_LD_ABS_##name, OP_LD_IND_##name,
#define ATOMIC(name, ...) OP_ATOMIC64_##name, OP_ATOMIC32_##name,
#define ACQREL(name, ...) OP_LOAD_ACQ_##name, OP_STORE_REL_##name,
#define LD64(name, ...) OP_LD_IMM64_##name,
#define INSN(name, ...) OP_##name,
#define VARIANT(name, ...) OP_##name,
#include "core/isa/isa.def"
	OP_COUNT
};

/* What the operands are and how they are written. */
enum insn_shape {
	SHAPE_NONE,	  /* exit */
	SHAPE_ALU_X,	  /* dst OP src */
	SHAPE_ALU_K,	  /* dst OP imm */
	SHAPE_UNARY,	  /* dst = -dst */
	SHAPE_END,	  /* dst = be16 dst */
	SHAPE_MOVSX,	  /* dst = (s8)src */
	SHAPE_LD64,	  /* dst = imm64 ll, two slots */
	SHAPE_LDX,	  /* dst = *(src + off) */
	SHAPE_STX,	  /* *(dst + off) = src */
	SHAPE_ST,	  /* *(dst + off) = imm */
	SHAPE_ATOMIC,	  /* lock *(dst + off) OP src; src takes the old value when INSN_FETCH */
	SHAPE_LOAD_ACQ,	  /* dst = load_acquire(src + off) */
	SHAPE_STORE_REL,  /* store_release(dst + off, src) */
	SHAPE_LD_ABS,	  /* r0 = packet[imm] */
	SHAPE_LD_IND,	  /* r0 = packet[src + imm] */
	SHAPE_JMP_X,	  /* if dst OP src goto off */
	SHAPE_JMP_K,	  /* if dst OP imm goto off */
	SHAPE_JA,	  /* goto off */
	SHAPE_JA32,	  /* gotol imm */
	SHAPE_CALL,	  /* call imm: a helper's id, or slots from the next instruction */
	SHAPE_CALL_KFUNC, /* call imm: BTF id in the BTF object off */
	SHAPE_CALLX,	  /* callx dst */
	SHAPE_CAST,	  /* dst = addr_space_cast(src, imm >> 16, imm & 0xffff) */
	SHAPE_MOV_PERCPU, /* dst = &(void __percpu *)(src) */
	SHAPE_COUNT
};

/* Which other field tells apart the operations that share an opcode. */
enum insn_select { SELECT_NONE, SELECT_SRC, SELECT_OFF, SELECT_IMM };

enum insn_field {
	FIELD_DST = 1,
	FIELD_SRC = 2,
	FIELD_OFF = 4,
	FIELD_IMM = 8,
};

enum insn_flag {
	INSN_RD_DST = 1 << 0,
	INSN_WR_DST = 1 << 1,
	INSN_RD_SRC = 1 << 2,
	INSN_WR_SRC = 1 << 3,
	INSN_W32 = 1 << 4,   /* operates on, and zero-extends to, 32 bits */
	INSN_LOADS = 1 << 5, /* reads memory */
	INSN_STORES = 1 << 6,
	INSN_ATOM = 1 << 7,
	INSN_FETCH = 1 << 8,  /* an atomic that leaves the old value in a register */
	INSN_JUMP = 1 << 9,   /* may continue elsewhere than at the next instruction */
	INSN_COND = 1 << 10,  /* ... or at the next */
	INSN_CALLS = 1 << 11,
	INSN_EXITS = 1 << 12,
	INSN_WIDE = 1 << 13, /* two slots */
	INSN_SX = 1 << 14,   /* the value is sign-extended */
	INSN_RD_R0 = 1 << 15,
	INSN_WR_R0 = 1 << 16,
	INSN_INTERNAL = 1 << 17, /* kernel-made: cannot be loaded */
	INSN_LEGACY = 1 << 18,	 /* packet loads of classic BPF */
};

/* Its strings are arrays, so that the table has no addresses to be relocated at every start. */
struct insn_desc {
	char name[24]; /* "ADD64_X" */
	/* operator, type or word of LLVM's and the kernel's notation: "+=", "u32" */
	char text[16];
	char gnu[16]; /* mnemonic stem of GNU and ubpf notation: "add", "ldxw" */
	uint8_t code;
	uint8_t select; /* enum insn_select */
	int32_t selval;
	uint8_t shape; /* enum insn_shape */
	uint8_t size;  /* bytes of memory accessed, or of the value an END or MOVSX keeps; else 0 */
	uint8_t since; /* ISA version 1 to 4 */
	uint32_t flags;
};

extern const struct insn_desc insn_descs[OP_COUNT];
/* The enum insn_field bits that are operands in a shape. */
extern const uint8_t insn_fields[SHAPE_COUNT];

/* desc.c */
/*
 * The operation of a wire instruction, or OP_BAD. Looks at the opcode and its selecting field only.
 */
enum insn_op insn_decode(const struct bpf_insn *insn);
/* The operation called name in insn_descs[], or OP_BAD. */
enum insn_op insn_op_by_name(const char *name);

/* The imm of addr_space_cast from an arena's addresses to those that programs load from. */
enum { CAST_TO_PROGRAM = 1 };

/* Does a load or store have its address in its source register? */
static inline bool insn_base_is_src(const struct insn_desc *desc)
{
	return desc->shape == SHAPE_LDX || desc->shape == SHAPE_LOAD_ACQ;
}

static inline const struct insn_desc *insn_desc(const struct bpf_insn *insn)
{
	return &insn_descs[insn_decode(insn)];
}

/* One slot, or two. */
static inline unsigned int insn_slots(const struct bpf_insn *insn)
{
	return insn->code == (INSN_LD | INSN_IMM | INSN_DW) ? 2 : 1;
}

/* The 64-bit immediate of a two-slot instruction. */
static inline uint64_t insn_imm64(const struct bpf_insn *insn)
{
	return (uint32_t)insn[0].imm | (uint64_t)(uint32_t)insn[1].imm << 32;
}

/* eval.c */
/*
 * The meaning on constants. ALU, MOVSX, END and moves: *out is the new dst of `dst OP src`; jumps:
 * *out is 1 when taken. b is src or the sign-extended imm. False when op is neither.
 */
bool insn_eval(enum insn_op op, uint64_t a, uint64_t b, uint64_t *out);

/* check.c */
/*
 * Checks insns[at] of n alone, as anything that runs or prints it must: a known operation, register
 * numbers, reserved fields, the second slot of a wide one. Returns NULL, or what is wrong.
 */
const char *insn_check(const struct bpf_insn *insns, size_t at, size_t n);
/*
 * The part of it without which nobody can go past the instruction. The rest may be wrong where a
 * program never comes, which Linux does not look at.
 */
const char *insn_check_form(const struct bpf_insn *insns, size_t at, size_t n);
/* Slot that a jump or local call at `at` goes to (it may be out of range). */
int64_t insn_target(const struct bpf_insn *insn, size_t at);
/* True for a jump or a CALL_LOCAL, whose target insn_target() tells. */
bool insn_has_target(enum insn_op op);

/* swap.c */
/* Between wire orders: nibbles of the register byte, off and imm. Works both ways. */
void insn_swap_order(struct bpf_insn *insns, size_t n);

/* text.c */
enum insn_notation {
	NOTATION_LLVM,	 /* r0 = *(u32 *)(r1 + 4), if r1 > 5 goto +2 */
	NOTATION_KERNEL, /* r0 = *(u32 *)(r1 +4), if r1 > 0x5 goto pc+2: kernel/bpf/disasm.c's */
};

/* How to write what an instruction alone does not tell; each adds text and returns true, or leaves
 * b alone and returns false for the default form. Callbacks may be NULL. */
struct insn_names {
	void *arg;
	/* where a jump or local call goes: a label instead of +N */
	bool (*target)(void *arg, struct strbuf *b, const struct bpf_insn *insn);
	/* who is called, without the word call: bpf_map_lookup_elem#1, my_kfunc */
	bool (*call)(void *arg, struct strbuf *b, const struct bpf_insn *insn);
	/* what a two-slot instruction loads: counts ll */
	bool (*imm64)(void *arg, struct strbuf *b, const struct bpf_insn *insn);
};

/* One instruction (insn[0], and insn[1] of a wide one) without opcode, number or newline. */
void insn_text(struct strbuf *b, const struct bpf_insn *insn, enum insn_notation notation,
	       const struct insn_names *names);
/* Has the text a line as the kernel's log and bpftool number them: "12: (b7) r1 = 5"? */
bool insn_text_is_dump(const char *text, size_t size);

#endif
