/* SPDX-License-Identifier: MIT */
#include "harness/kit/transfer.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/bench.h"

#define PAGE ((size_t)4096)
#define MIB  1048576.0

/* ---- buffers and the pipe ---- */

unsigned char *transfer_buffer(const struct talk *talk, uint64_t number)
{
	const struct transfer *transfer = talk->own;

	return transfer->buffers + number % transfer->buffer_count * transfer->buffer_stride;
}

bool transfer_open_buffers(struct trial *t, size_t count, struct reason *why)
{
	struct transfer *transfer = t->shared;
	struct talk *sender = t->slots[0].local, *receiver = t->slots[1].local;

	transfer->buffer_count = count;
	transfer->buffer_stride = (sender->size + PAGE - 1) / PAGE * PAGE;
	void *memory = mmap(NULL, count * transfer->buffer_stride, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return refuse(why, "no memory for %zu messages of %zu bytes: %s", count,
			      sender->size, strerror(errno));
	transfer->buffers = memory;
	sender->own = receiver->own = transfer;
	sender->outgoing = transfer_buffer(sender, 0);
	return true;
}

bool transfer_open_pipe(struct trial *t, int64_t capacity, struct reason *why)
{
	struct talk *sender = t->slots[0].local, *receiver = t->slots[1].local;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return refuse(why, "cannot make a pipe: %s", strerror(errno));
	receiver->in = talk_own_fd(t, ends[0]);
	sender->out = talk_own_fd(t, ends[1]);
	if (fcntl(ends[1], F_SETPIPE_SZ, (int)capacity) == -1)
		return refuse(why,
			      "a pipe of %lld bytes (fs.pipe-max-size, pipe-user-pages-soft): %s",
			      (long long)capacity, strerror(errno));
	/* the kernel rounds up to a power of two and never gives less */
	return true;
}

/* ---- hooks ---- */

void transfer_teardown(struct trial *t)
{
	struct transfer *transfer = t->shared;

	if (transfer->buffers)
		must_sys(munmap(transfer->buffers,
				transfer->buffer_count * transfer->buffer_stride));
	talk_teardown(t);
}

static bool side_is_good(const struct trial *t, unsigned side, struct reason *why)
{
	const struct talk *talk = t->slots[side].local;

	if (talk->broken)
		return refuse(why, "the %s stopped after %llu messages: %s",
			      side ? "receiver" : "sender", (unsigned long long)t->slots[side].done,
			      talk->error ? strerror(talk->error) : "end of file");
	return !talk->wrong || refuse(why, "%llu messages differ from those that were sent",
				      (unsigned long long)talk->wrong);
}

void transfer_measure(const struct epoch *epoch, uint64_t count, size_t size, double *metrics)
{
	const double bytes = (double)count * (double)size;

	metrics[0] = bytes * 1e9 / (double)epoch->wall_ns;
	metrics[1] = (double)epoch->nvcsw / (bytes / MIB);
}

bool transfer_check(struct trial *t, const struct epoch *epoch, double *metrics, struct reason *why)
{
	const struct talk *sender = t->slots[0].local, *receiver = t->slots[1].local;

	if (!side_is_good(t, 0, why) || !side_is_good(t, 1, why))
		return false;
	if (sender->sent != receiver->received || epoch->ops != epoch->batch * 2)
		return refuse(why, "%llu messages sent, %llu received; %llu of %llu in this epoch",
			      (unsigned long long)sender->sent,
			      (unsigned long long)receiver->received,
			      (unsigned long long)epoch->ops / 2, (unsigned long long)epoch->batch);
	transfer_measure(epoch, epoch->batch, sender->size, metrics);
	return true;
}
