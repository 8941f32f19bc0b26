# What an atomic operation fetches decides where the pointer goes; Linux follows it back past the slot.
	.license "GPL"
	.prog holed, "tc"
	*(u64 *)(r10 - 8) = -16
	r1 = 0
	r1 = atomic_fetch_add((u64 *)(r10 - 8), r1)
	r2 = r10
	r2 += r1
	*(u64 *)(r2 + 0) = 1
	r0 = 0
	exit

	.prog good, "tc"
	*(u64 *)(r10 - 8) = -16
	r1 = 0
	r1 = atomic_fetch_add((u64 *)(r10 - 8), r1)
	r0 = 0
	exit
