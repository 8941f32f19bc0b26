/*
 * Helpers as instructions, by the rows of fix_inline.def. What a row leans on are facts that hold
 * on every path: the walk compares maps and callbacks exactly before it calls two states equal.
 */
#include "core/verify/fix.h"

#include "core/isa/build.h"
#include "core/obj/map.h"
#include "core/verify/local.h"

enum { PATTERN_MAX = 32 };

/* A call, and what is to be known of it. */
struct site {
	const struct env *env;
	const struct bpf_insn *const *loads; /* of the address of each of env->maps */
	uint32_t origin;		     /* the call, in the program that was judged */
	const struct insn_aux *aux;
	/* is_array() */
	uint32_t entries;
	int32_t stride;
	struct bpf_insn values[2];
	/* is_plain_loop() */
	int16_t saved;	   /* offset from r10 of three registers */
	uint32_t callback; /* the function's first instruction, as it was judged */
};

/* ---- when ---- */

static bool always(struct site *s __unused)
{
	return true;
}

static bool is_array(struct site *s)
{
	const struct call_facts *call = call_facts(s->aux);
	const struct map *map = call->map_seen == MAP_SEEN_ONE ? call->map : NULL;
	const struct bpf_insn *load = NULL;
	bool by_fd;

	if (!map || map->ops->type != MAP_TYPE_ARRAY || map_value_stride(map) > INT32_MAX)
		return false;
	for (uint32_t i = 0; i < s->env->nmaps && !load; i++)
		load = s->env->maps[i].map == map ? s->loads[i] : NULL;
	if (!load)
		return false;
	by_fd = load->src_reg == PSEUDO_MAP_FD || load->src_reg == PSEUDO_MAP_VALUE;
	s->values[0] = *load;
	s->values[0].src_reg = by_fd ? PSEUDO_MAP_VALUE : PSEUDO_MAP_IDX_VALUE;
	s->values[1] = (struct bpf_insn){0};
	s->entries = map->max_entries;
	s->stride = (int32_t)map_value_stride(map);
	return true;
}

/* One callback and no flags; and the registers that it saves find room in the frame. */
static bool is_plain_loop(struct site *s)
{
	const struct env *env = s->env;
	const struct subprog_info *sub = &env->subs[containing_subprog(env, s->origin)];
	uint32_t depth = round_up(sub->stack_depth, SLOT_SIZE) + 3 * SLOT_SIZE;

	if (!call_facts(s->aux)->loop.fit_for_inline || depth > STACK_SIZE)
		return false;
	s->saved = (int16_t)(0 - (int)depth);
	s->callback = env->subs[call_facts(s->aux)->loop.callback_subprog].start;
	return true;
}

/* ---- patterns ---- */

#define VALUES(reg) values_of(s, reg, 0), values_of(s, reg, 1)
#define CALLBACK()  INSN_CALL_LOCAL(0)

static struct bpf_insn values_of(const struct site *s, uint8_t reg, int half)
{
	struct bpf_insn insn = s->values[half];

	insn.dst_reg = (half ? 0 : reg) & 15;
	return insn;
}

static uint32_t copy_pattern(struct bpf_insn *out, const struct bpf_insn *pattern, uint32_t n)
{
	memcpy(out, pattern, n * sizeof(*out));
	return n;
}

#define INLINE(helper, when, ...)                                                                  \
	static uint32_t make_##helper(const struct site *s __unused, struct bpf_insn *out)         \
	{                                                                                          \
		const struct bpf_insn pattern[] = {__VA_ARGS__};                                   \
		_Static_assert(ARRAY_SIZE(pattern) <= PATTERN_MAX, #helper);                       \
		return copy_pattern(out, pattern, ARRAY_SIZE(pattern));                            \
	}
#include "core/verify/fix_inline.def"

static const struct inline_row {
	int32_t helper;
	bool (*when)(struct site *s);
	uint32_t (*make)(const struct site *s, struct bpf_insn *out);
} rows[] = {
#define INLINE(helper, when, ...) {HELPER_##helper, when, make_##helper},
#include "core/verify/fix_inline.def"
};

/* ---- the pass ---- */

static void put(struct fix *f, uint32_t slot, const struct inline_row *row, const struct site *s)
{
	struct bpf_insn pattern[PATTERN_MAX];
	uint32_t n = row->make(s, pattern);

	fix_replace(f, slot, pattern, n);
	for (uint32_t i = 0; i < n; i++)
		if (insn_decode(&pattern[i]) == OP_CALL_LOCAL)
			fix_aim(f, i, f->d.at[s->callback]);
}

/* How the program names its maps: loads that stand in it. */
static void find_loads(const struct env *env, const struct bpf_insn *loads[MAPS_MAX])
{
	for (uint32_t i = 0; i < env->ninsns; i++) {
		uint16_t op = env->ops[i];

		if (op == OP_LD_IMM64_MAP_FD || op == OP_LD_IMM64_MAP_IDX ||
		    op == OP_LD_IMM64_MAP_VALUE || op == OP_LD_IMM64_MAP_IDX_VALUE)
			loads[env->aux[i].map_index] = &env->job->insns[i];
	}
}

void fix_inline(struct fix *f)
{
	const struct bpf_insn *loads[MAPS_MAX] = {NULL};

	if (!(f->env->job->fixes & VERIFY_FIX_INLINE))
		return;
	find_loads(f->env, loads);
	for (uint32_t i = 0; i < f->d.n; i++) {
		struct site s = {.env = f->env,
				 .loads = loads,
				 .origin = f->d.origin[i],
				 .aux = fix_aux(f, i)};

		if (f->d.ops[i] != OP_CALL)
			continue;
		for (size_t r = 0; r < ARRAY_SIZE(rows); r++)
			if (rows[r].helper == f->d.insns[i].imm && rows[r].when(&s))
				put(f, i, &rows[r], &s);
	}
}
