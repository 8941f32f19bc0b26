#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/engine.h"
#include "cmd/run_ctx.h"
#include "core/run/scene.h"
#include "core/run/seccomp.h"
#include "core/btf/print.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/later.h"
#include "maps/maps.h"

const char *run_verdict_of(const struct run *r, uint64_t retval)
{
	if (r->vm.type)
		return packet_verdict(r->vm.type, retval);
	if (r->is_seccomp)
		return seccomp_verdict((uint32_t)retval, &((struct run *)r)->arena);
	/* Without its sign, which is said with it. */
	return r->scene && (int64_t)retval < 0 && (int64_t)retval >= -MAX_ERRNO
		       ? strerrorname_np((int)-(int64_t)retval)
		       : NULL;
}

const char *run_input_word(const struct run *r)
{
	if (r->o->calls.n)
		return "call";
	return r->scene || !r->vm.type ? "run" : "packet";
}

/* Kept sorted by value; a verdict's name stands for all its values. */
void run_count(struct run *r, uint64_t retval, uint64_t n)
{
	const char *verdict = run_verdict_of(r, retval);
	const char *prog = r->by_target ? r->vm.main->name : NULL;
	size_t i = 0;

	for (; i < r->tally.n && r->tally.v[i].retval <= retval; i++) {
		struct tally *t = &r->tally.v[i];

		if (t->prog != prog || (t->retval != retval && (!verdict || t->verdict != verdict)))
			continue;
		t->count += n;
		return;
	}
	vec_add(&r->tally);
	memmove(&r->tally.v[i + 1], &r->tally.v[i], (r->tally.n - 1 - i) * sizeof(*r->tally.v));
	r->tally.v[i] =
		(struct tally){.retval = retval, .count = n, .verdict = verdict, .prog = prog};
}

int run_say_fault(struct run *r)
{
	struct strbuf text = {0};
	struct loc loc = {0};

	run_fault_text(&r->vm.rc, &text);
	r->expecting.fault = arena_strdup(&r->arena, strbuf_str(&text));
	if (run_expects(r, EXPECT_FAULT))
		out_text(&r->out, "fault: %s\n", strbuf_str(&text));
	else if (r->many)
		fail(r->d, &loc, -EFAULT, "%s %llu: %s", run_input_word(r),
		     (unsigned long long)r->number, strbuf_str(&text));
	else
		fail(r->d, &loc, -EFAULT, "%s", strbuf_str(&text));
	strbuf_free(&text);
	return -EFAULT;
}

/* What --strict-kernel does not run. */
static int say_refused(struct run *r, int err)
{
	fail(r->d, NULL, err, "%s: a test run of Linux refuses it: %s", errno_name(-err),
	     r->vm.trial.why);
	return -EINVAL;
}

/* Negative answers of programs that may refuse something are errors. */
static void say_answer(struct run *r, uint64_t retval, const char *verdict)
{
	if (verdict)
		out_text(&r->out, "%s%s", r->scene ? "-" : "", verdict);
	else if (r->scene)
		out_text(&r->out, "%lld", (long long)retval);
	else
		out_text(&r->out, "%llu", (unsigned long long)retval);
}

static void answer_field(struct run *r, uint64_t retval, const char *verdict)
{
	char word[32];

	if (r->scene)
		out_field(&r->out, "retval", (int64_t)retval);
	else
		out_field(&r->out, "retval", retval);
	if (!verdict)
		return;
	snprintf(word, sizeof(word), "%s%s", r->scene ? "-" : "", verdict);
	out_field(&r->out, "verdict", (const char *)word);
}

static void say_scene(struct run *r, uint64_t number)
{
	const char *verdict = run_verdict_of(r, r->retval);

	out_text(&r->out, "%6llu  %s: ", (unsigned long long)number, r->vm.main->name);
	say_answer(r, r->retval, verdict);
	out_text(&r->out, "\n");
	out_open(&r->out, NULL, OUT_OBJECT);
	out_field(&r->out, "number", number);
	out_field(&r->out, "program", (const char *)r->vm.main->name);
	answer_field(r, r->retval, verdict);
	if (r->vm.rc.mem)
		out_field(&r->out, "insns", r->vm.rc.steps);
	sinks_field(r);
	out_close(&r->out);
}

static void say_packet(struct run *r, const struct capture_packet *pkt)
{
	const char *verdict = run_verdict_of(r, r->retval);
	unsigned long long number = pkt->number, steps = r->vm.rc.steps;

	if (verdict)
		out_text(&r->out, "%6llu  %5u bytes  %s\n", number, pkt->len, verdict);
	else
		out_text(&r->out, "%6llu  %5u bytes  %llu\n", number, pkt->len,
			 (unsigned long long)r->retval);
	out_open(&r->out, NULL, OUT_OBJECT);
	out_field(&r->out, "number", pkt->number);
	out_field(&r->out, "length", pkt->len);
	out_field(&r->out, "retval", r->retval);
	if (verdict)
		out_field(&r->out, "verdict", verdict);
	if (r->vm.rc.mem)
		out_field(&r->out, "insns", (uint64_t)steps);
	sinks_field(r);
	say_changes(r, pkt);
	out_close(&r->out);
}

/* Programs answer an int; on plain memory, whatever r0 is. */
static uint64_t answer(const struct run *r, const struct ctx_input *in, uint64_t r0)
{
	if (in->scene)
		return in->scene->is_void ? 0 : (uint64_t)(int64_t)(int32_t)r0;
	return r->vm.type ? (uint32_t)r0 : r0;
}

/* The world that a scene stands in, or nobody's. */
static void enter_scene(struct run *r, const struct scene *scene)
{
	struct runtime *rt = &r->vm.rt;

	rt->space = scene ? (struct space *)(uintptr_t)&scene->space : NULL;
	r->found.n = 0;
	if (scene)
		rt->space->log = r->o->emit ? &r->found : NULL;
	rt->task = scene ? scene->task : (struct run_task){0};
	if (scene && scene->has_ktime && !r->o->fixed_clock) {
		rt->fixed_clock = true;
		rt->clock_ns = scene->ktime;
	}
	rt->attach = (struct run_attach){0};
	rt->retval = 0;
	rt->session = 0;
	if (scene) {
		rt->attach.nargs = scene->nargs;
		rt->attach.returns = scene->ctx_size > scene->nargs * 8 && scene->returns;
		rt->attach.ip = scene->ip;
		rt->attach.cookie = scene->cookie;
	}
	rt->arch = scene ? scene->arch : NULL;
	rt->has_cpu = scene && scene->has_cpu;
	rt->cpu = scene ? scene->cpu : 0;
	r->vm.mem.probe_loads = (scene || r->vm.nf) && !r->refused;
	r->vm.mem.write_objects = !r->refused;
	r->vm.mem.is_void = scene && scene->is_void;
}

/* One run of the repeated ones. */
static int run_one(struct run *r, const struct ctx_input *in)
{
	uint64_t r0, took = 0, *ns = r->o->repeat > 1 ? &took : NULL;
	int err;

	run_enter_sandbox(r);
	r->vm.rc.budget = r->o->budget;
	r->vm.rc.steps = 0;
	r->vm.rt.redirect_how = NULL;
	if (in->scene)
		err = vm_run_context(&r->vm, in->data, in->size, &r0, ns);
	else if (r->vm.type)
		err = vm_run_packet(&r->vm, &in->pkt, &r0, ns);
	else
		err = vm_run_memory(&r->vm, in->data, in->size, &r0, ns);
	if (err)
		return r->vm.strict && r->vm.trial.why ? say_refused(r, err) : run_say_fault(r);
	if (r->o->advance && vm_wait(&r->vm, r->o->advance))
		return run_say_fault(r);
	r->retval = answer(r, in, r0);
	r->ns_min = r->runs ? min(r->ns_min, took) : took;
	r->ns += took;
	r->runs++;
	count_target(r);
	run_count(r, r->retval, 1);
	run_drain_rings(r);
	return 0;
}

int run_input(struct run *r, const struct ctx_input *in)
{
	int err = 0;

	r->scene = in->scene;
	r->is_seccomp = in->is_seccomp;
	enter_scene(r, in->scene);
	if (r->o->emit && !in->scene)
		run_emit_input(r, in);
	for (uint64_t i = 0; i < r->o->repeat && !err; i++) {
		if (r->profiler)
			err = run_profile_turn(r, i);
		if (!err)
			err = run_one(r, in);
	}
	if (r->o->emit && in->scene)
		scene_emit(&r->emitted, in->scene, &in->prog);
	if (err)
		return err;
	run_say_context(r, in);
	run_expect_input(r, in);
	if (write_packet(r))
		return -EIO;
	if (r->o->per_packet && r->many) {
		if (!r->is_listing)
			out_open(&r->out, in->scene ? "inputs" : "packets", OUT_LIST);
		r->is_listing = true;
		if (in->scene)
			say_scene(r, in->pkt.number);
		else
			say_packet(r, &in->pkt);
		out_flush(&r->out);
	} else if (!r->many && !in->scene) {
		say_changes(r, &in->pkt);
	}
	return 0;
}

/* Short keys as numbers, long ones as bytes. */
static int by_key(const void *a, const void *b, void *map)
{
	uint32_t size = ((const struct map *)map)->key_size;
	uint64_t x = 0, y = 0;

	if (size > sizeof(x))
		return memcmp(a, b, size);
	memcpy(&x, a, size);
	memcpy(&y, b, size);
	return (x > y) - (x < y);
}

void run_map_keys(struct map *map, struct strbuf *keys)
{
	uint8_t *key[2] = {xmalloc(map->key_size), xmalloc(map->key_size)};
	unsigned int i = 0;

	/* Others may change a map of the store meanwhile, or may have garbled it. */
	uint64_t left = 2 * (uint64_t)map->max_entries;

	for (int err = map_next_key(map, NULL, key[0]); !err && left--;
	     err = map_next_key(map, key[i], key[!i]), i = !i)
		strbuf_addmem(keys, key[i], map->key_size);
	if (keys->len)
		qsort_r(keys->s, keys->len / map->key_size, map->key_size, by_key, map);
	free(key[0]);
	free(key[1]);
}

/* The types are those of the object: a map of the store has been declared somewhere else. */
static void say_map(struct run *r, struct map *map, const struct map_def *def)
{
	struct map_element e = {.map = map, .btf = r->file.image->btf, .indent = "  "};
	void *value = xmalloc(map_user_size(map));
	struct strbuf keys = {0};
	char word[32];

	out_text(&r->out, "map %s (%s):\n", map->name, map_type_str(map->ops->type, word));
	out_open(&r->out, NULL, OUT_OBJECT);
	out_field(&r->out, "name", (const char *)map->name);
	out_field(&r->out, "type", map_type_str(map->ops->type, word));
	out_open(&r->out, "elements", OUT_LIST);
	run_map_keys(map, &keys);
	e.key_type = def->btf_key_id;
	e.value_type = def->btf_value_id;
	e.value = value;
	for (size_t i = 0; i < keys.len; i += map->key_size) {
		if (map_lookup(map, keys.s + i, value))
			continue;
		e.key = keys.s + i;
		out_open(&r->out, NULL, OUT_OBJECT);
		say_element(&r->out, &e);
		out_close(&r->out);
	}
	out_close(&r->out);
	out_close(&r->out);
	strbuf_free(&keys);
	free(value);
}

void run_say_maps(struct run *r)
{
	out_open(&r->out, "maps", OUT_LIST);
	for (uint32_t i = 0; i < r->file.image->nmaps; i++)
		if (r->vm.maps[i]->ops->next_key && !r->file.image->maps[i].read_only)
			say_map(r, r->vm.maps[i], &r->file.image->maps[i]);
	out_close(&r->out);
}

static void say_tally(struct run *r)
{
	const char *what = run_input_word(r);

	out_text(&r->out, "%s: %llu %s%s\n", r->by_target ? "total" : r->vm.main->name,
		 (unsigned long long)r->npackets, what, r->npackets == 1 ? "" : "s");
	out_open(&r->out, "verdicts", OUT_LIST);
	vec_each(&r->tally, t) {
		uint64_t n = t->count / r->o->repeat;

		out_text(&r->out, "%6llu  %s%s", (unsigned long long)n, t->prog ? t->prog : "",
			 t->prog ? ": " : "");
		say_answer(r, t->retval, t->verdict);
		say_bar(r, n, r->npackets);
		out_text(&r->out, "\n");
		out_open(&r->out, NULL, OUT_OBJECT);
		if (t->prog)
			out_field(&r->out, "program", t->prog);
		answer_field(r, t->retval, t->verdict);
		out_field(&r->out, "count", n);
		out_close(&r->out);
	}
	out_close(&r->out);
}

static void say_retval(struct run *r)
{
	const char *verdict = run_verdict_of(r, r->retval);

	out_text(&r->out, "%s: ", r->vm.main->name);
	say_answer(r, r->retval, verdict);
	if (verdict && r->scene)
		out_text(&r->out, " (%lld)", (long long)r->retval);
	else if (verdict)
		out_text(&r->out, " (%llu)", (unsigned long long)r->retval);
	out_text(&r->out, "\n");
	answer_field(r, r->retval, verdict);
	if (r->vm.rc.mem)
		out_field(&r->out, "insns", r->vm.rc.steps);
	if (!r->vm.strict)
		return;
	out_bytes(&r->out, "data_out", r->vm.trial.data_out.data, r->vm.trial.data_out.size);
	out_bytes(&r->out, "ctx_out", r->vm.trial.ctx_out.data, r->vm.trial.ctx_out.size);
}

void begin_report(struct run *r)
{
	char word[32];

	if (!r->vm.main)
		return;
	out_field(&r->out, "program", (const char *)r->vm.main->name);
	out_field(&r->out, "type", prog_type_str(r->vm.main->type, word));
	out_field(&r->out, "engine", engine_name(r->vm.engine));
}

static void say_pending(struct run *r)
{
	uint64_t first, now = later_now(&r->vm.rt);
	uint32_t n = later_pending(&r->vm.rt, &first);

	if (!n)
		return;
	first -= min(first, now);
	out_text(&r->out, "%u timer%s wait%s, the first for %llu ns more (--advance NS)\n", n,
		 n > 1 ? "s" : "", n > 1 ? "" : "s", (unsigned long long)first);
	out_open(&r->out, "timers", OUT_OBJECT);
	out_field(&r->out, "waiting", n);
	out_field(&r->out, "first_ns", first);
	out_close(&r->out);
}

/* Of calls that are not timed one by one there is no shortest. */
void run_say_times(struct run *r)
{
	unsigned long long runs = r->runs, mean = r->ns / r->runs, least = r->ns_min;

	out_text(&r->out, "%llu runs, %llu ns each", runs, mean);
	if (least)
		out_text(&r->out, ", at least %llu ns", least);
	out_text(&r->out, "\n");
	out_field(&r->out, "runs", r->runs);
	out_field(&r->out, "ns_per_run", (uint64_t)mean);
	if (least)
		out_field(&r->out, "ns_min", r->ns_min);
}

void end_report(struct run *r)
{
	if (r->is_listing)
		out_close(&r->out);
	if (!r->runs && !r->many)
		return;
	sinks_field(r);
	if (r->many) {
		out_field(&r->out, "packets_run", r->npackets);
		say_tally(r);
	} else {
		say_retval(r);
	}
	say_targets(r);
	if (r->o->repeat > 1 && r->runs)
		run_say_times(r);
	say_pending(r);
	if (r->vm.rc.missed) {
		note(r->d, NULL, "%llu loads through pointers to no memory gave 0",
		     (unsigned long long)r->vm.rc.missed);
		out_field(&r->out, "missed_loads", r->vm.rc.missed);
	}
	if (r->o->dump_maps)
		run_say_maps(r);
}
