/* SPDX-License-Identifier: MIT */
/*
 * The modes of the deck: their order, their names for people, and their names in style.gp, which
 * sets colours and shapes. Most charts show the four modes of the deck. A page of the GIL
 * laboratory or of the locks chooses its own.
 */
#include "harness/chart/internal.h"

#include <stdlib.h>
#include <string.h>

struct look {
	const char *mode, *words, *laboratory; /* its name on a page of the GIL laboratory */
	bool in_deck;
};

static const struct look looks[] = {
	{"none", N_("no lock"), NULL, true},
	{"mutex", N_("one mutex"), NULL, true},
	{"gil", N_("emulated GIL"), N_("GIL of 3.2"), true},
	{"process", N_("processes"), NULL, true},
	{"gil32", N_("emulated GIL"), N_("GIL of 3.2"), false},
	{"gil27", N_("GIL of 2.7"), NULL, false},
	{"gil313", N_("GIL of 3.13"), NULL, false},
	{"gil-prio", N_("3.2, I/O first"), NULL, false},
	{"gil32-noforce", N_("3.2, unforced"), NULL, false},
	{"gil-per-interpreter", N_("a GIL each"), NULL, false},
	{"gil-io-hold", NULL, NULL, false},
	{"free-threaded", NULL, NULL, false},
};

static const struct look *look_of(const char *mode)
{
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		if (strcmp(looks[i].mode, mode) == 0)
			return &looks[i];
	return NULL;
}

bool look_has(const struct page_modes *modes, const char *mode)
{
	for (size_t i = 0; i < modes->count; i++)
		if (strcmp(modes->names[i], mode) == 0)
			return true;
	return false;
}

void look_add(struct page_modes *modes, const char *mode)
{
	if (modes->count < PAGE_MODES_MAX && !look_has(modes, mode))
		modes->names[modes->count++] = mode;
}

struct page_modes look_deck(void)
{
	struct page_modes modes = {.count = 0};

	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		if (looks[i].in_deck)
			look_add(&modes, looks[i].mode);
	return modes;
}

/* "3.11.2" of "cpython-3.11.2", or NULL. */
static const char *version_of(const char *mode)
{
	return strncmp(mode, "cpython-", 8) == 0 ? mode + 8 : NULL;
}

const char *look_words(struct page *page, const char *mode)
{
	const struct look *look = look_of(mode);

	if (version_of(mode))
		return page_keep(page, "CPython %s", page_clean(page, version_of(mode), 12));
	if (look && page->laboratory && look->laboratory)
		return _(look->laboratory);
	return look && look->words ? _(look->words) : mode;
}

struct version {
	unsigned part[4];
	bool free_threaded;
};

/* Digits and points, and a "t" at the end without a GIL: "3.13.1t". False: it is no version. */
static bool read_version(const char *text, struct version *version)
{
	char *end;

	*version = (struct version){{0}, false};
	if (text[0] < '2' || text[0] > '3' || text[1] != '.')
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(version->part); i++) {
		if (*text < '0' || *text > '9')
			return false;
		version->part[i] = (unsigned)strtoul(text, &end, 10);
		version->free_threaded |= *end == 't';
		text = end + (*end == 't');
		if (!*text)
			return i > 0;
		if (*text++ != '.')
			return false;
	}
	return false;
}

/* Real interpreters with one lock look alike: 2.7 to 3.1, 3.2 to 3.12, from 3.13 on, and no lock. */
static const char *real_id(const char *text)
{
	struct version v;

	if (!read_version(text, &v))
		return "";
	if (v.free_threaded)
		return "real_free";
	return v.part[0] == 2 || v.part[1] < 2 ? "real27" : v.part[1] < 13 ? "real32" : "real313";
}

const char *look_id(struct page *page, const char *mode)
{
	for (size_t i = 0; i < page->lock_modes.count; i++)
		if (strcmp(page->lock_modes.names[i], mode) == 0)
			return page->lock_ids[i];
	if (version_of(mode))
		return real_id(version_of(mode));
	if (strcmp(mode, "gil32") == 0)
		return "gil";
	if (!look_of(mode))
		return "";
	char *id = xstrdup(mode);

	for (char *c = id; *c; c++)
		*c = *c == '-' ? '_' : *c;
	const char *kept = page_keep(page, "%s", id);

	free(id);
	return kept;
}

void look_put(struct page *page, const char *variable, const struct page_modes *modes)
{
	const char *ids = "";

	for (size_t i = 0; i < modes->count; i++) {
		const char *id = look_id(page, modes->names[i]);

		ids = page_keep(page, "%s%s%s", ids, i ? " " : "", id);
		if (page->laboratory)
			page_text(page, page_keep(page, "T_%s", id), "%s",
				  look_words(page, modes->names[i]));
	}
	page_words(page, variable, ids);
}

/* ---- the GIL laboratory ---- */

bool look_is_version(const char *text)
{
	struct version version;

	return read_version(text, &version);
}

bool look_is_newer(const char *a, const char *b)
{
	struct version x, y;

	read_version(a, &x);
	read_version(b, &y);
	for (size_t i = 0; i < ARRAY_SIZE(x.part); i++)
		if (x.part[i] != y.part[i])
			return x.part[i] > y.part[i];
	return false;
}

/* The newest real interpreter of MODES that looks like ID, or NULL. */
static const char *newest_real(const struct page_modes *modes, const char *id)
{
	const char *newest = NULL;

	for (size_t i = 0; i < modes->count; i++) {
		const char *mode = modes->names[i];

		if (version_of(mode) && strcmp(real_id(version_of(mode)), id) == 0 &&
		    (!newest || look_is_newer(version_of(mode), version_of(newest))))
			newest = mode;
	}
	return newest;
}

void look_laboratory(struct page *page, const struct page_modes *measured, const char *policies)
{
	const char *words = strstr(policies, "real")
				    ? policies
				    : page_keep(page, "%s real27 real32 real313 real_free",
						policies);
	char *copy = xstrdup(words), *rest = copy;

	page->laboratory = true;
	page->new_gil = !look_has(measured, "gil") && look_has(measured, "gil32") ? "gil32" : "gil";
	page->modes.count = 0;
	for (char *word; (word = strsep(&rest, " "));) {
		const char *mode = strncmp(word, "real", 4) == 0 ? newest_real(measured, word)
				   : strcmp(word, "gil") == 0    ? page->new_gil
								 : page_keep(page, "%s", word);

		if (mode)
			look_add(&page->modes, mode);
	}
	free(copy);
}

bool look_beyond_deck(const struct page_modes *modes)
{
	for (size_t i = 0; i < modes->count; i++) {
		const struct look *look = look_of(modes->names[i]);

		if (!look || (!look->in_deck && strcmp(look->mode, "gil32") != 0))
			return true;
	}
	return false;
}

const char *look_under(struct page *page, const char *mode)
{
	static const struct {
		const char *mode, *words;
	} phrases[] = {
		{"none", N_("without a lock")},
		{"mutex", N_("under one mutex")},
		{"process", N_("in processes")},
		{"gil-per-interpreter", N_("with a GIL each")},
		{"free-threaded", N_("in free threads")},
	};

	for (size_t i = 0; i < ARRAY_SIZE(phrases); i++)
		if (strcmp(phrases[i].mode, mode) == 0)
			return _(phrases[i].words);
	return page_keep(page, version_of(mode) ? _("under %s") : _("under the %s"),
			 look_words(page, mode));
}

/* ---- the locks ---- */

/* A page of locks shows no lock, the plain mutex, and the first measured kind of each family. */
static const struct {
	const char *id, *kinds;
} families[] = {
	{"none", "none"},
	{"mutex", "mutex"},
	{"lock_sleep", "adaptive futex semaphore errorcheck recursive robust"},
	{"lock_python", "pymutex pymutex-nospin pylock-sem pylock-cond"},
	{"lock_spin", "pthread-spin ttas tas ck-fas ck-cas ck-dec"},
	{"lock_ticket", "ticket ck-ticket ck-ticket-pb"},
	{"lock_queue", "ck-mcs ck-clh ck-anderson"},
	{"process", "process mutex-pshared futex-process semaphore-process"},
};

/* The first measured one of KINDS, or NULL. */
static const char *first_kind(const struct page_modes *measured, const char *kinds)
{
	char *copy = xstrdup(kinds), *rest = copy;
	const char *found = NULL;

	for (char *kind; !found && (kind = strsep(&rest, " "));)
		for (size_t i = 0; i < measured->count; i++)
			if (strcmp(measured->names[i], kind) == 0)
				found = measured->names[i];
	free(copy);
	return found;
}

bool look_locks(struct page *page, const struct page_modes *measured)
{
	page->laboratory = true;
	page->lock_modes.count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		const char *kind = first_kind(measured, families[i].kinds);

		if (!kind)
			continue;
		page->lock_ids[page->lock_modes.count] = families[i].id;
		look_add(&page->lock_modes, kind);
	}
	page->modes = page->lock_modes;
	return page->modes.count > 0;
}
