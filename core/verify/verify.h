/*
 * The verifier: Linux 6.18's verdict on a program, in Linux's words. It walks every path a program
 * can take with what is known of each register and stack slot, and says whether all that the
 * program does is allowed (kernel/bpf/verifier.c; verdict, errno, messages and statistics are meant
 * to be equal to it, byte for byte).
 *
 * It takes nothing on trust but its caller: instructions, BTF records and maps may be anything.
 */
#ifndef CORE_VERIFY_VERIFY_H
#define CORE_VERIFY_VERIFY_H

#include "core/base/arena.h"
#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/btf/btf.h"
#include "core/helper/marks.h"
#include "core/helper/profile.h"
#include "core/isa/insn.h"
#include "core/obj/image.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"

/* Log levels, as BPF_LOG_LEVEL1, BPF_LOG_LEVEL2 and BPF_LOG_STATS; any sum of them. */
enum verify_log {
	VERIFY_LOG_PATH = 1, /* the path that failed */
	VERIFY_LOG_ALL = 2,  /* everything */
	VERIFY_LOG_STATS = 4,
};

/* prog_flags of PROG_LOAD that the verifier looks at */
enum verify_flag {
	VERIFY_STRICT_ALIGNMENT = 1 << 0,
	VERIFY_ANY_ALIGNMENT = 1 << 1,
	VERIFY_TEST_RND_HI32 = 1 << 2,
	VERIFY_TEST_STATE_FREQ = 1 << 3,
	VERIFY_SLEEPABLE = 1 << 4,
	VERIFY_XDP_HAS_FRAGS = 1 << 5,
	VERIFY_XDP_DEV_BOUND_ONLY = 1 << 6,
	VERIFY_TEST_REG_INVARIANTS = 1 << 7,
};

/* What the loader of the program may do (CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN, CAP_SYS_ADMIN). */
enum verify_cap {
	VERIFY_CAP_BPF = 1 << 0,
	VERIFY_CAP_PERFMON = 1 << 1,
	VERIFY_CAP_NET_ADMIN = 1 << 2,
	VERIFY_CAP_SYS_ADMIN = 1 << 3,
	VERIFY_CAP_ALL = 0xf,
};

/* What the engine that will run the program wants of its rewriting, beyond what everybody gets. */
enum verify_fix {
	/* Calls of a few helpers become instructions; see fix_inline.def for who gains by it. */
	VERIFY_FIX_INLINE = 1 << 0,
	/* 32-bit operations leave the upper half undefined: it is cleared where somebody asks. */
	VERIFY_FIX_ZEXT = 1 << 1,
};

/* What verification found out about a function; it decides what may take its place. */
struct verify_func_facts {
	bool unreliable; /* its BTF does not say what its arguments are */
	bool changes_pkt_data, might_sleep, is_exception_cb;
};

/* A program that another one is attached to (attach_prog_fd). */
struct verify_target {
	const char *name;
	uint32_t type, attach_type;
	bool sleepable, is_ext, xdp_has_frags;
	bool traces_tracing; /* it traces a program that traces */
	const struct btf *btf;
	const struct func_info *funcs;
	uint32_t nfuncs;
	const struct verify_func_facts *facts; /* verify_result.facts of it; NULL: not known */
};

/* What a descriptor in an instruction or in fd_array stands for. Each is 0 or -errno (-EBADF). */
struct verify_host {
	void *arg;
	int (*map)(void *arg, int fd, struct map **out);
	/* A BTF object that is a kernel's or a module's */
	int (*btf)(void *arg, int fd, const struct btf **out);
	/* fd_array[index]; -EPROTO when there is no such array */
	int (*fd_at)(void *arg, uint32_t index, int *fd);
};

struct state; /* core/verify/state.h */

struct verify_result;

/* What its loader could not read: the errno, 0: none; and what Linux says of it in its log. */
struct verify_fault {
	int err;
	const char *text;
};

/* A program as PROG_LOAD was given it. */
struct verify_job {
	uint32_t type, attach_type; /* PROG_TYPE_*, ATTACH_TYPE_* */
	uint32_t flags;		    /* enum verify_flag */
	uint32_t caps;		    /* enum verify_cap */
	bool gpl;		    /* its licence is compatible */
	const char *name;
	const struct bpf_insn *insns;
	uint32_t ninsns;
	const struct btf *btf; /* its own types, or NULL */
	const struct func_info *funcs;
	uint32_t nfuncs;
	const struct line_info *lines;
	uint32_t nlines;
	/* of fd_array, of the BTF, of records behind those that there are */
	struct verify_fault bad_fds, bad_btf, bad_funcs, bad_lines, bad_relos;
	struct btf_source *kernel;	       /* the "vmlinux" BTF; NULL: there is none */
	const struct btf *attach_btf;	       /* where attach_btf_id is from; NULL: kernel */
	uint32_t attach_btf_id;		       /* 0: none */
	const struct verify_target *attach_to; /* NULL: no program */
	const struct verify_host *host; /* NULL: there are no maps */
	const struct profile *profile; /* what the kernel was built with; NULL: everything */
	const struct kernel_marks *marks; /* what a library that plays it declares, or NULL */
	uint32_t fixes;		       /* enum verify_fix */
	uint32_t log_level;
	uint32_t log_after; /* as many instructions are walked before the log tells of them */
	bool log_whole; /* behind conditional jumps it tells all, where Linux's leaves copies out */
	struct strbuf *log; /* where the log goes; NULL: nowhere */
	bool want_facts;    /* result.insn_facts is wanted */
	uint32_t walk_max;  /* instructions that may be walked, fewer than in Linux; 0: as many */
	/*
	 * For tests, or NULL: is shown every state that was stored, when all paths from it are at
	 * their end. What was found not to matter is then not in it, or is not marked precise.
	 */
	void (*explored)(void *arg, const struct state *st);
	void *explored_arg;
	/*
	 * Takes each refusal, as the log and *so_far tell it when it is found. True: the walk goes
	 * on with the paths that are left; the verdict is the first refusal's all the same, the
	 * counts are not Linux's. NULL: nobody wants more than one.
	 */
	bool (*refused)(void *arg, const struct verify_result *so_far, int err);
	void *refused_arg;
};

/*
 * Holes of Linux 6.18 that an accepted program falls into: the verdict stays Linux's, but what was
 * proved may not be so.
 */
enum verify_warning {
#define WARNING(name, ...) WARNING_##name,
#include "core/verify/warnings.def"
	WARNING_COUNT
};

struct insn_aux;
struct facts;

/* The program that runs, made of the one that was accepted; fix.c says what is different. */
struct verify_code {
	struct bpf_insn *insns; /* maps by what the job's instructions have */
	uint32_t ninsns;
	/* The job's instruction that each is from, for aux; the job's ninsns: from none */
	uint32_t *origin;
	struct func_info *funcs;
	uint32_t nfuncs;
	struct line_info *lines;
	uint32_t nlines;
	uint32_t exception_cb; /* the function that what is thrown goes to; 0: nothing is */
};

/* A place where the verdict was made: for whoever explains it. */
struct verify_result {
	int err; /* the verdict: 0, or the errno that PROG_LOAD has */
	uint32_t processed, max_states_per_insn, total_states, peak_states;
	uint32_t ctx_end; /* behind the last byte of the context that it reaches */
	/* ... of what iterators hand out to be written, and to be read */
	uint32_t buf_end[2];
	uint32_t nsubprogs;
	uint32_t stack_depth[257]; /* of each subprogram */
	uint64_t ns;
	int reason;	   /* row of reasons.def; 0: accepted */
	uint32_t insn;	   /* that was refused, when processed is not 0 */
	struct map **maps; /* that it uses, in order of their first use; in arena */
	uint32_t nmaps;
	struct insn_aux *aux; /* one for each instruction of the job, and one more; in arena */
	struct verify_code code; /* of an accepted program; in arena */
	struct verify_func_facts *facts; /* one for each function of the job; in arena */
	const struct facts *insn_facts; /* facts.h, when they were wanted; in arena */
	uint32_t warnings; /* holes of Linux that it may fall into: 1 << enum verify_warning */
	uint32_t warned[WARNING_COUNT]; /* the first instruction that does */
	struct arena arena;
};

/* Do a loader's capabilities include those? */
bool verify_has_caps(uint32_t caps, uint32_t needs);
/* The attach type that a program is loaded for: loaders from before there were any give 0. */
uint32_t verify_attach_type(uint32_t type, uint32_t attach);
/* May programs of the type be loaded for that attach type? Most types take any. */
bool verify_may_attach(uint32_t type, uint32_t attach);
/* May such programs be attached to something that has a type? 0: they are to nothing. */
bool verify_may_target(uint32_t type, uint32_t btf_id);
/*
 * Judges a program: 0, or the negative errno that PROG_LOAD has. *result is filled either way and
 * wants verify_result_free().
 */
int verify_prog(const struct verify_job *job, struct verify_result *result);
void verify_result_free(struct verify_result *result);
/* The line of a log of level 1 that says why a program was refused; empty when nothing does. */
struct bytes verify_last_message(const char *log, size_t len);

/* ---- reasons and warnings ---- */

enum verify_reason {
	REASON_NONE,
#define REASON(name, ...) REASON_##name,
#include "core/verify/reasons.def"
	REASON_COUNT
};

struct verify_reason_desc {
	const char *name;
	const char *code; /* "E0601": stable */
	int err;	  /* that is usual */
	const char *category;
	const char *brief;  /* what was required */
	const char *advice; /* what usually mends it */
};

extern const struct verify_reason_desc verify_reasons[REASON_COUNT];

/* What a refusal says, as a format of printf; several mean the same, and few are only a part. */
struct verify_message {
	enum verify_reason reason;
	const char *format;
};

/* Every message that there is, in no order. */
const struct verify_message *const *verify_messages(size_t *n);

struct verify_warning_desc {
	const char *code; /* "W01": stable */
	const char *text;
};

extern const struct verify_warning_desc verify_warnings[WARNING_COUNT];

#endif
