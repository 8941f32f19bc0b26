#include "jit/text.h"

#include <errno.h>
#include <string.h>

#include "jit/code.h"
#include "jit/jit.h"

enum { WORD = 8 };

/* The handler reads both; they are this process's, as its text is. */
static struct {
	_Atomic(struct text *) all;
	_Atomic uintptr_t poking; /* the entry that begins with a breakpoint */
} texts;

void text_add(struct text *t)
{
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

static const struct text_entry *entry(void)
{
	return jit_target->entry;
}

static bool sync_threads(const uint8_t *at)
{
	return code_sync(at, entry()->size);
}

static bool is_in_word(const uint8_t *at)
{
	return (uintptr_t)at % WORD + entry()->size <= WORD;
}

/* Other bytes of the word are somebody else's, who may change them. */
static void write_word(uint8_t *alias, const uint8_t *fresh)
{
	uint32_t off = (uintptr_t)alias % WORD;
	uint64_t *word = (uint64_t *)(void *)(alias - off);
	uint64_t was = __atomic_load_n(word, __ATOMIC_RELAXED), is;

	do {
		is = was;
		memcpy((uint8_t *)&is + off, fresh, entry()->size);
	} while (!__atomic_compare_exchange_n(word, &was, is, false, __ATOMIC_SEQ_CST,
					      __ATOMIC_RELAXED));
}

static void write_byte(uint8_t *at, uint8_t byte)
{
	__atomic_store_n(at, byte, __ATOMIC_SEQ_CST);
}

static int write_behind(const uint8_t *at, uint8_t *alias, const uint8_t *fresh)
{
	if (!sync_threads(at))
		return -ENOTSUPP;
	atomic_store(&texts.poking, (uintptr_t)at);
	write_byte(alias, entry()->breakpoint);
	sync_threads(at);
	for (uint32_t i = 1; i < entry()->size; i++)
		write_byte(alias + i, fresh[i]);
	sync_threads(at);
	write_byte(alias, fresh[0]);
	sync_threads(at);
	atomic_store(&texts.poking, 0);
	return 0;
}

static int write_entry(const struct text *t, const uint8_t *at, const uint8_t *fresh)
{
	uint8_t *alias = t->alias + (at - t->start);

	if (!is_in_word(at))
		return write_behind(at, alias, fresh);
	write_word(alias, fresh);
	sync_threads(at);
	return 0;
}

int text_poke(const struct text *t, uint8_t *at, const uint8_t *old, const uint8_t *fresh)
{
	size_t size = entry()->size;
	int err;

	if (memcmp(at, fresh, size) == 0)
		return 0;
	if (memcmp(at, old, size) != 0 || (uintptr_t)at % entry()->align)
		return -EBUSY;
	err = write_entry(t, at, fresh);
	if (err || memcmp(at, fresh, size) == 0)
		return err;
	write_entry(t, at, old);
	return -EBUSY;
}

/* It may be gone since the thread ran into it: then what is there now is run. */
uintptr_t text_trap(uintptr_t pc)
{
	uintptr_t at = pc - 1;

	if (!entry()->breakpoint)
		return 0;
	for (const struct text *t = atomic_load(&texts.all); t; t = t->next) {
		if (at - (uintptr_t)t->start >= t->size)
			continue;
		if (__atomic_load_n((const uint8_t *)at, __ATOMIC_ACQUIRE) != entry()->breakpoint)
			return at;
		return atomic_load(&texts.poking) == at ? at + entry()->size : 0;
	}
	return 0;
}
