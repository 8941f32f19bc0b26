/*
 * A tracepoint's record, field by field. What has no fixed length lies behind the fields, whose
 * word says where (__data_loc).
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/run/scene.h"
#include "core/run/tracepoint.h"

/* A value without quotes and escapes. */
static void plain(const char *value, struct strbuf *b)
{
	if (*value != '"') {
		strbuf_add(b, value);
		return;
	}
	for (value++; *value && *value != '"';)
		strbuf_addch(b, (char)btf_scan_char(&value));
}

static void set_text(const struct tp_field *f, const char *value, uint8_t *record)
{
	struct strbuf b = {0};

	plain(value, &b);
	if (b.len)
		memcpy(record + f->off, b.s, min(b.len, (size_t)f->size - 1));
	strbuf_free(&b);
}

static int set_loc(struct scene *s, const struct note *note, const struct tp_field *f,
		   struct diag *d)
{
	uint8_t *record = s->ctx;
	struct strbuf b = {0};
	uint32_t loc;
	int err = 0;

	plain(note->value, &b);
	if (b.len + 1 > TP_RECORD_MAX - s->ctx_size)
		err = fail(d, &note->loc, -EINVAL, "the record is longer than %d bytes",
			   TP_RECORD_MAX);
	if (!err) {
		loc = (uint32_t)((b.len + 1) << 16 | s->ctx_size);
		memcpy(record + f->off, &loc, sizeof(loc));
		memcpy(record + s->ctx_size, strbuf_str(&b), b.len);
		s->ctx_size += b.len + 1;
	}
	strbuf_free(&b);
	return err;
}

/* ---- numbers by name ---- */

/* Letters of a task's state as sched_switch prints them, and macros that no type has. */
static const struct {
	const char *name;
	uint32_t value;
} words[] = {
	{"R", 0},	{"S", 1},	{"D", 2},	  {"T", 4},	     {"t", 8},
	{"X", 0x10},	{"Z", 0x20},	{"P", 0x40},	  {"I", 0x80},	     {"R+", 0x100},
	{"AF_UNIX", 1}, {"AF_INET", 2}, {"AF_INET6", 10}, {"AF_PACKET", 17},
};

static bool enumerator(const struct btf *btf, const char *name, uint64_t *out)
{
	for (uint32_t id = 1; btf && id < btf->nids; id++) {
		const struct btf_type *t = btf_type(btf, id);

		for (uint32_t i = 0; btf_kind(t) == BTF_KIND_ENUM && i < btf_vlen(t); i++) {
			if (strcmp(btf_str(btf, btf_enums(t)[i].name_off), name) != 0)
				continue;
			*out = (uint64_t)(int64_t)btf_enums(t)[i].val;
			return true;
		}
	}
	return false;
}

static bool number_by_name(const struct scene *s, const char *name, uint64_t *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i].name, name) == 0) {
			*out = words[i].value;
			return true;
		}
	return isupper((unsigned char)*name) && enumerator(s->btf, name, out);
}

/* ---- pointers of system calls: to user memory ---- */

static int user_text(struct scene *s, const struct note *note, struct diag *d, uint64_t *out)
{
	struct strbuf b = {0};
	void *host;

	plain(note->value, &b);
	host = scene_user_memory(s, b.len + 1, out);
	if (host)
		memcpy(host, strbuf_str(&b), b.len);
	strbuf_free(&b);
	return host ? 0 : fail(d, &note->loc, -EINVAL, "no memory for it");
}

/* ["ls", "-l"]: an array of pointers that ends with NULL. */
static int user_list(struct scene *s, const struct note *note, struct diag *d, uint64_t *out)
{
	VEC(uint64_t) items = {0};
	const char *at = note->value + 1;
	struct note item = *note;
	void *host;
	int err = 0;

	while (!err && *at) {
		const char *from;

		while (*at == ',' || isspace((unsigned char)*at))
			at++;
		if (*at == ']' || !*at)
			break;
		for (from = at++; *at && (*from == '"' ? *at != '"' : !strchr(",] ", *at)); at++)
			at += *at == '\\' && at[1];
		at += *from == '"' && *at;
		item.value = arena_strndup(&s->arena, from, (size_t)(at - from));
		err = *from == '"' ? user_text(s, &item, d, vec_add(&items))
				   : scene_number(s, &item, d, vec_add(&items));
	}
	vec_push(&items, 0);
	host = err ? NULL : scene_user_memory(s, items.n * sizeof(uint64_t), out);
	if (host)
		memcpy(host, items.v, items.n * sizeof(uint64_t));
	vec_free(&items);
	return err ? err : host ? 0 : fail(d, &note->loc, -EINVAL, "no memory for it");
}

/* struct T {...}: user space has a copy of it. */
static int user_object(struct scene *s, const struct note *note, struct diag *d, uint64_t *out)
{
	uint32_t pointer = s->btf ? scene_void_pointer(s) : 0;
	size_t first = s->objects.n;
	const struct scene_object *o;
	uint64_t made, size;
	void *host;
	int err = scene_init(s, note, pointer, &made, sizeof(made), d);

	if (err)
		return err;
	o = &s->objects.v[first];
	size = (uint64_t)btf_size(s->btf, o->type) * o->n;
	host = scene_user_memory(s, size, out);
	if (!host)
		return fail(d, &note->loc, -EINVAL, "no memory for it");
	memcpy(host, o->host, size);
	return 0;
}

static int number(struct scene *s, const struct note *note, const struct tp_format *format,
		  struct diag *d, uint64_t *out)
{
	bool object = strncmp(note->value, "struct ", 7) == 0;

	if (number_by_name(s, note->value, out))
		return 0;
	if (format->is_syscall && *note->value == '"')
		return user_text(s, note, d, out);
	if (format->is_syscall && *note->value == '[')
		return user_list(s, note, d, out);
	if (format->is_syscall && object && s->btf)
		return user_object(s, note, d, out);
	return scene_word(s, note, 0, d, out);
}

/* 4 bytes as 10.0.0.1, 16 as ::1, any as hex digits. */
static bool as_bytes(const char *text, uint8_t *out, uint32_t size)
{
	return (size == 4 && inet_pton(AF_INET, text, out) == 1) ||
	       (size == 16 && inet_pton(AF_INET6, text, out) == 1) ||
	       (size > 8 && scan_hex(text, strlen(text), out, size) == 0);
}

/* [ffffff9c, 7ffe]: words, which traces write as hex. */
static int set_words(const struct note *note, const struct tp_field *f, uint8_t *record,
		     struct diag *d)
{
	const char *at = note->value + 1;
	char *end;

	for (uint32_t i = 0; i < f->size / sizeof(uint64_t) && *at && *at != ']'; i++) {
		uint64_t v = strtoull(at, &end, 16);

		if (end == at)
			return fail(d, &note->loc, -EINVAL, "expected numbers in brackets");
		memcpy(record + f->off + i * sizeof(v), &v, sizeof(v));
		at = end + strspn(end, ", ");
	}
	return 0;
}

static int set_field(struct scene *s, const struct note *note, const struct tp_format *format,
		     const struct tp_field *f, struct diag *d)
{
	uint8_t *record = s->ctx;
	uint64_t v = 0;
	int err;

	if (f->is_loc)
		return set_loc(s, note, f, d);
	if (f->is_text) {
		set_text(f, note->value, record);
		return 0;
	}
	if (as_bytes(note->value, record + f->off, f->size))
		return 0;
	if (f->size > sizeof(v) && *note->value == '[')
		return set_words(note, f, record, d);
	if (f->size > sizeof(v))
		return fail(d, &note->loc, -EINVAL, "expected an address, or %u bytes as hex",
			    f->size);
	err = number(s, note, format, d, &v);
	memcpy(record + f->off, &v, f->size);
	return err;
}

static int unknown(const struct note *note, const struct tp_format *format, struct diag *d)
{
	struct strbuf names = {0};
	int err;

	vec_each(&format->fields, f)
		strbuf_addf(&names, "%s%s", names.len ? ", " : "", f->name);
	err = fail(d, &note->loc, -EINVAL, "%s has no field '%s', but: %s", format->name, note->key,
		   strbuf_str(&names));
	strbuf_free(&names);
	return err;
}

/* Traces write saddrv6 for saddr_v6. */
static const struct tp_field *find_field(const struct tp_format *format, const char *name)
{
	const struct tp_field *exact = tp_field(format, name);

	if (exact)
		return exact;
	vec_each(&format->fields, f) {
		const char *a = f->name, *b = name;

		while (*a && *b) {
			a += *a == '_';
			b += *b == '_';
			if (!*a || *a != *b)
				break;
			a++;
			b++;
		}
		if (!*a && !*b)
			return f;
	}
	return NULL;
}

static int set_fields(struct scene *s, const struct notes *n, const struct tp_format *format)
{
	int err = 0;

	vec_each(&n->v, note) {
		const struct tp_field *f;

		if (err || note->section != NOTE_ARGS)
			continue;
		f = find_field(format, note->key);
		if (f)
			err = set_field(s, note, format, f, n->d);
		else if (!n->lenient)
			err = unknown(note, format, n->d);
	}
	return err;
}

int scene_record(struct scene *s, const struct notes *n, const struct scene_program *prog)
{
	const char *target = prog->section ? strchr(prog->section, '/') : NULL;
	const struct tp_format *format = prog->format;
	const struct tp_field *nr;
	struct tp_format known = {0};
	int err, number;

	if (!format && target && tp_format_find(target + 1, s->btf, &s->arena, &known))
		format = &known;
	if (!format)
		return fail(n->d, NULL, -EINVAL,
			    "program %s: the record of its tracepoint is not known (--tp-format "
			    "FILE says what it is)",
			    prog->name);
	scene_context(s, TP_RECORD_MAX);
	s->ctx_size = round_up(format->size, 4);
	nr = tp_field(format, "__syscall_nr");
	number = nr ? syscall_number(format->name, s->arch->machine) : -1;
	if (number >= 0)
		memcpy((uint8_t *)s->ctx + nr->off, &number, sizeof(number));
	err = set_fields(s, n, format);
	/* All that a record may have can be read, as in the kernel's own buffer. */
	s->ctx_size = TP_RECORD_MAX;
	vec_free(&known.fields);
	return err;
}
