# Loading programs and BTF, running, describing.
let gpl "GPL"
let ret2 x:b700000002000000,x:9500000000000000
let ret0 x:b700000000000000,x:9500000000000000
let eth x:ffffffffffff0102030405060800,x:aabb
-- load
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_name="abc"
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=0 license=@gpl => E2BIG
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=1000001 license=@gpl => E2BIG
PROG_LOAD prog_type=xdp insns=bad insn_cnt=2 license=@gpl => EFAULT
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=bad => EFAULT
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=null => EFAULT
PROG_LOAD prog_type=99 insns=@ret2 insn_cnt=2 license=@gpl => EINVAL
PROG_LOAD prog_type=0 insns=@ret2 insn_cnt=2 license=@gpl => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_name="a-b" => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_flags=0x100 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_flags=0x80000000 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_flags=0x10000 prog_token_fd=999 => EBADF
q := PROG_LOAD prog_type=socket_filter insns=@ret2 insn_cnt=2 license=@gpl
r := PROG_LOAD prog_type=socket_filter insns=@ret2 insn_cnt=2 license="Proprietary"
-- order of the questions
PROG_LOAD prog_type=99 insns=@ret2 insn_cnt=0 license=@gpl => E2BIG
PROG_LOAD prog_type=99 insns=bad insn_cnt=2 license=@gpl => EFAULT
PROG_LOAD prog_type=99 insns=@ret2 insn_cnt=0 license=@gpl prog_flags=0x100 => EINVAL
PROG_LOAD prog_type=xdp insns=bad insn_cnt=2 license=@gpl prog_name="a-b" => EFAULT
PROG_LOAD prog_type=xdp insns=bad insn_cnt=2 license=@gpl attach_btf_id=1 => EINVAL
-- attach types that a type does not have
PROG_LOAD prog_type=cgroup_skb insns=@ret2 insn_cnt=2 license=@gpl expected_attach_type=5 => EINVAL
PROG_LOAD prog_type=cgroup_sock insns=@ret2 insn_cnt=2 license=@gpl expected_attach_type=5 => EINVAL
PROG_LOAD prog_type=cgroup_sock_addr insns=@ret2 insn_cnt=2 license=@gpl expected_attach_type=0 => EINVAL
PROG_LOAD prog_type=cgroup_sockopt insns=@ret2 insn_cnt=2 license=@gpl expected_attach_type=0 => EINVAL
PROG_LOAD prog_type=sk_lookup insns=@ret2 insn_cnt=2 license=@gpl expected_attach_type=0 => EINVAL
PROG_LOAD prog_type=netfilter insns=@ret2 insn_cnt=2 license=@gpl expected_attach_type=0 => EINVAL
PROG_LOAD prog_type=syscall insns=@ret2 insn_cnt=2 license=@gpl expected_attach_type=1 prog_flags=16 => EINVAL
PROG_LOAD prog_type=sk_reuseport insns=@ret2 insn_cnt=2 license=@gpl expected_attach_type=1 => EINVAL
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl expected_attach_type=99
q := PROG_LOAD prog_type=sk_reuseport insns=@ret0 insn_cnt=2 license=@gpl expected_attach_type=0
-- logs
PROG_LOAD prog_type=xdp insns=x:b700000002000000 insn_cnt=1 license=@gpl log_level=1 log_buf=*4096 log_size=4096 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl log_level=1 log_buf=*4096 log_size=0 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl log_level=0 log_buf=*4096 log_size=4096 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl log_level=16 log_buf=*4096 log_size=4096 => EINVAL
PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl log_level=1 log_buf=*4096 log_size=0x80000000 => EINVAL
PROG_LOAD prog_type=xdp insns=x:b700000002000000 insn_cnt=1 license=@gpl log_level=1 log_buf=*8 log_size=8 => ENOSPC
PROG_LOAD prog_type=xdp insns=x:b700000002000000 insn_cnt=1 license=@gpl log_level=1 log_buf=bad log_size=4096 => EFAULT
-- instructions that are none
PROG_LOAD prog_type=xdp insns=x:ff00000002000000,x:9500000000000000 insn_cnt=2 license=@gpl => EINVAL
PROG_LOAD prog_type=xdp insns=x:b700000002000000,x:0500ff0000000000 insn_cnt=2 license=@gpl => EINVAL
PROG_LOAD prog_type=xdp insns=x:1800000002000000 insn_cnt=1 license=@gpl => EINVAL
PROG_LOAD prog_type=xdp insns=x:b70b000002000000,x:9500000000000000 insn_cnt=2 license=@gpl => EINVAL
-- maps in instructions
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
p := PROG_LOAD prog_type=xdp insns=x:18110000,m:4,0:8,@ret2 insn_cnt=4 license=@gpl
q := PROG_LOAD prog_type=xdp insns=x:18120000,m:4,0:8,@ret2 insn_cnt=4 license=@gpl
q := PROG_LOAD prog_type=xdp insns=x:18210000,m:4,0:8,@ret2 insn_cnt=4 license=@gpl
q := PROG_LOAD prog_type=xdp insns=x:18210000,m:4,0:4,8:4,@ret2 insn_cnt=4 license=@gpl => EINVAL
r := PROG_LOAD prog_type=xdp insns=x:18510000,0:4,0:8,@ret2 insn_cnt=4 license=@gpl fd_array=m:4
PROG_LOAD prog_type=xdp insns=x:18510000,0:4,0:8,@ret2 insn_cnt=4 license=@gpl => EPROTO
PROG_LOAD prog_type=xdp insns=x:18510000,0:4,0:8,@ret2 insn_cnt=4 license=@gpl fd_array=bad => EFAULT
PROG_LOAD prog_type=xdp insns=x:18110000,999:4,0:8,@ret2 insn_cnt=4 license=@gpl => EBADF
PROG_LOAD prog_type=xdp insns=x:18110000,0:4,0:8,@ret2 insn_cnt=4 license=@gpl => EINVAL
s := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl fd_array=m:4 fd_array_cnt=1
OBJ_GET_INFO_BY_FD bpf_fd=s info_len=232 info=0:232 => 0 info+52=1:4
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=80 info=0:80 => 0 i:=info+4:4
close m
n := MAP_GET_FD_BY_ID start_id=i
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 info+52=1:4
-- information
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl prog_name="abc"
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 info_len=232 info=6:4 info+64="abc" i:=info+4:4 info+84=1:4 info+20=16:4
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=300 info=0:296,1:4 => E2BIG
n := PROG_GET_FD_BY_ID start_id=i
OBJ_GET_INFO_BY_FD bpf_fd=n info_len=8 info=0:8 => 0 info=6:4,i:4
close n
close p
PROG_GET_FD_BY_ID start_id=i => ENOENT
-- the tag is of the instructions
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 info+8=x:614b434cd8324ecc
-- run on a packet
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=2 data_size_out=16
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 data_out=*16 data_size_out=16 => 0 retval=2 data_size_out=16 data_out=@eth
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 data_out=*8 data_size_out=8 => ENOSPC retval=2 data_size_out=16 data_out=x:ffffffffffff0102
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 repeat=10 => 0 retval=2
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=13 => EINVAL
PROG_TEST_RUN prog_fd=p => EINVAL
PROG_TEST_RUN prog_fd=p data_in=bad data_size_in=16 => EFAULT
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_in=0:24 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_size_in=24 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_out=0:24 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_size_out=24 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 flags=1 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 batch_size=1 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 cpu=1 => 0
-- run on a packet with a context
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_in=0:4,16:4 ctx_size_in=8 => 0 retval=2
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_in=0:4,15:4 ctx_size_in=8 => 0
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_in=0:4,16:4,4:4 ctx_size_in=12 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=x:01020304,@eth data_size_in=20 ctx_in=4:4,20:4 ctx_size_in=8 ctx_out=*24 ctx_size_out=24 data_out=*20 data_size_out=20 => 0 ctx_size_out=24 ctx_out=4:4,20:4,0:16 data_out=x:01020304,@eth data_size_out=20
PROG_TEST_RUN prog_fd=p data_in=x:01020304,@eth data_size_in=20 ctx_in=3:4,20:4 ctx_size_in=8 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_in=0:4,16:4,0:20 ctx_size_in=28 => 0
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_in=0:4,16:4,0:16,1:4 ctx_size_in=28 => E2BIG
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_in=0:4,16:4,0:12,77:4 ctx_size_in=24 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 ctx_in=0:4,16:4 ctx_size_in=8 ctx_out=*8 ctx_size_out=8 => ENOSPC ctx_size_out=24 ctx_out=0:4,16:4
-- run as a filter
p := PROG_LOAD prog_type=socket_filter insns=@ret2 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 data_out=*16 data_size_out=16 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 data_out=*36 data_size_out=36 => 0 retval=2 data_size_out=36 data_out=0:14,x:aabb
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=14 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=13 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 cpu=1 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 flags=1 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 batch_size=1 => EINVAL
-- what a filter sees
p := PROG_LOAD prog_type=socket_filter insns=x:6110000000000000,x:9500000000000000 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 => 0 retval=22
q := PROG_LOAD prog_type=sched_cls insns=x:6110000000000000,x:9500000000000000 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=q data_in=@eth,0:20 data_size_in=36 data_out=*36 data_size_out=36 => 0 retval=36 data_out=@eth
s := PROG_LOAD prog_type=sched_cls insns=x:6110140000000000,x:9500000000000000 insn_cnt=2 license=@gpl
-- run with a context of a packet
p := PROG_LOAD prog_type=sched_cls insns=x:6110080000000000,x:9500000000000000 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:8,55:4 ctx_size_in=12 => 0 retval=55
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=1:4,0:4,55:4 ctx_size_in=12 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:4,1:4,55:4 ctx_size_in=12 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:8,55:4 ctx_size_in=12 ctx_out=*192 ctx_size_out=192 => 0 ctx_out=0:8,55:4
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:192,1:4 ctx_size_in=196 => E2BIG
# queue_mapping, protocol, vlan, priority, ingress_ifindex, ifindex, tc_index, cb, hash
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:12,1:4 ctx_size_in=16 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:16,1:4 ctx_size_in=20 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:20,1:4 ctx_size_in=24 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:32,1:4 ctx_size_in=36 => 0
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:36,1:4 ctx_size_in=40 => 0
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:40,1:4 ctx_size_in=44 => 0
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:44,1:4 ctx_size_in=48 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:48,1:20 ctx_size_in=68 => 0
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:68,1:4 ctx_size_in=72 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:152,1:8 ctx_size_in=160 => 0
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:160,1:4 ctx_size_in=164 => EINVAL
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:160,40:4 ctx_size_in=164 => 0
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:164,1:4 ctx_size_in=168 => 0
PROG_TEST_RUN prog_fd=p data_in=@eth,0:20 data_size_in=36 ctx_in=0:176,1:4 ctx_size_in=180 => 0
-- run without data
p := PROG_LOAD prog_type=syscall insns=x:7910000000000000,x:9500000000000000 insn_cnt=2 license=@gpl prog_flags=16
PROG_TEST_RUN prog_fd=p ctx_in=77:8 ctx_size_in=8 => 0 retval=77
PROG_TEST_RUN prog_fd=p ctx_in=77:8 ctx_size_in=8 repeat=2 => EINVAL
PROG_TEST_RUN prog_fd=p ctx_in=77:8 ctx_size_in=8 data_in=@eth data_size_in=16 => EINVAL
PROG_TEST_RUN prog_fd=p ctx_in=77:8 ctx_size_in=8 ctx_out=*8 ctx_size_out=8 => EINVAL
q := PROG_LOAD prog_type=raw_tracepoint insns=x:7910000000000000,x:9500000000000000 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=q ctx_in=77:8 ctx_size_in=8 => 0 retval=77
PROG_TEST_RUN prog_fd=q ctx_in=0:104 ctx_size_in=104 => EINVAL
PROG_TEST_RUN prog_fd=q ctx_in=77:8 ctx_size_in=8 repeat=1 => EINVAL
PROG_TEST_RUN prog_fd=q ctx_in=77:8 ctx_size_in=8 cpu=1 => EINVAL
PROG_TEST_RUN prog_fd=q ctx_in=77:8 ctx_size_in=8 flags=2 => 0 retval=77
-- a context that is too short for what the program reads
p := PROG_LOAD prog_type=syscall insns=x:7910000000000000,x:9500000000000000 insn_cnt=2 license=@gpl prog_flags=16
PROG_TEST_RUN prog_fd=p => EINVAL
PROG_TEST_RUN prog_fd=p ctx_in=77:4 ctx_size_in=4 => EINVAL
q := PROG_LOAD prog_type=raw_tracepoint insns=x:7910000000000000,x:9500000000000000 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=q ctx_in=77:4 ctx_size_in=4 => EINVAL
-- a syscall program writes its context
p := PROG_LOAD prog_type=syscall insns=x:7a01000005000000,@ret0 insn_cnt=3 license=@gpl prog_flags=16
PROG_TEST_RUN prog_fd=p ctx_in=77:8 ctx_size_in=8 => 0 retval=0 ctx_in=5:8
-- types that cannot be run so
p := PROG_LOAD prog_type=kprobe insns=@ret0 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => ENOTSUPP
q := PROG_LOAD prog_type=tracepoint insns=@ret0 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=q data_in=@eth data_size_in=16 => ENOTSUPP
r := PROG_LOAD prog_type=cgroup_device insns=@ret0 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=r data_in=@eth data_size_in=16 => ENOTSUPP
-- bind a map
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
PROG_BIND_MAP prog_fd=p map_fd=m flags=1 => EINVAL
PROG_BIND_MAP prog_fd=p map_fd=m => 0
PROG_BIND_MAP prog_fd=p map_fd=m => 0
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 info+52=1:4
PROG_BIND_MAP prog_fd=p map_fd=p => EINVAL
PROG_BIND_MAP prog_fd=p map_fd=999 => EBADF
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=80 info=0:80 => 0 i:=info+4:4
close m
n := MAP_GET_FD_BY_ID start_id=i
-- statistics
ENABLE_STATS type=1 => EINVAL
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 repeat=3
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 info+192=0:24
s := ENABLE_STATS type=0
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 repeat=3
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 info+200=3:8,0:8
close s
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 repeat=3
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 info+200=3:8
-- streams
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
PROG_STREAM_READ_BY_FD prog_fd=p stream_id=1 stream_buf=*8 stream_buf_len=8 => 0 stream_buf=*8
PROG_STREAM_READ_BY_FD prog_fd=p stream_id=2 stream_buf=*8 stream_buf_len=8 => 0
PROG_STREAM_READ_BY_FD prog_fd=p stream_id=0 stream_buf=*8 stream_buf_len=8 => ENOENT
PROG_STREAM_READ_BY_FD prog_fd=p stream_id=3 stream_buf=*8 stream_buf_len=8 => ENOENT
-- descriptors of a task
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license=@gpl
TASK_FD_QUERY pid=0 fd=0 => ENOENT
TASK_FD_QUERY pid=0x7fffffff fd=0 => ENOENT
TASK_FD_QUERY pid=self fd=9999 => EBADF
TASK_FD_QUERY pid=self fd=0 => ENOTSUPP
TASK_FD_QUERY pid=self fd=m => ENOTSUPP
TASK_FD_QUERY pid=self fd=p => ENOTSUPP
TASK_FD_QUERY pid=self fd=0 flags=1 => EINVAL
-- what runs is shorter than what was loaded, and how far the verifier walked
p := PROG_LOAD prog_type=xdp insns=x:b700000000000000,x:1500010000000000,x:b700000007000000,x:9500000000000000 insn_cnt=4 license=@gpl
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 info+20=16:4 info+216=3:4
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=0
-- maps in what runs are named by their ids
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=80 info=0:80 => 0 i:=info+4:4
p := PROG_LOAD prog_type=xdp insns=x:18110000,m:4,0:8,@ret2 insn_cnt=4 license=@gpl
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 info+20=32:4
