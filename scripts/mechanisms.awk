# SPDX-License-Identifier: MIT
# mechanisms.awk - rows of mechanisms by cost, a dot for threads and one for processes: the charts
# cost-ladder, round-trip, creation and context-switch. Which rows there are, and in which parameters,
# says ladder.csv; the figures are those of summary.csv.

function chart(    n, places, cases)
{
	kind = "mechanisms"
	places = 23
	words_of_chart()
	n = rank(cases)
	if (n == 0) {
		missing(what, needed)
		return
	}
	if (n > places)
		n = thin(cases, n, places)
	write_rows(cases, n)
	put_number("rows", n)
	put_text("title", title_words(cases, n))
	put_text("subtitle", subtitle_start place_words() ", logarithmic, lower is better; " interval_words("whisker"))
	put_log_axis(leftmost, rightmost)
	if (unmeasured)
		remark(plural(unmeasured, "mechanism", "mechanisms") " not measured")
}

function words_of_chart()
{
	if (name == "round-trip") {
		pattern = "^rt_"
		what = "round trips by way of talking"
		needed = "rt_pipe rt_futex"
		subtitle_start = "One full round trip of the smallest message"
	} else if (name == "creation") {
		pattern = "^create_(thread|fork|fork_exec|vfork_exec|posix_spawn)$"
		what = "making threads and processes"
		needed = "create_thread create_fork"
		subtitle_start = "Made, run, ended and reaped, by a thread or a process"
	} else if (name == "context-switch") {
		pattern = "^switch_"
		what = "switching between threads and processes"
		needed = "switch_futex switch_yield"
		subtitle_start = "One hand-over from worker to worker"
	} else {
		pattern = "."
		what = "the cost of every mechanism"
		needed = "floor_syscall create_thread rt_pipe"
		subtitle_start = "What each mechanism costs, in the parameters it has by itself"
	}
}

# --- choosing -----------------------------------------------------------------------------------

# The rungs of ladder.csv that the chart is about, a row each for what is neither threads nor processes.
function rank(cases,    wanted, columns, n, cells, i, row_name)
{
	wanted = "case,mode,workers,placement,param,metric,median"
	columns = csv_open("ladder.csv", wanted)
	while (columns && (i = csv_next("ladder.csv", cells)) > 0) {
		if (i != columns)
			bad("ladder.csv", i " cells where the header has " columns)
		if (cells[at["ladder.csv", "case"]] !~ pattern)
			continue
		if (cells[at["ladder.csv", "median"]] == "") {
			unmeasured++
			continue
		}
		i = row_of_rung(cells)
		if (!i || value[i, "median"] <= 0)
			continue
		row_name = value[i, "mode"] ~ /^(none|process)$/ ? value[i, "case"] : value[i, "case"] " " value[i, "mode"]
		if (!(row_name in row_known))
			cases[++n] = row_name
		row_known[row_name] = 1
		lane = value[i, "mode"] ~ /^(none|process)$/ ? value[i, "mode"] : "mutex"
		dot[row_name, lane] = i
		has_lane[lane] = 1
	}
	close(folder "/ladder.csv")
	sort_rows(cases, n)
	return n + 0
}

# A rung's row of summary.csv. Where round trips and switches are compared, all on one unit if they were.
function row_of_rung(cells,    key, tail, i)
{
	key = cells[at["ladder.csv", "case"]] SUBSEP cells[at["ladder.csv", "mode"]] SUBSEP \
	      (number("ladder.csv", "workers", cells[at["ladder.csv", "workers"]]) + 0) SUBSEP
	tail = SUBSEP cells[at["ladder.csv", "param"]] SUBSEP cells[at["ladder.csv", "metric"]]
	i = row_of[key cells[at["ladder.csv", "placement"]] tail]
	if (name != "cost-ladder" && ((key "same-core" tail) in row_of) && usable(row_of[key "same-core" tail]))
		i = row_of[key "same-core" tail]
	return i && usable(i) ? i : 0
}

function cost(row_name,    i, j)
{
	i = dot[row_name, "none"]
	j = dot[row_name, "process"]
	if (!i && !j)
		return value[dot[row_name, "mutex"], "median"] + 0
	return !j || (i && value[i, "median"] + 0 < value[j, "median"] + 0) ? value[i, "median"] + 0 : value[j, "median"] + 0
}

function sort_rows(cases, n,    i, j, hold)
{
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && cost(cases[j]) < cost(cases[j - 1]); j--) {
			hold = cases[j]
			cases[j] = cases[j - 1]
			cases[j - 1] = hold
		}
}

# Leave out whoever is closest to the one before it, until PLACES remain; never the first or the last, nor
# what people ask for by name.
function thin(cases, n, places,    i, best, all, landmark)
{
	landmark = "^(sync_pair mutex|floor_syscall|switch_futex|rt_pipe|mp_queue|create_thread|create_fork|create_fork_exec)$"
	for (all = n; n > places; n--) {
		best = 0
		for (i = 2; i < n; i++)
			if (cases[i] !~ landmark && (!best || cost(cases[i]) / cost(cases[i - 1]) < cost(cases[best]) / cost(cases[best - 1])))
				best = i
		for (i = best; i < n; i++)
			cases[i] = cases[i + 1]
	}
	remark(all - places " of " all " left out, each close to a neighbour")
	return places
}

# --- drawing ------------------------------------------------------------------------------------

function write_rows(cases, n,    i, l, lanes, names, row, list)
{
	lanes = split("none process mutex", names, " ")
	for (i = 1; i <= n; i++) {
		put_text("row_name_" i, clean(cases[i], 30))
		for (l = 1; l <= lanes; l++) {
			row = dot[cases[i], names[l]]
			put_text("row_" names[l] "_" i, row ? with_unit(value[row, "median"], "ns") : "")
			if (row)
				note(row)
		}
	}
	for (l = 1; l <= lanes; l++) {
		if (!has_lane[names[l]])
			continue
		list = list (list == "" ? "" : " ") names[l]
		put_block(names[l])
		for (i = 1; i <= n; i++) {
			row = dot[cases[i], names[l]]
			if (row)
				put_rows(sprintf("%.9g %.9g %.9g %.9g", value[row, "median"], i + (l < 3 ? 0.22 * (l - 1.5) : 0), \
						 low(row) > 0 ? low(row) : value[row, "median"], high(row)))
		}
	}
	put_list("modes", list)
	put_text("T_none", name == "creation" ? "by a thread" : "threads")
	put_text("T_process", name == "creation" ? "by a process" : "processes")
	put_text("T_mutex", "a lock")
}

# What find() does for rows that it looks up: the caption's facts and the figures behind the chart.
function note(i)
{
	note_launches(value[i, "n_launch"])
	use(i)
	if (value[i, "ci_lo"] != "" && level == "")
		level = value[i, "ci_level"] + 0
	if (value[i, "flags"] ~ /b/)
		remark("busy machine: workers were preempted in most epochs of some figures")
	if (!(value[i, "placement"] in place_seen)) {
		place_seen[value[i, "placement"]] = 1
		place_count++
		one_place = value[i, "placement"]
	}
	if (leftmost == "" || (low(i) > 0 && low(i) < leftmost))
		leftmost = low(i) > 0 ? low(i) : value[i, "median"] + 0
	if (value[i, "median"] + 0 < leftmost)
		leftmost = value[i, "median"] + 0
	if (high(i) > rightmost)
		rightmost = high(i)
}

function place_words()
{
	if (place_count == 1)
		return one_place == "same-core" ? ", on one processing unit" : ", placement " clean(one_place, 24)
	return name == "cost-ladder" ? "" : ", where each costs least"
}

# --- words --------------------------------------------------------------------------------------

function title_words(cases, n,    range)
{
	if (name == "creation" && ("create_thread" in row_known) && ("create_fork" in row_known))
		return creation_words(dot["create_thread", "none"] ? dot["create_thread", "none"] : dot["create_thread", "process"], \
				      dot["create_fork", "none"] ? dot["create_fork", "none"] : dot["create_fork", "process"])
	range = n == 1 ? with_unit(cost(cases[1]), "ns") " (" clean(cases[1], 24) ")" : \
		with_unit(cost(cases[1]), "ns") " (" clean(cases[1], 24) ") to " with_unit(cost(cases[n]), "ns") " (" clean(cases[n], 24) ")"
	if (name == "round-trip")
		return "A round trip takes " range against(cases, n)
	if (name == "context-switch")
		return "A hand-over takes " range against(cases, n)
	return "What things cost: " range
}

# Claimed only where the intervals do not meet.
function creation_words(thread, process)
{
	if (value[thread, "ci_lo"] == "" || value[process, "ci_lo"] == "")
		return "Too few launches to judge what a process costs beside a thread"
	if (low(process) <= high(thread) && low(thread) <= high(process))
		return "Making a thread or a process: no difference seen"
	if (value[process, "median"] + 0 < value[thread, "median"] + 0)
		return "Making a process costs " with_unit(value[process, "median"], "ns") ", a thread " with_unit(value[thread, "median"], "ns")
	return "Making a process costs " times(value[process, "median"] / value[thread, "median"]) " a thread: " \
	       with_unit(value[process, "median"], "ns") " against " with_unit(value[thread, "median"], "ns")
}

# In how many rows processes differ from threads, by the interval of their ratio.
function against(cases, n,    i, row, judged, above, below)
{
	for (i = 1; i <= n; i++) {
		row = dot[cases[i], "process"]
		if (!row || !dot[cases[i], "none"] || ratio_verdict(row) ~ /missing|unknown/)
			continue
		judged++
		above += ratio_verdict(row) == "above"
		below += ratio_verdict(row) == "below"
	}
	if (!judged)
		return ""
	if (!above && !below)
		return "; processes: no difference seen"
	return "; processes dearer in " above + 0 ", cheaper in " below + 0 " of " judged
}
