#include "core/btf/local.h"

#include <byteswap.h>
#include <errno.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/vec.h"

const struct btf_kind_desc btf_kinds[NR_BTF_KINDS] = {
	[BTF_KIND_INT] = {"INT", 'W', "W", ""},
	[BTF_KIND_PTR] = {"PTR", 'T', "", ""},
	[BTF_KIND_ARRAY] = {"ARRAY", 'W', "TTW", ""},
	[BTF_KIND_STRUCT] = {"STRUCT", 'W', "", "STW"},
	[BTF_KIND_UNION] = {"UNION", 'W', "", "STW"},
	[BTF_KIND_ENUM] = {"ENUM", 'W', "", "SW"},
	[BTF_KIND_FWD] = {"FWD", 'W', "", ""},
	[BTF_KIND_TYPEDEF] = {"TYPEDEF", 'T', "", ""},
	[BTF_KIND_VOLATILE] = {"VOLATILE", 'T', "", ""},
	[BTF_KIND_CONST] = {"CONST", 'T', "", ""},
	[BTF_KIND_RESTRICT] = {"RESTRICT", 'T', "", ""},
	[BTF_KIND_FUNC] = {"FUNC", 'T', "", ""}, /* vlen is its linkage */
	[BTF_KIND_FUNC_PROTO] = {"FUNC_PROTO", 'T', "", "ST"},
	[BTF_KIND_VAR] = {"VAR", 'T', "W", ""},
	[BTF_KIND_DATASEC] = {"DATASEC", 'W', "", "TWW"},
	[BTF_KIND_FLOAT] = {"FLOAT", 'W', "", ""},
	[BTF_KIND_DECL_TAG] = {"DECL_TAG", 'T', "W", ""},
	[BTF_KIND_TYPE_TAG] = {"TYPE_TAG", 'T', "", ""},
	[BTF_KIND_ENUM64] = {"ENUM64", 'W', "", "SWW"},
};

static const struct btf_type void_type;

/* A blob being read. */
struct parse {
	const char *name;
	struct diag *d;
	const uint8_t *data;
	size_t size;
	struct btf_header hdr; /* native byte order */
	struct btf *btf;
};

bool btf_is_magic(const void *data, size_t size)
{
	uint16_t magic;

	if (size < sizeof(magic))
		return false;
	memcpy(&magic, data, sizeof(magic));
	return magic == BTF_MAGIC || magic == bswap_16(BTF_MAGIC);
}

static void swap_header(struct btf_header *h)
{
	h->magic = bswap_16(h->magic);
	h->hdr_len = bswap_32(h->hdr_len);
	h->type_off = bswap_32(h->type_off);
	h->type_len = bswap_32(h->type_len);
	h->str_off = bswap_32(h->str_off);
	h->str_len = bswap_32(h->str_len);
}

static int parse_header(struct parse *p)
{
	struct btf_header *h = &p->hdr;
	struct loc loc = {.file = p->name};

	if (p->size < sizeof(*h))
		return fail(p->d, &loc, -EINVAL, "BTF of %zu bytes has no room for a header",
			    p->size);
	memcpy(h, p->data, sizeof(*h));
	if (h->magic == bswap_16(BTF_MAGIC)) {
		p->btf->swapped = true;
		swap_header(h);
	}
	if (h->magic != BTF_MAGIC)
		return fail(p->d, &loc, -EINVAL, "not BTF: magic is 0x%04x", h->magic);
	if (h->version != BTF_VERSION)
		return fail(p->d, &loc, -ENOTSUPP, "BTF version %u is not supported", h->version);
	if (h->flags)
		return fail(p->d, &loc, -ENOTSUPP, "BTF flags 0x%x are not supported", h->flags);
	if (h->hdr_len < sizeof(*h) || h->hdr_len > p->size)
		return fail(p->d, &loc, -EINVAL, "BTF header length %u is out of range",
			    h->hdr_len);
	for (size_t i = sizeof(*h); i < h->hdr_len; i++)
		if (p->data[i])
			return fail(p->d, &loc, -E2BIG, "BTF header has unknown fields");
	return 0;
}

/* The sections' places: inside the blob, types first, aligned; gaps are allowed, as libbpf does. */
static int check_sections(struct parse *p)
{
	const struct btf_header *h = &p->hdr;
	struct loc loc = {.file = p->name};
	uint64_t room = p->size - h->hdr_len;
	uint64_t types_end = (uint64_t)h->type_off + h->type_len;
	uint64_t strs_end = (uint64_t)h->str_off + h->str_len;

	if (types_end > room)
		return fail(p->d, &loc, -EINVAL, "BTF types (%u bytes at %u) exceed the %zu bytes",
			    h->type_len, h->type_off, p->size);
	if (strs_end > room)
		return fail(p->d, &loc, -EINVAL,
			    "BTF strings (%u bytes at %u) exceed the %zu bytes", h->str_len,
			    h->str_off, p->size);
	if (types_end > h->str_off)
		return fail(p->d, &loc, -EINVAL, "BTF strings begin inside the types");
	if (h->type_off % 4 || h->type_len % 4)
		return fail(p->d, &loc, -EINVAL, "BTF types are not aligned");
	p->btf->size = (uint32_t)(h->hdr_len + strs_end);
	return 0;
}

static int parse_strs(struct parse *p)
{
	struct btf *btf = p->btf;
	struct loc loc = {.file = p->name};
	const char *strs = (const char *)p->data + p->hdr.hdr_len + p->hdr.str_off;
	uint32_t len = p->hdr.str_len;

	btf->strs = strs;
	btf->first_str = btf->base ? btf->base->nstr : 0;
	btf->nstr = btf->first_str + len;
	if (btf->base && !len)
		return 0;
	if (!len || len > BTF_MAX_NAME_OFFSET || btf->nstr > BTF_MAX_NAME_OFFSET)
		return fail(p->d, &loc, -EINVAL, "BTF string section of %u bytes is out of range",
			    len);
	if (strs[len - 1])
		return fail(p->d, &loc, -EINVAL, "BTF string section does not end in NUL");
	if (!btf->base && strs[0])
		return fail(p->d, &loc, -EINVAL, "BTF string section does not begin with \"\"");
	return 0;
}

/* Types in native byte order at an address aligned to 4: as they lie, or a copy. */
static void place_types(struct parse *p)
{
	struct btf *btf = p->btf;
	const uint8_t *types = p->data + p->hdr.hdr_len + p->hdr.type_off;

	btf->types = types;
	btf->types_len = p->hdr.type_len;
	if (!btf->swapped && (uintptr_t)types % 4 == 0)
		return;
	btf->copy = xmalloc(btf->types_len);
	memcpy(btf->copy, types, btf->types_len);
	btf->types = btf->copy;
	if (btf->swapped)
		for (uint32_t i = 0; i < btf->types_len / 4; i++)
			((uint32_t *)btf->copy)[i] = bswap_32(((uint32_t *)btf->copy)[i]);
}

/* Where each record begins. Every kind is words only, so the swap above needed no records. */
static int index_types(struct parse *p)
{
	struct btf *btf = p->btf;
	struct loc loc = {.file = p->name};
	VEC(uint32_t) offs = {0};
	uint32_t off = 0;
	int err = 0;

	btf->first_id = btf->base ? btf->base->nids : 1;
	while (off < btf->types_len && !err) {
		const struct btf_type *t = (const struct btf_type *)(btf->types + off);
		uint32_t id = btf->first_id + (uint32_t)offs.n, left = btf->types_len - off;

		vec_push(&offs, off);
		if (id > BTF_ID_LIMIT)
			err = fail(p->d, &loc, -E2BIG, "BTF has more than %u types", BTF_ID_LIMIT);
		else if (left < sizeof(*t))
			err = fail(p->d, &loc, -EINVAL, "BTF type %u is cut off", id);
		else if (btf_kind(t) >= NR_BTF_KINDS || !btf_kinds[btf_kind(t)].name)
			err = fail(p->d, &loc, -EINVAL, "BTF type %u has unknown kind %u", id,
				   btf_kind(t));
		else if (left < btf_record_size(t))
			err = fail(p->d, &loc, -EINVAL, "BTF type %u (%s) is cut off", id,
				   btf_kinds[btf_kind(t)].name);
		else
			off += btf_record_size(t);
	}
	btf->nids = btf->first_id + (uint32_t)offs.n;
	vec_push(&offs, btf->types_len);
	btf->offs = btf->own_offs = offs.v;
	return err;
}

static int check_word(struct parse *p, uint32_t id, char what, uint32_t word)
{
	const struct btf *btf = p->btf;
	struct loc loc = {.file = p->name};
	const char *kind = btf_kinds[btf_kind_of(btf, id)].name;

	if (what == 'T' && word >= btf->nids)
		return fail(p->d, &loc, -EINVAL, "BTF type %u (%s) refers to type %u of %u", id,
			    kind, word, btf->nids - 1);
	if (what == 'S' && word >= btf->nstr)
		return fail(p->d, &loc, -EINVAL,
			    "BTF type %u (%s) has a name at %u of %u bytes of strings", id, kind,
			    word, btf->nstr);
	return 0;
}

static int check_words(struct parse *p, uint32_t id)
{
	const struct btf_type *t = btf_type(p->btf, id);
	const struct btf_kind_desc *k = &btf_kinds[btf_kind(t)];
	const uint32_t *word = (const uint32_t *)(t + 1);
	int err = check_word(p, id, 'S', t->name_off);

	if (!err)
		err = check_word(p, id, k->third, t->type);
	for (const char *c = k->fixed; *c && !err; c++)
		err = check_word(p, id, *c, *word++);
	if (!*k->each)
		return err;
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		for (const char *c = k->each; *c && !err; c++)
			err = check_word(p, id, *c, *word++);
	return err;
}

/* Functions have prototypes, sections have variables (functions too: clang's .ksyms). */
static int check_kinds(struct parse *p, uint32_t id)
{
	const struct btf *btf = p->btf;
	const struct btf_type *t = btf_type(btf, id);
	struct loc loc = {.file = p->name};

	if (btf_kind(t) == BTF_KIND_FUNC && btf_kind_of(btf, t->type) != BTF_KIND_FUNC_PROTO)
		return fail(p->d, &loc, -EINVAL, "BTF type %u: FUNC '%s' has no prototype", id,
			    btf_str(btf, t->name_off));
	if (btf_kind(t) != BTF_KIND_DATASEC)
		return 0;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		uint32_t kind = btf_kind_of(btf, btf_secinfos(t)[i].type);

		if (kind != BTF_KIND_VAR && kind != BTF_KIND_FUNC)
			return fail(p->d, &loc, -EINVAL,
				    "BTF type %u: entry %u of DATASEC '%s' is not a variable", id,
				    i, btf_str(btf, t->name_off));
	}
	return 0;
}

static int parse_blob(struct parse *p)
{
	int err = parse_header(p);

	if (!err)
		err = check_sections(p);
	if (!err)
		err = parse_strs(p);
	if (err)
		return err;
	p->btf->big_endian = p->btf->swapped != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	place_types(p);
	err = index_types(p);
	for (uint32_t id = p->btf->first_id; id < p->btf->nids && !err; id++)
		err = check_words(p, id);
	for (uint32_t id = p->btf->first_id; id < p->btf->nids && !err; id++)
		err = check_kinds(p, id);
	return err;
}

int btf_parse(const void *data, size_t size, const struct btf *base, const char *name,
	      struct diag *d, struct btf **out)
{
	struct parse p = {.name = name, .d = d, .data = data, .size = size};
	int err;

	p.btf = xcalloc(1, sizeof(*p.btf));
	p.btf->base = base;
	err = parse_blob(&p);
	if (err) {
		btf_free(p.btf);
		return err;
	}
	*out = p.btf;
	return 0;
}

void btf_free(struct btf *btf)
{
	if (!btf)
		return;
	free(btf->index);
	free(btf->own_offs);
	free(btf->copy);
	free(btf);
}

struct bytes btf_blob(const struct btf *btf, struct arena *a)
{
	struct btf_header head = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(head),
		.type_len = btf->types_len,
		.str_off = btf->types_len,
		.str_len = btf->nstr,
	};
	size_t size = sizeof(head) + btf->types_len + btf->nstr;
	uint8_t *blob = arena_alloc(a, size);

	memcpy(blob, &head, sizeof(head));
	memcpy(blob + sizeof(head), btf->types, btf->types_len);
	memcpy(blob + sizeof(head) + btf->types_len, btf->strs, btf->nstr);
	return (struct bytes){blob, size};
}

const struct btf_type *btf_type(const struct btf *btf, uint32_t id)
{
	if (!id || id >= btf->nids)
		return &void_type;
	while (id < btf->first_id)
		btf = btf->base;
	return (const struct btf_type *)(btf->types + btf->offs[id - btf->first_id]);
}

const char *btf_str(const struct btf *btf, uint32_t off)
{
	if (off >= btf->nstr)
		return "";
	while (off < btf->first_str)
		btf = btf->base;
	return btf->strs + (off - btf->first_str);
}

void btf_visit_strs(struct btf_type *t, void (*visit)(void *arg, uint32_t *off), void *arg)
{
	const struct btf_kind_desc *k = &btf_kinds[btf_kind(t)];
	uint32_t *word = (uint32_t *)(t + 1) + strlen(k->fixed);

	/* No kind has a string among its fixed words. */
	visit(arg, &t->name_off);
	if (*k->each != 'S')
		return;
	for (uint32_t i = 0; i < btf_vlen(t); i++, word += strlen(k->each))
		visit(arg, word);
}
