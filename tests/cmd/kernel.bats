load ../lib

# library NAME: compiles NAME.c as one that plays the kernel
library() {
	cc -O2 -gbtf -fPIC -shared -fpatchable-function-entry=5 -I"$ROOT/core/helper" "$1.c" -o "$1.so"
}

# What the compiler's trap comes to
case $MACHINE in
aarch64) TRAPPED="a breakpoint of nobody's" ;;
*) TRAPPED="an instruction that the machine does not have" ;;
esac

need_library() {
	echo 'int f(int a) { return a; }' >probe.c
	library probe 2>probe.err && grep -q __patchable_function_entries probe.so &&
		grep -q '\.BTF' probe.so || skip "no compiler for libraries with BTF (gcc -gbtf)"
}

@test "programs on a library's functions, and calls of them" {
	need_library
	cp "$ROOT"/man/examples/shop.* .
	library shop
	expect 0 ebpf run --kernel ./shop.so --call 'total({.price=200, .next={.price=50}}, 10)' \
		--call 'total({.price=200}, 90)' --call 'half(-7)' shop.s
	says "printk: 10 per cent off 200, then 50
printk: total: 225
total({.price=200, .next={.price=50}}, 10): 225
printk: 90 per cent off 200, then 0
printk: total: 100
total({.price=200}, 90): 100
half(-7): -3"
	expect 0 ebpf run --kernel ./shop.so --engine opt --call 'discount(200, 90)' --prog limit shop.s
	says "discount(200, 90): 100"
	expect 0 ebpf run --kernel ./shop.so --call 'half(8)' --format json shop.s
	grep -q '"result": "4"' <<<"$output"
	expect 0 ebpf run --kernel ./shop.so -v --repeat 5 --call 'discount(200, 10)' --prog limit shop.s
	grep -q '^program limit: 5 runs, ' <<<"$output"
}

@test "the manual's session with a library" {
	need_library
	need clang
	export C_INCLUDE_PATH=$ROOT/core/helper
	sessions_man "$ROOT/man/ebpf-kernel.7" | run_sessions
}

@test "calls that cannot be made are told where" {
	need_library
	cp "$ROOT"/man/examples/shop.* .
	library shop
	expect 2 ebpf run --kernel ./shop.so --call 'nothing(1)' shop.s
	grep -q 'call:1:1: error: the library has no such function' <<<"$output"
	expect 2 ebpf run --kernel ./shop.so --call 'half(1' shop.s
	grep -q 'call:1:7: error: expected ) behind the last argument' <<<"$output"
	expect 2 ebpf run --kernel ./shop.so --call 'discount(1)' shop.s
	grep -q 'error: expected , and another argument' <<<"$output"
	expect 2 ebpf run --kernel ./shop.so --call 'half(x)' shop.s
	grep -q 'error: expected a number' <<<"$output"
	expect 2 ebpf run --kernel ./shop.so --call 'half(1) 2' shop.s
	grep -q 'error: there is more behind the call' <<<"$output"
	expect 64 ebpf run --call 'half(1)' shop.s
	expect 64 ebpf run --kernel ./shop.so --call 'half(1)' --prog lmit shop.s
	says "ebpf run: error: no program lmit in shop.s"
	expect 64 ebpf run --kernel ./shop.so --call 'half(1)' --ctx pkt:eth shop.s
	expect 64 ebpf run --kernel ./shop.so --call 'half(1)' --coverage out.info shop.s
	[ ! -e out.info ]
}

@test "what cannot be attached is refused as Linux does" {
	need_library
	cat >odd.c <<-'END'
		#include <ebpf_kernel.h>
		int f(int a) { return a; }
		EBPF_SLEEPABLE(f);
		int g(int a) { return a + 1; }
		int __attribute__((patchable_function_entry(0))) bare(int a) { return a + 2; }
	END
	library odd
	program() {
		printf '\t.license "GPL"\n\t.prog p, "%s"\n\tr0 = %s\n\texit\n' "$1" "$2" >p.s
	}
	program fmod_ret/f 0
	expect 1 ebpf run --kernel ./odd.so --call 'f(1)' p.s
	grep -q 'f() is not modifiable' <<<"$output"
	program fentry.s/g 0
	expect 1 ebpf run --kernel ./odd.so --call 'g(1)' p.s
	grep -q 'g is not sleepable' <<<"$output"
	program fentry.s/f 0
	expect 0 ebpf run --kernel ./odd.so --call 'f(1)' p.s
	says "f(1): 1"
	program fentry/bare 0
	expect 2 ebpf run --kernel ./odd.so --call 'bare(1)' p.s
	grep -q 'odd.so: error: function bare does not begin with room for a jump' <<<"$output"
	program fentry/none 0
	expect 64 ebpf run --kernel ./odd.so --call 'f(1)' p.s
	grep -q "no 'none' to attach to" <<<"$output"
	program fentry/f 1
	expect 1 ebpf run --kernel ./odd.so --call 'f(1)' p.s
}

@test "a library's constructors run behind its patched entries, its destructors at the end" {
	need_library
	cat >life.c <<-'END'
		#include <stdio.h>
		#include <stdlib.h>
		int f(int a) { return a; }
		static const unsigned char *entry = (const unsigned char *)f;
		__attribute__((constructor)) static void born(void) { printf("born %x\n", *entry); fflush(stdout); }
		__attribute__((destructor)) static void gone(void) { printf("gone %x\n", *entry); fflush(stdout); }
		static void last(void) { printf("last\n"); fflush(stdout); }
		__attribute__((constructor)) static void late(void) { atexit(last); }
	END
	library life
	printf '\t.license "GPL"\n\t.prog p, "fentry/f"\n\tr0 = 0\n\texit\n' >p.s
	expect 0 ebpf run --kernel ./life.so --call 'f(1)' p.s
	# one nop of 5 bytes, or of one instruction
	[ "$MACHINE" = aarch64 ] && nop=1f || nop=f
	says "born $nop
f(1): 1
gone $nop
last"
}

@test "an entry that somebody else has changed is let alone" {
	need_library
	! emulated || skip "what shows changes to the emulator undoes this one (tests/tramp/remap.c)"
	cat >poked.c <<-'END'
		#include <stdint.h>
		#include <sys/mman.h>
		int g(int a) { return a; }
		int f(int a) { return a + g(1); }
		__attribute__((constructor)) static void poke(void)
		{
			uintptr_t page = (uintptr_t)f & -4096;
			mprotect((void *)page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC);
			*(unsigned char *)f = 0xcc; /* a breakpoint, on x86-64 */
			mprotect((void *)page, 8192, PROT_READ | PROT_EXEC);
		}
	END
	library poked
	printf '\t.license "GPL"\n\t.prog p, "fentry/f"\n\tr0 = 0\n\texit\n' >p.s
	expect 4 ebpf run --kernel ./poked.so --call 'g(1)' p.s
	grep -q 'function f: somebody else has changed its entry' <<<"$output"
	sed 's,fentry/f,fentry/g,' p.s >q.s
	expect 4 ebpf run --kernel ./poked.so --call 'g(1)' q.s
	grep -q 'function g: somebody else has changed its entry' <<<"$output"
}

@test "what is no library is said" {
	expect 2 ebpf run --kernel "$ROOT/man/examples/shop.s" --call 'f(1)' "$ROOT/man/examples/shop.s"
	grep -q 'this is no ELF file' <<<"$output"
	! emulated || skip "the shell is no program of the machine"
	expect 2 ebpf run --kernel "$(realpath /proc/self/exe)" --call 'f(1)' "$ROOT/man/examples/shop.s"
	grep -q 'it has no types' <<<"$output"
}

@test "programs are verified for a library that plays the kernel" {
	need_library
	cp "$ROOT"/man/examples/shop.* .
	library shop
	ebpf asm -o shop.o shop.s
	expect 0 ebpf verify --kernel shop.so shop.o
	grep -v EBPF_ shop.c >undeclared.c
	library undeclared
	expect 1 ebpf verify --kernel undeclared.so shop.o
	grep -q 'is not modifiable' <<<"$output"
}

@test "structs of functions that programs fill" {
	need_library
	need clang
	cp "$ROOT"/man/examples/greeter.c "$ROOT"/man/examples/polite.bpf.c .
	library greeter
	build() { clang -g -O2 -mcpu=v3 --target=bpf -c "$1" -o p.o; }
	build polite.bpf.c
	for engine in fast opt; do
		expect 0 ebpf run --kernel ./greeter.so --engine $engine --call 'meet(20, 3)' \
			--call 'meet(20, 6)' --call 'meet(-7, 2)' --dump-maps p.o
		says "meet(20, 3): 60
meet(20, 6): -1
meet(-7, 2): -14
map p.bss (array):
  00 00 00 00: {.last = -14}"
	done
	# one that the library does not take
	sed 's/\.greet = (void \*)polite_greet, //' polite.bpf.c >less.c
	build less.c
	expect 2 ebpf run --kernel ./greeter.so --call 'meet(20, 3)' p.o
	[[ $output == *"polite: the library does not take it: Invalid argument"* ]]
	# one that Linux would not take
	sed 's/p->age \*/(p->age = 3) */' polite.bpf.c >bad.c
	build bad.c
	expect 1 ebpf run --kernel ./greeter.so --call 'meet(20, 3)' p.o
	[[ $output == *"program polite_greet: only read is supported"* ]]
	# one that the library does not have
	sed '/^EBPF_STRUCT_OPS/d' greeter.c >closed.c
	library closed
	build polite.bpf.c
	expect 2 ebpf run --kernel ./closed.so --call 'meet(20, 3)' p.o
	[[ $output == *"no struct greeter that programs may fill"* ]]
}

@test "probes see registers" {
	need_library
	cp "$ROOT"/man/examples/shop.c .
	library shop
	cat >probe.s <<-END
		.license "GPL"
		.var const char in[] = "%d %d at %d"
		.var const char out[] = "is %d"
		.var const char hit[] = "hit, %d"

		.prog enter, "kprobe/discount"
		r6 = r1
		call bpf_get_func_ip
		r5 = *(u64 *)(r6 + $IP)
		r5 -= r0
		r3 = *(u64 *)(r6 + $ARG1)
		r4 = *(u64 *)(r6 + $ARG2)
		r1 = in ll
		r2 = 12
		call bpf_trace_printk
		r0 = 0
		exit

		.prog leave, "kretprobe/discount"
		r3 = *(u64 *)(r1 + $RET)
		r1 = out ll
		r2 = 6
		call bpf_trace_printk
		r0 = 0
		exit

		.prog some, "kprobe.multi/*a*"
		r3 = *(u64 *)(r1 + $ARG1)
		r1 = hit ll
		r2 = 8
		call bpf_trace_printk
		r0 = 0
		exit
	END
	sed -i 's/in\[\]/in[12]/; s/out\[\]/out[6]/; s/hit\[\]/hit[8]/' probe.s
	expect 0 ebpf run --kernel ./shop.so --call 'discount(200, 10)' --call 'half(8)' probe.s
	says "printk: 200 10 at 0
printk: is 20
discount(200, 10): 20
printk: hit, 8
half(8): 4"
	# the entry has several names, what is behind it none
	sed 's,kprobe/discount,kprobe/discount+0x0,' probe.s >zero.s
	expect 0 ebpf run --kernel ./shop.so --call 'discount(200, 10)' --prog enter zero.s
	[[ $output == *"printk: 200 10 at 0"* ]]
	sed 's,kprobe/discount,kprobe/discount+4,' probe.s >four.s
	expect 2 ebpf run --kernel ./shop.so --call 'half(8)' --prog enter four.s
	says "ebpf run: error: function discount: there is no probe at +4, only at the entry of a function"
}

@test "sessions: one program at entry and return, with a word for each call" {
	need_library
	need clang
	cat >depth.c <<-'END'
		#include <ebpf_kernel.h>
		EBPF_BASE_KFUNCS
		int down(int n) { return n ? down(n - 1) + n : 0; }
		int twice(int n) { return 2 * n; }
	END
	cc -O1 -fno-optimize-sibling-calls -gbtf -fPIC -shared -fpatchable-function-entry=5 -I"$ROOT/core/helper" \
		depth.c -o depth.so
	cat >session.bpf.c <<-'END'
		#define SEC(n) __attribute__((section(n), used))
		typedef unsigned long long u64;
		struct pt_regs { u64 word[21]; };
		extern _Bool bpf_session_is_return(void) __attribute__((section(".ksyms")));
		extern u64 *bpf_session_cookie(void) __attribute__((section(".ksyms")));
		char _license[] SEC("license") = "GPL";
		u64 entries, returns, wrong, sum;
		struct bpf_iter_num { u64 __opaque[1]; } __attribute__((aligned(8)));
		extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __attribute__((section(".ksyms")));
		extern int *bpf_iter_num_next(struct bpf_iter_num *it) __attribute__((section(".ksyms")));
		extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __attribute__((section(".ksyms")));
		extern void bpf_rcu_read_lock(void) __attribute__((section(".ksyms")));
		extern void bpf_rcu_read_unlock(void) __attribute__((section(".ksyms")));
		SEC("fexit/twice") int loops(u64 *ctx)
		{
			struct bpf_iter_num it;
			int *v;
			bpf_rcu_read_lock();
			bpf_iter_num_new(&it, 0, 10);
			while ((v = bpf_iter_num_next(&it)))
				sum += *v;
			bpf_iter_num_destroy(&it);
			bpf_rcu_read_unlock();
			return 0;
		}
		SEC("kprobe.session/*") int both(struct pt_regs *ctx)
		{
			u64 *kept = bpf_session_cookie();
			if (bpf_session_is_return()) {
				returns++;
				if (*kept - 1000 != (ctx->word[RET / 8] & 0xffffffff))
					wrong++;
				return 0;
			}
			if (*kept)
				wrong++;
			entries++;
			/* down(n) is n (n + 1) / 2; odd ones are of no interest at their return */
			u64 n = ctx->word[ARG1 / 8];
			*kept = 1000 + n * (n + 1) / 2;
			return n & 1;
		}
	END
	clang -O2 -g --target=bpf -mcpu=v3 -DARG1=$ARG1 -DRET=$RET -c session.bpf.c -o session.o
	for engine in fast opt; do
		expect 0 ebpf run --kernel ./depth.so --engine $engine --call 'down(9)' --dump-maps session.o
		[[ $output == *"down(9): 45"* && $output == *".entries = 10"* ]]
		[[ $output == *".returns = 5"* && $output == *".wrong = 0"* ]]
		expect 0 ebpf run --kernel ./depth.so --engine $engine --prog loops --call 'twice(2)' --dump-maps session.o
		[[ $output == *".sum = 45"* ]]
		expect 0 ebpf run --kernel ./depth.so --engine $engine --repeat 3 --call 'down(8)' --dump-maps session.o
		[[ $output == *".entries = 27"* && $output == *".returns = 15"* && $output == *".wrong = 0"* ]]
	done
}

@test "programs that trace what programs call, and themselves; some of them sleep" {
	need_library
	need clang
	cat >rec.c <<-'END'
		#include <ebpf_kernel.h>
		int poke(int n) { return n + 1; }
		EBPF_KFUNC(poke);
		int slow(int n) { return n + 2; }
		EBPF_KFUNC_FLAGS(slow, EBPF_KF_SLEEPABLE);
		int f(int n) { return poke(n) * 2; }
		EBPF_SLEEPABLE(f);
	END
	library rec
	cat >rec.bpf.c <<-'END'
		#define SEC(n) __attribute__((section(n), used))
		typedef unsigned long long u64;
		extern int poke(int n) __attribute__((section(".ksyms")));
		extern int slow(int n) __attribute__((section(".ksyms")));
		static long (*bpf_copy_from_user)(void *dst, unsigned int size, const void *src) = (void *)148;
		char _license[] SEC("license") = "GPL";
		u64 pokes, inner, outer, error, left;
		SEC("fentry/poke") int on_poke(u64 *ctx)
		{
			pokes++;
			inner += poke(ctx[0] + 1);
			return 0;
		}
		SEC("fexit/f") int on_f(u64 *ctx) { outer += poke(ctx[0]); return 0; }
		SEC(SLEEPER "/f") int sleeper(u64 *ctx)
		{
			int x = 5;
			error = bpf_copy_from_user(&x, 4, (void *)8);
			left = x + slow(ctx[0]);
			return 0;
		}
	END
	clang -O2 -g --target=bpf -mcpu=v3 -DSLEEPER='"fentry.s"' -c rec.bpf.c -o rec.o
	for engine in fast opt; do
		expect 0 ebpf run --kernel ./rec.so --engine $engine --call 'f(3)' --dump-maps rec.o
		[[ $output == *"f(3): 8"*".pokes = 2, .inner = 10, .outer = 4, .error = 18446744073709551602, .left = 5}"* ]]
		[[ $output == *"program on_poke was left out 2 times"* ]]
	done
	clang -O2 -g --target=bpf -mcpu=v3 -DSLEEPER='"fentry"' -c rec.bpf.c -o rec.o
	expect 1 ebpf run --kernel ./rec.so --call 'f(3)' --prog sleeper rec.o
}

@test "files that lie about themselves are refused, or what they do is said" {
	need_library
	need python3
	cp "$ROOT"/man/examples/shop.* .
	library shop
	forge() { # OUT: PYTHON that changes b, whose segments are ph and sections sh
		python3 - "$1" "$2" <<-'END'
			import struct, sys
			b = bytearray(open("shop.so", "rb").read())
			u = lambda f, at: struct.unpack_from("<" + f, b, at)[0]
			put = lambda f, at, v: struct.pack_into("<" + f, b, at, v)
			ph = [u("Q", 32) + 56 * i for i in range(u("H", 56))]
			sh = [u("Q", 40) + 64 * i for i in range(u("H", 60))]
			names = u("Q", sh[u("H", 62)] + 24)
			name = lambda s: bytes(b[names + u("I", s):]).split(b"\0")[0].decode()
			section = lambda n: next(s for s in sh if name(s) == n)
			loads = [p for p in ph if u("I", p) == 1]
			text = next(p for p in loads if u("I", p + 4) & 1)
			relro = [p for p in ph if u("I", p) == 0x6474e552]
			exec(sys.argv[2])
			open(sys.argv[1], "wb").write(b)
		END
	}
	refused() { # TEXT PYTHON
		forge forged.so "$2"
		expect 2 ebpf run --kernel ./forged.so --call 'half(8)' shop.s
		[[ $output == *"forged.so: error: $1"* ]]
	}
	refused "what is to be protected is not in it" 'put("Q", relro[0] + 40, 1 << 32)'
	refused "its segments are not in order" 'put("Q", loads[1] + 32, u("Q", loads[1] + 40) + 1)'
	refused "its segments are not in order" 'put("Q", loads[-1] + 16, 0)'
	refused "its segments are not in order" 'put("Q", loads[-1] + 40, (1 << 64) - 1)'
	refused "its text is not in the file" 'put("Q", text + 8, 1 << 20)'
	refused "its list of entries is not in it" 'put("Q", section("__patchable_function_entries") + 16, 1 << 40)'
	refused "section ebpf_marks is not made of its records" 'put("Q", section("ebpf_marks") + 32, 100)'
	refused "its headers are not in the file" 'put("H", 60, 0xffff)'
	refused "section " 'put("Q", section(".symtab") + 32, 1 << 50)'
	# names that are nowhere: those that are exported have others
	forge forged.so 'put("Q", section(".strtab") + 32, 1)'
	expect 0 ebpf run --kernel ./forged.so --call 'half(8)' --prog limit shop.s
}

@test "programs run on a library's own threads" {
	need_library
	cat >ticks.c <<-'END'
		#include <pthread.h>
		#include <unistd.h>
		int tick(int n) { return n + 1; }
		static volatile int stop;
		static pthread_t threads[4];
		static void *loop(void *arg) { while (!stop) tick(1), usleep(50); return arg; }
		int nap(int us) { usleep(us); return us; }
		__attribute__((constructor)) static void start(void)
		{
			for (int i = 0; i < 4; i++)
				pthread_create(&threads[i], 0, loop, 0);
		}
		__attribute__((destructor)) static void end(void)
		{
			stop = 1;
			for (int i = 0; i < 4; i++)
				pthread_join(threads[i], 0);
		}
	END
	library ticks
	cat >count.s <<-'END'
		.license "GPL"
		.map n, hash, key=u32, value=u64, max_entries=1024
		.prog p, "fentry/tick"
		call bpf_get_smp_processor_id
		*(u32 *)(r10 - 4) = r0
		r0 = 1
		*(u64 *)(r10 - 16) = r0
		r1 = n ll
		r2 = r10
		r2 += -4
		r3 = r10
		r3 += -16
		r4 = 0
		call bpf_map_update_elem
		r0 = 0
		exit
	END
	expect 0 ebpf run --kernel ./ticks.so --call 'nap(200000)' --dump-maps count.s
	[ "$(grep -c '^  [0-9]*: 1$' <<<"$output")" = 4 ]
	# nobody has to end them
	sed '/destructor/,$d' ticks.c >on.c
	library on
	for i in 1 2 3 4 5; do
		expect 0 ebpf run --kernel ./on.so --call 'nap(20000)' count.s
		says "nap(20000): 20000"
	done
}

@test "a library answers in the place of helpers" {
	need_library
	cat >clock.c <<-'END'
		#include <ebpf_kernel.h>
		static unsigned long now = 41;
		int tick(int by) { now += by; return by; }
		unsigned long bpf_ktime_get_ns(void) { return now; }
		EBPF_HELPER(bpf_ktime_get_ns);
	END
	library clock
	cat >clock.s <<-'END'
		.license "GPL"
		.var u64 times[3]
		.prog p, "fexit/tick"
		call bpf_ktime_get_ns
		r6 = times ll
		*(u64 *)(r6 + 0) = r0
		call bpf_ktime_get_ns
		*(u64 *)(r6 + 8) = r0
		call bpf_ktime_get_boot_ns
		*(u64 *)(r6 + 16) = r0
		r0 = 0
		exit
	END
	for engine in fast opt; do
		expect 0 ebpf run --kernel ./clock.so --engine $engine --clock 7 --call 'tick(1)' --dump-maps clock.s
		[[ $output == *"42, 42, 7"* ]]
	done
	# without the declaration it is a function as any other
	sed '/EBPF_HELPER/d' clock.c >plain.c
	library plain
	expect 0 ebpf run --kernel ./plain.so --clock 7 --call 'tick(1)' --dump-maps clock.s
	[[ $output == *"7, 7, 7"* ]]
}

# Of a function that calls nobody its caller knows that the stack need not be aligned.
@test "programs are attached to functions that are called with any stack" {
	need_library
	cat >leaf.c <<-'END'
		static int __attribute__((noinline)) leaf(int a, int b) { __asm__ volatile(""); return a * b + 3; }
		int f(int a, int b, int c, int d, int e, int g)
		{
			int x = a + d, y = b * e, z = c ^ g;
			return leaf(a, b) + x * y - z * d;
		}
		int g(int a, int b) { return leaf(a, b) + b; }
		int h(int a, int b) { long r = leaf(b, a); return r + a + leaf(a, 1); }
	END
	library leaf
	for section in fentry fexit kprobe kretprobe; do
		cat >leaf.s <<-END
			.license "GPL"
			.var const char fmt[8] = "here %d"
			.prog p, "$section/leaf"
			r1 = fmt ll
			r2 = 8
			r3 = 1
			call bpf_trace_printk
			r0 = 0
			exit
		END
		for call in 'f(1, 2, 3, 4, 5, 6): 35' 'g(2, 3): 12' 'h(3, 4): 24'; do
			expect 0 ebpf run --kernel ./leaf.so -v --call "${call%: *}" leaf.s
			[[ $output == *"printk: here 1"*"$call"* ]]
		done
	done
}

@test "a library that crashes is said to have, by what, and where" {
	need_library
	cat >crash.c <<-'END'
		#include <stdlib.h>
		#include <string.h>
		int f(int a) { return a; }
		int null(int *p) { return *p; }
		int deep(int n)
		{
			volatile char room[100];
			room[n % 100] = 1;
			return n ? deep(n + 1) + room[n % 100] : 0;
		}
		int divide(int a, int b) { return a / b; }
		int trap(int a) { if (a) __builtin_trap(); return a; }
		int end(int a) { if (a) abort(); return a; }
		int length(char *p) { return strlen(p) + 1; }
		int jump(long to) { return ((int (*)(void))to)() + 1; }
		#ifdef __aarch64__
		#define BREAK "brk #0"
		#else
		#define BREAK "int3"
		#endif
		int breaks(int a) { if (a) __asm__ volatile(BREAK); return a; }
	END
	library crash
	printf '\t.license "GPL"\n\t.prog p, "fentry/f"\n\tr0 = 0\n\texit\n' >p.s
	crashes() { # CALL TEXT
		for box in --engine=fast --no-sandbox; do
			expect 3 ebpf run --kernel ./crash.so $box --call 'f(7)' --call "$1" p.s
			[[ $output == *"f(7): 7"* ]]
			[[ $output == *"ebpf run: error: $1: $2"* ]]
		done
	}
	crashes 'null(NULL)' 'access to 0x0, where no such memory is, in null+0x'
	crashes 'deep(1)' 'its stack is used up, in deep+0x'
	[ "$MACHINE" = aarch64 ] || crashes 'divide(1, 0)' 'a division that the machine cannot do, in divide+0x'
	crashes 'trap(1)' "$TRAPPED, in trap"
	crashes 'end(1)' 'it calls abort(), '
	[[ $output == *", called from end"*" of crash.so" ]]
	crashes 'length(NULL)' 'access to 0x0, where no such memory is, '
	[[ $output == *", called from length+0x"* ]]
	crashes 'jump(16)' 'access to 0x10, where no such memory is, at 0x10, called from jump+0x'
	[ "$MACHINE" = aarch64 ] || crashes 'jump(0x123456789abcdef0)' 'access to an address that there cannot be'
	crashes 'breaks(1)' "a breakpoint of nobody's, in breaks+0x"
	# what was said before is a whole document
	expect 3 bash -c "ebpf run --kernel ./crash.so --format json --call 'f(7)' --call 'null(0)' p.s 2>err"
	python3 -c 'import json, sys; assert json.load(sys.stdin)["calls"][0]["result"] == "7"' <<<"$output"
	grep -q '"message":"null(0): access to 0x0' err
}

@test "a library crashes where nobody calls it, too" {
	need_library
	printf '\t.license "GPL"\n\t.prog p, "fentry/f"\n\tr0 = 0\n\texit\n' >p.s
	cat >born.c <<-'END'
		int f(int a) { return a; }
		__attribute__((constructor)) static void born(void) { __builtin_trap(); }
	END
	library born
	expect 3 ebpf run --kernel ./born.so --call 'f(1)' p.s
	[[ $output == *"error: loading ./born.so: $TRAPPED, in "* ]]
	sed 's/constructor/destructor/' born.c >gone.c
	library gone
	expect 3 ebpf run --kernel ./gone.so --call 'f(1)' p.s
	[[ $output == *"error: unloading ./gone.so: $TRAPPED"* ]]
	cat >thread.c <<-'END'
		#include <pthread.h>
		#include <unistd.h>
		int f(int a) { return a; }
		static volatile int go;
		static void *run(void *arg) { while (!go) ; __builtin_trap(); return arg; }
		int nap(int us) { go = 1; usleep(us); return us; }
		__attribute__((constructor)) static void start(void)
		{
			pthread_t t;
			pthread_create(&t, 0, run, 0);
		}
	END
	library thread
	expect 3 ebpf run --kernel ./thread.so --call 'nap(10000000)' p.s
	[[ $output == *"error: a thread of thread.so: $TRAPPED, in run"* ]]
}

@test "calls that do not come back are given up" {
	need_library
	cat >loop.c <<-'END'
		#include <unistd.h>
		int f(int a) { return a; }
		int loop(int a) { volatile int on = a; while (on) ; return a; }
		int hang(int a) { return pause() + a; }
	END
	library loop
	printf '\t.license "GPL"\n\t.prog p, "fentry/f"\n\tr0 = 0\n\texit\n' >p.s
	expect 3 ebpf run --kernel ./loop.so --call-timeout 1 --call 'loop(1)' p.s
	[[ $output == *"error: loop(1): it did not come back within 1 s, in loop+0x"* ]]
	expect 3 ebpf run --kernel ./loop.so --call-timeout 1 --no-sandbox --call 'hang(1)' p.s
	[[ $output == *"error: hang(1): it did not come back within 1 s, "* ]]
	# many calls may take longer, all together
	expect 0 ebpf run --kernel ./loop.so --call-timeout 1 --repeat 300000000 --engine opt --call 'f(1)' p.s
	expect 64 ebpf run --kernel ./loop.so --call-timeout x --call 'f(1)' p.s
}

@test "what a library does is in the sandbox" {
	need_library
	! emulated || skip "the emulator has no seccomp"
	cat >opens.c <<-'END'
		#include <fcntl.h>
		#include <errno.h>
		int f(int a) { return open("/etc/passwd", O_RDONLY) >= 0 ? a : -errno; }
	END
	library opens
	printf '\t.license "GPL"\n\t.prog p, "fentry/f"\n\tr0 = 0\n\texit\n' >p.s
	expect 0 ebpf run --kernel ./opens.so --call 'f(1)' p.s
	says "f(1): -1"
	expect 0 ebpf run --kernel ./opens.so --no-sandbox --call 'f(1)' p.s
	says "f(1): 1"
}

@test "what is expected of calls" {
	need_library
	cp "$ROOT"/man/examples/shop.* .
	library shop
	expect 0 ebpf run --kernel ./shop.so --call 'half(-7)' --call 'half(8)' --expect '1: retval = -3' \
		--expect '2: retval = 4' --expect 'retval > -4' --expect 'count retval 4 = 1' shop.s
	expect 1 ebpf run --kernel ./shop.so --call 'half(-7)' --call 'half(8)' --expect 'retval > 0' shop.s
	[[ $output == *"call 1: retval is -3, expected > 0"* ]]
	expect 64 ebpf run --kernel ./shop.so --call 'half(8)' --expect 'packet length > 3' shop.s
	[[ $output == *"of a call of a function only retval is known"* ]]
}
