/* -j: a capture over several simulated CPUs. */
#include <errno.h>
#include <pthread.h>

#include "cmd/run_ctx.h"
#include "core/spread.h"

/* What programs hand out comes from several threads. */
struct sinks {
	pthread_mutex_t lock;
	struct runtime to; /* as they were */
};

static void locked_printk(void *arg, const char *line, size_t len)
{
	struct sinks *s = arg;

	pthread_mutex_lock(&s->lock);
	s->to.printk(s->to.printk_arg, line, len);
	pthread_mutex_unlock(&s->lock);
}

static void locked_action(void *arg, const char *line)
{
	struct sinks *s = arg;

	pthread_mutex_lock(&s->lock);
	s->to.action(s->to.sink_arg, line);
	pthread_mutex_unlock(&s->lock);
}

static void locked_output(void *arg, const struct map *map, struct bytes data, struct bytes packet)
{
	struct sinks *s = arg;

	pthread_mutex_lock(&s->lock);
	s->to.output(s->to.sink_arg, map, data, packet);
	pthread_mutex_unlock(&s->lock);
}

static void lock_sinks(struct run *r, struct sinks *s)
{
	struct runtime *rt = &r->vm.rt;

	pthread_mutex_init(&s->lock, NULL);
	s->to = *rt;
	rt->printk = rt->printk ? locked_printk : NULL;
	rt->action = rt->action ? locked_action : NULL;
	rt->output = rt->output ? locked_output : NULL;
	rt->printk_arg = rt->sink_arg = s;
	/* Which packet a line is about is not known. */
	r->many = false;
}

static bool wants(void *arg, const struct capture_packet *pkt)
{
	struct run *r = arg;

	r->number++;
	return numbers_have(&r->o->packets, r->number) && run_wants(r, pkt);
}

static void enter_sandbox(void *arg)
{
	run_enter_sandbox(arg);
}

int run_check_jobs(struct run *r)
{
	const struct run_options *o = r->o;

	if (o->packet.jobs <= 1)
		return 0;
	if (o->per_packet || o->packet.split || o->write || o->advance || o->repeat > 1 ||
	    o->packet.strict || o->expect_packets || r->store.sys)
		return fail(r->d, NULL, -ESRCH,
			    "-j only counts verdicts: not with --per-packet, --diff, --write, "
			    "--expect-packets, --split, --repeat, --advance, --strict-kernel "
			    "or maps of a store");
	vec_each(&r->expects, e)
		if (expect_is_of_input(e))
			return fail(r->d, &e->loc, -ESRCH,
				    "%s: -j only counts verdicts: nothing can be expected of "
				    "single packets",
				    e->text);
	return 0;
}

int run_spread(struct run *r, struct capture *c)
{
	struct spread s = {.vm = &r->vm,
			   .ncpus = r->o->packet.jobs,
			   .budget = r->o->budget,
			   .wants = r->filter || r->o->packets.n ? wants : NULL,
			   .begun = enter_sandbox,
			   .arg = r};
	struct sinks sinks;
	int err;

	lock_sinks(r, &sinks);
	err = spread_run(&s, c);
	r->vm.rt.printk = sinks.to.printk;
	r->vm.rt.action = sinks.to.action;
	r->vm.rt.output = sinks.to.output;
	r->vm.rt.printk_arg = sinks.to.printk_arg;
	r->vm.rt.sink_arg = sinks.to.sink_arg;
	pthread_mutex_destroy(&sinks.lock);
	r->many = true;
	r->npackets += s.npackets;
	r->runs += s.npackets;
	vec_each(&s.counts, n)
		run_count(r, n->retval, n->count);
	if (err == -EFAULT && s.failed) {
		r->number = s.failed_number;
		r->vm.rc.fault = s.failed->rc.fault;
		run_say_fault(r);
	}
	spread_close(&s);
	return err;
}
