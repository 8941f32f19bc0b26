/* Memory that notes describe: objects of the kernel, and bytes at any address. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/run/scene.h"

/* ---- objects ---- */

void *scene_object_new(struct scene *s, uint32_t type, uint64_t n, uint64_t *addr)
{
	int64_t size = type ? btf_size(s->btf, type) : 1;
	void *host;

	if (size <= 0 || n > SPACE_OBJECTS_MAX / (uint64_t)size)
		return NULL;
	host = type ? space_object(&s->space, (uint64_t)size * n)
		    : space_string(&s->space, (uint64_t)size * n);
	if (!host)
		return NULL;
	if (type)
		*vec_add(&s->objects) = (struct scene_object){type, n, host};
	*addr = (uintptr_t)host;
	return host;
}

static void *scan_alloc(void *arg, uint32_t type, uint64_t n, uint64_t *addr)
{
	return scene_object_new(arg, type, n, addr);
}

static void *scan_find(void *arg, uint64_t addr, uint64_t size)
{
	struct scene *s = arg;

	return space_at(&s->space, addr, size, SPACE_OBJECT);
}

static uint64_t scan_follow(void *arg, uint64_t addr)
{
	struct scene *s = arg;

	return space_follow(&s->space, addr);
}

static void scan_null(void *arg, void *pointer)
{
	struct scene *s = arg;

	vec_push(&s->nulls, pointer);
}

int scene_init(struct scene *s, const struct note *note, uint32_t type, void *host, size_t size,
	       struct diag *d)
{
	const char *text = note->value;
	struct scan_memory memory = {scan_alloc, scan_find, scan_follow, scan_null, s};
	int err;

	err = btf_scan_init(s->btf, type, &text, &note->loc, &memory, d, host, size);
	while (!err && isspace((unsigned char)*text))
		text++;
	if (!err && *text)
		err = fail(d, &note->loc, -EINVAL, "more than one value");
	return err;
}

static void add_text(const char *text, struct strbuf *b)
{
	for (text++; *text && *text != '"';)
		strbuf_addch(b, (char)btf_scan_char(&text));
	strbuf_addch(b, '\0');
}

int scene_text(struct scene *s, const struct note *note, struct diag *d, uint64_t *out)
{
	struct strbuf b = {0};
	void *host;

	add_text(note->value, &b);
	host = space_string(&s->space, b.len);
	if (host)
		memcpy(host, b.s, b.len);
	strbuf_free(&b);
	*out = (uintptr_t)host;
	return host ? 0 : fail(d, &note->loc, -EINVAL, "more text than there is memory for");
}

/* A pointer to void is a value that an object with its type's name can be given to. */
uint32_t scene_void_pointer(const struct scene *s)
{
	uint32_t id = 1;

	while (id < s->btf->nids &&
	       (btf_kind_of(s->btf, id) != BTF_KIND_PTR || btf_type(s->btf, id)->type))
		id++;
	return id < s->btf->nids ? id : 0;
}

/* ---- [memory] ---- */

/* struct T ..., union T ..., or another type's name before a brace. */
static uint32_t type_of(struct scene *s, const char *text, const char **rest)
{
	uint32_t kind = 0;
	const char *end;
	char *name;

	if (strncmp(text, "struct ", 7) == 0)
		kind = BTF_KIND_STRUCT;
	else if (strncmp(text, "union ", 6) == 0)
		kind = BTF_KIND_UNION;
	else
		kind = BTF_KIND_TYPEDEF;
	if (kind != BTF_KIND_TYPEDEF)
		text = strchr(text, ' ') + 1;
	while (isspace((unsigned char)*text))
		text++;
	for (end = text; isalnum((unsigned char)*end) || *end == '_'; end++)
		;
	name = arena_strndup(&s->arena, text, (size_t)(end - text));
	while (isspace((unsigned char)*end))
		end++;
	*rest = end;
	/* u32 7 is a number's bytes. */
	if (kind == BTF_KIND_TYPEDEF && *end != '{')
		return 0;
	return s->btf && *name ? btf_find(s->btf, name, kind) : 0;
}

static bool add_hex(const char *text, struct strbuf *b)
{
	struct strbuf digits = {0};
	bool good;

	for (; *text; text++)
		if (!isspace((unsigned char)*text))
			strbuf_addch(&digits, *text);
	good = digits.len % 2 == 0 && digits.len;
	for (size_t i = 0; good && i < digits.len; i += 2) {
		char byte;

		good = scan_hex(digits.s + i, 2, &byte, 1) == 0;
		strbuf_addch(b, byte);
	}
	strbuf_free(&digits);
	return good;
}

/* Numbers, labels and functions, each of size bytes. */
static int add_words(struct scene *s, const struct note *note, const char *text, uint32_t size,
		     struct diag *d, struct strbuf *b)
{
	struct note word = *note;
	uint64_t v;
	int err = 0;

	while (!err) {
		const char *from;

		while (*text == ',' || isspace((unsigned char)*text))
			text++;
		for (from = text; *text && *text != ',' && !isspace((unsigned char)*text);)
			text++;
		if (from == text)
			break;
		word.value = arena_strndup(&s->arena, from, (size_t)(text - from));
		err = scene_number(s, &word, d, &v);
		if (!err)
			strbuf_addmem(b, &v, size);
	}
	return err;
}

/* "text" and its NUL, hex 00 11, u32 7 8 ... */
static int plain_bytes(struct scene *s, const struct note *note, struct diag *d, struct strbuf *b)
{
	static const struct {
		const char *name;
		uint8_t size;
	} words[] = {{"u8 ", 1}, {"u16 ", 2}, {"u32 ", 4}, {"u64 ", 8}};
	const char *text = note->value;

	if (*text == '"') {
		add_text(text, b);
		return 0;
	}
	if (strncmp(text, "hex ", 4) == 0 && add_hex(text + 4, b))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strncmp(text, words[i].name, strlen(words[i].name)) == 0)
			return add_words(s, note, text + strlen(words[i].name), words[i].size, d,
					 b);
	return fail(d, &note->loc, -EINVAL,
		    "expected \"text\", hex 00 11 ..., u8, u16, u32 or u64 and numbers, or a type "
		    "and {...}");
}

static int add_region(struct scene *s, const struct note *note, const struct space_region *r,
		      struct diag *d)
{
	int err = space_add(&s->space, r);

	if (err)
		return fail(d, &note->loc, -EINVAL,
			    err == -EEXIST ? "%s: something is there already"
					   : "%s: no memory can be there",
			    note->key);
	return 0;
}

/* Where a region goes: at its address, or at one of ours that its name stands for. */
static int place_region(struct scene *s, const struct note *note, struct space_region *r,
			uint64_t otherwise, struct diag *d)
{
	struct note key = *note;

	key.value = note->key;
	if (isdigit((unsigned char)*note->key)) {
		int err = scene_number(s, &key, d, &r->addr);

		r->sides |= err ? 0 : space_sides(r->addr);
		return err;
	}
	r->addr = otherwise;
	r->sides |= space_sides(otherwise);
	*vec_add(&s->labels) = (struct scene_label){note->key, otherwise};
	return 0;
}

static int place_bytes(struct scene *s, const struct note *note, struct diag *d)
{
	struct space_region r = {0};
	struct strbuf b = {0};
	uint64_t own;
	int err;

	s->placing = true;
	err = plain_bytes(s, note, d, &b);
	s->placing = false;
	r.size = b.len;
	r.kept = !isdigit((unsigned char)*note->key);
	r.host = arena_memdup(r.kept ? &s->user : &s->arena, strbuf_str(&b), b.len);
	strbuf_free(&b);
	own = SCENE_USER_BASE + s->user_used;
	if (!err)
		err = place_region(s, note, &r, own, d);
	if (err)
		return err;
	if (r.addr == own)
		s->user_used += round_up(r.size, 16);
	return add_region(s, note, &r, d);
}

void *scene_user_memory(struct scene *s, uint64_t size, uint64_t *addr)
{
	struct space_region r = {
		.addr = SCENE_USER_BASE + s->user_used,
		.size = size,
		.host = arena_alloc(&s->user, size),
		.sides = SPACE_USER,
		.kept = true,
	};

	if (space_add(&s->space, &r))
		return NULL;
	s->user_used += round_up(size, 16);
	*addr = r.addr;
	return r.host;
}

/* An object; its value comes when all have their places, since it may point to any of them. */
static int place_object(struct scene *s, const struct note *note, uint32_t type, struct diag *d)
{
	int64_t size = btf_size(s->btf, type);
	struct space_region r = {.type = type, .sides = SPACE_KERNEL | SPACE_OBJECT};
	uint64_t addr;
	int err;

	r.host = scene_object_new(s, type, 1, &addr);
	if (!r.host)
		return fail(d, &note->loc, -EINVAL, "an object of no size, or more than %u bytes",
			    SPACE_OBJECTS_MAX);
	r.size = (uint64_t)size;
	err = place_region(s, note, &r, addr, d);
	/* Under its own address it is found without a region. */
	return err || r.addr == addr ? err : add_region(s, note, &r, d);
}

/* object hex ...: where an object of ours was, which somebody has written down. */
static int place_again(struct scene *s, const struct note *note, struct diag *d)
{
	struct note key = *note, bytes = *note;
	struct strbuf b = {0};
	uint64_t addr;
	void *host = NULL;
	int err;

	key.value = note->key;
	bytes.value = note->value + strlen("object ");
	err = scene_number(s, &key, d, &addr);
	if (!err)
		err = plain_bytes(s, &bytes, d, &b);
	if (!err)
		host = space_object_at(&s->space, addr, b.len);
	if (host)
		memcpy(host, b.s, b.len);
	else if (!err)
		err = fail(d, &note->loc, -EINVAL, "%s: no object can be there", note->key);
	strbuf_free(&b);
	return err;
}

static bool is_written_down(const struct note *note)
{
	return strncmp(note->value, "object ", strlen("object ")) == 0;
}

static int place(struct scene *s, const struct note *note, struct diag *d)
{
	const char *rest;
	uint32_t type = type_of(s, note->value, &rest);

	if (is_written_down(note))
		return place_again(s, note, d);
	if (type)
		return place_object(s, note, type, d);
	if (strncmp(note->value, "struct ", 7) == 0 || strncmp(note->value, "union ", 6) == 0)
		return fail(d, &note->loc, -EINVAL, "the kernel's types have no such type");
	return place_bytes(s, note, d);
}

/* The same bytes again, now that all labels are known. */
static int fill_bytes(struct scene *s, const struct note *note, uint64_t addr, struct diag *d)
{
	struct strbuf b = {0};
	void *host;
	int err = plain_bytes(s, note, d, &b);

	host = b.len ? space_at(&s->space, addr, b.len, SPACE_USER | SPACE_KERNEL) : NULL;
	if (host)
		memcpy(host, b.s, b.len);
	strbuf_free(&b);
	return err;
}

static int fill(struct scene *s, const struct note *note, struct diag *d)
{
	struct note value = *note;
	uint32_t type = type_of(s, note->value, &value.value);
	int64_t size = type ? btf_size(s->btf, type) : 0;
	struct note key = *note;
	uint64_t addr;
	int err;

	if (is_written_down(note))
		return 0;
	value.loc.col += (uint32_t)(value.value - note->value);
	key.value = note->key;
	err = scene_number(s, &key, d, &addr);
	if (err)
		return err;
	if (!type)
		return fill_bytes(s, note, addr, d);
	addr = space_follow(&s->space, addr);
	while (isspace((unsigned char)*value.value))
		value.value++;
	if (!*value.value)
		return 0;
	return scene_init(s, &value, type, (void *)(uintptr_t)addr, (size_t)size, d);
}

int scene_memory(struct scene *s, const struct notes *n)
{
	int err = 0;

	vec_each(&n->v, note)
		if (!err && note->section == NOTE_MEMORY)
			err = place(s, note, n->d);
	vec_each(&n->v, note)
		if (!err && note->section == NOTE_MEMORY)
			err = fill(s, note, n->d);
	return err;
}
