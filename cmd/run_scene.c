#include "cmd/run_scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/run/seccomp.h"

int scene_fits(struct run *r)
{
	if (!r->vm.main || !r->vm.type)
		return 0;
	return fail(r->d, NULL, -EINVAL,
		    "program %s runs on packets, not on what is described here", r->vm.main->name);
}

/* ---- options that say something of every scene ---- */

static int add_options(struct notes *n, const struct run_options *o)
{
	struct loc arg = {.file = "--arg", .line = 1}, task = {.file = "--task", .line = 1};
	int err = 0;

	for (size_t i = 0; i < o->args.n && !err; i++)
		err = notes_read_line(n, NOTE_ARGS, o->args.v[i], &arg);
	if (!err && o->task)
		err = notes_read_pairs(n, NOTE_TASK, o->task, &task);
	return err;
}

/* ---- the program ---- */

static const char *target_of(const struct notes *n)
{
	const char *target = NULL;

	vec_each(&n->v, note)
		if (note->section == NOTE_TARGET)
			target = note->key;
	return target;
}

/*
 * Chooses the next program that the notes are meant for: 1, or 0 when there is none (any more). A
 * program that was chosen on the command line gets them all.
 */
static int choose_program(struct scene_source *s)
{
	const struct image *image = s->r->file.image;
	const char *target = target_of(&s->notes);
	int err;

	if (!s->r->by_target) {
		s->have = false;
		return !target || run_concerns_main(s->r, target);
	}
	if (!target)
		return fail(s->r->d, &(struct loc){.file = s->loc.file}, -ESRCH,
			    "context %llu does not say which program of %s it is for; --prog does",
			    (unsigned long long)s->nread, s->r->o->path);
	while (s->prog < image->nprogs) {
		uint32_t i = s->prog++;

		if (!image->progs[i].autoload || !image->progs[i].section ||
		    !run_is_target(image->progs[i].section, target))
			continue;
		err = run_use_program(s->r, i);
		return err ? err : 1;
	}
	s->have = false;
	return 0;
}

static int read_more(struct scene_source *s)
{
	int got;

	s->notes.v.n = 0;
	arena_free(&s->arena);
	got = s->read(s);
	if (got <= 0)
		return got;
	s->have = true;
	s->nread++;
	s->prog = 0;
	got = add_options(&s->notes, s->r->o);
	return got ? got : 1;
}

/* At the end: contexts that were all for others are no answer. */
static int none_concerned(struct scene_source *s)
{
	if (s->concerned || !s->nread)
		return 0;
	return fail(s->r->d, &(struct loc){.file = s->loc.file}, -EINVAL,
		    "none of its %llu contexts is for %s %s", (unsigned long long)s->nread,
		    s->r->by_target ? "a program of" : "program",
		    s->r->by_target ? s->r->o->path : s->r->vm.main->name);
}

int scene_next(struct ctx_source *source, struct ctx_input *in)
{
	struct scene_source *s = source->state;
	struct scene_program prog;
	int got = 0;

	while (!got) {
		got = s->have ? 1 : read_more(s);
		if (got <= 0)
			return got ? got : none_concerned(s);
		got = choose_program(s);
	}
	if (got > 0)
		got = scene_fits(s->r);
	if (got)
		return got;
	s->concerned++;
	scene_reset(&s->scene);
	got = run_scene_program(s->r, &prog);
	if (!got && s->load)
		got = s->load(s);
	if (!got)
		got = run_tp_formats(s->r, &prog);
	if (!got)
		got = scene_build(&s->scene, &s->notes, &prog);
	*in = (struct ctx_input){
		.data = s->scene.ctx, .size = s->scene.ctx_size, .scene = &s->scene, .prog = prog};
	return got ? got : 1;
}

void scene_close(struct ctx_source *source)
{
	struct scene_source *s = source->state;

	if (!s)
		return;
	scene_free(&s->scene);
	arena_free(&s->arena);
	vec_free(&s->notes.v);
	free(s);
}

void scene_source_init(struct scene_source *s, struct run *r, int (*read)(struct scene_source *s))
{
	s->r = r;
	s->read = read;
	s->notes.arena = &s->arena;
	s->notes.d = r->d;
}

static struct scene_source *new_source(struct run *r, int (*read)(struct scene_source *s))
{
	struct scene_source *s = xcalloc(1, sizeof(*s));

	scene_source_init(s, r, read);
	return s;
}

/* Does it begin as a list of JSON objects? */
static bool is_list(const char *text)
{
	text += strspn(text, " \t\r\n");
	if (*text != '[')
		return false;
	text++;
	return text[strspn(text, " \t\r\n")] == '{';
}

int scene_open(struct ctx_source *source, int (*read)(struct scene_source *s))
{
	struct scene_source *s = source->state = new_source(source->r, read);
	int err = ctx_read(source);

	if (err)
		return err;
	s->loc = ctx_loc(source);
	s->notes.file = s->loc.file;
	s->text = s->at = (const char *)source->content.data;
	source->r->many |= strstr(s->text, "\n---") || is_list(s->text);
	if (memchr(s->text, '\0', source->content.size))
		return fail(source->r->d, &s->loc, -EINVAL,
			    "this is no text: there is a NUL in it");
	return 0;
}

/* ---- options alone ---- */

static int read_nothing(struct scene_source *s)
{
	bool first = !s->text;

	s->text = "";
	return first;
}

static int open_nothing(struct ctx_source *source)
{
	source->state = new_source(source->r, read_nothing);
	return 0;
}

const struct ctx_kind ctx_kind_options = {
	.name = "options",
	.fits = scene_fits,
	.open = open_nothing,
	.next = scene_next,
	.close = scene_close,
};

/* ---- text of several notations ---- */

/* All contexts of a text, in one of the notations. */
#define NOTATION(word, is_many)                                                                    \
	static int read_##word(struct scene_source *s)                                             \
	{                                                                                          \
		return notes_read_##word(&s->notes, &s->at, &s->loc);                              \
	}                                                                                          \
	static int open_##word(struct ctx_source *source)                                          \
	{                                                                                          \
		return scene_open(source, read_##word);                                            \
	}                                                                                          \
	const struct ctx_kind ctx_kind_##word = {                                                  \
		.name = #word,                                                                     \
		.targets = true,                                                                   \
		.many = is_many,                                                                   \
		.detect = notes_is_##word,                                                         \
		.fits = scene_fits,                                                                \
		.open = open_##word,                                                               \
		.next = scene_next,                                                                \
		.close = scene_close,                                                              \
	};

NOTATION(text, false)
NOTATION(json, false)
NOTATION(gdb, false)
NOTATION(oops, false)
NOTATION(trace, true)

/* ---- core files and processes ---- */

/* FILE or FILE:TID */
static uint32_t take_thread(struct ctx_source *source)
{
	const char *colon = strrchr(source->body, ':');
	char *end;
	unsigned long n = colon ? strtoul(colon + 1, &end, 10) : 0;

	if (!n || n > INT32_MAX || *end)
		return 0;
	source->body =
		arena_strndup(&source->r->arena, source->body, (size_t)(colon - source->body));
	return (uint32_t)n;
}

static int load_core(struct scene_source *s)
{
	return scene_core(&s->scene, s->image, s->thread, s->loc.file, s->r->d);
}

static int open_core(struct ctx_source *source)
{
	uint32_t thread = take_thread(source);
	struct scene_source *s = source->state = new_source(source->r, read_nothing);
	int err = ctx_read(source);

	s->load = load_core;
	s->thread = thread;
	s->image = source->content;
	s->loc = ctx_loc(source);
	return err;
}

const struct ctx_kind ctx_kind_core = {
	.name = "core",
	.detect = scene_is_core,
	.fits = scene_fits,
	.open = open_core,
	.next = scene_next,
	.close = scene_close,
};

static int load_process(struct scene_source *s)
{
	return scene_process(&s->scene, (pid_t)s->thread, s->r->d);
}

static int open_process(struct ctx_source *source)
{
	struct scene_source *s = source->state = new_source(source->r, read_nothing);
	char *end;
	unsigned long pid = strtoul(source->body, &end, 10);

	if (!pid || pid > INT32_MAX || *end)
		return fail(source->r->d, NULL, -EINVAL, "--ctx pid:%s: no number of a process",
			    source->body);
	s->load = load_process;
	s->thread = (uint32_t)pid;
	return 0;
}

const struct ctx_kind ctx_kind_process = {
	.name = "pid",
	.fits = scene_fits,
	.open = open_process,
	.next = scene_next,
	.close = scene_close,
};

/* ---- seccomp ---- */

static int open_seccomp(struct ctx_source *source)
{
	struct seccomp_data *data = arena_new(&source->r->arena, struct seccomp_data);

	source->content = (struct bytes){(const uint8_t *)data, sizeof(*data)};
	return seccomp_parse(source->body, source->r->d, data);
}

static int next_seccomp(struct ctx_source *source, struct ctx_input *in)
{
	int got = ctx_bytes_next(source, in);

	in->is_seccomp = true;
	return got;
}

const struct ctx_kind ctx_kind_seccomp = {
	.name = "seccomp",
	.fits = ctx_fits_any,
	.open = open_seccomp,
	.next = next_seccomp,
};
