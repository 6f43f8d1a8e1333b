# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# charts_common.sh - the prologue of the tests of charts: they work in TMPDIR, and functions read an SVG.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

needs gnuplot
charts=$root/scripts/charts.sh
make_run=$root/tests/golden/charts/make-run.sh
cd "$TMPDIR" || exit 1

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
	expect 0 '' "$charts" "$folder" --format svg --theme light
	for svg in "$folder"/charts/*.svg; do
		well_formed "$svg"
	done
}

