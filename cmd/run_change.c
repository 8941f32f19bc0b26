/* What programs did to their packets: headers and fields that changed, and where packets went. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
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

struct bytes run_packet_now(struct run *r)
{
	const struct packet *pkt = r->vm.rc.pkt;
	uint32_t link = pkt->data - min(pkt->mac, pkt->data);

	strbuf_reset(&r->scratch);
	strbuf_addmem(&r->scratch, pkt->buf + pkt->data - link, packet_linear(pkt) + link);
	strbuf_addmem(&r->scratch, pkt->paged, pkt->paged_len);
	return (struct bytes){(const uint8_t *)strbuf_str(&r->scratch), r->scratch.len};
}

/* What is no packet, but a message or a value, is bytes. */
static void diff_bytes(struct changes *c, struct bytes before, struct bytes now)
{
	struct strbuf from = {0}, to = {0};

	if (before.size == now.size && memcmp(before.data, now.data, now.size) == 0)
		return;
	for (size_t i = 0; i < before.size; i++)
		strbuf_addf(&from, "%02x", before.data[i]);
	for (size_t i = 0; i < now.size; i++)
		strbuf_addf(&to, "%02x", now.data[i]);
	say_change(c, "data", strbuf_str(&from), strbuf_str(&to));
	strbuf_free(&from);
	strbuf_free(&to);
}

static void diff_packet(struct changes *c, const struct capture_packet *pkt)
{
	const struct vm *vm = &c->r->vm;
	uint32_t meta = min(vm->layout.meta, pkt->len);
	struct bytes before = {pkt->data + meta, pkt->len - meta};
	bool is_bytes = vm->type->ctx == &ctx_sk_msg_md || vm->type->ctx == &ctx_bpf_sockopt;

	if (vm->rc.pkt && is_bytes)
		diff_bytes(c, before, run_packet_now(c->r));
	else if (vm->rc.pkt)
		packet_diff(before, run_packet_now(c->r), say_change, c);
}

/* One element of a field: an address, a port in network order, or a number. */
static void element_text(char text[INET6_ADDRSTRLEN], const struct ctx_field *f, const uint8_t *at,
			 uint32_t size)
{
	uint64_t v = 0;

	memcpy(&v, at, min(size, (uint32_t)sizeof(v)));
	if (strcmp(f->name, "user_port") == 0 && v)
		snprintf(text, INET6_ADDRSTRLEN, "htons(%u)", ntohs((uint16_t)v));
	else if (strstr(f->name, "ip4"))
		inet_ntop(AF_INET, at, text, INET6_ADDRSTRLEN);
	else if (strstr(f->name, "ip6"))
		inet_ntop(AF_INET6, at, text, INET6_ADDRSTRLEN);
	else
		snprintf(text, INET6_ADDRSTRLEN, "%llu", (unsigned long long)v);
}

static void diff_field(struct changes *c, const struct ctx_field *f)
{
	const struct vm *vm = &c->r->vm;
	uint32_t step = strstr(f->name, "ip6") ? f->size : f->unit;
	char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN], name[64];

	for (uint32_t off = f->off; off < (uint32_t)f->off + f->size; off += step) {
		if (memcmp(vm->begin.bytes + off, vm->ctx.bytes + off, step) == 0)
			continue;
		element_text(from, f, vm->begin.bytes + off, step);
		element_text(to, f, vm->ctx.bytes + off, step);
		if (step == f->size)
			snprintf(name, sizeof(name), "%s", f->name);
		else
			snprintf(name, sizeof(name), "%s[%u]", f->name, (off - f->off) / step);
		say_change(c, name, from, to);
	}
}

/* Fields that the program changed. */
static void diff_context(struct changes *c)
{
	const struct packet_type *type = c->r->vm.type;

	for (uint32_t i = 0; i < type->ctx->nfields; i++) {
		const struct ctx_field *f = &type->ctx->fields[i];
		bool follows = strcmp(f->name, "len") == 0 || strcmp(f->name, "size") == 0 ||
			       strcmp(f->name, "skb_len") == 0;

		/* What a packet's header says has been told. */
		follows |= type->ctx == &ctx_sk_buff && !(f->writers & type->user);
		if (f->gives == CTX_GIVES_SCALAR && !follows)
			diff_field(c, f);
	}
}

void say_changes(struct run *r, const struct capture_packet *pkt)
{
	struct changes c = {.r = r, .indent = r->many ? "        " : "  "};
	const char *how = r->vm.rt.redirect_how;

	if (!r->o->packet.diff || !r->vm.type)
		return;
	out_open(&r->out, "changes", OUT_LIST);
	diff_packet(&c, pkt);
	if (!r->vm.strict)
		diff_context(&c);
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
