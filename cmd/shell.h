/*
 * The shell: instructions run as they are typed, in checked steps. A session is one growing
 * program; a line is assembled behind what is there, appended, and run until the program's end is
 * reached again. Directives and labels are remembered for the lines that follow.
 */
#ifndef CMD_SHELL_H
#define CMD_SHELL_H

#include "cmd/output.h"
#include "cmd/program_file.h"
#include "core/base/vec.h"
#include "core/interp/step.h"
#include "core/vm.h"

struct session_label {
	char *name;
	uint32_t slot;
};

struct session {
	struct out *out;
	struct diag *diag;
	struct loc loc;		  /* of the line being worked on */
	struct strbuf directives; /* lines of .set and the like */
	struct {
		struct session_label *v;
		size_t n, cap;
	} labels;
	struct program_file file; /* what load loaded; its program is vm's */
	struct vm vm;
	struct prog *prog; /* the growing one, or vm.main */
	bool is_loaded;
	struct stepper step;
	struct run_ctx rc;
	struct mem may;
	struct runtime rt;
	struct strbuf mem; /* what r1 points to, or the packet of a program that sees packets */
	uint64_t reg[REG_COUNT]; /* as last shown */
	uint16_t known;
	uint32_t low; /* lowest byte of the stack that was written, from its begin */
	unsigned int sources; /* files that source files */
	bool quit;
};

/* shell_session.c */
/* A scripted session has a clock that stands still, so that it prints the same every time. */
void session_open(struct session *s, struct out *out, struct diag *d, bool is_scripted);
void session_close(struct session *s);
void session_reset(struct session *s);
/* A loaded program goes back to its first instruction, a typed one is forgotten. */
void session_rewind(struct session *s);
/* Assembles a line and runs what it adds. 0, -EINVAL for bad text, -EFAULT for a fault; said. */
int session_type(struct session *s, const char *line);
/* Replaces the program by that of a file, at its first instruction; name NULL: the only one. */
int session_load(struct session *s, const char *path, const char *name);
/* Runs at most n instructions; stops at the end of the program. */
int session_run(struct session *s, uint64_t n);

/* shell_show.c */
/* What changed since the last time: registers, and the memory that the last instruction wrote. */
void show_changes(struct session *s);
void show_write(struct session *s);
void show_regs(struct session *s);
void show_stack(struct session *s);
void show_mem(struct session *s);
/* One instruction with its slot, marked when it is the next. */
void show_insn(struct session *s, uint32_t slot);
void show_list(struct session *s);

/* shell_words.c */
struct word {
	const char *name, *args, *brief;
	int (*run)(struct session *s, char *args);
};
extern const struct word shell_words[];
extern const size_t nshell_words;
/* Does what a line says. 0, or -errno as session_type(). */
int shell_line(struct session *s, char *line);

/* shell_input.c */
struct input;
/* A terminal gets editing, history and completion when libreadline is there. NULL, said, on
 * failure. */
struct input *input_open(const char *path, struct diag *d);
/* The next line without its newline, NULL at the end; it lives until the next call. */
char *input_line(struct input *in);
bool input_is_terminal(const struct input *in);
void input_close(struct input *in);

#endif
