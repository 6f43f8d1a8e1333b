/* SPDX-License-Identifier: MIT */
#include "harness/kit/offspring.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/bench.h"

#define PROGRAM "/proc/self/exe"

extern char **environ;

static bool reap(pid_t pid, int *status)
{
	pid_t got;

	do
		got = waitpid(pid, status, 0);
	while (got == -1 && errno == EINTR);
	return got == pid;
}

/* Reap PID, which must exit with TOKEN. */
static bool reap_token(pid_t pid, unsigned char token)
{
	int status;

	if (pid == -1 || !reap(pid, &status))
		return false;
	errno = EBADMSG;
	return WIFEXITED(status) && WEXITSTATUS(status) == token;
}

/* ---- make one and wait for it ---- */

static void *return_token(void *token)
{
	return token;
}

bool offspring_thread(unsigned char token)
{
	/* a number that comes back, never used as an address */
	void *given = (void *)(uintptr_t)token, *returned = NULL;
	pthread_t thread;
	int error = pthread_create(&thread, NULL, return_token, given);

	if (!error)
		error = pthread_join(thread, &returned);
	errno = error ? error : EBADMSG;
	return !error && returned == given;
}

bool offspring_fork(unsigned char token)
{
	pid_t pid = fork();

	if (!pid)
		_exit(token);
	return reap_token(pid, token);
}

/* The arguments of exec: this program, told to exit with the token. */
struct command_line {
	char name[16], command[16], code[8];
	char *words[4];
};

static void make_command_line(struct command_line *line, unsigned char token)
{
	snprintf(line->name, sizeof(line->name), "tollgate");
	snprintf(line->command, sizeof(line->command), OFFSPRING_COMMAND);
	snprintf(line->code, sizeof(line->code), "%u", token);
	line->words[0] = line->name;
	line->words[1] = line->command;
	line->words[2] = line->code;
	line->words[3] = NULL;
}

/* In the child: become the program, or exit. */
_Noreturn static void become(const struct command_line *line)
{
	execve(PROGRAM, line->words, environ);
	_exit(EXIT_INTERNAL);
}

bool offspring_fork_exec(unsigned char token)
{
	struct command_line line;

	make_command_line(&line, token);
	const pid_t pid = fork();

	if (!pid)
		become(&line);
	return reap_token(pid, token);
}

bool offspring_vfork_exec(unsigned char token)
{
	struct command_line line;

	make_command_line(&line, token);
	pid_t pid = vfork(); /* NOLINT: vfork() is the thing that is measured */

	/*
	 * Do not call become() here: until the parent's memory is its own again, a child calls
	 * as little as it can.
	 */
	if (!pid) {
		execve(PROGRAM, line.words, environ);
		_exit(EXIT_INTERNAL);
	}
	return reap_token(pid, token);
}

bool offspring_posix_spawn(unsigned char token)
{
	struct command_line line;
	pid_t pid;

	make_command_line(&line, token);
	int error = posix_spawn(&pid, PROGRAM, NULL, NULL, line.words, environ);

	if (error) {
		errno = error;
		return false;
	}
	return reap_token(pid, token);
}

void offspring_make(struct worker *w, offspring_fn *verb)
{
	struct births *births = w->local;

	for (uint64_t n = 0; n < w->batch; n++) {
		if (!verb((unsigned char)births->made)) {
			births->error = errno;
			w->done = n;
			break;
		}
		births->made++;
	}
	births->left |= !offspring_none_left();
}

bool offspring_none_left(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == -1 && errno == ECHILD;
}

void offspring_reset(struct trial *t)
{
	for (unsigned i = 0; i < t->workers; i++)
		*(struct births *)t->slots[i].local = (struct births){0};
}

bool offspring_check(struct trial *t, const struct epoch *epoch, double *metrics,
		     struct reason *why)
{
	uint64_t made = 0;

	for (unsigned i = 0; i < t->workers; i++) {
		const struct births *births = t->slots[i].local;

		made += births->made;
		if (births->error)
			return refuse(
				why, "worker %u: number %llu could not be made or waited for: %s",
				i, (unsigned long long)births->made + 1, strerror(births->error));
		if (births->left)
			return refuse(why, "worker %u left a child behind", i);
	}
	if (made != epoch->ops || made != epoch->batch * t->workers)
		return refuse(why, "%llu made and reaped instead of %llu", (unsigned long long)made,
			      (unsigned long long)(epoch->batch * t->workers));
	metrics[0] = (double)epoch->wall_ns * t->workers / (double)made;
	return true;
}

/* ---- one that lives beside its maker ---- */

static void idle_thread(void *argument)
{
	struct offspring *child = argument;

	while (!atomic_load(&child->leave))
		syscall(SYS_futex, &child->leave, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

static void idle_process(void *unused)
{
	(void)unused;
	close_range(0, ~0u, 0);
	for (;;)
		pause();
}

static void *thread_main(void *argument)
{
	const struct offspring *child = argument;

	child->run(child->argument);
	return NULL;
}

/* It dies with its maker. */
_Noreturn static void process_main(const struct offspring *child, const int started[2],
				   pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, SIG_DFL);
	close(started[0]);
	if (getppid() != parent || !write_all(started[1], "", 1))
		_exit(EXIT_INTERNAL);
	close(started[1]);
	child->run(child->argument);
	_exit(EXIT_OK);
}

static bool start_process(struct offspring *child)
{
	int started[2];
	char byte;
	const pid_t parent = getpid();

	if (pipe(started))
		return false;
	child->pid = fork();
	if (!child->pid)
		process_main(child, started, parent);
	close(started[1]);
	const bool runs = child->pid > 0 && read_all(started[0], &byte, 1) == 1;

	close(started[0]);
	child->pidfd = runs ? (int)syscall(SYS_pidfd_open, child->pid, 0) : -1;
	if (child->pidfd < 0 && child->pid > 0) {
		const int error = errno;

		kill(child->pid, SIGKILL);
		reap(child->pid, NULL);
		errno = error;
	}
	return child->pidfd >= 0;
}

bool offspring_start(struct offspring *child, bool process, offspring_run_fn *run, void *argument)
{
	*child = (struct offspring){
		.is_process = process, .pidfd = -1, .run = run, .argument = argument};
	if (process)
		return start_process(child);
	errno = pthread_create(&child->thread, NULL, thread_main, child);
	return errno == 0;
}

bool offspring_start_idle(struct offspring *child, bool process)
{
	return offspring_start(child, process, process ? idle_process : idle_thread, child);
}

bool offspring_join(struct offspring *child, int *status)
{
	int got = 0;

	if (child->is_process) {
		const bool reaped = reap(child->pid, &got);

		close(child->pidfd);
		if (status)
			*status = got;
		return reaped;
	}
	if (status)
		*status = 0;
	return pthread_join(child->thread, NULL) == 0;
}

static struct timespec time_of(uint64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / 1000000000u),
				 .tv_nsec = (long)(ns % 1000000000u)};
}

static bool process_ends_until(const struct offspring *child, uint64_t deadline_ns)
{
	struct pollfd ended = {.fd = child->pidfd, .events = POLLIN};
	int got;

	do {
		const uint64_t now_ns = clock_now_ns();
		const struct timespec left = time_of(deadline_ns > now_ns ? deadline_ns - now_ns
									  : 0);

		got = ppoll(&ended, 1, &left, NULL);
	} while (got == -1 && errno == EINTR);
	return got == 1;
}

bool offspring_wait_until(struct offspring *child, uint64_t deadline_ns)
{
	const struct timespec deadline = time_of(deadline_ns);

	if (child->is_process)
		return process_ends_until(child, deadline_ns);
	return pthread_clockjoin_np(child->thread, NULL, CLOCK_MONOTONIC, &deadline) == 0;
}

bool offspring_terminate(struct offspring *child)
{
	int status = 0;
	bool died = kill(child->pid, SIGKILL) == 0 && reap(child->pid, &status) &&
		    WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;

	close(child->pidfd);
	return died;
}

bool offspring_stop(struct offspring *child)
{
	if (child->is_process)
		return offspring_terminate(child);
	atomic_store(&child->leave, 1);
	syscall(SYS_futex, &child->leave, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	return pthread_join(child->thread, NULL) == 0;
}

/* ---- the keeper ---- */

static int make_object(enum offspring_keeps kind)
{
	if (kind == OFFSPRING_KEEPS_QUEUE)
		return msgget(IPC_PRIVATE, 0600);
	return semget(IPC_PRIVATE, 1, 0600);
}

static void remove_objects(enum offspring_keeps kind, const int *ids, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (ids[i] != -1 && kind == OFFSPRING_KEEPS_QUEUE)
			msgctl(ids[i], IPC_RMID, NULL);
		else if (ids[i] != -1)
			semctl(ids[i], 0, IPC_RMID);
}

struct keeper_report {
	int error;
	int ids[8];
};

/*
 * Descriptor 0 ends when the last holder is gone, and 1 takes the report. Neither a signal to the
 * runner's group nor Ctrl-C reaches this process.
 */
_Noreturn static void keep(enum offspring_keeps kind, unsigned count, int watch_fd, int report_fd)
{
	struct keeper_report report = {0};
	char byte;

	setsid();
	prctl(PR_SET_NAME, "tg-keeper");
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_IGN);
	if (dup2(watch_fd, STDIN_FILENO) < 0 || dup2(report_fd, STDOUT_FILENO) < 0)
		_exit(EXIT_INTERNAL);
	close_range(STDOUT_FILENO + 1, ~0u, 0);
	for (unsigned i = 0; i < count; i++) {
		report.ids[i] = make_object(kind);
		if (report.ids[i] == -1 && !report.error)
			report.error = errno;
	}
	if (!report.error && write_all(STDOUT_FILENO, &report, sizeof(report))) {
		close(STDOUT_FILENO);
		while (read(STDIN_FILENO, &byte, 1) == -1 && errno == EINTR)
			;
	} else {
		write_all(STDOUT_FILENO, &report, sizeof(report));
	}
	remove_objects(kind, report.ids, count);
	_exit(EXIT_OK);
}

bool offspring_keep(struct offspring_keeper *keeper, enum offspring_keeps kind, int *ids,
		    unsigned count)
{
	struct keeper_report report = {.error = EIO};
	int watch[2], answer[2];

	*keeper = (struct offspring_keeper){.fd = -1};
	if (count > ARRAY_SIZE(report.ids)) {
		errno = EINVAL;
		return false;
	}
	must_sys(pipe2(watch, O_CLOEXEC));
	must_sys(pipe2(answer, O_CLOEXEC));
	fflush(NULL);
	keeper->pid = (pid_t)must_sys(fork());
	if (!keeper->pid)
		keep(kind, count, watch[0], answer[1]);
	close(watch[0]);
	close(answer[1]);
	keeper->fd = watch[1];
	if (read_all(answer[0], &report, sizeof(report)) != 1)
		report.error = EIO;
	close(answer[0]);
	if (report.error) {
		offspring_keep_end(keeper);
		errno = report.error;
		return false;
	}
	memcpy(ids, report.ids, count * sizeof(*ids));
	return true;
}

void offspring_keep_end(struct offspring_keeper *keeper)
{
	if (!keeper->pid)
		return;
	close(keeper->fd);
	reap(keeper->pid, NULL);
	*keeper = (struct offspring_keeper){.fd = -1};
}
