/* Faults of compiled code, and what it calls when it cannot go on. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>

#include "core/base/fault.h"
#include "core/helper/helper.h"
#include "core/run/run.h"
#include "jit/code.h"
#include "jit/jit.h"
#include "jit/text.h"

/* The instruction that a byte belongs to; those that merely return there end before it. */
void jit_place_fault(struct run_ctx *rc, uintptr_t pc)
{
	const struct code *code = code_find(pc - 1);
	const struct jit_code *jc = code ? code->owner : NULL;
	uint32_t slot, next;

	if (rc->fault.placed || !jc)
		return;
	slot = jit_slot(jc, (uint32_t)(pc - 1 - (uintptr_t)code->at), &next);
	if (slot >= jc->prog->ninsns)
		return;
	rc->fault.prog = jc->prog;
	rc->fault.insn = slot;
	rc->fault.placed = true;
}

/* An entry of a library's function that is being changed. */
static bool on_trap(uintptr_t pc, void *context)
{
	uintptr_t at = text_trap(pc);

	if (at)
		jit_target->resume(context, at, NO_CLEARED);
	return at != 0;
}

static bool on_fault(int sig, uintptr_t pc, uintptr_t address, void *context)
{
	const struct code *code = code_find(pc);
	const struct jit_code *jc = code ? code->owner : NULL;
	struct run_ctx *rc;
	uint32_t slot, next;
	bool may_miss;

	if (sig == SIGTRAP)
		return on_trap(pc, context);
	if (!jc)
		return false;
	slot = jit_slot(jc, (uint32_t)(pc - (uintptr_t)code->at), &next);
	may_miss = sig != SIGFPE && slot < jc->prog->ninsns;
	if (may_miss && run_is_arena(jc->prog, slot)) {
		jit_target->run_of(context)->missed++;
		jit_target->resume(context, (uintptr_t)code->at + next, NO_CLEARED);
		return true;
	}
	if (may_miss && run_is_probe(jc->prog, slot)) {
		jit_target->run_of(context)->missed++;
		jit_target->resume(context, (uintptr_t)code->at + next,
				   jc->has_cleared ? NO_CLEARED : jc->prog->insns[slot].dst_reg);
		return true;
	}
	rc = jit_target->run_of(context);
	if (sig == SIGFPE)
		run_fault(rc, FAULT_INSN, "a division that the machine cannot do");
	else
		run_fault(rc, FAULT_MEMORY, "access to 0x%" PRIxPTR ", where no memory is",
			  address);
	jit_place_fault(rc, pc + 1);
	jit_target->drop(context);
	return true;
}

void jit_catch_faults(void)
{
	fault_catch(on_fault);
}

void jit_refuse(struct run_ctx *rc, const struct prog *prog, uint32_t slot)
{
	uint16_t op = prog->ops[slot];

	if (op == OP_CALL)
		run_fault_helper(rc, prog, slot);
	else if (op == OP_CALL_KFUNC)
		run_fault_kfunc(rc, prog_kfunc_at(prog, slot));
	else if (op == OP_BAD)
		run_fault(rc, FAULT_INSN, "no instruction here: fell off the end of a function");
	else
		run_fault(rc, FAULT_INSN, "%s cannot be compiled", insn_descs[op].name);
	if (rc->fault.placed)
		return;
	rc->fault.prog = prog;
	rc->fault.insn = slot;
	rc->fault.placed = true;
}
