#include "core/isa/insn.h"

#include <string.h>

const uint8_t insn_fields[SHAPE_COUNT] = {
	[SHAPE_NONE] = 0,
	[SHAPE_ALU_X] = FIELD_DST | FIELD_SRC,
	[SHAPE_ALU_K] = FIELD_DST | FIELD_IMM,
	[SHAPE_UNARY] = FIELD_DST,
	[SHAPE_END] = FIELD_DST,
	[SHAPE_MOVSX] = FIELD_DST | FIELD_SRC,
	[SHAPE_LD64] = FIELD_DST | FIELD_IMM,
	[SHAPE_LDX] = FIELD_DST | FIELD_SRC | FIELD_OFF,
	[SHAPE_STX] = FIELD_DST | FIELD_SRC | FIELD_OFF,
	[SHAPE_ST] = FIELD_DST | FIELD_OFF | FIELD_IMM,
	[SHAPE_ATOMIC] = FIELD_DST | FIELD_SRC | FIELD_OFF,
	[SHAPE_LOAD_ACQ] = FIELD_DST | FIELD_SRC | FIELD_OFF,
	[SHAPE_STORE_REL] = FIELD_DST | FIELD_SRC | FIELD_OFF,
	[SHAPE_LD_ABS] = FIELD_IMM,
	[SHAPE_LD_IND] = FIELD_SRC | FIELD_IMM,
	[SHAPE_JMP_X] = FIELD_DST | FIELD_SRC | FIELD_OFF,
	[SHAPE_JMP_K] = FIELD_DST | FIELD_OFF | FIELD_IMM,
	[SHAPE_JA] = FIELD_OFF,
	[SHAPE_JA32] = FIELD_IMM,
	[SHAPE_CALL] = FIELD_IMM,
	[SHAPE_CALL_KFUNC] = FIELD_IMM | FIELD_OFF,
	[SHAPE_CALLX] = FIELD_DST,
	[SHAPE_CAST] = FIELD_DST | FIELD_SRC | FIELD_IMM,
	[SHAPE_MOV_PERCPU] = FIELD_DST | FIELD_SRC,
};

/* What each shape does to registers and memory, whatever the operation. */
enum {
	DOES_NONE = 0,
	DOES_ALU_X = INSN_RD_DST | INSN_WR_DST | INSN_RD_SRC,
	DOES_ALU_K = INSN_RD_DST | INSN_WR_DST,
	DOES_UNARY = INSN_RD_DST | INSN_WR_DST,
	DOES_END = INSN_RD_DST | INSN_WR_DST,
	DOES_MOVSX = INSN_WR_DST | INSN_RD_SRC | INSN_SX,
	DOES_LD64 = INSN_WR_DST | INSN_WIDE,
	DOES_LDX = INSN_WR_DST | INSN_RD_SRC | INSN_LOADS,
	DOES_STX = INSN_RD_DST | INSN_RD_SRC | INSN_STORES,
	DOES_ST = INSN_RD_DST | INSN_STORES,
	DOES_ATOMIC = INSN_RD_DST | INSN_RD_SRC | INSN_LOADS | INSN_STORES | INSN_ATOM,
	DOES_LOAD_ACQ = INSN_WR_DST | INSN_RD_SRC | INSN_LOADS | INSN_ATOM,
	DOES_STORE_REL = INSN_RD_DST | INSN_RD_SRC | INSN_STORES | INSN_ATOM,
	DOES_LD_ABS = INSN_LOADS | INSN_WR_R0 | INSN_LEGACY,
	DOES_LD_IND = INSN_LOADS | INSN_WR_R0 | INSN_LEGACY | INSN_RD_SRC,
	DOES_JMP_X = INSN_RD_DST | INSN_RD_SRC | INSN_JUMP | INSN_COND,
	DOES_JMP_K = INSN_RD_DST | INSN_JUMP | INSN_COND,
	DOES_JA = INSN_JUMP,
	DOES_JA32 = INSN_JUMP,
	DOES_CALL = INSN_CALLS | INSN_WR_R0,
	DOES_CALL_KFUNC = INSN_CALLS | INSN_WR_R0,
	DOES_CALLX = INSN_RD_DST,
	DOES_CAST = INSN_WR_DST | INSN_RD_SRC,
	DOES_MOV_PERCPU = INSN_WR_DST | INSN_RD_SRC,
};

#define ROW(name_, code_, sel, val, shape_, size_, flags_, since_, text_, gnu_)                    \
	[OP_##name_] = {.name = #name_,                                                            \
			.text = text_,                                                             \
			.gnu = gnu_,                                                               \
			.code = code_,                                                             \
			.select = SELECT_##sel,                                                    \
			.selval = val,                                                             \
			.shape = SHAPE_##shape_,                                                   \
			.size = size_,                                                             \
			.since = since_,                                                           \
			.flags = (flags_) | DOES_##shape_},

/* off selects the operation; a plain move does not read what it overwrites. */
#define ALU_ROW(name_, code_, off_, shape_, flags_, since_, text_, gnu_)                           \
	[OP_##name_] = {.name = #name_,                                                            \
			.text = text_,                                                             \
			.gnu = gnu_,                                                               \
			.code = code_,                                                             \
			.select = SELECT_OFF,                                                      \
			.selval = off_,                                                            \
			.shape = SHAPE_##shape_,                                                   \
			.since = since_,                                                           \
			.flags = (flags_) | (((code_) & INSN_OP_MASK) == 0xb0                      \
						     ? DOES_##shape_ & ~INSN_RD_DST                \
						     : DOES_##shape_)},

/* Bit 0 of an atomic's imm is FETCH: src takes the old value, but cmpxchg takes and leaves r0. */
#define ATOMIC_FLAGS(imm)                                                                          \
	((imm) == 0xf1	? INSN_FETCH | INSN_RD_R0 | INSN_WR_R0                                     \
	 : ((imm) & 1) ? INSN_FETCH | INSN_WR_SRC                                                  \
			: 0)
/* Of the legacy loads only the size bits of the opcode tell the width. */
#define LEGACY_SIZE(bits) ((bits) == INSN_W ? 4 : (bits) == INSN_H ? 2 : 1)

const struct insn_desc insn_descs[OP_COUNT] = {
	[OP_BAD] = {.name = "BAD", .text = "?", .gnu = "?"},
#define ALU(name, bits, off, op, gnu, since, ...)                                                  \
	ALU_ROW(name##64_X, 0x0f | (bits), off, ALU_X, 0, since, op, gnu)                      \
	ALU_ROW(name##64_K, 0x07 | (bits), off, ALU_K, 0, since, op, gnu)                      \
	ALU_ROW(name##32_X, 0x0c | (bits), off, ALU_X, INSN_W32, since, op, gnu "32")          \
	ALU_ROW(name##32_K, 0x04 | (bits), off, ALU_K, INSN_W32, since, op, gnu "32")
#define MOVSX64(bits, type)                                                                        \
	ROW(MOVSX##bits##_64, 0xbf, OFF, bits, MOVSX, sizeof(type), 0, 4, "s" #bits, "movs")
#define MOVSX(bits, type)                                                                          \
	MOVSX64(bits, type)                                                                        \
	ROW(MOVSX##bits##_32, 0xbc, OFF, bits, MOVSX, sizeof(type), INSN_W32, 4, "s" #bits,        \
	    "movs32")
#define END(name, code, bits, text, gnu, since, ...)                                               \
	ROW(name, code, IMM, bits, END, bits / 8, 0, since, text, gnu)
#define JMP(name, bits, op, gnu, since, ...)                                                       \
	ROW(name##64_X, 0x0d | (bits), NONE, 0, JMP_X, 0, 0, since, op, gnu)                       \
	ROW(name##64_K, 0x05 | (bits), NONE, 0, JMP_K, 0, 0, since, op, gnu)                       \
	ROW(name##32_X, 0x0e | (bits), NONE, 0, JMP_X, 0, INSN_W32, 3, op, gnu "32")               \
	ROW(name##32_K, 0x06 | (bits), NONE, 0, JMP_K, 0, INSN_W32, 3, op, gnu "32")
#define MEM(name, bits, type, text, gnu)                                                           \
	ROW(LDX_##name, 0x61 | (bits), NONE, 0, LDX, sizeof(type), 0, 1, text, "ldx" gnu)          \
	ROW(STX_##name, 0x63 | (bits), NONE, 0, STX, sizeof(type), 0, 1, text, "stx" gnu)          \
	ROW(ST_##name, 0x62 | (bits), NONE, 0, ST, sizeof(type), 0, 1, text, "st" gnu)
#define MEMSX(name, bits, type, text, gnu)                                                         \
	ROW(LDXSX_##name, 0x81 | (bits), NONE, 0, LDX, sizeof(type), INSN_SX, 4, text, "ldxs" gnu)
#define LEGACY(name, bits, text, gnu)                                                              \
	ROW(LD_ABS_##name, 0x20 | (bits), NONE, 0, LD_ABS, LEGACY_SIZE(bits), 0, 1, text,          \
	    "ldabs" gnu)                                                                           \
	ROW(LD_IND_##name, 0x40 | (bits), NONE, 0, LD_IND, LEGACY_SIZE(bits), 0, 1, text,          \
	    "ldind" gnu)
#define ATOMIC(name, imm, text, gnu, since, ...)                                                   \
	ROW(ATOMIC64_##name, 0xdb, IMM, imm, ATOMIC, 8, ATOMIC_FLAGS(imm), since, text, "a" gnu)   \
	ROW(ATOMIC32_##name, 0xc3, IMM, imm, ATOMIC, 4, ATOMIC_FLAGS(imm) | INSN_W32, since, text, \
	    "a" gnu "32")
#define ACQREL(name, bits, type, text)                                                             \
	ROW(LOAD_ACQ_##name, 0xc3 | (bits), IMM, 0x100, LOAD_ACQ, sizeof(type), 0, 4, text, "")    \
	ROW(STORE_REL_##name, 0xc3 | (bits), IMM, 0x110, STORE_REL, sizeof(type), 0, 4, text, "")
#define LD64(name, src, text) ROW(LD_IMM64_##name, 0x18, SRC, src, LD64, 0, 0, 1, text, "lddw")
#define VARIANT(name, code, sel, val, shape, flags, since, text, gnu)                              \
	ROW(name, code, sel, val, shape, 0, flags, since, text, gnu)
#define INSN(name, code, sel, shape, flags, since, text, gnu)                                      \
	ROW(name, code, sel, 0, shape, 0, flags, since, text, gnu)
#include "core/isa/isa.def"
};

/*
 * One operation for each opcode, its head; the others of that opcode are found among the variants
 * by the selecting field. The macros below expand to rows for heads only: what is pasted to HEAD_
 * is the field's value in the .def, and only the first value of each opcode is defined to give a
 * row.
 */
#define HEAD_0(code, op) [code] = op,
#define HEAD_1(code, op)
#define END_HEAD_16(code, op) [code] = op,
#define END_HEAD_32(code, op)
#define END_HEAD_64(code, op)
#define ACQ_HEAD_W(code, op)
#define ACQ_HEAD_H(code, op) [code] = op,
#define ACQ_HEAD_B(code, op) [code] = op,
#define ACQ_HEAD_DW(code, op)
#define SRC_HEAD_0(code, op) [code] = op,
#define SRC_HEAD_1(code, op)
#define SRC_HEAD_2(code, op)
#define SRC_HEAD_3(code, op)
#define SRC_HEAD_4(code, op)
#define SRC_HEAD_5(code, op)
#define SRC_HEAD_6(code, op)

static const uint16_t heads[256] = {
#define ALU(name, bits, off, ...)                                                                  \
	HEAD_##off(0x0f | (bits), OP_##name##64_X) HEAD_##off(0x07 | (bits), OP_##name##64_K)      \
		HEAD_##off(0x0c | (bits), OP_##name##32_X)                                         \
			HEAD_##off(0x04 | (bits), OP_##name##32_K)
#define END(name, code, bits, ...) END_HEAD_##bits(code, OP_##name)
#define JMP(name, bits, ...)                                                                       \
	[0x0d | (bits)] = OP_##name##64_X, [0x05 | (bits)] = OP_##name##64_K,                      \
		   [0x0e | (bits)] = OP_##name##32_X, [0x06 | (bits)] = OP_##name##32_K,
#define MEM(name, bits, ...)                                                                       \
	[0x61 | (bits)] = OP_LDX_##name, [0x63 | (bits)] = OP_STX_##name,                          \
		   [0x62 | (bits)] = OP_ST_##name,
#define MEMSX(name, bits, ...) [0x81 | (bits)] = OP_LDXSX_##name,
#define LEGACY(name, bits, ...)                                                                    \
	[0x20 | (bits)] = OP_LD_ABS_##name, [0x40 | (bits)] = OP_LD_IND_##name,
#define ACQREL(name, bits, ...) ACQ_HEAD_##name(0xc3 | (bits), OP_LOAD_ACQ_##name)
#define LD64(name, src, ...) SRC_HEAD_##src(0x18, OP_LD_IMM64_##name)
#define INSN(name, code, ...) [code] = OP_##name,
#include "core/isa/isa.def"
	[0xdb] = OP_ATOMIC64_ADD,
	[0xc3] = OP_ATOMIC32_ADD,
};

/* Every operation whose opcode several share; heads among them do no harm. */
static const uint16_t variants[] = {
#define ALU(name, bits, off, ...) VARIANT_ALU_##off(name)
#define VARIANT_ALU_0(name)
#define VARIANT_ALU_1(name) OP_##name##64_X, OP_##name##64_K, OP_##name##32_X, OP_##name##32_K,
#define MOVSX(bits, ...) OP_MOVSX##bits##_64, OP_MOVSX##bits##_32,
#define MOVSX64(bits, ...) OP_MOVSX##bits##_64,
#define END(name, ...) OP_##name,
#define ATOMIC(name, ...) OP_ATOMIC64_##name, OP_ATOMIC32_##name,
#define ACQREL(name, ...) OP_LOAD_ACQ_##name, OP_STORE_REL_##name,
#define LD64(name, ...) OP_LD_IMM64_##name,
#define VARIANT(name, ...) OP_##name,
#include "core/isa/isa.def"
};

static int32_t selector(const struct bpf_insn *insn, enum insn_select select)
{
	switch (select) {
	case SELECT_SRC:
		return insn->src_reg;
	case SELECT_OFF:
		return insn->off;
	case SELECT_IMM:
		return insn->imm;
	case SELECT_NONE:
		break;
	}
	return 0;
}

enum insn_op insn_decode(const struct bpf_insn *insn)
{
	enum insn_op head = heads[insn->code];
	int32_t sel = selector(insn, insn_descs[head].select);

	if (sel == insn_descs[head].selval)
		return head;
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++)
		if (insn_descs[variants[i]].code == insn->code &&
		    insn_descs[variants[i]].selval == sel)
			return variants[i];
	return OP_BAD;
}

enum insn_op insn_op_by_name(const char *name)
{
	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		if (strcmp(insn_descs[op].name, name) == 0)
			return op;
	return OP_BAD;
}
