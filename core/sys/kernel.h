/*
 * A shared library that plays the kernel (ebpf-kernel(7)). It is mapped from a copy in which the
 * dynamic linker finds no constructors; before they run, the nops of each entry are one, and its
 * text can be written elsewhere (jit/text.h). It stays mapped until the process ends.
 *
 * Its functions get trampolines when something is first attached to them, and keep them; what is
 * attached to nothing is a nop again.
 */
#ifndef CORE_SYS_KERNEL_H
#define CORE_SYS_KERNEL_H

#include "core/btf/btf.h"
#include "core/helper/marks.h"
#include "core/obj/prog.h"
#include "jit/tramp.h"

struct kernel;

/* Runs the library's constructors; *out is set before they do. 0 or -errno, said. */
int kernel_open(const char *path, struct diag *d, struct kernel **out);
/* No programs are attached any more. Its destructors run; threads of its own may run on. */
void kernel_close(struct kernel *k);

const struct btf *kernel_btf(const struct kernel *k);
const struct kernel_marks *kernel_marks(const struct kernel *k);

struct kernel_func {
	const char *name;
	void *addr;
	uint8_t *entry; /* the nop; NULL: it has none, so nothing can be attached */
	bool is_global;
	uint32_t btf_id; /* FUNC; 0: nothing is known of its arguments */
	struct tramp *tramp; /* NULL: not yet */
	struct code *outside; /* by which programs call it; NULL: none does */
};

/* By name; NULL: there is none, or several. */
struct kernel_func *kernel_func(const struct kernel *k, const char *name);
/*
 * The function that an address is in, by its name, and how far; NULL: the address is not in what
 * can run of the library. Allocates nothing and takes no lock.
 */
const char *kernel_where(const struct kernel *k, uintptr_t addr, uint64_t *offset);
/* The next one, by name, that can be attached to and matches a pattern of glob(7); NULL: none. */
const struct kernel_func *kernel_match(const struct kernel *k, const char *pattern,
				       const struct kernel_func *after);
/*
 * Makes calls of its kernel functions calls of the library's, and of helpers that the library
 * answers; without memory they cannot be made. Before an engine prepares it.
 */
void kernel_bind(struct kernel *k, struct prog *prog);
/*
 * As tramp_attach(), to a function by its name. -ENOENT: there is no such function that can be
 * attached to; -EBUSY: somebody else has changed its entry. All said.
 */
int kernel_attach(struct kernel *k, const char *name, struct tramp_link *link, struct diag *d);
void kernel_detach(struct kernel *k, struct tramp_link *link);

/* Calls a function with arguments as they are passed: registers, words of the stack. */
uint64_t kernel_call(const void *func, const uint64_t regs[FUNC_REGS_MAX],
		     const uint64_t stack[FUNC_SLOTS_MAX]);

#endif
