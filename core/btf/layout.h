/*
 * The last step of writing BTF: the order of its strings, and of .BTF.ext's lists. Compilers leave
 * an order that follows from the types and the code, so text carries none; where an object has
 * another one, a list of its strings gives it.
 */
#ifndef CORE_BTF_LAYOUT_H
#define CORE_BTF_LAYOUT_H

#include "core/btf/build.h"
#include "core/btf/ext.h"

/* Every string of a table behind the first, empty one; each in its place, used or not. */
struct btf_strings {
	const char **v;
	size_t n, cap;
};

/*
 * Rewrites the string table of b: the list first (NULL: none), then what is used and not in it, in
 * a compiler's order. Offsets in b and ext (NULL: none) are changed to match, ext's lists sorted.
 */
void btf_lay_out(struct btf_build *b, struct btf_ext *ext, const struct btf_strings *list);

#endif
