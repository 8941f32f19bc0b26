/*
 * Packets from text:
 *
 *	eth/vlan(vid=5)/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"GET"
 *
 * Layers and fields are those of layers.def. What is not said is filled in: numbers of next layers,
 * lengths and checksums. Behind the layers comes data: "text" with C's escapes, 0x and hex digits,
 * zero(N) for N zeroes; pad(N) at the end fills the frame up to N bytes that no length counts.
 */
#ifndef CORE_PACKET_BUILD_H
#define CORE_PACKET_BUILD_H

#include "core/base/arena.h"
#include "core/base/diag.h"

/* 0 with the packet in the arena, or -EINVAL, said with its place. */
int packet_build(const char *text, struct arena *a, struct diag *d, struct bytes *out);

#endif
