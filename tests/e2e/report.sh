#!/bin/sh
# SPDX-License-Identifier: MIT
# tollgate report, from made-up run folders to pages: where the page goes, where the charts come from,
# what is refused. report-browser.sh looks at the page in a browser.
# beside others: nothing is measured
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

make_run=$root/tests/golden/charts/make-run.sh
cd "$TMPDIR" || exit 1
unset TOLLGATE_SCRIPTS

says()
{
	grep -qF -- "$2" "$1" || complain "$1 does not say '$2'"
}

silent_on()
{
	! grep -qF -- "$2" "$1" || complain "$1 says '$2'"
}

small()
{
	[ "$(wc -c <"$1")" -lt 3000000 ] || complain "$1 is larger than 3 MB"
}

# The page loads nothing: it has no address, no source and no style sheet.
self_contained()
{
	! grep -oE '(https?:|//[a-z]| src=|@import|<link|url\([^#])' "$1" || complain "$1 refers to something outside"
}

where_it_goes()
{
	"$make_run" run || exit 1
	expect 0 'wrote run/report.html' "$TOLLGATE" report --no-charts run
	small run/report.html
	self_contained run/report.html
	says run/report.html '<h1>What a lock, a GIL and a message cost on Imaginary Eight-Core Processor 3.00GHz</h1>'
	silent_on run/report.html 'id="charts"'
	expect 0 'wrote page.html' "$TOLLGATE" report --no-charts -o page.html run
	cmp run/report.html page.html || complain "the same run gave two different pages"
	"$TOLLGATE" report --no-charts -o - run >out.html 2>said.txt || complain "-o - failed"
	cmp out.html page.html || complain "standard output got another page"
	mkdir -p results && cp -r run results/latest
	expect 0 'wrote results/latest/report.html' "$TOLLGATE" report --no-charts
	[ -z "$(find . -name '*.tmp')" ] || complain "temporary files were left"
}

bad_input()
{
	expect 64 "run folder 'nowhere': No such file or directory; expected a folder" "$TOLLGATE" report nowhere
	expect 64 'not a folder' "$TOLLGATE" report run/run.json
	expect 64 'did you mean' "$TOLLGATE" report --no-cahrts run
	expect 64 '' "$TOLLGATE" report run run run
	expect 0 'tollgate report OLD_RUN NEW_RUN' "$TOLLGATE" report --help
	cp -r run broken
	printf '{' >broken/run.json
	expect 64 'run.json:1:' "$TOLLGATE" report broken
	rm broken/run.json
	expect 64 'run.json: No such file' "$TOLLGATE" report broken
	cp run/run.json broken/
	sed '3s/,[^,]*$//' run/summary.csv >broken/summary.csv
	expect 64 'summary.csv:3' "$TOLLGATE" report broken
	expect 1 'cannot write' "$TOLLGATE" report --no-charts -o /proc/page.html run
	expect 1 'cannot write' "$TOLLGATE" report --no-charts -o nowhere/page.html run
	[ ! -c /dev/full ] || {
		"$TOLLGATE" report --no-charts -o - run >/dev/full 2>said.txt && complain "a full disk went unnoticed"
		grep -q 'cannot write' said.txt || complain "a full disk: $(cat said.txt)"
	}
}

# A page that cannot be written leaves its predecessor alone.
old_page_stays()
{
	cp run/report.html before.html
	expect 64 '' "$TOLLGATE" report -o run/report.html broken
	cmp -s run/report.html before.html || complain "a failed report replaced a good one"
}

# Without gnuplot, or without the script, the page comes without charts and says why.
without_charts()
{
	mkdir tools
	for tool in sh dirname cat grep; do
		ln -s "$(command -v "$tool")" "tools/$tool"
	done
	expect 0 'gnuplot is not installed' env "PATH=$PWD/tools" "TOLLGATE_SCRIPTS=$root/scripts" "$TOLLGATE" report run
	says run/report.html 'no charts: the run has none, and gnuplot is not installed'
	mkdir elsewhere
	cp "$TOLLGATE" elsewhere/
	expect 0 'charts.sh was not found' elsewhere/tollgate report run
	says run/report.html 'charts.sh was not found'
	printf '#!/bin/sh\necho broken >&2\nexit 1\n' >elsewhere/charts.sh
	chmod +x elsewhere/charts.sh
	expect 0 'charts.sh failed' env "TOLLGATE_SCRIPTS=$PWD/elsewhere" "$TOLLGATE" report run
}

# Where `make install` puts them, the program finds its script. A folder called -x is no option.
with_charts()
{
	mkdir -p prefix/bin prefix/share/tollgate/scripts
	cp "$TOLLGATE" prefix/bin/
	cp "$root"/scripts/charts.sh "$root"/scripts/*.gp "$root"/scripts/*.awk prefix/share/tollgate/scripts/
	mv run ./-x
	expect 0 'wrote -x/report.html' prefix/bin/tollgate report -- -x
	mv ./-x run
	small run/report.html
	self_contained run/report.html
	says run/report.html '<h3>Under a GIL 8 workers do 0.958 × the work of one (no lock: 7.86 ×)</h3>'
	says run/report.html 'aria-label="Under a GIL 8 workers do 0.958 × the work of one (no lock: 7.86 ×)"'
	says run/report.html '<g class="point"><title>emulated GIL, 8 workers: '
	says run/report.html '<title>emulated GIL, 99 % took at most: '
	says run/report.html 'figures behind this chart'
	silent_on run/report.html 'DATA index'
	charts=$(grep -c '<svg role="img"' run/report.html)
	[ "$charts" -eq "$("$root/scripts/charts.sh" --list | wc -l)" ] || complain "$charts charts in the page"
	first=$(grep -o 'id="chart-[a-z-]*' run/report.html | head -n 1)
	[ "$first" = "id=\"chart-$("$root/scripts/charts.sh" --list | head -n 1)" ] || complain "the deck begins with $first"
	! sed 's/"rows":.*//' run/report.html | grep -oE '>[^<]*[0-9]e[-+][0-9]+[^<]*<' || complain "an exponent in the page"
}

hostile_charts()
{
	for fault in '<script>x</script>' '<g onload="x()"/>' '<use xlink:href="http://example.org/#a"/>' '<foreignObject/>' \
		'<rect fill="url(http://example.org)"/>'; do
		rm -rf run/charts
		mkdir run/charts
		printf '<svg viewBox="0 0 9 9">\n%s</svg>\n' "$fault" >run/charts/evil.svg
		expect 0 'chart left out: evil.svg:2:1: ' prefix/bin/tollgate report run
		says run/report.html 'Chart evil was left out: evil.svg:2:1: '
		silent_on run/report.html '="http'
		silent_on run/report.html ' onload="'
	done
	ln -s /etc/passwd run/charts/other.svg
	expect 0 'chart left out: other.svg:1:' prefix/bin/tollgate report run
}

two_runs()
{
	PUS=2 "$make_run" other || exit 1
	expect 0 'wrote pair.html' "$TOLLGATE" report --no-charts -o pair.html run other
	small pair.html
	self_contained pair.html
	says pair.html 'Two stored runs are the weaker comparison'
	says pair.html '<tr class="differs"><th scope="row">Topology</th><td>8 processing units</td><td>2 processing units</td></tr>'
	says pair.html 'B/A '
	says pair.html '"only in B"'
	says pair.html '"apart"'
}

where_it_goes
bad_input
old_page_stays
without_charts
if command -v gnuplot >/dev/null; then
	with_charts
	hostile_charts
fi
two_runs
finish
