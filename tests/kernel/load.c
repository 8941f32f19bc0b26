/*
 * Loads objects as any user of libbpf does, runs each program once on 64 bytes, or those of a first
 * argument hex:BYTES, where its type can be run, and prints what became of it. Attaches and pins
 * nothing. Exit code 77 where the kernel does not let us, 1 when an object is refused.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "samples.h"

static unsigned char packet[2048];
static unsigned int packet_len = 64;

static void read_packet(const char *hex)
{
	for (packet_len = 0; packet_len < sizeof(packet); packet_len++)
		if (sscanf(hex + 2 * packet_len, "%2hhx", &packet[packet_len]) != 1)
			break;
}

static int may_load(void)
{
	struct bpf_insn insns[] = {{.code = 0xb7}, {.code = 0x95}};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "probe", "GPL", insns, 2, NULL);

	return fd >= 0;
}

static void run(struct bpf_program *prog)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = packet_len,
		    .repeat = 1);
	int err = bpf_prog_test_run_opts(bpf_program__fd(prog), &opts);

	if (err)
		printf("program %s: loaded\n", bpf_program__name(prog));
	else
		printf("program %s: returned %u\n", bpf_program__name(prog), opts.retval);
}

/* A user ring buffer of one page gets samples before anything runs. */
static void fill(struct bpf_map *map)
{
	enum { PAGE = 4096 };
	uint8_t *at;

	if (bpf_map__type(map) != BPF_MAP_TYPE_USER_RINGBUF || bpf_map__max_entries(map) != PAGE)
		return;
	at = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), PAGE);
	if (at == MAP_FAILED)
		return;
	put_samples((uint64_t *)at, at + PAGE, PAGE);
	munmap(at, 2 * PAGE);
}

static int load(const char *path)
{
	struct bpf_object *obj = bpf_object__open(path);
	struct bpf_program *prog;
	struct bpf_map *map;

	if (!obj || bpf_object__load(obj)) {
		bpf_object__close(obj);
		return 1;
	}
	printf("btf: %s\n", bpf_object__btf_fd(obj) >= 0 ? "loaded" : "none");
	bpf_object__for_each_map(map, obj) fill(map);
	bpf_object__for_each_program(prog, obj) run(prog);
	bpf_object__for_each_map(map, obj)
		printf("map %s: type %d, key %u, value %u, entries %u%s\n", bpf_map__name(map),
		       bpf_map__type(map), bpf_map__key_size(map), bpf_map__value_size(map),
		       bpf_map__max_entries(map), bpf_map__btf_value_type_id(map) ? ", typed" : "");
	bpf_object__close(obj);
	return 0;
}

int main(int argc, char **argv)
{
	if (!may_load())
		return 77;
	if (argc > 1 && strncmp(argv[1], "hex:", 4) == 0) {
		read_packet(argv[1] + 4);
		argv++;
		argc--;
	}
	for (int i = 1; i < argc; i++)
		if (load(argv[i]))
			return 1;
	return 0;
}
