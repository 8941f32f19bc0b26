/* Inputs of programs without packets: scenes, made of notes in one of their notations. */
#ifndef CMD_RUN_SCENE_H
#define CMD_RUN_SCENE_H

#include "cmd/run_ctx.h"
#include "core/run/scene.h"

/* What is being read, and what was made of it last. */
struct scene_source {
	/* The notes of one run more: 1, 0 at the end, or -errno, said. */
	int (*read)(struct scene_source *s);
	struct run *r;
	struct arena arena; /* of the notes */
	struct notes notes;
	const char *text, *at; /* all of it, and where reading goes on */
	struct loc loc;
	struct scene scene;
	/* Brings registers and memory into a zeroed scene; NULL: only notes do. */
	int (*load)(struct scene_source *s);
	struct bytes image;
	uint32_t thread; /* or process */
	uint32_t prog;	 /* the next program of the image that these notes may be meant for */
	uint64_t nread, concerned; /* contexts, and inputs that some program got */
	bool have;		   /* notes that such a program was not yet looked for in */
};

/* run_scene.c */
/* A scene_source in s->state, over the text of the file. */
int scene_open(struct ctx_source *s, int (*read)(struct scene_source *s));
int scene_next(struct ctx_source *s, struct ctx_input *in);
void scene_close(struct ctx_source *s);
int scene_fits(struct run *r);
/* A zeroed source that is part of something larger, which scene_close() frees by its address. */
void scene_source_init(struct scene_source *s, struct run *r,
		       int (*read)(struct scene_source *s));

/* run_iter.c */
/* What the program goes over if nobody says what it is shown; NULL: nothing that is here. */
const struct ctx_kind *run_iterated(struct run *r);

/* run_target.c */
/* Does what the notes say was hit concern a program with that section? */
bool run_is_target(const char *section, const char *target);
/* The same for the program that was chosen; one whose section names nothing is content with all. */
bool run_concerns_main(const struct run *r, const char *target);
/* Makes a program the one that runs; its verdict was looked at before. 0 or -errno, said. */
int run_use_program(struct run *r, uint32_t index);
/* The format that --tp-format gives for its tracepoint. */
int run_tp_formats(struct run *r, struct scene_program *prog);
/* What the scene of a program of the image depends on. */
int run_scene_program(struct run *r, struct scene_program *out);

#endif
