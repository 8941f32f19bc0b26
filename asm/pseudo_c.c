/*
 * The notation that looks like C: LLVM's, and the kernel's and bpftool's, which differ in spaces,
 * in how atomics are called and in a few words. All of it is read everywhere. Operators, types and
 * words come from insn_descs[].
 */
#include "asm/local.h"

#include <ctype.h>

static size_t word_at(struct assembler *a)
{
	size_t n = 0;

	skip_spaces(a);
	while (a->p + n < a->end && is_word_char(a->p[n]))
		n++;
	return n;
}

/* The row of a shape whose operator begins the text at the cursor; the longest one. */
static enum insn_op operator_at(struct assembler *a, enum insn_shape shape, bool is_w)
{
	enum insn_op found = OP_BAD;
	size_t best = 0;

	skip_spaces(a);
	for (int op = OP_BAD + 1; op < OP_COUNT; op++) {
		const struct insn_desc *desc = &insn_descs[op];
		size_t len;

		if (desc->shape != shape || !is_w != !(desc->flags & INSN_W32))
			continue;
		len = strlen(desc->text);
		if (len > best && (size_t)(a->end - a->p) >= len &&
		    memcmp(a->p, desc->text, len) == 0) {
			found = op;
			best = len;
		}
	}
	a->p += best;
	return found;
}

/* The same operator with a constant at the right. */
static enum insn_op with_constant(enum insn_op op, enum insn_shape shape)
{
	const struct insn_desc *desc = &insn_descs[op];

	return find_op(shape, desc->flags & INSN_W32, desc->text, strlen(desc->text));
}

static int check_width(struct assembler *a, const struct reg *r, bool is_w)
{
	if (r->is_w == is_w)
		return 0;
	return fail(a->d, &r->loc, -EINVAL, "r and w registers do not mix: %c%u", is_w ? 'w' : 'r',
		    r->num);
}

static int check_tied(struct assembler *a, const struct reg *r, unsigned int num, const char *why)
{
	if (r->num == num)
		return 0;
	return fail(a->d, &r->loc, -EINVAL, "%s: %c%u, not %c%u", why, r->is_w ? 'w' : 'r', num,
		    r->is_w ? 'w' : 'r', r->num);
}

/* "u32 *)" up to and with the parenthesis, the opening one being read. */
static int parse_type(struct assembler *a, enum insn_shape shape, enum insn_op *op)
{
	size_t len = word_at(a);
	struct loc loc = here(a);

	*op = find_op(shape, false, a->p, len);
	if (*op == OP_BAD && shape == SHAPE_ATOMIC) /* told apart by size, not by text */
		*op = len == 3 && memcmp(a->p, "u64", 3) == 0	? OP_ATOMIC64_ADD
		      : len == 3 && memcmp(a->p, "u32", 3) == 0 ? OP_ATOMIC32_ADD
								: OP_BAD;
	if (*op == OP_BAD)
		return fail(a->d, &loc, -EINVAL, "no such access: '%.*s' is no type that fits here",
			    (int)len, a->p);
	a->p += len;
	return expect(a, "*") || expect(a, ")") ? -EINVAL : 0;
}

/* (r1 + 4) */
static int parse_mem(struct assembler *a, uint8_t *base, struct operands *o)
{
	int err = expect(a, "(");

	if (!err)
		err = parse_base(a, base);
	if (!err)
		err = parse_off(a, o);
	return err ? err : expect(a, ")");
}

/* A w register holds what is at most 32 bits wide. */
static int check_holds(struct assembler *a, const struct reg *r, const struct insn_desc *desc)
{
	if (!r->is_w || (desc->size < 8 && !(desc->flags & INSN_SX)))
		return 0;
	return fail(a->d, &r->loc, -EINVAL, "64 bits need an r register: r%u", r->num);
}

/* skb[14], skb[r1], skb[r1 + 14] behind "*(u32 *)" */
static int parse_skb(struct assembler *a, const struct reg *dst, const char *type,
		     struct operands *o)
{
	enum insn_shape shape = SHAPE_LD_ABS;
	int err = expect(a, "[");

	if (!err && at_reg(a)) {
		shape = SHAPE_LD_IND;
		err = parse_base(a, &o->src);
		skip_spaces(a);
		if (!err && a->p < a->end && *a->p != ']')
			err = parse_imm(a, o);
	} else if (!err) {
		err = parse_imm(a, o);
	}
	if (!err)
		err = expect(a, "]");
	if (err)
		return err;
	if (dst->num || dst->is_w)
		return fail(a->d, &dst->loc, -EINVAL, "packet loads go to r0");
	o->op = find_op(shape, false, type, 3);
	if (o->op == OP_BAD)
		o->op = find_op(shape, false, type, 2);
	return o->op ? 0 : fail(a->d, &o->loc, -EINVAL, "no packet load of this type");
}

/* r0 = *(u32 *)(r1 + 4), behind the '*' */
static int parse_load(struct assembler *a, const struct reg *dst, struct operands *o)
{
	const char *type;
	int err = expect(a, "(");

	skip_spaces(a);
	type = a->p;
	if (!err)
		err = parse_type(a, SHAPE_LDX, &o->op);
	if (err)
		return err;
	if (accept_word(a, "skb"))
		return parse_skb(a, dst, type, o);
	err = check_holds(a, dst, &insn_descs[o->op]);
	return err ? err : parse_mem(a, &o->src, o);
}

/* What is stored; the kernel writes r where an atomic works on 32 bits. */
static int parse_stored(struct assembler *a, struct operands *o, struct reg *src)
{
	int err = parse_reg(a, src);

	if (err)
		return err;
	o->src = src->num;
	return check_holds(a, src, &insn_descs[o->op]);
}

/* *(u32 *)(r1 + 4) = r2, behind the '*' */
static int parse_store(struct assembler *a, struct operands *o)
{
	struct reg src;
	int err = expect(a, "(");

	if (!err)
		err = parse_type(a, SHAPE_STX, &o->op);
	if (!err)
		err = parse_mem(a, &o->dst, o);
	if (!err)
		err = expect(a, "=");
	if (err)
		return err;
	if (!at_reg(a)) {
		o->op = with_constant(o->op, SHAPE_ST);
		return parse_imm(a, o);
	}
	return parse_stored(a, o, &src);
}

/* lock *(u64 *)(r1 + 0) += r2, behind "lock" */
static int parse_lock(struct assembler *a, struct operands *o)
{
	struct reg src;
	enum insn_op op;
	struct loc loc;
	int err = expect(a, "*");

	if (!err)
		err = expect(a, "(");
	if (!err)
		err = parse_type(a, SHAPE_ATOMIC, &op);
	if (!err)
		err = parse_mem(a, &o->dst, o);
	if (err)
		return err;
	loc = here(a);
	o->op = operator_at(a, SHAPE_ATOMIC, insn_descs[op].flags & INSN_W32);
	if (o->op == OP_BAD || (insn_descs[o->op].flags & INSN_FETCH))
		return fail(a->d, &loc, -EINVAL, "expected one of += |= &= ^=");
	return parse_stored(a, o, &src);
}

/*
 * Calls that stand for an atomic: what is written around the row's text, and the size where the
 * name tells it. Exchanges have other names than arithmetic.
 */
static const struct {
	const char *before, *after;
	bool exchanges;
	uint8_t size; /* 0: the pointer's type tells */
	bool has_type;
} atomic_calls[] = {
	{"atomic_fetch_", "", false, 0, true}, /* LLVM has it for both widths */
	{"atomic64_fetch_", "", false, 8, true}, {"atomic_", "", true, 4, true},
	{"atomic64_", "", true, 8, true},	 {"", "_64", true, 8, false},
	{"", "32_32", true, 4, false},
};

static bool is_spelled(const char *word, size_t len, const char *before, const char *text,
		       const char *after)
{
	size_t b = strlen(before), t = strlen(text), z = strlen(after);

	return len == b + t + z && memcmp(word, before, b) == 0 && memcmp(word + b, text, t) == 0 &&
	       memcmp(word + b + t, after, z) == 0;
}

/*
 * The row of the atomic called word, of a width that may have to be mended, and how it is written.
 */
static enum insn_op find_atomic_call(const char *word, size_t len, size_t *call)
{
	for (int op = OP_BAD + 1; op < OP_COUNT; op++) {
		const struct insn_desc *desc = &insn_descs[op];
		bool exchanges = desc->selval >= insn_descs[OP_ATOMIC64_XCHG].selval;

		if (desc->shape != SHAPE_ATOMIC || !(desc->flags & INSN_FETCH))
			continue;
		for (*call = 0; *call < ARRAY_SIZE(atomic_calls); ++*call)
			if (atomic_calls[*call].exchanges == exchanges &&
			    (!atomic_calls[*call].size || atomic_calls[*call].size == desc->size) &&
			    is_spelled(word, len, atomic_calls[*call].before, desc->text,
				       atomic_calls[*call].after))
				return op;
	}
	return OP_BAD;
}

/* (u64 *)(r1 + 0) or, in LLVM's exchanges, r1 + 0 */
static int parse_atomic_place(struct assembler *a, struct operands *o, bool has_type)
{
	enum insn_op width;
	int err;

	if (!has_type) {
		err = parse_base(a, &o->dst);
		return err ? err : parse_off(a, o);
	}
	err = expect(a, "(");
	if (!err)
		err = parse_type(a, SHAPE_ATOMIC, &width);
	if (err)
		return err;
	if (insn_descs[o->op].size != insn_descs[width].size)
		o->op = find_op(SHAPE_ATOMIC, insn_descs[width].flags & INSN_W32,
				insn_descs[o->op].text, strlen(insn_descs[o->op].text));
	return parse_mem(a, &o->dst, o);
}

/* r2 = atomic_fetch_add((u64 *)(r1 + 0), r2), r0 = cmpxchg_64(r1 + 0, r0, r2), behind the word */
static int parse_atomic_call(struct assembler *a, const struct reg *dst, size_t call,
			     struct operands *o)
{
	struct reg old, src;
	uint8_t size = atomic_calls[call].size;
	bool compares;
	int err = expect(a, "(");

	if (!err)
		err = parse_atomic_place(a, o, atomic_calls[call].has_type);
	if (!err)
		err = expect(a, ",");
	if (err)
		return err;
	if (size && insn_descs[o->op].size != size)
		return fail(a->d, &o->loc, -EINVAL, "this atomic is on %u bits", size * 8);
	compares = insn_descs[o->op].flags & INSN_RD_R0;
	if (compares) {
		err = parse_reg(a, &old);
		if (!err)
			err = check_tied(a, &old, 0, "cmpxchg compares with register 0");
		if (!err)
			err = expect(a, ",");
	}
	if (!err)
		err = parse_stored(a, o, &src);
	if (!err)
		err = expect(a, ")");
	if (!err)
		err = check_holds(a, dst, &insn_descs[o->op]);
	if (!err && src.is_w != dst->is_w)
		err = check_width(a, &src, dst->is_w);
	if (err)
		return err;
	return compares ? check_tied(a, dst, 0, "cmpxchg leaves the old value in register 0")
			: check_tied(a, dst, src.num, "the old value goes to the source register");
}

/* r0 = load_acquire((u64 *)(r1 + 0)), behind the word */
static int parse_acquire(struct assembler *a, const struct reg *dst, struct operands *o)
{
	int err = expect(a, "(");

	if (!err)
		err = expect(a, "(");
	if (!err)
		err = parse_type(a, SHAPE_LOAD_ACQ, &o->op);
	if (!err)
		err = parse_mem(a, &o->src, o);
	if (!err)
		err = expect(a, ")");
	return err ? err : check_holds(a, dst, &insn_descs[o->op]);
}

/* store_release((u64 *)(r1 + 0), r2), behind the word */
static int parse_release(struct assembler *a, struct operands *o)
{
	struct reg src;
	int err = expect(a, "(");

	if (!err)
		err = expect(a, "(");
	if (!err)
		err = parse_type(a, SHAPE_STORE_REL, &o->op);
	if (!err)
		err = parse_mem(a, &o->dst, o);
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_stored(a, o, &src);
	return err ? err : expect(a, ")");
}

/* r0 = addr_space_cast(r1, 1, 0), behind the word */
static int parse_cast(struct assembler *a, struct operands *o)
{
	struct loc loc;
	int64_t to = 0, from = 0;
	int err = expect(a, "(");

	if (!err)
		err = parse_base(a, &o->src);
	if (!err)
		err = expect(a, ",");
	loc = here(a);
	if (!err)
		err = parse_abs(a, &to);
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_abs(a, &from);
	if (err)
		return err;
	if ((to | from) & ~0xffffll)
		return fail(a->d, &loc, -ERANGE, "address spaces have 16 bits");
	o->imm = expr_num(a, to << 16 | from, &loc);
	return expect(a, ")");
}

/* r0 = (s8)r1, behind the '('. False: it is no cast, and nothing was read. */
static bool take_movsx(struct assembler *a, const struct reg *dst, struct operands *o, int *err)
{
	size_t len = word_at(a);
	enum insn_op op = find_op(SHAPE_MOVSX, dst->is_w, a->p, len);
	struct reg src;

	if (op == OP_BAD)
		return false;
	o->op = op;
	a->p += len;
	*err = expect(a, ")");
	if (!*err)
		*err = parse_reg(a, &src);
	if (!*err)
		*err = check_width(a, &src, dst->is_w);
	if (!*err)
		o->src = src.num;
	return true;
}

/*
 * What is written in brackets of a 64-bit immediate in dumps, and what it means with [0]+N behind.
 */
static const struct {
	const char *word;
	enum insn_op op, value_op;
} map_words[] = {
	{"id", OP_LD_IMM64_MAP_FD, OP_LD_IMM64_MAP_VALUE},
	{"fd", OP_LD_IMM64_MAP_FD, OP_LD_IMM64_MAP_VALUE},
	{"idx", OP_LD_IMM64_MAP_IDX, OP_LD_IMM64_MAP_IDX_VALUE},
};

static int make_ld64(struct assembler *a, struct operands *o, enum insn_op op, uint64_t lo,
		     uint64_t hi)
{
	if (lo > UINT32_MAX || hi > UINT32_MAX)
		return fail(a->d, &o->loc, -ERANGE, "each half of the immediate has 32 bits");
	o->op = op;
	o->imm = expr_num(a, (int64_t)(hi << 32 | lo), &o->loc);
	return 0;
}

/* r1 = map[id:5], r1 = map[id:5][0]+8, behind "map" */
static int parse_map(struct assembler *a, struct operands *o)
{
	struct loc loc;
	int64_t num = 0, off = 0;
	size_t i = 0;
	int err = expect(a, "[");

	loc = here(a);
	while (!err && i < ARRAY_SIZE(map_words) && !accept_word(a, map_words[i].word))
		i++;
	if (!err && i == ARRAY_SIZE(map_words))
		err = fail(a->d, &loc, -EINVAL, "expected id, fd or idx");
	if (!err)
		err = expect(a, ":");
	if (!err)
		err = parse_abs(a, &num);
	if (!err)
		err = expect(a, "]");
	if (err || !accept(a, "["))
		return err ? err : make_ld64(a, o, map_words[i].op, (uint64_t)num, 0);
	err = expect(a, "0");
	if (!err)
		err = expect(a, "]");
	if (!err && !at_end(a))
		err = parse_abs(a, &off);
	return err ? err : make_ld64(a, o, map_words[i].value_op, (uint64_t)num, (uint64_t)off);
}

/* r1 = subprog[+12], behind "subprog" */
static int parse_subprog(struct assembler *a, struct operands *o)
{
	int64_t rel = 0;
	int err = expect(a, "[");

	if (!err)
		err = parse_abs(a, &rel);
	if (!err)
		err = expect(a, "]");
	if (!err && rel != (int32_t)rel)
		err = fail(a->d, &o->loc, -ERANGE, "%lld slots do not fit into 32 bits",
			   (long long)rel);
	return err ? err : make_ld64(a, o, OP_LD_IMM64_FUNC, (uint32_t)rel, 0);
}

/* r0 = be16 r0 */
static int parse_end(struct assembler *a, const struct reg *dst)
{
	struct reg src;
	int err = parse_reg(a, &src);

	if (!err)
		err = check_width(a, dst, false);
	if (!err)
		err = check_width(a, &src, false);
	return err ? err : check_tied(a, &src, dst->num, "a register is swapped in place");
}

/* r1 = &(void __percpu *)(r2), behind the '&' */
static int parse_percpu(struct assembler *a, struct operands *o)
{
	int err = expect(a, "(");

	o->op = OP_MOV_PERCPU;
	if (!err && (!accept_word(a, "void") || !accept_word(a, "__percpu")))
		return fail(a->d, &o->loc, -EINVAL, "expected '&(void __percpu *)(rN)'");
	if (!err)
		err = expect(a, "*");
	if (!err)
		err = expect(a, ")");
	return err ? err : parse_mem(a, &o->src, o);
}

/* What follows "rN =" and begins with a word; false: an expression, and nothing was read. */
static bool take_word_rhs(struct assembler *a, const struct reg *dst, struct operands *o, int *err)
{
	const char *start;
	size_t len = word_at(a), call;
	enum insn_op op;

	start = a->p;
	a->p += len;
	op = find_op(SHAPE_END, false, start, len);
	if (op != OP_BAD) {
		o->op = op;
		*err = parse_end(a, dst);
		return true;
	}
	skip_spaces(a);
	if (a->p < a->end && *a->p == '(') {
		o->op = find_atomic_call(start, len, &call);
		if (o->op != OP_BAD) {
			*err = parse_atomic_call(a, dst, call, o);
			return true;
		}
		if (len == 12 && memcmp(start, "load_acquire", len) == 0) {
			*err = parse_acquire(a, dst, o);
			return true;
		}
		o->op = find_op(SHAPE_CAST, false, start, len);
		if (o->op != OP_BAD) {
			*err = check_width(a, dst, false);
			if (!*err)
				*err = parse_cast(a, o);
			return true;
		}
	}
	if (a->p < a->end && *a->p == '[' && !dst->is_w) {
		bool is_map = len == 3 && memcmp(start, "map", 3) == 0;

		if (is_map || (len == 7 && memcmp(start, "subprog", 7) == 0)) {
			*err = is_map ? parse_map(a, o) : parse_subprog(a, o);
			return true;
		}
	}
	a->p = start;
	return false;
}

/* A constant behind "rN =": 32 bits, or 64 with "ll". Old dumps write 64 without: their opcode
 * tells. */
static int parse_constant(struct assembler *a, const struct reg *dst, struct operands *o)
{
	bool is_wide = a->kernel_code == insn_descs[OP_LD_IMM64_IMM].code;
	int err = parse_imm(a, o);

	if (err)
		return err;
	is_wide |= accept_word(a, "ll");
	if (is_wide && dst->is_w)
		return fail(a->d, &dst->loc, -EINVAL, "64 bits need an r register: r%u", dst->num);
	o->op = is_wide ? OP_LD_IMM64_IMM : dst->is_w ? OP_MOV32_K : OP_MOV64_K;
	return 0;
}

/* Behind "rN =" */
static int parse_rhs(struct assembler *a, const struct reg *dst, struct operands *o)
{
	const char *start;
	struct reg src;
	int err = 0;

	skip_spaces(a);
	start = a->p;
	if (at_reg(a)) {
		err = parse_reg(a, &src);
		if (err)
			return err;
		o->src = src.num;
		o->op = src.is_w ? OP_MOV32_X : OP_MOV64_X; /* r0 = w1 is w0 = w1 */
		return src.is_w ? 0 : check_width(a, &src, dst->is_w);
	}
	if (accept(a, "*"))
		return parse_load(a, dst, o);
	if (accept(a, "&"))
		return parse_percpu(a, o);
	if (accept(a, "-") && at_reg(a)) {
		o->op = dst->is_w ? OP_NEG32 : OP_NEG64;
		err = parse_reg(a, &src);
		if (!err)
			err = check_width(a, &src, dst->is_w);
		return err ? err : check_tied(a, &src, dst->num, "a register is negated in place");
	}
	a->p = start;
	if (accept(a, "(") && take_movsx(a, dst, o, &err))
		return err;
	a->p = start;
	if (a->p < a->end && isalpha((unsigned char)*a->p) && take_word_rhs(a, dst, o, &err))
		return err;
	return parse_constant(a, dst, o);
}

/* What stands right of an operator: a register as wide as dst, or a constant of another shape. */
static int parse_right(struct assembler *a, const struct reg *dst, enum insn_shape constant,
		       struct operands *o)
{
	struct reg src;
	int err;

	if (!at_reg(a)) {
		o->op = with_constant(o->op, constant);
		return parse_imm(a, o);
	}
	err = parse_reg(a, &src);
	if (err)
		return err;
	o->src = src.num;
	return check_width(a, &src, dst->is_w);
}

/* r0 ... */
static int parse_alu(struct assembler *a, struct operands *o)
{
	struct reg dst;
	struct loc loc;
	int err = parse_reg(a, &dst);

	if (err)
		return err;
	o->dst = dst.num;
	loc = here(a);
	o->op = operator_at(a, SHAPE_ALU_X, dst.is_w);
	if (o->op == OP_BAD)
		return fail(a->d, &loc, -EINVAL, "expected an operator such as =, += or s>>=");
	if (o->op == OP_MOV64_X || o->op == OP_MOV32_X)
		return parse_rhs(a, &dst, o);
	return parse_right(a, &dst, SHAPE_ALU_K, o);
}

/* if r1 > r2 goto L, behind "if" */
static int parse_if(struct assembler *a, struct operands *o)
{
	struct reg dst;
	struct loc loc;
	int err = parse_reg(a, &dst);

	if (err)
		return err;
	o->dst = dst.num;
	loc = here(a);
	o->op = operator_at(a, SHAPE_JMP_X, dst.is_w);
	if (o->op == OP_BAD)
		return fail(a->d, &loc, -EINVAL, "expected a comparison such as ==, s< or &");
	err = parse_right(a, &dst, SHAPE_JMP_K, o);
	if (err)
		return err;
	loc = here(a);
	if (!accept_word(a, "goto"))
		return fail(a->d, &loc, -EINVAL, "expected 'goto'");
	return parse_target(a, o);
}

/* ld_pseudo r1, 1, 5, behind the word */
static int parse_ld_pseudo(struct assembler *a, struct operands *o)
{
	struct loc loc;
	int64_t kind = 0;
	int err = parse_base(a, &o->dst);

	if (!err)
		err = expect(a, ",");
	loc = here(a);
	if (!err)
		err = parse_abs(a, &kind);
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_imm(a, o);
	if (err)
		return err;
	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		if (insn_descs[op].shape == SHAPE_LD64 && insn_descs[op].selval == kind)
			o->op = op;
	return o->op ? 0
		     : fail(a->d, &loc, -EINVAL, "no 64-bit immediate of kind %lld",
			    (long long)kind);
}

/* Statements that begin with a word of their own; those of insn_descs[] are found there. */
static const struct {
	const char *word;
	int (*parse)(struct assembler *a, struct operands *o);
} statements[] = {
	{"if", parse_if},
	{"lock", parse_lock},
	{"ld_pseudo", parse_ld_pseudo},
	{"store_release", parse_release},
	{"call", parse_call},
};

static const enum insn_shape word_shapes[] = {SHAPE_NONE, SHAPE_JA, SHAPE_JA32, SHAPE_CALLX};

static enum insn_op word_op(const char *word, size_t len)
{
	enum insn_op op = OP_BAD;

	for (size_t i = 0; i < ARRAY_SIZE(word_shapes) && !op; i++)
		op = find_op(word_shapes[i], false, word, len);
	return op;
}

bool is_pseudo_c(struct assembler *a)
{
	size_t len = word_at(a);

	if (len == 4 && memcmp(a->p, "lock", 4) == 0) { /* ubpf: lock add [%r10-8], %r1 */
		const char *s = a->p + len;

		while (s < a->end && isspace((unsigned char)*s))
			s++;
		return s < a->end && *s == '*';
	}
	if (at_reg(a) || (a->p < a->end && *a->p == '*') || word_op(a->p, len))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(statements); i++)
		if (strlen(statements[i].word) == len && memcmp(a->p, statements[i].word, len) == 0)
			return true;
	return false;
}

int parse_pseudo_c(struct assembler *a, struct operands *o)
{
	struct reg r;
	size_t len;
	int err;

	if (at_reg(a))
		return parse_alu(a, o);
	if (accept(a, "*"))
		return parse_store(a, o);
	for (size_t i = 0; i < ARRAY_SIZE(statements); i++)
		if (accept_word(a, statements[i].word))
			return statements[i].parse(a, o);
	len = word_at(a);
	o->op = word_op(a->p, len);
	a->p += len;
	switch (insn_descs[o->op].shape) {
	case SHAPE_JA:
	case SHAPE_JA32:
		return parse_target(a, o);
	case SHAPE_CALLX:
		err = parse_reg(a, &r);
		if (err)
			return err;
		o->dst = r.num;
		return check_width(a, &r, false);
	default:
		return 0;
	}
}
