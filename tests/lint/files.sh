#!/bin/sh
# SPDX-License-Identifier: MIT
# Every source file: at most 500 lines, licence in its first lines, no leftover note to oneself.
# Every file in bench/ is a case that `tollgate list` knows. Environment: TOLLGATE.
# without sanitizers: nothing in it is compiled
set -u

bad=0
complain()
{
	echo "$*" >&2
	bad=1
}

each_file()
{
	find harness bench tests scripts -name '*.[ch]' -o -name '*.sh' -o -name '*.gp' -o -name '*.py'
	echo .ci/run
	echo Makefile
}

for file in $(each_file); do
	lines=$(wc -l <"$file")
	[ "$lines" -le 500 ] || complain "$file: $lines lines, at most 500"
	# a script's first line is its interpreter
	head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' ||
		complain "$file: no SPDX-License-Identifier: MIT in line 1"
done

for file in harness/*.[ch] harness/*/*.[ch] bench/*.[ch] tests/*/*.[ch]; do
	[ -f "$file" ] || continue
	head -n 1 "$file" | grep -qF '/* SPDX-License-Identifier: MIT */' ||
		complain "$file: line 1 is not the licence"
done
# bracketed, so that this line does not find itself
each_file | xargs grep -nwE 'TO[D]O|FIX[M]E|XX[X]|HA[C]K' && complain "finish it or leave it out"

if "$TOLLGATE" list --help >/dev/null 2>&1; then
	cases=$("$TOLLGATE" list --names) || complain "tollgate list failed"
	for file in bench/*.c; do
		name=${file#bench/}
		name=${name%.c}
		echo "$cases" | grep -qx "$name" || complain "$file: no such case in tollgate list"
	done
fi
exit "$bad"
