#include <unistd.h>

#include "cmd/command.h"
#include "cmd/objects.h"
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
	.doc = "Say what is pinned at PATH, a name of the store unless it begins with / or .",
	.children = COMMON_CHILDREN,
};

/* What show_map() leaves out and `map create --from` needs. */
static int add_types(struct objects *o, int fd)
{
	struct sys_map_info info;
	struct bytes raw;
	int err = map_info_of(o, fd, &info);

	if (err || !info.btf_id)
		return err;
	err = btf_bytes(o, info.btf_id, &raw);
	if (!err)
		out_bytes(&o->out, "btf", raw.data, raw.size);
	return err;
}

static int get(struct objects *o)
{
	const char *path = need_word(o, "a path");
	enum store_kind kind;
	int fd = open_path(o, path, STORE_RDONLY), err;

	need_end(o);
	if (fd < 0)
		return fd;
	err = store_kind_of(fd, &kind);
	if (err)
		return err;
	out_field(&o->out, "kind", kind == STORE_MAP ? "map" : "prog");
	err = kind == STORE_MAP ? show_map(o, fd) : show_program(o, fd);
	if (!err && kind == STORE_MAP)
		err = add_types(o, fd);
	close(fd);
	return err;
}

int cmd_get(int argc, char **argv)
{
	struct objects o = {0};
	int err = objects_begin(&o, &cmd_get_argp, argc, argv, "ebpf.get/1");

	return err ? err : objects_end(&o, get(&o));
}
