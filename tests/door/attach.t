# Links and attachments beyond functions. What has no mark is asked of the machine's kernel, too: calls
# that must fail, since what they name is nowhere.
let ret0 x:b700000000000000,x:9500000000000000
let ret2 x:b700000002000000,x:9500000000000000
-- events
p := PROG_LOAD prog_type=kprobe insns=@ret0 insn_cnt=2 license="GPL"
t := PROG_LOAD prog_type=tracepoint insns=@ret0 insn_cnt=2 license="GPL"
e := PROG_LOAD prog_type=perf_event insns=@ret0 insn_cnt=2 license="GPL"
m := MAP_CREATE map_type=array key_size=4 value_size=4 max_entries=1
LINK_CREATE prog_fd=p attach_type=0 => EINVAL
LINK_CREATE prog_fd=p attach_type=41 flags=1 target_fd=999 => EINVAL
LINK_CREATE prog_fd=p attach_type=41 target_fd=999 => EBADF
LINK_CREATE prog_fd=p attach_type=41 target_fd=m => EBADF
LINK_CREATE prog_fd=t attach_type=42 => EINVAL
LINK_CREATE prog_fd=t attach_type=41 target_fd=m => EBADF
LINK_CREATE prog_fd=e attach_type=41 target_fd=m => EBADF
LINK_CREATE prog_fd=e attach_type=37 target_fd=m => EINVAL
-- an event that is there [door]
p := PROG_LOAD prog_type=perf_event insns=@ret0 insn_cnt=2 license="GPL"
open e event
LINK_CREATE prog_fd=p attach_type=41 target_fd=e => EOPNOTSUPP
# Kernels may be without fprobe, netkit and lirc.
-- probes of many functions [door]
p := PROG_LOAD prog_type=kprobe insns=@ret0 insn_cnt=2 license="GPL"
k := PROG_LOAD prog_type=kprobe insns=@ret0 insn_cnt=2 license="GPL" expected_attach_type=42
LINK_CREATE prog_fd=k attach_type=41 target_fd=999 => EINVAL
LINK_CREATE prog_fd=k attach_type=56 => EINVAL
LINK_CREATE prog_fd=k attach_type=48 => EINVAL
LINK_CREATE prog_fd=p attach_type=42 count=1 addrs=0:8 => EINVAL
LINK_CREATE prog_fd=k attach_type=42 flags=1 count=1 addrs=0:8 => EINVAL
LINK_CREATE prog_fd=k attach_type=42 probe_flags=2 count=1 addrs=0:8 => EINVAL
LINK_CREATE prog_fd=k attach_type=42 => EINVAL
LINK_CREATE prog_fd=k attach_type=42 count=1 => EINVAL
LINK_CREATE prog_fd=k attach_type=42 count=1 addrs=0:8 syms=0:8 => EINVAL
LINK_CREATE prog_fd=k attach_type=42 count=0 addrs=0:8 => EINVAL
LINK_CREATE prog_fd=k attach_type=42 count=0x100001 addrs=0:8 => E2BIG
LINK_CREATE prog_fd=k attach_type=42 count=1 addrs=bad => EFAULT
LINK_CREATE prog_fd=k attach_type=42 count=1 addrs=bad cookies=bad => EFAULT
-- probes of many functions, in the end [door]
k := PROG_LOAD prog_type=kprobe insns=@ret0 insn_cnt=2 license="GPL" expected_attach_type=42
LINK_CREATE prog_fd=k attach_type=42 count=1 addrs=0:8 => EOPNOTSUPP
-- probes of processes
u := PROG_LOAD prog_type=kprobe insns=@ret0 insn_cnt=2 license="GPL" expected_attach_type=48
p := PROG_LOAD prog_type=kprobe insns=@ret0 insn_cnt=2 license="GPL"
LINK_CREATE prog_fd=p attach_type=48 path="/nowhere" offsets=0:8 ucount=1 => EINVAL
LINK_CREATE prog_fd=u attach_type=48 path="/nowhere" offsets=0:8 ucount=1 uflags=2 => EINVAL
LINK_CREATE prog_fd=u attach_type=48 offsets=0:8 ucount=1 => EINVAL
LINK_CREATE prog_fd=u attach_type=48 path="/nowhere" ucount=1 => EINVAL
LINK_CREATE prog_fd=u attach_type=48 path="/nowhere" offsets=0:8 => EINVAL
LINK_CREATE prog_fd=u attach_type=48 path="/nowhere" offsets=0:8 ucount=1 pid=-1 => EINVAL
LINK_CREATE prog_fd=u attach_type=48 path="/nowhere" offsets=0:8 ucount=0x100001 => E2BIG
LINK_CREATE prog_fd=u attach_type=48 path=bad offsets=0:8 ucount=1 => EFAULT
LINK_CREATE prog_fd=u attach_type=48 path="/nowhere" offsets=0:8 ucount=1 => ENOENT
LINK_CREATE prog_fd=u attach_type=48 path="/" offsets=0:8 ucount=1 => EBADF
-- a file that is there [door]
u := PROG_LOAD prog_type=kprobe insns=@ret0 insn_cnt=2 license="GPL" expected_attach_type=48
LINK_CREATE prog_fd=u attach_type=48 path="/proc/self/exe" offsets=0:8 ucount=1 => EOPNOTSUPP
LINK_CREATE prog_fd=u attach_type=48 path="/proc/self/exe" offsets=0:8 ucount=1 pid=0x7ffffff0 => ESRCH
-- tracepoints
q := PROG_LOAD prog_type=raw_tracepoint insns=@ret0 insn_cnt=2 license="GPL"
w := PROG_LOAD prog_type=raw_tracepoint_writable insns=@ret0 insn_cnt=2 license="GPL"
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
RAW_TRACEPOINT_OPEN prog_fd=999 name="nowhere" => EBADF
RAW_TRACEPOINT_OPEN prog_fd=q => EFAULT
RAW_TRACEPOINT_OPEN prog_fd=q name=bad => EFAULT
RAW_TRACEPOINT_OPEN prog_fd=q name="nowhere" => ENOENT
RAW_TRACEPOINT_OPEN prog_fd=w name="nowhere" => ENOENT
RAW_TRACEPOINT_OPEN prog_fd=p name="nowhere" => EINVAL
LINK_CREATE prog_fd=q attach_type=23 => EINVAL
-- a tracepoint that the kernel has [door]
q := PROG_LOAD prog_type=raw_tracepoint insns=@ret0 insn_cnt=2 license="GPL"
RAW_TRACEPOINT_OPEN prog_fd=q name="sys_enter" => EOPNOTSUPP
TOKEN_CREATE => EOPNOTSUPP
-- types that nothing links
s := PROG_LOAD prog_type=socket_filter insns=@ret0 insn_cnt=2 license="GPL"
y := PROG_LOAD prog_type=syscall insns=@ret0 insn_cnt=2 license="GPL" prog_flags=16
LINK_CREATE prog_fd=s attach_type=0 => EINVAL
LINK_CREATE prog_fd=y attach_type=0 => EINVAL
-- devices that there are not
x := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
c := PROG_LOAD prog_type=sched_cls insns=@ret0 insn_cnt=2 license="GPL"
LINK_CREATE prog_fd=x attach_type=37 target_fd=0 => EINVAL
LINK_CREATE prog_fd=x attach_type=38 target_fd=0 => EINVAL
LINK_CREATE prog_fd=c attach_type=46 target_fd=0 => ENODEV
LINK_CREATE prog_fd=c attach_type=37 target_fd=0 => EINVAL
PROG_ATTACH attach_bpf_fd=x attach_type=37 => EINVAL
PROG_ATTACH attach_bpf_fd=x attach_type=46 => EINVAL
PROG_ATTACH attach_bpf_fd=c attach_type=46 attach_flags=1 => EINVAL
PROG_ATTACH attach_bpf_fd=c attach_type=46 => ENODEV
PROG_ATTACH attach_bpf_fd=c attach_type=46 attach_flags=4 replace_bpf_fd=999 => ENODEV
PROG_DETACH attach_bpf_fd=999 attach_type=46 => EBADF
PROG_DETACH attach_bpf_fd=x attach_type=46 => EINVAL
PROG_DETACH attach_bpf_fd=c attach_type=46 => ENODEV
PROG_DETACH attach_type=46 => ENODEV
-- hooks of netfilter that there are not
n := PROG_LOAD prog_type=netfilter insns=@ret0 insn_cnt=2 license="GPL" expected_attach_type=45
LINK_CREATE prog_fd=n attach_type=44 => EINVAL
LINK_CREATE prog_fd=n attach_type=46 pf=2 => EINVAL
LINK_CREATE prog_fd=n attach_type=45 pf=2 hooknum=9 flags=1 => EINVAL
LINK_CREATE prog_fd=n attach_type=45 pf=3 => EAFNOSUPPORT
LINK_CREATE prog_fd=n attach_type=45 pf=2 hooknum=5 => EPROTO
LINK_CREATE prog_fd=n attach_type=45 pf=10 hooknum=1 nf_flags=2 => EOPNOTSUPP
LINK_CREATE prog_fd=n attach_type=45 pf=2 hooknum=1 priority=0x80000000 => ERANGE
LINK_CREATE prog_fd=n attach_type=45 pf=2 hooknum=1 priority=0x7fffffff => ERANGE
LINK_CREATE prog_fd=n attach_type=45 pf=2 hooknum=1 nf_flags=1 priority=-400 => ERANGE
PROG_ATTACH attach_bpf_fd=n attach_type=45 => EINVAL
PROG_QUERY attach_type=45 => EINVAL
-- maps of sockets that there are not
s := PROG_LOAD prog_type=sk_skb insns=@ret0 insn_cnt=2 license="GPL"
g := PROG_LOAD prog_type=sk_msg insns=@ret0 insn_cnt=2 license="GPL"
m := MAP_CREATE map_type=array key_size=4 value_size=4 max_entries=1
LINK_CREATE prog_fd=s attach_type=5 flags=1 target_fd=999 => EINVAL
LINK_CREATE prog_fd=s attach_type=5 target_fd=999 => EBADF
LINK_CREATE prog_fd=s attach_type=5 target_fd=s => EINVAL
LINK_CREATE prog_fd=s attach_type=5 target_fd=m => EINVAL
LINK_CREATE prog_fd=s attach_type=7 target_fd=m => EINVAL
LINK_CREATE prog_fd=g attach_type=5 target_fd=m => EINVAL
PROG_ATTACH attach_bpf_fd=g attach_type=7 target_fd=999 => EBADF
PROG_ATTACH attach_bpf_fd=g attach_type=7 target_fd=999 attach_flags=1 => EINVAL
PROG_ATTACH attach_bpf_fd=g attach_type=7 target_fd=g => EINVAL
PROG_ATTACH attach_bpf_fd=999 attach_type=7 target_fd=m => EBADF
PROG_ATTACH attach_bpf_fd=g attach_type=5 target_fd=m => EINVAL
PROG_DETACH attach_bpf_fd=g attach_type=7 target_fd=999 => EBADF
PROG_DETACH attach_bpf_fd=g attach_type=7 target_fd=m attach_flags=1 => EINVAL
-- network namespaces that there are not
f := PROG_LOAD prog_type=flow_dissector insns=@ret0 insn_cnt=2 license="GPL"
k := PROG_LOAD prog_type=sk_lookup insns=x:b700000001000000,x:9500000000000000 insn_cnt=2 license="GPL" expected_attach_type=36
LINK_CREATE prog_fd=f attach_type=17 flags=1 target_fd=999 => EINVAL
LINK_CREATE prog_fd=f attach_type=17 target_fd=999 => EBADF
LINK_CREATE prog_fd=f attach_type=17 target_fd=f => EINVAL
LINK_CREATE prog_fd=k attach_type=36 target_fd=999 => EBADF
PROG_ATTACH attach_bpf_fd=f attach_type=17 target_fd=1 => EINVAL
PROG_ATTACH attach_bpf_fd=f attach_type=17 attach_flags=2 => EINVAL
PROG_ATTACH attach_bpf_fd=999 attach_type=17 => EBADF
PROG_ATTACH attach_bpf_fd=k attach_type=36 => EINVAL
PROG_DETACH attach_bpf_fd=f attach_type=17 target_fd=1 => EINVAL
PROG_DETACH attach_bpf_fd=999 attach_type=17 => EBADF
PROG_QUERY target_fd=999 attach_type=17 => EBADF
PROG_QUERY target_fd=999 attach_type=17 query_flags=1 => EINVAL
-- receivers of remote controls [door]
l := PROG_LOAD prog_type=lirc_mode2 insns=@ret0 insn_cnt=2 license="GPL"
x := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
LINK_CREATE prog_fd=l attach_type=16 target_fd=999 => EINVAL
PROG_ATTACH attach_bpf_fd=999 attach_type=16 target_fd=999 => EBADF
PROG_ATTACH attach_bpf_fd=x attach_type=16 target_fd=999 => EINVAL
PROG_ATTACH attach_bpf_fd=l attach_type=16 target_fd=999 attach_flags=1 => EINVAL
PROG_ATTACH attach_bpf_fd=l attach_type=16 target_fd=999 => EBADF
PROG_ATTACH attach_bpf_fd=l attach_type=16 target_fd=l => EINVAL
-- attach types that there are not
x := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
PROG_ATTACH attach_bpf_fd=x attach_type=99 => EINVAL
PROG_DETACH attach_bpf_fd=x attach_type=99 => EINVAL
PROG_QUERY attach_type=99 => EINVAL
LINK_CREATE prog_fd=x attach_type=99 => EINVAL
-- programs on maps of sockets [door]
m := MAP_CREATE map_type=sockmap key_size=4 value_size=4 max_entries=2
p := PROG_LOAD prog_type=sk_skb insns=@ret0 insn_cnt=2 license="GPL"
q := PROG_LOAD prog_type=sk_skb insns=@ret0 insn_cnt=2 license="GPL"
OBJ_GET_INFO_BY_FD bpf_fd=m info_len=8 info=0:8 => 0 mid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=8 info=0:8 => 0 pid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=q info_len=8 info=0:8 => 0 qid:=info+4:4
PROG_DETACH target_fd=m attach_bpf_fd=p attach_type=5 => ENOENT
PROG_ATTACH target_fd=m attach_bpf_fd=p attach_type=5
PROG_QUERY target_fd=m attach_type=5 prog_ids=0:8 count=2 => 0 count=1 prog_ids=pid:4
PROG_ATTACH target_fd=m attach_bpf_fd=p attach_type=38 => EBUSY
LINK_CREATE prog_fd=p target_fd=m attach_type=38 => EBUSY
PROG_ATTACH target_fd=m attach_bpf_fd=q attach_type=5
PROG_QUERY target_fd=m attach_type=5 prog_ids=0:8 count=2 => 0 count=1 prog_ids=qid:4
PROG_DETACH target_fd=m attach_bpf_fd=p attach_type=5 => EPERM
LINK_GET_NEXT_ID => ENOENT
l := LINK_CREATE prog_fd=p target_fd=m attach_type=5
OBJ_GET_INFO_BY_FD bpf_fd=l info_len=64 info=0:64 => 0 info=14:4 info+8=pid:4 info+16=mid:4,5:4
PROG_QUERY target_fd=m attach_type=5 prog_ids=0:8 count=2 => 0 count=1 prog_ids=pid:4
PROG_ATTACH target_fd=m attach_bpf_fd=q attach_type=5 => EBUSY
PROG_DETACH target_fd=m attach_bpf_fd=p attach_type=5 => EBUSY
LINK_CREATE prog_fd=q target_fd=m attach_type=5 => EBUSY
LINK_UPDATE link_fd=l new_prog_fd=q flags=4 old_prog_fd=q => EPERM
LINK_UPDATE link_fd=l new_prog_fd=q
PROG_QUERY target_fd=m attach_type=5 prog_ids=0:8 count=2 => 0 count=1 prog_ids=qid:4
k := LINK_CREATE prog_fd=p target_fd=m attach_type=4
LINK_DETACH link_fd=l
PROG_QUERY target_fd=m attach_type=5 prog_ids=0:8 count=2 => 0 count=0
OBJ_GET_INFO_BY_FD bpf_fd=l info_len=64 info=0:64 => 0 info+16=0:4,5:4
v := LINK_CREATE prog_fd=p target_fd=m attach_type=38
close m
m := MAP_GET_FD_BY_ID start_id=mid
PROG_QUERY target_fd=m attach_type=38 prog_ids=0:8 count=2 => 0 count=1 prog_ids=pid:4
-- programs on hooks of netfilter, one at each priority [door]
n := PROG_LOAD prog_type=netfilter insns=@ret0 insn_cnt=2 license="GPL" expected_attach_type=45
a := LINK_CREATE prog_fd=n attach_type=45 pf=2 hooknum=1 priority=-5
b := LINK_CREATE prog_fd=n attach_type=45 pf=2 hooknum=1 priority=7 nf_flags=1
c := LINK_CREATE prog_fd=n attach_type=45 pf=10 hooknum=1 priority=-5
LINK_CREATE prog_fd=n attach_type=45 pf=2 hooknum=1 priority=7 => EBUSY
OBJ_GET_INFO_BY_FD bpf_fd=a info_len=64 info=0:64 => 0 info=10:4 info+16=2:4,1:4,-5:4,0:4
OBJ_GET_INFO_BY_FD bpf_fd=b info_len=64 info=0:64 => 0 info+16=2:4,1:4,7:4,1:4
LINK_UPDATE link_fd=a new_prog_fd=n => EOPNOTSUPP
LINK_DETACH link_fd=b
d := LINK_CREATE prog_fd=n attach_type=45 pf=2 hooknum=1 priority=7
-- a flow dissector of the network namespace [door]
f := PROG_LOAD prog_type=flow_dissector insns=@ret0 insn_cnt=2 license="GPL"
g := PROG_LOAD prog_type=flow_dissector insns=@ret0 insn_cnt=2 license="GPL"
open s /proc/self/ns/net
OBJ_GET_INFO_BY_FD bpf_fd=f info_len=8 info=0:8 => 0 fid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=g info_len=8 info=0:8 => 0 gid:=info+4:4
PROG_DETACH attach_bpf_fd=f attach_type=17 => ENOENT
PROG_ATTACH attach_bpf_fd=f attach_type=17
PROG_ATTACH attach_bpf_fd=f attach_type=17 => EINVAL
PROG_QUERY target_fd=s attach_type=17 prog_ids=0:8 count=2 => 0 count=1 prog_ids=fid:4
LINK_CREATE prog_fd=g target_fd=s attach_type=17 => EEXIST
PROG_ATTACH attach_bpf_fd=g attach_type=17
PROG_QUERY target_fd=s attach_type=17 prog_ids=0:8 count=2 => 0 count=1 prog_ids=gid:4
PROG_DETACH attach_bpf_fd=f attach_type=17 => ENOENT
PROG_DETACH attach_bpf_fd=g attach_type=17
l := LINK_CREATE prog_fd=g target_fd=s attach_type=17
LINK_CREATE prog_fd=f target_fd=s attach_type=17 => E2BIG
PROG_ATTACH attach_bpf_fd=f attach_type=17 => EEXIST
PROG_DETACH attach_bpf_fd=g attach_type=17 => EINVAL
-- programs of a device's traffic without links [door]
p := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
q := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
r := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=8 info=0:8 => 0 pid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=q info_len=8 info=0:8 => 0 qid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=r info_len=8 info=0:8 => 0 rid:=info+4:4
PROG_DETACH target_fd=1 attach_type=46 => ENOENT
PROG_ATTACH target_fd=1 attach_bpf_fd=p attach_type=46
PROG_ATTACH target_fd=1 attach_bpf_fd=p attach_type=46 => EEXIST
PROG_ATTACH target_fd=1 attach_bpf_fd=q attach_type=46
l := LINK_CREATE prog_fd=r target_fd=1 attach_type=46
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 => EEXIST
PROG_QUERY target_fd=1 attach_type=46 prog_ids=0:16 count=4 => 0 count=3 prog_ids=pid:4,qid:4,rid:4
PROG_DETACH target_fd=1 attach_type=46 => EBUSY
PROG_DETACH target_fd=1 attach_bpf_fd=r attach_type=46 => EBUSY
PROG_ATTACH target_fd=1 attach_bpf_fd=q attach_type=46 attach_flags=4 replace_bpf_fd=p => EEXIST
PROG_DETACH target_fd=1 attach_bpf_fd=q attach_type=46
PROG_DETACH target_fd=1 attach_bpf_fd=q attach_type=46 => ENOENT
PROG_ATTACH target_fd=1 attach_bpf_fd=q attach_type=46 attach_flags=4 replace_bpf_fd=r => EBUSY
PROG_ATTACH target_fd=1 attach_bpf_fd=q attach_type=46 attach_flags=4 replace_bpf_fd=p
PROG_QUERY target_fd=1 attach_type=46 prog_ids=0:16 count=4 => 0 count=2 prog_ids=qid:4,rid:4
close l
PROG_DETACH target_fd=1 attach_type=46
PROG_QUERY target_fd=1 attach_type=46 prog_ids=0:16 count=4 => 0 count=0
LINK_CREATE prog_fd=p attach_type=54 target_fd=0 => ENODEV
PROG_ATTACH attach_bpf_fd=p attach_type=55 => ENODEV
k := LINK_CREATE prog_fd=p target_fd=1 attach_type=54
OBJ_GET_INFO_BY_FD bpf_fd=k info_len=64 info=0:64 => 0 info=13:4 info+16=1:4,54:4
-- before and behind others of a device [door]
# 4 replace, 8 before, 16 behind, 32 by id, 0x2000 a link's
p := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
q := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
r := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
s := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
x := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=8 info=0:8 => 0 pid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=q info_len=8 info=0:8 => 0 qid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=r info_len=8 info=0:8 => 0 rid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=s info_len=8 info=0:8 => 0 sid:=info+4:4
PROG_QUERY target_fd=1 attach_type=46 => 0 count=0 revision=1
a := LINK_CREATE prog_fd=p target_fd=1 attach_type=46 expected_revision=1
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 expected_revision=1 => ESTALE
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 flags=8 relative_fd=999 => EBADF
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 flags=8 relative_fd=x => EINVAL
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 flags=8 relative_fd=r => ENOENT
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 relative_fd=p => EINVAL
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 flags=40 relative_fd=99 => ENOENT
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 flags=0x2008 => EINVAL
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 flags=0x2008 relative_fd=p => EINVAL
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 flags=24 relative_fd=p => ERANGE
LINK_CREATE prog_fd=q target_fd=1 attach_type=46 flags=1 => EINVAL
b := LINK_CREATE prog_fd=q target_fd=1 attach_type=46 flags=8
PROG_QUERY target_fd=1 attach_type=46 prog_ids=0:16 count=4 => 0 count=2 prog_ids=qid:4,pid:4 revision=3
c := LINK_CREATE prog_fd=r target_fd=1 attach_type=46 flags=0x2008 relative_fd=a expected_revision=3
PROG_QUERY target_fd=1 attach_type=46 prog_ids=0:16 count=4 => 0 count=3 prog_ids=qid:4,rid:4,pid:4
PROG_ATTACH target_fd=1 attach_bpf_fd=s attach_type=46 attach_flags=48 relative_fd=qid
PROG_QUERY target_fd=1 attach_type=46 prog_ids=0:16 count=4 => 0 count=4 prog_ids=qid:4,sid:4,rid:4,pid:4
PROG_ATTACH target_fd=1 attach_bpf_fd=s attach_type=46 attach_flags=16 => EEXIST
PROG_DETACH target_fd=1 attach_type=46 attach_flags=8 => EBUSY
PROG_DETACH target_fd=1 attach_type=46 attach_flags=4 => EINVAL
PROG_DETACH target_fd=1 attach_type=46 attach_flags=8 relative_fd=r
PROG_QUERY target_fd=1 attach_type=46 prog_ids=0:16 count=4 => 0 count=3 prog_ids=qid:4,rid:4,pid:4
PROG_ATTACH target_fd=1 attach_bpf_fd=s attach_type=46 attach_flags=8
PROG_DETACH target_fd=1 attach_type=46 attach_flags=8
PROG_QUERY target_fd=1 attach_type=46 prog_ids=0:16 count=4 => 0 count=3 prog_ids=qid:4,rid:4,pid:4
-- hooks of security modules, on a control group [door]
func b kernel bpf_lsm_socket_bind
open g .
prog p trace.s hook attach_btf_id=b
prog m trace.s mac attach_btf_id=b
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=8 info=0:8 => 0 pid:=info+4:4
LINK_CREATE prog_fd=p attach_type=27 target_fd=g => EINVAL
LINK_CREATE prog_fd=m attach_type=43 target_fd=g => EINVAL
LINK_CREATE prog_fd=m attach_type=27 => EOPNOTSUPP
LINK_CREATE prog_fd=p attach_type=43 target_fd=p => EBADF
l := LINK_CREATE prog_fd=p attach_type=43 target_fd=g
PROG_QUERY target_fd=g attach_type=43 prog_ids=0:8 count=2 => 0 count=1 prog_ids=pid:4
close l
PROG_ATTACH target_fd=g attach_bpf_fd=m attach_type=43 => EINVAL
PROG_ATTACH target_fd=g attach_bpf_fd=p attach_type=43
PROG_QUERY target_fd=g attach_type=43 prog_ids=0:8 count=2 => 0 count=1 prog_ids=pid:4
PROG_DETACH target_fd=g attach_bpf_fd=p attach_type=43
