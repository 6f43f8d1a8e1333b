/* SPDX-License-Identifier: MIT */
/*
 * connection - multiprocessing.Pipe and its two ends (CPython: Lib/multiprocessing/connection.py).
 *
 * Pipe(True) is a pair of unix stream sockets, and Pipe(False) is a pipe. A message is its length
 * (4 bytes, signed, big-endian) and its bytes, in one write up to 16384 of them and in two beyond
 * that. For a larger length the 4 bytes are -1, and 8 unsigned bytes follow. The receiver reads the
 * length and then that many bytes.
 *
 * The end of file comes when every copy of the sending end is closed, and a fork makes copies.
 * Before a header or right after one it is an EOFError. Inside either it is an OSError, here with
 * errno EBADMSG.
 */
#ifndef TOLLGATE_PYTHON_CONNECTION_H
#define TOLLGATE_PYTHON_CONNECTION_H

#include <stdbool.h>

#include "harness/python/twin.h"

#define TWIN_ONE_WRITE_MAX 16384u
#define TWIN_HEADER_MAX    12u

struct twin_connection {
	int fd; /* -1: closed */
	bool readable, writable;
};

/* ENDS[0] receives, ENDS[1] sends. With DUPLEX both do both. TWIN_OS_ERROR and errno on failure. */
enum twin_result twin_pipe(struct twin_connection ends[2], bool duplex);
void twin_connection_close(struct twin_connection *end);

/* Send SIZE bytes as one message. EPIPE if the other end is closed (SIGPIPE is ignored, as in Python). */
enum twin_result twin_send(const struct twin_connection *end, const void *data, size_t size);
/*
 * Receive one message of at most CAPACITY bytes into DATA. *SIZE is its length. A longer message is
 * an OSError (EMSGSIZE), and the end becomes unreadable, because the bytes that follow are not the
 * start of a message.
 */
enum twin_result twin_receive(struct twin_connection *end, void *data, size_t capacity,
			      size_t *size);
/* True if data or an end of file is there within TIMEOUT_NS. */
bool twin_poll(const struct twin_connection *end, int64_t timeout_ns);

/* The header of a message of SIZE bytes. Gives its length, 4 or 12. */
size_t twin_header(unsigned char header[TWIN_HEADER_MAX], uint64_t size);

#endif
