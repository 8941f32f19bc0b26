# BTF: loading it, describing maps and programs with it. The blob: 1 int, 2 u64, 3 struct v { u64 a; },
# 4 void *, 5 int (void *x), 6 int f(void *x).
let gpl "GPL"
let btf x:9feb0100180000000000000064000000640000001100000001000000000000010400000020000001050000000000000108000000400000000900000001000004080000000b0000000200000000000000000000000000000200000000000000000100000d010000000f000000040000000d0000000100000c0500000000696e7400753634007600610066007800
let ret2 x:b700000002000000,x:9500000000000000
-- load
b := BTF_LOAD btf=@btf btf_size=141
BTF_LOAD btf=@btf btf_size=20 => EINVAL
BTF_LOAD btf=@btf btf_size=140 => EINVAL
BTF_LOAD btf=bad btf_size=141 => EFAULT
BTF_LOAD btf=@btf btf_size=0 => EINVAL
BTF_LOAD btf=@btf btf_size=0x1000001 => E2BIG
BTF_LOAD btf=x:00,@btf btf_size=141 => EINVAL
BTF_LOAD btf=x:9feb0200180000000000000064000000640000001100000001000000000000010400000020000001050000000000000108000000400000000900000001000004080000000b0000000200000000000000000000000000000200000000000000000100000d010000000f000000040000000d0000000100000c0500000000696e7400753634007600610066007800 btf_size=141 => ENOTSUPP
BTF_LOAD btf=x:9feb0101180000000000000064000000640000001100000001000000000000010400000020000001050000000000000108000000400000000900000001000004080000000b0000000200000000000000000000000000000200000000000000000100000d010000000f000000040000000d0000000100000c0500000000696e7400753634007600610066007800 btf_size=141 => ENOTSUPP
l := BTF_LOAD btf=x:9feb0100180000000000000064000000640000001100000001000000000000010400000020000001050000000000000108000000400000000900000001000004080000000b0000000200000000000000000000000000000200000000000000000100000d010000000f000000040000000d0000000100000c0500000000696e740075363400e900610066007800 btf_size=141
close l
BTF_LOAD btf=@btf btf_size=141 btf_flags=1 => EINVAL
BTF_LOAD btf=@btf btf_size=141 btf_flags=0x10000 btf_token_fd=999 => EBADF
BTF_LOAD btf=x:00,@btf btf_size=141 btf_log_level=1 btf_log_buf=*4096 btf_log_size=4096 => EINVAL
BTF_LOAD btf=x:00,@btf btf_size=141 btf_log_level=1 btf_log_buf=*8 btf_log_size=8 => ENOSPC
BTF_LOAD btf=x:00,@btf btf_size=141 btf_log_level=0 btf_log_buf=*8 btf_log_size=8 => EINVAL
-- information
b := BTF_LOAD btf=@btf btf_size=141
OBJ_GET_INFO_BY_FD bpf_fd=b info_len=32 info=0:32 => 0 info+8=141:4 i:=info+12:4 info+16=0:16
OBJ_GET_INFO_BY_FD bpf_fd=b info_len=33 info=0:32,1:1 => E2BIG
n := BTF_GET_FD_BY_ID start_id=i
close b
close n
BTF_GET_FD_BY_ID start_id=i => ENOENT
-- types of a map
b := BTF_LOAD btf=@btf btf_size=141
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=2
n := MAP_CREATE map_type=hash key_size=8 value_size=8 max_entries=1 btf_fd=b btf_key_type_id=3 btf_value_type_id=3
OBJ_GET_INFO_BY_FD bpf_fd=b info_len=32 info=0:32 => 0 i:=info+12:4
OBJ_GET_INFO_BY_FD bpf_fd=n info_len=80 info=0:80 => 0 info+64=i:4,3:4,3:4
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_fd=b btf_key_type_id=2 btf_value_type_id=2 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=1 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=99 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=6 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_fd=b btf_value_type_id=2 => EINVAL
MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=1 btf_fd=b btf_value_type_id=2 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_fd=m btf_key_type_id=1 btf_value_type_id=2 => EINVAL
v := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=1
close v
MAP_CREATE map_type=percpu_array key_size=4 value_size=8 max_entries=1 btf_fd=b btf_key_type_id=3 btf_value_type_id=2 => EINVAL
close b
x := BTF_GET_FD_BY_ID start_id=i
close x
close m
close n
! sleep 0.3
BTF_GET_FD_BY_ID start_id=i => ENOENT
-- types of a program
b := BTF_LOAD btf=@btf btf_size=141
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=0:4,6:4 func_info_cnt=1 func_info_rec_size=8
OBJ_GET_INFO_BY_FD bpf_fd=b info_len=32 info=0:32 => 0 i:=info+12:4
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 info+128=i:4,8:4 info+144=1:4
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=0:4,6:4 func_info_cnt=1 func_info_rec_size=4 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=0:4,5:4 func_info_cnt=1 func_info_rec_size=8 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=1:4,6:4 func_info_cnt=1 func_info_rec_size=8 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=bad func_info_cnt=1 func_info_rec_size=8 => EFAULT
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=999 func_info=0:4,6:4 func_info_cnt=1 func_info_rec_size=8 => EBADF
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=999 func_info=0:4,6:4 func_info_cnt=1 func_info_rec_size=8 log_level=1 log_buf=*400 log_size=400 => EBADF log_buf=x:70726f636573736564203020696e736e7320
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=0:4,6:4 func_info_cnt=1 func_info_rec_size=6 log_level=1 log_buf=*400 log_size=400 => EINVAL log_buf=x:696e76616c69642066756e6320696e666f207265632073697a6520360a70726f636573736564203020696e736e7320
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=0:4,5:4 func_info_cnt=1 func_info_rec_size=8 log_level=1 log_buf=*400 log_size=400 => EINVAL log_buf=x:696e76616c69642074797065206964203520696e2066756e6320696e666f70726f636573736564203020696e736e7320
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=0:4,6:4,1:4 func_info_cnt=1 func_info_rec_size=12 log_level=1 log_buf=*400 log_size=400 => E2BIG log_buf=x:6e6f6e7a65726f207461696c696e67207265636f726420696e2066756e6320696e666f70726f636573736564203020696e736e7320
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=0:4,6:4 func_info_cnt=1 func_info_rec_size=8 core_relos=0:4,0:4,0:4,0:4 core_relo_cnt=1 core_relo_rec_size=13 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_ifindex=1 => EOPNOTSUPP
PROG_LOAD prog_type=socket_filter insns=@ret2 insn_cnt=2 license=@gpl prog_ifindex=1 => EINVAL
q := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=999
r := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=0:4,6:4,0:4 func_info_cnt=1 func_info_rec_size=12
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=0:4,6:4,1:4 func_info_cnt=1 func_info_rec_size=12 => E2BIG
# lines: offset, file, text, line and column
s := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b func_info=0:4,6:4 func_info_cnt=1 func_info_rec_size=8 line_info=0:4,1:4,1:4,0x1004:4 line_info_cnt=1 line_info_rec_size=16
OBJ_GET_INFO_BY_FD bpf_fd=s info_len=232 info=0:232 => 0 info+148=1:4 info+172=16:4
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b line_info=1:4,1:4,1:4,0x1004:4 line_info_cnt=1 line_info_rec_size=16 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b line_info=0:4,999:4,1:4,0x1004:4 line_info_cnt=1 line_info_rec_size=16 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b line_info=0:4,1:4,1:4,0x1004:4 line_info_cnt=1 line_info_rec_size=8 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_btf_fd=b line_info=bad line_info_cnt=1 line_info_rec_size=16 => EFAULT
close b
y := BTF_GET_FD_BY_ID start_id=i
