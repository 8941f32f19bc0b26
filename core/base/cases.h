/*
 * Text files of cases. A case is sections, each begun by a line "-- NAME [WORDS]":
 *
 *	-- case NAME	begins a case
 *	-- NAME WORDS	begins a section of it; its text is all lines up to the next such line
 *	-- all		begins what every case of the file has, up to its first case
 *
 * Lines before the first section are for people: empty, or with a # in the first column. What such
 * lines mean inside of a section, its reader knows. A file that has one case needs no "-- case".
 */
#ifndef CORE_BASE_CASES_H
#define CORE_BASE_CASES_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/vec.h"

struct section_kind {
	const char *name;
	bool repeats; /* a case may have several */
};

struct case_section {
	uint32_t kind;	  /* an index of the kinds */
	struct loc loc;	  /* of its first line */
	const char *words; /* behind the name, without blanks around them; never NULL */
	struct bytes text; /* a NUL follows it, and none is in it */
};

struct text_case {
	const char *name; /* "" when it was not said */
	struct loc loc;
	VEC(struct case_section) sections; /* those of all cases first */
};

struct case_file {
	const char *path;
	const struct section_kind *kinds;
	size_t nkinds;
	/*
	 * Lines before the first section are passed over, and so are sections of other kinds: those
	 * that are named here, ended by NULL, without a word. NULL: neither.
	 */
	const char *const *others;
	struct arena *arena; /* of all text; not of the VECs */
	VEC(struct text_case) cases;
};

/* What files of the bpf_conformance suite have beside sections of ours, for others. */
extern const char *const cases_suite_others[];

/*
 * Fills cases of a file whose other fields say how. 0, or -EINVAL, said with its line; free it
 * either way.
 */
int cases_read(struct case_file *f, struct bytes in, struct diag *d);
void cases_free(struct case_file *f);

/* The first section of that kind, or NULL. */
const struct case_section *case_find(const struct text_case *c, uint32_t kind);
/* What a section says that may stand behind its name or in the lines below: both, in a row. */
const char *section_content(const struct case_section *s, struct arena *a);
/*
 * What a section says, piece by piece without blanks around it: the words behind its name, then
 * line after line. Lines that are empty or have a # in the first column say nothing. NULL at the
 * end. A walk begins with its section alone; loc is the place of the last piece.
 */
struct section_walk {
	const struct case_section *s;
	const char *at; /* NULL: nothing was read yet */
	struct loc loc;
};
const char *section_next(struct section_walk *w, struct arena *a);
/* Is it among the words? */
bool section_has_word(const struct case_section *s, const char *word);

#endif
