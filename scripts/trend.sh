#!/bin/sh
# SPDX-License-Identifier: MIT
# trend.sh DIR: draw the pages on standard input, which `tollgate history trend --charts=DIR` writes, as
# DIR/trend-CASE.svg. A finished file replaces its predecessor in one step.
#
# Exit: 0 ok, 1 output or gnuplot failed, 64 bad folder, 77 no gnuplot.
set -u

die()
{
	code=$1
	shift
	echo "trend: $*" >&2
	exit "$code"
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
[ -d "${1-}" ] || die 64 "${1-}: not a folder; trend.sh is run by: tollgate history trend --charts=DIR"
command -v gnuplot >/dev/null || die 77 "gnuplot is not installed: make deps"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
cp "$here/style.gp" "$here/trend.gp" "$work/" && cat >"$work/pages" || exit 1
# gnuplot exits 0 after many faults and only warns, so a warning fails the charts
(cd "$work" && LC_ALL=C.UTF-8 exec gnuplot -d pages) >"$work/talk" 2>&1 || die 1 "gnuplot failed: $(cat "$work/talk")"
if grep -v -e '^Fontconfig' -e 'convert degree sign' "$work/talk" | grep . >&2; then
	die 1 "gnuplot warned"
fi
for chart in "$work"/*.svg; do
	[ -f "$chart" ] || continue
	new=$1/.${chart##*/}.$$
	if ! cp "$chart" "$new" || ! mv -f "$new" "$1/${chart##*/}"; then
		rm -f "$new"
		die 1 "$1: cannot be written"
	fi
done
