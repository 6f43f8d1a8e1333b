#!/bin/sh
# SPDX-License-Identifier: MIT
# make-history.sh RUNS CASES SD STEP_AT STEP [ratio|median]: a made-up history.csv on standard output.
#
# Every case has one series; its figure is 1000 ns with a standard deviation of SD per cent, and from
# run STEP_AT on (0: never) the odd cases cost STEP per cent more. The noise is drawn from a fixed seed.
set -eu

LC_ALL=C awk -v runs="$1" -v cases="$2" -v sd="$3" -v step_at="$4" -v step="$5" -v basis="${6-ratio}" '
	# Lehmer, then the sum of 12: near enough to normal
	function uniform()
	{
		state = (state * 48271) % 2147483647
		return state / 2147483647
	}
	function normal(    i, sum)
	{
		for (i = 0; i < 12; i++)
			sum += uniform()
		return sum - 6
	}
	BEGIN {
		state = 20260102
		print "ts_utc,git_sha,anchor_sha,run_id,host_class,cpu_model,case,mode,workers,placement," \
		      "param,metric,unit,better,median,ci_lo,ci_hi,ratio_to_anchor,ratio_lo,ratio_hi"
		for (r = 0; r < runs; r++) {
			time = sprintf("%04d-%02d-%02d|%02d:%02d:00", 2020 + int(r / 9600), 1 + int(r / 800) % 12, \
				       1 + int(r / 30) % 26, int(r / 2) % 15, 30 * (r % 2))
			stamp = time
			gsub(/[-:]/, "", stamp)
			sub(/\|/, "t", stamp)
			sub(/\|/, "T", time)
			sha = sprintf("%06x%06x", (r * 7919 + 11259375) % 16777216, r)
			head = sprintf("%sZ,%s,", time, sha) (basis == "ratio" ? "abcdef012345" : "")
			head = head sprintf(",%sz-%s,vm-x86_64-2,Made-up CPU,", stamp, sha)
			for (c = 1; c <= cases; c++) {
				value = 1 + sd / 100 * normal()
				if (step_at && r + 1 >= step_at && c % 2)
					value *= 1 + step / 100
				printf "%scase_%03d,mutex,2,compact,n=1,op_ns,ns,lower,%.6g,%.6g,%.6g,", \
				       head, c, 1000 * value, 990 * value, 1010 * value
				if (basis == "ratio")
					printf "%.6g,%.6g,%.6g\n", value, 0.99 * value, 1.01 * value
				else
					print ",,"
			}
		}
	}'
