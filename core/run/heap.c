#include "core/run/heap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	BLOCK_SHIFT = 16,
	BLOCK = 1 << BLOCK_SHIFT,
	BLOCKS = 1 << 12, /* 256 MiB of objects */
	CLASS_MIN = 6,	  /* 64 bytes, header and all */
	CLASS_MAX = 14,
	CLASSES = CLASS_MAX + 1,
};
_Static_assert(HEAP_OBJECT_MAX + sizeof(struct heap_object) <= 1 << CLASS_MAX,
	       "the largest object has a class");

struct heap {
	uint8_t *base;
	uint32_t nblocks;	 /* in use */
	uint8_t class[BLOCKS];	 /* of each block: its places are 1 << class bytes */
	struct heap_object *free[CLASSES];
	uint64_t live;
	struct heap_type *types;
	struct arena arena; /* theirs */
};

struct heap *heap_new(void)
{
	struct heap *heap = calloc(1, sizeof(*heap));

	if (!heap)
		return NULL;
	heap->base = mmap(NULL, (size_t)BLOCKS * BLOCK, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (heap->base != MAP_FAILED)
		return heap;
	free(heap);
	return NULL;
}

void heap_free(struct heap *heap)
{
	if (!heap)
		return;
	munmap(heap->base, (size_t)BLOCKS * BLOCK);
	arena_free(&heap->arena);
	free(heap);
}

static unsigned int class_of(uint32_t size)
{
	unsigned int c = CLASS_MIN;

	while ((1u << c) - sizeof(struct heap_object) < size)
		c++;
	return c;
}

/* A new block's places, the lowest first. */
static bool add_block(struct heap *heap, unsigned int c)
{
	uint8_t *block = heap->base + (size_t)heap->nblocks * BLOCK;

	if (heap->nblocks == BLOCKS)
		return false;
	heap->class[heap->nblocks++] = (uint8_t)c;
	for (uint32_t at = BLOCK; at; at -= 1u << c) {
		struct heap_object *o = (struct heap_object *)(block + at - (1u << c));

		o->next_free = heap->free[c];
		heap->free[c] = o;
	}
	return true;
}

struct heap_object *heap_alloc(struct heap *heap, enum heap_kind kind, uint32_t size)
{
	struct heap_object *o;
	unsigned int c;
	uint16_t freed;

	if (size > HEAP_OBJECT_MAX)
		return NULL;
	c = class_of(size);
	if (!heap->free[c] && !add_block(heap, c))
		return NULL;
	o = heap->free[c];
	heap->free[c] = o->next_free;
	heap->live++;
	freed = o->freed;
	memset(o, 0, sizeof(*o) + size);
	o->kind = (uint16_t)kind;
	o->size = size;
	o->freed = freed;
	o->refs = 1;
	return o;
}

void heap_release(struct heap *heap, struct heap_object *o)
{
	unsigned int c = class_of(o->size);

	o->kind = HEAP_FREE;
	o->freed++;
	o->next_free = heap->free[c];
	heap->free[c] = o;
	heap->live--;
}

struct heap_object *heap_find(const struct heap *heap, uint64_t addr)
{
	uint64_t off = heap ? addr - (uintptr_t)heap->base : UINT64_MAX, at;
	struct heap_object *o;

	if (!heap || off >= (uint64_t)heap->nblocks << BLOCK_SHIFT)
		return NULL;
	at = off & ~(uint64_t)((1u << heap->class[off >> BLOCK_SHIFT]) - 1);
	o = (struct heap_object *)(heap->base + at);
	if (o->kind == HEAP_FREE || addr < (uintptr_t)o->bytes ||
	    addr - (uintptr_t)o->bytes >= o->size)
		return NULL;
	return o;
}

const struct heap_type *heap_type(struct heap *heap, const struct btf *btf, uint32_t id,
				  struct btf_source *kernel)
{
	struct heap_type *t;
	int64_t size;

	for (t = heap->types; t; t = t->next)
		if (t->btf == btf && t->id == id)
			return t;
	if (!btf || !btf_has(btf, id) || btf_kind_of(btf, id) != BTF_KIND_STRUCT)
		return NULL;
	size = btf_size(btf, id);
	if (size < 0 || size > HEAP_OBJECT_MAX)
		return NULL;
	t = arena_alloc(&heap->arena, sizeof(*t));
	*t = (struct heap_type){.btf = btf, .id = id, .size = (uint32_t)size, .next = heap->types};
	if (btf_fields(btf, id, kernel, BTF_OBJECT_FIELDS, t->size, &heap->arena, &t->record) != 0)
		t->record = NULL;
	heap->types = t;
	return t;
}

void heap_forget_types(struct heap *heap, const struct btf *btf)
{
	for (struct heap_type *t = heap ? heap->types : NULL; t; t = t->next)
		if (t->btf == btf)
			t->btf = NULL;
}

uint64_t heap_count(const struct heap *heap)
{
	return heap ? heap->live : 0;
}
