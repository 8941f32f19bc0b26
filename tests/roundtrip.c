/*
 * roundtrip OBJECT...: each object is disassembled, the text assembled, the result written as ELF
 * and read again; both objects must be equal.
 *
 * roundtrip OBJECT=TEXT...: the text, a compiler's, must assemble to the object that it made
 * itself.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "core/base/file.h"
#include "core/load/load.h"
#include "disasm/disasm.h"
#include "tests/objcmp.h"

static unsigned int passed, failed;

static int reassemble(const struct object *obj, const char *path, struct diag *d,
		      struct strbuf *text, struct object *out)
{
	struct asm_options opts = {.path = path, .big_endian = obj->big_endian};
	struct object *made = NULL;
	struct strbuf elf = {0};
	int err = asm_source(&opts, strbuf_str(text), text->len, d, &made);

	if (err)
		return err;
	err = asm_write_elf(made, &elf, d);
	if (!err)
		err = load_elf_bytes((struct bytes){(uint8_t *)elf.s, elf.len}, path, d, out);
	strbuf_free(&elf);
	object_free(made);
	free(made);
	return err;
}

static void check(char *path)
{
	char *text_path = strchr(path, '=');
	struct diag d = {.prefix = path, .max_errors = 8};
	struct object before = {0}, after = {0};
	struct dis_options opt = {0};
	struct strbuf text = {0};
	unsigned int differences = 0;
	struct arena arena = {0};
	struct bytes given = {0};
	int err;

	if (text_path)
		*text_path++ = '\0';
	err = load_elf(path, &d, &before);
	if (!err && text_path)
		err = file_read(text_path, 0, &arena, &d, &given);
	else if (!err)
		err = disasm_object(&before, &opt, &d, &text);
	strbuf_addmem(&text, given.data, given.size);
	if (!err)
		err = reassemble(&before, path, &d, &text, &after);
	if (!err)
		differences = compare_objects(path, &before, &after, !text_path);
	passed += !err && !differences;
	failed += err || differences;
	strbuf_free(&text);
	arena_free(&arena);
	object_free(&before);
	object_free(&after);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		check(argv[i]);
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
