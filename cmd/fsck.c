/* Everything in every map of the store is looked at, beyond what opening one checks. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/objects.h"
#include "maps/maps.h"
#include "maps/store.h"

const struct argp cmd_fsck_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json"),
			OPTION_BPFFS,
			{"fix", KEY_FIX, NULL, 0,
			 "Mend what is wrong, keeping what keys can be found", 0},
			{0},
		},
	.parser = objects_parse,
	.args_doc = "[MAP...]",
	.doc = "Check the structure of maps, of all in the store or of those named, and that "
	       "programs "
	       "and BTF can be opened. Exit code 1: something is wrong.",
	.children = COMMON_CHILDREN,
};

struct result {
	uint32_t checked, wrong, mended;
};

static void check_map_fd(struct objects *o, int fd, struct result *r)
{
	struct map *map;
	int n = sys_map(o->sys, fd, &map);

	if (!n)
		n = map_check(map, o->fix, o->d);
	r->checked++;
	if (n > 0 && o->fix)
		r->mended++;
	else if (n)
		r->wrong++;
}

static void check_all(struct objects *o, struct result *r)
{
	static const struct {
		enum store_kind kind;
		const char *name;
		int cmd;
	} kinds[] = {
		{STORE_MAP, "map", SYS_MAP_GET_FD_BY_ID},
		{STORE_PROG, "prog", SYS_PROG_GET_FD_BY_ID},
		{STORE_BTF, "btf", SYS_BTF_GET_FD_BY_ID},
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (uint32_t id = 0;
		     store_next_id(sys_store(o->sys), kinds[i].kind, id, &id) == 0;) {
			union sys_attr attr = {.start_id = id};
			int fd = (int)sys_bpf(o->sys, kinds[i].cmd, &attr, sizeof(attr));

			if (fd == -ENOENT)
				continue;
			if (fd < 0) {
				const char *why = sys_why(o->sys);

				r->checked++;
				r->wrong++;
				fail(o->d, NULL, fd, "%s %u: %s", kinds[i].name, id,
				     *why ? why : strerror(-fd));
				continue;
			}
			if (kinds[i].kind == STORE_MAP)
				check_map_fd(o, fd, r);
			else
				r->checked++;
			close(fd);
		}
	}
}

static int check(struct objects *o, struct result *r)
{
	if (!peek_word(o))
		check_all(o, r);
	while (peek_word(o)) {
		int fd = need_object(o, WORD_MAP);

		if (fd < 0)
			return fd;
		check_map_fd(o, fd, r);
		close(fd);
	}
	out_text(&o->out, "%u checked, %u wrong, %u mended\n", r->checked, r->wrong, r->mended);
	out_field(&o->out, "checked", r->checked);
	out_field(&o->out, "wrong", r->wrong);
	out_field(&o->out, "mended", r->mended);
	return 0;
}

int cmd_fsck(int argc, char **argv)
{
	struct objects o = {0};
	struct result r = {0};
	int err = objects_begin(&o, &cmd_fsck_argp, argc, argv, "ebpf.fsck/1");

	if (err)
		return err;
	err = objects_end(&o, check(&o, &r));
	return err ? err : r.wrong ? EXIT_NO : EXIT_YES;
}
