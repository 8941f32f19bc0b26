/*
 * The lines of a log as events. A line is what it begins with; whatever is nothing else is
 *something that was said, and the last that was said is why.
 *
 *	; long *v = bpf_map_lookup_elem(&m, &key); @ count.bpf.c:12	source line
 *	5: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(...)	instruction, state
 *after it 6: R0=map_value_or_null(...) R10=fp0	state before the next one from 7 to 9: R0=0 R10=fp0
 *the walk goes on where it had left a branch R0 invalid mem access 'map_value_or_null'
 *
 * Kernels before 5.18 print states in lines of their own and call numbers "inv".
 */
#include "core/explain/local.h"

#include <ctype.h>
#include <string.h>

/* What is known while lines are read. */
struct reader {
	struct log *log;
	uint8_t frame;
	uint32_t source;
	int32_t last;		  /* step that the next one follows; -1: none */
	bool is_over;		  /* its path is at its end: the next step needs a new one */
	struct log_values before; /* of the next step */
	bool before_is_full;
	bool has_from;
	uint64_t from, to;
};

/* ---- states ---- */

/* "R3_w=", "fp-8_r=", "refs=": what it is about; false: this is no state. */
static bool read_what(struct scan *in, int16_t *what)
{
	struct scan at = *in;
	uint64_t n;

	if (scan_word(&at, "refs=")) {
		*what = WHAT_REFS;
	} else {
		bool is_slot = scan_word(&at, "fp-");

		if (!is_slot && !scan_word(&at, "R"))
			return false;
		if (!scan_uint(&at, &n) || n > (is_slot ? 512 : REG_FP))
			return false;
		if (scan_word(&at, "_"))
			while (at.s < at.end && isalpha((unsigned char)*at.s))
				at.s++;
		if (!scan_word(&at, "="))
			return false;
		*what = is_slot ? (int16_t) - (int)n : (int16_t)n;
	}
	*in = at;
	return true;
}

/* Up to a blank that is in no parentheses. */
static struct bytes read_state(struct scan *in)
{
	const char *start = in->s;
	int depth = 0;

	for (; in->s < in->end; in->s++) {
		if (*in->s == '(')
			depth++;
		else if (*in->s == ')')
			depth--;
		else if (*in->s == ' ' && depth <= 0)
			break;
	}
	return (struct bytes){(const uint8_t *)start, (size_t)(in->s - start)};
}

/* "frame1: R0=... fp-8=...": false and nothing taken when it does not begin as one. */
static bool read_values(struct reader *r, struct scan in, struct log_values *out)
{
	struct log *log = r->log;
	uint8_t frame = 0;
	uint64_t n;
	int16_t what;

	scan_blanks(&in);
	if (scan_word(&in, "frame")) {
		if (!scan_uint(&in, &n) || n > 8 || !scan_word(&in, ":"))
			return false;
		frame = (uint8_t)n;
		scan_blanks(&in);
	}
	if (!read_what(&in, &what))
		return false;
	if (!out->n)
		out->first = (uint32_t)log->values.n;
	do {
		struct log_value v = {.frame = frame, .what = what, .text = read_state(&in)};

		vec_push(&log->values, v);
		out->n++;
		scan_blanks(&in);
	} while (read_what(&in, &what));
	r->frame = frame;
	return true;
}

static bool has_frame_pointer(const struct log *log, struct log_values run)
{
	for (uint32_t i = 0; i < run.n; i++)
		if (log->values.v[run.first + i].what == REG_FP)
			return true;
	return false;
}

/* A state that stands before the next instruction. */
static bool read_before(struct reader *r, struct scan in)
{
	if (!read_values(r, in, &r->before))
		return false;
	/* On a path, what changed is printed; where one begins, everything. */
	r->before_is_full |= r->is_over && has_frame_pointer(r->log, r->before);
	return true;
}

/* ---- instructions ---- */

/* The step that left the branch which the walk goes on with: the last at "from" that may have. */
static int32_t find_parent(const struct reader *r)
{
	const struct log *log = r->log;

	if (!r->is_over && r->last >= 0 && log->steps.v[r->last].insn == r->from)
		return r->last;
	for (size_t i = log->steps.n; i--;) {
		struct log_step *s = &log->steps.v[i];

		if (s->insn != r->from || s->seen)
			continue;
		s->seen = true;
		return (int32_t)i;
	}
	return -1;
}

static struct log_step *add_step(struct reader *r, uint32_t insn)
{
	struct log_step *s;
	int32_t parent = r->has_from ? find_parent(r) : r->is_over ? -1 : r->last;

	s = vec_add(&r->log->steps);
	*s = (struct log_step){.insn = insn,
			       .parent = parent,
			       .frame = r->frame,
			       .is_full = r->before_is_full,
			       .source = r->source,
			       .before = r->before};
	r->last = (int32_t)r->log->steps.n - 1;
	r->is_over = r->has_from = r->before_is_full = false;
	r->before = (struct log_values){0};
	return s;
}

/* Where a state begins on an instruction's line: at ';', or at "10: R0=" after a cut. */
static const char *find_state(struct reader *r, struct scan in, bool *is_after)
{
	for (; in.s < in.end; in.s++) {
		struct scan at = in;
		struct log_values none = {0};
		uint64_t n;

		*is_after = *at.s == ';';
		if (*is_after)
			return at.s;
		if (*at.s != ' ')
			continue;
		scan_blanks(&at);
		if (scan_uint(&at, &n) && scan_word(&at, ": ") && read_values(r, at, &none)) {
			r->log->values.n = none.first;
			return in.s;
		}
	}
	return in.end;
}

static uint8_t hex_byte(const char *s)
{
	uint8_t n = 0;

	for (int i = 0; i < 2; i++) {
		int c = tolower((unsigned char)s[i]);

		n = (uint8_t)(n << 4 | (isdigit(c) ? c - '0' : c - 'a' + 10));
	}
	return n;
}

/* What follows an instruction in a summary of one line: "R1 !read_ok (3 line(s) omitted)" */
static void read_tail(struct reader *r, struct bytes text)
{
	struct scan in;

	if (bytes_have(text, " line(s) omitted)") && scan_find(text, " (", &in))
		text.size = (size_t)(in.s - 2 - (const char *)text.data);
	vec_push(&r->log->messages,
		 ((struct log_message){.text = bytes_trim(text), .after = r->log->steps.n}));
}

/*
 * What a refusal says on an instruction's own line: behind ": " in a summary; and behind a jump or
 * call, where a path was left and the rest of its line with it.
 */
static struct scan find_tail(struct bytes text)
{
	static const char *const ends[] = {"pc", "#"};
	struct scan in;
	int64_t n;

	if (scan_find(text, ": ", &in)) {
		in.s -= 2;
		return in;
	}
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		if (!scan_find(text, ends[i], &in) || !scan_int(&in, &n))
			continue;
		scan_blanks(&in);
		return in;
	}
	return (struct scan){in.end, in.end};
}

/* "(b7) r0 = 0    ; R0=0", behind its number */
static bool read_insn(struct reader *r, struct scan in, uint64_t insn)
{
	struct log_step *s;
	struct scan text, tail;
	bool is_after = false;
	uint8_t frame = r->frame;

	if (!scan_word(&in, "(") || in.end - in.s < 3 || !isxdigit((unsigned char)in.s[0]) ||
	    !isxdigit((unsigned char)in.s[1]) || in.s[2] != ')')
		return false;
	s = add_step(r, (uint32_t)insn);
	s->code = hex_byte(in.s);
	in.s += 3;
	text.s = in.s;
	text.end = in.s = find_state(r, in, &is_after);
	tail = find_tail(scan_rest(&text));
	if (tail.s < tail.end) {
		text.end = tail.s;
		scan_word(&tail, ":");
		read_tail(r, scan_rest(&tail));
	}
	s->text = bytes_trim(scan_rest(&text));
	if (is_after) {
		in.s++;
		r->log->has_states |= read_values(r, in, &s->after);
		/* A call says what its caller still has, in the frame of the caller. */
		r->frame = frame;
	} else if (in.s < in.end) {
		scan_blanks(&in);
		scan_uint(&in, &insn);
		scan_word(&in, ":");
		read_before(r, in);
	}
	return true;
}

/* "12: ...": an instruction, a state or the end of a path */
static bool read_numbered(struct reader *r, struct scan in)
{
	uint64_t insn;

	if (!scan_uint(&in, &insn) || !scan_word(&in, ":"))
		return false;
	scan_blanks(&in);
	if (bytes_equal(scan_rest(&in), "safe"))
		r->is_over = true;
	else if (!read_insn(r, in, insn) && !read_before(r, in))
		return false;
	return true;
}

/* "from 3 to 7: R0=...", "from 3 to 7 (speculative execution): safe" */
static bool read_from(struct reader *r, struct scan in)
{
	uint64_t from, to;

	if (!scan_word(&in, "from ") || !scan_uint(&in, &from) || !scan_word(&in, " to ") ||
	    !scan_uint(&in, &to))
		return false;
	scan_until(&in, ":");
	if (!scan_word(&in, ":"))
		return false;
	scan_blanks(&in);
	if (bytes_begin(scan_rest(&in), "safe")) {
		r->is_over = true;
		return true;
	}
	r->has_from = true;
	r->from = from;
	r->to = to;
	r->before = (struct log_values){0};
	read_before(r, in);
	r->before_is_full = true;
	return true;
}

/* ---- source lines ---- */

/* "text @ file:12", or the text alone */
static void read_source(struct reader *r, struct bytes line)
{
	struct loc *loc = vec_add(&r->log->sources);
	const char *text = (const char *)line.data, *at = NULL;
	uint64_t n;

	for (size_t i = 0; i + 3 <= line.size; i++)
		if (memcmp(text + i, " @ ", 3) == 0)
			at = text + i;
	r->source = (uint32_t)r->log->sources.n - 1;
	if (at) {
		struct scan in = {at + 3, text + line.size};
		struct bytes file = scan_until(&in, ":");

		if (scan_word(&in, ":") && scan_uint(&in, &n) && in.s == in.end) {
			loc->file = bytes_str(r->log->a, file);
			loc->line = (uint32_t)n;
			line.size = (size_t)(at - text);
		}
	}
	loc->text = bytes_str(r->log->a, bytes_trim(line));
}

/* ---- what is no event ---- */

static const char *const noise[] = {
	"mark_precise:",
	"func#",
	"Live regs before insn",
	"verification time ",

	"last_idx ",
	"parent ",
	"propagating ",
	"SCC ",
	"cur state:",
	"old state:",
	"caller:",
	"callee:",
	"returning from callee:",
	"to caller at ",
	"regs=",
};

/* "  3   12: .1........ (b7) r0 = 0": a line of the table of live registers */
static bool is_live_line(struct scan in)
{
	uint64_t n;
	int i;

	if (!scan_uint(&in, &n))
		return false;
	scan_blanks(&in);
	if (scan_uint(&in, &n))
		scan_blanks(&in);
	if (!scan_word(&in, ":"))
		return false;
	scan_blanks(&in);
	for (i = 0; i < 10 && in.s < in.end && (isdigit((unsigned char)*in.s) || *in.s == '.'); i++)
		in.s++;
	return i == 10;
}

/* "(0) frame 0 insn 5 +live -8", "frame 0: propagating r1" */
static bool is_liveness(struct bytes line)
{
	return bytes_have(line, " insn ") &&
	       (bytes_have(line, "+live") || bytes_have(line, "+written") ||
		bytes_have(line, "-live") || bytes_have(line, "-written"));
}

static bool is_noise(struct bytes line)
{
	if (!line.size || is_live_line(scan_of(line)) || is_liveness(line) ||
	    bytes_have(line, "live stack update done in") || bytes_have(line, ": propagating "))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(noise); i++)
		if (bytes_begin(line, noise[i]))
			return true;
	return false;
}

/* ---- one program's log ---- */

/* "Validating f() func#1...": a global function's walk begins. */
static bool read_function(struct reader *r, struct bytes line)
{
	if (bytes_begin(line, "Validating ")) {
		r->is_over = true;
		r->frame = 0;
		return true;
	}
	return bytes_begin(line, "Func#") && (bytes_have(line, "is safe for any args") ||
					      bytes_have(line, "is global and assumed valid"));
}

/* The name in "prog 'x': ..." and in "program x: load program: ..." */
static void read_name(struct reader *r, struct bytes line)
{
	static const struct {
		const char *before, *end, *after;
	} forms[] = {{"prog '", "'", "'"}, {"program ", ":", ": load program: "}};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct bytes name;
		struct scan in;

		if (!scan_find(line, forms[i].before, &in))
			continue;
		name = scan_until(&in, forms[i].end);
		if (scan_word(&in, forms[i].after))
			r->log->prog = name;
	}
}

/*
 * "load program: permission denied: 12: (79) r1 = *(u64 *)(r0 +0): R0 invalid ... (3 line(s)
 * omitted)": a summary, which the log itself may follow
 */
static void read_summary(struct reader *r, struct scan in)
{
	scan_until(&in, ":");
	if (!scan_word(&in, ": "))
		return;
	if (!read_numbered(r, in))
		read_tail(r, scan_rest(&in));
	r->is_over = true;
}

/* What loaders say around a log */
static bool read_loader(struct reader *r, struct bytes line)
{
	static const char summary[] = "load program: ";
	static const char *const words[] = {
		"BPF program load failed",
		"load bpf program failed",
		"failed to load",
		"-- BEGIN PROG LOAD LOG --",
		"-- BEGIN DUMP LOG --",
		"-- END PROG LOAD LOG --",
		"-- END LOG --",
		summary,
		"libbpf: ",
		"Error: ",
		"line(s) omitted)",
	};
	struct scan in;
	bool has_summary = scan_find(line, summary, &in);
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		found |= bytes_have(line, words[i]);
	if (!found)
		return false;
	read_name(r, line);
	r->log->is_failed |= has_summary || bytes_have(line, "failed");
	if (has_summary)
		read_summary(r, in);
	return true;
}

/*
 * Statistics are the end. Messages without a newline have them on their own line.
 */
static bool read_end(struct reader *r, struct bytes *line)
{
	static const char *const words[] = {"verification time ", "processed "};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct scan in;
		const char *at;
		uint64_t n;

		if (!scan_find(*line, words[i], &in))
			continue;
		at = in.s - strlen(words[i]);
		if (!scan_uint(&in, &n) ||
		    !(bytes_begin(scan_rest(&in), " usec") || bytes_begin(scan_rest(&in), " insn")))
			continue;
		line->size = (size_t)(at - (const char *)line->data);
		if (i) {
			r->log->processed = n;
			r->log->is_ended = true;
		}
		break;
	}
	return !line->size;
}

static void read_line(struct reader *r, struct bytes line)
{
	struct scan in = scan_of(line);

	if (is_noise(line))
		return;
	if (scan_word(&in, "stack depth ")) {
		r->log->depths = scan_rest(&in);
		return;
	}
	if (bytes_begin(line, ";")) {
		line.data++;
		line.size--;
		read_source(r, line);
		return;
	}
	if (read_numbered(r, in) || read_from(r, in) || read_before(r, in) ||
	    read_function(r, line) || read_loader(r, line))
		return;
	vec_push(&r->log->messages, ((struct log_message){.text = line, .after = r->log->steps.n}));
}

void log_read(const struct log_lines *lines, size_t *at, struct arena *a, struct log *out)
{
	struct reader r = {.log = out, .last = -1, .is_over = true};

	*out = (struct log){.a = a};
	vec_push(&out->sources, ((struct loc){0}));
	for (; *at < lines->n && !out->is_ended; ++*at) {
		struct bytes line = lines->v[*at];

		/* The next program's log begins, and this one has no end. */
		if (out->steps.n && bytes_have(line, "-- BEGIN PROG LOAD LOG --"))
			return;
		if (!read_end(&r, &line))
			read_line(&r, line);
	}
}

void log_free(struct log *log)
{
	vec_free(&log->steps);
	vec_free(&log->values);
	vec_free(&log->sources);
	vec_free(&log->messages);
}
