#!/bin/sh
# SPDX-License-Identifier: MIT
# The walk-throughs for a new case, lock and GIL policy, followed to the letter in one copy of the tree: it
# is built once, and what is new runs.
# without sanitizers: it makes a build of its own, without
# shellcheck source=tests/e2e/common.sh
. tests/e2e/common.sh

tree=$TMPDIR/tree
mkdir "$tree"
cp -R Makefile harness bench scripts docs "$tree"

# follow PAGE: each block of C goes where the sentence above it says: "Put this into `FILE`:" makes a file,
# "Put this into `FILE`, in front of `TEXT`:" adds lines in front of the first line that contains TEXT.
follow()
{
	awk -v out="$TMPDIR/block" '
		/Put this into `/ { sentence = $0; sub(/.*Put this into/, "", sentence); split(sentence, part, "`") }
		/^```c$/ { inside = 1; count++; file = out "." count; print part[2] >(file ".where"); print part[4] >(file ".text"); printf "" >file; next }
		/^```$/ { inside = 0 }
		inside { print >file }
	' "$1"
	number=1
	while [ -f "$TMPDIR/block.$number" ]; do
		block=$TMPDIR/block.$number
		place "$1" "$block" "$tree/$(cat "$block.where")" "$(cat "$block.text")"
		number=$((number + 1))
	done
	[ "$number" -gt 1 ] || complain "$1: no block of C"
	rm -f "$TMPDIR"/block.*
}

# place PAGE BLOCK FILE TEXT
place()
{
	if [ -z "$4" ]; then
		[ ! -e "$3" ] || complain "$1: $3 is there already"
		cp "$2" "$3"
		return
	fi
	text=$4 block=$2 awk '
		!done && index($0, ENVIRON["text"]) {
			while ((getline line <ENVIRON["block"]) > 0)
				print line
			done = 1
		}
		{ print }
		END { exit !done }
	' "$3" >"$TMPDIR/edited" || complain "$1: no line with '$4' in $3"
	cp "$TMPDIR/edited" "$3"
}

for page in case lock gil-policy; do
	follow docs/adding-a-$page.md
done
[ "$bad" -eq 0 ] || finish

# No optimisation, which builds fast; the warnings are errors.
MAKEFLAGS='' make -C "$tree" -j2 BUILD="$TMPDIR/build" CFLAGS='-O0' SAN='' WERROR=1 \
	>"$TMPDIR/made" 2>&1 || complain "it does not build: $(tail -n 20 "$TMPDIR/made")"
new=$TMPDIR/build/tollgate
"$new" list --names | grep -qx hello_case || complain "tollgate list does not show hello_case"
for mode in tas-yield tas-yield-process gil-eager; do
	"$new" list --modes | grep -q "^ *$mode " || complain "tollgate list --modes does not show $mode"
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
finish
