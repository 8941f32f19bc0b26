/* Shapes that instructions have on every machine. */
#include "core/obj/runctx.h"
#include "jit/isel.h"
#include "jit/target.h"

void isel_commute(const struct isel *is, struct ir_ins *ins)
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

void isel_frame(struct isel *is, struct ir_ins *ins, int32_t disp)
{
	ins->op = IR_LEA;
	ins->arg[0] = ir_new_mem(is->fn, (struct ir_mem){.scale = 1, .frame = true, .disp = disp});
	ins->arg[1] = NO_REF;
	ins->disp = 0;
}

/* A constant added to the frame's end. */
bool isel_take_frame(struct isel *is, struct ir_ins *ins)
{
	const struct ir_ins *def = isel_def(is, ins->arg[0]);
	int64_t c;

	if (!def || def->op != IR_FRAME || ins->width != 8 || ins->flags ||
	    !isel_is_con(is, ins->arg[1], &c) || !fits_32(c + def->disp))
		return false;
	isel_unuse(is, ins->arg[0]);
	isel_frame(is, ins, (int32_t)(c + def->disp));
	return true;
}

/* Is the upper half of what r is zero, whoever made it? */
static bool fits_low(const struct isel *is, struct ref r)
{
	const struct ir_ins *def = isel_def(is, r);
	const struct ir_value *value = r.kind == REF_TMP ? is->fn->tmps.v[r.val].value : NULL;

	if (value && value->kind <= FACT_NUMBER && value->umax <= UINT32_MAX)
		return true;
	return def && def->width <= 4 && def->op != IR_LOADSX && def->op != IR_PROBE &&
	       def->op != IR_SELECT && def->op != IR_COPY;
}

static struct ir_ins new_ins(uint8_t op, struct ref to, struct ref a, struct ref b, uint32_t slot)
{
	return (struct ir_ins){.op = op, .width = 8, .to = to, .arg = {a, b}, .slot = slot};
}

/* Of 32 bits it is a product of 64, shifted; what is pushed first comes last. */
void isel_mulh(struct isel *is, struct ir_ins *ins)
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
void isel_shift(struct isel *is, struct ir_ins *ins)
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

void isel_unary(struct isel *is, struct ir_ins *ins)
{
	isel_need_reg(is, &ins->arg[0]);
}

/* What has no upper half needs none taken away. */
void isel_zext32(struct isel *is, struct ir_ins *ins)
{
	isel_need_reg(is, &ins->arg[0]);
	if (fits_low(is, ins->arg[0]))
		ins->op = IR_COPY;
}

void isel_load(struct isel *is, struct ir_ins *ins)
{
	isel_address(is, ins);
}

/* What a store does not look at is not computed for it. */
void isel_strip(struct isel *is, struct ir_ins *ins)
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

void isel_make_frame(struct isel *is, struct ir_ins *ins)
{
	isel_frame(is, ins, ins->disp);
}

void isel_rc(struct isel *is, struct ir_ins *ins)
{
	ins->op = IR_COPY;
	ins->arg[0] = (struct ref){REF_REG, is->fn->target->rc};
}

void isel_cpu(struct isel *is, struct ir_ins *ins)
{
	struct ir_mem m = {.base = {REF_REG, is->fn->target->rc},
			   .scale = 1,
			   .disp = offsetof(struct run_ctx, cpu)};

	ins->op = IR_LOAD;
	ins->arg[0] = ir_new_mem(is->fn, m);
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

void isel_call(struct isel *is, struct ir_ins *ins)
{
	ins->call = ir_new_call(is->fn, *ins->call);
	for (uint32_t i = 0; i < ins->call->nargs; i++)
		shape_arg(is, &ins->call->arg[i]);
	if (ins->call->callee == CALLEE_REF)
		isel_need_reg(is, &ins->call->arg[5]);
}

/* ---- comparisons ---- */

static bool is_equality(uint8_t cc)
{
	return cc == CC_EQ || cc == CC_NE;
}

void isel_swap_compare(struct ref *a, struct ref *b, uint8_t *cc)
{
	struct ref r = *a;

	*a = *b;
	*b = r;
	*cc = ir_swapped[*cc];
}

/* (x & y) == 0 is a test of x and y. */
static void take_and(struct isel *is, struct ref *a, struct ref *b, uint8_t *cc, uint8_t *width)
{
	const struct ir_ins *def = isel_def(is, *a);
	int64_t zero;

	if (!is_equality(*cc) || !isel_is_con(is, *b, &zero) || zero || !def || def->op != IR_AND ||
	    !isel_single(is, *a))
		return;
	isel_use(is, def->arg[0]);
	isel_use(is, def->arg[1]);
	isel_unuse(is, *a);
	*a = def->arg[0];
	*b = def->arg[1];
	*cc = *cc == CC_EQ ? CC_CLEAR : CC_SET;
	*width = min(*width, def->width);
}

void isel_order_compare(struct isel *is, struct ref *a, struct ref *b, uint8_t *cc, uint8_t *width)
{
	if (a->kind == REF_CON)
		isel_swap_compare(a, b, cc);
	take_and(is, a, b, cc, width);
	if (a->kind == REF_CON)
		isel_swap_compare(a, b, cc);
}

/* a cc b ? 1 : 0 */
bool isel_take_set(struct isel *is, struct ir_ins *ins)
{
	struct ir_call *call = ins->call;
	int64_t yes, no;

	if (!isel_is_con(is, ins->arg[0], &yes) || !isel_is_con(is, ins->arg[1], &no) ||
	    (yes | no) != 1 || yes == no)
		return false;
	ins->op = IR_SET;
	ins->cc = yes ? call->cc : call->cc ^ 1;
	ins->width = call->width;
	ins->arg[0] = call->arg[0];
	ins->arg[1] = call->arg[1];
	ins->call = NULL;
	return true;
}
