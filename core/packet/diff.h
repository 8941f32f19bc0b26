/* What became of a packet: headers that came and went, fields that changed, data. */
#ifndef CORE_PACKET_DIFF_H
#define CORE_PACKET_DIFF_H

#include "core/packet/layer.h"

/*
 * One change: "ip.ttl" from "64" to "63"; "vlan" from NULL to its fields, or from them to NULL when
 * the layer is gone; "data" for what is behind the headers.
 */
typedef void packet_change_fn(void *arg, const char *what, const char *from, const char *to);

/* Both begin with an Ethernet header. How many changes there were. */
uint32_t packet_diff(struct bytes before, struct bytes after, packet_change_fn *change, void *arg);
/* A layer's fields: vid=5,type=0x800 */
void layer_text(const struct layer *l, struct bytes packet, struct strbuf *out);

#endif
