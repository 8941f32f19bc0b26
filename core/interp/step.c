#include "core/interp/step.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "core/interp/check.h"
#include "core/run/mem.h"
#include "core/run/run.h"

#define BIT(n) (1u << (n))

static enum step_result stop(struct stepper *s)
{
	struct fault *fault = &s->rc->fault;

	if (!fault->placed) {
		fault->prog = s->prog;
		fault->insn = s->insn;
		fault->placed = true;
	}
	return STEP_FAULT;
}

#define FAULT(s, ...) (run_fault((s)->rc, __VA_ARGS__), stop(s))

enum step_result step_begin(struct stepper *s, struct run_ctx *rc, const struct prog *prog,
			    uint32_t start, const uint64_t arg[5], uint16_t known_args)
{
	memset(s, 0, offsetof(struct stepper, frames));
	s->rc = rc;
	s->prog = prog;
	s->insn = start;
	s->loops = MAX_LOOPS;
	s->outer = rc->depth;
	if (run_is_deep(rc))
		return FAULT(s, FAULT_CALL, "more than %d frames", MAX_CALL_FRAMES);
	memset(rc->stack + rc->depth * STACK_SIZE, rc->mem->fresh, STACK_SIZE);
	memcpy(&s->reg[1], arg, 5 * sizeof(*arg));
	s->reg[REG_FP] = (uintptr_t)rc->stack + ++rc->depth * STACK_SIZE;
	s->known = known_args | BIT(REG_FP);
	return STEP_MORE;
}

void step_end(struct stepper *s)
{
	s->rc->depth = s->outer;
}

static void set_reg(struct stepper *s, unsigned int reg, uint64_t value)
{
	s->reg[reg] = value;
	s->known |= BIT(reg);
	s->change.regs |= BIT(reg);
}

/* r1 to r5 do not survive a call. */
static void clobber(struct stepper *s)
{
	s->known &= ~(BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5));
}

static bool check_reg(struct stepper *s, unsigned int reg)
{
	if (s->known & BIT(reg) || s->rc->mem->any_reg)
		return true;
	FAULT(s, FAULT_REGISTER, "r%u is read before it was written", reg);
	return false;
}

static bool check_reads(struct stepper *s, const struct bpf_insn *insn, uint32_t flags)
{
	return (!(flags & INSN_RD_DST) || check_reg(s, insn->dst_reg)) &&
	       (!(flags & INSN_RD_SRC) || check_reg(s, insn->src_reg)) &&
	       (!(flags & INSN_RD_R0) || check_reg(s, 0));
}

/* Asks for the memory that an instruction wants and notes it. */
static bool access(struct stepper *s, uint64_t *at, uint32_t size, uint32_t flags)
{
	bool write = flags & INSN_STORES;
	uint64_t addr = *at;

	if (flags & INSN_ATOM && addr % size) {
		FAULT(s, FAULT_MEMORY,
		      "atomic access of %u bytes at an address that is no multiple of it", size);
		return false;
	}
	if (!write && !mem_check_load(s->rc, at, size)) {
		stop(s);
		return false;
	}
	if (write && (((flags & INSN_LOADS) && !mem_check(s->rc, addr, size, false)) ||
		      !mem_check(s->rc, addr, size, true))) {
		stop(s);
		return false;
	}
	s->change.addr = addr;
	s->change.size = size;
	s->change.wrote = write;
	if (write)
		memcpy(s->change.old, (void *)(uintptr_t)addr, size);
	return true;
}

/* size bytes at addr, extended to 64 bits. */
static uint64_t load(uint64_t addr, uint32_t size, bool sign)
{
	uint64_t v = 0;
	unsigned int shift = 64 - 8 * size;

	memcpy(&v, (void *)(uintptr_t)addr, size);
	return sign ? (uint64_t)((int64_t)(v << shift) >> shift) : v;
}

static uint64_t load_acquire(uint64_t addr, uint32_t size)
{
	uint64_t v = load(addr, size, false);

	atomic_thread_fence(memory_order_acquire);
	return v;
}

static void store(uint64_t addr, uint32_t size, uint64_t value)
{
	memcpy((void *)(uintptr_t)addr, &value, size);
}

#define ATOMIC_CASE(name, type, expr)                                                              \
	case OP_##name: {                                                                          \
		_Atomic type *mem = (_Atomic type *)(uintptr_t)addr;                               \
		type a = *mem, b = (type)src, r0 __unused = (type)cmp;                             \
		while (!atomic_compare_exchange_weak(mem, &a, expr))                               \
			;                                                                          \
		return a;                                                                          \
	}

/* Does an atomic operation and returns what was in memory. */
static uint64_t atomic_old(enum insn_op op, uint64_t addr, uint64_t src, uint64_t cmp)
{
	switch (op) {
#define ATOMIC(name, imm, text, gnu, since, expr)                                                  \
	ATOMIC_CASE(ATOMIC64_##name, uint64_t, expr)                                               \
	ATOMIC_CASE(ATOMIC32_##name, uint32_t, expr)
#include "core/isa/isa.def"
	default:
		return 0;
	}
}

static enum step_result step_memory(struct stepper *s, const struct bpf_insn *insn,
				    const struct insn_desc *desc)
{
	bool in_arena = run_is_arena(s->prog, s->insn);
	uint64_t src = s->reg[insn->src_reg];
	uint64_t base = insn_base_is_src(desc) ? src : s->reg[insn->dst_reg];
	uint64_t addr = (in_arena ? run_arena_base(s->prog, base) : base) + insn->off;

	if (in_arena && desc->flags & INSN_STORES && !run_arena_has(s->rc, addr, desc->size)) {
		s->insn++;
		return STEP_MORE;
	}
	if (!access(s, &addr, desc->size, desc->flags))
		return STEP_FAULT;
	switch (desc->shape) {
	case SHAPE_LDX:
		set_reg(s, insn->dst_reg, load(addr, desc->size, desc->flags & INSN_SX));
		break;
	case SHAPE_LOAD_ACQ:
		set_reg(s, insn->dst_reg, load_acquire(addr, desc->size));
		break;
	case SHAPE_ST:
		store(addr, desc->size, (uint64_t)(int64_t)insn->imm);
		break;
	case SHAPE_STX:
		store(addr, desc->size, src);
		break;
	case SHAPE_STORE_REL:
		atomic_thread_fence(memory_order_release);
		store(addr, desc->size, src);
		break;
	case SHAPE_ATOMIC:
		src = atomic_old(s->prog->ops[s->insn], addr, src, s->reg[0]);
		if (desc->flags & INSN_FETCH)
			set_reg(s, desc->flags & INSN_WR_R0 ? 0 : insn->src_reg, src);
		break;
	}
	s->insn++;
	return STEP_MORE;
}

/* What exit does, and a packet load out of bounds. */
static enum step_result step_exit(struct stepper *s)
{
	struct step_frame *f;

	s->rc->depth--;
	if (!s->nframes)
		return STEP_EXIT;
	f = &s->frames[--s->nframes];
	s->prog = s->rc->prog = f->prog;
	s->known = f->known | (s->known & BIT(0));
	if (!(s->known & BIT(0)))
		s->reg[0] = 0;
	clobber(s);
	memcpy(&s->reg[6], f->saved, sizeof(f->saved));
	s->reg[REG_FP] -= STACK_SIZE;
	s->loops = f->loops;
	s->insn = f->insn + 1;
	return STEP_MORE;
}

static enum step_result step_packet(struct stepper *s, const struct bpf_insn *insn,
				    const struct insn_desc *desc)
{
	int32_t at = insn->imm;
	uint64_t value;
	bool there;

	if (desc->shape == SHAPE_LD_IND)
		at = (int32_t)((uint32_t)at + (uint32_t)s->reg[insn->src_reg]);
	if (!check_reg(s, 6))
		return STEP_FAULT;
	if (!s->rc->pkt || !s->rc->mem->ctx || s->reg[6] != (uintptr_t)s->rc->ctx)
		return FAULT(s, FAULT_MEMORY, "a packet load needs the context of a packet in r6");
	there = packet_load(s->rc->pkt, at, desc->size, &value);
	set_reg(s, 0, value);
	clobber(s);
	s->insn++;
	return there ? STEP_MORE : step_exit(s);
}

/* What runs in a function's place is one step, and r0 is what it answers. */
static bool take_detour(struct stepper *s, const struct subprog *sub)
{
	const struct detour *to = sub ? subprog_detour(sub) : NULL;
	uint64_t ret;

	if (!to)
		return false;
	ret = run_detour(s->rc, to, &s->reg[1]);
	if (s->rc->fault.kind)
		stop(s);
	set_reg(s, 0, ret);
	clobber(s);
	return true;
}

static enum step_result enter_func(struct stepper *s, uint32_t start)
{
	struct run_ctx *rc = s->rc;
	struct step_frame *f = &s->frames[s->nframes];

	if (run_is_deep(rc))
		return FAULT(s, FAULT_CALL, "more than %d frames", MAX_CALL_FRAMES);
	*f = (struct step_frame){
		.prog = s->prog, .insn = s->insn, .known = s->known, .loops = s->loops};
	memcpy(f->saved, &s->reg[6], sizeof(f->saved));
	s->nframes++;
	memset(rc->stack + rc->depth * STACK_SIZE, rc->mem->fresh, STACK_SIZE);
	s->reg[REG_FP] += STACK_SIZE;
	rc->depth++;
	s->known &= BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5) | BIT(REG_FP);
	s->loops = MAX_LOOPS;
	s->insn = start;
	return STEP_MORE;
}

static enum step_result enter(struct stepper *s, uint32_t start)
{
	if (!take_detour(s, prog_subprog_at(s->prog, start)))
		return enter_func(s, start);
	s->insn++;
	return s->rc->fault.kind ? STEP_FAULT : STEP_MORE;
}

static enum step_result call_func(struct stepper *s, helper_fn *func)
{
	struct run_ctx *rc = s->rc;
	uint64_t *r = s->reg;
	uint64_t ret = func(r[1], r[2], r[3], r[4], r[5], rc);

	if (rc->fault.kind)
		return stop(s);
	set_reg(s, 0, ret);
	clobber(s);
	s->insn++;
	if (rc->tail) {
		s->prog = rc->prog = rc->tail;
		rc->tail = NULL;
		s->insn = 0;
		set_reg(s, 1, (uintptr_t)rc->ctx);
		s->known = BIT(1) | BIT(REG_FP);
		if (take_detour(s, s->prog->subs))
			return s->rc->fault.kind ? STEP_FAULT : step_exit(s);
	}
	return STEP_MORE;
}

static enum step_result call_helper(struct stepper *s, int32_t id)
{
	if (!run_has_helper(s->prog, id)) {
		run_fault_helper(s->rc, s->prog, s->insn);
		return stop(s);
	}
	return call_func(s, s->prog->helpers[id]);
}

static enum step_result call_kfunc(struct stepper *s)
{
	const struct kfunc_call *call = prog_kfunc_at(s->prog, s->insn);

	if (call->func)
		return call_func(s, call->func);
	run_fault_kfunc(s->rc, call);
	return stop(s);
}

static enum step_result step_call(struct stepper *s, const struct bpf_insn *insn)
{
	uint64_t to = s->reg[insn->dst_reg];
	const struct subprog *sub;

	switch (s->prog->ops[s->insn]) {
	case OP_CALL:
		return call_helper(s, insn->imm);
	case OP_CALL_LOCAL:
		return enter(s, (uint32_t)insn_target(insn, s->insn));
	case OP_CALLX:
		if (to < HELPER_ID_LIMIT)
			return call_helper(s, (int32_t)to);
		sub = arg_func(s->rc, to);
		return sub ? enter(s, sub->start) : stop(s);
	case OP_CALL_KFUNC:
		return call_kfunc(s);
	default:
		return FAULT(s, FAULT_INSN, "gotox is not available here");
	}
}

/* What is computed or compared with: a register or a constant. */
static uint64_t right_side(const struct stepper *s, const struct bpf_insn *insn,
			   const struct insn_desc *desc)
{
	bool is_k = desc->shape == SHAPE_ALU_K || desc->shape == SHAPE_JMP_K;

	return is_k ? (uint64_t)(int64_t)insn->imm : s->reg[insn->src_reg];
}

static enum step_result step_jump(struct stepper *s, const struct bpf_insn *insn,
				  const struct insn_desc *desc)
{
	enum insn_op op = s->prog->ops[s->insn];
	uint64_t b = right_side(s, insn, desc);
	uint64_t taken = 1;

	if (op == OP_MAY_GOTO && s->loops) {
		s->loops--;
		taken = 0;
	} else {
		insn_eval(op, s->reg[insn->dst_reg], b, &taken);
	}
	if (s->prog->fact_states && !check_jump_fact(s, taken))
		return stop(s);
	s->change.jumped = taken;
	s->insn = taken ? (uint32_t)insn_target(insn, s->insn) : s->insn + 1;
	return STEP_MORE;
}

static enum step_result step_imm64(struct stepper *s, const struct bpf_insn *insn)
{
	uint64_t value;
	const char *why = run_imm64(s->prog, s->insn, &value);

	if (why)
		return FAULT(s, FAULT_INSN, "%s", why);
	set_reg(s, insn->dst_reg, value);
	s->insn += 2;
	return STEP_MORE;
}

/* Register to register. */
static enum step_result step_alu(struct stepper *s, const struct bpf_insn *insn,
				 const struct insn_desc *desc)
{
	uint64_t b = right_side(s, insn, desc);
	uint64_t value;

	if (s->prog->ops[s->insn] == OP_ADDR_SPACE_CAST)
		value = run_cast(s->prog, insn->imm, s->reg[insn->src_reg]);
	else if (!insn_eval(s->prog->ops[s->insn], s->reg[insn->dst_reg], b, &value))
		return FAULT(s, FAULT_INSN, "%s is not available here", desc->text);
	set_reg(s, insn->dst_reg, value);
	s->insn++;
	return STEP_MORE;
}

enum step_result step(struct stepper *s)
{
	const struct prog *prog = s->prog;
	const struct bpf_insn *insn = &prog->insns[s->insn];
	const struct insn_desc *desc;
	struct run_ctx *rc = s->rc;

	s->change = (struct step_change){0};
	if (s->insn >= prog->ninsns || prog->ops[s->insn] == OP_BAD)
		return FAULT(s, FAULT_INSN, "no instruction here: the function has no end");
	if (!rc->budget)
		return FAULT(s, FAULT_BUDGET, "stopped after %llu instructions",
			     (unsigned long long)rc->steps);
	desc = &insn_descs[prog->ops[s->insn]];
	if (prog->has_odd && insn_check(prog->insns, s->insn, prog->ninsns))
		return FAULT(s, FAULT_INSN, "%s", insn_check(prog->insns, s->insn, prog->ninsns));
	if (!check_reads(s, insn, desc->flags))
		return STEP_FAULT;
	if (prog->fact_states && !check_facts(s))
		return stop(s);
	rc->budget--;
	rc->steps++;
	switch (desc->shape) {
	case SHAPE_LDX:
	case SHAPE_STX:
	case SHAPE_ST:
	case SHAPE_ATOMIC:
	case SHAPE_LOAD_ACQ:
	case SHAPE_STORE_REL:
		return step_memory(s, insn, desc);
	case SHAPE_LD_ABS:
	case SHAPE_LD_IND:
		return step_packet(s, insn, desc);
	case SHAPE_JMP_X:
	case SHAPE_JMP_K:
	case SHAPE_JA:
	case SHAPE_JA32:
		return step_jump(s, insn, desc);
	case SHAPE_CALL:
	case SHAPE_CALL_KFUNC:
	case SHAPE_CALLX:
		return step_call(s, insn);
	case SHAPE_LD64:
		return step_imm64(s, insn);
	case SHAPE_NONE:
		if (s->nframes == 0 && !s->rc->mem->is_void && !check_reg(s, 0))
			return STEP_FAULT;
		return step_exit(s);
	default:
		return step_alu(s, insn, desc);
	}
}

static int step_prepare(struct prog *prog, struct diag *d)
{
	prog->engine = &step_engine;
	return run_prepare(prog, d);
}

static int step_prepare_count(struct prog *prog, struct diag *d)
{
	prog->engine = &step_count_engine;
	prog_count(prog);
	return run_prepare(prog, d);
}

static enum step_result run_all(struct stepper *s)
{
	enum step_result res;

	do
		res = step(s);
	while (res == STEP_MORE);
	return res;
}

/* A tail call leaves the program that has made it; its counts are found before. */
static enum step_result count_all(struct stepper *s)
{
	enum step_result res;

	do {
		struct insn_count *count = &s->prog->insn_counts[min(s->insn, s->prog->ninsns)];
		bool is_cond = s->insn < s->prog->ninsns &&
			       insn_descs[s->prog->ops[s->insn]].flags & INSN_COND;

		count->runs++;
		res = step(s);
		count->taken += is_cond && s->change.jumped;
	} while (res == STEP_MORE);
	return res;
}

static uint64_t run_from(struct run_ctx *rc, const struct prog *prog, uint32_t start,
			 const uint64_t arg[5], uint16_t known)
{
	struct stepper s;
	enum step_result res = step_begin(&s, rc, prog, start, arg, known);

	if (res == STEP_MORE)
		res = prog->insn_counts ? count_all(&s) : run_all(&s);
	step_end(&s);
	return res == STEP_EXIT ? s.reg[0] : 0;
}

static uint64_t step_run(struct run_ctx *rc, const struct prog *prog)
{
	uint64_t arg[5] = {(uintptr_t)rc->ctx, rc->ctx_size};
	const struct detour *to = subprog_detour(prog->subs);

	if (to)
		return run_detour(rc, to, arg);
	return run_from(rc, prog, 0, arg, rc->mem->ctx || rc->mem->args ? BIT(1) : BIT(1) | BIT(2));
}

/* A function that is called for its detour may be one without a result, which is 0 then. */
static uint64_t step_callback(struct run_ctx *rc, const struct prog *prog,
			      const struct subprog *sub, const uint64_t arg[5])
{
	uint16_t known = BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5);

	return run_from(rc, prog, sub->start, arg,
			subprog_detour(sub) ? known | BIT(0) : known);
}

const struct engine step_engine = {
	.name = "checked interpreter",
	.prepare = step_prepare,
	.run = step_run,
	.call = step_callback,
};

const struct engine step_count_engine = {
	.name = "checked interpreter",
	.prepare = step_prepare_count,
	.run = step_run,
	.call = step_callback,
};
