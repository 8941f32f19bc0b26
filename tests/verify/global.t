# Functions that the verifier proves by themselves (linkage, section 9), as Linux 6.18.44 has it.

-- case an argument that nobody checked is no index, whatever the caller passes
-- load xdp err=EINVAL
-- asm
	.var u32 table[4]
	.prog main, "xdp"
	r1 = 3
	call at
	exit
	.func at(int i) -> int
	r1 = (s32)r1
	r2 = table ll
	r2 += r1
	r0 = *(u8 *)(r2 + 0)
	exit
-- log
...
Func#1 ('at') is global and assumed valid.
...
Validating at() func#1...
...
value -2147483648 makes map_value pointer be out of bounds
...

-- case the result of a function that is proved by itself is any number
-- load xdp err=EINVAL
-- asm
	.var u32 table[4]
	.prog main, "xdp"
	call three
	r1 = table ll
	r0 = (s32)r0
	r1 += r0
	r0 = *(u8 *)(r1 + 0)
	exit
	.func three() -> int
	r0 = 3
	exit
-- log
...
value -2147483648 makes map_value pointer be out of bounds
...

-- case that of a static function is what it is
-- load xdp err=0
-- asm
	.var u32 table[4]
	.prog main, "xdp"
	call three
	r1 = table ll
	r1 += r0
	r0 = *(u8 *)(r1 + 0)
	exit
	.func static three() -> int
	r0 = 3
	exit
-- log
...
5: (95) exit
...
stack depth 0+0
...

-- case each is proved once
-- load xdp err=0
-- asm
	.prog main, "xdp"
	r1 = 1
	call f
	r1 = 2
	call f
	exit
	.func f(int i) -> int
	r0 = 3
	exit
-- log
...
Func#1 ('f') is global and assumed valid.
2: R0=scalar()
...
Func#1 ('f') is global and assumed valid.
4: R0=scalar()
...
Validating f() func#1...
5: R1=scalar() R10=fp0
...
6: (95) exit
Func#1 ('f') is safe for any args that match its prototype
verification time 0 usec
stack depth 0+0
processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0

-- case what is never called is not proved
-- load xdp err=0
-- asm
	.prog main, "xdp"
	r0 = 2
	if r0 == 2 goto out
	call f
out:
	exit
	.func f(int i) -> int
	r0 = *(u64 *)(r1 + 0)
	exit
-- log
func#0 @0
func#1 @4
Live regs before insn:
...
3: (95) exit
verification time 0 usec
...

-- case a weak one is global
-- load xdp err=EACCES
-- asm
	.prog main, "xdp"
	r1 = r10
	r1 += -8
	*(u64 *)(r10 - 8) = 0
	call f
	exit
	.weak f
	.func f(u64 *p) -> int
	r0 = *(u64 *)(r1 + 0)
	exit
-- log
...
R1 invalid mem access 'mem_or_null'
...

-- case a caller's registers are gone, its own are not
-- load xdp err=EACCES
-- asm
	.prog main, "xdp"
	r6 = r1
	r1 = 3
	call f
	r7 = r6
	r0 = r1
	exit
	.func f(int i) -> int
	r0 = 3
	exit
-- log
...
R1 !read_ok
...

-- case pointers into a packet are gone when the function may change it
-- load xdp err=EACCES
-- asm
	.struct xdp_md { u32 data; u32 data_end; u32 data_meta; u32 ingress_ifindex; }
	.prog main(struct xdp_md *ctx) -> int, "xdp"
	r6 = *(u32 *)(r1 + 0)
	r2 = *(u32 *)(r1 + 4)
	r3 = r6
	r3 += 8
	if r3 > r2 goto out
	call f
	r0 = *(u8 *)(r6 + 0)
out:
	r0 = 2
	exit
	.func f(struct xdp_md *ctx) -> int
	r2 = 0
	call bpf_xdp_adjust_head
	r0 = 3
	exit
-- log
...
R6 invalid mem access 'scalar'
...

-- case a context is no null pointer
-- load xdp err=EINVAL
-- asm
	.struct xdp_md { u32 data; u32 data_end; }
	.prog main(struct xdp_md *ctx) -> int, "xdp"
	r1 = 0
	call uctx
	exit
	.func uctx(struct xdp_md *ctx) -> int
	r0 = 3
	exit
-- log
...
arg#0 expects pointer to ctx
Caller passes invalid args into func#1 ('uctx')
...

-- case nor memory of the stack
-- load xdp err=EINVAL
-- asm
	.struct xdp_md { u32 data; u32 data_end; }
	.prog main(struct xdp_md *ctx) -> int, "xdp"
	r1 = r10
	call uctx
	exit
	.func uctx(struct xdp_md *ctx) -> int
	r0 = 3
	exit
-- log
...
arg#0 expects pointer to ctx
Caller passes invalid args into func#1 ('uctx')
...

-- case the context of other programs is memory like any other
-- load sched_cls err=EINVAL
-- asm
	.struct xdp_md { u32 data; u32 data_end; }
	.struct __sk_buff { u32 len; }
	.prog main(struct __sk_buff *ctx) -> int, "tc"
	call f
	exit
	.func f(struct xdp_md *ctx) -> int
	r0 = 3
	exit
-- log
...
R1 type=ctx expected=fp
Caller passes invalid args into func#1 ('f')
...

-- case memory may be null, so that it is asked
-- load xdp err=EACCES
-- asm
	.struct pair { u64 a; u64 b; }
	.prog main, "xdp"
	r1 = 0
	call f
	exit
	.func f(struct pair *p) -> int
	r0 = *(u64 *)(r1 + 0)
	exit
-- log
...
R1 invalid mem access 'mem_or_null'
...

-- case null for memory
-- load xdp err=0
-- asm
	.struct pair { u64 a; u64 b; }
	.prog main, "xdp"
	r1 = 0
	call f
	exit
	.func f(struct pair *p) -> int
	r0 = 0
	if r1 == 0 goto out
	r0 = *(u64 *)(r1 + 8)
out:
	exit
-- log
...
Func#1 ('f') is safe for any args that match its prototype
...

-- case too little memory
-- load xdp err=EINVAL
-- asm
	.struct pair { u64 a; u64 b; }
	.prog main, "xdp"
	*(u32 *)(r10 - 4) = 0
	r1 = r10
	r1 += -4
	call f
	exit
	.func f(struct pair *p) -> int
	r0 = 0
	exit
-- log
...
invalid read from stack R1 off=-4 size=16
Caller passes invalid args into func#1 ('f')
...

-- case memory of the stack that nobody wrote
-- load xdp err=0
-- asm
	.struct pair { u64 a; u64 b; }
	.prog main, "xdp"
	r1 = r10
	r1 += -16
	call f
	exit
	.func f(struct pair *p) -> int
	r0 = 0
	exit
-- log
...
stack depth 16+0
...

-- case a number for memory
-- load xdp err=EINVAL
-- asm
	.struct pair { u64 a; u64 b; }
	.prog main, "xdp"
	r1 = 5
	call f
	exit
	.func f(struct pair *p) -> int
	r0 = 0
	exit
-- log
...
R1 type=scalar expected=fp
Caller passes invalid args into func#1 ('f')
...

-- case past the memory
-- load xdp err=EACCES
-- asm
	.struct pair { u64 a; u64 b; }
	.prog main, "xdp"
	r1 = 0
	call f
	exit
	.func f(struct pair *p) -> int
	r0 = 0
	if r1 == 0 goto out
	r0 = *(u32 *)(r1 + 16)
out:
	exit
-- log
...
invalid access to memory, mem_size=16 off=16 size=4
R1 min value is outside of the allowed memory range
...

-- case memory of no size
-- load xdp err=EINVAL
-- asm
	.prog main, "xdp"
	r1 = 0
	call f
	exit
	.func f(void *p) -> int
	r0 = 0
	exit
-- log
...
arg#0 reference type('UNKNOWN ') size cannot be determined: -22
...

-- case memory of a struct that is nowhere
-- load xdp err=EINVAL
-- asm
	.prog main, "xdp"
	r1 = 0
	call f
	exit
	.func f(struct fwd *p) -> int
	r0 = 0
	exit
-- log
...
arg#0 reference type('FWD fwd') size cannot be determined: -22
...

-- case an array, a number, a pointer behind the pointer
-- load xdp err=0
-- asm
	.typedef int ten[10]
	.struct pair { u64 a; u64 b; }
	.prog main, "xdp"
	r1 = 0
	r2 = 0
	r3 = 0
	call f
	exit
	.func f(ten *p, int *i, struct pair **q) -> int
	r0 = 0
	if r1 == 0 goto out
	r0 = *(u32 *)(r1 + 36)
out:
	exit
-- log
...
Func#1 ('f') is safe for any args that match its prototype
...

-- case a result that is none
-- load xdp err=EINVAL
-- asm
	.prog main, "xdp"
	call vret
	r0 = 0
	exit
	.func vret() -> void
	exit
-- log
...
Global function vret() doesn't return scalar. Only those are supported.
...

-- case a result that is a pointer
-- load xdp err=EINVAL
-- asm
	.prog main, "xdp"
	call pret
	r0 = 0
	exit
	.func pret() -> int *
	r0 = 0
	exit
-- log
...
Global function pret() doesn't return scalar. Only those are supported.
...

-- case a pointer as a number's result
-- load xdp err=EINVAL
-- asm
	.struct xdp_md { u32 data; u32 data_end; }
	.prog main(struct xdp_md *ctx) -> int, "xdp"
	call f
	exit
	.func f(struct xdp_md *ctx) -> int
	r0 = r1
	exit
-- log
...
At subprogram exit the register R0 is not a scalar value (ctx)
...

-- case more arguments than registers
-- load xdp err=EINVAL
-- asm
	.prog main, "xdp"
	r1 = 0
	r2 = 0
	r3 = 0
	r4 = 0
	r5 = 0
	call f
	exit
	.func f(int a, int b, int c, int d, int e, int f) -> int
	r0 = 0
	exit
-- log
...
Global function f() with 6 > 5 args. Buggy compiler.
...

-- case a struct for an argument
-- load xdp err=EINVAL
-- asm
	.struct pair { u64 a; u64 b; }
	.prog main, "xdp"
	r1 = 0
	call f
	exit
	.func f(struct pair p) -> int
	r0 = 0
	exit
-- log
...
Arg#0 type STRUCT in f() is not supported yet.
...

-- case not with a lock held
-- load sched_cls err=EINVAL
-- asm
	.struct bpf_spin_lock { u32 val; }
	.struct locked { u64 n; struct bpf_spin_lock lock; u32 pad; }
	.map locks, array, key=u32, value=struct locked, max_entries=1
	.prog main, "tc"
	*(u32 *)(r10 - 4) = 0
	r1 = locks ll
	r2 = r10
	r2 += -4
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = r0
	r1 += 8
	r6 = r1
	call bpf_spin_lock
	r1 = 3
	call f
	r1 = r6
	call bpf_spin_unlock
out:
	r0 = 0
	exit
	.func f(int i) -> int
	r0 = 3
	exit
-- log
...
global function calls are not allowed while holding a lock,
use static function instead
...

-- case a function that calls itself
-- load xdp err=E2BIG
-- asm
	.prog main, "xdp"
	r1 = 3
	call f
	exit
	.func f(int i) -> int
	r1 = 4
	call f
	exit
-- log
...
the call stack of 8 frames is too deep !
...

-- case a tag that nobody knows
-- load socket_filter err=EOPNOTSUPP
-- asm
	.section socket,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	r1 = 0
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = 0
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'pair' size=16 vlen=0
	[3] PTR '(anon)' type_id=2
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=3
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:new' type_id=5 component_idx=0
	.endbtf
-- log
...
arg#0 has unsupported set of tags
...

-- case memory may be null without being said so
-- load socket_filter err=EINVAL
-- asm
	.section socket,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	r1 = 0
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = 0
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'pair' size=16 vlen=0
	[3] PTR '(anon)' type_id=2
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=3
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:nullable' type_id=5 component_idx=0
	.endbtf
-- log
...
arg#0 has invalid combination of tags
...

-- case a context is never null
-- load socket_filter err=EINVAL
-- asm
	.section socket,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = 0
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'pair' size=16 vlen=0
	[3] PTR '(anon)' type_id=2
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=3
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:ctx' type_id=5 component_idx=0
	[9] DECL_TAG 'arg:nonnull' type_id=5 component_idx=0
	.endbtf
-- log
...
arg#0 has invalid combination of tags
...

-- case a number has no tags
-- load socket_filter err=EINVAL
-- asm
	.section socket,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	r1 = 0
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = 0
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'pair' size=16 vlen=0
	[3] PTR '(anon)' type_id=2
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=1
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:nonnull' type_id=5 component_idx=0
	.endbtf
-- log
...
arg#0 has pointer tag, but is not a pointer type
...

-- case a context by its tag, whatever it is called
-- load socket_filter err=0
-- asm
	.section socket,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = *(u32 *)(r1 + 0)
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT '__sk_buff' size=16 vlen=0
	[3] PTR '(anon)' type_id=2
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=3
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:ctx' type_id=5 component_idx=0
	.endbtf
-- log
...
Func#1 ('f') is safe for any args that match its prototype
...

-- case the tag of a context goes with its type
-- load socket_filter err=EINVAL
-- asm
	.section socket,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	r1 = r10
	r1 += -16
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = 0
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'pair' size=16 vlen=0
	[3] PTR '(anon)' type_id=2
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=3
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:ctx' type_id=5 component_idx=0
	.endbtf
-- log
...
arg#0 should be `struct __sk_buff *`
...

-- case memory that is not null needs no test
-- load socket_filter err=0
-- asm
	.section socket,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	r1 = r10
	r1 += -16
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = *(u32 *)(r1 + 8)
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'pair' size=16 vlen=0
	[3] PTR '(anon)' type_id=2
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=3
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:nonnull' type_id=5 component_idx=0
	.endbtf
-- log
...
Func#1 ('f') is safe for any args that match its prototype
...

-- case a null that is written is let through, as the kernel's hole has it
-- load socket_filter err=0
-- asm
	.section socket,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	r1 = 0
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = *(u32 *)(r1 + 8)
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'pair' size=16 vlen=0
	[3] PTR '(anon)' type_id=2
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=3
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:nonnull' type_id=5 component_idx=0
	.endbtf
-- log
...
Func#1 ('f') is safe for any args that match its prototype
...

-- case an object of the kernel by its tag
-- load kprobe err=0
-- asm
	.section kprobe,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	call bpf_get_current_task_btf
	r1 = r0
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = *(u32 *)(r1 + 0)
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'task_struct' size=16 vlen=0
	[3] PTR '(anon)' type_id=2
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=3
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:trusted' type_id=5 component_idx=0
	.endbtf
-- log
...
Func#1 ('f') is safe for any args that match its prototype
...

-- case that may be null by its tag, and has to be asked
-- load kprobe err=EACCES
-- asm
	.section kprobe,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	call bpf_get_current_task_btf
	r1 = r0
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = *(u32 *)(r1 + 0)
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'task_struct' size=16 vlen=0
	[3] PTR '(anon)' type_id=2
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=3
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:trusted' type_id=5 component_idx=0
	[9] DECL_TAG 'arg:nullable' type_id=5 component_idx=0
	.endbtf
-- log
...
R1 invalid mem access 'trusted_ptr_or_null_'
...

-- case what a tag is about has a name
-- load kprobe err=EINVAL
-- asm
	.section kprobe,"ax",@progbits
	.globl main
	.type main, @function
main:
	.func_info 7
	call bpf_get_current_task_btf
	r1 = r0
	call f
	exit
	.size main, .-main
	.text
	.globl f
	.type f, @function
f:
	.func_info 5
	r0 = *(u32 *)(r1 + 0)
	exit
	.size f, .-f
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'task_struct' size=16 vlen=0
	[3] PTR '(anon)' type_id=9
	[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'p' type_id=3
	[5] FUNC 'f' type_id=4 linkage=global
	[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'ctx' type_id=3
	[7] FUNC 'main' type_id=6 linkage=global
	[8] DECL_TAG 'arg:trusted' type_id=5 component_idx=0
	[9] PTR '(anon)' type_id=2
	.endbtf
-- log
...
arg#0 reference type('PTR (anon)') candidate matching error: -22
...
