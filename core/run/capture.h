/*
 * Captures: pcap (both byte orders, microseconds and nanoseconds), hexdumps, and through libpcap
 * pcapng. Packets come out as Ethernet frames; other link layers that carry IP get a header made
 * for them. Everything takes hostile input: what is wrong is said with the packet's number and is
 * -EINVAL.
 */
#ifndef CORE_RUN_CAPTURE_H
#define CORE_RUN_CAPTURE_H

#include "core/base/base.h"
#include "core/base/diag.h"

struct capture_packet {
	const uint8_t *data; /* until the next one */
	uint32_t len, wire_len;
	uint64_t tstamp;  /* ns since 1970 */
	uint64_t number;  /* from 1 */
	const char *link; /* of a link layer that is not Ethernet: its name; the header is made */
	bool low;	  /* data lies below 4 GiB, in a mapping of the file that is only read */
};

struct capture;

/* Does a file that begins so (4 bytes are enough) look like a capture? */
bool capture_is(struct bytes start);
/* path "-" is standard input. The messages of this and of capture_next() go to d. */
int capture_open(const char *path, struct diag *d, struct capture **out);
/* The same of what is open already: fd is the capture's, whatever comes of it. */
int capture_open_fd(int fd, const char *path, struct diag *d, struct capture **out);
/* The same over memory that outlives it; path is for messages. */
int capture_open_bytes(struct bytes image, const char *path, struct diag *d, struct capture **out);
/* 1 with a packet, 0 at the end, or -errno, said. */
int capture_next(struct capture *c, struct capture_packet *pkt);
/*
 * Packets that lie low stay until this is called, at some later capture_next(), and not longer: for
 * who keeps several of them.
 */
void capture_before_move(struct capture *c, void (*move)(void *arg), void *arg);
void capture_close(struct capture *c);

#endif
