#!/bin/sh
# SPDX-License-Identifier: MIT
# Is every body marked by BENCH_SPECIALISE really compiled once per sync kind, and nowhere shared?
# A shared copy would test the kind at each operation, silently. Environment: BUILD.
# without sanitizers: the copies that are measured are those of the plain build
set -u

build=${BUILD:-build}
# shellcheck source=scripts/copies.sh
. scripts/copies.sh

# The last -O wins; without one the compiler does not specialise, and nothing is measured so.
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

count=0
[ "$(echo "$base_kinds" | wc -l)" -ge 3 ] || complain "harness/sync/sync.h: fewer than three sync kinds"
for source in bench/*.c; do
	object=$build/obj/${source%.c}.o
	symbols=$(nm "$object" | sed -n 's/^[0-9a-f]* [tT] //p') || complain "$object: unreadable"
	for body in $(bodies "$source"); do
		count=$((count + 1))
		shared=$(echo "$symbols" | grep -E "^$body(\..*)?\$" | tr '\n' ' ')
		[ -z "$shared" ] || complain "$source: $body is compiled as a shared copy ($shared)"
		for kind in $(kinds_of "$source" "$body"); do
			echo "$symbols" | grep -qx "${body}_$kind" ||
				complain "$source: no copy ${body}_$kind"
		done
	done
done
[ "$count" -gt 0 ] || complain "bench/*.c: no BENCH_SPECIALISE found"
[ "$bad" -eq 0 ] && echo "$count bodies specialised"
exit "$bad"
