load ../lib

@test "the tour of README.md prints what it says" {
	sessions_md "$ROOT/README.md" | run_sessions
}
