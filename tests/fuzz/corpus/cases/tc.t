# first

-- all
-- asm
.license "GPL"
.map counts, hash, key=u16, value=u64, max_entries=8
.prog f, "tc"
r6 = r1
*(u16 *)(r10 - 2) = 80
r1 = counts ll
r2 = r10
r2 += -2
call bpf_map_lookup_elem
if r0 == 0 goto out
r1 = *(u64 *)(r0 + 0)
r1 += 1
*(u64 *)(r0 + 0) = r1
out:
r1 = 7
*(u32 *)(r6 + 8) = r1
r0 = 2
exit
-- ctx pkt:eth/ip(ttl=9)/tcp

-- case counts what is there
-- put
counts 80 = 4
-- expect
retval = TC_ACT_SHOT
map counts 80 = 5
context mark = 7
packet ip.ttl = 9
packet unchanged

-- case fails
-- expect
retval = ok
map counts 80 = 5
context mark < 3
packet ip.ttl = 10
packet has vlan
count map counts = 1

-- case bad
-- asm
.prog f, "xdp"
r0 = *(u64 *)(r1 + 100)
exit
-- expect rejected invalid bpf_context access

-- case bad, not expected
-- asm
.prog f, "xdp"
r0 = *(u64 *)(r1 + 100)
exit

-- case does not assemble
-- asm
r0 = q
exit
