/*
 * Selection: from the last block and instruction back to the first, so that a definition is seen
 * when it is known who still wants it; those that went into others are left out. Instructions get
 * the shape of x86's: memory operands, immediates, addresses, comparisons in jumps.
 */
#include "jit/x86/opt.h"

/* ---- arithmetic ---- */

static void commute(const struct isel *is, struct ir_ins *ins)
{
	const struct ir_ins *def = isel_def(is, ins->arg[0]);
	struct ref r = ins->arg[0];

	/* Constants come second, as do loads that may become operands */
	if (r.kind != REF_CON && !(def && def->op == IR_LOAD && isel_single(is, r) &&
				   is->epoch[r.val] == is->now && def->width == ins->width))
		return;
	ins->arg[0] = ins->arg[1];
	ins->arg[1] = r;
}

/* The second operand may be a constant of 32 bits, or memory. */
static void second_operand(struct isel *is, struct ir_ins *ins)
{
	if (isel_is_imm(is, ins->arg[1], ins->width))
		return;
	isel_need_reg(is, &ins->arg[1]);
	isel_fold_load(is, &ins->arg[1], ins->width);
}

static void plain(struct isel *is, struct ir_ins *ins)
{
	if (ir_ops[ins->op].modes & IR_COMM)
		commute(is, ins);
	if (ins->arg[0].kind == REF_CON && !isel_is_imm(is, ins->arg[0], 8))
		isel_need_reg(is, &ins->arg[0]);
	second_operand(is, ins);
}

static void frame_address(struct isel *is, struct ir_ins *ins, int32_t disp)
{
	ins->op = IR_LEA;
	ins->arg[0] = ir_new_mem(is->fn, (struct ir_mem){.scale = 1, .frame = true, .disp = disp});
	ins->arg[1] = NO_REF;
	ins->disp = 0;
}

/* A constant added to the frame's end. */
static bool take_frame(struct isel *is, struct ir_ins *ins)
{
	const struct ir_ins *def = isel_def(is, ins->arg[0]);
	int64_t c;

	if (!def || def->op != IR_FRAME || ins->width != 8 || ins->flags ||
	    !isel_is_con(is, ins->arg[1], &c) || !fits_32(c + def->disp))
		return false;
	isel_unuse(is, ins->arg[0]);
	frame_address(is, ins, (int32_t)(c + def->disp));
	return true;
}

static void shape_add(struct isel *is, struct ir_ins *ins)
{
	commute(is, ins);
	if (!take_frame(is, ins) && (ins->flags || !isel_lea(is, ins)))
		plain(is, ins);
}

static void shape_sub(struct isel *is, struct ir_ins *ins)
{
	int64_t c;

	if (isel_is_con(is, ins->arg[1], &c) && fits_32(-c)) {
		ins->op = IR_ADD;
		ins->arg[1] = ir_con(is->fn, -c);
		shape_add(is, ins);
	} else if (isel_is_con(is, ins->arg[0], &c) && !c) {
		ins->op = IR_NEG;
		ins->arg[0] = ins->arg[1];
		ins->arg[1] = NO_REF;
	} else {
		plain(is, ins);
	}
}

/* Masks that an extension or a narrower operation is. */
static void shape_and(struct isel *is, struct ir_ins *ins)
{
	uint8_t zext = IR_NOP;
	int64_t c;

	commute(is, ins);
	if (!ins->flags && isel_is_con(is, ins->arg[1], &c)) {
		zext = c == UINT8_MAX ? IR_ZEXT8 : c == UINT16_MAX ? IR_ZEXT16 : IR_NOP;
		if (c == UINT32_MAX && ins->width == 8)
			zext = IR_ZEXT32;
		if (c == (uint32_t)c)
			ins->width = 4;
	}
	if (!zext) {
		plain(is, ins);
		return;
	}
	ins->op = zext;
	ins->width = 4;
	ins->arg[1] = NO_REF;
}

static void shape_xor(struct isel *is, struct ir_ins *ins)
{
	int64_t c;

	commute(is, ins);
	if (!ins->flags && isel_is_con(is, ins->arg[1], &c) &&
	    (c == -1 || (ins->width == 4 && (uint32_t)c == UINT32_MAX))) {
		ins->op = IR_NOT;
		ins->arg[1] = NO_REF;
	} else {
		plain(is, ins);
	}
}

/* By 3, 5 and 9 as an address; else by a constant into any register. */
static void shape_mul(struct isel *is, struct ir_ins *ins)
{
	int64_t c;

	commute(is, ins);
	isel_need_reg(is, &ins->arg[0]);
	if (isel_is_con(is, ins->arg[1], &c) && (c == 3 || c == 5 || c == 9)) {
		struct ir_mem m = {ins->arg[0], ins->arg[0], (uint8_t)(c - 1), false, 0};

		isel_use(is, ins->arg[0]);
		ins->op = IR_LEA;
		ins->arg[0] = ir_new_mem(is->fn, m);
		ins->arg[1] = NO_REF;
	} else {
		plain(is, ins);
	}
}

/* Is the upper half of what r is zero, whoever made it? */
static bool fits_low(const struct isel *is, struct ref r)
{
	const struct ir_ins *def = isel_def(is, r);
	const struct ir_value *value = r.kind == REF_TMP ? is->fn->tmps.v[r.val].value : NULL;

	if (value && value->umax <= UINT32_MAX)
		return true;
	return def && def->width <= 4 && def->op != IR_LOADSX && def->op != IR_PROBE &&
	       def->op != IR_SELECT && def->op != IR_COPY;
}

static struct ir_ins new_ins(uint8_t op, struct ref to, struct ref a, struct ref b, uint32_t slot)
{
	return (struct ir_ins){.op = op, .width = 8, .to = to, .arg = {a, b}, .slot = slot};
}

/* Of 32 bits it is a product of 64, shifted; what is pushed first comes last. */
static void shape_mulh(struct isel *is, struct ir_ins *ins)
{
	struct ref arg[2] = {ins->arg[0], ins->arg[1]}, product;
	int64_t c;

	if (ins->width == 8) {
		isel_need_reg(is, &ins->arg[0]);
		isel_need_reg(is, &ins->arg[1]);
		return;
	}
	product = ir_new_tmp(is->fn);
	vec_push(&is->out, new_ins(IR_SHR, ins->to, product, ir_con(is->fn, 32), ins->slot));
	for (int i = 0; i < 2; i++) {
		if (isel_is_con(is, arg[i], &c))
			ins->arg[i] = isel_con(is, (uint32_t)c);
		else if (!fits_low(is, arg[i]))
			ins->arg[i] = ir_new_tmp(is->fn);
	}
	vec_push(&is->out, new_ins(IR_MUL, product, ins->arg[0], ins->arg[1], ins->slot));
	for (int i = 0; i < 2; i++)
		if (arg[i].kind != REF_CON && !ref_eq(arg[i], ins->arg[i]))
			vec_push(&is->out,
				 new_ins(IR_ZEXT32, ins->arg[i], arg[i], NO_REF, ins->slot));
	ins->op = IR_NOP;
}

/* Counts are masked anyway. */
static void shape_shift(struct isel *is, struct ir_ins *ins)
{
	const struct ir_ins *def;
	int64_t c, bits = ins->width * 8 - 1;

	if (isel_is_con(is, ins->arg[1], &c)) {
		ins->arg[1] = ir_con(is->fn, c & bits);
		isel_need_reg(is, &ins->arg[0]);
		return;
	}
	def = isel_def(is, ins->arg[1]);
	if (def && def->op == IR_AND && isel_is_con(is, def->arg[1], &c) && (c & bits) == bits) {
		isel_use(is, def->arg[0]);
		isel_unuse(is, ins->arg[1]);
		ins->arg[1] = def->arg[0];
	}
	isel_need_reg(is, &ins->arg[0]);
}

static void shape_unary(struct isel *is, struct ir_ins *ins)
{
	isel_need_reg(is, &ins->arg[0]);
}

/* What has no upper half needs none taken away. */
static void shape_zext32(struct isel *is, struct ir_ins *ins)
{
	isel_need_reg(is, &ins->arg[0]);
	if (fits_low(is, ins->arg[0]))
		ins->op = IR_COPY;
}

/* sx: the divisor may be -1. */
static void shape_divide(struct isel *is, struct ir_ins *ins)
{
	int64_t c;

	ins->sx = !isel_is_con(is, ins->arg[1], &c) || (int32_t)c == -1;
	isel_need_reg(is, &ins->arg[1]);
	if (!isel_is_imm(is, ins->arg[0], 8))
		isel_need_reg(is, &ins->arg[0]);
}

/* ---- memory ---- */

static void shape_load(struct isel *is, struct ir_ins *ins)
{
	isel_address(is, ins);
}

static bool is_rmw(uint8_t op)
{
	return op == IR_ADD || op == IR_SUB || op == IR_AND || op == IR_OR || op == IR_XOR;
}

static bool same_place(const struct ir_ins *a, const struct ir_ins *b)
{
	return a->width == b->width && a->disp == b->disp && ref_eq(a->arg[0], b->arg[0]);
}

/* a [x] = [x] op y that nobody else wants to see. */
static bool take_rmw(struct isel *is, struct ir_ins *ins)
{
	const struct ir_ins *op = isel_def(is, ins->arg[1]), *load = NULL;
	uint32_t which = 0;

	if (!op || !is_rmw(op->op) || !isel_single(is, ins->arg[1]) || op->width < ins->width)
		return false;
	for (; which < 2; which++) {
		load = isel_def(is, op->arg[which]);
		if (load && load->op == IR_LOAD && same_place(load, ins) &&
		    isel_single(is, op->arg[which]) && is->epoch[op->arg[which].val] == is->now &&
		    (which == 0 || ir_ops[op->op].modes & IR_COMM))
			break;
	}
	if (which == 2)
		return false;
	isel_use(is, op->arg[!which]);
	isel_unuse(is, ins->arg[1]);
	ins->sub = op->op;
	ins->op = IR_RMW;
	ins->arg[1] = op->arg[!which];
	return true;
}

/* What a store does not look at is not computed for it. */
static void strip(struct isel *is, struct ir_ins *ins)
{
	const struct ir_ins *def = isel_def(is, ins->arg[1]);
	uint32_t bytes;

	if (!def)
		return;
	bytes = def->op == IR_ZEXT8 || def->op == IR_SEXT8     ? 1
		: def->op == IR_ZEXT16 || def->op == IR_SEXT16 ? 2
		: def->op == IR_ZEXT32 || def->op == IR_SEXT32 ? 4
							       : 0;
	if (bytes < ins->width || def->arg[0].kind != REF_TMP)
		return;
	isel_use(is, def->arg[0]);
	isel_unuse(is, ins->arg[1]);
	ins->arg[1] = def->arg[0];
}

static void shape_store(struct isel *is, struct ir_ins *ins)
{
	strip(is, ins);
	take_rmw(is, ins);
	if (!isel_is_imm(is, ins->arg[1], ins->width))
		isel_need_reg(is, &ins->arg[1]);
	isel_address(is, ins);
}

static void shape_atomic(struct isel *is, struct ir_ins *ins)
{
	bool may_be_imm = ins->op == IR_ATOMIC && ins->cc != ATOMIC_XCHG;

	if (!may_be_imm || !isel_is_imm(is, ins->arg[1], ins->width))
		isel_need_reg(is, &ins->arg[1]);
	if (ins->op == IR_CMPXCHG) {
		ins->call = ir_new_call(is->fn, *ins->call);
		isel_need_reg(is, &ins->call->arg[0]);
	}
	isel_address(is, ins);
}

/* ---- the rest ---- */

static void shape_frame(struct isel *is, struct ir_ins *ins)
{
	frame_address(is, ins, ins->disp);
}

static void shape_rc(struct isel *is, struct ir_ins *ins)
{
	ins->op = IR_COPY;
	ins->arg[0] = (struct ref){REF_REG, is->fn->target->rc};
}

/* An address in the frame is made where it is passed. */
static void shape_arg(struct isel *is, struct ref *r)
{
	const struct ir_ins *def = isel_def(is, *r), *base;
	int64_t disp = 0;

	if (def && def->op == IR_ADD && isel_is_con(is, def->arg[1], &disp))
		base = isel_def(is, def->arg[0]);
	else
		base = def;
	if (!base || base->op != IR_FRAME || !fits_32(disp + base->disp) ||
	    (base != def && def->width != 8))
		return;
	isel_unuse(is, *r);
	*r = ir_new_mem(
		is->fn,
		(struct ir_mem){.scale = 1, .frame = true, .disp = (int32_t)(disp + base->disp)});
}

static void shape_call(struct isel *is, struct ir_ins *ins)
{
	ins->call = ir_new_call(is->fn, *ins->call);
	for (uint32_t i = 0; i < ins->call->nargs; i++)
		shape_arg(is, &ins->call->arg[i]);
	if (ins->call->callee == CALLEE_REF)
		isel_need_reg(is, &ins->call->arg[5]);
}

static void shape_set(struct isel *is, struct ir_ins *ins)
{
	uint8_t width = ins->width;

	isel_compare(is, &ins->arg[0], &ins->arg[1], &ins->cc, &width);
	ins->width = width;
}

static void shape_nothing(struct isel *is __unused, struct ir_ins *ins __unused)
{
}

static void (*const shapes[IR_COUNT])(struct isel *is, struct ir_ins *ins) = {
	[IR_NOP] = shape_nothing,
	[IR_ADD] = shape_add,
	[IR_SUB] = shape_sub,
	[IR_MUL] = shape_mul,
	[IR_MULH] = shape_mulh,
	[IR_UDIV] = shape_divide,
	[IR_UMOD] = shape_divide,
	[IR_SDIV] = shape_divide,
	[IR_SMOD] = shape_divide,
	[IR_AND] = shape_and,
	[IR_OR] = plain,
	[IR_XOR] = shape_xor,
	[IR_SHL] = shape_shift,
	[IR_SHR] = shape_shift,
	[IR_SAR] = shape_shift,
	[IR_ROL] = shape_shift,
	[IR_NEG] = shape_unary,
	[IR_NOT] = shape_unary,
	[IR_BSWAP] = shape_unary,
	[IR_SEXT8] = shape_unary,
	[IR_SEXT16] = shape_unary,
	[IR_SEXT32] = shape_unary,
	[IR_ZEXT8] = shape_unary,
	[IR_ZEXT16] = shape_unary,
	[IR_ZEXT32] = shape_zext32,
	[IR_COPY] = shape_nothing,
	[IR_SET] = shape_set,
	[IR_SELECT] = isel_select,
	[IR_FRAME] = shape_frame,
	[IR_RC] = shape_rc,
	[IR_LOAD] = shape_load,
	[IR_LOADSX] = shape_load,
	[IR_PROBE] = shape_load,
	[IR_STORE] = shape_store,
	[IR_ATOMIC] = shape_atomic,
	[IR_FETCH] = shape_atomic,
	[IR_CMPXCHG] = shape_atomic,
	[IR_LOAD_ACQ] = shape_load,
	[IR_STORE_REL] = shape_atomic,
	[IR_CALL] = shape_call,
	[IR_TAILCALL] = shape_call,
	[IR_LEA] = shape_nothing,
	[IR_SWAP] = shape_nothing,
	[IR_RMW] = shape_nothing,    [IR_SUM] = shape_unary,
};

void isel_ins(struct isel *is, const struct ir_ins *ins)
{
	struct ir_ins shaped = *ins;

	shaped.flags = ins == is->flags;
	shapes[ins->op](is, &shaped);
	if (shaped.op != IR_NOP)
		vec_push(&is->out, shaped);
}

/* ---- the walk ---- */

static bool writes(const struct ir_ins *ins)
{
	return ir_ops[ins->op].modes & (IR_WRITES | IR_EFFECT);
}

static void count_writes(struct isel *is)
{
	struct ir_fn *fn = is->fn;

	for (uint32_t i = 0; i < fn->nrpo; i++) {
		is->now++;
		vec_each(&fn->rpo[i]->ins, ins) {
			is->now += writes(ins);
			if (ins->to.kind == REF_TMP)
				is->epoch[ins->to.val] = is->now;
		}
	}
}

enum { FEW = 4 }; /* addresses that a sum is computed in rather than once before them */

/* Is all that is done with the temporary to use it as an address, here or in the same loop? */
static void count_address(struct isel *is, const struct ir_blk *blk, const struct ir_ins *ins)
{
	bool memory = ir_ops[ins->op].modes & (IR_READS | IR_WRITES);
	const struct ir_tmp *tmp = &is->fn->tmps.v[ins->arg[0].val];
	uint32_t *all = ins->to.kind == REF_TMP ? &is->addresses[ins->to.val] : NULL;
	bool sum = ins->op == IR_ADD && ins->width == 8 && ins->arg[1].kind == REF_CON;

	if (all && *all != is->fn->tmps.v[ins->to.val].uses)
		*all = 0;
	sum = sum && all && *all;
	if (ins->arg[0].kind == REF_TMP && (memory || sum) && tmp->blk->loop == blk->loop &&
	    tmp->uses <= FEW)
		is->addresses[ins->arg[0].val]++;
}

static void count_addresses(struct isel *is)
{
	for (uint32_t i = is->fn->nrpo; i-- > 0;)
		for (size_t k = is->fn->rpo[i]->ins.n; k-- > 0;)
			count_address(is, is->fn->rpo[i], &is->fn->rpo[i]->ins.v[k]);
}

/* Is it of no use to anybody? Then neither are its operands to it. */
static bool drop(struct isel *is, struct ir_ins *ins)
{
	struct ir_uses u;

	if (ins->op == IR_NOP)
		return true;
	if (writes(ins) || ins->to.kind != REF_TMP || is->fn->tmps.v[ins->to.val].uses)
		return false;
	ir_uses(is->fn, ins, &u);
	for (uint32_t i = 0; i < u.n; i++)
		isel_unuse(is, *u.v[i]);
	return true;
}

static void select_blk(struct isel *is, struct ir_blk *blk)
{
	is->blk = blk;
	is->out.n = 0;
	isel_jump(is, &blk->jmp);
	for (size_t i = blk->ins.n; i-- > 0;) {
		struct ir_ins *ins = &blk->ins.v[i];

		is->now -= writes(ins);
		if (ins != is->flags && !drop(is, ins))
			isel_ins(is, ins);
	}
	is->now--;
	vec_push(&is->old, blk->ins.v);
	memset(&blk->ins, 0, sizeof(blk->ins));
	for (size_t i = is->out.n; i-- > 0;)
		vec_push(&blk->ins, is->out.v[i]);
}

void x86_isel(struct ir_fn *fn)
{
	struct isel is = {.fn = fn, .ntmps = (uint32_t)fn->tmps.n};

	ir_fill_uses(fn);
	is.epoch = xcalloc(is.ntmps + 1, sizeof(*is.epoch));
	is.addresses = xcalloc(is.ntmps + 1, sizeof(*is.addresses));
	count_writes(&is);
	count_addresses(&is);
	for (uint32_t i = fn->nrpo; i-- > 0;)
		select_blk(&is, fn->rpo[i]);
	isel_place_cons(&is);
	vec_each(&is.old, old)
		free(*old);
	vec_free(&is.old);
	vec_free(&is.out);
	vec_free(&is.cons);
	free(is.con_at);
	free(is.epoch);
	free(is.addresses);
}
