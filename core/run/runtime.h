/*
 * The world around a program, injectable: clocks, random numbers, the current task, where printk
 * lines go. A zeroed one is a real clock, seed 0, an unnamed task and no printk.
 */
#ifndef CORE_RUN_RUNTIME_H
#define CORE_RUN_RUNTIME_H

#include "core/base/rng.h"
#include "core/run/space.h"

/* The current task. */
struct run_task {
	uint32_t pid, tgid, uid, gid;
	uint64_t cgroup_id;
	char comm[16];
	uint64_t addr; /* of its struct task_struct */
};

struct heap;
struct mock;
struct later;

struct runtime {
	struct rng rng;
	bool fixed_clock, has_cpu;
	uint32_t cpu; /* what programs are told, when has_cpu */
	uint64_t clock_ns; /* where a fixed clock stands */
	uint64_t ahead_ns; /* how far a real one was put forward */
	uint32_t ncpus;	   /* 0: one */
	struct heap *heap; /* what programs allocated; NULL: nothing yet */
	struct later *armed; /* timers and works that wait, core/run/later.h */
	struct mock *mock;   /* answers in place of helpers, or NULL */
	struct run_task task;
	struct space *space; /* what memory there is beside the program's own; NULL: none */
	/* One line without its newline. */
	void (*printk)(void *arg, const char *line, size_t len);
	void *printk_arg;
	/* The last redirect of the run: bpf_redirect()'s arguments. */
	uint32_t redirect_ifindex;
	uint64_t redirect_flags;
};

#endif
