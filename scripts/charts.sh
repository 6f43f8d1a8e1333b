#!/bin/sh
# SPDX-License-Identifier: MIT
# charts.sh RUN_DIR [--chart NAME]... [--format svg|pdf|png|all] [--theme light|dark|all] [--slides]: draw
# the charts of a run.
#
# This script only draws. `tollgate rows` chooses the rows and makes the words of each chart, and a small .gp
# file draws them on the frame of style.gp. A finished file replaces its predecessor in one step, and a failed
# one leaves it alone.
#
# Exit: 0 ok, 1 output or gnuplot failed, 64 bad option or run folder, 77 no gnuplot.
set -u

usage()
{
	cat <<END
Usage: charts.sh RUN_DIR [--chart NAME]... [--format svg|pdf|png|all] [--theme light|dark|all] [--slides]
  charts.sh results/latest                          every chart in every format and theme, and the slides
  charts.sh results/latest --slides                 the slides alone, all charts in one PDF
  charts.sh results/latest --chart cpu-scaling      one chart
  charts.sh results/latest --format svg             SVG only
Writes RUN_DIR/charts/NAME.{svg,pdf,png}, the figures behind each as NAME.csv and, unless --chart is
given, slides.pdf. Files of the dark theme are called NAME-dark.svg and so on.
Charts: $(names)
The slides begin with the page cover and end with claims-1 to claims-4; --chart draws them alone too.
END
}

names()
{
	"$tollgate" rows --list | tr '\n' ' ' | sed 's/ $//'
}

die()
{
	code=$1
	shift
	echo "charts: $*" >&2
	exit "$code"
}

# The program of these scripts: the one in TOLLGATE, beside them in a build, installed, or on the path.
find_tollgate()
{
	for tollgate in ${TOLLGATE:+"$TOLLGATE"} "$here/../build/tollgate" "$here/../../../bin/tollgate"; do
		[ ! -x "$tollgate" ] || return 0
	done
	tollgate=$(command -v tollgate) || die 64 "tollgate was not found: name it in the environment variable TOLLGATE"
}

parse()
{
	run=
	chosen=
	formats='svg pdf png'
	themes='light dark'
	slides=
	while [ $# -gt 0 ]; do
		case $1 in
		-h | --help) find_tollgate && usage && exit 0 ;;
		--list) find_tollgate && exec "$tollgate" rows --list ;;
		--chart=* | --format=* | --theme=*)
			take "${1%%=*}" "${1#*=}"
			shift
			;;
		--slides)
			slides=alone
			shift
			;;
		--chart | --format | --theme)
			[ $# -gt 1 ] || die 64 "$1 needs a value"
			take "$1" "$2"
			shift 2
			;;
		--)
			[ "$#${run:+x}" = 2 ] || die 64 "one run folder after --"
			run=$2
			shift 2
			;;
		-*) die 64 "unknown option $1: --chart NAME, --format svg|pdf|png|all, --theme light|dark|all, --slides, --list, --help" ;;
		*)
			[ -z "$run" ] || die 64 "one run folder at a time, not also $1"
			run=$1
			shift
			;;
		esac
	done
	[ -n "$run" ] || die 64 "which run? charts.sh RUN_DIR, e.g. charts.sh results/latest"
	[ -z "$slides" ] || [ -z "$chosen" ] || die 64 "--slides is the whole deck: not with --chart"
	[ -n "$slides$chosen" ] || slides=too
}

# take OPTION VALUE
take()
{
	case $1 in
	--chart)
		find_tollgate
		case " $(names) cover claims-1 claims-2 claims-3 claims-4 " in
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
	--theme)
		case $2 in
		light | dark) themes=$2 ;;
		all) themes='light dark' ;;
		*) die 64 "theme \"$2\": one of light, dark, all" ;;
		esac
		;;
	esac
}

# in_parallel FUNCTION: call it once per job with the number of the job, all at the same time. Returns the
# last exit code that is not 0.
in_parallel()
{
	started=
	for job in $jobs; do
		"$1" "$job" &
		started="$started $!"
	done
	code=0
	for job in $started; do
		wait "$job" || code=$?
	done
	started=
	return "$code"
}

# every JOB WORD...: the words for this job.
every()
{
	job=$1
	shift
	printf '%s\n' "$@" | awk -v job="$job" -v jobs="${jobs##* }" 'NR % jobs == job - 1'
}

# prepare NAME: tollgate checks the data and chooses rows and words. gnuplot then loads $work/NAME.load, and
# $work/NAME.csv has the figures behind the chart.
prepare()
{
	"$tollgate" rows --chart="$1" --format=gnuplot "$run" >"$work/$1.load"
	case $? in
	0) ;;
	64) exit 64 ;;
	*) die 1 "$1: cannot prepare the chart" ;;
	esac
	"$tollgate" rows --chart="$1" --format=csv "$run" >"$work/$1.csv" 2>/dev/null
	! grep -qx 'load "missing.gp"' "$work/$1.load" ||
		echo "charts: $1: not measured in this run; the page says what would" >&2
}

prepare_share()
{
	# shellcheck disable=SC2086 # a list of names
	for page in $(every "$1" $prepared); do
		prepare "$page"
	done
}

# One line per file to draw: format, theme, name of the file, its pages.
orders()
{
	for theme in $themes; do
		dark=
		[ "$theme" = light ] || dark=-$theme
		[ "$prepared" = "$pages" ] || echo "pdf $theme slides$dark.pdf $prepared"
		[ "$slides" != alone ] || continue
		for format in $formats; do
			for page in $pages; do
				echo "$format $theme $page$dark.$format $page"
			done
		done
	done
}

# One gnuplot draws many files, because its start takes longer than most charts. It names each file.
draw_share()
{
	awk -v job="$1" -v jobs="${jobs##* }" 'NR % jobs == job - 1 {
		printf "undefine opened\nterm = \"%s\"\ntheme = \"%s\"\nout = \"%s\"\nprint \"drawing %s\"\n", $1, $2, $3, $3
		for (i = 4; i <= NF; i++)
			printf "load \"%s.load\"\n", $i
		print "unset output"
	}' "$work/orders" >"$work/draw-$1.gp"
	(cd "$work" && LC_ALL=C.UTF-8 exec gnuplot -d "draw-$1.gp") >"$work/talk-$1" 2>&1 || {
		grep -v '^drawing ' "$work/talk-$1" >&2
		die 1 "gnuplot failed at $(file_at "$1")"
	}
	# gnuplot exits 0 after many faults and only warns, so a warning fails the chart, except for a degree
	# sign that the locale lacks or a cache that fontconfig cannot write
	sed -i -e '/^Fontconfig/d' -e '/convert degree sign/d' -e '/^[[:space:]]*$/d' "$work/talk-$1"
	if grep -v '^drawing ' "$work/talk-$1" >&2; then
		sed -i '/^drawing /!q' "$work/talk-$1"
		die 1 "gnuplot warned at $(file_at "$1")"
	fi
}

# The file that was being drawn at the end of the job's output.
file_at()
{
	awk -v job="$1" -v jobs="${jobs##* }" 'FNR == NR && NR % jobs == job - 1 && file == "" { file = $3 }
		FNR < NR && /^drawing / { file = $2 } END { print file }' "$work/orders" "$work/talk-$1"
}

# gnuplot needs a script to show the figures of a mark. A title needs none. It is not enhanced text, so its
# backslashes are removed.
hover_to_title='/onmousemove="gnuplot_svg.showHypertext/ {
	s/\\\(.\)/\1/g
	s/&/\&amp;/g
	s/<g onmousemove="[^(]*(evt,.\(.*\).)" onmouseout="[^"]*"><title> *</<g><title>\1</
}'

publish()
{
	case $1 in
	*.svg) sed -i "$hover_to_title" "$work/$1" ;;
	esac
	if ! cp "$work/$1" "$run/charts/.$1.$$" || ! mv -f "$run/charts/.$1.$$" "$run/charts/$1"; then
		rm -f "$run/charts/.$1.$$"
		die 1 "$run/charts/$1: cannot be written"
	fi
}

# Publish the figures behind a chart, for a page that shows it beside a table.
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
find_tollgate
command -v gnuplot >/dev/null || die 77 "gnuplot is not installed: make deps"

work=$(mktemp -d) || exit 1
started=
jobs='1 2'
trap 'rm -rf "$work"' EXIT
# background jobs do not get an interrupt
trap '[ -z "$started" ] || kill $started 2>/dev/null; exit 130' INT TERM HUP
cp "$here"/*.gp "$work/" || exit 1
mkdir -p "$run/charts" || die 1 "$run/charts: cannot be made"

pages=${chosen:-$(names)}
prepared=$pages
case $slides,$formats in
alone,* | too,*pdf*) prepared=$("$tollgate" rows --list --slides "$run" | tr '\n' ' ') ;;
esac
in_parallel prepare_share || exit $?
orders >"$work/orders"
in_parallel draw_share || exit $?
while read -r _ _ file _; do
	publish "$file"
done <"$work/orders"
if [ "$slides" != alone ]; then
	for page in $pages; do
		publish_figures "$page"
	done
fi
