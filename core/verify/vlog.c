/*
 * The log. Every character of it is the kernel's (kernel/bpf/log.c, kernel/bpf/disasm.c): people
 * and programs read it, and two logs can only be compared when they are equal.
 */
#include "core/verify/local.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

enum {
	LINE_MAX_LEN = 1024, /* of one message: BPF_VERIFIER_TMP_LOG_SIZE */
	COMMENT_COLUMN = 40, /* BPF_LOG_ALIGNMENT */
	COMMENT_STEP = 8,    /* BPF_LOG_MIN_ALIGNMENT */
};

/* ---- the buffer ---- */

size_t vlog_pos(const struct env *env)
{
	return env->log.text ? env->log.text->len - env->log.base : 0;
}

void vlog_cut(struct env *env, size_t pos)
{
	struct strbuf *text = env->log.text;

	if (!log_is_on(env) || pos >= vlog_pos(env))
		return;
	text->len = env->log.base + pos;
	text->s[text->len] = '\0';
}

__printf(2, 0) static void vlog_va(struct env *env, const char *fmt, va_list ap)
{
	char line[LINE_MAX_LEN];
	int len = vsnprintf(line, sizeof(line), fmt, ap);

	strbuf_addmem(env->log.text, line, min((size_t)len, sizeof(line) - 1));
}

void vlog(struct env *env, const char *fmt, ...)
{
	va_list ap;

	if (!log_is_on(env))
		return;
	va_start(ap, fmt);
	vlog_va(env, fmt, ap);
	va_end(ap);
}

/* The reason counts when the walk ends with it: an error on a speculative path is forgiven. */
__printf(4, 0) static int refuse_va(struct env *env, enum verify_reason reason, int err,
				    const char *fmt, va_list ap)
{
	env->result->reason = reason;
	env->result->insn = env->insn;
	if (log_is_on(env))
		vlog_va(env, fmt, ap);
	return -abs(err);
}

int refuse(struct env *env, enum verify_reason reason, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err = refuse_va(env, reason, err, fmt, ap);
	va_end(ap);
	return err;
}

int reject_bug(struct env *env, const char *fmt, ...)
{
	va_list ap;
	int err;

	vlog_why(env, REASON_INTERNAL, "verifier bug: ");
	va_start(ap, fmt);
	err = refuse_va(env, REASON_INTERNAL, EFAULT, fmt, ap);
	va_end(ap);
	vlog(env, "\n");
	return err;
}

/* The ends of the section; the linker knows them. */
extern const struct verify_message *const __start_refusals[];
extern const struct verify_message *const __stop_refusals[];

const struct verify_message *const *verify_messages(size_t *n)
{
	*n = (size_t)(__stop_refusals - __start_refusals);
	return __start_refusals;
}

void print_stats(struct env *env)
{
	if (env->log.level & VERIFY_LOG_STATS) {
		vlog(env, "verification time %" PRIu64 " usec\n", env->result->ns / 1000);
		vlog(env, "stack depth ");
		for (uint32_t i = 0; i < env->result->nsubprogs; i++)
			vlog(env, "%s%d", i ? "+" : "", env->result->stack_depth[i]);
		vlog(env, "\n");
	}
	vlog(env,
	     "processed %u insns (limit %d) max_states_per_insn %u "
	     "total_states %u peak_states %u mark_read 0\n",
	     env->processed, INSNS_PROCESSED_MAX, env->max_states_per_insn, env->total_states,
	     env->peak_states);
}

/* ---- what changed since it was printed ---- */

void mark_verifier_state_scratched(struct env *env)
{
	env->log.scratched_regs = ~0U;
	env->log.scratched_slots = ~0ULL;
}

void mark_verifier_state_clean(struct env *env)
{
	env->log.scratched_regs = 0;
	env->log.scratched_slots = 0;
}

/* ---- numbers ---- */

static bool is_unum_decimal(uint64_t num)
{
	return num <= UINT16_MAX;
}

static bool is_snum_decimal(int64_t num)
{
	return num >= INT16_MIN && num <= INT16_MAX;
}

static void vlog_unum(struct env *env, uint64_t num)
{
	vlog(env, is_unum_decimal(num) ? "%" PRIu64 : "0x%" PRIx64, num);
}

static void vlog_snum(struct env *env, int64_t num)
{
	vlog(env, is_snum_decimal(num) ? "%" PRId64 : "0x%" PRIx64, num);
}

const char *tnum_str(struct env *env, struct tnum a)
{
	if (!tnum_is_const(a))
		snprintf(env->tnum_str, sizeof(env->tnum_str), "(0x%" PRIx64 "; 0x%" PRIx64 ")",
			 a.value, a.mask);
	else
		snprintf(env->tnum_str, sizeof(env->tnum_str),
			 is_unum_decimal(a.value) ? "%" PRIu64 : "0x%" PRIx64, a.value);
	return env->tnum_str;
}

/* ---- a register ---- */

/* Sets off what follows from what came before in the list of a register's attributes. */
static void vlog_sep(struct env *env, bool *more)
{
	if (*more)
		vlog(env, ",");
	*more = true;
}

struct bound {
	const char *name;
	uint64_t val;
	bool is_signed, omit;
};

/* Negative decimals are the same in 32 and 64 bits; hexadecimals are not, and stay as wide as they
 * are. */
static uint64_t snum32(int32_t num)
{
	return is_snum_decimal(num) ? (uint64_t)(int64_t)num : (uint32_t)num;
}

static bool bound_is_negative(const struct bound *b)
{
	return b->is_signed && (int64_t)b->val < 0;
}

/* "smin=umin=1": minima are at even indices, maxima at odd ones; equal ones share their number. */
static void print_ranges(struct env *env, const struct range *r, bool *more)
{
	struct bound bounds[] = {
		{"smin", (uint64_t)r->smin, true, r->smin == INT64_MIN},
		{"smax", (uint64_t)r->smax, true, r->smax == INT64_MAX},
		{"umin", r->umin, false, r->umin == 0},
		{"umax", r->umax, false, r->umax == UINT64_MAX},
		{"smin32", snum32(r->s32_min), true, r->s32_min == INT32_MIN},
		{"smax32", snum32(r->s32_max), true, r->s32_max == INT32_MAX},
		{"umin32", r->u32_min, false, r->u32_min == 0},
		{"umax32", r->u32_max, false, r->u32_max == UINT32_MAX},
	};

	for (size_t i = 0; i < ARRAY_SIZE(bounds); i++) {
		const struct bound *b = &bounds[i];

		if (b->omit)
			continue;
		vlog_sep(env, more);
		vlog(env, "%s=", b->name);
		for (size_t j = i + 2; j < ARRAY_SIZE(bounds); j += 2) {
			struct bound *o = &bounds[j];

			if (o->omit || o->val != b->val ||
			    bound_is_negative(o) != bound_is_negative(b))
				continue;
			o->omit = true;
			vlog(env, "%s=", o->name);
		}
		if (b->is_signed)
			vlog_snum(env, (int64_t)b->val);
		else
			vlog_unum(env, b->val);
	}
}

static void print_ids(struct env *env, const struct reg_state *reg, bool *more)
{
	if (reg->id) {
		vlog_sep(env, more);
		vlog(env, "id=%d", reg->id & ~ID_ADD_CONST);
	}
	if (reg->id & ID_ADD_CONST)
		vlog(env, "%+d", reg->off);
	if (reg->ref_obj_id) {
		vlog_sep(env, more);
		vlog(env, "ref_obj_id=%d", reg->ref_obj_id);
	}
	if (type_is_non_owning_ref(reg->type)) {
		vlog_sep(env, more);
		vlog(env, "non_own_ref");
	}
}

static void print_map(struct env *env, const struct map *map, bool *more)
{
	if (map->name[0]) {
		vlog_sep(env, more);
		vlog(env, "map=%.*s", (int)sizeof(map->name), map->name);
	}
	vlog_sep(env, more);
	vlog(env, "ks=%d,vs=%d", map->key_size, map->value_size);
}

/* What pointers have besides ids. */
static void print_pointer(struct env *env, const struct reg_state *reg, bool *more)
{
	enum reg_type base = type_base(reg->type);

	if (base == T_MAP_PTR || base == T_MAP_KEY || base == T_MAP_VALUE)
		print_map(env, reg->map, more);
	if (reg->off) {
		vlog_sep(env, more);
		vlog(env, "off=");
		vlog_snum(env, reg->off);
	}
	if (type_is_packet(reg->type)) {
		vlog_sep(env, more);
		vlog(env, "r=");
		vlog_unum(env, (uint64_t)(int64_t)reg->range);
	}
	if (base == T_MEM) {
		vlog_sep(env, more);
		vlog(env, "sz=");
		vlog_unum(env, reg->mem_size);
	}
	if (reg->type == T_DYNPTR) {
		vlog_sep(env, more);
		vlog(env, "type=%s", dynptr_type_str(reg->dynptr.type));
	}
}

static void print_value(struct env *env, const struct reg_state *reg, bool *more)
{
	if (!tnum_is_const(reg->var_off)) {
		print_ranges(env, &reg->r, more);
		if (tnum_is_unknown(reg->var_off))
			return;
		vlog_sep(env, more);
		vlog(env, "var_off=%s", tnum_str(env, reg->var_off));
	} else if (reg->var_off.value) {
		vlog_sep(env, more);
		vlog(env, "imm=");
		vlog_snum(env, (int64_t)reg->var_off.value);
	}
}

/* print_reg_state() */
static void print_reg(struct env *env, const struct func_state *fs, const struct reg_state *reg)
{
	bool more = false;

	if (reg->type == T_SCALAR && reg->precise)
		vlog(env, "P");
	if (reg->type == T_SCALAR && tnum_is_const(reg->var_off)) {
		vlog_snum(env, (int64_t)reg->var_off.value);
		return;
	}
	vlog(env, "%s", reg_type_str(env, reg->type));
	if (reg->type == T_ARENA)
		return;
	if (reg->type == T_STACK) {
		if (fs->frameno != reg->frameno)
			vlog(env, "[%d]", reg->frameno);
		if (tnum_is_const(reg->var_off)) {
			vlog_snum(env, (int64_t)reg->var_off.value + reg->off);
			return;
		}
	}
	if (type_base(reg->type) == T_BTF_ID)
		vlog(env, "%s", btf_type_name(reg->btf, reg->btf_id));
	vlog(env, "(");
	print_ids(env, reg, &more);
	if (reg->type != T_SCALAR)
		print_pointer(env, reg, &more);
	print_value(env, reg, &more);
	vlog(env, ")");
}

/* ---- the stack ---- */

static const char slot_chars[] = {
	[SLOT_INVALID] = '?', [SLOT_SPILL] = 'r', [SLOT_MISC] = 'm',	 [SLOT_ZERO] = '0',
	[SLOT_DYNPTR] = 'd',  [SLOT_ITER] = 'i',  [SLOT_IRQ_FLAG] = 'f',
};

static int slot_off(uint32_t slot)
{
	return -(int)(slot + 1) * SLOT_SIZE;
}

static void print_dynptr(struct env *env, uint32_t slot, const struct reg_state *reg)
{
	bool more = false;

	vlog(env, " fp%d=dynptr_%s(", slot_off(slot), dynptr_type_str(reg->dynptr.type));
	if (reg->id) {
		vlog_sep(env, &more);
		vlog(env, "id=%d", reg->id);
	}
	if (reg->ref_obj_id) {
		vlog_sep(env, &more);
		vlog(env, "ref_id=%d", reg->ref_obj_id);
	}
	/* The kernel prints dynptr_id here, which shares its place with first_slot. */
	if (reg->dynptr.first_slot) {
		vlog_sep(env, &more);
		vlog(env, "dynptr_id=1");
	}
	vlog(env, ")");
}

static void print_iter(struct env *env, uint32_t slot, const struct reg_state *reg)
{
	/* Only the first slot of an iterator has it. */
	if (reg->ref_obj_id)
		vlog(env, " fp%d=iter_%s(ref_id=%d,state=%s,depth=%u)", slot_off(slot),
		     iter_type_str(reg->iter.btf, reg->iter.btf_id), reg->ref_obj_id,
		     iter_state_str(reg->iter.state), reg->iter.depth);
}

/* Bytes that are not part of a spill stand before the spilled register. */
static void print_spill(struct env *env, const struct func_state *fs, uint32_t i, char *types)
{
	char *spill = strchr(types, slot_chars[SLOT_SPILL]);

	*spill = '\0';
	vlog(env, " fp%d=%s", slot_off(i), types);
	print_reg(env, fs, &fs->stack[i].spilled);
}

/* Returns how many slots it took. */
static uint32_t print_slot(struct env *env, const struct func_state *fs, uint32_t i)
{
	const struct stack_slot *slot = &fs->stack[i];
	char types[SLOT_SIZE + 1] = {0};
	bool valid = false;

	for (int j = 0; j < SLOT_SIZE; j++) {
		valid |= slot->type[j] != SLOT_INVALID;
		types[j] = slot_chars[slot->type[j]];
	}
	if (!valid)
		return 1;
	switch (slot->type[SLOT_SIZE - 1]) {
	case SLOT_SPILL:
		print_spill(env, fs, i, types);
		return 1;
	case SLOT_DYNPTR:
		if (i + DYNPTR_SLOTS > fs->nslots)
			return 1;
		i += DYNPTR_SLOTS - 1;
		print_dynptr(env, i, &fs->stack[i].spilled);
		return DYNPTR_SLOTS;
	case SLOT_ITER:
		print_iter(env, i, &slot->spilled);
		return 1;
	default:
		vlog(env, " fp%d=%s", slot_off(i), types);
		return 1;
	}
}

/* ---- a state ---- */

static void print_regs(struct env *env, const struct func_state *fs, bool all)
{
	for (uint32_t i = 0; i < REG_COUNT; i++) {
		if (fs->regs[i].type == T_NOT_INIT)
			continue;
		if (!all && !(env->log.scratched_regs >> i & 1))
			continue;
		vlog(env, " R%d=", i);
		print_reg(env, fs, &fs->regs[i]);
	}
}

static void print_refs(struct env *env, const struct state *st)
{
	const char *sep = " refs=";

	if (!st->nrefs || !st->refs[0].id)
		return;
	for (uint32_t i = 0; i < st->nrefs; i++) {
		if (!st->refs[i].id)
			continue;
		vlog(env, "%s%d", sep, st->refs[i].id);
		sep = ",";
	}
}

void print_state(struct env *env, const struct state *st, uint32_t frameno, bool all)
{
	const struct func_state *fs = st->frame[frameno];

	if (log_is_on(env)) {
		if (fs->frameno)
			vlog(env, " frame%d:", fs->frameno);
		print_regs(env, fs, all);
		for (uint32_t i = 0; i < fs->nslots;)
			if (all || env->log.scratched_slots >> i & 1)
				i += print_slot(env, fs, i);
			else
				i++;
		print_refs(env, st);
		if (fs->in_callback)
			vlog(env, " cb");
		if (fs->in_async_callback)
			vlog(env, " async_cb");
		vlog(env, "\n");
	}
	if (!all)
		mark_verifier_state_clean(env);
}

/* Spaces behind an instruction whose line has len characters, newline included. */
static int comment_padding(size_t len)
{
	size_t column = max(len + COMMENT_STEP / 2, (size_t)COMMENT_COLUMN);

	return (int)(round_up(column, COMMENT_STEP) - len - 1);
}

void print_insn_state(struct env *env, const struct state *st, uint32_t frameno)
{
	struct vlog *log = &env->log;

	if (log_is_on(env)) {
		if (log->prev_insn_end && log->prev_insn_end == vlog_pos(env)) {
			vlog_cut(env, log->prev_insn_end - 1);
			vlog(env, "%*c;", comment_padding(log->prev_insn_len), ' ');
		} else {
			vlog(env, "%d:", env->insn);
		}
	}
	print_state(env, st, frameno, false);
}

/* ---- instructions ---- */

/* Who is called: "bpf_map_lookup_elem#1", "my_kfunc#1234" */
static bool call_name(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const char *name;

	switch (insn->src_reg) {
	case PSEUDO_CALL:
		return false;
	case PSEUDO_KFUNC_CALL:
		/* A weak one that the kernel lacks has the id, and so the name, of void. */
		name = insn->imm ? kfunc_name(arg, insn) : "";
		strbuf_addf(b, "%s#%d", name ? name : "kernel-function", insn->imm);
		return true;
	case 0:
		name = insn->imm ? helper_name(insn->imm) : "unspec";
		if (name) {
			strbuf_addf(b, "bpf_%s#%d", name, insn->imm);
			return true;
		}
	}
	strbuf_addf(b, "unknown#%d", insn->imm);
	return true;
}

enum {
	CODE_CALL = 0x85,
	CODE_MAY_GOTO = 0xe5,
	CODE_MOV32_X = 0xbc,
};

/*
 * A known opcode with another field that makes it no operation of ours. The kernel's disassembler
 * looks at fewer fields than our decoder, and what it prints of them is only ever seen in the log
 * of a program that is about to be refused.
 */
static void text_of_bad(struct strbuf *b, const struct bpf_insn *insn,
			const struct insn_names *names)
{
	struct bpf_insn plain[2] = {insn[0]};
	uint8_t class = insn->code & INSN_CLASS_MASK;

	if (insn->code == CODE_CALL) {
		strbuf_add(b, "call ");
		names->call(names->arg, b, insn);
	} else if (insn->code == CODE_MAY_GOTO) {
		strbuf_addf(b, "if r%d (null) 0x%x goto pc%+d", insn->dst_reg, (uint32_t)insn->imm,
			    insn->off);
	} else if (insn->code == CODE_MOV32_X && insn->off == 32) {
		strbuf_addf(b, "w%d = (s32)w%d", insn->dst_reg, insn->src_reg);
	} else if ((class == INSN_ALU || class == INSN_ALU64) &&
		   (insn->code & INSN_OP_MASK) == ALU_END) {
		strbuf_addf(b, "r%d = %s%d r%d", insn->dst_reg,
			    class == INSN_ALU64	      ? "bswap"
			    : insn->code & INSN_SRC_X ? "be"
						      : "le",
			    insn->imm, insn->dst_reg);
	} else {
		plain[0].off = 0;
		if (insn_slots(insn) == 2) {
			plain[0].src_reg = 0;
			plain[1] = insn[1];
		}
		insn_text(b, plain, NOTATION_KERNEL, names);
	}
}

/*
 * Atomics on one or two bytes have a text but are never allowed; any other number in imm is called
 * a bug.
 */
static void text_of_bad_atomic(struct strbuf *b, const struct bpf_insn *insn)
{
	struct bpf_insn word = insn[0];
	struct strbuf text = {0};
	char *type;

	word.code = (insn->code & ~INSN_SIZE_MASK) | INSN_W;
	if (insn_decode(&word) == OP_BAD) {
		strbuf_addf(b, "BUG_%02x", insn->code);
		return;
	}
	insn_text(&text, &word, NOTATION_KERNEL, NULL);
	type = strstr(text.s, "u32");
	strbuf_addf(b, "(%02x) ", insn->code);
	strbuf_addmem(b, text.s, (size_t)(type - text.s));
	strbuf_addf(b, "%s%s", (insn->code & INSN_SIZE_MASK) == INSN_B ? "u8" : "u16", type + 3);
	strbuf_free(&text);
}

static bool is_atomic(const struct bpf_insn *insn)
{
	return (insn->code & INSN_CLASS_MASK) == INSN_STX &&
	       (insn->code & INSN_MODE_MASK) == INSN_ATOMIC;
}

static void print_insn_text(struct env *env, const struct bpf_insn *insn)
{
	const struct insn_names names = {.arg = env, .call = call_name};
	struct strbuf *b = env->log.text;
	struct bpf_insn hidden[2] = {insn[0]};

	if (insn_decode(insn) == OP_BAD && is_atomic(insn)) {
		text_of_bad_atomic(b, insn);
	} else if (insn_decode(insn) == OP_BAD) {
		strbuf_addf(b, "(%02x) ", insn->code);
		text_of_bad(b, insn, &names);
	} else {
		/* Addresses are not shown to those who may not see pointers. */
		if (insn_slots(insn) == 2 && insn->src_reg && insn->src_reg != PSEUDO_FUNC &&
		    !env->allow_ptr_leaks) {
			hidden[0].imm = 0;
			insn = hidden;
		}
		strbuf_addf(b, "(%02x) ", insn->code);
		insn_text(b, insn, NOTATION_KERNEL, &names);
	}
	strbuf_addch(b, '\n');
}

void print_insn_only(struct env *env, uint32_t insn)
{
	if (log_is_on(env))
		print_insn_text(env, &env->insns[insn]);
}

void print_insn(struct env *env, uint32_t insn)
{
	struct vlog *log = &env->log;
	size_t start = vlog_pos(env);
	bool begins_line;

	if (!log_is_on(env))
		return;
	begins_line = !start || log->text->s[log->text->len - 1] == '\n';
	vlog(env, "%d: ", insn);
	print_insn_text(env, &env->insns[insn]);
	/* What stands behind other text is quoted; a line of its own waits for its state. */
	if (begins_line) {
		log->prev_insn_end = vlog_pos(env);
		log->prev_insn_len = log->prev_insn_end - start;
	}
}

/* ---- source lines ---- */

/* The record that covers an instruction: the last that begins at it or before. */
static const struct line_info *find_line(const struct env *env, uint32_t insn)
{
	const struct line_info *lines = env->job->lines;
	uint32_t lo = 0, hi = env->job->nlines - 1;

	if (!env->job->nlines || insn >= env->ninsns || !env->lines_are_good)
		return NULL;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo + 1) / 2;

		if (lines[mid].insn_off <= insn)
			lo = mid;
		else
			hi = mid - 1;
	}
	return &lines[lo];
}

static uint32_t line_number(const struct line_info *line)
{
	return line->line_col >> 10;
}

void print_line(struct env *env, uint32_t insn, const char *prefix)
{
	const struct line_info *lines = env->job->lines, *line, *prev;
	const char *text, *file, *slash;

	if (!log_is_on(env))
		return;
	line = find_line(env, insn);
	if (!line)
		return;
	if (env->log.prev_line) {
		prev = &lines[env->log.prev_line - 1];
		if (line->file_name_off == prev->file_name_off &&
		    line_number(line) == line_number(prev))
			return;
	}
	text = btf_str(env->job->btf, line->line_off);
	while (isspace((unsigned char)*text))
		text++;
	file = btf_str(env->job->btf, line->file_name_off);
	slash = strrchr(file, '/');
	vlog(env, "%s", prefix);
	vlog(env, "%s", text);
	vlog(env, " @ %s:%u\n", slash ? slash + 1 : file, line_number(line));
	env->log.prev_line = (uint32_t)(line - lines) + 1;
}
