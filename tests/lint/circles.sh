#!/bin/sh
# SPDX-License-Identifier: MIT
# No two files of harness/ need each other's symbols, directly or through others: what the linker sees is
# a tree of files. Environment: BUILD.
# without sanitizers: they add symbols of their own
set -u

# NAME FILE per symbol, "D" where it is defined, "U" where it is needed
symbols()
{
	find "$BUILD/obj/harness" -name '*.o' | sort | while read -r object; do
		source=${object#"$BUILD/obj/"}
		[ -f "${source%.o}.c" ] || continue # of a file that is gone
		nm -g "$object" | awk -v file="${source%.o}.c" '
			$1 == "U" { print "U", $2, file; next }
			$2 ~ /[A-Z]/ { print "D", $3, file }'
	done
}

loops=$(symbols | awk '
	$1 == "D" { owner[$2] = $3 }
	$1 == "U" { needs[++count] = $2; user[count] = $3 }
	END {
		for (i = 1; i <= count; i++)
			if (needs[i] in owner && owner[needs[i]] != user[i])
				print user[i], owner[needs[i]]
	}' | tsort 2>&1 >/dev/null)
[ -z "$loops" ] && exit 0
echo "files that need each other's symbols:" >&2
echo "$loops" | sed -n 's/^tsort: \(harness.*\)/    \1/p' >&2
exit 1
