#!/bin/sh
# SPDX-License-Identifier: MIT
# The real lock and `tollgate validate`, from end to end. What a machine cannot judge it must not
# judge, so the verdicts are not looked at, only that they are verdicts. Libraries that are no good
# are made here, and so is one without a lock.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

# library NAME STARTS VERSION: a libpython made of a few empty functions.
library()
{
	cat >"$TMPDIR/$1.c" <<-END
		#include <stdlib.h>
		#include <string.h>
		static int no, thread;
		const char *Py_GetVersion(void) { return "$3"; }
		void Py_InitializeEx(int handlers) { $2; }
		int PyRun_SimpleStringFlags(const char *code, void *flags) { return 0; }
		void *PyImport_AddModule(const char *name) { return &no; }
		void *PyObject_GetAttrString(void *object, const char *name) { return &no; }
		void *PyObject_CallObject(void *callable, void *arguments) { return &no; }
		int PyObject_IsTrue(void *object) { return no; }
		double PyFloat_AsDouble(void *object) { return 0.005; }
		void Py_DecRef(void *object) {}
		void PyErr_Print(void) {}
		int PyGILState_Ensure(void) { return 0; }
		void *PyEval_SaveThread(void) { return &thread; }
		void PyEval_RestoreThread(void *handle) {}
	END
	${CC:-cc} -w -shared -fPIC -o "$TMPDIR/$1" "$TMPDIR/$1.c" || skip "no compiler for a library"
}

free='3.14.0 free-threading build (made up)'
library libpython3.14.so.1.0 '' "$free"
library libpython3.14t.so '' "$free"
library libpython3.1.so 'exit(3)' 3.1
library libpython3.2.so 'abort()' 3.2
library libpython3.3.so '' 'not a version'

# A library without a lock may lose swipes, and that is not called wrong.
run=$TMPDIR/run
tiny "$run" -f '^pos_terminal$' --param swipes=2000 \
	-m "cpython:$TMPDIR/libpython3.14.so.1.0,cpython:$TMPDIR/libpython3.14t.so" \
	>"$TMPDIR/said" 2>&1 || complain "exit $?: $(cat "$TMPDIR/said")"
[ "$(column "$run/samples.csv" mode | sort -u | tr '\n' ' ')" = 'cpython-3.14.0t cpython-3.14.0t.2 ' ] ||
	complain "modes: $(column "$run/samples.csv" mode | sort -u)"
[ "$(column "$run/samples.csv" status | sort -u)" = ok ] || complain "not all is well"
! grep -rqF "$TMPDIR" "$run" || complain "a path in: $(grep -rlF "$TMPDIR" "$run")"
! grep -qE 'tenure|gil_takes,[^,]*,[^,]*,[1-9]' "$run/metrics.csv" || complain "no lock, but turns"

# An unusable library is refused by name before anything runs.
refused()
{
	said=$("$TOLLGATE" run -m "cpython:$TMPDIR/$1" 2>&1)
	code=$?
	[ "$code" -eq 64 ] || complain "$1: exit $code"
	case $said in
	*"$2"*) ;;
	*) complain "$1: '$2' is not in: $said" ;;
	esac
}
refused libpython3.1.so 'exits with code 3'
refused libpython3.2.so 'dies of signal 6'
refused libpython3.3.so "it says that it is 'not a version'"
refused nothing 'no usable libpython'
refused libpython3.14.so.1.0,x "unknown mode 'x'"

for wrong in --format=xml --policy=gil32 --policy=gil32=none --policy=gil9=gil --policy=gil32=x \
	--interpreter= --interpreter="$TMPDIR/nothing" --quik; do
	"$TOLLGATE" validate "$wrong" >"$TMPDIR/said" 2>&1
	code=$?
	[ "$code" -eq 64 ] || complain "validate $wrong: exit $code"
	[ "$(wc -l <"$TMPDIR/said")" -le 3 ] || complain "validate $wrong: $(cat "$TMPDIR/said")"
done

header=$(awk '/define VALIDATE_HEADER/ { on = 1; next } on { split($0, part, "\""); print part[2]; exit }' \
	harness/validate/validate.h)
verdicts='inside|outside|not-judged'

# judged CODE FILE: the exit code must agree with the verdicts in FILE.
judged()
{
	expected=77
	! grep -qE ',inside,' "$2" || expected=0
	! grep -qE ',outside,' "$2" || expected=5
	[ "$1" -eq "$expected" ] || complain "exit $1, expected $expected: $(cat "$2")"
}

"$TOLLGATE" validate --quick --format=csv --policy gil32=gil32-noforce >"$TMPDIR/csv" 2>"$TMPDIR/talked"
judged $? "$TMPDIR/csv"
whole "$TMPDIR/csv"
[ "$(head -n 1 "$TMPDIR/csv")" = "$header" ] || complain "header: $(head -n 1 "$TMPDIR/csv")"
! column "$TMPDIR/csv" verdict | grep -qvxE "$verdicts" || complain "$(cat "$TMPDIR/csv")"
for figure in gil32:tenure_p50_own_5ms gil32:lost_swipes runs_that_lose_swipes; do
	column "$TMPDIR/csv" figure | grep -qx "$figure" || complain "no $figure: $(cat "$TMPDIR/csv")"
done
awk -F, 'NR > 1 && $10 == "not-judged" && $11 == "" { exit 1 }' "$TMPDIR/csv" ||
	complain "not judged, and no reason: $(cat "$TMPDIR/csv")"
! grep -qiE '(^|,)-?(nan|inf)(,|$)' "$TMPDIR/csv" || complain "nan or inf"

# An interpreter without a lock judges no lock. Figures without a lock are judged all the same.
"$TOLLGATE" validate --quick -q --format=json --interpreter="$TMPDIR/libpython3.14.so.1.0" >"$TMPDIR/json" ||
	[ $? -eq 77 ] || [ $? -eq 5 ] || complain "json: exit"
grep -q '"figure": "runs_that_lose_swipes"' "$TMPDIR/json" || complain "json: $(cat "$TMPDIR/json")"
! grep -q 'gil32:' "$TMPDIR/json" || complain "judged by a library without a lock"
! grep -qF "$TMPDIR" "$TMPDIR/json" || complain "a path in json"

# Interrupted: what was judged is printed, and nothing goes on.
"$TOLLGATE" validate --profile=quick --format=csv >"$TMPDIR/csv" 2>"$TMPDIR/begun" &
pid=$!
within 30 test -s "$TMPDIR/begun" || complain "validate does not begin"
kill -TERM "$pid"
wait "$pid"
code=$?
[ "$code" -eq 130 ] || complain "interrupted: exit $code"
[ "$(head -n 1 "$TMPDIR/csv")" = "$header" ] || complain "interrupted: $(cat "$TMPDIR/csv")"

"$TOLLGATE" doctor >"$TMPDIR/said" || complain "doctor: exit $?"
grep -q 'real interpreters' "$TMPDIR/said" || complain "doctor lists no interpreters"
finish
