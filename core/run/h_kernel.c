/* What programs ask of the kernel as a whole: its types, its symbols, bpf(2). */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/btf/btf.h"
#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

/* A name of size bytes with its NUL, or NULL with *err. */
static const char *arg_name(struct run_ctx *rc, uint64_t addr, uint32_t size, int *err)
{
	const char *name = arg_mem(rc, addr, size);

	*err = name ? -EINVAL : 0;
	return name && size > 1 && !name[size - 1] ? name : NULL;
}

HELPER_FN(btf_find_by_name_kind, name_arg, size, kind, flags)
{
	int err;
	const char *name = arg_name(rc, name_arg, (uint32_t)size, &err);
	const struct btf *kernel;
	uint32_t id;

	if (flags || !name)
		return (uint64_t)(int64_t)(flags ? -EINVAL : err);
	kernel = btf_read(rc->rt->kernel);
	id = kernel ? btf_find(kernel, name, (uint32_t)kind) : 0;
	return id ? id : (uint64_t)-ENOENT;
}

/* Nothing has an address here. */
HELPER_FN(kallsyms_lookup_name, name_arg, size, flags, out_arg)
{
	uint64_t *out = arg_mem_out(rc, out_arg, sizeof(*out));
	int err;
	const char *name = out ? arg_name(rc, name_arg, (uint32_t)size, &err) : NULL;

	if (!out)
		return 0;
	*out = 0;
	if (flags || !name)
		return (uint64_t)(int64_t)(flags ? -EINVAL : err);
	return -ENOENT;
}

HELPER_FN(sys_bpf, cmd, attr, size)
{
	void *in = arg_mem_out(rc, attr, (uint32_t)size);

	if (!in)
		return 0;
	return rc->rt->bpf ? rc->rt->bpf(rc->rt->bpf_arg, (int)cmd, in, (uint32_t)size) : -EPERM;
}

/* A descriptor that bpf(2) gave. */
HELPER_FN(sys_close, fd)
{
	if (!rc->rt->bpf)
		return -EPERM;
	/* Not the standard streams, which no bpf(2) hands out. */
	return (int)fd > STDERR_FILENO && close((int)fd) == 0 ? 0 : -EBADF;
}

/* Hashes that an integrity measurement would have. */
HELPER_FN(ima_inode_hash)
{
	return -EOPNOTSUPP;
}

HELPER_FN(ima_file_hash)
{
	return -EOPNOTSUPP;
}

KFUNC_FN(bpf_map_sum_elem_count, map_arg)
{
	const struct run_shown *shown = &rc->rt->shown;
	bool is_shown = shown->map && map_arg == shown->addr;
	struct map *map = is_shown ? shown->map : arg_kfunc_map(rc, map_arg);

	return map && map->ops->count ? map->ops->count(map) : 0;
}

/* No address belongs to a cache of the kernel's. */
KFUNC_FN(bpf_get_kmem_cache)
{
	return 0;
}
