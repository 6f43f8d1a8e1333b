#!/bin/sh
# SPDX-License-Identifier: MIT
# charts.sh RUN_DIR [--chart NAME]... [--format svg|pdf|png|all]: draw the charts of a run.
#
# Nothing is computed here but words: every figure stands in the run's files. A chart is NAME.awk or
# its kind's file (are the data there? what do they say?) and a small .gp file on the frame of
# style.gp. A finished file replaces its predecessor in one step; a failed one leaves it alone.
#
# Exit: 0 ok, 1 output or gnuplot failed, 64 bad option or run folder, 77 no gnuplot.
set -u

# The deck, in page order: name of the chart, name of its .awk file.
deck='
overhead overhead
cpu-scaling scaling
io-scaling scaling
speedup speedup
io-beside-hogs percentiles
pos-terminal terminal
gil-timeline gil-timeline
gil-tenure gil-tenure
gil-latency percentiles
gil-scaling scaling
gil-validate gil-validate
'

usage()
{
	cat <<END
Usage: charts.sh RUN_DIR [--chart NAME]... [--format svg|pdf|png|all]
  charts.sh results/latest                          every chart in every format, and slides.pdf
  charts.sh results/latest --chart cpu-scaling      one chart
  charts.sh results/latest --format svg             SVG only
Writes RUN_DIR/charts/NAME.{svg,pdf,png}, the figures behind each as NAME.csv and, unless --chart is
given, slides.pdf.
Charts: $(names)
END
}

names()
{
	echo "$deck" | awk 'NF { printf "%s%s", separator, $1; separator = " " }'
}

die()
{
	code=$1
	shift
	echo "charts: $*" >&2
	exit "$code"
}

kind_of()
{
	echo "$deck" | awk -v name="$1" '$1 == name { print $2 }'
}

parse()
{
	run=
	chosen=
	formats='svg pdf png'
	while [ $# -gt 0 ]; do
		case $1 in
		-h | --help) usage && exit 0 ;;
		--list) echo "$deck" | awk 'NF { print $1 }' && exit 0 ;;
		--chart=* | --format=*) set -- "${1%%=*}" "${1#*=}" "$@" && take "$1" "$2" && shift 3 ;;
		--chart | --format)
			[ $# -gt 1 ] || die 64 "$1 needs a value"
			take "$1" "$2"
			shift 2
			;;
		--)
			[ "$#${run:+x}" = 2 ] || die 64 "one run folder after --"
			run=$2
			shift 2
			;;
		-*) die 64 "unknown option $1: --chart NAME, --format svg|pdf|png|all, --list, --help" ;;
		*)
			[ -z "$run" ] || die 64 "one run folder at a time, not also $1"
			run=$1
			shift
			;;
		esac
	done
	[ -n "$run" ] || die 64 "which run? charts.sh RUN_DIR, e.g. charts.sh results/latest"
}

# take OPTION VALUE
take()
{
	case $1 in
	--chart)
		case " $(names) " in
		*" $2 "*) chosen="$chosen $2" ;;
		*) die 64 "no chart \"$2\": one of $(names)" ;;
		esac
		;;
	--format)
		case $2 in
		svg | pdf | png) formats=$2 ;;
		all) formats='svg pdf png' ;;
		*) die 64 "format \"$2\": one of svg, pdf, png, all" ;;
		esac
		;;
	esac
}

# prepare NAME: check the data and choose the words. $work/NAME.load is then what gnuplot loads.
prepare()
{
	kind=$(CHART_RUN=$run CHART_WORK=$work LC_ALL=C awk -v name="$1" -f "$here/chart-read.awk" \
		-f "$here/chart-modes.awk" -f "$here/chart-words.awk" -f "$here/$(kind_of "$1").awk")
	case $? in
	0) ;;
	64) exit 64 ;;
	*) die 1 "$1: cannot prepare the chart" ;;
	esac
	printf 'load "style.gp"\nload "%s.page"\nload "%s.gp"\n' "$1" "$kind" >"$work/$1.load"
	[ "$kind" != missing ] || echo "charts: $1: not measured in this run; the page says what would" >&2
}

# draw FORMAT FILE NAME...: the pages NAME... into $work/FILE, then in one step to its place. gnuplot
# exits 0 after many a fault and only warns, so a warning fails the chart.
draw()
{
	format=$1
	file=$2
	shift 2
	{
		printf 'term = "%s"\nout = "%s"\n' "$format" "$file"
		printf 'load "%s.load"\n' "$@"
		echo 'unset output'
	} >"$work/draw.gp"
	(cd "$work" && LC_ALL=C.UTF-8 exec gnuplot -d draw.gp) >"$work/talk" 2>&1 || {
		cat "$work/talk" >&2
		die 1 "gnuplot failed at $file"
	}
	# a degree sign that the locale lacks is none of ours, nor is a cache that fontconfig cannot write
	if grep -v -e '^Fontconfig' -e 'convert degree sign' "$work/talk" | grep . >&2; then
		die 1 "gnuplot warned at $file"
	fi
	publish "$file"
}

publish()
{
	if ! cp "$work/$1" "$run/charts/.$1.$$" || ! mv -f "$run/charts/.$1.$$" "$run/charts/$1"; then
		rm -f "$run/charts/.$1.$$"
		die 1 "$run/charts/$1: cannot be written"
	fi
}

# The figures behind a chart, for who shows it beside a table.
publish_figures()
{
	if [ -s "$work/$1.csv" ]; then
		publish "$1.csv"
	else
		rm -f "$run/charts/$1.csv"
	fi
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
parse "$@"
case $run in
/*) ;;
*) run=$PWD/$run ;;
esac
[ -d "$run" ] || die 64 "$run: not a run folder"
for file in summary.csv run.json; do
	if [ ! -f "$run/$file" ] || [ ! -r "$run/$file" ]; then
		die 64 "$run/$file: missing or not readable; \`tollgate run\` writes it"
	fi
done
command -v gnuplot >/dev/null || die 77 "gnuplot is not installed: make deps"

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
cp "$here"/*.gp "$work/" || exit 1
mkdir -p "$run/charts" || die 1 "$run/charts: cannot be made"

pages=${chosen:-$(names)}
for page in $pages; do
	prepare "$page"
done
for format in $formats; do
	for page in $pages; do
		draw "$format" "$page.$format" "$page"
	done
done
for page in $pages; do
	publish_figures "$page"
done
case "$chosen,$formats" in
,*pdf*)
	# shellcheck disable=SC2086 # a list of names
	draw pdf slides.pdf $pages
	;;
esac
