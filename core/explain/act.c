/*
 * What an instruction does, seen from its opcode and the registers in its text: the first one is
 * the destination, or the base of a store.
 */
#include "core/explain/local.h"

#include <ctype.h>
#include <string.h>

/* A register or an offset that stands in a text. */
struct operands {
	int regs[4];
	size_t nregs;
};

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static struct operands find_operands(struct bytes text)
{
	const char *start = (const char *)text.data, *end = start + text.size;
	struct operands o = {0};

	for (const char *s = start; s < end && o.nregs < ARRAY_SIZE(o.regs); s++) {
		struct scan in = {s + 1, end};
		uint64_t n;

		if ((*s != 'r' && *s != 'w') || (s > start && is_name(s[-1])))
			continue;
		if (scan_uint(&in, &n) && n <= REG_FP && (in.s == end || !is_name(*in.s)))
			o.regs[o.nregs++] = (int)n;
	}
	return o;
}

static int operand(const struct operands *o, size_t i)
{
	return i < o->nregs ? o->regs[i] : -1;
}

/* "(r10 -8)": the offset behind the base */
static int64_t find_off(struct bytes text)
{
	int64_t n = 0;
	struct scan in = scan_of(text);

	while (in.s < in.end) {
		scan_until(&in, "r");
		if (!scan_word(&in, "r") || in.s >= in.end || !isdigit((unsigned char)*in.s))
			continue;
		scan_until(&in, " )");
		scan_blanks(&in);
		if (in.s < in.end && (*in.s == '+' || *in.s == '-') && scan_int(&in, &n))
			return n;
	}
	return 0;
}

/* "goto pc+4": how far */
static int64_t find_jump(struct bytes text)
{
	int64_t n = 0;
	struct scan in;

	if (scan_find(text, "pc", &in))
		scan_int(&in, &n);
	return n;
}

static void fill_jump(struct act *act, uint8_t code, struct bytes text, const struct operands *o)
{
	struct scan in = scan_of(text);

	act->jump = find_jump(text);
	switch (code & INSN_OP_MASK) {
	case 0x00:
		act->kind = ACT_GOTO;
		return;
	case 0x80:
		act->kind = bytes_begin(text, "call pc") ? ACT_CALL_PROG : ACT_CALL;
		scan_word(&in, "call ");
		act->callee = scan_until(&in, "#");
		return;
	case 0x90:
		act->kind = ACT_EXIT;
		return;
	default:
		act->kind = ACT_BRANCH;
		act->dst = operand(o, 0);
		act->src = operand(o, 1);
	}
}

static void fill_alu(struct act *act, uint8_t code, const struct operands *o)
{
	bool is_move = (code & INSN_OP_MASK) == 0xb0;

	act->dst = operand(o, 0);
	act->src = operand(o, 1);
	act->kind = !is_move ? ACT_MATH : act->src < 0 ? ACT_CONST : ACT_MOVE;
}

static void fill_store(struct act *act, uint8_t code, struct bytes text, const struct operands *o)
{
	bool is_atomic =
		(code & INSN_CLASS_MASK) == INSN_STX && (code & INSN_MODE_MASK) == INSN_ATOMIC;
	bool is_fetch = is_atomic && bytes_begin(text, "r") && !bytes_have(text, "load_acquire");

	act->kind = is_atomic ? ACT_ATOMIC : ACT_STORE;
	act->base = operand(o, is_fetch);
	act->src = operand(o, is_fetch + 1);
	act->off = find_off(text);
	if (is_fetch)
		act->dst = operand(o, 0);
	if (bytes_have(text, "load_acquire")) {
		act->kind = ACT_LOAD;
		act->dst = operand(o, 0);
		act->base = operand(o, 1);
	}
}

struct act act_of(const struct log_step *step)
{
	struct operands o = find_operands(step->text);
	struct act act = {.dst = -1, .src = -1, .base = -1};
	uint8_t class = step->code & INSN_CLASS_MASK;

	act.is_32 = class == INSN_ALU;
	switch (class) {
	case INSN_ALU:
	case INSN_ALU64:
		fill_alu(&act, step->code, &o);
		break;
	case INSN_LD:
		act.kind = (step->code & INSN_MODE_MASK) == INSN_IMM ? ACT_CONST : ACT_LOAD;
		act.dst = operand(&o, 0);
		break;
	case INSN_LDX:
		act.kind = ACT_LOAD;
		act.dst = operand(&o, 0);
		act.base = operand(&o, 1);
		act.off = find_off(step->text);
		break;
	case INSN_ST:
	case INSN_STX:
		fill_store(&act, step->code, step->text, &o);
		break;
	default:
		fill_jump(&act, step->code, step->text, &o);
	}
	return act;
}
