/* Images: which programs run when, whatever the machine is. */
#include "jit/jit.h"
#include "jit/tramp_code.h"

static const struct tramp_machine *machine(void)
{
	return jit_target->tramp;
}

static const struct tramp_link *first(const struct tramp_code *im, enum tramp_kind kind)
{
	return im->plan->first[kind];
}

static void run_links(const struct tramp_code *im, enum tramp_kind kind, bool keeps, bool decides)
{
	if (first(im, kind))
		machine()->set_run(im, kind);
	for (const struct tramp_link *l = first(im, kind); l; l = l->next) {
		machine()->run_link(im, l);
		if (keeps)
			machine()->keep_answer(im, tramp_returned(im));
		if (decides)
			machine()->jump_if_answer(im, im->done);
	}
}

/* ---- sessions ---- */

static int32_t session_at(const struct tramp_code *im, uint32_t number, enum session_word word)
{
	return im->sessions + (int32_t)(number * SESSION_WORDS + word) * TRAMP_WORD;
}

static void begin_sessions(const struct tramp_code *im)
{
	uint32_t number = 0;

	if (first(im, TRAMP_SESSION))
		machine()->set_run(im, TRAMP_SESSION);
	for (const struct tramp_link *l = first(im, TRAMP_SESSION); l; l = l->next) {
		int32_t kept = session_at(im, number, SESSION_KEPT);

		machine()->clear(im, kept);
		machine()->use_session(im, kept);
		machine()->run_link(im, l);
		machine()->keep_answer(im, session_at(im, number++, SESSION_ANSWER));
	}
}

static void end_session(const struct tramp_code *im, const struct tramp_link *end)
{
	uint32_t number = 0, out = code_labels(im->b, 1);
	const struct tramp_link *l = first(im, TRAMP_SESSION);

	for (; l && l != end->entry; l = l->next)
		number++;
	if (l) {
		machine()->jump_if(im, session_at(im, number, SESSION_ANSWER), out);
		machine()->use_session(im, session_at(im, number, SESSION_KEPT));
		machine()->run_link(im, end);
	}
	code_bind(im->b, out);
}

static void end_sessions(const struct tramp_code *im)
{
	if (first(im, TRAMP_SESSION_END))
		machine()->set_run(im, TRAMP_SESSION_END);
	for (const struct tramp_link *l = first(im, TRAMP_SESSION_END); l; l = l->next)
		end_session(im, l);
}

/* ---- the whole ---- */

/* All that comes before the body, and the body unless it is to be gone on with. */
static void run_before(const struct tramp_code *im, bool calls)
{
	if (first(im, TRAMP_KPROBE) || first(im, TRAMP_SESSION))
		machine()->save_regs(im, false);
	if (first(im, TRAMP_MODIFY) || !im->plan->body)
		machine()->clear(im, tramp_returned(im));
	run_links(im, TRAMP_KPROBE, false, false);
	begin_sessions(im);
	run_links(im, TRAMP_FENTRY, !im->plan->body, false);
	run_links(im, TRAMP_MODIFY, true, true);
	if (calls)
		machine()->call_body(im);
}

static void run_behind(const struct tramp_code *im)
{
	run_links(im, TRAMP_FEXIT, false, false);
	if (first(im, TRAMP_KRETPROBE) || first(im, TRAMP_SESSION_END))
		machine()->save_regs(im, true);
	run_links(im, TRAMP_KRETPROBE, false, false);
	end_sessions(im);
}

void tramp_image(struct code_buf *b, const struct image_plan *plan)
{
	uint32_t labels = code_labels(b, 1 + IMAGE_LABELS);
	struct tramp_code im = {.b = b, .plan = plan, .done = labels, .own = labels + 1};
	bool calls = plan->body && (plan->first[TRAMP_MODIFY] || plan->first[TRAMP_FEXIT] ||
				    plan->first[TRAMP_KRETPROBE] || plan->first[TRAMP_SESSION_END]);

	for (uint32_t kind = 0; kind < TRAMP_KINDS; kind++)
		im.sees_regs |= plan->first[kind] && tramp_sees_regs((enum tramp_kind)kind);
	for (const struct tramp_link *l = plan->first[TRAMP_SESSION]; l; l = l->next)
		im.nsessions++;
	machine()->lay(&im);
	machine()->enter(&im);
	run_before(&im, calls);
	code_bind(b, im.done);
	run_behind(&im);
	machine()->leave(&im, plan->body && !calls ? STUB_ON : STUB_BACK);
	machine()->shared(&im);
}
