#include "cmd/cover.h"

#include <string.h>
#include <sys/stat.h>

#include "core/base/file.h"

bool cover_is_listing(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* What is empty has just been made, as mktemp(1) does. */
int cover_load(struct cover *c, const char *path, struct diag *d)
{
	struct stat st;

	return cover_is_listing(path) || stat(path, &st) != 0 || st.st_size == 0
		       ? 0
		       : cover_read(c, path, d);
}

int cover_open(struct cover *c, const char *path, const struct image *image, struct diag *d)
{
	uint32_t object;
	int err = cover_load(c, path, d);

	return err ? err : cover_image(c, image, d, &object);
}

/* That a program cannot be judged is said elsewhere, to those who asked. */
static void drop(struct diag *d __unused, enum severity sev __unused,
		 const struct loc *loc __unused, const char *msg __unused)
{
}

static bool is_accepted(struct prover *prover, const struct prog_def *def,
			struct verify_result *result)
{
	struct prove_options opts = {.caps = VERIFY_CAP_ALL, .want_facts = true};

	return def->type && prove_prog(prover, def, &opts, NULL, result) == 0 && !result->err;
}

int cover_add_proved(struct cover *c, const struct image *image, struct prog *const *progs,
		     struct prover *prover, struct diag *d)
{
	struct verify_result *results = xcalloc(image->nprogs + 1, sizeof(*results));
	const struct verify_result **accepted = xcalloc(image->nprogs + 1, sizeof(*accepted));
	struct diag silent = {.sink = drop}, *told = prover->d;
	int err;

	prover->d = &silent;
	for (uint32_t i = 0; i < image->nprogs; i++)
		if (progs[i] && is_accepted(prover, &image->progs[i], &results[i]))
			accepted[i] = &results[i];
	prover->d = told;
	err = cover_add(c, image, progs, accepted, d);
	for (uint32_t i = 0; i < image->nprogs; i++)
		verify_result_free(&results[i]);
	free(results);
	free(accepted);
	return err;
}

int cover_close(struct cover *c, const char *path, struct out *o, struct diag *d)
{
	struct strbuf b = {0};
	int err = 0;

	if (cover_is_listing(path)) {
		struct cover_report r;

		cover_report(c, &r);
		out_open(o, "coverage", OUT_OBJECT);
		cover_show(o, &r, COVER_LISTING);
		out_close(o);
		cover_report_free(&r);
	} else {
		cover_record(c, &b);
		err = file_write(path, strbuf_str(&b), b.len, d);
		strbuf_free(&b);
	}
	return err;
}
