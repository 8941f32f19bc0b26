/* The TCP simulator: who is called when, windows by their formulas, scenarios that are none. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/tcp/tcp.h"
#include "tests/unit/unit.h"

/* ---- a control with every member, whose calls are written down ---- */

static uint32_t one(struct tcp_sock *sk __unused)
{
	return 1;
}

static void nothing(struct tcp_sock *sk __unused)
{
}

static void see_state(struct tcp_sock *sk, uint8_t state)
{
	/* The old one is there still. */
	CHECK(sk->icsk_ca_state != state || state == TCP_CA_OPEN || state == TCP_CA_LOSS,
	      "state %u", state);
}

static void see_event(struct tcp_sock *sk, enum tcp_ca_event event)
{
	if (event == CA_EVENT_COMPLETE_CWR)
		CHECK(sk->snd_cwnd == sk->snd_ssthresh, "%u, %u", sk->snd_cwnd, sk->snd_ssthresh);
}

static void see_ack(struct tcp_sock *sk __unused, uint32_t flags __unused)
{
}

static void see_acked(struct tcp_sock *sk __unused, const struct ack_sample *sample)
{
	CHECK(sample->rtt_us != 0, "%d", sample->rtt_us);
}

static uint32_t half(struct tcp_sock *sk)
{
	CHECK(sk->snd_cwnd_cnt == 0 || sk->icsk_ca_state == TCP_CA_OPEN ||
		      sk->icsk_ca_state == TCP_CA_DISORDER,
	      "cnt %u", sk->snd_cwnd_cnt);
	return tcp_reno_ssthresh(sk);
}

#define LOUD                                                                                       \
	.ssthresh = half, .set_state = see_state, .cwnd_event = see_event,                         \
	.in_ack_event = see_ack, .pkts_acked = see_acked, .min_tso_segs = one,                     \
	.undo_cwnd = tcp_reno_undo_cwnd, .sndbuf_expand = one, .init = nothing, .release = nothing

static const struct tcp_congestion_ops loud_ops = {
	.name = "loud", LOUD, .cong_avoid = tcp_reno_cong_avoid};
static const struct tcp_congestion_ops marks_ops = {
	.name = "marks", .flags = TCP_CONG_NEEDS_ECN, LOUD, .cong_avoid = tcp_reno_cong_avoid};

static void own_control(struct tcp_sock *sk, uint32_t ack, int flag __unused,
			const struct rate_sample *rs)
{
	CHECK(ack == sk->snd_una, "%u", ack);
	CHECK(rs->delivered <= 0 || rs->interval_us != 0, "%d", rs->delivered);
	sk->snd_cwnd = 40;
}

static const struct tcp_congestion_ops own_ops = {.name = "own", LOUD, .cong_control = own_control};

static const struct tcp_cong congs[] = {
	{.name = "loud", .ops = &loud_ops},
	{.name = "marks", .ops = &marks_ops},
	{.name = "own", .ops = &own_ops},
};

/* ---- runs ---- */

struct sim_run {
	struct tcp_scenario s;
	struct tcp_result r;
	struct strbuf calls; /* of the sender of flow 1: "P1 K3 | ...", a moment each */
	struct strbuf receiver;
	uint64_t last_ns;
};

static void write_down(void *arg, uint64_t ns, uint32_t flow, bool receiver, char letter,
		       int64_t number)
{
	struct sim_run *run = arg;
	struct strbuf *b = receiver ? &run->receiver : &run->calls;

	if (flow)
		return;
	if (!receiver && ns != run->last_ns)
		strbuf_add(b, "|");
	if (!receiver)
		run->last_ns = ns;
	strbuf_addf(b, " %c", letter);
	if (number >= 0)
		strbuf_addf(b, "%lld", (long long)number);
	strbuf_add(b, receiver ? "" : " ");
}

static int simulate(struct sim_run *run, const char *text)
{
	struct diag d = {.prefix = "tcp_test"};
	struct tcp_world w = {
		.arg = run, .congs = congs, .ncongs = ARRAY_SIZE(congs), .called = write_down};
	int err;

	*run = (struct sim_run){.last_ns = UINT64_MAX};
	err = tcp_scenario_read(&run->s, (struct bytes){(const uint8_t *)text, strlen(text)},
				"test", &d);
	if (!err)
		err = tcp_run(&run->s, &w, &d, &run->r);
	CHECK(err == 0, "%d for %s", err, text);
	return err;
}

static void end(struct sim_run *run)
{
	tcp_result_free(&run->r);
	tcp_scenario_free(&run->s);
	strbuf_free(&run->calls);
	strbuf_free(&run->receiver);
}

/* The calls without spaces at the ends of moments hold that row, as it is. */
static bool said(const struct sim_run *run, const char *row)
{
	return strstr(strbuf_str(&run->calls), row);
}

static void check_said(const char *text, const char *const rows[], size_t n)
{
	struct sim_run run;

	if (simulate(&run, text) == 0)
		for (size_t i = 0; i < n; i++)
			CHECK(said(&run, rows[i]), "'%s' in %.3000s", rows[i],
			      strbuf_str(&run.calls));
	end(&run);
}

#define CHECK_SAID(text, ...)                                                                      \
	do {                                                                                       \
		static const char *const rows_[] = {__VA_ARGS__};                                  \
		check_said(text, rows_, ARRAY_SIZE(rows_));                                        \
	} while (0)

static void test_order(void)
{
	/* Connecting, the first data, acknowledgements, and the end. */
	CHECK_SAID("tcp\nduration 1s\nflow loud bytes 30kB\n", "| P1  K3  I  B  M  E0 |",
		   "| P1  K2  A1  M |", "| P2  K2  A2 ", " R ");
	/* A loss: two duplicates, then the recovery, in which nothing but PRR moves the window. */
	CHECK_SAID("tcp\nduration 2s\nlink rate 10mbit rtt 40ms queue 1000\nflow loud\ndrop 1 60\n",
		   " K3  S1  A2  M | P0  K1  M | P0  K1  T  S3  M  M |", "| P0  K1  M  M |",
		   " S0  E2 ");
	/* All that follows is lost: of a probe's acknowledgement it is learnt (RFC 8985, 7). */
	CHECK_SAID("tcp\nduration 4s\nflow loud bytes 60kB\ndrop 1 20-42\n",
		   "| M | P0  K1  T  S3  M  E0 |", " S0  E2  A1 ");
	/* The probe too: a timeout, from which slow start comes back. */
	CHECK_SAID("tcp\nduration 4s\nflow loud bytes 60kB\ndrop 1 20-43\n", "| T  E3  S4  E0 |",
		   " S0 ");
	/* The same once more before the first is over. */
	CHECK_SAID("tcp\nduration 8s\nflow loud bytes 60kB\ndrop 1 20-44\n", "| T  E3  S4  E0 |",
		   "| S4  E0 |");
	/* Nothing was written for longer than a timeout. */
	CHECK_SAID("tcp\nduration 3s\nlink rate 10mbit rtt 40ms queue 60\nflow loud\n"
		   "at 1s pause 1 1s\n",
		   "| E1  M  E0 |");
}

/* The last segment before a pause is lost, or only late: a probe repairs it, and one is told. */
static void test_probe(void)
{
	static const char lost[] = "tcp\nduration 2s\nflow loud bytes 30kB\ndrop 1 21\n";
	static const char paused[] = "tcp\nduration 4s\nlink queue 1000\nflow loud bytes 300kB\n"
				     "at 202ms pause 1 1s\n";
	struct sim_run run;
	char text[200];

	if (simulate(&run, lost) == 0)
		CHECK(run.r.flows[0].timeouts == 0 && run.r.flows[0].retransmits == 1 &&
			      said(&run, "| M | P1  K2 ") && !said(&run, " T "),
		      "%s", strbuf_str(&run.calls));
	end(&run);
	if (simulate(&run, paused) == 0)
		CHECK(run.r.flows[0].retransmits == 0 && !said(&run, " T "), "nothing is lost");
	end(&run);
	/* What was the last one before the pause: its loss is known when more is acknowledged. */
	snprintf(text, sizeof(text), "%sdrop 1 134\n", paused);
	if (simulate(&run, text) == 0)
		CHECK(run.r.flows[0].retransmits == 1 && run.r.flows[0].timeouts == 0 &&
			      said(&run, "| P2  K2  T  S2  E2  S0  A2  M |"),
		      "%s", strbuf_str(&run.calls));
	end(&run);
}

static void test_marks(void)
{
	struct sim_run run;

	CHECK_SAID("tcp\nduration 1s\nlink rate 10mbit rtt 40ms queue 1000\nflow loud ecn\n"
		   "mark 1 30\n",
		   "| P2  K7  T  S2 ", " E2  S0 ");
	if (simulate(&run, "tcp\nduration 1s\nlink rate 10mbit rtt 40ms queue 1000\n"
			   "flow marks ecn\nmark 1 30-31\n") == 0) {
		CHECK(strstr(strbuf_str(&run.receiver), " E4 E5 E5 E4"), "%.300s",
		      strbuf_str(&run.receiver));
		CHECK(run.r.flows[0].marks == 2, "%llu", (unsigned long long)run.r.flows[0].marks);
	}
	end(&run);
}

/* What was reordered was no loss: the window comes back. */
static void test_undo(void)
{
	struct sim_run run;

	if (simulate(&run, "tcp\nduration 5s\nlink rate 10mbit rtt 40ms queue 1000 "
			   "reorder 0.2% by 30ms\nflow loud\n") == 0) {
		CHECK(said(&run, " U "), "nothing was undone");
		CHECK(run.r.flows[0].undos > 0 && run.r.flows[0].timeouts == 0, "%llu, %llu",
		      (unsigned long long)run.r.flows[0].undos,
		      (unsigned long long)run.r.flows[0].timeouts);
	}
	end(&run);
}

/* cong_control stands for the window's growth and its reduction. */
static void test_control(void)
{
	struct sim_run run;

	if (simulate(&run, "tcp\nduration 2s\nflow own\ndrop 1 100\n") == 0) {
		CHECK(said(&run, "| P2  K2  C  M |"), "%.500s", strbuf_str(&run.calls));
		CHECK(said(&run, " T  S3 "), "no recovery");
		CHECK(!said(&run, " E2 ") && !said(&run, " A"), "the core moved the window");
		CHECK(run.r.flows[0].points[800].cwnd == 40, "%u", run.r.flows[0].points[800].cwnd);
	}
	end(&run);
}

static void test_same(void)
{
	static const char text[] = "tcp\nduration 5s\nseed 7\nlink loss 1% reorder 1% by 3ms\n"
				   "flow cubic\nflow reno at 1s\n";
	static const char other[] = "tcp\nduration 5s\nseed 8\nlink loss 1% reorder 1% by 3ms\n"
				    "flow cubic\nflow reno at 1s\n";
	struct sim_run a, b, c;

	if (simulate(&a, text) == 0 && simulate(&b, text) == 0 && simulate(&c, other) == 0) {
		CHECK(strcmp(strbuf_str(&a.calls), strbuf_str(&b.calls)) == 0, "calls differ");
		for (int i = 0; i < 2; i++)
			CHECK(memcmp(a.r.flows[i].points, b.r.flows[i].points,
				     a.r.npoints * sizeof(struct tcp_point)) == 0,
			      "flow %d differs", i);
		CHECK(strcmp(strbuf_str(&a.calls), strbuf_str(&c.calls)) != 0, "seeds are alike");
	}
	end(&a);
	end(&b);
	end(&c);
}

static void test_full(void)
{
	static const char *const rows[] = {"queue 200\nflow reno\n", "queue 100\nflow cubic\n",
					   "queue 200 ecn 40\nflow dctcp\n",
					   "queue 100\nflow cubic\nflow cubic at 1s rtt 80ms\n",
					   "queue 100\nflow bbr\n",
					   "queue 1000 loss 1%\nflow bbr\n"};
	char text[200];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sim_run run;

		snprintf(text, sizeof(text), "tcp\nduration 10s\nlink rate 20mbit rtt 40ms %s",
			 rows[i]);
		if (simulate(&run, text) == 0)
			CHECK(run.r.utilisation >= 0.95 && run.r.utilisation <= 1.0, "%f: %s",
			      run.r.utilisation, text);
		end(&run);
	}
}

/* BBR keeps the queue short, and looks for the shortest round trip every ten seconds. */
static void test_bbr(void)
{
	static const char text[] = "tcp\nduration 15s\nsample 10ms\n"
				   "link rate 20mbit rtt 40ms queue 1000\nflow bbr\n";
	struct sim_run run;
	uint64_t queue = 0;
	uint32_t probes = 0;

	if (simulate(&run, text) == 0) {
		const struct tcp_point *p = run.r.flows[0].points;

		for (uint32_t i = 300; i < run.r.npoints; i++) {
			queue += run.r.queue[i];
			probes += p[i].cwnd == 4 && p[i - 1].cwnd > 4;
		}
		CHECK(probes == 1, "%u", probes);
		/* The path holds 66 packets. */
		CHECK(queue / (run.r.npoints - 300) < 20, "%llu", (unsigned long long)queue);
		CHECK(run.r.flows[0].drops == 0 && run.r.flows[0].rtt_mean_us < 60000, "%u",
		      run.r.flows[0].rtt_mean_us);
	}
	end(&run);
}

/* The window comes down to ssthresh, evenly, and one packet in flight for each that leaves. */
static void test_reduction(void)
{
	struct sim_run run;
	uint32_t before = 0, after = 0, least = UINT32_MAX;

	if (simulate(&run, "tcp\nduration 3s\nsample 1ms\n"
			   "link rate 20mbit rtt 40ms queue 1000\nflow reno\ndrop 1 400\n") == 0) {
		const struct tcp_point *p = run.r.flows[0].points;

		for (uint32_t i = 1; i < run.r.npoints && !after; i++) {
			if (!before && p[i].ssthresh < TCP_INFINITE_SSTHRESH && p[i].ssthresh)
				before = p[i - 1].cwnd;
			if (before && !after)
				least = min(least, p[i].in_flight);
			if (before && p[i].cwnd == p[i].ssthresh)
				after = p[i].cwnd;
		}
		CHECK(before > 50 && after == before / 2, "%u to %u", before, after);
		CHECK(least + 3 >= after, "%u in flight, down to %u", least, after);
		CHECK(run.r.flows[0].retransmits == 1, "%llu",
		      (unsigned long long)run.r.flows[0].retransmits);
	}
	end(&run);
}

static double cube_root(double x)
{
	double low = 0, high = x + 1;

	for (int i = 0; i < 100; i++) {
		double mid = (low + high) / 2;

		if (mid * mid * mid < x)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/*
 * RFC 9438, figure 1: from the loss at Wmax on, W(t) = 0.4 (t - K)^3 + Wmax within 2 %. The path is
 * long, so that Reno's line stays below, and its queue takes all.
 */
static void check_curve(const struct sim_run *run)
{
	const struct tcp_point *p = run->r.flows[0].points;
	double w_max = 0, begin = 0, k = 0, worst = 0;
	uint32_t n = 0;

	for (uint32_t i = 1; i < run->r.npoints; i++) {
		double t = (double)i * (double)run->r.sample_ns / 1e9, w, off;

		if (!w_max && p[i].ssthresh < p[i - 1].cwnd * 3 / 4)
			w_max = p[i].ssthresh * 1024.0 / 717;
		if (w_max && !begin && p[i].cwnd < p[i].ssthresh + 10) {
			begin = t;
			k = cube_root((w_max - p[i].ssthresh) / 0.4);
		}
		if (!begin || t < begin + 0.3 || t > begin + 2 * k)
			continue;
		t -= begin + k;
		w = 0.4 * t * t * t + w_max;
		off = p[i].cwnd > w ? p[i].cwnd - w : w - p[i].cwnd;
		worst = max(worst, off / w);
		n++;
	}
	CHECK(n > 100 && worst <= 0.02, "%u points, %.4f off, Wmax %.0f, K %.2f", n, worst, w_max,
	      k);
}

static void test_curve(void)
{
	struct sim_run run;

	if (simulate(&run, "tcp\nduration 25s\nsample 10ms\n"
			   "link rate 1gbit rtt 100ms queue 3000\nflow cubic\n"
			   "drop 1 2000\n") == 0)
		check_curve(&run);
	end(&run);
}

/* ---- scenarios that are none ---- */

static char last_message[300];

static void take_message(struct diag *d __unused, enum severity sev __unused, const struct loc *loc,
			 const char *msg)
{
	snprintf(last_message, sizeof(last_message), "%u:%u %s", loc ? loc->line : 0,
		 loc ? loc->col : 0, msg);
}

static void check_refused(const char *text, const char *message)
{
	struct diag d = {.sink = take_message};
	struct tcp_scenario s;
	int err = tcp_scenario_read(&s, (struct bytes){(const uint8_t *)text, strlen(text)}, "test",
				    &d);

	CHECK(err == -EINVAL && strstr(last_message, message), "%d, '%s' for %s", err, last_message,
	      text);
	tcp_scenario_free(&s);
}

static void test_refusals(void)
{
	static const char *const rows[][2] = {
		{"", "begins with a line 'tcp TITLE'"},
		{"flow reno\n", "1:1 expected 'tcp'"},
		{"tcp x\n", "there is no flow"},
		{"tcp x\nflow\n", "2:5 expected the name of a congestion control"},
		{"tcp x\nflow reno rtt 4\n", "2:15 expected a round trip"},
		{"tcp x\nflow reno at\n", "expected a time"},
		{"tcp x\nlink rate 1tbit\n", "2:11 expected a rate"},
		{"tcp x\nlink loss 101%\n", "2:11 expected a part"},
		{"tcp x\nlink colour red\n", "2:6 expected rate, rtt, queue"},
		{"tcp x\nflow reno\ndrop 2 1\n", "3:6 expected the number of a flow"},
		{"tcp x\nflow reno\ndrop 1 5-2\n", "3:8 expected packets by number"},
		{"tcp x\nflow reno\nat 1s explode\n", "3:7 expected rate, rtt"},
		{"tcp x\nflow reno\nat 1s rate 1mbit 2\n", "3:18 expected the end of the line"},
		{"tcp x\nduration 2h\n", "2:10 expected a time"},
		{"tcp x\nmss 20\n", "2:5 expected 88 to 9000 bytes"},
		{"tcp x\nflow reno\nsample 1us\n", "more than 100000 samples"},
		{"tcp x\nflow reno\nlink rate 1000gbit\n", "the link would carry"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_refused(rows[i][0], rows[i][1]);
	CHECK(tcp_is_scenario((struct bytes){(const uint8_t *)"# a\n\n tcp a\n", 12}), "not seen");
	CHECK(!tcp_is_scenario((struct bytes){(const uint8_t *)"tcpdump\n", 8}), "seen");
}

int main(void)
{
	test_order();
	test_probe();
	test_marks();
	test_undo();
	test_control();
	test_same();
	test_full();
	test_bbr();
	test_reduction();
	test_curve();
	test_refusals();
	return unit_report();
}
