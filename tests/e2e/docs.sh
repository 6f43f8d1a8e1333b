#!/bin/sh
# SPDX-License-Identifier: MIT
# All files, targets, commands and options that the pages name exist.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

# documented SECTION: the columns in the tables under that heading of docs/csv.md.
documented()
{
	awk -v section="## $1" '
		/^## / { inside = $0 == section; next }
		inside && /^\| `/ { split($0, part, "`"); print part[2] }
	' docs/csv.md
}

[ -f docs/csv.md ] || skip "no docs/csv.md"
[ "$(documented 'The key columns' | paste -sd, -)" = "$(header KEY_HEADER)" ] ||
	complain "docs/csv.md: key columns: $(documented 'The key columns' | paste -sd, -)"
for name in samples workers counters metrics histogram timeline percentiles summary; do
	upper=$(echo "$name" | tr '[:lower:]' '[:upper:]')
	expected=$(header "${upper}_HEADER")
	said=$(header KEY_HEADER),$(documented "$name.csv" | paste -sd, -)
	[ "$said" = "$expected" ] || complain "docs/csv.md, $name.csv: '$said' is not '$expected'"
done
[ "$(documented scaling.csv | paste -sd, -)" = "$(header SCALING_HEADER)" ] ||
	complain "docs/csv.md, scaling.csv: $(documented scaling.csv | paste -sd, -)"
for status in ok wrong crashed killed timeout error skipped; do
	grep -q "\`$status\`" docs/csv.md || complain "docs/csv.md: no status $status"
done

# Every format of export has a row in the table of its page.
for format in $("$TOLLGATE" export 2>&1 | sed -n 's/.*: use //p' | tr -d ,); do
	grep -q "^| \`$format\` |" docs/export.md || complain "docs/export.md: no format $format"
done

# Every command line in a block of the pages: make TARGET... or tollgate COMMAND --OPTION...
lines()
{
	awk '/^```/ { inside = !inside && $0 ~ /^```(sh|console)?$/; next } inside' "$1" |
		sed -n 's/^[$] //; s/ *#.*//; /^make\|^build\/tollgate\|^tollgate/p'
}
for page in README.md docs/*.md; do
	[ -f "$page" ] || continue
	lines "$page" >"$TMPDIR/lines"
	while read -r line; do
		# shellcheck disable=SC2086 # the words of the line
		set -- $line
		program=$1
		shift
		if [ "$program" = make ]; then
			for word in "$@"; do
				case $word in
				*=* | -*) continue ;;
				esac
				grep -qE "^([a-z-]+ )*$word( [a-z-]+)*:" Makefile || complain "$page: make $word: no such target"
			done
			continue
		fi
		command=${1:-help}
		"$TOLLGATE" "$command" --help >"$TMPDIR/help" 2>&1 || complain "$page: tollgate $command: no such command"
		for word in "$@"; do
			case $word in
			--*)
				option=${word%%=*}
				grep -q -e "$option\b" "$TMPDIR/help" || complain "$page: tollgate $command $option: no such option"
				;;
			esac
		done
	done <"$TMPDIR/lines"
done

# Exit codes are part of the interface.
grep -q '130' docs/tollgate.1 || complain "docs/tollgate.1: no exit code 130"
finish
