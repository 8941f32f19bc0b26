/* What a simulation gave, in words. */
#include <stdio.h>

#include "core/tcp/tcp.h"

const char *tcp_time_text(char buf[32], uint64_t ns)
{
	static const struct {
		double ns;
		const char *unit;
	} units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(units) && (double)ns < units[i].ns)
		i++;
	snprintf(buf, 32, "%.4g %s", (double)ns / units[i].ns, units[i].unit);
	return buf;
}

const char *tcp_rate_text(char buf[32], double bits)
{
	static const char *const units[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s"};
	size_t i = 0;

	for (; bits >= 1000 && i + 1 < ARRAY_SIZE(units); i++)
		bits /= 1000;
	snprintf(buf, 32, "%.2f %s", bits, units[i]);
	return buf;
}

double tcp_throughput(const struct tcp_flow_result *f)
{
	uint64_t ns = f->end_ns - min(f->start_ns, f->end_ns);

	return ns ? (double)f->acked * 8e9 / (double)ns : 0;
}

void tcp_print_title(struct strbuf *b, const struct tcp_scenario *s)
{
	char rate[32], rtt[32];

	strbuf_addf(b, "%s: %s, %s, %u packets of queue\n", *s->title ? s->title : "scenario",
		    tcp_rate_text(rate, (double)s->link.rate), tcp_time_text(rtt, s->link.rtt_ns),
		    s->link.queue);
}

static void print_flow(struct strbuf *b, uint32_t number, const struct tcp_flow_result *f)
{
	char rate[32], rtt[48];

	snprintf(rtt, sizeof(rtt), "%.1f/%.1f/%.1f", f->rtt_min_us / 1e3, f->rtt_mean_us / 1e3,
		 f->rtt_p99_us / 1e3);
	strbuf_addf(b, "%4u  %-15s %15s  %-20s %6llu %6llu %8llu %6llu\n", number, f->cong,
		    tcp_rate_text(rate, tcp_throughput(f)), rtt, (unsigned long long)f->drops,
		    (unsigned long long)f->retransmits, (unsigned long long)f->timeouts,
		    (unsigned long long)f->marks);
}

void tcp_print_result(struct strbuf *b, const struct tcp_result *r)
{
	strbuf_add(b, "flow  algorithm            throughput  RTT min/mean/p99 ms   drops resent "
		      "timeouts  marks\n");
	for (uint32_t i = 0; i < r->nflows; i++)
		print_flow(b, i + 1, &r->flows[i]);
	strbuf_addf(b, "link: %.1f %% used, at most %u packets waiting\n", r->utilisation * 100,
		    r->queue_max);
}
