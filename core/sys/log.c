/* The log buffer of PROG_LOAD and BTF_LOAD: bpf_vlog_init() and bpf_vlog_finalize() of Linux. */
#include "core/sys/local.h"

enum { LOG_LEVELS = 0xf };

int log_begin(struct sys *sys, struct log *log, uint32_t level, uint32_t size, sys_ptr buf)
{
	*log = (struct log){.level = level, .size = size, .buf = buf};
	if (!buf != !size || (buf && !level) || level & ~LOG_LEVELS || size > UINT32_MAX >> 2)
		return fail(&sys->diag, NULL, -EINVAL,
			    "log level, size and buffer do not go together");
	sys->log = &log->text;
	return 0;
}

int log_end(struct sys *sys, struct log *log, int err, uint32_t *true_size)
{
	size_t want = log->text.len + 1, n = min(want, (size_t)log->size);

	sys->log = NULL;
	*true_size = log->level ? (uint32_t)want : 0;
	if (log->buf && n) {
		if (copy_out(log->buf, strbuf_str(&log->text), n - 1) != 0 ||
		    copy_out(log->buf + n - 1, "", 1) != 0)
			err = -EFAULT;
		else if (n < want)
			err = -ENOSPC;
	}
	strbuf_free(&log->text);
	return err;
}
