#!/bin/sh
# SPDX-License-Identifier: MIT
# The charts about memory between cores and about the scalability law, of made-up runs: what is drawn,
# what the titles claim, and what happens to a file that is not as it should be.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
# shellcheck disable=SC2016 # back quotes and dollars are to arrive as they are
# shellcheck source=tests/e2e/charts_common.sh
. "$(dirname "$0")/charts_common.sh"

# made NAME [VARIABLE=VALUE...]: a made-up run folder, nothing drawn.
made()
{
	folder=$1
	shift
	env "$@" "$make_run" "$folder" || exit 1
}

# drawn FOLDER CHART: the chart as SVG.
drawn()
{
	expect 0 '' "$charts" "$1" --format svg --theme light --chart "$2"
	well_formed "$1/charts/$2.svg"
}

# changed FROM FILE AWK_PROGRAM: the folder other, as FROM but with FILE changed.
changed()
{
	rm -rf other
	mkdir other
	cp "$1"/*.csv "$1/run.json" other/
	awk -F, -v OFS=, "$3" "$1/$2" >"other/$2"
}

map()
{
	made many PUS=16 CASES=line_transfer
	drawn many core-to-core
	# nine colours, and texts on light and on dark ones; a figure in each of 16 x 15 cells
	counts many/charts/core-to-core.svg 11 0
	[ "$(words many/charts/core-to-core.svg | grep -cxE '7\.4|3[89]|4[0-2]|10[4-8]')" -eq 240 ] ||
		complain "core-to-core: $(words many/charts/core-to-core.svg | grep -cxE '7\.4|3[89]|4[0-2]|10[4-8]') cells"
	says many/charts/core-to-core.svg 'A cache line takes 7.40 ns between hardware threads of a core, 104 to 108 ns between cores of one NUMA node'
	says many/charts/core-to-core.svg 'between cores with one last-level cache, 48 pairs'
	says many/charts/core-to-core.svg '38.0 to 42.0 ns'
	[ "$(wc -l <many/charts/core-to-core.csv)" -eq 121 ] || complain "core-to-core.csv has not a row per pair"

	made two PUS=2 CASES=line_transfer
	drawn two core-to-core
	counts two/charts/core-to-core.svg 11 0
	says two/charts/core-to-core.svg 'A cache line takes 41.0 ns from core to core'
	[ "$(words two/charts/core-to-core.svg | grep -cx '41.0 ns')" -eq 3 ] || complain "core-to-core: not two cells and the class"
	says two/charts/core-to-core.svg '1 pair, interval 40.2 to 41.8 ns'
	silent_on two/charts/core-to-core.svg logarithmic

	# more than a page can hold, a wrong row, names that are none of ours
	made crowd PUS=64 CASES=line_transfer
	drawn crowd core-to-core
	says crowd/charts/core-to-core.svg 'of 32 processing units only'
	changed two summary.csv '$4 == "line_transfer" { $7 = "pair:same_llc:0+1+2" } 1'
	expect 0 'core-to-core: not measured' "$charts" other --format svg --theme light --chart core-to-core
	says other/charts/core-to-core.svg 'tollgate run --filter line_transfer --profile full'
	changed two summary.csv '$4 == "line_transfer" { $36 = "wrong" } 1'
	expect 0 'core-to-core: not measured' "$charts" other --format svg --theme light --chart core-to-core
}

map_claims()
{
	changed many summary.csv '$10 == "transfer_ns" { $17 = 1; $18 = 1000 } 1'
	drawn other core-to-core
	says other/charts/core-to-core.svg 'no pair surely nearer'
	changed many summary.csv 'NR > 1 { $17 = $18 = ""; $19 = 0 } 1'
	drawn other core-to-core
	says other/charts/core-to-core.svg 'Too few launches to judge'
	changed many summary.csv '$7 ~ /^pair:smt/ { next } $7 ~ /same_numa/ { sub(/same_numa/, "same_llc", $7) } 1'
	drawn other core-to-core
	says other/charts/core-to-core.svg 'A cache line takes 38.0 to 108 ns, depending on the two cores'
}

sharing()
{
	made shared PUS=8 CASES='atomic_op false_sharing thread_local'
	drawn shared sharing
	counts shared/charts/sharing.svg 6 40 # 13 discs, as many behind the rings and twice where shared, and the key
	says shared/charts/sharing.svg 'An atomic addition costs 4.90 ns alone, 155 ns with 8 workers; counters in one line cost 8.39 × those apart'
	says shared/charts/sharing.svg '310 ns  (22.1 ×)'
	words shared/charts/sharing.svg | grep -qx '1.20 ns' || complain "sharing: a factor where the intervals meet"
	silent_on shared/charts/sharing.svg '16 workers' # which share processors
	changed shared summary.csv 'NR > 1 { $17 = $18 = ""; $19 = 0 } 1'
	drawn other sharing
	says other/charts/sharing.svg 'Too few launches to judge'
	changed shared summary.csv 'NR > 1 { $17 = 0.1; $18 = 1000; $35 = "c" } 1'
	drawn other sharing
	says other/charts/sharing.svg 'no difference seen between one and 8 workers'
	says other/charts/sharing.svg 'cache lines got faster or slower'
	changed shared summary.csv 'NR == 1 || $4 == "atomic_op" && $8 == "operation=2"'
	drawn other sharing
	says other/charts/sharing.svg '12 of 13 rows not measured'
	# the title speaks of the rows that are there: of another one that differs, or of no comparison at all
	changed shared summary.csv 'NR == 1 || $4 == "thread_local" && ($8 == "storage=1" || $8 == "storage=4")'
	drawn other sharing
	says other/charts/sharing.svg 'Sharing costs most here: shared and atomic'
	changed shared summary.csv 'NR == 1 || $6 == 1'
	drawn other sharing
	says other/charts/sharing.svg 'not compared with several workers'
	silent_on other/charts/sharing.svg 'no difference'
	expect 0 'sharing: not measured' "$charts" two --format svg --theme light --chart sharing
}

law()
{
	made laws PUS=16 CASES=lock_contended MODES='none mutex gil process pthread-spin'
	drawn laws scaling-law
	counts laws/charts/scaling-law.svg 15 25 # curve, bars and 5 points in each of 5 panels
	says laws/charts/scaling-law.svg 'Throughput peaks at 3.54 workers under a mutex, 1.94 workers in processes (1 more)'
	says laws/charts/scaling-law.svg 'σ 0.500 (0.475 to 0.525)'
	says laws/charts/scaling-law.svg 'off by 1.50 %, peak at 3.54'
	made rising PUS=16 CASES=lock_contended MODES='none gil'
	drawn rising scaling-law
	says rising/charts/scaling-law.svg 'No peak up to 16 workers; contention is 0.500 under a GIL, 0.0200 without a lock'
	made short PUS=16 CASES=lock_contended MODES='none gil' LAUNCHES=5
	drawn short scaling-law
	says short/charts/scaling-law.svg 'too few launches to judge'
	# four counts and more are a matter of processors
	made small PUS=4 CASES=lock_contended MODES='none gil'
	expect 0 'scaling-law: not measured' "$charts" small --format svg --theme light --chart scaling-law
	says small/charts/scaling-law.svg '4 numbers of workers or more that have a processor each'
	rm small/scaling.csv
	expect 0 'scaling-law: not measured' "$charts" small --format svg --theme light --chart scaling-law

	changed laws scaling.csv 'NR == 3 { $13 = "system(1)" } 1'
	expect 64 "scaling.csv:3: column sigma: 'system(1)' is not a number" "$charts" other --chart scaling-law
	changed laws scaling.csv 'NR == 3 { $13 = "" } 1'
	expect 64 'scaling.csv:3: status is ok, but a parameter is missing' "$charts" other --chart scaling-law
	changed laws scaling.csv '{ sub(/kappa_lo/, "kappa_low") } 1'
	expect 64 'scaling.csv:1: the header has no column kappa_lo' "$charts" other --chart scaling-law
	changed laws scaling.csv '$5 == "mutex" { $5 = "absent" } 1'
	drawn other scaling-law
	counts other/charts/scaling-law.svg 12 20
	says other/charts/scaling-law.svg 'a curve of scaling.csv has no points in summary.csv'
	changed laws scaling.csv '$5 == "pthread-spin" { $5 = "a_{b}@`touch pwned`" } 1'
	awk -F, -v OFS=, '$5 == "pthread-spin" { $5 = "a_{b}@`touch pwned`" } 1' laws/summary.csv >other/summary.csv
	drawn other scaling-law
	says other/charts/scaling-law.svg 'a_{b}@`touch pwned`'
	[ -z "$(find . -name pwned)" ] || complain "a text was executed"
}

map
map_claims
sharing
law
finish
