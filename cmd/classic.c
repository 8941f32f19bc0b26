#include "cmd/classic.h"

#include <errno.h>
#include <string.h>

#include "asm/asm.h"
#include "core/run/filter_lib.h"

int classic_compile(const char *expression, int link, uint32_t snaplen, struct arena *a,
		    struct diag *d, struct classic_filter *out)
{
	const struct filter_insn *insns;
	int err = filter_compile(expression, link, snaplen, a, d, &insns, &out->n);

	_Static_assert(sizeof(*insns) == sizeof(*out->insns), "both are struct sock_filter");
	if (!err)
		out->insns = arena_memdup(a, insns, out->n * sizeof(*insns));
	out->path = "filter";
	return err;
}

int classic_admit(const struct classic_filter *f, bool seccomp, struct diag *d)
{
	struct strbuf text = {0};
	uint32_t at = 0;
	const char *why = classic_check(f->insns, f->n, &at);
	int err;

	if (!why && seccomp)
		why = classic_check_seccomp(f->insns, f->n, &at);
	if (!why)
		return 0;
	classic_insn_text(&f->insns[at], at, &text);
	err = fail(d, &(struct loc){.file = f->path}, -EPERM,
		   "Linux would not attach it (EINVAL): instruction %u, %s: %s", at,
		   strbuf_str(&text), why);
	strbuf_free(&text);
	return err;
}

int classic_to_text(const struct classic_filter *f, enum classic_target target, int yes, int no,
		    struct diag *d, struct strbuf *out)
{
	uint32_t at;
	const char *why = classic_convert(f->insns, f->n, target, yes, no, out, &at);

	return why ? fail(d, &(struct loc){.file = f->path}, -EINVAL, "instruction %u: %s", at, why)
		   : 0;
}

int classic_to_object(const struct classic_filter *f, enum classic_target target, int yes, int no,
		      struct diag *d, struct object **out)
{
	struct asm_options opts = {.path = f->path, .relax = true, .no_files = true};
	struct strbuf text = {0};
	int err = classic_to_text(f, target, yes, no, d, &text);

	*out = NULL;
	if (!err)
		err = asm_source(&opts, strbuf_str(&text), text.len, d, out);
	strbuf_free(&text);
	return err;
}
