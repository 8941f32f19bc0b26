/*
 * What a core file leaves out: text and constants, which are in the files that were mapped. The
 * note NT_FILE names them:
 *
 *	count, page size, then start, end and offset (in pages) of each mapping, then their names
 *
 * A file is believed to be the one that was mapped when it begins as the core file has it, with an
 * ELF header and mostly a build id behind it.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/run/scene.h"

enum { FIRST_SIZE = 4096, MAPPINGS_MAX = 8192 };
#define FILES_BYTES_MAX ((uint64_t)256 << 20) /* of all files */

struct mapping {
	uint64_t start, end, off;
	const char *name;
};

struct files {
	struct space *space;
	struct mapping *v;
	uint64_t n, left; /* bytes that may still be read */
};

static uint64_t get64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* False: the note is garbled. */
static bool read_note(struct files *f, struct bytes note, struct arena *a)
{
	enum { HEAD = 16, ROW = 24 };
	uint64_t page;
	const char *name, *end = (const char *)note.data + note.size;

	if (note.size < HEAD)
		return false;
	f->n = get64(note.data);
	page = get64(note.data + 8);
	if (f->n > MAPPINGS_MAX || f->n > (note.size - HEAD) / ROW)
		return false;
	f->v = arena_array(a, struct mapping, f->n + 1);
	name = (const char *)note.data + HEAD + f->n * ROW;
	for (uint64_t i = 0; i < f->n; i++) {
		const uint8_t *row = note.data + HEAD + i * ROW;
		const char *nul = memchr(name, 0, (size_t)(end - name));

		if (!nul || get64(row + 8) < get64(row))
			return false;
		f->v[i] = (struct mapping){get64(row), get64(row + 8), get64(row + 16) * page,
					   name};
		name = nul + 1;
	}
	return true;
}

/* A regular file, or -1. */
static int open_file(const char *name)
{
	int fd = open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool is_same_file(const struct files *f, const char *name, int fd)
{
	uint8_t ours[FIRST_SIZE], theirs[FIRST_SIZE];

	for (uint64_t i = 0; i < f->n; i++)
		if (!f->v[i].off && strcmp(f->v[i].name, name) == 0 &&
		    space_read(f->space, theirs, f->v[i].start, FIRST_SIZE, SPACE_USER))
			return pread(fd, ours, FIRST_SIZE, 0) == FIRST_SIZE &&
			       memcmp(ours, theirs, FIRST_SIZE) == 0;
	return false;
}

/* What the core file has of a mapping is its beginning, or all of it. */
static uint64_t known_size(const struct space *s, const struct mapping *m)
{
	for (size_t i = 0; i < s->regions.n; i++)
		if (s->regions.v[i].addr == m->start)
			return min(s->regions.v[i].size, m->end - m->start);
	return 0;
}

static void add_rest(struct files *f, const struct mapping *m, int fd)
{
	uint64_t known = known_size(f->space, m), size = m->end - m->start - known;
	struct space_region r = {.addr = m->start + known,
				 .sides = space_sides(m->start)};
	ssize_t got;

	if (!size || size > f->left || m->off > INT64_MAX - m->end)
		return;
	f->left -= size;
	r.host = arena_alloc(&f->space->arena, size);
	got = pread(fd, r.host, size, (off_t)(m->off + known));
	r.size = got > 0 ? (uint64_t)got : 0;
	/* What lies over something else is left out. */
	space_add(f->space, &r);
}

void scene_add_files(struct space *s, struct bytes note)
{
	struct files f = {.space = s, .left = FILES_BYTES_MAX};
	const char *last = "";
	int fd = -1;

	if (!read_note(&f, note, &s->arena))
		return;
	for (uint64_t i = 0; i < f.n; i++) {
		if (strcmp(f.v[i].name, last) != 0) {
			if (fd >= 0)
				close(fd);
			last = f.v[i].name;
			fd = open_file(last);
			if (fd >= 0 && !is_same_file(&f, last, fd)) {
				close(fd);
				fd = -1;
			}
		}
		if (fd >= 0)
			add_rest(&f, &f.v[i], fd);
	}
	if (fd >= 0)
		close(fd);
}
