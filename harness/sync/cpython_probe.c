/* SPDX-License-Identifier: MIT */
/*
 * Asks a file whether it is a usable libpython, in a child process: the file may be anything, and a
 * process can load only one libpython.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/sync/cpython.h"
#include "harness/sync/worker.h"

#define ANSWER_NS   UINT64_C(10000000000) /* a library that needs longer to start is rejected */
#define INTERVAL_NS UINT64_C(1000000)
#define LOOK_NS     UINT64_C(20000000) /* twenty turns */
#define LOOKS       200                /* looks between two check points: about a microsecond */

struct answer {
	bool good;
	struct cpython_facts facts;
	struct reason why;
};

/* Two threads each look whether the other one is inside too. Under a lock it never is. */
static struct {
	_Atomic bool inside[2], overlap;
	struct worker workers[2];
	uint64_t until_ns;
} room;

static void *look(void *argument)
{
	struct worker *w = argument;
	const unsigned me = w->index;

	cpython_take(w);
	while (clock_now_ns() < room.until_ns) {
		atomic_store(&room.inside[me], true);
		for (int i = 0; i < LOOKS; i++)
			if (atomic_load(&room.inside[!me]))
				atomic_store(&room.overlap, true);
		atomic_store(&room.inside[me], false);
		cpython_check(w);
	}
	cpython_drop(w);
	return NULL;
}

static bool is_locked(void)
{
	pthread_t threads[2];

	room.until_ns = clock_now_ns() + LOOK_NS;
	for (unsigned i = 0; i < 2; i++) {
		room.workers[i] = (struct worker){.index = i, .count = 2};
		must(pthread_create(&threads[i], NULL, look, &room.workers[i]));
	}
	for (unsigned i = 0; i < 2; i++)
		must(pthread_join(threads[i], NULL));
	return !atomic_load(&room.overlap);
}

/* In the child. Messages of the interpreter are of no use here, so they are discarded. */
_Noreturn static void answer_from(const char *file, int fd)
{
	static struct answer answer;
	const int null_fd = open("/dev/null", O_RDWR);

	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 || dup2(null_fd, STDOUT_FILENO) < 0 ||
	    dup2(null_fd, STDERR_FILENO) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		_exit(EXIT_INTERNAL);
	answer.good = cpython_open(file, INTERVAL_NS, &answer.why);
	if (answer.good) {
		answer.facts = *cpython_facts();
		answer.facts.gil_seen = is_locked();
	}
	_exit(write_all(fd, &answer, sizeof(answer)) ? EXIT_OK : EXIT_INTERNAL);
}

/* True if the whole answer came in time. */
static bool hear(int fd, struct answer *answer)
{
	const uint64_t until_ns = clock_now_ns() + ANSWER_NS;
	size_t got = 0;

	while (got < sizeof(*answer)) {
		struct pollfd watch = {.fd = fd, .events = POLLIN};
		const uint64_t now_ns = clock_now_ns();

		if (now_ns >= until_ns)
			return false;
		if (poll(&watch, 1, (int)((until_ns - now_ns) / 1000000) + 1) != 1)
			continue; /* out of time, or a signal */
		ssize_t more = read(fd, (char *)answer + got, sizeof(*answer) - got);

		if (more == 0 || (more < 0 && errno != EINTR))
			return false;
		got += more > 0 ? (size_t)more : 0;
	}
	return true;
}

static bool say_how_it_ended(int status, struct reason *why)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return refuse(why, "no usable libpython: it does not start within %d s",
			      (int)(ANSWER_NS / 1000000000));
	if (WIFSIGNALED(status))
		return refuse(why, "no usable libpython: it dies of signal %d (%s)",
			      WTERMSIG(status), strsignal(WTERMSIG(status)));
	return refuse(why,
		      "no usable libpython: it exits with code %d, as an interpreter does that "
		      "cannot find its standard library",
		      WEXITSTATUS(status));
}

bool cpython_probe(const char *file, struct cpython_facts *facts, struct reason *why)
{
	struct answer answer;
	int ends[2], status = 0;

	must_sys(pipe2(ends, O_CLOEXEC));
	fflush(NULL);
	const pid_t pid = (pid_t)must_sys(fork());

	if (!pid)
		answer_from(file, ends[1]);
	close(ends[1]);
	const bool heard = hear(ends[0], &answer);

	close(ends[0]);
	if (!heard)
		kill(pid, SIGKILL); /* it may have ended already */
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (!heard)
		return say_how_it_ended(status, why);
	if (!answer.good)
		return refuse(why, "%s", answer.why.text);
	*facts = answer.facts;
	return true;
}
