/* A client of libebpf: runs the firewall on packets it makes, looks into its map, provokes errors. */
#include <ebpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 100000);

	if (!f || !fread(text, 1, 99999, f))
		exit(1);
	fclose(f);
	return text;
}

int main(int argc, char **argv)
{
	/* Ethernet, IPv4 without options, TCP to a port in bytes 36 and 37 */
	unsigned char pkt[54] = {[12] = 8, [14] = 0x45, [23] = 6, [37] = 80};
	char *text = read_all(argv[argc - 1]), *out = NULL, *messages = NULL;
	struct ebpf_object *obj, *again;
	struct ebpf_vm *vm;
	unsigned short port = 23;
	uint64_t r0 = 0, count = 0;
	void *elf;
	size_t size;

	if (ebpf_assemble(text, "firewall.s", &obj, NULL) || ebpf_write(obj, &elf, &size, NULL) ||
	    ebpf_open(elf, size, "firewall.o", &again, NULL) ||
	    ebpf_disassemble(again, &out, NULL) || ebpf_load(again, "firewall", &vm, NULL))
		return 1;
	if (ebpf_run(vm, pkt, sizeof(pkt), &r0, NULL))
		return 2;
	printf("pass %u\n", (unsigned)r0);
	pkt[37] = 23;
	if (ebpf_run(vm, pkt, sizeof(pkt), &r0, NULL) ||
	    ebpf_map_lookup(vm, "dropped", &port, &count))
		return 3;
	printf("drop %u, port %u: %u\n", (unsigned)r0, port, (unsigned)count);
	ebpf_vm_free(vm);
	ebpf_object_free(again);
	ebpf_object_free(obj);

	if (ebpf_assemble("r0 = r11", "bad.s", &obj, &messages) != -22)
		return 4;
	fputs(messages, stdout);
	free(messages);
	if (ebpf_assemble("r1 = 0; r0 = *(u8 *)(r1 + 0); exit", "trap.s", &obj, NULL) ||
	    ebpf_load(obj, NULL, &vm, NULL) || ebpf_run(vm, NULL, 0, &r0, &messages) != -14)
		return 5;
	puts(strstr(messages, "null") ? "fault" : messages);
	free(messages);
	free(text);
	free(out);
	free(elf);
	ebpf_vm_free(vm);
	ebpf_object_free(obj);
	return 0;
}
