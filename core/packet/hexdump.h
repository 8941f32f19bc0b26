/*
 * Packets in hexdumps, as the usual tools write them: xxd, hexdump (with and without -C), od in
 * bytes and words, text2pcap's input, tcpdump -x, -X, -xx and -XX, Wireshark's copies. A line is an
 * offset and bytes; offset 0 begins another packet; other lines are remarks.
 */
#ifndef CORE_PACKET_HEXDUMP_H
#define CORE_PACKET_HEXDUMP_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/vec.h"

/* Of one packet; the bytes are the arena's. */
struct hexdump_packet {
	struct bytes bytes;
	bool bare; /* begins with an IP header that fits its length: no link layer was printed */
};

struct hexdump {
	VEC(struct hexdump_packet) packets;
};

/* Is the first line that is no remark one of a hexdump's first? */
bool hexdump_is(struct bytes text);
/* 0, or -EINVAL, said with its line. */
int hexdump_read(struct bytes text, const char *path, struct arena *a, struct diag *d,
		 struct hexdump *out);
void hexdump_free(struct hexdump *h);

#endif
