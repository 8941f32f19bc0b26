#include "core/verify/writes.h"

#include "core/helper/proto.h"

struct search {
	const struct bpf_insn *insns;
	uint64_t groups;
	bool found;
};

/* What is no address of anything known may be one of a packet; where ways meet, of either thing. */
static bool may_be_packet(const struct fact_reg *reg)
{
	return reg->kind == FACT_PACKET || reg->kind == FACT_PACKET_META ||
	       reg->kind == FACT_OTHER || reg->kind == FACT_ANY;
}

/* Helpers that write into packets and leave pointers into them good */
static bool writes_in_place(int32_t id)
{
	return id == HELPER_xdp_store_bytes || id == HELPER_skb_ecn_set_ce;
}

static bool call_may_write(const struct search *s, const struct bpf_insn *insn,
			   const struct fact_state *st)
{
	const struct func_proto *proto = helper_proto(insn->imm, s->groups);

	if (!proto || helper_facts(insn->imm) & HELPER_CHANGES_PKT || writes_in_place(insn->imm))
		return true;
	for (uint32_t i = 0; i < helper_nargs(proto); i++)
		if (proto->args[i].type & (MEM_WRITE | MEM_UNINIT) &&
		    may_be_packet(&st->regs[i + 1]))
			return true;
	return false;
}

static void visit(void *arg, uint32_t i, const struct fact_state *st)
{
	struct search *s = arg;
	const struct bpf_insn *insn = &s->insns[i];
	enum insn_op op = insn_decode(insn);

	if (insn_descs[op].flags & INSN_STORES)
		s->found |= may_be_packet(&st->regs[insn->dst_reg]);
	else if (op == OP_CALL)
		s->found |= call_may_write(s, insn, st);
	else if (op == OP_CALL_KFUNC)
		s->found = true;
}

bool facts_may_write_packet(const struct facts *f, const struct bpf_insn *insns, uint64_t groups)
{
	struct search s = {.insns = insns, .groups = groups};

	facts_walk(f, visit, &s);
	return s.found;
}
