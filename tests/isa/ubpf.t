# The notation of ubpf and the conformance tests.

-- case the first exit may be jumped to
-- asm ubpf
mov %r0, 1
jeq %r0, 1, exit	# no label has this name
mov %r0, 2
exit
-- raw
b7 00 00 00 01 00 00 00
15 00 01 00 01 00 00 00
b7 00 00 00 02 00 00 00
95 00 00 00 00 00 00 00
-- result 1

-- case words in 64 bits
-- raw
0x00000007000000b7
0x0000000000000095
-- disasm
r0 = 7
exit
-- result 7
