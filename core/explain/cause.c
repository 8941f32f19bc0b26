/*
 * What is wrong in this very case, in one sentence: a function for each reason that has more to say
 * than what is required. Numbers come from the message, names from the source.
 */
#include "core/explain/local.h"

#include <inttypes.h>
#include <string.h>

#include "core/obj/ctx.h"
#include "core/obj/prog_type.h"

typedef const char *cause_fn(const struct refusal *r);

#define SAY(r, ...) arena_printf((r)->path->a, __VA_ARGS__)

static const char *noun(const struct refusal *r, const char *otherwise)
{
	return r->subject ? r->subject : otherwise;
}

static int64_t number(const struct refusal *r, const char *key)
{
	int64_t n = 0;

	if (!number_after(r->message, key, &n))
		number_after(r->details, key, &n);
	return n;
}

static struct act act_at(const struct refusal *r)
{
	if (r->at < r->path->n)
		return act_of(path_step(r->path, r->at));
	return (struct act){0};
}

/* "bpf_map_lookup_elem()" that is called there */
static const char *callee(const struct refusal *r)
{
	struct act act = act_at(r);

	return act.callee.size
		       ? SAY(r, "%.*s()", (int)act.callee.size, (const char *)act.callee.data)
		       : "the function";
}

/* ---- memory ---- */

static const char *may_be_null(const struct refusal *r)
{
	return SAY(r, "%s may be NULL here", noun(r, "the pointer"));
}

static const char *is_number(const struct refusal *r)
{
	if (bytes_equal(r->state, "0"))
		return SAY(r, "%s is NULL here", noun(r, "the pointer"));
	return SAY(r, "%s is a number here, not a pointer", noun(r, "the value"));
}

/* "bytes 8 to 11": what an access reaches */
static const char *reach(const struct refusal *r, int64_t off, int64_t size)
{
	if (size <= 1)
		return SAY(r, "byte %" PRId64, off);
	return SAY(r, "bytes %" PRId64 " to %" PRId64, off, off + size - 1);
}

static const char *out_of_bounds(const struct refusal *r)
{
	static const char *const keys[] = {"value_size=", "mem_size=", "key_size="};
	int64_t off = number(r, "off="), size = number(r, "size="), limit = 0;
	const char *whose = "", *at;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (number_after(r->details, keys[i], &limit) ||
		    number_after(r->message, keys[i], &limit))
			break;
	at = reach(r, off, size);
	if (r->range)
		whose = SAY(r, "%s can be %s: ", noun(r, "the index"), r->range);
	if (off < 0)
		return SAY(r, "%s%s of the object would be accessed, before its beginning", whose,
			   at);
	return SAY(r, "%s%s of the object would be accessed, and it has %" PRId64 "%s", whose, at,
		   limit, limit == 1 ? " byte" : " bytes");
}

static const char *may_be_negative(const struct refusal *r)
{
	return SAY(r, "%s can be negative: it is %s", noun(r, "the value"),
		   value_words(r->path->a, r->value));
}

/* "math between pkt pointer and register with unbounded min value" */
static const char *moves_too_far(const struct refusal *r)
{
	if (!value_is_number(r->state))
		return NULL;
	return SAY(r, "%s is %s; what a pointer is moved by needs limits on both sides",
		   noun(r, "the offset"), value_words(r->path->a, r->value));
}

static const char *cannot_be_moved(const struct refusal *r)
{
	if (!r->state.size || value_is_number(r->state))
		return NULL;
	return SAY(r, "%s is %s, which cannot be moved", noun(r, "the pointer"),
		   value_words(r->path->a, r->state));
}

static const char *is_cut(const struct refusal *r)
{
	if (!r->state.size || value_is_number(r->state))
		return NULL;
	return SAY(r, "%s is %s, and only 32 bits of it are used", noun(r, "the pointer"),
		   value_kind(r->path->a, r->state));
}

static const char *has_no_limit(const struct refusal *r)
{
	return SAY(r, "nothing limits how large %s is", noun(r, "the value"));
}

static const char *out_of_packet(const struct refusal *r)
{
	int64_t range = 0;

	if (!number_after(r->details, "r=", &range))
		return "the packet is known to end before that";
	if (!range)
		return SAY(r, "%s is used before it was compared with the packet's end",
			   noun(r, "the pointer"));
	return SAY(r,
		   "%s%s would be accessed, but only %" PRId64 " %s%s %s known to be in the packet",
		   reach(r, number(r, "off="), number(r, "size=")),
		   number(r, "(id=") ? SAY(r, " from where %s leads", noun(r, "the pointer")) : "",
		   range, bytes_word(range), number(r, "(id=") ? " from there" : "",
		   range == 1 ? "is" : "are");
}

static const char *where(const struct refusal *r)
{
	struct explain_insn at = path_insn(r->path, r->when);

	return at.at.line ? SAY(r, "line %u", at.at.line) : SAY(r, "instruction %" PRId64, at.insn);
}

static const char *packet_is_gone(const struct refusal *r)
{
	return SAY(r, "%s led into the packet until %s, where the packet was changed",
		   noun(r, "the pointer"), where(r));
}

static const char *object_is_gone(const struct refusal *r)
{
	return SAY(r, "what %s leads to was given away in %s", noun(r, "the pointer"), where(r));
}

static const char *was_moved(const struct refusal *r)
{
	int64_t off = number(r, "off=");

	return off ? SAY(r, "%s was moved by %" PRId64 " %s", noun(r, "the pointer"), off,
			 bytes_word(off))
		   : NULL;
}

/* The field at an offset of what programs of this type have as context, or NULL */
static const char *field_at(const struct prog_def *prog, int64_t off)
{
	const struct ctx_type *type = prog ? ctx_view_of(prog->type, prog->attach_type).type : NULL;

	for (uint32_t i = 0; type && i < type->nfields; i++)
		if (off >= type->fields[i].off && off < type->fields[i].off + type->fields[i].size)
			return type->fields[i].name;
	return NULL;
}

static const char *not_in_context(const struct refusal *r)
{
	int64_t off = number(r, "off="), size = number(r, "size=");
	const char *field = field_at(r->path->prog, off);

	if (field)
		return SAY(r,
			   "%s of the context cannot be accessed so by this program: %" PRId64
			   " bytes at offset %" PRId64,
			   field, size, off);
	return SAY(r, "the context has no field of %" PRId64 " bytes at offset %" PRId64, size,
		   off);
}

static const char *is_unaligned(const struct refusal *r)
{
	return SAY(r,
		   "%" PRId64 " bytes are accessed at an address that is no multiple of %" PRId64,
		   number(r, "size "), number(r, "size "));
}

/* ---- stack, registers ---- */

/* "invalid read from stack off -16+4 size 8" */
static const char *not_written(const struct refusal *r)
{
	int64_t off = 0, i = 0;
	struct scan in;

	if (!number_after(r->message, "off ", &off))
		return NULL;
	if (scan_find(r->message, "+", &in))
		scan_int(&in, &i);
	return SAY(r, "byte %" PRId64 " of what is read, at fp%" PRId64 ", was never written", i,
		   off + i);
}

static const char *out_of_stack(const struct refusal *r)
{
	if (r->range && value_has_var(r->state))
		return SAY(r, "%s can be %s, and so lead out of the variable on the stack",
			   noun(r, "the index"), r->range);
	return SAY(r,
		   "an access of %" PRId64 " bytes at fp%+" PRId64
		   " leaves the stack, which is from fp-512 to fp-1",
		   number(r, "size="), number(r, "off="));
}

static const char *not_set(const struct refusal *r)
{
	struct act act = act_at(r);

	if (act.kind == ACT_EXIT)
		return "the function ends and has not set what it returns";
	if (r->lost_by)
		return SAY(r, "r%d was cleared by the call of %s", r->reg, r->lost_by);
	if (act.kind == ACT_CALL || act.kind == ACT_CALL_PROG)
		return SAY(r, "argument %d of %s was not set", r->reg, callee(r));
	return SAY(r, "%s has no value on this path", noun(r, SAY(r, "r%d", r->reg)));
}

static const char *too_much_stack(const struct refusal *r)
{
	int64_t n = number(r, "is ");

	if (bytes_begin(r->message, "tail_calls"))
		return SAY(r,
			   "callers of a function with a tail call use %" PRId64
			   " bytes of stack, and may use less than 256",
			   number(r, "frames is "));
	return n ? SAY(r, "%" PRId64 " bytes of stack would be used, and there are 512", n) : NULL;
}

/* ---- calls ---- */

static const char *not_for_program(const struct refusal *r)
{
	const struct prog_def *prog = r->path->prog;
	char buf[32];

	if (prog && prog->type)
		return SAY(r, "programs of type %s cannot call %s", prog_type_str(prog->type, buf),
			   callee(r));
	return SAY(r, "programs of this type cannot call %s", callee(r));
}

static const char *needs_licence(const struct refusal *r)
{
	return SAY(r, "%s is for programs with a GPL-compatible licence, and this one has none",
		   callee(r));
}

static const char *may_sleep(const struct refusal *r)
{
	return SAY(r, "%s may sleep, and this program must not", callee(r));
}

enum { TYPES_TOLD = 3 };

/* "fp, pkt, map_value" in words; what many helpers take is memory of any kind. */
static const char *wanted_types(const struct refusal *r, struct scan in)
{
	struct arena *a = r->path->a;
	const char *words = NULL;
	size_t n = 0;

	for (struct scan count = in; count.s < count.end; count.s++)
		n += *count.s == ',';
	if (n >= TYPES_TOLD && bytes_have(scan_rest(&in), "fp"))
		return "a pointer to memory, such as the address of a variable or a map's value";
	while (in.s < in.end) {
		const char *kind = value_kind(a, bytes_trim(scan_until(&in, ",")));

		words = words ? arena_printf(a, "%s, or %s", words, kind) : kind;
		scan_word(&in, ",");
	}
	return words ? words : "another";
}

/* "R1 type=scalar expected=map_ptr, fp" */
static const char *wrong_type(const struct refusal *r)
{
	struct scan in;

	if (!scan_find(r->message, "expected=", &in) || r->reg < 0 || !r->state.size)
		return NULL;
	return SAY(r, "argument %d of %s is %s; wanted is %s", r->reg, callee(r),
		   value_words(r->path->a, r->state), wanted_types(r, in));
}

static const char *wrong_map(const struct refusal *r)
{
	for (int reg = 1; reg <= 5; reg++) {
		struct bytes map =
			path_value(r->path, r->at, path_step(r->path, r->at)->frame, reg);

		if (bytes_begin(map, "map_ptr"))
			return SAY(r, "%s does not work on maps of the type that %s has", callee(r),
				   value_words(r->path->a, map));
	}
	return NULL;
}

static const char *not_trusted(const struct refusal *r)
{
	if (r->reg < 1 || !r->state.size)
		return NULL;
	return SAY(
		r,
		"argument %d of %s is %s that was read out of another one, and may be gone by now",
		r->reg, callee(r), value_words(r->path->a, r->state));
}

/* "arg#0 reference type('UNKNOWN ') size cannot be determined" */
static const char *wrong_prototype(const struct refusal *r)
{
	int64_t arg;

	if (!number_after(r->message, "arg#", &arg) && !number_after(r->details, "arg#", &arg))
		return NULL;
	if (bytes_have(r->details, "size cannot be determined") ||
	    bytes_have(r->message, "size cannot be determined"))
		return SAY(r,
			   "parameter %" PRId64
			   " leads to something of which the size is not known",
			   arg + 1);
	return SAY(r, "parameter %" PRId64 " is of a type that cannot be passed", arg + 1);
}

/* "bpf_spin_lock cannot be accessed directly by load/store" */
static const char *is_special(const struct refusal *r)
{
	struct scan in = scan_of(r->message);
	struct bytes field = scan_until(&in, " ");

	if (!bytes_begin(field, "bpf_"))
		return NULL;
	return SAY(r, "the bytes that are accessed are those of a struct %.*s", (int)field.size,
		   (const char *)field.data);
}

static const char *is_constant(const struct refusal *r)
{
	if (bytes_have(r->state, ".rodata"))
		return "constants are in .rodata, which cannot be written";
	return r->state.size ? SAY(r, "%s is %s, which cannot be accessed so",
				   noun(r, "the pointer"), value_words(r->path->a, r->state))
			     : NULL;
}

static const char *other_map(const struct refusal *r)
{
	uint8_t frame;
	struct bytes value, map;
	const char *in, *passed;

	if (r->at == r->path->n)
		return NULL;
	frame = path_step(r->path, r->at)->frame;
	value = path_value(r->path, r->at, frame, 1);
	map = path_value(r->path, r->at, frame, 2);
	if (!value.size || !map.size)
		return NULL;
	in = value_map(r->path->a, value);
	passed = value_map(r->path->a, map);
	/* Those in a map of maps have no names, and in two of them there can be maps of one. */
	if (!*in || !*passed || strcmp(in, passed) == 0)
		return "the map that is passed is not the one that the timer was looked up in";
	return SAY(r, "the timer is in map '%s', and map '%s' is passed", in, passed);
}

static const char *comes_back(const struct refusal *r)
{
	struct explain_insn at;

	if (r->at == r->path->n)
		return NULL;
	at = path_insn(r->path, r->at);
	return at.at.line ? SAY(r, "the loop can come back to line %u with nothing changed",
				at.at.line)
			  : NULL;
}

static const char *may_be_zero(const struct refusal *r)
{
	return SAY(r, "%s can be 0", noun(r, "the size"));
}

/* ---- ends ---- */

static const char *not_released(const struct refusal *r)
{
	struct explain_insn from = insn_at(r->path, (uint32_t)number(r, "alloc_insn="));
	const char *what = noun(r, "what was acquired");

	if (from.at.line)
		return SAY(r, "%s is held since line %u, and still when the program ends", what,
			   from.at.line);
	return SAY(r, "%s is held since instruction %" PRId64 ", and still when the program ends",
		   what, from.insn);
}

static const char *returns_other(const struct refusal *r)
{
	const char *what = r->range ? r->range : "any number";
	int64_t lo, hi;
	struct scan in;

	if (!scan_find(r->message, "[", &in) || !scan_int(&in, &lo) || !scan_word(&in, ", ") ||
	    !scan_int(&in, &hi))
		return NULL;
	if (lo == hi)
		return SAY(r, "what is returned can be %s; it has to be %" PRId64, what, lo);
	return SAY(r, "what is returned can be %s; allowed is %" PRId64 " to %" PRId64, what, lo,
		   hi);
}

static const char *in_region(const struct refusal *r)
{
	if (!r->event)
		return NULL;
	return SAY(r, "what was begun in %s is not ended on this path", where(r));
}

static const char *while_locked(const struct refusal *r)
{
	if (!r->event)
		return NULL;
	return SAY(r, "the lock that was taken in %s is held here", where(r));
}

static const char *too_many_rounds(const struct refusal *r)
{
	if (!r->loop.at.line)
		return NULL;
	if (r->rounds > TIMES_MAX)
		return SAY(r, "the walk came through line %u more than %d times on one path",
			   r->loop.at.line, TIMES_MAX);
	return SAY(r, "the walk came through line %u %s%" PRIu64 " times on one path",
		   r->loop.at.line, path_is_cut(r->path) ? "at least " : "", r->rounds);
}

/* What the loader found of the instruction */
static const char *not_there(const struct refusal *r)
{
	const struct prog_def *prog = r->path->prog;

	if (!prog || r->at == r->path->n)
		return NULL;
	for (uint32_t i = 0; i < prog->npoisons; i++)
		if (prog->poisons[i].insn == path_step(r->path, r->at)->insn)
			return prog->poisons[i].reason;
	return NULL;
}

/* ---- the table ---- */

static cause_fn *const causes[REASON_COUNT] = {
	[REASON_MEM_NULL] = may_be_null,
	[REASON_PTR_ALU_NULL] = may_be_null,
	[REASON_ARG_NULL] = may_be_null,
	[REASON_KFUNC_ARG_NULL] = may_be_null,
	[REASON_MEM_NUMBER] = is_number,
	[REASON_MEM_BOUNDS] = out_of_bounds,
	[REASON_MEM_NEGATIVE] = may_be_negative,
	[REASON_SIZE_NEGATIVE] = may_be_negative,
	[REASON_MEM_UNBOUNDED] = has_no_limit,
	[REASON_SIZE_UNBOUNDED] = has_no_limit,
	[REASON_PKT_BOUNDS] = out_of_packet,
	[REASON_PKT_GONE] = packet_is_gone,
	[REASON_REF_GONE] = object_is_gone,
	[REASON_PTR_OFFSET] = moves_too_far,
	[REASON_PTR_ALU_TYPE] = cannot_be_moved,
	[REASON_PTR_ALU_OP] = cannot_be_moved,
	[REASON_PTR_ALU_32] = is_cut,
	[REASON_PTR_MODIFIED] = was_moved,
	[REASON_CTX_ACCESS] = not_in_context,
	[REASON_MEM_ALIGN] = is_unaligned,
	[REASON_STACK_UNINIT] = not_written,
	[REASON_STACK_BOUNDS] = out_of_stack,
	[REASON_REG_UNINIT] = not_set,
	[REASON_STACK_DEPTH] = too_much_stack,
	[REASON_HELPER_FOR_PROG] = not_for_program,
	[REASON_KFUNC_FORBIDDEN] = not_for_program,
	[REASON_HELPER_GPL] = needs_licence,
	[REASON_KFUNC_LICENSE] = needs_licence,
	[REASON_HELPER_SLEEPS] = may_sleep,
	[REASON_KFUNC_SLEEPS] = may_sleep,
	[REASON_ARG_TYPE] = wrong_type,
	[REASON_SIZE_ZERO] = may_be_zero,
	[REASON_GLOBAL_PROTO] = wrong_prototype,
	[REASON_FIELD_ACCESS] = is_special,
	[REASON_MAP_DIRECTION] = is_constant,
	[REASON_MEM_WRITE] = is_constant,
	[REASON_MAP_PAIR] = other_map,
	[REASON_INFINITE_LOOP] = comes_back,
	[REASON_REF_LEAK] = not_released,
	[REASON_RETURN_RANGE] = returns_other,
	[REASON_CALLBACK_RETURN] = returns_other,
	[REASON_HELPER_MAP] = wrong_map,
	[REASON_KFUNC_ARG_TRUSTED] = not_trusted,
	[REASON_LOCKED_CALL] = while_locked,
	[REASON_GLOBAL_LOCKED] = while_locked,
	[REASON_LOCK_TWICE] = while_locked,
	[REASON_REGION_LEFT] = in_region,
	[REASON_PROG_COMPLEX] = too_many_rounds,
	[REASON_CORE_MISSING] = not_there,
	[REASON_KFUNC_MISSING] = not_there,
};

const char *cause_of(const struct refusal *r)
{
	return causes[r->reason] ? causes[r->reason](r) : NULL;
}
