/* The pin store on an ordinary directory: paths, ids, and when an object goes. */
#include "maps/store.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "maps/region.h"
#include "tests/unit/unit.h"

static struct store *store;
static char dir[64];
static struct diag quiet;

static void swallow(struct diag *d __unused, enum severity sev __unused,
		    const struct loc *loc __unused, const char *msg __unused)
{
}

/* A path below the store, valid until the fourth call after. */
static const char *in(const char *name)
{
	static char paths[4][600];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(paths[turn], sizeof(paths[turn]), "%s/%s", dir, name);
	return paths[turn];
}

static int make(uint32_t *id)
{
	static const struct region_head small = {.body_size = 64, .ncpus = 1, .type = 1};
	struct region *r;
	int fd = -1;

	CHECK(store_create(store, STORE_MAP, id, &fd) == 0);
	CHECK(region_create(fd, &small, NULL, &r) == 0);
	region_close(r);
	return fd;
}

static int pin(int fd, const char *path)
{
	return store_pin(store, fd, AT_FDCWD, path);
}

static int get(const char *path, uint32_t access)
{
	enum store_kind kind;
	int fd = -1, err = store_get(store, AT_FDCWD, path, access, &kind, &fd);

	CHECK(err || kind == STORE_MAP);
	return err ? err : fd;
}

static ino_t inode(int fd)
{
	struct stat st = {0};

	fstat(fd, &st);
	return st.st_ino;
}

static void test_pin(void)
{
	char name[300];
	uint32_t id;
	int fd = make(&id), pipes[2];

	CHECK(pin(fd, in("a")) == 0 && pin(fd, in("b")) == 0 && pin(fd, in("a")) == -EEXIST);
	mkdir(in("d"), 0755);
	CHECK(pin(fd, in("d")) == -EEXIST && pin(fd, in("d/m")) == 0);
	CHECK(symlink("nowhere", in("dangling")) == 0 && pin(fd, in("dangling")) == -EEXIST);
	CHECK(pin(fd, in("a.b")) == -EPERM && pin(fd, in(".hidden")) == -EPERM);
	CHECK(pin(fd, in("d/../c")) == 0 && pin(fd, in("./e")) == 0);
	CHECK(pin(fd, "/tmp/ebpf_outside") == -EPERM && pin(fd, "/tmp") == -EEXIST);
	CHECK(pin(fd, in("no/m")) == -ENOENT && pin(fd, in("a/m")) == -ENOTDIR);
	CHECK(pin(fd, "") == -ENOENT && pin(fd, in("f/")) == -ENOENT && pin(fd, in("a/")) < 0);
	memset(name, 'x', 256);
	name[256] = 0;
	CHECK(pin(fd, in(name)) == -ENAMETOOLONG);
	name[255] = 0;
	CHECK(pin(fd, in(name)) == 0 && unlink(in(name)) == 0);
	CHECK(pin(fd, in(".obj/x")) == -EPERM && pin(fd, in(".obj/map.7")) == -EPERM);
	CHECK(pin(-1, in("g")) == -EINVAL && pin(0, in("g")) == -EINVAL && pipe(pipes) == 0);
	CHECK(pin(pipes[0], in("g")) == -EINVAL);
	CHECK(store_pin(store, fd, store->root, "relative") == 0);
	CHECK(chdir(dir) == 0 && pin(fd, "here") == 0 && unlink(in("here")) == 0);
	close(pipes[0]);
	close(pipes[1]);
	close(fd);
}

static void test_get(void)
{
	int fd = get(in("a"), 0), other = get(in("d/../b"), STORE_RDONLY);
	struct stat st;

	CHECK(fd >= 0 && other >= 0 && inode(fd) == inode(other));
	CHECK((fcntl(other, F_GETFL) & O_ACCMODE) == O_RDONLY);
	close(other);
	other = get(in("a"), STORE_WRONLY);
	CHECK(other >= 0 && (fcntl(other, F_GETFL) & O_ACCMODE) == O_WRONLY);
	close(other);
	CHECK(stat(in("a"), &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK(symlink("a", in("link")) == 0 && symlink(in("a"), "/tmp/ebpf_link") == 0);
	CHECK((other = get(in("link"), 0)) >= 0 && inode(other) == inode(fd) && close(other) == 0);
	CHECK((other = get("/tmp/ebpf_link", 0)) >= 0 && close(other) == 0);
	unlink("/tmp/ebpf_link");
	CHECK(rename(in("b"), in("d/b")) == 0 && (other = get(in("d/b"), 0)) >= 0);
	CHECK(close(other) == 0 && get(in("b"), 0) == -ENOENT);
	CHECK(get(in("d"), 0) == -EACCES && get(in("x.y"), 0) == -EPERM);
	CHECK(get("/etc/passwd", STORE_RDONLY) == -EACCES && get("/dev/null", 0) == -EACCES);
	CHECK(get(in("a"), 1) == -EINVAL && get(in("a"), STORE_RDONLY | STORE_WRONLY) == -EINVAL);
	CHECK(get("", 0) == -ENOENT && get(in("a/b"), 0) == -ENOTDIR);
	CHECK(get(in(".obj/map.1"), 0) == -EPERM);
	close(fd);
}

static unsigned int names;

static void count_name(void *arg __unused, const char *name __unused)
{
	names++;
}

static bool exists(uint32_t id)
{
	int fd = -1, err = store_get_id(store, STORE_MAP, id, 0, &fd);

	if (!err)
		close(fd);
	return !err;
}

static void test_life(void)
{
	uint32_t a, b, next;
	int fd = make(&a), copy = dup(fd), other;

	CHECK(store_next_id(store, STORE_MAP, a - 1, &next) == 0 && next == a);
	CHECK(store_next_id(store, STORE_MAP, a, &next) == -ENOENT);
	CHECK(store_next_id(store, STORE_PROG, 0, &next) == -ENOENT);
	close(fd);
	CHECK(!store_reap(store, STORE_MAP, a), "the copy lives");
	CHECK(store_gc(store, count_name, NULL) == 0 && exists(a));
	close(copy);
	CHECK(store_reap(store, STORE_MAP, a) && !exists(a));
	fd = make(&b);
	CHECK(b > a, "ids are not given twice");
	CHECK(pin(fd, in("pin")) == 0 && store_has_users(store, STORE_MAP, b, fd));
	close(fd);
	CHECK(!store_reap(store, STORE_MAP, b));
	fd = get(in("pin"), STORE_WRONLY);
	CHECK(unlink(in("pin")) == 0 && !store_reap(store, STORE_MAP, b));
	other = lease_reopen(fd, O_RDWR);
	CHECK(store_has_users(store, STORE_MAP, b, other));
	close(fd);
	CHECK(!store_has_users(store, STORE_MAP, b, other));
	close(other);
	CHECK(store_gc(store, count_name, NULL) == 1 && names == 1 && !exists(b));
}

/* A program keeps its map; the map goes with the program, in one collection. */
static void test_refs(void)
{
	uint32_t map, prog;
	int fd = make(&map), prog_fd = -1, other;

	CHECK(store_create(store, STORE_PROG, &prog, &prog_fd) == 0);
	CHECK(store_ref(store, STORE_PROG, prog, STORE_MAP, map, fd) == 0);
	close(fd);
	CHECK(!store_reap(store, STORE_MAP, map) && store_gc(store, NULL, NULL) == 0);
	fd = -1;
	CHECK(store_get_id(store, STORE_MAP, map, 0, &fd) == 0);
	other = lease_reopen(fd, O_RDWR);
	CHECK(store_has_users(store, STORE_MAP, map, other));
	close(fd);
	CHECK(!store_has_users(store, STORE_MAP, map, other), "a program is no user");
	close(other);
	close(prog_fd);
	CHECK(store_gc(store, NULL, NULL) == 2 && !exists(map));
}

static void test_killed(void)
{
	uint32_t id = 0;
	int pipes[2];
	pid_t pid;

	CHECK(pipe(pipes) == 0);
	pid = fork();
	if (pid == 0) {
		make(&id);
		if (write(pipes[1], &id, sizeof(id)) > 0)
			raise(SIGKILL);
	}
	CHECK(pid > 0 && read(pipes[0], &id, sizeof(id)) > 0);
	waitpid(pid, NULL, 0);
	CHECK(id && exists(id) && store_gc(store, NULL, NULL) == 1 && !exists(id));
	close(pipes[0]);
	close(pipes[1]);
}

static void test_garbled(void)
{
	uint32_t id, after;
	int fd = make(&id), next = openat(store->obj, "next", O_RDWR);
	struct store *other;

	CHECK(next >= 0 && ftruncate(next, 0) == 0);
	close(next);
	close(make(&after));
	CHECK(after > id);
	close(fd);
	CHECK(store_open("/proc/self", &quiet, &other) == -EOPNOTSUPP);
	CHECK(store_open("/nowhere/at/all", &quiet, &other) == -ENOENT);
	CHECK(store_open("/dev/null", &quiet, &other) == -ENOTDIR);
	CHECK(store_gc(store, NULL, NULL) == 2);
}

int main(void)
{
	char remove[100];

	quiet.sink = swallow;
	snprintf(dir, sizeof(dir), "/tmp/ebpf_store_XXXXXX");
	CHECK(mkdtemp(dir));
	umask(022);
	setenv("EBPF_BPFFS", dir, 1);
	CHECK(store_open(NULL, &quiet, &store) == 0);
	test_pin();
	test_get();
	test_life();
	test_refs();
	test_killed();
	test_garbled();
	store_close(store);
	snprintf(remove, sizeof(remove), "rm -rf '%s'", dir);
	CHECK(system(remove) == 0);
	return unit_report();
}
