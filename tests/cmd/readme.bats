load ../lib

@test "the tour of README.md prints what it says" {
	sessions_md "$ROOT/README.md" >tour
	[ "$(grep -c '^\$ ' tour)" -ge 8 ]
	run_sessions <tour
}
