#include "core/run/tracepoint.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct call {
	int16_t x86, arm64;
	const char *name, *function, *args;
} calls[] = {
#define SYSCALL(x86, arm64, name, function, args) {x86, arm64, #name, #function, args},
#include "core/run/syscalls.def"
};

static const struct {
	const char *event, *class;
} classes[] = {
#define TRACEPOINT(event, class) {#event, #class},
#include "core/run/tracepoints.def"
};

static const struct {
	const char *event, *args;
} arguments[] = {
#define TRACEPOINT_ARGS(event, args) {#event, args},
#include "core/run/tracepoint_args.def"
};

const char *tp_arg_name(const char *event, uint32_t n, struct arena *a)
{
	const char *arg = "";

	for (size_t i = 0; i < ARRAY_SIZE(arguments); i++)
		if (strcmp(arguments[i].event, event) == 0)
			arg = arguments[i].args;
	for (; n && *arg; n--) {
		arg += strcspn(arg, " ");
		arg += *arg == ' ';
	}
	return *arg ? arena_strndup(a, arg, strcspn(arg, " ")) : NULL;
}

int syscall_number(const char *name, uint16_t machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (strcmp(calls[i].name, name) == 0)
			return machine == EM_AARCH64 ? calls[i].arm64 : calls[i].x86;
	return -1;
}

const struct tp_field *tp_field(const struct tp_format *f, const char *name)
{
	vec_each(&f->fields, field)
		if (strcmp(field->name, name) == 0)
			return field;
	return NULL;
}

static void add(struct tp_format *f, const struct tp_field *field)
{
	vec_push(&f->fields, *field);
	f->size = max(f->size, field->off + field->size);
}

/* ---- files ---- */

/* field:const char * filename; offset:24; size:8; signed:0; */
static bool parse_field(struct tp_format *f, const char *line, struct arena *a)
{
	struct tp_field field = {0};
	const char *decl = strstr(line, "field:"), *end, *name;
	unsigned int is_signed = 0;
	size_t len;

	if (!decl)
		return true;
	decl += strlen("field:");
	end = strchr(decl, ';');
	if (!end ||
	    sscanf(end, "; offset:%u; size:%u; signed:%u", &field.off, &field.size, &is_signed) < 2)
		return false;
	field.is_loc = strncmp(decl, "__data_loc", 10) == 0;
	field.is_text = memmem(decl, (size_t)(end - decl), "char", 4) &&
			memchr(decl, '[', (size_t)(end - decl));
	field.is_signed = is_signed;
	/* The name is the last word, maybe with its dimension; of __data_loc T[] after it. */
	while (end > decl && end[-1] == ']')
		while (end > decl && *--end != '[')
			;
	for (name = end; name > decl && name[-1] != ' ' && name[-1] != '*'; name--)
		;
	len = (size_t)(end - name);
	if (!len || field.off > TP_RECORD_MAX || field.size > TP_RECORD_MAX - field.off ||
	    (field.is_loc && field.size != 4))
		return false;
	field.name = arena_strndup(a, name, len);
	add(f, &field);
	return true;
}

int tp_format_parse(const char *text, const char *file, struct arena *a, struct diag *d,
		    struct tp_format *out)
{
	struct loc loc = {.file = file, .line = 1};

	*out = (struct tp_format){.name = ""};
	for (const char *line = text; *line; loc.line++) {
		size_t len = strcspn(line, "\n");
		char *copy = arena_strndup(a, line, len);

		if (strncmp(copy, "name: ", 6) == 0)
			out->name = copy + 6;
		loc.text = line;
		if (strncmp(copy, "print fmt:", 10) != 0 && !parse_field(out, copy, a))
			return fail(d, &loc, -EINVAL,
				    "expected field:TYPE NAME; offset:N; size:N; signed:N;");
		line += len + (line[len] == '\n');
	}
	out->is_syscall = strncmp(out->name, "sys_enter_", 10) == 0;
	if (!*out->name || !out->fields.n)
		return fail(d, &(struct loc){.file = file}, -EINVAL,
			    "no format of a tracepoint: it has no name or no fields");
	return 0;
}

/* ---- what is known ---- */

enum { RECORD_HEAD = 8, WORD = 8 }; /* struct trace_entry */

/* sys_enter_NAME: number, then a word for each argument; sys_exit_NAME: number, what it returned.
 */
static bool find_syscall(const char *event, struct arena *a, struct tp_format *out)
{
	bool enter = strncmp(event, "sys_enter_", 10) == 0;
	const struct call *c = calls;
	const char *arg;
	uint32_t off = 2 * WORD;

	if (!enter && strncmp(event, "sys_exit_", 9) != 0)
		return false;
	event += enter ? 10 : 9;
	while (c < calls + ARRAY_SIZE(calls) && strcmp(c->function, event) != 0)
		c++;
	if (c == calls + ARRAY_SIZE(calls))
		return false;
	*out = (struct tp_format){.name = c->name, .is_syscall = enter};
	add(out, &(struct tp_field){.name = "__syscall_nr", .off = RECORD_HEAD, .size = 4});
	if (!enter) {
		add(out,
		    &(struct tp_field){.name = "ret", .off = off, .size = WORD, .is_signed = true});
		return true;
	}
	for (arg = c->args; *arg; off += WORD) {
		size_t len = strcspn(arg, " ");

		add(out, &(struct tp_field){
				 .name = arena_strndup(a, arg, len), .off = off, .size = WORD});
		arg += len + (arg[len] == ' ');
	}
	return true;
}

static void add_member(struct tp_format *f, const struct btf *btf, const struct btf_type *t,
		       const struct btf_member *m)
{
	static const char loc[] = "__data_loc_";
	uint32_t id = btf_resolve(btf, m->type);
	const struct btf_type *type = btf_type(btf, id), *elem = type;
	int64_t size = btf_size(btf, m->type);
	struct tp_field field = {
		.name = btf_str(btf, m->name_off),
		.off = btf_member_bit(t, m) / 8,
		.size = (uint32_t)max(size, (int64_t)0),
	};

	if (!size || !*field.name || field.size > TP_RECORD_MAX)
		return;
	field.is_loc = strncmp(field.name, loc, strlen(loc)) == 0;
	field.name += field.is_loc ? strlen(loc) : 0;
	if (btf_kind(type) == BTF_KIND_ARRAY)
		elem = btf_type(btf, btf_resolve(btf, btf_array(type)->type));
	field.is_text = elem != type && strcmp(btf_str(btf, elem->name_off), "char") == 0;
	field.is_signed =
		btf_kind(elem) == BTF_KIND_INT && BTF_INT_ENCODING(btf_int(elem)) & BTF_INT_SIGNED;
	add(f, &field);
}

static bool find_struct(const char *event, const struct btf *kernel, struct tp_format *out)
{
	const struct btf_type *t;
	const char *class = event;
	char name[128];
	uint32_t id;

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (strcmp(classes[i].event, event) == 0)
			class = classes[i].class;
	snprintf(name, sizeof(name), "trace_event_raw_%s", class);
	id = btf_find(kernel, name, BTF_KIND_STRUCT);
	if (!id)
		return false;
	t = btf_type(kernel, id);
	*out = (struct tp_format){.name = event};
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (btf_member_bit(t, &btf_members(t)[i]) >= RECORD_HEAD * 8)
			add_member(out, kernel, t, &btf_members(t)[i]);
	return out->fields.n > 0;
}

bool tp_format_find(const char *event, const struct btf *kernel, struct arena *a,
		    struct tp_format *out)
{
	const char *slash = strrchr(event, '/');

	event = slash ? slash + 1 : event;
	return find_syscall(event, a, out) || (kernel && find_struct(event, kernel, out));
}
