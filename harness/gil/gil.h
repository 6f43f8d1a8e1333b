/* SPDX-License-Identifier: MIT */
/*
 * gil - emulated global interpreter locks: one policy per runtime or idea, step by step as in its
 * source. docs/gil.md shows the policies as small tables.
 *
 * A worker sits in a seat. At each check point it looks at one word of its own seat, the breaker;
 * only if that is set it goes the slow way, through the functions of its policy. Policies that count
 * check points instead (CPython 2) count down in the seat while its worker holds the lock.
 *
 * Locks and seats are plain data plus process-shared primitives, so they may lie in the arena.
 */
#ifndef TOLLGATE_GIL_GIL_H
#define TOLLGATE_GIL_GIL_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "harness/gil/timeline.h"

/*
 * The sync kinds of this module, as in SYNC_FOR_EACH:
 *   GIL       an interval or another thread raises a request: the check is one load and one branch
 *   GIL_TICKS every so many check points the holder lets go: one decrement and one branch
 *   GIL_OWN   as GIL, but not all workers are under the same lock: what they share needs a mutex
 *   FREE      no GIL at all, a parking mutex around what is shared
 */
#define GIL_FOR_EACH(X, ...)                 \
	X(GIL, gil, __VA_ARGS__)             \
	X(GIL_TICKS, gil_ticks, __VA_ARGS__) \
	X(GIL_OWN, gil_own, __VA_ARGS__)     \
	X(FREE, free, __VA_ARGS__)

/* What happened to a worker at the lock; each counts its own. */
enum gil_event {
	GIL_TAKES,
	GIL_CONTENDED_TAKES, /* it was not free when it was wanted */
	GIL_RETAKES,         /* nobody else had it in between */
	GIL_HANDOFFS,        /* somebody else had it in between */
	GIL_YIELDS,          /* let go at a check point */
	GIL_SLEEPING_WAITS,  /* waits for the lock, each until signalled or out of time */
	GIL_TIMEOUTS,        /* those of them that ran out of time */
	GIL_DROP_REQUESTS,   /* requests raised */
	GIL_FORCED_WAITS,    /* waits for somebody else to take over */
	GIL_BARGES,          /* came by and took it while somebody else was waiting for it */
	GIL_HELD_CALLS,      /* calls that would not have slept, made without letting go */
	GIL_EVENTS,
};
const char *gil_event_name(enum gil_event event); /* "gil_takes", ...: metric names */

/* Bits of a seat's breaker. */
enum {
	GIL_AT_TICK = 1, /* look at the next sync_tick */
	GIL_AT_STEP = 2, /* look at the next sync_step, too */
	GIL_ASKED = 4,   /* the drop request itself, where it is the holder's own (3.13) */
};

/* Where the check points stand. */
enum gil_check { GIL_EVERY_STEP, GIL_BACK_EDGES, GIL_NEVER };

/*
 * The operating system as the policies see it. There is one real one; a test brings its own and
 * decides who runs, when time is over, and who wakes up for no reason.
 */
struct gil_os {
	void (*lock)(pthread_mutex_t *mutex);
	void (*unlock)(pthread_mutex_t *mutex);
	void (*wait)(pthread_cond_t *cond, pthread_mutex_t *mutex);
	/* CLOCK_MONOTONIC; false if the time is over */
	bool (*wait_until)(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t until_ns);
	void (*signal)(pthread_cond_t *cond);
	void (*broadcast)(pthread_cond_t *cond);
	bool (*try_semaphore)(sem_t *semaphore);
	bool (*wait_semaphore)(sem_t *semaphore); /* false: interrupted by a signal handler */
	void (*post_semaphore)(sem_t *semaphore);
	void (*step_aside)(void); /* sched_yield */
	uint64_t (*now_ns)(void);
};
extern const struct gil_os gil_os_real;

struct gil;
struct gil_seat;

/* A policy; all but the traits runs with errno kept by the caller. */
struct gil_policy {
	/* True if the lock was not free. AFTER_CALL: the worker comes back from a blocking call. */
	bool (*take)(struct gil_seat *me, bool after_call);
	void (*drop)(struct gil_seat *me);
	/* The same both in one, at a check point that found the breaker set; NULL: drop, take. */
	bool (*yield)(struct gil_seat *me);
	/* Is there any need to yield? NULL: always. */
	bool (*wants_yield)(struct gil_seat *me);
	/* Called every quantum by a thread of its own while workers exist; NULL: there is none. */
	void (*beat)(struct gil *gil);
	uint64_t quantum_ns; /* its default; 0: it knows an interval instead */
	bool forces_switch;  /* whoever was asked to let go waits until somebody has taken over */
	bool own_request;    /* the request is in the holder's seat, not in the lock */
	bool asks_after_call;
	bool holds_ready_calls;
};

extern const struct gil_policy gil_policy_32, gil_policy_32_noforce, gil_policy_313,
	gil_policy_prio, gil_policy_io_hold, gil_policy_27, gil_policy_27_cond, gil_policy_ruby,
	gil_policy_ocaml;

struct gil_options {
	uint64_t interval_ns; /* a waiter's patience */
	uint64_t quantum_ns;  /* length of a turn where the runtime has such; 0: the policy's own */
	int32_t ticks;        /* check points between two releases */
	enum gil_check check;
	bool process_shared;
	const struct gil_os *os; /* NULL: the real one */
};
#define GIL_INTERVAL_NS_DEFAULT UINT64_C(5000000)
#define GIL_TICKS_DEFAULT       100

struct gil {
	const struct gil_policy *policy;
	const struct gil_os *os;
	uint64_t interval_ns, quantum_ns;
	int32_t ticks;
	bool check_never;
	uint32_t poll_bits; /* what a request adds to the holder's breaker */

	/* Guarded by the lock that this is, so by nothing else. */
	_Alignas(SHARED_LINE) struct gil_seat *previous; /* who had it last, for GIL_RETAKES */
	int32_t ticker; /* GIL_TICKS: the shared count while nobody holds the lock */

	_Alignas(SHARED_LINE) pthread_mutex_t mutex; /* guards what follows, to timed_out */
	pthread_cond_t cond;                         /* "the lock is free" */
	bool locked;
	uint64_t switch_number; /* how often the lock changed hands */
	unsigned waiting;
	struct gil_seat *owner;        /* ruby, ocaml4 */
	struct gil_seat *first, *last; /* ruby: the queue */
	struct gil_seat *timer;        /* ruby: the waiter that keeps the time */
	uint64_t timer_until_ns;
	bool timed_out;                /* ruby: start a new quantum at the next wait */
	bool need_yield, wait_yield;   /* ruby: somebody waits for a taker; others for him */
	bool beaten;                   /* ocaml4: a tick that no holder has looked at */
	pthread_cond_t yielders_cond;  /* ruby: "that somebody is through" */
	_Atomic uint32_t drop_request; /* 3.2: the request; written with the mutex held */

	_Alignas(SHARED_LINE) pthread_mutex_t switch_mutex;
	pthread_cond_t switch_cond; /* "somebody has taken it" */
	_Atomic(struct gil_seat *) last_holder;

	_Alignas(SHARED_LINE) sem_t semaphore; /* CPython 2 on Linux: 1 while the lock is free */
	_Atomic uint32_t sleepers;             /* on the semaphore; only counted */

	_Alignas(SHARED_LINE) pthread_mutex_t clock_mutex; /* the thread that beats */
	pthread_cond_t clock_cond;
	pthread_t clock;
	bool clock_runs, clock_stops;
};

/* A worker at a lock; lies in its slot. */
struct gil_seat {
	_Atomic uint32_t
		breaker;     /* set by whoever wants the lock, polled and cleared by its worker */
	int32_t ticker;      /* check points left; means something while the lock is held */
	int32_t step_weight; /* what a sync_step takes off it: 0 or 1 */
	unsigned index;
	struct gil *gil;
	struct timeline *timeline; /* NULL: no time stamps */
	bool holds_call;           /* the call that goes on is made with the lock held */
	bool queued;
	struct gil_seat *next;               /* ruby: in the queue */
	pthread_cond_t turn;                 /* ruby: "you may be next" */
	_Atomic uint64_t events[GIL_EVENTS]; /* relaxed, written by its worker alone */
};

void gil_init(struct gil *gil, const struct gil_policy *policy, const struct gil_options *options);
void gil_destroy(struct gil *gil);
/* Seat worker INDEX at GIL. */
void gil_seat_init(struct gil_seat *seat, struct gil *gil, unsigned index,
		   const struct gil_options *options);
void gil_seat_destroy(struct gil_seat *seat);
/* Start and end the thread that beats, if the policy has one. After all forks. */
void gil_start(struct gil *gil);
void gil_stop(struct gil *gil);
/* Between epochs, while nobody holds the lock: forget who had it last. */
void gil_new_epoch(struct gil *gil);

/* What a worker does; errno is kept. */
void gil_begin(struct gil_seat *me);   /* take it for a batch */
void gil_end(struct gil_seat *me);     /* let go for good */
void gil_block(struct gil_seat *me);   /* let go for a call that may sleep */
void gil_unblock(struct gil_seat *me); /* take it again */
/* As gil_block() for a call that waits for EVENTS (poll(2)) on FD: a policy may keep the lock. */
void gil_block_fd(struct gil_seat *me, int fd, short events);
/* The slow sides of a check point: the breaker is set; the ticker ran out. */
void gil_yield(struct gil_seat *me);
void gil_ticks_over(struct gil_seat *me);

/* One load and one branch. */
static inline __attribute__((always_inline)) bool gil_seat_asked(const struct gil_seat *me,
								 uint32_t bits)
{
	/* relaxed: a late look costs one more step, as in the interpreter */
	return atomic_load_explicit(&me->breaker, memory_order_relaxed) & bits;
}

/*
 * The books and stamps of a lock that is not ours: ME has it, BEFORE (index of a worker) had it last;
 * GIL_NOBODY: nobody yet in this epoch.
 */
#define GIL_NOBODY (-1)
void gil_note_take(struct gil_seat *me, uint64_t now_ns, int before);
/* ME let go at a check point and nobody else was quicker: the holding goes on. */
void gil_note_retake(struct gil_seat *me);
void gil_note_drop(struct gil_seat *me, uint64_t now_ns, enum let_go why);

/* For the files of this module. */
static inline void gil_count(struct gil_seat *me, enum gil_event event)
{
	uint64_t count = atomic_load_explicit(&me->events[event], memory_order_relaxed);

	atomic_store_explicit(&me->events[event], count + 1, memory_order_relaxed);
}

#endif
