#include "cmd/engine.h"

#include <string.h>

#include "cmd/common.h"
#include "core/interp/interp.h"
#include "core/interp/step.h"
#include "jit/jit.h"

const struct engine_choice engine_choices[] = {
	{"check", &step_engine, &step_count_engine, false, false},
	{"interp", &interp_engine, &interp_count_engine, true, false},
	{"fast", &jit_fast_engine, NULL, true, true},
	{"opt", &jit_opt_engine, NULL, true, true},
};
const size_t nengine_choices = ARRAY_SIZE(engine_choices);

const struct engine_choice *engine_by_name(const char *name)
{
	for (size_t i = 0; i < nengine_choices; i++)
		if (strcmp(engine_choices[i].name, name) == 0)
			return &engine_choices[i];
	return NULL;
}

void engine_unknown(const char *cmd, const char *name, const char *also)
{
	struct strbuf names = {0};

	for (size_t i = 0; i < nengine_choices; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", engine_choices[i].name);
	usage_error(cmd, "--engine: there is none called '%s', but: %s%s", name,
		    strbuf_str(&names), also);
}

/* So many pay for better code, which takes microseconds an instruction to make. */
enum { MANY_RUNS = 100000 };

const struct engine *engine_of_choice(uint64_t runs)
{
	if (!jit_target)
		return NULL;
	return jit_target->fast && runs < MANY_RUNS ? &jit_fast_engine : &jit_opt_engine;
}

bool engine_makes_code(const struct engine *engine)
{
	for (size_t i = 0; i < nengine_choices; i++)
		if (engine_choices[i].engine == engine)
			return engine_choices[i].makes_code;
	return false;
}

const struct engine *engine_that_counts(const struct engine *engine)
{
	for (size_t i = 0; i < nengine_choices; i++)
		if (engine_choices[i].engine == engine && engine_choices[i].counts)
			return engine_choices[i].counts;
	return &interp_count_engine;
}

const char *engine_name(const struct engine *engine)
{
	size_t i = 0;

	while (i + 1 < nengine_choices && engine_choices[i].engine != engine &&
	       engine_choices[i].counts != engine)
		i++;
	return engine_choices[i].name;
}
