/*
 * Values with special fields (copy_map_value() and check_and_init_map_value() of Linux): what is
 * copied goes around them, and what is shown of them outside of programs is what a new one has.
 */
#include <string.h>

#include "maps/local.h"

void value_copy_around(const struct btf_record *rec, uint8_t *to, const uint8_t *from,
		       uint32_t size)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < rec->n; i++) {
		const struct btf_field *f = &rec->fields[i];

		if (f->offset + f->size > size)
			break;
		memmove(to + at, from + at, f->offset - at);
		at = f->offset + f->size;
	}
	memmove(to + at, from + at, size - at);
}

/* A lock that somebody has is his to give back, whatever the element is by now. */
void value_clear(const struct btf_record *rec, uint8_t *value)
{
	for (uint32_t i = 0; i < rec->n; i++)
		if (!(rec->fields[i].type & FIELDS_LOCK))
			memset(value + rec->fields[i].offset, 0, rec->fields[i].size);
}

void value_hide(const struct map *map, uint8_t *value)
{
	const uint32_t one = 1;

	for (uint64_t at = 0; map->record && at < map_user_size(map); at += map_value_stride(map)) {
		for (uint32_t i = 0; i < map->record->n; i++) {
			const struct btf_field *f = &map->record->fields[i];

			memset(value + at + f->offset, 0, f->size);
			if (f->type == BTF_FIELD_REFCOUNT)
				memcpy(value + at + f->offset, &one, sizeof(one));
		}
	}
}
