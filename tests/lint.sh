#!/bin/sh
# SPDX-License-Identifier: MIT
# lint.sh COMPILER_FLAG...: run the analysers over all sources. `make lint` calls it.
#
# A missing tool is an error, except codespell. `scripts/deps.sh --lint` installs all of them.
# Environment: CLANG_TIDY, JOBS. The last line counts the tools like a test run counts tests.
set -u

passed=0 failed=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# check NAME COMMAND...: its output is shown only if it fails.
check()
{
	name=$1
	shift
	if "$@" >"$scratch/output" 2>&1; then
		passed=$((passed + 1))
		echo "ok - $name"
	else
		failed=$((failed + 1))
		echo "not ok - $name"
		sed 's/^/    /' "$scratch/output"
	fi
}

# tidy FLAG...: one process for each file, JOBS at a time.
tidy()
{
	find harness bench tests -name '*.c' | sort |
		xargs -P "${JOBS:-2}" -I FILE "${CLANG_TIDY:-clang-tidy}" --quiet FILE -- "$@" 2>"$scratch/counts"
	# findings go to stdout, and counts of suppressed ones to stderr, with the reason if it stopped
	code=$?
	[ "$code" -eq 0 ] || cat "$scratch/counts"
	return "$code"
}

cpp_check()
{
	cppcheck --quiet --std=c11 --error-exitcode=1 --enable=warning,performance,portability \
		--inline-suppr --suppress=missingIncludeSystem \
		--suppress=comparePointers:harness/registry.c \
		--suppress=uninitvar:harness/machine/counters_probe.c --suppress=ctuuninitvar -I. -D_GNU_SOURCE -D__x86_64__ \
		-DTOLLGATE_HWLOC=1 -DTOLLGATE_LIBPFM=1 \
		-DHWLOC_API_VERSION=0x00020900 '-D_Noreturn=__attribute__((noreturn))' harness bench
}

shell_check()
{
	find scripts tests -name '*.sh' -print0 | xargs -0 shellcheck -x .ci/run scripts/completion.bash
}

spelling()
{
	find harness bench tests scripts docs README.md Makefile -type f \
		! -path 'tests/golden/*' ! -name '*.svg' ! -name '*.png' -print0 2>/dev/null |
		xargs -0 codespell --ignore-words-list=siz,nd,verison,bu,2st
}

man_page()
{
	mandoc -T lint -W warning docs/tollgate.1
}

check "cppcheck" cpp_check
check "shellcheck" shell_check
check "man page" man_page
if command -v codespell >/dev/null 2>&1; then
	check "spelling" spelling
fi
check "clang-tidy" tidy "$@"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
