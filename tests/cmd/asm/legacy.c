#include "bpf.h"

u64 load_byte(void *skb, u64 off) asm("llvm.bpf.load.byte");
u64 load_half(void *skb, u64 off) asm("llvm.bpf.load.half");
u64 load_word(void *skb, u64 off) asm("llvm.bpf.load.word");

SEC("socket")
int filter(void *skb)
{
	u64 ihl = (load_byte(skb, 14) & 15) * 4;

	if (load_half(skb, 12) != 0x800)
		return 0;
	return load_word(skb, ihl + 14);
}
