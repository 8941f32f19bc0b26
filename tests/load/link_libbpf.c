/*
 * What libbpf makes of an object, in the words of link_ours.c: the maps it would create and the
 *linked instructions of every program. bpf(2) is not called: every command succeeds with a
 *descriptor of /dev/null, so that no kernel and no privilege is needed, and nothing is verified.
 *
 *	link_libbpf [--btf FILE] OBJECT.o
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_FD 4096

static char map_names[MAX_FD][17];

long __wrap_syscall(long number, ...);
long __real_syscall(long number, ...);

static void show_map(const union bpf_attr *attr, int fd)
{
	__u32 entries = attr->max_entries;

	if (fd < 0 || fd >= MAX_FD || !attr->map_name[0] || !strncmp(attr->map_name, "libbpf_", 7))
		return;
	memcpy(map_names[fd], attr->map_name, 16);
	/* an event array that says no number gets one for each cpu of this machine */
	if (attr->map_type == BPF_MAP_TYPE_PERF_EVENT_ARRAY)
		entries = 0;
	printf("map %s type %u key %u value %u entries %u flags %#x extra %#llx\n", attr->map_name,
	       attr->map_type, attr->key_size, attr->value_size, entries, attr->map_flags,
	       (unsigned long long)attr->map_extra);
}

long __wrap_syscall(long number, ...)
{
	va_list ap;
	long a[6];

	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (number != SYS_bpf)
		return __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	switch (a[0]) {
	case BPF_MAP_CREATE: {
		int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

		show_map((void *)a[1], fd);
		return fd;
	}
	case BPF_PROG_LOAD:
	case BPF_BTF_LOAD:
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	case BPF_OBJ_GET: /* nothing is pinned, no modules are loaded */
	case BPF_BTF_GET_NEXT_ID:
		errno = ENOENT;
		return -1;
	default:
		return 0;
	}
}

static void show_insns(const struct bpf_program *prog)
{
	const struct bpf_insn *insns = bpf_program__insns(prog);
	size_t n = bpf_program__insn_cnt(prog);

	for (size_t i = 0; i < n; i++) {
		const struct bpf_insn *p = &insns[i];
		bool wide = p->code == (BPF_LD | BPF_IMM | BPF_DW);

		if (wide &&
		    (p->src_reg == BPF_PSEUDO_MAP_FD || p->src_reg == BPF_PSEUDO_MAP_VALUE)) {
			printf("%4zu r%u = map %s", i, p->dst_reg,
			       p->imm >= 0 && p->imm < MAX_FD ? map_names[p->imm] : "?");
			if (p->src_reg == BPF_PSEUDO_MAP_VALUE)
				printf(" + %d", p[1].imm);
			printf("\n");
			i++;
			continue;
		}
		/* a weak kfunc that is missing: 1.2 and later make it a call that cannot be */
		if (p->code == (BPF_JMP | BPF_CALL) &&
		    ((p->src_reg == BPF_PSEUDO_KFUNC_CALL && !p->imm) || p->imm >= 2002000000)) {
			printf("%4zu call of a missing kfunc\n", i);
			continue;
		}
		printf("%4zu %02x %x %x %d %d\n", i, p->code, p->dst_reg, p->src_reg, p->off,
		       p->imm);
	}
}

static int no_print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, fmt, ap) : 0;
}

int main(int argc, char **argv)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	struct bpf_program *prog;
	struct bpf_object *obj;
	struct bpf_map *map;

	if (argc == 4 && strcmp(argv[1], "--btf") == 0) {
		opts.btf_custom_path = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc != 2)
		return 64;
	libbpf_set_print(no_print);
	obj = bpf_object__open_file(argv[1], &opts);
	if (!obj)
		return 2;
	bpf_object__for_each_program(prog, obj) if (bpf_program__type(prog) == BPF_PROG_TYPE_UNSPEC)
		bpf_program__set_type(prog, BPF_PROG_TYPE_SOCKET_FILTER);
	bpf_object__for_each_map(map, obj) bpf_map__set_pin_path(map, NULL);
	if (bpf_object__load(obj))
		return 2;
	bpf_object__for_each_program(prog, obj)
	{
		if (!bpf_program__autoload(prog))
			continue;
		printf("prog %s type %d attach %d\n", bpf_program__name(prog),
		       bpf_program__type(prog), bpf_program__expected_attach_type(prog));
		show_insns(prog);
	}
	bpf_object__close(obj);
	return 0;
}
