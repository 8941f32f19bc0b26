/*
 * A regular pcap file is walked in a mapping of it: a header of 24 bytes, then records of 16
 * bytes and the packet (draft-ietf-opsawg-pcap). Everything else, pcapng and whatever comes
 * through a pipe, is libpcap's to read (capture_lib.c).
 */
#include "core/run/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/fault.h"
#include "core/run/capture_lib.h"
#include "core/run/packet.h"

#define PCAP_MAGIC 0xa1b2c3d4u
#define PCAP_MAGIC_NS 0xa1b23c4du
#define PCAPNG_MAGIC 0x0a0d0d0au

enum { HEADER = 24, RECORD = 16 };

struct capture {
	const char *path;
	struct diag *d;
	struct capture_lib *lib; /* NULL: we walk the image ourselves */
	struct bytes image;
	void *mapping; /* what image is in; NULL: the caller's memory */
	struct fault_range *watch;
	size_t at;
	bool swapped, nanoseconds;
	uint32_t link;
	uint64_t number;
	uint8_t *frame; /* where Ethernet headers are made */
};

static int bad(struct capture *c, const char *what)
{
	struct loc loc = {.file = c->path};

	return fail(c->d, &loc, -EINVAL, "packet %llu %s", (unsigned long long)c->number, what);
}

static uint32_t get32(const struct capture *c, size_t off)
{
	uint32_t v;

	memcpy(&v, c->image.data + off, sizeof(v));
	return c->swapped ? __builtin_bswap32(v) : v;
}

static uint32_t get16(const struct capture *c, size_t off)
{
	uint16_t v;

	memcpy(&v, c->image.data + off, sizeof(v));
	return c->swapped ? __builtin_bswap16(v) : v;
}

/* Link types (tcpdump.org/linktypes.html) that carry IP: how long their header is, and where it has
 * the protocol; -1: the IP version says it. */
static const struct link {
	uint32_t type, len;
	int proto;
} links[] = {
	{0, 4, -1},    /* BSD loopback */
	{12, 0, -1},   /* raw IP, as some systems number it */
	{101, 0, -1},  /* raw IP */
	{108, 4, -1},  /* OpenBSD loopback */
	{113, 16, 14}, /* Linux "any" */
	{228, 0, -1},  /* raw IPv4 */
	{229, 0, -1},  /* raw IPv6 */
	{276, 20, 0},  /* Linux "any", second version */
};

static int make_ethernet(struct capture *c, struct capture_packet *pkt)
{
	enum { LINK_ETHERNET = 1, LINK_MASK = 0xffff, ETH_IP = 0x0800, ETH_IPV6 = 0x86dd };
	const struct link *l = links;
	uint32_t link = c->link & LINK_MASK, proto;

	if (link == LINK_ETHERNET)
		return 1;
	while (l < links + ARRAY_SIZE(links) && l->type != link)
		l++;
	if (l == links + ARRAY_SIZE(links))
		return fail(c->d, &(struct loc){.file = c->path}, -EINVAL,
			    "link type %u is neither Ethernet nor one that carries IP", link);
	if (pkt->len < l->len + (l->proto < 0))
		return bad(c, "is too short for its link type");
	if (l->proto >= 0)
		proto = (uint32_t)(pkt->data[l->proto] << 8 | pkt->data[l->proto + 1]);
	else
		proto = pkt->data[l->len] >> 4 == 6 ? ETH_IPV6 : ETH_IP;
	if (!c->frame)
		c->frame = xmalloc(PACKET_MAX + ETH_LEN);
	memset(c->frame, 0, ETH_LEN);
	c->frame[12] = (uint8_t)(proto >> 8);
	c->frame[13] = (uint8_t)proto;
	memcpy(c->frame + ETH_LEN, pkt->data + l->len, pkt->len - l->len);
	pkt->data = c->frame;
	pkt->len = min(pkt->len - l->len + ETH_LEN, (uint32_t)PACKET_MAX);
	/* at least the captured length */
	pkt->wire_len -= l->len;
	pkt->wire_len += min((uint32_t)ETH_LEN, UINT32_MAX - pkt->wire_len);
	pkt->made_ethernet = true;
	return 1;
}

/* A record whose parts all lie in the image. */
static int next_record(struct capture *c, struct capture_packet *pkt)
{
	size_t left = c->image.size - c->at;
	uint32_t len;

	c->number++;
	if (!left)
		return 0;
	if (left < RECORD)
		return bad(c, "is cut off by the end of the file");
	len = get32(c, c->at + 8);
	if (len > PACKET_MAX)
		return bad(c, "has a length beyond belief");
	if (len > left - RECORD)
		return bad(c, "is cut off by the end of the file");
	*pkt = (struct capture_packet){
		.data = c->image.data + c->at + RECORD,
		.len = len,
		.wire_len = max(len, get32(c, c->at + 12)),
		.tstamp = get32(c, c->at) * 1000000000ull +
			  get32(c, c->at + 4) * (c->nanoseconds ? 1ull : 1000ull),
	};
	c->at += RECORD + len;
	if (c->watch && fault_is_dead(c->watch))
		return bad(c, "is gone: the file was cut short");
	return 1;
}

static int next_of_lib(struct capture *c, struct capture_packet *pkt)
{
	const char *why;
	int got = capture_lib_next(c->lib, pkt, &why);

	c->number++;
	if (got < 0)
		return fail(c->d, &(struct loc){.file = c->path}, got, "packet %llu: %s",
			    (unsigned long long)c->number, why);
	if (got && pkt->len > PACKET_MAX)
		return bad(c, "has a length beyond belief");
	return got;
}

int capture_next(struct capture *c, struct capture_packet *pkt)
{
	int got = c->lib ? next_of_lib(c, pkt) : next_record(c, pkt);

	if (got <= 0)
		return got;
	pkt->number = c->number;
	return make_ethernet(c, pkt);
}

static uint32_t magic_of(struct bytes start)
{
	uint32_t magic = 0;

	memcpy(&magic, start.data, min(start.size, sizeof(magic)));
	return magic;
}

static bool is_pcap(uint32_t magic)
{
	return magic == PCAP_MAGIC || magic == PCAP_MAGIC_NS;
}

bool capture_is(struct bytes start)
{
	uint32_t magic = magic_of(start);

	return is_pcap(magic) || is_pcap(__builtin_bswap32(magic)) || magic == PCAPNG_MAGIC;
}

/* Reads the header of a pcap file in c->image. */
static int begin_walk(struct capture *c)
{
	struct loc loc = {.file = c->path};
	uint32_t magic = magic_of(c->image);

	if (c->image.size < HEADER)
		return fail(c->d, &loc, -EINVAL, "the file ends in its header");
	c->swapped = !is_pcap(magic);
	c->nanoseconds = get32(c, 0) == PCAP_MAGIC_NS;
	if (get16(c, 4) != 2)
		return fail(c->d, &loc, -EINVAL, "pcap version %u.%u is not known", get16(c, 4),
			    get16(c, 6));
	c->link = get32(c, 20);
	c->at = HEADER;
	return 0;
}

/* file is closed with the capture, also when this fails. */
static int begin_lib(struct capture *c, FILE *file)
{
	const char *why = strerror(errno);
	int err = file ? capture_lib_open(file, &c->lib, &c->link, &why) : -errno;

	return err ? fail(c->d, &(struct loc){.file = c->path}, err, "%s", why) : 0;
}

static int map_file(struct capture *c, int fd, size_t size)
{
	void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (p == MAP_FAILED)
		return fail(c->d, &(struct loc){.file = c->path}, -errno, "cannot map: %s",
			    strerror(errno));
	madvise(p, size, MADV_SEQUENTIAL);
	c->mapping = p;
	c->image = (struct bytes){p, size};
	c->watch = fault_watch(p, size);
	return 0;
}

/* fd is used up: closed, or the library's. */
static int begin_file(struct capture *c, int fd)
{
	uint32_t magic = 0;
	struct stat st;
	int err = 0;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || lseek(fd, 0, SEEK_CUR) != 0)
		return begin_lib(c, fdopen(fd, "r"));
	if (pread(fd, &magic, sizeof(magic), 0) != sizeof(magic) ||
	    !capture_is((struct bytes){(uint8_t *)&magic, sizeof(magic)}))
		err = fail(c->d, &(struct loc){.file = c->path}, -EINVAL,
			   "not a capture: neither pcap nor pcapng");
	if (!err && magic == PCAPNG_MAGIC)
		return begin_lib(c, fdopen(fd, "r"));
	if (!err)
		err = map_file(c, fd, (size_t)st.st_size);
	close(fd);
	return err ? err : begin_walk(c);
}

static int finish_open(struct capture *c, int err, struct capture **out)
{
	if (err)
		capture_close(c);
	else
		*out = c;
	return err;
}

static struct capture *new_capture(const char *path, struct diag *d)
{
	struct capture *c = xcalloc(1, sizeof(*c));

	c->path = path;
	c->d = d;
	return c;
}

int capture_open(const char *path, struct diag *d, struct capture **out)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct capture *c;

	if (fd < 0)
		return fail(d, NULL, -errno, "cannot open %s: %s", path, strerror(errno));
	c = new_capture(is_stdin ? "standard input" : path, d);
	return finish_open(c, begin_file(c, fd), out);
}

int capture_open_bytes(struct bytes image, const char *path, struct diag *d, struct capture **out)
{
	struct capture *c = new_capture(path, d);
	uint32_t magic = magic_of(image);
	int err;

	c->image = image;
	if (is_pcap(magic) || is_pcap(__builtin_bswap32(magic)))
		err = begin_walk(c);
	else
		err = begin_lib(c, fmemopen((void *)(uintptr_t)image.data, image.size, "r"));
	return finish_open(c, err, out);
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	capture_lib_close(c->lib);
	if (c->watch)
		fault_unwatch(c->watch);
	if (c->mapping)
		munmap(c->mapping, c->image.size);
	free(c->frame);
	free(c);
}
