#!/bin/sh
# Text to object to text to verdicts: demo.sh EBPF
ebpf=$1
here=$(dirname "$0")
out=$(mktemp -d) || exit 4
trap 'rm -rf "$out"' EXIT
set -e

say() {
	echo "\$ ebpf $*" | sed "s#$out/##g; s#$here/##g"
	"$ebpf" "$@"
}

say asm -o "$out/firewall.o" "$here/firewall.s"
say disasm --brief "$out/firewall.o" >"$out/text"
sed -n "1p; /^firewall:/,/goto/p" "$out/text"
echo "..."
say run --ctx "$here/small.pcap" "$out/firewall.o"
