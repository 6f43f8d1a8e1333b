/* SPDX-License-Identifier: MIT */
/*
 * gil - emulated global interpreter locks: one policy per runtime or idea, step by step as in its
 * source. docs/gil.md shows each policy as a small table, docs/adding-a-gil-policy.md adds one.
 *
 * A worker sits in a seat. At each check point it looks at one word of its own seat, the breaker.
 * Only if that word is set does it take the slow path, through the functions of its policy. Policies
 * that count check points instead (CPython 2) count down in the seat of the holder.
 *
 * Locks and seats are plain data plus process-shared primitives, so they may lie in the arena.
 */
#ifndef TOLLGATE_GIL_GIL_H
#define TOLLGATE_GIL_GIL_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "harness/gil/policies.h"
#include "harness/gil/timeline.h"

/*
 * The sync kinds of this module, as in SYNC_FOR_EACH:
 *   GIL       an interval or another thread raises a request: the check is one load and one branch
 *   GIL_TICKS the holder lets go at every n-th check point: one decrement and one branch
 *   GIL_OWN   as GIL, but the workers are under several locks: shared state needs a mutex
 *   FREE      no GIL at all, and a parking mutex around shared state
 */
#define GIL_FOR_EACH(X, ...)                 \
	X(GIL, gil, __VA_ARGS__)             \
	X(GIL_TICKS, gil_ticks, __VA_ARGS__) \
	X(GIL_OWN, gil_own, __VA_ARGS__)     \
	X(FREE, free, __VA_ARGS__)

/* What happens to a worker at the lock. Each worker counts its own events. */
enum gil_event {
	GIL_TAKES,
	GIL_CONTENDED_TAKES, /* the lock was not free when the worker wanted it */
	GIL_RETAKES,         /* nobody else had it in between */
	GIL_HANDOFFS,        /* somebody else had it in between */
	GIL_YIELDS,          /* releases at a check point */
	GIL_SLEEPING_WAITS,  /* waits for the lock, each until a signal or its time-out */
	GIL_TIMEOUTS,        /* the waits of these that ran out of time */
	GIL_DROP_REQUESTS,   /* requests raised */
	GIL_FORCED_WAITS,    /* waits for somebody else to take over */
	GIL_BARGES,          /* takes of the free lock while somebody else was waiting for it */
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

/* Where check points are. */
enum gil_check { GIL_EVERY_STEP, GIL_BACK_EDGES, GIL_NEVER };

/*
 * The operating system as the policies see it. A test brings its own instead of the real one, and
 * decides which worker runs, when a time-out comes, and which sleeper wakes up for no reason.
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

/* A policy. The caller of its functions keeps errno. */
struct gil_policy {
	/* Make and end the policy's member of gil->state. NULL: to be zero is enough. */
	void (*init)(struct gil *gil, bool processes);
	void (*destroy)(struct gil *gil);
	/* The same for its member of seat->state. */
	void (*init_seat)(struct gil_seat *seat, bool processes);
	void (*destroy_seat)(struct gil_seat *seat);
	/* True if the lock was not free. AFTER_CALL: the worker comes back from a blocking call. */
	bool (*take)(struct gil_seat *me, bool after_call);
	void (*drop)(struct gil_seat *me);
	/* Both in one, at a check point that found the breaker set. NULL: drop, then take. */
	bool (*yield)(struct gil_seat *me);
	/* Is there any need to yield? NULL: always. */
	bool (*wants_yield)(struct gil_seat *me);
	/* Called every quantum by a thread of its own while workers exist. NULL: no such thread. */
	void (*beat)(struct gil *gil);
	uint64_t quantum_ns; /* the default length of a turn; 0: the policy has none */
	bool counts_ticks;   /* SYNC_GIL_TICKS: it counts check points, the breaker stays clear */
	bool forces_switch;  /* after a request the holder waits until somebody has taken over */
	bool own_request;    /* the request is in the holder's seat instead of the lock */
	bool asks_after_call;
	bool holds_ready_calls;
};

struct gil_options {
	uint64_t interval_ns; /* the time that a waiter waits before it asks */
	uint64_t quantum_ns;  /* length of a turn where the runtime has one; 0: the policy's own */
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

	/* Nothing guards these but the lock that is emulated. */
	_Alignas(SHARED_LINE) struct gil_seat *previous; /* the last holder, for GIL_RETAKES */
	int32_t ticker; /* counts_ticks: the shared count while nobody holds the lock */

	/* The lock as most policies have it: a flag under a mutex and a condition. */
	_Alignas(SHARED_LINE) pthread_mutex_t mutex; /* guards the rest of the flag and the state */
	pthread_cond_t cond;                         /* "the lock is free" */
	bool locked;
	unsigned waiting;
	union gil_state state; /* of the policy alone */

	_Alignas(SHARED_LINE) pthread_mutex_t clock_mutex; /* the thread that beats */
	pthread_cond_t clock_cond;
	pthread_t clock;
	bool clock_runs, clock_stops;
};

/* A worker at a lock; lies in the worker's slot. */
struct gil_seat {
	_Atomic uint32_t
		breaker;     /* set by a worker that wants the lock, cleared by its own worker */
	int32_t ticker;      /* check points left; has a meaning while this worker holds the lock */
	int32_t step_weight; /* what a sync_step takes off the ticker: 0 or 1 */
	unsigned index;
	struct gil *gil;
	struct timeline *timeline; /* NULL: no time stamps */
	bool holds_call;           /* the present call is made with the lock held */
	union gil_seat_state state;
	_Atomic uint64_t events[GIL_EVENTS]; /* relaxed, written by its worker alone */
};

void gil_init(struct gil *gil, const struct gil_policy *policy, const struct gil_options *options);
void gil_destroy(struct gil *gil);
/* Seat worker INDEX at GIL. */
void gil_seat_init(struct gil_seat *seat, struct gil *gil, unsigned index,
		   const struct gil_options *options);
void gil_seat_destroy(struct gil_seat *seat);
/* Start and end the thread that beats, if the policy has one: after all forks. */
void gil_start(struct gil *gil);
void gil_stop(struct gil *gil);
/* Between epochs, while nobody holds the lock: forget its last holder. */
void gil_new_epoch(struct gil *gil);

/* The calls of a worker. errno is kept. */
void gil_begin(struct gil_seat *me);   /* take it for a batch */
void gil_end(struct gil_seat *me);     /* let go for good */
void gil_block(struct gil_seat *me);   /* let go for a call that may sleep */
void gil_unblock(struct gil_seat *me); /* take it again */
/* The same for a call that waits for EVENTS (poll(2)) on FD: a policy may keep the lock. */
void gil_block_fd(struct gil_seat *me, int fd, short events);
/* The slow paths of a check point: the breaker is set, or the ticker ran out. */
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
 * Events and stamps of a lock that is not emulated. ME has taken it; BEFORE is the index of the worker
 * that had it last, GIL_NOBODY if nobody had it in this epoch.
 */
#define GIL_NOBODY (-1)
void gil_note_take(struct gil_seat *me, uint64_t now_ns, int before);
/* ME let go at a check point and took it again before anybody else: the holding goes on. */
void gil_note_retake(struct gil_seat *me);
void gil_note_drop(struct gil_seat *me, uint64_t now_ns, enum let_go why);

/* For the policies, called with the mutex held. Is the flag set? Counts a barge past waiters. */
bool gil_is_locked(struct gil_seat *me);
/* Wait for the condition once. That may end for no reason. */
void gil_wait(struct gil_seat *me);
/* Wait until the flag is clear and set it. True if it was set. */
bool gil_set_flag(struct gil_seat *me);

static inline void gil_count(struct gil_seat *me, enum gil_event event)
{
	uint64_t count = atomic_load_explicit(&me->events[event], memory_order_relaxed);

	atomic_store_explicit(&me->events[event], count + 1, memory_order_relaxed);
}

#endif
