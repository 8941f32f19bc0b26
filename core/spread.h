/*
 * A capture spread over simulated CPUs: each is a thread with a context, a packet and per-CPU
 * values of its own; maps and programs are shared. Packets of one flow, in both directions, run on
 * one CPU in their order. Who reads the capture is CPU 0 and runs its packets at once; the others
 * get theirs in batches, so that no line of memory is shared for a packet alone.
 */
#ifndef CORE_SPREAD_H
#define CORE_SPREAD_H

#include "core/base/vec.h"
#include "core/vm.h"

/* Answers and how often they came. */
struct spread_count {
	uint64_t retval, count;
};

struct spread {
	struct vm *vm; /* selected; its maps have a value for each CPU */
	uint32_t ncpus;
	uint64_t budget; /* of one run */
	/* Which packets: false leaves one out; NULL: all. */
	bool (*wants)(void *arg, const struct capture_packet *pkt);
	void (*begun)(void *arg); /* all threads are there, nothing ran yet; may be NULL */
	void *arg;
	VEC(struct spread_count) counts; /* out */
	uint64_t npackets;		 /* out: run */
	struct vm *failed;   /* out: where a fault was, after -EFAULT; spread_close() frees it */
	uint64_t failed_number;
	struct spread_cpu *cpus;
};

/* Runs all of a capture: 0, -EFAULT after a fault, or what capture_next() said. */
int spread_run(struct spread *s, struct capture *c);
void spread_close(struct spread *s);

/* spread.c; equal for both directions of a flow, any number for what has no addresses */
uint32_t spread_flow(const uint8_t *data, uint32_t len);

#endif
