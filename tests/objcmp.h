/*
 * Are two objects equal? Sections, symbols and relocations, in their order. Sections of debuggers
 * and linkers do not count, nor the symbols in them.
 */
#ifndef TESTS_OBJCMP_H
#define TESTS_OBJCMP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/obj/object.h"

struct pair {
	const char *path;
	const struct object *a, *b; /* before and after */
	bool in_order;
	unsigned int differences;
};

static void differ(struct pair *p, const char *fmt, ...) __printf(2, 3);
static void differ(struct pair *p, const char *fmt, ...)
{
	va_list ap;

	if (p->differences++ >= 8)
		return;
	fprintf(stderr, "%s: ", p->path);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

#define SHT_LLVM_ADDRSIG 0x6fff4c03

static bool counts(const struct section *sec)
{
	return sec->type != SHT_NULL && sec->type != SHT_GROUP && sec->type != SHT_LLVM_ADDRSIG &&
	       strncmp(sec->name, ".debug_", 7) != 0;
}

/* The section of b that is sec of a: the same name, and the same place among those of that name. */
static const struct section *twin(const struct object *a, uint32_t sec, const struct object *b)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i < sec; i++)
		n += strcmp(a->secs[i].name, a->secs[sec].name) == 0;
	for (uint32_t i = 1; i < b->nsecs; i++)
		if (strcmp(b->secs[i].name, a->secs[sec].name) == 0 && !n--)
			return &b->secs[i];
	return NULL;
}

static const char *section_name(const struct object *obj, uint32_t sec)
{
	if (sec == SHN_ABS)
		return "*absolute*";
	if (sec == SHN_COMMON)
		return "*common*";
	return sec < obj->nsecs && sec ? obj->secs[sec].name : "*undefined*";
}

/* A symbol in words that do not depend on the object. */
static char *symbol_words(const struct object *obj, uint32_t i)
{
	const struct symbol *s = &obj->syms[i];
	char *res;

	if (s->type == STT_SECTION)
		return asprintf(&res, "section %s", section_name(obj, s->sec)) < 0 ? NULL : res;
	return asprintf(&res, "%s in %s at %llu, size %llu, type %u, bind %u, other %u", s->name,
			section_name(obj, s->sec), (unsigned long long)s->value,
			(unsigned long long)s->size, s->type, s->bind, s->other) < 0
		       ? NULL
		       : res;
}

static int by_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Local ones first, as ELF has them. */
static char **list_symbols(const struct object *obj, size_t *n)
{
	char **list = xcalloc(obj->nsyms, sizeof(*list));

	*n = 0;
	for (int global = 0; global < 2; global++) {
		for (uint32_t i = 1; i < obj->nsyms; i++) {
			const struct symbol *s = &obj->syms[i];

			if ((s->bind != STB_LOCAL) != global ||
			    (s->sec < obj->nsecs && s->sec && !counts(&obj->secs[s->sec])))
				continue;
			list[(*n)++] = symbol_words(obj, i);
		}
	}
	return list;
}

/* Another assembler may leave out labels of blocks, and make symbols of sections as it likes. */
static bool is_free(const char *words)
{
	return strncmp(words, "LBB", 3) == 0 || strncmp(words, "section ", 8) == 0;
}

static void compare_symbols(struct pair *p)
{
	size_t na, nb, i = 0, k = 0;
	char **a = list_symbols(p->a, &na), **b = list_symbols(p->b, &nb);

	for (size_t at = 0; p->in_order && at < min(na, nb); at++)
		if (strcmp(a[at], b[at]) != 0) {
			differ(p, "symbol %zu: %s became %s", at, a[at], b[at]);
			break;
		}
	qsort(a, na, sizeof(*a), by_words);
	qsort(b, nb, sizeof(*b), by_words);
	while (i < na || k < nb) {
		int c = i == na ? 1 : k == nb ? -1 : strcmp(a[i], b[k]);

		if (!p->in_order && is_free(c < 0 ? a[i] : b[k])) /* whoever has it */
			;
		else if (c < 0)
			differ(p, "lost symbol: %s", a[i]);
		else if (c > 0)
			differ(p, "new symbol: %s", b[k]);
		i += c <= 0;
		k += c >= 0;
	}
	for (i = 0; i < na; i++)
		free(a[i]);
	for (k = 0; k < nb; k++)
		free(b[k]);
	free(a);
	free(b);
}

static void compare_relocs(struct pair *p, const struct section *a, const struct section *b)
{
	if (a->nrelocs != b->nrelocs)
		differ(p, "%s: %u relocations became %u", a->name, a->nrelocs, b->nrelocs);
	for (uint32_t i = 0; i < min(a->nrelocs, b->nrelocs); i++) {
		const struct reloc *x = &a->relocs[i], *y = &b->relocs[i];
		char *sx = symbol_words(p->a, x->sym), *sy = symbol_words(p->b, y->sym);

		if (x->off != y->off || x->type != y->type || strcmp(sx, sy) != 0)
			differ(p,
			       "%s: relocation at %#llx of type %u against %s became %#llx, %u, %s",
			       a->name, (unsigned long long)x->off, x->type, sx,
			       (unsigned long long)y->off, y->type, sy);
		free(sx);
		free(sy);
	}
}

static void compare_bytes(struct pair *p, const struct section *a, const struct section *b)
{
	uint64_t at = 0;

	if (a->size != b->size)
		differ(p, "%s: %llu bytes became %llu", a->name, (unsigned long long)a->size,
		       (unsigned long long)b->size);
	if (!a->data != !b->data)
		return differ(p, "%s: contents came or went", a->name);
	if (!a->data)
		return;
	while (at < min(a->size, b->size) && a->data[at] == b->data[at])
		at++;
	if (at < min(a->size, b->size))
		differ(p, "%s: byte %#llx differs", a->name, (unsigned long long)at);
}

static void compare_sections(struct pair *p)
{
	const struct section *before = NULL;

	for (uint32_t i = 1; i < p->a->nsecs; i++) {
		const struct section *a = &p->a->secs[i], *b = twin(p->a, i, p->b);

		if (!counts(a))
			continue;
		if (b && before && b < before)
			differ(p, "section %s has another place", a->name);
		before = b;
		if (!b) {
			differ(p, "lost section: %s", a->name);
			continue;
		}
		if (a->type != b->type || a->flags != b->flags || a->entsize != b->entsize)
			differ(p, "%s: type, flags or entry size changed", a->name);
		if (max(a->align, (uint64_t)1) != max(b->align, (uint64_t)1))
			differ(p, "%s: alignment %llu became %llu", a->name,
			       (unsigned long long)a->align, (unsigned long long)b->align);
		compare_bytes(p, a, b);
		compare_relocs(p, a, b);
	}
	for (uint32_t i = 1; i < p->b->nsecs; i++)
		if (!twin(p->b, i, p->a) &&
		    (p->b->secs[i].size || strcmp(p->b->secs[i].name, ".text")))
			differ(p, "new section: %s", p->b->secs[i].name);
}

/*
 * Says on standard error what differs; the number of differences. in_order: symbols must have the
 * same order, too, as in what one of our own texts gives back.
 */
static inline unsigned int compare_objects(const char *path, const struct object *before,
					   const struct object *after, bool in_order)
{
	struct pair p = {path, before, after, in_order, 0};

	compare_sections(&p);
	compare_symbols(&p);
	if (before->big_endian != after->big_endian)
		differ(&p, "byte order changed");
	return p.differences;
}

#endif
