/* As little as an object can hold. */
char _license[] __attribute__((section("license"), used)) = "GPL";
