/*
 * Dumps of programs: what the verifier logs and what bpftool prints of a loaded program.
 *
 *	0: (b7) r1 = 5				an instruction, its slot and opcode
 *	       b7 01 00 00 05 00 00 00		its bytes
 *	; int x = 5;				source: a comment
 *	int prog(struct xdp_md * ctx):		a function begins here
 *	from 3 to 7: R0=1 R10=fp0		the verifier's thoughts, and more of them
 *
 * A log shows an instruction as often as the verifier came by, in the order of its walk. Here each
 * goes to its slot, and slots that no line showed are an error.
 */
#include "asm/local.h"

#include <ctype.h>

/* "12: (b7)": the slot and the opcode; false when the line has no instruction. */
static bool take_number(struct assembler *a, uint64_t *slot, int *code)
{
	const char *s = a->p;
	uint64_t n = 0;

	while (s < a->end && isdigit((unsigned char)*s) && n <= MAX_INSNS)
		n = n * 10 + (uint64_t)(*s++ - '0');
	if (s == a->p || a->end - s < 6 || *s != ':')
		return false;
	for (s++; s < a->end && *s == ' ';)
		s++;
	if (a->end - s < 4 || s[0] != '(' || !isxdigit((unsigned char)s[1]) ||
	    !isxdigit((unsigned char)s[2]) || s[3] != ')')
		return false;
	*code = (int)strtol(s + 1, NULL, 16);
	*slot = n;
	a->p = s + 4;
	return true;
}

/* "int prog(struct xdp_md * ctx):" becomes a function's symbol. */
static bool take_heading(struct assembler *a)
{
	const char *paren = a->p, *start, *last = a->end;
	struct asm_symbol *s;
	struct loc loc;

	while (last > a->p && isspace((unsigned char)last[-1]))
		last--;
	while (paren < last && *paren != '(')
		paren++;
	start = paren;
	if (last - a->p < 4 || last[-1] != ':' || last[-2] != ')' || isdigit((unsigned char)*a->p))
		return false;
	while (start > a->p && is_word_char(start[-1]))
		start--;
	if (start == paren || start == a->p)
		return false;
	loc = loc_at(a, start, (size_t)(paren - start));
	s = symbol(a, arena_strndup(a->arena, start, (size_t)(paren - start)), &loc);
	s->type = STT_FUNC;
	define_symbol(a, s, a->sec, section_here(a->sec), &loc);
	return true;
}

/* Did a line show the slot? */
static bool is_seen(const struct assembler *a, uint64_t slot)
{
	return slot < a->dump.n && a->dump.v[slot];
}

static void mark_seen(struct assembler *a, uint64_t slot, unsigned int slots)
{
	while (a->dump.n < slot + slots)
		vec_push(&a->dump, 0);
	memset(&a->dump.v[slot], 1, slots);
}

/* Moves what was just emitted at the end of the section to its slot. */
static int move_to_slot(struct assembler *a, uint64_t from, uint64_t slot, const struct loc *loc)
{
	struct strbuf *data = &a->sec->data;
	uint64_t size = data->len - from, to = slot * sizeof(struct bpf_insn);
	unsigned int slots = (unsigned int)(size / sizeof(struct bpf_insn));
	struct bpf_insn insn[2];

	memcpy(insn, data->s + from, size);
	data->len = from;
	if (is_seen(a, slot)) {
		a->sites.n--;
		if (memcmp(data->s + to, insn, size) == 0)
			return 0;
		return fail(a->d, loc, -EINVAL, "slot %llu held another instruction before",
			    (unsigned long long)slot);
	}
	vec_last(&a->sites)->off = to;
	if (to + size > data->len) { /* the text of slots between may come later */
		int err = emit_fill(a, to + size - data->len, 0, loc);

		if (err)
			return err;
	}
	memcpy(data->s + to, insn, size);
	mark_seen(a, slot, slots);
	return 0;
}

int read_dump_line(struct assembler *a)
{
	uint64_t slot, from = section_here(a->sec);
	struct loc loc = here(a);
	size_t nfixups = a->fixups.n;
	int err;

	if (!take_number(a, &slot, &a->kernel_code)) {
		take_heading(a);
		a->p = a->end;
		return 0;
	}
	if (slot > MAX_INSNS)
		return fail(a->d, &loc, -EINVAL, "programs have at most %d slots", MAX_INSNS);
	err = parse_insn(a);
	if (err)
		mark_seen(a, slot, 1); /* one message is enough */
	if (err || section_here(a->sec) == from)
		return err;
	if (a->kernel_code != (uint8_t)a->sec->data.s[from])
		return fail(a->d, &loc, -EINVAL, "the opcode is stated as %02x, but this is %02x",
			    (unsigned int)a->kernel_code, (uint8_t)a->sec->data.s[from]);
	if (a->fixups.n != nfixups)
		return fail(a->d, &loc, -EINVAL, "a dump has numbers where this has names");
	return move_to_slot(a, from, slot, &loc);
}

/*
 * A log may leave out what the verifier never came to; the program's meaning would be lost with it.
 */
void check_dump(struct assembler *a)
{
	size_t first = 0, last;
	struct loc loc = {.file = a->opts->path};

	while (first < a->dump.n && a->dump.v[first])
		first++;
	for (last = first; last + 1 < a->dump.n && !a->dump.v[last + 1];)
		last++;
	if (first < a->dump.n)
		fail(a->d, &loc, -EINVAL, "the dump does not show slots %zu to %zu", first, last);
}
