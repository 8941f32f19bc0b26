/*
 * The door between those who load programs and those who run them: bpf(2) of Linux 6.18 as a
 * function. The same commands, attributes, flags and errnos; what it hands out are real descriptors
 * of files in the pin store (maps/store.h), so that they can be passed, inherited, closed and
 * pinned like any other. What comes in through a descriptor or an attribute is not trusted, whoever
 * wrote it.
 *
 * A struct sys is one client's side of the door: a store, and the objects this process has open.
 * One thread at a time may use it; several may be open in one process.
 */
#ifndef CORE_SYS_SYS_H
#define CORE_SYS_SYS_H

#include "core/base/diag.h"
#include "core/obj/map.h"
#include "core/obj/prog.h"
#include "core/sys/attr.h"
#include "core/verify/verify.h"

struct sys;
struct engine;
struct runtime;
struct store;

enum sys_cmd {
#define BPF_CMD(name, ...) SYS_##name,
#include "core/sys/commands.def"
	SYS_CMD_COUNT
};
extern const char *const sys_cmd_names[SYS_CMD_COUNT];

struct sys_options {
	const char *store; /* directory; NULL: as store_open() finds it */
	uint32_t ncpus;	   /* values of a per-cpu map; 0: this machine's cpus */
	/* Takes one line, without its newline, of a program's printk; NULL: dropped. */
	void (*printk)(void *arg, const char *line, size_t len);
	void *printk_arg;
};

/* d is told why there is no store, and nothing later. */
int sys_open(const struct sys_options *opts, struct diag *d, struct sys **out);
void sys_close(struct sys *sys);

/*
 * bpf(cmd, attr, size): a descriptor or 0, or -errno. attr has the layout of union sys_attr as far
 * as size goes, and is written where bpf(2) writes.
 */
long sys_bpf(struct sys *sys, int cmd, void *attr, uint32_t size);
/* Why the last call failed, in words; "" when there is nothing to add to its errno. */
const char *sys_why(const struct sys *sys);

/*
 * What a descriptor stands for, for those who go on without the door: borrowed, good while the
 * descriptor is open. -EBADF, -EINVAL as bpf(2); other errors when the file is damaged.
 */
int sys_map(struct sys *sys, int fd, struct map **out);
int sys_prog(struct sys *sys, int fd, struct prog **out);
/* What the map's keys and values are described in; -ENOENT: nothing. */
int sys_map_types(struct sys *sys, int fd, const struct btf **out);
struct store *sys_store(struct sys *sys);

/* A program of the store under the verifier once more, as another kernel would have it. */
struct sys_proof {
	uint32_t caps; /* enum verify_cap */
	const struct profile *profile;
	uint32_t log_level;
	bool want_facts; /* result->insn_facts */
};
/* 0, and the verdict is result->err, or -EBADF, -EINVAL; *result wants verify_result_free(). */
int sys_verify(struct sys *sys, int fd, const struct sys_proof *how, struct strbuf *log,
	       struct verify_result *result);

/*
 * Programs that others attach to a stored one, or to those in its prog arrays, while it runs here:
 * sys_sync() before each run puts in force what happened since, so that a run has all of it or
 * nothing. That costs a look at a word for each program while nothing does; links that somebody
 * gave up are found within a millisecond of their last run. True: something changed.
 */
struct sys_watch {
	struct object *prog;
	uint64_t looked; /* for links that are given up: when */
};
/* -EBADF, -EINVAL; good while the descriptor is open. */
int sys_watch(struct sys *sys, int fd, struct sys_watch *out);
bool sys_sync(struct sys_watch *w);
/*
 * From now on the program, and all that comes to run in its course, has code of an engine that
 * checks nothing. -EPERM: not all of it may. Something that may not can come later: then
 * sys_is_trusted() says no after sys_sync(), and the program is to run checked; a tail call to it
 * before that finds nothing.
 */
int sys_trust(struct sys_watch *w, const struct engine *engine);
bool sys_is_trusted(const struct sys_watch *w);

/*
 * A cpu number to run programs of the store under, which no other process has meanwhile on the maps
 * that are open here; waits for one. One at a time; -errno of a map that is lost.
 */
int sys_take_cpu(struct sys *sys, uint32_t *cpu);
void sys_give_cpu(struct sys *sys, uint32_t cpu);

#endif
