#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/run/later.h"
#include "core/sys/local.h"

const char *const sys_cmd_names[SYS_CMD_COUNT] = {
#define BPF_CMD(name, ...) #name,
#include "core/sys/commands.def"
};

static const struct {
	long (*handler)(struct call *c);
	uint32_t end; /* of the last field that the command looks at */
} commands[SYS_CMD_COUNT] = {
#define BPF_CMD(name, handler, last)                                                               \
	{sys_##handler, offsetof(union sys_attr, last) + sizeof(((union sys_attr *)0)->last)},
#include "core/sys/commands.def"
};

static void keep_why(struct diag *d, enum severity sev, const struct loc *loc __unused,
		     const char *msg)
{
	struct sys *sys = d->sink_arg;

	if (sev != SEV_ERROR)
		return;
	strbuf_reset(&sys->why);
	strbuf_add(&sys->why, msg);
	if (sys->log)
		strbuf_addf(sys->log, "%s\n", msg);
}

/* Programs run in the task that asks for it. */
static void set_task(struct run_task *task)
{
	*task = (struct run_task){
		.pid = (uint32_t)gettid(),
		.tgid = (uint32_t)getpid(),
		.uid = getuid(),
		.gid = getgid(),
	};
	prctl(PR_GET_NAME, task->comm);
}

/* The commands that a program of type syscall may use (bpf_sys_bpf()). */
static long call_from_program(void *arg, int cmd, void *attr, uint32_t size)
{
	switch (cmd) {
	case SYS_MAP_CREATE:
	case SYS_MAP_DELETE_ELEM:
	case SYS_MAP_UPDATE_ELEM:
	case SYS_MAP_FREEZE:
	case SYS_MAP_GET_FD_BY_ID:
	case SYS_PROG_LOAD:
	case SYS_BTF_LOAD:
	case SYS_LINK_CREATE:
	case SYS_RAW_TRACEPOINT_OPEN:
		return sys_bpf(arg, cmd, attr, size);
	default:
		return -EINVAL;
	}
}

int sys_open(const struct sys_options *opts, struct diag *d, struct sys **out)
{
	struct sys *sys = xcalloc(1, sizeof(*sys));
	int err;

	sys->opts = *opts;
	sys->kernel.read = read_kernel;
	sys->diag = (struct diag){.sink = keep_why, .sink_arg = sys};
	set_task(&sys->rt.task);
	sys->rt.ncpus = sys->opts.ncpus;
	sys->rt.kernel = &sys->kernel;
	sys->rt.bpf = call_from_program;
	sys->rt.bpf_arg = sys;
	sys->rt.printk = opts->printk;
	sys->rt.printk_arg = opts->printk_arg;
	err = store_open(opts->store, d, &sys->store);
	if (err) {
		free(sys);
		return err;
	}
	*out = sys;
	return 0;
}

void sys_close(struct sys *sys)
{
	if (!sys)
		return;
	objects_free(sys);
	later_close(&sys->rt);
	/* Nobody is told when a last pin is removed: whoever leaves the store tidies up. */
	store_gc(sys->store, NULL, NULL);
	store_close(sys->store);
	btf_free((struct btf *)sys->kernel.btf);
	packet_free(&sys->pkt);
	free(sys->stack);
	strbuf_free(&sys->why);
	free(sys);
}

const char *sys_why(const struct sys *sys)
{
	return strbuf_str(&sys->why);
}

struct store *sys_store(struct sys *sys)
{
	return sys->store;
}

int copy_in(void *dst, sys_ptr src, size_t n)
{
	return n ? fault_copy(dst, (const void *)(uintptr_t)src, n) : 0;
}

int copy_out(sys_ptr dst, const void *src, size_t n)
{
	return n ? fault_copy((void *)(uintptr_t)dst, src, n) : 0;
}

int put_attr_at(struct call *c, size_t off, size_t size)
{
	if (off + size > c->size)
		return 0;
	return copy_out((uintptr_t)c->user + off, (const uint8_t *)&c->attr + off, size);
}

int check_tail(sys_ptr p, size_t known, size_t size)
{
	uint8_t tail[256];

	if (size > SYS_ATTR_MAX)
		return -E2BIG;
	for (size_t at = known, n; at < size; at += n) {
		n = min(size - at, sizeof(tail));
		if (copy_in(tail, p + at, n) != 0)
			return -EFAULT;
		for (size_t i = 0; i < n; i++)
			if (tail[i])
				return -E2BIG;
	}
	return 0;
}

int check_name(char out[SYS_NAME_LEN], const char in[SYS_NAME_LEN])
{
	size_t n = strnlen(in, SYS_NAME_LEN);

	memset(out, 0, SYS_NAME_LEN);
	for (size_t i = 0; i < n; i++) {
		char ch = in[i];

		if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		      (ch >= 'A' && ch <= 'Z') || ch == '_' || ch == '.'))
			return -EINVAL;
	}
	if (n == SYS_NAME_LEN)
		return -EINVAL;
	memcpy(out, in, n);
	return 0;
}

/* Bytes that the command does not look at must be zero (CHECK_ATTR of kernel/bpf/syscall.c). */
static bool ends_in_zeroes(const union sys_attr *attr, uint32_t end)
{
	const uint8_t *bytes = (const uint8_t *)attr;

	for (size_t i = end; i < sizeof(*attr); i++)
		if (bytes[i])
			return false;
	return true;
}

long sys_bpf(struct sys *sys, int cmd, void *attr, uint32_t size)
{
	struct call c = {.sys = sys, .user = attr, .size = size};
	int err;

	strbuf_reset(&sys->why);
	err = check_tail((uintptr_t)attr, sizeof(c.attr), size);
	if (err)
		return err;
	if (copy_in(&c.attr, (uintptr_t)attr, min((size_t)size, sizeof(c.attr))) != 0)
		return -EFAULT;
	if (cmd < 0 || cmd >= SYS_CMD_COUNT)
		return fail(&sys->diag, NULL, -EINVAL, "there is no command %d", cmd);
	if (!ends_in_zeroes(&c.attr, commands[cmd].end))
		return fail(&sys->diag, NULL, -EINVAL,
			    "%s: bytes behind its last field are not zero", sys_cmd_names[cmd]);
	return commands[cmd].handler(&c);
}
