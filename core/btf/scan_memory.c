/* Pointers in text: paths that go through them, and what they point to. */
#include <ctype.h>
#include <errno.h>

#include "core/btf/local.h"

static uint32_t pointee(const struct scan *s, uint32_t id)
{
	const struct btf_type *t = btf_type(s->btf, btf_resolve(s->btf, id));

	return btf_kind(t) == BTF_KIND_PTR ? t->type : 0;
}

static bool in_object(const struct scan *s, uint64_t bit, uint64_t size)
{
	return bit % 8 == 0 && bit / 8 <= s->size && size <= s->size - bit / 8;
}

/* Memory for n values behind a pointer, which is set. */
static void *make(struct scan *s, const struct scan_place *p, uint32_t type, uint64_t n)
{
	uint64_t addr;
	void *made;

	if (!in_object(s, p->bit, sizeof(addr)))
		return lit_bad(s, "a pointer that is not in its object"), NULL;
	made = s->memory->alloc(s->memory->arg, type, n, &addr);
	if (!made)
		return lit_bad(s, "there is no memory for it: too much, or of no size"), NULL;
	memcpy(s->out + p->bit / 8, &addr, sizeof(addr));
	return made;
}

/* Goes on where a pointer points to. */
static int go_through(struct scan *s, struct scan_place *p)
{
	uint32_t type = pointee(s, p->id);
	int64_t size = btf_size(s->btf, type);
	uint64_t addr = 0;
	void *there;

	if (!s->memory || !type || size <= 0)
		return lit_bad(s, "no pointer to something with members");
	if (in_object(s, p->bit, sizeof(addr)))
		memcpy(&addr, s->out + p->bit / 8, sizeof(addr));
	there = addr ? s->memory->find(s->memory->arg, addr, (uint64_t)size) : make(s, p, type, 1);
	if (!there)
		return addr ? lit_bad(s, "the pointer's address is nobody's") : -EINVAL;
	s->out = there;
	s->size = (size_t)size;
	*p = (struct scan_place){.id = type};
	return 0;
}

/* [2] of an array, or of what a pointer points to: there it can only be 0. */
static int go_index(struct scan *s, struct scan_place *p)
{
	const struct btf_type *t = btf_type(s->btf, btf_resolve(s->btf, p->id));
	uint64_t i = 0;

	if (!isdigit((unsigned char)*s->at))
		return lit_bad(s, "expected a number");
	while (isdigit((unsigned char)*s->at) && i < UINT32_MAX)
		i = i * 10 + (uint64_t)(*s->at++ - '0');
	if (*s->at++ != ']')
		return lit_bad(s, "expected ]");
	if (btf_kind(t) != BTF_KIND_ARRAY || i >= btf_array(t)->nelems)
		return lit_bad(s, "no array, or the index is beyond its end");
	p->id = btf_array(t)->type;
	p->bit += i * 8 * (uint64_t)max(btf_size(s->btf, p->id), (int64_t)0);
	return 0;
}

static int go_member(struct scan *s, struct scan_place *p)
{
	char name[SCAN_WORD_MAX];
	size_t n = 0;
	int err = pointee(s, p->id) ? go_through(s, p) : 0;

	while (isalnum((unsigned char)s->at[n]) || s->at[n] == '_')
		n++;
	if (err)
		return err;
	if (!n || n >= sizeof(name))
		return lit_bad(s, "expected the name of a member");
	memcpy(name, s->at, n);
	name[n] = '\0';
	if (!lit_member(s, p, name))
		return lit_bad(s, "there is no such member");
	s->at += n;
	return 0;
}

int lit_path(struct scan *s, struct scan_place *p)
{
	int err = 0;

	while (!err) {
		bool arrow = s->at[0] == '-' && s->at[1] == '>';

		if (s->at[0] == '[') {
			s->at++;
			err = go_index(s, p);
		} else if (s->at[0] == '.' || arrow) {
			s->at += arrow ? 2 : 1;
			err = go_member(s, p);
		} else {
			return 0;
		}
	}
	return err;
}

/* A value behind a pointer; the object at hand is the pointer's again afterwards. */
static int value_in(struct scan *s, void *object, size_t size, uint32_t type)
{
	struct scan in = *s;
	int err;

	in.out = object;
	in.size = size;
	err = lit_value(&in, &(struct scan_place){.id = type});
	s->at = in.at;
	return err;
}

static int value_behind(struct scan *s, const struct scan_place *p, uint32_t type)
{
	int64_t size = btf_size(s->btf, type);
	void *made;

	if (size <= 0)
		return lit_bad(s, "what does it point to? as in struct T {...}");
	made = make(s, p, type, 1);
	return made ? value_in(s, made, (size_t)size, type) : -EINVAL;
}

/* How many values a list has that begins here; quotes and brackets inside are not looked into. */
static uint64_t count_values(const char *at)
{
	uint64_t n = 1;
	int depth = 0;
	bool quoted = false;

	for (; *at && (depth >= 0 || quoted); at++) {
		if (*at == '"')
			quoted = !quoted;
		else if (quoted && *at == '\\' && at[1])
			at++;
		else if (!quoted && strchr("[{(", *at))
			depth++;
		else if (!quoted && strchr("]})", *at))
			depth--;
		else if (!quoted && *at == ',' && !depth)
			n++;
	}
	return n;
}

/* [a, b, c]: one value after the other, and zeroes for one more. */
static int values_behind(struct scan *s, const struct scan_place *p)
{
	uint32_t type = pointee(s, p->id);
	int64_t size = btf_size(s->btf, type);
	uint64_t n = count_values(s->at);
	uint8_t *made = size > 0 ? make(s, p, type, n + 1) : NULL;
	int err = made ? 0 : -EINVAL;

	if (size <= 0)
		return lit_bad(s, "a pointer to nothing that has a size");
	for (uint64_t i = 0; !err && lit_peek(s) != ']'; i++) {
		if (i == n)
			return lit_bad(s, "expected ]");
		err = value_in(s, made + i * (uint64_t)size, (size_t)size, type);
		if (!err && !lit_take(s, ',') && lit_peek(s) != ']')
			err = lit_bad(s, "expected , or ]");
	}
	return err ? err : lit_take(s, ']') ? 0 : lit_bad(s, "expected ]");
}

static int string_behind(struct scan *s, const struct scan_place *p)
{
	const char *end = s->at;
	uint8_t *made;

	while (*end && *end != '"')
		end += *end == '\\' && end[1] ? 2 : 1;
	made = make(s, p, 0, (uint64_t)(end - s->at) + 1);
	if (!made)
		return -EINVAL;
	while (*s->at && *s->at != '"')
		*made++ = btf_scan_char(&s->at);
	return lit_take(s, '"') ? 0 : lit_bad(s, "a string without its end");
}

/* struct T {...}, union T {...}: what a void pointer points to, or what a struct lies in. */
static int named_behind(struct scan *s, const struct scan_place *p, const char *word)
{
	uint32_t kind = strcmp(word, "struct") == 0 ? BTF_KIND_STRUCT : BTF_KIND_UNION, id;
	char name[SCAN_WORD_MAX];
	bool quoted;
	int err = (lit_peek(s), lit_word(s, name, &quoted));

	if (err)
		return err;
	id = btf_find(s->btf, name, kind);
	return id ? value_behind(s, p, id) : lit_bad(s, "there is no such type");
}

static int address(struct scan *s, const struct scan_place *p)
{
	char word[SCAN_WORD_MAX];
	bool quoted;
	uint64_t v = 0;
	int err = lit_word(s, word, &quoted);

	if (err)
		return err;
	if (s->memory && (strcmp(word, "struct") == 0 || strcmp(word, "union") == 0))
		return named_behind(s, p, word);
	if (strcmp(word, "NULL") != 0 && strcmp(word, "null") != 0)
		err = lit_number(s, word, 64, false, &v);
	if (err)
		return err;
	if (s->memory && !v && in_object(s, p->bit, sizeof(v)))
		s->memory->null(s->memory->arg, s->out + p->bit / 8);
	lit_write_bits(s, p->bit, 64, s->memory ? s->memory->follow(s->memory->arg, v) : v);
	return 0;
}

int lit_pointer(struct scan *s, const struct scan_place *p)
{
	char c = s->memory ? lit_peek(s) : 0;

	if (c == '{')
		return value_behind(s, p, pointee(s, p->id));
	if (c == '[' || c == '"')
		s->at++;
	return c == '[' ? values_behind(s, p) : c == '"' ? string_behind(s, p) : address(s, p);
}
