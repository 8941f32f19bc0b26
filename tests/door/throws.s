# A program that throws, and what runs then: a function by itself, that nobody may be attached to.
	.text
	.globl handler
	.type handler, @function
handler:
	.func_info 4
	r0 = 1
	exit
	.size handler, .-handler

	.section xdp,"ax",@progbits
	.globl throws
	.type throws, @function
throws:
	.func_info 11
	r1 = 3
	call bpf_throw
	exit
	.size throws, .-throws

	.section .BTF,"",@progbits
	.btf
	[1] INT 'unsigned long' size=8 bits_offset=0 nr_bits=64 encoding=(none)
	[2] FUNC_PROTO '(anon)' ret_type_id=3 vlen=1
		'cookie' type_id=1
	[3] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[4] FUNC 'handler' type_id=2 linkage=global
	[5] FUNC_PROTO '(anon)' ret_type_id=0 vlen=1
		'(anon)' type_id=1
	[6] FUNC 'bpf_throw' type_id=5 linkage=extern
	[7] PTR '(anon)' type_id=8
	[8] STRUCT 'xdp_md' size=8 vlen=2
		'data' type_id=9 bits_offset=0
		'data_end' type_id=9 bits_offset=32
	[9] INT 'unsigned int' size=4 bits_offset=0 nr_bits=32 encoding=(none)
	[10] FUNC_PROTO '(anon)' ret_type_id=3 vlen=1
		'ctx' type_id=7
	[11] FUNC 'throws' type_id=10 linkage=global
	[12] DECL_TAG 'exception_callback:handler' type_id=11 component_idx=-1
	[13] DATASEC '.ksyms' size=0 vlen=1
		type_id=6 offset=0 size=0
	.endbtf
