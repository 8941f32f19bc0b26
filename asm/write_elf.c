/* struct object to the bytes of an ELF file, through libelf. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "asm/local.h"
#include "core/obj/libelf.h"

/* One file being written; the section header's string table is the symbols' too. */
struct writer {
	const struct object *obj;
	struct diag *d;
	struct libelf lib;
	Elf *elf;
	struct strbuf strings;
	struct strmap string_index;
	struct arena arena;
};

static int fail_elf(struct writer *w)
{
	return fail(w->d, NULL, -EIO, "cannot make an ELF file: %s", w->lib.elf_errmsg(-1));
}

static uint32_t add_string(struct writer *w, const char *s)
{
	const uint64_t *known = strmap_get(&w->string_index, s);

	if (known)
		return (uint32_t)*known;
	strmap_put(&w->string_index, s, w->strings.len);
	strbuf_addmem(&w->strings, s, strlen(s) + 1);
	return (uint32_t)(w->strings.len - strlen(s) - 1);
}

/* Adds a section with its header and content; NULL on failure. */
static Elf_Scn *add_section(struct writer *w, const Elf64_Shdr *header, Elf_Type type,
			    const void *data)
{
	Elf_Scn *scn = w->lib.elf_newscn(w->elf);
	Elf64_Shdr *sh = scn ? w->lib.elf64_getshdr(scn) : NULL;
	Elf_Data *d = scn ? w->lib.elf_newdata(scn) : NULL;

	if (!sh || !d)
		return NULL;
	*sh = *header;
	d->d_type = type;
	d->d_buf = (void *)data;
	d->d_size = header->sh_size;
	d->d_align = max(header->sh_addralign, (uint64_t)1);
	d->d_version = EV_CURRENT;
	return scn;
}

static int write_sections(struct writer *w)
{
	for (uint32_t i = 1; i < w->obj->nsecs; i++) {
		const struct section *sec = &w->obj->secs[i];
		Elf64_Shdr sh = {
			.sh_name = add_string(w, sec->name),
			.sh_type = sec->type,
			.sh_flags = sec->flags,
			.sh_addralign = sec->align,
			.sh_entsize = sec->entsize,
			.sh_link = sec->link,
			.sh_info = sec->info,
			.sh_size = sec->size,
		};

		if (!add_section(w, &sh, ELF_T_BYTE, sec->data))
			return fail_elf(w);
	}
	return 0;
}

/* Relocations of one section; the symbol table follows all of them. */
static int write_relocs(struct writer *w, uint32_t target, uint32_t symtab)
{
	const struct section *sec = &w->obj->secs[target];
	size_t size = sec->is_rela ? sizeof(Elf64_Rela) : sizeof(Elf64_Rel);
	uint8_t *entries = arena_alloc(&w->arena, sec->nrelocs * size);
	const char *prefix = sec->is_rela ? ".rela" : ".rel";
	Elf64_Shdr sh = {
		.sh_name = add_string(w, arena_printf(&w->arena, "%s%s", prefix, sec->name)),
		.sh_type = sec->is_rela ? SHT_RELA : SHT_REL,
		.sh_flags = SHF_INFO_LINK,
		.sh_addralign = 8,
		.sh_entsize = size,
		.sh_link = symtab,
		.sh_info = target,
		.sh_size = sec->nrelocs * size,
	};

	for (uint32_t i = 0; i < sec->nrelocs; i++) {
		const struct reloc *r = &sec->relocs[i];
		Elf64_Rela e = {r->off, ELF64_R_INFO((uint64_t)r->sym, r->type), r->addend};

		memcpy(entries + i * size, &e, size);
	}
	return add_section(w, &sh, sec->is_rela ? ELF_T_RELA : ELF_T_REL, entries) ? 0
										   : fail_elf(w);
}

static int write_symtab(struct writer *w, uint32_t strtab)
{
	const struct object *obj = w->obj;
	Elf64_Sym *syms = arena_array(&w->arena, Elf64_Sym, obj->nsyms);
	Elf64_Shdr sh = {
		.sh_name = add_string(w, ".symtab"),
		.sh_type = SHT_SYMTAB,
		.sh_addralign = 8,
		.sh_entsize = sizeof(*syms),
		.sh_link = strtab,
		.sh_size = obj->nsyms * sizeof(*syms),
	};

	for (uint32_t i = 0; i < obj->nsyms; i++) {
		const struct symbol *s = &obj->syms[i];

		syms[i] = (Elf64_Sym){
			.st_name = add_string(w, s->name),
			.st_info = ELF64_ST_INFO(s->bind, s->type),
			.st_other = s->other,
			.st_shndx = (uint16_t)s->sec,
			.st_value = s->value,
			.st_size = s->size,
		};
		if (s->bind == STB_LOCAL)
			sh.sh_info = i + 1;
	}
	return add_section(w, &sh, ELF_T_SYM, syms) ? 0 : fail_elf(w);
}

static int write_header(struct writer *w, uint32_t strtab)
{
	Elf64_Ehdr *eh = w->lib.elf64_newehdr(w->elf);

	if (!eh)
		return fail_elf(w);
	eh->e_ident[EI_DATA] = w->obj->big_endian ? ELFDATA2MSB : ELFDATA2LSB;
	eh->e_type = ET_REL;
	eh->e_machine = w->obj->machine;
	eh->e_version = EV_CURRENT;
	eh->e_flags = w->obj->flags;
	eh->e_shstrndx = (uint16_t)strtab;
	return 0;
}

static int write_all(struct writer *w)
{
	uint32_t symtab = w->obj->nsecs;
	Elf64_Shdr strings = {.sh_type = SHT_STRTAB, .sh_addralign = 1};
	int err;

	for (uint32_t i = 1; i < w->obj->nsecs; i++)
		symtab += w->obj->secs[i].nrelocs > 0;
	if (symtab + 2 >= SHN_LORESERVE)
		return fail(w->d, NULL, -E2BIG, "more sections than ELF numbers have room for");
	err = write_header(w, symtab + 1);
	add_string(w, "");
	if (!err)
		err = write_sections(w);
	for (uint32_t i = 1; i < w->obj->nsecs && !err; i++)
		if (w->obj->secs[i].nrelocs)
			err = write_relocs(w, i, symtab);
	if (!err)
		err = write_symtab(w, symtab + 1);
	if (err)
		return err;
	strings.sh_name = add_string(w, ".strtab");
	strings.sh_size = w->strings.len;
	if (!add_section(w, &strings, ELF_T_BYTE, w->strings.s) ||
	    w->lib.elf_update(w->elf, ELF_C_WRITE) < 0)
		return fail_elf(w);
	return 0;
}

/* libelf writes to a descriptor only. */
static int copy_out(int fd, struct strbuf *b, struct diag *d)
{
	off_t size = lseek(fd, 0, SEEK_END);
	void *map = size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;

	if (map == MAP_FAILED)
		return fail(d, NULL, -errno, "cannot read the ELF file back: %m");
	strbuf_addmem(b, map, (size_t)size);
	munmap(map, (size_t)size);
	return 0;
}

int asm_write_elf(const struct object *obj, struct strbuf *b, struct diag *d)
{
	struct writer w = {.obj = obj, .d = d};
	int err = libelf_load(&w.lib, d), fd;

	if (err)
		return err;
	fd = memfd_create("elf", MFD_CLOEXEC);
	if (fd < 0)
		return fail(d, NULL, -errno, "cannot create a file in memory: %m");
	w.elf = w.lib.elf_begin(fd, ELF_C_WRITE, NULL);
	if (!w.elf)
		err = fail_elf(&w);
	if (!err)
		err = write_all(&w);
	if (!err)
		err = copy_out(fd, b, d);
	if (w.elf)
		w.lib.elf_end(w.elf);
	close(fd);
	strbuf_free(&w.strings);
	strmap_free(&w.string_index);
	arena_free(&w.arena);
	return err;
}
