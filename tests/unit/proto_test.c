/*
 * Prototypes of helpers: rows are well formed (check_func_proto() of Linux), and each kind of
 * program may call as many helpers as Linux 6.18 was seen to let it, those that differ by name.
 */
#include <string.h>

#include "core/helper/proto.h"
#include "core/obj/prog_type.h"
#include "tests/unit/unit.h"

/* ---- rows ---- */

static bool is_size(uint32_t type)
{
	return type == ARG_CONST_SIZE || type == ARG_CONST_SIZE_OR_ZERO;
}

static void check_arg(const struct func_proto *fn, uint32_t i)
{
	const struct func_arg *arg = &fn->args[i];
	bool sized = i + 1 < HELPER_ARGS_MAX && is_size(fn->args[i + 1].type);
	bool is_mem = arg_base(arg->type) == ARG_PTR_TO_MEM;
	bool fixed = arg->type & MEM_FIXED_SIZE;

	CHECK(arg_base(arg->type) < ARG_TYPE_COUNT, "helper %u, argument %u", fn->id, i + 1);
	CHECK(is_mem ? sized != fixed : !sized, "helper %u, argument %u", fn->id, i + 1);
	CHECK(fixed == (arg->size != 0), "helper %u, argument %u", fn->id, i + 1);
	CHECK(!is_mem || !(arg->type & MEM_RDONLY) != !(arg->type & MEM_WRITE),
	      "helper %u, argument %u", fn->id, i + 1);
	CHECK(arg->btf < HELPER_BTF_COUNT, "helper %u, argument %u", fn->id, i + 1);
	CHECK(!arg->btf || arg_base(arg->type) == ARG_PTR_TO_BTF_ID, "helper %u, argument %u",
	      fn->id, i + 1);
}

static void check_row(const struct func_proto *fn)
{
	uint32_t nargs = helper_nargs(fn), raw = 0, released = 0, dynptrs = 0;

	for (uint32_t i = 0; i < nargs; i++) {
		check_arg(fn, i);
		raw += arg_base(fn->args[i].type) == ARG_PTR_TO_MEM &&
		       fn->args[i].type & MEM_UNINIT;
		released += (fn->args[i].type & OBJ_RELEASE) != 0;
		dynptrs += arg_base(fn->args[i].type) == ARG_PTR_TO_DYNPTR;
	}
	for (uint32_t i = nargs; i < HELPER_ARGS_MAX; i++)
		CHECK(fn->args[i].type == ARG_DONTCARE, "helper %u has a hole", fn->id);
	CHECK(raw <= 1 && released <= 1 && dynptrs <= 1, "helper %u", fn->id);
	CHECK(!nargs || !is_size(fn->args[0].type), "helper %u", fn->id);
	CHECK(!(helper_facts(fn->id) & HELPER_CHANGES_PKT) || fn->args[0].type == ARG_PTR_TO_CTX,
	      "helper %u moves packets, r1 is no context", fn->id);
	CHECK(ret_base(fn->ret.type) != RET_PTR_TO_BTF_ID || fn->ret.btf ||
		      fn->id == HELPER_kptr_xchg,
	      "helper %u returns nothing known", fn->id);
	CHECK(fn->who.in, "helper %u is for nobody", fn->id);
}

static void test_rows(void)
{
	for (int32_t id = 1; id < HELPER_ID_LIMIT; id++) {
		const struct func_proto *fn = NULL, *other;

		CHECK(helper_name(id), "%d", id);
		/* every prototype, each by a group of its own */
		for (int g = 0; g < GROUP_COUNT; g++) {
			other = helper_proto(id, 1ull << g);
			if (other && other != fn)
				check_row(other);
			fn = other ? other : fn;
		}
		CHECK(fn, "helper %d has no prototype", id);
	}
	CHECK(!helper_proto(0, ~0ull));
	CHECK(!helper_proto(HELPER_ID_LIMIT, ~0ull));
	CHECK(!helper_proto(-1, ~0ull));
	CHECK(helper_facts(-1) == 0);
}

/* ---- who may call ---- */

#define P(type_, attach_) .type = PROG_TYPE_##type_, .attach_type = ATTACH_TYPE_##attach_

static const struct {
	struct helper_prog prog;
	unsigned int n; /* helpers that it may call, as a privileged loader */
} programs[] = {
	{{P(SOCKET_FILTER, NONE)}, 88},
	{{P(KPROBE, NONE)}, 81},
	{{P(KPROBE, TRACE_UPROBE_MULTI)}, 81},
	{{P(SCHED_CLS, NONE)}, 139},
	{{P(SCHED_ACT, NONE)}, 139},
	{{P(TRACEPOINT, NONE)}, 81},
	{{P(XDP, NONE)}, 104},
	{{P(PERF_EVENT, NONE)}, 83},
	{{P(CGROUP_SKB, CGROUP_INET_EGRESS)}, 103},
	{{P(CGROUP_SOCK, CGROUP_INET_SOCK_CREATE)}, 82},
	{{P(LWT_IN, NONE)}, 90},
	{{P(LWT_OUT, NONE)}, 89},
	{{P(LWT_XMIT, NONE)}, 104},
	{{P(LWT_SEG6LOCAL, NONE)}, 92},
	{{P(SOCK_OPS, CGROUP_SOCK_OPS)}, 97},
	{{P(SK_SKB, NONE)}, 97},
	{{P(CGROUP_DEVICE, CGROUP_DEVICE)}, 78},
	{{P(SK_MSG, SK_MSG_VERDICT)}, 93},
	{{P(CGROUP_SOCK_ADDR, CGROUP_INET4_BIND)}, 96},
	{{P(CGROUP_SOCK_ADDR, CGROUP_INET4_CONNECT)}, 97},
	{{P(CGROUP_SOCK_ADDR, CGROUP_UDP4_RECVMSG)}, 94},
	{{P(SK_REUSEPORT, SK_REUSEPORT_SELECT)}, 79},
	{{P(FLOW_DISSECTOR, FLOW_DISSECTOR)}, 83},
	{{P(CGROUP_SYSCTL, CGROUP_SYSCTL)}, 83},
	{{P(CGROUP_SOCKOPT, CGROUP_GETSOCKOPT)}, 82},
	{{P(CGROUP_SOCKOPT, CGROUP_SETSOCKOPT)}, 84},
	{{P(SK_LOOKUP, SK_LOOKUP)}, 85},
	{{P(SYSCALL, NONE)}, 99},
	{{P(NETFILTER, NETFILTER)}, 74},
	{{P(TRACING, TRACE_RAW_TP), .target = "btf_trace_sched_switch"}, 96},
	{{P(TRACING, TRACE_ITER), .target = "bpf_iter_task"}, 98},
	{{P(TRACING, TRACE_ITER), .target = "bpf_iter_tcp"}, 100},
	{{P(STRUCT_OPS, NONE), .ops = "tcp_congestion_ops", .member = "ssthresh"}, 80},
	{{P(STRUCT_OPS, NONE), .ops = "tcp_congestion_ops", .member = "release"}, 78},
	{{P(STRUCT_OPS, NONE), .ops = "bpf_dummy_ops", .member = "test_1"}, 0},
	{{P(LIRC_MODE2, LIRC_MODE2)}, 14},
};

/* What was allowed where it is named, too: d_path and sk_storage in tracing programs */
static bool may_call(const struct helper_prog *prog, int32_t id)
{
	uint64_t groups = helper_groups(prog);
	const struct func_proto *fn = helper_proto(id, groups);

	return fn && (!fn->who.allowed || fn->who.allowed & groups);
}

/* The kernel that was asked was configured without these. */
static bool was_there(int32_t id)
{
	return id != HELPER_probe_write_user && id != HELPER_override_return;
}

static void test_programs(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		struct helper_prog prog = programs[i].prog;
		unsigned int n = 0;

		prog.bpf = prog.perfmon = prog.admin = true;
		for (int32_t id = 1; id < HELPER_ID_LIMIT; id++)
			n += was_there(id) && helper_proto(id, helper_groups(&prog)) != NULL;
		CHECK(n == programs[i].n, "program %zu: %u helpers, not %u", i, n, programs[i].n);
	}
}

static void test_targets(void)
{
	struct helper_prog prog = {P(TRACING, TRACE_FENTRY), .target = "vfs_truncate",
				   .admin = true};

	CHECK(may_call(&prog, HELPER_d_path));
	CHECK(may_call(&prog, HELPER_get_func_arg));
	CHECK(may_call(&prog, HELPER_sk_storage_get));
	prog.target = "bpf_sk_storage_get";
	CHECK(!may_call(&prog, HELPER_d_path));
	CHECK(!may_call(&prog, HELPER_sk_storage_get));
	/* To trace a hook is not to be one. */
	prog.target = "bpf_lsm_file_open";
	CHECK(!may_call(&prog, HELPER_d_path));
	prog = (struct helper_prog){P(LSM, LSM_MAC), .target = "bpf_lsm_file_open", .admin = true};
	CHECK(may_call(&prog, HELPER_d_path));
	CHECK(may_call(&prog, HELPER_ima_file_hash));
	CHECK(!may_call(&prog, HELPER_setsockopt));
	CHECK(!may_call(&prog, HELPER_get_local_storage));
	prog = (struct helper_prog){P(LSM, LSM_CGROUP), .target = "bpf_lsm_socket_post_create",
				    .admin = true};
	CHECK(may_call(&prog, HELPER_setsockopt));
	CHECK(may_call(&prog, HELPER_set_retval));
	CHECK(lsm_hook_may_sleep("bpf_lsm_bprm_committed_creds"));
	CHECK(!lsm_hook_may_sleep("bpf_lsm_task_free"));
	CHECK(!lsm_hook_may_sleep("vfs_truncate"));
}

static void test_capabilities(void)
{
	struct helper_prog prog = {P(SCHED_CLS, NONE)};

	CHECK(may_call(&prog, HELPER_map_lookup_elem));
	CHECK(may_call(&prog, HELPER_skb_store_bytes));
	CHECK(!may_call(&prog, HELPER_spin_lock));
	prog.bpf = true;
	CHECK(may_call(&prog, HELPER_spin_lock));
	CHECK(!may_call(&prog, HELPER_trace_printk));
	CHECK(!may_call(&prog, HELPER_skc_to_tcp_sock));
	prog.perfmon = true;
	CHECK(may_call(&prog, HELPER_trace_printk));
	CHECK(may_call(&prog, HELPER_skc_to_tcp_sock));
	prog = (struct helper_prog){P(KPROBE, NONE), .bpf = true, .perfmon = true};
	CHECK(may_call(&prog, HELPER_override_return));
	CHECK(!may_call(&prog, HELPER_probe_write_user));
	prog.admin = true;
	CHECK(may_call(&prog, HELPER_probe_write_user));
}

/* ---- prototypes that differ ---- */

static const struct func_proto *proto_of(struct helper_prog prog, int32_t id)
{
	prog.admin = true;
	return helper_proto(id, helper_groups(&prog));
}

static void test_variants(void)
{
	const struct func_proto *fn;

	fn = proto_of((struct helper_prog){P(SCHED_CLS, NONE)}, HELPER_get_smp_processor_id);
	CHECK(fn->flags & PROTO_FASTCALL);
	fn = proto_of((struct helper_prog){P(SOCKET_FILTER, NONE)}, HELPER_get_smp_processor_id);
	CHECK(!(fn->flags & PROTO_FASTCALL));
	fn = proto_of((struct helper_prog){P(SCHED_CLS, NONE)}, HELPER_get_cgroup_classid);
	CHECK(fn->args[0].type == ARG_PTR_TO_CTX);
	fn = proto_of((struct helper_prog){P(SK_MSG, NONE)}, HELPER_get_cgroup_classid);
	CHECK(fn->args[0].type == ARG_DONTCARE);
	fn = proto_of((struct helper_prog){P(PERF_EVENT, NONE)}, HELPER_get_stackid);
	CHECK(!(fn->flags & PROTO_GPL));
	fn = proto_of((struct helper_prog){P(KPROBE, NONE)}, HELPER_get_stackid);
	CHECK(fn->flags & PROTO_GPL);
	fn = proto_of((struct helper_prog){P(CGROUP_SOCK, CGROUP_INET_SOCK_CREATE)},
		      HELPER_sk_storage_get);
	CHECK(fn->args[1].type == ARG_PTR_TO_CTX);
	fn = proto_of((struct helper_prog){P(TRACING, TRACE_ITER)}, HELPER_sk_storage_get);
	CHECK(strcmp(helper_btf_names[fn->args[1].btf], "sock_common") == 0);
}

static void test_maps(void)
{
	CHECK(helper_takes_map(HELPER_map_lookup_elem, MAP_TYPE_HASH));
	CHECK(helper_takes_map(HELPER_map_lookup_elem, MAP_TYPE_XSKMAP));
	CHECK(!helper_takes_map(HELPER_map_lookup_elem, MAP_TYPE_CPUMAP));
	CHECK(helper_takes_map(HELPER_tail_call, MAP_TYPE_PROG_ARRAY));
	CHECK(!helper_takes_map(HELPER_tail_call, MAP_TYPE_ARRAY));
	CHECK(helper_takes_map(HELPER_kptr_xchg, MAP_TYPE_TASK_STORAGE));
	CHECK(!helper_takes_map(HELPER_ktime_get_ns, MAP_TYPE_HASH));
	CHECK(!helper_takes_map(HELPER_map_lookup_elem, MAP_TYPE_COUNT));
}

int main(void)
{
	test_rows();
	test_programs();
	test_targets();
	test_capabilities();
	test_variants();
	test_maps();
	return unit_report();
}
