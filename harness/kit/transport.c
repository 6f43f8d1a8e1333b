/* SPDX-License-Identifier: MIT */
#include "harness/kit/transport.h"

#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/bench.h"

/*
 * Two buffers per side, far from each other and at different offsets within a page, because equal
 * offsets of source and target change the speed of a copy.
 */
#define PAGE   ((size_t)4096)
#define OFFSET ((size_t)3 * SHARED_LINE)

enum { OUTGOING, INCOMING, BUFFERS };

static size_t stride_of(size_t size)
{
	return (size + OFFSET * 4 + 2 * PAGE - 1) / PAGE * PAGE;
}

static unsigned char *buffer_of(const struct talks *talks, size_t size, unsigned side,
				unsigned which)
{
	const unsigned number = side * BUFFERS + which;

	return talks->memory + number * (stride_of(size) + OFFSET);
}

static void init_line(struct talk_line *line, bool process_shared)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t condition;
	const int shared = process_shared ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;

	must_sys(sem_init(&line->semaphore, process_shared, 0));
	must(pthread_mutexattr_init(&mutex));
	must(pthread_mutexattr_setpshared(&mutex, shared));
	must(pthread_mutex_init(&line->mutex, &mutex));
	must(pthread_mutexattr_destroy(&mutex));
	must(pthread_condattr_init(&condition));
	must(pthread_condattr_setpshared(&condition, shared));
	must(pthread_cond_init(&line->condition, &condition));
	must(pthread_condattr_destroy(&condition));
}

bool talk_open(struct trial *t, enum talk_payload payload, struct reason *why)
{
	struct talks *talks = t->shared;
	const size_t size = (size_t)t->params[TALK_SIZE];

	*talks = (struct talks){.keeper = {.fd = -1}};
	talks->memory_size = (size_t)2 * BUFFERS * (stride_of(size) + OFFSET) + PAGE;
	talks->memory_size = talks->memory_size / PAGE * PAGE + PAGE;
	void *memory = mmap(NULL, talks->memory_size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return refuse(why, "no memory for messages of %zu bytes: %s", size,
			      strerror(errno));
	talks->memory = memory;
	for (unsigned side = 0; side < 2; side++) {
		struct talk *talk = t->slots[side].local;
		const bool seen = payload == TALK_IN_MEMORY;

		init_line(&talks->lines[side], t->processes);
		*talk = (struct talk){
			.in = -1,
			.out = -1,
			.index = (int)side,
			.size = size,
			.outgoing = buffer_of(talks, size, side, OUTGOING),
			.incoming = seen ? buffer_of(talks, size, !side, OUTGOING)
					 : buffer_of(talks, size, side, INCOMING),
			.mine = &talks->lines[side],
			.his = &talks->lines[!side],
		};
		talks->lines[side].message = ((struct talk *)t->slots[side].local)->outgoing;
	}
	return true;
}

int talk_own_fd(struct trial *t, int fd)
{
	struct talks *talks = t->shared;

	for (unsigned i = 0; i < talks->fd_count; i++)
		if (talks->fds[i] == fd)
			return fd;
	if (talks->fd_count == TALK_FDS_MAX)
		die(EXIT_INTERNAL, "a round trip with more than %d descriptors", TALK_FDS_MAX);
	talks->fds[talks->fd_count++] = fd;
	return fd;
}

void talk_connect(struct trial *t, int asker_in, int asker_out, int answerer_in, int answerer_out)
{
	struct talk *asker = t->slots[0].local, *answerer = t->slots[1].local;

	asker->in = talk_own_fd(t, asker_in);
	asker->out = talk_own_fd(t, asker_out);
	answerer->in = talk_own_fd(t, answerer_in);
	answerer->out = talk_own_fd(t, answerer_out);
}

bool talk_may_spin(const struct trial *t, struct reason *why)
{
	if (t->same_pu)
		return refuse(why, "spinning needs a processing unit for each side");
	return true;
}

void talk_prepare(struct worker *w)
{
	struct talk *talk = w->local;

	memset(talk->outgoing, 0, talk->size); /* first touch on the worker's own node */
	if (talk->incoming != ((struct talks *)w->shared)->lines[!talk->index].message)
		memset(talk->incoming, 0, talk->size);
	talk->mine->process = getpid();
	talk->mine->thread = gettid();
}

void talk_reset(struct trial *t)
{
	for (unsigned side = 0; side < 2; side++) {
		struct talk *talk = t->slots[side].local;

		talk->broken = false;
		talk->error = 0;
		talk->wrong = 0;
	}
}

void talk_teardown(struct trial *t)
{
	struct talks *talks = t->shared;

	for (unsigned i = 0; i < talks->fd_count; i++)
		must_sys(close(talks->fds[i]));
	for (unsigned side = 0; side < 2; side++) {
		must_sys(sem_destroy(&talks->lines[side].semaphore));
		must(pthread_mutex_destroy(&talks->lines[side].mutex));
		must(pthread_cond_destroy(&talks->lines[side].condition));
	}
	must_sys(munmap(talks->memory, talks->memory_size));
	offspring_keep_end(&talks->keeper);
}

bool talk_check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct talk *sides[2] = {t->slots[0].local, t->slots[1].local};

	for (unsigned side = 0; side < 2; side++) {
		const char *name = side ? "answering" : "asking";

		if (sides[side]->broken)
			return refuse(why, "the %s side stopped after %llu round trips: %s", name,
				      (unsigned long long)t->slots[side].done,
				      sides[side]->error ? strerror(sides[side]->error)
							 : "end of file");
		if (sides[side]->wrong)
			return refuse(why, "the %s side got %llu messages other than it expected",
				      name, (unsigned long long)sides[side]->wrong);
	}
	if (sides[0]->sent != sides[1]->received || sides[1]->sent != sides[0]->received)
		return refuse(
			why, "%llu requests sent, %llu received; %llu answers sent, %llu received",
			(unsigned long long)sides[0]->sent, (unsigned long long)sides[1]->received,
			(unsigned long long)sides[1]->sent, (unsigned long long)sides[0]->received);
	if (epoch->ops != epoch->batch * 2)
		return refuse(why, "%llu halves of a round trip instead of %llu",
			      (unsigned long long)epoch->ops,
			      (unsigned long long)(epoch->batch * 2));
	/* sample=1 adds a time stamp to each round trip, so its figure is not of record */
	if (!t->params[TALK_SAMPLE])
		metrics[0] = (double)epoch->wall_ns / (double)epoch->batch;
	return true;
}

double talk_switches_blocking(const int64_t *params, unsigned workers, bool same_pu)
{
	(void)params;
	return same_pu ? (double)workers : (double)NAN;
}

double talk_switches_spinning(const int64_t *params, unsigned workers, bool same_pu)
{
	(void)params;
	(void)workers;
	return same_pu ? (double)NAN : 0;
}

double talk_switches_counted(const int64_t *params, unsigned workers, bool same_pu)
{
	(void)params;
	(void)workers;
	(void)same_pu;
	return NAN;
}

/* ---- messages ---- */

/*
 * Message NUMBER of SIDE: 64-bit words that count up from a pseudo-random start. An old message,
 * one of the other side, or one with its parts in another order is recognised.
 */
static uint64_t first_word(uint64_t number, unsigned side)
{
	return (2 * number + side) * UINT64_C(0x9e3779b97f4a7c15);
}

void talk_fill(void *message, size_t size, uint64_t number, unsigned side)
{
	const uint64_t first = first_word(number, side);
	const size_t count = size / sizeof(first), rest = size % sizeof(first);
	uint64_t *words = message;

	for (size_t i = 0; i < count; i++)
		words[i] = first + i;
	if (rest)
		memcpy(&words[count], &(uint64_t){first + count}, rest);
}

bool talk_is_filled(const void *message, size_t size, uint64_t number, unsigned side)
{
	const uint64_t first = first_word(number, side);
	const size_t count = size / sizeof(first), rest = size % sizeof(first);
	const uint64_t *words = message;
	uint64_t difference = 0;

	for (size_t i = 0; i < count; i++)
		difference |= words[i] ^ (first + i);
	if (rest && memcmp(&words[count], &(uint64_t){first + count}, rest) != 0)
		difference = 1;
	return difference == 0;
}

void talk_write_message(struct talk *talk)
{
	talk_fill(talk->outgoing, talk->size, talk->sent++, (unsigned)talk->index);
}

void talk_read_message(struct talk *talk)
{
	talk->wrong += !talk_is_filled(talk->incoming, talk->size, talk->received++, !talk->index);
}

void talk_break(struct worker *w, uint64_t ops)
{
	struct talk *talk = w->local;

	talk->error = errno;
	talk->broken = true;
	w->done = ops;
}

/* ---- sending and receiving ---- */

bool talk_write(struct talk *talk)
{
	return write_all(talk->out, talk->outgoing, talk->size);
}

bool talk_read(struct talk *talk)
{
	errno = 0; /* end of file leaves errno unchanged */
	return read_all(talk->in, talk->incoming, talk->size) == 1;
}

bool talk_send(struct talk *talk)
{
	ssize_t n;

	do
		n = send(talk->out, talk->outgoing, talk->size, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	if (n >= 0 && n != (ssize_t)talk->size)
		errno = EMSGSIZE;
	return n == (ssize_t)talk->size;
}

bool talk_receive(struct talk *talk)
{
	ssize_t n;

	do /* MSG_TRUNC gives the true length of a message that is longer than the buffer */
		n = recv(talk->in, talk->incoming, talk->size, MSG_TRUNC);
	while (n == -1 && errno == EINTR);
	if (n >= 0 && n != (ssize_t)talk->size)
		errno = n ? EMSGSIZE : 0;
	return n == (ssize_t)talk->size;
}

bool talk_post_event(struct talk *talk)
{
	return write_all(talk->out, &(uint64_t){1}, sizeof(uint64_t));
}

/* Reading sets the count to zero. It must have been one, or a wake-up was lost or doubled. */
bool talk_await_event(struct talk *talk)
{
	uint64_t count = 0;

	errno = 0;
	if (read_all(talk->in, &count, sizeof(count)) != 1)
		return false;
	errno = EBADMSG;
	return count == 1;
}

void talk_futex_wait(struct talk *talk)
{
	/* woken, changed before the sleep, or interrupted: the caller looks again */
	syscall(SYS_futex, &talk->mine->posted, FUTEX_WAIT, talk->mine->taken, NULL, NULL, 0);
}

void talk_futex_wake(struct talk *talk)
{
	syscall(SYS_futex, &talk->his->posted, FUTEX_WAKE, 1, NULL, NULL, 0);
}
