/*
 * A program with what was known before each instruction. Of an instruction that was walked more
 * than once the first time is told, or the one that was refused.
 */
#include "core/explain/local.h"

#include "core/helper/proto.h"

/* The first step of each instruction; -1: it was never walked. */
static int32_t *first_steps(const struct log *log, uint32_t ninsns, uint32_t *visits,
			    struct arena *a)
{
	int32_t *first = arena_array(a, int32_t, ninsns);

	for (uint32_t i = 0; i < ninsns; i++)
		first[i] = -1;
	for (size_t i = 0; i < log->steps.n; i++) {
		uint32_t insn = log->steps.v[i].insn;

		if (insn >= ninsns)
			continue;
		if (!visits[insn]++)
			first[insn] = (int32_t)i;
	}
	return first;
}

/* Of an instruction that is refused the visit is told that is. */
static void find_refused(const struct explain_input *in, const struct log *log, int32_t *told,
			 bool *refused)
{
	size_t m = 0;

	for (size_t i = 0; i < in->nrefusals; i++) {
		const struct log_message *message = NULL;
		uint32_t insn;

		for (; m < log->messages.n && !message; m++)
			if (log->messages.v[m].after &&
			    bytes_equal(log->messages.v[m].text, in->refusals[i]->message))
				message = &log->messages.v[m];
		if (!message)
			return;
		insn = log->steps.v[message->after - 1].insn;
		if (insn >= in->prog->ninsns)
			continue;
		told[insn] = (int32_t)(message->after - 1);
		refused[insn] = true;
	}
}

/* The registers that an instruction reads, as a set */
static uint32_t read_by(const struct log_step *s, struct arena *a)
{
	struct act act = act_of(s);
	uint32_t set = 0;

	if (act.src >= 0)
		set |= 1U << act.src;
	if (act.base >= 0)
		set |= 1U << act.base;
	if (act.dst >= 0 && (act.kind == ACT_MATH || act.kind == ACT_BRANCH))
		set |= 1U << act.dst;
	if (act.kind == ACT_EXIT)
		set |= 1U << 0;
	if (act.kind == ACT_CALL) {
		const struct func_proto *proto =
			helper_proto(helper_by_name(bytes_str(a, act.callee)), UINT64_MAX);

		for (uint32_t i = 1; i <= (proto ? helper_nargs(proto) : 5); i++)
			set |= 1U << i;
	}
	return set & ~(1U << REG_FP);
}

static void add_facts(const struct path *p, int32_t step, struct explain_line *to)
{
	const struct log_step *s = &p->log->steps.v[step];
	uint32_t set = read_by(s, p->a);

	to->facts = arena_array(p->a, struct explain_fact, __builtin_popcount(set));
	for (; set; set &= set - 1) {
		int reg = __builtin_ctz(set);
		struct bytes state = step_value(p->log, step, s->frame, reg);

		if (state.size)
			to->facts[to->nfacts++] = (struct explain_fact){
				.name = arena_printf(p->a, "r%d", reg),
				.state = bytes_str(p->a, state),
				.words = value_words(p->a, state),
			};
	}
}

/* Is there more in it than a number that is computed, or a copy? */
static bool matters(const struct log_step *s)
{
	struct act act = act_of(s);

	switch (act.kind) {
	case ACT_LOAD:
	case ACT_STORE:
		return act.base != REG_FP;
	case ACT_MOVE:
	case ACT_CONST:
	case ACT_MATH:
	case ACT_GOTO:
		return false;
	default:
		return true;
	}
}

struct explain_line *explain_annotate(const struct explain_input *in, struct arena *a, size_t *n)
{
	const struct prog_def *prog = in->prog;
	uint32_t *visits = arena_array(a, uint32_t, prog->ninsns);
	bool *refused = arena_array(a, bool, prog->ninsns);
	struct explain_line *out = arena_array(a, struct explain_line, prog->ninsns);
	struct log_lines lines = {0};
	struct path p;
	struct log log;
	int32_t *told;
	size_t at = 0;

	log_lines(in->text, in->size, a, &lines);
	log_read(&lines, &at, a, &log);
	p = path_to(&log, in->image, prog, a);
	told = first_steps(&log, prog->ninsns, visits, a);
	find_refused(in, &log, told, refused);
	*n = 0;
	for (uint32_t i = 0; i < prog->ninsns; i += insn_slots(&prog->insns[i])) {
		struct explain_line *to = &out[(*n)++];

		to->insn = insn_at(&p, i);
		to->visits = visits[i];
		if (told[i] < 0)
			continue;
		to->matters = matters(&log.steps.v[told[i]]);
		to->is_refused = refused[i];
		add_facts(&p, told[i], to);
	}
	for (size_t i = 0; i < *n; i++)
		explain_keep(&out[i].insn, a);
	log_free(&log);
	vec_free(&lines);
	return out;
}
