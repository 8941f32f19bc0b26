#include "core/base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/base/diag.h"

struct arena_chunk {
	struct arena_chunk *prev;
	size_t size;
	_Alignas(16) char data[];
};

/* Small jobs touch one page; large ones get there by doubling, to what is one page of large ones.
 */
#define CHUNK_MIN ((size_t)1 << 10)
#define CHUNK_MAX ((size_t)64 << 10)
#define HUGE_SIZE ((size_t)2 << 20)
#define PAGE	  ((size_t)4 << 10)

/*
 * Memory that a large array is in comes in large pages, if the system has them: it comes to be with
 * less work, and needs fewer of the processor's translations. All of its pages are asked for, also
 * those at its ends that are no large ones: what is alike throughout can be moved without a copy
 * when the array grows (mremap(2)).
 */
static void *in_huge_pages(void *p, size_t size)
{
	uintptr_t begin = (uintptr_t)p & ~(PAGE - 1), end = round_up((uintptr_t)p + size, PAGE);

	if (size >= 2 * HUGE_SIZE)
		madvise((void *)begin, end - begin, MADV_HUGEPAGE);
	return p;
}

static void arena_grow(struct arena *a, size_t size)
{
	size_t next = a->head ? min(a->head->size * 2, 4 * HUGE_SIZE) : CHUNK_MIN;
	size_t want = max(size, next);
	struct arena_chunk *c = in_huge_pages(xmalloc(sizeof(*c) + want), want);

	c->prev = a->head;
	c->size = want;
	a->head = c;
	a->next = c->data;
	a->end = c->data + want;
}

/*
 * A chunk of its own, behind the one that is in use. Fresh memory of the system is zero, so what is
 * never touched of a large array never comes to be.
 */
static void *alloc_large(struct arena *a, size_t size)
{
	struct arena_chunk *c = xcalloc(1, sizeof(*c) + size);

	c->size = size;
	if (a->head) {
		c->prev = a->head->prev;
		a->head->prev = c;
	} else {
		a->head = c;
		a->next = a->end = c->data + size;
	}
	return c->data;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *p;

	if (size > SIZE_MAX / 2)
		die("out of memory: %zu bytes asked", size);
	size = round_up(size, 16);
	if (size > CHUNK_MAX)
		return alloc_large(a, size);
	if (!a->head || (size_t)(a->end - a->next) < size)
		arena_grow(a, size);
	p = a->next;
	a->next += size;
	return memset(p, 0, size);
}

void arena_grow_array(struct arena *a, void **v, size_t *cap, size_t want, size_t size)
{
	size_t has = round_up(*cap * size, 16), more = round_up(want * size, 16) - has;
	void *p;

	if (*v && (char *)*v + has == a->next && more <= (size_t)(a->end - a->next)) {
		a->next += more;
		*cap = want;
		return;
	}
	want = max(want, *cap * 2);
	p = arena_alloc(a, want * size);
	if (*cap)
		memcpy(p, *v, *cap * size);
	*v = p;
	*cap = want;
}

void *arena_memdup(struct arena *a, const void *data, size_t size)
{
	void *p = arena_alloc(a, size);

	if (size)
		memcpy(p, data, size);
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	if (len)
		memcpy(p, s, len);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void arena_free(struct arena *a)
{
	while (a->head) {
		struct arena_chunk *c = a->head;

		a->head = c->prev;
		free(c);
	}
	*a = (struct arena){0};
}

void *xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		die("out of memory: %zu bytes asked", size);
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		die("out of memory: %zu times %zu bytes asked", n, size);
	return in_huge_pages(p, n * size);
}

void *xrealloc(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (!p)
		die("out of memory: %zu bytes asked", size);
	return in_huge_pages(p, size);
}

char *xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xmalloc(n), s, n);
}
