/*
 * The two judges. The kernel is asked by bpf(2), with the capabilities that the trial says;
 * programs are closed at once, nothing is attached.
 */
#include <linux/bpf.h>

#include "tests/verify/trial.h"

#include "core/base/file.h"
#include "core/helper/helper.h"
#include "core/obj/prog_type.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

enum {
	LOG_SIZE = 32 << 20,
	FD_INDEX_MAX = 1 << 20,
	/* Longer walks tell little more, and their logs are long. */
	WALK_MAX = 20000,
	SHORT_WALK_MAX = 1000,
	/* 6.18 does not survive a walk that forks where its queue of branches is full (8192). */
	FORKING_WALK_MAX = 4000,
};

/* ---- capabilities ---- */

static const struct {
	uint32_t ours;
	int theirs;
} caps_table[] = {
	{VERIFY_CAP_BPF, CAP_BPF},
	{VERIFY_CAP_PERFMON, CAP_PERFMON},
	{VERIFY_CAP_NET_ADMIN, CAP_NET_ADMIN},
	{VERIFY_CAP_SYS_ADMIN, CAP_SYS_ADMIN},
};

/* What is taken off stays permitted, so that it can be put on again. */
static bool use_caps(struct judges *j, uint32_t caps)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (j->may_use == caps)
		return true;
	if (syscall(SYS_capget, &head, data))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(caps_table); i++) {
		uint32_t bit = 1u << (caps_table[i].theirs % 32);
		uint32_t *word = &data[caps_table[i].theirs / 32].effective;

		*word = caps & caps_table[i].ours ? *word | bit : *word & ~bit;
	}
	if (syscall(SYS_capset, &head, data))
		return false;
	j->may_use = caps;
	return true;
}

/* ---- theirs ---- */

static int ask_kernel(struct judges *j, const struct trial *t)
{
	union bpf_attr attr = {
		.prog_type = t->type,
		.expected_attach_type = t->attach_type,
		.attach_btf_id = t->attach_btf_id,
		.prog_flags = t->flags,
		.insns = (uint64_t)(uintptr_t)t->insns,
		.insn_cnt = t->n,
		.license = (uint64_t)(uintptr_t)(t->proprietary ? "other" : "GPL"),
		.prog_name = "t",
		.log_level = t->log_level,
		.log_buf = (uint64_t)(uintptr_t)j->log,
		.log_size = LOG_SIZE,
		.fd_array = (uint64_t)(uintptr_t)(j->fds_end - t->world->nmaps),
	};
	long fd;

	if (t->nfuncs) {
		attr.prog_btf_fd = (uint32_t)t->world->btf_fd;
		attr.func_info_rec_size = sizeof(struct bpf_func_info);
		attr.func_info = (uint64_t)(uintptr_t)t->funcs;
		attr.func_info_cnt = t->nfuncs;
		attr.line_info_rec_size = sizeof(struct bpf_line_info);
		attr.line_info = (uint64_t)(uintptr_t)t->lines;
		attr.line_info_cnt = t->nlines;
	}
	do
		fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	while (fd < 0 && errno == EAGAIN);
	if (fd < 0)
		return errno;
	close((int)fd);
	return 0;
}

static void judge_theirs(struct judges *j, const struct trial *t)
{
	world_renew(t->world, t);
	memcpy(j->fds_end - t->world->nmaps, t->world->fds, sizeof(int) * t->world->nmaps);
	j->log[0] = 0;
	if (!use_caps(j, t->caps))
		die("capabilities cannot be changed");
	j->theirs.err = ask_kernel(j, t);
	use_caps(j, VERIFY_CAP_ALL);
	strbuf_reset(&j->theirs.log);
	strbuf_add(&j->theirs.log, j->log);
}

/* ---- ours ---- */

static int host_map(void *arg, int fd, struct map **out)
{
	const struct world *w = arg;
	int at = world_map_at(w, fd);

	if (at < 0)
		return fcntl(fd, F_GETFD) >= 0 ? -EINVAL : -EBADF;
	*out = w->maps[at];
	return 0;
}

static int host_btf(void *arg __unused, int fd, const struct btf **out __unused)
{
	return fcntl(fd, F_GETFD) >= 0 ? -EINVAL : -EBADF;
}

static int host_fd_at(void *arg, uint32_t index, int *fd)
{
	const struct world *w = arg;

	if (index >= w->nmaps)
		return -EFAULT;
	*fd = w->fds[index];
	return 0;
}

static uint32_t walk(const struct trial *t, uint32_t log_level, uint32_t walk_max,
		     struct verdict *out)
{
	struct verify_host host = {(void *)(uintptr_t)t->world, host_map, host_btf, host_fd_at};
	struct verify_job job = {
		.type = t->type,
		.attach_type = verify_attach_type(t->type, t->attach_type),
		.attach_btf = t->attach_btf_id ? btf_read(t->world->kernel) : NULL,
		.attach_btf_id = t->attach_btf_id,
		.flags = t->flags,
		.caps = t->caps,
		.gpl = !t->proprietary,
		.name = "t",
		.insns = t->insns,
		.ninsns = t->n,
		.kernel = t->world->kernel,
		.host = &host,
		.log_level = log_level,
		.log = &out->log,
		.walk_max = walk_max,
	};
	struct verify_result result;
	uint32_t walked;

	if (t->nfuncs) {
		job.btf = t->world->btf;
		job.funcs = t->funcs;
		job.nfuncs = t->nfuncs;
		job.lines = t->lines;
		job.nlines = t->nlines;
	}
	strbuf_reset(&out->log);
	out->err = -verify_prog(&job, &result);
	out->is_fatal = result.warnings & (1u << WARNING_HANDLER_MOVED | 1u << WARNING_STATE_GONE);
	walked = result.processed;
	verify_result_free(&result);
	return walked;
}

uint32_t judge_here(const struct trial *t, uint32_t log_level, struct verdict *out)
{
	return walk(t, log_level, 0, out);
}

bool judge_shortly(const struct trial *t, struct verdict *out)
{
	return walk(t, VERIFY_LOG_PATH, SHORT_WALK_MAX, out) <= SHORT_WALK_MAX;
}

/* ---- both ---- */

/* Does a kernel function take a map beside what must belong to it? 6.18 does not survive wrong
 * ones. */
static bool takes_map(const struct btf *btf, uint32_t id)
{
	const struct btf_param *params;
	uint32_t proto;

	if (!btf_has(btf, id) || btf_kind_of(btf, id) != BTF_KIND_FUNC)
		return false;
	proto = btf_type(btf, id)->type;
	params = (const struct btf_param *)(btf_type(btf, proto) + 1);
	for (uint32_t i = 0; i < btf_vlen(btf_type(btf, proto)); i++) {
		const char *name = btf_str(btf, params[i].name_off);
		size_t len = strlen(name);

		if (len > 5 && strcmp(name + len - 5, "__map") == 0)
			return true;
	}
	return false;
}

/* What a kernel has or has not as it was configured, whatever its version. */
static bool is_optional(int32_t helper)
{
	return helper == HELPER_probe_write_user || helper == HELPER_override_return;
}

static bool is_optional_kfunc(const struct btf *btf, uint32_t id)
{
	return btf_has(btf, id) && strcmp(btf_name(btf, id), "bpf_verify_pkcs7_signature") == 0;
}

static bool has_address(const struct btf *btf, uint32_t id)
{
	uint32_t kind = btf_has(btf, id) ? btf_kind_of(btf, id) : BTF_KIND_UNKN;

	return kind == BTF_KIND_VAR || kind == BTF_KIND_FUNC;
}

static bool is_for_both(const struct judges *j, const struct trial *t)
{
	for (uint32_t i = 0; i < t->n; i++) {
		const struct bpf_insn *insn = &t->insns[i];
		enum insn_op op = insn_decode(insn);

		if (op == OP_CALL_KFUNC && (takes_map(j->btf, (uint32_t)insn->imm) ||
					    is_optional_kfunc(j->btf, (uint32_t)insn->imm)))
			return false;
		if (op == OP_CALL && is_optional(insn->imm))
			return false;
		/* ... and things whose addresses it does not tell */
		if (op == OP_LD_IMM64_BTF_ID && has_address(j->btf, (uint32_t)insn->imm))
			return false;
		/* What is around the array of descriptors is nobody's business. */
		if (op == OP_CALL_KFUNC && insn->off < 0)
			return false;
		if ((op == OP_LD_IMM64_MAP_IDX || op == OP_LD_IMM64_MAP_IDX_VALUE) &&
		    (uint32_t)insn->imm >= FD_INDEX_MAX)
			return false;
	}
	return true;
}

/* AND and OR of [-1, 0] with a constant go on twice. */
static bool is_fork(enum insn_op op)
{
	return op == OP_AND64_K || op == OP_AND32_K || op == OP_OR64_K || op == OP_OR32_K;
}

/* Can more branches be pending than there are instructions? */
static bool may_come_back(const struct trial *t)
{
	for (uint32_t i = 0; i < t->n; i++) {
		int64_t target = trial_target(t, i);
		enum insn_op op = insn_decode(&t->insns[i]);

		if (op == OP_CALL_LOCAL || op == OP_LD_IMM64_FUNC ||
		    (target >= 0 && target <= (int64_t)i))
			return true;
	}
	return false;
}

static uint32_t most_walked(const struct trial *t)
{
	bool forks = false;

	for (uint32_t i = 0; i < t->n; i++)
		forks |= is_fork(insn_decode(&t->insns[i]));
	return forks && (t->n > FORKING_WALK_MAX || may_come_back(t)) ? FORKING_WALK_MAX : WALK_MAX;
}

/*
 * Some kernels attach nothing to some places, whoever asks; and some have looked for candidates of
 * a type in vain once, and remember that (bpf_core_find_cands()).
 */
static bool is_forbidden(const struct judges *j, const struct trial *t)
{
	const char *log = strbuf_str(&j->theirs.log);

	if (j->theirs.err == EPERM && t->attach_btf_id && strstr(log, "processed 0 insns"))
		return true;
	if (j->theirs.err == EPERM && !*log &&
	    (t->type == PROG_TYPE_EXT || t->type == PROG_TYPE_LSM || t->type == PROG_TYPE_TRACING))
		return true;
	return j->theirs.err == ENOENT && strstr(log, "') has no matches\n");
}

enum judged judge(struct judges *j, const struct trial *t)
{
	uint32_t most = most_walked(t);

	if (!is_for_both(j, t))
		return TOO_LONG;
	if (walk(t, 0, most, &j->ours) > most || j->ours.is_fatal)
		return TOO_LONG;
	judge_theirs(j, t);
	if (is_forbidden(j, t))
		return NOT_ASKED;
	if (j->theirs.err == ENOSPC)
		return TOO_LONG;
	judge_here(t, t->log_level, &j->ours);
	/* Maps remember what who made them could do, which is all. */
	if (strstr(strbuf_str(&j->ours.log), "tail_call abusing map_ptr\n"))
		return NOT_ASKED;
	return JUDGED;
}

bool judges_may_ask(struct judges *j, uint32_t caps)
{
	static const struct world nothing = {.btf_fd = -1};
	struct trial t = {
		.world = &nothing,
		.type = BPF_PROG_TYPE_SOCKET_FILTER,
		.caps = caps,
		.log_level = VERIFY_LOG_STATS,
		.n = 2,
		.insns = {{.code = 0xb7}, {.code = 0x95}},
	};

	judge_theirs(j, &t);
	return !j->theirs.err;
}

/* A page that nothing may be read behind of, as far as an index may lead. */
static void *guarded_page(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), guard = sizeof(int) * FD_INDEX_MAX;
	char *p = mmap(NULL, page + guard, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED || mprotect(p + page, guard, PROT_NONE))
		return NULL;
	return p + page;
}

static void ignore(struct diag *d __unused, enum severity sev __unused,
		   const struct loc *loc __unused, const char *msg __unused)
{
}

static bool is_reference_kernel(void)
{
	struct utsname u;

	return uname(&u) == 0 && strncmp(u.release, "6.18.", 5) == 0 &&
	       strcmp(u.machine, "x86_64") == 0;
}

static int read_types(struct judges *j)
{
	struct diag quiet = {.sink = ignore};
	int err = file_read("/sys/kernel/btf/vmlinux", 0, &j->arena, &quiet, &j->vmlinux);

	if (!err)
		err = btf_parse(j->vmlinux.data, j->vmlinux.size, NULL, "vmlinux", &quiet, &j->btf);
	j->kernel.btf = j->btf;
	return err;
}

/* Functions with the tag that the kernel's build gives those that programs may call. */
static void find_kfuncs(struct judges *j)
{
	for (uint32_t id = 1; id < j->btf->nids; id++) {
		uint32_t func = btf_type(j->btf, id)->type;

		if (btf_kind_of(j->btf, id) != BTF_KIND_DECL_TAG ||
		    strcmp(btf_name(j->btf, id), "bpf_kfunc") != 0 || takes_map(j->btf, func))
			continue;
		if (j->nkfuncs % 64 == 0)
			j->kfuncs = xrealloc(j->kfuncs, (j->nkfuncs + 64) * sizeof(*j->kfuncs));
		j->kfuncs[j->nkfuncs++] = func;
	}
}

/* Where programs are attached whose contexts have types: raw tracepoints and iterators. */
static bool is_place(const struct btf *btf, uint32_t id, uint32_t *attach_type)
{
	const char *name = btf_name(btf, id);

	if (btf_kind_of(btf, id) == BTF_KIND_TYPEDEF && strncmp(name, "btf_trace_", 10) == 0)
		*attach_type = ATTACH_TYPE_TRACE_RAW_TP;
	else if (btf_kind_of(btf, id) == BTF_KIND_FUNC && strncmp(name, "bpf_iter_", 9) == 0)
		*attach_type = ATTACH_TYPE_TRACE_ITER;
	else
		return false;
	return true;
}

uint32_t judges_place(const struct judges *j, struct rng *r, uint32_t *attach_type)
{
	bool iter = rng_below(r, 3) == 0;

	for (int tries = 0; tries < 100000; tries++) {
		uint32_t id = (uint32_t)rng_below(r, j->btf->nids);

		if (is_place(j->btf, id, attach_type) &&
		    iter == (*attach_type == ATTACH_TYPE_TRACE_ITER))
			return id;
	}
	return 0;
}

uint32_t judges_kfunc(const struct judges *j, struct rng *r, uint32_t like)
{
	const char *name = btf_has(j->btf, like) ? btf_name(j->btf, like) : "";
	size_t len = strlen(name) / 2;
	uint32_t id = like;

	for (int tries = 0; j->nkfuncs && tries < 500; tries++) {
		id = j->kfuncs[rng_below(r, j->nkfuncs)];
		if (id != like && strncmp(btf_name(j->btf, id), name, len) == 0)
			break;
	}
	return id;
}

const char *judges_open(struct judges *j)
{
	*j = (struct judges){.may_use = VERIFY_CAP_ALL};
	if (!is_reference_kernel())
		return "the running kernel is not Linux 6.18 on x86-64";
	if (read_types(j))
		return "the kernel has no BTF";
	find_kfuncs(j);
	j->fds_end = guarded_page();
	j->log = mmap(NULL, LOG_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!j->fds_end || j->log == MAP_FAILED)
		return "no memory for the kernel's log";
	return judges_may_ask(j, VERIFY_CAP_ALL) ? NULL : "bpf(2) is not allowed here";
}

void judges_close(struct judges *j)
{
	strbuf_free(&j->theirs.log);
	strbuf_free(&j->ours.log);
	if (j->log)
		munmap(j->log, LOG_SIZE);
	free(j->kfuncs);
	btf_free(j->btf);
	arena_free(&j->arena);
}
