/*
 * libelf, loaded when the first object is read or written: mapping it and what it needs takes a
 * sixth of the time of an empty process, which commands on maps and pins do not pay. It stays.
 */
#ifndef CORE_OBJ_LIBELF_H
#define CORE_OBJ_LIBELF_H

#include <gelf.h>

#include "core/base/diag.h"

struct libelf {
#define LIBELF(function) __typeof__(function) *function;
#include "core/obj/libelf.def"
};

/* -ELIBACC, said, without libelf. */
int libelf_load(struct libelf *lib, struct diag *d);

#endif
