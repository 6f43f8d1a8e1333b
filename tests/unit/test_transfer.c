/* SPDX-License-Identifier: MIT */
#include "harness/kit/transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/bench.h"
#include "tests/unit/talk_stage.h"

TRANSFER(by_stream, talk_write, talk_read)
TRANSFER(by_queue, talk_mq_send, talk_mq_receive)

static double figures[2];

static bool judge(void)
{
	const struct epoch epoch = {.batch = BATCH,
				    .ops = stage.workers[0].done + stage.workers[1].done,
				    .wall_ns = 1000000000,
				    .nvcsw = 7};

	return transfer_check(&stage.trial, &epoch, figures, &stage.why);
}

static void expect_good(bench_run_fn *run)
{
	for (int epoch = 0; epoch < 2; epoch++) {
		talk_reset(&stage.trial);
		converse(run);
		if (!judge())
			fail_msg("%s", stage.why.text);
	}
	transfer_teardown(&stage.trial);
}

static void expect_bad(bench_run_fn *run, const char *why)
{
	converse(run);
	assert_false(judge());
	assert_non_null(strstr(stage.why.text, why));
	transfer_teardown(&stage.trial);
}

static void set_pipe(int64_t size, int64_t capacity)
{
	set_stage(size, false);
	assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
	assert_true(transfer_open_pipe(&stage.trial, capacity, &stage.why));
}

/* Most of them do not fit into the pipe: no read brings a whole message. */
static void test_messages_come_in_parts(void **state)
{
	static const int64_t sizes[] = {1, 7, 4095, 4097, 65536, 200001};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		set_pipe(sizes[i], 4096);
		assert_int_equal(fcntl(stage.sides[1].in, F_GETPIPE_SZ), 4096);
		expect_good(by_stream);
		set_stage(sizes[i], false);
		assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
		assert_true(talk_open_sockets(&stage.trial, SOCK_STREAM, &stage.why));
		expect_good(by_stream);
		set_stage(sizes[i], false);
		assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
		assert_true(talk_open_tcp(&stage.trial, i % 2, &stage.why));
		expect_good(by_stream);
	}
}

/* A message cut into single bytes, whatever the receiver asked for. */
static bool send_bytes(struct talk *talk)
{
	bool good = true;

	for (size_t i = 0; good && i < talk->size; i++)
		good = write_all(talk->out, talk->outgoing + i, 1);
	return good;
}
TRANSFER(by_bytes, send_bytes, talk_read)

static void test_single_bytes_make_a_message(void **state)
{
	(void)state;
	set_pipe(100, 65536);
	expect_good(by_bytes);
}

static void test_queues_hold_several(void **state)
{
	(void)state;
	set_stage(100, false);
	assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
	if (!talk_open_queues(&stage.trial, 10, &stage.why))
		skip(); /* a kernel without them */
	expect_good(by_queue);
}

static void test_what_is_measured(void **state)
{
	(void)state;
	set_pipe(1048576, 65536);
	converse(by_stream);
	assert_true(judge());
	assert_true(figures[0] == BATCH * 1048576.0);
	assert_true(figures[1] == 7.0 / BATCH);
	transfer_teardown(&stage.trial);
}

/* One bit of the last byte of the last message. */
static bool damage(struct talk *talk)
{
	talk->outgoing[talk->size - 1] ^= talk->sent == BATCH;
	return talk_write(talk);
}
TRANSFER(by_damage, damage, talk_read)

/* After a lost byte every byte of the stream is off by one. */
static bool lose(struct talk *talk)
{
	return talk->sent == 1 ? write_all(talk->out, talk->outgoing + 1, talk->size - 1) &&
					 write_all(talk->out, talk->outgoing, 1)
			       : talk_write(talk);
}
TRANSFER(by_loss, lose, talk_read)

/* The same message again, and again. */
static bool repeat(struct talk *talk)
{
	talk->sent = 0;
	return talk_write(talk);
}
TRANSFER(by_repetition, repeat, talk_read)

static void test_a_wrong_payload_is_noticed(void **state)
{
	static bench_run_fn *const wrong[] = {by_damage, by_loss, by_repetition};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		set_pipe(4099, 65536);
		expect_bad(wrong[i], "differ from those that were sent");
	}
}

/* Descriptor FD now leads nowhere, but can be closed. */
static void detach(int fd)
{
	const int nowhere = (int)must_sys(open("/dev/null", O_RDWR));

	must_sys(dup2(nowhere, fd));
	must_sys(close(nowhere));
}

/* One that says it sent, and did not: here the end of the last message. */
static bool forget(struct talk *talk)
{
	const bool last = talk->sent == BATCH;
	const bool good = write_all(talk->out, talk->outgoing, talk->size - last);

	if (last)
		detach(talk->out); /* the writing end is gone: end of file */
	return good;
}
TRANSFER(by_omission, forget, talk_read)

static void test_an_end_is_told(void **state)
{
	(void)state;
	set_pipe(10, 65536);
	expect_bad(by_omission, "the receiver stopped after 49 messages: end of file");
}

static bool refuse_to_read(struct talk *talk)
{
	detach(talk->in);
	errno = EIO;
	return false;
}
TRANSFER(by_refusal, talk_write, refuse_to_read)

/* More than the pipe holds, after the reader is gone. */
static void test_a_closed_pipe_is_told(void **state)
{
	(void)state;
	set_pipe(1048576, 65536);
	expect_bad(by_refusal, strerror(EPIPE));
}

/* A sender's buffers lie apart, and both sides agree on where. */
static void test_buffers_come_in_turn(void **state)
{
	unsigned char *first;

	(void)state;
	set_stage(5000, false);
	assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
	assert_true(transfer_open_buffers(&stage.trial, 3, &stage.why));
	first = transfer_buffer(&stage.sides[0], 0);
	assert_ptr_equal(stage.sides[0].outgoing, first);
	assert_ptr_equal(transfer_buffer(&stage.sides[1], 1), first + 8192);
	assert_ptr_equal(transfer_buffer(&stage.sides[1], 2), first + 16384);
	assert_ptr_equal(transfer_buffer(&stage.sides[0], 3), first);
	transfer_teardown(&stage.trial);
}

static void test_a_pipe_too_large_is_refused(void **state)
{
	(void)state;
	set_stage(1, false);
	assert_true(talk_open(&stage.trial, TALK_TRAVELS, &stage.why));
	assert_false(transfer_open_pipe(&stage.trial, INT64_C(1) << 31, &stage.why));
	assert_non_null(strstr(stage.why.text, "a pipe of 2147483648 bytes"));
	transfer_teardown(&stage.trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_come_in_parts),
		cmocka_unit_test(test_single_bytes_make_a_message),
		cmocka_unit_test(test_queues_hold_several),
		cmocka_unit_test(test_what_is_measured),
		cmocka_unit_test(test_a_wrong_payload_is_noticed),
		cmocka_unit_test(test_an_end_is_told),
		cmocka_unit_test(test_a_closed_pipe_is_told),
		cmocka_unit_test(test_buffers_come_in_turn),
		cmocka_unit_test(test_a_pipe_too_large_is_refused),
	};

	signal(SIGPIPE, SIG_IGN); /* as in a runner */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
