# Programs that are given words: raw tracepoints, and those that bpf(2) runs.

-- a raw tracepoint without arguments
type raw_tp/x
r0 = 7
exit
=> 0 7 - -
-- a raw tracepoint adds its arguments
type raw_tp/x
args 5 9
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 += r2
exit
=> 0 14 - 05000000000000000900000000000000
-- a raw tracepoint: the last of twelve
type raw_tp/x
args 0 11 22 33 44 55 66 77 88 99 110 121
r0 = *(u64 *)(r1 + 88)
exit
=> 0 121 - 00000000000000000b00000000000000160000000000000021000000000000002c00000000000000370000000000000042000000000000004d00000000000000580000000000000063000000000000006e000000000000007900000000000000
-- a raw tracepoint: fewer arguments than are read
type raw_tp/x
args 1 2
r0 = *(u64 *)(r1 + 88)
exit
=> -22 0
-- a raw tracepoint: thirteen arguments
type raw_tp/x
args 0 1 2 3 4 5 6 7 8 9 10 11 12
r0 = *(u64 *)(r1 + 8)
exit
=> -22 0
-- a raw tracepoint answers the low half
type raw_tp/x
args 0x123456789abcdef0
r0 = *(u64 *)(r1 + 0)
exit
=> 0 2596069104 - f0debc9a78563412
-- a raw tracepoint: a negative answer
type raw_tp/x
args 0
r0 = -5
exit
=> 0 4294967291 - 0000000000000000
-- a raw tracepoint: the high half of an argument
type raw_tp/x
args 0x123456789abcdef0
r0 = *(u64 *)(r1 + 0)
r0 >>= 32
exit
=> 0 305419896 - f0debc9a78563412
-- arguments, +=
type raw_tp/x
args 3 4
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 += r2
exit
=> 0 7 - 03000000000000000400000000000000
-- arguments, low halves, +=
type raw_tp/x
args 3 4
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 += w2
exit
=> 0 7 - 03000000000000000400000000000000
-- arguments, -=
type raw_tp/x
args 3 4
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 -= r2
exit
=> 0 4294967295 - 03000000000000000400000000000000
-- arguments, low halves, -=
type raw_tp/x
args 3 4
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 -= w2
exit
=> 0 4294967295 - 03000000000000000400000000000000
-- arguments, *=
type raw_tp/x
args 4294967295 3
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 *= r2
exit
=> 0 4294967293 - ffffffff000000000300000000000000
-- arguments, low halves, *=
type raw_tp/x
args 4294967295 3
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 *= w2
exit
=> 0 4294967293 - ffffffff000000000300000000000000
-- arguments, /=
type raw_tp/x
args 100 7
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 /= r2
exit
=> 0 14 - 64000000000000000700000000000000
-- arguments, low halves, /=
type raw_tp/x
args 100 7
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 /= w2
exit
=> 0 14 - 64000000000000000700000000000000
-- arguments, %=
type raw_tp/x
args 100 7
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 %= r2
exit
=> 0 2 - 64000000000000000700000000000000
-- arguments, low halves, %=
type raw_tp/x
args 100 7
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 %= w2
exit
=> 0 2 - 64000000000000000700000000000000
-- arguments, &=
type raw_tp/x
args 65295 4080
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 &= r2
exit
=> 0 3840 - 0fff000000000000f00f000000000000
-- arguments, low halves, &=
type raw_tp/x
args 65295 4080
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 &= w2
exit
=> 0 3840 - 0fff000000000000f00f000000000000
-- arguments, |=
type raw_tp/x
args 240 15
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 |= r2
exit
=> 0 255 - f0000000000000000f00000000000000
-- arguments, low halves, |=
type raw_tp/x
args 240 15
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 |= w2
exit
=> 0 255 - f0000000000000000f00000000000000
-- arguments, ^=
type raw_tp/x
args 65535 43690
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 ^= r2
exit
=> 0 21845 - ffff000000000000aaaa000000000000
-- arguments, low halves, ^=
type raw_tp/x
args 65535 43690
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 ^= w2
exit
=> 0 21845 - ffff000000000000aaaa000000000000
-- arguments, <<=
type raw_tp/x
args 1 33
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 <<= r2
exit
=> 0 0 - 01000000000000002100000000000000
-- arguments, low halves, <<=
type raw_tp/x
args 1 33
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 <<= w2
exit
=> 0 2 - 01000000000000002100000000000000
-- arguments, >>=
type raw_tp/x
args 9223372036854775808 63
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 >>= r2
exit
=> 0 1 - 00000000000000803f00000000000000
-- arguments, low halves, >>=
type raw_tp/x
args 9223372036854775808 63
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 >>= w2
exit
=> 0 0 - 00000000000000803f00000000000000
-- arguments, s>>=
type raw_tp/x
args 9223372036854775808 63
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 s>>= r2
exit
=> 0 4294967295 - 00000000000000803f00000000000000
-- arguments, low halves, s>>=
type raw_tp/x
args 9223372036854775808 63
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 s>>= w2
exit
=> 0 0 - 00000000000000803f00000000000000
-- arguments, s/=
type raw_tp/x
args 18446744073709551609 2
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 s/= r2
exit
=> 0 4294967293 - f9ffffffffffffff0200000000000000
-- arguments, low halves, s/=
type raw_tp/x
args 18446744073709551609 2
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 s/= w2
exit
=> 0 4294967293 - f9ffffffffffffff0200000000000000
-- arguments, s%=
type raw_tp/x
args 18446744073709551609 4
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 s%= r2
exit
=> 0 4294967293 - f9ffffffffffffff0400000000000000
-- arguments, low halves, s%=
type raw_tp/x
args 18446744073709551609 4
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
w0 s%= w2
exit
=> 0 4294967293 - f9ffffffffffffff0400000000000000
-- a loop over an argument
type raw_tp/x
args 20
r2 = *(u64 *)(r1 + 0)
r2 &= 63
r0 = 0
l: r0 += r2
r2 += -1
if r2 s> 0 goto l
exit
=> 0 210 - 1400000000000000
-- a raw tracepoint divides by nothing
type raw_tp/x
args 20 0
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 /= r2
exit
=> 0 0 - 14000000000000000000000000000000
-- a raw tracepoint: what is left of nothing
type raw_tp/x
args 20 0
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 %= r2
exit
=> 0 20 - 14000000000000000000000000000000
-- bytes of an argument, be16
type raw_tp/x
args 0x1122334455667788
r0 = *(u64 *)(r1 + 0)
r0 = be16 r0
exit
=> 0 34935 - 8877665544332211
-- bytes of an argument, bswap16
type raw_tp/x
args 0x1122334455667788
r0 = *(u64 *)(r1 + 0)
r0 = bswap16 r0
exit
=> 0 34935 - 8877665544332211
-- bytes of an argument, be32
type raw_tp/x
args 0x1122334455667788
r0 = *(u64 *)(r1 + 0)
r0 = be32 r0
exit
=> 0 2289526357 - 8877665544332211
-- bytes of an argument, bswap32
type raw_tp/x
args 0x1122334455667788
r0 = *(u64 *)(r1 + 0)
r0 = bswap32 r0
exit
=> 0 2289526357 - 8877665544332211
-- bytes of an argument, be64
type raw_tp/x
args 0x1122334455667788
r0 = *(u64 *)(r1 + 0)
r0 = be64 r0
exit
=> 0 1144201745 - 8877665544332211
-- bytes of an argument, bswap64
type raw_tp/x
args 0x1122334455667788
r0 = *(u64 *)(r1 + 0)
r0 = bswap64 r0
exit
=> 0 1144201745 - 8877665544332211
-- a comparison of the stack
type raw_tp/x
args 0x1122334455667788
r2 = *(u64 *)(r1 + 0)
*(u64 *)(r10 - 8) = r2
*(u8 *)(r10 - 5) = 0x99
r0 = *(u32 *)(r10 - 8)
exit
=> 0 2573629320 - 8877665544332211
-- an atomic exchange
type raw_tp/x
args 0x11
r2 = *(u64 *)(r1 + 0)
*(u64 *)(r10 - 8) = 77
r2 = xchg_64(r10 - 8, r2)
r0 = *(u64 *)(r10 - 8)
r0 <<= 8
r0 |= r2
exit
=> 0 4429 - 1100000000000000
-- an atomic comparison
type raw_tp/x
args 5
r2 = *(u64 *)(r1 + 0)
*(u64 *)(r10 - 8) = 77
r0 = 77
r0 = cmpxchg_64(r10 - 8, r0, r2)
r3 = *(u64 *)(r10 - 8)
r0 += r3
exit
=> 0 82 - 0500000000000000
-- a syscall program without a context
type syscall
r0 = 3
exit
=> 0 3 - -
-- a syscall program changes its context
type syscall
args 41 0
r2 = *(u64 *)(r1 + 0)
r2 += 1
*(u64 *)(r1 + 8) = r2
r0 = r2
exit
=> 0 42 - 29000000000000002a00000000000000
-- a syscall program reads less than it is given
type syscall
args 0x500000001 2 3
r0 = *(u32 *)(r1 + 4)
exit
=> 0 5 - 010000000500000002000000000000000300000000000000
-- a syscall program reads more than it is given
type syscall
args 1 2 3
r0 = *(u32 *)(r1 + 24)
exit
=> -22 0
-- a syscall program writes bytes
type syscall
args 0 0
*(u8 *)(r1 + 3) = 0xaa
*(u16 *)(r1 + 4) = 0xbbcc
*(u32 *)(r1 + 8) = 0x11223344
r0 = 0
exit
=> 0 0 - 000000aaccbb00004433221100000000
-- a syscall program's answer is an int
type syscall
args 0
r0 = -1 ll
exit
=> 0 4294967295 - 0000000000000000
-- a syscall program swaps words
type syscall
args 111 222
r2 = *(u64 *)(r1 + 0)
r3 = *(u64 *)(r1 + 8)
*(u64 *)(r1 + 0) = r3
*(u64 *)(r1 + 8) = r2
r0 = 0
exit
=> 0 0 - de000000000000006f00000000000000
-- a syscall program adds atomically
type syscall
args 1 37
r2 = 5
lock *(u64 *)(r1 + 8) += r2
r0 = *(u64 *)(r1 + 8)
exit
=> not loaded: -13
-- a syscall program calls a function
type syscall
args 14
call f
exit
f: r0 = *(u64 *)(r1 + 0)
r0 *= 3
exit
=> 0 42 - 0e00000000000000
-- a syscall program sorts three words
type syscall
args 30 10 20
r2 = *(u64 *)(r1 + 0)
r3 = *(u64 *)(r1 + 8)
r4 = *(u64 *)(r1 + 16)
if r2 <= r3 goto a
r5 = r2
r2 = r3
r3 = r5
a: if r3 <= r4 goto b
r5 = r3
r3 = r4
r4 = r5
b: if r2 <= r3 goto c
r5 = r2
r2 = r3
r3 = r5
c: *(u64 *)(r1 + 0) = r2
*(u64 *)(r1 + 8) = r3
*(u64 *)(r1 + 16) = r4
r0 = 0
exit
=> 0 0 - 0a0000000000000014000000000000001e00000000000000
-- a syscall program finds no map's element
type syscall
args 0
r6 = r1
*(u32 *)(r10 - 4) = 9
r2 = r10
r2 += -4
r1 = m ll
call bpf_map_lookup_elem
if r0 == 0 goto none
r0 = 1
exit
none: *(u64 *)(r6 + 0) = 5
r0 = 2
exit
.map m, array, key=u32, value=u64, max_entries=2
=> 0 2 - 0500000000000000
-- a syscall program fills a map
type syscall
args 77
r6 = r1
*(u32 *)(r10 - 4) = 1
r2 = *(u64 *)(r1 + 0)
*(u64 *)(r10 - 16) = r2
r2 = r10
r2 += -4
r3 = r10
r3 += -16
r4 = 0
r1 = m ll
call bpf_map_update_elem
r7 = r0
r2 = r10
r2 += -4
r1 = m ll
call bpf_map_lookup_elem
if r0 == 0 goto none
r0 = *(u64 *)(r0 + 0)
r0 += r7
none: exit
.map m, array, key=u32, value=u64, max_entries=2
=> 0 77 - 4d00000000000000
-- a syscall program parses a number
type syscall
args 0x20303231
*(u64 *)(r10 - 16) = 0
r2 = *(u64 *)(r1 + 0)
*(u64 *)(r10 - 8) = r2
r1 = r10
r1 += -8
r2 = 8
r3 = 0
r4 = r10
r4 += -16
call bpf_strtol
r1 = *(u64 *)(r10 - 16)
r0 <<= 16
r0 += r1
exit
=> 0 196728 - 3132302000000000
-- a map's struct has its dimensions
type raw_tp/x
r1 = m ll
r0 = *(u32 *)(r1 + 64)
r2 = *(u32 *)(r1 + 68)
r0 += r2
r2 = *(u32 *)(r1 + 72)
r0 += r2
r2 = *(u32 *)(r1 + 76)
r0 += r2
exit
.map m, hash, key=u32, value=u64, max_entries=3000
=> 0 3013 - -
-- a map's struct: buckets and elements of a hash
type raw_tp/x
r1 = m ll
r0 = *(u32 *)(r1 + 760)
r2 = *(u32 *)(r1 + 764)
r2 *= 100000
r0 += r2
exit
.map m, hash, key=u32, value=u64, max_entries=3000
=> 0 6404096 - -
-- a map's struct: elements of an array
type raw_tp/x
r1 = m ll
r0 = *(u32 *)(r1 + 296)
r2 = *(u32 *)(r1 + 300)
r2 *= 1000
r0 += r2
exit
.map m, array, key=u32, value=u32, max_entries=5
=> 0 7008 - -
-- what never runs is not judged
type raw_tp/x
r0 = 1
if r0 == 1 goto out
.8byte 0x0000000a00000a07
out: exit
=> 0 1 - -
