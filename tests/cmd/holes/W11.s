# An endless loop around bpf_loop ends for Linux at the second call, before it walked the way out: r6
# matters there, but not in the round that another r6 is then compared with.
	.license "GPL"
	.prog holed, "xdp"
	call bpf_get_prandom_u32
	r6 = 0
	r9 = 5
	if r0 & 1 goto set
loop:
	call bpf_get_prandom_u32
	r8 = r0
	r1 = 1
	r2 = nothing ll
	r3 = 0
	r4 = 0
	call bpf_loop
	r9 = 6				# or the second round would be the first again
	if r8 == 0 goto out
	goto loop
out:
	r1 = r10
	r1 += -8
	r1 += r6
	*(u8 *)(r1 + 0) = 0
	r0 = 0
	exit
set:
	r6 = 1000
	goto loop

	.prog good, "xdp"
	r6 = 0
	r1 = 1
	r2 = nothing ll
	r3 = 0
	r4 = 0
	call bpf_loop
	r1 = r10
	r1 += -8
	r1 += r6
	*(u8 *)(r1 + 0) = 0
	r0 = 0
	exit

	.func static nothing(u64 index, void *data) -> int
	r0 = 0
	exit
