/*
 * pcap: a header of 24 bytes, then records of 16 bytes and the packet (draft-ietf-opsawg-pcap).
 * pcapng: blocks of type, length, body, length again (draft-ietf-opsawg-pcapng); of interest are
 * sections (byte order), interfaces (link type, clock) and the three kinds of packet blocks.
 */
#include "core/run/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/vec.h"
#include "core/run/packet.h"

#define PCAP_MAGIC 0xa1b2c3d4u
#define PCAP_MAGIC_NS 0xa1b23c4du

enum {
	NG_SECTION = 0x0a0d0d0a,
	NG_ORDER = 0x1a2b3c4d,
	NG_INTERFACE = 1,
	NG_OLD_PACKET = 2,
	NG_SIMPLE_PACKET = 3,
	NG_PACKET = 6,
	NG_BLOCK_MAX = 16 << 20,
	NG_INTERFACES_MAX = 4096,
	ETH_LEN = 14,
	INPUT_SIZE = 1 << 18,
};

struct interface {
	uint32_t link, snaplen;
	uint64_t per_second; /* clock ticks */
	uint64_t offset;     /* seconds */
};

struct capture {
	const char *path;
	struct diag *d;
	int fd; /* -1: all of the input is in buf, borrowed */
	uint8_t *buf;
	size_t at, end, cap; /* unread bytes are [at, end) */
	bool eof;
	bool ng, swapped;
	uint64_t number, block;
	VEC(struct interface) interfaces;
	uint8_t *frame; /* where Ethernet headers are made */
};

static int bad(struct capture *c, const char *what)
{
	struct loc loc = {.file = c->path};
	unsigned long long n = c->ng ? c->block : c->number;

	return fail(c->d, &loc, -EINVAL, "%s %llu %s", c->ng ? "block" : "packet", n, what);
}

/* Makes n unread bytes lie at buf + at. 1, or 0 when the input ends before, or -errno. */
static int need(struct capture *c, size_t n)
{
	while (c->end - c->at < n && !c->eof && c->fd >= 0) {
		ssize_t got;

		if (c->cap - c->at < n) {
			memmove(c->buf, c->buf + c->at, c->end - c->at);
			c->end -= c->at;
			c->at = 0;
			if (c->cap < n)
				c->buf = xrealloc(c->buf, c->cap = n);
		}
		got = read(c->fd, c->buf + c->end, c->cap - c->end);
		if (got < 0)
			return fail(c->d, &(struct loc){.file = c->path}, -errno, "cannot read: %s",
				    strerror(errno));
		c->eof = got == 0;
		c->end += (size_t)got;
	}
	return c->end - c->at >= n;
}

/* The same where an end of the input is an error. */
static int need_all(struct capture *c, size_t n)
{
	int got = need(c, n);

	return got < 0 ? got : got ? 0 : bad(c, "is cut off by the end of the file");
}

static uint32_t get32(const struct capture *c, size_t off)
{
	uint32_t v;

	memcpy(&v, c->buf + c->at + off, sizeof(v));
	return c->swapped ? __builtin_bswap32(v) : v;
}

static uint32_t get16(const struct capture *c, size_t off)
{
	uint16_t v;

	memcpy(&v, c->buf + c->at + off, sizeof(v));
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

static int make_ethernet(struct capture *c, uint32_t link, struct capture_packet *pkt)
{
	enum { LINK_ETHERNET = 1, LINK_MASK = 0xffff, ETH_IP = 0x0800, ETH_IPV6 = 0x86dd };
	const struct link *l = links;
	uint32_t proto;

	link &= LINK_MASK;
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
	/* never less than before: give() made it at least the captured length */
	pkt->wire_len = pkt->wire_len - l->len + ETH_LEN;
	pkt->made_ethernet = true;
	return 1;
}

static uint64_t to_ns(const struct interface *i, uint64_t ticks)
{
	unsigned __int128 ns = (unsigned __int128)ticks * 1000000000 / i->per_second;

	return (uint64_t)ns + i->offset * 1000000000;
}

static int give(struct capture *c, const struct interface *i, size_t off, uint32_t len,
		uint32_t wire_len, uint64_t ns, struct capture_packet *pkt)
{
	*pkt = (struct capture_packet){
		.data = c->buf + c->at + off,
		.len = len,
		.wire_len = max(len, wire_len),
		.tstamp = ns,
		.number = c->number,
	};
	return make_ethernet(c, i->link, pkt);
}

static int next_pcap(struct capture *c, struct capture_packet *pkt)
{
	enum { RECORD = 16 };
	const struct interface *i = &c->interfaces.v[0];
	uint64_t ns;
	uint32_t len;
	int got, err;

	c->number++;
	got = need(c, 1);
	if (got <= 0)
		return got;
	err = need_all(c, RECORD);
	if (err)
		return err;
	len = get32(c, 8);
	if (len > PACKET_MAX)
		return bad(c, "has a length beyond belief");
	err = need_all(c, RECORD + len);
	if (err)
		return err;
	ns = get32(c, 0) * 1000000000ull + to_ns(i, get32(c, 4));
	got = give(c, i, RECORD, len, get32(c, 12), ns, pkt);
	c->at += RECORD + len;
	return got;
}

/* A resolution's octet: a power of ten or, with the high bit, of two; 0 when it does not fit. */
static uint64_t resolution(uint8_t octet)
{
	uint64_t n = 1;

	if (octet & 0x80)
		return octet < 0x80 + 64 ? 1ull << (octet & 0x7f) : 0;
	if (octet > 19)
		return 0;
	while (octet--)
		n *= 10;
	return n;
}

/* The options of an interface that tell its clock. */
static void set_clock(const struct capture *c, size_t off, size_t end, struct interface *i)
{
	enum { TSRESOL = 9, TSOFFSET = 14 };

	while (off + 4 <= end) {
		uint32_t code = get16(c, off), len = get16(c, off + 2);
		size_t value = off + 4;

		if (!code || len > end - value)
			return;
		if (code == TSRESOL && len == 1 && resolution(c->buf[c->at + value]))
			i->per_second = resolution(c->buf[c->at + value]);
		if (code == TSOFFSET && len == 8)
			i->offset = c->swapped
					    ? (uint64_t)get32(c, value) << 32 | get32(c, value + 4)
					    : (uint64_t)get32(c, value + 4) << 32 | get32(c, value);
		off = value + round_up(len, 4);
	}
}

static int add_interface(struct capture *c, uint32_t size)
{
	struct interface *i;

	if (size < 20)
		return bad(c, "is too short for an interface");
	if (c->interfaces.n == NG_INTERFACES_MAX)
		return bad(c, "is one interface too many");
	i = vec_add(&c->interfaces);
	i->link = get16(c, 8);
	i->snaplen = get32(c, 12);
	i->per_second = 1000000;
	set_clock(c, 16, size - 4, i);
	return 0;
}

/* A packet block of size bytes; the fields lie where its kind has them. */
static int give_block(struct capture *c, uint32_t type, uint32_t size, struct capture_packet *pkt)
{
	bool simple = type == NG_SIMPLE_PACKET;
	uint32_t head = simple ? 12 : 28, id, len, wire;
	const struct interface *i;
	uint64_t ticks = 0;

	if (size < head + 4)
		return bad(c, "is too short for a packet");
	id = simple ? 0 : type == NG_PACKET ? get32(c, 8) : get16(c, 8);
	if (id >= c->interfaces.n)
		return bad(c, "names an interface that there is not");
	i = &c->interfaces.v[id];
	if (simple) {
		wire = get32(c, 8);
		len = min(wire, size - head - 4);
		len = i->snaplen ? min(len, i->snaplen) : len;
	} else {
		ticks = (uint64_t)get32(c, 12) << 32 | get32(c, 16);
		len = get32(c, 20);
		wire = get32(c, 24);
	}
	if (len > size - head - 4 || len > PACKET_MAX)
		return bad(c, "has a packet longer than itself");
	c->number++;
	return give(c, i, head, len, wire, to_ns(i, ticks), pkt);
}

/* A section's beginning tells the byte order of all that follows. */
static int begin_section(struct capture *c)
{
	uint32_t order;
	int err = need_all(c, 16);

	if (err)
		return err;
	memcpy(&order, c->buf + c->at + 8, sizeof(order));
	if (order != NG_ORDER && order != __builtin_bswap32(NG_ORDER))
		return bad(c, "has no byte order");
	c->swapped = order != NG_ORDER;
	c->interfaces.n = 0;
	return 0;
}

/* Makes all of the next block lie in the buffer: 1, 0 at the end of the input, or -errno. */
static int need_block(struct capture *c)
{
	uint32_t size;
	int got, err;

	c->block++;
	got = need(c, 1);
	if (got <= 0)
		return got;
	err = need_all(c, 12);
	if (!err && get32(c, 0) == NG_SECTION)
		err = begin_section(c);
	if (err)
		return err;
	size = get32(c, 4);
	if (size < 12 || size % 4 || size > NG_BLOCK_MAX)
		return bad(c, "has an impossible length");
	err = need_all(c, size);
	if (err)
		return err;
	return get32(c, size - 4) == size ? 1 : bad(c, "has two different lengths");
}

static int next_block(struct capture *c, struct capture_packet *pkt)
{
	for (;;) {
		uint32_t type, size;
		int got = need_block(c);

		if (got <= 0)
			return got;
		type = get32(c, 0);
		size = get32(c, 4);
		got = 0;
		if (type == NG_INTERFACE)
			got = add_interface(c, size);
		else if (type == NG_PACKET || type == NG_OLD_PACKET || type == NG_SIMPLE_PACKET)
			got = give_block(c, type, size, pkt);
		c->at += size;
		if (got)
			return got;
	}
}

int capture_next(struct capture *c, struct capture_packet *pkt)
{
	return c->ng ? next_block(c, pkt) : next_pcap(c, pkt);
}

static uint32_t magic_of(const uint8_t *p)
{
	uint32_t magic;

	memcpy(&magic, p, sizeof(magic));
	return magic;
}

bool capture_is(struct bytes start)
{
	uint32_t magic;

	if (start.size < sizeof(magic))
		return false;
	magic = magic_of(start.data);
	return magic == PCAP_MAGIC || magic == PCAP_MAGIC_NS || magic == NG_SECTION ||
	       magic == __builtin_bswap32(PCAP_MAGIC) || magic == __builtin_bswap32(PCAP_MAGIC_NS);
}

/* Reads the file's header; on failure the caller closes. */
static int begin(struct capture *c)
{
	enum { HEADER = 24 };
	struct loc loc = {.file = c->path};
	struct interface *i;
	uint32_t magic;
	int got = need(c, 4);

	if (got < 0)
		return got;
	if (!got || !capture_is((struct bytes){c->buf + c->at, 4}))
		return fail(c->d, &loc, -EINVAL, "not a capture: neither pcap nor pcapng");
	magic = magic_of(c->buf + c->at);
	c->ng = magic == NG_SECTION;
	if (c->ng)
		return 0;
	got = need(c, HEADER);
	if (got <= 0)
		return got ? got : fail(c->d, &loc, -EINVAL, "the file ends in its header");
	c->swapped = magic != PCAP_MAGIC && magic != PCAP_MAGIC_NS;
	if (get16(c, 4) != 2)
		return fail(c->d, &loc, -EINVAL, "pcap version %u.%u is not known", get16(c, 4),
			    get16(c, 6));
	i = vec_add(&c->interfaces);
	i->link = get32(c, 20);
	i->snaplen = get32(c, 16);
	i->per_second = get32(c, 0) == PCAP_MAGIC_NS ? 1000000000 : 1000000;
	c->at += HEADER;
	return 0;
}

static int open_with(struct capture *c, struct capture **out)
{
	int err = begin(c);

	if (err) {
		capture_close(c);
		return err;
	}
	*out = c;
	return 0;
}

int capture_open(const char *path, struct diag *d, struct capture **out)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct capture *c;

	if (fd < 0)
		return fail(d, NULL, -errno, "cannot open %s: %s", path, strerror(errno));
	c = xcalloc(1, sizeof(*c));
	c->path = is_stdin ? "standard input" : path;
	c->d = d;
	c->fd = fd;
	c->buf = xmalloc(INPUT_SIZE);
	c->cap = INPUT_SIZE;
	return open_with(c, out);
}

int capture_open_bytes(struct bytes image, const char *path, struct diag *d, struct capture **out)
{
	struct capture *c = xcalloc(1, sizeof(*c));

	c->path = path;
	c->d = d;
	c->fd = -1;
	c->buf = (uint8_t *)(uintptr_t)image.data;
	c->end = image.size;
	return open_with(c, out);
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->fd > STDIN_FILENO)
		close(c->fd);
	if (c->fd >= 0)
		free(c->buf);
	vec_free(&c->interfaces);
	free(c->frame);
	free(c);
}
