# Other types that run on packets, flow dissectors, socket lookups.
-- cgroup_skb/ingress: len
type cgroup_skb/ingress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 0)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 1 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/ingress: protocol
type cgroup_skb/ingress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 16)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/ingress: family
type cgroup_skb/ingress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 88)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/ingress: remote_ip4
type cgroup_skb/ingress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 92)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/ingress: local_ip4
type cgroup_skb/ingress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 96)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/ingress: remote_port
type cgroup_skb/ingress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 132)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/ingress: local_port
type cgroup_skb/ingress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 136)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/ingress: ingress_ifindex
type cgroup_skb/ingress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 36)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/ingress: IPv6 addresses
type cgroup_skb/ingress
data pkt:eth/ip6/udp/"some data here"
r0 = *(u32 *)(r1 + 100)
r2 = *(u32 *)(r1 + 128)
r0 ^= r2
r2 = *(u32 *)(r1 + 116)
r0 ^= r2
r0 &= 1
exit
=> 0 0 0000000000000000000000000000600000000016114020010db800000000000000000000000120010db80000000000000000000000029c4000090016696b736f6d6520646174612068657265 -
-- cgroup_skb/ingress: direct read
type cgroup_skb/ingress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r4 = r2
r4 += 20
r0 = 0
if r4 > r3 goto out
r0 = *(u8 *)(r2 + 0)
r0 &= 1
r0 ^= 1
out: exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/egress: len
type cgroup_skb/egress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 0)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 1 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/egress: protocol
type cgroup_skb/egress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 16)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/egress: family
type cgroup_skb/egress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 88)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/egress: remote_ip4
type cgroup_skb/egress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 92)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/egress: local_ip4
type cgroup_skb/egress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 96)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/egress: remote_port
type cgroup_skb/egress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 132)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/egress: local_port
type cgroup_skb/egress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 136)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/egress: ingress_ifindex
type cgroup_skb/egress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 36)
r1 = r0
r1 >>= 16
r0 ^= r1
r0 &= 1
exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- cgroup_skb/egress: IPv6 addresses
type cgroup_skb/egress
data pkt:eth/ip6/udp/"some data here"
r0 = *(u32 *)(r1 + 100)
r2 = *(u32 *)(r1 + 128)
r0 ^= r2
r2 = *(u32 *)(r1 + 116)
r0 ^= r2
r0 &= 1
exit
=> 0 0 0000000000000000000000000000600000000016114020010db800000000000000000000000120010db80000000000000000000000029c4000090016696b736f6d6520646174612068657265 -
-- cgroup_skb/egress: direct read
type cgroup_skb/egress
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r4 = r2
r4 += 20
r0 = 0
if r4 > r3 goto out
r0 = *(u8 *)(r2 + 0)
r0 &= 1
r0 ^= 1
out: exit
=> 0 0 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- lwt_in: length and protocol
type lwt_in
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 0)
r2 = *(u32 *)(r1 + 16)
r2 <<= 8
r0 += r2
exit
=> 0 2099 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- lwt_in: direct read
type lwt_in
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r4 = r2
r4 += 20
r0 = 0
if r4 > r3 goto out
r0 = *(u32 *)(r2 + 16)
out: exit
=> 0 16777226 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- lwt_out: length and protocol
type lwt_out
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 0)
r2 = *(u32 *)(r1 + 16)
r2 <<= 8
r0 += r2
exit
=> 0 2099 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- lwt_out: direct read
type lwt_out
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r4 = r2
r4 += 20
r0 = 0
if r4 > r3 goto out
r0 = *(u32 *)(r2 + 16)
out: exit
=> 0 16777226 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- lwt_xmit: length and protocol
type lwt_xmit
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 0)
r2 = *(u32 *)(r1 + 16)
r2 <<= 8
r0 += r2
exit
=> 0 2099 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- lwt_xmit: direct read
type lwt_xmit
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r4 = r2
r4 += 20
r0 = 0
if r4 > r3 goto out
r0 = *(u32 *)(r2 + 16)
out: exit
=> 0 16777226 000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- lwt_seg6local: length and protocol
type lwt_seg6local
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = *(u32 *)(r1 + 0)
r2 = *(u32 *)(r1 + 16)
r2 <<= 8
r0 += r2
exit
=> -524 0
-- lwt_seg6local: direct read
type lwt_seg6local
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r4 = r2
r4 += 20
r0 = 0
if r4 > r3 goto out
r0 = *(u32 *)(r2 + 16)
out: exit
=> -524 0
-- lwt_xmit: direct write
type lwt_xmit
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r4 = r2
r4 += 20
r0 = 0
if r4 > r3 goto out
*(u8 *)(r2 + 8) = 3
out: exit
=> 0 0 000000000000000000000000000045000033000000000306aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- lwt_xmit: change_head
type lwt_xmit
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r6 = r1
r1 = r6
r2 = 14
r3 = 0
call bpf_skb_change_head
r1 = *(u32 *)(r6 + 0)
r1 <<= 8
r0 += r1
exit
=> 0 16640 0000000000000000000000000000000000000000000000000000000045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- lwt_xmit: change_tail
type lwt_xmit
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r6 = r1
r1 = r6
r2 = 5
r3 = 0
call bpf_skb_change_tail
r1 = *(u32 *)(r6 + 0)
r1 <<= 8
r0 += r1
exit
=> 0 1280 00000000000000000000000000004500003300 -
-- sched_act: drop
type action
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = 2
exit
=> 0 2 020000000002020000000001080045000033000000004006aec3c00002010a0000019c40005000000000000000005002ffffb576000068656c6c6f20776f726c64 -
-- flow dissector: length
type flow_dissector
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u32 *)(r1 + 80)
r3 = *(u32 *)(r1 + 76)
r0 = r2
r0 -= r3
exit
=> 0 65 0e000e0000000000000008000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 -
-- flow dissector: keys at entry
type flow_dissector
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u64 *)(r1 + 144)
r0 = *(u16 *)(r2 + 0)
r3 = *(u16 *)(r2 + 2)
r3 <<= 8
r0 += r3
r3 = *(u16 *)(r2 + 10)
r0 += r3
r3 = *(u32 *)(r2 + 48)
r0 += r3
exit
=> 0 3606 0e000e0000000000000008000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 -
-- flow dissector: keys written
type flow_dissector
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u64 *)(r1 + 144)
*(u16 *)(r2 + 4) = 0x800
*(u8 *)(r2 + 9) = 6
*(u16 *)(r2 + 12) = 77
*(u32 *)(r2 + 16) = 5
*(u16 *)(r2 + 2) = 34
r0 = 0
exit
=> 0 0 0e00220000080000000608004d00000005000000000000000000000000000000000000000000000000000000000000000000000000000000 -
-- flow dissector: offsets beyond
type flow_dissector
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u64 *)(r1 + 144)
*(u16 *)(r2 + 0) = 5
*(u16 *)(r2 + 2) = 9999
r0 = 0
exit
=> 0 0 0e00410000000000000008000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 -
-- flow dissector: thoff before nhoff
type flow_dissector
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r2 = *(u64 *)(r1 + 144)
*(u16 *)(r2 + 0) = 40
*(u16 *)(r2 + 2) = 20
r0 = 0
exit
=> 0 0 2800280000000000000008000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 -
-- flow dissector: flags given
type flow_dissector
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
ctx flags=3
r2 = *(u64 *)(r1 + 144)
r0 = *(u32 *)(r2 + 48)
exit
=> 0 3 0e000e0000000000000008000000000000000000000000000000000000000000000000000000000000000000000000000300000000000000 0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000300000000000000
-- flow dissector: another key given
type flow_dissector
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
ctx thoff=3
r0 = 0
exit
=> -22 0
-- flow dissector: continue
type flow_dissector
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r0 = 129
exit
=> 0 129 0e000e0000000000000008000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 -
-- flow dissector: 13 bytes
type flow_dissector
data 00000000000000000000000000
r0 = 0
exit
=> -22 0
-- flow dissector: load_bytes
type flow_dissector
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
r6 = r1
*(u32 *)(r10 - 64) = 0
*(u32 *)(r10 - 60) = 0
r1 = r6
r2 = 0
r3 = r10
r3 += -64
r4 = 4
call bpf_skb_load_bytes
r0 = *(u32 *)(r10 - 64)
r0 &= 2
exit
=> 0 0 0e000e0000000000000008000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 -
-- sk_lookup: family
type sk_lookup
ctx family=2 protocol=6 remote_ip4=0x0100000a remote_port=0x5000 local_ip4=0x0200000a local_port=80
r0 = *(u32 *)(r1 + 8)
r2 = r0
r2 >>= 16
r0 ^= r2
r2 = r0
r2 >>= 8
r0 ^= r2
r0 &= 1
exit
=> 0 0 - 000000000000000002000000060000000a00000100000000000000000000000000000000005000000a00000200000000000000000000000000000000500000000000000000000000
-- sk_lookup: protocol
type sk_lookup
ctx family=2 protocol=6 remote_ip4=0x0100000a remote_port=0x5000 local_ip4=0x0200000a local_port=80
r0 = *(u32 *)(r1 + 12)
r2 = r0
r2 >>= 16
r0 ^= r2
r2 = r0
r2 >>= 8
r0 ^= r2
r0 &= 1
exit
=> 0 0 - 000000000000000002000000060000000a00000100000000000000000000000000000000005000000a00000200000000000000000000000000000000500000000000000000000000
-- sk_lookup: remote_ip4
type sk_lookup
ctx family=2 protocol=6 remote_ip4=0x0100000a remote_port=0x5000 local_ip4=0x0200000a local_port=80
r0 = *(u32 *)(r1 + 16)
r2 = r0
r2 >>= 16
r0 ^= r2
r2 = r0
r2 >>= 8
r0 ^= r2
r0 &= 1
exit
=> 0 1 - 000000000000000002000000060000000a00000100000000000000000000000000000000005000000a00000200000000000000000000000000000000500000000000000000000000
-- sk_lookup: remote_port
type sk_lookup
ctx family=2 protocol=6 remote_ip4=0x0100000a remote_port=0x5000 local_ip4=0x0200000a local_port=80
r0 = *(u16 *)(r1 + 36)
r2 = r0
r2 >>= 16
r0 ^= r2
r2 = r0
r2 >>= 8
r0 ^= r2
r0 &= 1
exit
=> 0 0 - 000000000000000002000000060000000a00000100000000000000000000000000000000005000000a00000200000000000000000000000000000000500000000000000000000000
-- sk_lookup: local_ip4
type sk_lookup
ctx family=2 protocol=6 remote_ip4=0x0100000a remote_port=0x5000 local_ip4=0x0200000a local_port=80
r0 = *(u32 *)(r1 + 40)
r2 = r0
r2 >>= 16
r0 ^= r2
r2 = r0
r2 >>= 8
r0 ^= r2
r0 &= 1
exit
=> 0 0 - 000000000000000002000000060000000a00000100000000000000000000000000000000005000000a00000200000000000000000000000000000000500000000000000000000000
-- sk_lookup: local_port
type sk_lookup
ctx family=2 protocol=6 remote_ip4=0x0100000a remote_port=0x5000 local_ip4=0x0200000a local_port=80
r0 = *(u32 *)(r1 + 60)
r2 = r0
r2 >>= 16
r0 ^= r2
r2 = r0
r2 >>= 8
r0 ^= r2
r0 &= 1
exit
=> 0 0 - 000000000000000002000000060000000a00000100000000000000000000000000000000005000000a00000200000000000000000000000000000000500000000000000000000000
-- sk_lookup: ingress_ifindex
type sk_lookup
ctx family=2 protocol=6 remote_ip4=0x0100000a remote_port=0x5000 local_ip4=0x0200000a local_port=80
r0 = *(u32 *)(r1 + 64)
r2 = r0
r2 >>= 16
r0 ^= r2
r2 = r0
r2 >>= 8
r0 ^= r2
r0 &= 1
exit
=> 0 0 - 000000000000000002000000060000000a00000100000000000000000000000000000000005000000a00000200000000000000000000000000000000500000000000000000000000
-- sk_lookup: IPv6
type sk_lookup
ctx family=10 protocol=17 remote_ip6[0]=5 local_ip6[3]=9 local_port=53
r0 = *(u32 *)(r1 + 20)
r2 = *(u32 *)(r1 + 56)
r0 ^= r2
r0 &= 1
exit
=> 0 0 - 00000000000000000a000000110000000000000005000000000000000000000000000000000000000000000000000000000000000000000009000000350000000000000000000000
-- sk_lookup: context 
type sk_lookup
ctx
r0 = 1
exit
=> -97 0
-- sk_lookup: context family=3
type sk_lookup
ctx family=3
r0 = 1
exit
=> -97 0
-- sk_lookup: context family=2 local_port=70000
type sk_lookup
ctx family=2 local_port=70000
r0 = 1
exit
=> -34 0
-- sk_lookup: context family=2 ingress_ifindex=1
type sk_lookup
ctx family=2 ingress_ifindex=1
r0 = 1
exit
=> -22 0
-- sk_lookup: context family=2 sk=1
type sk_lookup
ctx family=2 sk=1
r0 = 1
exit
=> -22 0
-- sk_lookup: context family=2
type sk_lookup
ctx family=2
r0 = 1
exit
=> 0 1 - 000000000000000002000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
-- sk_lookup: context family=65538 local_port=1
type sk_lookup
ctx family=65538 local_port=1
r0 = 1
exit
=> 0 1 - 000000000000000002000100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000010000000000000000000000
-- sk_lookup: data given
type sk_lookup
data pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"hello world"
ctx family=2 protocol=6 remote_ip4=0x0100000a remote_port=0x5000 local_ip4=0x0200000a local_port=80
r0 = 1
exit
=> -22 0
-- sk_lookup: no context
type sk_lookup
r0 = 1
exit
=> -22 0
-- sk_lookup: no socket is there
type sk_lookup
ctx family=2 protocol=6 remote_ip4=0x0100000a remote_port=0x5000 local_ip4=0x0200000a local_port=80
r0 = *(u64 *)(r1 + 0)
if r0 == 0 goto none
r0 = 1
exit
none: r0 = 0
exit

=> 0 0 - 000000000000000002000000060000000a00000100000000000000000000000000000000005000000a00000200000000000000000000000000000000500000000000000000000000
