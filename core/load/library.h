/*
 * A shared library that plays the kernel, as a file: what its functions are called, where each can
 * be taken over (__patchable_function_entries), its types, what it declares
 * (core/helper/ebpf_kernel.h).
 *
 * Nothing of it is to run before all is in place, or to be unmapped while its threads run, so the
 * bytes are a copy in which the dynamic linker finds no constructors and no destructors; who maps
 * it calls them.
 */
#ifndef CORE_LOAD_LIBRARY_H
#define CORE_LOAD_LIBRARY_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/vec.h"
#include "core/helper/marks.h"

/* Addresses are those of the file: where it is mapped is added. */
struct library_func {
	const char *name;
	uint64_t addr;
	bool is_global; /* else other files may have one of that name */
};

struct library_range {
	uint64_t addr, size;
	uint64_t offset; /* in the file */
};

struct library {
	struct arena arena;
	struct bytes file; /* the copy */
	VEC(struct library_func) funcs;
	VEC(struct library_range) texts; /* what can run */
	VEC(struct library_range) sites; /* words: addresses of entries, once it is mapped */
	uint64_t init, fini;		 /* functions; 0: none */
	uint64_t init_array, ninits;	 /* words: addresses of functions */
	uint64_t fini_array, nfinis;	 /* the same, the last one first */
	struct bytes btf;
	struct kernel_marks marks;
};

/* -EINVAL, said. library_free() either way. */
int library_read(struct bytes file, const char *path, struct diag *d, struct library *out);
void library_free(struct library *lib);

#endif
