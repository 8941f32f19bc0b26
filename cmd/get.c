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
	close(fd);
	return err;
}

int cmd_get(int argc, char **argv)
{
	struct objects o = {0};
	int err = objects_begin(&o, &cmd_get_argp, argc, argv, "ebpf.get/1");

	return err ? err : objects_end(&o, get(&o));
}
