/* Objects under the verifier, one program after another. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/verify.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/verify/facts.h"

enum {
	PATIENCE = 1000000000, /* ns without a word on what is being done, at first */
	PACE = 100000000,      /* and then */
	REFUSALS_MAX = 10,     /* of one program that are told */
};

/* ---- what verdicts are made of ---- */

static const char *place_of(struct verify *v, const struct prog_def *def, uint32_t insn)
{
	const struct line_def *line = NULL;

	for (uint32_t i = 0; i < def->nlines && def->lines[i].insn <= insn; i++)
		line = &def->lines[i];
	return line ? arena_printf(&v->arena, "insn %u, %s:%u", insn, line->file, line->line)
		    : arena_printf(&v->arena, "insn %u", insn);
}

/* A program that is rejected, while it is walked once more to the end. */
struct inquiry {
	struct verify *v;
	const struct image *image; /* whose program it is; NULL: of none */
	const struct prog_def *def;
	struct strbuf *log;
	VEC(const struct explanation *) why; /* the first is the verdict's */
	const struct explain_line *lines;    /* of --annotate */
	size_t nlines;
};

/* Where paths meet, all of them may be refused for the same. */
static bool is_known(const struct inquiry *q, const struct explanation *why)
{
	for (size_t i = 0; i < q->why.n; i++)
		if (q->why.v[i]->reason == why->reason && q->why.v[i]->insn.insn == why->insn.insn)
			return true;
	return false;
}

static void explain_one(struct inquiry *q, const struct verify_result *r)
{
	struct explain_input in = {
		.text = strbuf_str(q->log),
		.size = q->log->len,
		.image = q->image,
		.prog = q->def,
		.reason = (enum verify_reason)r->reason,
		.insn = r->insn,
	};
	struct explanation *why;
	size_t n;

	why = explain(&in, &q->v->arena, &n);
	if (!is_known(q, why))
		vec_push(&q->why, why);
}

static bool take_refusal(void *arg, const struct verify_result *so_far, int err __unused)
{
	struct inquiry *q = arg;

	explain_one(q, so_far);
	return q->why.n < REFUSALS_MAX;
}

static const char *facts_of(struct verify *v, const struct verify_result *r)
{
	struct strbuf b = {0};
	const char *text;

	if (!r->insn_facts)
		return NULL;
	facts_text(r->insn_facts, &b);
	text = arena_strndup(&v->arena, strbuf_str(&b), b.len);
	strbuf_free(&b);
	return text;
}

static void add_verdict(struct inquiry *q, const char *path, const struct verify_result *r)
{
	struct verify *v = q->v;
	const struct prog_def *def = q->def;
	const struct strbuf *log = q->log;
	struct verdict *to = vec_add(&v->verdicts);
	struct strbuf depths = {0};

	*to = (struct verdict){
		.file = arena_strdup(&v->arena, path),
		.name = arena_strdup(&v->arena, def->name),
		.section = arena_strdup(&v->arena, def->section ? def->section : ""),
		.verdict = r->err ? "rejected" : "accepted",
		.processed = r->processed,
		.total_states = r->total_states,
		.peak_states = r->peak_states,
		.max_states_per_insn = r->max_states_per_insn,
		.insns = def->ninsns,
		.us = r->ns / 1000,
		.err = r->err,
		.reason = r->reason,
	};
	for (uint32_t i = 0; i < r->nsubprogs; i++) {
		to->stack_depth += r->stack_depth[i];
		strbuf_addf(&depths, "%s%u", i ? "+" : "", r->stack_depth[i]);
	}
	to->depths = arena_strdup(&v->arena, strbuf_str(&depths));
	to->log = arena_strndup(&v->arena, strbuf_str(log), v->o->log_level ? log->len : 0);
	to->facts = facts_of(v, r);
	to->lines = q->lines;
	to->nlines = q->nlines;
	to->message = "";
	if (r->err) {
		if (!q->why.n)
			explain_one(q, r);
		to->why = arena_memdup(&v->arena, q->why.v, q->why.n * sizeof(*q->why.v));
		to->nwhy = q->why.n;
		to->message = to->why[0]->message;
	}
	vec_free(&q->why);
	for (uint32_t i = 0; i < WARNING_COUNT; i++)
		if (!r->err && r->warnings >> i & 1)
			to->warned[i] = place_of(v, def, r->warned[i]);
	v->rejected += r->err != 0;
	strbuf_free(&depths);
}

/* What is explained; a log is all that is wanted where a level is given. */
static uint32_t log_level(const struct verify *v)
{
	return v->o->log_level ? v->o->log_level : VERIFY_LOG_PATH | VERIFY_LOG_STATS;
}

/* ---- objects ---- */

static bool is_wanted(const struct verify_options *o, const struct prog_def *def)
{
	if (o->prog && strcmp(o->prog, def->name) != 0)
		return false;
	if (o->section && strcmp(o->section, def->section + (*def->section == '?')) != 0 &&
	    strcmp(o->section, def->section) != 0)
		return false;
	return o->prog || o->section || def->autoload;
}

static void say_progress(struct verify *v, const char *path, const char *name)
{
	uint64_t now = clock_ns();

	if (now < v->next_word)
		return;
	v->next_word = now + PACE;
	progress(v->d, "%s: %s (%zu judged)", path, name, v->verdicts.n);
}

/* Will anybody see why a program is rejected? */
static bool is_explained(const struct verify_options *o)
{
	if (o->compare || o->common.output)
		return true;
	return !o->common.diag.quiet && !o->stats && o->common.format != OUT_CSV;
}

/*
 * Walks a rejected program once more, with a log, and on behind what is refused; what Linux counted
 * is what was counted the first time. A walk that is long has little to say of its beginning.
 */
static int inquire(struct inquiry *q, struct prover *prover, struct prove_options opts,
		   const struct verify_result *verdict)
{
	enum { TOLD_MAX = 100000 };
	struct verify_result again;
	int err;

	opts.log_level = log_level(q->v);
	opts.log_after = verdict->processed - min(verdict->processed, (uint32_t)TOLD_MAX);
	opts.refused = take_refusal;
	opts.refused_arg = q;
	err = prove_prog(prover, q->def, &opts, q->log, &again);
	if (!err && !q->why.n)
		explain_one(q, &again);
	verify_result_free(&again);
	return err;
}

static bool count_refusal(void *arg, const struct verify_result *so_far __unused, int err __unused)
{
	uint32_t *n = arg;

	return ++*n < REFUSALS_MAX;
}

/* What was known before each instruction takes a log of everything. */
static int annotate(struct inquiry *q, struct prover *prover, struct prove_options opts)
{
	struct verify_result result;
	struct strbuf log = {0};
	struct explain_input in = {.image = q->image,
				   .prog = q->def,
				   .refusals = q->why.v,
				   .nrefusals = q->why.n};
	uint32_t nrefusals = 0;
	int err;

	opts.log_level = VERIFY_LOG_ALL;
	opts.refused = count_refusal;
	opts.refused_arg = &nrefusals;
	opts.log_whole = true;
	err = prove_prog(prover, q->def, &opts, &log, &result);
	in.text = strbuf_str(&log);
	in.size = log.len;
	if (!err)
		q->lines = explain_annotate(&in, &q->v->arena, &q->nlines);
	verify_result_free(&result);
	strbuf_free(&log);
	return err;
}

static int judge_one(struct verify *v, struct prover *prover, const struct prog_def *def,
		     const struct prove_options *prove)
{
	const char *path = prover->image->path;
	struct prove_options opts = *prove;
	struct verify_result result;
	struct strbuf log = {0};
	struct inquiry q = {.v = v, .image = prover->image, .def = def, .log = &log};
	int err;

	if (!def->type && !opts.type)
		return fail(v->d, &(struct loc){.file = path}, -EINVAL,
			    "program %s: section '%s' does not say its type; --type does",
			    def->name, def->section);
	say_progress(v, path, def->name);
	/* Most are accepted, and that is known sooner without a log. */
	opts.log_level = v->o->log_level;
	err = prove_prog(prover, def, &opts, &log, &result);
	if (!err && result.err && !opts.log_level && is_explained(v->o))
		err = inquire(&q, prover, opts, &result);
	if (!err && v->o->annotate)
		err = annotate(&q, prover, opts);
	if (!err)
		add_verdict(&q, path, &result);
	verify_result_free(&result);
	strbuf_free(&log);
	return err;
}

static int none_wanted(struct verify *v, const struct image *image)
{
	const struct loc loc = {.file = image->path};
	const char *wanted = v->o->prog ? v->o->prog : v->o->section;
	struct strbuf names = {0};
	int err;

	for (uint32_t i = 0; i < image->nprogs; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "",
			    v->o->section ? image->progs[i].section : image->progs[i].name);
	v->misnamed = names.len;
	if (!v->misnamed)
		err = fail(v->d, &loc, -EINVAL, "there is no program in it");
	else if (wanted)
		err = fail(v->d, &loc, -EINVAL, "no program %s%s; it has: %s",
			   v->o->prog ? "" : "of section ", wanted, strbuf_str(&names));
	else
		err = fail(v->d, &loc, -EINVAL, "none of its programs loads by itself; --prog "
			   "names one of: %s", strbuf_str(&names));
	strbuf_free(&names);
	return err;
}

/* What cannot be judged keeps none of the others from it. */
static int judge_all(struct verify *v, struct prover *prover, const struct prove_options *prove)
{
	const struct image *image = prover->image;
	bool any = false;
	int err = 0;

	for (uint32_t i = 0; i < image->nprogs; i++) {
		int one;

		if (!is_wanted(v->o, &image->progs[i]))
			continue;
		any = true;
		one = judge_one(v, prover, &image->progs[i], prove);
		err = err ? err : one;
	}
	return err || any ? err : none_wanted(v, image);
}

static int judge_file(struct verify *v, const char *path, const struct prove_options *prove)
{
	struct program_file file;
	struct prover prover = {0};
	int err = program_file_open(&file, path, &v->o->load, v->d);

	if (!err)
		err = prove_open(&prover, file.image, &v->o->load, v->d);
	if (!err)
		err = judge_all(v, &prover, prove);
	prove_close(&prover);
	program_file_free(&file);
	return err;
}

/* ---- programs of the store ---- */

static int judge_pinned(struct verify *v, int fd, const char *path,
			const struct prove_options *prove)
{
	struct sys_proof proof = {
		.caps = prove->caps,
		.profile = prove->profile,
		.log_level = log_level(v),
	};
	struct verify_result result;
	struct strbuf log = {0};
	struct inquiry q = {.v = v, .log = &log};
	struct prog *prog;
	int err = sys_prog(v->store.sys, fd, &prog);

	if (!err)
		err = sys_verify(v->store.sys, fd, &proof, &log, &result);
	if (err)
		return fail(v->d, &(struct loc){.file = path}, err, "%s", strerror(-err));
	q.def = &(struct prog_def){
		.name = prog->name,
		.ninsns = prog->ninsns,
		.lines = (struct line_def *)prog->lines,
		.nlines = prog->nlines,
	};
	add_verdict(&q, path, &result);
	verify_result_free(&result);
	strbuf_free(&log);
	return 0;
}

int verify_object(struct verify *v, const char *path, const struct prove_options *prove)
{
	int fd = open_pinned_program(&v->store, path, v->o->bpffs), err;

	if (!fd)
		return judge_file(v, path, prove);
	if (fd < 0)
		return fd;
	err = judge_pinned(v, fd, path, prove);
	close(fd);
	return err;
}

/* ---- before and after ---- */

static int read_profile(struct verify *v, struct prove_options *prove)
{
	struct bytes text;
	int err = file_read(v->o->profile, 0, &v->arena, v->d, &text);

	prove->profile = &v->profile;
	return err ? err : profile_parse((const char *)text.data, v->o->profile, v->d, &v->profile);
}

/* OBJ[:PROG]; without PROG, the only one there is */
static int find_target_prog(struct verify *v, const char *path, const char *name,
			    const struct prog_def **out)
{
	const struct image *image = v->target_file.image;
	uint32_t found = 0;

	for (uint32_t i = 0; i < image->nprogs; i++) {
		if (name ? strcmp(image->progs[i].name, name) != 0 : !image->progs[i].autoload)
			continue;
		*out = &image->progs[i];
		found++;
	}
	if (found == 1)
		return 0;
	return fail(v->d, &(struct loc){.file = path}, -EINVAL,
		    !found ? "no such program to attach to"
			   : "several programs to attach to; --attach-prog OBJ:PROG names one");
}

static int read_target(struct verify *v, struct prove_options *prove)
{
	const char *colon = strrchr(v->o->attach_prog, ':');
	const struct prove_options opts = {.caps = prove->caps, .profile = prove->profile};
	const struct prog_def *def = NULL;
	const char *path;
	int err;

	if (access(v->o->attach_prog, F_OK) == 0)
		colon = NULL;
	path = colon ? arena_strndup(&v->arena, v->o->attach_prog,
				     (size_t)(colon - v->o->attach_prog))
		     : v->o->attach_prog;
	err = program_file_open(&v->target_file, path, &v->o->load, v->d);
	if (!err)
		err = prove_open(&v->target_prover, v->target_file.image, &v->o->load, v->d);
	if (!err)
		err = find_target_prog(v, path, colon ? colon + 1 : NULL, &def);
	if (!err)
		err = prove_target(&v->target_prover, def, &opts, &v->target);
	prove->attach_to = &v->target;
	return err;
}

/* Nothing of it runs. */
static int read_kernel(struct verify *v, struct prove_options *prove)
{
	struct bytes file;
	int err = file_read(v->o->kernel, 0, &v->arena, v->d, &file);

	if (!err)
		err = library_read(file, v->o->kernel, v->d, &v->library);
	prove->marks = &v->library.marks;
	return err;
}

int verify_prepare(struct verify *v, struct prove_options *prove)
{
	int err = 0;

	v->next_word = clock_ns() + PATIENCE;
	v->store.d = v->d;
	*prove = v->o->prove;
	if (v->o->profile)
		err = read_profile(v, prove);
	if (!err && v->o->kernel)
		err = read_kernel(v, prove);
	if (!err && v->o->attach_prog)
		err = read_target(v, prove);
	return err;
}

void verify_end(struct verify *v)
{
	progress(v->d, NULL);
	prove_close(&v->target_prover);
	program_file_free(&v->target_file);
	library_free(&v->library);
	if (v->store.sys)
		sys_close(v->store.sys);
	arena_free(&v->store.arena);
	vec_free(&v->verdicts);
	arena_free(&v->arena);
}
