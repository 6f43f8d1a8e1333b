# SPDX-License-Identifier: MIT
# lock-throughput.awk - small multiples: turns per second against workers, by lock; a panel for each length
# of the section that the lock guards.

function chart(    case_name, count, p, all)
{
	kind = "lock-throughput"
	case_name = "lock_contended"
	if (lock_open(case_name, "ops_per_s") == "" || !(count = choose_panels(case_name))) {
		missing("what workers who compete for a lock get done", case_name)
		return
	}
	for (p = 1; p <= count; p++) {
		rechoose(case_name, "ops_per_s", panel[p], panel_placement)
		all = all " " write_panel(case_name, p)
		if (p == 1 || critical(panel[p]) == 100)
			put_text("title", title_words(case_name, p))
	}
	put_modes("modes", drawn(all))
	put_number("panels", count)
	put_number("pus", pus)
	put_text("pus_words", plural(pus, "processing unit", "processing units"))
	put_text("subtitle", "Turns per second by number of workers, one panel per number of steps that the lock is held (" case_name \
		 "); higher is better; " interval_words("bar"))
	remark("marks of one count stand side by side")
}

function critical(param)
{
	return number_of(param, "critical")
}

# The parameter sets without stamps that write one line of data, at one placement, by length of the section.
function choose_panels(case_name,    i, j, n, seen, hold)
{
	for (i = 1; i <= rows; i++) {
		if (value[i, "case"] != case_name || value[i, "metric"] != "ops_per_s" || !usable(i) ||
		    value[i, "param"] !~ /(^|;)lines=1(;|$)/ || value[i, "param"] !~ /(^|;)sample=0(;|$)/)
			continue
		if (panel_placement == "")
			panel_placement = value[i, "placement"]
		if (value[i, "placement"] != panel_placement || value[i, "param"] in seen)
			continue
		seen[value[i, "param"]] = 1
		panel[++n] = value[i, "param"]
		for (j = n; j > 1 && critical(panel[j]) < critical(panel[j - 1]); j--) {
			hold = panel[j]
			panel[j] = panel[j - 1]
			panel[j - 1] = hold
		}
	}
	if (n > 3)
		remark(n - 3 " of " n " lengths left out")
	return n > 3 ? 3 : n + 0
}

# The lines of panel P as blocks "pP-MODE"; the modes that it has.
function write_panel(case_name, p,    modes, mode, n, m, w, i, top)
{
	modes = modes_with(case_name, "ops_per_s", "")
	n = split(modes, mode, " ")
	for (m = 1; m <= n; m++) {
		put_block("p" p "-" mode_id(mode[m]))
		for (w = 1; (case_name, w) in widths; w++) {
			i = find(case_name, mode[m], widths[case_name, w], "ops_per_s")
			if (!i)
				continue
			put_rows(sprintf("%.9g %.9g %.9g %.9g", widths[case_name, w] + (m - (n + 1) / 2) * 0.012 * last_width(case_name), \
					 value[i, "median"], low(i), high(i)))
			if (high(i) > top)
				top = high(i)
		}
	}
	lock_use_all(case_name, "ops_per_s")
	put_modes("modes_" p, modes)
	put_number("last_" p, last_width(case_name))
	put_number("top_" p, top * 1.06)
	put_width_tics(case_name, 0.1, "xtics_" p)
	put_panel_tics("ytics_" p, "y", top, "count")
	put_text("name_" p, panel_words(panel[p]))
	return modes
}

function panel_words(param)
{
	return critical(param) " steps held, " number_of(param, "parallel") " apart"
}

# Each mode of ALL once, in the order of the page.
function drawn(all,    list, n, m, out)
{
	n = split(lab_modes, list, " ")
	for (m = 1; m <= n; m++)
		if (index(all " ", " " list[m] " "))
			out = out (out == "" ? "" : " ") list[m]
	return out
}

# The mutex against the lock that gets most done beside it, where their intervals do not meet.
function title_words(case_name, p,    width, mutex, best)
{
	width = full_width(case_name)
	mutex = find(case_name, "mutex", width, "ops_per_s")
	if (!mutex || width == 1)
		return "Turns under a lock by number of workers"
	best = lock_apart(case_name, "ops_per_s", width, "high")
	if (best == "unknown")
		return "Too few launches to judge what workers who compete for a lock get done"
	if (best == "")
		return width " workers, " panel_words(panel[p]) ": no lock seen to get more done than a mutex"
	return width " workers, " panel_words(panel[p]) ": " \
	       with_unit(value[find(case_name, best, width, "ops_per_s"), "median"], "count") "/s under " mode_words(best) ", " \
	       with_unit(value[mutex, "median"], "count") "/s under a mutex"
}
