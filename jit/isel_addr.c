/* Addresses: what base, index, scale and displacement can take over from arithmetic. */
#include "jit/isel.h"

enum { STEPS = 8 }; /* definitions that are looked through for one address */

static bool add_disp(struct ir_mem *m, int64_t by)
{
	int64_t sum;

	if (__builtin_add_overflow((int64_t)m->disp, by, &sum) || !fits_32(sum))
		return false;
	m->disp = (int32_t)sum;
	return true;
}

/* part, whose definition was taken over, is a now. */
static void replace(struct isel *is, struct ref *part, struct ref a)
{
	isel_use(is, a);
	isel_unuse(is, *part);
	*part = a;
}

/* x + constant: the constant goes into the displacement, times the scale. */
static bool take_con(struct isel *is, struct ir_mem *m, struct ref *part, const struct ir_ins *def,
		     int64_t scale)
{
	int64_t c;

	if ((def->op != IR_ADD && def->op != IR_SUB) || def->width != 8 ||
	    !isel_is_con(is, def->arg[1], &c) || !fits_32(c))
		return false;
	if (!add_disp(m, (def->op == IR_SUB ? -c : c) * scale))
		return false;
	replace(is, part, def->arg[0]);
	return true;
}

/* x << 1, 2, 3, or x times 2, 4, 8, as an index. */
static bool take_scale(struct isel *is, struct ir_mem *m, const struct ir_ins *def)
{
	int64_t c;
	int shift;

	if (def->width != 8 || !isel_is_con(is, def->arg[1], &c) || def->arg[0].kind != REF_TMP)
		return false;
	if (def->op == IR_SHL && c >= 1 && c <= 3)
		shift = (int)c;
	else if (def->op == IR_MUL && (c == 2 || c == 4 || c == 8))
		shift = __builtin_ctz((unsigned)c);
	else
		return false;
	if (m->scale << shift > 8)
		return false;
	m->scale = (uint8_t)(m->scale << shift);
	replace(is, &m->index, def->arg[0]);
	return true;
}

/* Is a sum better computed in each address than once? */
static bool is_worth(const struct isel *is, struct ref r)
{
	const struct ir_tmp *tmp = &is->fn->tmps.v[r.val];

	return r.val < is->ntmps &&
	       (is->addresses[r.val] || (isel_single(is, r) && tmp->blk->depth >= is->blk->depth));
}

static bool take_sum(struct isel *is, struct ir_mem *m, const struct ir_ins *def)
{
	if (def->op != IR_ADD || def->width != 8 || m->index.kind != REF_NONE ||
	    def->arg[1].kind != REF_TMP || def->arg[0].kind != REF_TMP || !is_worth(is, m->base))
		return false;
	isel_use(is, def->arg[0]);
	isel_use(is, def->arg[1]);
	isel_unuse(is, m->base);
	m->base = def->arg[0];
	m->index = def->arg[1];
	m->scale = 1;
	return true;
}

static bool take_frame(struct isel *is, struct ir_mem *m, const struct ir_ins *def)
{
	if (def->op != IR_FRAME || m->frame || !add_disp(m, def->disp))
		return false;
	isel_unuse(is, m->base);
	m->base = NO_REF;
	m->frame = true;
	return true;
}

static bool step_index(struct isel *is, struct ir_mem *m)
{
	const struct ir_ins *def = isel_def(is, m->index);

	if (!def)
		return false;
	return take_con(is, m, &m->index, def, m->scale) || take_scale(is, m, def);
}

static bool step_base(struct isel *is, struct ir_mem *m)
{
	const struct ir_ins *def = isel_def(is, m->base);

	if (!def)
		return false;
	return take_frame(is, m, def) || take_con(is, m, &m->base, def, 1) || take_sum(is, m, def);
}

/* Which of two is the index makes no difference until one of them has a scale, or is the frame. */
static void swap_parts(struct isel *is, struct ir_mem *m)
{
	const struct ir_ins *base = isel_def(is, m->base), *index = isel_def(is, m->index);
	bool base_scales = base && (base->op == IR_SHL || base->op == IR_MUL);
	bool index_frame = index && index->op == IR_FRAME;

	if (m->scale == 1 && m->index.kind == REF_TMP && m->base.kind == REF_TMP &&
	    (base_scales || index_frame)) {
		struct ref r = m->base;

		m->base = m->index;
		m->index = r;
	}
}

static void match(struct isel *is, struct ir_mem *m)
{
	for (int i = 0; i < STEPS; i++) {
		bool base = step_base(is, m);

		swap_parts(is, m);
		if (!base && !step_index(is, m))
			break;
	}
}

/* Both may be constants: one of 64 bits is in a register. */
static void settle(struct isel *is, struct ir_mem *m)
{
	if (m->base.kind == REF_CON)
		m->base = isel_near(is, ref_con(is->fn, m->base), &m->disp);
	if (m->index.kind == REF_CON)
		isel_need_reg(is, &m->index);
}

void isel_address(struct isel *is, struct ir_ins *ins)
{
	struct ir_mem m = {.base = ins->arg[0], .scale = 1, .disp = ins->disp};

	if (ins->arg[0].kind == REF_MEM)
		return;
	match(is, &m);
	settle(is, &m);
	ins->arg[0] = ir_new_mem(is->fn, m);
	ins->disp = 0;
}

bool isel_fold_load(struct isel *is, struct ref *r, uint32_t width)
{
	struct ir_ins *def = isel_def(is, *r), load;

	if (!def || def->op != IR_LOAD || def->width != width || !isel_single(is, *r) ||
	    is->epoch[r->val] != is->now)
		return false;
	/* Its operands are the new one's. */
	load = *def;
	def->op = IR_NOP;
	isel_unuse(is, *r);
	isel_address(is, &load);
	*r = load.arg[0];
	return true;
}

/*
 * Two parts at most, one of them scaled, or the frame's end: three parts take longer than two
 * instructions on many machines.
 */
bool isel_lea(struct isel *is, struct ir_ins *ins)
{
	struct ir_mem m = {.base = ins->arg[0], .index = ins->arg[1], .scale = 1};
	const struct ir_ins *def;

	if (ins->arg[1].kind != REF_TMP || ins->arg[0].kind != REF_TMP)
		return false;
	swap_parts(is, &m);
	def = isel_def(is, m.index);
	if (!def || !isel_single(is, m.index) || !take_scale(is, &m, def))
		return false;
	ins->op = IR_LEA;
	ins->arg[0] = ir_new_mem(is->fn, m);
	ins->arg[1] = NO_REF;
	return true;
}
