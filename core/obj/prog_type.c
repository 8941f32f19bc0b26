#include "core/obj/prog_type.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/diag.h"

const char *const prog_type_names[PROG_TYPE_COUNT] = {
#define PROG_TYPE(id, name, word, ctx, needs) [id] = word,
#include "core/obj/prog_types.def"
};

static const char *const prog_type_ctxs[PROG_TYPE_COUNT] = {
#define PROG_TYPE(id, name, word, ctx, needs) [id] = ctx,
#include "core/obj/prog_types.def"
};

const char *const attach_type_names[ATTACH_TYPE_COUNT] = {
#define ATTACH_TYPE(id, name, word) [id] = word,
#include "core/obj/attach_types.def"
};

const char *const map_type_names[MAP_TYPE_COUNT] = {
#define MAP_TYPE(id, name, word, needs) [id] = word,
#include "core/obj/map_types.def"
};

const uint8_t prog_type_needs[PROG_TYPE_COUNT] = {
#define PROG_TYPE(id, name, word, ctx, needs) [id] = needs,
#include "core/obj/prog_types.def"
};

const uint8_t map_type_needs[MAP_TYPE_COUNT] = {
#define MAP_TYPE(id, name, word, needs) [id] = needs,
#include "core/obj/map_types.def"
};

const char *const map_flag_names[MAP_FLAG_COUNT] = {
#define MAP_FLAG(bit, name, word) [bit] = word,
#include "core/obj/map_flags.def"
};

static const struct sec_def sec_defs[] = {
#define SECTION(name, type, attach, flags) {name, PROG_TYPE_##type, ATTACH_TYPE_##attach, flags},
#include "core/obj/sections.def"
};

static const char *const sec_names[] = {
#define SECTION(name, type, attach, flags) name,
#include "core/obj/sections.def"
};

static const char *type_str(const char *const *names, size_t n, uint32_t type, char buf[32])
{
	if (type < n && names[type])
		return names[type];
	snprintf(buf, 32, "type %u", type);
	return buf;
}

const char *prog_type_str(uint32_t type, char buf[32])
{
	return type_str(prog_type_names, PROG_TYPE_COUNT, type, buf);
}

const char *map_type_str(uint32_t type, char buf[32])
{
	return type_str(map_type_names, MAP_TYPE_COUNT, type, buf);
}

const char *prog_type_ctx(uint32_t type)
{
	const char *ctx = type < PROG_TYPE_COUNT ? prog_type_ctxs[type] : NULL;

	return ctx ? ctx : "";
}

static int by_name(const char *const *names, size_t n, const char *prefix, const char *name,
		   const char **near)
{
	const char *word = name;

	*near = NULL;
	if (strncasecmp(word, "BPF_", 4) == 0)
		word += 4;
	if (strncasecmp(word, prefix, strlen(prefix)) == 0)
		word += strlen(prefix);
	for (size_t i = 0; i < n; i++)
		if (names[i] && strcasecmp(names[i], word) == 0)
			return (int)i;
	*near = nearest_name(word, names, n);
	return -ENOENT;
}

int prog_type_by_name(const char *name, const char **near)
{
	return by_name(prog_type_names, PROG_TYPE_COUNT, "PROG_TYPE_", name, near);
}

int attach_type_by_name(const char *name, const char **near)
{
	return by_name(attach_type_names, ATTACH_TYPE_COUNT, "", name, near);
}

int map_type_by_name(const char *name, const char **near)
{
	return by_name(map_type_names, MAP_TYPE_COUNT, "MAP_TYPE_", name, near);
}

const struct sec_def *sec_def_find(const char *section, const char **target)
{
	*target = NULL;
	if (*section == '?')
		section++;
	for (size_t i = 0; i < ARRAY_SIZE(sec_defs); i++) {
		const struct sec_def *def = &sec_defs[i];
		size_t len = strlen(def->name);

		if (strncmp(section, def->name, len) != 0)
			continue;
		if (!section[len])
			return def;
		if (section[len] == '/' && (def->flags & SEC_TARGET)) {
			*target = section[len + 1] ? section + len + 1 : NULL;
			return def;
		}
	}
	return NULL;
}

const char *sec_def_near(const char *section)
{
	if (*section == '?')
		section++;
	return nearest_name(section, sec_names, ARRAY_SIZE(sec_names));
}
