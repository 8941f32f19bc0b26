/* The kinds of contexts that are packets: layers by name, captures. */
#include <errno.h>
#include <unistd.h>

#include "cmd/run_ctx.h"
#include "core/packet/build.h"
#include "core/packet/hexdump.h"

static int open_built(struct ctx_source *s)
{
	return packet_build(s->body, &s->r->arena, s->r->d, &s->content);
}

const struct ctx_kind ctx_kind_pkt = {
	.name = "pkt",
	.fits = ctx_fits_any,
	.open = open_built,
	.next = ctx_bytes_next,
};

static int capture_fits(struct run *r)
{
	if (r->vm.type && r->vm.type->has_packet)
		return 0;
	if (r->vm.type)
		return fail(r->d, NULL, -EINVAL,
			    "program %s does not run on packets; --set FIELD=VALUE sets fields "
			    "of its struct %s",
			    r->vm.main->name, r->vm.type->ctx->name);
	if (!r->vm.main->type)
		return fail(
			r->d, NULL, -EINVAL,
			"the section of program %s does not say its type; --type xdp (sched_cls, "
			"socket_filter) runs it on packets",
			r->vm.main->name);
	return fail(r->d, NULL, -EINVAL,
		    "program %s does not run on packets; --ctx hex:BYTES gives it memory",
		    r->vm.main->name);
}

static bool is_capture(struct bytes start)
{
	return capture_is(start) || hexdump_is(start);
}

static int open_capture(struct ctx_source *s)
{
	struct capture **to = (struct capture **)&s->state;

	return s->fifo ? capture_open_fd(dup(s->fifo), s->body, s->r->d, to)
		       : capture_open(s->body, s->r->d, to);
}

/* Once for a capture. */
static void warn_of_packet(struct ctx_source *s, const struct capture_packet *pkt)
{
	struct loc loc = ctx_loc(s);

	if (pkt->link && !s->warned) {
		warn(s->r->d, &loc, "%s, not Ethernet: packets get a made-up header", pkt->link);
		s->warned = true;
	}
	if (pkt->len < pkt->wire_len && !s->told_cut) {
		warn(s->r->d, &loc,
		     "packet %llu has %u bytes of %u, the capture cut it: programs see no more",
		     (unsigned long long)s->r->number + 1, pkt->len, pkt->wire_len);
		s->told_cut = true;
	}
}

static int next_packet(struct ctx_source *s, struct ctx_input *in)
{
	int got = capture_next(s->state, &in->pkt);

	if (got > 0)
		warn_of_packet(s, &in->pkt);
	return got;
}

static void close_capture(struct ctx_source *s)
{
	capture_close(s->state);
}

const struct ctx_kind ctx_kind_capture = {
	.name = "pcap",
	.many = true,
	.detect = is_capture,
	.fits = capture_fits,
	.open = open_capture,
	.next = next_packet,
	.close = close_capture,
};
