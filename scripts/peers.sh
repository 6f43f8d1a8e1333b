#!/bin/sh
# SPDX-License-Identifier: MIT
# peers.sh [-b TOLLGATE] [-r ROUNDS] [-c CPU]: our figures beside those of packaged programs.
#
# Figures can be compared only if they come from the same machine and the same minute. So each round
# runs ours and theirs in turn, all bound to one CPU, and the script compares medians over the rounds.
# It prints a table on standard output. On a busy machine the verdict is "not judged".
#
# Exit: 0 nothing judged bad, 1 outside of a bound or tollgate did not run, 64 usage.
set -eu
export LC_ALL=C

program=build/tollgate rounds=9 cpu=

usage()
{
	cat >&2 <<-END
		usage: scripts/peers.sh [-b TOLLGATE] [-r ROUNDS] [-c CPU]
		  -b FILE    the program to compare (default build/tollgate)
		  -r NUMBER  rounds, 7 to 999 (default 9)
		  -c NUMBER  the CPU to bind everything to (default: the last one allowed)
	END
	exit 64
}

refuse()
{
	echo "peers.sh: $*" >&2
	exit 64
}

# number TEXT MIN MAX: true if TEXT is a whole number in that range.
number()
{
	case $1 in
	'' | *[!0-9]* | ?????*) return 1 ;;
	esac
	[ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

while getopts b:r:c: option; do
	case $option in
	b) program=$OPTARG ;;
	r) rounds=$OPTARG ;;
	c) cpu=$OPTARG ;;
	*) usage ;;
	esac
done
[ "$OPTIND" -gt $# ] || usage
number "$rounds" 7 999 || refuse "-r '$rounds': expected a number from 7 to 999"
[ -x "$program" ] || refuse "no program '$program'; run make, or name another with -b"
[ -n "$cpu" ] || cpu=$(sed -n 's/^Cpus_allowed_list:.*[^0-9]\([0-9]*\)$/\1/p' /proc/self/status)
number "$cpu" 0 9999 || refuse "-c '$cpu': expected the number of a CPU"
command -v taskset >/dev/null || refuse "needs taskset (package util-linux)"
taskset -c "$cpu" true 2>/dev/null || refuse "CPU $cpu is not there or not allowed"

work=$(mktemp -d "${TMPDIR:-/tmp}/tollgate-peers-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# ours CASE MODE [OPTION]...: op_ns of the case, the median over the launches of a quick run.
ours()
{
	rm -rf "$work/run"
	case_name=$1 mode_name=$2
	shift 2
	"$program" run --filter="^$case_name\$" --modes="$mode_name" --workers=1 \
		--placement="list:$cpu" --profile=quick --counters=off --out "$work/run" -q "$@" \
		>/dev/null || return 1
	awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		$column["metric"] == "op_ns" && $column["status"] == "ok" { print $column["median"]; found = 1 }
		END { exit !found }
	' "$work/run/summary.csv"
}

# A million pairs by one thread. For each pair sysbench draws a random number to choose the mutex.
sysbench_mutex()
{
	taskset -c "$cpu" sysbench --threads=1 mutex --mutex-num=1 --mutex-locks=1000000 \
		--mutex-loops=0 --time=0 run 2>/dev/null |
		awk '/total time:/ { sub(/s$/, "", $3); print $3 * 1e9 / 1e6; found = 1 } END { exit !found }'
}

# perf_bench ARGUMENT...: nanoseconds per operation of a benchmark of perf.
perf_bench()
{
	taskset -c "$cpu" "$perf" bench "$@" 2>/dev/null |
		awk '/usecs\/op/ { print $1 * 1e3; found = 1 } END { exit !found }'
}

# A group of 20 senders and 20 receivers, with this many messages for each of the 400 pairs. The peers'
# time includes the end of all 40 processes, so there must be many messages.
pair_messages=1000

# ours_messaging MODE SOCKET: nanoseconds per message. Our operation is a round of 400 messages.
ours_messaging()
{
	ours messaging "$1" --param socket="$2" | awk '{ print $1 / 400; found = 1 } END { exit !found }'
}

# per_message COLUMN: the seconds in that column, as nanoseconds per message.
per_message()
{
	awk -v column="$1" -v pairs="$pair_messages" '
		/[Tt]ime:/ { print $column * 1e9 / 400 / pairs; found = 1 }
		END { exit !found }'
}

# perf_messaging OPTION...: -p for pipes, -t for threads.
perf_messaging()
{
	taskset -c "$cpu" "$perf" bench sched messaging -g 1 -l "$pair_messages" "$@" 2>/dev/null | per_message 3
}

# hackbench_messaging OPTION...: -p for pipes, -T for threads.
hackbench_messaging()
{
	taskset -c "$cpu" hackbench -g 1 -f 20 -s 100 -l "$pair_messages" "$@" 2>/dev/null | per_message 2
}

# messaging_round SHAPE MODE SOCKET PERF_OPTIONS HACKBENCH_OPTIONS: ours and theirs in turn.
messaging_round()
{
	measure "messaging_$1" ours_messaging "$2" "$3"
	# shellcheck disable=SC2086 # none, one or two options
	[ -z "$perf" ] || measure "perf_$1" perf_messaging $4
	# shellcheck disable=SC2086
	[ -z "$hackbench" ] || measure "hackbench_$1" hackbench_messaging $5
}

# messaging_rows SHAPE TEXT: the lines of the table, and the verdicts.
messaging_rows()
{
	figure "messaging_$1" "  tollgate messaging, $2"
	figure "perf_$1" "  perf bench sched messaging" "install linux-perf (Debian), perf or linux-tools"
	figure "hackbench_$1" "  hackbench" "install rt-tests"
	for peer in perf hackbench; do
		if have "messaging_$1" && have "${peer}_$1"; then
			verdict "  messaging / $peer" "messaging_$1" "${peer}_$1" 0.90 1.10
		fi
	done
}

# Debian's perf, or the perf of a kernel version.
find_perf()
{
	for perf in perf /usr/bin/perf_*; do
		"$perf" bench sched pipe -l 1 >/dev/null 2>&1 && return 0
	done
	return 1
}

# measure NAME COMMAND...: add a figure to NAME. A tool that fails once is left out.
measure()
{
	name=$1
	shift
	[ -e "$work/$name.out" ] && return
	"$@" >>"$work/$name" || {
		echo "peers.sh: $name failed; left out" >&2
		: >"$work/$name.out"
	}
}

have()
{
	[ -s "$work/$1" ] && [ ! -e "$work/$1.out" ]
}

# quartiles NAME: p25, median and p75 of its figures, linear between ranks.
quartiles()
{
	sort -n "$work/$1" | awk '
		function at(q,  h, low) {
			h = 1 + q * (NR - 1)
			low = int(h)
			return value[low] + (h - low) * (value[low < NR ? low + 1 : low] - value[low])
		}
		{ value[NR] = $1 }
		END { print at(0.25), at(0.5), at(0.75) }'
}

row()
{
	printf '%-34s %9s %9s %9s  %7s  %s\n' "$@" | sed 's/ *$//'
}

# figure NAME TEXT: its line of the table.
figure()
{
	if have "$1"; then
		# shellcheck disable=SC2046 # three numbers
		set -- "$2" $(quartiles "$1")
		row "$1" "$(printf '%.1f' "$2")" "$(printf '%.1f' "$3")" "$(printf '%.1f' "$4")" "" ""
	else
		row "$2" "" "" "" "" "skipped: ${3:-it did not run}"
	fi
}

bad=0

# verdict TEXT OURS PEER LOW HIGH: ratio of the medians, judged only where the peer was steady.
verdict()
{
	line=$(echo "$(quartiles "$2") $(quartiles "$3")" | awk -v low="$4" -v high="$5" '{
		ratio = $2 / $5
		bound = (low > 0 ? low " to " : "at most ") high
		if ($6 > 1.10 * $4)
			say = sprintf("not judged: p75/p25 of the peer is %.2f, over 1.10", $6 / $4)
		else if (ratio < low || ratio > high)
			say = "OUTSIDE: expected " bound
		else
			say = "as expected: " bound
		printf "%.3f %s", ratio, say
	}')
	row "$1" "" "" "" "${line%% *}" "${line#* }"
	case $line in
	*OUTSIDE*) bad=1 ;;
	esac
}

# same_ratio TEXT OURS_A OURS_B PEER_A PEER_B: our ratio of medians is within 0.05 of the peer's,
# judged only where both of the peer's figures were steady.
same_ratio()
{
	line=$(echo "$(quartiles "$2") $(quartiles "$3") $(quartiles "$4") $(quartiles "$5")" | awk '{
		mine = $2 / $5
		peer = $8 / $11
		off = mine > peer ? mine - peer : peer - mine
		if ($9 > 1.10 * $7 || $12 > 1.10 * $10)
			say = sprintf("not judged: perf has %.3f, its p75/p25 is over 1.10", peer)
		else
			say = sprintf("%s perf has %.3f, to 0.05",
				off > 0.05 ? "OUTSIDE:" : "as expected:", peer)
		printf "%.3f %s", mine, say
	}')
	row "$1" "" "" "" "${line%% *}" "${line#* }"
	case $line in
	*OUTSIDE*) bad=1 ;;
	esac
}

# The cheaper of the two peers that ran.
cheaper()
{
	for name in "$@"; do
		if have "$name"; then
			# shellcheck disable=SC2046 # three numbers
			set -- $(quartiles "$name")
			echo "$2 $name"
		fi
	done | sort -n | awk 'NR == 1 { print $2 }'
}

sysbench=1 hackbench=1 perf=
command -v sysbench >/dev/null || sysbench=
command -v hackbench >/dev/null || hackbench=
find_perf || perf=

round=0
while [ "$round" -lt "$rounds" ]; do
	round=$((round + 1))
	[ ! -t 2 ] || printf '\rround %d of %d ' "$round" "$rounds" >&2
	measure sync_pair ours sync_pair mutex
	measure mutex_by_hand ours mutex_by_hand none
	[ -z "$sysbench" ] || measure sysbench sysbench_mutex
	[ -z "$perf" ] || measure perf perf_bench sched pipe -l 20000
	measure io_pipe ours io_pipe none
	measure rt_process ours rt_pipe process --param size=4
	[ -z "$perf" ] || measure perf_threads perf_bench sched pipe -T -l 20000
	measure rt_threads ours rt_pipe none --param size=4
	[ -z "$perf" ] || measure perf_syscall perf_bench syscall basic -l 1000000
	measure floor_syscall ours floor_syscall none
	messaging_round pipe_process process 0 -p "-p -P"
	messaging_round pipe_thread none 0 "-p -t" "-p -T"
	messaging_round socket_process process 1 "" -P
	messaging_round socket_thread none 1 -t -T
done
[ ! -t 2 ] || printf '\r' >&2

echo "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1), Linux $(uname -r)"
echo "$rounds interleaved rounds, everything on CPU $cpu; ns per operation"
echo
row "" p25 median p75 ratio ""
echo "A mutex that nobody else wants, locked and unlocked"
figure sync_pair "  tollgate sync_pair, mode mutex"
figure mutex_by_hand "  tollgate mutex_by_hand"
figure sysbench "  sysbench mutex" "install sysbench"
peer=$(cheaper mutex_by_hand sysbench)
if have sync_pair && [ -n "$peer" ]; then
	verdict "  sync_pair / $peer" sync_pair "$peer" 0 1.05
fi
cat <<-'END'
	  The verbs of the suite must cost no more than the plainest loop, or than the cheaper peer.
	  sysbench draws a random number per pair, which is in its figure.

	A round trip through two pipes between two processes
END
figure io_pipe "  tollgate io_pipe, mode none"
figure perf "  perf bench sched pipe" "install linux-perf (Debian), perf or linux-tools"
if have io_pipe && have perf; then
	verdict "  io_pipe / perf" io_pipe perf 0.90 1.05
fi
cat <<-'END'
	  Both sides do one write and one read of four bytes per round trip, as perf does. Above the
	  bound our harness costs something; below it we do not do the same work. perf tells the mean of
	  one long stretch, tollgate the median of short ones: they agree on a quiet machine only.

	The same between two workers: processes, then threads
END
figure rt_process "  tollgate rt_pipe, mode process"
figure rt_threads "  tollgate rt_pipe, mode none"
figure perf_threads "  perf bench sched pipe -T" "install linux-perf (Debian), perf or linux-tools"
if have rt_process && have perf; then
	verdict "  rt_pipe, processes / perf" rt_process perf 0.90 1.05
fi
if have rt_process && have rt_threads && have perf && have perf_threads; then
	same_ratio "  threads / processes" rt_threads rt_process perf_threads perf
fi
cat <<-'END'
	  Both sides also write and compare each message. Threads save the change of address space; how
	  much that is must come out alike in both programs.

	A system call that does next to nothing
END
figure floor_syscall "  tollgate floor_syscall"
figure perf_syscall "  perf bench syscall basic" "install linux-perf (Debian), perf or linux-tools"
if have floor_syscall && have perf_syscall; then
	verdict "  floor_syscall / perf" floor_syscall perf_syscall 0.95 1.05
fi

cat <<-'END'

	A message in a group of 20 senders and 20 receivers, 100 bytes
END
messaging_rows pipe_process "pipes, processes"
messaging_rows pipe_thread "pipes, threads"
messaging_rows socket_process "sockets, processes"
messaging_rows socket_thread "sockets, threads"
cat <<-'END'
	  The peers write and read and look at nothing; we also number and compare each message. They time
	  the end of their processes, a thousand messages for each pair make little of that.
END

[ "$bad" = 0 ] && have sync_pair && have mutex_by_hand && have io_pipe && have rt_process &&
	have rt_threads && have floor_syscall && have messaging_pipe_process
