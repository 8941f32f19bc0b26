#include "asm/asm.h"

#include "asm/btf.h"
#include "asm/local.h"

const char *const asm_dialect_names[ASM_DIALECTS] = {"auto", "llvm", "gnu", "ubpf", "kernel"};

static void start_pass(struct assembler *a, const struct asm_options *opts, struct diag *d,
		       struct arena *arena, struct relaxation *relax)
{
	*a = (struct assembler){
		.opts = opts,
		.d = d,
		.arena = arena,
		.dialect = opts->dialect,
		.big_endian = opts->big_endian,
		.relax = relax,
		.kernel_code = -1,
	};
	a->sec = section_get(a, ".text");
}

static void end_pass(struct assembler *a)
{
	btf_end(a);
	vec_each(&a->secs, s) {
		strbuf_free(&(*s)->data);
		vec_free(&(*s)->relocs);
	}
	vec_free(&a->secs);
	vec_free(&a->syms);
	vec_free(&a->order);
	vec_free(&a->macros);
	vec_free(&a->conds);
	vec_free(&a->sec_stack);
	vec_free(&a->fixups);
	vec_free(&a->sites);
	vec_free(&a->numerics);
	vec_free(&a->dump);
	strmap_free(&a->macro_index);
	strmap_free(&a->sec_index);
	strmap_free(&a->sym_index);
	strmap_free(&a->numeric_index);
}

/*
 * One pass over the text. An object only when there was no error and no jump was found too short.
 */
static int run_pass(struct assembler *a, const char *text, size_t size, struct object **out)
{
	int err;

	if (a->dialect == ASM_AUTO)
		a->dialect = detect_dialect(text, size);
	err = source_push(a, SOURCE_FILE, a->opts->path, text, size, NULL);
	if (err)
		return err;
	read_source(a);
	check_dump(a);
	if (!a->stop) {
		btf_finish(a);
		resolve_fixups(a);
	}
	if (a->d->errors || a->relax->changed)
		return a->d->errors ? -EINVAL : 0;
	return build_object(a, out);
}

/* The source of a compiler, of which each line would be an error. */
static bool is_c_source(const char *path, const char *text)
{
	size_t len = path ? strlen(path) : 0;

	return len > 2 && strcmp(path + len - 2, ".c") == 0 &&
	       (strstr(text, "#include") || strstr(text, "SEC(\""));
}

int asm_source(const struct asm_options *opts, const char *text, size_t size, struct diag *d,
	       struct object **out)
{
	struct relaxation relax = {0};
	struct arena arena = {0};
	struct assembler a;
	unsigned int errors = d->errors;
	bool hold = d->hold;
	char *copy;
	int err;

	*out = NULL;
	copy = arena_strndup(&arena, text, size);
	if (is_c_source(opts->path, copy)) {
		arena_free(&arena);
		return fail(d, &(struct loc){.file = opts->path}, -EINVAL,
			    "this is C; `clang -O2 -g --target=bpf -c %s` makes an object of it",
			    opts->path);
	}
	d->hold = true;
	d->errors = 0;
	do {
		if (relax.changed)
			diag_discard(d);
		relax.changed = false;
		start_pass(&a, opts, d, &arena, &relax);
		err = run_pass(&a, copy, size, out);
		end_pass(&a);
	} while (relax.changed && !err);
	diag_flush(d); /* before the texts that the messages show are gone */
	d->hold = hold;
	d->errors += errors;
	vec_free(&relax.is_long);
	arena_free(&arena);
	return err;
}
