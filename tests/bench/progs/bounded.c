#include <linux/bpf.h>

#include "tests/bench/progs/bounded.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/isa/build.h"
#include "core/obj/prog_type.h"
#include "core/verify/verify.h"
#include "maps/maps.h"
#include "tests/bench/progs/kernel.h"

#include <sys/mman.h>

enum { PAGE = 4096, TAIL = 2, HEAD = 7, BEGIN = 3, FROM_ARENA = 1, ZERO = -496 };

/* ---- loops that end ---- */

static bool jumps_back(const struct bpf_insn *insns, uint32_t i)
{
	enum insn_op op = insn_decode(&insns[i]);

	return op != OP_CALL_LOCAL && insn_has_target(op) && insn_target(&insns[i], i) <= i;
}

static bool is_constant(const struct bpf_insn *insn)
{
	enum insn_op op = insn->code ? insn_decode(insn) : OP_BAD;

	return op == OP_MOV64_K || op == OP_MOV32_K;
}

/*
 * Where each instruction goes, with a may_goto before it where it jumps back; of what is set to a
 * constant that is hidden, a load.
 */
static uint32_t *lay_out(const struct bpf_insn *insns, uint32_t n, bool hide, uint32_t *size)
{
	uint32_t *at = calloc(n + 1, sizeof(*at));

	*size = hide ? BEGIN : 0;
	for (uint32_t i = 0; i < n; i++) {
		at[i] = *size;
		*size += 1 + (!insns[i].code ? 0 : jumps_back(insns, i));
		*size += hide && is_constant(&insns[i]);
	}
	at[n] = *size;
	return at;
}

/* 0 is stored, of which nobody knows that it is. */
static void hide_zero(struct bpf_insn out[BEGIN], uint32_t size)
{
	out[0] = INSN_MOV64_X(0, 2);
	out[1] = INSN_ADD64_K(0, -(int32_t)size);
	out[2] = INSN_STX_DW(10, 0, ZERO);
}

/*
 * What is used up ends with 0. A constant is hidden by adding it to the 0: loops that begin with
 * numbers which are known would be walked through number by number.
 */
static void bound_loops(struct bounded *b, const struct bpf_insn *insns, uint32_t n, bool hide)
{
	uint32_t size, *at = lay_out(insns, n, hide, &size);
	struct bpf_insn *out;

	free(b->insns);
	out = b->insns = calloc(size + TAIL, sizeof(*out));
	b->n = size + TAIL;
	if (hide)
		hide_zero(out, b->size);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t to = at[i];

		if (insns[i].code && jumps_back(insns, i)) {
			out[to] = INSN_MAY_GOTO((int16_t)(size - to - 1));
			to++;
		}
		if (hide && is_constant(&insns[i])) {
			out[to++] = INSN_LDX_DW(insns[i].dst_reg, 10, ZERO);
			out[to] = insn_decode(&insns[i]) == OP_MOV64_K
					  ? INSN_ADD64_K(insns[i].dst_reg, insns[i].imm)
					  : INSN_ADD32_K(insns[i].dst_reg, insns[i].imm);
			continue;
		}
		out[to] = insns[i];
		if (insns[i].code && insn_has_target(insn_decode(&insns[i])))
			out[to].off = (int16_t)(at[insn_target(&insns[i], i)] - to - 1);
	}
	out[size] = INSN_MOV64_K(0, 0);
	out[size + 1] = INSN_EXIT();
	free(at);
}

/* ---- the kernel's ---- */

static int call_bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static int load(const struct bpf_insn *insns, uint32_t n)
{
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_XDP,
			       .insns = (uintptr_t)insns,
			       .insn_cnt = n,
			       .license = (uintptr_t) "GPL"};

	return call_bpf(BPF_PROG_LOAD, &attr);
}

static int arena_of(void *arg, int fd __unused, struct map **out)
{
	*out = arg;
	return 0;
}

/* The kernel is not asked what it would refuse after a million instructions, or worse. */
static bool is_accepted(const struct bounded *b, const struct bpf_insn *insns, uint32_t n)
{
	struct map_def def = {.name = "memory",
			      .type = MAP_TYPE_ARENA,
			      .max_entries = b->size / PAGE,
			      .flags = BPF_F_MMAPABLE,
			      .extra = (uintptr_t)b->arena};
	struct diag d = {.prefix = "bench"};
	struct verify_host host = {.map = arena_of};
	struct verify_result result = {0};
	struct verify_job job = {
		.type = PROG_TYPE_XDP,
		.caps = VERIFY_CAP_ALL,
		.gpl = true,
		.name = "bounded",
		.insns = insns,
		.ninsns = n,
		.host = &host,
	};
	struct map *map;
	bool accepted;

	if (map_new(&def, 1, &d, &map))
		return false;
	host.arg = map;
	accepted = verify_prog(&job, &result) == 0;
	verify_result_free(&result);
	map_free(map);
	return accepted;
}

/*
 * Before the program: its map is named, and r1 and r2 are what it is to have, of which the verifier
 * does not know how large it is (a queue's number, which is 0, is added).
 */
static int load_with_arena(const struct bounded *b)
{
	struct bpf_insn *all = calloc(HEAD + b->n, sizeof(*all));
	int fd = -1;

	all[0] = INSN_LDX_W(2, 1, offsetof(struct xdp_md, rx_queue_index));
	all[1] = INSN_ADD64_K(2, (int32_t)b->size);
	insn_make_ld64(all + 2, OP_LD_IMM64_IMM, 1, (uint32_t)b->map);
	all[2].src_reg = BPF_PSEUDO_MAP_FD;
	insn_make_ld64(all + 4, OP_LD_IMM64_IMM, 1, (uintptr_t)b->arena);
	all[6] = INSN_MOV64_X(1, 1);
	all[6].off = 1; /* addr_space_cast */
	all[6].imm = FROM_ARENA;
	memcpy(all + HEAD, b->insns, b->n * sizeof(*all));
	if (is_accepted(b, all, HEAD + b->n))
		fd = load(all, HEAD + b->n);
	free(all);
	return fd;
}

void bounded_open(struct bounded *b, const struct bpf_insn *insns, uint32_t n, uint32_t size)
{
	const struct bpf_insn nothing[] = {INSN_MOV64_K(0, 0), INSN_EXIT()};
	union bpf_attr attr = {.map_type = MAP_TYPE_ARENA,
			       .max_entries = size / PAGE,
			       .map_flags = BPF_F_MMAPABLE};

	*b = (struct bounded){.prog = -1, .empty = -1, .size = size};
	bound_loops(b, insns, n, false);
	b->map = call_bpf(BPF_MAP_CREATE, &attr);
	if (b->map < 0)
		return;
	b->arena = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, b->map, 0);
	if (b->arena == MAP_FAILED) {
		b->arena = NULL;
		return;
	}
	b->empty = load(nothing, TAIL);
	b->prog = load_with_arena(b);
	if (b->prog < 0) {
		bound_loops(b, insns, n, true);
		b->prog = load_with_arena(b);
	}
	if (b->prog < 0) {
		munmap(b->arena, size);
		b->arena = NULL;
	}
}

void bounded_close(struct bounded *b)
{
	if (b->arena)
		munmap(b->arena, b->size);
	close(b->prog);
	close(b->empty);
	close(b->map);
	free(b->insns);
}

double bounded_run(const struct bounded *b, uint32_t *result)
{
	double took, nothing;

	kernel_run(b->empty, 1, &nothing);
	*result = kernel_run(b->prog, 1, &took);
	return took > nothing ? took - nothing : 0;
}
