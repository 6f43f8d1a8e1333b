#!/bin/sh
# SPDX-License-Identifier: MIT
# The charts of made-up runs: what is drawn, what the titles claim, hostile texts, missing data.
#
# Pictures are not compared byte by byte, for every gnuplot draws a little differently. Counted are
# the files, the lines and points in the SVG, and its words are read.
# shellcheck disable=SC2016 # back quotes and dollars are to arrive as they are
set -u

command -v gnuplot >/dev/null || {
	echo "gnuplot is not installed"
	exit 77
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd) || exit 1
charts=$root/scripts/charts.sh
make_run=$root/tests/golden/charts/make-run.sh
here=$(mktemp -d) || exit 1
trap 'rm -rf "$here"' EXIT
cd "$here" || exit 1
bad=0

complain()
{
	echo "$*"
	bad=1
}

# expect CODE TEXT COMMAND...: the exit code is CODE, and TEXT is in what it says.
expect()
{
	code=$1 text=$2
	shift 2
	said=$("$@" 2>&1)
	got=$?
	[ "$got" -eq "$code" ] || complain "$*: exit $got, expected $code: $said"
	case $said in
	*"$text"*) ;;
	*) complain "$*: '$text' is not in: $said" ;;
	esac
}

# words FILE: the text of an SVG, one label per line, tags removed and entities resolved.
words()
{
	sed -n 's/.*<text[^>]*>\(.*\)<\/text>.*/\1/p' "$1" | sed -e 's/<tspan[^>]*>//g' -e 's/<\/tspan>//g' \
		-e 's/&lt;/</g' -e 's/&gt;/>/g' -e "s/&apos;/'/g" -e 's/&quot;/"/g' -e 's/&amp;/\&/g'
}

# says FILE TEXT: a label of the chart contains TEXT.
says()
{
	words "$1" | grep -qF -- "$2" || complain "$1: no label says '$2' but: $(words "$1" | head -n 8)"
}

silent_on()
{
	! words "$1" | grep -qF -- "$2" || complain "$1: a label says '$2'"
}

# counts FILE LINES POINTS: plots drawn, and discs (the points of mode none).
counts()
{
	lines=$(grep -c 'id="gnuplot_plot_' "$1")
	points=$(grep -c "<use xlink:href='#gpPt6'" "$1")
	[ "$lines,$points" = "$2,$3" ] || complain "$1: $lines plots and $points discs, expected $2 and $3"
}

well_formed()
{
	if command -v xmllint >/dev/null; then
		xmllint --noout "$1" || complain "$1: not well-formed"
	fi
	[ "$(head -c 5 "$1")" = '<?xml' ] || complain "$1: does not begin as XML"
	grep -q '^</svg>$' "$1" || complain "$1: is cut off"
	! sed 's/&[a-z]*;//g; s/&#[0-9]*;//g' "$1" | grep -q '&' || complain "$1: a bare ampersand"
}

# run NAME [VARIABLE=VALUE...]: a made-up run folder and all of its charts as SVG.
run()
{
	folder=$1
	shift
	env "$@" "$make_run" "$folder" || exit 1
	expect 0 '' "$charts" "$folder" --format svg
	for svg in "$folder"/charts/*.svg; do
		well_formed "$svg"
	done
}

drawn_in_full()
{
	"$make_run" full || exit 1
	expect 0 '' "$charts" full
	for name in $("$charts" --list); do
		for format in svg pdf png; do
			[ -s "full/charts/$name.$format" ] || complain "$name.$format is missing or empty"
		done
		well_formed "full/charts/$name.svg"
	done
	[ "$(head -c 4 full/charts/slides.pdf)" = %PDF ] || complain "slides.pdf is no PDF"
	[ "$(find full/charts -type f | wc -l)" -eq 19 ] || complain "files: $(ls -A full/charts)"
	# 4 bands and 4 lines of 5 points; 7 panels of them and a key; 7 marked percentiles; 4 bars and
	# the whiskers, twice; whiskers and dots of 9 cases, and the key
	counts full/charts/cpu-scaling.svg 8 5
	counts full/charts/io-scaling.svg 8 5
	counts full/charts/speedup.svg 57 36
	counts full/charts/io-beside-hogs.svg 8 7
	counts full/charts/pos-terminal.svg 10 1
	counts full/charts/overhead.svg 8 10
}

captions()
{
	for svg in full/charts/*.svg; do
		says "$svg" 'Imaginary Eight-Core Processor 3.00GHz · 8 processing units · kernel 6.1.0-18-amd64'
		says "$svg" 'tollgate 0123abc-dirty · measured 2026-01-02 · 10 launches'
		! words "$svg" | grep -E '[0-9]e[-+][0-9]' || complain "$svg: an exponent"
	done
	says full/charts/cpu-scaling.svg 'band = 97.9 % confidence interval'
	says full/charts/cpu-scaling.svg 'higher is better'
	says full/charts/cpu-scaling.svg 'emulated GIL:249 M'
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

	run small PUS=2
	says small/charts/cpu-scaling.svg 'A GIL makes 2 workers work like one (no lock: 1.98 ×)'
	run wide WIDE=1
	says wide/charts/cpu-scaling.svg 'Under a GIL no difference seen between 1 and 8 workers'
	says wide/charts/pos-terminal.svg '14.9 ns  (no difference)'
	run few LAUNCHES=5
	says few/charts/cpu-scaling.svg 'Too few launches to judge'
	says few/charts/speedup.svg 'Too few launches to say what gets faster'
	says few/charts/pos-terminal.svg 'Too few launches to judge'
	says few/charts/cpu-scaling.svg 'no interval: fewer than 6 launches'
	silent_on few/charts/cpu-scaling.svg 'confidence'
	run single PUS=1
	says single/charts/cpu-scaling.svg 'CPU-bound work: no difference seen between 1 and 2 workers'
}

missing_data()
{
	run partial MODES='none mutex' CASES='cpu_int io_timer'
	says partial/charts/cpu-scaling.svg 'not measured: emulated GIL, processes'
	says partial/charts/cpu-scaling.svg 'CPU-bound: 8 workers without a lock do 7.86 × the work of one'
	silent_on partial/charts/cpu-scaling.svg 'under a GIL'
	counts partial/charts/cpu-scaling.svg 4 5
	says partial/charts/pos-terminal.svg 'Not measured in this run: lost updates at the POS terminal'
	says partial/charts/pos-terminal.svg 'tollgate run --filter pos_terminal'
	says partial/charts/io-beside-hogs.svg 'tollgate run --filter io_beside_hogs'
	rm partial/percentiles.csv
	expect 0 'io-beside-hogs: not measured' "$charts" partial --format svg

	# a wrong answer and a crash are named, and never drawn as if nothing had been
	mkdir faulty
	cp full/run.json faulty/
	awk -F, -v OFS=, '$4 == "cpu_int" && $5 == "gil" { $36 = "wrong" }
		$4 == "cpu_int" && $5 == "none" { $35 = "b" }
		$4 == "cpu_int" && $5 == "process" { $36 = "crashed"; for (i = 16; i <= 34; i++) $i = "" } 1' \
		full/summary.csv >faulty/summary.csv
	expect 0 '' "$charts" faulty --format svg --chart cpu-scaling
	counts faulty/charts/cpu-scaling.svg 4 5
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
	run bytes "CPU_MODEL=$(printf 'x\377y\302\265z\001')\\u0007\\u00b5"
	says bytes/charts/overhead.svg 'x?yµz ??'

	# names, parameters and reasons from the file, quoted as CSV demands
	mkdir names
	cp full/run.json names/
	odd='a_{b},'"'"'`touch pwned`"'
	quoted=$(printf '%s' "$odd" | sed 's/"/""/g')
	Q="\"$quoted\"" awk -F, -v OFS=, '$4 == "clock_read" { $4 = ENVIRON["Q"] } $4 == "cpu_int" { $8 = ENVIRON["Q"] }
		$4 == "cpu_int" && $5 == "mutex" { $36 = ENVIRON["Q"] } 1' full/summary.csv >names/summary.csv
	expect 0 '' "$charts" names --format svg
	says names/charts/overhead.svg "$odd"
	says names/charts/cpu-scaling.svg "(cpu_int, $odd, placement cores)"
	says names/charts/cpu-scaling.svg "one mutex: $odd"
	[ -z "$(find . -name pwned)" ] || complain "a text was executed"
}

bad_input()
{
	expect 64 'which run' "$charts"
	expect 64 'no chart "nonsense": one of overhead' "$charts" full --chart nonsense
	expect 64 'format "bmp": one of svg' "$charts" full --format=bmp
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
	expect 64 'summary.csv: missing or empty' "$charts" broken
	sed 's/,ci_lo,/,ci_low,/' full/summary.csv >broken/summary.csv
	expect 64 'summary.csv:1: the header has no column ci_lo' "$charts" broken
	head -n 1 full/summary.csv >broken/summary.csv
	expect 64 'nothing was measured' "$charts" broken
	{
		sed -n 1,2p full/summary.csv
		echo '1,2,3'
	} >broken/summary.csv
	expect 64 'summary.csv:3: 3 cells where the header has 36' "$charts" broken
	awk -F, -v OFS=, 'NR == 5 { $16 = "system(\"touch pwned\")" } 1' full/summary.csv >broken/summary.csv
	expect 64 'summary.csv:5: column median' "$charts" broken
	awk -F, -v OFS=, 'NR == 5 { $16 = "1e999" } 1' full/summary.csv >broken/summary.csv
	expect 64 'out of range' "$charts" broken
	awk -F, -v OFS=, 'NR == 5 { $6 = "0" } 1' full/summary.csv >broken/summary.csv
	expect 64 'column workers' "$charts" broken
	awk 'NR == 5 { sub(/,ok$/, ",\"ok") } 1' full/summary.csv >broken/summary.csv
	expect 64 'a quoted cell does not end' "$charts" broken
	[ ! -e broken/charts/overhead.svg ] || complain "a chart was drawn from broken input"
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
	expect 1 'overhead.svg: cannot be written' "$charts" locked
	cp full/charts/cpu-scaling.svg before.svg
	mkdir sick
	printf '#!/bin/sh\necho "line 0: warning: Skipping data file with no valid points" >&2\n' >sick/gnuplot
	chmod +x sick/gnuplot
	PATH=$PWD/sick:$PATH expect 1 'gnuplot warned at cpu-scaling.svg' "$charts" full --chart cpu-scaling
	cmp -s full/charts/cpu-scaling.svg before.svg || complain "a failed chart replaced a good one"
	[ -z "$(find full/charts -name '.*')" ] || complain "temporary files were left"
}

drawn_in_full
captions
findings
missing_data
hostile_texts
bad_input
no_output
exit "$bad"
