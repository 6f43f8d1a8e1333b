# SPDX-License-Identifier: MIT
# lock-handoff.awk - from letting go of a lock until the other worker has it, by lock: a waiter that has just
# come beside one that had time to fall asleep.

function chart(    case_name, count, p, n, m, mode, modes)
{
	kind = "lock-handoff"
	case_name = "lock_handoff"
	if (lock_open(case_name, "unlock_to_lock_ns") == "" || !(count = choose_panels(case_name))) {
		missing("how long a lock takes from hand to hand", case_name)
		return
	}
	modes = lab_modes
	n = split(modes, mode, " ")
	for (p = 1; p <= count; p++) {
		rechoose(case_name, "unlock_to_lock_ns", panel[p], panel_placement)
		put_block("p" p)
		for (m = 1; m <= n; m++)
			write_dot(case_name, mode[m], p, m)
		lock_use_all(case_name, "unlock_to_lock_ns")
		put_text("name_" p, number_of(panel[p], "hold") " steps after the other came")
	}
	put_modes("modes", modes)
	put_number("panels", count)
	put_text("title", title_words(case_name, count))
	put_text("subtitle", "From letting go until the other worker has the lock (" case_name ", placement " \
		 clean(panel_placement, 30) "), logarithmic; lower is better; " interval_words("whisker"))
	put_axis()
}

# At most two lengths of holding on, the shortest and the longest, at the first placement.
function choose_panels(case_name,    i, n, seen, shortest, longest)
{
	for (i = 1; i <= rows; i++) {
		if (value[i, "case"] != case_name || value[i, "metric"] != "unlock_to_lock_ns" || !usable(i))
			continue
		if (panel_placement == "")
			panel_placement = value[i, "placement"]
		if (value[i, "placement"] != panel_placement || value[i, "param"] in seen)
			continue
		seen[value[i, "param"]] = 1
		n++
		if (shortest == "" || number_of(value[i, "param"], "hold") < number_of(shortest, "hold"))
			shortest = value[i, "param"]
		if (longest == "" || number_of(value[i, "param"], "hold") > number_of(longest, "hold"))
			longest = value[i, "param"]
	}
	panel[1] = shortest
	panel[2] = longest
	return n > 2 ? 2 : n + 0
}

function write_dot(case_name, mode_here, p, m,    i)
{
	i = find(case_name, mode_here, 2, "unlock_to_lock_ns")
	put_text("words_" p "_" m, i ? with_unit(value[i, "median"], "ns") : "")
	put_number("at_" p "_" m, i ? high(i) : 0)
	if (!i || value[i, "median"] <= 0)
		return
	put_rows(sprintf("%.9g %d %.9g %.9g", value[i, "median"], m, low(i) > 0 ? low(i) : value[i, "median"], high(i)))
	if (leftmost == "" || low(i) < leftmost)
		leftmost = low(i) > 0 ? low(i) : value[i, "median"] + 0
	if (high(i) > rightmost)
		rightmost = high(i)
}

# The mutex against the quickest lock of the last panel, where their intervals do not meet.
function title_words(case_name, count,    mutex, best)
{
	rechoose(case_name, "unlock_to_lock_ns", panel[count], panel_placement)
	mutex = find(case_name, "mutex", 2, "unlock_to_lock_ns")
	if (!mutex)
		return "From hand to hand: how long a lock takes"
	best = lock_apart(case_name, "unlock_to_lock_ns", 2, "low")
	if (best == "unknown")
		return "Too few launches to judge how long a lock takes from hand to hand"
	if (best == "")
		return "From hand to hand: no lock seen to be quicker than a mutex"
	return "From hand to hand a mutex takes " with_unit(value[mutex, "median"], "ns") ", " mode_words(best) " " \
	       with_unit(value[find(case_name, best, 2, "unlock_to_lock_ns"), "median"], "ns") ", after " \
	       number_of(panel[count], "hold") " steps"
}

# Room for the words at the right end of the longest whisker, and tics that do not touch.
function put_axis(    decade, bottom, every, n)
{
	bottom = decade_below(leftmost)
	every = log(rightmost / bottom) > 4 * log(10) ? 2 : 1
	for (decade = bottom; decade <= rightmost * 3; decade *= 10)
		tic(decade, n++ % every ? "" : round_ns(decade))
	put_tics("x")
	put_number("bottom", bottom)
	put_number("top", rightmost * exp(0.35 * log(rightmost / bottom)))
}
