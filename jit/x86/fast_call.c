/* The one-pass tier: calls, and what ends a run. */
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/run.h"
#include "jit/lower.h"
#include "jit/x86/fast.h"

static void call_c(struct fast *f, const void *function)
{
	x86_call_address(&f->buf, function, f->has_near);
}
#define CALL_C(f, function) call_c(f, (const void *)(uintptr_t)(function))

/* A function that may record a fault: the run ends when it did. */
static void call_checked(struct fast *f, const void *function)
{
	size_t i = 0;

	while (i < f->tails.n && f->tails.v[i].function != function)
		i++;
	if (i == f->tails.n)
		vec_push(&f->tails,
			 ((struct fast_tail){code_labels(&f->buf, 1), ORIGIN_CALLS, function}));
	x86_call(&f->buf, f->tails.v[i].label);
}

/* The return address, which says where it was, is x86_fault()'s, too. */
void x86_fast_tails(struct fast *f)
{
	struct code_buf *b = &f->buf;

	vec_each(&f->tails, tail) {
		uint32_t fault = code_labels(b, 1);

		code_bind(b, tail->label);
		code_origin(b, tail->slot);
		x86_ri(b, X86_SUB, 8, RSP, 8);
		x86_rr(b, X86_MOV, 8, R9, RC);
		x86_call_address(b, tail->function, f->has_near);
		x86_ri(b, X86_ADD, 8, RSP, 8);
		x86_mi(b, X86_CMP, 4, RC_AT(fault.kind), FAULT_NONE);
		x86_jcc(b, X86_NE, fault);
		x86_ret(b);
		code_bind(b, fault);
		x86_jmp_address(b, x86_fault, f->has_near);
	}
	f->tails.n = 0;
}

/* Behind the call of a function that nobody knows */
static void check_fault(struct fast *f)
{
	uint32_t none = code_labels(&f->buf, 1);

	x86_mi(&f->buf, X86_CMP, 4, RC_AT(fault.kind), FAULT_NONE);
	x86_jcc(&f->buf, X86_E, none);
	CALL_C(f, x86_fault);
	code_bind(&f->buf, none);
}

/* No instruction, or none that can run: says so and ends the run. */
void x86_fast_refuse_at(struct fast *f, uint32_t slot)
{
	x86_rr(&f->buf, X86_MOV, 8, RDI, RC);
	x86_mov_imm(&f->buf, RSI, (uintptr_t)f->prog);
	x86_mov_imm(&f->buf, RDX, slot);
	x86_ri(&f->buf, X86_AND, 8, RSP, -16);
	CALL_C(f, jit_refuse);
	x86_jmp_address(&f->buf, x86_unwind, f->has_near);
}

void x86_fast_refuse(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	x86_fast_refuse_at(f, slot_of(f, insn));
}

/* To the program in r11: where its code is, is in it. */
static void leave(struct fast *f)
{
	x86_fast_epilogue(f);
	x86_m(&f->buf, X86_JMP, 8, X86_AT(WORK3, offsetof(struct prog, entry)));
}

/* After the helper, which said where to; r1 is the context again. */
static void go_to_tail(struct fast *f)
{
	struct code_buf *b = &f->buf;
	uint32_t stay = code_labels(b, 1);

	x86_rm(b, X86_MOV, 8, WORK3, RC_AT(tail));
	x86_rr(b, X86_TEST, 8, WORK3, WORK3);
	x86_jcc(b, X86_E, stay);
	x86_mi(b, X86_MOV, 8, RC_AT(tail), 0);
	x86_mr(b, X86_MOV, 8, RC_AT(prog), WORK3);
	x86_rm(b, X86_MOV, 8, RDI, RC_AT(ctx));
	leave(f);
	code_bind(b, stay);
}

/* Before the helper is asked. */
static void try_tail(struct fast *f, const struct bpf_insn *insn)
{
	uint32_t ask = code_labels(&f->buf, 1);
	struct map *table;

	if (!(fact_of(f, insn) & FACT_CALL_MAP))
		return;
	table = facts_call(f->prog->facts, slot_of(f, insn)).map;
	if (!x86_tail_is_known(table))
		return;
	x86_tail_find(&f->buf, table, X86_SLOT_UNKNOWN, ask);
	leave(f);
	code_bind(&f->buf, ask);
}

/* A helper that is the one of this name, and nobody's who stands in for it. */
static bool is_own(const struct fast *f, int32_t id)
{
	return f->prog->helpers[id] == run_helpers[id];
}

/*
 * Operations on one map need no helper in between: their arguments are where the helper's are, and
 * the number of the cpu comes behind them. What an array has for a key stays where it is. Values
 * that own something are changed by the helpers, which look after it.
 */
static bool call_map(struct fast *f, const struct bpf_insn *insn)
{
	const struct map_ops *ops;
	struct fact_call call;

	if (!(fact_of(f, insn) & FACT_CALL_MAP))
		return false;
	call = facts_call(f->prog->facts, slot_of(f, insn));
	ops = call.map->ops;
	if (insn->imm == HELPER_map_lookup_elem && fact_of(f, insn) & FACT_CALL_KEY &&
	    ops->type == MAP_TYPE_ARRAY) {
		x86_mov_imm(&f->buf, RAX, (uintptr_t)ops->lookup(call.map, &call.key, 0));
		return true;
	}
	if (insn->imm == HELPER_map_lookup_elem && ops->lookup) {
		x86_rm(&f->buf, X86_MOV, 4, RDX, RC_AT(cpu));
		CALL_C(f, ops->lookup);
		return true;
	}
	if (call.map->record)
		return false;
	if (insn->imm == HELPER_map_update_elem && ops->update) {
		x86_rm(&f->buf, X86_MOV, 4, R8, RC_AT(cpu));
		CALL_C(f, ops->update);
	} else if (insn->imm == HELPER_map_delete_elem && ops->delete) {
		x86_rm(&f->buf, X86_MOV, 4, RDX, RC_AT(cpu));
		CALL_C(f, ops->delete);
	} else {
		return false;
	}
	x86_rr(&f->buf, X86_MOVSXD, 8, RAX, RAX);
	return true;
}

void x86_fast_call(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	if (!run_has_helper(f->prog, insn->imm)) {
		x86_fast_refuse(f, insn, r);
		return;
	}
	if (insn->imm == HELPER_get_smp_processor_id && is_own(f, insn->imm)) {
		x86_rm(&f->buf, X86_MOV, 4, RAX, RC_AT(cpu));
		return;
	}
	if (is_own(f, insn->imm) && call_map(f, insn))
		return;
	if (insn->imm == HELPER_tail_call && is_own(f, insn->imm))
		try_tail(f, insn);
	call_checked(f, (const void *)(uintptr_t)f->prog->helpers[insn->imm]);
	if (insn->imm == HELPER_tail_call)
		go_to_tail(f);
}

void x86_fast_call_kfunc(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	const struct kfunc_call *call = prog_kfunc_at(f->prog, slot_of(f, insn));

	if (!call->func) {
		x86_fast_refuse(f, insn, r);
		return;
	}
	call_checked(f, (const void *)(uintptr_t)call->func);
}

/* After a function that may have made a tail call another program's name is there. */
static void restore_prog(struct fast *f)
{
	if (!f->subs_tail_call)
		return;
	x86_mov_imm(&f->buf, WORK3, (uintptr_t)f->prog);
	x86_mr(&f->buf, X86_MOV, 8, RC_AT(prog), WORK3);
}

void x86_fast_call_local(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	uint32_t slot = slot_of(f, insn);
	const struct subprog *sub = prog_subprog_at(f->prog, slot + 1 + (uint32_t)insn->imm);

	if (f->prog->is_open) {
		x86_mov_imm(&f->buf, WORK3, (uintptr_t)&sub->entry);
		x86_m(&f->buf, X86_CALL, 8, X86_AT(WORK3, 0));
	} else {
		x86_call(&f->buf, f->first_sub + (uint32_t)(sub - f->prog->subs));
	}
	restore_prog(f);
}

/* A register that holds a function's address or, from before there were any, a helper's number. */
void x86_fast_callx(struct fast *f, const struct bpf_insn *insn, const struct rule *r __unused)
{
	struct code_buf *b = &f->buf;
	uint32_t function = code_labels(b, 2), done = function + 1;

	x86_rr(b, X86_MOV, 8, WORK3, DST);
	x86_ri(b, X86_CMP, 8, WORK3, HELPER_ID_LIMIT);
	x86_jcc(b, X86_AE, function);
	x86_rr(b, X86_MOV, 8, R9, RC);
	x86_mov_imm(b, WORK2, (uintptr_t)f->prog->helpers);
	x86_m(b, X86_CALL, 8, X86_AT2(WORK2, WORK3, 8, 0));
	check_fault(f);
	x86_jmp(b, done);
	code_bind(b, function);
	x86_m(b, X86_CALL, 8, X86_AT(WORK3, offsetof(struct subprog, entry)));
	code_bind(b, done);
	restore_prog(f);
}

/* A load out of the packet's bounds ends the function with 0. */
void x86_fast_packet(struct fast *f, const struct bpf_insn *insn, const struct rule *r)
{
	struct code_buf *b = &f->buf;
	bool is_ind = insn_descs[f->prog->ops[slot_of(f, insn)]].shape == SHAPE_LD_IND;
	uint32_t there = code_labels(b, 1);

	if (is_ind)
		x86_rm(b, X86_LEA, 4, RDI, X86_AT(SRC, insn->imm));
	else
		x86_mov_imm(b, RDI, (uint32_t)insn->imm);
	x86_mov_imm(b, RSI, r->size);
	x86_rr(b, X86_MOV, 8, R9, RC);
	CALL_C(f, jit_packet_load);
	x86_ri(b, X86_CMP, 8, RAX, -1);
	x86_jcc(b, X86_NE, there);
	x86_rr(b, X86_XOR, 4, RAX, RAX);
	x86_fast_exit(f, insn, r);
	code_bind(b, there);
}
