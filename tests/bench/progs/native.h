/*
 * Maps as a C program would have them: arrays are arrays; tables are probed linearly, with keys and
 * values inline, at most half full, their hash one multiplication; functions know the sizes of
 * keys and values and are called, not inlined. What is evicted is found by a clock. Tries have
 * compressed paths, and nodes with the bits of a word.
 *
 * Changes take a lock. Lookups take none, and may miss what is moved meanwhile: that is for one
 * thread that looks up what it alone changes. Where LOOKUPS_LOCK is 1 they take it, too, as several
 * threads would need.
 */
#ifndef TESTS_BENCH_PROGS_NATIVE_H
#define TESTS_BENCH_PROGS_NATIVE_H

#include <string.h>

#define NOINLINE static __attribute__((noinline, unused))

INLINE u64 native_hash(const void *key, u32 size)
{
	u64 h = 0, word;

	for (u32 i = 0; i < size; i += 8) {
		unsigned __int128 m;

		word = 0;
		memcpy(&word, (const u8 *)key + i, size - i < 8 ? size - i : 8);
		m = (unsigned __int128)(h ^ word) * 0x9e3779b97f4a7c15;
		h = (u64)m ^ (u64)(m >> 64);
	}
	return h;
}

INLINE void native_lock(u32 *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
		;
}

INLINE void native_unlock(u32 *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

#ifndef LOOKUPS_LOCK
#define LOOKUPS_LOCK 0
#endif

INLINE void native_lock_lookup(u32 *lock)
{
	if (LOOKUPS_LOCK)
		native_lock(lock);
}

INLINE void native_unlock_lookup(u32 *lock)
{
	if (LOOKUPS_LOCK)
		native_unlock(lock);
}

#define LOOKUP(map, key) map##_lookup(key)
#define UPDATE(map, key, value) map##_update(key, value)
#define DELETE(map, key) map##_delete(key)
#define PUSH(map, value) map##_push(value)
#define POP(map, value) map##_pop(value)
#define MAP(what, name, key_type, value_type, n) NATIVE_##what(name, key_type, value_type, n)

#define NATIVE_ARRAY(name, key_type, value_type, n)                                                \
	static value_type name[n];                                                                 \
	static inline value_type *name##_lookup(const key_type *key)                               \
	{                                                                                          \
		return *key < (n) ? &name[*key] : 0;                                               \
	}                                                                                          \
	static inline __attribute__((unused)) int name##_update(const key_type *key,               \
								const value_type *value)           \
	{                                                                                          \
		if (*key >= (n))                                                                   \
			return -1;                                                                 \
		name[*key] = *value;                                                               \
		return 0;                                                                          \
	}
#define NATIVE_PERCPU_ARRAY NATIVE_ARRAY
#define NATIVE_PERCPU_HASH NATIVE_HASH

#define NATIVE_TABLE(name, key_type, value_type, n, evicts)                                        \
	static struct {                                                                            \
		key_type key;                                                                      \
		value_type value;                                                                  \
		u8 used, touched;                                                                  \
	} name[2 * (n)];                                                                           \
	static u32 name##_lock, name##_count, name##_hand;                                         \
	INLINE u32 name##_home(const key_type *key)                                                \
	{                                                                                          \
		return (native_hash(key, sizeof(*key)) >> 32) * (2 * (u64)(n)) >> 32;              \
	}                                                                                          \
	INLINE u32 name##_find(const key_type *key)                                                \
	{                                                                                          \
		u32 i = name##_home(key);                                                          \
                                                                                                   \
		while (name[i].used && memcmp(&name[i].key, key, sizeof(*key)) != 0)               \
			i = i + 1 < 2 * (n) ? i + 1 : 0;                                           \
		return i;                                                                          \
	}                                                                                          \
	/* What follows moves back into the hole */                                                \
	static void name##_close(u32 hole)                                                         \
	{                                                                                          \
		for (u32 i = hole;;) {                                                             \
			u32 home;                                                                  \
                                                                                                   \
			i = i + 1 < 2 * (n) ? i + 1 : 0;                                           \
			if (!name[i].used)                                                         \
				break;                                                             \
			home = name##_home(&name[i].key);                                          \
			if (hole < i ? home > hole && home <= i : home > hole || home <= i)        \
				continue;                                                          \
			name[hole] = name[i];                                                      \
			hole = i;                                                                  \
		}                                                                                  \
		name[hole].used = 0;                                                               \
		name##_count--;                                                                    \
	}                                                                                          \
	NOINLINE value_type *name##_lookup(const key_type *key)                                    \
	{                                                                                          \
		u32 i;                                                                             \
		u8 used;                                                                           \
                                                                                                   \
		native_lock_lookup(&name##_lock);                                                  \
		i = name##_find(key);                                                              \
		used = name[i].used;                                                               \
		if ((evicts) && used && !name[i].touched)                                          \
			name[i].touched = 1;                                                       \
		native_unlock_lookup(&name##_lock);                                                \
		return used ? &name[i].value : 0;                                                  \
	}                                                                                          \
	NOINLINE int name##_delete(const key_type *key)                                            \
	{                                                                                          \
		u32 i;                                                                             \
                                                                                                   \
		native_lock(&name##_lock);                                                         \
		i = name##_find(key);                                                              \
		if (name[i].used)                                                                  \
			name##_close(i);                                                           \
		native_unlock(&name##_lock);                                                       \
		return 0;                                                                          \
	}                                                                                          \
	static void name##_evict(void)                                                             \
	{                                                                                          \
		for (;; name##_hand = name##_hand + 1 < 2 * (n) ? name##_hand + 1 : 0) {           \
			if (!name[name##_hand].used)                                               \
				continue;                                                          \
			if (!name[name##_hand].touched)                                            \
				break;                                                             \
			name[name##_hand].touched = 0;                                             \
		}                                                                                  \
		name##_close(name##_hand);                                                         \
	}                                                                                          \
	NOINLINE int name##_update(const key_type *key, const value_type *value)                   \
	{                                                                                          \
		int err = 0;                                                                       \
		u32 i;                                                                             \
                                                                                                   \
		native_lock(&name##_lock);                                                         \
		i = name##_find(key);                                                              \
		if (!name[i].used && name##_count == (n) && (evicts)) {                              \
			name##_evict();                                                            \
			i = name##_find(key);                                                      \
		}                                                                                  \
		if (!name[i].used && name##_count == (n)) {                                        \
			err = -1;                                                                  \
		} else {                                                                           \
			name##_count += !name[i].used;                                             \
			name[i].touched = name[i].used && (evicts);                                  \
			name[i].used = 1;                                                          \
			memcpy(&name[i].key, key, sizeof(*key));                                   \
			memcpy(&name[i].value, value, sizeof(*value));                             \
		}                                                                                  \
		native_unlock(&name##_lock);                                                       \
		return err;                                                                        \
	}

#define NATIVE_HASH(name, key_type, value_type, n) NATIVE_TABLE(name, key_type, value_type, n, 0)
#define NATIVE_LRU_HASH(name, key_type, value_type, n) NATIVE_TABLE(name, key_type, value_type, n, 1)

/* A ring with a place more than there are values; what leaves is the oldest or the newest. */
#define LINE(what, name, value_type, n) NATIVE_##what(name, value_type, n)
#define NATIVE_QUEUE(name, value_type, n) NATIVE_RING(name, value_type, n, 0)
#define NATIVE_STACK(name, value_type, n) NATIVE_RING(name, value_type, n, 1)
#define NATIVE_RING(name, value_type, n, newest)                                                   \
	static value_type name[(n) + 1];                                                           \
	static u32 name##_lock, name##_head, name##_tail;                                          \
	NOINLINE int name##_push(const value_type *value)                                          \
	{                                                                                          \
		u32 next;                                                                          \
                                                                                                   \
		native_lock(&name##_lock);                                                         \
		next = name##_head < (n) ? name##_head + 1 : 0;                                    \
		if (next == name##_tail) {                                                         \
			native_unlock(&name##_lock);                                               \
			return -1;                                                                 \
		}                                                                                  \
		memcpy(&name[name##_head], value, sizeof(*value));                                 \
		name##_head = next;                                                                \
		native_unlock(&name##_lock);                                                       \
		return 0;                                                                          \
	}                                                                                          \
	NOINLINE int name##_pop(value_type *value)                                                 \
	{                                                                                          \
		native_lock(&name##_lock);                                                         \
		if (name##_head == name##_tail) {                                                  \
			native_unlock(&name##_lock);                                               \
			memset(value, 0, sizeof(*value));                                          \
			return -1;                                                                 \
		}                                                                                  \
		if (newest) {                                                                      \
			name##_head = name##_head ? name##_head - 1 : (n);                         \
			memcpy(value, &name[name##_head], sizeof(*value));                         \
		} else {                                                                           \
			memcpy(value, &name[name##_tail], sizeof(*value));                         \
			name##_tail = name##_tail < (n) ? name##_tail + 1 : 0;                     \
		}                                                                                  \
		native_unlock(&name##_lock);                                                       \
		return 0;                                                                          \
	}

#define TRIE(name, key_type, value_type, n)                                                        \
	struct name##_node {                                                                       \
		u32 addr, bits;                                                                    \
		struct name##_node *child[2];                                                      \
		value_type value;                                                                  \
		u8 has_value;                                                                      \
	};                                                                                         \
	static struct name##_node name##_nodes[2 * (n)], *name##_root;                             \
	static u32 name##_used, name##_lock;                                                       \
	INLINE u32 name##_bits(const key_type *key)                                                \
	{                                                                                          \
		u32 addr;                                                                          \
                                                                                                   \
		memcpy(&addr, key->addr, 4);                                                       \
		return __builtin_bswap32(addr);                                                    \
	}                                                                                          \
	INLINE u32 name##_same(u32 a, u32 b, u32 limit)                                            \
	{                                                                                          \
		u32 n_ = a == b ? 32 : (u32)__builtin_clz(a ^ b);                                  \
                                                                                                   \
		return n_ < limit ? n_ : limit;                                                    \
	}                                                                                          \
	NOINLINE value_type *name##_lookup(const key_type *key)                                    \
	{                                                                                          \
		u32 addr = name##_bits(key);                                                       \
		struct name##_node *node, *found = 0;                                              \
                                                                                                   \
		native_lock_lookup(&name##_lock);                                                  \
		node = name##_root;                                                                \
		while (node && node->bits <= key->bits &&                                          \
		       name##_same(addr, node->addr, node->bits) == node->bits) {                  \
			if (node->has_value)                                                       \
				found = node;                                                      \
			if (node->bits == 32)                                                      \
				break;                                                             \
			node = node->child[addr >> (31 - node->bits) & 1];                         \
		}                                                                                  \
		native_unlock_lookup(&name##_lock);                                                \
		return found ? &found->value : 0;                                                  \
	}                                                                                          \
	static struct name##_node *name##_new(u32 addr, u32 bits)                                  \
	{                                                                                          \
		struct name##_node *node = &name##_nodes[name##_used++];                           \
                                                                                                   \
		node->addr = addr;                                                                 \
		node->bits = bits;                                                                 \
		return node;                                                                       \
	}                                                                                          \
	NOINLINE int name##_update(const key_type *key, const value_type *value)                   \
	{                                                                                          \
		u32 addr = name##_bits(key), same = 0;                                             \
		struct name##_node **at = &name##_root, *node, *old;                               \
                                                                                                   \
		native_lock(&name##_lock);                                                         \
		while ((node = *at)) {                                                             \
			u32 limit = node->bits < key->bits ? node->bits : key->bits;               \
                                                                                                   \
			same = name##_same(addr, node->addr, limit);                               \
			if (same < node->bits || node->bits == key->bits)                          \
				break;                                                             \
			at = &node->child[addr >> (31 - node->bits) & 1];                          \
		}                                                                                  \
		old = node;                                                                        \
		if (!node) {                                                                       \
			node = *at = name##_new(addr, key->bits);                                  \
		} else if (same < node->bits) {                                                    \
			struct name##_node *fork = name##_new(addr, same);                         \
                                                                                                   \
			fork->child[old->addr >> (31 - same) & 1] = old;                           \
			*at = fork;                                                                \
			node = fork;                                                               \
			if (same < key->bits)                                                      \
				node = fork->child[addr >> (31 - same) & 1] =                      \
					name##_new(addr, key->bits);                               \
		}                                                                                  \
		memcpy(&node->value, value, sizeof(*value));                                       \
		node->has_value = 1;                                                               \
		native_unlock(&name##_lock);                                                       \
		return 0;                                                                          \
	}

#endif
