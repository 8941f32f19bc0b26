/* The operations of hash maps, for those that are one with something more. */
#ifndef MAPS_HASH_H
#define MAPS_HASH_H

#include "maps/htab.h"
#include "maps/local.h"

struct hash {
	struct map map;
	bool is_plain; /* values are bytes, the same for every cpu */
	bool is_lru;
	bool is_private; /* the process's alone */
	struct htab table;
};

int hash_check(const struct map_def *def, struct diag *d);
int hash_layout(struct map *map, struct region_head *head);
int hash_begin(struct map *map);
void hash_repair(struct map *map, uint32_t slot);
int hash_check_whole(struct map *map, bool fix, struct diag *d);
uint32_t hash_count(struct map *map);
void *hash_lookup(struct map *map, const void *key, uint32_t cpu);
void *percpu_hash_lookup(struct map *map, const void *key, uint32_t cpu);
void *lru_hash_lookup(struct map *map, const void *key, uint32_t cpu);
void *lru_percpu_hash_lookup(struct map *map, const void *key, uint32_t cpu);
int hash_copy(struct map *map, const void *key, void *value);
int hash_copy_locked(struct map *map, const void *key, void *value);
int hash_update(struct map *map, const void *key, const void *value, uint64_t flags, uint32_t cpu);
int hash_delete(struct map *map, const void *key, uint32_t cpu);
int hash_next_key(struct map *map, const void *key, void *next);
int hash_bucket(struct map *map, uint32_t at, void *keys, uint32_t room);
void hash_each_value(struct map *map, void (*fn)(const struct btf_record *record, uint8_t *value));
uint8_t *hash_value_at(struct map *map, uintptr_t addr);
const void *hash_key_of(struct map *map, const uint8_t *value, uint32_t *index);

#endif
