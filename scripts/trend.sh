#!/bin/sh
# SPDX-License-Identifier: MIT
# trend.sh DIR: draw DIR/trend.csv, which `tollgate history trend --charts DIR` writes, as one SVG per
# case: DIR/trend-CASE.svg. A finished file replaces its predecessor in one step.
#
# Exit: 0 ok, 1 output or gnuplot failed, 64 bad folder or file, 77 no gnuplot.
set -u

usage()
{
	cat <<END
Usage: trend.sh DIR
  trend.sh trend      draws trend/trend.csv as trend/trend-CASE.svg, one per case
DIR is made by: tollgate history trend --charts=DIR
END
}

die()
{
	code=$1
	shift
	echo "trend: $*" >&2
	exit "$code"
}

# split: one file per case, $work/CASE.csv, after the header and every row were looked at. Names them.
split_cases()
{
	LC_ALL=C awk -F , -v work="$work" '
		function bad(text) {
			print "trend: trend.csv:" NR ": " text >"/dev/stderr"
			failed = 64
			exit failed
		}
		NR == 1 {
			if ($0 != "case,metric,better,workers,placement,param,host_class,against,basis,sets,runs_left_out,mode,run,ts_utc,git_sha,percent,change_percent")
				bad("not the header that `tollgate history trend --charts` writes")
			next
		}
		/"/ || NF != 17 { bad(NF " cells, expected 17 without quotes") }
		$1 !~ /^[A-Za-z0-9_.-]+$/ || $1 ~ /^[.-]/ { bad("column case: no name that a file can have") }
		$13 !~ /^[1-9][0-9]*$/ { bad("column run: no whole number") }
		$16 !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/ { bad("column percent: no number") }
		$17 !~ /^(-?[0-9.]+(e[-+]?[0-9]+)?)?$/ { bad("column change_percent: no number") }
		$1 != name {
			if ($1 in seen)
				bad("column case: " $1 " again, after another case")
			close(file)
			name = $1
			seen[name] = 1
			file = work "/" name ".csv"
			print name
		}
		{ print >file }
		END { exit failed }' "$folder/trend.csv"
}

# draw CASE: gnuplot exits 0 after many a fault and only warns, so a warning fails the chart.
draw()
{
	page=trend-$1
	CHART_RUN=$work CHART_WORK=$work LC_ALL=C awk -v name="$page" -v case_name="$1" \
		-f "$here/chart-modes.awk" -f "$here/chart-words.awk" -f "$here/trend.awk" >/dev/null || exit $?
	{
		printf 'term = "svg"\nout = "%s.svg"\nload "style.gp"\n' "$page"
		printf 'load "%s.page"\nload "trend.gp"\nunset output\n' "$page"
	} >"$work/draw.gp"
	(cd "$work" && LC_ALL=C.UTF-8 exec gnuplot -d draw.gp) >"$work/talk" 2>&1 || {
		cat "$work/talk" >&2
		die 1 "gnuplot failed at $page.svg"
	}
	if grep -v -e '^Fontconfig' -e 'convert degree sign' "$work/talk" | grep . >&2; then
		die 1 "gnuplot warned at $page.svg"
	fi
	if ! cp "$work/$page.svg" "$folder/.$page.svg.$$" ||
		! mv -f "$folder/.$page.svg.$$" "$folder/$page.svg"; then
		rm -f "$folder/.$page.svg.$$"
		die 1 "$folder/$page.svg: cannot be written"
	fi
}

case ${1-} in
-h | --help) usage && exit 0 ;;
esac
if [ $# -ne 1 ] || [ -z "$1" ]; then
	usage >&2
	exit 64
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
folder=$(CDPATH='' cd -- "$1" 2>/dev/null && pwd) || die 64 "$1: not a folder"
if [ ! -f "$folder/trend.csv" ] || [ ! -r "$folder/trend.csv" ]; then
	die 64 "$1/trend.csv: missing or not readable; \`tollgate history trend --charts\` writes it"
fi
command -v gnuplot >/dev/null || die 77 "gnuplot is not installed: make deps"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
cp "$here/style.gp" "$here/trend.gp" "$work/" || exit 1

split_cases >"$work/cases" || exit $?
while IFS= read -r case_name; do
	draw "$case_name"
done <"$work/cases"
