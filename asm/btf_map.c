/*
 * .map: a variable in .maps whose type says everything, as libbpf reads it: numbers are the lengths
 * of arrays that members point to (int (*max_entries)[1024]), types are what members point to, and
 * an initialiser is the array "values" at the end.
 */
#include "asm/btf.h"

#include "core/obj/prog_type.h"

#define MAX_INNER 2 /* libbpf: one map inside another, no more */

/* Members that hold a number, in the order of the struct. */
enum number {
	NUM_KEY_SIZE,
	NUM_VALUE_SIZE,
	NUM_MAX_ENTRIES,
	NUM_FLAGS,
	NUM_NUMA_NODE,
	NUM_EXTRA,
	NUM_PINNING,
	NNUMBERS
};

static const struct {
	const char *word, *member;
} numbers[NNUMBERS] = {
	{"key_size", "key_size"}, {"value_size", "value_size"}, {"max_entries", "max_entries"},
	{"flags", "map_flags"},	  {"numa_node", "numa_node"},	{"map_extra", "map_extra"},
	{"pinning", "pinning"},
};

struct init {
	uint32_t key;
	struct asm_symbol *sym;
	struct loc loc;
};

struct map_text {
	uint32_t type; /* enum map_type */
	struct ctype key, value;
	bool has_key, has_value, has_number[NNUMBERS];
	uint32_t number[NNUMBERS];
	uint32_t inner; /* struct of the inner map; 0: none */
	VEC(struct init) inits;
	uint32_t slots;
};

static int parse_def(struct assembler *a, struct map_text *m, int depth);

/* The words of a list, joined by |, and numbers among them. */
static int parse_flags(struct assembler *a, uint32_t *flags)
{
	do {
		struct loc loc = here(a);
		const char *word, *near;
		uint64_t num;
		uint32_t bit = 0;
		int err;

		skip_spaces(a);
		if (is_number(a)) {
			err = parse_number(a, &num);
			if (!err && num > UINT32_MAX)
				err = fail(a->d, &loc, -ERANGE, "map flags have 32 bits");
			if (err)
				return err;
			*flags |= (uint32_t)num;
			continue;
		}
		err = parse_name(a, "a flag", &word);
		if (err)
			return err;
		while (bit < MAP_FLAG_COUNT && strcmp(map_flag_names[bit], word) != 0)
			bit++;
		if (bit == MAP_FLAG_COUNT) {
			near = nearest_name(word, map_flag_names, MAP_FLAG_COUNT);
			return fail(a->d, &loc, -EINVAL, "unknown map flag '%s'%s%s%s", word,
				    near ? ", did you mean '" : "", near ? near : "",
				    near ? "'?" : "");
		}
		*flags |= 1u << bit;
	} while (accept(a, "|"));
	return 0;
}

static int parse_map_number(struct assembler *a, enum number which, uint32_t *out)
{
	struct loc loc = here(a);
	int64_t num;
	int err;

	if (which == NUM_FLAGS)
		return parse_flags(a, out);
	if (which == NUM_PINNING && accept_word(a, "by_name")) {
		*out = 1; /* LIBBPF_PIN_BY_NAME */
		return 0;
	}
	if (which == NUM_PINNING && accept_word(a, "none"))
		return 0;
	err = parse_abs(a, &num);
	if (!err && (num < 0 || num > UINT32_MAX))
		err = fail(a->d, &loc, -ERANGE, "%lld is out of range", (long long)num);
	*out = err ? 0 : (uint32_t)num;
	return err;
}

/* {[0]=a, [1]=b} or the same in quotes; without [key] the next one. */
static int parse_values(struct assembler *a, struct map_text *m)
{
	const char *close = accept(a, "\"") ? "\"" : "}";
	uint32_t key = 0;
	int err = *close == '"' ? 0 : expect(a, "{");

	while (!err && !accept(a, close)) {
		struct loc loc = here(a);
		const char *name;
		int64_t num = key;

		if (accept(a, "[")) {
			err = parse_abs(a, &num);
			if (!err)
				err = expect(a, "]");
			if (!err)
				err = expect(a, "=");
		}
		if (!err && (num < 0 || num >= 1 << 20))
			err = fail(a->d, &loc, -ERANGE, "slot %lld is out of range",
				   (long long)num);
		loc = here(a);
		if (!err)
			err = parse_name(a, "a map or program", &name);
		if (err)
			return err;
		vec_push(&m->inits, ((struct init){(uint32_t)num, symbol(a, name, &loc), loc}));
		key = (uint32_t)num + 1;
		m->slots = max(m->slots, key);
		accept(a, ",");
	}
	return err;
}

static uint32_t define_struct(struct assembler *a, const struct map_text *m, uint32_t *size);

/* inner=NAME or inner={array, key=u32, ...} */
static int parse_inner(struct assembler *a, struct map_text *m, int depth)
{
	struct loc loc = here(a);
	struct map_text inner = {0};
	const uint64_t *known;
	const char *name;
	uint32_t size;
	int err;

	if (accept(a, "{")) {
		if (depth + 1 >= MAX_INNER)
			return fail(a->d, &loc, -EINVAL, "a map of maps of maps");
		err = parse_def(a, &inner, depth + 1);
		if (!err)
			err = expect(a, "}");
		if (!err && inner.inits.n)
			err = fail(a->d, &loc, -EINVAL, "an inner map has no values");
		if (!err)
			m->inner = define_struct(a, &inner, &size);
		vec_free(&inner.inits);
		return err;
	}
	err = parse_name(a, "a map", &name);
	if (err)
		return err;
	known = strmap_get(&asm_btf(a)->maps, name);
	if (!known)
		return fail(a->d, &loc, -ENOENT, "no map '%s' above", name);
	m->inner = (uint32_t)*known;
	return 0;
}

static int parse_type_option(struct assembler *a, struct ctype *type, bool *has)
{
	int err;

	*has = true;
	err = parse_ctype(a, type);
	if (!err && *type->name)
		err = fail(a->d, &type->loc, -EINVAL, "expected a type, got the name '%s'",
			   type->name);
	return err;
}

static int fail_option(struct assembler *a, const struct loc *loc, const char *word)
{
	const char *words[NNUMBERS + 4] = {"key", "value", "inner", "values"}, *near;
	struct strbuf all = {0};
	int err;

	for (int i = 0; i < NNUMBERS; i++)
		words[4 + i] = numbers[i].word;
	near = nearest_name(word, words, ARRAY_SIZE(words));
	if (near)
		return fail(a->d, loc, -EINVAL, "a map has no '%s', did you mean '%s'?", word,
			    near);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		strbuf_addf(&all, "%s%s", i ? ", " : "", words[i]);
	err = fail(a->d, loc, -EINVAL, "a map has no '%s': it has %s", word, strbuf_str(&all));
	strbuf_free(&all);
	return err;
}

static int parse_option(struct assembler *a, struct map_text *m, int depth)
{
	struct loc loc = here(a);
	const char *word;
	int err = parse_name(a, "an option", &word);

	if (!err)
		err = expect(a, "=");
	if (err)
		return err;
	if (strcmp(word, "key") == 0)
		return parse_type_option(a, &m->key, &m->has_key);
	if (strcmp(word, "value") == 0)
		return parse_type_option(a, &m->value, &m->has_value);
	if (strcmp(word, "values") == 0)
		return parse_values(a, m);
	if (strcmp(word, "inner") == 0)
		return parse_inner(a, m, depth);
	for (int i = 0; i < NNUMBERS; i++)
		if (strcmp(word, numbers[i].word) == 0) {
			m->has_number[i] = true;
			return parse_map_number(a, (enum number)i, &m->number[i]);
		}
	return fail_option(a, &loc, word);
}

static int parse_def(struct assembler *a, struct map_text *m, int depth)
{
	struct loc loc = here(a);
	const char *word, *near;
	int err = parse_name(a, "a type of map", &word), type;

	if (err)
		return err;
	type = map_type_by_name(word, &near);
	if (type < 0)
		return fail(a->d, &loc, -EINVAL, "unknown type of map '%s'%s%s%s", word,
			    near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	m->type = (uint32_t)type;
	while (!err && accept(a, ","))
		err = parse_option(a, m, depth);
	return err;
}

/* ---- types ---- */

struct members {
	const char *name[NNUMBERS + 4];
	uint32_t type[NNUMBERS + 4];
	uint32_t n;
};

static void add_member(struct members *ms, const char *name, uint32_t type)
{
	ms->name[ms->n] = name;
	ms->type[ms->n++] = type;
}

/* int (*name)[value] */
static void add_number(struct assembler *a, struct members *ms, const char *name, uint32_t value)
{
	add_member(ms, name, btf_pointer_to(a, btf_array_of(a, btf_named(a, "int"), value)));
}

/* What the slots of values[] point to: inner maps, or programs. */
static uint32_t slot_type(struct assembler *a, const struct map_text *m)
{
	uint32_t target = m->inner;

	if (!target && m->inits.n)
		target = btf_add_func_proto(&asm_btf(a)->b, btf_named(a, "int"));
	return target ? btf_array_of(a, btf_pointer_to(a, target), 0) : 0;
}

static uint32_t define_struct(struct assembler *a, const struct map_text *m, uint32_t *size)
{
	struct btf_build *b = &asm_btf(a)->b;
	struct members ms = {0};
	uint32_t slots, id;

	add_number(a, &ms, "type", m->type);
	if (m->has_key)
		add_member(&ms, "key", btf_pointer_to(a, m->key.id));
	if (m->has_value)
		add_member(&ms, "value", btf_pointer_to(a, m->value.id));
	for (int i = 0; i < NNUMBERS; i++)
		if (m->has_number[i])
			add_number(a, &ms, numbers[i].member, m->number[i]);
	*size = 8 * ms.n;
	slots = slot_type(a, m);
	if (slots)
		add_member(&ms, "values", slots);
	id = btf_add_struct(b, "", false, *size);
	for (uint32_t i = 0; i < ms.n; i++)
		btf_add_member(b, ms.name[i], ms.type[i], 64 * i, 0);
	return id;
}

/* Zeroes where the struct's pointers are, addresses of what values[] names behind them. */
static int emit_map(struct assembler *a, struct map_text *m, uint32_t size, const struct loc *loc)
{
	const struct init **slots = arena_array(a->arena, const struct init *, m->slots);
	int err = emit_fill(a, size, 0, loc);

	vec_each(&m->inits, i)
		slots[i->key] = i;
	for (uint32_t key = 0; key < m->slots && !err; key++) {
		const struct init *init = slots[key];

		err = init ? emit_expr(a, expr_sym(a, init->sym, &init->loc), 8, &init->loc)
			   : emit_fill(a, 8, 0, loc);
	}
	return err;
}

static int define_map(struct assembler *a, const char *name, struct map_text *m,
		      const struct loc *loc)
{
	struct asm_btf *btf = asm_btf(a);
	struct asm_section *sec = a->sec;
	uint32_t size, id = define_struct(a, m, &size), total = size + 8 * m->slots;
	int err;

	a->sec = section_get(a, ".maps");
	err = emit_align(a, 8, 0, loc);
	if (!err)
		err = btf_define_object(a, name, loc, total, false);
	if (!err)
		err = emit_map(a, m, size, loc);
	a->sec = sec;
	strmap_put(&btf->maps, name, id);
	*vec_add(&btf->vars) = (struct btf_var_at){
		".maps", btf_add_var(&btf->b, name, id, BTF_VAR_GLOBAL_ALLOCATED), total};
	return err;
}

int dir_map(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct map_text m = {0};
	const char *name;
	struct loc at = here(a);
	int err = btf_declare(a, loc);

	(void)arg;
	if (!err)
		err = parse_name(a, "a map's name", &name);
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_def(a, &m, 0);
	if (!err && m.slots > 1 << 16)
		err = fail(a->d, loc, -E2BIG, "more than %d slots of values", 1 << 16);
	if (!err)
		err = define_map(a, name, &m, &at);
	vec_free(&m.inits);
	return err;
}
