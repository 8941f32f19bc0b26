#include "core/link/traced.h"

#include <string.h>

#include "core/run/mem.h"
#include "core/run/run.h"

/* What a run stands on, and a program between two parts of it does not. */
struct standing {
	void *ctx;
	uint64_t ctx_size;
	const struct prog *prog;
	struct packet *pkt;
	const struct run_attach *attach;
	const struct ctx_type *type;
	bool args;
};

static struct standing stand(struct run_ctx *rc, const struct standing *on)
{
	struct standing was = {rc->ctx, rc->ctx_size, rc->prog, rc->pkt, rc->attach, NULL, false};

	rc->ctx = on->ctx;
	rc->ctx_size = on->ctx_size;
	rc->prog = on->prog;
	rc->pkt = on->pkt;
	rc->attach = on->attach;
	if (!rc->mem)
		return was;
	was.type = rc->mem->ctx;
	was.args = rc->mem->args;
	rc->mem->ctx = on->type;
	rc->mem->args = on->args;
	return was;
}

static void run_tracer(struct run_ctx *rc, const struct tracer *tracer, uint64_t *words, size_t n)
{
	uint64_t arg[5] = {(uintptr_t)words};
	struct standing was = stand(rc, &(struct standing){
						.ctx = words,
						.ctx_size = n * sizeof(*words),
						.prog = tracer->prog,
						.attach = &tracer->place,
						.args = true,
					});

	run_call(rc, tracer->prog, tracer->prog->subs, arg);
	stand(rc, &was);
}

static void run_tracers(const struct traced *t, struct run_ctx *rc, uint64_t *words, bool behind)
{
	for (uint32_t i = 0; i < t->ntracers && !rc->fault.kind; i++)
		if (t->tracers[i].place.returns == behind)
			run_tracer(rc, &t->tracers[i], words, t->nargs + behind);
}

/* Programs behind the function see its arguments as they were when it was called. */
static uint64_t run_traced(const struct detour *to, struct run_ctx *rc, const uint64_t arg[5])
{
	const struct traced *t = container_of(to, struct traced, detour);
	const struct subprog *sub = &to->of->subs[to->func];
	uint64_t words[TRACED_ARGS_MAX + 1] = {0};
	uint64_t r0;

	memcpy(words, arg, t->nargs * sizeof(*words));
	run_tracers(t, rc, words, false);
	if (rc->fault.kind)
		return 0;
	r0 = rc->engine->call(rc, to->of, sub, arg);
	if (rc->fault.kind)
		return 0;
	words[t->nargs] = r0;
	run_tracers(t, rc, words, true);
	return r0;
}

void traced_init(struct traced *t, const struct prog *of, uint32_t func)
{
	*t = (struct traced){.detour = {.call = run_traced, .of = of, .func = func}};
}

const struct traced *traced_by_code(const struct detour *to)
{
	const struct traced *t = container_of(to, struct traced, detour);

	if (to->call != run_traced)
		return NULL;
	for (uint32_t i = 0; i < t->ntracers; i++)
		if (!t->tracers[i].prog->entry)
			return NULL;
	return t;
}
