/*
 * Constants of a program do not come into its code as they are: whoever writes them could write
 * instructions of his own, which a jump into their middle would run (D. Blazakis, "Interpreter
 * Exploitation", 2010; Linux's bpf_jit_blind_constants()). Each is made of two numbers of which one
 * is random, and so is the other one then. Numbers of one byte are too short to be anything.
 */
#include "core/base/rng.h"
#include "jit/local.h"

struct harden {
	struct ir_fn *fn;
	struct rng rng;
	uint32_t slot;
	VEC(struct ir_ins) out;
};

static bool is_short(int64_t value)
{
	return value == (int8_t)value;
}

/* Makes a constant what is put together before it is used; 32 bits are made of 32 bits. */
static void blind(struct harden *h, struct ref *r)
{
	struct ir_ins ins = {.op = IR_XOR, .width = 8, .slot = h->slot};
	int64_t value, key = (int64_t)rng_u64(&h->rng);

	if (!ref_is_con(*r) || is_short(ref_con(h->fn, *r)))
		return;
	value = ref_con(h->fn, *r);
	if (value == (int32_t)value)
		key = (int32_t)key;
	ins.arg[0] = ir_con(h->fn, value ^ key);
	ins.arg[1] = ir_con(h->fn, key);
	ins.to = ir_new_tmp(h->fn);
	vec_push(&h->out, ins);
	*r = ins.to;
}

/* What is added to an address is the program's too, beyond what a field of an instruction has. */
static void blind_disp(struct harden *h, struct ir_ins *ins)
{
	bool is_memory = ir_ops[ins->op].modes & (IR_READS | IR_WRITES) && ins->op != IR_CALL &&
			 ins->op != IR_TAILCALL;
	struct ref by = ir_con(h->fn, ins->disp);

	if (!is_memory || ins->disp == (int16_t)ins->disp)
		return;
	blind(h, &by);
	vec_push(&h->out, ((struct ir_ins){.op = IR_ADD,
					   .width = 8,
					   .slot = h->slot,
					   .to = ir_new_tmp(h->fn),
					   .arg = {ins->arg[0], by}}));
	ins->arg[0] = vec_last(&h->out)->to;
	ins->disp = 0;
}

static void blind_ins(struct harden *h, struct ir_ins ins)
{
	struct ir_uses u;

	h->slot = ins.slot;
	if (ins.call)
		ins.call = ir_new_call(h->fn, *ins.call);
	ir_uses(h->fn, &ins, &u);
	for (uint32_t i = 0; i < u.n; i++)
		blind(h, u.v[i]);
	blind_disp(h, &ins);
	vec_push(&h->out, ins);
}

/* What a block hands to the phis of those behind it. */
static void blind_edges(struct harden *h, const struct ir_blk *blk)
{
	for (uint32_t k = 0; k < 2; k++) {
		if (!blk->to[k])
			continue;
		vec_each(&blk->to[k]->phis, phi) {
			blind(h, &phi->arg[blk->pos[k]]);
		}
	}
}

void harden(struct ir_fn *fn)
{
	struct harden h = {.fn = fn, .rng = {fn->harden}};

	for (uint32_t i = 0; i < fn->nrpo && fn->harden; i++) {
		struct ir_blk *blk = fn->rpo[i];
		struct ir_uses u;

		h.out.n = 0;
		vec_each(&blk->ins, ins) {
			blind_ins(&h, *ins);
		}
		h.slot = blk->jmp.slot;
		blind_edges(&h, blk);
		ir_jmp_uses(fn, &blk->jmp, &u);
		for (uint32_t k = 0; k < u.n; k++)
			blind(&h, u.v[k]);
		ir_set_ins(fn, blk, h.out.v, h.out.n);
	}
	vec_free(&h.out);
}
