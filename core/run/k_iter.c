/*
 * Open-coded iterators over what is in the iterator itself: numbers and bits. An iterator is a few
 * words of the program's stack, and the elements that it shows are in it.
 */
#include <errno.h>
#include <string.h>

#include "core/run/mem.h"
#include "core/run/run.h"

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

/*
 * struct bpf_iter_bits_kern, which has the bits of one word in itself. More than one is looked at
 * where the program has them; to Linux they are a copy.
 */
struct bits {
	uint64_t words;
	int32_t nbits, bit;
};

enum { BITS_WORDS_MAX = 511 };

KFUNC_FN(bpf_iter_bits_new, it, words, n)
{
	struct bits *s = arg_mem_out(rc, it, sizeof(*s));
	uint32_t count = (uint32_t)n;

	if (!s)
		return 0;
	*s = (struct bits){.bit = -1};
	if (!words || !count)
		return (uint32_t)-EINVAL;
	if (count > BITS_WORDS_MAX)
		return (uint32_t)-E2BIG;
	if (count == 1) {
		if (!mem_peek(rc, &s->words, words, 8))
			return (uint32_t)-EFAULT;
	} else {
		s->words = words;
	}
	s->nbits = (int32_t)count * 64;
	return 0;
}

static bool is_set(struct run_ctx *rc, const struct bits *s, int32_t bit, bool *set)
{
	uint64_t word = s->words;

	if (s->nbits > 64 && !mem_peek(rc, &word, s->words + (uint32_t)bit / 64 * 8, 8))
		return false;
	*set = word >> bit % 64 & 1;
	return true;
}

KFUNC_FN(bpf_iter_bits_next, it)
{
	struct bits *s = arg_mem_out(rc, it, sizeof(*s));
	bool set = false;

	if (!s)
		return 0;
	while (s->bit >= -1 && s->bit + 1 < s->nbits) {
		s->bit++;
		if (!is_set(rc, s, s->bit, &set))
			break;
		if (set)
			return (uintptr_t)&s->bit;
	}
	s->bit = s->nbits;
	return 0;
}

KFUNC_FN(bpf_iter_bits_destroy, it)
{
	struct bits *s = arg_mem_out(rc, it, sizeof(*s));

	if (s)
		*s = (struct bits){0};
	return 0;
}
