/* What a program hands out while it runs: printk's lines, actions, records, text of an iterator. */
#include <string.h>

#include "cmd/run.h"
#include "core/obj/map.h"

/* Which of several inputs it is about. */
static void say_which(struct run *r)
{
	if (r->many)
		out_text(&r->out, "packet %llu: ", (unsigned long long)r->number);
}

static void keep(struct strbuf *list, const char *line, size_t len)
{
	strbuf_addmem(list, line, len);
	strbuf_addch(list, '\0');
}

static void run_printk(void *arg, const char *line, size_t len)
{
	struct run *r = arg;

	say_which(r);
	out_text(&r->out, "printk: ");
	out_text_mem(&r->out, line, len);
	out_text(&r->out, "\n");
	keep(&r->printed, line, len);
}

static void take_action(void *arg, const char *line)
{
	struct run *r = arg;

	say_which(r);
	out_text(&r->out, "action: %s\n", line);
	keep(&r->actions, line, strlen(line));
}

static void add_hex(struct strbuf *b, struct bytes data)
{
	for (size_t i = 0; i < data.size; i++)
		strbuf_addf(b, "%02x", data.data[i]);
}

static void take_record(void *arg, const struct map *map, struct bytes data, struct bytes packet)
{
	struct run *r = arg;
	struct strbuf line = {0};

	strbuf_addf(&line, "%s: ", map->name);
	add_hex(&line, data);
	if (packet.size)
		strbuf_add(&line, " packet ");
	add_hex(&line, packet);
	say_which(r);
	out_text(&r->out, "record: %s\n", strbuf_str(&line));
	keep(&r->records, strbuf_str(&line), line.len);
	strbuf_free(&line);
}

void run_sinks(struct run *r)
{
	struct runtime *rt = &r->vm.rt;

	rt->printk = run_printk;
	rt->printk_arg = r;
	rt->action = take_action;
	rt->output = take_record;
	rt->sink_arg = r;
}

static void list_field(struct run *r, const char *name, struct strbuf *list)
{
	if (!list->len)
		return;
	out_open(&r->out, name, OUT_LIST);
	for (size_t at = 0; at < list->len; at += strlen(list->s + at) + 1)
		out_field(&r->out, NULL, (const char *)list->s + at);
	out_close(&r->out);
	strbuf_reset(list);
}

void sinks_field(struct run *r)
{
	struct strbuf *seq = &r->vm.rt.seq;

	list_field(r, "printk", &r->printed);
	list_field(r, "actions", &r->actions);
	list_field(r, "records", &r->records);
	if (!seq->len)
		return;
	out_text_mem(&r->out, seq->s, seq->len);
	out_field(&r->out, "output", strbuf_str(seq));
	strbuf_reset(seq);
}

void run_sinks_free(struct run *r)
{
	strbuf_free(&r->printed);
	strbuf_free(&r->actions);
	strbuf_free(&r->records);
}
