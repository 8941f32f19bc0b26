/*
 * Coverage as commands take and show it: --coverage FILE of those that run programs, whose counts
 * are added to what FILE has already, and what becomes of the records.
 */
#ifndef CMD_COVER_H
#define CMD_COVER_H

#include "cmd/output.h"
#include "core/cover/cover.h"
#include "core/prove.h"

/* cover.c */
/* "-" is no file but a listing behind the results. */
bool cover_is_listing(const char *path);
/* Reads a record, if there is one. 0 or -errno, said. */
int cover_load(struct cover *c, const char *path, struct diag *d);
/*
 * Before anything runs: reads a record that is there already, which must not be of another build of
 * the image. 0 or -errno, said.
 */
int cover_open(struct cover *c, const char *path, const struct image *image, struct diag *d);
/* cover_add() with what the verifier says of the programs, which is asked here. */
int cover_add_proved(struct cover *c, const struct image *image, struct prog *const *progs,
		     struct prover *prover, struct diag *d);
/* Writes the record, or shows the listing. cover_free() is left to do. */
int cover_close(struct cover *c, const char *path, struct out *o, struct diag *d);

/* cover_show.c */
/* Totals, or the sources with counts as well. */
enum cover_detail { COVER_SUMMARY, COVER_LISTING };
void cover_show(struct out *o, const struct cover_report *r, enum cover_detail detail);

/* cover_html.c */
/* A page that needs nothing from elsewhere. */
void cover_html(struct strbuf *b, const struct cover_report *r);
/* Text of strangers between tags or in an attribute. */
void html_add(struct strbuf *b, const char *s);

#endif
