/* Maps of devices, cpus and sockets: real sockets, program's side, garbled slots. */
#include "maps/maps.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/obj/prog_type.h"
#include "maps/region.h"
#include "tests/unit/unit.h"

static void drop(struct diag *d __unused, enum severity sev __unused,
		 const struct loc *loc __unused, const char *msg __unused)
{
}

static struct diag quiet = {.sink = drop};

static struct map *make(uint32_t type, uint32_t value_size)
{
	struct map_def def = {.name = "m", .type = type, .key_size = 4, .value_size = value_size,
			      .max_entries = 2};
	struct map *map = NULL;
	int err = map_new(&def, 1, &quiet, &map);

	CHECK(!err, "%d", err);
	return map;
}

static void test_program_side(uint32_t type)
{
	uint32_t lo = if_nametoindex("lo"), key = 1, *value;
	struct map *m = make(type, 4);

	if (!lo) {
		map_free(m);
		return;
	}
	CHECK(m->ops->update(m, &key, &lo, UPDATE_ANY, 0) == -EINVAL);
	CHECK(m->ops->lookup(m, &key, 0) == NULL);
	CHECK(map_update(m, &key, &lo, UPDATE_ANY) == 0 && m->ops->count(m) == 1);
	value = m->ops->lookup(m, &key, 0);
	CHECK(value && *value == lo && m->ops->value_at(m, (uintptr_t)value) == (uint8_t *)value);
	CHECK(m->ops->delete(m, &key, 0) == -EINVAL && map_delete(m, &key) == 0);
	CHECK(m->ops->lookup(m, &key, 0) == NULL);
	map_free(m);
}

static void test_sockets(void)
{
	struct map *m = make(MAP_TYPE_SOCKMAP, 8), *x = make(MAP_TYPE_XSKMAP, 4);
	struct sockaddr_in any = {.sin_family = AF_INET};
	uint64_t udp = (uint64_t)socket(AF_INET, SOCK_DGRAM, 0), cookie = 0, got;
	uint64_t tcp = (uint64_t)socket(AF_INET, SOCK_STREAM, 0);
	socklen_t size = sizeof(cookie);
	uint32_t key = 0;

	getsockopt((int)udp, SOL_SOCKET, SO_COOKIE, &cookie, &size);
	CHECK(map_update(m, &key, &udp, UPDATE_ANY) == -EOPNOTSUPP, "it has no port");
	CHECK(bind((int)udp, (struct sockaddr *)&any, sizeof(any)) == 0);
	CHECK(map_update(m, &key, &udp, UPDATE_EXIST) == -ENOENT);
	CHECK(map_update(m, &key, &udp, UPDATE_NOEXIST) == 0);
	CHECK(map_update(m, &key, &udp, UPDATE_NOEXIST) == -EEXIST);
	CHECK(map_lookup(m, &key, &got) == 0 && got == cookie && cookie);
	CHECK(map_update(m, &key, &tcp, UPDATE_ANY) == -EOPNOTSUPP);
	CHECK(map_update(x, &key, &udp, UPDATE_ANY) == -EOPNOTSUPP);
	CHECK(map_delete(m, &key) == 0 && map_delete(m, &key) == -EINVAL);
	close((int)udp);
	close((int)tcp);
	map_free(m);
	map_free(x);
}

static void test_sock_tables(void)
{
	struct map *h = make(MAP_TYPE_SOCKHASH, 8), *r = make(MAP_TYPE_REUSEPORT_SOCKARRAY, 8);
	struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	uint64_t udp = (uint64_t)socket(AF_INET, SOCK_DGRAM, 0), got = 0;
	uint32_t key = 1;
	int one = 1;

	CHECK(map_update(r, &key, &udp, UPDATE_ANY) == -EINVAL);
	setsockopt((int)udp, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	CHECK(map_update(r, &key, &udp, UPDATE_ANY) == -EINVAL);
	CHECK(bind((int)udp, (struct sockaddr *)&loopback, sizeof(loopback)) == 0);
	CHECK(map_update(h, &key, &udp, UPDATE_EXIST) == -ENOENT);
	CHECK(map_update(h, &key, &udp, UPDATE_ANY) == 0);
	CHECK(map_lookup(h, &key, &got) == 0 && got);
	CHECK(map_delete(h, &key) == 0 && map_delete(h, &key) == -ENOENT);
	CHECK(map_update(r, &key, &udp, UPDATE_NOEXIST) == 0);
	CHECK(map_update(r, &key, &udp, UPDATE_NOEXIST) == -EEXIST);
	CHECK(map_delete(r, &key) == 0 && map_delete(r, &key) == -ENOENT);
	close((int)udp);
	map_free(h);
	map_free(r);
}

/* What somebody wrote into a slot is a value and nothing more. */
static void test_garbled(void)
{
	struct map *m = make(MAP_TYPE_DEVMAP, 8);
	uint64_t value;
	uint32_t key;

	memset(m->region->body, 0xff, m->region->head.body_size);
	for (key = 0; key < 2; key++)
		CHECK(map_lookup(m, &key, &value) == 0 && value == UINT64_MAX);
	CHECK(map_lookup(m, &key, &value) == -ENOENT && m->ops->lookup(m, &key, 0) == NULL);
	map_free(m);
}

int main(void)
{
	test_program_side(MAP_TYPE_DEVMAP);
	test_program_side(MAP_TYPE_DEVMAP_HASH);
	test_sockets();
	test_sock_tables();
	test_garbled();
	return unit_report();
}
