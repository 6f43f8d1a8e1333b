#!/bin/sh
# SPDX-License-Identifier: MIT
# The Python of this machine beside the twins: its rows join the run whole, fail by themselves, and leave
# nothing behind.
# without sanitizers: what is under test is no C
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

export TOLLGATE
script=scripts/python-twins.sh
expect 77 'there is no /nonexistent/python3 here' env PYTHON=/nonexistent/python3 "$script" "$TMPDIR"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null || skip "no Python of at least 3.8"

# Interpreters of this test, by the mark that they inherit.
# shellcheck disable=SC2317 # called by within
interpreters()
{
	# shellcheck disable=SC2013 # there are no blanks in these paths
	for environ in $(grep -lzxF "TOLLGATE_MARK=$$" /proc/[0-9]*/environ 2>/dev/null); do
		tr '\0' ' ' <"${environ%environ}cmdline" 2>/dev/null | grep -q 'python_twins[.]py' && echo "${environ%/environ}"
	done
}

# shellcheck disable=SC2317 # called by within
none_left()
{
	[ -z "$(interpreters)" ] && [ "$(find /dev/shm -mindepth 1 -user "$(id -u)" 2>/dev/null | sort)" = "$before" ]
}

clean()
{
	within 10 none_left || complain "$1 left: $(interpreters) $(find /dev/shm -mindepth 1)"
}

before=$(find /dev/shm -mindepth 1 -user "$(id -u)" 2>/dev/null | sort)
run=$TMPDIR/run
"$TOLLGATE" run --profile=quick --counters=off -q --out="$run" -w 1,2 \
	-f '^(mp_|thread_queue|queue_stale|isolation|create_(thread|fork)$)' >"$TMPDIR/said" 2>&1 ||
	complain "run: exit $?: $(cat "$TMPDIR/said")"
cp -r "$run" "$TMPDIR/again"

# Every case of the run has a counterpart in Python, and every row of the counterpart is in the run.
expect 0 ' 0 failed' "$script" "$run" --launches=1 --rounds=1
mode=$(cells "$run/summary.csv" case=mp_lock metric=op_ns mode | grep '^python-3' | sort -u)
for case in $(column "$run/samples.csv" case | sort -u); do
	[ "$(cells "$run/samples.csv" case="$case" mode="$mode" status | sort -u)" = ok ] || complain "$case: not ok in $mode"
done
for metric in rt_ns item_ns task_ns create_ns lost_updates at_once_ns empty_stale final_value eof_ns; do
	cells "$run/summary.csv" metric=$metric mode="$mode" median | grep -q . || complain "no $metric of $mode"
done
[ "$(cells "$run/summary.csv" metric=final_value mode="$mode" median)" = 1 ] || complain "isolation: not 1"
clean "a run of Python"

# Once more: further launches of the same rows, not the same ones twice.
expect 0 '1 rows' "$script" "$run" --launches=1 --rounds=1 --filter='^mp_pipe_simplex$'
[ "$(cells "$run/summary.csv" case=mp_pipe_simplex metric=rt_ns mode="$mode" n_launch)" = 2 ] ||
	complain "launches: $(cells "$run/summary.csv" case=mp_pipe_simplex metric=rt_ns mode="$mode" n_launch)"

# ---- what is refused ----

expect 64 'samples.csv: No such file' "$script" "$TMPDIR/absent"
expect 64 'not a file of a run' sh -c "mkdir '$TMPDIR/odd'; echo a,b >'$TMPDIR/odd/samples.csv'; '$script' '$TMPDIR/odd'"
expect 64 'whole number of at least 1' "$script" "$run" --launches=0
expect 64 'whole number of at least 1' "$script" "$run" --rounds=1x
expect 64 'see --help' "$script" "$run" --filter='('
expect 64 'see --help' "$script"
expect 77 'has a counterpart in Python' "$script" "$run" --filter=nothing
expect 0 'fresh interpreters per row' "$script" --help

# ---- a launch that dies, a script that is interrupted ----

# shellcheck disable=SC2317 # called by within
kill_a_launch()
{
	for process in $(interpreters); do
		grep -qsz -e '^--launch$' "$process/cmdline" || continue
		kill -KILL "${process#/proc/}" 2>/dev/null && return 0
	done
	return 1
}

run=$TMPDIR/again
"$script" "$run" --launches=2 --rounds=20 --filter='^mp_(lock|queue)$' 2>"$TMPDIR/talked" &
pid=$!
within 20 kill_a_launch || complain "no launch to kill"
wait "$pid" || complain "a killed launch: exit $?: $(cat "$TMPDIR/talked")"
column "$run/samples.csv" status | grep -qx killed || complain "a killed launch: $(column "$run/samples.csv" status | sort -u)"
cells "$run/samples.csv" mode="$mode" status | grep -qx ok || complain "a killed launch cost the others their rows"
"$TOLLGATE" summary "$run" >"$TMPDIR/said" 2>&1 || complain "summary: $(cat "$TMPDIR/said")"
clean "a killed launch"

# shellcheck disable=SC2317 # called by within
more_rows()
{
	[ "$(wc -l <"$run/samples.csv")" -gt "$lines" ]
}

for signal in TERM KILL; do
	lines=$(wc -l <"$run/samples.csv")
	"$script" "$run" --launches=20 --rounds=5 2>"$TMPDIR/talked" &
	pid=$!
	within 20 more_rows || complain "SIG$signal: no rows: $(cat "$TMPDIR/talked")"
	kill -$signal "$pid"
	wait "$pid" 2>/dev/null
	code=$?
	[ "$signal,$code" = TERM,130 ] || [ "$signal" = KILL ] || complain "SIGTERM: exit $code: $(cat "$TMPDIR/talked")"
	rm -f "$run/summary.csv"
	"$TOLLGATE" summary "$run" >"$TMPDIR/said" 2>&1 || complain "SIG$signal: summary: $(cat "$TMPDIR/said")"
	clean "SIG$signal"
done
finish
