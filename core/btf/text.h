/*
 * BTF as text, in the notation of bpftool's raw dump, one record after the other:
 *
 *	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
 *	[2] STRUCT 'pair' size=8 vlen=2
 *		'a' type_id=1 bits_offset=0
 *		'b' type_id=1 bits_offset=32 bitfield_size=3
 *
 * A name is '(anon)' when there is none; \' \\ \n \t \xNN and a leading \( stand for characters
 * that would break the notation. Where a record's kind_flag does not follow from what is written, "
 * kind_flag=1" ends its line. When read, an id may be left out (it is the next one), as may vlen
 * and whatever is zero; (VAR 'x') behind a DATASEC's entry is ignored.
 *
 * Strings are no part of it: core/btf/layout.h knows their order, and when to list them:
 *
 *	"int"
 *	"pair"
 */
#ifndef CORE_BTF_TEXT_H
#define CORE_BTF_TEXT_H

#include "core/btf/layout.h"

/* All records of this blob; a split BTF's base is not among them. indent goes before each line. */
void btf_text(struct strbuf *b, const struct btf *btf, const char *indent);
/* The list of strings, one a line. */
void btf_text_strings(struct strbuf *b, const struct btf *btf, const char *indent);

/*
 * Reads records to the end of an empty build; btf_parse() judges what they refer to. loc is the
 * place of the first line (its text is not needed), messages count on from there.
 */
int btf_text_parse(const char *text, size_t len, const struct loc *loc, struct diag *d,
		   struct btf_build *out);
/* Reads a list of strings into the arena. The vector is the caller's to free. */
int btf_text_parse_strings(const char *text, size_t len, const struct loc *loc, struct arena *a,
			   struct diag *d, struct btf_strings *out);

/* How a .BTF and its .BTF.ext can be written so that reading gives the same bytes again. */
enum btf_form {
	BTF_FORM_BYTES,	  /* only as bytes: malformed, or laid out by nobody's rule */
	BTF_FORM_TEXT,	  /* as text */
	BTF_FORM_STRINGS, /* as text with a list of strings */
};

/* ext.data is NULL when there is none. */
enum btf_form btf_form(struct bytes btf, struct bytes ext);

#endif
