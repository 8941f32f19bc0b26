/*
 * Descriptors of other things than objects, for scripts of door_t.c: sockets, control groups,
 * events, files. Nobody but the process itself knows of them.
 */
#ifndef TESTS_DOOR_THINGS_H
#define TESTS_DOOR_THINGS_H

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/base/base.h"

enum { NOTHING, BOUND, LISTENING, CONNECTED };

static const struct {
	const char *name;
	int domain, type;
	bool reuse;
	int state;
} sockets[] = {
	{"tcp", AF_INET, SOCK_STREAM, false, NOTHING},
	{"tcp-bound", AF_INET, SOCK_STREAM, true, BOUND},
	{"tcp-listening", AF_INET, SOCK_STREAM, false, LISTENING},
	{"tcp-group", AF_INET, SOCK_STREAM, true, LISTENING},
	{"tcp-connected", AF_INET, SOCK_STREAM, false, CONNECTED},
	{"udp", AF_INET, SOCK_DGRAM, false, NOTHING},
	{"udp-unbound-group", AF_INET, SOCK_DGRAM, true, NOTHING},
	{"udp-group", AF_INET, SOCK_DGRAM, true, BOUND},
	{"udp6-group", AF_INET6, SOCK_DGRAM, true, BOUND},
	{"unix", AF_UNIX, SOCK_STREAM, false, NOTHING},
	{"unix-dgram", AF_UNIX, SOCK_DGRAM, false, NOTHING},
	{"unix-connected", AF_UNIX, SOCK_STREAM, false, CONNECTED},
	{"packet", AF_PACKET, SOCK_RAW, false, NOTHING},
	{"xdp", AF_XDP, SOCK_RAW, false, NOTHING},
	{"netlink", AF_NETLINK, SOCK_RAW, false, NOTHING},
};

/* To a socket that stays open as long as this process is there. */
static int connect_tcp(int fd)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof(addr);
	int server = socket(AF_INET, SOCK_STREAM, 0);

	return bind(server, (struct sockaddr *)&addr, sizeof(addr)) || listen(server, 1) ||
	       getsockname(server, (struct sockaddr *)&addr, &size) ||
	       connect(fd, (struct sockaddr *)&addr, sizeof(addr));
}

static int open_socket(size_t i)
{
	struct sockaddr_storage any = {.ss_family = (sa_family_t)sockets[i].domain};
	int fd, err = 0, pair[2];

	if (sockets[i].domain == AF_UNIX && sockets[i].state == CONNECTED)
		return socketpair(AF_UNIX, sockets[i].type, 0, pair) == 0 ? pair[0] : -1;
	fd = socket(sockets[i].domain, sockets[i].type, 0);
	if (sockets[i].reuse)
		err |= setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int));
	if (sockets[i].state == BOUND)
		err |= bind(fd, (struct sockaddr *)&any, sizeof(struct sockaddr_in6));
	if (sockets[i].state == LISTENING)
		err |= listen(fd, 1);
	if (sockets[i].state == CONNECTED)
		err |= connect_tcp(fd);
	return err ? -1 : fd;
}

static int open_event(void)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE,
				       .size = sizeof(attr),
				       .config = PERF_COUNT_SW_BPF_OUTPUT,
				       .sample_type = PERF_SAMPLE_RAW};

	return (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0);
}

/* Of the hierarchy that maps know, wherever it is mounted. */
static int open_cgroup(void)
{
	static const char *const places[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	struct statfs fs;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (statfs(places[i], &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC)
			return open(places[i], O_RDONLY);
	return -1;
}

/* cgroup, event, a socket of the table, or the path of a file */
static int open_thing(const char *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(sockets); i++)
		if (strcmp(sockets[i].name, kind) == 0)
			return open_socket(i);
	if (strcmp(kind, "event") == 0)
		return open_event();
	return strcmp(kind, "cgroup") == 0 ? open_cgroup() : open(kind, O_RDONLY);
}

#endif
