/* Programs at the door under the verifier: when they are loaded, and whenever they are opened. */
#include "core/btf/bundled.h"
#include "core/sys/local.h"
#include "core/verify/facts.h"

/* What the verifier's questions are answered from. */
struct judge {
	struct sys *sys;
	struct load *load;
	struct call *call; /* NULL: the program comes out of a file */
};

static int load_map(void *arg, int fd, struct map **out)
{
	struct judge *j = arg;
	struct object *o;
	int err = object_of(j->sys, fd, STORE_MAP, &o);

	if (err)
		return err;
	*out = o->map;
	return 0;
}

static int load_btf(void *arg __unused, int fd __unused, const struct btf **out __unused)
{
	return -EBADF;
}

int load_fd_at(struct call *c, uint32_t index, int *fd)
{
	if (!c->attr.fd_array)
		return -EPROTO;
	return copy_in(fd, c->attr.fd_array + (uint64_t)index * sizeof(*fd), sizeof(*fd)) ? -EFAULT
											  : 0;
}

static int call_fd_at(void *arg, uint32_t index, int *fd)
{
	return load_fd_at(((struct judge *)arg)->call, index, fd);
}

static int stored_map(void *arg, int place, struct map **out)
{
	const struct load *l = ((struct judge *)arg)->load;

	if (place < 0 || (size_t)place >= l->maps.n)
		return -EBADF;
	*out = l->maps.v[place]->map;
	return 0;
}

static int stored_place(void *arg __unused, uint32_t index, int *place)
{
	*place = (int)index;
	return 0;
}

const struct btf *read_kernel(void *arg __unused)
{
	return btf_bundled();
}

/* What is known of functions, by those that are left of them. */
static const struct verify_func_facts *code_facts(struct load *l,
						  const struct verify_result *result)
{
	struct verify_func_facts *facts =
		arena_array(&l->arena, struct verify_func_facts, l->code.nfuncs + 1);

	for (uint32_t i = 0; i < l->code.nfuncs; i++)
		for (uint32_t j = 0; j < l->nfuncs; j++)
			if (l->funcs[j].type_id == l->code.funcs[i].type_id)
				facts[i] = result->facts[j];
	return facts;
}

static void keep_code(struct load *l, const struct verify_result *result)
{
	const struct verify_code *from = &result->code;
	struct arena *a = &l->arena;

	l->walked = result->processed;
	l->ctx_end = result->ctx_end;
	memcpy(l->buf_end, result->buf_end, sizeof(l->buf_end));
	l->code = (struct verify_code){
		.insns = arena_memdup(a, from->insns, from->ninsns * sizeof(*from->insns)),
		.ninsns = from->ninsns,
		.funcs = arena_memdup(a, from->funcs, from->nfuncs * sizeof(*from->funcs)),
		.nfuncs = from->nfuncs,
		.lines = arena_memdup(a, from->lines, from->nlines * sizeof(*from->lines)),
		.nlines = from->nlines,
		.exception_cb = from->exception_cb,
	};
	l->facts = code_facts(l, result);
}

/* The program that another one is for, to the verifier. */
static void fill_target(const struct object *o, struct verify_target *to)
{
	const struct program *p = o->prog;
	const struct blob_head *h = &p->head;

	*to = (struct verify_target){
		.name = h->name,
		.type = h->prog.type,
		.attach_type = h->prog.attach_type,
		.sleepable = h->prog.flags & SYS_F_SLEEPABLE,
		.is_ext = h->prog.type == PROG_TYPE_EXT,
		.xdp_has_frags = h->prog.flags & SYS_F_XDP_HAS_FRAGS,
		.traces_tracing = h->prog.type == PROG_TYPE_TRACING &&
				  h->prog.target_type == PROG_TYPE_TRACING,
		.btf = o->btf_object ? o->btf_object->btf->btf : NULL,
		.funcs = p->funcs,
		.nfuncs = p->nfuncs,
		.facts = p->facts,
	};
}

static int judge(struct judge *j, const struct verify_host *host, const struct sys_proof *how,
		 struct strbuf *log, struct verify_result *result)
{
	const struct load *l = j->load;
	struct verify_target target;
	struct verify_job job = {
		.type = l->type,
		.attach_type = l->attach_type,
		.flags = l->flags,
		.caps = how->caps,
		.gpl = l->gpl,
		.name = l->name,
		.insns = l->insns,
		.ninsns = l->ninsns,
		.btf = l->btf ? l->btf->btf->btf : NULL,
		.funcs = l->funcs,
		.nfuncs = l->nfuncs,
		.lines = l->lines,
		.nlines = l->nlines,
		.bad_fds = l->bad_fds,
		.bad_btf = l->bad_btf,
		.bad_funcs = l->bad_funcs,
		.bad_lines = l->bad_lines,
		.bad_relos = l->bad_relos,
		.kernel = &j->sys->kernel,
		.attach_btf_id = l->attach_btf_id,
		.host = host,
		.profile = how->profile,
		.log_level = how->log_level,
		.log = log,
		.want_facts = how->want_facts,
	};
	int err;

	if (l->target) {
		fill_target(l->target, &target);
		job.attach_to = &target;
	}
	err = verify_prog(&job, result);

	if (!err)
		keep_code(j->load, result);
	return err;
}

int load_verify(struct call *c, struct load *l, uint32_t log_level)
{
	struct judge j = {c->sys, l, c};
	struct verify_host host = {&j, load_map, load_btf, call_fd_at};
	struct sys_proof how = {VERIFY_CAP_ALL, NULL, log_level, false};
	struct verify_result result;
	int err = judge(&j, &host, &how, c->sys->log, &result);

	verify_result_free(&result);
	return err;
}

static int judge_stored(struct sys *sys, struct load *l, const struct sys_proof *how,
			struct strbuf *log, struct verify_result *result)
{
	struct judge j = {sys, l, NULL};
	struct verify_host host = {&j, stored_map, load_btf, stored_place};

	return judge(&j, &host, how, log, result);
}

int load_verify_again(struct sys *sys, struct load *l)
{
	struct sys_proof how = {VERIFY_CAP_ALL, NULL, VERIFY_LOG_PATH, false};
	struct verify_result result;
	struct strbuf log = {0};
	int err = judge_stored(sys, l, &how, &log, &result);

	if (err)
		fail(&sys->diag, NULL, err, "the program is refused: %s", strbuf_str(&log));
	verify_result_free(&result);
	strbuf_free(&log);
	return err;
}

int program_check_target(struct object *prog, struct object *target, uint32_t btf_id)
{
	struct sys *sys = prog->sys;
	const struct blob_head *h = &target->prog->head;
	struct load l = {0};
	struct blob_head head;
	int err = program_read(sys, prog->fd, &head, &l);

	if (!err && (head.prog.target_type != h->prog.type ||
		     head.prog.target_attach_type != h->prog.attach_type))
		err = fail(&sys->diag, NULL, -EINVAL, "it was loaded for programs of another type");
	if (!err) {
		object_put(l.target);
		l.target = object_use(target);
		l.attach_btf_id = btf_id;
		err = load_verify_again(sys, &l);
	}
	load_end(&l);
	return err ? -EINVAL : 0;
}

static bool reads_kernel(const struct facts *facts)
{
	for (uint32_t i = 0; i < facts->ninsns; i++)
		if (facts->flags[i] & (FACT_PROBE | FACT_TRUSTED | FACT_ARENA))
			return true;
	return false;
}

bool program_is_safe(struct object *prog)
{
	struct sys_proof how = {.caps = VERIFY_CAP_ALL, .want_facts = true};
	struct verify_result result;
	struct load l = {0};
	struct blob_head head;
	bool safe = false;

	if (program_read(prog->sys, prog->fd, &head, &l) == 0) {
		safe = judge_stored(prog->sys, &l, &how, NULL, &result) == 0 &&
		       !result.warnings && result.insn_facts && !reads_kernel(result.insn_facts);
		prog->prog->prog->ctx_end = result.ctx_end;
		verify_result_free(&result);
	}
	load_end(&l);
	return safe;
}

int sys_verify(struct sys *sys, int fd, const struct sys_proof *how, struct strbuf *log,
	       struct verify_result *result)
{
	struct load l = {0};
	struct blob_head head;
	int err = program_read(sys, fd, &head, &l);

	*result = (struct verify_result){0};
	if (!err)
		judge_stored(sys, &l, how, log, result);
	load_end(&l);
	return err;
}
