/*
 * The directives that make .BTF and .BTF.ext. Two ways, never both in one source.
 *
 * What the disassembler writes, exact to the byte (core/btf/text.h has the notation):
 *
 *	.btf				the types; lines up to .endbtf are records
 *	[1] INT 'int' size=4 ...
 *	.endbtf
 *	.btf norelocs			as .btf, in an object whose .BTF and .BTF.ext have no
 *relocations
 *	.btf_strings			where core/btf/layout.h's order is not the object's: its
 *strings, "int"			one a line, up to .endbtf (at the very end of the text,
 *please) .endbtf .func_info 12			at the next instruction stands FUNC [12] .line_info
 *"a.c", 3, 7, "	return 0;" .core_relo byte_off, 12, "0:1"	of the next instruction,
 *against type [12]; kinds: core/btf/ext.c
 *
 * .BTF and .BTF.ext are where .section first names them, or behind all other sections, in that
 *order. .BTF.ext is made when one of the last three was used; its header has 32 bytes. Relocations:
 *each entry of a DATASEC whose variable or function has a symbol is relocated against that symbol
 *(a local one gives way to its section, its value goes into the entry's offset), NODYLD32 where the
 *symbol's section is writable, ABS32 elsewhere and for undefined ones; each instruction offset of
 *.BTF.ext against its section, NODYLD32. What btf_form() calls BTF_FORM_BYTES, and what has other
 *relocations, is written as plain bytes with .reloc.
 *
 * What people write, and get types, sections, symbols and line information for:
 *
 *	.license "GPL"
 *	.map counts, hash, key=u32, value=u64, max_entries=1024
 *		flags=no_prealloc|zero_seed  pinning=by_name  map_extra=3  numa_node=0
 *		key_size=4  value_size=8  inner=NAME  inner={array, key=u32, value=u64,
 *max_entries=1} values="[0]=parse,[1]=drop" .prog NAME, "xdp"		a program; .prog NAME(struct
 *xdp_md *ctx) -> int, "xdp" says more
 *	.func helper(int x) -> int	a subprogram in .text, or static: .func static helper(int x)
 *-> int .kfunc bpf_rcu_read_lock() -> void		of the kernel; .kfunc weak ... may be
 *missing .ksym int bpf_prog_active			a variable of the kernel, weak likewise
 *	.kconfig u32 CONFIG_HZ				an option of the kernel, weak likewise
 *	.struct pair { u32 a; u8 b[16]; struct pair *next; u32 f : 3; }	over any lines; .union,
 *.enum too .typedef struct pair pair_t .var u64 counter = 5		.data; .bss without a value;
 *const: .rodata; static: a local symbol .var u8 key[4] = 1, 2, 3, 4	char arrays take strings;
 *.var ".data.hot", u64 x = 1
 *
 * A function ends where the next one of its section begins; plain labels that are called are
 *functions too. Every line of instructions gets line information that points at the text. A type is
 *C's: u8 to u64, s8 to s64, C's own words, declared names, struct, union and enum with a tag,
 *pointers, arrays, pointers to functions, const, volatile.
 */
#ifndef ASM_BTF_H
#define ASM_BTF_H

#include "asm/local.h"
#include "core/btf/text.h"

/* A declared function: its size is known when the next one begins, or at the end. */
struct btf_func_at {
	struct asm_section *sec;
	struct asm_symbol *sym;
	uint64_t off;
	uint32_t id; /* FUNC */
};

/* A variable, extern function or map that a DATASEC lists. */
struct btf_var_at {
	const char *sec;
	uint32_t id, size;
};

/* A struct, union or enum that was referred to before it was declared, if it ever is. */
struct btf_wanted {
	const char *keyword, *name;
};
/* The id of wanted[i] until the end, when the declaration's takes its place. */
#define BTF_WANTED 0x80000000u

/* The types and records of this pass. In records, sec is the string of the section's name. */
struct asm_btf {
	struct btf_build b;
	VEC(struct btf_ext_func) func_infos;
	VEC(struct btf_ext_line) line_infos;
	VEC(struct btf_ext_core) core_relos;
	struct btf_strings strings;
	struct loc types_at, decl_at; /* first .btf, first declaration; line 0: none */
	bool has_types, has_strings, no_relocs;
	bool declares; /* something whose types have to be written */

	/* What is declared: btf_decl.c, ctype.c */
	VEC(struct btf_func_at) funcs;
	struct strmap func_index; /* section and offset to id */
	VEC(struct btf_var_at) vars;
	VEC(struct btf_wanted) wanted;
	struct strmap types; /* "struct pair", "u32", "*7": to ids */
	struct strmap maps;  /* names to their struct */
};

/* btf.c */
struct asm_btf *asm_btf(struct assembler *a);
/* Makes .BTF and .BTF.ext once everything else is read; before fixups are resolved. */
int btf_finish(struct assembler *a);
/* Frees what the directives of this pass kept. */
void btf_end(struct assembler *a);
/* Both ways in one source; first is where the other one began. */
int btf_fail_twice(struct assembler *a, const struct loc *loc, const struct loc *first);

/* btf_decl.c: before the types are written */
void btf_finish_decls(struct assembler *a);
/* A declaration begins at loc; fails when the source has .btf. */
int btf_declare(struct assembler *a, const struct loc *loc);
/* A symbol of data at the end of the current section. */
int btf_define_object(struct assembler *a, const char *name, const struct loc *loc, uint64_t size,
		      bool local);

/* ctype.c: C types at the cursor */
struct ctype {
	const char *name; /* "" when there is none; in the arena */
	struct loc loc;	  /* of the name, or of the type */
	uint32_t id;
	uint32_t bits; /* of a bitfield; 0: none */
	bool is_const; /* its base type is: const int x[4] */
};

/* A declaration, or a type when it has no name. */
int parse_ctype(struct assembler *a, struct ctype *out);
/* (int x, struct foo *p) and "-> type" (none: void): a FUNC_PROTO. */
int parse_proto(struct assembler *a, uint32_t *proto);
/* [packed] NAME { members }, over any lines; defines it. */
int parse_struct(struct assembler *a, bool is_union);
/* NAME { A, B = 3 }; its values become constants of the text too. */
int parse_enum(struct assembler *a);
/* A word of C or the kernel (u32, int), or a typedef; 0 when there is no such word. */
uint32_t btf_named(struct assembler *a, const char *name);
uint32_t btf_struct_named(struct assembler *a, const char *keyword, const char *name);
/* Gives a name ("struct pair", "pair_t") to a type. */
int btf_set_name(struct assembler *a, const char *key, uint32_t id, const struct loc *loc);
uint32_t btf_pointer_to(struct assembler *a, uint32_t id);
uint32_t btf_array_of(struct assembler *a, uint32_t id, uint32_t n);
/* Replaces what was wanted by what was declared, or by forward declarations. */
void btf_settle(struct assembler *a);

#endif
