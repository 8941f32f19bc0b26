/* The kinds of contexts: which one a SPEC is, and its inputs one after the other. */
#include "cmd/run_scene.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/packet/hexdump.h"
#include "disasm/disasm.h"

static const struct ctx_kind *const kinds[] = {
#define CTX_KIND(name) &ctx_kind_##name,
#include "cmd/ctx_kinds.def"
};

enum { START_SIZE = 4096 }; /* bytes of a file that tell its kind */

struct loc ctx_loc(const struct ctx_source *s)
{
	bool is_stdin = s->is_file && strcmp(s->body, "-") == 0;

	return (struct loc){.file = is_stdin ? "standard input" : s->is_file ? s->body : "--ctx"};
}

int ctx_read(struct ctx_source *s)
{
	if (s->content.data)
		return 0;
	s->is_file = true;
	return ctx_read_spec(s->r, &(struct run_spec){s->body, s->fifo}, &s->content);
}

static const struct ctx_kind *named_kind(struct ctx_source *s)
{
	const char *colon = strchr(s->spec, ':');

	for (size_t i = 0; colon && i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i]->name);

		if (s->spec + len == colon && strncmp(s->spec, kinds[i]->name, len) == 0) {
			s->body = colon + 1;
			return kinds[i];
		}
	}
	return NULL;
}

/* What waits in a pipe, without taking it out. */
static ssize_t peek_pipe(int fd, uint8_t *start)
{
	ssize_t n;
	int copy[2];

	if (pipe2(copy, O_CLOEXEC) != 0)
		return -1;
	n = tee(fd, copy[1], START_SIZE, 0);
	if (n > 0)
		n = read(copy[0], start, (size_t)n);
	close(copy[0]);
	close(copy[1]);
	return n;
}

/* The pipes of a shell's <(command), /dev/fd/N, have none and are open elsewhere, too. */
static bool is_named_fifo(const char *path)
{
	struct stat st;
	struct statfs fs;

	return stat(path, &st) == 0 && S_ISFIFO(st.st_mode) && statfs(path, &fs) == 0 &&
	       fs.f_type != PIPEFS_MAGIC;
}

int ctx_open_fifos(struct run_options *o, struct diag *d)
{
	vec_each(&o->ctxs, spec) {
		if (!is_named_fifo(spec->text))
			continue;
		spec->fifo = open(spec->text, O_RDONLY | O_CLOEXEC);
		if (spec->fifo < 0)
			return fail(d, NULL, -errno, "cannot open '%s': %m", spec->text);
	}
	return 0;
}

/* How the file begins; nothing when that cannot be seen, which is not said here. */
static size_t peek(const struct run_spec *spec, uint8_t start[START_SIZE])
{
	bool is_open = spec->fifo || strcmp(spec->text, "-") == 0;
	int fd = is_open ? spec->fifo : open(spec->text, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n = 0;

	if (fd < 0 || fstat(fd, &st) != 0)
		return 0;
	if (S_ISREG(st.st_mode))
		n = pread(fd, start, START_SIZE, 0);
	else if (S_ISFIFO(st.st_mode))
		n = peek_pipe(fd, start);
	if (!is_open)
		close(fd);
	return (size_t)max(n, 0);
}

bool ctx_begins_as(const struct run_spec *spec, bool (*detect)(struct bytes start))
{
	uint8_t start[START_SIZE];
	size_t size = peek(spec, start);

	return detect((struct bytes){start, size});
}

int ctx_read_spec(struct run *r, const struct run_spec *spec, struct bytes *out)
{
	if (spec->fifo)
		return file_read_fd(spec->fifo, spec->text, 0, &r->arena, r->d, out);
	return file_read(spec->text, 0, &r->arena, r->d, out);
}

static const struct ctx_kind *file_kind(struct ctx_source *s)
{
	uint8_t start[START_SIZE];
	size_t size;

	s->body = s->spec;
	s->is_file = true;
	/* One of inputs was read before anything ran, and pipes are empty by now. */
	vec_each(&s->r->inputs, in) {
		if (in->spec != s->spec)
			continue;
		s->content = in->text;
		return &ctx_kind_inputs;
	}
	size = peek(&(struct run_spec){s->spec, s->fifo}, start);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i]->detect && kinds[i]->detect((struct bytes){start, size}))
			return kinds[i];
	return kinds[ARRAY_SIZE(kinds) - 1];
}

static int run_kind(struct run *r, const struct ctx_kind *kind, struct ctx_source *from)
{
	struct ctx_source s = *from;
	struct ctx_input in = {0};
	int err = 0, got = 0;

	if (!r->vm.main && !kind->targets)
		err = vm_select(&r->vm, NULL, r->d);
	if (!err)
		err = kind->fits(r);
	if (err)
		return err;
	r->many |= kind->many || !r->vm.main;
	r->by_target = !r->vm.main;
	err = kind->open(&s);
	if (!err && r->o->packet.jobs > 1 && kind == &ctx_kind_capture)
		err = run_spread(r, s.state);
	while (!err && (got = kind->next(&s, &in)) > 0) {
		if (numbers_end_before(&r->o->packets, ++r->number))
			break;
		if (!numbers_have(&r->o->packets, r->number) ||
		    (!in.scene && !run_wants(r, &in.pkt)))
			continue;
		r->npackets++;
		in.pkt.number = r->number;
		err = run_input(r, &in);
	}
	if (kind->close)
		kind->close(&s);
	return err ? err : min(got, 0);
}

static int run_source(struct run *r, const struct run_spec *spec)
{
	struct ctx_source s = {.r = r, .spec = spec->text, .fifo = spec->fifo};
	const struct ctx_kind *kind = named_kind(&s);

	return run_kind(r, kind ? kind : file_kind(&s), &s);
}

/* On an empty packet, what options say, or no memory at all. */
static int run_on_nothing(struct run *r)
{
	struct ctx_input nothing = {.pkt.data = (const uint8_t *)"",
				    .data = (void *)(uintptr_t) ""};
	int err = r->vm.main ? 0 : vm_select(&r->vm, NULL, r->d);
	const struct ctx_kind *kind;

	if (err)
		return err;
	kind = run_iterated(r);
	if (!kind && r->vm.main->type && !r->vm.type)
		kind = &ctx_kind_options;
	if (kind)
		return run_kind(r, kind, &(struct ctx_source){.r = r, .spec = ""});
	return run_input(r, &nothing);
}

int run_all(struct run *r)
{
	int err = 0;

	r->many = r->o->ctxs.n > 1;
	if (!r->o->ctxs.n)
		return run_on_nothing(r);
	for (size_t i = 0; i < r->o->ctxs.n && !err; i++)
		err = run_source(r, &r->o->ctxs.v[i]);
	return err;
}

/* ---- bytes: a packet, or memory ---- */

int ctx_fits_any(struct run *r __unused)
{
	return 0;
}

static int hex_open(struct ctx_source *s)
{
	struct bytes text = {(const uint8_t *)s->body, strlen(s->body)};

	return disasm_read_hex(text, "--ctx", &s->r->arena, s->r->d, &s->content);
}

int ctx_bytes_next(struct ctx_source *s, struct ctx_input *in)
{
	struct bytes b = s->content;

	if (s->state)
		return 0;
	s->state = s;
	if (s->r->vm.type && b.size > PACKET_MAX)
		return fail(s->r->d, NULL, -EINVAL, "--ctx: a packet has at most %d bytes, not %zu",
			    PACKET_MAX, b.size);
	*in = (struct ctx_input){
		.pkt = {.data = b.data, .len = (uint32_t)b.size, .wire_len = (uint32_t)b.size},
		.data = s->r->vm.type ? NULL : arena_memdup(&s->r->arena, b.data, b.size),
		.size = b.size,
	};
	return 1;
}

const struct ctx_kind ctx_kind_hex = {
	.name = "hex",
	.fits = ctx_fits_any,
	.open = hex_open,
	.next = ctx_bytes_next,
};

const struct ctx_kind ctx_kind_raw = {
	.name = "raw",
	.fits = ctx_fits_any,
	.open = ctx_read,
	.next = ctx_bytes_next,
};

/* ---- files of hex digits, as xxd -p and -i and Wireshark's copies are ---- */

/* What is between the braces of a C array, or all of it. */
static struct bytes inside_braces(struct bytes text)
{
	const uint8_t *open = memchr(text.data, '{', text.size), *close;
	size_t left;

	if (!open)
		return text;
	left = text.size - (size_t)(open + 1 - text.data);
	close = memchr(open + 1, '}', left);
	return (struct bytes){(uint8_t *)open + 1, close ? (size_t)(close - open - 1) : left};
}

static bool is_digits(struct bytes start)
{
	struct bytes text = inside_braces(start);
	size_t digits = 0;

	for (size_t i = 0; i < text.size; i++) {
		bool is_digit = isxdigit(text.data[i]);

		if (!is_digit && (!text.data[i] || !strchr(" \t\r\n,\"\\x", text.data[i])))
			return false;
		digits += is_digit;
	}
	return digits > 1 && !hexdump_is(start);
}

static int open_digits(struct ctx_source *s)
{
	int err = ctx_read(s);
	struct bytes text = inside_braces(s->content);
	char *copy = err ? NULL
			 : arena_strndup(&s->r->arena, (const char *)text.data, text.size);

	if (err)
		return err;
	for (size_t i = 0; i < text.size; i++)
		if (copy[i] == '"')
			copy[i] = ' ';
	return disasm_read_hex((struct bytes){(uint8_t *)copy, text.size}, ctx_loc(s).file,
			       &s->r->arena, s->r->d, &s->content);
}

const struct ctx_kind ctx_kind_digits = {
	.name = "digits",
	.detect = is_digits,
	.fits = ctx_fits_any,
	.open = open_digits,
	.next = ctx_bytes_next,
};
