/*
 * What a program says of itself in BTF: a record for each function, and source lines.
 */
#include "core/verify/local.h"

/* Functions that may return early need a type that says what. */
static int check_abnormal_return(struct env *env)
{
	for (uint32_t i = 1; i < env->nsubs; i++) {
		if (env->subs[i].has_ld_abs)
			return reject(env, REASON_ABNORMAL_RETURN,
				      "LD_ABS is not allowed in subprogs without BTF\n");
		if (env->subs[i].has_tail_call)
			return reject(env, REASON_ABNORMAL_RETURN,
				      "tail_call is not allowed in subprogs without BTF\n");
	}
	return 0;
}

static bool has_info(const struct env *env)
{
	const struct verify_job *job = env->job;

	return job->nfuncs || job->nlines || job->bad_funcs.err || job->bad_lines.err;
}

/* What the loader said that the program is to be bound to. */
int check_fds(struct env *env)
{
	const struct verify_fault *bad = &env->job->bad_fds;

	return bad->err ? reject_with(env, REASON_BAD_MAP_FD, bad->err, "%s", bad->text) : 0;
}

const char *subprog_name(const struct env *env, uint32_t subprog)
{
	const struct verify_job *job = env->job;

	if (subprog >= job->nfuncs || !btf_has(job->btf, job->funcs[subprog].type_id))
		return "";
	return btf_name(job->btf, job->funcs[subprog].type_id);
}

/* ---- functions ---- */

static int check_func_record(struct env *env, uint32_t i)
{
	const struct verify_job *job = env->job;
	const struct func_info *f = &job->funcs[i];

	if (i == 0 && f->insn_off)
		return reject(env, REASON_FUNC_INFO,
			      "nonzero insn_off %u for the first func info record", f->insn_off);
	if (i && f->insn_off <= f[-1].insn_off)
		return reject(env, REASON_FUNC_INFO,
			      "same or smaller insn offset (%u) than previous func info record "
			      "(%u)",
			      f->insn_off, f[-1].insn_off);
	if (!f->type_id || !btf_has(job->btf, f->type_id) ||
	    btf_kind_of(job->btf, f->type_id) != BTF_KIND_FUNC)
		return reject(env, REASON_FUNC_INFO, "invalid type id %d in func info", f->type_id);
	if (btf_kind_of(job->btf, btf_type(job->btf, f->type_id)->type) != BTF_KIND_FUNC_PROTO)
		return reject(env, REASON_FUNC_INFO, "%s", "");
	return 0;
}

/* The records alone, before functions are known: names and tags are asked for from here on. */
int check_btf_info_early(struct env *env)
{
	const struct verify_job *job = env->job;

	if (!has_info(env))
		return check_abnormal_return(env);
	if (job->bad_btf.err)
		return reject_with(env, REASON_FUNC_INFO, job->bad_btf.err, "%s",
				   job->bad_btf.text);
	if (!job->btf)
		return reject_with(env, REASON_FUNC_INFO, EBADF, "%s", "");
	if (btf_is_kernel(env, job->btf))
		return reject(env, REASON_OWN_BTF, "%s", "");
	for (uint32_t i = 0; i < job->nfuncs; i++) {
		int err = check_func_record(env, i);

		if (err)
			return err;
	}
	if (job->bad_funcs.err)
		return reject_with(env, REASON_FUNC_INFO, job->bad_funcs.err, "%s",
				   job->bad_funcs.text);
	return job->nfuncs ? 0 : check_abnormal_return(env);
}

/* btf_type_is_small_int() or an enumeration */
static bool returns_number(const struct btf *btf, const struct btf_type *func)
{
	uint32_t id = btf_resolve(btf, btf_type(btf, func->type)->type);
	const struct btf_type *t = btf_type(btf, id);

	return (btf_kind(t) == BTF_KIND_INT && t->size <= 8) || btf_is_enum(t);
}

static int check_func(struct env *env, uint32_t i)
{
	const struct btf *btf = env->job->btf;
	const struct func_info *f = &env->job->funcs[i];
	const struct btf_type *t = btf_type(btf, f->type_id);
	struct subprog_info *sub = &env->subs[i];

	if (sub->start != f->insn_off)
		return reject(env, REASON_FUNC_INFO,
			      "func_info BTF section doesn't match subprog layout in BPF "
			      "program\n");
	sub->is_global = btf_vlen(t) == BTF_FUNC_GLOBAL;
	if (i == 0 || returns_number(btf, t))
		return 0;
	if (sub->has_ld_abs)
		return reject(env, REASON_ABNORMAL_RETURN,
			      "LD_ABS is only allowed in functions that return 'int'.\n");
	if (sub->has_tail_call)
		return reject(env, REASON_ABNORMAL_RETURN,
			      "tail_call is only allowed in functions that return 'int'.\n");
	return 0;
}

static int check_funcs(struct env *env)
{
	uint32_t n = env->job->nfuncs;

	if (!n)
		return check_abnormal_return(env);
	if (n != env->nsubs)
		return reject(env, REASON_FUNC_INFO,
			      "number of funcs in func_info doesn't match number of subprogs\n");
	for (uint32_t i = 0; i < n; i++) {
		int err = check_func(env, i);

		if (err)
			return err;
	}
	return 0;
}

/* ---- lines ---- */

static int check_line(struct env *env, uint32_t i)
{
	const struct verify_job *job = env->job;
	const struct line_info *line = &job->lines[i];
	uint32_t before = i ? line[-1].insn_off : 0;

	if ((i && line->insn_off <= before) || line->insn_off >= env->ninsns)
		return reject(env, REASON_LINE_INFO,
			      "Invalid line_info[%u].insn_off:%u (prev_offset:%u prog->len:%u)\n",
			      i, line->insn_off, before, env->ninsns);
	if (!env->insns[line->insn_off].code)
		return reject(env, REASON_LINE_INFO,
			      "Invalid insn code at line_info[%u].insn_off\n", i);
	if (line->line_off >= job->btf->nstr || line->file_name_off >= job->btf->nstr)
		return reject(env, REASON_LINE_INFO,
			      "Invalid line_info[%u].line_off or .file_name_off\n", i);
	return 0;
}

/* Each function begins with a line of its own. */
static int check_lines(struct env *env)
{
	const struct line_info *lines = env->job->lines;
	uint32_t s = 0;

	const struct verify_fault *bad = &env->job->bad_lines;

	if (!env->job->nlines && !bad->err)
		return 0;
	for (uint32_t i = 0; i < env->job->nlines; i++) {
		int err = check_line(env, i);

		if (err)
			return err;
		if (s == env->nsubs || lines[i].insn_off < env->subs[s].start)
			continue;
		if (lines[i].insn_off > env->subs[s].start)
			return reject(env, REASON_LINE_INFO, "missing bpf_line_info for func#%u\n",
				      s);
		env->subs[s++].line = i;
	}
	if (bad->err)
		return reject_with(env, REASON_LINE_INFO, bad->err, "%s", bad->text);
	if (s != env->nsubs)
		return reject(env, REASON_LINE_INFO,
			      "missing bpf_line_info for %u funcs starting from func#%u\n",
			      env->nsubs - s, s);
	env->lines_are_good = true;
	return 0;
}

/* Needs subs. Leaves linkage and first lines in them, and lines_are_good. */
int check_btf_info(struct env *env)
{
	const struct verify_fault *bad = &env->job->bad_relos;
	int err;

	if (!has_info(env))
		return check_abnormal_return(env);
	err = check_funcs(env);
	if (!err)
		err = check_lines(env);
	if (!err && bad->err)
		err = reject_with(env, REASON_FUNC_INFO, bad->err, "%s", bad->text);
	return err;
}
