#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/ci: the files are YAML, their scripts are valid shell, their commands exist, and the README
# explains it. yamllint and shellcheck are left out if they are not installed. Environment: TOLLGATE.
# beside others: nothing is measured
# without sanitizers: nothing in it is compiled
set -u

bad=0
complain()
{
	echo "$*" >&2
	bad=1
}

# scripts FILE: the shell in it, each script after a line "#--": blocks "run: |" and "- |", and words
# behind "run:".
scripts()
{
	awk '
		function depth(line) {
			match(line, /^ */)
			return RLENGTH
		}
		inside && NF && depth($0) <= level { inside = 0 }
		inside { print substr($0, level + 3); next }
		/^ *(- )?run: \|$/ || /^ *- \|$/ {
			level = depth($0)
			inside = 1
			print "#--"
			next
		}
		/^ *run: [^|]/ { sub(/^ *run: /, ""); print "#--"; print }
	' "$1"
}

here=$(mktemp -d) || exit 1
trap 'rm -rf "$here"' EXIT
for file in docs/ci/*.yml; do
	name=$(basename "$file" .yml)
	scripts "$file" | awk -v base="$here/$name" '
		/^#--$/ { close(out); out = base "-" ++n ".sh"; print "#!/bin/sh -e" >out; next }
		{ print >out }'
	! command -v yamllint >/dev/null || yamllint -s "$file" || complain "$file: yamllint"
	grep -q "$name.yml" docs/ci/README.md || complain "docs/ci/README.md: nothing about $file"
	grep -o 'TOLLGATE_[A-Z_]*' "$file" | sort -u | while read -r variable; do
		grep -q "$variable" docs/ci/README.md || echo "docs/ci/README.md: nothing about $variable"
	done >"$here/silent"
	[ ! -s "$here/silent" ] || complain "$(cat "$here/silent")"
done
found=0
for script in "$here"/*.sh; do
	[ -f "$script" ] || continue
	found=$((found + 1))
	sh -n "$script" || complain "${script##*/}: not valid shell"
	# variables of the CI system are set outside
	! command -v shellcheck >/dev/null || shellcheck -e SC2154 "$script" || complain "${script##*/}: shellcheck"
done
[ "$found" -ge 8 ] || complain "only $found scripts found in docs/ci"

# This program has every command and option that they use.
cat "$here"/*.sh | sed -e ':a' -e '/\\$/N; s/\\\n//; ta' | grep -o 'build/tollgate [a-z]* .*' |
	while read -r _ command rest; do
		help=$("$TOLLGATE" "$command" --help 2>&1) || {
			echo "no command: $command"
			continue
		}
		for word in $rest; do
			case $word in
			--*) echo "$help" | grep -q -- "$word\>" || echo "no option: $command $word" ;;
			esac
		done
	done >"$here/unknown"
[ ! -s "$here/unknown" ] || complain "docs/ci: $(cat "$here/unknown")"
exit "$bad"
