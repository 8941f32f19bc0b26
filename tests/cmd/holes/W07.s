# The eight bytes in front of a tracepoint's record.
	.license "GPL"
	.prog holed, "tracepoint/syscalls/sys_enter_read"
	r0 = *(u64 *)(r1 - 8)
	r0 = 0
	exit

	.prog good, "tracepoint/syscalls/sys_enter_read"
	r0 = *(u64 *)(r1 + 8)
	r0 = 0
	exit
