#!/bin/sh
# SPDX-License-Identifier: MIT
# asm.sh BUILD CASE [KIND]: the machine code of a case's specialised copies.
#
# Each function that a case marks with BENCH_SPECIALISE has one copy per sync kind, named
# function_kind. KIND picks one kind: none, mutex, gil and so on. process and mutex share a copy.
set -eu

usage()
{
	echo "usage: make asm CASE=name [MODE=name]; cases: $(cd bench && echo *.c | sed 's/\.c//g')" >&2
	exit 64
}

build=${1:?} case=${2:-} kind=${3:-}
[ -f "bench/${case:-?}.c" ] || usage
[ "$kind" != process ] || kind=mutex
object=$build/obj/bench/$case.o
# shellcheck source=scripts/copies.sh
. scripts/copies.sh
[ -z "$kind" ] || echo "$all_kinds" | grep -qx "$kind" || {
	echo "asm.sh: unknown mode '$kind'; accepted: $(echo "$all_kinds" | tr '\n' ' ')process" >&2
	exit 64
}

copies "bench/$case.c" | while read -r _ body one; do
	[ "${kind:-$one}" = "$one" ] || continue
	# cut one function out of the whole object, as --disassemble=NAME misplaces the relocations
	"${OBJDUMP:-objdump}" -d -r --no-show-raw-insn "$object" |
		awk -v head="<${body}_$one>:" '/^$/ { on = 0 } $2 == head { on = 1 } on'
	echo
done
