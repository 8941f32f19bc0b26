load ../lib

# What `make install` puts down, once for the file.
setup_file() {
	export PREFIX_DIR=$BATS_FILE_TMPDIR/prefix
	make -s -C "$BATS_TEST_DIRNAME/../.." install PREFIX="$PREFIX_DIR" LINKS=1 >/dev/null
}

@test "install puts the binary, the library, the manual and the completions down" {
	expect 0 "$PREFIX_DIR/bin/ebpf" --version
	expect 0 "$PREFIX_DIR/bin/ebpf-help" exit
	[ -e "$PREFIX_DIR/share/man/man1/ebpf.1" ]
	[ -e "$PREFIX_DIR/share/man/man7/ebpf-internals.7" ]
	[ -e "$PREFIX_DIR/share/bash-completion/completions/ebpf" ]
}

@test "a client needs the public header and the library alone" {
	cat >client.c <<'END'
#include <ebpf.h>
#include <stdio.h>

int main(void)
{
	struct ebpf_object *obj;
	struct ebpf_vm *vm;
	uint64_t r0 = 0;
	int err = ebpf_assemble("r0 = 6; r0 *= 7; exit", "a.s", &obj, NULL) ||
		  ebpf_load(obj, NULL, &vm, NULL) || ebpf_run(vm, NULL, 0, &r0, NULL);

	printf("%llu\n", (unsigned long long)r0);
	return err;
}
END
	${CC:-cc} -Wall -Wextra -Werror -std=c99 -pedantic -I"$PREFIX_DIR/include" -o client client.c \
		-L"$PREFIX_DIR/lib" -lebpf
	expect 0 ./client
	says 42
}

@test "the public header is C++ too" {
	need g++
	echo '#include <ebpf.h>' >h.cc
	g++ -Wall -Werror -fsyntax-only -I"$PREFIX_DIR/include" h.cc
}

@test "the library works on objects, packets, maps and messages" {
	${CC:-cc} -Wall -Wextra -Werror -I"$PREFIX_DIR/include" -o client "$ROOT/tests/cmd/client.c" \
		-L"$PREFIX_DIR/lib" -lebpf
	expect 0 ./client "$ROOT/man/examples/firewall.s"
	says "pass 2
drop 1, port 23: 1
bad.s:1:6: error: no register 'r11': they are r0 to r10
fault"
}

@test "the program of libebpf(3) does what the page says" {
	awk '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { exit } on' "$PREFIX_DIR/share/man/man3/libebpf.3" \
		>count.c
	${CC:-cc} -Wall -Wextra -Werror -I"$PREFIX_DIR/include" -o count count.c \
		-L"$PREFIX_DIR/lib" -lebpf
	expect 0 ./count
	expect 0 "$PREFIX_DIR/bin/ebpf" map dump --bpffs store hits
	says "00 00 00 00: 03 00 00 00 00 00 00 00"
}

@test "the library has no names but its own, whatever a client calls its functions" {
	need nm
	[ "$(nm -g --defined-only "$PREFIX_DIR/lib/libebpf.a" | grep -c ' T ebpf_')" -ge 20 ]
	expect 1 grep -v ' [A-Z] ebpf_' <<<"$(nm -g --defined-only "$PREFIX_DIR/lib/libebpf.a" | grep ' [A-Z] ')"
	cat >names.c <<'END'
#include <ebpf.h>

int accept(void) { return 1; }
int warn(void) { return 1; }
int fail(void) { return 1; }
int arena_alloc(void) { return 1; }

int main(void)
{
	struct ebpf_object *obj;
	char *messages = NULL;

	return ebpf_assemble("r0 = r11 +", "a.s", &obj, &messages) != -22 || !messages;
}
END
	${CC:-cc} -fno-builtin -I"$PREFIX_DIR/include" -o names names.c -L"$PREFIX_DIR/lib" -lebpf
	expect 0 ./names
}

@test "uninstall takes everything away" {
	make -s -C "$ROOT" uninstall PREFIX="$PREFIX_DIR" >/dev/null
	[ -z "$(find "$PREFIX_DIR" ! -type d)" ]
}
