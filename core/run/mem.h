/*
 * What an unproved program may touch: the frames of its stack in use, its context field by field,
 * the packet between its metadata and its end, the values of its maps element by element, and plain
 * memory it was given. Checked execution asks before every access; helpers ask about their pointer
 * arguments. Without rc->mem the program was proved and every answer is yes.
 */
#ifndef CORE_RUN_MEM_H
#define CORE_RUN_MEM_H

#include "core/obj/ctx.h"
#include "core/obj/runctx.h"

struct map;
struct dynptr;

struct mem {
	const struct ctx_type *ctx; /* NULL: rc->ctx is rc->ctx_size bytes of plain memory */
	enum ctx_user user;
	bool args;	      /* ... that may only be read, and whose size nobody is told */
	/* The program was accepted: loads from nowhere are through pointers that have a type, and
	 * give 0 (BPF_PROBE_MEM). */
	bool probe_loads;
	/* It was accepted: what it writes into objects is what their types let it. */
	bool write_objects;
	bool write_packet;    /* the program type may */
	bool is_void;	      /* nobody looks at r0 at the end */
	bool any_reg;	      /* registers that were never written may be read, as 0 */
	uint8_t fresh;	      /* what a new frame of the stack is filled with */
	struct map *last_map; /* where lookup last found a value: for messages */
	uint8_t *last_value;
	struct bytes key; /* that a callback of for_each_map_elem may read */
	/* of user_ringbuf_drain: its dynptr, and the sample, which it may read and write */
	struct dynptr *lent_dynptr;
	struct bytes lent;
	void *keys; /* struct bpf_flow_keys of a flow dissector */
	struct map *hit; /* the map that held the last address asked for */
};

/* May the running instruction access [addr, addr + size)? If not, rc->fault says what is wrong. */
bool mem_check(struct run_ctx *rc, uint64_t addr, uint32_t size, bool write);

/* The same for a load; the bytes are at *addr then, which is elsewhere when 0 is loaded. */
bool mem_check_load(struct run_ctx *rc, uint64_t *addr, uint32_t size);

/*
 * A helper's arguments, checked: readable and writable memory, the program's context, one of its
 * maps, one of its functions. NULL (false) with rc->fault set when they are not that. Of size 0 any
 * address will do.
 */
const void *arg_mem(struct run_ctx *rc, uint64_t addr, uint64_t size);
void *arg_mem_out(struct run_ctx *rc, uint64_t addr, uint64_t size);
bool arg_ctx(struct run_ctx *rc, uint64_t addr);
struct map *arg_map(struct run_ctx *rc, uint64_t addr);
/* A kernel function's, which programs may as well give a struct bpf_map of the kernel's: that is
 * none of ours, whoever proved the program. */
struct map *arg_kfunc_map(struct run_ctx *rc, uint64_t addr);
const struct subprog *arg_func(struct run_ctx *rc, uint64_t addr);
/* A helper's map, when it is a ring buffer, and its record, when that is one that is reserved. */
struct map *arg_ring(struct run_ctx *rc, uint64_t addr);
bool arg_record(struct run_ctx *rc, uint64_t record);
/* The map of the program that has a value or record around the bytes, or NULL; no fault. */
struct map *arg_value_map(struct run_ctx *rc, uint64_t addr, uint64_t size);
/* Copies what is at an address, whatever that is, without a fault: false when it is not there. */
bool mem_peek(struct run_ctx *rc, void *out, uint64_t addr, uint32_t size);
/* The same of a member, of at most 8 bytes, of the kernel's struct at an address. */
bool mem_peek_member(struct run_ctx *rc, uint64_t addr, const char *of, const char *member,
		     uint32_t size, uint64_t *out);
/* The length of a string that ends at or before max bytes, -1 with rc->fault set when it cannot be
 * read, max when it has no end there. */
int64_t arg_str(struct run_ctx *rc, uint64_t addr, uint64_t max);

#endif
