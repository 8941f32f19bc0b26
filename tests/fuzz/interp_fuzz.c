/*
 * libFuzzer target of checked execution: no program may crash it or run past its budget. The first
 * byte chooses the context and whether the rest is taken as it is, or made into instructions of
 * good form so that more of them get to run.
 */
#include <stdlib.h>
#include <string.h>

#include "core/interp/step.h"
#include "core/isa/build.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/ctx_packet.h"
#include "core/run/later.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "maps/maps.h"

enum { NMAPS = 4, BUDGET = 3000, MAX_SLOTS = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

static int32_t some_helper(uint32_t n)
{
	static const int32_t ids[] = {
#define BODY(name) HELPER_##name,
#include "core/run/bodies.def"
	};

	return ids[n % ARRAY_SIZE(ids)];
}

/* Calls of kernel functions are of those that run. */
static void name_kfuncs(struct prog *prog)
{
	static const char *const names[] = {
#define KFUNC_BODY(name) #name,
#include "core/run/bodies.def"
	};

	for (uint32_t i = 0; i < prog->nkfuncs; i++) {
		uint32_t n = (uint32_t)prog->insns[prog->kfuncs[i].insn].imm;

		prog->kfuncs[i].name = names[n % ARRAY_SIZE(names)];
	}
	run_bind(prog, NULL, NULL);
}

/* An instruction whose operands are in range, from eight arbitrary bytes at a slot of n. */
static struct bpf_insn tame(const uint8_t *b, uint32_t at, uint32_t n)
{
	enum insn_op op = 1 + (b[0] | b[1] << 8) % (OP_COUNT - 1);
	const struct insn_desc *d = &insn_descs[op];
	uint8_t fields = insn_fields[d->shape];
	int16_t off = (int8_t)b[4];
	int32_t imm, to = (int32_t)((b[4] | b[5] << 8) % n) - (int32_t)at - 1;

	memcpy(&imm, b + 4, sizeof(imm));
	if (insn_has_target(op))
		off = (int16_t)to;
	if (op == OP_JA32 || op == OP_CALL_LOCAL || op == OP_LD_IMM64_FUNC)
		imm = to;
	if (op == OP_CALL)
		imm = b[5] & 1 ? some_helper(b[4]) : imm;
	if (op == OP_LD_IMM64_MAP_IDX || op == OP_LD_IMM64_MAP_IDX_VALUE)
		imm = b[4] % NMAPS;
	if (b[6] & 3)
		imm = op == OP_CALL || d->flags & INSN_WIDE ? imm : (int8_t)imm;
	return insn_make(op, fields & FIELD_DST ? b[2] % 11 : 0, fields & FIELD_SRC ? b[3] % 11 : 0,
			 fields & FIELD_OFF ? off : 0, fields & FIELD_IMM ? imm : 0);
}

static void tame_all(struct bpf_insn *insns, const uint8_t *data, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		insns[i] = tame(data + i * 8, i, n);
		if (!(insn_desc(&insns[i])->flags & INSN_WIDE))
			continue;
		if (i + 1 < n)
			insns[++i] = (struct bpf_insn){0};
		else
			insns[i] = INSN_EXIT();
	}
}

static void make_maps(struct map *maps[NMAPS], struct diag *d)
{
	static const struct map_def defs[NMAPS] = {
		{.name = "a",
		 .type = MAP_TYPE_ARRAY,
		 .key_size = 4,
		 .value_size = 12,
		 .max_entries = 3},
		{.name = "h",
		 .type = MAP_TYPE_HASH,
		 .key_size = 5,
		 .value_size = 9,
		 .max_entries = 2},
		{.name = "p",
		 .type = MAP_TYPE_PERCPU_HASH,
		 .key_size = 1,
		 .value_size = 8,
		 .max_entries = 2},
		{.name = "t",
		 .type = MAP_TYPE_PROG_ARRAY,
		 .key_size = 4,
		 .value_size = 4,
		 .max_entries = 2},
	};

	for (int i = 0; i < NMAPS; i++)
		if (map_new(&defs[i], 2, d, &maps[i]))
			abort();
}

static void run(struct prog *prog)
{
	static struct packet pkt;
	static uint8_t stack[RUN_FRAMES * STACK_SIZE], memory[32];
	const struct packet_type *type = packet_type(prog->type);
	struct runtime rt = {.fixed_clock = true};
	struct mem mem = {0};
	struct run_ctx rc = {
		.engine = &step_engine, .stack = stack, .rt = &rt, .mem = &mem, .budget = BUDGET};
	union packet_ctx ctx;
	uint64_t r0;

	if (type) {
		if (!pkt.buf && packet_alloc(&pkt, NULL))
			abort();
		packet_set(&pkt, "\xff\xff\xff\xff\xff\xff\0\1\2\3\4\5\x08\0packet", 20, NULL);
		type->enter(type, &ctx, &pkt);
		rc.ctx = &ctx;
		rc.pkt = &pkt;
		mem.ctx = type->ctx;
		mem.user = type->user;
		mem.write_packet = type->write_packet;
	} else {
		rc.ctx = memory;
		rc.ctx_size = sizeof(memory);
		mem.any_reg = true;
	}
	run_once(&rc, prog, &r0);
	if (!rc.fault.kind)
		later_run(&rc, later_now(&rt) + 1000);
	later_close(&rt);
	if (rc.steps > BUDGET)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t types[] = {PROG_TYPE_XDP, PROG_TYPE_SCHED_CLS,
					 PROG_TYPE_SOCKET_FILTER, PROG_TYPE_KPROBE};
	struct diag d = {.sink = no_message};
	struct map *maps[NMAPS];
	struct prog_def def = {.name = "fuzz"};
	struct bpf_insn *insns;
	struct prog *prog;

	if (size < 9 || size / 8 > MAX_SLOTS)
		return 0;
	def.type = types[data[0] % ARRAY_SIZE(types)];
	def.ninsns = (uint32_t)((size - 1) / 8);
	insns = malloc(def.ninsns * sizeof(*insns));
	memcpy(insns, data + 1, def.ninsns * sizeof(*insns));
	if (data[0] & 0x80)
		tame_all(insns, data + 1, def.ninsns);
	def.insns = insns;
	make_maps(maps, &d);
	if (prog_new(&def, maps, NMAPS, NULL, &d, &prog) == 0) {
		prog_array_set(maps[3], 1, prog);
		name_kfuncs(prog);
		if (step_engine.prepare(prog, &d) == 0)
			run(prog);
		prog_free(prog);
	}
	for (int i = 0; i < NMAPS; i++)
		map_free(maps[i]);
	free(insns);
	return 0;
}
