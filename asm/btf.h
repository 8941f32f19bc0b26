/*
 * The directives that make .BTF and .BTF.ext, inside the assembler. Two levels, never in one source:
 *
 * What the disassembler writes, exact to the byte (core/btf/text.h has the notation):
 *
 *	.btf				the types; lines up to .endbtf are records
 *	[1] INT 'int' size=4 ...
 *	.endbtf
 *	.btf norelocs			as .btf, in an object whose .BTF and .BTF.ext have no relocations
 *	.btf_strings			where core/btf/layout.h's order is not the object's: its strings,
 *		"int"			one a line, up to .endbtf (at the very end of the text, please)
 *	.endbtf
 *	.func_info 12			at the next instruction stands FUNC [12]
 *	.line_info "a.c", 3, 7, "	return 0;"
 *	.core_relo byte_off, 12, "0:1"	of the next instruction, against type [12]; kinds: see core/btf/ext.c
 *
 * .BTF and .BTF.ext are where .section first names them, or behind all other sections, in that order.
 * .BTF.ext is made when one of the last three was used; its header has 32 bytes. Relocations: each
 * entry of a DATASEC whose variable has a symbol is relocated against that symbol (a local one gives
 * way to its section, its value goes into the entry's offset), NODYLD32 where the symbol's section is
 * writable, ABS32 elsewhere and for undefined ones; each instruction offset of .BTF.ext against its
 * section, NODYLD32. What btf_form() calls BTF_FORM_BYTES, and what has other relocations, is written
 * as plain bytes with .reloc.
 *
 * What people write: see asm/btf_decl.c.
 */
#ifndef ASM_BTF_H
#define ASM_BTF_H

struct assembler;

/* Makes .BTF and .BTF.ext once everything else is read; before fixups are resolved. */
int btf_finish(struct assembler *a);
/* Frees what the directives of this pass kept. */
void btf_end(struct assembler *a);

#endif
