/*
 * libFuzzer target of BTF: the first four bytes split the input into .BTF and .BTF.ext; an input
 * that begins with '[' is BTF as text.
 */
#include "core/btf/print.h"
#include "core/btf/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

static void walk(const struct btf *btf)
{
	static const uint8_t value[64] = {1, 2, 3, 'a', 'b', 0xff, 0x80};
	struct strbuf b = {0};

	for (uint32_t id = 0; id < btf->nids && id < 64; id++) {
		btf_size(btf, id);
		btf_align(btf, id);
		btf_func_proto(btf, id);
		btf_print_decl(&b, btf, id, "x");
		btf_print_def(&b, btf, id, NULL);
		btf_print_value(&b, btf, id, value, sizeof(value));
		strbuf_reset(&b);
	}
	btf_print_header(&b, btf);
	strbuf_free(&b);
}

static void try_blob(struct bytes blob, struct bytes ext, struct diag *d)
{
	struct arena a = {0};
	struct btf_ext e;
	struct btf *btf;

	if (btf_parse(blob.data, blob.size, NULL, "fuzz", d, &btf))
		return;
	walk(btf);
	btf_check(btf, "fuzz", d);
	btf_index(btf);
	btf_find(btf, "x", 0);
	if (btf_ext_parse(ext.data, ext.size, btf, "fuzz", &a, d, &e) == 0)
		btf_ext_build(&e, true, &a);
	btf_form(blob, ext);
	btf_free(btf);
	arena_free(&a);
}

static void try_text(const uint8_t *data, size_t size, struct diag *d)
{
	struct loc loc = {.file = "fuzz", .line = 1};
	struct btf_build b = {0};
	struct arena a = {0};

	if (btf_text_parse((const char *)data, size, &loc, d, &b) == 0)
		try_blob(btf_build_finish(&b, false, &a), (struct bytes){0}, d);
	btf_build_free(&b);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = {.sink = no_message};
	uint32_t split;

	if (size && *data == '[') {
		try_text(data, size, &d);
		return 0;
	}
	if (size < sizeof(split))
		return 0;
	memcpy(&split, data, sizeof(split));
	data += sizeof(split);
	size -= sizeof(split);
	split = min(split, (uint32_t)size);
	try_blob((struct bytes){data, split}, (struct bytes){data + split, size - split}, &d);
	return 0;
}
