# NULL for an argument that is tagged arg:nonnull, which the function does not ask about.
	.text
	.balign 8
# int reads(volatile int *p)
	.globl reads
	.type reads, @function
reads:
	.func_info 5
	r0 = *(u32 *)(r1 + 0)
	exit
	.size reads, .-reads
# int asks(volatile int *p)
	.globl asks
	.type asks, @function
asks:
	.func_info 8
	r0 = 0
	if r1 == 0 goto .L1
	r0 = *(u32 *)(r1 + 0)
.L1:
	exit
	.size asks, .-asks
	.section tc,"ax",@progbits
	.balign 8
# sched_cls program: int holed(void *ctx)
	.globl holed
	.type holed, @function
holed:
	.func_info 11
	r1 = 0
	call reads
	r0 &= 1
	exit
	.size holed, .-holed
# sched_cls program: int good(void *ctx)
	.globl good
	.type good, @function
good:
	.func_info 13
	r1 = 0
	call asks
	r0 &= 1
	exit
	.size good, .-good
	.section license,"aw",@progbits
# char _license[4]
	.globl _license
	.type _license, @object
_license:
	.asciz "GPL"
	.size _license, .-_license
	.section .BTF,"",@progbits
	.balign 4
	.btf
	[1] PTR '(anon)' type_id=2
	[2] VOLATILE '(anon)' type_id=3
	[3] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[4] FUNC_PROTO '(anon)' ret_type_id=3 vlen=1
		'p' type_id=1
	[5] FUNC 'reads' type_id=4 linkage=global
	[6] DECL_TAG 'arg:nonnull' type_id=5 component_idx=0
	[7] FUNC_PROTO '(anon)' ret_type_id=3 vlen=1
		'p' type_id=1
	[8] FUNC 'asks' type_id=7 linkage=global
	[9] PTR '(anon)' type_id=0
	[10] FUNC_PROTO '(anon)' ret_type_id=3 vlen=1
		'ctx' type_id=9
	[11] FUNC 'holed' type_id=10 linkage=global
	[12] FUNC_PROTO '(anon)' ret_type_id=3 vlen=1
		'ctx' type_id=9
	[13] FUNC 'good' type_id=12 linkage=global
	[14] INT 'char' size=1 bits_offset=0 nr_bits=8 encoding=SIGNED
	[15] ARRAY '(anon)' type_id=14 index_type_id=16 nr_elems=4
	[16] INT '__ARRAY_SIZE_TYPE__' size=4 bits_offset=0 nr_bits=32 encoding=(none)
	[17] VAR '_license' type_id=15, linkage=global
	[18] DATASEC 'license' size=0 vlen=1
		type_id=17 offset=0 size=4
	.endbtf
	.section .BTF.ext,"",@progbits
	.balign 4
