/*
 * Mnemonics: GNU as's, old and new, and those of ubpf and the conformance tests, which are GNU's
 * with other byte swaps, sign extensions and atomics. The stems come from insn_descs[].
 */
#include "asm/local.h"

#include <ctype.h>

/* Other spellings of a stem. */
static const struct {
	const char *name, *stem;
} aliases[] = {
	{"xaddw", "aadd32"},
	{"xadddw", "aadd"},
	{"ja32", "jal"},
	{"gotol", "jal"},
};

static bool is_word(const char *word, size_t len, const char *text)
{
	return strlen(text) == len && memcmp(word, text, len) == 0;
}

/* The first row of a mnemonic; operands choose between rows that share it. */
static enum insn_op find_stem(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (is_word(word, len, aliases[i].name)) {
			word = aliases[i].stem;
			len = strlen(word);
			break;
		}
	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		if (insn_descs[op].shape != SHAPE_END && insn_descs[op].shape != SHAPE_MOVSX &&
		    len && is_word(word, len, insn_descs[op].gnu))
			return op;
	return OP_BAD;
}

/* A register of the width the row works on; r is always right. */
static int parse_operand_reg(struct assembler *a, uint8_t *num, enum insn_op op)
{
	struct reg r;
	int err = parse_reg(a, &r);

	*num = err ? 0 : r.num;
	if (!err && r.is_w && !(insn_descs[op].flags & INSN_W32) && insn_descs[op].size != 4)
		return fail(a->d, &r.loc, -EINVAL, "64 bits need an r register: r%u", r.num);
	return err;
}

/*
 * The row with the same mnemonic and another shape: the one with a constant for the one with src.
 */
static enum insn_op sibling(enum insn_op op, enum insn_shape shape)
{
	for (int other = OP_BAD + 1; other < OP_COUNT; other++)
		if (insn_descs[other].shape == shape &&
		    strcmp(insn_descs[other].gnu, insn_descs[op].gnu) == 0)
			return other;
	return OP_BAD;
}

/* src or imm, which decides between two shapes */
static int parse_value(struct assembler *a, struct operands *o, enum insn_shape with_imm)
{
	if (at_reg(a))
		return parse_operand_reg(a, &o->src, o->op);
	o->op = sibling(o->op, with_imm);
	return parse_imm(a, o);
}

/* [%r1+8] */
static int parse_place(struct assembler *a, uint8_t *base, struct operands *o)
{
	int err = expect(a, "[");

	if (!err)
		err = parse_base(a, base);
	if (!err)
		err = parse_off(a, o);
	return err ? err : expect(a, "]");
}

static int parse_alu(struct assembler *a, struct operands *o)
{
	int err = parse_operand_reg(a, &o->dst, o->op);

	if (!err)
		err = expect(a, ",");
	return err ? err : parse_value(a, o, SHAPE_ALU_K);
}

static int parse_unary(struct assembler *a, struct operands *o)
{
	return parse_operand_reg(a, &o->dst, o->op);
}

static int parse_ld64(struct assembler *a, struct operands *o)
{
	int err = parse_operand_reg(a, &o->dst, o->op);

	if (!err)
		err = expect(a, ",");
	return err ? err : parse_imm(a, o);
}

static int parse_ldx(struct assembler *a, struct operands *o)
{
	int err = parse_operand_reg(a, &o->dst, o->op);

	if (!err)
		err = expect(a, ",");
	return err ? err : parse_place(a, &o->src, o);
}

static int parse_stx(struct assembler *a, struct operands *o)
{
	int err = parse_place(a, &o->dst, o);

	if (!err)
		err = expect(a, ",");
	return err ? err : parse_operand_reg(a, &o->src, o->op);
}

static int parse_st(struct assembler *a, struct operands *o)
{
	int err = parse_place(a, &o->dst, o);

	if (!err)
		err = expect(a, ",");
	return err ? err : parse_imm(a, o);
}

static int parse_ld_ind(struct assembler *a, struct operands *o)
{
	int err = parse_operand_reg(a, &o->src, o->op);

	if (!err && accept(a, ","))
		err = parse_imm(a, o);
	return err;
}

static int parse_jump(struct assembler *a, struct operands *o)
{
	int err = parse_operand_reg(a, &o->dst, o->op);

	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_value(a, o, SHAPE_JMP_K);
	if (!err)
		err = expect(a, ",");
	return err ? err : parse_target(a, o);
}

static int parse_nothing(struct assembler *a, struct operands *o)
{
	(void)a;
	(void)o;
	return 0;
}

/* By shape of the mnemonic's first row, the one with src where there are two. */
static int (*const parsers[SHAPE_COUNT])(struct assembler *a, struct operands *o) = {
	[SHAPE_NONE] = parse_nothing,  [SHAPE_ALU_X] = parse_alu,  [SHAPE_UNARY] = parse_unary,
	[SHAPE_LD64] = parse_ld64,     [SHAPE_LDX] = parse_ldx,	   [SHAPE_STX] = parse_stx,
	[SHAPE_ST] = parse_st,	       [SHAPE_ATOMIC] = parse_stx, [SHAPE_LD_ABS] = parse_imm,
	[SHAPE_LD_IND] = parse_ld_ind, [SHAPE_JMP_X] = parse_jump, [SHAPE_JA] = parse_target,
	[SHAPE_JA32] = parse_target,   [SHAPE_CALL] = parse_call,  [SHAPE_CALLX] = parse_unary,
};

/* ---- byte swaps: le16 %r0; endle %r0, 16; bswap %r0, 16; swap16 %r0 ---- */

static const struct {
	const char *word, *stem;
} swap_words[] = {
	{"endle", "le"},   {"endbe", "be"}, {"bswap", "bswap"},
	{"swap", "bswap"}, {"le", "le"},    {"be", "be"},
};

static enum insn_op find_swap(const char *stem, int64_t bits)
{
	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		if (insn_descs[op].shape == SHAPE_END && insn_descs[op].selval == bits &&
		    strcmp(insn_descs[op].gnu, stem) == 0)
			return op;
	return OP_BAD;
}

static size_t find_swap_word(const char *word, size_t len)
{
	size_t i = 0;

	for (; i < ARRAY_SIZE(swap_words); i++) {
		size_t n = strlen(swap_words[i].word);

		if (len >= n && memcmp(word, swap_words[i].word, n) == 0 &&
		    (len == n || isdigit((unsigned char)word[n])))
			break;
	}
	return i;
}

static bool take_swap(struct assembler *a, const char *word, size_t len, struct operands *o,
		      int *err)
{
	struct loc loc = loc_at(a, word, len);
	size_t i = find_swap_word(word, len), n;
	int64_t bits = 0;

	if (i == ARRAY_SIZE(swap_words))
		return false;
	n = strlen(swap_words[i].word);
	*err = parse_operand_reg(a, &o->dst, OP_MOV64_X);
	if (*err)
		return true;
	if (len > n) {
		bits = strtol(word + n, NULL, 10);
	} else {
		*err = expect(a, ",");
		loc = here(a);
		if (!*err)
			*err = parse_abs(a, &bits);
	}
	o->op = find_swap(swap_words[i].stem, bits);
	if (!*err && !o->op)
		*err = fail(a->d, &loc, -EINVAL, "a swap is of 16, 32 or 64 bits");
	return true;
}

/* ---- sign extension: movs %r0, %r1, 8; movs32 %r0, %r1, 8; movsx864 %r0, %r1 ---- */

static enum insn_op find_movsx(bool is_w, int64_t bits)
{
	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		if (insn_descs[op].shape == SHAPE_MOVSX && insn_descs[op].selval == bits &&
		    !is_w == !(insn_descs[op].flags & INSN_W32))
			return op;
	return OP_BAD;
}

/* movsx and from which width to which, as one number: 864, 1632. 0: something else. */
static int64_t movsx_bits(const char *word, size_t len, bool *is_w)
{
	if (len < 8 || memcmp(word, "movsx", 5) != 0)
		return 0;
	*is_w = memcmp(word + len - 2, "32", 2) == 0;
	if (!*is_w && memcmp(word + len - 2, "64", 2) != 0)
		return 0;
	return strtol(word + 5, NULL, 10) / 100;
}

static bool take_movs(struct assembler *a, const char *word, size_t len, struct operands *o,
		      int *err)
{
	struct loc loc = loc_at(a, word, len);
	bool is_w = is_word(word, len, "movs32");
	int64_t bits = movsx_bits(word, len, &is_w);

	if (!bits && !is_w && !is_word(word, len, "movs"))
		return false;
	*err = parse_operand_reg(a, &o->dst, is_w ? OP_MOV32_X : OP_MOV64_X);
	if (!*err)
		*err = expect(a, ",");
	if (!*err)
		*err = parse_operand_reg(a, &o->src, is_w ? OP_MOV32_X : OP_MOV64_X);
	if (!*err && !bits) {
		*err = expect(a, ",");
		loc = here(a);
		if (!*err)
			*err = parse_abs(a, &bits);
	}
	o->op = find_movsx(is_w, bits);
	if (!*err && !o->op)
		*err = fail(a->d, &loc, -EINVAL, "nothing extends the sign of %lld bits here",
			    (long long)bits);
	return true;
}

/* ---- lock [fetch] add[32] [%r1+0], %r2 ---- */

static enum insn_op find_lock(const char *word, size_t len, bool fetch)
{
	uint8_t size = len > 2 && memcmp(word + len - 2, "32", 2) == 0 ? 4 : 8;
	int32_t exchange = insn_descs[OP_ATOMIC64_XCHG].selval, imm = -1;

	if (size == 4)
		len -= 2;
	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		if (insn_descs[op].shape == SHAPE_ATOMIC && is_word(word, len, insn_descs[op].text))
			imm = insn_descs[op].selval;
	if (imm < exchange && !fetch)
		imm &= ~1;
	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		if (insn_descs[op].shape == SHAPE_ATOMIC && insn_descs[op].selval == imm &&
		    insn_descs[op].size == size)
			return op;
	return OP_BAD;
}

static int parse_lock(struct assembler *a, struct operands *o)
{
	bool fetch = accept_word(a, "fetch");
	struct loc loc = here(a);
	const char *word;
	int err = parse_name(a, "an atomic operation", &word);

	if (err)
		return err;
	if (!fetch && strncmp(word, "fetch_", 6) == 0) {
		fetch = true;
		word += 6;
	}
	o->op = find_lock(word, strlen(word), fetch);
	if (!o->op)
		return fail(a->d, &loc, -EINVAL, "no atomic operation '%s'", word);
	return parse_stx(a, o);
}

bool is_mnemonic(const char *word, size_t len)
{
	bool is_w;

	return is_word(word, len, "lock") || is_word(word, len, "movs") ||
	       is_word(word, len, "movs32") || movsx_bits(word, len, &is_w) ||
	       find_swap_word(word, len) < ARRAY_SIZE(swap_words) || find_stem(word, len);
}

static int fail_mnemonic(struct assembler *a, const char *word, size_t len)
{
	struct loc loc = loc_at(a, word, len);
	const char *names[OP_COUNT] = {0}, *near;
	const char *name = arena_strndup(a->arena, word, len);
	int err = fail(a->d, &loc, -EINVAL, "unknown instruction '%s'", name);

	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		names[op] = a->dialect == ASM_LLVM ? insn_descs[op].text : insn_descs[op].gnu;
	near = nearest_name(name, names, OP_COUNT);
	if (near)
		note(a->d, NULL, "did you mean '%s'?", near);
	return err;
}

int parse_mnemonic(struct assembler *a, struct operands *o)
{
	struct loc loc = here(a);
	const char *word = a->p;
	size_t len = 0;
	int err;

	while (word + len < a->end && is_word_char(word[len]))
		len++;
	if (!len)
		return fail(a->d, &loc, -EINVAL, "expected an instruction");
	a->p += len;
	if (is_word(word, len, "lock"))
		return parse_lock(a, o);
	if (take_swap(a, word, len, o, &err) || take_movs(a, word, len, o, &err))
		return err;
	o->op = find_stem(word, len);
	if (!o->op || !parsers[insn_descs[o->op].shape])
		return fail_mnemonic(a, word, len);
	return parsers[insn_descs[o->op].shape](a, o);
}
