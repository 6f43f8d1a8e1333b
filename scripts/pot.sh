#!/bin/sh
# SPDX-License-Identifier: MIT
# pot.sh: every sentence for readers, in the form that translators take, on standard output. Sorted and without
# places, so that it changes only when a sentence does.
set -eu

cd "$(dirname "$0")/.."
find harness -name '*.[ch]' | LC_ALL=C sort |
	xgettext --files-from=- --language=C --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=ngettext:1,2 \
		--keyword=die:2 --keyword=note:1 \
		--no-location --sort-output --package-name=tollgate --output=- |
	sed -e '/^"POT-Creation-Date:/d' -e '/^# /d' -e '/^#$/d'
