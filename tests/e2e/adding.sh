#!/bin/sh
# SPDX-License-Identifier: MIT
# The walk-throughs of docs/adding-*.md, followed to the letter in one copy of the tree: it is built once,
# and what is new runs.
# beside others: what it measures leaves no name behind
# without sanitizers: it makes a build of its own, without
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

tree=$TMPDIR/tree
mkdir "$tree"
cp -R Makefile harness bench scripts docs "$tree"

# follow PAGE: each block of C or Markdown goes where the sentence above it says: "Put this into `FILE`:"
# makes a file, "Put this into `FILE`, in front of `TEXT`:" adds lines in front of the first line that
# contains TEXT, and "below `TEXT`" behind it.
follow()
{
	awk -v out="$TMPDIR/block" '
		/Put this into `/ { sentence = $0; sub(/.*Put this into/, "", sentence); split(sentence, part, "`") }
		/^```(c|markdown|gnuplot)$/ {
			inside = 1
			file = out "." ++count
			print part[2] >(file ".where")
			print part[4] >(file ".text")
			print index(part[3], "below") >(file ".below")
			next
		}
		/^```$/ { inside = 0 }
		inside { print >file }
	' "$1"
	number=1
	while [ -f "$TMPDIR/block.$number" ]; do
		block=$TMPDIR/block.$number
		place "$1" "$block" "$tree/$(cat "$block.where")" "$(cat "$block.text")" "$(cat "$block.below")"
		number=$((number + 1))
	done
	[ "$number" -gt 1 ] || complain "$1: no block to follow"
	rm -f "$TMPDIR"/block.*
}

# place PAGE BLOCK FILE TEXT BELOW
place()
{
	if [ -z "$4" ]; then
		[ ! -e "$3" ] || complain "$1: $3 is there already"
		cp "$2" "$3"
		return
	fi
	text=$4 block=$2 awk -v below="$5" '
		found = !done && index($0, ENVIRON["text"]) { done = 1 }
		found && below { print }
		found {
			while ((getline line <ENVIRON["block"]) > 0)
				print line
		}
		!found || !below { print }
		END { exit !done }
	' "$3" >"$TMPDIR/edited" || complain "$1: no line with '$4' in $3"
	cp "$TMPDIR/edited" "$3"
}

for page in a-case a-lock a-gil-policy a-metric an-export-format a-claim a-chart; do
	follow docs/adding-$page.md
done
[ "$bad" -eq 0 ] || finish

# No optimisation, which builds fast; the warnings are errors.
MAKEFLAGS='' make -C "$tree" -j2 BUILD="$TMPDIR/build" CFLAGS='-O0' SAN='' WERROR=1 \
	>"$TMPDIR/made" 2>&1 || complain "it does not build: $(tail -n 20 "$TMPDIR/made")"
new=$TMPDIR/build/tollgate
"$new" list --names | grep -x hello_case >/dev/null || complain "tollgate list does not show hello_case"
for mode in tas-yield tas-yield-process gil-eager; do
	"$new" list --modes | grep "^ *$mode " >/dev/null || complain "tollgate list --modes does not show $mode"
done

# ran CASE MODES: every mode has a figure, and none gave a wrong result.
ran()
{
	"$new" run --profile=quick --counters=off -f "^$1\$" -m "$2" -w 1,2 --out="$TMPDIR/$1" \
		>"$TMPDIR/said" 2>"$TMPDIR/talked" || complain "$1: exit $?: $(cat "$TMPDIR/talked")"
	whole_run "$TMPDIR/$1"
	for mode in $(echo "$2" | tr , ' '); do
		[ -n "$(cells "$TMPDIR/$1/summary.csv" mode="$mode" metric=ops_per_s status=ok median)" ] ||
			complain "$1: no figure for $mode"
	done
}
ran hello_case none,mutex,gil,process
ran pos_terminal tas-yield,tas-yield-process,gil-eager
ran lock_try tas-yield
[ -n "$(cells "$TMPDIR/hello_case/summary.csv" mode=mutex workers=2 metric=idle_ns_per_op status=ok median)" ] ||
	complain "no idle_ns_per_op"
"$new" export --help | grep -q ' lines: name, metric' || complain "export --help does not show the format"
expect 64 "did you mean 'lines'?" "$new" export --format=linse "$TMPDIR/hello_case"
"$new" export --format=lines --metric=idle_ns_per_op "$TMPDIR/hello_case" >"$TMPDIR/lines" ||
	complain "export --format=lines: exit $?"
grep -q '^hello_case/mutex/think:10/.*/workers:2	idle_ns_per_op	[0-9.e+-]*	ns$' "$TMPDIR/lines" ||
	complain "export --format=lines: $(head -n 3 "$TMPDIR/lines")"

# A claim says what must be measured for it, is judged by that, and stands in the page in the same words.
"$new" run --dry-run --claims=C25 >"$TMPDIR/said" 2>&1 || complain "--claims=C25: $(cat "$TMPDIR/said")"
grep -q '^pos_terminal  *futex ' "$TMPDIR/said" || complain "C25 is not planned: $(cat "$TMPDIR/said")"
"$new" claims --claim=C25 "$TMPDIR/hello_case" >"$TMPDIR/said" || complain "claims --claim=C25: exit $?"
grep -q '^not measured' "$TMPDIR/said" || complain "C25 is not judged: $(cat "$TMPDIR/said")"
sed -n 's/^ *experiment *//p' "$TMPDIR/said" | while read -r experiment; do
	grep -qF "| C25 | \`$experiment\` | lost_updates of the worst epoch at most 0 |" "$tree/docs/claims.md" ||
		echo "$experiment"
done >"$TMPDIR/lacking"
[ ! -s "$TMPDIR/lacking" ] || complain "docs/claims.md lacks: $(cat "$TMPDIR/lacking")"

# A chart has words with and without its rows, and is drawn where gnuplot is there.
expect 77 'tollgate run --filter floor_syscall' "$new" rows --chart=system-call "$TMPDIR/hello_case"
"$new" run --profile=quick --counters=off -f '^floor_syscall$' --out="$TMPDIR/call" >"$TMPDIR/said" 2>&1 ||
	complain "floor_syscall: $(cat "$TMPDIR/said")"
expect 0 'A system call costs' "$new" rows --chart=system-call "$TMPDIR/call"
if command -v gnuplot >/dev/null; then
	TOLLGATE=$new "$tree/scripts/charts.sh" "$TMPDIR/call" --chart system-call --format svg --theme light ||
		complain "charts.sh: exit $?"
	grep -q 'A system call costs' "$TMPDIR/call/charts/system-call.svg" || complain "system-call.svg has no title"
fi
finish
