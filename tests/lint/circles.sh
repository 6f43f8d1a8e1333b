#!/bin/sh
# SPDX-License-Identifier: MIT
# No two files of harness/ need each other's symbols, directly or through others: the linker must see
# a tree of files. Environment: BUILD.
# beside others: nothing is measured
# without sanitizers: they add symbols of their own
set -u

# A line for each symbol: OBJECT:[ADDRESS] TYPE NAME. Type U is a symbol of another file.
loops=$(find harness -name '*.c' | sed "s|\(.*\)c\$|$BUILD/obj/\1o|" | xargs nm -gA | awk -v prefix="$BUILD/obj/" '
	{
		file = substr($1, length(prefix) + 1, index($1, ".o:") - length(prefix) - 1) ".c"
		if ($2 == "U") {
			needs[++count] = $3
			user[count] = file
		} else if ($2 ~ /[A-Z]/) {
			owner[$3] = file
		}
	}
	END {
		for (i = 1; i <= count; i++)
			if (needs[i] in owner && owner[needs[i]] != user[i])
				print user[i], owner[needs[i]]
	}' | tsort 2>&1 >/dev/null)
[ -z "$loops" ] && exit 0
echo "files that need each other's symbols:" >&2
echo "$loops" | sed -n 's/^tsort: \(harness.*\)/    \1/p' >&2
exit 1
