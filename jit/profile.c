#include "jit/profile.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "jit/code.h"
#include "jit/jit.h"

/* Where a function's code begins and ends: functions lie in order, those without code nowhere. */
static bool extent(const struct prog *prog, uint32_t sub, uintptr_t *at, size_t *size)
{
	const struct jit_code *jc = prog->code;
	uintptr_t end = (uintptr_t)jc->code->at + jc->code->size;

	*at = (uintptr_t)prog->subs[sub].entry;
	for (uint32_t i = sub + 1; i < prog->nsubs; i++)
		if (prog->subs[i].entry) {
			end = (uintptr_t)prog->subs[i].entry;
			break;
		}
	*size = end - *at;
	return *at != 0;
}

static void add_name(struct strbuf *b, const struct prog *prog, uint32_t sub)
{
	strbuf_addf(b, "bpf_prog_%s", prog->name);
	if (sub && prog->subs[sub].name)
		strbuf_addf(b, "_%s", prog->subs[sub].name);
	else if (sub)
		strbuf_addf(b, "_%u", prog->subs[sub].start);
}

void jit_perf_map(struct strbuf *b, const struct prog *prog)
{
	for (uint32_t i = 0; i < prog->nsubs; i++) {
		uintptr_t at;
		size_t size;

		if (!extent(prog, i, &at, &size))
			continue;
		strbuf_addf(b, "%" PRIxPTR " %zx ", at, size);
		add_name(b, prog, i);
		strbuf_addch(b, '\n');
	}
}

/* ---- gdb: "JIT Compilation Interface" of its manual; the names are its own ---- */

struct jit_code_entry {
	struct jit_code_entry *next, *prev;
	const char *symfile;
	uint64_t size;
};

struct jit_descriptor {
	uint32_t version, action;
	struct jit_code_entry *relevant, *first;
};

enum { GDB_VERSION = 1, GDB_REGISTER = 1 };

/* The debugger has a breakpoint here, and reads the other. */
void __jit_debug_register_code(void) __attribute__((noinline, visibility("default")));
extern struct jit_descriptor __jit_debug_descriptor __attribute__((visibility("default")));
struct jit_descriptor __jit_debug_descriptor = {.version = GDB_VERSION};

void __jit_debug_register_code(void)
{
	__asm__ volatile("" : : : "memory");
}

enum { SEC_NULL, SEC_TEXT, SEC_SYMBOLS, SEC_STRINGS, SEC_COUNT };

/* An object of which the code is at its address already: symbols are all it has. */
struct elf {
	Elf64_Ehdr head;
	Elf64_Shdr secs[SEC_COUNT];
};

static void fill_sections(struct elf *im, const struct jit_code *jc, size_t symbols,
			  size_t strings)
{
	im->secs[SEC_TEXT] = (Elf64_Shdr){.sh_name = 1,
					  .sh_type = SHT_NOBITS,
					  .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
					  .sh_addr = (uintptr_t)jc->code->at,
					  .sh_size = jc->code->size};
	im->secs[SEC_SYMBOLS] = (Elf64_Shdr){.sh_name = 1,
					     .sh_type = SHT_SYMTAB,
					     .sh_offset = sizeof(*im),
					     .sh_size = symbols,
					     .sh_link = SEC_STRINGS,
					     .sh_info = 1,
					     .sh_entsize = sizeof(Elf64_Sym)};
	im->secs[SEC_STRINGS] = (Elf64_Shdr){.sh_name = 1,
					     .sh_type = SHT_STRTAB,
					     .sh_offset = sizeof(*im) + symbols,
					     .sh_size = strings};
	im->head = (Elf64_Ehdr){.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
					    ELFDATA2LSB, EV_CURRENT},
				.e_type = ET_REL,
				.e_machine = EM_X86_64,
				.e_version = EV_CURRENT,
				.e_shoff = offsetof(struct elf, secs),
				.e_ehsize = sizeof(im->head),
				.e_shentsize = sizeof(*im->secs),
				.e_shnum = SEC_COUNT,
				.e_shstrndx = SEC_STRINGS};
}

static void add_symbols(struct strbuf *symbols, struct strbuf *strings, const struct prog *prog)
{
	const struct jit_code *jc = prog->code;
	Elf64_Sym none = {0};

	strbuf_addmem(symbols, &none, sizeof(none));
	strbuf_addmem(strings, "\0.text", sizeof(".text") + 1);
	for (uint32_t i = 0; i < prog->nsubs; i++) {
		Elf64_Sym sym = {.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
				 .st_shndx = SEC_TEXT,
				 .st_name = (uint32_t)strings->len};
		uintptr_t at;

		if (!extent(prog, i, &at, &sym.st_size))
			continue;
		sym.st_value = at - (uintptr_t)jc->code->at;
		strbuf_addmem(symbols, &sym, sizeof(sym));
		add_name(strings, prog, i);
		strbuf_addch(strings, '\0');
	}
}

/* Entries stay as long as the process: gdb reads them when it likes. */
void jit_tell_gdb(const struct prog *prog)
{
	struct strbuf symbols = {0}, strings = {0}, all = {0};
	struct jit_code_entry *entry = xcalloc(1, sizeof(*entry));
	struct elf im = {0};

	add_symbols(&symbols, &strings, prog);
	fill_sections(&im, prog->code, symbols.len, strings.len);
	strbuf_addmem(&all, &im, sizeof(im));
	strbuf_addmem(&all, symbols.s, symbols.len);
	strbuf_addmem(&all, strings.s, strings.len);
	strbuf_free(&symbols);
	strbuf_free(&strings);
	entry->symfile = all.s;
	entry->size = all.len;
	entry->next = __jit_debug_descriptor.first;
	if (entry->next)
		entry->next->prev = entry;
	__jit_debug_descriptor.first = __jit_debug_descriptor.relevant = entry;
	__jit_debug_descriptor.action = GDB_REGISTER;
	__jit_debug_register_code();
}
