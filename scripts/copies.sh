# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# copies.sh - sourced by other scripts. It lists the specialised copies that the sources ask for.

# kinds MACRO: the sync kinds of a macro like SYNC_FOR_EACH, one on each line, as the compiler sees them.
kinds()
{
	printf '#include "harness/sync/sync.h"\n#define ROW(K, k, ...) @kind k\n%s(ROW, )\n' "$1" |
		${CC:-cc} -std=c17 -D_GNU_SOURCE -DTOLLGATE_HWLOC=1 -DTOLLGATE_LIBPFM=1 -I. -E -P -x c - |
		tr '@' '\n' | sed -n 's/^kind  *\([a-z0-9_]*\).*/\1/p'
}

base_kinds=$(kinds SYNC_FOR_EACH_BASE)
all_kinds=$(kinds SYNC_FOR_EACH)
lock_kinds=$(kinds SYNC_FOR_EACH_LOCK)

# copies FILE...: a line "FILE BODY KIND" for each copy that BENCH_SPECIALISE and similar macros make.
copies()
{
	echo "$base_kinds" "|" "$all_kinds" "|" "$lock_kinds" | tr '\n' ' ' | awk '
		NR == 1 {
			split($0, kinds, "|")
			next
		}
		/^BENCH_SPECIALISE(_[A-Z]*)*\(/ {
			split($0, part, /[()]/)
			row = part[1] ~ /_SHARED$/ ? 2 : part[1] ~ /_LOCKS$/ ? 3 : 1
			count = split(kinds[row], kind, " ")
			for (i = 1; i <= count; i++)
				print FILENAME, part[2], kind[i]
		}' - "$@"
}
