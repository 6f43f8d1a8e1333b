/* SPDX-License-Identifier: MIT */
/*
 * record - the files of a run folder and their columns. docs/csv.md explains every column; a test
 * compares that page with these strings and with real output. Changing a header changes SCHEMA.
 */
#ifndef TOLLGATE_DATA_RECORD_H
#define TOLLGATE_DATA_RECORD_H

#include "harness/base/util.h"

#define RECORD_SCHEMA 1

/*
 * The key, in every per-case file, so that files join. `param` is name=value joined by ';', all
 * parameters of the case in their declared order; empty if the case has none.
 */
#define KEY_COLUMNS "schema,run_id,build,case,mode,workers,placement,param"

/*
 * One row per epoch. pass is "time" or "count"; launch (from 0) is the fresh runner, round the epoch
 * within it, slot its position among the interleaved modes. ops is the work of all workers. flags: w
 * warm-up (never in statistics), p preempted: a worker that never slept got less than 95 % of its
 * time, o more workers than PUs, v context switches not as the case must, c calibration moved: a step of
 * the work took over 10 % more or less than when the run's pace was set. status: ok, wrong, crashed, killed, timeout, error, skipped; with a
 * reason after ':' where there is one, e.g. "skipped:no-smt". Numbers of a row that is not ok or
 * wrong are empty.
 */
#define SAMPLES_HEADER                                                                             \
	KEY_COLUMNS ",pass,launch,round,slot,iters,wall_ns,cpu_ns,ops,nvcsw,nivcsw,minflt,majflt," \
		    "flags,status"

/* One row per worker and epoch: fairness. start and end count from the common release. */
#define WORKERS_HEADER                                                                             \
	KEY_COLUMNS ",pass,launch,round,worker,cpu_planned,cpu_begin,cpu_end,ops,start_ns,end_ns," \
		    "cpu_ns,nvcsw,nivcsw"

/* One row per event and epoch of the counting pass; value empty unless status is ok. scope u or uk.
 */
#define COUNTERS_HEADER                                                                       \
	KEY_COLUMNS ",launch,round,worker,event,scope,value,time_enabled_ns,time_running_ns," \
		    "status"

/* One row per case metric and epoch (lost_updates, final_balance, ...); also the emulated GIL's
 * events. */
#define METRICS_HEADER KEY_COLUMNS ",launch,round,metric,unit,better,value"

/* Metrics of a launch of a contended case: one way of a cache line, ns; see canary.h. */
#define CANARY_BEFORE "canary_before_ns"
#define CANARY_AFTER  "canary_after_ns"

/* Holdings of the GIL in one epoch of the first launch, from the common release on. */
#define TIMELINE_HEADER KEY_COLUMNS ",launch,worker,take_ns,drop_ns"

/* Latencies of all launches of a row together; unit is always ns. */
#define HISTOGRAM_HEADER   KEY_COLUMNS ",unit,lo_ns,hi_ns,count"
#define PERCENTILES_HEADER KEY_COLUMNS ",unit,percentile,value_ns,count"

/*
 * One row per case x mode x workers x placement x parameter x metric. median: of the per-launch
 * medians. ratio: paired with `ratio_to` ("mode=none" same workers, or "workers=1" same mode).
 */
#define SUMMARY_HEADER                                                                    \
	KEY_COLUMNS                                                                       \
	",git_sha,metric,unit,better,n_launch,n_round,iters,median,ci_lo,ci_hi,ci_level," \
	"ci_reached,min,p25,p75,p90,p99,max,mean,mad,cv,preempted_share,ratio_to,ratio,"  \
	"ratio_lo,ratio_hi,flags,status"

/*
 * scaling.csv: one row per case x mode x placement x parameter that has several numbers of workers:
 * the scalability law over them, see scaling.h.
 */
#define SCALING_HEADER                                                                  \
	"schema,run_id,build,case,mode,placement,param,counts,workers_min,workers_max," \
	"n_launch,one_per_s,sigma,sigma_lo,sigma_hi,kappa,kappa_lo,kappa_hi,ci_level,"  \
	"residual_pct,worst_pct,worst_workers,peak_workers,remark,status"

/*
 * compare.csv: one row per case x mode x workers x placement x parameter that two builds, commands
 * or runs were compared in. flags: i injected, r report-only. reason: a sentence, mostly empty.
 */
#define COMPARE_HEADER                                                                           \
	"schema,base_sha,head_sha,case,mode,workers,placement,param,metric,unit,better,n_pairs," \
	"n_rounds,base_median,head_median,ratio,ratio_lo,ratio_hi,ci_level,pairs_slower,"        \
	"min_effect,noise_floor,stage,verdict,flags,reason"

#endif
