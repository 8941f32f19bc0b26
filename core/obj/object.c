#include "core/obj/object.h"

#include <string.h>

struct section *object_section(const struct object *obj, const char *name)
{
	for (uint32_t i = 1; i < obj->nsecs; i++)
		if (strcmp(obj->secs[i].name, name) == 0)
			return &obj->secs[i];
	return NULL;
}

struct symbol *object_symbol(const struct object *obj, const char *name)
{
	for (uint32_t i = 1; i < obj->nsyms; i++)
		if (obj->syms[i].sec != SHN_UNDEF && strcmp(obj->syms[i].name, name) == 0)
			return &obj->syms[i];
	return NULL;
}

bool section_is_code(const struct section *sec)
{
	return sec->type == SHT_PROGBITS && (sec->flags & SHF_EXECINSTR);
}

void object_free(struct object *obj)
{
	struct arena arena = obj->arena;

	*obj = (struct object){0};
	arena_free(&arena);
}
