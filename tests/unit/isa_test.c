/* The instruction table against itself: decode finds every row, check accepts it, eval is total. */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/isa/build.h"

static struct bpf_insn sample(enum insn_op op)
{
	const struct insn_desc *d = &insn_descs[op];
	uint8_t fields = insn_fields[d->shape];

	return insn_make(op, fields & FIELD_DST ? 1 : 0, fields & FIELD_SRC ? 2 : 0,
			 fields & FIELD_OFF ? 4 : 0, fields & FIELD_IMM ? 7 : 0);
}

static void test_decode(void)
{
	for (int op = OP_BAD + 1; op < OP_COUNT; op++) {
		struct bpf_insn insn[2] = {sample(op)};
		const char *why = insn_check(insn, 0, 2);
		bool internal = insn_descs[op].flags & INSN_INTERNAL;

		CHECK((int)insn_decode(insn) == op, "%s", insn_descs[op].name);
		CHECK(!why == !internal, "%s: %s", insn_descs[op].name, why ? why : "accepted");
		CHECK((int)insn_op_by_name(insn_descs[op].name) == op, "%s", insn_descs[op].name);
	}
}

/* A set bit in any field that is no operand and selects nothing must be refused. */
static void test_reserved(void)
{
	for (int op = OP_BAD + 1; op < OP_COUNT; op++) {
		const struct insn_desc *d = &insn_descs[op];
		uint8_t fields = insn_fields[d->shape];
		struct bpf_insn insn[2] = {sample(op)};

		if (!(fields & FIELD_OFF) && d->select != SELECT_OFF) {
			insn[0].off = 3;
			CHECK(insn_check(insn, 0, 2), "%s with off", d->name);
		}
		insn[0] = sample(op);
		if (!(fields & FIELD_DST)) {
			insn[0].dst_reg = 1;
			CHECK(insn_check(insn, 0, 2), "%s with dst", d->name);
		}
		insn[0] = sample(op);
		insn[0].dst_reg = 11;
		CHECK(insn_check(insn, 0, 2), "%s with r11", d->name);
	}
}

/* No opcode byte decodes to an operation with another opcode; unknown ones decode to none. */
static void test_opcodes(void)
{
	unsigned int known = 0;

	for (int code = 0; code < 256; code++) {
		struct bpf_insn insn[2] = {{.code = (uint8_t)code}};
		enum insn_op op = insn_decode(insn);

		CHECK(op == OP_BAD || insn_descs[op].code == code, "0x%02x", code);
		known += op != OP_BAD;
	}
	CHECK(known > 100, "%u", known);
}

static void test_eval(void)
{
	uint64_t out;

	CHECK(insn_eval(OP_ADD32_X, 0xffffffff, 1, &out) && out == 0);
	CHECK(insn_eval(OP_DIV64_K, 7, 0, &out) && out == 0);
	CHECK(insn_eval(OP_MOD32_X, 0x1234567800000007, 0, &out) && out == 7);
	CHECK(insn_eval(OP_SDIV64_X, 1ull << 63, UINT64_MAX, &out) && out == 1ull << 63);
	CHECK(insn_eval(OP_SMOD32_X, 0x80000000, 0xffffffff, &out) && out == 0);
	CHECK(insn_eval(OP_ARSH32_K, 0x80000000, 4, &out) && out == 0xf8000000);
	CHECK(insn_eval(OP_LSH64_X, 1, 65, &out) && out == 2);
	CHECK(insn_eval(OP_MOVSX8_32, 0, 0x80, &out) && out == 0xffffff80);
	CHECK(insn_eval(OP_MOVSX32_64, 0, 0x80000000, &out) && out == 0xffffffff80000000);
	CHECK(insn_eval(OP_BE16, 0x11223344, 0, &out) && out == 0x4433);
	CHECK(insn_eval(OP_JSLT32_X, 0xffffffff, 0, &out) && out == 1);
	CHECK(insn_eval(OP_JSLT64_X, 0xffffffff, 0, &out) && out == 0);
	CHECK(insn_eval(OP_NEG32, 1, 0, &out) && out == 0xffffffff);
	CHECK(!insn_eval(OP_EXIT, 0, 0, &out));
}

static void check_text(struct bpf_insn insn, const char *llvm, const char *kernel)
{
	struct strbuf b = {0};

	insn_text(&b, &insn, NOTATION_LLVM, NULL);
	CHECK(strcmp(b.s, llvm) == 0, "%s, not %s", b.s, llvm);
	strbuf_reset(&b);
	insn_text(&b, &insn, NOTATION_KERNEL, NULL);
	CHECK(strcmp(b.s, kernel) == 0, "%s, not %s", b.s, kernel);
	strbuf_free(&b);
}

static void test_text(void)
{
	check_text(INSN_LDX_W(0, 1, -4), "r0 = *(u32 *)(r1 - 4)", "r0 = *(u32 *)(r1 -4)");
	check_text(INSN_JEQ32_K(3, -1, 2), "if w3 == -1 goto +2", "if w3 == 0xffffffff goto pc+2");
	check_text(INSN_CALL(1), "call 1", "call unknown#1");
	check_text(INSN_CALL_LOCAL(-3), "call pc-3", "call pc-3");
	check_text(INSN_ATOMIC32_CMPXCHG(1, 2, 8), "w0 = cmpxchg32_32(r1 + 8, w0, w2)",
		   "r0 = atomic_cmpxchg((u32 *)(r1 +8), r0, r2)");
	check_text(INSN_ADD64_K(1, 0x12345), "r1 += 0x12345", "r1 += 74565");
}

int main(void)
{
	test_decode();
	test_reserved();
	test_opcodes();
	test_eval();
	test_text();
	return unit_report();
}
