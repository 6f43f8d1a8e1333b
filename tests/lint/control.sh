#!/bin/sh
# SPDX-License-Identifier: MIT
# Mode `none` of every case with shared state must be the loop without verbs, instruction for instruction.
# If a verb left any code behind without a lock, the control would pay for a lock too.
#
# Each such case is compiled a second time with all verbs taken away by the preprocessor, and the two
# none copies of each body must consist of the same instructions. The compiler may choose other registers
# and may invert a branch. Environment: BUILD.
# beside others: nothing is measured
set -u

build=${BUILD:-build}
# shellcheck source=scripts/copies.sh
. scripts/copies.sh

[ "$(uname -m)" = x86_64 ] || {
	echo "skipped: reads x86-64 instructions only"
	exit 77
}
# Without optimisation nothing is specialised, see specialised.sh.
level=$(tr ' ' '\n' <"$build/stamp/flags" | sed '/^|$/q' | grep '^-O' | tail -n 1)
case ${level:--O0} in
-O0)
	echo "skipped: built with -O0"
	exit 77
	;;
esac

if grep -q -e -fsanitize -e --coverage "$build/stamp/flags"; then
	echo "skipped: the compiler adds checks of its own, not everywhere the same"
	exit 77
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bad=0
complain()
{
	echo "$*" >&2
	bad=1
}

# code OBJECT FUNCTION: its instructions, sorted, without addresses, names of registers and padding.
code()
{
	"${OBJDUMP:-objdump}" -d -r --no-show-raw-insn "$1" |
		awk -v head="<$2>:" '/^$/ { on = 0 } on { print } $2 == head { on = 1 }' |
		sed -E -e 's/^[[:space:]]*[0-9a-f]+:[[:space:]]*//' -e 's/[0-9a-f]+ <[^>]*>/TARGET/g' \
			-e 's/[[:space:]]*#.*//' -e 's/%[re]?[a-z0-9]+/REGISTER/g' -e 's/([^0-9a-f])0x0\(/\1(/g' \
			-e 's/^jmp +TARGET/nop/' -e 's/^j[a-z]+ +TARGET/branch/' |
		grep -Ev '^(data16|cs |nop|xchg +REGISTER,REGISTER$)' | sort
}

cat >"$work/verbs.h" <<'END'
#include "harness/bench.h"
#define sync_enter(w, kind)                   ((void)0)
#define sync_leave(w, kind)                   ((void)0)
#define sync_enter_read(w, kind)              ((void)0)
#define sync_leave_read(w, kind)              ((void)0)
#define sync_tick(w, kind)                    ((void)0)
#define sync_step(w, kind)                    ((void)0)
#define sync_block(w, kind)                   ((void)0)
#define sync_block_fd(w, kind, fd, events)    ((void)0)
#define sync_unblock(w, kind)                 ((void)0)
#define sync_try(w, kind)                     (true)
END

# The compiler and the flags of the build, as words. Warnings and debug information are not needed here.
compile=$(sed -e 's/ | .*//' -e 's/ -Werror//' "$build/stamp/flags")
count=0
# shellcheck disable=SC2013 # names of cases have no blanks
for source in $(grep -l '^BENCH_SPECIALISE_SHARED' bench/*.c); do
	name=$(basename "$source" .c)
	eval "$compile -w -g0 -include '$work/verbs.h' -c -o '$work/$name.o' '$source'" || {
		complain "$source: does not compile without verbs"
		continue
	}
	for body in $(copies "$source" | awk '$3 == "none" { print $2 }'); do
		count=$((count + 1))
		code "$build/obj/bench/$name.o" "${body}_none" >"$work/with"
		code "$work/$name.o" "${body}_none" >"$work/without"
		[ -s "$work/with" ] || complain "$source: no copy ${body}_none"
		diff "$work/with" "$work/without" >"$work/diff" ||
			complain "$source: ${body}_none is not the loop without verbs: $(head -n 5 "$work/diff")"
	done
done
[ "$count" -gt 0 ] || complain "bench/*.c: no case with shared state found"
[ "$bad" -eq 0 ] && echo "$count controls are the loop without verbs"
exit "$bad"
