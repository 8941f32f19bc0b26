/*
 * Links to what only a running kernel has: perf events, probes of its functions and of processes,
 * tracepoints. What is wrong with a call is said in Linux's order and with its errnos; when nothing
 * is wrong there is nothing here to attach to. (To functions of a library that plays the kernel
 * those attach who run it.)
 */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "core/run/tracepoint.h"
#include "core/sys/local.h"

enum { MULTI_RETURN = 1, KPROBES_MAX = 1 << 20, UPROBES_MAX = 1 << 20 };

static long nothing_here(struct call *c, const char *what)
{
	return fail(&c->sys->diag, NULL, -EOPNOTSUPP, "there are no %s here: no kernel runs", what);
}

/* perf_event_get() */
static bool is_event(int fd)
{
	static const char event[] = "anon_inode:[perf_event]";
	char path[32], to[sizeof(event)];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, to, sizeof(to));
	return n == sizeof(event) - 1 && memcmp(to, event, sizeof(event) - 1) == 0;
}

/* bpf_perf_link_attach() */
static long attach_event(struct call *c)
{
	if (c->attr.link_create.flags)
		return -EINVAL;
	if (!is_event((int)c->attr.link_create.target_fd))
		return fail(&c->sys->diag, NULL, -EBADF,
			    "this is no perf event; those are a running kernel's");
	return nothing_here(c, "events of a kernel's");
}

/* A list that is there, of so many words. */
static int check_words(sys_ptr list, uint32_t n)
{
	uint64_t word;

	for (uint32_t i = 0; list && i < n; i++)
		if (copy_in(&word, list + (uint64_t)i * sizeof(word), sizeof(word)) != 0)
			return -EFAULT;
	return 0;
}

/* bpf_kprobe_multi_link_attach() */
static long attach_kprobes(struct call *c, const struct program *p)
{
	const union sys_attr *a = &c->attr;
	const struct blob_head *h = &p->head;
	uint32_t count = a->link_create.kprobe_multi.count, loaded = h->prog.attach_type;
	sys_ptr addrs = a->link_create.kprobe_multi.addrs, syms = a->link_create.kprobe_multi.syms;
	int err;

	if (loaded != ATTACH_TYPE_TRACE_KPROBE_MULTI && loaded != ATTACH_TYPE_TRACE_KPROBE_SESSION)
		return link_refuse_type(c, p);
	if (a->link_create.flags || h->prog.flags & SYS_F_SLEEPABLE || !addrs == !syms || !count ||
	    a->link_create.kprobe_multi.flags & ~(uint32_t)MULTI_RETURN)
		return -EINVAL;
	if (count > KPROBES_MAX)
		return -E2BIG;
	err = check_words(a->link_create.kprobe_multi.cookies, count);
	if (!err)
		err = check_words(addrs ? addrs : syms, count);
	return err ? err : nothing_here(c, "functions of a kernel's");
}

/* The file that uprobes are for; a path that ends somewhere. */
static int check_path(sys_ptr from)
{
	char path[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < sizeof(path); i++) {
		if (copy_in(&path[i], from + i, 1) != 0)
			return -EFAULT;
		if (path[i])
			continue;
		if (stat(path, &st) != 0)
			return -errno;
		return S_ISREG(st.st_mode) ? 0 : -EBADF;
	}
	return -EINVAL;
}

/* bpf_uprobe_multi_link_attach() */
static long attach_uprobes(struct call *c, const struct program *p)
{
	const union sys_attr *a = &c->attr;
	uint32_t count = a->link_create.uprobe_multi.count, loaded = p->head.prog.attach_type;
	int32_t pid = (int32_t)a->link_create.uprobe_multi.pid;
	int err;

	if (loaded != ATTACH_TYPE_TRACE_UPROBE_MULTI && loaded != ATTACH_TYPE_TRACE_UPROBE_SESSION)
		return link_refuse_type(c, p);
	if (a->link_create.flags || a->link_create.uprobe_multi.flags & ~(uint32_t)MULTI_RETURN ||
	    !a->link_create.uprobe_multi.path || !a->link_create.uprobe_multi.offsets || !count ||
	    pid < 0)
		return -EINVAL;
	if (count > UPROBES_MAX)
		return -E2BIG;
	err = check_path(a->link_create.uprobe_multi.path);
	if (!err && pid && kill(pid, 0) != 0 && errno == ESRCH)
		err = -ESRCH;
	if (!err)
		err = check_words(a->link_create.uprobe_multi.cookies, count) ?:
		      check_words(a->link_create.uprobe_multi.offsets, count) ?:
		      check_words(a->link_create.uprobe_multi.ref_ctr_offsets, count);
	return err ? err : nothing_here(c, "probes in processes");
}

long probe_attach(struct call *c, const struct object *prog)
{
	switch (c->attr.link_create.attach_type) {
	case ATTACH_TYPE_PERF_EVENT:
		return attach_event(c);
	case ATTACH_TYPE_TRACE_KPROBE_MULTI:
	case ATTACH_TYPE_TRACE_KPROBE_SESSION:
		return attach_kprobes(c, prog->prog);
	default:
		return attach_uprobes(c, prog->prog);
	}
}

/* bpf_raw_tp_link_attach(): a name that nobody knows is none to it. */
static bool is_tracepoint(struct sys *sys, const char *name)
{
	const struct btf *kernel = btf_read(&sys->kernel);
	struct strbuf type = {0};
	bool found;

	strbuf_addf(&type, "btf_trace_%s", name);
	found = kernel && btf_find(kernel, strbuf_str(&type), BTF_KIND_TYPEDEF);
	strbuf_free(&type);
	return found;
}

long tracepoint_attach(struct call *c, sys_ptr from)
{
	char name[128] = "";

	for (size_t i = 0; from && i < sizeof(name) - 1; i++) {
		if (copy_in(&name[i], from + i, 1) != 0)
			return -EFAULT;
		if (!name[i])
			break;
	}
	if (from && !is_tracepoint(c->sys, name))
		return fail(&c->sys->diag, NULL, -ENOENT, "there is no tracepoint '%s'", name);
	return nothing_here(c, "tracepoints");
}
