# Many elements at once.
-- array: all of it
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=3
MAP_UPDATE_BATCH map_fd=m keys=0:4,1:4,2:4 values=7:8,8:8,9:8 count=3 => 0 count=3
MAP_LOOKUP_BATCH map_fd=m keys=*12 values=*24 count=3 out_batch=*4 => 0 count=3 keys=0:4,1:4,2:4 values=7:8,8:8,9:8 out_batch=2:4
MAP_LOOKUP_BATCH map_fd=m keys=*16 values=*32 count=4 out_batch=*4 => ENOENT count=3 keys=0:4,1:4,2:4
-- array: in steps
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=3
MAP_LOOKUP_BATCH map_fd=m keys=*8 values=*16 count=2 out_batch=*4 => 0 count=2 keys=0:4,1:4 out_batch=1:4
MAP_LOOKUP_BATCH map_fd=m in_batch=1:4 keys=*8 values=*16 count=2 out_batch=*4 => ENOENT count=1 keys=2:4 out_batch=2:4
MAP_LOOKUP_BATCH map_fd=m in_batch=2:4 keys=*8 values=*16 count=2 out_batch=*4 => ENOENT count=0
MAP_LOOKUP_BATCH map_fd=m in_batch=bad keys=*8 values=*16 count=2 out_batch=*4 => EFAULT count=0
MAP_LOOKUP_BATCH map_fd=m keys=bad values=*16 count=2 out_batch=*4 => EFAULT count=0
MAP_LOOKUP_BATCH map_fd=m keys=*8 values=*16 count=2 out_batch=bad => EFAULT
-- array: what it has not
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=3
MAP_LOOKUP_AND_DELETE_BATCH map_fd=m keys=*8 values=*16 count=2 out_batch=*4 => ENOTSUPP
MAP_DELETE_BATCH map_fd=m keys=0:4 count=1 => ENOTSUPP
MAP_LOOKUP_BATCH map_fd=m keys=*8 values=*16 count=2 out_batch=*4 elem_flags=1 => EINVAL
MAP_LOOKUP_BATCH map_fd=m keys=*8 values=*16 count=2 out_batch=*4 elem_flags=4 => EINVAL
MAP_LOOKUP_BATCH map_fd=m keys=*8 values=*16 count=2 out_batch=*4 flags=1
MAP_LOOKUP_BATCH map_fd=m keys=*8 values=*16 count=0 out_batch=*4
MAP_UPDATE_BATCH map_fd=m keys=0:4 values=1:8 count=1 elem_flags=1 => EINVAL
MAP_UPDATE_BATCH map_fd=m keys=0:4 values=1:8 count=1 elem_flags=4 => EINVAL
MAP_UPDATE_BATCH map_fd=m keys=0:4 values=1:8 count=1 flags=1
MAP_UPDATE_BATCH map_fd=m keys=0:4 values=1:8 count=0
-- an update that stops in the middle
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=3
MAP_UPDATE_BATCH map_fd=m keys=0:4,9:4,1:4 values=7:8,8:8,9:8 count=3 => E2BIG count=1
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => 0 value=7:8
MAP_UPDATE_BATCH map_fd=m keys=bad values=7:8 count=1 => EFAULT count=0
-- hash: written, read, deleted
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=9
MAP_UPDATE_BATCH map_fd=m keys=5:4 values=50:8 count=1 => 0 count=1
MAP_LOOKUP_BATCH map_fd=m keys=*36 values=*72 count=9 out_batch=*4 => ENOENT count=1 keys=5:4 values=50:8
MAP_LOOKUP_BATCH map_fd=m keys=*36 values=*72 count=9 out_batch=*4 flags=1 => EINVAL
MAP_LOOKUP_BATCH map_fd=m in_batch=0xffffffff:4 keys=*36 values=*72 count=9 out_batch=*4 => ENOENT count=0
MAP_LOOKUP_AND_DELETE_BATCH map_fd=m keys=*36 values=*72 count=9 out_batch=*4 => ENOENT count=1 keys=5:4 values=50:8
MAP_LOOKUP_BATCH map_fd=m keys=*36 values=*72 count=9 out_batch=*4 => ENOENT count=0
MAP_UPDATE_BATCH map_fd=m keys=5:4,6:4 values=50:8,60:8 count=2 => 0 count=2
MAP_DELETE_BATCH map_fd=m keys=5:4,7:4,6:4 count=3 => ENOENT count=1
MAP_LOOKUP_ELEM map_fd=m key=5:4 value=*8 => ENOENT
MAP_LOOKUP_ELEM map_fd=m key=6:4 value=*8 => 0 value=60:8
MAP_DELETE_BATCH map_fd=m keys=6:4 count=1 elem_flags=1 => EINVAL
MAP_DELETE_BATCH map_fd=m keys=bad count=1 => EFAULT
MAP_DELETE_BATCH map_fd=m keys=6:4 count=0
MAP_DELETE_BATCH map_fd=m keys=6:4 count=1 => 0 count=1
-- hash: a walk in steps sees each key
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=64
MAP_UPDATE_BATCH map_fd=m keys=1:4,2:4,3:4 values=1:8,2:8,3:8 count=3
MAP_LOOKUP_BATCH map_fd=m keys=*256 values=*512 count=64 out_batch=*4 => ENOENT count=3
-- a type without batches
m := MAP_CREATE map_type=queue key_size=0 value_size=8 max_entries=3
MAP_LOOKUP_BATCH map_fd=m keys=*8 values=*16 count=2 out_batch=*4 => ENOTSUPP
MAP_UPDATE_BATCH map_fd=m keys=*8 values=*16 count=2 => ENOTSUPP
