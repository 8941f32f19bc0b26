/* Verdicts in words: what `ebpf verify` and `ebpf explain` write alike. */
#ifndef CMD_EXPLAIN_H
#define CMD_EXPLAIN_H

#include "cmd/output.h"
#include "core/explain/explain.h"

/* explain_report.c: text, and members of the object that is open */
void show_explanation(struct out *o, const struct explanation *e);
void write_explanation(struct out *o, const struct explanation *e);
void write_insn(struct out *o, const struct explain_insn *insn);
void write_facts(struct out *o, const char *key, const struct explain_fact *facts, size_t n);

/* explain_annotate.c: a program written out; text is folded to what matters. */
void show_lines(struct out *o, const struct explain_line *lines, size_t n);
void write_lines(struct out *o, const struct explain_line *lines, size_t n);

/* explain_ci.c */
struct finding {
	const char *file; /* where it is when its source is not known */
	const struct explanation *why;
};
/* All refusals of a run, in formats for those who collect such; false: it is no such format. */
bool report_findings(struct out *o, const struct finding *all, size_t n);

/* explain_reasons.c */
void list_reasons(struct out *o, struct arena *a);
void show_reason(struct out *o, enum verify_reason reason, struct arena *a);

#endif
