/*
 * Pointers with a length that is known when the program runs (struct bpf_dynptr_kern of Linux). To
 * a program one is 16 bytes of its stack, or something a callback is given, that only helpers look
 * into. In a program that was not proved the bytes may be anything: what they point to is asked for
 * each time, like any other access of it.
 */
#ifndef CORE_RUN_DYNPTR_H
#define CORE_RUN_DYNPTR_H

#include "core/obj/runctx.h"

enum dynptr_kind {
	DYNPTR_LOCAL = 1, /* memory of the program */
	DYNPTR_RINGBUF,	  /* a record that is reserved */
	/* The packet that runs, which data is then: its bytes, and the metadata before them. */
	DYNPTR_SKB,
	DYNPTR_XDP,
	DYNPTR_SKB_META,
	DYNPTR_KINDS
};

enum {
	DYNPTR_SIZE_MAX = (1 << 24) - 1,
	/* in size */
	DYNPTR_KIND_SHIFT = 28,
	DYNPTR_KIND_MASK = 7,
};
#define DYNPTR_RDONLY (1u << 31) /* in size */

struct dynptr {
	void *data; /* NULL: to nothing */
	uint32_t size, offset;
};
_Static_assert(sizeof(struct dynptr) == 16, "struct bpf_dynptr of the uapi");

static inline uint32_t dynptr_size(const struct dynptr *p)
{
	return p->size & DYNPTR_SIZE_MAX;
}

static inline enum dynptr_kind dynptr_kind(const struct dynptr *p)
{
	return p->size >> DYNPTR_KIND_SHIFT & DYNPTR_KIND_MASK;
}

static inline bool dynptr_is_rdonly(const struct dynptr *p)
{
	return p->size & DYNPTR_RDONLY;
}

/* h_dynptr.c */
/* One that a program has, or NULL with the fault recorded: in its memory, or lent to a callback. */
struct dynptr *arg_dynptr(struct run_ctx *rc, uint64_t addr);
/* A place for a new one. */
struct dynptr *arg_new_dynptr(struct run_ctx *rc, uint64_t addr);
/*
 * len bytes at offset, or NULL and *err, which is 0 after a fault, and -EFAULT when they are a
 * packet's, where no pointer reaches.
 */
void *dynptr_slice(struct run_ctx *rc, const struct dynptr *p, uint64_t offset, uint64_t len,
		   bool write, int *err);

/* Copies from it and to it, wherever the bytes lie: 0 or -errno, 0 after a fault as well. */
int dynptr_get(struct run_ctx *rc, const struct dynptr *p, uint64_t offset, void *to, uint64_t len);
int dynptr_put(struct run_ctx *rc, const struct dynptr *p, uint64_t offset, const void *from,
	       uint64_t len, uint64_t flags);

static inline struct dynptr dynptr_to(void *data, enum dynptr_kind kind, uint32_t size)
{
	return (struct dynptr){data, size | (uint32_t)kind << DYNPTR_KIND_SHIFT, 0};
}

#endif
