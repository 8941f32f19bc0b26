#include "core/run/run.h"
#include "jit/jit.h"
#include "jit/lower.h"

uint64_t jit_cannot(uint64_t why, uint64_t r2 __unused, uint64_t r3 __unused, uint64_t r4 __unused,
		    uint64_t r5 __unused, struct run_ctx *rc)
{
	run_fault(rc, FAULT_INSN, "%s", (const char *)(uintptr_t)why);
	return 0;
}

uint64_t jit_refused(uint64_t prog, uint64_t slot, uint64_t r3 __unused, uint64_t r4 __unused,
		     uint64_t r5 __unused, struct run_ctx *rc)
{
	jit_refuse(rc, (const struct prog *)(uintptr_t)prog, (uint32_t)slot);
	return 0;
}

uint64_t jit_missing_kfunc(uint64_t call, uint64_t r2 __unused, uint64_t r3 __unused,
			   uint64_t r4 __unused, uint64_t r5 __unused, struct run_ctx *rc)
{
	run_fault_kfunc(rc, (const struct kfunc_call *)(uintptr_t)call);
	return 0;
}

uint64_t jit_packet_load(uint64_t off, uint64_t size, uint64_t r3 __unused, uint64_t r4 __unused,
			 uint64_t r5 __unused, struct run_ctx *rc)
{
	uint64_t value;

	return packet_load(rc->pkt, (int32_t)off, (uint32_t)size, &value) ? value : UINT64_MAX;
}
