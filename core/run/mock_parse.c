/* The text of mock.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/btf/scan.h"
#include "core/run/local.h"

struct parser {
	struct mock *m;
	struct diag *d;
	struct loc loc;
	const char *line, *p;
	struct mock_rule rule;
};

static int bad(struct parser *p, const char *what)
{
	p->loc.col = (uint32_t)(p->p - p->line) + 1;
	return fail(p->d, &p->loc, -EINVAL, "%s", what);
}

static void skip(struct parser *p)
{
	while (*p->p == ' ' || *p->p == '\t')
		p->p++;
}

static bool accept(struct parser *p, const char *word)
{
	size_t n = strlen(word);

	skip(p);
	if (strncmp(p->p, word, n) != 0 || (isalnum((unsigned char)word[0]) &&
					    (isalnum((unsigned char)p->p[n]) || p->p[n] == '_')))
		return false;
	p->p += n;
	return true;
}

static size_t word_len(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

static bool is_at_end(struct parser *p)
{
	skip(p);
	return !*p->p || *p->p == '\n' || *p->p == '#';
}

/* A number of C's, or the name of an error. */
static int parse_value(struct parser *p, uint64_t *out)
{
	bool minus = accept(p, "-");
	size_t n;
	char *end;

	skip(p);
	n = word_len(p->p);
	if (*p->p == 'E') {
		for (int e = 1; e < 134; e++) {
			const char *name = strerrorname_np(e);

			if (!name || strlen(name) != n || strncmp(name, p->p, n) != 0)
				continue;
			p->p += n;
			*out = minus ? (uint64_t)-e : (uint64_t)e;
			return 0;
		}
		return bad(p, "there is no such error");
	}
	errno = 0;
	*out = strtoull(p->p, &end, 0);
	if (!n || end != p->p + n || errno)
		return bad(p, "expected a number");
	if (minus)
		*out = -*out;
	p->p += n;
	return 0;
}

/* ---- arguments by name ---- */

static bool is_memory(uint32_t type, bool written)
{
	return arg_base(type) == ARG_PTR_TO_MEM && !(type & MEM_WRITE) == !written;
}

/* The register that a name stands for; 0: none. */
static uint32_t reg_of(const struct parser *p, const char *name, size_t n)
{
	const struct func_proto *proto = p->rule.callee < CALLEE_KFUNC
						 ? helper_proto((int32_t)p->rule.callee, ~0ull)
						 : NULL;
	uint32_t last = 0;

	if (n == 2 && name[0] == 'r' && name[1] >= '1' && name[1] <= '5')
		return (uint32_t)(name[1] - '0');
	for (uint32_t i = 0; proto && i < HELPER_ARGS_MAX; i++) {
		uint32_t type = proto->args[i].type;
		bool is_number = arg_base(type) == ARG_ANYTHING;

		if ((n == 3 && strncmp(name, "buf", n) == 0 && is_memory(type, true)) ||
		    (n == 2 && strncmp(name, "in", n) == 0 && is_memory(type, false)) ||
		    (n == 4 && strncmp(name, "addr", n) == 0 && is_number))
			return i + 1;
		last = is_number ? i + 1 : last;
	}
	return n == 5 && strncmp(name, "flags", n) == 0 ? last : 0;
}

static int parse_reg(struct parser *p, uint32_t *reg)
{
	size_t n;

	skip(p);
	n = word_len(p->p);
	*reg = reg_of(p, p->p, n);
	if (!*reg)
		return bad(p, "expected ret or an argument: r1 to r5, buf, in, addr, flags");
	p->p += n;
	skip(p);
	return accept(p, "=") ? 0 : bad(p, "expected =");
}

static int parse_conds(struct parser *p)
{
	uint32_t reg = 0;
	int err = 0;

	while (!err && !accept(p, ")")) {
		err = parse_reg(p, &reg);
		if (!err)
			err = parse_value(p, &p->rule.want[reg]);
		p->rule.conds |= 1u << reg;
		if (!err && !accept(p, ",")) {
			skip(p);
			err = *p->p == ')' ? 0 : bad(p, "expected , or )");
		}
	}
	return err;
}

/* ---- bytes ---- */

static int parse_text(struct parser *p, struct mock_fill *f)
{
	const char *end = strpbrk(++p->p, "\"\n");

	if (!end || *end != '"')
		return bad(p, "the text has no end");
	f->size = (uint32_t)(end - p->p) + 1;
	f->bytes = (const uint8_t *)arena_strndup(&p->m->arena, p->p, f->size - 1);
	p->p = end + 1;
	return 0;
}

static int parse_hex(struct parser *p, struct mock_fill *f)
{
	size_t n = 0;
	uint8_t *out;

	p->p += strlen("hex:");
	while (isxdigit((unsigned char)p->p[n]))
		n++;
	out = arena_alloc(&p->m->arena, n / 2 + 1);
	if (n % 2 || scan_hex(p->p, n, out, n / 2))
		return bad(p, "expected pairs of hex digits");
	f->size = (uint32_t)(n / 2);
	f->bytes = out;
	p->p += n;
	return 0;
}

static int parse_bytes(struct parser *p, struct mock_fill *f)
{
	uint64_t value;
	int err;

	skip(p);
	if (*p->p == '"')
		return parse_text(p, f);
	if (strncmp(p->p, "hex:", 4) == 0)
		return parse_hex(p, f);
	err = parse_value(p, &value);
	f->size = sizeof(value);
	f->bytes = arena_memdup(&p->m->arena, &value, sizeof(value));
	return err;
}

/* What the memory of some helpers is; a kernel function's is in its BTF. */
static const struct {
	uint16_t helper;
	uint8_t reg;
	char type[24];
} typed[] = {
	{HELPER_fib_lookup, 2, "bpf_fib_lookup"},
	{HELPER_skb_get_tunnel_key, 2, "bpf_tunnel_key"},
	{HELPER_skb_get_xfrm_state, 3, "bpf_xfrm_state"},
	{HELPER_get_ns_current_pid_tgid, 3, "bpf_pidns_info"},
	{HELPER_perf_event_read_value, 3, "bpf_perf_event_value"},
	{HELPER_perf_prog_read_value, 2, "bpf_perf_event_value"},
};

static uint32_t kfunc_struct(const struct btf *btf, uint32_t callee, uint32_t *reg)
{
	char name[64];
	uint32_t func;
	const struct btf_type *proto;

	callee_name(callee, name, sizeof(name));
	func = btf_find(btf, name, BTF_KIND_FUNC);
	proto = func ? btf_type(btf, btf_func_proto(btf, func)) : NULL;
	for (uint32_t i = 0; proto && i < btf_vlen(proto) && i < MOCK_ARGS; i++) {
		uint32_t id = btf_resolve(btf, btf_params(proto)[i].type);

		if (btf_kind_of(btf, id) != BTF_KIND_PTR ||
		    btf_kind_of(btf, btf_type(btf, id)->type) != BTF_KIND_STRUCT)
			continue;
		*reg = i + 1;
		return btf_type(btf, id)->type;
	}
	return 0;
}

static uint32_t struct_of(const struct btf *btf, uint32_t callee, uint32_t *reg)
{
	for (size_t i = 0; i < ARRAY_SIZE(typed); i++) {
		if (typed[i].helper != callee)
			continue;
		*reg = typed[i].reg;
		return btf_find(btf, typed[i].type, BTF_KIND_STRUCT);
	}
	return callee > CALLEE_KFUNC ? kfunc_struct(btf, callee, reg) : 0;
}

/* What is wrong with members is wrong at their place in the line. */
static void say_here(struct diag *d, enum severity sev __unused, const struct loc *loc __unused,
		     const char *msg)
{
	bad(d->sink_arg, msg);
}

/* The members up to the brace's pair, each with the point that C puts before it. */
static int copy_members(struct parser *p, struct strbuf *b)
{
	int depth = 0;

	do {
		char c = *p->p;

		if (!c || c == '\n')
			return bad(p, "the brace has no pair");
		depth += c == '{' ? 1 : c == '}' ? -1 : 0;
		strbuf_addch(b, c);
		p->p++;
		if (c != '{' && c != ',')
			continue;
		skip(p);
		if (isalpha((unsigned char)*p->p) || *p->p == '_')
			strbuf_addch(b, '.');
	} while (depth);
	return 0;
}

static int parse_members(struct parser *p, struct mock_fill *f)
{
	const struct btf *btf = btf_read(p->m->o.kernel);
	uint32_t id = btf ? struct_of(btf, p->rule.callee, &f->reg) : 0;
	int64_t size = id ? btf_size(btf, id) : -EINVAL;
	struct diag here = {.sink = say_here, .sink_arg = p};
	struct strbuf text = {0};
	uint8_t *out;
	int err;

	if (size <= 0)
		return bad(p, "no type is known of what it fills; say r2=hex:...");
	out = arena_alloc(&p->m->arena, (size_t)size);
	err = copy_members(p, &text);
	if (!err)
		err = btf_scan_value(btf, id, strbuf_str(&text), "value", &here, out, (size_t)size);
	strbuf_free(&text);
	f->size = (uint32_t)size;
	f->bytes = out;
	return err;
}

/* ---- answers and lines ---- */

static int parse_fill(struct parser *p, struct mock_answer *a)
{
	struct mock_fill f = {0};
	int err;

	if (a->nfills == MOCK_FILLS)
		return bad(p, "too much memory to fill");
	if (*p->p == '{') {
		err = parse_members(p, &f);
	} else {
		err = parse_reg(p, &f.reg);
		if (!err)
			err = parse_bytes(p, &f);
	}
	a->fills[a->nfills++] = f;
	return err;
}

static int parse_answer(struct parser *p)
{
	struct mock_answer a = {0};
	bool any = false;
	int err = 0;

	while (!err && !is_at_end(p) && *p->p != '|') {
		any = true;
		if (accept(p, "ret"))
			err = accept(p, "=") ? parse_value(p, &a.ret) : bad(p, "expected =");
		else
			err = parse_fill(p, &a);
		accept(p, ",");
	}
	if (!err && !any)
		return bad(p, "expected an answer: ret=VALUE, buf=BYTES, {members}");
	if (!err)
		vec_push(&p->rule.answers, a);
	return err;
}

/* What stands behind a name and its conditions. */
static int parse_answers(struct parser *p)
{
	bool is_seq;
	int err;

	if (accept(p, "=>")) {
		p->rule.only_say = true;
		return accept(p, "record") ? 0 : bad(p, "expected record");
	}
	if (accept(p, "=")) {
		struct mock_answer a = {0};

		err = parse_value(p, &a.ret);
		vec_push(&p->rule.answers, a);
		return err;
	}
	is_seq = accept(p, "seq");
	accept(p, ":");
	err = parse_answer(p);
	while (!err && is_seq && accept(p, "|"))
		err = parse_answer(p);
	return err;
}

static int find_callee(struct parser *p)
{
	size_t n = word_len(p->p);
	char *name = arena_strndup(&p->m->arena, p->p, n);
	const struct kfunc *kfunc = kfunc_by_name(name);

	p->rule.callee = (uint32_t)helper_by_name(name);
	if (!p->rule.callee && kfunc)
		p->rule.callee = CALLEE_KFUNC + kfunc->id;
	if (!p->rule.callee)
		return bad(p, "there is no helper or kernel function of that name");
	p->p += n;
	return 0;
}

static int parse_line(struct parser *p)
{
	int err;

	p->rule = (struct mock_rule){0};
	err = find_callee(p);
	if (!err && accept(p, "("))
		err = parse_conds(p);
	if (!err)
		err = parse_answers(p);
	if (!err && !is_at_end(p))
		err = bad(p, "expected the end of the line");
	if (err)
		vec_free(&p->rule.answers);
	else
		vec_push(&p->m->rules, p->rule);
	return err;
}

int mock_parse(struct mock *m, const char *text, struct diag *d)
{
	struct parser p = {.m = m, .d = d, .loc = {.file = m->o.path}};
	int err = 0;

	while (*text && !err) {
		p.loc.line++;
		p.loc.text = p.line = p.p = text;
		if (!is_at_end(&p))
			err = parse_line(&p);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return err;
}
