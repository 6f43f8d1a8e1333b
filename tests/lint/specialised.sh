#!/bin/sh
# SPDX-License-Identifier: MIT
# Every body marked by BENCH_SPECIALISE must be compiled once per sync kind. A shared copy would
# silently test the kind at each operation. Environment: BUILD.
# beside others: nothing is measured
# without sanitizers: the copies that are measured are those of the plain build
set -u

build=${BUILD:-build}
# shellcheck source=scripts/copies.sh
. scripts/copies.sh

# The last -O wins. Without one the compiler does not specialise, and nobody measures such a build.
level=$(tr ' ' '\n' <"$build/stamp/flags" | sed '/^|$/q' | grep '^-O' | tail -n 1)
case ${level:--O0} in
-O0)
	echo "skipped: built with -O0"
	exit 77
	;;
esac

bad=0
complain()
{
	echo "$*" >&2
	bad=1
}

[ "$(echo "$base_kinds" | wc -l)" -ge 3 ] || complain "harness/sync/sync.h: fewer than three sync kinds"
# Lines of nm, "OBJECT:ADDRESS TYPE NAME", then those of copies(), "FILE BODY KIND".
{
	for source in bench/*.c; do
		echo "$build/obj/${source%.c}.o"
	done | xargs nm -A
	copies bench/*.c
} | awk -v prefix="$build/obj/" '
	index($1, ":") {
		if ($2 ~ /[tT]/) {
			source = substr($1, length(prefix) + 1)
			sub(/[.]o:.*/, ".c", source)
			there[source, $3] = 1
			sub(/[.].*/, "", $3)
			stem[source, $3] = 1
		}
		next
	}
	!(($1, $2 "_" $3) in there) {
		print $1 ": no copy " $2 "_" $3
		bad = 1
	}
	!(($1, $2) in bodies) {
		bodies[$1, $2] = 1
		count++
		if (($1, $2) in stem) {
			print $1 ": " $2 " is compiled as a shared copy"
			bad = 1
		}
	}
	END {
		if (!count)
			print "bench/*.c: no BENCH_SPECIALISE found"
		else if (!bad)
			print count " bodies specialised"
		exit bad || !count
	}' || bad=1
exit "$bad"
