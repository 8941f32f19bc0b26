/*
 * Constructors of wire instructions, one per operation, expanded from isa.def:
 *
 *	INSN_MOV64_K(0, 1), INSN_LDX_W(0, 1, 4), INSN_JEQ64_K(0, 0, 2), INSN_EXIT()
 */
#ifndef CORE_ISA_BUILD_H
#define CORE_ISA_BUILD_H

#include "core/isa/insn.h"

/* Any operation from its operands; the opcode and the selecting field come from its row. */
static inline struct bpf_insn insn_make(enum insn_op op, uint8_t dst, uint8_t src, int16_t off,
					int32_t imm)
{
	const struct insn_desc *d = &insn_descs[op];

	return (struct bpf_insn){
		.code = d->code,
		.dst_reg = dst & 15,
		.src_reg = (d->select == SELECT_SRC ? (uint8_t)d->selval : src) & 15,
		.off = d->select == SELECT_OFF ? (int16_t)d->selval : off,
		.imm = d->select == SELECT_IMM ? d->selval : imm,
	};
}

#define CONSTRUCT(name, params, ...)                                                               \
	static inline __unused struct bpf_insn INSN_##name params                                  \
	{                                                                                          \
		return insn_make(OP_##name, __VA_ARGS__);                                          \
	}
#define DST_SRC (uint8_t dst, uint8_t src), dst, src, 0, 0
#define DST_IMM (uint8_t dst, int32_t imm), dst, 0, 0, imm
#define DST_SRC_OFF (uint8_t dst, uint8_t src, int16_t off), dst, src, off, 0
#define DST_OFF_IMM (uint8_t dst, int16_t off, int32_t imm), dst, 0, off, imm
#define APPLY(macro, ...) macro(__VA_ARGS__)

#define ALU(name, ...)                                                                             \
	APPLY(CONSTRUCT, name##64_X, DST_SRC)                                                      \
	APPLY(CONSTRUCT, name##64_K, DST_IMM)                                                      \
	APPLY(CONSTRUCT, name##32_X, DST_SRC)                                                      \
	APPLY(CONSTRUCT, name##32_K, DST_IMM)
#define MOVSX64(bits, ...) APPLY(CONSTRUCT, MOVSX##bits##_64, DST_SRC)
#define MOVSX(bits, ...) MOVSX64(bits) APPLY(CONSTRUCT, MOVSX##bits##_32, DST_SRC)
#define END(name, ...) CONSTRUCT(name, (uint8_t dst), dst, 0, 0, 0)
#define JMP(name, ...)                                                                             \
	APPLY(CONSTRUCT, name##64_X, DST_SRC_OFF)                                                  \
	CONSTRUCT(name##64_K, (uint8_t dst, int32_t imm, int16_t off), dst, 0, off, imm)           \
	APPLY(CONSTRUCT, name##32_X, DST_SRC_OFF)                                                  \
	CONSTRUCT(name##32_K, (uint8_t dst, int32_t imm, int16_t off), dst, 0, off, imm)
#define MEM(name, ...)                                                                             \
	APPLY(CONSTRUCT, LDX_##name, DST_SRC_OFF)                                                  \
	APPLY(CONSTRUCT, STX_##name, DST_SRC_OFF)                                                  \
	APPLY(CONSTRUCT, ST_##name, DST_OFF_IMM)
#define MEMSX(name, ...) APPLY(CONSTRUCT, LDXSX_##name, DST_SRC_OFF)
#define ATOMIC(name, ...)                                                                          \
	APPLY(CONSTRUCT, ATOMIC64_##name, DST_SRC_OFF)                                             \
	APPLY(CONSTRUCT, ATOMIC32_##name, DST_SRC_OFF)
#define ACQREL(name, ...)                                                                          \
	APPLY(CONSTRUCT, LOAD_ACQ_##name, DST_SRC_OFF)                                             \
	APPLY(CONSTRUCT, STORE_REL_##name, DST_SRC_OFF)
#include "core/isa/isa.def"

CONSTRUCT(NEG64, (uint8_t dst), dst, 0, 0, 0)
CONSTRUCT(NEG32, (uint8_t dst), dst, 0, 0, 0)
CONSTRUCT(JA, (int16_t off), 0, 0, off, 0)
CONSTRUCT(JA32, (int32_t imm), 0, 0, 0, imm)
CONSTRUCT(MAY_GOTO, (int16_t off), 0, 0, off, 0)
CONSTRUCT(CALL, (int32_t helper), 0, 0, 0, helper)
CONSTRUCT(CALL_LOCAL, (int32_t rel), 0, 0, 0, rel)
CONSTRUCT(CALLX, (uint8_t dst), dst, 0, 0, 0)
CONSTRUCT(EXIT, (void), 0, 0, 0, 0)

#undef DST_SRC
#undef DST_IMM
#undef DST_SRC_OFF
#undef DST_OFF_IMM
#undef APPLY
#undef CONSTRUCT

/* The two slots of an ld_imm64. */
static inline void insn_make_ld64(struct bpf_insn insn[2], enum insn_op op, uint8_t dst,
				  uint64_t imm)
{
	insn[0] = insn_make(op, dst, 0, 0, (int32_t)imm);
	insn[1] = (struct bpf_insn){.imm = (int32_t)(imm >> 32)};
}

#endif
