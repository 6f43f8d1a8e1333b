#!/bin/sh
# SPDX-License-Identifier: MIT
# Every source file has at most 500 lines, its licence in the first lines, and no note to oneself. No
# function of harness/ and bench/ has more than 60 lines. Every file in bench/ is a case that
# `tollgate list` knows. Environment: TOLLGATE.
# beside others: nothing is measured
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

# A script has its interpreter in line 1, so its licence may stand in line 2. The words of a note are
# bracketed, so that this script does not find itself.
# shellcheck disable=SC2016 # the fields of awk
each_file | xargs awk '
	function complain(text) { print text; bad = 1 }
	function end_of_file() {
		if (lines > 500)
			complain(file ": " lines " lines, at most 500")
		if (file != "" && !licensed)
			complain(file ": no SPDX-License-Identifier: MIT in its first line")
	}
	FNR == 1 {
		end_of_file()
		file = FILENAME
		licensed = 0
	}
	{ lines = FNR }
	FNR == 1 && FILENAME ~ /\.[ch]$/ { licensed = $0 == "/* SPDX-License-Identifier: MIT */" }
	FNR <= 2 && FILENAME !~ /\.[ch]$/ && /SPDX-License-Identifier: MIT/ { licensed = 1 }
	/(^|[^A-Za-z0-9_])(TO[D]O|FIX[M]E|XX[X]|HA[C]K)([^A-Za-z0-9_]|$)/ {
		complain(FILENAME ":" FNR ": finish it or leave it out: " $0)
	}
	END {
		end_of_file()
		exit bad
	}' >&2 || bad=1

# In the layout of clang-format a function has its head at the left edge, a line "{" and a line "}".
find harness bench -name '*.[ch]' -exec awk '
	FNR == 1 || /^$/ || /^[#}]/ || /[;\/]$/ { if ($0 != "}" || !start) head = FNR + 1 }
	$0 == "{" { start = head }
	$0 == "}" {
		if (start && FNR - start + 1 > 60) {
			printf "%s:%d: a function of %d lines, at most 60\n", FILENAME, start, FNR - start + 1
			bad = 1
		}
		start = 0
		head = FNR + 1
	}
	END { exit bad }' {} + >&2 || bad=1

if "$TOLLGATE" list --help >/dev/null 2>&1; then
	unknown=$("$TOLLGATE" list --names | awk '
		FILENAME == "-" { known["bench/" $0 ".c"] = 1 }
		END {
			for (i = 2; i < ARGC; i++)
				if (!(ARGV[i] in known))
					print ARGV[i]
		}' - bench/*.c)
	[ -z "$unknown" ] || complain "no such case in tollgate list: $unknown"
fi
exit "$bad"
