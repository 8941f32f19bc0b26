/* Link types of captures (tcpdump.org/linktypes.html), and the Ethernet header that stands in. */
#ifndef CORE_PACKET_LINK_H
#define CORE_PACKET_LINK_H

#include "core/base/base.h"

enum { LINK_ETHERNET = 1, LINK_RAW = 101 };

struct link_type {
	uint32_t number;
	const char *name;
	int32_t len;   /* of its header, which goes; -1: what it carries is not read here */
	int32_t proto; /* where the header has an Ethernet type ... */
	uint8_t how;   /* ... or what says it instead: enum link_how */
};

/* NULL: not known */
const struct link_type *link_by_number(uint32_t number);
/*
 * What the packet carries: its Ethernet type, and where it begins in *off; -1 when it is too short
 * or does not say.
 */
int32_t link_payload(const struct link_type *l, struct bytes packet, uint32_t *off);

#endif
