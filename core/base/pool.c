#include "core/base/pool.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(addr, size)	((void)(addr), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(addr, size) ((void)(addr), (void)(size))
#endif

/* Pieces of all sizes that share a list are as large as the largest of them. */
static size_t whole(size_t size)
{
	return size ? round_up(size, POOL_STEP) : POOL_STEP;
}

static struct pool_spare **spare_of(struct pool *p, size_t size)
{
	size_t i = whole(size) / POOL_STEP - 1;

	return i < POOL_SIZES ? &p->spare[i] : NULL;
}

void *pool_alloc(struct pool *p, size_t size)
{
	struct pool_spare **spare = spare_of(p, size), *memory;

	if (!spare || !*spare)
		return arena_alloc(&p->arena, whole(size));
	memory = *spare;
	ASAN_UNPOISON_MEMORY_REGION(memory, whole(size));
	*spare = memory->next;
	return memory;
}

void pool_free(struct pool *p, void *memory, size_t size)
{
	struct pool_spare **spare = spare_of(p, size), *s = memory;

	if (!spare || !memory)
		return;
	s->next = *spare;
	*spare = s;
	ASAN_POISON_MEMORY_REGION(memory, whole(size));
}

void pool_end(struct pool *p)
{
	arena_free(&p->arena);
	*p = (struct pool){0};
}
