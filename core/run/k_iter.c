/*
 * Open-coded iterators over what is in the iterator itself: numbers and bits. An iterator is a few
 * words of the program's stack, and the elements that it shows are in it.
 */
#include <errno.h>
#include <string.h>

#include "core/run/mem.h"
#include "core/run/owned.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

/* struct bpf_iter_num_kern */
struct num {
	int32_t cur, end;
};

KFUNC_FN(bpf_iter_num_new, it, from, to)
{
	struct num *s = arg_mem_out(rc, it, sizeof(*s));
	int32_t start = (int32_t)from, end = (int32_t)to;
	int err = 0;

	if (!s)
		return 0;
	if (start > end)
		err = -EINVAL;
	else if ((int64_t)end - start > MAX_LOOPS)
		err = -E2BIG;
	*s = err ? (struct num){0} : (struct num){(int32_t)((uint32_t)start - 1), end};
	return (uint32_t)err;
}

/* NULL behind the last; the next number is not beyond the end whatever the bytes say. */
KFUNC_FN(bpf_iter_num_next, it)
{
	struct num *s = arg_mem_out(rc, it, sizeof(*s));

	if (!s)
		return 0;
	if ((int32_t)((uint32_t)s->cur + 1) >= s->end) {
		*s = (struct num){0};
		return 0;
	}
	s->cur++;
	return (uintptr_t)&s->cur;
}

KFUNC_FN(bpf_iter_num_destroy, it)
{
	struct num *s = arg_mem_out(rc, it, sizeof(*s));

	if (s)
		*s = (struct num){0};
	return 0;
}

/* struct bpf_iter_bits_kern: the bits of one word are in it, more of them in the heap. */
struct bits {
	uint64_t words; /* or where they are */
	int32_t nbits, bit;
};

enum { BITS_WORDS_MAX = 511 };

static uint64_t *copy_of(struct run_ctx *rc, const struct bits *s)
{
	struct heap_object *o = heap_find(rc->rt->heap, s->words);

	return o && o->kind == HEAP_PRIVATE && o->size * 8 == (uint32_t)s->nbits
		       ? (uint64_t *)o->bytes
		       : NULL;
}

static int copy_words(struct run_ctx *rc, struct bits *s, uint64_t from, uint32_t n)
{
	struct heap *heap = run_heap(rc);
	struct heap_object *o = heap ? heap_alloc(heap, HEAP_PRIVATE, n * 8) : NULL;

	if (!o)
		return -ENOMEM;
	if (!mem_peek(rc, o->bytes, from, n * 8)) {
		heap_release(heap, o);
		return -EFAULT;
	}
	s->words = (uintptr_t)o->bytes;
	return 0;
}

KFUNC_FN(bpf_iter_bits_new, it, words, n)
{
	struct bits *s = arg_mem_out(rc, it, sizeof(*s));
	uint32_t count = (uint32_t)n;
	int err;

	if (!s)
		return 0;
	*s = (struct bits){.bit = -1};
	if (!words || !count)
		return (uint32_t)-EINVAL;
	if (count > BITS_WORDS_MAX)
		return (uint32_t)-E2BIG;
	if (count == 1)
		err = mem_peek(rc, &s->words, words, 8) ? 0 : -EFAULT;
	else
		err = copy_words(rc, s, words, count);
	if (!err)
		s->nbits = (int32_t)count * 64;
	return (uint32_t)err;
}

KFUNC_FN(bpf_iter_bits_next, it)
{
	struct bits *s = arg_mem_out(rc, it, sizeof(*s));
	const uint64_t *words = s ? s->nbits > 64 ? copy_of(rc, s) : &s->words : NULL;

	if (!words)
		return 0;
	while (s->bit >= -1 && s->bit + 1 < s->nbits) {
		s->bit++;
		if (words[s->bit / 64] >> s->bit % 64 & 1)
			return (uintptr_t)&s->bit;
	}
	s->bit = s->nbits;
	return 0;
}

KFUNC_FN(bpf_iter_bits_destroy, it)
{
	struct bits *s = arg_mem_out(rc, it, sizeof(*s));

	if (s && s->nbits > 64 && copy_of(rc, s))
		heap_release(rc->rt->heap, heap_find(rc->rt->heap, s->words));
	if (s)
		*s = (struct bits){0};
	return 0;
}

/* Iterators over what is not there: control groups, their tasks, caches, buffers. */
#define EMPTY_ITER(kind, words)                                                                    \
	KFUNC_FN(bpf_iter_##kind##_new, it)                                                        \
	{                                                                                          \
		uint64_t *s = arg_mem_out(rc, it, (words)*8);                                      \
		if (s)                                                                             \
			memset(s, 0, (words)*8);                                                   \
		return 0;                                                                          \
	}                                                                                          \
	KFUNC_FN(bpf_iter_##kind##_next, it)                                                       \
	{                                                                                          \
		return 0;                                                                          \
	}                                                                                          \
	KFUNC_FN(bpf_iter_##kind##_destroy, it)                                                    \
	{                                                                                          \
		return 0;                                                                          \
	}

EMPTY_ITER(css, 3)
EMPTY_ITER(css_task, 1)
EMPTY_ITER(kmem_cache, 1)
EMPTY_ITER(dmabuf, 1)
