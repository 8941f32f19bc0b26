/*
 * The world around a program, injectable: clocks, random numbers, the current task, where printk
 * lines go. A zeroed one is a real clock, seed 0, an unnamed task and no printk.
 */
#ifndef CORE_RUN_RUNTIME_H
#define CORE_RUN_RUNTIME_H

#include "core/base/rng.h"
#include "core/base/strbuf.h"
#include "core/obj/runctx.h"
#include "core/run/space.h"

/* The current task. */
struct run_task {
	uint32_t pid, tgid, uid, gid;
	uint64_t cgroup_id;
	char comm[16];
	uint64_t addr; /* of its struct task_struct */
};

/* What is read or written of /proc/sys. */
enum { SYSCTL_MAX = 4096 }; /* bytes of a value, with a NUL */
struct run_sysctl {
	const char *name, *current, *value; /* net/ipv4/ip_forward; NULL: it was not said */
	char *changed; /* what the program put in value's place; SYSCTL_MAX bytes, or NULL */
};

struct conntrack;
struct heap;
struct network;
struct network_sock;
struct later;
struct map;
struct mock;

/* The map that an iterator has come to, and where the kernel's struct of it is. */
struct run_shown {
	struct map *map; /* NULL: there is none */
	uint64_t addr;
};

struct regs_arch;
struct tcp_sim;

struct runtime {
	struct rng rng;
	bool fixed_clock, has_cpu;
	uint32_t cpu; /* what programs are told, when has_cpu */
	uint64_t clock_ns; /* where a fixed clock stands */
	uint64_t ahead_ns; /* how far a real one was put forward */
	uint32_t ncpus;	   /* 0: one */
	struct heap *heap; /* what programs allocated; NULL: nothing yet */
	struct conntrack *conntrack; /* in the heap; NULL: nothing yet */
	struct later *armed; /* timers and works that wait, core/run/later.h */
	struct mock *mock;   /* answers in place of helpers, or NULL */
	struct run_task task;
	uint64_t own_task; /* the struct task_struct that was made for one that has none */
	struct space *space; /* what memory there is beside the program's own; NULL: none */
	const struct regs_arch *arch; /* of the registers that probes see; NULL: there are none */
	struct run_attach attach;
	int32_t retval;	  /* what the hook returns */
	uint64_t session; /* between a function's entry and its return */
	struct btf_source *kernel; /* its types; NULL: there are none */
	/* bpf(2), of programs that may call it; NULL: nobody answers. */
	long (*bpf)(void *arg, int cmd, void *attr, uint32_t size);
	void *bpf_arg;
	/* One line without its newline. */
	void (*printk)(void *arg, const char *line, size_t len);
	void *printk_arg;
	/* What a program did to the world, in words; NULL: nobody wants to know. */
	void (*action)(void *arg, const char *line);
	/* A record for a perf event, and bytes of the packet behind it; NULL: nobody reads. */
	void (*output)(void *arg, const struct map *map, struct bytes data, struct bytes packet);
	void *sink_arg;	   /* of both */
	struct strbuf seq; /* what an iterator has written */
	struct run_shown shown;
	const struct network *network; /* routes and sockets; NULL: none */
	struct network_sock *sock;     /* that the context is about; NULL: none */
	struct run_sysctl sysctl;
	uint64_t skb; /* the address of the kernel's own struct of the packet; 0: there is none */
	struct tcp_sim *tcp; /* whose sockets congestion controls are given; NULL: none */
	/* The last redirect of the run: bpf_redirect()'s arguments, and to what kind of thing. */
	uint32_t redirect_ifindex;
	const char *redirect_how; /* NULL: there was none */
	uint32_t clones;	  /* sent elsewhere meanwhile */
	uint64_t redirect_flags;
};

#endif
