# Persistent objects. All rows are the door's alone: nothing is pinned in the machine's kernel.
let gpl "GPL"
let ret2 x:b700000002000000,x:9500000000000000
let btf x:9feb0100180000000000000064000000640000001100000001000000000000010400000020000001050000000000000108000000400000000900000001000004080000000b0000000200000000000000000000000000000200000000000000000100000d010000000f000000040000000d0000000100000c0500000000696e7400753634007600610066007800
let eth x:ffffffffffff0102030405060800,x:aabb
-- pin, close, get: the same contents [door]
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=7:8
OBJ_PIN pathname="m" bpf_fd=m
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=8 info=0:8 => 0 i:=info+4:4
close m
n := OBJ_GET pathname="m"
MAP_LOOKUP_ELEM map_fd=n key=1:4 value=*8 => 0 value=7:8
OBJ_GET_INFO_BY_FD bpf_fd=n info_len=8 info=0:8 => 0 info+4=i:4
-- a name that is there [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
n := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
OBJ_PIN pathname="m" bpf_fd=m
OBJ_PIN pathname="m" bpf_fd=m => EEXIST
OBJ_PIN pathname="m" bpf_fd=n => EEXIST
! mkdir d; ln -s m l; ln -s nowhere dangling
OBJ_PIN pathname="d" bpf_fd=n => EEXIST
OBJ_PIN pathname="l" bpf_fd=n => EEXIST
OBJ_PIN pathname="dangling" bpf_fd=n => EEXIST
OBJ_PIN pathname="." bpf_fd=n => EEXIST
OBJ_PIN pathname="m2" bpf_fd=m
OBJ_PIN pathname="d/m3" bpf_fd=m
-- paths that cannot be pinned to [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
OBJ_PIN pathname="a.b" bpf_fd=m => EPERM
OBJ_PIN pathname=".a" bpf_fd=m => EPERM
OBJ_PIN pathname="../outside" bpf_fd=m => EPERM
OBJ_PIN pathname="/tmp/door-outside" bpf_fd=m => EPERM
OBJ_PIN pathname="no/m" bpf_fd=m => ENOENT
OBJ_PIN pathname="" bpf_fd=m => ENOENT
OBJ_PIN pathname="m/" bpf_fd=m => ENOENT
OBJ_PIN pathname=null bpf_fd=m => EFAULT
OBJ_PIN pathname=bad bpf_fd=m => EFAULT
OBJ_PIN pathname="m" bpf_fd=m
OBJ_PIN pathname="m/x" bpf_fd=m => ENOTDIR
! mkdir d
OBJ_PIN pathname="./d/../d/x" bpf_fd=m
-- names and how long they are [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
OBJ_PIN pathname="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" bpf_fd=m => ENAMETOOLONG
OBJ_PIN pathname="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" bpf_fd=m
-- what cannot be pinned [door]
b := BTF_LOAD btf=@btf btf_size=141
OBJ_PIN pathname="b" bpf_fd=b => EINVAL
OBJ_PIN pathname="b" bpf_fd=999 => EINVAL
OBJ_PIN pathname="b" bpf_fd=0 => EINVAL
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
OBJ_PIN pathname="m" bpf_fd=m file_flags=8 => EINVAL
OBJ_PIN pathname="m" bpf_fd=m file_flags=16 => EINVAL
OBJ_PIN pathname="m" bpf_fd=m path_fd=3 => EINVAL
OBJ_PIN pathname="m" bpf_fd=m file_flags=0x4000 path_fd=999 => EBADF
-- get: what it does not take [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
OBJ_PIN pathname="m" bpf_fd=m
OBJ_GET pathname="m" bpf_fd=1 => EINVAL
OBJ_GET pathname="m" file_flags=1 => EINVAL
OBJ_GET pathname="m" file_flags=24 => EINVAL
OBJ_GET pathname="m" path_fd=3 => EINVAL
OBJ_GET pathname="no" => ENOENT
OBJ_GET pathname="a.b" => EPERM
OBJ_GET pathname="." => EACCES
OBJ_GET pathname="/etc/passwd" => EACCES
OBJ_GET pathname="/dev/null" => EACCES
OBJ_GET pathname="m/x" => ENOTDIR
OBJ_GET pathname="" => ENOENT
OBJ_GET pathname=bad => EFAULT
! : > empty
OBJ_GET pathname="empty" => EACCES
-- get by other names [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
MAP_UPDATE_ELEM map_fd=m key=0:4 value=7:8
OBJ_PIN pathname="m" bpf_fd=m
! mkdir d && ln m hard && ln -s m soft && ln -s "$PWD/m" d/soft && ln m x && mv x moved
a := OBJ_GET pathname="hard"
b := OBJ_GET pathname="soft"
c := OBJ_GET pathname="d/soft"
e := OBJ_GET pathname="moved"
f := OBJ_GET pathname="d/../m"
MAP_LOOKUP_ELEM map_fd=a key=0:4 value=*8 => 0 value=7:8
MAP_UPDATE_ELEM map_fd=b key=0:4 value=8:8
MAP_LOOKUP_ELEM map_fd=c key=0:4 value=*8 => 0 value=8:8
MAP_LOOKUP_ELEM map_fd=e key=0:4 value=*8 => 0 value=8:8
MAP_LOOKUP_ELEM map_fd=f key=0:4 value=*8 => 0 value=8:8
-- get for reading, for writing [door]
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=2
MAP_UPDATE_ELEM map_fd=m key=0:4 value=7:8
OBJ_PIN pathname="m" bpf_fd=m
r := OBJ_GET pathname="m" file_flags=8
MAP_LOOKUP_ELEM map_fd=r key=0:4 value=*8 => 0 value=7:8
MAP_UPDATE_ELEM map_fd=r key=0:4 value=8:8 => EPERM
MAP_DELETE_ELEM map_fd=r key=0:4 => EPERM
w := OBJ_GET pathname="m" file_flags=16
MAP_UPDATE_ELEM map_fd=w key=0:4 value=9:8
MAP_LOOKUP_ELEM map_fd=w key=0:4 value=*8 => EPERM
MAP_GET_NEXT_KEY map_fd=w next_key=*4 => EPERM
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => 0 value=9:8
-- a pinned program, and how it is opened [door]
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_name="abc"
OBJ_PIN pathname="p" bpf_fd=p
close p
q := OBJ_GET pathname="p" file_flags=8
PROG_TEST_RUN prog_fd=q data_in=@eth data_size_in=16 => 0 retval=2
OBJ_GET_INFO_BY_FD bpf_fd=q info_len=232 info=0:232 => 0 info=6:4 info+64="abc" info+84=1:4
-- a pinned program keeps its maps [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 map_name="kept"
MAP_UPDATE_ELEM map_fd=m key=0:4 value=7:8
p := PROG_LOAD prog_type=xdp insns=x:18210000,m:4,0:8,x:6110000000000000,x:9500000000000000 insn_cnt=4 license=@gpl
OBJ_PIN pathname="p" bpf_fd=p
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=8 info=0:8 => 0 i:=info+4:4
close m
close p
MAP_GET_NEXT_ID start_id=0 => 0 next_id=i
q := OBJ_GET pathname="p"
PROG_TEST_RUN prog_fd=q data_in=@eth data_size_in=16 => 0
n := MAP_GET_FD_BY_ID start_id=i
MAP_LOOKUP_ELEM map_fd=n key=0:4 value=*8 => 0 value=7:8
close n
close q
! rm p
PROG_GET_NEXT_ID start_id=0 => ENOENT
MAP_GET_NEXT_ID start_id=0 => ENOENT
-- unlink: what is open goes on, the last one frees [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
OBJ_PIN pathname="m" bpf_fd=m
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=8 info=0:8 => 0 i:=info+4:4
! rm m
OBJ_GET pathname="m" => ENOENT
MAP_UPDATE_ELEM map_fd=m key=0:4 value=7:8
n := MAP_GET_FD_BY_ID start_id=i
OBJ_PIN pathname="again" bpf_fd=n
close n
close m
n := OBJ_GET pathname="again"
MAP_LOOKUP_ELEM map_fd=n key=0:4 value=*8 => 0 value=7:8
! rm again
close n
MAP_GET_FD_BY_ID start_id=i => ENOENT
-- what ordinary commands do to pins [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
! mkdir d
OBJ_PIN pathname="d/m" bpf_fd=m
! ! rmdir d 2>/dev/null
! mkdir e && mv d/m e/m && chmod 0640 e/m && rmdir d && test -f e/m
k := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=1
OBJ_PIN pathname="n" bpf_fd=k
! mv e/m n
OBJ_GET pathname="e/m" => ENOENT
n := OBJ_GET pathname="n"
-- the mode of a pin [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
OBJ_PIN pathname="m" bpf_fd=m
! test "$(stat -c %a m)" = 600
-- the types of a map stay with it [door]
b := BTF_LOAD btf=@btf btf_size=141
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=2
OBJ_GET_INFO_BY_FD bpf_fd=b info_len=32 info=0:32 => 0 i:=info+12:4
OBJ_PIN pathname="m" bpf_fd=m
close m
close b
BTF_GET_NEXT_ID start_id=0 => 0 next_id=i
n := OBJ_GET pathname="m"
OBJ_GET_INFO_BY_FD bpf_fd=n info_len=80 info=0:80 => 0 info+64=i:4,1:4,2:4
-- a file that is cut short [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
OBJ_PIN pathname="m" bpf_fd=m
! truncate -s 0 m
OBJ_GET pathname="m" => EACCES
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*8 => EIO
MAP_UPDATE_ELEM map_fd=m key=0:4 value=7:8 => EIO
-- a program's file that somebody edited [door]
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
OBJ_PIN pathname="p" bpf_fd=p
close p
PROG_GET_NEXT_ID start_id=0
! printf x | dd of=p bs=1 seek=4 conv=notrunc 2>/dev/null
OBJ_GET pathname="p" => EUCLEAN
-- a program's file of another version [door]
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
OBJ_PIN pathname="p" bpf_fd=p
close p
PROG_GET_NEXT_ID start_id=0
! printf '\011' | dd of=p bs=1 seek=4104 conv=notrunc 2>/dev/null
OBJ_GET pathname="p" => ENOEXEC
-- a pinned prog array keeps its programs [door]
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
MAP_UPDATE_ELEM map_fd=m key=1:4 value=p:4
r := PROG_LOAD prog_type=xdp insns=x:18120000,m:4,0:8,x:b703000001000000,x:850000000c000000,x:b700000003000000,x:9500000000000000 insn_cnt=6 license=@gpl
OBJ_PIN pathname="m" bpf_fd=m
OBJ_PIN pathname="r" bpf_fd=r
close m
close p
close r
PROG_GET_NEXT_ID start_id=0
q := OBJ_GET pathname="r"
PROG_TEST_RUN prog_fd=q data_in=@eth data_size_in=16 => 0 retval=2
! rm m
PROG_TEST_RUN prog_fd=q data_in=@eth data_size_in=16 => 0 retval=3
