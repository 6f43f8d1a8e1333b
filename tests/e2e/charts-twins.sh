#!/bin/sh
# SPDX-License-Identifier: MIT
# The chart of Python beside its twins: what is drawn of made-up runs, and what the title claims.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
# shellcheck source=tests/e2e/charts_common.sh
. "$(dirname "$0")/charts_common.sh"

# twins NAME [VARIABLE=VALUE...]: a made-up run with rows of Python, and this chart of it.
twins()
{
	folder=$1
	shift
	env PUS=2 CASES='mp_lock mp_queue' MODES='process python-3.9.2 python-3.11.7' "$@" "$make_run" "$folder" || exit 1
	expect 0 '' "$charts" "$folder" --format svg --chart python-twins
	well_formed "$folder/charts/python-twins.svg"
}

twins good
svg=good/charts/python-twins.svg
# what lies between, whiskers and dots of both; two dots of Python and the one of the key
counts "$svg" 5 3
says "$svg" 'CPython takes 4.00 × to 24.0 × what its protocol takes in C'
says "$svg" 'CPython 3.11.7'
silent_on "$svg" '3.9.2'
says "$svg" 'logarithmic, lower is better; whisker = interval of the median'
says "$svg" 'Queue, there and back'
for figure in '15.0 ns' '360 ns' '24.0 µs' '96.0 µs' '24.0 ×' '4.00 ×'; do
	words "$svg" | grep -qxF "$figure" || complain "no label '$figure'"
done
[ "$(wc -l <good/charts/python-twins.csv)" -eq 5 ] || complain "figures: $(cat good/charts/python-twins.csv)"

# Intervals that meet, or none at all: no claim of them.
twins wide WIDE=1
says wide/charts/python-twins.svg '1 operation of 2 certainly costs more in CPython than in C, up to 24.0 ×'
twins few LAUNCHES=5
says few/charts/python-twins.svg 'Python and its protocol: no difference is certain'
says few/charts/python-twins.svg 'no interval: fewer than 6 launches'

# A twin alone, or Python alone, is no pair.
twins one MODES='python-3.11.7'
says one/charts/python-twins.svg 'Not measured in this run: Python beside its twins in C'
twins other MODES='process'
says other/charts/python-twins.svg 'scripts/python-twins.sh results/latest'
twins strange MODES='process python-3.11.7;rm python-x'
says strange/charts/python-twins.svg 'Not measured in this run'
finish
