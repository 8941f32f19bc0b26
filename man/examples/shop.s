# Programs on the functions of shop.c: what is asked for, what comes of it, and a limit.

	.license "GPL"
	.kfunc half(int n) -> int
	.var const char asked[28] = "%d per cent off %d, then %d"
	.var const char answered[10] = "total: %d"

	.prog ask, "fentry/total"
	r6 = *(u64 *)(r1 + 0)		# a struct item *, as the library's types say
	r3 = *(u64 *)(r1 + 8)
	r4 = *(u32 *)(r6 + 8)
	r5 = *(u64 *)(r6 + 16)		# the next one, or NULL: 0 is read there
	r5 = *(u32 *)(r5 + 8)
	r1 = asked ll
	r2 = 28
	call bpf_trace_printk
	r0 = 0
	exit

	.prog answer, "fexit/total"
	r3 = *(u64 *)(r1 + 16)		# behind the arguments: what was returned
	r1 = answered ll
	r2 = 10
	call bpf_trace_printk
	r0 = 0
	exit

	.prog limit, "fmod_ret/discount"
	r2 = *(u32 *)(r1 + 8)
	r0 = 0				# let it answer
	if r2 s<= 50 goto out
	r1 = *(u32 *)(r1 + 0)
	call half			# or answer in its place
out:
	exit
