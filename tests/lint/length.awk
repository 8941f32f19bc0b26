# awk -f length.awk FILE...: files of at most 800 lines, functions of at most 60 (100 for one flat
# switch, 200 around a table's expansion).

function bad(line, text) {
	printf "%s:%d: %s\n", FILENAME, line, text
	errors = 1
}

FNR == 1 { start = 0 }
FNR == 801 { bad(FNR, "more than 800 lines") }

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
