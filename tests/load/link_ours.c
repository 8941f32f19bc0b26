/*
 * What load_image() makes of an object, in words that link_libbpf.c has too: the maps and the
 *linked instructions of every program.
 *
 *	link_ours [--btf FILE] OBJECT.o
 */
#include <stdio.h>
#include <string.h>

#include "core/load/load.h"
#include "core/obj/prog_type.h"

static void show_map(const struct map_def *m)
{
	if (m->inner)
		show_map(m->inner);
	printf("map %.15s type %u key %u value %u entries %u flags %#x extra %#llx\n", m->name,
	       m->type, m->key_size, m->value_size,
	       m->type == MAP_TYPE_PERF_EVENT_ARRAY ? 0 : m->max_entries, m->flags,
	       (unsigned long long)m->extra);
}

static void show_insns(const struct image *img, const struct prog_def *prog)
{
	for (uint32_t i = 0; i < prog->ninsns; i++) {
		const struct bpf_insn *p = &prog->insns[i];

		if (insn_slots(p) == 2 &&
		    (p->src_reg == PSEUDO_MAP_IDX || p->src_reg == PSEUDO_MAP_IDX_VALUE)) {
			printf("%4u r%u = map %.15s", i, p->dst_reg, img->maps[p->imm].name);
			if (p->src_reg == PSEUDO_MAP_IDX_VALUE)
				printf(" + %d", p[1].imm);
			printf("\n");
			i++;
			continue;
		}
		if (p->code == 0x85 && !p->src_reg && p->imm >= 2002000000) {
			printf("%4u call of a missing kfunc\n", i);
			continue;
		}
		printf("%4u %02x %x %x %d %d\n", i, p->code, p->dst_reg, p->src_reg, p->off,
		       p->imm);
	}
}

int main(int argc, char **argv)
{
	struct load_options opts = {.prog_type = PROG_TYPE_SOCKET_FILTER};
	struct diag d = {.prefix = "link_ours"};
	struct object obj = {0};
	struct image *img = NULL;
	int err;

	if (argc == 4 && strcmp(argv[1], "--btf") == 0) {
		opts.btf = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc != 2)
		return 64;
	err = load_elf(argv[1], &d, &obj);
	if (!err)
		err = load_image(&obj, &opts, &d, &img);
	for (uint32_t i = 0; !err && i < img->nmaps; i++)
		show_map(&img->maps[i]);
	for (uint32_t i = 0; !err && i < img->nprogs; i++) {
		const struct prog_def *p = &img->progs[i];

		if (!p->autoload)
			continue;
		printf("prog %s type %u attach %u\n", p->name, p->type, p->attach_type);
		show_insns(img, p);
	}
	image_free(img);
	object_free(&obj);
	return err ? 2 : 0;
}
