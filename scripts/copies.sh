# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Read by other scripts: which specialised copies the sources ask for.

# kinds MACRO: the sync kinds of SYNC_FOR_EACH and its like, one a line, as the compiler sees them.
kinds()
{
	printf '#include "harness/sync/sync.h"\n#define ROW(K, k, ...) @kind k\n%s(ROW, )\n' "$1" |
		${CC:-cc} -std=c17 -D_GNU_SOURCE -DTOLLGATE_HWLOC=1 -DTOLLGATE_LIBPFM=1 -I. -E -P -x c - |
		tr '@' '\n' | sed -n 's/^kind  *\([a-z0-9_]*\).*/\1/p'
}

# bodies FILE: the functions that FILE specialises, one a line.
bodies()
{
	sed -n 's/^BENCH_SPECIALISE\(_[A-Z]*\)*(\([A-Za-z0-9_]*\)).*/\2/p' "$1"
}

# kinds_of FILE BODY: the kinds that FILE wants a copy of BODY for.
kinds_of()
{
	if grep -q "^BENCH_SPECIALISE_SHARED($2)" "$1"; then
		echo "$all_kinds"
	elif grep -q "^BENCH_SPECIALISE_LOCKS($2)" "$1"; then
		echo "$lock_kinds"
	else
		echo "$base_kinds"
	fi
}

base_kinds=$(kinds SYNC_FOR_EACH_BASE)
all_kinds=$(kinds SYNC_FOR_EACH)
lock_kinds=$(kinds SYNC_FOR_EACH_LOCK)
