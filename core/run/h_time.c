/* Clocks, random numbers, cpu and task. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "core/run/mem.h"
#include "core/run/owned.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

static uint64_t now(struct run_ctx *rc, clockid_t clock)
{
	struct timespec ts;

	if (rc->rt->fixed_clock)
		return rc->rt->clock_ns;
	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec + rc->rt->ahead_ns;
}

HELPER_FN(ktime_get_ns)
{
	return now(rc, CLOCK_MONOTONIC);
}

HELPER_FN(ktime_get_boot_ns)
{
	return now(rc, CLOCK_BOOTTIME);
}

HELPER_FN(ktime_get_coarse_ns)
{
	return now(rc, CLOCK_MONOTONIC_COARSE);
}

HELPER_FN(ktime_get_tai_ns)
{
	return now(rc, CLOCK_TAI);
}

/* With CONFIG_HZ=250, as distributions have it. */
HELPER_FN(jiffies64)
{
	return now(rc, CLOCK_MONOTONIC) / (1000000000 / 250);
}

HELPER_FN(get_prandom_u32)
{
	return (uint32_t)rng_u64(&rc->rt->rng);
}

HELPER_FN(get_smp_processor_id)
{
	return rc->rt->has_cpu ? rc->rt->cpu : rc->cpu;
}

HELPER_FN(get_numa_node_id)
{
	return 0;
}

HELPER_FN(get_current_pid_tgid)
{
	return (uint64_t)rc->rt->task.tgid << 32 | rc->rt->task.pid;
}

HELPER_FN(get_current_uid_gid)
{
	return (uint64_t)rc->rt->task.gid << 32 | rc->rt->task.uid;
}

HELPER_FN(get_current_comm, buf, size)
{
	const char *comm = rc->rt->task.comm;
	size_t n = (uint32_t)size;
	char *out = arg_mem_out(rc, buf, n);

	if (!out)
		return 0;
	if (!n)
		return -EINVAL;
	memset(out, 0, n);
	memcpy(out, comm, min(n - 1, strnlen(comm, sizeof(rc->rt->task.comm))));
	return 0;
}

HELPER_FN(get_current_cgroup_id)
{
	return rc->rt->task.cgroup_id;
}

HELPER_FN(get_current_task)
{
	return run_task_object(rc);
}

HELPER_FN(get_current_task_btf)
{
	return run_task_object(rc);
}
