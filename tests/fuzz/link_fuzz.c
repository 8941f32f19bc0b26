/*
 * libFuzzer target of what a store says of who replaces, traces and calls whom: links, programs and
 * slots of a table in files that anybody may have written. Bytes of an input are put over those of
 * one file, and a process that opens the store does with it what can be done.
 *
 *	which file, and does its checksum fit again | place (2 bytes), byte | place, byte | ...
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "core/btf/bundled.h"
#include "core/obj/prog_type.h"
#include "core/sys/sys.h"
#include "maps/store.h"
#include "tests/door_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where a head has its size, that of the data, and the checksum (struct blob_head). */
enum { FITS = 0x80, PAGE = 4096, HEAD_SIZE = 12, DATA_SIZE = 24, SUM = 32 };

static char store[] = "/dev/shm/linkfuzzXXXXXX";
static const char *const pins[] = {"target", "ext",   "trace", "replaces", "traces",
				   "table",  "calls", "reads", "iterates", "device"};
static struct bytes files[ARRAY_SIZE(pins)];
static struct arena arena;
static uint32_t gscal;

static void drop(struct diag *d __unused, enum severity sev __unused,
		 const struct loc *loc __unused, const char *msg __unused)
{
}

static int call(struct sys *sys, enum sys_cmd cmd, union sys_attr *attr)
{
	return (int)sys_bpf(sys, cmd, attr, sizeof(*attr));
}

/* ---- what is in the store ---- */

static int must(int fd)
{
	if (fd < 0)
		abort();
	return fd;
}

static union sys_attr path_of(struct sys *sys, const char *name)
{
	return (union sys_attr){.pathname = (uintptr_t)name,
				.file_flags = SYS_F_PATH_FD,
				.path_fd = sys_store(sys)->root};
}

static int pin(struct sys *sys, const char *name, int fd)
{
	union sys_attr attr = path_of(sys, name);

	attr.bpf_fd = (uint32_t)must(fd);
	must(call(sys, SYS_OBJ_PIN, &attr));
	return fd;
}

/* A program of a source; for a function of another one when target is none of -1. */
static int load(struct sys *sys, const char *file, const char *name, int target, uint32_t btf_id,
		int map)
{
	static char log[SOURCE_LOG];
	struct source s = {.name = file};
	union sys_attr attr = {0};
	struct bytes types;
	int fd;

	source_read(&arena, "tests/door/.", &s);
	types = btf_blob(s.image->btf, &arena);
	attr.btf = (uintptr_t)types.data;
	attr.btf_size = (uint32_t)types.size;
	s.btf = must(call(sys, SYS_BTF_LOAD, &attr));
	source_fill(&s, source_prog(&s, name), &arena, log, &attr);
	attr.fd_array = (uintptr_t)&map;
	attr.attach_btf_id = btf_id;
	attr.attach_prog_fd = target < 0 ? 0 : (uint32_t)target;
	if (!gscal)
		gscal = btf_find(s.image->btf, "gscal", BTF_KIND_FUNC);
	fd = must(call(sys, SYS_PROG_LOAD, &attr));
	source_free(&s);
	return fd;
}

static int link_of(struct sys *sys, int prog, uint32_t attach_type, uint32_t target)
{
	union sys_attr attr = {0};

	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.attach_type = attach_type;
	attr.link_create.target_fd = target;
	return must(call(sys, SYS_LINK_CREATE, &attr));
}

static int table_of(struct sys *sys, int prog)
{
	union sys_attr attr = {.map_type = MAP_TYPE_PROG_ARRAY, .key_size = 4, .value_size = 4,
			       .max_entries = 2};
	int fd = must(call(sys, SYS_MAP_CREATE, &attr));
	uint32_t slot = 0;

	attr = (union sys_attr){.map_fd = (uint32_t)fd, .key = (uintptr_t)&slot};
	attr.value = (uintptr_t)&prog;
	must(call(sys, SYS_MAP_UPDATE_ELEM, &attr));
	return fd;
}

static void make_objects(struct sys *sys)
{
	struct btf *kernel = btf_bundled();
	uint32_t maps = btf_find(kernel, "bpf_iter_bpf_map", BTF_KIND_FUNC);
	int target = pin(sys, "target", load(sys, "twice.s", "twice", -1, 0, -1));
	int ext = pin(sys, "ext", load(sys, "ext.s", "ok_scal", target, gscal, -1));
	int other = load(sys, "twice.s", "twice", -1, 0, -1);
	int trace = pin(sys, "trace", load(sys, "ext.s", "en1", other, gscal, -1));
	int leaf = load(sys, "tail.s", "leaf", -1, 0, -1);
	int table = pin(sys, "table", table_of(sys, leaf));
	int reads = pin(sys, "reads", load(sys, "iter.s", "maps", -1, maps, -1));

	pin(sys, "replaces", link_of(sys, ext, ATTACH_TYPE_NONE, 0));
	pin(sys, "traces", link_of(sys, trace, ATTACH_TYPE_TRACE_FENTRY, 0));
	pin(sys, "calls", load(sys, "tail.s", "twice", -1, 0, table));
	pin(sys, "iterates", link_of(sys, reads, ATTACH_TYPE_TRACE_ITER, 0));
	pin(sys, "device", link_of(sys, target, ATTACH_TYPE_XDP, 3));
	btf_free(kernel);
}

static void remove_store(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", store);
	(void)!system(command);
}

static int open_file(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", store, name);
	return open(path, O_RDWR | O_CLOEXEC);
}

static struct bytes read_pin(const char *name)
{
	int fd = must(open_file(name));
	struct stat st;
	uint8_t *copy;

	fstat(fd, &st);
	copy = arena_alloc(&arena, (size_t)st.st_size);
	if (pread(fd, copy, (size_t)st.st_size, 0) != st.st_size)
		abort();
	close(fd);
	return (struct bytes){copy, (size_t)st.st_size};
}

static bool open_store(struct sys **sys)
{
	static struct diag d = {.sink = drop};
	struct sys_options opts = {.store = store};

	return sys_open(&opts, &d, sys) == 0;
}

static void make_store(void)
{
	struct sys *sys;

	if (files[0].data)
		return;
	if (!mkdtemp(store) || !open_store(&sys))
		abort();
	atexit(remove_store);
	make_objects(sys);
	sys_close(sys);
	for (size_t i = 0; i < ARRAY_SIZE(pins); i++)
		files[i] = read_pin(pins[i]);
}

/* ---- what is made of it ---- */

/* The checksum of a file of a program or link is of the data, then of the head with that. */
static void fit(uint8_t *file, size_t size)
{
	uint8_t *head = file + size - PAGE;
	uint32_t head_size;
	uint64_t data_size, sum;

	memcpy(&head_size, head + HEAD_SIZE, sizeof(head_size));
	memcpy(&data_size, head + DATA_SIZE, sizeof(data_size));
	if (data_size > size - PAGE || head_size > PAGE)
		return;
	sum = hash_mem(file, data_size);
	memcpy(head + SUM, &sum, sizeof(sum));
	sum = hash_mem(head, head_size);
	memcpy(head + SUM, &sum, sizeof(sum));
}

static void put(const char *name, const uint8_t *bytes, size_t size)
{
	int fd = must(open_file(name));

	if (pwrite(fd, bytes, size, 0) != (ssize_t)size)
		abort();
	close(fd);
}

static void forge(size_t which, const uint8_t *data, size_t size, bool fits)
{
	size_t n = files[which].size;
	uint8_t *copy = memcpy(xmalloc(n), files[which].data, n);

	for (size_t i = 0; i + 3 <= size; i += 3)
		copy[(data[i] | data[i + 1] << 8) % n] = data[i + 2];
	if (fits && strcmp(pins[which], "table") != 0)
		fit(copy, n);
	put(pins[which], copy, n);
	free(copy);
}

/* ---- what others do with it ---- */

static void run(struct sys *sys, int fd)
{
	static uint8_t frame[64];
	union sys_attr attr = {0};

	attr.test.prog_fd = (uint32_t)fd;
	attr.test.data_in = (uintptr_t)frame;
	attr.test.data_size_in = sizeof(frame);
	call(sys, SYS_PROG_TEST_RUN, &attr);
}

static void use_link(struct sys *sys, int link, int prog)
{
	union sys_attr attr = {.iter_create = {.link_fd = (uint32_t)link}};
	char part[256];
	int fd = call(sys, SYS_ITER_CREATE, &attr);

	if (fd >= 0 && read(fd, part, sizeof(part)) < 0)
		abort();
	if (fd >= 0)
		close(fd);
	attr = (union sys_attr){0};
	attr.link_update.link_fd = (uint32_t)link;
	attr.link_update.new_prog_fd = (uint32_t)prog;
	call(sys, SYS_LINK_UPDATE, &attr);
}

static void use_all(struct sys *sys, const int *fds)
{
	uint32_t slot = 0, id;
	union sys_attr attr = {0};
	int link;

	for (size_t i = 0; i < ARRAY_SIZE(pins); i++) {
		uint64_t info[32] = {0};

		attr = (union sys_attr){.info = {(uint32_t)fds[i], sizeof(info), (uintptr_t)info}};
		call(sys, SYS_OBJ_GET_INFO_BY_FD, &attr);
		run(sys, fds[i]);
		use_link(sys, fds[i], fds[0]);
		attr = (union sys_attr){.map_fd = (uint32_t)fds[i], .key = (uintptr_t)&slot};
		attr.value = (uintptr_t)&id;
		call(sys, SYS_MAP_LOOKUP_ELEM, &attr);
		attr = (union sys_attr){0};
		attr.link_create.prog_fd = (uint32_t)fds[i];
		attr.link_create.attach_type = ATTACH_TYPE_XDP;
		attr.link_create.target_fd = 3;
		link = call(sys, SYS_LINK_CREATE, &attr);
		if (link >= 0)
			close(link);
	}
	attr = (union sys_attr){0};
	while (call(sys, SYS_LINK_GET_NEXT_ID, &attr) == 0)
		attr = (union sys_attr){.start_id = attr.next_id};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fds[ARRAY_SIZE(pins)];
	struct sys *sys;
	size_t which;

	if (!size)
		return 0;
	make_store();
	which = (data[0] & ~FITS) % ARRAY_SIZE(pins);
	forge(which, data + 1, size - 1, data[0] & FITS);
	if (open_store(&sys)) {
		for (size_t i = 0; i < ARRAY_SIZE(pins); i++) {
			union sys_attr attr = path_of(sys, pins[i]);

			fds[i] = call(sys, SYS_OBJ_GET, &attr);
		}
		use_all(sys, fds);
		for (size_t i = 0; i < ARRAY_SIZE(pins); i++)
			if (fds[i] >= 0)
				close(fds[i]);
		sys_close(sys);
	}
	for (size_t i = 0; i < ARRAY_SIZE(pins); i++)
		put(pins[i], files[i].data, files[i].size);
	return 0;
}
