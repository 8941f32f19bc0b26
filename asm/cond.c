/* Conditional assembly. Inactive text is read statement by statement, and only these directives
 * act. */
#include "asm/local.h"

bool is_active(const struct assembler *a)
{
	return !a->conds.n || (vec_last(&a->conds)->active && vec_last(&a->conds)->outer);
}

static bool compare(int64_t num, unsigned int kind)
{
	switch (kind) {
	case IF_EQ:
		return num == 0;
	case IF_GT:
		return num > 0;
	case IF_GE:
		return num >= 0;
	case IF_LT:
		return num < 0;
	case IF_LE:
		return num <= 0;
	default:
		return num != 0;
	}
}

/* Text up to a comma or the end, without the spaces around it. */
static struct bytes operand_text(struct assembler *a, bool to_end)
{
	const char *start, *stop;

	skip_spaces(a);
	start = a->p;
	while (a->p < a->end && (to_end || *a->p != ','))
		a->p++;
	stop = a->p;
	while (stop > start && (stop[-1] == ' ' || stop[-1] == '\t' || stop[-1] == '\r'))
		stop--;
	return (struct bytes){(const uint8_t *)start, (size_t)(stop - start)};
}

static int parse_same(struct assembler *a, bool strings, bool *same)
{
	struct bytes l, r;
	int err = 0;

	if (strings)
		err = parse_string(a, &l);
	else
		l = operand_text(a, false);
	if (!err)
		err = expect(a, ",");
	if (!err && strings)
		err = parse_string(a, &r);
	else if (!err)
		r = operand_text(a, true);
	if (!err)
		*same = l.size == r.size && memcmp(l.data, r.data, l.size) == 0;
	return err;
}

static int eval_condition(struct assembler *a, unsigned int kind, bool *yes)
{
	const struct asm_symbol *s;
	const char *name;
	int64_t num;
	int err;

	switch (kind) {
	case IF_DEF:
	case IF_NDEF:
		err = parse_name(a, "a symbol", &name);
		s = err ? NULL : find_symbol(a, name);
		*yes = (s && s->is_defined) == (kind == IF_DEF);
		return err;
	case IF_BLANK:
	case IF_NBLANK:
		*yes = (operand_text(a, true).size == 0) == (kind == IF_BLANK);
		return 0;
	case IF_SAME:
	case IF_NSAME:
	case IF_SAME_STRING:
	case IF_NSAME_STRING:
		err = parse_same(a, kind == IF_SAME_STRING || kind == IF_NSAME_STRING, yes);
		*yes ^= kind == IF_NSAME || kind == IF_NSAME_STRING;
		return err;
	default:
		err = parse_abs(a, &num);
		*yes = !err && compare(num, kind);
		return err;
	}
}

/* A condition that cannot be told counts as neither branch: what it guards makes no more noise. */
int dir_if(struct assembler *a, const struct loc *loc, unsigned int kind)
{
	struct cond c = {.outer = is_active(a), .loc = *loc};
	int err = 0;

	if (c.outer)
		err = eval_condition(a, kind, &c.active);
	else
		a->p = a->end;
	c.taken = c.active || err;
	vec_push(&a->conds, c);
	return err;
}

/* The conditional that this source has open, if any. */
static struct cond *open_cond(struct assembler *a, const struct loc *loc, const char *what)
{
	if (a->conds.n > a->src->conds)
		return vec_last(&a->conds);
	fail(a->d, loc, -EINVAL, "'%s' without '.if'", what);
	return NULL;
}

int dir_elseif(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct cond *c = open_cond(a, loc, ".elseif");
	int err = 0;

	(void)arg;
	if (!c)
		return -EINVAL;
	if (c->seen_else)
		return fail(a->d, loc, -EINVAL, "'.elseif' behind '.else'");
	c->active = false;
	if (c->outer && !c->taken) {
		bool yes = false;

		err = eval_condition(a, IF_NE, &yes);
		c->active = yes;
		c->taken = yes || err;
	} else {
		a->p = a->end;
	}
	return err;
}

int dir_else(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct cond *c = open_cond(a, loc, ".else");

	(void)arg;
	if (!c)
		return -EINVAL;
	if (c->seen_else)
		return fail(a->d, loc, -EINVAL, "second '.else' of one '.if'");
	c->seen_else = true;
	c->active = !c->taken;
	return 0;
}

int dir_endif(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	(void)arg;
	if (!open_cond(a, loc, ".endif"))
		return -EINVAL;
	a->conds.n--;
	return 0;
}
