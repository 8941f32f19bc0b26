#include "core/base/clock.h"
#include "core/verify/fix.h"
#include "core/verify/flow.h"
#include "core/verify/local.h"

const struct verify_reason_desc verify_reasons[REASON_COUNT] = {
	[REASON_NONE] = {.name = "NONE", .code = "", .category = "", .brief = "", .advice = ""},
#define REASON(name_, code_, err_, category_, brief_, advice_)                                     \
	[REASON_##name_] = {.name = #name_,                                                        \
			    .code = code_,                                                         \
			    .err = err_,                                                           \
			    .category = category_,                                                 \
			    .brief = brief_,                                                       \
			    .advice = advice_},
#include "core/verify/reasons.def"
};

const struct verify_warning_desc verify_warnings[WARNING_COUNT] = {
#define WARNING(name, code, text) [WARNING_##name] = {code, text},
#include "core/verify/warnings.def"
};
_Static_assert(WARNING_COUNT <= 32, "verify_result.warnings has a bit for each");

/* Nothing goes wrong on paths that are only speculated about. */
void warn_hole_at(struct env *env, enum verify_warning hole, uint32_t insn)
{
	struct verify_result *result = env->result;
	/* No program falls into a hole on a path that is none, but Linux itself may. */
	bool ignored = env->cur && env->cur->speculative && hole != WARNING_STATE_GONE;

	if (ignored || result->warnings >> hole & 1)
		return;
	result->warnings |= 1u << hole;
	result->warned[hole] = insn;
}

/* ---- the passes ---- */

/* Leaves what the walk needs besides the passes before it: buckets of states, scratch memory. */
static int prepare_walk(struct env *env)
{
	env->explored = arena_array(&env->arena, struct bucket, env->ninsns);
	mark_reg_not_init(env, &env->not_init);
	env->idmap = arena_alloc(&env->arena, sizeof(*env->idmap) * ID_MAP_SIZE);
	backtrack_init(env);
	return 0;
}

static int prepare_stacklive(struct env *env)
{
	stacklive_init(env);
	return 0;
}

static int find_fastcalls(struct env *env)
{
	mark_fastcall_patterns(env);
	return 0;
}

static int drop_fastcalls(struct env *env)
{
	drop_fastcall_spills(env);
	return 0;
}

/* A call of a weak kernel function that is not there can stay only where nothing gets
 * (do_misc_fixups()). */
static int check_call_left(struct env *env, uint32_t insn)
{
	const struct call_facts *call;

	if (env->ops[insn] == OP_CALL_KFUNC && !env->insns[insn].imm)
		return reject(env, REASON_WEAK_CALL,
			      "invalid kernel function call not eliminated in verifier pass\n");
	if (env->ops[insn] != OP_CALL || env->insns[insn].imm != HELPER_tail_call)
		return 0;
	/* Who may not speculate has its index masked, by the size of one map. */
	call = call_facts(&env->aux[insn]);
	if (!call->map_unpriv || call->map_seen != MAP_SEEN_MANY)
		return 0;
	return reject(env, REASON_TAIL_CALL_MAPS, "tail_call abusing map_ptr\n");
}

static int check_calls_left(struct env *env)
{
	int err = 0;

	for (uint32_t i = 0; i < env->ninsns && !err; i++)
		if (env->aux[i].seen)
			err = check_call_left(env, i);
	return err;
}

/*
 * What a verdict is made of, in order; the first that fails is the verdict. All but the last four
 * judge the program as it was given. bpf_check() of Linux has the same order.
 */
static const struct verify_pass {
	const char *name;
	int (*run)(struct env *env);
} passes[] = {
	{"descriptors", check_fds},
	{"func_info", check_btf_info_early},
	{"subprogs", add_subprogs_and_kfuncs}, /* leaves subs[] */
	{"jumps", check_subprogs},
	{"btf", check_btf_info},
	{"resolve", resolve_pseudo_ldimm64}, /* leaves maps[], and only opcodes that are known */
	{"cfg", check_cfg},		     /* leaves prune points and so on in aux[] */
	{"successors", fill_successors},
	{"postorder", fill_postorder},
	{"stacklive", prepare_stacklive},
	{"attach", check_attach_target}, /* leaves attach */
	{"scc", fill_scc},
	{"live", fill_live_registers},
	{"fastcall", find_fastcalls},
	{"prepare", prepare_walk},
	{"main", do_check_main},
	{"globals", do_check_globals},
	{"facts", fill_facts},
	{"drop fastcall", drop_fastcalls},
	{"stack depth", check_max_stack_depth},
	{"context conversion", check_ctx_conversion},
	{"calls left", check_calls_left},
	{"rewrite", fix_program}, /* leaves result.code and the frames of what will run */
};

static int run_passes(struct env *env)
{
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(passes) && !err; i++) {
		/* What comes after the walk takes for granted that it went well. */
		if (env->first_refusal.err && passes[i].run != do_check_globals)
			break;
		err = passes[i].run(env);
	}
	if (!env->first_refusal.err)
		return err;
	env->result->reason = env->first_refusal.reason;
	env->result->insn = env->first_refusal.insn;
	return env->first_refusal.err;
}

/* ---- around them ---- */

static void set_privileges(struct env *env)
{
	const struct verify_job *job = env->job;
	bool perfmon = verify_has_caps(job->caps, VERIFY_CAP_PERFMON);

	env->bpf_capable = verify_has_caps(job->caps, VERIFY_CAP_BPF);
	env->allow_ptr_leaks = perfmon;
	env->allow_uninit_stack = perfmon;
	env->bypass_spec_v1 = perfmon;
	env->bypass_spec_v4 = perfmon;
	env->strict_alignment =
		job->flags & VERIFY_STRICT_ALIGNMENT && !(job->flags & VERIFY_ANY_ALIGNMENT);
	env->test_state_freq = env->bpf_capable && job->flags & VERIFY_TEST_STATE_FREQ;
	env->test_reg_invariants = job->flags & VERIFY_TEST_REG_INVARIANTS;
	env->sleepable = job->flags & VERIFY_SLEEPABLE;
	env->processed_max = job->walk_max ? job->walk_max : INSNS_PROCESSED_MAX;
}

static int no_map(void *arg __unused, int fd __unused, struct map **out __unused)
{
	return -EBADF;
}

static int no_btf(void *arg __unused, int fd __unused, const struct btf **out __unused)
{
	return -EBADF;
}

static int no_fd_array(void *arg __unused, uint32_t index __unused, int *fd __unused)
{
	return -EPROTO;
}

static const struct verify_host no_host = {.map = no_map, .btf = no_btf, .fd_at = no_fd_array};

static void set_program(struct env *env)
{
	const struct verify_job *job = env->job;

	env->ninsns = job->ninsns;
	/* One slot more, so that what looks behind the last one finds nothing there. */
	env->insns = arena_array(&env->arena, struct bpf_insn, job->ninsns + 1);
	memcpy(env->insns, job->insns, sizeof(*job->insns) * job->ninsns);
	env->ops = arena_array(&env->arena, uint16_t, job->ninsns + 1);
	for (uint32_t i = 0; i < env->ninsns; i++) {
		env->ops[i] = insn_decode(&env->insns[i]);
		i += insn_slots(&env->insns[i]) - 1;
	}
	env->aux = arena_array(&env->arena, struct insn_aux, job->ninsns + 1);
	env->subs = arena_array(&env->arena, struct subprog_info, SUBPROGS_MAX + 1);
}

static void set_log(struct env *env)
{
	const struct verify_job *job = env->job;

	env->log.text = job->log;
	env->log.level = job->log ? job->log_level : 0;
	env->log.base = job->log ? job->log->len : 0;
	mark_verifier_state_clean(env);
}

static void fill_func_facts(struct env *env)
{
	struct verify_func_facts *facts =
		arena_array(&env->arena, struct verify_func_facts, env->nsubs + 1);

	for (uint32_t i = 0; i < env->nsubs; i++)
		facts[i] = (struct verify_func_facts){
			.unreliable = env->subs[i].unreliable,
			.changes_pkt_data = env->subs[i].changes_pkt_data,
			.might_sleep = env->subs[i].might_sleep,
			.is_exception_cb = env->subs[i].is_exception_cb,
		};
	env->result->facts = facts;
}

/* Everything that outlives the walk is in the arena, which the result takes over. */
static void fill_result(struct env *env, int err)
{
	struct verify_result *res = env->result;

	res->err = err;
	res->processed = env->processed;
	res->ctx_end = env->ctx_end;
	memcpy(res->buf_end, env->buf_end, sizeof(res->buf_end));
	res->max_states_per_insn = env->max_states_per_insn;
	res->total_states = env->total_states;
	res->peak_states = env->peak_states;
	if (!err)
		res->reason = REASON_NONE;
	if (!res->nsubprogs) {
		res->nsubprogs = env->nsubs;
		for (uint32_t i = 0; i < env->nsubs; i++)
			res->stack_depth[i] = env->subs[i].stack_depth;
	}
	res->nmaps = env->nmaps;
	res->maps = arena_array(&env->arena, struct map *, env->nmaps);
	for (uint32_t i = 0; i < env->nmaps; i++)
		res->maps[i] = env->maps[i].map;
	res->aux = env->aux;
	fill_func_facts(env);
	res->arena = env->arena;
}

static void free_walk(struct env *env)
{
	free_spare_states(env);
	stacklive_free(env);
}

int verify_prog(const struct verify_job *job, struct verify_result *result)
{
	uint64_t start = clock_ns();
	struct env *env;
	int err;

	*result = (struct verify_result){0};
	result->reason = (int)admit(job);
	if (result->reason) {
		result->err = -verify_reasons[result->reason].err;
		return result->err;
	}
	env = xcalloc(1, sizeof(*env));
	env->job = job;
	env->host = job->host ? job->host : &no_host;
	env->result = result;
	set_log(env);
	set_privileges(env);
	set_program(env);
	err = run_passes(env);
	free_walk(env);
	result->ns = clock_ns() - start;
	fill_result(env, err);
	print_stats(env);
	free(env);
	return err;
}

static const char *line_start(const char *log, const char *at)
{
	while (at > log && at[-1] != '\n')
		at--;
	return at;
}

/* What is said of each cause ends in the last line before the statistics. */
struct bytes verify_last_message(const char *log, size_t len)
{
	static const char *const ends[] = {"verification time ", "processed "};
	const char *end = log + len, *start;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		const char *at = strstr(log, ends[i]);

		while (at && at != log && at[-1] != '\n')
			at = strstr(at + 1, ends[i]);
		if (at)
			end = min(end, at);
	}
	while (end > log && end[-1] == '\n')
		end--;
	start = end;
	start = line_start(log, start);
	/* What goes on in another line is said in the first. */
	if (start - log >= 2 && start[-2] == ',') {
		end = start - 1;
		start = line_start(log, end);
	}
	return (struct bytes){(const uint8_t *)start, (size_t)(end - start)};
}

void verify_result_free(struct verify_result *result)
{
	arena_free(&result->arena);
	*result = (struct verify_result){0};
}
