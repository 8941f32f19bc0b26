#include "cmd/command.h"
#include "cmd/objects.h"
#include "maps/store.h"

const struct argp cmd_gc_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json"),
			OPTION_BPFFS,
			{0},
		},
	.parser = objects_parse,
	.args_doc = "",
	.doc = "Remove the objects of the store that have no name and no user: what processes left "
	       "behind that were killed.",
	.children = COMMON_CHILDREN,
};

static void say_removed(void *arg, const char *name)
{
	struct objects *o = arg;

	out_text(&o->out, "removed %s\n", name);
	out_field(&o->out, NULL, name);
}

int cmd_gc(int argc, char **argv)
{
	struct objects o = {0};
	int err = objects_begin(&o, &cmd_gc_argp, argc, argv, "ebpf.gc/1");
	uint32_t n;

	if (err)
		return err;
	need_end(&o);
	out_open(&o.out, "removed", OUT_LIST);
	n = store_gc(sys_store(o.sys), say_removed, &o);
	out_close(&o.out);
	if (!n)
		out_text(&o.out, "nothing to remove\n");
	return objects_end(&o, 0);
}
