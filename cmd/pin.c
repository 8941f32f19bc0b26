#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/objects.h"

const struct argp cmd_pin_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json"),
			OPTION_BPFFS,
			OPTION_CPUS,
			{0},
		},
	.parser = objects_parse,
	.args_doc = "OBJ DIR\nmap MAP PATH\nprog PROG PATH",
	.doc = "Give objects names that outlive their makers: all programs and maps of the object "
	       "file "
	       "OBJ in a directory of the store, or one more name for a map or a program.",
	.children = COMMON_CHILDREN,
};

static int pin(struct objects *o)
{
	bool map = next_is(o, "map"), prog = !map && next_is(o, "prog");
	const char *path;
	int fd, err;

	if (!map && !prog) {
		path = need_word(o, "an object file, map or prog");
		err = pin_object_file(o, path, need_word(o, "a directory"));
		need_end(o);
		return err;
	}
	fd = need_object(o, map ? WORD_MAP : WORD_PROG);
	if (fd < 0)
		return fd;
	path = need_word(o, "a path");
	need_end(o);
	err = pin_object(o, fd, path);
	close(fd);
	return err;
}

int cmd_pin(int argc, char **argv)
{
	struct objects o = {0};
	int err = objects_begin(&o, &cmd_pin_argp, argc, argv, "ebpf.pin/1");

	return err ? err : objects_end(&o, pin(&o));
}
