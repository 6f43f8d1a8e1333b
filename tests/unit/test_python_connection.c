/* SPDX-License-Identifier: MIT */
#include "harness/python/connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/kit/offspring.h"

#define LARGE ((size_t)3 * 65536) /* more than a pipe holds */

static unsigned char out[LARGE], in[LARGE];

static void fill(size_t size)
{
	memset(in, 0, sizeof(in));
	for (size_t i = 0; i < size; i++)
		out[i] = (unsigned char)(i * 7 + size);
}

/* ---- the frame ---- */

static void test_header_is_four_bytes_or_twelve(void **state)
{
	static const struct {
		uint64_t size;
		size_t length;
		unsigned char bytes[TWIN_HEADER_MAX];
	} cases[] = {
		{0, 4, {0, 0, 0, 0}},
		{0x010203, 4, {0, 1, 2, 3}},
		{0x7fffffff, 4, {0x7f, 0xff, 0xff, 0xff}},
		{0x80000000, 12, {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0x80, 0, 0, 0}},
		{UINT64_C(0x0102030405060708),
		 12,
		 {0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7, 8}},
	};
	unsigned char header[TWIN_HEADER_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(twin_header(header, cases[i].size), cases[i].length);
		assert_memory_equal(header, cases[i].bytes, cases[i].length);
	}
}

/* A socket that keeps the borders of writes shows how many there were. */
static void test_short_messages_go_in_one_write_long_ones_in_two(void **state)
{
	static const size_t sizes[] = {0, 1, TWIN_ONE_WRITE_MAX, TWIN_ONE_WRITE_MAX + 1};
	int pair[2];

	(void)state;
	must_sys(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		const struct twin_connection end = {.fd = pair[0], .writable = true};
		const size_t size = sizes[i];

		fill(size);
		assert_int_equal(twin_send(&end, out, size), TWIN_OK);
		ssize_t got = recv(pair[1], in, sizeof(in), 0);

		if (size <= TWIN_ONE_WRITE_MAX) {
			assert_int_equal(got, 4 + size);
			assert_memory_equal(in + 4, out, size);
		} else {
			assert_int_equal(got, 4);
			assert_int_equal(recv(pair[1], in, sizeof(in), 0), size);
			assert_memory_equal(in, out, size);
		}
		assert_int_equal(recv(pair[1], in, 1, MSG_DONTWAIT), -1);
	}
	close(pair[0]);
	close(pair[1]);
}

struct delivery {
	const struct twin_connection *end;
	size_t size;
	bool byte_by_byte;
};

static void deliver(void *argument)
{
	const struct delivery *delivery = argument;
	unsigned char frame[TWIN_HEADER_MAX + 64];

	if (!delivery->byte_by_byte) {
		assert_int_equal(twin_send(delivery->end, out, delivery->size), TWIN_OK);
		return;
	}
	const size_t header = twin_header(frame, delivery->size);

	memcpy(frame + header, out, delivery->size);
	for (size_t i = 0; i < header + delivery->size; i++)
		assert_true(write_all(delivery->end->fd, frame + i, 1));
}

static void expect_delivered(bool duplex, size_t size, bool byte_by_byte)
{
	struct twin_connection ends[2];
	struct offspring sender;
	size_t got;

	assert_int_equal(twin_pipe(ends, duplex), TWIN_OK);
	fill(size);
	struct delivery delivery = {&ends[1], size, byte_by_byte};

	assert_true(offspring_start(&sender, false, deliver, &delivery));
	assert_int_equal(twin_receive(&ends[0], in, sizeof(in), &got), TWIN_OK);
	assert_true(offspring_join(&sender, NULL));
	assert_int_equal(got, size);
	assert_memory_equal(in, out, size);
	twin_connection_close(&ends[0]);
	twin_connection_close(&ends[1]);
}

static void test_messages_of_every_size_come_whole(void **state)
{
	static const size_t sizes[] = {0, 1, 4, 5, 16383, 16384, 16385, 65536, LARGE};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		expect_delivered(false, sizes[i], false);
		expect_delivered(true, sizes[i], false);
	}
	expect_delivered(false, 20, true);
}

static void test_a_long_header_is_read(void **state)
{
	const unsigned char frame[] = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 2, 'h', 'i'};
	struct twin_connection ends[2];
	size_t got;

	(void)state;
	assert_int_equal(twin_pipe(ends, false), TWIN_OK);
	assert_true(write_all(ends[1].fd, frame, sizeof(frame)));
	assert_int_equal(twin_receive(&ends[0], in, sizeof(in), &got), TWIN_OK);
	assert_int_equal(got, 2);
	assert_memory_equal(in, "hi", 2);
	twin_connection_close(&ends[0]);
	twin_connection_close(&ends[1]);
}

/* ---- rule 1: where the file ends ---- */

static void expect_end(const unsigned char *bytes, size_t size, enum twin_result expected)
{
	struct twin_connection ends[2];
	size_t got = 1;

	assert_int_equal(twin_pipe(ends, false), TWIN_OK);
	assert_true(write_all(ends[1].fd, bytes, size));
	twin_connection_close(&ends[1]);
	errno = 0;
	const enum twin_result result = twin_receive(&ends[0], in, sizeof(in), &got);

	if (result != expected)
		fail_msg("%zu bytes: %s, not %s", size, twin_result_name(result),
			 twin_result_name(expected));
	if (result == TWIN_OS_ERROR)
		assert_int_equal(errno, EBADMSG);
	assert_int_equal(got, 0);
	twin_connection_close(&ends[0]);
}

static void test_end_of_file_by_where_it_comes(void **state)
{
	const unsigned char frame[] = {0, 0, 0, 3, 'a', 'b', 'c'};
	const unsigned char large[] = {0xff, 0xff, 0xff, 0xff, 0, 0};

	(void)state;
	expect_end(frame, 0, TWIN_EOF);
	for (size_t cut = 1; cut < 4; cut++)
		expect_end(frame, cut, TWIN_OS_ERROR);
	expect_end(frame, 4, TWIN_EOF); /* a whole header and no byte of the body: again EOFError */
	expect_end(frame, 5, TWIN_OS_ERROR);
	expect_end(frame, 6, TWIN_OS_ERROR);
	expect_end(large, 4, TWIN_EOF);
	expect_end(large, 6, TWIN_OS_ERROR);
}

/* ---- rule 2: every copy ---- */

static void hold(void *nothing)
{
	(void)nothing;
	for (;;)
		pause();
}

static void test_the_end_comes_when_every_copy_is_closed(void **state)
{
	struct twin_connection ends[2];
	struct offspring holder;
	size_t got;

	(void)state;
	assert_int_equal(twin_pipe(ends, false), TWIN_OK);
	assert_true(offspring_start(&holder, true, hold, NULL));
	twin_connection_close(&ends[1]);
	assert_false(twin_poll(&ends[0], 1000000)); /* the child has the writing end too */
	assert_true(offspring_terminate(&holder));
	assert_true(twin_poll(&ends[0], TWIN_FOREVER));
	assert_int_equal(twin_receive(&ends[0], in, sizeof(in), &got), TWIN_EOF);
	twin_connection_close(&ends[0]);
}

static void test_writing_to_a_closed_end_is_a_broken_pipe(void **state)
{
	(void)state;
	for (int duplex = 0; duplex < 2; duplex++) {
		struct twin_connection ends[2];

		assert_int_equal(twin_pipe(ends, duplex), TWIN_OK);
		twin_connection_close(&ends[0]);
		assert_int_equal(twin_send(&ends[1], "x", 1), TWIN_OS_ERROR);
		assert_int_equal(errno, EPIPE);
		twin_connection_close(&ends[1]);
	}
}

/* ---- what an end refuses ---- */

static void test_each_end_has_its_direction(void **state)
{
	struct twin_connection ends[2];
	size_t got;

	(void)state;
	assert_int_equal(twin_pipe(ends, false), TWIN_OK);
	assert_int_equal(twin_send(&ends[0], "x", 1), TWIN_OS_ERROR);
	assert_int_equal(errno, EBADF);
	assert_int_equal(twin_receive(&ends[1], in, sizeof(in), &got), TWIN_OS_ERROR);
	assert_int_equal(errno, EBADF);
	twin_connection_close(&ends[0]);
	twin_connection_close(&ends[1]);
	assert_int_equal(twin_send(&ends[1], "x", 1), TWIN_OS_ERROR);
	assert_int_equal(errno, EBADF);
	assert_int_equal(twin_pipe(ends, true), TWIN_OK);
	for (unsigned from = 0; from < 2; from++) {
		assert_int_equal(twin_send(&ends[from], "there", 5), TWIN_OK);
		assert_int_equal(twin_receive(&ends[!from], in, sizeof(in), &got), TWIN_OK);
		assert_int_equal(got, 5);
	}
	twin_connection_close(&ends[0]);
	twin_connection_close(&ends[1]);
}

static void test_a_message_that_is_too_long_ends_the_reading(void **state)
{
	(void)state;
	for (int duplex = 0; duplex < 2; duplex++) {
		struct twin_connection ends[2];
		size_t got;

		assert_int_equal(twin_pipe(ends, duplex), TWIN_OK);
		assert_int_equal(twin_send(&ends[1], "123456", 6), TWIN_OK);
		assert_int_equal(twin_receive(&ends[0], in, 5, &got), TWIN_OS_ERROR);
		assert_int_equal(errno, EMSGSIZE);
		assert_int_equal(twin_receive(&ends[0], in, sizeof(in), &got), TWIN_OS_ERROR);
		assert_int_equal(errno, EBADF);
		assert_int_equal(ends[0].fd == -1, !duplex); /* that end can still send */
		twin_connection_close(&ends[0]);
		twin_connection_close(&ends[1]);
	}
}

static void test_a_negative_length_is_refused(void **state)
{
	const unsigned char frame[] = {0x80, 0, 0, 0, 'x'};
	struct twin_connection ends[2];
	size_t got;

	(void)state;
	assert_int_equal(twin_pipe(ends, false), TWIN_OK);
	assert_true(write_all(ends[1].fd, frame, sizeof(frame)));
	assert_int_equal(twin_receive(&ends[0], in, sizeof(in), &got), TWIN_OS_ERROR);
	assert_int_equal(errno, EBADMSG);
	twin_connection_close(&ends[0]);
	twin_connection_close(&ends[1]);
}

static void test_poll_waits_no_longer_than_it_may(void **state)
{
	struct twin_connection ends[2];

	(void)state;
	assert_int_equal(twin_pipe(ends, false), TWIN_OK);
	assert_false(twin_poll(&ends[0], TWIN_AT_ONCE));
	assert_false(twin_poll(&ends[0], -5));
	const uint64_t begin_ns = clock_now_ns();

	assert_false(twin_poll(&ends[0], 2000000));
	assert_true(clock_now_ns() - begin_ns >= 2000000);
	assert_int_equal(twin_send(&ends[1], "", 0), TWIN_OK);
	assert_true(twin_poll(&ends[0], TWIN_AT_ONCE));
	assert_true(twin_poll(&ends[0], TWIN_FOREVER));
	twin_connection_close(&ends[0]);
	twin_connection_close(&ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header_is_four_bytes_or_twelve),
		cmocka_unit_test(test_short_messages_go_in_one_write_long_ones_in_two),
		cmocka_unit_test(test_messages_of_every_size_come_whole),
		cmocka_unit_test(test_a_long_header_is_read),
		cmocka_unit_test(test_end_of_file_by_where_it_comes),
		cmocka_unit_test(test_the_end_comes_when_every_copy_is_closed),
		cmocka_unit_test(test_writing_to_a_closed_end_is_a_broken_pipe),
		cmocka_unit_test(test_each_end_has_its_direction),
		cmocka_unit_test(test_a_message_that_is_too_long_ends_the_reading),
		cmocka_unit_test(test_a_negative_length_is_refused),
		cmocka_unit_test(test_poll_waits_no_longer_than_it_may),
	};

	signal(SIGPIPE, SIG_IGN); /* as in a runner, and as in Python */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
