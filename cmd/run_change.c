/* What programs did to their packets: headers and fields that changed, and where packets went. */
#include <errno.h>
#include <string.h>

#include "cmd/run.h"
#include "core/packet/diff.h"

struct changes {
	struct run *r;
	const char *indent;
};

static void say_change(void *arg, const char *what, const char *from, const char *to)
{
	struct changes *c = arg;
	struct out *o = &c->r->out;

	if (from && to)
		out_text(o, "%s%s: %s -> %s\n", c->indent, what, from, to);
	else
		out_text(o, "%s%c %s(%s)\n", c->indent, to ? '+' : '-', what, to ? to : from);
	out_open(o, NULL, OUT_OBJECT);
	out_field(o, "what", what);
	if (from)
		out_field(o, "from", from);
	if (to)
		out_field(o, "to", to);
	out_close(o);
}

/* All of the packet as it is now, from its link header on. */
static struct bytes packet_now(struct run *r)
{
	const struct packet *pkt = r->vm.rc.pkt;
	uint32_t link = pkt->data - min(pkt->mac, pkt->data);

	strbuf_reset(&r->scratch);
	strbuf_addmem(&r->scratch, pkt->buf + pkt->data - link, packet_linear(pkt) + link);
	strbuf_addmem(&r->scratch, pkt->paged, pkt->paged_len);
	return (struct bytes){(const uint8_t *)strbuf_str(&r->scratch), r->scratch.len};
}

void say_changes(struct run *r, const struct capture_packet *pkt)
{
	struct changes c = {.r = r, .indent = r->many ? "        " : "  "};
	uint32_t meta = min(r->vm.layout.meta, pkt->len);
	const char *how = r->vm.rt.redirect_how;

	if (!r->o->packet.diff || !r->vm.rc.pkt)
		return;
	out_open(&r->out, "changes", OUT_LIST);
	packet_diff((struct bytes){pkt->data + meta, pkt->len - meta}, packet_now(r), say_change,
		    &c);
	out_close(&r->out);
	if (how)
		out_text(&r->out, "%sto %s %u\n", c.indent, how, r->vm.rt.redirect_ifindex);
}

/* ---- where packets were sent ---- */

void count_target(struct run *r)
{
	const char *how = r->vm.rt.redirect_how;
	uint32_t ifindex = r->vm.rt.redirect_ifindex;
	struct target_count *t;

	if (!how)
		return;
	vec_each(&r->targets, old)
		if (old->how == how && old->ifindex == ifindex) {
			old->count++;
			return;
		}
	t = vec_add(&r->targets);
	*t = (struct target_count){how, ifindex, 1};
}

void say_targets(struct run *r)
{
	if (!r->targets.n)
		return;
	out_open(&r->out, "redirected", OUT_LIST);
	vec_each(&r->targets, t) {
		uint64_t n = t->count / r->o->repeat;

		out_text(&r->out, "%6llu  to %s %u\n", (unsigned long long)n, t->how, t->ifindex);
		out_open(&r->out, NULL, OUT_OBJECT);
		out_field(&r->out, "how", t->how);
		out_field(&r->out, "ifindex", (uint64_t)t->ifindex);
		out_field(&r->out, "count", n);
		out_close(&r->out);
	}
	out_close(&r->out);
}

/* ---- bars, for those who look at a terminal ---- */

void say_bar(struct run *r, uint64_t n, uint64_t of)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	enum { WIDTH = 30 };
	uint64_t units = of ? n * WIDTH * 8 / of : 0;

	if (!r->draws || !of)
		return;
	out_text(&r->out, "  ");
	for (uint64_t i = 0; i < units / 8; i++)
		out_text(&r->out, "█");
	out_text(&r->out, "%s %.1f%%", eighths[units % 8], 100.0 * (double)n / (double)of);
}
