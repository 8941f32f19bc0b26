/*
 * What the verifier knows: of a program at one point of one path (struct state), of each
 * instruction (struct insn_aux), and all of it together (struct env). Only the room and its tests
 * look in here.
 */
#ifndef CORE_VERIFY_STATE_H
#define CORE_VERIFY_STATE_H

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/pool.h"
#include "core/base/vec.h"
#include "core/btf/fields.h"
#include "core/helper/proto.h"
#include "core/obj/ctx.h"
#include "core/helper/kfunc.h"
#include "core/verify/range.h"
#include "core/verify/tnum.h"
#include "core/verify/verify.h"

/* ---- limits ---- */

enum {
	INSNS_PROCESSED_MAX = 1000000,	 /* BPF_COMPLEXITY_LIMIT_INSNS */
	STATES_PENDING_MAX = 8192,	 /* BPF_COMPLEXITY_LIMIT_JMP_SEQ */
	STATES_PER_INSN_UNPRIV_MAX = 64, /* BPF_COMPLEXITY_LIMIT_STATES */
	SUBPROGS_MAX = 256,
	KFUNCS_MAX = 256,
	MAPS_MAX = 64,
	VAR_OFF_MAX = 1 << 29, /* BPF_MAX_VAR_OFF, BPF_MAX_VAR_SIZ */
	PACKET_OFF_MAX = 0xffff,
	SLOT_SIZE = 8, /* BPF_REG_SIZE */
	STACK_SLOTS = STACK_SIZE / SLOT_SIZE,
	DYNPTR_SLOTS = 2,
	ID_MAP_SIZE = (REG_COUNT + STACK_SLOTS) * MAX_CALL_FRAMES,
	LINKED_REGS_MAX = 6,
	ARGS_MAX = 5,
	REG_RETURN = 0,
};

/* Offset of packet pointers that were compared and found beyond the end, or at it. */
enum { AT_PACKET_END = -1, BEYOND_PACKET_END = -2 };

/* ---- types of registers: a base and flags (enum bpf_reg_type; enum type_flag) ---- */

enum reg_type {
#define REG_TYPE(name, ...) T_##name,
#include "core/verify/reg_types.def"
	T_COUNT
};

static inline enum reg_type type_base(uint32_t type)
{
	return type & TYPE_BASE_MASK;
}
static inline uint32_t type_flags(uint32_t type)
{
	return type & ~(uint32_t)TYPE_BASE_MASK;
}
static inline bool type_may_be_null(uint32_t type)
{
	return type & PTR_MAYBE_NULL;
}

enum dynptr_type {
	DYNPTR_INVALID,
	DYNPTR_LOCAL,
	DYNPTR_RINGBUF,
	DYNPTR_SKB,
	DYNPTR_XDP,
	DYNPTR_SKB_META,
};

enum iter_state { ITER_INVALID, ITER_ACTIVE, ITER_DRAINED };
enum irq_class { IRQ_NATIVE, IRQ_LOCK };

/* ---- what is known of a value ---- */

/* Bits of reg_state.id of a scalar: it is off more than the others of its id, as 64 or 32 bits. */
#define ID_ADD_CONST64 (1u << 31)
#define ID_ADD_CONST32 (1u << 30)
#define ID_ADD_CONST   (ID_ADD_CONST64 | ID_ADD_CONST32)

/*
 * The fields up to id are what states_equal() compares as bytes where it does so; they must have no
 * padding that is not zero: registers are cleared as a whole before they are set.
 */
struct reg_state {
	uint32_t type; /* enum reg_type and enum type_flag */
	int32_t off;   /* fixed part of a pointer's offset; a linked scalar's delta */
	union {
		int32_t range; /* T_PACKET, T_PACKET_META: bytes that are there */
		struct {       /* T_MAP_PTR, T_MAP_VALUE, T_MAP_KEY */
			struct map *map;
			uint32_t map_uid; /* not 0: tells inner maps apart */
		};
		struct { /* T_BTF_ID */
			const struct btf *btf;
			uint32_t btf_id;
		};
		struct { /* T_MEM */
			uint32_t mem_size;
			uint32_t dynptr_id; /* of slices */
		};
		struct { /* a dynptr's slots, and T_DYNPTR */
			enum dynptr_type type;
			bool first_slot;
		} dynptr;
		struct { /* an iterator's slots */
			const struct btf *btf;
			uint32_t btf_id;    /* of struct bpf_iter_NAME */
			uint32_t state : 2; /* enum iter_state */
			uint32_t depth : 30;
		} iter;
		struct {
			enum irq_class kfunc_class;
		} irq;
		uint32_t subprog; /* T_FUNC */
		uint64_t raw[2];
	};
	struct tnum var_off;
	struct range r;
	uint32_t id;	     /* equal: the same value, packet pointer or object */
	uint32_t ref_obj_id; /* of the reference that keeps the object */
	uint32_t frameno;    /* T_STACK: whose stack */
	bool precise;
};

enum slot_type {
	SLOT_INVALID,
	SLOT_SPILL,
	SLOT_MISC,
	SLOT_ZERO,
	SLOT_DYNPTR,
	SLOT_ITER,
	SLOT_IRQ_FLAG,
};

/* Eight bytes of stack; type[7] is the lowest address, as type[0] of fp-1 is the highest. */
struct stack_slot {
	struct reg_state spilled;
	uint8_t type[SLOT_SIZE]; /* enum slot_type */
};

/*
 * Does a register stand in the slot: is any byte of another type than INVALID, MISC and ZERO? If
 * not, spilled is anything but for ref_obj_id: it is not copied with the state.
 */
static inline bool slot_has_reg(const struct stack_slot *slot)
{
	uint64_t types, ones = 0x0101010101010101;

	_Static_assert(SLOT_SPILL == 1 && SLOT_MISC == 2 && SLOT_ZERO == 3 && SLOT_DYNPTR == 4 &&
			       SLOT_IRQ_FLAG == 6,
		       "the bits below tell them apart");
	memcpy(&types, slot->type, sizeof(types));
	return (types >> 2 | (types & ~(types >> 1))) & ones;
}

struct ret_range {
	int32_t min, max;
};

/* One function that has been entered and not left. */
struct func_state {
	int callsite; /* instruction that called it; MAIN_CALLSITE */
	uint32_t frameno, subprog;
	uint32_t async_entry_cnt; /* tells apart what was entered asynchronously */
	struct ret_range callback_ret_range;
	bool in_callback, in_async_callback, in_exception_callback;
	uint32_t callback_depth; /* callbacks of this frame's call that were walked */
	uint32_t nslots;
	/* The rest is not there while it is kept. */
	uint32_t capslots;
	struct stack_slot *stack; /* [0] is fp-8 */
	struct reg_state regs[];  /* REG_COUNT */
};
#define MAIN_CALLSITE (-1)
#define OPEN_FUNC_SIZE (sizeof(struct func_state) + REG_COUNT * sizeof(struct reg_state))

enum ref_kind {
	REF_PTR = 1 << 1,
	REF_IRQ = 1 << 2,
	REF_LOCK = 1 << 3,
	REF_RES_LOCK = 1 << 4,
	REF_RES_LOCK_IRQ = 1 << 5,
	REF_LOCK_MASK = REF_LOCK | REF_RES_LOCK | REF_RES_LOCK_IRQ,
};

struct ref_state {
	uint32_t kind;
	uint32_t id;
	uint32_t insn;	 /* that acquired it */
	const void *ptr; /* what holds the lock */
};

/* Bits of jump_hist.flags */
enum {
	HIST_FRAME_MASK = 7,
	HIST_SLOT_SHIFT = 3,
	HIST_SLOT_MASK = 0x3f,
	HIST_STACK_ACCESS = 1 << 9,
	HIST_DST_STACK = 1 << 10,
	HIST_SRC_STACK = 1 << 11,
};

struct jump_hist {
	uint32_t idx;
	uint32_t prev_idx : 20;
	uint32_t flags : 12;
	uint64_t linked_regs; /* six of 10 bits, packed by narrow.c */
};

/*
 * What is known at one point of one path. The state that is walked, and what was pushed while its
 * instruction is walked, are open: their frames can be changed. All others are kept: keep.c.
 */
struct state {
	uint32_t insn, branches; /* paths from here that are not at their end */
	uint32_t curframe;
	bool speculative;
	bool in_sleepable; /* begins as env->sleepable */
	bool cleaned; /* what is dead was forgotten */
	bool shown;   /* to the job's explored() */
	bool gone;    /* Linux has freed it: prune.c */
	bool repeats; /* a path ended here with others open, and is no back edge: prune.c */
	uint32_t first_insn, last_insn;
	uint32_t dfs_depth, callback_unroll_depth, may_goto_depth;
	uint32_t active_locks, active_preempt_locks, active_irq_id, active_lock_id;
	uint32_t active_rcu_locks;
	const void *active_lock_ptr;
	struct state *parent;	     /* the state stored last on the way here */
	struct scc_visit *scc_visit; /* of a stored state in a loop; prune.c */
	union {
		struct ref_state *refs;
		struct ref_piece **ref_pieces; /* when it is kept */
	};
	uint32_t nrefs, caprefs;
	struct jump_hist *hist;
	uint32_t nhist, caphist;
	struct kept *kept;	    /* its frames, when it is kept */
	struct func_state *frame[]; /* when it is open: MAX_CALL_FRAMES, those not used yet NULL */
};

#define OPEN_STATE_SIZE (sizeof(struct state) + MAX_CALL_FRAMES * sizeof(struct func_state *))

/* A path to be walked later. */
struct pending {
	struct state *st;
	uint32_t insn, prev_insn;
	size_t log_pos; /* the log is cut to here when it is taken */
	struct pending *next;
};

/* A state that was stored at an instruction. */
struct stored {
	struct stored *next, **prev; /* in its bucket, or in the list of those that were unlinked */
	struct bucket *bucket;
	uint32_t miss_cnt, hit_cnt;
	bool in_free_list;
	/* A number that it needs in a register, by which most are told from it; or NO_NEED. */
	uint8_t needed_reg;
	uint64_t needed;
	struct state st; /* kept */
};

struct bucket {
	struct stored *first; /* the newest */
	uint32_t uncleaned;   /* of states all of whose paths are at their end */
};

/* ---- what is known of an instruction ---- */

struct subprog_arg {
	uint32_t type; /* enum arg_type of core/helper/proto.h */
	uint32_t mem_size, btf_id;
};

struct subprog_info {
	uint32_t start;	    /* slot; the array ends with one more whose start is ninsns */
	uint32_t line;	    /* index of its first record in job->lines */
	uint32_t postorder; /* where it begins in env->postorder */
	uint32_t exit_insn;
	uint16_t stack_depth;
	int16_t fastcall_stack_off;
	bool has_tail_call, tail_call_reachable, has_ld_abs;
	bool is_cb, is_async_cb, is_exception_cb;
	bool args_cached, keep_fastcall_stack;
	bool changes_pkt_data, might_sleep;
	bool is_global, unreliable; /* func_info_aux */
	bool may_loop;
	bool called, verified;
	uint8_t priv_stack; /* enum priv_stack */
	uint8_t nargs;
	struct subprog_arg args[ARGS_MAX];
};
enum priv_stack { PRIV_STACK_UNKNOWN, NO_PRIV_STACK, PRIV_STACK_ADAPTIVE };

/* Poisoned: the instruction was reached with different maps or keys. */
enum map_seen { MAP_SEEN_NONE, MAP_SEEN_ONE, MAP_SEEN_MANY };

/* Of a call; few calls have any. */
struct call_facts {
	struct map *map; /* the one there is, when map_seen says so */
	uint64_t map_key;
	uint8_t map_seen, key_seen; /* enum map_seen */
	bool map_unpriv;
	bool percpu_alloc, arg_prog;
	bool storage_atomic;	/* a storage helper in atomic context */
	uint32_t obj_new_size;	/* bpf_obj_new */
	int32_t insert_off;	/* of the node: graph inserts */
	const struct btf_record *kptr_record;
	struct { /* bpf_loop */
		bool initialized, fit_for_inline;
		uint32_t callback_subprog;
	} loop;
};

/* There is one for each of up to a million instructions. */
struct insn_aux {
	union {
		uint32_t ptr_type;	 /* of loads and stores: the pointer's */
		uint32_t alu_limit;	 /* unprivileged pointer arithmetic */
		struct call_facts *call; /* of calls; NULL: none */
		struct {		 /* ld_imm64 of a map */
			uint32_t map_index, map_off;
		};
		struct { /* ld_imm64 of a variable or function of the kernel */
			const struct btf *btf;
			uint32_t reg_type;
			union {
				uint32_t btf_id; /* T_BTF_ID */
				uint32_t mem_size; /* else */
			};
		} btf_var;
	};
	uint32_t scc;
	uint16_t seen;	    /* the pass it was walked in; 0: never */
	uint16_t live_regs; /* before it */
	uint8_t alu_state;
	uint8_t fastcall_spills;
	uint8_t ctx_field_size;
	bool nospec : 1, nospec_result : 1, needs_zext : 1;
	bool prune_point : 1, jump_point : 1, force_checkpoint : 1, calls_callback : 1;
	bool is_iter_next : 1, fastcall_pattern : 1, jump_target : 1;
	bool probe_lost : 1; /* ptr_type does not tell that the load may fault */
};
_Static_assert(sizeof(struct insn_aux) == 32, "two in a cache line");

static inline const struct call_facts *call_facts(const struct insn_aux *call)
{
	static const struct call_facts none;

	return call->call ? call->call : &none;
}

/* Where an instruction goes on: next and target; twice the same; or nowhere. */
struct successors {
	uint32_t to[2];
};
#define NO_INSN UINT32_MAX

/* A map that the program names. */
struct used_map {
	struct map *map;
	const struct btf_record *record; /* of its values; NULL: nothing special */
};

struct kfunc_tab; /* kfunc.c */

/* An argument that is more than its BTF type says (struct bpf_ctx_arg_aux). */
struct ctx_arg {
	uint32_t off, reg_type; /* in the context; enum reg_type and enum type_flag */
	uint32_t btf_id;	/* of attach.btf */
	uint32_t ref_obj_id;	/* of a refcounted one: acquired before main is walked */
	bool refcounted;
};
enum { CTX_ARGS_MAX = 12 };

/* What a program's entry points and attachment mean to the walk: attach.c fills it. */
struct attach_info {
	const struct btf *btf; /* NULL: not attached by BTF */
	uint32_t func_id;      /* FUNC, or TYPEDEF of a raw tracepoint */
	uint32_t func_proto;   /* 0: none */
	const char *func_name;
	bool target_in_module;
	/* struct_ops */
	uint32_t struct_ops_type, member;
	bool struct_ops_priv_stack;
	/* of iterators and struct_ops, by fill_ctx_args() */
	struct ctx_arg ctx_args[CTX_ARGS_MAX];
	uint32_t nctx_args;
};

struct env {
	const struct verify_job *job;
	const struct verify_host *host; /* of the job, or one that has nothing */
	struct verify_result *result;
	struct { /* of a walk that went on behind it */
		int err, reason;
		uint32_t insn;
	} first_refusal;
	struct arena arena; /* of the job; states are not in it */
	/* a private copy of the program: resolve.c writes into it */
	struct bpf_insn *insns;
	uint16_t *ops; /* enum insn_op, OP_BAD for the second half of a wide one */
	uint32_t ninsns;
	struct insn_aux *aux;
	struct subprog_info *subs;
	uint32_t nsubs;
	struct used_map maps[MAPS_MAX];
	uint32_t nmaps;
	struct attach_info attach;
	struct ctx_view ctx; /* mem_ctx.c; type NULL: not looked up yet, or none */
	bool ctx_not_converted;
	uint32_t ctx_end; /* behind the last byte that is reached */
	uint32_t buf_end[2]; /* ... of buffers: those that may be written, those that may not */
	struct ret_range exit_range;
	uint32_t exception_callback_subprog; /* 0: none */
	bool seen_exception, seen_direct_write;
	/* what the loader may do, by the checks that ask it */
	bool bpf_capable, allow_ptr_leaks, allow_uninit_stack, bypass_spec_v1, bypass_spec_v4;
	bool strict_alignment, test_state_freq, test_reg_invariants;
	bool explore_alu_limits; /* nospec.c has masks that depend on values: compare whole */
	bool sleepable;
	/* cfg.c */
	struct successors *succ; /* of each instruction */
	uint32_t *postorder;
	uint32_t npostorder;
	uint32_t nscc;
	struct scc_visit **scc_visits; /* lists, by number of the SCC; prune.c */
	/* the walk */
	struct state *cur;
	uint32_t insn, prev_insn; /* being walked, and the one before it */
	struct pending *todo;
	uint32_t ntodo;
	uint32_t pushed_at;	  /* processed, when what is open was pushed */
	struct bucket *explored;  /* ninsns of them */
	struct stored *unlinked, *gone; /* gone: Linux has freed them */
	struct pool pool;	   /* of one walk: all that is kept */
	struct state *spare;	   /* open states to be used again, linked by parent */
	struct state *shown;	   /* a kept state for the log */
	struct reg_state not_init; /* what a register is that is not in a kept state */
	struct jump_hist *cur_hist; /* entry of the instruction being walked, or NULL */
	uint32_t id_gen;
	uint16_t pass; /* of insn_aux.seen */
	uint32_t processed, jumps_processed, prev_processed, prev_jumps_processed;
	uint32_t processed_max;
	uint32_t total_states, explored_states, unlinked_states, peak_states;
	uint32_t max_states_per_insn, num_backedges;
	/* same.c */
	struct {
		uint32_t old, cur;
	} * idmap;
	uint32_t nidmap, idmap_tmp_id;
	struct backtrack *bt; /* precise.c */
	struct stacklive *stacklive;
	struct kfunc_tab *kfuncs; /* that the program calls: kfunc.c */
	/* regs.c: special fields of types, or that there are none, as they were asked for */
	struct known_record {
		struct known_record *next;
		const struct btf *btf;
		uint32_t btf_id, mask;
		const struct btf_record *record;
	} *records;
	/* vlog.c */
	struct vlog {
		struct strbuf *text;
		size_t base; /* of this log in text */
		uint32_t level;
		size_t prev_insn_end; /* where the instruction's text ended, for padding */
		size_t prev_insn_len;
		bool print_pending; /* the next instruction is preceded by the whole state */
		uint32_t scratched_regs;
		uint64_t scratched_slots;
		uint32_t prev_line; /* index + 1 of the line printed last */
	} log;
	char type_str[128];
	char tnum_str[48];
	bool lines_are_good; /* line records were checked: btfinfo.c */
	/* helper.c: what the program may call, as long as attach.btf is groups_attach */
	uint64_t groups;
	const struct btf *groups_attach;
	bool groups_known;
	uint32_t helper_btf_ids[HELPER_BTF_COUNT]; /* 0: not looked for */
	uint32_t ncpus;				   /* 0: not asked for */
};

/* The kernel's types, or NULL. They are read at the first call. */
static inline const struct btf *kernel_btf(const struct env *env)
{
	return btf_read(env->job->kernel);
}
/* Where attach_btf_id is from, when it is not a program's */
static inline const struct btf *target_btf(const struct env *env)
{
	return env->job->attach_btf ? env->job->attach_btf : kernel_btf(env);
}
static inline struct func_state *cur_func(const struct env *env)
{
	return env->cur->frame[env->cur->curframe];
}
static inline struct reg_state *cur_regs(const struct env *env)
{
	return cur_func(env)->regs;
}
static inline struct insn_aux *cur_aux(const struct env *env)
{
	return &env->aux[env->insn];
}
/* resolve_prog_type(): an extension is of its target's type */
static inline uint32_t prog_type_of(const struct env *env)
{
	const struct verify_job *job = env->job;

	return job->type == PROG_TYPE_EXT && job->attach_to ? job->attach_to->type : job->type;
}
static inline struct func_state *func_of(const struct env *env, const struct reg_state *reg)
{
	return env->cur->frame[reg->frameno];
}
/* Slot index of a stack offset (negative): fp-1..fp-8 are slot 0. */
static inline int slot_of(int off)
{
	return (-off - 1) / SLOT_SIZE;
}
static inline bool tnum_reg_is_const(const struct reg_state *reg)
{
	return reg->type == T_SCALAR && tnum_is_const(reg->var_off);
}
/* register_is_null() */
static inline bool scalar_is_zero(const struct reg_state *reg)
{
	return reg->type == T_SCALAR && tnum_equals_const(reg->var_off, 0);
}
/* __is_pointer_value(): would who reads it learn an address that this loader may not know? */
static inline bool leaks_pointer(const struct env *env, const struct reg_state *reg)
{
	return !env->allow_ptr_leaks && reg->type != T_SCALAR;
}

/* Registers of an open state, spilled ones too: from frame 0, r0 to r10, then slots from fp-8. */
struct reg_iter {
	struct state *st;
	uint32_t frame, at;
};
/* The next, or NULL. */
struct reg_state *reg_iter_next(struct reg_iter *it);
#define for_each_reg(vst, reg)                                                                     \
	for (struct reg_iter it_##reg = {.st = (vst)}; (reg = reg_iter_next(&it_##reg)) != NULL;)

#endif
