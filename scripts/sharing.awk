# SPDX-License-Identifier: MIT
# sharing.awk - what a worker pays for one operation on memory, alone and together with others: atomic
# operations, counters side by side and apart, a counter of one's own and shared.

function chart(    n, i)
{
	kind = "sharing"
	n = split("atomic_op operation=0 op_ns|atomic load;atomic_op operation=1 op_ns|atomic store;" \
		  "atomic_op operation=2 op_ns|fetch_add;atomic_op operation=3 op_ns|compare_exchange;" \
		  "atomic_op operation=4 op_ns|exchange;false_sharing distance=0 op_ns|counters in one line;" \
		  "false_sharing distance=64 op_ns|64 bytes apart;false_sharing distance=128 op_ns|128 bytes apart;" \
		  "thread_local storage=0 count_ns|local variable;thread_local storage=1 count_ns|thread-local variable;" \
		  "thread_local storage=2 count_ns|thread-local by key;thread_local storage=4 count_ns|shared and atomic;" \
		  "thread_local storage=5 count_ns|shared under a mutex", wanted, ";")
	find_width()
	for (i = 1; i <= n; i++)
		take(wanted[i])
	if (!shown) {
		missing("what sharing memory costs", "atomic_op false_sharing thread_local", "--profile full")
		return
	}
	if (shown < n)
		remark(n - shown " of " n " rows not measured")
	write_dots("alone")
	write_dots("together")
	put_number("rows", shown)
	put_text("alone_words", "one worker")
	put_text("together_words", width ? width " workers" : "")
	put_text("title", title_words())
	put_text("subtitle", "Time of one operation for the worker that does it, logarithmic, lower is better; " interval_words("whisker"))
	put_log_axis(leftmost, rightmost)
}

# The most workers that have a processor each.
function find_width(    i, w)
{
	for (i = 1; i <= rows; i++) {
		w = value[i, "workers"] + 0
		if (value[i, "case"] ~ /^(atomic_op|false_sharing|thread_local)$/ && w > 1 && w > width && \
		    (pus == 0 || w <= pus) && value[i, "flags"] !~ /o/)
			width = w
	}
}

# WHAT is "case param metric|words".
function take(what,    part, field, alone, together)
{
	split(what, part, "|")
	split(part[1], field, " ")
	alone = row_at(field[1], field[2], 1, field[3])
	together = width ? row_at(field[1], field[2], width, field[3]) : 0
	if (!alone && !together)
		return
	shown++
	at_row[field[1], field[2]] = shown
	dot["alone", shown] = alone
	dot["together", shown] = together
	put_text("row_name_" shown, part[2])
	put_text("row_alone_" shown, alone ? with_unit(value[alone, "median"], "ns") : "")
	put_text("row_together_" shown, together ? with_unit(value[together, "median"], "ns") factor_words(alone, together) : "")
}

function row_at(case_name, param, workers, metric,    key, i)
{
	key = case_name SUBSEP "none" SUBSEP workers SUBSEP "cores" SUBSEP param SUBSEP metric
	if (!(key in row_of))
		return 0
	i = row_of[key]
	if (value[i, "status"] != "" && value[i, "status"] != "ok")
		remark(case_name ": " value[i, "status"])
	if (!usable(i) || value[i, "median"] <= 0)
		return 0
	if (value[i, "flags"] ~ /b/)
		remark("busy machine: workers were preempted in most epochs of some figures")
	if (value[i, "flags"] ~ /c/)
		remark("cache lines got faster or slower while some figures were measured")
	note_launches(value[i, "n_launch"])
	use(i)
	if (value[i, "ci_lo"] != "" && level == "")
		level = value[i, "ci_level"] + 0
	extend(i)
	return i
}

function extend(i)
{
	if (leftmost == "" || low(i) < leftmost)
		leftmost = low(i) > 0 ? low(i) : value[i, "median"] + 0
	if (high(i) > rightmost)
		rightmost = high(i)
}

# Does the interval of row A lie wholly below that of B?
function surely_less(a, b)
{
	return a && b && value[a, "ci_lo"] != "" && value[b, "ci_lo"] != "" && high(a) < low(b)
}

function factor_words(alone, together)
{
	if (!surely_less(alone, together) && !surely_less(together, alone))
		return ""
	return "  (" times(value[together, "median"] / value[alone, "median"]) ")"
}

function write_dots(which,    i, row)
{
	put_block(which)
	for (i = 1; i <= shown; i++) {
		row = dot[which, i]
		if (row)
			put_rows(sprintf("%.9g %.9g %.9g %.9g", value[row, "median"], i + (which == "alone" ? -0.16 : 0.16), \
					 low(row) > 0 ? low(row) : leftmost, high(row)))
	}
}

# The first of these that the intervals allow: an atomic addition alone and together; neighbours in one
# line and apart.
function title_words(    add, near, apart, words)
{
	add = at_row["atomic_op", "operation=2"]
	near = at_row["false_sharing", "distance=0"]
	apart = at_row["false_sharing", "distance=128"]
	if (level == "")
		return "Too few launches to judge what sharing memory costs"
	if (add && surely_less(dot["alone", add], dot["together", add]))
		words = "An atomic addition costs " with_unit(value[dot["alone", add], "median"], "ns") " alone, " \
			with_unit(value[dot["together", add], "median"], "ns") " with " width " workers"
	if (near && apart && surely_less(dot["together", apart], dot["together", near]))
		return (words == "" ? "Counters" : words "; counters") " in one line " \
		       times(value[dot["together", near], "median"] / value[dot["together", apart], "median"]) " those apart"
	return words != "" ? words : "What sharing memory costs: no difference seen between one and " \
	       (width ? width : "more") " workers"
}
