/* The verdict on a program in words. */
#include <errno.h>
#include <string.h>

#include "cmd/verify.h"

/* What the kernel says of each cause ends in the last line before its statistics. */
static struct bytes last_message(const struct strbuf *log)
{
	static const char *const ends[] = {"verification time ", "processed "};
	const char *s = strbuf_str(log), *end = s + log->len, *start;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		const char *at = strstr(s, ends[i]);

		while (at && at != s && at[-1] != '\n')
			at = strstr(at + 1, ends[i]);
		if (at)
			end = min(end, at);
	}
	while (end > s && end[-1] == '\n')
		end--;
	start = end;
	while (start > s && start[-1] != '\n')
		start--;
	return (struct bytes){(const uint8_t *)start, (size_t)(end - start)};
}

static void accepted(struct verify *v, const struct prog_def *def, const struct verify_result *r)
{
	uint32_t depth = 0;

	for (uint32_t i = 0; i < r->nsubprogs; i++)
		depth = max(depth, r->stack_depth[i]);
	out_text(&v->out, "%s: accepted: %u insns processed, %u states, stack %u", def->name,
		 r->processed, r->total_states, depth);
	if (v->o->time)
		out_text(&v->out, ", %llu us", (unsigned long long)r->ns / 1000);
	out_text(&v->out, "\n");
}

static void rejected(struct verify *v, const struct prog_def *def, int err,
		     const struct strbuf *log, const struct verify_result *r)
{
	const struct verify_reason_desc *why = &verify_reasons[r->reason];
	struct bytes msg = last_message(log);

	out_text(&v->out, "%s: rejected: %.*s\n", def->name, (int)msg.size, (const char *)msg.data);
	if (why->brief)
		out_text(&v->out, "  required: %s\n  usually: %s\n", why->brief, why->advice);
	out_field(&v->out, "errno", strerrorname_np(-err));
	out_string(&v->out, "message", strndup((const char *)msg.data, msg.size));
	if (why->code)
		out_field(&v->out, "code", why->code);
}

void report_verdict(struct verify *v, const struct prog_def *def, int err, const struct strbuf *log,
		    const struct verify_result *r)
{
	out_open(&v->out, NULL, OUT_OBJECT);
	out_field(&v->out, "name", def->name);
	out_field(&v->out, "section", def->section);
	out_field(&v->out, "verdict", err ? "rejected" : "accepted");
	if (err)
		rejected(v, def, err, log, r);
	else
		accepted(v, def, r);
	out_field(&v->out, "processed", r->processed);
	out_field(&v->out, "total_states", r->total_states);
	out_field(&v->out, "peak_states", r->peak_states);
	out_field(&v->out, "max_states_per_insn", r->max_states_per_insn);
	out_close(&v->out);
}
