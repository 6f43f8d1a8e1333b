# SPDX-License-Identifier: MIT
# gil-tenure.awk - how long a turn lasts against the switch interval, by lock: on own cores, on one core.

function chart(    n, p, i, list, m, shown)
{
	kind = "gil-tenure"
	case_name = "gil_handoff"
	metric = "tenure_p50_ns"
	lab_open_for(case_name, metric, "gil27 gil gil313 gil32-noforce")
	if (!choose_panels()) {
		missing("length of a turn by switch interval", case_name, "--profile full")
		return
	}
	n = split(lab_modes, list, " ")
	for (m = 1; m <= n; m++) {
		for (p = 1; p <= panels; p++)
			collect(list[m], panel[p])
		if (list[m] in has)
			shown = shown (shown == "" ? "" : " ") list[m]
		else
			lacking = lacking (lacking == "" ? "" : ", ") mode_words(list[m])
	}
	if (lacking != "")
		remark("not measured: " lacking)
	for (p = 1; p <= panels; p++)
		write_panel(p, shown)
	n = split(shown, list, " ")
	for (m = 1; m <= n; m++) {
		i = end_of[list[m]]
		label(log(value[i, "median"] / axis_bottom()) / log(axis_top() / axis_bottom()), mode_id(list[m]), "")
	}
	put_labels(0.075)
	put_number("panels", panels)
	put_number("left", least_interval / 1.35)
	put_number("right", most_interval * 1.35)
	put_number("bottom", axis_bottom())
	put_number("top", axis_top())
	put_log_tics("x_tics", least_interval / 1.35, most_interval * 1.35, 1)
	put_log_tics("y_tics", axis_bottom(), axis_top(), 1)
	put_log_tics("y_bare", axis_bottom(), axis_top(), 0)
	put_text("title", title_words())
	put_text("subtitle", "Median length of a turn against the switch interval, " plural(workers, "thread", "threads") \
		 " that compute (" case_name "), logarithmic; dashed = the interval itself; " interval_words("bar"))
}

# Own cores at the left, one core at the right; else the first placement of the file. Two threads, or as few as
# there are; and at least two intervals, or there is nothing to draw.
function choose_panels(    i, place, intervals, seen, count)
{
	for (i = 1; i <= rows; i++)
		if (is_turn(i) && value[i, "workers"] > 1 && (workers == "" || value[i, "workers"] + 0 < workers))
			workers = value[i, "workers"] + 0
	for (i = 1; i <= rows; i++) {
		if (!is_turn(i) || value[i, "workers"] + 0 != workers)
			continue
		if (rest == "")
			rest = "<" rest_of(value[i, "param"]) ">"
		if (rest != "<" rest_of(value[i, "param"]) ">")
			continue
		place[value[i, "placement"]] = 1
		if (first_place == "")
			first_place = value[i, "placement"]
		if (!(interval_ns(value[i, "param"]) in seen)) {
			seen[interval_ns(value[i, "param"])] = 1
			count++
		}
	}
	if (count < 2)
		return 0
	if ("cores" in place)
		panel[++panels] = "cores"
	if ("same-core" in place)
		panel[++panels] = "same-core"
	if (!panels)
		panel[++panels] = first_place
	return 1
}

function is_turn(i)
{
	return value[i, "case"] == case_name && value[i, "metric"] == metric && usable(i) && value[i, "median"] > 0 && \
	       index(" " lab_modes " ", " " value[i, "mode"] " ") && interval_ns(value[i, "param"]) > 0
}

# A parameter set but for the interval.
function rest_of(param)
{
	sub(/(^|;)interval_us=[0-9]+/, "", param)
	sub(/^;/, "", param)
	return param
}

# Points 1..turns[mode, place] of a line, by interval: turn[mode, place, n] is the row.
function collect(mode, place,    i, j, n)
{
	for (i = 1; i <= rows; i++) {
		if (value[i, "mode"] != mode || value[i, "placement"] != place || !is_turn(i) ||
		    value[i, "workers"] + 0 != workers || rest != "<" rest_of(value[i, "param"]) ">")
			continue
		chosen[case_name, "placement"] = place
		chosen[case_name, "param"] = value[i, "param"]
		if (find(case_name, mode, workers, metric) != i)
			continue # a second row of the same key
		n = ++turns[mode, place]
		for (j = n; j > 1 && interval_at(turn[mode, place, j - 1]) > interval_at(i); j--)
			turn[mode, place, j] = turn[mode, place, j - 1]
		turn[mode, place, j] = i
		has[mode] = 1
		extend(i)
	}
	if (n)
		end_of[mode] = turn[mode, place, n]
}

function interval_at(i)
{
	return interval_ns(value[i, "param"])
}

function extend(i,    x, lo)
{
	x = interval_at(i)
	lo = low(i) > 0 ? low(i) : value[i, "median"]
	if (least_interval == "" || x < least_interval)
		least_interval = x
	if (x > most_interval)
		most_interval = x
	if (least_turn == "" || lo < least_turn)
		least_turn = lo
	if (high(i) > most_turn)
		most_turn = high(i)
}

function axis_bottom()
{
	return (least_turn < least_interval ? least_turn : least_interval) / 1.5
}

function axis_top()
{
	return (most_turn > most_interval ? most_turn : most_interval) * 1.5
}

function write_panel(p, modes,    list, n, m, j, i, here)
{
	n = split(modes, list, " ")
	for (m = 1; m <= n; m++) {
		if (!turns[list[m], panel[p]])
			continue
		here = here (here == "" ? "" : " ") list[m]
		put_block(mode_id(list[m]) "-" p)
		for (j = 1; j <= turns[list[m], panel[p]]; j++) {
			i = turn[list[m], panel[p], j]
			put_rows(sprintf("%.9g %.9g %.9g %.9g", interval_at(i), value[i, "median"], \
					 low(i) > 0 ? low(i) : axis_bottom(), high(i)))
		}
	}
	put_modes("modes_" p, here)
	put_text("panel_" p, panel[p] == "cores" ? "each thread on a core of its own" : \
		 panel[p] == "same-core" ? "all threads on one core" : "placement " clean(panel[p], 30))
}

# Tics at the decades, and between them if there are few; with words or bare.
function put_log_tics(variable, from, to, in_words,    decade, list, n, i)
{
	n = split(to > 60 * from ? "1" : "1 2 5", list, " ")
	for (decade = decade_below(from); decade <= to; decade *= 10)
		for (i = 1; i <= n; i++)
			if (list[i] * decade >= from && list[i] * decade <= to)
				tic(list[i] * decade, in_words ? round_ns(list[i] * decade) : "")
	print variable " = '" tics "'" >page
	tics = ""
}

# The row of the new lock at INTERVAL, in panel P.
function new_turn(p, interval,    j)
{
	for (j = 1; j <= turns[lab_new, panel[p]]; j++)
		if (interval_at(turn[lab_new, panel[p], j]) == interval)
			return turn[lab_new, panel[p], j]
	return 0
}

function title_words(    at, own, one, start)
{
	at = 5000000
	if (!new_turn(1, at))
		at = turns[lab_new, panel[1]] ? interval_at(turn[lab_new, panel[1], 1]) : 0
	own = new_turn(1, at)
	one = panels > 1 ? new_turn(2, at) : 0
	if (!own && !one)
		return "How long a turn lasts, by lock and switch interval"
	start = mode_words(lab_new) ", interval " round_ns(at) ": "
	if (value[own ? own : one, "ci_lo"] == "" || (own && one && value[one, "ci_lo"] == ""))
		return "Too few launches to judge how long a turn lasts"
	if (!own || !one)
		return start "a turn lasts " turn_words(own ? own : one) " " \
		       place_words(own ? panel[1] : panel[2])
	if (high(own) < low(one) || high(one) < low(own))
		return start "a turn lasts " turn_words(own) " on own cores, " turn_words(one) " on one core"
	return start "turns on own cores and on one core, no difference seen"
}

function turn_words(i)
{
	return with_unit(value[i, "median"], "ns")
}

function place_words(place)
{
	return place == "cores" ? "on own cores" : place == "same-core" ? "on one core" : "at placement " clean(place, 20)
}
