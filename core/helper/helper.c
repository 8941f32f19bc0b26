#include "core/helper/helper.h"

#include <string.h>

const char *const helper_names[HELPER_ID_LIMIT] = {
#define ALSO(...)
#define HELPER(id, name, ...) [id] = #name,
#include "core/helper/helpers.def"
};

const char *helper_name(int32_t id)
{
	return id > 0 && id < HELPER_ID_LIMIT ? helper_names[id] : NULL;
}

int32_t helper_by_name(const char *name)
{
	if (strncmp(name, "bpf_", 4) == 0)
		name += 4;
	for (int32_t id = 1; id < HELPER_ID_LIMIT; id++)
		if (helper_names[id] && strcmp(helper_names[id], name) == 0)
			return id;
	return 0;
}
