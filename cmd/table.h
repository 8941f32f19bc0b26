/* Rows under titles: aligned for people, or CSV (RFC 4180) under the columns' keys. */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include "cmd/output.h"
#include "core/base/vec.h"

struct column {
	const char *key, *title;
	bool is_number; /* to the right */
};

struct table {
	const struct column *columns;
	size_t ncolumns;
	VEC(const char *) cells; /* row by row; borrowed */
};

void table_add(struct table *t, const char *cell);
/* As the document's format has it; nothing in JSON. */
void table_write(const struct table *t, struct out *o);
void table_free(struct table *t);

#endif
