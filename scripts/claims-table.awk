# SPDX-License-Identifier: MIT
# claims-table.awk - the last pages of the slides: every claim with its verdict, its figure and what that must
# be. Read from claims.csv; the page is the number behind the last hyphen of its name.

function chart(    pages, here, first, last, i, part)
{
	kind = "claims-table"
	pages = 4
	split(name, part, "-")
	here = part[2] + 0
	if (!read_claims()) {
		missing_page("verdicts on the lecture", "no claims.csv", "tollgate claims --format=csv RUN >RUN/claims.csv")
		return
	}
	first = int((here - 1) * claims / pages) + 1
	last = int(here * claims / pages)
	for (i = first; i <= last; i++)
		write_claim(i - first + 1, i)
	put_number("rows", last - first + 1)
	put_text("title", title_words())
	put_text("subtitle", "Sentences of the lecture, " clean(claim[first, "claim"], 12) " to " clean(claim[last, "claim"], 12) \
		 ": figure with interval, and what its whole interval must be")
	remark("rules: docs/claims.md")
}

function verdict_id(words)
{
	return words == "holds" ? "holds" : words == "does not hold" ? "fails" : words == "inconclusive" ? "open" : "unknown"
}

function tally(words,    i, n)
{
	for (i = 1; i <= claims; i++)
		n += verdict_id(claim[i, "verdict"]) == words
	return n + 0
}

function title_words(    holds, fails)
{
	holds = tally("holds")
	fails = tally("fails")
	if (holds + fails == 0)
		return "None of " claims " sentences could be judged by this run"
	return "Of " claims " sentences " holds (holds == 1 ? " holds here, " : " hold here, ") fails \
	       (fails == 1 ? " does not" : " do not") \
	       (tally("open") ? ", " tally("open") (tally("open") == 1 ? " is open" : " are open") : "") \
	       (tally("unknown") ? ", " tally("unknown") (tally("unknown") == 1 ? " was" : " were") " not measured" : "")
}

function write_claim(place, i,    lines, n, id)
{
	id = verdict_id(claim[i, "verdict"])
	put_list("verdict_" place, id)
	put_text("word_" place, id == "unknown" ? "not measured" : claim[i, "verdict"])
	put_text("id_" place, clean(claim[i, "claim"], 8))
	n = wrap(clean(claim[i, "title"], 300), 47, 3, lines)
	put_lines("sentence_" place, lines, n)
	n = wrap(claim[i, "figure"] == "" ? "" : claim_figure(i), 32, 1, lines)
	put_text("figure_" place, lines[1])
	n = wrap(rule_words(i), 31, claim[i, "figure"] == "" ? 3 : 2, lines)
	put_lines("rule_" place, lines, n)
}

# "0.989 (0.967 to 1.01)"; of the worst epoch there is no interval to tell.
function claim_figure(i,    unit)
{
	unit = claim[i, "unit"]
	if (claim[i, "lo"] == "" || claim[i, "hi"] == "" || claim[i, "experiment"] ~ /of the worst epoch/)
		return figure_words(claim[i, "figure"], unit)
	if (unit !~ /^(ns|1\/s|ratio|share)?$/)
		return count_words(claim[i, "figure"]) " (" count_words(claim[i, "lo"]) " to " count_words(claim[i, "hi"]) ") " \
		       clean(unit, 16)
	return figure_words(claim[i, "figure"], unit) " (" figure_words(claim[i, "lo"], unit) " to " \
	       figure_words(claim[i, "hi"], unit) ")"
}

# The rule is the end of the experiment: "..: speedup below 1.1".
function rule_words(i,    rule)
{
	rule = claim[i, "experiment"]
	if (!sub(/^.*: /, "", rule))
		return clean(claim[i, "reason"], 100)
	gsub(/_/, " ", rule)
	if (claim[i, "figure"] == "")
		return verdict_id(claim[i, "verdict"]) == "unknown" ? "tollgate run --claims=" clean(claim[i, "claim"], 8) : \
		       clean(claim[i, "reason"], 100)
	return clean("must be: " rule, 100)
}
