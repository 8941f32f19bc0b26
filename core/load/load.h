/*
 * From bytes to a relocatable object, and from an object to a linked image. ELF files of clang, of
 * gcc-bpf and binutils and of libbpf's linker are read through libelf; nobody else knows libelf's
 * reading side. Everything here takes hostile input: what is wrong with it is said once, with the
 * file and the section, symbol or relocation, and the answer is -EINVAL.
 */
#ifndef CORE_LOAD_LOAD_H
#define CORE_LOAD_LOAD_H

#include "core/obj/image.h"
#include "core/obj/object.h"

/* elf.c */
/* Does it begin as an ELF file does? */
bool load_is_elf(struct bytes image);
/* Reads path ("-" is stdin) into a zeroed *obj. Free it with object_free(), also after an error. */
int load_elf(const char *path, struct diag *d, struct object *obj);
/* The same from memory; image and path need not outlive the call. */
int load_elf_bytes(struct bytes image, const char *path, struct diag *d, struct object *obj);
/*
 * The contents of one section of any 64-bit ELF file (a kernel, a module, a shared library), in a's
 * memory; nothing else of the file is looked at. -ENOENT without a message when it has no such
 * section.
 */
int load_elf_section(struct bytes image, const char *path, const char *name, struct arena *a,
		     struct diag *d, struct bytes *out);

/* raw.c */
/*
 * Bare instructions: an object with one section .text and in it one function main. Bytes that are
 * no whole number of instructions are -EINVAL.
 */
int load_raw(struct bytes code, const char *path, bool big_endian, struct diag *d,
	     struct object *obj);

/* object.c */
struct load_options {
	uint32_t prog_type; /* of programs whose section says nothing, as PROG_TYPE_*; 0: unknown */
	const char *btf;    /* file of the target's BTF: raw, or an ELF file with .BTF. NULL: what
			       EBPF_BTF names, or the bundled one */
	const char *btf_base;	    /* what it is split from; NULL: nothing */
	const struct bytes *target; /* that BTF itself, before any file; it outlives the image */
	const char *kconfig; /* kernel configuration ("CONFIG_X=y" lines); NULL: kconfig.def */
};

/*
 * Links an object: maps, then data sections, externs, relocations, CO-RE, and each program with the
 * functions it calls, in libbpf's order. obj outlives the image. -EINVAL says what is wrong.
 */
int load_image(const struct object *obj, const struct load_options *opts, struct diag *d,
	       struct image **out);

/* types.c */
/* Reads the target's BTF into img->target, when linking did not already. 0 or -errno, said. */
int load_target(struct image *img, const struct load_options *opts, struct diag *d);

/* struct_ops.c */
/*
 * Fills out, which is zeroed and has room for the struct id of btf, with what a table of the image
 * has besides functions. -ENOTSUPP, said, where the struct lacks a member.
 */
int load_ops_data(const struct image *img, const struct ops_def *def, const struct btf *btf,
		  uint32_t id, uint8_t *out, struct diag *d);

#endif
