/* Operands that both notations have, and what is checked of an instruction whoever wrote it. */
#include "asm/local.h"

#include <ctype.h>

#include "core/helper/helper.h"
#include "core/isa/build.h"

/* ---- registers ---- */

/* Length of the register name at the cursor, or 0. */
static size_t reg_len(struct assembler *a, bool *is_fp)
{
	const char *s;
	size_t n = 0;

	skip_spaces(a);
	s = a->p;
	if (s < a->end && *s == '%')
		s++;
	*is_fp = a->end - s >= 2 && strncmp(s, "fp", 2) == 0;
	if (*is_fp)
		n = 2;
	else if (s < a->end && ((*s | 32) == 'r' || (*s | 32) == 'w'))
		for (n = 1; s + n < a->end && isdigit((unsigned char)s[n]);)
			n++;
	if (n < 2 || (s + n < a->end && is_word_char(s[n])))
		return 0;
	return n + (size_t)(s - a->p);
}

bool at_reg(struct assembler *a)
{
	bool is_fp;

	return reg_len(a, &is_fp) > 0;
}

int parse_reg(struct assembler *a, struct reg *r)
{
	struct loc loc = here(a);
	bool is_fp;
	size_t len = reg_len(a, &is_fp);
	const char *name = a->p + (a->p < a->end && *a->p == '%');
	unsigned long num;

	if (!len)
		return fail(a->d, &loc, -EINVAL, "expected a register%s",
			    at_end(a) ? " at the end of the statement" : "");
	r->loc = loc_at(a, a->p, len);
	num = is_fp ? REG_FP : strtoul(name + 1, NULL, 10);
	if (num >= REG_COUNT)
		return fail(a->d, &r->loc, -EINVAL, "no register '%.*s': they are r0 to r10",
			    (int)len, a->p);
	r->num = (uint8_t)num;
	r->is_w = !is_fp && (*name | 32) == 'w';
	a->p += len;
	return 0;
}

int parse_base(struct assembler *a, uint8_t *num)
{
	struct reg r;
	int err = parse_reg(a, &r);

	if (!err && r.is_w)
		return fail(a->d, &r.loc, -EINVAL, "an address needs a 64-bit register: r%u", r.num);
	*num = r.num;
	return err;
}

/* ---- constants ---- */

/* An offset begins with its sign: + 4, -8, + -8. None is zero. */
int parse_off(struct assembler *a, struct operands *o)
{
	skip_spaces(a);
	o->off_loc = here(a);
	if (a->p == a->end || (*a->p != '+' && *a->p != '-'))
		return 0;
	return parse_expr(a, &o->off);
}

int parse_imm(struct assembler *a, struct operands *o)
{
	o->imm_loc = here(a);
	return parse_expr(a, &o->imm);
}

/* ---- targets ---- */

/* pc+3, as the kernel writes it */
static bool accept_pc(struct assembler *a)
{
	const char *start = a->p;

	if (accept_word(a, "pc") && a->p < a->end && (*a->p == '+' || *a->p == '-'))
		return true;
	a->p = start;
	return false;
}

int parse_target(struct assembler *a, struct operands *o)
{
	skip_spaces(a);
	o->target_loc = here(a);
	accept_pc(a);
	return parse_expr(a, &o->target);
}

/* The #1 of bpf_map_lookup_elem#1; num stays when there is none. */
static int parse_call_number(struct assembler *a, struct operands *o, uint64_t *num)
{
	struct loc loc;

	if (a->p == a->end || *a->p != '#')
		return 0;
	a->p++;
	loc = here(a);
	if (a->p < a->end && *a->p == '-') /* -1: bpftool could not tell */
		return fail(a->d, &loc, -EINVAL, "the dump does not know what is called here");
	if (!is_number(a))
		return fail(a->d, &loc, -EINVAL, "expected a number after '#'");
	if (parse_number(a, num))
		return -EINVAL;
	o->imm = expr_num(a, (int64_t)*num, &loc);
	o->imm_loc = loc;
	return 0;
}

/* name#number in dumps: a helper when it has a helper's name, else a kfunc by its BTF id. */
static int parse_numbered_call(struct assembler *a, struct operands *o, const char *name)
{
	uint64_t num = 0;
	int32_t id = helper_by_name(name);
	struct loc loc = here(a);
	int err = parse_call_number(a, o, &num);
	int64_t off;

	if (err)
		return err;
	if (id || strcmp(name, "unknown") == 0 || strcmp(name, "bpf_unspec") == 0) {
		if (id)
			o->imm = expr_num(a, id, &o->target_loc);
		return 0;
	}
	o->op = OP_CALL_KFUNC;
	if (!accept(a, "@"))
		return 0;
	o->off_loc = loc;
	err = parse_abs(a, &off);
	o->off = expr_num(a, err ? 0 : off, &loc);
	return err;
}

static int parse_call_name(struct assembler *a, struct operands *o)
{
	const char *start = a->p, *name;
	int err;

	/* "kernel-function" is no name of ours */
	if (a->end - a->p > 16 && strncmp(a->p, "kernel-function#", 16) == 0) {
		name = "kernel-function";
		a->p += 15;
	} else {
		err = parse_name(a, "a function", &name);
		if (err)
			return err;
	}
	if (a->p < a->end && *a->p == '#')
		return parse_numbered_call(a, o, name);
	a->p = start;
	return parse_expr(a, &o->target);
}

int parse_call(struct assembler *a, struct operands *o)
{
	struct reg r;
	int err;

	skip_spaces(a);
	o->target_loc = here(a);
	o->op = OP_CALL;
	if (at_reg(a)) {
		o->op = OP_CALLX;
		err = parse_reg(a, &r);
		o->dst = r.num;
		return err;
	}
	if (accept_word(a, "local") || accept_pc(a)) {
		o->op = OP_CALL_LOCAL;
		err = parse_target(a, o);
		if (!err && a->p < a->end && *a->p == '#') /* call pc+2#name */
			a->p = a->end;
		return err;
	}
	if (a->p < a->end && *a->p == '+')
		return fail(a->d, &o->target_loc, -EINVAL,
			    "'call %.*s' is ambiguous: write a label, 'call pc+N' for a function "
			    "N slots away, or 'call N' for helper N", (int)(a->end - a->p), a->p);
	if (a->p < a->end && (isdigit((unsigned char)*a->p) || *a->p == '-' || *a->p == '('))
		return parse_imm(a, o);
	return parse_call_name(a, o);
}

/* ---- rows ---- */

enum insn_op find_op(enum insn_shape shape, bool is_w, const char *text, size_t len)
{
	for (int op = OP_BAD + 1; op < OP_COUNT; op++) {
		const struct insn_desc *desc = &insn_descs[op];

		if (desc->shape == shape && !is_w == !(desc->flags & INSN_W32) &&
		    strlen(desc->text) == len && strncmp(desc->text, text, len) == 0)
			return op;
	}
	return OP_BAD;
}

/* ---- checks ---- */

static int fill_imm(struct assembler *a, const struct operands *o, struct bpf_insn *insn)
{
	int64_t num;

	if (!o->imm || insn_descs[o->op].select == SELECT_IMM)
		return 0;
	if (!expr_is_abs(o->imm, &num)) {
		add_fixup(a, FIX_IMM32, o->imm, &o->imm_loc);
		return 0;
	}
	if (num < INT32_MIN || num > UINT32_MAX) {
		fail(a->d, &o->imm_loc, -ERANGE, "%lld does not fit into 32 bits", (long long)num);
		if (o->op == OP_MOV64_K)
			note(a->d, NULL, "'r%u = %lld ll' loads 64 bits", o->dst, (long long)num);
		return -ERANGE;
	}
	insn->imm = (int32_t)num;
	return 0;
}

static int fill_off(struct assembler *a, const struct operands *o, struct bpf_insn *insn)
{
	int64_t num;

	if (!o->off || insn_descs[o->op].select == SELECT_OFF)
		return 0;
	if (!expr_is_abs(o->off, &num)) {
		add_fixup(a, FIX_OFF16, o->off, &o->off_loc);
		return 0;
	}
	if (num < INT16_MIN || num > INT16_MAX)
		return fail(a->d, &o->off_loc, -ERANGE,
			    "offset %lld does not fit into 16 bits (-32768 to 32767)",
			    (long long)num);
	insn->off = (int16_t)num;
	return 0;
}

static int fill_ld64(struct assembler *a, const struct operands *o, struct bpf_insn insn[2])
{
	int64_t num;

	insn[1] = (struct bpf_insn){0};
	if (!expr_is_abs(o->imm, &num)) {
		add_fixup(a, FIX_LD64, o->imm, &o->imm_loc);
		return 0;
	}
	insn[0].imm = (int32_t)num;
	insn[1].imm = (int32_t)(num >> 32);
	return 0;
}

static int fill_target(struct assembler *a, const struct operands *o, struct bpf_insn *insn)
{
	bool far = insn_descs[o->op].shape == SHAPE_JA32;
	bool is_call = insn_descs[o->op].shape == SHAPE_CALL;
	int64_t num;

	if (expr_is_abs(o->target, &num) && (far || is_call)) {
		if (num < INT32_MIN || num > INT32_MAX)
			return fail(a->d, &o->target_loc, -ERANGE,
				    "%lld slots do not fit into 32 bits", (long long)num);
		insn->imm = (int32_t)num;
	} else if (expr_is_abs(o->target, &num)) {
		if (num < INT16_MIN || num > INT16_MAX)
			return fail(a->d, &o->target_loc, -ERANGE,
				    "jump over %lld slots does not fit into 16 bits: 'gotol' has 32",
				    (long long)num);
		insn->off = (int16_t)num;
	} else {
		add_fixup(a, o->op == OP_CALL	    ? FIX_CALL
			     : is_call		    ? FIX_LOCAL
			     : far		    ? FIX_JUMP32
						    : FIX_JUMP16, o->target, &o->target_loc)
			->jump = a->njumps - 1;
	}
	return 0;
}

static int check_isa(struct assembler *a, const struct operands *o)
{
	const struct insn_desc *desc = &insn_descs[o->op];

	if (!a->opts->isa || desc->since <= a->opts->isa)
		return 0;
	return fail(a->d, &o->loc, -EINVAL, "%s is of ISA v%u, and v%u is asked for", desc->name,
		    desc->since, a->opts->isa);
}

int emit_operands(struct assembler *a, struct operands *o)
{
	const struct insn_desc *desc = &insn_descs[o->op];
	struct bpf_insn insn[2] = {insn_make(o->op, o->dst, o->src, 0, 0)};
	int err = check_isa(a, o);

	if (err)
		return err;
	if (o->target && desc->shape != SHAPE_CALL && jump_is_long(a))
		return emit_long_jump(a, o);
	if (desc->shape == SHAPE_LD64)
		err = fill_ld64(a, o, insn);
	else
		err = fill_imm(a, o, insn);
	if (!err)
		err = fill_off(a, o, insn);
	if (!err && o->target)
		err = fill_target(a, o, insn);
	return err ? err : emit_insn(a, insn, &o->loc);
}

int parse_insn(struct assembler *a)
{
	struct operands o = {0};
	int err;

	skip_spaces(a);
	o.loc = loc_at(a, a->p, (size_t)(a->end - a->p));
	while (o.loc.len > 1 && isspace((unsigned char)a->p[o.loc.len - 1]))
		o.loc.len--;
	a->in_insn = true;
	err = is_pseudo_c(a) ? parse_pseudo_c(a, &o) : parse_mnemonic(a, &o);
	a->in_insn = false;
	if (!err)
		err = expect_end(a);
	return err ? err : emit_operands(a, &o);
}
