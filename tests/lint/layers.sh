#!/bin/sh
# SPDX-License-Identifier: MIT
# Who may include whom. A harness header includes only modules that stand earlier in the list below
# (module_part.h counts as module); a file in bench/ includes only harness/bench.h and system headers.
# without sanitizers: nothing in it is compiled
set -u

order='util version clock step topology placement binding counters environment stats scaling verdict floor csv json format
	record shuttle gate futex parking timeline gil cpython lock worker sync offspring
	twin transport transfer twin_talk twin_counter supply
	ring hog bench registry inject mode protocol arena canary crew runner launch child plan
	recorder progress summary ladder claims html svg report history export coordinator session run_json compare validate options cli main'

awk -v order="$order" '
	function module(path) {
		sub(/^harness\//, "", path)
		sub(/\.[ch]$/, "", path)
		if (!(path in rank))
			sub(/_.*/, "", path)
		return path
	}
	function complain(text) {
		printf "%s:%d: %s\n", FILENAME, FNR, text
		bad = 1
	}
	BEGIN {
		count = split(order, names)
		for (n = 1; n <= count; n++)
			rank[names[n]] = n
	}
	FNR == 1 {
		self = module(FILENAME)
		in_bench = FILENAME ~ /^bench\//
		if (FILENAME ~ /\.h$/ && !(self in rank))
			complain("module " self " has no place in the layer order")
	}
	!/^[ \t]*#[ \t]*include[ \t]*"/ { next }
	{
		split($0, part, "\"")
		other = module(part[2])
		if (part[2] !~ /^harness\//)
			complain("include \"" part[2] "\": write it as harness/NAME.h")
		else if (in_bench && part[2] != "harness/bench.h")
			complain("a case includes only harness/bench.h, not " part[2])
		else if (!in_bench && FILENAME ~ /\.h$/ && other != self && rank[other] >= rank[self])
			complain(self " may not include " other ": it stands later in the order")
	}
	END { exit bad }
' harness/*.[ch] bench/*.[ch]
