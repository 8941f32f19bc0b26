/*
 * libFuzzer target of the reader of verifier logs: the input is what somebody pasted. Whatever it
 * is, it is explained, and what is said is text.
 */
#include <stdlib.h>
#include <string.h>

#include "core/explain/explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_insn(const struct explain_insn *insn)
{
	if ((insn->code && strlen(insn->code) > SIZE_MAX / 2) ||
	    (insn->at.text && strlen(insn->at.text) > SIZE_MAX / 2))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct explain_input in = {.text = (const char *)data, .size = size};
	struct arena a = {0};
	struct explanation *all;
	size_t n;

	all = explain(&in, &a, &n);
	for (size_t i = 0; i < n; i++) {
		const struct explanation *e = &all[i];

		if (!e->message || !e->details || e->reason >= REASON_COUNT)
			abort();
		if (e->rejected && (!e->required || !e->advice))
			abort();
		read_insn(&e->insn);
		for (size_t k = 0; k < e->npath; k++)
			read_insn(&e->path[k].insn);
		for (size_t k = 0; k < e->norigin; k++)
			read_insn(&e->origin[k].insn);
		for (size_t k = 0; k < e->nknown; k++)
			if (!strlen(e->known[k].words))
				abort();
	}
	arena_free(&a);
	return 0;
}
