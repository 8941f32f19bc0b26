/*
 * The linked image of an object: its programs with every relocation applied and its maps described,
 * but nothing created yet. It is what goes through the door: each map_def to MAP_CREATE, each
 * prog_def to PROG_LOAD. Instructions name maps by index (ld_imm64 with src PSEUDO_MAP_IDX and
 * PSEUDO_MAP_IDX_VALUE, the kernel's own fd_array form), subprograms by PSEUDO_CALL and
 * PSEUDO_FUNC, kfuncs by PSEUDO_KFUNC_CALL with a BTF id of the target. All of it lives in the
 * image's arena.
 */
#ifndef CORE_OBJ_IMAGE_H
#define CORE_OBJ_IMAGE_H

#include "core/base/arena.h"
#include "core/isa/insn.h"

struct btf;
struct btf_source;

enum map_source {
	MAP_FROM_BTF,	 /* a variable of .maps */
	MAP_FROM_LEGACY, /* a struct bpf_map_def of section maps */
	MAP_FROM_DATA,	 /* .data, .rodata, .bss and their .data.NAME kin */
	MAP_FROM_KCONFIG,
	MAP_FROM_TEXT, /* given on a command line */
};

enum map_pinning { PIN_NONE, PIN_BY_NAME };

/* One slot of a declared initialiser: .values = { [key] = &inner_map or prog } */
struct map_init {
	uint32_t key;
	const char *name; /* of the map or program */
	uint32_t map;	  /* index in image.maps, or UINT32_MAX when it names a program */
};

struct map_def {
	const char *name;
	enum map_source source;
	uint32_t type; /* BPF_MAP_TYPE_* */
	uint32_t key_size, value_size;
	uint32_t max_entries; /* 0 in a perf_event_array: one for each cpu */
	uint32_t flags;	      /* BPF_F_* of map creation */
	uint32_t numa_node;
	uint64_t extra;
	uint64_t seed; /* of its hashes; 0: a random number */
	enum map_pinning pinning;
	uint32_t btf_key_id, btf_value_id; /* in btf, or image.btf; 0: untyped */
	uint32_t kernel_value_id;	   /* of a struct_ops map, in the kernel's BTF */
	const struct btf *btf;		   /* of the ids; NULL: they count for nothing */
	struct btf_source *kernel;	   /* where types that values point to are looked for */
	struct bytes btf_blob;		   /* goes to the map's file with it */
	const struct map_def *inner;	   /* template of map-in-map types */
	const struct map_init *inits;
	uint32_t ninits;
	const uint8_t *data; /* initial value of a data section's only element; NULL: zeroes */
	uint32_t data_size;  /* bytes of data that an arena begins with */
	bool read_only;	     /* to be frozen after its data went in */
	const char *section;
};

/* A function inside a program's instructions; [0] is the program itself. */
struct subprog_def {
	const char *name;
	uint32_t start;	 /* first slot */
	uint32_t btf_id; /* FUNC in image.btf, 0: unknown */
	bool is_global;
};

struct line_def {
	uint32_t insn;		 /* slot */
	const char *file, *text; /* text may be "" */
	uint32_t line, col;
};

/* struct bpf_func_info and struct bpf_line_info of the uapi */
struct func_info {
	uint32_t insn_off, type_id;
};

struct line_info {
	uint32_t insn_off, file_name_off, line_off;
	uint32_t line_col; /* line << 10 | column */
};

/* A call of a kfunc, or of anything else that only the running side can bind, by name. */
struct extern_def {
	uint32_t insn; /* slot of the call or ld_imm64 */
	const char *name;
	uint32_t btf_id; /* in the target's BTF; 0: not found, allowed when weak */
	bool is_weak;
};

/* A call that can never be made: what it stood for does not exist in the target. It loads, since it
 * may be unreachable there; who reaches it says why. */
struct poison_def {
	uint32_t insn; /* slot of a call whose imm is no helper's id */
	const char *reason;
};

/* These ids, which are libbpf's: of a type or member, and, with a number added, of a function. */
enum { POISON_CORE = 0xbad2310, POISON_KFUNC = 2002000000, POISON_KFUNC_END = 2003000000 };

/* Flags of PROG_LOAD that section names set (BPF_F_*). */
enum prog_load_flag {
	PROG_F_SLEEPABLE = 1 << 4,
	PROG_F_XDP_HAS_FRAGS = 1 << 5,
};

struct prog_def {
	const char *name, *section;
	uint32_t type, attach_type; /* BPF_PROG_TYPE_*, BPF_* attach type */
	uint32_t flags;		    /* BPF_F_SLEEPABLE, BPF_F_XDP_HAS_FRAGS, ... of PROG_LOAD */
	const char *attach_to;	    /* what follows the prefix of the section name; NULL: nothing */
	const char *ops, *ops_member; /* of a struct of functions that names it; NULL: none does */
	bool autoload;		    /* false for sections that begin with '?' */
	struct bpf_insn *insns;
	uint32_t ninsns;
	struct subprog_def *subs; /* by start */
	uint32_t nsubs;
	uint32_t exception_cb; /* slot of the function that what is thrown goes to; 0: none */
	struct line_def *lines; /* by insn */
	uint32_t nlines;
	struct extern_def *externs;
	uint32_t nexterns;
	struct poison_def *poisons;
	uint32_t npoisons;
};

/* A function of a table: which program it is. */
struct ops_slot {
	const char *member, *prog;
};

/* A variable of .struct_ops or its kin: one of the kernel's structs of functions, filled. */
struct ops_def {
	const char *name, *ops; /* its own, and its struct's in the kernel */
	uint32_t type;		/* its struct in image.btf */
	const uint8_t *data;	/* as that lays it out; zeroes where functions are */
	bool is_link;		/* to be registered by a link (.struct_ops.link) */
	bool autocreate;	/* false for sections that begin with '?' */
	struct ops_slot *slots;
	uint32_t nslots;
};

/* What it names may lie in the object that it was linked from, which outlives it. */
struct image {
	struct arena arena;
	const char *path;
	const char *license; /* "" when there is none */
	uint32_t version;
	struct btf *btf;	 /* the object's own; NULL when it has none */
	struct btf *target;	 /* the kernel's, when something needed it */
	struct btf *target_base; /* what that is split from, or NULL */
	struct map_def *maps;
	uint32_t nmaps;
	struct prog_def *progs;
	uint32_t nprogs;
	struct ops_def *ops;
	uint32_t nops;
};

/*
 * Functions and lines of a program as PROG_LOAD takes them, in a's memory: by ids and string
 * offsets of the image's BTF. None when a function has no type.
 */
struct prog_info {
	const struct func_info *funcs;
	const struct line_info *lines;
	uint32_t nfuncs, nlines;
};
struct prog_info image_prog_info(const struct image *img, const struct prog_def *def,
				 struct arena *a);

/*
 * Decides what loaders decide at run time where the object leaves it open: how many entries a map
 * has (one for each cpu in a perf_event_array), how deep its stack traces are, where an arena lies.
 */
void map_def_complete(struct map_def *def, uint32_t ncpus);

/* Of an image from load_image(); NULL is nothing. */
void image_free(struct image *img);

#endif
