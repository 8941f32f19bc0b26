/*
 * A scene as text that makes it again: the context, what memory a run has looked at, the task. What
 * lies at addresses of this process's (objects, text) goes to the same ones again.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/obj/prog_type.h"
#include "core/run/scene.h"

static void add_hex(struct strbuf *b, const uint8_t *data, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++)
		strbuf_addf(b, "%02x", data[i]);
}

/* Text that ends with its NUL and nothing else. */
static bool is_text(const uint8_t *data, uint64_t size)
{
	for (uint64_t i = 0; i + 1 < size; i++)
		if (!isprint(data[i]))
			return false;
	return size > 1 && !data[size - 1];
}

static void add_text(struct strbuf *b, const uint8_t *data)
{
	strbuf_addch(b, '"');
	for (; *data; data++)
		strbuf_addf(b, *data == '"' || *data == '\\' ? "\\%c" : "%c", *data);
	strbuf_addch(b, '"');
}

static int by_addr(const void *a, const void *b)
{
	const struct space_range *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

static void emit_range(struct strbuf *b, const struct space *s, uint64_t addr, uint64_t size)
{
	uint32_t sides = SPACE_USER | SPACE_KERNEL | SPACE_OBJECT;
	const char *kind = space_kind(s, addr);
	uint8_t *copy = xmalloc(size);

	if (space_read(s, copy, addr, size, sides)) {
		strbuf_addf(b, "0x%llx: %s", (unsigned long long)addr, kind);
		if (!*kind && is_text(copy, size)) {
			add_text(b, copy);
		} else {
			strbuf_add(b, "hex ");
			add_hex(b, copy, size);
		}
		strbuf_addch(b, '\n');
	}
	free(copy);
}

/* What was looked at, each byte once. */
static void emit_memory(struct strbuf *b, const struct space *s)
{
	struct space_range *r = s->log->v;
	size_t n = s->log->n;

	if (!n)
		return;
	strbuf_add(b, "[memory]\n");
	qsort(r, n, sizeof(*r), by_addr);
	for (size_t i = 0; i < n;) {
		uint64_t addr = r[i].addr, end = addr + r[i].size;

		for (i++; i < n && r[i].addr <= end; i++)
			end = max(end, r[i].addr + r[i].size);
		emit_range(b, s, addr, end - addr);
	}
}

static void emit_regs(struct strbuf *b, const struct scene *s, uint32_t size)
{
	const uint8_t *regs = s->ctx;
	char buf[8];
	int n = 0;

	strbuf_addf(b, "[pt_regs arch=%s]\n", s->arch->name);
	for (uint32_t off = 0; off < size && off < s->ctx_size; off += 8) {
		const char *name = s->arch->name_at(off, buf);
		uint64_t v;

		memcpy(&v, regs + off, sizeof(v));
		if (name && v)
			strbuf_addf(b, "%s%s=0x%llx", n++ ? " " : "", name, (unsigned long long)v);
	}
	strbuf_addch(b, '\n');
}

static void emit_task(struct strbuf *b, const struct scene *s)
{
	const struct run_task *t = &s->task;

	strbuf_addf(b, "[task] pid=%u tgid=%u uid=%u gid=%u cgroup_id=%llu", t->pid, t->tgid,
		    t->uid, t->gid, (unsigned long long)t->cgroup_id);
	strbuf_add(b, " comm=");
	add_text(b, (const uint8_t *)t->comm);
	if (t->addr)
		strbuf_addf(b, " task_struct=0x%llx", (unsigned long long)t->addr);
	if (s->cookie)
		strbuf_addf(b, " cookie=%llu", (unsigned long long)s->cookie);
	if (s->has_cpu)
		strbuf_addf(b, " cpu=%u", s->cpu);
	if (s->has_ktime)
		strbuf_addf(b, " ktime=%llu", (unsigned long long)s->ktime);
	strbuf_addch(b, '\n');
}

/* struct bpf_perf_event_data */
static void emit_perf_event(struct strbuf *b, const struct scene *s)
{
	uint64_t more[2] = {0};

	emit_regs(b, s, s->arch->user);
	if (s->ctx_size >= s->arch->user + sizeof(more))
		memcpy(more, (const uint8_t *)s->ctx + s->arch->user, sizeof(more));
	strbuf_addf(b, "[ctx] sample_period=%llu addr=0x%llx\n", (unsigned long long)more[0],
		    (unsigned long long)more[1]);
}

/* kprobe/vfs_read as a section of its own. */
static void emit_target(struct strbuf *b, const struct scene_program *prog)
{
	const char *section = prog->section ? prog->section : "", *slash = strchr(section, '/');

	section += *section == '?';
	if (slash)
		strbuf_addf(b, "[%.*s %s]\n", (int)(slash - section), section, slash + 1);
}

void scene_emit(struct strbuf *b, const struct scene *s, const struct scene_program *prog)
{
	uint64_t size = s->ctx_size;

	strbuf_addf(b, "%s# of program %s\n", b->len ? "---\n" : "", prog->name);
	emit_target(b, prog);
	if (prog->type == PROG_TYPE_KPROBE && !scene_is_wrapped_syscall(prog)) {
		emit_regs(b, s, s->arch->size);
	} else if (prog->type == PROG_TYPE_PERF_EVENT && s->arch) {
		emit_perf_event(b, s);
	} else if (size) {
		while (size > 8 && !((const uint8_t *)s->ctx)[size - 1])
			size--;
		strbuf_addf(b, "[ctx] size=%llu bytes=", (unsigned long long)s->ctx_size);
		add_hex(b, s->ctx, size);
		strbuf_addch(b, '\n');
	}
	if (s->space.log)
		emit_memory(b, &s->space);
	emit_task(b, s);
}
