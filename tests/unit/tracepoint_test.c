/*
 * Records of tracepoints as they are known here, beside those of the running kernel where its files
 * can be read and it is Linux 6.18: TRACEFS, or /sys/kernel/tracing.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/base/file.h"
#include "core/btf/bundled.h"
#include "core/run/tracepoint.h"
#include "tests/unit/unit.h"

static void drop(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

static struct diag silent = {.sink = drop};

static void check_field(const struct tp_format *f, const char *name, uint32_t off, uint32_t size)
{
	const struct tp_field *field = tp_field(f, name);

	CHECK(field && field->off == off && field->size == size, "%s %s", f->name, name);
}

static void test_known(const struct btf *btf)
{
	struct tp_format f;
	struct arena a = {0};

	CHECK(tp_format_find("syscalls/sys_enter_openat", btf, &a, &f));
	check_field(&f, "__syscall_nr", 8, 4);
	check_field(&f, "filename", 24, 8);
	CHECK(strcmp(f.name, "openat") == 0 && f.is_syscall);
	vec_free(&f.fields);
	CHECK(tp_format_find("sys_exit_execve", NULL, &a, &f));
	check_field(&f, "ret", 16, 8);
	vec_free(&f.fields);
	CHECK(tp_format_find("sched/sched_process_exec", btf, &a, &f));
	check_field(&f, "filename", 8, 4);
	CHECK(tp_field(&f, "filename")->is_loc);
	vec_free(&f.fields);
	CHECK(!tp_format_find("nothing/at_all", btf, &a, &f));
	CHECK(strcmp(tp_arg_name("sched_switch", 2, &a), "next") == 0);
	CHECK(!tp_arg_name("sched_switch", 9, &a));
	CHECK(syscall_number("openat", 62) == 257 && syscall_number("openat", 183) == 56);
	CHECK(syscall_number("openax", 62) == -1);
	arena_free(&a);
}

/* Every field of the file's is in ours, at its place. */
static void compare(const struct tp_format *theirs, const struct btf *btf, struct arena *a)
{
	struct tp_format ours;

	if (!tp_format_find(theirs->name, btf, a, &ours))
		return;
	vec_each(&theirs->fields, field)
		if (strncmp(field->name, "common_", 7) != 0)
			check_field(&ours, field->name, field->off, field->size);
	vec_free(&ours.fields);
}

static void compare_group(const char *root, const char *group, const struct btf *btf)
{
	char path[512];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/events/%s", root, group);
	dir = opendir(path);
	while (dir && (e = readdir(dir))) {
		struct arena a = {0};
		struct tp_format f = {0};
		struct bytes text;
		char file[1024];

		snprintf(file, sizeof(file), "%s/%s/format", path, e->d_name);
		if (*e->d_name != '.' && !file_read(file, 0, &a, &silent, &text) &&
		    !tp_format_parse((const char *)text.data, file, &a, &silent, &f))
			compare(&f, btf, &a);
		vec_free(&f.fields);
		arena_free(&a);
	}
	if (dir)
		closedir(dir);
}

static void test_running(const struct btf *btf)
{
	static const char *const groups[] = {
		"syscalls", "sched", "net",  "sock",  "tcp", "block", "skb", "irq",
		"signal",   "task",  "kmem", "timer", "udp", "napi",  "xdp", "workqueue"};
	const char *root = getenv("TRACEFS");
	struct utsname u;

	if (uname(&u) || strncmp(u.release, "6.18", 4) != 0 || strcmp(u.machine, "x86_64") != 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		compare_group(root ? root : "/sys/kernel/tracing", groups[i], btf);
}

int main(void)
{
	struct btf *btf = btf_bundled();

	test_known(btf);
	test_running(btf);
	btf_free(btf);
	return unit_report();
}
