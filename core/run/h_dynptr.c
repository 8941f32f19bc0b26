/* Pointers with a length: made, read and written through, and of records of a ring buffer. */
#include <errno.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/run/dynptr.h"
#include "core/run/mem.h"
#include "core/run/packet.h"
#include "core/run/run.h"

struct dynptr *arg_dynptr(struct run_ctx *rc, uint64_t addr)
{
	struct dynptr *p = rc->mem && addr == (uintptr_t)rc->mem->lent_dynptr
				   ? rc->mem->lent_dynptr
				   : arg_mem_out(rc, addr, sizeof(*p));
	uint32_t kind = p ? dynptr_kind(p) : 0;

	if (!rc->mem || !p || !p->data)
		return p;
	if (kind && kind < DYNPTR_KINDS && (kind < DYNPTR_SKB || p->data == rc->pkt))
		return p;
	run_fault(rc, FAULT_CALL, "a helper's argument is no dynptr");
	return NULL;
}

struct dynptr *arg_new_dynptr(struct run_ctx *rc, uint64_t addr)
{
	return arg_mem_out(rc, addr, sizeof(struct dynptr));
}

static uint64_t set_null(struct dynptr *p, int err)
{
	*p = (struct dynptr){0};
	return err;
}

static int check_range(const struct dynptr *p, uint64_t offset, uint64_t len)
{
	if (!p->data)
		return -EINVAL;
	return len > dynptr_size(p) || offset > dynptr_size(p) - len ? -E2BIG : 0;
}

/* Bytes of the packet that pointers reach, or NULL. */
static void *packet_slice(const struct dynptr *p, uint64_t offset, uint64_t len)
{
	const struct packet *pkt = p->data;
	bool meta = dynptr_kind(p) == DYNPTR_SKB_META;
	uint64_t at = (meta ? pkt->meta : pkt->data) + p->offset + offset;

	return at + len <= (meta ? pkt->data : pkt->end) ? pkt->buf + at : NULL;
}

void *dynptr_slice(struct run_ctx *rc, const struct dynptr *p, uint64_t offset, uint64_t len,
		   bool write, int *err)
{
	uint64_t addr = (uintptr_t)p->data + p->offset + offset;
	void *slice;

	*err = check_range(p, offset, len);
	if (*err)
		return NULL;
	if (dynptr_kind(p) >= DYNPTR_SKB) {
		slice = packet_slice(p, offset, len);
		*err = slice ? 0 : -EFAULT;
		return slice;
	}
	return write ? arg_mem_out(rc, addr, len) : (void *)arg_mem(rc, addr, len);
}

int dynptr_get(struct run_ctx *rc, const struct dynptr *p, uint64_t offset, void *to, uint64_t len)
{
	int err;
	const void *from = dynptr_slice(rc, p, offset, len, false, &err);

	if (from)
		memmove(to, from, len);
	if (from || err != -EFAULT)
		return err;
	if (dynptr_kind(p) == DYNPTR_SKB_META || !packet_has(p->data, p->offset + offset, len))
		return dynptr_kind(p) == DYNPTR_XDP ? -EINVAL : -EFAULT;
	packet_get(p->data, p->offset + offset, to, (uint32_t)len);
	return 0;
}

/* A socket buffer's bytes are first made ones that pointers reach. */
static int packet_store(struct run_ctx *rc, const struct dynptr *p, uint64_t offset,
			const void *from, uint64_t len, uint64_t flags)
{
	struct packet *pkt = p->data;

	if (dynptr_kind(p) == DYNPTR_SKB)
		return skb_store(rc, pkt, p->offset + offset, from, (uint32_t)len, flags);
	if (flags)
		return -EINVAL;
	if (!packet_has(pkt, p->offset + offset, len))
		return -EINVAL;
	packet_put(pkt, p->offset + offset, from, (uint32_t)len);
	return 0;
}

int dynptr_put(struct run_ctx *rc, const struct dynptr *p, uint64_t offset, const void *from,
	       uint64_t len, uint64_t flags)
{
	enum dynptr_kind kind = dynptr_kind(p);
	int err = dynptr_is_rdonly(p) ? -EINVAL : check_range(p, offset, len);
	void *to;

	if (err)
		return err;
	if (kind == DYNPTR_SKB || kind == DYNPTR_XDP)
		return packet_store(rc, p, offset, from, len, flags);
	to = dynptr_slice(rc, p, offset, len, true, &err);
	if (to && flags)
		return -EINVAL;
	if (to)
		memmove(to, from, len);
	return err;
}

HELPER_FN(dynptr_from_mem, data, size, flags, ptr)
{
	struct dynptr *p = arg_mem_out(rc, data, (uint32_t)size) ? arg_new_dynptr(rc, ptr) : NULL;

	if (!p)
		return 0;
	if ((uint32_t)size > DYNPTR_SIZE_MAX)
		return set_null(p, -E2BIG);
	if (flags)
		return set_null(p, -EINVAL);
	*p = dynptr_to((void *)(uintptr_t)data, DYNPTR_LOCAL, (uint32_t)size);
	return 0;
}

HELPER_FN(dynptr_read, dst, len, src, offset, flags)
{
	struct dynptr *p = arg_dynptr(rc, src);
	void *to = p ? arg_mem_out(rc, dst, (uint32_t)len) : NULL;

	if (!to)
		return 0;
	return flags ? -EINVAL : dynptr_get(rc, p, (uint32_t)offset, to, (uint32_t)len);
}

HELPER_FN(dynptr_write, dst, offset, src, len, flags)
{
	struct dynptr *p = arg_dynptr(rc, dst);
	const void *from = p ? arg_mem(rc, src, (uint32_t)len) : NULL;

	return from ? dynptr_put(rc, p, (uint32_t)offset, from, (uint32_t)len, flags) : 0;
}

HELPER_FN(dynptr_data, ptr, offset, len)
{
	struct dynptr *p = arg_dynptr(rc, ptr);
	int err;

	/* Packets have slices, which end when they change. */
	if (!p || dynptr_is_rdonly(p) || dynptr_kind(p) >= DYNPTR_SKB)
		return 0;
	return (uintptr_t)dynptr_slice(rc, p, (uint32_t)offset, (uint32_t)len, true, &err);
}

HELPER_FN(ringbuf_reserve_dynptr, map_arg, size, flags, ptr)
{
	struct map *map = arg_ring(rc, map_arg);
	struct dynptr *p = map ? arg_new_dynptr(rc, ptr) : NULL;
	void *record;

	if (!p)
		return 0;
	if (flags)
		return set_null(p, -EINVAL);
	if ((uint32_t)size > DYNPTR_SIZE_MAX)
		return set_null(p, -E2BIG);
	record = map->ops->reserve(map, (uint32_t)size, rc->cpu);
	if (!record)
		return set_null(p, -EINVAL);
	*p = dynptr_to(record, DYNPTR_RINGBUF, (uint32_t)size);
	return 0;
}

static uint64_t commit(struct run_ctx *rc, uint64_t ptr, bool discard)
{
	struct dynptr *p = arg_dynptr(rc, ptr);

	if (!p || !p->data)
		return 0;
	if (arg_record(rc, (uintptr_t)p->data)) {
		map_ring_commit(p->data, discard);
		set_null(p, 0);
	}
	return 0;
}

HELPER_FN(ringbuf_submit_dynptr, ptr, flags)
{
	return commit(rc, ptr, false);
}

HELPER_FN(ringbuf_discard_dynptr, ptr, flags)
{
	return commit(rc, ptr, true);
}

/* A callback for the samples of a user ring buffer. */
struct drain {
	struct run_ctx *rc;
	const struct subprog *sub;
	uint64_t ctx;
};

static int show_sample(void *arg, void *sample, uint32_t size)
{
	struct drain *d = arg;
	struct run_ctx *rc = d->rc;
	struct dynptr p = dynptr_to(sample, DYNPTR_LOCAL, size);
	uint64_t args[5] = {(uintptr_t)&p, d->ctx};
	struct dynptr *outer = NULL;
	struct bytes outer_lent = {0};
	uint64_t ret;

	if (rc->mem) {
		outer = rc->mem->lent_dynptr;
		outer_lent = rc->mem->lent;
		rc->mem->lent_dynptr = &p;
		rc->mem->lent = (struct bytes){sample, size};
	}
	ret = run_call(rc, rc->prog, d->sub, args);
	if (rc->mem) {
		rc->mem->lent_dynptr = outer;
		rc->mem->lent = outer_lent;
	}
	return ret || rc->fault.kind;
}

HELPER_FN(user_ringbuf_drain, map_arg, func, ctx, flags)
{
	struct map *map = arg_map(rc, map_arg);
	struct drain d = {rc, map ? arg_func(rc, func) : NULL, ctx};

	if (!d.sub)
		return 0;
	if (!map->ops->drain) {
		run_fault(rc, FAULT_CALL, "map %s is no user ring buffer", map->name);
		return 0;
	}
	if (flags & ~(uint64_t)(RING_NO_WAKEUP | RING_FORCE_WAKEUP))
		return -EINVAL;
	return map->ops->drain(map, show_sample, &d, rc->cpu);
}
