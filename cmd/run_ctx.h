/*
 * What a program runs on. A --ctx SPEC is KIND:BODY, or a file whose contents tell its kind; a kind
 * is a row of cmd/ctx_kinds.def that gives one input after the other.
 */
#ifndef CMD_RUN_CTX_H
#define CMD_RUN_CTX_H

#include "cmd/run.h"
#include "core/run/scene.h"

/* One input: a packet for programs that run on packets, a scene or memory for all others. */
struct ctx_input {
	struct capture_packet pkt;
	void *data; /* the program may write it; a scene's context */
	uint64_t size;
	const struct scene *scene; /* NULL: plain memory */
	bool is_seccomp; /* which is a struct seccomp_data */
	struct scene_program prog; /* that it was made for */
};

/* A SPEC that is being read. */
struct ctx_source {
	struct run *r;
	const char *spec;     /* as it was given, for messages */
	int fifo;	      /* of struct run_spec */
	const char *body;     /* behind KIND:, or a file's path; "-" is standard input */
	struct bytes content; /* the file's, when it was read already; data NULL: it was not */
	bool is_file;	      /* body is a path */
	bool warned, told_cut;
	void *state;
};

struct ctx_kind {
	const char *name; /* of KIND:BODY */
	bool many;	  /* one SPEC may have more inputs than one: sum up */
	bool targets;	  /* inputs may name the programs that they are for */
	/* Does a file that begins like that have the kind? NULL: it has to be named. */
	bool (*detect)(struct bytes start);
	/* 0 when the program can run on it; otherwise -errno, said. */
	int (*fits)(struct run *r);
	int (*open)(struct ctx_source *s);
	/* 1 with an input that lasts until the next call, 0 at the end, or -errno, said. */
	int (*next)(struct ctx_source *s, struct ctx_input *in);
	void (*close)(struct ctx_source *s); /* NULL: nothing to do; after open() failed too */
};

/* What options say, where no SPEC is given. */
extern const struct ctx_kind ctx_kind_options;
#define CTX_KIND(name) extern const struct ctx_kind ctx_kind_##name;
#include "cmd/ctx_kinds.def"

/* run_inputs.c */
/* What files of inputs say of packets, as if options had said it. 0 or -errno, said. */
int run_take_inputs(struct run *r, struct run_options *o);
/* Before the run of a packet, or of memory. */
void run_emit_input(struct run *r, const struct ctx_input *in);

/* run_ctx.c */
/* Runs on all that was given, or on nothing when nothing was. */
int run_all(struct run *r);
/* Opens FIFOs that have a name, once: who closed one would leave its writer without a reader. */
int ctx_open_fifos(struct run_options *o, struct diag *d);
/* Does a file begin as something? Pipes are looked at, and what is in them stays. */
bool ctx_begins_as(const struct run_spec *spec, bool (*detect)(struct bytes start));
/* All of a file. */
int ctx_read_spec(struct run *r, const struct run_spec *spec, struct bytes *out);
/* All of a source's file, if it was not read yet. */
int ctx_read(struct ctx_source *s);
/* The place that messages about a source name. */
struct loc ctx_loc(const struct ctx_source *s);
/* For kinds whose one input is s->content, a packet or memory. */
int ctx_fits_any(struct run *r);
int ctx_bytes_next(struct ctx_source *s, struct ctx_input *in);

#endif
