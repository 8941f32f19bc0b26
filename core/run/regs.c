#include "core/run/regs.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/obj/ctx.h"

/* ---- x86-64: the fields are those of core/obj/ctx/pt_regs.def ---- */

static int x86_field(const char *name)
{
	for (uint32_t i = 0; i < ctx_pt_regs.nfields; i++)
		if (strcmp(ctx_pt_regs.fields[i].name, name) == 0)
			return ctx_pt_regs.fields[i].off;
	if (strcmp(name, "eflags") == 0)
		return x86_field("flags");
	/* rdi, orig_rax */
	if (strncmp(name, "orig_r", 6) == 0)
		return x86_field("orig_ax");
	return *name == 'r' && name[1] && !strchr("0123456789r", name[1]) ? x86_field(name + 1)
									  : -1;
}

static const char *x86_name(uint32_t off, char buf[8] __unused)
{
	for (uint32_t i = 0; i < ctx_pt_regs.nfields; i++)
		if (ctx_pt_regs.fields[i].off == off)
			return ctx_pt_regs.fields[i].name;
	return NULL;
}

const struct regs_arch regs_x86_64 = {
	.name = "x86_64",
	.machine = EM_X86_64,
	.size = 168,
	.user = 168,
	.nargs = 6,
	.args = {"di", "si", "dx", "cx", "r8", "r9"},
	.ret = "ax",
	.ip = "ip",
	.sp = "sp",
	.fp = "bp",
	.field = x86_field,
	.name_at = x86_name,
};

/*
 * ---- arm64: x0 to x30, sp, pc, pstate (struct user_pt_regs), then what only the kernel has:
 * orig_x0, syscallno, ... (arch/arm64/include/asm/ptrace.h of Linux 6.18) ----
 */

enum { ARM64_XREGS = 31, ARM64_USER = 34 * 8, ARM64_ALL = 336 };

static const char *const arm64_rest[] = {"sp", "pc", "pstate", "orig_x0", "syscallno"};

static int arm64_field(const char *name)
{
	char *end;
	unsigned long n;

	if (strcmp(name, "lr") == 0)
		return 30 * 8;
	if ((*name == 'x' || *name == 'r') && name[1] >= '0' && name[1] <= '9') {
		n = strtoul(name + 1, &end, 10);
		return !*end && n < ARM64_XREGS ? (int)n * 8 : -1;
	}
	if (strcmp(name, "cpsr") == 0)
		return arm64_field("pstate");
	for (size_t i = 0; i < ARRAY_SIZE(arm64_rest); i++)
		if (strcmp(name, arm64_rest[i]) == 0)
			return (int)(ARM64_XREGS + i) * 8;
	return -1;
}

static const char *arm64_name(uint32_t off, char buf[8])
{
	uint32_t i = off / 8;

	if (off % 8 || i >= ARM64_XREGS + ARRAY_SIZE(arm64_rest))
		return NULL;
	if (i >= ARM64_XREGS)
		return arm64_rest[i - ARM64_XREGS];
	snprintf(buf, 8, "x%u", i % 100);
	return buf;
}

const struct regs_arch regs_arm64 = {
	.name = "arm64",
	.machine = EM_AARCH64,
	.size = ARM64_ALL,
	.user = ARM64_USER,
	.nargs = 8,
	.args = {"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"},
	.ret = "x0",
	.ip = "pc",
	.sp = "sp",
	.fp = "x29",
	.field = arm64_field,
	.name_at = arm64_name,
};

/* ---- both ---- */

static const struct {
	const char *name;
	const struct regs_arch *arch;
} archs[] = {
	{"x86_64", &regs_x86_64},
	{"amd64", &regs_x86_64},
	{"arm64", &regs_arm64},
	{"aarch64", &regs_arm64},
};

const struct regs_arch *regs_arch_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (strcmp(archs[i].name, name) == 0)
			return archs[i].arch;
	return NULL;
}

const struct regs_arch *regs_arch_by_machine(uint16_t machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (archs[i].arch->machine == machine)
			return archs[i].arch;
	return NULL;
}

const struct regs_arch *regs_arch_here(void)
{
#ifdef __aarch64__
	return &regs_arm64;
#else
	return &regs_x86_64;
#endif
}

/* arg1, PARM1: what the first argument of a call is in. */
static const char *argument(const struct regs_arch *arch, const char *name)
{
	const char *digit = strncasecmp(name, "arg", 3) == 0	? name + 3
			    : strncasecmp(name, "parm", 4) == 0 ? name + 4
								: "";
	uint32_t n = *digit >= '1' && *digit <= '9' && !digit[1] ? (uint32_t)(*digit - '0') : 0;

	return n && n <= arch->nargs ? arch->args[n - 1] : NULL;
}

int regs_find(const struct regs_arch *arch, const char *name)
{
	const char *real;
	char lower[16];
	size_t n;

	name += *name == '%';
	n = strlen(name);
	if (n >= sizeof(lower))
		return -1;
	for (size_t i = 0; i <= n; i++)
		lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
	real = argument(arch, lower);
	if (!real && (strcmp(lower, "ret") == 0 || strcmp(lower, "rc") == 0))
		real = arch->ret;
	if (!real && (strcmp(lower, "ip") == 0 || strcmp(lower, "pc") == 0))
		real = arch->ip;
	if (!real && strcmp(lower, "fp") == 0)
		real = arch->fp;
	return arch->field(real ? real : lower);
}
