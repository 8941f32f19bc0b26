/*
 * One object being written. dis_open() reads everything that the writers need to know beforehand:
 * where instructions begin, which places need a name, which records of .BTF.ext belong to which
 * instruction. The writers only look things up.
 */
#ifndef DISASM_LOCAL_H
#define DISASM_LOCAL_H

#include "core/base/hash.h"
#include "core/base/vec.h"
#include "core/btf/text.h"
#include "disasm/disasm.h"

/* A place that needs a name and has no symbol of its own that could stand for it. */
struct mark {
	uint64_t off;
	const char *name; /* ".L7": never a symbol in the object */
};

/* A record of .BTF.ext at a place of a section: index in the list of its kind. */
struct place {
	uint64_t off;
	uint32_t index;
};

struct places {
	struct place *v;
	size_t n, cap;
};

struct dis_sec {
	const struct section *sec;
	bool is_code, is_left_out;
	bool is_named;		      /* .reloc lines name it */
	uint32_t symbol;	      /* the section symbol, or 0 */
	uint32_t serial;	      /* sections before it that have its name */
	uint32_t *syms;		      /* defined here, no section symbols; by value */
	uint32_t *ends;		      /* the same by end */
	uint32_t *locals, *functions; /* those of them that can name a place, and functions */
	uint32_t nsyms, nlocals, nfunctions;
	VEC(struct mark) marks; /* by offset */
	/* code only, by slot */
	struct bpf_insn *insns; /* host byte order; one slot of zeroes follows */
	uint8_t *slots;		/* slots of the instruction that begins here; 0: none does */
	uint32_t ninsns;
	/* records of .BTF.ext by offset */
	struct places funcs, lines, cores;
};

struct dis {
	const struct object *obj;
	const struct dis_options *opt;
	struct diag *d;
	struct loc loc;
	struct arena arena;
	struct strbuf *b;
	struct dis_sec *secs;	   /* as obj->secs */
	const char **sym_names;	   /* as obj->syms: the name in the text, NULL: it has none */
	struct strmap names;	   /* all of them */
	struct strmap sections;	   /* names to the first that is not left out */
	struct strmap aliases;	   /* how many were made of a name */
	struct btf *btf;	   /* NULL: none, or no use */
	struct btf_ext ext;	   /* empty: none, or no use */
	uint32_t btf_sec, ext_sec; /* their sections, 0: none */
	enum btf_form btf_form;	   /* BTF_FORM_BYTES: .BTF is written as data */
	bool ext_is_text;	   /* .BTF.ext follows from the directives at instructions */
	bool no_btf_relocs;
};

/* dis.c */
int dis_open(struct dis *dis, const struct object *obj, const struct dis_options *opt,
	     struct diag *d);
void dis_close(struct dis *dis);
/* Only what the options ask for: bytes [*from, *to) of a section; false: nothing of it. */
bool dis_range(const struct dis *dis, uint32_t sec, uint64_t *from, uint64_t *to);
/* The first section of that name that is not left out, or 0. */
uint32_t dis_section(const struct dis *dis, const char *name);
/* Reads n bytes, at most 8, as the object's byte order has it. */
uint64_t dis_number(const struct dis *dis, const uint8_t *p, unsigned int n);
/* The first of sec's relocations at or after off. */
uint32_t dis_reloc_at(const struct section *sec, uint64_t off);

/* What a relocated operand refers to. */
struct operand {
	const char *name; /* may be NULL before label_places() is done */
	uint64_t addend;  /* beyond name */
	uint32_t sym;	  /* of the relocation */
	uint32_t sec;	  /* the place that it refers to, when sec is not 0 */
	uint64_t off;
};

/* label.c */
/* Is it an identifier to the assembler? */
bool name_is_plain(const char *name);
void label_symbols(struct dis *dis);
void label_places(struct dis *dis);
/* The name for a place of a section: a local symbol or a mark; NULL when it has none. */
const char *label_at(const struct dis *dis, uint32_t sec, uint64_t off);
/* May a label stand there? At ends and at starts of instructions, and anywhere in data. */
bool is_place(const struct dis *dis, uint32_t sec, uint64_t off);
/* Sets name and addend of a reference to a place; where no label may stand, from the start on. */
void place_name(const struct dis *dis, struct operand *ref);
/* The mark at a place, NULL: none. */
const char *mark_at(const struct dis_sec *s, uint64_t off);
/* The function of the section that covers off, or 0. */
uint32_t function_at(const struct dis *dis, uint32_t sec, uint64_t off);
/* Where the next function after off begins, UINT64_MAX when none does. */
uint64_t function_after(const struct dis *dis, uint32_t sec, uint64_t off);
/* Index of the first of s's symbols at or after off. */
uint32_t first_symbol(const struct dis *dis, const struct dis_sec *s, uint64_t off);
/* Index of the first of s's symbols, by end, that ends after off. */
uint32_t symbol_end_after(const struct dis *dis, const struct dis_sec *s, uint64_t off);
/* Index of the first mark after off. */
size_t mark_after(const struct dis_sec *s, uint64_t off);

/* ref.c */
/*
 * The operand of the relocation that belongs to the instruction at a slot. False: there is none, or
 * it is none that an operand could stand for, and remains a .reloc line.
 */
bool insn_operand(const struct dis *dis, uint32_t sec, uint32_t slot, const struct reloc **rel,
		  struct operand *out);
/* The same for eight bytes of data. */
bool data_operand(const struct dis *dis, uint32_t sec, const struct reloc *rel,
		  struct operand *out);
/* Writes name or name+8. */
void operand_text(struct strbuf *b, const struct operand *ref);

/* insn.c */
/*
 * The instruction at a slot, with names. False when its text would not assemble to its bytes, so
 * that canonical text shows it as data.
 */
bool insn_line(const struct dis *dis, uint32_t sec, uint32_t slot, struct strbuf *b);
/* The same as the kernel writes it. */
void insn_line_kernel(const struct dis *dis, uint32_t sec, uint32_t slot, struct strbuf *b);

/* data.c */
/* Bytes of a section as directives, cut where symbols, marks and relocations lie. */
void data_lines(struct dis *dis, uint32_t sec, uint64_t from, uint64_t to);
/* Everything that stands in front of a place: ends of symbols, symbols, marks. */
void place_head(struct dis *dis, uint32_t sec, uint64_t off);
/* Relocations in [from, to) that no operand shows; skip is the one that an operand does. */
void reloc_lines(struct dis *dis, uint32_t sec, uint64_t from, uint64_t to,
		 const struct reloc *skip);
/* .globl, .hidden, .type and their like. */
void symbol_attributes(struct dis *dis, uint32_t sym);
/* Size of the text at p with its NUL, when it is a string of two characters or more; else 0. */
size_t text_size(const uint8_t *p, size_t n);
/* A section as .reloc and .symbol_order name it. */
void section_key(const struct dis *dis, uint32_t sec, struct strbuf *b);
/* "# text" on one line, whatever the text holds. */
void add_comment(struct strbuf *b, const char *text);
/* A string in double quotes with escapes. */
void quoted(struct strbuf *b, const char *s, size_t len);

/* types.c */
/* Reads .BTF and .BTF.ext, as far as they are well formed. */
void types_open(struct dis *dis);
void types_close(struct dis *dis);
/* Whether the text of both sections would come back as the same bytes. */
void types_judge(struct dis *dis);
/* Is the section one of them and written as text? */
bool types_are_text(const struct dis *dis, uint32_t sec);
void types_lines(struct dis *dis, uint32_t sec);
/* What .BTF needs at the end of the text. */
void strings_lines(struct dis *dis);
/* The directives of .BTF.ext records in front of a place. */
void ext_lines(struct dis *dis, uint32_t sec, uint64_t off);
/* Index of the first place at or after off. */
size_t place_find(const struct places *p, uint64_t off);
/* The source position that begins at off; false: none does. Is it another line than before? */
bool source_at(const struct dis *dis, uint32_t sec, uint64_t off, struct dis_source *out,
	       bool *new_line);

/* note.c */
/* Comments above a function or variable: prototype, program type, map. */
void note_symbol(struct dis *dis, uint32_t sym);
/* What an instruction refers to, in a few words; false: nothing to say. */
bool note_insn(const struct dis *dis, uint32_t sec, uint32_t slot, struct strbuf *b);
/* What a CO-RE relocation asks about: "struct sock.__sk_common.skc_daddr". */
void note_core(const struct dis *dis, const struct btf_ext_core *c, struct strbuf *b);
/* C prototype of a function symbol; false without types. */
bool note_proto(const struct dis *dis, uint32_t sym, struct strbuf *b);

/* scan.c: a cursor over text that holds numbers and punctuation */
struct scan {
	const char *p, *end;
	const char *line; /* begin of the line that p is on */
	struct loc loc;	  /* file and line number of p */
	struct diag *d;
};
struct scan scan_open(struct bytes in, const char *path, struct diag *d);
/* Moves over blanks, line ends and C comments. */
void scan_space(struct scan *s);
/* ... and over one character when it is c. */
bool scan_accept(struct scan *s, char c);
/* A decimal, octal or hexadecimal number of at most 64 bits, perhaps negative; -EINVAL is said. */
int scan_number(struct scan *s, uint64_t *out);
/* Moves behind the next bracket that opens an initialiser of numbers; false at the end. */
bool scan_bracket(struct scan *s);
/* Says what is wrong at the cursor. */
int scan_fail(struct scan *s, const char *fmt, ...) __printf(2, 3);

/* classic.c: the instruction set of classic BPF, a row each */
enum classic_operand {
	CLASSIC_NONE,
	CLASSIC_ABS,	/* [12], or #proto and its like: ancillary data */
	CLASSIC_IND,	/* [x + 14] */
	CLASSIC_MSH,	/* 4*([14]&0xf) */
	CLASSIC_LEN,	/* #pktlen */
	CLASSIC_MEM,	/* M[3] */
	CLASSIC_DEC,	/* #12 */
	CLASSIC_HEX,	/* #0xc */
	CLASSIC_X,	/* x */
	CLASSIC_TARGET, /* index of another instruction */
};

enum classic_flag {
	CLASSIC_BRANCH = 1, /* has jt and jf */
	CLASSIC_RET = 2,
	CLASSIC_NONZERO = 4, /* k is a divisor */
	CLASSIC_SHIFT = 8,   /* k is a shift count */
	CLASSIC_STORES = 16,
	CLASSIC_JUMP = 32,
};

struct classic_desc {
	uint16_t code;
	const char *name;
	uint8_t operand, flags;
};

enum { CLASSIC_DESCS = 49 };
extern const struct classic_desc classic_descs[CLASSIC_DESCS];
/* NULL: no such opcode */
const struct classic_desc *classic_desc(uint16_t code);

/* Offsets from here on are ancillary data (SKF_AD_OFF): #proto and its like. */
#define CLASSIC_ANCILLARY 0xfffff000u
const char *classic_ancillary_name(uint32_t k);
bool classic_ancillary(const char *name, size_t len, uint32_t *k);

#endif
