/* ebpf link: what programs of the store are attached to. */
#include "cmd/link.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "core/btf/btf.h"
#include "core/obj/prog_type.h"

const struct argp cmd_link_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json|dot|svg"),
			OPTION_BPFFS,
			{0},
		},
	.parser = objects_parse,
	.args_doc = "show [LINK]\ncreate PROG [target PROG func NAME] [cookie N] pin PATH\n"
		    "create PROG device N|cgroup DIR|netns FILE|map MAP [attach_type T] pin PATH\n"
		    "create PROG hook ipv4|ipv6 N [priority N] pin PATH\n"
		    "create map MAP pin PATH\nupdate LINK PROG [old PROG]\n"
		    "update LINK map MAP [old MAP]\ndetach LINK\npin LINK PATH\nread LINK\n"
		    "graph",
	.doc = "Attach programs of the store, show what is attached to what, and draw it. LINK is "
	       "a pin's path or id N, PROG as in ebpf prog.",
	.children = COMMON_CHILDREN,
};

enum { FAMILY_IPV4 = 2, FAMILY_IPV6 = 10 }; /* NFPROTO_* */

static const char *const type_names[] = {
	[SYS_LINK_RAW_TRACEPOINT] = "raw_tracepoint", [SYS_LINK_TRACING] = "tracing",
	[SYS_LINK_CGROUP] = "cgroup",		      [SYS_LINK_ITER] = "iter",
	[SYS_LINK_NETNS] = "netns",		      [SYS_LINK_XDP] = "xdp",
	[SYS_LINK_PERF_EVENT] = "perf_event",	      [SYS_LINK_KPROBE_MULTI] = "kprobe_multi",
	[SYS_LINK_STRUCT_OPS] = "struct_ops",	      [SYS_LINK_NETFILTER] = "netfilter",
	[SYS_LINK_TCX] = "tcx",			      [SYS_LINK_UPROBE_MULTI] = "uprobe_multi",
	[SYS_LINK_NETKIT] = "netkit",		      [SYS_LINK_SOCKMAP] = "sockmap",
};

static const char *type_name(uint32_t type)
{
	return type < ARRAY_SIZE(type_names) && type_names[type] ? type_names[type] : "unknown";
}

/* ---- what a link is ---- */

static int prog_by_id(struct objects *o, uint32_t id, struct sys_prog_info *info)
{
	int fd = open_id(o, SYS_PROG_GET_FD_BY_ID, id), err;

	*info = (struct sys_prog_info){0};
	if (fd < 0)
		return fd;
	err = prog_info_of(o, fd, info);
	close(fd);
	return err;
}

/* The name of a function in the types of a program; NULL: it has none. */
static const char *func_name(struct objects *o, const struct sys_prog_info *prog, uint32_t id)
{
	struct btf *btf = program_types(o, prog);
	const char *name = NULL;

	if (btf && btf_has(btf, id))
		name = arena_strdup(&o->arena, btf_name(btf, id));
	btf_free(btf);
	return name;
}

/* The name of what an iterator goes over, which is asked for on its own. */
static int find_iterated(struct objects *o, int fd, struct link_view *v)
{
	enum { NAME_MAX_SIZE = 128 };
	union sys_attr attr = {.info = {(uint32_t)fd, sizeof(v->info), (uintptr_t)&v->info}};
	char *name = arena_alloc(&o->arena, NAME_MAX_SIZE);

	v->info.iter.name = (uintptr_t)name;
	v->info.iter.name_len = NAME_MAX_SIZE;
	v->iterates = name;
	return (int)door(o, SYS_OBJ_GET_INFO_BY_FD, &attr, "link");
}

int link_view(struct objects *o, int fd, struct link_view *v)
{
	union sys_attr attr = {.info = {(uint32_t)fd, sizeof(v->info), (uintptr_t)&v->info}};
	struct sys_prog_info prog, target;
	int err;

	*v = (struct link_view){0};
	err = (int)door(o, SYS_OBJ_GET_INFO_BY_FD, &attr, "link");
	if (!err && v->info.type == SYS_LINK_ITER)
		err = find_iterated(o, fd, v);
	if (err || v->info.type == SYS_LINK_STRUCT_OPS)
		return err;
	err = prog_by_id(o, v->info.prog_id, &prog);
	if (err)
		return err;
	v->prog = arena_strdup(&o->arena, prog.name);
	v->does = prog.type == PROG_TYPE_EXT ? "replaces"
					     : attach_type_names[v->info.tracing.attach_type %
								 ATTACH_TYPE_COUNT];
	if (v->info.type != SYS_LINK_TRACING || !v->info.tracing.target_obj_id)
		return 0;
	err = prog_by_id(o, v->info.tracing.target_obj_id, &target);
	if (err)
		return err;
	v->target = arena_strdup(&o->arena, target.name);
	v->func = func_name(o, &target, v->info.tracing.target_btf_id);
	return 0;
}

int each_link(struct objects *o, int (*fn)(struct objects *o, int fd, void *arg), void *arg)
{
	union sys_attr attr = {0};
	int err = 0;

	while (!err && sys_bpf(o->sys, SYS_LINK_GET_NEXT_ID, &attr, sizeof(attr)) == 0) {
		union sys_attr by = {.start_id = attr.next_id};
		int fd;

		attr = (union sys_attr){.start_id = attr.next_id};
		fd = (int)sys_bpf(o->sys, SYS_LINK_GET_FD_BY_ID, &by, sizeof(by));
		if (fd >= 0) {
			err = fn(o, fd, arg);
			close(fd);
		} else if (fd != -ENOENT) {
			not_shown(o, "link", attr.start_id, fd);
		}
	}
	return err;
}

/* ---- show ---- */

static void show_attach_type(struct objects *o, uint32_t type)
{
	const char *name = type < ATTACH_TYPE_COUNT ? attach_type_names[type] : "?";

	out_field(&o->out, "attach_type", name);
	out_text(&o->out, "  attach_type %s", name);
}

static void show_hook(struct objects *o, const struct sys_link_info *info)
{
	const char *family = info->netfilter.pf == FAMILY_IPV4 ? "ipv4" : "ipv6";

	out_field(&o->out, "family", family);
	out_field(&o->out, "hook", info->netfilter.hooknum);
	out_field(&o->out, "priority", info->netfilter.priority);
	out_text(&o->out, "\n\thook %s %u  priority %d", family, info->netfilter.hooknum,
		 info->netfilter.priority);
}

const char *link_place(struct objects *o, const struct link_view *v)
{
	const struct sys_link_info *info = &v->info;

	switch (info->type) {
	case SYS_LINK_XDP:
	case SYS_LINK_TCX:
	case SYS_LINK_NETKIT:
		return arena_printf(&o->arena, "device %u", info->device.ifindex);
	case SYS_LINK_SOCKMAP:
		return arena_printf(&o->arena, "map %u", info->sockmap.map_id);
	case SYS_LINK_NETFILTER:
		return arena_printf(&o->arena, "hook %s %u",
				    info->netfilter.pf == FAMILY_IPV4 ? "ipv4" : "ipv6",
				    info->netfilter.hooknum);
	case SYS_LINK_NETNS:
		return arena_printf(&o->arena, "netns %u", info->netns.inode);
	case SYS_LINK_CGROUP:
		return arena_printf(&o->arena, "cgroup %llu",
				    (unsigned long long)info->cgroup.id);
	case SYS_LINK_ITER:
		return info->iter.map_id
			       ? arena_printf(&o->arena, "elements of map %u", info->iter.map_id)
			       : v->iterates;
	default:
		return NULL;
	}
}

/* Of a program that is on no function. */
static void show_place(struct objects *o, const struct sys_link_info *info)
{
	switch (info->type) {
	case SYS_LINK_XDP:
	case SYS_LINK_TCX:
	case SYS_LINK_NETKIT:
		out_field(&o->out, "ifindex", info->device.ifindex);
		out_text(&o->out, "\n\tdevice %u", info->device.ifindex);
		if (info->type != SYS_LINK_XDP)
			show_attach_type(o, info->device.attach_type);
		break;
	case SYS_LINK_SOCKMAP:
		out_field(&o->out, "map_id", info->sockmap.map_id);
		out_text(&o->out, "\n\tmap %u", info->sockmap.map_id);
		show_attach_type(o, info->sockmap.attach_type);
		break;
	case SYS_LINK_NETFILTER:
		show_hook(o, info);
		break;
	case SYS_LINK_NETNS:
		out_field(&o->out, "inode", info->netns.inode);
		out_text(&o->out, "\n\tnetwork namespace's inode %u", info->netns.inode);
		show_attach_type(o, info->netns.attach_type);
		break;
	case SYS_LINK_CGROUP:
		out_field(&o->out, "inode", info->cgroup.id);
		out_text(&o->out, "\n\tdirectory's inode %llu",
			 (unsigned long long)info->cgroup.id);
		show_attach_type(o, info->cgroup.attach_type);
		break;
	default:
		break;
	}
}

int show_link(struct objects *o, int fd)
{
	struct link_view v;
	int err = link_view(o, fd, &v);

	if (err)
		return err;
	out_field(&o->out, "id", v.info.id);
	out_field(&o->out, "type", type_name(v.info.type));
	if (v.info.type == SYS_LINK_STRUCT_OPS) {
		out_field(&o->out, "map_id", v.info.struct_ops.map_id);
		out_text(&o->out, "%u: %s  map %u\n", v.info.id, type_name(v.info.type),
			 v.info.struct_ops.map_id);
		return 0;
	}
	out_field(&o->out, "prog_id", v.info.prog_id);
	out_field(&o->out, "prog", v.prog);
	out_text(&o->out, "%u: %s  prog %u %s", v.info.id, type_name(v.info.type),
		 v.info.prog_id, v.prog);
	if (v.target) {
		out_field(&o->out, "does", v.does);
		out_field(&o->out, "target_prog_id", v.info.tracing.target_obj_id);
		out_field(&o->out, "target", v.target);
		out_field(&o->out, "target_btf_id", v.info.tracing.target_btf_id);
		out_field(&o->out, "func", v.func);
		out_text(&o->out, "\n\t%s %s of prog %u %s", v.does, v.func ? v.func : "?",
			 v.info.tracing.target_obj_id, v.target);
	}
	if (v.info.type == SYS_LINK_ITER) {
		out_field(&o->out, "target", v.iterates);
		out_text(&o->out, "\n\tgoes over %s", v.iterates);
		if (v.info.iter.map_id) {
			out_field(&o->out, "map_id", v.info.iter.map_id);
			out_text(&o->out, " of map %u", v.info.iter.map_id);
		}
	}
	if (v.info.type == SYS_LINK_TRACING && v.info.tracing.cookie) {
		out_field(&o->out, "cookie", v.info.tracing.cookie);
		out_text(&o->out, "  cookie %llu", (unsigned long long)v.info.tracing.cookie);
	}
	show_place(o, &v.info);
	out_text(&o->out, "\n");
	return 0;
}

static int show_one(struct objects *o, int fd, void *arg __unused)
{
	int err;

	out_open(&o->out, NULL, OUT_OBJECT);
	err = show_link(o, fd);
	out_close(&o->out);
	return err;
}

static int link_show(struct objects *o)
{
	int fd, err;

	out_open(&o->out, "links", OUT_LIST);
	if (!peek_word(o))
		return each_link(o, show_one, NULL);
	fd = need_object(o, WORD_LINK);
	if (fd < 0)
		return fd;
	need_end(o);
	err = show_one(o, fd, NULL);
	close(fd);
	return err;
}

/* ---- make and change ---- */

struct create_words {
	int prog, target;
	int place; /* a directory, a network namespace, a map */
	const char *func, *pin;
	uint64_t cookie;
	uint32_t device, attach_type, family, hook;
	int32_t priority;
	bool is_placed, on_map; /* a place was said; it is a map */
};

static int read_attach_type(struct objects *o)
{
	int type = attach_type_by_name(need_word(o, "an attach type"), &(const char *){NULL});

	if (type < 0)
		usage_error(o->d->prefix, "unknown attach type");
	return type;
}

static int open_place(struct objects *o, struct create_words *w, int flags)
{
	const char *path = need_word(o, "a path");

	w->place = open(path, O_RDONLY | O_CLOEXEC | flags);
	w->is_placed = true;
	return w->place < 0 ? fail(o->d, NULL, -errno, "%s: %s", path, strerror(errno)) : 0;
}

/* hook ipv4|ipv6 N */
static void read_hook(struct objects *o, struct create_words *w)
{
	const char *word = need_word(o, "ipv4 or ipv6");

	w->family = strcmp(word, "ipv4") == 0 ? FAMILY_IPV4 : FAMILY_IPV6;
	if (w->family == FAMILY_IPV6 && strcmp(word, "ipv6") != 0)
		usage_error(o->d->prefix, "unknown family '%s': ipv4 or ipv6", word);
	w->hook = (uint32_t)need_number(o, "a hook's number", UINT32_MAX);
}

static int32_t read_priority(struct objects *o)
{
	const char *word = need_word(o, "a priority");
	char *end;
	long n = strtol(word, &end, 0);

	if (!*word || *end || n < INT32_MIN || n > INT32_MAX)
		usage_error(o->d->prefix, "'%s' is no priority", word);
	return (int32_t)n;
}

/* One of the words behind the program. */
static int read_create_word(struct objects *o, struct create_words *w, const char *word)
{
	if (strcmp(word, "target") == 0) {
		w->target = need_object(o, WORD_PROG);
		return min(w->target, 0);
	}
	if (strcmp(word, "func") == 0) {
		w->func = need_word(o, "a function");
	} else if (strcmp(word, "cookie") == 0) {
		w->cookie = need_number(o, "a cookie", UINT64_MAX);
	} else if (strcmp(word, "pin") == 0) {
		w->pin = need_word(o, "a path");
	} else if (strcmp(word, "device") == 0) {
		w->device = (uint32_t)need_number(o, "a device's number", INT32_MAX);
		w->is_placed = true;
	} else if (strcmp(word, "cgroup") == 0 || strcmp(word, "netns") == 0) {
		return open_place(o, w, *word == 'c' ? O_DIRECTORY : 0);
	} else if (strcmp(word, "map") == 0) {
		w->place = need_object(o, WORD_MAP);
		w->is_placed = w->on_map = true;
		return min(w->place, 0);
	} else if (strcmp(word, "hook") == 0) {
		read_hook(o, w);
	} else if (strcmp(word, "priority") == 0) {
		w->priority = read_priority(o);
	} else if (strcmp(word, "attach_type") == 0) {
		w->attach_type = (uint32_t)read_attach_type(o);
	} else {
		usage_error(o->d->prefix, "unknown word '%s'", word);
	}
	return 0;
}

static int read_create(struct objects *o, struct create_words *w)
{
	const char *word;
	int err;

	w->prog = need_object(o, WORD_PROG);
	err = min(w->prog, 0);
	while (!err && (word = next_word(o)))
		err = read_create_word(o, w, word);
	if (err)
		return err;
	if (!w->pin)
		usage_error(o->d->prefix, "pin PATH: a link ends with its last name");
	if ((w->target >= 0) != (w->func != NULL))
		usage_error(o->d->prefix, "target PROG and func NAME go together");
	return 0;
}

/* The words that say where a program of the type is attached; NULL: it needs none. */
static const char *place_words(uint32_t type)
{
	enum { DEVICE, CGROUP, NETNS, MAP, NETFILTER };
	static const char *const words[] = {[DEVICE] = "device NUMBER",
					    [CGROUP] = "cgroup DIRECTORY",
					    [NETNS] = "netns FILE",
					    [MAP] = "map MAP",
					    [NETFILTER] = "hook ipv4|ipv6 NUMBER"};
	static const uint32_t rows[][2] = {
#define HOOK(prog, attach, link, place, ...) {PROG_TYPE_##prog, place},
#include "core/sys/hooks.def"
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i][0] == type)
			return words[rows[i][1]];
	return NULL;
}

/* Unless it was said: what the program was loaded for, or XDP's only one. */
static int find_attach_type(struct objects *o, const struct create_words *w, uint32_t *out)
{
	struct sys_prog_info info = {0};
	struct prog *prog;
	const char *where;
	int err = sys_prog(o->sys, w->prog, &prog);

	if (!err) /* of what replaces a function, the program's type is its target's */
		err = prog_info_of(o, w->prog, &info);
	if (err)
		return err;
	where = prog->attach_type == ATTACH_TYPE_LSM_MAC ? NULL : place_words(info.type);
	if (!w->is_placed && !w->family && where)
		return fail(o->d, NULL, -EINVAL, "attached where? %s", where);
	*out = w->attach_type ? w->attach_type : prog->attach_type;
	if (!*out && (info.type == PROG_TYPE_KPROBE || info.type == PROG_TYPE_TRACEPOINT ||
		      info.type == PROG_TYPE_PERF_EVENT))
		*out = ATTACH_TYPE_PERF_EVENT;
	if (w->family)
		*out = ATTACH_TYPE_NETFILTER;
	if (prog->type == PROG_TYPE_XDP && w->is_placed)
		*out = ATTACH_TYPE_XDP;
	return 0;
}

/* Where the program is to be; an iterator over a map's elements is given a descriptor in memory. */
static void set_place(const struct create_words *w, union sys_attr *attr, uint32_t *map_fd)
{
	if (w->family) {
		attr->link_create.netfilter.pf = w->family;
		attr->link_create.netfilter.hooknum = w->hook;
		attr->link_create.netfilter.priority = w->priority;
	} else if (w->on_map && attr->link_create.attach_type == ATTACH_TYPE_TRACE_ITER) {
		*map_fd = (uint32_t)w->place;
		attr->link_create.iter.info = (uintptr_t)map_fd;
		attr->link_create.iter.info_len = sizeof(*map_fd);
	} else if (w->is_placed) {
		attr->link_create.target_fd = w->place >= 0 ? (uint32_t)w->place : w->device;
	} else if (attr->link_create.attach_type != ATTACH_TYPE_TRACE_ITER) {
		attr->link_create.tracing.cookie = w->cookie;
	}
}

static int create(struct objects *o, const struct create_words *w)
{
	struct sys_prog_info target = {0};
	uint32_t map_fd;
	union sys_attr attr = {0};
	int err = find_attach_type(o, w, &attr.link_create.attach_type);

	if (err)
		return err;
	attr.link_create.prog_fd = (uint32_t)w->prog;
	set_place(w, &attr, &map_fd);
	if (w->target < 0)
		return (int)door(o, SYS_LINK_CREATE, &attr, "link");
	err = prog_info_of(o, w->target, &target);
	if (err)
		return err;
	attr.link_create.target_fd = (uint32_t)w->target;
	attr.link_create.target_btf_id = program_func(o, &target, w->func);
	if (!attr.link_create.target_btf_id)
		return fail(o->d, NULL, -EINVAL, "%s has no function '%s'", target.name, w->func);
	return (int)door(o, SYS_LINK_CREATE, &attr, "link");
}

/* create map MAP pin PATH: what the map's struct is for has its functions then */
static int create_of_map(struct objects *o)
{
	int map = need_object(o, WORD_MAP), fd, err;
	union sys_attr attr = {.link_create = {.prog_fd = (uint32_t)map,
					       .attach_type = ATTACH_TYPE_STRUCT_OPS}};
	const char *path;

	if (map < 0)
		return map;
	if (!next_is(o, "pin"))
		usage_error(o->d->prefix, "pin PATH: a link ends with its last name");
	path = need_word(o, "a path");
	need_end(o);
	fd = (int)door(o, SYS_LINK_CREATE, &attr, "link");
	err = fd < 0 ? fd : pin_object(o, fd, path);
	close(map);
	if (fd >= 0)
		close(fd);
	return err;
}

static int link_create(struct objects *o)
{
	struct create_words w = {.prog = -1, .target = -1, .place = -1};
	int err, fd = -1;

	if (next_is(o, "map"))
		return create_of_map(o);
	err = read_create(o, &w);

	if (!err) {
		fd = create(o, &w);
		err = fd < 0 ? fd : pin_object(o, fd, w.pin);
	}
	for (size_t i = 0; i < 4; i++) {
		int made = ((const int[]){w.prog, w.target, w.place, fd})[i];

		if (made >= 0)
			close(made);
	}
	return err;
}

static int link_update(struct objects *o)
{
	int link = need_object(o, WORD_LINK);
	enum object_word kind = link >= 0 && next_is(o, "map") ? WORD_MAP : WORD_PROG;
	int prog = link < 0 ? link : need_object(o, kind), old = -1, err = min(prog, 0);
	union sys_attr attr = {0};

	if (!err && next_is(o, "old")) {
		old = need_object(o, kind);
		err = min(old, 0);
	}
	if (err)
		return err;
	need_end(o);
	attr.link_update.link_fd = (uint32_t)link;
	attr.link_update.new_prog_fd = (uint32_t)prog;
	if (old >= 0) {
		attr.link_update.flags = SYS_F_REPLACE;
		attr.link_update.old_prog_fd = (uint32_t)old;
	}
	return (int)door(o, SYS_LINK_UPDATE, &attr, "link");
}

static int link_detach(struct objects *o)
{
	int fd = need_object(o, WORD_LINK);
	union sys_attr attr = {0};

	if (fd < 0)
		return fd;
	need_end(o);
	attr.link_detach.link_fd = (uint32_t)fd;
	return (int)door(o, SYS_LINK_DETACH, &attr, "link");
}

static int link_pin(struct objects *o)
{
	int fd = need_object(o, WORD_LINK), err;

	if (fd < 0)
		return fd;
	err = pin_object(o, fd, need_word(o, "a path"));
	need_end(o);
	close(fd);
	return err;
}

/* What an iterator writes, now. */
static int link_read(struct objects *o)
{
	int link = need_object(o, WORD_LINK), fd = -1;
	union sys_attr attr = {0};
	char part[4096];
	ssize_t n = 0;

	if (link < 0)
		return link;
	need_end(o);
	attr.iter_create.link_fd = (uint32_t)link;
	fd = (int)door(o, SYS_ITER_CREATE, &attr, "iterator");
	close(link);
	if (fd < 0)
		return fd;
	while ((n = read(fd, part, sizeof(part))) > 0)
		out_text_mem(&o->out, part, (size_t)n);
	close(fd);
	return n < 0 ? fail(o->d, NULL, -errno, "%s", strerror(errno)) : 0;
}

static const struct verb verbs[] = {
	{"show", link_show},	 {"list", link_show},	{"create", link_create},
	{"update", link_update}, {"detach", link_detach}, {"pin", link_pin},
	{"read", link_read},	 {"graph", link_graph},
};

int cmd_link(int argc, char **argv)
{
	return objects_run(argc, argv, &cmd_link_argp, "ebpf.link/1", verbs, ARRAY_SIZE(verbs));
}
