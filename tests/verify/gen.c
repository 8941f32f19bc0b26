/* What generators share. */
#include "tests/verify/trial.h"

#include "core/isa/build.h"
#include "core/prove.h"

#include <string.h>

int32_t fuzz_imm(struct fuzz *f)
{
	static const int32_t values[] = {
		0,    1,    2,	    3,	   4,	  7,	   8,	    15,	     16,       31,
		32,   33,   63,	    64,	   127,	  128,	   255,	    256,     511,      512,
		4095, 4096, 0x7fff, 65535, 65536, 1 << 20, 1 << 29, 1 << 30, INT32_MAX};
	int32_t v = values[below(f, ARRAY_SIZE(values))];

	switch (below(f, 8)) {
	case 0:
		return (int32_t)rng_u64(&f->rng);
	case 1:
		return -v;
	case 2:
		return -v - 1;
	case 3:
		return (int32_t)((uint32_t)v << below(f, 32));
	case 4:
		return v - 1;
	default:
		return v;
	}
}

uint64_t fuzz_imm64(struct fuzz *f)
{
	uint64_t v = (uint64_t)(int64_t)fuzz_imm(f);

	switch (below(f, 4)) {
	case 0:
		return v << below(f, 64);
	case 1:
		return v ^ 1ull << below(f, 64);
	case 2:
		return v << 32 | (uint32_t)fuzz_imm(f);
	default:
		return v;
	}
}

struct bpf_insn fuzz_insn(struct fuzz *f, uint32_t at, uint32_t n)
{
	const struct insn_desc *desc;
	enum insn_op op;
	struct bpf_insn insn;

	do {
		op = (enum insn_op)(1 + below(f, OP_COUNT - 1));
		desc = &insn_descs[op];
	} while (desc->flags & (INSN_INTERNAL | INSN_WIDE));
	insn = insn_make(op, (uint8_t)below(f, 11), (uint8_t)below(f, 11), 0, 0);
	if (insn_fields[desc->shape] & FIELD_IMM && desc->select != SELECT_IMM)
		insn.imm = fuzz_imm(f);
	if (insn_fields[desc->shape] & FIELD_OFF && desc->select != SELECT_OFF) {
		if (desc->flags & INSN_JUMP)
			insn.off = (int16_t)((int)below(f, n + 1) - (int)at - 1);
		else
			insn.off = (int16_t)(-(int)below(f, 9) * 8);
	}
	if (op == OP_JA32 || op == OP_CALL_LOCAL)
		insn.imm = (int)below(f, n + 1) - (int)at - 1;
	if (op == OP_CALL)
		insn.imm = (int32_t)below(f, 212);
	return insn;
}

/* ---- numbers ---- */

static enum insn_op alu_op(struct fuzz *f, bool is_wide, bool is_x)
{
	static const enum insn_op ops[][4] = {
#define ALU(name, ...) {OP_##name##32_K, OP_##name##32_X, OP_##name##64_K, OP_##name##64_X},
#include "core/isa/isa.def"
		/* what numbers are made of, once more */
		{OP_ADD32_K, OP_ADD32_X, OP_ADD64_K, OP_ADD64_X},
		{OP_ADD32_K, OP_ADD32_X, OP_ADD64_K, OP_ADD64_X},
		{OP_AND32_K, OP_AND32_X, OP_AND64_K, OP_AND64_X},
		{OP_MOV32_X, OP_MOV32_X, OP_MOV64_X, OP_MOV64_X},
		{OP_MOV64_X, OP_MOV64_X, OP_MOV64_X, OP_MOV64_X},
	};

	return ops[below(f, ARRAY_SIZE(ops))][is_wide * 2 + is_x];
}

static struct bpf_insn unary(struct fuzz *f, uint8_t dst, uint8_t src)
{
	static const enum insn_op ops[] = {
		OP_NEG64,     OP_NEG32,	     OP_LE16,	    OP_LE32,	   OP_LE64,    OP_BE16,
		OP_BE32,      OP_BE64,	     OP_BSWAP16,    OP_BSWAP32,	   OP_BSWAP64, OP_MOVSX8_64,
		OP_MOVSX8_32, OP_MOVSX16_64, OP_MOVSX16_32, OP_MOVSX32_64,
	};
	enum insn_op op = ops[below(f, ARRAY_SIZE(ops))];

	return insn_make(op, dst, insn_descs[op].shape == SHAPE_MOVSX ? src : 0, 0, 0);
}

struct bpf_insn fuzz_alu(struct fuzz *f, uint8_t dst, uint8_t src)
{
	bool is_wide = !one_in(f, 3), is_x = one_in(f, 2);
	enum insn_op op;
	int32_t imm;

	if (one_in(f, 8))
		return unary(f, dst, src);
	op = alu_op(f, is_wide, is_x);
	imm = fuzz_imm(f);
	switch (insn_descs[op].code & INSN_OP_MASK) {
	case 0x60: /* shifts */
	case 0x70:
	case 0xc0:
		imm = (int32_t)below(f, insn_descs[op].flags & INSN_W32 ? 32 : 64);
		break;
	case 0x30: /* divisions */
	case 0x90:
		imm = imm ? imm : 1;
		break;
	}
	return insn_descs[op].shape == SHAPE_ALU_K ? insn_make(op, dst, 0, 0, imm)
						   : insn_make(op, dst, src, 0, 0);
}

struct bpf_insn fuzz_cond(struct fuzz *f, uint8_t dst, uint8_t src)
{
	static const enum insn_op ops[] = {
#define JMP(name, ...) OP_##name##64_X, OP_##name##64_K, OP_##name##32_X, OP_##name##32_K,
#include "core/isa/isa.def"
	};
	enum insn_op op = ops[below(f, ARRAY_SIZE(ops))];

	return insn_descs[op].shape == SHAPE_JMP_K ? insn_make(op, dst, 0, 0, fuzz_imm(f))
						   : insn_make(op, dst, src, 0, 0);
}

/* ---- memory ---- */

uint32_t fuzz_size(struct fuzz *f)
{
	static const uint8_t sizes[] = {8, 8, 8, 4, 4, 2, 1};

	return sizes[below(f, ARRAY_SIZE(sizes))];
}

static uint8_t size_bits(uint32_t size)
{
	return size == 8 ? INSN_DW : size == 4 ? INSN_W : size == 2 ? INSN_H : INSN_B;
}

struct bpf_insn fuzz_load(struct fuzz *f, uint32_t size, uint8_t dst, uint8_t src, int off)
{
	uint8_t mode = size < 8 && one_in(f, 4) ? INSN_MEMSX : INSN_MEM;

	return (struct bpf_insn){.code = INSN_LDX | mode | size_bits(size),
				 .dst_reg = dst & 15,
				 .src_reg = src & 15,
				 .off = (int16_t)off};
}

struct bpf_insn fuzz_store(struct fuzz *f, uint32_t size, uint8_t dst, uint8_t src, int off)
{
	if (one_in(f, 4))
		return (struct bpf_insn){.code = INSN_ST | INSN_MEM | size_bits(size),
					 .dst_reg = dst & 15,
					 .off = (int16_t)off,
					 .imm = one_in(f, 2) ? 0 : fuzz_imm(f)};
	return (struct bpf_insn){.code = INSN_STX | INSN_MEM | size_bits(size),
				 .dst_reg = dst & 15,
				 .src_reg = src & 15,
				 .off = (int16_t)off};
}

void emit(struct trial *t, struct bpf_insn insn)
{
	if (t->n < TRIAL_INSNS)
		t->insns[t->n++] = insn;
}

void emit_wide(struct trial *t, uint8_t dst, uint8_t src, uint64_t imm)
{
	emit(t, (struct bpf_insn){.code = INSN_LD | INSN_IMM | INSN_DW,
				  .dst_reg = dst & 15,
				  .src_reg = src & 15,
				  .imm = (int32_t)imm});
	emit(t, (struct bpf_insn){.imm = (int32_t)(imm >> 32)});
}

static int map_named(const struct world *w, const char *name)
{
	for (uint32_t i = 0; i < w->nmaps; i++)
		if (strcmp(w->image->maps[i].name, name) == 0)
			return w->fds[i];
	die("no map '%s' in the generators' world", name);
}

void emit_map(struct trial *t, uint8_t dst, const char *map)
{
	emit_wide(t, dst, PSEUDO_MAP_FD, (uint32_t)map_named(t->world, map));
}

void emit_value(struct trial *t, uint8_t dst, const char *map, uint32_t off)
{
	emit_wide(t, dst, PSEUDO_MAP_VALUE,
		  (uint32_t)map_named(t->world, map) | (uint64_t)off << 32);
}

/* ---- types ---- */

/* Types that need nothing to be attached to, with their usual attach types. */
static const struct {
	uint32_t type, attach_type;
} types[] = {
	{PROG_TYPE_SOCKET_FILTER, 0},
	{PROG_TYPE_SCHED_CLS, 0},
	{PROG_TYPE_XDP, ATTACH_TYPE_XDP},
	{PROG_TYPE_KPROBE, 0},
	{PROG_TYPE_TRACEPOINT, 0},
	{PROG_TYPE_RAW_TRACEPOINT, 0},
	{PROG_TYPE_CGROUP_SKB, ATTACH_TYPE_CGROUP_INET_INGRESS},
	{PROG_TYPE_SYSCALL, 0},
	{PROG_TYPE_PERF_EVENT, 0},
	{PROG_TYPE_CGROUP_SKB, ATTACH_TYPE_CGROUP_INET_EGRESS},
	{PROG_TYPE_CGROUP_SOCK, ATTACH_TYPE_CGROUP_INET_SOCK_CREATE},
	{PROG_TYPE_SOCK_OPS, ATTACH_TYPE_CGROUP_SOCK_OPS},
	{PROG_TYPE_SK_SKB, ATTACH_TYPE_SK_SKB_STREAM_VERDICT},
	{PROG_TYPE_SK_MSG, ATTACH_TYPE_SK_MSG_VERDICT},
	{PROG_TYPE_CGROUP_SOCK_ADDR, ATTACH_TYPE_CGROUP_INET4_CONNECT},
	{PROG_TYPE_CGROUP_SOCK_ADDR, ATTACH_TYPE_CGROUP_INET6_BIND},
	{PROG_TYPE_LWT_XMIT, 0},
	{PROG_TYPE_LWT_IN, 0},
	{PROG_TYPE_SK_REUSEPORT, ATTACH_TYPE_SK_REUSEPORT_SELECT},
	{PROG_TYPE_FLOW_DISSECTOR, ATTACH_TYPE_FLOW_DISSECTOR},
	{PROG_TYPE_CGROUP_SYSCTL, ATTACH_TYPE_CGROUP_SYSCTL},
	{PROG_TYPE_CGROUP_SOCKOPT, ATTACH_TYPE_CGROUP_GETSOCKOPT},
	{PROG_TYPE_CGROUP_SOCKOPT, ATTACH_TYPE_CGROUP_SETSOCKOPT},
	{PROG_TYPE_CGROUP_DEVICE, ATTACH_TYPE_CGROUP_DEVICE},
	{PROG_TYPE_SK_LOOKUP, ATTACH_TYPE_SK_LOOKUP},
	{PROG_TYPE_NETFILTER, ATTACH_TYPE_NETFILTER},
	{PROG_TYPE_LWT_SEG6LOCAL, 0},
	{PROG_TYPE_RAW_TRACEPOINT_WRITABLE, 0},
	{PROG_TYPE_SCHED_ACT, 0},
	{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_RAW_TP},
	{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_RAW_TP},
	{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_RAW_TP},
};

static const char *const tracepoints[] = {"task_newtask", "sched_switch",
					  "kfree_skb",	  "netif_receive_skb",
					  "sys_enter",	  "tcp_retransmit_skb"};

void fuzz_type(struct fuzz *f, struct trial *t)
{
	/* The first ones are what most programs are. */
	uint32_t i = below(f, one_in(f, 2) ? ARRAY_SIZE(types) : 8);

	t->type = types[i].type;
	t->attach_type = types[i].attach_type;
	t->attach_btf_id = 0;
	if (t->type == PROG_TYPE_TRACING)
		t->attach_btf_id =
			prove_find_target(f->judges->btf, t->attach_type,
					  tracepoints[below(f, ARRAY_SIZE(tracepoints))]);
	if (t->type == PROG_TYPE_SYSCALL)
		t->flags |= VERIFY_SLEEPABLE;
}
