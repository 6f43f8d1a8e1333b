/* SPDX-License-Identifier: MIT */
/*
 * An echo server beside threads that only compute. Worker 0 receives datagrams and sends them back,
 * all other workers are CPU hogs, and the client is another process, which takes the time. With one
 * worker there are no hogs.
 *
 * A server releases the GIL twice per request, to receive and to send, and must win it back each
 * time. In a closed loop (think_us=0) the next request has arrived when the server asks for it, but
 * the server releases the GIL all the same: the client waits two switch intervals, 2 x 5 ms, for
 * calls that take some microseconds. With a pause (think_us) the answer has left before the server
 * waits for the lock again, and only the way from the datagram's arrival to the lock costs an
 * interval.
 *
 * Now and then the server is back before the hog has woken up, some 20 to 60 us, and answers at
 * once. quick_share is the share of such answers and the reason why a mean is useless here. In mode
 * process the hogs are processes, and there is no lock to win.
 */
#include "harness/bench.h"
#include "harness/kit/hog.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <semaphore.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUICK_NS UINT64_C(1000000)

enum { PARAM_THINK_US };
enum { METRIC_QUICK_SHARE, METRIC_HOG_STEPS_PER_S };
enum { SERVER, CLIENT, ENDS };

struct desk {
	_Alignas(SHARED_LINE) _Atomic bool done; /* the server has answered its batch */

	_Alignas(SHARED_LINE) int fds[ENDS];
	sem_t begin,
		received; /* begin: the client may ask for `requests`. received: it has all answers */
	uint64_t requests;
	uint64_t quick, wrong_answers; /* written by the client */
	int error;                     /* errno of a failed call of the server */
};

/* ---- the server ---- */

static inline __attribute__((always_inline)) bool
receive(struct worker *w, const enum sync_kind kind, int fd, uint32_t *message)
{
	sync_block_fd(w, kind, fd, POLLIN);
	const bool good = recv(fd, message, sizeof(*message), 0) == sizeof(*message);

	sync_unblock(w, kind);
	return good;
}

static inline __attribute__((always_inline)) bool
answer(struct worker *w, const enum sync_kind kind, int fd, const uint32_t *message)
{
	sync_block_fd(w, kind, fd, POLLOUT);
	const bool good = send(fd, message, sizeof(*message), 0) == sizeof(*message);

	sync_unblock(w, kind);
	return good;
}

static inline __attribute__((always_inline)) void serve(struct worker *w, const enum sync_kind kind)
{
	struct desk *desk = w->shared;
	const int fd = desk->fds[SERVER];
	uint32_t message;

	desk->requests = w->batch;
	sem_post(&desk->begin);
	for (uint64_t n = w->batch; n && !desk->error; n--)
		if (!receive(w, kind, fd, &message) || !answer(w, kind, fd, &message)) {
			desk->error = errno ? errno : EPROTO; /* cut short */
			w->done = w->batch - n;
		}
	atomic_store_explicit(&desk->done, true, memory_order_relaxed);
	sync_block(w, kind);
	while (!desk->error && sem_wait(&desk->received) != 0)
		; /* interrupted: try again */
	sync_unblock(w, kind);
}

static void serve_or_hog(struct worker *w, const enum sync_kind kind)
{
	const struct desk *desk = w->shared;

	if (w->index == 0)
		serve(w, kind);
	else
		hog_run(w, kind, w->tick_steps, &desk->done);
}
BENCH_SPECIALISE(serve_or_hog)

/* ---- the client ---- */

/* One request. False if the server is gone. */
static bool ask(struct worker *w, struct desk *desk, uint32_t number)
{
	const uint64_t start_ns = bench_now_ns();
	const int fd = desk->fds[CLIENT];
	uint32_t message = number;

	if (send(fd, &message, sizeof(message), 0) != sizeof(message) ||
	    recv(fd, &message, sizeof(message), 0) != sizeof(message))
		return false;
	const uint64_t took_ns = bench_now_ns() - start_ns;

	histogram_add(w->latency, took_ns);
	desk->quick += took_ns < QUICK_NS;
	desk->wrong_answers += message != number;
	return true;
}

static void client(struct worker *w)
{
	struct desk *desk = w->shared;
	const int64_t think_us = w->params[PARAM_THINK_US];
	uint32_t number = 0;

	for (;;) {
		while (sem_wait(&desk->begin) != 0)
			; /* interrupted: try again */
		for (uint64_t n = desk->requests; n; n--) {
			if (think_us)
				bench_sleep_us(think_us);
			if (!ask(w, desk, ++number))
				return;
		}
		sem_post(&desk->received);
	}
}

/* ---- around it ---- */

static bool make_socket(int *fd, struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);

	*address = (struct sockaddr_in){.sin_family = AF_INET,
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	*fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return *fd >= 0 && bind(*fd, (struct sockaddr *)address, sizeof(*address)) == 0 &&
	       getsockname(*fd, (struct sockaddr *)address, &length) == 0;
}

/* Each socket hears the other one only. */
static bool make_sockets(int *fds)
{
	struct sockaddr_in addresses[ENDS];

	return make_socket(&fds[SERVER], &addresses[SERVER]) &&
	       make_socket(&fds[CLIENT], &addresses[CLIENT]) &&
	       connect(fds[SERVER], (struct sockaddr *)&addresses[CLIENT],
		       sizeof(addresses[CLIENT])) == 0 &&
	       connect(fds[CLIENT], (struct sockaddr *)&addresses[SERVER],
		       sizeof(addresses[SERVER])) == 0;
}

static bool setup(struct trial *t, struct reason *why)
{
	struct desk *desk = t->shared;

	must_sys(sem_init(&desk->begin, 1, 0));
	must_sys(sem_init(&desk->received, 1, 0));
	return make_sockets(desk->fds) ||
	       refuse(why, "no UDP within this machine (127.0.0.1): %s", strerror(errno));
}

static void teardown(struct trial *t)
{
	struct desk *desk = t->shared;

	for (unsigned end = 0; end < ENDS; end++)
		must_sys(close(desk->fds[end]));
	must_sys(sem_destroy(&desk->begin));
	must_sys(sem_destroy(&desk->received));
}

static void reset(struct trial *t)
{
	struct desk *desk = t->shared;

	atomic_store(&desk->done, false);
	desk->quick = desk->wrong_answers = 0;
	hog_reset(t);
}

static bool check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct desk *desk = t->shared;

	if (desk->error)
		return refuse(why, "the server's socket failed after %llu requests: %s",
			      (unsigned long long)t->slots[0].done, strerror(desk->error));
	if (desk->wrong_answers)
		return refuse(why, "%llu answers differ from the request",
			      (unsigned long long)desk->wrong_answers);
	if (epoch->ops != epoch->batch)
		return refuse(why, "%llu requests counted instead of %llu",
			      (unsigned long long)epoch->ops, (unsigned long long)epoch->batch);
	metrics[METRIC_QUICK_SHARE] = (double)desk->quick / (double)epoch->batch;
	return hog_check(t, epoch->wall_ns, &metrics[METRIC_HOG_STEPS_PER_S], why);
}

static const struct bench_case gil_echo = {
	.name = "gil_echo",
	.summary = "a UDP echo server beside CPU hogs: it releases the lock twice per request",
	.op = "request",
	.family = BENCH_MIXED,
	.shared_size = sizeof(struct desk),
	.local_size = sizeof(struct hog),
	.params = {{"think_us", 0, 0, 10000000,
		    "microseconds of the client's sleep before each request"},
		   BENCH_TICK_PARAM(15)},
	.tick_param = "tick_ns",
	.metrics = {{"quick_share", "ratio", "info", "requests answered in less than 1 ms"},
		    {"hog_steps_per_s", "1/s", "higher", "steps of all CPU hogs together"}},
	.variants = {"", "think_us=10000"},
	.modes = "none,gil,gil27,gil313,process",
	.profile_min = BENCH_FROM_FULL,
	.epoch_ns_min = 60000000,
	.latency = true,
	.setup = setup,
	.teardown = teardown,
	.reset = reset,
	.run = BENCH_RUN(serve_or_hog),
	.check = check,
	.partner = client,
	.partners = 1,
	.partner_roams = true,
};
BENCH_REGISTER(gil_echo);
