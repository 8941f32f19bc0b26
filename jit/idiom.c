/*
 * Loops that are one operation: filling memory with a byte is memset(), and adding up what is in
 * memory goes many numbers at a time (IR_SUM). Such a loop is a block of its own that jumps back to
 * itself, and does nothing else.
 */
#include "jit/local.h"

#include <string.h>

enum { FEWEST = 16, MOST = 1 << 16 }; /* numbers that are added up at a time */

struct idiom {
	struct ir_fn *fn;
	struct ir_blk *blk, *end;
	uint32_t in, back; /* places of the predecessors */
	uint32_t pos;	   /* of blk in those of end */
	/* What the loop consists of */
	struct ir_ins *access; /* a load or a store */
	struct ir_ins *sum;
	const struct ir_phi *address, *counter; /* that steps, and that is asked */
	struct ref base;			/* what is added to the address, or NO_REF */
	struct ref count;			/* how often it goes round */
};

static struct ir_ins *def_here(const struct idiom *d, struct ref r)
{
	struct ir_ins *def = r.kind == REF_TMP ? ref_tmp(d->fn, r)->def : NULL;

	return def >= d->blk->ins.v && def < d->blk->ins.v + d->blk->ins.n ? def : NULL;
}

static const struct ir_phi *phi_here(const struct idiom *d, struct ref r)
{
	vec_each(&d->blk->phis, phi)
		if (ref_eq(phi->to, r))
			return phi;
	return NULL;
}

/* A phi that each round adds a constant to; that, or 0. */
static int64_t step_of(const struct idiom *d, const struct ir_phi *phi)
{
	const struct ir_ins *next = phi ? def_here(d, phi->arg[d->back]) : NULL;

	if (!next || next->op != IR_ADD || next->width != 8 || !ref_eq(next->arg[0], phi->to) ||
	    !ref_is_con(next->arg[1]))
		return 0;
	return ref_con(d->fn, next->arg[1]);
}

static struct ref begin_of(const struct idiom *d, const struct ir_phi *phi)
{
	return phi->arg[d->in];
}

/* ---- the shape ---- */

static bool find_ends(struct idiom *d)
{
	struct ir_blk *blk = d->blk;
	uint32_t k = blk->to[0] == blk ? 0 : 1;

	if (blk->jmp.kind != JUMP_IF || blk->to[k] != blk || blk->pred.n != 2)
		return false;
	d->back = blk->pos[k];
	d->in = !d->back;
	d->end = blk->to[!k];
	d->pos = blk->pos[!k];
	return true;
}

/* Address = a variable that steps, maybe with something added that does not change. */
static bool find_address(struct idiom *d)
{
	struct ref r = d->access->arg[0];
	struct ir_ins *add = def_here(d, r);

	d->base = NO_REF;
	d->address = phi_here(d, r);
	if (!d->address && add && add->op == IR_ADD && add->width == 8 &&
	    ref_tmp(d->fn, r)->uses == 1) {
		uint32_t k = phi_here(d, add->arg[0]) ? 0 : 1;

		d->address = phi_here(d, add->arg[k]);
		d->base = add->arg[!k];
	}
	return d->address && step_of(d, d->address) == d->access->width && !def_here(d, d->base) &&
	       !phi_here(d, d->base);
}

static bool is_access(const struct ir_ins *ins)
{
	return ins->op == IR_LOAD || ins->op == IR_STORE;
}

static bool find_access(struct idiom *d)
{
	d->access = d->sum = NULL;
	vec_each(&d->blk->ins, ins)
		if (is_access(ins)) {
			if (d->access)
				return false;
			d->access = ins;
		}
	return d->access && find_address(d);
}

/* x = x + what was loaded */
static bool find_sum(struct idiom *d)
{
	if (d->access->op == IR_STORE)
		return true;
	if (ref_tmp(d->fn, d->access->to)->uses != 1)
		return false;
	vec_each(&d->blk->ins, ins) {
		uint32_t k = ref_eq(ins->arg[0], d->access->to) ? 1 : 0;
		const struct ir_phi *phi = phi_here(d, ins->arg[k]);

		if (ins->op == IR_ADD && phi && ref_eq(ins->arg[!k], d->access->to) &&
		    ref_eq(phi->arg[d->back], ins->to) && ref_tmp(d->fn, phi->to)->uses == 1)
			d->sum = ins;
	}
	return d->sum;
}

/* Nothing else is done, and what is done is wanted behind it only as it is at the end. */
static bool is_all(const struct idiom *d)
{
	vec_each(&d->blk->ins, ins) {
		bool is_step = false, is_address = ref_eq(ins->to, d->access->arg[0]);

		vec_each(&d->blk->phis, phi)
			is_step |= ref_eq(phi->arg[d->back], ins->to) && step_of(d, phi);
		if (ins != d->access && ins != d->sum && !is_step && !is_address)
			return false;
	}
	vec_each(&d->blk->phis, phi) {
		uint32_t uses = ref_tmp(d->fn, phi->to)->uses;
		bool is_sum = d->sum && ref_eq(phi->arg[d->back], d->sum->to);

		/* its step, and the address */
		if (!is_sum && (!step_of(d, phi) || uses != 1 + (uint32_t)(phi == d->address)))
			return false;
	}
	return true;
}

/* ---- how often ---- */

static bool count_con(struct idiom *d, uint8_t cc, int64_t step, int64_t from, int64_t to)
{
	uint64_t span = (uint64_t)to - (uint64_t)from;
	bool is_less = (uint64_t)from < (uint64_t)to;

	if (step <= 0 || !is_less || (cc == CC_NE && span % (uint64_t)step))
		return false;
	d->count = ir_con(d->fn, (int64_t)((span - 1) / (uint64_t)step + 1));
	return true;
}

static struct ref add(struct idiom *d, uint8_t op, struct ref a, struct ref b)
{
	struct ref to = ir_new_tmp(d->fn);

	ir_add(d->fn, d->blk,
	       (struct ir_ins){
		       .op = op, .width = 8, .to = to, .arg = {a, b}, .slot = d->blk->slot});
	return to;
}

/* The counter and where it ends, from the question behind its step: while it is less, or not there.
 */
static bool find_counter(struct idiom *d, uint8_t *cc, struct ref *limit)
{
	const struct ir_jmp *jmp = &d->blk->jmp;

	*cc = d->blk->to[0] == d->blk ? jmp->cc : jmp->cc ^ 1;
	*limit = jmp->arg[1];
	d->counter = NULL;
	vec_each(&d->blk->phis, phi)
		if (ref_eq(phi->arg[d->back], jmp->arg[0]) && step_of(d, phi))
			d->counter = phi;
	return d->counter && jmp->width == 8 && (*cc == CC_NE || *cc == CC_ULT) &&
	       !def_here(d, *limit) && !phi_here(d, *limit);
}

/* ---- what it becomes ---- */

/* A loop that asks behind its body goes round once at least. */
static struct ref count_vars(struct idiom *d, uint8_t cc, struct ref from, struct ref limit)
{
	struct ref n = add(d, IR_SUB, limit, from);
	struct ir_call call = {.cc = CC_ULT, .width = 8, .arg = {from, limit}};

	if (cc == CC_NE)
		return n;
	n = add(d, IR_SELECT, n, ir_con(d->fn, 1));
	vec_last(&d->blk->ins)->call = ir_new_call(d->fn, call);
	return n;
}

static struct ref first_address(struct idiom *d, int32_t disp)
{
	struct ref a = begin_of(d, d->address);

	if (d->base.kind != REF_NONE && ref_is_con(a) && !ref_con(d->fn, a))
		a = d->base;
	else if (d->base.kind != REF_NONE)
		a = add(d, IR_ADD, d->base, a);
	return disp ? add(d, IR_ADD, a, ir_con(d->fn, disp)) : a;
}

static void fill(struct idiom *d, const struct ir_ins *store)
{
	struct ir_call call = {
		.callee = CALLEE_NATIVE,
		.nargs = 3,
		.target = (const void *)(uintptr_t)memset,
		.name = "memset",
		.arg = {first_address(d, store->disp), store->arg[1], d->count},
	};

	if (store->width > 1)
		call.arg[2] = ir_con(d->fn, ref_con(d->fn, d->count) * store->width);
	ir_add(d->fn, d->blk,
	       (struct ir_ins){.op = IR_CALL,
			       .width = 8,
			       .to = ir_new_tmp(d->fn),
			       .call = ir_new_call(d->fn, call),
			       .slot = store->slot});
}

static void add_up(struct idiom *d, const struct ir_ins *load, const struct ir_ins *sum)
{
	const struct ir_phi *phi = NULL;
	struct ref total = add(d, IR_SUM, first_address(d, load->disp), d->count);

	vec_last(&d->blk->ins)->width = load->width;
	vec_each(&d->blk->phis, p)
		if (ref_eq(p->arg[d->back], sum->to))
			phi = p;
	ir_add(d->fn, d->blk,
	       (struct ir_ins){.op = IR_ADD,
			       .width = sum->width,
			       .to = sum->to,
			       .arg = {begin_of(d, phi), total},
			       .slot = sum->slot});
}

/* Where the variables end up. */
static void step_to_end(struct idiom *d, const struct ir_ins *old, size_t n)
{
	vec_each(&d->blk->phis, phi)
		for (size_t i = 0; i < n; i++) {
			struct ir_ins ins = old[i];

			if (!ref_eq(phi->arg[d->back], ins.to) || ins.op != IR_ADD ||
			    !ref_is_con(ins.arg[1]))
				continue;
			ins.arg[0] = begin_of(d, phi);
			ins.arg[1] = d->count;
			if (ref_con(d->fn, old[i].arg[1]) != 1)
				ins.arg[1] = add(d, IR_MUL, d->count, old[i].arg[1]);
			ir_add(d->fn, d->blk, ins);
		}
}

static void replace(struct idiom *d, uint8_t cc, struct ref limit)
{
	size_t n = d->blk->ins.n;
	struct ir_ins *old = arena_memdup(&d->fn->arena, d->blk->ins.v, n * sizeof(*d->blk->ins.v));
	const struct ir_ins *access = old + (d->access - d->blk->ins.v);
	const struct ir_ins *sum = d->sum ? old + (d->sum - d->blk->ins.v) : NULL;

	d->blk->ins.n = 0;
	if (d->count.kind == REF_NONE)
		d->count = count_vars(d, cc, begin_of(d, d->counter), limit);
	if (access->op == IR_STORE)
		fill(d, access);
	else
		add_up(d, access, sum);
	step_to_end(d, old, n);
	d->blk->phis.n = 0;
	d->blk->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = d->blk->jmp.slot, .odds = 8};
	d->blk->to[0] = d->end;
	d->blk->to[1] = NULL;
	d->blk->pos[0] = d->pos;
}

/* Is every byte of the number the same? */
static bool is_one_byte(int64_t v, uint32_t width)
{
	for (uint32_t i = 1; i < width; i++)
		if ((uint8_t)(v >> i * 8) != (uint8_t)v)
			return false;
	return true;
}

static bool is_worth(const struct idiom *d)
{
	const struct ir_ins *access = d->access;
	bool is_known = d->count.kind == REF_CON;
	int64_t n = is_known ? ref_con(d->fn, d->count) : 0;

	if (access->op == IR_STORE)
		return ref_is_con(access->arg[1]) &&
		       (is_known ? n >= FEWEST : access->width == 1) &&
		       is_one_byte(ref_con(d->fn, access->arg[1]), access->width);
	return d->fn->target->sums && is_known && n >= FEWEST && n <= MOST &&
	       (access->width == 2 || (access->width == 4 && d->sum->width == 4));
}

static bool take(struct idiom *d)
{
	struct ref limit, from;
	uint8_t cc;

	if (!find_ends(d) || !find_access(d) || !find_sum(d) || !find_counter(d, &cc, &limit) ||
	    !is_all(d))
		return false;
	from = begin_of(d, d->counter);
	d->count = NO_REF;
	if (ref_is_con(limit) && ref_is_con(from)) {
		if (!count_con(d, cc, step_of(d, d->counter), ref_con(d->fn, from),
			       ref_con(d->fn, limit)))
			return false;
	} else if (step_of(d, d->counter) != 1) {
		return false;
	}
	if (!is_worth(d))
		return false;
	replace(d, cc, limit);
	return true;
}

void idioms(struct ir_fn *fn)
{
	bool changed = false;

	ir_fill_uses(fn);
	for (uint32_t i = 1; i < fn->nrpo; i++)
		changed |= take(&(struct idiom){.fn = fn, .blk = fn->rpo[i]});
	if (changed)
		fill_cfg(fn);
}
