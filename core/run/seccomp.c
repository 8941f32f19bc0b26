#include "core/run/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
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

/* N]=VALUE, behind "args[" */
static bool parse_arg(const char *at, const char **end, const struct regs_arch **arch __unused,
		      struct seccomp_data *out)
{
	uint64_t i, v;

	if (!number(at, &at, &i) || i >= ARRAY_SIZE(out->args) || at[0] != ']' || at[1] != '=' ||
	    !number(at + 2, end, &v))
		return false;
	out->args[i] = v;
	return true;
}

static bool parse_ip(const char *at, const char **end, const struct regs_arch **arch __unused,
		     struct seccomp_data *out)
{
	uint64_t v = 0;
	bool good = number(at, end, &v);

	out->instruction_pointer = v;
	return good;
}

static bool parse_args(const char *at, const char **end, const struct regs_arch **arch __unused,
		       struct seccomp_data *out)
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
static bool parse_nr(const char *at, const char **end, const struct regs_arch **arch,
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
	out->nr = syscall_number(name, (*arch)->machine);
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

static const struct word {
	const char *name, *wrong;
	bool (*parse)(const char *at, const char **end, const struct regs_arch **arch,
		      struct seccomp_data *out);
} words[] = {
	{"arch=", "expected x86_64, arm64 or a number", parse_arch},
	{"nr=", "no system call of the architecture, which comes first", parse_nr},
	{"ip=", "expected a number", parse_ip},
	{"instruction_pointer=", "expected a number", parse_ip},
	{"args=", "expected up to 6 numbers, as 1,2", parse_args},
	{"args[", "expected a number from 0 to 5, and a value, as args[1]=2", parse_arg},
};

int seccomp_parse(const char *text, struct diag *d, struct seccomp_data *out)
{
	const struct regs_arch *arch = &regs_x86_64;
	const char *at = text, *end;

	*out = (struct seccomp_data){.arch = AUDIT_ARCH_X86_64};
	for (at += strspn(at, " "); *at; at = end + strspn(end, " ")) {
		const struct word *w = words;

		while (w < words + ARRAY_SIZE(words) && strncmp(w->name, at, strlen(w->name)) != 0)
			w++;
		if (w == words + ARRAY_SIZE(words))
			return bad(d, text, at, "expected nr=, arch=, ip= or args=");
		at += strlen(w->name);
		if (!w->parse(at, &end, &arch, out) || (*end && *end != ' '))
			return bad(d, text, at, w->wrong);
	}
	return 0;
}

void seccomp_text(struct strbuf *b, const struct seccomp_data *data)
{
	strbuf_addf(b, "arch=0x%x nr=%d ip=0x%llx args=", data->arch, data->nr,
		    (unsigned long long)data->instruction_pointer);
	for (size_t i = 0; i < ARRAY_SIZE(data->args); i++)
		strbuf_addf(b, "%s0x%llx", i ? "," : "", (unsigned long long)data->args[i]);
}

/* ---- answers ---- */

static const struct action {
	const char *name;
	uint16_t high;
} actions[] = {
#define SECCOMP_ACTION(name, high) {name, high},
#include "core/run/seccomp.def"
};
static const char prefix[] = "SECCOMP_RET_";

/* NULL: no filter answers so, but some other program on the same data. */
static const struct action *action_of(uint32_t ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (actions[i].high == ret >> 16 && (ret >> 16 || !ret))
			return &actions[i];
	return NULL;
}

const char *seccomp_verdict(uint32_t ret, struct arena *a)
{
	const struct action *action = action_of(ret);
	uint16_t data = (uint16_t)ret;
	const char *error;

	if (!action)
		return NULL;
	error = strcmp(action->name, "ERRNO") == 0 ? strerrorname_np(data) : NULL;
	if (error)
		return arena_printf(a, "%s%s %s", prefix, action->name, error);
	if (data)
		return arena_printf(a, "%s%s %u", prefix, action->name, data);
	return arena_printf(a, "%s%s", prefix, action->name);
}

int seccomp_is_verdict(uint32_t ret, const char *name)
{
	size_t skip = strncasecmp(name, prefix, strlen(prefix)) == 0 ? strlen(prefix) : 0;
	size_t len = strcspn(name + skip, " ");
	const char *data = name + skip + len + strspn(name + skip + len, " "), *error, *end;
	uint64_t want;

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (strlen(actions[i].name) != len ||
		    strncasecmp(actions[i].name, name + skip, len) != 0)
			continue;
		error = strerrorname_np((uint16_t)ret);
		if (!*data || action_of(ret) != &actions[i])
			return action_of(ret) == &actions[i];
		return (number(data, &end, &want) && !*end && want == (uint16_t)ret) ||
		       (error && strcasecmp(error, data) == 0);
	}
	return -EINVAL;
}
