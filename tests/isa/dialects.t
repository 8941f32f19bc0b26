# How the other notations write what alu.t, jump.t and mem.t have in LLVM's; the bytes were compared with
# what the assemblers that own a notation make of it, where they know the form.

-- case LLVM: spaces, case and literals
-- asm
R0=0x10;W1 = W2
r0 = 0b101 ; r1=0777; r2 = 'a'; r3 = -'\n'
r0=*(u32*)(r1+4)
r0 = *(u32 *)(r1)
r0 = *(u32 *)(r1 -8)
r0 = *(u32 *)(r1 + -8)
w0 = *(u8 *)(r1 + 0)
*(u16*)(r1 - 2)=w3
r1 = 0xffffffff // all bits
r2 = 1 /* one */ ; r3 = 2 # two
exit
-- raw
b7 00 00 00 10 00 00 00
bc 21 00 00 00 00 00 00
b7 00 00 00 05 00 00 00
b7 01 00 00 ff 01 00 00
b7 02 00 00 61 00 00 00
b7 03 00 00 f6 ff ff ff
61 10 04 00 00 00 00 00
61 10 00 00 00 00 00 00
61 10 f8 ff 00 00 00 00
61 10 f8 ff 00 00 00 00
71 10 00 00 00 00 00 00
6b 31 fe ff 00 00 00 00
b7 01 00 00 ff ff ff ff
b7 02 00 00 01 00 00 00
b7 03 00 00 02 00 00 00
95 00 00 00 00 00 00 00

-- case LLVM: 64-bit immediates
-- asm
r1 = 5 ll
r1 = -1 ll
r1 = 0xffffffffffffffff ll
ld_pseudo r1, 1, 5
ld_pseudo r1, 2, 0x800000005
ld_pseudo r1, 6, 3
-- raw
18 01 00 00 05 00 00 00
00 00 00 00 00 00 00 00
18 01 00 00 ff ff ff ff
00 00 00 00 ff ff ff ff
18 01 00 00 ff ff ff ff
00 00 00 00 ff ff ff ff
18 11 00 00 05 00 00 00
00 00 00 00 00 00 00 00
18 21 00 00 05 00 00 00
00 00 00 00 08 00 00 00
18 61 00 00 03 00 00 00
00 00 00 00 00 00 00 00

-- case LLVM: atomics
-- asm
lock *(u64 *)(r1 + 8) += r2
lock *(u32 *)(r1 + 8) |= w2
lock *(u32 *)(r1 + 8) &= r2
lock *(u64 *)(r1 - 8) ^= r2
r2 = atomic_fetch_add((u64 *)(r1 + 8), r2)
w2 = atomic_fetch_or((u32 *)(r1 + 8), w2)
r2 = atomic_fetch_and((u64 *)(r1 + 8), r2)
w2 = atomic_fetch_xor((u32 *)(r1 + 8), w2)
r2 = xchg_64(r1 + 8, r2)
w2 = xchg32_32(r1 + 8, w2)
r0 = cmpxchg_64(r1 + 8, r0, r2)
w0 = cmpxchg32_32(r1 + 8, w0, w2)
w0 = load_acquire((u8 *)(r1 + 8))
r0 = load_acquire((u64 *)(r1 + 8))
store_release((u16 *)(r1 + 8), w2)
store_release((u64 *)(r1 + 8), r2)
-- raw
db 21 08 00 00 00 00 00
c3 21 08 00 40 00 00 00
c3 21 08 00 50 00 00 00
db 21 f8 ff a0 00 00 00
db 21 08 00 01 00 00 00
c3 21 08 00 41 00 00 00
db 21 08 00 51 00 00 00
c3 21 08 00 a1 00 00 00
db 21 08 00 e1 00 00 00
c3 21 08 00 e1 00 00 00
db 21 08 00 f1 00 00 00
c3 21 08 00 f1 00 00 00
d3 10 08 00 00 01 00 00
db 10 08 00 00 01 00 00
cb 21 08 00 10 01 00 00
db 21 08 00 10 01 00 00

-- case GNU: arithmetic
-- asm gnu
; a comment
	mov	%r1, -5		; another
	mov32	%r1, 0xffffffff
	add	%r1, %r2
	arsh32	%fp, 3
	neg	%r3
	neg32	%r3
	endle	%r1, 16
	endbe	%r1, 64
	bswap	%r1, 32
	movs	%r1, %r2, 8
	movs32	%r1, %r2, 16
	sdiv	%r1, %r2
	smod32	%r1, 5
	lddw	%r1, 0x123456789
-- raw
b7 01 00 00 fb ff ff ff
b4 01 00 00 ff ff ff ff
0f 21 00 00 00 00 00 00
c4 0a 00 00 03 00 00 00
87 03 00 00 00 00 00 00
84 03 00 00 00 00 00 00
d4 01 00 00 10 00 00 00
dc 01 00 00 40 00 00 00
d7 01 00 00 20 00 00 00
bf 21 08 00 00 00 00 00
bc 21 10 00 00 00 00 00
3f 21 01 00 00 00 00 00
94 01 01 00 05 00 00 00
18 01 00 00 89 67 45 23
00 00 00 00 01 00 00 00

-- case GNU: memory
-- asm gnu
ldxw %r1,[%r2+-8]
ldxdw %r1,[%r2+8]
ldxb %r1,[%r2]
ldxsh %r1,[%r2-2]
stxh [%r10-2],%r1
stdw [%r10+-8],7
ldabsw 14
ldindb %r1, 14
xaddw [%r1+4], %r2
xadddw [%r1+4], %r2
aadd [%r1+4], %r2
aor32 [%r1+4], %r2
afand [%r1+4], %r2
afxor32 [%r1+4], %r2
axchg [%r1+4], %r2
acmp32 [%r1+4], %r2
-- raw
61 21 f8 ff 00 00 00 00
79 21 08 00 00 00 00 00
71 21 00 00 00 00 00 00
89 21 fe ff 00 00 00 00
6b 1a fe ff 00 00 00 00
7a 0a f8 ff 07 00 00 00
20 00 00 00 0e 00 00 00
50 10 00 00 0e 00 00 00
c3 21 04 00 00 00 00 00
db 21 04 00 00 00 00 00
db 21 04 00 00 00 00 00
c3 21 04 00 40 00 00 00
db 21 04 00 51 00 00 00
c3 21 04 00 a1 00 00 00
db 21 04 00 e1 00 00 00
c3 21 04 00 f1 00 00 00

-- case GNU: jumps and calls
-- asm gnu
start: ja 1
jeq %r1, 5, 1
jsle32 %r1, %r2, start
jset %r1, 8, +2
jal start
call 7
call %r3
call start
exit
-- raw
05 00 01 00 00 00 00 00
15 01 01 00 05 00 00 00
de 21 fd ff 00 00 00 00
45 01 02 00 08 00 00 00
06 00 00 00 fb ff ff ff
85 00 00 00 07 00 00 00
8d 03 00 00 00 00 00 00
85 10 00 00 f8 ff ff ff
95 00 00 00 00 00 00 00

-- case ubpf and the conformance tests
-- asm ubpf
mov %r0, 0x1 # comment
le16 %r0
be64 %r0
swap32 %r0
movsx864 %r1, %r2
movsx1632 %r1, %r2
movsx3264 %r1, %r2
lock add [%r10-8], %r1
lock fetch add [%r10-8], %r1
lock fetch_or32 [%r10-8], %r1
lock xchg [%r10-8], %r1
lock cmpxchg32 [%r10-8], %r1
jne %r0, 1, exit
ja32 exit
call local f
call 5
exit
f:
exit
-- raw
b7 00 00 00 01 00 00 00
d4 00 00 00 10 00 00 00
dc 00 00 00 40 00 00 00
d7 00 00 00 20 00 00 00
bf 21 08 00 00 00 00 00
bc 21 10 00 00 00 00 00
bf 21 20 00 00 00 00 00
db 1a f8 ff 00 00 00 00
db 1a f8 ff 01 00 00 00
c3 1a f8 ff 41 00 00 00
db 1a f8 ff e1 00 00 00
c3 1a f8 ff f1 00 00 00
55 00 03 00 01 00 00 00
06 00 00 00 02 00 00 00
85 10 00 00 02 00 00 00
85 00 00 00 05 00 00 00
95 00 00 00 00 00 00 00
95 00 00 00 00 00 00 00

-- case a verifier's log
-- asm kernel
0: R1=ctx() R10=fp0
0: (b7) r1 = 5                        ; R1_w=5
1: (bf) r2 = (s8)r1
2: (dc) r2 = be16 r2
3: (61) r0 = *(u32 *)(r1 +0)
4: (62) *(u32 *)(r10 -4) = 1
5: (30) r0 = *(u8 *)skb[14]
6: (40) r0 = *(u32 *)skb[r1 + 14]
7: (db) lock *(u64 *)(r0 +0) += r1
8: (db) r1 = atomic64_fetch_add((u64 *)(r0 +0), r1)
9: (c3) r0 = atomic_cmpxchg((u32 *)(r1 +0), r0, r2)
10: (db) r2 = atomic64_xchg((u64 *)(r1 +0), r2)
11: (25) if r1 > 0xffffffff goto pc-3
12: (85) call bpf_map_lookup_elem#1
13: (85) call bpf_rcu_read_lock#71234
14: (85) call pc+3
15: (18) r1 = 0xffff888100000000
17: (e5) may_goto pc+0
18: (06) gotol pc+0
from 11 to 9: R0=1
9: (c3) r0 = atomic_cmpxchg((u32 *)(r1 +0), r0, r2)
19: (95) exit
-- raw
b7 01 00 00 05 00 00 00
bf 12 08 00 00 00 00 00
dc 02 00 00 10 00 00 00
61 10 00 00 00 00 00 00
62 0a fc ff 01 00 00 00
30 00 00 00 0e 00 00 00
40 10 00 00 0e 00 00 00
db 10 00 00 00 00 00 00
db 10 00 00 01 00 00 00
c3 21 00 00 f1 00 00 00
db 21 00 00 e1 00 00 00
25 01 fd ff ff ff ff ff
85 00 00 00 01 00 00 00
85 20 00 00 42 16 01 00
85 10 00 00 03 00 00 00
18 01 00 00 00 00 00 00
00 00 00 00 81 88 ff ff
e5 00 00 00 00 00 00 00
06 00 00 00 00 00 00 00
95 00 00 00 00 00 00 00

-- case bpftool's dump
-- asm kernel
int main(struct __sk_buff * skb):
; int main(struct __sk_buff *skb)
   0: (18) r1 = map[id:5]
       18 11 00 00 05 00 00 00 00 00 00 00 00 00 00 00
   2: (18) r2 = map[id:6][0]+8
   4: (18) r3 = subprog[+3]
   6: (85) call pc+1#f
   7: (95) exit
void f():
   8: (95) exit
-- raw
18 11 00 00 05 00 00 00
00 00 00 00 00 00 00 00
18 22 00 00 06 00 00 00
00 00 00 00 08 00 00 00
18 43 00 00 03 00 00 00
00 00 00 00 00 00 00 00
85 10 00 00 01 00 00 00
95 00 00 00 00 00 00 00
95 00 00 00 00 00 00 00

-- case gnu: add %r1, %r2, %r3
-- asm gnu
add %r1, %r2, %r3
-- error
1:13:

-- case gnu: bswap %r1, 8
-- asm gnu
bswap %r1, 8
-- error
1:12:

-- case llvm: r1 = be16 r2
-- asm llvm
r1 = be16 r2
-- error
1:11:

-- case llvm: r1 = -r2
-- asm llvm
r1 = -r2
-- error
1:7:

-- case llvm: w0 = *(u64 *)(r1 + 0)
-- asm llvm
w0 = *(u64 *)(r1 + 0)
-- error
1:1:

-- case llvm: r0 = 42ll
-- asm llvm
r0 = 42ll
-- error
1:6:

-- case llvm: r1 = *(u32 *)(w2 + 0)
-- asm llvm
r1 = *(u32 *)(w2 + 0)
-- error
1:15:

-- case llvm: call +3
-- asm llvm
call +3
-- error
1:6:

-- case llvm: r0 = 5 +
-- asm llvm
r0 = 5 +
-- error
1:9:

-- case llvm: if r1 = 5 goto +1
-- asm llvm
if r1 = 5 goto +1
-- error
1:7:

-- case llvm: r1 = 0x100000000
-- asm llvm
r1 = 0x100000000
-- error
1:6:

-- case llvm: goto 40000
-- asm llvm
goto 40000
-- error
1:6:

-- case kernel: 0: (b7) r1 = r2
-- asm kernel
0: (b7) r1 = r2
-- error
the opcode is stated as b7
