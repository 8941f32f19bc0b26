#include "core/prove.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/obj/prog.h"
#include "maps/maps.h"

/*
 * Instructions name maps by their index in the image. Nothing else is open here, so descriptors
 * begin where no program's own number is taken for one.
 */
#define FIRST_FD (1 << 30)

static int host_fd_at(void *arg, uint32_t index, int *fd)
{
	struct prover *p = arg;

	if (index >= p->image->nmaps)
		return -EFAULT;
	*fd = FIRST_FD + (int)index;
	return 0;
}

static int host_map(void *arg, int fd, struct map **out)
{
	struct prover *p = arg;

	if (fd < FIRST_FD || (uint32_t)(fd - FIRST_FD) >= p->image->nmaps)
		return -EBADF;
	*out = p->maps[fd - FIRST_FD];
	return 0;
}

/* No module is open here. */
static int host_btf(void *arg __unused, int fd __unused, const struct btf **out __unused)
{
	return -EBADF;
}

/* The kernel's types, when the verifier first asks for them. */
static const struct btf *read_kernel(void *arg)
{
	struct prover *p = arg;

	p->err = load_target(p->image, p->load, p->d);
	return p->err ? NULL : p->image->target;
}

/* What is wrong with the types is no error: loaders do without them. */
static void say_refused(struct diag *d, enum severity sev __unused, const struct loc *loc,
			const char *msg)
{
	warn(d->sink_arg, loc, "the kernel refuses the object's types, it is loaded without: %s",
	     msg);
}

/* The object's types, if BPF_BTF_LOAD would take them. */
static const struct btf *accepted_types(struct prover *p)
{
	struct diag refusal = {.sink = say_refused, .sink_arg = p->d};
	const struct btf *btf = p->image->btf;

	if (!btf || btf_check(btf, p->image->path, &refusal) ||
	    btf_check_objects(btf, &p->kernel, p->image->path, &refusal))
		return NULL;
	return btf;
}

void prove_open_with(struct prover *p, struct image *image, const struct load_options *load,
		     struct map *const *maps, struct diag *d)
{
	*p = (struct prover){.image = image, .load = load, .d = d, .kernel = {.read = read_kernel}};
	p->kernel.arg = p;
	p->btf = accepted_types(p);
	p->maps = maps;
}

int prove_open(struct prover *p, struct image *image, const struct load_options *load,
	       struct diag *d)
{
	struct map **maps;
	int err = 0;

	prove_open_with(p, image, load, NULL, d);
	maps = arena_array(&p->arena, struct map *, image->nmaps + 1);
	p->maps = maps;
	p->made_maps = true;
	d->about = image->path;
	for (uint32_t i = 0; i < image->nmaps && !err; i++) {
		struct map_def *def = arena_memdup(&p->arena, &image->maps[i], sizeof(*def));

		map_def_complete(def, 1);
		map_use_types(def, p->btf, &p->kernel, &p->arena);
		err = map_new(def, 1, d, &maps[i]);
	}
	d->about = NULL;
	return err;
}

static void fill_info(struct prover *p, const struct prog_def *def, struct verify_job *job)
{
	struct prog_info info = image_prog_info(p->image, def, &p->arena);

	if (!info.nfuncs || !p->btf)
		return;
	job->btf = p->btf;
	job->funcs = info.funcs;
	job->nfuncs = info.nfuncs;
	job->lines = info.lines;
	job->nlines = info.nlines;
}

/* What libbpf puts before the name of a target, by attach type, to find its BTF type. */
static const struct {
	uint32_t attach_type;
	const char *prefix;
	uint32_t kind;
} target_names[] = {
	{ATTACH_TYPE_TRACE_RAW_TP, "btf_trace_", BTF_KIND_TYPEDEF},
	{ATTACH_TYPE_LSM_MAC, "bpf_lsm_", BTF_KIND_FUNC},
	{ATTACH_TYPE_LSM_CGROUP, "bpf_lsm_", BTF_KIND_FUNC},
	{ATTACH_TYPE_TRACE_ITER, "bpf_iter_", BTF_KIND_FUNC},
};

uint32_t prove_find_target(const struct btf *kernel, uint32_t attach_type, const char *name)
{
	const char *prefix = "";
	uint32_t kind = BTF_KIND_FUNC, id;
	char *full;

	for (size_t i = 0; i < ARRAY_SIZE(target_names); i++) {
		if (target_names[i].attach_type != attach_type)
			continue;
		prefix = target_names[i].prefix;
		kind = target_names[i].kind;
	}
	full = xmalloc(strlen(prefix) + strlen(name) + 1);
	strcpy(full, prefix);
	strcat(full, name);
	id = btf_find(kernel, full, kind);
	free(full);
	return id;
}

static bool is_attached_by_btf(uint32_t type)
{
	return type == PROG_TYPE_TRACING || type == PROG_TYPE_LSM || type == PROG_TYPE_EXT;
}

uint32_t prove_find_member(const struct btf *btf, uint32_t id, const char *name)
{
	const struct btf_type *t = btf_type(btf, id);
	uint32_t i = 0;

	while (i < btf_vlen(t) && strcmp(btf_str(btf, btf_members(t)[i].name_off), name) != 0)
		i++;
	return i;
}

/* A function of the kernel's is the struct's type and the member's index. */
static int fill_ops(struct prover *p, const struct prog_def *def, struct verify_job *job)
{
	const struct btf *kernel;

	if (!def->ops || job->type != PROG_TYPE_STRUCT_OPS)
		return 0;
	kernel = job->attach_btf = btf_read(&p->kernel);
	if (p->err)
		return p->err;
	job->attach_btf_id = btf_find(kernel, def->ops, BTF_KIND_STRUCT);
	job->attach_type = prove_find_member(kernel, job->attach_btf_id, def->ops_member);
	if (job->attach_type < btf_vlen(btf_type(kernel, job->attach_btf_id)))
		return 0;
	return fail(p->d, NULL, -ESRCH,
		    "program %s: the kernel's types have no member %s of struct %s (--btf names "
		    "another kernel's)",
		    job->name, def->ops_member, def->ops);
}

static int fill_target(struct prover *p, const char *name, struct verify_job *job)
{
	if (!name || !is_attached_by_btf(job->type))
		return 0;
	if (job->attach_to && !job->attach_to->btf)
		return fail(p->d, NULL, -ESRCH, "program %s has no types to find '%s' in",
			    job->attach_to->name, name);
	if (job->attach_to) {
		job->attach_btf_id = btf_find(job->attach_to->btf, name, BTF_KIND_FUNC);
		return job->attach_btf_id ? 0
					  : fail(p->d, NULL, -ESRCH,
						 "program %s: the object of program %s has no "
						 "function '%s' to attach to",
						 job->name, job->attach_to->name, name);
	}
	if (job->type == PROG_TYPE_EXT && !job->attach_to)
		return fail(p->d, NULL, -ESRCH,
			    "program %s replaces a function of another program "
			    "(--attach-prog names it)",
			    job->name);
	job->attach_btf = btf_read(&p->kernel);
	if (p->err)
		return p->err;
	job->attach_btf_id = prove_find_target(job->attach_btf, job->attach_type, name);
	if (job->attach_btf_id)
		return 0;
	return fail(p->d, NULL, -ESRCH,
		    "program %s: the kernel's types have no '%s' to attach to "
		    "(--btf names another kernel's)",
		    job->name, name);
}

static bool names_map(const struct prog_def *def, uint32_t index)
{
	for (uint32_t i = 0; i < def->ninsns; i += insn_slots(&def->insns[i])) {
		enum insn_op op = insn_decode(&def->insns[i]);

		if ((op == OP_LD_IMM64_MAP_IDX || op == OP_LD_IMM64_MAP_IDX_VALUE) &&
		    (uint32_t)def->insns[i].imm == index)
			return true;
	}
	return false;
}

/* Could the loader make the maps that the program names? */
static enum verify_reason check_maps(const struct prover *p, const struct prog_def *def,
				     const struct verify_job *job)
{
	for (uint32_t i = 0; i < p->image->nmaps; i++) {
		uint32_t type = p->image->maps[i].type;

		if (type >= MAP_TYPE_COUNT || !names_map(def, i))
			continue;
		if (profile_lacks(job->profile, PROFILE_MAP_TYPE, type))
			return REASON_MAP_TYPE;
		if (!verify_has_caps(job->caps, map_type_needs[type]))
			return REASON_MAP_CAPS;
	}
	return REASON_NONE;
}

static struct verify_job job_of(struct prover *p, const struct prog_def *def,
				const struct prove_options *opts)
{
	uint32_t type = opts->type ? opts->type : def->type;
	uint32_t attach = opts->has_attach_type ? opts->attach_type : def->attach_type;

	return (struct verify_job){
		.type = type,
		.attach_type = verify_attach_type(type, attach),
		.flags = def->flags | opts->flags,
		.caps = opts->caps,
		.fixes = opts->fixes,
		.gpl = license_is_gpl(p->image->license),
		.name = def->name,
		.insns = def->insns,
		.ninsns = def->ninsns,
		.kernel = &p->kernel,
		.attach_to = opts->attach_to,
		.profile = opts->profile,
		.marks = opts->marks,
		.want_facts = opts->want_facts,
		.log_level = opts->log_level,
		.log_after = opts->log_after,
		.log_whole = opts->log_whole,
		.refused = opts->refused,
		.refused_arg = opts->refused_arg,
	};
}

int prove_prog(struct prover *p, const struct prog_def *def, const struct prove_options *opts,
	       struct strbuf *log, struct verify_result *result)
{
	struct verify_host host = {p, host_map, host_btf, host_fd_at};
	struct verify_job job = job_of(p, def, opts);
	enum verify_reason reason = check_maps(p, def, &job);
	int err;

	*result = (struct verify_result){0};
	if (reason) {
		result->reason = (int)reason;
		result->err = -verify_reasons[reason].err;
		return 0;
	}
	err = fill_target(p, opts->attach_func ? opts->attach_func : def->attach_to, &job);
	if (!err)
		err = fill_ops(p, def, &job);
	if (err)
		return err;
	job.host = &host;
	job.log = log;
	/* Who may not load BTF does without, as libbpf's loaders do. */
	if (verify_has_caps(job.caps, VERIFY_CAP_BPF))
		fill_info(p, def, &job);
	verify_prog(&job, result);
	return p->err;
}

int prove_target(struct prover *p, const struct prog_def *def, const struct prove_options *opts,
		 struct verify_target *out)
{
	struct loc loc = {.file = p->image->path};
	struct verify_job job = job_of(p, def, opts);
	struct verify_result result;
	int err = prove_prog(p, def, opts, NULL, &result);

	if (!err && result.err)
		err = fail(p->d, &loc, -EINVAL,
			   "program %s is rejected itself, so nothing can be attached to it",
			   def->name);
	if (!err) {
		fill_info(p, def, &job);
		*out = (struct verify_target){
			.name = def->name,
			.type = job.type,
			.attach_type = job.attach_type,
			.sleepable = job.flags & VERIFY_SLEEPABLE,
			.is_ext = job.type == PROG_TYPE_EXT,
			.xdp_has_frags = job.flags & VERIFY_XDP_HAS_FRAGS,
			.btf = job.btf,
			.funcs = job.funcs,
			.nfuncs = job.nfuncs,
			.facts = arena_memdup(&p->arena, result.facts,
					      job.nfuncs * sizeof(*result.facts)),
		};
	}
	verify_result_free(&result);
	return err;
}

void prove_close(struct prover *p)
{
	for (uint32_t i = 0; p->made_maps && i < p->image->nmaps; i++)
		if (p->maps[i])
			map_free(p->maps[i]);
	arena_free(&p->arena);
}
