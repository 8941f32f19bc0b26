#include "cmd/capstone.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "core/base/arena.h"

/* What we use of <capstone/capstone.h>; versions 4 and 5 differ in how many bytes they keep. */
enum { ARCH_X86 = 3, MODE_64 = 1 << 3, BYTES_4 = 16, BYTES_5 = 24, MNEMONIC = 32 };

/* Before the bytes; behind them come the mnemonic and the operands. */
struct insn_head {
	unsigned int id;
	uint64_t address;
	uint16_t size;
};

struct capstone {
	void *lib;
	size_t handle;
	size_t bytes; /* in a struct cs_insn */
	size_t (*disasm)(size_t handle, const uint8_t *code, size_t size, uint64_t address,
			 size_t count, void **insn);
	void (*free)(void *insn, size_t count);
	int (*close)(size_t *handle);
};

static bool begin(struct capstone *c)
{
	unsigned int (*version)(int *, int *) = dlsym(c->lib, "cs_version");
	int (*open)(int, int, size_t *) = dlsym(c->lib, "cs_open");
	int major = 0, minor;

	c->disasm = dlsym(c->lib, "cs_disasm");
	c->free = dlsym(c->lib, "cs_free");
	c->close = dlsym(c->lib, "cs_close");
	if (!version || !open || !c->disasm || !c->free || !c->close)
		return false;
	version(&major, &minor);
	c->bytes = major == 4 ? BYTES_4 : BYTES_5;
	return (major == 4 || major == 5) && open(ARCH_X86, MODE_64, &c->handle) == 0;
}

struct capstone *capstone_open(void)
{
	static const char *const names[] = {"libcapstone.so.5", "libcapstone.so.4"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct capstone c = {.lib = dlopen(names[i], RTLD_LAZY)};

		if (c.lib && begin(&c)) {
			struct capstone *found = xmalloc(sizeof(c));

			*found = c;
			return found;
		}
		if (c.lib)
			dlclose(c.lib);
	}
	return NULL;
}

size_t capstone_text(struct capstone *c, struct bytes code, uint64_t address, struct strbuf *b)
{
	const struct insn_head *head;
	const char *mnemonic;
	void *insn;
	size_t size;

	if (c->disasm(c->handle, code.data, code.size, address, 1, &insn) != 1)
		return 0;
	head = insn;
	mnemonic = (const char *)insn + offsetof(struct insn_head, size) + sizeof(head->size) +
		   c->bytes;
	strbuf_addf(b, "%s %s", mnemonic, mnemonic + MNEMONIC);
	size = head->size;
	c->free(insn, 1);
	return size;
}

void capstone_close(struct capstone *c)
{
	if (!c)
		return;
	c->close(&c->handle);
	dlclose(c->lib);
	free(c);
}
