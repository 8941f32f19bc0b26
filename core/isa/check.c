#include "core/isa/insn.h"

/* Fields that are operands or select the operation; all others are reserved. */
static unsigned int used_fields(const struct insn_desc *desc)
{
	static const uint8_t selects[] = {
		[SELECT_NONE] = 0,
		[SELECT_SRC] = FIELD_SRC,
		[SELECT_OFF] = FIELD_OFF,
		[SELECT_IMM] = FIELD_IMM,
	};

	return insn_fields[desc->shape] | selects[desc->select];
}

static const char *check_second_slot(const struct bpf_insn *insn, size_t left)
{
	if (left < 2)
		return "the second half of a 64-bit immediate is missing";
	if (insn[1].code || insn[1].dst_reg || insn[1].src_reg || insn[1].off)
		return "the second half of a 64-bit immediate has other fields than imm";
	return NULL;
}

const char *insn_check_form(const struct bpf_insn *insns, size_t at, size_t n)
{
	const struct bpf_insn *insn = &insns[at];
	const struct insn_desc *desc = insn_desc(insn);

	if (desc == &insn_descs[OP_BAD])
		return "unknown opcode";
	if (desc->flags & INSN_INTERNAL)
		return "kernel-internal instruction";
	if (insn->dst_reg >= REG_COUNT)
		return "destination register above r10";
	if (insn->src_reg >= REG_COUNT)
		return "source register above r10";
	if (desc->flags & INSN_WIDE)
		return check_second_slot(insn, n - at);
	return NULL;
}

const char *insn_check(const struct bpf_insn *insns, size_t at, size_t n)
{
	const char *why = insn_check_form(insns, at, n);
	const struct bpf_insn *insn = &insns[at];
	const struct insn_desc *desc = insn_desc(insn);
	unsigned int used = used_fields(desc);

	if (why)
		return why;
	if ((desc->flags & INSN_WR_DST) && insn->dst_reg == REG_FP)
		return "r10, the frame pointer, is read-only";
	if ((desc->flags & INSN_WR_SRC) && insn->src_reg == REG_FP)
		return "r10, the frame pointer, is read-only";
	if (!(used & FIELD_DST) && insn->dst_reg)
		return "reserved field dst_reg is not zero";
	if (!(used & FIELD_SRC) && insn->src_reg)
		return "reserved field src_reg is not zero";
	if (!(used & FIELD_OFF) && insn->off)
		return "reserved field off is not zero";
	if (!(used & FIELD_IMM) && insn->imm)
		return "reserved field imm is not zero";
	return NULL;
}

bool insn_has_target(enum insn_op op)
{
	uint8_t shape = insn_descs[op].shape;

	return shape == SHAPE_JA || shape == SHAPE_JA32 || shape == SHAPE_JMP_X ||
	       shape == SHAPE_JMP_K || op == OP_CALL_LOCAL;
}

int64_t insn_target(const struct bpf_insn *insn, size_t at)
{
	uint8_t shape = insn_desc(insn)->shape;
	bool far = shape == SHAPE_JA32 || shape == SHAPE_CALL;

	return (int64_t)at + 1 + (far ? insn->imm : insn->off);
}
