/* SPDX-License-Identifier: MIT */
/*
 * json - writes valid JSON (RFC 8259), indented by two, keys in the order they are given. Text is
 * escaped. Invalid UTF-8 becomes U+FFFD, NAN and infinity become null.
 */
#ifndef TOLLGATE_DATA_JSON_H
#define TOLLGATE_DATA_JSON_H

#include <stdio.h>

#include "harness/base/util.h"

struct json_writer {
	FILE *file;
	unsigned depth;
	bool first[32];
};

void json_start(struct json_writer *json, FILE *file);
/* Begin an object, BRACKET '{', or an array, '['. KEY is NULL inside arrays and for the outermost value. */
void json_open(struct json_writer *json, const char *key, char bracket);
/* Close the last opened object, BRACKET '}', or array, ']'. */
void json_close(struct json_writer *json, char bracket);
void json_text(struct json_writer *json, const char *key, const char *text); /* NULL: null */
void json_u64(struct json_writer *json, const char *key, uint64_t value);
void json_i64(struct json_writer *json, const char *key, int64_t value);
void json_double(struct json_writer *json, const char *key, double value);
void json_bool(struct json_writer *json, const char *key, bool value);
/* End the last line and flush. False if anything could not be written. */
bool json_finish(struct json_writer *json);

#endif
