/*
 * Runs the scripts in tests/door: bpf(2) calls and what they answer. `door_t FILE...` asks the door
 * of core/sys, each row with a store of its own; `door_t --kernel FILE...` asks the machine's
 * kernel, which must give the same answers. tests/door/README has the notation.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/file.h"
#include "core/btf/bundled.h"
#include "core/obj/prog_type.h"
#include "core/sys/sys.h"
#include "tests/door_source.h"
#include "tests/door_things.h"

enum { VARS = 128, FDS = 128, FIELDS = 32, FILLER = 0xee, ATTR_ROOM = 8192 };

struct field {
	const char *group, *name;
	uint16_t off, size;
	bool pointer;
};

#define AT(group, name, path, pointer)                                                             \
	{group, name, offsetof(union sys_attr, path), sizeof(((union sys_attr *)0)->path), pointer}
#define INT(group, name) AT(group, #name, name, false)
#define PTR(group, name) AT(group, #name, name, true)
#define SUB(group, name) AT(#group, #name, group.name, false)
#define SUBP(group, name) AT(#group, #name, group.name, true)

static const struct field fields[] = {
	INT("create", map_type), INT("create", key_size), INT("create", value_size),
	INT("create", max_entries), INT("create", map_flags), INT("create", inner_map_fd),
	INT("create", numa_node), INT("create", map_name), INT("create", map_ifindex),
	INT("create", btf_fd), INT("create", btf_key_type_id), INT("create", btf_value_type_id),
	INT("create", btf_vmlinux_value_type_id), INT("create", map_extra),
	INT("create", value_type_btf_obj_fd), INT("create", map_token_fd),
	PTR("create", excl_prog_hash), INT("create", excl_prog_hash_size),
	INT("elem", map_fd), PTR("elem", key), PTR("elem", value), PTR("elem", next_key),
	INT("elem", flags),
	SUBP(batch, in_batch), SUBP(batch, out_batch), SUBP(batch, keys), SUBP(batch, values),
	SUB(batch, count), SUB(batch, map_fd), SUB(batch, elem_flags), SUB(batch, flags),
	INT("load", prog_type), INT("load", insn_cnt), PTR("load", insns), PTR("load", license),
	INT("load", log_level), INT("load", log_size), PTR("load", log_buf),
	INT("load", kern_version), INT("load", prog_flags), INT("load", prog_name),
	INT("load", prog_ifindex), INT("load", expected_attach_type), INT("load", prog_btf_fd),
	INT("load", func_info_rec_size), PTR("load", func_info), INT("load", func_info_cnt),
	INT("load", line_info_rec_size), PTR("load", line_info), INT("load", line_info_cnt),
	INT("load", attach_btf_id), INT("load", attach_prog_fd), INT("load", core_relo_cnt),
	PTR("load", fd_array), PTR("load", core_relos), INT("load", core_relo_rec_size),
	INT("load", log_true_size), INT("load", prog_token_fd), INT("load", fd_array_cnt),
	PTR("load", signature), INT("load", signature_size), INT("load", keyring_id),
	PTR("pin", pathname), INT("pin", bpf_fd), INT("pin", file_flags), INT("pin", path_fd),
	SUB(test, prog_fd), SUB(test, retval), SUB(test, data_size_in), SUB(test, data_size_out),
	SUBP(test, data_in), SUBP(test, data_out), SUB(test, repeat), SUB(test, duration),
	SUB(test, ctx_size_in), SUB(test, ctx_size_out), SUBP(test, ctx_in), SUBP(test, ctx_out),
	SUB(test, flags), SUB(test, cpu), SUB(test, batch_size),
	INT("id", start_id), INT("id", next_id), INT("id", open_flags),
	INT("id", fd_by_id_token_fd),
	SUB(info, bpf_fd), SUB(info, info_len), SUBP(info, info),
	PTR("btf", btf), PTR("btf", btf_log_buf), INT("btf", btf_size), INT("btf", btf_log_size),
	INT("btf", btf_log_level), INT("btf", btf_log_true_size), INT("btf", btf_flags),
	INT("btf", btf_token_fd),
	SUB(task_fd_query, pid), SUB(task_fd_query, fd), SUB(task_fd_query, flags),
	SUB(task_fd_query, buf_len), SUBP(task_fd_query, buf), SUB(task_fd_query, prog_id),
	SUB(task_fd_query, fd_type), SUB(task_fd_query, probe_offset),
	SUB(task_fd_query, probe_addr),
	SUB(enable_stats, type),
	SUB(prog_bind_map, prog_fd), SUB(prog_bind_map, map_fd), SUB(prog_bind_map, flags),
	SUB(link_create, prog_fd), SUB(link_create, target_fd), SUB(link_create, attach_type),
	SUB(link_create, flags), SUB(link_create, target_btf_id),
	AT("link_create", "cookie", link_create.tracing.cookie, false),
	AT("link_create", "relative_fd", link_create.order.relative_fd, false),
	AT("link_create", "expected_revision", link_create.order.expected_revision, false),
	AT("link_create", "iter", link_create.iter.info, true),
	AT("link_create", "iter_len", link_create.iter.info_len, false),
	AT("link_create", "pf", link_create.netfilter.pf, false),
	AT("link_create", "hooknum", link_create.netfilter.hooknum, false),
	AT("link_create", "priority", link_create.netfilter.priority, false),
	AT("link_create", "nf_flags", link_create.netfilter.flags, false),
	AT("link_create", "probe_flags", link_create.kprobe_multi.flags, false),
	AT("link_create", "count", link_create.kprobe_multi.count, false),
	AT("link_create", "syms", link_create.kprobe_multi.syms, true),
	AT("link_create", "addrs", link_create.kprobe_multi.addrs, true),
	AT("link_create", "cookies", link_create.kprobe_multi.cookies, true),
	AT("link_create", "path", link_create.uprobe_multi.path, true),
	AT("link_create", "offsets", link_create.uprobe_multi.offsets, true),
	AT("link_create", "ucount", link_create.uprobe_multi.count, false),
	AT("link_create", "uflags", link_create.uprobe_multi.flags, false),
	AT("link_create", "pid", link_create.uprobe_multi.pid, false),
	SUB(link_update, link_fd), SUB(link_update, new_prog_fd), SUB(link_update, flags),
	SUB(link_update, old_prog_fd), SUB(link_detach, link_fd),
	SUB(iter_create, link_fd), SUB(iter_create, flags),
	SUBP(raw_tracepoint, name), SUB(raw_tracepoint, prog_fd), SUB(raw_tracepoint, cookie),
	SUB(attach, target_fd), SUB(attach, attach_bpf_fd), SUB(attach, attach_type),
	SUB(attach, attach_flags), SUB(attach, replace_bpf_fd), SUB(attach, relative_fd),
	SUB(attach, expected_revision),
	SUB(query, target_fd), SUB(query, attach_type), SUB(query, query_flags),
	SUB(query, attach_flags), SUBP(query, prog_ids), SUB(query, count),
	SUBP(query, prog_attach_flags), SUBP(query, link_ids), SUB(query, revision),
	SUBP(prog_stream_read, stream_buf), SUB(prog_stream_read, stream_buf_len),
	SUB(prog_stream_read, stream_id), SUB(prog_stream_read, prog_fd),
};

/* Which fields a command's words name. */
static const struct {
	const char *prefix, *group;
} groups[] = {
	{"MAP_CREATE", "create"}, {"MAP_GET_NEXT_ID", "id"}, {"MAP_GET_FD", "id"},
	{"MAP_LOOKUP_BATCH", "batch"}, {"MAP_LOOKUP_AND_DELETE_BATCH", "batch"},
	{"MAP_UPDATE_BATCH", "batch"}, {"MAP_DELETE_BATCH", "batch"}, {"MAP_", "elem"},
	{"PROG_LOAD", "load"}, {"OBJ_GET_INFO", "info"}, {"OBJ_", "pin"}, {"PROG_TEST", "test"},
	{"PROG_GET", "id"}, {"BTF_GET", "id"}, {"LINK_GET", "id"}, {"BTF_LOAD", "btf"},
	{"TASK_FD", "task_fd_query"}, {"ENABLE", "enable_stats"}, {"PROG_BIND", "prog_bind_map"},
	{"PROG_STREAM", "prog_stream_read"}, {"LINK_CREATE", "link_create"},
	{"LINK_UPDATE", "link_update"}, {"LINK_DETACH", "link_detach"}, {"ITER_", "iter_create"},
	{"RAW_", "raw_tracepoint"}, {"PROG_ATTACH", "attach"}, {"PROG_DETACH", "attach"},
	{"PROG_QUERY", "query"},
};

struct var {
	const char *name;
	struct bytes bytes; /* of a let; NULL: a number */
	int64_t value;
};

struct buffer {
	const struct field *field;
	uint8_t *data;
	size_t size;
};

/* The row that runs. */
struct row {
	struct arena arena;
	const char *file, *title;
	uint32_t line;
	bool failed;
	bool lacks; /* something that cannot be had on this machine */
	struct sys *sys; /* NULL: the kernel */
	struct var vars[VARS];
	uint32_t nvars;
	int fds[FDS];
	uint32_t nfds;
	struct source sources[SOURCES];
	struct buffer buffers[FIELDS];
	uint32_t nbuffers;
	_Alignas(8) uint8_t attr[ATTR_ROOM];
};

static uint32_t passed, failed, skipped;

static void complain(struct row *r, const char *fmt, ...) __printf(2, 3);
static void complain(struct row *r, const char *fmt, ...)
{
	va_list ap;

	r->failed = true;
	fprintf(stderr, "%s:%u: %s: ", r->file, r->line, r->title);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	if (r->sys && *sys_why(r->sys))
		fprintf(stderr, " (%s)", sys_why(r->sys));
	fputc('\n', stderr);
}

static const struct var *find_var(const struct row *r, const char *name)
{
	for (uint32_t i = r->nvars; i > 0; i--)
		if (strcmp(r->vars[i - 1].name, name) == 0)
			return &r->vars[i - 1];
	return NULL;
}

static struct var *add_var(struct row *r, const char *name)
{
	if (r->nvars == VARS) {
		fprintf(stderr, "%s:%u: too many names\n", r->file, r->line);
		exit(2);
	}
	r->vars[r->nvars].name = arena_strdup(&r->arena, name);
	return &r->vars[r->nvars++];
}

static int64_t number(struct row *r, const char *s)
{
	const struct var *v = find_var(r, s);
	char *end;
	int64_t n;
	int type;

	if (v && !v->bytes.data)
		return v->value;
	n = (int64_t)strtoull(s, &end, 0);
	if (*s && !*end)
		return n;
	type = map_type_by_name(s, &(const char *){NULL});
	if (type < 0)
		type = prog_type_by_name(s, &(const char *){NULL});
	if (type < 0)
		complain(r, "'%s' is no number", s);
	return type;
}

/* One item of a list of bytes: 1:4, x:0a0b, *8, "text", @name */
static void add_item(struct row *r, struct strbuf *out, char *s)
{
	char *colon = strrchr(s, ':');
	const struct var *v = *s == '@' ? find_var(r, s + 1) : NULL;
	unsigned int byte;
	int64_t n;

	if (v) {
		strbuf_addmem(out, v->bytes.data, v->bytes.size);
	} else if (*s == '*') {
		for (n = number(r, s + 1); n > 0; n--)
			strbuf_addch(out, (char)FILLER);
	} else if (*s == '"') {
		strbuf_addmem(out, s + 1, strlen(s + 1) - 1);
		strbuf_addch(out, 0);
	} else if (strncmp(s, "x:", 2) == 0) {
		for (s += 2; sscanf(s, "%2x", &byte) == 1 && s[1]; s += 2)
			strbuf_addch(out, (char)byte);
	} else if (colon) {
		*colon = 0;
		n = number(r, s);
		for (int i = 0, width = atoi(colon + 1); i < width; i++)
			strbuf_addch(out, i < 8 ? (char)(n >> 8 * i) : 0);
	} else {
		complain(r, "'%s' is no list of bytes", s);
	}
}

static struct bytes list(struct row *r, const char *text)
{
	char *s = arena_strdup(&r->arena, text), *item;
	struct strbuf b = {0};
	struct bytes out;

	while ((item = strsep(&s, ",")))
		add_item(r, &b, item);
	out = (struct bytes){arena_memdup(&r->arena, strbuf_str(&b), b.len), b.len};
	strbuf_free(&b);
	return out;
}

static const struct field *find_field(const char *cmd, const char *name)
{
	const char *group = "";

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		if (strncmp(cmd, groups[i].prefix, strlen(groups[i].prefix)) == 0) {
			group = groups[i].group;
			break;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (strcmp(fields[i].group, group) == 0 && strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static void set_pointer(struct row *r, const struct field *f, const char *value)
{
	struct bytes b;
	uint64_t p = 0;

	if (strcmp(value, "bad") == 0) {
		p = 16;
	} else if (strcmp(value, "null") != 0) {
		b = list(r, value);
		p = (uintptr_t)b.data;
		r->buffers[r->nbuffers++ % FIELDS] = (struct buffer){f, (uint8_t *)b.data, b.size};
	}
	memcpy(r->attr + f->off, &p, sizeof(p));
}

static void set_field(struct row *r, const struct field *f, const char *value)
{
	int64_t n;

	if (f->pointer) {
		set_pointer(r, f, value);
	} else if (*value == '"') {
		memcpy(r->attr + f->off, value + 1, min(strlen(value) - 2, (size_t)f->size));
	} else {
		n = number(r, value);
		memcpy(r->attr + f->off, &n, f->size);
	}
}

static int find_cmd(const char *name)
{
	for (int i = 0; i < SYS_CMD_COUNT; i++)
		if (strcmp(sys_cmd_names[i], name) == 0)
			return i;
	return isdigit((unsigned char)*name) ? atoi(name) : -1;
}

static long call(struct row *r, int cmd, uint32_t size)
{
	long ret;

	if (r->sys)
		return sys_bpf(r->sys, cmd, r->attr, size);
	ret = syscall(SYS_bpf, cmd, r->attr, size);
	return ret < 0 ? -errno : ret;
}

static int64_t field_value(const struct row *r, const struct field *f)
{
	int64_t n = 0;

	memcpy(&n, r->attr + f->off, min((size_t)f->size, sizeof(n)));
	return n;
}

static const struct buffer *buffer_of(const struct row *r, const struct field *f)
{
	for (uint32_t i = 0; i < r->nbuffers; i++)
		if (r->buffers[i].field == f)
			return &r->buffers[i];
	return NULL;
}

/* name:=field, or name:=field+offset:width of a buffer */
static void capture(struct row *r, const char *cmd, char *name, char *from)
{
	char *plus = strchr(from, '+');
	const struct field *f;
	const struct buffer *b;
	unsigned int off = 0, width = 4;
	int64_t n = 0;

	if (plus) {
		*plus = 0;
		sscanf(plus + 1, "%u:%u", &off, &width);
	}
	f = find_field(cmd, from);
	b = f ? buffer_of(r, f) : NULL;
	if (!f || (b && off + width > b->size) || width > sizeof(n))
		complain(r, "nothing to take from '%s'", from);
	else if (b)
		memcpy(&n, b->data + off, width);
	else
		n = field_value(r, f);
	add_var(r, name)->value = n;
}

static void compare(struct row *r, const char *cmd, char *name, char *want)
{
	char *plus = strchr(name, '+');
	size_t off = plus ? strtoul(plus + 1, NULL, 0) : 0;
	const struct field *f;
	const struct buffer *b;
	struct bytes bytes;
	int64_t n;

	if (plus)
		*plus = 0;
	f = find_field(cmd, name);
	if (!f) {
		complain(r, "%s has no field '%s'", cmd, name);
		return;
	}
	b = buffer_of(r, f);
	if (!b) {
		n = field_value(r, f);
		if (n != number(r, want))
			complain(r, "%s is %lld, not %s", name, (long long)n, want);
		return;
	}
	bytes = list(r, want);
	if (off + bytes.size <= b->size && memcmp(b->data + off, bytes.data, bytes.size) == 0)
		return;
	complain(r, "%s is not %s but", name, want);
	for (size_t i = off; i < b->size && i < off + 64; i++)
		fprintf(stderr, "%02x%s", b->data[i], i + 1 < b->size ? " " : "\n");
}

static void check_answer(struct row *r, const char *cmd, long ret, const char *want)
{
	const char *name = ret == -ENOTSUPP ? "ENOTSUPP" : strerrorname_np((int)-min(ret, 0l));

	if (!want ? ret >= 0 : isdigit((unsigned char)*want) ? ret == atol(want) :
							       name && strcmp(name, want) == 0)
		return;
	if (ret > 0)
		complain(r, "%s gives %ld, not %s", cmd, ret, want);
	else
		complain(r, "%s gives %s, not %s", cmd, name ? name : "?", want ? want : "success");
}

/* What comes before the arrow; size is what the call is told of the attribute. */
static void set_word(struct row *r, const char *cmd, char *word, uint32_t *size)
{
	char *value = strchr(word, '=');
	const struct field *f;

	if (!value) {
		complain(r, "'%s' is no field=value", word);
		return;
	}
	*value++ = 0;
	f = find_field(cmd, word);
	if (strcmp(word, "size") == 0) {
		*size = (uint32_t)number(r, value);
	} else if (strncmp(word, "at", 2) == 0 && isdigit((unsigned char)word[2])) {
		r->attr[atoi(word + 2) % ATTR_ROOM] = (uint8_t)number(r, value);
	} else if (!f) {
		complain(r, "%s has no field '%s'", cmd, word);
	} else {
		set_field(r, f, value);
	}
}

static void check_word(struct row *r, const char *cmd, char *word)
{
	char *is = strstr(word, ":="), *eq = strchr(word, '=');

	if (is) {
		*is = 0;
		capture(r, cmd, word, is + 2);
	} else if (eq) {
		*eq = 0;
		compare(r, cmd, word, eq + 1);
	} else {
		complain(r, "'%s' is no field=value", word);
	}
}

static void do_call(struct row *r, const char *result, char *words)
{
	const char *cmd = strsep(&words, " "), *want = NULL;
	uint32_t size = sizeof(union sys_attr);
	bool done = false;
	char *word;
	long ret = 0;

	memset(r->attr, 0, sizeof(r->attr));
	r->nbuffers = 0;
	if (find_cmd(cmd) < 0) {
		complain(r, "no command '%s'", cmd);
		return;
	}
	while ((word = strsep(&words, " ")) && strcmp(word, "=>") != 0)
		if (*word)
			set_word(r, cmd, word, &size);
	want = word ? strsep(&words, " ") : NULL;
	ret = call(r, find_cmd(cmd), size);
	check_answer(r, cmd, ret, want);
	if (result && ret >= 0) {
		add_var(r, result)->value = ret;
		r->fds[r->nfds++ % FDS] = (int)ret;
	}
	while (!done && (word = strsep(&words, " ")))
		if (*word)
			check_word(r, cmd, word);
}

/* ---- programs of a source ---- */

static struct source *find_source(struct row *r, const char *name)
{
	struct source *s = r->sources;
	union sys_attr *attr = (union sys_attr *)r->attr;
	struct bytes types;

	while (s < r->sources + SOURCES && s->name && strcmp(s->name, name) != 0)
		s++;
	if (s == r->sources + SOURCES)
		exit(4);
	if (s->name)
		return s;
	*s = (struct source){.name = arena_strdup(&r->arena, name), .btf = -1};
	source_read(&r->arena, r->file, s);
	types = btf_blob(s->image->btf, &r->arena);
	memset(r->attr, 0, sizeof(r->attr));
	attr->btf = (uintptr_t)types.data;
	attr->btf_size = (uint32_t)types.size;
	s->btf = (int)call(r, SYS_BTF_LOAD, sizeof(*attr));
	if (s->btf < 0)
		complain(r, "the types of %s are refused", name);
	return s;
}

static void do_prog(struct row *r, char *words)
{
	const char *name = strsep(&words, " "), *file = strsep(&words, " "), *want = NULL;
	const struct source *s = find_source(r, file);
	const struct prog_def *def = source_prog(s, strsep(&words, " "));
	char *log = arena_alloc(&r->arena, SOURCE_LOG), *word;
	uint32_t size = sizeof(union sys_attr);
	long ret;

	memset(r->attr, 0, sizeof(r->attr));
	source_fill(s, def, &r->arena, log, (union sys_attr *)r->attr);
	while ((word = strsep(&words, " ")) && strcmp(word, "=>") != 0)
		set_word(r, "PROG_LOAD", word, &size);
	want = word ? strsep(&words, " ") : NULL;
	ret = call(r, SYS_PROG_LOAD, size);
	check_answer(r, def->name, ret, want);
	if (words && !strstr(log, words))
		complain(r, "the log has no '%s':\n%s", words, log);
	else if (!want && ret < 0)
		fprintf(stderr, "%s", log);
	if (ret < 0)
		return;
	add_var(r, name)->value = ret;
	r->fds[r->nfds++ % FDS] = (int)ret;
}

static void do_func(struct row *r, char *words)
{
	const char *name = strsep(&words, " "), *file = strsep(&words, " ");
	struct btf *kernel = strcmp(file, "kernel") == 0 ? btf_bundled() : NULL;
	uint32_t id = btf_find(kernel ? kernel : find_source(r, file)->image->btf, words,
			       BTF_KIND_FUNC);

	btf_free(kernel);
	if (!id)
		complain(r, "%s has no function %s", file, words);
	add_var(r, name)->value = id;
}

static void do_open(struct row *r, const char *name, const char *kind)
{
	int fd = kind ? open_thing(kind) : -1;

	if (fd < 0) {
		fprintf(stderr, "%s:%u: %s: no %s here\n", r->file, r->line, r->title, kind);
		r->lacks = true;
		return;
	}
	add_var(r, name)->value = fd;
	r->fds[r->nfds++ % FDS] = fd;
}

/* The id of a struct of the kernel that is asked, and as NAME_size its size. */
static void do_type(struct row *r, const char *name, const char *called)
{
	struct diag d = {.prefix = "door_t"};
	struct btf *btf = r->sys ? btf_bundled() : NULL;
	struct bytes b;
	uint32_t id;

	if (!btf && (file_read("/sys/kernel/btf/vmlinux", 0, &r->arena, &d, &b) ||
		     btf_parse(b.data, b.size, NULL, "vmlinux", &d, &btf)))
		btf = NULL;
	id = btf && called ? btf_find(btf, called, BTF_KIND_STRUCT) : 0;
	if (!id) {
		fprintf(stderr, "%s:%u: %s: no type %s here\n", r->file, r->line, r->title, called);
		r->lacks = true;
	} else {
		add_var(r, name)->value = id;
		add_var(r, arena_printf(&r->arena, "%s_size", name))->value = btf_size(btf, id);
	}
	btf_free(btf);
}

/* All that a descriptor gives is text, which is written with \n. */
static void do_read(struct row *r, const char *name, const char *want)
{
	struct strbuf got = {0};
	char part[512];
	int fd = (int)number(r, name);
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) > 0)
		for (ssize_t i = 0; i < n; i++)
			strbuf_add(&got, part[i] == '\n' ? "\\n" : (char[]){part[i], 0});
	if (n < 0 || strcmp(strbuf_str(&got), want ? want : "") != 0)
		complain(r, "%s reads %s", name, n < 0 ? strerror(errno) : strbuf_str(&got));
	strbuf_free(&got);
}

static void do_line(struct row *r, char *line)
{
	char *is = strstr(line, " := "), *name;

	if (*line == '!') {
		if (system(line + 1) != 0)
			complain(r, "the command failed");
	} else if (strncmp(line, "let ", 4) == 0) {
		line += 4;
		name = strsep(&line, " ");
		add_var(r, name)->bytes = list(r, line ? line : "");
	} else if (strncmp(line, "open ", 5) == 0) {
		line += 5;
		name = strsep(&line, " ");
		do_open(r, name, line);
	} else if (strncmp(line, "type ", 5) == 0) {
		line += 5;
		name = strsep(&line, " ");
		do_type(r, name, line);
	} else if (strncmp(line, "prog ", 5) == 0) {
		do_prog(r, line + 5);
	} else if (strncmp(line, "func ", 5) == 0) {
		do_func(r, line + 5);
	} else if (strncmp(line, "read ", 5) == 0) {
		line += 5;
		name = strsep(&line, " ");
		do_read(r, name, line);
	} else if (strncmp(line, "close ", 6) == 0) {
		int fd = (int)number(r, line + 6);

		close(fd);
		for (uint32_t i = 0; i < r->nfds; i++)
			if (r->fds[i] == fd)
				r->fds[i] = -1;
	} else if (is) {
		*is = 0;
		do_call(r, line, is + 4);
	} else {
		do_call(r, NULL, line);
	}
}

/* A store in memory when there is one, and the working directory in it. */
static int begin_store(struct row *r, char dir[64])
{
	struct diag d = {.prefix = "door_t"};
	struct sys_options opts = {.store = dir};

	strcpy(dir, access("/dev/shm", W_OK) == 0 ? "/dev/shm/doorXXXXXX" : "/tmp/doorXXXXXX");
	if (!mkdtemp(dir) || chdir(dir) != 0)
		return -errno;
	return sys_open(&opts, &d, &r->sys);
}

static void end_store(struct row *r, const char *dir)
{
	char *cmd = arena_printf(&r->arena, "cd / && rm -rf %s", dir);

	sys_close(r->sys);
	if (chdir("/") != 0 || system(cmd) != 0)
		fprintf(stderr, "%s is left behind\n", dir);
}

/* The lines of a row, from its title; `common` are those before the first row. */
static void run_row(const char *file, char *title, uint32_t line, char *text, const char *common,
		    bool kernel)
{
	struct row r = {.file = file, .title = title, .line = 0};
	char dir[64], *rest = arena_strdup(&r.arena, common), *s;

	if (strstr(title, kernel ? "[door]" : "[kernel]")) {
		skipped++;
		arena_free(&r.arena);
		return;
	}
	if (!kernel && begin_store(&r, dir) != 0)
		exit(4);
	add_var(&r, "self")->value = getpid();
	while ((s = strsep(&rest, "\n")))
		if (*s && *s != '#')
			do_line(&r, s);
	r.line = line;
	for (; !r.failed && !r.lacks && (s = strsep(&text, "\n")); r.line++)
		if (*s && *s != '#')
			do_line(&r, s);
	for (uint32_t i = 0; i < min(r.nfds, (uint32_t)FDS); i++)
		if (r.fds[i] > 2)
			close(r.fds[i]);
	for (uint32_t i = 0; i < SOURCES; i++)
		source_free(&r.sources[i]);
	if (!kernel)
		end_store(&r, dir);
	r.failed ? failed++ : r.lacks ? skipped++ : passed++;
	arena_free(&r.arena);
}

static void run_file(const char *path, bool kernel)
{
	struct diag d = {.prefix = "door_t"};
	struct arena a = {0};
	struct bytes b;
	char *text, *at, *next, *title, *body;
	uint32_t line = 1;

	if (file_read(path, 0, &a, &d, &b) != 0)
		exit(4);
	text = arena_strndup(&a, (const char *)b.data, b.size);
	at = strncmp(text, "-- ", 3) == 0 ? text : strstr(text, "\n-- ");
	if (at && at != text)
		*at++ = 0;
	for (const char *p = text; at != text && *p; p++)
		line += *p == '\n';
	for (line += at != text; at; at = next) {
		next = strstr(at, "\n-- ");
		if (next)
			*next++ = 0;
		title = at + 3;
		body = strchrnul(title, '\n');
		if (*body)
			*body++ = 0;
		b.data = (uint8_t *)arena_strdup(&a, body);
		run_row(path, title, line + 1, body, text == title - 3 ? "" : text, kernel);
		for (line++; *b.data; b.data++)
			line += *b.data == '\n';
		line += next != NULL;
	}
	arena_free(&a);
}

int main(int argc, char **argv)
{
	bool kernel = argc > 1 && strcmp(argv[1], "--kernel") == 0;
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
	union sys_attr attr = {.map_type = 2, .key_size = 4, .value_size = 4, .max_entries = 1};
	char here[4096];
	int fd;

	setrlimit(RLIMIT_MEMLOCK, &all);
	if (kernel) {
		fd = (int)syscall(SYS_bpf, SYS_MAP_CREATE, &attr, sizeof(attr));
		if (fd < 0) {
			printf("0 passed, 0 failed, 1 skipped\n");
			return 0;
		}
		close(fd);
	}
	if (!getcwd(here, sizeof(here)))
		return 4;
	for (int i = 1 + kernel; i < argc; i++) {
		char *path = argv[i][0] == '/' ? strdup(argv[i]) : NULL;

		if (!path && asprintf(&path, "%s/%s", here, argv[i]) < 0)
			return 4;
		run_file(path, kernel);
		free(path);
	}
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return failed != 0;
}
