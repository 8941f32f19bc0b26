# Counts packets by IP protocol; what is not IPv4 counts as 255. Passes everything.
#
#	ebpf asm -o counter.o counter.s
#	ebpf run --ctx small.pcap counter.o

	.license "GPL"
	.map	packets, array, key=u32, value=u64, max_entries=256

	.prog	counter, "xdp"
	r2 = *(u32 *)(r1 + 0)
	r3 = *(u32 *)(r1 + 4)
	r6 = 255
	r4 = r2
	r4 += 34			# Ethernet and IPv4 without options
	if r4 > r3 goto count
	r5 = *(u16 *)(r2 + 12)
	r5 = be16 r5
	if r5 != 0x0800 goto count
	r6 = *(u8 *)(r2 + 23)

count:
	*(u32 *)(r10 - 4) = r6
	r1 = packets ll
	r2 = r10
	r2 += -4
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = 1
	lock *(u64 *)(r0 + 0) += r1
out:
	r0 = 2				# XDP_PASS
	exit
