/* Keys and values on a command line and in results. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/objects.h"
#include "core/base/file.h"
#include "core/btf/print.h"
#include "core/btf/scan.h"

/* Where a list of bytes ends: words that come behind a key or value. */
static bool ends_data(const char *word)
{
	static const char *const ends[] = {"key", "value", "any", "exist", "noexist"};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (strcmp(word, ends[i]) == 0)
			return true;
	return false;
}

/*
 * Words up to the one that ends data. As many as there are bytes are bytes, otherwise one is all.
 */
static size_t data_words(const struct objects *o)
{
	size_t n = 0;

	while (o->words.at + n < o->words.n && !ends_data(o->words.v[o->words.at + n]))
		n++;
	return n;
}

/* Would n words leave nothing for the value that has to come behind them? */
static bool leave_nothing(const struct objects *o, size_t n)
{
	size_t after = o->words.at + n;

	return after == o->words.n || strcmp(o->words.v[after], "value") != 0;
}

/* Bytes, each a word: decimal, 0x.., or hex digits behind the word hex. */
static int byte_words(struct objects *o, size_t n, int base, uint32_t size, uint8_t *out,
		      const char *what)
{
	if (n != size)
		return fail(o->d, NULL, -EINVAL, "%s has %u byte%s, not %zu", what, size,
			    size == 1 ? "" : "s", n);
	for (size_t i = 0; i < n; i++) {
		const char *word = next_word(o);
		char *end;
		unsigned long byte = strtoul(word, &end, base);

		if (*end || !*word || byte > UINT8_MAX)
			return fail(o->d, NULL, -EINVAL, "'%s' is no byte", word);
		out[i] = (uint8_t)byte;
	}
	return 0;
}

static int file_data(struct objects *o, const char *path, uint32_t size, uint8_t *out,
		     const char *what)
{
	struct bytes b;
	int err = file_read(path, 0, &o->arena, o->d, &b);

	if (err)
		return err;
	if (b.size != size)
		return fail(o->d, NULL, -EINVAL, "%s: %s has %u bytes, not %zu", path, what, size,
			    b.size);
	memcpy(out, b.data, size);
	return 0;
}

int data_number(struct diag *d, const struct loc *loc, const char *word, uint32_t size,
		uint8_t *out, const char *what)
{
	bool minus = *word == '-';
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(word + minus, &end, 0);
	if (errno || *end || !word[minus] || size > sizeof(n))
		return fail(d, loc, -EINVAL,
			    "'%s' is no %s; without types it is a number of up to 8 bytes, "
			    "hex digits behind hex, or bytes",
			    word, what);
	if (!minus && size < sizeof(n) && n >> 8 * size)
		return fail(d, loc, -EINVAL, "%s does not fit %u byte%s", word, size,
			    size == 1 ? "" : "s");
	n = minus ? -n : n;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(out, &n, size);
#else
	memcpy(out, (uint8_t *)&n + sizeof(n) - size, size);
#endif
	return 0;
}

static int read_data(struct objects *o, const struct btf *btf, uint32_t type, uint32_t size,
		     uint8_t *out, const char *what, bool more)
{
	bool hex = next_is(o, "hex");
	size_t n = data_words(o);
	const char *word;

	if (!n)
		usage_error(o->d->prefix, "expected the %s", what);
	if (hex && scan_hex(peek_word(o), strlen(peek_word(o)), out, size) == 0) {
		next_word(o);
		return 0;
	}
	if (n > 1 && (hex || (n == size && !(more && leave_nothing(o, n)))))
		return byte_words(o, n, hex ? 16 : 0, size, out, what);
	if (hex)
		return fail(o->d, NULL, -EINVAL, "%s has %u bytes, two hex digits each", what,
			    size);
	word = next_word(o);
	if (*word == '@')
		return file_data(o, word + 1, size, out, what);
	if (btf && type)
		return btf_scan_value(btf, type, word, what, o->d, out, size);
	return data_number(o->d, NULL, word, size, out, what);
}

int need_key_data(struct objects *o, const struct btf *btf, uint32_t type, uint32_t size,
		  uint8_t *out, bool more)
{
	next_is(o, "key");
	return read_data(o, btf, type, size, out, "key", more);
}

int need_value_data(struct objects *o, const struct btf *btf, uint32_t type, uint32_t size,
		    uint8_t *out)
{
	return read_data(o, btf, type, size, out, "value", false);
}

/* Values as JSON: names and lists as the type has them. */

struct json {
	struct out *out;
	const char *key; /* of the next value */
};

static const char *take_key(struct json *j)
{
	const char *key = j->key;

	j->key = NULL;
	return key;
}

static void json_open(void *arg, bool is_array)
{
	struct json *j = arg;

	out_open(j->out, take_key(j), is_array ? OUT_LIST : OUT_OBJECT);
}

static void json_close(void *arg, bool is_array __unused)
{
	out_close(((struct json *)arg)->out);
}

static void json_key(void *arg, const char *name)
{
	((struct json *)arg)->key = *name ? name : "(anon)";
}

static void json_number(void *arg, uint64_t value, bool is_signed)
{
	struct json *j = arg;

	if (is_signed)
		out_field(j->out, take_key(j), (int64_t)value);
	else
		out_field(j->out, take_key(j), value);
}

static void json_boolean(void *arg, bool value)
{
	struct json *j = arg;

	out_field(j->out, take_key(j), value);
}

static void json_pointer(void *arg, uint64_t value)
{
	struct json *j = arg;

	out_field(j->out, take_key(j), value);
}

static void json_name(void *arg, const char *name, int64_t value __unused)
{
	struct json *j = arg;

	out_field(j->out, take_key(j), name);
}

static void json_text(void *arg, const char *s, size_t len)
{
	struct json *j = arg;
	char *copy = xmalloc(len + 1);

	memcpy(copy, s, len);
	copy[len] = 0;
	out_field(j->out, take_key(j), copy);
	free(copy);
}

static void json_bytes(void *arg, const uint8_t *data, size_t size)
{
	struct json *j = arg;

	out_bytes(j->out, take_key(j), data, size);
}

static const struct btf_value_ops json_ops = {
	.open = json_open,
	.close = json_close,
	.key = json_key,
	.number = json_number,
	.boolean = json_boolean,
	.pointer = json_pointer,
	.name = json_name,
	.string = json_text,
	.bytes = json_bytes,
};

void data_fields(struct out *out, const char *key, const struct btf *btf, uint32_t type,
		 const void *data, size_t size)
{
	struct json j = {out, key};

	if (out->format == OUT_JSON)
		btf_visit_value(btf, type, data, size, &json_ops, &j);
}

void say_data(struct out *out, const struct btf *btf, uint32_t type, const void *data, size_t size)
{
	struct strbuf b = {0};

	if (btf && type)
		btf_print_value(&b, btf, type, data, size);
	for (size_t i = 0; !(btf && type) && i < size; i++)
		strbuf_addf(&b, "%s%02x", i ? " " : "", ((const uint8_t *)data)[i]);
	out_text(out, "%s", strbuf_str(&b));
	strbuf_free(&b);
}

static void say_element_value(struct out *out, const struct map_element *e)
{
	uint32_t stride = map_value_stride(e->map), size = e->map->value_size;

	if (!e->map->ops->percpu || e->map->ncpus == 1) {
		say_data(out, e->btf, e->value_type, e->value, size);
		return;
	}
	for (uint32_t cpu = 0; cpu < e->map->ncpus; cpu++) {
		out_text(out, "\n%s  cpu %u: ", e->indent, cpu);
		say_data(out, e->btf, e->value_type, (const char *)e->value + (size_t)cpu * stride,
			 size);
	}
}

static void element_fields(struct out *out, const struct map_element *e)
{
	uint32_t stride = map_value_stride(e->map), size = e->map->value_size;

	out_bytes(out, "value", e->value, map_user_size(e->map));
	if (!e->btf || !e->value_type)
		return;
	out_open(out, "formatted", OUT_OBJECT);
	if (e->key_type)
		data_fields(out, "key", e->btf, e->key_type, e->key, e->map->key_size);
	if (e->map->ops->percpu) {
		out_open(out, "values", OUT_LIST);
		for (uint32_t cpu = 0; cpu < e->map->ncpus; cpu++)
			data_fields(out, NULL, e->btf, e->value_type,
				    (const char *)e->value + (size_t)cpu * stride, size);
		out_close(out);
	} else {
		data_fields(out, "value", e->btf, e->value_type, e->value, size);
	}
	out_close(out);
}

void say_element(struct out *out, const struct map_element *e)
{
	out_text(out, "%s", e->indent);
	if (e->map->key_size) {
		say_data(out, e->btf, e->key_type, e->key, e->map->key_size);
		out_text(out, ": ");
		out_bytes(out, "key", e->key, e->map->key_size);
	}
	say_element_value(out, e);
	out_text(out, "\n");
	element_fields(out, e);
}
