/* SPDX-License-Identifier: MIT */
/*
 * The usual meaning of the speed of a lock: workers take it, do some steps on data that it guards,
 * release it, and do some steps on their own. A lock has no speed without a load, so the load is
 * part of the row: `critical` steps inside, `parallel` steps outside, and `lines` cache lines of
 * shared data that each turn writes and the check compares.
 *
 * The turns of an epoch lie in one pool, from which all workers draw under the lock, so all stop
 * together. No worker is left alone at the end, and its number of turns is its share of the lock.
 * Without a lock turns get lost, and their number is the measurement. The cost of a lock must be
 * read together with its fairness to the waiters, so with sample=N every N-th acquire is timed, and
 * each turn is recorded: the previous owner, the length of its series, and the distribution of
 * turns in each 10 ms. Time stamps change the result, so the throughput of record is that of
 * sample=0.
 */
#include "harness/bench.h"

#define LINES_MAX   64
#define WINDOW_NS   UINT64_C(10000000)
#define WINDOWS_MAX 64
#define WATCH_NS    UINT64_C(35000000) /* holds three whole windows */

enum { PARAM_CRITICAL, PARAM_PARALLEL, PARAM_LINES, PARAM_SAMPLE };
enum {
	METRIC_LOST,
	METRIC_SHARES,
	METRIC_HANDOFF_SHARE,
	METRIC_RUN,
	METRIC_STARVATION,
	METRIC_HOLD,
	METRIC_HANDOFF,
	METRIC_JAIN_MIN,
	METRIC_JAIN_P50,
};

/* Relaxed atomics throughout, because without a lock the races are intended. */
#define LOOK(place)       atomic_load_explicit(&(place), memory_order_relaxed)
#define PUT(place, value) atomic_store_explicit(&(place), value, memory_order_relaxed)

struct line {
	_Alignas(SHARED_LINE) _Atomic uint64_t turns;
};

/* The data that the lock guards. */
struct guarded {
	struct line lines[LINES_MAX]; /* the first one is the pool */
	/* only with sample: the last owner, its turns in a row, and the time of its release */
	_Alignas(SHARED_LINE) _Atomic uint32_t owner;
	_Atomic uint64_t run, longest_run, handoffs, released_turn, released_ns, begin_ns;
};

/* Observations of one worker with sample=N. */
struct watch {
	struct histogram hold, handoff;
	uint64_t starvation_ns;
	uint64_t windows[WINDOWS_MAX]; /* its turns in each 10 ms of the epoch */
};

/* Add one, unless another worker writes the same line at the same time. */
static inline __attribute__((always_inline)) void count_turn(struct line *line)
{
	uint64_t turns = LOOK(line->turns);

	bench_keep(turns); /* or a compiler merges the three steps into one instruction */
	PUT(line->turns, turns + 1);
}

/* The pool is written last: a worker that came in between has read the same number, and shows. */
static inline __attribute__((always_inline)) void use_data(struct worker *w, uint64_t turn,
							   uint64_t *thought)
{
	struct guarded *guarded = w->shared;
	const int64_t lines = w->params[PARAM_LINES], critical = w->params[PARAM_CRITICAL];

	for (int64_t i = 1; i < lines; i++)
		count_turn(&guarded->lines[i]);
	for (int64_t i = critical; i; i--)
		bench_step(thought);
	PUT(guarded->lines[0].turns, turn + 1);
}

static inline __attribute__((always_inline)) void work_alone(struct worker *w, uint64_t *thought)
{
	for (int64_t i = w->params[PARAM_PARALLEL]; i; i--)
		bench_step(thought);
}

static inline __attribute__((always_inline)) uint64_t draw(struct worker *w,
							   const enum sync_kind kind)
{
	struct guarded *guarded = w->shared;
	const uint64_t pool = w->batch * w->count;
	uint64_t thought = w->index, done = 0;

	for (;; done++) {
		sync_enter(w, kind);
		const uint64_t turn = LOOK(guarded->lines[0].turns);

		if (turn >= pool)
			break;
		use_data(w, turn, &thought);
		sync_leave(w, kind);
		work_alone(w, &thought);
		sync_tick(w, kind);
	}
	sync_leave(w, kind);
	return done;
}

/* ---- the same with observation ---- */

/* With the lock held: record the previous owner. */
static void note_owner(struct guarded *guarded, uint32_t me)
{
	const bool mine = LOOK(guarded->owner) == me;
	const uint64_t run = mine ? LOOK(guarded->run) + 1 : 1;

	PUT(guarded->owner, me);
	PUT(guarded->run, run);
	PUT(guarded->handoffs, LOOK(guarded->handoffs) + !mine);
	if (run > LOOK(guarded->longest_run))
		PUT(guarded->longest_run, run);
}

/* With the lock held for turn TURN since GOT_NS, after a wait since ASKED_NS. */
static void note_turn(struct worker *w, uint64_t turn, uint64_t asked_ns, uint64_t got_ns)
{
	struct guarded *guarded = w->shared;
	struct watch *watch = w->local;
	const uint64_t released_ns = LOOK(guarded->released_ns);

	if (turn == 0)
		PUT(guarded->begin_ns, got_ns);
	const uint64_t window = (got_ns - LOOK(guarded->begin_ns)) / WINDOW_NS;

	if (window < WINDOWS_MAX)
		watch->windows[window] += (uint64_t)w->params[PARAM_SAMPLE];
	/* a hand-over counts only if this worker was already waiting at the release */
	if (turn && LOOK(guarded->released_turn) == turn - 1 && LOOK(guarded->owner) != w->index &&
	    released_ns > asked_ns && got_ns >= released_ns)
		histogram_add(&watch->handoff, got_ns - released_ns);
}

static void note_wait(struct worker *w, uint64_t wait_ns)
{
	struct watch *watch = w->local;

	histogram_add(w->latency, wait_ns);
	if (wait_ns > watch->starvation_ns)
		watch->starvation_ns = wait_ns;
}

/* Before the release of turn TURN, held since GOT_NS. */
static void note_release(struct worker *w, uint64_t turn, uint64_t got_ns)
{
	struct guarded *guarded = w->shared;
	struct watch *watch = w->local;
	const uint64_t now_ns = bench_now_ns();

	histogram_add(&watch->hold, now_ns - got_ns);
	PUT(guarded->released_turn, turn);
	PUT(guarded->released_ns, now_ns);
}

static inline __attribute__((always_inline)) uint64_t draw_watched(struct worker *w,
								   const enum sync_kind kind)
{
	struct guarded *guarded = w->shared;
	const uint64_t pool = w->batch * w->count, every = (uint64_t)w->params[PARAM_SAMPLE];
	uint64_t thought = w->index, done = 0, asked_ns = 0, got_ns = 0;

	for (;; done++) {
		const bool timed = done % every == 0;

		if (timed)
			asked_ns = bench_now_ns();
		sync_enter(w, kind);
		if (timed) {
			got_ns = bench_now_ns();
			note_wait(w, got_ns - asked_ns);
		}
		const uint64_t turn = LOOK(guarded->lines[0].turns);

		if (turn >= pool)
			break;
		if (timed)
			note_turn(w, turn, asked_ns, got_ns);
		note_owner(guarded, w->index);
		use_data(w, turn, &thought);
		if (timed)
			note_release(w, turn, got_ns);
		sync_leave(w, kind);
		work_alone(w, &thought);
		sync_tick(w, kind);
	}
	sync_leave(w, kind);
	return done;
}

static void contend(struct worker *w, const enum sync_kind kind)
{
	w->done = w->params[PARAM_SAMPLE] ? draw_watched(w, kind) : draw(w, kind);
}
BENCH_SPECIALISE_SHARED(contend)

/* ---- in the parent ---- */

static uint64_t epoch_ns(const int64_t *params)
{
	return params[PARAM_SAMPLE] ? WATCH_NS : 0;
}

static void reset(struct trial *t)
{
	*(struct guarded *)t->shared = (struct guarded){.owner = UINT32_MAX};
	for (unsigned i = 0; t->params[PARAM_SAMPLE] && i < t->workers; i++)
		*(struct watch *)t->slots[i].local = (struct watch){0};
}

static double smallest_to_largest_share(const struct trial *t)
{
	uint64_t least = UINT64_MAX, most = 0;

	for (unsigned i = 0; i < t->workers; i++) {
		const uint64_t done = t->slots[i].done;

		least = done < least ? done : least;
		most = done > most ? done : most;
	}
	return t->workers > 1 && most ? (double)least / (double)most : (double)NAN;
}

/* Jain's index of the turns in window NUMBER. */
static double window_jain(const struct trial *t, uint64_t number)
{
	double sum = 0, squares = 0;

	for (unsigned i = 0; i < t->workers; i++) {
		const struct watch *watch = t->slots[i].local;
		const double turns = (double)watch->windows[number];

		sum += turns;
		squares += turns * turns;
	}
	return stats_jain_of_sums(sum, squares, t->workers);
}

/* Over the windows that the epoch filled. NAN without a full window or with one worker. */
static void report_windows(const struct trial *t, const struct epoch *epoch, double *metrics)
{
	const uint64_t whole = epoch->wall_ns / WINDOW_NS;
	double jain[WINDOWS_MAX];
	size_t count = 0;

	for (uint64_t i = 0; i < whole && i < WINDOWS_MAX && t->workers > 1; i++) {
		jain[count] = window_jain(t, i);
		count += isfinite(jain[count]);
	}
	if (count) {
		metrics[METRIC_JAIN_P50] = stats_median(jain,
							count); /* stats_median() sorts them */
		metrics[METRIC_JAIN_MIN] = jain[0];
	}
}

static void report_watch(const struct trial *t, const struct epoch *epoch, double *metrics)
{
	const struct guarded *guarded = t->shared;
	static struct histogram hold, handoff;
	uint64_t starvation_ns = 0;

	hold = handoff = (struct histogram){0};
	for (unsigned i = 0; i < t->workers; i++) {
		const struct watch *watch = t->slots[i].local;

		histogram_merge(&hold, &watch->hold);
		histogram_merge(&handoff, &watch->handoff);
		if (watch->starvation_ns > starvation_ns)
			starvation_ns = watch->starvation_ns;
	}
	metrics[METRIC_HOLD] = histogram_percentile(&hold, 50);
	if (t->sync != SYNC_NONE) { /* without a lock nobody waits */
		metrics[METRIC_HANDOFF] = histogram_percentile(&handoff, 50);
		metrics[METRIC_STARVATION] = (double)starvation_ns;
	}
	metrics[METRIC_RUN] = (double)LOOK(guarded->longest_run);
	metrics[METRIC_HANDOFF_SHARE] = (double)LOOK(guarded->handoffs) / (double)epoch->ops;
	report_windows(t, epoch, metrics);
}

/* Every line has seen every turn, or some got lost, which is allowed only without a lock. */
static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct guarded *guarded = t->shared;
	const bool may_lose = t->sync == SYNC_NONE || t->unlocked;

	metrics[METRIC_LOST] = (double)epoch->ops - (double)LOOK(guarded->lines[0].turns);
	metrics[METRIC_SHARES] = smallest_to_largest_share(t);
	if (t->params[PARAM_SAMPLE])
		report_watch(t, epoch, metrics);
	for (int64_t i = 0; i < t->params[PARAM_LINES] && !may_lose; i++)
		if (LOOK(guarded->lines[i].turns) != epoch->ops)
			return refuse(why, "line %lld was written %llu times in %llu turns",
				      (long long)i,
				      (unsigned long long)LOOK(guarded->lines[i].turns),
				      (unsigned long long)epoch->ops);
	if (!may_lose && epoch->ops != epoch->batch * t->workers)
		return refuse(why, "%llu turns were taken out of a pool of %llu",
			      (unsigned long long)epoch->ops,
			      (unsigned long long)(epoch->batch * t->workers));
	return metrics[METRIC_LOST] >= 0 || refuse(why, "more turns were written than taken");
}

static const struct bench_case lock_contended = {
	.name = "lock_contended",
	.summary = "workers compete for one lock: throughput, who waits, who starves",
	.op = "turn",
	.family = BENCH_SHARED,
	.steps = true,
	.shared_size = sizeof(struct guarded),
	.local_size = sizeof(struct watch),
	.params = {{"critical", 100, 0, 10000000, "steps while the lock is held"},
		   {"parallel", 100, 0, 10000000, "steps between two turns"},
		   {"lines", 1, 1, LINES_MAX, "cache lines of shared data that a turn writes"},
		   {"sample", 0, 0, 1000000, "N: time each N-th acquire; not of record"}},
	.metrics = {{"lost_updates", "turns", "zero", "turns that the shared data do not show"},
		    {"share_min_max", "ratio", "higher",
		     "fewest turns of a worker / most turns of a worker"},
		    {"handoff_share", "ratio", "info", "turns after which another came"},
		    {"longest_run", "turns", "info", "longest series of turns of one worker"},
		    {"starvation_ns", "ns", "lower", "longest wait for one turn"},
		    {"hold_ns", "ns", "info", "from acquire to release, median"},
		    {"handoff_ns", "ns", "lower",
		     "from release until the next waiter has it, median"},
		    {"jain_10ms_min", "ratio", "higher", "Jain's index in the worst 10 ms"},
		    {"jain_10ms_p50", "ratio", "higher", "Jain's index in the median 10 ms"}},
	.variants = {"", "critical=0;parallel=1000", "critical=1000;parallel=1000",
		     "critical=100;parallel=100;lines=8", "sample=1"},
	.modes = "none,mutex,pthread-spin,ticket,ck-mcs",
	.profile_min = BENCH_FROM_STANDARD,
	.epoch_ns = epoch_ns,
	.latency = true,
	.reset = reset,
	.run = BENCH_RUN_SHARED(contend),
	.check = check,
};
BENCH_REGISTER(lock_contended);
