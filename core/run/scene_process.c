/*
 * A process of the same user: it is stopped for as long as its registers and its memory are copied
 * (ptrace(2): PTRACE_SEIZE, PTRACE_INTERRUPT), and goes on.
 */
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/run/scene.h"

/* What is copied of a process, at most. */
#define MEMORY_MAX (1ull << 30)

static int failed(struct diag *d, pid_t pid, const char *what)
{
	int err = errno;

	return fail(d, NULL, err == ESRCH ? -ENOENT : -err, "process %d cannot be %s: %s", (int)pid,
		    what, strerror(err));
}

static int copy_regs(struct scene *s, pid_t pid, struct diag *d)
{
	const struct regs_arch *arch = regs_arch_here();
	uint8_t regs[1024];
	struct iovec io = {regs, sizeof(regs)};

	if (ptrace(PTRACE_GETREGSET, pid, (void *)(uintptr_t)NT_PRSTATUS, &io) != 0)
		return failed(d, pid, "asked for its registers");
	if (io.iov_len < arch->user)
		return fail(d, NULL, -EINVAL, "process %d has no 64 bits", (int)pid);
	memcpy(scene_regs(s, arch), regs, arch->user);
	return 0;
}

static FILE *open_proc(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return fopen(path, "re");
}

/* One line of /proc/PID/maps; what cannot be read is left out, as the kernel's own pages. */
static int copy_mapping(struct scene *s, pid_t pid, const char *line, uint64_t *left)
{
	struct space_region r = {.sides = SPACE_USER};
	struct iovec to, from;
	uint64_t end;
	char perms[8];

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &r.addr, &end, perms) != 3 ||
	    *perms != 'r' || end <= r.addr || strstr(line, "[vvar") || (int64_t)r.addr < 0)
		return 0;
	r.size = end - r.addr;
	if (r.size > *left)
		return -E2BIG;
	r.host = arena_alloc(&s->arena, r.size);
	to = (struct iovec){r.host, r.size};
	from = (struct iovec){(void *)(uintptr_t)r.addr, r.size};
	if (process_vm_readv(pid, &to, 1, &from, 1, 0) != (ssize_t)r.size)
		return 0;
	*left -= r.size;
	return space_add(&s->space, &r);
}

static int copy_memory(struct scene *s, pid_t pid, struct diag *d)
{
	uint64_t left = MEMORY_MAX, skipped = 0;
	FILE *maps = open_proc(pid, "maps");
	char line[512];

	if (!maps)
		return failed(d, pid, "asked for its memory");
	while (fgets(line, sizeof(line), maps))
		skipped += copy_mapping(s, pid, line, &left) == -E2BIG;
	fclose(maps);
	if (skipped)
		warn(d, NULL, "process %d has more than %llu MiB: %llu mappings are left out",
		     (int)pid, MEMORY_MAX >> 20, (unsigned long long)skipped);
	return 0;
}

static void copy_identity(struct scene *s, pid_t pid)
{
	FILE *status = open_proc(pid, "status");
	char line[256];

	s->task.pid = s->task.tgid = (uint32_t)pid;
	while (status && fgets(line, sizeof(line), status)) {
		sscanf(line, "Name: %15[^\n]", s->task.comm);
		sscanf(line, "Tgid: %u", &s->task.tgid);
		sscanf(line, "Uid: %u", &s->task.uid);
		sscanf(line, "Gid: %u", &s->task.gid);
	}
	if (status)
		fclose(status);
}

int scene_process(struct scene *s, pid_t pid, struct diag *d)
{
	int status, err = 0;

	if (pid == getpid())
		return fail(d, NULL, -EINVAL, "process %d is this one", (int)pid);
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0)
		return failed(d, pid, "stopped");
	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0 || waitpid(pid, &status, __WALL) != pid)
		err = failed(d, pid, "stopped");
	else if (!WIFSTOPPED(status))
		return fail(d, NULL, -ESRCH, "process %d is gone", (int)pid);
	if (!err)
		err = copy_regs(s, pid, d);
	if (!err)
		err = copy_memory(s, pid, d);
	if (!err)
		copy_identity(s, pid);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return err;
}
