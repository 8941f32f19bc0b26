#include "core/run/scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/obj/ctx.h"
#include "core/obj/prog_type.h"

void scene_reset(struct scene *s)
{
	struct scene old = *s;
	size_t n = 0;

	vec_each(&s->space.regions, r)
		if (r->kept)
			s->space.regions.v[n++] = *r;
	s->space.regions.n = n;
	space_reset(&s->space);
	arena_free(&old.arena);
	vec_free(&old.objects);
	vec_free(&old.labels);
	vec_free(&old.nulls);
	*s = (struct scene){.space = s->space, .user = old.user, .user_used = old.user_used};
}

void scene_free(struct scene *s)
{
	space_free(&s->space);
	arena_free(&s->user);
	arena_free(&s->arena);
	vec_free(&s->objects);
	vec_free(&s->labels);
	vec_free(&s->nulls);
	*s = (struct scene){0};
}

void *scene_context(struct scene *s, uint64_t size)
{
	enum { BEFORE = 16 }; /* what trampolines have in front of arguments: see scene_args.c */

	s->ctx_size = size;
	s->ctx = (uint8_t *)arena_alloc(&s->arena, size + BEFORE) + BEFORE;
	return s->ctx;
}

void *scene_regs(struct scene *s, const struct regs_arch *arch)
{
	s->arch = arch;
	return scene_context(s, arch->size);
}

/* ---- values ---- */

/* Text, an object with its type, an initialiser of type (0: none), or a number. */
int scene_word(struct scene *s, const struct note *note, uint32_t type, struct diag *d,
	       uint64_t *out)
{
	const char *text = note->value;
	uint32_t pointer = 0;

	for (size_t i = 0; s->btf && !pointer && i < 2; i++)
		if (strncmp(text, i ? "union " : "struct ", i ? 6 : 7) == 0)
			pointer = scene_void_pointer(s);
	if (*text == '"' && !type)
		return scene_text(s, note, d, out);
	if (!pointer && type && strchr("{[\"", *text))
		pointer = type;
	if (!pointer)
		return scene_number(s, note, d, out);
	return scene_init(s, note, pointer, out, sizeof(*out), d);
}

/* ---- [task] ---- */

static int set_comm(struct scene *s, const struct note *note)
{
	size_t len = strlen(note->value), quotes = *note->value == '"';
	size_t n = min(len - min(len, 2 * quotes), sizeof(s->task.comm) - 1);

	memset(s->task.comm, 0, sizeof(s->task.comm));
	memcpy(s->task.comm, note->value + quotes, n);
	return 0;
}

static int set_identity(struct scene *s, const struct note *note, struct diag *d, bool *known)
{
	const struct {
		const char *name;
		void *to;
		uint32_t size;
		bool *has;
	} words[] = {
		{"pid", &s->task.pid, 4, NULL},	  {"tgid", &s->task.tgid, 4, NULL},
		{"uid", &s->task.uid, 4, NULL},	  {"gid", &s->task.gid, 4, NULL},
		{"cpu", &s->cpu, 4, &s->has_cpu}, {"cgroup_id", &s->task.cgroup_id, 8, NULL},
		{"cookie", &s->cookie, 8, NULL},  {"ktime", &s->ktime, 8, &s->has_ktime},
	};
	uint64_t v;
	int err;

	*known = true;
	if (strcmp(note->key, "comm") == 0)
		return set_comm(s, note);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i].name, note->key) != 0)
			continue;
		err = scene_number(s, note, d, &v);
		if (!err && words[i].size == 4 && v > UINT32_MAX)
			err = fail(d, &note->loc, -EINVAL, "%s is a number of 32 bits", note->key);
		if (!err)
			memcpy(words[i].to, &v, words[i].size);
		if (words[i].has)
			*words[i].has = true;
		return err;
	}
	*known = false;
	return 0;
}

/* One member of an object, by a path. */
static int set_member(struct scene *s, const struct note *note, uint32_t type, void *host,
		      struct diag *d)
{
	struct note init = *note;

	init.value = arena_printf(&s->arena, "{%s=%s}", note->key, note->value);
	init.loc.col -= min(init.loc.col, (uint32_t)strlen(note->key) + 2);
	init.loc.text = NULL;
	return scene_init(s, &init, type, host, (size_t)btf_size(s->btf, type), d);
}

/* What the kernel knows of the task beside its identity: struct task_struct, for who asks for it.
 */
static int make_task(struct scene *s, const struct notes *n, const struct scene_program *prog)
{
	uint32_t type = s->btf ? btf_find(s->btf, "task_struct", BTF_KIND_STRUCT) : 0;
	uint64_t addr;
	const struct note *there = note_find(n, NOTE_TASK, "task_struct");
	struct note self = {.value = ""};
	void *task;
	bool known;
	int err;

	if (there)
		return scene_number(s, there, n->d, &s->task.addr);
	if (!prog->wants_task && !s->has_members)
		return 0;
	task = type ? scene_object_new(s, type, 1, &addr) : NULL;
	if (!task)
		return 0;
	s->task.addr = addr;
	self.key = "pid";
	self.value = arena_printf(&s->arena, "%d, tgid=%d, comm=\"%s\"", (int)s->task.pid,
				  (int)s->task.tgid, s->task.comm);
	err = set_member(s, &self, type, task, n->d);
	vec_each(&n->v, note) {
		if (err || note->section != NOTE_TASK)
			continue;
		err = set_identity(s, note, n->d, &known);
		if (!err && !known)
			err = set_member(s, note, type, task, n->d);
	}
	return err;
}

static int make_identity(struct scene *s, const struct notes *n)
{
	bool known;
	int err = 0;

	vec_each(&n->v, note) {
		if (err || note->section != NOTE_TASK)
			continue;
		err = set_identity(s, note, n->d, &known);
		s->has_members |= !known;
	}
	/* The first thread of a process has its number. */
	if (!note_find(n, NOTE_TASK, "tgid") && !s->task.tgid)
		s->task.tgid = s->task.pid;
	return err;
}

/* ---- [pt_regs] ---- */

static int choose_arch(struct scene *s, const struct notes *n)
{
	const struct note *note = note_find(n, NOTE_PT_REGS, "arch");
	const struct regs_arch *arch = s->arch;

	if (note) {
		arch = regs_arch_by_name(note->value);
		if (!arch || (s->arch && arch != s->arch))
			return fail(n->d, &note->loc, -EINVAL,
				    arch ? "the registers are those of another architecture"
					 : "the architectures are x86_64 and arm64");
	}
	s->arch = arch ? arch : regs_arch_here();
	return 0;
}

bool scene_is_wrapped_syscall(const struct scene_program *prog)
{
	return prog->section && (strncmp(prog->section, "ksyscall", 8) == 0 ||
				 strncmp(prog->section, "?ksyscall", 9) == 0);
}

/*
 * System calls are given one argument, the registers that user space had (struct pt_regs *), with
 * the call's own arguments in them: on x86-64 the fourth in r10, not cx.
 */
static void *make_syscall_regs(struct scene *s)
{
	uint64_t addr;
	uint8_t *inner = space_object(&s->space, s->arch->size);

	if (!inner)
		return NULL;
	addr = (uintptr_t)inner;
	memcpy((uint8_t *)s->ctx + regs_find(s->arch, "arg1"), &addr, sizeof(addr));
	return inner;
}

/* The type of what is passed in a register, 0: not known. */
static uint32_t param_type(const struct scene *s, const struct scene_program *prog, int off)
{
	const struct btf_type *proto = prog->proto ? btf_type(s->btf, prog->proto) : NULL;

	for (uint32_t i = 0; proto && i < s->arch->nargs && i < btf_vlen(proto); i++)
		if (s->arch->field(s->arch->args[i]) == off)
			return btf_params(proto)[i].type;
	return 0;
}

static int set_register(struct scene *s, const struct note *note, const struct scene_program *prog,
			uint8_t *regs, struct diag *d)
{
	int off = regs_find(s->arch, note->key);
	bool syscall = scene_is_wrapped_syscall(prog);
	uint64_t v = 0;
	int err;

	if (off < 0)
		return fail(d, &note->loc, -EINVAL, "%s has no register '%s'", s->arch->name,
			    note->key);
	if (syscall && s->arch == &regs_x86_64 && strcmp(note->key, "arg4") == 0)
		off = regs_find(s->arch, "r10");
	err = scene_word(s, note, syscall ? 0 : param_type(s, prog, off), d, &v);
	if (!err)
		memcpy(regs + off, &v, sizeof(v));
	return err;
}

static int no_parameter(const struct scene *s, const struct note *note,
			const struct btf_type *proto, struct diag *d)
{
	struct strbuf names = {0};
	int err;

	for (uint32_t i = 0; i < s->arch->nargs && i < btf_vlen(proto); i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "",
			    btf_str(s->btf, btf_params(proto)[i].name_off));
	err = fail(d, &note->loc, -EINVAL, "there is no argument '%s', but: %s, ret", note->key,
		   strbuf_str(&names));
	strbuf_free(&names);
	return err;
}

/* Arguments by the names that the probed function has for them. */
static int set_parameter(struct scene *s, const struct note *note, const struct scene_program *prog,
			 struct diag *d)
{
	const struct btf_type *proto = prog->proto ? btf_type(s->btf, prog->proto) : NULL;

	for (uint32_t i = 0; proto && i < s->arch->nargs && i < btf_vlen(proto); i++) {
		struct note reg = *note;

		if (strcmp(btf_str(s->btf, btf_params(proto)[i].name_off), note->key) != 0)
			continue;
		reg.key = s->arch->args[i];
		return set_register(s, &reg, prog, s->ctx, d);
	}
	if (proto && regs_find(s->arch, note->key) < 0)
		return no_parameter(s, note, proto, d);
	return set_register(s, note, prog, s->ctx, d);
}

static int scene_registers(struct scene *s, const struct notes *n, const struct scene_program *prog)
{
	uint8_t *regs = s->ctx ? s->ctx : scene_regs(s, s->arch);
	int err = 0;

	if (scene_is_wrapped_syscall(prog))
		regs = make_syscall_regs(s);
	if (!regs)
		return fail(n->d, NULL, -ENOMEM, "no memory for registers");
	vec_each(&n->v, note) {
		if (err)
			break;
		if (note->section == NOTE_PT_REGS && strcmp(note->key, "arch") != 0)
			err = set_register(s, note, prog, regs, n->d);
		else if (note->section == NOTE_ARGS)
			err = set_parameter(s, note, prog, n->d);
	}
	memcpy(&s->ip, (uint8_t *)s->ctx + regs_find(s->arch, "ip"), sizeof(s->ip));
	return err;
}

/* struct bpf_perf_event_data: registers, then sample_period and addr. */
static int perf_event(struct scene *s, const struct notes *n, const struct scene_program *prog)
{
	static const char *const fields[] = {"sample_period", "addr"};
	const void *regs;
	uint32_t size;
	int err = scene_registers(s, n, prog);

	if (err)
		return err;
	regs = s->ctx;
	size = s->arch->user;
	memcpy(scene_context(s, size + 2 * sizeof(uint64_t)), regs, size);
	for (uint32_t i = 0; i < ARRAY_SIZE(fields) && !err; i++) {
		const struct note *note = note_find(n, NOTE_CTX, fields[i]);
		uint64_t v = 0;

		err = note ? scene_number(s, note, n->d, &v) : 0;
		memcpy((uint8_t *)s->ctx + size + i * sizeof(v), &v, sizeof(v));
	}
	return err;
}

/* The context's bytes as they were written down; what is cut off are zeroes. */
static int written_context(struct scene *s, const struct notes *n)
{
	const struct note *bytes = note_find(n, NOTE_CTX, "bytes");
	const struct note *size = note_find(n, NOTE_CTX, "size");
	uint64_t len = strlen(bytes->value) / 2, all = len;
	int err = size ? scene_number(s, size, n->d, &all) : 0;

	if (err)
		return err;
	if (all < len || all > UINT16_MAX)
		return fail(n->d, &size->loc, -EINVAL, "a context has at most %u bytes, and those",
			    UINT16_MAX);
	if (all != s->ctx_size)
		scene_context(s, all);
	if (scan_hex(bytes->value, 2 * len, s->ctx, len))
		return fail(n->d, &bytes->loc, -EINVAL, "expected the hex digits of bytes");
	return 0;
}

/* ---- all of it ---- */

static const struct {
	uint32_t type;
	int (*make)(struct scene *s, const struct notes *n, const struct scene_program *prog);
} contexts[] = {
	{PROG_TYPE_KPROBE, scene_registers},
	{PROG_TYPE_PERF_EVENT, perf_event},

	{PROG_TYPE_TRACEPOINT, scene_record},
	{PROG_TYPE_RAW_TRACEPOINT, scene_args},
	{PROG_TYPE_RAW_TRACEPOINT_WRITABLE, scene_args},
	{PROG_TYPE_TRACING, scene_args},
	{PROG_TYPE_LSM, scene_args},
	{PROG_TYPE_STRUCT_OPS, scene_args},
	{PROG_TYPE_EXT, scene_args},
};

int scene_build(struct scene *s, const struct notes *n, const struct scene_program *prog)
{
	int (*make)(struct scene *, const struct notes *, const struct scene_program *);
	int err;

	make = scene_argument;
	for (size_t i = 0; i < ARRAY_SIZE(contexts); i++)
		if (contexts[i].type == prog->type)
			make = contexts[i].make;
	s->btf = s->space.btf = prog->kernel;
	err = choose_arch(s, n);
	if (!err)
		err = make_identity(s, n);
	if (!err)
		err = scene_memory(s, n);
	if (!err)
		err = make_task(s, n, prog);
	if (!err && (make == scene_args || !note_find(n, NOTE_CTX, "bytes")))
		err = make(s, n, prog);
	if (!err && note_find(n, NOTE_CTX, "bytes"))
		err = written_context(s, n);
	if (!err)
		scene_fill_pointers(s);
	return err;
}
