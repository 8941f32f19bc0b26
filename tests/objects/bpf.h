/* What the test programs need of libbpf's headers, for any compiler. */
#ifndef TESTS_OBJECTS_BPF_H
#define TESTS_OBJECTS_BPF_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;

#define SEC(name) __attribute__((section(name), used))
#define NOINLINE __attribute__((noinline))
#define WEAK __attribute__((weak))
#define HIDDEN __attribute__((visibility("hidden")))
#define KSYM __attribute__((section(".ksyms")))
#define KCONFIG __attribute__((section(".kconfig")))
#define CORE __attribute__((preserve_access_index))

#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]

#define LICENSE char _license[] SEC("license") = "GPL"

/* Helpers are functions at the address that is their number. */
#ifdef __clang__
#define HELPER(id, ret, name, args) static ret (*const name) args = (void *)id
#else
#define HELPER(id, ret, name, args) ret name args __attribute__((kernel_helper(id)))
#endif

HELPER(1, void *, map_lookup, (void *map, const void *key));
HELPER(2, long, map_update, (void *map, const void *key, const void *value, u64 flags));
HELPER(5, u64, ktime_ns, (void));
HELPER(6, int, trace_printk, (const char *fmt, u32 size, ...));
HELPER(12, long, tail_call, (void *ctx, void *map, u32 index));
HELPER(14, u64, pid_tgid, (void));
HELPER(113, long, probe_read_kernel, (void *dst, u32 size, const void *src));
HELPER(164, long, for_each_map, (void *map, void *fn, void *ctx, u64 flags));
HELPER(181, long, loop, (u32 n, void *fn, void *ctx, u64 flags));

struct xdp_md;

#endif
