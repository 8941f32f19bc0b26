/* The one-pass tier: arithmetic. */
#include "jit/x86/fast.h"

void x86_fast_alu_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	x86_rr(&f->buf, r->op, r->size, DST, SRC);
}

void x86_fast_alu_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	x86_ri(&f->buf, r->op, r->size, DST, insn->imm);
}

void x86_fast_mul_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	x86_rri(&f->buf, X86_IMUL_K, r->size, DST, DST, insn->imm);
}

/* rA = rB followed by rA += ...: one lea. */
static bool make_sum(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	uint16_t next = fast_joins(f, f->at);
	const struct bpf_insn *add = insn + 1;
	bool is_k = next == (r->size == 8 ? OP_ADD64_K : OP_ADD32_K);
	bool is_x = next == (r->size == 8 ? OP_ADD64_X : OP_ADD32_X);
	struct x86_mem sum = X86_AT(SRC, 0);

	if (insn->dst_reg == insn->src_reg || !(is_k || is_x) || add->dst_reg != insn->dst_reg ||
	    (is_x && add->src_reg == insn->dst_reg))
		return false;
	if (is_k)
		sum.disp = add->imm;
	else
		sum.index = x86_fast_regs[add->src_reg];
	x86_rm(&f->buf, X86_LEA, r->size, DST, sum);
	f->at++;
	return true;
}

void x86_fast_mov_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	bool is_whole = r->size == 8 || fact_of(f, insn) & FACT_EXTENDED;

	if (!make_sum(f, insn, r) && !(is_whole && insn->dst_reg == insn->src_reg))
		x86_rr(&f->buf, X86_MOV, r->size, DST, SRC);
}

void x86_fast_mov_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	if (!insn->imm)
		x86_rr(&f->buf, X86_XOR, 4, DST, DST);
	else
		x86_mov_imm(&f->buf, DST, r->size == 8 ? (uint64_t)insn->imm : (uint32_t)insn->imm);
}

void x86_fast_movsx(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	x86_rr(&f->buf, r->op, r->size, DST, SRC);
}

void x86_fast_neg(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	x86_r(&f->buf, X86_NEG, r->size, DST);
}

/* rA <<= 32, rA >>= 32, as compilers before -mcpu=v3 extend: one move. */
static bool make_extension(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	uint16_t next = fast_joins(f, f->at);

	if (r->op != X86_SHL || r->size != 8 || insn->imm != 32 ||
	    (next != OP_RSH64_K && next != OP_ARSH64_K) || insn[1].imm != 32 ||
	    insn[1].dst_reg != insn->dst_reg)
		return false;
	if (next == OP_RSH64_K)
		x86_rr(&f->buf, X86_MOV, 4, DST, DST);
	else
		x86_rr(&f->buf, X86_MOVSXD, 8, DST, DST);
	f->at++;
	return true;
}

void x86_fast_shift_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	int32_t count = insn->imm & (r->size * 8 - 1);

	if (make_extension(f, insn, r))
		return;
	if (count)
		x86_ri(&f->buf, r->op, r->size, DST, count);
	else
		clear_upper(f, DST, r->size);
}

/* Counts are in cl, and masked as RFC 9669 has it. */
static void shift_by_cl(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	struct code_buf *b = &f->buf;
	uint32_t dst = DST;

	if (SRC != RCX) {
		x86_rr(b, X86_MOV, 8, WORK1, RCX);
		x86_rr(b, X86_MOV, 8, RCX, SRC);
		dst = DST == RCX ? WORK1 : DST;
	}
	x86_r(b, r->op, r->size, dst);
	if (SRC != RCX)
		x86_rr(b, X86_MOV, 8, RCX, WORK1);
}

void x86_fast_shift_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	enum x86_op op = r->op == X86_SHL ? X86_SHLX : r->op == X86_SHR ? X86_SHRX : X86_SARX;

	if (f->has_bmi2)
		x86_rrr(&f->buf, op, r->size, DST, DST, SRC);
	else
		shift_by_cl(f, insn, r);
}

void x86_fast_swap(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	if (r->size > 2) {
		x86_bswap(&f->buf, r->size, DST);
		return;
	}
	x86_ri(&f->buf, X86_ROL, 2, DST, 8);
	x86_rr(&f->buf, X86_MOVZX16, 4, DST, DST);
}

void x86_fast_truncate(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	if (r->size == 2)
		x86_rr(&f->buf, X86_MOVZX16, 4, DST, DST);
	else
		clear_upper(f, DST, r->size);
}

/* ---- division ---- */

struct division {
	uint32_t by; /* the divisor's register */
	bool is_signed, is_mod;
	uint32_t done;
};

/* What a divisor of 0 gives: 0, or for a remainder the dividend. And -1: what does not overflow. */
static void make_special(struct fast *f, const struct bpf_insn *insn, const struct rule *r,
			 struct division *d)
{
	struct code_buf *b = &f->buf;
	uint32_t label = code_labels(b, 1);

	if (!(fact_of(f, insn) & FACT_DIVISOR)) {
		x86_rr(b, X86_TEST, r->size, d->by, d->by);
		x86_jcc(b, X86_NE, label);
		if (d->is_mod)
			clear_upper(f, DST, r->size);
		else
			x86_rr(b, X86_XOR, 4, DST, DST);
		x86_jmp(b, d->done);
		code_bind(b, label);
	}
	if (!d->is_signed)
		return;
	label = code_labels(b, 1);
	x86_ri(b, X86_CMP, r->size, d->by, -1);
	x86_jcc(b, X86_NE, label);
	if (d->is_mod)
		x86_rr(b, X86_XOR, 4, DST, DST);
	else
		x86_r(b, X86_NEG, r->size, DST);
	x86_jmp(b, d->done);
	code_bind(b, label);
}

/* rax and rdx are the dividend and both results; others keep what they have in them. */
static void make_division(struct fast *f, const struct bpf_insn *insn, const struct rule *r,
			  const struct division *d)
{
	struct code_buf *b = &f->buf;
	uint32_t result = d->is_mod ? RDX : RAX;

	if (DST != RAX) {
		x86_rr(b, X86_MOV, 8, WORK2, RAX);
		x86_rr(b, X86_MOV, 8, RAX, DST);
	}
	if (DST != RDX)
		x86_rr(b, X86_MOV, 8, WORK3, RDX);
	if (d->is_signed)
		x86_extend_rax(b, r->size);
	else
		x86_rr(b, X86_XOR, 4, RDX, RDX);
	x86_r(b, d->is_signed ? X86_IDIV : X86_DIV, r->size, d->by);
	if (DST != result)
		x86_rr(b, X86_MOV, 8, DST, result);
	if (DST != RAX)
		x86_rr(b, X86_MOV, 8, RAX, WORK2);
	if (DST != RDX)
		x86_rr(b, X86_MOV, 8, RDX, WORK3);
}

void x86_fast_div_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	struct division d = {.by = SRC, .is_signed = insn->off == 1};

	d.is_mod = (insn->code & INSN_OP_MASK) == 0x90;
	d.done = code_labels(&f->buf, 1);
	if (d.by == RAX || d.by == RDX) {
		x86_rr(&f->buf, X86_MOV, 8, WORK1, d.by);
		d.by = WORK1;
	}
	make_special(f, insn, r, &d);
	make_division(f, insn, r, &d);
	code_bind(&f->buf, d.done);
}

/* By a power of two, unsigned: a shift, or a mask. */
static bool make_power(struct fast *f, const struct bpf_insn *insn, const struct rule *r,
		       bool is_mod)
{
	uint32_t imm = (uint32_t)insn->imm;

	if (insn->off || insn->imm <= 0 || imm & (imm - 1))
		return false;
	if (is_mod)
		x86_ri(&f->buf, X86_AND, r->size, DST, insn->imm - 1);
	else if (imm > 1)
		x86_ri(&f->buf, X86_SHR, r->size, DST, __builtin_ctz(imm));
	else
		clear_upper(f, DST, r->size);
	return true;
}

void x86_fast_div_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	struct division d = {.by = WORK1, .is_signed = insn->off == 1};

	d.is_mod = (insn->code & INSN_OP_MASK) == 0x90;
	if (make_power(f, insn, r, d.is_mod))
		return;
	if (!insn->imm || (d.is_signed && insn->imm == -1)) {
		if (d.is_mod && !insn->imm)
			clear_upper(f, DST, r->size);
		else if (d.is_mod || !insn->imm)
			x86_rr(&f->buf, X86_XOR, 4, DST, DST);
		else
			x86_r(&f->buf, X86_NEG, r->size, DST);
		return;
	}
	x86_mov_imm(&f->buf, d.by, (uint64_t)insn->imm);
	make_division(f, insn, r, &d);
}
