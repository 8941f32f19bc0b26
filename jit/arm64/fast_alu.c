/* The one-pass tier: arithmetic, and comparisons. A constant that does not fit comes into x16. */
#include "jit/arm64/fast.h"

/* Operations of two registers, on the third one's: sums, and, or, xor, shifts. */
void a64_fast_sum_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	a64_rrr(&f->buf, r->op, r->size, DST, DST, SRC, 0);
}

static uint64_t magnitude(int32_t imm)
{
	return imm < 0 ? -(uint64_t)imm : (uint64_t)imm;
}

static uint32_t constant(struct fast *f, const struct bpf_insn *insn)
{
	a64_mov_imm(&f->buf, X16, (uint64_t)(int64_t)insn->imm);
	return X16;
}

void a64_fast_sum_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	bool is_sub = (r->op == A64_SUB) != (insn->imm < 0);

	if (a64_is_arith(magnitude(insn->imm)))
		a64_arith(&f->buf, is_sub ? A64_SUB_K : A64_ADD_K, r->size, DST, DST,
			  (uint32_t)magnitude(insn->imm));
	else
		a64_rrr(&f->buf, r->op, r->size, DST, DST, constant(f, insn), 0);
}

void a64_fast_logical_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	uint64_t v = (uint64_t)(int64_t)insn->imm;
	enum a64_op op_k = r->op == A64_AND ? A64_AND_K : r->op == A64_ORR ? A64_ORR_K : A64_EOR_K;

	if (a64_is_logical(v, r->size))
		a64_logical(&f->buf, op_k, r->size, DST, DST, v);
	else
		a64_rrr(&f->buf, r->op, r->size, DST, DST, constant(f, insn), 0);
}

static void multiply(struct fast *f, uint32_t size, uint32_t to, uint32_t by)
{
	a64_rrrr(&f->buf, A64_MADD, size, to, to, by, ZR);
}

void a64_fast_mul_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	multiply(f, r->size, DST, SRC);
}

void a64_fast_mul_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	multiply(f, r->size, DST, constant(f, insn));
}

/* ---- division: by 0 it is 0 on this machine, too, and what overflows does it likewise ---- */

static void divide(struct fast *f, const struct bpf_insn *insn, uint32_t size, uint32_t to,
		   uint32_t by)
{
	a64_rrr(&f->buf, insn->off == 1 ? A64_SDIV : A64_UDIV, size, to, DST, by, 0);
}

void a64_fast_div_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	divide(f, insn, r->size, DST, SRC);
}

void a64_fast_div_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	divide(f, insn, r->size, DST, constant(f, insn));
}

static void take_rest(struct fast *f, const struct bpf_insn *insn, uint32_t size, uint32_t by)
{
	divide(f, insn, size, X17, by);
	a64_rrrr(&f->buf, A64_MSUB, size, DST, X17, by, DST);
}

void a64_fast_mod_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	take_rest(f, insn, r->size, SRC);
}

void a64_fast_mod_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	take_rest(f, insn, r->size, constant(f, insn));
}

/* ---- moves, shifts ---- */

void a64_fast_mov_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	bool is_whole = r->size == 8 || fact_of(f, insn) & FACT_EXTENDED;

	if (!is_whole || insn->dst_reg != insn->src_reg)
		a64_fast_move(f, r->size, DST, SRC);
}

void a64_fast_mov_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	a64_mov_imm(&f->buf, DST,
		    r->size == 8 ? (uint64_t)(int64_t)insn->imm : (uint32_t)insn->imm);
}

/* r->op: of how many bits */
void a64_fast_movsx(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	a64_bits(&f->buf, A64_SBFM, r->size, DST, SRC, 0, r->op - 1u);
}

void a64_fast_neg(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	a64_rrr(&f->buf, A64_SUB, r->size, DST, ZR, DST, 0);
}

/* Counts are masked, as the machine does those in registers. */
void a64_fast_shift_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	uint32_t bits = r->size * 8u, n = (uint32_t)insn->imm & (bits - 1);

	if (r->op == A64_LSLV)
		a64_bits(&f->buf, A64_UBFM, r->size, DST, DST, (bits - n) & (bits - 1),
			 bits - 1 - n);
	else
		a64_bits(&f->buf, r->op == A64_LSRV ? A64_UBFM : A64_SBFM, r->size, DST, DST, n,
			 bits - 1);
}

void a64_fast_truncate(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	if (r->size < 8)
		a64_bits(&f->buf, A64_UBFM, 4, DST, DST, 0, r->size * 8u - 1);
}

void a64_fast_swap(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	a64_rr(&f->buf, r->op, max(r->size, 4), DST, DST);
	if (r->size == 2)
		a64_fast_truncate(f, insn, r);
}

/* ---- comparisons ---- */

static bool is_test(const struct bpf_insn *insn)
{
	return (insn->code & INSN_OP_MASK) == 0x40;
}

void a64_fast_compare_x(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	a64_rrr(&f->buf, is_test(insn) ? A64_ANDS : A64_SUBS, r->size, ZR, DST, SRC, 0);
}

void a64_fast_compare_k(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	uint64_t v = (uint64_t)(int64_t)insn->imm;

	if (is_test(insn) && a64_is_logical(v, r->size))
		a64_logical(&f->buf, A64_ANDS_K, r->size, ZR, DST, v);
	else if (!is_test(insn) && a64_is_arith(magnitude(insn->imm)))
		a64_arith(&f->buf, insn->imm < 0 ? A64_ADDS_K : A64_SUBS_K, r->size, ZR, DST,
			  (uint32_t)magnitude(insn->imm));
	else
		a64_rrr(&f->buf, is_test(insn) ? A64_ANDS : A64_SUBS, r->size, ZR, DST,
			constant(f, insn), 0);
}
