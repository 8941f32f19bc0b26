/* The verifier's word on a program before it runs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/run.h"
#include "core/prove.h"

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

static int say_rejected(struct run *r, const struct prog_def *def,
			const struct verify_result *result, const struct strbuf *log)
{
	struct bytes last = verify_last_message(strbuf_str(log), log->len);
	const char *errno_name = strerrorname_np(-result->err);
	int len = last.size ? (int)last.size : (int)strlen(errno_name);
	const char *why = last.size ? (const char *)last.data : errno_name;

	if (r->o->verify == RUN_VERIFY_MUST)
		fail(r->d, NULL, result->err, "Linux would not load program %s: %.*s", def->name,
		     len, why);
	else
		warn(r->d, NULL, "Linux would not load program %s: %.*s", def->name, len, why);
	note(r->d, NULL, "`ebpf verify %s` says more", r->o->path);
	r->refused = true;
	r->rejected = r->o->verify == RUN_VERIFY_MUST;
	return r->rejected ? -EPERM : 0;
}

int run_verify(struct run *r, const struct prog_def *def)
{
	bool must = r->o->verify == RUN_VERIFY_MUST;
	struct prove_options opts = {.caps = VERIFY_CAP_ALL};
	struct diag silent = {.sink = drop}, *d = must ? r->d : &silent;
	struct verify_result result = {0};
	struct prover prover;
	struct strbuf log = {0};
	int err;

	if (!def->type)
		return must ? fail(r->d, NULL, -ESRCH,
				   "--verify: the section of program %s does not say its type; "
				   "--type does",
				   def->name)
			    : 0;
	err = prove_open(&prover, r->file.image, &r->o->load, d);
	if (!err)
		err = prove_prog(&prover, def, &opts, &log, &result);
	/* Why, is in the log; a log takes time, and most programs are accepted. */
	if (!err && result.err) {
		verify_result_free(&result);
		opts.log_level = VERIFY_LOG_PATH;
		err = prove_prog(&prover, def, &opts, &log, &result);
	}
	if (err)
		err = must ? err : 0;
	else if (result.err)
		err = say_rejected(r, def, &result, &log);
	verify_result_free(&result);
	strbuf_free(&log);
	prove_close(&prover);
	return err;
}
