/* Both interpreters against insn_eval() and against each other, for every operation. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/interp/interp.h"
#include "core/interp/step.h"
#include "core/isa/build.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

static uint8_t stack[RUN_FRAMES * STACK_SIZE] __attribute__((aligned(16)));
static const struct engine *const engines[] = {&interp_engine, &step_engine};

struct outcome {
	uint64_t r0;
	struct fault fault;
};

static struct outcome run_on(const struct engine *engine, const struct bpf_insn *insns, uint32_t n,
			     void *mem, uint64_t size)
{
	struct prog_def def = {.name = "test", .insns = (struct bpf_insn *)insns, .ninsns = n};
	struct mem checks = {0};
	struct runtime rt = {0};
	struct run_ctx rc = {.engine = engine, .stack = stack, .ctx = mem, .ctx_size = size,
			     .budget = 100000000, .rt = &rt, .mem = &checks};
	struct outcome out = {0};
	struct diag d = {.prefix = "test"};
	struct prog *prog;

	if (engine == &interp_engine)
		rc.mem = NULL;
	if (prog_new(&def, NULL, 0, NULL, &d, &prog) || engine->prepare(prog, &d)) {
		CHECK(false, "cannot make the program");
		return out;
	}
	run_once(&rc, prog, &out.r0);
	out.fault = rc.fault;
	prog_free(prog);
	return out;
}

static void imm64(struct bpf_insn *insn, uint8_t dst, uint64_t v)
{
	insn[0] = insn_make(OP_LD_IMM64_IMM, dst, 0, 0, (int32_t)v);
	insn[1] = (struct bpf_insn){.imm = (int32_t)(v >> 32)};
}

static const uint64_t edges[] = {
	0, 1, 2, 7, 31, 32, 33, 63, 64, 65, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,
	0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000, UINT64_MAX,
	0xfffffffffffffffe, 0x123456789abcdef0,
};

/* dst OP src or imm, exit with dst; for jumps exit with 1 when taken. */
static void check_op(enum insn_op op, uint64_t a, uint64_t b)
{
	const struct insn_desc *desc = &insn_descs[op];
	bool is_k = desc->shape == SHAPE_ALU_K || desc->shape == SHAPE_JMP_K;
	bool is_jmp = desc->shape == SHAPE_JMP_K || desc->shape == SHAPE_JMP_X;
	uint8_t src = insn_fields[desc->shape] & FIELD_SRC ? 2 : 0;
	struct bpf_insn p[9];
	uint64_t want;

	imm64(&p[0], 6, a);
	imm64(&p[2], 2, b);
	p[4] = is_jmp ? INSN_MOV64_K(0, 1) : INSN_MOV64_K(0, 0);
	p[5] = insn_make(op, 6, src, is_jmp ? 1 : 0, is_k ? (int32_t)b : 0);
	p[6] = is_jmp ? INSN_MOV64_K(0, 0) : INSN_MOV64_X(0, 6);
	p[7] = INSN_EXIT();
	CHECK(insn_eval(op, a, is_k ? (uint64_t)(int64_t)(int32_t)b : b, &want), "%s", desc->name);
	for (size_t e = 0; e < ARRAY_SIZE(engines); e++) {
		struct outcome got = run_on(engines[e], p, 8, NULL, 0);

		CHECK(!got.fault.kind && got.r0 == want,
		      "%s %s: %#llx, %#llx: got %#llx, not %#llx", engines[e]->name, desc->name,
		      (unsigned long long)a, (unsigned long long)b, (unsigned long long)got.r0,
		      (unsigned long long)want);
	}
}

static void test_alu_jmp(void)
{
	struct rng rng = {1};

	for (enum insn_op op = OP_BAD + 1; op < OP_COUNT; op++) {
		uint64_t out;

		if (!insn_eval(op, 1, 1, &out))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(edges); i++)
			for (size_t j = 0; j < ARRAY_SIZE(edges); j++)
				check_op(op, edges[i], edges[j]);
		for (int i = 0; i < 20; i++)
			check_op(op, rng_u64(&rng), rng_u64(&rng) >> rng_below(&rng, 64));
	}
}

/* Loads and stores of every width and sign, at aligned and other places. */
static void test_memory(void)
{
	static const enum insn_op loads[] = {
#define MEM(name, ...) OP_LDX_##name,
#define MEMSX(name, ...) OP_LDXSX_##name,
#include "core/isa/isa.def"
	};
	static const enum insn_op stores[] = {
#define MEM(name, ...) OP_STX_##name, OP_ST_##name,
#include "core/isa/isa.def"
	};

	for (size_t e = 0; e < ARRAY_SIZE(engines); e++) {
		for (size_t i = 0; i < ARRAY_SIZE(loads); i++)
			for (int16_t off = 0; off < 8; off++) {
				uint8_t mem[16] = {0x81, 0x92, 0xa3, 0x34, 0xc5, 0xd6, 0x67, 0xf8,
						   0x09, 0x9a, 0x2b, 0xbc, 0x4d, 0xde, 0x6f, 0x80};
				const struct insn_desc *d = &insn_descs[loads[i]];
				struct bpf_insn p[] = {insn_make(loads[i], 0, 1, off, 0),
						       INSN_EXIT()};
				struct outcome got = run_on(engines[e], p, 2, mem, 16);
				int shift = 64 - 8 * d->size;
				uint64_t want = 0;

				memcpy(&want, mem + off, d->size);
				if (d->flags & INSN_SX)
					want = (uint64_t)((int64_t)(want << shift) >> shift);
				CHECK(got.r0 == want, "%s +%d", d->name, off);
			}
		for (size_t i = 0; i < ARRAY_SIZE(stores); i++) {
			const struct insn_desc *d = &insn_descs[stores[i]];
			bool imm = d->shape == SHAPE_ST;
			uint8_t mem[16] = {0}, want[16] = {0};
			uint64_t v = imm ? (uint64_t)-0x12345679 : 0x8877665544332211;
			struct bpf_insn p[6];

			imm64(p, 3, v);
			p[2] = insn_make(stores[i], 1, imm ? 0 : 3, 3, imm ? -0x12345679 : 0);
			p[3] = INSN_MOV64_K(0, 0);
			p[4] = INSN_EXIT();
			memcpy(want + 3, &v, d->size);
			run_on(engines[e], p, 5, mem, 16);
			CHECK(memcmp(mem, want, 16) == 0, "%s", d->name);
		}
	}
}

struct atomic_row {
	enum insn_op op;
	uint64_t (*next)(uint64_t mem, uint64_t src, uint64_t r0);
};
#define ATOMIC(name, imm, text, gnu, since, expr)                                                  \
	static uint64_t next_##name(uint64_t a, uint64_t b, uint64_t r0 __unused)                  \
	{                                                                                          \
		(void)a, (void)b;                                                                  \
		return expr;                                                                       \
	}
#include "core/isa/isa.def"

static void test_atomic(void)
{
	static const struct atomic_row rows[] = {
#define ATOMIC(name, ...) {OP_ATOMIC64_##name, next_##name}, {OP_ATOMIC32_##name, next_##name},
#include "core/isa/isa.def"
	};
	static const uint64_t olds[] = {0, 5, 0xffffffffffffffff, 0x8000000080000000};

	for (size_t e = 0; e < ARRAY_SIZE(engines); e++)
		for (size_t i = 0; i < ARRAY_SIZE(rows) * ARRAY_SIZE(olds) * 2; i++) {
			const struct atomic_row *row = &rows[i % ARRAY_SIZE(rows)];
			const struct insn_desc *d = &insn_descs[row->op];
			uint64_t old = olds[i / ARRAY_SIZE(rows) / 2], src = 0x1234567890abcdef;
			uint64_t r0 = i / ARRAY_SIZE(rows) % 2 ? old : 5, low;
			uint64_t next;
			uint64_t want_mem, want_src, want_r0;
			uint64_t mem[3] = {0, old, 0};
			struct bpf_insn p[10];

			low = d->size == 4 ? UINT32_MAX : UINT64_MAX;
			next = row->next(old & low, src & low, r0 & low);
			want_mem = (old & ~low) | (next & low);
			want_src = d->flags & INSN_WR_SRC ? old & low : src;
			want_r0 = d->flags & INSN_WR_R0 ? old & low : r0;
			imm64(p, 0, r0);
			imm64(p + 2, 2, src);
			p[4] = insn_make(row->op, 1, 2, 8, 0);
			p[5] = INSN_STX_DW(1, 0, 0);
			p[6] = INSN_STX_DW(1, 2, 16);
			p[7] = INSN_EXIT();
			run_on(engines[e], p, 8, mem, sizeof(mem));
			CHECK(mem[1] == want_mem && mem[0] == want_r0 && mem[2] == want_src,
			      "%s %s: %#llx %#llx %#llx", engines[e]->name, d->name,
			      (unsigned long long)mem[0], (unsigned long long)mem[1],
			      (unsigned long long)mem[2]);
		}
}

/* Straight code with jumps forward: both engines must leave the same in every register. */
static void test_random(void)
{
	enum { BODY = 24, REGS = 10, SLOTS = 2 * REGS + BODY + REGS + 1 };
	struct rng rng = {7};

	for (int round = 0; round < 20000; round++) {
		struct bpf_insn p[SLOTS];
		uint64_t mem[2][12];
		uint32_t n = 0;

		for (uint8_t r = 0; r < REGS; r++) {
			if (r == 1)
				continue;
			imm64(&p[n], r, edges[rng_below(&rng, ARRAY_SIZE(edges))]);
			n += 2;
		}
		for (uint32_t i = 0; i < BODY; n++, i++) {
			enum insn_op op = 1 + rng_below(&rng, OP_COUNT - 1);
			uint8_t dst = rng_below(&rng, 4) + 2, src = rng_below(&rng, 4) + 2;
			bool jumps = insn_has_target(op), loads = insn_descs[op].shape == SHAPE_LDX;
			uint8_t fields;
			uint64_t out;

			if (!insn_eval(op, 1, 1, &out) && !loads)
				op = OP_MOV64_X;
			fields = insn_fields[insn_descs[op].shape];
			src = loads ? 1 : fields & FIELD_SRC ? src : 0;
			p[n] = insn_make(op, dst, src,
					 jumps	 ? (int16_t)rng_below(&rng, BODY - i)
					 : loads ? 40
						 : 0,
					 fields & FIELD_IMM ? (int32_t)rng_u64(&rng) : 0);
		}
		for (uint8_t r = 0; r < REGS; r++)
			p[n++] = INSN_STX_DW(1, r, 8 * r);
		p[n++] = INSN_EXIT();
		for (size_t e = 0; e < ARRAY_SIZE(engines); e++) {
			for (int i = 0; i < 12; i++)
				mem[e][i] = 0x8182838485868788 + i;
			run_on(engines[e], p, n, mem[e], sizeof(mem[e]));
			mem[e][1] = 0; /* r1, an address */
		}
		CHECK(memcmp(mem[0], mem[1], sizeof(mem[0])) == 0, "round %d", round);
	}
}

static uint64_t must(const struct engine *e, const struct bpf_insn *p, uint32_t n)
{
	struct outcome got = run_on(e, p, n, NULL, 0);

	CHECK(!got.fault.kind, "%s: %s", e->name, got.fault.text);
	return got.r0;
}

static void test_control(void)
{
	struct bpf_insn loops[] = {INSN_MOV64_K(0, 0), INSN_MAY_GOTO(2), INSN_ADD64_K(0, 1),
				   INSN_JA(-3), INSN_EXIT()};
	struct bpf_insn gotol[] = {INSN_MOV64_K(0, 1), INSN_JA32(1), INSN_MOV64_K(0, 2),
				   INSN_EXIT()};
	/* r6 survives, the callee has a stack of its own */
	struct bpf_insn call[] = {
		INSN_MOV64_K(6, 5),    INSN_ST_DW(10, -8, 7), INSN_MOV64_K(1, 3),
		INSN_CALL_LOCAL(4),    INSN_ADD64_X(0, 6),    INSN_LDX_DW(1, 10, -8),
		INSN_ADD64_X(0, 1),    INSN_EXIT(),	      INSN_MOV64_K(6, 100),
		INSN_ST_DW(10, -8, 9), INSN_MOV64_X(0, 1),    INSN_EXIT(),
	};
	struct bpf_insn recurse[] = {INSN_CALL_LOCAL(-1), INSN_MOV64_K(0, 0), INSN_EXIT()};
	struct bpf_insn callx[9];

	imm64(callx, 3, 0);
	callx[0].src_reg = PSEUDO_FUNC;
	callx[0].imm = 4;
	callx[2] = INSN_MOV64_K(1, 20);
	callx[3] = INSN_CALLX(3);
	callx[4] = INSN_EXIT();
	callx[5] = INSN_MOV64_X(0, 1);
	callx[6] = INSN_ADD64_K(0, 1);
	callx[7] = INSN_EXIT();
	for (size_t e = 0; e < ARRAY_SIZE(engines); e++) {
		CHECK(must(engines[e], loops, 5) == MAX_LOOPS);
		CHECK(must(engines[e], gotol, 4) == 1);
		CHECK(must(engines[e], call, 12) == 15);
		CHECK(must(engines[e], callx, 8) == 21);
		CHECK(run_on(engines[e], recurse, 3, NULL, 0).fault.kind == FAULT_CALL);
	}
}

/* bpf_loop: 10 rounds of adding the index to what ctx points at */
static void test_callback(void)
{
	struct bpf_insn p[20];

	p[0] = INSN_ST_DW(10, -8, 0);
	p[1] = INSN_MOV64_K(1, 10);
	imm64(&p[2], 2, 0);
	p[2].src_reg = PSEUDO_FUNC;
	p[2].imm = 7;
	p[4] = INSN_MOV64_X(3, 10);
	p[5] = INSN_ADD64_K(3, -8);
	p[6] = INSN_MOV64_K(4, 0);
	p[7] = INSN_CALL(HELPER_loop);
	p[8] = INSN_LDX_DW(0, 10, -8);
	p[9] = INSN_EXIT();
	p[10] = INSN_LDX_DW(0, 2, 0);
	p[11] = INSN_ADD64_X(0, 1);
	p[12] = INSN_STX_DW(2, 0, 0);
	p[13] = INSN_MOV64_K(0, 0);
	p[14] = INSN_EXIT();
	for (size_t e = 0; e < ARRAY_SIZE(engines); e++)
		CHECK(must(engines[e], p, 15) == 45, "%s", engines[e]->name);
}

static void fault_of(const struct bpf_insn *p, uint32_t n, enum fault_kind kind, uint32_t at,
		     const char *text)
{
	uint8_t mem[16] = {0};
	struct outcome got = run_on(&step_engine, p, n, mem, sizeof(mem));

	CHECK(got.fault.kind == kind && got.fault.insn == at && strstr(got.fault.text, text),
	      "%d at %u: %s", got.fault.kind, got.fault.insn, got.fault.text);
}
#define FAULTS(kind, at, text, ...)                                                                \
	do {                                                                                       \
		struct bpf_insn p_[] = {__VA_ARGS__};                                              \
		fault_of(p_, ARRAY_SIZE(p_), kind, at, text);                                      \
	} while (0)

static void test_faults(void)
{
	FAULTS(FAULT_MEMORY, 0, "the memory given + 13", INSN_LDX_W(0, 1, 13), INSN_EXIT());
	FAULTS(FAULT_MEMORY, 0, "1 before the begin", INSN_STX_B(1, 1, -1), INSN_EXIT());
	FAULTS(FAULT_MEMORY, 0, "the stack", INSN_ST_DW(10, -4, 0), INSN_EXIT());
	FAULTS(FAULT_MEMORY, 0, "the stack", INSN_ST_DW(10, -520, 0), INSN_EXIT());
	FAULTS(FAULT_MEMORY, 1, "null pointer + 8", INSN_MOV64_K(3, 0), INSN_LDX_B(0, 3, 8),
	       INSN_EXIT());
	FAULTS(FAULT_MEMORY, 1, "far", INSN_MOV64_K(3, -5), INSN_LDX_B(0, 3, 0), INSN_EXIT());
	FAULTS(FAULT_MEMORY, 0, "atomic", insn_make(OP_ATOMIC64_ADD, 1, 1, 4, 0), INSN_EXIT());
	FAULTS(FAULT_REGISTER, 0, "r7", INSN_MOV64_X(0, 7), INSN_EXIT());
	FAULTS(FAULT_REGISTER, 0, "r0", INSN_EXIT());
	FAULTS(FAULT_REGISTER, 1, "r1", INSN_CALL(HELPER_ktime_get_ns), INSN_MOV64_X(0, 1),
	       INSN_EXIT());
	FAULTS(FAULT_BUDGET, 0, "100000000", INSN_JA(-1));
	FAULTS(FAULT_INSN, 1, "no end", INSN_MOV64_K(0, 0));
	FAULTS(FAULT_CALL, 0, "bpf_lwt_seg6_action is not available",
	       INSN_CALL(HELPER_lwt_seg6_action), INSN_EXIT());
	FAULTS(FAULT_CALL, 0, "no helper 9999", INSN_CALL(9999), INSN_EXIT());
}

int main(void)
{
	test_alu_jmp();
	test_memory();
	test_atomic();
	test_random();
	test_control();
	test_callback();
	test_faults();
	return unit_report();
}
