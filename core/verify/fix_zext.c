/*
 * Upper halves of registers. An operation on 32 bits clears the upper half of what it writes; for
 * targets where that costs an instruction, it is one here (w1 = w1), where somebody may look at the
 * upper half. Who does is found by walking backward until nothing changes: a register's upper half
 * is live before an instruction that reads all of the register, and before one that leaves it alone
 * when it is live behind it.
 *
 * What the walk of the verifier knows of it is no fact: of two paths that meet, it follows one only
 * (Linux's insn_aux.zext_dst is such knowledge).
 *
 * BPF_F_TEST_RND_HI32 has all other upper halves spoilt, and nobody must notice.
 */
#include "core/verify/fix.h"

#include "core/isa/build.h"

enum {
	ROUNDS_MAX = 16, /* after which all halves count as live: loops in odd order take long */
	ALL_REGS = (1 << REG_COUNT) - 1,
	ARG_REGS = 0x3e,
	CALLER_SAVED = 0x3f,
};

#define REG(n) (1u << (n))

/* Registers whose upper half an instruction reads and writes, and those it gives 32 bits only. */
struct halves {
	uint16_t use, def, def32;
};

/* Are the values that it reads, and what it writes, narrower than a register? */
static bool is_narrow(const struct insn_desc *desc)
{
	return desc->flags & INSN_W32 || (desc->size && desc->size < 8 && !(desc->flags & INSN_SX));
}

static uint16_t picked(const struct bpf_insn *insn, uint32_t flags, uint32_t dst, uint32_t src,
		       uint32_t r0)
{
	return (uint16_t)((flags & dst ? REG(insn->dst_reg) : 0) |
			  (flags & src ? REG(insn->src_reg) : 0) | (flags & r0 ? REG(0) : 0));
}

static struct halves halves_of(const struct bpf_insn *insn, const struct insn_desc *desc)
{
	uint32_t flags = desc->flags;
	uint16_t values = picked(insn, flags, INSN_RD_DST, INSN_RD_SRC, INSN_RD_R0);
	uint16_t address = flags & INSN_STORES	? REG(insn->dst_reg)
			   : flags & INSN_LOADS ? REG(insn->src_reg)
						: 0;
	struct halves h = {0};

	if (flags & INSN_EXITS)
		return (struct halves){.use = REG(0)};
	if (flags & INSN_CALLS)
		return (struct halves){.use = ARG_REGS | values, .def = CALLER_SAVED};
	if (flags & INSN_LEGACY)
		return (struct halves){
			.use = REG(6) | values, .def = CALLER_SAVED, .def32 = REG(0)};
	h.def = picked(insn, flags, INSN_WR_DST, INSN_WR_SRC, INSN_WR_R0);
	h.def32 = is_narrow(desc) ? h.def : 0;
	h.use = address | (is_narrow(desc) ? 0 : values);
	return h;
}

/* What is live behind an instruction, when live is what is so before each. */
static uint16_t live_behind(const struct draft *d, uint32_t slot, const uint16_t *live)
{
	uint32_t flags = insn_descs[d->ops[slot]].flags;
	uint16_t out = 0;

	if (flags & INSN_JUMP)
		out |= live[draft_target(d, slot)];
	if (!(flags & INSN_EXITS) && (!(flags & INSN_JUMP) || flags & INSN_COND))
		out |= live[slot + insn_slots(&d->insns[slot])];
	return out;
}

static bool walk_back(const struct draft *d, uint16_t *live)
{
	bool changed = false;

	for (uint32_t i = d->n; i-- > 0;) {
		struct halves h;
		uint16_t in;

		if (d->ops[i] == OP_BAD)
			continue;
		h = halves_of(&d->insns[i], &insn_descs[d->ops[i]]);
		in = h.use | (live_behind(d, i, live) & (uint16_t)~h.def);
		changed |= in != live[i];
		live[i] = in;
	}
	return changed;
}

static uint16_t *find_live(const struct draft *d)
{
	uint16_t *live = xcalloc((size_t)d->n + 1, sizeof(*live));
	uint32_t rounds = 0;

	while (rounds < ROUNDS_MAX && walk_back(d, live))
		rounds++;
	for (uint32_t i = 0; i < d->n && rounds == ROUNDS_MAX; i++)
		live[i] = ALL_REGS;
	return live;
}

/* -2^31 twice: the lower half stays, a clear upper half becomes all ones. */
static uint32_t spoil(struct bpf_insn *out, uint8_t reg)
{
	out[0] = out[1] = INSN_ADD64_K(reg, INT32_MIN);
	return 2;
}

static uint32_t clear(struct bpf_insn *out, uint8_t reg)
{
	out[0] = INSN_MOV32_X(reg, reg);
	return 1;
}

void fix_zext(struct fix *f)
{
	const struct verify_job *job = f->env->job;
	const struct draft *d = &f->d;
	bool clears = job->fixes & VERIFY_FIX_ZEXT, spoils = job->flags & VERIFY_TEST_RND_HI32;
	uint16_t *live;

	if (!clears && !spoils)
		return;
	live = find_live(d);
	for (uint32_t i = 0; i < d->n; i++) {
		uint16_t def32 = halves_of(&d->insns[i], &insn_descs[d->ops[i]]).def32;
		struct bpf_insn patch[3] = {d->insns[i]};
		uint8_t reg = (uint8_t)__builtin_ctz(def32 | REG(REG_COUNT));
		bool is_live = live_behind(d, i, live) & def32;

		if (d->ops[i] != OP_BAD && def32 && (is_live ? clears : spoils))
			fix_replace(f, i, patch,
				    1 + (is_live ? clear(&patch[1], reg) : spoil(&patch[1], reg)));
	}
	free(live);
}
