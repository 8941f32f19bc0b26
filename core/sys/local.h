#ifndef CORE_SYS_LOCAL_H
#define CORE_SYS_LOCAL_H

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/fault.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "core/btf/btf.h"
#include "core/link/traced.h"
#include "core/obj/prog_type.h"
#include "core/run/packet.h"
#include "core/run/runtime.h"
#include "core/sys/sys.h"
#include "core/verify/verify.h"
#include "maps/maps.h"
#include "maps/region.h"
#include "maps/store.h"

struct sys {
	struct sys_options opts;
	struct store *store;
	struct diag diag;	 /* its sink fills why */
	struct strbuf why, *log; /* log: of the PROG_LOAD or BTF_LOAD under way; NULL: none */
	struct map_table maps;
	struct object *objects;
	struct region **cpu_set; /* that the cpu number is leased on, while one is */
	size_t ncpu_set;
	struct btf_source kernel; /* its types */
	const struct engine *engine; /* that makes code of what runs; NULL: all is checked */
	bool is_untrusted;	     /* something came that is not to be run by it */
	bool is_running; /* a program of TEST_RUN, which may call us */
	struct runtime rt;
	struct packet pkt; /* of TEST_RUN; made when first needed */
	uint8_t *stack;
};

/* One call: attr is the private, zero-extended copy that handlers look at. */
struct call {
	struct sys *sys;
	union sys_attr attr;
	void *user; /* the caller's attribute, size bytes of it */
	uint32_t size;
};

/* sys.c */
#define BPF_CMD(name, handler, last) long sys_##handler(struct call *c);
#include "core/sys/commands.def"
int copy_in(void *dst, sys_ptr src, size_t n);
int copy_out(sys_ptr dst, const void *src, size_t n);
/* Copies a field of c->attr back to the caller, when it gave that much of the attribute. */
#define put_attr(c, field) put_attr_at(c, offsetof(union sys_attr, field), sizeof((c)->attr.field))
int put_attr_at(struct call *c, size_t off, size_t size);
/* -E2BIG when the caller's struct of size bytes has a bit set behind the known ones. */
int check_tail(sys_ptr p, size_t known, size_t size);
/* Copies a name of letters, digits, '_' and '.' that ends. */
int check_name(char out[SYS_NAME_LEN], const char in[SYS_NAME_LEN]);

/*
 * The process's side of an object: found by its file, so that every descriptor of it leads here. It
 * stays until the last descriptor of any process is closed and nothing here needs it.
 */
struct object {
	struct sys *sys;
	enum store_kind kind;
	uint32_t id;
	dev_t dev;
	ino_t ino;
	int fd;	       /* our own, leased LEASE_OBJECT */
	uint32_t uses; /* by other objects here */
	union {
		struct map *map;
		struct program *prog;
		struct type_data *btf;
		struct link *link;
	};
	struct object *btf_object; /* of a program's or map's types, or of those of inner maps */
	VEC(struct object *) held; /* that were found for a map's ids */
	struct object *next;
};

/* object.c */
enum { ANY_KIND = -1 };
/* The object of a descriptor; -EBADF, -EINVAL as bpf(2) has it. */
int object_of(struct sys *sys, int fd, int kind, struct object **out);
/* The object with an id; it is used until object_put(). */
int object_by_id(struct sys *sys, enum store_kind kind, uint32_t id, struct object **out);
/* Takes an object over that was just made in the file of fd, or frees what it has. */
int object_add(struct sys *sys, const struct object *made, int fd);
struct object *object_use(struct object *o);
void object_put(struct object *o);
/* Forgets objects that have no descriptor any more, and removes those that nothing names. */
/* Frees what an object has that was not added. */
void object_drop(struct object *made);
void objects_sweep(struct sys *sys);
void objects_free(struct sys *sys);

/* blob.c: objects that are made once and only read */
struct blob_head {
	char magic[8];
	uint32_t version, head_size;
	uint64_t size; /* of the file */
	uint64_t data_size;
	uint64_t sum; /* of data, then of what follows here */
	uint32_t kind, id;
	char name[SYS_NAME_LEN];
	uint32_t uid;
	uint32_t btf_id;
	uint64_t load_time; /* ns since boot */
	union {
		struct {
			uint32_t type, attach_type, flags, attach_btf_id;
			/* Of the program that it is for, or 0; its type and attach type */
			uint32_t attach_prog_id, target_type, target_attach_type;
			uint32_t ninsns, nmaps, nfuncs, nlines, license_size;
			uint32_t gpl;
			uint8_t tag[SYS_TAG_SIZE];
		} prog;
		struct {
			uint32_t types_size;
		} btf;
		struct {
			uint32_t type, attach_type; /* enum sys_link_type */
			uint32_t prog_id, target_id; /* target_id: of a program, or 0 */
			uint32_t target_btf_id;
			uint64_t cookie;
			uint64_t place[2]; /* ifindex, or device and inode of a cgroup */
			/* PROG_ATTACH made it: no link to anybody, kept by a name of its own */
			uint32_t is_bare, attach_flags;
		} link;
	};
};

/* What changes in a blob's file: behind the head, in its page. */
struct blob_live {
	_Atomic uint64_t run_cnt, run_time_ns, misses;
	_Atomic uint64_t generation; /* of the links on a program: it is raised by each change */
	_Atomic uint32_t is_consumed; /* its target was, by its first link */
	_Atomic uint32_t prog_id; /* or map, of a link that was updated; 0: as made */
	_Atomic uint32_t is_detached;
	_Atomic uint32_t order; /* of a link among those at its place; equals as they were made */
};
enum { BLOB_LIVE = 2048 };

struct live {
	struct blob_live *at; /* NULL: the file may not be written by us */
	struct fault_range *watch;
};

/* Fills the rest of head and writes the file. */
int blob_write(int fd, enum store_kind kind, struct blob_head *head, const void *data, size_t size);
/* A private copy of what a file has, judged as far as its form goes. */
int blob_read(int fd, enum store_kind kind, struct arena *a, struct blob_head *head,
	      struct bytes *data, struct diag *d);
/* The counters of a blob, shared with all that have it open, when its file may be written. */
void blob_map_live(int fd, const struct blob_head *head, struct live *live);
void blob_unmap_live(struct live *live);

/* map.c */
int map_object_open(struct sys *sys, int fd, struct object *o);

/* elem.c */
/* access() of a descriptor as bpf(2) has it: -EPERM when it may not read, or write. */
int check_access(int fd, bool read, bool write);

/* struct_ops.c */
/* Is the type that MAP_CREATE names one of such a map, and as large as the value? */
int struct_ops_check_type(struct call *c);
/* Fills the map, whose programs stay with it then. */
int struct_ops_store(struct object *o, const void *key, const void *value, uint64_t flags);
/* The member `name' of what the map has; false: its struct has none. */
bool struct_ops_name(struct object *map, char name[SYS_NAME_LEN]);

/* register.c: what of struct_ops is registered */
/* A map that is filled without a link to follow; -EEXIST: the name is taken. */
int struct_ops_register(struct object *map, const void *value);
struct link;
/* The id of the map that a link has now. */
uint32_t struct_ops_map_of(const struct link *link);
/* LINK_CREATE, LINK_UPDATE, LINK_DETACH of them */
long struct_ops_attach(struct call *c);
long struct_ops_update(struct call *c, struct object *link);
long struct_ops_detach(struct object *link);

/* held.c: elements that may stand for other objects */
int elem_load(struct object *o, const void *key, void *value, uint64_t flags);
int elem_store(struct object *o, const void *key, const void *value, uint64_t flags);
int elem_delete(struct object *o, const void *key);
/* Of a batch: the other way takes no maps. */
int elem_take(struct object *o, const void *key, void *value, uint64_t flags);
/* May the program use the map as a table of its like? It decides when nobody did. */
int held_check_owner(struct object *map, const struct program *p);
void held_begin(struct object *map);
void held_end(struct object *map);
/* Empties a prog array that no descriptor and no pin is left of; programs do not count. */
void held_sweep(struct object *o);

/* btf.c */
struct type_data {
	struct arena arena;
	struct blob_head head;
	struct bytes raw;
	struct btf *btf;
};

int btf_object_open(struct sys *sys, int fd, struct object *o);
void type_data_free(struct type_data *t);

/* prog.c */
enum trust { TRUST_UNKNOWN, TRUST_SAFE, TRUST_NOT };

struct program {
	struct arena arena;
	struct blob_head head;
	struct prog *prog; /* as it runs; maps by their index below */
	const uint32_t *map_ids;
	struct object **maps;
	/* of what runs */
	const struct func_info *funcs;
	uint32_t nfuncs;
	const struct line_info *lines;
	uint32_t nlines;
	struct object *target; /* that it was loaded for */
	const struct verify_func_facts *facts; /* of funcs */
	VEC(struct object *) links; /* on it, as of links_seen */
	VEC(struct traced *) traced; /* its functions that are */
	bool links_wait; /* to be put in force when nothing runs */
	uint64_t links_seen;
	uint32_t walked;  /* instructions, by the verifier */
	uint32_t ctx_end; /* of what it needs of a context */
	uint32_t buf_end[2]; /* ... of what an iterator hands out: to write, to read */
	enum trust trust;
	struct live live;
};

/* What PROG_LOAD was given, in private copies. Maps and BTF are used until the end of the call. */
struct load {
	struct arena arena;
	uint32_t type, attach_type, flags, attach_btf_id;
	char name[SYS_NAME_LEN];
	struct bpf_insn *insns;
	uint32_t ninsns;
	const char *license;
	bool gpl;
	VEC(struct object *) maps;
	struct object *btf; /* NULL: none was needed */
	struct object *target; /* attach_prog_fd; NULL: none */
	const struct func_info *funcs;
	uint32_t nfuncs;
	const struct line_info *lines;
	uint32_t nlines;
	struct verify_fault bad_fds, bad_btf, bad_funcs, bad_lines, bad_relos; /* for the log */
	/* what the verifier left: the program that runs, in arena, and how far it walked */
	struct verify_code code;
	const struct verify_func_facts *facts; /* of code.funcs */
	uint32_t walked, ctx_end, buf_end[2];
};

void load_end(struct load *l);

/* verify.c */
/* struct btf_source.read of the kernel that programs are judged for. */
const struct btf *read_kernel(void *arg);
/* Is the program, as PROG_LOAD was given it, one that may run? Finds the maps that it names. */
int load_verify(struct call *c, struct load *l, uint32_t log_level);
/* The same of a program out of a file, whose instructions name maps by their place in l->maps. */
int load_verify_again(struct sys *sys, struct load *l);
/* fd_array[index] of a PROG_LOAD */
int load_fd_at(struct call *c, uint32_t index, int *fd);
/* Functions and lines name what the program and its BTF have. */
int load_check_info(struct sys *sys, const struct load *l);
/* Makes and judges the program. */
int program_new(struct sys *sys, const struct load *l, struct program **out);
/* Its file and descriptor; takes prog over, also when it fails. */
int program_store(struct sys *sys, const struct load *l, struct program *prog, int *fd);
/* What the program of a file was loaded with; load_end() either way. */
int program_read(struct sys *sys, int fd, struct blob_head *head, struct load *l);
int prog_object_open(struct sys *sys, int fd, struct object *o);
void program_free(struct program *p);

/* Does it fall into none of Linux's holes, and read none of the kernel's memory? */
bool program_is_safe(struct object *prog);
/* Is the program one that may be attached to the function of another one? -EINVAL. */
int program_check_target(struct object *prog, struct object *target, uint32_t btf_id);

/* trust.c */
/*
 * Before a program runs in a process that has an engine for it: false, and sys->is_untrusted, when
 * it is not to be run by that.
 */
bool program_trust(struct object *prog);

/* link.c */
struct link {
	struct arena arena;
	struct blob_head head;
	struct live live;
	/* prog NULL: a map is attached; target NULL: it is no program that it is on */
	struct object *prog, *target;
	struct object *map; /* that is attached, while the link is made */
	const char *name; /* of a tracepoint */
	struct detour detour;
	bool in_force; /* the detour is in target's function */
};

int link_object_open(struct sys *sys, int fd, struct object *o);
void link_free(struct link *link);
/* Makes the file of a link, whose prog and target are borrowed; a descriptor or -errno. */
int link_new(struct sys *sys, const struct link *what);
/* LINK_CREATE of a program by an attach type that is not its: -EINVAL. */
long link_refuse_type(struct call *c, const struct program *p);
/* Does it attach, for somebody has it, and nobody detached it? */
bool link_is_alive(struct object *link);

/* extend.c: what is attached to functions of programs */
/* bpf_tracing_prog_attach(): a descriptor of a link. */
long extend_attach(struct call *c, struct object *prog, int target_fd, uint32_t btf_id,
		   uint64_t cookie);
/* Puts what is attached to a program by any process in force in this one; true: that changed. */
bool links_sync(struct object *prog);
/* The same with all that its run may lead to. */
bool links_sync_run(struct object *prog);
/* Takes it out, when the program goes. */
void links_end(struct object *prog);
/* Does another program run in place of one of its functions? */
bool links_extend(struct object *prog);

/* hook.c, hook_bare.c: programs on places that are no functions */
/* Are programs of the type attached to any? */
bool hook_has_type(uint32_t prog_type);
/* Was the record of a link made by PROG_ATTACH, so that it is none to bpf(2)? */
bool hook_is_bare(const struct object *link);
/* PROG_DETACH of one. */
void hook_end_bare(struct object *link);
/* LINK_CREATE of one. */
long hook_attach(struct call *c, struct object *prog);
/* LINK_UPDATE of what may be given another program, LINK_DETACH of what may be detached. */
int link_replace(struct object *link, struct object *new, const struct object *old);
int link_give_up(struct object *link);

/* probe.c: what only a running kernel has */
/* LINK_CREATE of an event or of probes: refused, as Linux does what is wrong with it. */
long probe_attach(struct call *c, const struct object *prog);
/* RAW_TRACEPOINT_OPEN, or LINK_CREATE of a program that names its tracepoint (name 0). */
long tracepoint_attach(struct call *c, sys_ptr name);

/* iter.c: iterators over what the store has */
/* LINK_CREATE of one. */
long iter_attach(struct call *c, struct object *prog);
struct sys_link_info;
/* The name of what a link goes over, and which map, for OBJ_GET_INFO_BY_FD. */
int iter_describe(struct call *c, const struct link *link, struct sys_link_info *info);

/* log.c */
struct log {
	struct strbuf text;
	uint32_t level, size;
	sys_ptr buf;
};

int log_begin(struct sys *sys, struct log *log, uint32_t level, uint32_t size, sys_ptr buf);
/* Gives the log to the caller; err, or -ENOSPC or -EFAULT when that fails. */
int log_end(struct sys *sys, struct log *log, int err, uint32_t *true_size);

/* misc.c */
bool stats_are_on(struct sys *sys);

#endif
