-- asm
exit
-- expect
1,3-9: retval != XDP_DROP
map counts {.a = 1, .b = "x = y"} >= 3
map counts 80 absent
packet = pkt:eth/ip(dst=10.0.0.1)
packet changes ip.ttl, ip.check
2-: packet has vlan[2]
printk "a\tb\x41"
record events {.pid = 1}
count record events <= 3
count retval drop = 7
rejected R1 invalid mem access
fault
-- put
counts 80 = 3
limit = {.rate = 7}
