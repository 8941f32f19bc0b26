/*
 * A typed growable array:
 *
 *	VEC(struct symbol) syms = {0};
 *	*vec_add(&syms) = (struct symbol){ .name = "main" };
 *	vec_each(&syms, s) use(s->name);
 *	vec_free(&syms);
 */
#ifndef CORE_BASE_VEC_H
#define CORE_BASE_VEC_H

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *v;                                                                           \
		size_t n, cap;                                                                     \
	}

/* A pointer to one more zeroed element; it moves when the array grows. */
#define vec_add(vec)                                                                               \
	(vec_grow((void **)&(vec)->v, &(vec)->cap, (vec)->n + 1, sizeof(*(vec)->v)),               \
	 memset(&(vec)->v[(vec)->n], 0, sizeof(*(vec)->v)), &(vec)->v[(vec)->n++])
#define vec_push(vec, x) (*vec_add(vec) = (x))
/* The same of an array in an arena, which nobody frees. */
#define arena_add(a, vec)                                                                          \
	((vec)->n < (vec)->cap ? (void)0                                                           \
			       : arena_grow_array((a), (void **)&(vec)->v, &(vec)->cap,            \
						  (vec)->n + 1, sizeof(*(vec)->v)),                \
	 memset(&(vec)->v[(vec)->n], 0, sizeof(*(vec)->v)), &(vec)->v[(vec)->n++])
#define arena_push(a, vec, x) (*arena_add(a, vec) = (x))
#define vec_pop(vec)	      ((vec)->v[--(vec)->n])
#define vec_last(vec)	      (&(vec)->v[(vec)->n - 1])
#define vec_each(vec, it)                                                                          \
	for (__typeof__((vec)->v + 0) it = (vec)->v; (vec)->n && it < (vec)->v + (vec)->n; it++)
/* No more room than there are elements. */
#define vec_trim(vec)                                                                              \
	((vec)->v = xrealloc((vec)->v, max((vec)->n, (size_t)1) * sizeof(*(vec)->v)),              \
	 (vec)->cap = max((vec)->n, (size_t)1))
#define vec_free(vec) (free((vec)->v), (vec)->v = NULL, (vec)->n = (vec)->cap = 0)

static inline void vec_grow(void **v, size_t *cap, size_t want, size_t size)
{
	if (want <= *cap)
		return;
	*cap = max(want, *cap * 2 + 8);
	*v = xrealloc(*v, *cap * size);
}

#endif
