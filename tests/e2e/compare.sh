#!/bin/sh
# SPDX-License-Identifier: MIT
# `tollgate compare` where nothing depends on a measured time: what it accepts, what is new, gone,
# skipped or failed, what it writes, stored runs, floors, injection, interruption.
# Environment: TOLLGATE, TOLLGATE_TEST.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

XDG_STATE_HOME=$TMPDIR/state
export XDG_STATE_HOME
unset TOLLGATE_INJECT
# both PROGRAM OPTION...: against itself, as short as it can be.
both()
{
	program=$1
	shift
	"$program" compare -q --base "$program" --head "$program" --pairs=6 --rounds=1 --workers=1 "$@"
}

# ---- what is refused ----
expect 64 'expected one of' "$TOLLGATE" compare
expect 64 'expected one of' "$TOLLGATE" compare --base "$TOLLGATE"
expect 64 'expected one of' "$TOLLGATE" compare one-folder
expect 64 'expected one of' "$TOLLGATE" compare --base-cmd true --head "$TOLLGATE"
expect 64 'expected one of' "$TOLLGATE" compare --self 1 --base-cmd true --head-cmd true
expect 64 '6 to 200' "$TOLLGATE" compare --pairs=5
expect 64 '3 to 100' "$TOLLGATE" compare --min-effect=2
expect 64 '1 to 1000' "$TOLLGATE" compare --rounds=0
expect 64 'case:factor' "$TOLLGATE" compare --inject=cpu_int:0.9
expect 64 'a-z 0-9' "$TOLLGATE" compare --name='a b'
expect 64 'use table, md, csv or json' "$TOLLGATE" compare --format=xml
expect 64 'no program that can be run' "$TOLLGATE" compare --base /nowhere --head "$TOLLGATE"
expect 64 'is no tollgate program' "$TOLLGATE" compare --base /bin/true --head "$TOLLGATE"
expect 64 'expected a tollgate program' "$TOLLGATE" compare --base /bin/false --head "$TOLLGATE"
expect 64 'no case of base or head matches' both "$TOLLGATE" -f no_such_case
expect 64 'no case of base or head matches' both "$TOLLGATE" -f '!.'
expect 64 'has a parameter' both "$TOLLGATE" -f '^empty$' --param nothing=1
expect 64 'is not among the rows' both "$TOLLGATE" -f '^empty$' --inject cpu_int:1.5
expect 64 'parameter swipes' both "$TOLLGATE" --inject pos_terminal:1.5
expect 64 'goes with --base' "$TOLLGATE" compare --base-cmd true --head-cmd true --inject empty:2
expect 64 'environment variable TOLLGATE_INJECT' env TOLLGATE_INJECT=x "$TOLLGATE" compare \
	--base "$TOLLGATE" --head "$TOLLGATE"
expect 64 'measured without it' env TOLLGATE_INJECT=empty:2 "$TOLLGATE" compare --self 1

# ---- builds that differ ----
# wrapper NAME CASE-BODY: a program that answers some questions differently.
wrapper()
{
	# shellcheck disable=SC2016 # for the shell of the wrapper
	printf '#!/bin/sh\ncase "$1 $2" in\n%s\n*) exec "%s" "$@" ;;\nesac\n' "$2" "$TOLLGATE" \
		>"$TMPDIR/$1"
	chmod +x "$TMPDIR/$1"
}
wrapper other-protocol "version*) echo '{\"protocol\": 999, \"git\": \"x\"}' ;;"
expect 64 'speaks version 999 of the runner protocol' "$TOLLGATE" compare \
	--base "$TOLLGATE" --head "$TMPDIR/other-protocol"
wrapper no-protocol "version*) echo '{\"git\": \"x\"}' ;;"
expect 64 'does not say which protocol' "$TOLLGATE" compare \
	--base "$TMPDIR/no-protocol" --head "$TOLLGATE"
wrapper bad-json "version*) echo '{\"protocol\": 1,}' ;;"
expect 64 'version:1:16:' "$TOLLGATE" compare --base "$TMPDIR/bad-json" --head "$TOLLGATE"
wrapper disobedient "runner*) unset TOLLGATE_INJECT; exec \"$TOLLGATE\" runner ;;"
expect 5 'does not obey TOLLGATE_INJECT' "$TOLLGATE" compare --base "$TOLLGATE" \
	--head "$TMPDIR/disobedient" -f '^empty$' -m none -w 1 --inject empty:1.5
wrapper fewer-modes "'list --modes') \"$TOLLGATE\" list --modes | grep -v '^mutex ' ;;"
expect 0 'mode mutex is not in head' "$TOLLGATE" compare --base "$TOLLGATE" \
	--head "$TMPDIR/fewer-modes" -f '^empty$' -m mutex -w 1
expect 0 'mode mutex is not in base' "$TOLLGATE" compare --base "$TMPDIR/fewer-modes" \
	--head "$TOLLGATE" -f '^empty$' -m mutex -w 1
expect 0 '1 new' "$TOLLGATE" compare --base "$TOLLGATE" --head "$TOLLGATE_TEST" -f '^test_counts$'
expect 0 '1 gone' "$TOLLGATE" compare --base "$TOLLGATE_TEST" --head "$TOLLGATE" -f '^test_counts$'
expect 4 '1 gone' "$TOLLGATE" compare --strict --base "$TOLLGATE_TEST" --head "$TOLLGATE" \
	-f '^test_counts$'
expect 77 'run the compare of head' "$TOLLGATE" compare --base "$TOLLGATE_TEST" \
	--head "$TOLLGATE_TEST" -f '^test_counts$'

# ---- cases that fail ----
expect 5 'head: crashed' both "$TOLLGATE_TEST" -f '^test_crash$' -m none --rounds=5
expect 5 'wrong' both "$TOLLGATE_TEST" -f '^test_wrong$' -m none --rounds=5
expect 5 'timeout' both "$TOLLGATE_TEST" -f '^test_hang$' -m none --rounds=5 --deadline 1
expect 77 'skipped' both "$TOLLGATE_TEST" -f '^test_skip$' -m none

# ---- commands ----
expect 5 'head command left with exit code 3' "$TOLLGATE" compare --base-cmd true --head-cmd 'exit 3'
expect 5 'base command left with exit code 127' "$TOLLGATE" compare \
	--base-cmd /nowhere/x --head-cmd true
expect 5 'deadline' "$TOLLGATE" compare --base-cmd 'sleep 100' --head-cmd true --deadline 1
expect 5 'seen with -v' "$TOLLGATE" compare -v --base-cmd 'echo seen with -v; exit 1' --head-cmd true

# ---- files ----
both "$TOLLGATE" -f '^empty$' -m none --inject empty:1.5 --format=csv --out "$TMPDIR/out/deep" \
	>"$TMPDIR/csv" 2>&1
cmp -s "$TMPDIR/csv" "$TMPDIR/out/deep/compare.csv" || complain "--format=csv is not compare.csv"
columns=$(awk -F'`' '/^## / { on = $0 == "## compare.csv" } on && /^\| `/ { print $2 }' \
	docs/compare.md | paste -sd, -)
[ "$(head -n 1 "$TMPDIR/csv")" = "$columns" ] ||
	complain "docs/compare.md says '$columns', compare.csv is '$(head -n 1 "$TMPDIR/csv")'"
grep -q ',i,' "$TMPDIR/csv" || complain "compare.csv does not flag what was injected"
grep -q '"injected": "empty:1.5"' "$TMPDIR/out/deep/compare.json" ||
	complain "compare.json does not say what was injected"
cksum "$TMPDIR"/out/deep/* >"$TMPDIR/before"
expect 64 'which is not overwritten' both "$TOLLGATE" -f '^empty$' -m none --out "$TMPDIR/out/deep"
cksum "$TMPDIR"/out/deep/* | cmp -s - "$TMPDIR/before" || complain "files were overwritten"
expect 64 'cannot make folder' both "$TOLLGATE" -f '^empty$' --out /proc/no/such

# ---- floors ----
expect 0 '1 suites, 1 rows judged' "$TOLLGATE" compare --self 1 -f '^empty$' -m none -w 1 \
	--pairs=6 --rounds=1
floors=$XDG_STATE_HOME/tollgate/floors.csv
[ "$(wc -l <"$floors")" -eq 2 ] || complain "floors.csv: $(cat "$floors")"
# A floor of 90 % makes the row report-only, whatever was measured.
sed -i '2s/[^,]*$/0.9/' "$floors"
expect 0 'report-only, noise floor 90 %' both "$TOLLGATE" -f '^empty$' -m none --inject empty:9
expect 0 'report-only' both "$TOLLGATE" -f '^empty$' -m none --inject empty:9 --strict
echo 'half a li' >>"$floors"
cp "$floors" "$TMPDIR/broken"
expect 64 'floors.csv:3' both "$TOLLGATE" -f '^empty$' -m none
expect 64 'floors.csv:3' "$TOLLGATE" compare --self 1 -f '^empty$' -m none -w 1
cmp -s "$floors" "$TMPDIR/broken" || complain "a broken floors.csv was overwritten"
rm -rf "$XDG_STATE_HOME"

# ---- stored runs ----
"$TOLLGATE" run -q --profile=quick --counters=off -f '^empty$' -m none -w 1 -o "$TMPDIR/base" \
	>"$TMPDIR/said" 2>&1 || complain "run: $(cat "$TMPDIR/said")"
# copy NAME SED: the base run with another run.json, on a machine that was quiet.
copy()
{
	cp -r "$TMPDIR/base" "$TMPDIR/$1"
	sed -i 's/"load1": [0-9][0-9.e+-]*/"load1": 0/; s/"steal_share": [0-9][0-9.e+-]*/"steal_share": 0/' \
		"$TMPDIR/$1/run.json"
	sed -i "$2" "$TMPDIR/$1/run.json"
}
# slow_down NAME: every figure of that run 1.5 times as long.
slow_down()
{
	awk -F, -v OFS=, '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; print; next }
		$column["metric"] == "op_ns" {
			for (name in column)
				if (name ~ /^(median|ci_lo|ci_hi)$/)
					$column[name] *= name == "median" ? 9 : name == "ci_lo" ? 8 : 10
		}
		{ print }' "$TMPDIR/$1/summary.csv" >"$TMPDIR/slow.csv"
	mv "$TMPDIR/slow.csv" "$TMPDIR/$1/summary.csv"
}
copy quiet ''
copy slow ''
slow_down slow
expect 0 'the weaker comparison' "$TOLLGATE" compare "$TMPDIR/quiet" "$TMPDIR/quiet"
expect 0 'SLOWER, NOT CONFIRMED: 1 slower' "$TOLLGATE" compare "$TMPDIR/quiet" "$TMPDIR/slow"
expect 3 '1 slower' "$TOLLGATE" compare --strict "$TMPDIR/quiet" "$TMPDIR/slow"
expect 0 '1 faster' "$TOLLGATE" compare "$TMPDIR/slow" "$TMPDIR/quiet"
expect 64 'no case of base or head matches' "$TOLLGATE" compare -f nothing "$TMPDIR/quiet" \
	"$TMPDIR/quiet"
# state NAME TEXT SED: another state of the machine forbids to say slower.
state()
{
	copy "$1" "$3"
	slow_down "$1"
	expect 0 '1 inconclusive' "$TOLLGATE" compare "$TMPDIR/quiet" "$TMPDIR/$1"
	expect 4 "$2" "$TOLLGATE" compare --strict "$TMPDIR/quiet" "$TMPDIR/$1"
	rm -rf "${TMPDIR:?}/$1"
}
state governor "governor is" 's/"governor": "[^"]*"/"governor": "other"/'
state turbo "turbo is" 's/"turbo": "[^"]*"/"turbo": "other"/'
state steal 'the hypervisor took 40.0 %' 's/"steal_share": 0/"steal_share": 0.4/'
state load 'the load was 99999.0' 's/"load1": 0/"load1": 99999/'
state cut 'not complete: interrupted' 's/"state": "complete"/"state": "interrupted"/'
state injected 'injected is' 's/"injected": null/"injected": "empty:1.5"/'
state warned "warning '" \
	's/"warnings": \[/"warnings": [ { "id": "tested", "text": "", "fix": "" } ], "old": [/'
copy other 's/"cpu_model": "[^"]*"/"cpu_model": "another"/'
expect 6 "cpu_model is" "$TOLLGATE" compare "$TMPDIR/quiet" "$TMPDIR/other"
slow_down other
expect 0 '1 inconclusive' "$TOLLGATE" compare --force "$TMPDIR/quiet" "$TMPDIR/other"
# damaged NAME TEXT COMMAND: something happened to the files.
damaged()
{
	copy "$1" ''
	(cd "$TMPDIR/$1" && sh -c "$3")
	expect 64 "$2" "$TOLLGATE" compare "$TMPDIR/quiet" "$TMPDIR/$1"
	expect 64 "$2" "$TOLLGATE" compare "$TMPDIR/$1" "$TMPDIR/quiet"
	rm -rf "${TMPDIR:?}/$1"
}
damaged truncated 'run.json:' 'head -c 1000 run.json >cut; mv cut run.json'
damaged edited 'run.json:2:' 'sed -i "2s/1/one/" run.json'
damaged foreign 'schema is 99, expected 1' 'sed -i "2s/1/99/" run.json'
damaged no-json 'run.json: No such file' 'rm run.json'
damaged half-row 'summary.csv:' 'printf 1,2,3 >>summary.csv'
expect 64 'No such file or directory' "$TOLLGATE" compare "$TMPDIR/quiet" "$TMPDIR/nowhere"
expect 64 '--base and --head' "$TOLLGATE" compare "$TOLLGATE" "$TMPDIR/quiet"

# ---- injection into a run ----
TOLLGATE_INJECT=empty:1.5 "$TOLLGATE" run --profile=quick --counters=off -f '^empty$' -m none \
	-w 1 -o "$TMPDIR/injected" >"$TMPDIR/said" 2>&1 || complain "run with TOLLGATE_INJECT failed"
grep -q 'slowed down on purpose' "$TMPDIR/said" || complain "run does not announce the injection"
grep -q '# INJECTED' "$TMPDIR/said" || complain "the table of run does not show the injection"
grep -q '"injected": "empty:1.5"' "$TMPDIR/injected/run.json" ||
	complain "run.json does not record the injection"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "flags") f = i; next }
	$f !~ /i/ { exit 1 }' "$TMPDIR/injected/samples.csv" ||
	complain "samples.csv: a row of the injected case without flag i"
"$TOLLGATE" summary "$TMPDIR/injected" | grep -q '# INJECTED' ||
	complain "summary does not show the injection"
expect 64 'case:factor' env TOLLGATE_INJECT=empty "$TOLLGATE" run -o "$TMPDIR/never"
expect 64 'no case' env TOLLGATE_INJECT=empti:2 "$TOLLGATE" run -f '^empty$' -o "$TMPDIR/never"
[ ! -e "$TMPDIR/never" ] || complain "a refused run left files"

# ---- interruption ----
# interrupt OUT OPTION...: SIGTERM as soon as it measures.
interrupt()
{
	out=$1
	shift
	: >"$TMPDIR/talk"
	"$TOLLGATE" compare "$@" --out "$out" >"$TMPDIR/said" 2>"$TMPDIR/talk" &
	process=$!
	within 30 grep -q '%\]' "$TMPDIR/talk" || complain "nothing begins: $(cat "$TMPDIR/talk")"
	kill -TERM "$process"
	wait "$process"
	code=$?
	[ "$code" -eq 130 ] || complain "interrupted: exit $code: $(cat "$TMPDIR/talk")"
	grep -q INTERRUPTED "$TMPDIR/said" || complain "interrupted: $(cat "$TMPDIR/said")"
	grep -q '"interrupted": true' "$out/compare.json" || complain "compare.json: not interrupted"
	tail -n 1 "$out/compare.csv" | grep -q ',inconclusive,.*interrupted after' ||
		complain "interrupted: $(cat "$out/compare.csv")"
}
interrupt "$TMPDIR/cut-builds" --base "$TOLLGATE" --head "$TOLLGATE" -f '^empty$' -m none -w 1 \
	--pairs 200 --rounds 1000
interrupt "$TMPDIR/cut-commands" --base-cmd 'sleep 0.01' --head-cmd 'sleep 0.01; sleep 0.01' \
	--pairs 200 --rounds 5

finish
