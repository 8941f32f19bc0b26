#include "core/run/mem.h"

#include <stdio.h>
#include <string.h>

#include "core/base/fault.h"
#include "core/obj/map.h"
#include "core/run/heap.h"
#include "core/run/packet.h"
#include "core/run/network.h"
#include "core/run/runtime.h"

/* A run of bytes that a message can call by name. */
struct region {
	const char *name;
	uint64_t base, size;
};

static bool inside(uint64_t addr, uint64_t size, uint64_t base, uint64_t len)
{
	return addr >= base && size <= len && addr - base <= len - size;
}

static uint64_t packet_base(const struct packet *pkt)
{
	return (uintptr_t)pkt->buf + pkt->meta;
}

static bool in_packet(const struct run_ctx *rc, uint64_t addr, uint64_t size)
{
	const struct packet *pkt = rc->pkt;

	return pkt && inside(addr, size, packet_base(pkt), pkt->end - pkt->meta);
}

static bool has_value_around(struct map *map, uint64_t addr, uint64_t size)
{
	uint32_t value_size = map->value_size;
	void *value = NULL;

	if (map->ops->value_at)
		value = map->ops->value_at(map, addr);
	else if (map->ops->record_at)
		value = map->ops->record_at(map, addr, &value_size);
	return value && inside(addr, size, (uintptr_t)value, value_size);
}

/* The maps that were found in a map of maps; of another map there are none. */
static struct map *next_inner(struct map *outer, uint32_t at)
{
	return outer->ops->inner ? outer->ops->inner(outer, at) : NULL;
}

struct map *arg_value_map(struct run_ctx *rc, uint64_t addr, uint64_t size)
{
	struct map *map = rc->mem ? rc->mem->hit : NULL;

	if (map && has_value_around(map, addr, size))
		return map;
	for (uint32_t i = 0; i < rc->prog->nmaps; i++) {
		struct map *outer = rc->prog->maps[i];

		map = outer;
		for (uint32_t k = 0; map; map = next_inner(outer, k++))
			if (has_value_around(map, addr, size)) {
				if (rc->mem)
					rc->mem->hit = map;
				return map;
			}
	}
	return NULL;
}

static uint32_t list_regions(const struct run_ctx *rc, struct region *r, char *map_name,
			     size_t name_size)
{
	const struct mem *mem = rc->mem;
	uint32_t n = 0;

	r[n++] = (struct region){"the stack", (uintptr_t)rc->stack,
				 (uint64_t)rc->depth * STACK_SIZE};
	if (rc->ctx)
		r[n++] = (struct region){mem->ctx ? "the context" : "the memory given",
					 (uintptr_t)rc->ctx,
					 mem->ctx ? mem->ctx->size : rc->ctx_size};
	if (rc->pkt)
		r[n++] = (struct region){"the packet", packet_base(rc->pkt),
					 rc->pkt->end - rc->pkt->meta};
	if (mem->last_map) {
		snprintf(map_name, name_size, "a value of map %s", mem->last_map->name);
		r[n++] = (struct region){map_name, (uintptr_t)mem->last_value,
					 mem->last_map->value_size};
	}
	for (uint32_t i = 0; i < rc->prog->nmaps && n < 8; i++) {
		struct map *map = rc->prog->maps[i];

		if (map->ops->direct && map->max_entries == 1)
			r[n++] = (struct region){map->name, (uintptr_t)map->ops->direct(map),
						 map->value_size};
	}
	return n;
}

/* How far the bytes are from a region; they are not in it. */
static uint64_t distance(const struct region *r, uint64_t addr, uint64_t size)
{
	if (addr < r->base)
		return r->base - addr;
	return addr + size - (r->base + r->size);
}

/* Says where the bytes are, by the nearest thing that the program may touch. */
static bool fault_at(struct run_ctx *rc, uint64_t addr, uint64_t size, bool write)
{
	enum { NEAR = 1 << 16 }; /* what an offset reaches */
	const char *what = write ? "write" : "read";
	struct region r[8], *best = NULL;
	char map_name[40];
	uint32_t n = list_regions(rc, r, map_name, sizeof(map_name));
	unsigned long long len = size;

	for (uint32_t i = 0; i < n; i++)
		if (!best || distance(&r[i], addr, size) < distance(best, addr, size))
			best = &r[i];
	if (addr < NEAR)
		run_fault(rc, FAULT_MEMORY, "%s of %llu bytes at null pointer + %llu", what, len,
			  (unsigned long long)addr);
	else if (!best || distance(best, addr, size) > NEAR)
		run_fault(rc, FAULT_MEMORY,
			  "%s of %llu bytes at 0x%llx, far from all the program has", what, len,
			  (unsigned long long)addr);
	else if (addr < best->base)
		run_fault(rc, FAULT_MEMORY, "%s of %llu bytes, %llu before the begin of %s", what,
			  len, (unsigned long long)(best->base - addr), best->name);
	else
		run_fault(rc, FAULT_MEMORY, "%s of %llu bytes at %s + %llu, which has %llu bytes",
			  what, len, best->name, (unsigned long long)(addr - best->base),
			  (unsigned long long)best->size);
	return false;
}

/* Special fields are for helpers to touch; pointers may be loaded, and are stored where proved. */
static bool may_touch_fields(struct run_ctx *rc, const struct btf_record *record, const char *of,
			     uint64_t at, uint64_t size)
{
	for (uint32_t i = 0; i < record->n; i++) {
		const struct btf_field *f = &record->fields[i];

		if (f->type & (BTF_FIELD_KPTR | BTF_FIELD_UPTR) || at >= f->offset + f->size ||
		    f->offset >= at + size)
			continue;
		run_fault(rc, FAULT_MEMORY, "access to a %s of %s", btf_field_name(f->type), of);
		return false;
	}
	return true;
}

static bool may_touch_value(struct run_ctx *rc, struct map *map, uint64_t addr, uint64_t size)
{
	uint64_t at = addr - (uintptr_t)map->ops->value_at(map, addr);
	char of[40];

	snprintf(of, sizeof(of), "a value of map %s", map->name);
	return may_touch_fields(rc, map->record, of, at, size);
}

/* Through its arena a program reads at any address of 32 bits, zeroes where no page is. */
static bool in_arena(const struct run_ctx *rc, uint64_t addr, uint64_t size, bool write)
{
	const uint64_t half = (uint64_t)1 << 32, guard = 1 << 16;
	struct map *arena = rc->prog->pages;
	uint64_t len = 0, pages;

	if (!arena)
		return false;
	pages = (uintptr_t)arena->ops->pages(arena, &len);
	if (!write)
		return inside(addr, size, (pages & ~(half - 1)) - guard, half + 2 * guard);
	return inside(addr, size, pages, len);
}

/* Structs that the program allocated, except for what is for helpers to touch. */
static bool may_touch_object(struct run_ctx *rc, struct heap_object *o, uint64_t addr,
			     uint64_t size, bool write)
{
	uint64_t at = addr - (uintptr_t)o->bytes;

	/* What an accepted program writes into the kernel's structs is what it may. */
	bool is_own = o->kind == HEAP_LOCAL || o->kind == HEAP_PERCPU ||
		      (o->kind == HEAP_KERNEL && rc->mem->write_objects);

	if (o->kind >= HEAP_PRIVATE || (write && !is_own)) {
		run_fault(rc, FAULT_MEMORY, "%s of what is the kernel's", write ? "write" : "read");
		return false;
	}
	if (size > o->size - at) {
		run_fault(rc, FAULT_MEMORY, "%s of %llu bytes at an object + %llu, which has %u",
			  write ? "write" : "read", (unsigned long long)size,
			  (unsigned long long)at, o->size);
		return false;
	}
	return o->kind != HEAP_LOCAL || !o->type->record ||
	       may_touch_fields(rc, o->type->record, "an object", at, size);
}

/* What a program sees of a socket, the context's or one of the network that was described */
static bool in_socket(const struct run_ctx *rc, uint64_t addr, uint64_t size)
{
	const struct network_sock *s = rc->rt ? sock_at(rc, addr) : NULL;

	return s && (inside(addr, size, (uintptr_t)s, NETWORK_SOCK_UAPI) ||
		     inside(addr, size, (uintptr_t)&s->tcp, sizeof(s->tcp)));
}

/* What a program sees of a map, of one that was found in it, or of what those look like. */
static bool in_map(struct run_ctx *rc, uint64_t addr, uint64_t size)
{
	for (uint32_t i = 0; i < rc->prog->nmaps; i++) {
		struct map *outer = rc->prog->maps[i], *map = outer;

		for (uint32_t k = 0; map; map = next_inner(outer, k++)) {
			if (!inside(addr, size, (uintptr_t)&map->view.bytes, MAP_VIEW_SIZE))
				continue;
			map_view_show(outer, rc->rt ? btf_read(rc->rt->kernel) : NULL);
			return true;
		}
		if (outer->inner &&
		    inside(addr, size, (uintptr_t)&outer->inner->view.bytes, MAP_VIEW_SIZE))
			return true;
	}
	return false;
}

/* Everything but the context, whose accesses only instructions make. */
static bool may_touch(struct run_ctx *rc, uint64_t addr, uint64_t size, bool write)
{
	struct heap_object *o;
	struct map *map;

	if (inside(addr, size, (uintptr_t)rc->stack, (uint64_t)rc->depth * STACK_SIZE))
		return true;
	if (in_packet(rc, addr, size)) {
		if (write && !rc->mem->write_packet) {
			run_fault(rc, FAULT_MEMORY,
				  "write into the packet, which this program type may only read");
			return false;
		}
		return true;
	}
	if (!rc->mem->ctx && !(write && rc->mem->args) &&
	    inside(addr, size, (uintptr_t)rc->ctx, rc->ctx_size))
		return true;
	if ((!write || rc->mem->write_objects) && rc->rt && rc->rt->space &&
	    space_at(rc->rt->space, addr, size, SPACE_OBJECT))
		return true;
	if (!write && inside(addr, size, (uintptr_t)rc->mem->key.data, rc->mem->key.size))
		return true;
	if (inside(addr, size, (uintptr_t)rc->mem->lent.data, rc->mem->lent.size))
		return true;
	if (in_arena(rc, addr, size, write))
		return true;
	if (rc->rt && inside(addr, size, (uintptr_t)&rc->rt->session, sizeof(rc->rt->session)))
		return true;
	if (rc->mem->keys && inside(addr, size, (uintptr_t)rc->mem->keys, ctx_bpf_flow_keys.size))
		return true;
	if (!write && in_socket(rc, addr, size))
		return true;
	o = rc->rt ? heap_find(rc->rt->heap, addr) : NULL;
	if (o)
		return may_touch_object(rc, o, addr, size, write);
	map = arg_value_map(rc, addr, size);
	if (!map)
		return (!write && in_map(rc, addr, size)) || fault_at(rc, addr, size, write);
	if (map->record && !may_touch_value(rc, map, addr, size))
		return false;
	if (map->flags & (write ? MAP_RDONLY_PROG : MAP_WRONLY_PROG)) {
		run_fault(rc, FAULT_MEMORY, "%s a value of map %s, which programs may only %s",
			  write ? "write into" : "read of", map->name, write ? "read" : "write");
		return false;
	}
	return true;
}

bool mem_check(struct run_ctx *rc, uint64_t addr, uint32_t size, bool write)
{
	struct mem *mem = rc->mem;
	uint64_t off = addr - (uintptr_t)rc->ctx;

	if (!mem->ctx || !inside(addr, 1, (uintptr_t)rc->ctx, mem->ctx->size))
		return may_touch(rc, addr, size, write);
	if (ctx_access(mem->ctx, off, size, write, mem->user))
		return true;
	run_fault(rc, FAULT_MEMORY,
		  "%s of %u bytes at struct %s + %llu is no access this program type has",
		  write ? "write" : "read", size, mem->ctx->name, (unsigned long long)off);
	return false;
}

bool mem_check_load(struct run_ctx *rc, uint64_t *addr, uint32_t size)
{
	static const uint64_t nothing;

	if (mem_check(rc, *addr, size, false))
		return true;
	if (!rc->mem->probe_loads)
		return false;
	rc->fault.kind = FAULT_NONE;
	rc->missed++;
	*addr = (uintptr_t)&nothing;
	return true;
}

/*
 * A proved program has pointers into the kernel that Linux trusts; here they lead to what somebody
 * described.
 */
static bool is_there(struct run_ctx *rc, uint64_t addr, uint64_t size)
{
	uint8_t byte;

	if (!rc->rt->space ||
	    (fault_copy(&byte, (const void *)(uintptr_t)addr, 1) == 0 &&
	     fault_copy(&byte, (const void *)(uintptr_t)(addr + size - 1), 1) == 0))
		return true;
	run_fault(rc, FAULT_MEMORY, "read of %llu bytes at 0x%llx, where no memory is",
		  (unsigned long long)size, (unsigned long long)addr);
	return false;
}

const void *arg_mem(struct run_ctx *rc, uint64_t addr, uint64_t size)
{
	if (!size)
		return "";
	if (rc->mem ? !may_touch(rc, addr, size, false) : !is_there(rc, addr, size))
		return NULL;
	return (const void *)(uintptr_t)addr;
}

void *arg_mem_out(struct run_ctx *rc, uint64_t addr, uint64_t size)
{
	static char nothing[1];

	if (!size)
		return nothing;
	if (rc->mem && !may_touch(rc, addr, size, true))
		return NULL;
	return (void *)(uintptr_t)addr;
}

bool arg_ctx(struct run_ctx *rc, uint64_t addr)
{
	if (!rc->mem || (rc->ctx && addr == (uintptr_t)rc->ctx))
		return true;
	run_fault(rc, FAULT_CALL, "a helper's argument is not the context");
	return false;
}

struct map *arg_kfunc_map(struct run_ctx *rc, uint64_t addr)
{
	for (uint32_t i = 0; i < rc->prog->nmaps; i++) {
		struct map *outer = rc->prog->maps[i], *map = outer;

		for (uint32_t k = 0; map; map = next_inner(outer, k++))
			if ((uintptr_t)map == addr)
				return map;
	}
	run_fault(rc, FAULT_CALL, "a helper's argument is not a map of this program");
	return NULL;
}

struct map *arg_map(struct run_ctx *rc, uint64_t addr)
{
	return rc->mem ? arg_kfunc_map(rc, addr) : (struct map *)(uintptr_t)addr;
}

const struct subprog *arg_func(struct run_ctx *rc, uint64_t addr)
{
	const struct prog *prog = rc->prog;

	if (!rc->mem)
		return (const struct subprog *)(uintptr_t)addr;
	for (uint32_t i = 0; i < prog->nsubs; i++)
		if ((uintptr_t)&prog->subs[i] == addr)
			return &prog->subs[i];
	run_fault(rc, FAULT_CALL, "called through a pointer to no function of this program");
	return NULL;
}

int64_t arg_str(struct run_ctx *rc, uint64_t addr, uint64_t max)
{
	for (uint64_t i = 0; i < max; i++) {
		const char *c = arg_mem(rc, addr + i, 1);

		if (!c)
			return -1;
		if (!*c)
			return i;
	}
	return max;
}
