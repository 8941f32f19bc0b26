/* The tables of core/obj/ctx/: their form, and who may do what by a few examples. */
#include "tests/unit/unit.h"

#include "core/obj/ctx.h"
#include "core/obj/prog_type.h"

static const struct ctx_type *const types[] = {
#define CTX(id, name, size) &ctx_##id,
#define CTX_END(id)
#define FIELD(...)
#define PAD(off, size)
#include "core/obj/ctx/all.def"
};

/* Fields follow one another, lie in their struct, and somebody may read each. */
static void test_form(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		uint32_t end = 0;

		for (uint32_t k = 0; k < types[i]->nfields; k++) {
			const struct ctx_field *f = &types[i]->fields[k];

			CHECK(f->off >= end, "%s.%s", types[i]->name, f->name);
			CHECK(f->off % f->unit == 0, "%s.%s", types[i]->name, f->name);
			CHECK(f->head & f->unit, "%s.%s", types[i]->name, f->name);
			CHECK(f->readers, "%s.%s", types[i]->name, f->name);
			CHECK(!f->writers || f->store, "%s.%s", types[i]->name, f->name);
			end = f->off + f->size;
		}
		CHECK(end <= types[i]->size, "%s", types[i]->name);
	}
}

static const struct {
	uint32_t prog, attach;
	int off;
	uint32_t size;
	int load, store; /* enum ctx_gives, -1: no; 1: yes */
} cases[] = {
	{PROG_TYPE_XDP, 0, 0, 4, CTX_GIVES_PACKET, -1},
	{PROG_TYPE_XDP, 0, 0, 2, -1, -1},
	{PROG_TYPE_XDP, 0, 20, 4, -1, -1},
	{PROG_TYPE_XDP, ATTACH_TYPE_XDP_DEVMAP, 20, 4, CTX_GIVES_SCALAR, -1},
	{PROG_TYPE_SCHED_CLS, 0, 76, 4, CTX_GIVES_PACKET, -1},
	{PROG_TYPE_SCHED_CLS, 0, 8, 4, CTX_GIVES_SCALAR, 1},
	{PROG_TYPE_SCHED_CLS, 0, 9, 1, CTX_GIVES_SCALAR, -1},
	{PROG_TYPE_SCHED_CLS, 0, 9, 2, -1, -1},
	{PROG_TYPE_SCHED_CLS, 0, 64, 8, -1, -1},
	{PROG_TYPE_SCHED_CLS, 0, 56, 8, CTX_GIVES_SCALAR, 1},
	{PROG_TYPE_SCHED_CLS, 0, 181, 1, -1, -1},
	{PROG_TYPE_SCHED_CLS, 0, 192, 4, -1, -1},
	{PROG_TYPE_SCHED_CLS, 0, -4, 4, -1, -1},
	{PROG_TYPE_SOCKET_FILTER, 0, 76, 4, -1, -1},
	{PROG_TYPE_SOCKET_FILTER, 0, 168, 8, CTX_GIVES_SOCK_COMMON_OR_NULL, -1},
	{PROG_TYPE_SK_SKB, 0, 8, 4, -1, -1},
	{PROG_TYPE_FLOW_DISSECTOR, 0, 144, 8, CTX_GIVES_FLOW_KEYS, -1},
	{PROG_TYPE_CGROUP_SKB, 0, 76, 4, -1, -1}, /* not without CAP_BPF */
	{PROG_TYPE_CGROUP_SOCK, ATTACH_TYPE_CGROUP_INET_SOCK_CREATE, 16, 4, CTX_GIVES_SCALAR, 1},
	{PROG_TYPE_CGROUP_SOCK, ATTACH_TYPE_CGROUP_INET4_POST_BIND, 24, 4, CTX_GIVES_SCALAR, -1},
	{PROG_TYPE_CGROUP_SOCK, ATTACH_TYPE_CGROUP_INET6_POST_BIND, 24, 4, -1, -1},
	{PROG_TYPE_CGROUP_SOCK, ATTACH_TYPE_CGROUP_INET6_POST_BIND, 48, 4, CTX_GIVES_SCALAR, -1},
	{PROG_TYPE_CGROUP_SOCK, ATTACH_TYPE_CGROUP_INET6_POST_BIND, 50, 2, -1, -1},
	{PROG_TYPE_CGROUP_SOCK_ADDR, ATTACH_TYPE_CGROUP_INET6_BIND, 8, 8, CTX_GIVES_SCALAR, 1},
	{PROG_TYPE_CGROUP_SOCK_ADDR, ATTACH_TYPE_CGROUP_INET6_BIND, 4, 4, -1, -1},
	{PROG_TYPE_CGROUP_SOCK_ADDR, ATTACH_TYPE_CGROUP_UDP6_SENDMSG, 44, 8, -1, -1},
	{PROG_TYPE_CGROUP_SOCK_ADDR, ATTACH_TYPE_CGROUP_UDP6_SENDMSG, 48, 8, CTX_GIVES_SCALAR, 1},
	{PROG_TYPE_CGROUP_SOCKOPT, ATTACH_TYPE_CGROUP_SETSOCKOPT, 36, 4, -1, -1},
	{PROG_TYPE_CGROUP_SOCKOPT, ATTACH_TYPE_CGROUP_GETSOCKOPT, 36, 4, CTX_GIVES_SCALAR, 1},
	{PROG_TYPE_SOCK_OPS, 0, 184, 8, CTX_GIVES_SOCK_OR_NULL, -1},
	{PROG_TYPE_SOCK_OPS, 0, 4, 4, CTX_GIVES_SCALAR, 1},
	{PROG_TYPE_SK_LOOKUP, 0, 36, 4, CTX_GIVES_SCALAR, -1},
	{PROG_TYPE_SK_REUSEPORT, 0, 20, 1, -1, -1},
	{PROG_TYPE_RAW_TRACEPOINT_WRITABLE, 0, 0, 8, CTX_GIVES_TP_BUFFER, -1},
	{PROG_TYPE_RAW_TRACEPOINT_WRITABLE, 0, 4, 4, CTX_GIVES_SCALAR, -1},
	{PROG_TYPE_TRACEPOINT, 0, 0, 8, -1, -1},
	{PROG_TYPE_TRACEPOINT, 0, -8, 8, CTX_GIVES_SCALAR, -1}, /* as Linux has it */
	{PROG_TYPE_TRACEPOINT, 0, 8184, 8, CTX_GIVES_SCALAR, -1},
	{PROG_TYPE_TRACEPOINT, 0, 8192, 8, -1, -1},
	{PROG_TYPE_SYSCALL, 0, 32760, 8, CTX_GIVES_SCALAR, 1},
	{PROG_TYPE_NETFILTER, 0, 8, 8, CTX_GIVES_BTF_SK_BUFF, -1},
};

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ctx_view view = ctx_view_of(cases[i].prog, cases[i].attach);
		uint64_t off = (uint64_t)(int64_t)cases[i].off;
		const struct ctx_field *f;
		int load;

		CHECK(view.type, "case %zu", i);
		f = ctx_access(view.type, off, cases[i].size, false, view.users);
		load = f ? (int)ctx_load_gives(f, off, cases[i].size) : -1;
		CHECK(load == cases[i].load, "case %zu: %d", i, load);
		f = ctx_access(view.type, off, cases[i].size, true, view.users);
		CHECK(!f == (cases[i].store < 0), "case %zu", i);
	}
	CHECK(!ctx_view_of(PROG_TYPE_TRACING, 0).type);
}

int main(void)
{
	test_form();
	test_cases();
	return unit_report();
}
