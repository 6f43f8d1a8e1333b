#!/bin/sh
# SPDX-License-Identifier: MIT
# Every option with values that it does not take: exit 64, what was wrong, nothing written.
# beside others: nothing is measured
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

root=$PWD
mkdir "$TMPDIR/empty"
cd "$TMPDIR/empty" || exit 1

# no VALUE-TEXT ACCEPTED ARGUMENT...: refused, naming both.
no()
{
	named=$1 accepted=$2
	shift 2
	said=$("$TOLLGATE_TEST" run --counters=off "$@" 2>&1)
	got=$?
	[ "$got" -eq 64 ] || complain "run $*: exit $got: $said"
	for text in "$named" "$accepted"; do
		case $said in
		*"$text"*) ;;
		*) complain "run $*: '$text' is not in: $said" ;;
		esac
	done
	[ "$(printf '%s' "$said" | wc -c)" -lt 1200 ] || complain "run $1: a message of $(printf '%s' "$said" | wc -c) bytes"
}

no "'cpu_imt'" "did you mean 'cpu_int'" --filter=cpu_imt
no "'cpu_imt'" "did you mean 'cpu_int'" -f empty -f cpu_imt
no --filter 'regular expression' --filter='a('
no --filter 'empty filter' --filter=
no --filter 'empty filter' --filter='!'
no filters 'no case' --filter='!.*'
no --modes "did you mean 'mutex'" --modes=mutx
no --modes 'unknown mode' --modes=
no --modes 'unknown mode' --modes=none,,gil
no --modes 'unknown mode' --modes=NONE
no mode 'selected modes' -f '^mutex_by_hand$' -m process
for value in 0 -1 1.5 1e3 1e9 '' ',' '1,' 2049 99999999999999999999 N2 ' 1' '1 ' 0x1 '٣' '%s%n'; do
	no --workers 'from 1 to 2048' --workers="$value"
done
no --placement 'compact' --placement=compct
no --placement 'did you mean' --placement=scater
no --placement 'same_pu' --placement=pair:nothing
no --placement 'list' --placement=list:
no --placement 'list' --placement=list:1,x
no --placement 'list' --placement=list:-1
no --topology 'synthetic:' --topology=nativ
no --topology 'type:count' --topology=synthetic:foo
no --topology 'nowhere.xml' --topology=xml:nowhere.xml
no --profile "did you mean 'quick'" --profile=quik
no --profile 'quick, standard or full' --profile=
no --param 'name=value' --param=swipes
no swipe "did you mean 'swipes'" -f pos_terminal --param=swipe=5
for value in 0 -1 '' 1.5 1e9 100000001 99999999999999999999 x '%s%n'; do
	no swipes 'from 1 to 100000000' -f pos_terminal --param="swipes=$value"
done
no --param 'name=value' --param='swipes=1;think=2'
no --counters 'off, sw, hw' --counters=
for value in -1 '' x 1.5 99999999999999999999 '%s%n'; do
	no --seed 'whole number' --seed="$value"
done
for value in 0 -1 '' x 1.5 86401 1e9; do
	no --deadline '1 to 86400' --deadline="$value"
done
no --out 'folder' --out=
no --dir 'no folder' --dir=/nowhere/at/all
no --dir 'no folder' --dir=/dev/null

# Words and options that do not exist, values that are missing or too many.
no "'--fliter'" "did you mean '--filter'" --fliter=x
no "'--d'" 'ambiguous: --dir, --deadline, --dry-run' --d=x
no 'option --filter' 'regular expression' --filt='a('
no "'-x'" 'unknown option' -x
no "'word'" 'unexpected' word
no --filter 'needs a value' --filter
no --workers 'needs a value' -w
no --quiet 'no value' --quiet=yes
no --dry-run 'no value' --dry-run=1

# Hostile values: very long, and text that printf, a terminal or a file system would obey.
long=$(printf '%100000s' '' | tr ' ' A)
for option in filter modes workers placement topology profile param seed deadline out dir; do
	no "$option" '' --"$option"="$long"
done
# shellcheck disable=SC2016 # nothing is meant to expand
for value in '%s%n%s%n' '../../../etc/passwd' '$(reboot)' '; reboot' '日本語' "$(printf '\033[2J\a')" \
	"$(printf 'a\nb')"; do
	for option in filter modes workers placement topology profile param seed deadline; do
		no "$option" '' --"$option"="$value"
	done
done
said=$("$TOLLGATE_TEST" run --profile="$(printf '\033[2J')" 2>&1)
case $said in
*"$(printf '\033')"*) complain "an escape sequence goes through to the terminal" ;;
esac
many=
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
	many="$many --param swipes=1 --placement none"
done
# shellcheck disable=SC2086 # many words
no at 'most' $many

# The other commands.
expect 0 cpu_int "$TOLLGATE" list --name
expect 64 "did you mean '--names'" "$TOLLGATE" list --nmaes
# names that a command once had for the same
expect 64 "'nowhere': No such file" "$TOLLGATE" report --output=x nowhere
expect 64 'expected a folder' "$TOLLGATE" export --format=markdown --output=x nowhere
expect 64 "'a(' is not a POSIX" "$TOLLGATE" history trend --case='a('
expect 0 'tollgate' "$TOLLGATE" version --format=human
expect 64 'unexpected word' "$TOLLGATE" list cpu_int
expect 64 'by hand' "$TOLLGATE" runner
expect 0 'Examples:' "$TOLLGATE" run --help

# completed WORDS...: the candidates for the last of them, as bash splits a line.
completed()
{
	# shellcheck disable=SC2016 # the other shell expands it
	bash -c '. "$0" && COMP_WORDS=("$@") && COMP_CWORD=$(($# - 1)) && compopt() { :; } && _tollgate &&
		echo "${COMPREPLY[*]}"' "$root/scripts/completion.bash" "$TOLLGATE" "$@"
}
same()
{
	[ "$2" = "$1" ] || complain "completion: '$2' instead of '$1'"
}
same 'compare claims' "$(completed c)"
same 'quick standard full' "$(completed run --profile =)"
same standard "$(completed run --profile = st)"
same 'json' "$(completed doctor --format j)"
same '--dir= --deadline= --dry-run' "$(completed run --d)"
same cpu_int "$(completed compare -q --filter cpu_i)"
same '' "$(completed run --out =)"
same '' "$(completed nonsense --d)"

[ -z "$(ls -A)" ] || complain "written: $(ls -A)"
cd / || exit 1
finish
