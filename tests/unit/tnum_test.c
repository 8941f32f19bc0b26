/*
 * Known bits: every operation against every pair of tnums of a few bits, at places in the word
 * where carries and signs matter. A result must have all that the instruction makes of the members,
 * and where it can be so, no bit less known than needed.
 */
#include "core/isa/insn.h"
#include "core/verify/tnum.h"
#include "tests/unit/unit.h"

enum { BITS = 4, TNUMS = 81, MEMBERS = 1 << BITS };

struct members {
	struct tnum t;
	unsigned int n;
	uint64_t v[MEMBERS];
};

/* The i-th tnum of BITS digits, each 0, 1 or unknown, from the bit `at` on; with what is above */
static struct members nth(unsigned int i, unsigned int at, struct tnum above)
{
	struct members m = {.t = above};
	uint64_t bit = UINT64_C(1) << at, s = 0;

	for (unsigned int k = 0; k < BITS; k++, i /= 3, bit <<= 1) {
		if (i % 3 == 1)
			m.t.value |= bit;
		else if (i % 3 == 2)
			m.t.mask |= bit;
	}
	/* all subsets of the mask; above is known in these tests, or not looked at */
	do {
		m.v[m.n++] = m.t.value | s;
		s = (s - m.t.mask) & m.t.mask;
	} while (s && m.n < MEMBERS);
	return m;
}

static bool contains(struct tnum t, uint64_t v)
{
	return (v & ~t.mask) == t.value;
}

static bool is_sane(struct tnum t)
{
	return !(t.value & t.mask);
}

/* What an instruction makes of the members, as the least tnum that has it all */
static struct tnum best(enum insn_op op, const struct members *a, const struct members *b)
{
	uint64_t ones = UINT64_MAX, zeros = UINT64_MAX, v;

	for (unsigned int i = 0; i < a->n; i++)
		for (unsigned int k = 0; k < b->n; k++) {
			insn_eval(op, a->v[i], b->v[k], &v);
			ones &= v;
			zeros &= ~v;
		}
	return (struct tnum){ones, ~(ones | zeros)};
}

static bool equal(struct tnum a, struct tnum b)
{
	return a.value == b.value && a.mask == b.mask;
}

/* Is every value of b one of a, bit by bit? */
static bool covers(struct tnum a, struct tnum b)
{
	return !(b.mask & ~a.mask) && !((a.value ^ b.value) & ~a.mask);
}

static const struct {
	enum insn_op op;
	struct tnum (*fn)(struct tnum a, struct tnum b);
	bool optimal;
} binary[] = {
	{OP_ADD64_X, tnum_add, true}, {OP_SUB64_X, tnum_sub, true}, {OP_AND64_X, tnum_and, true},
	{OP_OR64_X, tnum_or, true},   {OP_XOR64_X, tnum_xor, true}, {OP_MUL64_X, tnum_mul, false},
};

/* Where the digits stand, and what stands above */
static const struct {
	unsigned int at;
	struct tnum above;
} places[] = {
	{0, {0, 0}},	     {0, {UINT64_MAX << BITS, 0}},
	{30, {0, 0}},	     {30, {UINT64_MAX << 34, 0}},
	{64 - BITS, {0, 0}},
};

static void check_binary(void)
{
	for (size_t p = 0; p < ARRAY_SIZE(places); p++)
		for (unsigned int i = 0; i < TNUMS; i++)
			for (unsigned int k = 0; k < TNUMS; k++) {
				struct members a = nth(i, places[p].at, places[p].above);
				struct members b = nth(k, places[p].at, places[p].above);

				for (size_t o = 0; o < ARRAY_SIZE(binary); o++) {
					struct tnum got = binary[o].fn(a.t, b.t);
					struct tnum want = best(binary[o].op, &a, &b);

					CHECK(is_sane(got) && covers(got, want), "%s %u %u at %zu",
					      insn_descs[binary[o].op].name, i, k, p);
					CHECK(!binary[o].optimal || equal(got, want),
					      "%s %u %u at %zu", insn_descs[binary[o].op].name, i,
					      k, p);
				}
			}
}

static void check_sets(void)
{
	for (unsigned int i = 0; i < TNUMS; i++)
		for (unsigned int k = 0; k < TNUMS; k++) {
			struct members a = nth(i, 0, tnum_const(0)), b = nth(k, 0, tnum_const(0));
			struct tnum both = tnum_union(a.t, b.t);
			unsigned int common = 0;

			for (unsigned int m = 0; m < b.n; m++)
				common += contains(a.t, b.v[m]);
			CHECK(tnum_overlap(a.t, b.t) == (common > 0), "%u %u", i, k);
			CHECK(tnum_in(a.t, b.t) == (common == b.n), "%u %u", i, k);
			CHECK(covers(both, a.t) && covers(both, b.t) && is_sane(both), "%u %u", i,
			      k);
			for (unsigned int m = 0; common && m < MEMBERS; m++)
				CHECK(contains(tnum_intersect(a.t, b.t), m) ==
					      (contains(a.t, m) && contains(b.t, m)),
				      "%u %u", i, k);
		}
}

/* The least member above each z, z being one or none */
static void check_step(void)
{
	for (unsigned int i = 0; i < TNUMS; i++) {
		struct tnum t = nth(i, 0, tnum_const(0)).t;

		for (uint64_t z = 0; z < MEMBERS + 2; z++) {
			uint64_t want = t.value | t.mask;

			for (uint64_t v = want; v > z; v--)
				if (contains(t, v))
					want = v;
			CHECK(tnum_step(t, z) == want, "%u %u", i, (unsigned int)z);
			/* the same at the other end of the word */
			CHECK(tnum_step((struct tnum){t.value << 60, t.mask << 60}, z << 60) ==
					      want << 60 ||
				      z >= MEMBERS,
			      "%u %u", i, (unsigned int)z);
		}
	}
	CHECK(tnum_step(TNUM_UNKNOWN, 41) == 42, "a step by one");
	CHECK(tnum_step(TNUM_UNKNOWN, UINT64_MAX) == UINT64_MAX, "nothing is above");
	CHECK(tnum_step((struct tnum){0xe00, 0x100}, 0xe01) == 0xf00, "over a gap");
}

static void check_range(void)
{
	static const uint64_t bases[] = {0, 12, UINT64_C(0xfffffff8), UINT64_C(0x7ffffffffffffff8)};

	for (size_t p = 0; p < ARRAY_SIZE(bases); p++)
		for (uint64_t lo = bases[p]; lo < bases[p] + 16; lo++)
			for (uint64_t hi = lo; hi < bases[p] + 16; hi++) {
				struct tnum t = tnum_range(lo, hi);
				uint64_t ones = UINT64_MAX, zeros = UINT64_MAX;

				for (uint64_t v = lo; v <= hi; v++) {
					ones &= v;
					zeros &= ~v;
				}
				CHECK(is_sane(t) && (t.value & ~ones) == 0, "ones");
				CHECK(t.value == (lo & ~t.mask) && !(t.mask & (t.mask + 1)),
				      "prefix");
				CHECK(covers(t, (struct tnum){ones, ~(ones | zeros)}), "sound");
			}
	CHECK(tnum_is_unknown(tnum_range(0, UINT64_MAX)), "everything");
}

static void check_shifts(void)
{
	static const struct {
		enum insn_op op;
		unsigned int bits;
	} shifts[] = {{OP_LSH64_K, 64}, {OP_RSH64_K, 64}, {OP_ARSH64_K, 64}, {OP_ARSH32_K, 32}};
	static const unsigned int at[] = {0, 14, 28, 60};

	for (size_t s = 0; s < ARRAY_SIZE(shifts); s++)
		for (size_t p = 0; p < ARRAY_SIZE(at); p++)
			for (unsigned int i = 0; i < TNUMS; i++)
				for (unsigned int n = 0; n < shifts[s].bits; n++) {
					struct members a = nth(i, at[p], tnum_const(0));
					struct members b = {.n = 1, .v = {n}};
					struct tnum got;

					if (s == 0)
						got = tnum_lshift(a.t, (uint8_t)n);
					else if (s == 1)
						got = tnum_rshift(a.t, (uint8_t)n);
					else
						got = tnum_arshift(a.t, (uint8_t)n,
								   (uint8_t)shifts[s].bits);
					CHECK(equal(got, best(shifts[s].op, &a, &b)),
					      "%s %u at %u by %u", insn_descs[shifts[s].op].name, i,
					      at[p], n);
				}
}

static void check_unary(void)
{
	static const unsigned int at[] = {0, 6, 14, 30, 60};
	struct members none = {.n = 1};

	for (size_t p = 0; p < ARRAY_SIZE(at); p++)
		for (unsigned int i = 0; i < TNUMS; i++) {
			struct members a = nth(i, at[p], tnum_const(0));

			CHECK(equal(tnum_neg(a.t), best(OP_NEG64, &a, &none)), "neg %u", i);
			CHECK(equal(tnum_bswap16(a.t), best(OP_BSWAP16, &a, &none)), "bswap16 %u",
			      i);
			CHECK(equal(tnum_bswap32(a.t), best(OP_BSWAP32, &a, &none)), "bswap32 %u",
			      i);
			CHECK(equal(tnum_bswap64(a.t), best(OP_BSWAP64, &a, &none)), "bswap64 %u",
			      i);
			CHECK(equal(tnum_cast(a.t, 2), best(OP_LE16, &a, &none)), "cast %u", i);
			CHECK(equal(tnum_subreg(a.t), best(OP_LE32, &a, &none)), "subreg %u", i);
			CHECK(equal(tnum_cast(a.t, 8), a.t), "cast to itself %u", i);
			CHECK(equal(tnum_or(tnum_clear_subreg(a.t), tnum_subreg(a.t)), a.t),
			      "halves %u", i);
			CHECK(equal(tnum_with_subreg(tnum_const(UINT64_C(7) << 32), a.t),
				    tnum_or(tnum_const(UINT64_C(7) << 32), tnum_subreg(a.t))),
			      "with subreg %u", i);
			for (uint64_t size = 1; size <= 8; size *= 2) {
				bool aligned = true;

				for (unsigned int k = 0; k < a.n; k++)
					aligned &= a.v[k] % size == 0;
				CHECK(tnum_is_aligned(a.t, size) == aligned, "aligned %u", i);
			}
		}
	CHECK(equal(tnum_const_subreg(TNUM_UNKNOWN, 5), ((struct tnum){5, UINT64_MAX << 32})),
	      "const subreg");
	CHECK(tnum_is_aligned(TNUM_UNKNOWN, 0), "no alignment");
}

/* Linux 6.18's multiplication goes by the bits of its left side, and knows more for it. */
static void check_mul(void)
{
	struct tnum a = {0x12, 0xec}, b = {0x3e, 0xc0};

	CHECK(equal(tnum_mul((struct tnum){1, 2}, (struct tnum){3, 0}), ((struct tnum){1, 10})),
	      "x1 * 11");
	CHECK(!equal(tnum_mul(a, b), tnum_mul(b, a)), "sides differ");
	CHECK((tnum_mul(a, b).value & 0xff) == 4 && (tnum_mul(a, b).mask & 0xff) == 0xd8,
	      "as the kernel has it");
}

int main(void)
{
	check_binary();
	check_sets();
	check_step();
	check_range();
	check_shifts();
	check_unary();
	check_mul();
	return unit_report();
}
