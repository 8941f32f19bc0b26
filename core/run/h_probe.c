/*
 * Reading memory that may not be there. What a program may not touch is not there; memory of a
 * proved program is read so that no address can kill the process.
 */
#include <errno.h>
#include <string.h>

#include "core/base/fault.h"
#include "core/btf/btf.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

/* Who reads: the kernel, or what a program has of user space. */
static const uint32_t kernel = SPACE_KERNEL, user = SPACE_USER, either = SPACE_KERNEL | SPACE_USER;

/* The kernel never looks at addresses of user space. */
static uint64_t no_memory(uint64_t addr, uint32_t sides)
{
	return sides == kernel && (int64_t)addr >= 0 ? -ERANGE : -EFAULT;
}

/* The whole context may be read like other memory of the kernel. */
static bool in_context(const struct run_ctx *rc, uint64_t addr, uint32_t size)
{
	uint64_t off = addr - (uintptr_t)rc->ctx;

	return rc->ctx && off < rc->ctx_size && size <= rc->ctx_size - off;
}

static bool probe(struct run_ctx *rc, void *out, uint64_t from, uint32_t size, uint32_t sides)
{
	if (rc->rt->space && space_read(rc->rt->space, out, from, size, sides))
		return true;
	if (!(sides & SPACE_KERNEL))
		return false;
	if (!rc->mem)
		return fault_copy(out, (const void *)(uintptr_t)from, size) == 0;
	if (!in_context(rc, from, size) && !mem_check(rc, from, size, false)) {
		rc->fault.kind = FAULT_NONE;
		return false;
	}
	memmove(out, (const void *)(uintptr_t)from, size);
	return true;
}

bool mem_peek(struct run_ctx *rc, void *out, uint64_t from, uint32_t size)
{
	return probe(rc, out, from, size, either);
}

bool mem_peek_member(struct run_ctx *rc, uint64_t addr, const char *of, const char *member,
		     uint32_t size, uint64_t *out)
{
	const struct btf *types = btf_read(rc->rt->kernel);
	uint32_t off;

	*out = 0;
	return types &&
	       btf_member_at(types, btf_find(types, of, BTF_KIND_STRUCT), member, &off) &&
	       mem_peek(rc, out, addr + off, size);
}

static uint64_t probe_mem(struct run_ctx *rc, uint64_t to, uint32_t size, uint64_t from,
			  uint32_t sides)
{
	void *out = arg_mem_out(rc, to, size);

	if (!out || !size || probe(rc, out, from, size, sides))
		return 0;
	memset(out, 0, size);
	return no_memory(from, sides);
}

/* Answers the length with the NUL that is always there. */
static uint64_t probe_str(struct run_ctx *rc, uint64_t to, uint32_t size, uint64_t from,
			  uint32_t sides)
{
	char *out = arg_mem_out(rc, to, size);

	if (!out || !size)
		return 0;
	for (uint32_t i = 0; i < size; i++) {
		if (!probe(rc, out + i, from + i, 1, sides)) {
			memset(out, 0, size);
			return no_memory(from, sides);
		}
		if (!out[i])
			return i + 1;
	}
	out[size - 1] = '\0';
	return size;
}

HELPER_FN(probe_read_kernel, to, size, from)
{
	return probe_mem(rc, to, (uint32_t)size, from, kernel);
}

HELPER_FN(probe_read_kernel_str, to, size, from)
{
	return probe_str(rc, to, (uint32_t)size, from, kernel);
}

HELPER_FN(probe_read_user, to, size, from)
{
	return probe_mem(rc, to, (uint32_t)size, from, user);
}

HELPER_FN(probe_read_user_str, to, size, from)
{
	return probe_str(rc, to, (uint32_t)size, from, user);
}

HELPER_FN(probe_read, to, size, from)
{
	return probe_mem(rc, to, (uint32_t)size, from, either);
}

HELPER_FN(probe_read_str, to, size, from)
{
	return probe_str(rc, to, (uint32_t)size, from, either);
}

/* Of programs that may sleep: nothing is read in with a page fault here either. */
HELPER_FN(copy_from_user, to, size, from)
{
	return probe_mem(rc, to, (uint32_t)size, from, user);
}

/* The other task is this one: there is only one memory. */
HELPER_FN(copy_from_user_task, to, size, from, task, flags)
{
	if (flags)
		return -EINVAL;
	return probe_mem(rc, to, (uint32_t)size, from, user);
}
