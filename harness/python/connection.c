/* SPDX-License-Identifier: MIT */
#include "harness/python/connection.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "harness/base/clock.h"

#define SHORT_HEADER 4u

enum twin_result twin_pipe(struct twin_connection ends[2], bool duplex)
{
	int fds[2];
	const int failed = duplex ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds)
				  : pipe2(fds, O_CLOEXEC);

	if (failed)
		return TWIN_OS_ERROR;
	ends[0] = (struct twin_connection){.fd = fds[0], .readable = true, .writable = duplex};
	ends[1] = (struct twin_connection){.fd = fds[1], .readable = duplex, .writable = true};
	return TWIN_OK;
}

void twin_connection_close(struct twin_connection *end)
{
	if (end->fd >= 0)
		close(end->fd);
	end->fd = -1;
}

size_t twin_header(unsigned char header[TWIN_HEADER_MAX], uint64_t size)
{
	const uint32_t length = htobe32(size > INT32_MAX ? UINT32_MAX : (uint32_t)size);
	const uint64_t whole = htobe64(size);

	memcpy(header, &length, sizeof(length));
	if (size <= INT32_MAX)
		return sizeof(length);
	memcpy(header + sizeof(length), &whole, sizeof(whole));
	return sizeof(length) + sizeof(whole);
}

static enum twin_result sent(bool good)
{
	return good ? TWIN_OK : TWIN_OS_ERROR;
}

enum twin_result twin_send(const struct twin_connection *end, const void *data, size_t size)
{
	unsigned char message[TWIN_HEADER_MAX + TWIN_ONE_WRITE_MAX];
	const size_t header = twin_header(message, size);

	errno = EBADF;
	if (end->fd < 0 || !end->writable)
		return TWIN_OS_ERROR;
	if (size <= TWIN_ONE_WRITE_MAX) {
		if (size)
			memcpy(message + header, data, size);
		return sent(write_all(end->fd, message, header + size));
	}
	return sent(write_all(end->fd, message, SHORT_HEADER) &&
		    (header == SHORT_HEADER ||
		     write_all(end->fd, message + SHORT_HEADER, header - SHORT_HEADER)) &&
		    write_all(end->fd, data, size));
}

/* One read of CPython's _recv(): the whole part, an end of file before it, or one in the middle. */
static enum twin_result receive_part(int fd, void *data, size_t size)
{
	errno = EBADMSG; /* an end of file in the middle leaves errno unchanged */
	const int got = size ? read_all(fd, data, size) : 1;

	return got == 1 ? TWIN_OK : (got == 0 ? TWIN_EOF : TWIN_OS_ERROR);
}

static enum twin_result receive_size(int fd, uint64_t *size)
{
	uint32_t length;
	uint64_t whole;
	enum twin_result result = receive_part(fd, &length, sizeof(length));

	if (result != TWIN_OK)
		return result;
	*size = be32toh(length);
	if (*size == UINT32_MAX) {
		result = receive_part(fd, &whole, sizeof(whole));
		*size = result == TWIN_OK ? be64toh(whole) : 0;
	} else if (*size > INT32_MAX) {
		errno = EBADMSG; /* negative: no sender writes such a length */
		result = TWIN_OS_ERROR;
	}
	return result;
}

enum twin_result twin_receive(struct twin_connection *end, void *data, size_t capacity,
			      size_t *size)
{
	uint64_t promised = 0;

	errno = EBADF;
	if (end->fd < 0 || !end->readable)
		return TWIN_OS_ERROR;
	enum twin_result result = receive_size(end->fd, &promised);

	if (result == TWIN_OK && promised > capacity) {
		if (end->writable)
			end->readable = false;
		else
			twin_connection_close(end);
		errno = EMSGSIZE;
		result = TWIN_OS_ERROR;
	}
	if (result == TWIN_OK)
		result = receive_part(end->fd, data, (size_t)promised);
	*size = result == TWIN_OK ? (size_t)promised : 0;
	return result;
}

bool twin_poll(const struct twin_connection *end, int64_t timeout_ns)
{
	struct pollfd ready = {.fd = end->fd, .events = POLLIN};
	const uint64_t deadline_ns = twin_deadline_ns(timeout_ns);
	int got;

	do {
		const int64_t left_ns = twin_timeout_ns(deadline_ns);
		const int64_t wait_ns = left_ns > 0 ? left_ns : 0;
		const struct timespec wait = {.tv_sec = wait_ns / 1000000000,
					      .tv_nsec = wait_ns % 1000000000};

		got = ppoll(&ready, 1, left_ns == TWIN_FOREVER ? NULL : &wait, NULL);
	} while (got == -1 && errno == EINTR);
	return got == 1;
}
