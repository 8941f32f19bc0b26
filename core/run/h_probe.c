/*
 * Reading memory that may not be there. What a program may not touch is not there; memory of a
 * proved program is asked of the system, so that no address can kill the process.
 */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/run/mem.h"
#include "core/run/run.h"

/* Linux never looks at addresses of user space here. */
static uint64_t no_memory(uint64_t addr)
{
	return (int64_t)addr >= 0 ? -ERANGE : -EFAULT;
}

bool mem_peek(struct run_ctx *rc, void *out, uint64_t from, uint32_t size)
{
	if (!rc->mem) {
		struct iovec to = {out, size}, at = {(void *)(uintptr_t)from, size};

		return process_vm_readv(getpid(), &to, 1, &at, 1, 0) == (ssize_t)size;
	}
	if (!mem_check(rc, from, size, false)) {
		rc->fault.kind = FAULT_NONE;
		return false;
	}
	memmove(out, (const void *)(uintptr_t)from, size);
	return true;
}

static uint64_t probe_mem(struct run_ctx *rc, uint64_t to, uint32_t size, uint64_t from)
{
	void *out = arg_mem_out(rc, to, size);

	if (!out || !size || mem_peek(rc, out, from, size))
		return 0;
	memset(out, 0, size);
	return no_memory(from);
}

/* Answers the length with the NUL that is always there. */
static uint64_t probe_str(struct run_ctx *rc, uint64_t to, uint32_t size, uint64_t from)
{
	char *out = arg_mem_out(rc, to, size);

	if (!out || !size)
		return 0;
	for (uint32_t i = 0; i < size; i++) {
		if (!mem_peek(rc, out + i, from + i, 1)) {
			memset(out, 0, size);
			return no_memory(from);
		}
		if (!out[i])
			return i + 1;
	}
	out[size - 1] = '\0';
	return size;
}

HELPER_FN(probe_read_kernel, to, size, from)
{
	return probe_mem(rc, to, (uint32_t)size, from);
}

HELPER_FN(probe_read_kernel_str, to, size, from)
{
	return probe_str(rc, to, (uint32_t)size, from);
}

HELPER_FN(probe_read, to, size, from)
{
	return probe_mem(rc, to, (uint32_t)size, from);
}

HELPER_FN(probe_read_str, to, size, from)
{
	return probe_str(rc, to, (uint32_t)size, from);
}
