/*
 * Objects that no compiler makes, and texts of every input notation. What is written for an object
 * must assemble to an equal object, whatever it holds.
 */
#include <errno.h>

#include "asm/asm.h"
#include "core/isa/build.h"
#include "core/load/load.h"
#include "disasm/disasm.h"
#include "tests/objcmp.h"
#include "tests/unit/unit.h"

static char last_message[256];

static void keep_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc;
	snprintf(last_message, sizeof(last_message), "%s", msg);
}

/* ---- round trips ---- */

#define SECS(...) .secs = (struct section[]){{.name = ""}, __VA_ARGS__}
#define SYMS(...) .syms = (struct symbol[]){{.name = ""}, __VA_ARGS__}
#define RELOCS(n, ...) .relocs = (struct reloc[]){__VA_ARGS__}, .nrelocs = n
#define CODE(name_, bytes)                                                                         \
	.name = name_, .type = SHT_PROGBITS, .flags = SHF_ALLOC | SHF_EXECINSTR, .align = 8,       \
	.data = (uint8_t *)(bytes), .size = sizeof(bytes)
#define DATA(name_, bytes)                                                                         \
	.name = name_, .type = SHT_PROGBITS, .flags = SHF_ALLOC | SHF_WRITE, .align = 1,           \
	.data = (uint8_t *)(bytes), .size = sizeof(bytes)

static char *text_of(const struct object *obj)
{
	struct diag d = {.sink = keep_message};
	struct dis_options opt = {0};
	struct strbuf text = {0};

	last_message[0] = '\0';
	CHECK(disasm_object(obj, &opt, &d, &text) == 0);
	CHECK(!last_message[0], "%s", last_message);
	return text.s;
}

static void comes_back(const char *what, const struct object *obj)
{
	struct diag d = {.sink = keep_message};
	struct asm_options opts = {.path = what, .big_endian = obj->big_endian};
	struct object *made = NULL, read = {0};
	struct strbuf elf = {0};
	char *text = text_of(obj);

	asm_source(&opts, text, strlen(text), &d, &made);
	CHECK(made, "%s: %s\n%s", what, last_message, text);
	if (made && !asm_write_elf(made, &elf, &d))
		CHECK(!load_elf_bytes((struct bytes){(uint8_t *)elf.s, elf.len}, what, &d, &read),
		      "%s: %s", what, last_message);
	if (made)
		CHECK(compare_objects(what, obj, &read, true) == 0, "%s:\n%s", what, text);
	object_free(&read);
	if (made)
		object_free(made);
	free(made);
	strbuf_free(&elf);
	free(text);
}

static void test_bad_code(void)
{
	static const uint8_t bytes[] = {
		0x00, 1, 2, 3, 4, 5, 6, 7,	  /* no opcode */
		0x18, 1, 0, 0, 1, 0, 0, 0,	  /* a wide instruction ... */
		0x95, 0, 0, 0, 0, 0, 0, 0,	  /* ... without its second half */
		0x05, 0, 0xf0, 0xff, 0, 0, 0, 0,  /* jumps out of the section, */
		0x05, 0, 0xfe, 0xff, 0, 0, 0, 0,  /* to itself, */
		0x05, 0, 1, 0, 0, 0, 0, 0,	  /* into a wide one */
		0x18, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0,
		0x85, 0x10, 0, 0, 0xff, 0, 0, 0,  /* calls far away */
		0x85, 0x20, 0, 0, 7, 0, 0, 0,	  /* calls kfuncs by number, */
		0x85, 0x20, 3, 0, 7, 0, 0, 0,	  /* with a BTF object */
		0x18, 0x31, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0xb7, 0x10, 0, 0, 1, 0, 0, 0,	  /* a reserved field */
		0xbf, 0x1b, 0, 0, 0, 0, 0, 0,	  /* a register too many */
		0xc2, 0, 0, 0, 0, 0, 0, 0,	  /* kernel-internal */
		0x05, 0, 0, 0, 0, 0, 0, 0,	  /* to the end of the section */
		0x95, 0, 0,			  /* a piece */
	};

	for (int big = 0; big < 2; big++)
		comes_back("bad code", &(struct object){
			.path = "bad", .big_endian = big,
			SECS({CODE(".text", bytes)}), .nsecs = 2,
			SYMS({.name = "f", .sec = 1, .size = 24, .type = STT_FUNC,
			      .bind = STB_GLOBAL},
			     /* in the middle of slots and of a wide instruction */
			     {.name = "odd", .sec = 1, .value = 27, .size = 4},
			     {.name = "half", .sec = 1, .value = 56, .bind = STB_GLOBAL},
			     {.name = "end", .sec = 1, .value = sizeof(bytes), .bind = STB_WEAK}),
			.nsyms = 5});
}

static void test_names(void)
{
	static const uint8_t bytes[16];

	comes_back("names", &(struct object){
		.path = "names",
		SECS({DATA("a \"section\" with\nlines", bytes)}, {DATA("same", bytes)},
		     {DATA("same", bytes)}, {DATA("", bytes)}),
		.nsecs = 5,
		SYMS({.name = "r1", .sec = 1}, {.name = ".L1", .sec = 1, .value = 1},
		     {.name = "twice", .sec = 1, .value = 2},
		     {.name = "twice", .sec = 2, .value = 3},
		     {.name = "twice_1", .sec = 3}, {.name = "0", .sec = 1, .size = 5},
		     {.name = "two words", .sec = 1, .bind = STB_GLOBAL},
		     {.name = "quote\"\\\n\xff", .sec = 1, .bind = STB_GLOBAL},
		     {.name = "exit", .sec = 1, .bind = STB_GLOBAL},
		     {.name = "a.c", .sec = SHN_ABS, .type = STT_FILE},
		     {.name = "b.c", .sec = SHN_ABS, .type = STT_FILE}),
		.nsyms = 12});
}

static void test_kinds_of_symbols(void)
{
	static const uint8_t bytes[16] = {1, 2, 3};

	comes_back("symbols", &(struct object){
		.path = "symbols",
		SECS({DATA(".data", bytes)},
		     {.name = ".bss", .type = SHT_NOBITS, .flags = SHF_ALLOC | SHF_WRITE,
		      .align = 16, .size = 100000},
		     {.name = "note", .type = SHT_NOTE, .data = (uint8_t *)bytes, .size = 7},
		     {.name = "odd", .type = 0x60000001, .flags = SHF_WRITE | SHF_ALLOC | 0x100000,
		      .data = (uint8_t *)bytes, .size = 3},
		     {.name = "strings", .type = SHT_PROGBITS,
		      .flags = SHF_ALLOC | SHF_MERGE | SHF_STRINGS, .entsize = 1,
		      .data = (uint8_t *)"ab\0cde", .size = 7}),
		.nsecs = 6,
		SYMS({.name = "absolute", .sec = SHN_ABS, .value = 0x123456789a, .bind = STB_LOCAL},
		     {.name = "overlaps", .sec = 1, .value = 2, .size = 10, .type = STT_OBJECT},
		     {.name = "inside", .sec = 1, .value = 4, .size = 2, .type = STT_OBJECT},
		     {.name = "zeroes", .sec = 2, .value = 5000, .size = 9, .type = STT_OBJECT},
		     {.name = "common", .sec = SHN_COMMON, .value = 8, .size = 24,
		      .type = STT_OBJECT, .bind = STB_GLOBAL},
		     {.name = "elsewhere", .bind = STB_GLOBAL},
		     {.name = "maybe", .bind = STB_WEAK, .other = STV_HIDDEN, .type = STT_FUNC},
		     {.name = "own", .sec = 1, .bind = STB_GLOBAL, .other = STV_PROTECTED},
		     {.name = "text", .sec = 5, .value = 3, .type = STT_OBJECT, .bind = STB_GLOBAL},
		     {.name = "global", .sec = SHN_ABS, .value = 5, .bind = STB_GLOBAL}),
		.nsyms = 11});
}

/* Symbols: 1 .text, 2 .data, 3 local, 4 global, 5 undefined, 6 other code */
static void check_relocs(const char *what, struct section text, struct section data, bool big)
{
	static const uint8_t exits[16] = {0x95, 0, 0, 0, 0, 0, 0, 0, 0x95};

	comes_back(what, &(struct object){
		.path = what, .big_endian = big,
		SECS(text, data, {CODE("other", exits)}), .nsecs = 4,
		SYMS({.name = "", .sec = 1, .type = STT_SECTION},
		     {.name = "", .sec = 2, .type = STT_SECTION},
		     {.name = "local", .sec = 2, .value = 4, .size = 4, .type = STT_OBJECT},
		     {.name = "global", .sec = 2, .value = 8, .bind = STB_GLOBAL},
		     {.name = "undefined", .bind = STB_GLOBAL},
		     {.name = "", .sec = 3, .type = STT_SECTION}),
		.nsyms = 7});
}

static void test_relocs(void)
{
	uint64_t data[8] = {4, 3, 100, (uint64_t)-8, 0, 0, 1, 2};
	struct bpf_insn code[20] = {
		[8] = INSN_CALL_LOCAL(-1),  [9] = INSN_CALL_LOCAL(-1), [10] = INSN_CALL_LOCAL(0),
		[11] = INSN_CALL_LOCAL(5),  [12] = INSN_CALL(1),       [13] = INSN_CALL_LOCAL(1),
		[14] = INSN_CALL_LOCAL(-1), [15] = INSN_JA(0),	       [16] = INSN_EXIT(),
	};
	struct section text = {CODE(".text", code),
		RELOCS(15, {0, RELOC_64_64, 2, 0}, {16, RELOC_64_64, 4, 0}, {32, RELOC_64_64, 3, 0},
		       {48, RELOC_64_64, 5, 0}, {64, RELOC_64_32, 5, 0}, {72, RELOC_64_32, 6, 0},
		       {80, RELOC_64_32, 6, 0}, {88, RELOC_64_32, 4, 0}, {96, RELOC_64_32, 5, 0},
		       {104, RELOC_64_32, 1, 0}, {112, RELOC_64_64, 5, 0},
		       {120, RELOC_64_ABS64, 2, 0}, {128, RELOC_64_ABS32, 4, 0},
		       {132, RELOC_64_ABS32, 4, 0}, {136, 77, 4, 0})};
	struct section sec = {DATA(".data", data),
		RELOCS(8, {0, RELOC_64_ABS64, 2, 0}, {8, RELOC_64_ABS64, 4, 0},
		       {16, RELOC_64_ABS64, 3, 0}, {24, RELOC_64_ABS64, 2, 0},
		       {33, RELOC_64_ABS64, 5, 0}, {44, RELOC_64_NODYLD32, 1, 0},
		       {48, RELOC_64_64, 5, 0}, {52, RELOC_64_ABS64, 4, 0})};

	insn_make_ld64(&code[0], OP_LD_IMM64_IMM, 1, 4);
	insn_make_ld64(&code[2], OP_LD_IMM64_IMM, 2, 12);
	insn_make_ld64(&code[4], OP_LD_IMM64_IMM, 3, 1);
	insn_make_ld64(&code[6], OP_LD_IMM64_MAP_FD, 4, 1ull << 40);
	insn_make_ld64(&code[17], OP_LD_IMM64_IMM, 5, 1ull << 40 | 7);
	check_relocs("relocations", text, sec, false);
	insn_swap_order(code, ARRAY_SIZE(code));
	check_relocs("relocations, big endian", text, sec, true);
}

/* ---- other inputs ---- */

static void check_hex(const char *text, const char *want, size_t n)
{
	struct diag d = {.sink = keep_message};
	struct arena a = {0};
	struct bytes out = {0}, in = {(const uint8_t *)text, strlen(text)};
	int err = disasm_read_hex(in, "x", &a, &d, &out);

	if (!want)
		CHECK(err == -EINVAL, "'%s'", text);
	else
		CHECK(!err && out.size == n && memcmp(out.data, want, n) == 0, "'%s'", text);
	arena_free(&a);
}

static void test_hex(void)
{
	check_hex("b7 00 0x1 f", "\xb7\x00\x01\x0f", 4);
	check_hex("\"\\xb7\\x00\" // here\n\"\\xFF\";", "\xb7\x00\xff", 3);
	check_hex("0xb70000,0x05", "\xb7\x00\x00\x05", 4);
	check_hex("", "", 0);
	check_hex("b70", NULL, 0);
	check_hex("zz", NULL, 0);
	check_hex("0x", "", 0);
}

static void check_c(const char *text, const char *want, size_t n)
{
	struct diag d = {.sink = keep_message};
	struct arena a = {0};
	struct bytes out = {0}, in = {(const uint8_t *)text, strlen(text)};
	int err = disasm_read_c(in, "x", &a, &d, &out);

	if (!want)
		CHECK(err == -EINVAL, "'%s'", text);
	else
		CHECK(!err && out.size == n && memcmp(out.data, want, n) == 0, "'%s'", text);
	arena_free(&a);
}

static void test_c(void)
{
	check_c("struct bpf_insn p[] = {\n{0xb7, 1, 2, -2, 0x10},};",
		"\xb7\x21\xfe\xff\x10\0\0\0", 8);
	check_c("{.imm = -1, .code = 0x95}", "\x95\0\0\0\xff\xff\xff\xff", 8);
	check_c("BPF_RAW_INSN(0x85, 0, 0, 0, 6)", "\x85\0\0\0\x06\0\0\0", 8);
	check_c("char p[] = {0xb7, 0, 0, 0, 1, 0, 0, 0}", "\xb7\0\0\0\1\0\0\0", 8);
	check_c("{0x1b7, 0, 0, 0, 0}", NULL, 0);
	check_c("{1, 16, 0, 0, 0}", NULL, 0);
	check_c("{1, 0, 0, 65536, 0}", NULL, 0);
	check_c("{1, 0, 0, 0, 0x1ffffffff}", NULL, 0);
	check_c("{.nothing = 1}", NULL, 0);
	check_c("{1, 2,", NULL, 0);
	check_c("{99999999999999999999999}", NULL, 0);
}

static void check_classic(const char *text, const char *want)
{
	struct diag d = {.sink = keep_message};
	struct bytes in = {(const uint8_t *)text, strlen(text)};
	struct arena a = {0};
	struct classic_insn *insns;
	struct strbuf b = {0};
	uint32_t n, at;
	int err = classic_read(in, "x", &a, &d, &insns, &n);

	if (!err && classic_check(insns, n, &at))
		err = -EINVAL;
	if (!err)
		classic_text(insns, n, false, &b);
	CHECK(want ? !err && strcmp(strbuf_str(&b), want) == 0 : err, "'%s': %s", text,
	      strbuf_str(&b));
	strbuf_free(&b);
	arena_free(&a);
}

static void test_classic(void)
{
	check_classic("1\n6 0 0 0\n", "(000) ret      #0\n");
	check_classic("2,48 0 0 4294963200,22 0 0 0", "(000) ldb      #proto\n(001) ret\n");
	check_classic("{ 0x6, 0, 0, 0x00040000 },", "(000) ret      #262144\n");
	check_classic("3\n2 0 0 1\n96 0 0 1\n22 0 0 0",
		      "(000) st       M[1]\n(001) ld       M[1]\n(002) ret\n");
	check_classic("3\n21 0 1 5\n6 0 0 0\n6 0 0 1",
		      "(000) jeq      #0x5             jt 1\tjf 2\n"
		      "(001) ret      #0\n(002) ret      #1\n");
	check_classic("2\n6 0 0 0", NULL);		    /* one is missing */
	check_classic("1\n6 0 0 0\n6 0 0 0", NULL);	    /* one too many */
	check_classic("1\n6 0 256 0", NULL);		    /* jf */
	check_classic("1\n65536 0 0 0", NULL);		    /* code */
	check_classic("1\n6 0 0 4294967296", NULL);	    /* k */
	check_classic("0\n", NULL);
	check_classic("5000\n", NULL);
	check_classic("1\n14 0 0 0", NULL);		    /* ret x */
	check_classic("1\n96 0 0 1", NULL);		    /* ends without ret */
	check_classic("2\n96 0 0 1\n22 0 0 0", NULL);	    /* M[1] was not stored */
	check_classic("2\n52 0 0 0\n22 0 0 0", NULL);	    /* division by 0 */
	check_classic("2\n100 0 0 32\n22 0 0 0", NULL);	    /* shift by 32 */
	check_classic("2\n5 0 0 1\n22 0 0 0", NULL);	    /* jump to the end */
	check_classic("2\n32 0 0 4294963202\n22 0 0 0", NULL); /* no ancillary data 2 */
}

static void check_detect(const char *text, enum dis_input want)
{
	struct bytes in = {(const uint8_t *)text, strlen(text)};

	CHECK(disasm_detect(in) == want, "'%s'", text);
}

static void test_detect(void)
{
	check_detect("\177ELF\2\1\1", INPUT_ELF);
	check_detect("\xb7\x01\x02\x03", INPUT_RAW);
	check_detect("", INPUT_RAW);
	check_detect("b7 00 00 00", INPUT_HEX);
	check_detect("9500000000000000", INPUT_HEX);
	check_detect("\\xb7\\x00", INPUT_HEX);
	check_detect(".license \"GPL\"\n.struct key { u32 a; }\nr0 = 0\n", INPUT_ASM);
	check_detect("/* { */\nstatic struct bpf_insn p[2] = { { 0x95, 0, 0, 0, 0 } };", INPUT_C);
	check_detect("{ 0xb7, 0, 0, 0, 1 },", INPUT_C);
	check_detect("{ 0x6, 0, 0, 0 },", INPUT_CBPF);
	check_detect("{ .code = 6, .dst_reg = 0, .src_reg = 0, .imm = 1 },", INPUT_C);
	check_detect("1\n6 0 0 0\n", INPUT_CBPF);
	check_detect("1,6 0 0 0", INPUT_CBPF);
	check_detect("func#0 @0\n0: R1=ctx()\n0: (b7) r0 = 1\n", INPUT_LOG);
	check_detect("r0 = 1\nexit\n", INPUT_ASM);
}

/* ---- listings ---- */

static void test_list(void)
{
	struct bpf_insn code[] = {
		INSN_MOV64_K(0, 1), INSN_JEQ64_K(1, 0, 1), INSN_CALL(5), INSN_JNE64_X(0, 1, -3),
		INSN_EXIT(),	    INSN_CALL_LOCAL(-6),
	};
	struct object obj = {
		.path = "list",
		SECS({CODE(".text", code)}), .nsecs = 2,
		SYMS({.name = "f", .sec = 1, .size = 40, .type = STT_FUNC, .bind = STB_GLOBAL}),
		.nsyms = 2,
	};
	struct diag d = {.sink = keep_message};
	struct dis_options opt = {0};
	struct dis_list list = {0};
	struct strbuf b = {0};

	CHECK(disasm_list(&obj, &opt, &d, &list) == 0 && list.nfuncs == 2);
	CHECK(list.funcs[0].nrows == 5 && list.funcs[0].rows[1].target == 3 &&
	      list.funcs[0].rows[3].target == 1);
	disasm_kernel(&list, &opt, &b);
	CHECK(strcmp(strbuf_str(&b), "f:\n   0: (b7) r0 = 1\n   1: (15) if r1 == 0x0 goto pc+1\n"
				     "   2: (85) call bpf_ktime_get_ns#5\n"
				     "   3: (5d) if r0 != r1 goto pc-3\n   4: (95) exit\n"
				     "\n.text:\n   5: (85) call pc-6#.L1\n") == 0,
	      "%s", strbuf_str(&b));
	strbuf_reset(&b);
	disasm_dot(&list, &opt, &b);
	CHECK(strstr(strbuf_str(&b), "f0_b2 -> f0_b1") == NULL);
	CHECK(strstr(strbuf_str(&b), "f0_b3 -> f0_b1 [color=\"#15803d\", style=dashed]"), "%s",
	      strbuf_str(&b));
	strbuf_free(&b);
	dis_list_free(&list);
	opt.prog = "g";
	CHECK(disasm_list(&obj, &opt, &d, &list) == -ESRCH);
	dis_list_free(&list);
}

int main(void)
{
	test_bad_code();
	test_names();
	test_kinds_of_symbols();
	test_relocs();
	test_hex();
	test_c();
	test_classic();
	test_detect();
	test_list();
	return unit_report();
}
