/*
 * How many states the verifier stores and how many instructions it walks: programs whose numbers
 * were read off Linux 6.18.44.
 */
#include "core/base/arena.h"
#include "core/verify/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

enum { INSNS_MAX = 10000 };

struct program {
	struct bpf_insn insns[INSNS_MAX];
	uint32_t n;
};

/* ---- instructions ---- */

static uint32_t add(struct program *p, uint8_t code, int dst, int src, int off, int imm)
{
	p->insns[p->n] = (struct bpf_insn){.code = code,
					   .dst_reg = (uint8_t)(dst & 15),
					   .src_reg = (uint8_t)(src & 15),
					   .off = (int16_t)off,
					   .imm = imm};
	return p->n++;
}

static void mov(struct program *p, int dst, int imm)
{
	add(p, 0xb7, dst, 0, 0, imm);
}

static void mov_reg(struct program *p, int dst, int src)
{
	add(p, 0xbf, dst, src, 0, 0);
}

static void add_imm(struct program *p, int dst, int imm)
{
	add(p, 0x07, dst, 0, 0, imm);
}

static void store(struct program *p, int base, int off, int src)
{
	add(p, 0x7b, base, src, off, 0);
}

static void load(struct program *p, int dst, int off)
{
	add(p, 0x79, dst, 10, off, 0);
}

static void random_call(struct program *p)
{
	add(p, 0x85, 0, 0, 0, 7);
}

static void leave(struct program *p)
{
	mov(p, 0, 0);
	add(p, 0x95, 0, 0, 0, 0);
}

enum { JA = 0x05, JEQ = 0x15, JGT = 0x25, JSET = 0x45, JLT = 0xa5, MAY_GOTO = 0xe5 };

static void jump(struct program *p, uint8_t code, int reg, int imm, int off)
{
	add(p, code, reg, 0, off, imm);
}

/* ---- programs ---- */

static void straight(struct program *p, int n __unused)
{
	leave(p);
}

static void forked(struct program *p, int n __unused)
{
	random_call(p);
	jump(p, JEQ, 0, 1, 2);
	leave(p);
	mov(p, 0, 2);
	add(p, 0x95, 0, 0, 0, 0);
}

static void endless(struct program *p, int n __unused)
{
	random_call(p);
	mov(p, 1, 0);
	jump(p, JEQ, 0, 5, -1);
	add(p, 0x95, 0, 0, 0, 0);
}

static void counted(struct program *p, int n)
{
	mov(p, 0, 0);
	add_imm(p, 0, 1);
	jump(p, JLT, 0, n, -2);
	add(p, 0x95, 0, 0, 0, 0);
}

static void may_goto(struct program *p, int n __unused)
{
	mov(p, 0, 0);
	jump(p, MAY_GOTO, 0, 0, 2);
	add_imm(p, 0, 1);
	jump(p, JA, 0, 0, -3);
	add(p, 0x95, 0, 0, 0, 0);
}

/* What is written in a round but never read keeps the rounds apart once. */
static void may_goto_writes(struct program *p, int n __unused)
{
	mov(p, 1, 0);
	store(p, 10, -16, 1);
	jump(p, MAY_GOTO, 0, 0, 2);
	store(p, 10, -8, 1);
	jump(p, JA, 0, 0, -3);
	leave(p);
}

static void compares(struct program *p, int n)
{
	random_call(p);
	mov_reg(p, 6, 0);
	for (int i = 0; i < n; i++) {
		mov(p, 7, i);
		jump(p, JEQ, 6, i, 1);
		mov(p, 8, i);
	}
	leave(p);
}

/* A sum that is asked for at the end is precise all the way up. */
static void sum_of_bits(struct program *p, int n)
{
	random_call(p);
	mov_reg(p, 6, 0);
	mov(p, 7, 0);
	for (int i = 0; i < n; i++) {
		jump(p, JSET, 6, 1 << i, 1);
		jump(p, JA, 0, 0, 1);
		add_imm(p, 7, 1 << i);
	}
	jump(p, JGT, 7, 5000, 0);
	leave(p);
}

static void jumps(struct program *p, int n)
{
	for (int i = 0; i < n; i++)
		jump(p, JA, 0, 0, 0);
	leave(p);
}

static void open_jumps(struct program *p, int n)
{
	random_call(p);
	for (int i = 0; i < n; i++)
		jump(p, JEQ, 0, 7, 0);
	add(p, 0x95, 0, 0, 0, 0);
}

/* Two values of a slot: n says whether they are compared after the paths have met. */
static void spilled(struct program *p, int n)
{
	random_call(p);
	mov_reg(p, 6, 0);
	mov(p, 1, 1);
	jump(p, JEQ, 6, 0, 1);
	mov(p, 1, 2);
	store(p, 10, -8, 1);
	jump(p, JEQ, 6, 3, 0);
	load(p, 2, -8);
	if (n)
		jump(p, JEQ, 2, 1, 2);
	leave(p);
	if (!n)
		return;
	mov(p, 0, 1);
	add(p, 0x95, 0, 0, 0, 0);
}

/* The same store writes one of two slots, above fp-256 and below it. */
static void store_of_two(struct program *p, int n __unused)
{
	static const int slots[] = {-264, -8};

	random_call(p);
	mov_reg(p, 6, 0);
	mov(p, 2, 0);
	for (int i = 0; i < 2; i++) {
		store(p, 10, slots[i], 2);
		store(p, 10, slots[i] - 8, 2);
	}
	for (int i = 0; i < 2; i++) {
		mov_reg(p, 1, 10);
		jump(p, JEQ, 6, i, 1);
		add_imm(p, 1, -8);
		store(p, 1, slots[i], 2);
		load(p, 3, slots[i]);
		load(p, 3, slots[i] - 8);
	}
	leave(p);
}

/* ---- what was seen ---- */

enum { EACH = VERIFY_TEST_STATE_FREQ };

static const struct row {
	const char *name;
	void (*make)(struct program *p, int n);
	int n;
	uint32_t flags;
	int err;
	uint32_t processed, max_per_insn, total, peak;
} rows[] = {
	{"straight", straight, 0, 0, 0, 2, 0, 0, 0},
	{"fork", forked, 0, 0, 0, 6, 0, 0, 0},
	{"fork, each", forked, 0, EACH, 0, 6, 0, 2, 2},
	{"endless", endless, 0, 0, -EINVAL, 9, 0, 1, 1},
	{"count to 10", counted, 10, 0, 0, 22, 1, 2, 2},
	{"count to 30", counted, 30, 0, 0, 62, 2, 3, 3},
	{"count to 50", counted, 50, 0, 0, 102, 3, 4, 4},
	{"count to 100", counted, 100, 0, 0, 202, 4, 6, 6},
	{"count to 300", counted, 300, 0, 0, 602, 4, 16, 16},
	{"count to 1000", counted, 1000, 0, 0, 2002, 4, 51, 51},
	{"count to 5000", counted, 5000, 0, 0, 10002, 4, 251, 251},
	{"count to 1000000", counted, 1000000, 0, -E2BIG, 1000001, 4, 25001, 25001},
	{"may_goto", may_goto, 0, 0, 0, 14, 2, 3, 4},
	{"may_goto writes", may_goto_writes, 0, 0, 0, 13, 1, 2, 3},
	{"compares", compares, 12, 0, 0, 218, 4, 25, 24},
	{"sum of 10 bits", sum_of_bits, 10, 0, 0, 5127, 4, 630, 46},
	{"sum of 25 bits", sum_of_bits, 25, 0, -E2BIG, 1000001, 4, 122916, 80},
	{"60 jumps", jumps, 60, 0, 0, 62, 0, 7, 7},
	{"30 jumps", jumps, 30, 0, 0, 32, 0, 3, 3},
	{"8200 open jumps", open_jumps, 8200, 0, -EFAULT, 8194, 0, 1024, 1024},
	{"spilled", spilled, 0, EACH, 0, 12, 0, 5, 5},
	{"spilled, compared", spilled, 1, EACH, 0, 18, 1, 11, 11},
	{"store of two", store_of_two, 0, EACH, 0, 31, 1, 7, 7},
};

static void test_row(const struct row *row, struct program *p)
{
	struct verify_result res;
	struct verify_job job = {.type = PROG_TYPE_SOCKET_FILTER,
				 .flags = row->flags,
				 .caps = VERIFY_CAP_ALL,
				 .gpl = true,
				 .insns = p->insns};
	int err;

	p->n = 0;
	row->make(p, row->n);
	job.ninsns = p->n;
	err = verify_prog(&job, &res);
	CHECK(err == row->err, "%s: %d", row->name, err);
	CHECK(res.processed == row->processed && res.max_states_per_insn == row->max_per_insn &&
		      res.total_states == row->total && res.peak_states == row->peak,
	      "%s: %u %u %u %u", row->name, res.processed, res.max_states_per_insn,
	      res.total_states, res.peak_states);
	verify_result_free(&res);
}

int main(void)
{
	struct program *p = calloc(1, sizeof(*p));

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		test_row(&rows[i], p);
	free(p);
	return unit_report();
}
