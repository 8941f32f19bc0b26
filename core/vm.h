/*
 * An image made runnable in this process: its maps created, its programs made, the tables of
 * programs filled, and what a run stands on. One vm runs one program at a time.
 */
#ifndef CORE_VM_H
#define CORE_VM_H

#include "core/btf/btf.h"
#include "core/obj/image.h"
#include "core/run/capture.h"
#include "core/run/ctx_nf.h"
#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/mock.h"
#include "core/run/network.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/run/trial.h"

/*
 * Instructions that one run may take, unless somebody says otherwise in rc.budget: a second or so,
 * and more than any sensible program takes on a packet.
 */
#define VM_BUDGET 100000000

struct vm {
	struct image *image; /* borrowed */
	struct map **maps;
	struct map *const *given; /* those of them that are borrowed; NULL: none is */
	struct prog **progs; /* NULL where the object says not to load it */
	const struct engine *engine;
	struct prog *main;
	const struct packet_type *type; /* NULL: main runs on plain memory */
	struct btf_source kernel;
	struct run_ctx rc;
	struct runtime rt;
	struct mem mem;
	struct packet pkt;
	struct packet view; /* of one that lies in the capture */
	bool reads_only;    /* main was proved to write into no packet: it may run on views */
	struct packet_layout layout; /* of every packet */
	const struct ctx_set *sets;  /* of every context; borrowed */
	size_t nsets;
	const struct ctx_set *sock_sets; /* of every context's socket; borrowed */
	size_t nsock_sets;
	bool has_sock; /* contexts have one, or may */
	struct network_sock sock;
	struct nf *nf; /* what hangs on packets of netfilter, or NULL: nothing does; borrowed */
	bool keeps_begin;
	union packet_ctx begin; /* what the context was at first, when it is kept */
	bool strict; /* packets and contexts are as test runs of Linux have them */
	union packet_ctx given_ctx;
	/* Before each run, for programs that others may change meanwhile; NULL: nobody does. */
	void (*sync)(void *arg);
	void *sync_arg;
	struct trial trial; /* the last of these; its `why` is set when it was refused */
	union packet_ctx ctx;
};

/*
 * Makes maps and programs, which are not trusted: every access is asked for. Then vm_select() says
 * which program to run: NULL is the only one there is. 0 or -errno, said.
 */
int vm_open(struct vm *vm, struct image *image, struct diag *d);
/*
 * The same with maps that are there already: given has one for each map of the image, NULL is to be
 * made. ncpus is how many values a per-cpu map has. mock answers calls of helpers, or is NULL.
 */
int vm_open_with(struct vm *vm, struct image *image, struct map *const *given, uint32_t ncpus,
		 struct mock *mock, struct diag *d);
/* Before vm_select(): who runs programs. */
void vm_use(struct vm *vm, const struct engine *engine);
/*
 * Before vm_select(): programs are trusted, and run by that engine, which checks nothing. Whoever
 * says so has verified the program, and all that may come to run in its place by a tail call.
 */
void vm_trust(struct vm *vm, const struct engine *engine);
/* Between runs: from now on they are checked. */
void vm_distrust(struct vm *vm);
/* Before vm_select(): constants of programs do not come into their machine code as they are. */
void vm_harden(struct vm *vm);
/*
 * With a program that is there already, whose maps are the image's, in the same order; it runs
 * checked. vm_select(NULL) is still to come.
 */
void vm_open_prog(struct vm *vm, struct image *image, struct prog *prog);
int vm_select(struct vm *vm, const char *name, struct diag *d);
/* Why the program of that name was not made, -errno; without a name warns that some were not. */
int vm_say_left_out(struct vm *vm, const char *name, struct diag *d);
/* Names the programs that there are, where none has that name or nobody gave one: -ESRCH; -EINVAL
 * where there is none. */
int vm_fail_to_find(struct vm *vm, const char *name, struct diag *d);
void vm_close(struct vm *vm);

/*
 * One run, on a packet or on size bytes of memory that the program may write. -EFAULT after a
 * fault; vm->rc.fault has it. Other errors are what a test run of Linux refuses with. ns is how
 * long the program itself took; NULL: nobody wants to know. The packet is vm->rc.pkt then.
 */
int vm_run_packet(struct vm *vm, const struct capture_packet *pkt, uint64_t *retval, uint64_t *ns);
int vm_run_memory(struct vm *vm, void *data, uint64_t size, uint64_t *retval, uint64_t *ns);
/*
 * Lets time pass, on the run's clock: timers and works that are due run. After a run, what is due
 * without any waiting runs by itself. -EFAULT after a fault.
 */
int vm_wait(struct vm *vm, uint64_t ns);
/*
 * One run on the context of a program that has no packet: registers, arguments, a record. Fields
 * are checked where data is the whole struct of its type; any other may only be read.
 */
int vm_run_context(struct vm *vm, void *data, uint64_t size, uint64_t *retval, uint64_t *ns);

#endif
