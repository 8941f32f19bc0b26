#include <linux/bpf.h>

#include "tests/bench/progs/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/isa/insn.h"

enum { KERNEL_MAPS = 64 };

static int call_bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static int make_map(const struct map_def *def)
{
	union bpf_attr attr = {.map_type = def->type,
			       .key_size = def->key_size,
			       .value_size = def->value_size,
			       .max_entries = def->max_entries,
			       .map_flags = def->flags};

	return call_bpf(BPF_MAP_CREATE, &attr);
}

static int load_prog(const struct prog_def *def, const int *maps)
{
	size_t size = def->ninsns * sizeof(*def->insns);
	struct bpf_insn *insns = malloc(size);
	union bpf_attr attr = {.prog_type = def->type,
			       .insns = (uintptr_t)insns,
			       .insn_cnt = def->ninsns,
			       .license = (uintptr_t) "GPL"};
	int fd;

	memcpy(insns, def->insns, size);
	for (uint32_t i = 0; i < def->ninsns; i += insn_slots(&insns[i])) {
		if (insn_slots(&insns[i]) == 1 || insns[i].src_reg != BPF_PSEUDO_MAP_IDX)
			continue;
		insns[i].src_reg = BPF_PSEUDO_MAP_FD;
		insns[i].imm = maps[insns[i].imm];
	}
	fd = call_bpf(BPF_PROG_LOAD, &attr);
	if (fd < 0)
		perror("progs_bench: BPF_PROG_LOAD");
	free(insns);
	return fd;
}

bool kernel_load(const struct image *image, const char *const *names, int n, int *fds)
{
	int maps[KERNEL_MAPS];
	bool all = image->nmaps <= KERNEL_MAPS;
	uint32_t made = 0;

	for (; made < image->nmaps && all; made++) {
		maps[made] = make_map(&image->maps[made]);
		all = maps[made] >= 0;
	}
	for (int i = 0; i < n && all; i++) {
		for (uint32_t k = 0; k < image->nprogs; k++)
			if (strcmp(image->progs[k].name, names[i]) == 0)
				fds[i] = load_prog(&image->progs[k], maps);
		all = fds[i] > 0;
	}
	while (made > 0)
		close(maps[--made]);
	return all;
}

void kernel_unload(const int *fds, int n)
{
	for (int i = 0; i < n; i++)
		if (fds[i] > 0)
			close(fds[i]);
}

uint32_t kernel_run(int fd, uint32_t n, double *seconds)
{
	char packet[64] = {0};
	union bpf_attr attr = {.test = {.prog_fd = (uint32_t)fd,
					.data_in = (uintptr_t)packet,
					.data_size_in = sizeof(packet),
					.repeat = n}};

	if (call_bpf(BPF_PROG_TEST_RUN, &attr)) {
		perror("progs_bench: BPF_PROG_TEST_RUN");
		exit(2);
	}
	*seconds = attr.test.duration * 1e-9 * n;
	return attr.test.retval;
}
