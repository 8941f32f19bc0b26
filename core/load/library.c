/*
 * ELF(5) by hand, since what is looked at is the half that libelf has no words for: segments and
 * the dynamic section. Every place in the file is asked for before it is read.
 */
#include "core/load/library.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#ifdef __x86_64__
#define MACHINE EM_X86_64
#else
#define MACHINE EM_AARCH64
#endif

/* In no range that the dynamic linker looks at. */
#define DT_IGNORED 0x6ffff001

struct reading {
	struct library *lib;
	uint8_t *bytes;
	size_t size;
	struct loc loc;
	struct diag *d;
	const Elf64_Ehdr *eh;
	const Elf64_Phdr *ph;
	const Elf64_Shdr *sh;
	uint32_t nph, nsh;
};

static int bad(const struct reading *r, const char *what)
{
	return fail(r->d, &r->loc, -EINVAL, "%s", what);
}

/* n records at an offset; NULL: they are not all in the file, or not aligned. */
static void *at(const struct reading *r, uint64_t offset, uint64_t n, size_t size)
{
	if (offset > r->size || n > (r->size - offset) / size || offset % 8)
		return NULL;
	return r->bytes + offset;
}

static int read_headers(struct reading *r)
{
	const Elf64_Ehdr *eh = r->eh = at(r, 0, 1, sizeof(*eh));

	if (!eh || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0)
		return bad(r, "this is no ELF file");
	if (eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_type != ET_DYN ||
	    eh->e_machine != MACHINE)
		return bad(r, "this is no shared library of this machine");
	r->nph = eh->e_phnum;
	r->nsh = eh->e_shnum;
	r->ph = at(r, eh->e_phoff, r->nph, sizeof(*r->ph));
	r->sh = at(r, eh->e_shoff, r->nsh, sizeof(*r->sh));
	if (!r->ph || !r->sh || eh->e_phentsize != sizeof(*r->ph) ||
	    eh->e_shentsize != sizeof(*r->sh))
		return bad(r, "its headers are not in the file");
	return 0;
}

/* The bytes of a section; none where it has none. */
static struct bytes contents(const struct reading *r, const Elf64_Shdr *sh)
{
	if (sh->sh_type == SHT_NOBITS || sh->sh_offset > r->size ||
	    sh->sh_size > r->size - sh->sh_offset)
		return (struct bytes){0};
	return (struct bytes){r->bytes + sh->sh_offset, sh->sh_size};
}

/* "" where no string ends in the table. */
static const char *name_at(struct bytes names, uint64_t offset)
{
	if (offset >= names.size || !memchr(names.data + offset, '\0', names.size - offset))
		return "";
	return (const char *)names.data + offset;
}

/* ---- segments and the dynamic section ---- */

static void find_functions(struct reading *r, Elf64_Dyn *dyn, uint64_t n)
{
	struct library *lib = r->lib;

	for (uint64_t i = 0; i < n && dyn[i].d_tag != DT_NULL; i++) {
		switch (dyn[i].d_tag) {
		case DT_INIT:
			lib->init = dyn[i].d_un.d_ptr;
			break;
		case DT_INIT_ARRAY:
			lib->init_array = dyn[i].d_un.d_ptr;
			break;
		case DT_INIT_ARRAYSZ:
			lib->ninits = dyn[i].d_un.d_val / sizeof(uint64_t);
			break;
		case DT_FINI:
			lib->fini = dyn[i].d_un.d_ptr;
			break;
		case DT_FINI_ARRAY:
			lib->fini_array = dyn[i].d_un.d_ptr;
			break;
		case DT_FINI_ARRAYSZ:
			lib->nfinis = dyn[i].d_un.d_val / sizeof(uint64_t);
			break;
		default:
			continue;
		}
		dyn[i].d_tag = DT_IGNORED;
	}
}

static bool is_mapped(const struct reading *r, uint64_t addr, uint64_t size)
{
	for (uint32_t i = 0; i < r->nph; i++) {
		const Elf64_Phdr *ph = &r->ph[i];

		if (ph->p_type == PT_LOAD && addr >= ph->p_vaddr &&
		    addr - ph->p_vaddr <= ph->p_memsz &&
		    size <= ph->p_memsz - (addr - ph->p_vaddr))
			return true;
	}
	return false;
}

static bool are_functions(const struct reading *r, uint64_t func, uint64_t array, uint64_t n)
{
	return (!func || is_mapped(r, func, 1)) &&
	       (!n || is_mapped(r, array, n * sizeof(uint64_t)));
}

static int read_dynamic(struct reading *r, const Elf64_Phdr *ph)
{
	uint64_t n = ph->p_filesz / sizeof(Elf64_Dyn);
	Elf64_Dyn *dyn = at(r, ph->p_offset, n, sizeof(*dyn));

	if (!dyn)
		return bad(r, "its dynamic section is not in the file");
	for (uint64_t i = 0; i < n && dyn[i].d_tag != DT_NULL; i++)
		if (dyn[i].d_tag == DT_TEXTREL)
			return bad(r, "its text is relocated: compile it with -fPIC");
	find_functions(r, dyn, n);
	if (!are_functions(r, r->lib->init, r->lib->init_array, r->lib->ninits))
		return bad(r, "its constructors are not in it");
	if (!are_functions(r, r->lib->fini, r->lib->fini_array, r->lib->nfinis))
		return bad(r, "its destructors are not in it");
	return 0;
}

/* The dynamic linker maps and protects what they say, wherever that is. */
static int check_segments(const struct reading *r)
{
	uint64_t end = 0;

	for (uint32_t i = 0; i < r->nph; i++) {
		const Elf64_Phdr *ph = &r->ph[i];

		if (ph->p_type == PT_GNU_RELRO && !is_mapped(r, ph->p_vaddr, ph->p_memsz))
			return bad(r, "what is to be protected is not in it");
		if (ph->p_type != PT_LOAD)
			continue;
		if (ph->p_vaddr < end || ph->p_filesz > ph->p_memsz ||
		    ph->p_vaddr > INT64_MAX || ph->p_memsz > INT64_MAX - ph->p_vaddr)
			return bad(r, "its segments are not in order");
		end = ph->p_vaddr + ph->p_memsz;
	}
	return 0;
}

static int read_segments(struct reading *r)
{
	int err = check_segments(r);

	for (uint32_t i = 0; i < r->nph && !err; i++) {
		const Elf64_Phdr *ph = &r->ph[i];

		if (ph->p_type == PT_DYNAMIC)
			err = read_dynamic(r, ph);
		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X))
			continue;
		if (ph->p_offset > r->size || ph->p_filesz > r->size - ph->p_offset)
			return bad(r, "its text is not in the file");
		vec_push(&r->lib->texts, ((struct library_range){ph->p_vaddr, ph->p_filesz,
								 ph->p_offset}));
	}
	return err;
}

/* ---- sections ---- */

static void read_symbols(struct reading *r, const Elf64_Shdr *sh)
{
	uint64_t n = sh->sh_size / sizeof(Elf64_Sym);
	const Elf64_Sym *syms = at(r, sh->sh_offset, n, sizeof(*syms));
	struct bytes names =
		sh->sh_link < r->nsh ? contents(r, &r->sh[sh->sh_link]) : (struct bytes){0};

	for (uint64_t i = 0; syms && i < n; i++) {
		const char *name = name_at(names, syms[i].st_name);

		if (ELF64_ST_TYPE(syms[i].st_info) != STT_FUNC || !syms[i].st_shndx || !*name)
			continue;
		vec_push(&r->lib->funcs,
			 ((struct library_func){
				 .name = arena_strdup(&r->lib->arena, name),
				 .addr = syms[i].st_value,
				 .is_global = ELF64_ST_BIND(syms[i].st_info) != STB_LOCAL,
			 }));
	}
}

/* All symbols, or the exported ones of a library that was stripped. */
static void read_functions(struct reading *r)
{
	static const uint32_t kinds[] = {SHT_SYMTAB, SHT_DYNSYM};

	for (size_t kind = 0; kind < ARRAY_SIZE(kinds) && !r->lib->funcs.n; kind++)
		for (uint32_t i = 0; i < r->nsh; i++)
			if (r->sh[i].sh_type == kinds[kind])
				read_symbols(r, &r->sh[i]);
}

static int read_marks(struct reading *r, struct bytes section)
{
	struct library *lib = r->lib;
	struct ebpf_mark *marks;

	if (section.size % sizeof(*marks))
		return bad(r, "section ebpf_marks is not made of its records");
	marks = arena_memdup(&lib->arena, section.data, section.size);
	lib->marks = (struct kernel_marks){marks, section.size / sizeof(*marks)};
	for (size_t i = 0; i < lib->marks.n; i++)
		if (!memchr(marks[i].function, '\0', sizeof(marks[i].function)))
			return bad(r, "a name in section ebpf_marks has no end");
	return 0;
}

static int read_section(struct reading *r, const Elf64_Shdr *sh, const char *name)
{
	struct bytes data = contents(r, sh);

	if (strcmp(name, ".BTF") == 0)
		r->lib->btf = (struct bytes){arena_memdup(&r->lib->arena, data.data, data.size),
					     data.size};
	if (strcmp(name, "ebpf_marks") == 0)
		return read_marks(r, data);
	if (strcmp(name, "__patchable_function_entries") != 0)
		return 0;
	if (!is_mapped(r, sh->sh_addr, sh->sh_size) || sh->sh_addr % sizeof(uint64_t))
		return bad(r, "its list of entries is not in it");
	vec_push(&r->lib->sites,
		 ((struct library_range){.addr = sh->sh_addr, .size = sh->sh_size}));
	return 0;
}

static int read_sections(struct reading *r)
{
	struct bytes names = {0};
	int err = 0;

	if (r->eh->e_shstrndx < r->nsh)
		names = contents(r, &r->sh[r->eh->e_shstrndx]);
	for (uint32_t i = 0; i < r->nsh && !err; i++)
		err = read_section(r, &r->sh[i], name_at(names, r->sh[i].sh_name));
	if (!err && !r->lib->btf.size)
		err = bad(r, "it has no types: compile it with -gbtf, or let pahole add them");
	return err;
}

int library_read(struct bytes file, const char *path, struct diag *d, struct library *out)
{
	struct reading r = {.lib = out, .size = file.size, .loc = {.file = path}, .d = d};
	int err;

	*out = (struct library){0};
	r.bytes = arena_memdup(&out->arena, file.data, file.size);
	out->file = (struct bytes){r.bytes, r.size};
	err = read_headers(&r);
	if (!err)
		err = read_segments(&r);
	if (!err)
		err = read_sections(&r);
	if (!err)
		read_functions(&r);
	return err;
}

void library_free(struct library *lib)
{
	vec_free(&lib->funcs);
	vec_free(&lib->texts);
	vec_free(&lib->sites);
	arena_free(&lib->arena);
}
