# Loaded by every .bats file: finds the binary under test and gives each test an empty directory.
ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
EBPF=$(realpath "${EBPF:-$ROOT/ebpf}")
BUILD=$(cd "$ROOT" && realpath "${BUILD:-build}")

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	mkdir bin
	ln -s "$EBPF" bin/ebpf
	PATH=$PWD/bin:$PATH
	unset EBPF_COLOR NO_COLOR EBPF_BTF EBPF_BPFFS
	export LC_ALL=C
}

# expect STATUS COMMAND...: runs it, keeps $output and $lines, and checks the exit code.
expect() {
	local want=$1
	shift
	run "$@"
	[ "$status" -eq "$want" ] || {
		echo "exit code $status, expected $want: $*"
		echo "$output"
		return 1
	}
}

# says TEXT: the output of the last command is exactly this.
says() {
	[ "$output" = "$1" ] || {
		diff <(echo "$1") <(echo "$output")
		return 1
	}
}

# need COMMAND...: skips the test where a tool is missing.
need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
	done
}
