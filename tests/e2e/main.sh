#!/bin/sh
# SPDX-License-Identifier: MIT
# The front door: help, unknown commands, the nearest word, output that cannot be written.
# beside others: nothing is measured
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

expect 64 'Commands:' "$TOLLGATE"
expect 0 'Commands:' "$TOLLGATE" --help
expect 0 'Commands:' "$TOLLGATE" -h
expect 0 'Commands:' "$TOLLGATE" help
expect 0 'tollgate version --format=json' "$TOLLGATE" help version
expect 0 'schema' "$TOLLGATE" --version
expect 0 '"schema": 1' "$TOLLGATE" version --format=json
expect 0 '"schema": 1' "$TOLLGATE" --version --format=json
expect 64 "did you mean 'version'?" "$TOLLGATE" verison
expect 64 "unknown command 'qqqqqqqqqqqq'" "$TOLLGATE" qqqqqqqqqqqq
expect 64 "unknown command ''" "$TOLLGATE" ''
expect 64 "use table or json" "$TOLLGATE" version --format=xml
expect 64 "unexpected word 'x'" "$TOLLGATE" version x

# Lost output is always reported.
for format in human json; do
	expect 1 'No space left on device' \
		sh -c "\"$TOLLGATE\" version --format=$format >/dev/full"
	expect 1 'Bad file descriptor' sh -c "\"$TOLLGATE\" version --format=$format >&-"
done
# A pipe whose reader has gone: `true` closes it while the writer still waits for its turn.
mkfifo "$TMPDIR/gone"
expect 0 'exit=1' sh -c "{ read -r _ <'$TMPDIR/gone'; \"$TOLLGATE\" version 2>'$TMPDIR/said'
	echo exit=\$? >&2; } | { exec <&-; echo >'$TMPDIR/gone'; }"
grep -q 'Broken pipe' "$TMPDIR/said" || {
	echo "a closed pipe: $(cat "$TMPDIR/said")"
	bad=1
}
rm "$TMPDIR/gone" "$TMPDIR/said"

finish
