# SPDX-License-Identifier: MIT
# fairness.awk - how far apart the slowest and the fastest worker are, by case and mode: 1 is an equal share.

function chart(    list, n, i, shown)
{
	kind = "fairness"
	n = split("cpu_int mem_stream sync_pair pos_terminal lock_convoy gil_handoff refcount io_pipe io_tcp", list, " ")
	for (i = 1; i <= n && shown < 6; i++)
		if (choose(list[i], "slowest_share") && full_width(list[i]) > 1)
			write_case(++shown, list[i])
	if (!shown) {
		missing("shares of the workers", "cpu_int pos_terminal")
		return
	}
	write_blocks()
	put_number("rows", shown)
	put_list("modes", modes)
	if (most < 1.6)
		most = 1.6
	put_number("most", most * 1.06)
	put_linear_tics("x", most * 1.06, "count")
	put_text("title", title_words())
	put_text("subtitle", "Speed of the slowest and of the fastest worker over the mean of all; 1 is an equal share; " \
		 interval_words("bar"))
}

function write_case(place, case_name,    names, n, m, low_row, high_row)
{
	n = split(mode_list(), names, " ")
	put_text("row_name_" place, clean(case_name, 18))
	put_text("row_width_" place, plural(full_width(case_name), "worker", "workers"))
	for (m = 1; m <= n; m++) {
		low_row = find(case_name, names[m], full_width(case_name), "slowest_share")
		high_row = find(case_name, names[m], full_width(case_name), "fastest_share")
		if (!low_row || !high_row || over_too_soon(low_row))
			continue
		slowest[names[m], place] = low_row
		fastest[names[m], place] = high_row
		if (high(high_row) > most)
			most = high(high_row)
		note_unfair(low_row)
	}
}

# Workers under a GIL take turns. Whose batch is over within one turn or so shows whose came first, and no
# share.
function over_too_soon(i,    rate)
{
	if (value[i, "mode"] != "gil")
		return 0
	rate = find(value[i, "case"], "gil", value[i, "workers"], "ops_per_s")
	if (!rate || value[i, "iters"] / value[rate, "median"] * 1e9 >= 1.5 * interval_ns(value[i, "param"]))
		return 0
	remark("GIL left out where an epoch has too few turns")
	return 1
}

# The least share that is certain: its whole interval lies lower than that of an equal share.
function note_unfair(i)
{
	judged += value[i, "ci_hi"] != ""
	if (value[i, "ci_hi"] != "" && value[i, "ci_hi"] < 0.9 && (!worst || value[i, "median"] + 0 < value[worst, "median"] + 0))
		worst = i
}

# Per mode the spans "row slowest fastest", then the intervals of both ends.
function write_blocks(    names, n, m, place, lane, i, k)
{
	n = split(mode_list(), names, " ")
	for (m = 1; m <= n; m++) {
		lane = 0.19 * (m - 2.5)
		for (place = 1; place <= 6; place++) {
			if (!((names[m], place) in slowest))
				continue
			if (index(" " modes " ", " " names[m] " ") == 0) {
				modes = modes (modes == "" ? "" : " ") names[m]
				put_block(names[m])
			}
			i = slowest[names[m], place]
			k = fastest[names[m], place]
			put_rows(sprintf("%.9g %.9g %.9g %.9g", value[i, "median"], place + lane, low(i), high(i)))
			put_rows(sprintf("%.9g %.9g %.9g %.9g", value[k, "median"], place + lane, low(k), high(k)))
			put_rows("")
		}
	}
}

function title_words()
{
	if (!judged)
		return "Too few launches to judge the shares of workers"
	if (!worst)
		return "No worker gets clearly less than an equal share"
	return "Least fair: " clean(value[worst, "case"], 20) " " under(value[worst, "mode"]) ", where a worker gets " \
	       times(value[worst, "median"]) " an equal share"
}
