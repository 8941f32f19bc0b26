#!/bin/sh
# Installs what building and testing need on Debian and its kin, or says in one line what is missing.
# Does nothing where all is there; needs root or sudo otherwise.
packages="gcc make libc6-dev libelf-dev libpcap0.8 libreadline8 libjansson4 binutils bats"

have_all() {
	for tool in gcc make ar readelf bats; do
		command -v $tool >/dev/null || return 1
	done
	echo '#include <gelf.h>' | gcc -E -x c - >/dev/null 2>&1 || return 1
	for lib in libpcap.so libreadline.so libjansson.so; do
		ls /lib/*/$lib.* /usr/lib/*/$lib.* /usr/lib*/$lib.* 2>/dev/null | grep -q . || return 1
	done
}

have_all && exit 0
if ! command -v apt-get >/dev/null; then
	echo "setup: please install what Debian calls: $packages" >&2
	exit 4
fi
log=$(mktemp)
run=
if [ "$(id -u)" != 0 ]; then
	run=sudo
	command -v sudo >/dev/null || {
		echo "setup: as root, please: apt-get install $packages" >&2
		exit 4
	}
fi
export DEBIAN_FRONTEND=noninteractive
{ $run apt-get update -q && $run apt-get install -q -y --no-install-recommends $packages; } \
	>"$log" 2>&1 || {
	tail -5 "$log" >&2
	echo "setup: apt-get failed, see $log" >&2
	exit 4
}
have_all || {
	echo "setup: something is missing still; needed: $packages" >&2
	exit 4
}
