/* The encoder against what an assembler made of the same instructions. */
#include "jit/x86/local.h"
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
#include "tests/unit/x86_rows.def"
}

/* Both are the longest nops that the manual recommends, and one of what is left. */
static void pads(void)
{
	uint8_t nops[20];

	x86_pad(nops, 20);
	CHECK(nops[0] == 0x66 && nops[9] == 0x66 && nops[18] == 0x66 && nops[19] == 0x90, "%02x",
	      nops[18]);
}

int main(void)
{
	struct code_buf b = {.pad = x86_pad};

	rows(&b);
	pads();
	code_buf_free(&b);
	return unit_report();
}
