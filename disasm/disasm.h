/*
 * Programs as text. The canonical text of an object is assembly that `ebpf asm` turns back into an
 * equal object: instructions in LLVM's notation, sections, symbols and relocations as directives,
 * BTF in bpftool's notation, and comments for people. The listings (kernel notation, JSON, graphs)
 * are for reading only. Whatever an object holds, it has a text: what cannot be an instruction is
 * written as data, types that are no use are written as bytes.
 */
#ifndef DISASM_DISASM_H
#define DISASM_DISASM_H

#include "core/obj/object.h"

struct dis_options {
	const char *section; /* only what lies in the section of this name; NULL: all */
	const char *prog;    /* only this function; NULL: all */
	bool opcodes;	     /* bytes of every instruction in a comment */
	bool source;	     /* lines of C between the instructions */
	bool dwarf;	     /* keep .debug_* sections */
	bool brief;	     /* no types, no line records: to read, not to assemble */
};

/* A line of C. */
struct dis_source {
	const char *file, *text; /* text may be "" */
	uint32_t line, col;
};

/* One instruction of a listing. */
struct dis_row {
	uint32_t slot;		     /* from the section's start, in instructions */
	const struct bpf_insn *insn; /* two of them when slots is 2; host byte order */
	const uint8_t *bytes;	     /* as in the object, 8 * slots */
	uint8_t slots;
	bool is_bad;		/* no instruction: text says what is wrong with it */
	const char *label;	/* where a jump arrives; NULL: no jump does */
	const char *text;	/* LLVM's notation, with names */
	const char *kernel;	/* the kernel's notation */
	const char *note;	/* what a helper, map or relocation is; NULL: nothing to say */
	int64_t target;		/* row of the same function that it jumps to, or -1 */
	/* what it comes from, where that changes; NULL elsewhere */
	const struct dis_source *source;
	bool new_line;			 /* source is another line than the one before */
};

struct dis_func {
	const char *name, *section;
	const char *proto; /* C prototype, NULL without types */
	struct dis_row *rows;
	uint32_t nrows;
};

struct dis_list {
	struct arena arena;
	struct dis_func *funcs;
	uint32_t nfuncs;
};

/* disasm.c */
/* Adds the canonical text. -ESRCH, said, when opt names what the object does not have. */
int disasm_object(const struct object *obj, const struct dis_options *opt, struct diag *d,
		  struct strbuf *out);

/* list.c */
/* The functions of the object row by row; free *out with dis_list_free(), also after an error. */
int disasm_list(const struct object *obj, const struct dis_options *opt, struct diag *d,
		struct dis_list *out);
void dis_list_free(struct dis_list *list);
/* The listing as bpftool and the verifier's log write it. */
void disasm_kernel(const struct dis_list *list, const struct dis_options *opt, struct strbuf *out);

/* graph.c */
/* Control flow, one graph for each function; DOT for graphviz, SVG drawn here. */
void disasm_dot(const struct dis_list *list, const struct dis_options *opt, struct strbuf *out);
void disasm_svg(const struct dis_list *list, const struct dis_options *opt, struct strbuf *out);

/* input.c */
enum dis_input {
	INPUT_AUTO,
	INPUT_ELF,
	INPUT_RAW,  /* bytes of instructions */
	INPUT_HEX,  /* the same as hex digits */
	INPUT_C,    /* initialisers of struct bpf_insn */
	INPUT_CBPF, /* classic BPF as tcpdump -ddd and -dd, iptables and bpfc write it */
	INPUT_LOG,  /* instructions as the kernel's log or bpftool shows them: text for an assembler
		     */
	INPUT_ASM,  /* any other assembly */
};

/* What the bytes look like; never INPUT_AUTO. What is nothing else is INPUT_RAW or INPUT_ASM. */
enum dis_input disasm_detect(struct bytes in);
/* Hex text to bytes: blanks, 0x, \x, commas and comments between them do not count. */
int disasm_read_hex(struct bytes in, const char *path, struct arena *a, struct diag *d,
		    struct bytes *out);
/* {code, dst, src, off, imm} or {code, regs, off, imm}-less initialisers to little-endian bytes. */
int disasm_read_c(struct bytes in, const char *path, struct arena *a, struct diag *d,
		  struct bytes *out);

/* classic.c */
/* struct sock_filter */
struct classic_insn {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

/* At most this many, and at least one (BPF_MAXINSNS). */
#define CLASSIC_MAX 4096

int classic_read(struct bytes in, const char *path, struct arena *a, struct diag *d,
		 struct classic_insn **out, uint32_t *n);
/* NULL when a kernel would attach the filter; else what is wrong, and *at says where. */
const char *classic_check(const struct classic_insn *insns, uint32_t n, uint32_t *at);
/* The whole filter as tcpdump -d writes it. */
void classic_text(const struct classic_insn *insns, uint32_t n, bool opcodes, struct strbuf *out);
/* One instruction, without its number: "jeq      #0x800           jt 2\tjf 3". */
void classic_insn_text(const struct classic_insn *insn, uint32_t at, struct strbuf *out);

/* The forms that others read: tcpdump -dd, tcpdump -ddd, iptables -m bpf. */
void classic_text_c(const struct classic_insn *insns, uint32_t n, struct strbuf *out);
void classic_text_counted(const struct classic_insn *insns, uint32_t n, bool commas,
			  struct strbuf *out);

/* classic_asm.c */
/* bpf_asm's language: labels, "jeq #0x800, yes, no". The same promises as classic_read(). */
int classic_read_asm(struct bytes in, const char *path, struct arena *a, struct diag *d,
		     struct classic_insn **out, uint32_t *n);

/* classic_seccomp.c */
/* What seccomp_check_filter() asks of a filter beyond classic_check(). */
const char *classic_check_seccomp(const struct classic_insn *insns, uint32_t n, uint32_t *at);

/* classic_convert.c */
enum classic_target {
	CLASSIC_TO_SOCKET, /* the answer is how many bytes to keep */
	CLASSIC_TO_TC,
	CLASSIC_TO_XDP,
	CLASSIC_TO_SECCOMP, /* over struct seccomp_data in plain memory */
};

/*
 * The eBPF program that does the same, in the assembler's text: as bpf_convert_filter() makes it,
 * with loads through pointers in XDP. yes and no are the answers of tc and XDP to what the filter
 * keeps and drops. insns passed classic_check(). NULL, or why there is no such program, with *at.
 */
const char *classic_convert(const struct classic_insn *insns, uint32_t n,
			    enum classic_target target, int yes, int no, struct strbuf *out,
			    uint32_t *at);

#endif
