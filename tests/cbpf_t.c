/*
 * Filter expressions, compiled by libpcap: libpcap's own filter and the eBPF programs that classic
 * filters become (socket filter, tc, XDP) keep the same packets. `cbpf_t EXPRESSIONS PACKETS`,
 * files of lines; each packet is looked at whole and cut short in several places.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "asm/asm.h"
#include "core/base/file.h"
#include "core/load/load.h"
#include "core/packet/build.h"
#include "core/run/filter_lib.h"
#include "core/vm.h"
#include "disasm/disasm.h"

struct header { /* struct pcap_pkthdr */
	struct timeval ts;
	uint32_t caplen, len;
};

struct program { /* struct bpf_program */
	unsigned int len;
	const struct filter_insn *insns;
};

enum { TARGETS = 3, PACKETS_MAX = 4096 };

static int (*offline_filter)(const struct program *p, const struct header *h, const uint8_t *data);
static struct diag diag = {.prefix = "cbpf_t"};
static struct bytes packets[PACKETS_MAX];
static uint32_t npackets, wire[PACKETS_MAX];
static unsigned int passed, failed;

struct made {
	struct object *object;
	struct image *image;
	struct vm vm;
};

static int make(const struct classic_insn *insns, uint32_t n, enum classic_target target,
		struct made *m)
{
	struct asm_options opts = {.path = "filter", .relax = true};
	struct load_options how = {0};
	struct strbuf text = {0};
	uint32_t at;
	const char *why = classic_convert(insns, n, target, 1, 2, &text, &at);
	int err = why ? -1 : asm_source(&opts, text.s, text.len, &diag, &m->object);

	if (!err)
		err = load_image(m->object, &how, &diag, &m->image);
	if (!err)
		err = vm_open(&m->vm, m->image, &diag);
	if (!err)
		err = vm_select(&m->vm, NULL, &diag);
	strbuf_free(&text);
	if (why)
		printf("insn %u: %s\n", at, why);
	return err;
}

static void unmake(struct made *m)
{
	if (m->vm.image)
		vm_close(&m->vm);
	image_free(m->image);
	if (m->object)
		object_free(m->object);
	free(m->object);
}

static bool keeps(struct made *m, enum classic_target target, uint32_t i)
{
	struct capture_packet pkt = {
		.data = packets[i].data, .len = (uint32_t)packets[i].size, .wire_len = wire[i]};
	uint64_t r0;

	m->vm.rc.budget = 1000000;
	if (vm_run_packet(&m->vm, &pkt, &r0, NULL))
		return false;
	return target == CLASSIC_TO_SOCKET ? r0 : r0 == 1;
}

/* Forms that others read come back as they were. */
static bool comes_back(const struct classic_insn *insns, uint32_t n, struct arena *a)
{
	bool same = true;

	for (int form = 0; form < 3; form++) {
		struct strbuf text = {0};
		struct classic_insn *again;
		uint32_t nagain;

		if (form == 0)
			classic_text_c(insns, n, &text);
		else
			classic_text_counted(insns, n, form == 2, &text);
		same &= !classic_read((struct bytes){(uint8_t *)text.s, text.len}, "text", a, &diag,
				      &again, &nagain) &&
			nagain == n && memcmp(again, insns, n * sizeof(*insns)) == 0;
		strbuf_free(&text);
	}
	return same;
}

/* len is compared on the wire by libpcap; what is cut is another length here. */
static bool is_about_length(const char *expression)
{
	return strstr(expression, "len") || strstr(expression, "less") ||
	       strstr(expression, "greater");
}

static void compare(const char *expression)
{
	static const enum classic_target targets[TARGETS] = {CLASSIC_TO_SOCKET, CLASSIC_TO_TC,
							     CLASSIC_TO_XDP};
	const struct filter_insn *insns;
	struct arena a = {0};
	struct program p;
	uint32_t at, differ = 0, first = 0;

	if (filter_compile(expression, 1, 262144, &a, &diag, &insns, &p.len)) {
		failed++;
		return;
	}
	p.insns = insns;
	if (classic_check((const struct classic_insn *)insns, p.len, &at) ||
	    !comes_back((const struct classic_insn *)insns, p.len, &a))
		differ++;
	for (int t = 0; t < TARGETS; t++) {
		struct made m = {0};

		if (make((const struct classic_insn *)insns, p.len, targets[t], &m))
			differ++;
		for (uint32_t i = 0; m.vm.main && i < npackets; i++) {
			struct header h = {.caplen = (uint32_t)packets[i].size, .len = wire[i]};

			if (wire[i] != packets[i].size && is_about_length(expression))
				continue;
			if (!offline_filter(&p, &h, packets[i].data) != !keeps(&m, targets[t], i)) {
				first = differ++ ? first : i;
			}
		}
		unmake(&m);
	}
	if (differ)
		printf("'%s': %u differ, packet %u first\n", expression, differ, first);
	differ ? failed++ : passed++;
	arena_free(&a);
}

/* The packet, and the same cut in some places. */
static void add_packet(const char *text, struct arena *a)
{
	struct bytes p;

	if (packet_build(text, a, &diag, &p))
		exit(4);
	for (size_t len = p.size; len > 12 && npackets<PACKETS_MAX; len -= len> 60 ? 17 : 7) {
		wire[npackets] = (uint32_t)p.size;
		packets[npackets++] = (struct bytes){p.data, len};
	}
}

static void each_line(const char *path, struct arena *a, void (*use)(const char *, struct arena *))
{
	struct bytes in;
	char *text, *line;

	if (file_read(path, 0, a, &diag, &in))
		exit(4);
	text = arena_strndup(a, (const char *)in.data, in.size);
	while ((line = strsep(&text, "\n")))
		if (*line && *line != '#')
			use(line, a);
}

static void compare_line(const char *line, struct arena *a)
{
	(void)a;
	compare(line);
}

int main(int argc, char **argv)
{
	void *lib = dlopen("libpcap.so.0.8", RTLD_LAZY);
	struct arena a = {0};

	if (argc != 3)
		return 64;
	if (lib)
		*(void **)&offline_filter = dlsym(lib, "pcap_offline_filter");
	if (!offline_filter) {
		printf("0 passed, 0 failed, 1 skipped\n");
		return 0;
	}
	each_line(argv[2], &a, add_packet);
	each_line(argv[1], &a, compare_line);
	arena_free(&a);
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
