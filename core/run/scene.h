/*
 * What a program is shown that does not run on packets: its context (registers, a record, arguments
 * that BTF types, a struct of uapi), the memory that its pointers lead to, and the task it runs in.
 *
 * It is said in notes: a section, a key, a value as text.
 *
 *	[pt_regs arch=x86_64]	di=0xffff888100000000 si=4096 ip=vfs_read
 *	[memory]		0xffff888100000000: struct file {f_flags=0x8000, f_inode->i_ino=42}
 *	[task]			pid=42 comm="bash"
 *
 * Text, JSON, pasted registers, lines of a trace and options all become notes, which scene_build()
 * understands for one program. A core file and a process bring registers and memory of their own.
 */
#ifndef CORE_RUN_SCENE_H
#define CORE_RUN_SCENE_H

#include <sys/types.h>

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/vec.h"
#include "core/btf/scan.h"
#include "core/run/regs.h"
#include "core/run/runtime.h"
#include "core/run/space.h"

enum note_section {
	NOTE_PT_REGS,
	NOTE_MEMORY,
	NOTE_TASK,
	NOTE_ARGS,   /* of a function, by name or as arg0 ..., and ret */
	NOTE_CTX,    /* fields of the context */
	NOTE_TARGET, /* what is probed: its key, as kprobe/vfs_read */
	NOTE_SECTIONS
};
extern const char *const note_section_names[NOTE_SECTIONS];

struct note {
	enum note_section section;
	const char *key, *value; /* NUL-terminated */
	struct loc loc;		 /* of the value */
};

/* Notes of one run, and where their text lives. */
struct notes {
	struct arena *arena;
	struct diag *d;
	const char *file;
	bool lenient; /* what is no field of a record is left out: traces print more than there is
		       */
	VEC(struct note) v;
};

/* The program that is shown it. */
struct scene_program {
	const char *name;
	uint32_t type, attach_type;
	const char *section; /* "kprobe/vfs_read", may be NULL */
	bool wants_task;     /* it may ask for its struct task_struct */
	const struct btf *kernel;
	uint32_t proto;	       /* FUNC_PROTO of what it is attached to, in kernel; 0: none */
	uint32_t skip;	       /* first parameters that it does not get */
	const struct btf *own; /* the object's types, or NULL */
	uint32_t own_ctx;      /* what the program's parameter points to, in own; 0: unknown */
	const struct tp_format *format; /* of its tracepoint, or NULL */
};

enum { SCENE_ARGS_MAX = 16 };
/* Where user memory lies that was given no address. */
#define SCENE_USER_BASE 0x7ff000000000

struct scene {
	struct space space;
	struct run_task task;
	bool has_ktime, has_cpu;
	bool has_members; /* of the task, beside its identity */
	bool returns;	  /* behind the arguments stands what the function returned */
	bool is_void;	  /* nobody looks at what the program returns */
	bool iterates;	  /* a task that nobody mentions is the one it runs in */
	uint64_t ip;	  /* what was hit */
	uint64_t cookie;  /* of the link that the program is attached by */
	uint64_t ktime;
	uint32_t cpu;
	const struct regs_arch *arch;
	void *ctx;
	uint64_t ctx_size;
	const struct btf *btf; /* of objects */
	uint32_t nargs;	       /* words of arguments, without what was returned */
	struct arena arena;
	VEC(struct scene_object) objects;
	VEC(struct scene_label) labels;
	VEC(void *) nulls;  /* pointers that are NULL on purpose */
	uint64_t *zeros;    /* by type: the object that stands for all that nobody described */
	bool placing;	    /* not all labels are known yet */
	uint64_t user_used; /* of user memory at addresses of our choice */
	struct arena user;  /* its bytes, which outlive a scene: see scene_reset() */
};

/* Memory that was made for values of a type. */
struct scene_object {
	uint32_t type;
	uint64_t n;
	void *host;
};

/* A name for an address. */
struct scene_label {
	const char *name;
	uint64_t addr;
};

/* notes.c */
struct note *note_add(struct notes *n, enum note_section section, const char *key,
		      const char *value, const struct loc *loc);
/* -1: there is no such section. */
int note_section_by_name(const char *name);
/* The value of the last note with that key, NULL: none. */
const struct note *note_find(const struct notes *n, enum note_section section, const char *key);

/* scene_map.c */
/* The kernel's struct of a map, as a value of it is written; name without quotes in it. */
void scene_map_text(const struct map *map, uint32_t id, const char *name, struct strbuf *b);

/* notes_text.c */
bool notes_is_text(struct bytes start);
/*
 * Reads sections up to a line "---" or the end; *at moves on. loc->line counts on from where it
 * is. 1: there was something, 0: there was nothing more, or -errno, said.
 */
int notes_read_text(struct notes *n, const char **at, struct loc *loc);
/* "a=1 b={2, 3}": pairs for one section. */
/* "file={f_mode=1, f_flags=2}": one pair, whose value goes to the end. */
int notes_read_line(struct notes *n, enum note_section section, const char *text,
		    const struct loc *loc);
int notes_read_pairs(struct notes *n, enum note_section section, const char *text,
		     const struct loc *loc);

/* notes_json.c: a context of a JSON document, as notes_read_text() */
bool notes_is_json(struct bytes start);
int notes_read_json(struct notes *n, const char **at, struct loc *loc);

/* notes_paste.c: gdb's `info registers`, and an oops of the kernel */
bool notes_is_gdb(struct bytes start);
int notes_read_gdb(struct notes *n, const char **at, struct loc *loc);
bool notes_is_oops(struct bytes start);
int notes_read_oops(struct notes *n, const char **at, struct loc *loc);

/* notes_trace.c: lines of ftrace, trace-cmd and perf */
bool notes_is_trace(struct bytes start);
int notes_read_trace(struct notes *n, const char **at, struct loc *loc);

/* scene_core.c */
bool scene_is_core(struct bytes start);
/* A thread of a core file (0: the first, whose signal it was); image outlives the scene. */
int scene_core(struct scene *s, struct bytes image, uint32_t thread, const char *file,
	       struct diag *d);
/* scene_files.c: memory that a core file leaves out, of the files that its note NT_FILE names */
void scene_add_files(struct space *s, struct bytes note);

/* scene_process.c */
int scene_process(struct scene *s, pid_t pid, struct diag *d);

/* scene.c */
/*
 * Makes what the notes say for a program. A zeroed scene, or one that has registers and memory
 * already. -errno, said. scene_free() either way.
 */
int scene_build(struct scene *s, const struct notes *n, const struct scene_program *prog);
void scene_free(struct scene *s);
/*
 * Ready for the next one, which follows on this one: text and user memory that had no address of
 * their own stay where they are, for programs that remember pointers to them.
 */
void scene_reset(struct scene *s);
/* Room for a struct pt_regs of an architecture, which becomes the context. */
void *scene_regs(struct scene *s, const struct regs_arch *arch);
/* Room for a context of some size, zeroed. */
void *scene_context(struct scene *s, uint64_t size);
/*
 * A word that a value becomes: text and objects become their addresses; an initialiser is one of
 * what type points to (0: nothing does).
 */
int scene_word(struct scene *s, const struct note *note, uint32_t type, struct diag *d,
	       uint64_t *out);

/* Is the program given the registers of a system call, in a place that a register points to? */
bool scene_is_wrapped_syscall(const struct scene_program *prog);

/* scene_emit.c */
struct strbuf;
/* Adds what makes the scene again for the program; memory, as far as s->space.log has it. */
void scene_emit(struct strbuf *b, const struct scene *s, const struct scene_program *prog);

/* scene_number.c */
/* A number, a label, a function's name with an offset, or a name of an errno. */
int scene_number(struct scene *s, const struct note *note, struct diag *d, uint64_t *out);
/* Where a function of the kernel lies. */
uint64_t scene_function(const struct scene *s, const char *name);

/* scene_memory.c */
int scene_memory(struct scene *s, const struct notes *n);
/* Zeroed bytes that user space has at an address of our choice; NULL: none is left. */
void *scene_user_memory(struct scene *s, uint64_t size, uint64_t *addr);
/* A zeroed object for n values of a type; NULL: it has no size, or there is no more memory. */
void *scene_object_new(struct scene *s, uint32_t type, uint64_t n, uint64_t *addr);
/* An initialiser over an object of a type in s->btf. */
int scene_init(struct scene *s, const struct note *note, uint32_t type, void *host, size_t size,
	       struct diag *d);
/* The address of text that the note has in quotes. */
int scene_text(struct scene *s, const struct note *note, struct diag *d, uint64_t *out);
/* The type void *, 0: there is none. */
uint32_t scene_void_pointer(const struct scene *s);

/* scene_zero.c */
/* The object that stands for all unmentioned ones of a type; 0: none can. */
uint64_t scene_zero_object(struct scene *s, uint32_t type);
/* Gives each pointer that nobody mentioned a zeroed object of its type. */
void scene_fill_pointers(struct scene *s);

/* scene_args.c */
int scene_args(struct scene *s, const struct notes *n, const struct scene_program *prog);

/* scene_ctx.c */
int scene_argument(struct scene *s, const struct notes *n, const struct scene_program *prog);

/* scene_record.c */
int scene_record(struct scene *s, const struct notes *n, const struct scene_program *prog);

#endif
