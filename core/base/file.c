#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_LIMIT ((size_t)1 << 30)

static int open_input(const char *path, struct diag *d)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return STDIN_FILENO;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(d, NULL, -errno, "cannot open '%s': %m", path);
	return fd;
}

/* Reads to the end of fd into malloc'ed memory with a NUL behind. */
static int read_all(int fd, const char *path, size_t limit, struct diag *d, uint8_t **out,
		    size_t *len)
{
	struct stat st;
	size_t cap = 4096, n = 0;
	uint8_t *buf;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		cap = min((size_t)st.st_size, limit) + 2;
	buf = xmalloc(cap);
	for (;;) {
		ssize_t got;

		if (n + 1 >= cap) {
			cap *= 2;
			buf = xrealloc(buf, cap);
		}
		got = read(fd, buf + n, cap - n - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			free(buf);
			return fail(d, NULL, -errno, "cannot read '%s': %m", path);
		}
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > limit) {
			free(buf);
			return fail(d, NULL, -EFBIG, "'%s' is larger than %zu bytes", path, limit);
		}
	}
	buf[n] = '\0';
	*out = buf;
	*len = n;
	return 0;
}

int file_read_fd(int fd, const char *path, size_t limit, struct arena *a, struct diag *d,
		 struct bytes *out)
{
	uint8_t *buf = NULL, *copy;
	size_t len = 0;
	int err = read_all(fd, path, limit ? limit : DEFAULT_LIMIT, d, &buf, &len);

	if (err)
		return err;
	copy = arena_memdup(a, buf, len + 1);
	free(buf);
	*out = (struct bytes){copy, len};
	return 0;
}

int file_read(const char *path, size_t limit, struct arena *a, struct diag *d, struct bytes *out)
{
	int fd = open_input(path, d), err;

	if (fd < 0)
		return fd;
	err = file_read_fd(fd, path, limit, a, d, out);
	if (fd != STDIN_FILENO)
		close(fd);
	return err;
}

static int write_all(int fd, const char *path, const uint8_t *data, size_t size, struct diag *d)
{
	while (size) {
		ssize_t put = write(fd, data, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fail(d, NULL, -errno, "cannot write '%s': %m", path);
		data += put;
		size -= (size_t)put;
	}
	return 0;
}

/* A pipe, a device: there is nothing to replace. */
static int write_direct(const char *path, const void *data, size_t size, struct diag *d)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return fail(d, NULL, -errno, "cannot open '%s' for writing: %m", path);
	err = write_all(fd, path, data, size, d);
	if (close(fd) < 0 && !err)
		err = fail(d, NULL, -errno, "cannot write '%s': %m", path);
	return err;
}

static int write_replace(const char *path, mode_t mode, const void *data, size_t size,
			 struct diag *d)
{
	struct arena a = {0};
	char *tmp = arena_printf(&a, "%s.XXXXXX", path);
	int fd = mkostemp(tmp, O_CLOEXEC), err;

	if (fd < 0) {
		err = fail(d, NULL, -errno, "cannot create '%s': %m", path);
		arena_free(&a);
		return err;
	}
	err = write_all(fd, path, data, size, d);
	if (!err && fchmod(fd, mode) < 0)
		err = fail(d, NULL, -errno, "cannot set the mode of '%s': %m", path);
	if (close(fd) < 0 && !err)
		err = fail(d, NULL, -errno, "cannot write '%s': %m", path);
	if (!err && rename(tmp, path) < 0)
		err = fail(d, NULL, -errno, "cannot rename to '%s': %m", path);
	if (err)
		unlink(tmp);
	arena_free(&a);
	return err;
}

int file_write(const char *path, const void *data, size_t size, struct diag *d)
{
	struct stat st;
	mode_t mask;

	if (strcmp(path, "-") == 0) {
		fflush(stdout);
		return write_all(STDOUT_FILENO, "standard output", data, size, d);
	}
	if (stat(path, &st) == 0)
		return S_ISREG(st.st_mode) ? write_replace(path, st.st_mode & 07777, data, size, d)
					   : write_direct(path, data, size, d);
	mask = umask(0);
	umask(mask);
	return write_replace(path, 0666 & ~mask, data, size, d);
}
