/*
 * The verifier's word on a program before it runs, and who runs it: what was accepted, and falls
 * into no hole of Linux, needs no checks.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/engine.h"
#include "cmd/run.h"
#include "core/helper/proto.h"
#include "core/interp/interp.h"
#include "core/obj/map.h"
#include "core/verify/facts.h"
#include "core/verify/writes.h"

const struct prog_def *run_find_chosen(const struct run *r)
{
	const struct image *image = r->file.image;
	const struct prog_def *found = NULL;

	for (uint32_t i = 0; i < image->nprogs; i++) {
		const struct prog_def *def = &image->progs[i];

		if (!def->autoload || (r->o->prog && strcmp(r->o->prog, def->name) != 0))
			continue;
		if (found)
			return NULL;
		found = def;
	}
	return found;
}

/* Without --verify nobody asked for a verdict: why there is none is not told. */
static void drop(struct diag *d __unused, enum severity sev __unused,
		 const struct loc *loc __unused, const char *msg __unused)
{
}

static bool must_accept(const struct run *r)
{
	return r->o->verify == RUN_VERIFY_MUST || r->o->verify == RUN_VERIFY_TYPED;
}

static int say_rejected(struct run *r, const struct prog_def *def, bool must,
			const struct verify_result *result, const struct strbuf *log)
{
	struct bytes last = verify_last_message(strbuf_str(log), log->len);
	const char *why = last.size ? (const char *)last.data : errno_name(-result->err);
	int len = last.size ? (int)last.size : (int)strlen(why);

	r->refused = true;
	r->rejected = must || run_expects(r, EXPECT_REJECTED);
	if (run_expects(r, EXPECT_REJECTED))
		return -EPERM;
	if (must)
		fail(r->d, NULL, result->err, "Linux would not load program %s: %.*s", def->name,
		     len, why);
	else
		warn(r->d, NULL, "Linux would not load program %s: %.*s", def->name, len, why);
	if (r->o->verify != RUN_VERIFY_TYPED)
		note(r->d, NULL, "`ebpf verify %s` says more", r->o->path);
	return r->rejected ? -EPERM : 0;
}

void run_open_proofs(struct run *r)
{
	bool must = must_accept(r) || r->lib;

	r->silent = (struct diag){.sink = drop};
	prove_open_with(&r->prover, r->file.image, &r->o->load, r->vm.maps,
			must ? r->d : &r->silent);
}

/*
 * Of programs on packets: nobody describes what the kernel has, and they would find nothing, unless
 * a library plays it.
 */
static bool reads_kernel(const struct prog_def *def, const struct facts *facts)
{
	for (uint32_t i = 0; i < def->ninsns; i++)
		if (facts->flags[i] & FACT_PROBE)
			return true;
	return false;
}

static bool doubt(struct run *r, const char *prog, const char *why)
{
	r->doubt[0] = prog;
	r->doubt[1] = why;
	return false;
}

/* Can a program that was accepted be trusted? Its facts are its own from now on. */
static bool is_safe(struct run *r, const struct prog_def *def, const struct verify_result *result)
{
	struct prog *prog = r->vm.progs[def - r->file.image->progs];

	if (!prog)
		return doubt(r, def->name, "is not there");
	if (result->warnings)
		return doubt(r, def->name,
			     "falls into a hole of Linux (`ebpf verify` warns of it)");
	if (!r->lib && packet_type(def->type) && def->type != PROG_TYPE_NETFILTER &&
	    reads_kernel(def, result->insn_facts))
		return doubt(r, def->name, "reads what the kernel has of its packets");
	facts_use(prog, result->insn_facts);
	prog->ctx_end = result->ctx_end;
	return true;
}

/* May its packets stay where they lie? */
static bool only_reads(const struct prog_def *def, const struct verify_result *result)
{
	struct helper_prog who = {.type = def->type,
				  .attach_type = def->attach_type,
				  .bpf = true,
				  .perfmon = true,
				  .admin = true};

	return result->insn_facts &&
	       !facts_may_write_packet(result->insn_facts, def->insns, helper_groups(&who));
}

/* Why, is in the log; a log takes time, and most programs are accepted. */
static int judge(struct run *r, const struct prog_def *def, struct prove_options *opts,
		 struct verify_result *result, struct strbuf *log)
{
	int err = prove_prog(&r->prover, def, opts, log, result);

	if (!err && result->err && !opts->log_level) {
		verify_result_free(result);
		opts->log_level = VERIFY_LOG_PATH;
		err = prove_prog(&r->prover, def, opts, log, result);
	}
	if (!err)
		run_hear_verdict(r, result, log);
	return err;
}

int run_verify_member(struct run *r, const struct prog_def *def, bool *safe)
{
	return run_verify_extension(r, def, NULL, safe);
}

int run_verify_extension(struct run *r, const struct prog_def *def,
			 const struct verify_target *target, bool *safe)
{
	struct prove_options opts = {.caps = VERIFY_CAP_ALL,
				     .want_facts = true,
				     .marks = run_marks(r),
				     .attach_to = target};
	struct verify_result *result = vec_add(&r->proofs);
	struct strbuf log = {0};
	int err = judge(r, def, &opts, result, &log);

	if (!err && result->err)
		err = say_rejected(r, def, true, result, &log);
	else if (!err)
		*safe &= is_safe(r, def, result);
	strbuf_free(&log);
	return err;
}

int run_verify(struct run *r, const struct prog_def *def)
{
	struct prove_options opts = {
		.caps = VERIFY_CAP_ALL,
		.want_facts = true,
		.marks = run_marks(r),
		.log_level = run_expects(r, EXPECT_LOG) ? VERIFY_LOG_PATH : 0,
	};
	bool must = must_accept(r);
	struct verify_result *result;
	struct strbuf log = {0};
	int err;

	if (!def->type)
		return r->o->verify == RUN_VERIFY_MUST
			       ? fail(r->d, NULL, -ESRCH,
				      "--verify: the section of program %s does not say its "
				      "type; --type does",
				      def->name)
			       : 0;
	result = vec_add(&r->proofs);
	err = judge(r, def, &opts, result, &log);
	if (err)
		err = must ? err : 0;
	else if (result->err)
		err = say_rejected(r, def, must, result, &log);
	else {
		r->is_proved = is_safe(r, def, result);
		r->reads_only = only_reads(def, result);
	}
	strbuf_free(&log);
	return err;
}

static bool prove_tail(struct run *r, const struct prog_def *def)
{
	struct prove_options opts = {
		.caps = VERIFY_CAP_ALL, .want_facts = true, .marks = run_marks(r)};
	struct verify_result *result = vec_add(&r->proofs);

	if (!def->type || prove_prog(&r->prover, def, &opts, NULL, result) || result->err)
		return doubt(r, def->name, "is not, and may run as well (`ebpf verify` says why)");
	return is_safe(r, def, result);
}

/* All that a tail call may come to; what the store has put into a table is not known here. */
static bool prove_tails(struct run *r)
{
	struct image *image = r->file.image;
	bool all = true;

	for (uint32_t m = 0; m < image->nmaps && all; m++) {
		if (r->given && r->given[m] && r->given[m]->ops->prog)
			return doubt(r, NULL, "what the store's prog array has is not known");
		for (uint32_t k = 0; k < image->maps[m].ninits && all; k++)
			for (uint32_t i = 0; i < image->nprogs && all; i++)
				if (r->vm.progs[i] && !r->vm.progs[i]->facts &&
				    image->maps[m].inits[k].map == UINT32_MAX &&
				    strcmp(image->progs[i].name, image->maps[m].inits[k].name) == 0)
					all = prove_tail(r, &image->progs[i]);
	}
	return all;
}

/* From behind the wall around trusted code no other process can be looked at. */
static bool looks_at_processes(const struct run_options *o)
{
	for (size_t i = 0; i < o->ctxs.n && o->ctxs.n > 1; i++)
		if (strncmp(o->ctxs.v[i].text, "pid:", 4) == 0)
			return true;
	return false;
}

/*
 * Where inputs say which program they are for, it may be any. To prove all takes time, so that only
 * who asks for an engine gets this.
 */
static bool prove_all(struct run *r)
{
	struct image *image = r->file.image;
	bool all = r->vm.progs && r->o->engine && r->o->ctxs.n;

	for (uint32_t i = 0; i < image->nprogs && all; i++)
		if (r->vm.progs[i] && !r->vm.progs[i]->facts)
			all = prove_tail(r, &image->progs[i]);
	return all;
}

static bool is_chosen_proved(struct run *r)
{
	const struct prog_def *def = run_find_chosen(r);

	return def ? r->is_proved : prove_all(r);
}

/* What answers in helpers' place looks at what it is given. */
static bool is_trusted(struct run *r)
{
	if (r->mock)
		return doubt(r, NULL, "a mock sees what its helpers are given");
	if (looks_at_processes(r->o))
		return doubt(r, NULL, "several processes are looked at while it runs");
	return is_chosen_proved(r) && r->prover.btf == r->file.image->btf && prove_tails(r);
}

/* A program of the store runs checked, unless somebody wants another engine. */
static bool trust_pinned(struct run *r, const struct engine_choice *engine)
{
	return engine && engine->trusts && r->vm.main->type != PROG_TYPE_NETFILTER && !r->mock &&
	       sys_trust(&r->watch, engine->engine) == 0;
}

/* Code is made before the wall is put up, and inputs that choose a program come later. */
static int prepare_all(struct run *r)
{
	int err = 0;

	if (r->vm.rc.mem || !r->vm.progs || run_find_chosen(r))
		return 0;
	for (uint32_t i = 0; i < r->file.image->nprogs && !err; i++)
		if (r->vm.progs[i] && r->vm.progs[i]->facts && !r->vm.progs[i]->code)
			err = r->vm.engine->prepare(r->vm.progs[i], r->d);
	return err;
}

static int fail_doubt(struct run *r)
{
	const char *prog = r->doubt[0];

	if (!r->doubt[1])
		return fail(r->d, NULL, -EPERM,
			    "--engine %s is for programs that Linux would load and that are safe; "
			    "--unchecked runs any",
			    r->o->engine->name);
	return fail(r->d, NULL, -EPERM,
		    "--engine %s is for what is proved to be safe: %s%s%s%s; --unchecked runs any",
		    r->o->engine->name, prog ? "program " : "", prog ? prog : "", prog ? " " : "",
		    r->doubt[1]);
}

static int choose_engine(struct run *r)
{
	const struct run_options *o = r->o;
	bool wants = o->engine && o->engine->trusts, is_open;

	if (!wants && (o->engine || o->has_budget) && !o->unchecked)
		return 0;
	is_open = o->unchecked || (r->pinned > 0 ? trust_pinned(r, o->engine) : is_trusted(r));
	if (wants && !is_open && o->engine_if_can)
		return -ENOTSUPP;
	if (wants && !is_open) {
		r->rejected = true;
		return fail_doubt(r);
	}
	if (wants)
		vm_trust(&r->vm, o->engine->engine);
	else if (o->unchecked)
		vm_trust(&r->vm, &interp_engine);
	else if (is_open && engine_of_choice(o->repeat))
		vm_trust(&r->vm, engine_of_choice(o->repeat));
	return 0;
}

int run_choose_engine(struct run *r)
{
	int err = choose_engine(r);

	if (!err)
		err = run_count_insns(r);
	if (!err)
		err = run_expect_crash(r);
	return err ? err : prepare_all(r);
}

void run_close_proofs(struct run *r)
{
	vec_each(&r->proofs, result)
		verify_result_free(result);
	vec_free(&r->proofs);
	prove_close(&r->prover);
}
