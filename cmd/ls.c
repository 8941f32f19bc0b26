/* The store as a tree: directories, and what each pin stands for. */
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/link.h"
#include "core/obj/prog_type.h"
#include "maps/maps.h"
#include "maps/store.h"

const struct argp cmd_ls_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json"),
			OPTION_BPFFS,
			{0},
		},
	.parser = objects_parse,
	.args_doc = "[DIR]",
	.doc = "List what is pinned in the store, or below a directory of it: types, sizes, and "
	       "how full "
	       "maps are.",
	.children = COMMON_CHILDREN,
};

/* How full a map is, where people look: ten cells. Those that make room are to be full. */
static void draw_fill(struct out *out, const struct sys_map_info *info, uint32_t n)
{
	enum { CELLS = 10, FULL = 9 };
	uint32_t room = max(info->max_entries, 1u);
	int full = (int)((uint64_t)min(n, room) * CELLS / room);
	bool may_fill = info->type == MAP_TYPE_LRU_HASH || info->type == MAP_TYPE_LRU_PERCPU_HASH;

	if (!out->color)
		return;
	full += n && !full;
	out_text(out, "  ");
	out_styled(out, full >= FULL && !may_fill ? STYLE_BAD : STYLE_GOOD, "%.*s", full,
		   "##########");
	out_styled(out, STYLE_FAINT, "%.*s", CELLS - full, "..........");
}

/* All elements of an array are always there. */
static bool fills_up(uint32_t type)
{
	return type != MAP_TYPE_ARRAY && type != MAP_TYPE_PERCPU_ARRAY;
}

static void list_map(struct objects *o, int fd)
{
	struct sys_map_info info;
	struct map *map;
	char word[32];

	if (map_info_of(o, fd, &info) != 0 || sys_map(o->sys, fd, &map) != 0)
		return;
	out_text(&o->out, "  map %u  %s  key %u  value %u  ", info.id,
		 map_type_str(info.type, word), info.key_size, info.value_size);
	out_field(&o->out, "kind", "map");
	out_field(&o->out, "id", info.id);
	out_field(&o->out, "type", map_type_str(info.type, word));
	out_field(&o->out, "bytes_key", info.key_size);
	out_field(&o->out, "bytes_value", info.value_size);
	out_field(&o->out, "max_entries", info.max_entries);
	if (map->ops->count) {
		uint32_t n = map->ops->count(map);

		out_text(&o->out, "%u of %u", n, info.max_entries);
		if (fills_up(info.type))
			draw_fill(&o->out, &info, n);
		out_field(&o->out, "entries", n);
	} else {
		out_text(&o->out, "%u", info.max_entries);
	}
}

static void list_prog(struct objects *o, int fd)
{
	struct sys_prog_info info = {0};
	char word[32];

	if (prog_info_of(o, fd, &info) != 0)
		return;
	out_text(&o->out, "  prog %u  %s  %u insns", info.id, prog_type_str(info.type, word),
		 info.xlated_prog_len / 8);
	out_field(&o->out, "kind", "prog");
	out_field(&o->out, "id", info.id);
	out_field(&o->out, "type", prog_type_str(info.type, word));
	out_field(&o->out, "bytes_xlated", info.xlated_prog_len);
}

static void list_link(struct objects *o, int fd)
{
	struct link_view v;

	if (link_view(o, fd, &v) != 0)
		return;
	out_text(&o->out, "  link %u  prog %u", v.info.id, v.info.prog_id);
	if (v.target)
		out_text(&o->out, "  %s %s of prog %u", v.does, v.func ? v.func : "?",
			 v.info.tracing.target_obj_id);
	out_field(&o->out, "kind", "link");
	out_field(&o->out, "id", v.info.id);
	out_field(&o->out, "prog_id", v.info.prog_id);
}

/* Files that are no objects are listed, not complained about. */
static void list_file(struct objects *o, const char *path)
{
	int fd = peek_path(o, path);
	enum store_kind kind;

	if (fd < 0) {
		out_text(&o->out, "  %s", path_why(o, fd));
		out_field(&o->out, "error", path_why(o, fd));
		return;
	}
	if (store_kind_of(fd, &kind) == 0)
		kind == STORE_MAP    ? list_map(o, fd)
		: kind == STORE_LINK ? list_link(o, fd)
				     : list_prog(o, fd);
	close(fd);
}

static void list_pin(struct objects *o, const char *path, const char *name, bool is_dir)
{
	out_text(&o->out, "%s%s", name, is_dir ? "/\n" : "");
	if (is_dir)
		return;
	out_open(&o->out, NULL, OUT_OBJECT);
	out_field(&o->out, "path", name);
	list_file(o, path);
	out_close(&o->out);
	out_text(&o->out, "\n");
}

static int list(struct objects *o)
{
	const char *dir = next_word(o);
	int err;

	need_end(o);
	out_open(&o->out, "pins", OUT_LIST);
	err = walk_pins(o, dir ? store_path(o, dir) : sys_store(o->sys)->path, list_pin);
	out_close(&o->out);
	return err;
}

int cmd_ls(int argc, char **argv)
{
	struct objects o = {0};
	int err = objects_begin(&o, &cmd_ls_argp, argc, argv, "ebpf.ls/1");

	return err ? err : objects_end(&o, list(&o));
}
