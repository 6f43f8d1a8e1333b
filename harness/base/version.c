/* SPDX-License-Identifier: MIT */
#include "harness/base/version.h"

#ifndef TOLLGATE_GIT
#define TOLLGATE_GIT "unknown"
#endif
#ifndef TOLLGATE_CFLAGS
#define TOLLGATE_CFLAGS "unknown"
#endif
#ifndef TOLLGATE_HWLOC
#define TOLLGATE_HWLOC 0
#endif
#ifndef TOLLGATE_LIBPFM
#define TOLLGATE_LIBPFM 0
#endif
#ifndef __has_feature
#define __has_feature(feature) 0 /* clang has this macro, gcc defines __SANITIZE_* */
#endif

#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)

const char *version_git(void)
{
	return TOLLGATE_GIT;
}

const char *version_compiler(void)
{
#ifdef __clang__
	return "clang " TEXT(__clang_major__) "." TEXT(__clang_minor__) "." TEXT(
		__clang_patchlevel__);
#else
	return "gcc " TEXT(__GNUC__) "." TEXT(__GNUC_MINOR__) "." TEXT(__GNUC_PATCHLEVEL__);
#endif
}

const char *version_flags(void)
{
	return TOLLGATE_CFLAGS;
}

bool version_optimised(void)
{
#ifdef __OPTIMIZE__
	return true;
#else
	return false;
#endif
}

const char *version_sanitizer(void)
{
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
	return "address";
#elif defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
	return "thread";
#else
	return "";
#endif
}

bool version_has_hwloc(void)
{
	return TOLLGATE_HWLOC;
}

bool version_has_libpfm(void)
{
	return TOLLGATE_LIBPFM;
}
