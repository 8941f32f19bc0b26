# Array, hash, per-cpu, LRU maps: making them and their elements.
-- array: what cannot be made
MAP_CREATE map_type=array key_size=8 value_size=8 max_entries=1 => EINVAL
MAP_CREATE map_type=array key_size=0 value_size=8 max_entries=1 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=0 max_entries=1 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=0 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_flags=1 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=0x80000000 max_entries=1 => E2BIG
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_flags=0x180 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_flags=0x18 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_extra=1 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_ifindex=1 => EOPNOTSUPP
MAP_CREATE map_type=percpu_array key_size=4 value_size=8 max_entries=1 map_ifindex=1 => EINVAL
MAP_CREATE map_type=lru_hash key_size=4 value_size=8 max_entries=1 map_flags=6 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_flags=4 numa_node=99 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=0xffffffff => ENOMEM
MAP_CREATE map_type=34 key_size=4 value_size=8 max_entries=1 => EINVAL
MAP_CREATE map_type=0 key_size=4 value_size=8 max_entries=1 => EINVAL
-- array: order of the questions asked of its making
MAP_CREATE map_type=99 key_size=4 value_size=8 max_entries=1 map_flags=0x18 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=0x80000000 max_entries=1 map_name="a-b" => E2BIG
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_key_type_id=1 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_key_type_id=1 btf_value_type_id=1 btf_fd=999 => EBADF
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_key_type_id=1 btf_value_type_id=1 btf_fd=0 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_vmlinux_value_type_id=1 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_name="a-b" btf_value_type_id=1 btf_fd=999 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_flags=0x10000 map_token_fd=999 => EBADF
-- names
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_name="a-b" => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_name="0123456789abcdef" => EINVAL
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_name="a.b_C9"
n := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_name="0123456789abcde"
o := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
-- array: elements
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=3
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => 0 value=0:8
MAP_UPDATE_ELEM map_fd=m key=0:4 value=7:8
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => 0 value=7:8
MAP_UPDATE_ELEM map_fd=m key=0:4 value=8:8 flags=2
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => 0 value=8:8
MAP_UPDATE_ELEM map_fd=m key=0:4 value=9:8 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=m key=0:4 value=9:8 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=9:8 flags=0xffffffff => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=9:8 flags=4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=3:4 value=9:8 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=3:4 value=9:8 flags=1 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=3:4 value=9:8 flags=3 => EINVAL
MAP_LOOKUP_ELEM map_fd=m key=3:4 value=*8 => ENOENT
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 flags=4 => EINVAL
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 flags=1 => EINVAL
MAP_DELETE_ELEM map_fd=m key=0:4 => EINVAL
MAP_DELETE_ELEM map_fd=m key=9:4 => EINVAL
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=0:4 value=*8 => ENOTSUPP
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=0:4 value=*8 flags=1 => EINVAL
-- array: its keys in order, and from beyond again from the first
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=3
MAP_GET_NEXT_KEY map_fd=m next_key=*4 => 0 next_key=0:4
MAP_GET_NEXT_KEY map_fd=m key=0:4 next_key=*4 => 0 next_key=1:4
MAP_GET_NEXT_KEY map_fd=m key=1:4 next_key=*4 => 0 next_key=2:4
MAP_GET_NEXT_KEY map_fd=m key=2:4 next_key=*4 => ENOENT
MAP_GET_NEXT_KEY map_fd=m key=3:4 next_key=*4 => 0 next_key=0:4
MAP_GET_NEXT_KEY map_fd=m key=0xffffffff:4 next_key=*4 => 0 next_key=0:4
-- hash: what cannot be made
MAP_CREATE map_type=hash key_size=0 value_size=8 max_entries=1 => EINVAL
MAP_CREATE map_type=hash key_size=4 value_size=0 max_entries=1 => EINVAL
MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=0 => EINVAL
MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=1 map_flags=0x400 => EINVAL
MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=1 map_flags=2 => EINVAL
MAP_CREATE map_type=hash key_size=4 value_size=0x7fffffff max_entries=1 => E2BIG
MAP_CREATE map_type=hash key_size=0x7fffffff value_size=4 max_entries=1 => E2BIG
MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=0xffffffff => E2BIG
-- hash: elements
m := MAP_CREATE map_type=hash key_size=3 value_size=5 max_entries=2
MAP_LOOKUP_ELEM map_fd=m key=1:3 value=*5 => ENOENT
MAP_DELETE_ELEM map_fd=m key=1:3 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=1:3 value=7:5 flags=2 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=1:3 value=7:5 flags=1
MAP_UPDATE_ELEM map_fd=m key=1:3 value=7:5 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=m key=1:3 value=8:5 flags=2
MAP_UPDATE_ELEM map_fd=m key=1:3 value=8:5 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=1:3 value=8:5 flags=4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=1:3 value=8:5 flags=8 => EINVAL
MAP_LOOKUP_ELEM map_fd=m key=1:3 value=*5 => 0 value=8:5
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=1:3 value=*5 => 0 value=8:5
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=1:3 value=*5 => ENOENT
MAP_LOOKUP_ELEM map_fd=m key=1:3 value=*5 => ENOENT
-- hash: full
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=2
MAP_UPDATE_ELEM map_fd=m key=1:4 value=1:8
MAP_UPDATE_ELEM map_fd=m key=2:4 value=2:8
MAP_UPDATE_ELEM map_fd=m key=3:4 value=3:8 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=3:4 value=3:8 flags=1 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=3:4 value=3:8 flags=2 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=2:4 value=9:8
MAP_LOOKUP_ELEM map_fd=m key=2:4 value=*8 => 0 value=9:8
MAP_DELETE_ELEM map_fd=m key=1:4
MAP_UPDATE_ELEM map_fd=m key=3:4 value=3:8
MAP_LOOKUP_ELEM map_fd=m key=3:4 value=*8 => 0 value=3:8
-- hash without preallocation: full
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=2 map_flags=1
MAP_UPDATE_ELEM map_fd=m key=1:4 value=1:8
MAP_UPDATE_ELEM map_fd=m key=2:4 value=2:8
MAP_UPDATE_ELEM map_fd=m key=3:4 value=3:8 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=2:4 value=9:8
MAP_UPDATE_ELEM map_fd=m key=3:4 value=3:8 flags=2 => ENOENT
-- hash: keys
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=2
MAP_GET_NEXT_KEY map_fd=m next_key=*4 => ENOENT
MAP_GET_NEXT_KEY map_fd=m key=5:4 next_key=*4 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=5:4 value=1:8
MAP_GET_NEXT_KEY map_fd=m next_key=*4 => 0 next_key=5:4
MAP_GET_NEXT_KEY map_fd=m key=5:4 next_key=*4 => ENOENT
MAP_GET_NEXT_KEY map_fd=m key=6:4 next_key=*4 => 0 next_key=5:4
-- per-cpu array
MAP_CREATE map_type=percpu_array key_size=4 value_size=32769 max_entries=1 => E2BIG
MAP_CREATE map_type=percpu_array key_size=4 value_size=4 max_entries=1 map_flags=0x400 => EINVAL
m := MAP_CREATE map_type=percpu_array key_size=4 value_size=4 max_entries=2
MAP_UPDATE_ELEM map_fd=m key=0:4 value=x:0102030405060708,x:1112131415161718,0:4096
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*4112 => 0 value=x:0102030405060708,x:1112131415161718
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:4096 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:4096 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=2:4 value=0:4096 => E2BIG
MAP_DELETE_ELEM map_fd=m key=0:4 => EINVAL
MAP_LOOKUP_ELEM map_fd=m key=2:4 value=*4096 => ENOENT
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=0:4 value=*4096 => ENOTSUPP
-- per-cpu hash
m := MAP_CREATE map_type=percpu_hash key_size=4 value_size=4 max_entries=2
MAP_UPDATE_ELEM map_fd=m key=9:4 value=x:0102030405060708,x:1112131415161718,0:4096
MAP_LOOKUP_ELEM map_fd=m key=9:4 value=*4112 => 0 value=x:0102030405060708,x:1112131415161718
MAP_UPDATE_ELEM map_fd=m key=9:4 value=0:4096 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=m key=8:4 value=0:4096 flags=2 => ENOENT
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=9:4 value=*4112 => 0 value=x:0102030405060708
MAP_LOOKUP_ELEM map_fd=m key=9:4 value=*4112 => ENOENT
-- LRU hash
MAP_CREATE map_type=lru_hash key_size=4 value_size=8 max_entries=4 map_flags=1 => ENOTSUPP
MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=8 max_entries=4 map_flags=1 => ENOTSUPP
m := MAP_CREATE map_type=lru_hash key_size=4 value_size=8 max_entries=4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=1:8
MAP_UPDATE_ELEM map_fd=m key=2:4 value=2:8
MAP_UPDATE_ELEM map_fd=m key=3:4 value=3:8
MAP_UPDATE_ELEM map_fd=m key=4:4 value=4:8
MAP_UPDATE_ELEM map_fd=m key=5:4 value=5:8
MAP_UPDATE_ELEM map_fd=m key=6:4 value=6:8
MAP_LOOKUP_ELEM map_fd=m key=6:4 value=*8 => 0 value=6:8
MAP_UPDATE_ELEM map_fd=m key=6:4 value=6:8 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=m key=7:4 value=6:8 flags=2 => ENOENT
MAP_DELETE_ELEM map_fd=m key=6:4
MAP_LOOKUP_ELEM map_fd=m key=6:4 value=*8 => ENOENT
-- a map that is frozen
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
MAP_UPDATE_ELEM map_fd=m key=0:4 value=7:8
MAP_FREEZE map_fd=m
MAP_UPDATE_ELEM map_fd=m key=0:4 value=8:8 => EPERM
MAP_UPDATE_ELEM map_fd=m key=bad value=8:8 => EPERM
MAP_DELETE_ELEM map_fd=m key=0:4 => EPERM
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => 0 value=7:8
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=0:4 value=*8 => EPERM
MAP_UPDATE_BATCH map_fd=m keys=0:4 values=8:8 count=1 => EPERM
MAP_FREEZE map_fd=m => EPERM
-- a descriptor for reading, or for writing
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=2 map_flags=8
MAP_UPDATE_ELEM map_fd=m key=0:4 value=8:8 => EPERM
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => ENOENT
MAP_DELETE_ELEM map_fd=m key=0:4 => EPERM
MAP_FREEZE map_fd=m => EPERM
n := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=2 map_flags=16
MAP_UPDATE_ELEM map_fd=n key=0:4 value=8:8
MAP_LOOKUP_ELEM map_fd=n key=0:4 value=*8 => EPERM
MAP_GET_NEXT_KEY map_fd=n next_key=*8 => EPERM
MAP_LOOKUP_AND_DELETE_ELEM map_fd=n key=0:4 value=*8 => EPERM
MAP_LOOKUP_BATCH map_fd=n keys=0:4 values=8:8 out_batch=*4 count=1 => EPERM
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=80 info=0:80 => 0 info+20=0:4
-- information
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=2 map_flags=0x81 map_name="abc"
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=80 info=0:80 => 0 info_len=80 info=1:4 info+8=4:4,8:4,2:4,0x81:4,"abc" info+40=0:40
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=24 info=*24 => 0 info_len=24 info+8=4:4,8:4
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=0 info=0:8 => 0 info_len=0
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=200 info=0:200 => 0
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=200 info=0:196,1:4 => E2BIG
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=5000 info=0:5000 => E2BIG
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=80 info=bad => EFAULT
-- flags of arrays and hashes
m := MAP_CREATE map_type=array key_size=4 value_size=3 max_entries=2 map_flags=0x400
m := MAP_CREATE map_type=array key_size=4 value_size=3 max_entries=2 map_flags=0x80
m := MAP_CREATE map_type=array key_size=4 value_size=3 max_entries=2 map_flags=0x100
m := MAP_CREATE map_type=array key_size=4 value_size=3 max_entries=2 map_flags=0x1000
MAP_CREATE map_type=array key_size=4 value_size=3 max_entries=2 map_flags=2 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=3 max_entries=2 map_flags=0x20 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=3 max_entries=2 map_flags=0x40 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=3 max_entries=2 map_flags=0x200 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=3 max_entries=2 map_flags=0x800 => EINVAL
MAP_CREATE map_type=percpu_array key_size=4 value_size=3 max_entries=2 map_flags=0x1000 => EINVAL
h := MAP_CREATE map_type=hash key_size=4 value_size=3 max_entries=2 map_flags=0x40
MAP_CREATE map_type=hash key_size=4 value_size=3 max_entries=2 map_flags=0x20 => EINVAL
MAP_CREATE map_type=hash key_size=4 value_size=3 max_entries=2 map_flags=0x800 => EINVAL
l := MAP_CREATE map_type=lru_hash key_size=4 value_size=8 max_entries=64 map_flags=2
l := MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=8 max_entries=64
MAP_CREATE map_type=percpu_hash key_size=4 value_size=32769 max_entries=2 => E2BIG
MAP_CREATE map_type=percpu_hash key_size=4 value_size=4 max_entries=2 map_flags=2 => EINVAL
MAP_CREATE map_type=lru_hash key_size=4 value_size=8 max_entries=0 => EINVAL
