#include "core/run/capture_lib.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/time.h>

#include "core/base/arena.h"

/* libpcap's ABI, as far as it is used: its header is not needed to build. */
enum { PCAP_TSTAMP_PRECISION_NANO = 1, PCAP_ERRBUF_SIZE = 256, PCAP_EOF = -2 };

struct pcap_pkthdr {
	struct timeval ts; /* tv_usec counts nanoseconds when they were asked for */
	uint32_t caplen, len;
};

struct capture_lib {
	void *handle; /* of dlopen() */
	void *pcap;   /* pcap_t */
	int (*next_ex)(void *pcap, struct pcap_pkthdr **head, const uint8_t **data);
	char *(*geterr)(void *pcap);
	void (*close)(void *pcap);
	char error[PCAP_ERRBUF_SIZE];
};

void *capture_lib_load(void)
{
	void *handle = dlopen("libpcap.so.0.8", RTLD_LAZY);

	return handle ? handle : dlopen("libpcap.so.1", RTLD_LAZY);
}

static struct capture_lib *load(void)
{
	void *handle = capture_lib_load();
	struct capture_lib *lib;

	if (!handle)
		return NULL;
	lib = xcalloc(1, sizeof(*lib));
	lib->handle = handle;
	*(void **)&lib->next_ex = dlsym(handle, "pcap_next_ex");
	*(void **)&lib->geterr = dlsym(handle, "pcap_geterr");
	*(void **)&lib->close = dlsym(handle, "pcap_close");
	if (lib->next_ex && lib->geterr && lib->close)
		return lib;
	capture_lib_close(lib);
	return NULL;
}

/* A message outlives the library that made it. */
static int refuse(struct capture_lib *lib, FILE *file, int err, const char **why)
{
	static const char missing[] = "reading this needs " LIBPCAP;
	static const char no_capture[] = "not a capture: neither pcap nor pcapng";

	*why = err == -ELIBACC ? missing : no_capture;
	if (file)
		fclose(file);
	capture_lib_close(lib);
	return err;
}

int capture_lib_open(FILE *file, struct capture_lib **out, uint32_t *link, const char **why)
{
	void *(*open_offline)(FILE *, unsigned int, char *);
	struct capture_lib *lib = load();
	int (*datalink)(void *);

	if (!lib)
		return refuse(lib, file, -ELIBACC, why);
	*(void **)&open_offline = dlsym(lib->handle, "pcap_fopen_offline_with_tstamp_precision");
	*(void **)&datalink = dlsym(lib->handle, "pcap_datalink");
	if (!open_offline || !datalink)
		return refuse(lib, file, -ELIBACC, why);
	lib->pcap = open_offline(file, PCAP_TSTAMP_PRECISION_NANO, lib->error);
	if (!lib->pcap)
		return refuse(lib, file, -EINVAL, why);
	*link = (uint32_t)datalink(lib->pcap);
	*out = lib;
	return 0;
}

int capture_lib_next(struct capture_lib *lib, struct capture_packet *pkt, const char **why)
{
	struct pcap_pkthdr *head;
	const uint8_t *data;
	int got = lib->next_ex(lib->pcap, &head, &data);

	if (got == PCAP_EOF)
		return 0;
	if (got != 1) {
		*why = lib->geterr(lib->pcap);
		return -EINVAL;
	}
	*pkt = (struct capture_packet){
		.data = data,
		.len = head->caplen,
		.wire_len = max(head->caplen, head->len),
		.tstamp = (uint64_t)head->ts.tv_sec * 1000000000 + (uint64_t)head->ts.tv_usec,
	};
	return 1;
}

void capture_lib_close(struct capture_lib *lib)
{
	if (!lib)
		return;
	if (lib->pcap)
		lib->close(lib->pcap);
	dlclose(lib->handle);
	free(lib);
}
