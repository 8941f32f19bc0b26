/* What is pinned at a path: a map's description is what `ebpf map create --from` makes it from. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/link.h"
#include "core/btf/print.h"
#include "core/obj/prog_type.h"
#include "maps/maps.h"
#include "maps/store.h"

const struct argp cmd_get_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json"),
			OPTION_BPFFS,
			{0},
		},
	.parser = objects_parse,
	.args_doc = "PATH",
	.doc = "Say what is pinned at PATH, a name of the store unless it begins with / or .; of a "
	       "directory of the store, all that is below it.",
	.children = COMMON_CHILDREN,
};

static void add_type_name(struct objects *o, const char *key, const struct map *map, uint32_t id)
{
	struct strbuf name = {0};

	if (!id)
		return;
	btf_print_decl(&name, map->btf, id, NULL);
	out_text(&o->out, "\t%s %s\n", key, strbuf_str(&name));
	out_field(&o->out, key, strbuf_str(&name));
	strbuf_free(&name);
}

/* By name, for people, and by the bytes that they are made again from. */
static void add_types(struct objects *o, const struct map *map, struct bytes raw)
{
	if (!map->btf)
		return;
	add_type_name(o, "key_type", map, map->btf_key_id);
	add_type_name(o, "value_type", map, map->btf_value_id);
	out_bytes(&o->out, "btf", raw.data, raw.size);
}

static void add_inner(struct objects *o, const struct map *map, struct bytes raw)
{
	char word[32];

	out_text(&o->out, "\tinner %s  flags 0x%x  key %uB  value %uB  max_entries %u\n",
		 map_type_str(map->ops->type, word), map->flags, map->key_size, map->value_size,
		 map->max_entries);
	out_open(&o->out, "inner", OUT_OBJECT);
	out_field(&o->out, "type", map_type_str(map->ops->type, word));
	out_field(&o->out, "flags", map->flags);
	out_field(&o->out, "bytes_key", map->key_size);
	out_field(&o->out, "bytes_value", map->value_size);
	out_field(&o->out, "max_entries", map->max_entries);
	if (map->btf) {
		out_field(&o->out, "btf_key_type_id", map->btf_key_id);
		out_field(&o->out, "btf_value_type_id", map->btf_value_id);
	}
	add_types(o, map, raw);
	out_close(&o->out);
}

/* What show_map() leaves out. */
static int add_rest(struct objects *o, int fd)
{
	struct map *map;
	int err = sys_map(o->sys, fd, &map);

	if (err)
		return err;
	add_types(o, map, map_btf(map));
	if (map->inner)
		add_inner(o, map->inner, map_btf(map));
	return 0;
}

static int describe(struct objects *o, int fd)
{
	enum store_kind kind;
	int err = store_kind_of(fd, &kind);

	if (err)
		return err;
	out_field(&o->out, "kind",
		  kind == STORE_MAP ? "map" : kind == STORE_LINK ? "link" : "prog");
	if (kind == STORE_LINK)
		return show_link(o, fd);
	if (kind != STORE_MAP)
		return show_program(o, fd);
	err = show_map(o, fd);
	return err ? err : add_rest(o, fd);
}

/* What is no object does not keep the others from being shown. */
static void describe_pin(struct objects *o, const char *path, const char *name, bool is_dir)
{
	int fd;

	if (is_dir)
		return;
	fd = peek_path(o, path);
	if (fd < 0) {
		warn(o->d, NULL, "%s: %s", name, path_why(o, fd));
		return;
	}
	out_text(&o->out, "%s: ", name);
	out_open(&o->out, NULL, OUT_OBJECT);
	out_field(&o->out, "path", name);
	describe(o, fd);
	out_close(&o->out);
	close(fd);
}

/* A directory of the store, or itself. */
static bool is_store_dir(struct objects *o, const char *path)
{
	const char *root = sys_store(o->sys)->path;
	char *real = realpath(path, NULL);
	size_t len = strlen(root);
	struct stat st;
	bool is_one = real && strncmp(real, root, len) == 0 && (!real[len] || real[len] == '/') &&
		      stat(real, &st) == 0 && S_ISDIR(st.st_mode);

	free(real);
	return is_one;
}

static int get(struct objects *o)
{
	const char *path = need_word(o, "a path");
	int fd, err;

	need_end(o);
	if (is_store_dir(o, store_path(o, path))) {
		out_open(&o->out, "objects", OUT_LIST);
		return walk_pins(o, store_path(o, path), describe_pin);
	}
	fd = peek_path(o, store_path(o, path));
	if (fd < 0)
		return fail(o->d, NULL, fd, "%s: %s", path, path_why(o, fd));
	err = describe(o, fd);
	close(fd);
	return err;
}

int cmd_get(int argc, char **argv)
{
	struct objects o = {0};
	int err = objects_begin(&o, &cmd_get_argp, argc, argv, "ebpf.get/1");

	return err ? err : objects_end(&o, get(&o));
}
