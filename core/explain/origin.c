/*
 * Where a value came from: back along the path, through copies, the stack and calls, to what made
 * it. And what its variable is called: the name that the source line of an instruction assigns to,
 * when the instruction is the last one of that line that sets anything.
 */
#include "core/explain/local.h"

#include <ctype.h>
#include <string.h>

/* ---- names ---- */

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/*
 * The '=' of the assignment or initialisation that the column is in: the last one before it.
 * Without a column there may be but one. NULL: there is none.
 */
static const char *find_assignment(const char *text, uint32_t col)
{
	const char *found = NULL, *start = text;
	int depth = 0;

	if (strncmp(text, "for", 3) == 0 && !is_name(text[3]) && strchr(text, '('))
		start = strchr(text, '(') + 1;
	for (const char *s = start; *s; s++) {
		depth += (*s == '(') - (*s == ')');
		if (*s != '=' || depth || s == text)
			continue;
		if (s[1] == '=') {
			s++;
		} else if (!strchr("!<>=", s[-1])) {
			if (found && (!col || (size_t)(s - text) >= col))
				return col ? found : NULL;
			found = s;
		}
	}
	return found;
}

/* "long *v = f();": v; "x += 2": x; what is no variable alone has no name. */
static const char *assigned_name(struct arena *a, struct loc at)
{
	const char *text = at.text, *eq = text ? find_assignment(text, at.col) : NULL, *end, *start;

	if (!eq)
		return NULL;
	for (end = eq;
	     end > text && (isspace((unsigned char)end[-1]) || strchr("+-*/%&|^", end[-1]));)
		end--;
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	for (start = end; start > text && is_name(start[-1]);)
		start--;
	if (start == end || isdigit((unsigned char)*start))
		return NULL;
	/* A member, or what a pointer leads to, is not the variable. */
	for (const char *s = start; s > text; s--) {
		char c = s[-1];

		if (c == '.' || c == '>' || c == ']' || c == ')')
			return NULL;
		if (!isspace((unsigned char)c))
			break;
	}
	if (text[strspn(text, " \t")] == '*')
		return NULL;
	return arena_strndup(a, start, (size_t)(end - start));
}

static bool same_line(struct loc a, struct loc b)
{
	return a.line == b.line && a.text && b.text && strcmp(a.text, b.text) == 0;
}

static int set_by(const struct act *act)
{
	return act->kind == ACT_CALL || act->kind == ACT_CALL_PROG ? 0
	       : act->kind == ACT_BRANCH			   ? -1
								   : act->dst;
}

/* Is the register an operand of something that makes another value of it? */
static bool is_used_up(const struct act *act, int reg)
{
	switch (act->kind) {
	case ACT_CALL:
	case ACT_CALL_PROG:
		return reg >= 1 && reg <= 5;
	case ACT_MATH:
	case ACT_BRANCH:
		return act->dst == reg || act->src == reg;
	case ACT_LOAD:
		return act->base == reg;
	default:
		return false;
	}
}

/*
 * The variable that the value made at i was assigned to: the one that its line assigns to, unless
 * the line goes on to make something else of it. NULL: not seen.
 */
static const char *variable_of(const struct path *p, size_t i)
{
	struct loc here = path_insn(p, i).at;
	struct act act = act_of(path_step(p, i));
	int reg = set_by(&act);

	for (size_t k = i + 1; k < p->n && same_line(path_insn(p, k).at, here); k++) {
		act = act_of(path_step(p, k));
		if (is_used_up(&act, reg))
			return NULL;
		if (set_by(&act) == reg)
			break;
	}
	return loc_is_assembly(here) ? NULL : assigned_name(p->a, here);
}

/* ---- back along the path ---- */

/* Where the search is: the value of frame's what, before the i-th step. */
struct trace {
	const struct path *p;
	size_t i;
	uint8_t frame;
	int what;
	bool of_var, done;
	struct origins *out;
};

/* The value was made, or copied, at that step: it may have a name since. */
static void find_var(struct trace *t, size_t at)
{
	struct origins *o = t->out;
	struct act act = act_of(path_step(t->p, at));
	struct bytes made = path_value(t->p, at + 1, t->frame, t->what);

	/* Constants, and where the compiler keeps a variable, are made anywhere. */
	if (o->var || act.kind == ACT_CONST || bytes_begin(made, "fp"))
		return;
	o->var = variable_of(t->p, at);
	o->since = o->n;
}
static void add_origin(struct trace *t, size_t at, int how)
{
	struct origins *o = t->out;

	if (how == ORIGIN_MADE)
		find_var(t, at);
	if (o->n < ORIGINS_MAX)
		o->v[o->n++] = (struct origin){.at = at, .how = how, .reg = t->what};
}

static void end_trace(struct trace *t, size_t at, int how)
{
	add_origin(t, at, how);
	t->done = true;
}

/* A computation: the operand whose value matters goes on being looked for. */
static void trace_math(struct trace *t, size_t at, const struct act *act)
{
	struct bytes dst = path_value(t->p, at, t->frame, act->dst);
	struct bytes src =
		act->src < 0 ? (struct bytes){0} : path_value(t->p, at, t->frame, act->src);
	bool moves = value_is_number(src) && !value_is_const(src);

	if (t->of_var && value_is_number(dst) && src.size && !value_is_number(src)) {
		/* The number that the pointer is added to is the one. */
		t->of_var = false;
		t->out->use = at;
		t->out->reg = act->dst;
		return;
	}
	if (t->of_var && dst.size && !value_is_number(dst)) {
		/* A pointer that is moved by a number: the number is wanted. */
		if (!moves)
			return;
		t->what = act->src;
		t->of_var = false;
		t->out->use = at;
		t->out->reg = act->src;
		return;
	}
	add_origin(t, at, ORIGIN_MADE);
	if (src.size && !value_is_number(src) && value_is_number(dst))
		t->what = act->src;
	else if (value_is_const(dst) && moves)
		t->what = act->src;
}

/* A load: of a stack slot, which is followed, or of something else, which is the end. */
static void trace_load(struct trace *t, size_t at, const struct act *act)
{
	struct bytes base =
		act->base < 0 ? (struct bytes){0} : path_value(t->p, at, t->frame, act->base);
	struct scan in = scan_of(base);
	int64_t n;

	if (act->base == REG_FP) {
		t->what = (int)act->off;
	} else if (scan_word(&in, "fp") && scan_int(&in, &n) && in.s == in.end) {
		t->what = (int)(n + act->off);
	} else {
		end_trace(t, at, ORIGIN_MADE);
		return;
	}
	if (t->what >= 0 || t->what < -512)
		end_trace(t, at, ORIGIN_MADE);
}

static void trace_reg(struct trace *t, size_t at, const struct log_step *s)
{
	struct act act = act_of(s);

	if (act.kind == ACT_CALL || act.kind == ACT_CALL_PROG) {
		if (t->what == 0)
			end_trace(t, at, ORIGIN_MADE);
		else if (t->what <= 5)
			end_trace(t, at, ORIGIN_LOST);
		return;
	}
	if (act.dst != t->what)
		return;
	switch (act.kind) {
	case ACT_CONST:
		end_trace(t, at, ORIGIN_MADE);
		break;
	case ACT_MOVE:
		if (act.is_32)
			add_origin(t, at, ORIGIN_MADE);
		else
			find_var(t, at);
		t->what = act.src;
		break;
	case ACT_MATH:
		trace_math(t, at, &act);
		break;
	case ACT_LOAD:
		trace_load(t, at, &act);
		break;
	case ACT_ATOMIC:
		end_trace(t, at, ORIGIN_MADE);
		break;
	default:
		break;
	}
}

/* A store to the slot, by an instruction or, as the state behind it shows, by a call. */
static void trace_slot(struct trace *t, size_t at, const struct log_step *s)
{
	struct act act = act_of(s);

	if (act.kind == ACT_STORE && act.base == REG_FP && act.off == t->what) {
		if (act.src < 0)
			end_trace(t, at, ORIGIN_MADE);
		else
			t->what = act.src;
		return;
	}
	if (act.kind != ACT_CALL)
		return;
	for (uint32_t k = 0; k < s->after.n; k++)
		if (t->p->log->values.v[s->after.first + k].what == t->what) {
			end_trace(t, at, ORIGIN_MADE);
			return;
		}
}

/* The parameter of the function that the path begins in; NULL: not known. */
static const char *param_name(const struct path *p, int reg)
{
	const struct subprog_def *sub = NULL;
	const struct btf_type *proto;
	const struct btf *btf;
	const char *name;

	if (!p->prog || !p->image || !p->image->btf || reg < 1 || reg > 5)
		return NULL;
	for (uint32_t i = 0; i < p->prog->nsubs; i++)
		if (p->prog->subs[i].start <= path_step(p, 0)->insn)
			sub = &p->prog->subs[i];
	btf = p->image->btf;
	if (!sub || !btf_has(btf, sub->btf_id) || btf_kind_of(btf, sub->btf_id) != BTF_KIND_FUNC)
		return NULL;
	proto = btf_type(btf, btf_type(btf, sub->btf_id)->type);
	if (btf_kind(proto) != BTF_KIND_FUNC_PROTO || (uint32_t)reg > btf_vlen(proto))
		return NULL;
	name = btf_str(btf, btf_params(proto)[reg - 1].name_off);
	return *name ? name : NULL;
}

/* The step at crosses into another function. */
static void trace_frame(struct trace *t, size_t at, const struct log_step *s)
{
	if (s->frame > t->frame) {
		/* It ran and returned; what it returned is its r0. */
		if (act_of(s).kind == ACT_EXIT && t->what == 0 && s->frame == t->frame + 1 &&
		    t->i < t->p->n && path_step(t->p, t->i)->frame == t->frame)
			t->frame = s->frame;
		return;
	}
	/* Its caller: arguments are the caller's. */
	if (act_of(s).kind == ACT_CALL_PROG && t->what >= 1 && t->what <= 5)
		t->frame = s->frame;
	else
		end_trace(t, at, act_of(s).kind == ACT_CALL ? ORIGIN_MADE : ORIGIN_UNSET);
}

/* What a register held when the path began. Old kernels do not write that r1 is the context. */
static int origin_of_entry(const struct path *p, uint8_t frame, int what)
{
	if (path_value(p, 0, frame, what).size || (what == 1 && !p->log->has_states))
		return ORIGIN_ENTRY;
	return path_is_cut(p) ? ORIGIN_EARLIER : ORIGIN_UNSET;
}

struct origins origins_of(const struct path *p, size_t i, uint8_t frame, int what, bool of_var)
{
	struct origins out = {.use = i, .reg = what};
	struct trace t = {
		.p = p, .i = i, .frame = frame, .what = what, .of_var = of_var, .out = &out};

	while (!t.done && t.i) {
		size_t at = t.i - 1;
		const struct log_step *s = path_step(p, at);

		if (s->frame != t.frame)
			trace_frame(&t, at, s);
		else if (t.what < 0)
			trace_slot(&t, at, s);
		else
			trace_reg(&t, at, s);
		t.i = at;
	}
	if (!t.done && p->n && t.what != REG_FP) {
		add_origin(&t, 0, origin_of_entry(p, t.frame, t.what));
		if (!out.var)
			out.var = param_name(p, t.what);
	}
	return out;
}

struct bytes origins_state(const struct path *p, const struct origins *o)
{
	size_t at = o->use;
	int reg = o->reg;

	if (o->var && o->since && o->since <= o->n) {
		at = o->v[o->since - 1].at;
		reg = o->v[o->since - 1].reg;
	}
	return at < p->n ? path_value(p, at, path_step(p, at)->frame, reg) : (struct bytes){0};
}

/* ---- in words ---- */

static const char *made_words(const struct path *p, const struct origin *o)
{
	const struct log_step *s = path_step(p, o->at);
	struct act act = act_of(s);
	struct bytes base;

	switch (act.kind) {
	case ACT_CALL:
		if (o->reg < 0)
			return arena_printf(p->a, "written by %.*s()", (int)act.callee.size,
					    (const char *)act.callee.data);
		return o->reg ? "an argument of the callback"
			      : arena_printf(p->a, "returned by %.*s()", (int)act.callee.size,
					     (const char *)act.callee.data);
	case ACT_CALL_PROG:
		return "returned by a function of the program";
	case ACT_CONST:
	case ACT_STORE:
		return "a constant";
	case ACT_MOVE:
		return "cut to 32 bits";
	case ACT_MATH:
		return "computed";
	case ACT_LOAD:
		base = act.base < 0 ? (struct bytes){0} : path_value(p, o->at, s->frame, act.base);
		return base.size ? arena_printf(p->a, "read from %s", value_words(p->a, base))
				 : "read from memory";
	default:
		return "set";
	}
}

static const char *origin_words(const struct path *p, const struct origin *o)
{
	struct act act = act_of(path_step(p, o->at));

	if (o->words)
		return o->words;
	switch (o->how) {
	case ORIGIN_LOST:
		return arena_printf(p->a, "gone with the call%s%.*s: it clears r1 to r5",
				    act.callee.size ? " of " : "", (int)act.callee.size,
				    (const char *)act.callee.data);
	case ORIGIN_ENTRY:
		return arena_printf(p->a, "argument %d of the function, whoever calls it", o->reg);
	case ORIGIN_UNSET:
		return "never set on this path";
	case ORIGIN_EARLIER:
		return "set before the log begins";
	default:
		return made_words(p, o);
	}
}

static bool is_context(struct bytes state)
{
	return !state.size || bytes_begin(state, "ctx");
}

/* Of the steps of a line's computation the last is told. */
static bool is_one_computation(const struct path *p, const struct origin *a, const struct origin *b)
{
	return !a->words && !b->words && act_of(path_step(p, a->at)).kind == ACT_MATH &&
	       act_of(path_step(p, b->at)).kind == ACT_MATH &&
	       same_line(path_insn(p, a->at).at, path_insn(p, b->at).at);
}

void origin_steps(const struct path *p, const struct origins *o, struct explanation *out)
{
	struct explain_step *steps = arena_array(p->a, struct explain_step, o->n);
	for (size_t i = o->n; i--;) {
		const struct origin *from = &o->v[i];
		bool is_made = from->how == ORIGIN_MADE || from->how == ORIGIN_LOST;
		struct explain_step *step;

		/* That the context comes with the program is known. */
		if (from->how == ORIGIN_ENTRY && is_context(path_value(p, 0, 0, from->reg)))
			continue;
		if (i && is_one_computation(p, from, &o->v[i - 1]))
			continue;
		step = &steps[out->norigin++];
		*step = (struct explain_step){.words = origin_words(p, from), .times = 1};
		step->insn = is_made ? path_insn(p, from->at) : (struct explain_insn){.insn = -1};
	}
	out->origin = steps;
}
