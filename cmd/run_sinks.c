/* What a program hands out while it runs: printk's lines, actions, records, text of an iterator. */
#include <string.h>

#include "cmd/run.h"

void run_say_which(struct run *r)
{
	if (r->many)
		out_text(&r->out, "%s %llu: ", r->scene ? "run" : "packet",
			 (unsigned long long)r->number);
}

static void keep(struct strbuf *list, const char *line, size_t len)
{
	strbuf_addmem(list, line, len);
	strbuf_addch(list, '\0');
}

static void run_printk(void *arg, const char *line, size_t len)
{
	struct run *r = arg;

	pthread_mutex_lock(&r->saying);
	run_say_which(r);
	out_text(&r->out, "printk: ");
	out_text_mem(&r->out, line, len);
	out_text(&r->out, "\n");
	keep(&r->printed, line, len);
	pthread_mutex_unlock(&r->saying);
	run_hear(r, EXPECT_PRINTK, NULL, 0, (struct bytes){(const uint8_t *)line, len});
}

static void take_action(void *arg, const char *line)
{
	struct run *r = arg;

	pthread_mutex_lock(&r->saying);
	run_say_which(r);
	out_text(&r->out, "action: %s\n", line);
	keep(&r->actions, line, strlen(line));
	pthread_mutex_unlock(&r->saying);
	run_hear(r, EXPECT_ACTION, NULL, 0, (struct bytes){(const uint8_t *)line, strlen(line)});
}

void run_sinks(struct run *r)
{
	struct runtime *rt = &r->vm.rt;

	rt->printk = run_printk;
	rt->printk_arg = r;
	rt->action = take_action;
	rt->output = run_take_record;
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
	run_records_field(r);
	if (!seq->len)
		return;
	out_text_mem(&r->out, seq->s, seq->len);
	run_hear(r, EXPECT_OUTPUT, NULL, 0, (struct bytes){(const uint8_t *)seq->s, seq->len});
	out_field(&r->out, "output", strbuf_str(seq));
	strbuf_reset(seq);
}

void run_sinks_free(struct run *r)
{
	strbuf_free(&r->printed);
	strbuf_free(&r->actions);
	vec_free(&r->records);
}
