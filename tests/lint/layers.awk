# awk -f layers.awk tests/lint/rooms FILE...: includes name their room and go down the stairs; a
# local.h stays in its room and in the unit tests, which look inside.

function room_of(path) {
	if (path ~ /^tests\//)
		return "tests"
	sub(/\/[^\/]*$/, "", path)
	return path
}

function bad(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
	errors = 1
}

FILENAME == ARGV[1] {
	if (!/^#/) {
		step++
		for (i = 1; i <= NF; i++)
			steps[$i] = step
	}
	next
}

FNR == 1 {
	here = room_of(FILENAME)
	if (!(here in steps))
		bad("room " here " is not in tests/lint/rooms")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, parts, "\"")
	path = parts[2]
	if (path !~ /\//) {
		bad("\"" path "\" does not name its room")
		next
	}
	room = room_of(path)
	if (!(room in steps))
		bad("\"" path "\" is in no room of tests/lint/rooms")
	else if (room == here)
		next
	else if (path ~ /\/local\.h$/ && FILENAME !~ /^tests\/unit\//)
		bad("\"" path "\" is private to its room")
	else if (steps[room] >= steps[here])
		bad("\"" path "\" is not below " here)
}

END { exit errors }
