#include "core/run/filter_lib.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

#include "core/run/capture_lib.h"

/* libpcap's ABI, as far as it is used */
struct bpf_program {
	unsigned int len;
	struct filter_insn *insns;
};

struct library {
	void *handle;
	void *(*open_dead)(int link, int snaplen);
	int (*compile)(void *pcap, struct bpf_program *out, const char *text, int optimize,
		       uint32_t netmask);
	void (*freecode)(struct bpf_program *prog);
	char *(*geterr)(void *pcap);
	void (*close)(void *pcap);
	int (*link_of_name)(const char *name);
};

static bool load(struct library *lib)
{
	*lib = (struct library){.handle = capture_lib_load()};
	if (!lib->handle)
		return false;
	*(void **)&lib->open_dead = dlsym(lib->handle, "pcap_open_dead");
	*(void **)&lib->compile = dlsym(lib->handle, "pcap_compile");
	*(void **)&lib->freecode = dlsym(lib->handle, "pcap_freecode");
	*(void **)&lib->geterr = dlsym(lib->handle, "pcap_geterr");
	*(void **)&lib->close = dlsym(lib->handle, "pcap_close");
	*(void **)&lib->link_of_name = dlsym(lib->handle, "pcap_datalink_name_to_val");
	if (lib->open_dead && lib->compile && lib->freecode && lib->geterr && lib->close &&
	    lib->link_of_name)
		return true;
	dlclose(lib->handle);
	return false;
}

int filter_link(const char *name)
{
	struct library lib;
	char *end;
	long number = strtol(name, &end, 10);
	int link;

	if (end != name && !*end && number >= 0 && number <= UINT16_MAX)
		return (int)number;
	if (!load(&lib))
		return -1;
	link = lib.link_of_name(name);
	dlclose(lib.handle);
	return link;
}

int filter_compile(const char *expression, int link, uint32_t snaplen, struct arena *a,
		   struct diag *d, const struct filter_insn **out, uint32_t *n)
{
	const uint32_t unknown_netmask = UINT32_MAX;
	struct bpf_program prog = {0};
	struct library lib;
	void *pcap;
	int err = 0;

	if (!load(&lib))
		return fail(d, NULL, -ELIBACC, "filter expressions need " LIBPCAP);
	pcap = lib.open_dead(link, (int)snaplen);
	if (!pcap || lib.compile(pcap, &prog, expression, 1, unknown_netmask) != 0)
		err = fail(d, &(struct loc){.file = "filter", .line = 1, .text = expression},
			   -EINVAL, "%s", pcap ? lib.geterr(pcap) : "out of memory");
	if (!err) {
		*out = arena_memdup(a, prog.insns, prog.len * sizeof(*prog.insns));
		*n = prog.len;
		lib.freecode(&prog);
	}
	if (pcap)
		lib.close(pcap);
	dlclose(lib.handle);
	return err;
}
