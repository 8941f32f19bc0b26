load ../lib

@test "--version says one line" {
	expect 0 ebpf --version
	[[ $output =~ ^ebpf\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "--list and help name the same commands" {
	expect 0 ebpf --list
	list=$output
	expect 0 ebpf help --format json
	[ "$(sed -nE 's/^ +"name": "(.*)",/\1/p' <<<"$output")" = "$list" ]
}

@test "every command has --help, and help CMD says the same" {
	for c in $(ebpf --list); do
		expect 0 ebpf "$c" --help
		[[ ${lines[0]} == "Usage: ebpf $c "* ]]
		[ "$(ebpf help "$c")" = "$output" ]
	done
}

@test "no command is a usage error" {
	expect 64 ebpf
	says "ebpf: error: no command; \`ebpf help\` lists them"
}

@test "an unknown command gets a suggestion" {
	expect 64 ebpf hlep
	says "ebpf: error: unknown command 'hlep'; did you mean 'help'?"
}

@test "usage errors name the culprit" {
	expect 64 ebpf help --fromat=json
	says "ebpf help: error: unknown option '--fromat'; did you mean '--format'?"
	expect 64 ebpf help --format
	says "ebpf help: error: option '--format' needs an argument: text|json"
	expect 64 ebpf help --format xml
	says "ebpf help: error: --format is text|json, not 'xml'"
	expect 64 ebpf help --quiet=1
	says "ebpf help: error: option '--quiet' takes no argument"
	expect 64 ebpf help -qz
	says "ebpf help: error: unknown option '-z'; --help lists them"
	expect 64 ebpf help exit now
	says "ebpf help: error: unexpected argument 'now'"
}

@test "every command refuses an unknown option in the same way" {
	for c in $(ebpf --list); do
		expect 64 ebpf "$c" --no-such-option-anywhere
		says "ebpf $c: error: unknown option '--no-such-option-anywhere'; --help lists them"
	done
}

@test "a link called ebpf-CMD or bpfCMD is the command" {
	ln -s ebpf bin/ebpf-help
	ln -s ebpf bin/bpfhelp
	expect 0 ebpf-help exit
	want=$output
	expect 0 bpfhelp exit
	says "$want"
	expect 64 ebpf-help --nonsense
	[[ $output == "ebpf help: error: "* ]]
}

@test "--install makes a link for every command" {
	mkdir links
	expect 0 ebpf --install links
	[ "$(ls links)" = "$(ebpf --list | sed 's/^/ebpf-/' | sort)" ]
	expect 0 links/ebpf-help exit
	expect 0 ebpf --install links
	expect 4 ebpf --install nowhere
	expect 64 ebpf --install
}

@test "--install leaves foreign files alone" {
	mkdir links
	echo mine > links/ebpf-help
	expect 4 ebpf --install links
	[ "$(cat links/ebpf-help)" = mine ]
}

@test "beside the binary the links are relative" {
	mkdir -p prefix/bin
	cp "$EBPF" prefix/bin/ebpf
	expect 0 prefix/bin/ebpf --install prefix/bin
	[ "$(readlink prefix/bin/ebpf-help)" = ebpf ]
}

@test "a full disk is an error" {
	expect 4 sh -c 'ebpf verify --type xdp - >&-' <<<'r0 = 2; exit'
	expect 4 sh -c 'ebpf help > /dev/full'
	says "ebpf help: error: standard output: No space left on device"
	expect 4 sh -c 'ebpf test "$0" > /dev/full' "$ROOT/man/examples/tour.t"
	says "ebpf test: error: standard output: No space left on device"
	for option in --help --list --version '--complete zsh'; do
		expect 4 sh -c "ebpf $option > /dev/full"
		says "ebpf: error: standard output: No space left on device"
	done
}

@test "messages name the file, and show no more of a long line than what is around the place" {
	printf '.map m, hash_of_maps, key=u32, value=u32, max_entries=1\n.prog p, "xdp"\nr0 = 2\nexit\n' >outer.s
	for command in verify run jit; do
		expect 2 ebpf $command outer.s
		[[ $output == "ebpf $command: outer.s: error: map m: a map of maps needs an inner map;"* ]]
	done
	printf 'no types at all %.0s' 1 2 3 >some.txt
	expect 2 ebpf btf dump file some.txt
	[[ $output == "ebpf btf: some.txt: error: not BTF"* ]]
	printf 'r0 = 1 + %s r11\n' "$(printf '1 + %.0s' {1..500})" >long.s
	expect 2 ebpf asm -o long.o long.s
	[[ ${lines[0]} == "ebpf asm: long.s:1:"* && ${#lines[1]} -le 240 && ${lines[2]} == *^* ]]
	[ "${#lines[2]}" -le 240 ]
}

@test "what no program is called is a wrong command line everywhere, and those that there are are named" {
	printf '.prog one, "xdp"\nr0 = 2\nexit\n.prog two, "xdp"\nr0 = 2\nexit\n' >p.s
	for command in verify run jit; do
		expect 64 ebpf $command --prog three p.s
		[[ $output == *"no program three"*"it has: one, two" ]]
	done
	expect 64 ebpf verify --section tc p.s
	says "ebpf verify: p.s: error: no program of section tc; it has: xdp, xdp"
	echo '.map m, array, key=u32, value=u32, max_entries=1' >none.s
	for command in verify run jit; do
		expect 2 ebpf $command none.s
		says "ebpf $command: none.s: error: there is no program in it"
	done
}

@test "what is called wrong is told what there is" {
	expect 64 ebpf run --engine jit p.s
	says "ebpf run: error: --engine: there is none called 'jit', but: check, interp, fast, opt"
	expect 64 ebpf test --engine jit p.t
	says "ebpf test: error: --engine: there is none called 'jit', but: check, interp, fast, opt, all"
	expect 64 ebpf explain E9999
	says "ebpf explain: error: no reason has the code E9999; \`ebpf explain\` lists all"
}

@test "--color and its environment" {
	expect 64 env EBPF_COLOR=always ebpf nothing
	[[ $output == *$'\033['* ]]
	expect 64 env EBPF_COLOR=never ebpf nothing
	[[ $output != *$'\033['* ]]
}

@test "the exit codes are listed" {
	expect 0 ebpf help exit
	for code in 0 1 2 3 4 64 77; do
		grep -qE "^ +$code  " <<<"$output"
	done
}

@test "completion scripts are scripts" {
	expect 0 ebpf --complete bash
	bash -n <<<"$output"
	expect 0 ebpf --complete zsh
	[[ ${lines[0]} == "#compdef ebpf" ]]
	! command -v zsh >/dev/null || zsh -n <<<"$output"
	expect 0 ebpf --complete fish
	! command -v fish >/dev/null || fish -n <<<"$output"
	expect 64 ebpf --complete tcsh
}

@test "bash completes commands, options and choices" {
	source <(ebpf --complete bash)
	complete_words() {
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_ebpf
		echo "${COMPREPLY[*]}"
	}
	[ "$(complete_words ebpf hel)" = help ]
	[ "$(complete_words ebpf help --form)" = --format ]
	[ "$(complete_words ebpf help --format j)" = json ]
	[ "$(complete_words ebpf run --engine =)" = "check interp fast opt" ]
	[ "$(complete_words ebpf run --engine = o)" = opt ]
	[ "$(complete_words ebpf --complete z)" = zsh ]
	[ "$(complete_words ebpf map de)" = delete ]
	[ -z "$(complete_words ebpf map dump de)" ]
	export EBPF_BPFFS=$PWD/store
	ebpf map create ports type hash key 2 value 8 entries 100
	[ "$(complete_words ebpf map dump po)" = ports ]
	[ "$(complete_words ebpf get p)" = ports ]
}

@test "fish completes commands, options, choices, words and names" {
	need fish
	export EBPF_BPFFS=$PWD/store HOME=$PWD
	ebpf --complete fish >ebpf.fish
	ebpf map create ports type hash key 2 value 8 entries 100
	completes() { fish --no-config -c 'source ebpf.fish; complete -C "$argv"' -- "$1" | cut -f1 | tr '\n' ' '; }
	[ "$(completes 'ebpf hel')" = "help " ]
	[ "$(completes 'ebpf run --engine o')" = "opt " ]
	[ "$(completes 'ebpf --comp')" = "--complete " ]
	[ "$(completes 'ebpf --complete z')" = "zsh " ]
	[ "$(completes 'ebpf map de')" = "delete " ]
	[ "$(completes 'ebpf map dump po')" = "ports " ]
	[ "$(completes 'ebpf help exi')" = "exit " ]
}

@test "the completions of zsh are a function of it" {
	need zsh
	ebpf --complete zsh >_ebpf
	zsh -fn _ebpf
}

@test "only libelf and the C library are linked" {
	need readelf
	needed=$(readelf -d "$EBPF" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' | sort)
	grep -q asan <<<"$needed" && skip "a sanitizer build"
	[ -z "$(grep -vE '^lib(elf|c)\.so\.[0-9]+$' <<<"$needed")" ]
}
