#include "core/btf/local.h"

#include <byteswap.h>

#define MEMBER_BITS_SHIFT 24 /* of a bitfield's size in btf_member.offset */

uint32_t btf_append_str(struct btf_build *b, const char *s)
{
	uint32_t off;

	if (!b->str_data.len && !b->base)
		strbuf_addch(&b->str_data, '\0');
	off = (uint32_t)b->str_data.len + (b->base ? b->base->nstr : 0);
	strbuf_addmem(&b->str_data, s, strlen(s) + 1);
	if (*s && !strmap_get(&b->strs, s))
		strmap_put(&b->strs, arena_strdup(&b->arena, s), off);
	return off;
}

uint32_t btf_add_str(struct btf_build *b, const char *s)
{
	uint64_t *known;

	if (!*s)
		return 0;
	known = strmap_get(&b->strs, s);
	return known ? (uint32_t)*known : btf_append_str(b, s);
}

static uint32_t first_id(const struct btf_build *b)
{
	return b->base ? b->base->nids : 1;
}

uint32_t btf_next_id(const struct btf_build *b)
{
	return first_id(b) + (uint32_t)b->offs.n;
}

struct btf_type *btf_build_type(struct btf_build *b, uint32_t id)
{
	return (struct btf_type *)(b->type_data.s + b->offs.v[id - first_id(b)]);
}

uint32_t btf_add_record(struct btf_build *b, const char *name, uint32_t info, uint32_t size_or_type)
{
	uint32_t id = btf_next_id(b);
	struct btf_type t = {.name_off = btf_add_str(b, name), .info = info, .size = size_or_type};

	vec_push(&b->offs, (uint32_t)b->type_data.len);
	strbuf_addmem(&b->type_data, &t, sizeof(t));
	return id;
}

void btf_add_word(struct btf_build *b, uint32_t word)
{
	strbuf_addmem(&b->type_data, &word, sizeof(word));
}

static uint32_t add_kind(struct btf_build *b, uint32_t kind, const char *name, bool kflag,
			 uint32_t size_or_type)
{
	return btf_add_record(b, name, btf_info(kind, kflag, 0), size_or_type);
}

uint32_t btf_add_int(struct btf_build *b, const char *name, uint32_t size, uint32_t encoding)
{
	uint32_t id = add_kind(b, BTF_KIND_INT, name, false, size);

	btf_add_word(b, encoding << 24 | size * 8);
	return id;
}

uint32_t btf_add_float(struct btf_build *b, const char *name, uint32_t size)
{
	return add_kind(b, BTF_KIND_FLOAT, name, false, size);
}

uint32_t btf_add_ref(struct btf_build *b, uint32_t kind, const char *name, uint32_t type)
{
	return add_kind(b, kind, name, false, type);
}

uint32_t btf_add_array(struct btf_build *b, uint32_t type, uint32_t index_type, uint32_t n)
{
	uint32_t id = add_kind(b, BTF_KIND_ARRAY, "", false, 0);

	btf_add_word(b, type);
	btf_add_word(b, index_type);
	btf_add_word(b, n);
	return id;
}

uint32_t btf_add_fwd(struct btf_build *b, const char *name, bool is_union)
{
	return add_kind(b, BTF_KIND_FWD, name, is_union, 0);
}

uint32_t btf_add_struct(struct btf_build *b, const char *name, bool is_union, uint32_t size)
{
	return add_kind(b, is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT, name, false, size);
}

uint32_t btf_add_enum(struct btf_build *b, const char *name, uint32_t size, bool is_signed)
{
	return add_kind(b, BTF_KIND_ENUM, name, is_signed, size);
}

uint32_t btf_add_enum64(struct btf_build *b, const char *name, uint32_t size, bool is_signed)
{
	return add_kind(b, BTF_KIND_ENUM64, name, is_signed, size);
}

uint32_t btf_add_func_proto(struct btf_build *b, uint32_t ret)
{
	return add_kind(b, BTF_KIND_FUNC_PROTO, "", false, ret);
}

uint32_t btf_add_func(struct btf_build *b, const char *name, uint32_t proto, uint32_t linkage)
{
	return btf_add_record(b, name, btf_info(BTF_KIND_FUNC, 0, linkage), proto);
}

uint32_t btf_add_var(struct btf_build *b, const char *name, uint32_t type, uint32_t linkage)
{
	uint32_t id = add_kind(b, BTF_KIND_VAR, name, false, type);

	btf_add_word(b, linkage);
	return id;
}

uint32_t btf_add_datasec(struct btf_build *b, const char *name, uint32_t size)
{
	return add_kind(b, BTF_KIND_DATASEC, name, false, size);
}

uint32_t btf_add_decl_tag(struct btf_build *b, const char *name, uint32_t type, int32_t component)
{
	uint32_t id = add_kind(b, BTF_KIND_DECL_TAG, name, false, type);

	btf_add_word(b, (uint32_t)component);
	return id;
}

static struct btf_type *last_type(struct btf_build *b)
{
	return (struct btf_type *)(b->type_data.s + *vec_last(&b->offs));
}

void btf_add_member(struct btf_build *b, const char *name, uint32_t type, uint32_t bit,
		    uint32_t bits)
{
	uint32_t name_off = btf_add_str(b, name);

	/* Offsets below 1 << 24 read the same either way, so the flag alone turns the others. */
	if (bits)
		last_type(b)->info |= btf_info(0, 1, 0);
	btf_add_word(b, name_off);
	btf_add_word(b, type);
	btf_add_word(b, bits << MEMBER_BITS_SHIFT | bit);
	last_type(b)->info++;
}

void btf_add_value(struct btf_build *b, const char *name, uint64_t value)
{
	uint32_t name_off = btf_add_str(b, name);

	btf_add_word(b, name_off);
	btf_add_word(b, (uint32_t)value);
	if (btf_kind(last_type(b)) == BTF_KIND_ENUM64)
		btf_add_word(b, (uint32_t)(value >> 32));
	last_type(b)->info++;
}

void btf_add_param(struct btf_build *b, const char *name, uint32_t type)
{
	uint32_t name_off = btf_add_str(b, name);

	btf_add_word(b, name_off);
	btf_add_word(b, type);
	last_type(b)->info++;
}

void btf_add_secinfo(struct btf_build *b, uint32_t var, uint32_t offset, uint32_t size)
{
	btf_add_word(b, var);
	btf_add_word(b, offset);
	btf_add_word(b, size);
	last_type(b)->info++;
}

void btf_map_ids(struct btf_build *b, uint32_t (*map)(void *arg, uint32_t id), void *arg)
{
	for (size_t i = 0; i < b->offs.n; i++) {
		struct btf_type *t = (struct btf_type *)(b->type_data.s + b->offs.v[i]);
		const struct btf_kind_desc *k = &btf_kinds[btf_kind(t)];
		uint32_t *word = (uint32_t *)(t + 1);

		if (k->third == 'T')
			t->type = map(arg, t->type);
		for (const char *c = k->fixed; *c; c++, word++)
			*word = *c == 'T' ? map(arg, *word) : *word;
		for (uint32_t n = *k->each ? btf_vlen(t) : 0; n; n--)
			for (const char *c = k->each; *c; c++, word++)
				*word = *c == 'T' ? map(arg, *word) : *word;
	}
}

struct btf btf_build_view(const struct btf_build *b)
{
	uint32_t first_str = b->base ? b->base->nstr : 0;

	return (struct btf){
		.base = b->base,
		.first_id = first_id(b),
		.nids = btf_next_id(b),
		.first_str = first_str,
		.nstr = first_str + (uint32_t)b->str_data.len,
		.types = (const uint8_t *)b->type_data.s,
		.types_len = (uint32_t)b->type_data.len,
		.strs = strbuf_str(&b->str_data),
		.offs = b->offs.v,
	};
}

static void swap_words(uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 4 <= size; i += 4) {
		uint32_t w;

		memcpy(&w, data + i, 4);
		w = bswap_32(w);
		memcpy(data + i, &w, 4);
	}
}

struct bytes btf_build_finish(struct btf_build *b, bool big_endian, struct arena *a)
{
	bool swap = big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	struct btf_header h = {.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(h)};
	size_t size;
	uint8_t *out;

	if (!b->str_data.len && !b->base)
		strbuf_addch(&b->str_data, '\0');
	h.type_len = h.str_off = (uint32_t)b->type_data.len;
	h.str_len = (uint32_t)b->str_data.len;
	size = sizeof(h) + h.type_len + h.str_len;
	out = arena_alloc(a, size);
	if (h.type_len)
		memcpy(out + sizeof(h), b->type_data.s, h.type_len);
	if (h.str_len)
		memcpy(out + sizeof(h) + h.type_len, b->str_data.s, h.str_len);
	if (swap) {
		h.magic = bswap_16(h.magic);
		swap_words(out + sizeof(h), h.type_len);
	}
	memcpy(out, &h, sizeof(h));
	if (swap)
		swap_words(out + offsetof(struct btf_header, hdr_len),
			   sizeof(h) - offsetof(struct btf_header, hdr_len));
	return (struct bytes){out, size};
}

void btf_build_free(struct btf_build *b)
{
	arena_free(&b->arena);
	strmap_free(&b->strs);
	strbuf_free(&b->str_data);
	strbuf_free(&b->type_data);
	vec_free(&b->offs);
	*b = (struct btf_build){0};
}
