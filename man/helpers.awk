# awk -f man/helpers.awk man/helpers.families core/run/bodies.def man/ebpf-helpers.7: the page with its
# list of what runs made anew, by the files of the bodies.

function end_list() {
	if (last != "")
		text = text ".Fn " last " .\n"
	last = ""
}

FILENAME ~ /families$/ {
	if (!/^#/ && split($0, part, "|") == 3) {
		title[part[1]] = part[2]
		gsub(/\. /, ".\n", part[3]) # each sentence on a line of its own
		about[part[1]] = part[3]
	}
	next
}

FILENAME ~ /bodies.def$/ && /^\/\* .*\.c \*\/$/ {
	end_list()
	file = $2
	text = text ".Ss " (file in title ? title[file] : file) "\n"
	if (file in about)
		text = text about[file] "\n.Pp\n"
	next
}

FILENAME ~ /bodies.def$/ {
	if (match($0, /^(WORLD_|KFUNC_)?BODY\([a-z0-9_A-Z]+/) && !/^#/) {
		name = substr($0, RSTART, RLENGTH)
		sub(/.*\(/, "", name)
		if (last != "")
			text = text ".Fn " last " ,\n"
		last = (/^KFUNC/ ? "" : "bpf_") name
	}
	next
}

/^\.Sh WHAT RUNS/ {
	end_list()
	printf "%s\n%s", $0, text
	skipping = 1
	next
}
/^\.Sh/ { skipping = 0 }
!skipping
