# SPDX-License-Identifier: MIT
# gil-timeline.awk - who holds the GIL: a lane per thread, a panel per lock, 50 ms of one epoch.

function chart(    list, n, i, shown)
{
	kind = "gil-timeline"
	window_ns = 50000000
	lanes_most = 8
	panels_most = 6
	if (!read_timeline() || !choose_set()) {
		missing("who holds the GIL", "gil_handoff")
		return
	}
	for (i = 1; i <= holdings; i++)
		if (in_set(i))
			lab_note(held[i, "mode"])
	lab_open("gil27 real27 gil real32 gil313 real313")
	find_window()
	lanes = set_workers < lanes_most ? set_workers : lanes_most
	if (lanes < set_workers)
		remark("the first " lanes " of " set_workers " threads")
	n = split(lab_modes, list, " ")
	for (i = 1; i <= n; i++) {
		if (!(list[i] in last_drop))
			lacking = lacking (lacking == "" ? "" : ", ") mode_words(list[i])
		else if (panels < panels_most) {
			write_panel(list[i])
			shown = shown (shown == "" ? "" : " ") list[i]
		}
	}
	if (lacking != "")
		remark("not measured: " lacking)
	put_modes("modes", shown)
	put_number("panels", panels)
	put_number("lanes", lanes)
	put_number("window_ms", window_ns / 1e6)
	put_text("title", title_words())
	put_text("subtitle", "Who holds the lock in the first " window_words() " of one epoch, a lane per thread (" set_case \
		 clean(set_param == "" ? "" : ", " set_param, 40) clean(", placement " set_placement, 30) "): an example, no statistic")
}

# --- choosing -----------------------------------------------------------------------------------

function set_key(i)
{
	return held[i, "case"] SUBSEP held[i, "workers"] SUBSEP held[i, "placement"] SUBSEP held[i, "param"]
}

# gil_handoff before cpu_int, two workers before more, most locks, own cores, the default interval.
function choose_set(    i, key, score, best, best_score, locks, seen)
{
	for (i = 1; i <= holdings; i++)
		if (!((set_key(i), held[i, "mode"]) in seen) && mode_id(held[i, "mode"]) ~ /^(gil|gil27|gil313|real.*)$/) {
			seen[set_key(i), held[i, "mode"]] = 1
			locks[set_key(i)]++
		}
	for (i = 1; i <= holdings; i++) {
		key = set_key(i)
		if (held[i, "case"] !~ /^(gil_handoff|cpu_int)$/ || held[i, "workers"] < 2 || !locks[key])
			continue
		score = (held[i, "case"] == "gil_handoff") * 100000 + (held[i, "workers"] == 2) * 10000 + \
			locks[key] * 10 + (held[i, "placement"] == "cores") * 2 + (held[i, "param"] !~ /interval_us/)
		if (score > best_score) {
			best_score = score
			best = i
		}
	}
	if (!best)
		return 0
	the_set = set_key(best)
	set_case = held[best, "case"]
	set_workers = held[best, "workers"]
	set_placement = held[best, "placement"]
	set_param = held[best, "param"]
	gsub(/;/, ", ", set_param)
	return 1
}

function in_set(i)
{
	return set_key(i) == the_set
}

# The window ends with the last holding of all if that is earlier than 50 ms.
function find_window(    i, mode, latest, shown)
{
	shown = " " lab_modes " "
	for (i = 1; i <= holdings; i++) {
		mode = held[i, "mode"]
		if (!in_set(i) || !index(shown, " " mode " "))
			continue
		if (held[i, "drop_ns"] > last_drop[mode])
			last_drop[mode] = held[i, "drop_ns"]
		if (last_drop[mode] > latest)
			latest = last_drop[mode]
	}
	if (latest > 0 && latest < window_ns)
		window_ns = latest
}

# --- drawing ------------------------------------------------------------------------------------

# What the holdings of MODE say: handoffs, worst wait and who waited, each thread's share of the time.
function write_panel(mode,    i, w, end, thin, previous, free_since, wait, got, take, drop)
{
	end = last_drop[mode] < window_ns ? last_drop[mode] : window_ns
	thin = window_ns / 1200
	put_block(mode_id(mode))
	panels++
	previous = -1
	handoffs[mode] = 0
	for (i = 1; i <= holdings; i++) {
		take = held[i, "take_ns"]
		if (!in_set(i) || held[i, "mode"] != mode || take >= end)
			continue
		drop = held[i, "drop_ns"] < end ? held[i, "drop_ns"] : end
		w = held[i, "worker"]
		if (w < lanes)
			put_rows(sprintf("%.9g %.9g %d", take / 1e6, (drop - take < thin ? take + thin : drop) / 1e6, w))
		handoffs[mode] += previous >= 0 && w != previous
		previous = w
		got[w] += drop - take
		if (take - free_since[w] > wait)
			wait = take - free_since[w]
		free_since[w] = drop
	}
	for (w = 0; w < set_workers; w++) {
		if (end - free_since[w] > wait)
			wait = end - free_since[w]
		if (end > 0 && got[w] * set_workers < 0.1 * end && (!(mode in starved) || got[w] < starved_ns[mode])) {
			starved[mode] = w
			starved_ns[mode] = got[w]
			starved_share[mode] = 100 * got[w] / end
		}
	}
	covered[mode] = end >= 0.98 * window_ns
	put_text("first_" panels, (covered[mode] ? "" : "at least ") plural(handoffs[mode], "hand-off", "hand-offs"))
	put_text("second_" panels, !covered[mode] ? "known up to " with_unit(end, "ns") : \
		 mode in starved ? thread_words(mode) : "longest wait " with_unit(wait, "ns"))
	put_number("end_" panels, end / 1e6)
}

function thread_words(mode)
{
	return "thread " starved[mode] " has it " digits(starved_share[mode]) " % of the time"
}

function window_words()
{
	return window_ns == int(window_ns / 1e6) * 1e6 ? round_ns(window_ns) : with_unit(window_ns, "ns")
}

function changes(mode)
{
	return (covered[mode] ? "" : "at least ") plural(handoffs[mode], "time", "times") " " under(mode)
}

function title_words(    list, n, i, old, new, start)
{
	start = "In " window_words() " "
	n = split(lab_modes, list, " ")
	for (i = 1; i <= n; i++)
		if (list[i] in starved && covered[list[i]])
			return start "a thread starves " under(list[i]) ": it has the lock " digits(starved_share[list[i]]) " % of the time"
	for (i = 1; i <= n; i++) {
		if (!(list[i] in handoffs))
			continue
		if (old == "")
			old = list[i]
		else if (new == "" || list[i] == lab_new)
			new = list[i]
	}
	if (lab_new in handoffs && old != lab_new)
		new = lab_new
	return start "the lock changes hands " changes(old) (new == "" ? "" : ", " changes(new))
}
