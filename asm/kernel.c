/*
 * Dumps of programs: what the verifier logs and what bpftool prints of a loaded program.
 *
 *	0: (b7) r1 = 5				an instruction, its slot and opcode
 *	       b7 01 00 00 05 00 00 00		its bytes
 *	; int x = 5;				source: a comment
 *	int prog(struct xdp_md * ctx):		a function begins here
 *	from 3 to 7: R0=1 R10=fp0		the verifier's thoughts, and more of them
 *
 * The text between numbered lines is not the program's.
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
	const char *paren = memchr(a->p, '(', (size_t)(a->end - a->p)), *start = paren;
	const char *last = a->end;
	struct asm_symbol *s;
	struct loc loc;

	while (last > a->p && isspace((unsigned char)last[-1]))
		last--;
	if (!paren || last - a->p < 4 || last[-1] != ':' || last[-2] != ')' || isdigit((unsigned char)*a->p))
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

int parse_kernel_prefix(struct assembler *a, bool *skip)
{
	uint64_t slot;
	int code;

	a->kernel_code = -1;
	if (!take_number(a, &slot, &code)) {
		take_heading(a);
		a->p = a->end;
		*skip = true;
		return 0;
	}
	a->kernel_code = code;
	return 0;
}
