#include "core/run/expect.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/btf/scan.h"

const char *const expect_op_names[EXPECT_OPS] = {
	"=", "!=", "<", "<=", ">", ">=", "absent", "unchanged", "changes", "has", "lacks",
};

/* What stands behind a subject's word. */
enum shape {
	SHAPE_COMPARE, /* OP VALUE */
	SHAPE_NAMED,   /* NAME OP VALUE */
	SHAPE_PACKET,
	SHAPE_RECORD, /* MAP VALUE */
	SHAPE_TEXT,
	SHAPE_ANY_TEXT, /* [TEXT] */
	SHAPE_NOTHING,
	SHAPE_MAP,
	SHAPE_COUNT,
};

static const struct subject {
	const char *word;
	enum shape shape;
	bool of_input; /* may be about some inputs */
} subjects[EXPECT_SUBJECTS] = {
	[EXPECT_RETVAL] = {"retval", SHAPE_COMPARE, true},
	[EXPECT_INSNS] = {"insns", SHAPE_COMPARE, true},
	[EXPECT_CONTEXT] = {"context", SHAPE_NAMED, true},
	[EXPECT_PACKET] = {"packet", SHAPE_PACKET, true},
	[EXPECT_RECORD] = {"record", SHAPE_RECORD, true},
	[EXPECT_PRINTK] = {"printk", SHAPE_TEXT, true},
	[EXPECT_ACTION] = {"action", SHAPE_TEXT, true},
	[EXPECT_OUTPUT] = {"output", SHAPE_TEXT, true},
	[EXPECT_MAP] = {"map", SHAPE_MAP, false},
	[EXPECT_VARIABLE] = {"variable", SHAPE_NAMED, false},
	[EXPECT_COUNT] = {"count", SHAPE_COUNT, false},
	[EXPECT_ACCEPTED] = {"accepted", SHAPE_NOTHING, false},
	[EXPECT_REJECTED] = {"rejected", SHAPE_ANY_TEXT, false},
	[EXPECT_LOG] = {"log", SHAPE_TEXT, false},
	[EXPECT_FAULT] = {"fault", SHAPE_ANY_TEXT, false},
};

struct parser {
	const char *at;
	struct arena *arena;
	struct diag *d;
	struct expectation *e;
};

static int bad(const struct parser *p, const char *want)
{
	return fail(p->d, &p->e->loc, -EINVAL, "%s: expected %s%s%s", p->e->text, want,
		    *p->at ? ", got: " : "", p->at);
}

static void skip_blanks(struct parser *p)
{
	while (isspace((unsigned char)*p->at))
		p->at++;
}

/* The length of a word: up to a blank or an operator, but not inside of quotes and brackets. */
static size_t word_length(const char *s)
{
	size_t n = 0, depth = 0;
	bool quoted = false;

	for (; s[n]; n++) {
		if (quoted && s[n] == '\\' && s[n + 1])
			n++;
		else if (s[n] == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (strchr("([{", s[n]))
			depth++;
		else if (strchr(")]}", s[n]))
			depth -= depth > 0;
		else if (!depth && (isspace((unsigned char)s[n]) || strchr("=<>!", s[n])))
			break;
	}
	return n;
}

/* NULL when there is none. */
static const char *take_word(struct parser *p)
{
	size_t n;
	const char *word;

	skip_blanks(p);
	n = word_length(p->at);
	word = n ? arena_strndup(p->arena, p->at, n) : NULL;
	p->at += n;
	return word;
}

/* The word, when it comes next. */
static bool take(struct parser *p, const char *word)
{
	size_t n = strlen(word);

	skip_blanks(p);
	if (strncmp(p->at, word, n) != 0 || (p->at[n] && !isspace((unsigned char)p->at[n])))
		return false;
	p->at += n;
	return true;
}

static bool take_op(struct parser *p)
{
	static const struct {
		const char *text;
		enum expect_op op;
	} ops[] = {{"==", EXPECT_EQ}, {"!=", EXPECT_NE}, {"<=", EXPECT_LE}, {">=", EXPECT_GE},
		   {"=", EXPECT_EQ},  {"<", EXPECT_LT},	 {">", EXPECT_GT}};

	skip_blanks(p);
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (strncmp(p->at, ops[i].text, strlen(ops[i].text)) == 0) {
			p->at += strlen(ops[i].text);
			p->e->op = ops[i].op;
			return true;
		}
	return false;
}

/* All that is left, without blanks around it; NULL: nothing is. */
static const char *take_rest(struct parser *p)
{
	size_t n;
	const char *rest;

	skip_blanks(p);
	n = strlen(p->at);
	while (n && isspace((unsigned char)p->at[n - 1]))
		n--;
	rest = n ? arena_strndup(p->arena, p->at, n) : NULL;
	p->at += strlen(p->at);
	return rest;
}

static int take_value(struct parser *p)
{
	p->e->value = take_rest(p);
	return p->e->value ? 0 : bad(p, "a value");
}

static int take_comparison(struct parser *p)
{
	return take_op(p) ? take_value(p) : bad(p, "=, !=, <, <=, > or >=");
}

/* "with C's escapes", or as it stands */
static int take_text(struct parser *p)
{
	char *text, *end;
	const char *from;

	skip_blanks(p);
	if (*p->at != '"')
		return take_value(p);
	from = p->at++;
	text = end = arena_alloc(p->arena, strlen(p->at) + 1);
	while (*p->at && *p->at != '"')
		*end++ = (char)btf_scan_char(&p->at);
	if (*p->at != '"') {
		p->at = from;
		return bad(p, "the end of the text");
	}
	p->at++;
	p->e->value = text;
	return 0;
}

static int take_packet(struct parser *p)
{
	static const enum expect_op words[] = {EXPECT_CHANGES, EXPECT_HAS, EXPECT_LACKS};

	if (take(p, "unchanged")) {
		p->e->op = EXPECT_UNCHANGED;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!take(p, expect_op_names[words[i]]))
			continue;
		p->e->op = words[i];
		return take_value(p);
	}
	p->e->name = take_word(p);
	return take_comparison(p);
}

static int take_map(struct parser *p)
{
	p->e->name = take_word(p);
	p->e->key = take_word(p);
	if (!p->e->key)
		return bad(p, "a map's name and a key");
	if (take(p, "absent")) {
		p->e->op = EXPECT_ABSENT;
		return 0;
	}
	return take_comparison(p);
}

static int take_subject(struct parser *p, enum expect_what *out)
{
	const char *names[EXPECT_SUBJECTS], *near, *word = take_word(p);

	if (!word)
		return bad(p, "what it is about: retval, packet, map, ...");
	for (int i = 0; i < EXPECT_SUBJECTS; i++) {
		names[i] = subjects[i].word;
		if (strcmp(word, names[i]) != 0)
			continue;
		*out = (enum expect_what)i;
		return 0;
	}
	near = nearest_name(word, names, EXPECT_SUBJECTS);
	return fail(p->d, &p->e->loc, -EINVAL, "%s: nothing can be expected of '%s'%s%s%s",
		    p->e->text, word, near ? "; did you mean '" : "", near ? near : "",
		    near ? "'?" : "");
}

static int take_count(struct parser *p)
{
	struct expectation *e = p->e;
	int err = take_subject(p, &e->of);

	if (err)
		return err;
	switch (e->of) {
	case EXPECT_PRINTK:
	case EXPECT_ACTION:
		break;
	case EXPECT_RECORD:
	case EXPECT_MAP:
	case EXPECT_RETVAL:
		e->name = take_word(p);
		if (!e->name && e->of != EXPECT_RECORD)
			return bad(p, e->of == EXPECT_MAP ? "a map's name" : "a verdict");
		break;
	default:
		return fail(p->d, &e->loc, -EINVAL,
			    "%s: what can be counted is retval, record, printk, action and map",
			    e->text);
	}
	return take_comparison(p);
}

static int take_shape(struct parser *p, enum shape shape)
{
	switch (shape) {
	case SHAPE_COMPARE:
		return take_comparison(p);
	case SHAPE_NAMED:
		p->e->name = take_word(p);
		return p->e->name ? take_comparison(p) : bad(p, "a name");
	case SHAPE_PACKET:
		return take_packet(p);
	case SHAPE_RECORD:
		p->e->name = take_word(p);
		return p->e->name ? take_value(p) : bad(p, "a map's name");
	case SHAPE_TEXT:
		return take_text(p);
	case SHAPE_ANY_TEXT:
		skip_blanks(p);
		return *p->at ? take_text(p) : 0;
	case SHAPE_MAP:
		return take_map(p);
	case SHAPE_COUNT:
		return take_count(p);
	default:
		return 0;
	}
}

/* "1,3-9:" in front of it all */
static int take_inputs(struct parser *p)
{
	size_t n = strspn(p->at, "0123456789,-");

	if (!n || p->at[n] != ':')
		return 0;
	if (numbers_parse(&p->e->inputs, p->at, n))
		return bad(p, "numbers of inputs as 1,3-9");
	p->at += n + 1;
	return 0;
}

static int begin(struct parser *p, const struct loc *loc)
{
	*p->e = (struct expectation){.loc = *loc};
	p->e->text = take_rest(p);
	if (!p->e->text)
		return fail(p->d, loc, -EINVAL, "nothing is said");
	p->at = p->e->text;
	return 0;
}

int expect_parse_put(const char *text, const struct loc *loc, struct arena *a, struct diag *d,
		     struct expectation *out)
{
	struct parser p = {.at = text, .arena = a, .d = d, .e = out};
	int err = begin(&p, loc);

	if (err)
		return err;
	out->what = EXPECT_MAP;
	out->name = take_word(&p);
	out->key = take_word(&p);
	if (!out->key)
		out->what = EXPECT_VARIABLE;
	if (!out->name || !take_op(&p) || out->op != EXPECT_EQ)
		return bad(&p, "MAP KEY=VALUE or VARIABLE=VALUE");
	return take_value(&p);
}

int expect_parse(const char *text, const struct loc *loc, struct arena *a, struct diag *d,
		 struct expectation *out)
{
	struct parser p = {.at = text, .arena = a, .d = d, .e = out};
	int err = begin(&p, loc);

	if (!err)
		err = take_inputs(&p);
	if (!err)
		err = take_subject(&p, &out->what);
	if (!err)
		err = take_shape(&p, subjects[out->what].shape);
	if (err)
		return err;
	skip_blanks(&p);
	if (*p.at)
		return bad(&p, "no more");
	if (out->inputs.n && !subjects[out->what].of_input)
		return fail(d, loc, -EINVAL, "%s: this is about the whole run, not single inputs",
			    out->text);
	return 0;
}

bool expect_op_holds(enum expect_op op, int order)
{
	switch (op) {
	case EXPECT_EQ:
		return order == 0;
	case EXPECT_NE:
		return order != 0;
	case EXPECT_LT:
		return order < 0;
	case EXPECT_LE:
		return order <= 0;
	case EXPECT_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

const char *expect_subject_name(enum expect_what what)
{
	return subjects[what].word;
}

bool expect_is_of_input(const struct expectation *e)
{
	return e->what <= EXPECT_PACKET;
}
