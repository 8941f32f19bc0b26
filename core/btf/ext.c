#include "core/btf/ext.h"

#include <byteswap.h>
#include <errno.h>

enum { LIST_FUNC, LIST_LINE, LIST_CORE, NLISTS };

/* The wire: a header, then three lists, each at an offset from the header's end. */
struct wire_header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t hdr_len;
	struct {
		uint32_t off, len;
	} lists[NLISTS];
};

#define HEADER_MIN offsetof(struct wire_header, lists[LIST_CORE]) /* CO-RE came later */

static const struct {
	const char *name;
	uint32_t size; /* of the records we know; tools may append to them */
} lists[NLISTS] = {{"func_info", 8}, {"line_info", 16}, {"core_relo", 16}};

/* A blob being walked. */
struct wire {
	const uint8_t *data;
	size_t size;
	const char *name;
	struct diag *d;
	bool swapped;
	struct wire_header hdr;
};

/* Called for each record: its list, its section's name, its place in the blob. */
typedef int record_fn(void *arg, const struct wire *w, int list, uint32_t sec, uint32_t place);

static uint32_t get32(const struct wire *w, size_t place)
{
	uint32_t v;

	memcpy(&v, w->data + place, sizeof(v));
	return w->swapped ? bswap_32(v) : v;
}

static int read_header(struct wire *w)
{
	struct loc loc = {.file = w->name};
	struct wire_header *h = &w->hdr;
	size_t len;

	if (w->size < HEADER_MIN || !btf_is_magic(w->data, w->size))
		return fail(w->d, &loc, -EINVAL, "not BTF.ext");
	memcpy(h, w->data, HEADER_MIN);
	w->swapped = h->magic != BTF_MAGIC;
	h->hdr_len = get32(w, offsetof(struct wire_header, hdr_len));
	if (h->version != BTF_VERSION || h->flags)
		return fail(w->d, &loc, -ENOTSUP, "BTF.ext version %u flags 0x%x is not supported",
			    h->version, h->flags);
	if (h->hdr_len < HEADER_MIN || h->hdr_len > w->size || h->hdr_len % 4)
		return fail(w->d, &loc, -EINVAL, "BTF.ext header length %u is out of range",
			    h->hdr_len);
	len = min((size_t)h->hdr_len, sizeof(*h));
	for (int i = 0; i < NLISTS; i++) {
		size_t place = offsetof(struct wire_header, lists[i]);

		if (place + 8 > len)
			break;
		h->lists[i].off = get32(w, place);
		h->lists[i].len = get32(w, place + 4);
	}
	return 0;
}

/* One list: a record size, then sections of (name, count, records). */
static int walk_list(const struct wire *w, int list, record_fn *fn, void *arg)
{
	struct loc loc = {.file = w->name};
	uint64_t at = (uint64_t)w->hdr.hdr_len + w->hdr.lists[list].off;
	uint64_t end = at + w->hdr.lists[list].len;
	uint32_t size;

	if (at == end)
		return 0;
	if (at % 4 || end > w->size || end - at < 4)
		return fail(w->d, &loc, -EINVAL, "BTF.ext %s lies outside the %zu bytes",
			    lists[list].name, w->size);
	size = get32(w, at);
	at += 4;
	if (size < lists[list].size || size % 4)
		return fail(w->d, &loc, -EINVAL, "BTF.ext %s has records of %u bytes",
			    lists[list].name, size);
	while (at < end) {
		uint32_t sec, n;

		if (end - at < 8)
			return fail(w->d, &loc, -EINVAL, "BTF.ext %s is cut off", lists[list].name);
		sec = get32(w, at);
		n = get32(w, at + 4);
		at += 8;
		if (!n || n > (end - at) / size)
			return fail(w->d, &loc, -EINVAL,
				    "BTF.ext %s has %u records in room for %u", lists[list].name, n,
				    (uint32_t)((end - at) / size));
		for (; n; n--, at += size) {
			int err = fn(arg, w, list, sec, (uint32_t)at);

			if (err)
				return err;
		}
	}
	return 0;
}

/* What a parse gathers. */
struct gather {
	const struct btf *btf;
	VEC(struct btf_ext_func) funcs;
	VEC(struct btf_ext_line) lines;
	VEC(struct btf_ext_core) cores;
};

static int check_str(const struct gather *g, const struct wire *w, int list, uint32_t off)
{
	struct loc loc = {.file = w->name};

	if (off < g->btf->nstr)
		return 0;
	return fail(w->d, &loc, -EINVAL, "BTF.ext %s has a string at %u of %u bytes",
		    lists[list].name, off, g->btf->nstr);
}

static int check_id(const struct gather *g, const struct wire *w, int list, uint32_t id, bool func)
{
	struct loc loc = {.file = w->name};

	if (!btf_has(g->btf, id))
		return fail(w->d, &loc, -EINVAL, "BTF.ext %s refers to type %u of %u",
			    lists[list].name, id, g->btf->nids - 1);
	if (func && btf_kind_of(g->btf, id) != BTF_KIND_FUNC)
		return fail(w->d, &loc, -EINVAL, "BTF.ext %s refers to type %u, which is no FUNC",
			    lists[list].name, id);
	return 0;
}

static int gather_record(void *arg, const struct wire *w, int list, uint32_t sec, uint32_t at)
{
	struct gather *g = arg;
	uint32_t insn_off = get32(w, at), a = get32(w, at + 4);
	int err = check_str(g, w, list, sec);

	if (err)
		return err;
	if (list == LIST_FUNC) {
		vec_push(&g->funcs, ((struct btf_ext_func){sec, insn_off, a}));
		return check_id(g, w, list, a, true);
	}
	if (list == LIST_LINE) {
		uint32_t text = get32(w, at + 8), place = get32(w, at + 12);

		vec_push(&g->lines, ((struct btf_ext_line){sec, insn_off, a, text, place >> 10,
							   place & 1023}));
		err = check_str(g, w, list, a);
		return err ? err : check_str(g, w, list, text);
	}
	vec_push(&g->cores,
		 ((struct btf_ext_core){sec, insn_off, a, get32(w, at + 8), get32(w, at + 12)}));
	err = check_id(g, w, list, a, false);
	return err ? err : check_str(g, w, list, get32(w, at + 8));
}

int btf_ext_parse(const void *data, size_t size, const struct btf *btf, const char *name,
		  struct arena *a, struct diag *d, struct btf_ext *out)
{
	struct wire w = {.data = data, .size = size, .name = name, .d = d};
	struct gather g = {.btf = btf};
	int err = read_header(&w);

	for (int i = 0; i < NLISTS && !err; i++)
		err = walk_list(&w, i, gather_record, &g);
	if (!err)
		*out = (struct btf_ext){
			.funcs = arena_memdup(a, g.funcs.v, g.funcs.n * sizeof(*g.funcs.v)),
			.lines = arena_memdup(a, g.lines.v, g.lines.n * sizeof(*g.lines.v)),
			.cores = arena_memdup(a, g.cores.v, g.cores.n * sizeof(*g.cores.v)),
			.nfuncs = (uint32_t)g.funcs.n,
			.nlines = (uint32_t)g.lines.n,
			.ncores = (uint32_t)g.cores.n,
			.hdr_len = w.hdr.hdr_len,
		};
	vec_free(&g.funcs);
	vec_free(&g.lines);
	vec_free(&g.cores);
	return err;
}

/* A blob being written. */
struct out {
	struct strbuf b;
	bool swap;
	uint32_t sec; /* of the section being written */
	size_t count; /* place of its record count; 0: no section yet */
};

static void put32(struct out *o, uint32_t v)
{
	v = o->swap ? bswap_32(v) : v;
	strbuf_addmem(&o->b, &v, sizeof(v));
}

static void set32(struct out *o, size_t place, uint32_t v)
{
	v = o->swap ? bswap_32(v) : v;
	memcpy(o->b.s + place, &v, sizeof(v));
}

/* One record of a list begins: opens the list and a section where needed, counts it. */
static void put_record(struct out *o, int list, bool first, uint32_t sec, uint32_t insn_off)
{
	uint32_t n;

	if (first)
		put32(o, lists[list].size);
	if (first || sec != o->sec) {
		put32(o, sec);
		o->sec = sec;
		o->count = o->b.len;
		put32(o, 0);
	}
	memcpy(&n, o->b.s + o->count, sizeof(n));
	set32(o, o->count, (o->swap ? bswap_32(n) : n) + 1);
	put32(o, insn_off);
}

static void put_list(struct out *o, const struct btf_ext *ext, int list)
{
	if (list == LIST_FUNC)
		for (uint32_t i = 0; i < ext->nfuncs; i++) {
			const struct btf_ext_func *f = &ext->funcs[i];

			put_record(o, list, !i, f->sec, f->insn_off);
			put32(o, f->type_id);
		}
	if (list == LIST_LINE)
		for (uint32_t i = 0; i < ext->nlines; i++) {
			const struct btf_ext_line *l = &ext->lines[i];

			put_record(o, list, !i, l->sec, l->insn_off);
			put32(o, l->file);
			put32(o, l->text);
			put32(o, l->line << 10 | (l->col & 1023));
		}
	if (list == LIST_CORE)
		for (uint32_t i = 0; i < ext->ncores; i++) {
			const struct btf_ext_core *c = &ext->cores[i];

			put_record(o, list, !i, c->sec, c->insn_off);
			put32(o, c->type_id);
			put32(o, c->access);
			put32(o, c->kind);
		}
}

struct bytes btf_ext_build(const struct btf_ext *ext, bool big_endian, struct arena *a)
{
	struct out o = {.swap = big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)};
	struct wire_header h = {.magic = o.swap ? bswap_16(BTF_MAGIC) : BTF_MAGIC,
				.version = BTF_VERSION};
	uint32_t hdr_len = ext->ncores ? sizeof(h) : max(ext->hdr_len, (uint32_t)HEADER_MIN);
	struct bytes out;

	strbuf_addmem(&o.b, &h, sizeof(h));
	o.b.len = hdr_len = min(hdr_len, (uint32_t)sizeof(h));
	set32(&o, offsetof(struct wire_header, hdr_len), hdr_len);
	for (int i = 0; i < NLISTS; i++) {
		uint32_t start = (uint32_t)o.b.len;

		put_list(&o, ext, i);
		if (offsetof(struct wire_header, lists[i]) >= hdr_len)
			break;
		set32(&o, offsetof(struct wire_header, lists[i].off), start - hdr_len);
		set32(&o, offsetof(struct wire_header, lists[i].len), (uint32_t)o.b.len - start);
	}
	out = (struct bytes){arena_memdup(a, o.b.s, o.b.len), o.b.len};
	strbuf_free(&o.b);
	return out;
}

struct visit {
	void (*fn)(void *arg, uint32_t place, uint32_t sec);
	void *arg;
};

static int visit_record(void *arg, const struct wire *w __unused, int list __unused, uint32_t sec,
			uint32_t place)
{
	const struct visit *v = arg;

	v->fn(v->arg, place, sec);
	return 0;
}

static void no_message(struct diag *d __unused, enum severity sev __unused,
		       const struct loc *loc __unused, const char *msg __unused)
{
}

void btf_ext_each_insn_off(const struct bytes *blob,
			   void (*visit)(void *arg, uint32_t place, uint32_t sec), void *arg)
{
	struct diag d = {.sink = no_message};
	struct wire w = {.data = blob->data, .size = blob->size, .d = &d};
	struct visit v = {visit, arg};

	if (read_header(&w) == 0)
		for (int i = 0; i < NLISTS; i++)
			walk_list(&w, i, visit_record, &v);
}

/* enum bpf_core_relo_kind, in LLVM's words */
static const char *const core_kinds[] = {
	"byte_off", "byte_sz", "field_exists", "signed", "lshift_u64", "rshift_u64",
	"local_type_id", "target_type_id", "type_exists", "type_size", "enumval_exists",
	"enumval_value", "type_matches",
};

const char *btf_core_kind_name(uint32_t kind)
{
	return kind < ARRAY_SIZE(core_kinds) ? core_kinds[kind] : NULL;
}

int btf_core_kind(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(core_kinds); i++)
		if (strlen(core_kinds[i]) == len && memcmp(core_kinds[i], name, len) == 0)
			return (int)i;
	return -ENOENT;
}
