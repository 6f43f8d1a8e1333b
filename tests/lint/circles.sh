#!/bin/sh
# SPDX-License-Identifier: MIT
# No two files of harness/ need each other's symbols, directly or through others: the linker must see
# a tree of files. Environment: BUILD.
# beside others: nothing is measured
# without sanitizers: they add symbols of their own
set -u

# "D" or "U", NAME and FILE per symbol: D where it is defined, U where it is needed. One nm reads all
# objects, for a process per object takes minutes on a busy machine.
symbols()
{
	find "$BUILD/obj/harness" -name '*.o' | sort | while read -r object; do
		source=${object#"$BUILD/obj/"}
		[ ! -f "${source%.o}.c" ] || echo "$object" # else its source was deleted
	done | xargs nm -A -g | awk -v build="$BUILD/obj/" '
		{
			object = substr($1, length(build) + 1)
			sub(/\.o:.*/, ".c", object)
			if ($(NF - 1) ~ /[A-Z]$/)
				print ($(NF - 1) ~ /U$/ ? "U" : "D"), $NF, object
		}'
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
