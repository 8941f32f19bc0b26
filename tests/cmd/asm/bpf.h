/* What these programs need of libbpf's headers. */
#define SEC(name) __attribute__((section(name), used))
#define noinline __attribute__((noinline))
#define __uint(name, val) int(*name)[val]
#define __type(name, val) __typeof__(val) *name
#define __array(name, val) __typeof__(val) *name[]
#define core __attribute__((preserve_access_index))
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;
struct xdp_md {
	u32 data, data_end, data_meta, ingress_ifindex;
};
static void *(*const lookup)(void *map, const void *key) = (void *)1;
static long (*const update)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static u64 (*const ktime)(void) = (void *)5;
static long (*const printk)(const char *fmt, u32 size, ...) = (void *)6;
static void (*const tail_call)(void *ctx, void *map, u32 index) = (void *)12;
static long (*const for_each)(void *map, void *fn, void *ctx, u64 flags) = (void *)164;
static long (*const loop)(u32 n, void *fn, void *ctx, u64 flags) = (void *)181;
char _license[] SEC("license") = "GPL";
