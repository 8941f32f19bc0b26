# The multiplexer itself: command numbers, sizes, zero tails, pointers, kinds of descriptors.
-- unknown command
99 => EINVAL
38 => EINVAL
-- a larger attribute is zero behind what is known
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 size=4096
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 size=200
-- more than a page
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 size=4097 => E2BIG
-- bytes behind the attribute
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 size=200 at190=1 => E2BIG
99 size=200 at190=1 => E2BIG
-- bytes behind the command's last field
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 at100=1 => EINVAL
-- a shorter attribute is continued by zeroes
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 size=16
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 size=12 => EINVAL
MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 size=0 => EINVAL
-- pointers that lead nowhere
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
MAP_UPDATE_ELEM map_fd=m key=bad value=7:8 => EFAULT
MAP_UPDATE_ELEM map_fd=m key=0:4 value=bad => EFAULT
MAP_UPDATE_ELEM map_fd=m key=null value=7:8 => EFAULT
MAP_UPDATE_ELEM map_fd=m key=0:4 value=null => EFAULT
MAP_LOOKUP_ELEM map_fd=m key=bad value=*8 => EFAULT
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=bad => EFAULT
MAP_LOOKUP_ELEM map_fd=m key=9:4 value=bad => ENOENT
MAP_DELETE_ELEM map_fd=m key=bad => EFAULT
MAP_GET_NEXT_KEY map_fd=m key=bad next_key=*4 => EFAULT
MAP_GET_NEXT_KEY map_fd=m key=null next_key=bad => EFAULT
-- descriptors of nothing and of something else
MAP_LOOKUP_ELEM map_fd=999 key=0:4 value=*8 => EBADF
MAP_LOOKUP_ELEM map_fd=0xffffffff key=0:4 value=*8 => EBADF
MAP_LOOKUP_ELEM map_fd=0 key=0:4 value=*8 => EINVAL
MAP_UPDATE_ELEM map_fd=999 key=0:4 value=*8 => EBADF
MAP_DELETE_ELEM map_fd=999 key=0:4 => EBADF
MAP_GET_NEXT_KEY map_fd=999 key=0:4 next_key=*4 => EBADF
MAP_FREEZE map_fd=999 => EBADF
MAP_LOOKUP_BATCH map_fd=999 count=1 => EBADF
OBJ_GET_INFO_BY_FD bpf_fd=999 info_len=80 info=0:80 => EBADFD
OBJ_GET_INFO_BY_FD bpf_fd=0 info_len=80 info=0:80 => EINVAL
PROG_TEST_RUN prog_fd=999 => EBADF
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
PROG_TEST_RUN prog_fd=m => EINVAL
PROG_BIND_MAP prog_fd=m map_fd=m => EINVAL
PROG_BIND_MAP prog_fd=999 map_fd=m => EBADF
PROG_STREAM_READ_BY_FD prog_fd=m stream_id=1 stream_buf=*8 stream_buf_len=8 => EINVAL
PROG_STREAM_READ_BY_FD prog_fd=999 stream_id=1 stream_buf=*8 stream_buf_len=8 => EBADF
-- ids of nothing
MAP_GET_FD_BY_ID start_id=0 => ENOENT
MAP_GET_FD_BY_ID start_id=0xfffffff0 => ENOENT
PROG_GET_FD_BY_ID start_id=0xfffffff0 => ENOENT
BTF_GET_FD_BY_ID start_id=0xfffffff0 => ENOENT
MAP_GET_NEXT_ID start_id=0xfffffff0 => EINVAL
MAP_GET_NEXT_ID start_id=0x7fffffff => EINVAL
PROG_GET_NEXT_ID start_id=0xfffffff0 => EINVAL
PROG_GET_NEXT_ID start_id=0x7ffffffe => ENOENT
BTF_GET_NEXT_ID start_id=0x7ffffffe => ENOENT
LINK_GET_FD_BY_ID start_id=0xfffffff0 => ENOENT
LINK_GET_NEXT_ID start_id=0x7ffffffe => ENOENT
MAP_GET_NEXT_ID start_id=1 open_flags=8 => EINVAL
MAP_GET_FD_BY_ID start_id=1 open_flags=1 => EINVAL
MAP_GET_FD_BY_ID start_id=1 open_flags=24 => EINVAL
PROG_GET_FD_BY_ID start_id=1 open_flags=8 => EINVAL
BTF_GET_FD_BY_ID start_id=1 open_flags=8 => EINVAL
-- an id leads to the same map
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=2 map_name="abc"
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=104 info=0:104 => 0 i:=info+4:4 info_len=104 info+24="abc"
n := MAP_GET_FD_BY_ID start_id=i
MAP_UPDATE_ELEM map_fd=n key=5:4 value=6:8
MAP_LOOKUP_ELEM map_fd=m key=5:4 value=*8 => 0 value=6:8
r := MAP_GET_FD_BY_ID start_id=i open_flags=8
MAP_UPDATE_ELEM map_fd=r key=5:4 value=6:8 => EPERM
MAP_LOOKUP_ELEM map_fd=r key=5:4 value=*8 => 0 value=6:8
w := MAP_GET_FD_BY_ID start_id=i open_flags=16
MAP_UPDATE_ELEM map_fd=w key=5:4 value=8:8
MAP_LOOKUP_ELEM map_fd=w key=5:4 value=*8 => EPERM
MAP_GET_NEXT_KEY map_fd=w key=null next_key=*4 => EPERM
close m
close n
close r
close w
MAP_GET_FD_BY_ID start_id=i => ENOENT
-- the id after the one before is the map's
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
n := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=2
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=104 info=0:104 => 0 i:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=n info_len=104 info=0:104 => 0 j:=info+4:4
MAP_GET_NEXT_ID start_id=i => 0 next_id=j
MAP_GET_NEXT_ID start_id=j => ENOENT
