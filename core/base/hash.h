/* Hashing, and a small open-addressing table from strings to numbers. */
#ifndef CORE_BASE_HASH_H
#define CORE_BASE_HASH_H

#include "core/base/base.h"

/* FNV-1a with a final mix; for tables inside one process, not against hostile keys. */
uint64_t hash_mem(const void *data, size_t len);

/* Keys are borrowed and must outlive the table. A zeroed one is empty. */
struct strmap {
	struct strmap_slot {
		const char *key;
		size_t len;
		uint64_t value;
	} *slots;
	size_t n, cap; /* cap is a power of two */
};

/* The value's place, or NULL. It is valid until the next strmap_put(). */
uint64_t *strmap_get(const struct strmap *m, const char *key);
uint64_t *strmap_getn(const struct strmap *m, const char *key, size_t len);
/* Sets key to value; true when the key is new. */
bool strmap_put(struct strmap *m, const char *key, uint64_t value);
bool strmap_putn(struct strmap *m, const char *key, size_t len, uint64_t value);
void strmap_free(struct strmap *m);

#endif
