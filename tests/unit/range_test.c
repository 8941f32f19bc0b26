/*
 * Ranges and arithmetic of scalars. Small sets of numbers, laid where carries and signs matter, go
 * through every operation and every condition as the verifier knows them and one by one: whatever
 * comes out one by one must be in what the verifier knows then. A table says how well it must know.
 */
#include <stdlib.h>

#include "core/isa/build.h"
#include "core/verify/local.h"
#include "tests/unit/unit.h"

enum { MEMBERS = 8, SAMPLES_MAX = 256 };

struct sample {
	struct reg_state reg;
	unsigned int n;
	uint64_t v[MEMBERS];
};

static struct sample samples[SAMPLES_MAX];
static unsigned int nsamples;

static bool contains(const struct reg_state *reg, uint64_t v)
{
	const struct range *r = &reg->r;

	return (v & ~reg->var_off.mask) == reg->var_off.value && r->umin <= v && v <= r->umax &&
	       r->smin <= (int64_t)v && (int64_t)v <= r->smax && r->u32_min <= (uint32_t)v &&
	       (uint32_t)v <= r->u32_max && r->s32_min <= (int32_t)v && (int32_t)v <= r->s32_max;
}

static struct reg_state unknown(void)
{
	struct reg_state reg;

	memset(&reg, 0, sizeof(reg));
	mark_reg_unknown_imprecise(&reg);
	return reg;
}

static void add_sample(struct sample *s)
{
	reg_bounds_sync(&s->reg);
	for (unsigned int i = 0; i < s->n; i++)
		CHECK(contains(&s->reg, s->v[i]), "sync of sample %u loses member %u", nsamples, i);
	samples[nsamples++] = *s;
}

enum kind { UNSIGNED, SIGNED, UNSIGNED32, SIGNED32 };

/* n numbers from first on, known by one of the four ranges alone */
static void add_interval(enum kind kind, uint64_t first, unsigned int n)
{
	static const uint64_t highs[] = {0, UINT64_MAX << 32, UINT64_C(1) << 32, UINT64_C(1) << 63};
	struct sample s = {.reg = unknown()};
	uint64_t last = first + n - 1;

	switch (kind) {
	case UNSIGNED:
		s.reg.r.umin = first;
		s.reg.r.umax = last;
		break;
	case SIGNED:
		s.reg.r.smin = (int64_t)first;
		s.reg.r.smax = (int64_t)last;
		break;
	case UNSIGNED32:
		s.reg.r.u32_min = (uint32_t)first;
		s.reg.r.u32_max = (uint32_t)last;
		break;
	case SIGNED32:
		s.reg.r.s32_min = (int32_t)first;
		s.reg.r.s32_max = (int32_t)last;
		break;
	}
	for (; s.n < MEMBERS && (kind >= UNSIGNED32 || s.n < n); s.n++) {
		if (kind >= UNSIGNED32)
			s.v[s.n] = (uint32_t)(first + s.n % n) | highs[s.n / n % ARRAY_SIZE(highs)];
		else
			s.v[s.n] = first + s.n;
	}
	add_sample(&s);
}

static void add_tnum(uint64_t value, uint64_t mask)
{
	struct sample s = {.reg = unknown()};
	uint64_t sub = 0;

	s.reg.var_off = (struct tnum){value, mask};
	do {
		s.v[s.n++] = value | sub;
		sub = (sub - mask) & mask;
	} while (sub && s.n < MEMBERS);
	add_sample(&s);
}

static void make_samples(void)
{
	static const uint64_t firsts[] = {
		0,
		1,
		5,
		UINT64_C(0x7ffffffe),
		UINT64_C(0x80000000),
		UINT64_C(0xfffffffd),
		UINT64_C(0x7ffffffffffffff0),
		UINT64_C(0x8000000000000000),
		UINT64_MAX - 9,
		UINT64_C(0xffffffff7ffffffe),
		UINT64_C(0xffffffff00000000),
	};
	static const unsigned int lens[] = {1, 2, 5, 8};

	for (size_t i = 0; i < ARRAY_SIZE(firsts); i++)
		for (size_t k = 0; k < ARRAY_SIZE(lens); k++) {
			add_interval(UNSIGNED, firsts[i], lens[k]);
			if (i < 4 && k)
				add_interval(UNSIGNED32, firsts[i], lens[k]);
		}
	for (unsigned int len = 1; len <= 8; len++) {
		add_interval(SIGNED, UINT64_MAX, len);
		add_interval(SIGNED, (uint64_t)-4, len);
		add_interval(SIGNED32, UINT32_MAX, len);
		add_interval(SIGNED32, (uint32_t)-4, len);
	}
	add_tnum(0, 7);
	add_tnum(0xe00, 0x100);
	add_tnum(2, UINT64_C(0x8000000000000001));
	add_tnum(UINT64_C(0x80000000), UINT64_C(0x100000001));
	add_tnum(0, UINT64_C(0x8080000000000080));
	add_tnum(UINT64_MAX << 3, 5);
	add_tnum(0, UINT64_MAX);
}

/* ---- a verifier of one instruction ---- */

struct fixture {
	struct env env;
	struct verify_job job;
	struct verify_result result;
	struct bpf_insn insn;
	uint16_t op;
	struct insn_aux aux;
	struct strbuf text;
};

static void fixture_init(struct fixture *f)
{
	struct env *env = &f->env;

	memset(f, 0, sizeof(*f));
	env->job = &f->job;
	env->result = &f->result;
	env->insns = &f->insn;
	env->ops = &f->op;
	env->aux = &f->aux;
	env->ninsns = 1;
	env->bpf_capable = env->allow_ptr_leaks = env->bypass_spec_v1 = true;
	env->log.text = &f->text;
	env->cur = new_open_state();
	init_func_state(env, make_frame(env->cur, 0), MAIN_CALLSITE, 0, 0);
}

static void fixture_end(struct fixture *f)
{
	free_pending(&f->env);
	free_state(f->env.cur);
	free_spare_states(&f->env);
	pool_end(&f->env.pool);
	strbuf_free(&f->text);
}

static int judge(struct fixture *f, enum insn_op op, const struct reg_state *a,
		 const struct reg_state *b)
{
	struct reg_state *regs = cur_regs(&f->env);

	regs[1] = *a;
	regs[2] = *b;
	f->op = (uint16_t)op;
	f->insn = insn_make(op, 1, insn_fields[insn_descs[op].shape] & FIELD_SRC ? 2 : 0, 0, 0);
	return check_alu(&f->env, &f->insn);
}

/* What r1 may be afterwards: one result, or two when the path has parted. */
static unsigned int results_of(struct fixture *f, enum insn_op op, const struct reg_state *a,
			       const struct reg_state *b, struct reg_state out[2])
{
	struct reg_state other;
	unsigned int n = 0;

	CHECK(!judge(f, op, a, b), "%s is refused", insn_descs[op].name);
	out[n++] = cur_regs(&f->env)[1];
	if (f->env.todo) {
		other = f->env.todo->st->frame[0]->regs[1];
		free_pending(&f->env);
		f->env.todo = NULL;
		CHECK(!judge(f, op, &other, b), "%s is refused", insn_descs[op].name);
		out[n++] = cur_regs(&f->env)[1];
		CHECK(!f->env.todo, "%s parts again", insn_descs[op].name);
	}
	return n;
}

static void check_op(struct fixture *f, enum insn_op op, const struct sample *a,
		     const struct sample *b)
{
	struct reg_state out[2];
	unsigned int n = results_of(f, op, &a->reg, &b->reg, out), missing = 0;
	uint64_t v;

	for (unsigned int i = 0; i < a->n; i++)
		for (unsigned int k = 0; k < b->n; k++) {
			insn_eval(op, a->v[i], b->v[k], &v);
			missing += !contains(&out[0], v) && (n < 2 || !contains(&out[1], v));
		}
	CHECK(!missing, "%s of %zu and %zu: %u results are not known of", insn_descs[op].name,
	      a - samples, b - samples, missing);
}

static bool is_arithmetic(enum insn_op op)
{
	uint8_t shape = insn_descs[op].shape;

	return shape == SHAPE_ALU_X || shape == SHAPE_UNARY || shape == SHAPE_END ||
	       shape == SHAPE_MOVSX;
}

static void check_alu_ops(void)
{
	struct fixture f;

	fixture_init(&f);
	for (int op = OP_BAD + 1; op < OP_COUNT; op++) {
		bool unary = insn_descs[op].shape != SHAPE_ALU_X;

		if (!is_arithmetic(op))
			continue;
		for (unsigned int a = 0; a < nsamples; a++)
			for (unsigned int b = 0; b < nsamples; b++) {
				/* what has one operand has it in r2, or in r1 */
				if (unary && insn_descs[op].shape != SHAPE_MOVSX && b)
					break;
				if (insn_descs[op].shape == SHAPE_MOVSX && a)
					break;
				check_op(&f, op, &samples[a], &samples[b]);
			}
	}
	fixture_end(&f);
}

/* ---- conditions ---- */

static void check_cond(struct fixture *f, enum insn_op op, const struct sample *a,
		       const struct sample *b)
{
	struct reg_state on[2] = {a->reg, b->reg}, off[2] = {a->reg, b->reg};
	bool is_32 = insn_descs[op].flags & INSN_W32;
	uint8_t code = insn_descs[op].code & INSN_OP_MASK;
	int taken = is_branch_taken(&f->env, &a->reg, &b->reg, code, is_32);
	unsigned int wrong = 0;
	uint64_t v;

	if (taken < 0)
		set_branch_bounds(&f->env, &on[0], &on[1], &off[0], &off[1], code, is_32);
	for (unsigned int i = 0; i < a->n; i++)
		for (unsigned int k = 0; k < b->n; k++) {
			struct reg_state *side;

			insn_eval(op, a->v[i], b->v[k], &v);
			side = v ? on : off;
			if (taken >= 0)
				wrong += (uint64_t)taken != v;
			else
				wrong += !contains(&side[0], a->v[i]) ||
					 !contains(&side[1], b->v[k]);
		}
	CHECK(!wrong, "%s of %zu and %zu: %u pairs go where they may not", insn_descs[op].name,
	      a - samples, b - samples, wrong);
}

static void check_conds(void)
{
	struct fixture f;

	fixture_init(&f);
	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		for (unsigned int a = 0; insn_descs[op].shape == SHAPE_JMP_X && a < nsamples; a++)
			for (unsigned int b = 0; b < nsamples; b++)
				check_cond(&f, op, &samples[a], &samples[b]);
	fixture_end(&f);
}

/* One register compared with itself may learn less, but nothing that is not so. */
static void check_self(void)
{
	struct fixture f;

	fixture_init(&f);
	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		for (unsigned int a = 0; insn_descs[op].shape == SHAPE_JMP_X && a < nsamples; a++) {
			struct reg_state on = samples[a].reg, off = samples[a].reg;
			uint8_t code = insn_descs[op].code & INSN_OP_MASK;
			bool is_32 = insn_descs[op].flags & INSN_W32;
			int taken = is_branch_taken(&f.env, &on, &on, code, is_32);
			uint64_t v;

			if (taken < 0)
				set_branch_bounds(&f.env, &on, &on, &off, &off, code, is_32);
			for (unsigned int i = 0; i < samples[a].n; i++) {
				insn_eval(op, samples[a].v[i], samples[a].v[i], &v);
				CHECK(taken < 0 ? contains(v ? &on : &off, samples[a].v[i])
						: (uint64_t)taken == v,
				      "%s of %u with itself", insn_descs[op].name, a);
			}
		}
	fixture_end(&f);
}

/* ---- widths ---- */

static void check_widths(void)
{
	for (unsigned int a = 0; a < nsamples; a++)
		for (int size = 1; size <= 4; size *= 2) {
			struct reg_state cut = samples[a].reg, sx = cut, sx32 = cut;
			int drop = 64 - size * 8;

			coerce_reg_to_size(&cut, size);
			coerce_reg_to_size_sx(&sx, size);
			if (size < 4)
				coerce_subreg_to_size_sx(&sx32, size);
			zext_32_to_64(&sx32);
			reg_bounds_sync(&sx32);
			for (unsigned int i = 0; i < samples[a].n; i++) {
				uint64_t v = samples[a].v[i];
				uint64_t extended = (uint64_t)((int64_t)(v << drop) >> drop);

				CHECK(contains(&cut, v << drop >> drop), "%u cut to %d", a, size);
				CHECK(contains(&sx, extended), "%u extended from %d", a, size);
				CHECK(contains(&sx32, (uint32_t)extended), "%u extended from %d", a,
				      size);
			}
		}
}

/* ---- how much is known, as Linux 6.18.44 prints it ---- */

static const struct known {
	enum insn_op op;
	int32_t dst_lo, dst_hi, src_lo, src_hi;
	const char *text;
} knowns[] = {
	{OP_ADD64_X, -71, -65, 24, 76, "scalar(smin=smin32=-47,smax=smax32=11)"},
	{OP_ADD64_X, -19, 30, -2147483648, -2147483570,
	 "scalar(smin=0xffffffff7fffffed,smax=0xffffffff8000006c,umin=0xffffffff7fffffed,umax="
	 "0xffffffff8000006c,umin32=0x7fffffed,umax32=0x8000006c,var_off=(0xffffffff00000000; "
	 "0xffffffff))"},
	{OP_ADD32_X, 18, 53, -2147483648, 2147483647,
	 "scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))"},
	{OP_ADD32_X, -2147483648, 2147483647, -2147483648, -2147483648,
	 "scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))"},
	{OP_SUB64_X, -33, -18, 24, 56,
	 "scalar(smin=smin32=-89,smax=smax32=-42,umin=0xffffffffffffffa7,umax=0xffffffffffffffd6,"
	 "umin32=0xffffffa7,umax32=0xffffffd6,var_off=(0xffffffffffffff80; 0x7f))"},
	{OP_SUB64_X, 2147483632, 2147483637, -45, -43,
	 "scalar(smin=umin=smin32=umin32=0x8000001b,smax=umax=smax32=umax32=0x80000022,var_off=("
	 "0x80000000; 0x3f))"},
	{OP_SUB32_X, -2147483648, -2147483549, -98, -83,
	 "scalar(smin=umin=smin32=umin32=0x80000053,smax=umax=smax32=umax32=0x800000c5,var_off=("
	 "0x80000000; 0xff))"},
	{OP_SUB32_X, 28, 40, -6, 12,
	 "scalar(smin=umin=smin32=umin32=16,smax=umax=smax32=umax32=46,var_off=(0x0; 0x3f))"},
	{OP_MUL64_X, -2147483648, 2147483647, -2147483648, -2147483592,
	 "scalar(smin=0xc000000080000000,smax=0x4000000000000000)"},
	{OP_MUL64_X, -2147483648, -2147483558, -2147483648, -2147483639,
	 "scalar(smin=umin=0x3fffffce8000032a,smax=umax=0x4000000000000000,smax32=2047,umax32="
	 "0x800007ff,var_off=(0x0; 0x7fffffff800007ff))"},
	{OP_MUL32_X, -14, 21, -7, 36,
	 "scalar(smin=0,smax=umax=0xffffffff,smin32=-504,smax32=756,var_off=(0x0; 0xffffffff))"},
	{OP_MUL32_X, 2147483632, 2147483646, -2147483648, -2147483635,
	 "scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))"},
	{OP_OR64_X, -86, -66, -2147483648, -2147483633,
	 "scalar(smin=smin32=-86,smax=smax32=-65,umin=0xffffffffffffffaa,umax=0xffffffffffffffbf,"
	 "umin32=0xffffffaa,umax32=0xffffffbf,var_off=(0xffffffffffffffa0; 0x1f))"},
	{OP_OR64_X, -97, -96, 1073741823, 1073741832,
	 "scalar(smin=smin32=-97,smax=smax32=-1,umin=0xffffffffffffff9f,umin32=0xffffff9f,var_off=("
	 "0xffffffffffffff80; 0x7f))"},
	{OP_OR32_X, -2147483648, -2147483617, 73, 103,
	 "scalar(smin=umin=smin32=umin32=0x80000040,smax=umax=smax32=umax32=0x8000007f,var_off=("
	 "0x80000040; 0x3f))"},
	{OP_OR32_X, 1073741823, 1073741825, 2147483632, 2147483632,
	 "scalar(smin=umin=smin32=umin32=0x7ffffff0,smax=umax=umax32=0x7fffffff,var_off=("
	 "0x7ffffff0; 0xf))"},
	{OP_AND64_X, -85, -82, -94, -76,
	 "scalar(smin=smin32=-96,smax=smax32=-82,umin=0xffffffffffffffa0,umax=0xffffffffffffffae,"
	 "umin32=0xffffffa0,umax32=0xffffffae,var_off=(0xffffffffffffffa0; 0xf))"},
	{OP_AND32_X, -2147483648, 2147483647, 2147483632, 2147483642,
	 "scalar(smin=smin32=0,smax=umax=smax32=umax32=0x7ffffffa,var_off=(0x0; 0x7fffffff))"},
	{OP_AND32_X, 1073741823, 1073741833, -10, 19,
	 "scalar(smin=smin32=0,smax=umax=smax32=umax32=0x40000009,var_off=(0x0; 0x7fffffff))"},
	{OP_XOR32_X, -1, 15, -30, 7,
	 "scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))"},
	{OP_XOR32_X, 2147483392, 2147483393, 30, 46,
	 "scalar(smin=umin=smin32=umin32=0x7fffff00,smax=umax=smax32=umax32=0x7fffff3f,var_off=("
	 "0x7fffff00; 0x3f))"},
	{OP_LSH64_X, 98, 151, 19, 19,
	 "scalar(smin=umin=smin32=umin32=0x3100000,smax=umax=smax32=umax32=0x4b80000,var_off=(0x0; "
	 "0x7f80000))"},
	{OP_LSH64_X, -4, 14, 48, 48,
	 "scalar(smax=0x7fff000000000000,umax=0xffff000000000000,smin32=0,smax32=umax32=0,var_off=("
	 "0x0; 0xffff000000000000))"},
	{OP_LSH32_X, -2147483648, -2147483557, 26, 26,
	 "scalar(smin=0,smax=umax=umax32=0xfc000000,smax32=0x7c000000,var_off=(0x0; 0xfc000000))"},
	{OP_LSH32_X, 1073741823, 1073741827, 30, 30,
	 "scalar(smin=0,smax=umax=umax32=0xc0000000,smax32=0x40000000,var_off=(0x0; 0xc0000000))"},
	{OP_RSH64_X, -2147483648, -2147483595, 36, 36, "0xfffffff"},
	{OP_RSH64_X, 2147483632, 2147483632, 9, 9, "0x3fffff"},
	{OP_RSH32_X, -2, 9, 13, 13,
	 "scalar(smin=smin32=0,smax=umax=smax32=umax32=0x7ffff,var_off=(0x0; 0x7ffff))"},
	{OP_RSH32_X, -2147483648, 2147483647, 6, 6,
	 "scalar(smin=smin32=0,smax=umax=smax32=umax32=0x3ffffff,var_off=(0x0; 0x3ffffff))"},
	{OP_ARSH64_X, -2147483648, 2147483647, 62, 62, "scalar(smin=smin32=-1,smax=smax32=0)"},
	{OP_ARSH64_X, -2147483648, -2147483560, 54, 54, "-1"},
	{OP_ARSH32_X, -66, -64, 20, 20, "0xffffffff"},
	{OP_ARSH32_X, 99, 116, 25, 25, "0"},
	{OP_NEG64, -2147483648, 2147483647, -2147483648, 2147483647,
	 "scalar(smin=0xffffffff80000001,smax=0x80000000)"},
	{OP_NEG64, 34, 84, 83, 104,
	 "scalar(smin=smin32=-84,smax=smax32=-34,umin=0xffffffffffffffac,umax=0xffffffffffffffde,"
	 "umin32=0xffffffac,umax32=0xffffffde,var_off=(0xffffffffffffff80; 0x7f))"},
	{OP_NEG32, -34, 39, -2147483648, -2147483600,
	 "scalar(smin=0,smax=umax=0xffffffff,smin32=-39,smax32=34,var_off=(0x0; 0xffffffff))"},
	{OP_NEG32, -20, 5, -88, -68,
	 "scalar(smin=0,smax=umax=0xffffffff,smin32=-5,smax32=20,var_off=(0x0; 0xffffffff))"},
	{OP_DIV64_X, 0, 9, 3, 3, "scalar()"},
	{OP_SMOD32_X, 0, 9, 3, 3, "scalar()"},
	/* both ends wrap; a product just below 2^63; a mask of a negative number */
	{OP_ADD64_X, -20, -13, 40, 40,
	 "scalar(smin=umin=smin32=umin32=20,smax=umax=smax32=umax32=27,var_off=(0x10; 0xf))"},
	{OP_AND64_X, -5, -2, 255, 255,
	 "scalar(smin=umin=smin32=umin32=248,smax=umax=smax32=umax32=255,var_off=(0xf8; 0x7))"},
	{OP_BSWAP16, 0, 7, 0, 0,
	 "scalar(smin=smin32=0,smax=umax=smax32=umax32=1792,var_off=(0x0; 0x700))"},
	{OP_LE64, 0, 7, 0, 0, "scalar(smin=smin32=0,smax=umax=smax32=umax32=7,var_off=(0x0; 0x7))"},
	{OP_MOVSX8_64, 0, 0, -3, 100, "scalar(smin=smin32=-128,smax=smax32=127)"},
};

static struct reg_state between(int32_t lo, int32_t hi)
{
	struct reg_state reg = unknown();

	reg.r.smin = lo;
	reg.r.smax = hi;
	reg_bounds_sync(&reg);
	return reg;
}

static void check_knowns(void)
{
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < ARRAY_SIZE(knowns); i++) {
		const struct known *k = &knowns[i];
		struct reg_state a = between(k->dst_lo, k->dst_hi),
				 b = between(k->src_lo, k->src_hi);
		const char *got, *end;

		f.env.log.level = 0;
		CHECK(!judge(&f, k->op, &a, &b), "row %zu is refused", i);
		cur_regs(&f.env)[1].id = 0;
		f.env.log.level = VERIFY_LOG_ALL;
		strbuf_reset(&f.text);
		print_state(&f.env, f.env.cur, 0, true);
		got = strstr(strbuf_str(&f.text), "R1=");
		end = got ? strstr(got, " R2=") : NULL;
		CHECK(end && (size_t)(end - got) == strlen(k->text) + 3 &&
			      !strncmp(got + 3, k->text, strlen(k->text)),
		      "%s of [%d, %d] and [%d, %d]: %s", insn_descs[k->op].name, k->dst_lo,
		      k->dst_hi, k->src_lo, k->src_hi, got ? got : "nothing");
	}
	fixture_end(&f);
}

static void check_deductions(void)
{
	struct reg_state reg = unknown();

	/* bits that leave one value of the range */
	reg.var_off = (struct tnum){0xe00, 0x100};
	reg.r.umin = 0xe01;
	reg_bounds_sync(&reg);
	CHECK(tnum_equals_const(reg.var_off, 0xf00) && reg.r.s32_min == 0xf00, "one value is left");

	/* the unsigned range meets the negative end of the signed one only */
	reg = unknown();
	reg.r.smin = -8;
	reg.r.smax = 8;
	reg.r.umin = 100;
	reg_bounds_sync(&reg);
	CHECK(reg.r.smax == -1 && reg.r.umin == (uint64_t)-8, "one end is left");

	/* a sign-extended number whose low half is not negative */
	reg = unknown();
	reg.r.smin = INT32_MIN;
	reg.r.smax = INT32_MAX;
	reg.r.s32_min = 3;
	reg.r.s32_max = 9;
	reg_bounds_sync(&reg);
	CHECK(reg.r.umin == 3 && reg.r.umax == 9, "no ones above");

	/* low halves narrow the ends */
	reg = unknown();
	reg.r.umin = UINT64_C(0x100000000);
	reg.r.umax = UINT64_C(0x380000000);
	reg.r.s32_min = 1;
	reg_bounds_sync(&reg);
	CHECK(reg.r.umin == UINT64_C(0x100000001) && reg.r.umax == UINT64_C(0x37fffffff),
	      "ends of low halves");
}

static void check_violation(void)
{
	struct reg_state reg = unknown();
	struct fixture f;

	fixture_init(&f);
	f.env.log.level = VERIFY_LOG_ALL;
	reg.r.umin = 2;
	reg.r.umax = 1;
	CHECK(!check_reg_bounds(&f.env, &reg, "alu"), "only said");
	CHECK(reg.r.umin == 0 && reg.r.umax == UINT64_MAX, "and forgotten");
	CHECK(!strcmp(strbuf_str(&f.text),
		      "verifier bug: REG INVARIANTS VIOLATION (alu): range bounds violation "
		      "u64=[0x2, 0x1] s64=[0x8000000000000000, 0x7fffffffffffffff] "
		      "u32=[0x0, 0xffffffff] s32=[0x80000000, 0x7fffffff] "
		      "var_off=(0x0, 0xffffffffffffffff)\n"),
	      "%s", strbuf_str(&f.text));
	f.env.test_reg_invariants = true;
	reg.var_off = tnum_const(5);
	CHECK(check_reg_bounds(&f.env, &reg, "alu") == -EFAULT, "a test flag refuses");
	fixture_end(&f);
}

int main(void)
{
	make_samples();
	check_alu_ops();
	check_conds();
	check_self();
	check_widths();
	check_knowns();
	check_deductions();
	check_violation();
	return unit_report();
}
