/* What became of the packets, as captures: all of them (--write), or by verdict (--split). */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/run.h"

static int write_failed(struct run *r, const char *path)
{
	int err = errno;

	return fail(r->d, &(struct loc){.file = path}, -err, "cannot write: %s", strerror(err));
}

/* A pcap of nanoseconds, version 2.4, Ethernet. */
static int open_capture(struct run *r, const char *path, FILE **out)
{
	const uint32_t header[6] = {0xa1b23c4d, 4 << 16 | 2, 0, 0, 1 << 18, 1};

	*out = fopen(path, "wbe");
	if (!*out || fwrite(header, sizeof(header), 1, *out) != 1)
		return write_failed(r, path);
	return 0;
}

int open_written(struct run *r)
{
	const char *dir = r->o->packet.split;

	if (!r->o->write && !dir)
		return 0;
	if (!r->vm.type || !r->vm.type->has_packet)
		return fail(r->d, NULL, -EINVAL, "program %s has no packets for --%s",
			    r->vm.main->name, dir ? "split" : "write");
	if (dir && mkdir(dir, 0777) != 0 && errno != EEXIST)
		return write_failed(r, dir);
	return r->o->write ? open_capture(r, r->o->write, &r->written) : 0;
}

/* From the link header on, where the program began behind it. */
static int add_packet(FILE *file, const struct packet *pkt)
{
	enum { NS = 1000000000 };
	uint32_t first = min(pkt->mac, pkt->data), link = pkt->data - first;
	uint32_t len = packet_len(pkt) + link, linear = packet_linear(pkt) + link;
	const uint32_t header[4] = {(uint32_t)(pkt->tstamp / NS), (uint32_t)(pkt->tstamp % NS), len,
				    len};

	return fwrite(header, sizeof(header), 1, file) == 1 &&
			       fwrite(pkt->buf + first, 1, linear, file) == linear &&
			       fwrite(pkt->paged, 1, pkt->paged_len, file) == pkt->paged_len
		       ? 0
		       : -1;
}

/* XDP_PASS goes to pass.pcap, TC_ACT_OK to ok.pcap, what has no name to its number. */
static char *split_path(struct run *r, uint64_t retval)
{
	const char *verdict = packet_verdict(r->vm.type, retval), *s;
	char *path, *p;

	if (!verdict)
		return arena_printf(&r->arena, "%s/%llu.pcap", r->o->packet.split,
				    (unsigned long long)retval);
	s = strrchr(verdict, '_');
	path = arena_printf(&r->arena, "%s/%s.pcap", r->o->packet.split, s ? s + 1 : verdict);
	for (p = path + strlen(r->o->packet.split); *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return path;
}

static int write_split(struct run *r)
{
	struct split_file *found = NULL;
	int err;

	vec_each(&r->split, f)
		if (f->retval == r->retval)
			found = f;
	if (!found) {
		found = vec_add(&r->split);
		found->retval = r->retval;
		found->path = split_path(r, r->retval);
		err = open_capture(r, found->path, &found->file);
		if (err)
			return err;
	}
	return add_packet(found->file, r->vm.rc.pkt) ? write_failed(r, found->path) : 0;
}

int write_packet(struct run *r)
{
	if (r->written && add_packet(r->written, r->vm.rc.pkt) != 0)
		return write_failed(r, r->o->write);
	return r->o->packet.split ? write_split(r) : 0;
}

int close_written(struct run *r)
{
	int err = 0;

	if (r->written && fclose(r->written) != 0)
		err = write_failed(r, r->o->write);
	r->written = NULL;
	vec_each(&r->split, f)
		if (f->file && fclose(f->file) != 0)
			err = write_failed(r, f->path);
	vec_free(&r->split);
	return err;
}
