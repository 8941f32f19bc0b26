/* Which packets of the captures to run on, and a capture of what became of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/run.h"

/* A number at *s, which moves on; 0 when there is none. */
static uint64_t number_at(const char **s)
{
	char *end;
	uint64_t n;

	if (**s < '0' || **s > '9')
		return 0;
	n = strtoull(*s, &end, 10);
	*s = end;
	return n;
}

int parse_packets(struct run_options *o, const char *list)
{
	for (const char *s = list;; s++) {
		struct packet_range range = {.first = number_at(&s)};

		range.last = range.first;
		if (*s == '-') {
			s++;
			range.last = *s && *s != ',' ? number_at(&s) : UINT64_MAX;
		}
		if (!range.first || range.last < range.first || (*s && *s != ','))
			return -EINVAL;
		vec_push(&o->packets, range);
		if (!*s)
			return 0;
	}
}

bool is_selected(const struct run_options *o, uint64_t number)
{
	vec_each(&o->packets, range) {
		if (number >= range->first && number <= range->last)
			return true;
	}
	return !o->packets.n;
}

bool is_past_selected(const struct run_options *o, uint64_t number)
{
	vec_each(&o->packets, range) {
		if (number <= range->last)
			return false;
	}
	return o->packets.n;
}

static int write_failed(struct run *r)
{
	int err = errno;

	return fail(r->d, &(struct loc){.file = r->o->write}, -err, "cannot write: %s",
		    strerror(err));
}

int open_written(struct run *r)
{
	/* pcap of nanoseconds, version 2.4, Ethernet */
	const uint32_t header[6] = {0xa1b23c4d, 4 << 16 | 2, 0, 0, 1 << 18, 1};

	if (!r->o->write)
		return 0;
	if (!r->vm.type)
		return fail(r->d, NULL, -EINVAL, "program %s has no packets for --write",
			    r->vm.main ? r->vm.main->name : r->o->path);
	r->written = fopen(r->o->write, "wbe");
	if (!r->written || fwrite(header, sizeof(header), 1, r->written) != 1)
		return write_failed(r);
	return 0;
}

int write_packet(struct run *r)
{
	enum { NS = 1000000000 };
	const struct packet *pkt = &r->vm.pkt;
	uint32_t len = packet_len(pkt);
	const uint32_t header[4] = {(uint32_t)(pkt->tstamp / NS), (uint32_t)(pkt->tstamp % NS), len,
				    len};

	if (!r->written)
		return 0;
	if (fwrite(header, sizeof(header), 1, r->written) != 1 ||
	    fwrite(pkt->buf + pkt->data, 1, len, r->written) != len)
		return write_failed(r);
	return 0;
}

int close_written(struct run *r)
{
	int err = r->written ? fclose(r->written) : 0;

	r->written = NULL;
	return err ? write_failed(r) : 0;
}
