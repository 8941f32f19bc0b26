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

	if (err)
		return err;
	if (r.is_w)
		return fail(a->d, &r.loc, -EINVAL, "an address needs a 64-bit register: r%u",
			    r.num);
	*num = r.num;
	return 0;
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

/*
 * name#number in dumps: a helper when it has a helper's name or none, else a kfunc by its BTF id.
 * The number of a helper is another in a loaded program.
 */
static int parse_numbered_call(struct assembler *a, struct operands *o, const char *name)
{
	int32_t id = helper_by_name(name);
	int err = expect(a, "#");

	if (!err)
		err = parse_imm(a, o);
	if (err)
		return err;
	if (id)
		o->imm = expr_num(a, id, &o->imm_loc);
	else if (strcmp(name, "unknown") != 0 && strcmp(name, "bpf_unspec") != 0)
		o->op = OP_CALL_KFUNC;
	return 0;
}

static int parse_call_name(struct assembler *a, struct operands *o)
{
	static const char unnamed[] = "kernel-function";
	const char *start = a->p, *name = unnamed;
	int err = 0;

	if ((size_t)(a->end - a->p) >= sizeof(unnamed) &&
	    memcmp(a->p, unnamed, sizeof(unnamed) - 1) == 0)
		a->p += sizeof(unnamed) - 1;
	else
		err = parse_name(a, "a function", &name);
	if (err)
		return err;
	if (a->p < a->end && *a->p == '#')
		return parse_numbered_call(a, o, name);
	a->p = start;
	return parse_expr(a, &o->target);
}

/* Words before the number or name of what is called, for the calls that names cannot tell. */
static const struct {
	const char *word;
	enum insn_op op;
} call_words[] = {
	{"helper", OP_CALL}, /* conformance tests */
	{"local", OP_CALL_LOCAL},
	{"runtime", OP_CALL_KFUNC}, /* conformance tests */
	{"kfunc", OP_CALL_KFUNC},   /* ours: a BTF id, and where it is, an index of fd_array */
};

/* "local f", "kfunc 12, 1"; a function may have such a name, too: then nothing follows it. */
static bool take_call_word(struct assembler *a, struct operands *o, int *err)
{
	const char *start = a->p;

	for (size_t i = 0; i < ARRAY_SIZE(call_words); i++) {
		if (!accept_word(a, call_words[i].word))
			continue;
		if (at_end(a)) {
			a->p = start;
			return false;
		}
		o->op = call_words[i].op;
		if (o->op == OP_CALL_LOCAL) {
			*err = parse_target(a, o);
			return true;
		}
		*err = parse_imm(a, o);
		if (!*err && o->op == OP_CALL_KFUNC && accept(a, ",")) {
			o->off_loc = here(a);
			*err = parse_expr(a, &o->off);
		}
		return true;
	}
	return false;
}

/* pc+2, and pc+2#name in dumps */
static int parse_relative_call(struct assembler *a, struct operands *o)
{
	int err = parse_target(a, o);

	o->op = OP_CALL_LOCAL;
	if (!err && a->p < a->end && *a->p == '#')
		a->p = a->end;
	return err;
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
		if (!err)
			o->dst = r.num;
		return err;
	}
	if (take_call_word(a, o, &err))
		return err;
	if (accept_pc(a))
		return parse_relative_call(a, o);
	if (a->p < a->end && *a->p == '+')
		return fail(a->d, &o->target_loc, -EINVAL,
			    "'call %.*s' is ambiguous: write a label, 'call pc+N' for a function "
			    "N slots away, or 'call N' for helper N",
			    (int)(a->end - a->p), a->p);
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

	if (expr_is_abs(o->target, &num) && a->relax->is_long.n)
		return fail(a->d, &o->target_loc, -EINVAL,
			    "relaxation moves code: this target has to be a label");
	if (expr_is_abs(o->target, &num) && (far || is_call)) {
		if (num < INT32_MIN || num > INT32_MAX)
			return fail(a->d, &o->target_loc, -ERANGE,
				    "%lld slots do not fit into 32 bits", (long long)num);
		insn->imm = (int32_t)num;
	} else if (expr_is_abs(o->target, &num)) {
		if (num < INT16_MIN || num > INT16_MAX)
			return fail(
				a->d, &o->target_loc, -ERANGE,
				"jump over %lld slots does not fit into 16 bits: 'gotol' has 32",
				(long long)num);
		insn->off = (int16_t)num;
	} else {
		add_fixup(a,
			  o->op == OP_CALL ? FIX_CALL
			  : is_call	   ? FIX_LOCAL
			  : far		   ? FIX_JUMP32
					   : FIX_JUMP16,
			  o->target, &o->target_loc)
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
	size_t nfixups = a->fixups.n;
	int err = check_isa(a, o);

	if (err)
		return err;
	if (o->target && (insn_fields[desc->shape] & FIELD_OFF) && jump_is_long(a))
		return emit_long_jump(a, o);
	if (desc->shape == SHAPE_LD64)
		err = fill_ld64(a, o, insn);
	else
		err = fill_imm(a, o, insn);
	if (!err)
		err = fill_off(a, o, insn);
	if (!err && o->target)
		err = fill_target(a, o, insn);
	if (!err)
		err = emit_insn(a, insn, &o->loc);
	if (err)
		a->fixups.n = nfixups; /* there is nothing to fix */
	return err;
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
	if (o.op == OP_EXIT && (a->dialect == ASM_GNU || a->dialect == ASM_UBPF) && !a->exit)
		a->exit = temp_label(a);
	if (!err)
		err = expect_end(a);
	return err ? err : emit_operands(a, &o);
}
