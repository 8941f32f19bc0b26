/* What cmd/run.c and its report share. */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include <pthread.h>
#include <time.h>

#include "cmd/common.h"
#include "cmd/cover.h"
#include "cmd/loader.h"
#include "cmd/program_file.h"
#include "cmd/run_expect.h"
#include "cmd/run_packet.h"
#include "core/vm.h"
#include "core/run/ctx_nf.h"
#include "core/run/network.h"
#include "core/run/numbers.h"
#include "core/base/vec.h"
#include "core/load/load.h"
#include "core/prove.h"
#include "core/run/space.h"
#include "core/run/tracepoint.h"

/*
 * Whether a program is verified before it runs, and what follows when it is rejected; TYPED: as
 * MUST, but a program of no type is not verified.
 */
enum run_verify { RUN_VERIFY_WARN, RUN_VERIFY_MUST, RUN_VERIFY_TYPED, RUN_VERIFY_NOT };

struct engine_choice;
struct run_profiler;
struct kernel;
struct kernel_marks;
struct tramp_link;

/* An option's text, and where it was said. */
struct run_text {
	const char *text;
	struct loc loc;
};

/* A SPEC of --ctx. */
struct run_spec {
	const char *text;
	int fifo; /* that it names, open from the beginning to the end; 0: it names none */
};

struct run_texts { /* a VEC */
	struct run_text *v;
	size_t n, cap;
};

struct run_options {
	struct common common;
	const char *path, *prog;
	const char *write;		  /* a capture to make, or NULL */
	struct numbers packets;		  /* of captures */
	struct load_options load;
	struct run_packet_options packet;
	VEC(struct run_spec) ctxs;
	const char *kernel;	   /* a library that plays the kernel, or NULL */
	VEC(const char *) calls;   /* of its functions */
	VEC(const char *) args;	   /* NAME=VALUE of what programs are attached to */
	VEC(const char *) extend;  /* programs in the place of functions */
	const char *emit;	   /* a file to write the contexts to, or NULL */
	VEC(const char *) formats; /* files of tracepoints */
	const char *record_type;   /* of what programs send out, or NULL */
	const char *task;	   /* pairs of [task], or NULL */
	const char *bpffs;	   /* NULL: as the environment says */
	VEC(const char *) stored;  /* NAME=PATH: a map of the store in place of the object's */
	struct run_texts puts, expects;
	const char *expect_packets; /* a capture, or NULL */
	struct strbuf *answers;	    /* takes down what came of it all, or NULL */
	struct strbuf *counts;	    /* takes a record of coverage, or NULL */
	struct asm_options as;	    /* how text is read */
	bool any_reg;		    /* registers without a value are 0 */
	bool engine_if_can;	    /* -ENOTSUPP where the engine cannot be trusted with it */
	uint64_t repeat, budget, seed, clock, advance;
	uint64_t patience; /* seconds for a call of the library's; 0: without end */
	enum run_verify verify;
	const char *svg;	   /* a picture to draw, or NULL */
	const char *mock, *record; /* files, or NULL */
	const char *coverage;	   /* a record to add to, "-", or NULL */
	const char *profile;	   /* what to write it to, "-", or NULL */
	const struct engine_choice *engine; /* NULL: whichever suits */
	bool has_budget;	   /* that was asked for */
	uint32_t cpu, given;	   /* enum world: what options say of it */
	bool strict;
	bool fixed_clock, per_packet, dump_maps, exit_code, unchecked;
	bool no_sandbox, harden, perf_map, gdb, trace;
};

/* How often an answer came; verdicts of the same name are one answer. */
struct tally {
	uint64_t retval, count;
	const char *verdict; /* NULL: it has no name */
	const char *prog;    /* whose it is, where inputs choose programs; otherwise NULL */
};

/* What a program sent out, kept for a list. */
struct run_record {
	const char *map;
	uint32_t type; /* of the object's own; 0: bytes */
	struct bytes data, packet;
};

/* A capture of --split. */
struct split_file {
	uint64_t retval;
	const char *path;
	FILE *file;
};

/* How many packets were sent somewhere. */
struct target_count {
	const char *how;
	uint32_t ifindex;
	uint64_t count;
};

struct run_table;

/* A file of inputs that was read before anything ran. */
struct run_inputs {
	const char *spec;
	struct bytes text;
};

enum { RUN_CPU_MAX = 1023 };

struct run {
	const struct run_options *o;
	struct diag *d;
	struct program_file file;
	struct vm vm;
	struct prover prover;
	struct diag silent; /* of the prover, when nobody asked it */
	VEC(struct verify_result) proofs; /* of programs, whose facts are theirs */
	bool is_boxed;	/* in the sandbox */
	bool is_proved; /* the chosen program, and what may take its place, can be trusted */
	const char *doubt[2]; /* why not: a program's name, or NULL, and the rest of the sentence */
	struct objects store; /* where some of the maps are; its sys is NULL when none is */
	struct loaded loaded;
	struct map **given;	  /* those maps */
	int pinned;		  /* the descriptor of a program of the store that runs */
	struct sys_watch watch; /* of that program */
	struct detour *detours; /* of --extend */
	size_t ndetours;
	struct mock *mock;	  /* NULL: none */
	struct cover cover;
	bool counts; /* for it */
	struct run_profiler *profiler; /* NULL: nobody wants a profile */
	struct kernel *lib;	  /* of --kernel, or NULL */
	VEC(struct tramp_link *) links; /* programs on its functions */
	VEC(struct run_table *) tables; /* structs of functions that it has taken */
	bool faulted;		  /* one of those did */
	const char *doing;	  /* what the library is asked, or NULL */
	volatile uint64_t made;	  /* the call that came back last; UINT64_MAX: none did */
	uint64_t made_before;	  /* what that was at the last tick of the timer */
	timer_t timer;
	pthread_mutex_t saying;	  /* of what programs hand out, which a library's threads may do */
	struct btf_source kernel; /* its types, read when somebody asks */
	struct arena arena;
	struct out out;
	/* printk lines and actions not yet in a list, each with its NUL */
	struct strbuf printed, actions;
	VEC(struct run_record) records; /* the same */
	VEC(struct tally) tally;
	bool many;		/* more than one packet is to be expected: sum up */
	bool is_listing;	/* the list of packets is open */
	bool rejected;		/* by the verifier, and that matters */
	bool *verified;		/* by program: its verdict was asked for */
	struct strbuf emitted;	/* contexts, for --emit-ctx */
	struct space_log found; /* memory that the input at hand made known */
	VEC(struct tp_format) formats;
	bool reads_only;   /* it was accepted, and writes into no packet */
	bool by_target;	   /* inputs say which programs run */
	FILE *written;	   /* the capture of --write */
	VEC(struct split_file) split;
	VEC(struct target_count) targets;
	struct strbuf scratch;
	struct network network;	   /* of --network */
	struct strbuf network_text; /* of files of inputs */
	VEC(struct run_inputs) inputs;
	struct nf nf; /* of a program of netfilter */
	struct run_filter *filter; /* of --filter, or NULL */
	bool draws;	   /* standard output is a terminal */
	uint64_t number;   /* of the packet at hand */
	uint64_t npackets; /* run so far */
	uint64_t retval;   /* the last one */
	uint64_t runs, ns, ns_min;
	const struct scene *scene; /* of the input at hand, or NULL */
	bool is_seccomp; /* the input at hand */
	bool refused; /* some program was by the verifier, whether that matters or not */
	VEC(struct expectation) puts, expects;
	struct expecting expecting;
};

/* run.c */
/* All of a run as options say; what it ends with. Frees what options have. */
int run_with(struct run_options *o);

/* run_store.c */
/* Opens the maps that are to come from the store. */
int run_open_store(struct run *r);
/* 1: the input is a program of the store, which is open then; 0: it is something else. */
int run_open_pinned(struct run *r);
void run_close_store(struct run *r);

/* run_sinks.c */
void run_sinks(struct run *r);
/* Which of several inputs the next line is about. */
void run_say_which(struct run *r);
/* What was handed out since the last time. */
void sinks_field(struct run *r);
void run_sinks_free(struct run *r);

/* run_mock.c */
/* Makes the kernel's types something that is read when somebody asks. */
void run_know_kernel(struct run *r);
int run_open_mock(struct run *r);
/* Writes what was recorded. */
int run_close_mock(struct run *r);

/* run_kernel.c */
int run_open_kernel(struct run *r);
/* Before vm_close(). */
void run_close_kernel(struct run *r);
/* What it declares; NULL: there is none. */
const struct kernel_marks *run_marks(const struct run *r);
/* Programs may call it now: those that run are all trusted. */
void run_bind_kernel(struct run *r);
/* Attaches the programs, and makes the calls. */
int run_calls(struct run *r);
/* Verifies a program, and makes it ready to be run by the library. 0 or -errno, said. */
int run_prepare_native(struct run *r, uint32_t i);

/* run_last.c */
/* From now on a crash of the library's has an explanation, and so has a call without end. */
int run_expect_last(struct run *r);
/* The same of a program that is trusted: what it was. */
int run_expect_crash(struct run *r);
/* What the library is asked now; NULL: nothing any more. */
void run_ask(struct run *r, const char *doing);

/* run_kernel_ops.c */
/* Gives the library the object's tables of functions; and takes them back. */
int run_register_tables(struct run *r);
void run_unregister_tables(struct run *r);

/* run_verify.c */
/* Before any program is verified; the maps are made. */
void run_open_proofs(struct run *r);
/* Says when Linux would not load a program; -errno when it must and is not accepted. */
int run_verify(struct run *r, const struct prog_def *def);
/* For what runs only when it is accepted: 0 or -errno, said; *safe becomes false when it must be
 * looked after. */
int run_verify_member(struct run *r, const struct prog_def *def, bool *safe);
/* The same for one that runs in the place of another one's function. */
int run_verify_extension(struct run *r, const struct prog_def *def,
			 const struct verify_target *target, bool *safe);
/* Who runs programs; before vm_select(). */
int run_choose_engine(struct run *r);
/* After vm_close(). */
void run_close_proofs(struct run *r);

/* run_extend.c */
/* Before it is decided who runs programs. */
int run_prove_extensions(struct run *r);
/* After vm_select(). */
int run_attach_extensions(struct run *r);
void run_close_extensions(struct run *r);

/* run_cover.c */
/* Takes engines that count, when that is asked for. */
int run_count_insns(struct run *r);
int run_open_cover(struct run *r);
/* Writes or shows what was counted, and the profile; nothing when nothing ran. */
int run_close_counts(struct run *r, bool is_run);

/* run_profile.c */
/* Is that what --profile writes? */
int run_check_profile(struct run *r);
/* After vm_select(); base is above all on the stack that runs programs. */
int run_open_profile(struct run *r, const void *base);
/* Before the run of an input with that number, from 0. */
int run_profile_turn(struct run *r, uint64_t turn);
/* Says what was found, unless nothing ran. */
int run_close_profile(struct run *r, bool is_run);

/* run_native.c */
/* Makes machine code known as options say; after vm_select(). */
int run_tell(struct run *r);
/* Before a program that is trusted first runs. */
void run_enter_sandbox(struct run *r);
/* The program that will be chosen, when that is clear already, or NULL. */
const struct prog_def *run_find_chosen(const struct run *r);

/* run_write.c */
/* The captures of --write and --split, if asked for: packets as the program leaves them. */
int open_written(struct run *r);
int write_packet(struct run *r);
int close_written(struct run *r);

/* run_fields.c */
/* The field that an expectation is about, and the value. 0 or -errno, said. */
int run_read_field(struct run *r, const struct expectation *e, struct ctx_set *set);

/* run_filter.c */
int run_open_filter(struct run *r);
bool run_wants(struct run *r, const struct capture_packet *pkt);
void run_close_filter(struct run *r);

/* run_spread.c */
/* Does what was asked for go with -j? */
int run_check_jobs(struct run *r);
/* All of a capture on several CPUs. */
int run_spread(struct run *r, struct capture *c);

/* run_change.c */
/* For --diff: what became of the packet of the last run. */
void say_changes(struct run *r, const struct capture_packet *pkt);
/* All of the packet as it is now, from its link header on, until the next call. */
struct bytes run_packet_now(struct run *r);
void count_target(struct run *r);
void say_targets(struct run *r);
/* n of so many, drawn on a terminal. */
void say_bar(struct run *r, uint64_t n, uint64_t of);

/* run_records.c */
struct map;
/* The sink of records, and those that wait in ring buffers of the program's own. */
void run_take_record(void *arg, const struct map *map, struct bytes data, struct bytes packet);
void run_drain_rings(struct run *r);
/* What a program that is run by hand left in its argument. */
struct ctx_input;
void run_say_context(struct run *r, const struct ctx_input *in);
/* A list of those that came since the last one; in JSON only. */
void run_records_field(struct run *r);
/* Is there a type of the name that --record-type gives? -ESRCH, said. */
int run_check_record_type(struct run *r);

/* run_report.c */
/* The name of an answer, without the sign of an error's; NULL: it has none. */
const char *run_verdict_of(const struct run *r, uint64_t retval);
/* What one of several inputs is called: "packet", "run", "call". */
const char *run_input_word(const struct run *r);
/* Adds all keys in a row, sorted: the order of a hash table is another in every run. */
void run_map_keys(struct map *map, struct strbuf *keys);
/* An answer that came n times; a fault, said. */
void run_count(struct run *r, uint64_t retval, uint64_t n);
int run_say_fault(struct run *r);
void run_say_times(struct run *r);
void run_say_maps(struct run *r);
struct ctx_input;
/* One input, as often as asked for, and what it gave. 0, or -EFAULT after a fault, said. */
int run_input(struct run *r, const struct ctx_input *in);
/* Contents of all maps. */
void run_say_maps(struct run *r);
void begin_report(struct run *r);
void end_report(struct run *r);

#endif
