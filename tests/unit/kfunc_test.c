/* Kernel functions: the table, who may call what, and what is read off a parameter. */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/btf/text.h"
#include "core/obj/prog_type.h"
#include "core/verify/local.h"

static void test_table(void)
{
	for (uint32_t i = 0; i < kfuncs_count; i++) {
		const struct kfunc *k = &kfuncs[i];

		CHECK(k->hooks, "%s: nobody may call it", k->name);
		CHECK(strlen(k->name) < sizeof(k->name), "%s", k->name);
		CHECK(!(k->flags & KF_ITER & ((k->flags & KF_ITER) - 1)),
		      "%s: two of an iterator's", k->name);
		if (i == 0)
			continue;
		CHECK(k->id == k[-1].id ? !strcmp(k[-1].name, k->name)
					: strcmp(k[-1].name, k->name) < 0,
		      "%s comes after %s", k->name, k[-1].name);
		CHECK(k->id != k[-1].id || !(k->hooks & k[-1].hooks) || k->rule != k[-1].rule,
		      "%s twice for one type", k->name);
	}
	CHECK(!kfunc_by_name("bpf_no_such"), "unknown");
	CHECK(kfunc_by_name("bpf_throw")->id == KFUNC_bpf_throw, "known");
}

static void may_call(bool want, const char *name, struct kfunc_caller caller)
{
	if (!caller.behaves_as)
		caller.behaves_as = caller.type;
	CHECK((kfunc_allowed(name, &caller) != NULL) == want, "%s by type %u/%u", name, caller.type,
	      caller.attach_type);
}

static void test_callers(void)
{
	static const struct kfunc_caller filter = {.type = PROG_TYPE_SOCKET_FILTER},
					 xdp = {.type = PROG_TYPE_XDP},
					 ext = {.type = PROG_TYPE_EXT, .behaves_as = PROG_TYPE_XDP},
					 lsm = {.type = PROG_TYPE_LSM}, odd = {.type = 1000};
	struct kfunc_caller iter = {.type = PROG_TYPE_TRACING,
				    .attach_type = ATTACH_TYPE_TRACE_ITER};
	struct kfunc_caller ops = {.type = PROG_TYPE_STRUCT_OPS, .struct_ops = "Qdisc_ops"};

	may_call(true, "bpf_iter_num_new", filter);
	may_call(true, "bpf_iter_num_new", odd);
	may_call(false, "bpf_throw", filter);
	may_call(false, "bpf_throw", odd);
	may_call(true, "bpf_dynptr_from_xdp", xdp);
	may_call(true, "bpf_dynptr_from_xdp", ext);
	may_call(false, "bpf_dynptr_from_skb", xdp);
	may_call(true, "bpf_sock_destroy", iter);
	iter.attach_type = ATTACH_TYPE_TRACE_FENTRY;
	may_call(false, "bpf_sock_destroy", iter);
	may_call(true, "bpf_put_file", lsm);
	may_call(false, "bpf_put_file", iter);
	ops.member = "enqueue";
	may_call(true, "bpf_qdisc_skb_drop", ops);
	may_call(true, "bpf_dynptr_from_skb", ops);
	ops.member = "dequeue";
	may_call(false, "bpf_qdisc_skb_drop", ops);
	ops.struct_ops = "tcp_congestion_ops";
	may_call(false, "bpf_dynptr_from_skb", ops);
}

/* Flags that depend on who calls. */
static void test_also(void)
{
	struct kfunc_caller caller = {PROG_TYPE_SYSCALL, PROG_TYPE_SYSCALL, 0, NULL, NULL};

	CHECK(!(kfunc_allowed("hid_bpf_hw_request", &caller)->flags & KF_SLEEPABLE), "syscall");
	caller.type = caller.behaves_as = PROG_TYPE_TRACING;
	CHECK(kfunc_allowed("hid_bpf_hw_request", &caller)->flags & KF_SLEEPABLE, "tracing");
}

static const char types[] = "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n"
			    "[2] PTR '(anon)' type_id=1\n"
			    "[3] STRUCT 'a' size=4 vlen=1\n\t'x' type_id=1 bits_offset=0\n"
			    "[4] STRUCT 'b' size=4 vlen=1\n\t'x' type_id=3 bits_offset=0\n"
			    "[5] STRUCT 'c' size=4 vlen=1\n\t'x' type_id=4 bits_offset=0\n"
			    "[6] STRUCT 'd' size=4 vlen=1\n\t'x' type_id=5 bits_offset=0\n"
			    "[7] STRUCT 'e' size=4 vlen=1\n\t'x' type_id=6 bits_offset=0\n"
			    "[8] STRUCT 'p' size=16 vlen=2\n\t'x' type_id=2 bits_offset=0\n"
			    "\t'e' type_id=7 bits_offset=64\n"
			    "[9] ARRAY '(anon)' type_id=1 index_type_id=1 nr_elems=0\n"
			    "[10] STRUCT 'f' size=0 vlen=1\n\t'x' type_id=9 bits_offset=0\n"
			    "[11] UNION 'u' size=4 vlen=2\n\t'x' type_id=1 bits_offset=0\n"
			    "\t'y' type_id=3 bits_offset=0\n"
			    "[12] STRUCT 'none' size=0 vlen=0\n";

static void test_plain(void)
{
	static const enum btf_plain want[] = {
		[1] = BTF_NOT_PLAIN, [3] = BTF_PLAIN,	 [4] = BTF_PLAIN,     [5] = BTF_PLAIN,
		[6] = BTF_PLAIN,     [7] = BTF_TOO_DEEP, [8] = BTF_NOT_PLAIN, [10] = BTF_NOT_PLAIN,
		[11] = BTF_PLAIN,    [12] = BTF_PLAIN,
	};
	struct loc loc = {0};
	struct diag d = {0};
	struct btf_build build = {0};
	struct arena a = {0};
	struct bytes blob;
	struct btf *btf;

	CHECK(!btf_text_parse(types, strlen(types), &loc, &d, &build), "text");
	blob = btf_build_finish(&build, false, &a);
	CHECK(!btf_parse(blob.data, blob.size, NULL, "types", &d, &btf), "blob");
	for (uint32_t id = 1; id < ARRAY_SIZE(want); id++)
		CHECK(btf_is_plain_struct(btf, id) == want[id], "type %u", id);
	btf_free(btf);
	btf_build_free(&build);
	arena_free(&a);
}

int main(void)
{
	test_table();
	test_callers();
	test_also();
	test_plain();
	return unit_report();
}
