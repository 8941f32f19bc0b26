# What is read as s8 is -1 where what was stored is 255, but what is learned of the one is believed of
# the other.
	.license "GPL"
	.prog holed, "tc"
	r1 = *(u8 *)(r1 + 0)
	*(u64 *)(r10 - 8) = r1
	r2 = *(s8 *)(r10 - 8)
	r0 = 0
	if r1 < 255 goto out
	r2 -= 255
	r3 = r10
	r3 += r2
	*(u64 *)(r3 - 8) = 1
out:
	exit

	.prog good, "tc"
	r1 = *(u8 *)(r1 + 0)
	r1 &= 127
	*(u64 *)(r10 - 8) = r1
	r2 = *(s8 *)(r10 - 8)
	r0 = 0
	if r1 < 127 goto end
	r2 -= 127
	r3 = r10
	r3 += r2
	*(u64 *)(r3 - 8) = 1
end:
	exit
