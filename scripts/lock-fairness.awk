# SPDX-License-Identifier: MIT
# lock-fairness.awk - who gets the lock: Jain's index of the turns in the worst and in the median 10 ms, by
# lock, and how often the lock changes hands.

function chart(    case_name, modes, mode, n, m, width)
{
	kind = "lock-fairness"
	case_name = "lock_contended"
	if (lock_open(case_name, "jain_10ms_min") == "" || !choose(case_name, "jain_10ms_min")) {
		missing("how workers share a lock", case_name, "--param sample=1")
		return
	}
	width = full_width(case_name)
	modes = modes_with(case_name, "jain_10ms_min", width)
	n = split(modes, mode, " ")
	write_dots(case_name, mode, n, width, "jain_10ms_min")
	write_dots(case_name, mode, n, width, "jain_10ms_p50")
	for (m = 1; m <= n; m++) {
		put_text("hands_" m, cell(case_name, mode[m], width, "handoff_share", "share"))
		put_text("run_" m, cell(case_name, mode[m], width, "longest_run", "count"))
	}
	put_modes("modes", modes)
	put_number("fewest", 1 / width)
	put_text("title", title_words(case_name, width))
	put_text("subtitle", plural(width, "worker", "workers") " and one lock: Jain's index of the turns, 1 = equal shares, " \
		 digits(1 / width) " = one has all; higher is better; " interval_words("whisker"))
	remark(case_name set_words(case_name))
	lock_use_all(case_name, "handoff_share")
	lock_use_all(case_name, "share_min_max")
}

# Block METRIC: "value row low high" for each mode that has it. No index exceeds 1.
function write_dots(case_name, mode, n, width, metric,    m, i)
{
	put_block(metric)
	for (m = 1; m <= n; m++) {
		i = find(case_name, mode[m], width, metric)
		if (i)
			put_rows(sprintf("%.9g %d %.9g %.9g", value[i, "median"], m, low(i), high(i) < 1 ? high(i) : 1))
	}
	lock_use_all(case_name, metric)
}

function cell(case_name, mode, width, metric, how,    i)
{
	i = find(case_name, mode, width, metric)
	return !i ? "" : how == "share" ? digits(100 * value[i, "median"]) " %" : with_unit(value[i, "median"], "count")
}

# How often the lock changes hands, where the intervals of mutex and the other do not meet.
function title_words(case_name, width,    mutex, best, other)
{
	mutex = find(case_name, "mutex", width, "handoff_share")
	if (!mutex)
		return "How workers share a lock"
	best = lock_apart(case_name, "handoff_share", width, "high")
	if (best == "unknown")
		return "Too few launches to judge how workers share a lock"
	if (best == "")
		return "No lock seen to change hands more often than a mutex"
	other = find(case_name, best, width, "handoff_share")
	return "A mutex goes to another worker after " digits(100 * value[mutex, "median"]) " % of the turns, " \
	       mode_words(best) " after " digits(100 * value[other, "median"]) " %"
}
