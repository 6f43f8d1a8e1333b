/* SPDX-License-Identifier: MIT */
#include "harness/python/talk.h"

#include <string.h>

#include "harness/bench.h"

/* On success or end of file errno is as talk_break() expects it: 0 at the end of file. */
static bool went_well(enum twin_result result)
{
	if (result == TWIN_EOF)
		errno = 0;
	else if (result == TWIN_VALUE_ERROR)
		errno = EBADF;
	return result == TWIN_OK;
}

/* True for a whole message of the expected length. */
static bool is_whole(const struct talk *talk, enum twin_result result, size_t size)
{
	if (!went_well(result))
		return false;
	errno = EMSGSIZE;
	return size == talk->size;
}

bool twin_talk_send(struct talk *talk)
{
	const struct twin_connection end = {.fd = talk->out, .writable = true};

	return went_well(twin_send(&end, talk->outgoing, talk->size));
}

bool twin_talk_receive(struct talk *talk)
{
	/*
	 * marked writable, because a message that is too long must not close the descriptor, which
	 * belongs to the case
	 */
	struct twin_connection end = {.fd = talk->in, .readable = true, .writable = true};
	size_t size;
	const enum twin_result result = twin_receive(&end, talk->incoming, talk->size, &size);

	return is_whole(talk, result, size);
}

bool twin_talk_put_simple(struct talk *talk)
{
	struct twin_side *side = talk->own;

	return went_well(twin_simple_queue_put(&side->simple_out, talk->outgoing, talk->size));
}

bool twin_talk_get_simple(struct talk *talk)
{
	struct twin_side *side = talk->own;
	size_t size;
	const enum twin_result result = twin_simple_queue_get(&side->simple_in, talk->incoming,
							      talk->size, &size);

	return is_whole(talk, result, size);
}

bool twin_talk_put(struct talk *talk)
{
	struct twin_side *side = talk->own;

	return went_well(twin_queue_put(&side->out, talk->outgoing, talk->size, TWIN_FOREVER));
}

bool twin_talk_get(struct talk *talk)
{
	struct twin_side *side = talk->own;
	size_t size;
	const enum twin_result result = twin_queue_get(&side->in, talk->incoming, talk->size, &size,
						       TWIN_FOREVER);

	return is_whole(talk, result, size);
}

bool twin_talk_open_simple(struct trial *t, struct reason *why)
{
	struct twin_talks *talks = t->shared;

	if (!talk_open(t, TALK_TRAVELS, why))
		return false;
	talks->opened = TWIN_TALK_SIMPLE;
	for (unsigned i = 0; i < 2; i++)
		if (!twin_simple_queue_init(&talks->simple[i]))
			return refuse(why, "cannot make a pipe: %s", strerror(errno));
	return true;
}

bool twin_talk_open_queues(struct trial *t, struct reason *why)
{
	struct twin_talks *talks = t->shared;

	if (!talk_open(t, TALK_TRAVELS, why))
		return false;
	talks->opened = TWIN_TALK_QUEUE;
	for (unsigned i = 0; i < 2; i++)
		if (!twin_queue_init(&talks->queues[i], 0, (size_t)t->params[TALK_SIZE], false))
			return refuse(why, "cannot make a pipe: %s", strerror(errno));
	return true;
}

/* Side 0 sends through the first of the two, side 1 through the second. */
void twin_talk_prepare(struct worker *w)
{
	struct twin_talks *talks = w->shared;
	struct twin_side *side = w->local;
	const unsigned out = w->index, in = !w->index;

	talk_prepare(w);
	side->talk.own = side;
	if (talks->opened == TWIN_TALK_SIMPLE) {
		twin_simple_queue_open(&side->simple_out, &talks->simple[out]);
		twin_simple_queue_open(&side->simple_in, &talks->simple[in]);
	} else {
		twin_queue_open(&side->out, &talks->queues[out]);
		twin_queue_open(&side->in, &talks->queues[in]);
	}
}

/* In mode process each side's own objects are gone with its process. */
void twin_talk_teardown(struct trial *t)
{
	struct twin_talks *talks = t->shared;

	for (unsigned i = 0; i < 2; i++) {
		if (talks->opened == TWIN_TALK_SIMPLE)
			twin_simple_queue_destroy(&talks->simple[i]);
		else
			twin_queue_destroy(&talks->queues[i]);
	}
	talk_teardown(t);
}
