/* What the kernel does with a few instructions, or does not have to do here at all. */
#include "core/run/mem.h"
#include "core/run/run.h"

/* The context is the kernel's own already. */
KFUNC_FN(bpf_cast_to_kern_ctx, ctx)
{
	return ctx;
}

/* Whatever is there is asked for when it is read. */
KFUNC_FN(bpf_rdonly_cast, addr)
{
	return addr;
}

/* Not one frame goes on: the run ends here, or in the function that takes what was thrown. */
KFUNC_FN(bpf_throw, cookie)
{
	run_fault(rc, FAULT_THROWN, "an exception");
	rc->thrown = cookie;
	return 0;
}

/* Nothing else runs while a program does. */
KFUNC_FN(bpf_rcu_read_lock)
{
	return 0;
}

KFUNC_FN(bpf_rcu_read_unlock)
{
	return 0;
}

KFUNC_FN(bpf_preempt_disable)
{
	return 0;
}

KFUNC_FN(bpf_preempt_enable)
{
	return 0;
}

KFUNC_FN(bpf_local_irq_save, flags)
{
	uint64_t *out = arg_mem_out(rc, flags, sizeof(*out));

	if (out)
		*out = 0;
	return 0;
}

KFUNC_FN(bpf_local_irq_restore, flags)
{
	arg_mem(rc, flags, sizeof(uint64_t));
	return 0;
}
