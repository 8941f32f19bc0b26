/*
 * Local storage: a value that belongs to a socket, task, inode or cgroup. In Linux it hangs on its
 * owner; here it is a hash table (maps/htab.h) from the owner's number to the value. Outside of
 * programs a key is a descriptor of the owner:
 *
 *	sk_storage	the socket's cookie
 *	task_storage	the pid that a pidfd stands for
 *	inode_storage	device and number of the inode
 *	cgrp_storage	the cgroup's id
 *
 * and inside it is that number, 8 bytes. The two older types that belong to a cgroup and an attach
 * type have their keys written out. Linux keeps as many values as there are owners; a region has a
 * size, so there is room for a number of them that depends on the value's size.
 */
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "core/obj/prog_type.h"
#include "maps/hash.h"

enum {
	OWNERS_MIN = 64,
	OWNERS_MAX = 8192,
	OWNER_BYTES = 16 << 20,	 /* of all values, when that is room for OWNERS_MIN of them */
	VALUE_MAX = 65535 - 128, /* BPF_LOCAL_STORAGE_MAX_VALUE_SIZE */
};

static struct hash *hash_of(struct map *map)
{
	return container_of(map, struct hash, map);
}

/* bpf_local_storage_map_alloc_check() */
static int storage_check(const struct map_def *def, struct diag *d)
{
	if (!(def->flags & MAP_NO_PREALLOC) || def->max_entries)
		return fail(
			d, NULL, -EINVAL,
			"map %s: local storage is made with no_prealloc and without max_entries",
			def->name);
	if (def->key_size != sizeof(int) || !def->value_size)
		return fail(d, NULL, -EINVAL, "map %s: its keys are descriptors, 4 bytes%s",
			    def->name, def->value_size ? "" : ", and it needs a value");
	if (!def->btf_key_id || !def->btf_value_id)
		return fail(d, NULL, -EINVAL, "map %s: local storage needs types", def->name);
	if (def->value_size > VALUE_MAX)
		return fail(d, NULL, -E2BIG, "map %s: values of %u bytes are too large", def->name,
			    def->value_size);
	return 0;
}

/* cgroup_storage_map_alloc() */
static int check_cgroup_storage(const struct map_def *def, uint32_t most, struct diag *d)
{
	enum { SHARED = 8, BY_ATTACH_TYPE = 16 }; /* __u64, struct bpf_cgroup_storage_key */

	if (def->key_size != SHARED && def->key_size != BY_ATTACH_TYPE)
		return fail(d, NULL, -EINVAL, "map %s: its keys have 8 or 16 bytes", def->name);
	if (!def->value_size)
		return fail(d, NULL, -EINVAL, "map %s: it needs a value", def->name);
	if (def->value_size > most)
		return fail(d, NULL, -E2BIG, "map %s: values of %u bytes are too large", def->name,
			    def->value_size);
	if (def->max_entries)
		return fail(d, NULL, -EINVAL, "map %s: it is made without max_entries", def->name);
	return 0;
}

static int cgroup_storage_check(const struct map_def *def, struct diag *d)
{
	return check_cgroup_storage(def, VALUE_MAX, d);
}

static int percpu_cgroup_storage_check(const struct map_def *def, struct diag *d)
{
	int err = check_percpu_value(def, d);

	return err ? err : check_cgroup_storage(def, VALUE_MAX, d);
}

static uint32_t room_for_owners(const struct map *map)
{
	uint64_t n = OWNER_BYTES / map_user_size(map);

	return (uint32_t)(n < OWNERS_MIN ? OWNERS_MIN : min(n, (uint64_t)OWNERS_MAX));
}

static int layout(struct map *map, uint32_t key_size, struct region_head *head)
{
	struct map table = *map;

	table.key_size = key_size;
	table.max_entries = room_for_owners(map);
	return htab_layout(&hash_of(map)->table, &table, map_user_size(map), head);
}

static int storage_layout(struct map *map, struct region_head *head)
{
	return layout(map, sizeof(uint64_t), head);
}

static int cgroup_storage_layout(struct map *map, struct region_head *head)
{
	return layout(map, map->key_size, head);
}

/* Owners by their descriptors */

static int socket_of(int fd, uint64_t *owner)
{
	socklen_t size = sizeof(*owner);

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, owner, &size) == 0 ? 0 : -errno;
}

static int task_of(int fd, uint64_t *owner)
{
	char path[64], line[256];
	long pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "re");
	if (!f)
		return -EBADF;
	while (!pid && fgets(line, sizeof(line), f))
		if (strncmp(line, "Pid:", 4) == 0)
			pid = strtol(line + 4, NULL, 10);
	fclose(f);
	*owner = (uint64_t)pid;
	return pid > 0 ? 0 : pid < 0 ? -ESRCH : -EBADF;
}

static int inode_of(int fd, uint64_t *owner)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -EBADF;
	*owner = hash_mem(&st.st_dev, sizeof(st.st_dev)) ^ st.st_ino;
	return 0;
}

static int cgroup_of(int fd, uint64_t *owner)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(fd, &fs) != 0 || fstat(fd, &st) != 0 || fs.f_type != CGROUP2_SUPER_MAGIC)
		return -EBADF;
	*owner = st.st_ino;
	return 0;
}

/* The owner's number that a key stands for; cpu tells who asks. */
static int owner_of(const struct map *map, const void *key, uint32_t cpu, uint64_t *owner)
{
	int fd;

	if (cpu != MAP_ALL_CPUS) {
		memcpy(owner, key, sizeof(*owner));
		return 0;
	}
	memcpy(&fd, key, sizeof(fd));
	switch (map->ops->type) {
	case MAP_TYPE_SK_STORAGE:
		return socket_of(fd, owner);
	case MAP_TYPE_TASK_STORAGE:
		return task_of(fd, owner);
	case MAP_TYPE_INODE_STORAGE:
		return inode_of(fd, owner);
	default:
		return cgroup_of(fd, owner);
	}
}

static void *storage_lookup(struct map *map, const void *key, uint32_t cpu)
{
	uint64_t owner;

	return owner_of(map, key, cpu, &owner) == 0 ? hash_lookup(map, &owner, cpu) : NULL;
}

static int storage_copy(struct map *map, const void *key, void *value)
{
	uint64_t owner;
	int err = owner_of(map, key, MAP_ALL_CPUS, &owner);

	return err ? err : hash_copy(map, &owner, value);
}

static int storage_copy_locked(struct map *map, const void *key, void *value)
{
	uint64_t owner;
	int err = owner_of(map, key, MAP_ALL_CPUS, &owner);

	return err ? err : hash_copy_locked(map, &owner, value);
}

static int storage_update(struct map *map, const void *key, const void *value, uint64_t flags,
			  uint32_t cpu)
{
	uint64_t owner;
	int err = owner_of(map, key, cpu, &owner);

	if (err)
		return err;
	err = hash_update(map, &owner, value, flags, cpu);
	return err == -E2BIG ? -ENOMEM : err;
}

static int storage_delete(struct map *map, const void *key, uint32_t cpu)
{
	uint64_t owner;
	int err = owner_of(map, key, cpu, &owner);

	return err ? err : hash_delete(map, &owner, cpu);
}

/* What is not attached has no storage to be written; programs make theirs. */
static int cgroup_storage_update(struct map *map, const void *key, const void *value,
				 uint64_t flags, uint32_t cpu)
{
	if (cpu == MAP_ALL_CPUS && flags & UPDATE_NOEXIST)
		return -EINVAL;
	if (cpu == MAP_ALL_CPUS)
		flags |= UPDATE_EXIST;
	return hash_update(map, key, value, flags, cpu);
}

static int cgroup_storage_delete(struct map *map __unused, const void *key __unused,
				 uint32_t cpu __unused)
{
	return -EINVAL;
}

#define STORAGE_MAP(name, TYPE, kept)                                                              \
	const struct map_ops name##_map_ops = {                                                    \
		.type = MAP_TYPE_##TYPE,                                                           \
		.key = MAP_KEY_INT,                                                                \
		.fields = FIELDS_LOCK | FIELDS_KPTR | (kept),                                      \
		.flags = MAP_NO_PREALLOC | MAP_CLONE,                                              \
		.size = sizeof(struct hash),                                                       \
		.check = storage_check,                                                            \
		.layout = storage_layout,                                                          \
		.begin = hash_begin,                                                               \
		.repair = hash_repair,                                                             \
		.check_whole = hash_check_whole,                                                   \
		.count = hash_count,                                                               \
		.lookup = storage_lookup,                                                          \
		.copy = storage_copy,                                                              \
		.copy_locked = storage_copy_locked,                                                \
		.lock = map_lock_value,                                                            \
		.unlock = map_unlock_value,                                                        \
		.update = storage_update,                                                          \
		.delete = storage_delete,                                                          \
		.each_value = hash_each_value,                                                     \
		.value_at = hash_value_at,                                                         \
	}

STORAGE_MAP(sk_storage, SK_STORAGE, 0);
STORAGE_MAP(task_storage, TASK_STORAGE, BTF_FIELD_UPTR);
STORAGE_MAP(inode_storage, INODE_STORAGE, 0);
STORAGE_MAP(cgrp_storage, CGRP_STORAGE, 0);

#define CGROUP_STORAGE_MAP(name, TYPE, ...)                                                        \
	const struct map_ops name##_map_ops = {.type = MAP_TYPE_##TYPE,                            \
					       .key = MAP_KEY_CGROUP,                              \
					       .flags = MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY |  \
							MAP_RDONLY_PROG | MAP_WRONLY_PROG,         \
					       .size = sizeof(struct hash),                        \
					       .check = name##_check,                              \
					       .layout = cgroup_storage_layout,                    \
					       .begin = hash_begin,                                \
					       .repair = hash_repair,                              \
					       .check_whole = hash_check_whole,                    \
					       .count = hash_count,                                \
					       .copy = hash_copy,                                  \
					       .update = cgroup_storage_update,                    \
					       .delete = cgroup_storage_delete,                    \
					       .next_key = hash_next_key,                          \
					       .value_at = hash_value_at,                          \
					       __VA_ARGS__}

CGROUP_STORAGE_MAP(cgroup_storage, CGROUP_STORAGE, .fields = FIELDS_LOCK, .lookup = hash_lookup,
		   .copy_locked = hash_copy_locked, .lock = map_lock_value,
		   .unlock = map_unlock_value);
CGROUP_STORAGE_MAP(percpu_cgroup_storage, PERCPU_CGROUP_STORAGE, .percpu = true,
		   .lookup = percpu_hash_lookup);
