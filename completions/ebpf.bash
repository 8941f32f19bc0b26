# bash completion for ebpf, written by `ebpf --complete bash`
_ebpf()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local cmd=${COMP_WORDS[1]} words= first= stored=
	COMPREPLY=()
	[ "$prev" = = ] && prev=${COMP_WORDS[COMP_CWORD-2]}
	[ "$cur" = = ] && cur=
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W 'asm disasm cbpf verify explain run coverage test jit shell conformance map prog link pin get btf ls gc fsck help --help --version --list --install --complete' -- "$cur"))
		return
	fi
	case $cmd,$prev in
	--complete,*)
		COMPREPLY=($(compgen -W 'bash zsh fish' -- "$cur"))
		return ;;
	asm,--format)
		COMPREPLY=($(compgen -W 'elf raw hex c' -- "$cur"))
		return ;;
	asm,--dialect)
		COMPREPLY=($(compgen -W 'auto llvm gnu ubpf kernel' -- "$cur"))
		return ;;
	asm,--isa)
		COMPREPLY=($(compgen -W 'v1 v2 v3 v4' -- "$cur"))
		return ;;
	asm,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	disasm,--format)
		COMPREPLY=($(compgen -W 'text json dot svg' -- "$cur"))
		return ;;
	disasm,--from)
		COMPREPLY=($(compgen -W 'auto elf raw hex c cbpf log asm' -- "$cur"))
		return ;;
	disasm,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	cbpf,--format)
		COMPREPLY=($(compgen -W 'text c decimal iptables asm elf' -- "$cur"))
		return ;;
	cbpf,--type)
		COMPREPLY=($(compgen -W 'socket_filter tc xdp seccomp' -- "$cur"))
		return ;;
	cbpf,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	verify,--format)
		COMPREPLY=($(compgen -W 'text json csv sarif github' -- "$cur"))
		return ;;
	verify,--sort)
		COMPREPLY=($(compgen -W 'input file name section verdict processed total_states peak_states max_states_per_insn stack_depth insns us' -- "$cur"))
		return ;;
	verify,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	explain,--format)
		COMPREPLY=($(compgen -W 'text json sarif github' -- "$cur"))
		return ;;
	explain,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	run,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	run,--engine)
		COMPREPLY=($(compgen -W 'check interp fast opt' -- "$cur"))
		return ;;
	run,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	coverage,--format)
		COMPREPLY=($(compgen -W 'text json lcov html' -- "$cur"))
		return ;;
	coverage,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	test,--format)
		COMPREPLY=($(compgen -W 'text tap json junit github' -- "$cur"))
		return ;;
	test,--engine)
		COMPREPLY=($(compgen -W 'check interp fast opt all' -- "$cur"))
		return ;;
	test,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	jit,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	jit,--engine)
		COMPREPLY=($(compgen -W 'fast opt' -- "$cur"))
		return ;;
	jit,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	shell,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	conformance,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	map,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	map,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	prog,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	prog,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	link,--format)
		COMPREPLY=($(compgen -W 'text json dot svg' -- "$cur"))
		return ;;
	link,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	pin,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	pin,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	get,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	get,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	btf,--format)
		COMPREPLY=($(compgen -W 'text c' -- "$cur"))
		return ;;
	btf,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	ls,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	ls,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	gc,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	gc,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	fsck,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	fsck,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	help,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	help,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	esac
	case $cmd in
	asm) words=' --format --dialect --isa --relax --big-endian --include -I --section --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	disasm) words=' --format --section --prog --source --opcodes --brief --kernel --cfg --dwarf --from --big-endian --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	cbpf) words=' --format --expression -e --link --snaplen --type --match --otherwise --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	verify) words=' --format --prog --section --type --attach-type --attach-func --attach-prog --prog-flags --caps --unprivileged --profile --record-profile --btf --kernel --kconfig --bpffs --log-level --annotate --stats --sort --compare --max-regress --time --facts --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	explain) words=' --format --object --prog --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	run) words=' --format --prog --type --ctx --arg --task --record-type --tp-format --extend --emit-ctx --packets --write --set --headroom --tailroom --data-meta --linear --frags --strict-kernel --diff --split --filter --jobs -j --network --svg --trace --per-packet --dump-maps --repeat --budget --seed --clock --advance --cpu --mock --record --coverage --profile --strict --btf --kernel --call --call-timeout --map --bpffs --put --expect --expect-packets --exit-code --verify --no-verify --engine --harden --no-sandbox --perf-map --gdb --unchecked --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	coverage) words=' --format --summary --source --fail-under --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	test) words=' --format --filter --jobs -j --engine --coverage --timeout --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	jit) words=' --format --prog --type --btf --engine --dump --harden --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	shell) words=' --keep-going -k --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	conformance) words=' --program --interpret --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	map) words=' --format --bpffs --cpus --from --output -o --quiet -q --verbose -v --color --help -h' first='show create dump lookup update delete getnext push pop peek freeze watch merge' stored=1 ;;
	prog) words=' --format --bpffs --cpus --output -o --quiet -q --verbose -v --color --help -h' first='show load loadall dump run' stored=1 ;;
	link) words=' --format --bpffs --output -o --quiet -q --verbose -v --color --help -h' first='show create update detach pin read graph' stored=1 ;;
	pin) words=' --format --bpffs --cpus --output -o --quiet -q --verbose -v --color --help -h' first='map prog' stored=1 ;;
	get) words=' --format --bpffs --output -o --quiet -q --verbose -v --color --help -h' first='' stored=1 ;;
	btf) words=' --format --bpffs --output -o --quiet -q --verbose -v --color --help -h' first='dump' stored=1 ;;
	ls) words=' --format --bpffs --output -o --quiet -q --verbose -v --color --help -h' first='' stored=1 ;;
	gc) words=' --format --bpffs --output -o --quiet -q --verbose -v --color --help -h' first='' stored=1 ;;
	fsck) words=' --format --bpffs --fix --output -o --quiet -q --verbose -v --color --help -h' first='' stored=1 ;;
	help) words=' --format --output -o --quiet -q --verbose -v --color --help -h' first='' stored= ;;
	esac
	case $cmd,$cur in
	*,-*) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
	help,*) COMPREPLY=($(compgen -W 'asm disasm cbpf verify explain run coverage test jit shell conformance map prog link pin get btf ls gc fsck help exit' -- "$cur")) ;;
	*)
		[ "$COMP_CWORD" -eq 2 ] || first=
		[ -z "$stored" ] || first+=" "$(ebpf ls 2>/dev/null |
			while read -r name _; do echo "$name"; done)
		COMPREPLY=($(compgen -W "$first" -- "$cur") $(compgen -f -- "$cur")) ;;
	esac
}
complete -o filenames -F _ebpf ebpf
