/*
 * What the commands on stored objects share: opening the store, calls through the door that say
 * what failed, and the words that name objects and data, as bpftool has them:
 *
 *	MAP, PROG   PATH | pinned PATH | id N | name NAME | tag TAG
 *	LINK        PATH | pinned PATH | id N
 *	DATA        hex BYTES... | BYTES... | @FILE | a value by its type
 *
 * A path that begins with neither / nor . is one of the store.
 */
#ifndef CMD_OBJECTS_H
#define CMD_OBJECTS_H

#include "cmd/common.h"
#include "core/base/arena.h"
#include "core/sys/sys.h"

/* Positional words; at is the next to be read. */
struct words {
	char **v;
	size_t n, cap; /* a VEC */
	size_t at;
};

struct objects {
	struct common common;
	const char *bpffs; /* NULL: as the environment says */
	struct words words;
	struct sys *sys;
	struct diag *d;
	struct out out;
	struct arena arena;
	struct btf *kernel; /* the kernel's types, once somebody asked */
	bool fix;	  /* ebpf fsck --fix */
	const char *from; /* ebpf map update --from, create --from */
	uint32_t cpus;	  /* values of a per-cpu map that is made; 0: as many as there are */
};

enum { KEY_BPFFS = KEY_COMMAND + 0x100, KEY_FIX, KEY_FROM, KEY_CPUS };
#define OPTION_BPFFS                                                                               \
	{                                                                                          \
		"bpffs", KEY_BPFFS, "DIR", 0,                                                      \
			"The store of objects (default: EBPF_BPFFS, or $XDG_RUNTIME_DIR/ebpf)", 0  \
	}
#define OPTION_CPUS                                                                                \
	{                                                                                          \
		"cpus", KEY_CPUS, "N", 0,                                                          \
			"Per-CPU maps that are made have values of N CPUs (this machine's)", 0     \
	}

/* The parser of all these commands; input is a struct objects. */
error_t objects_parse(int key, char *arg, struct argp_state *state);
/* Parses, opens the store and the document; an exit code other than 0 says what went wrong. */
int objects_begin(struct objects *o, const struct argp *argp, int argc, char **argv,
		  const char *schema);
/* Closes both; the exit code for err, which was said. */
int objects_end(struct objects *o, int err);

/* What a command's first word is about; the first of several is what no word means. */
struct verb {
	const char *name;
	int (*run)(struct objects *o);
};

/* A command whose first word is one of n verbs, from objects_begin() to objects_end(). */
int objects_run(int argc, char **argv, const struct argp *argp, const char *schema,
		const struct verb *verbs, size_t n);

/* The next word, NULL at the end. next_is() takes it only when it is that. */
const char *next_word(struct objects *o);
/* The word that was taken last: what an object was called, for messages. */
const char *last_word(const struct objects *o);
const char *peek_word(const struct objects *o);
bool next_is(struct objects *o, const char *word);
/* A word that must be there, or one that must be a number. -EINVAL exits with 64. */
const char *need_word(struct objects *o, const char *what);
uint64_t need_number(struct objects *o, const char *what, uint64_t hi);
void need_end(struct objects *o);

/* sys_bpf() that says what failed: "what: why". */
long door(struct objects *o, int cmd, union sys_attr *attr, const char *what);
/* A name of the store, or a path as it is; arena memory. */
const char *store_path(struct objects *o, const char *name);
/* Reads MAP, PROG or LINK; a descriptor or -errno, said. */
enum object_word { WORD_MAP, WORD_PROG, WORD_LINK };
int need_object(struct objects *o, enum object_word kind);
int open_path(struct objects *o, const char *path, uint32_t access);
/*
 * A word that may be a file of any kind: the descriptor of the program that it names, by path or by
 * name in the store, which is opened then; 0: it names none; -errno, said.
 */
int open_pinned_program(struct objects *o, const char *word, const char *bpffs);
/* To look at only, which links do not know; nothing is said. */
int peek_path(struct objects *o, const char *path);
/* Why OBJ_GET failed just now. */
const char *path_why(const struct objects *o, int err);
int open_id(struct objects *o, int cmd, uint32_t id);
int pin_object(struct objects *o, int fd, const char *path);

int map_info_of(struct objects *o, int fd, struct sys_map_info *info);
int prog_info_of(struct objects *o, int fd, struct sys_prog_info *info);
/* The raw types of a BTF object, in arena memory. */
int btf_bytes(struct objects *o, uint32_t id, struct bytes *out);
/* The types of a program, to be freed, or NULL; and the id of a function in them, or 0. */
struct btf *program_types(struct objects *o, const struct sys_prog_info *info);
uint32_t program_func(struct objects *o, const struct sys_prog_info *info, const char *name);

/* A list goes on where an object cannot be opened. */
void not_shown(struct objects *o, const char *kind, uint32_t id, int err);
/* map.c, prog.c: what an object is, as text and as members of the open object of the document */
int show_map(struct objects *o, int fd);
int show_program(struct objects *o, int fd);
/* prog.c: loads an object file and pins all programs and maps of it in a directory. */
int pin_object_file(struct objects *o, const char *obj, const char *dir);

/* prog_dump.c */
int prog_dump(struct objects *o);

/* pins.c */
typedef void pin_fn(struct objects *o, const char *path, const char *name, bool is_dir);
/*
 * Calls fn for each name in a directory and below it, in order, hidden ones left out; name begins
 * there. -errno, said, when there is no such directory.
 */
int walk_pins(struct objects *o, const char *dir, pin_fn *fn);

/* data.c */
/*
 * Reads the DATA of a key or value of size bytes up to one of the words of ends (or the last);
 * more: something has to be left for the value behind the key.
 */
int need_key_data(struct objects *o, const struct btf *btf, uint32_t type, uint32_t size,
		  uint8_t *out, bool more);
int need_value_data(struct objects *o, const struct btf *btf, uint32_t type, uint32_t size,
		    uint8_t *out);
/* A number as wide as the value, in the machine's order. */
int data_number(struct diag *d, const struct loc *loc, const char *word, uint32_t size,
		uint8_t *out, const char *what);
/* A value as text, by its type or as bytes; and as a member of the document, by its type. */
void say_data(struct out *out, const struct btf *btf, uint32_t type, const void *data, size_t size);
void data_fields(struct out *out, const char *key, const struct btf *btf, uint32_t type,
		 const void *data, size_t size);

/* An element of a map; what has no type is 0, and bytes. value is that of all cpus. */
struct map_element {
	const struct map *map;
	const struct btf *btf; /* NULL: there are no types */
	uint32_t key_type, value_type;
	const void *key, *value;
	const char *indent; /* in front of each line */
};

/* A line, and one for each cpu where there are several; members of the object that is open. */
void say_element(struct out *out, const struct map_element *e);

#endif
