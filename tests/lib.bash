# Loaded by every .bats file: finds the binary under test and gives each test an empty directory.
ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
EBPF=$(realpath "${EBPF:-$ROOT/ebpf}")
BUILD=$(cd "$ROOT" && realpath "${BUILD:-build}")
# What runs it: another machine under emulation is told by name.
MACHINE=${MACHINE:-$(uname -m)}

# Is it an emulated machine, whose system may lack some of what this one has?
emulated() {
	[ "$MACHINE" != "$(uname -m)" ]
}

# Where struct pt_regs has the registers of arguments, of the result, and pc; where perf events have
# what follows registers
case $MACHINE in
aarch64) ARG1=0 ARG2=8 RET=0 IP=256 PERF=272 ;;
*) ARG1=112 ARG2=104 RET=80 IP=128 PERF=168 ;;
esac

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	mkdir bin
	ln -s "$EBPF" bin/ebpf
	PATH=$PWD/bin:$PATH
	unset EBPF_COLOR NO_COLOR EBPF_BTF EBPF_BPFFS
	export LC_ALL=C
	export MALLOC_PERTURB_=165 # what was freed does not look as it did
	# A command's memory goes with its process.
	export ASAN_OPTIONS=detect_leaks=0
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

# For captures that are no plain pcap.
need_libpcap() {
	run ebpf run --type xdp --ctx "$ROOT/tests/cmd/eight.pcapng" - <<<'r0 = 2; exit'
	[[ $output != *libpcap0.8* ]] || skip "libpcap is not installed"
}

# Console sessions in documents: lines "$ command" ("> " continues it) and what it prints. A line "..."
# stands for any lines. sessions_md FILE and sessions_man FILE extract them, run_sessions runs what it
# reads from standard input in one shell, beside copies of the examples, and shows what differs.
sessions_md() {
	awk '/^```console$/ { on = 1; next } /^```$/ { on = 0; next } on' "$1"
}

sessions_man() {
	awk '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { on = 0; next } on' "$1" |
		sed 's/^\\&//; s/\\-/-/g; s/\\e/\\/g; s/\\(aq/'\''/g'
}

matches() { # FILE WANT: like cmp, but "..." in WANT stands for any lines
	grep -qx '\.\.\.' "$2" || { cmp -s "$1" "$2"; return; }
	awk 'FNR == NR { got[++n] = $0; next }
		$0 == "..." { any = 1; next }
		{
			do {
				if (++at > n)
					exit bad = 1
			} while (any && got[at] != $0)
			if (got[at] != $0)
				exit bad = 1
			any = 0
		}
		END { exit bad || (!any && at != n) }' "$1" "$2"
}

run_sessions() {
	local i n status=0 wrong=0
	cp -r "$ROOT"/man/examples/. .
	mkdir .sessions
	awk '/^\$ / { n++; said = 0; print substr($0, 3) > ".sessions/cmd" n; printf "" > ".sessions/want" n; next }
		/^> / && n && !said { print substr($0, 3) > ".sessions/cmd" n; next }
		n { said = 1; print > ".sessions/want" n }
		END { print n + 0 > ".sessions/n" }'
	n=$(cat .sessions/n)
	for ((i = 1; i <= n; i++)); do
		eval "(exit $status); $(cat .sessions/cmd$i)" >.sessions/got 2>&1 </dev/null &&
			status=0 || status=$?
		matches .sessions/got .sessions/want$i && continue
		wrong=1
		echo "\$ $(cat .sessions/cmd$i)"
		diff .sessions/want$i .sessions/got || true
	done
	return $wrong
}
