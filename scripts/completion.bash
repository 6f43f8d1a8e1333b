# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Completion for bash. The program itself prints the candidates: commands, options and names of values.

_tollgate()
{
	local command='' before=${COMP_WORDS[COMP_CWORD - 1]} word=${COMP_WORDS[COMP_CWORD]}

	((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}
	# bash splits --name=value at '='
	[[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD - 2]}
	[[ $word == = ]] && word=
	mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" complete -- "$command" "$before" "$word" 2>/dev/null)
	[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
	return 0
}
complete -o default -F _tollgate tollgate
