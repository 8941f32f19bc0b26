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
#include "core/sys/local.h"

enum {
	SKB_DATA_MAX = 4096 - 64 - 320, /* a page less head and tail room */
	BUDGET = 100000000,		/* instructions of one run */
	XDP_CTX_SIZE = 24,
	SKB_CTX_SIZE = 192,
	TRACE_CTX_MAX = 12 * 8,
};

struct test {
	struct call *c;
	const struct program *program;
	const struct packet_type *type;
	struct run_ctx rc;
	struct mem mem;
	union packet_ctx ctx;
	uint8_t *data; /* data_in */
	uint32_t retval, duration;
};

static void begin(struct test *t)
{
	struct sys *sys = t->c->sys;

	if (!sys->stack)
		sys->stack = xcalloc(RUN_FRAMES, STACK_SIZE);
	t->rc = (struct run_ctx){
		.engine = &step_engine,
		.stack = sys->stack,
		.rt = &sys->rt,
		.mem = &t->mem,
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
	for (uint32_t i = 0; i < repeat && !err; i++) {
		t->rc.budget = BUDGET;
		err = run_once(&t->rc, t->program->prog, &retval);
		if (!err && t->rc.rt->armed)
			err = later_run(&t->rc, later_now(t->rc.rt));
	}
	took = clock_ns() - start;
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

/* A context from the caller; *given is false when there is none to read and none to write. */
static int read_ctx(struct call *c, void *ctx, uint32_t size, bool *given)
{
	int err;

	memset(ctx, 0, size);
	*given = c->attr.test.ctx_in || c->attr.test.ctx_out;
	if (!c->attr.test.ctx_in)
		return 0;
	err = check_tail(c->attr.test.ctx_in, size, c->attr.test.ctx_size_in);
	return err ? err : copy_in(ctx, c->attr.test.ctx_in, min(size, c->attr.test.ctx_size_in));
}

static int read_data(struct test *t, uint32_t limit)
{
	uint32_t size = t->c->attr.test.data_size_in;

	if (size < ETH_LEN || size > limit)
		return -EINVAL;
	t->data = malloc(size);
	if (!t->data)
		return -ENOMEM;
	if (!t->c->sys->pkt.buf && packet_alloc(&t->c->sys->pkt, &t->c->sys->diag) != 0)
		return -ENOMEM;
	return copy_in(t->data, t->c->attr.test.data_in, size);
}

static void enter(struct test *t, struct packet *pkt)
{
	enum { LOOPBACK = 1 };

	pkt->ifindex = LOOPBACK;
	pkt->rx_queue = 0;
	pkt->tstamp = 0;
	t->type->enter(&t->ctx, pkt);
	t->rc.pkt = pkt;
	t->rc.ctx = &t->ctx;
}

/* XDP: the context gives the length of the metadata in front and where the linear part ends. */
static int test_xdp(struct test *t)
{
	const union sys_attr *a = &t->c->attr;
	struct packet *pkt = &t->c->sys->pkt;
	uint32_t size = a->test.data_size_in, meta = 0, linear = size, frag;
	struct xdp_md md;
	bool given;
	int err, full;

	if (t->program->head.prog.attach_type == ATTACH_TYPE_XDP_DEVMAP ||
	    t->program->head.prog.attach_type == ATTACH_TYPE_XDP_CPUMAP || a->test.flags ||
	    a->test.batch_size)
		return -EINVAL;
	_Static_assert(sizeof(md) == XDP_CTX_SIZE, "struct xdp_md as in uapi");
	err = read_ctx(t->c, &md, sizeof(md), &given);
	if (err)
		return err;
	if (given && a->test.ctx_in) {
		if (md.data_meta || md.data_end > size || md.data > md.data_end || md.data % 4 ||
		    md.data > XDP_META_MAX || md.egress_ifindex ||
		    (!md.ingress_ifindex && md.rx_queue_index))
			return -EINVAL;
		meta = md.data;
		linear = md.data_end;
	}
	err = read_data(t, PACKET_MAX);
	if (err)
		return err;
	frag = size - linear;
	packet_set(pkt, t->data + meta, linear - meta);
	pkt->meta = pkt->data - meta;
	memcpy(pkt->buf + pkt->meta, t->data, meta);
	enter(t, pkt);
	err = run(t);
	if (err)
		return err;
	md.data = pkt->data - pkt->meta;
	md.data_end = pkt->end - pkt->meta;
	frag = min(frag, pkt->cap - pkt->end);
	memcpy(pkt->buf + pkt->end, t->data + linear, frag);
	err = finish(t, pkt->buf + pkt->meta, pkt->end - pkt->meta + frag);
	full = given && (!err || err == -ENOSPC) ? finish_ctx(t->c, &md, sizeof(md)) : 0;
	return err ? err : full;
}

/* Bytes of a struct __sk_buff that may be given; others are zero (convert___skb_to_skb()). */
static bool is_free(size_t off)
{
	static const struct {
		uint16_t from, to;
	} ranges[] = {
		{offsetof(struct sk_buff, mark), offsetof(struct sk_buff, mark) + 4},
		{offsetof(struct sk_buff, priority), offsetof(struct sk_buff, ifindex) + 4},
		{offsetof(struct sk_buff, cb), offsetof(struct sk_buff, cb) + 20},
		{offsetof(struct sk_buff, tstamp), offsetof(struct sk_buff, gso_segs) + 4},
		{offsetof(struct sk_buff, gso_size), offsetof(struct sk_buff, gso_size) + 4},
		{offsetof(struct sk_buff, hwtstamp), offsetof(struct sk_buff, hwtstamp) + 8},
	};

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		if (off >= ranges[i].from && off < ranges[i].to)
			return true;
	return false;
}

static int check_skb(const struct sk_buff *skb, uint32_t len)
{
	enum { GSO_BYTES = 65536, GSO_SEGS = 65535 };

	for (size_t i = 0; i < sizeof(*skb); i++)
		if (((const uint8_t *)skb)[i] && !is_free(i))
			return -EINVAL;
	if (skb->wire_len && (skb->wire_len < len || skb->wire_len > GSO_BYTES))
		return -EINVAL;
	return skb->gso_segs > GSO_SEGS ? -EINVAL : 0;
}

static void set_skb(struct sk_buff *to, const struct sk_buff *from)
{
	to->mark = from->mark;
	to->priority = from->priority;
	to->ingress_ifindex = from->ingress_ifindex;
	to->ifindex = from->ifindex ? from->ifindex : to->ifindex;
	memcpy(to->cb, from->cb, sizeof(to->cb));
	to->tstamp = from->tstamp;
	to->wire_len = from->wire_len ? from->wire_len : to->wire_len;
	to->gso_segs = from->gso_segs;
	to->gso_size = from->gso_size;
	to->hwtstamp = from->hwtstamp;
}

static void get_skb(struct sk_buff *to, const struct sk_buff *from)
{
	to->mark = from->mark;
	to->priority = from->priority;
	to->ingress_ifindex = from->ingress_ifindex;
	to->ifindex = from->ifindex;
	memcpy(to->cb, from->cb, sizeof(to->cb));
	to->tstamp = from->tstamp;
	to->wire_len = from->wire_len;
	to->gso_segs = from->gso_segs;
	to->hwtstamp = from->hwtstamp;
}

/* A network header that the Ethernet header promises is there. */
static bool has_header(const uint8_t *data, uint32_t size)
{
	uint32_t proto = (uint32_t)(data[12] << 8 | data[13]);
	uint32_t need = proto == 0x0800 ? 20 : proto == 0x86dd ? 40 : 0;

	return size >= ETH_LEN + need;
}

/* Types that are not of layer 2 begin behind the Ethernet header, which comes back zeroed. */
static int test_skb(struct test *t)
{
	const union sys_attr *a = &t->c->attr;
	struct packet *pkt = &t->c->sys->pkt;
	bool l2 = t->program->head.prog.type == PROG_TYPE_SCHED_CLS ||
		  t->program->head.prog.type == PROG_TYPE_SCHED_ACT;
	struct sk_buff skb;
	bool given;
	int err, full;

	if (a->test.flags & ~SYS_F_TEST_CHECKSUM_COMPLETE || a->test.cpu || a->test.batch_size)
		return -EINVAL;
	err = read_data(t, SKB_DATA_MAX);
	if (err)
		return err;
	_Static_assert(sizeof(skb) == SKB_CTX_SIZE, "struct __sk_buff as in uapi");
	err = read_ctx(t->c, &skb, sizeof(skb), &given);
	if (err)
		return err;
	packet_set(pkt, t->data, a->test.data_size_in);
	if (!has_header(t->data, a->test.data_size_in) ||
	    (given && check_skb(&skb, packet_len(pkt) - (l2 ? 0 : ETH_LEN)) != 0))
		return -EINVAL;
	enter(t, pkt);
	if (!l2) {
		pkt->meta = pkt->data += ETH_LEN;
		pkt->pulled = ETH_LEN;
		t->type->moved(&t->ctx, pkt);
	}
	if (given)
		set_skb(&t->ctx.skb, &skb);
	err = run(t);
	if (err)
		return err;
	get_skb(&skb, &t->ctx.skb);
	if (!l2) {
		pkt->data -= min(pkt->data, (uint32_t)ETH_LEN);
		memset(pkt->buf + pkt->data, 0, ETH_LEN);
	}
	err = finish(t, pkt->buf + pkt->data, packet_len(pkt));
	full = given && (!err || err == -ENOSPC) ? finish_ctx(t->c, &skb, sizeof(skb)) : 0;
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

static const struct {
	enum prog_type type;
	int (*test)(struct test *t);
} tests[] = {
	{PROG_TYPE_XDP, test_xdp},
	{PROG_TYPE_SOCKET_FILTER, test_skb},
	{PROG_TYPE_SCHED_CLS, test_skb},
	{PROG_TYPE_SCHED_ACT, test_skb},
	{PROG_TYPE_SYSCALL, test_syscall},
	{PROG_TYPE_RAW_TRACEPOINT, test_trace},
	{PROG_TYPE_RAW_TRACEPOINT_WRITABLE, test_trace},
};

long sys_test_run(struct call *c)
{
	const union sys_attr *a = &c->attr;
	struct test t = {.c = c};
	struct object *o;
	char word[32];
	int err;

	if (!a->test.ctx_size_in != !a->test.ctx_in || !a->test.ctx_size_out != !a->test.ctx_out)
		return -EINVAL;
	err = object_of(c->sys, (int)a->test.prog_fd, STORE_PROG, &o);
	if (err)
		return err;
	t.program = o->prog;
	for (uint32_t i = 0; i < t.program->head.prog.nmaps; i++)
		held_sweep(t.program->maps[i]);
	t.type = packet_type(o->prog->prog->type);
	begin(&t);
	err = -ENOTSUPP;
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
		if (tests[i].type == o->prog->prog->type)
			err = tests[i].test(&t);
	if (err == -ENOTSUPP)
		fail(&c->sys->diag, NULL, err, "programs of type %s cannot be run so",
		     prog_type_str(o->prog->prog->type, word));
	free(t.data);
	return err;
}
