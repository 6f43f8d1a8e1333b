#!/bin/sh
# SPDX-License-Identifier: MIT
# make-run.sh DIR: write a synthetic run folder, for the tests of the charts. The numbers are made up
# after a simple model of a machine; nothing is random, so the same call writes the same bytes.
#
#   PUS=8            processing units of the made-up machine
#   MODES="..."      modes that "were measured" (default: none mutex gil process)
#   CASES="..."      cases that "were measured" (default: all of them)
#   WIDE=1           intervals so wide that no difference can be seen
#   LAUNCHES=10      below 6 there are no intervals
#   CPU_MODEL="..."  text for run.json, put in as it is (JSON escapes are the caller's)
set -eu

run=${1:?usage: make-run.sh DIR}
PUS=${PUS:-8}
MODES=${MODES:-none mutex gil process}
CASES=${CASES:-empty clock_read cpu_int cpu_float mem_stream io_timer io_pipe io_tcp io_file io_beside_hogs pos_terminal}
WIDE=${WIDE:-0}
LAUNCHES=${LAUNCHES:-10}
CPU_MODEL=${CPU_MODEL:-Imaginary Eight-Core Processor 3.00GHz}
export PUS MODES CASES WIDE LAUNCHES

mkdir -p "$run"

awk -v directory="$run" '
function text_key(case_name, mode, workers, param)
{
	return sprintf("1,20260102T030405Z-0123abc,head,%s,%s,%d,cores,%s", case_name, mode, workers, param)
}

# One row: METRIC with MEDIAN and an interval of +- HALF (a share), its RATIO to RATIO_TO likewise.
function row(case_name, mode, workers, param, metric, unit, better, median, half, ratio_to, ratio,
	     interval, ratios)
{
	if (wide)
		half = 0.6
	interval = ratios = ",,"
	if (launches >= 6) {
		interval = sprintf("%.9g,%.9g,97.9", median * (1 - half), median * (1 + half))
		if (ratio != "")
			ratios = sprintf("%.9g,%.9g,%.9g", ratio, ratio * (1 - half), ratio * (1 + half))
	} else {
		interval = ",,0"
		if (ratio != "")
			ratios = sprintf("%.9g,,", ratio)
	}
	printf "%s,0123abc,%s,%s,%s,%d,12,1000,%.9g,%s,1,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,0.01,0.02,%s,%s,,ok\n", \
		text_key(case_name, mode, workers, param), metric, unit, better, launches, median, interval, \
		median * 0.97, median * 0.99, median * 1.01, median * 1.03, median * 1.06, median * 1.08, \
		median, median * 0.01, ratio_to, ratios >summary
}

# How many times the work of one worker W workers do.
function speedup(case_name, mode, w,    cores)
{
	cores = w < pus ? w : pus
	if (case_name ~ /^io_(timer|tcp|pipe)/)
		return case_name == "io_timer" ? w * 0.99 : (mode == "gil" ? 1 + 0.35 * (cores - 1) : w * 0.8 + 0.2)
	if (case_name == "io_file")
		return 1 + 0.45 * (w - 1) ^ 0.8
	if (case_name == "mem_stream")
		return mode == "gil" ? 0.97 : (cores < 3 ? cores * 0.95 : 2.9 + 0.05 * cores)
	if (mode == "gil")
		return 1 - 0.02 * (w > 1 ? log(w) : 0)
	if (mode == "mutex")
		return cores * 0.93 - 0.01 * (w - 1) + 0.07
	if (mode == "process")
		return cores * 0.965 + 0.035
	return cores * 0.98 + 0.02
}

function base_ns(case_name, mode,    extra)
{
	extra = mode == "mutex" || mode == "process" ? 1.3 : mode == "gil" ? 1.06 : 1
	if (case_name == "empty")
		return 0.31 * (mode == "mutex" ? 40 : extra)
	if (case_name == "clock_read")
		return 23.4 * extra
	if (case_name == "cpu_int")
		return 3.72 * (mode == "mutex" ? 1.1 : mode == "gil" ? 1.02 : 1)
	if (case_name == "cpu_float")
		return 5.1 * (mode == "mutex" ? 1.08 : mode == "gil" ? 1.02 : 1)
	if (case_name == "mem_stream")
		return 61.5
	if (case_name == "io_timer")
		return 1058000 * (mode == "gil" ? 1.001 : 1)
	if (case_name == "io_pipe")
		return 4310 * extra
	if (case_name == "io_tcp")
		return 12800 * extra
	if (case_name == "io_file")
		return 612000 * extra
	return 9.8 * extra
}

function scaling(case_name,    i, m, w, one, s)
{
	for (m = 1; m <= mode_count; m++) {
		one = base_ns(case_name, mode[m])
		for (i = 1; i <= width_count; i++) {
			w = width[i]
			s = speedup(case_name, mode[m], w)
			row(case_name, mode[m], w, "", "ops_per_s", "1/s", "higher", 1e9 / one * s, 0.03,
			    mode[m] == "none" ? "" : "mode=none",
			    mode[m] == "none" ? "" : s * base_ns(case_name, "none") / one / speedup(case_name, "none", w))
			row(case_name, mode[m], w, "", "op_ns", "ns", "lower", one * w / s, 0.03,
			    mode[m] == "none" ? "" : "mode=none",
			    mode[m] == "none" ? "" : one / base_ns(case_name, "none") * speedup(case_name, "none", w) / s)
			row(case_name, mode[m], w, "", "speedup", "ratio", "higher", s, 0.035, "workers=1", s)
		}
	}
}

function terminal(    m)
{
	for (m = 1; m <= mode_count; m++)
		swipes(mode[m], "swipes=500;think=100;split=0", 0)
	for (m = 1; m <= mode_count; m++)
		swipes(mode[m], "swipes=20000;think=100;split=1",
		       mode[m] == "none" ? 92314 : mode[m] == "gil" ? 12 : 0)
}

function swipes(mode_name, param, lost,    cost)
{
	cost = mode_name == "none" ? 11.2 : mode_name == "mutex" ? 64.8 : mode_name == "gil" ? 14.9 : 71.3
	row("pos_terminal", mode_name, 10, param, "lost_updates", "swipes", "zero", lost, 0.12, "", "")
	row("pos_terminal", mode_name, 10, param, "final_balance", "yuan", "zero", lost, 0.12, "", "")
	row("pos_terminal", mode_name, 10, param, "op_ns", "ns", "lower", cost, 0.06,
	    mode_name == "none" ? "" : "mode=none", mode_name == "none" ? "" : cost / 11.2)
}

function latency_ns(mode_name, percent,    tail)
{
	tail = 1 / (1 - percent / 100)
	if (mode_name == "gil")
		return percent < 94 ? 13800 * (1 + 0.05 * log(tail)) : 5060000 * (1 + 0.02 * log(tail / 16))
	return (mode_name == "none" ? 11900 : mode_name == "mutex" ? 12600 : 14200) * tail ^ 0.22
}

function hogs(    m, i, n, percents, value, names)
{
	n = split("0 10 25 50 75 80 85 90 92 94 95 97 98 99 99.5 99.9 99.95 99.99 99.999 100", percents, " ")
	for (m = 1; m <= mode_count; m++)
		for (i = 1; i <= n; i++) {
			value = latency_ns(mode[m], percents[i] < 100 ? percents[i] : 99.9995)
			printf "%s,ns,%s,%.0f,%d\n", text_key("io_beside_hogs", mode[m], pus, "think_us=100"),
				percents[i], value, 2000 * percents[i] >percentiles
			printf "%s,ns,%.0f,%.0f,%d\n", text_key("io_beside_hogs", mode[m], pus, "think_us=100"),
				value, value * 1.015, 200000 / n >histogram
		}
	n = split("50 90 99 99.9", percents, " ")
	split("p50 p90 p99 p999", names, " ")
	for (m = 1; m <= mode_count; m++) {
		for (i = 1; i <= n; i++)
			row("io_beside_hogs", mode[m], pus, "think_us=100", "latency_" names[i] "_ns", "ns", "lower",
			    latency_ns(mode[m], percents[i]), 0.04, mode[m] == "none" ? "" : "mode=none",
			    mode[m] == "none" ? "" : latency_ns(mode[m], percents[i]) / latency_ns("none", percents[i]))
		row("io_beside_hogs", mode[m], pus, "think_us=100", "op_ns", "ns", "lower", 111900, 0.04, "", "")
	}
}

BEGIN {
	pus = ENVIRON["PUS"] + 0
	wide = ENVIRON["WIDE"] + 0
	launches = ENVIRON["LAUNCHES"] + 0
	mode_count = split(ENVIRON["MODES"], mode, " ")
	case_count = split(ENVIRON["CASES"], cases, " ")
	for (w = 1; w <= 2 * pus; w *= 2)
		width[++width_count] = w
	key = "schema,run_id,build,case,mode,workers,placement,param"
	summary = directory "/summary.csv"
	percentiles = directory "/percentiles.csv"
	histogram = directory "/histogram.csv"
	print key ",git_sha,metric,unit,better,n_launch,n_round,iters,median,ci_lo,ci_hi,ci_level," \
	      "ci_reached,min,p25,p75,p90,p99,max,mean,mad,cv,preempted_share,ratio_to,ratio," \
	      "ratio_lo,ratio_hi,flags,status" >summary
	print key ",unit,percentile,value_ns,count" >percentiles
	print key ",unit,lo_ns,hi_ns,count" >histogram
	for (c = 1; c <= case_count; c++) {
		if (cases[c] == "pos_terminal")
			terminal()
		else if (cases[c] == "io_beside_hogs")
			hogs()
		else
			scaling(cases[c])
	}
}'

cat >"$run/run.json" <<END
{
  "schema": 1,
  "run_id": "20260102T030405Z-0123abc",
  "state": "complete",
  "written_utc": "2026-01-02T03:05:06Z",
  "build": {
    "git": "0123abc-dirty"
  },
  "options": {
    "gil_interval_ns": 5000000
  },
  "machine": {
    "cpu_model": "$CPU_MODEL",
    "kernel_release": "6.1.0-18-amd64",
    "topology": {
      "pus": $PUS
    }
  },
  "warnings": []
}
END
