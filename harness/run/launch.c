/* SPDX-License-Identifier: MIT */
#include "harness/run/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PADDING_MAX 4095u
/* A runner that has closed its pipe only waits for the kernel to clean up. */
#define AUTOPSY_NS UINT64_C(1000000000)

extern char **environ;

volatile sig_atomic_t launch_interrupted;

static void remember_signal(int number)
{
	launch_interrupted = number;
}

void launch_catch_signals(void)
{
	/* no SA_RESTART: a blocked poll() must come back */
	struct sigaction action = {.sa_handler = remember_signal};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;

	must_sys(sigemptyset(&action.sa_mask));
	must_sys(sigaction(SIGINT, &action, NULL));
	must_sys(sigaction(SIGTERM, &action, NULL));
	must_sys(sigaction(SIGHUP, NULL, &before));
	if (before.sa_handler != SIG_IGN) /* else started by nohup */
		must_sys(sigaction(SIGHUP, &action, NULL));
	must_sys(sigaction(SIGPIPE, &ignore, NULL));
	must_sys(prctl(PR_SET_CHILD_SUBREAPER, 1));
}

/* The environment with TOLLGATE_PADDING=xxx... It is allocated before the fork. */
static char **padded_environment(unsigned padding)
{
	size_t count = 0;

	while (environ[count])
		count++;
	char **copy = xcalloc(count + 2, sizeof(*copy));
	char *pad = xcalloc(PADDING_MAX + 32, 1);
	int used = snprintf(pad, 32, "TOLLGATE_PADDING=");

	memset(pad + used, 'x', padding > PADDING_MAX ? PADDING_MAX : padding);
	memcpy(copy, environ, count * sizeof(*copy));
	copy[count] = pad;
	return copy;
}

static void free_environment(char **copy)
{
	size_t count = 0;

	while (copy[count])
		count++;
	free(copy[count - 1]);
	free(copy);
}

/* In the child: descriptors 0 and 2 as they should be, 1 = 2, 3 and 4 the pipes, no others. */
_Noreturn static void become_runner(const char *program, int request_fd, int reply_fd,
				    char **environment)
{
	char name[] = "tollgate", command[] = "runner";
	char *arguments[] = {name, command, NULL};
	int null_fd = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	/* the pipes were opened above 9, so none of these overwrites another */
	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 ||
	    dup2(STDERR_FILENO, STDOUT_FILENO) < 0 || dup2(request_fd, RUNNER_REQUEST_FD) < 0 ||
	    dup2(reply_fd, RUNNER_REPLY_FD) < 0)
		_exit(EXIT_INTERNAL);
	close_range(RUNNER_REPLY_FD + 1, ~0u, 0);
	signal(SIGPIPE, SIG_DFL);
	execve(program, arguments, environment);
	_exit(EXIT_INTERNAL);
}

static void move_high(int *fd)
{
	int high = (int)must_sys(fcntl(*fd, F_DUPFD_CLOEXEC, 10));

	close(*fd);
	*fd = high;
}

static void make_pipe(int ends[2])
{
	must_sys(pipe2(ends, O_CLOEXEC));
	move_high(&ends[0]);
	move_high(&ends[1]);
}

static void spawn(struct launch *launch, const char *program, unsigned padding)
{
	int request[2], answer[2];
	char **environment = padded_environment(padding);

	make_pipe(request);
	make_pipe(answer);
	fflush(NULL);
	launch->pid = (pid_t)must_sys(fork());
	if (!launch->pid)
		become_runner(program, request[0], answer[1], environment);
	setpgid(launch->pid, launch->pid); /* here too, as either process may run first */
	free_environment(environment);
	close(request[0]);
	close(answer[1]);
	launch->request_fd = request[1];
	launch->reply_fd = answer[0];
}

/* Send SIGKILL to the whole group and reap it. Orphans are ours, see launch_catch_signals(). */
static int end_group(struct launch *launch)
{
	int status = 0, one;
	pid_t pid;

	kill(-launch->pid, SIGKILL); /* ESRCH: the group is empty, as wanted */
	while (waitpid(launch->pid, &status, 0) == -1 && errno == EINTR)
		;
	do
		pid = waitpid(-launch->pid, &one, 0);
	while (pid > 0 || (pid == -1 && errno == EINTR));
	close(launch->request_fd);
	close(launch->reply_fd);
	launch->pid = 0;
	return status;
}

void launch_kill(struct launch *launch)
{
	if (launch->pid)
		end_group(launch);
}

static bool is_program_error(int number)
{
	return number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE ||
	       number == SIGABRT || number == SIGTRAP || number == SIGSYS;
}

/* True if the runner ends by itself. It is not reaped here, so its process number stays in use. */
static bool ends_soon(const struct launch *launch)
{
	const uint64_t until_ns = clock_now_ns() + AUTOPSY_NS;

	do {
		siginfo_t ended = {0};

		must_sys(waitid(P_PID, (id_t)launch->pid, &ended, WEXITED | WNOHANG | WNOWAIT));
		if (ended.si_pid)
			return true;
		poll(NULL, 0, 1);
	} while (clock_now_ns() < until_ns);
	return false;
}

/* The runner closed its pipe, so it has ended. Find the cause. */
static enum run_status autopsy(struct launch *launch, struct reason *why)
{
	const bool ended = ends_soon(launch);
	const int status = end_group(launch);

	if (!ended) {
		refuse(why, "the runner closed its pipe without leaving");
		return RUN_ERROR;
	}
	if (WIFSIGNALED(status)) {
		refuse(why, "the runner died of signal %d (%s)", WTERMSIG(status),
		       strsignal(WTERMSIG(status)));
		return is_program_error(WTERMSIG(status)) ? RUN_CRASHED : RUN_KILLED;
	}
	refuse(why, "the runner left with exit code %d", WEXITSTATUS(status));
	return RUN_ERROR;
}

static enum run_status give_up(struct launch *launch, enum run_status status, struct reason *why,
			       const char *what)
{
	refuse(why, "%s", what);
	launch_kill(launch);
	return status;
}

/* Wait until the reply pipe has something to read, the deadline passes, or a signal comes. */
static enum run_status await_reply(struct launch *launch, uint64_t until_ns, struct reason *why)
{
	struct pollfd watch = {.fd = launch->reply_fd, .events = POLLIN};

	for (;;) {
		uint64_t now = clock_now_ns();

		if (launch_interrupted)
			return give_up(launch, RUN_KILLED, why, "interrupted");
		if (now >= until_ns)
			return give_up(launch, RUN_TIMEOUT, why, "no answer before the deadline");
		uint64_t left_ms = (until_ns - now) / 1000000u + 1;
		int ready = poll(&watch, 1, left_ms > 200 ? 200 : (int)left_ms);

		if (ready == 1)
			return RUN_OK;
		if (ready == -1 && errno != EINTR)
			return give_up(launch, RUN_ERROR, why, "poll failed");
	}
}

static enum run_status receive(struct launch *launch, void *message, size_t size,
			       struct reason *why)
{
	const uint64_t until_ns = clock_now_ns() + launch->deadline_ns;
	char *next = message;

	while (size) {
		enum run_status status = await_reply(launch, until_ns, why);

		if (status != RUN_OK)
			return status;
		ssize_t got = read(launch->reply_fd, next, size);

		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return autopsy(launch, why);
		next += got;
		size -= (size_t)got;
	}
	return RUN_OK;
}

static enum run_status request(struct launch *launch, const void *message, size_t size,
			       struct reason *why)
{
	if (!launch->pid) {
		refuse(why, "the runner has ended already");
		return RUN_ERROR;
	}
	if (write_all(launch->request_fd, message, size))
		return RUN_OK;
	return autopsy(launch, why);
}

enum run_status launch_start(struct launch *launch, const char *program,
			     const struct setup_message *setup, uint64_t deadline_ns,
			     unsigned padding, struct reason *why)
{
	struct ready_message ready;
	enum run_status status;

	*launch = (struct launch){.workers = setup->workers, .deadline_ns = deadline_ns};
	spawn(launch, program, padding);
	status = request(launch, setup, sizeof(*setup), why);
	if (status == RUN_OK)
		status = receive(launch, &ready, sizeof(ready), why);
	if (status != RUN_OK)
		return status;
	if (ready.magic != PROTOCOL_MAGIC || ready.version != PROTOCOL_VERSION)
		return give_up(launch, RUN_ERROR, why,
			       "the runner speaks another version of the protocol");
	launch->pace_ns = isfinite(ready.pace_ns) && ready.pace_ns > 0 ? ready.pace_ns : 0;
	if (ready.status == RUN_OK)
		return RUN_OK;
	ready.why.text[sizeof(ready.why.text) - 1] = '\0';
	return give_up(launch, ready.status < RUN_STATUSES ? ready.status : RUN_ERROR, why,
		       ready.why.text);
}

enum run_status launch_epoch(struct launch *launch, uint64_t batch, struct epoch_record *record,
			     struct worker_record *workers)
{
	const struct epoch_request ask = {.kind = REQUEST_EPOCH, .batch = batch};
	enum run_status status = request(launch, &ask, sizeof(ask), &record->why);

	if (status == RUN_OK)
		status = receive(launch, record, sizeof(*record), &record->why);
	if (status != RUN_OK)
		return status;
	record->why.text[sizeof(record->why.text) - 1] = '\0';
	if (record->status != RUN_OK && record->status != RUN_WRONG) {
		status = record->status < RUN_STATUSES ? record->status : RUN_ERROR;
		launch_kill(launch);
		return status;
	}
	status = receive(launch, workers, launch->workers * sizeof(*workers), &record->why);
	return status == RUN_OK ? record->status : status;
}

enum run_status launch_finish(struct launch *launch, struct finish_record *finish,
			      struct reason *why)
{
	const struct epoch_request ask = {.kind = REQUEST_FINISH};
	enum run_status status = request(launch, &ask, sizeof(ask), why);

	if (status == RUN_OK)
		status = receive(launch, finish, sizeof(*finish), why);
	launch_kill(launch); /* it has given all its answers */
	return status;
}
