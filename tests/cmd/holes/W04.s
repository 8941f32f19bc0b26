# Which of two deep slots is written depends on the path.
	.license "GPL"
	.prog holed, "tc"
	r7 = r10
	r7 += -400
	call bpf_get_prandom_u32
	if r0 > 5 goto both
	r7 += -8
both:
	*(u64 *)(r7 + 0) = 1
	r0 = 0
	exit

	.prog good, "tc"
	r7 = r10
	r7 += -200
	call bpf_get_prandom_u32
	if r0 > 5 goto near
	r7 += -8
near:
	*(u64 *)(r7 + 0) = 1
	r0 = 0
	exit
