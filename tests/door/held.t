# Maps whose values are descriptors: prog arrays and maps of maps.
let gpl "GPL"
let ret2 x:b700000002000000,x:9500000000000000
let eth x:ffffffffffff0102030405060800,x:aabb
-- prog array: what cannot be made
MAP_CREATE map_type=prog_array key_size=8 value_size=4 max_entries=1 => EINVAL
MAP_CREATE map_type=prog_array key_size=4 value_size=8 max_entries=1 => EINVAL
MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=0 => EINVAL
MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=1 map_flags=0x80 => EINVAL
MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=1 map_flags=0x100 => EINVAL
-- prog array: elements
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
MAP_UPDATE_ELEM map_fd=m key=0:4 value=p:4 flags=1 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=p:4 flags=2 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=2:4 value=p:4 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=2:4 value=999:4 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=0:4 value=999:4 => EBADF
MAP_UPDATE_ELEM map_fd=m key=0:4 value=m:4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:4 => EINVAL
MAP_DELETE_ELEM map_fd=m key=0:4 => ENOENT
MAP_DELETE_ELEM map_fd=m key=2:4 => E2BIG
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*4 => ENOENT
MAP_LOOKUP_ELEM map_fd=m key=2:4 value=*4 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=0:4 value=p:4
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=8 info=0:8 => 0 i:=info+4:4
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*4 => 0 value=i:4
MAP_GET_NEXT_KEY map_fd=m next_key=*4 => 0 next_key=0:4
MAP_GET_NEXT_KEY map_fd=m key=0:4 next_key=*4 => 0 next_key=1:4
MAP_GET_NEXT_KEY map_fd=m key=1:4 next_key=*4 => ENOENT
MAP_GET_NEXT_KEY map_fd=m key=7:4 next_key=*4 => 0 next_key=0:4
MAP_DELETE_ELEM map_fd=m key=0:4
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*4 => ENOENT
MAP_LOOKUP_BATCH map_fd=m keys=*8 values=*16 count=2 out_batch=*4 => ENOTSUPP
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=0:4 value=*4 => ENOTSUPP
-- prog array: keeps its programs
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=8 info=0:8 => 0 i:=info+4:4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=p:4
close p
q := PROG_GET_FD_BY_ID start_id=i
close q
MAP_DELETE_ELEM map_fd=m key=1:4
! sleep 0.3
PROG_GET_FD_BY_ID start_id=i => ENOENT
-- prog array: one type of program only
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
q := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license=@gpl
MAP_UPDATE_ELEM map_fd=m key=0:4 value=p:4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=q:4 => EINVAL
MAP_DELETE_ELEM map_fd=m key=0:4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=q:4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=1:4 value=p:4
PROG_LOAD prog_type=sched_cls insns=x:18120000,m:4,0:8,@ret2 insn_cnt=4 license=@gpl => EINVAL
r := PROG_LOAD prog_type=xdp insns=x:18120000,m:4,0:8,@ret2 insn_cnt=4 license=@gpl
-- prog array: the type of the first program that names it
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
r := PROG_LOAD prog_type=xdp insns=x:18120000,m:4,0:8,@ret2 insn_cnt=4 license=@gpl
q := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license=@gpl
MAP_UPDATE_ELEM map_fd=m key=1:4 value=q:4 => EINVAL
-- prog array: attach types
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
q := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl expected_attach_type=33
s := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_flags=32
MAP_UPDATE_ELEM map_fd=m key=0:4 value=p:4
MAP_UPDATE_ELEM map_fd=m key=0:4 value=q:4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=s:4 => EINVAL
-- tail call
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
MAP_UPDATE_ELEM map_fd=m key=1:4 value=p:4
r := PROG_LOAD prog_type=xdp insns=x:18120000,m:4,0:8,x:b703000001000000,x:850000000c000000,x:b700000003000000,x:9500000000000000 insn_cnt=6 license=@gpl
PROG_TEST_RUN prog_fd=r data_in=@eth data_size_in=16 => 0 retval=2
MAP_DELETE_ELEM map_fd=m key=1:4
PROG_TEST_RUN prog_fd=r data_in=@eth data_size_in=16 => 0 retval=3
-- tail call: the last descriptor of the table is closed
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
MAP_UPDATE_ELEM map_fd=m key=1:4 value=p:4
r := PROG_LOAD prog_type=xdp insns=x:18120000,m:4,0:8,x:b703000001000000,x:850000000c000000,x:b700000003000000,x:9500000000000000 insn_cnt=6 license=@gpl
PROG_TEST_RUN prog_fd=r data_in=@eth data_size_in=16 => 0 retval=2
close m
! sleep 0.3
PROG_TEST_RUN prog_fd=r data_in=@eth data_size_in=16 => 0 retval=3
-- maps of maps: what cannot be made
i := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=999 => EBADF
MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=2 => EINVAL
MAP_CREATE map_type=array_of_maps key_size=4 value_size=8 max_entries=2 inner_map_fd=i => EINVAL
MAP_CREATE map_type=array_of_maps key_size=8 value_size=4 max_entries=2 inner_map_fd=i => EINVAL
p := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=p => ENOTSUPP
o := MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=i
MAP_CREATE map_type=hash_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=o => EINVAL
h := MAP_CREATE map_type=hash_of_maps key_size=8 value_size=4 max_entries=2 inner_map_fd=i
-- array of maps: elements
i := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
j := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=3
k := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=2
o := MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=i
MAP_LOOKUP_ELEM map_fd=o key=0:4 value=*4 => ENOENT
MAP_DELETE_ELEM map_fd=o key=0:4 => ENOENT
MAP_UPDATE_ELEM map_fd=o key=0:4 value=j:4 => EINVAL
MAP_UPDATE_ELEM map_fd=o key=0:4 value=k:4 => EINVAL
MAP_UPDATE_ELEM map_fd=o key=0:4 value=999:4 => EBADF
MAP_UPDATE_ELEM map_fd=o key=0:4 value=i:4 flags=1 => EINVAL
MAP_UPDATE_ELEM map_fd=o key=2:4 value=i:4 => E2BIG
MAP_UPDATE_ELEM map_fd=o key=0:4 value=i:4
OBJ_GET_INFO_BY_FD bpf_fd=i info_len=8 info=0:8 => 0 n:=info+4:4
MAP_LOOKUP_ELEM map_fd=o key=0:4 value=*4 => 0 value=n:4
close i
x := MAP_GET_FD_BY_ID start_id=n
close x
MAP_DELETE_ELEM map_fd=o key=0:4
! sleep 0.3
MAP_GET_FD_BY_ID start_id=n => ENOENT
-- hash of maps: elements
i := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=2
j := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=3
h := MAP_CREATE map_type=hash_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=i
MAP_UPDATE_ELEM map_fd=h key=9:4 value=j:4 flags=2 => ENOENT
MAP_UPDATE_ELEM map_fd=h key=9:4 value=j:4 flags=1
MAP_UPDATE_ELEM map_fd=h key=9:4 value=j:4 flags=1 => EEXIST
OBJ_GET_INFO_BY_FD bpf_fd=j info_len=8 info=0:8 => 0 n:=info+4:4
MAP_LOOKUP_ELEM map_fd=h key=9:4 value=*4 => 0 value=n:4
MAP_DELETE_ELEM map_fd=h key=9:4
MAP_DELETE_ELEM map_fd=h key=9:4 => ENOENT
-- array of maps: a program looks into an inner map
i := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
j := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
o := MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=i
MAP_UPDATE_ELEM map_fd=i key=0:4 value=7:8
MAP_UPDATE_ELEM map_fd=j key=0:4 value=9:8
r := PROG_LOAD prog_type=xdp insns=x:620afcff00000000,x:bfa2000000000000,x:07020000fcffffff,x:18110000,o:4,0:8,x:8500000001000000,x:1500060000000000,x:bf01000000000000,x:bfa2000000000000,x:07020000fcffffff,x:8500000001000000,x:1500010000000000,x:7900000000000000,x:9500000000000000 insn_cnt=14 license=@gpl
PROG_TEST_RUN prog_fd=r data_in=@eth data_size_in=16 => 0 retval=0
MAP_UPDATE_ELEM map_fd=o key=0:4 value=i:4
PROG_TEST_RUN prog_fd=r data_in=@eth data_size_in=16 => 0 retval=7
MAP_UPDATE_ELEM map_fd=o key=0:4 value=j:4
PROG_TEST_RUN prog_fd=r data_in=@eth data_size_in=16 => 0 retval=9
MAP_DELETE_ELEM map_fd=o key=0:4
PROG_TEST_RUN prog_fd=r data_in=@eth data_size_in=16 => 0 retval=0
-- array of maps: an id in two slots
i := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
o := MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=i
MAP_UPDATE_ELEM map_fd=o key=0:4 value=i:4
MAP_UPDATE_ELEM map_fd=o key=1:4 value=i:4
OBJ_GET_INFO_BY_FD bpf_fd=i info_len=8 info=0:8 => 0 n:=info+4:4
close i
MAP_DELETE_ELEM map_fd=o key=0:4
! sleep 0.3
x := MAP_GET_FD_BY_ID start_id=n
close x
close o
! sleep 0.3
MAP_GET_FD_BY_ID start_id=n => ENOENT
-- array of maps: length of inner arrays
i := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2 map_flags=0x1000
j := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=3 map_flags=0x1000
k := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
p := MAP_CREATE map_type=percpu_array key_size=4 value_size=8 max_entries=2
q := MAP_CREATE map_type=percpu_array key_size=4 value_size=8 max_entries=3
o := MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=i
MAP_UPDATE_ELEM map_fd=o key=0:4 value=j:4
MAP_UPDATE_ELEM map_fd=o key=0:4 value=k:4 => EINVAL
o := MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=p
MAP_UPDATE_ELEM map_fd=o key=0:4 value=q:4
-- maps of maps: batches
i := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
OBJ_GET_INFO_BY_FD bpf_fd=i info_len=8 info=0:8 => 0 n:=info+4:4
o := MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=3 inner_map_fd=i
MAP_UPDATE_BATCH map_fd=o keys=1:4,2:4 values=i:4,i:4 count=2
MAP_LOOKUP_BATCH map_fd=o keys=*12 values=*12 count=3 out_batch=*4 => ENOENT count=2 keys=1:4,2:4,*4 values=n:4,n:4,*4
MAP_DELETE_BATCH map_fd=o keys=1:4 count=1 => ENOTSUPP
h := MAP_CREATE map_type=hash_of_maps key_size=4 value_size=4 max_entries=3 inner_map_fd=i
MAP_UPDATE_BATCH map_fd=h keys=5:4 values=i:4 count=1
MAP_LOOKUP_AND_DELETE_ELEM map_fd=h key=5:4 value=*4 => ENOTSUPP
MAP_LOOKUP_AND_DELETE_BATCH map_fd=h keys=*4 values=*4 count=1 out_batch=*4 => ENOENT count=1 keys=5:4 values=n:4
MAP_LOOKUP_ELEM map_fd=h key=5:4 value=*4 => ENOENT
-- hash of maps: the descriptor is looked at first
i := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
h := MAP_CREATE map_type=hash_of_maps key_size=4 value_size=4 max_entries=3 inner_map_fd=i
MAP_UPDATE_ELEM map_fd=h key=5:4 value=999:4 flags=9 => EBADF
MAP_UPDATE_ELEM map_fd=h key=5:4 value=h:4 flags=9 => EINVAL
MAP_UPDATE_ELEM map_fd=h key=5:4 value=i:4 flags=9 => EINVAL
MAP_CREATE map_type=hash_of_maps key_size=4 value_size=4 max_entries=0 inner_map_fd=999 => EINVAL
