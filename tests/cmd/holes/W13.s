# The handler is function 2, and 1 when nobody calls the function in front of it.
	.text
	.globl handler
	.type handler, @function
handler:
	.func_info 4
	r0 = 1
	exit
	.size handler, .-handler

	.type never, @function
never:
	.func_info 7
	r0 = 1
	exit
	.size never, .-never

	.section xdp,"ax",@progbits
	.globl holed
	.type holed, @function
holed:
	.func_info 5
	r1 = 3
	if r1 == 3 goto +1
	call never
	call bpf_throw
	exit
	.size holed, .-holed

	.globl good
	.type good, @function
good:
	.func_info 6
	call never
	r1 = 3
	call bpf_throw
	exit
	.size good, .-good

	.section license,"aw",@progbits
	.asciz "GPL"

	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] INT 'u64' size=8 bits_offset=0 nr_bits=64 encoding=(none)
	[3] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
		'cookie' type_id=2
	[4] FUNC 'handler' type_id=3 linkage=global
	[5] FUNC 'holed' type_id=3 linkage=global
	[6] FUNC 'good' type_id=3 linkage=global
	[7] FUNC 'never' type_id=3 linkage=static
	[8] DECL_TAG 'exception_callback:handler' type_id=5 component_idx=-1
	[9] DECL_TAG 'exception_callback:handler' type_id=6 component_idx=-1
	[10] FUNC_PROTO '(anon)' ret_type_id=0 vlen=1
		'cookie' type_id=2
	[11] FUNC 'bpf_throw' type_id=10 linkage=extern
	[12] DATASEC '.ksyms' size=0 vlen=1
		type_id=11 offset=0 size=0
	.endbtf
