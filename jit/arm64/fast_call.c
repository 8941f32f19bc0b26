/* The one-pass tier: calls, and what ends a run. */
#include "core/obj/map.h"
#include "core/run/run.h"
#include "jit/arm64/fast.h"
#include "jit/lower.h"

static void load_rc(struct fast *f, uint32_t width, uint32_t rt, uint32_t offset)
{
	a64_mem(&f->buf, A64_LDR, width, rt, RC, offset);
}

static void store_rc(struct fast *f, uint32_t rt, uint32_t offset)
{
	a64_mem(&f->buf, A64_STR, 8, rt, RC, offset);
}

/* To where the run ends, when a fault was recorded. */
static void check_fault(struct fast *f, uint32_t slot)
{
	struct fast_tail tail = {.label = code_labels(&f->buf, 1), .slot = slot};

	load_rc(f, 4, WORK1, RC_OFFSET(fault.kind));
	a64_fast_jump_zero(f, A64_CBNZ, 4, WORK1, tail.label);
	vec_push(&f->tails, tail);
}

void a64_fast_tails(struct fast *f)
{
	vec_each(&f->tails, tail) {
		code_bind(&f->buf, tail->label);
		code_origin(&f->buf, tail->slot);
		a64_call_address(&f->buf, a64_fault);
	}
	f->tails.n = 0;
}

/* A helper gets the run_ctx as its last argument; what it returns is r0. */
static void call_helper(struct fast *f, const void *function, uint32_t slot)
{
	a64_fast_move(f, 8, X5, RC);
	a64_call_address(&f->buf, function);
	a64_fast_move(f, 8, R0, X0);
	check_fault(f, slot);
}

/* No instruction, or none that can run: says so and ends the run. */
void a64_fast_refuse_at(struct fast *f, uint32_t slot)
{
	a64_fast_move(f, 8, X0, RC);
	a64_mov_imm(&f->buf, X1, (uintptr_t)f->prog);
	a64_mov_imm(&f->buf, X2, slot);
	a64_call_address(&f->buf, (const void *)(uintptr_t)jit_refuse);
	a64_mov_imm(&f->buf, X16, (uintptr_t)a64_unwind);
	a64_jump_reg(&f->buf, A64_BR, X16);
}

void a64_fast_refuse(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	a64_fast_refuse_at(f, slot_of(f, insn));
}

/* After the helper, which said where to; r1 is the context again. */
static void go_to_tail(struct fast *f)
{
	struct code_buf *b = &f->buf;
	uint32_t stay = code_labels(b, 1);

	load_rc(f, 8, WORK1, RC_OFFSET(tail));
	a64_jump_zero(b, A64_CBZ, 8, WORK1, stay);
	store_rc(f, ZR, RC_OFFSET(tail));
	store_rc(f, WORK1, RC_OFFSET(prog));
	load_rc(f, 8, X0, RC_OFFSET(ctx));
	a64_fast_epilogue(f);
	a64_mem(b, A64_LDR, 8, X16, WORK1, offsetof(struct prog, entry));
	a64_jump_reg(b, A64_BR, X16);
	code_bind(b, stay);
}

/* A lookup in one map needs no helper in between: the number of the cpu comes behind its key. */
static bool look_up(struct fast *f, const struct bpf_insn *insn)
{
	struct fact_call call;

	if (insn->imm != HELPER_map_lookup_elem || !(fact_of(f, insn) & FACT_CALL_MAP))
		return false;
	call = facts_call(f->prog->facts, slot_of(f, insn));
	if (!call.map->ops->lookup)
		return false;
	load_rc(f, 4, X2, RC_OFFSET(cpu));
	a64_call_address(&f->buf, (const void *)(uintptr_t)call.map->ops->lookup);
	a64_fast_move(f, 8, R0, X0);
	return true;
}

void a64_fast_call(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	/* A helper that is the one of this name, and nobody's who stands in for it */
	bool is_own;

	if (!run_has_helper(f->prog, insn->imm)) {
		a64_fast_refuse(f, insn, r);
		return;
	}
	is_own = f->prog->helpers[insn->imm] == run_helpers[insn->imm];
	if (insn->imm == HELPER_get_smp_processor_id && is_own) {
		load_rc(f, 4, R0, RC_OFFSET(cpu));
		return;
	}
	if (is_own && look_up(f, insn))
		return;
	call_helper(f, (const void *)(uintptr_t)f->prog->helpers[insn->imm], slot_of(f, insn));
	if (insn->imm == HELPER_tail_call)
		go_to_tail(f);
}

void a64_fast_call_kfunc(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	const struct kfunc_call *call = prog_kfunc_at(f->prog, slot_of(f, insn));

	if (call->func)
		call_helper(f, (const void *)(uintptr_t)call->func, slot_of(f, insn));
	else
		a64_fast_refuse(f, insn, r);
}

/* After a function that may have made a tail call another program's name is there. */
static void restore_prog(struct fast *f)
{
	if (!f->subs_tail_call)
		return;
	a64_mov_imm(&f->buf, WORK1, (uintptr_t)f->prog);
	store_rc(f, WORK1, RC_OFFSET(prog));
}

void a64_fast_call_local(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	uint32_t slot = slot_of(f, insn);
	const struct subprog *sub = prog_subprog_at(f->prog, slot + 1 + (uint32_t)insn->imm);

	if (f->prog->is_open) {
		a64_mov_imm(&f->buf, X16, (uintptr_t)&sub->entry);
		a64_mem(&f->buf, A64_LDR, 8, X16, X16, 0);
		a64_jump_reg(&f->buf, A64_BLR, X16);
	} else {
		a64_jump(&f->buf, A64_BL, f->first_sub + (uint32_t)(sub - f->prog->subs));
	}
	a64_fast_move(f, 8, R0, X0);
	restore_prog(f);
}

/* A register that holds a function's address or, from before there were any, a helper's number. */
void a64_fast_callx(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	struct code_buf *b = &f->buf;
	uint32_t function = code_labels(b, 2), done = function + 1;

	a64_fast_move(f, 8, WORK1, DST);
	a64_mov_imm(b, X16, HELPER_ID_LIMIT);
	a64_rrr(b, A64_SUBS, 8, ZR, WORK1, X16, 0);
	a64_jump_cc(b, A64_HS, function);
	a64_mov_imm(b, X16, (uintptr_t)f->prog->helpers);
	a64_mem_x(b, A64_LDR_X, 8, X16, X16, WORK1, true);
	a64_fast_move(f, 8, X5, RC);
	a64_jump_reg(b, A64_BLR, X16);
	a64_fast_move(f, 8, R0, X0);
	check_fault(f, slot_of(f, insn));
	a64_jump(b, A64_B, done);
	code_bind(b, function);
	a64_mem(b, A64_LDR, 8, X16, WORK1, offsetof(struct subprog, entry));
	a64_jump_reg(b, A64_BLR, X16);
	a64_fast_move(f, 8, R0, X0);
	code_bind(b, done);
	restore_prog(f);
}

/* A load out of the packet's bounds ends the function with 0. */
void a64_fast_packet(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	struct code_buf *b = &f->buf;
	uint32_t there = code_labels(b, 1);

	if (insn_descs[f->prog->ops[slot_of(f, insn)]].shape == SHAPE_LD_IND) {
		a64_mov_imm(b, X16, (uint32_t)insn->imm);
		a64_rrr(b, A64_ADD, 4, X0, SRC, X16, 0);
	} else {
		a64_mov_imm(b, X0, (uint32_t)insn->imm);
	}
	a64_mov_imm(b, X1, r->size);
	a64_fast_move(f, 8, X5, RC);
	a64_call_address(b, (const void *)(uintptr_t)jit_packet_load);
	a64_fast_move(f, 8, R0, X0);
	a64_arith(b, A64_ADDS_K, 8, ZR, R0, 1);
	a64_jump_cc(b, A64_NE, there);
	a64_mov_imm(b, R0, 0);
	a64_fast_exit(f, insn, r);
	code_bind(b, there);
}
