# Directives that make types: what they refuse, and what they leave in an object.
load ../lib

# refuses LINE:COLUMN MESSAGE: assembling standard input fails with this message, among others.
refuses() {
	cat >wrong.s
	expect 2 ebpf asm -o wrong.o wrong.s
	[[ "$output" == *"wrong.s:$1: error: $2"* ]]
	[ ! -e wrong.o ]
}

@test "maps: unknown words are named, with what was perhaps meant" {
	refuses 1:9 "unknown type of map 'hsh', did you mean 'hash'?" <<<'.map a, hsh, key=u32'
	refuses 1:19 "unknown type 'u33', did you mean 'u32'?" <<<'.map b, hash, key=u33'
	refuses 1:15 "a map has no 'kee', did you mean 'key'?" <<<'.map c, hash, kee=u32'
	refuses 1:15 "a map has no 'many': it has key, value, inner, values, key_size," \
		<<<'.map c, hash, many=5'
	refuses 1:22 "unknown map flag 'no_preallloc', did you mean 'no_prealloc'?" \
		<<<'.map d, hash, flags= no_preallloc'
	refuses 1:30 "no map 'nope' above" <<<'.map e, array_of_maps, inner=nope'
	refuses 1:52 "a map of maps of maps" \
		<<<'.map f, array_of_maps, inner={array_of_maps, inner={array}}'
}

@test "structs: members without a size, too many bits, braces that stay open" {
	refuses 1:25 "'n' has a type without a size" <<<'.struct t { struct nope n; }'
	refuses 1:24 "40 bits in a type of 4 bytes" <<<'.struct s { u32 a; u32 b:40; }'
	refuses 1:11 "no closing '}'" <<<'.struct u { u32 a;
.map a, hash'
	refuses 1:17 "'A' is already defined" <<<'.enum e { A, B, A }'
}

@test "variables: values that do not fit, types that take none" {
	refuses 1:17 "'x' has 4 bytes, no more" <<<'.var u32 x = 1, 2'
	refuses 1:11 "'v' has a type without a size" <<<'.var void v'
}

@test "types come one way or the other" {
	refuses 2:1 "types come from '.btf' or from declarations, not both" <<<".map a, hash
.btf
[1] INT 'int' size=4
.endbtf"
	refuses 1:1 "no '.endbtf' for this" <<<".btf"
	refuses 3:13 "INT has no 'sise'" <<<".btf
# comment
[1] INT 'x' sise=4
.endbtf"
}

@test "a section that names no program type is a warning" {
	cat >odd.s <<<'.prog p, "xpd"
	exit'
	expect 0 ebpf asm -o odd.o odd.s
	[[ "$output" == *"odd.s:1:10: warning: section 'xpd' names no program type, did you mean 'xdp'?"* ]]
}

@test "structs are laid out as clang does" {
	need clang bpftool
	cat >s.c <<-'END'
		struct in { char c; short s; };
		struct all {
			char a; int b; long long c; char d[3]; struct in e; int f : 3; int g : 7;
			unsigned long long h : 60; char i; void *p; struct { char x; int y; } j; union { char k; long l; } m;
		};
		struct tight { char a; int b; short c; } __attribute__((packed));
		struct all x; struct tight y;
	END
	cat >s.s <<-'END'
		.struct in { char c; short s; }
		.struct all {
			char a; int b; long long c; char d[3]; struct in e; int f : 3; int g : 7;
			unsigned long long h : 60; char i; void *p; struct { char x; int y; } j; union { char k; long l; } m;
		}
		.struct packed tight { char a; int b; short c; }
		.var struct all x
		.var struct tight y
	END
	clang -g -target bpf -c s.c -o c.o
	expect 0 ebpf asm -o s.o s.s
	layout() {
		bpftool btf dump file "$1" | sed -n "/STRUCT '$2'/,/^\[/p" | sed "1s/^\[[0-9]*\]//; \$d; s/type_id=[0-9]*//"
	}
	for s in in all tight; do
		diff <(layout c.o $s) <(layout s.o $s)
	done
}
