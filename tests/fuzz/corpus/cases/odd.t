-- all
-- expect
accepted
-- case dies
-- asm
.prog f, "xdp"
r1 = 8
r0 = *(u64 *)(r1 + 100)
exit
-- run --unchecked --engine fast
-- case loops # not a directive
-- asm
.prog f, ""
goto -1
exit
-- run --budget 2000000000000
-- case writes bytes
-- asm
.license "GPL"
.prog f, "xdp"
r1 = 0x1b5b316d0aff ll
*(u64 *)(r10 - 8) = r1
r1 = r10
r1 += -8
r2 = 8
call bpf_trace_printk
r0 = 1
exit
-- expect
printk hello
1: retval = 2
2: retval = 1
-- case kprobe
-- asm
.license "GPL"
.prog k, "kprobe/vfs_read"
r6 = *(u64 *)(r1 + 112)
r1 = r10
r1 += -8
r2 = 8
r3 = r6
call bpf_probe_read_kernel
r0 = *(u64 *)(r10 - 8)
exit
-- ctx
[pt_regs arch=x86_64]
di=0xffff888100000000 si=4096 ip=vfs_read
[memory]
0xffff888100000000: u64 42
-- expect
retval = 42
-- case bad option
-- asm
.prog f, "xdp"
r0 = 2
exit
-- run --frob
-- case bad ctx
-- asm
.prog f, "xdp"
r0 = 2
exit
-- ctx pkt:eth/frob
-- case bad ctx text
-- asm
.license "GPL"
.prog k, "kprobe/vfs_read"
r0 = 2
exit
-- ctx
[pt_regs arch=x86_64]
di=0xfff q=4
-- case skip
-- asm
.prog f, "xdp"
r0 = 2
exit
-- run --strict-kernel --type kprobe
-- case fault
-- asm
.prog f, ""
r0 = *(u64 *)(r1 + 4)
exit
-- mem 00
-- fault read of 8 bytes
