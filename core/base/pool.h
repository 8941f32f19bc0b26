/*
 * Memory of a job that can be given back before its end: an arena, and a list of what was given
 * back for each size. What comes out is not cleared.
 */
#ifndef CORE_BASE_POOL_H
#define CORE_BASE_POOL_H

#include "core/base/arena.h"

enum { POOL_STEP = 16, POOL_SIZES = 128 }; /* larger pieces are not used again */

/* A zeroed one is empty and ready. */
struct pool {
	struct arena arena;
	struct pool_spare {
		struct pool_spare *next;
	} * spare[POOL_SIZES];
};

void *pool_alloc(struct pool *p, size_t size);
/* size: as it was asked for */
void pool_free(struct pool *p, void *memory, size_t size);
/* Frees all of it; the pool is empty again. */
void pool_end(struct pool *p);

#endif
