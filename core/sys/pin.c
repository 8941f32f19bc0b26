/* OBJ_PIN and OBJ_GET: names for objects. */
#include <limits.h>

#include "core/sys/local.h"

/* strncpy_from_user() and getname(): a path that ends somewhere, and not too far. */
static int read_path(sys_ptr src, char path[PATH_MAX])
{
	for (size_t at = 0, n; at < PATH_MAX; at += n) {
		/* Page by page: what follows the path's end need not exist. */
		n = min((size_t)PATH_MAX - at, (size_t)(4096 - (src + at) % 4096));
		if (copy_in(path + at, src + at, n) != 0)
			return -EFAULT;
		if (memchr(path + at, 0, n))
			return 0;
	}
	return -ENAMETOOLONG;
}

/* The directory that a relative path begins at. */
static int base_of(const struct call *c, int *dirfd)
{
	if (!(c->attr.file_flags & SYS_F_PATH_FD) && c->attr.path_fd)
		return -EINVAL;
	*dirfd = c->attr.file_flags & SYS_F_PATH_FD ? c->attr.path_fd : AT_FDCWD;
	return 0;
}

long sys_obj_pin(struct call *c)
{
	char path[PATH_MAX];
	struct object *o;
	int dirfd, err;

	if (c->attr.file_flags & ~SYS_F_PATH_FD || base_of(c, &dirfd) != 0)
		return -EINVAL;
	/* Linux answers EINVAL whatever is wrong with the descriptor. */
	if (object_of(c->sys, (int)c->attr.bpf_fd, ANY_KIND, &o) != 0 || o->kind == STORE_BTF)
		return fail(&c->sys->diag, NULL, -EINVAL, "this is nothing that can be pinned");
	err = read_path(c->attr.pathname, path);
	return err ? err : store_pin(c->sys->store, (int)c->attr.bpf_fd, dirfd, path);
}

long sys_obj_get(struct call *c)
{
	const uint32_t access = STORE_RDONLY | STORE_WRONLY;
	uint32_t want = c->attr.file_flags & access;
	char path[PATH_MAX];
	enum store_kind kind;
	struct object *o;
	int dirfd, fd, err;

	if (c->attr.bpf_fd || c->attr.file_flags & ~(access | SYS_F_PATH_FD) ||
	    base_of(c, &dirfd) != 0 || want == access)
		return -EINVAL;
	err = read_path(c->attr.pathname, path);
	if (!err)
		err = store_get(c->sys->store, dirfd, path, want, &kind, &fd);
	if (err)
		return err;
	err = object_of(c->sys, fd, ANY_KIND, &o);
	if (!err)
		return fd;
	close(fd);
	return err;
}
