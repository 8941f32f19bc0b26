# awk -f types.awk core/tcp/fields.def: struct tcp_sock as Linux nests it, which the library's types
# tell programs; and the names by which the simulator knows its members. Rows are sorted by offset.

BEGIN {
	FS = "[(),\"][(),\" ]*"
	split("uint8_t 1 uint16_t 2 uint32_t 4 int32_t 4 uint64_t 8", t, " ")
	for (i = 1; i in t; i += 2)
		size[t[i]] = t[i + 1]
	size["struct tcp_ca_priv"] = 104
	size["struct tcp_minmax"] = 24
	nest["__sk_common"] = "sock_common"
	nest["sk"] = "sock"
	nest["icsk_inet"] = "inet_sock"
	nest["inet_conn"] = "inet_connection_sock"
	split("__sk_common sk icsk_inet inet_conn", inner, " ")
	level = 1
	print "/* Made of core/tcp/fields.def by core/tcp/library/types.awk. */\nstruct sock_common {"
}

# Up to an offset, with what was begun closed.
function fill(to) {
	at += bits > 0
	bits = 0
	if (to > at)
		printf "\tuint8_t reserved_%d[%d];\n", at, to - at
	at = to
}

function begin_anonymous(name) {
	if (group != "" && name != group)
		printf "\t} %s;\n", group
	if (name != "" && name != group)
		print "\tstruct {"
	group = name
}

# Each struct begins with the one before.
function close_until(depth) {
	while (level < depth) {
		begin_anonymous("")
		fill(at)
		printf "};\n\nstruct %s {\n\tstruct %s %s;\n",
			level + 1 in inner ? nest[inner[level + 1]] : "tcp_sock",
			nest[inner[level]], inner[level]
		level++
	}
}

# How deep a member is: a path names structs from the outermost.
function depth_of(path) {
	return path ~ /__sk_common\./ ? 1 : path ~ /icsk_inet\.sk\./ ? 2 : path ~ /^inet_conn\./ ? 4 : 5
}

function member_of(path) {
	gsub(/inet_conn\.|icsk_inet\.|sk\.|__sk_common\./, "", path)
	return path
}

/^TCP_(FIELD|BITS)/ {
	is_field = $1 == "TCP_FIELD"
	name = is_field ? $3 : $2
	offset = is_field ? $4 : $3
	path = is_field ? $5 : $6
	close_until(depth_of(path))
	n = split(member_of(path), words, ".")
	if (group != "" && (n == 1 || words[1] != group))
		begin_anonymous("")
	if (is_field || offset != at)
		fill(offset)
	if (n == 2)
		begin_anonymous(words[1])
}

/^TCP_FIELD/ {
	if ($2 == "struct tcp_ca_priv")
		printf "\tuint64_t %s[%d];\n", words[n], size[$2] / 8
	else
		printf "\t%s %s;\n", $2, words[n]
	at += size[$2]
	checks = checks sprintf("_Static_assert(offsetof(struct tcp_sock, %s) == %d, \"\");\n", path, offset)
}

/^TCP_BITS/ {
	if ($4 > bits)
		printf "\tuint8_t : %d;\n", $4 - bits
	printf "\tuint8_t %s : %d;\n", words[n], $5
	bits = $4 + $5
}

/^TCP_(FIELD|BITS)/ && name != path { names = names sprintf("#define %s %s\n", name, path) }

END {
	fill(2304)
	printf "};\n\n%s\n%s", checks, names
}
