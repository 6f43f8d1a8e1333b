#!/bin/sh
# SPDX-License-Identifier: MIT
# The charts of what mechanisms cost and of throughput: what is drawn of made-up runs, and what the titles claim.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
# shellcheck source=tests/e2e/charts_common.sh
. "$(dirname "$0")/charts_common.sh"

everything='cost-ladder creation context-switch round-trip bandwidth'

# mechanisms NAME [VARIABLE=VALUE...]: a made-up run, and these charts of it.
mechanisms()
{
	folder=$1
	shift
	env CASES='floor_syscall floor_yield create_thread create_fork create_fork_exec switch_futex switch_yield rt_pipe rt_futex
		rt_posix_mq bw_pipe bw_tcp bw_posix_mq bw_shm_spsc' "$@" "$make_run" "$folder" || exit 1
	draw "$folder"
}

draw()
{
	for chart in $everything; do
		expect 0 '' "$charts" "$1" --format svg --theme light --chart "$chart"
		well_formed "$1/charts/$chart.svg"
	done
}

mechanisms good
for chart in $everything; do
	says "good/charts/$chart.svg" 'tollgate 0123abc-dirty · measured 2026-01-02 · 10 launches'
	says "good/charts/$chart.svg" '97.9 % confidence interval'
	! words "good/charts/$chart.svg" | grep -E '[0-9]e[-+][0-9]' || complain "$chart: an exponent"
done
# whiskers and dots of threads and processes; a disc for each mechanism, and the key
counts good/charts/cost-ladder.svg 4 11
counts good/charts/creation.svg 4 4
counts good/charts/context-switch.svg 4 3
counts good/charts/round-trip.svg 4 4
# bands and lines of 4 cases, one of them (a disc in five sizes) the best
counts good/charts/bandwidth.svg 8 5
says good/charts/cost-ladder.svg 'What things cost: '
says good/charts/cost-ladder.svg '(create_fork_exec)'
says good/charts/cost-ladder.svg '1 mechanism not measured'
says good/charts/round-trip.svg 'processes dearer in 3, cheaper in 0 of 3'
says good/charts/round-trip.svg 'on one processing unit'
says good/charts/context-switch.svg 'processes dearer in 2, cheaper in 0 of 2'
says good/charts/creation.svg 'Making a process costs '
says good/charts/creation.svg 'by a process'
says good/charts/bandwidth.svg 'In messages of 1 MiB '
says good/charts/bandwidth.svg 'between processes on one processing unit'
says good/charts/bandwidth.svg 'posix mq:'
# the figures behind: two dots a row; five sizes of three cases, three of the queue, and no larger pipe
[ "$(wc -l <good/charts/round-trip.csv)" -eq 7 ] || complain "round-trip.csv: $(cat good/charts/round-trip.csv)"
[ "$(wc -l <good/charts/bandwidth.csv)" -eq 19 ] || complain "bandwidth.csv: $(cat good/charts/bandwidth.csv)"
! grep -q 'capacity=1048576' good/charts/bandwidth.csv || complain "bandwidth: another pipe"
! grep -q 'pair:' good/charts/round-trip.csv || complain "round-trip: two placements"

# A difference is claimed only where the intervals allow it.
mechanisms wide WIDE=1
says wide/charts/round-trip.svg 'processes: no difference seen'
says wide/charts/bandwidth.svg 'no difference seen'
mechanisms few LAUNCHES=5
says few/charts/creation.svg 'Too few launches to judge'
says few/charts/bandwidth.svg 'too few launches to judge'
says few/charts/round-trip.svg 'no interval: fewer than 6 launches'
silent_on few/charts/round-trip.svg 'dearer'

# Threads alone; one case alone.
mechanisms threads MODES=none
counts threads/charts/round-trip.svg 2 4
says threads/charts/bandwidth.svg 'between threads'
mechanisms one CASES='rt_pipe bw_pipe'
says one/charts/cost-ladder.svg 'What things cost: '
says one/charts/bandwidth.svg 'In messages of 1 MiB pipe carries'
says one/charts/creation.svg 'Not measured in this run: making threads and processes'

# More than fit: those that people ask for stay, and the rest is counted.
many=
for letter in a b c d e f g h i j k l m n o p q r s t u v w x; do
	many="$many rt_$letter"
done
mechanisms many CASES="floor_syscall create_fork rt_pipe $many"
says many/charts/cost-ladder.svg '4 of 27 left out, each close to a neighbour'
says many/charts/cost-ladder.svg rt_pipe

# Nothing measured; a file that is not what it should be.
mechanisms other CASES=cpu_int
for chart in $everything; do
	says "other/charts/$chart.svg" 'Not measured in this run'
done
rm -f other/ladder.csv
draw other
sed 's/,median,/,middle,/' good/ladder.csv >one/ladder.csv
expect 64 'ladder.csv:1: the header has no column median' "$charts" one --format svg --chart cost-ladder
sed '2s/,2,/,0,/' good/ladder.csv >one/ladder.csv
expect 64 'column workers' "$charts" one --format svg --chart cost-ladder
finish
