/*
 * Registers of probed code: struct pt_regs as kprobes, uprobes and perf events see it. A register
 * is called by its field ("di"), as assemblers do ("rdi", "%rdi"), or by what it means for a call:
 * arg1 to arg8, PARM1, ret, ip, sp, fp.
 */
#ifndef CORE_RUN_REGS_H
#define CORE_RUN_REGS_H

#include "core/base/base.h"

struct regs_arch {
	const char *name; /* "x86_64" */
	uint16_t machine; /* e_machine of ELF */
	uint32_t size;	  /* of struct pt_regs */
	uint32_t user;	  /* bytes of it that are what ptrace and core files have */
	uint32_t nargs;
	const char *args[8];
	const char *ret, *ip, *sp, *fp;
	/* The field's offset, or -1. */
	int (*field)(const char *name);
	/* The name of the field at an offset, NULL: none begins there. */
	const char *(*name_at)(uint32_t off, char buf[8]);
};

extern const struct regs_arch regs_x86_64, regs_arm64;

/* By name ("x86_64", "amd64", "arm64", "aarch64") or by e_machine; NULL: not known. */
const struct regs_arch *regs_arch_by_name(const char *name);
const struct regs_arch *regs_arch_by_machine(uint16_t machine);
/* Of the machine this runs on. */
const struct regs_arch *regs_arch_here(void);
/* The offset of a register by any of its names, -1: there is none. */
int regs_find(const struct regs_arch *arch, const char *name);

#endif
