/*
 * Programs and their files. A file holds what PROG_LOAD was given, with maps and BTF by their ids:
 *
 *	instructions | map ids | functions | lines | license
 *
 * Who opens one takes nothing in it on trust: it goes the way of a load again.
 */
#include <stdio.h>

#include "core/base/sha256.h"
#include "core/run/run.h"
#include "core/sys/local.h"

enum { LICENSE_SIZE = 128, MAPS_MAX = 64 };

void program_free(struct program *p)
{
	struct arena a;

	if (!p)
		return;
	blob_unmap_live(&p->live);
	prog_free(p->prog);
	a = p->arena;
	arena_free(&a);
	free(p);
}

int load_check_info(struct sys *sys, const struct load *l)
{
	const struct btf *btf = l->btf->btf->btf;
	uint32_t last = 0;

	for (uint32_t i = 0; i < l->nfuncs; i++) {
		const struct func_info *f = &l->funcs[i];

		if ((i ? f->insn_off <= last : f->insn_off) || f->insn_off >= l->ninsns ||
		    !btf_has(btf, f->type_id) || btf_kind_of(btf, f->type_id) != BTF_KIND_FUNC)
			return fail(&sys->diag, NULL, -EINVAL, "invalid func info %u", i);
		last = f->insn_off;
	}
	for (uint32_t i = 0; i < l->nlines; i++) {
		const struct line_info *line = &l->lines[i];

		if ((i ? line->insn_off <= last : line->insn_off) || line->insn_off >= l->ninsns ||
		    line->line_off >= btf->nstr || line->file_name_off >= btf->nstr)
			return fail(&sys->diag, NULL, -EINVAL, "invalid line info %u", i);
		last = line->insn_off;
	}
	return 0;
}

/* The tag is of the instructions without what differs between loads (bpf_prog_calc_tag()). */
static void set_tag(const struct load *l, uint8_t tag[SYS_TAG_SIZE])
{
	size_t size = l->ninsns * sizeof(*l->insns);
	struct bpf_insn *copy = xmalloc(size);
	uint8_t sum[SHA256_SIZE];

	memcpy(copy, l->insns, size);
	for (uint32_t i = 0; i + 1 < l->ninsns; i++) {
		if (copy[i].code != (INSN_LD | INSN_IMM | INSN_DW))
			continue;
		if (copy[i].src_reg == PSEUDO_MAP_IDX || copy[i].src_reg == PSEUDO_MAP_IDX_VALUE) {
			copy[i].src_reg = copy[i].src_reg == PSEUDO_MAP_IDX ? PSEUDO_MAP_FD
									    : PSEUDO_MAP_VALUE;
			copy[i].imm = copy[i + 1].imm = 0;
		}
		i++;
	}
	sha256(copy, size, sum);
	memcpy(tag, sum, SYS_TAG_SIZE);
	free(copy);
}

/* What the running side wants of a load. */
static void fill_def(const struct load *l, struct program *p, struct prog_def *def)
{
	const struct btf *btf = l->btf ? l->btf->btf->btf : NULL;

	/* An extension is a program of its target's type, to all that runs it. */
	*def = (struct prog_def){
		.name = p->head.name,
		.type = l->type == PROG_TYPE_EXT ? p->head.prog.target_type : l->type,
		.attach_type = l->type == PROG_TYPE_EXT ? p->head.prog.target_attach_type
							: l->attach_type,
		.flags = l->flags,
		.insns = l->code.insns,
		.ninsns = l->code.ninsns,
		.subs = arena_array(&p->arena, struct subprog_def, p->nfuncs + 1),
		.nsubs = p->nfuncs,
		.lines = arena_array(&p->arena, struct line_def, p->nlines + 1),
		.nlines = p->nlines,
		.exception_cb = l->code.exception_cb,
	};
	for (uint32_t i = 0; i < p->nfuncs; i++)
		def->subs[i] = (struct subprog_def){
			.name = btf_name(btf, p->funcs[i].type_id),
			.start = p->funcs[i].insn_off,
			.btf_id = p->funcs[i].type_id,
			.is_global =
				btf_vlen(btf_type(btf, p->funcs[i].type_id)) == BTF_FUNC_GLOBAL,
		};
	for (uint32_t i = 0; i < p->nlines; i++)
		def->lines[i] = (struct line_def){
			.insn = p->lines[i].insn_off,
			.file = btf_str(btf, p->lines[i].file_name_off),
			.text = btf_str(btf, p->lines[i].line_off),
			.line = p->lines[i].line_col >> 10,
			.col = p->lines[i].line_col & 0x3ff,
		};
}

static void fill_head(const struct load *l, struct blob_head *h)
{
	memcpy(h->name, l->name, sizeof(h->name));
	h->btf_id = l->btf ? l->btf->id : 0;
	h->prog.type = l->type;
	h->prog.attach_type = l->attach_type;
	h->prog.flags = l->flags;
	h->prog.attach_btf_id = l->attach_btf_id;
	if (l->target) {
		h->prog.attach_prog_id = l->target->id;
		h->prog.target_type = l->target->prog->head.prog.type;
		h->prog.target_attach_type = l->target->prog->head.prog.attach_type;
	}
	h->prog.ninsns = l->ninsns;
	h->prog.nmaps = (uint32_t)l->maps.n;
	h->prog.nfuncs = l->nfuncs;
	h->prog.nlines = l->nlines;
	h->prog.license_size = (uint32_t)strlen(l->license) + 1;
	h->prog.gpl = l->gpl;
	set_tag(l, h->prog.tag);
}

int program_new(struct sys *sys, const struct load *l, struct program **out)
{
	struct program *p = xcalloc(1, sizeof(*p));
	struct arena *a = &p->arena;
	uint32_t n = (uint32_t)l->maps.n;
	struct map **maps = arena_array(a, struct map *, n + 1);
	uint32_t *ids = arena_array(a, uint32_t, n + 1);
	struct prog_def def;
	int err;

	fill_head(l, &p->head);
	p->funcs = arena_memdup(a, l->code.funcs, l->code.nfuncs * sizeof(*p->funcs));
	p->nfuncs = l->code.nfuncs;
	p->facts = arena_memdup(a, l->facts, l->code.nfuncs * sizeof(*p->facts));
	p->lines = arena_memdup(a, l->code.lines, l->code.nlines * sizeof(*p->lines));
	p->nlines = l->code.nlines;
	p->walked = l->walked;
	p->ctx_end = l->ctx_end;
	memcpy(p->buf_end, l->buf_end, sizeof(p->buf_end));
	p->maps = arena_array(a, struct object *, n + 1);
	for (uint32_t i = 0; i < n; i++) {
		maps[i] = l->maps.v[i]->map;
		ids[i] = l->maps.v[i]->id;
		p->maps[i] = l->maps.v[i];
	}
	p->map_ids = ids;
	fill_def(l, p, &def);
	err = prog_new(&def, maps, n, NULL, &sys->diag, &p->prog);
	if (err)
		p->prog = NULL;
	else
		run_bind(p->prog, l->btf ? l->btf->btf->btf : NULL, &sys->kernel);
	for (uint32_t i = 0; i < n && !err; i++)
		err = held_check_owner(p->maps[i], p);
	if (err)
		program_free(p);
	else
		*out = p;
	return err;
}

/* Counts what the program uses, here and by names in the store. */
static int refer(struct sys *sys, struct object *made, const struct load *l, bool by_name)
{
	int err = 0;

	for (uint32_t i = 0; i < l->maps.n; i++) {
		struct object *map = object_use(l->maps.v[i]);

		if (by_name && !err)
			err = store_ref(sys->store, STORE_PROG, made->id, STORE_MAP, map->id,
					map->fd);
	}
	made->btf_object = object_use(l->btf);
	made->prog->target = object_use(l->target);
	if (by_name && l->target && !err)
		err = store_ref(sys->store, STORE_PROG, made->id, STORE_PROG, l->target->id,
				l->target->fd);
	if (by_name && l->btf && !err)
		err = store_ref(sys->store, STORE_PROG, made->id, STORE_BTF, l->btf->id,
				l->btf->fd);
	return err;
}

static struct bytes pack(const struct load *l, const struct program *p)
{
	struct strbuf b = {0};
	struct bytes out;

	strbuf_addmem(&b, l->insns, l->ninsns * sizeof(*l->insns));
	strbuf_addmem(&b, p->map_ids, l->maps.n * sizeof(*p->map_ids));
	strbuf_addmem(&b, l->funcs, l->nfuncs * sizeof(*l->funcs));
	strbuf_addmem(&b, l->lines, l->nlines * sizeof(*l->lines));
	strbuf_addmem(&b, l->license, strlen(l->license) + 1);
	out = (struct bytes){(uint8_t *)b.s, b.len};
	return out;
}

int program_store(struct sys *sys, const struct load *l, struct program *prog, int *fd)
{
	struct object made = {.sys = sys, .kind = STORE_PROG, .fd = -1, .prog = prog};
	int err = store_create(sys->store, STORE_PROG, &made.id, fd);
	struct bytes data;

	if (err) {
		program_free(prog);
		return err;
	}
	data = pack(l, prog);
	prog->head.id = made.id;
	err = blob_write(*fd, STORE_PROG, &prog->head, data.data, data.size);
	free((void *)data.data);
	if (!err)
		blob_map_live(*fd, &prog->head, &prog->live);
	if (!err)
		err = refer(sys, &made, l, true);
	else
		refer(sys, &made, l, false);
	if (err)
		object_drop(&made);
	else
		err = object_add(sys, &made, *fd);
	if (err) {
		close(*fd);
		store_reap(sys->store, STORE_PROG, made.id);
	}
	return err;
}

/* Opening */

static const void *cut(struct bytes *data, uint64_t n, size_t size)
{
	const void *at = data->data;

	data->data += n * size;
	data->size -= n * size;
	return at;
}

/* Counts and sizes: everything has its place in the file, and nothing is left over. */
static int unpack(struct sys *sys, const struct blob_head *h, struct bytes data, struct load *l,
		  const uint32_t **ids)
{
	uint64_t n = h->prog.ninsns, need;

	need = n * sizeof(*l->insns) + (uint64_t)h->prog.nmaps * sizeof(**ids) +
	       (uint64_t)h->prog.nfuncs * sizeof(*l->funcs) +
	       (uint64_t)h->prog.nlines * sizeof(*l->lines) + h->prog.license_size;
	if (!n || n > MAX_INSNS || h->prog.nmaps > MAPS_MAX || h->prog.nfuncs > n ||
	    h->prog.nlines > n || !h->prog.license_size || h->prog.license_size > LICENSE_SIZE ||
	    need != data.size || data.data[data.size - 1] || !h->prog.type ||
	    h->prog.type >= PROG_TYPE_COUNT || check_name(l->name, h->name) != 0)
		return fail(&sys->diag, NULL, -EUCLEAN, "damaged: its parts do not fit");
	l->type = h->prog.type;
	l->attach_type = h->prog.attach_type;
	l->flags = h->prog.flags;
	l->attach_btf_id = h->prog.attach_btf_id;
	l->ninsns = (uint32_t)n;
	l->insns = (struct bpf_insn *)cut(&data, n, sizeof(*l->insns));
	*ids = cut(&data, h->prog.nmaps, sizeof(**ids));
	l->nfuncs = h->prog.nfuncs;
	l->funcs = cut(&data, l->nfuncs, sizeof(*l->funcs));
	l->nlines = h->prog.nlines;
	l->lines = cut(&data, l->nlines, sizeof(*l->lines));
	l->license = (const char *)data.data;
	l->gpl = h->prog.gpl;
	return 0;
}

/* The objects that a program uses, by their ids. */
static int find_used(struct sys *sys, const struct blob_head *h, const uint32_t *ids,
		     struct load *l)
{
	int err = 0;

	for (uint32_t i = 0; i < h->prog.nmaps && !err; i++) {
		struct object *o;

		err = object_by_id(sys, STORE_MAP, ids[i], &o);
		if (err)
			return fail(&sys->diag, NULL, err, "its map %u: %s", ids[i],
				    strerror(-err));
		vec_push(&l->maps, o);
	}
	if (h->prog.attach_prog_id && !err) {
		err = object_by_id(sys, STORE_PROG, h->prog.attach_prog_id, &l->target);
		if (err) {
			l->target = NULL;
			return fail(&sys->diag, NULL, err, "the program %u that it is for: %s",
				    h->prog.attach_prog_id, strerror(-err));
		}
	}
	if (!h->btf_id)
		return h->prog.nfuncs || h->prog.nlines ? -EUCLEAN : 0;
	err = object_by_id(sys, STORE_BTF, h->btf_id, &l->btf);
	if (err) {
		l->btf = NULL;
		return fail(&sys->diag, NULL, err, "its BTF %u: %s", h->btf_id, strerror(-err));
	}
	return load_check_info(sys, l);
}

int program_read(struct sys *sys, int fd, struct blob_head *head, struct load *l)
{
	struct bytes data;
	const uint32_t *ids = NULL;
	int err = blob_read(fd, STORE_PROG, &l->arena, head, &data, &sys->diag);

	if (!err)
		err = unpack(sys, head, data, l, &ids);
	return err ? err : find_used(sys, head, ids, l);
}

int prog_object_open(struct sys *sys, int fd, struct object *o)
{
	struct load l = {0};
	struct blob_head head;
	int err = program_read(sys, fd, &head, &l);

	if (!err)
		err = load_verify_again(sys, &l);
	if (!err)
		err = program_new(sys, &l, &o->prog);
	if (!err) {
		o->prog->head = head;
		o->id = head.id;
		blob_map_live(fd, &head, &o->prog->live);
		refer(sys, o, &l, false);
	}
	load_end(&l);
	return err;
}

/* PROG_BIND_MAP */
static int bind(struct call *c, struct object *prog, struct object *map)
{
	struct program *p = prog->prog;
	uint32_t n = p->head.prog.nmaps;
	struct object **maps;
	uint32_t *ids;

	for (uint32_t i = 0; i < n; i++)
		if (p->maps[i] == map)
			return 0;
	if (n == MAPS_MAX)
		return -E2BIG;
	maps = arena_array(&p->arena, struct object *, n + 1);
	ids = arena_array(&p->arena, uint32_t, n + 1);
	memcpy(maps, p->maps, n * sizeof(*maps));
	memcpy(ids, p->map_ids, n * sizeof(*ids));
	maps[n] = object_use(map);
	ids[n] = map->id;
	p->maps = maps;
	p->map_ids = ids;
	p->head.prog.nmaps = n + 1;
	return store_ref(c->sys->store, STORE_PROG, prog->id, STORE_MAP, map->id, map->fd);
}

long sys_prog_bind_map(struct call *c)
{
	struct object *prog, *map;
	int err;

	if (c->attr.prog_bind_map.flags)
		return -EINVAL;
	err = object_of(c->sys, (int)c->attr.prog_bind_map.prog_fd, STORE_PROG, &prog);
	if (!err)
		err = object_of(c->sys, (int)c->attr.prog_bind_map.map_fd, STORE_MAP, &map);
	return err ? err : bind(c, prog, map);
}
