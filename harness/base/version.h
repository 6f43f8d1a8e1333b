/* SPDX-License-Identifier: MIT */
/*
 * version - the identity of this program. The Makefile passes the commit and the flags. A build
 * without it says "unknown".
 */
#ifndef TOLLGATE_BASE_VERSION_H
#define TOLLGATE_BASE_VERSION_H

#include "harness/base/util.h"

#define TOLLGATE_VERSION "0.1.0"

const char *version_git(void);       /* git describe, "unknown" outside a checkout */
const char *version_compiler(void);  /* "gcc 12.2.0" */
const char *version_flags(void);     /* the flags that shape the code, without paths */
bool version_optimised(void);        /* false: figures of this build mean nothing */
const char *version_sanitizer(void); /* "address", "thread" or "" */
bool version_has_hwloc(void);
bool version_has_libpfm(void);

#endif
