/*
 * The assembler: text of any dialect becomes a relocatable object. All errors of a source are said,
 * sorted by place; an object is made only when there is none.
 */
#ifndef ASM_ASM_H
#define ASM_ASM_H

#include "core/base/strbuf.h"
#include "core/obj/object.h"

/* How instructions are written. They share directives; what differs is comments and what is
 * numbered. */
enum asm_dialect {
	ASM_AUTO,   /* told by the first instruction */
	ASM_LLVM,   /* r0 = 1; exit		';' separates statements, '#' comments */
	ASM_GNU,    /* mov %r0, 1		';' comments */
	ASM_UBPF,   /* mov %r0, 1		as GNU; "exit" may be a jump's target */
	ASM_KERNEL, /* 0: (b7) r0 = 1		a verifier's log, or bpftool's xlated dump */
	ASM_DIALECTS
};

/* The words of --dialect, by enum asm_dialect. */
extern const char *const asm_dialect_names[ASM_DIALECTS];

struct asm_options {
	const char *path; /* of the text, for messages and .include */
	uint32_t line;	  /* lines of that file that are in front of the text */
	enum asm_dialect dialect;
	bool big_endian; /* unless .endian says otherwise */
	uint8_t isa;	 /* newest version of instructions to accept, 1 to 4; 0: all */
	bool relax;	 /* jumps out of reach become longer instead of errors */
	const char *const *include_dirs; /* of .include and .incbin, after the text's own place */
	size_t ninclude_dirs;
	bool no_files; /* refuse .include and .incbin: the text is not trusted */
};

/*
 * Assembles text (size bytes). *out is the caller's, freed with object_free() and free(); NULL on
 * failure. 0, -EINVAL for malformed text, or the errno of a file that could not be read; said in d,
 * whose held messages are flushed.
 */
int asm_source(const struct asm_options *opts, const char *text, size_t size, struct diag *d,
	       struct object **out);

/* write_elf.c */
/* The object as an ELF file's bytes, appended to b. Equal objects give equal bytes. */
int asm_write_elf(const struct object *obj, struct strbuf *b, struct diag *d);

/* write_insns.c */
enum asm_insns_format { ASM_RAW, ASM_HEX, ASM_C };
/*
 * The instructions of one section (NULL: the only one that has some) appended to b: as bytes, as
 * hex digits with a line for each slot, or as a C array. What needs a linker is an error.
 */
int asm_write_insns(const struct object *obj, const char *section, enum asm_insns_format format,
		    struct strbuf *b, struct diag *d);

#endif
