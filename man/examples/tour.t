# Test cases of every kind; `ebpf test tour.t` runs them, ebpf-test(5) explains them.

# An object, or its source, over a capture.
-- case the firewall drops what should be closed
-- object firewall.s
-- ctx small.pcap
-- put
dropped 23 = 10
-- expect
count retval XDP_DROP = 6
map dropped 23 = 11
map dropped 8080 = 5
map dropped 22 absent
packet unchanged
insns <= 40

# A classifier of tc: it marks a flow's packets, counts them, and takes a hop off their TTL.
-- case the classifier marks and counts
-- asm
	.license "GPL"
	.map	flows, hash, key=u16, value=u64, max_entries=64

	.prog	classify, "tc"
	r6 = r1
	r2 = *(u32 *)(r6 + 76)		# skb->data
	r3 = *(u32 *)(r6 + 80)		# skb->data_end
	r4 = r2
	r4 += 54			# Ethernet, IPv4, TCP
	if r4 > r3 goto ok
	r5 = *(u8 *)(r2 + 23)
	if r5 != 6 goto ok
	r5 = *(u16 *)(r2 + 36)
	r5 = be16 r5
	*(u16 *)(r10 - 2) = r5
	r1 = *(u8 *)(r2 + 22)
	r1 += -1
	*(u8 *)(r2 + 22) = r1
	*(u32 *)(r6 + 8) = 7		# skb->mark
	r1 = 1
	*(u64 *)(r10 - 16) = r1
	r1 = flows ll
	r2 = r10
	r2 += -2
	r3 = r10
	r3 += -16
	r4 = 1				# BPF_NOEXIST
	call bpf_map_update_elem
ok:	r0 = 0
	exit
-- ctx pkt:eth/ip(dst=10.0.0.1,ttl=64)/tcp(dport=80,flags=S)
-- ctx pkt:eth/ip/udp(dport=53)
-- expect
1-2: retval = TC_ACT_OK
1: context mark = 7
1: packet ip.ttl = 63
1: packet changes ip.ttl
2: context mark = 0
2: packet unchanged
map flows 80 = 1
count map flows = 1

# A probe, the registers it is shown, and the memory that they point to.
-- case the probe follows its argument
-- asm
	.license "GPL"
	.map	sizes, array, key=u32, value=u64, max_entries=2

	.prog	probe, "kprobe/vfs_read"
	r3 = *(u64 *)(r1 + 112)		# the first argument: a register of x86-64
	r3 += 64
	r1 = r10
	r1 += -8
	r2 = 8
	call bpf_probe_read_kernel
	if r0 != 0 goto out
	*(u32 *)(r10 - 12) = 1
	r1 = sizes ll
	r2 = r10
	r2 += -12
	r3 = r10
	r3 += -8
	r4 = 0
	call bpf_map_update_elem
out:	exit
-- ctx
[pt_regs arch=x86_64]
di=0xffff888100000000 ip=vfs_read
[memory]
0xffff888100000040: u64 4096
[task]
pid=42 comm="bash"
-- expect
retval = 0
map sizes 1 = 4096

-- case what is not there is an error to the probe, not a crash
-- asm
	.license "GPL"
	.prog	probe, "kprobe/vfs_read"
	r3 = 0xffff888100000000 ll
	r1 = r10
	r1 += -8
	r2 = 8
	call bpf_probe_read_kernel
	exit
-- expect retval = -EFAULT

# What Linux refuses is worth a test, too.
-- case the verifier wants the length checked
-- asm
	.prog	naive, "xdp"
	r2 = *(u32 *)(r1 + 0)
	r0 = *(u8 *)(r2 + 0)
	exit
-- expect rejected invalid access to packet

# Bare instructions run over plain memory: r1 points to it, r2 is its size.
-- case a fault has its place
-- asm
	r0 = *(u64 *)(r1 + 8)
	exit
-- mem 01 02 03 04
-- fault insn 0: read of 8 bytes
