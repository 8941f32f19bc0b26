# Maps of struct_ops: made of the kernel's types and filled; the kernel is never asked to register one.
# 27 is the type of their programs, whose name is that of the maps.
let ret2 x:b700000002000000,x:9500000000000000
let btf x:9feb0100180000000000000064000000640000001100000001000000000000010400000020000001050000000000000108000000400000000900000001000004080000000b0000000200000000000000000000000000000200000000000000000100000d010000000f000000040000000d0000000100000c0500000000696e7400753634007600610066007800
-- what cannot be made
b := BTF_LOAD btf=@btf btf_size=141
type v bpf_struct_ops_tcp_congestion_ops
type t tcp_congestion_ops
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 => EINVAL
MAP_CREATE map_type=struct_ops key_size=8 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v => EINVAL
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=2 btf_fd=b btf_vmlinux_value_type_id=v => EINVAL
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=1 => EINVAL
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=4 => EINVAL
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_extra=1 => EINVAL
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v btf_value_type_id=1 => EINVAL
MAP_CREATE map_type=struct_ops key_size=4 value_size=8 max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v => EINVAL
MAP_CREATE map_type=struct_ops key_size=4 value_size=t_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=t => ENOTSUPP
MAP_CREATE map_type=struct_ops key_size=4 value_size=8 max_entries=1 btf_fd=999 btf_vmlinux_value_type_id=t => ENOTSUPP
MAP_CREATE map_type=struct_ops key_size=4 value_size=8 max_entries=1 btf_fd=b btf_vmlinux_value_type_id=0x7fffffff => ENOTSUPP
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=999 btf_vmlinux_value_type_id=v => EBADF
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=0 btf_vmlinux_value_type_id=v => EINVAL
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=999 btf_vmlinux_value_type_id=v map_name="a-b" => EINVAL
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x8000 value_type_btf_obj_fd=999 => EBADF
MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x8000 value_type_btf_obj_fd=b => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v => EINVAL
-- before it is filled
b := BTF_LOAD btf=@btf btf_size=141
type v bpf_struct_ops_tcp_congestion_ops
m := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x2000 map_name="abc"
n := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v
OBJ_GET_INFO_BY_FD bpf_fd=b info_len=32 info=0:32 => 0 i:=info+12:4
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=80 info=0:80 => 0 info=26:4 info+8=4:4,v_size:4,1:4,0x2000:4,"abc" info+44=v:4 info+64=i:4,0:4,0:4
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*256 => 0 value=0:256
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*256 => ENOENT
MAP_GET_NEXT_KEY map_fd=m next_key=*4 => 0 next_key=0:4
MAP_GET_NEXT_KEY map_fd=m key=0:4 next_key=*4 => ENOENT
MAP_GET_NEXT_KEY map_fd=m key=7:4 next_key=*4 => 0 next_key=0:4
MAP_DELETE_ELEM map_fd=m key=0:4 => EOPNOTSUPP
MAP_DELETE_ELEM map_fd=m key=1:4 => EOPNOTSUPP
MAP_DELETE_ELEM map_fd=n key=0:4 => ENOENT
MAP_DELETE_ELEM map_fd=n key=1:4 => ENOENT
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=0:4 value=*256 => ENOTSUPP
MAP_LOOKUP_BATCH map_fd=m keys=*4 values=*256 count=1 out_batch=*4 => ENOTSUPP
PROG_LOAD prog_type=xdp insns=x:18110000,m:4,0:8,@ret2 insn_cnt=4 license="GPL" => EINVAL
-- what it cannot be filled with
b := BTF_LOAD btf=@btf btf_size=141
type v bpf_struct_ops_tcp_congestion_ops
m := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x2000
type t tcp_congestion_ops
s := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=0
a := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=1
c := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=7
u := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=8
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 flags=1 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=1:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 flags=2 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=1:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => E2BIG
# refcnt, state, holes
MAP_UPDATE_ELEM map_fd=m key=0:4 value=1:4,0:60,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:4,1:4,0:56,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:8,1:4,0:52,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:63,1:1,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:39,1:1 => EINVAL
# members that are not for programs, and those of the struct
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,1:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,7:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,32:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,0:16,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"a-b",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"a/b",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,x:61616161616161616161616161616161,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
# programs
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,999:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EBADF
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,m:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,p:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,a:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,s:8,0:8,0:40 => EINVAL
# what every one needs
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,0:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,0:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,0:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*256 => 0 value=0:256
-- filled, and ready for a link
b := BTF_LOAD btf=@btf btf_size=141
type v bpf_struct_ops_tcp_congestion_ops
m := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x2000
n := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x2000
type t tcp_congestion_ops
s := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=0
a := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=1
c := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=7
u := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=8
OBJ_GET_INFO_BY_FD bpf_fd=s info_len=8 info=0:8 => 0 i:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=a info_len=8 info=0:8 => 0 j:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=u info_len=8 info=0:8 => 0 k:=info+4:4
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"a.b_C9",0:9,0:8,0:16,0:4,2:4,0:8,0:8,0:40
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*256 => 0 value=0:4,3:4,0:56,i:8,j:8 value+128=k:8 value+152="a.b_C9" value+196=2:4
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EBUSY
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,999:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EBUSY
MAP_DELETE_ELEM map_fd=m key=0:4 => EOPNOTSUPP
close s
x := PROG_GET_FD_BY_ID start_id=i
close x
s := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=0
MAP_UPDATE_ELEM map_fd=n key=0:4 value=0:64,s:8,0:8,0:8,0:32,c:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40
-- a struct that nobody registers
b := BTF_LOAD btf=@btf btf_size=141
type v bpf_struct_ops_bpf_dummy_ops
m := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:128 => EOPNOTSUPP
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*128 => 0 value=0:128
-- registered without a link, until it is deleted [door]
b := BTF_LOAD btf=@btf btf_size=141
type v bpf_struct_ops_tcp_congestion_ops
m := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v
n := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v
l := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x2000
type t tcp_congestion_ops
s := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=0
a := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=1
u := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=8
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"one",0:12,1:8,0:16,0:4,0:4,0:8,0:8,0:40 => EINVAL
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*256 => 0 value=0:256
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"one",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*256 => 0 value=1:4,1:4 value+152="one"
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"one",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EBUSY
MAP_UPDATE_ELEM map_fd=n key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"one",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EEXIST
MAP_LOOKUP_ELEM map_fd=n key=0:4 value=*256 => 0 value=0:256
MAP_UPDATE_ELEM map_fd=n key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"cubic",0:10,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EEXIST
MAP_UPDATE_ELEM map_fd=l key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"one",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40
LINK_CREATE prog_fd=l attach_type=44 => EEXIST
LINK_CREATE prog_fd=m attach_type=44 => EINVAL
MAP_DELETE_ELEM map_fd=m key=0:4
MAP_DELETE_ELEM map_fd=m key=0:4 => EINPROGRESS
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*256 => 0 value=0:4,2:4 value+152="one"
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"one",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40 => EBUSY
MAP_UPDATE_ELEM map_fd=n key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"one",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40
LINK_CREATE prog_fd=l attach_type=44 => EEXIST
close n
k := LINK_CREATE prog_fd=l attach_type=44
-- registered by a link, which is updated and detached [door]
b := BTF_LOAD btf=@btf btf_size=141
type v bpf_struct_ops_tcp_congestion_ops
m := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x2000
n := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x2000
o := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x2000
w := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x2000
type t tcp_congestion_ops
s := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=0
a := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=1
u := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=8
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
LINK_CREATE prog_fd=m attach_type=44 => EINVAL
LINK_CREATE prog_fd=p attach_type=44 => EINVAL
LINK_CREATE prog_fd=999 attach_type=44 => EBADF
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"one",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40
MAP_UPDATE_ELEM map_fd=n key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"one",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40
MAP_UPDATE_ELEM map_fd=o key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"two",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40
MAP_UPDATE_ELEM map_fd=w key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"one",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40
k := LINK_CREATE prog_fd=m attach_type=44
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=8 info=0:8 => 0 i:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=n info_len=8 info=0:8 => 0 j:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=k info_len=64 info=0:64 => 0 info=9:4 info+8=0:4 info+16=i:4
LINK_CREATE prog_fd=m attach_type=44 => EEXIST
LINK_CREATE prog_fd=n attach_type=44 => EEXIST
q := LINK_CREATE prog_fd=o attach_type=44
LINK_UPDATE link_fd=k new_prog_fd=o => EINVAL
LINK_UPDATE link_fd=k new_prog_fd=p => EINVAL
LINK_UPDATE link_fd=k new_prog_fd=n old_prog_fd=m => EINVAL
LINK_UPDATE link_fd=k new_prog_fd=n flags=4 old_prog_fd=w => EPERM
LINK_UPDATE link_fd=k new_prog_fd=n flags=4 old_prog_fd=m
OBJ_GET_INFO_BY_FD bpf_fd=k info_len=64 info=0:64 => 0 info+16=j:4
LINK_UPDATE link_fd=k new_prog_fd=w
LINK_DETACH link_fd=k
LINK_DETACH link_fd=k
LINK_UPDATE link_fd=k new_prog_fd=m => ENOLINK
OBJ_GET_INFO_BY_FD bpf_fd=k info_len=64 info=0:64 => 0 info+16=0:4
k := LINK_CREATE prog_fd=m attach_type=44
OBJ_PIN pathname="k" bpf_fd=k
close k
close m
LINK_CREATE prog_fd=n attach_type=44 => EEXIST
! rm k
x := LINK_CREATE prog_fd=n attach_type=44
-- a pinned one keeps its programs and its state [door]
b := BTF_LOAD btf=@btf btf_size=141
type v bpf_struct_ops_tcp_congestion_ops
m := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v map_flags=0x2000
type t tcp_congestion_ops
s := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=0
a := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=1
c := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=7
u := PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="GPL" attach_btf_id=t expected_attach_type=8
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:64,s:8,a:8,0:8,0:32,0:8,u:8,0:16,"abc",0:12,0:8,0:16,0:4,0:4,0:8,0:8,0:40
OBJ_GET_INFO_BY_FD bpf_fd=u info_len=8 info=0:8 => 0 k:=info+4:4
OBJ_PIN pathname="m" bpf_fd=m
close m
close s
close a
close u
! [ -z "$EBPF" ] || "$EBPF" map dump --bpffs . m | grep -q 'state = BPF_STRUCT_OPS_STATE_READY}, .data = {.ssthresh = '
n := OBJ_GET pathname="m"
OBJ_GET_INFO_BY_FD bpf_fd=n info_len=80 info=0:80 => 0 info+44=v:4
MAP_LOOKUP_ELEM map_fd=n key=0:4 value=*256 => 0 value=0:4,3:4 value+128=k:8
x := PROG_GET_FD_BY_ID start_id=k
close x
close n
! rm m
PROG_GET_FD_BY_ID start_id=k => ENOENT

-- programs that are members
type t tcp_congestion_ops
type z tcp_sock
prog p ops.s unset attach_btf_id=t expected_attach_type=16
close p
prog p ops.s unset attach_btf_id=t expected_attach_type=0 => EACCES R0 !read_ok
prog p ops.s two attach_btf_id=t expected_attach_type=0
close p
prog p ops.s pointer attach_btf_id=t expected_attach_type=0
close p
prog p ops.s two attach_btf_id=0 expected_attach_type=0 => ENOTSUPP
prog p ops.s two attach_btf_id=z expected_attach_type=0 => ENOTSUPP is not a supported struct
prog p ops.s two attach_btf_id=t expected_attach_type=500 => EINVAL attach to invalid member idx 500 of struct tcp_congestion_ops
prog p ops.s two attach_btf_id=t expected_attach_type=11 => EINVAL attach to invalid member name(@idx 11) of struct tcp_congestion_ops
prog p ops.s two attach_btf_id=t expected_attach_type=10 => ENOTSUPP attach to unsupported member get_info of struct tcp_congestion_ops
prog p ops.s slot2 attach_btf_id=t expected_attach_type=0 => EACCES func 'ssthresh' doesn't have 2-th argument
prog p ops.s ctxwrite attach_btf_id=t expected_attach_type=0 => EACCES invalid bpf_context access off=0 size=8
prog p ops.s narrow attach_btf_id=t expected_attach_type=0 => EACCES func 'ssthresh' size 4 must be 8
prog p ops.s sockopt attach_btf_id=t expected_attach_type=16
close p
prog p ops.s sockopt attach_btf_id=t expected_attach_type=17 => EINVAL program of this type cannot use helper bpf_setsockopt#49

-- what programs may write of a socket
type t tcp_congestion_ops
prog p ops.s w_pacing_rate attach_btf_id=t expected_attach_type=0
close p
prog p ops.s w_pacing_status attach_btf_id=t expected_attach_type=0
close p
prog p ops.s w_ca_priv attach_btf_id=t expected_attach_type=0
close p
prog p ops.s w_ca_priv_end attach_btf_id=t expected_attach_type=0
close p
prog p ops.s w_ack_pending attach_btf_id=t expected_attach_type=0
close p
prog p ops.s w_cwnd attach_btf_id=t expected_attach_type=0
close p
prog p ops.s w_cwnd_cnt attach_btf_id=t expected_attach_type=0
close p
prog p ops.s w_cwnd_stamp attach_btf_id=t expected_attach_type=0
close p
prog p ops.s w_ssthresh attach_btf_id=t expected_attach_type=0
close p
prog p ops.s w_ecn_flags attach_btf_id=t expected_attach_type=0
close p
prog p ops.s w_app_limited attach_btf_id=t expected_attach_type=0
close p
prog p ops.s atomic attach_btf_id=t expected_attach_type=0
close p
prog p ops.s r_srtt attach_btf_id=t expected_attach_type=0 => EACCES no write support to tcp_sock at off 1680
prog p ops.s r_clamp attach_btf_id=t expected_attach_type=0 => EACCES no write support to tcp_sock at off 1936
prog p ops.s r_prior_cwnd attach_btf_id=t expected_attach_type=0 => EACCES no write support to tcp_sock at off 1948
prog p ops.s r_una attach_btf_id=t expected_attach_type=0 => EACCES no write support to tcp_sock at off 1672
prog p ops.s r_rto attach_btf_id=t expected_attach_type=0 => EACCES no write support to tcp_sock at off 1184
prog p ops.s r_priority attach_btf_id=t expected_attach_type=0 => EACCES no write support to tcp_sock at off 520
prog p ops.s r_inside attach_btf_id=t expected_attach_type=0 => EACCES no write support to tcp_sock at off 1446
prog p ops.s r_wide attach_btf_id=t expected_attach_type=0 => EACCES write access at off 1444 with size 8 beyond the member of tcp_sock ended at 1448
prog p ops.s r_wide_priv attach_btf_id=t expected_attach_type=0 => EACCES write access at off 1396 with size 8 beyond the member of tcp_sock ended at 1400
prog p ops.s sample attach_btf_id=t expected_attach_type=5 => EACCES only read is supported

-- they are not run by hand
type t tcp_congestion_ops
prog p ops.s two attach_btf_id=t expected_attach_type=0
PROG_TEST_RUN prog_fd=p => EOPNOTSUPP

-- their license is one of GPL
type t tcp_congestion_ops
PROG_LOAD prog_type=27 insns=@ret2 insn_cnt=2 license="Proprietary" attach_btf_id=t expected_attach_type=0 => EINVAL

-- the log of a program whose license is not of GPL [door]
type t tcp_congestion_ops
let none "Proprietary"
prog p ops.s two attach_btf_id=t expected_attach_type=0 license=@none => EINVAL struct ops programs must have a GPL compatible license

-- programs do not use such a map
b := BTF_LOAD btf=@btf btf_size=141
type v bpf_struct_ops_tcp_congestion_ops
m := MAP_CREATE map_type=struct_ops key_size=4 value_size=v_size max_entries=1 btf_fd=b btf_vmlinux_value_type_id=v
prog p ops.s looks fd_array=m:4 => EINVAL bpf_struct_ops map cannot be used in prog
