# SPDX-License-Identifier: MIT
# percentiles.awk - a whole distribution, by mode: the latency of one I/O worker beside CPU hogs (charts
# io-beside-hogs and gil-latency), and the wait for a lock (chart lock-wait).

function chart(    case_name, modes, mode, n, m)
{
	kind = "percentiles"
	case_name = name == "lock-wait" ? "lock_contended" : "io_beside_hogs"
	if (!read_percentiles(case_name) || !choose_steps(case_name)) {
		if (name == "lock-wait")
			missing("how long a worker waits for a lock", case_name, "--param sample=1")
		else
			missing("latency of I/O beside CPU hogs", case_name)
		return
	}
	if (name == "lock-wait")
		lock_open(case_name, "latency_p50_ns")
	if (name == "gil-latency") {
		for (m = 1; m <= steps; m++)
			lab_note(step[m, "mode"])
		lab_open("none gil27 gil gil313 gil-prio")
	}
	read_lines(case_name)
	modes = drawn_modes()
	if (name == "gil-latency" && !lab_worth_it(modes)) {
		missing("latency of I/O by GIL", case_name, "--modes base,gils,real")
		return
	}
	n = split(modes, mode, " ")
	for (m = 1; m <= n; m++)
		write_line(mode[m])
	for (m = 1; m <= n; m++)
		label(log(end_ns[mode[m]] / bottom_ns) / log(top_ns / bottom_ns), mode_id(mode[m]), with_unit(end_ns[mode[m]], "ns"))
	put_labels(0.066)
	put_modes("modes", modes)
	put_text("title", name == "lock-wait" ? lock_title(case_name) : name == "gil-latency" ? lab_title(case_name) : \
		 title_words(case_name))
	put_text("subtitle", (name == "lock-wait" ? plural(width, "worker", "workers") " and one lock (" : \
			      "One I/O worker beside " plural(width - 1, "CPU hog", "CPU hogs") " (") case_name set_words(case_name) \
		 "): " (name == "lock-wait" ? "wait for a turn" : "latency") \
		 " by percentile, logarithmic, lower is better; label = right end")
	put_text("axis_words", name == "lock-wait" ? "share of turns that were waited for no longer" : \
		 "share of operations that were at least as fast")
	put_number("last", 1 / (1 - last_percent / 100))
	put_number("bottom", bottom_ns)
	put_number("top", top_ns)
	put_number("switch_ns", modes ~ /gil|cpython/ ? interval_ns(chosen[case_name, "param"]) : 0)
	put_text("switch_words", "switch interval " round_ns(interval_ns(chosen[case_name, "param"])))
	put_axes()
}

# The first placement and parameters of the file; as many workers as the machine has units, if measured.
function choose_steps(case_name,    i, n, seen)
{
	for (i = 1; i <= steps; i++) {
		if (!((case_name, "param") in chosen)) {
			chosen[case_name, "param"] = step[i, "param"]
			chosen[case_name, "placement"] = step[i, "placement"]
		}
		if (step[i, "value_ns"] == "" || !chosen_step(case_name, i) || step[i, "workers"] in seen)
			continue
		seen[step[i, "workers"]] = 1
		widths[case_name, ++n] = step[i, "workers"] + 0
	}
	if (n == 0)
		return 0
	sort_widths(case_name, n)
	width = full_width(case_name)
	return 1
}

function chosen_step(case_name, i)
{
	return step[i, "param"] == chosen[case_name, "param"] && step[i, "placement"] == chosen[case_name, "placement"]
}

# What is to be drawn of each mode: the percentiles below 100, for that one has no place on the axis.
function read_lines(case_name,    i, mode)
{
	for (i = 1; i <= steps; i++) {
		mode = step[i, "mode"]
		if (!chosen_step(case_name, i) || step[i, "workers"] + 0 != width || step[i, "value_ns"] + 0 <= 0 ||
		    step[i, "percentile"] >= 100)
			continue
		points[mode]++
		if (index(" " mode_list() " ", " " mode " "))
			use_step(i)
		percent[mode, points[mode]] = step[i, "percentile"] + 0
		nanoseconds[mode, points[mode]] = step[i, "value_ns"] + 0
	}
}

function drawn_modes(    names, n, i, out, lacking)
{
	n = split(mode_list(), names, " ")
	for (i = 1; i <= n; i++) {
		if (points[names[i]] > 1)
			out = out (out == "" ? "" : " ") names[i]
		else
			lacking = lacking (lacking == "" ? "" : ", ") mode_words(names[i])
	}
	if (lacking != "")
		remark("not measured: " lacking)
	return out
}

# The line goes through all percentiles; only the well-known ones get a point.
function write_line(mode,    i, marked)
{
	marked = "^(0|50|90|99|99\\.9+)$"
	put_block(mode_id(mode))
	for (i = 1; i <= points[mode]; i++) {
		put_rows(sprintf("%.9g %.9g %s", 1 / (1 - percent[mode, i] / 100), nanoseconds[mode, i], \
				 percent[mode, i] ~ marked ? nanoseconds[mode, i] : "?"))
		if (percent[mode, i] > last_percent)
			last_percent = percent[mode, i]
		if (bottom_ns == "" || nanoseconds[mode, i] < bottom_ns)
			bottom_ns = nanoseconds[mode, i]
		if (nanoseconds[mode, i] > top_ns)
			top_ns = nanoseconds[mode, i]
		end_ns[mode] = nanoseconds[mode, i]
	}
	bottom_ns = decade_below(bottom_ns)
	top_ns = top_ns < bottom_ns * 10 ? bottom_ns * 10 : top_ns
}

function put_axes(    decade, list, n, i)
{
	n = split(top_ns > 100 * bottom_ns ? "1" : "1 2 5", list, " ")
	for (decade = bottom_ns; decade <= top_ns * 1.3; decade *= 10)
		for (i = 1; i <= n; i++)
			if (list[i] * decade <= top_ns * 1.3)
				tic(list[i] * decade, round_ns(list[i] * decade))
	put_tics("y")
	n = split("0 50 90 99 99.9 99.99 99.999 99.9999", list, " ")
	for (i = 1; i <= n; i++)
		if (list[i] <= last_percent)
			tic(1 / (1 - list[i] / 100), list[i] == 0 ? "min" : list[i] " %%")
	put_tics("x")
}

# Words from the paired ratios to "no lock" in summary.csv; from the curves alone nothing is claimed.
function title_words(case_name,    p50, p99, at50, at99)
{
	p50 = find(case_name, "gil", width, "latency_p50_ns")
	p99 = find(case_name, "gil", width, "latency_p99_ns")
	at50 = ratio_verdict(p50)
	at99 = ratio_verdict(p99)
	if (at50 == "missing" || at99 == "missing")
		return plain_words(find(case_name, "none", width, "latency_p50_ns"), find(case_name, "none", width, "latency_p99_ns"))
	if (at50 == "unknown" || at99 == "unknown")
		return "Too few launches to judge how long I/O waits beside CPU hogs"
	if (at50 == "above" && value[p50, "ratio"] >= 2)
		return "Beside CPU hogs a GIL makes the median I/O " times(value[p50, "ratio"]) " as long: " with_unit(value[p50, "median"], "ns")
	if (at99 == "above" && value[p99, "ratio"] >= 2 && value[p50, "ratio_hi"] >= 1.5)
		return "Beside CPU hogs a GIL makes one I/O in 100 last " with_unit(value[p99, "median"], "ns") ", " times(value[p99, "ratio"]) " as long"
	if (at99 == "above" && value[p99, "ratio"] >= 2)
		return "The median hides the GIL: one I/O in 100 lasts " with_unit(value[p99, "median"], "ns") ", " times(value[p99, "ratio"]) " as long"
	if (at99 == "above" || at50 == "above")
		return "Beside CPU hogs a GIL slows I/O by " times(value[at99 == "above" ? p99 : p50, "ratio"]) (at99 == "above" ? " at 99 %" : " in the median")
	if (at99 == "below" || at50 == "below")
		return "Beside CPU hogs I/O under a GIL takes " times(value[at99 == "below" ? p99 : p50, "ratio"]) " the time without a lock"
	return "I/O beside CPU hogs: no difference seen between GIL and no lock"
}

# Nothing to compare with: the figures alone.
function plain_words(p50, p99)
{
	if (!p50 || !p99)
		return "I/O beside CPU hogs: how long one operation takes"
	return "Beside CPU hogs I/O takes " with_unit(value[p50, "median"], "ns") ", one in 100 " \
	       with_unit(value[p99, "median"], "ns") " (no lock)"
}

# The old lock against the new one, where their intervals do not meet: in the median or at 99 %, whichever
# they differ more in.
function lab_title(case_name,    middle, tail)
{
	middle = lab_distance(case_name, "latency_p50_ns")
	tail = lab_distance(case_name, "latency_p99_ns")
	if (middle == "")
		return "I/O beside CPU hogs: what each GIL makes of it"
	if (middle < 0)
		return "Too few launches to judge what each GIL makes of I/O beside CPU hogs"
	if (middle <= 1 && tail <= 1)
		return "I/O beside CPU hogs: no difference seen between the GILs of 2.7 and 3.2"
	return "Beside CPU hogs " (tail > middle ? "one I/O in 100" : "the median I/O") " takes " \
	       lab_pair(case_name, tail > middle ? "latency_p99_ns" : "latency_p50_ns")
}

# How many times the lesser the greater is; 1: the intervals meet; -1: there are none; "": not measured.
function lab_distance(case_name, metric,    old, new)
{
	old = find(case_name, "gil27", width, metric)
	new = find(case_name, lab_new, width, metric)
	if (!old || !new || value[old, "median"] <= 0 || value[new, "median"] <= 0)
		return ""
	if (value[old, "ci_lo"] == "" || value[new, "ci_lo"] == "")
		return -1
	if (high(old) >= low(new) && high(new) >= low(old))
		return 1
	return value[old, "median"] > value[new, "median"] ? value[old, "median"] / value[new, "median"] : \
	       value[new, "median"] / value[old, "median"]
}

# The mutex against the lock with the shortest wait at 99 %, and if that is none, in the median.
function lock_title(case_name,    metric, words, best, list, n, i)
{
	n = split("latency_p99_ns latency_p50_ns", list, " ")
	for (i = 1; i <= n; i++) {
		metric = list[i]
		words = i == 1 ? "One turn in 100 is waited for " : "The median turn is waited for "
		if (!find(case_name, "mutex", width, metric))
			return "How long a worker waits for a lock"
		best = lock_apart(case_name, metric, width, "low")
		if (best == "unknown")
			return "Too few launches to judge how long a worker waits for a lock"
		if (best != "")
			return words with_unit(value[find(case_name, "mutex", width, metric), "median"], "ns") " under a mutex, " \
			       with_unit(value[find(case_name, best, width, metric), "median"], "ns") " under " mode_words(best)
	}
	return "Waiting for a lock: none seen to be shorter than for a mutex"
}

function lab_pair(case_name, metric)
{
	return with_unit(value[find(case_name, "gil27", width, metric), "median"], "ns") " " under("gil27") ", " \
	       with_unit(value[find(case_name, lab_new, width, metric), "median"], "ns") " " under(lab_new)
}
