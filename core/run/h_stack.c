/*
 * Stacks: the addresses that code will return to. Only registers lead to them, so that probes and
 * perf events have one: of the kernel or of user space, whichever was running, by its frame
 * pointers, as far as there is memory that describes them.
 */
#include <errno.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/mem.h"
#include "core/run/regs.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum {
	STACK_SKIP = 0xff,
	STACK_USER = 1 << 8,
	STACK_FAST_CMP = 1 << 9,
	STACK_REUSE = 1 << 10,
	STACK_BUILD_ID = 1 << 11,
	STACK_DEPTH_MAX = 127, /* sysctl_perf_event_max_stack */
};

static uint64_t reg(const struct run_ctx *rc, const char *name)
{
	uint64_t v;

	memcpy(&v, (const uint8_t *)rc->ctx + regs_find(rc->rt->arch, name), sizeof(v));
	return v;
}

static bool has_regs(const struct run_ctx *rc)
{
	uint32_t type = rc->prog->type;

	return rc->rt->arch && (type == PROG_TYPE_KPROBE || type == PROG_TYPE_PERF_EVENT);
}

/* A frame begins with the caller's frame pointer and the address to go on at. */
static uint32_t walk(const struct run_ctx *rc, uint64_t flags, uint64_t out[STACK_DEPTH_MAX])
{
	uint32_t side = flags & STACK_USER ? SPACE_USER : SPACE_KERNEL, n = 0;
	uint64_t frame[2], fp;

	if (!has_regs(rc) || !(space_sides(reg(rc, "ip")) & side))
		return 0;
	out[n++] = reg(rc, "ip");
	fp = reg(rc, "fp");
	while (n < STACK_DEPTH_MAX && rc->rt->space &&
	       space_read(rc->rt->space, frame, fp, sizeof(frame), side) && frame[1]) {
		out[n++] = frame[1];
		/* Stacks grow down. */
		if (frame[0] <= fp)
			break;
		fp = frame[0];
	}
	return n;
}

HELPER_FN(get_stackid, ctx, map_arg, flags)
{
	struct map *map = arg_map(rc, map_arg);
	uint64_t trace[STACK_DEPTH_MAX];
	uint32_t n, skip = flags & STACK_SKIP;

	if (!map || !arg_ctx(rc, ctx))
		return 0;
	if (flags & ~(uint64_t)(STACK_SKIP | STACK_USER | STACK_FAST_CMP | STACK_REUSE) ||
	    !map->ops->put_trace)
		return -EINVAL;
	n = walk(rc, flags, trace);
	if (n <= skip)
		return -EFAULT;
	return (uint64_t)(int64_t)map->ops->put_trace(map, trace + skip, n - skip, flags, rc->cpu);
}

static uint64_t copy_stack(struct run_ctx *rc, uint64_t buf, uint32_t size, uint64_t flags)
{
	uint8_t *out = arg_mem_out(rc, buf, size);
	uint32_t n, skip = flags & STACK_SKIP, len;
	uint64_t trace[STACK_DEPTH_MAX];

	if (!out)
		return 0;
	memset(out, 0, size);
	if (flags & ~(uint64_t)(STACK_SKIP | STACK_USER | STACK_BUILD_ID) || size % sizeof(*trace))
		return -EINVAL;
	n = walk(rc, flags, trace);
	if (n <= skip || flags & STACK_BUILD_ID)
		return -EFAULT;
	len = min(size, (n - skip) * (uint32_t)sizeof(*trace));
	memcpy(out, trace + skip, len);
	return len;
}

HELPER_FN(get_stack, ctx, buf, size, flags)
{
	return arg_ctx(rc, ctx) ? copy_stack(rc, buf, (uint32_t)size, flags) : 0;
}

HELPER_FN(get_task_stack, task, buf, size, flags)
{
	return copy_stack(rc, buf, (uint32_t)size, flags);
}
