/*
 * Constant expressions: C's operators with C's precedence, over 64-bit integers, symbols, '.' and
 * numeric labels. GNU as and LLVM order some operators otherwise (1 << 2 + 3); text that means one
 * thing here and another there is refused until it has parentheses. As in both of them a true
 * comparison is -1 and >> is logical.
 */
#include "asm/local.h"

#include <ctype.h>

enum { GNU_OR = 1, GNU_AND, GNU_COMPARE, GNU_ADD, GNU_BITS, GNU_MUL };

/*
 * X(name, text, C's precedence, GNU's precedence, value); a longer text comes before its prefixes.
 */
#define BINARY_OPS(X)                                                                              \
	X(LOR, "||", 1, GNU_OR, l || r)                                                            \
	X(LAND, "&&", 2, GNU_AND, l && r)                                                          \
	X(SHL, "<<", 8, GNU_MUL, r < 64 ? l << r : 0)                                              \
	X(SHR, ">>", 8, GNU_MUL, r < 64 ? l >> r : 0)                                              \
	X(EQ, "==", 6, GNU_COMPARE, -(uint64_t)(l == r))                                           \
	X(NE, "!=", 6, GNU_COMPARE, -(uint64_t)(l != r))                                           \
	X(NE2, "<>", 6, GNU_COMPARE, -(uint64_t)(l != r))                                          \
	X(LE, "<=", 7, GNU_COMPARE, -(uint64_t)((int64_t)l <= (int64_t)r))                         \
	X(GE, ">=", 7, GNU_COMPARE, -(uint64_t)((int64_t)l >= (int64_t)r))                         \
	X(LT, "<", 7, GNU_COMPARE, -(uint64_t)((int64_t)l < (int64_t)r))                           \
	X(GT, ">", 7, GNU_COMPARE, -(uint64_t)((int64_t)l > (int64_t)r))                           \
	X(OR, "|", 3, GNU_BITS, l | r)                                                             \
	X(XOR, "^", 4, GNU_BITS, l ^ r)                                                            \
	X(AND, "&", 5, GNU_BITS, l & r)                                                            \
	X(ADD, "+", 9, GNU_ADD, l + r)                                                             \
	X(SUB, "-", 9, GNU_ADD, l - r)                                                             \
	X(MUL, "*", 10, GNU_MUL, l * r)                                                            \
	X(DIV, "/", 10, GNU_MUL, r == -1ull ? 0 - l : (uint64_t)((int64_t)l / (int64_t)r))         \
	X(MOD, "%", 10, GNU_MUL, r == -1ull ? 0 : (uint64_t)((int64_t)l % (int64_t)r))

enum {
#define X(name, ...) BIN_##name,
	BINARY_OPS(X)
#undef X
};

static const struct {
	const char *text;
	uint8_t prec, gnu_prec;
} binary_ops[] = {
#define X(name, text, prec, gnu_prec, value) {text, prec, gnu_prec},
	BINARY_OPS(X)
#undef X
};

static uint64_t apply_binary(uint8_t op, uint64_t l, uint64_t r)
{
	switch (op) {
#define X(name, text, prec, gnu_prec, value)                                                       \
	case BIN_##name:                                                                           \
		return value;
		BINARY_OPS(X)
#undef X
	}
	return 0;
}

static uint64_t apply_unary(uint8_t op, uint64_t n)
{
	switch (op) {
	case '-':
		return 0 - n;
	case '~':
		return ~n;
	case '!':
		return !n;
	}
	return n;
}

/* ---- making ---- */

static struct expr *new_expr(struct assembler *a, int kind, const struct loc *loc)
{
	struct expr *e = arena_new(a->arena, struct expr);

	e->kind = kind;
	if (loc)
		e->loc = *loc;
	return e;
}

const struct expr *expr_num(struct assembler *a, int64_t num, const struct loc *loc)
{
	struct expr *e = new_expr(a, EXPR_NUM, loc);

	e->num = num;
	return e;
}

const struct expr *expr_sym(struct assembler *a, struct asm_symbol *sym, const struct loc *loc)
{
	struct expr *e = new_expr(a, EXPR_SYM, loc);

	e->sym = sym;
	return e;
}

static const struct expr *expr_binary(struct assembler *a, uint8_t op, const struct expr *l,
				      const struct expr *r, const struct loc *loc)
{
	struct expr *e = new_expr(a, EXPR_BINARY, loc);

	e->op = op;
	e->l = l;
	e->r = r;
	e->depth = max(l->depth, r->depth) + 1;
	return e;
}

/* ---- reading ---- */

static int parse_binary(struct assembler *a, unsigned int prec, unsigned int depth,
			const struct expr **out);

/* "1f" and "1b" */
static bool is_numeric_ref(const struct assembler *a, size_t *digits)
{
	const char *s = a->p;

	while (s < a->end && isdigit((unsigned char)*s))
		s++;
	*digits = (size_t)(s - a->p);
	return s > a->p && s < a->end && (*s == 'f' || *s == 'b') &&
	       (s + 1 == a->end || !is_word_char(s[1]));
}

static int parse_numeric_ref(struct assembler *a, size_t digits, const struct expr **out)
{
	struct loc loc = loc_at(a, a->p, digits + 1);
	bool forward = a->p[digits] == 'f';
	struct asm_symbol *sym;
	uint64_t n = 0;

	for (size_t i = 0; i < digits; i++)
		n = n * 10 + (uint64_t)(a->p[i] - '0');
	sym = numeric_label(a, n, forward, &loc);
	if (!sym)
		return fail(a->d, &loc, -EINVAL, "no label '%llu:' before this line",
			    (unsigned long long)n);
	a->p += digits + 1;
	*out = expr_sym(a, sym, &loc);
	return 0;
}

/* r0, w10, %r1 */
static bool is_register(const char *s, size_t len)
{
	if (len < 2 || ((s[0] | 32) != 'r' && (s[0] | 32) != 'w'))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

static int parse_symbol(struct assembler *a, const struct expr **out)
{
	struct loc loc = here(a);
	const char *name;
	int err = parse_name(a, "a number or a symbol", &name);

	if (err)
		return err;
	if (a->in_insn && is_register(name, strlen(name)))
		return fail(a->d, &loc, -EINVAL, "register '%s' where a constant is expected",
			    name);
	*out = strcmp(name, ".") == 0 ? expr_sym(a, temp_label(a), &loc)
				      : expr_sym(a, symbol(a, name, &loc), &loc);
	return 0;
}

static int parse_primary(struct assembler *a, unsigned int depth, const struct expr **out)
{
	struct loc loc = here(a);
	struct expr *e;
	uint64_t num;
	size_t digits;
	int err;

	if (depth > MAX_EXPR_DEPTH)
		return fail(a->d, &loc, -EINVAL, "expression nests deeper than %d", MAX_EXPR_DEPTH);
	skip_spaces(a);
	if (a->p < a->end && memchr("-~!+", *a->p, 4)) {
		e = new_expr(a, EXPR_UNARY, &loc);
		e->op = (uint8_t)*a->p++;
		err = parse_primary(a, depth + 1, &e->l);
		if (err)
			return err;
		e->depth = e->l->depth + 1;
		*out = e;
		return 0;
	}
	if (accept(a, "(")) {
		err = parse_binary(a, 1, depth + 1, out);
		if (err)
			return err;
		e = arena_memdup(a->arena, *out, sizeof(*e));
		e->in_parens = true;
		*out = e;
		return expect(a, ")");
	}
	if (is_numeric_ref(a, &digits))
		return parse_numeric_ref(a, digits, out);
	if (!is_number(a))
		return parse_symbol(a, out);
	err = parse_number(a, &num);
	*out = err ? NULL : expr_num(a, (int64_t)num, &loc);
	return err;
}

static int find_binary(const struct assembler *a)
{
	for (size_t i = 0; i < ARRAY_SIZE(binary_ops); i++) {
		size_t len = strlen(binary_ops[i].text);

		if ((size_t)(a->end - a->p) >= len && memcmp(a->p, binary_ops[i].text, len) == 0)
			return (int)i;
	}
	return -1;
}

/* Would GNU's precedence tear the operand away from op? strict: it stands at the right. */
static bool is_torn(uint8_t op, const struct expr *operand, bool strict)
{
	return operand->kind == EXPR_BINARY && !operand->in_parens &&
	       binary_ops[operand->op].gnu_prec < binary_ops[op].gnu_prec + strict;
}

/* Precedence climbing; all operators associate to the left. */
static int parse_binary(struct assembler *a, unsigned int prec, unsigned int depth,
			const struct expr **out)
{
	const struct expr *l, *r;
	int err = parse_primary(a, depth, &l), op;

	while (!err) {
		struct loc loc = here(a);

		skip_spaces(a);
		op = find_binary(a);
		if (op < 0 || binary_ops[op].prec < prec)
			break;
		a->p += strlen(binary_ops[op].text);
		err = parse_binary(a, binary_ops[op].prec + 1u, depth + 1, &r);
		if (err)
			break;
		loc.len = (uint32_t)strlen(binary_ops[op].text);
		if (is_torn((uint8_t)op, l, false) || is_torn((uint8_t)op, r, true))
			return fail(a->d, &loc, -EINVAL,
				    "C and other assemblers disagree on what '%s' binds here: "
				    "add parentheses",
				    binary_ops[op].text);
		if (l->depth >= MAX_EXPR_DEPTH)
			return fail(a->d, &loc, -EINVAL, "expression has more than %d operators",
				    MAX_EXPR_DEPTH);
		l = expr_binary(a, (uint8_t)op, l, r, &loc);
	}
	*out = l;
	return err;
}

int parse_expr(struct assembler *a, const struct expr **e)
{
	return parse_binary(a, 1, 0, e);
}

/* ---- values ---- */

bool expr_is_abs(const struct expr *e, int64_t *num)
{
	const struct asm_symbol *s = e->sym;
	int64_t l, r;

	switch (e->kind) {
	case EXPR_NUM:
		*num = e->num;
		return true;
	case EXPR_SYM:
		return s->is_defined && s->is_set && s->value && s->value->kind == EXPR_NUM &&
		       expr_is_abs(s->value, num);
	case EXPR_UNARY:
		if (!expr_is_abs(e->l, &l))
			return false;
		*num = (int64_t)apply_unary(e->op, (uint64_t)l);
		return true;
	case EXPR_BINARY:
		if (e->op == BIN_SUB && e->l->kind == EXPR_SYM && e->r->kind == EXPR_SYM &&
		    e->l->sym->sec && e->l->sym->sec == e->r->sym->sec) {
			*num = (int64_t)(e->l->sym->off - e->r->sym->off);
			return true;
		}
		if (!expr_is_abs(e->l, &l) || !expr_is_abs(e->r, &r) ||
		    ((e->op == BIN_DIV || e->op == BIN_MOD) && r == 0))
			return false;
		*num = (int64_t)apply_binary(e->op, (uint64_t)l, (uint64_t)r);
		return true;
	}
	return false;
}

bool expr_has_symbol(const struct expr *e)
{
	if (!e || e->kind == EXPR_SYM)
		return e;
	return (e->l && expr_has_symbol(e->l)) || (e->r && expr_has_symbol(e->r));
}

static int eval_symbol(struct assembler *a, const struct expr *e, struct value *v)
{
	struct asm_section *sec = NULL;
	struct asm_symbol *s = e->sym;
	int err;

	if (!s->is_defined) /* a section's name stands for its start */
		sec = find_section(a, s->name);
	if (sec)
		s = section_symbol(a, sec);
	if (!s->value) {
		*v = s->is_absolute ? (struct value){.num = (int64_t)s->off}
				    : (struct value){.sym = s};
		return 0;
	}
	if (s->is_busy)
		return fail(a->d, &e->loc, -EINVAL, "'%s' is defined by itself", s->name);
	if (a->eval_depth >= MAX_EXPR_DEPTH)
		return fail(a->d, &e->loc, -EINVAL, "'%s' is defined by more than %d others",
			    s->name, MAX_EXPR_DEPTH);
	s->is_busy = true;
	a->eval_depth++;
	err = eval_expr(a, s->value, v);
	a->eval_depth--;
	s->is_busy = false;
	return err;
}

/* Both are in one section, so their distance is a number. */
static bool is_distance(const struct value *l, const struct value *r)
{
	return l->sym && r->sym &&
	       (l->sym == r->sym || (l->sym->sec && l->sym->sec == r->sym->sec));
}

static int eval_binary(struct assembler *a, const struct expr *e, struct value *v)
{
	struct value l, r;
	int err = eval_expr(a, e->l, &l);

	if (!err)
		err = eval_expr(a, e->r, &r);
	if (err)
		return err;
	if (is_distance(&l, &r) &&
	    (e->op == BIN_SUB || binary_ops[e->op].gnu_prec == GNU_COMPARE)) {
		l.num = (int64_t)((uint64_t)l.num + l.sym->off);
		r.num = (int64_t)((uint64_t)r.num + r.sym->off);
		l.sym = r.sym = NULL;
	}
	if ((e->op == BIN_ADD && !(l.sym && r.sym)) || (e->op == BIN_SUB && !r.sym)) {
		v->sym = l.sym ? l.sym : r.sym;
		v->num = (int64_t)apply_binary(e->op, (uint64_t)l.num, (uint64_t)r.num);
		return 0;
	}
	if (l.sym || r.sym)
		return fail(a->d, &e->loc, -EINVAL, "'%s' needs numbers, and '%s' is an address",
			    binary_ops[e->op].text, (l.sym ? l.sym : r.sym)->name);
	if ((e->op == BIN_DIV || e->op == BIN_MOD) && r.num == 0)
		return fail(a->d, &e->loc, -EINVAL, "division by zero");
	*v = (struct value){.num = (int64_t)apply_binary(e->op, (uint64_t)l.num, (uint64_t)r.num)};
	return 0;
}

int eval_expr(struct assembler *a, const struct expr *e, struct value *v)
{
	int err;

	if (++a->eval_steps > MAX_EVAL_STEPS) {
		a->eval_steps = MAX_EVAL_STEPS;
		a->stop = true;
		return fail(a->d, &e->loc, -E2BIG, "the expressions take more than %d steps",
			    MAX_EVAL_STEPS);
	}
	switch (e->kind) {
	case EXPR_NUM:
		*v = (struct value){.num = e->num};
		return 0;
	case EXPR_SYM:
		return eval_symbol(a, e, v);
	case EXPR_UNARY:
		err = eval_expr(a, e->l, v);
		if (err)
			return err;
		if (v->sym)
			return fail(a->d, &e->loc, -EINVAL,
				    "'%c' needs a number, and '%s' is an address", e->op,
				    v->sym->name);
		v->num = (int64_t)apply_unary(e->op, (uint64_t)v->num);
		return 0;
	case EXPR_BINARY:
		return eval_binary(a, e, v);
	}
	return -EINVAL;
}

int parse_abs(struct assembler *a, int64_t *num)
{
	struct loc loc = here(a);
	const struct expr *e;
	struct value v;
	int err = parse_expr(a, &e);

	if (!err)
		err = eval_expr(a, e, &v);
	if (err)
		return err;
	if (v.sym)
		return fail(a->d, &loc, -EINVAL,
			    v.sym->is_defined ? "'%s' is an address, not a number"
					      : "'%s' has no value yet",
			    v.sym->name);
	*num = v.num;
	return 0;
}
