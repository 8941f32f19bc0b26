/*
 * A relocatable object: what one ELF file, or one source file, yields before it is linked.
 * Sections, symbols and relocations as ELF has them, free of any library's types, so that the
 * assembler makes one, the disassembler writes one and core/load links one, each without knowing
 * the others. All of it lives in the object's arena.
 */
#ifndef CORE_OBJ_OBJECT_H
#define CORE_OBJ_OBJECT_H

#include <elf.h>

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/isa/insn.h"

struct reloc {
	uint64_t off;	/* in its section */
	uint32_t type;	/* RELOC_* */
	uint32_t sym;	/* index in object.syms */
	int64_t addend; /* of a RELA entry; with REL the addend is in the section's bytes */
};

struct symbol {
	const char *name; /* "" for section symbols and the null symbol */
	uint64_t value, size;
	uint32_t sec;  /* index in object.secs, SHN_UNDEF, SHN_ABS or SHN_COMMON */
	uint8_t type;  /* STT_* */
	uint8_t bind;  /* STB_* */
	uint8_t other; /* STV_* visibility */
};

struct section {
	const char *name;
	uint32_t type; /* SHT_* */
	uint64_t flags; /* SHF_* */
	uint64_t align, entsize;
	uint32_t link, info; /* as in the file for types that we do not interpret */
	uint8_t *data; /* size bytes; NULL for SHT_NOBITS */
	uint64_t size;
	struct reloc *relocs; /* by offset */
	uint32_t nrelocs;
	bool is_rela;
};

struct object {
	struct arena arena;
	const char *path; /* for messages */
	bool big_endian;
	uint16_t machine;      /* EM_BPF */
	uint32_t flags;	       /* e_flags */
	struct section *secs;  /* [0] is the null section; symbol and string tables, and the
				  relocation sections, are not among them */
	uint32_t nsecs;
	struct symbol *syms; /* [0] is the null symbol */
	uint32_t nsyms;
};

/* The first section called name, or NULL. */
struct section *object_section(const struct object *obj, const char *name);
/* The first defined symbol called name, or NULL. */
struct symbol *object_symbol(const struct object *obj, const char *name);
/* True when the section holds eBPF instructions: allocated, executable, PROGBITS. */
bool section_is_code(const struct section *sec);
void object_free(struct object *obj);

#endif
