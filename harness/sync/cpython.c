/* SPDX-License-Identifier: MIT */
/*
 * The functions called here are documented in "Initialization, Finalization, and Threads" of the
 * Python/C API manual, and exported by every libpython from 2.7 to 3.13.
 */
#include "harness/sync/cpython.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "harness/base/clock.h"
#include "harness/sync/worker.h"

/*
 * A check point costs about as much as a loop of ten bytecodes. Interval policies get one every 1
 * to 4 us, whatever the case does between two ticks. That delays a switch by no more than this and
 * costs a few per cent. The old lock counts ticks, so it gets one for each hundred of them.
 */
#define CHECK_NS_MIN 1000
#define CHECK_NS_MAX 4000
#define TICKS_MAX \
	1023 /* all counts are odd, because a case with two ticks would otherwise always check at the same one */
#define OLD_GIL_TICKS 101

/* Every libpython has these functions. None of them is called through a header. */
struct functions {
	const char *(*get_version)(void);
	void (*initialize)(int install_signal_handlers);
	void (*init_threads)(
		void); /* NULL where it was removed, because initialising is enough there */
	int (*run)(const char *code, void *flags);
	void *(*module)(const char *name);
	void *(*attribute)(void *object, const char *name);
	void *(*call)(void *callable, void *arguments);
	int (*is_true)(void *object);
	double (*as_double)(void *object);
	void (*unref)(void *object);
	void (*print_error)(void);
	int (*ensure)(void);
	void *(*save)(void);
	void (*restore)(void *thread);
};

static const struct {
	const char *name;
	size_t offset;
	bool optional;
} symbols[] = {
	{"Py_GetVersion", offsetof(struct functions, get_version), false},
	{"Py_InitializeEx", offsetof(struct functions, initialize), false},
	{"PyEval_InitThreads", offsetof(struct functions, init_threads), true},
	{"PyRun_SimpleStringFlags", offsetof(struct functions, run), false},
	{"PyImport_AddModule", offsetof(struct functions, module), false},
	{"PyObject_GetAttrString", offsetof(struct functions, attribute), false},
	{"PyObject_CallObject", offsetof(struct functions, call), false},
	{"PyObject_IsTrue", offsetof(struct functions, is_true), false},
	{"PyFloat_AsDouble", offsetof(struct functions, as_double), false},
	{"Py_DecRef", offsetof(struct functions, unref), false},
	{"PyErr_Print", offsetof(struct functions, print_error), false},
	{"PyGILState_Ensure", offsetof(struct functions, ensure), false},
	{"PyEval_SaveThread", offsetof(struct functions, save), false},
	{"PyEval_RestoreThread", offsetof(struct functions, restore), false},
};

/* Flags of the interpreter that disable the user's own set-up. Some versions lack some of them. */
static const char *const flags[] = {
	"Py_IgnoreEnvironmentFlag",
	"Py_NoSiteFlag",
	"Py_NoUserSiteDirectory",
	"Py_DontWriteBytecodeFlag",
};

/* Sets the wanted interval and stores in __main__ the values that are read below. */
static const char preparation[] =
	"import sys\n"
	"def tollgate_nop(): pass\n"
	"tollgate_gil = getattr(sys, '_is_gil_enabled', lambda: True)()\n"
	"tollgate_interval = getattr(sys, 'getswitchinterval', lambda: 0.0)()\n"
	"if hasattr(sys, 'setswitchinterval'):\n"
	"    sys.setswitchinterval(%.9f)\n"
	"else:\n" /* the old lock is released at each check point, and these come at each hundredth tick */
	"    sys.setcheckinterval(0)\n";

/* The one interpreter of this process. */
static struct {
	struct functions py;
	struct cpython_facts facts;
	void *nop;
	bool by_ticks;    /* the old lock */
	_Atomic int last; /* the last worker that held the lock, guarded by the lock itself */
} the;

/* The state of this thread: its handle while it does not hold the lock, and its pace. */
static _Thread_local struct {
	void *thread;
	uint32_t ticks; /* ticks between two check points */
	uint64_t since_ns;
} self;

bool cpython_parse_version(const char *text, struct cpython_facts *facts)
{
	unsigned major, minor;
	int length = 0;

	if (sscanf(text, "%1u.%3u%n", &major, &minor, &length) != 2 || length == 0)
		return false;
	while (isalnum((unsigned char)text[length]) || text[length] == '.')
		length++;
	if ((size_t)length + 2 > sizeof(facts->version) ||
	    (text[length] && text[length] != ' ' && text[length] != '+'))
		return false;
	facts->major = major;
	facts->minor = minor;
	/* 3.13: "experimental free-threading build", later "free-threading build" */
	snprintf(facts->version, sizeof(facts->version), "%.*s%s", length, text,
		 strstr(text, "free-threading build") ? "t" : "");
	return true;
}

static bool look_up(void *library, struct reason *why)
{
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		void *found = dlsym(library, symbols[i].name);

		if (!found && !symbols[i].optional)
			return refuse(why, "no usable libpython: it has no %s", symbols[i].name);
		/* ISO C knows no conversion from an object pointer to a function pointer */
		memcpy((char *)&the.py + symbols[i].offset, &found, sizeof(found));
	}
	return true;
}

static void set_flags(void *library)
{
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		int *flag = dlsym(library, flags[i]);

		if (flag)
			*flag = 1;
	}
}

static void *attribute_of_main(const char *name)
{
	void *value = the.py.attribute(the.py.module("__main__"), name);

	if (!value)
		the.py.print_error();
	return value;
}

/* With the lock held: run the preparation and read its results. */
static bool prepare(uint64_t interval_ns, struct reason *why)
{
	char code[sizeof(preparation) + 32];

	snprintf(code, sizeof(code), preparation, (double)interval_ns / 1e9);
	if (the.py.run(code, NULL) != 0)
		return refuse(why, "Python %s fails to run the preparation", the.facts.version);
	void *gil = attribute_of_main("tollgate_gil");
	void *interval = attribute_of_main("tollgate_interval");

	the.nop = attribute_of_main("tollgate_nop");
	if (!gil || !interval || !the.nop)
		return refuse(why, "Python %s does not keep the values of the preparation",
			      the.facts.version);
	the.facts.gil_said = the.py.is_true(gil) == 1;
	the.facts.interval_ns = (uint64_t)(the.py.as_double(interval) * 1e9 + 0.5);
	the.by_ticks = the.facts.interval_ns == 0;
	the.py.unref(gil);
	the.py.unref(interval);
	return true;
}

bool cpython_open(const char *file, uint64_t interval_ns, struct reason *why)
{
	/* RTLD_GLOBAL, because extension modules of the standard library expect its symbols */
	void *library = dlopen(file, RTLD_NOW | RTLD_GLOBAL);

	if (!library)
		return refuse(why, "no usable libpython: %s", dlerror());
	if (!look_up(library, why))
		return false;
	if (!cpython_parse_version(the.py.get_version(), &the.facts))
		return refuse(why, "no usable libpython: it says that it is '%.60s'",
			      the.py.get_version());
	set_flags(library);
	the.py.initialize(0);
	if (the.py.init_threads)
		the.py.init_threads();
	cpython_new_epoch();
	bool good = prepare(interval_ns, why);

	the.py.save(); /* or no worker could ever begin */
	return good;
}

const struct cpython_facts *cpython_facts(void)
{
	return &the.facts;
}

void cpython_new_epoch(void)
{
	atomic_store(&the.last, GIL_NOBODY);
}

static void forget_pace(struct worker *w)
{
	self.ticks = the.by_ticks ? OLD_GIL_TICKS : 1;
	w->ticks_left = self.ticks;
}

/* The lock is ours again, so record us as its last owner. */
static void got_it(struct worker *w)
{
	/* relaxed, because only holders of the lock write and read it */
	const int before = atomic_load_explicit(&the.last, memory_order_relaxed);

	atomic_store_explicit(&the.last, (int)w->index, memory_order_relaxed);
	self.since_ns = clock_now_ns();
	if (the.facts.gil_said)
		gil_note_take(&w->seat, self.since_ns, before);
}

void cpython_take(struct worker *w)
{
	const int saved_errno = errno;

	if (self.thread) {
		the.py.restore(self.thread);
	} else {
		the.py.ensure(); /* the first time for this thread */
		forget_pace(w);
	}
	self.thread = NULL;
	got_it(w);
	errno = saved_errno;
}

void cpython_drop(struct worker *w)
{
	const int saved_errno = errno;

	if (the.facts.gil_said)
		gil_note_drop(&w->seat, clock_now_ns(), LET_GO_CALL);
	self.thread = the.py.save();
	errno = saved_errno;
}

/* Set the number of ticks so that the next check point comes after 1 to 4 us of work. */
static void keep_pace(struct worker *w, uint64_t now_ns)
{
	const uint64_t work_ns = now_ns - self.since_ns;

	self.since_ns = now_ns;
	if (!the.by_ticks && work_ns > CHECK_NS_MAX)
		self.ticks /= 2;
	else if (!the.by_ticks && work_ns < CHECK_NS_MIN)
		self.ticks = self.ticks * 2 + 1;
	self.ticks = self.ticks < 1 ? 1 : self.ticks > TICKS_MAX ? TICKS_MAX : self.ticks;
	w->ticks_left = self.ticks;
}

/*
 * The call does not tell whether it released the lock and took it again. But another worker that
 * took it meanwhile left its number, so the answer is exact. The turn then ended when the call
 * began, and the next one began when the call returned. Both are late by the cost of an empty call,
 * 0.1 us or less.
 *
 * If no other worker took it, the old lock was released all the same, as it is at each check point.
 * A newer lock is released only on request, and then waits until another thread has it, so it was
 * not released.
 */
void cpython_check(struct worker *w)
{
	const uint64_t now_ns = clock_now_ns();

	keep_pace(w, now_ns);
	void *nothing = the.py.call(the.nop, NULL);

	if (!nothing) {
		the.py.print_error();
		die(EXIT_INTERNAL, "an empty Python function failed");
	}
	the.py.unref(nothing);
	if (atomic_load_explicit(&the.last, memory_order_relaxed) == (int)w->index) {
		if (the.by_ticks)
			gil_note_retake(&w->seat);
		return;
	}
	if (the.facts.gil_said)
		gil_note_drop(&w->seat, now_ns, LET_GO_YIELD);
	got_it(w);
}
