/* Sections about the assembler alone: what bytes, and which text, instructions are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "cmd/test.h"
#include "core/isa/insn.h"
#include "disasm/disasm.h"

void test_asm_options(const struct test_case *t, struct asm_options *out)
{
	const struct case_section *s = case_find(t->c, TEST_ASM), *raw = case_find(t->c, TEST_RAW);
	const char *path = t->file->cases.path, *slash = strrchr(path, '/');

	out->dialect = t->file->is_conformance ? ASM_UBPF : ASM_AUTO;
	out->big_endian = raw && section_has_word(raw, "be");
	if (!s)
		return;
	out->path = slash ? slash + 1 : path;
	out->line = s->loc.line;
	for (int i = 0; i < ASM_DIALECTS; i++)
		if (section_has_word(s, asm_dialect_names[i]))
			out->dialect = (enum asm_dialect)i;
	for (char v[3] = "v1"; v[1] <= '4'; v[1]++)
		if (section_has_word(s, v))
			out->isa = (uint8_t)(v[1] - '0');
	out->relax = section_has_word(s, "relax");
}

static bool is_asm_word(const char *word)
{
	for (int i = 0; i < ASM_DIALECTS; i++)
		if (strcmp(word, asm_dialect_names[i]) == 0)
			return true;
	return strcmp(word, "relax") == 0 ||
	       (word[0] == 'v' && word[1] >= '1' && word[1] <= '4' && !word[2]);
}

const char *test_odd_word(const struct case_section *s, struct arena *a)
{
	const char *at = s->words, *word;
	size_t n;

	for (; *(at += strspn(at, " \t")); at += n) {
		n = strcspn(at, " \t");
		word = arena_strndup(a, at, n);
		if (!is_asm_word(word))
			return word;
	}
	return NULL;
}

/* Hex digits, or 64-bit words written 0x..., the wire form of an instruction. */
int test_raw_bytes(const struct case_section *s, struct arena *a, struct diag *d, struct bytes *out)
{
	const char *at = strstr((const char *)s->text.data, "0x");
	struct strbuf b = {0};
	char *end;

	if (!at)
		return disasm_read_hex(s->text, s->loc.file, a, d, out);
	for (; (at = strstr(at, "0x")); at = end) {
		uint64_t word = strtoull(at, &end, 16);

		strbuf_addmem(&b, &word, sizeof(word));
	}
	*out = (struct bytes){arena_memdup(a, strbuf_str(&b), b.len), b.len};
	strbuf_free(&b);
	return 0;
}

static struct section *code_of(struct object *obj)
{
	for (uint32_t i = 1; i < obj->nsecs; i++)
		if (section_is_code(&obj->secs[i]) && obj->secs[i].size)
			return &obj->secs[i];
	return NULL;
}

static void add_bytes(struct strbuf *b, struct bytes code)
{
	for (size_t i = 0; i < code.size; i++)
		strbuf_addf(b, "%02x%c", code.data[i], i % 8 == 7 ? '\n' : ' ');
}

static int check_raw(const struct case_section *s, struct bytes code, struct arena *a,
		     struct diag *d)
{
	struct strbuf got = {0};
	struct bytes want;
	int err = test_raw_bytes(s, a, d, &want);

	if (err || (want.size == code.size && memcmp(want.data, code.data, code.size) == 0))
		return err;
	add_bytes(&got, code);
	fail(d, &s->loc, -EINVAL, "the assembler makes other bytes:\n%s", strbuf_str(&got));
	strbuf_free(&got);
	return -ENOMSG;
}

static int check_text(const struct case_section *s, const struct section *code, bool swap,
		      struct arena *a, struct diag *d)
{
	uint32_t n = (uint32_t)(code->size / sizeof(struct bpf_insn));
	struct bpf_insn *insns = arena_memdup(a, code->data, code->size);
	struct section_walk w = {.s = s};
	const char *want;
	struct strbuf got = {0};
	int err = 0;

	if (swap)
		insn_swap_order(insns, n);
	for (uint32_t i = 0; i < n && !err; i += insn_slots(&insns[i])) {
		strbuf_reset(&got);
		insn_text(&got, &insns[i], NOTATION_LLVM, NULL);
		want = section_next(&w, a);
		if (!want || strcmp(want, strbuf_str(&got)) != 0)
			err = fail(d, &w.loc, -ENOMSG,
				   "instruction %u is written '%s', expected '%s'", i,
				   strbuf_str(&got), want ? want : "no more");
	}
	if (!err && section_next(&w, a))
		err = fail(d, &s->loc, -ENOMSG, "there are only %u instructions", n);
	strbuf_free(&got);
	return err;
}

int test_assembled(const struct test_case *t, struct arena *a, struct diag *d)
{
	const struct case_section *s = case_find(t->c, TEST_ASM), *raw = case_find(t->c, TEST_RAW),
				  *text = case_find(t->c, TEST_DISASM);
	struct asm_options o = {0};
	struct object *obj = NULL;
	struct section *code;
	int err;

	if (!s || (!raw && !text))
		return 0;
	test_asm_options(t, &o);
	err = asm_source(&o, (const char *)s->text.data, s->text.size, d, &obj);
	code = err ? NULL : code_of(obj);
	if (!err && !code)
		err = fail(d, &s->loc, -ENOMSG, "there is no code");
	if (!err && raw)
		err = check_raw(raw, (struct bytes){code->data, code->size}, a, d);
	if (!err && text)
		err = check_text(text, code, obj->big_endian, a, d);
	if (obj)
		object_free(obj);
	free(obj);
	return err;
}
