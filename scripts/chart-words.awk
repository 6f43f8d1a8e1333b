# SPDX-License-Identifier: MIT
# chart-words.awk - what all charts share on the way from figures to words: choosing rows, judging an
# interval, writing numbers, and handing texts and numbers to gnuplot.
#
# A chart is two small files: NAME.awk holds `function chart()`, which checks that the data are there,
# chooses the words and writes what is to be drawn; NAME.gp draws it on the frame of style.gp.

# --- choosing -----------------------------------------------------------------------------------

# Take the first placement and parameter set in the file that has METRIC of CASE; 0 if there is none.
# Sets chosen[case, "placement"|"param"] and lists the worker counts in widths[case, 1..n], ascending.
function choose(case_name, metric,    i)
{
	if ((case_name, 1) in widths)
		return 1
	for (i = 1; i <= rows; i++)
		if (value[i, "case"] == case_name && value[i, "metric"] == metric && usable(i)) {
			rechoose(case_name, metric, value[i, "param"], value[i, "placement"])
			return 1
		}
	return 0
}

function rechoose(case_name, metric, param, placement,    i, n, seen, sets)
{
	for (i = 1; (case_name, i) in widths; i++)
		delete widths[case_name, i]
	chosen[case_name, "param"] = param
	chosen[case_name, "placement"] = placement
	chosen[case_name, "sets"] = 0
	for (i = 1; i <= rows; i++) {
		if (value[i, "case"] != case_name || value[i, "metric"] != metric || !usable(i))
			continue
		if (!((value[i, "param"], value[i, "placement"]) in sets)) {
			sets[value[i, "param"], value[i, "placement"]] = 1
			chosen[case_name, "sets"]++
		}
		if (value[i, "param"] == param && value[i, "placement"] == placement && !(value[i, "workers"] in seen)) {
			seen[value[i, "workers"]] = 1
			widths[case_name, ++n] = value[i, "workers"] + 0
		}
	}
	sort_widths(case_name, n)
}

function sort_widths(case_name, n,    i, j, hold)
{
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && widths[case_name, j] < widths[case_name, j - 1]; j--) {
			hold = widths[case_name, j]
			widths[case_name, j] = widths[case_name, j - 1]
			widths[case_name, j - 1] = hold
		}
}

# A figure may be drawn if there is one and the case did not compute a wrong answer.
function usable(i)
{
	return value[i, "median"] != "" && value[i, "status"] !~ /^wrong/
}

# The row of the chosen set, or 0. Remembers the runs' facts for the caption.
function find(case_name, mode, workers, metric,    key, i)
{
	key = case_name SUBSEP mode SUBSEP (workers + 0) SUBSEP chosen[case_name, "placement"] SUBSEP \
	      chosen[case_name, "param"] SUBSEP metric
	if (!(key in row_of))
		return 0
	i = row_of[key]
	if (value[i, "status"] != "" && value[i, "status"] != "ok")
		remark(mode_words(mode) ": " value[i, "status"])
	if (!usable(i))
		return 0
	if (value[i, "flags"] ~ /b/)
		remark("busy machine: workers were preempted in most epochs of some figures")
	note_launches(value[i, "n_launch"])
	use(i)
	if (value[i, "ci_lo"] != "" && level == "")
		level = value[i, "ci_level"] + 0
	return i
}

# The modes that have METRIC of CASE at WORKERS (or at any width if ""), with a remark on the others.
function modes_with(case_name, metric, workers,    names, n, i, w, list, lacking, found)
{
	n = split(mode_list(), names, " ")
	for (i = 1; i <= n; i++) {
		found = 0
		for (w = 1; (case_name, w) in widths && !found; w++)
			if (workers == "" || widths[case_name, w] == workers)
				found = find(case_name, names[i], widths[case_name, w], metric)
		if (found)
			list = list (list == "" ? "" : " ") names[i]
		else
			lacking = lacking (lacking == "" ? "" : ", ") mode_words(names[i])
	}
	if (lacking != "")
		remark("not measured: " lacking)
	further_modes(case_name, metric)
	return list
}

function further_modes(case_name, metric,    i, known, seen, count)
{
	known = " " mode_list() " "
	for (i = 1; i <= rows; i++)
		if (value[i, "case"] == case_name && value[i, "metric"] == metric && !(value[i, "mode"] in seen)) {
			seen[value[i, "mode"]] = 1
			count += index(known, " " value[i, "mode"] " ") == 0
		}
	if (count)
		remark(plural(count, "further mode", "further modes") " in summary.csv")
}

# The largest width that does not exceed the machine, but two workers if they were measured at all:
# on one processing unit the question is what sharing it costs.
function full_width(case_name,    i, best)
{
	best = widths[case_name, 1]
	for (i = 1; (case_name, i) in widths; i++)
		if (pus == 0 || widths[case_name, i] <= pus)
			best = widths[case_name, i]
	return best == 1 && (case_name, 2) in widths ? widths[case_name, 2] : best
}

function last_width(case_name,    i)
{
	for (i = 1; (case_name, i) in widths; i++)
		;
	return widths[case_name, i - 1]
}

# The value of the parameter NAME_HERE in PARAM, 0 if it is not there.
function number_of(param, name_here)
{
	if (!match(param, "(^|;)" name_here "=[0-9]+"))
		return 0
	param = substr(param, RSTART, RLENGTH)
	sub(/^.*=/, "", param)
	return param + 0
}

# --- judging ------------------------------------------------------------------------------------

function low(i)
{
	return value[i, "ci_lo"] != "" ? value[i, "ci_lo"] + 0 : value[i, "median"] + 0
}

function high(i)
{
	return value[i, "ci_hi"] != "" ? value[i, "ci_hi"] + 0 : value[i, "median"] + 0
}

# Where an interval lies: "above" or "below" BASE, or "spans" it; "unknown" if there is no interval.
function verdict(lo, hi, base)
{
	if (lo == "" || hi == "")
		return "unknown"
	return lo + 0 > base ? "above" : hi + 0 < base ? "below" : "spans"
}

# Row of the speed-up against one worker of the same mode: its own metric, 0 if not measured.
function speedup_verdict(i)
{
	return i ? verdict(value[i, "ci_lo"], value[i, "ci_hi"], 1) : "missing"
}

function ratio_verdict(i)
{
	return i && value[i, "ratio"] != "" ? verdict(value[i, "ratio_lo"], value[i, "ratio_hi"], 1) : "missing"
}

# --- numbers ------------------------------------------------------------------------------------

# Three significant digits, never an exponent.
function digits(x,    size, unit, places)
{
	size = x < 0 ? -x : x
	if (size == 0)
		return "0"
	if (size >= 999.5) {
		unit = 1
		while (size / unit >= 999.5)
			unit *= 10
		return sprintf("%.0f", int(x / unit + (x < 0 ? -0.5 : 0.5)) * unit)
	}
	places = 0
	for (unit = 99.95; size < unit && places < 15; unit /= 10)
		places++
	return sprintf("%." places "f", x)
}

# The unit of a value, chosen by size: sets unit_size and unit_name. KIND is "ns" or "count".
function unit_for(x, kind,    names, n, i, from)
{
	n = kind == "ns" ? split("ns,\302\265s,ms,s", names, ",") : split(",k,M,G,T", names, ",")
	unit_size = 1
	i = 1
	while (i < n && x / unit_size >= 999.5) {
		unit_size *= 1000
		i++
	}
	unit_name = names[i]
}

function with_unit(x, kind)
{
	unit_for(x, kind)
	return digits(x / unit_size) (unit_name == "" ? "" : " " unit_name)
}

# The power of ten at or below X.
function decade_below(x,    decade)
{
	decade = 1
	while (decade > x)
		decade /= 10
	while (decade * 10 <= x)
		decade *= 10
	return decade
}

# A round value, for tics and settings: "5 ms".
function round_ns(x)
{
	unit_for(x, "ns")
	return sprintf("%g", x / unit_size) " " unit_name
}

# How many things: "12", "2310", "1.23 M".
function count_words(x)
{
	return x >= 99950 ? with_unit(x, "count") : x == int(x) && x < 1000 ? x + 0 "" : digits(x)
}

# 1.00 x is "1.00 x", 1234 x is "1230 x".
function times(x)
{
	return digits(x) " \303\227"
}

function plural(n, one, many)
{
	return n " " (n == 1 ? one : many)
}

# --- the caption --------------------------------------------------------------------------------

function note_launches(n)
{
	if (n == "")
		return
	if (launches_low == "" || n + 0 < launches_low)
		launches_low = n + 0
	if (launches_high == "" || n + 0 > launches_high)
		launches_high = n + 0
}

function remark(words)
{
	if (!(words in remarked))
		remarks = remarks " \302\267 " clean(words, 70)
	remarked[words] = 1
}

# "band = 97.9 % confidence interval": the level is the file's own.
function interval_words(what)
{
	return level == "" || level == 0 ? "no interval: fewer than 6 launches" : \
	       what " = " digits(level) " % confidence interval of the median"
}

# Many parameters would make a line too small to read: they go to the foot.
function set_words(case_name,    words)
{
	words = chosen[case_name, "param"] == "" ? "" : ", " chosen[case_name, "param"]
	gsub(/;/, ", ", words)
	if (length(words) > 32) {
		remark(substr(words, 3))
		words = ""
	}
	if (chosen[case_name, "sets"] > 1)
		remark("one of " chosen[case_name, "sets"] " parameter sets or placements")
	if (chosen[case_name, "placement"] != "")
		words = words ", placement " chosen[case_name, "placement"]
	return clean(words, 60)
}

function first_fact(names,    list, n, i)
{
	n = split(names, list, " ")
	for (i = 1; i <= n; i++)
		if (fact[list[i]] != "")
			return fact[list[i]]
	return ""
}

function write_caption(    day, commit)
{
	day = first_fact("started_utc written_utc run_id")
	if (day == "")
		day = first_run
	if (day ~ /^[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]/)
		day = substr(day, 1, 4) "-" substr(day, 5, 2) "-" substr(day, 7, 2)
	commit = fact["git"] != "" ? fact["git"] : first_commit
	put_text("caption_machine", clean(fact["cpu_model"] != "" ? fact["cpu_model"] : "CPU model unknown", 70) \
		 (pus ? " \302\267 " plural(pus, "processing unit", "processing units") : "") \
		 (fact["kernel_release"] != "" ? " \302\267 kernel " clean(fact["kernel_release"], 40) : ""))
	put_text("caption_run", "tollgate " (commit == "" || commit == "unknown" ? "of an unknown commit" : clean(commit, 24)) \
		 " \302\267 measured " clean(substr(day, 1, 10), 10) \
		 (launches_high == "" ? "" : " \302\267 " (launches_low == launches_high ? "" : launches_low " to ") \
		 plural(launches_high, "launch", "launches")) remarks)
}

# --- the figures behind a chart -----------------------------------------------------------------

# Remember row I, or percentile STEP, as one that the chart shows or its words rest on.
function use(i)
{
	if (!(i in is_used)) {
		is_used[i] = 1
		used[++uses] = i
	}
}

function use_step(i)
{
	used_step[++step_uses] = i
}

# NAME.csv, for a table beside the chart: the percentiles if it draws those, else rows of summary.csv.
function write_figures(    n, i)
{
	if (kind == "missing")
		return
	if (step_uses)
		write_cells("case,mode,workers,placement,param,percentile,value_ns,count", used_step, step_uses, step)
	else if (uses)
		write_cells("case,mode,workers,placement,param,metric,unit,median,ci_lo,ci_hi,ci_level,n_launch,ratio_to," \
			    "ratio,ratio_lo,ratio_hi,flags,status", used, uses, value)
}

function write_cells(columns, places, count, cells,    n, i, j, names, line)
{
	n = split(columns, names, ",")
	print columns >figures_file
	for (i = 1; i <= count; i++) {
		line = ""
		for (j = 1; j <= n; j++)
			line = line (j > 1 ? "," : "") csv_quoted(cells[places[i], names[j]])
		print line >figures_file
	}
}

function csv_quoted(cell)
{
	if (cell !~ /[",\r\n]/)
		return cell
	gsub(/"/, "\"\"", cell)
	return "\"" cell "\""
}

# --- handing over to gnuplot --------------------------------------------------------------------

# Printable UTF-8 of at most MOST characters; what is not becomes "?" or ends in an ellipsis.
function clean(text, most,    out, n, character)
{
	gsub(/[\001-\037\177]/, " ", text)
	if (text !~ /[\200-\377]/ && length(text) <= most)
		return text
	out = ""
	for (n = 0; text != ""; n++) {
		if (n == most)
			return out "\342\200\246"
		if (match(text, /^[\302-\337][\200-\277]/) || match(text, /^[\341-\354\356][\200-\277][\200-\277]/))
			character = substr(text, 1, RLENGTH)
		else
			character = substr(text, 1, 1)
		text = substr(text, length(character) + 1)
		out = out (character ~ /^[\200-\377]$/ ? "?" : character)
	}
	return out
}

# A gnuplot single-quoted string in which the enhanced-text markup of TEXT is plain text.
function quoted(text)
{
	gsub(/[\\_^{}@&~]/, "\\\\&", text)
	gsub(/'/, "''", text)
	return "'" text "'"
}

function put_text(name, text)
{
	print name " = " quoted(clean(text, 400)) >page
}

function put_number(name, x)
{
	printf "%s = %.9g\n", name, x >page
}

# Names of modes and blocks that are ours, not the file's.
function put_list(name, words)
{
	print name " = \"" words "\"" >page
}

function put_rows(text)
{
	print text >rows_file
}

# Begin the block NAME of the data file: `plot DATA index "NAME;"`. To gnuplot a name stands for all
# that begin with it, hence the end mark: "gil" is not "gil27".
function put_block(name)
{
	printf "%s# %s;\n", blocks++ ? "\n\n" : "", name >rows_file
}

# The tics of AXIS as a list of "position text" pairs: tic(), tic(), then put_tics(). Texts are ours.
function tic(position, text)
{
	tics = tics (tics == "" ? "" : ", ") sprintf("\"%s\" %.9g", text, position)
}

function put_tics(axis)
{
	print "set " axis "tics (" tics ")" >page
	tics = ""
}

# Tics at the worker counts of CASE, with numbers at those that lie GAP (a share of the axis) apart:
# from the right, for the largest count matters most.
function put_width_tics(case_name, gap, variable,    i, previous, top)
{
	top = last_width(case_name)
	previous = 3 * top
	for (i = 1; (case_name, i) in widths; i++)
		;
	for (i--; i > 0; i--) {
		if (previous - widths[case_name, i] < gap * top) {
			tic(widths[case_name, i], "")
			continue
		}
		previous = widths[case_name, i]
		tic(previous, previous)
	}
	print variable " = '" tics "'" >page
	tics = ""
}

# A logarithmic x axis of nanoseconds that holds LEAST and MOST, as `bottom` and `top`: a tic per decade, three
# where there are few.
function put_log_axis(least, most,    decade, list, n, i)
{
	n = split(most > 100 * decade_below(least) ? "1" : "1 2 5", list, " ")
	for (decade = decade_below(least); decade <= most * 1.5; decade *= 10)
		for (i = 1; i <= n; i++)
			if (list[i] * decade <= most * 1.5)
				tic(list[i] * decade, round_ns(list[i] * decade))
	put_tics("x")
	put_number("bottom", decade_below(least))
	put_number("top", most * 1.5)
}

# Steps of 1, 2 or 5 for a linear axis from 0 to TOP with at most 6 tics.
function nice_step(top,    step)
{
	step = 1e-9
	while (top / step > 6)
		step *= top / step > 60 ? 10 : top / (2 * step) <= 6 ? 2 : top / (5 * step) <= 6 ? 5 : 10
	return step
}

# A linear axis from 0 with tics in one unit ("0", "500 M", "1000 M" become "0", "0.5 G", "1 G").
function put_linear_tics(axis, top, kind)
{
	linear_tics(top, kind)
	put_tics(axis)
}

# The same for a panel of several, as the text of a command in VARIABLE.
function put_panel_tics(variable, axis, top, kind)
{
	linear_tics(top, kind)
	print variable " = 'set " axis "tics (" tics ")'" >page
	tics = ""
}

function linear_tics(top, kind,    step, size, name, i)
{
	step = nice_step(top)
	unit_for(step * int(top / step + 1e-9), kind)
	size = unit_size
	name = unit_name == "" ? "" : " " unit_name
	for (i = 0; i * step <= top * 1.0001; i++)
		tic(i * step, i ? sprintf("%.4g", i * step / size) name : "0")
}

# End labels: label(position 0..1 on the axis, mode, value text), then put_labels(gap) pushes them
# apart until neighbours are GAP apart and all lie between 0 and 1.
function label(position, mode, text)
{
	label_at[++labels] = position
	label_mode[labels] = mode
	label_text[labels] = text
}

function put_labels(gap,    i, round, j, k, order)
{
	for (i = 1; i <= labels; i++) {
		order[i] = i
		for (j = i; j > 1 && label_at[order[j]] < label_at[order[j - 1]]; j--) {
			k = order[j]
			order[j] = order[j - 1]
			order[j - 1] = k
		}
	}
	for (round = 1; round <= 60; round++)
		for (i = 1; i < labels; i++) {
			k = gap - (label_at[order[i + 1]] - label_at[order[i]])
			if (k > 0) {
				label_at[order[i]] -= k / 2
				label_at[order[i + 1]] += k / 2
			}
			if (label_at[order[1]] < 0.012)
				label_at[order[1]] = 0.012
			if (label_at[order[labels]] > 1.02)
				label_at[order[labels]] = 1.02
		}
	for (i = 1; i <= labels; i++) {
		put_number("label_y_" i, label_at[i])
		put_list("label_mode_" i, label_mode[i])
		put_text("label_text_" i, label_text[i])
	}
	put_number("labels", labels)
}

# A page instead of a chart: WHAT it would show, the CASES it needs (words) and further OPTIONS.
function missing(what, cases, options,    lacking)
{
	lacking = cases
	gsub(/ /, " --filter ", cases)
	missing_page(what, "no usable figures of " lacking, "tollgate run --filter " cases (options == "" ? "" : " " options))
}

function missing_page(what, lacking, command)
{
	kind = "missing"
	put_text("title", "Not measured in this run: " what)
	put_text("subtitle", "The run folder holds " lacking ".")
	put_text("missing_command", command)
}

BEGIN {
	folder = ENVIRON["CHART_RUN"]
	page = ENVIRON["CHART_WORK"] "/" name ".page"
	rows_file = ENVIRON["CHART_WORK"] "/" name ".rows"
	figures_file = ENVIRON["CHART_WORK"] "/" name ".csv"
	CONVFMT = "%.9g"
	exit_code = 0
	rows = steps = blocks = labels = uses = step_uses = holdings = judged_figures = claims = warnings = summary_lines = 0
	printf "" >rows_file
	read_run()
	read_summary()
	pus = fact["pus"] + 0
	put_list("DATA", name ".rows")
	chart()
	write_caption()
	write_figures()
	close(page)
	close(rows_file)
	close(figures_file)
	print kind
}
