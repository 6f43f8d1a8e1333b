/* SPDX-License-Identifier: MIT */
/*
 * seccomp_run [--siblings] ERRNO PROGRAM [ARG]... - run PROGRAM in a world where perf_event_open
 * fails with ERRNO, as it does inside containers. The filter survives fork and exec, so runners and
 * workers are covered. --siblings lets the first event of a group open and refuses the rest. Needs
 * no privilege and no libseccomp.
 *
 * Exit: PROGRAM's own; 64 usage; 125 the kernel refuses the filter (a test then skips); 126 PROGRAM
 * cannot be run.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { USAGE = 64, FILTER_REFUSED = 125, EXEC_FAILED = 126 };

#define ERRNO_MAX         4095 /* 0 would make the call return 0, which looks like a descriptor */
#define NO_LEADER         0xffffffffu
#define GROUP_FD_ARGUMENT 3
#define LENGTH(array)     (sizeof(array) / sizeof((array)[0]))
#define LOAD(offset)      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define SKIP_UNLESS(k, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), 0, (n))
#define SKIP_IF(k, n)     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), (n), 0)
#define RETURN(value)     BPF_STMT(BPF_RET | BPF_K, (value))

/* The filter sees a 64-bit argument as two words. The low word holds group_fd. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LOW_WORD 4u
#else
#define LOW_WORD 0u
#endif

static bool install(struct sock_filter *filter, size_t length)
{
	struct sock_fprog program = {.len = (unsigned short)length, .filter = filter};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static bool refuse_every_open(unsigned error)
{
	struct sock_filter filter[] = {
		LOAD(offsetof(struct seccomp_data, nr)),
		SKIP_UNLESS(SYS_perf_event_open, 1),
		RETURN(SECCOMP_RET_ERRNO | error),
		RETURN(SECCOMP_RET_ALLOW),
	};

	return install(filter, LENGTH(filter));
}

static bool refuse_siblings(unsigned error)
{
	struct sock_filter filter[] = {
		LOAD(offsetof(struct seccomp_data, nr)),
		SKIP_UNLESS(SYS_perf_event_open, 3),
		LOAD((unsigned)offsetof(struct seccomp_data, args[GROUP_FD_ARGUMENT]) + LOW_WORD),
		SKIP_IF(NO_LEADER, 1),
		RETURN(SECCOMP_RET_ERRNO | error),
		RETURN(SECCOMP_RET_ALLOW),
	};

	return install(filter, LENGTH(filter));
}

static bool parse_errno(const char *text, unsigned *error)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno != 0 || text[0] < '0' || text[0] > '9' || *end != '\0')
		return false;
	if (value < 1 || value > ERRNO_MAX)
		return false;
	*error = (unsigned)value;
	return true;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: seccomp_run [--siblings] ERRNO PROGRAM [ARG]...   (ERRNO is 1..%d)\n",
		ERRNO_MAX);
	return USAGE;
}

int main(int argc, char **argv)
{
	bool siblings = argc > 1 && strcmp(argv[1], "--siblings") == 0;
	char **operands = argv + 1 + siblings;
	unsigned error;

	if (argc - 1 - siblings < 2 || !parse_errno(operands[0], &error))
		return usage();
	if (!(siblings ? refuse_siblings(error) : refuse_every_open(error))) {
		perror("seccomp_run: the kernel refuses the filter");
		return FILTER_REFUSED;
	}
	execvp(operands[1], operands + 1);
	fprintf(stderr, "seccomp_run: %s: %s\n", operands[1], strerror(errno));
	return EXEC_FAILED;
}
