/*
 * What programs allocate (bpf_mem_alloc of Linux): objects of their own types and of the kernel's,
 * each behind a header that says what it is. All lie in one stretch of addresses, cut into blocks
 * of objects of one size, so that the object around any address is found by arithmetic alone; no
 * address that a program or a map's file gives is believed. What is freed is used again, and never
 * given back while the heap lives.
 */
#ifndef CORE_RUN_HEAP_H
#define CORE_RUN_HEAP_H

#include "core/btf/fields.h"

enum heap_kind {
	HEAP_FREE,
	HEAP_LOCAL,  /* bpf_obj_new(): a struct of the program's */
	HEAP_PERCPU, /* bpf_percpu_obj_new(): one for each cpu */
	HEAP_CPUMASK,
	HEAP_KERNEL, /* a struct of the kernel's */
	HEAP_PRIVATE, /* what a body keeps while an iterator lives */
	HEAP_LATER,  /* core/run/later.h; no program may touch it */
};

enum {
	HEAP_OBJECT_MAX = 16384 - 48, /* bytes of an object */
};

/* A struct that objects are of. */
struct heap_type {
	const struct btf *btf;
	uint32_t id, size;
	const struct btf_record *record; /* special fields; NULL: none */
	struct heap_type *next;
};

struct heap_object {
	const struct heap_type *type; /* NULL: it has none */
	uint32_t size;
	uint16_t kind; /* enum heap_kind */
	uint16_t freed; /* how often its place was given back: tells objects in one place apart */
	uint32_t refs;
	struct heap_object *next_free;
	uint64_t number; /* of a task, a cgroup, ... */
	_Alignas(16) uint8_t bytes[];
};

struct heap;

/* NULL: out of memory. */
struct heap *heap_new(void);
void heap_free(struct heap *heap);
/* A zeroed object with one reference; NULL: it is too large, or there is no more room. */
struct heap_object *heap_alloc(struct heap *heap, enum heap_kind kind, uint32_t size);
void heap_release(struct heap *heap, struct heap_object *o);
/* The live object that has a byte at addr, or NULL. heap may be NULL. */
struct heap_object *heap_find(const struct heap *heap, uint64_t addr);
/*
 * A struct of btf by its id, with its special fields and its size; looked at once. NULL: there is
 * no such struct.
 */
const struct heap_type *heap_type(struct heap *heap, const struct btf *btf, uint32_t id,
				  struct btf_source *kernel);
/* The types of a BTF that goes away are known no more; objects of them stay. */
void heap_forget_types(struct heap *heap, const struct btf *btf);
/* Objects that live. */
uint64_t heap_count(const struct heap *heap);

#endif
