/* The encoder of arm64 against what an assembler made of the same instructions. */
#include "jit/arm64/local.h"
#include "tests/unit/unit.h"

static void compare(struct code_buf *b, const char *want, const char *text)
{
	char got[2 * 32 + 1] = "";

	for (size_t i = 0; i < b->size && i < 32; i++)
		snprintf(got + 2 * i, 3, "%02x", b->bytes[i]);
	CHECK(strcmp(got, want) == 0, "%s: %s, not %s", text, got, want);
	b->size = 0;
}

static void rows(struct code_buf *b)
{
#define ROW(bytes, text, call)                                                                     \
	call;                                                                                      \
	compare(b, bytes, text);
#include "tests/unit/arm64_rows.def"
}

/* Which constants an instruction can have in it. */
static void constants(void)
{
	CHECK(a64_is_arith(4095) && a64_is_arith(4096) && !a64_is_arith(4097), "of 12 bits");
	CHECK(!a64_is_logical(0, 8) && !a64_is_logical(UINT64_MAX, 8), "all bits, and none");
	CHECK(!a64_is_logical(UINT32_MAX, 4) && a64_is_logical(UINT32_MAX, 8), "of 32 bits");
	CHECK(a64_is_logical(0xaaaaaaaa, 4) && !a64_is_logical(0xaaaaaaaa, 8), "repeated");
	CHECK(!a64_is_logical(5, 8) && !a64_is_logical(0x12345678, 4), "no run of ones");
}

/* Distances are in words, forwards and back. */
static void jumps(struct code_buf *b)
{
	uint32_t label = code_labels(b, 2), word[3];

	a64_jump_cc(b, A64_EQ, label + 1);
	code_bind(b, label);
	a64_jump(b, A64_B, label);
	code_bind(b, label + 1);
	a64_jump_zero(b, A64_CBZ, 8, 3, label);
	code_link(b);
	memcpy(word, b->bytes, sizeof(word));
	CHECK(word[0] == 0x54000040 && word[1] == 0x14000000 && word[2] == 0xb4ffffe3,
	      "%08x %08x %08x", word[0], word[1], word[2]);
}

/* A table behind what loads its address, with distances from it both ways. */
static void tables(struct code_buf *b)
{
	uint32_t before = code_labels(b, 3), table = before + 1, behind = before + 2, word[5];

	code_bind(b, before);
	a64_plain(b, A64_NOP);
	a64_adr(b, X17, table);
	a64_jump_reg(b, A64_BR, X17);
	code_bind(b, table);
	code_offset(b, behind, table);
	code_offset(b, before, table);
	code_bind(b, behind);
	code_link(b);
	memcpy(word, b->bytes, sizeof(word));
	CHECK(word[1] == 0x10000051 && word[3] == 8 && word[4] == (uint32_t)-12, "%08x %u %d",
	      word[1], word[3], (int32_t)word[4]);
}

int main(void)
{
	struct code_buf b = {.pad = a64_pad}, links = {.pad = a64_pad}, entries = {.pad = a64_pad};

	rows(&b);
	constants();
	jumps(&links);
	tables(&entries);
	code_buf_free(&b);
	code_buf_free(&links);
	code_buf_free(&entries);
	return unit_report();
}
