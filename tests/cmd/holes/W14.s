# What is read by a pointer to anywhere on one path and by one into a map's value on the other.
	.license "GPL"
	.var u64 cell = 1
	.kfunc bpf_rdonly_cast(const void *obj, u32 btf_id) -> void *
	.prog holed, "tc"
	r6 = *(u32 *)(r1 + 0)
	r1 = 4096
	r2 = 0
	call bpf_rdonly_cast
	r7 = r0
	if r6 == 0 goto 1f
	r7 = cell ll
1:	r0 = *(u32 *)(r7 + 0)
	r0 = 0
	exit

	.prog good, "tc"
	r6 = *(u32 *)(r1 + 0)
	r1 = 4096
	r2 = 0
	call bpf_rdonly_cast
	r7 = cell ll
	if r6 != 0 goto 1f
	r7 = r0
1:	r0 = *(u32 *)(r7 + 0)
	r0 = 0
	exit
