/*
 * JSON as a tree, for what commands write and read back. Every node knows its place in the text, so
 * that whoever finds fault with a value says where it is.
 */
#ifndef CMD_JSON_H
#define CMD_JSON_H

#include "core/base/arena.h"
#include "core/base/diag.h"

enum json_kind { JSON_OBJECT, JSON_LIST, JSON_STRING, JSON_WORD };

struct json_node {
	enum json_kind kind;
	const char *at; /* its text, len bytes of the document */
	size_t len;
	const char *name; /* of a member; NULL: not one */
	const char *str;  /* a string without its escapes, a number, true, false, null */
	struct json_node *first, *next;
};

struct json_doc {
	const char *file;
	struct bytes text; /* a NUL follows */
	struct diag *d;
	struct json_node *root;
};

/* Reads a file, "-" is standard input; all is arena memory. -EINVAL: no JSON, said with place. */
int json_read(const char *path, struct arena *a, struct diag *d, struct json_doc *doc);
/* The member of an object with that name, NULL when there is none. */
const struct json_node *json_member(const struct json_node *n, const char *name);
/* A whole number up to hi. */
int json_number(const struct json_doc *doc, const struct json_node *n, uint64_t hi, uint64_t *out);
/* Says what is wrong at a place of the text; err. */
int json_fail(const struct json_doc *doc, const char *at, int err, const char *fmt, ...)
	__printf(4, 5);

#endif
