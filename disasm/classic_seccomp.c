/* Filters of system calls: a subset of classic BPF over struct seccomp_data (kernel/seccomp.c). */
#include "disasm/local.h"

enum { DATA_SIZE = 64 }; /* struct seccomp_data */

const char *classic_check_seccomp(const struct classic_insn *insns, uint32_t n, uint32_t *at)
{
	for (*at = 0; *at < n; ++*at) {
		const struct classic_insn *insn = &insns[*at];
		const struct classic_desc *desc = classic_desc(insn->code);
		bool is_word = insn->code == 0x20;

		if (!desc)
			return "unknown opcode";
		switch (desc->operand) {
		case CLASSIC_ABS:
			if (!is_word)
				return "seccomp loads words only";
			if (insn->k >= DATA_SIZE || insn->k % 4)
				return "seccomp loads aligned words of its 64 bytes";
			break;
		case CLASSIC_IND:
		case CLASSIC_MSH:
			return "seccomp has no such load";
		default:
			/* div and the rest are there; mod is not */
			if ((insn->code & 0xf7) == 0x94)
				return "seccomp has no mod";
		}
	}
	return NULL;
}
