/* The public face of the store: the door with arguments in place of its attribute. */
#include "core/ebpf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/sys/sys.h"

enum { LOG_SIZE = 1 << 20 };

struct ebpf_store {
	struct sys *sys;
	char *log; /* of the last program, LOG_SIZE bytes */
};

_Static_assert(sizeof(struct ebpf_insn) == sizeof(struct bpf_insn), "one and the same");

static void keep_message(struct diag *d, enum severity sev __unused,
			 const struct loc *loc __unused, const char *msg)
{
	struct strbuf *b = d->sink_arg;

	strbuf_addf(b, "error: %s\n", msg);
}

int ebpf_store_open(const char *dir, struct ebpf_store **out, char **messages)
{
	struct strbuf b = {0};
	struct diag d = {.sink = keep_message, .sink_arg = &b};
	struct sys_options opts = {.store = dir};
	struct sys *sys;
	int err = sys_open(&opts, &d, &sys);

	if (messages)
		*messages = b.s;
	else
		strbuf_free(&b);
	if (err)
		return err;
	*out = xcalloc(1, sizeof(**out));
	(*out)->sys = sys;
	(*out)->log = xcalloc(1, LOG_SIZE);
	return 0;
}

void ebpf_store_close(struct ebpf_store *s)
{
	if (!s)
		return;
	sys_close(s->sys);
	free(s->log);
	free(s);
}

long ebpf_bpf(struct ebpf_store *s, int cmd, void *attr, unsigned int size)
{
	return sys_bpf(s->sys, cmd, attr, size);
}

const char *ebpf_why(const struct ebpf_store *s)
{
	return sys_why(s->sys);
}

const char *ebpf_log(const struct ebpf_store *s)
{
	return s->log;
}

static int call(struct ebpf_store *s, int cmd, union sys_attr *attr)
{
	return (int)sys_bpf(s->sys, cmd, attr, sizeof(*attr));
}

int ebpf_create_map(struct ebpf_store *s, uint32_t type, const char *name, uint32_t key_size,
		    uint32_t value_size, uint32_t max_entries, uint32_t flags)
{
	union sys_attr attr = {
		.map_type = type,
		.key_size = key_size,
		.value_size = value_size,
		.max_entries = max_entries,
		.map_flags = flags,
	};

	if (name)
		memcpy(attr.map_name, name, strnlen(name, SYS_NAME_LEN));
	return call(s, SYS_MAP_CREATE, &attr);
}

int ebpf_lookup_elem(struct ebpf_store *s, int map, const void *key, void *value)
{
	union sys_attr attr = {
		.map_fd = (uint32_t)map, .key = (uintptr_t)key, .value = (uintptr_t)value};

	return call(s, SYS_MAP_LOOKUP_ELEM, &attr);
}

int ebpf_update_elem(struct ebpf_store *s, int map, const void *key, const void *value,
		     uint64_t flags)
{
	union sys_attr attr = {
		.map_fd = (uint32_t)map, .key = (uintptr_t)key, .value = (uintptr_t)value};

	attr.flags = flags;
	return call(s, SYS_MAP_UPDATE_ELEM, &attr);
}

int ebpf_delete_elem(struct ebpf_store *s, int map, const void *key)
{
	union sys_attr attr = {.map_fd = (uint32_t)map, .key = (uintptr_t)key};

	return call(s, SYS_MAP_DELETE_ELEM, &attr);
}

int ebpf_get_next_key(struct ebpf_store *s, int map, const void *key, void *next)
{
	union sys_attr attr = {
		.map_fd = (uint32_t)map, .key = (uintptr_t)key, .next_key = (uintptr_t)next};

	return call(s, SYS_MAP_GET_NEXT_KEY, &attr);
}

int ebpf_load_program(struct ebpf_store *s, uint32_t type, const char *name,
		      const struct ebpf_insn *insns, uint32_t n, const char *license)
{
	union sys_attr attr = {
		.prog_type = type,
		.insns = (uintptr_t)insns,
		.insn_cnt = n,
		.license = (uintptr_t)license,
		.log_level = 1,
		.log_buf = (uintptr_t)s->log,
		.log_size = LOG_SIZE,
	};

	s->log[0] = 0;
	if (name)
		memcpy(attr.prog_name, name, strnlen(name, SYS_NAME_LEN));
	return call(s, SYS_PROG_LOAD, &attr);
}

int ebpf_run_program(struct ebpf_store *s, int prog, const void *data, uint32_t size,
		     uint32_t *retval)
{
	union sys_attr attr = {.test = {.prog_fd = (uint32_t)prog,
					.data_in = (uintptr_t)data,
					.data_size_in = size}};
	int err = call(s, SYS_PROG_TEST_RUN, &attr);

	if (!err && retval)
		*retval = attr.test.retval;
	return err;
}

int ebpf_pin(struct ebpf_store *s, int fd, const char *path)
{
	union sys_attr attr = {.pathname = (uintptr_t)path, .bpf_fd = (uint32_t)fd};

	return call(s, SYS_OBJ_PIN, &attr);
}

int ebpf_get(struct ebpf_store *s, const char *path)
{
	union sys_attr attr = {.pathname = (uintptr_t)path};

	return call(s, SYS_OBJ_GET, &attr);
}
