/*
 * BTF as text, in the notation of bpftool's raw dump, one record after the other:
 *
 *	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
 *	[2] STRUCT 'pair' size=8 vlen=2
 *		'a' type_id=1 bits_offset=0
 *		'b' type_id=1 bits_offset=32 bitfield_size=3
 *
 * A name is '(anon)' when there is none; \' \\ \n \t \xNN stand for characters that would break the
 * notation. Where a record's kind_flag does not follow from its members, " kind_flag=1" ends its line.
 * Ids count up by one and may be left out when reading; so may vlen, bits_offset=0 and nr_bits of an
 * INT whose bits fill its size.
 *
 * Strings: reading gives every string its place in the order of first use: record by record, a
 * record's name before its members' names. Where an object's table differs, its strings are listed
 * behind the records, in order, one a line:
 *
 *	strings
 *		"int"
 *		"pair"
 */
#ifndef CORE_BTF_TEXT_H
#define CORE_BTF_TEXT_H

#include "core/btf/build.h"
#include "core/btf/ext.h"

/* One record, its last line ended. indent is put before each line. */
void btf_text_type(struct strbuf *b, const struct btf *btf, uint32_t id, const char *indent);
/* All records of this blob; a split BTF's base is not among them. */
void btf_text(struct strbuf *b, const struct btf *btf, const char *indent);

/*
 * Reads records (and a strings list) into an empty build. loc is the place of the first line; its
 * line counts on, and messages show the lines of text.
 */
int btf_text_parse(const char *text, size_t len, const struct loc *loc, struct diag *d,
		   struct btf_build *out);

#endif
