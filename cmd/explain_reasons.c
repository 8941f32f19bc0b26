/* Reasons to be refused, by themselves: what they require, what mends it, an example. */
#include "cmd/common.h"
#include "cmd/explain.h"

#include <errno.h>
#include <string.h>

/* Programs that are refused: man/gallery, by a rule of the makefile */
static const struct example {
	const char *name, *code, *title, *text;
} examples[] = {
#define EXAMPLE(name_, code_, title_, text_) {name_, code_, title_, text_},
#include "cmd/gallery.def"
};

static void write_reason(struct out *o, const struct verify_reason_desc *why, struct arena *a)
{
	out_field(o, "code", why->code);
	out_field(o, "reason", why->name);
	out_field(o, "category", why->category);
	out_field(o, "errno", errno_name(why->err));
	out_field(o, "required", explain_text(a, why->brief, NULL));
	out_field(o, "advice", explain_text(a, why->advice, NULL));
}

/* By code: rows of the table stand in the order in which they were made. */
static enum verify_reason next_reason(enum verify_reason after)
{
	enum verify_reason next = REASON_NONE;

	for (int i = 1; i < REASON_COUNT; i++)
		if (strcmp(verify_reasons[i].code, verify_reasons[after].code) > 0 &&
		    (!next || strcmp(verify_reasons[i].code, verify_reasons[next].code) < 0))
			next = (enum verify_reason)i;
	return next;
}

void list_reasons(struct out *o, struct arena *a)
{
	const char *category = "";

	out_open(o, "reasons", OUT_LIST);
	for (enum verify_reason r = next_reason(REASON_NONE); r; r = next_reason(r)) {
		const struct verify_reason_desc *why = &verify_reasons[r];

		if (strcmp(category, why->category) != 0)
			out_styled(o, STYLE_STRONG, "%s:\n", why->category);
		category = why->category;
		out_text(o, "  %s  %s\n", why->code, explain_text(a, why->brief, NULL));
		out_open(o, NULL, OUT_OBJECT);
		write_reason(o, why, a);
		out_close(o);
	}
	out_close(o);
}

/* Is it one that is said elsewhere, too, or no words at all? */
static bool is_told(const struct verify_message *const *all, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (all[k]->reason == all[i]->reason && strcmp(all[k]->format, all[i]->format) == 0)
			return true;
	return !strpbrk(all[i]->format, " _");
}

/* Every message that the reason may be given with, as a format of printf */
static void show_messages(struct out *o, enum verify_reason reason, struct arena *a)
{
	const struct verify_message *const *all;
	size_t n;

	all = verify_messages(&n);
	out_text(o, "The kernel says:\n");
	out_open(o, "messages", OUT_LIST);
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(all[i]->format, "\n");

		if (all[i]->reason != reason || is_told(all, i))
			continue;
		out_text(o, "  %.*s\n", (int)len, all[i]->format);
		out_string(o, NULL, arena_strndup(a, all[i]->format, len));
	}
	out_close(o);
}

static void show_examples(struct out *o, const char *code)
{
	out_open(o, "examples", OUT_LIST);
	for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
		const struct example *e = &examples[i];

		if (strcmp(e->code, code) != 0)
			continue;
		out_styled(o, STYLE_STRONG, "\n%s", e->title);
		out_text(o, " (- is refused, + mends it):\n%s", e->text);
		out_open(o, NULL, OUT_OBJECT);
		out_field(o, "name", e->name);
		out_field(o, "title", e->title);
		out_field(o, "text", e->text);
		out_close(o);
	}
	out_close(o);
}

void show_reason(struct out *o, enum verify_reason reason, struct arena *a)
{
	const struct verify_reason_desc *why = &verify_reasons[reason];

	out_styled(o, STYLE_STRONG, "%s (%s): %s", why->code, why->category,
		   explain_text(a, why->brief, NULL));
	out_text(o, "\n%s\n", explain_text(a, why->advice, NULL));
	write_reason(o, why, a);
	show_messages(o, reason, a);
	show_examples(o, why->code);
}
