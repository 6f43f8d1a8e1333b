#!/bin/sh
# SPDX-License-Identifier: MIT
# mutants.sh BUILD: checks that a unit test notices a wrong threshold, factor, comparison or bound.
# mutants.sh --check: only checks that every edit still applies.
#
# tests/mutants.txt lists the edits. Each is made alone, in a copy of the tree, and the unit test that is
# named beside it must fail then. An edit that changes nothing, or more than one line, or does not compile,
# is a failure, and so is a test that fails without any edit. MUTANTS=word takes only the lines that contain
# the word. The last line counts.
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
cd "$root" || exit 1
build=${1:?usage: tests/mutants.sh BUILD, or --check}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
number=0 passed=0 failed=0

# verdict ok|not WHY: count the present edit.
verdict()
{
	number=$((number + 1))
	if [ "$1" = ok ]; then
		passed=$((passed + 1))
		echo "ok $number - $unit: $file: $edit"
	else
		failed=$((failed + 1))
		echo "not ok $number - $unit: $file: $edit: $2"
	fi
}

# applies: true if the edit changes exactly one line. The changed file is $scratch/edited.
applies()
{
	[ -f "tests/unit/$unit.c" ] || return 1
	sed -e "$edit" "$file" >"$scratch/edited" || return 1
	[ "$(diff "$file" "$scratch/edited" | grep -c '^[<>]')" -eq 2 ]
}

# made WHAT...: build unit tests in the copy. Its paths, and so its flags, are those of this tree.
made()
{
	${MAKE:-make} -s -C "$scratch/tree" CURDIR="$root" BUILD=build "$@" >"$scratch/said" 2>&1
}

# fails: true if the unit test of the copy fails or does not end.
fails()
{
	mkdir "$scratch/tmp"
	(cd "$scratch/tree" && ! TMPDIR=$scratch/tmp timeout -k 5 60 "build/tests/$unit") >"$scratch/said" 2>&1
	code=$?
	rm -rf "$scratch/tmp"
	return "$code"
}

# sound: true if the test passes without an edit. It is checked once for each test.
sound()
{
	[ ! -e "$scratch/sound-$unit" ] || return 0
	made "build/tests/$unit" && ! fails && : >"$scratch/sound-$unit"
}

mutant()
{
	if ! sound; then
		verdict not "the test fails without the edit: $(tail -n 3 "$scratch/said")"
		return
	fi
	cp "$scratch/edited" "$scratch/tree/$file"
	if ! made "build/tests/$unit"; then
		verdict not "does not compile: $(grep -m 1 error "$scratch/said")"
	elif fails; then
		verdict ok
	else
		verdict not "nothing noticed it"
	fi
	cp "$file" "$scratch/tree/$file" # with a new date, so the next build compiles it again
}

if [ "$build" != --check ]; then
	mkdir "$scratch/tree"
	# with their dates, so that only the changes of an edit are compiled
	cp -Rp Makefile harness bench scripts tests docs "$scratch/tree"
	mkdir "$scratch/tree/build"
	cp -Rp "$build/obj" "$build/stamp" "$build"/*.css "$scratch/tree/build"
fi
while read -r unit file edit; do
	case "$unit $file $edit" in
	'#'* | ' '*) continue ;;
	*"${MUTANTS:-}"*) ;;
	*) continue ;;
	esac
	if ! applies; then
		verdict not "the edit no longer applies to exactly one line"
	elif [ "$build" = --check ]; then
		verdict ok
	else
		mutant
	fi
done <tests/mutants.txt

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
