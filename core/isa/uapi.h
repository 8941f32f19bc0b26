/*
 * The wire: struct bpf_insn and the numbers of RFC 9669 and Linux 6.18's uapi/linux/bpf.h that no
 * .def table generates. Where <linux/bpf.h> came first it is taken as it is, less what it lacks.
 */
#ifndef CORE_ISA_UAPI_H
#define CORE_ISA_UAPI_H

#include <stdint.h>

#ifndef __LINUX_BPF_H__
struct bpf_insn {
	uint8_t code;
	uint8_t dst_reg : 4, src_reg : 4;
	int16_t off;
	int32_t imm;
};
#endif
_Static_assert(sizeof(struct bpf_insn) == 8, "an instruction is eight bytes");

/* Opcode fields (RFC 9669, 3): class in the low three bits; ALU and JMP have operation and source,
 * loads and stores have mode and size. */
enum {
	INSN_CLASS_MASK = 0x07,
	INSN_LD = 0x00,
	INSN_LDX = 0x01,
	INSN_ST = 0x02,
	INSN_STX = 0x03,
	INSN_ALU = 0x04,
	INSN_JMP = 0x05,
	INSN_JMP32 = 0x06,
	INSN_ALU64 = 0x07,

	INSN_SRC_X = 0x08,
	INSN_OP_MASK = 0xf0,

	INSN_SIZE_MASK = 0x18,
	INSN_W = 0x00,
	INSN_H = 0x08,
	INSN_B = 0x10,
	INSN_DW = 0x18,

	INSN_MODE_MASK = 0xe0,
	INSN_IMM = 0x00,
	INSN_ABS = 0x20,
	INSN_IND = 0x40,
	INSN_MEM = 0x60,
	INSN_MEMSX = 0x80,
	INSN_ATOMIC = 0xc0,
};

enum {
	REG_FP = 10,	  /* r10, the frame pointer, is read-only */
	REG_COUNT = 11,	  /* r0 to r10 */
	STACK_SIZE = 512, /* per call chain in the kernel; per frame while unverified code runs */
	MAX_CALL_FRAMES = 8,
	MAX_TAIL_CALLS = 33,
	MAX_INSNS = 1000000, /* of one program */
	MAX_LOOPS = 8 << 20, /* passes that may_goto lets through in one call of a function */
};

/* ld_imm64's src_reg: what the 64 bits stand for */
enum {
	PSEUDO_MAP_FD = 1,
	PSEUDO_MAP_VALUE = 2,
	PSEUDO_BTF_ID = 3,
	PSEUDO_FUNC = 4,
	PSEUDO_MAP_IDX = 5,
	PSEUDO_MAP_IDX_VALUE = 6,
};

/* call's src_reg */
enum {
	PSEUDO_CALL = 1,
	PSEUDO_KFUNC_CALL = 2,
};

/* ELF relocations: R_BPF_64_64 and so on (llvm/BinaryFormat/ELFRelocs/BPF.def), under names that do
 * not clash with the few that <elf.h> has; binutils has other names for the same numbers. */
enum {
	RELOC_NONE = 0,
	RELOC_64_64 = 1,       /* both halves of an ld_imm64 */
	RELOC_64_ABS64 = 2,    /* eight bytes of data */
	RELOC_64_ABS32 = 3,    /* four bytes of data */
	RELOC_64_NODYLD32 = 4, /* four bytes of .BTF and .BTF.ext: not for a dynamic loader */
	RELOC_64_32 = 10,      /* a call's 32-bit offset */
};

#endif
