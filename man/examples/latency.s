# How long vfs_read() takes, as a histogram of powers of two: one program remembers when a thread
# entered, the other finds out how long ago that was, and counts it in the slot of its logarithm.
#
#	ebpf asm -o latency.o latency.s

	.license "GPL"
	.map	start, hash, key=u64, value=u64, max_entries=10240
	.map	slots, array, key=u32, value=u64, max_entries=64

	# \dst = the address of the stack slot \off bytes below the frame pointer
	.macro	stack dst, off
	\dst = r10
	\dst += -\off
	.endm

	.prog	vfs_read_entry, "kprobe/vfs_read"
	call bpf_get_current_pid_tgid
	*(u64 *)(r10 - 8) = r0
	call bpf_ktime_get_ns
	*(u64 *)(r10 - 16) = r0
	r1 = start ll
	stack r2, 8
	stack r3, 16
	r4 = 0				# BPF_ANY
	call bpf_map_update_elem
	r0 = 0
	exit

	.prog	vfs_read_return, "kretprobe/vfs_read"
	call bpf_get_current_pid_tgid
	*(u64 *)(r10 - 8) = r0
	r1 = start ll
	stack r2, 8
	call bpf_map_lookup_elem
	if r0 == 0 goto out		# it was in there before we came
	r6 = *(u64 *)(r0 + 0)
	call bpf_ktime_get_ns
	r0 -= r6
	r6 = r0
	r1 = start ll
	stack r2, 8
	call bpf_map_delete_elem

	# r7 = the logarithm of r6: halve the question six times
	r7 = 0
	.irp	half, 32, 16, 8, 4, 2, 1
	r1 = r6
	r1 >>= \half
	if r1 == 0 goto +2
	r6 = r1
	r7 += \half
	.endr

	*(u32 *)(r10 - 4) = r7
	r1 = slots ll
	stack r2, 4
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = 1
	lock *(u64 *)(r0 + 0) += r1
out:
	r0 = 0
	exit
