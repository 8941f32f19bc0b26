/*
 * The kernel says the same of different things: a pointer that it has made a number of is a number
 * to it. The way there tells what happened.
 */
#include "core/explain/local.h"

#include <string.h>

#include "core/helper/proto.h"

static struct act act_at(const struct refusal *r, size_t i)
{
	return act_of(path_step(r->path, i));
}

static const char *callee_of(const struct refusal *r, const struct act *act)
{
	return bytes_str(r->path->a, act->callee);
}

/* The last call before the refusal that holds(), or false. */
static bool find_call(struct refusal *r,
		      bool (*holds)(const struct refusal *r, size_t i, const struct act *act))
{
	for (size_t i = r->at; i--;) {
		struct act act = act_at(r, i);

		if (act.kind != ACT_CALL || !holds(r, i, &act))
			continue;
		r->when = i;
		return true;
	}
	return false;
}

static bool changes_packet(const struct refusal *r, size_t i __unused, const struct act *act)
{
	return helper_facts(helper_by_name(callee_of(r, act))) & HELPER_CHANGES_PKT;
}

/* Was the object that the register held passed to the call? */
static bool takes_object(const struct refusal *r, size_t i, const struct act *act __unused)
{
	uint8_t frame = path_step(r->path, i)->frame;
	int64_t ref, other;

	if (!number_after(r->state, "ref_obj_id=", &ref))
		return false;
	for (int reg = 1; reg <= 5; reg++)
		if (number_after(path_value(r->path, i, frame, reg), "ref_obj_id=", &other) &&
		    other == ref)
			return true;
	return false;
}

/* A number where the last that was heard of the register was a pointer */
static void refine_number(struct refusal *r)
{
	struct act act;

	if (!r->state.size || value_is_number(r->state))
		return;
	if (value_is_packet(r->state) && find_call(r, changes_packet))
		r->reason = REASON_PKT_GONE;
	else if (find_call(r, takes_object))
		r->reason = REASON_REF_GONE;
	else
		return;
	act = act_at(r, r->when);
	r->event = arena_printf(r->path->a,
				r->reason == REASON_PKT_GONE ? "the packet is changed by %s()"
							     : "given away by %s()",
				callee_of(r, &act));
}

static void refine_return(struct refusal *r)
{
	if (bytes_begin(r->message, "At callback") || bytes_begin(r->message, "At async callback"))
		r->reason = REASON_CALLBACK_RETURN;
}

/* What is wrong with the arguments is said before. */
static void refine_global(struct refusal *r)
{
	struct scan in = scan_of(r->details);

	while (in.s < in.end) {
		enum verify_reason reason = reason_of(scan_until(&in, "\n"), false);

		if (reason)
			r->reason = reason;
		in.s += in.s < in.end;
	}
}

/* The loader's calls of what is not there, which look like calls of helpers. */
static void refine_helper(struct refusal *r)
{
	int64_t id;

	if (!number_after(r->message, "unknown#", &id))
		return;
	if (id == POISON_CORE)
		r->reason = REASON_CORE_MISSING;
	else if (id >= POISON_KFUNC && id < POISON_KFUNC_END)
		r->reason = REASON_KFUNC_MISSING;
}

static bool takes_lock(const struct refusal *r, size_t i __unused, const struct act *act)
{
	return strstr(callee_of(r, act), "spin_lock") != NULL;
}

/* What began the region that the message names */
static bool begins_region(const struct refusal *r, size_t i __unused, const struct act *act)
{
	return act->callee.size && bytes_have(r->message, callee_of(r, act));
}

static void refine_locked(struct refusal *r)
{
	if (find_call(r, takes_lock))
		r->event = "the lock is taken";
}

static void refine_region(struct refusal *r)
{
	if (find_call(r, begins_region))
		r->event = "it begins";
}

static void (*const refiners[REASON_COUNT])(struct refusal *r) = {
	[REASON_MEM_NUMBER] = refine_number,	[REASON_ARG_TYPE] = refine_number,
	[REASON_RETURN_RANGE] = refine_return,	[REASON_GLOBAL_CALL] = refine_global,
	[REASON_LOCKED_CALL] = refine_locked,	[REASON_LOCK_TWICE] = refine_locked,
	[REASON_GLOBAL_LOCKED] = refine_locked, [REASON_REGION_LEFT] = refine_region,
	[REASON_HELPER_UNKNOWN] = refine_helper,
};

void refine(struct refusal *r)
{
	if (refiners[r->reason])
		refiners[r->reason](r);
}
