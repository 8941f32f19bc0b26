#include "cmd/run_expect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/run_ctx.h"

enum { SHOWN = 4 }; /* inputs that an expectation is said not to be met by */

int run_open_expect(struct run *r)
{
	const struct run_options *o = r->o;
	int err = 0;

	for (size_t i = 0; i < o->puts.n && !err; i++)
		err = expect_parse_put(o->puts.v[i].text, &o->puts.v[i].loc, &r->arena, r->d,
				       vec_add(&r->puts));
	for (size_t i = 0; i < o->expects.n && !err; i++)
		err = expect_parse(o->expects.v[i].text, &o->expects.v[i].loc, &r->arena, r->d,
				   vec_add(&r->expects));
	r->expecting.states = arena_array(&r->arena, struct expect_state, r->expects.n + 1);
	r->expecting.answers = o->answers;
	/* A command line that is wrong, not an input. */
	if (err)
		return -ESRCH;
	if (o->expect_packets)
		err = capture_open(o->expect_packets, r->d, &r->expecting.packets);
	return err;
}

bool run_expects(const struct run *r, enum expect_what what)
{
	vec_each(&r->expects, e)
		if (e->what == what)
			return true;
	return false;
}

bool run_is_watched(const struct run *r)
{
	return r->expects.n || r->expecting.packets || r->expecting.answers;
}

void run_hear(struct run *r, enum expect_what what, const char *map, uint32_t type,
	      struct bytes data)
{
	if (!run_is_watched(r))
		return;
	vec_push(&r->expecting.heard,
		 ((struct heard){
			 .what = what,
			 .number = max(r->number, (uint64_t)1),
			 .map = map,
			 .type = type,
			 .data = {(uint8_t *)arena_strndup(&r->arena, (const char *)data.data,
							   data.size),
				  data.size},
		 }));
}

void run_hear_verdict(struct run *r, const struct verify_result *result, const struct strbuf *log)
{
	struct expecting *x = &r->expecting;

	x->accepted = !result->err && (x->accepted || !x->judged);
	x->judged = true;
	strbuf_addmem(&x->log, strbuf_str(log), log->len);
}

/* ---- messages ---- */

static struct expect_state *state_of(struct run *r, const struct expectation *e)
{
	return &r->expecting.states[e - r->expects.v];
}

void run_unmet_said(struct run *r, const struct expectation *e)
{
	state_of(r, e)->unmet++;
}

bool run_unmet(struct run *r, const struct expectation *e, const char *fmt, ...)
{
	struct strbuf b = {0};
	va_list ap;

	if (++state_of(r, e)->unmet > SHOWN)
		return false;
	if ((r->many || r->o->calls.n > 1) && expect_is_of_input(e))
		strbuf_addf(&b, "%s %llu: ",
			    run_input_word(r),
			    (unsigned long long)r->number);
	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	fail(r->d, &e->loc, -EINVAL, "%s", strbuf_str(&b));
	strbuf_free(&b);
	return true;
}

const char *run_wanted(struct run *r, const struct expectation *e)
{
	return e->op == EXPECT_EQ
		       ? e->value
		       : arena_printf(&r->arena, "%s %s", expect_op_names[e->op], e->value);
}

static bool expected_number(const struct expectation *e, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(e->value, &end, 0);
	return !errno && end != e->value && !*end;
}

bool run_expected_order(const struct expectation *e, uint64_t got, int *order)
{
	uint64_t want;

	if (!expected_number(e, &want))
		return false;
	*order = e->value[0] == '-' && want ? 1 : order_of(got, want);
	return true;
}

/* ---- single inputs ---- */

/* Answers that may be errors. */
static bool has_sign(const struct run *r)
{
	return r->scene || r->o->calls.n;
}

static int order_of_retval(const struct run *r, uint64_t want)
{
	int64_t x = (int64_t)r->retval, y = (int64_t)want;

	return has_sign(r) ? (x > y) - (x < y) : order_of(r->retval, want);
}

/* 1, 0, or -EINVAL when the expectation cannot be understood, said. */
static int retval_holds(struct run *r, const struct expectation *e)
{
	uint64_t want;
	int same;

	if (e->op != EXPECT_EQ && e->op != EXPECT_NE) {
		if (expected_number(e, &want))
			return expect_op_holds(e->op, order_of_retval(r, want));
		run_unmet(r, e, "%s: only numbers have an order", e->text);
		return -EINVAL;
	}
	same = run_is_verdict(r, e, e->value, r->retval);
	return same < 0 ? same : same == (e->op == EXPECT_EQ);
}

static void expect_retval(struct run *r, const struct expectation *e)
{
	const char *name = run_verdict_of(r, r->retval), *minus = has_sign(r) ? "-" : "";
	long long retval = (long long)r->retval;

	if (retval_holds(r, e))
		return;
	if (name)
		run_unmet(r, e, "retval is %s%s (%lld), expected %s", minus, name, retval,
			  run_wanted(r, e));
	else
		run_unmet(r, e, "retval is %lld, expected %s", retval, run_wanted(r, e));
}

static void expect_insns(struct run *r, const struct expectation *e)
{
	uint64_t steps = r->vm.rc.steps;
	int order;

	if (!run_expected_order(e, steps, &order))
		run_unmet(r, e, "%s: '%s' is no number", e->text, e->value);
	/* Machine code does not count. */
	else if (r->vm.rc.mem && !expect_op_holds(e->op, order))
		run_unmet(r, e, "%llu instructions ran, expected %s", (unsigned long long)steps,
			  run_wanted(r, e));
}

static void answer_input(struct run *r)
{
	struct strbuf *b = r->expecting.answers;
	unsigned long long number = r->number;
	struct bytes pkt = r->vm.rc.pkt ? run_packet_now(r) : (struct bytes){0};

	strbuf_addf(b, "input %llu: retval %lld\n", number, (long long)r->retval);
	if (!r->vm.rc.pkt)
		return;
	strbuf_addf(b, "input %llu: packet ", number);
	for (size_t i = 0; i < pkt.size; i++)
		strbuf_addf(b, "%02x", pkt.data[i]);
	strbuf_addch(b, '\n');
}

int run_expect_only(struct run *r, enum expect_what only, const char *why)
{
	vec_each(&r->expects, e)
		if (expect_is_of_input(e) && e->what != only)
			return fail(r->d, &e->loc, -ESRCH, "%s: %s", e->text, why);
	return 0;
}

void run_expect_input(struct run *r, const struct ctx_input *in)
{
	uint64_t number = max(r->number, (uint64_t)1);

	vec_each(&r->expects, e) {
		if (!expect_is_of_input(e) || !numbers_have(&e->inputs, number))
			continue;
		state_of(r, e)->looked++;
		if (e->what == EXPECT_RETVAL)
			expect_retval(r, e);
		else if (e->what == EXPECT_INSNS)
			expect_insns(r, e);
		else if (e->what == EXPECT_CONTEXT)
			run_expect_context(r, e);
		else
			run_expect_packet(r, e, in);
	}
	if (r->expecting.packets)
		run_compare_packet(r);
	if (r->expecting.answers)
		answer_input(r);
}

/* ---- the end ---- */

static void end_input(struct run *r, const struct expectation *e)
{
	const struct expect_state *s = state_of(r, e);

	if (!s->looked)
		run_unmet(r, e, "%s: there was no such input", e->text);
	if (s->unmet > SHOWN)
		note(r->d, NULL, "%s: not met by %llu of %llu inputs", e->text,
		     (unsigned long long)s->unmet, (unsigned long long)s->looked);
}

static uint64_t end_all(struct run *r)
{
	uint64_t unmet = r->expecting.packets_unmet;

	vec_each(&r->expects, e) {
		if (expect_is_of_input(e))
			end_input(r, e);
		else
			run_expect_whole(r, e);
		unmet += state_of(r, e)->unmet != 0;
	}
	return unmet;
}

/* In the order of inputs, as another engine has to give them. */
static void answer_heard(struct run *r)
{
	static const char *const names[] = {[EXPECT_RECORD] = "record",
					    [EXPECT_PRINTK] = "printk",
					    [EXPECT_ACTION] = "action",
					    [EXPECT_OUTPUT] = "output"};
	struct strbuf *b = r->expecting.answers;

	vec_each(&r->expecting.heard, h) {
		strbuf_addf(b, "input %llu: %s %s ", (unsigned long long)h->number, names[h->what],
			    h->map ? h->map : "");
		strbuf_add_json(b, (const char *)h->data.data, h->data.size);
		strbuf_addch(b, '\n');
	}
	run_answer_maps(r, b);
}

int run_end_expect(struct run *r, int err)
{
	struct expecting *x = &r->expecting;
	bool is_rejected = x->judged && !x->accepted && run_expects(r, EXPECT_REJECTED);
	bool has_trapped = err == -EFAULT && run_expects(r, EXPECT_FAULT);
	uint64_t unmet;

	if (!run_is_watched(r) || (err && !has_trapped && !(err == -EPERM && is_rejected)))
		return err;
	if (!err && x->packets)
		run_end_packets(r);
	r->rejected &= !is_rejected;
	unmet = end_all(r);
	if (!err && x->answers)
		answer_heard(r);
	out_open(&r->out, "expectations", OUT_OBJECT);
	out_field(&r->out, "met", (uint64_t)r->expects.n - min(unmet, (uint64_t)r->expects.n));
	out_field(&r->out, "unmet", unmet);
	out_close(&r->out);
	return unmet ? -ENOMSG : 0;
}

void run_close_expect(struct run *r)
{
	vec_each(&r->expects, e)
		vec_free(&e->inputs);
	vec_free(&r->expects);
	vec_free(&r->puts);
	vec_free(&r->expecting.heard);
	strbuf_free(&r->expecting.log);
	if (r->expecting.packets)
		capture_close(r->expecting.packets);
}
