#!/bin/sh
# SPDX-License-Identifier: MIT
# The charts of made-up runs: what is drawn, what the titles claim, hostile texts, missing data.
#
# Pictures are not compared byte by byte, for every gnuplot draws a little differently. Counted are
# the files, the lines and points in the SVG, and its words are read.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
# shellcheck disable=SC2016 # back quotes and dollars are to arrive as they are
# shellcheck source=tests/e2e/charts_common.sh
. "$(dirname "$0")/charts_common.sh"

drawn_in_full()
{
	"$make_run" full || exit 1
	expect 0 '' "$charts" full
	expected=2
	for name in $("$charts" --list); do
		for file in "$name" "$name-dark"; do
			for format in svg pdf png; do
				[ -s "full/charts/$file.$format" ] || complain "$file.$format is missing or empty"
			done
			well_formed "full/charts/$file.svg"
		done
		expected=$((expected + 6))
		[ ! -e "full/charts/$name.csv" ] || expected=$((expected + 1))
	done
	for name in slides slides-dark; do
		[ "$(head -c 4 "full/charts/$name.pdf")" = %PDF ] || complain "$name.pdf is no PDF"
	done
	[ "$(find full/charts -type f | wc -l)" -eq "$expected" ] || complain "files: $(ls -A full/charts)"
	# 4 bands, lines and marks of 5 points; 7 panels of them and a key; 7 marked percentiles; 4 bars and
	# the whiskers, twice; whiskers and dots of 9 cases, and the key
	counts full/charts/cpu-scaling.svg 12 5
	counts full/charts/io-scaling.svg 12 5
	counts full/charts/speedup.svg 85 36
	counts full/charts/io-beside-hogs.svg 8 7
	counts full/charts/pos-terminal.svg 10 1
	counts full/charts/overhead.svg 8 10
	# lines, bars and points of 5 cases in 4 modes, both ends, and the key
	counts full/charts/fairness.svg 12 11
}

captions()
{
	for svg in $("$charts" --list | grep -v -e '^gil-' -e '^python-' -e '^lock-' -e '^core-to-core$' -e '^sharing$' -e '^scaling-law$' \
		-e '^cost-ladder$' -e '^creation$' -e '^context-switch$' -e '^round-trip$' -e '^bandwidth$' | sed 's,.*,full/charts/&.svg,'); do
		says "$svg" 'Imaginary Eight-Core Processor 3.00GHz · 8 processing units · kernel 6.1.0-18-amd64'
		says "$svg" 'tollgate 0123abc-dirty · measured 2026-01-02 · 10 launches'
		! words "$svg" | grep -E '[0-9]e[-+][0-9]' || complain "$svg: an exponent"
	done
	says full/charts/cpu-scaling.svg 'band = 97.9 % confidence interval'
	says full/charts/cpu-scaling.svg 'higher is better'
	says full/charts/cpu-scaling.svg 'emulated GIL:249 M'
}

# The GIL laboratory: every lock its own line, in the place that its own figures give it.
laboratory()
{
	run lab PUS=2 CASES='cpu_int io_beside_hogs gil_handoff' MODES='none gil27 gil gil313 gil-prio free-threaded
		gil-per-interpreter process cpython-2.7.18 cpython-3.9.18 cpython-3.11.2'
	# 5 panels; bars and lines of 5 locks, twice; 7 lines and their points; bars, lines and marks of 9 modes at
	# 3 widths; bounds, bars and dots of 3 locks, and the key
	counts lab/charts/gil-timeline.svg 5 0
	counts lab/charts/gil-tenure.svg 20 0
	counts lab/charts/gil-latency.svg 14 7
	counts lab/charts/gil-scaling.svg 27 3
	counts lab/charts/gil-validate.svg 9 2
	lines=$(awk '/id="gnuplot_plot_/ { new = 1 } new && /<path/ { new = 0; sub(/.* d=/, ""); print }' \
		lab/charts/gil-latency.svg | head -n 7 | sort -u | wc -l)
	[ "$lines" -eq 7 ] || complain "gil-latency: $lines different lines, expected 7"
	says lab/charts/gil-timeline.svg 'In 50 ms the lock changes hands 96 times under the GIL of 2.7, 9 times under the GIL of 3.2'
	says lab/charts/gil-timeline.svg 'longest wait 5.12 ms'
	says lab/charts/gil-tenure.svg 'GIL of 3.2, interval 5 ms: a turn lasts 5.10 ms on own cores, 7.97 ms on one core'
	says lab/charts/gil-latency.svg 'Beside CPU hogs one I/O in 100 takes 60.6 µs under the GIL of 2.7, 5.25 ms under the GIL of 3.2'
	says lab/charts/gil-latency.svg 'CPython 3.11.2:6.18 ms'
	silent_on lab/charts/gil-latency.svg '3.9.18'
	says lab/charts/io-beside-hogs.svg 'emulated GIL:5.94 ms'
	says lab/charts/gil-scaling.svg '2 workers: 0.445 × the work of one under the GIL of 2.7, no difference seen under the GIL of 3.2'
	says lab/charts/gil-validate.svg '2 of 6 judged figures of the emulation leave their bounds (1 not judged)'
	says lab/charts/gil-validate.svg 'outside, not drawn: gil27:switches_per_s'
	[ "$(words lab/charts/gil-validate.svg | grep -cx -e inside -e outside)" -eq 4 ] || complain "gil-validate: verdicts"

	# without a run of their own, these pages say how to get one; io-beside-hogs is no copy of gil-latency
	says full/charts/gil-timeline.svg 'Not measured in this run: who holds the GIL'
	says full/charts/gil-tenure.svg 'tollgate run --filter gil_handoff --profile full'
	says full/charts/gil-latency.svg 'tollgate run --filter io_beside_hogs --modes base,gils,real'
	says full/charts/gil-scaling.svg 'tollgate run --filter cpu_int --modes base,gils,real'
	says full/charts/gil-validate.svg 'tollgate validate --format=csv >RUN/validate.csv'
	laboratory_findings
}

# lab_from AWK_PROGRAM FILE: the folder lab2, as lab but with FILE changed.
lab_from()
{
	rm -rf lab2
	mkdir lab2
	cp lab/*.csv lab/run.json lab2/
	awk -F, -v OFS=, "$1" "lab/$2" >"lab2/$2"
}

laboratory_findings()
{
	# a thread that hardly runs, stamps that end early, no second thread to be seen
	lab_from '$5 == "gil" { $10 = 0; if (++n == 3) $10 = 1; if (n == 3) $12 = $11 + 50000 } 1' timeline.csv
	expect 0 '' "$charts" lab2 --format svg --theme light --chart gil-timeline
	says lab2/charts/gil-timeline.svg 'In 50 ms a thread starves under the GIL of 3.2: it has the lock 0.100 % of the time'
	words lab2/charts/gil-timeline.svg | grep -qx '2 hand-offs' || complain "gil-timeline: a re-take is no hand-off"
	says lab2/charts/gil-timeline.svg 'thread 1 has it 0.100 % of the time'
	lab_from '$5 != "gil27" || ++n <= 21' timeline.csv
	expect 0 '' "$charts" lab2 --format svg --theme light --chart gil-timeline
	says lab2/charts/gil-timeline.svg 'at least 20 times under the GIL of 2.7'
	says lab2/charts/gil-timeline.svg 'known up to 10.'
	lab_from 'NR == 1 || $5 == "none"' timeline.csv
	expect 0 'gil-timeline: not measured' "$charts" lab2 --format svg --theme light --chart gil-timeline

	# intervals that meet, or are lacking: no claim
	lab_from '$10 ~ /^latency_p/ { $17 = 1; $18 = 1e9 } $10 ~ /^tenure/ { $17 = 1; $18 = 1e9 } 1' summary.csv
	expect 0 '' "$charts" lab2 --format svg --theme light --chart gil-latency --chart gil-tenure
	says lab2/charts/gil-latency.svg 'no difference seen between the GILs of 2.7 and 3.2'
	says lab2/charts/gil-tenure.svg 'turns on own cores and on one core, no difference seen'
	lab_from 'NR > 1 { $17 = $18 = ""; $19 = 0 } 1' summary.csv
	expect 0 '' "$charts" lab2 --format svg --theme light
	says lab2/charts/gil-latency.svg 'Too few launches to judge'
	says lab2/charts/gil-tenure.svg 'Too few launches to judge'
	says lab2/charts/gil-scaling.svg 'Too few launches to judge'

	lab_from '{ sub(/outside/, "inside", $10) } 1' validate.csv
	expect 0 '' "$charts" lab2 --format svg --theme light --chart gil-validate
	says lab2/charts/gil-validate.svg 'Emulated as real: all 6 judged figures are inside their bounds (1 not judged)'
	lab_from '1; END { for (i = 1; i <= 40; i++) print "p" i ":q" i ",1,1,1,1,1,0.9,1.1,1,outside," }' validate.csv
	expect 0 '' "$charts" lab2 --format svg --theme light --chart gil-validate
	says lab2/charts/gil-validate.svg '38 ratios left out for want of place'
	counts lab2/charts/gil-validate.svg 15 2
	lab_from 'NR > 1 { $4 = $5 = $6 = ""; $10 = "not-judged" } 1' validate.csv
	expect 0 'gil-validate: not measured' "$charts" lab2 --format svg --theme light --chart gil-validate
	says lab2/charts/gil-validate.svg 'no ratio in validate.csv'
}

# The same chart says another thing when the numbers say another thing.
findings()
{
	says full/charts/cpu-scaling.svg 'Under a GIL 8 workers do 0.958 × the work of one (no lock: 7.86 ×)'
	says full/charts/io-scaling.svg 'I/O-bound: 16 workers do 15.8 × the work of one under a GIL, 15.8 × without'
	says full/charts/speedup.svg 'Under a GIL 0 of 3 CPU-bound and 4 of 4 I/O-bound cases get faster'
	says full/charts/io-beside-hogs.svg 'The median hides the GIL: one I/O in 100 lasts 5.25 ms, 160 × as long'
	says full/charts/io-beside-hogs.svg 'switch interval 5 ms'
	says full/charts/pos-terminal.svg 'Without a lock 92300 swipes vanish; a mutex loses none and takes 5.79 × as long'
	says full/charts/overhead.svg 'One operation costs from 0.310 ns to 1.07 ms'
	says full/charts/fairness.svg 'Least fair: pos_terminal under one mutex, where a worker gets 0.410 × an equal share'

	run small PUS=2
	says small/charts/cpu-scaling.svg 'A GIL makes 2 workers work like one (no lock: 1.98 ×)'
	run wide WIDE=1
	says wide/charts/cpu-scaling.svg 'Under a GIL no difference seen between 1 and 8 workers'
	says wide/charts/pos-terminal.svg '14.9 ns  (no difference)'
	says wide/charts/fairness.svg 'Least fair: pos_terminal under one mutex'
	run few LAUNCHES=5
	says few/charts/cpu-scaling.svg 'Too few launches to judge'
	says few/charts/speedup.svg 'Too few launches to say what gets faster'
	says few/charts/pos-terminal.svg 'Too few launches to judge'
	says few/charts/fairness.svg 'Too few launches to judge the shares of workers'
	says few/charts/cpu-scaling.svg 'no interval: fewer than 6 launches'
	silent_on few/charts/cpu-scaling.svg 'confidence'
	run single PUS=1
	says single/charts/cpu-scaling.svg 'CPU-bound work: no difference seen between 1 and 2 workers'
}

# fairness_with ITERS: the page of shares of a run whose epochs under the GIL have so many operations.
fairness_with()
{
	awk -F, -v OFS=, -v iters="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		NR > 1 && $at["mode"] == "gil" { $at["iters"] = iters }
		{ print }
	' turns/summary.csv >turns/new && mv turns/new turns/summary.csv
	"$charts" turns --chart fairness --format svg --theme light || complain "$1 operations: exit $?"
}

# An epoch under a GIL that is over before everybody had turns says nothing of shares.
few_turns()
{
	run turns CASES=cpu_int
	fairness_with 100000000
	says turns/charts/fairness.svg 'emulated GIL'
	silent_on turns/charts/fairness.svg 'GIL left out'
	fairness_with 1
	says turns/charts/fairness.svg 'GIL left out where an epoch has too few turns'
	silent_on turns/charts/fairness.svg 'emulated GIL'
}

missing_data()
{
	run partial MODES='none mutex' CASES='cpu_int io_timer'
	says partial/charts/cpu-scaling.svg 'not measured: emulated GIL, processes'
	says partial/charts/cpu-scaling.svg 'CPU-bound: 8 workers without a lock do 7.86 × the work of one'
	silent_on partial/charts/cpu-scaling.svg 'under a GIL'
	says partial/charts/fairness.svg 'No worker gets clearly less than an equal share'
	counts partial/charts/cpu-scaling.svg 6 5
	says partial/charts/pos-terminal.svg 'Not measured in this run: lost updates at the POS terminal'
	says partial/charts/pos-terminal.svg 'tollgate run --filter pos_terminal'
	says partial/charts/io-beside-hogs.svg 'tollgate run --filter io_beside_hogs'
	rm partial/percentiles.csv
	expect 0 'io-beside-hogs: not measured' "$charts" partial --format svg --theme light

	# a wrong answer and a crash are named, and never drawn as if nothing had been
	mkdir faulty
	cp full/run.json faulty/
	awk -F, -v OFS=, '$4 == "cpu_int" && $5 == "gil" { $36 = "wrong" }
		$4 == "cpu_int" && $5 == "none" { $35 = "b" }
		$4 == "cpu_int" && $5 == "process" { $36 = "crashed"; for (i = 16; i <= 34; i++) $i = "" } 1' \
		full/summary.csv >faulty/summary.csv
	expect 0 '' "$charts" faulty --format svg --theme light --chart cpu-scaling
	counts faulty/charts/cpu-scaling.svg 6 5
	says faulty/charts/cpu-scaling.svg 'emulated GIL: wrong'
	says faulty/charts/cpu-scaling.svg 'processes: crashed'
	says faulty/charts/cpu-scaling.svg 'busy machine'
}

hostile_texts()
{
	hostile='A_B^{C} @ &<x> %d `touch pwned` $(touch pwned) \ " '"' ~ 100%"
	escaped=$(printf '%s\n' "$hostile" | sed 's/[\\"]/\\&/g')
	run hostile "CPU_MODEL=$escaped"
	for svg in hostile/charts/*.svg; do
		says "$svg" "$hostile · 8 processing units"
	done
	run bytes "CPU_MODEL=$(printf 'x\302\265z')\\u0007\\u00b5"
	says bytes/charts/cpu-scaling.svg 'xµz µ'
	CPU_MODEL=$(printf 'x\377y') "$make_run" invalid
	expect 64 'run.json:13:20: unable to decode byte 0xff' "$charts" invalid --format svg

	# names, parameters and reasons from the file, quoted as CSV demands
	mkdir names
	cp full/run.json names/
	odd='a_{b},'"'"'`touch pwned`"'
	quoted=$(printf '%s' "$odd" | sed 's/"/""/g')
	Q="\"$quoted\"" awk -F, -v OFS=, '$4 == "clock_read" { $4 = ENVIRON["Q"] } $4 == "cpu_int" { $8 = ENVIRON["Q"] }
		$4 == "cpu_int" && $5 == "mutex" { $36 = ENVIRON["Q"] } 1' full/summary.csv >names/summary.csv
	expect 0 '' "$charts" names --format svg --theme light
	says names/charts/overhead.svg "$odd"
	says names/charts/cpu-scaling.svg "(cpu_int, $odd, placement cores)"
	says names/charts/cpu-scaling.svg "one mutex: $odd"

	# so in the files of the laboratory
	Q="\"$quoted\"" lab_from '$5 == "cpython-3.11.2" { $5 = ENVIRON["Q"] } NR > 1 { $8 = ENVIRON["Q"] } 1' timeline.csv
	Q="\"$quoted\"" awk -F, -v OFS=, 'NR == 2 { $1 = ENVIRON["Q"] } NR == 4 { $1 = ENVIRON["Q"] ":x" } 1' \
		lab/validate.csv | sed 's/":x/:x"/' >lab2/validate.csv
	Q="\"cpython-3.$quoted\"" awk -F, -v OFS=, '$5 == "cpython-3.11.2" { $5 = ENVIRON["Q"] } 1' lab/summary.csv >lab2/summary.csv
	expect 0 '' "$charts" lab2 --format svg --theme light
	says lab2/charts/gil-timeline.svg "(gil_handoff, $odd, placement cores)"
	counts lab2/charts/gil-timeline.svg 5 0
	says lab2/charts/gil-timeline.svg "CPython 3.9.18"
	says lab2/charts/gil-validate.svg "$(printf '%s' "$odd" | tr _ ' ')"
	says lab2/charts/gil-scaling.svg 'CPython 3.9.18'
	for svg in lab2/charts/*.svg; do
		well_formed "$svg"
	done
	[ -z "$(find . -name pwned)" ] || complain "a text was executed"
}

bad_input()
{
	expect 64 'which run' "$charts"
	expect 64 'no chart "nonsense": one of overhead' "$charts" full --chart nonsense
	expect 64 'format "bmp": one of svg' "$charts" full --format=bmp
	expect 64 'theme "pink": one of light, dark, all' "$charts" full --theme pink
	expect 64 '--slides is the whole deck' "$charts" full --slides --chart speedup
	expect 64 'unknown option --colour' "$charts" full --colour
	expect 64 '--chart needs a value' "$charts" full --chart
	expect 64 'not a run folder' "$charts" nowhere
	expect 0 'Usage' "$charts" --help

	mkdir broken
	cp full/summary.csv broken/
	expect 64 'broken/run.json: missing' "$charts" broken
	cp full/run.json broken/
	rm broken/summary.csv
	expect 64 'broken/summary.csv: missing' "$charts" broken
	: >broken/summary.csv
	expect 64 'summary.csv: empty' "$charts" broken
	sed 's/,ci_lo,/,ci_low,/' full/summary.csv >broken/summary.csv
	expect 64 "summary.csv:1: column 17: the header says 'ci_low', expected 'ci_lo'" "$charts" broken
	head -n 1 full/summary.csv >broken/summary.csv
	expect 64 'nothing was measured' "$charts" broken
	{
		sed -n 1,2p full/summary.csv
		echo '1,2,3'
	} >broken/summary.csv
	expect 64 'summary.csv:3: 3 cells, but the header has 36 columns' "$charts" broken
	awk -F, -v OFS=, 'NR == 5 { $16 = "system(\"touch pwned\")" } 1' full/summary.csv >broken/summary.csv
	expect 64 'summary.csv:5: column median' "$charts" broken
	awk -F, -v OFS=, 'NR == 5 { $16 = "1e999" } 1' full/summary.csv >broken/summary.csv
	expect 64 "'1e999' is not a number" "$charts" broken
	awk -F, -v OFS=, 'NR == 5 { $6 = "0" } 1' full/summary.csv >broken/summary.csv
	expect 64 'column workers' "$charts" broken
	awk 'NR == 5 { sub(/,ok$/, ",\"ok") } 1' full/summary.csv >broken/summary.csv
	expect 64 'a quote is opened and never closed' "$charts" broken
	broken_laboratory
	[ ! -e broken/charts/overhead.svg ] || complain "a chart was drawn from broken input"
}

broken_laboratory()
{
	lab_from 'NR == 3 { $11 = "system(1)" } 1' timeline.csv
	expect 64 "timeline.csv:3: column take_ns: 'system(1)' is not a number" "$charts" lab2 --chart gil-timeline
	lab_from 'NR == 3 { $12 = 5 } 1' timeline.csv
	expect 64 'timeline.csv:3: drop_ns lies before take_ns' "$charts" lab2 --chart gil-timeline
	lab_from 'NR == 3 { $10 = 2 } 1' timeline.csv
	expect 64 'column worker: there are only 2' "$charts" lab2 --chart gil-timeline
	lab_from 'NR == 3 { $10 = "" } 1' timeline.csv
	expect 64 'column worker: missing' "$charts" lab2 --chart gil-timeline
	lab_from 'NR == 3 { $10 = "fine" } 1' validate.csv
	expect 64 'validate.csv:3: column verdict: inside, outside or not-judged' "$charts" lab2 --chart gil-validate
	lab_from '1; NR == 2' validate.csv
	expect 64 'figure gil32:tenure_p50_own_5ms stands there twice' "$charts" lab2 --chart gil-validate
	lab_from '{ sub(/bound_lo/, "bound") } 1' validate.csv
	expect 64 'validate.csv:1: the header has no column bound_lo' "$charts" lab2 --chart gil-validate
}

# A folder that takes no files: /proc, even for root. The old picture stays if a new one cannot come.
no_output()
{
	mkdir locked
	cp full/*.csv full/run.json locked/
	: >locked/charts
	expect 1 'cannot be made' "$charts" locked
	rm locked/charts
	ln -s /proc/self locked/charts
	expect 1 'slides.pdf: cannot be written' "$charts" locked
	cp full/charts/cpu-scaling.svg before.svg
	mkdir sick
	printf '#!/bin/sh\necho "line 0: warning: Skipping data file with no valid points" >&2\n' >sick/gnuplot
	chmod +x sick/gnuplot
	PATH=$PWD/sick:$PATH expect 1 'gnuplot warned at cpu-scaling.svg' "$charts" full --chart cpu-scaling
	cmp -s full/charts/cpu-scaling.svg before.svg || complain "a failed chart replaced a good one"
	[ -z "$(find full/charts -name '.*')" ] || complain "temporary files were left"
}

drawn_in_full
few_turns
captions
laboratory
findings
missing_data
hostile_texts
bad_input
no_output
finish
