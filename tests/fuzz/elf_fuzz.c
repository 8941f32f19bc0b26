/*
 * libFuzzer target of the loader: an ELF object is read, linked against a target BTF that is the
 * object's own when it has one, and every program is printed.
 */
#include "core/load/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

static void walk(const struct image *img)
{
	struct strbuf b = {0};

	for (uint32_t i = 0; i < img->nprogs && i < 16; i++) {
		const struct prog_def *p = &img->progs[i];

		for (uint32_t at = 0; at < p->ninsns && at < 4096; at += insn_slots(&p->insns[at]))
			insn_text(&b, &p->insns[at], NOTATION_LLVM, NULL);
		for (uint32_t k = 0; k < p->nlines && k < 4096; k++)
			strbuf_addf(&b, "%s %s", p->lines[k].file, p->lines[k].text);
		for (uint32_t k = 0; k < p->npoisons && k < 64; k++)
			strbuf_add(&b, p->poisons[k].reason);
		strbuf_reset(&b);
	}
	for (uint32_t i = 0; i < img->nmaps; i++)
		strbuf_addf(&b, "%s", img->maps[i].name);
	strbuf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = {.sink = no_message};
	struct bytes in = {data, size}, target = {0};
	struct load_options opts = {.target = &target};
	struct arena a = {0};
	struct object obj = {0};
	struct image *img = NULL;

	if (load_elf_section(in, "fuzz", ".BTF", &a, &d, &target) < 0)
		opts.target = NULL;
	if (load_elf_bytes(in, "fuzz", &d, &obj) == 0 && load_image(&obj, &opts, &d, &img) == 0)
		walk(img);
	image_free(img);
	object_free(&obj);
	arena_free(&a);
	return 0;
}
