/* Ids, and descriptions of objects. */
#include "core/sys/local.h"

/* Ids of other processes' objects that nobody has any more do not count. */
static long get_next_id(struct call *c, enum store_kind kind)
{
	uint32_t id = c->attr.start_id;
	int err;

	if (id >= INT32_MAX || c->attr.open_flags)
		return -EINVAL;
	objects_sweep(c->sys);
	do {
		err = store_next_id(c->sys->store, kind, id, &id);
		if (err)
			return err;
	} while (store_reap(c->sys->store, kind, id));
	c->attr.next_id = id;
	return put_attr(c, next_id);
}

static long get_fd_by_id(struct call *c, enum store_kind kind, uint32_t access)
{
	struct object *o;
	int fd, err;

	objects_sweep(c->sys);
	if (store_reap(c->sys->store, kind, c->attr.start_id))
		return -ENOENT;
	err = store_get_id(c->sys->store, kind, c->attr.start_id, access, &fd);
	if (err)
		return err;
	err = object_of(c->sys, fd, kind, &o);
	if (!err)
		return fd;
	close(fd);
	return err;
}

long sys_map_get_next_id(struct call *c)
{
	return get_next_id(c, STORE_MAP);
}

long sys_prog_get_next_id(struct call *c)
{
	return get_next_id(c, STORE_PROG);
}

long sys_btf_get_next_id(struct call *c)
{
	return get_next_id(c, STORE_BTF);
}

/* Records that PROG_ATTACH made are no links. */
static bool is_bare(struct sys *sys, uint32_t id)
{
	struct object *o;
	bool bare;

	if (object_by_id(sys, STORE_LINK, id, &o) != 0)
		return false;
	bare = hook_is_bare(o);
	object_put(o);
	return bare;
}

long sys_link_get_next_id(struct call *c)
{
	long err;

	do {
		err = get_next_id(c, STORE_LINK);
		c->attr.start_id = c->attr.next_id;
	} while (!err && is_bare(c->sys, c->attr.next_id));
	return err;
}

long sys_map_get_fd_by_id(struct call *c)
{
	const uint32_t access = STORE_RDONLY | STORE_WRONLY;
	uint32_t flags = c->attr.open_flags & ~SYS_F_TOKEN_FD;

	if (flags & ~access || flags == access)
		return -EINVAL;
	if (c->attr.open_flags & SYS_F_TOKEN_FD)
		return -EBADF;
	return get_fd_by_id(c, STORE_MAP, flags);
}

long sys_prog_get_fd_by_id(struct call *c)
{
	return get_fd_by_id(c, STORE_PROG, STORE_RDWR);
}

long sys_btf_get_fd_by_id(struct call *c)
{
	if (c->attr.open_flags & ~SYS_F_TOKEN_FD)
		return -EINVAL;
	if (c->attr.open_flags & SYS_F_TOKEN_FD)
		return -EBADF;
	return get_fd_by_id(c, STORE_BTF, STORE_RDWR);
}

long sys_link_get_fd_by_id(struct call *c)
{
	if (is_bare(c->sys, c->attr.link_id))
		return -ENOENT;
	return get_fd_by_id(c, STORE_LINK, STORE_RDWR);
}

/* Writes the part of a description that the caller has room for. */
static long put_info(struct call *c, const void *info, size_t size)
{
	uint32_t n = (uint32_t)min((size_t)c->attr.info.info_len, size);

	c->attr.info.info_len = n;
	if (copy_out(c->attr.info.info, info, n) != 0)
		return -EFAULT;
	return put_attr(c, info.info_len);
}

static long describe_map(struct call *c, const struct object *o)
{
	const struct map *map = o->map;
	bool is_typed = map->btf_value_id || map->kernel_value_id;
	struct sys_map_info info = {
		.type = map->ops->type,
		.id = o->id,
		.key_size = map->key_size,
		.value_size = map->value_size,
		.max_entries = map->max_entries,
		.map_flags = map->flags,
		.map_extra = map->extra,
		.btf_vmlinux_value_type_id = map->kernel_value_id,
		.btf_id = is_typed && o->btf_object ? o->btf_object->id : 0,
		.btf_key_type_id = map->btf_key_id,
		.btf_value_type_id = map->btf_value_id,
	};

	memcpy(info.name, map->name, sizeof(info.name));
	return put_info(c, &info, sizeof(info));
}

/* Fills a list of the caller's; *n is its room, and what there is afterwards. */
static int put_list(sys_ptr dst, uint32_t *n, const void *list, uint32_t have, size_t size)
{
	uint32_t room = min(*n, have);

	*n = have;
	return room && dst ? copy_out(dst, list, room * size) : 0;
}

/* The instructions that run, with maps by their ids (bpf_insn_prepare_dump()). */
static int put_xlated(const struct program *p, struct sys_prog_info *info)
{
	uint32_t n = p->prog->ninsns, size = n * (uint32_t)sizeof(struct bpf_insn);
	struct bpf_insn *insns = memcpy(xmalloc(size), p->prog->insns, size);
	int err;

	for (uint32_t i = 0; i < n; i += insn_slots(&insns[i])) {
		uint16_t op = p->prog->ops[i];

		if (op != OP_LD_IMM64_MAP_IDX && op != OP_LD_IMM64_MAP_IDX_VALUE)
			continue;
		insns[i].src_reg = op == OP_LD_IMM64_MAP_IDX ? PSEUDO_MAP_FD : PSEUDO_MAP_VALUE;
		insns[i].imm = (int32_t)p->map_ids[insns[i].imm];
	}
	err = put_list(info->xlated_prog_insns, &info->xlated_prog_len, insns, size, 1);
	free(insns);
	return err;
}

/* Of what the program was loaded for, until its first link took that. */
static uint32_t types_of_target(const struct program *p)
{
	bool consumed = p->live.at && p->live.at->is_consumed;

	return p->target && !consumed && p->target->btf_object ? p->target->btf_object->id : 0;
}

static long describe_prog(struct call *c, const struct object *o)
{
	const struct program *p = o->prog;
	const struct blob_head *h = &p->head;
	struct sys_prog_info info = {0};

	if (copy_in(&info, c->attr.info.info, min((size_t)c->attr.info.info_len, sizeof(info))) !=
	    0)
		return -EFAULT;
	info.type = h->prog.type;
	info.id = o->id;
	memcpy(info.tag, h->prog.tag, sizeof(info.tag));
	memcpy(info.name, h->name, sizeof(info.name));
	info.load_time = h->load_time;
	info.created_by_uid = h->uid;
	info.gpl_compatible = h->prog.gpl;
	info.btf_id = h->btf_id;
	info.attach_btf_id = h->prog.attach_btf_id;
	info.attach_btf_obj_id = types_of_target(p);
	info.func_info_rec_size = sizeof(struct func_info);
	info.line_info_rec_size = sizeof(struct line_info);
	info.jited_line_info_rec_size = sizeof(uint64_t);
	info.verified_insns = p->walked;
	info.jited_prog_len = info.nr_jited_ksyms = info.nr_jited_func_lens = 0;
	info.nr_jited_line_info = 0;
	info.ifindex = 0;
	if (p->live.at) {
		info.run_cnt = p->live.at->run_cnt;
		info.run_time_ns = p->live.at->run_time_ns;
		info.recursion_misses = p->live.at->misses;
	}
	if (put_list(info.map_ids, &info.nr_map_ids, p->map_ids, h->prog.nmaps, 4) != 0 ||
	    put_xlated(p, &info) != 0 ||
	    put_list(info.func_info, &info.nr_func_info, p->funcs, p->nfuncs, sizeof(*p->funcs)) ||
	    put_list(info.line_info, &info.nr_line_info, p->lines, p->nlines, sizeof(*p->lines)) ||
	    put_list(info.prog_tags, &info.nr_prog_tags, h->prog.tag, 1, SYS_TAG_SIZE) != 0)
		return -EFAULT;
	return put_info(c, &info, sizeof(info));
}

static long describe_btf(struct call *c, const struct object *o)
{
	struct sys_btf_info info = {0};

	if (copy_in(&info, c->attr.info.info, min((size_t)c->attr.info.info_len, sizeof(info))) !=
	    0)
		return -EFAULT;
	if (!info.name != !info.name_len)
		return -EINVAL;
	info.id = o->id;
	info.kernel_btf = 0;
	if (put_list(info.btf, &info.btf_size, o->btf->raw.data, (uint32_t)o->btf->raw.size, 1) ||
	    (info.name_len && copy_out(info.name, "", 1) != 0))
		return -EFAULT;
	info.name_len = 0;
	return put_info(c, &info, sizeof(info));
}

static long describe_link(struct call *c, const struct object *o)
{
	const struct link *link = o->link;
	const uint64_t *place = link->head.link.place;
	uint32_t attach_type = link->head.link.attach_type;
	bool detached = link->live.at && link->live.at->is_detached;
	int err = 0;
	struct sys_link_info info = {
		.type = link->head.link.type,
		.id = o->id,
		.prog_id = link->prog ? link->prog->id : 0,
	};

	switch (info.type) {
	case SYS_LINK_TRACING:
		info.tracing.attach_type = link->head.link.attach_type;
		info.tracing.target_obj_id = link->head.link.target_id;
		info.tracing.target_btf_id = link->head.link.target_btf_id;
		info.tracing.cookie = link->head.link.cookie;
		break;
	case SYS_LINK_XDP:
	case SYS_LINK_TCX:
	case SYS_LINK_NETKIT:
		info.device.ifindex = detached ? 0 : (uint32_t)place[0];
		info.device.attach_type = info.type == SYS_LINK_XDP ? 0 : attach_type;
		break;
	case SYS_LINK_NETNS:
		info.netns.inode = detached ? 0 : (uint32_t)place[1];
		info.netns.attach_type = attach_type;
		break;
	case SYS_LINK_SOCKMAP:
		info.sockmap.map_id = detached ? 0 : (uint32_t)place[0];
		info.sockmap.attach_type = attach_type;
		break;
	case SYS_LINK_NETFILTER:
		info.netfilter.pf = (uint32_t)(place[0] >> 32);
		info.netfilter.hooknum = (uint32_t)place[0];
		info.netfilter.priority = (int32_t)place[1];
		info.netfilter.flags = link->head.link.attach_flags;
		break;
	case SYS_LINK_ITER:
		err = iter_describe(c, link, &info);
		break;
	case SYS_LINK_STRUCT_OPS:
		info.struct_ops.map_id = detached ? 0 : struct_ops_map_of(link);
		break;
	default:
		info.cgroup.id = detached ? 0 : place[1];
		info.cgroup.attach_type = attach_type;
	}
	return err && err != -ENOSPC ? err : put_info(c, &info, sizeof(info)) ?: err;
}

long sys_obj_get_info(struct call *c)
{
	static const struct {
		size_t size;
		long (*fill)(struct call *c, const struct object *o);
	} infos[STORE_KINDS] = {
		[STORE_MAP] = {sizeof(struct sys_map_info), describe_map},
		[STORE_PROG] = {sizeof(struct sys_prog_info), describe_prog},
		[STORE_BTF] = {sizeof(struct sys_btf_info), describe_btf},
		[STORE_LINK] = {sizeof(struct sys_link_info), describe_link},
	};
	struct object *o;
	int err = object_of(c->sys, (int)c->attr.info.bpf_fd, ANY_KIND, &o);

	if (err)
		return err == -EBADF ? -EBADFD : err;
	err = check_tail(c->attr.info.info, infos[o->kind].size, c->attr.info.info_len);
	return err ? err : infos[o->kind].fill(c, o);
}
