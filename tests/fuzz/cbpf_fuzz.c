/* libFuzzer target of classic filters: text and bytes are read, checked, written and converted. */
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "disasm/disasm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

/* What a conversion writes is assembly. */
static void convert(const struct classic_insn *insns, uint32_t n, enum classic_target target)
{
	struct asm_options opts = {.path = "fuzz", .relax = true, .no_files = true};
	struct diag d = {.sink = no_message};
	struct strbuf text = {0};
	struct object *obj = NULL;
	uint32_t at;

	if (!classic_convert(insns, n, target, 1, 2, &text, &at) &&
	    asm_source(&opts, text.s, text.len, &d, &obj))
		abort();
	if (obj)
		object_free(obj);
	free(obj);
	strbuf_free(&text);
}

static void look(const struct classic_insn *insns, uint32_t n)
{
	struct strbuf text = {0};
	uint32_t at;

	if (classic_check(insns, n, &at))
		return;
	classic_text(insns, n, true, &text);
	for (int t = CLASSIC_TO_SOCKET; t <= CLASSIC_TO_XDP; t++)
		convert(insns, n, (enum classic_target)t);
	if (!classic_check_seccomp(insns, n, &at))
		convert(insns, n, CLASSIC_TO_SECCOMP);
	strbuf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = {.sink = no_message};
	struct bytes in = {data, size};
	struct arena arena = {0};
	struct classic_insn *insns;
	uint32_t n;

	if (!classic_read_asm(in, "fuzz", &arena, &d, &insns, &n))
		look(insns, n);
	if (!classic_read(in, "fuzz", &arena, &d, &insns, &n))
		look(insns, n);
	n = (uint32_t)(size / sizeof(*insns));
	if (n && n <= CLASSIC_MAX)
		look(arena_memdup(&arena, data, n * sizeof(*insns)), n);
	arena_free(&arena);
	return 0;
}
