#include "cmd/run_profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/engine.h"
#include "cmd/run.h"
#include "core/base/file.h"
#include "core/interp/interp.h"
#include "jit/sample.h"

enum { INTERVAL_NS = 100000 };

/* A program as the engine has it that does not run just now. */
struct other_code {
	void *code;
	void (*free_code)(struct prog *prog);
	const struct engine *engine;
};

struct run_profiler {
	struct jit_sampler *sampler; /* NULL: nothing is timed */
	struct other_code *others;   /* by program; NULL: there is one engine */
	const struct engine *other;
	bool is_counting;
	uint64_t counted;
};

static const struct {
	const char *suffix;
	void (*write)(struct strbuf *b, const struct run_profile *p);
} files[] = {
	{".folded", profile_folded},
	{".svg", profile_svg},
};

static bool has_suffix(const char *path, const char *suffix)
{
	size_t n = strlen(path), len = strlen(suffix);

	return n > len && strcmp(path + n - len, suffix) == 0;
}

int run_check_profile(struct run *r)
{
	const char *path = r->o->profile;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (has_suffix(path, files[i].suffix))
			return 0;
	return cover_is_listing(path)
		       ? 0
		       : fail(r->d, NULL, -ESRCH,
			      "--profile: '%s' is neither -, nor does it end in .folded or .svg",
			      path);
}

/* ---- two engines: while a program runs by one, the other's code waits ---- */

static void exchange(struct prog *prog, struct other_code *other)
{
	struct other_code now = {prog->code, prog->free_code, prog->engine};

	prog->code = other->code;
	prog->free_code = other->free_code;
	prog->engine = other->engine;
	*other = now;
}

static void swap_codes(struct run *r)
{
	struct run_profiler *p = r->profiler;
	const struct engine *engine = p->other;

	for (uint32_t i = 0; i < r->file.image->nprogs; i++)
		if (r->vm.progs[i] && p->others[i].engine)
			exchange(r->vm.progs[i], &p->others[i]);
	p->other = r->vm.engine;
	vm_use(&r->vm, engine);
	p->is_counting = !p->is_counting;
}

/* Programs that were prepared since the last time are prepared for the other engine as well. */
static int prepare_others(struct run *r)
{
	struct run_profiler *p = r->profiler;
	int err = 0;

	for (uint32_t i = 0; i < r->file.image->nprogs && !err; i++) {
		struct prog *prog = r->vm.progs[i];

		if (!prog || !prog->code || p->others[i].engine)
			continue;
		exchange(prog, &p->others[i]);
		err = p->other->prepare(prog, r->d);
		exchange(prog, &p->others[i]);
	}
	return err;
}

int run_open_profile(struct run *r, const void *base)
{
	struct run_profiler *p;

	if (!r->o->profile)
		return 0;
	p = r->profiler = arena_new(&r->arena, struct run_profiler);
	p->is_counting = !engine_makes_code(r->vm.engine);
	if (p->is_counting)
		return 0;
	p->sampler = jit_sample_start(INTERVAL_NS, base);
	if (!p->sampler)
		return fail(r->d, NULL, -ENOTSUPP,
			    "--profile: no timer of this system can tell where the time goes; "
			    "--engine interp counts instructions");
	if (r->o->repeat > 1)
		p->others =
			arena_array(&r->arena, struct other_code, r->file.image->nprogs + 1);
	p->other = &interp_count_engine;
	return 0;
}

int run_profile_turn(struct run *r, uint64_t turn)
{
	struct run_profiler *p = r->profiler;
	int err = 0;

	if (p->others && turn == 0)
		err = prepare_others(r);
	if (!err && p->others && p->is_counting != (turn == 0))
		swap_codes(r);
	p->counted += p->is_counting;
	return err;
}

/* ---- what was found ---- */

static const char *func_name(const struct prog *prog, uint32_t slot)
{
	uint32_t i = prog->nsubs - 1;

	while (i && prog->subs[i].start > slot)
		i--;
	return i && prog->subs[i].name ? prog->subs[i].name : prog->name;
}

/* What an instruction calls, as its text has it. */
static const char *call_name(struct run_profile *p, const struct prog *prog, uint32_t slot)
{
	struct strbuf b = {0};
	const char *name;

	cover_insn_text(&b, prog, slot);
	name = cover_clean(&p->arena, strbuf_str(&b));
	strbuf_free(&b);
	return strncmp(name, "call ", 5) == 0 ? name + 5 : name;
}

static struct profile_call *find_call(struct run_profile *p, const char *name)
{
	struct profile_call *call;

	vec_each(&p->calls, old)
		if (strcmp(old->name, name) == 0)
			return old;
	call = vec_add(&p->calls);
	call->name = name;
	return call;
}

static bool calls_out(const struct jit_place *p)
{
	uint16_t op = p->prog->ops[p->slot];

	return op == OP_CALL || op == OP_CALL_KFUNC;
}

static void take_stack(struct run_profile *p, const struct jit_stack *found)
{
	const struct jit_place *last = &found->places[found->n - 1];
	struct profile_stack *s = vec_add(&p->stacks);

	s->names = arena_array(&p->arena, const char *, 2 * found->n + 1);
	s->weight = found->samples;
	s->in_call = found->in_call;
	/* A function that became part of its caller, whose name is not on the stack */
	if (func_name(last->prog, last->slot) != last->prog->name)
		s->names[s->n++] = cover_clean(&p->arena, last->prog->name);
	for (uint32_t i = found->n; i-- > 0;) {
		const struct jit_place *at = &found->places[i];

		s->names[s->n++] = cover_clean(&p->arena, func_name(at->prog, at->slot));
		if (calls_out(at) && (i || found->in_call))
			s->names[s->n++] = call_name(p, at->prog, at->slot);
	}
	if (found->in_call && calls_out(&found->places[0]))
		find_call(p, s->names[s->n - 1])->samples += found->samples;
}

static void take_samples(struct run *r, struct run_profile *p)
{
	size_t n;
	const struct jit_stack *found = jit_samples(r->profiler->sampler, &n);

	for (size_t i = 0; i < n; i++) {
		take_stack(p, &found[i]);
		for (uint32_t k = 0; k < r->file.image->nprogs; k++) {
			struct prog *prog = r->vm.progs[k];

			if (prog != found[i].places[0].prog)
				continue;
			prog_count(prog);
			prog->insn_counts[found[i].places[0].slot].samples += found[i].samples;
		}
	}
	p->interval = INTERVAL_NS;
	p->total = jit_sample_count(r->profiler->sampler);
	p->dropped = jit_sample_dropped(r->profiler->sampler);
	p->total -= p->dropped;
}

/* Without samples: what functions ran by themselves, nobody knows for whom. */
static void take_counts(struct run_profile *p)
{
	vec_each(&p->cover.funcs, f) {
		struct profile_stack *s = vec_add(&p->stacks);

		s->names = arena_array(&p->arena, const char *, 1);
		s->names[s->n++] = f->name;
		for (uint32_t i = 0; i < f->ninsns; i++)
			s->weight += f->insns[i].count.runs;
		p->total += s->weight;
	}
}

static void count_calls(struct run_profile *p)
{
	vec_each(&p->cover.funcs, f)
		for (uint32_t i = 0; i < f->ninsns; i++) {
			const struct cover_insn *insn = &f->insns[i];

			if (insn->flags & COVER_CALLS_OUT && insn->count.runs + insn->count.samples)
				find_call(p, insn->text + strlen("call "))->calls +=
					insn->count.runs;
		}
}

static int by_name(const void *a, const void *b)
{
	const struct profile_stack *x = a, *y = b;

	for (uint32_t i = 0; i < min(x->n, y->n); i++) {
		int order = strcmp(x->names[i], y->names[i]);

		if (order)
			return order;
	}
	return x->n < y->n ? -1 : x->n > y->n;
}

/* Stacks of equal names differ in places: one is enough. */
static void sort_stacks(struct run_profile *p)
{
	size_t n = 0;

	if (p->stacks.n)
		qsort(p->stacks.v, p->stacks.n, sizeof(*p->stacks.v), by_name);
	for (size_t i = 0; i < p->stacks.n; i++) {
		struct profile_stack *s = &p->stacks.v[i];

		if (!s->weight)
			continue;
		if (n && by_name(&p->stacks.v[n - 1], s) == 0)
			p->stacks.v[n - 1].weight += s->weight;
		else
			p->stacks.v[n++] = *s;
	}
	p->stacks.n = n;
}

static int by_samples(const void *a, const void *b)
{
	const struct profile_call *x = a, *y = b;

	if (x->samples != y->samples)
		return x->samples > y->samples ? -1 : 1;
	if (x->calls != y->calls)
		return x->calls > y->calls ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int collect(struct run *r, struct run_profile *p)
{
	int err;

	p->is_timed = r->profiler->sampler;
	p->counted = r->profiler->counted;
	p->draws = r->draws;
	p->engine = engine_name(r->vm.engine);
	if (p->is_timed)
		take_samples(r, p);
	err = cover_add(&p->cover, r->file.image, r->vm.progs, NULL, r->d);
	if (err)
		return err;
	if (!p->is_timed)
		take_counts(p);
	count_calls(p);
	sort_stacks(p);
	if (p->calls.n)
		qsort(p->calls.v, p->calls.n, sizeof(*p->calls.v), by_samples);
	cover_report(&p->cover, &p->report);
	return 0;
}

static int write_profile(struct run *r, const struct run_profile *p)
{
	struct strbuf b = {0};
	int err = 0;

	if (cover_is_listing(r->o->profile))
		profile_show(&r->out, p);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (has_suffix(r->o->profile, files[i].suffix)) {
			files[i].write(&b, p);
			err = file_write(r->o->profile, strbuf_str(&b), b.len, r->d);
		}
	strbuf_free(&b);
	return err;
}

/* The code that waits is freed like any. */
static void drop_others(struct run *r)
{
	struct run_profiler *p = r->profiler;

	if (p->is_counting)
		swap_codes(r);
	for (uint32_t i = 0; i < r->file.image->nprogs; i++) {
		struct prog other = {.code = p->others[i].code};

		if (p->others[i].free_code)
			p->others[i].free_code(&other);
	}
}

int run_close_profile(struct run *r, bool is_run)
{
	struct run_profile p = {0};
	int err = 0;

	if (!r->profiler)
		return 0;
	if (r->profiler->sampler)
		jit_sample_stop();
	if (r->profiler->others)
		drop_others(r);
	if (is_run)
		err = collect(r, &p);
	if (is_run && !err)
		err = write_profile(r, &p);
	if (r->profiler->sampler)
		jit_sample_free(r->profiler->sampler);
	cover_report_free(&p.report);
	cover_free(&p.cover);
	vec_free(&p.calls);
	vec_free(&p.stacks);
	arena_free(&p.arena);
	return err;
}
