#include "cmd/objects.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command.h"
#include "maps/region.h"
#include "maps/store.h"

error_t objects_parse(int key, char *arg, struct argp_state *state)
{
	struct objects *o = state->input;

	switch (key) {
	case KEY_BPFFS:
		o->bpffs = arg;
		return 0;
	case KEY_FIX:
		o->fix = true;
		return 0;
	case KEY_FROM:
		o->from = arg;
		return 0;
	case KEY_CPUS:
		o->cpus = (uint32_t)number_arg(state, "--cpus", arg, 1, REGION_CPUS);
		return 0;
	case ARGP_KEY_ARG:
		vec_push(&o->words, arg);
		return 0;
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

int objects_begin(struct objects *o, const struct argp *argp, int argc, char **argv,
		  const char *schema)
{
	struct sys_options opts = {0};
	int err;

	parse_args(argp, argc, argv, o, &o->common);
	o->d = &o->common.diag;
	opts.store = o->bpffs;
	opts.ncpus = o->cpus;
	err = sys_open(&opts, o->d, &o->sys);
	if (err)
		return EXIT_ENVIRONMENT;
	out_begin(&o->out, o->common.format, schema);
	o->out.color = wants_color(&o->common);
	return 0;
}

/* What the answer to a question about an object means. */
static int exit_for(int err)
{
	switch (err) {
	case -ENOENT:
	case -EEXIST:
	case -EKEYREJECTED: /* by the verifier */
		return EXIT_NO;
	case -EFAULT:
		return EXIT_TRAPPED;
	case -ENOSYS:
		return EXIT_SKIPPED;
	default:
		return exit_status(err);
	}
}

int objects_end(struct objects *o, int err)
{
	int status = exit_for(err);

	if (err)
		strbuf_free(&o->out.buf);
	else if (out_end(&o->out, o->common.output, o->d) != 0)
		status = EXIT_ENVIRONMENT;
	sys_close(o->sys);
	btf_free(o->kernel);
	vec_free(&o->words);
	arena_free(&o->arena);
	return finish(status);
}

int objects_run(int argc, char **argv, const struct argp *argp, const char *schema,
		const struct verb *verbs, size_t n)
{
	struct objects o = {0};
	int err = objects_begin(&o, argp, argc, argv, schema);
	const char *word;

	if (err)
		return err;
	word = next_word(&o);
	for (size_t i = 0; i < n; i++)
		if (!word || strcmp(verbs[i].name, word) == 0)
			return objects_end(&o, verbs[i].run(&o));
	usage_error(o.d->prefix, "unknown word '%s'", word);
}

const char *peek_word(const struct objects *o)
{
	return o->words.at < o->words.n ? o->words.v[o->words.at] : NULL;
}

const char *next_word(struct objects *o)
{
	const char *word = peek_word(o);

	o->words.at += word != NULL;
	return word;
}

const char *last_word(const struct objects *o)
{
	return o->words.at ? o->words.v[o->words.at - 1] : "";
}

bool next_is(struct objects *o, const char *word)
{
	const char *next = peek_word(o);

	if (!next || strcmp(next, word) != 0)
		return false;
	o->words.at++;
	return true;
}

const char *need_word(struct objects *o, const char *what)
{
	const char *word = next_word(o);

	if (!word)
		usage_error(o->d->prefix, "expected %s", what);
	return word;
}

uint64_t need_number(struct objects *o, const char *what, uint64_t hi)
{
	const char *word = need_word(o, what);
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(word, &end, 0);
	if (errno || *end || !*word || *word == '-' || n > hi)
		usage_error(o->d->prefix, "expected %s, got '%s'", what, word);
	return n;
}

void need_end(struct objects *o)
{
	if (peek_word(o))
		usage_error(o->d->prefix, "'%s' is too much", peek_word(o));
}

long door(struct objects *o, int cmd, union sys_attr *attr, const char *what)
{
	long ret = sys_bpf(o->sys, cmd, attr, sizeof(*attr));
	const char *why;

	if (ret >= 0)
		return ret;
	why = sys_why(o->sys);
	if (!*why)
		why = ret == -ENOTSUPP ? "not supported by this type" : strerror((int)-ret);
	return fail(o->d, NULL, (int)ret, "%s: %s", what, why);
}

void not_shown(struct objects *o, const char *kind, uint32_t id, int err)
{
	const char *why = sys_why(o->sys);

	warn(o->d, NULL, "%s %u: %s", kind, id, *why ? why : strerror(-err));
}

const char *store_path(struct objects *o, const char *name)
{
	if (*name == '/' || *name == '.')
		return name;
	return arena_printf(&o->arena, "%s/%s", sys_store(o->sys)->path, name);
}

/* What open_path() does, in silence. */
static int try_path(struct objects *o, const char *path, uint32_t access)
{
	const char *full = store_path(o, path);
	union sys_attr attr = {.pathname = (uintptr_t)full, .file_flags = access};

	return (int)sys_bpf(o->sys, SYS_OBJ_GET, &attr, sizeof(attr));
}

const char *path_why(const struct objects *o, int err)
{
	if (*sys_why(o->sys))
		return sys_why(o->sys);
	return err == -EACCES ? "not an object, or not ours to open" : strerror(-err);
}

static int say_why(struct objects *o, const char *path, int err)
{
	return fail(o->d, NULL, err, "%s: %s", path, path_why(o, err));
}

int open_path(struct objects *o, const char *path, uint32_t access)
{
	int fd = try_path(o, path, access);

	return fd < 0 ? say_why(o, path, fd) : fd;
}

int peek_path(struct objects *o, const char *path)
{
	union sys_attr attr = {.pathname = (uintptr_t)path, .file_flags = STORE_RDONLY};
	int fd = (int)sys_bpf(o->sys, SYS_OBJ_GET, &attr, sizeof(attr));

	attr.file_flags = 0;
	return fd == -EINVAL ? (int)sys_bpf(o->sys, SYS_OBJ_GET, &attr, sizeof(attr)) : fd;
}

/* What is no regular file is not opened: a pipe's writer would lose its reader. */
static bool is_program_file(const char *path)
{
	struct stat st;
	int fd = stat(path, &st) == 0 && S_ISREG(st.st_mode)
			 ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
			 : -1;
	enum store_kind kind;
	bool is = fd >= 0 && store_kind_of(fd, &kind) == 0 && kind == STORE_PROG;

	if (fd >= 0)
		close(fd);
	return is;
}

int open_pinned_program(struct objects *o, const char *word, const char *bpffs)
{
	struct sys_options opts = {.store = bpffs};
	bool is_here = access(word, F_OK) == 0;
	const char *path = word;
	union sys_attr attr = {0};

	/* Names of the store have no dots, and those of files mostly do. */
	if (is_here ? !is_program_file(word) : strchr(word, '.') || strcmp(word, "-") == 0)
		return 0;
	if (!o->sys && sys_open(&opts, o->d, &o->sys) != 0)
		return 0;
	if (!is_here)
		path = store_path(o, word);
	if (access(path, F_OK) != 0)
		return 0;
	attr.pathname = (uintptr_t)path;
	return (int)door(o, SYS_OBJ_GET, &attr, word);
}

int open_id(struct objects *o, int cmd, uint32_t id)
{
	union sys_attr attr = {.start_id = id};
	char what[32];

	snprintf(what, sizeof(what), "id %u", id);
	return (int)door(o, cmd, &attr, what);
}

static const char *pin_why(const struct objects *o, const char *path, long err)
{
	bool is_name = *path != '/' && *path != '.';
	const char *slash = strrchr(path, '/');

	if (*sys_why(o->sys))
		return sys_why(o->sys);
	if (err == -ENOENT)
		return "there is no such directory";
	if (err == -EPERM && strchr(is_name || !slash ? path : slash, '.'))
		return "names in a store have no dots";
	return err == -EPERM ? "not a place in the store" : strerror((int)-err);
}

int pin_object(struct objects *o, int fd, const char *path)
{
	const char *full = store_path(o, path);
	union sys_attr attr = {.pathname = (uintptr_t)full, .bpf_fd = (uint32_t)fd};
	long err = sys_bpf(o->sys, SYS_OBJ_PIN, &attr, sizeof(attr));

	return err < 0 ? fail(o->d, NULL, (int)err, "%s: %s", path, pin_why(o, path, err)) : 0;
}

int map_info_of(struct objects *o, int fd, struct sys_map_info *info)
{
	union sys_attr attr = {.info = {(uint32_t)fd, sizeof(*info), (uintptr_t)info}};

	memset(info, 0, sizeof(*info));
	return (int)door(o, SYS_OBJ_GET_INFO_BY_FD, &attr, "map");
}

int prog_info_of(struct objects *o, int fd, struct sys_prog_info *info)
{
	union sys_attr attr = {.info = {(uint32_t)fd, sizeof(*info), (uintptr_t)info}};

	return (int)door(o, SYS_OBJ_GET_INFO_BY_FD, &attr, "program");
}

static const struct {
	const char *name;
	int next_id, fd_by_id;
} kinds[] = {
	[WORD_MAP] = {"map", SYS_MAP_GET_NEXT_ID, SYS_MAP_GET_FD_BY_ID},
	[WORD_PROG] = {"program", SYS_PROG_GET_NEXT_ID, SYS_PROG_GET_FD_BY_ID},
	[WORD_LINK] = {"link", SYS_LINK_GET_NEXT_ID, SYS_LINK_GET_FD_BY_ID},
};

/* Has the object this name, or this tag? */
static bool is_called(struct objects *o, enum object_word kind, int fd, const char *name,
		      const char *tag)
{
	struct sys_map_info map;
	struct sys_prog_info prog = {0};
	char hex[2 * SYS_TAG_SIZE + 1];

	if (kind == WORD_MAP)
		return name && map_info_of(o, fd, &map) == 0 && strcmp(map.name, name) == 0;
	if (prog_info_of(o, fd, &prog) != 0)
		return false;
	for (int i = 0; i < SYS_TAG_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", prog.tag[i]);
	return name ? strcmp(prog.name, name) == 0 : strcmp(hex, tag) == 0;
}

/* The only object with a name or tag. */
static int find_called(struct objects *o, enum object_word kind, const char *name, const char *tag)
{
	union sys_attr attr = {0};
	int found = -ENOENT;

	while (sys_bpf(o->sys, kinds[kind].next_id, &attr, sizeof(attr)) == 0) {
		uint32_t id = attr.next_id;
		union sys_attr by = {.start_id = id};
		int fd = (int)sys_bpf(o->sys, kinds[kind].fd_by_id, &by, sizeof(by));

		attr = (union sys_attr){.start_id = id};
		if (fd < 0)
			continue;
		if (!is_called(o, kind, fd, name, tag)) {
			close(fd);
			continue;
		}
		if (found >= 0) {
			close(fd);
			close(found);
			return fail(o->d, NULL, -EINVAL, "several %ss are called '%s'; say id N",
				    kinds[kind].name, name ? name : tag);
		}
		found = fd;
	}
	if (found < 0)
		return fail(o->d, NULL, found, "no %s is called '%s'", kinds[kind].name,
			    name ? name : tag);
	return found;
}

int need_object(struct objects *o, enum object_word kind)
{
	static const enum store_kind stored[] = {STORE_MAP, STORE_PROG, STORE_LINK};
	const char *word = need_word(o, arena_printf(&o->arena, "a %s", kinds[kind].name));
	enum store_kind is;
	int fd;

	if (strcmp(word, "id") == 0)
		return open_id(o, kinds[kind].fd_by_id,
			       (uint32_t)need_number(o, "an id", UINT32_MAX));
	if (strcmp(word, "name") == 0 && kind != WORD_LINK)
		return find_called(o, kind, need_word(o, "a name"), NULL);
	if (strcmp(word, "tag") == 0 && kind == WORD_PROG)
		return find_called(o, kind, NULL, need_word(o, "a tag"));
	if (strcmp(word, "pinned") == 0)
		word = need_word(o, "a path");
	fd = try_path(o, word, 0);
	if ((fd == -EACCES || fd == -EROFS) && kind == WORD_MAP)
		fd = try_path(o, word, STORE_RDONLY);
	if (fd < 0)
		return say_why(o, word, fd);
	if (store_kind_of(fd, &is) == 0 && is == stored[kind])
		return fd;
	close(fd);
	return fail(o->d, NULL, -EINVAL, "%s is no %s", word, kinds[kind].name);
}

struct btf *program_types(struct objects *o, const struct sys_prog_info *info)
{
	struct btf *btf = NULL;
	struct bytes raw;

	if (!info->btf_id || btf_bytes(o, info->btf_id, &raw) != 0 ||
	    btf_parse(raw.data, raw.size, NULL, info->name, o->d, &btf) != 0)
		return NULL;
	return btf;
}

uint32_t program_func(struct objects *o, const struct sys_prog_info *info, const char *name)
{
	struct btf *btf = program_types(o, info);
	uint32_t id = btf ? btf_find(btf, name, BTF_KIND_FUNC) : 0;

	btf_free(btf);
	return id;
}

int btf_bytes(struct objects *o, uint32_t id, struct bytes *out)
{
	int fd = open_id(o, SYS_BTF_GET_FD_BY_ID, id), err;
	struct sys_btf_info info = {0};
	union sys_attr attr = {.info = {(uint32_t)fd, sizeof(info), (uintptr_t)&info}};
	uint8_t *raw;

	if (fd < 0)
		return fd;
	err = (int)door(o, SYS_OBJ_GET_INFO_BY_FD, &attr, "BTF");
	raw = arena_alloc(&o->arena, info.btf_size + 1);
	*out = (struct bytes){raw, info.btf_size};
	info = (struct sys_btf_info){.btf = (uintptr_t)raw, .btf_size = info.btf_size};
	attr.info.info_len = sizeof(info);
	if (!err)
		err = (int)door(o, SYS_OBJ_GET_INFO_BY_FD, &attr, "BTF");
	close(fd);
	return err;
}
