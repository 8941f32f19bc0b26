/* Sets of cpus (kernel/bpf/cpumask.c): objects of the heap, and those in objects of the kernel. */
#include <errno.h>
#include <string.h>

#include "core/run/mem.h"
#include "core/run/owned.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum {
	CPUS_MAX = 8192,      /* CONFIG_NR_CPUS, as distributions have it */
	WORDS_MAX = CPUS_MAX / 64,
	OF_MASK = 1 << HEAP_CPUMASK,
};

/* The cpus that there are: bits beyond them do not count. */
struct mask {
	uint64_t words[WORDS_MAX];
};

static uint32_t count_cpus(const struct run_ctx *rc)
{
	return min(max(rc->rt->ncpus, 1u), (uint32_t)CPUS_MAX);
}

static uint32_t words_of(const struct run_ctx *rc)
{
	return (count_cpus(rc) + 63) / 64;
}

/* A mask that a program may change; NULL with the fault. */
static uint64_t *arg_mask(struct run_ctx *rc, uint64_t addr)
{
	struct heap_object *o = arg_object(rc, addr, OF_MASK);

	return o ? (uint64_t *)o->bytes : NULL;
}

/* A copy of one that it may read, its last word without what does not count; false: a fault. */
static bool read_mask(struct run_ctx *rc, uint64_t addr, struct mask *m)
{
	uint32_t n = words_of(rc), rest = count_cpus(rc) % 64;

	if (!mem_peek(rc, m->words, addr, n * 8)) {
		run_fault(rc, FAULT_CALL, "0x%llx is no set of cpus", (unsigned long long)addr);
		return false;
	}
	if (rest)
		m->words[n - 1] &= ((uint64_t)1 << rest) - 1;
	return true;
}

/* The lowest cpu of a word for each word; how many cpus there are, when there is none. */
static uint32_t first_of(const struct run_ctx *rc, const uint64_t *words)
{
	for (uint32_t i = 0; i < words_of(rc); i++)
		if (words[i])
			return min(i * 64 + (uint32_t)__builtin_ctzll(words[i]), count_cpus(rc));
	return count_cpus(rc);
}

KFUNC_FN(bpf_cpumask_create)
{
	struct heap *heap = run_heap(rc);
	struct heap_object *o = heap ? heap_alloc(heap, HEAP_CPUMASK, CPUS_MAX / 8) : NULL;

	return o ? (uintptr_t)o->bytes : 0;
}

KFUNC_FN(bpf_cpumask_acquire, addr)
{
	struct heap_object *o = arg_object(rc, addr, OF_MASK);

	if (!o)
		return 0;
	o->refs++;
	return addr;
}

KFUNC_FN(bpf_cpumask_release, addr)
{
	struct heap_object *o = arg_object(rc, addr, OF_MASK);

	if (o)
		owned_put(rc->rt, o);
	return 0;
}

/* ---- one cpu ---- */

static bool has(const uint64_t *words, uint32_t cpu)
{
	return words[cpu / 64] >> cpu % 64 & 1;
}

/* Makes a cpu's bit on or off; what it was. A cpu that there is not has none. */
static uint64_t change(struct run_ctx *rc, uint64_t cpu_arg, uint64_t addr, bool on)
{
	uint32_t cpu = (uint32_t)cpu_arg;
	uint64_t *words = arg_mask(rc, addr), bit = (uint64_t)1 << cpu % 64;
	bool was;

	if (!words || cpu >= count_cpus(rc))
		return 0;
	was = has(words, cpu);
	words[cpu / 64] = on ? words[cpu / 64] | bit : words[cpu / 64] & ~bit;
	return was;
}

KFUNC_FN(bpf_cpumask_set_cpu, cpu, mask)
{
	change(rc, cpu, mask, true);
	return 0;
}

KFUNC_FN(bpf_cpumask_clear_cpu, cpu, mask)
{
	change(rc, cpu, mask, false);
	return 0;
}

KFUNC_FN(bpf_cpumask_test_and_set_cpu, cpu, mask)
{
	return change(rc, cpu, mask, true);
}

KFUNC_FN(bpf_cpumask_test_and_clear_cpu, cpu, mask)
{
	return change(rc, cpu, mask, false);
}

KFUNC_FN(bpf_cpumask_test_cpu, cpu, mask)
{
	struct mask m;

	return read_mask(rc, mask, &m) && (uint32_t)cpu < count_cpus(rc) &&
	       has(m.words, (uint32_t)cpu);
}

/* ---- whole sets ---- */

static void fill(struct run_ctx *rc, uint64_t addr, bool on)
{
	uint64_t *words = arg_mask(rc, addr);
	uint32_t n = count_cpus(rc);

	if (!words)
		return;
	memset(words, on ? 0xff : 0, words_of(rc) * 8);
	if (on && n % 64)
		words[n / 64] = ((uint64_t)1 << n % 64) - 1;
}

KFUNC_FN(bpf_cpumask_setall, mask)
{
	fill(rc, mask, true);
	return 0;
}

KFUNC_FN(bpf_cpumask_clear, mask)
{
	fill(rc, mask, false);
	return 0;
}

/* Two sets combined word by word; false with the fault. */
#define COMBINE(expr)                                                                              \
	do {                                                                                       \
		if (!read_mask(rc, a_arg, &x) || !read_mask(rc, b_arg, &y))                        \
			return 0;                                                                  \
		for (uint32_t i = 0; i < words_of(rc); i++) {                                      \
			uint64_t a = x.words[i], b = y.words[i];                                   \
			x.words[i] = (expr);                                                       \
		}                                                                                  \
	} while (0)

/* Into out; whether anything is in it. */
static uint64_t store(struct run_ctx *rc, uint64_t out, const struct mask *m)
{
	uint64_t *words = arg_mask(rc, out);

	if (!words)
		return 0;
	memcpy(words, m->words, words_of(rc) * 8);
	return first_of(rc, words) < count_cpus(rc);
}

KFUNC_FN(bpf_cpumask_and, out, a_arg, b_arg)
{
	struct mask x, y;

	COMBINE(a & b);
	return store(rc, out, &x);
}

KFUNC_FN(bpf_cpumask_or, out, a_arg, b_arg)
{
	struct mask x, y;

	COMBINE(a | b);
	store(rc, out, &x);
	return 0;
}

KFUNC_FN(bpf_cpumask_xor, out, a_arg, b_arg)
{
	struct mask x, y;

	COMBINE(a ^ b);
	store(rc, out, &x);
	return 0;
}

KFUNC_FN(bpf_cpumask_copy, out, from)
{
	struct mask m;

	if (read_mask(rc, from, &m))
		store(rc, out, &m);
	return 0;
}

KFUNC_FN(bpf_cpumask_equal, a_arg, b_arg)
{
	struct mask x, y;

	COMBINE(a ^ b);
	return first_of(rc, x.words) == count_cpus(rc);
}

KFUNC_FN(bpf_cpumask_intersects, a_arg, b_arg)
{
	struct mask x, y;

	COMBINE(a & b);
	return first_of(rc, x.words) < count_cpus(rc);
}

KFUNC_FN(bpf_cpumask_subset, a_arg, b_arg)
{
	struct mask x, y;

	COMBINE(a & ~b);
	return first_of(rc, x.words) == count_cpus(rc);
}

KFUNC_FN(bpf_cpumask_first_and, a_arg, b_arg)
{
	struct mask x, y;

	COMBINE(a & b);
	return first_of(rc, x.words);
}

/* Any is the first. */
KFUNC_FN(bpf_cpumask_any_and_distribute, a_arg, b_arg)
{
	return kfunc_bpf_cpumask_first_and(a_arg, b_arg, 0, 0, 0, rc);
}

KFUNC_FN(bpf_cpumask_first, mask)
{
	struct mask m;

	return read_mask(rc, mask, &m) ? first_of(rc, m.words) : 0;
}

KFUNC_FN(bpf_cpumask_any_distribute, mask)
{
	return kfunc_bpf_cpumask_first(mask, 0, 0, 0, 0, rc);
}

KFUNC_FN(bpf_cpumask_first_zero, mask)
{
	struct mask m;

	if (!read_mask(rc, mask, &m))
		return 0;
	for (uint32_t i = 0; i < words_of(rc); i++)
		m.words[i] = ~m.words[i];
	return first_of(rc, m.words);
}

KFUNC_FN(bpf_cpumask_weight, mask)
{
	struct mask m;
	uint32_t n = 0;

	if (!read_mask(rc, mask, &m))
		return 0;
	for (uint32_t i = 0; i < words_of(rc); i++)
		n += (uint32_t)__builtin_popcountll(m.words[i]);
	return n;
}

KFUNC_FN(bpf_cpumask_empty, mask)
{
	return kfunc_bpf_cpumask_weight(mask, 0, 0, 0, 0, rc) == 0;
}

KFUNC_FN(bpf_cpumask_full, mask)
{
	return kfunc_bpf_cpumask_weight(mask, 0, 0, 0, 0, rc) == count_cpus(rc);
}

KFUNC_FN(bpf_cpumask_populate, mask, from, size)
{
	uint64_t *words = arg_mask(rc, mask);
	const void *in = words ? arg_mem(rc, from, (uint32_t)size) : NULL;

	if (!in)
		return 0;
	if ((uint32_t)size < words_of(rc) * 8)
		return (uint32_t)-EACCES;
	memcpy(words, in, words_of(rc) * 8);
	return 0;
}
