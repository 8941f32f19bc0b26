/*
 * Connections that are tracked (net/netfilter/nf_conntrack_bpf.c): those that the network has, and
 * those that programs make. Each is a struct nf_conn, which programs read and whose mark they
 * write.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/hash.h"
#include "core/base/strbuf.h"
#include "core/run/mem.h"
#include "core/run/network.h"
#include "core/run/owned.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum ct_member {
	CT_timeout,
	CT_zone,
	CT_tuplehash,
	CT_status,
	CT_mark,
	CT_MEMBERS
};
static const char *const member_names[CT_MEMBERS] = {"timeout", "zone", "tuplehash", "status",
						     "mark"};

/* A direction of a connection that was inserted, among others of the same hash. */
struct link {
	struct link *next;
	struct conn *conn;
};

struct conn {
	uint8_t *ct; /* its struct nf_conn */
	uint8_t protocol;
	bool is_inserted;
	struct network_tuple dir[2];
	struct link links[2];
};

enum { BUCKETS = 1024 };

struct conntrack {
	uint32_t size, at[CT_MEMBERS]; /* of struct nf_conn */
	struct link *buckets[BUCKETS];
};

/* struct bpf_ct_opts */
struct ct_opts {
	int32_t netns_id, error;
	uint8_t l4proto, dir;
	uint16_t zone;
	uint8_t zone_dir, reserved[3];
};
enum { OPTS_SIZE = 16, OPTS_SIZE_OLD = 12, OPTS_ERROR_END = 8 };
enum { HZ = 250, TCP = 6, UDP = 17 };

/* ---- struct nf_conn ---- */

static void *member(const struct conntrack *t, uint8_t *ct, enum ct_member m)
{
	return ct + t->at[m];
}

static uint32_t jiffies(struct run_ctx *rc)
{
	return (uint32_t)run_helpers[HELPER_jiffies64](0, 0, 0, 0, 0, rc);
}

static uint32_t status_of(const struct conntrack *t, uint8_t *ct)
{
	uint64_t status;

	memcpy(&status, member(t, ct, CT_status), sizeof(status));
	return (uint32_t)status;
}

static void set_status(const struct conntrack *t, uint8_t *ct, uint64_t status)
{
	memcpy(member(t, ct, CT_status), &status, sizeof(status));
}

/* In milliseconds from now; until it is inserted, from then. */
static void set_timeout(struct run_ctx *rc, struct conn *c, uint64_t ms)
{
	uint32_t timeout = (uint32_t)min(ms * HZ / 1000, (uint64_t)INT32_MAX);

	timeout += c->is_inserted ? jiffies(rc) : 0;
	memcpy(member(rc->rt->conntrack, c->ct, CT_timeout), &timeout, sizeof(timeout));
}

static bool is_expired(struct run_ctx *rc, struct conn *c)
{
	uint32_t timeout;

	memcpy(&timeout, member(rc->rt->conntrack, c->ct, CT_timeout), sizeof(timeout));
	return (int32_t)(timeout - jiffies(rc)) <= 0;
}

/* struct nf_conntrack_tuple, in each struct nf_conntrack_tuple_hash behind the list's node */
static void put_tuple(uint8_t *hash, uint8_t protocol, uint8_t dir, const struct network_tuple *t)
{
	struct {
		uint8_t src[16];
		uint16_t sport, l3num;
		uint8_t dst[16];
		uint16_t dport;
		uint8_t protonum, dir;
	} out = {.sport = t->sport,
		 .l3num = t->family,
		 .dport = t->dport,
		 .protonum = protocol,
		 .dir = dir};

	_Static_assert(sizeof(out) == 40, "as struct nf_conntrack_tuple");
	memcpy(out.src, t->src, sizeof(out.src));
	memcpy(out.dst, t->dst, sizeof(out.dst));
	memcpy(hash + 16, &out, sizeof(out));
}

static struct conntrack *new_table(struct run_ctx *rc)
{
	const struct btf *types = btf_read(rc->rt->kernel);
	uint32_t id = types ? btf_find(types, "nf_conn", BTF_KIND_STRUCT) : 0;
	struct heap *heap = id ? run_heap(rc) : NULL;
	struct heap_object *o = heap ? heap_alloc(heap, HEAP_PRIVATE, sizeof(struct conntrack))
				     : NULL;
	struct conntrack *t = o ? (struct conntrack *)o->bytes : NULL;
	enum { TUPLES = 2 * 56, WORD = 8 };

	if (!t)
		return NULL;
	t->size = btf_type(types, id)->size;
	for (uint32_t m = 0; m < CT_MEMBERS; m++)
		if (!btf_member_at(types, id, member_names[m], &t->at[m]) ||
		    t->at[m] + (m == CT_tuplehash ? TUPLES : WORD) > t->size)
			return NULL;
	return t;
}

static struct conn *new_conn(struct run_ctx *rc, const struct network_conn *from)
{
	struct conntrack *t = rc->rt->conntrack;
	struct heap_object *o = heap_alloc(rc->rt->heap, HEAP_PRIVATE, sizeof(struct conn));
	struct heap_object *ct = heap_alloc(rc->rt->heap, HEAP_KERNEL, t->size);
	struct conn *c;
	uint8_t *hash;

	if (!o || !ct)
		return NULL;
	c = (struct conn *)o->bytes;
	*c = (struct conn){.ct = ct->bytes,
			   .protocol = from->protocol,
			   .dir = {from->dir[0], from->dir[1]}};
	ct->number = (uintptr_t)c;
	hash = member(t, c->ct, CT_tuplehash);
	for (uint8_t dir = 0; dir < 2; dir++)
		put_tuple(hash + dir * 56, c->protocol, dir, &c->dir[dir]);
	memcpy(member(t, c->ct, CT_zone), &from->zone, sizeof(from->zone));
	memcpy(member(t, c->ct, CT_mark), &from->mark, sizeof(from->mark));
	set_status(t, c->ct, from->status);
	set_timeout(rc, c, from->timeout * 1000ull);
	return c;
}

static struct link **bucket_of(struct conntrack *t, const struct network_tuple *tuple)
{
	struct network_tuple key;

	/* Without what lies between its members. */
	memset(&key, 0, sizeof(key));
	key.family = tuple->family;
	memcpy(key.src, tuple->src, sizeof(key.src));
	memcpy(key.dst, tuple->dst, sizeof(key.dst));
	key.sport = tuple->sport;
	key.dport = tuple->dport;
	return &t->buckets[hash_mem(&key, sizeof(key)) % BUCKETS];
}

static void insert(struct run_ctx *rc, struct conn *c)
{
	struct conntrack *t = rc->rt->conntrack;
	uint32_t timeout;

	memcpy(&timeout, member(t, c->ct, CT_timeout), sizeof(timeout));
	timeout += jiffies(rc);
	memcpy(member(t, c->ct, CT_timeout), &timeout, sizeof(timeout));
	set_status(t, c->ct, status_of(t, c->ct) | CT_CONFIRMED);
	c->is_inserted = true;
	for (int i = 0; i < 2; i++) {
		struct link **bucket = bucket_of(t, &c->dir[i]);

		c->links[i] = (struct link){*bucket, c};
		*bucket = &c->links[i];
	}
}

/* With the connections that the network has, when somebody first asks; NULL with the fault. */
static struct conntrack *table_of(struct run_ctx *rc)
{
	const struct network *w = rc->rt->network;
	struct conn *c;

	if (rc->rt->conntrack)
		return rc->rt->conntrack;
	rc->rt->conntrack = new_table(rc);
	if (!rc->rt->conntrack) {
		run_fault(rc, FAULT_CALL, "the kernel's types have no struct nf_conn");
		return NULL;
	}
	for (size_t i = 0; w && i < w->conns.n; i++) {
		c = new_conn(rc, &w->conns.v[i]);
		if (c)
			insert(rc, c);
	}
	return rc->rt->conntrack;
}

/* ---- look-ups ---- */

/* What both look-ups and allocations say of their arguments first. */
static int read_args(struct run_ctx *rc, uint64_t tuple, uint64_t size, const struct ct_opts *o,
		     uint32_t opts_size, struct network_tuple *out)
{
	const uint8_t *p = arg_mem(rc, tuple, (uint32_t)size);

	if (!p || (opts_size != OPTS_SIZE && opts_size != OPTS_SIZE_OLD))
		return -EINVAL;
	if (opts_size == OPTS_SIZE ? o->reserved[0] || o->reserved[1] || o->reserved[2] : o->zone)
		return -EINVAL;
	if (o->l4proto != TCP && o->l4proto != UDP)
		return -EPROTO;
	if (o->netns_id < -1)
		return -EINVAL;
	if (!network_read_tuple(p, (uint32_t)size, out))
		return -EAFNOSUPPORT;
	return o->netns_id >= 0 ? -ENONET : 0;
}

static bool is_same(const struct network_tuple *a, const struct network_tuple *b)
{
	return a->family == b->family && a->sport == b->sport && a->dport == b->dport &&
	       memcmp(a->src, b->src, sizeof(a->src)) == 0 &&
	       memcmp(a->dst, b->dst, sizeof(a->dst)) == 0;
}

static struct conn *find(struct run_ctx *rc, uint8_t protocol, uint16_t zone,
			 const struct network_tuple *tuple, uint8_t *dir)
{
	struct conntrack *t = rc->rt->conntrack;
	uint16_t own;

	for (struct link *l = *bucket_of(t, tuple); l; l = l->next) {
		struct conn *c = l->conn;

		*dir = (uint8_t)(l - c->links);
		memcpy(&own, member(t, c->ct, CT_zone), sizeof(own));
		if (c->protocol == protocol && own == zone && is_same(&c->dir[*dir], tuple) &&
		    !is_expired(rc, c))
			return c;
	}
	return NULL;
}

/* Both answer an address, or 0 with the error in the options. */
static uint64_t answer(struct ct_opts *o, uint32_t opts_size, struct conn *c, int err)
{
	if (!c && opts_size >= OPTS_ERROR_END)
		o->error = err;
	return c ? (uintptr_t)c->ct : 0;
}

static uint64_t look_up(struct run_ctx *rc, uint64_t tuple_arg, uint64_t size, uint64_t opts,
			uint32_t opts_size)
{
	struct ct_opts *o = arg_mem_out(rc, opts, opts_size);
	struct network_tuple tuple;
	struct conn *c = NULL;
	int err;

	if (!o || !table_of(rc))
		return 0;
	err = read_args(rc, tuple_arg, size, o, opts_size, &tuple);
	if (rc->fault.kind)
		return 0;
	if (!err) {
		uint16_t zone = opts_size == OPTS_SIZE ? o->zone : 0;
		uint8_t dir;

		c = find(rc, o->l4proto, zone, &tuple, &dir);
		o->dir = c ? dir : o->dir;
		err = -ENOENT;
	}
	return answer(o, opts_size, c, err);
}

static void reverse(struct network_tuple *t, const struct network_tuple *of)
{
	*t = (struct network_tuple){
		.family = of->family, .sport = of->dport, .dport = of->sport};
	memcpy(t->src, of->dst, sizeof(t->src));
	memcpy(t->dst, of->src, sizeof(t->dst));
}

static uint64_t allocate(struct run_ctx *rc, uint64_t tuple, uint64_t size, uint64_t opts,
			 uint32_t opts_size)
{
	enum { TIMEOUT = 10 }; /* seconds, unless the program says otherwise */
	struct ct_opts *o = arg_mem_out(rc, opts, opts_size);
	struct network_conn from = {.timeout = TIMEOUT};
	struct conn *c = NULL;
	int err;

	if (!o || !table_of(rc))
		return 0;
	err = read_args(rc, tuple, size, o, opts_size, &from.dir[0]);
	if (rc->fault.kind)
		return 0;
	if (!err) {
		reverse(&from.dir[1], &from.dir[0]);
		from.protocol = o->l4proto;
		from.zone = opts_size == OPTS_SIZE ? o->zone : 0;
		c = new_conn(rc, &from);
		err = -ENOMEM;
	}
	return answer(o, opts_size, c, err);
}

KFUNC_FN(bpf_xdp_ct_lookup, ctx, tuple, size, opts, opts_size)
{
	return arg_ctx(rc, ctx) ? look_up(rc, tuple, size, opts, (uint32_t)opts_size) : 0;
}

KFUNC_FN(bpf_skb_ct_lookup, ctx, tuple, size, opts, opts_size)
{
	return arg_ctx(rc, ctx) ? look_up(rc, tuple, size, opts, (uint32_t)opts_size) : 0;
}

KFUNC_FN(bpf_xdp_ct_alloc, ctx, tuple, size, opts, opts_size)
{
	return arg_ctx(rc, ctx) ? allocate(rc, tuple, size, opts, (uint32_t)opts_size) : 0;
}

KFUNC_FN(bpf_skb_ct_alloc, ctx, tuple, size, opts, opts_size)
{
	return arg_ctx(rc, ctx) ? allocate(rc, tuple, size, opts, (uint32_t)opts_size) : 0;
}

/* ---- what is done to one ---- */

/* NULL with the fault: it is none of them. */
static struct conn *arg_conn(struct run_ctx *rc, uint64_t ct)
{
	struct heap_object *o = table_of(rc) ? heap_find(rc->rt->heap, ct) : NULL;

	if (o && o->kind == HEAP_KERNEL && o->number && (uintptr_t)o->bytes == ct)
		return (struct conn *)(uintptr_t)o->number;
	run_fault(rc, FAULT_CALL, "an argument is no connection that is tracked");
	return NULL;
}

static void say(struct run_ctx *rc, const struct conn *c, const char *what, uint64_t number)
{
	struct strbuf b = {0};

	network_tuple_text(&b, c->protocol, &c->dir[0]);
	run_say(rc, "connection %s %s %llu", strbuf_str(&b), what, (unsigned long long)number);
	strbuf_free(&b);
}

/* nf_conntrack_hash_check_insert(): who comes second is given back. */
KFUNC_FN(bpf_ct_insert_entry, ct)
{
	struct conn *c = arg_conn(rc, ct), *other = NULL;
	struct conntrack *t = rc->rt->conntrack;
	uint16_t zone;
	uint32_t mark;
	uint8_t dir;

	if (!c || c->is_inserted)
		return 0;
	memcpy(&zone, member(t, c->ct, CT_zone), sizeof(zone));
	memcpy(&mark, member(t, c->ct, CT_mark), sizeof(mark));
	for (int i = 0; i < 2 && !other; i++)
		other = find(rc, c->protocol, zone, &c->dir[i], &dir);
	if (other) {
		heap_release(rc->rt->heap, heap_find(rc->rt->heap, ct));
		heap_release(rc->rt->heap, heap_find(rc->rt->heap, (uintptr_t)c));
		return 0;
	}
	insert(rc, c);
	say(rc, c, "is inserted, mark", mark);
	return ct;
}

/* They stay as long as the run does. */
KFUNC_FN(bpf_ct_release, ct)
{
	return 0;
}

KFUNC_FN(bpf_ct_set_timeout, ct, ms)
{
	struct conn *c = arg_conn(rc, ct);

	if (c)
		set_timeout(rc, c, (uint32_t)ms);
	return 0;
}

KFUNC_FN(bpf_ct_change_timeout, ct, ms)
{
	struct conn *c = arg_conn(rc, ct);

	if (!c)
		return 0;
	if (status_of(rc->rt->conntrack, c->ct) & CT_FIXED_TIMEOUT)
		return (uint32_t)-EPERM;
	set_timeout(rc, c, (uint32_t)ms);
	say(rc, c, "ends, if nothing comes, in ms", (uint32_t)ms);
	return 0;
}

/* nf_ct_change_status_common(): what may not change, may not end, or is the kernel's own */
static int change_status(struct run_ctx *rc, const struct conn *c, uint32_t want)
{
	enum {
		FIXED = CT_EXPECTED | CT_CONFIRMED | CT_DYING,
		LASTING = CT_SEEN_REPLY | CT_ASSURED,
		UNCHANGEABLE = FIXED | CT_SRC_NAT | CT_DST_NAT | CT_SRC_NAT_DONE | CT_DST_NAT_DONE |
			       CT_SEQ_ADJUST | CT_TEMPLATE | CT_UNTRACKED | CT_OFFLOAD |
			       CT_HW_OFFLOAD,
	};
	uint32_t is = status_of(rc->rt->conntrack, c->ct);

	if ((is ^ want) & FIXED || is & ~want & LASTING)
		return -EBUSY;
	set_status(rc->rt->conntrack, c->ct, is | (want & ~(uint32_t)UNCHANGEABLE));
	return 0;
}

KFUNC_FN(bpf_ct_set_status, ct, status)
{
	struct conn *c = arg_conn(rc, ct);

	return c ? (uint32_t)change_status(rc, c, (uint32_t)status) : 0;
}

KFUNC_FN(bpf_ct_change_status, ct, status)
{
	struct conn *c = arg_conn(rc, ct);
	int err = c ? change_status(rc, c, (uint32_t)status) : 0;

	if (c && !err)
		say(rc, c, "has status", (uint32_t)status);
	return (uint32_t)err;
}

/* nf_nat_setup_info(): the other direction answers to the new address. */
KFUNC_FN(bpf_ct_set_nat_info, ct, addr_arg, port_arg, manip)
{
	enum { SRC, DST };
	struct conn *c = arg_conn(rc, ct);
	const uint8_t *addr = c ? arg_mem(rc, addr_arg, 16) : NULL;
	int32_t port = (int32_t)port_arg;
	struct network_tuple *reply;
	bool src = (uint32_t)manip == SRC;

	if (!addr)
		return 0;
	if (port < 0 || port > UINT16_MAX || (uint32_t)manip > DST)
		return (uint32_t)-EINVAL;
	reply = &c->dir[1];
	memset(src ? reply->dst : reply->src, 0, 16);
	memcpy(src ? reply->dst : reply->src, addr, c->dir[0].family == AF_INET ? 4 : 16);
	if (port)
		*(src ? &reply->dport : &reply->sport) = __builtin_bswap16((uint16_t)port);
	put_tuple((uint8_t *)member(rc->rt->conntrack, c->ct, CT_tuplehash) + 56, c->protocol, 1,
		  reply);
	set_status(rc->rt->conntrack, c->ct,
		   status_of(rc->rt->conntrack, c->ct) |
			   (src ? CT_SRC_NAT | CT_SRC_NAT_DONE : CT_DST_NAT | CT_DST_NAT_DONE));
	say(rc, c, src ? "has another source, port" : "has another destination, port",
	    (uint32_t)port);
	return 0;
}
