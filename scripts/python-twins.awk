# SPDX-License-Identifier: MIT
# python-twins.awk - what an operation of Python costs, and what of that its protocol costs: each case
# beside the row that the same Python's own operation has in the run (scripts/python-twins.sh).

function chart(    n, i, version, shown)
{
	kind = "python-twins"
	version = newest_python()
	n = wanted_pairs()
	for (i = 1; version != "" && i <= n; i++)
		if (find_pair(i, version))
			write_pair(++shown, i)
	if (!shown) {
		missing_page("Python beside its twins in C", "no case that was measured in Python as well", \
			     "scripts/python-twins.sh results/latest")
		return
	}
	write_block("twin", 1, shown)
	write_block("python", 2, shown)
	put_number("rows", shown)
	put_text("version", "CPython " substr(version, 8))
	put_text("title", title_words(shown))
	put_text("subtitle", "Cost of one operation on the same processors: its protocol in C and CPython " substr(version, 8) \
		 " itself, logarithmic, lower is better; " (level == "" ? interval_words("") : "whisker = interval of the median"))
	if (level != "")
		remark("intervals of at least 95 %")
	put_log_axis(leftmost, rightmost)
}

# The mode of the newest Python that the run has.
function newest_python(    i, best)
{
	for (i = 1; i <= rows; i++)
		if (value[i, "mode"] ~ /^python-[0-9]+(\.[0-9]+)*$/ && usable(i) && \
		    (best == "" || newer("c" value[i, "mode"], "c" best)))
			best = value[i, "mode"]
	return best
}

# Name, case, metric, and the parameters of the row that is meant.
function pair(words, case_name, metric, param)
{
	pair_name[++pairs] = words
	pair_case[pairs] = case_name
	pair_metric[pairs] = metric
	pair_param[pairs] = param
}

function wanted_pairs()
{
	pair("Lock", "mp_lock", "op_ns", "^$")
	pair("RLock", "mp_rlock", "op_ns", "^depth=1$")
	pair("queue.Queue, an item", "thread_queue", "item_ns", "^team=2;producers=1;maxsize=0$")
	pair("Pipe(False), there and back", "mp_pipe_simplex", "rt_ns", "^size=8;")
	pair("Pipe(), there and back", "mp_pipe_duplex", "rt_ns", "^size=8;")
	pair("SimpleQueue, there and back", "mp_simplequeue", "rt_ns", "^size=8;")
	pair("Queue, there and back", "mp_queue", "rt_ns", "^size=8;")
	pair("Queue, an item, 1 to 3", "mp_producers_consumers", "item_ns", "^team=4;producers=1;maxsize=0$")
	pair("Pool.map, a task", "mp_pool", "task_ns", "^call=2;task_us=0;")
	pair("Pool.apply_async, a task", "mp_pool", "task_ns", "^call=1;task_us=0;")
	pair("Pool.apply, a task", "mp_pool", "task_ns", "^call=0;task_us=0;")
	pair("Thread, start and join", "create_thread", "create_ns", "^$")
	pair("Process, start and join", "create_fork", "create_ns", "^touched_mib=0;")
	return pairs
}

# Python's row with the fewest workers, on one core if there is such a one, and its twin:
# pair_row[WHICH, 1] is the twin, [WHICH, 2] Python.
function find_pair(which, version,    i, best, twin)
{
	for (i = 1; i <= rows; i++) {
		if (value[i, "case"] != pair_case[which] || value[i, "metric"] != pair_metric[which] || \
		    value[i, "mode"] != version || value[i, "param"] !~ pair_param[which] || !usable(i) || value[i, "median"] <= 0)
			continue
		if (!best || value[i, "workers"] + 0 < value[best, "workers"] + 0 || value[i, "placement"] == "same-core")
			best = i
	}
	twin = best ? twin_of(best) : 0
	if (!twin)
		return 0
	pair_row[which, 1] = twin
	pair_row[which, 2] = best
	return 1
}

function twin_of(i,    mode, key, twin, n, names)
{
	n = split(pair_is_threads(value[i, "case"]) ? "none process" : "process none", names, " ")
	for (mode = 1; mode <= n; mode++) {
		key = value[i, "case"] SUBSEP names[mode] SUBSEP (value[i, "workers"] + 0) SUBSEP value[i, "placement"] SUBSEP \
		      value[i, "param"] SUBSEP value[i, "metric"]
		twin = key in row_of ? row_of[key] : 0
		if (twin && usable(twin) && value[twin, "median"] > 0)
			return twin
	}
	return 0
}

function pair_is_threads(case_name)
{
	return case_name ~ /thread/
}

# Pair WHICH in place AT: its words, and what the title is made of.
function write_pair(at, which,    twin, python, factor)
{
	twin = pair_row[which, 1]
	python = pair_row[which, 2]
	shown_row[at, 1] = twin
	shown_row[at, 2] = python
	extend(twin)
	extend(python)
	factor = value[python, "median"] / value[twin, "median"]
	put_text("row_name_" at, pair_name[which])
	put_text("row_twin_" at, with_unit(value[twin, "median"], "ns"))
	put_text("row_python_" at, with_unit(value[python, "median"], "ns"))
	put_text("row_factor_" at, times(factor))
	judge_pair(twin, python, factor)
}

function judge_pair(twin, python, factor)
{
	if (value[twin, "ci_lo"] == "" || value[python, "ci_lo"] == "")
		return
	if (low(python) > high(twin)) {
		dearer++
		least = least == "" || factor < least ? factor : least
		most = factor > most ? factor : most
	}
}

function extend(i)
{
	use(i)
	note_launches(value[i, "n_launch"])
	if (value[i, "flags"] ~ /b/)
		remark("busy machine: workers were preempted in most epochs of some figures")
	if (value[i, "ci_lo"] != "")
		level = value[i, "ci_level"] + 0
	if (leftmost == "" || low(i) < leftmost)
		leftmost = low(i) > 0 ? low(i) : value[i, "median"] + 0
	if (high(i) > rightmost)
		rightmost = high(i)
}

function write_block(block, side, shown,    at, i)
{
	put_block(block)
	for (at = 1; at <= shown; at++) {
		i = shown_row[at, side]
		put_rows(sprintf("%.9g %d %.9g %.9g %.9g", value[i, "median"], at, low(i) > 0 ? low(i) : leftmost, high(i), \
				 value[shown_row[at, 3 - side], "median"]))
	}
}

function title_words(shown)
{
	if (!dearer)
		return "Python and its protocol: no difference is certain"
	if (dearer == shown && shown > 1)
		return "CPython takes " times(least) " to " times(most) " what its protocol takes in C"
	return plural(dearer, "operation", "operations") " of " shown " certainly " (dearer == 1 ? "costs" : "cost") " more in CPython than in C, up to " times(most)
}
