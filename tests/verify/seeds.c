/* Programs that others wrote, to begin with. */
#include "tests/verify/trial.h"

#include "core/base/file.h"

#include <stdlib.h>
#include <string.h>

static void add(struct seeds *s, const char *path, const void *data, size_t size)
{
	if (s->n == s->cap) {
		s->cap = s->cap * 2 + 64;
		s->v = xrealloc(s->v, s->cap * sizeof(*s->v));
	}
	s->v[s->n++] = (struct seed){path, {data, size}};
}

/* The sections "-- asm" of a .t file. */
static void add_cases(struct seeds *s, const char *path, const char *text)
{
	static const char head[] = "-- asm";

	while ((text = strstr(text, head)) != NULL) {
		const char *begin, *end;

		text += strcspn(text, "\n");
		begin = text;
		end = strstr(begin, "\n-- ");
		if (!end)
			end = begin + strlen(begin);
		add(s, path, begin, (size_t)(end - begin));
	}
}

int seeds_add(struct seeds *s, const char *path, struct diag *d)
{
	const char *ending = strrchr(path, '.');
	struct bytes in;
	int err = file_read(path, 0, &s->arena, d, &in);

	if (err)
		return err;
	if (ending && strcmp(ending, ".t") == 0)
		add_cases(s, path, (const char *)in.data);
	else
		add(s, path, in.data, in.size);
	return 0;
}

void seeds_free(struct seeds *s)
{
	arena_free(&s->arena);
	free(s->v);
}

/* ---- one after the other ---- */

enum {
	TRIALS_PER_SEED = 48, /* making its maps takes longer than judging */
	SEED_FD = WORLD_FD + WORLD_MAPS * 2,
};

static bool next_seed(struct fuzz *f, bool change)
{
	for (int tries = 0; tries < 64; tries++) {
		const struct seed *s = &f->seeds.v[below(f, (uint32_t)f->seeds.n)];
		struct rng *rng = change && one_in(f, 2) ? &f->rng : NULL;

		world_close(&f->seed_world);
		if (!world_open(&f->seed_world, s->in, s->path, f->judges, SEED_FD, rng, &f->d) &&
		    f->seed_world.image->nprogs) {
			f->seed_left = TRIALS_PER_SEED;
			return true;
		}
	}
	world_close(&f->seed_world);
	return false;
}

bool seed_program(struct fuzz *f, struct trial *t)
{
	const struct image *image = f->seed_world.image;

	return world_trial(&f->seed_world, &image->progs[below(f, image->nprogs)], t);
}

bool seed_trial(struct fuzz *f, struct trial *t, bool change)
{
	*t = (struct trial){.world = &f->world};
	if (!f->seeds.n || (!f->seed_left && !next_seed(f, change)))
		return false;
	f->seed_left--;
	if (seed_program(f, t))
		return true;
	f->seed_left = 0;
	*t = (struct trial){.world = &f->world};
	return false;
}
