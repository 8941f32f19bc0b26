/* Values by their types: one walk, and C's notation as one of its customers. */
#include "core/btf/print.h"

#include <ctype.h>

#define MAX_NESTING 16

struct walk {
	const struct btf *btf;
	const struct btf_value_ops *ops;
	void *arg;
	const uint8_t *data;
	size_t size;
	uint64_t *steps; /* left: members of unions may fan out without end */
};

static void visit(const struct walk *w, uint32_t id, uint64_t bit, uint32_t bits, int depth);

/*
 * Bits of the value in native order: they count up from the low end of each byte, or the high one.
 */
static uint64_t read_bits(const struct walk *w, uint64_t bit, uint32_t bits)
{
	uint64_t v = 0;

	for (uint32_t i = 0; i < bits; i++) {
		uint64_t at = bit + i;
		uint8_t byte = w->data[at / 8];
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		v |= (uint64_t)(byte >> (at % 8) & 1) << i;
#else
		v = v << 1 | (byte >> (7 - at % 8) & 1);
#endif
	}
	return v;
}

static bool fits(const struct walk *w, uint64_t bit, uint64_t bits)
{
	return bit + bits <= (uint64_t)w->size * 8;
}

static void say_bytes(const struct walk *w, uint64_t bit, uint64_t bits)
{
	size_t from = min((size_t)(bit / 8), w->size);

	if (w->ops->bytes)
		w->ops->bytes(w->arg, w->data + from,
			      min((size_t)((bits + 7) / 8), w->size - from));
}

static uint64_t sign_extend(uint64_t v, uint32_t bits)
{
	return bits && bits < 64 ? (uint64_t)((int64_t)(v << (64 - bits)) >> (64 - bits)) : v;
}

static void visit_int(const struct walk *w, const struct btf_type *t, uint64_t bit, uint32_t bits)
{
	uint32_t desc = btf_int(t);
	bool is_signed = BTF_INT_ENCODING(desc) & BTF_INT_SIGNED;
	uint64_t v;

	if (!bits) {
		bits = BTF_INT_BITS(desc);
		bit += BTF_INT_OFFSET(desc);
	}
	if (!bits || bits > 64 || !fits(w, bit, bits)) {
		say_bytes(w, bit, bits);
		return;
	}
	v = read_bits(w, bit, bits);
	if (BTF_INT_ENCODING(desc) & BTF_INT_BOOL && w->ops->boolean)
		w->ops->boolean(w->arg, v);
	else if (w->ops->number)
		w->ops->number(w->arg, is_signed ? sign_extend(v, bits) : v, is_signed);
}

/* The name of an enum's value v (as many bits as the enum has); NULL: none. */
static const char *enum_name(const struct walk *w, const struct btf_type *t, uint64_t v)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		if (btf_kind(t) == BTF_KIND_ENUM64 && btf_enum64_value(&btf_enums64(t)[i]) == v)
			return btf_str(w->btf, btf_enums64(t)[i].name_off);
		if (btf_kind(t) == BTF_KIND_ENUM && (uint32_t)btf_enums(t)[i].val == (uint32_t)v)
			return btf_str(w->btf, btf_enums(t)[i].name_off);
	}
	return NULL;
}

static void visit_enum(const struct walk *w, const struct btf_type *t, uint64_t bit, uint32_t bits)
{
	const char *name;
	uint64_t v;

	bits = bits ? bits : min(t->size, 9u) * 8;
	if (bits > 64 || !fits(w, bit, bits)) {
		say_bytes(w, bit, bits);
		return;
	}
	v = read_bits(w, bit, bits);
	v = btf_kflag(t) ? sign_extend(v, bits) : v;
	name = enum_name(w, t, v);
	if (name && w->ops->name)
		w->ops->name(w->arg, name, (int64_t)v);
	else if (w->ops->number)
		w->ops->number(w->arg, v, btf_kflag(t));
}

static void visit_struct(const struct walk *w, const struct btf_type *t, uint64_t bit, int depth)
{
	if (w->ops->open)
		w->ops->open(w->arg, false);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];

		if (!fits(w, bit + btf_member_bit(t, m), 1))
			continue;
		if (w->ops->key)
			w->ops->key(w->arg, btf_str(w->btf, m->name_off));
		visit(w, m->type, bit + btf_member_bit(t, m), btf_member_bits(t, m), depth + 1);
	}
	if (w->ops->close)
		w->ops->close(w->arg, false);
}

static void visit_datasec(const struct walk *w, const struct btf_type *t, uint64_t bit, int depth)
{
	if (w->ops->open)
		w->ops->open(w->arg, false);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_var_secinfo *v = &btf_secinfos(t)[i];

		if (!fits(w, bit + v->offset * 8ull, 1))
			continue;
		if (w->ops->key)
			w->ops->key(w->arg, btf_name(w->btf, v->type));
		visit(w, v->type, bit + v->offset * 8ull, 0, depth + 1);
	}
	if (w->ops->close)
		w->ops->close(w->arg, false);
}

/* An array of char whose bytes up to a NUL, or to its end, can be printed. */
static bool is_text(const struct walk *w, const struct btf_array *a, uint64_t bit, size_t *len)
{
	const struct btf_type *t = btf_type(w->btf, btf_resolve(w->btf, a->type));
	const uint8_t *p = w->data + bit / 8;

	if (btf_kind(t) != BTF_KIND_INT || t->size != 1 || !a->nelems ||
	    strcmp(btf_str(w->btf, t->name_off), "char") != 0 ||
	    !fits(w, bit, (uint64_t)a->nelems * 8))
		return false;
	for (*len = 0; *len < a->nelems && p[*len]; ++*len)
		if (!isprint(p[*len]) && !isspace(p[*len]))
			return false;
	for (size_t i = *len; i < a->nelems; i++)
		if (p[i])
			return false;
	return true;
}

static void visit_array(const struct walk *w, const struct btf_type *t, uint64_t bit, int depth)
{
	const struct btf_array *a = btf_array(t);
	int64_t size = btf_size(w->btf, a->type);
	size_t len;

	if (w->ops->string && is_text(w, a, bit, &len)) {
		w->ops->string(w->arg, (const char *)w->data + bit / 8, len);
		return;
	}
	if (w->ops->open)
		w->ops->open(w->arg, true);
	for (uint32_t i = 0; size > 0 && i < a->nelems; i++) {
		uint64_t at = bit + (uint64_t)size * 8 * i;

		if (!fits(w, at, 1))
			break;
		visit(w, a->type, at, 0, depth + 1);
	}
	if (w->ops->close)
		w->ops->close(w->arg, true);
}

static void visit(const struct walk *w, uint32_t id, uint64_t bit, uint32_t bits, int depth)
{
	const struct btf_type *t = btf_type(w->btf, btf_resolve(w->btf, id));
	int64_t size;

	if (depth > MAX_NESTING || !*w->steps) {
		say_bytes(w, bit, 0);
		return;
	}
	--*w->steps;
	switch (btf_kind(t)) {
	case BTF_KIND_VAR:
		visit(w, t->type, bit, bits, depth + 1);
		break;
	case BTF_KIND_DATASEC:
		visit_datasec(w, t, bit, depth);
		break;
	case BTF_KIND_INT:
		visit_int(w, t, bit, bits);
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		visit_enum(w, t, bit, bits);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		visit_struct(w, t, bit, depth);
		break;
	case BTF_KIND_ARRAY:
		visit_array(w, t, bit, depth);
		break;
	case BTF_KIND_PTR:
		if (fits(w, bit, 64) && w->ops->pointer)
			w->ops->pointer(w->arg, read_bits(w, bit, 64));
		break;
	default:
		size = btf_size(w->btf, id);
		say_bytes(w, bit, size > 0 ? (uint64_t)size * 8 : 0);
	}
}

void btf_visit_value(const struct btf *btf, uint32_t id, const void *data, size_t size,
		     const struct btf_value_ops *ops, void *arg)
{
	uint64_t steps = 65536 + 16 * (uint64_t)size;
	struct walk w = {btf, ops, arg, data, size, &steps};

	visit(&w, id, 0, 0, 0);
}

/* ---- C's notation ---- */

struct c_text {
	struct strbuf *b;
	bool first; /* nothing since the last { */
	bool keyed; /* a key announced what comes next */
};

static void c_next(struct c_text *c)
{
	if (!c->first && !c->keyed)
		strbuf_add(c->b, ", ");
	c->first = c->keyed = false;
}

static void c_open(void *arg, bool is_array __unused)
{
	struct c_text *c = arg;

	c_next(c);
	strbuf_addch(c->b, '{');
	c->first = true;
}

static void c_close(void *arg, bool is_array __unused)
{
	struct c_text *c = arg;

	strbuf_addch(c->b, '}');
	c->first = false;
}

static void c_key(void *arg, const char *name)
{
	struct c_text *c = arg;

	c_next(c);
	if (*name)
		strbuf_addf(c->b, ".%s = ", name);
	c->keyed = true;
}

static void c_number(void *arg, uint64_t value, bool is_signed)
{
	struct c_text *c = arg;

	c_next(c);
	if (is_signed)
		strbuf_addf(c->b, "%lld", (long long)value);
	else
		strbuf_addf(c->b, "%llu", (unsigned long long)value);
}

static void c_boolean(void *arg, bool value)
{
	struct c_text *c = arg;

	c_next(c);
	strbuf_add(c->b, value ? "true" : "false");
}

static void c_pointer(void *arg, uint64_t value)
{
	struct c_text *c = arg;

	c_next(c);
	strbuf_addf(c->b, "0x%llx", (unsigned long long)value);
}

static void c_name(void *arg, const char *name, int64_t value __unused)
{
	struct c_text *c = arg;

	c_next(c);
	strbuf_add(c->b, name);
}

static void c_string(void *arg, const char *s, size_t len)
{
	struct c_text *c = arg;

	c_next(c);
	strbuf_addch(c->b, '"');
	for (size_t i = 0; i < len; i++)
		if (s[i] == '"' || s[i] == '\\')
			strbuf_addf(c->b, "\\%c", s[i]);
		else if (isprint((unsigned char)s[i]))
			strbuf_addch(c->b, s[i]);
		else
			strbuf_addf(c->b, "\\%03o", (unsigned char)s[i]);
	strbuf_addch(c->b, '"');
}

static void c_bytes(void *arg, const uint8_t *data, size_t size)
{
	struct c_text *c = arg;

	c_next(c);
	strbuf_addch(c->b, '{');
	for (size_t i = 0; i < size; i++)
		strbuf_addf(c->b, "%s0x%02x", i ? ", " : "", data[i]);
	strbuf_addch(c->b, '}');
}

static const struct btf_value_ops c_ops = {
	.open = c_open,
	.close = c_close,
	.key = c_key,
	.number = c_number,
	.boolean = c_boolean,
	.pointer = c_pointer,
	.name = c_name,
	.string = c_string,
	.bytes = c_bytes,
};

void btf_print_value(struct strbuf *b, const struct btf *btf, uint32_t id, const void *data,
		     size_t size)
{
	struct c_text c = {.b = b, .first = true};

	btf_visit_value(btf, id, data, size, &c_ops, &c);
}
