#include "core/run/btfshow.h"

#include <ctype.h>

#include "core/base/hash.h"

enum { DEPTH_MAX = 32 };

struct show {
	struct strbuf *b;
	const struct btf *btf;
	uint32_t flags, depth;
};

/* What is shown: a type, at a member of a struct or as an element of an array. */
struct item {
	uint32_t id;
	const char *member;  /* NULL: no member */
	bool is_element;
	uint32_t bit, width; /* of a bitfield; width 0: none */
};

static uint64_t load(const uint8_t *data, uint32_t size)
{
	uint64_t v = 0;

	memcpy(&v, data, min(size, 8u));
	return v;
}

static uint64_t load_bits(const uint8_t *data, uint32_t bit, uint32_t width)
{
	uint64_t v = 0;

	for (uint32_t i = 0; i < width && i < 64; i++)
		v |= (uint64_t)(data[(bit + i) / 8] >> (bit + i) % 8 & 1) << i;
	return v;
}

static bool is_char_array(const struct btf *btf, const struct btf_type *array)
{
	uint32_t elem = btf_resolve(btf, btf_array(array)->type);

	return btf_kind_of(btf, elem) == BTF_KIND_INT && btf_type(btf, elem)->size == 1;
}

/* ---- is there anything to show? ---- */

static bool has_something(const struct btf *btf, const struct item *it, const uint8_t *data)
{
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, it->id));
	int64_t size = btf_size(btf, it->id);

	if (size < 0)
		return false;
	if (it->width)
		return load_bits(data, it->bit, it->width);
	if (btf_kind(t) == BTF_KIND_ARRAY && is_char_array(btf, t))
		return btf_array(t)->nelems && *data;
	for (int64_t i = 0; i < size; i++)
		if (data[i])
			return true;
	return false;
}

/* ---- names ---- */

/* "struct list_head *", "__u32[]", "atomic_t": the name in front of all that it stands for. */
static void add_type_name(struct show *s, uint32_t id)
{
	const struct btf *btf = s->btf;
	const char *name = "", *prefix = "";
	char stars[DEPTH_MAX] = "", arrays[2 * DEPTH_MAX] = "";
	bool by_typedef = false;

	for (int depth = 0; depth < DEPTH_MAX / 2; depth++) {
		const struct btf_type *t = btf_type(btf, id);
		uint32_t kind = btf_kind(t);

		if (!*name && kind != BTF_KIND_ARRAY && kind != BTF_KIND_PTR && !btf_is_mod(t))
			name = btf_str(btf, t->name_off);
		by_typedef |= kind == BTF_KIND_TYPEDEF;
		if (kind == BTF_KIND_PTR)
			strcat(stars, "*");
		if (kind == BTF_KIND_ARRAY)
			strcat(arrays, "[]");
		prefix = kind == BTF_KIND_STRUCT ? "struct"
			 : kind == BTF_KIND_UNION ? "union"
			 : btf_is_enum(t)	  ? "enum"
						  : "";
		if (kind != BTF_KIND_PTR && kind != BTF_KIND_ARRAY && kind != BTF_KIND_TYPEDEF &&
		    !btf_is_mod(t))
			break;
		id = kind == BTF_KIND_ARRAY ? btf_array(t)->type : t->type;
	}
	if (by_typedef)
		prefix = "";
	strbuf_addf(s->b, "(%s%s%s%s%s%s)", prefix, *prefix && *name ? " " : "", name,
		    *stars ? " " : "", stars, arrays);
}

static void begin_item(struct show *s, const struct item *it)
{
	if (!(s->flags & SHOW_COMPACT))
		for (uint32_t i = 0; i < s->depth; i++)
			strbuf_addch(s->b, ' ');
	if (s->flags & SHOW_NONAME || it->is_element)
		return;
	if (it->member && *it->member)
		strbuf_addf(s->b, ".%s = ", it->member);
	add_type_name(s, it->id);
}

static void end_item(struct show *s)
{
	if (s->depth)
		strbuf_addch(s->b, ',');
	if (!(s->flags & SHOW_COMPACT))
		strbuf_addch(s->b, '\n');
}

/* ---- values ---- */

static void add_enum(struct show *s, const struct btf_type *t, uint64_t value)
{
	bool wide = btf_kind(t) == BTF_KIND_ENUM64;

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		uint64_t v = wide ? btf_enum64_value(&btf_enums64(t)[i])
				  : (uint32_t)btf_enums(t)[i].val;
		uint32_t name = wide ? btf_enums64(t)[i].name_off : btf_enums(t)[i].name_off;

		if (v == value) {
			strbuf_add(s->b, btf_str(s->btf, name));
			return;
		}
	}
	if (wide)
		strbuf_addf(s->b, btf_kflag(t) ? "%lld" : "%llu", (long long)value);
	else
		strbuf_addf(s->b, btf_kflag(t) || (int32_t)value >= 0 ? "%d" : "%u", (int)value);
}

static void add_scalar(struct show *s, const struct btf_type *t, const uint8_t *data, bool as_char)
{
	uint64_t v = load(data, t->size);
	unsigned int shift = t->size < 8 ? 64 - 8 * t->size : 0;

	if (btf_is_enum(t))
		add_enum(s, t, v);
	else if (as_char && isprint((int)v))
		strbuf_addf(s->b, "'%c'", (char)v);
	else if (btf_kind(t) == BTF_KIND_INT && BTF_INT_ENCODING(btf_int(t)) & BTF_INT_SIGNED)
		strbuf_addf(s->b, "%lld", (long long)((int64_t)(v << shift) >> shift));
	else
		strbuf_addf(s->b, "%llu", (unsigned long long)v);
}

static void add_pointer(struct show *s, const uint8_t *data)
{
	uint64_t v = load(data, 8);

	/* Without PTR_RAW Linux tells pointers apart and no more. */
	if (!(s->flags & SHOW_PTR_RAW) && v)
		v = hash_mem(&v, sizeof(v)) & UINT32_MAX;
	strbuf_addf(s->b, "0x%016llx", (unsigned long long)v);
}

static void show_item(struct show *s, const struct item *it, const uint8_t *data, bool as_char);

static void show_members(struct show *s, const struct btf_type *t, const uint8_t *data)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		uint32_t bit = btf_member_bit(t, m);
		struct item it = {
			.id = m->type,
			.member = btf_str(s->btf, m->name_off),
			.bit = bit % 8,
			.width = btf_member_bits(t, m),
		};

		show_item(s, &it, data + bit / 8, false);
	}
}

static void show_elements(struct show *s, const struct btf_type *t, const uint8_t *data)
{
	uint32_t id = btf_array(t)->type, n = btf_array(t)->nelems;
	bool chars = is_char_array(s->btf, t);
	int64_t size = btf_size(s->btf, id);

	for (uint32_t i = 0; i < n && size > 0; i++, data += size) {
		struct item it = {.id = id, .is_element = true};

		if (chars && !*data)
			break;
		show_item(s, &it, data, chars);
	}
}

/* One that has others in it: they are one deeper. */
static void show_whole(struct show *s, const struct btf_type *t, const uint8_t *data)
{
	bool is_array = btf_kind(t) == BTF_KIND_ARRAY;

	strbuf_addch(s->b, is_array ? '[' : '{');
	if (!(s->flags & SHOW_COMPACT))
		strbuf_addch(s->b, '\n');
	s->depth++;
	if (is_array)
		show_elements(s, t, data);
	else
		show_members(s, t, data);
	s->depth--;
	if (!(s->flags & SHOW_COMPACT))
		for (uint32_t i = 0; i < s->depth; i++)
			strbuf_addch(s->b, ' ');
	strbuf_addch(s->b, is_array ? ']' : '}');
	end_item(s);
}

static void show_item(struct show *s, const struct item *it, const uint8_t *data, bool as_char)
{
	const struct btf_type *t = btf_type(s->btf, btf_resolve(s->btf, it->id));

	if (s->depth > DEPTH_MAX ||
	    (s->depth && !(s->flags & SHOW_ZERO) && !has_something(s->btf, it, data)))
		return;
	begin_item(s, it);
	if (btf_is_composite(t) || btf_kind(t) == BTF_KIND_ARRAY) {
		show_whole(s, t, data);
		return;
	}
	if (it->width)
		strbuf_addf(s->b, "0x%llx",
			    (unsigned long long)load_bits(data, it->bit, it->width));
	else if (btf_kind(t) == BTF_KIND_PTR)
		add_pointer(s, data);
	else
		add_scalar(s, t, data, as_char);
	end_item(s);
}

void btf_show(struct strbuf *b, const struct btf *btf, uint32_t id, const uint8_t *data,
	      uint32_t flags)
{
	struct show s = {.b = b, .btf = btf, .flags = flags};
	struct item it = {.id = id};

	show_item(&s, &it, data, false);
}
