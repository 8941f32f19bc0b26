# awk [-v wide=1] -f length.awk FILE...: files of at most 800 lines, lines of at most 100 columns, functions of at
# most 60 lines (100 for one flat switch, 200 around a table's expansion). With -v wide=1 the columns are counted, which takes a while.

function bad(line, text) {
	printf "%s:%d: %s\n", FILENAME, line, text
	errors = 1
}

function columns(s,    i, n) {
	n = 0
	for (i = 1; i <= length(s); i++)
		n += substr(s, i, 1) == "\t" ? 8 - n % 8 : 1
	return n
}

FNR == 1 { start = 0 }
FNR == 801 { bad(FNR, "more than 800 lines") }
wide && length($0) > 30 && columns($0) > 100 { bad(FNR, "more than 100 columns") }

# The body of a function is between a { and a } in the first column.
/^{/ {
	start = FNR
	switches = tables = 0
	next
}
start && /^\tswitch \(/ { switches++ }
start && /^#include ".*\.def"/ { tables++ }
/^}/ && start {
	lines = FNR - start - 1
	if (lines > (tables ? 200 : switches == 1 ? 100 : 60))
		bad(start, "function of " lines " lines")
	start = 0
}

END { exit errors }
