/*
 * A pcap file is a header of 24 bytes, then records of 16 bytes and the packet
 * (draft-ietf-opsawg-pcap). A regular one is walked in a window of it, one in a pipe as it comes;
 * hexdumps are read whole; pcapng is libpcap's to read (capture_lib.c).
 */
#include "core/run/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/packet/hexdump.h"
#include "core/packet/link.h"
#include "core/run/capture_lib.h"
#include "core/run/capture_pipe.h"
#include "core/run/capture_window.h"
#include "core/run/packet.h"

#define PCAP_MAGIC    0xa1b2c3d4u
#define PCAP_MAGIC_NS 0xa1b23c4du
#define PCAPNG_MAGIC  0x0a0d0d0au

enum { HEADER = 24, RECORD = 16, TEXT_MAX = 256 << 20 };

struct capture {
	const char *path;
	struct diag *d;
	int (*next)(struct capture *c, struct capture_packet *pkt);
	struct window window;
	struct pipe_reader pipe;
	struct capture_lib *lib;
	struct hexdump dump;
	struct arena arena;
	uint64_t at; /* of the window: the next record */
	bool swapped, nanoseconds;
	const struct link_type *link; /* NULL: Ethernet */
	uint64_t number;
	uint8_t *frame; /* where Ethernet headers are made */
};

static int bad(struct capture *c, const char *what)
{
	struct loc loc = {.file = c->path};

	return fail(c->d, &loc, -EINVAL, "packet %llu %s", (unsigned long long)c->number, what);
}

static int bad_file(struct capture *c, int err, const char *what)
{
	return fail(c->d, &(struct loc){.file = c->path}, err, "%s", what);
}

static uint32_t get32(const struct capture *c, const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return c->swapped ? __builtin_bswap32(v) : v;
}

static uint32_t get16(const struct capture *c, const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return c->swapped ? __builtin_bswap16(v) : v;
}

/* Ethernet in place of another link layer. */
static int make_ethernet(struct capture *c, struct capture_packet *pkt, const struct link_type *l)
{
	uint32_t off;
	int32_t proto = link_payload(l, (struct bytes){pkt->data, pkt->len}, &off);

	if (proto < 0)
		return bad(c, "is too short for its link type, or says not what it carries");
	if (!c->frame)
		c->frame = xmalloc(PACKET_MAX + ETH_LEN);
	memset(c->frame, 0, ETH_LEN);
	c->frame[12] = (uint8_t)(proto >> 8);
	c->frame[13] = (uint8_t)proto;
	memcpy(c->frame + ETH_LEN, pkt->data + off, pkt->len - off);
	pkt->data = c->frame;
	pkt->low = false;
	pkt->len = min(pkt->len - off + ETH_LEN, (uint32_t)PACKET_MAX);
	/* at least the captured length */
	pkt->wire_len -= off;
	pkt->wire_len += min((uint32_t)ETH_LEN, UINT32_MAX - pkt->wire_len);
	pkt->link = l->name;
	return 1;
}

/* A record's header; its packet follows. */
static int read_record(struct capture *c, const uint8_t *p, struct capture_packet *pkt)
{
	uint32_t len = get32(c, p + 8);

	if (len > PACKET_MAX)
		return bad(c, "has a length beyond belief");
	*pkt = (struct capture_packet){
		.len = len,
		.wire_len = max(len, get32(c, p + 12)),
		.tstamp = get32(c, p) * 1000000000ull +
			  get32(c, p + 4) * (c->nanoseconds ? 1ull : 1000ull),
	};
	return 0;
}

static int unreadable(struct capture *c)
{
	return bad_file(c, -errno, strerror(errno));
}

static int next_of_window(struct capture *c, struct capture_packet *pkt)
{
	uint64_t left = c->window.size - c->at;
	const uint8_t *p;
	int err;

	if (!left)
		return 0;
	if (left < RECORD)
		return bad(c, "is cut off by the end of the file");
	p = window_at(&c->window, c->at, RECORD);
	if (!p)
		return unreadable(c);
	err = read_record(c, p, pkt);
	if (err)
		return err;
	if (pkt->len > left - RECORD)
		return bad(c, "is cut off by the end of the file");
	p = window_at(&c->window, c->at, RECORD + pkt->len);
	if (!p)
		return unreadable(c);
	pkt->data = p + RECORD;
	pkt->low = c->window.low;
	c->at += RECORD + pkt->len;
	return window_is_dead(&c->window) ? bad(c, "is gone: the file was cut short") : 1;
}

static int next_of_pipe(struct capture *c, struct capture_packet *pkt)
{
	const uint8_t *p;
	ssize_t got = pipe_peek(&c->pipe, RECORD, &p);
	int err;

	if (!got)
		return 0;
	if (got < 0)
		return unreadable(c);
	if (got < RECORD)
		return bad(c, "is cut off by the end of the file");
	err = read_record(c, p, pkt);
	if (err)
		return err;
	got = pipe_peek(&c->pipe, RECORD + pkt->len, &p);
	if (got < 0)
		return unreadable(c);
	if (got < (ssize_t)(RECORD + pkt->len))
		return bad(c, "is cut off by the end of the file");
	pkt->data = p + RECORD;
	pipe_take(&c->pipe, RECORD + pkt->len);
	return 1;
}

static int next_of_lib(struct capture *c, struct capture_packet *pkt)
{
	const char *why;
	int got = capture_lib_next(c->lib, pkt, &why);

	if (got < 0)
		return fail(c->d, &(struct loc){.file = c->path}, got, "packet %llu: %s",
			    (unsigned long long)c->number, why);
	if (got && pkt->len > PACKET_MAX)
		return bad(c, "has a length beyond belief");
	return got;
}

static int next_of_dump(struct capture *c, struct capture_packet *pkt)
{
	const struct hexdump_packet *p;

	if (c->number > c->dump.packets.n)
		return 0;
	p = &c->dump.packets.v[c->number - 1];
	*pkt = (struct capture_packet){.data = p->bytes.data,
				       .len = (uint32_t)p->bytes.size,
				       .wire_len = (uint32_t)p->bytes.size};
	return p->bare ? make_ethernet(c, pkt, link_by_number(LINK_RAW)) : 1;
}

int capture_next(struct capture *c, struct capture_packet *pkt)
{
	int got;

	c->number++;
	got = c->next(c, pkt);
	if (got <= 0)
		return got;
	pkt->number = c->number;
	return c->link ? make_ethernet(c, pkt, c->link) : 1;
}

static int set_link(struct capture *c, uint32_t number)
{
	enum { LINK_MASK = 0xffff };
	const struct link_type *l = link_by_number(number & LINK_MASK);
	struct loc loc = {.file = c->path};

	if (!l)
		return fail(c->d, &loc, -EINVAL, "link type %u is not known", number & LINK_MASK);
	if (l->len < 0)
		return fail(c->d, &loc, -EINVAL,
			    "link type %u (%s) is neither Ethernet nor one whose packets are read",
			    number & LINK_MASK, l->name);
	c->link = l->number == LINK_ETHERNET ? NULL : l;
	return 0;
}

static uint32_t magic_of(struct bytes start)
{
	uint32_t magic = 0;

	if (start.size)
		memcpy(&magic, start.data, min(start.size, sizeof(magic)));
	return magic;
}

static bool is_pcap(struct bytes start)
{
	uint32_t magic = magic_of(start), swapped = __builtin_bswap32(magic);

	return magic == PCAP_MAGIC || magic == PCAP_MAGIC_NS || swapped == PCAP_MAGIC ||
	       swapped == PCAP_MAGIC_NS;
}

bool capture_is(struct bytes start)
{
	return is_pcap(start) || magic_of(start) == PCAPNG_MAGIC;
}

/* The header of a pcap file, of which size bytes are there. */
static int read_header(struct capture *c, const uint8_t *p, size_t size)
{
	uint32_t magic = magic_of((struct bytes){p, size});

	if (size < HEADER)
		return bad_file(c, -EINVAL, "the file ends in its header");
	c->swapped = magic != PCAP_MAGIC && magic != PCAP_MAGIC_NS;
	c->nanoseconds = get32(c, p) == PCAP_MAGIC_NS;
	if (get16(c, p + 4) != 2)
		return fail(c->d, &(struct loc){.file = c->path}, -EINVAL,
			    "pcap version %u.%u is not known", get16(c, p + 4), get16(c, p + 6));
	return set_link(c, get32(c, p + 20));
}

static int begin_window(struct capture *c)
{
	size_t n = (size_t)min(c->window.size, (uint64_t)HEADER);
	const uint8_t *p = window_at(&c->window, 0, n);

	c->next = next_of_window;
	c->at = HEADER;
	return p ? read_header(c, p, n) : unreadable(c);
}

/* file is closed with the capture, also when this fails. */
static int begin_lib(struct capture *c, FILE *file)
{
	const char *why = strerror(errno);
	uint32_t link;
	int err = file ? capture_lib_open(file, &c->lib, &link, &why) : -errno;

	c->next = next_of_lib;
	return err ? bad_file(c, err, why) : set_link(c, link);
}

/* What unpacks it, by its first bytes; NULL: it is not compressed. */
static const char *unpacker_of(struct bytes b)
{
	static const struct {
		const char *magic, *command;
	} kinds[] = {
		{"\x1f\x8b", "zcat"}, {"\x28\xb5\x2f\xfd", "zstdcat"}, {"\xfd" "7zXZ", "xzcat"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i].magic);

		if (b.size >= len && memcmp(b.data, kinds[i].magic, len) == 0)
			return kinds[i].command;
	}
	return NULL;
}

static int begin_dump(struct capture *c, struct bytes text)
{
	static const char no_capture[] = "not a capture: neither pcap nor pcapng nor a hexdump";
	const char *unpacker = unpacker_of(text);

	c->next = next_of_dump;
	if (unpacker) {
		bad_file(c, -EINVAL, "not a capture: it is compressed");
		note(c->d, NULL, "%s FILE | ebpf run --ctx - ... unpacks it", unpacker);
		return -EINVAL;
	}
	if (!hexdump_is(text))
		return bad_file(c, -EINVAL, no_capture);
	return hexdump_read(text, c->path, &c->arena, c->d, &c->dump);
}

/* All of a text that comes through a pipe. */
static int begin_text(struct capture *c)
{
	size_t want = 1 << 16;
	const uint8_t *p;
	ssize_t got;

	while ((got = pipe_peek(&c->pipe, want, &p)) == (ssize_t)want && want < TEXT_MAX)
		want *= 2;
	if (got < 0)
		return unreadable(c);
	return begin_dump(c, (struct bytes){arena_memdup(&c->arena, p, (size_t)got), (size_t)got});
}

static int begin_pipe(struct capture *c, int fd)
{
	const uint8_t *p;
	ssize_t got;

	pipe_open(&c->pipe, fd);
	got = pipe_peek(&c->pipe, sizeof(uint32_t), &p);
	if (got < 0)
		return unreadable(c);
	if (magic_of((struct bytes){p, (size_t)got}) == PCAPNG_MAGIC)
		return begin_lib(c, pipe_as_file(&c->pipe));
	if (!is_pcap((struct bytes){p, (size_t)got}))
		return begin_text(c);
	got = pipe_peek(&c->pipe, HEADER, &p);
	if (got < 0)
		return unreadable(c);
	c->next = next_of_pipe;
	pipe_take(&c->pipe, (size_t)got);
	return read_header(c, p, (size_t)got);
}

/* fd is used up: closed, or the capture's. */
static int begin_file(struct capture *c, int fd)
{
	uint8_t start[4];
	struct stat st;
	ssize_t got;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || lseek(fd, 0, SEEK_CUR) != 0)
		return begin_pipe(c, fd);
	got = pread(fd, start, sizeof(start), 0);
	if (got == sizeof(start) && is_pcap((struct bytes){start, sizeof(start)})) {
		window_open(&c->window, fd, (uint64_t)st.st_size);
		return begin_window(c);
	}
	return begin_pipe(c, fd);
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
	c->pipe.fd = c->window.fd = -1;
	return c;
}

int capture_open_fd(int fd, const char *path, struct diag *d, struct capture **out)
{
	struct capture *c = new_capture(path, d);

	return finish_open(c, begin_file(c, fd), out);
}

int capture_open(const char *path, struct diag *d, struct capture **out)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail(d, NULL, -errno, "cannot open %s: %s", path, strerror(errno));
	return capture_open_fd(fd, is_stdin ? "standard input" : path, d, out);
}

int capture_open_bytes(struct bytes image, const char *path, struct diag *d, struct capture **out)
{
	struct capture *c = new_capture(path, d);
	int err;

	if (is_pcap(image)) {
		window_of_bytes(&c->window, image);
		err = begin_window(c);
	} else if (magic_of(image) == PCAPNG_MAGIC) {
		err = begin_lib(c, fmemopen((void *)(uintptr_t)image.data, image.size, "r"));
	} else {
		err = begin_dump(c, image);
	}
	return finish_open(c, err, out);
}

void capture_before_move(struct capture *c, void (*move)(void *arg), void *arg)
{
	c->window.before_move = move;
	c->window.arg = arg;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	capture_lib_close(c->lib);
	window_close(&c->window);
	pipe_close(&c->pipe);
	hexdump_free(&c->dump);
	arena_free(&c->arena);
	free(c->frame);
	free(c);
}
