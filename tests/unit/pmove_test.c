/* Parallel moves: all of a few registers, many of many; each result is run. */
#include <string.h>

#include "core/base/rng.h"
#include "jit/pmove.h"
#include "tests/unit/unit.h"

enum { CONSTANT = 1000 };

static struct ref reg(uint32_t r)
{
	return (struct ref){REF_REG, r};
}

static void run(uint32_t *value, const struct ir_ins *ins)
{
	uint32_t old = value[ins->to.val];

	if (ins->arg[0].kind != REF_REG) {
		value[ins->to.val] = CONSTANT + ins->arg[0].val;
		return;
	}
	value[ins->to.val] = value[ins->arg[0].val];
	if (ins->op == IR_SWAP)
		value[ins->arg[0].val] = old;
}

/* One move for each that is one, and never more than a swap for each but one of a ring. */
static void check(const struct pmove *moves, uint32_t n)
{
	struct ir_ins out[MAX_REGS];
	uint32_t value[MAX_REGS], want[MAX_REGS], needed = 0, made;

	for (uint32_t r = 0; r < MAX_REGS; r++)
		value[r] = want[r] = r;
	for (uint32_t i = 0; i < n; i++) {
		struct ref from = moves[i].from;

		want[moves[i].to] = from.kind == REF_REG ? from.val : CONSTANT + from.val;
		needed += !ref_eq(from, reg(moves[i].to));
	}
	made = pmove(out, moves, n);
	for (uint32_t i = 0; i < made; i++)
		run(value, &out[i]);
	CHECK(made <= needed, "%u moves for %u", made, needed);
	CHECK(memcmp(value, want, sizeof(value)) == 0, "%u moves", n);
}

/* Every way to fill n registers from n registers. */
static void all_of(uint32_t n)
{
	uint32_t count = 1;

	for (uint32_t i = 0; i < n; i++)
		count *= n;
	for (uint32_t code = 0; code < count; code++) {
		struct pmove moves[MAX_REGS];
		uint32_t rest = code;

		for (uint32_t i = 0; i < n; i++, rest /= n)
			moves[i] = (struct pmove){(uint8_t)i, reg(rest % n)};
		check(moves, n);
	}
}

static void some_of_many(struct rng *rng)
{
	struct pmove moves[MAX_REGS];
	uint32_t n = 0;

	for (uint32_t r = 0; r < MAX_REGS; r++) {
		uint32_t from = (uint32_t)rng_below(rng, MAX_REGS + 4);

		if (rng_below(rng, 3) == 0)
			continue;
		moves[n++] = (struct pmove){
			(uint8_t)r,
			from < MAX_REGS ? reg(from) : (struct ref){REF_CON, from},
		};
	}
	check(moves, n);
}

int main(void)
{
	struct rng rng = {1};
	struct pmove ring[] = {{0, reg(1)}, {1, reg(0)}, {2, reg(0)}};
	struct ir_ins out[3];

	all_of(2);
	all_of(3);
	all_of(4);
	all_of(5);
	for (int i = 0; i < 2000; i++)
		some_of_many(&rng);
	/* A third register has what one of the two wants: no swap. */
	CHECK(pmove(out, ring, 3) == 3 && out[1].op == IR_COPY && out[2].op == IR_COPY, "a ring");
	return unit_report();
}
