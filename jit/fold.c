/*
 * Algebra, constants, and what known bits make superfluous. See fold.h for how, and for what rules
 * have to keep to.
 */
#include "jit/fold.h"

#include "core/isa/insn.h"

/* ---- operations on numbers ---- */

/* The operation of isa.def that says what one of ours means; 32 bits are two further. */
static const uint16_t alu_ops[IR_COUNT] = {
	[IR_ADD] = OP_ADD64_X,	 [IR_SUB] = OP_SUB64_X,	  [IR_MUL] = OP_MUL64_X,
	[IR_UDIV] = OP_DIV64_X,	 [IR_SDIV] = OP_SDIV64_X, [IR_UMOD] = OP_MOD64_X,
	[IR_AND] = OP_AND64_X,	 [IR_OR] = OP_OR64_X,	  [IR_XOR] = OP_XOR64_X,
	[IR_SHL] = OP_LSH64_X,	 [IR_SHR] = OP_RSH64_X,	  [IR_SAR] = OP_ARSH64_X,
	[IR_SMOD] = OP_SMOD64_X,
};

static const uint16_t jump_ops[CC_COUNT] = {
	[CC_EQ] = OP_JEQ64_X,	[CC_NE] = OP_JNE64_X,	[CC_ULT] = OP_JLT64_X,
	[CC_UGE] = OP_JGE64_X,	[CC_UGT] = OP_JGT64_X,	[CC_ULE] = OP_JLE64_X,
	[CC_SLT] = OP_JSLT64_X, [CC_SGE] = OP_JSGE64_X, [CC_SGT] = OP_JSGT64_X,
	[CC_SLE] = OP_JSLE64_X, [CC_SET] = OP_JSET64_X,
};

bool ir_compare(uint8_t cc, uint8_t width, uint64_t a, uint64_t b)
{
	uint64_t out;

	if (cc == CC_CLEAR)
		return !ir_compare(CC_SET, width, a, b);
	insn_eval(jump_ops[cc] + (width == 4 ? 2 : 0), a, b, &out);
	return out;
}

static uint64_t rotated(uint8_t width, uint64_t a, uint64_t n)
{
	uint32_t bits = width * 8;

	n &= bits - 1;
	return n ? (a << n | (a & fold_mask(width)) >> (bits - n)) & fold_mask(width) : a;
}

bool ir_eval(uint8_t op, uint8_t width, uint64_t a, uint64_t b, uint64_t *out)
{
	switch ((enum ir_op)op) {
	case IR_SEXT8:
		*out = (uint64_t)(int8_t)a & fold_mask(width);
		return true;
	case IR_SEXT16:
		*out = (uint64_t)(int16_t)a & fold_mask(width);
		return true;
	case IR_SEXT32:
		*out = (uint64_t)(int32_t)a & fold_mask(width);
		return true;
	case IR_ZEXT8:
		*out = (uint8_t)a;
		return true;
	case IR_ZEXT16:
		*out = (uint16_t)a;
		return true;
	case IR_ZEXT32:
		*out = (uint32_t)a;
		return true;
	case IR_NEG:
		*out = -a & fold_mask(width);
		return true;
	case IR_NOT:
		*out = ~a & fold_mask(width);
		return true;
	case IR_ROL:
		*out = rotated(width, a & fold_mask(width), b);
		return true;
	case IR_MULH:
		a &= fold_mask(width);
		b &= fold_mask(width);
		*out = (uint64_t)((unsigned __int128)a * b >> width * 8);
		return true;
	case IR_BSWAP:
		*out = __builtin_bswap64(a) >> (64 - width * 8);
		return true;
	default:
		return alu_ops[op] && insn_eval(alu_ops[op] + (width == 4 ? 2 : 0), a, b, out);
	}
}

/* ---- what there is ---- */

static struct ref resolve(const struct fold *f, struct ref r)
{
	while (r.kind == REF_TMP && f->tmps.v[r.val].as.kind != REF_NONE)
		r = f->tmps.v[r.val].as;
	return r;
}

const struct ir_ins *fold_def(const struct fold *f, struct ref r)
{
	const struct ir_blk *blk;
	uint32_t at;

	if (r.kind != REF_TMP || !f->tmps.v[r.val].at)
		return NULL;
	at = f->tmps.v[r.val].at - 1;
	blk = f->fn->tmps.v[r.val].blk;
	return blk == f->blk ? &f->out.v[at] : &blk->ins.v[at];
}

const struct ir_ins *fold_match(const struct fold *f, struct ref r, uint8_t op, uint8_t width)
{
	const struct ir_ins *def = fold_def(f, r);

	return def && def->op == op && def->width == width ? def : NULL;
}

bool fold_single(const struct fold *f, struct ref r)
{
	return r.kind == REF_TMP && f->fn->tmps.v[r.val].uses == 1;
}

/* ---- making ---- */

static void note_known(struct fold *f, struct ref to, const struct ir_ins *ins, struct tnum bits)
{
	struct fold_tmp *t = &f->tmps.v[to.val];
	const struct ir_value *v = f->fn->tmps.v[to.val].value;

	t->umax = known_result_umax(f, ins, bits);
	if (v && v->kind <= FACT_NUMBER) {
		if (tnum_overlap(bits, v->bits))
			bits = tnum_intersect(bits, v->bits);
		t->umax = min(t->umax, v->umax);
	}
	t->bits = bits;
	t->umax = min(t->umax, bits.value | bits.mask);
}

static struct ref append(struct fold *f, struct ir_ins ins, struct tnum bits)
{
	if (ins.to.kind == REF_NONE) {
		ins.to = ir_new_tmp(f->fn);
		(void)vec_add(&f->tmps);
	}
	ins.slot = f->slot;
	f->fn->tmps.v[ins.to.val].blk = f->blk;
	f->fn->tmps.v[ins.to.val].frame = ins.op == IR_FRAME;
	f->fn->tmps.v[ins.to.val].disp = ins.disp;
	f->tmps.v[ins.to.val].at = (uint32_t)f->out.n + 1;
	note_known(f, ins.to, &ins, bits);
	vec_push(&f->out, ins);
	return ins.to;
}

/* Numbers are as long as the operation is, and go to the right, where rules look for them. */
static void order(struct fold *f, struct ir_ins *ins)
{
	struct ref a;

	for (uint32_t k = 0; k < 2; k++)
		if (ref_is_con(ins->arg[k]))
			ins->arg[k] = fold_imm(f, fold_con_of(f, ins->arg[k]), ins->width);
	a = ins->arg[0];
	if (ir_ops[ins->op].modes & IR_COMM && ref_is_con(a) && !ref_is_con(ins->arg[1])) {
		ins->arg[0] = ins->arg[1];
		ins->arg[1] = a;
	}
}

static enum fold_result evaluate(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	uint64_t b = 0, out;

	if (!ref_is_con(ins->arg[0]) || (ins->arg[1].kind != REF_NONE && !ref_is_con(ins->arg[1])))
		return FOLD_NONE;
	if (ins->arg[1].kind != REF_NONE)
		b = fold_con_of(f, ins->arg[1]);
	if (!ir_eval(ins->op, ins->width, fold_con_of(f, ins->arg[0]), b, &out))
		return FOLD_NONE;
	*value = fold_con(f, out);
	return FOLD_DONE;
}

/* Of an operation that is nothing but its operands: what rules leave of it. */
static struct ref simplify(struct fold *f, struct ir_ins *ins)
{
	enum fold_result res = FOLD_AGAIN;
	struct ref value = NO_REF;
	struct tnum bits;

	while (res == FOLD_AGAIN) {
		order(f, ins);
		res = evaluate(f, ins, &value);
		if (res == FOLD_NONE)
			res = fold_alu(f, ins, &value);
	}
	if (res == FOLD_DONE)
		return value;
	bits = known_result(f, ins);
	return tnum_is_const(bits) ? fold_con(f, bits.value) : append(f, *ins, bits);
}

struct ref fold_emit(struct fold *f, uint8_t op, uint8_t width, struct ref a, struct ref b)
{
	struct ir_ins ins = {.op = op, .width = width, .arg = {a, b}};

	return simplify(f, &ins);
}

/* ---- memory ---- */

/* An address that is a sum is its part, and the number moves into the access. */
static void fold_address(struct fold *f, struct ir_ins *ins)
{
	const struct ir_ins *def;
	int64_t disp;

	while ((def = fold_match(f, ins->arg[0], IR_ADD, 8)) && ref_is_con(def->arg[1])) {
		disp = ins->disp + ref_con(f->fn, def->arg[1]);
		if (disp != (int32_t)disp)
			return;
		ins->disp = (int32_t)disp;
		ins->arg[0] = def->arg[0];
	}
}

/* What is stored of a value: who cuts or extends it outside of that need not. */
static void fold_stored(struct fold *f, struct ir_ins *ins)
{
	const struct ir_ins *def;

	while ((def = fold_def(f, ins->arg[1]))) {
		bool is_ext = def->op == IR_ZEXT32 || def->op == IR_SEXT32,
		     is_16 = def->op == IR_ZEXT16 || def->op == IR_SEXT16,
		     is_8 = def->op == IR_ZEXT8 || def->op == IR_SEXT8,
		     masks = def->op == IR_AND && ref_is_con(def->arg[1]) &&
			     !(~fold_con_of(f, def->arg[1]) & fold_mask(ins->width));

		if (!masks && !(is_ext && ins->width <= 4) && !(is_16 && ins->width <= 2) &&
		    !(is_8 && ins->width == 1))
			return;
		ins->arg[1] = def->arg[0];
	}
}

/* A number is stored as the instruction has it: sign-extended from its width. */
static void fold_stored_con(struct fold *f, struct ir_ins *ins)
{
	uint32_t unused = 64 - ins->width * 8;

	if (ref_is_con(ins->arg[1]))
		ins->arg[1] =
			ir_con(f->fn, (int64_t)(fold_con_of(f, ins->arg[1]) << unused) >> unused);
}

/* ---- the walk ---- */

static void resolve_use(void *arg, struct ref *r)
{
	*r = resolve(arg, *r);
}

static struct ref fold_choice(struct fold *f, struct ir_ins *ins)
{
	struct ir_call *call = ins->call;
	struct comparison c = {call->cc, call->width, call->arg[0], call->arg[1]};
	int holds = fold_compare(f, &c);

	if (holds < 0 && !ref_eq(ins->arg[0], ins->arg[1])) {
		call->cc = c.cc;
		call->width = c.width;
		call->arg[0] = c.a;
		call->arg[1] = c.b;
		return append(f, *ins, known_result(f, ins));
	}
	if (ins->width == 8)
		return holds ? ins->arg[0] : ins->arg[1];
	return fold_emit(f, IR_ZEXT32, 8, holds ? ins->arg[0] : ins->arg[1], NO_REF);
}

static void fold_ins(struct fold *f, struct ir_ins *ins)
{
	uint8_t modes = ir_ops[ins->op].modes;
	struct ref to = ins->to, is;

	ir_each_use(f->fn, ins, resolve_use, f);
	f->slot = ins->slot;
	if (modes & IR_PURE && to.kind == REF_TMP && ins->op != IR_FRAME) {
		is = ins->op == IR_SELECT ? fold_choice(f, ins) : simplify(f, ins);
		if (!ref_eq(is, to))
			f->tmps.v[to.val].as = is;
		return;
	}
	if (ins->op != IR_CALL && ins->op != IR_TAILCALL && modes & (IR_READS | IR_WRITES))
		fold_address(f, ins);
	if (ins->op == IR_STORE || ins->op == IR_STORE_REL) {
		fold_stored(f, ins);
		fold_stored_con(f, ins);
	}
	if (to.kind == REF_TMP)
		append(f, *ins, known_result(f, ins));
	else
		vec_push(&f->out, *ins);
}

static void fold_jump(struct fold *f, struct ir_blk *blk)
{
	struct ir_jmp *jmp = &blk->jmp;
	struct comparison c = {jmp->cc, jmp->width, jmp->arg[0], jmp->arg[1]};
	int holds;

	if (jmp->kind != JUMP_IF)
		return;
	f->slot = jmp->slot;
	holds = fold_compare(f, &c);
	if (holds < 0) {
		jmp->cc = c.cc;
		jmp->width = c.width;
		jmp->arg[0] = c.a;
		jmp->arg[1] = c.b;
		return;
	}
	blk->to[0] = blk->to[!holds];
	*jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = jmp->slot, .odds = 4};
	f->cuts = true;
}

/* Of a phi: what the proof says, and the half that was followed around loops. */
static void know_phi(struct fold *f, const struct ir_phi *phi, bool is_short)
{
	struct fold_tmp *t = &f->tmps.v[phi->to.val];
	const struct ir_value *v = ref_tmp(f->fn, phi->to)->value;

	t->bits = TNUM_UNKNOWN;
	t->umax = UINT64_MAX;
	if (v && v->kind <= FACT_NUMBER) {
		t->bits = v->bits;
		t->umax = v->umax;
	}
	if (is_short) {
		t->bits.mask &= UINT32_MAX;
		t->umax = min(t->umax, (uint64_t)UINT32_MAX);
	}
}

static void fold_blk(struct fold *f, struct ir_blk *blk)
{
	f->blk = blk;
	f->out.n = 0;
	vec_each(&blk->ins, ins) {
		if (ins->op != IR_NOP)
			fold_ins(f, ins);
	}
	ir_each_jmp_use(f->fn, blk, resolve_use, f);
	fold_jump(f, blk);
	ir_set_ins(f->fn, blk, f->out.v, f->out.n);
	f->blk = NULL;
}

/* What was found stays known, to whoever comes later. */
static void keep_known(struct fold *f)
{
	for (size_t i = 0; i < f->tmps.n; i++) {
		const struct fold_tmp *t = &f->tmps.v[i];
		const struct ir_value *old = f->fn->tmps.v[i].value;
		struct ir_value *v;

		if (t->umax == UINT64_MAX || t->as.kind != REF_NONE ||
		    (old && (old->kind > FACT_NUMBER || old->umax <= t->umax)))
			continue;
		v = arena_new(&f->fn->arena, struct ir_value);
		*v = (struct ir_value){t->bits, t->bits.value, t->umax, FACT_NUMBER};
		f->fn->tmps.v[i].value = v;
	}
}

static void begin(struct fold *f)
{
	bool *is_short = known_short(f->fn);

	ir_fill_uses(f->fn);
	for (size_t i = 0; i < f->fn->tmps.n; i++) {
		struct fold_tmp *t = vec_add(&f->tmps);

		t->bits = TNUM_UNKNOWN;
		t->umax = UINT64_MAX;
	}
	for (uint32_t i = 0; i < f->fn->nrpo; i++)
		vec_each(&f->fn->rpo[i]->phis, phi) {
			know_phi(f, phi, is_short[phi->to.val]);
		}
	free(is_short);
}

void fold(struct ir_fn *fn)
{
	struct fold f = {.fn = fn};

	begin(&f);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		fold_blk(&f, fn->rpo[i]);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		vec_each(&fn->rpo[i]->phis, phi) {
			for (size_t k = 0; k < fn->rpo[i]->pred.n; k++)
				resolve_use(&f, &phi->arg[k]);
		}
	keep_known(&f);
	vec_free(&f.out);
	vec_free(&f.tmps);
	if (f.cuts)
		fill_cfg(fn);
}
