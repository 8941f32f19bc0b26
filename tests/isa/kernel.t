# What the kernel's log and bpftool print.

-- case kernel log
-- asm kernel
0: (b7) r0 = 1
1: (67) r0 <<= 32
2: (95) exit
-- result 0x100000000
