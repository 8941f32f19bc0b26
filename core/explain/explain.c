#include "core/explain/local.h"

#include <ctype.h>
#include <string.h>

#include "core/helper/proto.h"

enum {
	BRANCHES_MAX = 8, /* that are told */
	FACTS_MAX = 8,
	SLOT = 8,
};

/* ---- what was said ---- */

static bool last_is_call(const struct log *log)
{
	return log->steps.n && act_of(vec_last(&log->steps)).kind == ACT_CALL;
}

/*
 * Which of the messages is the verdict: the last whose meaning is known, or that a walk ended with.
 * What a program that was accepted was told on the way is no verdict.
 */
static const struct log_message *find_verdict(const struct log *log, enum verify_reason *reason)
{
	bool is_call = last_is_call(log);

	for (size_t i = log->messages.n; i--;) {
		const struct log_message *m = &log->messages.v[i];

		if (m->after != log->steps.n)
			break;
		*reason = reason_of(m->text, is_call);
		if (*reason)
			return m;
	}
	*reason = REASON_NONE;
	if (log->messages.n && vec_last(&log->messages)->after == log->steps.n &&
	    (log->steps.n || log->is_ended))
		return vec_last(&log->messages);
	return NULL;
}

/* The other messages of the same place. */
static const char *join_details(const struct log *log, const struct log_message *verdict,
				struct arena *a)
{
	struct strbuf b = {0};
	char *text;

	vec_each(&log->messages, m) {
		if (m == verdict)
			break;
		if (m->after != log->steps.n)
			continue;
		strbuf_addf(&b, "%s%.*s", b.len ? "\n" : "", (int)m->text.size,
			    (const char *)m->text.data);
	}
	text = arena_strndup(a, strbuf_str(&b), b.len);
	strbuf_free(&b);
	return text;
}

/* ---- whom it is about ---- */

/* "R2" in a message; -1: none */
static int named_register(struct bytes text)
{
	for (size_t i = 0; i < text.size; i++) {
		struct scan in = {(const char *)text.data + i + 1,
				  (const char *)text.data + text.size};
		uint64_t n;

		if (text.data[i] != 'R' || (i && isalnum(text.data[i - 1])))
			continue;
		if (scan_uint(&in, &n) && n <= REG_FP &&
		    (in.s == in.end || !isalnum((unsigned char)*in.s)))
			return (int)n;
	}
	return -1;
}

/* "arg#0", "arg #0" and "trusted arg0" are r1; "helper arg1" is r1, too; -1: none */
static int named_argument(struct bytes text)
{
	int64_t n;

	if (number_after(text, "helper arg", &n))
		return n >= 1 && n <= 5 ? (int)n : -1;
	if (number_after(text, "arg#", &n) || number_after(text, "arg #", &n) ||
	    number_after(text, "trusted arg", &n))
		return n >= 0 && n < 5 ? (int)n + 1 : -1;
	return -1;
}

static int subject_register(const struct refusal *r)
{
	int reg = named_register(r->message);
	struct act act;

	if (reg < 0)
		reg = named_argument(r->message);
	if (reg < 0)
		reg = named_register(r->details);
	if (reg >= 0 || r->at == r->path->n)
		return reg;
	act = act_of(path_step(r->path, r->at));
	if (act.kind == ACT_LOAD || act.kind == ACT_STORE || act.kind == ACT_ATOMIC)
		return act.base;
	if (r->reason == REASON_PTR_OFFSET && act.src >= 0)
		return act.src;
	return act.kind == ACT_MATH || act.kind == ACT_BRANCH ? act.dst : -1;
}

/* Reasons that are about how far a pointer was moved. */
static bool is_about_offset(enum verify_reason reason)
{
	switch (reason) {
	case REASON_MEM_BOUNDS:
	case REASON_MEM_NEGATIVE:
	case REASON_MEM_UNBOUNDED:
	case REASON_PTR_OFFSET:
	case REASON_STACK_BOUNDS:
	case REASON_STACK_VAR_OFF:
		return true;
	default:
		return false;
	}
}

/* ---- facts ---- */

struct facts {
	struct explain_fact v[FACTS_MAX];
	size_t n;
};

static void add_fact(struct facts *facts, const struct path *p, size_t at, int what)
{
	struct explain_fact f;

	if (facts->n == FACTS_MAX || what == REG_FP)
		return;
	f = path_fact(p, at, path_step(p, at)->frame, what);
	if (!f.state && !p->log->has_states)
		return;
	for (size_t i = 0; i < facts->n; i++)
		if (strcmp(facts->v[i].name, f.name) == 0)
			return;
	facts->v[facts->n++] = f;
}

/* The arguments of a call, as many as it takes. */
static void add_arguments(struct facts *facts, const struct path *p, size_t at,
			  const struct act *act)
{
	const struct func_proto *proto =
		helper_proto(helper_by_name(bytes_str(p->a, act->callee)), UINT64_MAX);
	uint32_t n = proto ? helper_nargs(proto) : 5;

	for (uint32_t i = 1; i <= n; i++)
		if (proto || path_value(p, at, path_step(p, at)->frame, (int)i).size)
			add_fact(facts, p, at, (int)i);
}

/* The slots that a message about the stack names. */
static void add_slots(struct facts *facts, const struct refusal *r)
{
	int64_t off, size = SLOT;

	if (!number_after(r->message, "off ", &off) && !number_after(r->message, "off=", &off))
		return;
	if (!number_after(r->message, "size ", &size))
		number_after(r->message, "size=", &size);
	if (off < -512 || off >= 0 || size > 512)
		return;
	for (int64_t slot = off & -SLOT; slot < off + size && slot < 0; slot += SLOT)
		add_fact(facts, r->path, r->at, (int)slot);
}

static const struct subprog_def *sub_at(const struct path *p, size_t i)
{
	return p->prog && i < p->prog->nsubs ? &p->prog->subs[i] : NULL;
}

/* "stack depth 304+16": what each function uses */
static void add_depths(struct facts *facts, const struct path *p)
{
	struct scan in = scan_of(p->log->depths);
	uint64_t depth;

	for (size_t i = 0; facts->n < FACTS_MAX && scan_uint(&in, &depth); i++) {
		const struct subprog_def *sub = sub_at(p, i);

		facts->v[facts->n++] = (struct explain_fact){
			.name = sub ? sub->name : arena_printf(p->a, "function %zu", i),
			.words = arena_printf(p->a, "a function that uses %llu bytes of stack",
					      (unsigned long long)depth),
		};
		scan_word(&in, "+");
	}
}

static void fill_known(const struct refusal *r, struct explanation *out)
{
	struct facts facts = {0};
	struct act act;

	if (r->reason == REASON_STACK_DEPTH)
		add_depths(&facts, r->path);
	out->known = arena_memdup(r->path->a, facts.v, facts.n * sizeof(*facts.v));
	out->nknown = facts.n;
	if (r->at == r->path->n || strcmp(verify_reasons[r->reason].category, "limits") == 0)
		return;
	act = act_of(path_step(r->path, r->at));
	/* What was made a number of is not what it was when it was last printed. */
	if (r->reg >= 0 && r->reason != REASON_PKT_GONE && r->reason != REASON_REF_GONE)
		add_fact(&facts, r->path, r->at, r->reg);
	if (act.kind == ACT_CALL && r->reg >= 0)
		add_arguments(&facts, r->path, r->at, &act);
	if (act.base >= 0)
		add_fact(&facts, r->path, r->at, act.base);
	if (act.src >= 0)
		add_fact(&facts, r->path, r->at, act.src);
	if (act.dst >= 0 && (act.kind == ACT_MATH || act.kind == ACT_BRANCH))
		add_fact(&facts, r->path, r->at, act.dst);
	if (strcmp(verify_reasons[r->reason].category, "stack") == 0)
		add_slots(&facts, r);
	out->known = arena_memdup(r->path->a, facts.v, facts.n * sizeof(*facts.v));
	out->nknown = facts.n;
}

/* ---- where it came from ---- */

static struct origins find_origins(struct refusal *r)
{
	uint8_t frame = path_step(r->path, r->at)->frame;
	struct origins o;
	bool of_var;

	r->state = path_value(r->path, r->at, frame, r->reg);
	of_var = is_about_offset(r->reason) && value_has_var(r->state);
	o = origins_of(r->path, r->at, frame, r->reg, of_var);
	r->value = origins_state(r->path, &o);
	r->range = value_range(r->path->a, r->value);
	return o;
}

/* What happened on the way, as the last that is told. */
static void add_event(struct origins *o, size_t at, const char *words)
{
	memmove(&o->v[1], &o->v[0], sizeof(o->v) - sizeof(o->v[0]));
	o->v[0] = (struct origin){.at = at, .how = ORIGIN_MADE, .words = words};
	o->n = min(o->n + 1, (size_t)ORIGINS_MAX);
}

/* The instruction that a reference was acquired by. */
static struct origins find_acquired(const struct refusal *r)
{
	struct origins o = {0};
	int64_t insn;

	if (!number_after(r->message, "alloc_insn=", &insn) &&
	    !number_after(r->details, "alloc_insn=", &insn))
		return o;
	for (size_t i = r->path->n; i--;) {
		if (path_step(r->path, i)->insn != insn)
			continue;
		o = origins_of(r->path, i + 1, path_step(r->path, i)->frame, 0, false);
		o.n = 0;
		add_event(&o, i, "acquired here");
		break;
	}
	return o;
}

static void fill_origin(struct refusal *r, struct explanation *out)
{
	struct origins o = {0};

	if (r->at < r->path->n && r->reason == REASON_REF_LEAK)
		o = find_acquired(r);
	else if (r->at < r->path->n && r->reg >= 0 && r->reg < REG_FP)
		o = find_origins(r);
	if (o.n && o.v[0].how == ORIGIN_LOST) {
		struct act act = act_of(path_step(r->path, o.v[0].at));

		r->lost_by = arena_printf(r->path->a, "%.*s()", (int)act.callee.size,
					  (const char *)act.callee.data);
	}
	r->subject = o.var;
	if (!r->subject && r->reg >= 0 && (!out->insn.at.line || loc_is_assembly(out->insn.at)))
		r->subject = arena_printf(r->path->a, "r%d", r->reg);
	refine(r);
	/* That a variable is on the stack is no news. */
	if (bytes_begin(r->state, "fp") && !value_has_var(r->state))
		o.n = 0;
	if (r->event)
		add_event(&o, r->when, r->event);
	origin_steps(r->path, &o, out);
}

/* ---- loops ---- */

/* The branch of the path that was come by most often, of a loop the first. */
static void find_loop(struct refusal *r)
{
	VEC(uint64_t) rounds = {0};

	for (size_t i = 0; i < r->path->n; i++) {
		const struct log_step *s = path_step(r->path, i);
		enum act_kind kind = act_of(s).kind;

		while (rounds.n <= s->insn && s->insn < 1000000)
			vec_push(&rounds, 0);
		if ((kind == ACT_BRANCH || kind == ACT_GOTO) && s->insn < rounds.n)
			r->rounds = max(r->rounds, ++rounds.v[s->insn]);
	}
	/* The last round may have ended anywhere. */
	for (size_t insn = 0; insn < rounds.n && r->rounds > 1; insn++) {
		if (rounds.v[insn] + 1 < r->rounds)
			continue;
		r->loop = insn_at(r->path, (uint32_t)insn);
		break;
	}
	vec_free(&rounds);
}

/* ---- everything is in the arena ---- */

static void keep(const char **text, struct arena *a)
{
	if (*text)
		*text = arena_strdup(a, *text);
}

void explain_keep(struct explain_insn *insn, struct arena *a)
{
	keep(&insn->at.file, a);
	keep(&insn->at.text, a);
}

static void keep_facts(struct explain_fact *facts, size_t n, struct arena *a)
{
	for (size_t i = 0; i < n; i++) {
		keep(&facts[i].name, a);
		keep(&facts[i].var, a);
	}
}

static void keep_steps(struct explain_step *steps, size_t n, struct arena *a)
{
	for (size_t i = 0; i < n; i++) {
		explain_keep(&steps[i].insn, a);
		keep_facts(steps[i].facts, steps[i].nfacts, a);
	}
}

/* The names and lines of a program go with its image. */
static void keep_all(struct explanation *e, struct arena *a)
{
	keep(&e->prog, a);
	keep(&e->subject, a);
	keep(&e->cause, a);
	explain_keep(&e->insn, a);
	keep_facts(e->known, e->nknown, a);
	keep_steps(e->path, e->npath, a);
	keep_steps(e->origin, e->norigin, a);
}

/* ---- one program ---- */

/* What is found when no path is being walked, or no more. */
static bool is_of_whole(enum verify_reason reason)
{
	return reason == REASON_STACK_DEPTH || reason == REASON_EXCEPTION_CALL ||
	       reason == REASON_THROW_CALLBACK || reason == REASON_WEAK_CALL;
}

/* The function with the largest frame */
static const struct subprog_def *deepest(const struct path *p)
{
	struct scan in = scan_of(p->log->depths);
	const struct subprog_def *found = NULL;
	uint64_t depth, most = 0;

	for (size_t i = 0; scan_uint(&in, &depth); i++) {
		if (sub_at(p, i) && depth > most) {
			found = sub_at(p, i);
			most = depth;
		}
		scan_word(&in, "+");
	}
	return found;
}

static void place_refusal(const struct explain_input *in, struct refusal *r,
			  struct explanation *out)
{
	int64_t insn;

	out->insn.insn = -1;
	r->at = r->path->n;
	if (r->path->n && !is_of_whole(r->reason)) {
		r->at--;
		out->insn = path_insn(r->path, r->at);
	} else if (r->reason == REASON_FALLS_OFF && r->path->prog && r->path->prog->ninsns) {
		out->insn = insn_at(r->path, r->path->prog->ninsns - 1);
	} else if (number_after(r->message, "insn ", &insn) && insn >= 0 && insn < UINT32_MAX) {
		out->insn = insn_at(r->path, (uint32_t)insn);
	} else if (r->reason == REASON_STACK_DEPTH && deepest(r->path)) {
		out->insn = insn_at(r->path, deepest(r->path)->start);
	} else if (in->reason && in->insn && !is_of_whole(r->reason)) {
		out->insn = insn_at(r->path, in->insn);
	}
}

static void explain_refusal(const struct explain_input *in, const struct path *p,
			    const struct log_message *verdict, struct explanation *out)
{
	const struct verify_reason_desc *why;
	struct refusal r = {.path = p, .reason = out->reason, .reg = -1};

	r.message = verdict ? verdict->text : (struct bytes){0};
	r.details = (struct bytes){(const uint8_t *)out->details, strlen(out->details)};
	place_refusal(in, &r, out);
	if (strcmp(verify_reasons[r.reason].category, "limits") != 0)
		r.reg = subject_register(&r);
	fill_origin(&r, out);
	if (r.reason == REASON_PROG_COMPLEX)
		find_loop(&r);
	if (r.loop.at.line)
		out->insn = r.loop;
	out->reason = r.reason;
	why = &verify_reasons[r.reason];
	out->subject = r.subject;
	out->cause = cause_of(&r);
	out->required = explain_text(p->a, why->brief, r.subject);
	out->advice = explain_text(p->a, why->advice, r.subject);
	fill_known(&r, out);
	path_branches(p, BRANCHES_MAX, out);
}

static const struct prog_def *find_prog(const struct explain_input *in, const struct log *log)
{
	const struct image *image = in->image;

	if (in->prog || !image)
		return in->prog;
	for (uint32_t i = 0; i < image->nprogs; i++)
		if (bytes_equal(log->prog, image->progs[i].name))
			return &image->progs[i];
	return image->nprogs == 1 && !log->prog.size ? &image->progs[0] : NULL;
}

static struct explanation explain_log(const struct explain_input *in, const struct log *log,
				      struct arena *a)
{
	const struct prog_def *prog = find_prog(in, log);
	struct explanation out = {.processed = log->processed, .insn.insn = -1};
	const struct log_message *verdict = find_verdict(log, &out.reason);
	struct path p = path_to(log, in->image, prog, a);
	if (in->reason)
		out.reason = in->reason;
	out.prog = prog ? prog->name : log->prog.size ? bytes_str(a, log->prog) : NULL;
	out.rejected = verdict || in->reason;
	out.is_cut = path_is_cut(&p);
	out.message = verdict ? bytes_str(a, verdict->text) : "";
	out.details = join_details(log, verdict, a);
	if (out.rejected)
		explain_refusal(in, &p, verdict, &out);
	keep_all(&out, a);
	return out;
}

struct explanation *explain(const struct explain_input *in, struct arena *a, size_t *n)
{
	struct log_lines lines = {0};
	VEC(struct explanation) all = {0};
	struct explanation *out;
	size_t at = 0;

	log_lines(in->text, in->size, a, &lines);
	do {
		struct log log;

		log_read(&lines, &at, a, &log);
		/* Around a log others say things. */
		if (log.steps.n || log.is_ended || in->prog || (!all.n && at == lines.n)) {
			struct explanation e = explain_log(in, &log, a);

			/* A summary may follow the log that it sums up. */
			if (!all.n || log.steps.n > 1 || log.is_ended ||
			    strcmp(vec_last(&all)->message, e.message) != 0)
				vec_push(&all, e);
		}
		log_free(&log);
	} while (at < lines.n && !in->prog);
	*n = all.n;
	out = arena_memdup(a, all.v, all.n * sizeof(*all.v));
	vec_free(&all);
	vec_free(&lines);
	return out;
}
