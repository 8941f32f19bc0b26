/*
 * The bottleneck: a queue in front of a line of some rate, and the way behind it. What comes when
 * the queue is full is dropped; from a length on, what may be marked is (RFC 3168, and 3.1 of RFC
 * 8257). Acknowledgements take the way back without waiting.
 */
#include "core/tcp/local.h"

enum { MILLION = 1000000 };

uint32_t link_waiting(const struct tcp_sim *sim)
{
	return (uint32_t)(sim->tail - sim->head) - sim->busy;
}

static struct tcp_packet **slot(struct tcp_sim *sim, uint64_t n)
{
	return &sim->queue.v[n & (sim->queue.cap - 1)];
}

/* To twice the size, which is a power of two. */
static void grow(struct tcp_sim *sim)
{
	size_t old = sim->queue.cap, cap = old ? old * 2 : 64;
	struct tcp_packet **v = xcalloc(cap, sizeof(struct tcp_packet *));

	for (uint64_t n = sim->head; n < sim->tail; n++)
		v[n & (cap - 1)] = sim->queue.v[n & (old - 1)];
	free(sim->queue.v);
	sim->queue.v = v;
	sim->queue.cap = cap;
}

static bool happens(struct tcp_sim *sim, uint32_t ppm)
{
	return ppm && rng_below(&sim->rng, MILLION) < ppm;
}

static uint64_t way_ns(const struct tcp_sim *sim, uint32_t flow)
{
	uint64_t own = sim->flows[flow].def->rtt_ns;

	return (own ? own : sim->link.rtt_ns) / 2;
}

/* The line takes the next one. */
static void begin(struct tcp_sim *sim)
{
	struct tcp_packet *p = *slot(sim, sim->head);
	uint64_t bytes = (p->syn ? 0 : sim->s->mss) + HEADERS;
	uint64_t ns = (uint64_t)((double)bytes * 8e9 / (double)sim->link.rate);

	sim->busy = true;
	sim->result->link_bytes += bytes;
	event_add(sim,
		  &(struct event){.at = sim->now + max(ns, (uint64_t)1), .kind = EVENT_DEPART});
}

/* What the scenario says of a data packet by its number. */
static bool is_fated(struct tcp_sim *sim, const struct tcp_packet *p, bool drops)
{
	uint64_t n = sim->flows[p->flow].numbered;

	vec_each(&sim->s->fates, fate)
		if (fate->flow == p->flow && fate->drops == drops && n >= fate->first &&
		    n <= fate->last)
			return true;
	return false;
}

static void lose(struct tcp_sim *sim, struct tcp_packet *p)
{
	sim->flows[p->flow].result->drops++;
	packet_drop(sim, p);
}

void link_send(struct tcp_sim *sim, struct tcp_packet *p)
{
	uint32_t waiting = link_waiting(sim);

	if (!p->syn && is_fated(sim, p, true)) {
		lose(sim, p);
		return;
	}
	if (waiting >= sim->link.queue || happens(sim, sim->link.loss)) {
		lose(sim, p);
		return;
	}
	if (p->ect &&
	    ((sim->link.ecn && waiting >= sim->link.ecn) || (!p->syn && is_fated(sim, p, false)))) {
		p->ce = true;
		sim->flows[p->flow].result->marks++;
	}
	if (sim->tail - sim->head == sim->queue.cap)
		grow(sim);
	*slot(sim, sim->tail++) = p;
	if (!sim->busy)
		begin(sim);
	sim->result->queue_max = max(sim->result->queue_max, link_waiting(sim));
}

static void arrive(struct tcp_sim *sim, struct tcp_packet *p, uint64_t at)
{
	event_add(sim,
		  &(struct event){.at = at, .kind = EVENT_ARRIVE, .flow = p->flow, .packet = p});
}

void link_depart(struct tcp_sim *sim)
{
	struct tcp_packet *p = *slot(sim, sim->head++);
	uint64_t late = happens(sim, sim->link.reorder) ? sim->link.reorder_ns : 0;

	arrive(sim, p, sim->now + way_ns(sim, p->flow) + late);
	sim->busy = false;
	if (link_waiting(sim))
		begin(sim);
}

void link_answer(struct tcp_sim *sim, struct tcp_packet *p)
{
	arrive(sim, p, sim->now + way_ns(sim, p->flow));
}
