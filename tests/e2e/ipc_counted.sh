#!/bin/sh
# SPDX-License-Identifier: MIT
# Round trips and throughput: what their rows count.
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

run=$TMPDIR/counted
"$TOLLGATE" run --profile=quick --launches=2 --counters=off -q -f '^rt_(pipe|futex)$' -p same-core --out="$run" \
	>"$TMPDIR/said" 2>&1 || complain "counted: exit $?: $(cat "$TMPDIR/said")"
grep -q 'rt_ns (ns), lower is better' "$TMPDIR/said" || complain "the table does not show rt_ns"
for case in rt_pipe rt_futex; do
	for mode in none process; do
		cells "$run/summary.csv" case=$case mode=$mode metric=switches_per_op median |
			awk '$1 > 1.9 && $1 < 2.5 { good++ } END { exit good != 1 }' ||
			complain "$case $mode: switches_per_op: $(cells "$run/summary.csv" case=$case \
				mode=$mode metric=switches_per_op median)"
		[ "$(cells "$run/metrics.csv" case=$case mode=$mode metric=rt_ns value | wc -l)" -ge 6 ] ||
			complain "$case $mode: rt_ns was not measured"
	done
done
# op_ns is the round trip too: each side counts the ones that it took part in.
awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
	$column["metric"] == "op_ns" { op[$column["case"], $column["mode"]] = $column["median"] }
	$column["metric"] == "rt_ns" { rt[$column["case"], $column["mode"]] = $column["median"] }
	END {
		for (key in rt)
			bad += op[key] / rt[key] < 0.999 || op[key] / rt[key] > 1.001
		exit bad > 0
	}
' "$run/summary.csv" || complain "op_ns is not rt_ns"
# The ladder lists measured rungs, then the others. --ladder prints the same rows.
"$TOLLGATE" summary --ladder --format=csv "$run" | cmp -s - "$run/ladder.csv" || complain "--ladder differs from ladder.csv"
[ "$(column "$run/ladder.csv" status | uniq | tr '\n' ' ')" = 'ok not-measured ' ] || complain "ladder.csv: its order"
cells "$run/ladder.csv" status=ok median | sort -C -g || complain "ladder.csv: not by cost"
[ "$(cells "$run/ladder.csv" status=not-measured median | sort -u)" = '' ] || complain "ladder.csv: figures of nothing"
"$TOLLGATE" summary --ladder "$run" >"$TMPDIR/said" || complain "--ladder: exit $?"
grep -q '^Not measured in this run, [0-9]*:' "$TMPDIR/said" || complain "--ladder: $(cat "$TMPDIR/said")"
expect 64 'leave --metric out' "$TOLLGATE" summary --ladder --metric=op_ns "$run"
expect 64 'nothing that has a rung' "$TOLLGATE" summary --ladder -f '^bw_' "$run"

# Throughput of messages that are larger than the pipe or one byte long. Lent memory must not change.
for option in 'capacity=4096 size=1048576' 'capacity=65536 size=65537' 'capacity=65536 size=1'; do
	# shellcheck disable=SC2086 # two words
	set -- $option
	expect 0 '' "$TOLLGATE" run -n -f '^bw_(pipe|vmsplice|shm_spsc)$' -p same-core --param "$1" --param "$2"
done
run=$TMPDIR/streamed
"$TOLLGATE" run --profile=quick --launches=2 --counters=off -q -f '^bw_(pipe|vmsplice|process_vm_readv|shm_spsc)$' \
	-p same-core --out="$run" >"$TMPDIR/said" 2>&1 || complain "streamed: exit $?: $(cat "$TMPDIR/said")"
grep -q 'bytes_per_s (B/s), higher is better' "$TMPDIR/said" || complain "the table does not show bytes_per_s"
for case in bw_pipe bw_vmsplice bw_shm_spsc; do
	for mode in none process; do
		cells "$run/summary.csv" case=$case mode=$mode metric=bytes_per_s median | awk '$1 > 0 { good++ } END { exit good != 1 }' ||
			complain "$case $mode: no bytes_per_s"
		# With 64 KiB on one processing unit, at least one of the two sleeps for each filling. The scheduler of a
		# busy machine may take the place of a sleep in some launches.
		cells "$run/summary.csv" case=$case mode=$mode metric=wakeups_per_mib max | awk '$1 >= 15 { good++ } END { exit good != 1 }' ||
			complain "$case $mode: wakeups_per_mib"
	done
done

# A crowd over pipes and sockets, and a sleeper beside hogs, which gives percentiles.
for option in socket=0 socket=1 workers=2 size=16 size=4096; do
	expect 0 '' "$TOLLGATE" run -n -f '^messaging$' -p none --param "$option"
done
run=$TMPDIR/sleeper
"$TOLLGATE" run --profile=quick --launches=2 --counters=off -q -f '^wake_latency$' -m none,process -w 1,2 --out="$run" \
	>"$TMPDIR/said" 2>&1 || complain "wake_latency: exit $?: $(cat "$TMPDIR/said")"
for metric in latency_p50_ns latency_p99_ns latency_p999_ns; do
	[ "$(cells "$run/summary.csv" case=wake_latency metric=$metric median | wc -l)" -eq 4 ] ||
		complain "wake_latency: $metric: $(cells "$run/summary.csv" case=wake_latency metric=$metric median)"
done
[ -z "$(cells "$run/metrics.csv" workers=1 metric=hog_steps_per_s value | tr -d '\n')" ] ||
	complain "wake_latency: a hog with one worker"

# The sampled pass has percentiles, and no figure that looks like one of record.
run=$TMPDIR/sampled
"$TOLLGATE" run --profile=quick --launches=2 --counters=off -q -f '^rt_pipe$' -p same-core --param sample=1 --out="$run" \
	>"$TMPDIR/said" 2>&1 || complain "sampled: exit $?: $(cat "$TMPDIR/said")"
[ -z "$(cells "$run/metrics.csv" metric=rt_ns value)" ] || complain "sampled: has an rt_ns"
[ "$(cells "$run/percentiles.csv" mode=process percentile=50 value_ns | wc -l)" -eq 1 ] ||
	complain "sampled: no percentiles"

# Figures whose switches are off are marked, in the summary and in the table.
run=$TMPDIR/counted
awk -F, -v OFS=, '
	NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
	NR > 1 && $column["case"] == "rt_pipe" && $column["mode"] == "none" { $column["flags"] = $column["flags"] "v" }
	{ gsub(/vv/, "v"); print }
' "$run/samples.csv" >"$TMPDIR/marked"
mv "$TMPDIR/marked" "$run/samples.csv"
rm -f "$run/summary.csv"
"$TOLLGATE" summary "$run" >"$TMPDIR/said" 2>&1 || complain "marked: exit $?: $(cat "$TMPDIR/said")"
cells "$run/summary.csv" case=rt_pipe mode=none metric=rt_ns flags | grep -q v || complain "marked: no flag v"
grep -q 'more or fewer context switches' "$TMPDIR/said" || complain "marked: the table is silent"
finish
