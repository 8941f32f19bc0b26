# Values that belong to sockets, tasks, inodes and cgroups; stack traces; arenas. Types: 1 int, 2 u64.
let btf x:9feb0100180000000000000064000000640000001100000001000000000000010400000020000001050000000000000108000000400000000900000001000004080000000b0000000200000000000000000000000000000200000000000000000100000d010000000f000000040000000d0000000100000c0500000000696e7400753634007600610066007800
-- what cannot be made
b := BTF_LOAD btf=@btf btf_size=141
MAP_CREATE map_type=sk_storage key_size=4 value_size=8 map_flags=1 => EINVAL
MAP_CREATE map_type=sk_storage key_size=4 value_size=8 map_flags=0 btf_fd=b btf_key_type_id=1 btf_value_type_id=2 => EINVAL
MAP_CREATE map_type=sk_storage key_size=8 value_size=8 map_flags=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=2 => EINVAL
MAP_CREATE map_type=sk_storage key_size=4 value_size=8 max_entries=1 map_flags=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=2 => EINVAL
MAP_CREATE map_type=task_storage key_size=4 value_size=8 map_flags=3 btf_fd=b btf_key_type_id=1 btf_value_type_id=2 => EINVAL
MAP_CREATE map_type=inode_storage key_size=4 value_size=65535 map_flags=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=2 => E2BIG
m := MAP_CREATE map_type=cgrp_storage key_size=4 value_size=8 map_flags=0x201 btf_fd=b btf_key_type_id=1 btf_value_type_id=2
MAP_CREATE map_type=cgroup_storage key_size=4 value_size=8 => EINVAL
MAP_CREATE map_type=cgroup_storage key_size=8 value_size=8 max_entries=1 => EINVAL
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=32769 => E2BIG
MAP_CREATE map_type=stack_trace key_size=4 value_size=12 max_entries=1 => EINVAL
MAP_CREATE map_type=stack_trace key_size=4 value_size=1024 max_entries=1 => EINVAL
MAP_CREATE map_type=stack_trace key_size=4 value_size=40 max_entries=1 map_flags=0x20 => EINVAL
m := MAP_CREATE map_type=stack_trace key_size=4 value_size=64 max_entries=1 map_flags=0x20
MAP_CREATE map_type=arena max_entries=1 => EINVAL
MAP_CREATE map_type=arena max_entries=1 map_flags=0x400 map_extra=1 => EINVAL
MAP_CREATE map_type=arena max_entries=2 map_flags=0x400 map_extra=0x1fffff000 => ERANGE
MAP_CREATE map_type=arena max_entries=0x100001 map_flags=0x400 => E2BIG
MAP_CREATE map_type=struct_ops key_size=4 value_size=8 max_entries=1 => EINVAL
-- of an inode, by a descriptor
b := BTF_LOAD btf=@btf btf_size=141
m := MAP_CREATE map_type=inode_storage key_size=4 value_size=8 map_flags=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=2
MAP_LOOKUP_ELEM map_fd=m key=999:4 value=*8 => EBADF
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => ENOENT
MAP_DELETE_ELEM map_fd=m key=0:4 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=0:4 value=7:8 flags=2 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=0:4 value=7:8 flags=1
MAP_UPDATE_ELEM map_fd=m key=0:4 value=7:8 flags=1 => EEXIST
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => 0 value=7:8
MAP_UPDATE_ELEM map_fd=m key=0:4 value=9:8
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => 0 value=9:8
MAP_GET_NEXT_KEY map_fd=m key=null next_key=*4 => ENOTSUPP
MAP_DELETE_ELEM map_fd=m key=0:4
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => ENOENT
-- of what a descriptor is not
b := BTF_LOAD btf=@btf btf_size=141
s := MAP_CREATE map_type=sk_storage key_size=4 value_size=8 map_flags=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=2
MAP_LOOKUP_ELEM map_fd=s key=999:4 value=*8 => EBADF
MAP_LOOKUP_ELEM map_fd=s key=0:4 value=*8 => ENOTSOCK
MAP_UPDATE_ELEM map_fd=s key=0:4 value=7:8 => ENOTSOCK
t := MAP_CREATE map_type=task_storage key_size=4 value_size=8 map_flags=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=2
MAP_LOOKUP_ELEM map_fd=t key=999:4 value=*8 => EBADF
MAP_UPDATE_ELEM map_fd=t key=0:4 value=7:8 => EBADF
c := MAP_CREATE map_type=cgrp_storage key_size=4 value_size=8 map_flags=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=2
MAP_DELETE_ELEM map_fd=c key=0:4 => EBADF
-- of a cgroup, which nothing is attached to
m := MAP_CREATE map_type=cgroup_storage key_size=16 value_size=8
MAP_LOOKUP_ELEM map_fd=m key=1:8,0:8 value=*8 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=1:8,0:8 value=1:8 flags=1 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=1:8,0:8 value=1:8 => ENOENT
MAP_DELETE_ELEM map_fd=m key=1:8,0:8 => EINVAL
MAP_GET_NEXT_KEY map_fd=m key=null next_key=*16 => ENOENT
p := MAP_CREATE map_type=percpu_cgroup_storage key_size=8 value_size=8
MAP_UPDATE_ELEM map_fd=p key=1:8 value=*4096 => ENOENT
-- stack traces
m := MAP_CREATE map_type=stack_trace key_size=4 value_size=64 max_entries=3
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*64 => ENOENT
MAP_LOOKUP_ELEM map_fd=m key=4:4 value=*64 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=0:4 value=*64 => EINVAL
MAP_DELETE_ELEM map_fd=m key=3:4 => ENOENT
MAP_DELETE_ELEM map_fd=m key=4:4 => E2BIG
MAP_GET_NEXT_KEY map_fd=m key=null next_key=*4 => ENOENT
-- an arena
m := MAP_CREATE map_type=arena max_entries=2 map_flags=0x400
MAP_LOOKUP_ELEM map_fd=m key=null value=*8 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=null value=*8 => EOPNOTSUPP
MAP_DELETE_ELEM map_fd=m key=null => EOPNOTSUPP
MAP_GET_NEXT_KEY map_fd=m key=null next_key=*8 => EOPNOTSUPP
