/* The options of `ebpf run` about packets and contexts: rows for its argp, and their values. */
#ifndef CMD_RUN_PACKET_H
#define CMD_RUN_PACKET_H

#include <argp.h>

#include "core/base/vec.h"
#include "core/run/ctx_packet.h"

struct run;

enum {
	KEY_PACKET = 0x800,
	KEY_SET = KEY_PACKET,
	KEY_HEADROOM,
	KEY_TAILROOM,
	KEY_DATA_META,
	KEY_LINEAR,
	KEY_FRAGS,
	KEY_STRICT_KERNEL,
	KEY_DIFF,
	KEY_SPLIT,
	KEY_FILTER,
	KEY_NETWORK,
	KEY_PACKET_END,
};

#define RUN_PACKET_OPTIONS                                                                         \
	{"set", KEY_SET, "FIELD=VALUE", 0,                                                         \
	 "A field of the context: mark=7, cb[0]=1, remote_ip4=10.0.0.1, "                          \
	 "local_port=htons(80). May be given several times", 0},                                   \
	{"headroom", KEY_HEADROOM, "N", 0, "Bytes in front of each packet (default 256)", 0},      \
	{"tailroom", KEY_TAILROOM, "N", 0, "Bytes behind each packet", 0},                         \
	{"data-meta", KEY_DATA_META, "N", 0,                                                       \
	 "The first N bytes of each packet are its metadata", 0},                                  \
	{"linear", KEY_LINEAR, "N", 0,                                                             \
	 "Only N bytes of each packet lie where pointers reach", 0},                               \
	{"frags", KEY_FRAGS, NULL, 0,                                                              \
	 "Packets beyond a page have fragments, as drivers of Linux make them", 0},                \
	{"strict-kernel", KEY_STRICT_KERNEL, NULL, 0,                                              \
	 "Take and give what a test run of Linux does (BPF_PROG_TEST_RUN), no more", 0},           \
	{"diff", KEY_DIFF, NULL, 0,                                                                \
	 "For each packet, what the program changed: headers, fields, data", 0},                   \
	{"split", KEY_SPLIT, "DIR", 0,                                                             \
	 "Write captures of the packets by verdict: DIR/pass.pcap, DIR/drop.pcap, ...", 0},        \
	{"filter", KEY_FILTER, "EXPR", 0,                                                          \
	 "Run only on packets that tcpdump's filter EXPR keeps: 'tcp port 80'", 0},                \
	{"jobs", 'j', "N", 0,                                                                      \
	 "Spread captures over N simulated CPUs by flow, a thread each", 0},                       \
	{"network", KEY_NETWORK, "FILE", 0,                                                        \
	 "Routes, neighbours and sockets that programs find", 0}

struct run_packet_options {
	struct packet_layout layout;
	bool frags, strict, diff;
	uint32_t jobs; /* simulated CPUs at once; 0: one */
	const char *split;  /* a directory, or NULL */
	const char *filter; /* an expression, or NULL */
	const char *network; /* a file, or NULL */
	VEC(const char *) sets; /* FIELD=VALUE */
};

/* True when key is one of these. */
bool parse_packet_option(struct run_packet_options *o, int key, char *arg,
			 const struct argp_state *state);
/* What the options say, before anything runs; 0 or -errno, said. */
int run_open_packets(struct run *r);
void run_close_packets(struct run *r);

#endif
