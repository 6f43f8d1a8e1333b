#!/bin/sh
# SPDX-License-Identifier: MIT
# The charts of locks under load, drawn from made-up runs: what is drawn, and what the titles claim.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
# shellcheck source=tests/e2e/charts_common.sh
. "$(dirname "$0")/charts_common.sh"

# Locks under load: of each family one kind, and the others in the figures behind the page.
locks()
{
	run locks PUS=2 CASES=locks MODES='none mutex adaptive futex pymutex pthread-spin tas
		ticket ck-mcs process'
	# 3 panels of lines, bars and marks of 8 locks, and the key; 8 lines and their points; whiskers and dots of 8
	# rows, twice; whiskers and dots of 7 rows in 2 panels
	counts locks/charts/lock-throughput.svg 73 10
	counts locks/charts/lock-wait.svg 16 7
	counts locks/charts/lock-fairness.svg 32 9
	counts locks/charts/lock-handoff.svg 28 0
	says locks/charts/lock-throughput.svg '2 workers, 100 steps held, 100 apart: 7.65 M/s under pthread-spin, 3.15 M/s under a mutex'
	says locks/charts/lock-throughput.svg '1000 steps held, 1000 apart'
	says locks/charts/lock-throughput.svg '2 further modes in summary.csv'
	says locks/charts/lock-wait.svg 'One turn in 100 is waited for 1.50 µs under a mutex, 240 ns under ticket'
	says locks/charts/lock-fairness.svg 'A mutex goes to another worker after 25.0 % of the turns, ticket after 98.0 %'
	says locks/charts/lock-fairness.svg '17.0 k'
	says locks/charts/lock-handoff.svg 'From hand to hand a mutex takes 26.0 µs, ticket 280 ns, after 20000 steps'
	for kind in tas futex; do
		for chart in throughput fairness handoff; do
			silent_on "locks/charts/lock-$chart.svg" "$kind"
			grep -q ",$kind," "locks/charts/lock-$chart.csv" || complain "lock-$chart.csv: without $kind"
		done
	done
	run without CASES=cpu_int
	says without/charts/lock-throughput.svg 'Not measured in this run: what workers who compete for a lock get done'
	says without/charts/lock-wait.svg 'tollgate run --filter lock_contended --param sample=1'
	says without/charts/lock-fairness.svg 'tollgate run --filter lock_contended --param sample=1'
	says without/charts/lock-handoff.svg 'tollgate run --filter lock_handoff'

	# intervals that meet, or are lacking: no claim; a kind whose family has others gives way to the next
	run locks_wide PUS=2 WIDE=1 CASES=locks MODES='none mutex tas ticket'
	says locks_wide/charts/lock-throughput.svg 'no lock seen to get more done than a mutex'
	says locks_wide/charts/lock-throughput.svg 'tas'
	run locks_few PUS=2 LAUNCHES=5 CASES=locks MODES='none mutex ticket'
	for chart in throughput wait fairness handoff; do
		says "locks_few/charts/lock-$chart.svg" 'Too few launches to judge'
	done
}

locks
finish
