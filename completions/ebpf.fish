# fish completion for ebpf, written by `ebpf --complete fish`
complete -c ebpf -n __fish_use_subcommand -f -a help -d 'list the commands, or explain one'
complete -c ebpf -n '__fish_seen_subcommand_from help' -l format -x -a 'text json' -d 'What to write'
complete -c ebpf -n '__fish_seen_subcommand_from help' -l output -s o -r -F -d 'Write the result to FILE; - is standard output'
complete -c ebpf -n '__fish_seen_subcommand_from help' -l quiet -s q -d 'No warnings and no summary'
complete -c ebpf -n '__fish_seen_subcommand_from help' -l verbose -s v -d 'Say more; twice says still more'
complete -c ebpf -n '__fish_seen_subcommand_from help' -l color -x -a 'auto always never' -d 'Colour messages'
complete -c ebpf -n '__fish_seen_subcommand_from help' -l help -s h -d 'Print this help'
