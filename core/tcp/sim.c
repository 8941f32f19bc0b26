/* The clock: events in the order of their times, and of their making where those are the same. */
#include <errno.h>
#include <string.h>

#include "core/tcp/local.h"

#define WORK_MIN      1000000000ull
#define WORK_A_PACKET 5000

/* ---- the heap ---- */

static bool is_sooner(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void event_add(struct tcp_sim *sim, const struct event *e)
{
	struct event *v, new = *e;
	size_t i = sim->heap.n;

	new.order = sim->order++;
	vec_push(&sim->heap, new);
	for (v = sim->heap.v; i && is_sooner(&new, &v[(i - 1) / 2]); i = (i - 1) / 2)
		v[i] = v[(i - 1) / 2];
	v[i] = new;
}

static struct event event_take(struct tcp_sim *sim)
{
	struct event *v = sim->heap.v, first = v[0], last = vec_pop(&sim->heap);
	size_t n = sim->heap.n, i = 0, k;

	while ((k = 2 * i + 1) < n) {
		if (k + 1 < n && is_sooner(&v[k + 1], &v[k]))
			k++;
		if (!is_sooner(&v[k], &last))
			break;
		v[i] = v[k];
		i = k;
	}
	v[i] = last;
	return first;
}

/* ---- timers: one event at a time, which looks whether it is due when it comes ---- */

static void timer_queue(struct flow *f, enum flow_timer t)
{
	f->queued[t] = f->timer[t];
	event_add(f->sim,
		  &(struct event){
			  .at = f->timer[t], .kind = EVENT_TIMER, .flow = f->number, .timer = t});
}

void timer_set(struct flow *f, enum flow_timer t, uint64_t at)
{
	f->timer[t] = max(at, f->sim->now + 1);
	if (!f->queued[t] || f->queued[t] > f->timer[t])
		timer_queue(f, t);
}

static void send_syn(struct flow *f);

static void timer_fire(struct flow *f, enum flow_timer t)
{
	mstamp_refresh(f->tx);
	mstamp_refresh(f->rx);
	switch (t) {
	case TIMER_RTO:
		if (f->connected)
			timeout(f);
		else
			send_syn(f);
		return;
	case TIMER_PROBE:
		probe_timeout(f);
		return;
	case TIMER_REORDER:
		reorder_timeout(f);
		return;
	case TIMER_DELACK:
		delack_timeout(f);
		return;
	case TIMER_PACING:
		if (f->tx->sk.lost_out > f->tx->sk.retrans_out)
			send_lost(f);
		send_new(f);
		return;
	default:
		send_resumed(f);
	}
}

static void timer_event(struct flow *f, const struct event *e)
{
	if (f->queued[e->timer] != e->at)
		return;
	f->queued[e->timer] = 0;
	if (!f->timer[e->timer])
		return;
	if (f->timer[e->timer] > f->sim->now) {
		timer_queue(f, e->timer);
		return;
	}
	f->timer[e->timer] = 0;
	timer_fire(f, e->timer);
}

/* ---- packets ---- */

struct tcp_packet *packet_new(struct flow *f)
{
	struct tcp_packet *p = f->sim->free;

	if (p)
		f->sim->free = p->next;
	else
		p = xmalloc(sizeof(*p));
	*p = (struct tcp_packet){.flow = f->number};
	return p;
}

void packet_drop(struct tcp_sim *sim, struct tcp_packet *p)
{
	p->next = sim->free;
	sim->free = p;
}

/* ---- connecting ---- */

void mstamp_refresh(struct endpoint *e)
{
	e->sk.tcp_clock_cache = e->flow->sim->now;
	e->sk.tcp_mstamp = e->flow->sim->now / 1000;
}

static void send_syn(struct flow *f)
{
	enum { SYN_TIMEOUT_NS = 1000000000 };
	struct tcp_packet *p = packet_new(f);

	p->syn = true;
	p->ts_ns = f->sim->now;
	timer_set(f, TIMER_RTO, f->sim->now + SYN_TIMEOUT_NS);
	link_send(f->sim, p);
}

static void syn_arrived(struct flow *f, const struct tcp_packet *syn)
{
	struct tcp_packet *p = packet_new(f);

	if (!f->rx->sk.icsk_ca_initialized)
		cong_init(f->rx);
	f->ts_recent_ns = syn->ts_ns;
	p->is_ack = p->syn = true;
	p->ts_ns = syn->ts_ns;
	link_answer(f->sim, p);
}

/* The answer to the SYN is an acknowledgement before the congestion control begins. */
static void synack_arrived(struct flow *f, const struct tcp_packet *p)
{
	struct tcp_sock *sk = &f->tx->sk;
	struct ack_sample sample = {.pkts_acked = 1};

	if (f->connected)
		return;
	timer_stop(f, TIMER_RTO);
	sk->delivered++;
	sample.rtt_us = (int32_t)(sk->tcp_mstamp - p->ts_ns / 1000);
	rtt_sample(f, (uint32_t)sample.rtt_us);
	cong_call(f->tx, TCP_pkts_acked, (uintptr_t)&sample, 0, 0);
	cong_call(f->tx, TCP_in_ack_event, CA_ACK_SLOWPATH | CA_ACK_WIN_UPDATE, 0, 0);
	pacing_update(sk);
	f->connected = true;
	sk->lsndtime = tcp_jiffies(sk);
	cong_init(f->tx);
	cong_call(f->tx, TCP_sndbuf_expand, 0, 0, 0);
	send_new(f);
}

static void arrived(struct tcp_sim *sim, struct tcp_packet *p)
{
	struct flow *f = &sim->flows[p->flow];

	mstamp_refresh(p->is_ack ? f->tx : f->rx);
	if (p->syn && p->is_ack)
		synack_arrived(f, p);
	else if (p->syn)
		syn_arrived(f, p);
	else if (p->is_ack)
		ack_arrived(f, p);
	else
		data_arrived(f, p);
	packet_drop(sim, p);
}

/* ---- what the scenario changes ---- */

/* What the link could have carried since the last time. */
static void add_capacity(struct tcp_sim *sim)
{
	if (sim->now <= sim->rate_since)
		return;
	sim->capacity += (double)sim->link.rate * (double)(sim->now - sim->rate_since) / 8e9;
	sim->rate_since = sim->now;
}

static void change(struct tcp_sim *sim, const struct tcp_change *c)
{
	struct flow *f = &sim->flows[c->flow];

	switch (c->kind) {
	case CHANGE_RATE:
		add_capacity(sim);
		sim->link.rate = c->value;
		return;
	case CHANGE_RTT:
		sim->link.rtt_ns = c->value;
		return;
	case CHANGE_QUEUE:
		sim->link.queue = (uint32_t)c->value;
		return;
	case CHANGE_LOSS:
		sim->link.loss = (uint32_t)c->value;
		return;
	case CHANGE_ECN:
		sim->link.ecn = (uint32_t)c->value;
		return;
	case CHANGE_PAUSE:
		f->paused = true;
		timer_set(f, TIMER_RESUME, sim->now + c->value);
		return;
	}
}

static void sample(struct tcp_sim *sim)
{
	struct tcp_result *r = sim->result;
	uint32_t i = r->npoints;

	for (uint32_t n = 0; n < r->nflows; n++) {
		const struct tcp_sock *sk = &sim->flows[n].tx->sk;
		bool runs = sim->flows[n].connected && !sim->flows[n].closed;

		r->flows[n].points[i] = (struct tcp_point){
			.cwnd = runs ? sk->snd_cwnd : 0,
			.ssthresh = runs ? sk->snd_ssthresh : 0,
			.srtt_us = runs ? sk->srtt_us / 8 : 0,
			.in_flight = tcp_in_flight(sk),
			.acked = sk->bytes_acked,
		};
	}
	r->queue[i] = link_waiting(sim);
	r->npoints++;
	if (sim->now + r->sample_ns <= sim->end)
		event_add(sim,
			  &(struct event){.at = sim->now + r->sample_ns, .kind = EVENT_SAMPLE});
}

static void handle(struct tcp_sim *sim, const struct event *e)
{
	switch (e->kind) {
	case EVENT_START:
		mstamp_refresh(sim->flows[e->flow].tx);
		send_syn(&sim->flows[e->flow]);
		return;
	case EVENT_ARRIVE:
		arrived(sim, e->packet);
		return;
	case EVENT_DEPART:
		link_depart(sim);
		return;
	case EVENT_TIMER:
		timer_event(&sim->flows[e->flow], e);
		return;
	case EVENT_CHANGE:
		change(sim, &sim->s->changes.v[e->flow]);
		return;
	case EVENT_SAMPLE:
		sample(sim);
		return;
	}
}

/* ---- beginning and end ---- */

static struct endpoint *endpoint_new(struct tcp_sim *sim, struct flow *f,
				     const struct tcp_cong *cong)
{
	enum { AF_INET_ = 2 };
	const struct tcp_world *w = sim->world;
	struct endpoint *e = w->memory ? w->memory(w->arg, sizeof(*e))
				       : arena_alloc(&sim->result->arena, sizeof(*e));
	struct tcp_sock *sk;

	if (!e)
		return NULL;
	sk = &e->sk;
	e->flow = f;
	e->cong = cong;
	sk->skc_family = AF_INET_;
	sk->mss_cache = sim->s->mss;
	sk->snd_cwnd = TCP_INIT_CWND;
	sk->snd_ssthresh = TCP_INFINITE_SSTHRESH;
	sk->snd_cwnd_clamp = UINT32_MAX;
	sk->reordering = DUP_THRESH;
	sk->icsk_rto = TCP_HZ;
	sk->snd_wnd = WINDOW_MAX * sim->s->mss;
	sk->sk_max_pacing_rate = UINT64_MAX;
	sk->snd_una = sk->snd_nxt = sk->rcv_nxt = sk->write_seq = ISS + 1;
	sk->cwnd_usage_seq = sk->snd_una;
	sk->ecn_flags = f->def->ecn || cong_flags(cong) & TCP_CONG_NEEDS_ECN ? TCP_ECN_OK : 0;
	sk->ack_quick = 16;
	mstamp_refresh(e);
	return e;
}

static int flow_open(struct tcp_sim *sim, uint32_t i, struct diag *d)
{
	const struct tcp_flow_def *def = &sim->s->flows.v[i];
	const struct tcp_cong *cong = cong_find(sim->world, def->cong);
	struct flow *f = &sim->flows[i];

	if (!cong)
		return fail(d, &(struct loc){.file = sim->s->file, .line = def->line}, -EINVAL,
			    "flow %u: no congestion control is called '%s'", i + 1, def->cong);
	*f = (struct flow){.def = def, .sim = sim, .number = i, .result = &sim->result->flows[i]};
	sim->rate_since = min(sim->rate_since, CLOCK_BEGIN + def->start_ns);
	f->limit = def->bytes ? (def->bytes + sim->s->mss - 1) / sim->s->mss : UINT64_MAX;
	f->segs = xcalloc(WINDOW_MAX, sizeof(*f->segs));
	f->got = xcalloc(WINDOW_MAX, 1);
	f->tx = endpoint_new(sim, f, cong);
	f->rx = endpoint_new(sim, f, cong);
	if (!f->tx || !f->rx)
		return fail(d, NULL, -ENOMEM, "no memory for the sockets of flow %u", i + 1);
	event_add(sim, &(struct event){
			       .at = CLOCK_BEGIN + def->start_ns, .kind = EVENT_START, .flow = i});
	return 0;
}

static int sim_open(struct tcp_sim *sim, struct diag *d)
{
	const struct tcp_scenario *s = sim->s;
	struct tcp_result *r = sim->result;
	uint64_t most = s->duration_ns / s->sample_ns + 2;
	int err = 0;

	sim->work_max = (uint64_t)(tcp_scenario_packets(s) * WORK_A_PACKET) + WORK_MIN;
	r->nflows = (uint32_t)s->flows.n;
	r->sample_ns = s->sample_ns;
	r->flows = arena_array(&r->arena, struct tcp_flow_result, r->nflows);
	r->queue = arena_array(&r->arena, uint32_t, most);
	sim->flows = xcalloc(r->nflows + 1, sizeof(*sim->flows));
	for (uint32_t i = 0; i < r->nflows && !err; i++) {
		r->flows[i].points = arena_array(&r->arena, struct tcp_point, most);
		err = flow_open(sim, i, d);
	}
	for (uint32_t i = 0; i < s->changes.n; i++)
		event_add(sim, &(struct event){.at = CLOCK_BEGIN + s->changes.v[i].at_ns,
					       .kind = EVENT_CHANGE,
					       .flow = i});
	event_add(sim, &(struct event){.at = CLOCK_BEGIN, .kind = EVENT_SAMPLE});
	return err;
}

static void sim_close(struct tcp_sim *sim)
{
	struct tcp_packet *p;

	vec_each(&sim->heap, e)
		if (e->packet)
			packet_drop(sim, e->packet);
	while (sim->head < sim->tail)
		packet_drop(sim, sim->queue.v[sim->head++ & (sim->queue.cap - 1)]);
	while ((p = sim->free)) {
		sim->free = p->next;
		free(p);
	}
	for (uint32_t i = 0; i < sim->result->nflows; i++) {
		free(sim->flows[i].segs);
		free(sim->flows[i].got);
	}
	free(sim->flows);
	vec_free(&sim->heap);
	vec_free(&sim->queue);
}

static void sum_up(struct tcp_sim *sim)
{
	struct tcp_result *r = sim->result;

	for (uint32_t i = 0; i < r->nflows; i++) {
		struct flow *f = &sim->flows[i];
		struct tcp_flow_result *fr = f->result;

		fr->cong = f->tx->cong->name;
		fr->start_ns = f->def->start_ns;
		fr->acked = f->tx->sk.bytes_acked;
		if (!f->closed)
			fr->end_ns = max(sim->now - CLOCK_BEGIN, fr->start_ns);
		fr->rtt_mean_us = f->nrtts ? (uint32_t)(f->rtt_sum_us / f->nrtts) : 0;
		fr->rtt_p99_us = max(rtt_quantile(f, 0.99), fr->rtt_min_us);
	}
	add_capacity(sim);
	r->utilisation = sim->capacity ? (double)r->link_bytes / sim->capacity : 0;
}

int tcp_run(const struct tcp_scenario *s, const struct tcp_world *world, struct diag *d,
	    struct tcp_result *result)
{
	struct tcp_sim sim = {.s = s,
			      .world = world,
			      .rng = {s->seed},
			      .now = CLOCK_BEGIN,
			      .end = CLOCK_BEGIN + s->duration_ns,
			      .rate_since = CLOCK_BEGIN + s->duration_ns,
			      .link = s->link,
			      .result = result};
	int err;

	*result = (struct tcp_result){0};
	if (world->running)
		*world->running = &sim;
	err = sim_open(&sim, d);
	while (!err && !sim.stopped && sim.heap.n && sim.heap.v[0].at <= sim.end) {
		struct event e = event_take(&sim);

		sim.now = e.at;
		handle(&sim, &e);
	}
	if (sim.endless)
		err = fail(d, NULL, -EFAULT,
			   "flow %u: %s sends and loses without end; its window is %u packets",
			   sim.endless->number + 1, sim.endless->tx->cong->name,
			   sim.endless->tx->sk.snd_cwnd);
	for (uint32_t i = 0; i < result->nflows && !err && !sim.stopped; i++) {
		cong_release(sim.flows[i].tx);
		cong_release(sim.flows[i].rx);
	}
	if (!err)
		sum_up(&sim);
	if (world->running)
		*world->running = NULL;
	sim_close(&sim);
	return err;
}

void tcp_result_free(struct tcp_result *result)
{
	arena_free(&result->arena);
}

/* ---- for who is called ---- */

uint64_t tcp_now(const struct tcp_sim *sim)
{
	return sim->now;
}

void tcp_stop(struct tcp_sim *sim)
{
	sim->stopped = true;
}
