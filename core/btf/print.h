/* Types and values as a C programmer writes them. */
#ifndef CORE_BTF_PRINT_H
#define CORE_BTF_PRINT_H

#include "core/base/hash.h"
#include "core/base/strbuf.h"
#include "core/btf/btf.h"

/*
 * A declaration of name with the type: "int x[4]", "struct xdp_md *ctx", "int (*f)(void)". Without
 * a name ("" or NULL) it is the type's name. Of a FUNC and its own name: "int prog(struct xdp_md
 * *ctx)"; linkage is not written.
 */
void btf_print_decl(struct strbuf *b, const struct btf *btf, uint32_t id, const char *name);

/* How types are called where several have one name: the second NAME___2. */
struct btf_names {
	uint32_t *nth;	     /* of each id, from 1; 0: as it is */
	struct strmap words; /* how often each typedef and enumerator was named */
};

/* The same by these names. */
void btf_print_named_decl(struct strbuf *b, const struct btf *btf, uint32_t id,
			  struct btf_names *names);
/*
 * The whole definition of a struct, union, enum or typedef, as C that is laid out alike, with no
 * semicolon at its end; names may be NULL.
 */
void btf_print_def(struct strbuf *b, const struct btf *btf, uint32_t id, struct btf_names *names);
/* All of them as a header that C compilers take, with the functions that programs may call. */
void btf_print_header(struct strbuf *b, const struct btf *btf);

/*
 * Takes a value apart. Numbers come as 64 bits, sign-extended when is_signed; what has no better
 * reading comes as bytes. A NULL function is not called.
 */
struct btf_value_ops {
	void (*open)(void *arg, bool is_array);
	void (*close)(void *arg, bool is_array);
	void (*key)(void *arg, const char *name); /* of the next member; "" when it is anonymous */
	void (*number)(void *arg, uint64_t value, bool is_signed);
	void (*boolean)(void *arg, bool value);
	void (*pointer)(void *arg, uint64_t value);
	void (*name)(void *arg, const char *name, int64_t value); /* of an enum value */
	void (*string)(void *arg, const char *s, size_t len); /* array of char that holds text */
	void (*bytes)(void *arg, const uint8_t *data, size_t size);
};

/* data has size bytes, native byte order; short data is shown as far as it goes. */
void btf_visit_value(const struct btf *btf, uint32_t id, const void *data, size_t size,
		     const struct btf_value_ops *ops, void *arg);
/* {.a = 1, .name = "eth0", .b = {1, 2}} on one line */
void btf_print_value(struct strbuf *b, const struct btf *btf, uint32_t id, const void *data,
		     size_t size);

#endif
