/* A directory of the store, and those below it, name by name. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/objects.h"

enum { MAX_NESTING = 32 };

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int walk(struct objects *o, const char *dir, const char *below, int depth, pin_fn *fn)
{
	struct dirent **names;
	int n = scandir(dir, &names, visible, alphasort);

	if (n < 0)
		return fail(o->d, NULL, -errno, "%s: %s", dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *path = arena_printf(&o->arena, "%s/%s", dir, names[i]->d_name);
		const char *name = arena_printf(&o->arena, "%s%s", below, names[i]->d_name);
		struct stat st;

		free(names[i]);
		/* Symbolic links to directories may lead anywhere, also back. */
		if (lstat(path, &st) != 0)
			continue;
		fn(o, path, name, S_ISDIR(st.st_mode));
		if (S_ISDIR(st.st_mode) && depth < MAX_NESTING)
			walk(o, path, arena_printf(&o->arena, "%s/", name), depth + 1, fn);
	}
	free(names);
	return 0;
}

int walk_pins(struct objects *o, const char *dir, pin_fn *fn)
{
	return walk(o, dir, "", 0, fn);
}
