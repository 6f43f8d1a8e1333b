/* SPDX-License-Identifier: MIT */
#include "harness/run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_MS 200 /* interval at which a wait checks for signals and the deadline */

/* One child while it runs. */
struct child {
	pid_t pid;
	int pid_fd;
	uint64_t begin_ns, until_ns;
};

_Noreturn static void become(char *const *arguments, int output_fd, int error_fd, pid_t parent)
{
	int null_fd = open("/dev/null", O_RDWR);

	setpgid(0, 0);
	/* the descriptors handed over are above 9 */
	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 ||
	    dup2(output_fd < 0 ? null_fd : output_fd, STDOUT_FILENO) < 0 ||
	    dup2(error_fd < 0 ? null_fd : error_fd, STDERR_FILENO) < 0)
		_exit(126);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	signal(SIGPIPE, SIG_DFL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent)
		_exit(126);
	execvp(arguments[0], arguments);
	_exit(127);
}

static void start(struct child *child, char *const *arguments, int output_fd, int error_fd,
		  uint64_t deadline_ns)
{
	const pid_t self = getpid();

	fflush(NULL);
	child->begin_ns = clock_now_ns();
	child->until_ns = child->begin_ns + deadline_ns;
	child->pid = (pid_t)must_sys(fork());
	if (!child->pid)
		become(arguments, output_fd, error_fd, self);
	setpgid(child->pid, child->pid); /* here too, as either process may run first */
	child->pid_fd = (int)must_sys(syscall(SYS_pidfd_open, child->pid, 0));
}

/* Kill the rest of the group and reap it. The status is that of the child itself. */
static int end(struct child *child)
{
	int status = 0, one;
	pid_t pid;

	kill(-child->pid, SIGKILL); /* ESRCH: the group is empty, as wanted */
	while (waitpid(child->pid, &status, 0) == -1 && errno == EINTR)
		;
	do
		pid = waitpid(-child->pid, &one, 0);
	while (pid > 0 || (pid == -1 && errno == EINTR));
	close(child->pid_fd);
	return status;
}

/* True when FD can be read. False at the deadline, or when a signal came. */
static bool wait_readable(const struct child *child, int fd)
{
	struct pollfd watch = {.fd = fd, .events = POLLIN};

	while (!launch_interrupted && clock_now_ns() < child->until_ns) {
		int ready = poll(&watch, 1, LOOK_MS);

		if (ready == 1)
			return true;
		if (ready == -1 && errno != EINTR)
			must_sys(ready);
	}
	return false;
}

static enum child_result judge(int status, bool ended, struct reason *why)
{
	if (launch_interrupted) {
		refuse(why, "interrupted");
		return CHILD_INTERRUPTED;
	}
	if (!ended)
		refuse(why, "did not end before its deadline");
	else if (WIFSIGNALED(status))
		refuse(why, "died of signal %d (%s)", WTERMSIG(status),
		       strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		refuse(why, "left with exit code %d", WEXITSTATUS(status));
	else
		return CHILD_OK;
	return CHILD_FAILED;
}

/* Read the whole output: 1 it is complete, 0 it did not end, -1 it is too long or no text. */
static int drain(const struct child *child, int fd, char *output, size_t size)
{
	size_t used = 0;

	while (wait_readable(child, fd)) {
		ssize_t got = read(fd, output + used, size - 1 - used);

		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0) {
			output[used] = '\0';
			return got == 0 && strlen(output) == used ? 1 : -1;
		}
		used += (size_t)got;
		if (used == size - 1)
			return -1;
	}
	return 0;
}

enum child_result child_capture(const char *program, const char *first, const char *second,
				char *output, size_t size, uint64_t deadline_ns, struct reason *why)
{
	char *words[] = {xstrdup(program), xstrdup(first), second ? xstrdup(second) : NULL, NULL};
	struct child child;
	int ends[2], high;

	must_sys(pipe2(ends, O_CLOEXEC));
	high = (int)must_sys(fcntl(ends[1], F_DUPFD_CLOEXEC, 10));
	close(ends[1]);
	start(&child, words, high, -1, deadline_ns);
	close(high);
	const int drained = drain(&child, ends[0], output, size);
	const bool ended = drained == 1 && wait_readable(&child, child.pid_fd);
	enum child_result result = judge(end(&child), ended, why);

	if (drained == -1 && result != CHILD_INTERRUPTED) {
		refuse(why, "prints more than %zu bytes, or bytes that are not text", size - 1);
		result = CHILD_FAILED;
	}
	close(ends[0]);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		free(words[i]);
	return result;
}

enum child_result child_time(const char *command, bool loud, uint64_t deadline_ns,
			     uint64_t *wall_ns, struct reason *why)
{
	char *words[] = {xstrdup("/bin/sh"), xstrdup("-c"), xstrdup(command), NULL};
	const int error_fd = loud ? (int)must_sys(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10)) : -1;
	struct child child;

	start(&child, words, error_fd, error_fd, deadline_ns);
	const bool ended = wait_readable(&child, child.pid_fd);

	*wall_ns = clock_now_ns() - child.begin_ns;
	enum child_result result = judge(end(&child), ended, why);

	if (error_fd >= 0)
		close(error_fd);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		free(words[i]);
	return result;
}
