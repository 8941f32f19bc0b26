/* What every program here includes. Types come from the uapi, not from a vmlinux.h. */
#ifndef COMMON_H
#define COMMON_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#define LICENSE(text) char _license[] SEC("license") = text

#if __clang__
#define HAS_CLANG 1
#define PRESERVE __attribute__((preserve_access_index))
#define TYPE_TAG(x) __attribute__((btf_type_tag(x)))
#define DECL_TAG(x) __attribute__((btf_decl_tag(x)))
#else
#define PRESERVE
#define TYPE_TAG(x)
#define DECL_TAG(x)
#endif

#endif
