#!/bin/sh
# SPDX-License-Identifier: MIT
# The slides: pages of text, the number of pages; both themes: the same shapes, every colour readable.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
# shellcheck disable=SC2016 # back quotes and dollars are to arrive as they are
# shellcheck source=tests/e2e/charts_common.sh
. "$(dirname "$0")/charts_common.sh"

# Groups without anything in them keep colours of what was drawn before.
without_empty()
{
	awk '/^<g [^>]*>$/ { held = $0; next } held != "" { if ($0 != "</g>") print held "\n" $0; held = ""; next } 1' "$1"
}

# same_shapes LIGHT DARK: nothing differs but colours, and no light colour is left on the dark paper.
same_shapes()
{
	without_empty "$1" >light.bare
	without_empty "$2" >dark.bare
	colours dark.bare >dark.colours
	sed -i -e 's/#[0-9a-fA-F]\{6\}/COLOUR/g' -e 's/rgb([ 0-9,]*)/COLOUR/g' light.bare dark.bare
	cmp -s light.bare dark.bare || complain "$2 differs from $1 in more than colours"
	grep -ixvf dark.txt dark.colours >stray.txt
	[ ! -s stray.txt ] || complain "$2: not of the dark palette: $(cat stray.txt)"
}

# The colours that a picture names, as RRGGBB.
colours()
{
	tr '"' "'" <"$1" | tr "'" '\n' | awk '/^#[0-9a-fA-F]+$/ && length($0) == 7 { print toupper(substr($0, 2)) }
		/^rgb\(/ { gsub(/[rgb() ]/, ""); split($0, part, ","); printf "%02X%02X%02X\n", part[1], part[2], part[3] }' |
		sort -u
}

# pages FILE NUMBER
pages()
{
	got=$(sed -n 's,^ *\/Count ,,p' "full/charts/$1")
	[ "$got" = "$2" ] || complain "$1 has $got pages, expected $2"
}

# The pages of text: the machine with what disturbs it, and every claim with its verdict.
text_pages()
{
	cp -r full text
	rm -r text/charts
	expect 0 'claims-1: not measured' "$charts" text --format svg --theme light --chart cover --chart claims-1
	says text/charts/cover.svg 'What a lock, a GIL and a message cost on Imaginary Eight-Core Processor 3.00GHz'
	says text/charts/cover.svg 'Nothing was found that disturbs measurements'
	says text/charts/claims-1.svg 'tollgate claims --format=csv RUN >RUN/claims.csv'
	sed 's/"warnings": \[\]/"warnings": [\n{ "text": "noisy `touch pwned` {neighbours}_x" }\n ]/' full/run.json >text/run.json
	cat >text/claims.csv <<-'END'
		claim,title,verdict,figure,unit,lo,hi,experiment,reason
		C01,"A sentence, quoted",holds,0.0012,ratio,0.0011,0.0013,a b: speedup above 1.5,so it is
		C02,Two,does not hold,1234567,ns,1200000,1300000,a b: create_ns below 1 ms,it is not
		C03,Three,inconclusive,132824.5,swipes,103871,1580260,a b: lost_updates above 0,open
		C04,Four,not measured,,,,,a b: x above 1,not in this run
		C05,Five,not measured,,,,,none,no case yet: a case with `touch pwned` <b> {_^
		C06,Six,holds,12345678,1/s,,,a b: ops_per_s of the worst epoch at most 2,so it is
		C07,Seven,holds,0,share,0,0,a b: y above 1,
		C08,Eight,strange verdict,1,ratio,1,1,a b: y above 1,
	END
	expect 0 '' "$charts" text --format svg --theme light --chart cover --chart claims-1 --chart claims-2 \
		--chart claims-3 --chart claims-4
	for svg in text/charts/*.svg; do
		well_formed "$svg"
		! words "$svg" | grep -E '[0-9]e[-+][0-9]' || complain "$svg: an exponent"
	done
	says text/charts/cover.svg '1 thing may disturb these figures:'
	says text/charts/cover.svg 'noisy `touch pwned` {neighbours}_x'
	says text/charts/claims-1.svg 'Of 8 sentences 3 hold here, 1 does not, 1 is open, 3 were not measured'
	says text/charts/claims-1.svg 'A sentence, quoted'
	says text/charts/claims-1.svg '1.23 ms (1.20 ms to 1.30 ms)'
	says text/charts/claims-1.svg 'must be: create ns below 1 ms'
	says text/charts/claims-2.svg '133 k (104 k to 1.58 M) swipes'
	says text/charts/claims-2.svg 'tollgate run --claims=C04'
	says text/charts/claims-1.svg '0.00120 (0.00110 to 0.00130)'
	says text/charts/claims-3.svg 'pwned` <b> {_^'
	says text/charts/claims-3.svg '12.3 M/s'
	says text/charts/claims-4.svg 'not measured'
	silent_on text/charts/claims-4.svg 'strange'
	shape_of claims-1 'gpPt6' 1
	shape_of claims-1 'gpPt1' 1
	shape_of claims-2 'gpPt11' 1
	shape_of claims-2 'gpPt5' 1
	expect 0 '' "$charts" text --slides --theme dark
	[ "$(ls text/charts/*.pdf)" = text/charts/slides-dark.pdf ] || complain "--slides drew $(ls text/charts)"
	cp text/charts/slides-dark.pdf full/charts/text.pdf
	pages text.pdf "$(($("$charts" --list | wc -l) + 5))"
	rm full/charts/text.pdf
	sed 's/,1234567,/,system(1),/' text/claims.csv >claims.csv
	mv claims.csv text/claims.csv
	expect 64 "claims.csv:3: column figure: 'system(1)' is not a number" "$charts" text --chart claims-1
	[ -z "$(find . -name pwned)" ] || complain "a text was executed"
}

# One hostile text in every place where a machine or a file can put one, through gnuplot, SVG, PDF, CSV and
# HTML: it comes out as the words it is, and nothing obeys it.
hostile_everywhere()
{
	evil='A_B^{C} @ &<script>x</script> %d `touch pwned` $(touch pwned) \\ " '"'"' ~, 100%'
	quoted=$(printf '%s' "$evil" | sed 's/"/""/g')
	env "CPU_MODEL=$(printf '%s' "$evil" | sed 's/[\\"]/\\&/g')" "$make_run" evil || exit 1
	W="$(printf '%s' "$evil" | sed 's/[\\"]/\\&/g')" awk '/"warnings": \[\]/ {
		print "\"warnings\": [\n{ \"text\": \"" ENVIRON["W"] "\" }\n]"
		next
	} 1' evil/run.json >run.json && mv run.json evil/run.json
	Q="\"$quoted\"" awk -F, -v OFS=, '$4 == "clock_read" { $4 = ENVIRON["Q"] } $4 == "cpu_int" { $8 = ENVIRON["Q"] }
		$4 == "cpu_int" && $5 == "mutex" { $36 = ENVIRON["Q"] } 1' evil/summary.csv >summary.csv
	mv summary.csv evil/summary.csv
	printf 'claim,title,verdict,figure,unit,lo,hi,experiment,reason\n' >evil/claims.csv
	printf '"%s","%s",holds,1,"%s",1,1,"%s: %s","%s"\n' "$quoted" "$quoted" "$quoted" "$quoted" "$quoted" "$quoted" >>evil/claims.csv
	expect 0 '' "$charts" evil
	expect 0 '' "$charts" evil --format svg --chart cover --chart claims-4
	for svg in evil/charts/*.svg; do
		well_formed "$svg"
		says "$svg" "$(printf '%s' "$evil" | cut -c 1-40)"
	done
	says evil/charts/cover.svg "What a lock, a GIL and a message cost on $(printf '%s' "$evil" | cut -c 1-40)"
	says evil/charts/claims-4.svg 'A_B^{C} @ &<script>'
	grep -qF "\"$quoted\"" evil/charts/cpu-scaling.csv || complain "cpu-scaling.csv: $(head -n 2 evil/charts/cpu-scaling.csv)"
	if [ -n "${TOLLGATE:-}" ]; then
		expect 0 '' "$TOLLGATE" report evil
		! grep -qF '<script>x' evil/report.html || complain "report.html: the text became a script"
		grep -qF '&lt;script&gt;x&lt;/script&gt;' evil/report.html || complain "report.html: the text is not there"
	fi
	[ -z "$(find . -name pwned)" ] || complain "a text was executed"
}

# shape_of PAGE MARK NUMBER: a verdict is told by its shape too.
shape_of()
{
	got=$(grep -c "<use xlink:href='#$2' transform" "text/charts/$1.svg")
	[ "$got" = "$3" ] || complain "$1: $got marks $2, expected $3"
}

# Every colour has a dark fellow. Every mode has a colour that shows on its paper (contrast of 3 or more),
# and a shape that no other on the same page has (the locks never meet the GIL laboratory); so do ink and
# dim text, which are small (4.5).
palette()
{
	awk 'function channel(hex, at) {
			at = (index(digits, substr(hex, at, 1)) - 1) * 16 + index(digits, substr(hex, at + 1, 1)) - 1
			at /= 255
			return at <= 0.03928 ? at / 12.92 : ((at + 0.055) / 1.055) ^ 2.4
		}
		function light(hex) {
			return 0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5)
		}
		function contrast(a, b) {
			a = light(a) + 0.05
			b = light(b) + 0.05
			return a > b ? a / b : b / a
		}
		function look(name, hex, paper, least) {
			if (contrast(hex, paper) < least)
				print name ": contrast " contrast(hex, paper)
		}
		BEGIN { digits = "0123456789ABCDEF" }
		/^[CD]_/ && !/^C_[a-z0-9_]+ = "#[0-9A-F]+"; *D_[a-z0-9_]+ = "#[0-9A-F]+"/ { print "not in the form C_x, D_x: " $0 }
		/^C_/ {
			split($0, part, "\"")
			name = substr($1, 3)
			hex = substr(part[2], 2)
			dark = substr(part[4], 2)
			if (part[3] !~ "D_" name " =" || length(hex dark) != 12)
				print "no dark fellow: " $1
			if (name == "page") {
				page = hex
				night = dark
			}
			if (name ~ /^(ink|dim)$/) {
				look("C_" name, hex, page, 4.5)
				look("D_" name, dark, night, 4.5)
			}
			if (hex in fellow && fellow[hex] != dark)
				print "two dark fellows: " hex
			fellow[hex] = dark
			if (name ~ /^heat_/) {
				look("C_" name, hex, name ~ /[0-4]$/ ? ink : page, 3.4)
				look("D_" name, dark, name ~ /[0-4]$/ ? ink_night : night, 3.4)
			}
			if (name == "ink") {
				ink = hex
				ink_night = dark
			}
		}
		/P_[a-z0-9_]* = / {
			look("C_" name, hex, page, 3)
			look("D_" name, dark, night, 3)
			match($0, /P_[a-z0-9_]* = [0-9]*/)
			shape = substr($0, RSTART, RLENGTH)
			sub(/.* /, "", shape)
			page_of = name ~ /^lock_/ ? "locks" : name ~ /^(none|mutex|gil|process)$/ ? "both" : "laboratory"
			if (page_of == "both")
				used["locks", shape]++
			if (shape == "" || used[page_of == "locks" ? "locks" : "", shape]++ || hex in colours || dark in colours)
				print "no colour and shape of its own: " $1
			colours[hex]
			colours[dark]
			modes++
		}
		END { if (modes < 15) print modes " modes" }' "$root/scripts/style.gp" >palette.txt
	[ ! -s palette.txt ] || complain "$(cat palette.txt)"
}

both_themes()
{
	expect 0 '' "$charts" full --format svg
	sed -n 's/.*D_[a-z0-9_]* = "#\([0-9A-F]*\)".*/\1/p' "$root/scripts/style.gp" >dark.txt
	for name in $("$charts" --list); do
		well_formed "full/charts/$name-dark.svg"
		same_shapes "full/charts/$name.svg" "full/charts/$name-dark.svg"
	done
}

"$make_run" full || exit 1
palette
both_themes
expect 0 '' "$charts" full --slides
for name in slides slides-dark; do
	pages "$name.pdf" "$(($("$charts" --list | wc -l) + 2))"
done
text_pages
hostile_everywhere
finish
