# bash completion for ebpf, written by `ebpf --complete bash`
_ebpf()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local cmd=${COMP_WORDS[1]} words=
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W 'help --help --version --list --install --complete' -- "$cur"))
		return
	fi
	case $cmd,$prev in
	help,--format)
		COMPREPLY=($(compgen -W 'text json' -- "$cur"))
		return ;;
	help,--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
		return ;;
	esac
	case $cmd in
	help) words=' --format --output -o --quiet -q --verbose -v --color --help -h' ;;
	esac
	case $cmd,$cur in
	*,-*) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
	help,*) COMPREPLY=($(compgen -W 'help exit' -- "$cur")) ;;
	*) COMPREPLY=($(compgen -f -- "$cur")) ;;
	esac
}
complete -o filenames -F _ebpf ebpf
