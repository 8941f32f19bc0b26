/*
 * Captures that libpcap reads: pcapng, and whatever comes through a pipe. The library is loaded
 * when the first of them is opened; nothing else of the program needs it.
 */
#ifndef CORE_RUN_CAPTURE_LIB_H
#define CORE_RUN_CAPTURE_LIB_H

#include <stdio.h>

#include "core/run/capture.h"

struct capture_lib;

#define LIBPCAP "libpcap (Debian's package libpcap0.8)"

/* The library by any of its names, for dlsym() and dlclose(); NULL: it is not installed. */
void *capture_lib_load(void);

/*
 * Takes file, which is closed with the capture or on failure. link is its link type. *why says
 * what is wrong: -ELIBACC there is no libpcap, -EINVAL no capture.
 */
int capture_lib_open(FILE *file, struct capture_lib **out, uint32_t *link, const char **why);
/* 1 with data, lengths and time of a packet, 0 at the end, or -EINVAL and why. */
int capture_lib_next(struct capture_lib *lib, struct capture_packet *pkt, const char **why);
void capture_lib_close(struct capture_lib *lib);

#endif
