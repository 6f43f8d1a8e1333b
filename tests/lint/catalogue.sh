#!/bin/sh
# SPDX-License-Identifier: MIT
# po/tollgate.pot lists the sentences that the sources hold, and a translation of one reaches the reader.
# without sanitizers: nothing in it is compiled
# Environment: TOLLGATE.
set -u

command -v xgettext >/dev/null || {
	echo "xgettext is not installed: make deps"
	exit 77
}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

scripts/pot.sh >"$scratch/fresh.pot" || exit 1
cmp -s "$scratch/fresh.pot" po/tollgate.pot || {
	echo "po/tollgate.pot is old: make pot"
	exit 1
}

# a language with one sentence, for a program that has it beside itself
mkdir -p "$scratch/bin" "$scratch/share/locale/eo/LC_MESSAGES"
cp "$TOLLGATE" "$scratch/bin/tollgate"
cat >"$scratch/eo.po" <<-'END'
	msgid ""
	msgstr "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
	msgid "A GIL makes %u workers work like one (no lock: %s)"
	msgstr "GIL igas %u laborantojn labori kiel unu (sen ŝlosilo: %s)"
	msgid "measure this machine"
	msgstr "mezuri la komputilon"
	msgid "With several cores, threads and processes really run in parallel"
	msgstr "Kun pluraj kernoj ili vere paralelas"
	msgid "unknown command '%.80s'%s\ntry 'tollgate --help'"
	msgstr "nekonata komando '%.80s'%s"
END
msgfmt -c --check-domain -o "$scratch/share/locale/eo/LC_MESSAGES/tollgate.mo" "$scratch/eo.po" 2>/dev/null ||
	msgfmt -o "$scratch/share/locale/eo/LC_MESSAGES/tollgate.mo" "$scratch/eo.po" || exit 1
title()
{
	env "$@" "$scratch/bin/tollgate" rows --chart=cpu-scaling results/reference-16-cores | head -n 1
}
[ "$(title LC_ALL=C LANGUAGE=eo)" = 'A GIL makes 16 workers work like one (no lock: 15.7 ×)' ] || {
	echo "in the C locale: $(title LC_ALL=C LANGUAGE=eo)"
	exit 1
}
locale -a 2>/dev/null | grep -qix 'C\.utf-\?8' || exit 0
case $(title LC_ALL=C.UTF-8 LANGUAGE=eo) in
'GIL igas 16 laborantojn'*) ;;
*)
	echo "translated: $(title LC_ALL=C.UTF-8 LANGUAGE=eo)"
	exit 1
	;;
esac

# a help text, a text of a table and a message
said()
{
	LC_ALL=C.UTF-8 LANGUAGE=eo "$scratch/bin/tollgate" "$@" 2>&1
}
wanted=0
said run --help | grep -qx 'tollgate run - mezuri la komputilon' && wanted=$((wanted + 1))
said claims --claim=C03 results/reference-16-cores | grep -q '^C03: Kun pluraj kernoj' && wanted=$((wanted + 1))
said nothing | grep -qx "tollgate: nekonata komando 'nothing'" && wanted=$((wanted + 1))
[ "$wanted" -eq 3 ] || {
	echo "help, claim, message: $wanted of 3 are translated"
	exit 1
}
