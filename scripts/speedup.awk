# SPDX-License-Identifier: MIT
# speedup.awk - small multiples: speed-up against workers, CPU-bound cases above I/O-bound ones.

function chart(    computing, waiting, all, list, n, i, top)
{
	kind = "speedup"
	computing = with_speedup("cpu_int cpu_float mem_stream")
	waiting = with_speedup("io_timer io_pipe io_tcp io_file")
	all = computing (computing != "" && waiting != "" ? " " : "") waiting
	if (all == "") {
		missing("speed-up of CPU-bound and I/O-bound work", "cpu_int cpu_float mem_stream io_timer io_pipe io_tcp io_file")
		return
	}
	if (lacking != "")
		remark("not measured: " lacking)
	n = split(all, list, " ")
	top = 1
	for (i = 1; i <= n; i++)
		top = write_panel(list[i], top)
	for (i = 1; i <= n; i++)
		put_width_tics(list[i], 0.1, "tics_" list[i])
	put_list("modes", key_modes())
	put_number("columns", columns_for(computing, waiting))
	put_list("computing", computing)
	put_list("waiting", waiting)
	if (widest > top)
		top = widest < 1.5 * top ? widest : 1.5 * top
	put_number("top", top * 1.06)
	put_number("pus", pus)
	put_text("pus_words", plural(pus, "processing unit", "processing units"))
	put_linear_tics("y", top, "count")
	put_text("title", title_words(computing, waiting))
	put_text("subtitle", "Speed-up: times the work of one worker of the same mode, by number of workers; higher is better; " \
		 interval_words("band"))
}

# Those CASES that have a speed-up in some mode.
function with_speedup(cases,    list, n, i, out)
{
	n = split(cases, list, " ")
	for (i = 1; i <= n; i++) {
		if (choose(list[i], "speedup") && last_width(list[i]) > 1)
			out = out (out == "" ? "" : " ") list[i]
		else
			lacking = lacking (lacking == "" ? "" : ", ") list[i]
	}
	return out
}

# The lines of one panel, as blocks "CASE MODE". The axis' end so far and after it.
function write_panel(case_name, top,    modes, mode, n, m, w, i)
{
	modes = modes_with(case_name, "speedup", "")
	n = split(modes, mode, " ")
	for (m = 1; m <= n; m++)
		in_key[mode[m]] = 1
	put_list("modes_" case_name, modes)
	put_list("words_" case_name, quoted_name(case_name))
	put_number("ideal_" case_name, case_name !~ /^io_/ && pus && pus < last_width(case_name) ? \
		   pus : last_width(case_name))
	put_number("last_" case_name, last_width(case_name))
	for (m = 1; m <= n; m++) {
		put_block(case_name "-" mode[m])
		for (w = 1; (case_name, w) in widths; w++) {
			i = find(case_name, mode[m], widths[case_name, w], "speedup")
			if (!i)
				continue
			put_rows(sprintf("%d %.9g %.9g %.9g", widths[case_name, w], value[i, "median"], low(i), high(i)))
			if (value[i, "median"] > top)
				top = value[i, "median"] + 0
			if (high(i) > widest)
				widest = high(i)
		}
	}
	return top
}

# The modes that any panel shows.
function key_modes(    names, n, i, out)
{
	n = split(mode_list(), names, " ")
	for (i = 1; i <= n; i++)
		if (names[i] in in_key)
			out = out (out == "" ? "" : " ") names[i]
	return out
}

# The key needs a place of its own, right of the upper row.
function columns_for(computing, waiting,    list, above, below)
{
	above = split(computing, list, " ") + 1
	below = split(waiting, list, " ")
	return above < 2 && below < 2 ? 2 : above > below ? above : below
}

# Names of cases are ours (listed above); only their "_" means something to gnuplot.
function quoted_name(case_name)
{
	gsub(/_/, "\\\\\\\\_", case_name)
	return case_name
}

# A case counts as faster only if the interval of its speed-up lies above 1.
function title_words(computing, waiting,    words)
{
	if (!has_mode(computing " " waiting, "gil"))
		return faster_words(computing, waiting, "none", "ithout a lock")
	return faster_words(computing, waiting, "gil", "nder a GIL")
}

function has_mode(cases, mode,    list, n, i)
{
	n = split(cases, list, " ")
	for (i = 1; i <= n; i++)
		if (find(list[i], mode, full_width(list[i]), "speedup"))
			return 1
	return 0
}

# WHERE lacks its first letter: it stands at the beginning of the title or at its end.
function faster_words(computing, waiting, mode, where,    a, b, start)
{
	start = (mode == "gil" ? "U" : "W") where " "
	a = count_faster(computing, mode)
	b = count_faster(waiting, mode)
	if (judged == 0)
		return "Too few launches to say what gets faster " (mode == "gil" ? "u" : "w") where
	if (computing == "")
		return start b " I/O-bound cases get faster with more workers"
	if (waiting == "")
		return start a " CPU-bound cases get faster with more workers"
	return start a " CPU-bound and " b " I/O-bound cases get faster"
}

# "2 of 3": how many of CASES get faster with as many workers as the machine has units (I/O: any).
function count_faster(cases, mode,    list, n, i, row, got, all, width)
{
	n = split(cases, list, " ")
	for (i = 1; i <= n; i++) {
		width = list[i] ~ /^io_/ ? last_width(list[i]) : full_width(list[i])
		row = find(list[i], mode, width, "speedup")
		if (!row || value[row, "ci_lo"] == "")
			continue
		judged++
		all++
		got += speedup_verdict(row) == "above"
	}
	return (got + 0) " of " (all + 0)
}
