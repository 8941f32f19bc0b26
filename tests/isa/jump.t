# Jumps, calls, loops.

-- case forwards and backwards
-- asm
	r0 = 0
	r1 = 10
loop:
	r0 += r1
	r1 -= 1
	if r1 != 0 goto loop
	exit
-- raw
b7 00 00 00 00 00 00 00
b7 01 00 00 0a 00 00 00
0f 10 00 00 00 00 00 00
17 01 00 00 01 00 00 00
55 01 fd ff 00 00 00 00
95 00 00 00 00 00 00 00
-- result 55

-- case signed and unsigned
-- asm
r0 = 0
r1 = -1
if r1 > 1 goto +1
exit
if r1 s< 1 goto +1
exit
r0 = 1
exit
-- result 1

-- case the lower half decides
-- asm
r0 = 0
r1 = 0x100000005 ll
if w1 == 5 goto yes
exit
yes:
r0 = 1
exit
-- result 1

-- case bits
-- asm
r0 = 0
r1 = 6
if r1 & 4 goto yes
exit
yes:
r0 = 1
exit
-- raw
b7 00 00 00 00 00 00 00
b7 01 00 00 06 00 00 00
45 01 01 00 04 00 00 00
95 00 00 00 00 00 00 00
b7 00 00 00 01 00 00 00
95 00 00 00 00 00 00 00
-- result 1

-- case a long jump
-- asm
gotol far
r0 = 1
exit
far:
r0 = 2
exit
-- raw
06 00 00 00 02 00 00 00
b7 00 00 00 01 00 00 00
95 00 00 00 00 00 00 00
b7 00 00 00 02 00 00 00
95 00 00 00 00 00 00 00
-- result 2

-- case a function with its own frame
-- asm
*(u64 *)(r10 - 8) = 1
r1 = 20
r6 = 2
call half
r0 += r6
r1 = *(u64 *)(r10 - 8)
r0 += r1
exit
half:
*(u64 *)(r10 - 8) = 99
r6 = 1000
r0 = r1
r0 >>= 1
exit
-- result 13

-- case may_goto goes on while there is budget
-- asm
r0 = 0
may_goto done
r0 = 1
done:
exit
-- raw
b7 00 00 00 00 00 00 00
e5 00 01 00 00 00 00 00
b7 00 00 00 01 00 00 00
95 00 00 00 00 00 00 00
-- result 1

-- case a loop without an end
-- asm
again:
goto again
-- fault

-- case off the end
-- asm
r0 = 1
-- fault

-- case unknown label
-- asm
goto nowhere
exit
-- error
1:6: error:
nowhere

-- case every error in one go
-- asm
r0 = r11
r1 = 
exit now
-- error
1:6: error:
2:
3:6: error:
