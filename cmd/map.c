/* ebpf map: bpftool's words over maps of the store. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/map.h"
#include "core/btf/bundled.h"
#include "core/obj/prog_type.h"

const struct argp cmd_map_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json"),
			OPTION_BPFFS,
			OPTION_CPUS,
			{"from", KEY_FROM, "FILE", 0,
			 "Read the elements, or what to make, from FILE; - is standard input", 0},
			{0},
		},
	.parser = objects_parse,
	.args_doc =
		"show|create|dump|lookup|update|delete|getnext|push|pop|peek|freeze|watch|merge "
		"MAP ...",
	.doc = "Make maps of the store, look into them and change them. MAP is a pin's path (a "
	       "name of "
	       "the store unless it begins with / or .), id N, or name NAME. Keys and values are "
	       "written by their types (a number, JSON), as bytes, as hex DIGITS or as @FILE.",
	.children = COMMON_CHILDREN,
};

int target_begin(struct objects *o, struct target *t)
{
	int err;

	t->fd = need_object(o, WORD_MAP);
	if (t->fd < 0)
		return t->fd;
	t->name = last_word(o);
	err = map_info_of(o, t->fd, &t->info);
	if (!err)
		err = sys_map(o->sys, t->fd, &t->map);
	if (err)
		return err;
	if (sys_map_types(o->sys, t->fd, &t->btf) != 0)
		t->btf = NULL;
	/* What a struct_ops map holds has a type of the kernel. */
	if (t->info.btf_vmlinux_value_type_id) {
		if (!o->kernel)
			o->kernel = btf_bundled();
		t->btf = btf_has(o->kernel, t->info.btf_vmlinux_value_type_id) ? o->kernel : NULL;
		t->info.btf_value_type_id = t->info.btf_vmlinux_value_type_id;
	}
	t->value_size = map_user_size(t->map);
	t->key = arena_alloc(&o->arena, t->info.key_size + 1);
	t->value = arena_alloc(&o->arena, t->value_size + 1);
	return 0;
}

static int need_key(struct objects *o, struct target *t, bool more)
{
	if (!t->info.key_size)
		return 0;
	return need_key_data(o, t->btf, t->info.btf_key_type_id, t->info.key_size, t->key, more);
}

/* Values of maps that hold objects are those objects. */
static int need_held(struct objects *o, struct target *t)
{
	int fd = need_object(o, t->info.type == MAP_TYPE_PROG_ARRAY ? WORD_PROG : WORD_MAP);

	if (fd < 0)
		return fd;
	memcpy(t->value, &fd, sizeof(fd));
	return 0;
}

/* One value given stands for that of every cpu. */
static int need_value(struct objects *o, struct target *t)
{
	uint32_t stride = map_value_stride(t->map);
	int err;

	next_is(o, "value");
	if (t->info.type == MAP_TYPE_PROG_ARRAY || t->info.type == MAP_TYPE_ARRAY_OF_MAPS ||
	    t->info.type == MAP_TYPE_HASH_OF_MAPS)
		return need_held(o, t);
	if (t->map->ops->percpu && peek_word(o) && *peek_word(o) == '@')
		return need_value_data(o, NULL, 0, (uint32_t)t->value_size, t->value);
	err = need_value_data(o, t->btf, t->info.btf_value_type_id, t->info.value_size, t->value);
	for (uint32_t cpu = 1; !err && t->map->ops->percpu && cpu < t->map->ncpus; cpu++)
		memcpy(t->value + (size_t)cpu * stride, t->value, stride);
	return err;
}

union sys_attr target_elem(const struct target *t)
{
	return (union sys_attr){
		.map_fd = (uint32_t)t->fd,
		.key = t->info.key_size ? (uintptr_t)t->key : 0,
		.value = (uintptr_t)t->value,
	};
}

const char *change_why(struct objects *o, int cmd, const struct target *t, long err)
{
	bool is_indexed = !t->map->ops->delete || t->info.type == MAP_TYPE_ARRAY ||
			  t->info.type == MAP_TYPE_PERCPU_ARRAY;

	if (*sys_why(o->sys))
		return sys_why(o->sys);
	if (err == -EINVAL && cmd == SYS_MAP_DELETE_ELEM && is_indexed)
		return "elements of an array stay";
	switch (-err) {
	case E2BIG:
		return is_indexed ? arena_printf(&o->arena, "its last index is %u",
						 t->info.max_entries - 1)
				  : "full";
	case ENOSPC:
		return "full";
	case EEXIST:
		return "there is such an element already";
	case ENOENT:
		return "no such key";
	case ENOTSUPP:
		return "not supported by this type";
	default:
		return strerror((int)-err);
	}
}

int change_element(struct objects *o, int cmd, union sys_attr *attr, const struct target *t)
{
	long err = sys_bpf(o->sys, cmd, attr, sizeof(*attr));

	return err < 0 ? fail(o->d, NULL, (int)err, "%s: %s", t->name, change_why(o, cmd, t, err))
		       : 0;
}

/* Results */

static void say_target(struct objects *o, const struct target *t)
{
	const struct sys_map_info *info = &t->info;

	say_element(&o->out,
		    &(struct map_element){t->map, t->btf, info->btf_key_type_id,
				      info->btf_value_type_id, t->key, t->value, ""});
}

static void say_info(struct objects *o, const struct sys_map_info *info, uint32_t count,
		     bool counted)
{
	char word[32];

	out_text(&o->out, "%u: %s  name %s  flags 0x%x\n\tkey %uB  value %uB  max_entries %u",
		 info->id, map_type_str(info->type, word), *info->name ? info->name : "(anon)",
		 info->map_flags, info->key_size, info->value_size, info->max_entries);
	if (counted)
		out_text(&o->out, "  entries %u", count);
	if (info->btf_id)
		out_text(&o->out, "\n\tbtf_id %u", info->btf_id);
	out_text(&o->out, "\n");
	out_field(&o->out, "id", info->id);
	out_field(&o->out, "type", map_type_str(info->type, word));
	out_field(&o->out, "name", (const char *)info->name);
	out_field(&o->out, "flags", info->map_flags);
	out_field(&o->out, "bytes_key", info->key_size);
	out_field(&o->out, "bytes_value", info->value_size);
	out_field(&o->out, "max_entries", info->max_entries);
	if (info->map_extra)
		out_field(&o->out, "map_extra", info->map_extra);
	if (counted)
		out_field(&o->out, "entries", count);
	if (info->btf_id)
		out_field(&o->out, "btf_id", info->btf_id);
	if (info->btf_value_type_id) {
		out_field(&o->out, "btf_key_type_id", info->btf_key_type_id);
		out_field(&o->out, "btf_value_type_id", info->btf_value_type_id);
	}
}

int show_map(struct objects *o, int fd)
{
	struct sys_map_info info;
	struct map *map = NULL;
	int err = map_info_of(o, fd, &info);

	if (!err)
		err = sys_map(o->sys, fd, &map);
	if (err)
		return err;
	say_info(o, &info, map->ops->count ? map->ops->count(map) : 0, map->ops->count);
	out_field(&o->out, "frozen", map_is_frozen(map));
	return 0;
}

/* Commands */

static int map_show(struct objects *o)
{
	union sys_attr attr = {0};
	int fd, err = 0;

	out_open(&o->out, "maps", OUT_LIST);
	while (peek_word(o) && !err) {
		fd = need_object(o, WORD_MAP);
		out_open(&o->out, NULL, OUT_OBJECT);
		err = fd < 0 ? fd : show_map(o, fd);
		out_close(&o->out);
		if (fd >= 0)
			close(fd);
		if (err || !peek_word(o))
			return err;
	}
	while (sys_bpf(o->sys, SYS_MAP_GET_NEXT_ID, &attr, sizeof(attr)) == 0) {
		union sys_attr by = {.start_id = attr.next_id};

		attr = (union sys_attr){.start_id = attr.next_id};
		fd = (int)sys_bpf(o->sys, SYS_MAP_GET_FD_BY_ID, &by, sizeof(by));
		if (fd == -ENOENT)
			continue;
		if (fd < 0) {
			not_shown(o, "map", attr.start_id, fd);
			continue;
		}
		out_open(&o->out, NULL, OUT_OBJECT);
		show_map(o, fd);
		out_close(&o->out);
		close(fd);
	}
	return 0;
}

static uint32_t need_type(struct objects *o)
{
	const char *word = need_word(o, "a map type"), *near;
	int type = map_type_by_name(word, &near);

	if (type < 0)
		usage_error(o->d->prefix, "unknown map type '%s'%s%s%s", word,
			    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	return (uint32_t)type;
}

/* Without a name of its own a map is called as its pin, if that can be a name. */
static void name_after(const char *path, char name[SYS_NAME_LEN])
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	size_t len = strlen(base);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)base[i]) && base[i] != '_')
			return;
	if (!*name && len < SYS_NAME_LEN)
		memcpy(name, base, len);
}

static uint32_t flag_of(struct objects *o, const char *word)
{
	const char *near;

	for (uint32_t bit = 0; bit < MAP_FLAG_COUNT; bit++)
		if (strcmp(map_flag_names[bit], word) == 0)
			return 1u << bit;
	near = nearest_name(word, map_flag_names, MAP_FLAG_COUNT);
	usage_error(o->d->prefix,
		    near ? "there is no flag '%s'; did you mean '%s'?" : "there is no flag '%s'",
		    word, near);
}

/* A number, or words with | between them. */
static uint32_t need_flags(struct objects *o)
{
	uint32_t flags = 0;
	char *words, *rest;

	if (!peek_word(o) || !isalpha((unsigned char)*peek_word(o)))
		return (uint32_t)need_number(o, "flags", UINT32_MAX);
	words = arena_strdup(&o->arena, next_word(o));
	for (char *word = strtok_r(words, "|", &rest); word; word = strtok_r(NULL, "|", &rest))
		flags |= flag_of(o, word);
	return flags;
}

static int map_create_cmd(struct objects *o)
{
	const char *path = need_word(o, "a path"), *word;
	union sys_attr attr = {0};
	int fd, err, inner = -1;

	if (o->from)
		return map_create_from(o, o->from, path);
	while ((word = next_word(o))) {
		if (strcmp(word, "type") == 0) {
			attr.map_type = need_type(o);
		} else if (strcmp(word, "key") == 0) {
			attr.key_size = (uint32_t)need_number(o, "a size", UINT32_MAX);
		} else if (strcmp(word, "value") == 0) {
			attr.value_size = (uint32_t)need_number(o, "a size", UINT32_MAX);
		} else if (strcmp(word, "entries") == 0) {
			attr.max_entries = (uint32_t)need_number(o, "a number", UINT32_MAX);
		} else if (strcmp(word, "flags") == 0) {
			attr.map_flags = need_flags(o);
		} else if (strcmp(word, "extra") == 0) {
			attr.map_extra = need_number(o, "a number", UINT64_MAX);
		} else if (strcmp(word, "inner") == 0) {
			inner = need_object(o, WORD_MAP);
			if (inner < 0)
				return inner;
			attr.inner_map_fd = (uint32_t)inner;
		} else if (strcmp(word, "name") == 0) {
			word = need_word(o, "a name");
			memcpy(attr.map_name, word, min(strlen(word), sizeof(attr.map_name)));
		} else {
			usage_error(o->d->prefix, "unknown word '%s'", word);
		}
	}
	name_after(path, attr.map_name);
	fd = (int)door(o, SYS_MAP_CREATE, &attr, path);
	if (inner >= 0)
		close(inner);
	if (fd < 0)
		return fd;
	err = pin_object(o, fd, path);
	close(fd);
	return err;
}

static void dump_element(struct objects *o, const struct target *t)
{
	out_open(&o->out, NULL, OUT_OBJECT);
	say_target(o, t);
	out_close(&o->out);
}

/* What others delete meanwhile does not lead back to the first. */
static int dump_snapshot(struct objects *o, struct target *t)
{
	struct snapshot s = {0};
	int err = map_snapshot(o, t, &s);

	for (size_t i = 0; i < s.n && !err; i++) {
		t->key = snapshot_row(&s, i);
		t->value = t->key + t->info.key_size;
		dump_element(o, t);
	}
	free(s.data);
	return err;
}

static int dump_keys(struct objects *o, struct target *t)
{
	uint8_t *last = arena_alloc(&o->arena, t->info.key_size);
	uint64_t n = 0;
	int err = 0;

	for (; n < most_keys(t); n++) {
		union sys_attr next = {.map_fd = (uint32_t)t->fd, .next_key = (uintptr_t)t->key};
		union sys_attr at = target_elem(t);

		next.key = n ? (uintptr_t)last : 0;
		err = (int)sys_bpf(o->sys, SYS_MAP_GET_NEXT_KEY, &next, sizeof(next));
		if (err)
			break;
		memcpy(last, t->key, t->info.key_size);
		if (sys_bpf(o->sys, SYS_MAP_LOOKUP_ELEM, &at, sizeof(at)) == 0)
			dump_element(o, t);
	}
	if (err && err != -ENOENT)
		return fail(o->d, NULL, err, "%s: %s", t->name, strerror(-err));
	if (n == most_keys(t))
		return fail(o->d, NULL, -EUCLEAN, "%s: damaged: its keys have no end", t->name);
	return 0;
}

static int map_dump(struct objects *o)
{
	struct target t;
	int err = target_begin(o, &t);

	if (err)
		return err;
	need_end(o);
	if (!t.info.key_size || !t.map->ops->next_key)
		return fail(o->d, NULL, -ENOTSUPP, "%s: this type of map has no keys to walk",
			    t.name);
	out_open(&o->out, "elements", OUT_LIST);
	err = t.map->ops->bucket ? dump_snapshot(o, &t) : dump_keys(o, &t);
	out_close(&o->out);
	close(t.fd);
	return err;
}

/* lookup and, with what is not there answered quietly, pop and peek */
static int read_element(struct objects *o, int cmd, bool keyed)
{
	struct target t;
	union sys_attr attr;
	long ret;
	int err = target_begin(o, &t);

	if (err)
		return err;
	if (t.info.type == MAP_TYPE_BLOOM_FILTER)
		err = need_value(o, &t);
	else if (keyed)
		err = need_key(o, &t, false);
	if (err)
		return err;
	need_end(o);
	attr = target_elem(&t);
	ret = sys_bpf(o->sys, cmd, &attr, sizeof(attr));
	if (ret == -ENOENT)
		return fail(o->d, NULL, -ENOENT, "%s: %s", t.name,
			    t.info.type == MAP_TYPE_BLOOM_FILTER ? "no such value"
			    : keyed				 ? "no such key"
								 : "the map is empty");
	if (ret)
		return (int)door(o, cmd, &attr, t.name);
	say_target(o, &t);
	close(t.fd);
	return 0;
}

static int map_lookup_cmd(struct objects *o)
{
	return read_element(o, SYS_MAP_LOOKUP_ELEM, true);
}

static int map_pop(struct objects *o)
{
	return read_element(o, SYS_MAP_LOOKUP_AND_DELETE_ELEM, false);
}

static int map_peek(struct objects *o)
{
	return read_element(o, SYS_MAP_LOOKUP_ELEM, false);
}

static int map_update_cmd(struct objects *o)
{
	struct target t;
	union sys_attr attr;
	int err;

	if (o->from)
		return map_update_from(o, o->from);
	err = target_begin(o, &t);
	if (!err)
		err = need_key(o, &t, true);
	if (!err)
		err = need_value(o, &t);
	if (err)
		return err;
	attr = target_elem(&t);
	if (next_is(o, "noexist"))
		attr.flags = UPDATE_NOEXIST;
	else if (next_is(o, "exist"))
		attr.flags = UPDATE_EXIST;
	else
		next_is(o, "any");
	need_end(o);
	err = change_element(o, SYS_MAP_UPDATE_ELEM, &attr, &t);
	close(t.fd);
	return err;
}

static int map_push(struct objects *o)
{
	struct target t;
	union sys_attr attr;
	int err = target_begin(o, &t);

	if (!err)
		err = need_value(o, &t);
	if (err)
		return err;
	need_end(o);
	attr = target_elem(&t);
	err = change_element(o, SYS_MAP_UPDATE_ELEM, &attr, &t);
	close(t.fd);
	return err;
}

static int map_delete_cmd(struct objects *o)
{
	struct target t;
	union sys_attr attr;
	int err = target_begin(o, &t);

	if (!err)
		err = need_key(o, &t, false);
	if (err)
		return err;
	need_end(o);
	attr = target_elem(&t);
	attr.value = 0;
	err = change_element(o, SYS_MAP_DELETE_ELEM, &attr, &t);
	close(t.fd);
	return err;
}

static int map_getnext(struct objects *o)
{
	struct target t;
	union sys_attr attr;
	uint8_t *next;
	int err = target_begin(o, &t);

	if (err)
		return err;
	attr = (union sys_attr){.map_fd = (uint32_t)t.fd};
	if (peek_word(o)) {
		err = need_key(o, &t, false);
		attr.key = (uintptr_t)t.key;
	}
	if (err)
		return err;
	need_end(o);
	next = arena_alloc(&o->arena, t.info.key_size + 1);
	attr.next_key = (uintptr_t)next;
	if (sys_bpf(o->sys, SYS_MAP_GET_NEXT_KEY, &attr, sizeof(attr)) == -ENOENT)
		return fail(o->d, NULL, -ENOENT, "no further key");
	err = (int)door(o, SYS_MAP_GET_NEXT_KEY, &attr, t.name);
	if (err)
		return err;
	say_data(&o->out, t.btf, t.info.btf_key_type_id, next, t.info.key_size);
	out_text(&o->out, "\n");
	out_bytes(&o->out, "next_key", next, t.info.key_size);
	close(t.fd);
	return 0;
}

static int map_freeze_cmd(struct objects *o)
{
	union sys_attr attr = {0};
	int fd = need_object(o, WORD_MAP), err;

	if (fd < 0)
		return fd;
	need_end(o);
	attr.map_fd = (uint32_t)fd;
	err = (int)door(o, SYS_MAP_FREEZE, &attr, last_word(o));
	close(fd);
	return err;
}

static const struct verb verbs[] = {
	{"show", map_show},	    {"list", map_show},		{"create", map_create_cmd},
	{"dump", map_dump},	    {"lookup", map_lookup_cmd}, {"update", map_update_cmd},
	{"delete", map_delete_cmd}, {"getnext", map_getnext},	{"push", map_push},
	{"enqueue", map_push},	    {"pop", map_pop},		{"dequeue", map_pop},
	{"peek", map_peek},	    {"freeze", map_freeze_cmd}, {"watch", map_watch},
	{"merge", map_merge},
};

int cmd_map(int argc, char **argv)
{
	return objects_run(argc, argv, &cmd_map_argp, "ebpf.map/1", verbs, ARRAY_SIZE(verbs));
}
