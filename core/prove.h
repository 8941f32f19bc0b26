/*
 * The programs of an image under the verifier, as a loader would put them there: maps made as they
 * are declared, data frozen where it is constant, attach targets looked up by name. Nothing runs
 * and nothing is stored.
 */
#ifndef CORE_PROVE_H
#define CORE_PROVE_H

#include "core/load/load.h"
#include "core/verify/verify.h"

/* How a loader would load a program. */
struct prove_options {
	uint32_t type; /* PROG_TYPE_* in place of the section's; 0: that of the section */
	bool has_attach_type;
	uint32_t attach_type;	 /* in place of the section's */
	uint32_t flags;		 /* enum verify_flag, more than the section asks for */
	uint32_t caps;		 /* enum verify_cap */
	uint32_t fixes;		 /* enum verify_fix */
	const char *attach_func; /* in place of what the section names; NULL: that */
	const struct verify_target *attach_to; /* the program that has it; NULL: the kernel */
	const struct profile *profile;
	const struct kernel_marks *marks; /* as of struct verify_job */
	bool want_facts;    /* result.insn_facts, of programs that are accepted */
	uint32_t log_level; /* enum verify_log */
	uint32_t log_after; /* as of struct verify_job, and so is the next */
	bool log_whole;
	/* As of struct verify_job; NULL: the first refusal ends it */
	bool (*refused)(void *arg, const struct verify_result *so_far, int err);
	void *refused_arg;
};

struct prover {
	struct image *image;
	const struct load_options *load;
	struct diag *d;
	const struct btf *btf; /* the image's, or NULL where the kernel would not take it */
	struct map *const *maps; /* one for each of the image's */
	bool made_maps;
	struct btf_source kernel;
	int err; /* of reading the kernel's types */
	struct arena arena;
};

/* Makes the maps. 0 or -errno, said; prove_close() either way. */
int prove_open(struct prover *p, struct image *image, const struct load_options *load,
	       struct diag *d);
/* With maps that are there already, one for each of the image's. */
void prove_open_with(struct prover *p, struct image *image, const struct load_options *load,
		     struct map *const *maps, struct diag *d);
/*
 * Judges one program: result->err is the verdict, log gets the log; *result wants
 * verify_result_free(). -errno, said, when there is no verdict: what it is attached to is not there
 * (-ESRCH), or types could not be read.
 */
int prove_prog(struct prover *p, const struct prog_def *def, const struct prove_options *opts,
	       struct strbuf *log, struct verify_result *result);
/*
 * What a program is to those that are attached to it, in p's memory; it must itself be accepted.
 * -EINVAL, said.
 */
int prove_target(struct prover *p, const struct prog_def *def, const struct prove_options *opts,
		 struct verify_target *out);
void prove_close(struct prover *p);

/* The kernel's type that stands for what is attached to, as an attach type names it; 0: none. */
uint32_t prove_find_target(const struct btf *kernel, uint32_t attach_type, const char *name);
/* The index of a member in a struct, or the number of all. */
uint32_t prove_find_member(const struct btf *btf, uint32_t id, const char *name);

#endif
