/* The name of a file as the objects of the kernel's say it, dentry by dentry. */
#include <errno.h>
#include <string.h>

#include "core/btf/btf.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum { NAME_LEN = 256, DEPTH_MAX = 256 };

/* Where members are that a walk needs. */
struct offsets {
	uint32_t dentry, parent, name, text; /* path.dentry, dentry.d_parent, .d_name, qstr.name */
};

static bool find_member(const struct btf *btf, const char *type, const char *member, uint32_t *out)
{
	return btf_member_at(btf, btf_find(btf, type, BTF_KIND_STRUCT), member, out);
}

static bool find_offsets(const struct btf *btf, struct offsets *o)
{
	return btf && find_member(btf, "path", "dentry", &o->dentry) &&
	       find_member(btf, "dentry", "d_parent", &o->parent) &&
	       find_member(btf, "dentry", "d_name", &o->name) &&
	       find_member(btf, "qstr", "name", &o->text);
}

static bool peek_word(struct run_ctx *rc, uint64_t addr, uint64_t *out)
{
	return mem_peek(rc, out, addr, sizeof(*out));
}

/* The length of a dentry's name in out, or -1: there is none. */
static int read_name(struct run_ctx *rc, uint64_t dentry, const struct offsets *o,
		     char out[NAME_LEN])
{
	uint64_t text;

	if (!peek_word(rc, dentry + o->name + o->text, &text) || !text)
		return -1;
	for (int n = 0; n < NAME_LEN; n++) {
		if (!mem_peek(rc, out + n, text + (uint64_t)n, 1))
			return -1;
		if (!out[n])
			return n;
	}
	return -1;
}

/* Writes from the end of buf to its begin; where the path begins, or -ENAMETOOLONG. */
static int64_t build(struct run_ctx *rc, uint64_t dentry, const struct offsets *o, char *buf,
		     uint32_t size)
{
	char name[NAME_LEN];
	uint32_t at = size;
	uint64_t parent;

	if (!size)
		return -ENAMETOOLONG;
	buf[--at] = '\0';
	for (int depth = 0; depth < DEPTH_MAX && dentry; depth++) {
		int n = read_name(rc, dentry, o, name);

		if (!peek_word(rc, dentry + o->parent, &parent) || parent == dentry || n <= 0 ||
		    (n == 1 && *name == '/'))
			break;
		if ((uint32_t)n + 1 > at)
			return -ENAMETOOLONG;
		at -= (uint32_t)n + 1;
		buf[at] = '/';
		memcpy(buf + at + 1, name, (size_t)n);
		dentry = parent;
	}
	if (at == size - 1) {
		if (!at)
			return -ENAMETOOLONG;
		buf[--at] = '/';
	}
	return at;
}

/* bpf_d_path(): the length with the NUL. */
static uint64_t d_path(struct run_ctx *rc, uint64_t path, uint64_t out, uint32_t size)
{
	char *buf = arg_mem_out(rc, out, size);
	struct offsets o;
	uint64_t dentry;
	int64_t at;

	if (!buf || !size)
		return 0;
	if (!find_offsets(btf_read(rc->rt->kernel), &o) || !peek_word(rc, path + o.dentry, &dentry))
		return -EFAULT;
	at = build(rc, dentry, &o, buf, size);
	if (at < 0)
		return (uint64_t)at;
	memmove(buf, buf + at, size - (uint32_t)at);
	return size - (uint32_t)at;
}

HELPER_FN(d_path, path, buf, size)
{
	return d_path(rc, path, buf, (uint32_t)size);
}

KFUNC_FN(bpf_path_d_path, path, buf, size)
{
	return (uint32_t)d_path(rc, path, buf, (uint32_t)size);
}
