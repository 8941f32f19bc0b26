/*
 * .BTF.ext: which FUNC stands at an instruction, which source line it came from, and which CO-RE
 * relocations it takes. On the wire each of the three is a list of sections, each a list of records
 * of one size; records may be longer than we know (newer tools), never shorter. Here they are flat
 * lists in the order of the wire, every string and id checked against the BTF they refer to.
 */
#ifndef CORE_BTF_EXT_H
#define CORE_BTF_EXT_H

#include "core/base/arena.h"
#include "core/btf/build.h"

struct btf_ext_func {
	uint32_t sec; /* its section's name, a string offset; likewise below */
	uint32_t insn_off; /* bytes into the section */
	uint32_t type_id; /* FUNC */
};

struct btf_ext_line {
	uint32_t sec, insn_off;
	uint32_t file, text; /* string offsets */
	uint32_t line, col;
};

struct btf_ext_core {
	uint32_t sec, insn_off;
	uint32_t type_id;
	uint32_t access; /* string offset of "0:1:2" */
	uint32_t kind;	 /* enum bpf_core_relo_kind */
};

struct btf_ext {
	struct btf_ext_func *funcs;
	struct btf_ext_line *lines;
	struct btf_ext_core *cores;
	uint32_t nfuncs, nlines, ncores;
	uint32_t hdr_len; /* 24, or 32 with a CO-RE list, which may be empty */
};

#define BTF_EXT_HDR_LEN 32 /* as compilers have it */

/* As btf_parse(); btf is the blob that goes with it. What it finds lives in the arena. */
int btf_ext_parse(const void *data, size_t size, const struct btf *btf, const char *name,
		  struct arena *a, struct diag *d, struct btf_ext *out);
/* Records grouped into sections where neighbours share one. */
struct bytes btf_ext_build(const struct btf_ext *ext, bool big_endian, struct arena *a);
/*
 * Visits the insn_off fields of a built or parsed blob, which are what .rel.BTF.ext relocates.
 * sec is the string offset of the section's name.
 */
void btf_ext_each_insn_off(const struct bytes *blob,
			   void (*visit)(void *arg, uint32_t place, uint32_t sec), void *arg);

/* "byte_off", "field_exists", ..., "type_matches"; NULL when there is no such kind. */
const char *btf_core_kind_name(uint32_t kind);
/* The kind with that name, or -ENOENT. */
int btf_core_kind(const char *name, size_t len);

#endif
