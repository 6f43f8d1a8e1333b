# SPDX-License-Identifier: MIT
# trend.awk - the words of one case's trend chart. With chart-words.awk; it reads CASE.csv, whose form
# trend.sh has checked, in place of a run folder. The figures and the steps are the file's own.

function fail(code, message)
{
	print "trend: " message >"/dev/stderr"
	exit code
}

# Points 1..points of the chart; first[], the runs by their number on the axis.
function read_run(    line, cells)
{
	points = last_run = runs = 0
	while ((getline line <(folder "/" case_name ".csv")) > 0) {
		split(line, cells, ",")
		points++
		metric = cells[2]; better = cells[3]; workers = cells[4]; placement = cells[5]
		param = cells[6]; host = cells[7]; against = cells[8]; basis = cells[9]
		sets = cells[10]; left_out = cells[11]
		mode_of[points] = cells[12]
		run_of[points] = cells[13] + 0
		percent[points] = cells[16] + 0
		change[points] = cells[17]
		note_mode(cells[12])
		if (!(run_of[points] in time_of))
			runs++
		time_of[run_of[points]] = cells[14]
		sha_of[run_of[points]] = cells[15]
		if (run_of[points] > last_run)
			last_run = run_of[points]
	}
	if (!points)
		fail(1, case_name ": no points")
	fact["cpu_model"] = basis == "median" && against != "" ? against : host == "" ? "machine unknown" : host
	fact["written_utc"] = time_of[last_run]
	fact["git"] = sha_of[last_run]
}

function read_summary()
{
}

# A mode by the name that gnuplot's variables can have: those of the deck their own, others x1, x2 ..
function note_mode(mode,    id)
{
	if (mode in id_of)
		return
	modes++
	id = mode_id(mode)
	id_of[mode] = id != "" && !(id in taken) ? id : "x" (++further)
	taken[id_of[mode]] = 1
	mode_at[modes] = mode
}

function short_sha(sha)
{
	gsub(/[^A-Za-z0-9.-]/, "?", sha)
	return substr(sha, 1, sha ~ /^[0-9a-f]+(-dirty)?$/ ? 9 : 16)
}

function signed_words(x)
{
	return (x > 0 ? "+" : x < 0 ? "\342\210\222" : "") sprintf("%.1f", x < 0 ? -x : x) " %"
}

# The direction in words, as the metric counts it.
function verdict_words(x)
{
	return (x > 0) == (better == "higher") ? "better" : "worse"
}

# A change for the worse is the finding; the last one, if there are several.
function choose_change(    i, best)
{
	for (i = 1; i <= points; i++) {
		if (change[i] == "")
			continue
		changes++
		if (!best || (verdict_words(change[i] + 0) == "worse") > (verdict_words(change[best] + 0) == "worse") || \
		    (verdict_words(change[i] + 0) == verdict_words(change[best] + 0) && run_of[i] >= run_of[best]))
			best = i
	}
	return best
}

function title_words(    i)
{
	i = choose_change()
	if (!i)
		return case_name ": no change found in " plural(runs, "run", "runs")
	return case_name ": " signed_words(change[i] + 0) " (" verdict_words(change[i] + 0) ") since " \
	       short_sha(sha_of[run_of[i]]) ", " mode_words(mode_of[i])
}

function write_modes(    m, list)
{
	for (m = 1; m <= modes; m++) {
		if (id_of[mode_at[m]] ~ /^x/)
			write_further(id_of[mode_at[m]])
		if (index(" " mode_list() " ", " " mode_at[m] " ") == 0)
			put_text("T_" id_of[mode_at[m]], mode_at[m])
		list = list (m > 1 ? " " : "") id_of[mode_at[m]]
	}
	put_list("modes", list)
}

# Colour and point of a mode that the deck does not know, in turn.
function write_further(id,    colours, points_list, n)
{
	split("#555555 #117733 #882255 #999933 #332288 #88CCEE", colours, " ")
	split("4 6 8 10 12 14", points_list, " ")
	n = (substr(id, 2) - 1) % 6 + 1
	put_list("C_" id, colours[n])
	put_number("P_" id, points_list[n])
	put_number("W_" id, 2.6)
	put_number("S_" id, 0.7)
}

function write_lines(    m, i, last)
{
	for (m = 1; m <= modes; m++) {
		put_block(id_of[mode_at[m]])
		for (i = 1; i <= points; i++)
			if (mode_of[i] == mode_at[m]) {
				put_rows(sprintf("%d %.9g", run_of[i], percent[i]))
				last = i
			}
		label((percent[last] - bottom) / (top - bottom), id_of[mode_at[m]], signed_words(percent[last]))
	}
}

# One mark per commit that changed something, whatever the number of modes it changed.
function write_marks(    i, marks, seen)
{
	for (i = 1; i <= points; i++) {
		if (change[i] == "" || run_of[i] in seen)
			continue
		seen[run_of[i]] = 1
		marks++
		put_number("mark_x_" marks, run_of[i] - 0.5)
		put_text("mark_text_" marks, short_sha(sha_of[run_of[i]]))
	}
	put_number("marks", marks)
}

function find_range(    i, room)
{
	bottom = top = 0
	for (i = 1; i <= points; i++) {
		if (percent[i] < bottom)
			bottom = percent[i]
		if (percent[i] > top)
			top = percent[i]
	}
	if (top - bottom < 10) {
		room = (10 - (top - bottom)) / 2
		top += room
		bottom -= room
	}
	room = (top - bottom) * 0.06
	top += 2.5 * room # the names of the marks
	bottom -= room
}

function write_tics(    step, x, every, i)
{
	step = nice_step(top - bottom)
	for (x = step * int(bottom / step) - step; x <= top; x += step)
		if (x >= bottom)
			tic(x, (x > step / 2 ? "+" : x < -step / 2 ? "\342\210\222" : "") \
			       sprintf("%.4g", x < 0 ? -x : x) " %%")
	put_tics("y")
	every = int((last_run + 5) / 6)
	for (i = 1; i <= last_run; i += every)
		if (i in sha_of)
			tic(i, short_sha(sha_of[i]) "\\n" substr(time_of[i], 1, 10))
	put_tics("x")
}

function chart()
{
	put_text("title", title_words())
	find_range()
	put_text("subtitle", metric " (" better " is better), change since the first runs shown; " workers \
		 (workers == 1 ? " worker" : " workers") (param == "" ? "" : ", " clean(param, 40)) ", placement " placement)
	put_number("top", top)
	put_number("bottom", bottom)
	put_number("last", last_run)
	remark(basis == "ratio" ? "ratio to anchor " short_sha(against) : "medians, no anchor: the machine's days show too")
	remark("dashed: a change, at its commit")
	if (left_out > 0)
		remark("last " runs " runs of " (runs + left_out))
	if (sets > 1)
		remark("one of " sets " sets of workers, parameters, placement")
	write_modes()
	write_lines()
	put_labels(0.066)
	write_marks()
	write_tics()
}
