/* Directives that emit bytes. */
#include "asm/local.h"

int dir_int(struct assembler *a, const struct loc *loc, unsigned int size)
{
	int err = 0;

	(void)loc;
	if (at_end(a))
		return 0;
	do {
		struct loc at = here(a);
		const struct expr *e;

		err = parse_expr(a, &e);
		if (!err)
			err = emit_expr(a, e, size, &at);
	} while (!err && accept(a, ","));
	return err;
}

static int emit_leb(struct assembler *a, int64_t num, bool is_signed, const struct loc *loc)
{
	uint8_t buf[10];
	unsigned int n = 0;
	bool more;

	do {
		uint8_t byte = num & 0x7f;

		num = is_signed ? num >> 7 : (int64_t)((uint64_t)num >> 7);
		more = is_signed ? !((num == 0 && !(byte & 0x40)) || (num == -1 && (byte & 0x40)))
				 : num != 0;
		buf[n++] = byte | (more ? 0x80 : 0);
	} while (more);
	return emit_bytes(a, buf, n, loc);
}

/* The number must be known here: its length decides where everything behind it lies. */
int dir_leb(struct assembler *a, const struct loc *loc, unsigned int is_signed)
{
	int err;

	do {
		int64_t num;

		err = parse_abs(a, &num);
		if (!err)
			err = emit_leb(a, num, is_signed, loc);
	} while (!err && accept(a, ","));
	return err;
}

/* "a" "b" is one string; .asciz ends each operand with a NUL */
int dir_ascii(struct assembler *a, const struct loc *loc, unsigned int zero)
{
	struct bytes s;
	int err;

	if (at_end(a))
		return 0;
	do {
		err = parse_string(a, &s);
		if (!err)
			err = emit_bytes(a, s.data, s.size, loc);
		while (!err && !at_end(a) && *a->p == '"') {
			err = parse_string(a, &s);
			if (!err)
				err = emit_bytes(a, s.data, s.size, loc);
		}
		if (!err && zero)
			err = emit_bytes(a, "", 1, loc);
	} while (!err && accept(a, ","));
	return err;
}

static int check_count(struct assembler *a, int64_t count, const struct loc *loc)
{
	if (count >= 0)
		return 0;
	return fail(a->d, loc, -EINVAL, "count %lld is negative", (long long)count);
}

/* .zero count[, byte] */
int dir_space(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	int64_t count, byte = 0;
	int err = parse_abs(a, &count);

	(void)arg;
	if (!err && accept(a, ","))
		err = parse_abs(a, &byte);
	if (!err)
		err = check_count(a, count, loc);
	return err ? err : emit_fill(a, (uint64_t)count, (uint8_t)byte, loc);
}

/* .fill count[, size[, value]] */
int dir_fill(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	int64_t count, size = 1, value = 0;
	int err = parse_abs(a, &count);

	(void)arg;
	if (!err && accept(a, ","))
		err = parse_abs(a, &size);
	if (!err && accept(a, ","))
		err = parse_abs(a, &value);
	if (!err)
		err = check_count(a, count, loc);
	if (err)
		return err;
	if (size < 0 || size > 8)
		return fail(a->d, loc, -EINVAL, "size %lld is not in 0 to 8", (long long)size);
	if (size && count > MAX_OUTPUT)
		return emit_fill(a, (uint64_t)count, 0, loc);
	for (int64_t i = 0; size && i < count && !err; i++)
		err = emit_int(a, (uint64_t)value, (unsigned int)size, loc);
	return err;
}

/* .incbin "file"[, skip[, count]] */
int dir_incbin(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	int64_t skip = 0, count = INT64_MAX;
	struct bytes name, data;
	const char *path;
	int err = parse_string(a, &name);

	(void)arg;
	if (!err && accept(a, ",") && !at_end(a) && *a->p != ',')
		err = parse_abs(a, &skip);
	if (!err && accept(a, ","))
		err = parse_abs(a, &count);
	if (!err)
		err = check_count(a, min(skip, count), loc);
	if (!err)
		err = find_file(a, (const char *)name.data, loc, &path, &data);
	if (err)
		return err;
	skip = min(skip, (int64_t)data.size);
	return emit_bytes(a, data.data + skip, (size_t)min(count, (int64_t)data.size - skip), loc);
}

/* .ident "compiler": strings that follow a NUL in .comment */
int dir_ident(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_section *sec = a->sec, *comment = section_get(a, ".comment");
	struct bytes s;
	int err = parse_string(a, &s);

	(void)arg;
	if (err)
		return err;
	comment->flags = SHF_MERGE | SHF_STRINGS;
	comment->entsize = 1;
	comment->is_named = true;
	a->sec = comment;
	if (!comment->data.len)
		err = emit_bytes(a, "", 1, loc);
	if (!err)
		err = emit_bytes(a, s.data, s.size + 1, loc);
	a->sec = sec;
	return err;
}
