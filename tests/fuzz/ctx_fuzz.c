/*
 * libFuzzer target of contexts: the first byte says how the rest is read, the second which type of
 * program it is for.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/btf/bundled.h"
#include "core/obj/prog_type.h"
#include "core/run/scene.h"
#include "core/run/seccomp.h"
#include "core/run/tracepoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

static int (*const readers[])(struct notes *n, const char **at, struct loc *loc) = {
	notes_read_text, notes_read_json, notes_read_gdb, notes_read_oops, notes_read_trace,
};

/* Programs that are shown it; the function is one whose arguments are of many types. */
static const struct {
	uint32_t type, attach_type;
	const char *section, *function;
} programs[] = {
	{PROG_TYPE_KPROBE, 0, "kprobe/vfs_read", "vfs_read"},
	{PROG_TYPE_KPROBE, 0, "ksyscall/openat", NULL},
	{PROG_TYPE_LSM, ATTACH_TYPE_LSM_MAC, "lsm/file_open", "bpf_lsm_file_open"},
	{PROG_TYPE_TRACEPOINT, 0, "tracepoint/sched/sched_switch", NULL},
	{PROG_TYPE_TRACEPOINT, 0, "tracepoint/syscalls/sys_enter_execve", NULL},
	{PROG_TYPE_RAW_TRACEPOINT, 0, "raw_tp/sched_switch", NULL},
	{PROG_TYPE_PERF_EVENT, 0, "perf_event", NULL},
	{PROG_TYPE_SYSCALL, 0, "syscall", NULL},
};

static void build(struct notes *n, const struct btf *btf, uint8_t which)
{
	struct scene_program prog = {
		.name = "fuzz",
		.type = programs[which % ARRAY_SIZE(programs)].type,
		.attach_type = programs[which % ARRAY_SIZE(programs)].attach_type,
		.section = programs[which % ARRAY_SIZE(programs)].section,
		.kernel = btf,
	};
	const char *function = programs[which % ARRAY_SIZE(programs)].function;
	struct space_log log = {0};
	struct scene s = {0};
	struct strbuf b = {0};

	if (function)
		prog.proto = btf_func_proto(btf, btf_find(btf, function, BTF_KIND_FUNC));
	if (!scene_build(&s, n, &prog)) {
		s.space.log = &log;
		space_at(&s.space, s.task.addr, 8, SPACE_OBJECT);
		scene_emit(&b, &s, &prog);
	}
	scene_reset(&s);
	scene_free(&s);
	strbuf_free(&b);
	vec_free(&log);
}

static void read_notes(const char *text, uint8_t how, uint8_t which, struct diag *d)
{
	struct btf *btf = btf_bundled();
	struct loc loc = {.file = "fuzz"};
	struct arena a = {0};
	struct notes n = {.arena = &a, .d = d, .file = "fuzz"};

	for (int runs = 0; runs < 4; runs++) {
		n.v.n = 0;
		if (readers[how](&n, &text, &loc) <= 0)
			break;
		build(&n, btf, which);
	}
	vec_free(&n.v);
	arena_free(&a);
	btf_free(btf);
}

static void read_others(const char *text, size_t size, uint8_t how, struct diag *d)
{
	struct bytes image = {(const uint8_t *)text, size};
	struct seccomp_data data;
	struct tp_format format;
	struct arena a = {0};
	struct scene s = {0};
	uint64_t v;

	if (how == 0) {
		scene_core(&s, image, size & 1, "fuzz", d);
		space_read(&s.space, &v, 0x1000, sizeof(v), SPACE_USER);
		scene_free(&s);
	} else if (how == 1) {
		tp_format_parse(text, "fuzz", &a, d, &format);
		vec_free(&format.fields);
	} else {
		seccomp_parse(text, d, &data);
	}
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = {.sink = no_message};
	uint8_t how;
	char *text;

	if (size < 2)
		return 0;
	how = data[0] % (ARRAY_SIZE(readers) + 3);
	text = malloc(size - 1);
	memcpy(text, data + 2, size - 2);
	text[size - 2] = '\0';
	notes_is_text((struct bytes){data + 2, size - 2});
	notes_is_json((struct bytes){data + 2, size - 2});
	notes_is_gdb((struct bytes){data + 2, size - 2});
	notes_is_oops((struct bytes){data + 2, size - 2});
	notes_is_trace((struct bytes){data + 2, size - 2});
	scene_is_core((struct bytes){data + 2, size - 2});
	if (how < ARRAY_SIZE(readers))
		read_notes(text, how, data[1], &d);
	else
		read_others(text, size - 2, how - ARRAY_SIZE(readers), &d);
	free(text);
	return 0;
}
