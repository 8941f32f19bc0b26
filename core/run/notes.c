#include <string.h>

#include "core/run/scene.h"

const char *const note_section_names[NOTE_SECTIONS] = {
	[NOTE_PT_REGS] = "pt_regs", [NOTE_MEMORY] = "memory", [NOTE_TASK] = "task",
	[NOTE_ARGS] = "args",	    [NOTE_CTX] = "ctx",	      [NOTE_TARGET] = "target",
};

struct note *note_add(struct notes *n, enum note_section section, const char *key,
		      const char *value, const struct loc *loc)
{
	struct note *note = vec_add(&n->v);

	*note = (struct note){.section = section, .key = key, .value = value};
	if (loc)
		note->loc = *loc;
	return note;
}

int note_section_by_name(const char *name)
{
	for (int i = 0; i < NOTE_SECTIONS; i++)
		if (strcmp(note_section_names[i], name) == 0)
			return i;
	return -1;
}

const struct note *note_find(const struct notes *n, enum note_section section, const char *key)
{
	for (size_t i = n->v.n; i-- > 0;)
		if (n->v.v[i].section == section && strcmp(n->v.v[i].key, key) == 0)
			return &n->v.v[i];
	return NULL;
}
