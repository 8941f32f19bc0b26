/*
 * Values of .kconfig: the kernel's configuration, from a file or from kconfig.def, and the LINUX_*
 * facts that libbpf knows. What a value may look like depends on the variable's type: y, n and m
 * fit bool, char and enum libbpf_tristate; numbers fit integers, quoted text fits arrays of char.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/load/local.h"

#define CONFIG_LIMIT (16 << 20) /* bytes of a configuration file */

enum value_kind { VALUE_BAD, VALUE_BOOL, VALUE_CHAR, VALUE_INT, VALUE_TRISTATE, VALUE_TEXT };
enum { TRI_NO, TRI_YES, TRI_MODULE }; /* enum libbpf_tristate */

static const struct {
	const char *name, *value;
} defaults[] = {
#define KCONFIG(name, value) {name, value},
#include "core/load/kconfig.def"
};

/* One variable and where its value goes. */
struct slot {
	struct linker *l;
	const struct extern_sym *e;
	enum value_kind kind;
	bool is_signed;
	uint8_t *out;
	const char *text; /* to its line's end, for messages */
};

static enum value_kind int_kind(const struct btf_type *t, bool *is_signed)
{
	uint32_t encoding = BTF_INT_ENCODING(btf_int(t));

	*is_signed = encoding & BTF_INT_SIGNED;
	if (encoding & BTF_INT_BOOL)
		return t->size == 1 ? VALUE_BOOL : VALUE_BAD;
	if (t->size == 1)
		return VALUE_CHAR;
	return t->size == 2 || t->size == 4 || t->size == 8 ? VALUE_INT : VALUE_BAD;
}

static enum value_kind value_kind(const struct btf *btf, uint32_t id, bool *is_signed)
{
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, id));
	const struct btf_type *elem;

	*is_signed = false;
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		return int_kind(t, is_signed);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return t->size == 4 && !strcmp(btf_str(btf, t->name_off), "libbpf_tristate")
			       ? VALUE_TRISTATE
			       : VALUE_BAD;
	case BTF_KIND_ARRAY:
		elem = btf_type(btf, btf_resolve(btf, btf_array(t)->type));
		return btf_array(t)->nelems && btf_kind(elem) == BTF_KIND_INT &&
				       int_kind(elem, is_signed) == VALUE_CHAR
			       ? VALUE_TEXT
			       : VALUE_BAD;
	default:
		return VALUE_BAD;
	}
}

static int bad_value(const struct slot *s)
{
	return fail_obj(s->l, "extern '%s' has a type that cannot hold the value '%.*s'",
			s->e->name, (int)strcspn(s->text, "\n"), s->text);
}

static int set_letter(const struct slot *s, char letter)
{
	uint32_t tri = letter == 'y' ? TRI_YES : letter == 'm' ? TRI_MODULE : TRI_NO;

	switch (s->kind) {
	case VALUE_BOOL:
		if (letter == 'm')
			return bad_value(s);
		*s->out = letter == 'y';
		return 0;
	case VALUE_CHAR:
		*s->out = (uint8_t)letter;
		return 0;
	case VALUE_TRISTATE:
		memcpy(s->out, &tri, sizeof(tri));
		return 0;
	default:
		return bad_value(s);
	}
}

static int set_text(const struct slot *s)
{
	size_t len = strcspn(s->text, "\n");

	if (s->kind != VALUE_TEXT || len < 2 || s->text[len - 1] != '"')
		return bad_value(s);
	memcpy(s->out, s->text + 1, min(len - 2, (size_t)s->e->size - 1));
	return 0;
}

static bool fits(uint64_t value, uint32_t size, bool is_signed)
{
	uint32_t bits = size * 8;

	if (bits == 64)
		return true;
	if (is_signed)
		return value + (1ull << (bits - 1)) < 1ull << bits;
	return value >> bits == 0;
}

static int set_number(const struct slot *s)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = *s->text == '-' ? (uint64_t)strtoll(s->text, &end, 0) : strtoull(s->text, &end, 0);
	if (errno || end == s->text || (*end && *end != '\n'))
		return bad_value(s);
	if ((s->kind != VALUE_INT && s->kind != VALUE_CHAR && s->kind != VALUE_BOOL) ||
	    !fits(value, s->e->size, s->is_signed) || (s->kind == VALUE_BOOL && value > 1))
		return bad_value(s);
	memcpy(s->out, &value, s->e->size); /* hosts are little endian */
	return 0;
}

static int set_value(const struct slot *s)
{
	char c = *s->text;
	bool one = !s->text[0] || !s->text[1] || s->text[1] == '\n';

	if (one && (c == 'y' || c == 'n' || c == 'm'))
		return set_letter(s, c);
	return c == '"' ? set_text(s) : set_number(s);
}

/* Values by name; text is borrowed and each value ends at its line's end. */
static void index_config(struct strmap *m, char *text)
{
	for (char *line = text, *next; line; line = next) {
		char *end = strchr(line, '\n');
		char *eq = memchr(line, '=', end ? (size_t)(end - line) : strlen(line));

		next = end ? end + 1 : NULL;
		if (eq && strncmp(line, "CONFIG_", 7) == 0)
			strmap_putn(m, line, (size_t)(eq - line), (uintptr_t)(eq + 1));
	}
}

static int read_config(struct linker *l, struct strmap *m)
{
	struct bytes file;
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if (!l->opts->kconfig || strncmp(defaults[i].name, "LINUX_", 6) == 0)
			strmap_put(m, defaults[i].name, (uintptr_t)defaults[i].value);
	if (!l->opts->kconfig)
		return 0;
	err = file_read(l->opts->kconfig, CONFIG_LIMIT, l->a, l->d, &file);
	if (err)
		return err;
	index_config(m, (char *)file.data);
	return 0;
}

int set_kconfig(struct linker *l, uint8_t *data)
{
	struct strmap config = {0};
	int err = read_config(l, &config);

	for (size_t i = 0; i < l->externs.n && !err; i++) {
		struct extern_sym *e = &l->externs.v[i];
		struct slot s = {.l = l, .e = e, .out = data + e->off};
		const uint64_t *text = strmap_get(&config, e->name);

		if (e->kind != EXTERN_KCONFIG)
			continue;
		s.kind =
			value_kind(l->img->btf, btf_type(l->img->btf, e->type)->type, &s.is_signed);
		e->found = text;
		if (s.kind == VALUE_BAD)
			err = fail_obj(l, "extern '%s' has a type that no configuration value fits",
				       e->name);
		else if (!text && !e->is_weak)
			err = fail_obj(l, "extern '%s' is not in the kernel's configuration%s",
				       e->name,
				       l->opts->kconfig ? "" : " as built in; name a file of it");
		else if (text) {
			s.text = (const char *)(uintptr_t)*text;
			err = set_value(&s);
		}
	}
	strmap_free(&config);
	return err;
}
