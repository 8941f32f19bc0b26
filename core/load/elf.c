/*
 * ELF files through libelf. Every range is checked against the file before libelf is asked for the
 * contents, and sections may not share bytes, so that what we allocate is bounded by the file's
 * size. Names stay where they are in our copy of the file.
 */
#include "core/base/file.h"
#include "core/load/load.h"
#include "core/obj/libelf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct elf_reader {
	struct libelf lib;
	Elf *elf;
	struct diag *d;
	struct loc loc;
	struct bytes image;
	struct object *obj;
	size_t nshdrs, shstrndx;
	GElf_Shdr *shdrs;
	const char **names;
	uint32_t *index; /* file section -> object section; 0: left out */
	size_t symtab;	 /* 0: there is none */
};

bool load_is_elf(struct bytes image)
{
	return image.size >= SELFMAG && memcmp(image.data, ELFMAG, SELFMAG) == 0;
}

/* libelf reads from memory that it may write to when it converts, so it gets a copy. */
static int open_elf(struct elf_reader *r, struct bytes image, const char *path, struct diag *d,
		    struct arena *a)
{
	int err;

	r->d = d;
	r->loc.file = arena_strdup(a, path);
	if (!load_is_elf(image))
		return fail(d, &r->loc, -EINVAL, "not an ELF file");
	r->image = (struct bytes){arena_memdup(a, image.data, image.size), image.size};
	err = libelf_load(&r->lib, d);
	if (err)
		return err;
	r->elf = r->lib.elf_memory((char *)r->image.data, image.size);
	if (!r->elf || r->lib.elf_kind(r->elf) != ELF_K_ELF)
		return fail(d, &r->loc, -EINVAL, "damaged ELF header: %s", r->lib.elf_errmsg(-1));
	return 0;
}

/* Leaves the header of the file in *eh; the section header table lies inside the file. */
static int check_header(struct elf_reader *r, GElf_Ehdr *eh)
{
	if (r->image.size < sizeof(Elf64_Ehdr) || !r->lib.gelf_getehdr(r->elf, eh))
		return fail(r->d, &r->loc, -EINVAL, "truncated ELF header");
	if (eh->e_ident[EI_CLASS] != ELFCLASS64)
		return fail(r->d, &r->loc, -EINVAL, "not a 64-bit ELF file");
	if (eh->e_ident[EI_DATA] != ELFDATA2LSB && eh->e_ident[EI_DATA] != ELFDATA2MSB)
		return fail(r->d, &r->loc, -EINVAL, "unknown byte order %d in the ELF header",
			    eh->e_ident[EI_DATA]);
	if (!eh->e_shoff)
		return fail(r->d, &r->loc, -EINVAL, "no section headers");
	if (eh->e_shentsize != sizeof(Elf64_Shdr))
		return fail(r->d, &r->loc, -EINVAL, "section headers of %d bytes, expected %zu",
			    eh->e_shentsize, sizeof(Elf64_Shdr));
	if (r->lib.elf_getshdrnum(r->elf, &r->nshdrs) ||
	    r->lib.elf_getshdrstrndx(r->elf, &r->shstrndx) ||
	    !r->nshdrs || eh->e_shoff > r->image.size ||
	    r->nshdrs > (r->image.size - eh->e_shoff) / sizeof(Elf64_Shdr))
		return fail(r->d, &r->loc, -EINVAL,
			    "the section headers reach beyond the end of the file");
	if (r->nshdrs >= SHN_LORESERVE)
		return fail(r->d, &r->loc, -EINVAL, "%zu sections are too many", r->nshdrs);
	return 0;
}

static bool has_bytes(const GElf_Shdr *sh)
{
	return sh->sh_type != SHT_NOBITS && sh->sh_type != SHT_NULL && sh->sh_size;
}

static int read_section_header(struct elf_reader *r, size_t i)
{
	GElf_Shdr *sh = &r->shdrs[i];

	if (!r->lib.gelf_getshdr(r->lib.elf_getscn(r->elf, i), sh))
		return fail(r->d, &r->loc, -EINVAL, "cannot read section header %zu: %s", i,
			    r->lib.elf_errmsg(-1));
	if (has_bytes(sh) &&
	    (sh->sh_offset > r->image.size || sh->sh_size > r->image.size - sh->sh_offset))
		return fail(r->d, &r->loc, -EINVAL,
			    "section %zu reaches beyond the end of the file", i);
	if (sh->sh_size > INT64_MAX)
		return fail(r->d, &r->loc, -EINVAL, "section %zu has an impossible size", i);
	if (sh->sh_flags & SHF_COMPRESSED)
		return fail(r->d, &r->loc, -EINVAL,
			    "section %zu is compressed (objcopy --decompress-debug-sections helps)",
			    i);
	return 0;
}

struct extent {
	uint64_t start, end;
	size_t section;
};

static int compare_extents(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static int check_overlap(struct elf_reader *r)
{
	struct extent *e = xcalloc(r->nshdrs, sizeof(*e));
	size_t n = 0, bad = 0;

	for (size_t i = 1; i < r->nshdrs; i++)
		if (has_bytes(&r->shdrs[i]))
			e[n++] = (struct extent){r->shdrs[i].sh_offset,
						 r->shdrs[i].sh_offset + r->shdrs[i].sh_size, i};
	qsort(e, n, sizeof(*e), compare_extents);
	for (size_t i = 1; i < n && !bad; i++)
		if (e[i].start < e[i - 1].end)
			bad = i;
	if (bad)
		fail(r->d, &r->loc, -EINVAL, "sections %zu and %zu overlap in the file",
		     e[bad - 1].section, e[bad].section);
	free(e);
	return bad ? -EINVAL : 0;
}

/* A string table ends in a NUL, so that every offset inside it is a string. */
static int check_strtab(struct elf_reader *r, size_t i)
{
	const GElf_Shdr *sh = i < r->nshdrs ? &r->shdrs[i] : NULL;

	if (!sh || sh->sh_type != SHT_STRTAB)
		return fail(r->d, &r->loc, -EINVAL, "section %zu should be a string table", i);
	if (!sh->sh_size || r->image.data[sh->sh_offset + sh->sh_size - 1])
		return fail(r->d, &r->loc, -EINVAL, "string table %zu does not end in a NUL", i);
	return 0;
}

/* The string at off of a checked table, or NULL. */
static const char *string_at(const struct elf_reader *r, size_t strtab, uint64_t off)
{
	const GElf_Shdr *sh = &r->shdrs[strtab];

	return off < sh->sh_size ? (const char *)r->image.data + sh->sh_offset + off : NULL;
}

static int read_sections(struct elf_reader *r, struct arena *a)
{
	int err;

	r->shdrs = arena_array(a, GElf_Shdr, r->nshdrs);
	r->names = arena_array(a, const char *, r->nshdrs);
	for (size_t i = 0; i < r->nshdrs; i++) {
		err = read_section_header(r, i);
		if (err)
			return err;
	}
	err = check_strtab(r, r->shstrndx);
	if (err)
		return err;
	for (size_t i = 0; i < r->nshdrs; i++) {
		r->names[i] = string_at(r, r->shstrndx, r->shdrs[i].sh_name);
		if (!r->names[i])
			return fail(r->d, &r->loc, -EINVAL, "the name of section %zu is damaged",
				    i);
	}
	return check_overlap(r);
}

/* Tables that the object holds in its own form. */
static bool is_table(uint32_t type)
{
	return type == SHT_NULL || type == SHT_SYMTAB || type == SHT_STRTAB || type == SHT_REL ||
	       type == SHT_RELA || type == SHT_SYMTAB_SHNDX;
}

static int keep_sections(struct elf_reader *r)
{
	struct object *obj = r->obj;

	r->index = arena_array(&obj->arena, uint32_t, r->nshdrs);
	obj->secs = arena_array(&obj->arena, struct section, r->nshdrs);
	obj->secs[0].name = "";
	obj->nsecs = 1;
	for (size_t i = 1; i < r->nshdrs; i++) {
		const GElf_Shdr *sh = &r->shdrs[i];
		struct section *sec = &obj->secs[obj->nsecs];

		if (sh->sh_type == SHT_SYMTAB && r->symtab)
			return fail(r->d, &r->loc, -EINVAL, "two symbol tables, %zu and %zu",
				    r->symtab, i);
		if (sh->sh_type == SHT_SYMTAB)
			r->symtab = i;
		if (is_table(sh->sh_type))
			continue;
		r->index[i] = obj->nsecs++;
		*sec = (struct section){
			.name = r->names[i],
			.type = sh->sh_type,
			.flags = sh->sh_flags,
			.align = sh->sh_addralign,
			.entsize = sh->sh_entsize,
			.link = sh->sh_link,
			.info = sh->sh_info,
			.size = sh->sh_size,
		};
		if (has_bytes(sh))
			sec->data = arena_memdup(&obj->arena, r->image.data + sh->sh_offset,
						 sh->sh_size);
		else if (sh->sh_type != SHT_NOBITS)
			sec->data = arena_alloc(&obj->arena, 0);
	}
	return 0;
}

/* The entries of a table section in host order. */
static int read_table(struct elf_reader *r, size_t i, size_t entsize, Elf_Data **data, size_t *n)
{
	const GElf_Shdr *sh = &r->shdrs[i];

	if (sh->sh_entsize != entsize || sh->sh_size % entsize ||
	    sh->sh_size / entsize > UINT32_MAX)
		return fail(r->d, &r->loc, -EINVAL, "section %zu ('%s') holds no whole entries", i,
			    r->names[i]);
	*n = sh->sh_size / entsize;
	*data = r->lib.elf_getdata(r->lib.elf_getscn(r->elf, i), NULL);
	if (!*data || (*data)->d_size != sh->sh_size)
		return fail(r->d, &r->loc, -EINVAL, "cannot read section %zu ('%s'): %s", i,
			    r->names[i], r->lib.elf_errmsg(-1));
	return 0;
}

static int set_symbol(struct elf_reader *r, size_t i, const GElf_Sym *es, struct symbol *sym)
{
	const char *name = string_at(r, r->shdrs[r->symtab].sh_link, es->st_name);
	uint32_t sec = es->st_shndx;
	const struct section *s;

	if (!name)
		return fail(r->d, &r->loc, -EINVAL, "the name of symbol %zu is damaged", i);
	if (sec >= r->nshdrs && sec != SHN_ABS && sec != SHN_COMMON)
		return fail(r->d, &r->loc, -EINVAL, "symbol %zu ('%s') lies in section %u of %zu",
			    i, name, sec, r->nshdrs);
	*sym = (struct symbol){
		.name = name,
		.value = es->st_value,
		.size = es->st_size,
		.sec = sec < SHN_LORESERVE ? r->index[sec] : sec,
		.type = GELF_ST_TYPE(es->st_info),
		.bind = GELF_ST_BIND(es->st_info),
		.other = es->st_other,
	};
	if (!sym->sec || sym->sec >= SHN_LORESERVE)
		return 0;
	s = &r->obj->secs[sym->sec];
	if (sym->value > s->size || sym->size > s->size - sym->value)
		return fail(r->d, &r->loc, -EINVAL, "symbol %zu ('%s') reaches beyond section '%s'",
			    i, name, s->name);
	return 0;
}

static int read_symbols(struct elf_reader *r)
{
	struct object *obj = r->obj;
	Elf_Data *data;
	size_t n;
	int err;

	obj->syms = arena_new(&obj->arena, struct symbol);
	obj->syms[0].name = "";
	obj->nsyms = 1;
	if (!r->symtab)
		return 0;
	err = check_strtab(r, r->shdrs[r->symtab].sh_link);
	if (!err)
		err = read_table(r, r->symtab, sizeof(Elf64_Sym), &data, &n);
	if (err)
		return err;
	if (!n)
		return 0;
	obj->syms = arena_array(&obj->arena, struct symbol, n);
	obj->syms[0].name = "";
	for (size_t i = 1; i < n; i++) {
		GElf_Sym sym;

		if (!r->lib.gelf_getsym(data, (int)i, &sym))
			return fail(r->d, &r->loc, -EINVAL, "cannot read symbol %zu", i);
		err = set_symbol(r, i, &sym, &obj->syms[i]);
		if (err)
			return err;
	}
	obj->nsyms = (uint32_t)n;
	return 0;
}

/*
 * Bytes of the target that a relocation changes; unknown types are for others to refuse. Clang
 * before version 13 had no types of its own for data: R_BPF_64_64 is eight bytes there, R_BPF_64_32
 * four.
 */
static unsigned int reloc_width(const struct section *sec, uint32_t type)
{
	bool is_code = section_is_code(sec);

	switch (type) {
	case RELOC_64_64:
		return is_code ? 2 * sizeof(struct bpf_insn) : 8;
	case RELOC_64_32:
		return is_code ? sizeof(struct bpf_insn) : 4;
	case RELOC_64_ABS64:
		return 8;
	case RELOC_NONE:
		return 0;
	default:
		return 4;
	}
}

static int read_reloc(struct elf_reader *r, size_t i, Elf_Data *data, size_t at,
		      const struct section *sec, struct reloc *out)
{
	GElf_Rela rela = {0};
	GElf_Rel rel = {0};

	if (r->shdrs[i].sh_type == SHT_RELA ? !r->lib.gelf_getrela(data, (int)at, &rela)
					    : !r->lib.gelf_getrel(data, (int)at, &rel))
		return fail(r->d, &r->loc, -EINVAL, "'%s': cannot read relocation %zu", r->names[i],
			    at);
	if (r->shdrs[i].sh_type == SHT_REL)
		rela = (GElf_Rela){.r_offset = rel.r_offset, .r_info = rel.r_info};
	*out = (struct reloc){
		.off = rela.r_offset,
		.type = (uint32_t)GELF_R_TYPE(rela.r_info),
		.sym = (uint32_t)GELF_R_SYM(rela.r_info),
		.addend = rela.r_addend,
	};
	if (out->off > sec->size || reloc_width(sec, out->type) > sec->size - out->off)
		return fail(r->d, &r->loc, -EINVAL,
			    "'%s': relocation %zu at offset %#llx lies beyond the section",
			    r->names[i], at, (unsigned long long)out->off);
	if (out->sym >= r->obj->nsyms)
		return fail(r->d, &r->loc, -EINVAL, "'%s': relocation %zu names symbol %u of %u",
			    r->names[i], at, out->sym, r->obj->nsyms);
	return 0;
}

static int compare_relocs(const void *a, const void *b)
{
	const struct reloc *x = a, *y = b;

	if (x->off != y->off)
		return x->off < y->off ? -1 : 1;
	return x->sym < y->sym ? -1 : x->sym > y->sym;
}

static int read_relocs(struct elf_reader *r, size_t i)
{
	const GElf_Shdr *sh = &r->shdrs[i];
	bool rela = sh->sh_type == SHT_RELA, sorted = true;
	struct section *sec;
	Elf_Data *data;
	size_t n;
	int err;

	if (sh->sh_info >= r->nshdrs || !r->index[sh->sh_info])
		return fail(r->d, &r->loc, -EINVAL,
			    "'%s' relocates section %u, which has no contents", r->names[i],
			    sh->sh_info);
	if (!r->symtab || sh->sh_link != r->symtab)
		return fail(r->d, &r->loc, -EINVAL, "'%s' names section %u as its symbol table",
			    r->names[i], sh->sh_link);
	sec = &r->obj->secs[r->index[sh->sh_info]];
	if (sec->relocs)
		return fail(r->d, &r->loc, -EINVAL, "section '%s' has two sets of relocations",
			    sec->name);
	if (sec->type == SHT_NOBITS)
		return fail(r->d, &r->loc, -EINVAL, "'%s' relocates '%s', which holds no bytes",
			    r->names[i], sec->name);
	err = read_table(r, i, rela ? sizeof(Elf64_Rela) : sizeof(Elf64_Rel), &data, &n);
	if (err)
		return err;
	sec->relocs = arena_array(&r->obj->arena, struct reloc, n);
	sec->nrelocs = (uint32_t)n;
	sec->is_rela = rela;
	for (size_t at = 0; at < n; at++) {
		err = read_reloc(r, i, data, at, sec, &sec->relocs[at]);
		if (err)
			return err;
		sorted &= !at || sec->relocs[at - 1].off <= sec->relocs[at].off;
	}
	if (!sorted)
		qsort(sec->relocs, n, sizeof(*sec->relocs), compare_relocs);
	return 0;
}

static int read_object(struct elf_reader *r)
{
	struct object *obj = r->obj;
	GElf_Ehdr eh;
	int err;

	err = check_header(r, &eh);
	if (err)
		return err;
	if (eh.e_type != ET_REL)
		return fail(r->d, &r->loc, -EINVAL, "not a relocatable object (ELF type %d)",
			    eh.e_type);
	if (eh.e_machine != EM_BPF && eh.e_machine != EM_NONE)
		return fail(r->d, &r->loc, -EINVAL, "an object for machine %d, not for eBPF (%d)",
			    eh.e_machine, EM_BPF);
	obj->path = r->loc.file;
	obj->big_endian = eh.e_ident[EI_DATA] == ELFDATA2MSB;
	obj->machine = EM_BPF;
	obj->flags = eh.e_flags;
	err = read_sections(r, &obj->arena);
	if (!err)
		err = keep_sections(r);
	if (!err)
		err = read_symbols(r);
	for (size_t i = 1; !err && i < r->nshdrs; i++)
		if (r->shdrs[i].sh_type == SHT_REL || r->shdrs[i].sh_type == SHT_RELA)
			err = read_relocs(r, i);
	return err;
}

int load_elf_bytes(struct bytes image, const char *path, struct diag *d, struct object *obj)
{
	struct elf_reader r = {.obj = obj};
	int err = open_elf(&r, image, path, d, &obj->arena);

	if (!err)
		err = read_object(&r);
	if (r.elf)
		r.lib.elf_end(r.elf);
	return err;
}

int load_elf(const char *path, struct diag *d, struct object *obj)
{
	struct arena a = {0};
	struct bytes image;
	int err = file_read(path, 0, &a, d, &image);

	if (!err)
		err = load_elf_bytes(image, path, d, obj);
	arena_free(&a);
	return err;
}

int load_elf_section(struct bytes image, const char *path, const char *name, struct arena *a,
		     struct diag *d, struct bytes *out)
{
	struct arena scratch = {0};
	struct elf_reader r = {0};
	size_t found = 0;
	GElf_Ehdr eh;
	int err = open_elf(&r, image, path, d, &scratch);

	if (!err)
		err = check_header(&r, &eh);
	if (!err)
		err = read_sections(&r, &scratch);
	for (size_t i = 1; !err && i < r.nshdrs && !found; i++)
		if (strcmp(r.names[i], name) == 0 && has_bytes(&r.shdrs[i]))
			found = i;
	if (!err && !found)
		err = -ENOENT;
	if (!err)
		*out = (struct bytes){arena_memdup(a, image.data + r.shdrs[found].sh_offset,
						   r.shdrs[found].sh_size),
				      r.shdrs[found].sh_size};
	if (r.elf)
		r.lib.elf_end(r.elf);
	arena_free(&scratch);
	return err;
}
