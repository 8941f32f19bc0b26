/* What a simulation gave, in words, as JSON, and call by call. */
#include <stdio.h>
#include <string.h>

#include "cmd/run_tcp.h"

/* ---- calls ---- */

void tcp_trace_end(struct tcp_runner *t)
{
	struct out *o = &t->r->out;
	char word[16];

	if (!t->trace.len)
		return;
	out_text(o, "%12.6f  %u%s%s\n", (double)t->trace_ns / 1e9, t->trace_flow + 1,
		 t->trace_receiver ? "r" : " ", strbuf_str(&t->trace));
	out_open(o, NULL, OUT_OBJECT);
	out_field(o, "ns", t->trace_ns);
	snprintf(word, sizeof(word), "%u%s", t->trace_flow + 1, t->trace_receiver ? "r" : "");
	out_field(o, "socket", (const char *)word);
	out_field(o, "calls", strbuf_str(&t->trace) + 1);
	out_close(o);
	strbuf_reset(&t->trace);
}

void tcp_traced(void *runner, uint64_t ns, uint32_t flow, bool receiver, char letter,
		int64_t number)
{
	struct tcp_runner *t = runner;

	if (ns != t->trace_ns || flow != t->trace_flow || receiver != t->trace_receiver)
		tcp_trace_end(t);
	t->trace_ns = ns;
	t->trace_flow = flow;
	t->trace_receiver = receiver;
	strbuf_addf(&t->trace, " %c", letter);
	if (number >= 0)
		strbuf_addf(&t->trace, "%lld", (long long)number);
}

/* ---- the end ---- */

static void say_flow(struct out *o, const struct tcp_flow_result *f)
{
	out_open(o, NULL, OUT_OBJECT);
	out_field(o, "algorithm", f->cong);
	out_field(o, "throughput_bps", (uint64_t)tcp_throughput(f));
	out_field(o, "bytes", f->acked);
	out_field(o, "start_ns", f->start_ns);
	out_field(o, "end_ns", f->end_ns);
	out_field(o, "rtt_min_us", f->rtt_min_us);
	out_field(o, "rtt_mean_us", f->rtt_mean_us);
	out_field(o, "rtt_p99_us", f->rtt_p99_us);
	out_field(o, "packets", f->sent);
	out_field(o, "drops", f->drops);
	out_field(o, "retransmits", f->retransmits);
	out_field(o, "marks", f->marks);
	out_field(o, "recoveries", f->recoveries);
	out_field(o, "timeouts", f->timeouts);
	out_field(o, "undone", f->undos);
	out_close(o);
}

static void say_points(struct out *o, const struct tcp_result *r)
{
	out_open(o, "points", OUT_LIST);
	for (uint32_t i = 0; i < r->npoints; i++) {
		out_open(o, NULL, OUT_OBJECT);
		out_field(o, "ns", i * r->sample_ns);
		out_field(o, "queue", r->queue[i]);
		out_open(o, "flows", OUT_LIST);
		for (uint32_t f = 0; f < r->nflows; f++) {
			const struct tcp_point *p = &r->flows[f].points[i];

			out_open(o, NULL, OUT_OBJECT);
			out_field(o, "cwnd", p->cwnd);
			out_field(o, "ssthresh", p->ssthresh);
			out_field(o, "srtt_us", p->srtt_us);
			out_field(o, "in_flight", p->in_flight);
			out_field(o, "bytes", p->acked);
			out_close(o);
		}
		out_close(o);
		out_close(o);
	}
	out_close(o);
}

void tcp_report(struct tcp_runner *t)
{
	const struct tcp_scenario *s = &t->scenario;
	const struct tcp_result *r = &t->result;
	struct out *o = &t->r->out;
	struct strbuf b = {0};

	tcp_print_title(&b, s);
	out_text_mem(o, b.s, b.len);
	strbuf_reset(&b);
	if (!t->r->o->common.diag.quiet)
		tcp_draw(o, r);
	tcp_print_result(&b, r);
	out_text_mem(o, b.s, b.len);
	strbuf_free(&b);
	out_field(o, "title", s->title);
	out_open(o, "flows", OUT_LIST);
	for (uint32_t i = 0; i < r->nflows; i++)
		say_flow(o, &r->flows[i]);
	out_close(o);
	out_open(o, "link", OUT_OBJECT);
	out_field(o, "bytes", r->link_bytes);
	out_field(o, "used_ppm", (uint64_t)(r->utilisation * 1e6));
	out_field(o, "queue_max", r->queue_max);
	out_close(o);
	out_field(o, "sample_ns", r->sample_ns);
	if (t->r->o->common.verbose)
		say_points(o, r);
}
