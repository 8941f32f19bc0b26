#include "cmd/run_tcp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/engine.h"
#include "cmd/run_ctx.h"
#include "core/base/file.h"

static const char word[] = "tcp:";

bool run_is_scenario(const struct run_options *o)
{
	if (o->ctxs.n != 1)
		return false;
	return strncmp(o->ctxs.v[0].text, word, strlen(word)) == 0 ||
	       ctx_begins_as(&o->ctxs.v[0], tcp_is_scenario);
}

/* ---- members ---- */

/* Samples lie on the simulator's stack: programs are shown copies among the objects. */
static void share_sample(struct tcp_runner *t, enum tcp_member m, uint64_t args[TCP_ARGS])
{
	if (m == TCP_pkts_acked) {
		*t->ack = *(const struct ack_sample *)(uintptr_t)args[1];
		args[1] = (uintptr_t)t->ack;
	} else if (m == TCP_cong_control) {
		*t->rate = *(const struct rate_sample *)(uintptr_t)args[3];
		args[3] = (uintptr_t)t->rate;
	}
}

/* A member that runs while another does has its own stack. */
static uint64_t run_on(struct tcp_runner *t, struct run_ctx *rc, struct prog *prog)
{
	uint64_t ret = 0;

	rc->budget = t->r->o->budget;
	rc->engine = t->r->vm.engine;
	if (run_once(rc, prog, &ret)) {
		t->r->vm.rc.fault = rc->fault;
		return 0;
	}
	return ret;
}

uint64_t tcp_run_member(const struct tcp_cong *cong, struct tcp_sim *sim, enum tcp_member m,
			const uint64_t args[TCP_ARGS])
{
	struct tcp_control *c = cong->arg;
	struct tcp_runner *t = c->runner;
	struct vm *vm = &t->r->vm;
	struct run_ctx rc = vm->rc;
	uint64_t ctx[TCP_ARGS], ret;

	if (t->err)
		return 0;
	if (t->nesting == ARRAY_SIZE(t->stacks)) {
		t->err = fail(t->r->d, NULL, -ELOOP, "%s: members call each other without end",
			      c->name);
		tcp_stop(sim);
		return 0;
	}
	memcpy(ctx, args, sizeof(ctx));
	share_sample(t, m, ctx);
	vm->rt.tcp = sim;
	vm->rt.fixed_clock = true;
	vm->rt.clock_ns = tcp_now(sim);
	rc.stack = t->stacks[t->nesting++];
	rc.ctx = ctx;
	rc.ctx_size = sizeof(ctx);
	ret = run_on(t, &rc, c->members[m]);
	t->nesting--;
	if (rc.fault.kind) {
		t->err = run_say_fault(t->r);
		tcp_stop(sim);
	}
	return ret;
}

/* ---- the run ---- */

static void *memory(void *runner, uint64_t size)
{
	struct tcp_runner *t = runner;

	return space_object(&t->space, size);
}

static int open_runner(struct tcp_runner *t)
{
	struct run *r = t->r;
	bool given = r->o->bpffs || getenv("EBPF_BPFFS");
	int err = r->o->path ? tcp_load(t) : given ? tcp_load_store(t) : 0;

	if (err || !t->congs.n)
		return err;
	t->world.congs = t->congs.v;
	t->world.ncongs = t->congs.n;
	t->world.memory = memory;
	t->ack = space_object(&t->space, sizeof(*t->ack));
	t->rate = space_object(&t->space, sizeof(*t->rate));
	if (!t->ack || !t->rate)
		return fail(r->d, NULL, -ENOMEM, "no memory for sockets");
	for (size_t i = 0; i < ARRAY_SIZE(t->stacks); i++)
		t->stacks[i] = xcalloc(RUN_FRAMES, STACK_SIZE);
	r->vm.rt.space = &t->space;
	r->vm.rt.kernel = &r->kernel;
	r->vm.rt.rng.state = r->o->seed;
	r->vm.mem.args = r->vm.mem.any_reg = true;
	r->vm.mem.probe_loads = r->vm.mem.write_objects = true;
	run_sinks(r);
	return 0;
}

static int write_svg(struct tcp_runner *t)
{
	struct strbuf b = {0};
	int err;

	if (!t->r->o->svg)
		return 0;
	tcp_draw_svg(&b, &t->scenario, &t->result);
	err = file_write(t->r->o->svg, strbuf_str(&b), b.len, t->r->d);
	strbuf_free(&b);
	return err;
}

static int simulate(struct tcp_runner *t)
{
	struct run *r = t->r;
	int err;

	if (r->vm.image) {
		out_field(&r->out, "engine", engine_name(r->vm.engine));
		run_enter_sandbox(r);
	}
	if (r->o->trace) {
		t->world.called = tcp_traced;
		out_open(&r->out, "trace", OUT_LIST);
	}
	err = tcp_run(&t->scenario, &t->world, r->d, &t->result);
	if (r->o->trace) {
		tcp_trace_end(t);
		out_close(&r->out);
	}
	return err ? err : t->err;
}

int run_tcp(struct run *r)
{
	struct tcp_runner t = {.r = r, .world.arg = &t};
	struct run_spec spec = r->o->ctxs.v[0];
	struct bytes text;
	bool is_run;
	int err, end;

	if (strncmp(spec.text, word, strlen(word)) == 0)
		spec.text += strlen(word);
	err = ctx_read_spec(r, &spec, &text);

	if (!err)
		err = run_expect_only(r, EXPECT_SUBJECTS,
				      "a scenario is no input of a program; maps, variables, "
				      "records and lines of printk can be expected of it");
	if (!err)
		err = tcp_scenario_read(&t.scenario, text, spec.text, r->d);
	if (!err)
		err = open_runner(&t);
	if (!err)
		err = run_open_cover(r);
	if (!err)
		err = run_open_profile(r, __builtin_frame_address(0));
	if (!err)
		err = simulate(&t);
	is_run = !err || err == -EFAULT;
	if (!err) {
		tcp_report(&t);
		if (r->vm.image)
			sinks_field(r);
		if (r->vm.image && r->o->dump_maps)
			run_say_maps(r);
		err = write_svg(&t);
	}
	end = run_close_counts(r, is_run);
	tcp_result_free(&t.result);
	tcp_scenario_free(&t.scenario);
	for (size_t i = 0; i < ARRAY_SIZE(t.stacks); i++)
		free(t.stacks[i]);
	strbuf_free(&t.trace);
	vec_free(&t.controls);
	vec_free(&t.congs);
	vec_each(&t.fds, fd)
		close(*fd);
	vec_free(&t.fds);
	space_free(&t.space);
	return err ? err : end;
}
