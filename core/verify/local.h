/*
 * Inside the verifier: the prototypes of each file, in the order in which they are to be read, over
 * what core/verify/state.h knows.
 *
 * Functions that judge are check_* and return 0 or -errno, having said why through reject();
 * functions that learn are mark_*, set_* and fill_* and return nothing.
 */
#ifndef CORE_VERIFY_LOCAL_H
#define CORE_VERIFY_LOCAL_H

#include "core/verify/keep.h"
#include "core/verify/scalar.h"

/* ---- vlog.c: the log, byte for byte the kernel's; nobody else formats a register ---- */
static inline bool log_is_on(const struct env *env)
{
	return env->log.level != 0;
}
/* Are instructions and states logged, and not statistics alone? */
static inline bool log_has_insns(const struct env *env)
{
	return env->log.level & (VERIFY_LOG_PATH | VERIFY_LOG_ALL) &&
	       env->processed > env->job->log_after;
}
void vlog(struct env *env, const char *fmt, ...) __printf(2, 3);
size_t vlog_pos(const struct env *env);
/* Forgets what was logged after pos. */
void vlog_cut(struct env *env, size_t pos);
/*
 * Says why in the kernel's words (with its newline, where it has one). Returns the reason's errno.
 *
 *	return reject(env, REASON_DIV_BY_ZERO, "div by zero\n");
 *
 * Each place that can say something is a row of verify_messages(): the compiler makes that table,
 * in a section of its own.
 */
#define reject(env, why, ...) reject_with(env, why, verify_reasons[why].err, __VA_ARGS__)
/* The same with another errno. */
#define reject_with(env, why, err, ...)                                                            \
	(LIST_MESSAGE(why, FIRST_OF(__VA_ARGS__, )), refuse(env, why, err, __VA_ARGS__))
/* Logs a part of what a refusal says: before reject(), or after what failed has called it. */
#define vlog_why(env, why, ...)                                                                    \
	(LIST_MESSAGE(why, FIRST_OF(__VA_ARGS__, )), vlog(env, __VA_ARGS__))
#define FIRST_OF(first, ...) first
#define LIST_MESSAGE(why, text)                                                                    \
	({                                                                                         \
		static const struct verify_message message_ = {why, text};                         \
		static const struct verify_message *const listed_                                  \
			__attribute__((section("refusals"), used)) = &message_;             \
	})
int refuse(struct env *env, enum verify_reason reason, int err, const char *fmt, ...)
	__printf(4, 5);
/* "INTERNAL" refusals that the kernel prints as "verifier bug: ...(1)" */
int reject_bug(struct env *env, const char *fmt, ...) __printf(2, 3);
/* print_verifier_state() */
void print_state(struct env *env, const struct state *st, uint32_t frameno, bool all);
/* print_insn_state() */
void print_insn_state(struct env *env, const struct state *st, uint32_t frameno);
/* "5: (b7) r1 = 0": the instruction alone, with newline; helper and kfunc names as the kernel has
 */
void print_insn(struct env *env, uint32_t insn);
/* verbose_insn(): "(b7) r1 = 0", behind text of its line that stands there already */
void print_insn_only(struct env *env, uint32_t insn);
/* verbose_linfo(): the source line of insn, once, behind prefix */
void print_line(struct env *env, uint32_t insn, const char *prefix);
static inline void mark_reg_scratched(struct env *env, uint32_t regno)
{
	env->log.scratched_regs |= 1u << regno;
}
static inline void mark_slot_scratched(struct env *env, uint32_t slot)
{
	env->log.scratched_slots |= 1ull << slot;
}
void mark_verifier_state_scratched(struct env *env);
void mark_verifier_state_clean(struct env *env);
/* print_verification_stats() */
void print_stats(struct env *env);
/* tnum_strn(): "(0x0; 0xff)"; in env->tnum_str */
const char *tnum_str(struct env *env, struct tnum a);

/* ---- admit.c: what is asked before the verifier ---- */
enum verify_reason admit(const struct verify_job *job);

/* ---- verify.c: the passes ---- */
/* The program takes a hole of Linux's at an instruction, or at the one being walked. */
void warn_hole_at(struct env *env, enum verify_warning hole, uint32_t insn);
static inline void warn_hole(struct env *env, enum verify_warning hole)
{
	warn_hole_at(env, hole, env->insn);
}

/* ---- regs.c: register types, their names, and how registers are set ---- */
/* reg_type_str(): "map_value_or_null"; in env->type_str */
const char *reg_type_str(struct env *env, uint32_t type);
const char *dynptr_type_str(enum dynptr_type type);
const char *iter_type_str(const struct btf *btf, uint32_t btf_id);
const char *iter_state_str(enum iter_state state);
const char *btf_type_name(const struct btf *btf, uint32_t id);
bool type_is_packet(uint32_t type);	/* T_PACKET, T_PACKET_META */
bool type_is_any_packet(uint32_t type); /* ... T_PACKET_END */
bool type_is_sk_pointer(uint32_t type); /* sock, sock_common, tcp_sock, xdp_sock */
bool type_is_ptr_alloc_obj(uint32_t type);
bool type_is_non_owning_ref(uint32_t type);
bool type_is_rdonly_mem(uint32_t type);
bool reg_not_null(struct env *env, const struct reg_state *reg);
bool reg_is_pkt_pointer_any(const struct reg_state *reg);
bool reg_may_point_to_spin_lock(struct env *env, const struct reg_state *reg);
const struct btf_record *reg_btf_record(struct env *env, const struct reg_state *reg);
const struct btf_record *map_record(struct env *env, const struct map *map);
/* is_trusted_reg(), is_rcu_reg() */
bool reg_is_trusted(struct env *env, const struct reg_state *reg);
bool reg_is_rcu(const struct reg_state *reg);
void mark_reg_not_init(struct env *env, struct reg_state *reg);
void mark_reg_unknown(struct env *env, struct reg_state *reg); /* precise when !bpf_capable */
void mark_reg_unknown_imprecise(struct reg_state *reg);
void mark_reg_known(struct reg_state *reg, uint64_t imm); /* id, off and type kept: range only */
/* A scalar; only frameno and precise stay: clear a register that is not a state's. */
void mark_reg_const(struct reg_state *reg, uint64_t imm);
void mark_reg_known_zero(struct reg_state *reg);	  /* __mark_reg_known_zero() */
void mark_reg_const_zero(struct env *env, struct reg_state *reg); /* scalar 0, precise if unpriv */
void mark_ptr_not_null(struct env *env, struct reg_state *reg);
void mark_reg_btf_ptr(struct env *env, struct reg_state *reg, uint32_t type, const struct btf *btf,
		      uint32_t btf_id, uint32_t flags); /* mark_btf_ld_reg() but for its result */
void mark_reg_graph_node(struct reg_state *reg, const struct btf_field *root);
void mark_reg_dynptr(struct reg_state *reg, enum dynptr_type type, bool first_slot, uint32_t id);
void mark_caller_saved(struct env *env); /* r0-r5 of the current frame: not initialised */
void mark_caller_saved_in(struct env *env, struct func_state *fs);
void init_func_state(struct env *env, struct func_state *fs, int callsite, uint32_t frameno,
		     uint32_t subprog);
void init_reg_state(struct env *env, struct func_state *fs);

/* ---- alu.c: scalar transfer, one function for each operation ---- */
/* Operations as the opcode's high four bits have them */
enum alu_code {
#define ALU(name, bits, ...) ALU_##name = bits,
#include "core/isa/isa.def"
	ALU_NEG = 0x80,
	ALU_END = 0xd0,
};
int check_alu(struct env *env, const struct bpf_insn *insn); /* check_alu_op() */
/* "+=", as messages about pointers name the operation */
const char *alu_sign(const struct bpf_insn *insn);
/* dst += src without reg_bounds_sync() */
void add_scalar(struct reg_state *dst, const struct reg_state *src);

/* ---- ptr.c: pointer arithmetic ---- */
/* adjust_ptr_min_max_vals() */
int adjust_ptr(struct env *env, const struct bpf_insn *insn, const struct reg_state *ptr,
	       const struct reg_state *off);

/* ---- nospec.c: speculation, for loaders without CAP_PERFMON ---- */
int sanitize_val_alu(struct env *env, const struct bpf_insn *insn);
struct sanitize {
	uint8_t alu_state;
	uint32_t alu_limit;
	bool mask_to_left;
};
int sanitize_ptr_alu(struct env *env, const struct bpf_insn *insn, const struct reg_state *ptr,
		     const struct reg_state *off, struct reg_state *dst, struct sanitize *info,
		     bool commit_window);
int sanitize_err(struct env *env, const struct bpf_insn *insn, int why, const struct reg_state *off,
		 const struct reg_state *dst);
int sanitize_speculative_path(struct env *env, const struct bpf_insn *insn, uint32_t next,
			      uint32_t cur);
int check_ptr_alu_unpriv(struct env *env, const struct bpf_insn *insn,
			 const struct reg_state *dst); /* sanitize_check_bounds() */

/* ---- state.c: open states, the queue, branch counts ---- */
struct state *new_open_state(void);
void free_state(struct state *st); /* an open one; NULL is nothing */
void make_refs(struct state *st, uint32_t n); /* room for n */
/* Makes an open state what another is, but for its frames and references: it has none. */
void copy_head(struct state *st, const struct state *from);
/* The memory of a frame: one above those in use may be there already. */
struct func_state *make_frame(struct state *st, uint32_t frame);
/* push_stack(): NULL after reject() when there are too many */
struct state *push_state(struct env *env, uint32_t insn, uint32_t prev_insn, bool speculative);
struct state *push_async_cb(struct env *env, uint32_t insn, uint32_t prev_insn, uint32_t subprog,
			    bool is_sleepable);
/* Takes the next path into env->cur; false: there is none. cut: the log goes back too. */
bool pop_state(struct env *env, uint32_t *insn, uint32_t *prev_insn, bool cut);
void free_pending(struct env *env);
void free_spare_states(struct env *env);
/* update_branch_counts() */
int update_branch_counts(struct env *env, struct state *st);
void grow_stack(struct func_state *fs, uint32_t nslots); /* grow_stack_state() without its limits */
uint32_t new_id(struct env *env);

/* ---- same.c: is one state covered by another? ---- */
enum exact_level { NOT_EXACT, EXACT, RANGE_WITHIN };
/* old is kept, cur is open */
bool states_equal(struct env *env, struct state *old, struct state *cur, enum exact_level exact);
bool states_maybe_looping(const struct env *env, const struct state *old, const struct state *cur);
bool iter_active_depths_differ(const struct state *old, const struct state *cur);
bool regs_equal_callback(const struct state *a, const struct state *b); /* same_callsites() */
void widen_imprecise_scalars(struct env *env, struct state *old, struct state *cur);

/* ---- prune.c: explored states, loops ---- */
enum { PRUNE_GO_ON, PRUNE_HIT };		   /* or -errno */
int check_visited(struct env *env, uint32_t insn); /* is_state_visited() */
struct state *find_prev_entry(struct env *env, struct state *cur, uint32_t insn);
int maybe_exit_scc(struct env *env, struct state *st);
/* Has the loop that a stored state is in paths back to it that were not looked at again? */
bool incomplete_read_marks(const struct state *st);
void maybe_free_stored(struct env *env, struct stored *sl);
int push_jump_history(struct env *env, struct state *st, uint32_t flags, uint64_t linked_regs);
struct jump_hist *jump_hist_entry(struct state *st, uint32_t end, uint32_t insn);
void show_explored(struct env *env);
void free_explored(struct env *env);

/* ---- live.c: registers that are live before each instruction; the fastcall pattern ---- */
int fill_live_registers(struct env *env); /* compute_live_registers(), prints its table */
void mark_fastcall_patterns(struct env *env);
/* After the walk: frames lose the slots of fastcall patterns (remove_fastcall_spills_fills()). */
void drop_fastcall_spills(struct env *env);

/* ---- stacklive.c: stack slots that may be read later, by call chain ---- */
void stacklive_init(struct env *env);
void stacklive_free(struct env *env);
int stacklive_mark_read(struct env *env, uint32_t frame, uint32_t insn, uint64_t slots);
int stacklive_mark_write(struct env *env, uint32_t frame, uint64_t slots);
int stacklive_begin_insn(struct env *env, uint32_t insn);	/* bpf_reset_stack_write_marks() */
int stacklive_end_insn(struct env *env);			/* bpf_commit_stack_write_marks() */
int stacklive_update(struct env *env);				/* bpf_update_live_stack() */
void stacklive_reset_caller(struct env *env, struct state *st); /* a function was entered */
/* Makes ready to ask about a state, and asks: the slots of a frame that may be read later. */
void stacklive_query(struct env *env, const struct state *st);
uint64_t stacklive_alive(const struct env *env, uint32_t frame);

/* ---- precise.c: whose value matters, found by walking back ---- */
int mark_chain_precision(struct env *env, int regno);
int mark_frame_slots_precise(struct env *env, uint32_t frame, uint64_t slots);
/* old is kept; cur is what is walked, or a back edge. */
int propagate_precision(struct env *env, const struct state *old, struct state *cur, bool *changed);
void mark_all_scalars_precise(struct env *env, const struct state *st); /* before st */
void mark_all_scalars_imprecise(struct state *st);
void backtrack_init(struct env *env);
void backtrack_forget(struct env *env); /* the current state is another, or has another parent */
enum { SLOTS_TEXT_SIZE = 512 };
/* "-8,-24" */
void slots_text(char text[SLOTS_TEXT_SIZE], uint64_t slots);

/* ---- narrow.c and branch.c: conditional jumps ---- */
/* Conditions as the opcode's high four bits have them */
enum jump_code {
#define JMP(name, bits, ...) JUMP_##name = bits,
#include "core/isa/isa.def"
};
/* is_branch_taken(): 1, 0, or -1 */
int is_branch_taken(struct env *env, const struct reg_state *a, const struct reg_state *b,
		    uint8_t op, bool is_jmp32);
/* Refines both registers on both sides. */
int set_branch_bounds(struct env *env, struct reg_state *true_a, struct reg_state *true_b,
		      struct reg_state *false_a, struct reg_state *false_b, uint8_t op,
		      bool is_jmp32);
/* mark_ptr_or_null_regs() of the register regno of a state */
void mark_ptr_or_null_regs(struct env *env, struct state *st, uint32_t regno, bool is_null);
bool try_match_pkt_pointers(struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
			    struct reg_state *src, struct state *this_branch,
			    struct state *other_branch);
struct linked_reg {
	uint8_t frame;
	union {
		uint8_t slot, regno;
	};
	bool is_reg;
};
struct linked_regs {
	uint32_t n;
	struct linked_reg v[LINKED_REGS_MAX];
};
uint64_t linked_regs_pack(const struct linked_regs *s);
void linked_regs_unpack(uint64_t val, struct linked_regs *s);
void collect_linked_regs(struct env *env, struct state *st, uint32_t id, struct linked_regs *out);
void sync_linked_regs(struct env *env, struct state *st, struct reg_state *known,
		      const struct linked_regs *linked);
void assign_scalar_id(struct env *env, struct reg_state *src); /* assign_scalar_id_before_mov() */
void clear_scalar_id(struct reg_state *reg);

/* ---- jump.c ---- */
int check_cond_jump(struct env *env, const struct bpf_insn *insn, uint32_t *next);

/* ---- step.c: one instruction at a time ---- */
int do_check(struct env *env); /* until no path is left */
/* check_reg_arg(): reads (src) and writes (dst) of registers by number */
enum reg_access { REG_SRC, REG_DST, REG_DST_NO_MARK };
int check_reg(struct env *env, uint32_t regno, enum reg_access access);
int check_reg_in(struct env *env, struct func_state *fs, uint32_t regno, enum reg_access access);

/* ---- stack.c: slots ---- */
int check_stack_read(struct env *env, uint32_t ptr_regno, int off, int size, int dst_regno);
int check_stack_write(struct env *env, uint32_t ptr_regno, int off, int size, int value_regno,
		      uint32_t insn);
/* check_stack_range_initialized(): what a helper or kfunc gets */
struct call_meta;
int check_stack_range(struct env *env, uint32_t regno, int off, int access_size,
		      bool zero_size_allowed, bool is_write, struct call_meta *meta);
/* check_stack_access_within_bounds(), and room is made; reg is one of the current frame's */
int check_stack_access(struct env *env, const struct reg_state *reg, int off, int size,
		       bool is_write);
bool slot_is_spilled(const struct stack_slot *slot);	      /* is_spilled_reg() */
bool slot_is_spilled_scalar(const struct stack_slot *slot);   /* a whole scalar */
bool slot_is_spilled_scalar64(const struct stack_slot *slot); /* is_spilled_scalar_reg64() */
bool slot_is_special(const struct stack_slot *slot);	      /* dynptr, iterator, irq flag */
void scrub_spilled_slot(uint8_t *type);
/* mark_stack_slot_obj_read(): all of a dynptr, iterator or irq flag that begins in slot */
int mark_stack_slots_read(struct env *env, const struct reg_state *reg, int slot, int nslots);
void mark_stack_slot_invalid(struct env *env, struct func_state *fs, int slot);
/* -errno when the slot of a dynptr is overwritten although it holds a reference */
int destroy_if_dynptr_slot(struct env *env, struct func_state *fs, int slot);

/* ---- mem.c: one access, dispatched by the pointer's type ---- */
/* check_mem_access(): size in bytes; value_regno -1: none */
int check_mem_access(struct env *env, uint32_t insn, uint32_t regno, int off, int size,
		     bool is_write, int value_regno, bool strict_once, bool is_ldsx);
int check_load(struct env *env, const struct bpf_insn *insn, bool strict_once, bool is_ldsx,
	       bool allow_trust_mismatch); /* check_load_mem() */
int check_store(struct env *env, const struct bpf_insn *insn, bool strict_once); /* STX */
int check_store_imm(struct env *env, const struct bpf_insn *insn);		 /* ST */
int check_mem_region(struct env *env, uint32_t regno, int off, int size, uint32_t mem_size,
		     bool zero_size_allowed); /* check_mem_region_access() */
/* __check_mem_access(): the same at one offset */
int check_mem_bounds(struct env *env, uint32_t regno, int off, int size, uint32_t mem_size,
		     bool zero_size_allowed);
int check_ptr_off_reg(struct env *env, const struct reg_state *reg, uint32_t regno);
int check_ptr_off_reg_fixed(struct env *env, const struct reg_state *reg, uint32_t regno,
			    bool fixed_off_ok);
int check_buffer_access(struct env *env, const struct reg_state *reg, uint32_t regno, int off,
			int size, bool zero_size_allowed, uint32_t *max_access);
/* Where it is noted how much of what an iterator hands out is accessed. */
uint32_t *buffer_end(struct env *env, const struct reg_state *reg);
/* check_ptr_alignment() */
int check_alignment(struct env *env, const struct reg_state *reg, int off, int size,
		    bool strict_once);
bool is_probed(uint32_t ptr_type);
/* Does a pointer of the type lead to what is the kernel's, not the program's? */
bool is_kernels(uint32_t ptr_type);
int save_aux_ptr_type(struct env *env, uint32_t type, bool allow_trust_mismatch);
bool may_access_direct_pkt_data(struct env *env, const struct call_meta *meta, bool is_write);

/* ---- mem_map.c ---- */
int check_map_access(struct env *env, uint32_t regno, int off, int size, bool zero_size_allowed,
		     bool is_helper);
bool map_is_rdonly_to_progs(const struct map *map);
int check_map_access_type(struct env *env, uint32_t regno, int off, int size, bool is_write);
int check_map_kptr_access(struct env *env, uint32_t regno, int value_regno, uint32_t insn,
			  const struct btf_field *field);
int check_kptr_match(struct env *env, const struct btf_field *field, const struct reg_state *reg,
		     uint32_t regno);
/* bpf_map_is_rdonly(): its contents will never change, and can be looked at */
bool map_is_constant(const struct map *map);
/* Reads a constant out of such a map; false: of that type and size they cannot be read. */
bool map_direct_read(const struct map *map, int off, int size, uint64_t *val, bool is_ldsx);

/* ---- mem_ctx.c, by core/obj/ctx/ ---- */
struct access_info {
	uint32_t reg_type;
	bool is_ldsx;
	uint8_t ctx_field_size;
	const struct btf *btf;
	uint32_t btf_id;
	uint32_t ref_obj_id;
	bool is_retval;
};
/* info->reg_type is T_SCALAR before, and then what the access gives. */
int check_ctx_access(struct env *env, uint32_t insn, int off, int size, bool is_write,
		     struct access_info *info);
/* Fills attach.ctx_args, once attach.btf, func_id and the struct_ops fields are known. */
void fill_ctx_args(struct env *env);
/* Does a function of the kernel stand for a kind of iterator? All have an argument of note. */
bool bpf_iter_prog_supported(const char *func);
int check_flow_keys_access(struct env *env, int off, int size);
int check_sock_access(struct env *env, uint32_t insn, uint32_t regno, int off, int size,
		      bool is_write);
/* After the walk: accesses that were allowed although Linux cannot translate them. */
int check_ctx_conversion(struct env *env);

/* ---- mem_pkt.c ---- */
int check_packet_access(struct env *env, uint32_t regno, int off, int size, bool zero_size_allowed);
void clear_all_pkt_pointers(struct env *env);
void clear_dynptr_slices(struct env *env, uint32_t dynptr_id); /* invalidate_dynptr() slices */

/* ---- mem_btf.c: through pointers whose type BTF tells ---- */
int check_btf_access(struct env *env, struct reg_state *regs, uint32_t regno, int off, int size,
		     bool is_write, int value_regno);
int check_map_ptr_access(struct env *env, struct reg_state *regs, uint32_t regno, int off, int size,
			 bool is_write, int value_regno);
/* WALK_PTR_UNTRUSTED: a pointer to no struct */
enum btf_walk { WALK_SCALAR, WALK_PTR, WALK_STRUCT, WALK_PTR_UNTRUSTED };
/*
 * btf_struct_access(): what an access at off of a reg's type finds, or -errno, said: never
 * WALK_STRUCT. *flags are the type flags of the pointer that is loaded.
 */
int btf_struct_access(struct env *env, const struct reg_state *reg, int off, int size,
		      bool is_write, uint32_t *next_btf_id, uint32_t *flags,
		      const char **field_name);
bool btf_struct_ids_match(struct env *env, const struct btf *btf, uint32_t id, int off,
			  const struct btf *need_btf, uint32_t need_id, bool strict);
/* Is it one type? Types of modules and of the kernel that they extend may be. */
bool btf_types_are_same(const struct btf *a, uint32_t a_id, const struct btf *b, uint32_t b_id);
/* btf_is_prog_ctx_type(): does this PTR point to what programs of this type have as context? */
bool btf_is_ctx_type(struct env *env, const struct btf *btf, uint32_t ptr_to_id, int arg);
/* btf_validate_prog_ctx_type(): the same of a parameter tagged "arg:ctx"; 0 or -errno, said */
int check_ctx_arg_type(struct env *env, const struct btf *btf, uint32_t ptr_to_id, int arg);
/* The kernel's own struct of the context of the program's type, or -errno, said. */
int get_kern_ctx_btf_id(struct env *env);
/* The kernel's or a module's types, not a program's or a map's */
bool btf_is_kernel(const struct env *env, const struct btf *btf);
/* "STRUCT": btf_type_str() */
const char *btf_kind_str(const struct btf_type *t);
/* A name in messages: "(anon)" when there is none (__btf_name_by_offset()) */
static inline const char *btf_log_name(const struct btf *btf, uint32_t name_off)
{
	return name_off ? btf_str(btf, name_off) : "(anon)";
}

/* ---- atomic.c ---- */
int check_atomic(struct env *env, const struct bpf_insn *insn);

/* ---- arg.c, arg_mem.c, helper.c: calls of helpers ---- */
/* What the arguments of a call have told so far (struct bpf_call_arg_meta). */
struct call_meta {
	struct {
		struct map *map;
		uint32_t uid;
	} map;
	bool raw_mode; /* the memory need not be initialised */
	bool pkt_access;
	bool is_percpu_object; /* what bpf_per_cpu_ptr() is given is an object of the program's */
	uint32_t release_regno; /* 0: none */
	int regno, access_size; /* stack that the call initialises */
	int mem_size;		/* of ARG_CONST_ALLOC_SIZE_OR_ZERO */
	int64_t const_map_key;	/* -1: not known */
	uint64_t msize_max_value;
	uint32_t ref_obj_id, dynptr_id;
	uint32_t func_id;
	const struct btf *ret_btf;
	uint32_t ret_btf_id;
	uint32_t subprog;
	const struct btf_field *kptr_field;
};
int check_helper_call(struct env *env, const struct bpf_insn *insn);
/* The prototype that this program has of a helper; NULL: it cannot call it. */
const struct func_proto *find_helper_proto(struct env *env, int32_t id);
bool helper_may_sleep(struct env *env, uint32_t func_id);
/* func_id_name() without "bpf_"; of known ids */
const char *helper_word(uint32_t func_id);
/* The kernel's struct, enum helper_btf_type; 0: it has none */
uint32_t helper_btf_id(struct env *env, uint32_t which);
/* check_func_arg() */
int check_func_arg(struct env *env, uint32_t regno, const struct func_proto *fn,
		   struct call_meta *meta);
/* arg_btf_id: the kernel's struct that is wanted, or NULL */
int check_reg_type(struct env *env, uint32_t regno, uint32_t arg_type, const uint32_t *arg_btf_id,
		   struct call_meta *meta);
int check_func_arg_reg_off(struct env *env, const struct reg_state *reg, uint32_t regno,
			   uint32_t arg_type);
/* check_map_field_pointer(): regno points to the timer, wq or task_work of a map's value */
int check_map_field(struct env *env, uint32_t regno, enum btf_field_type type);
/* arg_mem.c */
/* check_mem_reg(): regno points to size bytes that a global function or kfunc may use */
int check_mem_reg(struct env *env, struct reg_state *reg, uint32_t regno, uint32_t mem_size);
int check_mem_size_reg(struct env *env, struct reg_state *reg, uint32_t regno, bool is_write,
		       bool zero_size_allowed, struct call_meta *meta);
int check_helper_mem_access(struct env *env, uint32_t regno, int access_size, bool is_write,
			    bool zero_size_allowed, struct call_meta *meta);
int check_mem_arg(struct env *env, const struct reg_state *reg, uint32_t regno,
		  const struct func_arg *arg, struct call_meta *meta);
int check_map_key_arg(struct env *env, const struct reg_state *reg, uint32_t regno,
		      struct call_meta *meta);
int check_map_value_arg(struct env *env, const struct reg_state *reg, uint32_t regno,
			uint32_t arg_type, struct call_meta *meta);
/* A look-up with a constant key finds an element. */
bool can_elide_value_nullness(const struct map *map);
int check_reg_const_str(struct env *env, struct reg_state *reg, uint32_t regno);
int check_bpf_snprintf_call(struct env *env);
/* resolve.c: maps and programs that do not go together (check_map_prog_compatibility()) */
int check_map_prog(struct env *env, struct map *map);

/* Gives a callee its registers; it was called at insn. */
typedef int set_callee_fn(struct env *env, struct func_state *caller, struct func_state *callee,
			  uint32_t insn);

/* ---- kfunc.c, kfunc_rules.c, kfunc_param.c, kfunc_arg.c: calls of kernel functions ---- */
int add_kfunc_call(struct env *env, const struct bpf_insn *insn);
int check_kfunc_call(struct env *env, const struct bpf_insn *insn, uint32_t *insn_idx);
/*
 * Facts of the kfunc that an instruction calls; false: there is none such, or the program may not
 * call it, and then only callbacks and throw are told.
 */
struct kfunc_facts {
	const char *name;
	uint32_t nargs;
	bool is_void;
	bool is_iter_next, calls_sync_callback, calls_async_callback, is_throw, is_fastcall;
	bool sleepable, changes_pkt_data;
	bool spin_allowed;    /* while a lock is held: kfunc_spin_allowed() */
	bool is_rbtree_api;   /* is_bpf_rbtree_api_kfunc() */
};
bool kfunc_facts(struct env *env, const struct bpf_insn *insn, struct kfunc_facts *out);
const char *kfunc_name(struct env *env, const struct bpf_insn *insn); /* NULL: unknown */
bool is_kfunc_bpf_throw(struct env *env, const struct bpf_insn *insn);
bool kfunc_spin_allowed(struct env *env, const struct bpf_insn *insn);

/* What a parameter is, as its type and name alone tell. */
enum karg_kind {
	KARG_IGNORED, /* __ign */
	KARG_PROG,    /* __prog: filled in by the kernel */
	KARG_SCALAR,
	KARG_UNKNOWN, /* neither a number nor a pointer */
	KARG_CTX,
	KARG_ALLOC,
	KARG_REFCOUNTED,
	KARG_DYNPTR,
	KARG_ITER,
	KARG_LIST_HEAD,
	KARG_LIST_NODE,
	KARG_RB_ROOT,
	KARG_RB_NODE,
	KARG_CONST_STR,
	KARG_MAP,
	KARG_WQ,
	KARG_TASK_WORK,
	KARG_IRQ_FLAG,
	KARG_RES_LOCK,
	KARG_OTHER, /* a pointer; the register decides which of these it is: */
	KARG_NULL,
	KARG_BTF_ID,
	KARG_CALLBACK,
	KARG_MEM,
	KARG_MEM_SIZE,
	KARG_COUNT
};
enum karg_flag {
	KARG_NULLABLE = 1 << 0,
	KARG_CONST = 1 << 1,
	KARG_UNINIT = 1 << 2,
	KARG_OPTIONAL = 1 << 3,
	KARG_SIZE = 1 << 4,	   /* __sz: of the memory before it */
	KARG_CONST_SIZE = 1 << 5,  /* __szk */
	KARG_RDONLY_SIZE = 1 << 6, /* of the memory that is returned */
	KARG_RDWR_SIZE = 1 << 7,
	KARG_FUNC = 1 << 8, /* points to a function */
	KARG_PLAIN = 1 << 9, /* points to a scalar, or a struct of scalars */
	KARG_DEEP = 1 << 10, /* points to a struct that is nested too deep to tell */
};
struct karg {
	uint8_t kind; /* enum karg_kind */
	uint16_t flags;
	uint32_t type; /* without modifiers and typedefs, */
	uint32_t ref;  /* and what it points to likewise */
};

/* A kfunc that the program calls. */
struct kfunc_desc {
	uint32_t id; /* of its FUNC */
	int16_t off; /* of its BTF in fd_array; 0: the kernel's */
	bool is_ready;
	const struct btf *btf;
	const char *name;
	const struct kfunc *row; /* NULL: the program may not call it */
	uint32_t proto, nargs;	 /* FUNC_PROTO and its parameters, of which args has five at most */
	uint32_t ret, ret_ref;	 /* type and ref as in struct karg */
	struct karg args[ARGS_MAX];
};

/* One call of a kfunc (struct bpf_kfunc_call_arg_meta). */
struct kfunc_meta {
	const struct kfunc_desc *desc;
	enum kfunc_id kfunc;
	uint32_t flags; /* enum kfunc_flag */
	uint32_t ref_obj_id, release_regno;
	bool r0_rdonly, owning_ref, prog_seen;
	uint64_t r0_size;
	uint32_t subprog; /* of a callback */
	struct {
		bool found;
		uint64_t value;
	} constant;
	const struct btf *arg_btf;
	uint32_t arg_btf_id;
	const struct btf_field *list_head, *rbtree_root;
	struct {
		enum dynptr_type type;
		uint32_t id, ref_obj_id;
	} dynptr;
	struct {
		uint32_t slot, frameno;
	} iter;
	struct {
		struct map *map;
		uint32_t uid;
	} map;
	uint32_t ret_btf_id;
};

/* What is peculiar to a kfunc, by its id. */
enum kfunc_trait {
	TRAIT_LIST_API = 1 << 0,    /* takes a list's head */
	TRAIT_RBTREE_API = 1 << 1,  /* takes a tree's root */
	TRAIT_LIST_NODE = 1 << 2,   /* and a node of it */
	TRAIT_RB_NODE = 1 << 3,	    /* likewise */
	TRAIT_INSERTS = 1 << 4,	    /* the owning reference becomes a non-owning one */
	TRAIT_SPIN_ALLOWED = 1 << 5,
	TRAIT_RCU_LOCK = 1 << 6,
	TRAIT_RCU_UNLOCK = 1 << 7,
	TRAIT_PREEMPT_OFF = 1 << 8,
	TRAIT_PREEMPT_ON = 1 << 9,
	TRAIT_RES_LOCK = 1 << 10,   /* takes or releases a bpf_res_spin_lock: */
	TRAIT_TAKES_LOCK = 1 << 11, /* takes it, and may fail to */
	TRAIT_LOCK_IRQ = 1 << 12,
	TRAIT_PACKET = 1 << 13, /* moves packet data */
	TRAIT_ASYNC = 1 << 14,	/* its callback runs later */
	TRAIT_RETURNS_LOCAL = 1 << 15, /* its void * is an object of the program's own */
};
struct kfunc_special {
	uint32_t traits;
	uint32_t dynptr_flags; /* enum type_flag: of the dynptr it makes */
	set_callee_fn *callback;
	uint32_t ret_size;  /* of the memory that is returned, writable */
	uint32_t ret_flags; /* enum type_flag: of the pointer that is returned */
	int (*ret)(struct env *env, struct kfunc_meta *meta, struct reg_state *r0);
};
extern const struct kfunc_special kfunc_specials[KFUNC_COUNT];
int check_kfunc_args(struct env *env, struct kfunc_meta *meta, uint32_t insn);
/* RCU, preemption, interrupts: what the call begins, ends, or may not be in */
int check_kfunc_regions(struct env *env, const struct kfunc_meta *meta);
int check_kfunc_return(struct env *env, struct kfunc_meta *meta, uint32_t insn); /* r0 */
void fill_kargs(struct env *env, struct kfunc_desc *desc);
/* __btf_type_is_scalar_struct(): four levels of structs at most */
enum btf_plain { BTF_NOT_PLAIN, BTF_PLAIN, BTF_TOO_DEEP };
enum btf_plain btf_is_plain_struct(const struct btf *btf, uint32_t id);
/* A type of the kernel's own BTF with this name, seen through btf. */
bool is_kernel_struct(const struct env *env, const struct btf *btf, uint32_t id, const char *name);
/* get_dynptr_type_flag() */
uint32_t dynptr_type_flag(enum dynptr_type type);
/* btf_find_struct_meta(): special fields of a struct that the program allocates, or NULL */
const struct btf_record *local_record(struct env *env, const struct btf *btf, uint32_t id);

/* ---- call.c: subprograms, frames, exits ---- */
int check_func_call(struct env *env, const struct bpf_insn *insn, uint32_t *insn_idx);
int check_exit(struct env *env, bool *done, bool exception); /* process_bpf_exit_full() */
/* Of the call that is walked, made when they are asked for. */
struct call_facts *cur_call_facts(struct env *env);
int prepare_func_exit(struct env *env, uint32_t *insn_idx);
int setup_func_entry(struct env *env, uint32_t subprog, uint32_t callsite, set_callee_fn *set,
		     struct state *st);

/* ---- global.c: functions that are judged by their prototypes ---- */
/* Fills args of a function by its BTF, once (btf_prepare_func_args()). */
int prepare_func_args(struct env *env, uint32_t subprog);
/*
 * Do the registers fit the prototype (btf_check_subprog_call())? Only a global function must be
 * called so; -EFAULT is for all.
 */
int check_func_args(struct env *env, uint32_t subprog, struct reg_state *regs);
int do_check_main(struct env *env);
int do_check_globals(struct env *env);

/* ---- depth.c: how much stack chains of calls take ---- */
int check_max_stack_depth(struct env *env);

/* ---- callback.c ---- */
int push_callback_call(struct env *env, const struct bpf_insn *insn, uint32_t insn_idx,
		       uint32_t subprog, set_callee_fn *set);
set_callee_fn set_map_elem_callback, set_loop_callback, set_timer_callback, set_find_vma_callback,
	set_user_ringbuf_callback, set_rbtree_add_callback, set_task_work_callback;

/* ---- dynptr.c ---- */
int mark_stack_slots_dynptr(struct env *env, struct reg_state *reg, uint32_t arg_type,
			    uint32_t insn, uint32_t clone_ref_obj_id);
int unmark_stack_slots_dynptr(struct env *env, struct reg_state *reg);
int process_dynptr_func(struct env *env, uint32_t regno, uint32_t insn, uint32_t arg_type,
			uint32_t clone_ref_obj_id);
int dynptr_get_spi(struct env *env, const struct reg_state *reg);
bool is_dynptr_reg_valid_init(struct env *env, struct reg_state *reg);
bool is_dynptr_type_expected(struct env *env, struct reg_state *reg, uint32_t arg_type);
enum dynptr_type dynptr_reg_type(struct env *env, const struct reg_state *reg);
uint32_t dynptr_id(struct env *env, const struct reg_state *reg);
uint32_t dynptr_ref_obj_id(struct env *env, const struct reg_state *reg);
enum dynptr_type dynptr_arg_type(uint32_t arg_type); /* arg_to_dynptr_type() */

/* ---- iter.c ---- */
struct kfunc_meta;
int process_iter_arg(struct env *env, uint32_t regno, uint32_t insn, struct kfunc_meta *meta);
int process_iter_next(struct env *env, uint32_t insn, struct kfunc_meta *meta);
int stack_slot_obj_get_spi(struct env *env, const struct reg_state *reg, const char *kind,
			   uint32_t nslots);

/* ---- ref.c: acquired references ---- */
uint32_t acquire_ref(struct env *env, uint32_t insn);
int acquire_lock(struct env *env, uint32_t insn, uint32_t kind, uint32_t id, const void *ptr);
int release_lock(struct state *st, uint32_t kind, uint32_t id, const void *ptr);
struct ref_state *find_lock(struct state *st, uint32_t kind, uint32_t id, const void *ptr);
uint32_t acquire_irq(struct env *env, uint32_t insn);
int release_irq(struct state *st, uint32_t id);
int release_reference(struct env *env, uint32_t ref_obj_id); /* and all that hold it */
int release_reference_nomark(struct state *st, uint32_t ref_obj_id);
bool find_reference(const struct state *st, uint32_t id);
int check_reference_leak(struct env *env, bool exception_exit);
int check_resource_leak(struct env *env, bool exception_exit, bool check_lock, const char *prefix);
int ref_set_non_owning(struct env *env, struct reg_state *reg);
int ref_convert_owning_non_owning(struct env *env, uint32_t ref_obj_id);
void invalidate_non_owning_refs(struct env *env);
/* A pointer that leads nowhere any more: unknown, or nothing at all to who may not see addresses */
void mark_reg_invalid(struct env *env, struct reg_state *reg);

/* ---- lock.c: spin locks, rcu, preemption, irqs ---- */
enum { LOCK_TAKES = 1, LOCK_IS_RES = 2, LOCK_IS_IRQ = 4 };
int process_spin_lock(struct env *env, uint32_t regno, uint32_t flags);
int process_irq_flag(struct env *env, uint32_t regno, struct kfunc_meta *meta);
bool in_rcu_cs(const struct env *env);
bool in_sleepable(const struct env *env);
bool in_sleepable_context(const struct env *env);
bool in_rbtree_lock_required_cb(struct env *env);

/* ---- ret.c: return values ---- */
int check_return_code(struct env *env, uint32_t regno, const char *reg_name);
/* Is all that a register can be in the range? is_32: are its low 32 bits? */
bool range_has(struct ret_range range, const struct reg_state *reg, bool is_32);
/* "PLACE the register R0 has smin=5 smax=5 should have been in [0, 1]" */
int reject_range(struct env *env, const struct reg_state *reg, struct ret_range range,
		 const char *place, const char *reg_name);

/* ---- attach.c ---- */
int check_attach_target(struct env *env);
/* __get_type_size(): bytes of a parameter or return value, 0 for void, -1: cannot be passed */
int64_t passed_size(const struct btf *btf, uint32_t id);
/* btf_distill_func_proto(): can a function of the kernel with such a prototype be called at all? */
int check_func_model(struct env *env, const struct btf *btf, uint32_t proto, const char *name);
/* The range that a program's exit must be in; false: any */
bool get_func_retval_range(const struct env *env, struct ret_range *range);

/* ---- subprog.c, btfinfo.c, resolve.c, cfg.c: passes before the walk ---- */
int add_subprogs_and_kfuncs(struct env *env);
int check_subprogs(struct env *env);
int find_subprog(const struct env *env, uint32_t insn);		   /* that begins there, or -1 */
uint32_t containing_subprog(const struct env *env, uint32_t insn); /* that it is in */
int check_fds(struct env *env);
int check_btf_info_early(struct env *env);
int check_btf_info(struct env *env);
const char *subprog_name(const struct env *env, uint32_t subprog); /* "" */
int resolve_pseudo_ldimm64(struct env *env);
int check_cfg(struct env *env);
int fill_successors(struct env *env);
int fill_postorder(struct env *env);
int fill_scc(struct env *env);

#endif
