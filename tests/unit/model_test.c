/* Where arguments are, by prototype: as the ABIs of both machines have it. */
#include <errno.h>
#include <string.h>

#include "core/btf/model.h"
#include "core/btf/text.h"
#include "tests/unit/unit.h"

static const char types[] = "[1] INT 'int' size=4 nr_bits=32 encoding=SIGNED\n"
			    "[2] INT 'long' size=8 nr_bits=64 encoding=SIGNED\n"
			    "[3] INT 'char' size=1 nr_bits=8 encoding=SIGNED\n"
			    "[4] INT 'ushort' size=2 nr_bits=16\n"
			    "[5] PTR '(anon)' type_id=0\n"
			    "[6] STRUCT 'two' size=16 vlen=2\n"
			    "	'a' type_id=2 bits_offset=0\n"
			    "	'b' type_id=1 bits_offset=64\n"
			    "[7] STRUCT 'three' size=3 vlen=1\n"
			    "	'a' type_id=8 bits_offset=0\n"
			    "[8] ARRAY '(anon)' type_id=3 index_type_id=1 nr_elems=3\n"
			    "[9] STRUCT 'packed' size=12 vlen=2\n"
			    "	'a' type_id=1 bits_offset=0\n"
			    "	'b' type_id=2 bits_offset=32\n"
			    "[10] FLOAT 'double' size=8\n"
			    "[11] STRUCT 'real' size=8 vlen=1\n"
			    "	'a' type_id=10 bits_offset=0\n"
			    "[12] STRUCT 'large' size=24 vlen=1\n"
			    "	'a' type_id=2 bits_offset=0\n"
			    "[13] INT 'int128' size=16 nr_bits=128 encoding=SIGNED\n"
			    "[14] TYPEDEF 'c' type_id=3\n"
			    "[15] STRUCT 'ring' size=8 vlen=2\n"
			    "	'a' type_id=15 bits_offset=0\n"
			    "	'b' type_id=15 bits_offset=0\n"
			    "[16] STRUCT 'wide' size=16 vlen=1\n"
			    "	'a' type_id=13 bits_offset=0\n";

/* What follows is a prototype of arguments "1 2 6", behind what is returned. */
struct row {
	const char *args; /* types */
	uint32_t ret;
	/* Each: r or s, where; sizes; NULL: refused. That of arm64 if it is another. */
	const char *want[2];
};

static const struct row rows[] = {
	{"", 0, {" slots 0 stack 0 ret 0"}},
	{"1 1", 1, {"r0+1s4 r1+1s4 slots 2 stack 0 ret 4"}},
	{"5 3 4 14", 2, {"r0+1u8 r1+1s1 r2+1u2 r3+1s1 slots 4 stack 0 ret 8"}},
	{"6 1", 0, {"r0+2u16 r2+1s4 slots 3 stack 0 ret 0"}},
	{"7", 3, {"r0+1u3 slots 1 stack 0 ret 1"}},
	/* What does not fit leaves its register to who comes later. */
	{"2 2 2 2 2 6 1 1", 0,
	 {"r0+1s8 r1+1s8 r2+1s8 r3+1s8 r4+1s8 s0+2u16 r5+1s4 s2+1s4 slots 9 stack 3 ret 0",
	  "r0+1s8 r1+1s8 r2+1s8 r3+1s8 r4+1s8 r5+2u16 r7+1s4 s0+1s4 slots 9 stack 1 ret 0"}},
	{"9 1", 0,
	 {"s0+2u12 r0+1s4 slots 3 stack 2 ret 0", "r0+2u12 r2+1s4 slots 3 stack 0 ret 0"}},
	{"1 13", 0,
	 {"r0+1s4 r1+2s16 slots 3 stack 0 ret 0", "r0+1s4 r2+2s16 slots 3 stack 0 ret 0"}},
	{"1 16 1", 0,
	 {"r0+1s4 r1+2u16 r3+1s4 slots 4 stack 0 ret 0",
	  "r0+1s4 r2+2u16 r4+1s4 slots 4 stack 0 ret 0"}},
	/* What does not fit is the last that is asked for a register. */
	{"2 2 2 2 2 2 2 6 1", 0,
	 {"r0+1s8 r1+1s8 r2+1s8 r3+1s8 r4+1s8 r5+1s8 s0+1s8 s1+2u16 s3+1s4 slots 10 "
	  "stack 4 ret 0",
	  "r0+1s8 r1+1s8 r2+1s8 r3+1s8 r4+1s8 r5+1s8 r6+1s8 s0+2u16 s2+1s4 slots 10 "
	  "stack 3 ret 0"}},
	{"2 2 2 2 2 2 2 2 1 13", 0,
	 {"r0+1s8 r1+1s8 r2+1s8 r3+1s8 r4+1s8 r5+1s8 s0+1s8 s1+1s8 s2+1s4 s4+2s16 "
	  "slots 11 stack 6 ret 0",
	  "r0+1s8 r1+1s8 r2+1s8 r3+1s8 r4+1s8 r5+1s8 r6+1s8 r7+1s8 s0+1s4 s2+2s16 slots 11 "
	  "stack 4 ret 0"}},
	{"2 2 2 2 2 2 1 13", 0,
	 {"r0+1s8 r1+1s8 r2+1s8 r3+1s8 r4+1s8 r5+1s8 s0+1s4 s2+2s16 slots 9 stack 4 ret 0",
	  "r0+1s8 r1+1s8 r2+1s8 r3+1s8 r4+1s8 r5+1s8 r6+1s4 s0+2s16 slots 9 stack 2 ret 0"}},
	{"1 1 1 1 1 1 1 1 1 1 1 1", 0,
	 {"r0+1s4 r1+1s4 r2+1s4 r3+1s4 r4+1s4 r5+1s4 s0+1s4 s1+1s4 s2+1s4 s3+1s4 s4+1s4 s5+1s4 "
	  "slots 12 stack 6 ret 0",
	  "r0+1s4 r1+1s4 r2+1s4 r3+1s4 r4+1s4 r5+1s4 r6+1s4 r7+1s4 s0+1s4 s1+1s4 s2+1s4 s3+1s4 "
	  "slots 12 stack 4 ret 0"}},
	{"6 6 6 6 6 6", 0,
	 {"r0+2u16 r2+2u16 r4+2u16 s0+2u16 s2+2u16 s4+2u16 slots 12 stack 6 ret 0",
	  "r0+2u16 r2+2u16 r4+2u16 r6+2u16 s0+2u16 s2+2u16 slots 12 stack 4 ret 0"}},
	{"6 6 6 6 6 6 1", 0, {NULL}},
	{"1 1 1 1 1 1 1 1 1 1 1 1 1", 0, {NULL}},
	{"10", 0, {NULL}},
	{"11", 0, {NULL}},
	{"12", 0, {NULL}},
	{"15", 0, {NULL}},
	{"1", 10, {NULL}},
	{"1", 13, {NULL}},
	{"1", 6, {NULL}},
};

static void describe(const struct func_model *m, char *out, size_t size)
{
	size_t n = 0;

	for (uint32_t i = 0; i < m->nargs; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%c%u+%u%c%u", i ? " " : "",
				      m->arg[i].on_stack ? 's' : 'r', m->arg[i].where,
				      m->arg[i].nslots, m->arg[i].is_signed ? 's' : 'u',
				      m->arg[i].size);
	snprintf(out + n, size - n, " slots %u stack %u ret %u", m->nslots, m->nstack,
		 m->ret_size);
}

static void check_model(const struct row *row, const struct func_abi *abi, const struct btf *btf,
			const char *want)
{
	struct func_model m;
	char got[512] = "";
	int err = func_model(abi, btf, 17, &m);

	if (!err)
		describe(&m, got, sizeof(got));
	if (want)
		CHECK(!err && strcmp(got, want) == 0, "(%s), %u registers: %s", row->args,
		      abi->nregs, got);
	else
		CHECK(err == -ENOTSUPP, "(%s): %d", row->args, err);
}

static void check_row(const struct row *row)
{
	char text[4096];
	struct diag d = {.prefix = "model_test"};
	struct loc loc = {.file = "types", .line = 1};
	struct btf_build b = {0};
	struct arena a = {0};
	struct btf *btf = NULL;
	struct bytes blob;
	uint32_t nargs = *row->args != '\0';
	size_t n;

	for (const char *p = row->args; *p; p++)
		nargs += *p == ' ';
	n = (size_t)snprintf(text, sizeof(text),
			     "%s[17] FUNC_PROTO '(anon)' ret_type_id=%u vlen=%u\n", types, row->ret,
			     nargs);
	for (const char *p = row->args; *p; p += *p == ' ')
		n += (size_t)snprintf(text + n, sizeof(text) - n, "\t'a' type_id=%ld\n",
				      strtol(p, (char **)&p, 10));
	CHECK(btf_text_parse(text, n, &loc, &d, &b) == 0);
	blob = btf_build_finish(&b, false, &a);
	CHECK(btf_parse(blob.data, blob.size, NULL, "types", &d, &btf) == 0);
	check_model(row, &func_abi_amd64, btf, row->want[0]);
	check_model(row, &func_abi_arm64, btf, row->want[row->want[1] != NULL]);
	btf_free(btf);
	btf_build_free(&b);
	arena_free(&a);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(&rows[i]);
	return unit_report();
}
