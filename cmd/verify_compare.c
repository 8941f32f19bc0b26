/*
 * Verdicts against those of an earlier document of `ebpf verify --format json`. Programs are known
 * again by their object's name without its folder, their section and their own name.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/json.h"
#include "cmd/verify.h"

/* Numbers that may not grow */
static const enum verdict_column watched[] = {VERDICT_processed, VERDICT_total_states};

struct comparison {
	struct verify *v;
	struct json_doc doc;
	const struct json_node *programs;
	bool shows_files; /* names alone do not tell */
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const char *member_text(const struct json_node *program, const char *name)
{
	const struct json_node *n = json_member(program, name);

	return n && n->kind == JSON_STRING ? n->str : "";
}

static bool is_same(const struct verdict *of, const struct json_node *before)
{
	return strcmp(of->name, member_text(before, "name")) == 0 &&
	       strcmp(of->section, member_text(before, "section")) == 0 &&
	       strcmp(base_name(of->file), base_name(member_text(before, "file"))) == 0;
}

/* ---- one difference ---- */

/* before and after are what is told in words; worse: it is a regression */
static void begin_difference(struct comparison *c, const char *file, const char *name,
			     const char *what, bool worse)
{
	struct out *out = &c->v->out;

	c->v->worse += worse;
	if (c->shows_files)
		out_text(out, "%s: ", base_name(file));
	out_text(out, "%s: ", name);
	out_open(out, NULL, OUT_OBJECT);
	out_field(out, "file", file);
	out_field(out, "name", name);
	out_field(out, "what", what);
	out_field(out, "worse", worse);
}

static void end_difference(struct comparison *c, bool worse)
{
	out_text(&c->v->out, "%s\n", worse ? ": worse" : "");
	out_close(&c->v->out);
}

static void say_verdicts(struct comparison *c, const struct verdict *of, const char *before)
{
	bool worse = of->err && strcmp(before, "rejected") != 0;

	begin_difference(c, of->file, of->name, "verdict", worse);
	out_text(&c->v->out, "%s -> %s", before, of->verdict);
	if (of->err && *of->message)
		out_text(&c->v->out, " (%s)", of->message);
	out_field(&c->v->out, "before", before);
	out_field(&c->v->out, "after", of->verdict);
	end_difference(c, worse);
}

static void say_numbers(struct comparison *c, const struct verdict *of, enum verdict_column column,
			uint64_t before)
{
	const char *key = verdict_key(column);
	uint64_t after = verdict_number(of, column);
	double grew = before ? ((double)after - (double)before) * 100 / (double)before
			     : 100 * (double)after;
	bool worse = after > before && grew > c->v->o->max_regress;

	begin_difference(c, of->file, of->name, key, worse);
	out_text(&c->v->out, "%s %llu -> %llu (%+.1f%%)", key, (unsigned long long)before,
		 (unsigned long long)after, grew);
	out_field(&c->v->out, "before", before);
	out_field(&c->v->out, "after", after);
	end_difference(c, worse);
}

/* ---- all of them ---- */

static int compare_one(struct comparison *c, const struct verdict *of,
		       const struct json_node *before)
{
	const char *verdict = member_text(before, "verdict");

	if (strcmp(verdict, of->verdict) != 0)
		say_verdicts(c, of, verdict);
	/* How far a program was walked until it was refused says nothing. */
	if (of->err || strcmp(verdict, "accepted") != 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(watched); i++) {
		const struct json_node *n = json_member(before, verdict_key(watched[i]));
		uint64_t number;
		int err;

		if (!n)
			return json_fail(&c->doc, before->at, -EINVAL, "no \"%s\" here",
					 verdict_key(watched[i]));
		err = json_number(&c->doc, n, UINT64_MAX, &number);
		if (err)
			return err;
		if (number != verdict_number(of, watched[i]))
			say_numbers(c, of, watched[i], number);
	}
	return 0;
}

static int compare_all(struct comparison *c)
{
	struct verify *v = c->v;
	int err = 0;

	vec_each(&v->verdicts, of) {
		const struct json_node *n = c->programs->first;

		while (n && !is_same(of, n))
			n = n->next;
		if (n)
			err = compare_one(c, of, n);
		else
			say_verdicts(c, of, "new");
		if (err)
			return err;
	}
	for (const struct json_node *n = c->programs->first; n; n = n->next) {
		bool found = false;

		vec_each(&v->verdicts, of)
			found |= is_same(of, n);
		if (found)
			continue;
		begin_difference(c, member_text(n, "file"), member_text(n, "name"), "gone", false);
		out_text(&v->out, "is gone");
		end_difference(c, false);
	}
	return 0;
}

int compare_verdicts(struct verify *v)
{
	struct comparison c = {.v = v, .shows_files = v->o->paths.n > 1};
	int err = json_read(v->o->compare, &v->arena, v->d, &c.doc);

	if (err)
		return err;
	c.programs = json_member(c.doc.root, "programs");
	if (!c.programs || c.programs->kind != JSON_LIST)
		return json_fail(&c.doc, c.doc.root->at, -EINVAL,
				 "no document of ebpf verify --format json");
	out_open(&v->out, "differences", OUT_LIST);
	err = compare_all(&c);
	out_close(&v->out);
	out_text(&v->out, "%zu program%s, %u worse\n", v->verdicts.n, v->verdicts.n == 1 ? "" : "s",
		 v->worse);
	out_field(&v->out, "worse", v->worse);
	return err;
}
