#include "core/isa/insn.h"

/* Big-endian objects have dst in the high nibble of the register byte, and off and imm swapped. */
void insn_swap_order(struct bpf_insn *insns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct bpf_insn *in = &insns[i];

		*in = (struct bpf_insn){
			.code = in->code,
			.dst_reg = in->src_reg,
			.src_reg = in->dst_reg,
			.off = (int16_t)__builtin_bswap16((uint16_t)in->off),
			.imm = (int32_t)__builtin_bswap32((uint32_t)in->imm),
		};
	}
}
