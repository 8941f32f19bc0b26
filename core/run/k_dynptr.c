/* Kernel functions of dynptrs (kernel/bpf/helpers.c). */
#include <errno.h>
#include <string.h>

#include "core/run/dynptr.h"
#include "core/run/mem.h"
#include "core/run/run.h"

/* size bytes at off to be read or written, or NULL, with *err. */
static uint8_t *part(struct run_ctx *rc, const struct dynptr *p, uint64_t off, uint64_t size,
		     bool write, int *err)
{
	*err = -EINVAL;
	if (write && dynptr_is_rdonly(p))
		return NULL;
	return dynptr_slice(rc, p, (uint32_t)off, (uint32_t)size, write, err);
}

KFUNC_FN(bpf_dynptr_adjust, ptr, start, end)
{
	struct dynptr *p = arg_dynptr(rc, ptr);
	uint32_t from = (uint32_t)start, to = (uint32_t)end;

	if (!p)
		return 0;
	if (!p->data || from > to)
		return (uint32_t)-EINVAL;
	if (to > dynptr_size(p))
		return (uint32_t)-ERANGE;
	p->offset += from;
	p->size = (p->size & ~(uint32_t)DYNPTR_SIZE_MAX) | (to - from);
	return 0;
}

KFUNC_FN(bpf_dynptr_is_null, ptr)
{
	const struct dynptr *p = arg_dynptr(rc, ptr);

	return p && !p->data;
}

KFUNC_FN(bpf_dynptr_is_rdonly, ptr)
{
	const struct dynptr *p = arg_dynptr(rc, ptr);

	return p && p->data && dynptr_is_rdonly(p);
}

KFUNC_FN(bpf_dynptr_size, ptr)
{
	const struct dynptr *p = arg_dynptr(rc, ptr);

	return p && p->data ? dynptr_size(p) : (uint32_t)-EINVAL;
}

KFUNC_FN(bpf_dynptr_clone, ptr, copy)
{
	const struct dynptr *p = arg_dynptr(rc, ptr);
	struct dynptr *out = p ? arg_new_dynptr(rc, copy) : NULL;

	if (!out)
		return 0;
	*out = p->data ? *p : (struct dynptr){0};
	return p->data ? 0 : (uint32_t)-EINVAL;
}

/* The bytes where they lie, or a copy in the program's buffer, which it writes back itself. */
static uint64_t slice(struct run_ctx *rc, uint64_t ptr, uint64_t off, uint64_t buffer,
		      uint64_t size, bool write)
{
	const struct dynptr *p = arg_dynptr(rc, ptr);
	uint8_t *at, *copy;
	int err;

	if (!p)
		return 0;
	at = part(rc, p, off, size, write, &err);
	if (at || err != -EFAULT || !buffer)
		return (uintptr_t)at;
	copy = arg_mem_out(rc, buffer, (uint32_t)size);
	if (!copy || dynptr_get(rc, p, (uint32_t)off, copy, (uint32_t)size))
		return 0;
	return buffer;
}

KFUNC_FN(bpf_dynptr_slice, ptr, off, buffer, size)
{
	return slice(rc, ptr, off, buffer, size, false);
}

KFUNC_FN(bpf_dynptr_slice_rdwr, ptr, off, buffer, size)
{
	return slice(rc, ptr, off, buffer, size, true);
}

enum { PIECE = 256 };

/* From packet to packet, where no pointer reaches. */
static int copy_pieces(struct run_ctx *rc, const struct dynptr *to, uint64_t to_off,
		       const struct dynptr *from, uint64_t from_off, uint32_t size)
{
	uint8_t piece[PIECE];
	int err = 0;

	for (uint32_t at = 0, n; at < size && !err; at += n) {
		n = min(size - at, (uint32_t)PIECE);
		err = dynptr_get(rc, from, from_off + at, piece, n);
		if (!err)
			err = dynptr_put(rc, to, to_off + at, piece, n, 0);
	}
	return err;
}

static int fill_pieces(struct run_ctx *rc, const struct dynptr *p, uint64_t off, uint32_t size,
		       uint8_t value)
{
	uint8_t piece[PIECE];
	int err = 0;

	memset(piece, value, sizeof(piece));
	for (uint32_t at = 0, n; at < size && !err; at += n) {
		n = min(size - at, (uint32_t)PIECE);
		err = dynptr_put(rc, p, off + at, piece, n, 0);
	}
	return err;
}

KFUNC_FN(bpf_dynptr_copy, to_arg, to_off, from_arg, from_off, size)
{
	const struct dynptr *to = arg_dynptr(rc, to_arg);
	const struct dynptr *from = to ? arg_dynptr(rc, from_arg) : NULL;
	uint8_t *out, *in;
	int out_err, in_err;

	if (!from)
		return 0;
	in = part(rc, from, from_off, size, false, &in_err);
	out = part(rc, to, to_off, size, true, &out_err);
	if (in && out)
		memmove(out, in, (uint32_t)size);
	else if (in_err == -EFAULT || out_err == -EFAULT)
		return (uint32_t)copy_pieces(rc, to, (uint32_t)to_off, from, (uint32_t)from_off,
					     (uint32_t)size);
	/* Nothing from nowhere to nowhere is copied. */
	if (!in && !out)
		return (uint32_t)(to_off | from_off | (uint32_t)size ? -E2BIG : 0);
	return (uint32_t)(in ? out ? 0 : out_err : in_err);
}

KFUNC_FN(bpf_dynptr_memset, ptr, off, size, value)
{
	const struct dynptr *p = arg_dynptr(rc, ptr);
	uint8_t *out;
	int err;

	if (!p)
		return 0;
	if (!p->data)
		return (uint32_t)((uint32_t)size || (uint32_t)off ? -E2BIG : 0);
	out = part(rc, p, off, size, true, &err);
	if (out)
		memset(out, (uint8_t)value, (uint32_t)size);
	else if (err == -EFAULT)
		err = fill_pieces(rc, p, (uint32_t)off, (uint32_t)size, (uint8_t)value);
	return (uint32_t)err;
}

/* What a helper reads goes into the dynptr. */
static uint32_t read_with(struct run_ctx *rc, helper_fn *helper, uint64_t ptr, uint64_t off,
			  uint64_t size, uint64_t from)
{
	const struct dynptr *p = arg_dynptr(rc, ptr);
	uint8_t *out;
	int err;

	if (!p)
		return 0;
	out = part(rc, p, off, size, true, &err);
	if (!out && err == -EFAULT)
		run_fault(rc, FAULT_CALL, "a helper reads into a packet where no pointer reaches");
	if (!out)
		return p->data ? (uint32_t)err : (uint32_t)-E2BIG;
	return (uint32_t)helper((uintptr_t)out, (uint32_t)size, from, 0, 0, rc);
}

#define READ_WITH(kfunc, helper)                                                                   \
	KFUNC_FN(kfunc, ptr, off, size, from)                                                      \
	{                                                                                          \
		return read_with(rc, helper_##helper, ptr, off, size, from);                       \
	}

READ_WITH(bpf_probe_read_kernel_dynptr, probe_read_kernel)
READ_WITH(bpf_probe_read_kernel_str_dynptr, probe_read_kernel_str)
READ_WITH(bpf_probe_read_user_dynptr, probe_read_user)
READ_WITH(bpf_probe_read_user_str_dynptr, probe_read_user_str)
READ_WITH(bpf_copy_from_user_dynptr, probe_read_user)
READ_WITH(bpf_copy_from_user_str_dynptr, probe_read_user_str)
READ_WITH(bpf_copy_from_user_task_dynptr, probe_read_user)
READ_WITH(bpf_copy_from_user_task_str_dynptr, probe_read_user_str)

/* A string of user space, and zeroes behind it when they are asked for. */
static uint32_t copy_string(struct run_ctx *rc, uint64_t to, uint64_t size_arg, uint64_t from,
			    uint64_t flags)
{
	enum { PAD_ZEROS = 1 };
	uint32_t size = (uint32_t)size_arg;
	int32_t n;

	if (flags & ~(uint64_t)PAD_ZEROS)
		return (uint32_t)-EINVAL;
	if (!size)
		return 0;
	n = (int32_t)helper_probe_read_user_str(to, size, from, 0, 0, rc);
	if (n > 0 && flags & PAD_ZEROS && !rc->fault.kind)
		memset((uint8_t *)(uintptr_t)to + n, 0, size - (uint32_t)n);
	return (uint32_t)n;
}

KFUNC_FN(bpf_copy_from_user_str, to, size, from, flags)
{
	return copy_string(rc, to, size, from, flags);
}

KFUNC_FN(bpf_copy_from_user_task_str, to, size, from, task, flags)
{
	return copy_string(rc, to, size, from, flags);
}
