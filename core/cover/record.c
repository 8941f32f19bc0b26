/*
 * A record is a tracefile that genhtml(1) and others read, with all that was counted in comments
 * behind it, a line each, of words that one space parts; the last is the rest of the line:
 *
 *	#ebpf-coverage 1
 *	#O BUILD PATH			an object; functions behind it are its
 *	#F SHAPE NAME			a function
 *	#L LINE FILE			a line of it, numbered from 0
 *	#T TEXT				... what it says
 *	#I SLOT LINE FLAGS RUNS TAKEN TEXT
 */
#include "core/cover/cover.h"

static void add_funcs(struct strbuf *b, const struct cover_file *file)
{
	for (uint32_t i = 0; i < file->nrows; i++)
		for (uint32_t k = 0; k < file->rows[i].nplaces; k++) {
			const struct cover_place *p = &file->rows[i].places[k];

			if (cover_begins_func(p) && cover_can_run(p->insn))
				strbuf_addf(b, "FN:%u,%s\nFNDA:%llu,%s\n", file->rows[i].line,
					    p->func->name,
					    (unsigned long long)p->insn->count.runs,
					    p->func->name);
		}
}

/* A line's jumps are numbered as blocks; of each, branch 0 is to jump and 1 is not to. */
static void add_branches(struct strbuf *b, const struct cover_row *row)
{
	unsigned int block = 0;

	for (uint32_t i = 0; i < row->nplaces; i++) {
		const struct cover_insn *insn = row->places[i].insn;

		if (!(insn->flags & COVER_COND))
			continue;
		for (int way = 0; way < 2; way++) {
			if (!cover_can(insn, !way))
				continue;
			strbuf_addf(b, "BRDA:%u,%u,%d,", row->line, block, way);
			if (insn->count.runs)
				strbuf_addf(b, "%llu\n",
					    (unsigned long long)cover_outcome(insn, !way));
			else
				strbuf_add(b, "-\n");
		}
		block++;
	}
}

static void add_total(struct strbuf *b, const char *name, struct cover_total t)
{
	strbuf_addf(b, "%sF:%llu\n%sH:%llu\n", name, (unsigned long long)t.found, name,
		    (unsigned long long)t.hit);
}

static void add_file(struct strbuf *b, const struct cover_file *file)
{
	strbuf_addf(b, "TN:\nSF:%s\n", file->path);
	add_funcs(b, file);
	add_total(b, "FN", file->totals[COVER_FUNCS]);
	for (uint32_t i = 0; i < file->nrows; i++)
		add_branches(b, &file->rows[i]);
	add_total(b, "BR", file->totals[COVER_BRANCHES]);
	for (uint32_t i = 0; i < file->nrows; i++)
		if (file->rows[i].state != COVER_DEAD)
			strbuf_addf(b, "DA:%u,%llu\n", file->rows[i].line,
				    (unsigned long long)file->rows[i].runs);
	add_total(b, "L", file->totals[COVER_LINES]);
	strbuf_add(b, "end_of_record\n");
}

static void add_func(struct strbuf *b, const struct cover_func *f)
{
	strbuf_addf(b, "#F %llx %s\n", (unsigned long long)f->shape, f->name);
	for (uint32_t i = 0; i < f->nlines; i++)
		strbuf_addf(b, "#L %u %s\n#T %s\n", f->lines[i].line, f->lines[i].file,
			    f->lines[i].text);
	for (uint32_t i = 0; i < f->ninsns; i++) {
		const struct cover_insn *insn = &f->insns[i];

		strbuf_addf(b, "#I %u %u %x %llu %llu %s\n", insn->slot, insn->line, insn->flags,
			    (unsigned long long)insn->count.runs,
			    (unsigned long long)insn->count.taken, insn->text);
	}
}

void cover_record(const struct cover *c, struct strbuf *b)
{
	struct cover_report r;

	cover_report(c, &r);
	vec_each(&r.files, file)
		add_file(b, file);
	cover_report_free(&r);
	strbuf_add(b, COVER_MAGIC "\n");
	for (uint32_t i = 0; i < c->objects.n; i++) {
		strbuf_addf(b, "#O %llx %s\n", (unsigned long long)c->objects.v[i].build,
			    c->objects.v[i].path);
		vec_each(&c->funcs, f)
			if (f->object == i)
				add_func(b, f);
	}
}
