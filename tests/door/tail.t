# Tail calls, and what prog arrays hold of programs.
let eth x:ffffffffffff0102030405060800,x:aabb
-- a program that goes to itself: 34 bodies [door]
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
v := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=1
prog p tail.s self fd_array=m:4,m:4,v:4
MAP_UPDATE_ELEM map_fd=m key=0:4 value=p:4
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=99
MAP_LOOKUP_ELEM map_fd=v key=0:4 value=0:16 => 0 value=34:8
-- through a function: 34 of both [door]
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
v := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=1
prog p tail.s loop fd_array=m:4,m:4,v:4
MAP_UPDATE_ELEM map_fd=m key=0:4 value=p:4
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=1
MAP_LOOKUP_ELEM map_fd=v key=0:4 value=0:16 => 0 value=34:8,34:8
-- only the function's frame is replaced [door]
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
prog p tail.s twice fd_array=m:4
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=55
prog l tail.s leaf
MAP_UPDATE_ELEM map_fd=m key=0:4 value=l:4
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=77
MAP_DELETE_ELEM map_fd=m key=0:4
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=55
-- the first program decides what a table takes, for good [door]
let ret2 x:b700000002000000,x:9500000000000000
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
t := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
y := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
MAP_UPDATE_ELEM map_fd=m key=0:4 value=t:4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=y:4 => EINVAL
MAP_DELETE_ELEM map_fd=m key=0:4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=y:4 => EINVAL
prog p tail.s twice fd_array=m:4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=t:4 flags=1 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=t:4 flags=2 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=2:4 value=t:4 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=0:4 value=999:4 => EBADF
MAP_UPDATE_ELEM map_fd=m key=0:4 value=m:4 => EINVAL
MAP_DELETE_ELEM map_fd=m key=0:4 => ENOENT
MAP_DELETE_ELEM map_fd=m key=2:4 => E2BIG
-- an extension's tables are those of its target's type [door]
prog t target.s classify
func g target.s gctx
func h target.s gpkt
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
prog e ext.s ok_tail attach_prog_fd=t attach_btf_id=g fd_array=m:4 => EINVAL Extension program changes packet data, while original does not
prog e ext.s ok_tail attach_prog_fd=t attach_btf_id=h fd_array=m:4
s := PROG_LOAD prog_type=sched_cls insns=x:b700000002000000,x:9500000000000000 insn_cnt=2 license="GPL"
MAP_UPDATE_ELEM map_fd=m key=0:4 value=s:4 => EINVAL
# Extensions have no attach type, which is compared, too.
prog o tail.s leaf
MAP_UPDATE_ELEM map_fd=m key=0:4 value=o:4 => EINVAL
prog l tail.s leaf expected_attach_type=0
MAP_UPDATE_ELEM map_fd=m key=0:4 value=l:4
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
k := LINK_CREATE prog_fd=e
# The program it goes to answers in its stead, to the function's caller.
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=49
MAP_DELETE_ELEM map_fd=m key=0:4
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=51
-- stacks above functions with tail calls [door]
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
prog p tail.s deep272 fd_array=m:4 => EACCES tail_calls are not allowed when call stack of previous frames is 272 bytes. Too large
prog p tail.s deep240 fd_array=m:4
-- what is behind a tail call [door]
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
o := MAP_CREATE map_type=array key_size=4 value_size=4 max_entries=1
prog p tail.s reads_r0 fd_array=m:4 => EACCES R0 !read_ok
prog p tail.s no_ctx fd_array=m:4 => EACCES R1 type=scalar expected=ctx
prog p tail.s no_table fd_array=m:4,o:4 => EINVAL expected prog array map for tail call
prog p tail.s void_sub fd_array=m:4 => EINVAL tail_call is only allowed in functions that return 'int'.
-- the last descriptor of a table is closed [door]
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
v := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=1
prog p tail.s self fd_array=m:4,m:4,v:4
prog l tail.s leaf
MAP_UPDATE_ELEM map_fd=m key=0:4 value=l:4
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=7
close m
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=99
