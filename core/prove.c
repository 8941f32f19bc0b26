#include "core/prove.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/obj/prog.h"
#include "maps/maps.h"

/* Instructions name maps by their index in the image: an index is its own descriptor. */
static int host_fd_at(void *arg, uint32_t index, int *fd)
{
	struct prover *p = arg;

	if (index >= p->image->nmaps)
		return -EFAULT;
	*fd = (int)index;
	return 0;
}

static int host_map(void *arg, int fd, struct map **out)
{
	struct prover *p = arg;

	if (fd < 0 || (uint32_t)fd >= p->image->nmaps)
		return -EBADF;
	*out = p->maps[fd];
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

int prove_open(struct prover *p, struct image *image, const struct load_options *load,
	       struct diag *d)
{
	int err = 0;

	*p = (struct prover){.image = image, .load = load, .d = d, .kernel = {.read = read_kernel}};
	p->kernel.arg = p;
	p->maps = arena_array(&p->arena, struct map *, image->nmaps + 1);
	for (uint32_t i = 0; i < image->nmaps && !err; i++) {
		map_def_complete(&image->maps[i], 1);
		map_use_types(&image->maps[i], image->btf, &p->kernel, &image->arena);
		err = map_new(&image->maps[i], 1, d, &p->maps[i]);
	}
	return err;
}

static void fill_info(struct prover *p, const struct prog_def *def, struct verify_job *job)
{
	struct prog_info info = image_prog_info(p->image, def, &p->arena);

	if (!info.nfuncs)
		return;
	job->btf = p->image->btf;
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

static uint32_t find_target(const struct btf *kernel, uint32_t attach_type, const char *name)
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

/* The index of a member in a struct, or the number of all. */
static uint32_t find_member(const struct btf *btf, const struct btf_type *t, const char *name)
{
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
		return -ESRCH;
	job->attach_btf_id = btf_find(kernel, def->ops, BTF_KIND_STRUCT);
	job->attach_type =
		find_member(kernel, btf_type(kernel, job->attach_btf_id), def->ops_member);
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
	job->attach_btf = btf_read(&p->kernel);
	if (p->err)
		return -ESRCH;
	job->attach_btf_id = find_target(job->attach_btf, job->attach_type, name);
	if (job->attach_btf_id)
		return 0;
	return fail(p->d, NULL, -ESRCH,
		    "program %s: the kernel's types have no '%s' to attach to "
		    "(--btf names another kernel's)",
		    job->name, name);
}

int prove_prog(struct prover *p, const struct prog_def *def, const struct prove_options *opts,
	       struct strbuf *log, struct verify_result *result)
{
	struct verify_host host = {p, host_map, host_btf, host_fd_at};
	struct verify_job job = {
		.type = opts->type ? opts->type : def->type,
		.attach_type = opts->has_attach_type ? opts->attach_type : def->attach_type,
		.flags = def->flags | opts->flags,
		.caps = opts->caps,
		.fixes = opts->fixes,
		.gpl = license_is_gpl(p->image->license),
		.name = def->name,
		.insns = def->insns,
		.ninsns = def->ninsns,
		.kernel = &p->kernel,
		.host = &host,
		.profile = opts->profile,
		.log_level = opts->log_level,
		.log = log,
	};
	int err = fill_target(p, opts->attach_func ? opts->attach_func : def->attach_to, &job);

	if (!err)
		err = fill_ops(p, def, &job);
	if (err)
		return err;
	fill_info(p, def, &job);
	err = verify_prog(&job, result);
	if (!p->err)
		return err;
	verify_result_free(result);
	return -ESRCH;
}

void prove_close(struct prover *p)
{
	for (uint32_t i = 0; p->maps && i < p->image->nmaps; i++)
		if (p->maps[i])
			map_free(p->maps[i]);
	arena_free(&p->arena);
}
