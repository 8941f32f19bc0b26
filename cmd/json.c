/*
 * JSON through libjansson, which is loaded when a file of it is read. It knows the grammar and what
 * strings mean, but not where a value stood: that is found by going through the text once more
 * beside its tree, now that its brackets, quotes and commas are known to be in order.
 */
#include "cmd/json.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"

/* libjansson's ABI, as far as it is used: its header is not needed to build. */
enum {
	LIB_OBJECT,
	LIB_ARRAY,
	LIB_STRING,
	LIB_REJECT_DUPLICATES = 1,
	LIB_DECODE_ANY = 4,
	LIB_INT_AS_REAL = 8, /* integers of 64 bits are ours to read, with their sign or without */
};

struct lib_value {
	int type;
	volatile size_t refcount;
};

struct lib_error {
	int line, column, position;
	char source[80], text[160];
};

struct lib {
	void *handle;
	struct lib_value *(*load)(const char *text, size_t size, size_t flags,
				  struct lib_error *error);
	void (*delete)(struct lib_value *v);
	size_t (*array_size)(const struct lib_value *v);
	struct lib_value *(*array_get)(const struct lib_value *v, size_t i);
	void *(*object_iter)(struct lib_value *v); /* in the order of the text */
	void *(*object_iter_next)(struct lib_value *v, void *iter);
	const char *(*object_iter_key)(void *iter);
	struct lib_value *(*object_iter_value)(void *iter);
	const char *(*string_value)(const struct lib_value *v);
};

static bool lib_open(struct lib *lib)
{
	const struct {
		void *to;
		const char *name;
	} symbols[] = {
		{&lib->load, "json_loadb"},
		{&lib->delete, "json_delete"},
		{&lib->array_size, "json_array_size"},
		{&lib->array_get, "json_array_get"},
		{&lib->object_iter, "json_object_iter"},
		{&lib->object_iter_next, "json_object_iter_next"},
		{&lib->object_iter_key, "json_object_iter_key"},
		{&lib->object_iter_value, "json_object_iter_value"},
		{&lib->string_value, "json_string_value"},
	};

	lib->handle = dlopen("libjansson.so.4", RTLD_LAZY);
	for (size_t i = 0; lib->handle && i < ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(lib->handle, symbols[i].name);

		memcpy(symbols[i].to, &symbol, sizeof(symbol));
		if (symbol)
			continue;
		dlclose(lib->handle);
		lib->handle = NULL;
	}
	return lib->handle != NULL;
}

int json_fail(const struct json_doc *doc, const char *at, int err, const char *fmt, ...)
{
	const char *line = (const char *)doc->text.data, *end = line + doc->text.size;
	struct loc loc = {.file = doc->file, .line = 1};
	char why[512];
	va_list ap;

	for (const char *p = line; p < at && p < end; p++)
		if (*p == '\n') {
			loc.line++;
			line = p + 1;
		}
	loc.col = (uint32_t)(at - line) + 1;
	loc.text = line;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return fail(doc->d, &loc, err, "%s", why);
}

struct reader {
	const struct lib *lib;
	struct arena *arena;
	const char *at;
};

static void skip_space(struct reader *r)
{
	while (*r->at && strchr(" \t\r\n", *r->at))
		r->at++;
}

/* One of the characters between values, which is there, and the space around it. */
static void skip_mark(struct reader *r)
{
	skip_space(r);
	r->at++;
	skip_space(r);
}

static void skip_string(struct reader *r)
{
	for (r->at++; *r->at != '"'; r->at++)
		r->at += *r->at == '\\';
	r->at++;
}

static struct json_node *place(struct reader *r, struct lib_value *v);

static void place_members(struct reader *r, struct lib_value *v, struct json_node *n)
{
	struct json_node **tail = &n->first;
	const struct lib *lib = r->lib;
	void *iter;

	for (iter = lib->object_iter(v); iter; iter = lib->object_iter_next(v, iter)) {
		skip_mark(r); /* the bracket or a comma */
		skip_string(r);
		skip_mark(r);
		*tail = place(r, lib->object_iter_value(iter));
		(*tail)->name = arena_strdup(r->arena, lib->object_iter_key(iter));
		tail = &(*tail)->next;
	}
}

static void place_elements(struct reader *r, struct lib_value *v, struct json_node *n)
{
	struct json_node **tail = &n->first;

	for (size_t i = 0; i < r->lib->array_size(v); i++) {
		skip_mark(r);
		*tail = place(r, r->lib->array_get(v, i));
		tail = &(*tail)->next;
	}
}

/* A value of the library and its text, which begins at r->at, become a node. */
static struct json_node *place(struct reader *r, struct lib_value *v)
{
	struct json_node *n = arena_new(r->arena, struct json_node);

	n->at = r->at;
	switch (v->type) {
	case LIB_OBJECT:
	case LIB_ARRAY:
		n->kind = v->type == LIB_OBJECT ? JSON_OBJECT : JSON_LIST;
		if (v->type == LIB_OBJECT)
			place_members(r, v, n);
		else
			place_elements(r, v, n);
		if (!n->first)
			skip_mark(r);
		skip_space(r);
		r->at++;
		break;
	case LIB_STRING:
		n->kind = JSON_STRING;
		n->str = arena_strdup(r->arena, r->lib->string_value(v));
		skip_string(r);
		break;
	default:
		n->kind = JSON_WORD;
		while (*r->at && !strchr(",]} \t\r\n", *r->at))
			r->at++;
		n->str = arena_strndup(r->arena, n->at, (size_t)(r->at - n->at));
	}
	n->len = (size_t)(r->at - n->at);
	return n;
}

/*
 * What the library says. It stands behind what it has read, and tells the last of that: near 'x'.
 */
static int refuse(const struct json_doc *doc, const struct lib_error *error)
{
	static const char mark[] = " near '";
	const char *near = strstr(error->text, mark);
	size_t at = error->position > 0 ? (size_t)error->position : 0;
	size_t len = near ? (size_t)(near - error->text) : strlen(error->text);

	at = min(at, doc->text.size);
	if (near)
		at -= min(at, strlen(near) - strlen(mark) - 1);
	return json_fail(doc, (const char *)doc->text.data + at, -EINVAL, "%.*s", (int)len,
			 error->text);
}

int json_read(const char *path, struct arena *a, struct diag *d, struct json_doc *doc)
{
	struct lib_error error;
	struct lib_value *root;
	struct lib lib;
	int err;

	*doc = (struct json_doc){.file = strcmp(path, "-") == 0 ? "<stdin>" : path, .d = d};
	err = file_read(path, 0, a, d, &doc->text);
	if (err)
		return err;
	if (!lib_open(&lib))
		return fail(d, NULL, -ENOSYS,
			    "%s: reading JSON needs libjansson (Debian's package libjansson4)",
			    doc->file);
	root = lib.load((const char *)doc->text.data, doc->text.size,
			LIB_REJECT_DUPLICATES | LIB_DECODE_ANY | LIB_INT_AS_REAL, &error);
	if (root) {
		struct reader r = {&lib, a, (const char *)doc->text.data};

		skip_space(&r);
		doc->root = place(&r, root);
		lib.delete(root);
	} else {
		err = refuse(doc, &error);
	}
	dlclose(lib.handle);
	return err;
}

const struct json_node *json_member(const struct json_node *n, const char *name)
{
	if (n->kind != JSON_OBJECT)
		return NULL;
	for (const struct json_node *m = n->first; m; m = m->next)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

int json_number(const struct json_doc *doc, const struct json_node *n, uint64_t hi, uint64_t *out)
{
	char *end;

	if (n->kind != JSON_WORD || !isdigit((unsigned char)*n->str))
		return json_fail(doc, n->at, -EINVAL, "expected a number");
	errno = 0;
	*out = strtoull(n->str, &end, 0);
	if (*end)
		return json_fail(doc, n->at, -EINVAL, "expected a whole number");
	if (errno || *out > hi)
		return json_fail(doc, n->at, -EINVAL, "the number does not fit");
	return 0;
}
