/*
 * Runs the programs in tests/testrun through PROG_TEST_RUN: `testrun_t FILE...` asks the door of
 * core/sys, `testrun_t --kernel FILE...` the machine's kernel; both must answer what the rows say,
 * byte by byte. `testrun_t --record FILE` writes the file anew with the kernel's answers. The door
 * checks each access; with `--interp`, `--fast` or `--opt` that engine runs what is proved safe.
 *
 *	-- title
 *	type SECTION
 *	data pkt:LAYERS | BYTES in hex		(none without it)
 *	ctx  FIELD=NUMBER ...			fields of the context; `ctx` alone is one of zeroes
 *	args NUMBER ...				a context of words, of raw tracepoints and syscall
 *	statements of the assembler
 *	=> ERRNO RETVAL DATA CONTEXT		what comes back, in hex
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "asm/asm.h"
#include "core/base/file.h"
#include "core/interp/interp.h"
#include "core/load/load.h"
#include "core/obj/ctx.h"
#include "core/obj/prog_type.h"
#include "core/packet/build.h"
#include "core/sys/sys.h"
#include "jit/jit.h"

enum { ROOM = 1 << 17, MAPS = 8, CTX_ROOM = 512 };

enum mode { ASK_DOOR, ASK_KERNEL, RECORD };

struct row {
	char *title, *type, *body;
	struct bytes data, ctx;
	bool has_ctx;
	bool in_place; /* the context comes back where it was, or not at all */
};

static enum mode mode;
static const struct engine *engine; /* NULL: each access is checked */
static struct sys *sys;
static struct diag diag;
static unsigned int passed, failed, skipped, native;
static uint8_t data_out[ROOM], ctx_out[CTX_ROOM];

static long bpf(int cmd, union sys_attr *attr)
{
	long ret;

	if (mode == ASK_DOOR)
		return sys_bpf(sys, cmd, attr, sizeof(*attr));
	ret = syscall(SYS_bpf, cmd, attr, sizeof(*attr));
	return ret < 0 ? -errno : ret;
}

static struct bytes unhex(struct arena *a, const char *s)
{
	uint8_t *out = arena_alloc(a, strlen(s) / 2 + 1);
	size_t n = 0;

	for (unsigned int v; sscanf(s, "%2x", &v) == 1 && s[0] && s[1]; s += 2)
		out[n++] = (uint8_t)v;
	return (struct bytes){out, n};
}

static void set_field(uint8_t *ctx, const struct ctx_type *type, char *word)
{
	char *eq = strchr(word, '='), *index = strchr(word, '[');
	uint64_t v = strtoull(eq + 1, NULL, 0);
	uint32_t at = index && index < eq ? (uint32_t)atoi(index + 1) : 0;

	*(index && index < eq ? index : eq) = '\0';
	for (uint32_t i = 0; i < type->nfields; i++)
		if (strcmp(type->fields[i].name, word) == 0) {
			memcpy(ctx + type->fields[i].off + at * type->fields[i].unit, &v,
			       type->fields[i].unit);
			return;
		}
	fprintf(stderr, "no field %s\n", word);
	exit(4);
}

static struct bytes read_ctx(struct arena *a, const struct ctx_type *type, char *words)
{
	uint8_t *ctx = arena_alloc(a, type->size);

	for (char *w; (w = strsep(&words, " "));)
		if (*w)
			set_field(ctx, type, w);
	return (struct bytes){ctx, type->size};
}

static struct bytes read_words(struct arena *a, char *words)
{
	uint64_t *out = arena_alloc(a, CTX_ROOM);
	size_t n = 0;

	for (char *w; (w = strsep(&words, " "));)
		if (*w && n < CTX_ROOM / sizeof(*out))
			out[n++] = strtoull(w, NULL, 0);
	return (struct bytes){(uint8_t *)out, n * sizeof(*out)};
}

/* A program of the row; the descriptor, or -errno. */
static long load(const struct image *image, const struct prog_def *def)
{
	int fds[MAPS];
	union sys_attr attr = {0};
	long fd;

	for (uint32_t i = 0; i < image->nmaps && i < MAPS; i++) {
		union sys_attr m = {.map_type = image->maps[i].type,
				    .key_size = image->maps[i].key_size,
				    .value_size = image->maps[i].value_size,
				    .max_entries = image->maps[i].max_entries};

		fds[i] = (int)bpf(SYS_MAP_CREATE, &m);
	}
	attr.prog_type = def->type;
	attr.insn_cnt = def->ninsns;
	attr.insns = (uintptr_t)def->insns;
	attr.license = (uintptr_t) "GPL";
	attr.prog_flags = def->flags;
	attr.expected_attach_type = def->attach_type;
	attr.fd_array = (uintptr_t)fds;
	fd = bpf(SYS_PROG_LOAD, &attr);
	for (uint32_t i = 0; i < image->nmaps && i < MAPS; i++)
		close(fds[i]);
	return fd;
}

static void add_hex(struct strbuf *b, const uint8_t *p, size_t n)
{
	strbuf_add(b, n ? " " : " -");
	for (size_t i = 0; i < n; i++)
		strbuf_addf(b, "%02x", p[i]);
}

/* From now on the engine runs it, if it can be trusted. */
static void trust(int fd)
{
	struct sys_watch w;

	if (sys_watch(sys, fd, &w) == 0)
		native += sys_trust(&w, engine) == 0;
}

static void answer(const struct row *row, long fd, struct strbuf *b)
{
	union sys_attr attr = {0};
	long err;

	attr.test.prog_fd = (uint32_t)fd;
	if (row->data.size) {
		attr.test.data_in = (uintptr_t)row->data.data;
		attr.test.data_size_in = (uint32_t)row->data.size;
		attr.test.data_out = (uintptr_t)data_out;
		attr.test.data_size_out = sizeof(data_out);
	}
	if (row->has_ctx) {
		attr.test.ctx_in = (uintptr_t)row->ctx.data;
		attr.test.ctx_size_in = (uint32_t)row->ctx.size;
	}
	if (row->has_ctx && !row->in_place) {
		attr.test.ctx_out = (uintptr_t)ctx_out;
		attr.test.ctx_size_out = (uint32_t)row->ctx.size;
	}
	if (engine)
		trust((int)fd);
	err = bpf(SYS_PROG_TEST_RUN, &attr);
	strbuf_addf(b, "=> %ld %u", err, err ? 0 : attr.test.retval);
	if (err)
		return;
	add_hex(b, data_out, row->data.size ? attr.test.data_size_out : 0);
	if (row->in_place)
		add_hex(b, row->ctx.data, row->ctx.size);
	else
		add_hex(b, ctx_out, row->has_ctx ? attr.test.ctx_size_out : 0);
}

static int run(struct arena *a, const struct row *row, struct strbuf *b)
{
	char *text =
		arena_printf(a, ".license \"GPL\"\n.prog p, \"%s\"\n%s\n", row->type, row->body);
	struct asm_options opts = {.path = row->title};
	struct load_options how = {0};
	struct object *obj = NULL;
	struct image *image = NULL;
	long fd = -EINVAL;
	int err = asm_source(&opts, text, strlen(text), &diag, &obj);

	if (!err)
		err = load_image(obj, &how, &diag, &image);
	if (!err)
		fd = load(image, &image->progs[0]);
	if (fd < 0)
		strbuf_addf(b, "=> not loaded: %ld", fd);
	else
		answer(row, fd, b);
	if (fd >= 0)
		close((int)fd);
	image_free(image);
	if (obj)
		object_free(obj);
	free(obj);
	return err;
}

/* The value of a row's line "name value", taken out of its body; NULL when there is none. */
static char *take(char **body, const char *name)
{
	size_t len = strlen(name);
	char *value;

	if (strncmp(*body, name, len) != 0 || !strchr(" \n", (*body)[len]))
		return NULL;
	value = *body + len;
	*body = strchrnul(value, '\n');
	if (**body)
		*(*body)++ = '\0';
	while (*value == ' ')
		value++;
	return value;
}

static void read_row(struct arena *a, char *text, struct row *row)
{
	const struct ctx_type *type;
	char *data, *ctx, *args;
	struct ctx_view view;

	*row = (struct row){.title = text};
	row->body = strchr(text, '\n');
	*row->body++ = '\0';
	row->type = take(&row->body, "type");
	data = take(&row->body, "data");
	if (data && strncmp(data, "pkt:", 4) == 0)
		packet_build(data + 4, a, &diag, &row->data);
	else if (data)
		row->data = unhex(a, data);
	args = take(&row->body, "args");
	if (args) {
		row->ctx = read_words(a, args);
		row->has_ctx = row->in_place = true;
	}
	ctx = take(&row->body, "ctx");
	if (!ctx)
		return;
	row->has_ctx = true;
	view = ctx_view_of(strcmp(row->type, "xdp") == 0	 ? PROG_TYPE_XDP
			   : strcmp(row->type, "sk_lookup") == 0 ? PROG_TYPE_SK_LOOKUP
								 : PROG_TYPE_SCHED_CLS,
			   0);
	type = strcmp(row->type, "flow_dissector") == 0 ? &ctx_bpf_flow_keys : view.type;
	row->ctx = read_ctx(a, type, ctx);
}

/* One row, whose text ends before the next; what it says stands in its last line. */
static void do_row(const char *path, char *text, struct strbuf *recorded)
{
	struct arena a = {0};
	char *given = arena_strdup(&a, text), *want = strstr(text, "\n=> ");
	struct strbuf got = {0};
	struct row row;

	if (want)
		*want++ = '\0';
	given[strlen(text)] = '\0';
	read_row(&a, text, &row);
	if (want)
		want[strcspn(want, "\n")] = '\0';
	run(&a, &row, &got);
	strbuf_addf(recorded, "-- %s\n%s\n", given, strbuf_str(&got));
	if (mode != RECORD && want && strcmp(want, strbuf_str(&got)) == 0) {
		passed++;
	} else if (mode != RECORD) {
		failed++;
		printf("%s: %s\n  want %s\n  got  %s\n", path, row.title, want ? want : "",
		       strbuf_str(&got));
	}
	strbuf_free(&got);
	arena_free(&a);
}

static void do_file(const char *path)
{
	struct strbuf recorded = {0};
	struct arena a = {0};
	struct bytes in;
	char *text, *next;

	if (file_read(path, 0, &a, &diag, &in))
		exit(4);
	text = strstr((char *)(uintptr_t)in.data, "-- ");
	strbuf_addmem(&recorded, in.data, (size_t)(text - (char *)(uintptr_t)in.data));
	for (; text; text = next) {
		next = strstr(text, "\n-- ");
		if (next)
			*next++ = '\0';
		do_row(path, text + 3, &recorded);
	}
	if (mode == RECORD)
		file_write(path, recorded.s, recorded.len, &diag);
	strbuf_free(&recorded);
	arena_free(&a);
}

static bool kernel_lets_us(void)
{
	union sys_attr attr = {.map_type = 2, .key_size = 4, .value_size = 4, .max_entries = 1};
	int fd = (int)syscall(SYS_bpf, SYS_MAP_CREATE, &attr, sizeof(attr));

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static const struct engine *engine_of(const char *option)
{
	if (strcmp(option, "--interp") == 0)
		return &interp_engine;
	if (strcmp(option, "--fast") == 0)
		return &jit_fast_engine;
	return strcmp(option, "--opt") == 0 ? &jit_opt_engine : NULL;
}

int main(int argc, char **argv)
{
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
	char dir[] = "/tmp/testrunXXXXXX", cmd[64];
	struct sys_options opts = {.store = dir};
	int first = 1;

	setrlimit(RLIMIT_MEMLOCK, &all);
	if (argc > 1 && strncmp(argv[1], "--", 2) == 0) {
		engine = engine_of(argv[1]);
		if (!engine)
			mode = strcmp(argv[1], "--record") == 0 ? RECORD : ASK_KERNEL;
		first++;
	}
	if (mode != ASK_DOOR && !kernel_lets_us()) {
		printf("0 passed, 0 failed, 1 skipped\n");
		return 0;
	}
	if (!mkdtemp(dir) || sys_open(&opts, &diag, &sys))
		return 4;
	for (int i = first; i < argc; i++)
		do_file(argv[i]);
	sys_close(sys);
	snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
	if (system(cmd) != 0)
		return 4;
	if (engine)
		printf("%u of them ran as the engine's own code\n", native);
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return failed != 0;
}
