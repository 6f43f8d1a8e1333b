#!/bin/sh
# SPDX-License-Identifier: MIT
# The cost of a check point in the compiled loop of each policy: one look and one branch. A lock that
# switches by time may add three instructions to the loop without a lock (load, test, branch). The lock
# that counts may add five (load, subtract, store, test, branch, although gcc needs two). The loop may
# hold no call, no fence and no locked instruction. Environment: BUILD.
# beside others: nothing is measured
set -u

build=${BUILD:-build}
object=$build/obj/tests/cases/test_check_point.o
# shellcheck source=scripts/copies.sh
. scripts/copies.sh

flags=$(tr ' ' '\n' <"$build/stamp/flags" | sed '/^|$/q')
case $(echo "$flags" | grep '^-O' | tail -n 1) in
'' | -O0)
	echo "skipped: built with -O0"
	exit 77
	;;
esac
if echo "$flags" | grep -q -e '-fsanitize' -e '--coverage'; then
	echo "skipped: instrumented code"
	exit 77
fi

# loop KIND: the instructions from the target of the first backward jump to that jump, without padding.
# Behind the loop is the slow path, which ends in a jump.
loop()
{
	"${OBJDUMP:-objdump}" -d --no-show-raw-insn "$object" |
		awk -v head="<walk_$1>:" '
			function value(hex, i, n) {
				for (i = 1; i <= length(hex); i++)
					n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
				return n
			}
			/^$/ { inside = 0 }
			$2 == head { inside = 1; next }
			!inside { next }
			{
				address = value(substr($1, 1, length($1) - 1))
				text[++count] = $0
				at[count] = address
				if (!last && $NF ~ /^<walk_/ && value($(NF - 1)) < address && $2 !~ /^(jmp|b)$/) {
					target = value($(NF - 1))
					last = count
				}
			}
			END {
				for (i = 1; i <= last; i++)
					if (at[i] >= target && text[i] !~ /nop|xchg +%ax,%ax/)
						print text[i]
			}
		'
}

bad=0
complain()
{
	echo "$*" >&2
	bad=1
}

plain=$(loop none | wc -l)
[ "$plain" -ge 3 ] || complain "no loop found in walk_none"

# costs KIND ALLOWED
costs()
{
	code=$(loop "$1")
	added=$(($(echo "$code" | wc -l) - plain))
	if [ "$added" -gt "$2" ] || [ "$added" -lt 0 ]; then
		complain "walk_$1: $added instructions more than without a lock, allowed are $2:
$code"
	fi
	[ "$2" -eq 0 ] || [ "$added" -gt 0 ] || complain "walk_$1: no check point in the loop:
$code"
	if echo "$code" | grep -qE '	(lock|call|[lms]fence|xchg|bl|blr|dmb|ldar|ldapr|stlr)\b'; then
		complain "walk_$1: a call, a fence or a locked instruction in the loop:
$code"
	fi
}

for kind in $base_kinds; do
	case $kind in
	gil | gil_own) costs "$kind" 3 ;;
	gil_ticks) costs "$kind" 5 ;;
	none | mutex | free) costs "$kind" 0 ;;
	cpython) costs "$kind" 4 ;; # counts down to the next call of the interpreter
	*) complain "harness/sync/sync.h: what may a check point of kind $kind cost?" ;;
	esac
done
[ "$bad" -eq 0 ] && echo "a check point costs its look in every kind"
exit "$bad"
