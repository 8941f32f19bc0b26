# awk -f rows.awk FILE...: the examples as rows of C,
#
#	EXAMPLE("null", "E0611", "A lookup that may find nothing", "text")
#
# Each begins with a comment that has its code and title; the second line may be one with options. Lines that mend it stand inside of #ifdef
# FIXED (.ifdef in assembly) and get a + in front, those that they replace a -, all others a blank.

function quote(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	gsub(/\t/, "\\t", s)
	return s
}

function end() {
	if (name != "")
		printf ")\n"
}

FNR == 1 {
	end()
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\..*/, "", name)
	match($0, /E[0-9]+/)
	code = substr($0, RSTART, RLENGTH)
	title = substr($0, RSTART + RLENGTH + 2)
	sub(/ \*\/$/, "", title)
	printf "EXAMPLE(\"%s\", \"%s\", \"%s\"", name, code, quote(title)
	sep = ", "
	mark = " "
	blank = 0
	next
}
/^#include "bpf.h"/ { next }
FNR == 2 && /ebpf verify/ { next }
/^[#.]ifdef FIXED/ { mark = "+"; next }
/^[#.]ifndef FIXED/ { mark = "-"; next }
/^[#.]else/ && mark != " " { mark = mark == "+" ? "-" : "+"; next }
/^[#.]endif/ && mark != " " { mark = " "; next }
$0 == "" && sep == ", " { next }
{
	printf "%s\n\t\"%s%s\\n\"", sep, $0 == "" ? "" : mark, quote($0)
	sep = ""
}
END { end() }
