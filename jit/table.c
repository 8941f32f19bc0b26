#include "jit/table.h"

enum {
	FEWEST = 5, /* questions that are worth a table */
	ENTRIES_MAX = 256,
};

static bool is_less(const struct ir_jmp *jmp, uint64_t a, uint64_t b)
{
	if (jmp->cc >= CC_SLT)
		return jmp->width == 4 ? (int32_t)a < (int32_t)b : (int64_t)a < (int64_t)b;
	return jmp->width == 4 ? (uint32_t)a < (uint32_t)b : a < b;
}

static bool holds(const struct ir_jmp *jmp, uint64_t a, uint64_t b)
{
	uint64_t mask = jmp->width == 4 ? UINT32_MAX : UINT64_MAX;

	switch ((enum ir_cc)(jmp->cc & ~1)) {
	case CC_EQ:
		return ((a & mask) == (b & mask)) != (jmp->cc & 1);
	case CC_SET:
		return ((a & b & mask) != 0) != (jmp->cc & 1);
	case CC_ULT:
	case CC_SLT:
		return is_less(jmp, a, b) != (jmp->cc & 1);
	default: /* more than, and its opposite */
		return is_less(jmp, b, a) != (jmp->cc & 1);
	}
}

static bool asks(const struct ir_blk *blk, struct ref value)
{
	return blk->jmp.kind == JUMP_IF && ref_eq(blk->jmp.arg[0], value) &&
	       ref_is_con(blk->jmp.arg[1]);
}

static bool is_node(const struct ir_blk *blk, struct ref value)
{
	return blk->pred.n == 1 && !blk->ins.n && asks(blk, value);
}

/* Marks the nodes of the tree below its first; how many they are. */
static uint32_t mark(struct ir_blk *first, bool *is_inside, bool inside)
{
	VEC(struct ir_blk *) work = {0};
	uint32_t n = 0;

	vec_push(&work, first);
	while (work.n) {
		struct ir_blk *blk = vec_pop(&work);

		for (int k = 0; k < 2; k++) {
			if (!is_node(blk->to[k], first->jmp.arg[0]))
				continue;
			is_inside[blk->to[k]->id] = inside;
			n++;
			vec_push(&work, blk->to[k]);
		}
	}
	vec_free(&work);
	return n;
}

static struct ir_blk *follow(const struct ir_fn *fn, struct ir_blk *blk, uint64_t value)
{
	struct ref of = blk->jmp.arg[0];

	do {
		uint64_t number = (uint64_t)ref_con(fn, blk->jmp.arg[1]);

		blk = blk->to[!holds(&blk->jmp, value, number)];
	} while (is_node(blk, of));
	return blk;
}

/* Are there few values that it may have? */
static bool is_narrow(const struct ir_value *v)
{
	return v && v->kind == FACT_NUMBER && v->umax - v->umin < ENTRIES_MAX &&
	       v->umax < INT32_MAX / 8;
}

bool table_find(struct ir_fn *fn, struct ir_blk *blk, bool *is_inside, struct jump_table *t)
{
	const struct ir_jmp *jmp = &blk->jmp;

	if (fn->harden || !jmp->scratch || !asks(blk, jmp->arg[0]) || !is_narrow(jmp->value))
		return false;
	if (mark(blk, is_inside, true) + 1 < FEWEST) {
		mark(blk, is_inside, false);
		return false;
	}
	*t = (struct jump_table){.reg = jmp->arg[0].val,
				 .scratch = jmp->scratch - 1u,
				 .least = jmp->value->umin,
				 .n = (uint32_t)(jmp->value->umax - jmp->value->umin) + 1};
	t->to = arena_array(&fn->arena, struct ir_blk *, t->n);
	for (uint32_t i = 0; i < t->n; i++)
		t->to[i] = follow(fn, blk, t->least + i);
	return true;
}
