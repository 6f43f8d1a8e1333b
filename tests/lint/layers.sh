#!/bin/sh
# SPDX-License-Identifier: MIT
# The layers: a file of harness/ includes headers of its own room and of rooms to its left. An internal.h
# or NAME_internal.h is private to its room. A case includes harness/bench.h and kits.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
set -u

order='base data stats machine lock gil sync . kit python runner run summary claims export history compare validate chart report cli'

find harness bench -name '*.[ch]' -exec awk -v order="$order" '
	BEGIN { for (i = split(order, names, " "); i; i--) rank[names[i]] = i }
	function room(path) { sub(/^harness\//, "", path); return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : "." }
	function complain(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; bad = 1 }
	FNR == 1 {
		self = FILENAME ~ /^bench\// ? "bench" : room(FILENAME)
		if (self != "bench" && !(self in rank)) complain("room " self " has no place in the order")
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, part, "\""); other = room(part[2])
		if (part[2] !~ /^harness\//) complain("write it as harness/ROOM/NAME.h")
		else if (self == "bench") { if (part[2] != "harness/bench.h" && other !~ /^(kit|python)$/) complain("a case includes bench.h, kit/ and python/ only") }
		else if (!(other in rank) || rank[other] > rank[self]) complain(self " may not include " other)
		else if (part[2] ~ /internal\.h$/ && other != self) complain(part[2] " is private to " other)
	}
	END { exit bad }' {} +
