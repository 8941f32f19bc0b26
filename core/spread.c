#include "core/spread.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "core/run/later.h"

enum { BATCH = 256, DEPTH = 4, SMALL = 16 };

/* Packets for one CPU; of those that do not lie in the capture's window, copies. */
struct batch {
	struct capture_packet pkts[BATCH];
	uint32_t n;
	struct strbuf copies;
};

struct spread_cpu {
	struct spread *s;
	struct vm vm;
	pthread_t thread;
	bool is_started;
	/* batches [taken, given) are the CPU's to run, the next one is being filled */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint32_t given, taken;
	bool is_ready, end;
	struct batch batches[DEPTH + 1];
	uint64_t small[SMALL]; /* counts of small answers */
	VEC(struct spread_count) large;
	uint64_t nrun, failed_number;
	bool failed;
};

uint32_t spread_flow(const uint8_t *p, uint32_t len)
{
	enum { IPV4 = 0x0008, IPV6 = 0xdd86, GOLDEN = 0x9e3779b1 };
	uint16_t type, ports[2] = {0};
	uint32_t a[8], h = 0, l4 = 0;
	uint8_t proto = 0;

	if (len < 34)
		return 0;
	memcpy(&type, p + 12, 2);
	if (type == IPV4) {
		memcpy(a, p + 26, 8);
		h = a[0] ^ a[1];
		proto = p[23];
		l4 = (p[20] & 0x3f) | p[21] ? 0 : 14 + (p[14] & 15u) * 4;
	} else if (type == IPV6 && len >= 54) {
		memcpy(a, p + 22, 32);
		for (int i = 0; i < 8; i++)
			h ^= a[i];
		proto = p[20];
		l4 = 54;
	}
	if (l4 && (proto == 6 || proto == 17 || proto == 132) && len >= l4 + 4)
		memcpy(ports, p + l4, 4);
	h = (h ^ ports[0] ^ ports[1]) * GOLDEN;
	return h ^ h >> 15;
}

static void count(struct spread_cpu *cpu, uint64_t retval, uint64_t n)
{
	if (retval < SMALL) {
		cpu->small[retval] += n;
		return;
	}
	vec_each(&cpu->large, old)
		if (old->retval == retval) {
			old->count += n;
			return;
		}
	vec_push(&cpu->large, ((struct spread_count){retval, n}));
}

static bool run_one(struct spread_cpu *cpu, const struct capture_packet *pkt)
{
	uint64_t retval;

	if (cpu->failed)
		return false;
	cpu->vm.rc.budget = cpu->s->budget;
	if (vm_run_packet(&cpu->vm, pkt, &retval, NULL)) {
		cpu->failed_number = pkt->number;
		return !(cpu->failed = true);
	}
	cpu->nrun++;
	count(cpu, (uint32_t)retval, 1);
	return true;
}

static void *work(void *arg)
{
	struct spread_cpu *cpu = arg;

	pthread_mutex_lock(&cpu->lock);
	cpu->is_ready = true;
	pthread_cond_broadcast(&cpu->changed);
	for (;;) {
		struct batch *b = &cpu->batches[cpu->taken % (DEPTH + 1)];

		while (cpu->taken == cpu->given && !cpu->end)
			pthread_cond_wait(&cpu->changed, &cpu->lock);
		if (cpu->taken == cpu->given)
			break;
		pthread_mutex_unlock(&cpu->lock);
		for (uint32_t i = 0; i < b->n && run_one(cpu, &b->pkts[i]); i++)
			;
		b->n = 0;
		strbuf_reset(&b->copies);
		pthread_mutex_lock(&cpu->lock);
		cpu->taken++;
		pthread_cond_broadcast(&cpu->changed);
	}
	pthread_mutex_unlock(&cpu->lock);
	return NULL;
}

/* Waits until at most so many batches are left to run. */
static void await(struct spread_cpu *cpu, uint32_t left)
{
	while (cpu->given - cpu->taken > left)
		pthread_cond_wait(&cpu->changed, &cpu->lock);
}

/* Copies' places, which are known when no more come */
static void place_copies(struct batch *b)
{
	for (uint32_t i = 0; i < b->n; i++)
		if (!b->pkts[i].low)
			b->pkts[i].data = (const uint8_t *)strbuf_str(&b->copies) +
					  (uintptr_t)b->pkts[i].data;
}

static void give(struct spread_cpu *cpu)
{
	struct batch *b = &cpu->batches[cpu->given % (DEPTH + 1)];

	if (!b->n)
		return;
	place_copies(b);
	pthread_mutex_lock(&cpu->lock);
	cpu->given++;
	pthread_cond_broadcast(&cpu->changed);
	await(cpu, DEPTH);
	pthread_mutex_unlock(&cpu->lock);
}

static void add(struct spread_cpu *cpu, const struct capture_packet *pkt)
{
	struct batch *b = &cpu->batches[cpu->given % (DEPTH + 1)];

	b->pkts[b->n] = *pkt;
	if (!pkt->low) {
		b->pkts[b->n].data = (const uint8_t *)b->copies.len;
		strbuf_addmem(&b->copies, pkt->data, pkt->len);
	}
	if (++b->n == BATCH)
		give(cpu);
}

/* Everything that was given has run: before the capture's window moves, and at the end. */
static void settle(void *arg)
{
	struct spread *s = arg;

	for (uint32_t i = 1; i < s->ncpus; i++) {
		give(&s->cpus[i]);
		pthread_mutex_lock(&s->cpus[i].lock);
		await(&s->cpus[i], 0);
		pthread_mutex_unlock(&s->cpus[i].lock);
	}
}

static int open_cpu(struct spread *s, uint32_t i)
{
	struct spread_cpu *cpu = &s->cpus[i];
	struct vm *vm = &cpu->vm;

	cpu->s = s;
	pthread_mutex_init(&cpu->lock, NULL);
	pthread_cond_init(&cpu->changed, NULL);
	*vm = *s->vm;
	vm->rc.cpu = i;
	vm->rc.rt = &vm->rt;
	vm->rc.mem = s->vm->rc.mem ? &vm->mem : NULL;
	vm->rc.stack = xcalloc(RUN_FRAMES, STACK_SIZE);
	vm->rt.rng.state += i;
	vm->rt.heap = NULL;
	vm->rt.conntrack = NULL;
	vm->rt.armed = NULL;
	if (packet_alloc(&vm->pkt, NULL))
		return -ENOMEM;
	if (i && pthread_create(&cpu->thread, NULL, work, cpu) != 0)
		return -EAGAIN;
	cpu->is_started = i;
	return 0;
}

static void await_ready(struct spread_cpu *cpu)
{
	pthread_mutex_lock(&cpu->lock);
	while (!cpu->is_ready)
		pthread_cond_wait(&cpu->changed, &cpu->lock);
	pthread_mutex_unlock(&cpu->lock);
}

static int walk(struct spread *s, struct capture *c)
{
	struct capture_packet pkt;
	int got;

	while ((got = capture_next(c, &pkt)) > 0) {
		uint32_t i;

		if (s->wants && !s->wants(s->arg, &pkt))
			continue;
		i = (uint32_t)((uint64_t)spread_flow(pkt.data, pkt.len) * s->ncpus >> 32);
		if (i)
			add(&s->cpus[i], &pkt);
		else if (!run_one(&s->cpus[0], &pkt))
			break;
	}
	return min(got, 0);
}

static void end_cpu(struct spread_cpu *cpu)
{
	if (!cpu->is_started)
		return;
	pthread_mutex_lock(&cpu->lock);
	cpu->end = true;
	pthread_cond_broadcast(&cpu->changed);
	pthread_mutex_unlock(&cpu->lock);
	pthread_join(cpu->thread, NULL);
	cpu->is_started = false;
}

static void add_up(struct spread *s)
{
	struct spread_cpu *sum = &s->cpus[0];

	for (uint32_t i = 0; i < s->ncpus; i++) {
		struct spread_cpu *cpu = &s->cpus[i];

		s->npackets += cpu->nrun;
		if (cpu->failed && (!s->failed || cpu->failed_number < s->failed_number)) {
			s->failed = &cpu->vm;
			s->failed_number = cpu->failed_number;
		}
		for (uint32_t k = 0; i && k < SMALL; k++)
			sum->small[k] += cpu->small[k];
		if (i)
			vec_each(&cpu->large, l)
				count(sum, l->retval, l->count);
	}
	for (uint32_t k = 0; k < SMALL; k++)
		if (sum->small[k])
			vec_push(&s->counts, ((struct spread_count){k, sum->small[k]}));
	vec_each(&sum->large, l)
		vec_push(&s->counts, *l);
}

int spread_run(struct spread *s, struct capture *c)
{
	int err = 0;

	s->cpus = xcalloc(s->ncpus, sizeof(*s->cpus));
	for (uint32_t i = 0; i < s->ncpus && !err; i++)
		err = open_cpu(s, i);
	for (uint32_t i = 1; i < s->ncpus && !err; i++)
		await_ready(&s->cpus[i]);
	if (!err && s->begun)
		s->begun(s->arg);
	if (!err) {
		capture_before_move(c, settle, s);
		err = walk(s, c);
		settle(s);
	}
	for (uint32_t i = 1; i < s->ncpus; i++)
		end_cpu(&s->cpus[i]);
	add_up(s);
	return err ? err : s->failed ? -EFAULT : 0;
}

void spread_close(struct spread *s)
{
	for (uint32_t i = 0; s->cpus && i < s->ncpus; i++) {
		struct spread_cpu *cpu = &s->cpus[i];

		later_close(&cpu->vm.rt);
		packet_free(&cpu->vm.pkt);
		free(cpu->vm.rc.stack);
		vec_free(&cpu->large);
		for (uint32_t k = 0; k <= DEPTH; k++)
			strbuf_free(&cpu->batches[k].copies);
		pthread_cond_destroy(&cpu->changed);
		pthread_mutex_destroy(&cpu->lock);
	}
	free(s->cpus);
	vec_free(&s->counts);
}
