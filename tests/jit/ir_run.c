#include "tests/jit/ir_run.h"

#include <stdlib.h>
#include <string.h>

#include "core/helper/helper.h"
#include "core/isa/insn.h"
#include "core/run/run.h"
#include "tests/jit/dense.h"

/* One call of a function. */
struct frame {
	struct ir_prog *p;
	struct run_ctx *rc;
	struct ir_fn *fn;
	uint64_t *tmp, *var;
	uint64_t fp, r0;
	bool done;
};

/* ---- making ---- */

struct limit {
	struct ir_prog *p;
	uint32_t left;
};

static bool watch(void *arg, struct ir_fn *fn, const char *pass)
{
	struct limit *l = arg;
	const char *wrong = ir_check(fn);

	if (wrong && !l->p->wrong) {
		l->p->wrong = strdup(wrong);
		l->p->wrong_pass = pass;
	}
	return !l->p->wrong && l->left-- > 0;
}

struct ir_prog *ir_prog_new(const struct prog *prog, uint32_t passes)
{
	struct ir_prog *p = xcalloc(1, sizeof(*p));

	p->prog = prog;
	p->fns = xcalloc(prog->nsubs, sizeof(*p->fns));
	for (uint32_t i = 0; i < prog->nsubs; i++) {
		struct limit l = {p, passes};

		p->fns[i] = jit_optimize(prog, i, prog->facts, watch, &l);
	}
	return p;
}

uint32_t ir_passes_to_ssa(void)
{
	uint32_t n = 0;

	while (strcmp(jit_passes[n].name, "ssa") != 0)
		n++;
	return n + 1;
}

struct ir_prog *ir_prog_alone(const struct prog *prog, uint32_t pass)
{
	struct ir_prog *p = ir_prog_new(prog, ir_passes_to_ssa());

	for (uint32_t i = 0; i < prog->nsubs && !p->wrong; i++) {
		struct limit l = {p, 1};

		/* What is there to do again, where nothing was done? */
		p->fns[i]->again = true;
		jit_passes[pass].run(p->fns[i]);
		watch(&l, p->fns[i], jit_passes[pass].name);
	}
	return p;
}

void ir_prog_free(struct ir_prog *p)
{
	for (uint32_t i = 0; i < p->prog->nsubs; i++)
		ir_free(p->fns[i]);
	free(p->fns);
	free((char *)p->wrong);
	free(p);
}

/* ---- running ---- */

static uint64_t value(const struct frame *f, struct ref r)
{
	switch ((enum ref_kind)r.kind) {
	case REF_TMP:
		return f->tmp[r.val];
	case REF_VAR:
		return f->var[r.val];
	case REF_CON:
		return (uint64_t)ref_con(f->fn, r);
	default:
		return 0;
	}
}

static bool compare(uint8_t cc, uint8_t width, uint64_t a, uint64_t b)
{
	int64_t sa = (int64_t)a, sb = (int64_t)b;

	if (width == 4) {
		a = (uint32_t)a;
		b = (uint32_t)b;
		sa = (int32_t)a;
		sb = (int32_t)b;
	}
	switch ((enum ir_cc)(cc & ~1)) {
	case CC_EQ:
		return (a == b) ^ (cc & 1);
	case CC_ULT:
		return (a < b) ^ (cc & 1);
	case CC_UGT:
		return (a > b) ^ (cc & 1);
	case CC_SLT:
		return (sa < sb) ^ (cc & 1);
	case CC_SGT:
		return (sa > sb) ^ (cc & 1);
	default:
		return ((a & b) != 0) ^ (cc & 1);
	}
}

static uint64_t divide(uint8_t op, uint64_t a, uint64_t b, bool is_4)
{
	int64_t sa = is_4 ? (int32_t)a : (int64_t)a, sb = is_4 ? (int32_t)b : (int64_t)b;

	if (!b)
		abort();
	switch (op) {
	case IR_UDIV:
		return a / b;
	case IR_UMOD:
		return a % b;
	case IR_SDIV:
		return sb == -1 ? -(uint64_t)sa : (uint64_t)(sa / sb);
	default:
		return sb == -1 ? 0 : (uint64_t)(sa % sb);
	}
}

static uint64_t shift(uint8_t op, uint64_t a, uint64_t b, bool is_4)
{
	uint32_t bits = is_4 ? 32 : 64, n = b & (bits - 1);

	switch (op) {
	case IR_SHL:
		return a << n;
	case IR_SHR:
		return a >> n;
	case IR_ROL:
		return n ? a << n | a >> (bits - n) : a;
	default:
		return is_4 ? (uint64_t)((int32_t)a >> n) : (uint64_t)((int64_t)a >> n);
	}
}

static uint64_t high_half(uint64_t a, uint64_t b, bool is_4)
{
	return is_4 ? a * b >> 32 : (uint64_t)((unsigned __int128)a * b >> 64);
}

static uint64_t swap(uint64_t a, uint8_t width)
{
	return width == 2   ? __builtin_bswap16((uint16_t)a)
	       : width == 4 ? __builtin_bswap32((uint32_t)a)
			    : __builtin_bswap64(a);
}

static uint64_t compute(const struct ir_ins *ins, uint64_t a, uint64_t b)
{
	bool is_4 = ins->width == 4;

	if (is_4) {
		a = (uint32_t)a;
		b = (uint32_t)b;
	}
	switch ((enum ir_op)ins->op) {
	case IR_ADD:
		return a + b;
	case IR_SUB:
		return a - b;
	case IR_MUL:
		return a * b;
	case IR_MULH:
		return high_half(a, b, is_4);
	case IR_UDIV:
	case IR_UMOD:
	case IR_SDIV:
	case IR_SMOD:
		return divide(ins->op, a, b, is_4);
	case IR_AND:
		return a & b;
	case IR_OR:
		return a | b;
	case IR_XOR:
		return a ^ b;
	case IR_SHL:
	case IR_SHR:
	case IR_SAR:
	case IR_ROL:
		return shift(ins->op, a, b, is_4);
	case IR_NEG:
		return -a;
	case IR_NOT:
		return ~a;
	case IR_BSWAP:
		return swap(a, ins->width);
	case IR_SEXT8:
		return (uint64_t)(int8_t)a;
	case IR_SEXT16:
		return (uint64_t)(int16_t)a;
	case IR_SEXT32:
		return (uint64_t)(int32_t)a;
	case IR_ZEXT8:
		return (uint8_t)a;
	case IR_ZEXT16:
		return (uint16_t)a;
	case IR_ZEXT32:
		return (uint32_t)a;
	case IR_COPY:
		return a;
	case IR_SET:
		return compare(ins->cc, ins->width, a, b);
	default:
		abort();
	}
}

static uint64_t load(uint64_t addr, uint8_t width)
{
	uint64_t v = 0;

	memcpy(&v, (void *)(uintptr_t)addr, width);
	return v;
}

static void store(uint64_t addr, uint64_t v, uint8_t width)
{
	memcpy((void *)(uintptr_t)addr, &v, width);
}

static uint64_t update(uint8_t how, uint64_t a, uint64_t b)
{
	switch ((enum ir_atomic)how) {
	case ATOMIC_ADD:
		return a + b;
	case ATOMIC_OR:
		return a | b;
	case ATOMIC_AND:
		return a & b;
	case ATOMIC_XOR:
		return a ^ b;
	default:
		return b;
	}
}

static uint64_t sign_extend(uint64_t v, uint8_t width)
{
	return (uint64_t)((int64_t)(v << (64 - width * 8)) >> (64 - width * 8));
}

static uint64_t access(struct frame *f, const struct ir_ins *ins)
{
	uint64_t addr = value(f, ins->arg[0]) + (uint64_t)(int64_t)ins->disp;
	uint64_t b = value(f, ins->arg[1]), old;

	if (dense_is_nowhere(addr)) {
		if (ins->op == IR_PROBE)
			return 0;
		run_fault(f->rc, FAULT_MEMORY, "nothing is at %#llx", (unsigned long long)addr);
		f->rc->fault.insn = ins->slot;
		return 0;
	}
	switch ((enum ir_op)ins->op) {
	case IR_STORE:
	case IR_STORE_REL:
		store(addr, b, ins->width);
		return 0;
	case IR_LOADSX:
		return sign_extend(load(addr, ins->width), ins->width);
	case IR_ATOMIC:
	case IR_FETCH:
		old = load(addr, ins->width);
		store(addr, update(ins->cc, old, b), ins->width);
		return old;
	case IR_CMPXCHG:
		old = load(addr, ins->width);
		if (old == (ins->width == 4 ? (uint32_t)b : b))
			store(addr, value(f, ins->call->arg[0]), ins->width);
		return old;
	case IR_PROBE:
		old = load(addr, ins->width);
		return ins->sx ? sign_extend(old, ins->width) : old;
	default:
		return load(addr, ins->width);
	}
}

/* Too many arguments do no harm in the calling conventions of Linux. */
static uint64_t call_native(struct frame *f, const struct ir_call *call, const uint64_t arg[6])
{
	uint64_t (*fn)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

	memcpy(&fn, &call->target, sizeof(fn));
	return fn(arg[0], arg[1], arg[2], arg[3], arg[4],
		  call->gets_rc ? (uintptr_t)f->rc : arg[5]);
}

static uint64_t call(struct frame *f, const struct ir_ins *ins)
{
	const struct ir_call *c = ins->call;
	const struct subprog *sub;
	uint64_t arg[6] = {0};

	for (uint32_t i = 0; i < ARRAY_SIZE(arg); i++)
		arg[i] = value(f, c->arg[i]);
	switch ((enum ir_callee)c->callee) {
	case CALLEE_NATIVE:
		return call_native(f, c, arg);
	case CALLEE_FUNC:
		return ir_run(f->p, f->rc, c->func, arg);
	default:
		if (arg[5] < HELPER_ID_LIMIT && f->p->prog->helpers[arg[5]])
			return f->p->prog->helpers[arg[5]](arg[0], arg[1], arg[2], arg[3], arg[4],
							   f->rc);
		sub = (const struct subprog *)(uintptr_t)arg[5];
		return ir_run(f->p, f->rc, (uint32_t)(sub - f->p->prog->subs), arg);
	}
}

static bool spend(struct frame *f)
{
	f->p->steps++;
	if (f->rc->budget-- == 0) {
		run_fault(f->rc, FAULT_BUDGET, "out of budget");
		f->done = true;
	}
	return !f->done;
}

static void run_ins(struct frame *f, const struct ir_ins *ins)
{
	uint64_t r;

	if (!spend(f))
		return;
	if (ins->op == IR_NOP)
		return;
	if (ins->op == IR_FRAME)
		r = f->fp + (uint64_t)(int64_t)ins->disp;
	else if (ins->op == IR_RC)
		r = (uintptr_t)f->rc;
	else if (ins->op == IR_CPU)
		r = f->rc->cpu;
	else if (ins->op == IR_CALL || ins->op == IR_TAILCALL)
		r = call(f, ins);
	else if (ins->op == IR_SELECT)
		r = value(f, compare(ins->call->cc, ins->call->width, value(f, ins->call->arg[0]),
				     value(f, ins->call->arg[1]))
				     ? ins->arg[0]
				     : ins->arg[1]);
	else if (ir_ops[ins->op].modes & (IR_READS | IR_WRITES))
		r = access(f, ins);
	else
		r = compute(ins, value(f, ins->arg[0]), value(f, ins->arg[1]));
	if (ins->width == 4 && ins->op != IR_LOADSX && !ins->sx)
		r = (uint32_t)r;
	if (f->rc->fault.kind || (ins->op == IR_TAILCALL && f->rc->tail))
		f->done = true;
	if (ins->to.kind == REF_TMP)
		f->tmp[ins->to.val] = r;
	else if (ins->to.kind == REF_VAR)
		f->var[ins->to.val] = r;
}

/* All of an edge's moves are made at once. */
static void enter(struct frame *f, const struct ir_blk *blk, uint32_t from)
{
	uint64_t *now = xcalloc(blk->phis.n + 1, sizeof(*now));

	for (size_t i = 0; i < blk->phis.n; i++)
		now[i] = value(f, blk->phis.v[i].arg[from]);
	for (size_t i = 0; i < blk->phis.n; i++)
		f->tmp[blk->phis.v[i].to.val] = now[i];
	free(now);
}

static const struct ir_blk *jump(struct frame *f, const struct ir_blk *blk)
{
	const struct ir_jmp *j = &blk->jmp;
	uint32_t way = 0;

	if (!spend(f))
		return NULL;
	if (j->kind == JUMP_RET) {
		f->r0 = value(f, j->arg[0]);
		return NULL;
	}
	if (j->kind == JUMP_STOP)
		return NULL;
	if (j->kind == JUMP_IF)
		way = !compare(j->cc, j->width, value(f, j->arg[0]), value(f, j->arg[1]));
	if (blk->to[way]->phis.n)
		enter(f, blk->to[way], blk->pos[way]);
	return blk->to[way];
}

static void run_frame(struct frame *f)
{
	const struct ir_blk *blk = f->fn->blks.v[0];

	while (blk) {
		for (size_t i = 0; i < blk->ins.n && !f->done; i++)
			run_ins(f, &blk->ins.v[i]);
		blk = f->done ? NULL : jump(f, blk);
	}
}

uint64_t ir_run(struct ir_prog *p, struct run_ctx *rc, uint32_t func, const uint64_t arg[5])
{
	struct ir_fn *fn = p->fns[func];
	struct frame f = {.p = p, .rc = rc, .fn = fn};

	if (rc->depth == MAX_CALL_FRAMES) {
		run_fault(rc, FAULT_CALL, "more than %d frames", MAX_CALL_FRAMES);
		return 0;
	}
	f.tmp = xcalloc(fn->tmps.n + 1, sizeof(*f.tmp));
	f.var = xcalloc(fn->nvars + 1, sizeof(*f.var));
	f.fp = (uintptr_t)rc->stack + ++rc->depth * STACK_SIZE;
	memset((void *)(uintptr_t)(f.fp - STACK_SIZE), 0, STACK_SIZE);
	for (uint32_t i = 0; i < ARRAY_SIZE(fn->args); i++)
		if (fn->args[i].kind == REF_TMP)
			f.tmp[fn->args[i].val] = arg[i];
	run_frame(&f);
	rc->depth--;
	free(f.tmp);
	free(f.var);
	return f.r0;
}
