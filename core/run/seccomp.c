#include "core/run/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

#include "core/run/regs.h"
#include "core/run/tracepoint.h"

static int bad(struct diag *d, const char *text, const char *at, const char *why)
{
	struct loc loc = {.file = "--ctx seccomp", .line = 1, .col = (uint32_t)(at - text) + 1};

	loc.text = text;
	return fail(d, &loc, -EINVAL, "%s", why);
}

static bool number(const char *at, const char **end, uint64_t *out)
{
	bool minus = *at == '-';
	char *stop;

	if (at[minus] < '0' || at[minus] > '9')
		return false;
	errno = 0;
	*out = strtoull(at + minus, &stop, 0);
	*out = minus ? -*out : *out;
	*end = stop;
	return !errno;
}

static bool parse_args(const char *at, const char **end, struct seccomp_data *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(out->args); i++) {
		uint64_t v;

		if (!number(at, end, &v))
			return false;
		out->args[i] = v;
		at = *end;
		if (*at != ',')
			return true;
		at++;
	}
	return false;
}

/* A name or a number; the name is looked up when the architecture is known. */
static bool parse_nr(const char *at, const char **end, const struct regs_arch *arch,
		     struct seccomp_data *out)
{
	size_t len = strcspn(at, " ");
	char name[64];
	uint64_t v;

	*end = at + len;
	if (number(at, end, &v)) {
		out->nr = (int)v;
		return v <= INT32_MAX;
	}
	if (len >= sizeof(name))
		return false;
	memcpy(name, at, len);
	name[len] = '\0';
	out->nr = syscall_number(name, arch->machine);
	*end = at + len;
	return out->nr >= 0;
}

static bool parse_arch(const char *at, const char **end, const struct regs_arch **arch,
		       struct seccomp_data *out)
{
	size_t len = strcspn(at, " ");
	char name[16];
	uint64_t v;

	if (number(at, end, &v)) {
		out->arch = (uint32_t)v;
		return v <= UINT32_MAX;
	}
	*end = at + len;
	if (len >= sizeof(name))
		return false;
	memcpy(name, at, len);
	name[len] = '\0';
	*arch = regs_arch_by_name(name);
	if (*arch)
		out->arch = *arch == &regs_arm64 ? AUDIT_ARCH_AARCH64 : AUDIT_ARCH_X86_64;
	return *arch;
}

int seccomp_parse(const char *text, struct diag *d, struct seccomp_data *out)
{
	const struct regs_arch *arch = &regs_x86_64;
	const char *at = text, *end;
	bool good;

	*out = (struct seccomp_data){.arch = AUDIT_ARCH_X86_64};
	for (at += strspn(at, " "); *at; at = end + strspn(end, " ")) {
		const char *value = strchr(at, '=');
		size_t len = value ? (size_t)(value - at) : 0;

		end = value ? ++value : at;
		if (len == 4 && memcmp(at, "arch", len) == 0)
			good = parse_arch(value, &end, &arch, out);
		else if (len == 2 && memcmp(at, "nr", len) == 0)
			good = parse_nr(value, &end, arch, out);
		else if (len == 2 && memcmp(at, "ip", len) == 0)
			good = number(value, &end, (uint64_t *)&out->instruction_pointer);
		else if (len == 4 && memcmp(at, "args", len) == 0)
			good = parse_args(value, &end, out);
		else
			return bad(d, text, at, "expected nr=, arch=, ip= or args=");
		if (!good || (*end && *end != ' '))
			return bad(d, text, value,
				   "no system call of the architecture (arch= comes first), no "
				   "number, or more than 6");
	}
	return 0;
}
