/* Special fields of values (core/btf/fields.h): a struct in BTF's notation, and what is found. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/btf/fields.h"
#include "core/btf/text.h"

/* Ids 1 to 12 of every case; its own types follow from 13 on, and the last one is the value. */
static const char common[] = "[1] INT 'int' size=4 nr_bits=32\n"
			     "[2] STRUCT 'bpf_spin_lock' size=4 vlen=1\n"
			     "\t'val' type_id=1 bits_offset=0\n"
			     "[3] STRUCT 'bpf_timer' size=16\n"
			     "[4] STRUCT 'bpf_list_head' size=16\n"
			     "[5] STRUCT 'bpf_list_node' size=24\n"
			     "[6] STRUCT 'bpf_rb_node' size=32\n"
			     "[7] STRUCT 'bpf_refcount' size=4\n"
			     "[8] STRUCT 'task_struct' size=8\n"
			     "[9] STRUCT 'own' size=8\n"
			     "[10] TYPE_TAG 'kptr' type_id=9\n"
			     "[11] PTR '(anon)' type_id=10\n"
			     "[12] STRUCT 'bpf_res_spin_lock' size=4\n";

/* What stands for the kernel's types */
static const char kernel_text[] = "[1] STRUCT 'task_struct' size=16\n"
				  "[2] STRUCT 'sock' size=16\n";

static const struct {
	const char *types;
	uint32_t size;
	int err;
	const char *found; /* "off:name", in order */
} cases[] = {
	{"STRUCT 'v' size=4\n\t'a' type_id=1 bits_offset=0\n", 4, 0, ""},
	{"STRUCT 'v' size=8\n\t'a' type_id=1 bits_offset=0\n\t'l' type_id=2 bits_offset=32\n", 8, 0,
	 "4:bpf_spin_lock "},
	{"STRUCT 'v' size=8\n\t'a' type_id=2 bits_offset=0\n\t'l' type_id=2 bits_offset=32\n", 8,
	 -E2BIG, NULL},
	{"STRUCT 'v' size=8\n\t'a' type_id=2 bits_offset=0\n\t'l' type_id=12 bits_offset=32\n", 8,
	 -EINVAL, NULL},
	/* off its alignment it is none, of another size neither */
	{"STRUCT 'v' size=24\n\t't' type_id=3 bits_offset=32\n", 24, 0, ""},
	{"STRUCT 'v' size=16\n\t't' type_id=3 bits_offset=64\n", 16, -EFAULT, NULL},
	/* nested, and in an array of pointers; of locks there is no array */
	{"STRUCT 'in' size=24\n\t'a' type_id=1 bits_offset=0\n\t't' type_id=3 bits_offset=64\n"
	 "STRUCT 'v' size=32\n\t'in' type_id=13 bits_offset=64\n",
	 32, 0, "16:bpf_timer "},
	{"ARRAY '(anon)' type_id=11 index_type_id=1 nr_elems=3\n"
	 "STRUCT 'v' size=24\n\t'p' type_id=13 bits_offset=0\n",
	 24, 0, "0:kptr 8:kptr 16:kptr "},
	{"ARRAY '(anon)' type_id=11 index_type_id=1 nr_elems=12\n"
	 "STRUCT 'v' size=96\n\t'p' type_id=13 bits_offset=0\n",
	 96, -E2BIG, NULL},
	{"ARRAY '(anon)' type_id=2 index_type_id=1 nr_elems=2\n"
	 "STRUCT 'v' size=8\n\t'p' type_id=13 bits_offset=0\n",
	 8, -EINVAL, NULL},
	/* pointers by their tags */
	{"TYPE_TAG 'kptr_untrusted' type_id=8\nPTR '(anon)' type_id=13\n"
	 "STRUCT 'v' size=8\n\t'p' type_id=14 bits_offset=0\n",
	 8, 0, "0:kptr "},
	{"TYPE_TAG 'other' type_id=8\nPTR '(anon)' type_id=13\n"
	 "STRUCT 'v' size=8\n\t'p' type_id=14 bits_offset=0\n",
	 8, -EINVAL, NULL},
	{"TYPE_TAG 'kptr' type_id=10\nPTR '(anon)' type_id=13\n"
	 "STRUCT 'v' size=8\n\t'p' type_id=14 bits_offset=0\n",
	 8, -EINVAL, NULL},
	{"TYPE_TAG 'kptr' type_id=1\nPTR '(anon)' type_id=13\n"
	 "STRUCT 'v' size=8\n\t'p' type_id=14 bits_offset=0\n",
	 8, -EINVAL, NULL},
	{"STRUCT 'sock' size=8\nTYPE_TAG 'kptr' type_id=13\nPTR '(anon)' type_id=14\n"
	 "STRUCT 'v' size=8\n\t'p' type_id=15 bits_offset=0\n",
	 8, -ENOENT, NULL},
	{"TYPE_TAG 'uptr' type_id=8\nPTR '(anon)' type_id=13\n"
	 "STRUCT 'v' size=8\n\t'p' type_id=14 bits_offset=0\n",
	 8, -EINVAL, NULL},
	{"TYPE_TAG 'uptr' type_id=9\nPTR '(anon)' type_id=13\n"
	 "STRUCT 'v' size=8\n\t'p' type_id=14 bits_offset=0\n",
	 8, 0, "0:uptr "},
	/* lists: of whom, by which member, under which lock */
	{"STRUCT 'elem' size=32\n\t'a' type_id=1 bits_offset=0\n\t'n' type_id=5 bits_offset=64\n"
	 "DECL_TAG 'contains:elem:n' type_id=15 component_idx=1\n"
	 "STRUCT 'v' size=24\n\t'l' type_id=2 bits_offset=0\n\t'h' type_id=4 bits_offset=64\n",
	 24, 0, "0:bpf_spin_lock 8:bpf_list_head "},
	{"STRUCT 'elem' size=32\n\t'a' type_id=1 bits_offset=0\n\t'n' type_id=5 bits_offset=64\n"
	 "DECL_TAG 'contains:elem:n' type_id=15 component_idx=0\n"
	 "STRUCT 'v' size=16\n\t'h' type_id=4 bits_offset=0\n",
	 16, -EINVAL, NULL},
	{"STRUCT 'elem' size=32\n\t'n' type_id=6 bits_offset=0\n"
	 "DECL_TAG 'contains:elem:n' type_id=15 component_idx=1\n"
	 "STRUCT 'v' size=24\n\t'l' type_id=2 bits_offset=0\n\t'h' type_id=4 bits_offset=64\n",
	 24, -EINVAL, NULL},
	{"STRUCT 'elem' size=32\n\t'n' type_id=5 bits_offset=0\n"
	 "DECL_TAG 'contains:elem:m' type_id=15 component_idx=1\n"
	 "STRUCT 'v' size=24\n\t'l' type_id=2 bits_offset=0\n\t'h' type_id=4 bits_offset=64\n",
	 24, -ENOENT, NULL},
	{"STRUCT 'elem' size=32\n\t'n' type_id=5 bits_offset=0\n"
	 "DECL_TAG 'contains:nobody:n' type_id=15 component_idx=1\n"
	 "STRUCT 'v' size=24\n\t'l' type_id=2 bits_offset=0\n\t'h' type_id=4 bits_offset=64\n",
	 24, -ENOENT, NULL},
	{"INT 'x' size=4 nr_bits=32\n"
	 "STRUCT 'v' size=24\n\t'l' type_id=2 bits_offset=0\n\t'h' type_id=4 bits_offset=64\n",
	 24, -EINVAL, NULL},
	/* a list of itself */
	{"DECL_TAG 'contains:v:n' type_id=14 component_idx=1\n"
	 "STRUCT 'v' size=48\n\t'l' type_id=2 bits_offset=0\n\t'h' type_id=4 bits_offset=64\n"
	 "\t'n' type_id=5 bits_offset=192\n",
	 48, -ELOOP, NULL},
	/* of what holds others, when it is not held itself; and when it is */
	{"STRUCT 'c' size=24\n\t'n' type_id=5 bits_offset=0\n"
	 "DECL_TAG 'contains:c:n' type_id=15 component_idx=1\n"
	 "STRUCT 'b' size=48\n\t'l' type_id=2 bits_offset=0\n\t'h' type_id=4 bits_offset=64\n"
	 "\t'n' type_id=5 bits_offset=192\n"
	 "DECL_TAG 'contains:b:n' type_id=17 component_idx=1\n"
	 "STRUCT 'v' size=24\n\t'l' type_id=2 bits_offset=0\n\t'h' type_id=4 bits_offset=64\n",
	 24, 0, "0:bpf_spin_lock 8:bpf_list_head "},
	{"STRUCT 'c' size=24\n\t'n' type_id=5 bits_offset=0\n"
	 "DECL_TAG 'contains:c:n' type_id=15 component_idx=1\n"
	 "STRUCT 'b' size=48\n\t'l' type_id=2 bits_offset=0\n\t'h' type_id=4 bits_offset=64\n"
	 "\t'n' type_id=5 bits_offset=192\n"
	 "DECL_TAG 'contains:b:n' type_id=17 component_idx=1\n"
	 "STRUCT 'v' size=48\n\t'l' type_id=2 bits_offset=0\n\t'h' type_id=4 bits_offset=64\n"
	 "\t'n' type_id=5 bits_offset=192\n",
	 48, -ELOOP, NULL},
	/* in a list and in a tree only with a count */
	{"STRUCT 'v' size=56\n\t'a' type_id=5 bits_offset=0\n\t'b' type_id=6 bits_offset=192\n", 56,
	 -EINVAL, NULL},
	{"STRUCT 'v' size=64\n\t'a' type_id=5 bits_offset=0\n\t'b' type_id=6 bits_offset=192\n"
	 "\t'r' type_id=7 bits_offset=448\n",
	 64, 0, "0:bpf_list_node 24:bpf_rb_node 56:bpf_refcount "},
	/* only structs have fields */
	{"TYPEDEF 't' type_id=1\n", 4, -EINVAL, NULL},
};

static struct btf *parse(const char *a, const char *b, struct arena *arena)
{
	struct diag quiet = {0};
	struct loc loc = {.file = "test", .line = 1};
	struct btf_build build = {0};
	char *text = arena_printf(arena, "%s%s", a, b);
	struct btf *btf = NULL;
	struct bytes blob;

	CHECK(btf_text_parse(text, strlen(text), &loc, &quiet, &build) == 0, "%s", text);
	blob = btf_build_finish(&build, false, arena);
	CHECK(btf_parse(blob.data, blob.size, NULL, "test", &quiet, &btf) == 0, "%s", text);
	btf_build_free(&build);
	return btf;
}

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena a = {0};
		struct btf *btf = parse(common, cases[i].types, &a);
		struct btf *kernel = parse(kernel_text, "", &a);
		struct btf_source source = {.btf = kernel};
		const struct btf_record *rec = NULL;
		struct strbuf found = {0};
		int err;

		err = btf_fields(btf, btf->nids - 1, &source, UINT32_MAX, cases[i].size, &a, &rec);
		CHECK(err == cases[i].err, "%d, not %d: %s", err, cases[i].err, cases[i].types);
		for (uint32_t k = 0; rec && k < rec->n; k++) {
			const struct btf_field *f = &rec->fields[k];

			strbuf_addf(&found, "%u:%s ", f->offset, btf_field_name(f->type));
			CHECK(btf_record_find(rec, f->offset, f->type) == f);
			CHECK(!btf_record_find(rec, f->offset + 1, f->type));
		}
		if (!err)
			CHECK(strcmp(strbuf_str(&found), cases[i].found) == 0, "'%s': %s",
			      strbuf_str(&found), cases[i].types);
		strbuf_free(&found);
		btf_free(btf);
		btf_free(kernel);
		arena_free(&a);
	}
}

static void test_pointers(void)
{
	struct arena a = {0};
	struct btf *btf = parse(common,
				"TYPE_TAG 'kptr' type_id=8\nPTR '(anon)' type_id=13\n"
				"STRUCT 'v' size=16\n\t'own' type_id=11 bits_offset=0\n"
				"\t'task' type_id=14 bits_offset=64\n",
				&a);
	struct btf *kernel = parse(kernel_text, "", &a);
	struct btf_source source = {.btf = kernel};
	const struct btf_record *rec = NULL;

	CHECK(btf_fields(btf, 15, &source, BTF_FIELD_KPTR, 16, &a, &rec) == 0 && rec->n == 2);
	CHECK(rec->fields[0].kptr.btf == btf && rec->fields[0].kptr.btf_id == 9);
	CHECK(!rec->fields[0].kptr.is_kernel && !rec->fields[0].kptr.has_dtor);
	CHECK(rec->fields[1].kptr.btf == kernel && rec->fields[1].kptr.btf_id == 1);
	CHECK(rec->fields[1].kptr.is_kernel && rec->fields[1].kptr.has_dtor);
	CHECK(btf_fields(btf, 15, &source, BTF_FIELD_TIMER, 16, &a, &rec) == 0 && !rec);
	btf_free(btf);
	btf_free(kernel);
	arena_free(&a);
}

int main(void)
{
	test_cases();
	test_pointers();
	return unit_report();
}
