#include "maps/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/vec.h"
#include "maps/region.h"

static const struct {
	const char *name;
	char magic[8];
} kinds[STORE_KINDS] = {
	[STORE_MAP] = {"map", "ebpfmap"},
	[STORE_PROG] = {"prog", "ebpfprg"},
	[STORE_BTF] = {"btf", "ebpfbtf"},
	[STORE_LINK] = {"link", "ebpflnk"},
};

/* File systems without hard links, or whose mappings differ between machines or from write(2). */
static const struct {
	uint32_t magic;
	const char *name;
} refused[] = {
	{NFS_SUPER_MAGIC, "NFS"},     {V9FS_MAGIC, "9p"},	{FUSE_SUPER_MAGIC, "FUSE"},
	{SMB_SUPER_MAGIC, "SMB"},     {CIFS_SUPER_MAGIC, "CIFS"}, {SMB2_SUPER_MAGIC, "SMB2"},
	{CEPH_SUPER_MAGIC, "Ceph"},   {AFS_SUPER_MAGIC, "AFS"}, {CODA_SUPER_MAGIC, "Coda"},
	{MSDOS_SUPER_MAGIC, "FAT"},   {EXFAT_SUPER_MAGIC, "exFAT"},
	{OCFS2_SUPER_MAGIC, "OCFS2"}, {PROC_SUPER_MAGIC, "proc"}, {SYSFS_MAGIC, "sysfs"},
	{BPF_FS_MAGIC, "bpffs"},
};

enum { NAME_SIZE = 64 };
#define OBJ_DIR ".obj"
#define COUNTER "next"

static void hidden_name(char name[NAME_SIZE], enum store_kind kind, uint32_t id)
{
	snprintf(name, NAME_SIZE, "%s.%u", kinds[kind].name, id);
}

/* "map.12" and nothing behind it but, when end is given, what *end then points to. */
static bool parse_hidden(const char *name, enum store_kind *kind, uint32_t *id, const char **end)
{
	for (int k = 0; k < STORE_KINDS; k++) {
		size_t len = strlen(kinds[k].name);
		unsigned long long n;
		char *rest;

		if (strncmp(name, kinds[k].name, len) != 0 || name[len] != '.' ||
		    name[len + 1] < '1' || name[len + 1] > '9')
			continue;
		n = strtoull(name + len + 1, &rest, 10);
		if (n > UINT32_MAX || (!end && *rest))
			return false;
		*kind = k;
		*id = (uint32_t)n;
		if (end)
			*end = rest;
		return true;
	}
	return false;
}

/* Calls fn for each name of the hidden directory until it returns true. */
static void each_hidden(struct store *store, bool (*fn)(void *arg, const char *name), void *arg)
{
	int fd = openat(store->obj, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	while (dir && (e = readdir(dir)) && !fn(arg, e->d_name))
		;
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
}

/* Opening */

static int check_filesystem(const char *path, int fd, struct diag *d)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) != 0)
		return fail(d, NULL, -errno, "%s: %s", path, strerror(errno));
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		if ((uint32_t)fs.f_type == refused[i].magic)
			return fail(d, NULL, -EOPNOTSUPP, "%s: a store cannot be on %s", path,
				    refused[i].name);
	return 0;
}

static int open_dir_at(int root, const char *name)
{
	return openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* The first time: the hidden directory, as open as the store is, and the proof of hard links. */
static int make_obj_dir(const char *path, int root, struct diag *d)
{
	struct stat st;
	int obj, fd, err = 0;
	bool made;

	fstat(root, &st);
	made = mkdirat(root, OBJ_DIR, 0755) == 0;
	if (!made && errno != EEXIST)
		return fail(d, NULL, -errno, "%s/" OBJ_DIR ": %s", path, strerror(errno));
	obj = open_dir_at(root, OBJ_DIR);
	if (obj < 0)
		return fail(d, NULL, -errno, "%s/" OBJ_DIR ": %s", path, strerror(errno));
	/* How far others come is the store's mode to say, what they may do is each object's. */
	if (made)
		fchmod(obj, 0755);
	fd = openat(obj, COUNTER, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return obj;
	if (st.st_mode & S_IWOTH) {
		fchmod(obj, 01777);
		fchmod(fd, 0666);
	}
	if (linkat(obj, COUNTER, obj, COUNTER ".link", 0) != 0 && errno != EEXIST)
		err = fail(d, NULL, -EOPNOTSUPP, "%s: a store needs hard links: %s", path,
			   strerror(errno));
	unlinkat(obj, COUNTER ".link", 0);
	close(fd);
	if (err)
		close(obj);
	return err ? err : obj;
}

static int open_obj_dir(const char *path, int root, struct diag *d)
{
	int obj = open_dir_at(root, OBJ_DIR);

	if (obj >= 0 && faccessat(obj, COUNTER, F_OK, 0) == 0)
		return obj;
	if (obj >= 0)
		close(obj);
	return make_obj_dir(path, root, d);
}

/* The path of an open file as the kernel sees it now, in out of PATH_MAX bytes. */
static int real_path(int fd, char *out)
{
	char link[32];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, out, PATH_MAX - 1);
	if (n < 0)
		return -errno;
	out[n] = 0;
	return 0;
}

/* A directory of the user's own that others may have made first must be just that. */
static int check_own(const char *path, int root, struct diag *d)
{
	struct stat st;

	if (fstat(root, &st) != 0)
		return fail(d, NULL, -errno, "%s: %s", path, strerror(errno));
	if (st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH))
		return fail(d, NULL, -EPERM, "%s: somebody else's, or writable for others", path);
	return 0;
}

static void default_path(char path[PATH_MAX])
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	struct stat st;

	if (run && run[0] == '/')
		snprintf(path, PATH_MAX, "%s/ebpf", run);
	else if (geteuid() == 0)
		snprintf(path, PATH_MAX, "/run/ebpf");
	else if (snprintf(path, PATH_MAX, "/run/user/%u", geteuid()), stat(path, &st) == 0)
		snprintf(path, PATH_MAX, "/run/user/%u/ebpf", geteuid());
	else
		snprintf(path, PATH_MAX, "/tmp/ebpf-%u", geteuid());
}

int store_open(const char *path, struct diag *d, struct store **out)
{
	const char *given = path ? path : getenv("EBPF_BPFFS");
	char own[PATH_MAX];
	struct store *store;
	struct stat st;
	int root, obj, err;

	if (!given || !*given) {
		default_path(own);
		given = NULL;
	}
	path = given ? given : own;
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return fail(d, NULL, -errno, "%s: %s", path, strerror(errno));
	root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (given ? 0 : O_NOFOLLOW));
	if (root < 0)
		return fail(d, NULL, -errno, "%s: %s", path, strerror(errno));
	err = check_filesystem(path, root, d);
	if (!err && !given)
		err = check_own(path, root, d);
	obj = err ? err : open_obj_dir(path, root, d);
	if (obj < 0 || fstat(root, &st) != 0 || real_path(root, own) != 0) {
		close(root);
		return obj < 0 ? obj : fail(d, NULL, -EIO, "%s: cannot be found again", path);
	}
	store = xcalloc(1, sizeof(*store));
	*store = (struct store){xstrdup(own), root, obj, st.st_dev};
	*out = store;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	close(store->root);
	close(store->obj);
	free(store->path);
	free(store);
}

/* Ids */

struct id_search {
	enum store_kind kind;
	uint32_t above, lowest, highest; /* 0: none */
};

static bool see_id(void *arg, const char *name)
{
	struct id_search *s = arg;
	enum store_kind kind;
	uint32_t id;

	if (!parse_hidden(name, &kind, &id, NULL) || kind != s->kind)
		return false;
	s->highest = max(s->highest, id);
	if (id > s->above && (!s->lowest || id < s->lowest))
		s->lowest = id;
	return false;
}

int store_next_id(struct store *store, enum store_kind kind, uint32_t after, uint32_t *next)
{
	struct id_search s = {.kind = kind, .above = after};

	each_hidden(store, see_id, &s);
	if (!s.lowest)
		return -ENOENT;
	*next = s.lowest;
	return 0;
}

/*
 * Opens a new hidden file; what a counter that somebody garbled says is no more than a first guess.
 */
static int create_hidden(struct store *store, enum store_kind kind, uint32_t *counter)
{
	struct id_search s = {.kind = kind};
	char name[NAME_SIZE];
	int fd;

	for (int i = 0; i < 2; i++) {
		if (*counter == UINT32_MAX)
			return -ENOSPC;
		hidden_name(name, kind, ++*counter);
		fd = openat(store->obj, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    0600);
		if (fd >= 0 || errno != EEXIST)
			return fd < 0 ? -errno : fd;
		each_hidden(store, see_id, &s);
		*counter = max(*counter, s.highest);
	}
	return -EAGAIN;
}

/* Leases a descriptor to its user. One that cannot read has a byte alone; there are many. */
static int hold(int fd, uint32_t access)
{
	int err = -EAGAIN;

	if (access != STORE_WRONLY)
		return lease_set(fd, F_RDLCK, LEASE_USER, 1);
	for (uint64_t i = 0; i < LEASE_USERS / 2 && err == -EAGAIN; i++)
		err = lease_set(fd, F_WRLCK, LEASE_USER_ONE + i, 1);
	return err;
}

/* A lease counts only when the file was not removed before it was taken. */
static int hold_named(int fd, uint32_t access)
{
	struct stat st;
	int err = hold(fd, access);

	if (err)
		return err == -EAGAIN ? -ENOENT : err;
	return fstat(fd, &st) == 0 && st.st_nlink ? 0 : -ENOENT;
}

int store_create(struct store *store, enum store_kind kind, uint32_t *id, int *fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	uint32_t counters[STORE_KINDS] = {0};
	int next = openat(store->obj, COUNTER, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int got, err;

	if (next < 0)
		return -errno;
	while (fcntl(next, F_OFD_SETLKW, &lock) != 0 && errno == EINTR)
		;
	if (pread(next, counters, sizeof(counters), 0) != sizeof(counters))
		memset(counters, 0, sizeof(counters));
	do {
		got = create_hidden(store, kind, &counters[kind]);
		err = got < 0 ? got : hold_named(got, STORE_RDWR);
		if (got >= 0 && err)
			close(got);
	} while (err == -ENOENT && got >= 0);
	if (!err && pwrite(next, counters, sizeof(counters), 0) != sizeof(counters)) {
		err = -errno;
		close(got);
		store_reap(store, kind, counters[kind]);
	}
	close(next);
	if (err)
		return err;
	*id = counters[kind];
	*fd = got;
	return 0;
}

/* Paths */

/* Where a resolved path lies: behind the store's own, or NULL when it is outside. */
static const char *below(const struct store *store, const char *path)
{
	size_t len = strlen(store->path);

	if (strcmp(store->path, "/") == 0)
		return path;
	return strncmp(path, store->path, len) == 0 && (!path[len] || path[len] == '/') ?
		       path + len : NULL;
}

/* Opens the directory of a path's last name; *name is that name. */
static int open_parent(int dirfd, const char *path, char copy[PATH_MAX], const char **name)
{
	size_t len = strlen(path), cut;
	int fd;

	if (!len)
		return -ENOENT;
	if (len >= PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(copy, path, len + 1);
	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = 0;
	for (cut = len; cut && copy[cut - 1] != '/'; cut--)
		;
	*name = path + cut;
	copy[cut] = 0;
	fd = openat(dirfd, cut ? copy : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* The order of the answers is that of Linux: parent, dots, what is there, then the place. */
static int pin_into(struct store *store, int fd, int parent, const char *name)
{
	char dir[PATH_MAX], source[32];
	struct stat st;
	const char *in;
	size_t len = strcspn(name, "/");
	int err = real_path(parent, dir);

	if (err)
		return err;
	in = below(store, dir);
	if (!len || (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.'))))
		return -EEXIST;
	if (in && memchr(name, '.', len))
		return -EPERM;
	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	if (!name[len] && fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	if (name[len])
		return -ENOENT;
	if (!in || strchr(in, '.'))
		return -EPERM;
	snprintf(source, sizeof(source), "/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, source, parent, name, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	return errno == EXDEV ? -EPERM : -errno;
}

/* What the umask of now forbids is forbidden from the first pin on, never given back. */
static void mask_mode(int fd)
{
	struct stat st;
	mode_t mask = umask(0);

	umask(mask);
	if (fstat(fd, &st) == 0 && st.st_nlink == 1 && st.st_mode & 0777 & mask)
		fchmod(fd, st.st_mode & 07777 & ~mask);
}

int store_pin(struct store *store, int fd, int dirfd, const char *path)
{
	char copy[PATH_MAX];
	enum store_kind kind;
	const char *name;
	int parent, err;

	if (store_kind_of(fd, &kind) != 0 || kind == STORE_BTF)
		return -EINVAL;
	parent = open_parent(dirfd, path, copy, &name);
	if (parent < 0)
		return parent;
	mask_mode(fd);
	err = pin_into(store, fd, parent, name);
	close(parent);
	return err;
}

static int kind_of_readable(int fd, enum store_kind *kind)
{
	char magic[8];
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < REGION_PAGE ||
	    pread(fd, magic, sizeof(magic), st.st_size - REGION_PAGE) != sizeof(magic))
		return -EINVAL;
	for (int k = 0; k < STORE_KINDS; k++) {
		if (memcmp(magic, kinds[k].magic, sizeof(magic)) == 0) {
			*kind = k;
			return 0;
		}
	}
	return -EINVAL;
}

int store_kind_of(int fd, enum store_kind *kind)
{
	int flags = fcntl(fd, F_GETFL), own, err;

	if (flags < 0)
		return -EINVAL;
	if ((flags & O_ACCMODE) != O_WRONLY && !(flags & O_PATH))
		return kind_of_readable(fd, kind);
	own = lease_reopen(fd, O_RDONLY);
	if (own < 0)
		return own;
	err = kind_of_readable(own, kind);
	close(own);
	return err;
}

static int open_flags(uint32_t access)
{
	return access == STORE_RDONLY ? O_RDONLY : access == STORE_WRONLY ? O_WRONLY : O_RDWR;
}

/* Whether a name that is missing has a dot and its directory is the store's. */
static bool is_dotted(struct store *store, int dirfd, const char *path)
{
	char copy[PATH_MAX], dir[PATH_MAX];
	const char *name;
	int parent = open_parent(dirfd, path, copy, &name);
	bool dotted = parent >= 0 && real_path(parent, dir) == 0 && below(store, dir) &&
		      strchr(name, '.');

	if (parent >= 0)
		close(parent);
	return dotted;
}

/* From a path's O_PATH descriptor to one of the object for its user. */
static int get_from(struct store *store, int at, uint32_t access, enum store_kind *kind, int *fd)
{
	char path[PATH_MAX];
	const char *in;
	struct stat st;
	int got, err;

	err = real_path(at, path);
	if (err)
		return err;
	in = below(store, path);
	if (in && strchr(in, '.'))
		return -EPERM;
	if (fstat(at, &st) != 0 || !S_ISREG(st.st_mode))
		return -EACCES;
	got = lease_reopen(at, open_flags(access));
	if (got < 0)
		return got;
	err = store_kind_of(got, kind) != 0 ? -EACCES : 0;
	if (!err && *kind == STORE_LINK && access != STORE_RDWR)
		err = -EINVAL;
	if (!err)
		err = hold_named(got, access);
	if (err)
		close(got);
	else
		*fd = got;
	return err;
}

int store_get(struct store *store, int dirfd, const char *path, uint32_t access,
	      enum store_kind *kind, int *fd)
{
	int at, err;

	if (access & ~(STORE_RDONLY | STORE_WRONLY) || access == (STORE_RDONLY | STORE_WRONLY))
		return -EINVAL;
	at = openat(dirfd, path, O_PATH | O_CLOEXEC);
	if (at < 0) {
		err = errno;
		return err == ENOENT && is_dotted(store, dirfd, path) ? -EPERM : -err;
	}
	err = get_from(store, at, access, kind, fd);
	close(at);
	return err;
}

int store_find_id(struct store *store, enum store_kind kind, uint32_t id, uint32_t access, int *fd)
{
	enum store_kind found;
	char name[NAME_SIZE];
	int got;

	hidden_name(name, kind, id);
	got = openat(store->obj, name, open_flags(access) | O_NOFOLLOW | O_CLOEXEC);
	if (got < 0)
		return errno == ELOOP ? -ENOENT : -errno;
	if (store_kind_of(got, &found) == 0 && found == kind) {
		*fd = got;
		return 0;
	}
	close(got);
	return -ENOENT;
}

int store_get_id(struct store *store, enum store_kind kind, uint32_t id, uint32_t access, int *fd)
{
	int err = store_find_id(store, kind, id, access, fd);

	if (err)
		return err;
	err = hold_named(*fd, access);
	if (err)
		close(*fd);
	return err;
}

/* Lifetime */

int store_ref(struct store *store, enum store_kind kind, uint32_t id, enum store_kind of_kind,
	      uint32_t of_id, int of_fd)
{
	char name[NAME_SIZE], source[32];

	snprintf(name, sizeof(name), "%s.%u@%s.%u", kinds[kind].name, id, kinds[of_kind].name,
		 of_id);
	snprintf(source, sizeof(source), "/proc/self/fd/%d", of_fd);
	if (linkat(AT_FDCWD, source, store->obj, name, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST)
		return 0;
	return -errno;
}

void store_unref(struct store *store, enum store_kind kind, uint32_t id, enum store_kind of_kind,
		 uint32_t of_id)
{
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "%s.%u@%s.%u", kinds[kind].name, id, kinds[of_kind].name,
		 of_id);
	unlinkat(store->obj, name, 0);
}

struct ref_search {
	struct store *store;
	enum store_kind kind;
	uint32_t id;
	uint32_t count;
	enum store_kind of_kind;
	uint32_t of_id;
};

static bool see_ref(void *arg, const char *name)
{
	struct ref_search *s = arg;
	enum store_kind kind, of_kind;
	uint32_t id, of_id;
	const char *rest;

	if (!parse_hidden(name, &kind, &id, &rest) || *rest != '@' || kind != s->kind ||
	    id != s->id || !parse_hidden(rest + 1, &of_kind, &of_id, NULL) ||
	    of_kind != s->of_kind)
		return false;
	s->of_id = of_id;
	return true;
}

uint32_t store_ref_of(struct store *store, enum store_kind kind, uint32_t id,
		      enum store_kind of_kind)
{
	struct ref_search s = {.kind = kind, .id = id, .of_kind = of_kind};

	each_hidden(store, see_ref, &s);
	return s.of_id;
}

/* ...@KIND.ID, of an object of s->kind with an id above s->id; the smallest so far is in count. */
static bool see_referrer(void *arg, const char *name)
{
	struct ref_search *s = arg;
	enum store_kind kind, of_kind;
	uint32_t id, of_id;
	const char *rest;

	if (parse_hidden(name, &kind, &id, &rest) && *rest == '@' && kind == s->kind &&
	    id > s->id && (!s->count || id < s->count) &&
	    parse_hidden(rest + 1, &of_kind, &of_id, NULL) && of_kind == s->of_kind &&
	    of_id == s->of_id)
		s->count = id;
	return false;
}

uint32_t store_referrer(struct store *store, enum store_kind kind, uint32_t after,
			enum store_kind of_kind, uint32_t of_id)
{
	struct ref_search s = {.kind = kind, .id = after, .of_kind = of_kind, .of_id = of_id};

	each_hidden(store, see_referrer, &s);
	return s.count;
}

/* An object, by its hidden name. */
struct hidden {
	enum store_kind kind;
	uint32_t id;
};

struct dropped {
	struct store *store;
	struct hidden holder;
	VEC(struct hidden) held;
};

/* KIND.ID@... are the references that the object holds; they go with it. */
static bool drop_ref(void *arg, const char *name)
{
	struct dropped *d = arg;
	struct hidden holder, held;
	const char *rest;

	if (!parse_hidden(name, &holder.kind, &holder.id, &rest) || *rest != '@' ||
	    holder.kind != d->holder.kind || holder.id != d->holder.id ||
	    unlinkat(d->store->obj, name, 0) != 0)
		return false;
	if (parse_hidden(rest + 1, &held.kind, &held.id, NULL))
		vec_push(&d->held, held);
	return false;
}

/* One object; what it held is added to d->held. */
static bool reap_one(struct dropped *d, struct hidden object)
{
	const uint64_t all = LEASE_OBJECT + 1 - LEASE_USER;
	struct store *store = d->store;
	char name[NAME_SIZE];
	struct stat st;
	bool gone = false;
	int fd;

	hidden_name(name, object.kind, object.id);
	if (fstatat(store->obj, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || st.st_nlink != 1 ||
	    !S_ISREG(st.st_mode))
		return false;
	/* chmod of a pin that is no more must not keep the object. */
	if ((st.st_mode & 0600) != 0600)
		fchmodat(store->obj, name, 0600, 0);
	fd = openat(store->obj, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && st.st_nlink == 1 && lease_set(fd, F_WRLCK, LEASE_USER, all) == 0)
		gone = fstat(fd, &st) == 0 && st.st_nlink == 1 &&
		       unlinkat(store->obj, name, 0) == 0;
	close(fd);
	d->holder = object;
	if (gone)
		each_hidden(store, drop_ref, d);
	return gone;
}

bool store_reap(struct store *store, enum store_kind kind, uint32_t id)
{
	struct dropped d = {.store = store};
	bool gone = reap_one(&d, (struct hidden){kind, id});

	while (d.held.n)
		reap_one(&d, vec_pop(&d.held));
	vec_free(&d.held);
	return gone;
}

/* ...@KIND.ID are the references that others hold to the object. */
static bool count_ref(void *arg, const char *name)
{
	struct ref_search *s = arg;
	enum store_kind kind;
	uint32_t id;
	const char *at = strchr(name, '@');

	if (at && parse_hidden(at + 1, &kind, &id, NULL) && kind == s->kind && id == s->id)
		s->count++;
	return false;
}

bool store_has_users(struct store *store, enum store_kind kind, uint32_t id, int fd)
{
	struct ref_search refs = {.store = store, .kind = kind, .id = id};
	struct stat st;

	if (lease_is_held(fd, LEASE_USER, LEASE_USERS))
		return true;
	each_hidden(store, count_ref, &refs);
	return fstat(fd, &st) != 0 || st.st_nlink > 1 + refs.count;
}

struct gc {
	struct dropped dropped;
	void (*removed)(void *arg, const char *name);
	void *arg;
	uint32_t count;
};

/* One name: an object, or a reference whose holder is no more. */
static bool collect(void *arg, const char *name)
{
	struct gc *gc = arg;
	char holder[NAME_SIZE];
	int obj = gc->dropped.store->obj;
	struct hidden object;
	const char *rest;
	struct stat st;
	bool gone;

	if (!parse_hidden(name, &object.kind, &object.id, &rest))
		return false;
	if (!*rest) {
		gone = reap_one(&gc->dropped, object);
	} else {
		hidden_name(holder, object.kind, object.id);
		gone = *rest == '@' && fstatat(obj, holder, &st, AT_SYMLINK_NOFOLLOW) != 0 &&
		       errno == ENOENT && unlinkat(obj, name, 0) == 0;
	}
	gc->count += gone;
	if (gone && gc->removed)
		gc->removed(gc->arg, name);
	return false;
}

uint32_t store_gc(struct store *store, void (*removed)(void *arg, const char *name), void *arg)
{
	struct gc gc = {{.store = store}, removed, arg, 0};
	uint32_t before;

	/* What a removed program kept alive may be garbage now. */
	do {
		before = gc.count;
		each_hidden(store, collect, &gc);
	} while (gc.count != before);
	vec_free(&gc.dropped.held);
	return gc.count;
}
