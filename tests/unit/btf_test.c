#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/btf/print.h"
#include "core/btf/text.h"
#include "tests/unit/unit.h"

static void count_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)sev, (void)loc;
	strncpy(d->sink_arg, msg, 199);
}

static char last_message[200];
static struct diag quiet = {.sink = count_message, .sink_arg = last_message};

/* Every kind, every attribute. */
static const char all_kinds[] =
	"[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n"
	"[2] INT 'char' size=1 bits_offset=0 nr_bits=8 encoding=(none)\n"
	"[3] INT '_Bool' size=1 bits_offset=0 nr_bits=8 encoding=BOOL\n"
	"[4] PTR '(anon)' type_id=1\n"
	"[5] ARRAY '(anon)' type_id=2 index_type_id=1 nr_elems=16\n"
	"[6] STRUCT 'pair' size=24 vlen=3\n"
	"\t'a' type_id=1 bits_offset=0\n"
	"\t'name' type_id=5 bits_offset=32\n"
	"\t'(anon)' type_id=8 bits_offset=160\n"
	"[7] STRUCT 'bits' size=8 vlen=3\n"
	"\t'x' type_id=1 bits_offset=0 bitfield_size=3\n"
	"\t'y' type_id=1 bits_offset=3 bitfield_size=5\n"
	"\t'z' type_id=1 bits_offset=32\n"
	"[8] UNION '(anon)' size=4 vlen=2\n"
	"\t'i' type_id=1 bits_offset=0\n"
	"\t'c' type_id=2 bits_offset=0\n"
	"[9] ENUM 'color' encoding=UNSIGNED size=4 vlen=2\n"
	"\t'RED' val=0\n"
	"\t'BLUE' val=4294967295\n"
	"[10] ENUM 'sign' encoding=SIGNED size=4 vlen=1\n"
	"\t'MINUS' val=-1\n"
	"[11] ENUM64 'big' encoding=UNSIGNED size=8 vlen=1\n"
	"\t'HUGE' val=18446744073709551615ULL\n"
	"[12] ENUM64 'low' encoding=SIGNED size=8 vlen=1\n"
	"\t'LOW' val=-5000000000LL\n"
	"[13] FWD 'later' fwd_kind=struct\n"
	"[14] FWD 'either' fwd_kind=union\n"
	"[15] TYPEDEF 'u32' type_id=1\n"
	"[16] VOLATILE '(anon)' type_id=15\n"
	"[17] CONST '(anon)' type_id=16\n"
	"[18] RESTRICT '(anon)' type_id=4\n"
	"[19] FUNC_PROTO '(anon)' ret_type_id=1 vlen=3\n"
	"\t'ctx' type_id=4\n"
	"\t'n' type_id=17\n"
	"\t'(anon)' type_id=0\n"
	"[20] FUNC 'prog' type_id=19 linkage=global\n"
	"[21] FUNC 'sub' type_id=19 linkage=static\n"
	"[22] FUNC 'kfunc' type_id=19 linkage=extern\n"
	"[23] VAR 'counter' type_id=17, linkage=global\n"
	"[24] VAR 'hidden' type_id=6, linkage=static\n"
	"[25] DATASEC '.data' size=28 vlen=2\n"
	"\ttype_id=23 offset=0 size=4\n"
	"\ttype_id=24 offset=4 size=24\n"
	"[26] FLOAT 'double' size=8\n"
	"[27] DECL_TAG 'tag' type_id=20 component_idx=0\n"
	"[28] DECL_TAG 'whole' type_id=6 component_idx=-1\n"
	"[29] TYPE_TAG 'rcu' type_id=6\n"
	"[30] TYPE_TAG 'attr' type_id=6 kind_flag=1\n"
	"[31] PTR '(anon)' type_id=19\n"
	"[32] ARRAY '(anon)' type_id=31 index_type_id=1 nr_elems=2\n"
	"[33] ARRAY '(anon)' type_id=5 index_type_id=1 nr_elems=3\n"
	"[34] PTR '(anon)' type_id=33\n"
	"[35] STRUCT 'odd\\'\\\\\\x01 \\t#,' size=0 vlen=0\n"
	"[36] STRUCT '\\(anon)' size=0 vlen=0 kind_flag=1\n";

static int build(const char *text, bool big_endian, struct arena *a, struct bytes *out)
{
	struct loc loc = {.file = "types", .line = 1};
	struct btf_build b = {0};
	int err = btf_text_parse(text, strlen(text), &loc, &quiet, &b);

	if (!err)
		*out = btf_build_finish(&b, big_endian, a);
	btf_build_free(&b);
	return err;
}

static struct btf *parse(struct bytes blob, const struct btf *base)
{
	struct btf *btf = NULL;

	return btf_parse(blob.data, blob.size, base, "blob", &quiet, &btf) ? NULL : btf;
}

static void test_round_trip(bool big_endian)
{
	struct arena a = {0};
	struct strbuf text = {0};
	struct bytes blob = {0};
	struct btf *btf;

	CHECK(build(all_kinds, big_endian, &a, &blob) == 0, "%s", last_message);
	btf = parse(blob, NULL);
	CHECK(btf, "%s", last_message);
	if (!btf)
		return;
	CHECK(btf->nids == 37 && btf->big_endian == big_endian);
	CHECK(btf_check(btf, "blob", &quiet) < 0, "no kernel takes an extern FUNC, or odd names");
	btf_text(&text, btf, "");
	CHECK(strcmp(strbuf_str(&text), all_kinds) == 0, "%s", strbuf_str(&text));
	CHECK(btf_form(blob, (struct bytes){0}) == BTF_FORM_TEXT);
	strbuf_free(&text);
	btf_free(btf);
	arena_free(&a);
}

static void check_decl(const struct btf *btf, uint32_t id, const char *name, const char *want)
{
	struct strbuf b = {0};

	btf_print_decl(&b, btf, id, name);
	CHECK(strcmp(strbuf_str(&b), want) == 0, "got %s, want %s", strbuf_str(&b), want);
	strbuf_free(&b);
}

static void check_value(const struct btf *btf, uint32_t id, const void *data, size_t size,
			const char *want)
{
	struct strbuf b = {0};

	btf_print_value(&b, btf, id, data, size);
	CHECK(strcmp(strbuf_str(&b), want) == 0, "got %s, want %s", strbuf_str(&b), want);
	strbuf_free(&b);
}

static void test_lookup(void)
{
	struct arena a = {0};
	struct bytes blob;
	struct btf *btf;
	const struct btf_type *bits;

	CHECK(build(all_kinds, false, &a, &blob) == 0);
	btf = parse(blob, NULL);
	if (!btf)
		return;
	for (int indexed = 0; indexed < 2; indexed++) {
		CHECK(btf_find(btf, "pair", BTF_KIND_STRUCT) == 6);
		CHECK(btf_find(btf, "pair", BTF_KIND_UNION) == 0);
		CHECK(btf_find(btf, "u32", 0) == 15);
		CHECK(btf_find(btf, "", 0) == 0);
		CHECK(btf_find(btf, "none", 0) == 0);
		CHECK(btf_flavor_after(btf, "pair___old", BTF_KIND_STRUCT, 0) == 6);
		CHECK(btf_flavor_after(btf, "pair", BTF_KIND_STRUCT, 6) == 0);
		btf_index(btf);
	}
	CHECK(btf_essential_len("sample___v2") == 6 && btf_essential_len("___a") == 4 &&
	      btf_essential_len("a____b") == 6 && btf_essential_len("a___") == 4);
	CHECK(btf_resolve(btf, 17) == 1 && btf_skip_mods(btf, 17) == 15);
	CHECK(btf_size(btf, 33) == 48 && btf_size(btf, 4) == 8 && btf_size(btf, 24) == 24);
	CHECK(btf_size(btf, 0) == -EINVAL && btf_size(btf, 20) == -EINVAL);
	CHECK(btf_align(btf, 6) == 4 && btf_align(btf, 5) == 1 && btf_align(btf, 32) == 8);
	CHECK(btf_func_proto(btf, 20) == 19 && btf_func_proto(btf, 31) == 19 &&
	      btf_func_proto(btf, 1) == 0);
	bits = btf_type(btf, 7);
	CHECK(btf_member_bit(bits, &btf_members(bits)[1]) == 3 &&
	      btf_member_bits(bits, &btf_members(bits)[1]) == 5);
	check_decl(btf, 20, "prog", "int prog(int *ctx, const volatile u32 n, ...)");
	check_decl(btf, 32, "ops", "int (*ops[2])(int *ctx, const volatile u32 n, ...)");
	check_decl(btf, 34, "p", "char (*p)[3][16]");
	check_decl(btf, 18, NULL, "int *restrict");
	check_decl(btf, 14, NULL, "union either");
	check_value(btf, 6, "\1\0\0\0eth0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff", 24,
		    "{.a = 1, .name = \"eth0\", {.i = -1, .c = 255}}");
	check_value(btf, 7, "\x2b\0\0\0\7\0\0\0", 8, "{.x = 3, .y = 5, .z = 7}");
	check_value(btf, 10, "\xff\xff\xff\xff", 4, "MINUS");
	check_value(btf, 12, "\1\0\0\0\0\0\0\0", 8, "1");
	check_value(btf, 6, "\1\0\0\0ab", 6, "{.a = 1, .name = {97, 98}}");
	btf_free(btf);
	arena_free(&a);
}

static void test_split(void)
{
	struct arena a = {0};
	struct bytes blob, ext;
	struct btf *base, *split;
	struct btf_build b = {0};

	CHECK(build("INT 'int' size=4 nr_bits=32\nSTRUCT 's' size=4\n'm' type_id=1\n", false, &a,
		    &blob) == 0, "%s", last_message);
	base = parse(blob, NULL);
	if (!base)
		return;
	b.base = base;
	CHECK(btf_add_ref(&b, BTF_KIND_PTR, "", 2) == 3);
	CHECK(btf_add_ref(&b, BTF_KIND_TYPEDEF, "s_ptr", 3) == 4);
	ext = btf_build_finish(&b, true, &a);
	split = parse(ext, base);
	CHECK(split, "%s", last_message);
	if (split) {
		CHECK(split->first_id == 3 && split->nids == 5);
		CHECK(btf_find(split, "s", 0) == 2 && btf_find(split, "s_ptr", 0) == 4);
		CHECK(strcmp(btf_name(split, 4), "s_ptr") == 0);
		check_decl(split, 3, "p", "struct s *p");
	}
	CHECK(!parse(ext, NULL));
	btf_free(split);
	btf_free(base);
	btf_build_free(&b);
	arena_free(&a);
}

/* Whatever is accepted must be safe to walk. */
static void walk(const struct btf *btf)
{
	static const uint8_t zeros[64];
	struct strbuf b = {0};

	for (uint32_t id = 0; id < btf->nids && id < 64; id++) {
		btf_size(btf, id);
		btf_align(btf, id);
		btf_print_decl(&b, btf, id, "x");
		btf_print_def(&b, btf, id, NULL);
		btf_print_value(&b, btf, id, zeros, sizeof(zeros));
		strbuf_reset(&b);
	}
	btf_text(&b, btf, "");
	btf_print_header(&b, btf);
	strbuf_free(&b);
}

/* The blob behind which no byte may be read. */
static void try_bytes(const uint8_t *data, size_t size, struct bytes ext)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct bytes blob = {copy, size};
	struct btf *btf;

	memcpy(copy, data, size);
	btf = parse(blob, NULL);
	if (btf) {
		struct arena a = {0};
		struct btf_ext e;

		walk(btf);
		btf_check(btf, "blob", &quiet);
		btf_ext_parse(ext.data, ext.size, btf, "ext", &a, &quiet, &e);
		btf_form(blob, ext);
		btf_free(btf);
		arena_free(&a);
	}
	free(copy);
}

static void test_hostile(bool big_endian)
{
	struct arena a = {0};
	struct bytes blob;
	uint8_t *flipped;

	CHECK(build(all_kinds, big_endian, &a, &blob) == 0);
	for (size_t n = 0; n < blob.size; n++)
		CHECK(!parse((struct bytes){blob.data, n}, NULL), "%zu bytes accepted", n);
	flipped = arena_memdup(&a, blob.data, blob.size);
	for (size_t bit = 0; bit < blob.size * 8; bit++) {
		flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
		try_bytes(flipped, blob.size, (struct bytes){0});
		flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	arena_free(&a);
}

/* Types that hold themselves in every way that the wire can say. */
static void test_cycles(void)
{
	static const char *const texts[] = {
		"TYPEDEF 'a' type_id=1\n",
		"CONST '(anon)' type_id=2\nVOLATILE '(anon)' type_id=1\n",
		"ARRAY '(anon)' type_id=1 index_type_id=1 nr_elems=4294967295\n",
		"STRUCT 's' size=8\n'a' type_id=1\n'b' type_id=1\n'c' type_id=1\n",
		"UNION '(anon)' size=8\n'a' type_id=1\n'b' type_id=1\n'c' type_id=1\n'd' "
		"type_id=1\n",
		"PTR '(anon)' type_id=2\nFUNC_PROTO '(anon)' ret_type_id=1\n'x' type_id=1\n'y' "
		"type_id=1\n",
		"VAR 'v' type_id=1\n",
		"FUNC_PROTO '(anon)' ret_type_id=1\n'x' type_id=1\n'y' type_id=1\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct arena a = {0};
		struct bytes blob = {0};

		CHECK(build(texts[i], false, &a, &blob) == 0, "%s", last_message);
		try_bytes(blob.data, blob.size, (struct bytes){0});
		arena_free(&a);
	}
}

static void test_ext(bool big_endian)
{
	struct arena a = {0};
	struct btf_build b = {0};
	uint32_t sec = btf_add_str(&b, ".text"), file = btf_add_str(&b, "a.c");
	uint32_t proto = btf_add_func_proto(&b, 0);
	struct btf_ext_func funcs[] = {{sec, 0, btf_add_func(&b, "f", proto, BTF_FUNC_GLOBAL)}};
	struct btf_ext_line lines[] = {{sec, 0, file, 0, 3, 1}, {sec, 8, file, 0, 4, 9}};
	struct btf_ext_core cores[] = {{sec, 8, proto, btf_add_str(&b, "0:1"), 2}};
	struct btf_ext e = {funcs, lines, cores, 1, 2, 1, 32}, back;
	struct bytes types, blob;
	struct btf *btf;
	uint8_t *flipped;

	btf_lay_out(&b, &e, NULL);
	types = btf_build_finish(&b, big_endian, &a);
	blob = btf_ext_build(&e, big_endian, &a);
	btf = parse(types, NULL);
	CHECK(btf, "%s", last_message);
	if (!btf)
		return;
	CHECK(btf_ext_parse(blob.data, blob.size, btf, "ext", &a, &quiet, &back) == 0, "%s",
	      last_message);
	CHECK(back.nfuncs == 1 && back.nlines == 2 && back.ncores == 1 && back.hdr_len == 32);
	CHECK(back.lines[1].line == 4 && back.lines[1].col == 9);
	CHECK(strcmp(btf_str(btf, back.cores[0].access), "0:1") == 0);
	CHECK(btf_form(types, blob) == BTF_FORM_TEXT);
	flipped = arena_memdup(&a, blob.data, blob.size);
	for (size_t bit = 0; bit < blob.size * 8; bit++) {
		flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
		try_bytes(types.data, types.size, (struct bytes){flipped, blob.size});
		flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < blob.size; n++)
		CHECK(btf_ext_parse(blob.data, n, btf, "ext", &a, &quiet, &back) < 0, "%zu", n);
	btf_free(btf);
	btf_build_free(&b);
	arena_free(&a);
}

static void test_errors(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"[2] INT 'int'\n", "expected type [1] here"},
		{"[1] IMT 'int'\n", "expected a kind of type, got 'IMT'"},
		{"[1] INT 'int' sise=4\n", "INT has no 'sise'"},
		{"[1] INT 'int' size=x\n", "'x' is no value of size"},
		{"[1] INT 'int' nr_bits=256\n", "256 does not fit 8 bits"},
		{"[1] INT 'int\n", "no closing '"},
		{"'m' type_id=1\n", "expected a record, [1] KIND 'name' ..."},
		{"[1] STRUCT 's' size=4 vlen=1\n", "STRUCT has vlen=1, but 0 lines before this"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena a = {0};
		struct bytes blob;

		CHECK(build(cases[i].text, false, &a, &blob) < 0);
		CHECK(strcmp(last_message, cases[i].message) == 0, "got: %s", last_message);
		arena_free(&a);
	}
}

/* What the kernel refuses, each asked of Linux 6.18 with BPF_BTF_LOAD. */
static void test_check(void)
{
#define INT "INT 'int' size=4 nr_bits=32 encoding=SIGNED\n"
	static const struct {
		const char *text, *message; /* NULL: accepted */
	} cases[] = {
		{INT "STRUCT 's' size=8\n'a' type_id=1\n'b' type_id=1 bits_offset=32\n", NULL},
		{INT "PTR '(anon)' type_id=3\nSTRUCT 's' size=8\n'next' type_id=2\n", NULL},
		{INT "FUNC_PROTO '(anon)' ret_type_id=1\n'x' type_id=1\n'(anon)' type_id=0\n",
		 NULL},
		{"INT 'int' size=4 nr_bits=33\n",
		 "BTF type 1 (INT 'int'): more bits than bytes hold"},
		{"INT 'int' size=4 nr_bits=32 encoding=3\n",
		 "BTF type 1 (INT 'int'): no such encoding"},
		{INT "STRUCT 'a-b' size=4\n'a' type_id=1\n",
		 "BTF type 2 (STRUCT 'a-b'): its name is missing or no identifier"},
		{INT "STRUCT 's' size=2\n'a' type_id=1\n",
		 "BTF type 2 (STRUCT 's'): a member exceeds the struct"},
		{INT "STRUCT 's' size=8\n'a' type_id=1 bits_offset=32\n'b' type_id=1\n",
		 "BTF type 2 (STRUCT 's'): a member's offset is below the one before"},
		{INT "STRUCT 's' size=8\n'a' type_id=2\n",
		 "BTF type 2 (STRUCT 's'): it contains itself"},
		{"TYPEDEF 't' type_id=1\n", "BTF type 1 (TYPEDEF 't'): it contains itself"},
		{INT "FUNC_PROTO '(anon)' ret_type_id=1\n'(anon)' type_id=1\nFUNC 'f' type_id=2\n",
		 "BTF type 3 (FUNC 'f'): a parameter has no name"},
		{INT "VAR 'v' type_id=1\nDATASEC '.data' size=0\ntype_id=2 size=4\n",
		 "BTF type 3 (DATASEC '.data'): size 0"},
		{INT "CONST '(anon)' type_id=3\nTYPE_TAG 'tag' type_id=1\n",
		 "BTF type 2 (CONST ''): a type tag behind other modifiers"},
		{INT "FWD 'f' fwd_kind=struct\nVAR 'v' type_id=2\n",
		 "BTF type 3 (VAR 'v'): it has no size"},
		{INT "ARRAY '(anon)' type_id=1 index_type_id=1 nr_elems=4294967295\n",
		 "BTF type 2 (ARRAY ''): its size does not fit 32 bits"},
	};
#undef INT

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena a = {0};
		struct bytes blob = {0};
		struct btf *btf;

		CHECK(build(cases[i].text, false, &a, &blob) == 0, "%s", last_message);
		btf = parse(blob, NULL);
		CHECK(btf, "%s", last_message);
		*last_message = '\0';
		CHECK(btf && !btf_check(btf, "blob", &quiet) == !cases[i].message, "%s",
		      cases[i].text);
		CHECK(strcmp(last_message, cases[i].message ? cases[i].message : "") == 0,
		      "got: %s", last_message);
		btf_free(btf);
		arena_free(&a);
	}
}

static void test_kernel(void)
{
	struct arena a = {0};
	struct bytes blob;
	struct btf *btf;

	if (file_read("/sys/kernel/btf/vmlinux", 0, &a, &quiet, &blob)) {
		arena_free(&a);
		return;
	}
	btf = parse(blob, NULL);
	CHECK(btf, "%s", last_message);
	CHECK(btf && btf_size(btf, btf_find(btf, "task_struct", BTF_KIND_STRUCT)) > 1000);
	CHECK(!btf || btf_check(btf, "vmlinux", &quiet) == 0, "%s", last_message);
	CHECK(btf_form(blob, (struct bytes){0}) != BTF_FORM_BYTES);
	btf_free(btf);
	arena_free(&a);
}

/*
 * A header: what is needed stands above, what is pointed to is declared; a second name is a
 * flavour; gaps, packed structs and small enums are as they were.
 */
static void test_header(void)
{
	static const char types[] = "[1] STRUCT 'outer' size=24 vlen=4\n"
				    "\t'in' type_id=2 bits_offset=0\n"
				    "\t'next' type_id=3 bits_offset=64\n"
				    "\t'kind' type_id=5 bits_offset=128\n"
				    "\t'list' type_id=7 bits_offset=136\n"
				    "[2] TYPEDEF 'inner' type_id=4\n"
				    "[3] PTR '(anon)' type_id=1\n"
				    "[4] STRUCT '(anon)' size=8 vlen=1\n"
				    "\t'x' type_id=6 bits_offset=32\n"
				    "[5] ENUM 'kind' encoding=UNSIGNED size=1 vlen=1\n"
				    "\t'A' val=0\n"
				    "[6] INT 'int' size=4 bits_offset=0 nr_bits=32 "
				    "encoding=SIGNED\n"
				    "[7] ARRAY '(anon)' type_id=8 index_type_id=6 nr_elems=2\n"
				    "[8] STRUCT '(anon)' size=1 vlen=1\n"
				    "\t'k' type_id=5 bits_offset=0\n"
				    "[9] STRUCT 'outer' size=5 vlen=2\n"
				    "\t'p' type_id=11 bits_offset=0\n"
				    "\t'i' type_id=6 bits_offset=8\n"
				    "[10] ENUM '(anon)' encoding=UNSIGNED size=4 vlen=1\n"
				    "\t'A' val=7\n"
				    "[11] ENUM '(anon)' encoding=UNSIGNED size=1 vlen=1\n"
				    "\t'B' val=1\n"
				    "[12] FUNC_PROTO '(anon)' ret_type_id=0 vlen=1\n"
				    "\t'later' type_id=14\n"
				    "[13] FUNC 'call_me' type_id=12 linkage=static\n"
				    "[14] PTR '(anon)' type_id=15\n"
				    "[15] FWD 'later' fwd_kind=struct\n"
				    "[16] DECL_TAG 'bpf_kfunc' type_id=13 component_idx=-1\n";
	static const char want[] =
		"typedef struct {\n\tchar __pad0[4];\n\tint x;\n} inner;\n\n"
		"struct outer;\n\n"
		"enum kind {\n\tA = 0,\n} __attribute__((mode(byte)));\n\n"
		"struct outer {\n\tinner in;\n\tstruct outer *next;\n\tenum kind kind;\n"
		"\tstruct {\n\t\tenum kind k;\n\t} list[2];\n};\n\n"
		"struct outer___2 {\n\tenum {\n\t\tB = 1,\n\t} __attribute__((mode(byte))) p;"
		"\n\tint i;\n} __attribute__((packed));\n\n"
		"enum {\n\tA___2 = 7,\n};\n\n"
		"struct later;\n\n";
	struct arena a = {0};
	struct strbuf b = {0};
	struct bytes blob = {0};
	struct btf *btf;

	CHECK(build(types, false, &a, &blob) == 0, "%s", last_message);
	btf = parse(blob, NULL);
	CHECK(btf, "%s", last_message);
	if (btf)
		btf_print_header(&b, btf);
	CHECK(strstr(strbuf_str(&b), want), "%s", strbuf_str(&b));
	CHECK(strstr(strbuf_str(&b), "extern void call_me(struct later *later) __weak __ksym;\n"));
	strbuf_free(&b);
	btf_free(btf);
	arena_free(&a);
}

int main(void)
{
	test_header();
	test_round_trip(false);
	test_round_trip(true);
	test_lookup();
	test_split();
	test_hostile(false);
	test_hostile(true);
	test_cycles();
	test_ext(false);
	test_ext(true);
	test_errors();
	test_check();
	test_kernel();
	return unit_report();
}
