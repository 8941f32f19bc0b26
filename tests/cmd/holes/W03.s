# On the way that is walked first the register is 0; the other way counts as equal although it is 1.
	.text
	.balign 4
	.section tc,"ax",@progbits
	.balign 8
# sched_cls program: int holed(void *ctx)
	.globl holed
	.type holed, @function
holed:
	.func_info 15
	r1 = 0
	*(u32 *)(r10 - 4) = r1
	r2 = r10
	r2 += -4
	r1 = m ll                              # map: array, 1 entries, key int, value struct value
	call bpf_map_lookup_elem
	r6 = r0
	if r6 == 0 goto .L3
	call bpf_get_prandom_u32
	r1 = 1
	if r0 > 5 goto .L1
	r1 = 0
.L1:
	goto .L2
.L2:
	*(u64 *)(r6 + 0) = r1
.L3:
	r0 = 0
	exit
	.size holed, .-holed
# sched_cls program: int good(void *ctx)
	.globl good
	.type good, @function
good:
	.func_info 17
	r1 = 0
	*(u32 *)(r10 - 4) = r1
	r2 = r10
	r2 += -4
	r1 = m ll                              # map: array, 1 entries, key int, value struct value
	call bpf_map_lookup_elem
	if r0 == 0 goto .L4
	r1 = 0
	*(u64 *)(r0 + 0) = r1
.L4:
	r0 = 0
	exit
	.size good, .-good
	.section license,"aw",@progbits
# char _license[4]
	.globl _license
	.type _license, @object
_license:
	.asciz "GPL"
	.size _license, .-_license
	.section .maps,"aw",@progbits
	.balign 8
# map: array, 1 entries, key int, value struct value
	.globl m
	.type m, @object
m:
	.zero 32
	.size m, .-m
	.bss
	.balign 4
# struct task_struct dummy
	.globl dummy
	.type dummy, @object
dummy:
	.zero 4
	.size dummy, .-dummy
	.section .BTF,"",@progbits
	.balign 4
	.btf
	[1] PTR '(anon)' type_id=3
	[2] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[3] ARRAY '(anon)' type_id=2 index_type_id=4 nr_elems=2
	[4] INT '__ARRAY_SIZE_TYPE__' size=4 bits_offset=0 nr_bits=32 encoding=(none)
	[5] PTR '(anon)' type_id=6
	[6] ARRAY '(anon)' type_id=2 index_type_id=4 nr_elems=1
	[7] PTR '(anon)' type_id=2
	[8] PTR '(anon)' type_id=9
	[9] STRUCT 'value' size=8 vlen=1
		'task' type_id=10 bits_offset=0
	[10] PTR '(anon)' type_id=26
	[11] STRUCT '(anon)' size=32 vlen=4
		'type' type_id=1 bits_offset=0
		'max_entries' type_id=5 bits_offset=64
		'key' type_id=7 bits_offset=128
		'value' type_id=8 bits_offset=192
	[12] VAR 'm' type_id=11, linkage=global
	[13] PTR '(anon)' type_id=0
	[14] FUNC_PROTO '(anon)' ret_type_id=2 vlen=1
		'ctx' type_id=13
	[15] FUNC 'holed' type_id=14 linkage=global
	[16] FUNC_PROTO '(anon)' ret_type_id=2 vlen=1
		'ctx' type_id=13
	[17] FUNC 'good' type_id=16 linkage=global
	[18] INT 'char' size=1 bits_offset=0 nr_bits=8 encoding=SIGNED
	[19] ARRAY '(anon)' type_id=18 index_type_id=4 nr_elems=4
	[20] VAR '_license' type_id=19, linkage=global
	[21] STRUCT 'task_struct' size=4 vlen=1
		'pid' type_id=2 bits_offset=0
	[22] VAR 'dummy' type_id=21, linkage=global
	[23] DATASEC '.bss' size=0 vlen=1
		type_id=22 offset=0 size=4
	[24] DATASEC '.maps' size=0 vlen=1
		type_id=12 offset=0 size=32
	[25] DATASEC 'license' size=0 vlen=1
		type_id=20 offset=0 size=4
	[26] TYPE_TAG 'kptr_untrusted' type_id=21
	.endbtf
	.section .BTF.ext,"",@progbits
	.balign 4
