/* Statistics, other processes' descriptors, streams. */
#include <stdio.h>
#include <sys/stat.h>

#include "core/sys/local.h"

#define STATS_FILE "stats"

/*
 * Run times are measured while somebody has a descriptor from ENABLE_STATS open: that is a lease on
 * a file of the store, so that the descriptors of a dead process do not count.
 */
long sys_enable_stats(struct call *c)
{
	int fd, err;

	if (c->attr.enable_stats.type != SYS_STATS_RUN_TIME)
		return -EINVAL;
	fd = openat(c->sys->store->obj, STATS_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	if (fd < 0)
		return -errno;
	err = lease_set(fd, F_RDLCK, LEASE_USER, 1);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

bool stats_are_on(struct sys *sys)
{
	int fd = openat(sys->store->obj, STATS_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool on = fd >= 0 && lease_is_held(fd, LEASE_USER, 1);

	if (fd >= 0)
		close(fd);
	return on;
}

/* Nothing is attached, so that no descriptor of any task stands for an attached program. */
long sys_task_fd_query(struct call *c)
{
	char path[64];
	struct stat st;

	if (c->attr.task_fd_query.flags)
		return -EINVAL;
	snprintf(path, sizeof(path), "/proc/%u", c->attr.task_fd_query.pid);
	if (stat(path, &st) != 0)
		return -ENOENT;
	snprintf(path, sizeof(path), "/proc/%u/fd/%u", c->attr.task_fd_query.pid,
		 c->attr.task_fd_query.fd);
	if (lstat(path, &st) != 0)
		return errno == EACCES ? -EPERM : -EBADF;
	return -ENOTSUPP;
}

/* Programs have their two streams; nothing writes to them here. */
long sys_prog_stream_read(struct call *c)
{
	enum { STREAMS = 2 };
	uint32_t id = c->attr.prog_stream_read.stream_id;
	struct object *o;
	int err = object_of(c->sys, (int)c->attr.prog_stream_read.prog_fd, STORE_PROG, &o);

	if (err)
		return err;
	return id < 1 || id > STREAMS ? -ENOENT : 0;
}
