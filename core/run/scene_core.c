/*
 * A core file (elf(5)): the registers of a thread, who the process was, its memory.
 *
 *	PT_NOTE   NT_PRSTATUS for each thread: struct elf_prstatus, whose registers are pt_regs's
 *	          NT_PRPSINFO: struct elf_prpsinfo
 *	          NT_FILE: what was mapped of which files
 *	PT_LOAD   memory, as far as it was written out
 */
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "core/run/scene.h"

/* Offsets in struct elf_prstatus and struct elf_prpsinfo of 64-bit machines */
enum {
	STATUS_PID = 32,
	STATUS_REGS = 112,
	INFO_UID = 16,
	INFO_GID = 20,
	INFO_PID = 24,
	INFO_NAME = 40,
	INFO_NAME_SIZE = 16,
};

struct core {
	struct scene *s;
	struct bytes image;
	const char *file;
	struct diag *d;
	uint32_t thread; /* wanted; 0: the first */
	bool has_regs, has_info;
	struct bytes files; /* NT_FILE */
	uint32_t nthreads;
};

static int bad(const struct core *c, const char *what)
{
	return fail(c->d, &(struct loc){.file = c->file}, -EINVAL, "%s", what);
}

static bool in_image(const struct core *c, uint64_t off, uint64_t size)
{
	return off <= c->image.size && size <= c->image.size - off;
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static int read_status(struct core *c, const uint8_t *desc, uint32_t size)
{
	uint32_t pid;

	if (size < STATUS_REGS + c->s->arch->user)
		return bad(c, "the note with a thread's registers is too short");
	pid = get32(desc + STATUS_PID);
	c->nthreads++;
	if (c->has_regs || (c->thread && pid != c->thread))
		return 0;
	c->has_regs = true;
	c->s->task.pid = pid;
	memcpy(scene_regs(c->s, c->s->arch), desc + STATUS_REGS, c->s->arch->user);
	return 0;
}

static int read_info(struct core *c, const uint8_t *desc, uint32_t size)
{
	struct run_task *task = &c->s->task;

	if (size < INFO_NAME + INFO_NAME_SIZE)
		return bad(c, "the note about the process is too short");
	task->uid = get32(desc + INFO_UID);
	task->gid = get32(desc + INFO_GID);
	task->tgid = get32(desc + INFO_PID);
	memcpy(task->comm, desc + INFO_NAME, sizeof(task->comm) - 1);
	c->has_info = true;
	return 0;
}

static int read_notes(struct core *c, uint64_t off, uint64_t size)
{
	const uint8_t *p = c->image.data + off, *end = p + size;
	int err = 0;

	while (!err && (size_t)(end - p) >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr h;
		uint64_t name, desc;

		memcpy(&h, p, sizeof(h));
		p += sizeof(h);
		name = round_up(h.n_namesz, 4);
		desc = round_up(h.n_descsz, 4);
		if (name > (size_t)(end - p) || h.n_descsz > (size_t)(end - p) - name)
			return bad(c, "a note goes beyond the end of its segment");
		if (h.n_namesz == 5 && memcmp(p, "CORE", 5) == 0 && h.n_type == NT_PRSTATUS)
			err = read_status(c, p + name, h.n_descsz);
		else if (h.n_namesz == 5 && memcmp(p, "CORE", 5) == 0 && h.n_type == NT_PRPSINFO)
			err = read_info(c, p + name, h.n_descsz);
		else if (h.n_namesz == 5 && memcmp(p, "CORE", 5) == 0 && h.n_type == NT_FILE)
			c->files = (struct bytes){(uint8_t *)(uintptr_t)p + name, h.n_descsz};
		p += name + min(desc, (uint64_t)(end - p) - name);
	}
	return err;
}

static int read_segment(struct core *c, const Elf64_Phdr *h, uint32_t i)
{
	struct loc loc = {.file = c->file};
	struct space_region r = {
		.addr = h->p_vaddr,
		.size = h->p_filesz,
		.host = (uint8_t *)(uintptr_t)c->image.data + h->p_offset,
		.sides = space_sides(h->p_vaddr),
	};

	if ((h->p_type != PT_LOAD && h->p_type != PT_NOTE) || !h->p_filesz)
		return 0;
	if (!in_image(c, h->p_offset, h->p_filesz))
		return fail(c->d, &loc, -EINVAL, "segment %u is cut off by the end of the file", i);
	if (h->p_type == PT_NOTE)
		return read_notes(c, h->p_offset, h->p_filesz);
	if (h->p_filesz > h->p_memsz || space_add(&c->s->space, &r))
		return fail(c->d, &loc, -EINVAL, "segment %u lies where it cannot, or over another",
			    i);
	return 0;
}

/* More segments than its 16 bits count are counted in the first section (PN_XNUM). */
static int count_segments(const struct core *c, const Elf64_Ehdr *e, uint32_t *n)
{
	Elf64_Shdr first;

	*n = e->e_phnum;
	if (*n != PN_XNUM)
		return 0;
	if (!in_image(c, e->e_shoff, sizeof(first)))
		return bad(c, "the number of its segments is not there");
	memcpy(&first, c->image.data + e->e_shoff, sizeof(first));
	*n = first.sh_info;
	return 0;
}

static int read_segments(struct core *c, const Elf64_Ehdr *e)
{
	uint32_t n;
	int err = count_segments(c, e, &n);

	if (!err && (e->e_phentsize != sizeof(Elf64_Phdr) ||
		     !in_image(c, e->e_phoff, (uint64_t)n * sizeof(Elf64_Phdr))))
		err = bad(c, "the table of segments is not in the file");
	for (uint32_t i = 0; !err && i < n; i++) {
		Elf64_Phdr h;

		memcpy(&h, c->image.data + e->e_phoff + i * sizeof(h), sizeof(h));
		err = read_segment(c, &h, i);
	}
	return err;
}

bool scene_is_core(struct bytes start)
{
	Elf64_Ehdr e;

	if (start.size < sizeof(e))
		return false;
	memcpy(&e, start.data, sizeof(e));
	return memcmp(e.e_ident, ELFMAG, SELFMAG) == 0 && e.e_type == ET_CORE;
}

int scene_core(struct scene *s, struct bytes image, uint32_t thread, const char *file,
	       struct diag *d)
{
	struct core c = {.s = s, .image = image, .file = file, .d = d, .thread = thread};
	Elf64_Ehdr e;
	int err;

	if (image.size < sizeof(e) || memcmp(image.data, ELFMAG, SELFMAG) != 0)
		return bad(&c, "no core file");
	memcpy(&e, image.data, sizeof(e));
	if (e.e_type != ET_CORE || e.e_ident[EI_CLASS] != ELFCLASS64 ||
	    e.e_ident[EI_DATA] != ELFDATA2LSB)
		return bad(&c, "no core file of a little-endian 64-bit machine");
	s->arch = regs_arch_by_machine(e.e_machine);
	if (!s->arch)
		return bad(&c, "a core file of a machine that is neither x86_64 nor arm64");
	err = read_segments(&c, &e);
	if (!err && c.files.data)
		scene_add_files(&s->space, c.files);
	if (!err && !c.has_regs)
		err = fail(d, &(struct loc){.file = file}, -EINVAL,
			   thread ? "none of its %2$u threads is %1$u" : "there is no thread in it",
			   thread, c.nthreads);
	if (!err && !c.has_info)
		s->task.tgid = s->task.pid;
	return err;
}
