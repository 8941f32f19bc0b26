/*
 * TEST_RUN: a program on a packet, on a context, or on both, by the rules of its type in Linux's
 * net/bpf/test_run.c. Programs that were not proved run checked; one that goes out of its bounds
 * ends with EFAULT, and sys_why() says where.
 */
#include "core/base/clock.h"
#include "core/interp/step.h"
#include "core/run/ctx_packet.h"
#include "core/run/later.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/trial.h"
#include "core/sys/local.h"

enum {
	BUDGET = 100000000, /* instructions of one run */
	TRACE_CTX_MAX = 12 * 8,
};

struct test {
	struct call *c;
	const struct program *program;
	const struct packet_type *type;
	struct run_ctx rc;
	struct mem mem;
	union packet_ctx ctx;
	uint8_t *data, *given_ctx; /* data_in, ctx_in */
	uint32_t retval, duration;
};

/* Every access is checked, unless this process runs its proved programs by another engine. */
static void begin(struct test *t)
{
	struct sys *sys = t->c->sys;
	bool is_trusted = sys->engine && t->program->trust == TRUST_SAFE;

	if (!sys->stack)
		sys->stack = xcalloc(RUN_FRAMES, STACK_SIZE);
	t->rc = (struct run_ctx){
		.engine = is_trusted ? sys->engine : &step_engine,
		.stack = sys->stack,
		.rt = &sys->rt,
		.mem = is_trusted ? NULL : &t->mem,
	};
	t->mem.ctx = t->type ? t->type->ctx : NULL;
	t->mem.user = t->type ? t->type->user : 0;
	t->mem.write_packet = t->type && t->type->write_packet;
}

/* The runs; run counts and times only where somebody asked for them. */
static int run(struct test *t)
{
	uint32_t repeat = max(t->c->attr.test.repeat, 1u);
	struct blob_live *live = stats_are_on(t->c->sys) ? t->program->live.at : NULL;
	uint64_t start = clock_ns(), took, retval = 0;
	struct strbuf why = {0};
	int err = 0;

	err = sys_take_cpu(t->c->sys, &t->rc.cpu);
	if (err)
		return err;
	t->c->sys->is_running = true;
	for (uint32_t i = 0; i < repeat && !err; i++) {
		t->rc.budget = BUDGET;
		err = run_once(&t->rc, t->program->prog, &retval);
		if (!err && t->rc.rt->armed)
			err = later_run(&t->rc, later_now(t->rc.rt));
	}
	took = clock_ns() - start;
	t->c->sys->is_running = false;
	sys_give_cpu(t->c->sys, t->rc.cpu);
	if (live) {
		live->run_cnt += repeat;
		live->run_time_ns += took;
	}
	if (err) {
		run_fault_text(&t->rc, &why);
		if (why.len)
			why.s[why.len - 1] = 0;
		fail(&t->c->sys->diag, NULL, err, "%s", strbuf_str(&why));
		strbuf_free(&why);
	}
	t->retval = (uint32_t)retval;
	t->duration = (uint32_t)min(took / repeat, (uint64_t)UINT32_MAX);
	return err;
}

/* Data and verdict (bpf_test_finish()): what there is room for, ENOSPC when that is not all. */
static int finish(struct test *t, const uint8_t *data, uint32_t size)
{
	struct call *c = t->c;
	uint32_t room = c->attr.test.data_size_out, n = room ? min(size, room) : size;
	int err;

	if (c->attr.test.data_out && copy_out(c->attr.test.data_out, data, n) != 0)
		return -EFAULT;
	c->attr.test.data_size_out = size;
	c->attr.test.retval = t->retval;
	c->attr.test.duration = t->duration;
	err = put_attr(c, test.data_size_out);
	if (!err)
		err = put_attr(c, test.retval);
	if (!err)
		err = put_attr(c, test.duration);
	return err ? err : n < size ? -ENOSPC : 0;
}

static int finish_ctx(struct call *c, const void *ctx, uint32_t size)
{
	uint32_t n = min(size, c->attr.test.ctx_size_out);

	if (!c->attr.test.ctx_out)
		return 0;
	if (copy_out(c->attr.test.ctx_out, ctx, n) != 0)
		return -EFAULT;
	c->attr.test.ctx_size_out = size;
	if (put_attr(c, test.ctx_size_out) != 0)
		return -EFAULT;
	return n < size ? -ENOSPC : 0;
}

/* A context from the caller; one that is only to be written is zeroes. */
static int read_ctx(struct test *t, uint32_t size, struct bytes *out)
{
	struct call *c = t->c;
	int err;

	if (!c->attr.test.ctx_in && !c->attr.test.ctx_out)
		return 0;
	t->given_ctx = calloc(1, size);
	if (!t->given_ctx)
		return -ENOMEM;
	*out = (struct bytes){t->given_ctx, size};
	if (!c->attr.test.ctx_in)
		return 0;
	err = check_tail(c->attr.test.ctx_in, size, c->attr.test.ctx_size_in);
	return err ? err
		   : copy_in(t->given_ctx, c->attr.test.ctx_in,
			     min(size, c->attr.test.ctx_size_in));
}

static int read_data(struct test *t, struct bytes *out)
{
	uint32_t size = t->c->attr.test.data_size_in;

	if (size > PACKET_MAX)
		return -EINVAL;
	t->data = malloc(size + 1);
	if (!t->data)
		return -ENOMEM;
	if (!t->c->sys->pkt.buf && packet_alloc(&t->c->sys->pkt, &t->c->sys->diag) != 0)
		return -ENOMEM;
	*out = (struct bytes){t->data, size};
	return size ? copy_in(t->data, t->c->attr.test.data_in, size) : 0;
}

/* Which flags and numbers of cpus and batches a type takes is its own. */
static int check_attr(const struct test *t)
{
	const union sys_attr *a = &t->c->attr;
	uint32_t type = t->type->prog_type, flags = 0;
	bool skb = t->type->ctx == &ctx_sk_buff && type != PROG_TYPE_FLOW_DISSECTOR;

	if (skb)
		flags = SYS_F_TEST_CHECKSUM_COMPLETE;
	if (a->test.flags & ~flags || (a->test.cpu && type != PROG_TYPE_XDP) || a->test.batch_size)
		return -EINVAL;
	if (type == PROG_TYPE_SK_LOOKUP &&
	    (a->test.data_in || a->test.data_size_in || a->test.data_out || a->test.data_size_out))
		return -EINVAL;
	return 0;
}

/* On a packet, or on a struct that the caller gives. */
static int test_packet(struct test *t)
{
	struct packet *pkt = &t->c->sys->pkt;
	struct trial trial = {.type = t->type, .attach_type = t->program->head.prog.attach_type};
	int err = check_attr(t), full;

	if (!err)
		err = read_ctx(t, trial_ctx(t->type)->size, &trial.ctx);
	if (!err)
		err = read_data(t, &trial.data);
	if (!err)
		err = trial_begin(&trial, pkt, &t->ctx);
	if (trial.why)
		fail(&t->c->sys->diag, NULL, err, "%s", trial.why);
	if (err)
		return err;
	t->rc.pkt = t->type->has_packet ? pkt : NULL;
	t->rc.ctx = &t->ctx;
	t->mem.keys = trial.keys;
	err = run(t);
	if (!err)
		err = trial_end(&trial, pkt, &t->ctx);
	if (err)
		return err;
	err = finish(t, trial.data_out.data, (uint32_t)trial.data_out.size);
	full = trial.ctx.data && (!err || err == -ENOSPC)
		       ? finish_ctx(t->c, trial.ctx_out.data, (uint32_t)trial.ctx_out.size)
		       : 0;
	return err ? err : full;
}

/* A context of plain memory and nothing else. */
static int test_memory(struct test *t, uint32_t limit, bool writes)
{
	struct call *c = t->c;
	uint32_t size = c->attr.test.ctx_size_in;
	int err;

	if (c->attr.test.data_in || c->attr.test.data_out || c->attr.test.ctx_out ||
	    c->attr.test.duration || c->attr.test.repeat || c->attr.test.batch_size ||
	    size > limit || size < t->program->ctx_end)
		return -EINVAL;
	t->data = calloc(1, size + 1);
	if (!t->data)
		return -ENOMEM;
	err = copy_in(t->data, c->attr.test.ctx_in, size);
	if (err)
		return err;
	t->rc.ctx = t->data;
	t->rc.ctx_size = size;
	err = run(t);
	c->attr.test.retval = t->retval;
	if (!err)
		err = put_attr(c, test.retval);
	if (!err && writes)
		err = copy_out(c->attr.test.ctx_in, t->data, size);
	return err;
}

static int test_syscall(struct test *t)
{
	if (t->c->attr.test.flags)
		return -EINVAL;
	return test_memory(t, UINT16_MAX, true);
}

static int test_trace(struct test *t)
{
	if (!(t->c->attr.test.flags & SYS_F_TEST_RUN_ON_CPU) && t->c->attr.test.cpu)
		return -EINVAL;
	return test_memory(t, TRACE_CTX_MAX, false);
}

/* bpf_struct_ops_test_run(): of the tables that Linux lets programs fill, none is for trying. */
static int test_member(struct test *t)
{
	return fail(&t->c->sys->diag, NULL, -EOPNOTSUPP,
		    "members of struct_ops are run by who is registered with them");
}

static const struct {
	enum prog_type type;
	int (*test)(struct test *t);
} tests[] = {
	{PROG_TYPE_STRUCT_OPS, test_member},
	{PROG_TYPE_SYSCALL, test_syscall},
	{PROG_TYPE_RAW_TRACEPOINT, test_trace},
	{PROG_TYPE_RAW_TRACEPOINT_WRITABLE, test_trace},
};

long sys_test_run(struct call *c)
{
	const union sys_attr *a = &c->attr;
	struct test t = {.c = c};
	struct object *o;
	uint32_t type;
	char word[32];
	int err;

	if (!a->test.ctx_size_in != !a->test.ctx_in || !a->test.ctx_size_out != !a->test.ctx_out)
		return -EINVAL;
	err = object_of(c->sys, (int)a->test.prog_fd, STORE_PROG, &o);
	if (err)
		return err;
	t.program = o->prog;
	links_sync_run(o);
	type = o->prog->head.prog.type;
	t.type = packet_type(type);
	begin(&t);
	err = trial_has(type) ? test_packet(&t) : -ENOTSUPP;
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
		if (tests[i].type == type)
			err = tests[i].test(&t);
	if (err == -ENOTSUPP)
		fail(&c->sys->diag, NULL, err, "programs of type %s cannot be run so",
		     prog_type_str(type, word));
	free(t.data);
	free(t.given_ctx);
	return err;
}
