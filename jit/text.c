#include "jit/text.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BREAKPOINT = 0xcc, JUMP = 0xe9, WORD = 8 };

/* Intel SDM, volume 2, NOP: the one of 5 bytes */
const uint8_t text_nop[ENTRY_SIZE] = {0x0f, 0x1f, 0x44, 0x00, 0x00};

/* The handler reads both; they are this process's, as its text is. */
static struct {
	_Atomic(struct text *) all;
	_Atomic uintptr_t poking; /* the entry that begins with a breakpoint */
} texts;

void text_add(struct text *t)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	t->next = atomic_load(&texts.all);
	atomic_store(&texts.all, t);
}

void text_remove(struct text *t)
{
	_Atomic(struct text *) *at = &texts.all;

	while (*at && *at != t)
		at = &(*at)->next;
	if (*at)
		*at = t->next;
}

void text_jump(uint8_t out[ENTRY_SIZE], const uint8_t *at, const void *to)
{
	int32_t distance = (int32_t)((const uint8_t *)to - (at + ENTRY_SIZE));

	out[0] = JUMP;
	memcpy(out + 1, &distance, sizeof(distance));
}

/* From here on all threads run what was written before. */
static bool sync_threads(void)
{
	return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0) == 0;
}

static bool is_in_word(const uint8_t *at)
{
	return (uintptr_t)at % WORD + ENTRY_SIZE <= WORD;
}

/* Other bytes of the word are somebody else's, who may change them. */
static void write_word(uint8_t *alias, const uint8_t fresh[ENTRY_SIZE])
{
	uint32_t off = (uintptr_t)alias % WORD;
	uint64_t *word = (uint64_t *)(void *)(alias - off);
	uint64_t was = __atomic_load_n(word, __ATOMIC_RELAXED), is;

	do {
		is = was;
		memcpy((uint8_t *)&is + off, fresh, ENTRY_SIZE);
	} while (!__atomic_compare_exchange_n(word, &was, is, false, __ATOMIC_SEQ_CST,
					      __ATOMIC_RELAXED));
}

static void write_byte(uint8_t *at, uint8_t byte)
{
	__atomic_store_n(at, byte, __ATOMIC_SEQ_CST);
}

static int write_behind(const uint8_t *at, uint8_t *alias, const uint8_t fresh[ENTRY_SIZE])
{
	if (!sync_threads())
		return -ENOTSUPP;
	atomic_store(&texts.poking, (uintptr_t)at);
	write_byte(alias, BREAKPOINT);
	sync_threads();
	for (uint32_t i = 1; i < ENTRY_SIZE; i++)
		write_byte(alias + i, fresh[i]);
	sync_threads();
	write_byte(alias, fresh[0]);
	sync_threads();
	atomic_store(&texts.poking, 0);
	return 0;
}

static int write_entry(const struct text *t, const uint8_t *at, const uint8_t fresh[ENTRY_SIZE])
{
	uint8_t *alias = t->alias + (at - t->start);

	if (!is_in_word(at))
		return write_behind(at, alias, fresh);
	write_word(alias, fresh);
	sync_threads();
	return 0;
}

int text_poke(const struct text *t, uint8_t *at, const uint8_t old[ENTRY_SIZE],
	      const uint8_t fresh[ENTRY_SIZE])
{
	int err;

	if (memcmp(at, fresh, ENTRY_SIZE) == 0)
		return 0;
	if (memcmp(at, old, ENTRY_SIZE) != 0)
		return -EBUSY;
	err = write_entry(t, at, fresh);
	if (err || memcmp(at, fresh, ENTRY_SIZE) == 0)
		return err;
	write_entry(t, at, old);
	return -EBUSY;
}

/* It may be gone since the thread ran into it: then what is there now is run. */
uintptr_t text_trap(uintptr_t pc)
{
	uintptr_t at = pc - 1;

	for (const struct text *t = atomic_load(&texts.all); t; t = t->next) {
		if (at - (uintptr_t)t->start >= t->size)
			continue;
		if (__atomic_load_n((const uint8_t *)at, __ATOMIC_ACQUIRE) != BREAKPOINT)
			return at;
		return atomic_load(&texts.poking) == at ? at + ENTRY_SIZE : 0;
	}
	return 0;
}
