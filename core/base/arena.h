/*
 * Memory of a job: allocate as you go, free everything at its end. And the xmalloc family, which
 * dies with a message when memory runs out; runtime code (maps, helpers) uses plain malloc.
 */
#ifndef CORE_BASE_ARENA_H
#define CORE_BASE_ARENA_H

#include <stdarg.h>

#include "core/base/base.h"

struct arena {
	struct arena_chunk *head;
	char *next, *end;
};

/* Zeroed, aligned to 16; never NULL. A zeroed struct arena is an empty arena. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_memdup(struct arena *a, const void *data, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) __printf(2, 3);
/* Frees all of it; the arena is empty again. */
void arena_free(struct arena *a);

/*
 * Room for want elements of an array that is in the arena, or not there yet: where it is the last
 * thing in it, it grows where it is.
 */
void arena_grow_array(struct arena *a, void **v, size_t *cap, size_t want, size_t size);

#define arena_new(a, type)	((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);

#endif
