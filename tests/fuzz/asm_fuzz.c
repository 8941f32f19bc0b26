/*
 * libFuzzer target of the assembler: the input is a text, its first byte chooses the options. What
 * assembles is written as an object.
 */
#include <stdlib.h>

#include "asm/asm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = {.sink = no_message};
	struct asm_options opts = {.path = "fuzz", .no_files = true};
	struct strbuf b = {0};
	struct object *obj;

	if (!size)
		return 0;
	opts.dialect = (enum asm_dialect)((data[0] & 7) % ASM_DIALECTS);
	opts.relax = data[0] & 8;
	opts.big_endian = data[0] & 16;
	opts.isa = data[0] >> 5 & 3;
	if (asm_source(&opts, (const char *)data + 1, size - 1, &d, &obj))
		return 0;
	if (asm_write_elf(obj, &b, &d) == 0)
		asm_write_insns(obj, NULL, ASM_C, &b, &d);
	strbuf_free(&b);
	object_free(obj);
	free(obj);
	return 0;
}
