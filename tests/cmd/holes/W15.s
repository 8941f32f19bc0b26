# With flags 0: what matters after a round of the loop in the function is looked for before the call, in states that are gone by then.
	.license "GPL"
	.prog holed, "cgroup_skb/egress"
	r6 = r10
	r7 = r6
	r7 += -48
	r8 = *(u64 *)(r10 - 120)
	r8 |= 0x1000
	r1 = r8
	r3 = r7
	r4 = 0
	r2 = cb ll
	call bpf_loop
	if r8 & 0x7ffffffe goto +0
	r0 = 0
	exit
	.func static cb(u32 i, void *p) -> int
	r6 = r2
	r8 = r1
	*(u16 *)(r6 + 2) = r8
	if r8 >= r8 goto +0
	may_goto +2
	*(u64 *)(r6 + 0) = r8
	goto -3
	r0 = 0
	exit

	.prog good, "cgroup_skb/egress"
	r6 = r10
	r6 += -48
	r8 = *(u64 *)(r10 - 120)
	r1 = r8
	r3 = r6
	r4 = 0
	r2 = once ll
	call bpf_loop
	r0 = 0
	exit
	.func static once(u32 i, void *p) -> int
	r6 = r2
	r8 = r1
	*(u16 *)(r6 + 2) = r8
	r0 = 0
	exit
