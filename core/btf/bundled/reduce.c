/*
 * Reduces a kernel's BTF to what programs usually name, on stdout: `make bundled-btf` runs it.
 *
 *	reduce /sys/kernel/btf/vmlinux linux-6.18.roots > linux-6.18.btf
 *
 * A line of the roots file is a kind (struct, union, typedef, enum, func, var), a pattern as the
 * shell has them, and a number of pointers to follow; "tag PATTERN" means the functions so tagged,
 * and the way from a function to its prototype counts as a pointer. What a kept type holds is kept;
 * what it points to is kept while the number lasts, then named structs and unions become forward
 * declarations.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/btf/build.h"

/* keep[id]: 0 no, 1 as a forward declaration if it can be one, n + 2 whole with n pointers to
 * follow */
struct reducer {
	const struct btf *in;
	uint32_t *keep;
	uint32_t *new_id;
	uint32_t *work; /* ids to be looked at again */
	size_t nwork, capwork;
	struct btf_build out;
};

static void want(struct reducer *r, uint32_t id, uint32_t level)
{
	if (!id || r->keep[id] >= level)
		return;
	r->keep[id] = level;
	vec_grow((void **)&r->work, &r->capwork, r->nwork + 1, sizeof(*r->work));
	r->work[r->nwork++] = id;
}

/* A parameter or result: what it is must be whole, what it points to as its function is wanted. */
static void want_param(struct reducer *r, uint32_t id, uint32_t level)
{
	bool whole = btf_is_composite(btf_type(r->in, btf_resolve(r->in, id)));

	want(r, id, max(level, whole ? 2u : 1u));
}

static void want_parts(struct reducer *r, uint32_t id)
{
	const struct btf_type *t = btf_type(r->in, id);
	uint32_t level = r->keep[id];

	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		if (level == 1 && *btf_name(r->in, id))
			return;
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			want(r, btf_members(t)[i].type, max(level, 2u));
		return;
	case BTF_KIND_PTR:
		want(r, t->type, max(level, 2u) - 1);
		return;
	case BTF_KIND_ARRAY:
		want(r, btf_array(t)->type, max(level, 2u));
		want(r, btf_array(t)->index_type, 1);
		return;
	case BTF_KIND_FUNC_PROTO:
		want_param(r, t->type, level);
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			want_param(r, btf_params(t)[i].type, level);
		return;
	case BTF_KIND_FUNC:
		want(r, t->type, max(level, 2u) - 1);
		return;
	case BTF_KIND_VAR:
		want(r, t->type, 2);
		return;
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FLOAT:
	case BTF_KIND_FWD:
		return;
	default: /* typedefs and modifiers */
		want(r, t->type, level);
	}
}

static void close_over(struct reducer *r)
{
	while (r->nwork)
		want_parts(r, r->work[--r->nwork]);
}

/* ---- roots ---- */

static bool is_kind(const char *word, uint32_t kind)
{
	static const struct {
		const char *word;
		uint32_t kind;
	} kinds[] = {
		{"struct", BTF_KIND_STRUCT},   {"union", BTF_KIND_UNION},
		{"typedef", BTF_KIND_TYPEDEF}, {"enum", BTF_KIND_ENUM},
		{"enum", BTF_KIND_ENUM64},     {"func", BTF_KIND_FUNC},
		{"var", BTF_KIND_VAR},
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].kind == kind && strcmp(kinds[i].word, word) == 0)
			return true;
	return false;
}

/* Anonymous enums go by the names of their first value. */
static const char *root_name(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, id);

	if (btf_kind(t) == BTF_KIND_ENUM && !*btf_name(btf, id) && btf_vlen(t))
		return btf_str(btf, btf_enums(t)->name_off);
	return btf_name(btf, id);
}

static uint32_t add_root(struct reducer *r, const char *word, const char *pattern, uint32_t level)
{
	bool is_tag = strcmp(word, "tag") == 0;
	uint32_t n = 0;

	for (uint32_t id = 1; id < r->in->nids; id++) {
		const struct btf_type *t = btf_type(r->in, id);

		if (!(is_tag ? btf_kind(t) == BTF_KIND_DECL_TAG : is_kind(word, btf_kind(t))) ||
		    fnmatch(pattern, root_name(r->in, id), 0))
			continue;
		want(r, is_tag ? t->type : id, level + 2);
		n++;
	}
	return n;
}

static int read_roots(struct reducer *r, const char *path, struct diag *d)
{
	struct arena a = {0};
	struct bytes file;
	int err = file_read(path, 0, &a, d, &file);
	struct loc loc = {.file = path};
	char *line = err ? NULL : (char *)file.data;

	for (char *next; line && *line; line = next) {
		char *end = strchrnul(line, '\n');
		char *word, *pattern, *number, *save;

		next = *end ? end + 1 : end;
		*end = '\0';
		loc.line++;
		word = strtok_r(line, " \t", &save);
		if (!word || *word == '#')
			continue;
		pattern = strtok_r(NULL, " \t", &save);
		number = strtok_r(NULL, " \t", &save);
		if (!pattern)
			err = fail(d, &loc, -EINVAL, "a kind without a pattern");
		else if (!add_root(r, word, pattern, number ? (uint32_t)atoi(number) : 0))
			warn(d, &loc, "no %s is called %s", word, pattern);
	}
	arena_free(&a);
	return err;
}

/* ---- output ---- */

static bool is_forward(const struct reducer *r, uint32_t id)
{
	return r->keep[id] == 1 && btf_is_composite(btf_type(r->in, id)) && *btf_name(r->in, id);
}

/* Tags stay with what they are about; a data section stays with what is left of it. */
static bool is_kept(const struct reducer *r, uint32_t id)
{
	const struct btf_type *t = btf_type(r->in, id);

	return btf_kind(t) == BTF_KIND_DECL_TAG	 ? r->keep[t->type] && !is_forward(r, t->type)
	       : btf_kind(t) == BTF_KIND_DATASEC ? true
						 : r->keep[id];
}

static void write_members(struct reducer *r, const struct btf_type *t)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];

		btf_add_member(&r->out, btf_str(r->in, m->name_off), r->new_id[m->type],
			       btf_member_bit(t, m), btf_member_bits(t, m));
	}
}

static void write_enum(struct reducer *r, const struct btf_type *t, const char *name)
{
	bool wide = btf_kind(t) == BTF_KIND_ENUM64;

	if (wide)
		btf_add_enum64(&r->out, name, t->size, btf_kflag(t));
	else
		btf_add_enum(&r->out, name, t->size, btf_kflag(t));
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		btf_add_value(&r->out,
			      btf_str(r->in,
				      wide ? btf_enums64(t)[i].name_off : btf_enums(t)[i].name_off),
			      wide ? btf_enum64_value(&btf_enums64(t)[i])
				   : (uint64_t)(int64_t)btf_enums(t)[i].val);
}

static void write_proto(struct reducer *r, const struct btf_type *t)
{
	btf_add_func_proto(&r->out, r->new_id[t->type]);
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		btf_add_param(&r->out, btf_str(r->in, btf_params(t)[i].name_off),
			      r->new_id[btf_params(t)[i].type]);
}

static void write_datasec(struct reducer *r, const struct btf_type *t, const char *name)
{
	btf_add_datasec(&r->out, name, t->size);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_var_secinfo *v = &btf_secinfos(t)[i];

		if (r->keep[v->type])
			btf_add_secinfo(&r->out, r->new_id[v->type], v->offset, v->size);
	}
}

static void write_type(struct reducer *r, uint32_t id)
{
	const struct btf_type *t = btf_type(r->in, id);
	const char *name = btf_name(r->in, id);
	bool is_union = btf_kind(t) == BTF_KIND_UNION;

	if (is_forward(r, id)) {
		btf_add_fwd(&r->out, name, is_union);
		return;
	}
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		btf_add_struct(&r->out, name, is_union, t->size);
		write_members(r, t);
		return;
	case BTF_KIND_INT:
		btf_add_record(&r->out, name, t->info, t->size);
		btf_add_word(&r->out, btf_int(t));
		return;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		write_enum(r, t, name);
		return;
	case BTF_KIND_ARRAY:
		btf_add_array(&r->out, r->new_id[btf_array(t)->type],
			      r->new_id[btf_array(t)->index_type], btf_array(t)->nelems);
		return;
	case BTF_KIND_FUNC_PROTO:
		write_proto(r, t);
		return;
	case BTF_KIND_FUNC:
		btf_add_func(&r->out, name, r->new_id[t->type], btf_vlen(t));
		return;
	case BTF_KIND_VAR:
		btf_add_var(&r->out, name, r->new_id[t->type], btf_var_linkage(t));
		return;
	case BTF_KIND_DATASEC:
		write_datasec(r, t, name);
		return;
	case BTF_KIND_DECL_TAG:
		btf_add_decl_tag(&r->out, name, r->new_id[t->type], btf_component(t));
		return;
	case BTF_KIND_FLOAT:
		btf_add_float(&r->out, name, t->size);
		return;
	case BTF_KIND_FWD:
		btf_add_fwd(&r->out, name, btf_kflag(t));
		return;
	default:
		btf_add_ref(&r->out, btf_kind(t), name, r->new_id[t->type]);
	}
}

static int write_all(struct reducer *r, struct arena *a)
{
	struct bytes blob;
	uint32_t n = 1;

	for (uint32_t id = 1; id < r->in->nids; id++)
		if (is_kept(r, id))
			r->new_id[id] = n++;
	for (uint32_t id = 1; id < r->in->nids; id++)
		if (r->new_id[id])
			write_type(r, id);
	blob = btf_build_finish(&r->out, false, a);
	return fwrite(blob.data, 1, blob.size, stdout) == blob.size && !fflush(stdout) ? 0 : -EIO;
}

int main(int argc, char **argv)
{
	struct diag d = {.prefix = "reduce"};
	struct arena a = {0};
	struct reducer r = {0};
	struct btf *btf = NULL;
	struct bytes file;
	int err;

	if (argc != 3)
		return 64;
	err = file_read(argv[1], 0, &a, &d, &file);
	if (!err)
		err = btf_parse(file.data, file.size, NULL, argv[1], &d, &btf);
	if (err)
		return 2;
	r.in = btf;
	r.keep = xcalloc(btf->nids, sizeof(*r.keep));
	r.new_id = xcalloc(btf->nids, sizeof(*r.new_id));
	err = read_roots(&r, argv[2], &d);
	close_over(&r);
	if (!err)
		err = write_all(&r, &a);
	btf_build_free(&r.out);
	btf_free(btf);
	free(r.keep);
	free(r.new_id);
	free(r.work);
	arena_free(&a);
	return err ? 2 : 0;
}
