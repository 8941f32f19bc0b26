#include "core/cover/cover.h"

#include <errno.h>
#include <string.h>

#include "core/verify/facts.h"
#include "core/verify/state.h"
#include "core/verify/verify.h"

int cover_object(struct cover *c, const char *path, uint64_t build, struct diag *d,
		 uint32_t *object)
{
	const uint64_t *at = strmap_get(&c->by_path, path);

	*object = at ? (uint32_t)*at : (uint32_t)c->objects.n;
	if (at && c->objects.v[*at].build != build)
		return fail(d, NULL, -EINVAL,
			    "what was counted before is of another %s: begin a new record", path);
	if (at)
		return 0;
	path = arena_strdup(&c->arena, path);
	vec_push(&c->objects, ((struct cover_object){path, build}));
	strmap_put(&c->by_path, path, *object);
	return 0;
}

struct cover_func *cover_find(const struct cover *c, uint32_t object, uint64_t shape)
{
	struct cover_key key = {shape, object};
	const uint64_t *at = strmap_getn(&c->by_shape, (const char *)&key, sizeof(key));

	return at ? &c->funcs.v[*at] : NULL;
}

struct cover_func *cover_new(struct cover *c, uint32_t object, uint64_t shape)
{
	struct cover_key *key = arena_new(&c->arena, struct cover_key);
	struct cover_func *f = vec_add(&c->funcs);

	*key = (struct cover_key){shape, object};
	strmap_putn(&c->by_shape, (const char *)key, sizeof(*key), (uint64_t)(f - c->funcs.v));
	f->object = object;
	f->shape = shape;
	return f;
}

static uint64_t add_up(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

void cover_count(struct cover_insn *insn, struct insn_count more, uint32_t flags)
{
	insn->count.runs = add_up(insn->count.runs, more.runs);
	insn->count.taken = add_up(insn->count.taken, more.taken);
	insn->count.samples = add_up(insn->count.samples, more.samples);
	insn->flags |= flags;
	if (insn->count.runs)
		insn->flags |= COVER_CAN_RUN;
	if (insn->count.taken)
		insn->flags |= COVER_CAN_JUMP;
	if (insn->count.runs > insn->count.taken)
		insn->flags |= COVER_CAN_STAY;
}

/* ---- one function of a program ---- */

struct piece {
	const struct prog *prog;
	const struct verify_result *result; /* or NULL */
	const struct subprog *sub;
};

/* Wide instructions have a second slot, which is none. */
static bool is_insn(const struct prog *prog, uint32_t slot)
{
	return prog->ops[slot] != OP_BAD;
}

/* Where other functions are depends on the program; where lines are does not. */
static uint64_t shape_of(const struct piece *p, const char *name,
			 const struct line_def *const *lines)
{
	struct strbuf b = {0};
	uint64_t hash;

	strbuf_add(&b, name);
	for (uint32_t i = p->sub->start; i < p->sub->end; i++) {
		struct bpf_insn insn = p->prog->insns[i];
		const struct line_def *line = lines[i - p->sub->start];

		if (p->prog->ops[i] == OP_CALL_LOCAL || p->prog->ops[i] == OP_LD_IMM64_FUNC)
			insn.imm = 0;
		strbuf_addmem(&b, &insn, sizeof(insn));
		if (line)
			strbuf_addf(&b, "%u %s", line->line, line->file);
	}
	hash = hash_mem(b.s, b.len);
	strbuf_free(&b);
	return hash;
}

/* What compilers cannot say the line of, which is line 0, belongs to what is before it. */
static const struct line_def **lines_of(const struct piece *p, struct arena *a)
{
	const struct prog *prog = p->prog;
	const struct line_def **lines =
		arena_array(a, const struct line_def *, p->sub->end - p->sub->start + 1);
	const struct line_def *line = NULL, *first = NULL;
	uint32_t at = 0;

	for (uint32_t i = p->sub->start; i < p->sub->end; i++) {
		for (; at < prog->nlines && prog->lines[at].insn <= i; at++)
			if (prog->lines[at].line && prog->lines[at].insn >= p->sub->start)
				line = &prog->lines[at];
		if (!first)
			first = line;
		lines[i - p->sub->start] = line;
	}
	for (uint32_t i = 0; i < p->sub->end - p->sub->start && !lines[i]; i++)
		lines[i] = first;
	return lines;
}

static bool is_seen(const struct piece *p, int64_t slot)
{
	return slot < 0 || slot >= p->prog->ninsns || p->result->aux[slot].seen;
}

/* What the verifier found of an instruction. */
static uint32_t judge(const struct piece *p, uint32_t slot)
{
	const struct facts *known = p->result->insn_facts;
	bool is_cond = insn_descs[p->prog->ops[slot]].flags & INSN_COND;
	uint32_t facts = known ? known->flags[slot] : 0, flags = COVER_JUDGED;

	if (!is_seen(p, slot) || facts & FACT_DEAD)
		return flags;
	flags |= COVER_CAN_RUN;
	if (!(facts & FACT_TAKEN) && is_seen(p, (int64_t)slot + 1))
		flags |= COVER_CAN_STAY;
	if (is_cond && !(facts & FACT_NOT_TAKEN) &&
	    is_seen(p, insn_target(&p->prog->insns[slot], slot)))
		flags |= COVER_CAN_JUMP;
	return flags;
}

static uint32_t flags_of(const struct piece *p, uint32_t slot)
{
	uint16_t op = p->prog->ops[slot];
	uint32_t flags = p->result ? judge(p, slot) : 0;

	if (insn_descs[op].flags & INSN_COND)
		flags |= COVER_COND;
	if (op == OP_CALL || op == OP_CALL_KFUNC)
		flags |= COVER_CALLS_OUT;
	return flags;
}

static uint32_t add_line(struct cover *c, struct cover_func *f, const struct line_def *line)
{
	struct cover_line *last = f->nlines ? &f->lines[f->nlines - 1] : NULL;
	const char *file = cover_clean(&c->arena, line->file);

	if (last && last->line == line->line && strcmp(last->file, file) == 0)
		return f->nlines - 1;
	f->lines[f->nlines] = (struct cover_line){
		.file = file, .text = cover_clean(&c->arena, line->text), .line = line->line};
	return f->nlines++;
}

static void fill_func(struct cover *c, struct cover_func *f, const struct piece *p,
		      const struct line_def *const *lines)
{
	uint32_t n = p->sub->end - p->sub->start;
	struct strbuf text = {0};

	f->insns = arena_array(&c->arena, struct cover_insn, n);
	if (lines[0])
		f->lines = arena_array(&c->arena, struct cover_line, n);
	for (uint32_t i = 0; i < n; i++) {
		struct cover_insn *insn = &f->insns[f->ninsns];

		if (!is_insn(p->prog, p->sub->start + i))
			continue;
		f->ninsns++;
		strbuf_reset(&text);
		cover_insn_text(&text, p->prog, p->sub->start + i);
		insn->slot = i;
		insn->text = cover_clean(&c->arena, strbuf_str(&text));
		insn->line = lines[i] ? add_line(c, f, lines[i]) : 0;
	}
	strbuf_free(&text);
}

static const char *name_of(const struct piece *p, struct arena *a)
{
	if (p->sub->start == 0)
		return cover_clean(a, p->prog->name);
	if (p->sub->name)
		return cover_clean(a, p->sub->name);
	return arena_printf(a, "%s_%u", cover_clean(a, p->prog->name), p->sub->start);
}

static void add_piece(struct cover *c, uint32_t object, const struct piece *p)
{
	struct arena scratch = {0};
	const struct line_def **lines = lines_of(p, &scratch);
	const char *name = name_of(p, &c->arena);
	uint64_t shape = shape_of(p, name, lines);
	struct cover_func *f = cover_find(c, object, shape);

	if (!f) {
		f = cover_new(c, object, shape);
		f->name = name;
		fill_func(c, f, p, lines);
	}
	for (uint32_t i = 0; i < f->ninsns; i++) {
		uint32_t slot = p->sub->start + f->insns[i].slot;

		cover_count(&f->insns[i], prog_counted(p->prog, slot), flags_of(p, slot));
	}
	arena_free(&scratch);
}

static uint64_t build_of(const struct image *image)
{
	uint64_t build = 0;

	for (uint32_t i = 0; i < image->nprogs; i++) {
		const struct prog_def *def = &image->progs[i];
		uint64_t parts[2] = {build, hash_mem(def->insns,
						     def->ninsns * sizeof(*def->insns))};

		build = hash_mem(parts, sizeof(parts));
	}
	return build;
}

int cover_image(struct cover *c, const struct image *image, struct diag *d, uint32_t *object)
{
	return cover_object(c, cover_clean(&c->arena, image->path), build_of(image), d, object);
}

int cover_add(struct cover *c, const struct image *image, struct prog *const *progs,
	      const struct verify_result *const *results, struct diag *d)
{
	uint32_t object;
	int err = cover_image(c, image, d, &object);

	for (uint32_t i = 0; i < image->nprogs && !err; i++)
		for (uint32_t s = 0; progs[i] && s < progs[i]->nsubs; s++)
			add_piece(c, object,
				  &(struct piece){.prog = progs[i],
						  .result = results ? results[i] : NULL,
						  .sub = &progs[i]->subs[s]});
	return err;
}

void cover_free(struct cover *c)
{
	arena_free(&c->arena);
	vec_free(&c->objects);
	vec_free(&c->funcs);
	strmap_free(&c->by_path);
	strmap_free(&c->by_shape);
}
