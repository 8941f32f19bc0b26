/*
 * What a kernel declares about its functions beside their types: which of them programs may call,
 * whose result they may change, in which they may sleep. Of Linux this is known by tables of names
 * (kfuncs.def, core/verify/attach.c); a library that plays the kernel brings its own.
 */
#ifndef CORE_HELPER_MARKS_H
#define CORE_HELPER_MARKS_H

#include "core/helper/ebpf_kernel.h"
#include "core/base/base.h"

struct kernel_marks {
	const struct ebpf_mark *v; /* names end inside of them */
	size_t n;
};

/* NULL: the function is not marked so. */
const struct ebpf_mark *kernel_mark(const struct kernel_marks *marks, enum ebpf_mark_kind kind,
				    const char *function);

#endif
