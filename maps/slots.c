/*
 * Arrays of things of the machine: network devices, cpus, sockets, cgroups, perf events. A slot is
 * eight bytes, 0 when it is empty, which one store changes:
 *
 *	devmap		ifindex, and the id of a program, which is 0 here
 *	cpumap		length of a cpu's queue, and the id of a program, which is 0 here
 *	xskmap, sockmap, reuseport_sockarray  the socket's cookie
 *	cgroup_array	the cgroup's id
 *	perf_event_array  the event's id
 *
 * It names the thing, it does not keep it. devmap_hash and sockhash have such values in a hash
 * table. Who writes a value gives a descriptor of a socket, cgroup or event. The questions come in
 * the order of Linux's *_update_elem() of each type.
 */
#include <errno.h>
#include <linux/magic.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/obj/prog_type.h"
#include "maps/hash.h"

struct slots {
	struct map map;
	_Atomic uint64_t *at;
};

static struct slots *slots_of(struct map *map)
{
	return container_of(map, struct slots, map);
}

/* Creation */

static int check_slots(const struct map_def *def, bool may_be_8, struct diag *d)
{
	if (def->key_size != 4)
		return fail(d, NULL, -EINVAL, "map %s: its keys have 4 bytes", def->name);
	if (def->value_size != 4 && !(may_be_8 && def->value_size == 8))
		return fail(d, NULL, -EINVAL, "map %s: its values have 4 %sbytes", def->name,
			    may_be_8 ? "or 8 " : "");
	if (!def->max_entries)
		return fail(d, NULL, -EINVAL, "map %s: it needs max_entries", def->name);
	return 0;
}

static int fd_slots_check(const struct map_def *def, struct diag *d)
{
	return check_slots(def, false, d);
}

static int slots_check(const struct map_def *def, struct diag *d)
{
	return check_slots(def, true, d);
}

static int cpumap_check(const struct map_def *def, struct diag *d)
{
	int err = slots_check(def, d);

	if (!err && def->max_entries > REGION_CPUS)
		return fail(d, NULL, -E2BIG, "map %s: there are no %u cpus", def->name,
			    def->max_entries);
	return err;
}

static int slots_layout(struct map *map, struct region_head *head)
{
	head->body_size = (uint64_t)map->max_entries * sizeof(uint64_t);
	return head->body_size > MAP_BYTES_MAX ? -ENOMEM : 0;
}

static int slots_begin(struct map *map)
{
	slots_of(map)->at = (_Atomic uint64_t *)map->region->body;
	return 0;
}

/* What all have in common */

static _Atomic uint64_t *slot_at(struct map *map, const void *key)
{
	uint32_t i;

	memcpy(&i, key, sizeof(i));
	return i < map->max_entries ? &slots_of(map)->at[i] : NULL;
}

static uint32_t slots_count(struct map *map)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < map->max_entries; i++)
		n += atomic_load_explicit(&slots_of(map)->at[i], memory_order_relaxed) != 0;
	return n;
}

static int slots_next_key(struct map *map, const void *key, void *next)
{
	return next_index(map->max_entries, key, next);
}

static void *slots_lookup(struct map *map, const void *key, uint32_t cpu __unused)
{
	_Atomic uint64_t *at = slot_at(map, key);

	return at && atomic_load(at) ? (void *)at : NULL;
}

static int slots_copy(struct map *map, const void *key, void *value)
{
	_Atomic uint64_t *at = slot_at(map, key);
	uint64_t slot = at ? atomic_load(at) : 0;

	memcpy(value, &slot, map->value_size);
	return slot ? 0 : -ENOENT;
}

static uint8_t *slots_value_at(struct map *map, uintptr_t addr)
{
	uint64_t off = addr - (uintptr_t)slots_of(map)->at;

	return off < (uint64_t)map->max_entries * 8 && off % 8 < map->value_size
		       ? (uint8_t *)(addr - off % 8)
		       : NULL;
}

/* May this be written now? 0 with the slot. */
static int begin_write(struct map *map, const void *key, uint64_t flags, uint32_t cpu,
		       _Atomic uint64_t **at)
{
	if (flags > UPDATE_EXIST || cpu != MAP_ALL_CPUS)
		return -EINVAL;
	*at = slot_at(map, key);
	if (!*at)
		return -E2BIG;
	return map->region->writable ? 0 : -EPERM;
}

/* Slots that are always there: deleting one that is empty is nothing. */
static int slots_delete(struct map *map, const void *key, uint32_t cpu)
{
	_Atomic uint64_t *at;
	int err = begin_write(map, key, UPDATE_ANY, cpu, &at);

	if (err)
		return err == -E2BIG ? -EINVAL : err;
	atomic_store(at, 0);
	return 0;
}

static int fd_slots_delete(struct map *map, const void *key, uint32_t cpu)
{
	_Atomic uint64_t *at;
	int err = begin_write(map, key, UPDATE_ANY, cpu, &at);

	if (err)
		return err;
	return atomic_exchange(at, 0) ? 0 : -ENOENT;
}

/* Devices and cpus */

static int check_device(const struct map *map, const void *value)
{
	uint32_t word[2] = {0};
	char name[IF_NAMESIZE];

	memcpy(word, value, map->value_size);
	if (!word[0])
		return (int32_t)word[1] > 0 ? -EINVAL : 0;
	if (!if_indextoname(word[0], name))
		return -EINVAL;
	return (int32_t)word[1] > 0 ? -ENOTSUPP : 0;
}

static int devmap_update(struct map *map, const void *key, const void *value, uint64_t flags,
			 uint32_t cpu)
{
	_Atomic uint64_t *at;
	int err = begin_write(map, key, flags, cpu, &at);
	uint32_t ifindex;

	if (err)
		return err;
	if (flags == UPDATE_NOEXIST)
		return -EEXIST;
	err = check_device(map, value);
	if (err)
		return err;
	memcpy(&ifindex, value, sizeof(ifindex));
	atomic_store(at, ifindex);
	return 0;
}

static int cpumap_update(struct map *map, const void *key, const void *value, uint64_t flags,
			 uint32_t cpu)
{
	enum { QUEUE_MAX = 16384 };
	_Atomic uint64_t *at;
	uint32_t word[2] = {0}, which;
	int err = begin_write(map, key, flags, cpu, &at);

	if (err)
		return err;
	memcpy(word, value, map->value_size);
	memcpy(&which, key, sizeof(which));
	if (flags == UPDATE_NOEXIST)
		return -EEXIST;
	if (word[0] > QUEUE_MAX)
		return -EOVERFLOW;
	if ((long)which >= sysconf(_SC_NPROCESSORS_CONF))
		return -ENODEV;
	if (word[0] && (int32_t)word[1] > 0)
		return -ENOTSUPP;
	atomic_store(at, word[0]);
	return 0;
}

/* Devices by any number: to ask for one that is there already (BPF_EXIST) makes no difference. */

static int devmap_hash_check(const struct map_def *def, struct diag *d)
{
	int err = slots_check(def, d);

	if (!err && def->max_entries > 1u << 31)
		return fail(d, NULL, -EINVAL, "map %s: %u elements are too many", def->name,
			    def->max_entries);
	return err;
}

static int devmap_hash_update(struct map *map, const void *key, const void *value, uint64_t flags,
			      uint32_t cpu)
{
	uint32_t ifindex;
	int err;

	memcpy(&ifindex, value, sizeof(ifindex));
	if (flags > UPDATE_EXIST || !ifindex || cpu != MAP_ALL_CPUS)
		return -EINVAL;
	if (flags == UPDATE_NOEXIST && hash_lookup(map, key, cpu))
		return -EEXIST;
	err = check_device(map, value);
	return err ? err : hash_update(map, key, value, flags & UPDATE_NOEXIST, cpu);
}

static int hash_slots_delete(struct map *map, const void *key, uint32_t cpu)
{
	return cpu == MAP_ALL_CPUS ? hash_delete(map, key, cpu) : -EINVAL;
}

/* Sockets */

static int option(int fd, int name)
{
	socklen_t size = sizeof(int);
	int value = 0;

	return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -errno;
}

static int cookie_of(int fd, uint64_t *cookie)
{
	socklen_t size = sizeof(*cookie);

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, cookie, &size) == 0 ? 0 : -errno;
}

static int xskmap_update(struct map *map, const void *key, const void *value, uint64_t flags,
			 uint32_t cpu)
{
	_Atomic uint64_t *at;
	uint64_t cookie, none = 0;
	int err = begin_write(map, key, flags, cpu, &at), fd;

	if (err)
		return err;
	memcpy(&fd, value, sizeof(fd));
	err = cookie_of(fd, &cookie);
	if (err)
		return err;
	if (option(fd, SO_DOMAIN) != AF_XDP)
		return -EOPNOTSUPP;
	if (atomic_load(at) == cookie)
		return 0;
	if (flags == UPDATE_NOEXIST)
		return atomic_compare_exchange_strong(at, &none, cookie) ? 0 : -EEXIST;
	if (flags == UPDATE_EXIST && !atomic_load(at))
		return -ENOENT;
	atomic_store(at, cookie);
	return 0;
}

static int xskmap_copy(struct map *map __unused, const void *key __unused, void *value __unused)
{
	return -EOPNOTSUPP;
}

/* Has an internet socket a port? */
static bool is_bound(int fd)
{
	union {
		struct sockaddr_storage any;
		struct sockaddr_in in; /* the port is where that of IPv6 is */
	} name = {0};
	socklen_t size = sizeof(name);

	return getsockname(fd, (struct sockaddr *)&name, &size) == 0 && name.in.sin_port;
}

/* sock_map_sk_is_suitable(), sock_map_sk_state_allowed() */
static int check_socket(int fd)
{
	int domain = option(fd, SO_DOMAIN), protocol = option(fd, SO_PROTOCOL);
	bool is_inet = domain == AF_INET || domain == AF_INET6;
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);

	if (is_inet && protocol == IPPROTO_UDP)
		return is_bound(fd) ? 0 : -EOPNOTSUPP;
	if (is_inet && protocol == IPPROTO_TCP && option(fd, SO_ACCEPTCONN) == 1)
		return 0;
	if ((is_inet && protocol == IPPROTO_TCP) ||
	    (domain == AF_UNIX && option(fd, SO_TYPE) == SOCK_STREAM))
		return getpeername(fd, (struct sockaddr *)&peer, &size) == 0 ? 0 : -EOPNOTSUPP;
	return domain == AF_UNIX ? 0 : -EOPNOTSUPP;
}

static int sock_of_value(const struct map *map, const void *value, uint64_t flags, uint64_t *cookie)
{
	uint64_t fd = 0;
	int err;

	memcpy(&fd, value, map->value_size);
	if (fd > INT32_MAX)
		return -EINVAL;
	err = cookie_of((int)fd, cookie);
	if (!err)
		err = check_socket((int)fd);
	return err ? err : flags > UPDATE_EXIST ? -EINVAL : 0;
}

static int sockmap_update(struct map *map, const void *key, const void *value, uint64_t flags,
			  uint32_t cpu)
{
	_Atomic uint64_t *at;
	uint64_t cookie, none = 0;
	int err = sock_of_value(map, value, flags, &cookie);

	if (!err)
		err = begin_write(map, key, flags, cpu, &at);
	if (err)
		return err;
	if (flags == UPDATE_NOEXIST)
		return atomic_compare_exchange_strong(at, &none, cookie) ? 0 : -EEXIST;
	if (flags == UPDATE_EXIST && !atomic_load(at))
		return -ENOENT;
	atomic_store(at, cookie);
	return 0;
}

static int sockmap_copy(struct map *map, const void *key, void *value)
{
	return map->value_size == 8 ? slots_copy(map, key, value) : -ENOSPC;
}

static int sockmap_delete(struct map *map, const void *key, uint32_t cpu)
{
	int err = fd_slots_delete(map, key, cpu);

	return err == -E2BIG || err == -ENOENT ? -EINVAL : err;
}

static int sockhash_check(const struct map_def *def, struct diag *d)
{
	enum { KEY_MAX = 512, BUCKETS_MAX = 1 << 27 }; /* MAX_BPF_STACK; U32_MAX bytes of buckets */

	if (!def->key_size || !def->max_entries || (def->value_size != 4 && def->value_size != 8))
		return fail(d, NULL, -EINVAL,
			    "map %s: it needs keys, max_entries and values of 4 or 8 bytes",
			    def->name);
	if (def->key_size > KEY_MAX)
		return fail(d, NULL, -E2BIG, "map %s: keys of %u bytes are too large", def->name,
			    def->key_size);
	if (def->max_entries > BUCKETS_MAX)
		return fail(d, NULL, -EINVAL, "map %s: %u elements are too many", def->name,
			    def->max_entries);
	return 0;
}

/* Nobody reads the half of a cookie that values of 4 bytes have room for. */
static int sockhash_update(struct map *map, const void *key, const void *value, uint64_t flags,
			   uint32_t cpu)
{
	uint64_t cookie;
	int err = cpu == MAP_ALL_CPUS ? sock_of_value(map, value, flags, &cookie) : -EINVAL;

	return err ? err : hash_update(map, key, &cookie, flags, cpu);
}

static int sockhash_copy(struct map *map, const void *key, void *value)
{
	return map->value_size == 8 ? hash_copy(map, key, value) : -ENOSPC;
}

/* Is the socket in any slot? Then it may not be put into another, or into the same once more. */
static bool is_taken(struct map *map, uint64_t cookie)
{
	for (uint32_t i = 0; i < map->max_entries; i++)
		if (atomic_load(&slots_of(map)->at[i]) == cookie)
			return true;
	return false;
}

/* reuseport_array_update_check(): bound, and of a group. */
static int check_reuseport(struct map *map, int fd, uint64_t cookie)
{
	int domain = option(fd, SO_DOMAIN), protocol = option(fd, SO_PROTOCOL);

	if ((domain != AF_INET && domain != AF_INET6) ||
	    (protocol != IPPROTO_UDP && protocol != IPPROTO_TCP))
		return -ENOTSUPP;
	if (option(fd, SO_REUSEPORT) != 1 ||
	    (protocol == IPPROTO_TCP && option(fd, SO_ACCEPTCONN) != 1) || !is_bound(fd))
		return -EINVAL;
	return is_taken(map, cookie) ? -EBUSY : 0;
}

static int reuseport_update(struct map *map, const void *key, const void *value, uint64_t flags,
			    uint32_t cpu)
{
	_Atomic uint64_t *at;
	uint64_t fd = 0, cookie;
	int err = begin_write(map, key, flags, cpu, &at);

	memcpy(&fd, value, map->value_size);
	if (!err && fd > INT32_MAX)
		err = -EINVAL;
	if (!err)
		err = cookie_of((int)fd, &cookie);
	if (err)
		return err;
	if (flags == UPDATE_NOEXIST && atomic_load(at))
		return -EEXIST;
	if (flags == UPDATE_EXIST && !atomic_load(at))
		return -ENOENT;
	err = check_reuseport(map, (int)fd, cookie);
	if (!err)
		atomic_store(at, cookie);
	return err;
}

/* cgroups and perf events */

static int cgroup_of(int fd, uint64_t *id)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(fd, &fs) != 0 || fstat(fd, &st) != 0 || fs.f_type != CGROUP2_SUPER_MAGIC ||
	    !S_ISDIR(st.st_mode))
		return -EBADF;
	*id = st.st_ino;
	return 0;
}

static int event_of(int fd, uint64_t *id)
{
	return ioctl(fd, PERF_EVENT_IOC_ID, id) == 0 ? 0 : -EBADF;
}

static int fd_slots_update(struct map *map, const void *key, const void *value, uint64_t flags,
			   uint32_t cpu)
{
	_Atomic uint64_t *at;
	uint64_t id;
	int err = flags ? -EINVAL : begin_write(map, key, flags, cpu, &at), fd;

	memcpy(&fd, value, sizeof(fd));
	if (!err)
		err = map->ops->type == MAP_TYPE_CGROUP_ARRAY ? cgroup_of(fd, &id)
							      : event_of(fd, &id);
	if (!err)
		atomic_store(at, id);
	return err;
}

#define SLOTS_MAP(name, TYPE, known, ...)                                                          \
	const struct map_ops name##_map_ops = {.type = MAP_TYPE_##TYPE,                            \
					       .flags = known,                                     \
					       .size = sizeof(struct slots),                       \
					       .layout = slots_layout,                             \
					       .begin = slots_begin,                               \
					       .count = slots_count,                               \
					       .next_key = slots_next_key,                         \
					       __VA_ARGS__}
#define OPEN_FLAGS (MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY)

SLOTS_MAP(devmap, DEVMAP, OPEN_FLAGS, .key = MAP_KEY_UNTYPED, .check = slots_check,
	  .lookup = slots_lookup, .copy = slots_copy, .update = devmap_update,
	  .delete = slots_delete, .value_at = slots_value_at);
SLOTS_MAP(cpumap, CPUMAP, MAP_NUMA_NODE, .key = MAP_KEY_UNTYPED, .check = cpumap_check,
	  .lookup = slots_lookup, .copy = slots_copy, .update = cpumap_update,
	  .delete = slots_delete, .value_at = slots_value_at);
SLOTS_MAP(xskmap, XSKMAP, OPEN_FLAGS, .key = MAP_KEY_UNTYPED, .check = fd_slots_check,
	  .lookup = slots_lookup, .copy = xskmap_copy, .update = xskmap_update,
	  .delete = slots_delete);
SLOTS_MAP(sockmap, SOCKMAP, OPEN_FLAGS, .key = MAP_KEY_UNTYPED, .check = slots_check,
	  .copy = sockmap_copy, .update = sockmap_update, .delete = sockmap_delete);
SLOTS_MAP(reuseport_sockarray, REUSEPORT_SOCKARRAY, OPEN_FLAGS | MAP_RDONLY_PROG | MAP_WRONLY_PROG,
	  .check = slots_check, .copy = sockmap_copy, .update = reuseport_update,
	  .delete = fd_slots_delete);
SLOTS_MAP(cgroup_array, CGROUP_ARRAY, OPEN_FLAGS, .key = MAP_KEY_UNTYPED, .check = fd_slots_check,
	  .update = fd_slots_update, .delete = fd_slots_delete);
SLOTS_MAP(perf_event_array, PERF_EVENT_ARRAY, OPEN_FLAGS | MAP_PRESERVE_ELEMS,
	  .key = MAP_KEY_UNTYPED, .check = fd_slots_check, .update = fd_slots_update,
	  .delete = fd_slots_delete);

const struct map_ops devmap_hash_map_ops = {
	.type = MAP_TYPE_DEVMAP_HASH,
	.key = MAP_KEY_UNTYPED,
	.flags = OPEN_FLAGS,
	.size = sizeof(struct hash),
	.check = devmap_hash_check,
	.layout = hash_layout,
	.begin = hash_begin,
	.repair = hash_repair,
	.check_whole = hash_check_whole,
	.count = hash_count,
	.lookup = hash_lookup,
	.copy = hash_copy,
	.update = devmap_hash_update,
	.delete = hash_slots_delete,
	.next_key = hash_next_key,
	.value_at = hash_value_at,
};

const struct map_ops sockhash_map_ops = {
	.type = MAP_TYPE_SOCKHASH,
	.key = MAP_KEY_UNTYPED,
	.flags = OPEN_FLAGS,
	.size = sizeof(struct hash),
	.check = sockhash_check,
	.layout = hash_layout,
	.begin = hash_begin,
	.repair = hash_repair,
	.check_whole = hash_check_whole,
	.count = hash_count,
	.copy = sockhash_copy,
	.update = sockhash_update,
	.delete = hash_slots_delete,
	.next_key = hash_next_key,
};
