# SPDX-License-Identifier: MIT
# terminal.awk - the POS terminal: what gets lost, and what a swipe costs, by mode.

function chart(    case_name, modes, mode, n, m, i, width)
{
	kind = "terminal"
	case_name = "pos_terminal"
	if (!choose(case_name, "lost_updates")) {
		missing("lost updates at the POS terminal", case_name)
		return
	}
	prefer_losses(case_name)
	width = last_width(case_name)
	modes = modes_with(case_name, "lost_updates", width)
	n = split(modes, mode, " ")
	write_bars(case_name, mode, n, width, "lost_updates", "lost", "count")
	write_bars(case_name, mode, n, width, "op_ns", "cost", "ns")
	put_list("modes", modes)
	put_text("title", title_words(case_name, width))
	put_text("subtitle", plural(width, "person swipes", "people swipe") " one card (" case_name set_words(case_name) \
		 "); lower is better; " interval_words("whisker"))
}

# Few and fast swipes lose nothing on many a machine: take the first parameter set in which something
# was lost for certain, and say so.
function prefer_losses(case_name,    i)
{
	i = find(case_name, "none", last_width(case_name), "lost_updates")
	if (i && value[i, "ci_lo"] > 0)
		return
	for (i = 1; i <= rows; i++)
		if (value[i, "case"] == case_name && value[i, "metric"] == "lost_updates" && value[i, "mode"] == "none" &&
		    usable(i) && value[i, "ci_lo"] > 0) {
			remark("with " clean(chosen[case_name, "param"], 40) " no loss was certain")
			rechoose(case_name, "lost_updates", value[i, "param"], value[i, "placement"])
			return
		}
}

# Block WHAT: one row per mode, "place median low high"; the axis' end and the words beside each bar.
function write_bars(case_name, mode, n, width, metric, what, unit,    m, i, top)
{
	top = 0
	put_block(what)
	for (m = 1; m <= n; m++) {
		i = find(case_name, mode[m], width, metric)
		put_text(what "_words_" m, i ? bar_words(i, metric, unit) : "not measured")
		put_number(what "_at_" m, i ? high(i) : 0)
		if (!i)
			continue
		put_rows(sprintf("%d %.9g %.9g %.9g", m, value[i, "median"], low(i), high(i)))
		if (high(i) > top)
			top = high(i)
	}
	put_number(what "_top", top > 0 ? top * (what == "cost" ? 1.8 : 1.35) : 1)
}

function bar_words(i, metric, unit)
{
	if (metric == "lost_updates")
		return count_words(value[i, "median"])
	return with_unit(value[i, "median"], unit) (ratio_verdict(i) == "missing" || ratio_verdict(i) == "unknown" ? "" : \
	       ratio_verdict(i) == "spans" ? "  (no difference)" : "  (" times(value[i, "ratio"]) ")")
}

# "Lost" is claimed only if the interval lies above 0, "costs more" only if that of the ratio spans not 1.
function title_words(case_name, width,    free, locked, cost, at, lost_words)
{
	free = find(case_name, "none", width, "lost_updates")
	locked = find(case_name, "mutex", width, "lost_updates")
	cost = find(case_name, "mutex", width, "op_ns")
	at = ratio_verdict(cost)
	if (!free)
		return "POS terminal: updates lost and cost of a swipe"
	if (value[free, "ci_lo"] == "")
		lost_words = "Too few launches to judge: " count_words(value[free, "median"]) " lost without a lock"
	else if (low(free) > 0)
		lost_words = "Without a lock " count_words(value[free, "median"]) " swipes vanish"
	else
		lost_words = "No loss seen for certain without a lock"
	if (!locked)
		return lost_words
	return lost_words "; a mutex loses " (high(locked) > 0 ? count_words(value[locked, "median"]) : "none") \
	       (at == "above" || at == "below" ? " and takes " times(value[cost, "ratio"]) " as long" : \
		at == "spans" ? ", no cost difference seen" : "")
}
