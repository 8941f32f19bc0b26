/* The way to a step, and what was known on it. */
#include "core/explain/local.h"

#include <string.h>

#include "core/obj/prog.h"

struct path path_to(const struct log *log, const struct image *image, const struct prog_def *prog,
		    struct arena *a)
{
	struct path p = {.log = log, .image = image, .prog = prog, .a = a};
	int32_t last = (int32_t)log->steps.n - 1;

	for (int32_t i = last; i >= 0; i = log->steps.v[i].parent)
		p.n++;
	p.steps = arena_array(a, uint32_t, p.n);
	for (size_t i = p.n; last >= 0; last = log->steps.v[last].parent)
		p.steps[--i] = (uint32_t)last;
	return p;
}

/* ---- values ---- */

static bool find_value(const struct log *log, struct log_values run, uint8_t frame, int what,
		       struct bytes *out)
{
	for (uint32_t i = run.n; i--;) {
		const struct log_value *v = &log->values.v[run.first + i];

		if (v->frame != frame || v->what != what)
			continue;
		*out = v->text;
		return true;
	}
	return false;
}

/* Does the instruction leave something else in the register than it held, without a word about it?
 */
static bool forgets(const struct log_step *s, uint8_t frame, int what)
{
	struct act act;

	if (what < 0 || what >= REG_FP || s->frame != frame)
		return false;
	act = act_of(s);
	if (act.kind == ACT_CALL || act.kind == ACT_CALL_PROG)
		return what <= 5;
	return act.dst == what && act.kind != ACT_BRANCH;
}

/* Behind a step: what it left. False: what was before it is still true. */
static bool value_after(const struct log *log, const struct log_step *s, uint8_t frame, int what,
			struct bytes *out)
{
	return find_value(log, s->after, frame, what, out) || forgets(s, frame, what);
}

struct bytes step_value(const struct log *log, int32_t step, uint8_t frame, int what)
{
	struct bytes out = {0};

	while (step >= 0) {
		const struct log_step *s = &log->steps.v[step];

		if (find_value(log, s->before, frame, what, &out) || s->is_full)
			break;
		step = s->parent;
		if (step >= 0 && value_after(log, &log->steps.v[step], frame, what, &out))
			break;
	}
	return out;
}

struct bytes path_value(const struct path *p, size_t i, uint8_t frame, int what)
{
	struct bytes out = {0};

	if (i < p->n)
		return step_value(p->log, (int32_t)p->steps[i], frame, what);
	if (!p->n || value_after(p->log, path_step(p, p->n - 1), frame, what, &out))
		return out;
	return step_value(p->log, (int32_t)p->steps[p->n - 1], frame, what);
}

/* ---- places ---- */

static struct loc loc_of(const struct path *p, uint32_t insn, uint32_t source)
{
	const struct prog_def *prog = p->prog;
	const struct line_def *line =
		prog ? line_find(prog->lines, prog->nlines, insn) : NULL;

	if (!line)
		return p->log->sources.v[source];
	return (struct loc){.file = line->file + (strncmp(line->file, "./", 2) == 0 ? 2 : 0),
			    .line = line->line,
			    .col = line->col,
			    .text = line->text};
}

/* A load of a map, whose address in the log says nothing; NULL: it is none. */
static const char *map_load(const struct path *p, uint32_t insn)
{
	bool is_there = p->prog && p->prog->insns && insn < p->prog->ninsns;
	const struct bpf_insn *at = is_there ? &p->prog->insns[insn] : NULL;
	enum insn_op op = at ? insn_decode(at) : OP_BAD;
	uint32_t index;

	if (!p->image || (op != OP_LD_IMM64_MAP_IDX && op != OP_LD_IMM64_MAP_IDX_VALUE))
		return NULL;
	index = (uint32_t)at->imm;
	if (index >= p->image->nmaps)
		return NULL;
	if (op == OP_LD_IMM64_MAP_IDX)
		return arena_printf(p->a, "r%d = map[%s]", at->dst_reg, p->image->maps[index].name);
	return arena_printf(p->a, "r%d = map[%s][0]+%u", at->dst_reg, p->image->maps[index].name,
			    (uint32_t)at[1].imm);
}

static const char *code_of(const struct path *p, const struct log_step *s)
{
	const char *load = map_load(p, s->insn);

	return load ? load : bytes_str(p->a, s->text);
}

struct explain_insn path_insn(const struct path *p, size_t i)
{
	const struct log_step *s = path_step(p, i);

	return (struct explain_insn){.insn = s->insn,
				     .code = code_of(p, s),
				     .at = loc_of(p, s->insn, s->source)};
}

struct explain_insn insn_at(const struct path *p, uint32_t insn)
{
	for (size_t i = p->log->steps.n; i--;) {
		const struct log_step *s = &p->log->steps.v[i];

		if (s->insn == insn)
			return (struct explain_insn){.insn = insn,
						     .code = code_of(p, s),
						     .at = loc_of(p, insn, s->source)};
	}
	return (struct explain_insn){.insn = insn, .at = loc_of(p, insn, 0)};
}

bool path_is_cut(const struct path *p)
{
	return p->n && path_step(p, 0)->insn != 0 && !path_step(p, 0)->is_full;
}

bool loc_is_assembly(struct loc at)
{
	const char *dot = at.file ? strrchr(at.file, '.') : NULL;

	return dot && (strcmp(dot, ".s") == 0 || strcmp(dot, ".S") == 0);
}

/* ---- facts ---- */
/* The bytes of a packet that are known to be there: what was last printed of any pointer like it.
 */
static int64_t packet_range(const struct path *p, size_t i, struct bytes state)
{
	int64_t id = 0, other, range = 0, r;

	number_after(state, "id=", &id);
	number_after(state, "r=", &range);
	for (i = min(i, p->n - 1) + 1; i--;) {
		const struct log_step *s = path_step(p, i);
		const struct log_values runs[] = {s->before, s->after};

		for (size_t k = 0; k < ARRAY_SIZE(runs); k++)
			for (uint32_t j = 0; j < runs[k].n; j++) {
				struct bytes v = p->log->values.v[runs[k].first + j].text;

				other = r = 0;
				if (!value_is_packet(v))
					continue;
				number_after(v, "id=", &other);
				if (other == id && number_after(v, "r=", &r) && r > range)
					range = r;
			}
	}
	return range;
}

struct explain_fact path_fact(const struct path *p, size_t i, uint8_t frame, int what)
{
	struct bytes state = path_value(p, i, frame, what);
	struct origins o = origins_of(p, i, frame, what, false);

	return (struct explain_fact){
		.name = what < 0 ? arena_printf(p->a, "fp%d", what)
				 : arena_printf(p->a, "r%d", what),
		.var = o.since ? NULL : o.var,
		.state = state.size ? bytes_str(p->a, state) : NULL,
		.words = value_is_packet(state)
				 ? packet_words(p->a, state, packet_range(p, i, state))
				 : value_words(p->a, state),
	};
}

/* ---- branches ---- */

/*
 * Where a branch went, by what was walked next. Whether it was taken is told by nobody: compilers
 * turn conditions round.
 */
static const char *branch_words(const struct path *p, size_t i, struct loc here)
{
	const struct log_step *next = path_step(p, i + 1);
	struct loc to = loc_of(p, next->insn, next->source);

	if (to.line && to.line != here.line)
		return arena_printf(p->a, "goes on to line %u", to.line);
	return arena_printf(p->a, "goes on to instruction %u", next->insn);
}

/* What is known behind it of the registers that it compares, when that is more than before. */
static void add_learned(const struct path *p, size_t i, const struct act *act,
			struct explain_step *out)
{
	const int regs[] = {act->dst, act->src};
	struct explain_fact *facts = arena_array(p->a, struct explain_fact, ARRAY_SIZE(regs));
	uint8_t frame = path_step(p, i)->frame;

	out->facts = facts;
	for (size_t k = 0; k < ARRAY_SIZE(regs); k++) {
		struct bytes before, after;

		if (regs[k] < 0)
			continue;
		before = path_value(p, i, frame, regs[k]);
		after = path_value(p, i + 1, frame, regs[k]);
		if (!after.size || value_is_const(before) ||
		    (before.size == after.size && memcmp(before.data, after.data, after.size) == 0))
			continue;
		facts[out->nfacts++] = path_fact(p, i + 1, frame, regs[k]);
	}
}

/* Is the step worth telling, and was it told of already, later on the path? */
static bool is_told(const struct log_step *s, const struct explain_step *steps, size_t n,
		    size_t *which)
{
	for (*which = 0; *which < n; ++*which)
		if (steps[*which].insn.insn == s->insn)
			return true;
	return false;
}

void path_branches(const struct path *p, size_t max, struct explanation *out)
{
	struct explain_step *steps = arena_array(p->a, struct explain_step, max);
	size_t n = 0, which;

	/* From the end, so that of loops the last round is told. */
	for (size_t i = p->n; i--;) {
		const struct log_step *s = path_step(p, i);
		struct act act = act_of(s);

		if ((act.kind != ACT_BRANCH && act.kind != ACT_CALL_PROG) || i + 1 >= p->n)
			continue;
		if (is_told(s, steps, n, &which)) {
			steps[which].times += steps[which].times <= TIMES_MAX;
			continue;
		}
		if (n == max) {
			out->unshown++;
			continue;
		}
		steps[n] = (struct explain_step){.insn = path_insn(p, i), .times = 1};
		if (act.kind == ACT_BRANCH) {
			steps[n].words = branch_words(p, i, steps[n].insn.at);
			add_learned(p, i, &act, &steps[n]);
		} else {
			steps[n].words = "calls a function of the program";
		}
		n++;
	}
	for (size_t i = 0; i < n / 2; i++) {
		struct explain_step swap = steps[i];

		steps[i] = steps[n - 1 - i];
		steps[n - 1 - i] = swap;
	}
	out->path = steps;
	out->npath = n;
}
