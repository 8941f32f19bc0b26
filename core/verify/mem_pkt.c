/*
 * Accesses to packets: what comparisons with the packet's end have shown to be there may be read
 * (reg.range bytes behind the register's variable part), until a helper moves the packet.
 */
#include "core/verify/local.h"

/*
 * Program types that see packets: DIRECT_READ in loads and as arguments, DIRECT_WRITE in stores as
 * well; DIRECT_HELPER: whether a helper takes a packet is the helper's to say.
 */
enum { DIRECT_READ = 1, DIRECT_WRITE = 2, DIRECT_HELPER = 4 };

static const uint8_t direct_access[PROG_TYPE_COUNT] = {
	[PROG_TYPE_LWT_IN] = DIRECT_READ | DIRECT_HELPER,
	[PROG_TYPE_LWT_OUT] = DIRECT_READ | DIRECT_HELPER,
	[PROG_TYPE_LWT_SEG6LOCAL] = DIRECT_READ | DIRECT_HELPER,
	[PROG_TYPE_SK_REUSEPORT] = DIRECT_READ | DIRECT_HELPER,
	[PROG_TYPE_FLOW_DISSECTOR] = DIRECT_READ | DIRECT_HELPER,
	[PROG_TYPE_CGROUP_SKB] = DIRECT_READ | DIRECT_HELPER,
	[PROG_TYPE_SCHED_CLS] = DIRECT_READ | DIRECT_WRITE | DIRECT_HELPER,
	[PROG_TYPE_SCHED_ACT] = DIRECT_READ | DIRECT_WRITE | DIRECT_HELPER,
	[PROG_TYPE_XDP] = DIRECT_READ | DIRECT_WRITE | DIRECT_HELPER,
	[PROG_TYPE_LWT_XMIT] = DIRECT_READ | DIRECT_WRITE | DIRECT_HELPER,
	[PROG_TYPE_SK_SKB] = DIRECT_READ | DIRECT_WRITE | DIRECT_HELPER,
	[PROG_TYPE_SK_MSG] = DIRECT_READ | DIRECT_WRITE | DIRECT_HELPER,
	[PROG_TYPE_CGROUP_SOCKOPT] = DIRECT_READ | DIRECT_WRITE,
};

bool may_access_direct_pkt_data(struct env *env, const struct call_meta *meta, bool is_write)
{
	uint32_t type = prog_type_of(env);
	uint8_t allowed = type < PROG_TYPE_COUNT ? direct_access[type] : 0;

	if (!(allowed & (is_write ? DIRECT_WRITE : DIRECT_READ)))
		return false;
	if (meta && allowed & DIRECT_HELPER)
		return meta->pkt_access;
	/* What is written must not be shared; where helpers tell, reads count as writes. */
	if (is_write || allowed & DIRECT_HELPER)
		env->seen_direct_write = true;
	return true;
}

int check_packet_access(struct env *env, uint32_t regno, int off, int size, bool zero_size_allowed)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	int err;

	if (reg->r.smin < 0)
		return reject(env, REASON_MEM_NEGATIVE,
			      "R%u min value is negative, either use unsigned index or do a "
			      "if (index >=0) check.\n",
			      regno);
	if (reg->range < 0)
		return reject_with(env, REASON_PKT_BOUNDS, EINVAL,
				   "R%u offset is outside of the packet\n", regno);
	/* The variable part is in front of what range counts from. */
	err = check_mem_bounds(env, regno, off, size, reg->range, zero_size_allowed);
	if (err)
		vlog_why(env, REASON_PKT_BOUNDS, "R%u offset is outside of the packet\n", regno);
	return err;
}

/* reg_is_dynptr_slice_pkt() */
static bool is_packet_slice(const struct reg_state *reg)
{
	return type_base(reg->type) == T_MEM &&
	       reg->type & (DYNPTR_TYPE_SKB | DYNPTR_TYPE_XDP | DYNPTR_TYPE_SKB_META);
}

/* The packet may have moved: no pointer into it is good any more. */
void clear_all_pkt_pointers(struct env *env)
{
	struct reg_state *reg;

	for_each_reg(env->cur, reg)
		if (reg_is_pkt_pointer_any(reg) || is_packet_slice(reg))
			mark_reg_invalid(env, reg);
}

void clear_dynptr_slices(struct env *env, uint32_t dynptr_id)
{
	struct reg_state *reg;

	for_each_reg(env->cur, reg)
		if ((reg->type & ~PTR_MAYBE_NULL) == T_MEM && reg->dynptr_id == dynptr_id)
			mark_reg_invalid(env, reg);
}
