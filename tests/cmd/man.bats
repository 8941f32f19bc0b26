load ../lib

# A page's examples are console sessions in its literal displays.
@test "the examples of the manual print what it says" {
	wrong=0
	for m in "$ROOT"/man/*.[157]; do
		# needs a compiler: kernel.bats
		[ "${m##*/}" = ebpf-kernel.7 ] && continue
		mkdir "${m##*/}"
		(
			cd "${m##*/}"
			sessions_man "$m" | run_sessions
		) || {
			echo "in ${m##*/}"
			wrong=1
		}
	done
	[ $wrong = 0 ]
}

@test "no line of text is lost as a request of roff" {
	! grep -n '^\.\.\.' "$ROOT"/man/*.[1357]
}

@test "every page is well-formed" {
	need mandoc
	for m in "$ROOT"/man/*.[1357]; do
		mandoc -T lint -W warning "$m" | grep -v 'reference to self\|unknown manual section\|outdated mandoc.db\|unexpected section' && wrong=1
	done
	[ -z "$wrong" ]
}
