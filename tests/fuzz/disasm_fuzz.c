/*
 * libFuzzer target of the disassembler. The first byte chooses: an object, bare instructions, or
 * text of one of the input notations. Whatever is written for an object must assemble; instructions
 * must come back as they were.
 */
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "core/load/load.h"
#include "disasm/disasm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Counts what could not be written. */
static void count(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)sev, (void)loc, (void)msg;
	++*(unsigned int *)d->sink_arg;
}

static void try_listings(const struct object *obj, struct diag *d)
{
	struct dis_options opt = {.opcodes = true, .source = true};
	struct dis_list list = {0};
	struct strbuf out = {0};

	if (!disasm_list(obj, &opt, d, &list)) {
		disasm_kernel(&list, &opt, &out);
		disasm_dot(&list, &opt, &out);
		disasm_svg(&list, &opt, &out);
	}
	dis_list_free(&list);
	strbuf_free(&out);
}

/* Assembles text; the object is the caller's. */
static struct object *assemble(const struct strbuf *text, bool big_endian, struct diag *d)
{
	struct asm_options opts = {.path = "fuzz", .big_endian = big_endian, .no_files = true};
	struct object *obj = NULL;

	asm_source(&opts, strbuf_str(text), text->len, d, &obj);
	return obj;
}

static void drop(struct object *obj)
{
	object_free(obj);
	free(obj);
}

static void try_object(const struct object *obj, struct diag *d, bool is_code)
{
	struct dis_options opt = {0};
	struct strbuf text = {0};
	unsigned int said;
	struct object *back;

	*(unsigned int *)d->sink_arg = 0;
	if (disasm_object(obj, &opt, d, &text))
		abort();
	said = *(unsigned int *)d->sink_arg;
	d->errors = 0;
	back = assemble(&text, obj->big_endian, d);
	if (!back && !said)
		abort();
	if (back && is_code) {
		const struct section *a = &obj->secs[1], *b = object_section(back, ".text");

		if (!b || a->size != b->size || memcmp(a->data, b->data, a->size) != 0)
			abort();
	}
	if (back)
		drop(back);
	strbuf_free(&text);
	try_listings(obj, d);
}

static void try_text(uint8_t kind, struct bytes in, struct diag *d)
{
	struct arena a = {0};
	struct bytes out;
	struct classic_insn *insns;
	struct strbuf b = {0};
	uint32_t n, at;

	disasm_detect(in);
	if (kind == 'h')
		disasm_read_hex(in, "fuzz", &a, d, &out);
	else if (kind == 'c')
		disasm_read_c(in, "fuzz", &a, d, &out);
	else if (!classic_read(in, "fuzz", &a, d, &insns, &n) && !classic_check(insns, n, &at))
		classic_text(insns, n, true, &b);
	strbuf_free(&b);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int said = 0;
	struct diag d = {.sink = count, .sink_arg = &said};
	struct object obj = {0};
	struct bytes in;

	if (!size)
		return 0;
	in = (struct bytes){data + 1, size - 1};
	if (load_is_elf((struct bytes){data, size})) {
		if (!load_elf_bytes((struct bytes){data, size}, "fuzz", &d, &obj))
			try_object(&obj, &d, false);
	} else if (*data == 'l' || *data == 'b') {
		if (!load_raw(in, "fuzz", *data == 'b', &d, &obj))
			try_object(&obj, &d, true);
	} else {
		try_text(*data, in, &d);
	}
	object_free(&obj);
	return 0;
}
