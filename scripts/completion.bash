# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Completion for bash: commands, options and the choices, all read from the program's own --help.

_tollgate()
{
	local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} help choices

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		help=$("$program" --help 2>/dev/null | sed -n '/^Commands:/,$s/^  \([a-z]*\) .*/\1/p')
		mapfile -t COMPREPLY < <(compgen -W "$help help --help --version" -- "$word")
		return
	fi
	# bash splits --name=value at '='
	local option=${COMP_WORDS[COMP_CWORD - 1]}
	[[ $word == = ]] && word=
	[[ $option == = ]] && option=${COMP_WORDS[COMP_CWORD - 2]}
	help=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null)
	if [[ $option == --* ]]; then
		choices=$(sed -n "s/^.*$option=\([a-z|]*|[a-z|]*\).*/\1/p" <<<"$help" | tr '|' ' ')
		if [[ -n $choices ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
			return
		fi
	fi
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(grep -o -- '--[a-z-]*=\?' <<<"$help" | sort -u)" -- "$word")
		[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
		return
	fi
	mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -o filenames -F _tollgate tollgate
