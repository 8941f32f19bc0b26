/* The door from C: the wrapper library, and descriptors that travel between processes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/ebpf.h"
#include "tests/unit/unit.h"

enum { HASH = 1, ARRAY = 2, XDP = 6, FUNC_LOOKUP = 1, ADD = 0x00, JEQ = 0x10 };

static char dir[] = "/tmp/door_testXXXXXX";

/* A program that counts in element 0 of a map. */
static int load_counter(struct ebpf_store *s, int map)
{
	const struct ebpf_insn insns[] = {
		EBPF_ST('W', 10, -4, 0),
		EBPF_MOV64_REG(2, 10),
		EBPF_ALU64_IMM(ADD, 2, -4),
		EBPF_LD_MAP_FD(1, map),
		EBPF_CALL(FUNC_LOOKUP),
		EBPF_JMP_IMM(JEQ, 0, 0, 3),
		EBPF_LDX('D', 1, 0, 0),
		EBPF_ALU64_IMM(ADD, 1, 1),
		EBPF_STX('D', 0, 0, 1),
		EBPF_MOV64_IMM(0, 2),
		EBPF_EXIT(),
	};

	return ebpf_load_program(s, XDP, "counter", insns, sizeof(insns) / sizeof(*insns), "GPL");
}

static void test_wrapper(struct ebpf_store *s)
{
	uint32_t key = 1, next = 0;
	uint64_t value = 7, got = 0;
	int map = ebpf_create_map(s, HASH, "m", 4, 8, 2, 0);

	CHECK(map >= 0);
	CHECK(ebpf_update_elem(s, map, &key, &value, 1) == 0);
	CHECK(ebpf_update_elem(s, map, &key, &value, 1) == -EEXIST);
	CHECK(ebpf_lookup_elem(s, map, &key, &got) == 0 && got == 7);
	CHECK(ebpf_get_next_key(s, map, NULL, &next) == 0 && next == 1);
	CHECK(ebpf_get_next_key(s, map, &next, &next) == -ENOENT);
	CHECK(ebpf_delete_elem(s, map, &key) == 0);
	CHECK(ebpf_lookup_elem(s, map, &key, &got) == -ENOENT);
	close(map);
}

static void test_log(struct ebpf_store *s)
{
	const struct ebpf_insn endless[] = {EBPF_MOV64_IMM(0, 1)};

	CHECK(ebpf_load_program(s, XDP, NULL, endless, 1, "GPL") == -EINVAL);
	CHECK(strstr(ebpf_log(s), "last insn") != NULL, "%s", ebpf_log(s));
}

static void send_fds(int to, const int *fds, int n)
{
	char byte = 0, control[CMSG_SPACE(2 * sizeof(int))] = {0};
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int)),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, (size_t)n * sizeof(int));
	CHECK(sendmsg(to, &msg, 0) == 1);
}

static int receive_fds(int from, int *fds, int n)
{
	char byte, control[CMSG_SPACE(2 * sizeof(int))];
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof(control),
	};

	if (recvmsg(from, &msg, 0) != 1 || !CMSG_FIRSTHDR(&msg))
		return -1;
	memcpy(fds, CMSG_DATA(CMSG_FIRSTHDR(&msg)), (size_t)n * sizeof(int));
	return 0;
}

/* Uses a map and a program that another process made; the exit code says what went wrong. */
static int use_received(int from)
{
	uint8_t packet[64] = {0};
	uint32_t key = 0, verdict = 0;
	uint64_t n = 0;
	struct ebpf_store *s;
	int fds[2];

	if (receive_fds(from, fds, 2) != 0 || ebpf_store_open(dir, &s, NULL) != 0)
		return 1;
	for (int i = 0; i < 10; i++)
		if (ebpf_run_program(s, fds[1], packet, sizeof(packet), &verdict) != 0 ||
		    verdict != 2)
			return 2;
	if (ebpf_lookup_elem(s, fds[0], &key, &n) != 0 || n != 11)
		return 3;
	close(fds[0]);
	close(fds[1]);
	ebpf_store_close(s);
	return 0;
}

static void test_socket(void)
{
	uint8_t packet[64] = {0};
	struct ebpf_store *s;
	uint32_t key = 0;
	uint64_t n = 0;
	int pair[2], fds[2], status = -1;
	pid_t child;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	child = fork();
	if (child == 0)
		_exit(use_received(pair[1]));
	CHECK(ebpf_store_open(dir, &s, NULL) == 0);
	fds[0] = ebpf_create_map(s, ARRAY, "hits", 4, 8, 1, 0);
	fds[1] = load_counter(s, fds[0]);
	CHECK(fds[0] >= 0 && fds[1] >= 0, "%s", ebpf_log(s));
	CHECK(ebpf_run_program(s, fds[1], packet, sizeof(packet), NULL) == 0);
	send_fds(pair[0], fds, 2);
	waitpid(child, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", status);
	CHECK(ebpf_lookup_elem(s, fds[0], &key, &n) == 0 && n == 11, "%llu", (unsigned long long)n);
	close(fds[0]);
	close(fds[1]);
	ebpf_store_close(s);
}

int main(void)
{
	struct ebpf_store *s;
	char remove[64];

	if (!mkdtemp(dir))
		return 4;
	CHECK(ebpf_store_open(dir, &s, NULL) == 0);
	test_wrapper(s);
	test_log(s);
	ebpf_store_close(s);
	test_socket();
	snprintf(remove, sizeof(remove), "rm -rf %s", dir);
	if (system(remove) != 0)
		return 4;
	return unit_report();
}
