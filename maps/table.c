/* The maps a process has open, found by the file that a descriptor stands for. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "maps/maps.h"
#include "maps/region.h"

struct map_entry {
	dev_t dev;
	ino_t ino; /* nobody else's while the region has the file open */
	struct map *map;
	uint32_t refs;
};

static struct map_entry *find_file(struct map_table *table, const struct stat *st)
{
	for (size_t i = 0; i < table->n; i++)
		if (table->entries[i].ino == st->st_ino && table->entries[i].dev == st->st_dev)
			return &table->entries[i];
	return NULL;
}

static struct map_entry *find_map(struct map_table *table, const struct map *map)
{
	for (size_t i = 0; i < table->n; i++)
		if (table->entries[i].map == map)
			return &table->entries[i];
	return NULL;
}

static void add(struct map_table *table, const struct stat *st, struct map *map)
{
	if (table->n == table->cap) {
		table->cap = table->cap * 2 + 8;
		table->entries = xrealloc(table->entries, table->cap * sizeof(*table->entries));
	}
	table->entries[table->n++] = (struct map_entry){st->st_dev, st->st_ino, map, 1};
}

/* A process maps a file for writing when it may, whatever a descriptor allows its user. */
static int open_as_allowed(int fd, struct diag *d, struct map **out)
{
	int own = lease_reopen(fd, O_RDWR);
	bool writable = own >= 0;
	int err;

	if (own < 0 && own != -EACCES && own != -EROFS)
		return fail(d, NULL, own, "this map cannot be opened: %s", strerror(-own));
	err = map_open(writable ? own : fd, writable, d, out);
	if (writable)
		close(own);
	return err;
}

int map_get(struct map_table *table, int fd, struct diag *d, struct map **out)
{
	struct map_entry *entry;
	struct stat st;
	int err = 0;

	if (fstat(fd, &st) != 0)
		return fail(d, NULL, -EBADF, "descriptor %d is not open", fd);
	if (!S_ISREG(st.st_mode))
		return fail(d, NULL, -EINVAL, "descriptor %d is no map", fd);
	pthread_mutex_lock(&table->lock);
	entry = find_file(table, &st);
	if (entry) {
		entry->refs++;
		*out = entry->map;
	} else {
		err = open_as_allowed(fd, d, out);
		if (!err)
			add(table, &st, *out);
	}
	pthread_mutex_unlock(&table->lock);
	return err;
}

void map_table_add(struct map_table *table, int fd, struct map *map)
{
	struct stat st = {0};

	fstat(fd, &st);
	pthread_mutex_lock(&table->lock);
	add(table, &st, map);
	pthread_mutex_unlock(&table->lock);
}

struct map *map_ref(struct map_table *table, struct map *map)
{
	pthread_mutex_lock(&table->lock);
	find_map(table, map)->refs++;
	pthread_mutex_unlock(&table->lock);
	return map;
}

void map_put(struct map_table *table, struct map *map)
{
	struct map_entry *entry;
	bool last;

	pthread_mutex_lock(&table->lock);
	entry = find_map(table, map);
	last = --entry->refs == 0;
	if (last)
		*entry = table->entries[--table->n];
	if (!table->n) {
		free(table->entries);
		table->entries = NULL;
		table->cap = 0;
	}
	pthread_mutex_unlock(&table->lock);
	if (last)
		map_free(map);
}
