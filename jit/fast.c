#include "jit/fast.h"

#include <errno.h>
#include <stdlib.h>

#include "core/run/run.h"
#include "jit/code.h"

/* ---- what must be known before the pass ---- */

static bool is_live(const struct fast *f, uint32_t slot)
{
	return !(f->facts[slot] & FACT_DEAD);
}

static void mark_target(struct fast *f, uint32_t slot, const struct bpf_insn *insn)
{
	if (f->facts[slot] & FACT_NOT_TAKEN)
		return;
	f->marks[insn_target(insn, slot)] |= FAST_TARGET;
}

/* Bytes of the frame that the instruction may touch: all of it when r10 goes anywhere. */
static uint32_t stack_of(const struct insn_desc *desc, const struct bpf_insn *insn)
{
	bool by_dst = desc->shape == SHAPE_STX || desc->shape == SHAPE_ST ||
		      desc->shape == SHAPE_ATOMIC || desc->shape == SHAPE_STORE_REL;
	bool by_src = insn_base_is_src(desc);
	uint8_t fields = insn_fields[desc->shape];
	bool is_dst = fields & FIELD_DST && insn->dst_reg == REG_FP;
	bool is_src = fields & FIELD_SRC && insn->src_reg == REG_FP;

	if ((is_dst && !by_dst) || (is_src && !by_src))
		return STACK_SIZE;
	if (!is_dst && !is_src)
		return 0;
	return insn->off < 0 && insn->off > -STACK_SIZE ? (uint32_t)-insn->off : STACK_SIZE;
}

static void look_at(struct fast *f, struct fast_func *fn, uint32_t slot)
{
	const struct bpf_insn *insn = &f->prog->insns[slot];
	const struct insn_desc *desc = &insn_descs[f->prog->ops[slot]];
	uint8_t fields = insn_fields[desc->shape];

	if (fields & FIELD_DST)
		fn->regs |= 1 << insn->dst_reg;
	if (fields & FIELD_SRC)
		fn->regs |= 1 << insn->src_reg;
	fn->stack = max(fn->stack, (uint16_t)round_up(stack_of(desc, insn), 8));
	fn->calls |= (desc->flags & (INSN_CALLS | INSN_LEGACY)) != 0;
	if (desc->flags & INSN_JUMP && f->prog->ops[slot] != OP_GOTOX)
		mark_target(f, slot, insn);
	if (f->prog->ops[slot] == OP_MAY_GOTO)
		fn->loops = true;
	if (f->prog->ops[slot] == OP_CALL && insn->imm == HELPER_tail_call)
		fn->tail_calls = true;
}

static void look_at_func(struct fast *f, uint32_t n)
{
	const struct prog *prog = f->prog;
	struct fast_func *fn = &f->funcs[n];

	*fn = (struct fast_func){.start = prog->subs[n].start, .end = prog->subs[n].end};
	for (uint32_t i = fn->start; i < fn->end; i += insn_slots(&prog->insns[i])) {
		if (is_live(f, i))
			look_at(f, fn, i);
		else
			f->marks[i] |= FAST_DEAD;
	}
	f->subs_tail_call |= n > 0 && fn->tail_calls;
}

/* ---- the pass ---- */

bool fast_is_next(const struct fast *f, uint32_t slot)
{
	uint32_t next = f->at;

	while (next < slot && fast_is_dead(f, next))
		next += insn_slots(&f->prog->insns[next]);
	return slot == next;
}

/* A live function whose last instruction is no end has something behind it that says so. */
static bool ends(const struct fast *f, uint32_t last)
{
	uint16_t op = f->prog->ops[last];

	return fast_is_dead(f, last) || op == OP_EXIT || op == OP_JA || op == OP_JA32;
}

static void make_function(struct fast *f, const struct fast_code *code, uint32_t n)
{
	const struct fast_func *fn = f->fn = &f->funcs[n];
	uint32_t last = fn->start;

	code_bind(&f->buf, f->first_sub + n);
	code_origin(&f->buf, fn->start);
	code->prologue(f);
	for (f->at = fn->start; f->at < fn->end;) {
		uint32_t slot = f->at++;
		const struct rule *r = &code->rules[f->prog->ops[slot]];

		if (fast_is_target(f, slot))
			code_bind(&f->buf, f->first_slot + slot);
		last = slot;
		if (fast_is_dead(f, slot)) {
			f->at += insn_slots(&f->prog->insns[slot]) - 1;
			continue;
		}
		code_origin(&f->buf, slot);
		r->make(f, &f->prog->insns[slot], r);
	}
	if (!ends(f, last))
		code->refuse(f, f->prog->ninsns);
	code->tails(f);
}

void fast_make(struct fast *f, const struct fast_code *code)
{
	for (uint32_t i = 0; i < f->prog->nsubs; i++)
		if (!fast_is_dead(f, f->funcs[i].start))
			make_function(f, code, i);
}

/* ---- the engine ---- */

static int make(struct fast *f, struct prog *prog, struct diag *d)
{
	for (uint32_t i = 0; i < prog->nsubs; i++)
		look_at_func(f, i);
	code_expect(&f->buf, prog->ninsns);
	f->first_sub = code_labels(&f->buf, prog->nsubs);
	f->first_slot = code_labels(&f->buf, prog->ninsns);
	jit_target->fast(f);
	return jit_publish(prog, &f->buf, f->first_sub, d);
}

static int fast_prepare(struct prog *prog, struct diag *d)
{
	struct fast f = {.prog = prog, .buf = {.pad = jit_target ? jit_target->pad : NULL}};
	uint16_t *nothing = NULL;
	int err;

	/* Its constants are in its code as they are. */
	if (prog->is_hardened)
		return jit_opt_engine.prepare(prog, d);
	err = run_prepare_blind(prog, d);
	if (!jit_target || !jit_target->fast)
		return fail(d, NULL, -EOPNOTSUPP, "no code can be made for this machine");
	if (err)
		return err;
	if (!prog->facts)
		nothing = xcalloc(prog->ninsns + 1, sizeof(*nothing));
	f.facts = prog->facts ? prog->facts->flags : nothing;
	f.marks = xcalloc(prog->ninsns + 1, sizeof(*f.marks));
	f.funcs = xcalloc(prog->nsubs + 1, sizeof(*f.funcs));
	f.has_near = code_reaches((const void *)(uintptr_t)run_has_helper) &&
		     code_reaches((const void *)(uintptr_t)run_callback);
	prog->engine = &jit_fast_engine;
	jit_catch_faults();
	err = prog->nsubs ? make(&f, prog, d) : 0;
	free(f.marks);
	free(f.funcs);
	free(nothing);
	vec_free(&f.tails);
	code_buf_free(&f.buf);
	return err;
}

const struct engine jit_fast_engine = {
	.name = "fast",
	.prepare = fast_prepare,
	.run = jit_run,
	.call = jit_call,
	.thunk = jit_thunk,
};
