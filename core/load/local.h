/* What the linker's files share: the job (struct linker) and one prototype block per file. */
#ifndef CORE_LOAD_LOCAL_H
#define CORE_LOAD_LOCAL_H

#include <errno.h>

#include "core/base/hash.h"
#include "core/base/vec.h"
#include "core/btf/btf.h"
#include "core/btf/ext.h"
#include "core/isa/insn.h"
#include "core/load/load.h"
#include "core/obj/image.h"
#include "core/obj/prog_type.h"

#define NO_INDEX UINT32_MAX

/* Instructions that one image may hold in all its programs; functions are copied into each. */
#define IMAGE_MAX_INSNS (1u << 24)
#define IMAGE_MAX_MAPS	4096
/* Pairs of types and members that may be compared for one image; hostile types have no end. */
#define IMAGE_MAX_STEPS ((int64_t)1 << 28)

/* A function of a code section: a program, or what programs call. Slots count from its start. */
struct func {
	const char *name;
	uint32_t sec;		/* in object.secs */
	uint32_t start, n;	/* slots of the section */
	struct bpf_insn *insns; /* its own copy, with everything applied that has no distance */
	uint32_t btf_id;
	bool is_global, is_prog;
	const char *ops, *ops_member;	/* as in prog_def */
	uint32_t line, nlines;		/* in linker.lines */
	VEC(struct subprog_def) inner;	/* functions within, that have no symbol but a type */
	VEC(struct func_ref) refs;	/* by slot: calls and addresses of functions */
	VEC(struct extern_def) externs; /* by slot */
	VEC(struct poison_def) poisons; /* by slot */
	uint32_t placed_in;		/* number of the program it was last placed in, from 1 */
	uint32_t placed_at;		/* slot there */
};

/* An instruction that names a function. */
struct func_ref {
	uint32_t slot;
	uint32_t func; /* in linker.funcs */
};

/* Where the definition of a map lies. */
struct map_place {
	uint32_t sec; /* 0: it has none */
	uint32_t off;
	uint32_t values; /* offset of its initialiser from there, NO_INDEX: none */
};

/* Where lines of .BTF.ext belong. */
struct line_ref {
	uint32_t sec, slot;
	const struct btf_ext_line *line;
};

enum extern_kind { EXTERN_KCONFIG, EXTERN_VAR, EXTERN_FUNC, EXTERN_TYPELESS };

/* An undefined symbol. */
struct extern_sym {
	const char *name;
	uint32_t sym;  /* in object.syms */
	uint32_t type; /* VAR or FUNC in the object's BTF */
	enum extern_kind kind;
	bool is_weak;
	bool found;
	uint32_t target_id;	   /* in the target's BTF */
	uint32_t number;	   /* libbpf's, among all externs */
	uint32_t off, size, align; /* in .kconfig; of others 0 */
};

struct linker {
	const struct object *obj;
	const struct load_options *opts;
	struct diag *d;
	struct loc loc; /* the object's file */
	struct image *img;
	struct arena *a;	  /* the image's */
	struct strmap secs, syms; /* to indices, of named sections and of defined symbols */
	struct btf_ext ext;
	VEC(struct func) funcs;	    /* by section and start */
	VEC(struct line_ref) lines; /* by section and slot */
	VEC(struct extern_sym) externs;
	VEC(struct map_def) maps;
	VEC(struct map_place) places; /* of each of maps */
	uint32_t *sec_map;	      /* section -> its map of MAP_FROM_DATA, or NO_INDEX */
	uint32_t kconfig_map;	      /* or NO_INDEX */
	bool values_in_place;	      /* see reloc.c */
	uint32_t insns;		      /* copied so far, against IMAGE_MAX_INSNS */
	int64_t steps;		      /* left of IMAGE_MAX_STEPS */
};

#define fail_obj(l, ...) fail((l)->d, &(l)->loc, -EINVAL, __VA_ARGS__)

/* types.c */
/* The section with a name, or 0. */
uint32_t section_named(const struct linker *l, const char *name);
/* Leaves img->btf (or NULL) with its data sections measured, and ext. */
int read_types(struct linker *l);
/* The target's BTF, read when first asked for; the image owns it. */
int need_target(struct linker *l);

/* func.c */
/* Leaves funcs, with copies of their instructions. */
int collect_funcs(struct linker *l);
/* The function that starts at a slot of a section, or NULL. */
struct func *func_starting(struct linker *l, uint32_t sec, uint64_t slot);
/* Leaves img->progs: each with what it calls behind it. */
int build_progs(struct linker *l);

/* mapdef.c */
int collect_maps(struct linker *l);
/* Leaves the initialisers of map-in-map types and program arrays; needs funcs. */
int collect_inits(struct linker *l);
/* The map defined at an offset of a section, or NO_INDEX. */
uint32_t map_defined_at(const struct linker *l, uint32_t sec, uint64_t off);
int add_map(struct linker *l, const struct map_def *def, const struct map_place *place);

/* data.c */
int collect_data(struct linker *l);
/* Adds one map with one element of size bytes; data NULL: zeroes. */
int add_data_map(struct linker *l, const char *section, enum map_source source, uint64_t size,
		 const uint8_t *data, bool read_only);

/* struct_ops.c */
/* Leaves what functions are for in the kernel's structs; needs funcs. */
int collect_struct_ops(struct linker *l);

/* extern.c */
int collect_externs(struct linker *l);
struct extern_sym *extern_of(struct linker *l, uint32_t sym);

/* kconfig.c */
/* Sets the value of one extern in the map's data. */
int set_kconfig(struct linker *l, uint8_t *data);

/* reloc.c */
/* Judges how the object writes addends (see there); comes first. */
int set_addend_style(struct linker *l);
/* What a relocation adds to its symbol's value. */
int64_t reloc_addend(const struct linker *l, const struct section *sec, const struct reloc *r);
/* Needs funcs, maps and externs; leaves instructions that name maps, and refs between functions. */
int apply_relocs(struct linker *l);

/* publish.c */
/* Leaves img->btf as BPF_BTF_LOAD takes it; comes last. */
int publish_types(struct linker *l);

/*
 * core_match.c: CO-RE's ideas of equal types; names of flavours (x___y) are equal to x. Each look
 * at a pair of types takes a step; when there are none left, types are unequal.
 */

/* Kinds equal, enums of both widths too. */
bool same_kind(const struct btf_type *a, const struct btf_type *b);
/* Equal up to flavours. */
bool same_essential_name(const char *a, const char *b);
/* Same kinds all the way down; names, sizes and contents aside. */
bool types_compatible(const struct btf *local, uint32_t local_id, const struct btf *target,
		      uint32_t target_id, int64_t *steps);
/* Same names, sizes and signs all the way down, every local member being in the target. */
bool types_match(const struct btf *local, uint32_t local_id, const struct btf *target,
		 uint32_t target_id, int64_t *steps);
/* Fit to be read one for the other as members. */
bool fields_compatible(const struct btf *local, uint32_t local_id, const struct btf *target,
		       uint32_t target_id);

/* core_spec.c */

#define CORE_SPEC_MAX 64

/*
 * What a relocation refers to, in one BTF: from the root type through the named members and array
 * elements. Members without a name are passed through; they count in bit_off only.
 */
struct core_spec {
	const struct btf *btf;
	uint32_t root; /* type id, as given */
	uint64_t bit_off;
	uint32_t n;
	struct core_step {
		uint32_t type;	  /* the struct of a member, else the element's type */
		uint32_t idx;	  /* of the member, the element or the enumerator */
		const char *name; /* NULL: an array element */
	} steps[CORE_SPEC_MAX];
};

/* enum bpf_core_relo_kind */
enum core_kind {
	CORE_BYTE_OFF,
	CORE_BYTE_SIZE,
	CORE_FIELD_EXISTS,
	CORE_SIGNED,
	CORE_LSHIFT_U64,
	CORE_RSHIFT_U64,
	CORE_TYPE_ID_LOCAL,
	CORE_TYPE_ID_TARGET,
	CORE_TYPE_EXISTS,
	CORE_TYPE_SIZE,
	CORE_ENUM_EXISTS,
	CORE_ENUM_VALUE,
	CORE_TYPE_MATCHES,
};

enum core_base { CORE_FIELD, CORE_TYPE, CORE_ENUM };
/* What a kind of relocation is about, or -EINVAL. */
int core_base(uint32_t kind);
/* Reads an access string against the object's own BTF; NULL, or what is wrong with it. */
const char *core_spec_parse(const struct btf *btf, const struct btf_ext_core *relo,
			    struct core_spec *out);
/* Is the same thing in a candidate type of the target? 1, 0 or -EINVAL when types make no sense. */
int core_spec_match(const struct core_spec *local, uint32_t kind, const struct btf *target,
		    uint32_t id, int64_t *steps, struct core_spec *out);
/* "struct task_struct::pid" or "enum x::Y" */
void core_spec_text(struct strbuf *b, const struct core_spec *spec);

/* core_answer.c */

struct core_answer {
	bool missing; /* it is not there, and that is no answer */
	uint64_t value;
	uint32_t size; /* of the memory that a load or store at the value moves; 0: any */
	uint32_t type; /* of that memory */
	bool is_exact; /* a compiler must have computed the same from its own types */
};

bool btf_is_signed(const struct btf_type *t);
/* spec NULL: nothing was found. Returns NULL, or what is wrong. */
const char *core_answer(const struct core_spec *spec, uint32_t kind, struct core_answer *a);

/* core_relo.c */

/* One relocation under way. */
struct core_relo {
	struct linker *l;
	struct func *f;
	const struct btf_ext_core *in;
	uint32_t slot;
	struct core_spec local, target;
};

int apply_core(struct linker *l);

#endif
