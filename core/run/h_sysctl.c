/* What is read or written of /proc/sys (kernel/bpf/cgroup.c). */
#include <errno.h>
#include <string.h>

#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

/* As strscpy(): the length, or -E2BIG when it was cut. */
static int64_t copy_name(char *out, uint32_t room, const char *name)
{
	size_t len = strlen(name), n = min(len, (size_t)room - 1);

	memcpy(out, name, n);
	out[n] = '\0';
	return n < len ? -E2BIG : (int64_t)len;
}

HELPER_FN(sysctl_get_name, ctx, buf, len, flags)
{
	enum { BASE_NAME = 1 };
	char *out = arg_ctx(rc, ctx) ? arg_mem_out(rc, buf, (uint32_t)len) : NULL;
	const char *name = rc->rt->sysctl.name ? rc->rt->sysctl.name : "", *slash;

	if (!out)
		return 0;
	if (flags & ~(uint64_t)BASE_NAME)
		return -EINVAL;
	slash = strrchr(name, '/');
	return copy_name(out, (uint32_t)len, flags && slash ? slash + 1 : name);
}

/* copy_sysctl_value() */
static int64_t copy_value(char *out, uint32_t room, const char *value, size_t len)
{
	memset(out, 0, room);
	if (!len)
		return -EINVAL;
	memcpy(out, value, min(len, (size_t)room));
	if (room > len)
		return (int64_t)len;
	out[room - 1] = '\0';
	return -E2BIG;
}

/* Files of /proc/sys end in a newline. */
HELPER_FN(sysctl_get_current_value, ctx, buf, len)
{
	char *out = arg_ctx(rc, ctx) ? arg_mem_out(rc, buf, (uint32_t)len) : NULL;
	const char *value = rc->rt->sysctl.current;
	char line[SYSCTL_MAX];
	size_t n;

	if (!out)
		return 0;
	n = value ? strnlen(value, sizeof(line) - 1) : 0;
	if (n) {
		memcpy(line, value, n);
		if (line[n - 1] != '\n')
			line[n++] = '\n';
	}
	return copy_value(out, (uint32_t)len, line, n);
}

static bool is_write(const struct run_ctx *rc)
{
	return ((const uint32_t *)rc->ctx)[0];
}

HELPER_FN(sysctl_get_new_value, ctx, buf, len)
{
	char *out = arg_ctx(rc, ctx) ? arg_mem_out(rc, buf, (uint32_t)len) : NULL;
	const struct run_sysctl *s = &rc->rt->sysctl;
	const char *value = s->changed && *s->changed ? s->changed : s->value;

	if (!out)
		return 0;
	return copy_value(out, (uint32_t)len, value, is_write(rc) && value ? strlen(value) : 0);
}

HELPER_FN(sysctl_set_new_value, ctx, buf, len)
{
	const char *in = arg_ctx(rc, ctx) ? arg_mem(rc, buf, (uint32_t)len) : NULL;
	struct run_sysctl *s = &rc->rt->sysctl;

	if (!in)
		return 0;
	if (!is_write(rc) || !s->value || !*s->value || !s->changed)
		return -EINVAL;
	if ((uint32_t)len > SYSCTL_MAX - 1)
		return -E2BIG;
	memcpy(s->changed, in, (uint32_t)len);
	s->changed[(uint32_t)len] = '\0';
	run_say(rc, "%s is written as %s", s->name ? s->name : "the value", s->changed);
	return 0;
}
