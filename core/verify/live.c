/*
 * Which registers may still be read at each instruction, whatever path leads there; and calls that
 * leave most registers alone, with the spills around them that older kernels needed (bpf_fastcall).
 */
#include "core/verify/local.h"

enum {
	CODE_CALL = 0x85,
	CODE_JCOND = 0xe5,
	CODE_LDX_DW = 0x79,
	CODE_STX_DW = 0x7b,
};

#define REG(n)	     (1u << (n))
#define CALLER_SAVED 0x3fu /* r0 to r5 */
#define ARG_REGS     0x3eu
#define ALL_REGS     0x7ffu

/* ---- what a call takes and leaves ---- */

struct call_regs {
	uint32_t args;	    /* registers that are read */
	uint32_t clobbered; /* by the contract of bpf_fastcall */
	bool is_fastcall;   /* it keeps that contract */
};

static bool find_helper_regs(struct env *env, const struct bpf_insn *insn, struct call_regs *out)
{
	const struct func_proto *proto = find_helper_proto(env, insn->imm);

	if (!proto)
		return false;
	out->args = ((1u << helper_nargs(proto)) - 1) << 1;
	out->clobbered = out->args | (proto->ret.type == RET_VOID ? 0 : REG(0));
	out->is_fastcall = proto->flags & PROTO_FASTCALL;
	return true;
}

static bool find_kfunc_regs(struct env *env, const struct bpf_insn *insn, struct call_regs *out)
{
	struct kfunc_facts facts;

	if (!kfunc_facts(env, insn, &facts))
		return false;
	out->args = ((1u << min(facts.nargs, (uint32_t)ARGS_MAX)) - 1) << 1;
	out->clobbered = out->args | (facts.is_void ? 0 : REG(0));
	out->is_fastcall = facts.is_fastcall;
	return true;
}

/* False when nothing is known: a function of the program, or a call that is refused later. */
static bool find_call_regs(struct env *env, uint32_t insn, struct call_regs *out)
{
	const struct bpf_insn *at = &env->insns[insn];

	if (env->ops[insn] == OP_CALL)
		return find_helper_regs(env, at, out);
	if (env->ops[insn] == OP_CALL_KFUNC)
		return find_kfunc_regs(env, at, out);
	return false;
}

/* ---- registers ---- */

struct reg_flow {
	uint16_t use, def, in; /* in: live before it */
};

/*
 * Flags of an instruction with a reserved field that is set, or a width that there is not, which is
 * refused only when it is walked: those that it would have otherwise.
 */
static uint32_t flags_of(const struct env *env, uint32_t insn)
{
	struct bpf_insn plain = env->insns[insn];
	uint8_t class = plain.code & INSN_CLASS_MASK;

	if (env->ops[insn] != OP_BAD)
		return insn_descs[env->ops[insn]].flags;
	if (class == INSN_STX) {
		plain.code |= INSN_DW;
		if (insn_decode(&plain) != OP_BAD)
			return insn_desc(&plain)->flags;
		return INSN_RD_DST | INSN_RD_SRC | (plain.imm & 1 ? INSN_WR_SRC : 0);
	}
	if ((class == INSN_ALU || class == INSN_ALU64) && (plain.code & INSN_OP_MASK) == ALU_END)
		return INSN_RD_DST | INSN_WR_DST;
	plain.off = 0;
	return insn_desc(&plain)->flags;
}

static void fill_call(struct env *env, uint32_t insn, struct reg_flow *flow)
{
	struct call_regs call;

	flow->def = CALLER_SAVED;
	flow->use = find_call_regs(env, insn, &call) ? call.args : ARG_REGS;
}

static void fill_insn(struct env *env, uint32_t insn, struct reg_flow *flow)
{
	const struct bpf_insn *at = &env->insns[insn];
	uint32_t flags = flags_of(env, insn);
	uint32_t dst = REG(at->dst_reg), src = REG(at->src_reg);

	if (at->code == CODE_CALL) {
		fill_call(env, insn, flow);
	} else if (flags & INSN_LEGACY) {
		flow->use = ALL_REGS;
	} else if (flags & INSN_EXITS) {
		flow->use = REG(0);
	} else if (at->code != CODE_JCOND) {
		flow->use = (flags & INSN_RD_DST ? dst : 0) | (flags & INSN_RD_SRC ? src : 0) |
			    (flags & INSN_RD_R0 ? REG(0) : 0);
		flow->def = (flags & INSN_WR_DST ? dst : 0) | (flags & INSN_WR_SRC ? src : 0) |
			    (flags & INSN_WR_R0 ? REG(0) : 0);
	}
}

/* Backwards over one function; has anything changed? */
static bool solve_once(const struct env *env, const struct subprog_info *sub,
		       struct reg_flow *flows)
{
	bool changed = false;

	for (uint32_t i = sub->postorder; i < sub[1].postorder; i++) {
		uint32_t insn = env->postorder[i];
		const uint32_t *succ = env->succ[insn].to;
		struct reg_flow *flow = &flows[insn];
		uint16_t out = succ[0] == NO_INSN ? 0 : flows[succ[0]].in | flows[succ[1]].in;
		uint16_t in = (out & ~flow->def) | flow->use;

		changed |= in != flow->in;
		flow->in = in;
	}
	return changed;
}

static void solve(const struct env *env, struct reg_flow *flows)
{
	for (uint32_t s = 0; s < env->nsubs; s++)
		while (solve_once(env, &env->subs[s], flows) && env->subs[s].may_loop)
			;
}

static void print_live_registers(struct env *env)
{
	vlog(env, "Live regs before insn:\n");
	for (uint32_t i = 0; i < env->ninsns; i += insn_slots(&env->insns[i])) {
		char regs[REG_FP + 1] = {0};

		for (uint32_t r = 0; r < REG_FP; r++)
			regs[r] = env->aux[i].live_regs & REG(r) ? (char)('0' + r) : '.';
		if (env->aux[i].scc)
			vlog(env, "%3d ", env->aux[i].scc);
		else
			vlog(env, "    ");
		vlog(env, "%3d: %s ", i, regs);
		print_insn_only(env, i);
	}
}

/* Needs successors, postorder and scc. Leaves aux.live_regs. */
int fill_live_registers(struct env *env)
{
	struct reg_flow *flows = xcalloc(env->ninsns, sizeof(*flows));

	for (uint32_t i = 0; i < env->ninsns; i += insn_slots(&env->insns[i]))
		fill_insn(env, i, &flows[i]);
	solve(env, flows);
	for (uint32_t i = 0; i < env->ninsns; i++)
		/* Numbers that are no register's are refused when the walk comes there. */
		env->aux[i].live_regs = flows[i].in & (REG(REG_COUNT) - 1);
	free(flows);
	if (env->log.level & VERIFY_LOG_ALL)
		print_live_registers(env);
	return 0;
}

/* ---- bpf_fastcall ---- */

static bool is_spill(const struct bpf_insn *insn, int off)
{
	return insn->code == CODE_STX_DW && insn->dst_reg == REG_FP && insn->off == off;
}

static bool is_fill(const struct bpf_insn *insn, int off)
{
	return insn->code == CODE_LDX_DW && insn->src_reg == REG_FP && insn->off == off;
}

/*
 * How many registers are spilled before the call and filled behind it, in opposite order, to slots
 * from off upwards. Nothing may jump into the middle of it.
 */
static uint32_t match_spills(struct env *env, uint32_t call, uint32_t regs, int off)
{
	uint32_t n;

	for (n = 0; n < 6; n++, off += SLOT_SIZE) {
		uint32_t i = n + 1;
		const struct bpf_insn *spill, *fill;

		if (call < i || call + i >= env->ninsns)
			break;
		if (env->aux[call - i + 1].jump_target || env->aux[call + i].jump_target)
			break;
		spill = &env->insns[call - i];
		fill = &env->insns[call + i];
		if (!is_spill(spill, off) || !is_fill(fill, off) ||
		    spill->src_reg != fill->dst_reg || !(regs & REG(spill->src_reg)))
			break;
		regs &= ~REG(spill->src_reg);
		env->aux[call - i].fastcall_pattern = true;
		env->aux[call + i].fastcall_pattern = true;
	}
	return n;
}

static void mark_call_pattern(struct env *env, struct subprog_info *sub, uint32_t call, int off)
{
	struct call_regs regs;
	uint32_t n;

	if (!find_call_regs(env, call, &regs) || regs.clobbered == CALLER_SAVED)
		return;
	n = match_spills(env, call, CALLER_SAVED & ~regs.clobbered, off);
	if (!n)
		return;
	if (regs.is_fastcall)
		env->aux[call].fastcall_spills = (uint8_t)n;
	else
		sub->keep_fastcall_stack = true;
	/* The kernel's offset is the slot behind the last one. */
	off += (int)n * SLOT_SIZE;
	sub->fastcall_stack_off = (int16_t)min((int)sub->fastcall_stack_off, off);
}

/* Compilers keep the slots of fastcall patterns below all others. */
static int lowest_spill(const struct env *env, const struct subprog_info *sub)
{
	int lowest = 0;

	for (uint32_t i = sub->start; i < sub[1].start; i++)
		if (env->insns[i].code == CODE_STX_DW && env->insns[i].dst_reg == REG_FP)
			lowest = min(lowest, (int)env->insns[i].off);
	return lowest;
}

void mark_fastcall_patterns(struct env *env)
{
	for (uint32_t s = 0; s < env->nsubs; s++) {
		struct subprog_info *sub = &env->subs[s];
		int lowest = lowest_spill(env, sub);

		for (uint32_t i = sub->start; i < sub[1].start; i++)
			if (env->insns[i].code == CODE_CALL)
				mark_call_pattern(env, sub, i, lowest);
	}
}

void drop_fastcall_spills(struct env *env)
{
	for (uint32_t s = 0; s < env->nsubs; s++) {
		struct subprog_info *sub = &env->subs[s];
		bool dropped = false;

		for (uint32_t i = sub->start; i < sub[1].start; i++)
			dropped |= env->aux[i].fastcall_spills > 0;
		if (dropped && !sub->keep_fastcall_stack)
			sub->stack_depth = (uint16_t)-sub->fastcall_stack_off;
	}
}
