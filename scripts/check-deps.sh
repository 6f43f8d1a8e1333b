#!/bin/sh
# SPDX-License-Identifier: MIT
# check-deps.sh build|test: checks that the libraries of the build (and of the unit tests) exist.
# check-deps.sh ck: prints "yes" if Concurrency Kit is installed. The build works without it.
#
# The compiler answers, by compiling and linking a few lines against each library: a package list
# would miss libraries installed by hand. One message names everything that is missing.
set -u

stage=${1:-build}
CC=${CC:-cc}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
missing=

# links HEADERS EXPRESSION LIBRARY: true if a program using EXPRESSION compiles and links.
links()
{
	for header in $1; do
		echo "#include <$header>"
	done >"$scratch/try.c"
	echo "int main(void) { return ($2) != 0; }" >>"$scratch/try.c"
	# shellcheck disable=SC2086 # flags are lists of words
	$CC ${CPPFLAGS:-} -o "$scratch/try" "$scratch/try.c" ${LDFLAGS:-} $3 >/dev/null 2>&1
}

# Only inline functions of Concurrency Kit are used, so there is nothing to link.
has_ck()
{
	links 'ck_spinlock.h ck_cohort.h ck_rwlock.h ck_brlock.h ck_pflock.h ck_tflock.h' \
		'ck_pr_load_uint(&(unsigned){0})' ''
}

miss()
{
	missing="$missing
  $1"
}

if [ "$stage" = ck ]; then
	! has_ck || echo yes
	exit 0
fi
if ! links stdio.h 'puts("")' ''; then
	miss "a C compiler with its headers ($CC does not work)   Debian: build-essential"
else
	jansson_flags=$(pkg-config --cflags --libs jansson 2>/dev/null || echo -ljansson)
	links jansson.h 'json_error_code(&(json_error_t){.line = 0})' "$jansson_flags" ||
		miss "jansson    (reads JSON)                         Debian: libjansson-dev"
	expat_flags=$(pkg-config --cflags --libs expat 2>/dev/null || echo -lexpat)
	links expat.h 'XML_ParserCreate(NULL) != NULL' "$expat_flags" ||
		miss "expat      (reads charts)                       Debian: libexpat1-dev"
	hwloc_flags=$(pkg-config --cflags --libs hwloc 2>/dev/null || echo -lhwloc)
	[ "${HWLOC:-1}" = 0 ] || links hwloc.h 'hwloc_get_api_version()' "$hwloc_flags" ||
		miss "hwloc      (which CPUs share a core, a cache)   Debian: libhwloc-dev"
	[ "${LIBPFM:-1}" = 0 ] || links perfmon/pfmlib.h 'pfm_initialize()' -lpfm ||
		miss "libpfm4    (names of hardware counters)         Debian: libpfm4-dev"
	[ "${CK:-0}" = 0 ] || has_ck ||
		miss "ck         (Concurrency Kit: spin locks)        Debian: libck-dev"
	[ "$stage" = build ] && [ -z "$missing" ] ||
		links 'setjmp.h stdarg.h stddef.h stdint.h cmocka.h' 'cmocka_set_message_output, 0' \
			-lcmocka ||
		miss "cmocka     (unit tests)                         Debian: libcmocka-dev"
fi

if [ -n "$missing" ]; then
	cat >&2 <<END
tollgate cannot be built, this is missing:$missing
Run \`make deps\` to install it with the system's package manager.
Without hwloc or libpfm4: make HWLOC=0 (no placement by core or cache, no topology in the files),
make LIBPFM=0 (no hardware counters by name). Without Concurrency Kit: make CK=0 (no ck-* locks).
END
	exit 1
fi
[ "${HWLOC:-1}" != 0 ] ||
	echo "note: built without hwloc: no placement by core or cache, topology columns stay empty" >&2
[ "${LIBPFM:-1}" != 0 ] ||
	echo "note: built without libpfm4: no named hardware counters, their columns stay empty" >&2
[ "${CK:-1}" != 0 ] ||
	echo "note: built without Concurrency Kit: the ck-* locks are skipped" >&2
