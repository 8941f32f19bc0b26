/*
 * Inside the assembler. A source is read line by line from a stack of inputs (files, macro bodies);
 * a line is split into statements; a statement is a label, a directive of directives.def or an
 * instruction. Bytes go to the current section at once. What an expression cannot tell yet becomes
 * a fixup, settled at the end as bytes or as a relocation. Branch relaxation repeats the whole job
 * with the jumps known to be too short made long, so that nothing else needs to know about it.
 *
 * A handler reads its operands at the cursor with the parse_* and accept_* functions below and says
 * what is wrong with fail(a->d, &loc, ...); its caller skips the rest of the statement and goes on.
 */
#ifndef ASM_LOCAL_H
#define ASM_LOCAL_H

#include <errno.h>

#include "asm/asm.h"
#include "core/base/hash.h"
#include "core/base/vec.h"

struct assembler;

/* Bounds that keep hostile text from eating time and memory. */
enum {
	MAX_SOURCE_DEPTH = 64,	  /* nested includes and macro calls */
	MAX_EXPANSION = 16 << 20, /* bytes that macros and repetitions may make in all */
	MAX_OUTPUT = 64 << 20,	  /* bytes of all sections */
	MAX_EXPR_DEPTH = 200,
	MAX_EVAL_STEPS = 1 << 27, /* parts of expressions looked at, for equates that double */
	MAX_ERRORS = 1000, /* said; whoever makes more wants to see the first */
	MAX_HINTS = 20, /* errors that look through all names for the one that was meant */
	MAX_INCLUDED = 64 << 20,
};

/* ---- text ---- */

enum source_kind { SOURCE_FILE, SOURCE_MACRO, SOURCE_REPEAT };

struct source {
	struct source *up;
	enum source_kind kind;
	const char *file;
	const char *text; /* as written, for carets; NUL-terminated */
	char *clean;	  /* the same with comments blanked out: same size, same columns */
	size_t size;
	size_t next;	 /* where the next line starts */
	uint32_t line;	 /* number of the current line */
	uint32_t first;	 /* number of the line in front of a repetition's body */
	uint32_t period; /* lines of that body; 0: it is no repetition */
	struct loc from; /* of the statement that brought this source in */
	size_t conds;	 /* open conditionals when it began */
	/* The rest of a line after a statement that pushed another source. */
	const char *rest, *rest_line;
};

/* ---- expressions and symbols ---- */

struct asm_section;

struct asm_symbol {
	const char *name;
	struct asm_section *sec;  /* where a label is; NULL: undefined, absolute or an equate */
	uint64_t off;		  /* in sec, or the absolute value */
	const struct expr *value; /* of .set */
	const struct expr *size;  /* of .size */
	const char *rename;	  /* its name in the object, when .rename gave it another */
	uint8_t type, bind, other;
	bool is_defined; /* label, .set, .comm */
	bool is_set;	 /* may be set again */
	bool is_absolute;
	bool is_common;	  /* off is the alignment, size the size */
	bool is_declared; /* some directive or datum names it: an undefined one is external */
	bool is_temp;	  /* .L...: no symbol of the object */
	bool bind_given;
	bool is_section; /* stands for its section */
	bool is_busy;	 /* being evaluated */
	bool is_used;	 /* a relocation needs it */
	uint32_t number; /* in assembler.syms */
	uint32_t index;	 /* in object.syms, at the end; 0: not there */
	bool is_ordered;
	struct loc def, ref; /* places of definition and first mention */
};

struct expr {
	enum { EXPR_NUM, EXPR_SYM, EXPR_UNARY, EXPR_BINARY } kind;
	uint8_t op; /* row of the operator table */
	bool in_parens;
	uint8_t depth;
	int64_t num;
	struct asm_symbol *sym;
	const struct expr *l, *r;
	struct loc loc;
};

/* What an expression is worth: num, or sym + num. */
struct value {
	struct asm_symbol *sym;
	int64_t num;
};

/* ---- sections and fixups ---- */

enum fixup_kind {
	FIX_DATA,   /* size bytes of data */
	FIX_IMM32,  /* imm */
	FIX_OFF16,  /* off: of a memory access */
	FIX_JUMP16, /* off: to a label */
	FIX_JUMP32, /* imm: to a label */
	FIX_CALL,   /* imm: a function, a helper */
	FIX_LOCAL,  /* imm: a function of this section */
	FIX_LD64,   /* both imm of an ld_imm64 */
	FIX_RELOC,  /* as .reloc says; bytes stay */
};

struct fixup {
	struct asm_section *sec;
	uint64_t off; /* of the instruction or datum */
	uint8_t kind; /* enum fixup_kind */
	uint8_t size;
	uint32_t reloc; /* RELOC_* of FIX_RELOC */
	uint32_t jump;	/* ordinal of the jump, for relaxation */
	const struct expr *expr;
	struct loc loc;
};

struct asm_section {
	const char *name;
	uint32_t type;
	uint64_t flags, align, entsize;
	uint32_t link, info;
	struct strbuf data;	  /* bytes, unless NOBITS */
	uint64_t size;		  /* of NOBITS; else data.len */
	VEC(struct reloc) relocs; /* filled at the end; sym is asm_symbol.number */
	struct asm_symbol *sym;	  /* the section symbol */
	uint32_t index;		  /* in object.secs */
	bool attrs_given;	  /* by .section */
	bool align_given;	  /* align= says how far code is aligned, too */
	bool is_named;		  /* some directive chose it; else an empty one is left out */
};

/* Where an instruction came from; line_info is made of these. */
struct insn_site {
	struct asm_section *sec;
	uint64_t off;
	struct loc loc;
};

/* "1:" may be defined many times; see symbol.c. */
struct numeric_label {
	uint64_t n;
	struct asm_symbol *back, *forward;
};

struct macro;
struct section_pair {
	struct asm_section *sec, *prev;
};

enum if_kind {
	IF_NE,
	IF_EQ,
	IF_GT,
	IF_GE,
	IF_LT,
	IF_LE,
	IF_DEF,
	IF_NDEF,
	IF_BLANK,
	IF_NBLANK,
	IF_SAME,
	IF_NSAME,
	IF_SAME_STRING,
	IF_NSAME_STRING,
};

enum type_kind { TYPE_STRUCT, TYPE_UNION, TYPE_ENUM };

struct cond {
	bool active; /* this branch is assembled */
	bool taken;  /* some branch was */
	bool seen_else;
	bool outer; /* the text around is active */
	struct loc loc;
};

/* What one more pass must know of the pass before. */
struct relaxation {
	VEC(uint8_t) is_long; /* by ordinal of the jump */
	bool changed;
};

struct assembler {
	const struct asm_options *opts;
	struct diag *d;
	struct arena *arena; /* lives until the messages are out */
	enum asm_dialect dialect;
	bool big_endian;

	struct source *src;
	const char *p, *end;	/* the cursor: the rest of the statement, in src->clean */
	const char *line, *eol; /* the line it is on, in src->clean */
	size_t expanded;	/* bytes made by macros so far */
	uint32_t invocations;	/* \@ */
	struct strmap macro_index;
	VEC(struct macro *) macros;
	VEC(struct cond) conds;
	bool stop; /* a limit was hit, which was said */

	VEC(struct asm_section *) secs;
	struct strmap sec_index;
	struct asm_section *sec, *prev;
	VEC(struct section_pair) sec_stack;
	VEC(struct asm_symbol *) syms;	/* by first mention */
	VEC(struct asm_symbol *) order; /* those that .symbol_order puts first */
	struct strmap sym_index;
	VEC(struct fixup) fixups;
	VEC(struct insn_site) sites;
	uint64_t output; /* bytes emitted */

	VEC(struct numeric_label) numerics;
	struct strmap numeric_index;
	bool is_compiled; /* .file names a source: undefined functions are other objects' */
	bool in_insn;		 /* registers are no symbols here */
	struct asm_symbol *exit; /* at the first one, among mnemonics; NULL: none yet */
	unsigned int eval_depth, eval_steps;
	uint32_t njumps;
	struct relaxation *relax;
	int kernel_code;     /* opcode that a dump states for the instruction, or -1 */
	VEC(uint8_t) dump;   /* by slot: did a line show it? */
	struct asm_btf *btf; /* of the BTF-making directives; theirs alone */
};

/* source.c */
/* Makes text the input until it is used up; copies nothing but to blank the comments. */
int source_push(struct assembler *a, enum source_kind kind, const char *file, const char *text,
		size_t size, const struct loc *from);
/* The same for a file that .include or .incbin names. */
int find_file(struct assembler *a, const char *name, const struct loc *loc, const char **path,
	      struct bytes *out);
/* Sets the cursor to the next line of the innermost source; false at its end. */
bool next_line_here(struct assembler *a);
/* Reads everything, statement by statement. */
void read_source(struct assembler *a);
enum asm_dialect detect_dialect(const char *text, size_t size);

/* lex.c: the cursor. accept_* move on only when they return true; spaces before are skipped. */
struct loc loc_at(const struct assembler *a, const char *p, size_t len);
struct loc here(const struct assembler *a);
bool is_word_start(char c);
bool is_word_char(char c);
bool at_end(struct assembler *a);
void skip_spaces(struct assembler *a);
bool accept(struct assembler *a, const char *punct);	 /* "," "(" ... */
bool accept_word(struct assembler *a, const char *word); /* a whole word, any case */
int expect(struct assembler *a, const char *punct);
int expect_end(struct assembler *a);
/* A name: a word, or anything in double quotes. Into the arena. */
int parse_name(struct assembler *a, const char *what, const char **name);
/* "..." with C escapes; out lives in the arena and has a NUL behind. */
int parse_string(struct assembler *a, struct bytes *out);
/* An operand up to a comma or the end, unquoted when it was quoted. */
const char *parse_raw(struct assembler *a);
/* A number without sign: 12, 0x1f, 0b11, 017, 'a'. False without a message when there is none. */
bool is_number(const struct assembler *a);
int parse_number(struct assembler *a, uint64_t *num);

/* expr.c */
int parse_expr(struct assembler *a, const struct expr **e);
/* An expression that has a value already. */
int parse_abs(struct assembler *a, int64_t *num);
const struct expr *expr_num(struct assembler *a, int64_t num, const struct loc *loc);
const struct expr *expr_sym(struct assembler *a, struct asm_symbol *sym, const struct loc *loc);
/* Is it a number by now? Says nothing. */
bool expr_is_abs(const struct expr *e, int64_t *num);
/* What it is; said when that is nothing sensible. */
int eval_expr(struct assembler *a, const struct expr *e, struct value *v);
/* Does the expression name a symbol anywhere? */
bool expr_has_symbol(const struct expr *e);

/* symbol.c */
/* The symbol called name, made at its first mention (loc may be NULL). */
struct asm_symbol *symbol(struct assembler *a, const char *name, const struct loc *loc);
/* One more that symbol() does not find: nameless, or a file's. */
struct asm_symbol *new_symbol(struct assembler *a, const char *name, const struct loc *loc);
struct asm_symbol *find_symbol(const struct assembler *a, const char *name);
/* A label at the end of the current section, or at a place. */
int define_label(struct assembler *a, const char *name, const struct loc *loc);
int define_symbol(struct assembler *a, struct asm_symbol *s, struct asm_section *sec, uint64_t off,
		  const struct loc *loc);
int define_equate(struct assembler *a, const char *name, const struct expr *e, bool again,
		  const struct loc *loc);
/* A fresh temporary symbol at the end of the current section. */
struct asm_symbol *temp_label(struct assembler *a);
int define_numeric(struct assembler *a, uint64_t n, const struct loc *loc);
/* 1f, 1b; the backward one may be missing. */
struct asm_symbol *numeric_label(struct assembler *a, uint64_t n, bool forward,
				 const struct loc *loc);
/* Section called name; made with the attributes its name implies when it is new. */
struct asm_section *section_get(struct assembler *a, const char *name);
struct asm_section *find_section(const struct assembler *a, const char *name);
void section_switch(struct assembler *a, struct asm_section *sec);
struct asm_symbol *section_symbol(struct assembler *a, struct asm_section *sec);
/* Next offset of a section: its size so far. */
uint64_t section_here(const struct asm_section *sec);
bool is_code(const struct asm_section *sec);

/* emit.c: to the end of the current section */
int emit_bytes(struct assembler *a, const void *data, size_t size, const struct loc *loc);
int emit_fill(struct assembler *a, uint64_t count, uint8_t byte, const struct loc *loc);
/* An integer of size bytes in the object's byte order. */
int emit_int(struct assembler *a, uint64_t value, unsigned int size, const struct loc *loc);
/* May num, signed or unsigned, be stored in size bytes? */
int check_fits(struct assembler *a, int64_t num, unsigned int size, const struct loc *loc);
int emit_expr(struct assembler *a, const struct expr *e, unsigned int size, const struct loc *loc);
int emit_align(struct assembler *a, uint64_t align, uint8_t fill, const struct loc *loc);
/* The same with instructions that do nothing; gap is a multiple of 8. */
int emit_nops(struct assembler *a, uint64_t gap, uint64_t align, const struct loc *loc);
/* One instruction (two slots when wide), in host order; notes its place in sites. */
int emit_insn(struct assembler *a, const struct bpf_insn *insn, const struct loc *loc);
/* The fixup of what is emitted next, at the end of the current section. */
struct fixup *add_fixup(struct assembler *a, enum fixup_kind kind, const struct expr *e,
			const struct loc *loc);
/* Stores an integer in bytes already emitted. */
void patch_int(struct assembler *a, struct asm_section *sec, uint64_t off, uint64_t value,
	       unsigned int size);

/* parse.c: one instruction in any notation, at the cursor */
int parse_insn(struct assembler *a);

/* What a notation's parser found; which fields count is told by the operation's shape. */
struct operands {
	enum insn_op op;
	uint8_t dst, src;
	const struct expr *off, *imm; /* NULL: zero */
	const struct expr
		*target; /* of a jump or call: slots from the next instruction, or an address */
	struct loc loc, off_loc, imm_loc, target_loc;
};

struct reg {
	uint8_t num;
	bool is_w;
	struct loc loc;
};

/* r0 to r10, w0 to w10 and fp, with or without '%' */
bool at_reg(struct assembler *a);
int parse_reg(struct assembler *a, struct reg *r);
/* ... that must be 64 bits wide: an address */
int parse_base(struct assembler *a, uint8_t *num);
int parse_off(struct assembler *a, struct operands *o);
int parse_imm(struct assembler *a, struct operands *o);
/* A label, +N, pc+N, or N slots. */
int parse_target(struct assembler *a, struct operands *o);
/* What follows the word call. */
int parse_call(struct assembler *a, struct operands *o);
/* Checks the operands against the operation and emits it. */
int emit_operands(struct assembler *a, struct operands *o);
/* The row of a shape (and of the width w asks for, when that tells rows apart) called text. */
enum insn_op find_op(enum insn_shape shape, bool is_w, const char *text, size_t len);

/* pseudo_c.c: LLVM's and the kernel's notation; gnu.c: mnemonics */
bool is_pseudo_c(struct assembler *a);
int parse_pseudo_c(struct assembler *a, struct operands *o);
int parse_mnemonic(struct assembler *a, struct operands *o);
bool is_mnemonic(const char *word, size_t len);

/* kernel.c: verifier logs and xlated dumps */
int read_dump_line(struct assembler *a);
/* Did the dump show all of the program? */
void check_dump(struct assembler *a);

/* relax.c */
/* Was the jump about to be emitted found too short in an earlier pass? Counts it. */
bool jump_is_long(struct assembler *a);
int emit_long_jump(struct assembler *a, struct operands *o);
/* Has the jump at a fixup to be long? Then another pass is due. */
bool want_long(struct assembler *a, const struct fixup *f);

/* resolve.c */
int resolve_fixups(struct assembler *a);
int build_object(struct assembler *a, struct object **out);

/* Handlers of directives.def: the cursor stands behind the name, loc is the name's place. */
#define DIRECTIVE(name, handler, arg_)                                                             \
	int handler(struct assembler *a, const struct loc *loc, unsigned int arg);
#include "asm/directives.def"

/* A power of two; 0 counts as 1. */
int parse_alignment(struct assembler *a, uint64_t *align);

/* directive.c: the cursor is at the '.' */
int parse_directive(struct assembler *a);
/* The same in text that a false condition leaves out. */
int skip_directive(struct assembler *a);

/* macro.c */
/* Is the word at the cursor a macro? */
bool is_macro_call(const struct assembler *a);
int call_macro(struct assembler *a);
/* Is the text at the cursor assembled, or left out by a condition? */
bool is_active(const struct assembler *a);

#endif
